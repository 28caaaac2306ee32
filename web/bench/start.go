package main

import (
	"fmt"

	"charte/web/browser"
)

// engineStart is the longest task of the page's main thread while the engine
// starts, from the engine's first request to the frame after Go has taken over.
func engineStart(d device) measurement {
	limit, name := 50.0, "1x"
	if d.cpu > 0 {
		limit, name = 100, fmt.Sprintf("%gx CPU", d.cpu)
	}
	longest := newRow("longest main-thread task while the engine starts, "+name, milliseconds, atMost(limit, fmt.Sprintf("≤ %g ms", limit)), charte)
	takenOver := newRow("Go has taken over after the navigation, "+name, milliseconds, target{}, charte)
	return measurement{name: "engine start, " + name, rows: []*row{longest, takenOver}, of: []*banner{charte}, visit: func(l *lab, b *banner) error {
		var from, mounted float64
		// With "idle" the engine is loaded when the page is idle, on any connection.
		r, err := l.record(visit{page: page{banner: b, list: demo, load: "idle"}, device: d}, taskEvents, func(p *browser.Page) (err error) {
			if mounted, err = number(p, "bench.mounted"); err != nil {
				return err
			}
			from, err = number(p, `performance.getEntriesByType("resource").find((entry) => entry.name.includes("/engine"))?.startTime`)
			return err
		})
		if err != nil {
			return err
		}
		ms, err := r.longestTask(from, mounted)
		if err != nil {
			return err
		}
		longest.add(b, ms)
		takenOver.add(b, mounted)
		return nil
	}}
}
