package hosts

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// The tests in this file check the rows A1 to A26 of the requirements: those for accessibility (WCAG
// 2.2 AA and RGAA 4.1.2). axe cannot check these rows, or not all of them.

// root is an expression for the banner's shadow root.
const root = `document.querySelector("charte-banner").shadowRoot`

// focused is an expression that names the element with the focus, also in a shadow root: its id, else
// its data-charte, its data-id, its class or its element's name.
const focused = `(() => {
	let at = document.activeElement;
	while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
	return at?.id || at?.dataset.charte || at?.dataset.id || at?.className || at?.localName || "";
})()`

// tabTo presses Tab, or other keys, until the element that focused calls name has the focus. It gives
// up after 60 times.
func (v visitor) tabTo(name string, keys ...string) {
	v.t.Helper()
	if keys == nil {
		keys = []string{"Tab"}
	}
	var seen []string
	for range 60 {
		if at := eval[string](v, focused); at == name {
			return
		} else {
			seen = append(seen, at)
		}
		v.must(v.Press(keys...))
	}
	v.t.Fatalf("%s never leads to %q; it leads to %q", keys, name, seen)
}

// TestA1: the notice is a region with a name, and not a dialog. The settings are a modal dialog with a
// name.
func TestA1(t *testing.T) {
	t.Parallel()
	shows(t, "A1: the notice is a named region, the settings a modal dialog with a name")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/")
		v.sees(notice)
		layer := func(which, what string) string {
			return eval[string](v, `((layer) => `+what+`)(`+root+`.querySelector("[data-charte="+arguments[0]+"]"))`, which)
		}
		const title = `layer.getRootNode().getElementById(layer.getAttribute("aria-labelledby"))?.textContent`
		want(v, "the notice", layer("notice", `[layer.localName, layer.role, layer.ariaModal].join()`), "section,,")
		want(v, "its name", layer("notice", title), "Vos choix sur les cookies")
		want(v, "dialogs", eval[int](v, root+`.querySelectorAll("dialog").length`), 0)
		v.asks(customise)
		v.sees(settings)
		want(v, "the settings", layer("settings", `[layer.localName, layer.matches(":modal")].join()`), "dialog,true")
		want(v, "their name", layer("settings", title), "Gérer mes cookies")
	})
}

// TestA3: the notice takes no focus. The settings take it and give it back to the element that opened
// them, or to the notice where that element is gone.
func TestA3(t *testing.T) {
	t.Parallel()
	shows(t, "A3: the notice takes no focus; the settings take it and give it back")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/accessible/links.html")
		v.sees(notice)
		want(v, "the focus as the notice comes", eval[string](v, focused), "body")
		v.do(`await charte.refuseAll(); document.querySelector("#field").focus(); await charte.reset()`)
		v.sees(notice)
		want(v, "the focus as the notice comes back", eval[string](v, focused), "field")

		for _, opener := range []string{"manage", "customise"} {
			v.sees(customise)
			v.do(`const opener = document.getElementById(arguments[0]) || `+root+`.querySelector("[data-charte=" + arguments[0] + "]"); opener.focus()`, opener)
			v.must(v.Press("Enter"))
			v.sees(settings)
			want(v, "the dialog has the focus", eval[bool](v, root+`.querySelector("dialog").contains(`+root+`.activeElement)`), true)
			v.must(v.Press("Escape"))
			v.seesNot(settings)
			v.waits(focused+` === arguments[0]`, opener)
		}
		v.do(`document.querySelector("#manage").focus()`)
		v.must(v.Press("Enter"))
		v.sees(settings)
		v.do(`document.querySelector("#manage").remove()`)
		v.must(v.Press("Escape"))
		v.seesNot(settings)
		v.waits(focused + ` === "customise"`) // a button of the notice, which comes first in the page
	})
}

