package main

import (
	"fmt"
	"strings"
	"time"

	"charte/web/browser"
)

// bytesUntilPainted is how many bytes the server sends to the browser until the notice
// is painted, and how many requests the banner makes until then.
func bytesUntilPainted(allowed budgets) measurement {
	own := newRow("on the wire until the notice is painted: the banner's files", byteCount, allowed.target("notice"), everyone...)
	added := newRow("the same, with what the banner and its configuration add to the page", byteCount, target{}, everyone...)
	asked := newRow("requests of the banner until the notice is painted", requests, atMost(1, "1"), everyone...)
	return measurement{name: "bytes until the notice", rows: []*row{own, added, asked}, of: everyone, visit: func(l *lab, b *banner) error {
		bare, err := l.pageBytes()
		if err != nil {
			return err
		}
		p, err := l.visit(visit{page: page{banner: b, list: demo}})
		if err != nil {
			return err
		}
		defer p.Close()
		at, err := number(p, "bench.notice")
		if err != nil {
			return err
		}
		arrived, err := arrivedUntil(p, at)
		if err != nil {
			return err
		}
		began, err := number(p, "performance.timeOrigin")
		if err != nil {
			return err
		}
		painted := time.UnixMicro(int64((began + at) * 1000))
		bytes, document, count := 0, 0, 0
		for _, e := range l.server.exchanges() {
			if e.isPage() {
				document += e.bytes
				continue
			}
			if !e.isBanners() {
				continue
			}
			// The page of the visit before may have asked for something as it was closed.
			if e.at.Before(painted) && strings.HasPrefix(e.path, peersPath) == (b != charte) {
				count++
			}
			if arrived[e.path] {
				bytes += e.bytes
			}
		}
		own.add(b, float64(bytes))
		added.add(b, float64(bytes+document-bare))
		asked.add(b, float64(count))
		return nil
	}}
}

// pageBytes returns what the page without a banner weighs on the wire, in bytes, without
// its own files.
func (l *lab) pageBytes() (int, error) {
	if l.bareBytes > 0 {
		return l.bareBytes, nil
	}
	p, err := l.visit(visit{page: page{banner: none, list: demo}})
	if err != nil {
		return 0, err
	}
	defer p.Close()
	for _, e := range l.server.exchanges() {
		switch {
		case e.isPage():
			l.bareBytes = e.bytes
		case e.isBanners():
			return 0, fmt.Errorf("the page without a banner asked for %s", e.path)
		}
	}
	return l.bareBytes, nil
}

// arrivedUntil returns the paths of the resources that the page had loaded in full at a
// time, in milliseconds since the navigation began.
func arrivedUntil(p *browser.Page, at float64) (map[string]bool, error) {
	var paths []string
	err := p.Eval(`return performance.getEntriesByType("resource")
		.filter((entry) => entry.responseEnd <= arguments[0])
		.map((entry) => entry.name.replace(location.origin, ""))`, &paths, at)
	arrived := map[string]bool{}
	for _, path := range paths {
		arrived[path] = true
	}
	return arrived, err
}

// answeredFor is how long the page of a visitor who has answered is watched for
// requests. No event tells that none will come, so a fixed time has to do.
const answeredFor = 3 * time.Second

// bytesWhenAnswered is how many bytes a visitor who has answered downloads.
func bytesWhenAnswered(allowed budgets) measurement {
	own := newRow("on the wire for a visitor who has answered", byteCount, allowed.target("notice"), everyone...)
	others := newRow("of these beside charte.js", byteCount, atMost(0, "0 B"), charte)
	return measurement{name: "bytes when answered", rows: []*row{own, others}, of: everyone, visit: func(l *lab, b *banner) error {
		p, err := l.visit(visit{page: page{banner: b, list: demo}, returning: true})
		if err != nil {
			return err
		}
		defer p.Close()
		if _, err := number(p, "bench.allRan(1)"); err != nil {
			return err
		}
		time.Sleep(answeredFor)
		bytes, beside := 0, 0
		for _, e := range l.server.exchanges() {
			if !e.isBanners() {
				continue
			}
			bytes += e.bytes
			if !strings.HasSuffix(e.path, "/charte.js") {
				beside += e.bytes
			}
		}
		own.add(b, float64(bytes))
		others.add(b, float64(beside))
		return nil
	}}
}
