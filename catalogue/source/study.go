package source

import (
	"charte/catalogue"
	"charte/catalogue/services"
)

// A Study is a catalogue with what its file says beside it.
type Study struct {
	Catalogue *catalogue.Catalogue
	File      string

	// Uses are the known services that the catalogue takes over, by the index of the service.
	Uses map[int]Use

	decoder *decoder
}

// A Use is the known service that a service of a catalogue takes over.
type Use struct {
	Entry   *services.Entry
	Edition *services.Edition
	Values  map[string]string // of parameters
}

// Studied reads a catalogue as [Read] does, and keeps where its parts stand.
func Studied(name string, data []byte) (*Study, error) {
	d := newDecoder(name)
	c, err := d.read(data)
	if err != nil {
		return nil, err
	}
	s := &Study{Catalogue: c, File: name, Uses: map[int]Use{}, decoder: d}
	for i, u := range d.uses {
		s.Uses[i] = Use{u.entry, u.edition, u.values}
	}
	return s, nil
}

// Place returns where a part of the catalogue stands, such as "services[2].cookies[0].lifetime". For
// a part that the file does not have, it is the place of the nearest one around it. Line and column
// count from 1.
func (s *Study) Place(path string) (line, column int) {
	p := s.decoder.place(path)
	return max(1, p.line), max(1, p.column)
}
