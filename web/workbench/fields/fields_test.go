package fields

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"charte/catalogue/edit"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// parsed returns a document, or ends the test.
func parsed(t testing.TB, text string) *edit.Document {
	t.Helper()
	d, err := edit.Parse("x.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// eachField calls f for all fields, and those of their items.
func eachField(fields []desk.Field, f func(*desk.Field)) {
	for i := range fields {
		f(&fields[i])
		for j := range fields[i].Items {
			eachField(fields[i].Items[j].Fields, f)
		}
	}
}

// pointers returns the pointers of all forms of a text.
func pointers(o Outline) []string {
	var all []string
	for _, s := range o.Sections {
		all = append(all, s.Pointer)
		for _, e := range s.Entries {
			all = append(all, e.Pointer)
		}
	}
	return all
}

// broken are catalogues with errors, beside the drafts that the importer writes.
var broken = map[string]string{
	"empty":                      "# nothing yet\n",
	"a text alone in two":        "languages: [fr, en]\nsite: {name: Lac, controller: 1}\n",
	"keys that are none":         "languages: [fr]\ntheme: dark\nsite:\n  nom: Lac\n  hosts: none\nservices:\n  - id: a\n    foo: [b]\n    cookies: TODO\n",
	"lists where texts are":      "languages: [fr]\nsite: {name: [a], controller: {b: c}}\nlook: {accent: [a], preset: round, radius: 0}\nwords: {fr: {notice: {title: [x], nonsense: y}, de: z}, de: {save: a}}\n",
	"scalars where lists are":    "languages: fr\ncategories: TODO\nproviders:\nservices: 1\ncharter: TODO\nwords: TODO\nlook: ~\ncarryOver: klaro\nformerly: {a1: [b]}\n",
	"services that are none":     "languages: [fr]\nservices:\n  - a\n  - [b]\n  -\n  - use: zebra@1\n    with: {a: b}\n  - use: youtube\n  - use: matomo@9\n  - use: matomo@1\n    with: {hots: a, site: 1, cnil-mode: yes}\n    without: [a]\n  - with: a\n    acceptsUnknown: 3\n",
	"all at the top":             "extends: nothing\nwithout: [a]\ncarryOver: {banner: mine, services: {x: [a], y: b}}\n",
	"a cookie twice":             "extends: default\nservices:\n  - use: youtube@1\n    cookies:\n      - {name: YSC}\n      - {name: YSC, lifetime: 13 mois}\n      - {kind: x}\n",
	"doubts":                     "extends: default\nservices:\n  - use: youtube@1\n  - id: a\n    category: necessary\n    provider: opendatasoft\n    name: {fr: a, en: a}\n    cookies: [{name: _fbp, purpose: {fr: a, en: a}, lifetime: unknown}]\n",
	"the first key is a section": "site:\n  controller: a\ncategories:\n- necessary: true\n",
}

// catalogues returns the catalogues of the tests by their names.
func catalogues(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"../../../catalogue/d*.yaml", "../../importer/draft/testdata/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) < 2 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.Base(file)] = string(text)
		}
	}
	for name, text := range broken {
		all[name] = text
	}
	all["whole"] = whole
	return all
}

