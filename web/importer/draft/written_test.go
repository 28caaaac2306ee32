package draft

import (
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/web/importer/plan"
)

// own is a service that nobody knows, in the category "stats", with cookies of these names.
func own(names ...string) plan.Service {
	s := plan.Service{ID: "own", Category: "stats"}
	for _, name := range names {
		s.Cookies = append(s.Cookies, plan.Cookie{Name: name})
	}
	return s
}

// TestWritten: what is written of services and categories, and what never is.
func TestWritten(t *testing.T) {
	pixel := func(settings map[string]string) plan.Service {
		return plan.Service{ID: "pixel", Known: "meta-pixel", Category: "stats", Settings: settings}
	}
	for _, test := range []struct {
		name     string
		services []plan.Service
		want     []string
		never    string
	}{
		{"the source's policy of a known provider", []plan.Service{{ID: "own", Category: "stats", Provider: "google", PolicyURL: "https://own.example/policy"}}, []string{"- id: google\n", `policyURL: "https://own.example/policy"`}, ""},
		{"a policy of what is exempt", []plan.Service{{ID: "own", Category: "stats", Exempt: true, PolicyURL: "https://own.example/policy"}}, []string{"provider: own", `policyURL: "https://own.example/policy"`}, ""},
		{"another policy of a known service", []plan.Service{{ID: "youtube", Category: "stats", PolicyURL: "https://own.example/policy"}}, []string{"# The source has another address of its privacy policy: https://own.example/policy"}, ""},
		{"one category for two services", []plan.Service{{ID: "meta-pixel", Necessary: true}, {ID: "microsoft-ads", Necessary: true}}, []string{"- id: third-party\n"}, "third-party-2"},
		{"the same cookies in the service's own domain", []plan.Service{{ID: "youtube", Category: "stats"}, {ID: "yt", Name: plan.Texts{"fr": "YouTube"}, Category: "stats"}}, []string{"id: yt\n"}, "without:"},
		{"an entry of another kind", []plan.Service{{ID: "ga", Category: "stats"}, {ID: "own", Category: "stats", Cookies: []plan.Cookie{{Name: "own_1"}, {Name: "own_2"}, {Name: "_ga", Kind: "localStorage"}}}}, []string{"- name: \"_ga\"\n        kind: localStorage"}, ""},
		{"a cookie in the domain of a known service", []plan.Service{{ID: "own", Category: "stats", Cookies: []plan.Cookie{{Name: "own_1"}, {Name: "own_2"}, {Name: "VISITOR_INFO1_LIVE", Domain: ".youtube.com"}}}}, []string{"\n        domain: \".youtube.com\""}, ""},
		{"one cookie by two settings", []plan.Service{{ID: "own", Category: "stats", Cookies: []plan.Cookie{{Name: "own_1", Source: "own_1"}, {Name: "own_1", Source: "/^own_1$/"}}}}, []string{`- name: "own_1"`}, "- name: TODO"},
		{"a database", []plan.Service{{ID: "own", Category: "stats", Cookies: []plan.Cookie{{Name: "own_db", Kind: "indexedDB"}}}}, []string{"- name: \"own_db\"\n        kind: indexedDB", "lifetime: persistent"}, ""},
		{"one of two namesakes", []plan.Service{{ID: "posthog", Category: "stats", Settings: map[string]string{"region": "eu"}, Cookies: []plan.Cookie{{Name: "ph_phc_*", Kind: "localStorage", Purpose: plan.Texts{"fr": "Compter"}}}}}, []string{"- name: \"ph_phc_*\"\n        kind: localStorage\n        purpose:\n          fr: \"Compter\""}, ""},
		{"a namesake in another domain", []plan.Service{{ID: "clarity", Known: "microsoft-clarity", Category: "stats", Cookies: []plan.Cookie{{Name: "MUID", Domain: "bing.com", Purpose: plan.Texts{"fr": "Compter"}}}}}, []string{"- name: \"MUID\"\n        domain: \".bing.com\""}, ""},
		{"a parameter", []plan.Service{pixel(map[string]string{"metaPixelId": "123456789012345"})}, []string{`pixel: "123456789012345"`}, ""},
		{"a parameter with two values", []plan.Service{pixel(map[string]string{"pixelOne": "123456789012345", "pixelTwo": "223456789012345"})}, nil, `pixel: "`},
		{"a host that is none", []plan.Service{{ID: "matomo", Category: "stats", Settings: map[string]string{"host": "stats..mairie.example"}}}, nil, `host: "`},
		{"a name without a language", []plan.Service{{ID: "own", Category: "stats", Name: plan.Texts{"": "Régie"}}}, []string{"fr: \"Régie\"\n      en: TODO"}, ""},
		{"a long description", nil, []string{"- id: stats\n    name:\n      fr: TODO\n      en: TODO\n    summary:\n      fr: TODO"}, ""},
		{"what an audit saw", []plan.Service{own("seen_1", "seen_2")}, []string{"lifetime: TODO # an audit saw 2 years, stored by cdn.example\n", "lifetime: TODO\n"}, "in the local storage"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &plan.Plan{Peer: "Klaro 0.7", Languages: []string{"fr", "en"}, Services: test.services, Categories: []plan.Category{
				{ID: "needed", Necessary: true}, {ID: "stats", Description: plan.Texts{"fr": strings.Repeat("longue ", 10)}},
			}}
			text := drafts(t, p, Options{Seen: []Seen{
				{Name: "seen_1", Lifetime: catalogue.Lifetime{Count: 2, Unit: catalogue.UnitYear}, By: "cdn.example"},
				{Name: "seen_2", Kind: catalogue.KindLocalStorage, Lifetime: catalogue.Lifetime{Unit: catalogue.UnitPersistent}, By: "in the local storage"},
			}}).Text
			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("it lacks %q:\n%s", want, text)
				}
			}
			if test.never != "" && strings.Contains(text, test.never) {
				t.Errorf("it has %q:\n%s", test.never, text)
			}
		})
	}
}

