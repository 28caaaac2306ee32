package hosts

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/npm"
	"charte/web/receipts"
	"charte/web/receipts/collect"
)

// A receipting is a world whose site passes /cookies/receipts on to Charte's server, which keeps
// receipts.
type receipting struct {
	*world
	store *receipts.Store

	mutex   sync.Mutex
	bodies  []string                                      // receipts that came to either address
	heads   []http.Header                                 // header of each
	broken  func(http.ResponseWriter, *http.Request) bool // may answer in the server's place, and reports whether it has
	handler http.Handler
	answer  http.HandlerFunc // serves the site's path for answers; may be nil
}

func newReceipting(t *testing.T) *receipting {
	t.Helper()
	return receiptingOf(t, newWorld(t, "light", "demo"))
}

// receiptingOf is newReceipting with another catalogue than the demo's.
func receiptingOf(t *testing.T, of *world) *receipting {
	t.Helper()
	w := &receipting{world: of}
	var err error
	if w.store, err = receipts.Open(t.Context(), filepath.Join(t.TempDir(), "receipts.db"), true); err != nil {
		t.Fatal(err)
	}
	w.Site = w.serve("site", "localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.answer != nil && r.URL.Path == "/cookies/answer" {
			w.answer(rw, r)
			return
		}
		if r.URL.Path != "/cookies/receipts" {
			w.page(rw, r)
			return
		}
		r.URL.Path = "/receipts"
		w.take(rw, r)
	}))
	service := collect.New(w.store, collect.Options{Chain: "test", Origins: []string{w.Site}})
	t.Cleanup(func() { service.Close() })
	handler, err := service.Site(w.bundle, nil, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/receipts" {
			return false
		}
		w.take(rw, r)
		return true
	}
	w.handler = handler
	return w
}

// take passes a receipt on to Charte's server, and notes its body and header.
func (w *receipting) take(rw http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		body, _ := io.ReadAll(r.Body)
		w.mutex.Lock()
		w.bodies, w.heads = append(w.bodies, string(body)), append(w.heads, r.Header.Clone())
		w.mutex.Unlock()
		r.Body = io.NopCloser(strings.NewReader(string(body)))
	}
	if w.broken == nil || !w.broken(rw, r) {
		w.handler.ServeHTTP(rw, r)
	}
}

// came returns how many receipts have come, whether they were kept or not.
func (w *receipting) came() int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return len(w.bodies)
}

// comes waits up to 20 s for the n-th receipt to come, counted from 1.
func (w *receipting) comes(n int) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); w.came() < n; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("%d receipts have come, want %d", w.came(), n)
		}
	}
}

// keeps waits up to 20 s until n receipts are kept, and returns the last.
func (w *receipting) keeps(n int) receipts.Record {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		var text strings.Builder
		if err := w.store.Export(w.t.Context(), &text, "jsonl"); err != nil {
			w.t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(text.String()), "\n")
		if len(lines) == n && lines[0] != "" {
			var r receipts.Record
			if err := json.Unmarshal([]byte(lines[n-1]), &r); err != nil {
				w.t.Fatal(err)
			}
			return r
		}
		if len(lines) > n || time.Now().After(deadline) {
			w.t.Fatalf("%d receipts are kept, want %d; those that came are %q", len(lines), n, w.bodies)
		}
	}
}

// TestOneAnswer: a click on an answer right after Go has taken over the notice, before anything else
// happens in the page, is one answer with one receipt.
func TestOneAnswer(t *testing.T) {
	t.Parallel()
	shows(t, "A click on an answer right after Go has taken over is one answer, with one receipt")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newReceipting(t)
		// A task that engine.js puts off until later comes 3 s later.
		v := w.visitWith(name, `{
			const later = setTimeout;
			window.setTimeout = (call, ms, ...args) => later(call, ms ?? (new Error().stack.includes("/engine-") ? 3000 : 0), ...args);
			const {instantiate} = WebAssembly;
			WebAssembly.instantiate = async (...args) => {
				const instance = await instantiate(...args);
				requestAnimationFrame(() => requestAnimationFrame(() => (window.arrived = true)));
				return instance;
			};
		}`, "/told/")
		v.sees(notice)
		v.waits(`window.arrived`)
		v.click(notice + " " + acceptAll)
		v.seesNot(notice)
		w.comes(1)
		v.waits(`charte.decision.answered`)
		v.do(`await charte.set({youtube: false})`) // the receipts of earlier answers have been sent by now
		w.comes(2)
		if r := w.keeps(2); r.Receipt == nil || r.Action != receipts.Withdraw {
			t.Errorf("%+v", r)
		}
	})
}