// whole says every key that a catalogue can have.
const whole = `extends: default
without: [language]
languages: [fr]

site:
  name: Lac
  controller: Mairie
  charterURL: /cookies
  cookieDomain: example.org
  keepAfterWithdrawal: true
  doNotTrack: false
  guard: report
  hosts:
    - { host: cdn.example.org, kind: script }

charter:
  title: Charte
  introduction: >-
    Une longue
    histoire.
  whatTitle: Quoi ?
  what: Cela.
  kindsTitle: "Il y a :"

categories:
  - id: maps
    necessary: false
    name: Cartes
    summary: Afficher des cartes
    description: Des cartes.
    tableTitle: Cartes du lac
    sale: true
    signals: [ad_storage]

providers:
  - id: atlas
    name: Atlas
    firstParty: false
    policyURL: https://atlas.example/privacy

services:
  - id: atlas-maps
    category: maps
    provider: atlas
    name: Cartes
    location: partout
    purpose: Montrer le lac.
    exempt: false
    retention: 13 months
    sale: true
    signals: [ad_user_data]
    placeholder: Une carte du lac.
    frame: https://atlas.example/map/{place}
    content: https://atlas.example/{place}
    hosts:
      - host: atlas.example
        kind: frame
    cookies:
      - name: atlas_id
        kind: localStorage
        domain: .atlas.example
        purpose: Retenir le lieu.
        lifetime: 6 months
        source: https://atlas.example/cookies
        checked: 2026-11-01
  - use: matomo@1
    id: audience
    provider: opendatasoft
    with: { host: stats.example.org, site: 1, cnil-mode: true }
    without: ["_pk_ref*"]
    acceptsUnknown: true

look:
  preset: soft
  position: end
  scheme: light
  background: { light: "#ffffff", dark: "#101010" }
  text: "#000"
  muted: "#555"
  accent: "#123456"
  on-accent: "#fff"
  border: "#888888"
  radius: 2px
  spacing: 1em
  font: Arial

words:
  fr:
    manage: Vos cookies
    notice:
      title: Cookies ?

formerly:
  k3f7ab: [statistics.matomo]

carryOver:
  banner: klaro
  cookie: consent
  services:
    carte: atlas-maps
    "Mesure d'audience": audience
`

// TestWhole: the catalogue with every key is valid.
func TestWhole(t *testing.T) {
	if _, err := source.Read("whole.yaml", []byte(whole)); err != nil {
		t.Fatal(err)
	}
	d := parsed(t, whole)
	each(d.Root(), func(table *table, n *edit.Node) {
		for _, value := range n.Nodes {
			if table.row(value.Key()) == nil {
				t.Errorf("%s is in no table", value.Pointer)
			}
		}
	})
}

// TestEveryValue: each value of a file is in a field of exactly one form, as it is written or as YAML
// reads it.
func TestEveryValue(t *testing.T) {
	for name, text := range catalogues(t) {
		t.Run(name, func(t *testing.T) {
			o := Look(name, []byte(text))
			shown := map[string]string{}
			for _, pointer := range pointers(o) {
				f, err := o.Form(pointer)
				if err != nil {
					t.Fatal(err)
				}
				eachField(f.Fields, func(field *desk.Field) {
					if _, twice := shown[field.Pointer]; twice {
						t.Errorf("%s is in two fields", field.Pointer)
					}
					shown[field.Pointer] = field.Value
					for _, w := range field.Texts {
						if w.Pointer != field.Pointer {
							if _, twice := shown[w.Pointer]; twice {
								t.Errorf("%s is in two fields", w.Pointer)
							}
						}
						shown[w.Pointer] = w.Value
					}
				})
			}
			d := parsed(t, text)
			var look func(n *edit.Node)
			look = func(n *edit.Node) {
				for _, value := range n.Nodes {
					look(value)
				}
				if len(n.Nodes) > 0 || n.Kind == edit.Nothing || n.Value == "" {
					return
				}
				for pointer := n.Pointer; ; pointer, _ = edit.Parent(pointer) {
					if value, has := shown[pointer]; has {
						if pointer == n.Pointer && value != n.Value && !strings.HasSuffix(value, " "+n.Value) && shown[pointer+"/fr"] != n.Value || !strings.Contains(strings.Join(strings.Fields(value), " "), strings.Join(strings.Fields(n.Value), " ")) && !onlyOf(d, n) {
							t.Errorf("%s is %q, and shown as %q in %s", n.Pointer, n.Value, value, pointer)
						}
						return
					}
					if pointer == "" {
						t.Errorf("%s is shown nowhere", n.Pointer)
						return
					}
				}
			}
			if d.Root() != nil {
				look(d.Root())
			}
		})
	}
}

// onlyOf reports whether a text stands alone in a catalogue of several languages. It is shown as that
// of the first.
func onlyOf(d *edit.Document, n *edit.Node) bool {
	r := read(d)
	s, ok := r.spot(n.Pointer)
	return ok && translated(s.kind) && !s.wording
}

