package main

import "fmt"

// longLists are the sizes of the catalogues whose settings are opened, in cookies.
var longLists = []int{100, 1_000, 10_000}

// longListOf names the catalogue with n cookies.
func longListOf(n int) list { return list(fmt.Sprint(n)) }

// listed are the banners whose settings list cookies.
var listed = []*banner{charte, vanilla}

// longList is the time from the call that opens the settings of a catalogue with many
// cookies until they are painted. They are opened for the first time, with Go running.
// Orejime is left out, since it does not list cookies.
func longList() measurement {
	limits := map[int]target{
		1_000:  atMost(100, "≤ 100 ms"),
		10_000: atMost(1_500, "usable: ≤ 1,500 ms, ten times 1,000's"),
	}
	byCount := map[int]*row{}
	m := measurement{name: "long list", of: listed}
	for _, n := range longLists {
		byCount[n] = newRow(fmt.Sprintf("settings of %s cookies in %s services, Go running", grouped(n), grouped(n/cookiesPerService)), milliseconds, limits[n], listed...)
		m.rows = append(m.rows, byCount[n])
		m.lists = append(m.lists, longListOf(n))
	}
	beside := newRow("settings of 1,000 cookies beside vanilla-cookieconsent", milliseconds, atMostTimes(0.5, "≤ half of vanilla-cookieconsent", vanilla), listed...)
	m.rows = append(m.rows, beside)
	growth := newRow("settings of 10,000 cookies against 1,000", times, atMost(10, "≤ 10 x: linear or better"), listed...)
	m.rows = append(m.rows, growth)
	m.visit = func(l *lab, b *banner) error {
		took := map[int]float64{}
		for _, n := range longLists {
			ms, err := l.openLongList(b, n)
			if err != nil {
				return fmt.Errorf("%d cookies: %w", n, err)
			}
			took[n] = ms
			byCount[n].add(b, ms)
		}
		beside.add(b, took[1_000])
		growth.add(b, took[10_000]/took[1_000])
		return nil
	}
	return m
}

// openLongList has a new visitor open the settings of a catalogue with n cookies, and
// returns how long that took, in milliseconds. The visitor is new since answers to the
// demo catalogue do not count for this one.
func (l *lab) openLongList(b *banner, n int) (float64, error) {
	p, err := l.visit(visit{page: page{banner: b, list: longListOf(n)}})
	if err != nil {
		return 0, err
	}
	defer p.Close()
	if err := ready(p, b, goRuns); err != nil {
		return 0, err
	}
	return openSettings(p, b)
}
