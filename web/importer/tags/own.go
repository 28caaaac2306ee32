package tags

import (
	"cmp"
	"html"
	"regexp"
	"slices"
	"strings"

	htmltoken "golang.org/x/net/html"
)

// An own is what a banner brings into a page, apart from what waits for it.
type own struct {
	script *regexp.Regexp // names of its scripts
	style  *regexp.Regexp // names of its style sheets
	setup  *regexp.Regexp // names of the scripts in which sites keep its configuration
	from   *regexp.Regexp // in addresses of what comes with it, whatever it is called

	code     *regexp.Regexp // in scripts that talk to it
	css      *regexp.Regexp // in styles of it
	markup   *regexp.Regexp // in code that writes what waits for it
	settings *regexp.Regexp // names of variables and properties that are its configuration
	starts   *regexp.Regexp // names of functions that take its configuration

	clicks []click
}

// A click is what a button does.
type click struct {
	code *regexp.Regexp // all of what it runs
	does string         // the same of Charte's, for data-charte
}

// exactly is a pattern of a whole text.
func exactly(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) }

var (
	vanillaOwn = own{
		script:   exactly(`cookieconsent(-core)?(\.umd|\.esm)?\.js`),
		style:    exactly(`cookieconsent(-core)?\.css`),
		setup:    exactly(`cookie-?consent[-._]?(config|init|setup)[\w.-]*\.(m?js|ts)`),
		from:     regexp.MustCompile(`orestbida/cookieconsent|vanilla-cookieconsent`),
		code:     regexp.MustCompile(`\bCookieConsent\s*(?:\?\s*)?\.|\binitCookieConsent\s*\(|\bcc\s*\.\s*(run|show|showSettings|allowedCategory|accept|getUserPreferences)\s*\(|["']cc:on\w+["']`),
		css:      regexp.MustCompile(`--cc-|#cc-main|\.cm__|\.pm__|#cm\b|#s-bl\b`),
		markup:   regexp.MustCompile(`data-(?:(?:cookie)?category|cc)(?:\s*=|["']\s*(?:=>|:|,))|text/plain["'],?\s*data:\s*\{|\bdata:\s*\{\s*cc:`),
		settings: exactly(`cc|cookieconsent`),
		starts:   exactly(`CookieConsent\.run|cc\.run|cookieconsent\.run|initCookieConsent`),
		clicks: []click{
			{exactly(`CookieConsent\.showPreferences\(\)|CookieConsent\.show\((true)?\)|cc\.showSettings\(\d*\)`), "open"},
			{exactly(`CookieConsent\.acceptCategory\(["']all["']\)|cc\.accept\(["']all["']\)`), "accept-all"},
			{exactly(`CookieConsent\.acceptCategory\(\[\]\)|cc\.accept\(\[\]\)`), "refuse-all"},
		},
	}
	klaroOwn = own{
		script:   exactly(`klaro(-no-css|-no-translations|-no-translations-no-css)?\.js`),
		style:    exactly(`klaro(-no-translations)?(\.min)?\.css`),
		setup:    exactly(`klaro[-._]?(config|init|setup)[\w.-]*\.(m?js|ts)`),
		from:     regexp.MustCompile(`\bklaro(@|/|\.)|\bkiprotect\b`),
		code:     regexp.MustCompile(`\bklaro\s*(?:\?\s*)?\.|\bklaroConfig\b`),
		css:      regexp.MustCompile(`\.klaro\b|#klaro\b`),
		markup:   regexp.MustCompile(`data-name(?:\s*=|["']\s*(?:=>|:))|type\s*=[\s\\"']*(?:text/plain|opt-in)|text/plain["'],?\s*data:\s*\{`),
		settings: exactly(`klaroConfig|config`),
		starts:   exactly(`klaro\.setup`),
		clicks:   []click{{exactly(`klaro\.show\([^()]*\)`), "open"}},
	}
	orejimeOwn = own{
		script:   exactly(`orejime(-(standard|dsfr)-[a-z]{2}(-[A-Za-z]{2})?)?\.js`),
		style:    exactly(`orejime(-standard)?\.css`),
		setup:    exactly(`orejime[-._]?(config|init|setup)[\w.-]*\.(m?js|ts)`),
		from:     regexp.MustCompile(`\borejime(@|/|-|\.)`),
		code:     regexp.MustCompile(`\b[oO]rejime\s*(?:\?\s*)?\.|\borejimeConfig\b|\bloadOrejime\s*\(|\borejimeInstance\b`),
		css:      regexp.MustCompile(`\.orejime-|--orejime-|#orejime\b`),
		markup:   regexp.MustCompile(`data-(?:purpose|name)(?:\s*=|["']\s*(?:=>|:))|type\s*=[\s\\"']*opt-in`),
		settings: exactly(`orejimeConfig|orejimeInstance|orejime`),
		starts:   exactly(`Orejime\.init|loadOrejime`),
		clicks:   []click{{exactly(`orejime\.(prompt|show)\(\)|orejimeInstance\.show\(\)|Orejime\.show\(\)`), "open"}},
	}
	tarteaucitronOwn = own{
		script:   exactly(`tarteaucitron(\.services|\.[a-z]{2})?(\.min)?\.js`),
		style:    exactly(`tarteaucitron(\.min)?\.css`),
		setup:    exactly(`tarteaucitron[-._]?(config|init|setup|custom)[\w.-]*\.(m?js|ts)`),
		from:     regexp.MustCompile(`tarteaucitron`),
		code:     regexp.MustCompile(`\btarteaucitron\s*(?:\?\s*)?\.`),
		css:      regexp.MustCompile(`#tarteaucitron|\.tarteaucitron|\.tac_`),
		markup:   regexp.MustCompile(`class\s*=[\s\\"']*[\w -]*\b(tac_|tac[A-Z]|\w+_player\b|[\w-]+-canvas\b)`),
		settings: exactly(`tarteaucitron(ForceLanguage|ForceExpire|ForceCDN|ExpireInDay|CustomText|NoAdBlocker)?`),
		starts:   exactly(`tarteaucitron\.init`),
		clicks: []click{
			{exactly(`tarteaucitron\.userInterface\.openPanel\(\)`), "open"},
			{exactly(`tarteaucitron\.userInterface\.respondAll\(true\)`), "accept-all"},
			{exactly(`tarteaucitron\.userInterface\.respondAll\(false\)`), "refuse-all"},
		},
	}
)

