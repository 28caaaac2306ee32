package hosts

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/portal"
	"charte/web/server"
)

// The tests in this file check the rows L1 to L28 of the requirements: those of the law (ePrivacy
// directive, 5(3); GDPR, 4(11) and 7; the guidelines of the CNIL and the EDPB).

// traces is an expression that lists what the page has left in the browser, by kind and name.
const traces = `[...document.cookie.split("; ").filter(Boolean).map(c => c.split("=")[0]), ...Object.keys(localStorage).map(k => "local " + k),
	...Object.keys(sessionStorage).map(k => "session " + k), ...(await indexedDB.databases()).map(d => "database " + d.name),
	...(await caches.keys()).map(k => "cache " + k), ...(await navigator.serviceWorker.getRegistrations()).map(r => "worker " + r.scope)].sort().join()`

// untouched checks that nothing which waits for consent has run, has made a request, or has left a
// trace.
func (v visitor) untouched(w *world) {
	v.t.Helper()
	v.afterAll()
	want(v, "scripts", eval[string](v, `ran.join()`), "")
	want(v, "granted", eval[string](v, `charte.decision.granted.join()`), "")
	want(v, "requests to third parties", strings.Join(w.requested("canary"), ", "), "")
	want(v, "traces", eval[string](v, traces), "")
	cookies, err := v.Cookies()
	v.must(err)
	want(v, "cookies, hidden ones too", len(cookies), 0)
}

// scrolls scrolls to the end with the keyboard. Unlike a script, that cannot scroll a locked page. It
// waits for the end: while Firefox and WebKit are on the way, they go on whatever a script scrolls to.
func (v visitor) scrolls() {
	v.t.Helper()
	v.do(`scrollTo({top: 0, behavior: "instant"})`)
	v.must(v.Press("End"))
	v.waits(`scrollY > 300 && scrollY + innerHeight >= document.scrollingElement.scrollHeight - 1`)
}

// opens opens the settings. It tries until the program is there, which on a busy machine may take
// longer than a visitor is kept waiting for it.
func (v visitor) opens() {
	v.t.Helper()
	v.waits(`charte.open().then(() => !!` + root + `.querySelector("[data-charte=settings]"))`)
	v.sees(settings)
}

// warm waits until the program is there and changes nothing: it opens the settings and closes them.
func (v visitor) warm() {
	v.t.Helper()
	v.opens()
	v.click(closeIt)
	v.seesNot(settings)
}

// lawful lists the paths that the page law/ fetches from a third party after consent: one for each
// kind of element that can wait.
var lawful = []string{"/frame.html", "/image.gif", "/module.js", "/preload.js", "/src.js", "/style.css", "/template.gif"}

// TestL1: before a choice nothing is stored and no third party is asked for anything, whatever the
// visitor does and however long it takes.
func TestL1(t *testing.T) {
	t.Parallel()
	shows(t, "L1: before a choice nothing is stored and no third party asked, after minutes, scrolling and clicks")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visitWith(name, hurried, "/law/")
		v.sees(notice)
		for _, id := range []string{"#own", "#field", "#more", "#part"} {
			v.click(id)
		}
		v.click(notice + " h2")
		v.scrolls()
		v.do(`const before = Date.now(); while (Date.now() - before < 100000) await new Promise(next => setTimeout(next, 1000))`)
		v.sees(notice)
		v.untouched(w)
		// After consent the same checks see requests and traces, so they would have seen them before.
		v.click(notice + " " + acceptAll)
		v.requests(w, lawful)
		v.waits(`(` + traces + `) === "cookies_preferences,local vendor"`)
	})
}

// TestL3: the first layer holds all that a visitor has to know before answering, in large and small
// windows.
func TestL3(t *testing.T) {
	t.Parallel()
	shows(t, "L3: purposes, third parties, consequences and both answers can be read in the notice, at 1280 × 900 and 320 × 568")
	// seen is a function that tells whether a text of the notice can be seen after scrolling to it.
	const seen = `(e => { e.scrollIntoView({block: "center"}); const [r] = [...e.getClientRects()].sort((a, b) => b.width - a.width); // the longest line of the text
		return e.checkVisibility() && r.height > 0 && r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight &&
			e.contains(e.getRootNode().elementFromPoint(r.left + Math.min(r.width, 20) / 2, r.top + Math.min(r.height, 16) / 2)); })`
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		view := w.bundle.Views[0]
		v := w.visit(name, "/law/")
		for _, size := range [][2]int{{1280, 900}, {320, 568}} {
			v.must(v.SetViewport(size[0], size[1]))
			v.sees(notice)
			at := fmt.Sprintf("at %d × %d: ", size[0], size[1])
			purposes := 0
			for i, c := range view.Categories {
				if c.Asks() {
					purposes++
					line := fmt.Sprintf(root+`.querySelectorAll("[data-charte=notice] li")[%d]`, purposes-1)
					want(v, at+"purpose "+strconv.Itoa(i), eval[string](v, line+`.textContent`), c.Summary)
					want(v, at+"purpose in sight", eval[bool](v, seen+`(`+line+`)`), true)
				}
			}
			want(v, at+"purposes", eval[int](v, root+`.querySelectorAll("[data-charte=notice] li").length`), purposes)
			const link, last = root + `.querySelector("[data-charte=notice] a")`, root + `.querySelector("[data-charte=notice] p:last-of-type")`
			want(v, at+"the third parties", eval[string](v, link+`.textContent`), view.Words.Notice.Parties)
			want(v, at+"the third parties in sight", eval[bool](v, seen+`(`+link+`)`), true)
			want(v, at+"the consequences", eval[bool](v, last+`.textContent.includes(arguments[0])`, view.Words.Notice.Consequences), true)
			want(v, at+"how long it is kept", eval[bool](v, last+`.textContent.includes(arguments[0])`, view.Words.Notice.Kept), true)
			want(v, at+"the consequences in sight", eval[bool](v, seen+`(`+last+`)`), true)
			for _, answer := range []string{"accept-all", "refuse-all"} {
				want(v, at+answer+" in sight", eval[bool](v, inSight+`(`+root+`.querySelector("[data-charte=" + arguments[0] + "]"))`, answer), true)
			}
		}
	})
}

// portal serves the demo portal with the world's bundle and makes it the world's site.
func (w *world) portal() {
	w.t.Helper()
	handler, err := server.Files(w.bundle, portal.Handler())
	if err != nil {
		w.t.Fatal(err)
	}
	w.Site = w.serve("portal", "localhost", handler)
}

