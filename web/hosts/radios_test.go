package hosts

import (
	"fmt"
	"sync"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// stateWorld serves the demo catalogue in the French State's look, which has radio buttons.
func stateWorld(t *testing.T, engine string) *world {
	t.Helper()
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	c.Look = catalogue.Look{Preset: catalogue.PresetFrenchState}
	return newWorldOf(t, engine, c)
}

// radioOf returns the selector of one of the two radio buttons of a category or service: "yes" or "no".
func radioOf(id, value string) string {
	return fmt.Sprintf("%s input[data-id=%q][value=%s]", settings, id, value)
}

// chosen is JavaScript for what each pair of radio buttons says: "statistics yes, google-analytics -".
const chosen = `[...` + root + `.querySelectorAll("[role=radiogroup]")].map(group => group.querySelector("input").dataset.id + " " +
	(group.querySelector("input:checked")?.value ?? "-")).join(", ")`

// TestRadios: where the look has radio buttons, neither of a pair is chosen until the visitor has chosen, and
// what nobody chose is refused.
func TestRadios(t *testing.T) {
	t.Parallel()
	shows(t, "L12, L13: with radio buttons, neither is chosen beforehand; a category's pair follows its services; what nobody chose is refused when saved")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := stateWorld(t, engine)
		v := w.visit(name, "/journey/")
		v.sees(notice)
		v.asks(customise)
		v.sees(settings)
		want(v, "at first", eval[string](v, chosen), "statistics -, google-analytics -, first-party -, personalisation -, third-party -, youtube -, meta-pixel -")
		want(v, "what is ticked", eval[int](v, `[...`+root+`.querySelectorAll("*")].filter(e => e.checked || e.matches("[checked], [aria-checked=true]")).length`), 0)
		want(v, "switches", eval[int](v, root+`.querySelectorAll(".switch").length`), 0)
		v.click(radioOf("third-party", "yes"))
		v.waits(chosen+` === arguments[0]`, "statistics -, google-analytics -, first-party -, personalisation -, third-party yes, youtube yes, meta-pixel yes")
		v.click(radioOf("meta-pixel", "no"))
		v.waits(chosen+` === arguments[0]`, "statistics -, google-analytics -, first-party -, personalisation -, third-party -, youtube yes, meta-pixel no")
		const described = `(group => group.getAttribute("aria-describedby").split(" ").map(id => ` + root + `.getElementById(id).textContent).join(" / "))(` + root + `.querySelector("[data-id=third-party]").closest("[role=radiogroup]"))`
		views := w.bundle.Views[0]
		want(v, "a category with both is described", eval[bool](v, described+`.startsWith(arguments[0] + " / ")`, views.Words.Settings.Partly), true)
		v.click(radioOf("google-analytics", "no"))
		v.waits(chosen+` === arguments[0]`, "statistics no, google-analytics no, first-party -, personalisation -, third-party -, youtube yes, meta-pixel no")
		v.click(save)
		v.seesNot(settings)
		v.waits(`charte.decision.granted.join() === "youtube"`)
		want(v, "refused", eval[string](v, `charte.decision.refused.join()`), "statistics,google-analytics,first-party,personalisation,third-party,meta-pixel")

		// From now on every pair says what the answer is.
		v.opens()
		want(v, "after the answer", eval[string](v, chosen), "statistics no, google-analytics no, first-party no, personalisation no, third-party -, youtube yes, meta-pixel no")
		v.click(radioOf("first-party", "yes"))
		v.waits(root + `.querySelector("[data-id=personalisation][value=yes]").checked`)
		v.must(v.Press("Escape"))
		v.waits(`!` + root + `.querySelector("[data-charte=settings]")`)
		want(v, "granted after Escape", eval[string](v, `charte.decision.granted.join()`), "youtube")
		v.opens()
		want(v, "after Escape", eval[string](v, chosen), "statistics no, google-analytics no, first-party no, personalisation no, third-party -, youtube yes, meta-pixel no")
	})
}

