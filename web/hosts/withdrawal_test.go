package hosts

import (
	"strings"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// seed leaves in the page the cookies and storage that the services of the demo catalogue leave,
// and others that no refusal may erase.
const seed = `
	const domain = "; Domain=" + location.hostname.replace(/^www\./, "");
	for (const attributes of ["; Path=/", "; Path=/withdrawal", "; Path=/withdrawal/", "; Path=/" + domain, "; Path=/withdrawal" + domain]) {
		document.cookie = "_ga=1" + attributes;
		document.cookie = "_ga_X1=1" + attributes;
	}
	document.cookie = "portal_profile=1; Path=/";
	document.cookie = "sessionid=1; Path=/";
	document.cookie = "_pk_id.1=1; Path=/"; // exempt
	document.cookie = "_gas=1; Path=/"; // not declared
	localStorage.setItem("portal.history", "1");
	localStorage.setItem("other", "1");
	sessionStorage.setItem("portal.history", "1"); // declared as localStorage only
`

// storedNames lists the names of the cookies and of the entries in storage, sorted.
const storedNames = `[...document.cookie.split("; ").map(c => c.split("=")[0]), ...Object.keys(localStorage).map(k => "local " + k), ...Object.keys(sessionStorage).map(k => "session " + k)].sort().join()`

// TestErase: a refusal erases what refused services have left wherever the page can reach it. It
// erases it again after vendors have written it once more.
func TestErase(t *testing.T) {
	t.Parallel()
	shows(t, "A refusal erases cookies and storage, and erases them again when vendors rewrite them")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		v := visitor{browsertest.NewPage(t, name), t}
		v.must(v.Open(strings.Replace(w.Site, "localhost", "www.site.localhost", 1) + "/withdrawal/"))
		v.sees(notice)
		v.do(seed)
		want(v, "cookies to erase", eval[int](v, `document.cookie.split("; ").filter(c => /^_ga(_X1)?=/.test(c)).length`), 10)
		v.click(notice + " " + refuseAll)
		left := "_gas,_pk_id.1,cookies_preferences,local other,session portal.history,sessionid"
		v.waits(storedNames+" === arguments[0]", left)
		for range 2 { // after 1 s and after 5 s
			v.do(`document.cookie = "_ga_X1=again; Path=/"; localStorage.setItem("portal.history", "again")`)
			v.waits(storedNames+" === arguments[0]", left)
		}
		// What is granted is left alone. What was refused is erased on the next page too.
		v.do(`await charte.acceptAll()`)
		v.do(seed)
		v.must(v.Reload())
		v.waits(`ran.join() === "statistics"`)
		v.afterAll()
		want(v, "after consent", eval[bool](v, `/_ga=1/.test(document.cookie) && !!localStorage.getItem("portal.history")`), true)
		v.do(`await charte.set({"google-analytics": false})`)
		v.waits(`!/_ga[_=]/.test(document.cookie)`)
		want(v, "what stays granted is left alone", eval[bool](v, `/portal_profile/.test(document.cookie) && !!localStorage.getItem("portal.history")`), true)
		v.do(`document.cookie = "_ga=1; Path=/"`)
		v.must(v.Reload())
		v.waits(`!/_ga[_=]/.test(document.cookie)`)
		v.do(`await charte.reset()`) // a forgotten answer allows nothing either
		v.waits(`!/portal_profile/.test(document.cookie) && !localStorage.getItem("portal.history")`)
	})
}

// TestReload: where code of a withdrawn service has run, the page says so and loads again without
// it. Scripts that wait for a withdrawal run before.
func TestReload(t *testing.T) {
	t.Parallel()
	shows(t, "A page in which a withdrawn service has run says so, and loads again")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/withdrawal/")
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		v.afterAll()
		want(v, "scripts for a withdrawal, at a first refusal", eval[int](v, `sessionStorage.length`), 0)

		v.do(`window.mark = true; await charte.acceptAll()`)
		v.waits(`ran.join() === "statistics"`)
		v.waits(`document.querySelector("iframe").hasAttribute("src")`)
		// No code of this service has run, so the page does not reload. A reload would come before
		// the timer and end it.
		v.do(`setTimeout(() => window.later = true, 1500); await charte.set({personalisation: false})`)
		v.waits(`window.later`)
		want(v, "the same page", eval[bool](v, `window.mark`), true)

		v.do(`window.said = "";
			const status = document.querySelector("charte-banner").shadowRoot.querySelector("[role=status]");
			new MutationObserver(() => sessionStorage.setItem("said", status.textContent)).observe(status, {childList: true, characterData: true, subtree: true})`)
		v.asks("[data-charte=open]")
		v.click(settings + " " + refuseAll)
		v.waits(`!window.mark && document.readyState === "complete" && !!window.charte`)
		v.afterAll()
		want(v, "scripts after the reload", eval[string](v, `ran.join()`), "")
		want(v, "the frame", eval[bool](v, `document.querySelector("iframe").hasAttribute("src")`), false)
		want(v, "scripts for a withdrawal", eval[string](v, `Object.keys(sessionStorage).sort().join()`), "opposed category,opposed service,said")
		want(v, "the status", eval[bool](v, `/recharge/.test(sessionStorage.getItem("said"))`), true)
		want(v, "the answer", eval[bool](v, `charte.decision.answered && !charte.decision.granted.length`), true)
		// The page loads again once, and not for ever.
		v.do(`window.mark = true; setTimeout(() => window.later = true, 1500)`)
		v.waits(`window.later && window.mark`)
	})
}

// TestKeep: a site may keep the page after a withdrawal.
func TestKeep(t *testing.T) {
	t.Parallel()
	shows(t, "A site may keep the page after a withdrawal")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		v := w.visit(name, "/withdrawal/")
		v.do(`window.mark = true; await charte.acceptAll()`)
		v.waits(`ran.join() === "statistics"`)
		v.do(`await charte.refuseAll(); setTimeout(() => window.later = true, 1500)`)
		v.waits(`window.later && window.mark`)
		v.waits(`!document.querySelector("iframe").hasAttribute("src")`)
		v.do(`await charte.acceptAll()`)
		v.waits(`document.querySelector("iframe").hasAttribute("src")`)
		v.afterAll()
		want(v, "a script runs once in a page", eval[string](v, `ran.join()`), "statistics")
	})
}

// TestErasePartitioned: partitioned cookies of refused services are erased too, in the browsers
// that have them.
func TestErasePartitioned(t *testing.T) {
	t.Parallel()
	shows(t, "A refusal erases partitioned cookies too")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		v := w.visit(name, "/withdrawal/")
		v.sees(notice)
		v.do(`document.cookie = "_ga=1; Path=/; Secure; Partitioned"; document.cookie = "_ga_X1=1; Path=/withdrawal; Secure; Partitioned"; document.cookie = "_ga_X1=2; Path=/"`)
		made := eval[int](v, `document.cookie.split("; ").filter(c => /^_ga/.test(c)).length`)
		if name == browser.Chromium && made != 3 {
			t.Errorf("%d cookies to erase, want 3", made)
		}
		v.click(notice + " " + refuseAll)
		v.waits(`!/_ga/.test(document.cookie)`)
	})
}
