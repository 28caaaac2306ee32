package importer

import (
	"html"
	"maps"
	"slices"
	"strings"

	"charte/web/importer/report"
	"charte/web/importer/tags"
	"charte/web/importer/told"
)

// gatedIn says what to write in place of the elements that the former banner holds back in a page, each
// once. There is no file to change: a page in a browser is what templates and scripts have made.
func gatedIn(elements []told.Element, m tags.Map) []report.Tag {
	all := []report.Tag{}
	add := func(t report.Tag) {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	for _, e := range elements {
		// The page's address may end as a template's or a Markdown file's name does, and the page is HTML all the same.
		_, changes, left := tags.Rewrite("page.html", []byte(markup(e)), m)
		place := report.Place(e.Place)
		for _, c := range changes {
			add(report.Tag{Place: place, Tag: c.Before, Write: c.After, Why: c.Note})
		}
		for _, l := range left {
			add(report.Tag{Place: place, Tag: l.Tag, Write: l.Write, Why: l.Why})
		}
	}
	return all
}

// markup is an element as HTML.
func markup(e told.Element) string {
	var b strings.Builder
	b.WriteString("<" + e.Tag)
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		b.WriteString(" " + name)
		if value := e.Attributes[name]; value != "" {
			b.WriteString(`="` + html.EscapeString(value) + `"`)
		}
	}
	b.WriteString(">")
	if e.Tag != "img" && e.Tag != "link" && e.Tag != "input" {
		b.WriteString(e.Text + "</" + e.Tag + ">")
	}
	return b.String()
}
