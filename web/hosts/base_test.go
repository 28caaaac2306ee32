package hosts

import (
	"testing"

	"charte/web/browser"
)

// TestBase: a page's <base> does not lead the script to another server.
func TestBase(t *testing.T) {
	t.Parallel()
	shows(t, "`<base href>` of another server sends it no request")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/base/")
		v.sees(notice)
		want(v, "the charter", eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector(".text a").href`), w.Charte+"/charte.html")
		v.asks(customise)
		v.sees(list)
		v.click(settings + " " + acceptAll)
		v.seesNot(settings)
		v.asks("#manage")
		v.sees(settings)
		for _, request := range w.requested("canary") {
			if request != "canary /favicon.ico" { // WebKit asks the base for it on its own
				t.Errorf("a request to the base: %s", request)
			}
		}
		want(v, "warnings", v.warnings(), 0)
	})
}
