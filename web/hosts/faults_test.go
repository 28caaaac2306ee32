package hosts

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// intact checks that the page works as its author meant: its own script has run, its button can be
// pressed, it scrolls, and no error was thrown into it.
func (v visitor) intact() {
	v.t.Helper()
	before := eval[int](v, `pressed`)
	v.click("#own")
	want(v, "presses of the page's own button", eval[int](v, `pressed`), before+1)
	v.do(`scrollTo({top: 300, behavior: "instant"})`)
	want(v, "the page scrolls", eval[int](v, `Math.round(scrollY)`), 300)
	v.do(`scrollTo({top: 0, behavior: "instant"})`)
	want(v, "the page's own script", eval[string](v, `ran[0]`), "page")
	want(v, "errors in the page", eval[string](v, `errors.join()`), "")
}

// nothingGranted checks that nothing is granted, that no script which waits for consent has run, and
// that no request has reached a third party.
func (v visitor) nothingGranted(w *world) {
	v.t.Helper()
	want(v, "granted", eval[string](v, `window.charte?.decision?.granted.join() || ""`), "")
	want(v, "scripts", eval[string](v, `ran.join()`), "page")
	want(v, "requests of third parties", len(w.requested("canary")), 0)
}

// refuses refuses in the notice and checks that the answer is kept.
func (v visitor) refuses(w *world) {
	v.t.Helper()
	v.click(notice + " " + refuseAll)
	v.seesNot(notice)
	if c := v.answer(); c == nil || !strings.HasPrefix(c.Value, "v=1&on=") || strings.Contains(c.Value, "yes") {
		v.t.Errorf("cookie after a refusal: %+v", c)
	}
	v.must(v.Reload())
	v.waits(`window.charte?.decision.answered`)
	v.seesNot(notice)
	v.nothingGranted(w)
}

// charterLink is the selector of the link to the charter, which the notice shows where there are no
// settings.
const charterLink = notice + " .answers a"

// aModule is the start of any WebAssembly module.
var aModule = []byte("\x00asm\x01\x00\x00\x00")

// A fault is a way in which a file of the bundle fails to load.
type fault struct {
	name, file string // file is a part of the path
	everywhere bool   // whether it is tried in every browser, or only in the first
	answer     func(w *world, rw http.ResponseWriter, r *http.Request)
}

// programFaults returns the ways in which the program, or a file that it needs, fails to load. The
// loader deals with most of them alike in every browser. Browsers differ in four, which are tried in
// each.
func programFaults(program []byte) []fault {
	missing := func(_ *world, rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNotFound) }
	never := func(_ *world, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	forever := func(rw http.ResponseWriter, r *http.Request, every time.Duration, drip []byte) {
		for r.Context().Err() == nil {
			if _, err := rw.Write(drip); err != nil {
				return
			}
			rw.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
			case <-time.After(every):
			}
		}
	}
	// The start of a custom section of 512 MB: whatever bytes follow are still valid.
	endless := append(slices.Clone(aModule), 0x00, 0x80, 0x80, 0x80, 0x80, 0x02)
	return []fault{
		{"404", ".wasm", true, missing},
		{"500", ".wasm", false, func(_ *world, rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(http.StatusInternalServerError)
		}},
		{"204", ".wasm", false, func(_ *world, rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNoContent) }},
		{"HTML with 200", ".wasm", true, func(_ *world, rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "text/html")
			rw.Write([]byte("<!doctype html><p>connectez-vous<script>ran.push('HTML')</script>"))
		}},
		{"HTML of the right type", ".wasm", false, func(_ *world, rw http.ResponseWriter, _ *http.Request) {
			rw.Write([]byte("<!doctype html><p>connectez-vous"))
		}},
		{"0 bytes", ".wasm", false, func(_ *world, rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusOK) }},
		{"a wrong magic number", ".wasm", false, func(_ *world, rw http.ResponseWriter, _ *http.Request) {
			rw.Write(append([]byte("\x00asn"), program[4:]...))
		}},
		{"a version to come", ".wasm", false, func(_ *world, rw http.ResponseWriter, _ *http.Request) {
			rw.Write(append([]byte("\x00asm\x02"), program[5:]...))
		}},
		{"half of it", ".wasm", false, func(_ *world, rw http.ResponseWriter, _ *http.Request) { rw.Write(program[:len(program)/2]) }},
		{"cut off half-way", ".wasm", true, func(_ *world, rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", fmt.Sprint(len(program)))
			rw.Write(program[:len(program)/2])
			panic(http.ErrAbortHandler)
		}},
		{"a module that is another", ".wasm", false, func(_ *world, rw http.ResponseWriter, _ *http.Request) { rw.Write(aModule) }},
		{"200 MB, as it says", ".wasm", false, func(_ *world, rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Length", fmt.Sprint(200<<20))
			rw.Write(endless)
			forever(rw, r, time.Millisecond, bytes.Repeat([]byte{0}, 1<<10))
		}},
		{"a stream that never ends", ".wasm", false, func(_ *world, rw http.ResponseWriter, r *http.Request) {
			rw.Write(endless)
			forever(rw, r, 10*time.Millisecond, []byte{0})
		}},
		{"silence", ".wasm", true, never},
		{"sent to another origin", ".wasm", false, func(w *world, rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, w.Canary+"/charte.wasm", http.StatusFound)
		}},
		{"engine.js is missing", "/engine-", false, missing},
		{"engine.js is half there", "/engine-", false, func(_ *world, rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "text/javascript")
			rw.Write([]byte("const half = {"))
		}},
		{"engine.js never comes", "/engine-", false, never},
		{"the words are missing", "/fr-", false, missing},
		{"the words are HTML", "/fr-", false, func(_ *world, rw http.ResponseWriter, _ *http.Request) { rw.Write([]byte("<p>connectez-vous")) }},
		{"the words never come", "/fr-", false, never},
	}
}

