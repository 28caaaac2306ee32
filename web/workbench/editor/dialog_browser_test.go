package editor_test

import (
	"slices"
	"strings"
	"testing"

	"charte/web/browser"
	"charte/web/npm"
	"charte/web/workbench/editor"
)

// dialogJudge gives a line for each fault that axe finds in the page's dialog.
const dialogJudge = `return (await axe.run("dialog", {
	resultTypes: ["violations", "incomplete"],
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"],
	rules: {"td-has-header": {enabled: true}, "table-fake-caption": {enabled: true}, "focus-order-semantics": {enabled: true}},
})).violations.flatMap(rule => rule.nodes.map(node =>
	rule.id + " " + node.target.flat().join(" ") + ": " + [...node.any, ...node.all, ...node.none].map(check => check.message).join("; ")))`

// drop drops a file of so many bytes where files are dropped: on the zone, or on the page.
const dropFile = `
	const data = new DataTransfer();
	data.items.add(new File([new Uint8Array(arguments[1]).fill(65)], arguments[0]));
	const target = document.querySelector(".drop") || document.body;
	const taken = ["dragenter", "dragover", "drop"].filter(type =>
		!target.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data})));
	if (taken.join() !== "dragover,drop") throw new Error("the page has taken " + taken);`

// An axeCase is a dialog in a state, which do brings about, for axe to look at.
type axeCase struct {
	name   string
	dialog editor.DialogName
	do     func(p tab)
}

// TestServicesAxe: see judged.
func TestServicesAxe(t *testing.T) {
	judged(t, []axeCase{
		{"services", editor.DialogServices, func(p tab) { p.waits(`document.querySelectorAll(".services-one").length > 3`) }},
		{"a service with a value missing", editor.DialogServices, func(p tab) {
			p.click(".services-found li:first-child button")
			p.click(".service-form .primary")
			p.waits(`document.activeElement.getAttribute("aria-invalid") === "true"`)
		}},
		{"a service that is declared", editor.DialogServices, func(p tab) {
			p.click(".services-found li:nth-child(2) button")
			p.waits(`!!document.querySelector(".services-tag")`)
		}},
	})
}

// TestOffersAxe: see judged.
func TestOffersAxe(t *testing.T) {
	judged(t, []axeCase{
		{"no file yet", editor.DialogOffers, func(p tab) { p.must(p.WaitVisible(".drop")) }},
		{"an offer", editor.DialogOffers, func(p tab) {
			p.must(p.Eval(dropFile, nil, "report.json", 9))
			p.click(".offers-item summary")
		}},
	})
}

// TestTranslationsAxe: see judged.
func TestTranslationsAxe(t *testing.T) {
	judged(t, []axeCase{
		{"translations", editor.DialogTranslations, func(p tab) { p.waits(`document.querySelectorAll("textarea").length === 21`) }},
	})
}

// TestEffectAxe: see judged.
func TestEffectAxe(t *testing.T) {
	judged(t, []axeCase{
		{"effect", editor.DialogEffect, func(p tab) { p.waits(`!!document.querySelector(".diff")`) }},
	})
}

// judged: axe-core finds no fault in a dialog, in all colours, on a desk and on a phone, and nothing is
// wider than the page.
func judged(t *testing.T, cases []axeCase) {
	source := npm.Axe.File(t, "axe.min.js")
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			eachDialog(t, func(t *testing.T, engine browser.Engine) {
				p := opened(t, engine, "")
				p.opens(test.dialog)
				test.do(p)
				p.must(p.Eval(source, nil))
				for _, look := range []browser.Media{{ColorScheme: "light"}, {ColorScheme: "dark"}, {ForcedColors: "active"}} {
					if look.ForcedColors != "" && engine == browser.WebKit {
						continue // which has none
					}
					p.must(p.Emulate(look))
					for _, width := range []int{1280, 320} {
						p.must(p.SetViewport(width, 800))
						p.waits(`innerWidth === arguments[0]`, width)
						for _, fault := range eval[[]string](p, dialogJudge) {
							t.Errorf("%+v, %d px: %s", look, width, fault)
						}
						if wide := eval[int](p, `return Math.max(document.documentElement.scrollWidth, document.querySelector("dialog").scrollWidth)`); wide > width {
							t.Errorf("%+v: what is shown is %d px wide on a page of %d px", look, wide, width)
						}
					}
				}
			})
		})
	}
}

