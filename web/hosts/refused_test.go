package hosts

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/receipts"
)

// answered opens a page as a visitor who has answered before. lists is the end of the cookie: what
// the visitor has granted and objected to. preload runs before the page's own scripts.
func (w *world) answered(name browser.Engine, path, preload, lists string) visitor {
	w.t.Helper()
	v := visitor{browsertest.NewPage(w.t, name), w.t}
	if preload != "" {
		v.must(v.Preload(preload))
	}
	v.must(v.Open(w.Site + "/robots.txt")) // any address of the site, so that a cookie can be set for it
	value := "v=1&on=" + consent.DayOf(time.Now()).String() + "&rev=" + w.bundle.Views[0].Revision + lists
	// WebKit's driver would give the cookie a domain, and no page could erase it.
	v.do(`document.cookie = arguments[0]`, consent.CookieName+"="+value+"; Path=/")
	v.must(v.Open(w.Site + path))
	return v
}

// grantsAll is the end of a cookie that grants everything in the demo.
const grantsAll = "&yes=first-party+statistics+third-party"

// TestTwoWithdrawals: scripts that wait for a withdrawal run after each of two withdrawals, even
// where both come before release.js, which runs them.
func TestTwoWithdrawals(t *testing.T) {
	t.Parallel()
	shows(t, "A script gated with `!` runs after each of two withdrawals, however late its file comes")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		comes := w.holds("/release-", "")
		v := w.answered(name, "/withdrawal/", endless, grantsAll)
		v.waits(`ran.join() === "statistics"`)
		v.do(`await charte.set({"google-analytics": false}); await charte.set({youtube: false})`)
		comes()
		v.waits(`Object.keys(sessionStorage).sort().join() === "opposed category,opposed service"`)
	})
}

// TestOnceRefused: every answer that refuses the service of a frame covers the frame again, where it
// was allowed once. An answer that only grants leaves the frame shown.
func TestOnceRefused(t *testing.T) {
	t.Parallel()
	shows(t, "A frame allowed once is covered again by an answer that refuses its service, whatever else it grants")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, keeping(t))
		for _, program := range []bool{false, true} {
			v := w.visit(name, "/frames/")
			v.sees(over("video"))
			if program {
				v.warm()
			}
			allow := func() {
				t.Helper()
				v.click(over("video") + " [data-charte=once]")
				v.seesNot(over("video"))
				v.waits(`document.querySelector("#video").hasAttribute("src")`)
			}
			allow()
			v.do(`await charte.set({personalisation: true})`)
			v.afterAll()
			want(v, "the frame, after something else was granted", eval[bool](v, `document.querySelector("#video").hasAttribute("src")`), true)
			v.do(`await charte.set({personalisation: true, "google-analytics": false})`)
			v.sees(over("video"))
			allow()
			v.opens()
			v.click(switchOf("statistics"))
			v.click(save)
			v.seesNot(settings)
			v.sees(over("video"))
			want(v, "granted", eval[string](v, `charte.decision.granted.join()`), "statistics,google-analytics,first-party,personalisation")
			want(v, "the frame is shown", eval[bool](v, `document.querySelector("#video").hasAttribute("src")`), false)
			v.must(v.Close())
		}
	})
}

// TestFrozen: the page or a released script may have frozen EventTarget.prototype, which replaying
// events needs. The next scripts still run, and a withdrawal loads the page again.
func TestFrozen(t *testing.T) {
	t.Parallel()
	shows(t, "In a page that freezes `EventTarget.prototype`, released scripts still run, and a withdrawal still reloads the page")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		for _, page := range []string{"/frozen/?first", "/frozen/"} {
			v := w.visit(name, page)
			v.sees(notice)
			v.waits(`document.readyState === "complete"`)
			v.click(notice + " " + acceptAll)
			v.waits(`ran.join() === "1,2,3"`)
			v.do(`window.before = true; await charte.refuseAll()`)
			v.waits(`!window.before && window.ran?.length === 0 && document.readyState === "complete" && charte.decision.answered`)
			v.must(v.Close())
		}
	})
}

