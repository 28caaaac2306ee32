package patch

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/audit/report"
)

var (
	google  = report.Service{ID: "google-analytics", Name: "Google Analytics 4", Edition: 1, Entries: []string{"cookie _ga"}}
	ga      = report.Entry{Kind: report.Cookie, Name: "_ga", Host: ".mairie.example", LifetimeS: 400 * 86400}
	badName = report.Entry{Kind: report.LocalStorage, Name: "\x00", Host: "www.mairie.example", LifetimeS: -1}
)

func TestParts(t *testing.T) {
	only := func(ids ...string) func(string) bool {
		return func(id string) bool { return slices.Contains(ids, id) }
	}
	r := saw(own, script, third, ga, badName)
	r.Services = []report.Service{google, matomo, vimeo, {ID: "nobody", Name: "Nobody"}}
	for _, test := range []struct {
		name   string
		text   string
		chosen func(string) bool
		want   []string // ids
	}{
		{"all", head, nil, []string{"service google-analytics", "service matomo", "service vimeo", "site mairie.example", "site regie.example"}},
		{"none", head, only(), nil},
		{"one that is known", head, only("service matomo"), []string{"service matomo"}},
		{"a site, without what another part declares", head, only("site mairie.example"), []string{"site mairie.example"}},
		{"what the catalogue has", head + "services:\n  - use: vimeo@1\n", nil, []string{"service google-analytics", "service matomo", "site mairie.example", "site regie.example"}},
		{"Windows line ends", strings.ReplaceAll(head, "\n", "\r\n"), only("service vimeo"), []string{"service vimeo"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			parts, faults, err := Parts("c.yaml", test.text, r, test.chosen)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range parts {
				got = append(got, p.ID)
				text := strings.Join(slices.Concat(p.Service, p.Provider), "\n")
				if strings.ContainsAny(text, "\r\uE000") || strings.HasPrefix(text, "- ") || p.Title == "" || strings.Contains(text, "_ga") || strings.Contains(text, "was seen, and") {
					t.Errorf("%s, %q, is\n%s", p.ID, p.Title, text)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("the parts are %q, want %q", got, test.want)
			}
			said := strings.Join(faults, "\n")
			if (test.chosen == nil) != strings.Contains(said, "Nobody was seen, and could not be added") && test.chosen == nil || strings.Contains(said, "TODO: ") {
				t.Errorf("the faults are %q", said)
			}
			if wants := slices.Contains(test.want, "site mairie.example"); wants != strings.Contains(said, `localStorage "\x00" was seen, and cannot be declared`) {
				t.Errorf("the faults are %q", said)
			}
		})
	}
	if parts, _, err := Parts("c.yaml", head+"services:\n  - id: a\n    category: TODO\n", r, nil); err == nil {
		t.Errorf("a text with TODOs has the parts %v", parts)
	}
}

// TestPartsTogether: the parts are what Draft writes, and put together they declare the same.
func TestPartsTogether(t *testing.T) {
	r := saw(own, script, third)
	r.Services = []report.Service{vimeo, matomo}
	parts, faults, err := Parts("c.yaml", head, r, nil)
	if err != nil || faults != nil {
		t.Fatal(faults, err)
	}
	drafted, err := Draft("c.yaml", head, r, Facts{})
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string]string{}
	put := func(key string, element []string) {
		indent, dashed := "  ", false
		for _, line := range element {
			if !dashed && !strings.HasPrefix(line, "#") {
				line, dashed = "- "+line, true
			} else if dashed {
				indent = "    "
			}
			lists[key] += indent + line + "\n"
		}
	}
	for _, p := range parts {
		put("services", p.Service)
		if p.Provider != nil {
			put("providers", p.Provider)
		}
	}
	text := head + "services:\n" + lists["services"] + "providers:\n" + lists["providers"]
	one, err := source.Read("c.yaml", []byte(filled(text)))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	other, err := source.Read("c.yaml", []byte(filled(drafted)))
	if err != nil {
		t.Fatal(err)
	}
	if one.Revision() != other.Revision() {
		t.Errorf("the parts are\n%s\nand the draft is\n%s", text, drafted)
	}
}

