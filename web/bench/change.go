package main

// clickToChange is the time from a click on "accept all" to the event that tells the
// page of the answer. That event is charte:change, with Go running; Orejime's update;
// or vanilla-cookieconsent's cc:onFirstConsent, which comes before its cc:onConsent.
func clickToChange() measurement {
	reported := newRow("click on accept to the event, Go running", milliseconds, atMostTimes(1, "≤ vanilla-cookieconsent", vanilla), all...)
	return measurement{name: "click to change", rows: []*row{reported}, of: all, visit: func(l *lab, b *banner) error {
		p, err := l.visit(visit{page: page{banner: b, list: demo}})
		if err != nil {
			return err
		}
		defer p.Close()
		if err := ready(p, b, goRuns); err != nil {
			return err
		}
		if err := p.Eval(b.watch, nil); err != nil {
			return err
		}
		if err := p.Click(b.accept); err != nil {
			return err
		}
		ms, err := number(p, "bench.changed")
		if err == nil {
			reported.add(b, ms)
		}
		return err
	}}
}