// TestA4: everything can be done with the keyboard alone.
func TestA4(t *testing.T) {
	t.Parallel()
	shows(t, "A4: the whole journey with the keyboard alone")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/accessible/")
		v.sees(notice)
		v.tabTo("customise")
		v.must(v.Press("Enter"))
		v.sees(settings)
		v.tabTo("youtube")
		v.must(v.Press(" "))
		v.waits(root + `.querySelector("input[data-id=youtube]").checked`)
		v.tabTo("save")
		v.must(v.Press("Enter"))
		v.seesNot(settings)
		v.waits(`charte.decision.granted.join() === "youtube"`)
		v.tabTo("open")
		v.must(v.Press("Enter"))
		v.sees(settings)
		v.tabTo("refuse-all")
		v.must(v.Press("Enter"))
		v.seesNot(settings)
		v.waits(`charte.decision.answered && !charte.decision.granted.length`)
	})
}

// TestA5: the notice does not trap the focus. Tab leaves it for the page, and Shift+Tab leaves it at
// the other end.
func TestA5(t *testing.T) {
	t.Parallel()
	shows(t, "A5: Tab and Shift+Tab leave the notice")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/links.html")
		v.sees(notice)
		v.tabTo("customise")
		v.tabTo("link1")
		v.tabTo("customise", "Shift+Tab")
		for range 8 { // the notice has a link, three buttons and, in some browsers, a scrolling box to focus
			v.must(v.Press("Shift+Tab"))
			if !eval[bool](v, `document.activeElement?.localName === "charte-banner"`) {
				return
			}
		}
		t.Errorf("Shift+Tab stays in the notice, at %q", eval[string](v, focused))
	})
}

// TestA6: Escape closes the settings and keeps no answer. At the notice it is not an answer.
func TestA6(t *testing.T) {
	t.Parallel()
	shows(t, "A6: Escape closes the settings and saves nothing; at the notice it is no answer")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/journey/")
		v.sees(notice)
		v.tabTo("accept-all")
		v.must(v.Press("Escape"))
		v.sees(notice)
		v.asks(customise)
		v.click(switchOf("youtube"))
		v.waits(root + `.querySelector("input[data-id=youtube]").checked`)
		v.must(v.Press("Escape"))
		v.seesNot(settings)
		v.sees(notice)
		v.afterAll()
		want(v, "answered", eval[bool](v, `charte.decision.answered`), false)
		want(v, "scripts", eval[string](v, `ran.join()`), "")
		if c := v.answer(); c != nil {
			t.Errorf("Escape is kept as %q", c.Value)
		}
		v.asks(customise)
		v.sees(settings)
		want(v, "switches that stayed on", eval[int](v, root+`.querySelectorAll("input:checked").length`), 0)
	})
}

// picture returns a screenshot of the viewport.
func (v visitor) picture() image.Image {
	v.t.Helper()
	data, err := v.Screenshot()
	v.must(err)
	picture, err := png.Decode(bytes.NewReader(data))
	v.must(err)
	return picture
}

// luminance returns the relative luminance as WCAG 2.2 defines it, 0 to 1.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// contrast returns the contrast ratio as WCAG 2.2 defines it, 1 to 21.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// changed counts the pixels of a box whose colours in the two pictures have a contrast of at least 3.
func changed(a, b image.Image, box image.Rectangle) int {
	n := 0
	box = box.Intersect(a.Bounds()).Intersect(b.Bounds())
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if contrast(a.At(x, y), b.At(x, y)) >= 3 {
				n++
			}
		}
	}
	return n
}

// box returns the place of the element that an expression gives, in pixels of the viewport.
func (v visitor) box(js string, args ...any) image.Rectangle {
	v.t.Helper()
	b := eval[[4]float64](v, `(r => [r.left, r.top, r.right, r.bottom])((`+js+`).getBoundingClientRect())`, args...)
	return image.Rect(int(math.Floor(b[0])), int(math.Floor(b[1])), int(math.Ceil(b[2])), int(math.Ceil(b[3])))
}

