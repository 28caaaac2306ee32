package hosts

import (
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// TestSwaps: a page that replaces its body, its root or the whole document keeps the prerendered
// notice. The notice can be answered, and what comes into the page is gated.
func TestSwaps(t *testing.T) {
	t.Parallel()
	shows(t, "body swaps (Turbo, htmx), `document.open` and `document.write` keep the notice, the gate and the settings")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		swaps(t, name, newWorld(t, "light", "demo"), func(visitor) {})
	})
}

// TestSwapsOfProgram: the same holds for the notice that the program shows.
func TestSwapsOfProgram(t *testing.T) {
	t.Parallel()
	shows(t, "the same while the program shows the notice")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		swaps(t, name, newWorld(t, engine, "demo"), func(v visitor) {
			v.asks(customise)
			v.click(closeIt)
			v.seesNot(settings)
			v.sees(notice)
		})
	})
}

// swaps makes a page replace itself in each way. It calls first before each of them.
func swaps(t *testing.T, name browser.Engine, w *world, first func(visitor)) {
	t.Helper()
	for _, swap := range []string{"turbo", "htmx", "contents", "root", "write"} {
		browsertest.Try(t, swap, name, func(t *testing.T) {
			w.t = t
			v := w.visit(name, "/swaps/")
			v.sees(notice)
			first(v)
			v.do(`swaps[arguments[0]]()`, swap)
			v.sees("#next")
			v.sees(notice)
			want(v, "scripts before an answer", eval[string](v, `ran.join()`), "")
			v.asks(customise)
			v.click(closeIt)
			v.seesNot(settings)
			v.click(notice + " " + acceptAll)
			v.seesNot(notice)
			v.waits(`ran.join() === "next"`)
			want(v, "hosts", eval[int](v, `document.querySelectorAll("charte-banner").length`), 1)
			v.asks("#manage")
			v.sees(settings)
			want(v, "errors", eval[string](v, `errors.join("; ")`), "")
		})
	}
}
