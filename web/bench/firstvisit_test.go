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
				{got.notices, 1, "%d tasks have the page styled, want at most %d: the one in which the notice comes into the top layer"},
				{got.layouts, 0, "the page is laid out %d times outside of its frames, want %d"},
				{got.scripts, 8, "scripts run in %d tasks, want at most %d"}, // the evaluation, the notice, events, timers
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

// work counts what the main thread does from the evaluation of charte.js until the frame
// that draws the notice, frames apart: in each, the browser styles the page and lays it out.
type work struct {
	evaluations  int // tasks that evaluate charte.js
	stylesWithin int // how often an evaluation has the page styled
	notices      int // tasks after the evaluation that have the page styled
	layouts      int // how often a task has the page laid out
	scripts      int // tasks in which scripts run
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
		evaluates := false
		for _, script := range within(task, "EvaluateScript") {
			if ours(script.file()) {
				evaluates = true
				w.stylesWithin += len(within(script, "UpdateLayoutTree"))
			}
		}
		if evaluates {
			w.evaluations++
		}
		if w.evaluations == 0 {
			continue // the page's own work
		}
		if !evaluates && len(within(task, "UpdateLayoutTree")) > 0 {
			w.notices++
		}
		w.layouts += len(within(task, "Layout"))
		if len(within(task, "EvaluateScript", "FunctionCall", "RunMicrotasks")) > 0 {
			w.scripts++
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