// TestL4: the notice names the controller and says how many third parties there are. One action leads
// to the list of all of them, also those that set no cookie.
func TestL4(t *testing.T) {
	t.Parallel()
	shows(t, "L4: the notice names the controller and counts the third parties; one action leads to each one's name and policy, without cookies too")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		c, err := source.Embedded("demo")
		if err != nil {
			t.Fatal(err)
		}
		c.Providers = append(c.Providers, catalogue.Provider{ID: "fonts", Name: "Fonderie", PolicyURL: "https://fonderie.example/vie-privee"})
		fonts := c.Services[len(c.Services)-1]
		fonts.ID, fonts.Provider, fonts.Cookies = "fonts", "fonts", nil
		c.Services = append(c.Services, fonts)
		w := newWorldOf(t, "light", c)
		w.portal()
		v := w.visit(name, "/")
		v.sees(notice)
		parties := c.ThirdParties()
		want(v, "third parties of the catalogue", len(parties), 3)
		if text := v.text("notice"); !strings.Contains(text, c.Site.Controller) {
			t.Errorf("the notice does not say that %s asks: %q", c.Site.Controller, text)
		}
		want(v, "third parties that the notice counts", regexp.MustCompile(`\d+`).FindString(eval[string](v, root+`.querySelector("[data-charte=notice] a").textContent`)), "3")
		all := func(where, home string) {
			t.Helper()
			for _, p := range parties {
				want(v, where+": "+p.Name, eval[bool](v, `[...`+home+`.querySelectorAll("a")].some(a => a.checkVisibility() && a.textContent === arguments[0] && a.href === arguments[1])`, p.Name, p.PolicyURL), true)
			}
		}
		v.opens()
		v.sees(list)
		all("the settings", root)
		v.click(closeIt)
		v.click(notice + " a")
		v.waits(`location.pathname === "/charte.html" && !!document.querySelector("[data-charte=list]")`)
		all("the charter", `document`)
	})
}

// TestL5: in both layers the explanation of an answer comes before the buttons. The full explanation
// is one click away.
func TestL5(t *testing.T) {
	t.Parallel()
	shows(t, "L5: each purpose has a title before the buttons, and its explanation before those of the settings")
	const before = `[...` + root + `.querySelector("[data-charte=" + arguments[0] + "]").querySelectorAll("p, li, h2, h3, h4")].every((e, _, all) =>
		[...all[0].closest("[data-charte=notice], [data-charte=settings]").querySelectorAll(".answers button")].every(b => e.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING))`
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/law/")
		v.sees(notice)
		want(v, "the notice's text before its answers", eval[bool](v, before, "notice"), true)
		v.opens()
		want(v, "the settings' text before their answers", eval[bool](v, before, "settings"), true)
		titles, said := "", v.text("settings")
		for _, c := range w.bundle.Views[0].Categories {
			if !c.Asks() {
				continue
			}
			if n := len([]rune(c.Summary)); n > 60 {
				t.Errorf("%s: a title of %d letters", c.ID, n)
			}
			titles += c.Summary
			for _, text := range append([]string{c.Description}, purposesOf(c)...) {
				if text == "" || !strings.Contains(said, text) {
					t.Errorf("%s: the settings do not explain %q", c.ID, text)
				}
			}
		}
		v.click(closeIt)
		v.sees(notice)
		want(v, "the notice's titles", eval[string](v, `[...`+root+`.querySelectorAll("[data-charte=notice] li")].map(e => e.textContent).join("")`), titles)
	})
}

// purposesOf returns the purposes of a category's services that ask for consent.
func purposesOf(c catalogue.CategoryView) []string {
	var all []string
	for _, s := range c.Services {
		if s.Asks {
			all = append(all, s.Purpose)
		}
	}
	return all
}

// alike is a function that returns what must be the same in the looks of all answers.
const alike = `(e => { const s = getComputedStyle(e), r = e.getBoundingClientRect();
	return JSON.stringify([e.localName, e.parentElement.className, Math.round(r.height), ...["fontFamily", "fontSize", "fontWeight", "fontStyle", "letterSpacing", "padding",
	"color", "backgroundColor", "borderColor", "borderWidth", "borderStyle", "borderRadius", "opacity", "textDecoration", "boxShadow", "cursor"].map(k => s[k])]); })`

// TestL7: accept and refuse look the same and have the same width in both layers. No theme can make
// them differ, because both have the same part.
func TestL7(t *testing.T) {
	t.Parallel()
	shows(t, "L6–L9: each layer has as many refusals as acceptances, buttons side by side that look the same whatever the theme")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		alikeIn(t, newWorld(t, "light", "demo").visit(name, "/accessible/"))
		// The looks of the answers depend on the preset and the position apart, so not every pair of them
		// is tested.
		everyLook(func(look catalogue.Look) {
			if look.Position == catalogue.PositionBottom || look.Preset == catalogue.PresetNeutral {
				browsertest.Try(t, string(look.Preset)+" "+string(look.Position), name, func(t *testing.T) {
					alikeIn(t, looked(t, name, dressedWorld(t, look), "fr", "light", 1280))
				})
			}
		})
	})
}

// alikeIn checks the answers of both layers under several themes of the page.
func alikeIn(t *testing.T, v visitor) {
	t.Helper()
	same := func(layer, theme string) {
		t.Helper()
		const answer = root + `.querySelector("[data-charte=" + arguments[0] + "] [data-charte=" + arguments[1] + "]")`
		// Both are read at the same moment, because the program brings more styles when it comes.
		const both = `["accept-all", "refuse-all"].map(name => ` + root + `.querySelector("[data-charte=" + arguments[0] + "] [data-charte=" + name + "]"))`
		looks := eval[[]string](v, both+`.map(`+alike+`)`, layer)
		want(v, layer+", "+theme+": refuse, beside accept", looks[1], looks[0])
		widths := eval[[]float64](v, both+`.map(e => e.getBoundingClientRect().width)`, layer)
		if a, r := widths[0], widths[1]; math.Abs(a-r) > 0.1*a {
			t.Errorf("%s, %s: accept is %v pixels wide, refuse %v", layer, theme, a, r)
		}
		want(v, layer+": what both are", eval[string](v, answer+`.localName`, layer, "refuse-all"), "button")
		want(v, layer+": what refusing says", eval[string](v, answer+`.textContent`, layer, "refuse-all"), "Tout refuser")
		want(v, layer+": acceptances and refusals", eval[string](v, `["accept-all", "refuse-all"].map(name => `+root+`.querySelectorAll("[data-charte=" + name + "]").length).join()`), "1,1")
	}
	themes := []string{"", `charte-banner { --charte-accent: #060; --charte-on-accent: #ff0; --charte-radius: 0 }`,
		`charte-banner::part(answer) { color: red; background: yellow; font-size: 2em; padding: 3px }`,
		`charte-banner::part(answer):first-child { opacity: 0.2 } charte-banner::part(refuse-all) { opacity: 0.2 } charte-banner [data-charte=refuse-all] { opacity: 0.2 }`}
	for _, layer := range []string{"notice", "settings"} {
		v.sees(host + " >>> [data-charte=" + layer + "]")
		for _, theme := range themes {
			v.do(`document.querySelector("#theme")?.remove(); const style = document.createElement("style"); style.id = "theme"; style.textContent = arguments[0]; document.head.append(style)`, theme)
			same(layer, theme)
		}
		v.do(`document.querySelector("#theme").remove()`)
		if layer == "notice" {
			v.opens()
			v.must(v.Hover(settings + " h2")) // so that no answer is under the mouse, where it would be underlined
		}
	}
}