// fails makes Charte's server answer with a fault.
func (w *world) fails(f fault) {
	w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
		broken := strings.Contains(r.URL.Path, f.file)
		if broken {
			rw.Header().Set("Access-Control-Allow-Origin", "*")
			rw.Header().Set("Content-Type", "application/wasm")
			f.answer(w, rw, r)
		}
		return broken
	}
}

// aProgram returns the demo's program as browsers download it.
func aProgram(t *testing.T) []byte {
	t.Helper()
	for name, file := range newWorld(t, "light", "demo").bundle.Files {
		if strings.HasSuffix(name, ".wasm") {
			return file.Data
		}
	}
	t.Fatal("the bundle has no program")
	return nil
}

// TestNoProgram: where the program does not load, a visitor who asks for the settings is shown a link
// to the charter. Accepting and refusing work and are kept. TestHalfProgram and TestNoEngine test the
// same with other faults.
func TestNoProgram(t *testing.T) {
	t.Parallel()
	shows(t, "Without its WebAssembly the notice still takes both answers, and says that there are no settings now")
	withFaults(t, func(f fault) bool { return f.file == ".wasm" && f.everywhere })
}

func TestHalfProgram(t *testing.T) {
	t.Parallel()
	shows(t, "The same where the file is no program, half of one, or too large")
	withFaults(t, func(f fault) bool { return f.file == ".wasm" && !f.everywhere })
}

func TestNoEngine(t *testing.T) {
	t.Parallel()
	shows(t, "The same without `engine.js`, or the words")
	withFaults(t, func(f fault) bool { return f.file != ".wasm" })
}

