package main

import "charte/web/browser"

// noticePainted is when the notice is painted for a new visitor: the first
// frame in which it is visible, in milliseconds since the navigation began.
func noticePainted(d device) measurement {
	inPage := atMostTimes(0.85, "≤ 0.85 of the faster peer", peers...)
	if d.phone {
		inPage = atMostTimes(0.70, "≤ 0.70 of the faster peer", peers...)
	}
	painted := newRow("notice painted, "+d.name, milliseconds, atMostTimes(0.85, "≤ 0.85 of the faster peer", peers...), everyone...)
	inlined := newRow("the same, Charte inline", milliseconds, inPage, all...)
	return measurement{name: "notice painted, " + d.name, rows: []*row{painted, inlined}, of: everyone, visit: func(l *lab, b *banner) error {
		return bothWays(l, b, visit{page: page{banner: b, list: demo}, device: d}, "bench.notice", painted, inlined)
	}}
}

// firstContent is when the first content of the page is painted for a new visitor with
// a phone, with Charte's script in the page. A banner in the page must not delay the
// page.
func firstContent() measurement {
	of := append([]*banner{none}, all...)
	first := newRow("first contentful paint, "+mobile.name+", Charte inline", milliseconds,
		atMostOver(20, "≤ 20 ms after the page without a banner", none), of...)
	return measurement{name: "first contentful paint", rows: []*row{first}, of: of, visit: func(l *lab, b *banner) error {
		return l.once(visit{page: page{banner: b, list: demo, inline: b == charte}, device: mobile}, func(p *browser.Page) error {
			at, err := number(p, "bench.content")
			if err == nil {
				first.add(b, at)
			}
			return err
		})
	}}
}

// bothWays measures a visit with a banner as a file of its own, for the row filed. For
// the row inlined, it measures Charte once more with its script in the page. Peers have
// no such way. Those of the table get the same figure in both rows.
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
