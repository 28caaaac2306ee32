// Package check says what is wrong with a catalogue. It is apart from package
// catalogue so that no check is linked into the WebAssembly program, whose
// catalogue was checked when the bundle was built.
package check

import (
	"fmt"
	"strings"

	"charte/catalogue"
)

// A Problem is one reason why a catalogue cannot be used.
type Problem struct {
	// Path says where the problem is, in the keys of the YAML file, such as
	// "services[3].cookies[0].name" or "categories[1].summary.fr". Package source
	// turns it into a line and a column.
	Path string

	// Message says what is wrong, with the value, and what to do where that
	// is not obvious: `service "youtube": category "media" is not declared`.
	Message string
}

// The most bytes that texts of a valid catalogue may have, and the most entries
// that its lists may have. A real site needs a tenth of them. Without them, a
// mistake or an attack could make a banner that no browser can show.
const (
	idBytes          = 40
	nameBytes        = 200    // a text in a heading, a button or a table cell
	summaryBytes     = 400    // one line of the notice
	purposeBytes     = 1_000  // one sentence
	wordBytes        = 2_000  // one of the banner's own words
	descriptionBytes = 20_000 // prose of the charter; the longest text of default.yaml has 606
	cookieNameBytes  = 200

	maxLanguages  = 100
	maxCategories = 200
	maxProviders  = 2_000
	maxServices   = 2_000
	maxCookies    = 20_000
	maxFormerly   = 30  // revisions, of the six months for which an answer is kept
	maxCarried    = 500 // names in another banner's cookie, which has room for no more
)

// Catalogue returns every problem of a catalogue, nil where it has none. They
// are in the order of the fields of [catalogue.Catalogue].
func Catalogue(c *catalogue.Catalogue) []Problem {
	v := validator{
		c:          c,
		categories: make(map[catalogue.ID]*catalogue.Category, len(c.Categories)),
		providers:  make(map[catalogue.ID]*catalogue.Provider, len(c.Providers)),
		services:   make(map[catalogue.ID]bool, len(c.Services)),
	}
	if !v.withinLimits() {
		return v.problems // the checks below could list thousands of others
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
	v.carryOver()
	v.words()
	v.look()
	if len(v.problems) == 0 {
		v.answer()
	}
	return v.problems
}

// A validator collects problems, and keeps what one check finds for the next.
type validator struct {
	c        *catalogue.Catalogue
	problems []Problem

	// The entries of c with a valid ID, by ID. Only these can be referred to.
	categories map[catalogue.ID]*catalogue.Category
	providers  map[catalogue.ID]*catalogue.Provider
	services   map[catalogue.ID]bool
}

// add adds a problem. The message is composed as by fmt.Sprintf.
func (v *validator) add(path, format string, values ...any) {
	v.problems = append(v.problems, Problem{Path: path, Message: fmt.Sprintf(format, values...)})
}

// withinLimits checks the lengths of the lists, and reports whether there is no
// problem.
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
			v.add(limit.path, "%d %s are declared, %d at most", limit.n, limit.what, limit.most)
		}
	}
	return len(v.problems) == 0
}

// at is the path of an element of a list.
func at(path string, i int) string {
	return fmt.Sprintf("%s[%d]", path, i)
}

// labelOf names an entry in messages by its ID, or by its path where it has no ID.
func labelOf(what string, id catalogue.ID, path string) string {
	if id == "" {
		return path
	}
	return what + " " + quote(id)
}

// list joins names with commas: "light, dark".
func list[T ~string](names []T) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = string(name)
	}
	return strings.Join(all, ", ")
}
