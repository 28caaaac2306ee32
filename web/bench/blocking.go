package main

import (
	"errors"
	"fmt"
)

// blockedForMs is how much of a visit the total blocking time is summed over.
const blockedForMs = 12_000

// blockingTime is the total blocking time of a new visitor's first seconds, on a
// machine four times slower. Of each task of the main thread, the time over 50 ms
// counts.
func blockingTime() measurement {
	of := append([]*banner{none}, everyone...)
	blocked := newRow("total blocking time over the first 12 s, 4x CPU", milliseconds,
		atMostTimes(1, "≤ vanilla-cookieconsent", vanilla), of...)
	return measurement{name: "blocking time", rows: []*row{blocked}, of: of, visit: func(l *lab, b *banner) error {
		p, err := l.visit(visit{page: page{banner: b, list: demo, load: "idle"}, device: slowCPU})
		if err != nil {
			return err
		}
		defer p.Close()
		ms, err := number(p, "bench.blockedUntil(arguments[0])", blockedForMs)
		if err != nil {
			return err
		}
		if b == charte { // the figure must include the engine's start
			if at, err := number(p, "Promise.race([bench.mounted, -1])"); err != nil || at < 0 {
				return errors.Join(err, fmt.Errorf("the program had not taken over after %d ms", blockedForMs))
			}
		}
		blocked.add(b, ms)
		return nil
	}}
}
