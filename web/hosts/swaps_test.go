package hosts

import (
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// TestSwaps, TestSwapsOfProgram: a page that replaces its body, its root or the
// whole document keeps the notice, the prerendered one or the program's, which can
// be answered, and what comes is gated.
func TestSwaps(t *testing.T) {
	t.Parallel()
	shows(t, "body swaps (Turbo, htmx), `document.open` and `document.write` keep the notice, the gate and the settings")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		swaps(t, name, newWorld(t, "light", "demo"), func(visitor) {})
	})
}

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

// swaps has a page replace itself in each way, after what comes first.
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