// TestEveryField: a field that is set to another value changes that value alone, and one line where it
// was one line.
func TestEveryField(t *testing.T) {
	changed := 0
	for name, text := range catalogues(t) {
		t.Run(name, func(t *testing.T) {
			o := Look(name, []byte(text))
			d := parsed(t, text)
			for _, pointer := range pointers(o) {
				f, err := o.Form(pointer)
				if err != nil {
					t.Fatal(err)
				}
				eachField(f.Fields, func(field *desk.Field) {
					for at, value := range others(field) {
						changed++
						now, err := Change(d, desk.Change{Do: desk.DeedSet, Pointer: at, Value: value})
						if err != nil {
							t.Errorf("%s cannot be %q: %v", at, value, err)
							continue
						}
						follows(t, d, now, at, value)
						shows(t, now, pointer, at, value)
						if staysValid(field) && (name == "whole" || name == "demo.yaml") {
							if _, err := source.Read(name, now.Bytes()); err != nil {
								t.Errorf("with %s set to %q, the catalogue is not valid: %v", at, value, err)
							}
						}
						if n := d.At(at); n != nil && n.Kind != edit.Nothing && len(n.Nodes) == 0 && !strings.HasSuffix(at, "/id") && !strings.HasSuffix(at, "/extends") {
							if lines := changedLines(text, string(now.Bytes())); lines > 1 && !strings.Contains(n.Value, "\n") {
								t.Errorf("%s, set to %q, changes %d lines", at, value, lines)
							}
						}
					}
				})
			}
		})
	}
	if changed < 1000 {
		t.Errorf("only %d changes were tried", changed)
	}
	t.Logf("%d changes were tried", changed)
}

// staysValid reports whether every other value of a field is valid, whatever else the catalogue says.
func staysValid(f *desk.Field) bool {
	switch f.Name {
	case "site.name", "site.controller", "site.charterURL", "site.doNotTrack", "site.figures", "site.keepAfterWithdrawal", "category.name", "category.summary",
		"category.description", "provider.name", "provider.policyURL", "service.name", "service.location", "service.purpose", "service.retention", "cookie.purpose",
		"cookie.source", "cookie.checked", "look.preset", "look.position", "look.radius", "look.spacing", "words.manage":
		return true
	}
	return strings.HasPrefix(f.Name, "charter.")
}

// shows holds that the form of a changed document has the value.
func shows(t *testing.T, d *edit.Document, pointer, at, value string) {
	t.Helper()
	f, err := Outline{reading: read(d)}.Form(pointer)
	if err != nil {
		t.Fatal(err)
	}
	shown := ""
	eachField(f.Fields, func(field *desk.Field) {
		if field.Pointer == at {
			shown = field.Value
		}
		for _, w := range field.Texts {
			if text, _ := edit.Parent(w.Pointer); w.Pointer == at || text == at {
				shown = w.Value
			}
		}
	})
	if shown != value {
		t.Errorf("%s, set to %q, is shown as %q", at, value, shown)
	}
}

// others returns another value for each pointer of a field that takes one.
func others(f *desk.Field) map[string]string {
	values := map[string]string{}
	switch f.Kind {
	case desk.KindText, desk.KindProse:
		values[f.Pointer] = f.Value + "-9"
	case desk.KindFlag:
		values[f.Pointer] = map[string]string{"true": "false"}[f.Value]
		if values[f.Pointer] == "" {
			values[f.Pointer] = "true"
		}
	case desk.KindChoice:
		for _, c := range f.Choices {
			if c.Value != f.Value {
				values[f.Pointer] = c.Value
			}
		}
	case desk.KindTexts, desk.KindProses:
		for _, w := range f.Texts {
			values[w.Pointer] = w.Value + " é"
		}
	case desk.KindLifetime:
		values[f.Pointer] = "3 weeks"
	case desk.KindDay:
		values[f.Pointer] = "2026-11-30"
	case desk.KindAddress:
		values[f.Pointer] = "https://x.example/a"
	case desk.KindColour:
		values[f.Pointer] = "#abcdef"
		if light, dark, two := strings.Cut(f.Value, " "); two {
			values[f.Pointer] = light + " #abcdef"
			if dark == "#abcdef" {
				values[f.Pointer] = light + " #fedcba"
			}
		}
	case desk.KindLength:
		values[f.Pointer] = "9px"
	}
	return values
}

