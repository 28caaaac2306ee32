package file

import (
	"slices"
	"strconv"

	"charte/catalogue/edit"

	"github.com/aymanbagabas/go-udiff"
)

func at(pointer string, index int) string { return pointer + "/" + strconv.Itoa(index) }

// A place is the way to a value in two texts. An element may have got another name in one of them.
type place struct{ mine, theirs []step }

// in returns the place of a value in the mapping or the list at p.
func (p place) in(mine, theirs step) place {
	return place{append(slices.Clip(p.mine), mine), append(slices.Clip(p.theirs), theirs)}
}

// labels are the place for people: services, youtube, purpose, fr.
func (p place) labels() []string {
	var all []string
	for _, s := range p.mine {
		all = append(all, s.label)
	}
	return all
}

// A clash is a place where two texts have changed a third in different ways.
type clash struct {
	place  place
	before *value
}

// A merger puts two texts together, both of which come from a third.
type merger struct{ clashes []clash }

// merge returns the value that has what either text has changed. Where both have, it is mine, and the
// place is noted. element says that the value is an element of a list, which is there as a whole or
// not at all.
func (m *merger) merge(p place, base, mine, theirs *value, element bool) *value {
	switch {
	case mine.same(theirs), base.same(mine):
		return theirs
	case base.same(theirs):
		return mine
	}
	for _, kind := range []edit.Kind{edit.Mapping, edit.List} {
		is, only := 0, true
		for _, v := range []*value{base, mine, theirs} {
			switch {
			case v != nil && v.kind == kind:
				is++
			case v != nil && v.kind != edit.Nothing, element && v != base:
				only = false
			}
		}
		if !only || is < 2 {
			continue
		}
		merged := &value{kind: kind}
		if kind == edit.Mapping {
			m.mapping(merged, p, holding(base, kind), holding(mine, kind), holding(theirs, kind))
		} else {
			m.list(merged, p, holding(base, kind), holding(mine, kind), holding(theirs, kind))
		}
		if len(merged.nodes) > 0 {
			return merged
		}
		for _, v := range []*value{mine, theirs} {
			if v != nil && v.kind == kind && len(v.nodes) == 0 { // written as empty on purpose
				return v
			}
		}
		return nil
	}
	m.clashes = append(m.clashes, clash{p, base})
	return mine
}

// holding returns a mapping or a list, or an empty one where there is none.
func holding(v *value, kind edit.Kind) *value {
	if v == nil || v.kind != kind {
		return &value{kind: kind}
	}
	return v
}

func (m *merger) mapping(merged *value, p place, base, mine, theirs *value) {
	for _, s := range woven(theirs.steps, mine.steps) {
		child := m.merge(p.in(s, s), base.child(s.key), mine.child(s.key), theirs.child(s.key), false)
		if child != nil {
			merged.steps, merged.nodes = append(merged.steps, s), append(merged.nodes, child)
		}
	}
}

func (m *merger) list(merged *value, p place, base, mine, theirs *value) {
	mineAs, theirsAs := known(base, mine), known(base, theirs)
	order, other := theirsAs, mineAs
	mineMoved, theirsMoved := reordered(base.steps, mineAs), reordered(base.steps, theirsAs)
	if mineMoved {
		order, other = mineAs, theirsAs
		if theirsMoved && reordered(mineAs, theirsAs) {
			m.clashes = append(m.clashes, clash{p, base})
		}
	}
	for _, s := range woven(order, other) {
		i, j := index(mineAs, s.key), index(theirsAs, s.key)
		in, mineStep, theirsStep := base.child(s.key), s, s
		var here, there *value
		if i >= 0 {
			here, mineStep = mine.nodes[i], mine.steps[i]
		}
		if j >= 0 {
			there, theirsStep = theirs.nodes[j], theirs.steps[j]
		}
		if child := m.merge(p.in(mineStep, theirsStep), in, here, there, true); child != nil {
			name := theirsStep // since it is written into theirs
			if j < 0 {
				name = mineStep
			}
			merged.steps, merged.nodes = append(merged.steps, name), append(merged.nodes, child)
		}
	}
}

// known returns the steps to the elements of a list, as the list that it comes from calls them.
func known(base, list *value) []step {
	steps := slices.Clone(list.steps)
	for i, to := range match(base, list, false) {
		if to >= 0 {
			steps[to] = base.steps[i]
		}
	}
	return steps
}

// reordered reports whether steps that both have come in another order.
func reordered(a, b []step) bool {
	last := -1
	for _, s := range a {
		if i := index(b, s.key); i >= 0 {
			if i < last {
				return true
			}
			last = i
		}
	}
	return false
}

func index(steps []step, key string) int {
	return slices.IndexFunc(steps, func(s step) bool { return s.key == key })
}

// woven returns the steps of two values. Those of the second alone come after the one that they
// follow there.
func woven(a, b []step) []step {
	all, after := slices.Clone(a), 0
	for _, s := range b {
		if i := index(all, s.key); i >= 0 {
			after = i + 1
			continue
		}
		all = slices.Insert(all, after, s)
		after++
	}
	return all
}

// merged puts two texts together. ok is false if that cannot be done.
func merged(base, mine, theirs *edit.Document) (text []byte, clashes []clash, ok bool) {
	from, here, there := valueIn(base), valueIn(mine), valueIn(theirs)
	if from.ambiguous() || here.ambiguous() || there.ambiguous() || here == nil || there == nil {
		return nil, nil, false
	}
	var m merger
	want := m.merge(place{}, from, here, there, false)
	if want == nil || len(m.clashes) > 0 && len(m.clashes[0].place.mine) == 0 { // such as a list in place of all
		return nil, nil, false
	}
	// Where the lines themselves can be put together, the comments of both stay.
	if edits, fits := udiff.Merge(udiff.Lines(string(base.Bytes()), string(theirs.Bytes())), udiff.Lines(string(base.Bytes()), string(mine.Bytes()))); fits {
		if text, err := udiff.Apply(string(base.Bytes()), edits); err == nil {
			if d, err := edit.Parse("", []byte(text)); err == nil && valueIn(d).same(want) {
				return d.Bytes(), m.clashes, true
			}
		}
	}
	for _, d := range []*edit.Document{theirs, mine} {
		if d, err := turn(d, "", want); err == nil && valueIn(d).same(want) {
			return d.Bytes(), m.clashes, true
		}
	}
	return nil, nil, false
}
