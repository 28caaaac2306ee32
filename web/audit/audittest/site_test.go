package audittest

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/audit/report"
)

// seeded is the folder with the sites.
const seeded = "../testdata"

// load returns all sites, each followed by its twin.
func load(t *testing.T) []Site {
	t.Helper()
	sites, err := Load(seeded)
	if err != nil {
		t.Fatal(err)
	}
	var all []Site
	for _, site := range sites {
		all = append(all, site, site.Twin())
	}
	return all
}

// TestCatalogues: every catalogue of the sites can be read.
func TestCatalogues(t *testing.T) {
	for _, site := range load(t) {
		if site.Catalogue == nil {
			continue
		}
		if _, err := source.Read(site.Name+"/catalogue.yaml", site.Catalogue); err != nil {
			t.Error(err)
		}
	}
}

// TestEveryRule: each rule is broken by several sites.
func TestEveryRule(t *testing.T) {
	const faulty = 40
	sites, err := Load(seeded)
	if err != nil {
		t.Fatal(err)
	}
	if len(sites) < faulty {
		t.Errorf("there are %d sites with faults, want %d at least", len(sites), faulty)
	}
	of := map[string]int{}
	for _, site := range sites {
		rules := map[string]bool{}
		for _, expected := range site.Expect {
			rules[expected.Rule] = true
		}
		for rule := range rules {
			of[rule]++
		}
		if len(rules) == 0 {
			t.Errorf("%s expects nothing, so it has no fault", site.Name)
		}
	}
	for _, rule := range report.Rules {
		least := 3
		switch rule.ID {
		case report.RuleWaiver: // is about a file of waivers, and not about a site
			least = 0
		case report.RuleCNAME: // one suffices, since a table stands in for the resolver
			least = 1
		}
		if of[rule.ID] < least {
			t.Errorf("%d sites break the rule %s, want %d at least", of[rule.ID], rule.ID, least)
		}
	}
}

