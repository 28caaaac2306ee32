package source

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
)

// A Row is an element of a list in a YAML file that is no catalogue. It is a mapping of texts.
type Row struct {
	Texts map[string]string // by key; a key that is not there has none

	decoder *decoder
	path    string
}

// Rows reads a YAML file that has one key at its top, under which a list of mappings stands. The
// mappings may have these keys, and all values are texts. name is the name of the file in errors,
// which list all that is wrong. The rows that could be read come with them.
func Rows(name string, data []byte, top string, keys ...string) ([]Row, Errors) {
	body, errs := parse(name, data)
	if errs != nil {
		return nil, errs
	}
	d := newDecoder(name)
	if body == nil {
		return nil, Errors{{File: name, Line: 1, Column: 1, Message: fmt.Sprintf("the file is empty; write %q and a list below it", top+":")}}
	}
	var rows []Row
	d.mapping(body, "", field{top, func(node ast.Node, path string) {
		if _, nothing := node.(*ast.NullNode); nothing {
			return // all of its elements may be comments
		}
		d.list(node, path, 0, func(node ast.Node, path string) {
			row := Row{Texts: map[string]string{}, decoder: d, path: path}
			fields := make([]field, len(keys))
			for i, key := range keys {
				fields[i] = field{key, func(node ast.Node, path string) { row.Texts[key] = d.text(node, path) }}
			}
			d.mapping(node, path, fields...)
			if !d.broken[path] {
				rows = append(rows, row)
			}
		})
	}})
	d.errs.sort()
	return rows, d.errs
}

// Place returns where a key of the row stands, or where the row begins if it has no such key. Line
// and column count from 1.
func (r Row) Place(key string) (line, column int) {
	p := r.decoder.place(join(r.path, key))
	return p.line, p.column
}

// Read reports whether the value of a key could be read. It is true for a key that is not there.
func (r Row) Read(key string) bool { return !r.decoder.broken[join(r.path, key)] }

// Suggestion ends a message about a name that is not known: `; did you mean "…"?`, or nothing where
// none of the known names is like it.
func Suggestion(name string, known []string) string { return suggestion(name, known) }

// Sort puts the errors into the order of their places.
func (e Errors) Sort() { e.sort() }
