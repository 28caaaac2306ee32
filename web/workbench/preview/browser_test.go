package preview

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/bundle"
	"charte/web/engine"
)

func TestMain(m *testing.M) { browsertest.BusyMain(m) }

// root is an expression for the banner's shadow root.
const root = `document.querySelector("charte-banner").shadowRoot`

// secret is that of the tests' previews.
const secret = "abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE"

// demo returns the catalogue demo in two languages, and in a third one from right to left.
func demo(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	c.Languages = append(c.Languages[:len(c.Languages):len(c.Languages)], "ar")
	arabic := func(texts ...catalogue.Text) {
		for _, text := range texts {
			if text != nil {
				text["ar"] = "ملفات تعريف الارتباط"
			}
		}
	}
	arabic(c.Site.Name, c.Charter.Title, c.Charter.Introduction, c.Charter.WhatTitle, c.Charter.What, c.Charter.KindsTitle)
	for _, category := range c.Categories {
		arabic(category.Name, category.Summary, category.Description, category.TableTitle)
	}
	for _, s := range c.Services {
		arabic(s.Name, s.Location, s.Purpose, s.Placeholder)
		for _, cookie := range s.Cookies {
			arabic(cookie.Purpose)
		}
	}
	return c
}

// A bench is a preview on a server, with a page of the workbench around it.
type bench struct {
	*Preview
	self string // host and port of the workbench

	mutex    sync.Mutex
	requests []string // hosts and paths that were asked for
}

