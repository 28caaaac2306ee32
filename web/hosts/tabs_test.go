package hosts

import (
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/web/browser"
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

// TestFocusAsSettingsOpen: a window that gets the focus as the settings open, and by it, reads
// the answer while the program still starts.
func TestFocusAsSettingsOpen(t *testing.T) {
	t.Parallel()
	shows(t, "A window that gets the focus by the settings shows them")
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
		if name != browser.WebKit { // which loads the page anew under automation
			want(v, "out of the cache", eval[bool](v, `window.persisted`), true)
			want(v, "changes", eval[int](v, `window.changes`), 1)
		}
	})
}

// TestObjectionElsewhere: settings that are open take what another tab says, but for what was
// changed in them, and no answer in them undoes an objection that was made there.
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

		// Before any message has come.
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

// TestJar: without the program too an answer begins with what the jar holds, and not with
// what this page remembers.
func TestJar(t *testing.T) {
	t.Parallel()
	shows(t, "What the hook changes, it changes in the answer that is in force now, though no message of another tab has come yet")
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
