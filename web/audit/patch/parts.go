package patch

import (
	"fmt"
	"strings"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/web/audit/report"
	"charte/web/draft"
)

// A Part is one of the additions that a draft consists of.
type Part struct {
	// ID names the part in every draft from the same report: "service vimeo", "site regie.example".
	ID string

	// Title is the name of the known service, or the site that the entries come from.
	Title string

	// Service is an element of the catalogue's list of services, a line each, without its dash.
	// Comments that begin it stand above the dash.
	Service []string

	// Provider is an element of the list of providers. It is nil where the catalogue, or a part before
	// this one, has the provider.
	Provider []string
}

// How the IDs of parts begin.
const (
	knownPart = "service "
	sitePart  = "site "
)

// Parts returns what [Draft] would add to the text of a catalogue, one by one. chosen says by its ID
// whether a part is drafted; nil stands for all. The parts that are drafted fit together: none declares
// what another one does. What is left out is not declared by any of them. One catalogue may have no room for all
// of them, since the answer's cookie has to name each service: then a fault says so, and a person chooses.
//
// The faults say what was seen and cannot be declared, and why. The error says what is wrong with the
// text, which may not have TODOs.
func Parts(name, text string, r *report.Report, chosen func(id string) bool) (parts []Part, faults []string, err error) {
	d := &drafter{name: name, text: strings.ReplaceAll(text, "\r\n", "\n"), report: r, chosen: chosen, choosing: true}
	before, err := d.study()
	if err != nil {
		return nil, nil, err
	}
	for _, fault := range d.known(before) {
		faults = append(faults, strings.TrimPrefix(fault, "TODO: "))
	}
	found, providers := d.unknown()
	if err := d.write(found, providers, nil); err != nil { // which finds the faults of entries
		return nil, nil, err
	}
	parts = d.parts
	for _, s := range found {
		for _, e := range s.entries {
			if e.fault != "" {
				faults = append(faults, comment(fmt.Sprintf("%s %q was seen, and cannot be declared: %s", e.Kind, e.Name, e.fault)))
			}
		}
		if s.declares() {
			parts = append(parts, d.sitePart(s, &providers))
		}
	}
	if d.crowded != "" {
		faults = append(faults, "not all of this fits into the catalogue: "+d.crowded)
	}
	return parts, faults, nil
}

// leaves reports whether a part is not drafted.
func (d *drafter) leaves(id string) bool { return d.chosen != nil && !d.chosen(id) }

// knownPart is the part of a known service that was added to a catalogue.
func (d *drafter) knownPart(s report.Service, a draft.Addition, before *catalogue.Catalogue, open map[string]services.Parameter) Part {
	var others []catalogue.Cookie
	for _, other := range before.Services {
		others = append(others, other.Cookies...)
	}
	p := Part{ID: knownPart + s.ID, Title: a.Entry.Name}
	for _, text := range a.Beside(others).Lines() {
		p.Service = append(p.Service, d.todo(text, a, open))
	}
	return p
}

// sitePart is the part of what comes from one site. It takes its provider out of those that are new.
func (d *drafter) sitePart(s *service, fresh *[]provider) Part {
	p := Part{ID: sitePart + s.host, Title: s.host, Service: element(s.lines(d.catalogue))}
	var rest []provider
	for _, party := range *fresh {
		if party.id != s.provider {
			rest = append(rest, party)
			continue
		}
		for _, block := range needed([]provider{party}, []*service{s}) {
			p.Provider = element(block)
		}
	}
	*fresh = rest
	return p
}

// element is a block without its dash, and without comments on what it does not declare.
func element(block []line) []string {
	var all []string
	dashed := false
	for _, l := range block {
		text, first := strings.CutPrefix(l.todo, "- ")
		switch dashed = dashed || first; {
		case !dashed && strings.Contains(text, " was seen, and cannot be declared: "):
		case !dashed || first:
			all = append(all, text)
		default:
			all = append(all, strings.TrimPrefix(text, "  "))
		}
	}
	return all
}