// said checks the n-th receipt. granted is the number of services that it grants; a negative one stands
// for all.
func (w *receipting) said(n int, action, ui string, granted int) {
	w.t.Helper()
	r := w.keeps(n)
	yes := 0
	for _, one := range r.State {
		yes += one
	}
	if granted < 0 {
		granted = len(r.State)
	}
	if r.Action != action || r.UI != ui || yes != granted || r.Lang != "fr" {
		w.t.Errorf("receipt %d: %+v, want %s in %s with %d granted", n, *r.Receipt, action, ui, granted)
	}
}

// TestReceipts: each answer gets a receipt after it has taken effect. The receipt says what was
// answered and where in the banner, and nothing about who answered.
func TestReceipts(t *testing.T) {
	t.Parallel()
	shows(t, "With `data-receipts`, each answer leaves a receipt once it has taken effect: what was answered and where, and nothing about the visitor")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newReceipting(t)
		v := w.visitWith(name, countViolations, "/receipts/")
		v.sees(notice)
		want(v, "receipts before an answer", w.came(), 0)
		v.click(notice + " " + refuseAll)
		w.said(1, receipts.Refuse, receipts.Layer1, 0)
		v.do(`await charte.acceptAll()`)
		w.said(2, receipts.Accept, receipts.API, -1)
		v.click("#open")
		v.sees(settings)
		v.click(switchOf("youtube"))
		v.click(save)
		v.seesNot(settings)
		r := w.keeps(3)
		if r.Action != receipts.Withdraw || r.UI != receipts.Settings || r.State["third-party.youtube"] != 0 || len(r.State) < 3 {
			t.Errorf("withdrawn in the settings: %+v", *r.Receipt)
		}
		v.click("#refuse")
		w.said(4, receipts.Withdraw, receipts.API, 0)
		v.do(`await charte.reset()`)
		v.sees(notice)
		v.click(notice + " " + acceptAll)
		w.said(5, receipts.Accept, receipts.Layer1, -1)
		v.click("#open")
		v.sees(settings)
		v.click(settings + " " + refuseAll)
		v.seesNot(settings)
		w.said(6, receipts.Withdraw, receipts.Settings, 0)

		if _, err := w.store.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		for i, head := range w.heads {
			// A beacon to the site takes its cookies along. The receipt is sent after the cookie was set.
			var said struct{ Value string }
			if err := json.Unmarshal([]byte(w.bodies[i]), &said); err != nil || !strings.Contains(head.Get("Cookie"), "cookies_preferences="+said.Value) {
				t.Errorf("receipt %d came with the cookies %q and the body %s", i+1, head.Get("Cookie"), w.bodies[i])
			}
		}
		want(v, "warnings", v.warnings(), 0)
		want(v, "errors", eval[string](v, `errors.join()`), "")

		// Another visitor who gives the same answer sends the same receipt.
		other := w.visit(name, "/receipts/")
		other.sees(notice)
		other.click(notice + " " + refuseAll)
		w.said(7, receipts.Refuse, receipts.Layer1, 0)
		if w.bodies[6] != w.bodies[0] {
			t.Errorf("two visitors who refuse send %s and %s", w.bodies[0], w.bodies[6])
		}
	})
}

// TestReceiptsWithoutProgram: answers that the loader takes without the program get the same receipts.
func TestReceiptsWithoutProgram(t *testing.T) {
	t.Parallel()
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newReceipting(t)
		pass := w.fault
		w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, ".wasm") {
				http.NotFound(rw, r)
				return true
			}
			return pass(rw, r)
		}
		v := w.visit(name, "/receipts/")
		v.sees(notice)
		v.click(notice + " " + acceptAll)
		w.said(1, receipts.Accept, receipts.Layer1, -1)
		v.click("#refuse")
		w.said(2, receipts.Withdraw, receipts.API, 0)
		v.do(`await charte.acceptAll()`)
		w.said(3, receipts.Accept, receipts.API, -1)
		v.do(`await charte.reset()`)
		v.sees(notice)
		v.click(notice + " " + refuseAll)
		w.said(4, receipts.Refuse, receipts.Layer1, 0)
	})
}