// TestTwins: a twin expects nothing but remarks, and differs from its site by the files that say so.
func TestTwins(t *testing.T) {
	sites, err := Load(seeded)
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range sites {
		twin := site.Twin()
		for _, expected := range twin.Expect {
			if report.RuleNamed(expected.Rule).Severity != report.Remark {
				t.Errorf("%s expects %s of %s", twin.Name, expected.Rule, expected.Subject)
			}
		}
		same := func(a, b []byte) bool { return bytes.Equal(a, b) }
		without := func(files map[string][]byte) map[string][]byte {
			files = maps.Clone(files)
			delete(files, "expect")
			return files
		}
		if maps.EqualFunc(without(site.files), without(twin.files), same) {
			t.Errorf("%s is the same as %s", twin.Name, site.Name)
		}
		data, err := os.ReadFile(filepath.Join(seeded, site.Name+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for name := range without(twin.files) {
			if !bytes.Equal(site.files[name], twin.files[name]) && !bytes.Contains(data, []byte("-- "+ofTwin+name+" --")) {
				t.Errorf("%s has another %s, and no file says so", twin.Name, name)
			}
		}
	}
}

// address finds the hosts of addresses in a page, a script or a style sheet.
var address = regexp.MustCompile(`(?:(?:https?|wss):)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)/`)

// namespace finds what has the form of an address, and which nobody asks for.
var namespace = regexp.MustCompile(`xmlns="[^"]*"`)

// TestHosts: each host that a site's files name is served, by the site or by its twin.
func TestHosts(t *testing.T) {
	sites, err := Load(seeded)
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range sites {
		for _, one := range []Site{site, site.Twin()} {
			for name, data := range one.files {
				if !strings.Contains(name, "/") {
					continue
				}
				for _, found := range address.FindAllSubmatch(namespace.ReplaceAll(data, nil), -1) {
					if host := string(found[1]); !site.has(host) && !site.Twin().has(host) {
						t.Errorf("%s: %s names %s, which is not served", one.Name, name, host)
					}
				}
			}
			if !one.has(Host) {
				t.Errorf("%s has no page at %s", one.Name, First)
			}
		}
	}
}

// TestParse: what a file holds, and what it may not hold.
func TestParse(t *testing.T) {
	const about = "About the fault.\n"
	for _, test := range []struct{ name, text, want string }{
		{"nothing said", "-- www.site.example/index.html --\n<p>\n", "does not say what the fault is"},
		{"unknown rule", about + "-- expect --\nno-such-rule cookie a\n", `no rule "no-such-rule"`},
		{"no subject", about + "-- expect --\nundeclared\n", "write two words"},
		{"expected twice", about + "-- expect --\nundeclared cookie a\nundeclared cookie a\n", "there twice"},
		{"unknown file", about + "-- expected --\n", "neither catalogue.yaml"},
		{"path that leaves its host", about + "-- www.site.example/../a --\n", "neither catalogue.yaml"},
		{"twice", about + "-- a.example/a --\n1\n-- a.example/a --\n2\n", "there twice"},
		{"unknown button", about + "-- banner --\nclose #no\n", `no button "close"`},
		{"header without a value", about + "-- a.example/a.headers --\nSet-Cookie\n", "write NAME: VALUE"},
		{"status out of range", about + "-- a.example/a.headers --\nStatus: 99\n", "from 200 to 599"},
		{"removes what is not there", about + "-- clean/a.example/a --\n", "is not there"},
		{"fault of the twin", about + "-- clean/expect --\nno-such-rule cookie a\n", "its twin"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := parse("site", []byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want one with %q", err, test.want)
			}
		})
	}
}

// TestTwin: a twin has its own files in place of the site's, and those that are empty are gone.
func TestTwin(t *testing.T) {
	site, err := parse("site", []byte(`A tracker is loaded.
-- expect --
before-consent host a.example
unseen cookie b
-- banner --
accept #yes
refuse #box >>> .no
-- cname --
b.site.example tracker.example
-- www.site.example/index.html --
with
-- a.example/a.js --
tracker()
-- clean/expect --
unseen cookie b
-- clean/www.site.example/index.html --
without
-- clean/a.example/a.js --
`))
	if err != nil {
		t.Fatal(err)
	}
	if want := []Expected{{"before-consent", "host a.example"}, {"unseen", "cookie b"}}; !slices.Equal(site.Expect, want) {
		t.Errorf("expects %v, want %v", site.Expect, want)
	}
	if want := (Banner{Accept: "#yes", Refuse: "#box >>> .no"}); site.Banner != want {
		t.Errorf("banner %+v, want %+v", site.Banner, want)
	}
	if got := site.CNAME(t.Context(), "b.site.example"); got != "tracker.example" {
		t.Errorf("the host is another name of %q, want tracker.example", got)
	}
	twin := site.Twin()
	if want := []Expected{{"unseen", "cookie b"}}; twin.Name != "site/clean" || !slices.Equal(twin.Expect, want) {
		t.Errorf("%s expects %v, want %v", twin.Name, twin.Expect, want)
	}
	if got := string(twin.answers["www.site.example/index.html"].body); got != "without\n" {
		t.Errorf("the twin's page is %q", got)
	}
	if twin.has("a.example") || !site.has("a.example") {
		t.Error("the tracker is the site's alone")
	}
	if again := twin.Twin(); again.Name != twin.Name {
		t.Errorf("the twin's twin is %s", again.Name)
	}
}

// FuzzParse: no file breaks the reader.
func FuzzParse(f *testing.F) {
	f.Add([]byte("About.\n-- expect --\nundeclared cookie a\n-- www.site.example/index.html --\n<p>\n-- clean/www.site.example/index.html --\n"))
	f.Add([]byte("About.\n-- a.b/c.headers --\nStatus: 302\nLocation: /\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if site, err := parse("site", data); err == nil && site.Twin().Name != "site/clean" {
			t.Error("a site without a twin")
		}
	})
}
