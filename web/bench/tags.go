package main

import (
	"fmt"
	"html"
	"time"

	"charte/web/browser"
)

// A tag is a way to put Charte's script into a page. The zero tag is the one that the
// documentation has: deferred, in the head.
type tag struct {
	name string // in the table, and in the page's address

	// attributes are those of the script element beside its address.
	attributes string

	// atEnd puts the element at the end of the body instead of the head.
	atEnd bool

	// link sends a Link header with the page, which has the browser fetch the script
	// before it reads the page.
	link bool

	// early sends the same Link header in an answer of its own before the page, with
	// the status 103 (Early Hints, RFC 8297). DevTools does not slow the request that
	// follows from it, so mobile figures are better than a phone's.
	early bool

	// making is how long the server takes until it sends the page. The other pages are
	// sent at once, and then early hints can bring nothing.
	making time.Duration
}

// making is how long a page takes that a program of the site makes.
const making = 200 * time.Millisecond

// tags are all ways that -tags measures.
var tags = []tag{
	{name: "defer", attributes: "defer"},
	{name: "async", attributes: "async"},
	{name: "defer, high priority", attributes: `defer fetchpriority="high"`},
	{name: "async, high priority", attributes: `async fetchpriority="high"`},
	{name: "at the end of the body", atEnd: true},
	{name: "defer, Link header", attributes: "defer", link: true},
	{name: "async, Link header", attributes: "async", link: true},
	{name: "defer, 103", attributes: "defer", early: true},
	{name: "defer, page made in 200 ms", attributes: "defer", making: making},
	{name: "defer, Link header, page made in 200 ms", attributes: "defer", link: true, making: making},
	{name: "defer, 103, page made in 200 ms", attributes: "defer", early: true, making: making},
}

// script writes the element for a list's charte.js. extra are attributes that do not
// depend on the tag.
func (t tag) script(l list, extra string) string {
	attributes := t.attributes
	if t.name == "" {
		attributes = "defer"
	}
	if attributes != "" {
		attributes = " " + attributes
	}
	return fmt.Sprintf(`<script src="%s"%s%s></script>`, html.EscapeString(charteFile(l)), attributes, extra)
}

// preload is the Link header that has the browser fetch a list's charte.js.
func preload(l list) string { return fmt.Sprintf("<%s>; rel=preload; as=script", charteFile(l)) }

// charteFile is the address of a list's charte.js on the server.
func charteFile(l list) string { return "/" + string(l) + "/charte.js" }

// tagMeasurements are the measurements of -tags. They are Charte's alone.
func tagMeasurements() []measurement {
	return []measurement{tagsOfNotice(mobile), tagsOfReturning(mobile), tagsOfReturning(desktop)}
}

// tagsOfNotice is when a new visitor sees the page's first content and the notice, for
// each tag.
func tagsOfNotice(d device) measurement {
	notice, content := map[string]*row{}, map[string]*row{}
	m := measurement{name: "tag, notice, " + d.name}
	for _, t := range tags {
		notice[t.name] = newRow(fmt.Sprintf("notice painted, %s, %s", d.name, t.name), milliseconds, target{}, charte)
		m.rows = append(m.rows, notice[t.name])
	}
	for _, t := range tags {
		content[t.name] = newRow(fmt.Sprintf("first contentful paint, %s, %s", d.name, t.name), milliseconds, target{}, charte)
		m.rows = append(m.rows, content[t.name])
	}
	return m.ofTags(visit{device: d}, func(p *browser.Page, t tag) error {
		painted, err := number(p, "bench.notice")
		if err != nil {
			return err
		}
		first, err := number(p, "bench.content")
		if err != nil {
			return err
		}
		notice[t.name].add(charte, painted)
		content[t.name].add(charte, first)
		return nil
	})
}

// tagsOfReturning is when a gated script runs for a visitor who has accepted everything,
// for each tag.
func tagsOfReturning(d device) measurement {
	ran := map[string]*row{}
	m := measurement{name: "tag, returning visitor, " + d.name}
	for _, t := range tags {
		ran[t.name] = newRow(fmt.Sprintf("gated script of a returning visitor runs, %s, %s", d.name, t.name), milliseconds, target{}, charte)
		m.rows = append(m.rows, ran[t.name])
	}
	return m.ofTags(visit{device: d, returning: true}, func(p *browser.Page, t tag) error {
		at, err := number(p, "bench.allRan(1)")
		if err == nil {
			ran[t.name].add(charte, at)
		}
		return err
	})
}

// ofTags completes a measurement: in a round, each tag gets one visit, and each round
// begins with another tag. A tag whose visit fails does not keep the others from theirs.
func (m measurement) ofTags(v visit, take func(*browser.Page, tag) error) measurement {
	m.of = []*banner{charte}
	round := 0
	m.visit = func(l *lab, b *banner) error {
		first := round % len(tags)
		round++
		var failed error
		for i := range tags {
			t := tags[(first+i)%len(tags)]
			v.page = page{banner: b, list: demo, tag: t}
			if err := l.once(v, func(p *browser.Page) error { return take(p, t) }); err != nil {
				failed = fmt.Errorf("%s: %w", t.name, err)
			}
		}
		return failed
	}
	return m
}

// once makes a visit, takes its figures and ends it.
func (l *lab) once(v visit, take func(*browser.Page) error) error {
	p, err := l.visit(v)
	if err != nil {
		return err
	}
	defer p.Close()
	return take(p)
}
