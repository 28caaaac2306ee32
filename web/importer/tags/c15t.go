package tags

import (
	"strings"

	htmltoken "golang.org/x/net/html"
)

// c15t rewrites the frames of c15t that stand in HTML. What stands in components of React is
// left, with what to write.
func c15t(p *page, i int) int {
	n := &p.nodes[i]
	if n.kind != htmltoken.StartTagToken && n.kind != htmltoken.SelfClosingTagToken {
		return 0
	}
	p.bound(n)
	component := string(p.text[n.label.start:n.label.end])
	if component == "Frame" || component == "ConsentFrame" {
		p.component(n)
		return 0
	}
	category := n.get("data-category")
	if category == nil {
		return 0
	}
	if n.name != "iframe" || n.get("data-src") == nil {
		p.elsewhere(n, category)
		return 0
	}
	if category.coded {
		p.leaveNode(n, "", "Code of a template writes its category. See that it writes one of the catalogue's: "+p.m.ids()+".")
		return 0
	}
	h, why := p.m.both(category.value, n.value("data-service"))
	if why != "" {
		p.leaveNode(n, "", why)
		return 0
	}
	if edits := renamed(category, n.get("data-service"), h); len(edits) > 0 {
		p.change(n.span, "", edits...)
	}
	return 0
}

// component says what to write in the place of a frame of React.
func (p *page) component(n *node) {
	category := n.get("category")
	why := "Charte has no component for this: it holds back the element itself, and asks in its place."
	if category == nil || category.coded {
		p.leaveNode(n, "", why+" Write an iframe with data-category and data-src.")
		return
	}
	id, ok := p.m.Categories[category.value]
	if !ok {
		p.leaveNode(n, "", why+" The catalogue has no category for \""+category.value+"\".")
		return
	}
	edits := []edit{
		{span: n.label, text: "iframe"},
		{span: category.label, text: "data-category"},
		category.to(id),
	}
	if src := n.get("src"); src != nil {
		edits = append(edits, edit{span: src.label, text: "data-src"})
	} else {
		why += " The address of its frame becomes data-src."
	}
	write := strings.TrimSuffix(strings.TrimSpace(strings.TrimSuffix(p.edited(n.span, edits), ">")), "/")
	p.leaveNode(n, strings.TrimSpace(write)+"></iframe>", why)
}
