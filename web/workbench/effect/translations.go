package effect

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/catalogue/check"
	"charte/catalogue/edit"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// Translations puts all texts of a catalogue side by side, in the order of the file's own sections. It
// needs no valid catalogue, since a missing wording is a mistake. name is the name of the file.
//
// A text has a row if the file has it, if the catalogue must have it, or if it comes from a known
// service or from the catalogue that this one extends. What comes from elsewhere is in Otherwise, and
// not missing. The purpose of a cookie that only the known service declares has a row if a language
// lacks it. Its wordings have no pointer, since the file has no such cookie to write it at.
//
// Where YAML cannot be read, there are no rows.
func Translations(name string, text []byte, version int) desk.Translations {
	t := table{
		Translations: desk.Translations{Version: version, Languages: []string{}, Missing: map[string]int{}, Rows: []desk.Row{}},
		entries:      map[string]*services.Edition{},
	}
	d, err := edit.Parse(name, text)
	if err != nil {
		return t.Translations
	}
	t.document = d
	if said(d.At("/extends")) == "default" {
		if base, err := source.Embedded("default"); err == nil {
			t.base = *base
		}
	}
	for _, language := range nodes(d.At("/languages"), edit.List) {
		if tag := said(language); tag != "" && !slices.Contains(t.Languages, tag) {
			t.Languages = append(t.Languages, tag)
		}
	}
	if len(t.Languages) == 0 {
		for _, language := range t.base.Languages {
			t.Languages = append(t.Languages, string(language))
		}
	}
	for _, language := range t.Languages {
		t.Missing[language] = 0
	}
	t.site()
	t.categories()
	t.services()
	t.words()
	return t.Translations
}

// A table is the translations while they are being put together.
type table struct {
	desk.Translations
	document *edit.Document
	base     catalogue.Catalogue          // that the file extends; the zero one for none
	entries  map[string]*services.Edition // known services that were read, by "youtube@1"; nil for none
}

// A kind is what a row is about.
type kind struct {
	section string // the pointer of the entry
	name    string // of the field
	title   string
	needed  bool // whether the catalogue must have the text
}

// text adds the row of a text. otherwise is what holds where the file says nothing.
func (t *table) text(pointer string, k kind, otherwise catalogue.Text) {
	n := t.document.At(pointer)
	if n == nil && !k.needed && len(otherwise) == 0 {
		return
	}
	row := desk.Row{Pointer: pointer, Section: k.section, Name: k.name, Title: k.title, Most: most[k.name], Prose: prose(k.name), Texts: []desk.Wording{}}
	alone := n != nil && n.Kind != edit.Mapping && n.Kind != edit.List && n.Kind != edit.Nothing
	for i, language := range t.Languages {
		w := desk.Wording{Language: language, Pointer: edit.Join(pointer, language), Otherwise: otherwise[catalogue.Language(language)]}
		switch {
		case alone && i == 0: // the only language, or the one that its author must have meant
			w.Value = n.Value
			if len(t.Languages) == 1 {
				w.Pointer = pointer
			}
		case !alone:
			w.Value = said(t.document.At(w.Pointer))
		}
		t.count(w)
		row.Texts = append(row.Texts, w)
	}
	t.Rows = append(t.Rows, row)
}

// count counts a wording if it is missing. What a draft left to a person is.
func (t *table) count(w desk.Wording) {
	if strings.TrimSpace(w.Value) == "" && w.Otherwise == "" || check.Undone(w.Value) {
		t.Missing[w.Language]++
	}
}

// prose reports whether a text may have several lines (catalogue/check).
func prose(name string) bool {
	return name == "charter.introduction" || name == "charter.what" || name == "category.description"
}

