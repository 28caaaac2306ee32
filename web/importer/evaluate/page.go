package evaluate

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"charte/web/importer/told"
)

// page takes the scripts and the elements that a banner cares about out of a page or a template.
func page(name, text string, m *masked) ([]piece, []told.Element) {
	p := &pageReader{name: name, masked: m}
	lower := strings.ToLower(name)
	if strings.HasSuffix(lower, ".astro") {
		text = p.frontmatter(text)
	}
	p.typed = strings.HasSuffix(lower, ".vue") || strings.HasSuffix(lower, ".svelte") || strings.HasSuffix(lower, ".astro")
	if strings.HasSuffix(lower, ".blade.php") {
		text = blade(text, m)
	}
	if !p.typed {
		text = mask(text, freemarker(lower), m)
	}
	p.read(text)
	return p.pieces, p.elements
}

func freemarker(name string) bool {
	return strings.HasSuffix(name, ".ftl") || strings.HasSuffix(name, ".ftlh") || strings.HasSuffix(name, ".jsp")
}

// A pageReader reads one page.
type pageReader struct {
	name     string
	masked   *masked
	typed    bool // its scripts are modules in TypeScript
	pieces   []piece
	elements []told.Element
	open     []opened // templates whose end has not come
}

// An opened is a template whose end has not come.
type opened struct {
	element int // its index
	begin   int // where its text begins
}

// mostOpen is how many templates within each other have their texts taken. Each has those within it once more.
const mostOpen = 10

// frontmatter takes the script between two lines of dashes out of an Astro page.
func (p *pageReader) frontmatter(text string) string {
	if !strings.HasPrefix(strings.TrimLeft(text, "\n\r\t "), "---") {
		return text
	}
	begin := strings.Index(text, "---") + 3
	length := strings.Index(text[begin:], "\n---")
	if length < 0 {
		return text
	}
	p.pieces = append(p.pieces, piece{name: p.name, until: text[:begin], text: text[begin : begin+length], module: true})
	end := begin + length + len("\n---")
	return blank(text[:end]) + text[end:]
}

// blank keeps the line ends of a text.
func blank(text string) string { return strings.Repeat("\n", strings.Count(text, "\n")) }

// indented is as long as a text, in lines, and its last line is as wide.
func indented(text string) string {
	return blank(text) + strings.Repeat(" ", utf8.RuneCountInString(text[strings.LastIndexByte(text, '\n')+1:]))
}

func (p *pageReader) read(text string) {
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(mostBytes + 1)
	line, before := 1, 0
	for {
		kind := z.Next()
		raw := string(z.Raw())
		if kind == html.ErrorToken {
			for _, o := range p.open {
				p.elements[o.element].Text = p.masked.restored(text[o.begin:before])
			}
			return
		}
		token := z.Token()
		start, offset := line, before
		line += strings.Count(raw, "\n")
		before += len(raw)
		switch {
		case kind == html.EndTagToken && token.Data == "template" && len(p.open) > 0:
			last := p.open[len(p.open)-1]
			p.elements[last.element].Text = p.masked.restored(text[last.begin:offset])
			p.open = p.open[:len(p.open)-1]
		case kind != html.StartTagToken && kind != html.SelfClosingTagToken:
		case token.Data == "script":
			body := ""
			if kind == html.StartTagToken {
				next := z.Next() // the text, or the end of a script without one
				inside := string(z.Raw())
				line += strings.Count(inside, "\n")
				before += len(inside)
				if next == html.TextToken {
					body = inside
				}
			}
			p.script(token, body, text[:offset+len(raw)], start)
		default:
			if p.element(token, "", start) && token.Data == "template" && kind == html.StartTagToken && len(p.open) < mostOpen {
				p.open = append(p.open, opened{len(p.elements) - 1, before})
			}
		}
	}
}

// drupal is the variable in which Drupal has the settings that stand in its pages as JSON.
const drupal = "var drupalSettings ="

// script takes in a script element. until is the page up to its text.
func (p *pageReader) script(token html.Token, body, until string, line int) {
	attributes := p.attributes(token)
	switch strings.ToLower(strings.TrimSpace(attributes["type"])) {
	case "", "text/javascript", "application/javascript", "module", "text/babel", "text/jsx", "ts", "text/typescript":
	case "application/json":
		if id := attributes["id"]; id != "" {
			p.pieces = append(p.pieces, piece{name: p.name, text: strings.TrimSpace(body), data: id})
		}
		p.element(token, body, line)
		if attributes["data-drupal-selector"] == "drupal-settings-json" {
			p.pieces = append(p.pieces, piece{name: p.name, text: strings.TrimSuffix(indented(until), spaces(drupal)) + drupal + body})
		}
		return
	default:
		p.element(token, body, line)
		return
	}
	if attributes["src"] != "" || carries(attributes) {
		p.element(token, body, line)
	}
	module := p.typed || attributes["type"] == "module"
	if src := attributes["src"]; src != "" {
		p.pieces = append(p.pieces, piece{name: p.name, src: src, module: module})
	} else if strings.TrimSpace(body) != "" {
		p.pieces = append(p.pieces, piece{name: p.name, until: until, text: body, module: module, jsx: attributes["lang"] == "tsx" || attributes["type"] == "text/babel"})
	}
}

// element notes an element, if a banner may hold it back or read it, and reports whether it did.
func (p *pageReader) element(token html.Token, text string, line int) bool {
	attributes := p.attributes(token)
	if token.Data != "script" && !carries(attributes) && (token.Data != "html" || attributes["lang"] == "") {
		return false
	}
	p.elements = append(p.elements, told.Element{
		Tag: token.Data, Attributes: attributes, Text: p.masked.restored(text), Place: told.Place{File: p.name, Line: line},
	})
	return true
}

func (p *pageReader) attributes(token html.Token) map[string]string {
	attributes := map[string]string{}
	for _, a := range token.Attr {
		if _, there := attributes[a.Key]; !there {
			attributes[a.Key] = p.masked.restored(a.Val)
		}
	}
	return attributes
}

// hints are the attributes by which banners find what they hold back.
var hints = []string{"data-category", "data-service", "data-name", "data-purpose", "data-cookiecategory", "data-src", "data-contextual"}

// carries reports whether an element has something for a banner.
func carries(attributes map[string]string) bool {
	for _, hint := range hints {
		if _, has := attributes[hint]; has {
			return true
		}
	}
	return slices.ContainsFunc(strings.Fields(attributes["class"]), func(class string) bool {
		class = strings.ToLower(class)
		return strings.HasPrefix(class, "tac") || strings.Contains(class, "tarteaucitron") || strings.HasSuffix(class, "_player") || strings.HasSuffix(class, "-canvas")
	})
}