// TestA7: the focus can be seen on every control. The focus changes pixels by a contrast of at least
// 3, at least half as many as the control's outline has. In the notice this holds before Go's styles
// are there. TestA7Dark and TestA7Forced test the same in other colours.
func TestA7(t *testing.T) {
	t.Parallel()
	shows(t, "A7: the focus can be seen on every control, at 3:1, in light colours")
	focusSeen(t, browsertest.Engines(), "light")
}

func TestA7Dark(t *testing.T) {
	t.Parallel()
	shows(t, "A7: the same in dark colours")
	if !testing.Short() {
		focusSeen(t, browsertest.Engines(), "dark")
	}
}

func TestA7Forced(t *testing.T) {
	t.Parallel()
	shows(t, "A7: the same in forced colours")
	focusSeen(t, withForcedColours(), "forced colours")
}

// focusSeen checks in some browsers that the focus can be seen in the look with a name.
func focusSeen(t *testing.T, names []browser.Engine, name string) {
	t.Helper()
	look := looks[slices.IndexFunc(looks, func(l look) bool { return l.name == name })]
	const active = `(() => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at; })()`
	eachOf(t, names, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		w.without("/engine-")
		v := w.visit(name, "/accessible/")
		v.must(v.Emulate(look.media))
		// around compares pictures of the control that has the focus, with the focus and without, and
		// returns the control's name.
		around := func() string {
			t.Helper()
			at := eval[string](v, focused)
			v.do(active + `.scrollIntoView({block: "nearest"})`)
			with := v.picture()
			box := v.box(active)
			v.do(`window.held = ` + active + `; held.blur()`)
			without := v.picture()
			v.do(`held.focus({preventScroll: true, focusVisible: true})`)
			outline := 2 * (box.Dx() + box.Dy())
			if n := changed(with, without, box.Inset(-6)); n < outline/2 {
				t.Errorf("%s: the focus on %q changes %d pixels, want half of the %d in its outline", look.name, at, n, outline)
			}
			return at
		}
		v.sees(notice)
		v.sees("charte-frame >>> [part=frame]")
		v.tabTo("accept-all")
		for _, control := range []string{"accept-all", "refuse-all", "customise"} {
			v.tabTo(control)
			around()
		}
		v.do(`document.querySelector("charte-frame").shadowRoot.querySelector("button").scrollIntoView({block: "start"})`)
		v.tabTo("once")
		around()
		v.do(`await charte.refuseAll(); ` + root + `.querySelector("[part=control]").focus({focusVisible: true})`)
		around()

		w.fault = nil
		v.must(v.Reload())
		v.sees(host + " >>> [part=control]")
		v.asks(host + " >>> [part=control]")
		v.sees(settings)
		v.must(v.Press("Tab", "Shift+Tab")) // from now on the browser takes the focus as set by keyboard, and shows it
		v.tabTo("close")
		for _, control := range []string{"close", "body", "statistics", "google-analytics", "accept-all", "refuse-all", "save"} {
			if control == "accept-all" {
				v.do(root + `.querySelector("[data-charte=accept-all]").focus({focusVisible: true})`)
			}
			v.tabTo(control)
			around()
		}
	})
}

// heldSeen tells whether the element with the focus is what a visitor sees at its middle.
const heldSeen = `(r => document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2) === document.activeElement)(document.activeElement.getBoundingClientRect())`

// TestA8: an element of the page that gets the focus by keyboard is not hidden under the notice.
func TestA8(t *testing.T) {
	t.Parallel()
	shows(t, "A8: what has the focus in the page is not hidden by the notice")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/links.html")
		v.must(v.SetViewport(800, 600))
		v.sees(notice)
		v.tabTo("link1")
		for i := 1; i <= 40; i++ {
			want(v, "the focus", eval[string](v, focused), fmt.Sprintf("link%d", i))
			v.waits(heldSeen)
			v.must(v.Press("Tab"))
		}
	})
}

