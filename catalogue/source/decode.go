package source

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"

	"github.com/goccy/go-yaml/ast"
)

// A decoder turns YAML nodes into values. A path names a value by its keys, as in
// check.Problem. The decoder keeps the place in the file of every path, and
// which values could not be read.
type decoder struct {
	file   string
	errs   Errors
	places map[string]place
	broken map[string]bool // paths of values that could not be read
	around map[string]bool // paths with a broken path within

	inherited map[string]int // how many entries of each list come from the catalogue that the file extends

	known   library        // the services that "use" may name
	uses    map[int]*use   // what services take over, by their index in the catalogue
	instead map[string]int // another edition than the file says, by the path of the service

	refused map[string]string // why a key is left out on purpose, by its path
}

type place struct{ line, column int }

func newDecoder(file string) *decoder {
	return &decoder{file: file, places: map[string]place{}, broken: map[string]bool{}, around: map[string]bool{}, known: shipped, uses: map[int]*use{}}
}

// fail records an error at a node, whose value counts as unread.
func (d *decoder) fail(node ast.Node, path, message string) {
	line, column := position(node)
	d.errs = append(d.errs, Error{File: d.file, Line: line, Column: column, Message: message})
	d.breaks(path)
}

// breaks marks the value at a path as one that could not be read.
func (d *decoder) breaks(path string) {
	d.broken[path] = true
	for path != "" {
		path = parent(path)
		d.around[path] = true
	}
}

// report records an error at a path.
func (d *decoder) report(path, message string) {
	around := d.placed(path)
	p := d.places[around]
	d.errs = append(d.errs, Error{File: d.file, Line: p.line, Column: p.column, Missing: strings.TrimPrefix(path[len(around):], "."), Message: message})
}

// seen records where a path stands.
func (d *decoder) seen(node ast.Node, path string) {
	line, column := position(node)
	d.places[path] = place{line, column}
}

// place returns where a path stands. For a path that the file does not have, it
// returns the place of the nearest one around it, where the value is missing.
func (d *decoder) place(path string) place { return d.places[d.placed(path)] }

// placed returns the path itself, or the nearest one around it that the file has.
func (d *decoder) placed(path string) string {
	for path != "" {
		if _, ok := d.places[path]; ok {
			return path
		}
		path = parent(path)
	}
	return path
}

// isBroken reports whether the value at a path, or one around it or within it,
// could not be read. A check of it would then report the same mistake twice.
func (d *decoder) isBroken(path string) bool {
	if d.around[path] || d.broken[""] {
		return true
	}
	for ; path != ""; path = parent(path) {
		if d.broken[path] {
			return true
		}
	}
	return false
}

// parent cuts the last key or index off a path.
func parent(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// maxKeyBytes bounds a key. The longest known one has a quarter of it.
const maxKeyBytes = 100

// A field is a key of a mapping, with the function that reads its value.
type field struct {
	key  string
	read func(node ast.Node, path string)
}

// mapping reads a mapping of known keys.
func (d *decoder) mapping(node ast.Node, path string, fields ...field) {
	d.pairs(node, path, func(key string, keyNode, value ast.Node) {
		for _, f := range fields {
			if f.key == key {
				f.read(value, join(path, key))
				return
			}
		}
		keys := make([]string, len(fields))
		for i, f := range fields {
			keys[i] = f.key
		}
		d.unknown(keyNode, path, key, keys)
	})
}

// pairs calls f for every key of a mapping. A key that is there twice is an error.
func (d *decoder) pairs(node ast.Node, path string, f func(key string, keyNode, value ast.Node)) {
	var values []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		d.fail(node, path, described(node)+" where a mapping (key: value) was expected")
		return
	}
	if _, ok := d.places[path]; !ok {
		d.seen(node, path)
	}
	first := map[string]int{} // the line of each key
	for _, pair := range values {
		key, ok := keyText(pair.Key)
		if !ok || len(key) > maxKeyBytes {
			d.fail(pair.Key, path, "this is not a key")
			continue
		}
		line, _ := position(pair.Key)
		if before, twice := first[key]; twice {
			d.fail(pair.Key, join(path, key), fmt.Sprintf("key %q is written twice, first in line %d", key, before))
			continue
		}
		first[key] = line
		d.seen(pair.Key, join(path, key))
		if pair.Value == nil {
			d.fail(pair.Key, join(path, key), fmt.Sprintf("key %q has no value", key))
			continue
		}
		f(key, pair.Key, pair.Value)
	}
}

// keyText returns the text of a key. Keys that look like a number, or like true or
// null, are taken as they are written.
func keyText(key ast.MapKeyNode) (string, bool) {
	switch k := key.(type) {
	case *ast.StringNode:
		return k.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		return key.GetToken().Value, true
	}
	return "", false
}

// list calls f for every element of a list. The first has the index start in its
// path.
func (d *decoder) list(node ast.Node, path string, start int, f func(node ast.Node, path string)) {
	next := start - 1
	d.elements(node, path, func(ast.Node) int { next++; return next }, func(node ast.Node, path string, _ int) { f(node, path) })
}

// elements calls f for every element of a list, with the index that place says.
func (d *decoder) elements(node ast.Node, path string, place func(value ast.Node) int, f func(node ast.Node, path string, i int)) {
	n, ok := node.(*ast.SequenceNode)
	if !ok {
		d.fail(node, path, described(node)+` where a list ("- …") was expected`)
		return
	}
	for _, value := range n.Values {
		i := place(value)
		path := path + "[" + strconv.Itoa(i) + "]"
		if value == nil {
			d.fail(node, path, "an element of the list is empty")
			continue
		}
		d.seen(value, path)
		f(value, path, i)
	}
}