// withFaults tests the chosen faults.
func withFaults(t *testing.T, chosen func(fault) bool) {
	t.Helper()
	faults := programFaults(aProgram(t))
	sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
		for _, fault := range faults {
			if !chosen(fault) || !fault.everywhere && name != browsertest.Engines()[0] {
				continue
			}
			part(t, string(name)+"/"+fault.name, name, func(t *testing.T) {
				w := newWorld(t, "light", "demo")
				w.fails(fault)
				v := w.visitWith(name, impatient, "/faults/")
				v.sees(notice)
				v.click(customise)
				v.sees(charterLink)
				want(v, "where the link leads", eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector(".answers a").href`), w.Charte+"/charte.html")
				v.nothingGranted(w)
				v.intact()
				v.refuses(w)
				v.do(`await charte.acceptAll()`)
				v.waits(`ran.includes("statistics")`)
				if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=first-party+statistics+third-party") {
					t.Errorf("cookie: %+v", c)
				}
				v.intact()
			})
		}
	})
}

// TestToldInTime: a visitor who asks for settings that do not come in time is told so within seconds,
// measured by the clock.
func TestToldInTime(t *testing.T) {
	alone(t)
	shows(t, "A visitor who asks for settings that cannot be loaded is told so within 3 s")
	program := aProgram(t)
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		for _, fault := range programFaults(program) {
			if fault.name != "silence" && fault.name != "cut off half-way" {
				continue // these two take longest
			}
			w := newWorld(t, "light", "demo")
			w.fails(fault)
			v := w.visit(name, "/faults/")
			v.sees(notice)
			v.do(`addEventListener("click", () => { window.asked = performance.now() }, {capture: true, once: true});
				new MutationObserver((_, watch) => { if (!document.querySelector("charte-banner").shadowRoot.querySelector(".answers a")) return; window.told = performance.now(); watch.disconnect(); })
					.observe(document.querySelector("charte-banner").shadowRoot, {subtree: true, childList: true})`)
			v.click(customise)
			v.sees(charterLink)
			if waited := eval[float64](v, `told - asked`); waited > 4000 {
				t.Errorf("%s: the visitor is told after %.0f ms, want about 3 s at most", fault.name, waited)
			}
		}
	})
}

// TestLateProgram: a program that comes after the visitor was told that there is none takes over the
// notice, or the answer that was given meanwhile.
func TestLateProgram(t *testing.T) {
	t.Parallel()
	shows(t, "A program that comes late adopts the visitor's answer, opens nothing by itself, and brings the settings back")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		for _, answer := range []string{"", refuseAll, acceptAll} {
			w := newWorld(t, engine, "demo")
			comes := w.holds("", ".wasm")
			v := w.visitWith(name, impatient, "/faults/")
			v.click(customise)
			v.sees(charterLink)
			value := ""
			if answer != "" {
				v.click(notice + " " + answer)
				v.seesNot(notice)
				value = v.answer().Value
			}
			v.do(`window.patient = true`) // a busy machine may take longer than 300 ms to start the program
			comes()
			v.waits(`waits.includes(20000)`) // IDLE_MS in engine.js: a program that runs has begun to wait for something to do
			if answer == "" {
				v.sees(customise) // Go's notice, with its button
			}
			v.seesNot(settings)
			want(v, "answered", eval[bool](v, `charte.decision.answered`), answer != "")
			if c := v.answer(); (c == nil) != (value == "") || c != nil && c.Value != value {
				t.Errorf("cookie %+v, want %q", c, value)
			}
			v.do(`document.querySelector("#manage").click()`) // the notice may stand over it
			v.sees(settings)
			v.click(closeIt)
			v.seesNot(settings)
			v.intact()
		}
	})
}

// TestOneRetry: a program that failed to load is fetched once more. Where that works, the visitor sees
// no failure.
func TestOneRetry(t *testing.T) {
	t.Parallel()
	shows(t, "A program that failed to load is asked for once more, a second later, and then shows the settings after all")
	sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
		for _, failures := range []int32{1, 99} {
			part(t, fmt.Sprintf("%s/%d", name, failures), name, func(t *testing.T) {
				w := newWorld(t, "light", "demo")
				var asked atomic.Int32
				w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
					if !strings.HasSuffix(r.URL.Path, ".wasm") || asked.Add(1) > failures {
						return false
					}
					// Half a file, which the headers let a browser keep.
					rw.Header().Set("Access-Control-Allow-Origin", "*")
					rw.Header().Set("Content-Type", "application/wasm")
					rw.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
					rw.Write(append(slices.Clone(aModule), 0x00, 0x10)) // a section that says it has 16 bytes and has none
					return true
				}
				open := func(v visitor) { v.do(`charte.open()`) } // by script, because a pointer over the notice would already fetch the program
				var v visitor
				if failures == 1 {
					v = w.visit(name, "/faults/")
					open(v)
					v.sees(settings)
				} else {
					v = w.visitWith(name, impatient, "/faults/")
					open(v)
					v.sees(charterLink)
				}
				// When the link gets the focus, the loader may take it for the first sign that somebody
				// wants the program, and make the same two attempts once more.
				if n := asked.Load(); n != 2 && (failures == 1 || n > 4) {
					t.Errorf("%d requests for the program, want 2 (after %d failures; up to 4 where all fail)", n, failures)
				}
				want(v, "errors in the page", eval[string](v, `errors.join()`), "")
			})
		}
	})
}

// TestServerGone: where the server goes away between the notice and the settings, a refusal works and
// is kept.
func TestServerGone(t *testing.T) {
	t.Parallel()
	shows(t, "With the server gone after the notice, refusing works and is kept, and the page is as it was")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		var gone atomic.Bool
		w.fault = func(http.ResponseWriter, *http.Request) bool {
			if gone.Load() {
				panic(http.ErrAbortHandler)
			}
			return false
		}
		v := w.visitWith(name, impatient, "/faults/")
		v.sees(notice)
		gone.Store(true)
		v.click(customise)
		v.sees(charterLink)
		v.nothingGranted(w)
		v.intact()
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		if c := v.answer(); c == nil || strings.Contains(c.Value, "yes") {
			t.Errorf("cookie: %+v", c)
		}
		// The next page gets the loader from the cache, or has none.
		v.must(v.Reload())
		want(v, "scripts", eval[string](v, `ran.join()`), "page")
		// When the server is back, the answer is still there.
		gone.Store(false)
		v.must(v.Reload())
		v.waits(`window.charte?.decision.answered`)
		v.nothingGranted(w)
	})
}

// TestHalfLoader: a loader that comes in part, is blocked or is replaced by something else leaves the
// page as it is.
func TestHalfLoader(t *testing.T) {
	t.Parallel()
	shows(t, "With `charte.js` cut off, blocked or replaced, no gated script runs, and the page can be read, scrolled and clicked")
	sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
		for _, fault := range []struct {
			name   string
			answer func(rw http.ResponseWriter, script []byte)
			own    bool // whether the browser itself reports an error to the page, as it does for any script
		}{
			{"half of it", func(rw http.ResponseWriter, script []byte) { rw.Write(script[:len(script)/2]) }, true},
			{"cut off half-way", func(rw http.ResponseWriter, script []byte) {
				rw.Header().Set("Content-Length", fmt.Sprint(len(script)))
				rw.Write(script[:len(script)/2])
				panic(http.ErrAbortHandler)
			}, true},
			{"0 bytes", func(http.ResponseWriter, []byte) {}, false},
			{"blocked", func(http.ResponseWriter, []byte) { panic(http.ErrAbortHandler) }, false},
			{"404", func(rw http.ResponseWriter, _ []byte) { rw.WriteHeader(http.StatusNotFound) }, false},
			{"a blocker's empty stand-in", func(rw http.ResponseWriter, _ []byte) { rw.Write([]byte("(() => {})();")) }, false},
		} {
			part(t, string(name)+"/"+fault.name, name, func(t *testing.T) {
				w := newWorld(t, "light", "demo")
				w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
					if r.URL.Path != "/charte.js" {
						return false
					}
					rw.Header().Set("Content-Type", "text/javascript")
					fault.answer(rw, w.bundle.Files["charte.js"].Data)
					return true
				}
				v := w.visit(name, "/faults/")
				if fault.own {
					v.do(`errors.length > 1 || (errors.length = 0)`) // the browser's own report of a syntax error
				}
				v.nothingGranted(w)
				want(v, "banners", eval[int](v, `document.querySelectorAll("charte-banner").length`), 0)
				v.intact()
				v.click("#manage")
				v.intact()
			})
		}
	})
}

// A jar is a state of a page's cookies and storage, which a script makes before the page's own run.
type jar struct {
	name, preload string
	kept          bool // whether an answer can be kept at all
}

// denied throws what a browser throws where it denies access.
const denied = `throw new DOMException("denied", "SecurityError")`

// TestNoCookies: where cookies are refused, full or forbidden, nothing is granted that the visitor did
// not grant. An answer that cannot be kept holds for the page, and the page does not ask again.
func TestNoCookies(t *testing.T) {
	t.Parallel()
	shows(t, "Cookies refused, full, forbidden or empty: an answer holds for the page, and is said not to be kept")
	const cookies = `Object.defineProperty(Document.prototype, "cookie", {configurable: true, get() { %s }, set(value) { %s }});`
	inJars(t, []jar{
		{"cookies disabled", fmt.Sprintf(cookies, `return ""`, ``), false},
		{"cookies that throw", fmt.Sprintf(cookies, denied, denied), false},
		{"cookies that throw when written", fmt.Sprintf(cookies, `return ""`, denied), false},
		{"a full jar", fmt.Sprintf(cookies, `return Array.from({length: 180}, (_, i) => "c" + i + "=" + i).join("; ")`, ``), false},
		{"cookies that are cut short", fmt.Sprintf(cookies, `return this.kept || ""`, `this.kept = value.split(";")[0].slice(0, 40)`), false},
		{"cookies that are nothing", fmt.Sprintf(cookies, `return undefined`, ``), false},
	})
}

// TestNoStorage: where storage throws or is full, an answer is kept all the same.
func TestNoStorage(t *testing.T) {
	t.Parallel()
	shows(t, "Storage that throws or is full, no workers and no channels: an answer is kept")
	inJars(t, []jar{
		{"storage that throws", `for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
		Object.defineProperty(window, name, {configurable: true, get() { ` + denied + ` }});`, true},
		{"storage that is full", `Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError") };`, true},
		{"no BroadcastChannel", `window.BroadcastChannel = class { constructor() { ` + denied + ` } };`, true},
		{"no workers", `window.Worker = class { constructor() { ` + denied + ` } };`, true},
		{"no navigation timing", `performance.getEntriesByType = () => [];`, true},
	})
}

// inJars answers in a page with each jar and checks what is kept.
func inJars(t *testing.T, jars []jar) {
	t.Helper()
	sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
		for _, test := range jars {
			part(t, string(name)+"/"+test.name, name, func(t *testing.T) {
				w := newWorldOf(t, "light", keeping(t))
				visit := func() visitor {
					v := visitor{browsertest.NewPage(t, name), t}
					v.must(v.Preload(test.preload))
					v.must(v.Open(w.Site + "/faults/"))
					v.sees(notice)
					v.nothingGranted(w)
					return v
				}
				v := visit()
				v.click(notice + " " + refuseAll)
				v.seesNot(notice)
				want(v, "answered", eval[bool](v, `charte.decision.answered`), true)
				v.nothingGranted(w)
				kept, notKept := w.bundle.Views[0].Words.Settings.Saved, w.bundle.Views[0].Words.Settings.NotKept
				said := map[bool]string{true: kept, false: notKept}[test.kept]
				v.waits(`document.querySelector("charte-banner").shadowRoot.querySelector("[role=status]").textContent === arguments[0]`, said)
				v.do(`for (const sign of ["pageshow", "focus"]) dispatchEvent(new Event(sign))`) // at these events the page reads the cookies again
				v.seesNot(notice)
				v.intact()
				// An answer in the settings, which Go writes.
				v.asks("#manage")
				v.sees(settings)
				v.click(settings + " " + acceptAll)
				v.seesNot(settings)
				v.waits(`ran.includes("statistics")`)
				v.opens() // Go must know an answer that only the page has
				want(v, "switches that are on", eval[int](v, root+`.querySelectorAll("input[data-id]:checked").length`), eval[int](v, root+`.querySelectorAll("input[data-id]").length`))
				v.click(closeIt)
				v.seesNot(settings)
				v.do(`await charte.refuseAll()`)
				want(v, "granted after a withdrawal", eval[string](v, `charte.decision.granted.join()`), "")
				v.intact()
				v.must(v.Reload())
				if test.kept {
					v.waits(`window.charte?.decision.answered`)
					v.seesNot(notice)
				} else {
					v.sees(notice) // each page asks once, and no answer is made up
				}
				want(v, "scripts on the next page", eval[string](v, `ran.join()`), "page")
			})
		}
	})
}