// TestL11: accepting, refusing and withdrawing take equally many clicks. They also take equally many
// keys, but for the one that leads from one answer to the next.
func TestL11(t *testing.T) {
	t.Parallel()
	shows(t, "L11: accepting and refusing are one click each; withdrawing takes as many as consenting again, by mouse and keyboard")
	const counting = `window.clicks = 0; addEventListener("pointerdown", () => clicks++, true);`
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		clicks := func(v visitor, what string, wanted int) {
			t.Helper()
			want(v, what, eval[int](v, `clicks`), wanted)
			v.do(`clicks = 0`)
		}
		for _, first := range []string{"accept-all", "refuse-all"} {
			v := w.visitWith(name, counting, "/law/")
			v.click(notice + " [data-charte=" + first + "]")
			v.waits(`charte.decision.answered`)
			clicks(v, "clicks to "+first, 1)
			v.warm()
			v.do(`clicks = 0`)
			v.asks("#manage")
			v.sees(settings)
			second := map[string]string{"accept-all": "refuse-all", "refuse-all": "accept-all"}[first]
			v.click(settings + " [data-charte=" + second + "]")
			v.seesNot(settings)
			v.waits(`charte.decision.granted.length > 0 === arguments[0]`, second == "accept-all")
			clicks(v, "clicks to "+second+" after "+first, 2)
		}

		// keys returns how many presses of Tab lead from the focus to an answer.
		keys := func(v visitor, layer, answer string) int {
			t.Helper()
			for n := range 60 {
				if eval[string](v, focused) == answer {
					v.must(v.Press("Enter"))
					v.seesNot(layer)
					return n + 1
				}
				v.must(v.Press("Tab"))
			}
			t.Fatalf("Tab never leads to %s", answer)
			return 0
		}
		pressed := map[string]int{}
		for _, answer := range []string{"accept-all", "refuse-all"} {
			v := w.visit(name, "/law/")
			v.sees(notice)
			pressed["notice "+answer] = keys(v, notice, answer)
			v.warm()
			v.do(`document.querySelector("#manage").focus()`)
			v.must(v.Press("Enter"))
			v.sees(settings)
			pressed["settings "+answer] = keys(v, settings, answer)
		}
		for _, layer := range []string{"notice ", "settings "} {
			if a, r := pressed[layer+"accept-all"], pressed[layer+"refuse-all"]; a-r > 1 || r-a > 1 {
				t.Errorf("%s: %d keys to accept, %d to refuse", layer, a, r)
			}
		}
	})
}

// TestL12: nothing is chosen in the visitor's place, and no catalogue can make it so.
func TestL12(t *testing.T) {
	t.Parallel()
	shows(t, "L12: nothing is ticked when the settings open for the first time; what is necessary has no switch, and says so")
	for _, key := range []string{"default", "checked", "enabled"} {
		data, err := os.ReadFile("../../catalogue/demo.yaml")
		if err != nil {
			t.Fatal(err)
		}
		ticked := strings.Replace(string(data), "  - use: youtube@1\n", "  - use: youtube@1\n    "+key+": true\n", 1)
		if _, err := source.Read("demo.yaml", []byte(ticked)); err == nil || !strings.Contains(err.Error(), strconv.Quote(key)) {
			t.Errorf("a catalogue that ticks a service: error %v, want one that names it", err)
		}
	}
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/law/")
		v.opens()
		want(v, "switches", eval[int](v, root+`.querySelectorAll("input").length`), 8) // one of them is the objection to an exempt service
		want(v, "what is ticked", eval[int](v, `[...`+root+`.querySelectorAll("*")].filter(e => e.checked || e.indeterminate || e.matches("[aria-checked=true], [aria-checked=mixed], [aria-pressed=true], [checked], :checked")).length`), 0)
		want(v, "switches whose state is not refused", eval[int](v, `[...`+root+`.querySelectorAll("label .state")].filter(e => e.textContent !== arguments[0]).length`, w.bundle.Views[0].Words.Settings.Refused), 0)
		const necessary = root + `.getElementById("category-necessary").closest("section")`
		want(v, "switches of what is necessary", eval[int](v, necessary+`.querySelectorAll("input, button").length`), 0)
		want(v, "its state", eval[string](v, necessary+`.querySelector(".state").textContent`), "Toujours actif")
		want(v, "its reason", eval[bool](v, necessary+`.querySelector("p").textContent === arguments[0]`, w.bundle.Views[0].Categories[0].Description), true)
		// The settings are saved as they are, which is a refusal.
		v.click(save)
		v.seesNot(settings)
		want(v, "granted", eval[string](v, `charte.decision.answered + charte.decision.granted.join()`), "true")
	})
}

// TestL13: each purpose is chosen apart, and saving releases only what was chosen.
func TestL13(t *testing.T) {
	t.Parallel()
	shows(t, "L13: one switch for each purpose and each service; saving some releases those and no other")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, keeping(t))
		v := w.visit(name, "/law/")
		for _, test := range []struct{ id, granted, ran string }{
			{"statistics", "statistics,google-analytics", "statistics"},
			{"personalisation", "first-party,personalisation", "first-party"},
			{"youtube", "youtube", "youtube"},
			{"meta-pixel", "meta-pixel", "meta-pixel"},
		} {
			v.sees(customise) // offered beside the answers to everything
			v.opens()
			want(v, "switches of "+test.id, eval[int](v, root+`.querySelectorAll("input[data-id=" + arguments[0] + "]").length`, test.id), 1)
			v.click(switchOf(test.id))
			v.click(save)
			v.seesNot(settings)
			v.waits(`ran.join() === arguments[0]`, test.ran)
			v.afterAll()
			want(v, "scripts", eval[string](v, `ran.join()`), test.ran)
			want(v, "granted", eval[string](v, `charte.decision.granted.join()`), test.granted)
			for _, request := range w.requested("canary") {
				if test.id != "youtube" || request != "canary /frame.html" {
					t.Errorf("%s: %s", test.id, request)
				}
			}
			v.do(`await charte.reset()`)
			v.must(v.Reload())
			w.forget()
		}
	})
}

// TestL14: reading on in the site is no answer.
func TestL14(t *testing.T) {
	t.Parallel()
	shows(t, "L14: after scrolling and five pages without an answer, nothing is granted, and the notice still asks")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/law/")
		for i := range 5 {
			v.sees(notice)
			v.scrolls()
			v.must(v.Open(fmt.Sprintf("%s/law/?%d", w.Site, i)))
		}
		v.sees(notice)
		v.untouched(w)
	})
}

