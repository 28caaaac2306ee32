package hosts

import (
	"strings"
	"testing"

	"charte/web/browser"
)

// TestClobbered: elements that take the names of the document's properties and
// of globals change nothing.
func TestClobbered(t *testing.T) {
	t.Parallel()
	shows(t, "elements named `currentScript`, `cookie`, `createElement`, `charte`… (DOM clobbering) change nothing")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/clobbered/")
		v.sees(notice)
		want(v, "scripts before an answer", eval[string](v, `ran.join()`), "")
		v.click("#inside")
		v.click(customise)
		v.sees(list)
		v.click(switchOf("google-analytics"))
		v.click(save)
		v.seesNot(settings)
		v.waits(`ran.join() === "statistics"`)
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=statistics") {
			t.Errorf("cookie: %+v", c)
		}
		v.click("#manage")
		v.click(settings + " " + refuseAll)
		v.waits(`!window.ran?.length && !!window.charte?.decision?.answered`) // it has loaded again
		want(v, "errors", eval[string](v, `errors.join("; ")`), "")
		want(v, "requests for what an element says", len(w.requested("evil")), 0)
	})
}
