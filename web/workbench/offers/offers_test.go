package offers

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
)

const head = `extends: default # keep
site: { name: { fr: Portail, en: Portal }, controller: Ville }
`

// own is a catalogue in one language that extends nothing.
const own = `languages: [fr]
site: { name: P, controller: V }
charter: { title: C, introduction: I, whatTitle: W, what: Q, kindsTitle: K }
categories:
  - { id: needed, necessary: true, name: N, summary: S, description: D }
  - { id: mesure, name: R, summary: S, description: D }
providers:
- id: ville # us
  name: V
  firstParty: true

# the list
services:
- id: mine
  category: mesure
  provider: ville
  name: M
  purpose: M
  cookies:
    - { name: mine, purpose: M, lifetime: 1 day }

# the end
look: { preset: soft }
`

// unfinished is a catalogue with TODOs of an earlier offer.
const unfinished = head + `providers:
  - id: regie
    name: TODO # whom it belongs to
    policyURL: TODO
services:
  - use: matomo@1
    with: { host: TODO } # host: the address
    acceptsUnknown: TODO # true, if you know
  - id: regie
    category: TODO
    provider: regie
    name: { fr: TODO, en: "TODO: ask" }
    purpose: { fr: TODO, en: TODO }
    cookies:
      - name: "uid"
        purpose: { fr: TODO, en: TODO }
        lifetime: TODO
      - name: TODO
        purpose: { fr: TODO, en: TODO }
        lifetime: TODO
`

// wrong has mistakes that are no TODOs.
const wrong = head + `theme: 1
providers:
  - { id: p, name: P, firstParty: true }
services:
  - id: half
    name: { fr: H, en: H }
  - id: whole
    category: statistics
    provider: p
    name: { fr: W, en: W }
    purpose: { fr: W, en: W }
    cookies:
      - { name: whole, purpose: { fr: W, en: W }, lifetime: 1 day }
      - { name: broken, purpose: { fr: W, en: W }, lifetime: soon }
`

// catalogues are texts of many forms.
func catalogues(t testing.TB) map[string]string {
	t.Helper()
	demo, _ := catalogue.EmbeddedYAML("demo")
	whole, _ := catalogue.EmbeddedYAML("default")
	if demo == "" || whole == "" {
		t.Fatal("the catalogues that come with Charte are missing")
	}
	return map[string]string{
		"demo": demo, "default": whole, "nothing but a head": head, "of its own": own, "with TODOs": unfinished, "with mistakes": wrong,
		"Windows line ends":            strings.ReplaceAll(own, "\n", "\r\n"),
		"no line break at the end":     strings.TrimSuffix(unfinished, "\n"),
		"empty lists":                  head + "services: [] # none\nproviders: []\ncategories: []\n",
		"the mark of UTF-8":            "\uFEFF" + own,
		"a comment after the services": head + "services:\n  - use: vimeo@1 # a\n    # b\n  # c\n# d\n",
	}
}

// messages are the mistakes in a text, each with its line.
func messages(text string) (all []string, lines map[string]int) {
	_, _, _, err := source.DoubtsIn("c.yaml", []byte(text))
	var errs source.Errors
	errors.As(err, &errs)
	lines = map[string]int{}
	for _, e := range errs {
		all = append(all, e.Message)
		lines[e.Message] = e.Line
	}
	return all, lines
}

// inBraces matches settings of a site in braces, which stand in one line with others.
var inBraces = regexp.MustCompile(`, (cookieDomain|charterURL): ("[^"]*"|[^,}" ]+)`)

