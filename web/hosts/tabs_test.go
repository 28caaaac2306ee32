package hosts

import (
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/web/browser"
)

// acceptance returns the cookie of a visitor who has accepted everything today.
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

		// A withdrawal makes each tab reload in which a script has run.
		one.do(`window.mark = true`)
		two.do(`await charte.refuseAll()`)
		one.waits(`charte.decision.answered && !charte.decision.granted.length`)
		one.waits(`!window.mark && document.readyState === "complete" && ran.length === 0`)

		// A visitor who is asked again in one tab is asked again in the other.
		two.waits(`!window.mark && document.readyState === "complete" && ran.length === 0 && !!window.charte`)
		one.waits(`!!window.charte`)
		one.do(`await charte.reset()`)
		two.sees(notice)
		one.sees(notice)
	})
}

// TestFocus: a tab that gets the focus reads an answer of which no message has told it.
func TestFocus(t *testing.T) {
	t.Parallel()
	shows(t, "A tab that got no message reads the answer again when it is looked at")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/tabs/")
		v.sees(notice)
		v.must(v.SetCookie(w.acceptance()))
		// The event is sent again and again, because the driver's cookie may reach the page late.
		v.waits(`dispatchEvent(new Event("focus")) && charte.allows("statistics") && ran.join() === "statistics"`)
		v.seesNot(notice)
	})
}

// TestFocusAsSettingsOpen: where opening the settings gives the window the focus, the page reads the
// answer while the program is still starting. The settings open all the same.
func TestFocusAsSettingsOpen(t *testing.T) {
	t.Parallel()
	shows(t, "A window that gets the focus because the settings open keeps showing them")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visitWith(name, `{
			const open = HTMLDialogElement.prototype.showModal;
			HTMLDialogElement.prototype.showModal = function () {
				open.call(this);
				dispatchEvent(new Event("focus"));
			};
		}`, "/tabs/")
		v.sees(notice)
		v.do(`await charte.refuseAll()`)
		v.opens()
		v.click(settings + " " + acceptAll)
		v.seesNot(settings)
		v.waits(`charte.allows("statistics") && ran.join() === "statistics"`)
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
		if name != browser.WebKit { // under automation WebKit loads the page anew
			want(v, "out of the cache", eval[bool](v, `window.persisted`), true)
			want(v, "changes", eval[int](v, `window.changes`), 1)
		}
	})
}

// TestObjectionElsewhere: open settings take over what the visitor says in another tab, except in
// the switches that the visitor has changed. No answer in them undoes an objection made in the other
// tab.
func TestObjectionElsewhere(t *testing.T) {
	t.Parallel()
	shows(t, "L25: an objection made in another tab is seen in settings that are open, and no answer in them undoes it")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, keeping(t))
		v := w.visit(name, "/tabs/")
		v.opens()
		v.click(switchOf("youtube"))
		page, err := v.NewTab()
		v.must(err)
		other := visitor{page, t}
		other.must(other.Open(w.Site + "/tabs/"))
		other.waits(`window.charte?.decision`)
		other.do(`await charte.set({matomo: false})`)
		other.must(other.Close())
		box := func(selector string) bool {
			return eval[bool](v, `document.querySelector("charte-banner").shadowRoot.querySelector(arguments[0]).checked`, strings.TrimPrefix(selector, host+" >>> "))
		}
		v.waits(`document.querySelector("charte-banner").shadowRoot.querySelector(arguments[0]).checked`, strings.TrimPrefix(objection, host+" >>> "))
		want(v, "what was chosen here", box(switchOf("youtube")), true)
		v.click(settings + " " + refuseAll)
		v.seesNot(settings)
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&rev="+w.bundle.Views[0].Revision+"&no=statistics") {
			t.Errorf("%+v", c)
		}

		// The objection holds even where no message has told this page of it.
		v.opens()
		v.do(`document.cookie = arguments[0]`, consent.CookieName+"=v=1&on="+consent.DayOf(time.Now()).String()+"&rev="+w.bundle.Views[0].Revision+"; Path=/")
		v.do(`dispatchEvent(new Event("focus"))`)
		v.waits(`!document.querySelector("charte-banner").shadowRoot.querySelector(arguments[0]).checked`, strings.TrimPrefix(objection, host+" >>> "))
		v.do(`document.cookie = arguments[0]`, consent.CookieName+"=v=1&on="+consent.DayOf(time.Now()).String()+"&rev="+w.bundle.Views[0].Revision+"&no=statistics; Path=/")
		v.click(settings + " " + acceptAll)
		v.seesNot(settings)
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=first-party+statistics+third-party&no=statistics") {
			t.Errorf("%+v", c)
		}
	})
}

// TestJar: also without the program, a new answer starts from the cookie as it is now, and not from
// what this page remembers.
func TestJar(t *testing.T) {
	t.Parallel()
	shows(t, "The hook changes the answer that is in force now, even if no message of another tab has come yet")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		v := w.answered(name, "/tabs/", "", grantsAll)
		v.waits(`ran.join() === "statistics"`)
		cookie := consent.CookieName + "=v=1&on=" + consent.DayOf(time.Now()).String() + "&rev=" + w.bundle.Views[0].Revision
		for _, test := range []struct{ elsewhere, here, want string }{
			{"&no=statistics", `await charte.set({youtube: true})`, "&yes=third-party.youtube&no=statistics"},
			{"&yes=first-party&no=statistics", `await charte.refuseAll()`, "&no=statistics"},
			{"&no=statistics", `await charte.acceptAll()`, grantsAll + "&no=statistics"},
		} {
			v.do(`document.cookie = arguments[0]`, cookie+test.elsewhere+"; Path=/")
			v.do(test.here)
			if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&rev="+w.bundle.Views[0].Revision+test.want) {
				t.Errorf("%s after %s: %+v", test.here, test.elsewhere, c)
			}
		}
	})
}
