package patch

import (
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/audit/report"
)

func TestLifetime(t *testing.T) {
	const day = 24 * 60 * 60
	for _, test := range []struct {
		name    string
		kind    catalogue.Kind
		seconds int64
		want    string
	}{
		{"a session", catalogue.KindCookie, 0, "session"},
		{"a cookie of which nothing is known", catalogue.KindCookie, -1, "not said"},
		{"localStorage", catalogue.KindLocalStorage, -1, "persistent"},
		{"a database", catalogue.KindIndexedDB, -1, "persistent"},
		{"sessionStorage", catalogue.KindSessionStorage, -1, "session"},
		{"a second", catalogue.KindCookie, 1, "1 minute"},
		{"30 minutes", catalogue.KindCookie, 1800, "30 minutes"},
		{"an hour, but for a second", catalogue.KindCookie, 3599, "1 hour"},
		{"a day", catalogue.KindCookie, day, "1 day"},
		{"a day and a second", catalogue.KindCookie, day + 1, "2 days"},
		{"a month", catalogue.KindCookie, 30 * day, "30 days"},
		{"100 days", catalogue.KindCookie, 100 * day, "100 days"},
		{"half a year", catalogue.KindCookie, 182 * day, "6 months"},
		{"a year", catalogue.KindCookie, 365 * day, "12 months"},
		{"13 months", catalogue.KindCookie, 395 * day, "13 months"},
		{"the most that Chrome allows", catalogue.KindCookie, 400 * day, "400 days"},
		{"two years", catalogue.KindCookie, 730 * day, "24 months"},
		{"a hundred years", catalogue.KindCookie, 36500 * day, "120 months"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, _ := Lifetime(test.kind, test.seconds)
			if got := source.WriteLifetime(l); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestDraftHosts: a service is drafted with the hosts of its site that pages load from.
func TestDraftHosts(t *testing.T) {
	seen := saw(third, own)
	seen.Journeys[0].Requests = []report.Request{
		{Host: "px.regie.example", Type: "pixel", ThirdParty: true},
		{Host: "CDN.regie.example", Type: "script", ThirdParty: true},
		{Host: "cdn.regie.example", Type: "script", ThirdParty: true},
		{Host: "cdn.regie.example", Type: "fetch", ThirdParty: true},
		{Host: "cdn.regie.example", Type: "document", ThirdParty: true},
		{Host: "cdn.other.example", Type: "script", ThirdParty: true},
		{Host: "www.mairie.example", Type: "script"},
		{Host: "[2001:db8::1]", Type: "script", ThirdParty: true},
	}
	drafted, err := Draft("c.yaml", head, seen, Facts{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := source.Read("c.yaml", []byte(filled(drafted)))
	if err != nil {
		t.Fatalf("%v in\n%s", err, drafted)
	}
	want := map[catalogue.ID][]catalogue.Host{"regie-example": {
		{Host: "cdn.regie.example", Kind: "connect"}, {Host: "cdn.regie.example", Kind: "script"}, {Host: "px.regie.example", Kind: "pixel"},
	}}
	for _, s := range c.Services {
		if !slices.Equal(s.Hosts, want[s.ID]) {
			t.Errorf("%s has %v, want %v", s.ID, s.Hosts, want[s.ID])
		}
	}
}

// TestDraftUnknown: what stands in the draft for what no service covers.
func TestDraftUnknown(t *testing.T) {
	cookie := func(name, host string, third bool) report.Entry {
		return report.Entry{Kind: report.Cookie, Name: name, Host: host, ThirdParty: third}
	}
	for _, test := range []struct {
		name       string
		text       string
		entries    []report.Entry
		want, lack string
	}{
		{"a pattern with more behind it", head, []report.Entry{cookie("mp_*_mixpanel", "www.mairie.example", false)}, `name: "mp_*"`, "_mixpanel"},
		{"a pattern that covers too much", head, []report.Entry{cookie("a*", "www.mairie.example", false)}, `# cookie "a*" was seen, and cannot be declared: cookie "a*" is a family that covers too much`, "- id: "},
		{"a name that no catalogue can have", head, []report.Entry{cookie("a[1]", "www.mairie.example", false), own}, `# cookie "a[1]" was seen, and cannot be declared`, `name: "a[1]"`},
		{"the same under two hosts of the site", head, []report.Entry{cookie("abc", "www.mairie.example", false), cookie("abc", ".mairie.example", false)}, `name: "abc"`, "domain"},
		{"hosts of one company", head, []report.Entry{cookie("a", "x.regie.co.uk", true), cookie("b", "y.regie.co.uk", true)}, "- id: regie-co-uk\n    category", "regie-co-uk-2"},
		{"a host that is a number", head, []report.Entry{cookie("a", "192.0.2.7", true)}, "- id: host-192-0-2-7", ""},
		{"a host without a dot", head, []report.Entry{cookie("a", "intranet", true)}, `# cookie "a" was seen, and cannot be declared: cookie "a": domain "intranet" is no host`, "- id: intranet"},
		{"a name like YAML", head, []report.Entry{{Kind: report.LocalStorage, Name: "a: [b]\n- id: x # \uE0000", Host: "www.mairie.example"}}, "", "\n- id: x"},
		{"a database", head, []report.Entry{{Kind: report.IndexedDB, Name: "db", Host: "www.mairie.example", LifetimeS: -1}}, "- name: \"db\"\n        kind: indexedDB", "lifetime: TODO"},
		{"databases that change their name", head, []report.Entry{{Kind: report.IndexedDB, Name: "visit_*", Names: []string{"visit_1", "visit_2"}, Host: "www.mairie.example", LifetimeS: -1}}, "- name: \"visit_*\"\n        kind: indexedDB", "visit_1"},
		{"a cache", head, []report.Entry{{Kind: report.CacheStorage, Name: "shell", Host: "www.mairie.example", LifetimeS: -1}}, "", "shell"},
		{"a service worker", head, []report.Entry{{Kind: report.ServiceWorker, Name: "https://www.mairie.example/sw.js", Host: "www.mairie.example", LifetimeS: -1}}, "", "sw.js"},
		{"an address that breaks the line", head, []report.Entry{{Kind: report.Cookie, Name: "abc", Host: "www.mairie.example", Initiator: report.Initiator{Kind: "script", URL: "https://www.mairie.example/\nservices: []"}}}, `name: "abc"`, "\nservices: []"},
	} {
		t.Run(test.name, func(t *testing.T) {
			drafted, err := Draft("c.yaml", test.text, saw(test.entries...), Facts{})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(drafted, test.want) || test.lack != "" && strings.Contains(drafted, test.lack) {
				t.Errorf("want %q and not %q in\n%s", test.want, test.lack, drafted)
			}
			if _, err := source.Read("c.yaml", []byte(filled(drafted))); err != nil {
				t.Errorf("%v in\n%s", err, drafted)
			}
		})
	}
}

func TestDraftWaived(t *testing.T) {
	r := saw(own, third)
	r.Findings = []report.Finding{{Rule: report.RuleUndeclared, Subject: "cookie uid", Waived: &report.Waiver{}}}
	drafted, err := Draft("c.yaml", head, r, Facts{})
	if err != nil || strings.Contains(drafted, "uid") || !strings.Contains(drafted, "visit_*") {
		t.Errorf("%v\n%s", err, drafted)
	}
}

// TestDraftKnown: what can be told from what was seen is no TODO.
func TestDraftKnown(t *testing.T) {
	adobe := report.Service{ID: "adobe-analytics", Name: "Adobe Analytics", Edition: 1, Hosts: []string{"edge.adobedc.net"}}
	org := func(id string) report.Entry {
		return report.Entry{Kind: report.Cookie, Name: "kndctr_" + id + "_AdobeOrg_identity", Host: ".mairie.example", LifetimeS: 34128000}
	}
	const first, second = "0123456789ABCDEF01234567", "76543210FEDCBA9876543210"
	for _, test := range []struct {
		name     string
		text     string
		entries  []report.Entry
		services []report.Service
		want     string
		lack     string
	}{
		{"a parameter in a name", head, []report.Entry{org(first)}, []report.Service{adobe}, "with: { org: " + `"` + first + `"`, "org: TODO"},
		{"a parameter with two values", head, []report.Entry{org(first), org(second)}, []report.Service{adobe}, "org: TODO", ""},
		{"a service that is taken over", head + "services:\n  - use: vimeo@1\n", nil, []report.Service{vimeo}, "", "formerly"},
		{"a service that is declared in other words", head + "services:\n  - id: stats\n    category: statistics\n    provider: opendatasoft\n    name: { fr: M, en: M }\n    purpose: { fr: M, en: M }\n    cookies:\n      - { name: _pk_id*, purpose: { fr: M, en: M }, lifetime: 13 months }\n", nil, []report.Service{matomo}, "", "use:"},
		{"a category that is not there", "languages: [fr]\nsite: { name: P, controller: V }\ncharter: { title: C, introduction: I, whatTitle: W, what: Q, kindsTitle: K }\ncategories:\n  - { id: rest, name: R, summary: S, description: D }\n", nil, []report.Service{vimeo}, "category: TODO # the known one, third-party", ""},
		{"a language that it does not speak", "languages: [de]\nsite: { name: P, controller: V }\ncharter: { title: C, introduction: I, whatTitle: W, what: Q, kindsTitle: K }\ncategories:\n  - { id: third-party, name: R, summary: S, description: D }\n", nil, []report.Service{vimeo}, "# TODO: Vimeo was seen, and could not be added: ", "use: "},
		{"a service that this program does not know", head, nil, []report.Service{{ID: "nobody", Name: "Nobody"}}, "# TODO: Nobody was seen", "use: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := saw(test.entries...)
			r.Services = test.services
			drafted, err := Draft("c.yaml", test.text, r, Facts{})
			if err != nil {
				t.Fatal(err)
			}
			if added := strings.TrimPrefix(drafted, test.text); !strings.Contains(drafted, test.want) || test.lack != "" && strings.Contains(added, test.lack) {
				t.Errorf("want %q and not %q in\n%s", test.want, test.lack, drafted)
			}
		})
	}
}

// TestDraftFormerly: what visitors were asked for is kept once, whatever is added.
func TestDraftFormerly(t *testing.T) {
	const text = head + "services:\n  - use: youtube@1\n    acceptsUnknown: true\n"
	before, err := source.Read("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		saw   *report.Report
		known []report.Service
	}{
		{"known services", saw(), []report.Service{vimeo, matomo}},
		{"an unknown one", saw(own), nil},
		{"both", saw(own, third), []report.Service{vimeo, matomo}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.saw.Services = test.known
			drafted, err := Draft("c.yaml", text, test.saw, Facts{})
			if err != nil {
				t.Fatal(err)
			}
			c, err := source.Read("c.yaml", []byte(filled(drafted)))
			if err != nil {
				t.Fatal(err)
			}
			if asked := c.Formerly[before.Revision()]; len(c.Formerly) != 1 || len(asked) != 1 || asked[0] != "third-party.youtube" {
				t.Errorf("formerly is %v in\n%s", c.Formerly, drafted)
			}
		})
	}
}

func TestDraftRefused(t *testing.T) {
	r := saw(own, third)
	r.Services = []report.Service{vimeo, matomo}
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"services in brackets", head + "services: [{ use: youtube@1 }]\n", []string{"c.yaml: services is written in a way", "\nservices:\n  - use: vimeo@1\n", "with: { host: TODO }", "\n  - id: mairie-example\n", "\nproviders:\n  - id: regie-example\n", "\nformerly:\n"}},
		{"providers in brackets", head + "providers: [{ id: v, name: V, firstParty: true }]\n", []string{"c.yaml: providers is written in a way", "\n  - id: mairie-example\n", "\nproviders:\n  - id: regie-example\n"}},
		{"all in braces", `{"extends": "default", "site": {"name": {"fr": "P", "en": "P"}, "controller": "V"}}`, []string{"c.yaml: "}},
		{"TODOs are left", head + "services:\n  - id: a\n    category: TODO\n", []string{`category "TODO" is not declared`}},
		{"no YAML", "a: [", []string{"not valid YAML"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			drafted, err := Draft("c.yaml", test.text, r, Facts{})
			if err == nil {
				t.Fatalf("drafted\n%s", drafted)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("said\n%v\nwithout %q", err, want)
				}
			}
			if strings.ContainsRune(err.Error(), '\uE000') {
				t.Errorf("said\n%v", err)
			}
		})
	}
}

// FuzzDraft: whatever is seen, a draft keeps the lines of the catalogue, and is refused for its TODOs
// alone.
func FuzzDraft(f *testing.F) {
	f.Add("visit_*", "www.mairie.example", "https://www.mairie.example/", false)
	f.Add("0", "\x14", "0", true)
	f.Add("a: b\n", ".x.example", "https://y.example/#a\nb", true)
	f.Fuzz(func(t *testing.T, name, host, by string, third bool) {
		r := saw(report.Entry{Kind: report.LocalStorage, Name: name, Host: host, ThirdParty: third, Initiator: report.Initiator{URL: by}}, own)
		drafted, err := Draft("c.yaml", head, r, Facts{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(drafted, head) {
			t.Errorf("the head is lost in\n%s", drafted)
		}
		if !strings.Contains(name+host+by, "TODO") {
			if _, err := source.Read("c.yaml", []byte(filled(drafted))); err != nil {
				t.Errorf("%v in\n%s", err, drafted)
			}
		}
	})
}