// own rewrites what the banner itself brings into the page. It returns the node to go on with, and
// 0 if this one is not of that kind.
func (p *page) own(i int, o *own) int {
	n := &p.nodes[i]
	switch n.name {
	case "link":
		if name := fileName(n.value("href")); o.style.MatchString(name) || o.script.MatchString(name) {
			p.change(p.line(n.span), "The banner's own file goes.", edit{span: p.line(n.span), known: true})
			return i + 1
		}
		if o.from.MatchString(n.value("href")) {
			p.leaveNode(n, "", "Its address says that it belongs to the banner. Delete it if so.")
		}
	case "script":
		if src := n.get("src"); src != nil {
			return p.ownScript(i, src, o)
		}
		return p.inline(i, o)
	}
	return 0
}

// ownScript puts Charte's tag in the place of the banner's.
func (p *page) ownScript(i int, src *attribute, o *own) int {
	n := &p.nodes[i]
	name := fileName(src.value)
	if o.setup.MatchString(name) {
		p.leaveNode(n, "", "Its name says that the banner is set up in it. Delete the tag if it does nothing else.")
		return 0
	}
	if !o.script.MatchString(name) {
		if o.from.MatchString(src.value) {
			p.leaveNode(n, "", "Its address says that it belongs to the banner. Delete it if so.")
		}
		return 0
	}
	last := p.ends[i]
	if n.kind == htmltoken.SelfClosingTagToken {
		last = i
	}
	if last < 0 {
		p.leaveNode(n, p.tagOfCharte(n), "Nothing ends this script.")
		return 0
	}
	all := span{n.start, p.nodes[last].end}
	if p.placed < 0 {
		p.placed = p.charte()
	}
	if p.placed >= 0 && p.decides(min(i, p.placed), max(i, p.placed)) {
		p.leaveNode(n, p.tagOfCharte(n), "Charte's script is in this file already, and code of a template stands between. If a page may have this script alone, write Charte's in its place, too; otherwise delete it.")
		return 0
	}
	if p.placed >= 0 {
		p.change(p.line(all), "The banner's own script goes.", edit{span: p.line(all), known: true})
		return last + 1
	}
	p.placed = i
	p.change(all, "Charte's script stands in the place of the banner's.", edit{span: all, text: p.tagOfCharte(n), known: true})
	return last + 1
}

// tagOfCharte is the tag that loads Charte, with the nonce of the banner's.
func (p *page) tagOfCharte(n *node) string {
	nonce := ""
	if a := n.get("nonce"); a != nil {
		nonce = " " + string(p.text[a.start:a.end])
	}
	return p.m.tag(nonce)
}