// TestDialogsKeyboard: each dialog is opened, walked through and left by keyboard, and the focus comes
// back.
func TestDialogsKeyboard(t *testing.T) {
	eachDialog(t, func(t *testing.T, engine browser.Engine) {
		p := opened(t, engine, "")
		for d, first := range map[editor.DialogName]string{ // what gets the focus
			editor.DialogServices: "#services-query", editor.DialogOffers: "*", editor.DialogTranslations: "h2", editor.DialogEffect: "h2",
		} {
			for _, leave := range []string{"Escape", "Enter"} { // on the button that closes
				p.must(p.Eval(`document.getElementById(arguments[0]).focus()`, nil, "open-"+string(d)))
				p.must(p.Press("Enter"))
				p.waits(`!!document.querySelector("dialog:modal")`)
				p.waits(`document.activeElement.matches("dialog " + arguments[0])`, first)
				if leave == "Enter" {
					p.must(p.Eval(`document.querySelector(".dialog-close").focus()`, nil))
				}
				p.must(p.Press(leave))
				p.waits(`!document.querySelector("dialog")`)
				if got := eval[string](p, `return document.activeElement.id`); got != "open-"+string(d) {
					t.Errorf("%s, left by %s: the focus is on %q", d, leave, got)
				}
			}
		}
	})
}

// TestServicesJourney: a service is found, chosen, asked about and added by keyboard, and the tag has what
// was said.
func TestServicesJourney(t *testing.T) {
	eachDialog(t, func(t *testing.T, engine browser.Engine) {
		p := opened(t, engine, "")
		p.opens(editor.DialogServices)
		p.waits(`document.activeElement.id === "services-query"`)
		p.types("mato")
		p.called(`known "mato"`)
		if calls := eval[[]string](p, `return calls`); slices.Contains(calls, `known "m"`) && slices.Contains(calls, `known "ma"`) && slices.Contains(calls, `known "mat"`) {
			t.Errorf("every letter was searched for: %q", calls)
		}
		p.waits(`document.querySelectorAll(".services-one").length === 1`)
		p.must(p.Press("Tab", "Enter"))
		p.waits(`document.activeElement.id === "service-title"`)
		p.called("form /services/0")
		p.waits(`[...document.querySelector("#service-category").options].map(o => o.value + ": " + o.text).slice(1).join() === "third-party: Services tiers,inherited: D’un autre catalogue,unnamed: unnamed"`)
		p.click(".service-form .primary")
		p.waits(`document.activeElement.name === "host"`) // which is missing
		p.types("a.fr")
		p.click(`[name="cnil-mode"]`)
		p.click(`[name="accepts-unknown"]`)
		p.must(p.Press("Tab", "Enter"))
		p.called(`add matomo category="" with=map[cnil-mode:true host:a.fr] accepts=true`)
		p.waits(`document.activeElement.id === "service-title"`)
		tag := eval[string](p, `return document.querySelector(".services-tag code").textContent`)
		for _, part := range []string{`data-category="statistics" data-service="matomo"`, `https://a.fr/matomo.php`, `"{site}"`} {
			if !strings.Contains(tag, part) {
				t.Errorf("the tag lacks %s:\n%s", part, tag)
			}
		}
		p.waits(`!!document.querySelector(".services-one .declared")`)
		if got := eval[int](p, `return Number(document.querySelector("h1").dataset.version)`); got != 8 {
			t.Errorf("the page has version %d", got)
		}
		p.click(".services-tag button")
		p.waits(`["services.copied", "services.selected"].includes(document.querySelector(".services-tag [role=status]").textContent)`)
	})
}

