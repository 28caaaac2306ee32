package main

import (
	"errors"
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

// ready waits until the notice is painted and takes an answer. For Charte with goRuns, it also waits until
// Go has taken over.
func ready(p *browser.Page, b *banner, r readiness) error {
	_, err := number(p, "bench.notice")
	if err == nil && b == charte && r == goRuns {
		_, err = number(p, "bench.mounted")
	}
	if err == nil && b.answers != "" {
		err = p.WaitFor(b.answers)
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

// anyAnswer is the time from a click on an answer to the next frame, in the demo's page
// and on a machine four times slower. It is the worst of three answers, each given in a
// visit of its own: "accept all", "refuse all", and the settings' "save". Charte gets
// each visit twice, with Go running before the click on the notice and without it, and
// its worst counts, too.
func anyAnswer() measurement {
	latency := newRow("click to next paint, any answer, "+slowCPU.name, milliseconds, atMost(50, "≤ 50 ms"), everyone...)
	return measurement{name: "click latency, any answer", rows: []*row{latency}, of: everyone, visit: func(l *lab, b *banner) error {
		states := []readiness{goRuns}
		if b == charte {
			states = []readiness{goRuns, goDoesNot}
		}
		worst := 0.0
		for _, r := range states {
			for _, answer := range []string{b.accept, b.refuse, b.save} {
				ms, err := l.answer(b, r, answer)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", answer, r, err)
				}
				worst = max(worst, ms)
			}
		}
		latency.add(b, worst)
		return nil
	}}
}

// answer has a new visitor on a slow machine click on an answer, and returns the time to
// the next frame. The settings are opened before, for an answer in them.
func (l *lab) answer(b *banner, r readiness, answer string) (ms float64, err error) {
	v := visit{page: page{banner: b, list: demo}, device: slowCPU}
	if r == goDoesNot {
		v.page.load = "intent"
	}
	return ms, l.once(v, func(p *browser.Page) error {
		if err := ready(p, b, r); err != nil {
			return err
		}
		shown := b.notice
		if answer == b.save {
			shown = b.settings
			if _, err := openSettings(p, b); err != nil {
				return err
			}
		}
		if err := p.Eval("await bench.rest()", nil); err != nil {
			return err
		}
		if err := p.Click(answer); err != nil {
			return err
		}
		latency, err := number(p, "bench.latency")
		ms = latency
		return errors.Join(err, p.WaitGone(shown))
	})
}