// TestL15: only an answer grants anything. A visitor who presses keys, clicks and goes back at random
// for a while has granted nothing.
func TestL15(t *testing.T) {
	t.Parallel()
	shows(t, "L15: random keys and clicks on everything but what consents, Escape, the backdrop and the way back never grant anything")
	const consents = "[data-charte=accept-all], [data-charte=save], [data-charte=once], [data-charte=always]"
	// targets lists the elements of the page and of its open shadow roots that a click may hit, without
	// those that consent and without links that leave the page.
	const targets = `(() => {
		const all = (root) => [...root.querySelectorAll("*")].flatMap(e => e.shadowRoot ? [e, ...all(e.shadowRoot)] : [e]);
		return all(document).filter(e => !e.closest(arguments[0]) && !e.closest("a[href]") && (e.localName === "dialog" || e.checkVisibility()));
	})()`
	const at = `(() => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at; })()`
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/law/")
		v.sees(notice)
		seed := uint64(time.Now().UnixNano())
		random := rand.New(rand.NewPCG(seed, 15))
		var done []string
		keys := []string{"Tab", "Tab", "Tab", "Shift+Tab", "Escape", "Enter", " ", "ArrowDown", "ArrowUp", "Home", "End", "PageDown", "a", "y", "o"}
		for range 60 {
			step := ""
			switch random.IntN(8) {
			case 0, 1, 2:
				step = keys[random.IntN(len(keys))]
				if (step == "Enter" || step == " ") && eval[bool](v, `!!`+at+`?.closest(arguments[0] + ", a[href]")`, consents) {
					step = "Escape"
				}
				v.must(v.Press(step))
			case 3, 4:
				step = eval[string](v, `((all) => { const e = all[arguments[1] % all.length]; e.click?.(); return "click on " + (e.id || e.dataset?.charte || e.dataset?.id || e.className || e.localName); })(`+targets+`)`, consents, random.IntN(1000))
			case 5: // opens the settings and leaves them by a click beside them
				step = "the backdrop"
				v.do(`await charte.open()`)
				v.do(`const dialog = ` + root + `.querySelector("dialog");
					for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) dialog?.dispatchEvent(new MouseEvent(type, {bubbles: true, composed: true, clientX: 2, clientY: 2}))`)
			case 6:
				step = "the way back"
				v.do(`await new Promise(back => { addEventListener("popstate", back, {once: true}); history.pushState(null, "", "?" + arguments[0]); history.back(); })`, random.IntN(1000))
			case 7:
				step = []string{"focus", "pageshow", "visibilitychange", "online", "resize", "scroll"}[random.IntN(6)]
				v.do(`dispatchEvent(new Event(arguments[0])); document.dispatchEvent(new Event(arguments[0]))`, step)
			}
			done = append(done, step)
			if got := eval[string](v, `charte.decision.granted.join() + ran.join()`); got != "" {
				t.Fatalf("granted %q, with the seed %d, after %q", got, seed, done)
			}
			if eval[bool](v, `charte.decision.answered`) { // the visitor has refused, and is asked again
				v.do(`await charte.reset()`)
			}
		}
		if got := w.requested("canary"); len(got) > 0 {
			t.Errorf("requests with the seed %d: %q", seed, got)
		}
		v.do(`await charte.reset(); await charte.close()`)
		v.sees(notice)
		v.must(v.Reload())
		v.sees(notice)
		v.untouched(w)
	})
}

// TestL16: the page can be used while the notice asks.
func TestL16(t *testing.T) {
	t.Parallel()
	shows(t, "L16: while the notice asks, the page scrolls, takes clicks and text, and is neither blurred nor inert")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/law/")
		v.sees(notice)
		want(v, "elements that are blurred, inert or locked", eval[string](v, `[document.documentElement, ...document.querySelectorAll("body, body *")].filter(e => {
			const s = getComputedStyle(e);
			return e.inert || e.ariaHidden || s.filter !== "none" || s.pointerEvents === "none" || e.localName !== "button" && s.userSelect === "none" || s.opacity !== "1" ||
				(e === document.body || e === document.documentElement) && (s.overflowY !== "visible" || s.position !== "static");
		}).map(e => e.localName).join()`), "")
		v.click("#own")
		want(v, "presses", eval[int](v, `pressed`), 1)
		v.click("#field")
		v.must(v.Press("a", "b"))
		want(v, "what was typed", eval[string](v, `document.querySelector("#field").value`), "ab")
		v.do(`document.querySelector("#own").focus()`)
		v.scrolls()
		v.do(`scrollTo({top: 0, behavior: "instant"})`)
		v.click("#next")
		v.waits(`location.search === "?suite" && window.charte?.decision`)
		v.sees(notice)
		v.untouched(w)
	})
}

// TestL17: a refusal erases what was there before wherever the page can reach it, and holds on the
// pages that follow.
func TestL17(t *testing.T) {
	t.Parallel()
	shows(t, "L17: a refusal erases every declared cookie on the host, its domain and the paths; three pages later nobody has been asked")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		site := strings.Replace(w.Site, "localhost", "www.site.localhost", 1)
		v := visitor{browsertest.NewPage(t, name), t}
		v.must(v.Open(site + "/law/"))
		v.sees(notice)
		var names, storage []string
		for _, s := range w.bundle.Catalogue.Services {
			for _, cookie := range s.Cookies {
				switch name := strings.Replace(cookie.Name, "*", "X1", 1); {
				case !w.bundle.Catalogue.Asks(s):
				case cookie.Kind == catalogue.KindLocalStorage:
					storage = append(storage, name)
				default:
					names = append(names, name)
				}
			}
		}
		want(v, "declared cookies and entries", fmt.Sprint(len(names), len(storage)), "8 1")
		v.do(`for (const name of arguments[0]) for (const attributes of ["/", "/law", "/law/", "/; Domain=site.localhost", "/law; Domain=site.localhost", "/; Domain=www.site.localhost"])
				document.cookie = name + "=1; Path=" + attributes;
			for (const name of arguments[1]) localStorage.setItem(name, "1")`, names, storage)
		v.waits(`document.cookie.split("; ").length === arguments[0]`, 6*len(names))
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		v.waits(`(` + traces + `) === "cookies_preferences"`)
		for i := range 3 {
			v.must(v.Open(fmt.Sprintf("%s/law/?%d", site, i)))
			v.waits(`window.charte?.decision.answered`)
			v.afterAll()
			want(v, "scripts", eval[string](v, `ran.join()`), "")
		}
		want(v, "requests to third parties", strings.Join(w.requested("canary"), ", "), "")
		want(v, "traces", eval[string](v, traces), "cookies_preferences")
		cookies, err := v.Cookies()
		v.must(err)
		want(v, "cookies", len(cookies), 1)
	})
}

// TestL18: every page has a control that reopens the settings, in the same place and with the same
// name. The settings show the present choices.
func TestL18(t *testing.T) {
	t.Parallel()
	shows(t, "L18: on every page, route and 404 page there is one control of one name, and it opens on the present choice")
	// controls lists the visible controls that open the settings, ours and the site's.
	const controls = `[...document.querySelectorAll("[data-charte=open]"), ...(document.querySelector("charte-banner")?.shadowRoot.querySelectorAll("[data-charte=open]") || [])]
		.filter(e => e.checkVisibility())`
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		page, err := os.ReadFile("control/index.html")
		if err != nil {
			t.Fatal(err)
		}
		plain := w.serve("plain", "localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			if !strings.HasPrefix(r.URL.Path, "/page") {
				rw.WriteHeader(http.StatusNotFound)
			}
			rw.Write([]byte(strings.ReplaceAll(string(page), "CHARTE", w.Charte)))
		}))
		w.portal()
		v := visitor{browsertest.NewPage(t, name), t}
		v.must(v.Open(plain + "/page"))
		v.sees(notice)
		v.do(`await charte.set({youtube: true})`)
		opens := func(where string) {
			t.Helper()
			v.waits(`(labels => labels === arguments[0] || [labels])(`+controls+`.map(e => e.textContent).join()) === true`, "Gérer mes cookies")
			v.warm()
			v.do(controls + `[0].click()`)
			v.sees(settings)
			want(v, where+": what is on", eval[string](v, `[...`+root+`.querySelectorAll("input:checked")].map(e => e.dataset.id).join()`), "youtube")
			v.click(closeIt)
			v.seesNot(settings)
		}
		var place string
		for _, path := range []string{"/page", "/page/2", "/nowhere"} {
			v.must(v.Open(plain + path))
			v.sees(host + " >>> [part=control]")
			opens(path)
			at := fmt.Sprint(v.box(root + `.querySelector("[part=control]")`))
			if place == "" {
				place = at
			}
			want(v, path+": its place", at, place)
		}
		for i, route := range []string{
			`history.pushState(null, "", "?route"); document.querySelector("#place").textContent = "Une autre vue."`,
			`history.replaceState(null, "", "#route"); document.body.replaceChildren(document.createElement("main"))`,
			`history.pushState(null, "", "/page/3"); document.body.replaceWith(document.createElement("body"))`,
		} {
			v.do(route)
			opens(fmt.Sprint("route ", i))
		}
		// Where the site has its own control, ours is not shown.
		for _, path := range []string{"/", "/video.html", "/charte"} {
			v.must(v.Open(w.Site + path))
			v.waits(`window.charte?.decision.answered`)
			opens(path)
		}
	})
}