// flat returns every value of a document by its path. Elements of lists have their index.
func flat(d *edit.Document) map[string]string {
	all := map[string]string{}
	var look func(n *edit.Node)
	look = func(n *edit.Node) {
		if len(n.Nodes) == 0 {
			all[n.Pointer] = n.Value
		}
		for _, value := range n.Nodes {
			look(value)
		}
	}
	if d.Root() != nil {
		look(d.Root())
	}
	return all
}

// follows holds that nothing but the value at a pointer has changed, and what must follow it.
func follows(t *testing.T, before, after *edit.Document, at, value string) {
	t.Helper()
	was, is := flat(before), flat(after)
	got, has := is[at]
	if n := after.At(at); n != nil && n.Kind == edit.Mapping && len(n.Nodes) == 2 { // a colour
		got, has = is[at+"/light"]+" "+is[at+"/dark"], true
	}
	if text, language := edit.Parent(at); !has && (language == "fr" || language == "en" || language == "de") { // a text that stands alone
		got = is[text]
	}
	if got != value {
		t.Errorf("%s is %q, want %q", at, got, value)
	}
	text, _ := edit.Parent(at)
	for pointer, old := range was {
		now, has := is[pointer]
		switch {
		case has && now == old:
		case pointer == at || strings.HasPrefix(pointer, at+"/") || strings.HasPrefix(at, pointer+"/"):
		case strings.HasSuffix(at, "/id") && now == value && (strings.HasSuffix(pointer, "/category") || strings.HasSuffix(pointer, "/provider") || strings.HasPrefix(pointer, "/carryOver/services/")):
		case at == "/extends" || before.At(text) != nil && before.At(text).Kind == edit.List: // in place of a list
		default:
			t.Errorf("%s, set to %q, changes %s from %q to %q", at, value, pointer, old, now)
		}
	}
	for pointer, now := range is {
		if _, had := was[pointer]; had || pointer == at || strings.HasPrefix(at, pointer+"/") || strings.HasPrefix(pointer, at+"/") || at == "/extends" {
			continue
		}
		switch {
		case was[text] != "" && pointer == edit.Join(text, "fr") && now == was[text]: // a text that stood alone
		case strings.HasSuffix(at, "/id") && now == value && (strings.HasSuffix(pointer, "/category") || strings.HasSuffix(pointer, "/provider")):
		case pointer == text+"/fr" || pointer == text+"/en": // what the other catalogue has, which would not hold any more
			if held := read(before).extendedText(text); now != held["fr"] && now != held["en"] {
				t.Errorf("%s, set to %q, adds %s: %q", at, value, pointer, now)
			}
		default:
			t.Errorf("%s, set to %q, adds %s: %q", at, value, pointer, now)
		}
	}
}

