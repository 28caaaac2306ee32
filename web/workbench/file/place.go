package file

import (
	"errors"
	"strconv"
	"strings"

	"charte/catalogue/edit"
)

// ErrLost says that a value of an earlier text is not in the text any more.
var ErrLost = errors.New("this is not in the file any more")

// named returns what an element of a list is known by, wherever it stands in the list: its id, the
// known service that it takes over, its name, its host, or, of a text, the text. ok is false for
// elements that only their index tells apart. label is the same for people.
func named(n *edit.Node) (key, label string, ok bool) {
	if n.Kind != edit.Mapping {
		return strconv.Itoa(int(n.Kind)) + n.Value, n.Value, n.Kind != edit.List
	}
	of := map[string]string{}
	for _, child := range n.Nodes {
		if child.Kind == edit.Text {
			of[child.Key()] = child.Value
		}
	}
	use, _, _ := strings.Cut(of["use"], "@") // a newer edition is the same service
	switch {
	case of["id"] != "":
		return of["id"], of["id"], true
	case use != "":
		return use, use, true
	case of["name"] != "":
		return strings.Join([]string{"name", of["name"], of["kind"], of["domain"]}, "\x00"), of["name"], true
	case of["host"] != "":
		return strings.Join([]string{"host", of["host"], of["kind"]}, "\x00"), of["host"], true
	}
	return "", "", false
}

// A step leads from a mapping or a list to a value in it.
type step struct {
	key   string // of a mapping, or what an element is known by: no two in a list have the same
	label string // for people
}

// stepsIn returns the steps to the values in a mapping or a list.
func stepsIn(n *edit.Node) []step {
	all, seen := make([]step, len(n.Nodes)), map[string]int{}
	for i, child := range n.Nodes {
		if n.Kind == edit.Mapping {
			all[i] = step{child.Key(), child.Key()}
			continue
		}
		key, label, ok := named(child)
		if !ok {
			key, label = "\x00"+strconv.Itoa(i), strconv.Itoa(i+1)
		}
		if seen[key]++; seen[key] > 1 {
			key += "\x00" + strconv.Itoa(seen[key])
		}
		all[i] = step{key, label}
	}
	return all
}

// match returns, for each element of a list, the index of the same element in another text's list, or
// -1 if it is not there. An element that has got another name is known by the rest of it. Where one
// name alone has changed, alone says that this is enough.
func match(old, now *value, alone bool) []int {
	at, taken := map[string]int{}, make([]bool, len(now.steps))
	for i, s := range now.steps {
		at[s.key] = i
	}
	found, lost, last := make([]int, len(old.steps)), 0, 0
	for i, s := range old.steps {
		to, is := at[s.key]
		if !is {
			found[i], last = -1, i
			lost++
			continue
		}
		found[i], taken[to] = to, true
	}
	if alone && lost == 1 && len(old.steps) == len(now.steps) && !taken[last] {
		found[last] = last
		return found
	}
	for i, to := range found {
		if to >= 0 {
			continue
		}
		for j, other := range now.nodes {
			if !taken[j] && similar(old.nodes[i], other) {
				found[i], taken[j] = j, true
				break
			}
		}
	}
	return found
}

// similar reports whether two mappings have more than half of their values in common.
func similar(a, b *value) bool {
	if a.kind != edit.Mapping || b.kind != edit.Mapping {
		return false
	}
	common := 0
	for i, node := range a.nodes {
		if node.same(b.child(a.steps[i].key)) {
			common++
		}
	}
	return common*2 > max(len(a.nodes), len(b.nodes))
}

// moved returns where a value of one text is in the next. A key that a mapping lacks may be written
// yet, so it is where it would stand.
func moved(old, now *edit.Document, pointer string) (string, error) {
	if pointer == "" {
		return "", nil
	}
	was, is := old.Root(), now.Root()
	before, after := "", ""
	for _, part := range strings.Split(pointer[1:], "/") {
		before += "/" + part
		child := old.At(before)
		if was != nil && was.Kind == edit.List && child != nil {
			if is == nil || is.Kind != edit.List {
				return "", ErrLost
			}
			i, _ := strconv.Atoi(part)
			to := index(stepsIn(is), stepsIn(was)[i].key)
			if to < 0 { // it may have got another name
				to = match(valueOf(old, was), valueOf(now, is), true)[i]
			}
			if to < 0 {
				return "", ErrLost
			}
			part = strconv.Itoa(to)
		}
		after += "/" + part
		was, is = child, now.At(after)
	}
	return after, nil
}
