package catalogue_test

import (
	"reflect"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

// wording is a small wording. Most of its words are their own keys, so that a test
// can tell them apart.
func wording() *catalogue.Wording {
	w := &catalogue.Wording{
		Language: "fr",
		Dir:      "ltr",
		Parties:  catalogue.Forms{"one": "un tiers", "other": "{n} tiers"},
		Lifetimes: map[catalogue.Unit]catalogue.Forms{
			catalogue.UnitMonth: {"one": "{n} mois", "other": "{n} mois"},
			catalogue.UnitYear:  {"one": "{n} an", "other": "{n} ans"},
		},
		Session:    "la session",
		Persistent: "sans fin",
		UpTo:       "{lifetime} au plus",
		Plural: func(n int) string {
			if n < 2 {
				return "one"
			}
			return "other"
		},
	}
	w.Words.Each(func(key string, word *string) { *word = key })
	w.Words.Manage = "Gérer"
	w.Words.Notice.Body = "{site}/{controller}/{parties}/{manage}/{revision}/{kept}/{provider}/{other}"
	w.Words.Notice.Parties = "Voir {parties}"
	return w
}

func TestInWords(t *testing.T) {
	for _, test := range []struct {
		name string
		edit func(c *catalogue.Catalogue)
		body string
	}{
		{"every placeholder, once each", func(*catalogue.Catalogue) {}, "Portail/Ville de Lyon/un tiers/Gérer/qyyyio/6 mois/{provider}/{other}"},
		{"placeholders in values stay", func(c *catalogue.Catalogue) { c.Site.Name["fr"], c.Site.Controller = "{controller}", "{site}{kept}" }, "{controller}/{site}{kept}/un tiers/Gérer/qyyyio/6 mois/{provider}/{other}"},
		{"markup stays as it is", func(c *catalogue.Catalogue) { c.Site.Name["fr"] = "</script><b>" }, "</script><b>/Ville de Lyon/un tiers/Gérer/qyyyio/6 mois/{provider}/{other}"},
		{"a word of the catalogue", func(c *catalogue.Catalogue) { c.Words["fr"]["notice.body"] = "De {site}" }, "De Portail"},
		{"a word of another language", func(c *catalogue.Catalogue) {
			c.Words = map[catalogue.Language]map[string]string{"en": {"notice.body": "By {site}"}}
		}, "Portail/Ville de Lyon/un tiers/Gérer/qyyyio/6 mois/{provider}/{other}"},
		{"the catalogue's own label within another word", func(c *catalogue.Catalogue) { c.Words["fr"]["manage"] = "Mes {site}" }, "Portail/Ville de Lyon/un tiers/Mes {site}/qyyyio/6 mois/{provider}/{other}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := cataloguetest.Valid()
			test.edit(c)
			view, err := c.In("fr", wording())
			if err != nil {
				t.Fatal(err)
			}
			if got := view.Words.Notice.Body; got != test.body {
				t.Errorf("body = %q, want %q", got, test.body)
			}
		})
	}
}

func TestInLeavesTheWordingAlone(t *testing.T) {
	w := wording()
	if _, err := cataloguetest.Valid().In("fr", w); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(w.Words, wording().Words) {
		t.Errorf("In changed the wording to %+v", w.Words)
	}
}