// tag is the tag that loads Charte, with attributes that begin with a space.
func (m Map) tag(attributes string) string {
	return `<script src="` + m.address() + `" defer` + attributes + `></script>`
}

// address is that of Charte's script, as it stands in HTML.
func (m Map) address() string { return html.EscapeString(cmp.Or(m.Script, "/charte/charte.js")) }

// charteFile is what Charte's script is called, unless its address says otherwise.
const charteFile = "charte.js"

// charte is the node of Charte's script, and -1 if the page has none.
func (p *page) charte() int {
	for i := range p.nodes {
		n := &p.nodes[i]
		if n.name != "script" || n.kind != htmltoken.StartTagToken {
			continue
		}
		if src := n.value("src"); fileName(src) == charteFile || src != "" && src == p.m.Script {
			return i
		}
	}
	return -1
}

// blade is a condition of Blade in a text.
var blade = regexp.MustCompile(`@(?:if|else|end|unless|production|env)\w*`)

// decides reports whether a template may decide which of two nodes is in a page: its code stands between them.
func (p *page) decides(first, last int) bool {
	for i := first + 1; i < last; i++ {
		n := &p.nodes[i]
		if n.kind != htmltoken.TextToken || n.raw {
			continue
		}
		code := slices.ContainsFunc(p.codeIn(n.span), func(c span) bool { return !comment.Match(p.text[c.start:c.end]) })
		if code || blade.Match(p.text[n.start:n.end]) {
			return true
		}
	}
	return false
}

var (
	// afterName is what may follow a file's name in an address that a template writes: the end of
	// "{% static 'js/klaro.js' %}".
	afterName = regexp.MustCompile(`(?:['")|]|\s|%\}|\}\}?|\?>|%>|/>)+$`)

	// dollar is a value of a template that stands beside the file's name.
	dollar = regexp.MustCompile(`\$\{[^}]*\}`)
)

// fileName is the last part of an address, without a query.
func fileName(address string) string {
	address = afterName.ReplaceAllString(dollar.ReplaceAllString(address, ""), "")
	for i := range len(address) {
		query := address[i] == '?' || address[i] == '#'
		if query && (i == 0 || address[i-1] != '<' && address[i-1] != '{') && !strings.HasPrefix(address[i+1:], ">") { // no template's code
			address = address[:i]
			break
		}
	}
	if at := strings.LastIndexAny(address, `/\'"( `); at >= 0 {
		address = address[at+1:]
	}
	return address
}

// inline looks at a script that stands in the page. It takes away one that only sets the banner up,
// and notes one that does something else with it.
func (p *page) inline(i int, o *own) int {
	n := &p.nodes[i]
	last := p.ends[i]
	if last != i+2 || !p.nodes[i+1].raw {
		return 0
	}
	if kind := n.get("type"); kind != nil && !runs(kind.value) {
		p.said(i, o)
		return 0
	}
	code := p.nodes[i+1].span
	at := o.code.FindIndex(p.text[code.start:code.end])
	if at == nil {
		return 0
	}
	switch p.sets(code, o) {
	case onlySets:
		all := p.line(span{n.start, p.nodes[last].end})
		p.change(all, "This script only set the banner up. What it said belongs into the catalogue.", edit{span: all, known: true})
		return last + 1
	case setsAndMore:
		if o == &tarteaucitronOwn {
			p.pushes(code)
		}
		p.leave(code.start+at[0], p.near(code, at), "", "This script sets the banner up, and does more. Take what its functions do to charte.when or charte.on, and delete the rest.")
	default:
		if o != &tarteaucitronOwn || !p.pushes(code) {
			p.said(i, o)
		}
	}
	return 0
}

// said notes a script that talks to the banner, be it one that waits. What is data is none.
func (p *page) said(i int, o *own) {
	n := &p.nodes[i]
	kind := strings.ToLower(n.value("type"))
	if n.name != "script" || p.ends[i] != i+2 || !runs(kind) && kind != "text/plain" && kind != "opt-in" {
		return
	}
	code := p.nodes[i+1].span
	if at := o.code.FindIndex(p.text[code.start:code.end]); at != nil {
		p.leave(code.start+at[0], p.near(code, at), "", "This script talks to the banner. Charte's script has charte.allows, charte.when, charte.on and charte.open for that, in window.charte.")
	}
}

