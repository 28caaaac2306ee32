package workbench

import (
	"bytes"
	"testing"

	"charte/web/browser"
	"charte/web/engine"
	"charte/web/hosts/commandline"
)

// walks presses a key, Tab or Shift+Tab, until the focus is on an element.
func (p person) walks(key, selector string) {
	p.t.Helper()
	const most = 150
	for range most {
		if got[bool](p, `return document.activeElement.matches(arguments[0])`, selector) {
			return
		}
		p.press(key)
	}
	p.t.Fatalf("%s has not led to %s within %d steps; the focus is on %s", key, selector, most, got[string](p, `return document.activeElement.outerHTML.slice(0, 200)`))
}

// on waits until the focus is on an element.
func (p person) on(selector string) {
	p.t.Helper()
	p.waits(`document.activeElement.matches(arguments[0])`, selector)
}

// TestKeyboard: everything that a journey needs is done with keys alone, and each dialog gives the focus back to
// what opened it. It was tried in Chromium and Firefox only.
func TestKeyboard(t *testing.T) {
	commandline.Build(t)
	each(t, func(t *testing.T, name browser.Engine, built engine.Engine) {
		if name == browser.WebKit {
			return
		}
		p := sit(t, name, built)
		p.press("Tab")
		p.on(`.skip[href="#form"]`)
		p.press("Enter")
		p.on("#form")
		p.walks("Shift+Tab", `.outline > ul > li:nth-child(5) > .way`)
		p.press("Enter")
		p.waits(`document.activeElement.getAttribute("aria-current") === "true" && document.querySelector(".adds")`)

		// A known service.
		p.walks("Tab", ".adds button:first-child")
		p.press("Enter")
		p.on("#services-query")
		p.types("vimeo")
		p.waits(`document.querySelectorAll(".services-one").length === 1`)
		p.press("Tab")
		p.on(".services-one")
		p.press("Enter")
		p.on("#service-title")
		p.walks("Tab", `[name="accepts-unknown"]`)
		p.press(" ")
		p.walks("Tab", ".service-form .primary")
		p.press("Enter")
		p.waits(`document.querySelector(".services-tag") && !document.querySelector(".service-form")`)
		p.on("#service-title")
		p.press("Escape")
		p.waits(`!document.querySelector("dialog")`)
		p.on(".adds button:first-child")

		// The form of the third service.
		p.walks("Shift+Tab", "#at-services-2")
		p.press("Enter")
		p.waits(`document.querySelector("#at-services-2-purpose-fr")`)
		p.walks("Tab", "#at-services-2-purpose-fr")
		old := got[string](p, `return document.activeElement.value`)
		p.press("End")
		p.types(" Merci.")
		p.press("Tab")
		p.waits(`document.querySelector(arguments[0]).value === arguments[1] && !document.querySelector(".save").disabled`, "#at-services-2-purpose-fr", old+" Merci.")
		p.written("ce portail. Merci.", true)
		p.press("Control+z")
		p.waits(`document.querySelector(arguments[0]).value === arguments[1]`, "#at-services-2-purpose-fr", old)
		p.written("ce portail. Merci.", false)
		p.press("Control+y")
		p.waits(`document.querySelector(arguments[0]).value === arguments[1]`, "#at-services-2-purpose-fr", old+" Merci.")
		p.written("ce portail. Merci.", true)

		// A look, by the arrows, which are pressed faster than the page answers.
		p.walks("Shift+Tab", `.outline > ul > li:nth-child(7) > .way`)
		p.press("Enter")
		p.waits(`document.querySelector('[name="at-look-preset"]')`)
		p.walks("Tab", `[name="at-look-preset"]`)
		p.press("ArrowDown")
		p.press("ArrowDown")
		p.on(`[value="soft"]:checked`)
		p.written("preset: soft", true)

		// The other dialogs.
		for _, button := range []string{".tools button:first-child", ".tools button:nth-child(2)", review} {
			p.walks("Shift+Tab", button)
			p.press("Enter")
			p.waits(`document.querySelector("dialog:modal")?.contains(document.activeElement)`)
			p.press("Escape")
			p.waits(`!document.querySelector("dialog")`)
			p.on(button)
			if button != review {
				p.walks("Tab", "#beside iframe, #beside select, #form, .fold, .outline .way") // beyond the bar
			}
		}
		p.press("Control+s")
		p.waits(`document.querySelector(".save").disabled`)
		for _, part := range []string{"use: vimeo@1", "ce portail. Merci.", "preset: soft"} {
			if !bytes.Contains(p.read(t), []byte(part)) {
				t.Errorf("the file lacks %q", part)
			}
		}
		p.passes()
		p.quiet()
	})
}
