package hosts

import (
	"strings"
	"testing"

	"charte/web/browser"
)

// TestSet: the hook's set grants what it names, and its scripts run once. What nobody has
// answered is refused.
func TestSet(t *testing.T) {
	t.Parallel()
	shows(t, "The hook's `set` grants what it names, and refuses what was never answered")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/journey/")
		v.sees(notice)
		want(v, "third-party requests before", len(w.requested("canary")), 0)
		v.do(`await charte.set({youtub: true}); await charte.set({})`) // a misspelt name is no answer
		v.sees(notice)
		if c := v.answer(); c != nil {
			t.Errorf("an answer that nobody gave: %+v", c)
		}
		v.do(`await charte.set({"third-party": true})`)
		v.waits(`ran.includes("third-party.js") && ran.includes("youtube")`)
		v.seesNot(notice)
		v.do(`await charte.set({"third-party": true})`)
		v.do(`await charte.set({"first-party": true}); await charte.when("first-party")`)
		want(v, "scripts", eval[string](v, `ran.join()`), "third-party.js,youtube")
		want(v, "third-party requests", len(w.requested("canary")), 1)
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=first-party+third-party") {
			t.Errorf("cookie: %+v", c)
		}
		want(v, "statistics", eval[bool](v, `charte.allows("statistics")`), false)
	})
}

// TestQueue: functions that were pushed before the script ran are called with the hook.
func TestQueue(t *testing.T) {
	t.Parallel()
	shows(t, "`(window.charte ||= []).push` works before and after the script")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/queue/")
		v.waits(`window.heard?.length >= 3`)
		want(v, "what the queue saw", eval[string](v, `JSON.stringify(heard)`), `["queued","false","ready"]`)
		v.do(`charte.push(c => heard.push("pushed"))`)
		want(v, "what a later push calls", eval[string](v, `heard.at(-1)`), "pushed")
		v.click(notice + " " + acceptAll)
		v.waits(`heard.includes("change") && heard.includes("consent") && heard.includes("granted")`)
		v.must(v.Preload(`document.addEventListener("charte:ready", () => charte.on("consent", () => window.consents = (window.consents || 0) + 1))`))
		v.must(v.Reload())
		v.waits(`window.consents`)
		v.afterAll()
		want(v, "times that a listener of consent is called", eval[int](v, `consents`), 1)
		want(v, "decision is frozen", eval[bool](v, `Object.isFrozen(charte.decision) && Object.isFrozen(charte.decision.granted)`), true)
	})
}