// TestL19: a service whose consent is withdrawn stops reading and writing its cookie.
func TestL19(t *testing.T) {
	alone(t)
	shows(t, "L19: after a withdrawal a service that reads and writes all the time is gone within seconds, and so is its cookie")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/law/vendor.html")
		v.click(notice + " " + acceptAll)
		v.waits(`/\b_ga=/.test(document.cookie)`)
		old := eval[string](v, `/\b_ga=[^;]*/.exec(document.cookie)[0]`)
		for end := time.Now().Add(10 * time.Second); len(w.requested(old)) == 0; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the service never reported its cookie, so the test could not see it stop")
			}
		}
		v.warm()
		v.do(`window.mark = true`)
		v.asks("[data-charte=open]")
		v.click(settings + " " + refuseAll)
		withdrawn := time.Now()
		v.waits(`!window.mark && document.readyState === "complete" && window.charte?.decision.answered`)
		if took := time.Since(withdrawn); took > 5*time.Second {
			t.Errorf("the service went on for %v after the withdrawal", took)
		}
		v.waits(`!/\b_ga=/.test(document.cookie)`)
		v.afterAll()
		w.forget()
		v.do(`await new Promise(next => setTimeout(next, 500))`) // ten times the interval at which the service reports
		want(v, "reports after the withdrawal", strings.Join(w.requested("beat"), ", "), "")
		want(v, "scripts", eval[string](v, `ran.join()`), "")
		want(v, "traces", eval[string](v, traces), "cookies_preferences")
	})
}

// clockAhead sets a page's clock ahead by a number of days.
const clockAhead = `{
	const Real = Date, shift = %d * 864e5;
	window.Date = class Date extends Real {
		constructor(...args) { if (args.length) super(...args); else super(Real.now() + shift); }
		static now() { return Real.now() + shift; }
	};
}`

// TestL20: every answer is kept for six months. Visits do not make that longer, and nobody is asked
// before.
func TestL20(t *testing.T) {
	t.Parallel()
	shows(t, "L20: acceptance, refusal and choice are kept equally long, 180 to 183 days, which visits do not extend; silent after 179 days, asked after 184")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		for answer, granted := range map[string]string{"accept-all": "statistics,google-analytics,first-party,personalisation,third-party,youtube,meta-pixel", "refuse-all": "", "save": "youtube"} {
			v := w.visit(name, "/law/")
			v.sees(notice)
			if answer == "save" {
				v.opens()
				v.click(switchOf("youtube"))
				v.click(save)
			} else {
				v.click(notice + " [data-charte=" + answer + "]")
			}
			v.seesNot(settings)
			v.seesNot(notice)
			given := time.Now()
			kept := v.answer()
			if kept == nil {
				t.Fatalf("%s is not kept", answer)
			}
			days := kept.Expires.Sub(given).Hours() / 24
			if days < 180 || days > 183 || math.Abs(days-182) > 0.01 { // 182 for every answer
				t.Errorf("%s is kept for %.3f days", answer, days)
			}
			// The next visit is more than a second later, because expiry is counted in seconds.
			v.do(`const from = Date.now(); while (Date.now() - from < 1200) await new Promise(next => setTimeout(next, 100))`)
			v.must(v.Reload())
			v.waits(`window.charte?.decision.answered`)
			v.opens()
			v.click(closeIt)
			v.seesNot(settings)
			if again := v.answer(); again == nil || !again.Expires.Equal(kept.Expires) || again.Value != kept.Value {
				t.Errorf("%s: a visit has changed %+v to %+v", answer, kept, again)
			}
			for days, asked := range map[int]bool{179: false, 184: true} {
				tab, err := v.NewTab()
				v.must(err)
				later := visitor{tab, t}
				later.must(later.Preload(fmt.Sprintf(clockAhead, days)))
				later.must(later.Open(w.Site + "/law/"))
				later.waits(`window.charte?.decision`)
				if asked {
					later.sees(notice)
					later.afterAll()
					want(later, answer+": scripts after its time", eval[string](later, `charte.decision.answered + ran.join()`), "false")
				} else {
					later.afterAll()
					later.seesNot(notice)
					want(later, answer+": granted after 179 days", eval[string](later, `charte.decision.granted.join()`), granted)
				}
				later.must(later.Close())
			}
		}
	})
}

// renewed returns the demo catalogue with one more service and one more purpose.
func renewed(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c := keeping(t)
	category := c.Categories[len(c.Categories)-1]
	category.ID = "advice"
	c.Categories = append(c.Categories, category)
	for id, category := range map[catalogue.ID]catalogue.ID{"newcomer": "third-party", "adviser": "advice"} {
		s := c.Services[len(c.Services)-1]
		s.ID, s.Category, s.Cookies = id, category, nil
		c.Services = append(c.Services, s)
	}
	return c
}

