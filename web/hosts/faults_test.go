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

// intact checks that the page is its author's: its own script has run, its
// button can be pressed, it scrolls, and nothing was thrown into it.
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

// nothingGranted checks that nothing that waits for consent has run, or has
// been asked for.
func (v visitor) nothingGranted(w *world) {
	v.t.Helper()
	want(v, "granted", eval[string](v, `window.charte?.decision?.granted.join() || ""`), "")
	want(v, "scripts", eval[string](v, `ran.join()`), "page")
	want(v, "requests of third parties", len(w.requested("canary")), 0)
}

// refuses has the visitor refuse in the notice, and checks that this is kept.
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

// charterLink is what stands in for the settings where they cannot be had.
const charterLink = notice + " .answers a"

// aModule is the start of any WebAssembly module.
var aModule = []byte("\x00asm\x01\x00\x00\x00")

// fault is a way in which a file of the bundle does not come.
type fault struct {
	name, file string // file is a part of the path
	everywhere bool   // whether it is tried in every browser, or only once
	answer     func(w *world, rw http.ResponseWriter, r *http.Request)
}

// programFaults are the ways in which the program does not come. What the
// loader makes of them is the same in every browser; four that browsers see
// differently are tried in each.
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
	// A custom section of 512 MB, so that what follows is no mistake yet.
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

// fails has the world's server answer with a fault.
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

// aProgram is the demo's program, as it is downloaded.
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

// TestNoProgram, TestHalfProgram, TestNoEngine: where the program does not load,
// whoever asks for the settings is told where the charter is, and accepting and
// refusing work and are kept.
func TestNoProgram(t *testing.T) {
	t.Parallel()
	shows(t, "Without its WebAssembly the notice still takes both answers, and says that the settings are not to be had")
	withFaults(t, func(f fault) bool { return f.file == ".wasm" && f.everywhere })
}

func TestHalfProgram(t *testing.T) {
	t.Parallel()
	shows(t, "The same where what comes is no program, half of one, or too much")
	withFaults(t, func(f fault) bool { return f.file == ".wasm" && !f.everywhere })
}

func TestNoEngine(t *testing.T) {
	t.Parallel()
	shows(t, "The same without `engine.js`, or the words")
	withFaults(t, func(f fault) bool { return f.file != ".wasm" })
}

// withFaults has the chosen files not come.
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

// TestToldInTime: who asks for settings that do not come, or not in time, is told
// within seconds, by the clock on the wall.
func TestToldInTime(t *testing.T) {
	alone(t)
	shows(t, "Whoever asks for settings that are not to be had is told within 3 s")
	program := aProgram(t)
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		for _, fault := range programFaults(program) {
			if fault.name != "silence" && fault.name != "cut off half-way" {
				continue // which take longest
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

// TestLateProgram: a program that comes after the visitor has been told that
// there is none takes over what is there: the notice as it is, or the answer.
func TestLateProgram(t *testing.T) {
	t.Parallel()
	shows(t, "A program that comes late adopts the visitor's answer, opens nothing by itself, and brings the settings back")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		for _, answer := range []string{"", refuseAll, acceptAll} {
			w := newWorld(t, engine, "demo")
			come := make(chan struct{})
			w.fault = func(_ http.ResponseWriter, r *http.Request) bool {
				if strings.HasSuffix(r.URL.Path, ".wasm") {
					select {
					case <-come:
					case <-r.Context().Done():
					}
				}
				return false
			}
			v := w.visitWith(name, impatient, "/faults/")
			v.click(customise)
			v.sees(charterLink)
			value := ""
			if answer != "" {
				v.click(notice + " " + answer)
				v.seesNot(notice)
				value = v.answer().Value
			}
			close(come)
			if answer == "" {
				v.sees(customise) // Go's notice, with its button
			} else {
				v.do(`await charte.set({})`) // settles when the program has done it
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

// TestOneRetry: a program that could not be had is asked for once more, and a
// failure that passes is none for the visitor.
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
					// Half a file that a browser may keep.
					rw.Header().Set("Access-Control-Allow-Origin", "*")
					rw.Header().Set("Content-Type", "application/wasm")
					rw.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
					rw.Write(append(slices.Clone(aModule), 0x00, 0x10)) // a section that ends before it begins
					return true
				}
				open := func(v visitor) { v.do(`charte.open()`) } // without the sign that a pointer over the notice gives
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
				// Focusing the link may be the first sign that somebody wants the program,
				// which is reason for one more call of the same two attempts.
				if n := asked.Load(); n != 2 && (failures == 1 || n > 4) {
					t.Errorf("%d requests for the program, want 2", n)
				}
				want(v, "errors in the page", eval[string](v, `errors.join()`), "")
			})
		}
	})
}

