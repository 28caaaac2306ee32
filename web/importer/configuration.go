package importer

import (
	"context"

	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/importer/evaluate"
	"charte/web/importer/mistakes"
	"charte/web/importer/peers"
	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// A Configuration is another banner's, as one file has it.
type Configuration struct {
	Plan     *plan.Plan // with its mistakes
	Files    []string   // that were read
	Problems []told.Problem
}

// Read reads another banner's configuration in one file, by itself: no other file is read, and nothing
// is fetched. name says by its ending what the file is. The error says that it has none, or several, or
// that it is too big or no text: see package evaluate, which bounds what the file may do.
func Read(ctx context.Context, name string, text []byte) (*Configuration, error) {
	what, err := evaluated(ctx, []evaluate.File{{Name: name, Text: text}}, evaluate.Options{}, "")
	if err != nil {
		return nil, err
	}
	known, err := source.Services()
	if err != nil {
		return nil, err
	}
	p, err := planOf(what, "", known)
	if err != nil {
		return nil, err
	}
	return &Configuration{Plan: p, Files: what.Files, Problems: what.Problems}, nil
}

// planOf is what a catalogue takes over of what a banner was told, with the mistakes in it.
func planOf(what *told.Told, from string, known []*services.Entry) (*plan.Plan, error) {
	p, err := peers.Read(what, from)
	if err != nil {
		return nil, err
	}
	mistakes.Add(p, known)
	return p, nil
}
