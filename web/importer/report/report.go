// Package report says what an import has done: what the catalogue takes over, what has changed, what is
// left out and why, what is wrong in the source, and what is to be done next.
package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// Version is the version of the report as JSON. A later program may add keys within a version.
const Version = 1

// An Import is what a report is about.
type Import struct {
	Plan     *plan.Plan
	Notes    []plan.Fate    // what the draft has otherwise than the plan
	Files    []string       // what was read
	Problems []told.Problem // what could not be read

	Catalogue string // the file that was written, or "" for none
	TODOs     int    // that are left in it

	// Tags are the former banner's tags in pages. Nil says that nobody has looked for them.
	Tags []Tag
}

// A Report is an import as JSON has it. Lists are never null. Those of settings are in the order in which
// the settings stand in the source; tags that are changed come before those that are left.
type Report struct {
	Version   int       `json:"version"`   // 1
	Peer      string    `json:"peer"`      // the banner and its edition: "Klaro 0.7"
	Files     []string  `json:"files"`     // that were read, by their names below the folder that holds all of them, or the page's address
	Catalogue string    `json:"catalogue"` // the file that was written; "" for none
	Counts    Counts    `json:"counts"`
	Mistakes  []Mistake `json:"mistakes"` // of the source
	Changed   []Setting `json:"changed"`  // settings that the catalogue has in another way
	Dropped   []Setting `json:"dropped"`  // settings without a counterpart
	Mapped    []Setting `json:"mapped"`   // settings that say the same in the catalogue
	Problems  []Problem `json:"problems"` // what could not be evaluated or read
	Tags      []Tag     `json:"tags"`     // the former banner's, in pages
	Next      []string  `json:"next"`     // what is to be done, a sentence each
}

// Counts are how long the lists of settings, mistakes and problems are, and how many TODOs the catalogue has.
type Counts struct {
	Mistakes int `json:"mistakes"`
	Changed  int `json:"changed"`
	Dropped  int `json:"dropped"`
	Mapped   int `json:"mapped"`
	Problems int `json:"problems"`
	TODOs    int `json:"todos"`
}

// A Place is where something stands in the source. Line and column count from 1; 0 is unknown.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// A Mistake is something in the source that a regulator would object to, or that does not work. Rule is
// one of [plan.Rule].
type Mistake struct {
	Rule    string `json:"rule"`    // "pre-ticked"
	Setting string `json:"setting"` // "services[0].default"; "" where none is known
	Place   Place  `json:"place"`
	Text    string `json:"text"` // what is wrong, and what the catalogue has in its place
}

// A Setting is what has become of a setting, and of what is below it.
type Setting struct {
	Setting string `json:"setting"` // "services[0].cookies"
	Place   Place  `json:"place"`
	To      string `json:"to,omitempty"`  // where it is in the catalogue
	Why     string `json:"why,omitempty"` // of what was changed or dropped
}

// A Problem is something that could not be evaluated or read. The rest was.
type Problem struct {
	Place Place  `json:"place"`
	Text  string `json:"text"`
}

// A Tag is one that the former banner reads in a page: it holds something back, or shows its settings.
type Tag struct {
	Place   Place  `json:"place"`
	Tag     string `json:"tag"`     // what stands there
	Write   string `json:"write"`   // what to write in its place; "" where that is not known, or where it is to be deleted
	Why     string `json:"why"`     // why it was left, or what differs then
	Changed bool   `json:"changed"` // -pages shows the change, and -write does it
}

// Of makes the report of an import.
func Of(i Import) Report {
	r := Report{
		Version: Version, Peer: i.Plan.Peer, Catalogue: i.Catalogue, Files: append([]string{}, i.Files...),
		Mistakes: []Mistake{}, Changed: []Setting{}, Dropped: []Setting{}, Mapped: []Setting{}, Problems: []Problem{}, Tags: append([]Tag{}, i.Tags...), Next: []string{},
	}
	for _, m := range i.Plan.Mistakes {
		r.Mistakes = append(r.Mistakes, Mistake{string(m.Rule), m.Path, Place(m.Place), m.Text})
	}
	for _, f := range slices.Concat(i.Plan.Fates, i.Notes) {
		s := Setting{f.Path, Place(f.Place), f.To, f.Why}
		switch f.Outcome {
		case plan.Changed:
			r.Changed = append(r.Changed, s)
		case plan.Mapped:
			r.Mapped = append(r.Mapped, s)
		default: // what nobody knows of is rather dropped than silent
			r.Dropped = append(r.Dropped, s)
		}
	}
	for _, p := range i.Problems {
		r.Problems = append(r.Problems, Problem{Place(p.Place), p.Text})
	}
	order := inOrder(r.Files)
	slices.SortStableFunc(r.Mistakes, func(a, b Mistake) int { return order(a.Place, b.Place) })
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return order(a.Place, b.Place) })
	for _, list := range [][]Setting{r.Changed, r.Dropped, r.Mapped} {
		slices.SortStableFunc(list, func(a, b Setting) int { return order(a.Place, b.Place) })
	}
	r.Counts = Counts{len(r.Mistakes), len(r.Changed), len(r.Dropped), len(r.Mapped), len(r.Problems), i.TODOs}
	r.Next = append(r.Next, next(i)...)
	return r
}

// inOrder compares places by the files that were read, in their order. Other files come after them, by name.
func inOrder(files []string) func(a, b Place) int {
	number := map[string]int{}
	for i, file := range files {
		number[file] = i + 1
	}
	last := len(files) + 1
	return func(a, b Place) int {
		return cmp.Or(
			cmp.Compare(cmp.Or(number[a.File], last), cmp.Or(number[b.File], last)),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
		)
	}
}

// next says what is to be done, a sentence each.
func next(i Import) []string {
	var all []string
	say := func(format string, values ...any) { all = append(all, fmt.Sprintf(format, values...)) }
	if n := len(i.Problems); n > 0 {
		say("Look at %s that could not be read for certain: the catalogue may lack some of it.", counted(n, "the part", "the %d parts"))
	}
	file := cmp.Or(i.Catalogue, "the catalogue")
	if i.TODOs > 0 {
		say("Fill in %s in %s.", counted(i.TODOs, "the TODO", "the %d TODOs"), file)
	}
	if i.Catalogue != "" {
		say("Run: charte check -strict %s", i.Catalogue)
	} else {
		say("Keep the catalogue in a file (-o names one), and run charte check -strict on it.")
	}
	left := len(slices.DeleteFunc(slices.Clone(i.Tags), func(t Tag) bool { return t.Changed }))
	switch {
	case i.Tags == nil:
		say("Gated tags in your pages still say what the former banner reads: charte import -pages DIR shows what to write, and -write writes it.")
	case left > 0:
		say("Write %s of the former banner otherwise, as this report says.", counted(left, "the tag", "the %d tags"))
	}
	say("Take the former banner out of your pages when you put Charte there: both would ask.")
	return all
}

// counted is one, or many with the number in it.
func counted(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf(many, n)
}

// JSON writes the report of an import as JSON, as [Report] describes it.
func JSON(i Import) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(Of(i)); err != nil {
		return nil, fmt.Errorf("the report cannot be written: %w", err)
	}
	return b.Bytes(), nil
}
