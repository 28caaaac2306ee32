// Package edit changes single values in the text of a YAML file. Every byte that does not belong to
// the value stays: comments, order, quotes, blank lines and line ends.
//
// Each change is read back before it is returned. If anything but the value has changed, or if the
// text is written in a way that the package does not know, the error is [ErrUnfit] and the text stays.
package edit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"charte/catalogue/source"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// ErrUnfit says that a text is written in a way that cannot be changed here, such as a list in
// braces over several lines. A person can change it.
var ErrUnfit = errors.New("this is written in a way that cannot be changed here")

// A Document is the text of a file, and where each value stands in it. It never changes: a change
// returns a new one.
type Document struct {
	name string
	raw  []byte // as the file has it
	text string // the same with "\n" at each line's end, and no mark of UTF-8

	// Where each line begins in raw and in text.
	rawLines, lines []int

	root *Node // nil if the file is empty

	gathered *gathered // changes that are only noted; nil for a document of its own
}

// A Node is one value in a document.
type Node struct {
	// Pointer leads to the value: "/services/3/cookies/0/name" (RFC 6901).
	Pointer string

	Kind  Kind
	Value string // of a text, a flag or a number, as YAML reads it

	// Line and Column are where the value's key stands, or, in a list, the value. They count from 1,
	// the column in characters. Package source counts in the same way.
	Line, Column int

	// Nodes are the values in a mapping or a list, in the order of the file.
	Nodes []*Node

	key        string // in a mapping
	item       bool   // whether it is an element of a list
	head, lead int    // where its key or its dash begins, and where ":" or the dash ends
	start, end int    // where the value begins and ends; the same where nothing is written
	flow       bool   // whether it is written in braces or brackets
	block      bool   // whether it is a text below "|" or ">"
}

// A Kind is the kind of a value.
type Kind int

// The kinds.
const (
	Text    Kind = iota
	Flag         // true or false
	Number       // which package source takes for no text
	Nothing      // null, or nothing at all
	Mapping
	List
)

// Parse reads the text of a file. name is the name of the file in errors. The errors are those of
// [source.Syntax].
func Parse(name string, raw []byte) (*Document, error) {
	body, err := source.Syntax(name, raw)
	if err != nil {
		return nil, err
	}
	d := &Document{name: name, raw: raw}
	d.measure()
	if body != nil {
		d.root = d.node(body, "", -1)
	}
	return d, nil
}

// measure fills in the text and its lines.
func (d *Document) measure() {
	var text strings.Builder
	raw := string(d.raw)
	at := 0
	if strings.HasPrefix(raw, "\uFEFF") {
		at = len("\uFEFF")
	}
	begin := func() { d.rawLines, d.lines = append(d.rawLines, at), append(d.lines, text.Len()) }
	for begin(); at < len(raw); at++ {
		switch {
		case raw[at] == '\r' && strings.HasPrefix(raw[at:], "\r\n"):
			continue
		case raw[at] == '\r', raw[at] == '\n':
			text.WriteByte('\n')
			at++
			begin()
			at--
		default:
			text.WriteByte(raw[at])
		}
	}
	d.text = text.String()
}

// Bytes returns the text as the file has it. The caller must not change it.
func (d *Document) Bytes() []byte { return d.raw }

// Root returns the whole value, or nil if the file has none.
func (d *Document) Root() *Node { return d.root }

// At returns the value at a pointer, or nil if there is none.
func (d *Document) At(pointer string) *Node {
	if !isPointer(pointer) {
		return nil
	}
	n := d.root
	for _, step := range steps(pointer) {
		if n = n.child(step); n == nil {
			return nil
		}
	}
	return n
}

// isPointer reports whether a text leads anywhere: the empty one leads to the whole, and each other
// one begins with "/" (RFC 6901, 3).
func isPointer(text string) bool { return text == "" || text[0] == '/' }

// Nearest returns the innermost value whose key or text covers a place, or the last one that begins
// before it. It is nil if none does. Line and column are those of a [source.Error].
func (d *Document) Nearest(line, column int) *Node {
	var found *Node
	var look func(n *Node)
	look = func(n *Node) {
		if n.Line > line || n.Line == line && n.Column > column {
			return
		}
		found = n // values come in the order of the file
		for _, child := range n.Nodes {
			look(child)
		}
	}
	if d.root != nil {
		look(d.root)
	}
	return found
}

// child returns a value in a mapping or a list by its key or its index.
func (n *Node) child(step string) *Node {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case Mapping:
		for _, child := range n.Nodes {
			if child.key == step {
				return child
			}
		}
	case List:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Nodes) && strconv.Itoa(i) == step {
			return n.Nodes[i]
		}
	}
	return nil
}

// Key is the key of a value in a mapping, or "" in a list.
func (n *Node) Key() string { return n.key }

// steps are the keys and indices in a pointer. What is no pointer has none.
func steps(pointer string) []string {
	if pointer == "" || !isPointer(pointer) {
		return nil
	}
	all := strings.Split(pointer[1:], "/")
	for i, step := range all {
		all[i] = unescape.Replace(step)
	}
	return all
}

// A pointer writes "~" and "/" in keys otherwise (RFC 6901, 3).
var (
	escape   = strings.NewReplacer("~", "~0", "/", "~1")
	unescape = strings.NewReplacer("~1", "/", "~0", "~")
)

// Join returns the pointer to a value in the mapping or list at a pointer.
func Join(pointer, step string) string {
	return pointer + "/" + escape.Replace(step)
}