// TestReceiptsOtherwise: receipts come where the browser has no beacon, where the beacon fails, where
// they go to another origin, and under a policy that allows them.
func TestReceiptsOtherwise(t *testing.T) {
	t.Parallel()
	shows(t, "Receipts come without `sendBeacon`, across origins and without cookies then, and under a policy that names where they go")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		for _, test := range []struct {
			name, preload, page string
			cookies             bool
		}{
			{"no beacon", `delete Navigator.prototype.sendBeacon;`, "", false},
			{"a beacon that throws", `Navigator.prototype.sendBeacon = () => { throw new Error("no"); };`, "", false},
			{"a beacon that is refused", `Navigator.prototype.sendBeacon = () => false;`, "", false},
			{"a beacon that is none", `Navigator.prototype.sendBeacon = 7;`, "", false},
			{"another origin", ``, "elsewhere.html", false},
			{"a policy", ``, "policy.html", true},
		} {
			browsertest.Try(t, strings.ReplaceAll(test.name, " ", "-"), name, func(t *testing.T) {
				w := newReceipting(t)
				v := w.visitWith(name, countViolations+test.preload, "/receipts/"+test.page)
				v.sees(notice)
				v.click(notice + " " + refuseAll)
				w.said(1, receipts.Refuse, receipts.Layer1, 0)
				want(v, "cookies came along", w.heads[0].Get("Cookie") != "", test.cookies)
				want(v, "violations", eval[string](v, `violations.join()`), "")
				want(v, "errors", eval[string](v, `errors.join()`), "")
				want(v, "warnings", v.warnings(), 0)
			})
		}
	})
}

// TestReceiptsGone: the visitor's answer holds at once, whatever becomes of its receipt. The page shows
// nothing of a receipt that fails.
func TestReceiptsGone(t *testing.T) {
	t.Parallel()
	shows(t, "A receipts server that is down, slow, full or forbidden by the page's policy changes nothing for the visitor")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		status := func(code int) func(http.ResponseWriter, *http.Request, chan struct{}) {
			return func(rw http.ResponseWriter, _ *http.Request, _ chan struct{}) { rw.WriteHeader(code) }
		}
		for _, test := range []struct {
			name   string
			answer func(http.ResponseWriter, *http.Request, chan struct{})
			page   string
			comes  bool
		}{
			{"down", func(http.ResponseWriter, *http.Request, chan struct{}) { panic(http.ErrAbortHandler) }, "", true},
			{"slow", func(_ http.ResponseWriter, _ *http.Request, end chan struct{}) { <-end }, "", true},
			{"full", status(http.StatusTooManyRequests), "", true},
			{"broken", status(http.StatusServiceUnavailable), "", true},
			{"elsewhere", func(rw http.ResponseWriter, r *http.Request, _ chan struct{}) {
				http.Redirect(rw, r, "https://nowhere.invalid/", http.StatusTemporaryRedirect)
			}, "", true},
			{"forbidden", nil, "forbidden.html", false},
		} {
			browsertest.Try(t, test.name, name, func(t *testing.T) {
				w := newReceipting(t)
				end := make(chan struct{})
				defer close(end)
				w.broken = func(rw http.ResponseWriter, r *http.Request) bool { test.answer(rw, r, end); return true }
				v := w.visitWith(name, countViolations, "/receipts/"+test.page)
				v.sees(notice)
				v.click(notice + " " + refuseAll)
				v.seesNot(notice)
				if test.comes {
					w.comes(1)
				} else {
					v.waits(`violations.length > 0`)
				}
				if c := v.answer(); c == nil || strings.Contains(c.Value, "yes") {
					t.Errorf("cookie: %+v", c)
				}
				v.do(`await charte.acceptAll()`)
				want(v, "accepted after that", eval[bool](v, `charte.allows("youtube")`), true)
				if test.comes {
					w.comes(2)
				}
				v.must(v.Open(w.Site + "/receipts/" + test.page))
				v.waits(`window.charte?.decision?.answered`)
				want(v, "the next page's notice", eval[bool](v, `!document.querySelector("charte-banner")?.shadowRoot.querySelector("[data-charte=notice]")`), true)
				want(v, "errors", eval[string](v, `errors.join()`), "")
				want(v, "warnings", v.warnings(), 0)
			})
		}
		browsertest.Try(t, "mistyped", name, func(t *testing.T) {
			w := newReceipting(t)
			v := w.visitWith(name, countViolations, "/receipts/mistyped.html")
			v.sees(notice)
			v.click(notice + " " + refuseAll)
			v.seesNot(notice)
			want(v, "refused", eval[bool](v, `charte.decision.answered && !charte.allows("youtube")`), true)
			for deadline := time.Now().Add(10 * time.Second); v.warnings() == 0 && time.Now().Before(deadline); {
				time.Sleep(5 * time.Millisecond) // until the console has the warning for the site's developer
			}
			want(v, "warnings", v.warnings(), 1)
			want(v, "errors", eval[string](v, `errors.join()`), "")
		})
	})
}

