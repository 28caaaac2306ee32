package source

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"charte/catalogue"
	"charte/catalogue/services"
)

// country is a country in two letters (ISO 3166-1).
var country = regexp.MustCompile(`^[A-Z]{2}$`)

// TestEntries: every entry is complete, says where its facts come from, and has a tag that waits.
func TestEntries(t *testing.T) {
	entries, err := Services()
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 60 {
		t.Errorf("%d entries, want 60 at least", len(entries))
	}
	for _, e := range entries {
		t.Run(string(e.ID), func(t *testing.T) {
			for _, fault := range entryFaults(e, time.Now()) {
				t.Error(fault)
			}
			for _, edition := range e.Editions {
				text := fmt.Sprintf("extends: default\nsite: {name: {fr: P, en: P}, controller: V}\nservices:\n  - use: %s@%d\n", e.ID, edition.Number)
				if _, err := Read("c.yaml", []byte(text+withLine(e, &edition))); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func withExamples(e *services.Entry, edition *services.Edition) string {
	var with []string
	for _, p := range edition.Parameters {
		if e.Needs(edition, p.ID) {
			with = append(with, fmt.Sprintf("%s: %q", p.ID, p.Example))
		}
	}
	return strings.Join(with, ", ")
}

// TestEditionsKept: what visitors agree to in a published edition never changes. testdata/editions.txt
// has the revision of each, and -update only adds those that are new.
func TestEditionsKept(t *testing.T) {
	entries, err := Services()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "editions.txt")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	published := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, revision, _ := strings.Cut(strings.TrimSpace(line), " ")
		published[name] = revision
	}
	var b strings.Builder
	for _, e := range entries {
		for _, edition := range e.Editions {
			name := fmt.Sprintf("%s@%d", e.ID, edition.Number)
			c, err := Read("c.yaml", []byte(fmt.Sprintf("extends: default\nsite: {name: {fr: P, en: P}, controller: V}\nservices:\n  - use: %s\n", name)+withLine(e, &edition)))
			if err != nil {
				t.Fatal(err)
			}
			switch was := published[name]; {
			case was == "" && !*update:
				t.Errorf("%s is not in %s: run go test ./catalogue/source -update", name, file)
			case was != "" && was != c.Revision():
				t.Errorf("%s is published, and would ask visitors again now: write it as a new edition", name)
			}
			fmt.Fprintf(&b, "%s %s\n", name, c.Revision())
			delete(published, name)
		}
	}
	for name := range published {
		t.Errorf("%s is published, and gone now", name)
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// withLine is the line of a catalogue that gives an edition the examples it needs.
func withLine(e *services.Entry, edition *services.Edition) string {
	if with := withExamples(e, edition); with != "" {
		return "    with: {" + with + "}\n"
	}
	return ""
}

// entryFaults returns what an entry lacks, or says wrongly.
func entryFaults(e *services.Entry, now time.Time) []string {
	var faults []string
	fault := func(format string, values ...any) { faults = append(faults, fmt.Sprintf(format, values...)) }
	if e.Name == "" || !slices.ContainsFunc(services.Kinds, func(k struct {
		Kind  services.Kind
		Holds string
	}) bool {
		return k.Kind == e.Kind
	}) {
		fault("its name %q or its kind %q is none", e.Name, e.Kind)
	}
	if p := e.Provider; p.ID == "" {
		if !p.FirstParty || p.Name != "" || p.PolicyURL != "" || p.Country != "" {
			fault("a provider without an id is the site itself, and says firstParty alone")
		}
	} else if (p.Site == "") == (p.PolicyURL == "unknown") {
		fault("a provider says its site where its privacy policy is unknown, and only there")
	} else if p.Name == "" || !strings.HasPrefix(p.PolicyURL+p.Site, "https://") && !strings.HasPrefix(p.Site, "https://") || !country.MatchString(p.Country) {
		fault("its provider lacks a name, a policy at https or a country in two letters: %+v", p)
	}
	https := func(what, address string) {
		if u, err := url.Parse(address); err != nil || u.Scheme != "https" || !strings.Contains(u.Host, ".") {
			fault("%s: %q is no https address", what, address)
		}
	}
	for i := range e.Editions {
		edition := &e.Editions[i]
		s := edition.Service
		if checked, err := time.Parse(time.DateOnly, edition.Checked); err != nil || i == len(e.Editions)-1 && (now.Sub(checked) > 366*24*time.Hour || checked.After(now.Add(48*time.Hour))) {
			fault("edition %d was last checked on %q, not within twelve months", edition.Number, edition.Checked)
		}
		texts := map[string]catalogue.Text{"name": s.Name, "purpose": s.Purpose}
		if len(s.Placeholder) > 0 || e.Kind == "embed" {
			texts["placeholder"] = s.Placeholder
		}
		for _, p := range edition.Parameters {
			texts["parameter "+p.ID] = p.Text
			if !p.Pattern.MatchString(p.Example) {
				fault("parameter %s: the example %q does not match", p.ID, p.Example)
			}
			for _, bad := range []string{"", "<b>", `a"b`, "a&b", "a'b", p.Example + "\n", p.Example + `"><script>`} {
				if p.Pattern.MatchString(bad) && parameterFault(p, bad) == "" {
					fault("parameter %s may be %q", p.ID, bad)
				}
			}
			if !strings.Contains(fmt.Sprint(edition.Tag, s.Hosts, e.Provider, s.Cookies), "{"+p.ID+"}") {
				fault("parameter %s stands nowhere", p.ID)
			}
		}
		if edition.Exempt != nil {
			https("exempt", edition.Exempt.Source)
			if len(edition.Exempt.Requires) == 0 {
				fault("it is exempt under no setting")
			}
			for _, setting := range edition.Exempt.Requires {
				texts["setting "+setting.ID] = setting.Text
				if setting.Source != "" {
					https("setting "+setting.ID, setting.Source)
				}
			}
		}
		if s.Retention == (catalogue.Lifetime{}) {
			fault("retention is missing; it may be unknown")
		}
		if source := edition.Transfers.Source; source != "" && source != "unknown" {
			https("transfers", source)
		}
		for _, c := range edition.Transfers.Countries {
			if !country.MatchString(c) {
				fault("transfers: %q is no country in two letters", c)
			}
		}
		for _, cookie := range s.Cookies {
			texts["cookie "+cookie.Name] = cookie.Purpose
			if strings.HasSuffix(cookie.Name, "*") && len(cookie.Name) < 5 {
				fault("cookie %s covers too much", cookie.Name)
			}
			if cookie.Source != "" {
				https("cookie "+cookie.Name, cookie.Source)
			} else if cookie.Lifetime.Unit != catalogue.UnitUnknown && cookie.Kind.OrCookie() == catalogue.KindCookie {
				fault("cookie %s: a lifetime has a source, or is unknown", cookie.Name)
			}
		}
		for what, text := range texts {
			for _, language := range []catalogue.Language{"fr", "en"} {
				if n := utf8.RuneCountInString(text[language]); n == 0 || n > 300 {
					fault("%s has %d letters in %s, want 1 to 300", what, n, language)
				}
			}
		}
		if e.Kind == "embed" && strings.Contains(edition.Tag, "<iframe") && s.Content == "" {
			fault("a frame leads to its content")
		}
		if s.Content != "" {
			https("content", services.Fill(s.Content, exampleValues(edition)))
			for _, name := range services.Named(s.Content) {
				if !strings.Contains(s.Frame, "{"+name+"}") {
					fault("content has {%s}, which the frame %q lacks", name, s.Frame)
				}
			}
		}
		faults = append(faults, tagFaults(edition)...)
	}
	return faults
}

func exampleValues(e *services.Edition) map[string]string {
	values := map[string]string{}
	for _, p := range e.Parameters {
		values[p.ID] = p.Example
	}
	return values
}

// reached finds the hosts of the addresses in a text.
var reached = regexp.MustCompile(`https://([A-Za-z0-9.{}-]+)`)

// tagFaults returns what is wrong with the tag of an edition: what does not wait for consent, a name
// in braces that stands for nothing, and a host that is not declared.
func tagFaults(e *services.Edition) []string {
	var faults []string
	fault := func(format string, values ...any) { faults = append(faults, fmt.Sprintf(format, values...)) }
	known := []string{"category", "service"}
	for _, p := range e.Parameters {
		known = append(known, p.ID)
	}
	for _, name := range services.Named(e.Tag) {
		if !slices.Contains(known, name) {
			fault("tag: {%s} is no parameter", name)
		}
	}
	declared := func(where, text string) {
		for _, found := range reached.FindAllStringSubmatch(text, -1) {
			host := services.Fill(found[1], exampleValues(e))
			if !slices.ContainsFunc(e.Service.Hosts, func(h catalogue.Host) bool {
				h.Host = services.Fill(h.Host, exampleValues(e))
				return h.Covers(host)
			}) {
				fault("tag: %s reaches %s, which is not among the hosts", where, host)
			}
		}
	}
	for _, h := range e.Service.Hosts {
		if !slices.Contains(catalogue.HostKinds(), h.Kind) || strings.Contains(strings.TrimPrefix(h.Host, "*."), "*") || !strings.ContainsAny(h.Host, ".}") {
			fault("hosts: %+v", h)
		}
	}
	nodes, err := html.ParseFragment(strings.NewReader(e.Tag), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil || !strings.Contains(e.Tag, "{service}") {
		fault("tag: it names no service, or is no HTML: %v", err)
	}
	var walk func(node *html.Node)
	walk = func(node *html.Node) {
		attributes := map[string]string{}
		for _, a := range node.Attr {
			attributes[a.Key] = a.Val
		}
		switch gated := attributes["data-category"] == "{category}" && attributes["data-service"] == "{service}"; node.Data {
		case "script":
			if !gated || attributes["type"] != "text/plain" || attributes["src"] != "" {
				fault("tag: a script that does not wait: %v", node.Attr)
			}
			declared("a script", attributes["data-src"])
			if node.FirstChild != nil {
				declared("a script", node.FirstChild.Data)
			}
		case "iframe", "img", "embed", "video", "audio", "object", "link", "style", "source":
			if !gated || attributes["src"] != "" || attributes["href"] != "" || attributes["data"] != "" {
				fault("tag: a <%s> that does not wait: %v", node.Data, node.Attr)
			}
			if node.Data == "iframe" && attributes["title"] == "" {
				fault("tag: a frame without a title")
			}
			declared("a "+node.Data, attributes["data-src"]+" "+attributes["data-href"])
		}
		for child := node.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
	}
	for _, node := range nodes {
		walk(node)
	}
	return faults
}

// TestEntryFaults: the test of the entries finds what it looks for.
func TestEntryFaults(t *testing.T) {
	good := string(shelf.files.(fstest.MapFS)["player.yaml"].Data)
	if entry, errs := readEntry("player.yaml", []byte(good)); errs != nil {
		t.Fatal(errs)
	} else if faults := entryFaults(entry, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)); len(faults) != 2 || !strings.Contains(faults[0], "cookie seen: a lifetime has a source") {
		t.Fatalf("the second edition of the small library: %v", faults) // it has no sources
	} else if entry.Remarks != "Doubts about the player." {
		t.Errorf("remarks %q", entry.Remarks)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"no policy", "https://maker.example/privacy", "http://maker.example/privacy", "a policy at https"},
		{"an old check", "edition: 2\n    checked: 2026-11-29", "edition: 2\n    checked: 2025-11-01", "not within twelve months"},
		{"a text in one language", "en: Play videos", "de: Videos", "purpose has 0 letters in en"},
		{"a pattern that takes all", `"[a-z]+"`, `"(?s).*"`, `may be ""`},
		{"an example that does not match", "example: abc", `example: "12"`, `the example "12" does not match`},
		{"a source at http", "source: https://maker.example/cookies", "source: http://maker.example/cookies", "is no https address"},
		{"a family that covers all", "name: seen", `name: "s_*"`, "covers too much"},
		{"a frame of another host", "play.maker.example/embed", "other.example/embed", "reaches other.example"},
		{"a frame that does not wait", "data-src=", "src=", "does not wait"},
		{"a script that does not wait", "<iframe", "<script>go()</script><iframe", "a script that does not wait"},
		{"a name that stands for nothing", "?rel=0", "?rel={rel}", "{rel} is no parameter"},
		{"content that the frame does not name", "watch?v={video}", "{film}", "content has {film}"},
		{"a country by its name", "[US]", "[USA]", `"USA" is no country`},
	} {
		t.Run(test.name, func(t *testing.T) {
			entry, errs := readEntry("player.yaml", []byte(strings.ReplaceAll(good, test.old, test.new)))
			if errs != nil {
				t.Fatal(errs)
			}
			faults := strings.Join(entryFaults(entry, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)), "\n")
			if !strings.Contains(faults, test.want) {
				t.Errorf("faults\n%s\nwant one with %q", faults, test.want)
			}
		})
	}
}

// TestReadEntry: a mistake in an entry is said with its file, line and column.
func TestReadEntry(t *testing.T) {
	good := string(shelf.files.(fstest.MapFS)["counter.yaml"].Data)
	for _, test := range []struct{ name, old, new, want string }{
		{"an unknown key", "kind: exempt", "kinds: exempt", `counter.yaml:2:1: key "kinds" is not known; did you mean "kind"?`},
		{"a pattern that is none", `"[a-z0-9.-]+"`, `"[a-z"`, "counter.yaml:17:61: error parsing regexp: missing closing ]: `[a-z`"},
		{"editions that do not count", "edition: 1", "edition: 2", `counter.yaml:5:5: edition 2 stands where 1 was expected`},
		{"an edition that is no number", "edition: 1", "edition: first", `counter.yaml:5:14: a text where the edition's number was expected`},
		{"a party that is none", "party: first", "party: second", `counter.yaml:22:9: the party is first, or third with its domain`},
		{"a third party without its domain", "party: first", "party: third", `counter.yaml:22:9: the party is first, or third with its domain`},
		{"no edition", good[strings.Index(good, "editions:"):], "", `counter.yaml:1:1: an entry has one edition at least`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, errs := readEntry("counter.yaml", []byte(strings.Replace(good, test.old, test.new, 1)))
			if len(errs) == 0 || errs[0].Error() != test.want {
				t.Errorf("said %v, want %s", errs, test.want)
			}
		})
	}
}

// FuzzUse: no text under "use" and "with" stops the reader, or gets markup into a catalogue.
func FuzzUse(f *testing.F) {
	for _, seed := range [][2]string{{"player@1", "abc"}, {"counter@1", "stats.example.org"}, {"counter@1", `"><script>`}, {"counter@", "x"}, {"@1", ""}, {"counter@99999999999999999999", "a"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, use, host string) {
		c, err := readUsing(using + fmt.Sprintf("  - {use: %q, with: {host: %q}}\n", use, host))
		if err != nil {
			return
		}
		s := c.Services[len(c.Services)-1]
		if s.ID != "counter" || strings.ContainsAny(host, "<>\"'& \n") {
			t.Errorf("use %q with host %q was read: %+v", use, host, s)
		}
	})
}
