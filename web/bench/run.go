package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/cache"
)

// A measurement fills rows of the table, a round at a time.
type measurement struct {
	// name is the measurement's name, for -only and in progress.
	name string

	rows []*row

	// of are the banners that it measures, in the order of the table.
	of []*banner

	// lists are the catalogues that it needs beside the demo.
	lists []list

	// visit takes the figures of one banner in one round. It is nil if round is set, or
	// if only once is.
	visit func(*lab, *banner) error

	// round takes the figures of all banners at once, instead of visit.
	round func(*lab, []*banner) error

	// once takes the figures that are the same in every round.
	once func(*lab) error
}

// concerns reports whether the measurement has the text in its name or rows.
func (m measurement) concerns(text string) bool {
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(text)) }
	return has(m.name) || slices.ContainsFunc(m.rows, func(r *row) bool { return has(r.What) })
}

// run takes all measurements that the options name.
func run(ctx context.Context, o options) (*report, error) {
	b, err := readBudgets()
	if err != nil {
		return nil, err
	}
	var chosen []measurement
	lists := []list{demo}
	available := measurements(b)
	if o.tags {
		available = tagMeasurements()
	}
	for _, m := range available {
		if m.concerns(o.only) {
			chosen = append(chosen, m)
			lists = append(lists, m.lists...)
		}
	}
	if chosen == nil {
		return nil, fmt.Errorf("no measurement has %q in its name or rows", o.only)
	}
	if err := browsertest.Install(browser.Chromium); err != nil {
		return nil, err
	}
	program, err := engines[o.engine](ctx, cache.User(), progress)
	if err != nil {
		return nil, err
	}
	l, err := newLab(ctx, program, lists)
	if err != nil {
		return nil, err
	}
	defer l.close()

	r := &report{Date: time.Now().Format("2006-01-02"), Machine: thisMachine(), Engine: program.Name, Rounds: o.rounds, LoadBefore: load()}
	for _, m := range chosen {
		r.Rows = append(r.Rows, m.rows...)
		if m.once != nil {
			m.settle(charte, 1, m.once(l))
		}
	}
	for round := range o.rounds {
		if err := l.start(ctx); err != nil {
			return nil, err
		}
		r.Browser = l.version
		for _, m := range chosen {
			progress(fmt.Sprintf("round %d of %d: %s", round+1, o.rounds, m.name))
			m.take(l, round)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
		}
		l.stop()
	}
	r.LoadAfter = load()
	return r, nil
}

// take takes one round of a measurement.
func (m measurement) take(l *lab, round int) {
	// Each round begins with another banner: the first one has the advantage of a
	// browser that was idle before.
	first := round % max(1, len(m.of))
	order := append(slices.Clone(m.of[first:]), m.of[:first]...)
	if m.round != nil {
		err := m.round(l, order)
		for _, b := range order {
			m.settle(b, round+1, err)
		}
	}
	if m.visit != nil {
		for _, b := range order {
			m.settle(b, round+1, m.visit(l, b))
		}
	}
}

// settle records a failure in each row that expects a banner and lacks a figure of it
// for one of the rounds. err is why, or nil if the visit did not fail.
func (m measurement) settle(b *banner, rounds int, err error) {
	if err != nil {
		progress(fmt.Sprintf("%s: %s: %v", m.name, b.Name, err))
	}
	for _, r := range m.rows {
		if !r.expects(b) || len(r.Figures[b.ID])+len(r.Failures[b.ID]) >= rounds {
			continue
		}
		if err == nil {
			err = errors.New("the visit gave no figure")
		}
		r.fail(b, err)
	}
}
