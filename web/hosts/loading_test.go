package hosts

import (
	"fmt"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// TestLoading: the program is fetched when the page is idle or at the first sign that somebody
// wants it. It is never fetched earlier, and never twice.
func TestLoading(t *testing.T) {
	t.Parallel()
	shows(t, "The program is fetched when idle or at the first sign, never twice")
	const saving = `Object.defineProperty(navigator, "connection", {value: {saveData: true, effectiveType: "4g"}});`
	const slow = `Object.defineProperty(navigator, "connection", {value: {saveData: false, effectiveType: "3g"}});`
	for _, test := range []struct {
		policy, preload string
		idle            bool // whether the program is fetched without a sign
	}{
		{"auto", "", true},
		{"auto", saving, false},
		{"auto", slow, false},
		{"idle", saving, true},
		{"intent", "", false},
	} {
		part(t, test.policy+"/"+test.preload, browser.Chromium, func(t *testing.T) {
			w := newWorld(t, "light", "demo")
			v := visitor{browsertest.NewPage(t, browser.Chromium), t}
			v.must(v.Preload(test.preload))
			v.must(v.Open(fmt.Sprintf("%s/loading/%s.html", w.Site, test.policy)))
			v.sees(notice)
			if test.idle {
				v.waits(`performance.getEntriesByType("resource").some(e => e.name.includes("/engine-"))`)
			} else {
				// The page is idle twice after it has loaded, and fetches nothing.
				v.do(`const idle = () => new Promise(r => requestIdleCallback(r)); await idle(); await idle();`)
				want(v, "requests for the engine without a sign", len(w.requested("engine-")), 0)
				v.must(v.Hover(notice + " " + acceptAll))
			}
			v.asks(customise)
			v.sees(settings)
			want(v, "requests for the engine", len(w.requested("engine-")), 1)
			want(v, "requests for the program", len(w.requested(".wasm")), 1)
		})
	}
}

// TestOneRequest: Charte makes one request before the notice is visible.
func TestOneRequest(t *testing.T) {
	t.Parallel()
	shows(t, "One request until the notice is seen")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/loading/intent.html")
		v.sees(notice)
		if requests := w.requested("charte "); len(requests) != 1 || requests[0] != "charte /charte.js" {
			t.Errorf("requests until the notice: %q", requests)
		}
	})
}
