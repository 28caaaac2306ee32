package tags

import (
	"html"
	"maps"
	"slices"
	"strings"

	htmltoken "golang.org/x/net/html"
)

// vanilla rewrites the tags of vanilla-cookieconsent 2 and 3. Charte takes those of 3 as they are,
// so only names change.
func vanilla(p *page, i int) int {
	n := &p.nodes[i]
	if n.kind != htmltoken.StartTagToken && n.kind != htmltoken.SelfClosingTagToken {
		return 0
	}
	if next := p.own(i, &vanillaOwn); next > 0 {
		return next
	}
	if cc := n.get("data-cc"); cc != nil && n.get("data-charte") == nil && !holds[n.name] {
		p.button(n, cc)
		return 0
	}
	if p.opener(n, &vanillaOwn) {
		return 0
	}
	p.bound(n)
	category := n.get("data-category")
	if category == nil {
		category = n.get("data-cookiecategory")
	}
	if category == nil {
		if n.name == "div" && n.get("data-service") != nil && n.get("data-id") != nil {
			p.leaveNode(n, "", "It belongs to iframemanager. Write an iframe with data-category, data-service and data-src in its place: Charte asks where it stands.")
		}
		return 0
	}
	if n.name == "script" {
		p.vanillaScript(n, category)
		return 0
	}
	p.elsewhere(n, category)
	return 0
}

// vanillaScript rewrites a script that waits.
func (p *page) vanillaScript(n *node, category *attribute) {
	if category.coded {
		p.leaveNode(n, "", "Code of a template writes its category. See that it writes one of the catalogue's: "+p.m.ids()+".")
		return
	}
	if why := p.running(n); why != "" {
		p.leaveNode(n, "", why)
		return
	}
	service := n.get("data-service")
	if service != nil && service.coded {
		p.leaveNode(n, "", "Code of a template writes its service.")
		return
	}
	name, against := strings.CutPrefix(category.value, "!")
	var own string
	if service != nil {
		var not bool
		own, not = strings.CutPrefix(service.value, "!")
		against = against || not
	}
	h, why := p.m.both(name, own)
	if why != "" {
		p.leaveNode(n, "", why)
		return
	}
	var edits []edit
	if category.name == "data-cookiecategory" {
		edits = append(edits, edit{span: category.label, text: "data-category"})
	}
	edits = append(edits, renamed(category, service, h)...)
	edits = append(edits, p.inert(n)...)
	if against {
		p.leaveNode(n, p.edited(n.span, edits), "It runs on a refusal. Charte runs such a script only when a consent that was given is withdrawn. If that is what you want, write it so.")
		return
	}
	if len(edits) > 0 {
		p.change(n.span, "", edits...)
	}
}

// both finds what a category with a service of it stands for. service may be "".
func (m Map) both(category, service string) (h home, why string) {
	if id, ok := m.Categories[category]; ok {
		h.category = id
		if m.crosses(category, id) {
			return h, "\"" + category + "\" is a category of the catalogue, and another one is called so here. Which of them is meant cannot be told apart."
		}
	} else if has(m.Categories, category) || has(m.Homes, category) {
		h.category = category // Charte's already
	} else {
		return h, "The catalogue has no category for \"" + category + "\"."
	}
	if service == "" {
		return h, ""
	}
	if id, ok := m.Services[service]; ok {
		h.service = id
	} else if _, ok := m.Homes[service]; ok {
		h.service = service
	} else {
		return h, "The catalogue has no service for \"" + service + "\"."
	}
	if own := m.Homes[h.service]; own != "" {
		h.category = own
	}
	return h, ""
}

// has reports whether something is called so in the catalogue.
func has(ids map[string]string, id string) bool {
	for _, is := range ids {
		if is == id {
			return true
		}
	}
	return false
}

// crosses reports whether a name is renamed, and is also the new name of another one. Then
// nobody can see whether a tag has been rewritten.
func (m Map) crosses(name, id string) bool {
	if name == id {
		return false
	}
	for other, to := range m.Categories {
		if other != name && to == name {
			return true
		}
	}
	return false
}

// ids lists the catalogue's categories.
func (m Map) ids() string {
	ids := slices.Sorted(maps.Values(m.Categories))
	return strings.Join(slices.Compact(ids), ", ")
}

// renamed are the edits that give an element the names of a home. A "!" before a name stays. service may
// be nil.
func renamed(category, service *attribute, h home) []edit {
	var edits []edit
	rename := func(a *attribute, id string) {
		if name := strings.TrimPrefix(a.value, "!"); name != id {
			edits = append(edits, a.to(strings.TrimSuffix(a.value, name)+id))
		}
	}
	rename(category, h.category)
	if service != nil {
		rename(service, h.service)
	}
	return edits
}