// site adds the texts of the site and of the charter.
func (t *table) site() {
	t.text("/site/name", kind{"/site", "site.name", "", true}, t.base.Site.Name)
	for _, text := range []struct {
		key       string
		otherwise catalogue.Text
	}{
		{"title", t.base.Charter.Title},
		{"introduction", t.base.Charter.Introduction},
		{"whatTitle", t.base.Charter.WhatTitle},
		{"what", t.base.Charter.What},
		{"kindsTitle", t.base.Charter.KindsTitle},
	} {
		t.text("/charter/"+text.key, kind{"/charter", "charter." + text.key, "", true}, text.otherwise)
	}
}

func (t *table) categories() {
	for _, n := range nodes(t.document.At("/categories"), edit.List) {
		title := t.title(n, nil)
		for _, key := range []string{"name", "summary", "description", "tableTitle"} {
			t.text(edit.Join(n.Pointer, key), kind{n.Pointer, "category." + key, title, key != "tableTitle"}, nil)
			if last := len(t.Rows) - 1; key == "summary" && said(t.at(n, "necessary")) == "true" {
				t.Rows[last].Most = 0 // nobody is asked for it
			}
		}
	}
}

func (t *table) services() {
	for _, n := range nodes(t.document.At("/services"), edit.List) {
		from := &catalogue.Service{}
		values := map[string]string{}
		if edition := t.edition(said(t.at(n, "use"))); edition != nil {
			from = &edition.Service
			for _, value := range nodes(t.at(n, "with"), edit.Mapping) {
				values[value.Key()] = value.Value
			}
		}
		title := t.title(n, from.Name)
		asks := !t.necessary(cmp.Or(said(t.at(n, "category")), string(from.Category)))
		for _, text := range []struct {
			key       string
			needed    bool
			otherwise catalogue.Text
		}{
			{"name", true, from.Name},
			{"location", false, nil},
			{"purpose", asks, from.Purpose},
			{"placeholder", false, from.Placeholder},
		} {
			t.text(edit.Join(n.Pointer, text.key), kind{n.Pointer, "service." + text.key, title, text.needed}, text.otherwise)
		}
		t.cookies(n, from, values)
	}
}

// cookies adds the purposes of a service's cookies. values are those of the parameters of the known
// service from.
func (t *table) cookies(service *edit.Node, from *catalogue.Service, values map[string]string) {
	var left []catalogue.Cookie // those of the known service that the file says nothing about
	var out []string
	for _, name := range nodes(t.at(service, "without"), edit.List) {
		out = append(out, said(name))
	}
	for _, cookie := range from.Cookies {
		cookie.Name, cookie.Domain = services.Fill(cookie.Name, values), services.Fill(cookie.Domain, values)
		if !slices.Contains(out, cookie.Name) {
			left = append(left, cookie)
		}
	}
	for _, n := range nodes(t.at(service, "cookies"), edit.List) {
		name, kindOf, domain := said(t.at(n, "name")), catalogue.Kind(said(t.at(n, "kind"))), said(t.at(n, "domain"))
		found := -1
		for i, cookie := range left { // as package source does: the domain tells two of one name apart
			if cookie.Name == name && cookie.Kind.OrCookie() == kindOf.OrCookie() && (found < 0 || cookie.Domain == domain) {
				found = i
			}
		}
		var otherwise catalogue.Text
		if found >= 0 {
			otherwise = left[found].Purpose
			left = slices.Delete(left, found, found+1)
		}
		t.text(edit.Join(n.Pointer, "purpose"), kind{service.Pointer, "cookie.purpose", name, true}, otherwise)
	}
	for _, cookie := range left {
		row := desk.Row{Section: service.Pointer, Name: "cookie.purpose", Title: cookie.Name}
		lacks := false
		for _, language := range t.Languages {
			w := desk.Wording{Language: language, Otherwise: cookie.Purpose[catalogue.Language(language)]}
			lacks = lacks || w.Otherwise == ""
			t.count(w)
			row.Texts = append(row.Texts, w)
		}
		if lacks {
			t.Rows = append(t.Rows, row)
		}
	}
}