// near is the line of a script in which something was found.
func (p *page) near(code span, at []int) string {
	start, end := code.start+at[0], code.start+at[1]
	for start > code.start && p.text[start-1] != '\n' && end-start < leftBytes {
		start--
	}
	for end < code.end && p.text[end] != '\n' && end-start < leftBytes {
		end++
	}
	return strings.TrimSpace(string(p.text[start:end]))
}

// clickBytes is over ten times what a call of the banner takes.
const clickBytes = 1000

// around is what people write around a call of a button's.
var around = regexp.MustCompile(`^\s*javascript:|event\.preventDefault\(\);?|^\s*return\b|;?\s*(return\s+)?(false|void\(?0\)?)\s*;?\s*$|\bwindow\.|;\s*$|\s+`)

// holds are elements that Charte holds back, and that nobody clicks to open something.
var holds = map[string]bool{"script": true, "template": true, "iframe": true, "img": true, "link": true}

// guard is what people write so that nothing fails while the banner is not there, without spaces.
var guard = regexp.MustCompile(`^(?:if\((?:klaro|CookieConsent|cc|[oO]rejime|tarteaucitron)(?:\.\w+)*\)|(?:(?:klaro|CookieConsent|cc|[oO]rejime|tarteaucitron)(?:\.\w+)*&&)+)`)

// opener rewrites what opens the banner when it is clicked.
func (p *page) opener(n *node, o *own) bool {
	if n.get("data-charte") != nil || holds[n.name] {
		return false
	}
	for i := range n.attributes {
		a := &n.attributes[i]
		switch a.name {
		case "onclick", "@click", "@click.prevent", "v-on:click", "x-on:click", "on:click", "href":
		default:
			continue
		}
		if !o.code.MatchString(a.value) || a.name == "href" && !strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.value)), "javascript:") {
			continue
		}
		rest := a.value
		if len(rest) > clickBytes {
			rest = ""
		}
		for before := ""; before != rest; {
			before, rest = rest, around.ReplaceAllString(rest, "")
		}
		rest = guard.ReplaceAllString(strings.ReplaceAll(rest, "?.", "."), "")
		for _, known := range o.clicks {
			if known.code.MatchString(rest) {
				text := `data-charte="` + known.does + `"`
				if a.name == "href" {
					text = `href="#" ` + text
				}
				p.change(n.span, "", edit{span: a.span, text: text})
				return true
			}
		}
		p.leaveNode(n, "", "A click talks to the banner. Charte has data-charte=\"open\", \"accept-all\" and \"refuse-all\" for buttons.")
		return true
	}
	return false
}

// comment is the beginning of a template's comment.
var comment = regexp.MustCompile(`^(?:<#--|<%--|\{#|\{\{!|\[#--)`)

// instead says what code is to write that is not rewritten.
const instead = "It is not rewritten. Let it write data-category and data-service, with ids of the catalogue: a script with type=\"text/plain\", a frame or an image with data-src."

// hidden notes what waits for the banner and could not be seen as tags: in code of templates and in scripts
// that write HTML. It notes styles of the banner, too.
func (p *page) hidden(o *own) {
	found := func(s span, marks *regexp.Regexp, why string) {
		if at := marks.FindIndex(p.text[s.start:s.end]); at != nil {
			p.leave(s.start+at[0], p.near(s, at), "", why)
		}
	}
	// One piece of code may write many elements.
	each := func(s span, why string) {
		line := -1
		for _, at := range o.markup.FindAllIndex(p.text[s.start:s.end], -1) {
			if place := p.place(s.start + at[0]); place.Line != line {
				line = place.Line
				p.leave(s.start+at[0], p.near(s, at), "", why)
			}
		}
	}
	if p.isJSX() || p.isIndented() {
		found(span{0, len(p.text)}, o.code, "This file talks to the banner. Charte's script has charte.allows, charte.when, charte.on and charte.open for that, in window.charte.")
	}
	for _, c := range p.code {
		if !comment.Match(p.text[c.start:c.end]) {
			each(c, "Code of a template writes something that waits for the banner. "+instead)
		}
	}
	for i := range p.nodes {
		n := &p.nodes[i]
		if !n.raw {
			continue
		}
		switch p.nodes[i-1].name {
		case "style":
			found(n.span, o.css, "These styles are the banner's. Charte's are in the catalogue's look, and in its parts.")
		case "script":
			each(n.span, "A script writes something that waits for the banner. "+instead)
		case "noscript":
			found(n.span, o.markup, "Nothing in a <noscript> can wait for an answer. Delete it.")
		}
	}
}
