package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"charte/web/importer/told"
)

// elements are what elements.js answers.
type elements struct {
	Type, At string
	Charte   bool // Charte's own banner is there
	Elements []struct {
		Tag, Text  string
		Attributes [][2]string
	}
	More    int // elements beyond the limit
	Cut     int // texts that were cut
	Scripts []struct{ Src, Text string }
}

// left is what read.js answers.
type left struct {
	Calls []struct {
		Name string
		Args []node
	}
	Names []struct {
		Base, Key string
		Value     node
	}
	Notes []note
}

// A node is a value. Its names are short, since there may be many.
type node struct {
	Kind  string   `json:"k"`
	Bool  bool     `json:"b"`
	Text  string   `json:"t"` // a number's, too: JSON has no NaN
	Flags string   `json:"g"`
	Names []string `json:"n"` // of a map
	Items []node   `json:"i"` // of a list; the values of a map
}

// A note is something that could not be read.
type note struct{ What, Path string }

// mostAnswer is how many bytes an answer has at most. One at all of the limits has about half of it.
const mostAnswer = 16 << 20

// decode reads an answer. The page's scripts cannot change it, but they may know how to spoil it.
func decode(text []byte, answer any) error {
	if len(text) > mostAnswer {
		return fmt.Errorf("what it answers has %d bytes, and not %d at most", len(text), mostAnswer)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("what it answers cannot be understood: %w", err)
	}
	return nil
}

func decodeElements(text []byte) (*elements, error) {
	var e elements
	return &e, decode(text, &e)
}

func decodeLeft(text []byte) (*left, error) {
	var l left
	return &l, decode(text, &l)
}

// A teller tells values, within the limits.
type teller struct {
	file  string
	nodes int // that are left
	notes []note
}

func (t *teller) place() told.Place { return told.Place{File: t.file} }

// value is a value as it is told. depth is how many it is in.
func (t *teller) value(n node, path string, depth int) told.Value {
	v := told.Value{Kind: told.Kind(n.Kind), Place: t.place()}
	if t.nodes--; t.nodes < 0 || depth > limits.depth {
		t.notes = append(t.notes, note{What: "many", Path: path})
		v.Kind, v.Text = told.Opaque, "…"
		return v
	}
	switch v.Kind {
	case told.Null:
	case told.Bool:
		v.Bool = n.Bool
	case told.Number:
		v.Number, _ = strconv.ParseFloat(n.Text, 64) // "Infinity" and "NaN", too
	case told.Text, told.Function, told.Opaque:
		v.Text = n.Text
	case told.Pattern:
		v.Text, v.Flags = n.Text, n.Flags
	case told.List:
		for i, item := range n.Items {
			if t.full(path) {
				break
			}
			v.Items = append(v.Items, t.value(item, told.At(path, i), depth+1))
		}
	case told.Map:
		for i, name := range n.Names[:min(len(n.Names), len(n.Items))] {
			if t.full(path) {
				break
			}
			v.Fields = append(v.Fields, told.Field{Name: name, Value: t.value(n.Items[i], told.Below(path, name), depth+1)})
		}
	default:
		v.Kind, v.Text = told.Opaque, n.Text
	}
	return v
}

// full reports whether no value more may be told, and says so.
func (t *teller) full(path string) bool {
	if t.nodes <= 0 {
		t.notes = append(t.notes, note{What: "many", Path: path})
	}
	return t.nodes <= 0
}

// assemble puts together what a page told.
func assemble(e *elements, l *left, f *files) *Page {
	t := &teller{file: e.At, nodes: limits.nodes, notes: l.Notes}
	all := &told.Told{Files: []string{e.At}}
	for _, c := range l.Calls {
		call := told.Call{Name: c.Name, Place: t.place()}
		for _, arg := range c.Args {
			call.Args = append(call.Args, t.value(arg, c.Name, 0))
		}
		all.Calls = append(all.Calls, call)
	}
	for _, n := range l.Names {
		name := n.Key
		if n.Base != "" {
			name = told.Below(n.Base, n.Key)
		}
		all.Names = append(all.Names, told.Named{Name: name, Value: t.value(n.Value, name, 0), Place: t.place()})
	}
	for _, found := range e.Elements {
		element := told.Element{Tag: found.Tag, Attributes: map[string]string{}, Text: found.Text, Place: t.place()}
		for _, a := range found.Attributes {
			element.Attributes[a[0]] = a[1]
		}
		all.Elements = append(all.Elements, element)
	}
	for _, text := range sentences(e, f, t.notes) {
		all.Problems = append(all.Problems, told.Problem{Place: t.place(), Text: text})
	}
	return &Page{Told: all, Scripts: scripts(e, f)}
}

// scripts are the page's scripts that mention a banner, in the page's order. Those that another script
// has loaded come last.
func scripts(e *elements, f *files) []Script {
	var all []Script
	left, inline := maps.Clone(f.texts), 0
	for _, s := range e.Scripts {
		text, known := left[s.Src]
		switch {
		case s.Src == "":
			inline++
			all = append(all, Script{Name: fmt.Sprintf("%s#script-%d", e.At, inline), Text: s.Text})
		case known:
			all = append(all, Script{Name: s.Src, Text: text})
			delete(left, s.Src)
		}
	}
	for _, address := range slices.Sorted(maps.Keys(left)) {
		all = append(all, Script{Name: address, Text: left[address]})
	}
	return all
}