// TestPlaced: a service is in the source's category, unless nobody is asked there for what needs consent.
func TestPlaced(t *testing.T) {
	for _, test := range []struct {
		name     string
		services []plan.Service
		want     string // the last one's category; "" is a TODO
	}{
		{"what is required, in a category that asks", []plan.Service{{ID: "meta-pixel", Category: "diverse", Necessary: true}}, "diverse"},
		{"what is known, in a category that does not ask", []plan.Service{{ID: "meta-pixel", Category: "necessary"}}, "third-party"},
		{"what is not known, in a category that does not ask", []plan.Service{{ID: "own", Category: "necessary"}}, "necessary"},
		{"a category of the draft's that the source does not declare", []plan.Service{{ID: "youtube", Necessary: true}, {ID: "own", Category: "third-party"}}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &plan.Plan{Peer: "Klaro 0.7", Categories: []plan.Category{{ID: "necessary", Necessary: true}, {ID: "diverse"}}, Services: test.services}
			d := drafts(t, p, Options{})
			if got := d.Homes[test.services[len(test.services)-1].ID]; got != test.want {
				t.Errorf("it is in %q, want %q:\n%s", got, test.want, d.Text)
			}
		})
	}
}

// TestOfOneSetting: of several cookies in one setting, those that the catalogue has are told of.
func TestOfOneSetting(t *testing.T) {
	for name, want := range map[string][]string{"_ga": {"k"}, "_gat": nil} {
		p := &plan.Plan{
			Peer: "Klaro 0.7", Categories: []plan.Category{{ID: "stats"}}, Fates: []plan.Fate{{Path: "k", Outcome: plan.Mapped, To: "services[ga].cookies"}},
			Services: []plan.Service{{ID: "ga", Category: "stats", Cookies: []plan.Cookie{{Name: "_gid", Path: "k"}, {Name: name, Path: map[bool]string{true: "k", false: "l"}[name == "_ga"]}}}},
		}
		var got []string
		for _, f := range drafts(t, p, Options{}).Settled(p) {
			got = append(got, f.Path)
		}
		if !slices.Equal(got, want) {
			t.Errorf("with %s, %q are told of, want %q", name, got, want)
		}
	}
}