// TestServerGone: the server goes away between the notice and the settings.
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
		// The next page has the loader out of the cache, or none.
		v.must(v.Reload())
		want(v, "scripts", eval[string](v, `ran.join()`), "page")
		// And when the server is back, the answer is still there.
		gone.Store(false)
		v.must(v.Reload())
		v.waits(`window.charte?.decision.answered`)
		v.nothingGranted(w)
	})
}

// TestHalfLoader: a loader that comes in part, is blocked or is something else
// leaves the page as it is.
func TestHalfLoader(t *testing.T) {
	t.Parallel()
	shows(t, "With `charte.js` cut off, blocked or replaced, no gated script runs, and the page can be read, scrolled and clicked")
	sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
		for _, fault := range []struct {
			name   string
			answer func(rw http.ResponseWriter, script []byte)
			own    bool // whether the browser itself says so in the page, as of any script
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
					v.do(`errors.length > 1 || (errors.length = 0)`) // the browser's own line for a script with a mistake
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

// A jar is what a page has for cookies and storage, by a script that runs before
// its own.
type jar struct {
	name, preload string
	kept          bool // whether an answer can be kept at all
}

// denied is how a browser denies an access.
const denied = `throw new DOMException("denied", "SecurityError")`

// TestNoCookies, TestNoStorage: cookies that are refused, full or forbidden, and
// storage that throws: nothing is granted that the visitor did not grant, an answer
// that cannot be kept holds for the page, and the visitor is not asked in a loop.
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

// inJars answers in each.
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
				v.do(`for (const sign of ["pageshow", "focus"]) dispatchEvent(new Event(sign))`) // would ask again what is not kept
				v.seesNot(notice)
				v.intact()
				// In the settings, where Go writes.
				v.asks("#manage")
				v.sees(settings)
				v.click(settings + " " + acceptAll)
				v.seesNot(settings)
				v.waits(`ran.includes("statistics")`)
				v.opens() // Go knows of an answer that only the page keeps
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
					v.sees(notice) // once per page, and no answer is made up
				}
				want(v, "scripts on the next page", eval[string](v, `ran.join()`), "page")
			})
		}
	})
}

// TestClocks: a clock that is a year off, on the day of the answer or later,
// never makes a grant of what is none.
func TestClocks(t *testing.T) {
	t.Parallel()
	shows(t, "A clock that is a year off, or is set right after the answer: who cannot be known to have answered is asked, and nothing runs until then")
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
				// By script, as it is written: WebKit's driver would set it for subdomains, too.
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

// TestKilled: a tab that goes in the middle of an answer leaves the whole answer
// or none.
func TestKilled(t *testing.T) {
	t.Parallel()
	shows(t, "A tab that is killed in the middle of an answer leaves the whole answer or none")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		keeper := w.visit(name, "/journey/plain.html")
		whole := map[string]int{}
		for i := range 12 {
			tab, err := keeper.NewTab()
			if err != nil {
				t.Fatal(err)
			}
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
				n /= 2 // counted for both days
			}
			seen += n
		}
		want(keeper, "whole answers, or none", seen, 12)
		t.Logf("%v", whole)
	})
}

// TestForeignCookies: a value that is not ours, or not for this catalogue, is
// no answer: the visitor is asked, and nothing runs.
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
