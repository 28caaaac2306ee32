package hosts

import (
	"testing"

	"charte/web/hosts/browser"
)

// TestSwaps: a page that replaces its body, its root or the whole document
// keeps the notice, which can be answered, and what comes is gated.
func TestSwaps(t *testing.T) {
	t.Parallel()
	shows(t, "body swaps (Turbo, htmx), `document.open` and `document.write` keep the notice, the gate and the settings")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		for _, swap := range []string{"turbo", "htmx", "contents", "root", "write"} {
			for _, running := range []bool{false, true} { // whether Go shows the notice
				browser.Try(t, map[bool]string{false: swap, true: swap + " with Go"}[running], name, func(t *testing.T) {
					w.t = t
					v := w.visit(name, "/swaps/")
					v.sees(notice)
					if running {
						v.click(customise)
						v.click(closeIt)
						v.seesNot(settings)
						v.sees(notice)
					}
					v.do(`swaps[arguments[0]]()`, swap)
					v.sees("#next")
					v.sees(notice)
					want(v, "scripts before an answer", eval[string](v, `ran.join()`), "")
					v.click(customise)
					v.click(closeIt)
					v.seesNot(settings)
					v.click(notice + " " + acceptAll)
					v.seesNot(notice)
					v.waits(`ran.join() === "next"`)
					want(v, "hosts", eval[int](v, `document.querySelectorAll("charte-banner").length`), 1)
					v.click("#manage")
					v.sees(settings)
					want(v, "errors", eval[string](v, `errors.join("; ")`), "")
				})
			}
		}
	})
}
