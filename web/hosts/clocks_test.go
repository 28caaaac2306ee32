package hosts

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"charte/web/browser"
)

// hurried makes a page's timers and clock run a hundred times as fast.
const hurried = `{
	const Real = Date, begin = Real.now(), later = setTimeout, again = setInterval;
	window.setTimeout = (call, ms, ...args) => later(call, (ms || 0) / 100, ...args);
	window.setInterval = (call, ms, ...args) => again(call, (ms || 0) / 100, ...args);
	const now = () => begin + (Real.now() - begin) * 100;
	window.Date = class Date extends Real {
		constructor(...args) { if (args.length) super(...args); else super(now()); }
		static now() { return now(); }
	};
}`

// impatient shortens every wait of a second or more in a page to a tenth, those of the loader
// above all. It notes in window.waits how long each was to last, in milliseconds. Use it only in
// tests of something that never comes: on a busy machine, what does come may come too late. A test in
// which it comes after all sets window.patient first. The waits that begin then last as long as ever.
const impatient = `{
	window.waits = [];
	const later = setTimeout, abort = AbortSignal.timeout;
	const less = (ms) => (ms >= 1000 && waits.push(ms) && !window.patient ? ms / 10 : ms);
	window.setTimeout = (call, ms, ...args) => later(call, less(ms), ...args);
	AbortSignal.timeout = (ms) => abort.call(AbortSignal, less(ms));
}`

// endless lets no request in a page time out, so that a test can hold back a file for as long as
// it needs on a busy machine.
const endless = `AbortSignal.timeout = () => new AbortController().signal;`

// waited checks that an impatient page has set a wait of ms milliseconds.
func (v visitor) waited(ms int) {
	v.t.Helper()
	want(v, fmt.Sprintf("the page waits for %d ms", ms), eval[bool](v, `waits.includes(arguments[0])`, ms), true)
}

// TestImpatient: an impatient page waits less, and notes how long it was to wait.
func TestImpatient(t *testing.T) {
	t.Parallel()
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visitWith(name, impatient, "/faults/")
		v.do(`await new Promise(next => setTimeout(next, 30000)); await new Promise(next => AbortSignal.timeout(20000).onabort = next)`)
		v.waited(30000)
		v.waited(20000)
		want(v, "the page waits for 7 s", eval[bool](v, `waits.includes(7000)`), false)
		want(v, "a short timer keeps its time", eval[bool](v, `new Promise(next => { const from = performance.now(); setTimeout(() => next(performance.now() - from >= 140), 150) })`), true)
	})
}

// TestAsks: a visitor who asks for the settings and is told that there are none gets them once
// the program is there. This tests asks, which the other tests use.
func TestAsks(t *testing.T) {
	t.Parallel()
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		told := make(chan struct{})
		var once sync.Once
		w.fault = func(_ http.ResponseWriter, r *http.Request) bool {
			switch {
			case r.URL.Path == "/told":
				once.Do(func() { close(told) })
			case strings.HasSuffix(r.URL.Path, ".wasm"):
				select {
				case <-told:
				case <-r.Context().Done():
				}
			}
			return false
		}
		v := w.visitWith(name, impatient, "/faults/")
		v.sees(notice)
		v.do(`new MutationObserver(() => ` + root + `.querySelector(".answers a") && fetch(new URL("/told", document.querySelector("script[src]").src), {mode: "no-cors"}))
			.observe(` + root + `, {subtree: true, childList: true})`)
		v.asks(customise)
		v.sees(list)
		select {
		case <-told:
		default:
			t.Error("the visitor was never told that there are no settings, so this test shows nothing")
		}
	})
}
