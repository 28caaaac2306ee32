package main

import (
	_ "embed"
	"errors"
	"time"

	"charte/web/browser"
)

// afterClosing is how long after the settings were closed the memory is measured.
const afterClosing = time.Minute

//go:embed wasm.js
var wasmJS string

// memory is the memory that the page still has one minute after the settings were
// closed, after a garbage collection. It is JavaScript's heap, and the memory of
// WebAssembly programs that are still reachable. Neither includes the compiled module,
// which stays.
func memory() measurement {
	of := append([]*banner{none}, all...)
	heap := newRow("JavaScript heap one minute after closing the settings", megabytes, atMostOver(1, "≤ 1 MB more than without a banner, with the next row", none), of...)
	wasm := newRow("wasm memory one minute after closing the settings", megabytes, atMost(0, "0, or within that 1 MB"), charte)
	both := newRow("heap and wasm memory one minute after closing the settings", megabytes, atMostOver(1, "≤ 1 MB more than without a banner", none), of...)
	return measurement{name: "memory", rows: []*row{heap, wasm, both}, of: of, round: func(l *lab, order []*banner) error {
		// All pages wait at the same time, since no time is measured here.
		pages := map[*banner]*browser.Page{}
		defer func() {
			for _, p := range pages {
				p.Close()
			}
		}()
		for _, b := range order {
			p, err := l.visit(visit{page: page{banner: b, list: demo}, returning: b != none, preload: "(" + wasmJS + ")()"})
			if err != nil {
				return err
			}
			pages[b] = p
			if b == none {
				continue
			}
			if _, err := openSettings(p, b); err != nil {
				return err
			}
			if bytes, err := number(p, "wasmBytes()"); err != nil || b == charte && bytes == 0 {
				return errors.Join(err, errors.New("the memory of the program that runs cannot be seen"))
			}
			if err := closeSettings(p, b); err != nil {
				return err
			}
		}
		time.Sleep(afterClosing)
		for b, p := range pages {
			inHeap, inWasm, err := held(p)
			if err != nil {
				return err
			}
			heap.add(b, inHeap/1e6)
			wasm.add(b, inWasm/1e6)
			both.add(b, (inHeap+inWasm)/1e6)
		}
		return nil
	}}
}

// held returns the bytes of the page's heap and of its WebAssembly memories
// that are left after a garbage collection.
func held(p *browser.Page) (heap, wasm float64, err error) {
	// Twice, since the second collects what finalizers have released in the first.
	for range 2 {
		if err := p.CDP("HeapProfiler.collectGarbage", nil, nil); err != nil {
			return 0, 0, err
		}
	}
	if wasm, err = number(p, "wasmBytes()"); err != nil {
		return 0, 0, err
	}
	var usage struct{ UsedSize float64 }
	err = p.CDP("Runtime.getHeapUsage", nil, &usage)
	return usage.UsedSize, wasm, err
}
