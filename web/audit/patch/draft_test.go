package patch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/source"
	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
)

var began = time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)

// saw is a report of entries, all from one journey.
func saw(entries ...report.Entry) *report.Report {
	for i := range entries {
		entries[i].First = began
	}
	return &report.Report{Version: report.Version, Site: "https://www.mairie.example/", Began: began, Journeys: []report.Journey{{
		State:   report.Accepted,
		Pages:   []report.Page{{URL: "https://www.mairie.example/?q=private", Title: "Mairie « du » lac"}},
		Entries: entries,
	}}}
}

var (
	own    = report.Entry{Kind: report.Cookie, Name: "visit_*", Host: ".mairie.example", LifetimeS: 0, Initiator: report.Initiator{Kind: "header", URL: "https://www.mairie.example/?q=private"}}
	script = report.Entry{Kind: report.LocalStorage, Name: "px", Host: "www.mairie.example", LifetimeS: -1, Initiator: report.Initiator{Kind: "script", URL: "https://cdn.regie.example/px.js"}}
	third  = report.Entry{Kind: report.Cookie, Name: "uid", Host: ".regie.example", ThirdParty: true, LifetimeS: 396 * 86400, Initiator: report.Initiator{Kind: "header", URL: "https://px.regie.example/1.gif?u=private"}}
	vimeo  = report.Service{ID: "vimeo", Name: "Vimeo", Edition: 1, Hosts: []string{"player.vimeo.com"}}
	matomo = report.Service{ID: "matomo", Name: "Matomo", Edition: 1, Entries: []string{"cookie _pk_id*"}}
)

const head = `extends: default # keep
site: { name: { fr: Portail, en: Portal }, controller: Ville }
`

// filled is a draft after its owner has filled in the TODOs.
func filled(draft string) string {
	for _, swap := range []struct{ from, to string }{
		{`category: TODO.*`, `category: third-party`},
		{`policyURL: TODO`, `policyURL: https://regie.example/privacy`},
		{`acceptsUnknown: TODO.*`, `acceptsUnknown: true`},
		{`host: TODO`, `host: stats.mairie.example`},
		{`lifetime: TODO`, `lifetime: 1 day`},
		{`\bTODO\b`, `Compter`},
	} {
		draft = regexp.MustCompile(swap.from).ReplaceAllString(draft, swap.to)
	}
	return draft
}

// refused says where a catalogue is refused.
func refused(t *testing.T, text string) source.Errors {
	t.Helper()
	_, doubts, _, err := source.DoubtsIn("c.yaml", []byte(text))
	var errs source.Errors
	errors.As(err, &errs)
	return append(errs, doubts...)
}

func TestDraft(t *testing.T) {
	more := report.Entry{Kind: report.SessionStorage, Name: "état \"1\"", Host: "www.mairie.example"}
	for _, test := range []struct {
		name  string
		text  string
		saw   *report.Report
		known []report.Service
	}{
		{"no catalogue", "", saw(own, third, script, more), nil},
		{"no catalogue, with known services", "", saw(own), []report.Service{vimeo, matomo}},
		{"nothing but a head", head, saw(own, third, script), nil},
		{"services and providers are there", head + "providers:\n- { id: ville, name: Ville, firstParty: true } # us\n\n# the list\nservices:\n- id: mine\n  category: statistics\n  provider: ville\n  name: { fr: M, en: M }\n  purpose: { fr: M, en: M }\n\n# the end\nlook: { preset: soft }\n", saw(own, third), []report.Service{vimeo}},
		{"the provider is there", head + "providers:\n  - { id: regie-example, name: Régie, policyURL: https://regie.example/ }\n", saw(third), nil},
		{"a service of this name is there", head + "services:\n  - use: youtube@1\n    acceptsUnknown: true\n  - id: regie-example\n    category: third-party\n    provider: google\n    name: { fr: M, en: M }\n    purpose: { fr: M, en: M }\n", saw(third), nil},
		{"one language", strings.Replace(head, "{ fr: Portail, en: Portal }", "Portail", 1) + "languages: [fr]\n", saw(own, third), []report.Service{vimeo}},
		{"visitors were asked before", head + "services:\n  - use: youtube@1\n    acceptsUnknown: true\n", saw(own), []report.Service{vimeo, matomo}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.saw.Services = test.known
			for _, crlf := range []bool{false, true} {
				text := test.text
				if crlf {
					text = strings.ReplaceAll(text, "\n", "\r\n")
				}
				drafted, err := Draft("c.yaml", text, test.saw, Facts{})
				if err != nil {
					t.Fatal(err)
				}
				if crlf && test.text != "" && strings.Count(drafted, "\n") != strings.Count(drafted, "\r\n") {
					t.Error("the line breaks are mixed")
				}
				checkDraft(t, text, strings.ReplaceAll(drafted, "\r\n", "\n"), test.saw)
			}
		})
	}
}