// TestPartsProvider: of two sites whose names make the same id for a provider, the first brings the provider.
func TestPartsProvider(t *testing.T) {
	at := func(host string) report.Entry {
		return report.Entry{Kind: report.Cookie, Name: "uid", Host: host, ThirdParty: true, LifetimeS: 86400}
	}
	long := strings.Repeat("a", 45)
	parts, _, err := Parts("c.yaml", head, saw(at(long+"1.example"), at(long+"2.example")), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) != 2 || parts[0].Provider == nil || parts[1].Provider != nil || !slices.Contains(parts[1].Service, "provider: "+long[:idBytes]) {
		t.Errorf("the parts are %q", parts)
	}
}

// manySites are entries of a number of third parties.
func manySites(n int) []report.Entry {
	var all []report.Entry
	for i := range n {
		all = append(all, report.Entry{Kind: report.Cookie, Name: "uid", Host: fmt.Sprintf(".regie%d.example", i), ThirdParty: true, LifetimeS: 86400})
	}
	return all
}

// TestCrowded: where an answer could not name all that was seen, each is a part, and a draft says the reason.
func TestCrowded(t *testing.T) {
	full := head + "services:\n"
	for i := range 67 { // which leave no room for one more
		full += fmt.Sprintf("  - id: s%d\n    category: statistics\n    provider: opendatasoft\n    name: { fr: S, en: S }\n    purpose: { fr: Compter, en: Count }\n", 10+i)
	}
	r := saw(manySites(100)...)
	r.Services = []report.Service{vimeo}
	for _, test := range []struct{ name, text string }{{"without them it fits", head}, {"nothing more fits", full}} {
		t.Run(test.name, func(t *testing.T) {
			parts, faults, err := Parts("c.yaml", test.text, r, nil)
			if err != nil {
				t.Fatal(err)
			}
			const reason = "an answer could need "
			if len(parts) != 101 || len(faults) != 1 || !strings.HasPrefix(faults[0], "not all of this fits into the catalogue: "+reason) {
				t.Errorf("there are %d parts, and the faults %q", len(parts), faults)
			}
			_, err = Draft("c.yaml", test.text, r, Facts{})
			if err == nil || !strings.Contains(err.Error(), reason) || strings.Contains(err.Error(), "written in a way") || !strings.Contains(err.Error(), "- id: regie99-example\n") {
				t.Errorf("the draft's error is %v", err)
			}
		})
	}
}

// TestPartsBeside: a part leaves out what another part declares, if that one is drafted.
func TestPartsBeside(t *testing.T) {
	r := saw()
	r.Services = []report.Service{{ID: "firebase", Name: "Firebase", Edition: 1}, {ID: "google-analytics", Name: "Google Analytics 4", Edition: 1}}
	lines := func(chosen func(string) bool) map[string]string {
		t.Helper()
		parts, _, err := Parts("c.yaml", head, r, chosen)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, p := range parts {
			all[p.ID] = strings.Join(p.Service, "\n")
		}
		return all
	}
	const analytics = "service google-analytics"
	if both := lines(nil); !strings.Contains(both[analytics], `without: ["_ga", "_ga_*"]`) {
		t.Errorf("beside another that declares the same, it is\n%s", both[analytics])
	}
	if alone := lines(func(id string) bool { return id == analytics }); alone[analytics] == "" || strings.Contains(alone[analytics], "without") {
		t.Errorf("alone it is\n%s", alone[analytics])
	}
}

// TestDraftFormerlyDigit: a revision that begins with a digit stands in quotes.
func TestDraftFormerlyDigit(t *testing.T) {
	text := ""
	for _, days := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28"} {
		text = head + "services:\n  - id: mine\n    category: statistics\n    provider: opendatasoft\n    name: { fr: M, en: M }\n    purpose: { fr: M, en: M }\n    cookies:\n      - { name: mine" + days + ", purpose: { fr: M, en: M }, lifetime: " + days + " days }\n"
		c, err := source.Read("c.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if c.Revision()[0] <= '9' {
			break
		}
		text = ""
	}
	if text == "" {
		t.Fatal("no revision begins with a digit")
	}
	r := saw(own)
	r.Services = []report.Service{vimeo, matomo}
	drafted, err := Draft("c.yaml", text, r, Facts{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := source.Read("c.yaml", []byte(filled(drafted)))
	if err != nil || len(c.Formerly) != 1 {
		t.Errorf("%v in\n%s", err, drafted)
	}
}
