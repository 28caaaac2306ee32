package main

import (
	"fmt"

	"charte/web/browser"
)

// A readiness says whether Charte's engine runs when a visitor clicks. Peers have no
// engine.
type readiness string

const (
	goRuns    readiness = "Go running"
	goDoesNot readiness = "Go not there yet"
)

// ready waits until the notice is painted. For Charte with goRuns, it also waits until
// Go has taken over.
func ready(p *browser.Page, b *banner, r readiness) error {
	_, err := number(p, "bench.notice")
	if err == nil && b == charte && r == goRuns {
		_, err = number(p, "bench.mounted")
	}
	return err
}

// blockingScripts is how many gated scripts run after the click on "accept all".
const blockingScripts = 5

// clickLatency is the time from a click on "accept all" to the next frame, as Event
// Timing and so INP (Interaction to Next Paint) measure it. After the click, five gated
// scripts run, and block the main thread for 100 ms each.
func clickLatency(r readiness) measurement {
	whenToLoad := ""
	if r == goDoesNot {
		whenToLoad = "intent"
	}
	latency := newRow(fmt.Sprintf("click to next paint with %d gated scripts of %d ms, %s", blockingScripts, busyScriptMs, r),
		milliseconds, atMost(50, "≤ 50 ms"), all...)
	return measurement{name: "click latency, " + string(r), rows: []*row{latency}, of: all, visit: func(l *lab, b *banner) error {
		p, err := l.visit(visit{page: page{banner: b, list: demo, busyScripts: blockingScripts, load: whenToLoad}})
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
