package hosts

import (
	"testing"

	"charte/web/browser"
)

// TestEmbedded: a page in a frame asks nobody. It grants only what an answer elsewhere on the
// site has granted. In a sandboxed frame cookies and storage throw (in WebKit they are empty).
// The hook still works there, and its answers last as long as the page.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	shows(t, "in frames nobody is asked again; sandboxed frames, which have no cookies, work")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/embedded/")
		v.sees(notice)
		v.waits(`said.same && said.sandboxed?.state === "answered"`)
		want(v, "the banner in the frame", eval[bool](v, `said.same.asked`), false)
		want(v, "scripts in the frame", eval[string](v, `frames.same.ran.join()`), "")
		v.do(`await frames.same.charte.open(); await frames.same.charte.close()`)
		want(v, "the banner in the frame, after its settings", eval[bool](v, `!!frames.same.document.querySelector("charte-banner").shadowRoot.querySelector("[data-charte=notice]")`), false)
		v.click(notice + " " + acceptAll)
		v.waits(`frames.same.ran.join() === "statistics"`) // the frame has heard of it
		want(v, "errors in the frame", eval[string](v, `frames.same.errors.join()`), "")
		want(v, "errors in the sandbox", eval[string](v, `said.sandboxed.errors`), "")
		want(v, "scripts in the sandbox", eval[string](v, `said.sandboxed.ran`), "statistics")
		want(v, "what the sandbox was granted", eval[string](v, `said.sandboxed.granted`), "statistics,google-analytics,first-party,personalisation,third-party,youtube,meta-pixel")
	})
}
