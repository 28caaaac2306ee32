package hosts

import (
	"testing"
	"time"

	"charte/banner/consent"
	"charte/web/hosts/browser"
)

// acceptance is the cookie of a visitor who has accepted everything.
func (w *world) acceptance() browser.Cookie {
	today := consent.DayOf(time.Now())
	return browser.Cookie{Name: consent.CookieName, Value: consent.PolicyOf(w.bundle.Views[0]).AcceptAll(today).Value()}
}

// TestTabs: an answer holds in every tab of the site within a second.
func TestTabs(t *testing.T) {
	alone(t)
	shows(t, "An answer holds in every tab within a second")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		one := w.visit(name, "/tabs/")
		page, err := one.NewTab()
		one.must(err)
		two := visitor{page, t}
		two.must(two.Open(w.Site + "/tabs/"))
		one.sees(notice)
		two.sees(notice)

		one.do(`await charte.acceptAll()`)
		start := time.Now()
		two.waits(`ran.join() === "statistics"`)
		if took := time.Since(start); took > time.Second {
			t.Errorf("the other tab took %v", took)
		}
		two.seesNot(notice)
		one.waits(`ran.join() === "statistics"`)

		// What ran in the other tab makes that one reload as well.
		one.do(`window.mark = true`)
		two.do(`await charte.refuseAll()`)
		one.waits(`charte.decision.answered && !charte.decision.granted.length`)
		one.waits(`!window.mark && document.readyState === "complete" && ran.length === 0`)

		// Asked again in one, asked again in the other.
		two.waits(`!window.mark && document.readyState === "complete" && ran.length === 0 && !!window.charte`)
		one.waits(`!!window.charte`)
		one.do(`await charte.reset()`)
		two.sees(notice)
		one.sees(notice)
	})
}

// TestFocus: what no message told, a tab reads when it is looked at.
func TestFocus(t *testing.T) {
	t.Parallel()
	shows(t, "What no message told, a tab reads when it is looked at")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/tabs/")
		v.sees(notice)
		v.must(v.SetCookie(w.acceptance()))
		// Again and again: the driver's cookie may take a moment to reach the page.
		v.waits(`dispatchEvent(new Event("focus")) && charte.allows("statistics") && ran.join() === "statistics"`)
		v.seesNot(notice)
	})
}

// TestBack: a page that comes out of the back/forward cache reads the answer
// that was given while it was frozen.
func TestBack(t *testing.T) {
	t.Parallel()
	shows(t, "A page out of the back/forward cache reads the answer again")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/tabs/")
		v.sees(notice)
		v.click("#link")
		v.waits(`location.pathname === "/tabs/other.html"`)
		v.must(v.SetCookie(w.acceptance()))
		v.must(v.Back())
		v.waits(`window.charte?.allows("statistics") && ran.join() === "statistics"`)
		v.seesNot(notice)
		if name != browser.WebKit { // which loads the page anew under automation
			want(v, "out of the cache", eval[bool](v, `window.persisted`), true)
			want(v, "changes", eval[int](v, `window.changes`), 1)
		}
	})
}
