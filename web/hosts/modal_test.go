package hosts

import (
	"strings"
	"testing"

	"charte/web/browser"
)

// TestModal: a modal dialog of the page makes everything outside of it inert. The banner can
// still be answered, and it stays when the dialog goes.
func TestModal(t *testing.T) {
	t.Parallel()
	shows(t, "beside an open modal dialog of the page, the banner can be answered")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/modal/")
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		want(v, "the page's dialog", eval[bool](v, `dialog.matches(":modal")`), true)

		// The settings are opened from the page's dialog and from the notice.
		v.asks("#manage")
		v.click(closeIt)
		v.seesNot(settings)
		v.do(`await charte.reset()`)
		v.asks(customise)
		v.click(switchOf("youtube"))
		v.click(save)
		v.seesNot(settings)
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=third-party.youtube") {
			t.Errorf("cookie: %+v", c)
		}

		// The dialog goes and the notice stays. Then the notice goes and the dialog stays.
		v.do(`await charte.reset()`)
		v.sees(notice)
		v.click("#no")
		v.seesNot("dialog")
		v.sees(notice)
		want(v, "the host's place", eval[string](v, `document.querySelector("charte-banner").nextElementSibling?.localName`), "body")
		v.click("#again")
		v.sees("dialog")
		v.click(notice + " " + acceptAll)
		v.seesNot(notice)
		v.click("#no")
		v.seesNot("dialog")

		// The dialog is removed from the page while it holds the notice.
		v.click("#again")
		v.do(`await charte.reset()`)
		v.sees(notice)
		v.do(`dialog.remove()`)
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
	})
}