func TestInCountsThirdParties(t *testing.T) {
	meta := catalogue.Provider{ID: "meta", Name: "Meta", PolicyURL: "https://example.org/"}
	for _, test := range []struct {
		name string
		edit func(c *catalogue.Catalogue)
		want string
	}{
		{"one, with two services", func(*catalogue.Catalogue) {}, "Voir un tiers"},
		{"two", func(c *catalogue.Catalogue) {
			c.Providers = append(c.Providers, meta)
			c.Services[4].Provider = "meta"
		}, "Voir 2 tiers"},
		{"a third party without services", func(c *catalogue.Catalogue) { c.Providers = append(c.Providers, meta) }, "Voir un tiers"},
		{"a third party that is never asked for", func(c *catalogue.Catalogue) {
			c.Providers = append(c.Providers, meta)
			c.Services[0].Provider = "meta"
		}, "Voir un tiers"},
		{"a first party that is asked for", func(c *catalogue.Catalogue) { c.Services[4].Provider = "city" }, "Voir un tiers"},
		{"none", func(c *catalogue.Catalogue) { c.Services = c.Services[:2] }, ""},
		{"none, and a word of the catalogue", func(c *catalogue.Catalogue) {
			c.Services = c.Services[:2]
			c.Words["fr"]["notice.parties"] = "Voir"
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := cataloguetest.Valid()
			test.edit(c)
			view, err := c.In("fr", wording())
			if err != nil {
				t.Fatal(err)
			}
			if got := view.Words.Notice.Parties; got != test.want {
				t.Errorf("parties = %q, want %q", got, test.want)
			}
		})
	}
}

func TestInLifetimes(t *testing.T) {
	for _, test := range []struct {
		name     string
		lifetime catalogue.Lifetime
		want     string
	}{
		{"one", catalogue.Lifetime{Count: 1, Unit: catalogue.UnitYear}, "1 an"},
		{"several", catalogue.Lifetime{Count: 2, Unit: catalogue.UnitYear}, "2 ans"},
		{"a maximum", catalogue.Lifetime{Count: 12, Unit: catalogue.UnitMonth, UpTo: true}, "12 mois au plus"},
		{"session", catalogue.Lifetime{Unit: catalogue.UnitSession}, "la session"},
		{"persistent", catalogue.Lifetime{Unit: catalogue.UnitPersistent}, "sans fin"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := wording().Lifetime(test.lifetime)
			if err != nil || got != test.want {
				t.Errorf("Lifetime(%+v) = %q, %v, want %q", test.lifetime, got, err, test.want)
			}
		})
	}
}

// TestInRetention: a retention is worded as a lifetime is.
func TestInRetention(t *testing.T) {
	c := cataloguetest.Valid()
	c.Services[1].Retention = catalogue.Lifetime{Count: 25, Unit: catalogue.UnitMonth}
	c.Services[2].Retention = catalogue.Lifetime{Count: 2, Unit: catalogue.UnitYear, UpTo: true}
	view, err := c.In("fr", wording())
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, s := range view.Categories[1].Services {
		got = append(got, s.Retention)
	}
	if got = append(got, view.Categories[0].Services[0].Retention); !reflect.DeepEqual(got, []string{"25 mois", "2 ans au plus", ""}) {
		t.Errorf("retention = %q", got)
	}
}

func TestInOrder(t *testing.T) {
	c := cataloguetest.Valid()
	c.Providers = []catalogue.Provider{{ID: "b", Name: "B"}, {ID: "a", Name: "A", FirstParty: true, PolicyURL: "https://a.example/"}}
	service := func(id, provider catalogue.ID) catalogue.Service {
		return catalogue.Service{ID: id, Category: "statistics", Provider: provider}
	}
	c.Services = []catalogue.Service{service("one", "a"), service("two", "b"), service("three", "a"), service("four", "b"), {ID: "five", Category: "third-party", Provider: "b"}}
	c.Services[2].Exempt = true
	view, err := c.In("fr", wording())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, category := range view.Categories {
		got = append(got, category.ID+":")
		for _, s := range category.Services {
			got = append(got, s.ID+"/"+s.Provider)
		}
	}
	want := "necessary: statistics: one/A three/A two/B four/B third-party: five/B"
	if strings.Join(got, " ") != want {
		t.Errorf("order\n got %s\nwant %s", strings.Join(got, " "), want)
	}
	three := view.Categories[1].Services[1]
	if want := (catalogue.ServiceView{ID: "three", Provider: "A", PolicyURL: "https://a.example/", FirstParty: true, Exempt: true}); !reflect.DeepEqual(three, want) {
		t.Errorf("exempt service\n got %+v\nwant %+v", three, want)
	}
}

