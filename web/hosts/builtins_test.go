package hosts

import (
	"strings"
	"testing"

	"charte/web/browser"
)

// TestBuiltins: the banner works in a page that has extended and replaced the language's own
// objects, as libraries did before 2010. The replacements here do what the standard says: Charte
// promises nothing about a page whose replacements do not.
func TestBuiltins(t *testing.T) {
	t.Parallel()
	shows(t, "a page that extends `Object.prototype` and replaces `Array.prototype.map`, `Promise`, `JSON.stringify`… changes nothing")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/builtins/")
		v.click(notice + " " + acceptAll)
		v.waits(`ran.join() === "statistics"`)
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=first-party+statistics+third-party") {
			t.Errorf("cookie: %+v", c)
		}
		v.asks("#manage")
		v.sees(list)
		v.click(settings + " " + refuseAll)
		// The withdrawal is heard: the page has loaded again, without what had run.
		v.waits(`!window.ran?.length && !!window.charte?.decision?.answered`)
		v.do(`await charte.reset()`)
		v.asks(customise)
		v.click(switchOf("youtube"))
		v.click(save)
		v.seesNot(settings)
		v.waits(`charte.decision.granted[0] === "youtube" && charte.decision.granted.length === 1`)
		want(v, "errors", eval[int](v, `errors.length`), 0)
	})
}