// TestClocks: a clock that is wrong, on the day of the answer or later, never grants anything that the
// visitor has not granted.
func TestClocks(t *testing.T) {
	t.Parallel()
	shows(t, "A clock that is a year off, or is set right after the answer: a visitor whose answer cannot be trusted is asked, and nothing runs until then")
	const shifted = `{
		const Real = Date, shift = %d * 864e5;
		window.Date = class Date extends Real {
			constructor(...args) { if (args.length) super(...args); else super(Real.now() + shift); }
			static now() { return Real.now() + shift; }
		};
	}`
	sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
		for _, test := range []struct {
			name          string
			answered, now int // days the clock is ahead
			holds         bool
		}{
			{"a year ahead", 365, 365, true},
			{"a year behind", -365, -365, true},
			{"a year ahead, then right", 365, 0, false},
			{"a year behind, then right", -365, 0, false},
			{"right, then a year ahead", 0, 365, false},
			{"right, then a year behind", 0, -365, false},
			{"right, then a day behind", 0, -1, true},
			{"right, then 9999", 0, 2912000, false},
		} {
			part(t, string(name)+"/"+test.name, name, func(t *testing.T) {
				w := newWorld(t, "light", "demo")
				v := visitor{browsertest.NewPage(t, name), t}
				v.must(v.Preload(fmt.Sprintf(shifted, test.answered)))
				v.must(v.Open(w.Site + "/faults/"))
				v.sees(notice)
				v.nothingGranted(w)
				v.click(notice + " " + acceptAll)
				v.waits(`ran.includes("statistics")`)
				value := ""
				if c := v.answer(); c != nil {
					value = c.Value
				}
				day := consent.DayOf(time.Now().AddDate(0, 0, test.answered))
				if on := "v=1&on=" + day.String(); !strings.HasPrefix(value, on) && !strings.HasPrefix(value, "v=1&on="+(day-1).String()) {
					t.Errorf("cookie %q, want one of %s", value, on)
				}

				next := visitor{browsertest.NewPage(t, name), t}
				next.must(next.Preload(fmt.Sprintf(shifted, test.now)))
				next.must(next.Open(w.Site + "/journey/plain.html"))
				// Set by a script, as the page would: WebKit's driver would set it for subdomains too.
				next.do(`document.cookie = arguments[0] + "; Path=/; Max-Age=15724800"`, consent.CookieName+"="+value)
				w.forget()
				next.must(next.Open(w.Site + "/faults/"))
				if test.holds {
					next.waits(`ran.includes("statistics")`)
					next.seesNot(notice)
					return
				}
				next.sees(notice)
				next.nothingGranted(w)
				next.refuses(w)
				next.intact()
			})
		}
	})
}

