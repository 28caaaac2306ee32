// Package fields knows which keys a catalogue has, and shows them as forms: what the file says, what
// holds where it says nothing, and what "charte check" says of it. It also writes what a person changes
// in a form.
//
// Forms are read from the text itself, so that a catalogue with errors has them, too.
package fields

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// Others is the pointer of the section of keys that have none of their own: extends, without, carryOver
// and formerly. No catalogue has such a key.
const Others = "/others"

// sections are all sections in the order in which a person fills them in.
var sections = []string{"/site", "/languages", "/categories", "/providers", "/services", "/charter", "/look", "/words", Others}

// An Outline is what a text declares, and what is wrong with it.
type Outline struct {
	// Languages are those of the catalogue, the default one first.
	Languages []string

	Sections []desk.Section
	Findings []desk.Finding
	Light    desk.Light

	// Catalogue is nil if the text has errors.
	Catalogue *catalogue.Catalogue

	reading *reading // nil if the text is not YAML
}

// parse is [edit.Parse], but in tests.
var parse = edit.Parse

// Look reads a text. name is the name of the file in errors.
func Look(name string, text []byte) Outline {
	return LookAt(name, text, func() (*edit.Document, error) { return parse(name, text) })
}

// LookAt is [Look] for a text that somebody may have read already. document returns the text as
// [edit.Parse] reads it. It is called in a goroutine of its own.
func LookAt(name string, text []byte, document func() (*edit.Document, error)) Outline {
	o := Outline{Languages: []string{}, Findings: []desk.Finding{}, Light: desk.LightFine}
	places := make(chan *edit.Document, 1)
	go func() { // each of the two takes some 20 ms for 100 services
		defer close(places)
		defer func() { _ = recover() }() // nobody else could catch a panic here: it would end the command
		d, err := document()
		if err != nil {
			d = nil // package source says the same
		}
		places <- d
	}()
	c, warnings, notes, err := source.DoubtsIn(name, text)
	o.Catalogue = c
	d, done := <-places
	if !done {
		d, _ = document() // which panics once more, where the caller can catch it
	}
	if d != nil {
		o.reading = read(d)
		for _, language := range o.reading.languages {
			o.Languages = append(o.Languages, string(language))
		}
	}
	switch {
	case err != nil:
		o.Light = desk.LightErrors
	case len(warnings) > 0:
		o.Light = desk.LightWarnings
	}
	var mistakes source.Errors
	if err != nil && !errors.As(err, &mistakes) {
		mistakes = source.Errors{{File: name, Message: err.Error()}}
	}
	for _, level := range []struct {
		level desk.Level
		all   source.Errors
	}{{desk.LevelError, mistakes}, {desk.LevelWarning, warnings}, {desk.LevelNote, notes}} {
		for _, e := range level.all {
			o.Findings = append(o.Findings, o.finding(level.level, e))
		}
	}
	o.outline()
	return o
}

// outline fills in the sections.
func (o *Outline) outline() {
	for _, pointer := range sections {
		s := desk.Section{Pointer: pointer, Entries: []desk.Entry{}}
		if t := listed(pointer); t != nil && o.reading != nil {
			s.Adds = true
			if list := o.reading.doc.At(pointer); list != nil && list.Kind == edit.List {
				for _, n := range list.Nodes {
					s.Entries = append(s.Entries, o.reading.entry(t, n))
				}
			}
			s.Inherited = o.reading.inherited(pointer)
		}
		s.Tally = o.tally(func(section string) bool { return section == pointer || strings.HasPrefix(section, pointer+"/") })
		for i := range s.Entries {
			s.Entries[i].Tally = o.tally(func(section string) bool { return section == s.Entries[i].Pointer })
		}
		o.Sections = append(o.Sections, s)
	}
}

// tally counts the findings of some sections.
func (o *Outline) tally(of func(section string) bool) desk.Tally {
	var t desk.Tally
	for _, f := range o.Findings {
		if !of(f.Section) {
			continue
		}
		switch f.Level {
		case desk.LevelError:
			t.Errors++
		case desk.LevelWarning:
			t.Warnings++
		}
	}
	return t
}