// TestA8Early: the visitor may be quicker than what keeps the notice from covering the focus, and
// than Go, whose notice takes the place of the first.
func TestA8Early(t *testing.T) {
	t.Parallel()
	shows(t, "A8: the same where the focus was there before the file that sees to it, and before Go")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		releaseComes := w.holds("/release-", "")
		v := w.visit(name, "/accessible/links.html")
		v.must(v.SetViewport(800, 600))
		v.sees(notice)
		v.tabTo("link1")
		for i := 1; i < 40 && eval[bool](v, heldSeen); i++ {
			v.must(v.Press("Tab"))
		}
		want(v, "whether a link is seen under the notice", eval[bool](v, heldSeen), false)
		goComes := w.holds("", ".wasm")
		v.do(`window.first = ` + root + `.querySelector("[data-charte=notice]")`)
		releaseComes()
		v.waits(heldSeen)
		goComes()
		v.waits(root + `.querySelector("[data-charte=notice]") !== first`)
		want(v, "whether the link is seen once Go shows the notice", eval[bool](v, heldSeen), true)
	})
}

// TestA10: a switch says its state in words.
func TestA10(t *testing.T) {
	t.Parallel()
	shows(t, "A10, A22: a switch says its state in words, and changes nothing else")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/")
		v.asks(customise)
		v.sees(settings)
		const word = root + `.querySelector("input[data-id=youtube]").parentElement.querySelector(".state").textContent`
		want(v, "off", eval[string](v, word), "Refusé")
		v.click(switchOf("youtube"))
		v.waits(word + ` === "Accepté"`)
		v.waits(root + `.querySelector("input[data-id=third-party]").parentElement.querySelector(".state").textContent === "Accepté en partie"`)
	})
}

// TestA11: nothing to press is smaller than 24 × 24 pixels, and no button is lower than 44. Links
// within text are not checked.
func TestA11(t *testing.T) {
	t.Parallel()
	shows(t, "A11: nothing to press is smaller than 24 pixels, no button than 44 in height")
	const small = `[...` + root + `.querySelectorAll("button, input, summary")].filter(e => {
		const {width, height} = e.getBoundingClientRect();
		return e.checkVisibility() && (width < 24 || height < 24 || e.localName === "button" && height < 43.9);
	}).map(e => e.outerHTML).join()`
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/")
		v.must(v.SetViewport(320, 640))
		v.sees(notice)
		want(v, "buttons", eval[int](v, root+`.querySelectorAll("button").length`), 3)
		want(v, "small targets in the notice", eval[string](v, small), "")
		v.asks(customise)
		v.sees(settings)
		// A switch counts as large as its label, which can be pressed as well.
		want(v, "small targets in the settings", eval[string](v, strings.Replace(small, "e.getBoundingClientRect()", "(e.labels?.[0] || e).getBoundingClientRect()", 1)), "")
		v.click(settings + " " + refuseAll)
		v.sees(host + " >>> [part=control]")
		want(v, "small targets after an answer", eval[string](v, small), "")
	})
}

// inSight is a function that tells whether an element of the banner can be seen, and pressed at its
// centre, without scrolling.
const inSight = `(e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight &&
	e.getRootNode().elementFromPoint(r.left + r.width / 2, r.top + r.height / 2) === e; })`