// TestEmptyCategory: a category without services counts as declared. Scripts of a necessary one run,
// scripts of one that asks never do, and there is no warning.
func TestEmptyCategory(t *testing.T) {
	t.Parallel()
	shows(t, "A necessary category without services releases its scripts; an empty one that asks releases none; neither counts as undeclared")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		c := keeping(t)
		c.Services = slices.DeleteFunc(c.Services, func(s catalogue.Service) bool {
			return s.Category == "necessary" || s.Category == "first-party"
		})
		w := newWorldOf(t, "light", c)
		v := w.visit(name, "/empty/")
		v.waits(`ran.join() === "necessary"`)
		v.do(`charte.when("first-party"); charte.when("necessary"); await charte.set({"first-party": true})`)
		v.do(`await charte.acceptAll(); await charte.refuseAll()`)
		v.afterAll()
		want(v, "scripts", eval[string](v, `ran.join()`), "necessary")
		want(v, "the hook", eval[string](v, `[charte.allows("necessary"), charte.allows("first-party")].join()`), "true,false")
		lines, err := v.Console()
		v.must(err)
		var undeclared []string
		for _, line := range lines {
			if strings.Contains(line, "not declared") {
				undeclared = append(undeclared, line)
			}
		}
		if len(undeclared) != 1 || !strings.Contains(undeclared[0], "nobody") {
			t.Errorf("warnings of undeclared names: %q, want one, for nobody", undeclared)
		}
	})
}

// TestPinnedModule: the pinned file also works as a module, in which a script cannot ask for its own
// element.
func TestPinnedModule(t *testing.T) {
	t.Parallel()
	shows(t, "The pinned file works as a module: its files are found beside it, and its tag is heeded")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		pinned := "charte-" + w.bundle.Files["charte.js"].Hash + ".js"
		w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/"+pinned {
				return false
			}
			rw.Header().Set("Content-Type", "text/javascript")
			rw.Header().Set("Access-Control-Allow-Origin", "*")
			rw.Write(w.bundle.Files["charte.js"].Data)
			return true
		}
		w.names = []string{"PINNED", pinned}
		v := w.visit(name, "/pinned/module.html")
		v.sees(notice)
		v.waits(`document.readyState === "complete"`)
		v.do(`await new Promise(idle => (window.requestIdleCallback || setTimeout)(idle))`)
		want(v, "files asked for without intent", len(w.requested("/engine-")), 0)
		v.asks(customise)
		v.sees(list)
		v.click(settings + " " + acceptAll)
		v.seesNot(settings)
		v.waits(`document.querySelector("img").hasAttribute("src")`)
		want(v, "files asked of the site", len(w.requested("site /pinned/engine-"))+len(w.requested("site /pinned/release-")), 0)
	})
}

// TestCharterPath: where the charter's address is a path, it is a path of the page's site, and not of
// the server that the script comes from.
func TestCharterPath(t *testing.T) {
	t.Parallel()
	shows(t, "`charterURL: /cookies` is a path of the site that embeds the script, in every link")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		c := keeping(t)
		c.Site.CharterURL = "/cookies"
		w := newWorldOf(t, engine, c)
		links := func(v visitor, where, layer string) {
			t.Helper()
			want(v, where, eval[string](v, `[...new Set([...`+root+`.querySelectorAll("[data-charte=" + arguments[0] + "] a")].map(a => a.href).filter(href => href.endsWith("/cookies")))].join()`, layer), w.Site+"/cookies")
		}
		v := w.visit(name, "/journey/")
		v.sees(notice)
		links(v, "the notice", "notice")
		v.warm()
		v.sees(notice)
		links(v, "the notice, by Go", "notice")
		v.opens()
		links(v, "the settings", "settings")

		w = newWorldOf(t, engine, c)
		w.without("/engine-")
		v = w.visit(name, "/journey/")
		v.click(customise)
		v.sees(notice + " .answers a")
		want(v, "where there are no settings", eval[string](v, root+`.querySelector(".answers a").href`), w.Site+"/cookies")
	})
}