// listed returns the table of the entries of a section, or nil if it is no list of entries.
func listed(section string) *table {
	if row := top.row(strings.TrimPrefix(section, "/")); row != nil && row.kind == list {
		return row.of
	}
	return nil
}

// inherited names the entries of a section that come from the catalogue which the file extends.
func (r *reading) inherited(section string) []string {
	var choices []desk.Choice
	if r.base == nil {
		return nil
	}
	switch section {
	case "/categories":
		for _, c := range r.base.Categories {
			choices = add(choices, string(c.ID), r.plain(c.Name, c.ID))
		}
	case "/providers":
		for _, p := range r.base.Providers {
			choices = add(choices, string(p.ID), p.Name)
		}
	case "/services":
		without := texts(r.doc.At("/without"))
		choices = slices.DeleteFunc(r.inheritedServices(nil), func(c desk.Choice) bool { return slices.Contains(without, c.Value) })
	}
	var names []string
	for _, c := range choices {
		names = append(names, c.Label)
	}
	return names
}

// entry names an element of a list.
func (r *reading) entry(t *table, n *edit.Node) desk.Entry {
	e := desk.Entry{Pointer: n.Pointer, ID: said(n, "id"), Use: said(n, "use")}
	from := r.behind(t, n)
	if e.ID == "" {
		e.ID = from.values["id"]
	}
	e.Title = r.wording(child(n, "name"), from.texts["name"])
	if e.Title == "" {
		e.Title = e.ID
	}
	return e
}

// wording returns a text in the catalogue's default language, or else in any.
func (r *reading) wording(n *edit.Node, otherwise catalogue.Text) string {
	switch {
	case n == nil:
	case n.Kind == edit.Mapping:
		for _, language := range r.languages {
			if text := said(n, string(language)); text != "" {
				return text
			}
		}
	case n.Kind != edit.List:
		return n.Value
	}
	for _, language := range r.languages {
		if text := otherwise[language]; text != "" {
			return text
		}
	}
	return ""
}

// section returns the pointer of the section or the entry whose form has a value. It is empty for the
// file as a whole.
func (r *reading) section(pointer string) string {
	steps := stepsOf(pointer)
	if len(steps) == 0 {
		return ""
	}
	section := edit.Join("", steps[0])
	switch {
	case listed(section) != nil && len(steps) > 1 && r.doc.At(edit.Join(section, steps[1])) != nil:
		return edit.Join(section, steps[1])
	case slices.Contains(sections, section):
		return section
	}
	return Others
}

// Form returns the fields of a section or an entry. It is an error if there is none at the pointer, or
// if the text is not YAML.
func (o Outline) Form(pointer string) (desk.Form, error) {
	form := desk.Form{Pointer: pointer, Fields: []desk.Field{}}
	if o.reading == nil {
		return form, errors.New("the file is not valid YAML")
	}
	if !isPointer(pointer) {
		return form, fmt.Errorf("%s is no pointer", quoted(pointer))
	}
	r := o.reading
	around, _ := edit.Parent(pointer)
	switch n := r.doc.At(pointer); {
	case pointer == Others:
		form.Fields = r.others()
	case pointer == "/words":
		form.Fields = r.words()
	case pointer == "/languages":
		form.Fields = []desk.Field{r.field(top, top.row("languages"), nil, "", behind{})}
	case listed(pointer) != nil:
		if n != nil && n.Kind != edit.List && n.Kind != edit.Nothing {
			form.Fields = []desk.Field{r.asWritten(unknownKey, n)}
		}
	case slices.Contains(sections, pointer):
		t := top.row(pointer[1:]).of
		form.Fields = r.fields(t, n, pointer, r.behind(t, n))
	case listed(around) != nil && n != nil:
		t := listed(around)
		form.Fields = r.fields(t, n, pointer, r.behind(t, n))
		if u := r.use(n); t == &service && u != nil {
			form.Use = &desk.Use{Name: u.entry.Name, Edition: u.edition.Number, Newest: u.entry.Newest().Number}
		}
	default:
		return form, fmt.Errorf("the catalogue has no section %s", quoted(pointer))
	}
	beside(form.Fields, o.Findings)
	return form, nil
}

// quoted is a text that came from outside, for messages.
func quoted(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		text = string(runes[:60]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
