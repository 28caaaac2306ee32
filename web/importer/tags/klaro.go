package tags

import (
	"strings"

	htmltoken "golang.org/x/net/html"
)

// klaro rewrites the tags of Klaro: an element with a data-name waits for the service of that name.
func klaro(p *page, i int) int {
	n := &p.nodes[i]
	if n.kind != htmltoken.StartTagToken && n.kind != htmltoken.SelfClosingTagToken {
		return 0
	}
	if next := p.own(i, &klaroOwn); next > 0 {
		return next
	}
	if p.opener(n, &klaroOwn) {
		return 0
	}
	p.bound(n)
	if name := n.get("data-name"); name != nil {
		p.named(n, name)
	}
	return 0
}

// named rewrites an element that waits for what an attribute names.
func (p *page) named(n *node, name *attribute) {
	_, service := p.m.Services[name.value]
	_, category := p.m.Categories[name.value]
	address := n.get("data-src")
	if address == nil {
		address = n.get("data-href")
	}
	kind := n.get("type")
	waits := address != nil || n.name == "script" && kind != nil && (kind.coded || !runs(kind.value))
	if !service && !category && !waits {
		return // many other libraries have a data-name
	}
	if name.name == "data-name" && !holds[n.name] && !waits && n.get("data-hide") == nil && n.get("data-type") == nil {
		return // the banner does nothing with it: an icon that is called like a service
	}
	if n.name != "script" && strings.EqualFold(n.value("data-type"), "placeholder") {
		p.leaveNode(n, "", "The banner shows this in the place of what waits. Charte asks in the place of frames of its own: delete this.")
		return
	}
	if name.coded {
		p.leaveNode(n, "", "Code of a template writes its "+name.name+". Write data-category and data-service, with ids of the catalogue.")
		return
	}
	h, why := p.m.home(name.value)
	if why == "" {
		why = n.already()
	}
	if why == "" && n.name == "script" {
		why = p.running(n)
	}
	if why != "" {
		p.leaveNode(n, "", why)
		return
	}
	edits := []edit{{span: name.span, text: h.attributes(name.quote)}}
	switch {
	case n.name == "script":
		edits = append(edits, p.inert(n)...)
	case (n.name == "iframe" || n.name == "img") && n.get("data-src") != nil, n.name == "link" && n.get("data-href") != nil:
	case n.name == "template":
	case n.name == "iframe" || n.name == "img" || n.name == "link":
		p.leaveNode(n, "", "Its address stands in a plain attribute, so it is fetched before any answer. Write data-src, or data-href of a link, with "+h.attributes(`"`)+".")
		return
	default:
		p.leaveNode(n, "<template "+h.attributes(`"`)+">"+p.edited(n.span, append(p.plain(n), p.without(n, name)))+"…</template>",
			"Charte holds back scripts, frames, images, links and templates. Put it into a template, and see that what it fetches has data-src and data-category of its own.")
		return
	}
	note := ""
	if n.get("data-hide") != nil || n.get("data-title") != nil {
		note = "Charte does not read data-hide and data-title."
	}
	p.change(n.span, note, edits...)
}

// already returns why an element gets no category, and "" if it can have one.
func (n *node) already() string {
	if n.get("data-category") == nil && n.get("data-service") == nil {
		return ""
	}
	return "It has a data-category or a data-service already, so what it waits for cannot be told."
}

// plain are edits that give an element the attributes back that it had before it was to wait.
func (p *page) plain(n *node) []edit {
	var edits []edit
	for i := range n.attributes {
		if a := &n.attributes[i]; a.name == "data-src" || a.name == "data-href" {
			edits = append(edits, edit{span: a.label, text: strings.TrimPrefix(a.name, "data-")})
		}
	}
	return edits
}

// without is an edit that takes an attribute away, with the spaces before it.
func (p *page) without(n *node, a *attribute) edit {
	start := a.start
	for start > n.label.end && strings.IndexByte(" \t\r\n\f", p.text[start-1]) >= 0 {
		start--
	}
	return edit{span: span{start, a.end}}
}

// computed is attributes of Vue, Alpine and Angular.
var computed = exactly(`(?:(?:v-bind|x-bind)?:|\[attr\.)data-(?:category|cookiecategory|service|name|purpose|cc)\]?`)

// bound notes an attribute that a framework computes.
func (p *page) bound(n *node) {
	for i := range n.attributes {
		if name := n.attributes[i].name; computed.MatchString(name) {
			p.leaveNode(n, "", "JavaScript computes "+name+". See that it computes ids of the catalogue, for data-category and data-service.")
			return
		}
	}
}
