package recognise

import (
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/importer/plan"
)

func TestService(t *testing.T) {
	known, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	cookies := func(names ...string) []plan.Cookie {
		var all []plan.Cookie
		for _, name := range names {
			all = append(all, plan.Cookie{Name: name})
		}
		return all
	}
	for _, test := range []struct {
		name string
		of   plan.Service
		want string
	}{
		{"what the source's library says", plan.Service{ID: "analytics", Known: "google-analytics"}, "google-analytics"},
		{"what the source's library says is none", plan.Service{ID: "matomo-heatmap", Name: plan.Texts{"": "Matomo (heatmap)"}, Known: plan.None}, ""},
		{"what the source's library says and nobody knows", plan.Service{ID: "matomo", Known: "long-gone"}, ""},
		{"a common word", plan.Service{ID: "analytics"}, ""},
		{"the id", plan.Service{ID: "matomo"}, "matomo"},
		{"the id in other letters", plan.Service{ID: "googleTagManager"}, "google-tag-manager"},
		{"the name", plan.Service{ID: "stats", Name: plan.Texts{"en": "Google Analytics 4 (GA4)"}}, "google-analytics"},
		{"a name that says more than the id", plan.Service{ID: "facebook", Name: plan.Texts{"": "Facebook Pixel"}}, "meta-pixel"},
		{"a name that says less than the id", plan.Service{ID: "facebookpixel", Name: plan.Texts{"": "Facebook"}}, "meta-pixel"},
		{"a name in German alone", plan.Service{ID: "stats", Name: plan.Texts{"de": "Google Analytics 4"}}, "google-analytics"},
		{"within the name", plan.Service{ID: "player", Name: plan.Texts{"fr": "Vidéos YouTube du service"}}, "youtube"},
		{"two within the name", plan.Service{ID: "player", Name: plan.Texts{"fr": "Vidéos Spotify et YouTube"}}, ""},
		{"within the name, with other cookies", plan.Service{ID: "sentry-box", Cookies: cookies("box_seats")}, ""},
		{"a cookie of Google Analytics alone", plan.Service{ID: "stats", Cookies: cookies("_ga")}, "google-analytics"},
		{"most of its cookies", plan.Service{ID: "audience", Cookies: cookies("_ga", "_gid", "_gat_*", "own_stats")}, "google-analytics"},
		{"few of its cookies", plan.Service{ID: "audience", Cookies: cookies("_fbp", "own_one", "own_two", "own_three")}, ""},
		{"half of its cookies", plan.Service{ID: "audience", Cookies: cookies("_fbp", "_fbc", "own_one", "own_two")}, ""},
		{"cookies that say otherwise", plan.Service{ID: "facebook", Cookies: cookies("_fbp", "_fbc")}, "meta-pixel"},
		{"cookies of two", plan.Service{ID: "audience", Cookies: cookies("_pk_id*", "_pk_ses*")}, ""},
		{"cookies of another provider", plan.Service{ID: "audience", Provider: "Régie SA", Cookies: cookies("_fbp", "_fbc")}, ""},
		{"cookies of anybody", plan.Service{ID: "shield", Cookies: cookies("__cf_bm", "uuid", "lang")}, ""},
		{"hosts", plan.Service{ID: "player", Hosts: []string{"player.vimeo.com"}}, "vimeo"},
		{"a template's host", plan.Service{ID: "player", Hosts: []string{"example.org"}}, ""},
		{"nothing", plan.Service{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if entry := Service(test.of, known); entry != nil {
				got = string(entry.ID)
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestAlso: the names stand at entries that exist, and each leads to its own.
func TestAlso(t *testing.T) {
	known, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	for id, names := range also {
		for _, name := range names {
			if entry := named(name, known); entry == nil || entry.ID != id {
				t.Errorf("%q does not lead to %s", name, id)
			}
		}
	}
	for id := range former {
		if named(string(id), known) == nil {
			t.Errorf("there is no %s", id)
		}
	}
}

// TestFormer: a name that something stores still is none of former times.
func TestFormer(t *testing.T) {
	known, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"_gid": "google-analytics", "_hjid": "hotjar", "_ga": "", "own": ""} {
		got := ""
		if entry := Former(name, known); entry != nil {
			got = string(entry.ID)
		}
		if got != want {
			t.Errorf("Former(%q) is %q, want %q", name, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		expression, pattern string
		matches, readable   bool
	}{
		{"/^_ga/", "_ga_*", true, true}, {"/^_ga$/", "_ga_*", false, true}, {"/^_ga_[A-Z0-9]{10}$/", "_ga_*", true, true}, {"/^_GA/i", "_ga", true, true},
		{"/^_pk_id\\.\\d/", "_pk_id*", true, true}, {"/(?=a)/", "a", false, false}, {"_ga", "_ga", false, false}, {"/(/", "a", false, false}, {"/", "a", false, false}, {"/" + strings.Repeat("a", 1000) + "/", "a", false, false},
	} {
		if matches, readable := Matches(test.expression, test.pattern); matches != test.matches || readable != test.readable {
			t.Errorf("Matches(%q, %q) = %v, %v", test.expression, test.pattern, matches, readable)
		}
	}
}

func TestMeets(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{{"_ga", "_ga", true}, {"_ga*", "_ga_*", true}, {"_ga_X", "_ga_*", true}, {"_ga", "_ga_*", false}, {"_gat*", "_ga_*", false}, {"*", "x", true}} {
		if Meets(test.a, test.b) != test.want || Meets(test.b, test.a) != test.want {
			t.Errorf("Meets(%q, %q) is not %v", test.a, test.b, test.want)
		}
	}
}

// FuzzMatches: no expression and no pattern panics.
func FuzzMatches(f *testing.F) {
	f.Add("/^_ga/i", "_ga_*")
	f.Add("/", "")
	f.Fuzz(func(t *testing.T, expression, pattern string) {
		if matches, readable := Matches(expression, pattern); matches && !readable {
			t.Error("it matches, and cannot be read")
		}
	})
}