// TestFiguresPage: the page of figures fits a desktop and a phone, in light and dark, and axe-core
// finds no fault in it. Its token is in no address, and there is no cookie.
func TestFiguresPage(t *testing.T) {
	t.Parallel()
	shows(t, "The page of figures fits a phone, in light and dark, axe-core finds no fault in it, and the token is in no address and no cookie")
	const token = "0123456789abcdef0123"
	source := npm.Axe.File(t, "axe.min.js")
	file := filepath.Join(t.TempDir(), "receipts.db")
	store, err := receipts.Open(t.Context(), file, true)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	store.Now = func() time.Time { return now } // so that it does not matter if midnight comes during the test
	service := collect.New(store, collect.Options{Chain: "test", Token: token})
	t.Cleanup(func() { service.Close() })
	// A month of answers.
	tables, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer tables.Close()
	for day := range 30 {
		for i, row := range [][3]string{
			{receipts.Accept, receipts.Layer1, `{"statistics.google-analytics":1,"third-party.youtube":1,"third-party.meta-pixel":1}`},
			{receipts.Refuse, receipts.Layer1, `{"statistics.google-analytics":0,"third-party.youtube":0,"third-party.meta-pixel":0}`},
			{receipts.Custom, receipts.Settings, `{"statistics.google-analytics":0,"third-party.youtube":1,"third-party.meta-pixel":0}`},
			{receipts.Withdraw, receipts.API, `{"statistics.google-analytics":0,"third-party.youtube":0,"third-party.meta-pixel":0}`},
		} {
			n := (400 + 37*(day%7) + 3*day) / (1 + i*i)
			if _, err := tables.Exec("INSERT INTO charte_counts (chain, day, site, action, ui, state, n) VALUES ('test', $1, 'Lyon', $2, $3, $4, $5)",
				now.AddDate(0, 0, -day).Format(time.DateOnly), row[0], row[1], row[2], n); err != nil {
				t.Fatal(err)
			}
		}
	}
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := &world{t: t}
		site := w.serve("figures", "localhost", service.Page(http.NotFoundHandler()))
		v := visitor{browsertest.NewPage(t, name), t}
		for _, look := range looks {
			if look.engine == name {
				continue
			}
			v.must(v.Emulate(look.media))
			for _, width := range []int{1280, 390} {
				v.must(v.SetViewport(width, 844))
				judged := func(what string) {
					t.Helper()
					v.waits(`innerWidth === arguments[0]`, width)
					v.shot(fmt.Sprintf("figures-%s-%s-%d-%s", what, strings.ReplaceAll(look.name, " ", "-"), width, name))
					want(v, what+" is wider than the window", eval[bool](v, `document.documentElement.scrollWidth > innerWidth`), false)
					v.do(source)
					for _, line := range eval[[]string](v, judge, map[string]any{"exclude": []string{}}) {
						// axe is unsure only of texts that are scrolled out of sight.
						if strings.HasPrefix(line, "violations") {
							t.Errorf("%s, %s, %d px: %s", what, look.name, width, line)
						}
					}
				}
				v.must(v.Open(site + "/receipts"))
				v.sees("#token")
				judged("form")
				v.do(`document.getElementById("token").value = arguments[0]; document.getElementById("days").value = "7"`, token)
				v.click("button")
				v.sees(".plot svg")
				v.do(`document.querySelector("details").open = true`)
				judged("page")
				want(v, "bars of the days", eval[int](v, `document.querySelectorAll(".plot rect").length`), 28)
				want(v, "the display of the bars, which the style sheet sets", eval[string](v, `getComputedStyle(document.querySelector(".bars")).display`), "grid")
				want(v, "the address", eval[string](v, `location.href`), site+"/receipts/figures")
			}
		}
		cookies, err := v.Cookies()
		v.must(err)
		want(v, "cookies", len(cookies), 0)
	})
}
