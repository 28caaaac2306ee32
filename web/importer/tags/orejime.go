package tags

import (
	"slices"
	"strings"

	htmltoken "golang.org/x/net/html"
)

// orejime rewrites the tags of Orejime: since version 3, templates with a data-purpose; before, elements with a
// data-name.
func orejime(p *page, i int) int {
	n := &p.nodes[i]
	if n.kind != htmltoken.StartTagToken && n.kind != htmltoken.SelfClosingTagToken {
		return 0
	}
	if next := p.own(i, &orejimeOwn); next > 0 {
		return next
	}
	if edits := p.inner[i]; len(edits) > 0 {
		p.change(n.span, "", edits...)
		return 0
	}
	if p.opener(n, &orejimeOwn) {
		return 0
	}
	p.bound(n)
	if purpose := n.get("data-purpose"); purpose != nil {
		if n.name == "template" {
			return p.template(i, purpose)
		}
		p.named(n, purpose)
	} else if name := n.get("data-name"); name != nil {
		p.named(n, name)
	}
	return 0
}

// template rewrites a template that waits for a purpose. What is in it waits of its own then, since
// a browser may read ahead into templates, and since Charte asks in the place of frames alone. A
// template that held nothing else goes.
func (p *page) template(i int, purpose *attribute) int {
	n := &p.nodes[i]
	last := p.ends[i]
	if purpose.coded {
		p.leaveNode(n, "", "Code of a template writes its data-purpose. Write data-category and data-service, with ids of the catalogue.")
		return 0
	}
	h, why := p.m.home(purpose.value)
	if why == "" {
		why = n.already()
	}
	if why == "" && last < 0 {
		why = "Nothing ends this template."
	}
	for j := i + 1; why == "" && j < last; j++ {
		if p.nodes[j].get("data-purpose") != nil || p.nodes[j].get("data-name") != nil && p.nodes[j].name == "script" {
			why = "Something in this template waits for a purpose of its own. Take it out of the template."
		}
	}
	if why != "" {
		p.leaveNode(n, "", why)
		return max(0, last+1)
	}
	inner, notes, alone := p.inside(i+1, last, h)
	if !alone {
		if !p.keep(n, purpose, h, notes) {
			return last + 1
		}
		p.inner = inner
		return 0
	}
	// The lines of the template's own tags go with them.
	edits := []edit{{span: p.line(n.span)}, {span: p.line(p.nodes[last].span)}}
	for j := i + 1; j < last; j++ {
		edits = append(edits, inner[j]...)
		p.said(j, &orejimeOwn)
	}
	p.change(span{edits[0].start, edits[1].end}, "", edits...)
	return last + 1
}

// keep rewrites the tag of a template that stays. It reports whether it could.
func (p *page) keep(n *node, purpose *attribute, h home, notes []string) bool {
	before := len(p.changes)
	edits := []edit{{span: purpose.span, text: h.attributes(purpose.quote)}}
	for j := range n.attributes {
		if a := &n.attributes[j]; strings.HasPrefix(a.name, "data-contextual") {
			edits = append(edits, p.without(n, a))
			if a.name == "data-contextual" {
				notes = append(notes, "Charte asks in the place of frames. This just waits.")
			}
		}
	}
	p.change(n.span, strings.Join(notes, " "), edits...)
	return len(p.changes) > before
}

// inside finds the edits that make everything wait that is fetched or run between two nodes, by node. alone
// reports whether there is nothing else between them, so that it can stand without a template.
func (p *page) inside(first, last int, h home) (edits map[int][]edit, notes []string, alone bool) {
	edits = map[int][]edit{}
	alone, some := true, false
	note := func(text string) {
		alone = false
		if !slices.Contains(notes, text) {
			notes = append(notes, text)
		}
	}
	for j := first; j < last; j++ {
		n := &p.nodes[j]
		switch n.kind {
		case htmltoken.TextToken:
			if n.raw { // a browser reads no tags in it
				continue
			}
			if n.coded {
				note("What the template's code writes here must have data-category and data-src of its own, since a browser may read ahead into templates.")
			} else if strings.TrimSpace(string(p.text[n.start:n.end])) != "" {
				alone = false
			}
		case htmltoken.StartTagToken, htmltoken.SelfClosingTagToken:
			made, ok := p.waiting(n, h)
			edits[j] = made
			some = some || ok
			alone = alone && ok
			if !ok && fetches(n) {
				note("Charte cannot hold back a <" + n.name + "> of its own, and a browser may read ahead into templates. See whether one fetches what it names.")
			}
		}
	}
	return edits, notes, alone && some
}

// waiting are the edits that make an element wait. ok is false if Charte does not hold back
// elements like it.
func (p *page) waiting(n *node, h home) (edits []edit, ok bool) {
	from := "src"
	switch n.name {
	case "script":
		if kind := n.get("type"); kind != nil && !kind.coded && !runs(kind.value) {
			return nil, false // it is data
		}
	case "iframe":
		if n.get("srcdoc") != nil {
			return nil, false
		}
	case "img":
		if n.get("srcset") != nil {
			return nil, false
		}
	case "link":
		if n.get("imagesrcset") != nil {
			return nil, false
		}
		from = "href"
	default:
		return nil, false
	}
	address := n.get(from)
	if n.get("data-category") != nil { // it waits already
		return nil, true
	}
	if n.name != "script" && (address == nil || n.get("data-"+from) != nil) {
		return nil, false
	}
	text := " " + h.attributes(`"`)
	if n.name == "script" {
		kind := n.get("type")
		switch {
		case kind == nil:
			text = ` type="text/plain"` + text
		case kind.coded:
			return nil, false
		default:
			if value := strings.ToLower(strings.TrimSpace(kind.value)); value != "" && !strings.HasSuffix(value, "javascript") {
				text += ` data-type="` + value + `"`
			}
			edits = append(edits, kind.to("text/plain"))
		}
	}
	edits = append(edits, edit{span: span{n.label.end, n.label.end}, text: text})
	if address != nil {
		edits = append(edits, edit{span: address.label, text: "data-" + from})
	}
	return edits, true
}

// fetches reports whether a browser may fetch something for an element that is none of
// those that Charte holds back.
func fetches(n *node) bool {
	for _, name := range []string{"src", "srcset", "srcdoc", "imagesrcset", "poster", "data", "background"} {
		if n.get(name) != nil {
			return true
		}
	}
	return false
}

// line is a part of the file, with the whole of its line if nothing else stands on it.
func (p *page) line(s span) span {
	start, end := s.start, s.end
	for start > 0 && (p.text[start-1] == ' ' || p.text[start-1] == '\t') {
		start--
	}
	for end < len(p.text) && strings.IndexByte(" \t\r", p.text[end]) >= 0 {
		end++
	}
	if (start == 0 || p.text[start-1] == '\n') && end < len(p.text) && p.text[end] == '\n' {
		return span{start, end + 1}
	}
	return s
}
