package offers

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/catalogue/check"
	"charte/catalogue/edit"
	"charte/catalogue/services"
	"charte/catalogue/source"
)

// A reading is what can be read of a text, which may have mistakes. The catalogue in it is valid: where
// the text has a TODO, it has a value that a catalogue can have, and it lacks what has another mistake.
type reading struct {
	name     string
	document *edit.Document // the text as it is

	catalogue *catalogue.Catalogue
	text      string // of the catalogue, whose lines are not those of the document

	// faults are the mistakes other than TODOs, in the words of "charte check".
	faults []string
}

// read reads a text. The error is about what a catalogue cannot do without.
func read(name string, text []byte) (*reading, error) {
	d, err := edit.Parse(name, text)
	if err != nil {
		return nil, err
	}
	r := &reading{name: name, document: d}
	if d.Root() == nil {
		_, err := source.Read(name, text)
		return nil, err
	}
	left := map[string]bool{}
	for {
		w := &writer{samples: samplesFor(d), left: left}
		w.value(d.Root(), "", false)
		r.text = strings.Join(w.lines, "\n") + "\n"
		c, err := source.Read(name, []byte(r.text))
		if err == nil {
			r.catalogue = c
			return r, nil
		}
		var errs source.Errors
		if !errors.As(err, &errs) {
			return nil, err
		}
		found := false
		for _, e := range errs {
			if e.Line < 1 || e.Line > len(w.of) {
				continue
			}
			pointer := mistaken(w.of[e.Line-1])
			if _, needed := needs[pointer]; pointer == "" || needed {
				continue
			}
			if !left[pointer] {
				left[pointer], found = true, true
				r.faults = append(r.faults, e.Message)
			}
		}
		if !found {
			_, original := source.Read(name, text)
			return nil, errors.Join(errors.New("nothing can be added before this is mended"), original)
		}
	}
}

// needs are the keys that no catalogue can do without.
var needs = map[string]bool{"/extends": true, "/site": true, "/languages": true, "/charter": true}

// mistaken is what a catalogue has to lack where there is a mistake at a pointer: the innermost element of
// a list around it, or the whole key.
func mistaken(pointer string) string {
	steps := strings.Split(pointer, "/")
	for n := len(steps); n > 2; n-- {
		if _, err := strconv.Atoi(steps[n-1]); err == nil {
			return strings.Join(steps[:n], "/")
		}
	}
	return strings.Join(steps[:min(2, len(steps))], "/")
}

// A writer writes the values of a document, one a line, so that a mistake's line leads to its value.
type writer struct {
	samples *samples
	left    map[string]bool // pointers of what is not written
	lines   []string
	of      []string // the pointer of each line's value
}

// value writes a value below a key or a dash that stands in the last line. A list's element begins in
// that line, as inline says.
func (w *writer) value(n *edit.Node, indent string, inline bool) {
	add := func(pointer, text string) {
		if inline {
			w.lines[len(w.lines)-1] += " " + text
			w.of[len(w.of)-1] = pointer
			inline = false
			return
		}
		w.lines, w.of = append(w.lines, indent+text), append(w.of, pointer)
	}
	written := false
	for _, child := range n.Nodes {
		if w.left[child.Pointer] {
			continue
		}
		written = true
		head := "-"
		if n.Kind == edit.Mapping {
			head = plainKey(child.Key()) + ":"
		}
		add(child.Pointer, head)
		if child.Kind == edit.Mapping || child.Kind == edit.List {
			w.value(child, indent+"  ", n.Kind == edit.List && child.Kind == edit.Mapping)
			continue
		}
		w.lines[len(w.lines)-1] += " " + w.samples.scalar(child)
	}
	if written {
		return
	}
	empty := map[edit.Kind]string{edit.Mapping: "{}", edit.List: "[]"}[n.Kind]
	if len(w.lines) == 0 {
		w.lines, w.of = []string{cmp.Or(empty, w.samples.scalar(n))}, []string{""}
		return
	}
	w.lines[len(w.lines)-1] += " " + empty
}

