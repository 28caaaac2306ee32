package peers

import (
	"slices"

	"charte/web/importer/told"
)

// configurations are those of a banner. What its own functions are given comes first: what a file
// exports counts only where nothing was given to them. The same configuration counts once.
func configurations(t *told.Told, given func(name string, v told.Value) bool, shaped func(v told.Value) bool) []told.Value {
	var values []told.Value
	add := func(v told.Value) {
		if !slices.ContainsFunc(values, func(there told.Value) bool { return same(there, v) }) {
			values = append(values, v)
		}
	}
	for _, call := range t.Calls {
		for _, arg := range call.Args {
			if given(call.Name, arg) {
				add(arg)
			}
		}
	}
	if len(values) > 0 {
		return values
	}
	for _, call := range t.Calls {
		for _, arg := range call.Args {
			for _, v := range within(arg, shaped, 4) {
				add(v)
			}
		}
	}
	for _, named := range t.Names {
		for _, v := range within(named.Value, shaped, 4) {
			add(v)
		}
	}
	for _, v := range modules(t) {
		if len(values) == 0 && shaped(v) {
			add(v)
		}
	}
	return values
}

// modules are what each file exports, as one value: a configuration whose parts are exports of their
// own, as module.exports = {…} has them.
func modules(t *told.Told) []told.Value {
	var files []string
	exports := map[string]told.Value{}
	for _, named := range t.Names {
		if !named.Export {
			continue
		}
		file := named.Place.File
		v, there := exports[file]
		if !there {
			files = append(files, file)
			v = told.Value{Kind: told.Map, Place: named.Place}
		}
		v.Fields = append(v.Fields, told.Field{Name: named.Name, Value: named.Value})
		exports[file] = v
	}
	var values []told.Value
	for _, file := range files {
		values = append(values, exports[file])
	}
	return values
}

// within are the parts of a value that have a shape, the value itself among them. It looks no deeper
// than depth levels, nor into a part that has the shape.
func within(v told.Value, shaped func(told.Value) bool, depth int) []told.Value {
	if shaped(v) {
		return []told.Value{v}
	}
	var found []told.Value
	if depth > 0 {
		for _, field := range v.Fields {
			found = append(found, within(field.Value, shaped, depth-1)...)
		}
		for _, item := range v.Items {
			found = append(found, within(item, shaped, depth-1)...)
		}
	}
	return found
}

// same reports whether two values say the same, wherever they stand.
func same(a, b told.Value) bool {
	if a.Kind != b.Kind || a.Bool != b.Bool || a.Number != b.Number || a.Text != b.Text || a.Flags != b.Flags ||
		len(a.Items) != len(b.Items) || len(a.Fields) != len(b.Fields) {
		return false
	}
	for i := range a.Items {
		if !same(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for i := range a.Fields {
		if a.Fields[i].Name != b.Fields[i].Name || !same(a.Fields[i].Value, b.Fields[i].Value) {
			return false
		}
	}
	return true
}
