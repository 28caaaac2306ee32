package fields

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/services"
	"charte/catalogue/source"
)

// A reading is a text with what decides how its forms are read.
type reading struct {
	doc *edit.Document

	// base is the catalogue that the text extends; nil for none. It is shared, and never changed.
	base *catalogue.Catalogue

	// languages are those of the catalogue, the default one first.
	languages []catalogue.Language

	// alone says that texts are written without their language, since there is only one.
	alone bool
}

// extended reads the catalogue that others extend, once.
var extended = sync.OnceValue(func() *catalogue.Catalogue {
	c, err := source.Embedded("default")
	if err != nil {
		return nil // a test of package source holds that it has no errors
	}
	return c
})

func read(d *edit.Document) *reading {
	r := &reading{doc: d}
	if said(d.Root(), "extends") == "default" {
		r.base = extended()
	}
	r.languages = r.spokenIn(texts(child(d.Root(), "languages")))
	if len(r.languages) == 1 {
		r.alone = true
		each(d.Root(), func(t *table, n *edit.Node) {
			for _, value := range n.Nodes {
				if row := t.row(value.Key()); row != nil && translated(row.kind) && value.Kind == edit.Mapping {
					r.alone = false
				}
			}
		})
	}
	return r
}

// spokenIn returns the languages of a catalogue that lists some, or none.
func (r *reading) spokenIn(listed []string) []catalogue.Language {
	var languages []catalogue.Language
	for _, language := range listed {
		if l := catalogue.Language(language); language != "" && !slices.Contains(languages, l) {
			languages = append(languages, l)
		}
	}
	if languages == nil && r.base != nil {
		return r.base.Languages
	}
	return languages
}

// each calls f for every mapping of a catalogue that has a table.
func each(root *edit.Node, f func(t *table, n *edit.Node)) {
	var look func(t *table, n *edit.Node)
	look = func(t *table, n *edit.Node) {
		if n == nil || n.Kind != edit.Mapping {
			return
		}
		f(t, n)
		for _, value := range n.Nodes {
			row := t.row(value.Key())
			switch {
			case row == nil || row.of == nil:
			case row.kind == section:
				look(row.of, value)
			default:
				for _, element := range value.Nodes {
					look(row.of, element)
				}
			}
		}
	}
	look(top, root)
}

// child returns the value of a key, or nil.
func child(n *edit.Node, key string) *edit.Node {
	if n == nil || n.Kind != edit.Mapping {
		return nil
	}
	for _, value := range n.Nodes {
		if value.Key() == key {
			return value
		}
	}
	return nil
}

// said returns what a mapping says under a key, or "" if that is no text, flag or number.
func said(n *edit.Node, key string) string {
	value := child(n, key)
	if value == nil || value.Kind == edit.Mapping || value.Kind == edit.List {
		return ""
	}
	return value.Value
}

// texts returns the texts in a list.
func texts(n *edit.Node) []string {
	if n == nil || n.Kind != edit.List {
		return nil
	}
	all := []string{}
	for _, element := range n.Nodes {
		all = append(all, element.Value)
	}
	return all
}

// stepsOf returns the keys and indices in a pointer.
func stepsOf(pointer string) []string {
	var steps []string
	for strings.HasPrefix(pointer, "/") {
		var step string
		pointer, step = edit.Parent(pointer)
		steps = append(steps, step)
	}
	slices.Reverse(steps)
	return steps
}

// A use is the known service that a service takes over.
type use struct {
	entry    *services.Entry
	edition  *services.Edition
	values   map[string]string // of parameters
	provider catalogue.Provider
}

// entries are the known services that were read already, by their names. They are never changed.
var entries sync.Map

// known returns the entry of a known service, or nil.
func known(name string) *services.Entry {
	if entry, has := entries.Load(name); has {
		return entry.(*services.Entry)
	}
	entry, err := source.Service(name)
	if err != nil {
		return nil
	}
	entries.Store(name, entry)
	return entry
}

// use returns what a service takes over, or nil if that is nothing, or nothing that is known.
func (r *reading) use(n *edit.Node) *use {
	name, number, _ := strings.Cut(said(n, "use"), "@")
	if name == "" {
		return nil
	}
	entry := known(name)
	if entry == nil {
		return nil
	}
	i, err := strconv.Atoi(number)
	edition := entry.Edition(i)
	if err != nil || edition == nil {
		return nil
	}
	u := &use{entry: entry, edition: edition, values: map[string]string{}}
	with := child(n, "with")
	for _, p := range edition.Parameters {
		if value := said(with, p.ID); value != "" {
			u.values[p.ID] = value
		}
	}
	u.provider = entry.Provider.Provider
	if u.provider.ID == "" { // the site keeps the data itself
		u.provider = catalogue.Provider{ID: "site", Name: said(child(r.doc.Root(), "site"), "controller"), FirstParty: true}
		if u.provider.Name == "" && r.base != nil {
			u.provider.Name = r.base.Site.Controller
		}
	}
	u.provider.Name = services.Fill(u.provider.Name, u.values)
	return u
}

// setting reports whether a name under "with" is that of a setting, which is true or false.
func (u *use) setting(name string) bool {
	return u.edition.Exempt != nil && slices.ContainsFunc(u.edition.Exempt.Requires, func(s services.Setting) bool { return s.ID == name })
}

// parameter reports whether a name under "with" is that of a parameter.
func (u *use) parameter(name string) bool {
	return slices.ContainsFunc(u.edition.Parameters, func(p services.Parameter) bool { return p.ID == name })
}

// cookie returns the cookie of the known service that one of the file says otherwise, or nil.
func (u *use) cookie(n *edit.Node) *catalogue.Cookie {
	name, kind, domain := said(n, "name"), catalogue.Kind(said(n, "kind")).OrCookie(), said(n, "domain")
	var found *catalogue.Cookie
	for i := range u.edition.Service.Cookies {
		c := &u.edition.Service.Cookies[i]
		if services.Fill(c.Name, u.values) != name || c.Kind.OrCookie() != kind {
			continue
		}
		if found == nil || services.Fill(c.Domain, u.values) == domain { // which tells two of one name apart
			found = c
		}
	}
	return found
}

// category returns the id of the category of a service.
func (r *reading) category(n *edit.Node) string {
	if id := said(n, "category"); id != "" {
		return id
	}
	if u := r.use(n); u != nil {
		return string(u.edition.Service.Category)
	}
	return ""
}

// asks reports whether visitors are asked about a service, so that it needs a purpose.
func (r *reading) asks(n *edit.Node) bool {
	id := r.category(n)
	for _, c := range r.listed("/categories") {
		if said(c, "id") == id {
			return said(c, "necessary") != "true"
		}
	}
	if r.base != nil {
		for _, c := range r.base.Categories {
			if string(c.ID) == id {
				return !c.Necessary
			}
		}
	}
	return true
}

// listed returns the elements of a list.
func (r *reading) listed(pointer string) []*edit.Node {
	if n := r.doc.At(pointer); n != nil && n.Kind == edit.List {
		return n.Nodes
	}
	return nil
}
