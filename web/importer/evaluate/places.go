package evaluate

import (
	"encoding/base64"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/go-sourcemap/sourcemap"

	"charte/web/importer/told"
)

// A sourced is a built script with its source map.
type sourced struct {
	text     string
	consumer *sourcemap.Consumer
	at       told.Place      // of all of it, where it has no source map
	shifts   map[int][]shift // by line
}

// A shift is a text of ours in a line of a built script.
type shift struct{ column, length int }

// column is where something stood in a line before our texts were put into it.
func (s sourced) column(line, column int) int {
	before := 0
	for _, shift := range s.shifts[line] {
		if shift.column+before >= column {
			break
		}
		before += shift.length
	}
	return max(1, column-before)
}

const inlineMap = "//# sourceMappingURL=data:application/json;base64,"

// withMap takes the source map out of a built script.
func withMap(built string) sourced {
	s := sourced{text: built, shifts: map[int][]shift{}}
	at := strings.LastIndex(built, inlineMap)
	if at < 0 {
		return s
	}
	s.text = built[:at]
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(built[at+len(inlineMap):]))
	if err != nil {
		return s
	}
	if consumer, err := sourcemap.Parse("", data); err == nil {
		s.consumer = consumer
	}
	return s
}

// place returns where something in a built script stood in its file. line and column count from 1.
func (s sourced) place(line, column int) told.Place {
	if s.consumer == nil {
		return s.at
	}
	name, _, l, c, ok := s.consumer.Source(line, max(0, column-1))
	if !ok {
		return told.Place{}
	}
	return told.Place{File: strings.TrimPrefix(name, given+":"), Line: l, Column: c + 1}
}

// A literal is an object or a list, as a script writes it.
type literal struct {
	place  told.Place
	fields map[string]told.Place
	items  []told.Place
}

// marker is the function that a script calls with each literal, so that it is known where an object
// comes from.
const marker = "__charte_at"

// An edit puts text into a script.
type edit struct {
	at   int
	text string
}

// nodes calls visit for each node of a tree, with those that it is a part of before it.
func nodes(v reflect.Value, visit func(n ast.Node)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return
		}
		if v.Kind() == reflect.Pointer && v.CanInterface() {
			if n, is := v.Interface().(ast.Node); is {
				visit(n)
			}
		}
		nodes(v.Elem(), visit)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[file.File]() {
			return
		}
		for i := range v.NumField() {
			// What a block declares stands in its statements as well.
			if f := v.Type().Field(i); f.IsExported() && f.Name != "DeclarationList" && f.Name != "File" {
				nodes(v.Field(i), visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			nodes(v.Index(i), visit)
		}
	}
}

// A placed is a statement that is ready to run.
type placed struct {
	node  ast.Statement
	begin int
	end   int // where the next one begins
	edits []edit
}

// marks returns the edits that mark a statement's literals, and takes the literals down.
func (m *machine) marks(statement ast.Statement, s sourced, at func(file.Idx) (line, column int)) []edit {
	var edits []edit
	mark := func(from, to file.Idx, l literal) {
		edits = append(edits, edit{int(from) - 1, marker + "(" + itoa(len(m.literals)) + ", "}, edit{int(to) - 1, markEnd})
		m.literals = append(m.literals, l)
	}
	where := func(n ast.Node) told.Place {
		line, column := at(n.Idx0())
		return s.place(line, column)
	}
	nodes(reflect.ValueOf(statement), func(n ast.Node) {
		switch n := n.(type) {
		case *ast.ObjectLiteral:
			l := literal{place: where(n), fields: map[string]told.Place{}}
			for _, property := range n.Value {
				switch property := property.(type) {
				case *ast.PropertyShort:
					l.fields[property.Name.Name.String()] = where(&property.Name)
				case *ast.PropertyKeyed:
					if key, is := property.Key.(*ast.StringLiteral); is && !property.Computed {
						l.fields[key.Value.String()] = where(key)
					}
				}
			}
			mark(n.LeftBrace, n.RightBrace+1, l)
		case *ast.ArrayLiteral:
			l := literal{place: where(n)}
			for _, item := range n.Value {
				if item == nil {
					l.items = append(l.items, told.Place{})
				} else {
					l.items = append(l.items, where(item))
				}
			}
			mark(n.LeftBracket, n.RightBracket+1, l)
		case *ast.IfStatement:
			if m.insists {
				edits = append(edits, met(n, s.text)...)
			}
		}
	})
	return edits
}

// metBegin begins what is put before a condition. The comment tells it from the script's own.
const metBegin = "/*__charte*/"

// met are the edits by which a condition no longer keeps what stands in it, or behind it, from running.
// Both branches of one that has two are possible, so it stays as it is, unless one of them leaves.
func met(n *ast.IfStatement, text string) []edit {
	consequent := beginning(text, n.Consequent)
	from := ifAt(n, text)
	if from < 0 || consequent <= from {
		return nil
	}
	opened := from + strings.IndexByte(text[from:], '(')
	closed := strings.LastIndexByte(text[:consequent], ')')
	if opened < from || closed < opened {
		return nil
	}
	begin := metBegin + "true || ("
	inside := text[consequent:max(consequent, min(len(text), int(n.Consequent.Idx1())-1))]
	switch {
	case endsIn(n.Consequent) && !configures.MatchString(inside):
		begin = metBegin + "false && ("
	case n.Alternate != nil:
		return nil
	}
	return []edit{{opened + 1, begin}, {closed, markEnd}}
}

// configures is a call that configures a banner.
var configures = regexp.MustCompile(`\b(run|setup|init)\(`)

// endsIn reports whether nothing behind a statement runs after it.
func endsIn(statement ast.Statement) bool {
	switch n := statement.(type) {
	case *ast.ReturnStatement, *ast.ThrowStatement, *ast.BranchStatement:
		return true
	case *ast.BlockStatement:
		return len(n.List) > 0 && endsIn(n.List[len(n.List)-1])
	}
	return false
}

// edited is a part of a text with edits, of which those at one place are in their order.
func edited(text string, from, to int, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.at - b.at })
	var b strings.Builder
	for _, e := range edits {
		if e.at < from || e.at > to {
			continue
		}
		b.WriteString(text[from:e.at])
		b.WriteString(e.text)
		from = e.at
	}
	b.WriteString(text[from:to])
	return b.String()
}
