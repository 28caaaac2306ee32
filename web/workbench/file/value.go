package file

import (
	"slices"
	"strings"

	"charte/catalogue/edit"
)

// A value is one in a document, or one that a document is to have. nil stands for none. A value is not
// changed once others may see it.
type value struct {
	kind  edit.Kind
	text  string   // of what is neither a mapping nor a list
	steps []step   // of a mapping or a list, one for each node
	nodes []*value // in a mapping or a list
	from  *edit.Document
	at    *edit.Node // where it is written in from; nil for a value that is put together
}

// valueOf returns a value of a document.
func valueOf(d *edit.Document, n *edit.Node) *value {
	if n == nil {
		return nil
	}
	v := &value{kind: n.Kind, text: n.Value, from: d, at: n}
	if n.Kind == edit.Mapping || n.Kind == edit.List {
		v.text, v.steps = "", stepsIn(n)
		for _, child := range n.Nodes {
			v.nodes = append(v.nodes, valueOf(d, child))
		}
	}
	return v
}

// valueIn returns all of a document. It is nil for an empty one.
func valueIn(d *edit.Document) *value { return valueOf(d, d.Root()) }

// child returns the value that a step leads to, or nil.
func (v *value) child(key string) *value {
	if v == nil {
		return nil
	}
	if i := slices.IndexFunc(v.steps, func(s step) bool { return s.key == key }); i >= 0 {
		return v.nodes[i]
	}
	return nil
}

// same reports whether two values are the same. The order of a mapping's keys does not count.
func (v *value) same(other *value) bool {
	if v == nil || other == nil {
		return v == other
	}
	if v.kind != other.kind || v.text != other.text || len(v.nodes) != len(other.nodes) {
		return false
	}
	for i, node := range v.nodes {
		match := other.nodes[i]
		if v.kind == edit.Mapping && v.steps[i].key != other.steps[i].key {
			match = other.child(v.steps[i].key)
		}
		if match == nil || !node.same(match) {
			return false
		}
	}
	return true
}

// ambiguous reports whether a mapping has a key twice, so that nobody can say what it holds.
func (v *value) ambiguous() bool {
	if v == nil {
		return false
	}
	if v.kind == edit.Mapping {
		seen := map[string]bool{}
		for _, s := range v.steps {
			if seen[s.key] {
				return true
			}
			seen[s.key] = true
		}
	}
	return slices.ContainsFunc(v.nodes, (*value).ambiguous)
}

// written returns the value for package edit, with its comments where it is written somewhere.
func (v *value) written(comments bool) edit.Value {
	switch {
	case v.at != nil && comments:
		return v.from.Copy(v.at.Pointer)
	case v.at != nil:
		return v.at.Plain()
	case v.kind == edit.Mapping:
		m := edit.Map{}
		for i, node := range v.nodes {
			m = append(m, edit.Pair{Key: v.steps[i].key, Value: node.written(comments)})
		}
		return m
	}
	list := edit.Sequence{} // only mappings and lists are put together
	for _, node := range v.nodes {
		list = append(list, node.written(comments))
	}
	return list
}

// shown returns the value for people: a text as it is, all else as YAML. nil stays nil.
func (v *value) shown() *string {
	if v == nil {
		return nil
	}
	text := v.text
	if v.kind == edit.Mapping || v.kind == edit.List {
		empty, _ := edit.Parse("", nil)
		const key = "a"
		d, err := empty.Set("/"+key, v.written(true))
		if err != nil {
			d, err = empty.Set("/"+key, v.written(false))
		}
		if err == nil {
			lines := strings.Split(strings.TrimSuffix(strings.TrimPrefix(string(d.Bytes()), key+":"), "\n"), "\n")
			for i, line := range lines {
				lines[i] = strings.TrimPrefix(line, "  ")
			}
			text = strings.TrimSpace(strings.Join(lines, "\n"))
		}
	}
	return &text
}

// turn changes a document so that the value at a pointer is another. What the two have in common stays
// as it is written.
func turn(d *edit.Document, pointer string, want *value) (*edit.Document, error) {
	have := valueOf(d, d.At(pointer))
	switch {
	case have.same(want):
		return d, nil
	case have == nil || have.kind != want.kind || len(have.nodes) == 0 || len(want.nodes) == 0:
		return set(d, pointer, want, nil)
	case want.kind == edit.Mapping:
		return turnMapping(d, pointer, have, want)
	}
	return turnList(d, pointer, have, want)
}

// set writes a value, with its comments if that can be done.
func set(d *edit.Document, pointer string, v *value, order []string) (*edit.Document, error) {
	changed, err := d.Set(pointer, v.written(true), order...)
	if err != nil {
		changed, err = d.Set(pointer, v.written(false), order...)
	}
	return changed, err
}

func turnMapping(d *edit.Document, pointer string, have, want *value) (*edit.Document, error) {
	order := make([]string, len(want.steps))
	for i, s := range want.steps {
		order[i] = s.key
	}
	var err error
	for i, s := range want.steps {
		at := edit.Join(pointer, s.key)
		if have.child(s.key) == nil {
			d, err = set(d, at, want.nodes[i], order)
		} else {
			d, err = turn(d, at, want.nodes[i])
		}
		if err != nil {
			return nil, err
		}
	}
	// What goes, goes last: a mapping that was empty meanwhile would have gone itself.
	for _, s := range slices.Backward(have.steps) {
		if want.child(s.key) == nil {
			if d, err = d.Remove(edit.Join(pointer, s.key)); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

func turnList(d *edit.Document, pointer string, have, want *value) (*edit.Document, error) {
	// order are the indices in want of the elements that the document has.
	var order []int
	found := match(have, want, false)
	for _, to := range found {
		if to >= 0 {
			order = append(order, to)
		}
	}
	if order == nil {
		return set(d, pointer, want, nil)
	}
	var err error
	for i, to := range slices.Backward(found) {
		if to < 0 {
			if d, err = d.Remove(at(pointer, i)); err != nil {
				return nil, err
			}
		}
	}
	for i, node := range want.nodes {
		switch now := slices.Index(order, i); {
		case now < 0:
			changed, refused := d.Insert(pointer, i, node.written(true))
			if refused != nil {
				changed, refused = d.Insert(pointer, i, node.written(false))
			}
			d, err = changed, refused
			order = slices.Insert(order, i, i)
		case now != i:
			d, err = d.Move(pointer, now, i)
			order = slices.Insert(slices.Delete(order, now, now+1), i, i)
		}
		if err == nil {
			d, err = turn(d, at(pointer, i), node)
		}
		if err != nil {
			return nil, err
		}
	}
	return d, nil
}