// TestL21: a corrected text asks nobody again. A new purpose or service asks again and shows what was
// answered before. The earlier answer grants nothing until then.
func TestL21(t *testing.T) {
	t.Parallel()
	shows(t, "L21: a mended text is silent; a new purpose or service asks again, with the former choices shown and what is new refused, and nothing granted until then")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, keeping(t))
		v := w.visit(name, "/law/")
		v.do(`await charte.set({"google-analytics": true, "third-party": true})`)
		kept := func() string {
			t.Helper()
			if c := v.answer(); c != nil {
				return c.Value
			}
			return ""
		}
		old := kept()
		if !strings.HasSuffix(old, "&yes=statistics+third-party") {
			t.Fatalf("the first answer is %q", old)
		}

		mended := keeping(t)
		for i := range mended.Services {
			mended.Services[i].Purpose = catalogue.Text{"fr": "Un texte mieux écrit.", "en": "A text of better style."}
		}
		same := newWorldOf(t, engine, mended) // it shares the cookies, because they do not depend on the port
		v.must(v.Open(same.Site + "/law/"))
		v.waits(`ran.includes("statistics")`)
		v.seesNot(notice)

		c := renewed(t)
		words := func(w *world) catalogue.SettingsWords { return w.bundle.Views[0].Words.Settings }
		const on = `[...` + root + `.querySelectorAll("input:checked")].map(e => e.dataset.id).sort().join()`
		const said = root + `.querySelector("dialog .body > p").textContent`
		again := func(w *world, sentence, wanted string) {
			t.Helper()
			v.must(v.Open(w.Site + "/law/"))
			v.sees(notice)
			v.opens()
			v.shot("former-" + string(name))
			want(v, "what the settings say first", eval[string](v, said), sentence)
			want(v, "what is on", eval[string](v, on), wanted)
			v.afterAll()
			want(v, "before the new answer", eval[string](v, `charte.decision.answered + charte.decision.granted.join() + ran.join()`), "false")
			want(v, "requests to third parties", strings.Join(w.requested("canary"), ", "), "")
		}
		// The catalogue does not say what the earlier revision asked for. The category that was granted
		// as a whole may have had other services then, so nothing is on.
		unknown := newWorldOf(t, engine, c)
		again(unknown, words(unknown).Body, "")
		v.must(v.Press("Escape"))
		v.seesNot(settings)

		c = renewed(t)
		c.Formerly = map[string][]string{w.bundle.Views[0].Revision: w.bundle.Catalogue.Asked()}
		known := newWorldOf(t, engine, c)
		again(known, words(known).Changed, "google-analytics,meta-pixel,statistics,youtube")
		want(v, "a category with something new", eval[bool](v, root+`.querySelector("input[data-id=third-party]").indeterminate`), true)
		v.click(switchOf("meta-pixel"))
		v.must(v.Press("Escape"))
		v.seesNot(settings)
		v.sees(notice)
		want(v, "after Escape", eval[string](v, `charte.decision.answered + ran.join()`), "false")
		want(v, "the cookie", kept(), old)
		again(known, words(known).Changed, "google-analytics,meta-pixel,statistics,youtube")
		v.click(save)
		v.seesNot(settings)
		v.waits(`ran.includes("meta-pixel")`)
		v.afterAll()
		want(v, "scripts", eval[string](v, `ran.join()`), "statistics,youtube,meta-pixel")
		if value := kept(); !strings.Contains(value, known.bundle.Views[0].Revision) || !strings.HasSuffix(value, "&yes=statistics+third-party.meta-pixel+third-party.youtube") {
			t.Errorf("the new answer is %q", value)
		}
		v.opens()
		want(v, "what the settings say after it", eval[string](v, said), words(known).Body)
	})
}

// TestL22: two visitors who answer alike have the same cookie, byte for byte.
func TestL22(t *testing.T) {
	t.Parallel()
	shows(t, "L22: two visitors who answer alike keep the same bytes")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		for _, which := range []string{acceptAll, refuseAll} {
			var values [2]string
			for i := range values {
				v := w.visit(name, "/journey/")
				v.click(notice + " " + which)
				v.seesNot(notice)
				values[i] = v.answer().Value
			}
			if values[0] == "" || values[0] != values[1] {
				t.Errorf("%s: the two cookies are %q and %q", which, values[0], values[1])
			}
		}
	})
}

// TestL23: the list says of every cookie who sets it, for what, how long it is kept and who receives
// it.
func TestL23(t *testing.T) {
	t.Parallel()
	shows(t, "L23: every row of the lists has a cookie, who sets and receives it, its purpose and its duration; a third party's policy is linked")
	const rows = `[...arguments[0] ? ` + root + `.querySelectorAll("tbody tr") : document.querySelectorAll("tbody tr")].map(tr =>
		({cells: [...tr.cells].map(c => c.textContent.trim()), link: tr.cells[0].querySelector("a")?.href || ""}))`
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		w.portal()
		v := w.visit(name, "/charte")
		v.sees(notice)
		v.opens()
		v.sees(list)
		for _, inSettings := range []bool{true, false} {
			type row struct {
				Cells []string
				Link  string
			}
			found := map[string]row{}
			for _, r := range eval[[]row](v, rows, inSettings) {
				if len(r.Cells) != 5 || slices.Contains(r.Cells, "") {
					t.Fatalf("a row has the cells %q, want five with text", r.Cells)
				}
				name, _, _ := strings.Cut(r.Cells[2], " ")
				found[name] = r
			}
			wanted := 0
			for _, c := range w.bundle.Views[0].Categories {
				for _, s := range c.Services {
					for _, cookie := range s.Cookies {
						wanted++
						r := found[cookie.Name]
						if r.Cells == nil || r.Cells[0] != s.Provider || r.Cells[3] != cookie.Purpose || r.Cells[4] != cookie.Lifetime || !s.FirstParty && r.Link != s.PolicyURL {
							t.Errorf("%s: the row is %+v", cookie.Name, r)
						}
					}
				}
			}
			want(v, "rows", len(found), wanted)
		}
	})
}

// An observed entry is one that a crawl has found in the browser.
type observed struct {
	name string
	kind catalogue.Kind
	left time.Duration // until it expires; 0 where it ends with the session
}

// untrue returns a sentence for each entry that the catalogue does not declare, or declares with a
// shorter lifetime.
func untrue(c *catalogue.Catalogue, entries []observed) []string {
	const day = 24 * time.Hour
	units := map[catalogue.Unit]time.Duration{catalogue.UnitMinute: time.Minute, catalogue.UnitHour: time.Hour, catalogue.UnitDay: day,
		catalogue.UnitWeek: 7 * day, catalogue.UnitMonth: 365*day/12 + 12*time.Hour/12, catalogue.UnitYear: 365*day + 12*time.Hour}
	var all []string
	for _, e := range entries {
		declared := false
		for _, s := range c.Services {
			for _, cookie := range s.Cookies {
				kind := cookie.Kind
				if kind == "" {
					kind = catalogue.KindCookie
				}
				if kind != e.kind || !cookie.Covers(e.name) {
					continue
				}
				declared = true
				most := time.Duration(cookie.Lifetime.Count) * units[cookie.Lifetime.Unit]
				if e.left > most && e.kind == catalogue.KindCookie {
					all = append(all, fmt.Sprintf("%s is kept for %v, and declared for %v", e.name, e.left, most))
				}
			}
		}
		if !declared {
			all = append(all, e.name+" is not declared")
		}
	}
	return all
}

