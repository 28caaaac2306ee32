package source

import (
	"strings"
	"testing"
)

// TestDoubts: what is valid and yet to be asked about is said at its place.
func TestDoubts(t *testing.T) {
	const head = "languages: [fr]\nsite: {name: Portail, controller: Ville}\ncharter: {title: C, introduction: I, whatTitle: W, what: Q, kindsTitle: K}\n"
	const sound = head + `categories:
  - {id: necessary, necessary: true, name: Nécessaires, summary: Faire fonctionner le site, description: D}
  - {id: statistics, name: Statistiques, summary: Compter les visites, description: D}
providers:
  - {id: ville, name: Ville, firstParty: true}
  - {id: tiers, name: Tiers, policyURL: "https://tiers.example/vie-privee"}
services:
  - {id: login, category: necessary, provider: ville, name: Connexion, cookies: [{name: sessionid, purpose: P, lifetime: session}]}
  - {id: own, category: statistics, provider: ville, exempt: true, retention: 25 months, name: Mesure, purpose: Compter les pages, cookies: [{name: _pk_id*, purpose: P, lifetime: 13 months}]}
  - {id: other, category: statistics, provider: tiers, name: Mesure, purpose: Suivre les visites, cookies: [{name: x, purpose: P, lifetime: 2 years}]}
`
	for _, test := range []struct{ name, from, to, want string }{
		{"nothing", "", "", ""},
		{"a tracker that is called necessary", "name: sessionid", "name: _ga_AB12", "11:83: cookie \"_ga_AB12\" is one of Google Analytics's: it follows visitors, and is not necessary"},
		{"no purpose that anybody can consent to", "summary: Compter les visites", "summary: Améliorer votre expérience", "category \"statistics\": \"améliorer votre expérience\" is no purpose; say what the data is used for"},
		{"nor of a service", "purpose: Suivre les visites", "purpose: Pour améliorer l'expérience de tous", "service \"other\": \"améliorer l'expérience\" is no purpose; say what the data is used for"},
		{"exempt statistics, kept nobody knows how long", "retention: 25 months, ", "", "12:54: service \"own\": retention, how long its data are kept, is not said; without consent 25 months are the most"},
		{"exempt statistics, kept for too long", "retention: 25 months", "retention: 3 years", "12:68: service \"own\": without consent its data may be kept for 25 months at most"},
		{"a purpose as long as a paragraph", "summary: Compter les visites", "summary: " + strings.Repeat("Compter ", 9), "category \"statistics\": the purpose takes 71 letters, more than the 60 that are read at a glance"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(sound, test.from, test.to, 1)
			if _, err := Read("catalogue.yaml", []byte(text)); err != nil {
				t.Fatal(err)
			}
			said := doubts("catalogue.yaml", []byte(text))
			switch {
			case test.want == "" && len(said) > 0, test.want != "" && (len(said) != 1 || !strings.Contains(said.Error(), test.want)):
				t.Errorf("said %q, want %q", said.Error(), test.want)
			}
		})
	}
}

// TestNoDoubts: nobody has to ask about what comes with Charte.
func TestNoDoubts(t *testing.T) {
	for _, name := range []string{"default", "demo"} {
		if _, said, err := Doubts("../" + name + ".yaml"); err != nil || len(said) > 0 {
			t.Errorf("%s: %v %v", name, said, err)
		}
	}
}

// TestExempt: what asks nobody must be the site's own, explained, and gone after
// thirteen months (https://www.cnil.fr/fr/node/167364).
func TestExempt(t *testing.T) {
	const sound = `languages: [fr]
site: {name: Portail, controller: Ville}
charter: {title: C, introduction: I, whatTitle: W, what: Q, kindsTitle: K}
categories: [{id: statistics, name: Statistiques, summary: Compter les visites, description: D}]
providers:
  - {id: ville, name: Ville, firstParty: true}
  - {id: tiers, name: Tiers, policyURL: "https://tiers.example/vie-privee"}
services:
  - {id: own, category: statistics, provider: ville, exempt: true, name: Mesure, purpose: Compter les pages, cookies: [{name: _pk_id*, purpose: P, lifetime: 13 months}]}
`
	for _, test := range []struct{ name, from, to, want string }{
		{"as the CNIL asks", "", "", ""},
		{"395 days", "13 months", "395 days", ""},
		{"of a third party", "provider: ville", "provider: tiers", "only a first party can be exempt from consent"},
		{"14 months", "13 months", "14 months", "may be kept 13 months at most"},
		{"397 days", "13 months", "397 days", "may be kept 13 months at most"},
		{"two years", "13 months", "2 years", "may be kept 13 months at most"},
		{"without end", "{name: _pk_id*, purpose: P, lifetime: 13 months}", "{name: pk, kind: localStorage, purpose: P, lifetime: persistent}", "may be kept 13 months at most"},
		{"retention that is no time", "exempt: true", "exempt: true, retention: session", "retention is a time"},
		{"unexplained", "purpose: Compter les pages, ", "", "purpose is missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read("catalogue.yaml", []byte(strings.Replace(sound, test.from, test.to, 1)))
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "catalogue.yaml:9:") || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
