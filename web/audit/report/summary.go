package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostShown is how many findings of one rule the terminal's text shows. The report has them all.
const mostShown = 10

// Summary writes the report as a terminal shows it: a line for each journey, the findings by rule, what
// could not be audited, and a closing line with the counts and the files that were written. Lines are
// wrapped at width characters; 0 does not wrap. colour adds the escape sequences of ECMA-48. Characters
// of the site that a terminal might obey are written as "?".
func (r *Report) Summary(w io.Writer, width int, colour bool, written ...string) {
	s := &summary{width: width, colour: colour}
	s.heading(r)
	s.journeys(r)
	for _, group := range r.byRule() {
		s.group(group)
	}
	s.notes(r)
	s.closing(r, written)
	io.WriteString(w, s.text.String())
}

// A style is the parameter of an escape sequence (ECMA-48, SGR).
type style string

const (
	unstyled style = ""
	bold     style = "1"
	faint    style = "2"
	red      style = "31"
	yellow   style = "33"
	cyan     style = "36"
)

// A summary is the terminal's text as it grows.
type summary struct {
	text   strings.Builder
	width  int
	colour bool
}

// heading says what was audited.
func (s *summary) heading(r *Report) {
	s.line("", "", bold, r.Site)
	by := "with " + r.Browser
	if r.Catalogue != nil {
		by += ", against " + r.Catalogue.File + " (revision " + r.Catalogue.Revision + ")"
	} else {
		by += ", without a catalogue"
	}
	s.line("", "", unstyled, by)
}

// journeys writes a line for each journey, in columns if they fit.
func (s *summary) journeys(r *Report) {
	if len(r.Journeys) > 0 {
		s.text.WriteByte('\n')
	}
	var rows [][]string
	for _, j := range r.Journeys {
		unseen := map[string]bool{}
		for _, page := range j.Pages {
			if page.Error != "" {
				unseen[page.URL] = true
			}
		}
		pages := counted(j.Addresses(), "page", "pages")
		if len(unseen) > 0 {
			pages += fmt.Sprintf(" (%d not seen)", len(unseen))
		}
		rows = append(rows, []string{string(j.State), pages, counted(len(j.Requests), "request", "requests"),
			counted(j.OtherHosts(), "third-party host", "third-party hosts"), counted(len(j.Entries), "entry", "entries")})
	}
	widths := make([]int, 5)
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			fmt.Fprintf(&line, "%-*s  ", widths[i], cell)
		}
		if columns := strings.TrimRight(line.String(), " "); s.width <= 0 || utf8.RuneCountInString(columns) <= s.width {
			s.text.WriteString(tame(columns) + "\n")
		} else {
			s.line("", "  ", unstyled, row[0]+": "+strings.Join(row[1:], ", "))
		}
	}
}

// group writes the findings of one rule, those that count first.
func (s *summary) group(g ruleGroup) {
	if len(g.findings) == 0 {
		return
	}
	about := g.rule.ID
	if len(g.rule.Law) > 0 {
		about += "; " + strings.Join(g.rule.Law, ", ")
	}
	s.text.WriteByte('\n')
	s.line("", "  ", bold, g.rule.Title+" ("+about+")")
	found := slices.Clone(g.findings)
	slices.SortStableFunc(found, func(a, b Finding) int {
		switch {
		case a.Counts() == b.Counts():
			return 0
		case a.Counts():
			return -1
		}
		return 1
	})
	var remedies []string
	for _, f := range found[:min(len(found), mostShown)] {
		s.finding(f)
		if f.Remedy != "" && !slices.Contains(remedies, f.Remedy) {
			remedies = append(remedies, f.Remedy)
		}
	}
	if more := len(found) - mostShown; more > 0 {
		s.line("  ", "  ", faint, fmt.Sprintf("… and %d more, which are in the report.", more))
	}
	for _, remedy := range remedies {
		s.line("  > ", "    ", unstyled, remedy)
	}
}

// finding writes one finding: its sign, what was seen, where, and why it does not count.
func (s *summary) finding(f Finding) {
	sign, look := "! ", yellow
	switch {
	case f.Waived != nil || f.Known:
		sign, look = "~ ", faint
	case f.Severity == Error:
		sign, look = "x ", red
	case f.Severity == Remark:
		sign, look = "- ", cyan
	}
	s.line("  "+sign, "    ", look, f.Message)
	switch {
	case f.Waived != nil:
		s.line("      ", "      ", faint, "waived until "+f.Waived.Until+": "+f.Waived.Reason)
	case f.Known:
		s.line("      ", "      ", faint, "known: it is in the baseline")
	}
	if f.Place != nil {
		s.line("      ", "      ", unstyled, f.Place.String())
		return
	}
	if len(f.Evidence) > 0 {
		e := f.Evidence[0]
		s.line("      ", "      ", unstyled, string(e.State)+": "+e.Page)
		if by := e.Initiator.String(); e.Initiator.URL != "" && e.Initiator.URL != e.Page {
			s.line("      ", "      ", unstyled, "by "+by)
		}
	}
	if f.Element != "" {
		s.line("      ", "      ", unstyled, f.Element)
	}
}

// notes writes what could not be audited.
func (s *summary) notes(r *Report) {
	if r.Cut == "" && len(r.Notes) == 0 {
		return
	}
	s.text.WriteByte('\n')
	s.line("", "", bold, "Not audited")
	if r.Cut != "" {
		s.line("  - ", "    ", unstyled, r.Cut)
	}
	for _, note := range r.Notes {
		where := strings.TrimSpace(string(note.State) + " " + note.Page)
		if where != "" {
			where += ": "
		}
		s.line("  - ", "    ", unstyled, where+note.Text)
	}
}

// closing writes the counts, and where to read on.
func (s *summary) closing(r *Report, written []string) {
	c := r.Count()
	look := unstyled
	switch {
	case c.Errors > 0:
		look = red
	case c.Warnings > 0:
		look = yellow
	}
	said := "Nothing was found."
	if len(r.Findings) > 0 {
		said = counted(c.Errors, "error", "errors") + ", " + counted(c.Warnings, "warning", "warnings") + ", " + counted(c.Remarks, "note", "notes") +
			fmt.Sprintf("; %d known, %d waived.", c.Known, c.Waived)
	}
	if len(written) > 0 {
		said += " Report: " + strings.Join(written, ", ")
	}
	s.text.WriteByte('\n')
	s.line("", "", look, said)
}

// line writes a text with what stands before its first line and before the others. A word that is longer
// than a line has one of its own, unbroken, so that an address can be copied.
func (s *summary) line(first, others string, look style, text string) {
	prefix, length := first, 0
	var words []string
	flush := func() {
		s.text.WriteString(prefix + s.styled(look, strings.Join(words, " ")) + "\n")
		prefix, words, length = others, nil, 0
	}
	for _, word := range strings.Fields(tame(text)) {
		n := utf8.RuneCountInString(word)
		if s.width > 0 && len(words) > 0 && len(prefix)+length+1+n > s.width {
			flush()
		}
		if len(words) > 0 {
			length++
		}
		words, length = append(words, word), length+n
	}
	if len(words) > 0 || prefix == first {
		flush()
	}
}

// styled puts a text into a style, if there are colours.
func (s *summary) styled(look style, text string) string {
	if !s.colour || look == unstyled || text == "" {
		return text
	}
	return "\x1b[" + string(look) + "m" + text + "\x1b[0m"
}

// tame replaces what a terminal might obey, or might hide: control characters, those that turn the
// direction of writing, and bytes that are no text.
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

// counted is a number with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
