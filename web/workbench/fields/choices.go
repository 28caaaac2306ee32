package fields

import (
	"fmt"
	"slices"
	"sync"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// add adds a choice unless its value is there.
func add(choices []desk.Choice, value, label string) []desk.Choice {
	if value == "" || slices.ContainsFunc(choices, func(c desk.Choice) bool { return c.Value == value }) {
		return choices
	}
	return append(choices, desk.Choice{Value: value, Label: label})
}

// plain returns a text in the catalogue's default language, or its other name.
func (r *reading) plain(text catalogue.Text, other catalogue.ID) string {
	if wording := r.wording(nil, text); wording != "" {
		return wording
	}
	return string(other)
}

// categories are those of the file, after those of the catalogue that it extends.
func (r *reading) categories(*edit.Node) []desk.Choice {
	var choices []desk.Choice
	if r.base != nil {
		for _, c := range r.base.Categories {
			choices = add(choices, string(c.ID), r.plain(c.Name, c.ID))
		}
	}
	for _, n := range r.listed("/categories") {
		id := said(n, "id")
		name := r.wording(child(n, "name"), nil)
		if name == "" {
			name = id
		}
		choices = add(choices, id, name)
	}
	return choices
}

// providers are those of the file, after those of the catalogue that it extends, and that of the known
// service.
func (r *reading) providers(n *edit.Node) []desk.Choice {
	var choices []desk.Choice
	if r.base != nil {
		for _, p := range r.base.Providers {
			choices = add(choices, string(p.ID), p.Name)
		}
	}
	for _, p := range r.listed("/providers") {
		id := said(p, "id")
		name := said(p, "name")
		if name == "" {
			name = id
		}
		choices = add(choices, id, name)
	}
	if u := r.use(n); u != nil {
		choices = add(choices, string(u.provider.ID), u.provider.Name)
	}
	return choices
}

// everyEntry are the entries of all known services, read once.
var everyEntry = sync.OnceValue(func() []*services.Entry {
	all, err := source.Services()
	if err != nil {
		return nil // a test of package source holds that they have no errors
	}
	return all
})

// editions are those of the known service that a service takes over. If it is not known, they are the
// newest of all known services.
func (r *reading) editions(n *edit.Node) []desk.Choice {
	var choices []desk.Choice
	if u := r.use(n); u != nil {
		for _, e := range u.entry.Editions {
			choices = append(choices, desk.Choice{Value: fmt.Sprintf("%s@%d", u.entry.ID, e.Number), Label: fmt.Sprintf("%s, %d (%s)", u.entry.Name, e.Number, e.Checked)})
		}
		return choices
	}
	for _, entry := range everyEntry() {
		choices = append(choices, desk.Choice{Value: fmt.Sprintf("%s@%d", entry.ID, entry.Newest().Number), Label: entry.Name})
	}
	return choices
}

// cookieNames are the names of the cookies of the known service that a service takes over.
func (r *reading) cookieNames(n *edit.Node) []desk.Choice {
	var choices []desk.Choice
	if u := r.use(n); u != nil {
		for _, c := range u.edition.Service.Cookies {
			choices = add(choices, services.Fill(c.Name, u.values), "")
		}
	}
	return choices
}

// inheritedServices are those of the catalogue that the file extends.
func (r *reading) inheritedServices(*edit.Node) []desk.Choice {
	var choices []desk.Choice
	if r.base != nil {
		for _, s := range r.base.Services {
			choices = add(choices, string(s.ID), r.plain(s.Name, s.ID))
		}
	}
	return choices
}

// spoken are the languages of the catalogue in their order, then the others that the banner speaks. A
// catalogue that extends another can only have those of that one.
func (r *reading) spoken(*edit.Node) []desk.Choice {
	var choices []desk.Choice
	for _, language := range r.languages {
		choices = add(choices, string(language), "")
	}
	others := source.Languages()
	if r.base != nil {
		others = r.base.Languages
	}
	for _, language := range others {
		choices = add(choices, string(language), "")
	}
	return choices
}

// carried are the ids that a name of a former banner can stand for: those of categories and services.
func (r *reading) carried(n *edit.Node) []desk.Choice {
	choices := r.categories(n)
	without := texts(r.doc.At("/without"))
	for _, choice := range r.inheritedServices(n) {
		if !slices.Contains(without, choice.Value) {
			choices = add(choices, choice.Value, choice.Label)
		}
	}
	for _, s := range r.listed("/services") {
		id := r.id("/services", s)
		var name catalogue.Text
		if u := r.use(s); u != nil {
			name = u.edition.Service.Name
		}
		label := r.wording(child(s, "name"), name)
		if label == "" {
			label = id
		}
		choices = add(choices, id, label)
	}
	return choices
}

// id returns the id of an entry of a section.
func (r *reading) id(section string, n *edit.Node) string {
	if id := said(n, "id"); id != "" || section != "/services" {
		return id
	}
	if u := r.use(n); u != nil {
		return string(u.entry.ID)
	}
	return ""
}