// Parent returns the pointer to the mapping or list around a value, and the value's key or index in
// it. Nothing is around the whole, nor around what is no pointer: then both are empty.
func Parent(pointer string) (parent, step string) {
	all := steps(pointer)
	if len(all) == 0 {
		return "", ""
	}
	return pointer[:strings.LastIndexByte(pointer, '/')], all[len(all)-1]
}

// node measures a value and those in it. lead is where ":" or the dash before it ends, or -1 for a
// value without one.
func (d *Document) node(from ast.Node, pointer string, lead int) *Node {
	n := &Node{Pointer: pointer, lead: lead}
	switch from := from.(type) {
	case *ast.MappingNode:
		n.Kind, n.flow = Mapping, from.IsFlowStyle
		d.pairs(n, from.Values)
		d.around(n, from.Start, from.End)
	case *ast.MappingValueNode:
		n.Kind = Mapping
		d.pairs(n, []*ast.MappingValueNode{from})
		d.around(n, nil, nil)
	case *ast.SequenceNode:
		n.Kind, n.flow = List, from.IsFlowStyle
		for i, value := range from.Values {
			head, lead := -1, -1
			if !n.flow && i < len(from.Entries) {
				head = d.offset(from.Entries[i].Start)
				lead = head + len("-")
			}
			child := d.node(value, Join(pointer, strconv.Itoa(i)), lead)
			if child.item, child.head = true, head; head < 0 {
				child.head = child.start
			}
			if child.block {
				child.end = d.blockEnd(child.start, d.columnOf(child.head))
			}
			child.Line, child.Column = d.place(child.start)
			n.Nodes = append(n.Nodes, child)
		}
		d.around(n, from.Start, from.End)
	case *ast.LiteralNode:
		n.block = true
		n.start = d.begin(lead, from.Start)
		n.end = d.blockEnd(n.start, -1) // of the whole file; another has the indent of its key
		if from.Value != nil {
			n.Value = strings.TrimRight(from.Value.Value, "\n")
		}
	default:
		d.scalar(n, from)
	}
	n.Line, n.Column = d.place(n.start)
	return n
}

// pairs measures the values of a mapping.
func (d *Document) pairs(n *Node, pairs []*ast.MappingValueNode) {
	for _, pair := range pairs {
		key := pair.Key.GetToken()
		pointer := Join(n.Pointer, key.Value)
		lead := d.offset(pair.Start) + len(":")
		child := &Node{Pointer: pointer, Kind: Nothing, lead: lead, start: lead, end: lead}
		if pair.Value != nil {
			child = d.node(pair.Value, pointer, lead)
		}
		child.key, child.head = key.Value, d.offset(key)
		child.Line, child.Column = d.place(child.head)
		if child.block {
			child.end = d.blockEnd(child.start, d.columnOf(child.head))
		}
		n.Nodes = append(n.Nodes, child)
	}
}

// around measures a mapping or a list by what is in it, or by its brackets.
func (d *Document) around(n *Node, start, end *token.Token) {
	if n.flow {
		n.start, n.end = d.begin(n.lead, start), min(d.offset(end)+1, len(d.text))
	} else if len(n.Nodes) > 0 {
		n.start, n.end = n.Nodes[0].head, n.Nodes[len(n.Nodes)-1].end
	}
}

// scalar measures a value on its own.
func (d *Document) scalar(n *Node, from ast.Node) {
	t := from.GetToken()
	n.start = d.begin(n.lead, t)
	switch from := from.(type) {
	case *ast.StringNode:
		n.Value = from.Value
	case *ast.BoolNode:
		n.Kind, n.Value = Flag, strconv.FormatBool(from.Value)
	case *ast.NullNode:
		n.Kind = Nothing
	default:
		n.Kind, n.Value = Number, strings.TrimSpace(t.Value)
	}
	if n.Kind == Nothing && !written(d.text, n.start) {
		if n.lead >= 0 {
			n.start = n.lead
		}
		n.end = n.start
		return
	}
	n.end = d.scalarEnd(n, strings.TrimSpace(t.Value))
}

// begin returns where a value begins. The library's own place of a plain value is wrong where spaces
// follow it (v1.19.2), so it counts only for values without a lead.
func (d *Document) begin(lead int, t *token.Token) int {
	if lead < 0 {
		return d.offset(t)
	}
	for at := min(lead, len(d.text)); ; at = d.nextLine(at) {
		line := d.text[at:d.lineEnd(at)]
		if rest := strings.TrimLeft(line, " \t"); rest != "" && rest[0] != '#' || d.lineEnd(at) == len(d.text) {
			return at + len(line) - len(rest)
		}
	}
}

// offset returns where a token stands in the text.
func (d *Document) offset(t *token.Token) int {
	if t == nil || t.Position == nil || t.Position.Line < 1 || t.Position.Line > len(d.lines) {
		return 0
	}
	at := d.lines[t.Position.Line-1]
	for range t.Position.Column - 1 {
		if at >= len(d.text) {
			break
		}
		_, size := decodeRune(d.text[at:])
		at += size
	}
	return at
}

// place returns the line and the column of an offset.
func (d *Document) place(at int) (line, column int) {
	line = d.lineOf(at)
	return line + 1, len([]rune(d.text[d.lines[line]:at])) + 1
}

// dotted writes a pointer for messages, as package check does: "services[3].name".
func dotted(pointer string) string {
	var b strings.Builder
	for _, step := range steps(pointer) {
		if _, err := strconv.Atoi(step); err == nil {
			fmt.Fprintf(&b, "[%s]", step)
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	return b.String()
}
