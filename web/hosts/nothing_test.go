package hosts

import (
	"strings"
	"testing"

	"charte/web/browser"
)

// TestNothingToAsk: a site that has only necessary cookies shows no notice and loads no program.
// Its settings show the list and say that there is nothing to ask.
func TestNothingToAsk(t *testing.T) {
	t.Parallel()
	shows(t, "A site with necessary cookies alone asks nothing and loads no program")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "default")
		v := w.visit(name, "/journey/")
		v.waits(`window.charte?.decision && document.readyState === "complete"`)
		v.seesNot(notice)
		want(v, "requests for the engine", len(w.requested("engine"))+len(w.requested("wasm")), 0)
		v.asks("#manage")
		v.sees(settings)
		v.shot("nothing-" + string(name))
		text := v.text("settings")
		for _, part := range []string{"sessionid", "csrftoken", w.bundle.Views[0].Words.Settings.NothingToAsk} {
			if !strings.Contains(text, part) {
				t.Errorf("the settings lack %q", part)
			}
		}
		v.seesNot(settings + " " + acceptAll)
		v.must(v.Press("Escape"))
		v.seesNot(settings)
		v.seesNot(notice)
		want(v, "scripts", eval[string](v, `ran.join()`), "")
	})
}