// TestServicesRefused: what the server did not accept is said in its words, and what was typed stays; but
// not for another service.
func TestServicesRefused(t *testing.T) {
	eachDialog(t, func(t *testing.T, engine browser.Engine) {
		p := opened(t, engine, "refusing=add")
		p.opens(editor.DialogServices)
		p.click(".services-found li:first-child button")
		p.click(`[name="host"]`)
		p.types("x")
		p.click(".service-form .primary")
		p.waits(`document.querySelector(".service-form [role=alert]").textContent.startsWith("mine.yaml:41:7:")`)
		if got := eval[string](p, `return document.querySelector("[name=host]").value`); got != "x" {
			t.Errorf("what was typed is now %q", got)
		}
		p.click(".services-found li:nth-child(3) button")
		p.waits(`document.getElementById("service-title").textContent === "Crisp"`)
		if eval[bool](p, `return document.querySelector(".service-form [role=alert]").textContent !== ""`) {
			t.Error("the fault of one service is told of another")
		}
	})
}

// TestDropsOfText: text that is dragged within the page is the browser's.
func TestDropsOfText(t *testing.T) {
	eachDialog(t, func(t *testing.T, engine browser.Engine) {
		p := opened(t, engine, "")
		if !eval[bool](p, `
			const data = new DataTransfer();
			data.setData("text/plain", "a");
			return document.body.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: data}))
				&& document.body.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true}))`) {
			t.Error("the page takes what is no file")
		}
		if lines, err := p.Console(); err != nil || slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "uncaught") || strings.Contains(line, "panic") }) {
			t.Errorf("%v %q", err, lines)
		}
	})
}

// TestOffersJourney: a file that is dropped on the page opens the dialog; what is ticked is taken.
func TestOffersJourney(t *testing.T) {
	eachDialog(t, func(t *testing.T, engine browser.Engine) {
		p := opened(t, engine, "")
		p.must(p.Eval(dropFile, nil, "report.json", 9))
		p.called("drop report.json 9")
		p.click(`[name="i2"]`)
		p.click(".dialog-foot .primary")
		p.called("take o1 i1,i3")
		p.waits(`document.querySelector("dialog h3").textContent === "offers.taken.many n 2"`)
		p.waits(`document.activeElement === document.querySelector("dialog h3")`)
		for _, test := range []struct {
			name, file string
			bytes      int
			says       string
		}{
			{"nothing to add", "orejime.json", 3, "offers.nothing"},
			{"no byte", "empty.json", 0, "offers.empty name empty.json"},
			{"too large", "large.json", 8<<20 + 1, "offers.large name large.json most 8"},
			{"as large as may be", "report.json", 8 << 20, "offers.about.report file report.json"},
		} {
			p.must(p.Eval(dropFile, nil, test.file, test.bytes))
			p.waits(`document.querySelector("dialog").textContent.includes(arguments[0])`, test.says)
		}
		if calls := eval[[]string](p, `return calls.filter(call => /large|empty/.test(call))`); len(calls) > 0 {
			t.Errorf("the server was given %q", calls)
		}
	})
}

