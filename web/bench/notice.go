package main

// noticePainted is when the notice is painted for a new visitor: the first
// frame in which it is visible, in milliseconds since the navigation began.
func noticePainted(d device) measurement {
	painted := newRow("notice painted, "+d.name, milliseconds, atMostTimes(0.85, "≤ 0.85 of the faster peer", peers...), all...)
	inlined := newRow("the same, Charte inline", milliseconds, atMostTimes(0.85, "≤ 0.85 of the faster peer", peers...), all...)
	return measurement{name: "notice painted, " + d.name, rows: []*row{painted, inlined}, of: all, visit: func(l *lab, b *banner) error {
		return bothWays(l, b, visit{page: page{banner: b, list: demo}, device: d}, "bench.notice", painted, inlined)
	}}
}

// bothWays measures a visit with a banner as a file of its own, for the row filed. For
// the row inlined, it measures Charte once more with its script in the page. Peers have
// no such way, and get the same figure in both rows.
func bothWays(l *lab, b *banner, v visit, figure string, filed, inlined *row) error {
	for _, r := range []*row{filed, inlined} {
		if r == inlined && b != charte {
			r.add(b, filed.Figures[b.ID][len(filed.Figures[b.ID])-1])
			return nil
		}
		v.page.inline = r == inlined
		p, err := l.visit(v)
		if err != nil {
			return err
		}
		at, err := number(p, figure)
		p.Close()
		if err != nil {
			return err
		}
		r.add(b, at)
	}
	return nil
}
