package draft

import (
	"slices"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/importer/plan"
)

const besideText = `languages: [en, fr]
site: { name: { fr: P, en: P }, controller: Ville }
charter: { title: { fr: C, en: C }, introduction: { fr: C, en: C }, whatTitle: { fr: C, en: C }, what: { fr: C, en: C }, kindsTitle: { fr: C, en: C } }
categories:
  - { id: needed, necessary: true, name: { fr: R, en: R }, summary: { fr: R, en: R }, description: { fr: R, en: R } }
  - { id: stats, name: { fr: R, en: R }, summary: { fr: R, en: R }, description: { fr: R, en: R } }
providers:
  - { id: other, name: Other, firstParty: true }
  - { id: ville, name: Ville, firstParty: true }
  - { id: regie, name: "La Régie", policyURL: https://regie.example/ }
services:
  - id: one
    category: stats
    provider: regie
    name: { fr: R, en: R }
    purpose: { fr: R, en: R }
    cookies:
      - { name: one, purpose: { fr: R, en: R }, lifetime: 1 day }
      - { name: _ga, purpose: { fr: R, en: R }, lifetime: 1 day }
      - { name: two, domain: .regie.example, purpose: { fr: R, en: R }, lifetime: 1 day }
`

// TestBesideCatalogue: a draft for a catalogue has its languages and providers, and neither its ids nor its cookies.
func TestBesideCatalogue(t *testing.T) {
	beside, err := source.Read("c.yaml", []byte(besideText))
	if err != nil {
		t.Fatal(err)
	}
	p := &plan.Plan{
		Peer: "Klaro 0.7", Languages: []string{"fr-FR", "de"},
		Categories: []plan.Category{{ID: "stats", Name: plan.Texts{"fr-FR": "S"}}},
		Services: []plan.Service{
			{ID: "one", Category: "stats", Name: plan.Texts{"fr-FR": "Un", "de": "Eins"}, Provider: "la régie", Cookies: []plan.Cookie{{Name: "one", Path: "a"}, {Name: "two"}}},
			{ID: "taken", Category: "stats", Name: plan.Texts{"fr-FR": "Deux"}, Provider: "Whoever"},
			{ID: "needed", Category: "", Necessary: true, Name: plan.Texts{"fr-FR": "Trois"}},
			{ID: "google-analytics", Category: "stats", Name: plan.Texts{"fr-FR": "GA"}},
		},
	}
	d, err := Catalogue(p, Options{Beside: beside, Taken: []string{"taken", "whoever"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"languages: [en, fr]\n", "  - id: stats\n", "  - id: one-2\n    category: stats\n    provider: regie\n", "      en: TODO", `      fr: "Un"`, "one is declared by the service one,", `- name: "two"`,
		"  - id: taken-2\n    category: stats\n    provider: whoever-2\n", "  - id: needed-2\n", "    provider: ville\n", "  - id: regie\n    name: \"La Régie\"\n", `    without: ["_ga"]`,
	} {
		if !strings.Contains(d.Text, want) {
			t.Errorf("%q is not in the draft", want)
		}
	}
	for _, not := range []string{"Eins", `- name: "one"`, "id: other", "provider: site"} {
		if strings.Contains(d.Text, not) {
			t.Errorf("%q is in the draft", not)
		}
	}
	if !slices.ContainsFunc(d.Notes, func(f plan.Fate) bool { return strings.Contains(f.Why, "no texts in de,") }) {
		t.Errorf("nobody says that German is left out: %v", d.Notes)
	}
	if t.Failed() {
		t.Log(d.Text)
	}
}

func TestAlike(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"analytics", "statistics", true}, {"Mesure-audience", "analytics", true}, {"marketing", "advertising", true}, {"social", "media", true},
		{"marketing", "statistics", false}, {"rest", "rest", false}, {"", "statistics", false},
	} {
		if got := Alike(test.a, test.b); got != test.want {
			t.Errorf("Alike(%q, %q) = %v", test.a, test.b, got)
		}
	}
}
