package workbench

import (
	"strings"
	"testing"

	"charte/web/browser"
	"charte/web/npm"
)

// faults gives a line for each fault that axe-core finds in what is shown, but for the preview.
const faults = `return (await axe.run({exclude: ["iframe"]}, {resultTypes: ["violations"]})).violations.flatMap(rule =>
	rule.nodes.map(node => rule.id + " " + node.target + ": " + node.failureSummary))`

// An axeView is a state of the page, which show brings about.
type axeView struct {
	name string
	show func(p person)
}

// judged has axe-core look at views in French and English, on a desk and on a phone, and fails the test for each
// fault. Nothing may be wider than the page, on the narrowest of phones neither.
func judged(t *testing.T, views []axeView) {
	t.Helper()
	source := npm.Axe.File(t, "axe.min.js")
	built, err := program()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"fr", "en"} {
		t.Run(language, func(t *testing.T) {
			p := sit(t, browser.Chromium, built)
			p.must(p.Emulate(browser.Media{ReducedMotion: "reduce"}))
			p.must(p.Eval(source, nil))
			p.picks(".speak", language)
			p.waits(`document.documentElement.lang === arguments[0]`, language)
			for _, view := range views {
				p.must(p.SetViewport(1280, 800))
				view.show(p)
				for _, width := range []int{1280, 390, 320} {
					p.must(p.SetViewport(width, 800))
					p.waits(`innerWidth === arguments[0]`, width)
					if wide := got[int](p, `return Math.max(document.documentElement.scrollWidth, document.querySelector("dialog")?.scrollWidth || 0)`); wide > width {
						t.Errorf("%s, %d px: what is shown is %d px wide", view.name, width, wide)
					}
					if width == 320 {
						continue
					}
					for _, fault := range got[[]string](p, faults) {
						t.Errorf("%s, %d px: %s", view.name, width, fault)
					}
				}
				p.must(p.Eval(`document.querySelector("dialog")?.close()`, nil))
				p.waits(`!document.querySelector("dialog")`)
			}
		})
	}
}

// form shows a section, or an entry, with all that is folded.
func form(section int, title string) func(p person) {
	return func(p person) {
		p.goes(section, title)
		// A form that is unfolded may bring more that is folded.
		p.waits(`![...document.querySelectorAll('.form .fold[aria-expanded="false"]')].filter(fold => fold.dataset.clicked || !fold.click() && (fold.dataset.clicked = "yes")).length`)
	}
}

// TestAxeForms: see judged.
func TestAxeForms(t *testing.T) {
	judged(t, []axeView{
		{"site", form(siteSection, "")},
		{"languages", form(languagesSection, "")},
		{"categories", form(categoriesSection, "")},
		{"provider", form(providersSection, "Portail de données")},
		{"services", form(servicesSection, "")},
		{"known service", form(servicesSection, "Mesure d'audience anonyme (Matomo)")},
		{"service and its cookies", form(servicesSection, suggested)},
	})
}

// TestAxeLook: see judged.
func TestAxeLook(t *testing.T) {
	judged(t, []axeView{
		{"charter", form(charterSection, "")},
		{"look", form(lookSection, "")},
		{"words", form(wordsSection, "")},
		{"others", form(othersSection, "")},
	})
}

// TestAxeDialogs: see judged.
func TestAxeDialogs(t *testing.T) {
	judged(t, []axeView{
		{"known services", func(p person) {
			p.goes(servicesSection, "")
			p.click(".adds button:first-child")
			p.waits(`document.querySelectorAll(".services-one").length > 10`)
			p.click(".services-found li:first-child .services-one")
			p.waits(`document.activeElement.id === "service-title"`)
		}},
		{"translations", func(p person) {
			p.click(".tools button:first-child")
			p.waits(`document.querySelectorAll(".translation textarea").length > 20`)
		}},
		{"offers", func(p person) {
			p.click(".tools button:nth-child(2)")
			p.waits(`document.querySelector(".drop")`)
		}},
		{"effect", func(p person) {
			p.goes(servicesSection, suggested)
			p.fills("#at-services-2-name-fr", "Suggestions"+strings.ToUpper(p.t.Name()[len(p.t.Name())-2:]))
			p.waits(`!document.querySelector(".save").disabled`)
			p.click(review)
			p.waits(`document.querySelectorAll(".diff .added").length > 0`)
		}},
	})
}

// TestAxeTrouble: see judged. The text has errors, and conflicts with the file.
func TestAxeTrouble(t *testing.T) {
	judged(t, []axeView{
		{"errors", func(p person) {
			p.goes(servicesSection, "")
			p.click(".adds button:nth-child(2)")
			p.waits(`document.querySelectorAll(".why .error").length > 2 && document.querySelector(".status p")`)
		}},
		{"the list of findings", func(p person) {
			p.click(".light")
			p.waits(`document.querySelectorAll(".findings .lead.error").length > 2`)
		}},
		{"conflict", func(p person) {
			p.goes(servicesSection, suggested)
			p.fills("#at-services-2-location-fr", "ici")
			p.press("Tab")
			p.written("fr: ici", true)
			p.write(p.t, []byte(strings.Replace(string(p.read(p.t)), "fr: accueil et catalogue", "fr: ailleurs", 1)))
			p.waits(`document.querySelectorAll(".conflict").length === 1`)
		}},
	})
}
