package hosts

import (
	"testing"

	"charte/web/hosts/browser"
)

// TestCharterPage: the charter page's own policy lets everything on it work,
// and no other site frame it.
func TestCharterPage(t *testing.T) {
	t.Parallel()
	shows(t, "The charter page works under the Content-Security-Policy it is sent with")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		w.Site = w.Charte
		v := w.visitWith(name, countViolations, "/charte")
		v.sees("[data-charte=list]")
		v.sees(notice)
		v.asks(customise)
		v.sees(settings)
		v.click(settings + " " + refuseAll)
		v.seesNot(settings)
		if c := v.answer(); c == nil {
			t.Error("no answer is kept")
		}
		want(v, "violations", eval[string](v, `violations.join("; ")`), "")
		want(v, "errors", eval[string](v, `errors.join("; ")`), "")
	})
}
