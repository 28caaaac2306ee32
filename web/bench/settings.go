package main

import "charte/web/browser"

// settingsOpen is the time from the call that opens the settings to the frame in
// which they are visible, for a visitor who has answered. It is measured the first time,
// when Charte's engine is not yet downloaded, and the second time.
func settingsOpen(d device) measurement {
	name, again := "", atMost(50, "≤ 50 ms")
	if d.cpu > 0 {
		name, again = ", "+d.name, target{}
	}
	cold := newRow("settings open, cold engine"+name, milliseconds, atMost(400, "≤ 400 ms"), all...)
	warm := newRow("settings open, warm engine"+name, milliseconds, again, all...)
	return measurement{name: "settings open" + name, rows: []*row{cold, warm}, of: all, visit: func(l *lab, b *banner) error {
		p, err := l.visit(visit{page: page{banner: b, list: demo}, device: d, returning: true})
		if err != nil {
			return err
		}
		defer p.Close()
		for _, opening := range []*row{cold, warm} {
			ms, err := openSettings(p, b)
			if err != nil {
				return err
			}
			opening.add(b, ms)
			if err := closeSettings(p, b); err != nil {
				return err
			}
		}
		return nil
	}}
}

// openSettings opens the settings and returns the milliseconds until they are painted.
// It calls the banner's function instead of clicking on a button, because
// vanilla-cookieconsent builds its settings when the pointer comes over the button. The
// clock would start only at the click.
func openSettings(p *browser.Page, b *banner) (float64, error) {
	if err := p.Eval("bench.opened = performance.now(); bench.settings = bench.seen(arguments[0]); "+b.open, nil, b.settings); err != nil {
		return 0, err
	}
	return number(p, "bench.settings.then((at) => at - bench.opened)")
}

// closeSettings closes the settings without an answer, and waits until the page
// has come to rest.
func closeSettings(p *browser.Page, b *banner) error {
	if err := p.Click(b.closeSettings); err != nil {
		return err
	}
	if err := p.WaitGone(b.settings); err != nil {
		return err
	}
	return p.Eval("await bench.rest()", nil)
}
