package main

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/engine"
)

// TestFirstVisit is the budget of the main thread until a new visitor sees the notice. It
// counts, and measures no times: counts are the same on every machine.
func TestFirstVisit(t *testing.T) {
	c, err := demoCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	built, err := newSite(t.Context(), c, engine.Light())
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer(map[list]site{demo: built}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := browsertest.Install(browser.Chromium); err != nil {
		t.Fatal(err)
	}
	l := &lab{server: s}
	defer l.stop()
	if err := l.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, inline := range []bool{false, true} {
		t.Run(fmt.Sprintf("inline %t", inline), func(t *testing.T) {
			got, err := workOf(firstVisit(t, l, page{banner: charte, list: demo, inline: inline}), s.isBannersScript)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%+v", got)
			for _, bound := range []struct {
				got, most int
				what      string
			}{
				{got.evaluations, 1, "charte.js is evaluated in %d tasks, want at most %d"},
				{got.stylesWithin, 0, "the evaluation has the page styled %d times, want %d: that is for a task of its own"},
				{got.notices, 1, "%d timers have the page styled, want at most %d: the one in which the notice comes into the top layer"},
				{got.layouts, 0, "charte.js has the page laid out %d times, want %d"},
				{got.timers, 6, "%d timers fire, want at most %d: the notice, the channel between tabs, looks at the page"},
			} {
				if bound.got > bound.most {
					t.Errorf(bound.what, bound.got, bound.most)
				}
			}
			if got.evaluations == 0 || got.notices == 0 {
				t.Error("the trace lacks the evaluation of charte.js, or the task of the notice: this test has become blind")
			}
		})
	}
}

// work counts what charte.js does from its evaluation until the frame that draws the
// notice. The browser draws the page meanwhile, which does not count.
type work struct {
	evaluations  int // tasks that evaluate charte.js
	stylesWithin int // how often an evaluation has the page styled
	notices      int // timers after the evaluation that have the page styled
	layouts      int // how often the evaluation or a timer has the page laid out
	timers       int // after the evaluation
}

// workOf counts what is in a recording that ends with the frame of the notice. ours tells
// by its address whether a script is charte.js.
func workOf(r recording, ours func(address string) bool) (work, error) {
	mark, events, err := r.mainThread()
	if err != nil {
		return work{}, err
	}
	slices.SortStableFunc(events, func(a, b traceEvent) int { return cmp.Compare(a.AtUs, b.AtUs) })
	within := func(outer traceEvent, names ...string) (found []traceEvent) {
		for _, e := range events {
			if slices.Contains(names, e.Name) && e.AtUs >= outer.AtUs && e.AtUs+e.LengthUs <= outer.AtUs+outer.LengthUs {
				found = append(found, e)
			}
		}
		return found
	}
	var w work
	for _, task := range events {
		if task.Name != "ThreadControllerImpl::RunTask" || task.AtUs+task.LengthUs > mark.AtUs || len(within(task, "FireAnimationFrame")) > 0 {
			continue
		}
		// The browser styles and lays out the page outside of scripts, too, such as when it
		// has loaded. And the driver asks for the mark by scripts of its own.
		evaluations := slices.DeleteFunc(within(task, "EvaluateScript"), func(e traceEvent) bool { return !ours(e.file()) })
		if len(evaluations) > 0 {
			w.evaluations++
		}
		for _, script := range evaluations {
			w.stylesWithin += len(within(script, "UpdateLayoutTree"))
			w.layouts += len(within(script, "Layout"))
		}
		if w.evaluations == 0 {
			continue // the page's own timers
		}
		for _, timer := range within(task, "TimerFire") {
			w.timers++
			w.notices += min(1, len(within(timer, "UpdateLayoutTree")))
			w.layouts += len(within(timer, "Layout"))
		}
	}
	return w, nil
}

// firstVisit records a new visitor's page until the notice is there. The page has no probe,
// which would have it laid out. It makes the mark itself, in the frame that draws the notice.
func firstVisit(t *testing.T, l *lab, way page) recording {
	t.Helper()
	address, err := l.server.prepare(way)
	if err != nil {
		t.Fatal(err)
	}
	p, err := l.browser.NewPage()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	err = p.Preload(fmt.Sprintf(`const look = () => {
		if (document.querySelector("charte-banner")?.shadowRoot.querySelector("[data-charte=notice]")) performance.mark(%q);
		else requestAnimationFrame(look);
	};
	requestAnimationFrame(look);`, traceMark))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.tracer.start(taskEvents, scriptEvents); err != nil {
		t.Fatal(err)
	}
	opened := p.Open(address)
	if opened == nil {
		opened = p.WaitFor("performance.getEntriesByName(arguments[0]).length > 0", traceMark)
	}
	events, err := l.tracer.stop()
	if opened != nil || err != nil {
		t.Fatal(opened, err)
	}
	return recording{events: events}
}
