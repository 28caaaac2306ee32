package hosts

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"charte/web/browser"
)

// hurried has a page's time pass a hundred times as fast: its timers and its
// clock.
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

// impatient has whoever would wait for a second or more in a page, the loader
// first of all, wait a tenth of that. What was to be waited, in milliseconds, is in
// window.waits. It is for tests of what never comes: what does come may be too
// late for it on a busy machine.
const impatient = `{
	window.waits = [];
	const later = setTimeout, abort = AbortSignal.timeout;
	const less = (ms) => (ms >= 1000 ? ms / (waits.push(ms) && 10) : ms);
	window.setTimeout = (call, ms, ...args) => later(call, less(ms), ...args);
	AbortSignal.timeout = (ms) => abort.call(AbortSignal, less(ms));
}`

// endless has nobody in a page give up a file that a test holds back, however long the
// test takes on a busy machine.
const endless = `AbortSignal.timeout = () => new AbortController().signal;`

// waited checks that somebody in an impatient page was to wait so long.
func (v visitor) waited(ms int) {
	v.t.Helper()
	want(v, "that somebody waits for so many ms", eval[bool](v, `waits.includes(arguments[0])`, ms), true)
}

// TestImpatient: an impatient page waits less, and says what it was to wait.
func TestImpatient(t *testing.T) {
	t.Parallel()
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visitWith(name, impatient, "/faults/")
		v.do(`await new Promise(next => setTimeout(next, 30000)); await new Promise(next => AbortSignal.timeout(20000).onabort = next)`)
		v.waited(30000)
		v.waited(20000)
		want(v, "that nobody waits for 7 s", eval[bool](v, `waits.includes(7000)`), false)
		want(v, "short timers", eval[bool](v, `new Promise(next => { const from = performance.now(); setTimeout(() => next(performance.now() - from >= 140), 150) })`), true)
	})
}

// TestAsks: who asks for the settings and is told that there are none has them once
// the program is there.
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
			t.Error("nobody was told that there are no settings: the test shows nothing")
		}
	})
}
