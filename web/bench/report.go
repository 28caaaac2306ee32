package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"charte/web/whole"
)

// A report is a run of the benchmark.
type report struct {
	Date    string  `json:"date"` // 2026-11-23
	Machine machine `json:"machine"`
	Browser string  `json:"browser"`
	Engine  string  `json:"engine"`
	Rounds  int     `json:"rounds"`

	// LoadBefore and LoadAfter are the machine's load averages of one minute. They show
	// whether other programs ran.
	LoadBefore string `json:"loadBefore"`
	LoadAfter  string `json:"loadAfter"`

	Rows []*row `json:"rows"`
}

// columns are all banners that a row may measure.
var columns = append(slices.Clone(banners), secondRound...)

// markdown writes the table, ready for the README.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %s; engine %q; medians of %d interleaved rounds, each visit in a fresh profile with a cold cache. "+
		"Mobile: 4x CPU throttling, 1.6 Mbit/s, 150 ms. Bytes on the wire are the server's answers, headers included. "+
		"Load average before and after: %s, %s.\n\n",
		r.Date, r.Machine, r.Browser, r.Engine, r.Rounds, r.LoadBefore, r.LoadAfter)
	head := []string{"what"}
	for _, banner := range banners {
		head = append(head, banner.Name)
	}
	head = append(head, "ratio", "target", "reached")
	fmt.Fprintf(&b, "| %s |\n|---%s|\n", strings.Join(head, " | "), strings.Repeat("|---", len(head)-1))
	for _, row := range r.Rows {
		b.WriteString(row.line())
	}
	r.second(&b)
	if notes := r.notes(); notes != nil {
		b.WriteString("\nNot measured:\n\n")
		for _, note := range notes {
			b.WriteString("- " + note + "\n")
		}
	}
	return b.String()
}

// What stands before and after the tables in the README.
const (
	tablesBegin = "`go run ./web/bench` on "
	tablesEnd   = "\nMissed targets are bold.\n"
)

// readmeWidth is how many characters a line of the README has at most.
const readmeWidth = 125

// intoReadme puts the tables in the place of those that a file has.
func (r *report) intoReadme(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(data), "\n"+tablesBegin)
	_, after, ends := strings.Cut(rest, tablesEnd)
	if !begins || !ends {
		return fmt.Errorf("%s has no tables: they begin with %q and end with %q", file, tablesBegin, strings.TrimSpace(tablesEnd))
	}
	run, tables, _ := strings.Cut(r.markdown(), "\n")
	return whole.WriteFile(file, []byte(before+"\n"+wrapped(tablesBegin+run, readmeWidth)+"\n"+tables+tablesEnd+after))
}

// wrapped breaks a text into lines of at most width characters, where it has spaces.
func wrapped(text string, width int) string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, word)
		default:
			*last += " " + word
		}
	}
	return strings.Join(lines, "\n")
}

// second writes the table of the second round: the rows that measure it, in the same
// visits and rounds as the table above. It has no targets.
func (r *report) second(b *strings.Builder) {
	of := append([]*banner{charte}, secondRound...)
	head := []string{"a second round"}
	for _, banner := range of {
		head = append(head, banner.Name)
	}
	begun := false
	for _, row := range r.Rows {
		if !row.expects(secondRound[0]) {
			continue
		}
		if !begun {
			fmt.Fprintf(b, "\n| %s |\n|---%s|\n", strings.Join(head, " | "), strings.Repeat("|---", len(head)-1))
			begun = true
		}
		cells := []string{row.What}
		for _, banner := range of {
			cells = append(cells, row.cell(banner))
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
}

// notes returns a line for each row and banner with failures. It has the first of them.
func (r *report) notes() []string {
	var notes []string
	for _, row := range r.Rows {
		for _, banner := range columns {
			failures := row.Failures[banner.ID]
			if len(failures) == 0 {
				continue
			}
			notes = append(notes, fmt.Sprintf("%s, %s, %d of %d rounds: %s",
				row.What, banner.Name, len(failures), len(failures)+len(row.Figures[banner.ID]), failures[0]))
		}
	}
	return notes
}

// incomplete reports whether a figure is missing.
func (r *report) incomplete() bool { return r.notes() != nil }