// TestTranslationsJourney: a text that is typed goes to the server once; what is being typed stays,
// whatever the file says meanwhile; a field that nobody is typing in follows the file.
func TestTranslationsJourney(t *testing.T) {
	const (
		summary = `[aria-label^="translations.cell text fields.category.summary of Mesure"][lang="de"]`
		name    = `[aria-label^="translations.cell text fields.site.name"][lang="de"]`
	)
	eachDialog(t, func(t *testing.T, engine browser.Engine) {
		p := opened(t, engine, "pause=60")
		p.opens(editor.DialogTranslations)
		p.waits(`document.querySelectorAll("textarea").length === 21`)
		const choose = `const s = document.getElementById("translations-filter"); s.selectedIndex = arguments[0]; s.dispatchEvent(new Event("change"))`
		p.must(p.Eval(choose, nil, 4)) // German lacks it
		p.waits(`document.querySelectorAll("textarea").length === 12`)
		p.click(summary)
		p.types("zahl")
		p.must(p.Eval(`disk("/categories/0/summary/de", "von der Platte")`, nil)) // while it is being typed
		p.types("en")
		p.called(`set /categories/0/summary/de "zahlen"`)
		p.waits(`document.querySelector("thead th:last-child .lacks").textContent === "translations.lacking.many n 4"`)
		if got := eval[string](p, `return document.querySelector(arguments[0]).value`, summary); got != "zahlen" {
			t.Errorf("the field has %q", got)
		}
		if got := eval[bool](p, `return document.activeElement === document.querySelector(arguments[0])`, summary); !got {
			t.Error("the field has lost the focus, or is gone from what the filter shows")
		}
		if got := eval[int](p, `return calls.filter(call => call.includes("zahlen")).length`); got != 1 {
			t.Errorf("the text was sent %d times", got)
		}
		p.must(p.Eval(choose, nil, 0)) // all
		p.waits(`document.querySelectorAll("textarea").length === 21`)
		for label, want := range map[string]string{
			"translations.cell text fields.service.purpose": `set /services/0/purpose/de "a\nb"`, // may have several lines
			"translations.cell text fields.words.acceptAll": `set /words/acceptAll/de "ab"`,
		} {
			p.click(`[aria-label^="` + label + `"][lang="de"]`)
			p.types("a")
			p.must(p.Press("Enter"))
			p.types("b")
			p.called(want)
		}
		p.waits(`document.querySelectorAll("textarea").length === 21`)
		for _, said := range []string{"Portal neu", ""} {
			p.must(p.Eval(`disk("/site/name/de", arguments[0])`, nil, said))
			p.waits(`document.querySelector(arguments[0]).value === arguments[1]`, name, said)
		}
	})
}

// TestTranslationsLetters: letters whose event has not come yet stay, whatever is rendered meanwhile. They
// are those of a keystroke between two frames.
func TestTranslationsLetters(t *testing.T) {
	const field = `document.querySelector('[aria-label^="translations.cell text fields.site.name"][lang="de"]')`
	eachDialog(t, func(t *testing.T, engine browser.Engine) {
		p := opened(t, engine, "")
		p.opens(editor.DialogTranslations)
		p.waits(`document.querySelectorAll("textarea").length === 21`)
		for _, test := range []struct{ name, typed, letters string }{
			{"the first letters", "", "first"},
			{"letters after others", "a", "ab"},
		} {
			if test.typed != "" {
				p.must(p.Eval(field+`.value = arguments[0]; `+field+`.dispatchEvent(new Event("input", {bubbles: true}))`, nil, test.typed))
			}
			p.must(p.Eval(field+`.value = arguments[0]; disk("/site/name/de", "von der Platte, " + arguments[0]); disk("/categories/0/summary/de", arguments[0])`, nil, test.letters))
			p.waits(`document.querySelector('[aria-label^="translations.cell text fields.category.summary of Mesure"][lang="de"]').value === arguments[0]`, test.letters)
			if got := eval[string](p, `return `+field+`.value`); got != test.letters {
				t.Errorf("%s: the field has %q, want %q", test.name, got, test.letters)
			}
			p.must(p.Eval(field+`.dispatchEvent(new Event("input", {bubbles: true}))`, nil))
			p.called(`set /site/name/de "` + test.letters + `"`)
		}
		// Nobody types any more, and the field follows the file again.
		p.waits(`Number(document.querySelector("h1").dataset.version) >= 13`)
		p.must(p.Eval(`disk("/site/name/de", "later")`, nil))
		p.waits(field + `.value === "later"`)

		// Lines that are pasted where the text has one become one.
		p.must(p.Eval(field+`.value = "two\nlines"; `+field+`.dispatchEvent(new Event("input", {bubbles: true}))`, nil))
		p.waits(field + `.value === "two lines"`)
		p.called(`set /site/name/de "two lines"`)
		p.must(p.Eval(`disk("/site/name/de", "last")`, nil))
		p.waits(field + `.value === "last"`)
	})
}