func TestInDetails(t *testing.T) {
	view, err := cataloguetest.Valid().In("en", wording())
	if err != nil {
		t.Fatal(err)
	}
	if view.Lang != "en" || view.Dir != "ltr" || view.Revision != cataloguetest.Valid().Revision() || view.SiteName != "Portal" || view.CharterURL != "/charte" {
		t.Errorf("view = %+v", view)
	}
	if got := view.Categories[0].TableTitle; got != "Necessary cookies" {
		t.Errorf("table title = %q", got)
	}
	if got := view.Categories[1].TableTitle; got != "Statistics" {
		t.Errorf("table title of a category without one = %q, want its name", got)
	}
	if choice := view.Categories[0].Services[0]; choice.Asks || choice.Exempt || choice.Location != "everywhere" || choice.Purpose != "" {
		t.Errorf("necessary service = %+v", choice)
	}
	kinds := []catalogue.Kind{}
	for _, cookie := range view.Categories[2].Services[0].Cookies {
		kinds = append(kinds, cookie.Kind)
	}
	if want := []catalogue.Kind{"", catalogue.KindLocalStorage, catalogue.KindSessionStorage}; !reflect.DeepEqual(kinds, want) {
		t.Errorf("kinds = %q, want %q", kinds, want)
	}
	if !view.Asks() || view.Categories[0].Asks() || !view.Categories[1].Asks() {
		t.Error("want the view and its second category to ask, and the necessary one not to")
	}

	c := cataloguetest.Valid()
	c.Site.CharterURL = ""
	c.Services = c.Services[:2]
	if view, err = c.In("en", wording()); err != nil || view.CharterURL != "" || view.Asks() {
		t.Errorf("without a charter and without questions: %q, asks %v, %v", view.CharterURL, view.Asks(), err)
	}
}

func TestInErrors(t *testing.T) {
	for _, test := range []struct {
		name string
		lang catalogue.Language
		edit func(c *catalogue.Catalogue, w *catalogue.Wording)
		want string
	}{
		{"an undeclared language", "de", func(*catalogue.Catalogue, *catalogue.Wording) {}, `language "de" is not declared in the catalogue`},
		{"a variant of a declared language", "fr-CA", func(*catalogue.Catalogue, *catalogue.Wording) {}, `language "fr-CA" is not declared in the catalogue`},
		{"a unit without forms", "fr", func(_ *catalogue.Catalogue, w *catalogue.Wording) { delete(w.Lifetimes, catalogue.UnitYear) }, `service "analytics": cookie 1: language "fr": lifetime in "year": no plural form "other"`},
		{"a retention without forms", "fr", func(c *catalogue.Catalogue, _ *catalogue.Wording) {
			c.Services[1].Retention = catalogue.Lifetime{Count: 9, Unit: catalogue.UnitWeek}
		}, `service "matomo": retention: language "fr": lifetime in "week": no plural form "other"`},
		{"no form of months for the answer", "fr", func(c *catalogue.Catalogue, w *catalogue.Wording) { c.Services = nil; w.Lifetimes = nil }, `language "fr": lifetime in "month": no plural form "other"`},
		{"no form of parties", "fr", func(_ *catalogue.Catalogue, w *catalogue.Wording) { w.Parties = nil }, `language "fr": parties: no plural form "other"`},
		{"an unknown word", "fr", func(c *catalogue.Catalogue, _ *catalogue.Wording) { c.Words["fr"]["foo"] = "x" }, `word "foo" is not known`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, w := cataloguetest.Valid(), wording()
			test.edit(c, w)
			view, err := c.In(test.lang, w)
			if err == nil || err.Error() != test.want || view != nil {
				t.Errorf("In = %v, %v, want the error %q", view, err, test.want)
			}
		})
	}
}
