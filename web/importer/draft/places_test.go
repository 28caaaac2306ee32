package draft

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/importer/plan"
)

func TestPlaceOf(t *testing.T) {
	p := &plan.Plan{Fates: []plan.Fate{at("a.b[0].c", 3), at("a.b[0]", 2), at("a", 1), at("d.e", 9), at("ab", 7)}}
	for _, test := range []struct {
		name, path string
		line       int
	}{
		{"its own", "a.b[0]", 2}, {"a part's", "d", 9}, {"the whole's", "a.x.y", 1}, {"of an element", "a.b[1]", 1}, {"not that of a name which it begins", "aa", 0}, {"none", "z", 0}, {"no path", "", 0},
	} {
		if got := PlaceOf(p, test.path).Line; got != test.line {
			t.Errorf("%s: %q stands in line %d, want %d", test.name, test.path, got, test.line)
		}
	}
}

// TestCarryOver: without its marks the comment is YAML, and its ids are the catalogue's.
func TestCarryOver(t *testing.T) {
	d := drafts(t, plans()["everything"], Options{})
	_, block, found := strings.Cut(d.Text, "# carryOver:")
	if !found {
		t.Fatal("there is none")
	}
	block = strings.ReplaceAll("carryOver:"+block, "\n# ", "\n")
	var read struct {
		CarryOver struct {
			Banner, Cookie string
			Services       map[string]string
		} `yaml:"carryOver"`
	}
	if err := yaml.UnmarshalWithOptions([]byte(block), &read, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	c := read.CarryOver
	if c.Banner != "vanilla-cookieconsent" || c.Cookie != "cc_cookie" || c.Services["Marketing Tools!"] != "marketing-tools" || c.Services["ga"] != "ga" {
		t.Errorf("it says %+v", c)
	}
	if c.Services["session"] != "" || c.Services["matomo"] != "" {
		t.Errorf("it has what nobody is asked for: %v", c.Services)
	}
	if strings.Contains(d.Text, "\ncarryOver:") {
		t.Error("it is on")
	}
}

// TestOwnDomain: a provider that is named as the site's own domain is the site.
func TestOwnDomain(t *testing.T) {
	for name, site := range map[string]bool{"town.example": true, "www.Town.example": true, ".town.example": true, "notown.example": false, "example": false, "Ann": false} {
		p := &plan.Plan{Site: plan.Site{CookieDomain: "town.example"}, Categories: []plan.Category{{ID: "own"}},
			Services: []plan.Service{{ID: "shop", Category: "own", Provider: name, Cookies: []plan.Cookie{{Name: "basket"}}}}}
		text := drafts(t, p, Options{}).Text
		if got := strings.Contains(text, "category: own\n    provider: site\n"); got != site {
			t.Errorf("%s is the site: %t, want %t\n%s", name, got, site, text)
		}
	}
}

// TestTaken: what a source says of a known service is in the catalogue.
func TestTaken(t *testing.T) {
	matomo := plan.Service{ID: "matomo", Category: "stats", Settings: map[string]string{"matomoHost": "//stats.mairie.example/matomo/", "matomoId": "8"}}
	for _, test := range []struct {
		name    string
		service plan.Service
		holds   func(s catalogue.Service) bool
	}{
		{"its category", matomo, func(s catalogue.Service) bool { return s.Category == "stats" && len(s.Cookies) == 5 }},
		{"its id", plan.Service{ID: "ga", Category: "stats"}, func(s catalogue.Service) bool { return s.ID == "ga" && s.Provider == "google" }},
		{"its name", plan.Service{ID: "ga", Category: "stats", Name: plan.Texts{"fr": "Audience"}}, func(s catalogue.Service) bool { return s.Name["fr"] == "Audience" && s.Purpose["fr"] != "" }},
		{"a lifetime", plan.Service{ID: "ga", Category: "stats", Cookies: []plan.Cookie{{Name: "_ga", Lifetime: "13 mois"}}}, func(s catalogue.Service) bool { return s.Cookies[0].Lifetime.Count == 13 && len(s.Cookies) == 2 }},
		{"a cookie more", plan.Service{ID: "ga", Category: "stats", Cookies: []plan.Cookie{{Name: "own_ga", Lifetime: "1 jour", Purpose: plan.Texts{"fr": "Compter"}}}}, func(s catalogue.Service) bool { return len(s.Cookies) == 3 && s.Cookies[2].Name == "own_ga" }},
		{"a pattern, which the library has more exactly", plan.Service{ID: "ga", Category: "stats", Cookies: []plan.Cookie{{Name: "_ga*", Source: "/^_ga/"}}}, func(s catalogue.Service) bool { return len(s.Cookies) == 2 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &plan.Plan{Peer: "tarteaucitron", Languages: []string{"fr"}, Site: plan.Site{Name: plan.Texts{"fr": "Mairie"}, Controller: "Ville"}, Services: []plan.Service{test.service},
				Categories: []plan.Category{{ID: "stats", Name: plan.Texts{"fr": "Audience"}, Description: plan.Texts{"fr": "Compter"}}}}
			d := drafts(t, p, Options{})
			c, err := source.Read("c.yaml", []byte(filled(d.Text)))
			if err != nil {
				t.Fatal(err)
			}
			if s := c.Services[1]; !test.holds(s) {
				t.Errorf("it is %+v\n%s", s, d.Text)
			}
			if test.service.Settings != nil && !strings.Contains(d.Text, `host: "stats.mairie.example"`) {
				t.Errorf("the host is not told:\n%s", d.Text)
			}
		})
	}
}

// TestMerged: cookies that the source has in a category go to the service that they are of.
func TestMerged(t *testing.T) {
	of := func(second plan.Service) *Draft {
		return drafts(t, &plan.Plan{Peer: "vanilla-cookieconsent 3", Languages: []string{"fr"}, Categories: []plan.Category{{ID: "stats"}, {ID: "ads"}},
			Services: []plan.Service{{ID: "ga", Category: "stats", Name: plan.Texts{"fr": "Audience"}}, second}}, Options{})
	}
	cookies := []plan.Cookie{{Name: "_ga", Lifetime: "13 mois"}, {Name: "_gid"}}
	if d := of(plan.Service{ID: "stats-cookies", Category: "stats", Cookies: cookies}); d.Services["stats-cookies"] != "ga" || strings.Count(d.Text, "use: google-analytics") != 1 || !strings.Contains(d.Text, "lifetime: 13 months") {
		t.Errorf("they are apart:\n%s", d.Text)
	}
	for name, second := range map[string]plan.Service{
		"with a name":      {ID: "second", Category: "stats", Name: plan.Texts{"fr": "Régie"}, Cookies: cookies},
		"another category": {ID: "second", Category: "ads", Cookies: cookies},
	} {
		if d := of(second); d.Services["second"] != "second" {
			t.Errorf("%s: they are one:\n%s", name, d.Text)
		}
	}
}

func TestSpoken(t *testing.T) {
	for _, test := range []struct {
		tags, want string
	}{
		{"fr-FR en_GB", "fr en"}, {"fr fr-CA", "fr-CA fr"}, {"pt pt-BR", "pt-BR pt"}, {"de-AT", "de-AT"}, {"zh ja", "en"}, {"FR", "fr"}, {"x nonsense!", "en"},
	} {
		d := &drafter{plan: &plan.Plan{Languages: strings.Fields(test.tags)}}
		d.speak()
		var got []string
		for _, l := range d.languages {
			got = append(got, string(l))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s are %v, want %s", test.tags, got, test.want)
		}
	}
}

// TestClean: a text is one that a catalogue can have.
func TestClean(t *testing.T) {
	for _, test := range []struct {
		text, want string
		lines      bool
	}{
		{"a\tb\n c", "a b c", false}, {"a  \n b", "a\nb", true}, {"\u202ea\x00\ufeffb\xff", "ab", false}, {"\ue000x\ue001", "x", false}, {"Qui\u00a0?", "Qui\u00a0?", false},
	} {
		if got := clean(test.text, test.lines); got != test.want {
			t.Errorf("clean(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}