// text reads one text.
func (d *decoder) text(node ast.Node, path string) string {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		if n.Value != nil {
			return strings.TrimRight(n.Value.Value, "\n")
		}
		return ""
	case *ast.NullNode:
		d.fail(node, path, "nothing where a text was expected")
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		d.fail(node, path, fmt.Sprintf("%s where a text was expected; put it in quotes if it is one", described(node)))
	default:
		d.fail(node, path, described(node)+" where a text was expected")
	}
	return ""
}

// flag reads true or false.
func (d *decoder) flag(node ast.Node, path string) bool {
	if n, ok := node.(*ast.BoolNode); ok {
		return n.Value
	}
	d.fail(node, path, described(node)+" where true or false was expected")
	return false
}

// lookAhead finds the value of a key before its mapping at path is read. It is nil if the
// mapping has no such key.
func (d *decoder) lookAhead(node ast.Node, path, key string) ast.Node {
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	}
	for _, pair := range pairs {
		if text, ok := keyText(pair.Key); ok && text == key {
			d.seen(pair.Key, join(path, key))
			return pair.Value
		}
	}
	return nil
}

// ahead is the field of a key that was looked at before.
func ahead(key string) field { return field{key, func(ast.Node, string) {}} }

func str[T ~string](d *decoder, key string, into *T) field {
	return field{key, func(node ast.Node, path string) { *into = T(d.text(node, path)) }}
}

func boolean(d *decoder, key string, into *bool) field {
	return field{key, func(node ast.Node, path string) { *into = d.flag(node, path) }}
}

// wordings reads a text in every language. It is a mapping by language, or, in a
// catalogue of one language, the text alone.
func (d *decoder) wordings(key string, languages []catalogue.Language, into *catalogue.Text) field {
	return field{key, func(node ast.Node, path string) {
		switch node.(type) {
		case *ast.MappingNode, *ast.MappingValueNode:
			text := catalogue.Text{}
			d.pairs(node, path, func(key string, _, value ast.Node) {
				text[catalogue.Language(key)] = d.text(value, join(path, key))
			})
			*into = text
		case *ast.StringNode, *ast.LiteralNode:
			switch len(languages) {
			case 0:
				d.breaks(path) // the missing languages are reported once, not at every text
				return
			case 1:
				*into = catalogue.Text{languages[0]: d.text(node, path)}
				d.seen(node, join(path, string(languages[0])))
				return
			}
			d.fail(node, path, "a text alone where one per language was expected; write {"+perLanguage(languages)+"}")
		default:
			d.fail(node, path, described(node)+" where a text per language was expected")
		}
	}}
}

// said reads a text of a service. In one that takes over a known service, the wordings of other
// languages stay.
func (d *decoder) said(taken bool, key string, languages []catalogue.Language, into *catalogue.Text) field {
	if !taken {
		return d.wordings(key, languages, into)
	}
	return field{key, func(node ast.Node, path string) {
		var own catalogue.Text
		d.wordings(key, languages, &own).read(node, path)
		if *into == nil {
			*into = catalogue.Text{}
		}
		maps.Copy(*into, own)
	}}
}

func perLanguage(languages []catalogue.Language) string {
	parts := make([]string, len(languages))
	for i, l := range languages {
		parts[i] = string(l) + ": …"
	}
	return strings.Join(parts, ", ")
}

// unknown reports an unknown key. If a known key is spelt like it, the message
// suggests that one, which then counts as unread instead of missing.
func (d *decoder) unknown(keyNode ast.Node, path, key string, known []string) {
	if why, ok := d.refused[join(path, key)]; ok {
		d.fail(keyNode, join(path, key), why)
		return
	}
	message := fmt.Sprintf("key %q is not known", shorten(key, 40)) + suggestion(key, known)
	if near := nearest(key, known); near != "" {
		d.breaks(join(path, near))
	} else if len(known) <= 13 {
		known = slices.Sorted(slices.Values(known))
		message += "; the keys here are " + strings.Join(known, ", ")
	}
	d.fail(keyNode, join(path, key), message)
}

// shorten cuts a text after so many characters, so that a message is not too long.
func shorten(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// nearest returns the known key that the author may have meant by key, or "" if
// none is like it. The author may have made a typing error, or write keys in
// another way ("table-title", "TableTitle").
func nearest(key string, known []string) string {
	plain := strings.NewReplacer("-", "", "_", "", " ", "")
	lower := func(s string) string { return strings.ToLower(plain.Replace(s)) }
	best, least := "", 3
	if len(key) > 60 {
		return ""
	}
	for _, k := range known {
		if d := distance(lower(key), lower(k)); d < least && d <= max(1, len(k)/3) {
			best, least = k, d
		}
	}
	return best
}

// suggestion ends a message about a name that is not known, if one of those that are is like it.
func suggestion(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// distance is how many bytes of a one has to insert, remove, replace or swap with a
// neighbour to get b.
func distance(a, b string) int {
	// d[i][j] is the distance of the first i bytes of a and j bytes of b.
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := d[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			d[i][j] = min(replace, d[i-1][j]+1, d[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