// TestSetWithoutProgram: the hook's set and a placeholder's "always" work without the program.
func TestSetWithoutProgram(t *testing.T) {
	t.Parallel()
	shows(t, "The hook's `set` and a placeholder's \"always\" work where the program cannot be loaded")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		w.without("/engine-")
		v := w.visit(name, "/frames/")
		v.sees(over("video"))
		v.click(over("video") + " [data-charte=always]")
		v.waits(`charte.decision.granted.join() === "youtube"`)
		v.seesNot(notice)
		v.seesNot(over("wide"))
		ends := func(what, end string) {
			t.Helper()
			if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&rev="+w.bundle.Views[0].Revision+end) {
				t.Errorf("%s: %+v", what, c)
			}
		}
		ends("always", "&yes=third-party.youtube")
		v.do(`await charte.set({statistics: true, matomo: false, nonsense: true})`)
		ends("a category, an objection and a slip", "&yes=statistics+third-party.youtube&no=statistics")
		said := eval[string](v, `(await charte.set({youtube: false})).granted.join()`)
		want(v, "what the promise says", said, "google-analytics")
		ends("one service", "&yes=statistics&no=statistics")
		v.sees(over("wide"))
		v.do(`await charte.set({nonsense: true}); await charte.set({}); await charte.set()`)
		ends("nothing", "&yes=statistics&no=statistics")
	})
}

// TestNothingBeforePaint: only charte.js is fetched before the notice is painted.
func TestNothingBeforePaint(t *testing.T) {
	t.Parallel()
	shows(t, "Nothing but charte.js is asked for before the notice is painted")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		for range 3 {
			v := w.visit(name, "/blank/")
			v.sees(notice)
			// Chromium without a window sometimes draws nothing in a page that was empty, until it must: 5 of
			// 100 visits, and 0 of 400 with a window. A screenshot makes it draw.
			_, err := v.Screenshot()
			v.must(err)
			v.waits(`performance.getEntriesByName("first-contentful-paint").length`)
			v.waits(`performance.getEntriesByType("resource").some(e => /\/release-/.test(e.name))`)
			before := eval[string](v, `(painted => performance.getEntriesByType("resource").filter(e => /^http/.test(e.name) && !/\/(charte\.js|favicon\.ico)$/.test(e.name) && e.startTime < painted)
				.map(e => e.name.split("/").pop() + " " + e.startTime + " < " + painted).join())(performance.getEntriesByName("first-contentful-paint")[0].startTime)`)
			want(v, "asked for before the paint", before, "")
			v.must(v.Close())
		}
	})
}

// TestToldBeforeReload: a page that loads again after a withdrawal has told its servers before. It
// waits for release.js, which tells them, however late that comes.
func TestToldBeforeReload(t *testing.T) {
	t.Parallel()
	shows(t, "A page that loads again after a withdrawal sends its receipt and its answer first, however late `release.js` comes")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newReceipting(t)
		// A page that loads again keeps nothing. So the page notes when its timer of 1 s has fired, after
		// which it would load again.
		late, kept := make(chan struct{}), make(chan struct{})
		come, keeps := sync.OnceFunc(func() { close(late) }), sync.OnceFunc(func() { close(kept) })
		t.Cleanup(func() { come(); keeps() }) // before the server is closed, because closing waits for its responses
		keep := w.fault
		w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.URL.Path, "/release-") {
				select {
				case <-late:
				case <-r.Context().Done():
				}
			}
			return keep(rw, r)
		}
		ended := make(chan error, 1)
		w.answer = func(rw http.ResponseWriter, r *http.Request) {
			select {
			case <-kept:
			case <-r.Context().Done():
			}
			ended <- r.Context().Err()
			rw.WriteHeader(http.StatusNoContent)
		}
		v := w.answered(name, "/told/", `{
			const later = setTimeout;
			window.setTimeout = (call, ms, ...args) => later(() => { call(...args); if (ms === 1000) window.second = true; }, ms);
		}`+endless, grantsAll)
		v.waits(`ran.join() === "statistics"`)
		v.do(`window.before = true; await charte.refuseAll()`)
		v.waits(`window.second`)
		want(v, "the page that has told nobody", eval[bool](v, `window.before`), true)
		want(v, "receipts", w.came(), 0)
		come()
		w.comes(1)
		v.do(`await new Promise(next => setTimeout(next, 100))`)
		want(v, "the page whose server has not kept the answer yet", eval[bool](v, `window.before`), true)
		keeps()
		v.waits(`!window.before && document.readyState === "complete"`)
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the page did not wait for its server: %v", err)
			}
		case <-time.After(5 * time.Second):
			t.Error("the answer has not reached the server within 5 s")
		}
		if r := w.keeps(1); r.Receipt == nil || r.Receipt.Action != receipts.Withdraw {
			t.Errorf("%+v", r)
		}
		if n := len(w.requested("/cookies/answer")); n != 1 {
			t.Errorf("the answer was sent %d times", n)
		}
	})
}