// changedLines counts the lines that differ. A text of other length has all of them.
func changedLines(before, after string) int {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	if len(a) != len(b) {
		return max(len(a), len(b))
	}
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// TestSame: a value that is written again changes no byte.
func TestSame(t *testing.T) {
	for name, text := range catalogues(t) {
		o := Look(name, []byte(text))
		d := parsed(t, text)
		for _, pointer := range pointers(o) {
			f, err := o.Form(pointer)
			if err != nil {
				t.Fatal(err)
			}
			eachField(f.Fields, func(field *desk.Field) {
				again := map[string]string{}
				for at := range others(field) {
					again[at] = field.Value
					for _, w := range field.Texts {
						if w.Pointer == at {
							again[at] = w.Value
						}
					}
				}
				for at, value := range again {
					n := d.At(at)
					if n == nil || len(n.Nodes) > 0 && field.Kind != desk.KindColour || value == "" || n.Kind == edit.Flag && field.Kind != desk.KindFlag || n.Kind == edit.Number || n.Kind == edit.List {
						continue
					}
					if field.Kind == desk.KindFlag && n.Kind != edit.Flag {
						continue
					}
					now, err := Change(d, desk.Change{Do: desk.DeedSet, Pointer: at, Value: value})
					if err != nil {
						t.Errorf("%s: %s cannot be %q: %v", name, at, value, err)
					} else if !bytes.Equal(now.Bytes(), d.Bytes()) {
						t.Errorf("%s: %s, written again as %q, changes the file", name, at, value)
					}
				}
				if field.Kind == desk.KindChoices && field.Written && d.At(field.Pointer).Kind == edit.List {
					var chosen []string
					for _, c := range field.Choices {
						if c.Chosen {
							chosen = append(chosen, c.Value)
						}
					}
					now, err := Change(d, desk.Change{Do: desk.DeedChoose, Pointer: field.Pointer, Values: chosen})
					if err != nil || !bytes.Equal(now.Bytes(), d.Bytes()) {
						t.Errorf("%s: %s, chosen again, changes the file: %v", name, field.Pointer, err)
					}
				}
			})
		}
	}
}

// printed is a finding as the command line prints it.
func printed(name string, f desk.Finding) string {
	e := source.Error{File: name, Line: f.Line, Column: f.Column, Message: f.Message}
	switch f.Level {
	case desk.LevelWarning:
		return "warning: " + e.Error()
	case desk.LevelNote:
		return "note: " + e.Error()
	}
	return e.Error()
}

// TestPrinted: the findings are what "charte check" prints, in its order.
func TestPrinted(t *testing.T) {
	folder := t.TempDir()
	warned := 0
	for name, text := range catalogues(t) {
		file := filepath.Join(folder, "x.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		var want []string
		if err := source.Report(&out, file, false); err != nil {
			want = strings.Split(err.Error(), "\n")
		} else {
			for line := range strings.Lines(out.String()) {
				if strings.HasPrefix(line, "warning: ") || strings.HasPrefix(line, "note: ") {
					warned++
					want = append(want, strings.TrimSuffix(line, "\n"))
				}
			}
		}
		var got []string
		o := Look(file, []byte(text))
		for _, f := range o.Findings {
			got = append(got, printed(file, f))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: the findings are\n%s\nand charte check prints\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		errors := source.Report(&bytes.Buffer{}, file, false) != nil
		strict := source.Report(&bytes.Buffer{}, file, true) != nil
		light := desk.LightFine
		if errors {
			light = desk.LightErrors
		} else if strict {
			light = desk.LightWarnings
		}
		if o.Light != light || (o.Catalogue == nil) != errors {
			t.Errorf("%s: the light is %q, want %q; catalogue: %v", name, o.Light, light, o.Catalogue != nil)
		}
	}
	if warned == 0 {
		t.Error("no catalogue has a warning")
	}
}

// TestPlaces: a finding stands beside the field that it is about.
func TestPlaces(t *testing.T) {
	for _, test := range []struct{ name, text, message, pointer, section, field string }{
		{"a missing key", "extends: default\nservices:\n  - id: a\n", "provider is missing", "/services/0/provider", "/services/0", "/services/0/provider"},
		{"a missing text", "extends: default\nservices:\n  - id: a\n", "name is missing", "/services/0/name", "/services/0", "/services/0/name"},
		{"a missing key of an entry in braces", "extends: default\nservices: [{id: a}]\n", "provider is missing", "/services/0/provider", "/services/0", "/services/0/provider"},
		{"a key of the first section", "site:\n  charterURL: /a\nlanguages: [fr]\n", "controller is missing", "/site/controller", "/site", "/site/controller"},
		{"a missing section beside the first", "site:\n  controller: a\n", "no language is declared", "/languages", "/languages", "/languages"},
		{"a missing text of a missing section", "site:\n  controller: a\n", "charter: title is missing", "/charter/title", "/charter", "/charter/title"},
		{"a missing wording", "extends: default\nsite:\n  name: {fr: a}\n", "has no wording in \"en\"", "/site/name", "/site", "/site/name"},
		{"an empty wording", "extends: default\nsite:\n  name: {fr: a, en: \"\"}\n", "is empty in \"en\"", "/site/name/en", "/site", "/site/name/en"},
		{"a text that stands alone", "extends: default\nlanguages: [fr]\nsite: {name: TODO}\n", "still says TODO", "/site/name", "/site", "/site/name"},
		{"a wrong value", "extends: default\nservices:\n  - id: a\n    retention: 13 mois\n", "write the unit in English", "/services/0/retention", "/services/0", "/services/0/retention"},
		{"a cookie", "extends: default\nservices:\n  - id: a\n    cookies:\n      - name: _x1\n", "lifetime is missing", "/services/0/cookies/0/lifetime", "/services/0", "/services/0/cookies/0/lifetime"},
		{"a parameter", "extends: default\nservices:\n  - use: matomo@1\n    with: {host: a b}\n", "has no place in an address", "/services/0/with/host", "/services/0", "/services/0/with/host"},
		{"a missing parameter", "extends: default\nservices:\n  - use: matomo@1\n", "needs with: {host", "/services/0/with/host", "/services/0", "/services/0/with/host"},
		{"a missing parameter of a service with an id", "extends: default\nservices:\n  - id: a\n    use: matomo@1\n", "needs with: {host", "/services/0/with/host", "/services/0", "/services/0/with/host"},
		{"a missing parameter beside another", "extends: default\nservices:\n  - id: a\n    use: matomo@1\n    with:\n      site: 1\n", "needs with: {host", "/services/0/with/host", "/services/0", "/services/0/with/host"},
		{"a cookie of the known service", "extends: default\nlanguages: [fr]\nservices:\n  - use: matomo@1\n    exempt: true\n    with: {host: a.example, cnil-mode: true, anonymised-ip: true, audience-only: true, one-site: true, kept-25-months: true}\n  - id: b\n    category: statistics\n    provider: opendatasoft\n    name: b\n    purpose: b\n    cookies: [{name: _pk_ses*, purpose: a, lifetime: session}]\n", "is declared by service", "/services/1/cookies/0/name", "/services/1", "/services/1/cookies/0/name"},
		{"one that comes after", "extends: default\nlanguages: [fr]\nservices:\n  - id: b\n    category: statistics\n    provider: opendatasoft\n    name: b\n    purpose: b\n    cookies: [{name: _pk_ses*, purpose: a, lifetime: session}]\n  - use: matomo@1\n    with: {host: a.example}\n", "is declared by service", "/services/1/cookies", "/services/1", "/services/1/cookies"},
		{"one that comes beside others", "extends: default\nlanguages: [fr]\nservices:\n  - id: b\n    category: statistics\n    provider: opendatasoft\n    name: b\n    purpose: b\n    cookies: [{name: _pk_ses*, purpose: a, lifetime: session}]\n  - use: matomo@1\n    with: {host: a.example}\n    cookies: [{name: own, purpose: a, lifetime: session}]\n", "is declared by service", "/services/1/cookies", "/services/1", "/services/1/cookies"},
		{"an unknown key", "extends: default\nsite: {foo: a}\n", "is not known", "/site/foo", "/site", "/site/foo"},
		{"an unknown section", "extends: default\nfoo: a\n", "is not known", "/foo", Others, "/foo"},
		{"a word", "extends: default\nwords: {fr: {notice.parties: a}}\n", "must contain {parties}", "/words/fr/notice.parties", "/words", "/words/fr/notice.parties"},
		{"a word in a group", "extends: default\nwords: {fr: {notice: {parties: a}}}\n", "must contain {parties}", "/words/fr/notice/parties", "/words", "/words/fr/notice/parties"},
		{"a colour", "extends: default\nlook:\n  accent: red\n", "red", "/look/accent", "/look", "/look/accent"},
		{"another banner", "extends: default\ncarryOver: {cookie: a}\n", "banner is missing", "/carryOver/banner", Others, "/carryOver/banner"},
		{"no hosts", "extends: default\nsite: {guard: report}\nproviders: [{id: p, name: P, policyURL: https://p.example/}]\nservices:\n  - id: a\n    category: statistics\n    provider: p\n    name: {fr: a, en: a}\n    purpose: {fr: a, en: a}\n", "hosts is missing", "/services/0/hosts", "/services/0", "/services/0/hosts"},
		{"not YAML", "a: [\n", "not valid YAML", "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := Look("x.yaml", []byte(test.text))
			i := slices.IndexFunc(o.Findings, func(f desk.Finding) bool { return strings.Contains(f.Message, test.message) })
			if i < 0 {
				t.Fatalf("no finding says %q: %v", test.message, o.Findings)
			}
			f := o.Findings[i]
			if f.Pointer != test.pointer || f.Section != test.section {
				t.Errorf("%q is at %q in %q, want %q in %q", f.Message, f.Pointer, f.Section, test.pointer, test.section)
			}
			var beside []string
			for _, pointer := range pointers(o) {
				form, err := o.Form(pointer)
				if err != nil {
					if test.section != "" {
						t.Fatal(err)
					}
					continue
				}
				eachField(form.Fields, func(field *desk.Field) {
					for _, other := range field.Findings {
						if other == f {
							beside = append(beside, field.Pointer)
						}
					}
					for _, w := range field.Texts {
						for _, other := range w.Findings {
							if other == f {
								beside = append(beside, w.Pointer)
							}
						}
					}
				})
			}
			if got := strings.Join(beside, " "); got != test.field {
				t.Errorf("%q is shown beside %q, want %q", f.Message, got, test.field)
			}
			for _, s := range o.Sections {
				if (s.Errors+s.Warnings > 0) != slices.ContainsFunc(o.Findings, func(f desk.Finding) bool {
					return f.Section == s.Pointer || strings.HasPrefix(f.Section, s.Pointer+"/")
				}) {
					t.Errorf("%s counts %+v", s.Pointer, s.Tally)
				}
			}
		})
	}
}

// BenchmarkLook is for a catalogue of 100 services with 5 cookies each.
func BenchmarkLook(b *testing.B) {
	text := []byte(large(100, 5))
	if _, err := source.Read("x.yaml", text); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Look("x.yaml", text).Form("/services/50"); err != nil {
			b.Fatal(err)
		}
	}
}

// large is a catalogue of so many services, with so many cookies each.
func large(services, cookies int) string {
	var s strings.Builder
	s.WriteString("extends: default\n\nservices:\n")
	for i := range services {
		category := "necessary"
		if i%4 == 0 {
			category = "statistics"
		}
		fmt.Fprintf(&s, "  - id: s%d\n    category: "+category+"\n    provider: opendatasoft\n    name:\n      fr: Service %d\n      en: Service %d\n    purpose:\n      fr: Compter les visites de la page %d\n      en: Count visits of page %d\n    cookies:\n", i, i, i, i, i)
		for j := range cookies {
			fmt.Fprintf(&s, "      - name: cookie_%d_%d\n        purpose:\n          fr: Retenir la page %d\n          en: Remember page %d\n        lifetime: 13 months\n", i, j, j, j)
		}
	}
	return s.String()
}

// TestLookPanics: a mistake in reading a text can be caught by the caller. Otherwise it would end the
// command, and with it what is not saved.
func TestLookPanics(t *testing.T) {
	defer func() { parse = edit.Parse }()
	parse = func(string, []byte) (*edit.Document, error) { panic("a mistake") }
	defer func() {
		if mistake := recover(); mistake != "a mistake" {
			t.Errorf("the caller catches %v", mistake)
		}
	}()
	Look("mine.yaml", []byte("a: b\n"))
	t.Error("nothing panics")
}
