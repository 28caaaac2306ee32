package source

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"charte/catalogue"
)

//go:generate go test . -update

var update = flag.Bool("update", false, "rewrite the golden files in testdata; read the diff before you commit it")

// golden compares got with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is out of date; if the change is meant, run\n\tgo test ./catalogue/source -update\ngot\n%s", path, got)
	}
}

// embedded returns a catalogue that comes with Charte.
func embedded(t *testing.T, name string) *catalogue.Catalogue {
	t.Helper()
	c, err := Embedded(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestViewGolden(t *testing.T) {
	view, err := View(embedded(t, "default"), "fr")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(view); err != nil {
		t.Fatal(err)
	}
	golden(t, "default.fr.json", b.Bytes())
}

func TestSummaryGolden(t *testing.T) {
	small, err := Read("small.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, c := range []*catalogue.Catalogue{embedded(t, "default"), embedded(t, "demo"), small} {
		b.WriteString(Summary(c) + "\n")
	}
	golden(t, "summary.txt", []byte(b.String()))
}

// TestDocument holds the French of default.yaml to the published charter of the
// portal, whose sentences are copied here word by word. No sentence may be
// reworded, and none may be added.
func TestDocument(t *testing.T) {
	c := embedded(t, "default")
	fr := func(text catalogue.Text) string { return text["fr"] }
	equal := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s\n got %q\nwant %q", what, got, want)
		}
	}
	equal("title", fr(c.Charter.Title), `Charte cookies`)
	equal("introduction", fr(c.Charter.Introduction), `Afin de vous proposer le meilleur service possible, nous utilisons des cookies pour assurer son bon fonctionnement.`)
	equal("whatTitle", fr(c.Charter.WhatTitle), `Qu'est ce qu'un cookie ?`)
	equal("what", fr(c.Charter.What), `Un "cookie" est une suite d'informations, généralement de petite taille et identifié par un nom, qui peut être transmis à votre navigateur par un site web sur lequel vous vous connectez. Votre navigateur web le conservera pendant une certaine durée, et le renverra au serveur web chaque fois que vous vous y re-connecterez. Les cookies ont de multiples usages : ils peuvent servir à mémoriser votre identifiant client auprès d'un site marchand, le contenu courant de votre panier d'achat, un identifiant permettant de tracer votre navigation pour des finalités statistiques ou publicitaires, etc.`)
	equal("kindsTitle", fr(c.Charter.KindsTitle), `Il existe plusieurs types de cookies :`)

	kinds := []struct{ id, name, description string }{
		{"necessary", "Nécessaires", `Les cookies « nécessaires », internes, permettent d'enregistrer des informations entre deux consultations d'un même site web sur un même appareil. Ils permettent d'enregistrer un panier d'achat, des identifiants de connexion ou encore des éléments de personnalisation de l'interface. Ils ne requièrent pas de consentement de la part de l'utilisateur.`},
		{"statistics", "Statistiques", `Les cookies « statistiques » permettent de suivre les actions d'un internaute sur un site web. Lorsque les statistiques sont anonymes (c'est-à-dire ne permettent pas de retrouver une personne), le consentement de l'utilisateur n'est pas nécessaire.`},
		{"first-party", "Internes (first-party)", `Les cookies « internes » ou « first-party » sont déposés par le site consulté. Ils peuvent être déposés en plus des cookies nécessaires et peuvent être utilisés pour collecter des données personnelles, suivre le comportement de l'utilisateur et servir à des finalités publicitaires.`},
		{"third-party", "Tiers (third-party)", `Les cookies dits « tiers », « tierce partie » ou « third party » sont des cookies déposés par (ou pour) un site B (souvent une régie publicitaire) sur un site A : cela permet au site B de voir quelles pages ont été visitées sur le site A par un utilisateur et de collecter des informations sur lui.`},
	}
	if len(c.Categories) != len(kinds) {
		t.Fatalf("%d categories, want %d", len(c.Categories), len(kinds))
	}
	for i, kind := range kinds {
		category := c.Categories[i]
		equal("id", string(category.ID), kind.id)
		equal("name", fr(category.Name), kind.name)
		equal("description of "+kind.id, fr(category.Description), kind.description)
		if category.Necessary != (i == 0) {
			t.Errorf("category %s: necessary = %v", category.ID, category.Necessary)
		}
	}
	equal("table title", fr(c.Categories[0].TableTitle), `Cookies nécessaires au bon fonctionnement de la plateforme / cookies fonctionnels`)

	// The columns of the published table, and the lifetime, which it does not have.
	rows := []struct{ provider, service, cookie, purpose, lifetime string }{
		{"Opendatasoft", "Authentification (front et back office)", "sessionid", "Se souvenir de l'utilisateur d'une page à une autre.", "2 semaines"},
		{"Opendatasoft", "Sélection de la langue (front et back office)", "django_language", "Se souvenir de la langue du visiteur", "12 mois"},
		{"Opendatasoft", "API (CSRF) (front et back office)", "csrftoken", "Récupérer des données via des appels API", "12 mois au plus"},
		{"Opendatasoft", "Choix concernant vos préférences sur les cookies", "cookies_preferences", "Se souvenir du choix opéré par le visiteur concernant les cookies", "6 mois"},
	}
	view, err := View(c, "fr")
	if err != nil {
		t.Fatal(err)
	}
	services := view.Categories[0].Services
	if len(services) != len(rows) || len(c.Services) != len(rows) {
		t.Fatalf("%d services in all, %d of them necessary, want %d", len(c.Services), len(services), len(rows))
	}
	for i, row := range rows {
		s := services[i]
		if len(s.Cookies) != 1 {
			t.Fatalf("service %s has %d cookies", s.ID, len(s.Cookies))
		}
		name := s.Name
		if s.Location != "" {
			name += " (" + s.Location + ")"
		}
		equal("provider", s.Provider, row.provider)
		equal("service and location", name, row.service)
		equal("cookie", s.Cookies[0].Name, row.cookie)
		equal("purpose", s.Cookies[0].Purpose, row.purpose)
		equal("lifetime", s.Cookies[0].Lifetime, row.lifetime)
		if !s.FirstParty || s.Asks || s.Exempt || s.Cookies[0].Kind != "" {
			t.Errorf("service %+v", s)
		}
	}
	if view.Asks() || view.Words.Notice.Parties != "" {
		t.Error("the portal asks for consent, though no service of it needs any")
	}
}

