package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// width is that of a terminal, in characters.
const width = 80

// Text writes the report of an import for a terminal of 80 columns: mistakes first, then what was
// changed, dropped and mapped, what could not be read, and what is to be done. What says the same in
// the catalogue is only counted, unless all is true. Characters of the source that a terminal might
// obey are written as "?". The error is that of w.
func Text(w io.Writer, i Import, all bool) error {
	r := Of(i)
	t := &text{}
	t.line("", "", said(r))
	t.mistakes(r.Mistakes)
	t.settings("Changed: the catalogue has it in another way", r.Changed)
	dropped := r.Dropped
	if !all {
		dropped = saidAbove(dropped, r.Mistakes)
	}
	t.settings("Dropped: the catalogue has no counterpart", dropped)
	if all {
		t.settings("Mapped: the catalogue says the same", r.Mapped)
	}
	if len(r.Problems) > 0 {
		t.head(fmt.Sprintf("Not read, or not for certain (%d)", len(r.Problems)))
		for _, p := range r.Problems {
			t.item(p.Place, "", p.Text)
		}
	}
	t.tags(r.Tags)
	t.head("Result")
	c := r.Counts
	t.line("  ", "  ", counts(c))
	if !all && c.Mapped > 0 {
		t.line("  ", "  ", "With -all, what was mapped is listed, too.")
	}
	if len(r.Next) > 0 {
		t.head("Next")
		for _, next := range r.Next {
			t.line("  - ", "    ", next)
		}
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// tags writes what is to be written in place of tags that nobody has changed.
func (t *text) tags(all []Tag) {
	all = slices.DeleteFunc(slices.Clone(all), func(tag Tag) bool { return tag.Changed })
	if len(all) == 0 {
		return
	}
	t.head(fmt.Sprintf("Tags of the former banner: what to write (%d)", len(all)))
	for _, tag := range all {
		t.item(tag.Place, tag.Tag, tag.Why)
		if tag.Write != "" {
			t.code(tag.Write)
		}
	}
}

// code writes what is to be written into a page, its lines as they are.
func (t *text) code(of string) {
	t.b.WriteString("      Write:\n")
	for line := range strings.SplitSeq(strings.TrimRight(of, "\n"), "\n") {
		t.b.WriteString("        " + strings.TrimRight(tame(line), " ") + "\n")
	}
}

// said is what was read.
func said(r Report) string {
	of := r.Peer
	if len(r.Files) > 0 {
		const some = 4
		shown := r.Files[:min(some, len(r.Files))]
		of += ", from " + strings.Join(shown, ", ")
		if more := len(r.Files) - len(shown); more > 0 {
			of += fmt.Sprintf(" and %d more", more)
		}
	}
	if r.Catalogue != "" {
		of += ", to " + r.Catalogue
	}
	return of
}

// A text is a terminal's text as it grows.
type text struct{ b strings.Builder }

// head begins a group.
func (t *text) head(of string) {
	t.b.WriteString("\n")
	t.line("", "", of)
}

// mistakes writes the mistakes by rule, in the order in which their rules come first.
func (t *text) mistakes(all []Mistake) {
	if len(all) == 0 {
		return
	}
	t.head(fmt.Sprintf("Mistakes of the source (%d)", len(all)))
	var rules []string
	for _, m := range all {
		if !slices.Contains(rules, m.Rule) {
			rules = append(rules, m.Rule)
		}
	}
	for _, rule := range rules {
		t.line("  ", "  ", rule)
		for _, m := range all {
			if m.Rule == rule {
				t.item(m.Place, m.Setting, m.Text)
			}
		}
	}
}

// counts says how much there is of each.
func counts(c Counts) string {
	mistakes := "No mistake was found in the source"
	if c.Mistakes > 0 {
		mistakes = counted(c.Mistakes, "1 mistake", "%d mistakes") + " of the source"
	}
	text := fmt.Sprintf("%s; %s mapped, %d changed, %d dropped", mistakes, counted(c.Mapped, "1 setting", "%d settings"), c.Changed, c.Dropped)
	if c.Problems > 0 {
		text += "; " + counted(c.Problems, "1 part", "%d parts") + " not read for certain"
	}
	return text + "."
}

// saidAbove gives the settings that are a mistake a reason that leads there, since a mistake's text says
// what the catalogue has in its place. What runs without being asked is more than its setting: a
// reason says what to do where it may.
func saidAbove(all []Setting, mistakes []Mistake) []Setting {
	all = slices.Clone(all)
	for i, s := range all {
		if slices.ContainsFunc(mistakes, func(m Mistake) bool {
			return m.Setting == s.Setting && m.Place == s.Place && m.Setting != "" && m.Rule != string(plan.NotAsked)
		}) {
			all[i].Why = "These are among the mistakes above."
		}
	}
	return all
}

// settings writes what has become of settings. Those with the same reason stand together below it, in
// the order in which the reasons come first.
func (t *text) settings(of string, all []Setting) {
	if len(all) == 0 {
		return
	}
	t.head(fmt.Sprintf("%s (%d)", of, len(all)))
	var reasons []string
	by := map[string][]Setting{}
	for _, s := range all {
		if by[s.Why] == nil {
			reasons = append(reasons, s.Why)
		}
		by[s.Why] = append(by[s.Why], s)
	}
	for _, why := range reasons {
		t.line("  ", "  ", why)
		for _, s := range by[why] {
			name := s.Setting
			if s.To != "" && s.To != name {
				name = strings.TrimSpace(name + " -> " + s.To)
			}
			t.item(s.Place, name, "")
		}
	}
}

// item writes where something stands, what it is called, and a sentence about it.
func (t *text) item(place Place, name, about string) {
	where := told.Place(place).String()
	t.line("    ", "      ", strings.TrimSpace(where+" "+name))
	if about != "" {
		t.line("      ", "      ", about)
	}
}

// line writes a text with what stands before its first line and before the others. A word that is
// longer than a line has one of its own, unbroken, so that an address can be copied.
func (t *text) line(first, others, of string) {
	line := first
	empty := true
	for _, word := range strings.Fields(tame(of)) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			t.b.WriteString(line + "\n")
			line, empty = others, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	if !empty {
		t.b.WriteString(line + "\n")
	}
}

// tame replaces what a terminal might obey, or might hide.
func tame(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r == utf8.RuneError, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return '?'
		}
		return r
	}, text)
}
