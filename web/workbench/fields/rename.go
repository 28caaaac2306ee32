package fields

import (
	"fmt"
	"slices"
	"strconv"

	"charte/catalogue/check"
	"charte/catalogue/edit"
)

// rename writes the id of an entry, and writes it wherever the entry is named. What stands under
// formerly is history, and stays.
func (r *reading) rename(pointer, id string, order []string) (*edit.Document, error) {
	at, _ := edit.Parent(pointer)
	list, _ := edit.Parent(at)
	n := r.doc.At(at)
	if id == "" {
		return nil, refused(pointer, "an id cannot be empty")
	}
	if r.taken(list, id, n) {
		return nil, fmt.Errorf("%s: %w: %s", quoted(pointer), errTaken, quoted(id))
	}
	changes := []change{func(d *edit.Document) (*edit.Document, error) { return d.Set(pointer, id, order...) }}
	return r.doc.Together(append(changes, r.follow(list, n, r.id(list, n), id)...)...)
}

// unname takes out the id of an entry. A service that takes over a known one has the id of that one.
func (r *reading) unname(n, at *edit.Node) (*edit.Document, error) {
	list, _ := edit.Parent(at.Pointer)
	from := r.behind(listed(list), at)
	if id := from.values["id"]; id != "" {
		if r.taken(list, id, at) {
			return nil, fmt.Errorf("%s: %w: %s", quoted(n.Pointer), errTaken, quoted(id))
		}
		changes := []change{func(d *edit.Document) (*edit.Document, error) { return d.Remove(n.Pointer) }}
		return r.doc.Together(append(changes, r.follow(list, at, n.Value, id)...)...)
	}
	return r.without(n, at)
}

type change = func(*edit.Document) (*edit.Document, error)

// follow are the changes of what names an entry that gets another id.
func (r *reading) follow(list string, n *edit.Node, old, id string) []change {
	if old == "" || old == id || check.Undone(old) || r.taken(list, old, n) {
		return nil // nobody can name it, or not it alone
	}
	var changes []change
	write := func(pointer string, order ...string) {
		changes = append(changes, func(d *edit.Document) (*edit.Document, error) { return d.Set(pointer, id, order...) })
	}
	key := map[string]string{"/categories": "category", "/providers": "provider"}[list]
	for _, s := range r.listed("/services") {
		if key == "" || s.Kind != edit.Mapping {
			break
		}
		names := said(s, key)
		if child(s, key) == nil {
			names = r.behind(&service, s).values[key] // what the known service says
		}
		if names == old {
			write(edit.Join(s.Pointer, key), service.order()...)
		}
	}
	if carried := r.doc.At("/carryOver/services"); carried != nil && carried.Kind == edit.Mapping && list != "/providers" {
		for _, value := range carried.Nodes {
			if value.Kind == edit.Text && value.Value == old {
				write(value.Pointer)
			}
		}
	}
	return changes
}

// taken reports whether another entry has an id. Categories and services share one set of ids.
func (r *reading) taken(list, id string, but *edit.Node) bool {
	lists := []string{"/providers"}
	if list != "/providers" {
		lists = []string{"/categories", "/services"}
	}
	for _, list := range lists {
		for _, n := range r.listed(list) {
			if n != but && r.id(list, n) == id {
				return true
			}
		}
	}
	if r.base == nil {
		return false
	}
	without := texts(r.doc.At("/without"))
	for _, p := range r.base.Providers {
		if list == "/providers" && string(p.ID) == id {
			return true
		}
	}
	for _, c := range r.base.Categories {
		if list != "/providers" && string(c.ID) == id {
			return true
		}
	}
	for _, s := range r.base.Services {
		if list != "/providers" && string(s.ID) == id && !slices.Contains(without, id) {
			return true
		}
	}
	return false
}

// free returns an id that no entry of a list has: "new", "new-2" and so on.
func (r *reading) free(list string) string {
	for i := 1; ; i++ {
		id := "new"
		if i > 1 {
			id += "-" + strconv.Itoa(i)
		}
		if !r.taken(list, id, nil) {
			return id
		}
	}
}
