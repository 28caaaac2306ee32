package offers

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/source"
	"charte/web/importer/draft"
)

// order are the keys of a catalogue, in the order in which new ones are written.
var order = []string{"extends", "languages", "site", "charter", "categories", "providers", "services", "words", "look", "formerly", "carryOver"}

// An addition is what an item adds to a catalogue: elements of its lists, each as a line's text without
// the dash.
type addition struct {
	categories, providers, services [][]string
}

// join puts two additions together.
func (a addition) join(b addition) addition {
	return addition{slices.Concat(a.categories, b.categories), slices.Concat(a.providers, b.providers), slices.Concat(a.services, b.services)}
}

// lists are the elements by the keys of their lists.
func (a addition) lists() []list {
	return []list{{"categories", a.categories}, {"providers", a.providers}, {"services", a.services}}
}

type list struct {
	key      string
	elements [][]string
}

// lines are the addition as a person reads it.
func (a addition) lines() []string {
	var all []string
	for _, l := range a.lists() {
		if len(l.elements) > 0 {
			all = append(all, l.key+":")
		}
		for _, element := range l.elements {
			all = append(all, dashed(element)...)
		}
	}
	return all
}

// dashed is an element with its dash, in a list.
func dashed(element []string) []string {
	var all []string
	before := true
	for _, line := range element {
		switch {
		case before && strings.HasPrefix(line, "#"):
			line = "  " + line
		case before:
			before, line = false, "  - "+line
		default:
			line = "    " + line
		}
		all = append(all, line)
	}
	return all
}

// todos counts the values of an addition that only a person can give.
func (a addition) todos() int {
	n := 0
	for _, l := range a.lists() {
		for _, element := range l.elements {
			n += todosIn(element)
		}
	}
	return n
}

// todosIn counts them in lines of YAML.
func todosIn(lines []string) int {
	d, err := edit.Parse("", []byte(strings.Join(lines, "\n")+"\n"))
	if err != nil || d.Root() == nil {
		return 0
	}
	var count func(n *edit.Node) int
	count = func(n *edit.Node) int {
		sum := 0
		if undone(n) {
			sum++
		}
		for _, child := range n.Nodes {
			sum += count(child)
		}
		return sum
	}
	return count(d.Root())
}

// insert writes an addition into a document, at the ends of its lists.
func insert(d *edit.Document, a addition) (*edit.Document, error) {
	var err error
	for _, l := range a.lists() {
		var values []edit.Value
		for _, element := range l.elements {
			values = append(values, edit.Lines(element))
		}
		if changed, fault := d.Append("/"+l.key, values, order...); fault == nil {
			d = changed
			continue
		}
		for _, element := range l.elements { // one by one, to say which cannot be written
			end := 0
			if n := d.At("/" + l.key); n != nil {
				end = len(n.Nodes)
			}
			changed, fault := d.Insert("/"+l.key, end, edit.Lines(element), order...)
			if fault != nil {
				err = errors.Join(err, fmt.Errorf("%w; write this into %s:\n%s", fault, l.key, strings.Join(dashed(element), "\n")))
				continue
			}
			d = changed
		}
	}
	return d, err
}

// numbers in a fault may grow with what is added, as the bytes do that an answer needs.
var numbers = regexp.MustCompile(`[0-9]+`)

// finished returns the text of a changed document, with what visitors are asked for by the saved file, if
// they will be asked again. Nobody ever saw what came between the two. It is an error if the change makes
// a mistake that was not there before.
func (r *reading) finished(d *edit.Document, saved []byte) ([]byte, error) {
	after, err := read(r.name, d.Bytes())
	if err != nil {
		return nil, err
	}
	same := func(fault string) string { return numbers.ReplaceAllString(fault, "0") }
	before := map[string]int{}
	for _, fault := range r.faults {
		before[same(fault)]++
	}
	var fresh []string
	for _, fault := range after.faults {
		if before[same(fault)]--; before[same(fault)] < 0 {
			fresh = append(fresh, fault)
		}
	}
	if fresh != nil {
		return nil, fmt.Errorf("%s: nothing is added, since the catalogue would have mistakes: %s", r.name, strings.Join(fresh, "; "))
	}
	published, err := source.Read(r.name, saved)
	if err != nil { // of which nobody was asked anything
		return d.Bytes(), nil
	}
	asked, revision := published.Asked(), published.Revision()
	at := edit.Join("/formerly", revision)
	if len(asked) == 0 || d.At(at) != nil || after.catalogue.Revision() == revision {
		return d.Bytes(), nil
	}
	kept, err := d.Set(at, edit.Texts(asked), order...)
	if err != nil {
		return nil, fmt.Errorf("%w; write this into formerly:\n  %s: [%s]", err, revision, strings.Join(asked, ", "))
	}
	return kept.Bytes(), nil
}

// has reports whether the catalogue takes over a known service, or has one of its id.
func (r *reading) has(id string) bool {
	if slices.Contains(ids(r.document, "/services"), id) {
		return true
	}
	for _, s := range r.catalogue.Services {
		if string(s.ID) == id {
			return true
		}
	}
	return false
}

// category is a category of the catalogue, or nil.
func (r *reading) category(id string) *catalogue.Category {
	for i := range r.catalogue.Categories {
		if c := &r.catalogue.Categories[i]; string(c.ID) == id {
			return c
		}
	}
	return nil
}

// hasProvider reports whether the catalogue has a provider, which may have mistakes.
func (r *reading) hasProvider(id string) bool {
	return slices.Contains(ids(r.document, "/providers"), id) || slices.ContainsFunc(r.catalogue.Providers, func(p catalogue.Provider) bool { return string(p.ID) == id })
}

// idOf is the id of the catalogue's service that takes over a known one, or has its id.
func (r *reading) idOf(entry string) string {
	if list := r.document.At("/services"); list != nil {
		for _, s := range list.Nodes {
			if use := r.document.At(edit.Join(s.Pointer, "use")); use != nil && strings.HasPrefix(use.Value, entry+"@") {
				if id := r.document.At(edit.Join(s.Pointer, "id")); id != nil {
					return id.Value
				}
			}
		}
	}
	return entry
}

// declares returns the id of the service that declares a cookie of the site's own, or "".
func (r *reading) declares(name string, kind catalogue.Kind) string {
	for _, s := range r.catalogue.Services {
		for _, c := range s.Cookies {
			if c.Kind.OrCookie() == kind.OrCookie() && (c.Name == name || c.Covers(name)) {
				return string(s.ID)
			}
		}
	}
	return ""
}

// alike is a category that asks, of the same kind as another banner's by their ids, or "".
func (r *reading) alike(id string) string {
	for _, c := range r.catalogue.Categories {
		if !c.Necessary && draft.Alike(string(c.ID), id) {
			return string(c.ID)
		}
	}
	return ""
}

// todo reports whether the value of a key is left to a person, in the element of a list that has an id.
func (r *reading) todo(list, id, key string) bool {
	all := r.document.At("/" + list)
	return all != nil && slices.ContainsFunc(all.Nodes, func(n *edit.Node) bool {
		own, value := r.document.At(edit.Join(n.Pointer, "id")), r.document.At(edit.Join(n.Pointer, key))
		return own != nil && own.Value == id && value != nil && undone(value)
	})
}
