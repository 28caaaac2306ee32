package tags

import (
	"bytes"
	"html"
	"path"
	"slices"
	"strings"

	htmltoken "golang.org/x/net/html"

	"charte/web/importer/told"
)

// An attribute is an attribute of a tag. Its numbers are bytes of the file.
type attribute struct {
	span
	name  string // in small letters
	label span   // of its name
	raw   span   // of its value, without quotes; empty where it has none
	quote string // around the value; "" where there is none
	value string // as a browser reads it

	// Code of a template stands in the attribute itself.
	coded bool

	// Code of a template stands before it and after it in the tag, so it may not be there.
	perhaps bool
}

// A node is a tag, or what stands between two tags.
type node struct {
	span
	kind       htmltoken.TokenType
	name       string // of a tag, in small letters
	label      span   // of the tag's name
	attributes []attribute
	coded      bool // code of a template stands in it, other than in an attribute
	raw        bool // of a text: it is that of a script, a style sheet or such
}

// get returns the first attribute of a name, and nil if there is none.
func (n *node) get(name string) *attribute {
	for i := range n.attributes {
		if n.attributes[i].name == name {
			return &n.attributes[i]
		}
	}
	return nil
}

// value returns the value of an attribute, and "" if there is none.
func (n *node) value(name string) string {
	if a := n.get(name); a != nil {
		return a.value
	}
	return ""
}

// A page is a file that is looked through.
type page struct {
	name      string
	extension string // of the name, in small letters
	text      []byte
	m         Map
	nodes     []node
	ends      []int  // of each node that begins an element, the one that ends it; -1 where there is none
	code      []span // code of templates, in order
	lines     []int  // where each line begins

	last   told.Place // the place that was asked for last, which stands at lastAt
	lastAt int

	inner   map[int][]edit // what makes nodes wait in the template that was kept last
	placed  int            // the node of Charte's own tag, or of the one that it takes the place of; -1 before
	changes []Change
	left    []Left
}