// TestA12: in a window of 320 × 256 pixels, which is one of 1280 × 1024 at 400 %, no layer scrolls
// sideways, and refusing needs no scrolling.
func TestA12(t *testing.T) {
	t.Parallel()
	shows(t, "A12: at 320 × 256 nothing scrolls sideways and refusing needs no scrolling")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/")
		v.must(v.SetViewport(320, 256))
		v.sees(notice)
		const wide = `[document.documentElement, ...` + root + `.querySelectorAll("[data-charte=notice], dialog, .body, table")].filter(e => e.scrollWidth > Math.max(e.clientWidth, e.offsetWidth) || e.getBoundingClientRect().right > 321).map(e => e.localName + "." + e.className).join()`
		want(v, "wide in the notice", eval[string](v, wide), "")
		for _, answer := range []string{"accept-all", "refuse-all"} {
			want(v, answer+" in sight", eval[bool](v, inSight+`(`+root+`.querySelector("[data-charte="+arguments[0]+"]"))`, answer), true)
		}
		v.asks(customise)
		v.sees(settings)
		want(v, "wide in the settings", eval[string](v, wide), "")
		want(v, "refusing in the settings", eval[bool](v, inSight+`(`+root+`.querySelector("dialog [data-charte=refuse-all]"))`), true)
		v.must(v.Open(w.Charte + "/charte"))
		v.sees(notice)
		want(v, "wide in the charter", eval[string](v, wide), "")
	})
}

// TestA13: text of twice the size fits. The notice takes at most half of the window, and scrolls where
// its text is too long for a small one.
func TestA13(t *testing.T) {
	t.Parallel()
	shows(t, "A13: text of twice the size fits; the notice takes at most half of a window of 1280 × 800")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/")
		v.sees(notice)
		const height = root + `.querySelector("[data-charte=notice]").getBoundingClientRect().height`
		if h := eval[float64](v, height); h > 400 {
			t.Errorf("the notice takes %v of 800 pixels in height", h)
		}
		v.restyles(`.charte { font-size: 200% !important }`)
		v.clipsNothing()
		if h := eval[float64](v, height); h > 800 {
			t.Errorf("with text of twice the size the notice takes %v of 800 pixels in height", h)
		}
		for _, answer := range []string{"accept-all", "refuse-all", "customise"} {
			want(v, answer+" in sight", eval[bool](v, inSight+`(`+root+`.querySelector("[data-charte="+arguments[0]+"]"))`, answer), true)
		}
		v.asks(customise)
		v.sees(settings)
		v.clipsNothing()
		want(v, "refusing in the settings", eval[bool](v, inSight+`(`+root+`.querySelector("dialog [data-charte=refuse-all]"))`), true)
	})
}

// restyles adds a style sheet to the banner, which stands for the visitor's own.
func (v visitor) restyles(css string) {
	v.t.Helper()
	v.do(`const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]);
		const root = `+root+`; root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]`, css)
}

// clipsNothing checks that no text of the banner is cut off. A box grows with its text, or scrolls.
func (v visitor) clipsNothing() {
	v.t.Helper()
	want(v, "clipped", eval[string](v, `[...`+root+`.querySelectorAll(".charte *")].filter(e => e.checkVisibility() && !e.closest("thead, code") &&
		(e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) && e.clientWidth &&
		(/hidden|clip/.test(getComputedStyle(e).overflow) || e.localName === "button")).map(e => [e.outerHTML.slice(0, 80), e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]).join()`), "")
}

