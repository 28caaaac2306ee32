package report_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
)

func summary(r *report.Report, width int, colour bool, written ...string) string {
	var b strings.Builder
	r.Summary(&b, width, colour, written...)
	return b.String()
}

// twelve are twelve pages, of which the first is visited twice.
func twelve() (pages []report.Page) {
	for i := range 13 {
		pages = append(pages, report.Page{URL: fmt.Sprintf("https://example.org/%d", i%12)})
	}
	return pages
}

// TestSummary: what a small report is, to the letter.
func TestSummary(t *testing.T) {
	r := &report.Report{
		Site: "https://example.org/", Browser: "Chrome/156.0",
		Catalogue: &report.Catalogue{File: "mine.yaml", Revision: "k3f7ab"},
		Cut:       "The audit was cut short by whoever ran it.",
		Journeys: []report.Journey{
			{State: report.Before, Pages: twelve(), Requests: make([]report.Request, 3), Entries: make([]report.Entry, 2)},
			{State: report.Withdrawn, Pages: []report.Page{{Error: "The page did not answer."}}, Requests: []report.Request{{Host: "a.example", ThirdParty: true}, {Host: "a.example", ThirdParty: true}}},
		},
		Findings: []report.Finding{
			{Rule: report.RuleUnseen, Severity: report.Remark, Subject: "cookie a", Message: "The cookie a was not seen.", Remedy: "Take it out.", Place: &report.Place{File: "mine.yaml", Line: 3, Column: 5}},
			{Rule: report.RuleBefore, Severity: report.Error, Subject: "cookie b", Message: "The cookie b is known.", Remedy: "Gate it.", Known: true},
			{Rule: report.RuleBefore, Severity: report.Error, Subject: "cookie c", Message: "The cookie c is stored before the visitor has answered.", Remedy: "Gate it.", Element: "head > script",
				Evidence: []report.Evidence{{State: report.Before, Page: "https://example.org/", Initiator: report.Initiator{URL: "https://a.example/t.js", Line: 2, Column: 9}}}},
		},
		Notes: []report.Note{{State: report.Before, Page: "https://example.org/x", Text: "It is a download."}},
	}
	const want = `https://example.org/
with Chrome/156.0, against mine.yaml (revision k3f7ab)

before     12 pages           3 requests  0 third-party hosts  2 entries
withdrawn  1 page (1 not seen)  2 requests  1 third-party host   0 entries

Before consent (before-consent; L1, L14)
  x The cookie c is stored before the visitor has answered.
      before: https://example.org/
      by https://a.example/t.js:2:9
      head > script
  ~ The cookie b is known.
      known: it is in the baseline
  > Gate it.

Declared, and not seen (unseen; L24)
  - The cookie a was not seen.
      mine.yaml:3:5
  > Take it out.

Not audited
  - The audit was cut short by whoever ran it.
  - before https://example.org/x: It is a download.

1 error, 0 warnings, 1 note; 1 known, 0 waived. Report: audit/report.html
`
	spaces := regexp.MustCompile(`(\S) {2,}`) // columns are looked at below
	flat := func(text string) string { return spaces.ReplaceAllString(text, "$1  ") }
	got := summary(r, 80, false, "audit/report.html")
	if flat(got) != flat(want) {
		t.Errorf("it is\n%s\nand should be\n%s", got, want)
	}
	lines := strings.Split(got, "\n")
	for _, column := range []string{"request", "third-party", "entries"} {
		if a, b := strings.Index(lines[3], column), strings.Index(lines[4], column); a != b {
			t.Errorf("the column of %q is at %d and %d", column, a, b)
		}
	}
}

// TestSummaryWidth: lines are no wider than asked, except for a word that is wider; and what is said
// does not depend on the width.
func TestSummaryWidth(t *testing.T) {
	words := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	r := reporttest.Example()
	for _, width := range []int{1, 20, 40, 80, 120} {
		got := summary(r, width, false)
		for line := range strings.Lines(got) {
			line = strings.TrimSuffix(line, "\n")
			if utf8.RuneCountInString(line) > width && len(strings.Fields(line)) > 2 { // a sign and a word
				t.Errorf("at %d: %q", width, line)
			}
		}
		// Columns have no colon and comma; narrow lines of journeys do.
		_, said, _ := strings.Cut(words(got), "Before consent")
		_, want, _ := strings.Cut(words(summary(r, 0, false)), "Before consent")
		if said != want {
			t.Errorf("at %d it says\n%s\nand should say\n%s", width, said, want)
		}
	}
}

// TestSummaryTame: nothing that a site says reaches the terminal as a command, and colours are all that
// colours add.
func TestSummaryTame(t *testing.T) {
	r := reporttest.Example()
	r.Site += "\x9b2J" // not UTF-8; in an 8-bit terminal it clears the screen
	plain := summary(r, 80, false)
	for _, c := range plain {
		if c != '\n' && (unicode.IsControl(c) || c == utf8.RuneError || c == '\u202e') {
			t.Errorf("the character %q is there", c)
		}
	}
	if !strings.Contains(strings.Join(strings.Fields(plain), " "), "?[31mrouge?[0m") {
		t.Error("what is replaced is not to be seen")
	}
	sequences := regexp.MustCompile("\x1b\\[[0-9]+m")
	coloured := summary(r, 80, true)
	if sequences.ReplaceAllString(coloured, "") != plain {
		t.Error("in colours it says something else")
	}
	for _, want := range []string{"\x1b[31mThe cookie _ga is stored before the visitor has answered.\x1b[0m", "\x1b[33mThe parameter u", "\x1b[36mThe cookie csrf_*", "\x1b[2mThe cookie _fbp"} {
		if !strings.Contains(coloured, want) {
			t.Errorf("%q is missing in\n%s", want, coloured)
		}
	}
}

// TestSummaryAll: every finding is told, and the counts agree.
func TestSummaryAll(t *testing.T) {
	r := reporttest.Example()
	got := summary(r, 0, false, "a.json", "b.html")
	for _, f := range r.Findings {
		if !strings.Contains(got, strings.Join(strings.Fields(tamed(f.Message)), " ")) {
			t.Errorf("%q is missing in\n%s", f.Message, got)
		}
	}
	for _, want := range []string{"waived until 2026-12-24: Le prestataire l'enlève", "11 errors, 3 warnings, 2 notes; 2 known, 2 waived. Report: a.json, b.html\n", "  3 pages               6 requests  4 third-party hosts  8 entries\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if got := summary(&report.Report{Site: "x"}, 80, false); !strings.HasSuffix(got, "\nNothing was found.\n") {
		t.Errorf("a report of nothing is\n%s", got)
	}
	var many report.Report
	for i := range 34 {
		many.Findings = append(many.Findings, report.Finding{Rule: report.RuleUndeclared, Severity: report.Error, Message: fmt.Sprintf("Cookie %d.", i), Remedy: "Declare it.", Known: i < 30})
	}
	text := summary(&many, 80, false)
	if strings.Count(text, "  x Cookie 3") != 4 || strings.Count(text, "Cookie ") != 10 || !strings.Contains(text, "and 24 more") || strings.Count(text, "Declare it.") != 1 {
		t.Errorf("of 34 findings, of which 4 count, it says\n%s", text)
	}
}

// tamed is what a terminal shows of the odd text.
func tamed(text string) string {
	return strings.NewReplacer("\x1b", "?", "\x01", "?", "\x7f", "?", "\u0085", "?", "\u202e", "?", "\u2028", "?").Replace(text)
}