// TestL24: the demo's catalogue is true. A crawl finds no entry that it does not declare, and none
// that lasts longer than it declares. Its list of necessary cookies changes only after review.
func TestL24(t *testing.T) {
	t.Parallel()
	shows(t, "L24: after consent a crawl of the demo finds only what is declared, for no longer; what is necessary is a frozen list")
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	var necessary []string
	for _, s := range c.Services {
		for _, category := range c.Categories {
			if s.Category == category.ID && category.Necessary {
				for _, cookie := range s.Cookies {
					necessary = append(necessary, string(s.ID)+": "+cookie.Name)
				}
			}
		}
	}
	if got := strings.Join(necessary, ", "); got != "authentication: sessionid, language: django_language, api-csrf: csrftoken, cookie-choice: cookies_preferences" {
		t.Errorf("the necessary cookies are now %s; a person has to confirm first that each is necessary", got)
	}
	for _, test := range []struct {
		entry observed
		want  int
	}{
		{observed{"_fbp", catalogue.KindCookie, 90 * 24 * time.Hour}, 0},
		{observed{"_fbp", catalogue.KindCookie, 91 * 24 * time.Hour}, 1},
		{observed{"_fbp", catalogue.KindLocalStorage, 0}, 1},
		{observed{"YSC", catalogue.KindCookie, 0}, 0},
		{observed{"YSC", catalogue.KindCookie, time.Minute}, 1},
		{observed{"_gid", catalogue.KindCookie, 0}, 1},
	} {
		if got := untrue(c, []observed{test.entry}); len(got) != test.want {
			t.Errorf("%+v: untrue says %q, want %d sentences", test.entry, got, test.want)
		}
	}
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		w.portal()
		v := w.visit(name, "/")
		v.click(notice + " " + acceptAll)
		v.waits(`document.querySelector("#first-party").textContent === "exécuté" && document.querySelector("#third-party").textContent === "exécuté"`)
		var found []observed
		for _, path := range []string{"/", "/video.html", "/charte", "/"} {
			v.must(v.Open(w.Site + path))
			v.waits(`window.charte?.decision.answered && document.readyState === "complete"`)
			if path == "/" {
				v.afterAll()
			}
			cookies, err := v.Cookies()
			v.must(err)
			for _, cookie := range cookies {
				left := time.Duration(0)
				if !cookie.Expires.IsZero() {
					left = time.Until(cookie.Expires)
				}
				found = append(found, observed{cookie.Name, catalogue.KindCookie, left})
			}
			for kind, store := range map[catalogue.Kind]string{catalogue.KindLocalStorage: "localStorage", catalogue.KindSessionStorage: "sessionStorage"} {
				for _, key := range eval[[]string](v, `Object.keys(`+store+`)`) {
					found = append(found, observed{key, kind, 0})
				}
			}
			want(v, path+": databases, caches and workers", eval[int](v, `(await indexedDB.databases()).length + (await caches.keys()).length + (await navigator.serviceWorker.getRegistrations()).length`), 0)
		}
		seen := map[string]bool{}
		for _, e := range found {
			seen[e.name] = true
		}
		if !seen["cookies_preferences"] || !seen["portal_profile"] || !seen["portal.history"] {
			t.Errorf("the crawl has seen only %v", seen)
		}
		if got := untrue(c, found); len(got) > 0 {
			t.Errorf("%q", got)
		}
		for _, request := range w.requested("") {
			if !strings.HasPrefix(request, "portal /") {
				t.Errorf("the demo has made a request to %s", request)
			}
		}
	})
}

// TestL25: an exempt service runs without consent, and the settings say so. No visit or answer makes
// its cookie last longer.
func TestL25(t *testing.T) {
	t.Parallel()
	shows(t, "L25: exempt statistics are explained, and neither a visit nor an answer makes their cookie last longer")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		v := w.visit(name, "/law/")
		v.sees(notice)
		v.do(`document.cookie = "_pk_id.1=x; Path=/; Max-Age=" + 390 * 86400`)
		v.waits(`document.cookie.includes("_pk_id.1")`) // once a script can read it, the driver sees it too
		expires := func() time.Time {
			t.Helper()
			cookies, err := v.Cookies()
			v.must(err)
			for _, c := range cookies {
				if c.Name == "_pk_id.1" {
					return c.Expires
				}
			}
			t.Fatal("the exempt cookie is gone")
			return time.Time{}
		}
		set := expires()
		v.do(`const from = Date.now(); while (Date.now() - from < 2000) await new Promise(next => setTimeout(next, 100))`)
		for _, answer := range []string{"", "refuse-all", "accept-all", "refuse-all"} {
			if answer != "" {
				v.do(`await charte.reset()`)
				v.click(notice + " [data-charte=" + answer + "]")
				v.seesNot(notice)
			}
			v.must(v.Reload())
			v.waits(`window.charte?.allows("matomo")`)
			v.afterAll()
			if again := expires(); !again.Equal(set) {
				t.Errorf("after a visit (%s) the cookie expires at %v, want %v", answer, again, set)
			}
		}
		v.opens()
		const matomo = root + `.getElementById("service-matomo").closest("li")`
		want(v, "what the settings say of it", eval[string](v, matomo+`.querySelector(".state").textContent`), w.bundle.Views[0].Words.Settings.Exempt)
		want(v, "its purpose", eval[bool](v, matomo+`.textContent.includes("Compter les visites")`), true)
	})
}

// objection is the selector of the box by which a visitor objects to an exempt service.
const objection = settings + ` input[data-object="matomo"]`

// TestObjection: an exempt service runs until the visitor objects. No answer to anything else lifts
// the objection.
func TestObjection(t *testing.T) {
	t.Parallel()
	shows(t, "L25: a box that nobody has ticked objects to an exempt measurement: it ends, its cookies go, and no answer to something else brings it back")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, keeping(t))
		v := w.visit(name, "/gates/")
		v.waits(`ran.join() === "exempt"`)
		v.do(`document.cookie = "_pk_id.1=x; Path=/"`)
		v.opens()
		const ticked = root + `.querySelector("input[data-object=matomo]").checked`
		const state = root + `.getElementById("service-matomo").closest("li").querySelector(".state").textContent`
		words := w.bundle.Views[0].Words.Settings
		want(v, "ticked beforehand", eval[bool](v, ticked), false)
		v.shot("objection-" + string(name))
		v.click(objection)
		v.waits(state+` === arguments[0]`, words.Refused)
		want(v, "allowed before it is saved", eval[bool](v, `charte.allows("matomo")`), true)
		v.click(save)
		v.seesNot(settings)
		v.waits(`!charte.allows("matomo") && !charte.allows("statistics") && charte.decision.refused.includes("matomo")`)
		v.waits(`!document.cookie.includes("_pk_id")`)
		kept := func(what, value string) {
			t.Helper()
			if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, value) {
				t.Errorf("%s: %+v, want …%s", what, c, value)
			}
		}
		kept("saved", "&rev="+w.bundle.Views[0].Revision+"&no=statistics")
		v.must(v.Reload())
		v.waits(`window.charte?.decision.answered`)
		v.afterAll()
		want(v, "scripts on the next page", eval[string](v, `ran.join()`), "")

		// The objection holds whatever the visitor answers otherwise, with Go and without.
		v.do(`await charte.acceptAll()`)
		kept("accepted by the loader", "&yes=first-party+statistics+third-party&no=statistics")
		v.do(`await charte.refuseAll()`)
		kept("refused by the loader", "&rev="+w.bundle.Views[0].Revision+"&no=statistics")
		v.opens()
		want(v, "ticked when the settings open again", eval[bool](v, ticked), true)
		v.click(settings + " " + acceptAll)
		v.seesNot(settings)
		kept("accepted in the settings", "&yes=first-party+statistics+third-party&no=statistics")
		v.do(`await charte.refuseAll()`)
		kept("refused by the hook", "&rev="+w.bundle.Views[0].Revision+"&no=statistics")
		want(v, "exempt scripts so far", eval[bool](v, `ran.includes("exempt")`), false)

		v.opens()
		v.click(objection)
		v.waits(state+` === arguments[0]`, words.Exempt)
		v.click(save)
		v.seesNot(settings)
		v.waits(`charte.allows("matomo") && ran.includes("exempt")`)
		kept("taken back", "&rev="+w.bundle.Views[0].Revision)
		v.do(`await charte.set({matomo: false})`)
		kept("by the hook", "&no=statistics")
	})
}

