package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"strings"
)

// A page is the host page with one banner in it.
type page struct {
	banner *banner
	list   list // the catalogue

	// busyScripts is how many gated scripts block the main thread for
	// busyScriptMs each. 0 means the page has one gated script that does nothing.
	busyScripts int

	// inline puts Charte's script into the page, as the second variant in a build's
	// snippet.html does.
	inline bool

	// tag is how Charte's script stands in the page.
	tag tag

	// plain leaves out the page's text, style sheet, font and pictures, so that hardly
	// anything but the banner's work is measured.
	plain bool

	// load says when Charte loads its engine (data-load). Empty is the default.
	load string
}

// busyScriptMs is how long a busy script holds the main thread.
const busyScriptMs = 100

// path is the page's address on the server.
func (p page) path() string {
	query := url.Values{"list": {string(p.list)}}
	if p.busyScripts > 0 {
		query.Set("busy", fmt.Sprint(p.busyScripts))
	}
	if p.load != "" {
		query.Set("load", p.load)
	}
	if p.inline {
		query.Set("inline", "1")
	}
	if p.plain {
		query.Set("plain", "1")
	}
	if p.tag.name != "" {
		query.Set("tag", p.tag.name)
	}
	return pagePath + p.banner.ID + "?" + query.Encode()
}

//go:embed host.html
var hostHTML string

var hostPage = template.Must(template.New("host.html").Parse(hostHTML))

// html writes the page. The gated scripts tell the probe that they ran.
func (p page) html(s site) ([]byte, error) {
	head, err := p.banner.head(s, p)
	if err != nil {
		return nil, err
	}
	scripts := p.banner.gate(s, "window.bench?.ran()")
	if p.busyScripts > 0 {
		code := fmt.Sprintf("{const end=performance.now()+%d;while(performance.now()<end);window.bench?.ran()}", busyScriptMs)
		scripts = strings.Repeat(p.banner.gate(s, code), p.busyScripts)
	}
	if p.tag.atEnd {
		scripts += p.tag.script(p.list, "")
	}
	text := article()
	if p.plain {
		text = ""
	}
	var b strings.Builder
	err = hostPage.Execute(&b, map[string]any{
		"Head":    template.HTML(head),
		"Article": text,
		"Manage":  template.HTMLAttr(p.banner.manage),
		"Scripts": template.HTML(scripts),
	})
	return []byte(b.String()), err
}