// TestTranslationsRefused: a text that the server did not accept stays in its field with the reason, and
// leaving the field tries again. Where the dialog was left at once, the page says it.
func TestTranslationsRefused(t *testing.T) {
	eachDialog(t, func(t *testing.T, engine browser.Engine) {
		p := opened(t, engine, "refusing=change&pause=60")
		p.opens(editor.DialogTranslations)
		const field = `[lang="de"]`
		p.click(field)
		p.types("x")
		p.waits(`document.querySelector(".translation .wrong").textContent.startsWith("mine.yaml")`)
		p.must(p.Press("Tab"))
		p.waits(`calls.filter(call => call.startsWith("set /site/name/de")).length === 2`)
		p.click(field)
		p.types("y")
		p.must(p.Press("Escape"))
		p.waits(`!document.querySelector("dialog")`)
		p.waits(`document.querySelector(".dialogs > [role=alert]").textContent.startsWith("mine.yaml")`)
	})
}

// TestTranslationsMany: the texts of many services come a few at a time, so that the page is never
// held up for long; and a text that is typed has no other field rendered again.
func TestTranslationsMany(t *testing.T) {
	eachDialog(t, func(t *testing.T, engine browser.Engine) {
		p := opened(t, engine, "many=40")
		p.must(p.Eval(`
			window.most = 0;
			window.changed = new Set();
			new MutationObserver(records => {
				// A set: where the dialog and its table come in one task, a field is in both of them.
				const added = records.flatMap(record => [...record.addedNodes]).filter(node => node.querySelectorAll);
				most = Math.max(most, new Set(added.flatMap(node => [...node.querySelectorAll("textarea")])).size);
				for (const record of records) changed.add((record.target.closest ? record.target : record.target.parentElement)?.closest(".translation")?.querySelector("textarea").getAttribute("aria-label"));
			}).observe(document.body, {childList: true, subtree: true, attributes: true, characterData: true})`, nil))
		p.opens(editor.DialogTranslations)
		p.waits(`document.querySelectorAll("textarea").length === 400`)
		if most := eval[int](p, `return most`); most > 30 { // 8 rows, or the last group that passes them
			t.Errorf("%d fields came at once; calls: %v", most, eval[[]string](p, `return calls`))
		}
		p.must(p.Eval(`document.querySelector("tbody:last-child tr:nth-child(2) [lang=en]").focus(); changed.clear()`, nil))
		p.types("abc")
		p.called(`set /services/39/cookies/0/purpose/en "abc"`)
		p.waits(`document.querySelector("thead th:last-child .lacks").textContent.endsWith("n 39")`)
		changed := eval[[]string](p, `return [...changed].filter(label => label)`)
		if want := []string{"translations.cell text fields.cookie.purpose of Service 39 language anglais"}; !slices.Equal(changed, want) {
			t.Errorf("rendered again were %q, want %q", changed, want)
		}
	})
}

// TestEffectJourney: the bar says the weightiest sentence and leads to all of them; saving closes.
func TestEffectJourney(t *testing.T) {
	eachDialog(t, func(t *testing.T, engine browser.Engine) {
		p := opened(t, engine, "")
		p.waits(`document.querySelector(".effect-line button").textContent === "says.everybody says.because.serviceNew service Matomo"`)
		p.click(".effect-line button")
		p.waits(`document.querySelectorAll(".effect-says li").length === 4`)
		p.click(".dialog-foot .primary")
		p.called("save")
		p.waits(`!document.querySelector("dialog")`)
		p.waits(`!document.querySelector(".effect-line button")`) // nothing is unsaved
		if got := eval[[]string](p, `return calls.filter(call => call === "save")`); len(got) != 1 {
			t.Errorf("saved %d times", len(got))
		}
		p.opens(editor.DialogEffect)
		p.click(".dialog-foot .primary")
		p.waits(`document.querySelector("dialog .note").textContent === "effect.same"`)
		if got := eval[[]string](p, `return calls.filter(call => call === "save")`); len(got) != 1 {
			t.Error("what is saved was saved again")
		}
	})
}
