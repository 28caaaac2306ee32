// Package check says what is wrong with a catalogue. It is apart from package
// catalogue so that no check is linked into the WebAssembly program: whatever
// reaches a visitor has been checked before.
package check

import (
	"strconv"
	"strings"

	"charte/catalogue"
)

// A Problem is one reason why a catalogue cannot be used.
type Problem struct {
	// Path leads to the place, in the keys of the YAML file:
	// "services[3].cookies[0].name", "categories[1].summary.fr". Package
	// source turns it into a line and a column.
	Path string

	// Message says what is wrong, with the value, and what to do where that
	// is not obvious: `service "youtube": category "media" is not declared`.
	Message string
}

// Sizes in bytes and counts that no valid catalogue exceeds. They are an order
// of magnitude above what any real site needs, and keep a mistake or an attack
// from becoming a banner that no browser can show.
const (
	idBytes          = 40
	nameBytes        = 200    // what stands in a heading, a button or a table cell
	summaryBytes     = 400    // one line of the notice
	purposeBytes     = 1_000  // one sentence
	wordBytes        = 2_000  // one of the banner's own words
	descriptionBytes = 20_000 // prose of the charter; the document's longest has 650
	cookieNameBytes  = 200
	familyBytes      = 3 // before the "*": "_*" would cover half of the web

	maxLanguages  = 100
	maxCategories = 200
	maxProviders  = 2_000
	maxServices   = 2_000
	maxCookies    = 20_000
	maxFormerly   = 30 // revisions within the six months of an answer
)

// Catalogue returns every problem of a catalogue, nil where it has none. The
// order is that of the fields, so that of a well-ordered file.
func Catalogue(c *catalogue.Catalogue) []Problem {
	v := validator{
		c:          c,
		categories: make(map[catalogue.ID]*catalogue.Category, len(c.Categories)),
		providers:  make(map[catalogue.ID]*catalogue.Provider, len(c.Providers)),
		services:   make(map[catalogue.ID]bool, len(c.Services)),
	}
	if !v.withinLimits() {
		return v.problems // what follows would list thousands of others
	}
	v.languages()
	v.site()
	v.charter()
	if len(c.Categories) == 0 {
		v.add("categories", "no category is declared; every site has that of its necessary cookies")
	}
	for i := range c.Categories {
		v.category(at("categories", i), &c.Categories[i])
	}
	for i := range c.Providers {
		v.provider(at("providers", i), &c.Providers[i])
	}
	for i := range c.Services {
		v.service(at("services", i), &c.Services[i])
	}
	v.families()
	v.formerly()
	v.words()
	v.look()
	if len(v.problems) == 0 {
		v.answer()
	}
	return v.problems
}

// A validator collects problems and what later checks need of earlier ones.
type validator struct {
	c        *catalogue.Catalogue
	problems []Problem

	categories map[catalogue.ID]*catalogue.Category
	providers  map[catalogue.ID]*catalogue.Provider
	services   map[catalogue.ID]bool
}

func (v *validator) add(path string, message ...string) {
	v.problems = append(v.problems, Problem{Path: path, Message: strings.Join(message, "")})
}

func (v *validator) withinLimits() bool {
	cookies := 0
	for _, s := range v.c.Services {
		cookies += len(s.Cookies)
	}
	for _, limit := range []struct {
		path, what string
		n, most    int
	}{
		{"languages", "languages", len(v.c.Languages), maxLanguages},
		{"categories", "categories", len(v.c.Categories), maxCategories},
		{"providers", "providers", len(v.c.Providers), maxProviders},
		{"services", "services", len(v.c.Services), maxServices},
		{"services", "cookies", cookies, maxCookies},
	} {
		if limit.n > limit.most {
			v.add(limit.path, strconv.Itoa(limit.n), " ", limit.what, " are declared, ", strconv.Itoa(limit.most), " at most")
		}
	}
	return len(v.problems) == 0
}

// at is the path of an element of a list.
func at(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}

// label names an entry in messages: by its ID, or by its path where it has none.
func label(what string, id catalogue.ID, path string) string {
	if id == "" {
		return path
	}
	return what + " " + quote(string(id))
}