// TestKilled: a tab that is closed in the middle of an answer leaves the whole answer or none.
func TestKilled(t *testing.T) {
	t.Parallel()
	shows(t, "A tab that is killed in the middle of an answer leaves the whole answer or none")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		keeper := w.visit(name, "/journey/plain.html")
		whole := map[string]int{}
		for i := range 12 {
			tab, err := keeper.NewTab()
			keeper.must(err)
			v := visitor{tab, t}
			v.must(v.Open(w.Site + "/faults/"))
			v.waits(`window.charte?.decision`)
			v.do(`charte.reset()`)
			v.sees(notice)
			// The click and the end of the tab race; neither waits for the other.
			v.do(`setTimeout(() => document.querySelector("charte-banner").shadowRoot.querySelector("[data-charte=" + arguments[0] + "]").click(), arguments[1])`,
				[]string{"accept-all", "refuse-all"}[i%2], i)
			v.must(v.Close())
			value := ""
			if c := keeper.answer(); c != nil {
				value = c.Value
			}
			day := consent.DayOf(time.Now())
			for _, on := range []consent.Day{day - 1, day} {
				policy := consent.PolicyOf(w.bundle.Views[0])
				for _, d := range []consent.Decision{policy.AcceptAll(on), policy.RefuseAll(on), {}} {
					if value == d.Value() {
						whole[value]++
					}
				}
			}
		}
		seen := 0
		for value, n := range whole {
			if value == "" {
				n /= 2 // no answer was counted for both days
			}
			seen += n
		}
		want(keeper, "tabs that left a whole answer or none", seen, 12)
		t.Logf("%v", whole)
	})
}

// TestForeignCookies: a cookie that Charte has not written, or has written for another revision of the
// catalogue, is no answer. The visitor is asked, and nothing runs.
func TestForeignCookies(t *testing.T) {
	t.Parallel()
	shows(t, "A cookie of another banner or revision is no answer")
	sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
		for what, value := range map[string]string{
			"another banner's JSON": `%7B%22categories%22%3A%5B%22statistics%22%5D%7D`,
			"another revision":      "v=1&on=2026-11-23&rev=aaaaaa&yes=statistics+third-party",
			"true":                  "true",
			"empty":                 "",
		} {
			part(t, string(name)+"/"+what, name, func(t *testing.T) {
				w := newWorld(t, "light", "demo")
				v := w.visit(name, "/journey/plain.html")
				v.do(`document.cookie = "cookies_preferences=" + arguments[0] + "; Path=/"`, value)
				v.must(v.Open(w.Site + "/journey/"))
				v.sees(notice)
				want(v, "answered", eval[bool](v, `charte.decision.answered`), false)
				want(v, "scripts", eval[string](v, `ran.join()`), "")
				want(v, "third-party requests", len(w.requested("canary")), 0)
			})
		}
	})
}
