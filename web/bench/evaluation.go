package main

import (
	"fmt"
	"strings"

	"charte/web/browser"
)

// evaluation is how long the banner's scripts hold the main thread when they are
// evaluated, on a machine four times slower: charte.js, or a peer's files and the script
// in the page that configures it. It has the microtasks that run before a script has
// ended, but nothing that a script leaves for a later event, such as DOMContentLoaded.
func evaluation() measurement {
	first := newRow("evaluation of charte.js for a first visitor, 4x CPU", milliseconds, atMost(25, "≤ 25 ms"), all...)
	returning := newRow("evaluation of charte.js for a returning visitor, 4x CPU", milliseconds, atMost(12, "≤ 12 ms"), all...)
	return measurement{name: "evaluation", rows: []*row{first, returning}, of: all, visit: func(l *lab, b *banner) error {
		for _, r := range []*row{first, returning} {
			until := "bench.notice"
			if r == returning {
				until = "bench.allRan(1)"
			}
			// With "intent" the engine does not start: its modules would count.
			v := visit{page: page{banner: b, list: demo, load: "intent"}, device: slowCPU, returning: r == returning}
			recorded, err := l.record(v, scriptEvents, func(p *browser.Page) error {
				_, err := number(p, until)
				return err
			})
			if err != nil {
				return err
			}
			ms, err := recorded.evaluation(l.server.isBannersScript)
			if err != nil {
				return err
			}
			r.add(b, ms)
		}
		return nil
	}}
}

// isBannersScript reports whether a script of a page is its banner's: the page's own
// files have none, and nor has the page without a banner.
func (s *watchedServer) isBannersScript(address string) bool {
	path, ours := strings.CutPrefix(address, s.origin)
	return ours && !strings.HasPrefix(path, contentPath)
}

// untilPainted is the longest task of the page's main thread from the start of the
// navigation until the notice is painted, on a machine four times slower. The page's own
// tasks count, so the page without a banner has a figure, too: until its load event. In a
// page of one heading, which has hardly any tasks of its own, the banner's stand out.
func untilPainted() measurement {
	of := append([]*banner{none}, everyone...)
	whole := newRow(fmt.Sprintf("longest task until the notice is painted, %s", slowCPU.name), milliseconds, atMost(50, "≤ 50 ms"), of...)
	alone := newRow("the same, in a page of one heading", milliseconds, atMost(50, "≤ 50 ms"), of...)
	return measurement{name: "longest task", rows: []*row{whole, alone}, of: of, visit: func(l *lab, b *banner) error {
		for _, longest := range []*row{whole, alone} {
			var until float64
			v := visit{page: page{banner: b, list: demo, plain: longest == alone}, device: slowCPU}
			r, err := l.record(v, taskEvents, func(p *browser.Page) (err error) {
				js := "bench.notice"
				if b == none {
					js = `performance.getEntriesByType("navigation")[0].loadEventStart`
				}
				until, err = number(p, js)
				return err
			})
			if err != nil {
				return err
			}
			ms, err := r.longestTask(0, until)
			if err != nil {
				return err
			}
			longest.add(b, ms)
		}
		return nil
	}}
}
