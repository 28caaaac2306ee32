package main

// gatedScript is when a gated script runs for a visitor who has accepted
// everything on an earlier day, in milliseconds since the navigation began.
func gatedScript(d device) measurement {
	faster := atMostTimes(0.85, "≤ 0.85 of the faster peer", peers...)
	ran := newRow("gated script of a returning visitor runs, "+d.name, milliseconds, faster, everyone...)
	inlined := newRow("the same, Charte inline", milliseconds, faster, all...)
	return measurement{name: "gated script, " + d.name, rows: []*row{ran, inlined}, of: everyone, visit: func(l *lab, b *banner) error {
		return bothWays(l, b, visit{page: page{banner: b, list: demo}, device: d, returning: true}, "bench.allRan(1)", ran, inlined)
	}}
}