// TestObjectionNotSaved: an objection that is ticked and not saved does not count.
func TestObjectionNotSaved(t *testing.T) {
	t.Parallel()
	shows(t, "L25: a box that was ticked and not saved objects to nothing")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, keeping(t))
		v := w.visit(name, "/gates/")
		v.opens()
		v.click(objection)
		v.waits(root+`.getElementById("service-matomo").closest("li").querySelector(".state").textContent === arguments[0]`, w.bundle.Views[0].Words.Settings.Refused)
		v.must(v.Press("Escape"))
		v.sees(notice)
		v.click(notice + " " + acceptAll)
		v.seesNot(notice)
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&rev="+w.bundle.Views[0].Revision+grantsAll) {
			t.Errorf("%+v", c)
		}
	})
}

// TestObjectionLasts: a changed catalogue asks again. An objection made under an earlier one holds
// before the new answer and after it, whether the loader or Go writes that.
func TestObjectionLasts(t *testing.T) {
	t.Parallel()
	shows(t, "L25: an objection holds under a new revision, before and after an answer to it, until its own box is cleared")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		for _, test := range []struct {
			name, answer, yes string
			program           bool // whether Go has come before the answer
		}{
			{"refused before Go is there", `await charte.refuseAll()`, "", false},
			{"accepted before Go is there", `await charte.acceptAll()`, "&yes=first-party+statistics+third-party", false},
			{"refused by the hook, with Go", `await charte.refuseAll()`, "", true},
			{"accepted by the hook, with Go", `await charte.acceptAll()`, "&yes=first-party+statistics+third-party", true},
			{"one service by the hook", `await charte.set({youtube: true})`, "&yes=third-party.youtube", true},
		} {
			w := newWorldOf(t, engine, keeping(t))
			v := w.visit(name, "/gates/")
			earlier := consent.CookieName + "=v=1&on=" + consent.DayOf(time.Now()).String() + "&rev=aaaaaa&no=statistics; Path=/"
			v.do(`document.cookie = arguments[0]`, earlier)
			v.must(v.Reload())
			v.sees(notice)
			v.afterAll()
			want(v, test.name+": scripts before", eval[string](v, `ran.join()`), "")
			want(v, test.name+": allowed before", eval[bool](v, `charte.allows("matomo") || charte.decision.answered`), false)
			if test.program {
				v.warm()
				v.sees(notice)
			}
			v.do(test.answer)
			want(v, test.name+": allowed after", eval[bool](v, `charte.allows("matomo")`), false)
			if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&rev="+w.bundle.Views[0].Revision+test.yes+"&no=statistics") {
				t.Errorf("%s: %+v", test.name, c)
			}
			want(v, test.name+": exempt scripts", eval[bool](v, `ran.includes("exempt")`), false)
		}
	})
}

// TestObjectionAlone: where nothing asks for consent there is no notice, but an objection can be saved.
// The page then loads again to end what has run.
func TestObjectionAlone(t *testing.T) {
	t.Parallel()
	shows(t, "L25: a site with exempt services alone asks nobody, and a visitor can still object")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		c, err := source.Embedded("demo")
		if err != nil {
			t.Fatal(err)
		}
		c.Services = slices.DeleteFunc(c.Services, c.Asks)
		w := newWorldOf(t, "light", c)
		v := w.visit(name, "/gates/")
		v.waits(`ran.join() === "exempt"`)
		v.afterAll()
		want(v, "notices", eval[bool](v, `!!`+root+`.querySelector("[data-charte=notice]")`), false)
		v.opens()
		want(v, "answers", eval[string](v, `[...`+root+`.querySelectorAll(".answers button")].map(b => b.dataset.charte).join()`), "save")
		v.click(objection)
		v.do(`window.mark = true`)
		v.click(save)
		v.waits(`!window.mark && window.charte?.decision.answered`) // the page has loaded again
		v.afterAll()
		want(v, "scripts", eval[string](v, `ran.join()`), "")
		want(v, "allowed", eval[bool](v, `charte.allows("matomo")`), false)
	})
}

// TestL26: visitors receive the files that the manifest of the build lists. So a site can prove what
// they were shown.
func TestL26(t *testing.T) {
	t.Parallel()
	shows(t, "L26: every file that a browser receives has the hash that the build's manifest says")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newStaticSite(t, "Un site")
		v := w.visit(name, "/page.html")
		v.opens()
		v.sees(list)
		type file struct{ Name, SHA256 string }
		var manifest struct {
			Revision string
			Files    []file
		}
		text := eval[string](v, `await (await fetch("/static/cookies/manifest.json")).text()`)
		v.must(json.Unmarshal([]byte(text), &manifest))
		hashes := map[string]string{}
		for _, f := range manifest.Files {
			hashes[f.Name] = f.SHA256
			want(v, f.Name, eval[string](v, `await (async () => {
				const bytes = await (await fetch("/static/cookies/" + arguments[0])).arrayBuffer();
				return "sha256-" + btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));
			})()`, f.Name), f.SHA256)
		}
		want(v, "the revision", eval[string](v, `charte.decision.revision`), manifest.Revision)
		// The manifest lists everything that the page has loaded.
		loaded := 0
		for _, name := range eval[[]string](v, `performance.getEntriesByType("resource").map(e => new URL(e.name)).filter(u => u.pathname.startsWith("/static/cookies/")).map(u => u.pathname.slice(16))`) {
			if name == "manifest.json" {
				continue
			}
			loaded++
			if hashes[name] == "" {
				t.Errorf("%s is not in the manifest", name)
			}
		}
		if loaded < 4 {
			t.Errorf("only %d files were loaded, too few for this test", loaded)
		}
	})
}

// TestL28: the answer does not leave the browser, so the site has no transfer to explain.
func TestL28(t *testing.T) {
	t.Parallel()
	shows(t, "L28: an answer is sent to nobody")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, keeping(t))
		v := w.visitWith(name, watch, "/privacy/")
		v.sees(notice)
		for _, answer := range []string{notice + " " + acceptAll, settings + " " + refuseAll, save} {
			if answer != notice+" "+acceptAll {
				v.opens()
			}
			if answer == save {
				v.click(switchOf("youtube"))
			}
			v.click(answer)
			v.seesNot(notice)
			v.seesNot(settings)
			v.afterAll()
		}
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=third-party.youtube") {
			t.Errorf("the answer is %+v", c)
		}
		for _, what := range eval[[]string](v, `[...seen]`) {
			if strings.Contains(what, "sendBeacon") || strings.Contains(what, "XMLHttpRequest") || strings.Contains(what, "WebSocket") ||
				strings.HasPrefix(what, "fetch ") && !strings.HasPrefix(what, "fetch "+w.Charte+"/") {
				t.Errorf("after an answer: %s", what)
			}
		}
		for _, request := range w.requested("") {
			_, path, _ := strings.Cut(request, " ")
			if file := strings.TrimPrefix(path, "/"); !strings.HasPrefix(request, "site /") && w.bundle.Files[file] == nil {
				t.Errorf("a request for %s, which is no file of the bundle", request)
			}
		}
	})
}