// TestAnswerIsKeptAsDeclared: the banner's words, the catalogues and the constant
// say the same time for which the visitor's answer is kept.
func TestAnswerIsKeptAsDeclared(t *testing.T) {
	for _, name := range []string{"default", "demo"} {
		c := embedded(t, name)
		found := false
		for _, s := range c.Services {
			for _, cookie := range s.Cookies {
				if cookie.Name == catalogue.AnswerCookie {
					found = cookie.Lifetime == catalogue.Lifetime{Count: catalogue.AnswerKeptMonths, Unit: catalogue.UnitMonth}
				}
			}
		}
		if !found {
			t.Errorf("%s.yaml does not declare %s for %d months", name, catalogue.AnswerCookie, catalogue.AnswerKeptMonths)
		}
	}
	view, err := View(embedded(t, "demo"), "fr")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(view.Words.Notice.Kept, "6 mois") {
		t.Errorf("notice.kept = %q, which does not say 6 mois", view.Words.Notice.Kept)
	}
}

// TestDemo: the demo is the portal of default.yaml with services in all four
// categories. It has an example of each way in which the banner treats a service.
func TestDemo(t *testing.T) {
	base, c := embedded(t, "default"), embedded(t, "demo")
	for i := range base.Services {
		if c.Services[i].ID != base.Services[i].ID {
			t.Errorf("service %d is %s, want %s of default.yaml", i, c.Services[i].ID, base.Services[i].ID)
		}
	}
	var got []string
	for _, s := range c.Services[len(base.Services):] {
		var names []string
		for _, cookie := range s.Cookies {
			names = append(names, cookie.Name)
		}
		state := "free"
		if c.Asks(s) {
			state = "asks"
		}
		got = append(got, fmt.Sprintf("%s.%s %s: %s", s.Category, s.ID, state, strings.Join(names, " ")))
	}
	want := []string{
		"statistics.matomo free: _pk_id* _pk_ses*",
		"statistics.google-analytics asks: _ga _ga_*",
		"first-party.personalisation asks: portal_profile portal.history",
		"third-party.youtube asks: VISITOR_INFO1_LIVE VISITOR_PRIVACY_METADATA YSC",
		"third-party.meta-pixel asks: _fbp _fbc",
	}
	if !slices.Equal(got, want) {
		t.Errorf("services\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	for _, lang := range c.Languages {
		view, err := View(c, lang)
		if err != nil {
			t.Fatal(err)
		}
		if parties := view.Words.Notice.Parties; !strings.Contains(parties, "2") {
			t.Errorf("%s: notice.parties = %q, want 2 in it, for Google and Meta", lang, parties)
		}
	}
}

// TestPlainWords: purposes are short, and no text hides its purpose behind the
// visitor's "experience" (CNIL recommendation 2020-092, §§ 14-16, and requirement
// L5 of this project).
func TestPlainWords(t *testing.T) {
	for _, name := range []string{"default", "demo"} {
		c := embedded(t, name)
		for _, lang := range c.Languages {
			for _, category := range c.Categories {
				if n := utf8.RuneCountInString(category.Summary[lang]); n > 80 {
					t.Errorf("%s.yaml: summary of %s in %s has %d characters, 80 at most", name, category.ID, lang, n)
				}
				if n := utf8.RuneCountInString(category.Name[lang]); n > 60 {
					t.Errorf("%s.yaml: name of %s in %s has %d characters, 60 at most", name, category.ID, lang, n)
				}
			}
			view, err := View(c, lang)
			if err != nil {
				t.Fatal(err)
			}
			all, err := json.Marshal(view)
			if err != nil {
				t.Fatal(err)
			}
			for _, vague := range []string{"votre expérience", "your experience", "expérience utilisateur", "user experience"} {
				if strings.Contains(strings.ToLower(string(all)), vague) {
					t.Errorf("%s.yaml says %q in %s, which tells a visitor nothing", name, vague, lang)
				}
			}
		}
	}
}

func TestEmbeddedUnknown(t *testing.T) {
	_, err := Embedded("../catalogue")
	if got, want := message(t, err), `../catalogue: no catalogue of this name comes with Charte; there are "default" and "demo"`; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func TestEmbeddedIsACopy(t *testing.T) {
	embedded(t, "default").Site.Name["fr"] = "changed"
	if got := embedded(t, "default").Site.Name["fr"]; got != "Portail de données" {
		t.Errorf("name = %q", got)
	}
}

func TestViewErrors(t *testing.T) {
	c := embedded(t, "default")
	for _, lang := range []catalogue.Language{"de", "fr-CA", ""} {
		if view, err := View(c, lang); err == nil {
			t.Errorf("View(%q) = %v, want an error", lang, view)
		}
	}
	c.Languages = append(c.Languages, "tlh")
	if _, err := View(c, "tlh"); err == nil || !strings.Contains(err.Error(), "does not speak") {
		t.Errorf("View of a language without words: %v", err)
	}
}
