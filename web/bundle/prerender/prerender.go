// Package prerender turns what a go-app component renders into a tree of nodes.
// The tree is written as HTML for pages, and as nested arrays for the loader,
// which builds the elements without parsing any markup.
//
// It exists because the result of app.HTMLString cannot be sent to a browser as it
// is. app.HTMLString quotes attribute values as Go strings, not as HTML, so a
// double quote in a catalogue's text would end the attribute. It also drops the
// value "true" (pkg/app/node.go, encodeHTMLAttribute, v10.1.11).
package prerender

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// A Node is an element, or a text where Tag is empty.
type Node struct {
	Tag        string
	Attributes []Attribute // sorted by name
	Children   []*Node
	Text       string
}

// An Attribute is an attribute of an element.
type Attribute struct{ Name, Value string }

// Render renders a component as go-app does without a browser. It is an error if
// app.HTMLString writes something that this package does not know.
func Render(ui app.UI) (*Node, error) {
	p := parser{rest: app.HTMLString(ui)}
	node, err := p.node(0)
	if err != nil {
		return nil, fmt.Errorf("reading what go-app rendered: %w", err)
	}
	return node, nil
}

// parser reads the dialect of app.HTMLString: one node a line, indented by two
// spaces for each level. Only a text that is alone in its element is on the
// element's own line.
type parser struct{ rest string }

var errSyntax = errors.New("not what app.HTMLString writes")

func (p *parser) take(prefix string) bool {
	rest, ok := strings.CutPrefix(p.rest, prefix)
	p.rest = rest
	return ok
}

// until takes all bytes before the next one that is in stop.
func (p *parser) until(stop string) string {
	i := strings.IndexAny(p.rest, stop)
	if i < 0 {
		i = len(p.rest)
	}
	taken := p.rest[:i]
	p.rest = p.rest[i:]
	return taken
}

func (p *parser) node(depth int) (*Node, error) {
	if !p.take(strings.Repeat("  ", depth)) {
		return nil, errSyntax
	}
	if !strings.HasPrefix(p.rest, "<") {
		// Texts are escaped, so the next "<" is markup. The line break before it
		// is go-app's.
		rest := p.rest
		text := strings.TrimSuffix(strings.TrimRight(p.until("<"), " "), "\n")
		p.rest = rest[len(text):]
		return &Node{Text: html.UnescapeString(text)}, nil
	}
	p.take("<")
	node := &Node{Tag: p.until(" >")}
	for p.take(" ") {
		attribute := Attribute{Name: p.until("= >")}
		switch {
		case p.take("="):
			quoted, err := strconv.QuotedPrefix(p.rest)
			if err != nil {
				return nil, errSyntax
			}
			p.take(quoted)
			attribute.Value, _ = strconv.Unquote(quoted)
		case strings.HasPrefix(attribute.Name, "aria-") || strings.HasPrefix(attribute.Name, "data-"):
			attribute.Value = "true"
		}
		if boolean[attribute.Name] && attribute.Value == "false" {
			continue
		}
		node.Attributes = append(node.Attributes, attribute)
	}
	slices.SortFunc(node.Attributes, func(a, b Attribute) int { return strings.Compare(a.Name, b.Name) })
	if !p.take(">") {
		return nil, errSyntax
	}
	if void[node.Tag] {
		return node, nil
	}
	if !p.take("\n") { // empty, or a text alone
		if text := p.until("<"); text != "" {
			node.Children = []*Node{{Text: html.UnescapeString(text)}}
		}
	}
	for !p.take(strings.Repeat("  ", depth)+"</"+node.Tag+">") && !p.take("</"+node.Tag+">") {
		if p.take("\n") {
			continue // an empty text
		}
		child, err := p.node(depth + 1)
		if err != nil {
			return nil, err
		}
		if !p.take("\n") {
			return nil, errSyntax
		}
		node.Children = append(node.Children, child)
	}
	return node, nil
}

// boolean are the attributes that HTML reads as true whatever their value. go-app
// writes checked="false", which HTML reads as checked.
var boolean = map[string]bool{"checked": true, "disabled": true, "hidden": true, "open": true}

// void are the elements without content that the banner uses.
var void = map[string]bool{"input": true, "br": true, "img": true, "hr": true}

// HTML writes the node as HTML.
func (n *Node) HTML() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	if n.Tag == "" {
		b.WriteString(html.EscapeString(n.Text))
		return
	}
	b.WriteString("<" + n.Tag)
	for _, a := range n.Attributes {
		b.WriteString(" " + a.Name)
		if a.Value != "" {
			b.WriteString(`="` + html.EscapeString(a.Value) + `"`)
		}
	}
	b.WriteString(">")
	if void[n.Tag] {
		return
	}
	for _, child := range n.Children {
		child.write(b)
	}
	b.WriteString("</" + n.Tag + ">")
}

// Indented writes the node as HTML with one node a line, for golden files.
func (n *Node) Indented() string {
	var b bytes.Buffer
	n.indent(&b, 0)
	return b.String()
}

func (n *Node) indent(b *bytes.Buffer, depth int) {
	margin := strings.Repeat("  ", depth)
	if n.Tag == "" || len(n.Children) == 0 || len(n.Children) == 1 && n.Children[0].Tag == "" {
		b.WriteString(margin + n.HTML() + "\n")
		return
	}
	open := *n
	open.Children = nil
	b.WriteString(margin + strings.TrimSuffix(open.HTML(), "</"+n.Tag+">") + "\n")
	for _, child := range n.Children {
		child.indent(b, depth+1)
	}
	b.WriteString(margin + "</" + n.Tag + ">\n")
}

// MarshalJSON writes the node as the loader reads it: a text as a string, an
// element as [tag, {name: value, …}, child, …].
func (n *Node) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := n.writeJSON(&b)
	return b.Bytes(), err
}

// writeJSON writes the whole tree. If each node were marshalled by itself, package json would
// read each one again for every node around it.
func (n *Node) writeJSON(b *bytes.Buffer) error {
	if n.Tag == "" {
		return writeValue(b, n.Text)
	}
	b.WriteByte('[')
	if err := writeValue(b, n.Tag); err != nil {
		return err
	}
	b.WriteByte(',')
	attributes := map[string]string{}
	for _, a := range n.Attributes {
		attributes[a.Name] = a.Value
	}
	if err := writeValue(b, attributes); err != nil {
		return err
	}
	for _, child := range n.Children {
		b.WriteByte(',')
		if err := child.writeJSON(b); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func writeValue(b *bytes.Buffer, value any) error {
	data, err := json.Marshal(value)
	b.Write(data)
	return err
}
