package hosts

import (
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/web/browser"
)

// nothingCarried fails the test if the answer to another banner has had any effect on the page.
func (v visitor) nothingCarried(w *world, when string) {
	v.t.Helper()
	v.afterAll()
	want(v, when+": decision and scripts", eval[string](v, `charte.decision.answered + charte.decision.granted.join() + ran.join()`), "false")
	want(v, when+": requests to third parties", strings.Join(w.requested("canary"), ", "), "")
	if c := v.answer(); c != nil {
		v.t.Errorf("%s: the answer %q is stored", when, c.Value)
	}
}

// TestCarryOver: what a visitor answered to the banner that the site had before is shown in the settings
// and grants nothing. The visitor is asked like any other, and saves it or refuses.
func TestCarryOver(t *testing.T) {
	t.Parallel()
	shows(t, "An answer to the banner that was there before is shown in the settings, and grants nothing until it is saved")
	const on = `[...` + root + `.querySelectorAll("input:checked")].map(e => e.dataset.id).sort().join()`
	const said = root + `.querySelector("dialog .body > p").textContent`
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, catalogueOf(t, "carryover"))
		words := w.bundle.Views[0].Words.Settings
		shown := func(v visitor, when, sentence, switches string) {
			t.Helper()
			v.opens()
			want(v, when+": what the settings say first", eval[string](v, said), sentence)
			want(v, when+": what is on", eval[string](v, on), switches)
		}

		v := w.visit(name, "/carryover/")
		v.sees(notice)
		v.nothingCarried(w, "at first")
		shown(v, "at first", words.Changed, "counter,statistics,video")
		v.shot("carried-over-" + string(name))
		v.nothingCarried(w, "in the settings")
		v.must(v.Press("Escape"))
		v.seesNot(settings)
		v.sees(notice)
		v.nothingCarried(w, "after Escape")
		shown(v, "once more", words.Changed, "counter,statistics,video")
		v.click(save)
		v.seesNot(settings)
		v.waits(`ran.includes("counter") && ran.includes("video.js")`)
		v.afterAll()
		want(v, "scripts after saving", eval[string](v, `ran.sort().join()`), "counter,video.js")
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=statistics+third-party.video") {
			t.Errorf("after saving, the answer is %+v", c)
		}
		shown(v, "after saving", words.Body, "counter,statistics,video")

		v = w.visit(name, "/carryover/")
		v.sees(notice)
		w.forget()
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		v.afterAll()
		want(v, "scripts after refusing", eval[string](v, `ran.join()`), "")
		shown(v, "after refusing", words.Body, "")
		want(v, "requests after refusing", strings.Join(w.requested("canary"), ", "), "")

		v = w.visit(name, "/carryover/")
		v.sees(notice)
		w.forget()
		shown(v, "before refusing in the settings", words.Changed, "counter,statistics,video")
		v.click(settings + " " + refuseAll)
		v.seesNot(settings)
		v.afterAll()
		want(v, "scripts after refusing in the settings", eval[string](v, `ran.join()`), "")
		if c := v.answer(); c == nil || strings.Contains(c.Value, "yes") {
			t.Errorf("after refusing in the settings, the answer is %+v", c)
		}

		for what, value := range map[string]string{
			"a broken cookie": "%7B%22matomo%22%3Atrue",
			"a huge cookie":   strings.Repeat("{", 4000),
			"a planted tag":   `<img src=x onerror=ran.push("tag")>`,
		} {
			v = w.visit(name, "/carryover/")
			v.sees(notice)
			v.do(`document.cookie = "klaro=" + arguments[0] + "; path=/; SameSite=Lax"`, value)
			shown(v, what, words.Body, "")
			v.nothingCarried(w, what)
		}
	})
}

// TestCarryOverGPC: where everything that asks sells data and the browser refuses that, an answer to the
// banner that was there before changes nothing.
func TestCarryOverGPC(t *testing.T) {
	t.Parallel()
	shows(t, "Global Privacy Control counts more than an answer to the banner that was there before")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		c := catalogueOf(t, "carryover")
		c.Services = slices.DeleteFunc(c.Services, func(s catalogue.Service) bool { return c.Asks(s) && !s.Sale })
		c.CarryOver.Services = map[string]catalogue.ID{"matomo": "advertising"} // which the visitor accepted there
		w := newWorldOf(t, "light", c)
		v := w.visit(name, "/carryover/?gpc")
		v.waits(`window.charte?.decision && document.readyState === "complete"`)
		v.nothingCarried(w, "with the signal")
		want(v, "asked", eval[bool](v, `!!document.querySelector("charte-banner")?.shadowRoot.querySelector("[data-charte=notice]")`), false)
		v.opens()
		v.nothingCarried(w, "in the settings")
		v.click(closeIt)
		v.seesNot(settings)
		v.nothingCarried(w, "after the settings")
	})
}