// checkDraft: the old lines are there in their order, every TODO is refused at its place, and what is
// filled in passes and covers all that was seen.
func checkDraft(t *testing.T, text, drafted string, saw *report.Report) {
	t.Helper()
	rest := drafted
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		_, after, found := strings.Cut(rest, strings.TrimRight(line, "\n"))
		if !found {
			t.Fatalf("the line %q is lost in\n%s", line, drafted)
		}
		rest = after
	}
	if strings.Contains(drafted, "private") || strings.Contains(drafted, "\uE000") {
		t.Errorf("there is what should not be in\n%s", drafted)
	}
	lines := strings.Split(drafted, "\n")
	for _, e := range refused(t, drafted) {
		if e.Line < 1 || !strings.Contains(lines[e.Line-1], "TODO") {
			t.Errorf("%v, which is no TODO, in\n%s", e, drafted)
		}
	}
	full := filled(drafted)
	if errs := refused(t, full); len(errs) > 0 {
		t.Fatalf("%v, in\n%s", errs, full)
	}
	// Each TODO alone is enough for a refusal there.
	fullLines := strings.Split(full, "\n")
	for i, line := range lines {
		if !strings.Contains(line, "TODO") || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		one := slices.Clone(fullLines)
		one[i] = line
		errs := refused(t, strings.Join(one, "\n"))
		if !slices.ContainsFunc(errs, func(e source.Error) bool { return e.Line == i+1 && e.Column > 0 }) {
			t.Errorf("nobody refuses line %d, %q: %v", i+1, line, errs)
		}
	}
	c, err := source.Read("c.yaml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range saw.Journeys[0].Entries {
		if !slices.ContainsFunc(c.Services, func(s catalogue.Service) bool {
			return slices.ContainsFunc(s.Cookies, func(cookie catalogue.Cookie) bool { return covers(cookie, e) })
		}) {
			t.Errorf("%s %s is not covered by\n%s", e.Kind, e.Name, full)
		}
	}
	for _, s := range saw.Services {
		if !strings.Contains(full, fmt.Sprintf("use: %s@", s.ID)) {
			t.Errorf("%s is not taken over in\n%s", s.ID, full)
		}
	}
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte(full), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := source.Report(new(strings.Builder), file, true); err != nil {
		t.Errorf("check -strict: %v, in\n%s", err, full)
	}
	again, err := Draft("c.yaml", full, saw, Facts{})
	if err != nil || again != full {
		t.Errorf("a second draft changes something: %v\n%s", err, again)
	}
}

// TestDraftRevisions: what visitors were asked for is kept once, also where its revision begins with a
// digit and stands in quotes.
func TestDraftRevisions(t *testing.T) {
	for i := range 20 { // of which some begin with a digit, and some of the revisions between
		text := head + fmt.Sprintf("services:\n  - use: youtube@1\n    acceptsUnknown: true\n    id: s%d\n", i)
		before, err := source.Read("c.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		revision := before.Revision()
		r := saw(own)
		r.Services = []report.Service{vimeo, matomo}
		drafted, err := Draft("c.yaml", text, r, Facts{})
		if err != nil {
			t.Fatal(err)
		}
		after, err := edit.Parse("c.yaml", []byte(drafted))
		if err != nil {
			t.Fatalf("%v, in\n%s", err, drafted)
		}
		if kept := after.At("/formerly"); kept == nil || len(kept.Nodes) != 1 || kept.Nodes[0].Key() != revision {
			t.Errorf("revision %s is not the only one that is kept in\n%s", revision, drafted)
		}
	}
}

// TestDraftShipped: the catalogues that come with Charte are completed, and the example of a report
// with everything in it.
func TestDraftShipped(t *testing.T) {
	for _, name := range []string{"default", "demo", ""} {
		t.Run(name, func(t *testing.T) {
			text, _ := catalogue.EmbeddedYAML(name)
			r := reporttest.Example()
			drafted, err := Draft("c.yaml", text, r, Facts{})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(drafted, "TODO") {
				t.Errorf("nothing is left to do in\n%s", drafted)
			}
			if errs := refused(t, filled(drafted)); len(errs) > 0 {
				t.Errorf("%v in\n%s", errs, drafted)
			}
		})
	}
}