// words adds the banner's words that the file replaces. In a language in which it does not, the banner
// has its own.
func (t *table) words() {
	written := map[string]bool{}
	for _, language := range t.Languages {
		around := edit.Join("/words", language)
		for _, n := range nodes(t.document.At(around), edit.Mapping) {
			if n.Kind != edit.Mapping {
				written[n.Key()] = true
			}
			for _, word := range nodes(n, edit.Mapping) { // "title" within "notice"
				written[n.Key()+"."+word.Key()] = true
			}
		}
	}
	if len(written) == 0 {
		return
	}
	own := map[string]map[string]string{} // the banner's, by language and key
	for _, language := range t.Languages {
		own[language] = map[string]string{}
		if wording, err := source.Wording(catalogue.Language(language)); err == nil {
			wording.Words.Each(func(key string, word *string) { own[language][key] = *word })
		}
	}
	new(catalogue.Words).Each(func(key string, _ *string) {
		if !written[key] {
			return
		}
		row := desk.Row{Pointer: edit.Join("/words", key), Section: "/words", Name: "words." + key, Most: most["words."+key]}
		for _, language := range t.Languages {
			w := desk.Wording{Language: language, Pointer: t.word(language, key), Otherwise: own[language][key]}
			w.Value = said(t.document.At(w.Pointer))
			t.count(w)
			row.Texts = append(row.Texts, w)
		}
		t.Rows = append(t.Rows, row)
	})
}

// word is the pointer of a word. "notice.title" is one key, unless the file has "title" within "notice",
// or another word within it.
func (t *table) word(language, key string) string {
	around := edit.Join("/words", language)
	group, rest, grouped := strings.Cut(key, ".")
	if n := t.document.At(edit.Join(around, group)); grouped && n != nil && n.Kind == edit.Mapping && t.document.At(edit.Join(around, key)) == nil {
		return edit.Join(edit.Join(around, group), rest)
	}
	return edit.Join(around, key)
}

// title is what people call an entry: its name in the first language, or its id. from is the name that
// comes from a known service.
func (t *table) title(n *edit.Node, from catalogue.Text) string {
	id := cmp.Or(said(t.at(n, "id")), strings.Split(said(t.at(n, "use")), "@")[0])
	name := t.at(n, "name")
	if len(t.Languages) == 0 {
		return cmp.Or(said(name), id)
	}
	return cmp.Or(said(name), said(t.at(name, t.Languages[0])), from[catalogue.Language(t.Languages[0])], id)
}

// necessary reports whether a category of that id is.
func (t *table) necessary(id string) bool {
	for _, category := range t.base.Categories {
		if string(category.ID) == id && category.Necessary {
			return true
		}
	}
	return slices.ContainsFunc(nodes(t.document.At("/categories"), edit.List), func(n *edit.Node) bool {
		return said(t.at(n, "id")) == id && said(t.at(n, "necessary")) == "true"
	})
}

// edition is that of a known service, "youtube@1". It is nil if there is none.
func (t *table) edition(use string) *services.Edition {
	if edition, read := t.entries[use]; read {
		return edition
	}
	t.entries[use] = nil
	id, number, pinned := strings.Cut(use, "@")
	n, err := strconv.Atoi(number)
	if !pinned || err != nil {
		return nil
	}
	if entry, err := source.Service(id); err == nil {
		t.entries[use] = entry.Edition(n)
	}
	return t.entries[use]
}

// at is the value of a key in a mapping, or nil.
func (t *table) at(n *edit.Node, key string) *edit.Node {
	if n == nil {
		return nil
	}
	return t.document.At(edit.Join(n.Pointer, key))
}

// nodes are those in a value of a kind, none if it is nil or of another kind.
func nodes(n *edit.Node, k edit.Kind) []*edit.Node {
	if n == nil || n.Kind != k {
		return nil
	}
	return n.Nodes
}

// said is the text of a value, or "" if it is no single one.
func said(n *edit.Node) string {
	if n == nil || n.Kind == edit.Mapping || n.Kind == edit.List || n.Kind == edit.Nothing {
		return ""
	}
	return n.Value
}