// to is an edit that gives the attribute another value.
func (a *attribute) to(value string) edit {
	if a.quote == "" && a.raw.start == a.raw.end {
		return edit{span: span{a.label.end, a.end}, text: `="` + html.EscapeString(value) + `"`}
	}
	return edit{span: a.raw, text: html.EscapeString(value)}
}

// running returns why a script does not wait, and "" if it does: its type is one that no browser runs.
func (p *page) running(n *node) string {
	kind := n.get("type")
	switch {
	case (kind == nil || !kind.coded && runs(kind.value)) && p.empty(n):
		return ""
	case kind == nil:
		return "It has no type, so it runs before any answer. Write type=\"text/plain\"."
	case kind.coded:
		return "Code of a template writes its type."
	case runs(kind.value):
		return "Its type is one that runs, so it runs before any answer. Write type=\"text/plain\", and data-type with that type if it is not a classic script."
	}
	return ""
}

// classic is the types of classic scripts, which the MIME Sniffing standard lists as those of JavaScript. With
// a parameter behind it, "text/javascript; charset=utf-8", none of them runs.
var classic = exactly(`(?:text|application)/(?:x-)?(?:javascript|ecmascript)|text/javascript1\.[0-5]|text/(?:jscript|livescript)`)

// runs reports whether a browser runs a script of a type, as section 4.12.1.1 of the HTML standard says.
func runs(kind string) bool {
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "" || kind == "module" || kind == "importmap" || kind == "speculationrules" || classic.MatchString(kind)
}

// inert is the edit that gives a waiting script the type that Charte looks for, if it has another.
func (p *page) inert(n *node) []edit {
	kind := n.get("type")
	if kind == nil {
		return []edit{{span: span{n.label.end, n.label.end}, text: ` type="text/plain"`}}
	}
	if strings.EqualFold(kind.value, "text/plain") {
		return nil
	}
	edits := []edit{kind.to("text/plain")}
	if value := strings.ToLower(strings.TrimSpace(kind.value)); value == "module" && n.get("data-type") == nil {
		edits = append(edits, edit{span: span{n.label.end, n.label.end}, text: ` data-type="module"`})
	}
	return edits
}

// empty reports whether a script runs nothing, whatever its type: its address is for the banner alone, and
// it holds nothing.
func (p *page) empty(n *node) bool {
	if n.get("data-src") == nil || n.get("src") != nil {
		return false
	}
	i, _ := slices.BinarySearchFunc(p.nodes, n.start, func(n node, at int) int { return n.start - at })
	last := p.ends[i]
	return n.kind == htmltoken.SelfClosingTagToken || last >= 0 && strings.TrimSpace(string(p.text[n.end:p.nodes[last].start])) == ""
}

// elsewhere looks at an element that has a category and does not wait for the banner: of
// vanilla-cookieconsent, all but scripts; of c15t, all but frames. Charte reads it.
func (p *page) elsewhere(n *node, category *attribute) {
	gated := n.name == "template" || n.name == "component" || (n.name == "iframe" || n.name == "img") && n.get("data-src") != nil || n.name == "link" && n.get("data-href") != nil
	if !gated || category.coded {
		return
	}
	h, why := p.m.both(category.value, n.value("data-service"))
	write := ""
	if why == "" {
		if category.name == "data-category" && h == (home{category.value, n.value("data-service")}) {
			return
		}
		edits := append(renamed(category, n.get("data-service"), h), edit{span: category.label, text: "data-category"})
		write = p.edited(n.span, edits)
	}
	p.leaveNode(n, write, strings.TrimSpace("This banner does not hold it back, but Charte holds back such an element if it has a data-category. "+why))
}

// button rewrites what opens the banner or answers.
func (p *page) button(n *node, cc *attribute) {
	does := map[string]string{
		"show-preferencesmodal": "open", "show-consentmodal": "open", "c-settings": "open",
		"accept-all": "accept-all", "accept-necessary": "refuse-all",
	}[strings.ToLower(cc.value)]
	if does == "" {
		p.leaveNode(n, "", "Charte has no button that does this. It has data-charte=\"open\", \"accept-all\" and \"refuse-all\".")
		return
	}
	note := ""
	if strings.EqualFold(cc.value, "show-consentModal") {
		note = "It opens the settings. Charte has no button that shows the notice again."
	}
	p.change(n.span, note, edit{span: cc.label, text: "data-charte"}, cc.to(does))
}
