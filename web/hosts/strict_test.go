package hosts

import (
	"strings"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// countViolations notes what a page's policy has refused. It leaves out the icon, which browsers
// ask every site for on their own.
const countViolations = `
	window.violations = [];
	window.errors = [];
	addEventListener("securitypolicyviolation", (event) => event.blockedURI.endsWith("/favicon.ico") || violations.push([event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.columnNumber, event.sample].join(" ")));
	addEventListener("error", (event) => errors.push(event.message));
	addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));`

// visitWith is visit with a script that runs in each page before the page's own scripts.
func (w *world) visitWith(name browser.Engine, preload, path string) visitor {
	w.t.Helper()
	v := visitor{browsertest.NewPage(w.t, name), w.t}
	v.must(v.Preload(preload))
	v.must(v.Open(w.Site + path))
	return v
}

// style returns a computed property of the first element of the banner that matches a selector.
func (v visitor) style(selector, property string) string {
	v.t.Helper()
	return eval[string](v, `getComputedStyle(document.querySelector("charte-banner").shadowRoot.querySelector(arguments[0]))[arguments[1]]`, selector, property)
}

// TestStrict: everything works under the strictest policy that lets the script in. The script
// does not even try anything that the policy refuses.
func TestStrict(t *testing.T) {
	t.Parallel()
	shows(t, "under the strictest Content-Security-Policy, all layers work, styled, without one violation")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visitWith(name, countViolations, "/strict/")
		v.sees(notice)
		want(v, "the notice's layout", v.style("[data-charte=notice]", "display"), "flex")
		want(v, "the notice's corners", v.style("[data-charte=notice]", "borderTopLeftRadius"), "12px")
		v.goRuns() // it starts on its own while the page is idle, where other pages use a worker
		v.asks(customise)
		v.sees(settings)
		v.sees(list)
		want(v, "the settings' layout", v.style("[data-charte=settings]", "display"), "flex")
		want(v, "a switch", v.style("input[data-id=youtube]", "appearance"), "none")
		v.click(switchOf("youtube"))
		v.click(save)
		v.seesNot(settings)
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=third-party.youtube") {
			t.Errorf("cookie: %+v", c)
		}
		v.asks("#manage")
		v.click(settings + " " + acceptAll)
		v.seesNot(settings)
		v.do(`await charte.reset()`)
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		if c := v.answer(); c == nil || strings.Contains(c.Value, "yes") {
			t.Errorf("cookie: %+v", c)
		}
		want(v, "violations", eval[string](v, `violations.join("; ")`), "")
		want(v, "errors", eval[string](v, `errors.join("; ")`), "")
	})
}

// TestStrictWithoutWasm: where the policy forbids WebAssembly, both answers work, and a link leads
// a visitor who wants details to the charter.
func TestStrictWithoutWasm(t *testing.T) {
	t.Parallel()
	shows(t, "without `'wasm-unsafe-eval'`, accepting and refusing work, and *Personnaliser* leads to the charter")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visitWith(name, countViolations, "/strict/nowasm.html")
		v.click(customise)
		v.sees(notice + " .answers a")
		want(v, "what is said", eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector(".answers a").textContent`), w.bundle.Views[0].Words.Settings.Unavailable)
		want(v, "where it leads", eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector(".answers a").href`), w.Charte+"/charte.html")
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		if c := v.answer(); c == nil || strings.Contains(c.Value, "yes") {
			t.Errorf("cookie: %+v", c)
		}
		v.do(`await charte.reset()`)
		v.click(notice + " " + acceptAll)
		v.seesNot(notice)
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=first-party+statistics+third-party") {
			t.Errorf("cookie: %+v", c)
		}
		want(v, "errors", eval[string](v, `errors.join("; ")`), "")
		// The browser refuses to compile, and nothing else is refused.
		want(v, "other violations", eval[string](v, `violations.filter(v => !v.startsWith("script-src wasm-eval")).join("; ")`), "")
	})
}
