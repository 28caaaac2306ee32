package draft

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue/source"
)

// A document is a catalogue's text as it grows. It can be written with a sample for each TODO, and
// then is a catalogue that can be read: so the draft can be tested while it is made.
type document struct {
	parts  []*part
	marked int // samples of names, which are different

	offered bool // what is offered is a comment, from which an owner can take the marks away
}

// A part is a line or several of a document. fault says why a catalogue cannot have it, or is "".
type part struct {
	fault    string
	lines    func(fault string) []string
	settings []string // those that it writes, as a [plan.Fate] has them in To; a fault makes a comment of them
}

// The marks of a TODO are private characters of Unicode, which nobody writes and [clean] takes out. A
// sample stands between them.
const (
	todoStart = "\uE000"
	todoEnd   = "\uE001"
)

var marks = regexp.MustCompile(todoStart + `[^` + todoEnd + `]*` + todoEnd)

// todo stands for what only a person can say. sample is what could stand there.
func todo(sample string) string { return todoStart + sample + todoEnd }

// todoName is todo for the name of a cookie.
func (d *document) todoName() string {
	d.marked++
	return todo("todo-" + strconv.Itoa(d.marked))
}

// add adds lines that every catalogue can have.
func (d *document) add(lines ...string) {
	d.part(func(string) []string { return lines })
}

// part adds a part whose lines depend on what is wrong with it.
func (d *document) part(lines func(fault string) []string) *part {
	p := &part{lines: lines}
	d.parts = append(d.parts, p)
	return p
}

// value adds "key: value", and what stands in its place where a catalogue cannot have the value.
func (d *document) value(line string, otherwise func(fault string) []string) *part {
	return d.part(func(fault string) []string {
		if fault != "" {
			return otherwise(fault)
		}
		return []string{line}
	})
}

// under adds a heading and the parts of another document below it. Where none of their settings stands,
// the heading is a comment, since nothing may be empty in a catalogue.
func (d *document) under(indent, heading string, below *document) {
	d.part(func(string) []string {
		if slices.ContainsFunc(below.parts, func(p *part) bool { return p.settings != nil && p.fault == "" }) {
			return []string{indent + heading}
		}
		return []string{indent + "# " + heading}
	})
	d.parts = append(d.parts, below.parts...)
}

// offer adds lines that an owner may take over, with a comment about them. They are read with the rest,
// and left out if they cannot be.
func (d *document) offer(comment, lines []string) {
	d.part(func(fault string) []string {
		if fault != "" {
			return nil
		}
		all := slices.Clone(comment)
		for _, line := range lines {
			if d.offered {
				line = "# " + line
			}
			all = append(all, line)
		}
		return all
	})
}

// written returns the text with its marks, and which part each line is of.
func (d *document) written() (text string, of []*part) {
	var b strings.Builder
	for _, p := range d.parts {
		for _, line := range p.lines(p.fault) {
			b.WriteString(line + "\n")
			of = append(of, p)
		}
	}
	return b.String(), of
}

// settled reads the document as a catalogue with its samples, and notes with each part why a
// catalogue cannot have it, until it can be read. An error is about what no part can do without.
func (d *document) settled(name string) error {
	for {
		text, of := d.written()
		_, err := source.Read(name, []byte(sampled(text)))
		var errs source.Errors
		if err == nil || !errors.As(err, &errs) {
			return err
		}
		found := false
		for _, e := range errs {
			if e.Line >= 1 && e.Line <= len(of) && of[e.Line-1].fault == "" {
				of[e.Line-1].fault, found = e.Message, true
			}
		}
		if !found {
			return err
		}
	}
}

// comments are the reasons why settings are comments, by where they would be in the catalogue.
func (d *document) comments() map[string]string {
	all := map[string]string{}
	for _, p := range d.parts {
		for _, to := range p.settings {
			if p.fault != "" {
				all[to] = "A catalogue cannot have it, so it is a comment: " + strings.TrimSuffix(p.fault, ".") + "."
			}
		}
	}
	return all
}

// sampled returns the text with its samples.
func sampled(text string) string {
	return marks.ReplaceAllStringFunc(text, func(mark string) string {
		return strings.TrimSuffix(mark[len(todoStart):], todoEnd)
	})
}

// finished returns the text with its TODOs, and how many there are.
func finished(text string) (string, int) {
	return marks.ReplaceAllString(text, "TODO"), len(marks.FindAllStringIndex(text, -1))
}