// newPage is a file in which no tags have been looked for.
func newPage(name string, text []byte, m Map) *page {
	p := &page{name: name, extension: strings.ToLower(path.Ext(name)), text: text, m: m, lines: []int{0}, placed: -1}
	for i, c := range text {
		if c == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	return p
}

// parse splits a file into tags and what is between them.
func parse(name string, text []byte, m Map) *page {
	p := newPage(name, text, m)
	masked, code, ok := mask(name, text)
	if !ok {
		p.leave(0, "", "", "The file has too many brackets that nothing closes, so it was not looked through.")
		return p
	}
	p.code = code
	open := map[string][]int{} // the tags of each name that are open
	tokenizer := htmltoken.NewTokenizer(bytes.NewReader(masked))
	at, inside := 0, ""
	framework := slices.Contains(frameworks, p.extension)
	for {
		kind := tokenizer.Next()
		raw := tokenizer.Raw()
		n := node{span: span{at, at + len(raw)}, kind: kind}
		at = n.end
		if kind == htmltoken.ErrorToken {
			return p
		}
		switch kind {
		case htmltoken.StartTagToken, htmltoken.SelfClosingTagToken, htmltoken.EndTagToken:
			p.tag(&n, masked)
			inside = ""
			if kind == htmltoken.SelfClosingTagToken && rawText[n.name] {
				if framework { // "<script />" is whole there. In HTML, it begins a script.
					tokenizer.NextIsNotRawText()
				} else {
					kind, n.kind = htmltoken.StartTagToken, htmltoken.StartTagToken
				}
			}
			if kind == htmltoken.StartTagToken {
				inside = n.name
			}
		case htmltoken.TextToken:
			n.raw = rawText[inside]
			n.coded = len(p.codeIn(n.span)) > 0
		}
		p.nodes = append(p.nodes, n)
		last := len(p.nodes) - 1
		p.ends = append(p.ends, -1)
		if tags := open[n.name]; kind == htmltoken.StartTagToken {
			open[n.name] = append(tags, last)
		} else if kind == htmltoken.EndTagToken && len(tags) > 0 {
			p.ends[tags[len(tags)-1]] = last
			open[n.name] = tags[:len(tags)-1]
		}
	}
}

// frameworks are the extensions of files in which any element may end itself.
var frameworks = []string{".vue", ".svelte", ".astro", ".jsx", ".tsx"}

// rawText are the elements in which a tokenizer of HTML sees no tags.
var rawText = map[string]bool{"script": true, "style": true, "noscript": true, "iframe": true, "textarea": true,
	"title": true, "xmp": true, "noembed": true, "noframes": true, "plaintext": true}

// codeIn returns the code of templates in a part of the file.
func (p *page) codeIn(s span) []span {
	first, _ := slices.BinarySearchFunc(p.code, s.start+1, func(c span, at int) int { return c.end - at })
	last := first
	for last < len(p.code) && p.code[last].start < s.end {
		last++
	}
	return p.code[first:last]
}

// attributesMost is over ten times what tags have. Later ones are not looked at.
const attributesMost = 500

// tag reads a tag's name and attributes, as section 13.2.5 of the HTML standard says.
func (p *page) tag(n *node, masked []byte) {
	i, end := n.start+1, n.end-1
	if n.kind == htmltoken.EndTagToken {
		i++
	}
	space := func(c byte) bool { return strings.IndexByte(" \t\r\n\f/", c) >= 0 }
	n.label.start = i
	for i < end && !space(masked[i]) {
		i++
	}
	n.label.end = i
	n.name = strings.ToLower(string(p.text[n.label.start:n.label.end]))
	for i < end && len(n.attributes) < attributesMost {
		if space(masked[i]) {
			i++
			continue
		}
		a := attribute{span: span{start: i}}
		for i++; i < end && !space(masked[i]) && masked[i] != '='; i++ {
		}
		a.label = span{a.start, i}
		a.name = strings.ToLower(string(p.text[a.start:i]))
		a.end = i
		for i < end && strings.IndexByte(" \t\r\n\f", masked[i]) >= 0 {
			i++
		}
		a.raw = span{a.end, a.end}
		if i < end && masked[i] == '=' {
			i = a.readValue(masked, i+1, end)
		} else {
			i = a.end
		}
		a.value = html.UnescapeString(string(p.text[a.raw.start:a.raw.end]))
		a.coded = len(p.codeIn(a.span)) > 0
		n.attributes = append(n.attributes, a)
	}
	p.mayBe(n)
}

// readValue reads a value that begins, after spaces, at i, and returns where it ends.
func (a *attribute) readValue(masked []byte, i, end int) int {
	for i < end && strings.IndexByte(" \t\r\n\f", masked[i]) >= 0 {
		i++
	}
	if i < end && (masked[i] == '"' || masked[i] == '\'') {
		a.quote = string(masked[i])
		start := i + 1
		stop := bytes.IndexByte(masked[start:end], masked[i])
		if stop < 0 {
			a.raw, a.end = span{start, end}, end
			return end
		}
		a.raw, a.end = span{start, start + stop}, start+stop+1
		return a.end
	}
	start := i
	for i < end && strings.IndexByte(" \t\r\n\f", masked[i]) < 0 {
		i++
	}
	a.raw, a.end = span{start, i}, i
	return i
}

// mayBe notes which attributes stand between pieces of code, and may not be there.
func (p *page) mayBe(n *node) {
	var outside []span
	for _, c := range p.codeIn(n.span) {
		within := slices.ContainsFunc(n.attributes, func(a attribute) bool { return c.start >= a.start && c.end <= a.end })
		if !within {
			outside = append(outside, c)
		}
	}
	for _, a := range n.attributes {
		// Blade's "@isset($a)" and "@endisset" are no "@click" with a value.
		if strings.HasPrefix(a.name, "@") && (a.label.end == a.end || strings.Contains(a.name, "(")) {
			outside = append(outside, a.span)
		}
	}
	n.coded = len(outside) > 0
	for i := range n.attributes {
		a := &n.attributes[i]
		before := slices.ContainsFunc(outside, func(c span) bool { return c.end <= a.start })
		after := slices.ContainsFunc(outside, func(c span) bool { return c.start >= a.end })
		a.perhaps = before && after
	}
}