// TestA14: no text is cut off with the text spacing of WCAG 1.4.12.
func TestA14(t *testing.T) {
	t.Parallel()
	shows(t, "A14: with wider text spacing nothing is cut off")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/")
		v.must(v.SetViewport(320, 640))
		v.sees(notice)
		v.restyles(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`)
		v.clipsNothing()
		want(v, "refusing in sight", eval[bool](v, inSight+`(`+root+`.querySelector("[data-charte=refuse-all]"))`), true)
		v.asks(customise)
		v.sees(settings)
		v.clipsNothing()
	})
}

// TestA15: nothing moves, whether or not the visitor has asked for less motion.
func TestA15(t *testing.T) {
	t.Parallel()
	shows(t, "A15: nothing is animated")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/")
		const moving = `[` + root + `, document.querySelector("charte-frame").shadowRoot].flatMap(root => [root.host, ...root.querySelectorAll("*")]).filter(e => {
			const s = getComputedStyle(e);
			return /[1-9]/.test(s.transitionDuration) || s.animationName !== "none" || s.scrollBehavior !== "auto";
		}).length + document.getAnimations().length`
		for _, motion := range []string{"reduce", "no-preference"} {
			v.must(v.Emulate(browser.Media{ReducedMotion: motion}))
			v.do(`await charte.reset()`)
			v.sees(notice)
			v.sees("charte-frame >>> [part=frame]")
			want(v, "moving, "+motion, eval[int](v, moving), 0)
			v.asks(customise)
			v.sees(settings)
			want(v, "moving in the settings, "+motion, eval[int](v, moving), 0)
			v.must(v.Press("Escape"))
			v.seesNot(settings)
		}
	})
}

// withForcedColours returns the browsers that have forced colours. WebKit does not.
func withForcedColours() []browser.Engine {
	return slices.DeleteFunc(browsertest.Engines(), func(name browser.Engine) bool { return name == browser.WebKit })
}

// TestA16: in forced colours every label can be read, every button has a border, and a switch shows
// its state.
func TestA16(t *testing.T) {
	t.Parallel()
	shows(t, "A16: in forced colours labels, borders and the switches' states can be seen")
	eachOf(t, withForcedColours(), func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		for _, scheme := range []string{"light", "dark"} {
			v := w.visit(name, "/accessible/")
			v.must(v.Emulate(browser.Media{ForcedColors: "active", ColorScheme: scheme}))
			v.sees(notice)
			v.sees("charte-frame >>> [part=frame]")
			labels := func(layer string) {
				t.Helper()
				for _, label := range eval[[]struct {
					Name       string
					Text, Back [3]uint8
					Border     bool
				}](v, `[`+root+`, document.querySelector("charte-frame").shadowRoot].flatMap(root => [...root.querySelectorAll("button")]).filter(e => e.checkVisibility()).map(e => {
						const s = getComputedStyle(e), rgb = c => c.match(/[\d.]+/g).slice(0, 3).map(n => Math.round(n));
						return {Name: e.dataset.charte, Text: rgb(s.color), Back: rgb(s.backgroundColor), Border: s.borderStyle !== "none" && parseFloat(s.borderWidth) >= 1};
					})`) {
					rgb := func(c [3]uint8) color.Color { return color.RGBA{c[0], c[1], c[2], 255} }
					if ratio := contrast(rgb(label.Text), rgb(label.Back)); ratio < 4.5 && label.Name != "close" { // the label of close is a drawing
						t.Errorf("%s, %s: the label of %s has a contrast of %.1f", scheme, layer, label.Name, ratio)
					}
					if !label.Border {
						t.Errorf("%s, %s: %s has no border", scheme, layer, label.Name)
					}
				}
			}
			labels("notice")
			v.asks(customise)
			v.sees(settings)
			labels("settings")
			v.do(root + `.querySelector("input[data-id=youtube]").scrollIntoView({block: "center"})`)
			off, place := v.picture(), v.box(root+`.querySelector("input[data-id=youtube]")`)
			v.do(root + `.querySelector("input[data-id=youtube]").click()`)
			v.waits(root + `.querySelector("input[data-id=youtube]").parentElement.querySelector(".state").textContent === "Accepté"`)
			if n := changed(off, v.picture(), place); n < 40 {
				t.Errorf("%s: a switch that goes on changes %d pixels", scheme, n)
			}
		}
	})
}

// TestA17: the banner declares its language, and the names of cookies are marked as not to be
// translated.
func TestA17(t *testing.T) {
	t.Parallel()
	shows(t, "A17: each layer says its language; cookies' names are not for translation")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/language/en.html")
		v.sees(notice)
		want(v, "language", eval[string](v, root+`.querySelector("[data-charte=notice]").closest("[lang]").lang`), "en")
		v.asks(customise)
		v.sees(list)
		want(v, "language of the settings", eval[string](v, root+`.querySelector("dialog").closest("[lang]").lang`), "en")
		want(v, "names that may be translated, and more than five names", eval[string](v, `[...`+root+`.querySelectorAll("code")].filter(e => e.translate).join() + (`+root+`.querySelectorAll("code").length > 5)`), "true")
		v.waits(`document.querySelector("charte-frame").shadowRoot.querySelector("[lang]").lang === "en"`)
	})
}

// TestA18: headings are of the second level and below, and no level is skipped.
func TestA18(t *testing.T) {
	t.Parallel()
	shows(t, "A18: the layers' titles start at the second level and skip none")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/")
		const levels = `[...` + root + `.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(h => +h.localName[1])`
		v.sees(notice)
		want(v, "levels of the notice's headings", eval[string](v, levels+`.join()`), "2")
		v.asks(customise)
		v.sees(settings)
		want(v, "headings that skip a level, and the number of all", eval[string](v, levels+`.filter((n, i, all) => n === 1 || n > (all[i - 1] || 1) + 1).join() + `+levels+`.length`), "11")
	})
}

// TestA19: each purpose is a group with a name and a description, and every
// switch has both.
func TestA19(t *testing.T) {
	t.Parallel()
	shows(t, "A19: each purpose is a named, described group; every switch has a name and a description")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/")
		v.asks(customise)
		v.sees(settings)
		const said = `(e => ["aria-labelledby", "aria-describedby"].map(a => ` + root + `.getElementById(e.getAttribute(a))?.textContent.trim().length > 2).join())`
		want(v, "groups", eval[string](v, `[...`+root+`.querySelectorAll("[role=group]")].map(`+said+`).join(" ")`), strings.TrimSpace(strings.Repeat("true,true ", 4)))
		want(v, "switches", eval[string](v, `[...new Set([...`+root+`.querySelectorAll("input")].map(e => `+said+`(e) + !!e.closest("[role=group]")))].join(" ")`), "true,truetrue")
	})
}

// TestA20: a table has a caption, column headings and a heading for each row, also where its rows are
// shown as cards.
func TestA20(t *testing.T) {
	t.Parallel()
	shows(t, "A20: the tables have captions, and headings of columns and rows, at 320 px too")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/")
		v.asks(customise)
		v.sees(settings)
		for _, width := range []int{1280, 320} {
			v.must(v.SetViewport(width, 800))
			want(v, "each table has a caption, column headings and row headings", eval[string](v, `[...`+root+`.querySelectorAll("table")].map(t =>
				[!!t.caption.textContent.trim(), [...t.tHead.rows[0].cells].every(c => c.matches("th[scope=col]") && c.textContent && c.checkVisibility()),
				[...t.tBodies].every(b => [...b.rows].every(r => r.querySelectorAll("th[scope=row]").length === 1 && [...r.cells].every(c => c.dataset.label && c.textContent.trim())))].join()).join(" ")`),
				strings.TrimSpace(strings.Repeat("true,true,true ", 4)))
			if name != browser.Chromium {
				continue
			}
			// The roles that assistive technology is given.
			var tree struct {
				Nodes []struct{ Role struct{ Value string } }
			}
			v.must(v.CDP("Accessibility.getFullAXTree", nil, &tree))
			roles := map[string]int{}
			for _, node := range tree.Nodes {
				roles[node.Role.Value]++
			}
			if roles["table"] != 4 || roles["columnheader"] != 20 || roles["rowheader"] < 10 || roles["row"] != roles["rowheader"]+4 {
				t.Errorf("at %d px there are %d tables, %d column headings, %d row headings and %d rows", width, roles["table"], roles["columnheader"], roles["rowheader"], roles["row"])
			}
		}
	})
}

// TestA21: the status region is in the page before its text changes.
func TestA21(t *testing.T) {
	t.Parallel()
	shows(t, "A21: a saved choice is announced, in a region that was there before")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/accessible/")
		v.sees(notice)
		v.do(`window.region = ` + root + `.querySelector("[role=status]")`)
		want(v, "the region before", eval[string](v, `region.textContent + region.isConnected`), "true")
		v.asks(customise)
		v.click(save)
		v.waits(`region.textContent === "Vos choix sont enregistrés." && region.isConnected && region.checkVisibility()`)
	})
}

// TestA22: a switch changes its own state and nothing else.
func TestA22(t *testing.T) {
	t.Parallel()
	shows(t, "A22: switches navigate nowhere, move no focus and save nothing")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/journey/")
		v.asks(customise)
		v.sees(settings)
		v.do(`window.mark = true`)
		for _, id := range []string{"statistics", "first-party", "youtube", "third-party", "youtube"} {
			v.click(switchOf(id))
			want(v, "the focus", eval[string](v, focused), id)
		}
		v.sees(settings)
		want(v, "the page", eval[string](v, `[window.mark, ran.join(), charte.decision.answered].join()`), "true,,false")
		if c := v.answer(); c != nil {
			t.Errorf("kept before saving: %q", c.Value)
		}
	})
}

// TestA24: the notice waits as long as the visitor needs.
func TestA24(t *testing.T) {
	t.Parallel()
	shows(t, "A24: after two minutes the notice and the settings are still there, and nothing is decided")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visitWith(name, hurried, "/journey/")
		v.sees(notice)
		v.do(`const before = Date.now(); while (Date.now() - before < 120000) await new Promise(next => setTimeout(next, 1000))`)
		v.sees(notice)
		v.asks(customise)
		v.sees(settings)
		v.do(`const before = Date.now(); while (Date.now() - before < 120000) await new Promise(next => setTimeout(next, 1000))`)
		v.sees(settings)
		want(v, "decided", eval[string](v, `charte.decision.answered + ran.join()`), "false")
	})
}

// TestA25: no element that can have the focus is hidden from assistive technology. The page is inert
// only behind the dialog.
func TestA25(t *testing.T) {
	t.Parallel()
	shows(t, "A25: nothing is aria-hidden, and the page is inert only while the dialog is open")
	const hidden = `document.querySelectorAll("[aria-hidden], [inert]").length + ` + root + `.querySelectorAll("[aria-hidden], [inert]").length`
	const reachable = `(() => { const link = document.querySelector("#link1"); link.focus(); return document.activeElement === link; })()`
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/accessible/links.html")
		v.sees(notice)
		want(v, "hidden beside the notice", eval[int](v, hidden), 0)
		want(v, "the page beside the notice", eval[bool](v, reachable), true)
		v.asks(customise)
		v.sees(settings)
		want(v, "hidden beside the settings", eval[int](v, hidden), 0)
		want(v, "the page behind the dialog", eval[bool](v, reachable), false)
		v.click(settings + " " + refuseAll)
		v.seesNot(settings)
		want(v, "the page afterwards", eval[bool](v, reachable), true)
	})
}

// TestA26: the banner can be answered in portrait and in landscape.
func TestA26(t *testing.T) {
	t.Parallel()
	shows(t, "A26: every answer can be given in both orientations, by clicks alone")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t)) // so that a withdrawal does not load the page again
		v := w.visit(name, "/journey/")
		for _, size := range [][2]int{{390, 844}, {844, 390}} {
			v.must(v.SetViewport(size[0], size[1]))
			v.sees(notice)
			v.asks(customise)
			v.click(switchOf("youtube"))
			v.click(save)
			v.waits(`charte.decision.granted.join() === "youtube"`)
			v.do(`await charte.reset()`)
			v.click(notice + " " + refuseAll)
			v.seesNot(notice)
			v.do(`await charte.reset()`)
		}
	})
}
