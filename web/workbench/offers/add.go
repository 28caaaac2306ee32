package offers

import (
	"fmt"
	"strings"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/draft"
	"charte/web/workbench/desk"
)

// Add returns a text with a known service, in its newest edition. The text may have mistakes and TODOs;
// none is added to them. name is the name of the file in errors. The error says what is missing or wrong
// in the addition, or what to write where the text cannot be added to.
//
// saved is what the file has. Visitors who have answered are asked again then, so what they were asked for
// by the file is kept under formerly, unless it is no valid catalogue.
func Add(name string, saved, text []byte, a desk.Addition) ([]byte, error) {
	entry, err := source.Service(a.ID)
	if err != nil {
		return nil, err
	}
	with := map[string]string{}
	for key, value := range a.With {
		if value = strings.TrimSpace(value); value != "" && value != "false" {
			with[key] = value
		}
	}
	addition := draft.Addition{Entry: entry, Edition: entry.Newest(), With: with, AcceptsUnknown: a.AcceptsUnknown}
	if a.Category != "" && a.Category != string(addition.Edition.Service.Category) {
		addition.Category = a.Category
	}
	var lacks []string
	for _, p := range addition.Missing() {
		lacks = append(lacks, fmt.Sprintf("%s (%s, such as %s)", p.ID, p.Text["en"], p.Example))
	}
	if lacks != nil {
		return nil, fmt.Errorf("%s needs %s", entry.Name, strings.Join(lacks, ", "))
	}
	if err := source.Parameters(addition.Edition, with); err != nil {
		return nil, err
	}
	on, err := read(name, text)
	if err != nil {
		return nil, err
	}
	if addition.Category != "" && on.category(addition.Category) == nil {
		return nil, fmt.Errorf("%s: category %q is not declared", name, shown(addition.Category))
	}
	if on.has(a.ID) {
		return nil, fmt.Errorf("%s: the catalogue has %s already", name, entry.Name)
	}
	var others []catalogue.Cookie
	for _, s := range on.catalogue.Services {
		others = append(others, s.Cookies...)
	}
	return on.with(oneService(addition.Beside(others).Lines()), saved)
}

// oneService is an addition of one service.
func oneService(lines []string) addition { return addition{services: [][]string{lines}} }

// with returns the text with an addition.
func (r *reading) with(a addition, saved []byte) ([]byte, error) {
	d, err := insert(r.document, a)
	if err != nil {
		return nil, err
	}
	return r.finished(d, saved)
}