// newBench serves a preview. The page "/" stands for the workbench, and has a frame for it.
func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{}
	var handler http.Handler
	server := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mutex.Lock()
		b.requests = append(b.requests, r.Host+r.URL.Path)
		b.mutex.Unlock()
		if r.URL.Path != "/" {
			handler.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><script>
			window.said = [];
			addEventListener("message", ({data, origin}) => said.push({...data, origin}));
		</script><iframe name="preview" style="border: 0; width: 100%; height: 700px"></iframe>`)
	}))
	b.self = server.Listener.Addr().String()
	b.Preview = New(Options{Engine: engine.Light(), Self: b.self, Secret: secret})
	handler = b.Handler()
	return b
}

// A visit is a page in a browser whose methods end the test when they fail.
type visit struct {
	*browser.Page
	t testing.TB
}

func newVisit(t testing.TB, name browser.Engine) visit {
	t.Helper()
	return visit{browsertest.NewPage(t, name), t}
}

func (v visit) must(err error) {
	v.t.Helper()
	browsertest.Must(v.t, browsertest.Excuse(v.Page, err))
}

func (v visit) waits(js string, args ...any) { v.t.Helper(); v.must(v.WaitFor(js, args...)) }

func eval[T any](v visit, js string, args ...any) T {
	v.t.Helper()
	var result T
	v.must(v.Eval("return "+js, &result, args...))
	return result
}

// shot keeps a screenshot for people to look at.
func (v visit) shot(name string) {
	v.t.Helper()
	dir := os.Getenv("CHARTE_SHOTS")
	if dir == "" {
		return
	}
	picture, err := v.Screenshot()
	v.must(err)
	v.must(os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644))
}

// eachBrowser runs a test in each browser.
func eachBrowser(t *testing.T, test func(t *testing.T, name browser.Engine)) {
	t.Helper()
	for _, name := range browsertest.Engines() {
		browsertest.Try(t, string(name), name, func(t *testing.T) { test(t, name) })
	}
}

// A scene is a variant, with a selector of what must be seen in it.
type scene struct{ variant, sees string }

const (
	seesNotice   = "charte-banner >>> [data-charte=notice]"
	seesSettings = "charte-banner >>> [data-charte=settings]"
	seesCharter  = "main table"
	seesDemo     = "charte-frame >>> section"
)

// TestNotice: the notice is there in each language and dress, as wide as a phone and as a desk.
func TestNotice(t *testing.T) {
	shows(t, scene{"fr,light,-,0,notice", seesNotice}, scene{"en,both,-,0,notice", seesNotice}, scene{"ar,light,-,0,notice", seesNotice},
		scene{"fr,dark,-,0,notice", seesNotice}, scene{"fr,light,soft,0,notice", seesNotice}, scene{"fr,dark,-,1,notice", seesNotice})
}

// TestSettings: so are the settings.
func TestSettings(t *testing.T) {
	shows(t, scene{"fr,light,-,0,settings", seesSettings}, scene{"en,dark,compact,0,settings", seesSettings}, scene{"ar,dark,-,0,settings", seesSettings},
		scene{"fr,light,-,1,settings", seesSettings})
}

// TestCharter: so is the charter, and so are services that wait.
func TestCharter(t *testing.T) {
	shows(t, scene{"fr,dark,-,1,charter", seesCharter}, scene{"en,light,-,0,charter", seesCharter}, scene{"ar,light,-,0,charter", seesCharter},
		scene{"fr,light,-,0,demo", seesDemo}, scene{"en,dark,-,0,demo", seesDemo}, scene{"ar,light,-,0,demo", seesDemo})
}

// shows fails the test where a scene is not there as it should be.
func shows(t *testing.T, scenes ...scene) {
	t.Helper()
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		b := newBench(t)
		b.Show(1, demo(t))
		v := newVisit(t, name)
		for _, test := range scenes {
			language, _, _ := strings.Cut(test.variant, ",")
			direction := map[bool]string{true: "rtl", false: "ltr"}[language == "ar"]
			v.must(v.SetViewport(390, 844))
			v.must(v.Open(b.Shown().Spare + test.variant + "/"))
			for _, width := range []int{390, 1280} {
				v.must(v.SetViewport(width, 844))
				v.must(v.WaitVisible(test.sees))
				if got, want := eval[string](v, `document.documentElement.lang + " " + document.documentElement.dir`), language+" "+direction; got != want {
					t.Errorf("%s: the page is in %s, want %s", test.variant, got, want)
				}
				if width == 390 && eval[int](v, `document.documentElement.clientWidth`) != 390 {
					t.Errorf("%s: a scroll bar takes place on a phone", test.variant)
				}
				if over := eval[int](v, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
					t.Errorf("%s at %d px: %d px too wide", test.variant, width, over)
				}
				v.shot(fmt.Sprintf("%s-%d", strings.ReplaceAll(test.variant, ",", "-"), width))
			}
			v.quiet(test.variant)
		}
	})
}

// quiet fails the test if the page's console holds anything but that no icon is there.
func (v visit) quiet(what string) {
	v.t.Helper()
	lines, err := v.Console()
	v.must(err)
	for _, line := range lines {
		if !strings.Contains(line, "favicon.ico") {
			v.t.Errorf("%s: the console says %s", what, line)
		}
	}
}

// frames opens the workbench with a variant in its frame.
func (v visit) frames(b *bench, variant string) {
	v.t.Helper()
	v.must(v.Open("http://" + b.self + "/"))
	v.goes(b, variant)
}

// goes shows another variant in the frame.
func (v visit) goes(b *bench, variant string) {
	v.t.Helper()
	v.must(v.Eval(`said = []; document.querySelector("iframe").src = arguments[0]`, nil, b.Shown().Base+variant+"/"))
}

// TestFollows: a frame shows the text of a new version soon after its change.
func TestFollows(t *testing.T) {
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		b := newBench(t)
		c := demo(t)
		b.Show(1, c)
		v := newVisit(t, name)
		v.frames(b, "fr,light,-,0,notice")
		v.waits(`said.some(s => s.layer === "notice" && s.version === 1)`)
		var all []string
		for i := 2; i < 8; i++ {
			changed := *c
			changed.Look.Radius = catalogue.Length(fmt.Sprintf("%dpx", i))
			begin := time.Now()
			b.Show(i, &changed)
			v.goes(b, "fr,light,-,0,notice")
			v.waits(`said.some(s => s.layer === "notice" && s.version === arguments[0])`, i)
			all = append(all, time.Since(begin).Round(time.Millisecond).String())
		}
		t.Log("a change is seen after ", strings.Join(all, ", "))
	})
}

// TestIntent: a page does without the program until somebody points at its notice.
func TestIntent(t *testing.T) {
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		b := newBench(t)
		b.Show(1, demo(t))
		v := newVisit(t, name)
		v.must(v.Open(b.Shown().Spare + "fr,light,-,0,notice/"))
		v.must(v.WaitVisible(seesNotice))
		v.waits(`document.readyState === "complete" && performance.getEntriesByName("first-contentful-paint").length`)
		// The loader of a page with another tag has asked for the program by then.
		v.must(v.Eval(`
			const idle = window.requestIdleCallback || setTimeout;
			for (let i = 0; i < 5; i++) await new Promise((next) => idle(() => requestAnimationFrame(() => setTimeout(next))));`, nil))
		const asked = `performance.getEntriesByType("resource").some(({name}) => /\/(release|engine)-[^/]+$/.test(name))`
		if eval[bool](v, asked) {
			t.Error("the program is asked for before anybody wants it")
		}
		v.must(v.Eval(root+`.querySelector("[data-charte=refuse-all]").dispatchEvent(new PointerEvent("pointerover", {bubbles: true, composed: true}))`, nil))
		v.waits(asked)
		v.waits(root + `.adoptedStyleSheets.length === 2`) // it is there
	})
}

// TestSettingsBelow: the settings open at once in a page that lies under another, which is not painted. The
// banner would wait for a second there. This machine may be busy, so that one time of a few is enough.
func TestSettingsBelow(t *testing.T) {
	const (
		mostTries = 8
		waits     = 1000 // UNPAINTED_MS in web/bundle/loader/page.js
	)
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		b := newBench(t)
		b.Show(1, demo(t))
		v := newVisit(t, name)
		v.must(v.Open("http://" + b.self + "/"))
		v.must(v.Eval(`
			document.body.append(Object.assign(document.createElement("div"), {style: "position: fixed; inset: 0; background: white"}));
			addEventListener("message", ({data}) => { said.at(-1).at = performance.now() });`, nil))
		best := math.Inf(1)
		for range mostTries {
			v.goes(b, "fr,light,-,0,settings")
			v.waits(`said.some(s => s.layer === "settings")`)
			best = min(best, eval[float64](v, `said.find(s => s.layer === "settings").at - said.find(s => s.layer === "notice").at`))
			v.must(v.Eval(`const old = document.querySelector("iframe"); old.replaceWith(old.cloneNode())`, nil))
		}
		t.Logf("the settings come %.0f ms after the notice", best)
		if best >= waits {
			t.Errorf("the settings come %.0f ms after the notice at best", best)
		}
	})
}

// TestAnswer: an answer that is given in a frame is kept for the demo and for the charter. In the
// notice nobody has answered before.
func TestAnswer(t *testing.T) {
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		b := newBench(t)
		b.Show(1, demo(t))
		v := newVisit(t, name)
		v.frames(b, "fr,light,-,0,demo")
		v.waits(`said.some(s => s.layer === "notice")`)
		if got := eval[[]string](v, `said[0].granted`); len(got) > 0 {
			t.Errorf("%q are granted before an answer", got)
		}
		v.must(v.Eval(`document.querySelector("iframe").focus(); preview.focus()`, nil))
		v.must(v.Press("Tab", "Tab", "Enter")) // past the link, to the first answer
		v.waits(`said.some(s => s.answered && s.layer === "" && s.granted.includes("youtube"))`)
		for _, test := range []struct {
			variant  string
			answered bool
		}{
			{"fr,light,-,0,charter", true},
			{"fr,light,-,0,notice", false},
			{"en,dark,-,0,demo", true},
		} {
			v.goes(b, test.variant)
			v.waits(`said.at(-1)?.answered === arguments[0] && said.at(-1).variant === arguments[1] && (arguments[0] || said.at(-1).layer === "notice")`, test.answered, test.variant)
		}
		v.must(v.Eval(`said = []; preview.postMessage({charte: "ask"}, "*")`, nil))
		v.waits(`said.at(-1)?.layer === "notice" && !said.at(-1).answered`)
		if cookies, err := v.Cookies(); err != nil || len(cookies) > 0 {
			t.Errorf("the browser has the cookies %v (%v)", cookies, err)
		}
	})
}

// TestDemo: the demo's services run when they are granted, and wait when they are not.
func TestDemo(t *testing.T) {
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		b := newBench(t)
		c := demo(t)
		c.Site.Guard = catalogue.GuardEnforce // the page itself does nothing that a guard would report
		b.Show(1, c)
		v := newVisit(t, name)
		v.must(v.Open(b.Shown().Spare + "fr,light,-,0,demo/"))
		const states = `[...document.querySelectorAll(".state")].map(s => s.textContent).join()`
		const shown = `frames.length > 0 && document.querySelector("iframe").src.endsWith("/stage/frame.html")`
		v.must(v.WaitVisible("charte-frame >>> [data-charte=always]"))
		if got, want := eval[string](v, states), "…,…,…,…"; got != want {
			t.Errorf("before an answer: %s, want %s", got, want)
		}
		v.must(v.Click("charte-banner >>> [data-charte=accept-all]"))
		v.waits(states + ` === "Accepté,Accepté,Accepté,Accepté" && ` + shown)
		v.must(v.Reload())
		v.waits(states + ` === "Accepté,Accepté,Accepté,Accepté"`)
		v.shot("demo-runs")
		// The site loads its page again after a withdrawal. The page before says the same until then.
		v.must(v.Eval(`window.before = true; charte.set({youtube: false})`, nil))
		v.waits(`!window.before && ` + states + ` === "Accepté,Accepté,Refusé,Accepté"`)
		v.must(v.WaitVisible("charte-frame >>> [data-charte=always]"))
		v.must(v.Click("#ask"))
		v.must(v.WaitVisible("charte-banner >>> [data-charte=notice]"))
		v.must(v.Eval(`window.before = true`, nil))
		v.must(v.Click("charte-banner >>> [data-charte=refuse-all]"))
		v.waits(`!window.before && ` + states + ` === "Refusé,Refusé,Refusé,Refusé"`)
		v.must(v.Click("[data-charte=open]"))
		v.must(v.WaitVisible("charte-banner >>> [data-charte=settings]"))
		v.shot("demo-open")
		v.quiet("the demo")

		// The site does not load its pages again after a withdrawal.
		c = demo(t)
		c.Site.KeepAfterWithdrawal = true
		b.Show(2, c)
		v.must(v.Open(b.Shown().Spare + "fr,light,-,0,demo/"))
		const running = `document.querySelectorAll(".state.runs").length`
		v.must(v.Eval(`window.here = true; await charte.acceptAll()`, nil))
		v.waits(running + ` === 4`)
		v.must(v.Eval(`await charte.set({youtube: false})`, nil))
		v.waits(running + ` === 3 && here && ` + states + ` === "Accepté,Accepté,Refusé,Accepté"`)
		v.must(v.Eval(`await charte.reset()`, nil))
		if got := eval[string](v, `document.cookie`); got != "" {
			t.Errorf("after the answer was forgotten: cookies %q", got)
		}
	})
}

// TestTells: a page tells its parent how high the notice is, which answers take more than one line,
// errors, and links that lead elsewhere.
func TestTells(t *testing.T) {
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		b := newBench(t)
		c := demo(t)
		b.Show(1, c)
		v := newVisit(t, name)
		v.must(v.SetViewport(1280, 800))
		v.frames(b, "fr,light,-,0,notice")
		v.waits(`said.some(s => s.layer === "notice" && s.notice > 100 && s.notice < 400 && s.height === 700 && s.width > 1000 && !s.wraps.length)`)
		for _, origin := range eval[[]string](v, `said.map(s => s.origin)`) {
			if want := "http://preview.localhost:" + b.port; origin != want {
				t.Errorf("a message is from %s, want %s", origin, want)
			}
		}
		// The window changes its size.
		v.must(v.Eval(`said = []; document.querySelector("iframe").style.width = "300px"`, nil))
		v.waits(`said.some(s => s.width === 300 && s.notice > 400)`)

		changed := *c
		changed.Words = map[catalogue.Language]map[string]string{"fr": {"refuseAll": strings.Repeat("Continuer sans accepter ", 3)}}
		b.Show(2, &changed)
		v.goes(b, "fr,light,-,0,notice")
		v.waits(`said.some(s => s.version === 2 && s.wraps.join() === "refuse-all")`)

		v.goes(b, "fr,light,-,0,settings")
		v.waits(`said.some(s => s.layer === "settings")`)

		// Under the spare host the workbench's page sees into the frame.
		v.must(v.Open("http://localhost:" + b.port + "/"))
		v.must(v.Eval(`document.querySelector("iframe").src = arguments[0]`, nil, b.Shown().Spare+"fr,light,-,0,charter/"))
		v.waits(`said.some(s => s.variant === "fr,light,-,0,charter" && s.layer === "notice")`)
		// A style of the page makes the notice higher.
		v.must(v.Eval(`await new Promise((next) => preview.requestAnimationFrame(() => preview.requestAnimationFrame(next)))`, nil))
		v.must(v.Eval(`window.before = said.at(-1).notice; preview.document.querySelector("charte-banner").style.setProperty("--charte-spacing", "60px")`, nil))
		v.waits(`said.at(-1).notice > before`)
		v.must(v.Eval(`await preview.charte.refuseAll()`, nil))
		v.waits(`said.at(-1).layer === "charter" && said.at(-1).answered`)
		v.must(v.Eval(`preview.document.querySelector("main a[href^=http]").click()`, nil))
		v.waits(`said.at(-1).link?.startsWith("https://")`)
		v.must(v.Eval(`preview.dispatchEvent(new preview.ErrorEvent("error", { message: "it broke" }))`, nil))
		v.waits(`said.at(-1).error === "it broke"`)
		v.must(v.Eval(`preview.dispatchEvent(new preview.PromiseRejectionEvent("unhandledrejection", { promise: preview.Promise.resolve(), reason: "a promise, too" }))`, nil))
		v.waits(`said.at(-1).error === "a promise, too"`)

		// The notice leads to the charter, which is the charter's page there as well.
		v.must(v.Eval(`said = []; document.querySelector("iframe").src = arguments[0]`, nil, b.Shown().Spare+"fr,light,-,0,notice/"))
		v.waits(`said.at(-1)?.layer === "notice"`)
		v.must(v.Eval(`preview.`+root+`.querySelector("a").click()`, nil))
		v.waits(`preview.location.pathname.endsWith("/charte.html") && said.at(-1).layer === "charter" && said.at(-1).answered`)
	})
}

// TestTellsFailure: a page whose bundle cannot be built tells its parent so.
func TestTellsFailure(t *testing.T) {
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		b := newBench(t)
		b.options.build = func(context.Context, bundle.Options) (*bundle.Bundle, error) { panic("it broke") }
		b.Show(3, demo(t))
		v := newVisit(t, name)
		v.frames(b, "fr,light,-,0,settings")
		v.waits(`said.some(s => s.charte === "preview" && s.version === 3 && s.variant === "fr,light,-,0,settings" && s.failed.endsWith("it broke"))`)
	})
}

// TestStays: no request leaves the machine, neither for a link nor for what a page tries to load.
func TestStays(t *testing.T) {
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		var asked sync.Map
		canary := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			asked.Store(r.URL.Path, true)
		}))
		b := newBench(t)
		c := demo(t)
		for i := range c.Providers {
			if !c.Providers[i].FirstParty {
				c.Providers[i].PolicyURL = canary.URL + "/policy"
			}
		}
		b.Show(1, c)
		v := newVisit(t, name)
		const loads = `
			const at = (kind) => arguments[0] + "/" + kind;
			const add = (tag, properties) => document.body.append(Object.assign(document.createElement(tag), properties));
			add("img", { src: at("image") });
			add("script", { src: at("script") });
			add("iframe", { src: at("frame") });
			add("link", { rel: "stylesheet", href: at("style") });
			add("video", { src: at("video") });
			navigator.sendBeacon(at("beacon"));
			await Promise.allSettled([fetch(at("fetch")), import(at("module.js"))]);`
		kinds := []string{"image", "script", "frame", "style", "video", "beacon", "fetch"}
		for _, show := range []string{"notice", "settings", "demo", "charter"} {
			v.must(v.Open(b.Shown().Spare + "fr,light,-,0," + show + "/"))
			v.waits(`window.charte && document.querySelector("charte-banner")`)
			v.must(v.Eval(loads, nil, canary.URL))
		}
		v.must(v.Eval(`await charte.refuseAll(); window.here = true`, nil))
		v.must(v.Click(`a[href="` + canary.URL + `/policy"]`))
		if !eval[bool](v, `here`) {
			t.Error("a link has led away")
		}
		asked.Range(func(path, _ any) bool {
			t.Errorf("%s was asked for", path)
			return true
		})
		// The same reaches the canary from a page without a policy.
		v.must(v.Open("http://" + b.self + "/"))
		v.must(v.Eval(loads, nil, canary.URL))
		for _, kind := range kinds {
			for until := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
				if _, found := asked.Load("/" + kind); found {
					break
				}
				if time.Now().After(until) {
					t.Fatalf("the canary hears nothing of a %s from any page", kind)
				}
			}
		}
	})
}

// TestFramedByOthers: a page of another origin cannot frame the preview.
func TestFramedByOthers(t *testing.T) {
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		b := newBench(t)
		b.Show(1, demo(t))
		other := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `<!doctype html><script>window.said = []; addEventListener("message", ({data}) => said.push(data))</script>`)
		}))
		v := newVisit(t, name)
		v.must(v.Open(other.URL))
		// The frame comes once the page has loaded. Firefox takes the error in a frame of a page that still
		// loads for the page's own ("Address rejected", remote/shared/Navigate.sys.mjs in 153).
		v.must(v.Eval(`
			const frame = document.createElement("iframe");
			frame.onload = () => window.over = true;
			frame.src = arguments[0];
			document.body.append(frame);`, nil, b.Shown().Base+"fr,light,-,0,notice/"))
		v.waits(`window.over`)
		if got := eval[int](v, `said.length`); got > 0 {
			t.Errorf("%d messages to another origin", got)
		}
		b.mutex.Lock()
		defer b.mutex.Unlock()
		for _, request := range b.requests {
			if strings.HasSuffix(request, ".js") {
				t.Errorf("another origin's frame has loaded %s", request)
			}
		}
		if len(b.requests) == 0 {
			t.Error("nothing was asked for")
		}
	})
}
