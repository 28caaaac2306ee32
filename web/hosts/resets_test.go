package hosts

import (
	"testing"

	"charte/web/browser"
)

// TestResets: a page's style sheets, layers and direction do not reach the banner. The visitor's
// own dark colours do.
func TestResets(t *testing.T) {
	t.Parallel()
	shows(t, "`*{all:unset!important}`, z-index wars and right-to-left pages leave the banner as it is; print leaves it out")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		plain := w.visit(name, "/journey/")
		plain.sees(notice)
		v := w.visit(name, "/resets/")
		v.sees(notice)
		v.shot("resets-" + string(name))
		looks := func(v visitor, part string) string {
			return eval[string](v, `JSON.stringify([...document.querySelector("charte-banner").shadowRoot.querySelectorAll(arguments[0])].map(e => {
				const {x, y, width, height} = e.getBoundingClientRect(), style = getComputedStyle(e);
				return [e.localName, x, y, width, height, ...["color", "backgroundColor", "fontSize", "direction", "writingMode", "animationName", "transitionDuration", "opacity", "visibility"].map(p => style[p])];
			}))`, part)
		}
		want(v, "the notice", looks(v, "[data-charte=notice], [data-charte=notice] *"), looks(plain, "[data-charte=notice], [data-charte=notice] *"))
		v.must(v.Emulate(browser.Media{ColorScheme: "dark"}))
		// Each browser has a white of its own: rgb(255, 255, 255), rgb(251, 251, 254).
		v.waits(`parseInt(getComputedStyle(document.querySelector("charte-banner").shadowRoot.querySelector("[part=notice]")).color.slice(4)) > 200`)
		v.must(v.Emulate(browser.Media{}))
		v.click(notice + " " + acceptAll) // a driver does not click on what lies under another layer
		v.seesNot(notice)
		v.do(`await charte.reset()`)
		v.sees(notice)

		for _, v := range []visitor{plain, v} {
			v.asks(customise)
			v.sees(list)
		}
		const shown = "[data-charte=settings], [data-charte=settings] :is(h2, h3, label, input, button, p, table)"
		want(v, "the settings", looks(v, shown), looks(plain, shown))
		v.must(v.Emulate(browser.Media{Type: "print"}))
		v.seesNot(settings)
		v.must(v.Emulate(browser.Media{}))
		v.sees(settings)
		v.click(settings + " " + refuseAll)
		v.seesNot(settings)
		v.do(`await charte.reset()`)
		v.sees(notice)
		v.must(v.Emulate(browser.Media{Type: "print"}))
		v.seesNot(notice)
	})
}