// TestRadioKeys: the keyboard alone chooses: Tab goes from pair to pair, Space and the arrows choose within one.
func TestRadioKeys(t *testing.T) {
	t.Parallel()
	shows(t, "A3: radio buttons are chosen by the keyboard alone: Tab from pair to pair, Space and arrows within one")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		v := stateWorld(t, "light").visit(name, "/journey/")
		v.sees(notice)
		v.asks(customise)
		v.sees(settings)
		const at = `(e => e?.dataset.id ? e.dataset.id + " " + e.value : "")(` + root + `.activeElement)`
		v.do(root + `.querySelector("[data-id=statistics]").closest("section").previousElementSibling.querySelector("h3").scrollIntoView()`)
		to := func(id string) {
			t.Helper()
			for range 20 {
				v.must(v.Press("Tab"))
				if eval[bool](v, `(`+at+`).startsWith(arguments[0] + " ")`, id) {
					return
				}
			}
			t.Fatalf("Tab does not reach %s, but %q", id, eval[string](v, at))
		}
		to("google-analytics")
		want(v, "chosen by Tab alone", eval[int](v, root+`.querySelectorAll("input:checked").length`), 0)
		v.must(v.Press(" "))
		v.waits(root + `.querySelector("[data-id=google-analytics]:checked, [data-id=google-analytics]:checked")`)
		first := eval[string](v, at)
		v.must(v.Press("ArrowDown"))
		v.waits(at+` !== arguments[0] && `+root+`.activeElement.checked`, first)
		v.must(v.Press("ArrowUp"))
		v.waits(at+` === arguments[0] && `+root+`.activeElement.checked`, first)
		want(v, "chosen in the pair", eval[int](v, root+`.querySelectorAll("[data-id=google-analytics]:checked").length`), 1)
		want(v, "still open", eval[bool](v, `!!`+root+`.querySelector("dialog[open]")`), true)
	})
}

// TestAxeRadios: axe finds no fault in the settings with radio buttons, with and without choices.
func TestAxeRadios(t *testing.T) {
	t.Parallel()
	shows(t, "axe-core finds no fault in the settings of the French State's look: light, dark and forced colours, 1280 and 320 px")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		v := stateWorld(t, "light").visit(name, "/accessible/")
		v.sees(notice)
		v.asks(customise)
		v.sees(settings)
		page := map[string]any{"exclude": []string{}}
		v.judged(name, "nothing chosen", page, func() { v.sees(settings) }, new(sync.Map))
		v.click(radioOf("third-party", "yes"))
		v.click(radioOf("meta-pixel", "no"))
		v.waits(root + `.querySelector("[data-id=third-party]").closest("[role=radiogroup]").querySelector(".state").textContent`)
		v.judged(name, "some chosen", page, func() { v.do(root + `.querySelector(".body").scrollTo(0, 0)`) }, new(sync.Map))
	})
}

// TestLowWindow: in a window as low as one of 1280 × 1024 at four times the size, the settings still let visitors choose and save.
func TestLowWindow(t *testing.T) {
	t.Parallel()
	shows(t, "A12: in every preset, the settings can be read, chosen in and saved at 320 × 256")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		for _, preset := range catalogue.Presets() {
			browsertest.Try(t, string(preset), name, func(t *testing.T) {
				w := dressedWorld(t, catalogue.Look{Preset: preset})
				v := looked(t, name, w, "fr", "light", 1280)
				v.must(v.SetViewport(320, 256))
				v.waits(`innerWidth === 320 && innerHeight === 256`)
				v.opens()
				input := switchOf("youtube")
				if preset == catalogue.PresetFrenchState {
					input = radioOf("youtube", "yes")
				}
				v.click(input)
				v.waits(root+`.querySelector(arguments[0]).checked`, input[len(host+" >>> "):])
				seen := eval[int](v, `(e => { e.scrollIntoView({block: "center", behavior: "instant"}); const {left, width} = e.getBoundingClientRect(); let seen = 0;
					for (let y = 0; y < innerHeight; y++) if (e.contains(`+root+`.elementFromPoint(left + width / 2, y))) seen++;
					return seen; })(`+root+`.getElementById("category-third-party").closest("section"))`)
				if seen < 128 {
					t.Errorf("%d px of a category can be seen at once, want half of the window", seen)
				}
				// A frame after the focus has moved, since WebKit scrolls only then.
				hidden := eval[string](v, `(async () => {
					const hidden = [];
					for (const e of `+root+`.querySelectorAll("dialog input, dialog .body a")) {
						e.focus();
						await new Promise(next => requestAnimationFrame(() => setTimeout(next)));
						const r = e.getBoundingClientRect();
						if (!e.closest("label, a").contains(`+root+`.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2))) hidden.push(e.dataset.id ?? e.href);
					}
					return hidden.join();
				})()`)
				want(v, "what is below something else when it has the focus", hidden, "")
				want(v, "scrolls sideways", eval[bool](v, `(e => e.scrollWidth > e.clientWidth)(`+root+`.querySelector("dialog"))`), false)
				v.click(save)
				v.seesNot(settings)
				v.waits(`charte.decision.granted.includes("youtube")`)
			})
		}
	})
}
