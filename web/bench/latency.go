package main

import (
	"fmt"

	"charte/web/browser"
)

// A readiness says how far our engine is when a visitor clicks. Peers have no
// engine.
type readiness string

const (
	goRuns    readiness = "Go running"
	goDoesNot readiness = "Go not there yet"
)

// ready waits until the notice is painted and, if so asked, Go has taken over.
func ready(p *browser.Page, b *banner, r readiness) error {
	_, err := number(p, "bench.notice")
	if err == nil && b == charte && r == goRuns {
		_, err = number(p, "bench.mounted")
	}
	return err
}

// blockingScripts is how many scripts the click on "accept all" sets free.
const blockingScripts = 5

// clickLatency is the time from a click on "accept all" to the next frame
// (Event Timing, what INP is made of), where that answer sets free five scripts
// which block the main thread for 100 ms each.
func clickLatency(r readiness) measurement {
	load := ""
	if r == goDoesNot {
		load = "intent"
	}
	latency := newRow(fmt.Sprintf("click to next paint with %d gated scripts of %d ms, %s", blockingScripts, busyScriptMs, r),
		milliseconds, atMost(50, "≤ 50 ms"), all...)
	return measurement{name: "click latency, " + string(r), rows: []*row{latency}, of: all, visit: func(l *lab, b *banner) error {
		p, err := l.visit(visit{page: page{banner: b, list: demo, busyScripts: blockingScripts, load: load}})
		if err != nil {
			return err
		}
		defer p.Close()
		if err := ready(p, b, r); err != nil {
			return err
		}
		if err := p.Click(b.accept); err != nil {
			return err
		}
		if _, err := number(p, "bench.allRan(arguments[0])", blockingScripts); err != nil {
			return err
		}
		ms, err := number(p, "bench.latency")
		if err == nil {
			latency.add(b, ms)
		}
		return err
	}}
}
