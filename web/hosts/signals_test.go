package hosts

import (
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
)

// catalogueOf reads the catalogue in the folder of a behaviour.
func catalogueOf(t testing.TB, behaviour string) *catalogue.Catalogue {
	t.Helper()
	c, err := source.File(behaviour + "/catalogue.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestSignals: every vendor is told of the answer in its own commands, before any gated script
// runs and again at every change.
func TestSignals(t *testing.T) {
	t.Parallel()
	shows(t, "Consent Mode, Tag Manager, UET, Clarity and Matomo are told before any script")
	const (
		googleDefault = `["consent","default",{"ad_storage":"denied","ad_user_data":"denied","ad_personalization":"denied","analytics_storage":"denied","functionality_storage":"denied","personalization_storage":"denied","security_storage":"granted","wait_for_update":500}]`
		googleRefused = `["consent","update",{"ad_storage":"denied","ad_user_data":"denied","ad_personalization":"denied","analytics_storage":"denied","functionality_storage":"denied","personalization_storage":"denied","security_storage":"granted"}]`
		googlePartly  = `["consent","update",{"ad_storage":"granted","ad_user_data":"granted","ad_personalization":"denied","analytics_storage":"granted","functionality_storage":"denied","personalization_storage":"denied","security_storage":"granted"}]`
		managerRefuse = `{"event":"charte_consent","charte_granted":[],"charte_refused":["audience","advertising"]}`
		managerPartly = `{"event":"charte_consent","charte_granted":["audience","advertising"],"charte_refused":[]}`
	)
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		c := catalogueOf(t, "signals")
		c.Site.KeepAfterWithdrawal = true
		w := newWorldOf(t, engine, c)
		v := w.visit(name, "/signals/")
		v.sees(notice)
		said := func(what, queue, wanted string) {
			t.Helper()
			want(v, what+": "+queue, eval[string](v, `said(arguments[0])`, queue), wanted)
		}
		said("before an answer", "dataLayer", googleDefault)
		said("before an answer", "uetq", `"consent" "default" {"ad_storage":"denied"}`)
		said("before an answer", "clarity", `["consentv2",{"ad_Storage":"denied","analytics_Storage":"denied"}]`)
		said("before an answer", "_paq", `["requireConsent"] ["requireCookieConsent"]`)
		want(v, "Google's commands are Arguments objects", eval[string](v, `Object.prototype.toString.call(dataLayer[0])`), "[object Arguments]")

		v.do(`dataLayer.length = uetq.length = _paq.length = clarity.q.length = 0; await charte.set({statistics: true, advertising: true})`)
		said("after an answer", "dataLayer", googlePartly+" "+managerPartly)
		said("after an answer", "uetq", `"consent" "update" {"ad_storage":"granted"}`)
		said("after an answer", "clarity", `["consentv2",{"ad_Storage":"granted","analytics_Storage":"granted"}]`)
		said("after an answer", "_paq", `["setConsentGiven"] ["setCookieConsentGiven"]`)
		v.waits(`window.before === arguments[0]`, googlePartly+" "+managerPartly)

		v.must(v.Reload())
		v.waits(`window.before === arguments[0]`, googleDefault+" "+googlePartly+" "+managerPartly)
		said("on the next page", "uetq", `"consent" "default" {"ad_storage":"denied"} "consent" "update" {"ad_storage":"granted"}`)
		said("on the next page", "clarity", `["consentv2",{"ad_Storage":"granted","analytics_Storage":"granted"}]`)
		said("on the next page", "_paq", `["requireConsent"] ["setConsentGiven"] ["requireCookieConsent"] ["setCookieConsentGiven"]`)

		v.do(`dataLayer.length = uetq.length = _paq.length = clarity.q.length = 0; await charte.refuseAll()`)
		said("after a withdrawal", "dataLayer", googleRefused+" "+managerRefuse)
		said("after a withdrawal", "uetq", `"consent" "update" {"ad_storage":"denied"}`)
		said("after a withdrawal", "clarity", `["consentv2",{"ad_Storage":"denied","analytics_Storage":"denied"}]`)
		said("after a withdrawal", "_paq", `["forgetConsentGiven"] ["forgetCookieConsentGiven"]`)
	})
}

// TestSignalsThrow: where a vendor's code throws, the visitor can still answer, and the answer
// still takes effect.
func TestSignalsThrow(t *testing.T) {
	t.Parallel()
	shows(t, "A vendor's queue that throws stops neither an answer nor what follows from it")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", catalogueOf(t, "signals"))
		v := w.visitWith(name, `window._paq = {push() { throw new Error("vendor") }}`, "/signals/")
		v.sees(notice)
		v.click(notice + " " + acceptAll)
		v.seesNot(notice)
		v.waits(`window.before`)
		v.do(`await charte.refuseAll()`)
		want(v, "granted", eval[string](v, `charte.decision.granted.join()`), "")
	})
}

// TestNoSignals: with a catalogue that declares no signals, the script makes no vendor's queue, and
// does not read the browser's Global Privacy Control or Do Not Track.
func TestNoSignals(t *testing.T) {
	t.Parallel()
	shows(t, "A catalogue without signals leaves the page's queues alone")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/gpc/?gpc&dnt")
		v.click(notice + " " + acceptAll)
		v.waits(`ran.join() === "third-party"`)
		want(v, "queues", eval[string](v, `["dataLayer", "uetq", "clarity", "_paq"].filter(name => name in window).join()`), "")
		want(v, "reads", eval[int](v, `reads`), 0)
	})
}

// TestGPC: a visitor whose browser sends Global Privacy Control is not asked for what the
// catalogue marks as sale. An answer that the visitor gives counts for more.
func TestGPC(t *testing.T) {
	t.Parallel()
	shows(t, "Global Privacy Control counts as a refusal of whatever sells data")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		for _, test := range []struct {
			query string
			dnt   bool // whether the catalogue takes "Do Not Track" as an answer
			asked bool
		}{
			{"", false, true},
			{"?gpc", false, false},
			{"?dnt", false, true},
			{"?dnt", true, false},
			{"", true, true},
		} {
			c := catalogueOf(t, "gpc")
			c.Site.DoNotTrack = test.dnt
			w := newWorldOf(t, engine, c)
			v := w.visit(name, "/gpc/"+test.query)
			v.waits(`window.charte?.decision && document.readyState === "complete"`)
			v.afterAll()
			want(v, test.query+": asked", eval[string](v, `document.querySelector("charte-banner")?.shadowRoot.querySelector("[data-charte=notice]") ? "yes" : "no"`), map[bool]string{true: "yes", false: "no"}[test.asked])
			want(v, test.query+": allowed", eval[bool](v, `charte.allows("advertising") || charte.decision.answered || ran.length > 0`), false)
			if test.asked {
				continue
			}
			v.asks("[data-charte=open]")
			v.click(closeIt)
			v.seesNot(settings)
			v.do(`await charte.reset()`)
			want(v, test.query+": asked after the settings", eval[bool](v, `!!`+root+`.querySelector("[data-charte=notice]")`), false)
			v.asks("[data-charte=open]")
			v.click(settings + " " + acceptAll)
			v.waits(`ran.join() === "third-party"`)
			v.must(v.Reload())
			v.waits(`ran.join() === "third-party"`)
		}
	})
}