var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z]*$`)

// plainKey writes a key, in quotes where it could be read as something else.
func plainKey(key string) string {
	switch strings.ToLower(key) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
	default:
		if plain.MatchString(key) {
			return key
		}
	}
	return quoted(key)
}

// quoted writes a text in double quotes. YAML reads those of JSON.
func quoted(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // which cannot fail for a text
	return strings.TrimSuffix(b.String(), "\n")
}

// samples are what could stand where a text has a TODO.
type samples struct {
	document *edit.Document
	category string
	count    int // of names, which have to differ
}

func samplesFor(d *edit.Document) *samples {
	s := &samples{document: d}
	if list := d.At("/categories"); list != nil {
		for _, c := range list.Nodes {
			id, necessary := d.At(edit.Join(c.Pointer, "id")), d.At(edit.Join(c.Pointer, "necessary"))
			if id != nil && s.category == "" && !undone(id) && (necessary == nil || necessary.Value != "true") {
				s.category = id.Value
			}
		}
	}
	if extends := d.At("/extends"); extends != nil && s.category == "" {
		if c, err := source.Embedded(extends.Value); err == nil {
			for _, category := range c.Categories {
				if !category.Necessary && s.category == "" {
					s.category = string(category.ID)
				}
			}
		}
	}
	return s
}

// undone reports whether a value is left to a person. Package patch writes "<TODO>" where "TODO" could
// be the value.
func undone(n *edit.Node) bool {
	return n.Kind == edit.Text && (check.Undone(n.Value) || n.Value == "<TODO>")
}

// scalar writes a value, or a sample in place of a TODO.
func (s *samples) scalar(n *edit.Node) string {
	if !undone(n) {
		switch n.Kind {
		case edit.Nothing:
			return ""
		case edit.Flag, edit.Number:
			return n.Value
		}
		return quoted(n.Value)
	}
	around, key := edit.Parent(n.Pointer)
	list, _ := edit.Parent(around)
	switch key {
	case "category":
		return quoted(s.category)
	case "policyURL", "charterURL":
		return "https://example.org/"
	case "cookieDomain":
		return "example.org"
	case "lifetime":
		return "session"
	case "retention":
		return "25 months"
	case "acceptsUnknown", "exempt":
		return "true"
	case "cookies", "hosts":
		return "[]"
	case "name":
		if strings.HasSuffix(list, "/cookies") {
			s.count++
			return quoted(fmt.Sprintf("todo-%d", s.count))
		}
	}
	if strings.HasSuffix(around, "/with") {
		return s.parameter(list, key)
	}
	return "x"
}

// parameter is a value that a parameter of a known service can have. at is where the service stands.
func (s *samples) parameter(at, id string) string {
	_, edition := known(s.document, at)
	if edition == nil {
		return "x"
	}
	for _, p := range edition.Parameters {
		if p.ID == id {
			return quoted(p.Example)
		}
	}
	return "true"
}

// known returns the known service that a service of a document takes over, or nil.
func known(d *edit.Document, at string) (*services.Entry, *services.Edition) {
	use := d.At(edit.Join(at, "use"))
	if use == nil {
		return nil, nil
	}
	id, number, _ := strings.Cut(use.Value, "@")
	entry, err := source.Service(id)
	if err != nil {
		return nil, nil
	}
	n, _ := strconv.Atoi(number)
	return entry, entry.Edition(n)
}

// uses are the known services that a document takes over.
func uses(d *edit.Document) []string {
	var all []string
	list := d.At("/services")
	if list == nil {
		return nil
	}
	for _, s := range list.Nodes {
		if use := d.At(edit.Join(s.Pointer, "use")); use != nil {
			id, _, _ := strings.Cut(use.Value, "@")
			all = append(all, id)
		}
	}
	return all
}

// ids are the ids that stand in a list of a document, also where the rest of an element has mistakes.
func ids(d *edit.Document, lists ...string) []string {
	var all []string
	for _, pointer := range lists {
		list := d.At(pointer)
		if list == nil {
			continue
		}
		for _, n := range list.Nodes {
			if id := d.At(edit.Join(n.Pointer, "id")); id != nil {
				all = append(all, id.Value)
			}
		}
	}
	return append(all, slices.DeleteFunc(uses(d), func(string) bool { return !slices.Contains(lists, "/services") })...)
}
