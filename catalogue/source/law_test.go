package source

import (
	"fmt"
	"strings"
	"testing"

	"charte/catalogue"
)

// TestDoubts: each doubt about a valid catalogue is reported at its place.
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
		{"a family that covers one", "name: sessionid", "name: _fb*", "11:83: cookie \"_fb*\" is one of Meta's: it follows visitors, and is not necessary"},
		{"a family that starts with one", "name: sessionid", "name: NID*", "11:83: cookie \"NID*\" is one of Google's: it follows visitors, and is not necessary"},
		{"a family of a tracker's family", "name: sessionid", "name: _uet*", "11:83: cookie \"_uet*\" is one of Microsoft Advertising's: it follows visitors, and is not necessary"},
		{"a family beside one", "name: sessionid", "name: _fbx*", ""},
		{"a refusal in other words", "services:\n", "words: {fr: {refuseAll: Plus tard}}\nservices:\n", "10:14: words: \"refuseAll\" is replaced by \"Plus tard\"; it must say that it refuses all, as plainly as the other answer"},
		{"an acceptance in other words", "services:\n", "words:\n  fr:\n    acceptAll: Continuer\nservices:\n", "12:5: words: \"acceptAll\" is replaced by \"Continuer\"; it must say that it accepts all, as plainly as the other answer"},
		{"other words for anything else", "services:\n", "words: {fr: {save: Garder}}\nservices:\n", ""},
		{"no purpose that anybody can consent to", "summary: Compter les visites", "summary: Améliorer votre expérience", "category \"statistics\": \"améliorer votre expérience\" is no purpose; say what the data is used for"},
		{"nor of a service", "purpose: Suivre les visites", "purpose: Pour améliorer l'expérience de tous", "service \"other\": \"améliorer l'expérience\" is no purpose; say what the data is used for"},
		{"exempt statistics, kept nobody knows how long", "retention: 25 months, ", "", "12:54: service \"own\": retention, how long its data are kept, is not said; without consent 25 months are the most"},
		{"exempt statistics, kept for too long", "retention: 25 months", "retention: 3 years", "12:68: service \"own\": without consent its data may be kept for 25 months at most"},
		{"a guard that knows no hosts", "site: {", "site: {guard: report, ", "13:5: service \"other\": hosts is missing, so the guard stops its requests even once it is granted; list those that it loads from"},
		{"hosts without a guard", "site: {", "site: {hosts: [{host: x.example, kind: script}], ", ""},
		{"an advertising publisher's script", "name: Mesure, purpose: Suivre", "hosts: [{host: pagead2.googlesyndication.com, kind: script}], name: Mesure, purpose: Suivre", "13:64: service \"other\": \"pagead2.googlesyndication.com\" belongs to tags that show Google's advertising (AdSense, Ad Manager, AdMob); in the EEA"},
		{"any tag of Ad Manager", "name: Mesure, purpose: Suivre", "hosts: [{host: securepubads.g.doubleclick.net, kind: connect}], name: Mesure, purpose: Suivre", "\"securepubads.g.doubleclick.net\" belongs to tags that show Google's advertising"},
		{"an advertising publisher's cookie", "{name: x,", "{name: __gads,", "service \"other\": \"__gads\" belongs to tags that show Google's advertising"},
		{"an advertiser's pixels", "name: Mesure, purpose: Suivre", "hosts: [{host: pagead2.googlesyndication.com, kind: pixel}, {host: googleads.g.doubleclick.net, kind: script}], name: Mesure, purpose: Suivre", ""},
		{"a known advertiser's service", "  - {id: other,", "  - {use: google-ads@1, with: {account: AW-123456789}, category: statistics, acceptsUnknown: true}\n  - {id: other,", ""},
		{"a purpose as long as a paragraph", "summary: Compter les visites", "summary: " + strings.Repeat("Compter ", 9), "category \"statistics\": the purpose takes 71 letters, more than the 60 that are read at a glance"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(sound, test.from, test.to, 1)
			if _, err := Read("catalogue.yaml", []byte(text)); err != nil {
				t.Fatal(err)
			}
			said, _ := newDecoder("catalogue.yaml").doubts([]byte(text))
			switch {
			case test.want == "" && len(said) > 0, test.want != "" && (len(said) != 1 || !strings.Contains(said.Error(), test.want)):
				t.Errorf("said %q, want %q", said.Error(), test.want)
			}
		})
	}
}

// TestDoubtsOfItsOwn: doubts are about what the file itself says, and not about the
// catalogue that it extends.
func TestDoubtsOfItsOwn(t *testing.T) {
	vague := catalogue.Text{"fr": "Améliorer votre expérience"}
	c := &catalogue.Catalogue{
		Categories: []catalogue.Category{{ID: "necessary", Necessary: true, Summary: vague}, {ID: "own", Summary: vague}},
		Services: []catalogue.Service{
			{ID: "inherited", Category: "necessary", Cookies: []catalogue.Cookie{{Name: "_ga"}}},
			{ID: "own", Category: "necessary", Cookies: []catalogue.Cookie{{Name: "_gid"}}},
		},
	}
	for _, test := range []struct {
		name      string
		inherited map[string]int
		want      []string
	}{
		{"all is its own", nil, []string{`"necessary"`, `"own"`, `"_ga"`, `"_gid"`}},
		{"the first of each", map[string]int{"categories": 1, "services": 1}, []string{`"own"`, `"_gid"`}},
		{"nothing", map[string]int{"categories": 2, "services": 2}, nil},
	} {
		d := newDecoder("catalogue.yaml")
		d.inherited = test.inherited
		for i := range 2 { // base gives a place to inherited entries as well
			d.places[fmt.Sprintf("categories[%d]", i)], d.places[fmt.Sprintf("services[%d]", i)] = place{1, 1}, place{1, 1}
		}
		d.doubt(c)
		if len(d.errs) != len(test.want) {
			t.Errorf("%s: said %v, want %v", test.name, d.errs, test.want)
			continue
		}
		for i, of := range test.want {
			if !strings.Contains(d.errs[i].Message, of) {
				t.Errorf("%s: said %q, want one about %s", test.name, d.errs[i].Message, of)
			}
		}
	}
	base := embedded(t, "default")
	d := newDecoder("catalogue.yaml")
	body, errs := parse("catalogue.yaml", []byte("extends: default\n"))
	if errs != nil {
		t.Fatal(errs)
	}
	d.catalogue(body)
	if d.inherited["categories"] != len(base.Categories) || d.inherited["services"] != len(base.Services) {
		t.Errorf("inherited %v of %d categories and %d services", d.inherited, len(base.Categories), len(base.Services))
	}
}

// TestNoDoubts: there is no doubt about the catalogues that come with Charte.
func TestNoDoubts(t *testing.T) {
	for _, name := range []string{"default", "demo"} {
		if _, said, notes, err := Doubts("../" + name + ".yaml"); err != nil || len(said)+len(notes) > 0 {
			t.Errorf("%s: %v %v %v", name, said, notes, err)
		}
	}
}

// TestExempt: an exempt service must be the site's own and say its purpose, and its
// cookies must be gone after thirteen months (https://www.cnil.fr/fr/node/167364).
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