// keeps compares a text with what became of it: each line is there in its order, the line ends are the
// same, and what is wrong now and was not before is a TODO.
func keeps(t *testing.T, before, after string) {
	t.Helper()
	rest := strings.Split(after, "\n")
	for line := range strings.SplitSeq(strings.TrimSuffix(before, "\n"), "\n") {
		ended := strings.Contains(before, "\r\n") && !strings.HasSuffix(line, "\r")
		i := slices.IndexFunc(rest, func(text string) bool {
			if ended {
				text = strings.TrimSuffix(text, "\r")
			}
			return text == line || text == strings.Replace(line, ": []", ":", 1) || inBraces.ReplaceAllString(text, "") == line
		})
		if i < 0 {
			t.Fatalf("the line %q is lost in\n%s", line, after)
		}
		rest = rest[i+1:]
	}
	if strings.Contains(before, "\r\n") && strings.Count(after, "\n") != strings.Count(after, "\r\n") {
		t.Errorf("the line ends are mixed in\n%q", after)
	}
	was, _ := messages(before)
	now, at := messages(after)
	lines := strings.Split(after, "\n")
	for _, message := range now {
		// A known service that is kept by the site brings the provider along, once its TODOs are done.
		if strings.HasSuffix(message, `provider "site" is not declared`) && strings.Contains(after, "with: { host: TODO }") {
			continue
		}
		if line := at[message]; !slices.Contains(was, message) && (line < 1 || !strings.Contains(lines[line-1], "TODO")) {
			t.Errorf("line %d: %s, which is no TODO, in\n%s", line, message, after)
		}
	}
}

// TestRead: of a text with mistakes, the rest is read.
func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, text string
		services   string // ids
		faults     string // of what they have to say
	}{
		{"no service", head, "cookie-choice", ""},
		{"a catalogue of its own", own, "mine", ""},
		{"TODOs", unfinished, "matomo regie", ""},
		{"a TODO that could be no value", strings.Replace(unfinished, "host: TODO", `host: "<TODO>"`, 1), "matomo regie", ""},
		{"keys without a value", head + "providers:\nservices: ~\n", "cookie-choice", "nothing where a list"},
		{"two names of cookies to be said", strings.Replace(unfinished, `"uid"`, "TODO", 1), "regie", ""},
		{"mistakes", wrong, "whole", `"theme" is not known;category`},
		{"a category that is one no more", strings.Replace(own, "id: mesure, name", "id: mesure, nam", 1), "", `"nam" is not known;category "mesure" is not declared`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := read("c.yaml", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, s := range r.catalogue.Services {
				found = append(found, string(s.ID))
			}
			for _, id := range strings.Fields(test.services) {
				if !slices.Contains(found, id) {
					t.Errorf("the services are %v, without %s, in\n%s", found, id, r.text)
				}
			}
			all := strings.Join(r.faults, "\n")
			for fault := range strings.SplitSeq(test.faults, ";") {
				if !strings.Contains(all, fault) || test.faults == "" && all != "" {
					t.Errorf("the faults are %q, want %q", all, fault)
				}
			}
		})
	}
}

func TestReadRefused(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "the file is empty"},
		{"no YAML", "a: [", "not valid YAML"},
		{"a text", "hello\n", "nothing can be added before this is mended"},
		{"no site", "extends: default\nsite: 1\n", "before this is mended\nc.yaml:2:7: the number 1"},
		{"of an unknown one", "extends: nobody\n", "nobody"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if r, err := read("c.yaml", []byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("read %v, %v; want an error with %q", r, err, test.want)
			}
		})
	}
}

// FuzzRead: whatever the text is, what is read of it is a catalogue.
func FuzzRead(f *testing.F) {
	for _, text := range catalogues(f) {
		f.Add(text)
	}
	f.Add("a: {b: [c, {d: e}]}\n\"f g\": |\n  h\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := read("c.yaml", []byte(text))
		if err != nil {
			return
		}
		if _, err := source.Read("c.yaml", []byte(r.text)); err != nil {
			t.Errorf("%v in\n%s", err, r.text)
		}
	})
}

func TestBase(t *testing.T) {
	for name, want := range map[string]string{
		"consent.ts": "consent.ts", "../../etc/passwd": "passwd", `C:\site\consent.js`: "consent.js", "a\u202eb\n.js": "ab.js", "": "file", "..": "file", "/": "file", "a/": "a",
		strings.Repeat("é", 200) + ".json": strings.Repeat("é", 95) + ".json", "a\xffb.js": "ab.js", "<b>.html": "b.html",
	} {
		if got := base(name); got != want {
			t.Errorf("base(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestShelf(t *testing.T) {
	var s Shelf
	for i := range 6 {
		o := &Offer{}
		o.ID = fmt.Sprint(i)
		s.Put(o)
	}
	for i := range 6 {
		o, err := s.Offer(fmt.Sprint(i))
		if kept := i >= 2; kept != (err == nil) || kept && o.ID != fmt.Sprint(i) {
			t.Errorf("offer %d: %v, %v", i, o, err)
		}
	}
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../importer/peers/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
