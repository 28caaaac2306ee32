package hosts

import (
	"testing"

	"charte/web/browser"
)

// TestForeign: go-app mounts and leaves the page's handlers, links, history, storage and globals
// as they were.
func TestForeign(t *testing.T) {
	t.Parallel()
	shows(t, "The banner changes nothing of the page: handlers, links, history, storage, first child, globals")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/foreign/")
		v.sees(notice)
		v.asks(customise)
		v.sees(settings) // Go shows it: it has mounted
		v.click(closeIt)
		v.seesNot(settings)

		v.click("#link")
		v.waits(`location.hash === "#ici"`)
		for what, same := range map[string]bool{
			"window.onclick":    eval[bool](v, `window.onclick === before.onclick`),
			"window.onpopstate": eval[bool](v, `window.onpopstate === before.onpopstate`),
			"window.onresize":   eval[bool](v, `window.onresize === before.onresize`),
			"first child":       eval[bool](v, `document.body.firstElementChild.id === "first"`),
			"children of body":  eval[bool](v, `document.body.children.length === 2`),
			"URL":               eval[bool](v, `location.href === before.url + "#ici"`),
			"localStorage":      eval[bool](v, `localStorage.length === 1`),
		} {
			if !same {
				t.Errorf("%s is no longer the page's", what)
			}
		}
		want(v, "calls of the history", eval[string](v, `history.calls.join()`), "")
		want(v, "clicks the page saw", eval[int](v, `clicks`), 3)
		want(v, "new globals", eval[string](v, `Object.getOwnPropertyNames(window).filter(n => !before.names.includes(n) && n !== "before").sort().join()`), "charte,clicks")
		want(v, "touched storage", eval[string](v, `touched.join()`), "")
		want(v, "host's place", eval[string](v, `document.querySelector("charte-banner").nextElementSibling.localName`), "body")
	})
}

// TestFirstTab: the notice comes first in the tab order. It does not take the focus by itself.
func TestFirstTab(t *testing.T) {
	t.Parallel()
	shows(t, "The notice is first in the tab order, and takes no focus by itself")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/foreign/")
		v.sees(notice)
		want(v, "focus", eval[string](v, `document.activeElement.localName`), "body")
		v.must(v.Press("Tab"))
		want(v, "focus after one Tab", eval[string](v, `document.activeElement.localName`), host)
	})
}
