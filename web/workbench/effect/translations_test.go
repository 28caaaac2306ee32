package effect

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// rowLines writes rows down: "service.purpose /services/0/purpose fr=A en=(B)". What is in parentheses
// comes from elsewhere, and "?" is missing.
func rowLines(rows []desk.Row) []string {
	var all []string
	for _, row := range rows {
		line := row.Name + " " + cmp.Or(row.Pointer, "-") + " " + row.Title
		for _, w := range row.Texts {
			value := w.Value
			switch {
			case value == "" && w.Otherwise != "":
				value = "(" + w.Otherwise + ")"
			case value == "":
				value = "?"
			}
			line += " | " + w.Language + "=" + value
		}
		all = append(all, line)
	}
	return all
}

// TestTranslations: which texts have a row, and what is missing.
func TestTranslations(t *testing.T) {
	for _, test := range []struct {
		name    string
		text    string
		want    []string // of the rows that do not come from the base
		missing string
	}{
		{"nothing", "", nil, "map[]"},
		{"no YAML", "a: [", nil, "map[]"},
		{"no languages", "site: {name: A}\n", []string{"site.name /site/name "}, "map[]"},
		{"a site", "languages: [fr, en]\nsite: {name: {fr: Ville}}\ncharter: {title: {fr: A, en: B}, introduction: {fr: A, en: B}, whatTitle: {fr: A, en: B}, what: {fr: A, en: B}, kindsTitle: {fr: ' ', en: TODO}}\n", []string{
			"site.name /site/name  | fr=Ville | en=?",
			"charter.title /charter/title  | fr=A | en=B",
			"charter.introduction /charter/introduction  | fr=A | en=B",
			"charter.whatTitle /charter/whatTitle  | fr=A | en=B",
			"charter.what /charter/what  | fr=A | en=B",
			"charter.kindsTitle /charter/kindsTitle  | fr=  | en=TODO",
		}, "map[en:2 fr:1]"},
		{"what the base has", "extends: default\nlanguages: [fr]\n", nil, "map[fr:0]"},
		{"a language that the base has not", "extends: default\nlanguages: [fr, de]\n", nil, "map[de:6 fr:0]"},
		{"a language that is there twice", "extends: default\nlanguages: [fr, fr]\n", nil, "map[fr:0]"},
		{"a category", "extends: default\ncategories:\n  - {id: ads, name: {fr: Pub, en: Ads}, summary: {fr: Vendre}, tableTitle: {en: Of ads}}\n", []string{
			"category.name /categories/0/name Pub | fr=Pub | en=Ads",
			"category.summary /categories/0/summary Pub | fr=Vendre | en=?",
			"category.description /categories/0/description Pub | fr=? | en=?",
			"category.tableTitle /categories/0/tableTitle Pub | fr=? | en=Of ads",
		}, "map[en:2 fr:2]"},
		{"a service", "extends: default\nservices:\n  - {id: a, category: statistics, location: {fr: partout}, cookies: [{name: c, purpose: {en: Count}}, {name: d}]}\n", []string{
			"service.name /services/0/name a | fr=? | en=?",
			"service.location /services/0/location a | fr=partout | en=?",
			"service.purpose /services/0/purpose a | fr=? | en=?",
			"cookie.purpose /services/0/cookies/0/purpose c | fr=? | en=Count",
			"cookie.purpose /services/0/cookies/1/purpose d | fr=? | en=?",
		}, "map[en:4 fr:4]"},
		{"a necessary service", "extends: default\nservices:\n  - {id: a, category: necessary, name: {fr: A, en: B}}\n", []string{"service.name /services/0/name A | fr=A | en=B"}, "map[en:0 fr:0]"},
		{"a service of a necessary category of its own", "languages: [fr]\nextends: default\ncategories: [{id: needed, necessary: true, name: A, summary: B, description: C}]\nservices:\n  - {id: a, category: needed, name: A}\n", []string{
			"category.name /categories/0/name A | fr=A", "category.summary /categories/0/summary A | fr=B", "category.description /categories/0/description A | fr=C",
			"service.name /services/0/name A | fr=A",
		}, "map[fr:0]"},
		{"a service of a category that asks, beside a necessary one", "languages: [fr]\nextends: default\ncategories: [{id: needed, necessary: true, name: A, summary: B, description: C}]\nservices:\n  - {id: a, category: statistics, name: A}\n", []string{
			"category.name /categories/0/name A | fr=A", "category.summary /categories/0/summary A | fr=B", "category.description /categories/0/description A | fr=C",
			"service.name /services/0/name A | fr=A", "service.purpose /services/0/purpose A | fr=?",
		}, "map[fr:1]"},
		{"a known service", "extends: default\nservices:\n  - {use: vimeo@1, name: {fr: Vidéos}}\n", []string{
			"service.name /services/0/name Vidéos | fr=Vidéos | en=(Videos (Vimeo))",
			"service.purpose /services/0/purpose Vidéos | fr=(Lire des vidéos sans quitter le site. Vimeo sait alors quelles vidéos vous regardez, et sur quelle page.) | en=(Play videos without leaving the site. Vimeo then knows which videos you watch, and on which page.)",
		}, "map[en:0 fr:0]"},
		{"a text alone where there are two languages", "extends: default\nservices:\n  - {id: a, category: necessary, name: A}\n", []string{"service.name /services/0/name A | fr=A | en=?"}, "map[en:1 fr:0]"},
		{"a text alone", "extends: default\nlanguages: [fr]\nservices:\n  - {id: a, category: necessary, name: A}\n", []string{"service.name /services/0/name A | fr=A"}, "map[fr:0]"},
		{"words", "extends: default\nwords:\n  fr:\n    acceptAll: Oui\n    notice: {title: A}\n  en:\n    notice.kept: B\n", []string{
			"words.acceptAll /words/acceptAll  | fr=Oui | en=(Accept all)",
			"words.notice.title /words/notice.title  | fr=A | en=(Your cookie choices)",
			"words.notice.kept /words/notice.kept  | fr=(Choix conservé {kept}, modifiable à tout moment avec «\u00a0{manage}\u00a0».) | en=B",
		}, "map[en:0 fr:0]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Translations("x.yaml", []byte(test.text), 7)
			rows := slices.DeleteFunc(got.Rows, func(r desk.Row) bool {
				return strings.Contains(test.text, "extends") && (r.Section == "/site" || r.Section == "/charter") ||
					!strings.Contains(test.text, "charter") && r.Section == "/charter"
			})
			if test.name == "a known service" { // the placeholder and the cookies are the entry's business
				rows = slices.DeleteFunc(rows, func(r desk.Row) bool { return r.Name == "service.placeholder" })
			}
			if lines := rowLines(rows); !slices.Equal(lines, test.want) && test.text != "" {
				t.Errorf("rows\n got %s\nwant %s", strings.Join(lines, "\n     "), strings.Join(test.want, "\n     "))
			}
			if missing := fmt.Sprint(got.Missing); missing != test.missing {
				t.Errorf("missing %s, want %s", missing, test.missing)
			}
			if got.Version != 7 || got.Rows == nil || got.Languages == nil || got.Missing == nil {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestTranslationsOfKnown: a language that a known service lacks is missing, also for the purposes of
// its cookies, which the file does not name.
func TestTranslationsOfKnown(t *testing.T) {
	const text = "languages: [fr, de]\nservices:\n  - use: matomo@1\n    with: {host: a.test}\n    without: [\"_pk_hsr*\"]\n    cookies:\n      - {name: \"_pk_id*\", purpose: {de: Zählen}}\n"
	got := Translations("x.yaml", []byte(text), 1)
	names := map[string]int{}
	for _, row := range got.Rows {
		if row.Name != "cookie.purpose" {
			continue
		}
		names[row.Title]++
		fr, de := row.Texts[0], row.Texts[1]
		switch row.Title {
		case "_pk_id*":
			if row.Pointer != "/services/0/cookies/0/purpose" || de.Value != "Zählen" || de.Pointer != row.Pointer+"/de" || fr.Otherwise == "" {
				t.Errorf("the cookie of the file: %+v", row)
			}
		default:
			if row.Pointer != "" || de.Pointer != "" || de.Value != "" || de.Otherwise != "" || fr.Otherwise == "" || row.Section != "/services/0" {
				t.Errorf("a cookie of the entry: %+v", row)
			}
		}
	}
	if names["_pk_id*"] != 1 || names["_pk_ses*"] != 1 || names["_pk_hsr*"] != 0 {
		t.Errorf("cookies %v", names)
	}
	french := Translations("x.yaml", []byte(strings.Replace(text, "[fr, de]", "[fr]", 1)), 1)
	for _, row := range french.Rows {
		if row.Title == "_pk_ses*" {
			t.Errorf("nobody has to look at %+v", row)
		}
	}
}

// TestTranslationsAgree: of a valid catalogue nothing is missing, and the rows have all of its texts.
func TestTranslationsAgree(t *testing.T) {
	files, err := filepath.Glob("../../hosts/*/catalogue.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"demo": demo(t)}
	all["default"], _ = catalogue.EmbeddedYAML("default")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[file] = string(data)
	}
	valid := 0
	for name, text := range all {
		c, err := source.Read(name, []byte(text))
		if err != nil {
			continue
		}
		valid++
		got := Translations(name, []byte(text), 1)
		for language, n := range got.Missing {
			if n > 0 {
				t.Errorf("%s: %d texts are missing in %s", name, n, language)
			}
		}
		have := map[string]bool{}
		for _, row := range got.Rows {
			for _, w := range row.Texts {
				have[w.Language+" "+strings.TrimRight(cmp.Or(w.Value, w.Otherwise), "\n")] = true
			}
		}
		base, err := source.Embedded("default")
		if err != nil {
			t.Fatal(err)
		}
		from := texts(base)
		for place, wording := range texts(c) {
			if place.key == "" {
				continue // the entry itself
			}
			_, inherited := from[place]
			if name == "default" {
				inherited = false
			}
			known := strings.HasPrefix(place.entry, "services.") && strings.Count(place.entry, ".") > 1 // a cookie that only the entry has
			if !inherited && !known && !have[string(place.language)+" "+wording] {
				t.Errorf("%s: no row has %v, %q", name, place, wording)
			}
		}
	}
	if valid < 6 {
		t.Errorf("%d catalogues are valid, of %d", valid, len(all))
	}
}

// TestTranslationsWithout takes each wording out of default.yaml in turn. It is missing then.
func TestTranslationsWithout(t *testing.T) {
	text, _ := catalogue.EmbeddedYAML("default")
	d, err := edit.Parse("default.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	removed := 0
	for _, row := range Translations("default.yaml", []byte(text), 1).Rows {
		w := row.Texts[len(row.Texts)-1]
		if w.Value == "" {
			t.Errorf("%s has no text in %s", row.Pointer, w.Language)
			continue
		}
		less, err := d.Remove(w.Pointer)
		if err != nil {
			t.Errorf("%s: %v", w.Pointer, err)
			continue
		}
		removed++
		if got := Translations("default.yaml", less.Bytes(), 1); got.Missing[w.Language] != 1 || got.Missing["fr"] != 0 {
			t.Errorf("without %s, %v are missing", w.Pointer, got.Missing)
		}
		if _, err := source.Read("default.yaml", less.Bytes()); err == nil {
			t.Errorf("the catalogue does not need %s", w.Pointer)
		}
	}
	if removed < 25 {
		t.Errorf("%d wordings were removed", removed)
	}
}

// TestTranslationsMost: the figures of the notice are at the rows of its texts, and at no other.
func TestTranslationsMost(t *testing.T) {
	got := Translations("x.yaml", []byte("extends: default\ncategories: [{id: ads}, {id: needed, necessary: true}]\nwords: {fr: {acceptAll: A, save: B}}\n"), 1)
	for _, row := range got.Rows {
		want := map[string]int{"/categories/0/summary": summaryLetters, "/words/acceptAll": 16}[row.Pointer]
		if row.Most != want {
			t.Errorf("%s: at most %d letters, want %d", row.Pointer, row.Most, want)
		}
		if lines := strings.HasSuffix(row.Pointer, "/description") || row.Pointer == "/charter/what" || row.Pointer == "/charter/introduction"; row.Prose != lines {
			t.Errorf("%s: prose %v", row.Pointer, row.Prose)
		}
	}
}

// TestTranslationsFast: a catalogue of 100 services opens at once.
func TestTranslationsFast(t *testing.T) {
	var text strings.Builder
	text.WriteString("extends: default\nservices:\n")
	for i := range 100 {
		fmt.Fprintf(&text, "  - id: s%d\n    category: statistics\n    name: {fr: A, en: B}\n    cookies:\n", i)
		for j := range 5 {
			fmt.Fprintf(&text, "      - name: c%d-%d\n        purpose: {fr: Compter, en: Count}\n        lifetime: 1 day\n", i, j)
		}
	}
	begin := time.Now()
	got := Translations("x.yaml", []byte(text.String()), 1)
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("it takes %v", took)
	} else {
		t.Log(took)
	}
	if len(got.Rows) != 6+100*7 {
		t.Errorf("%d rows", len(got.Rows))
	}
}

// TestTranslationsOfDomains: the domain tells two cookies of one name apart, as package source has it.
func TestTranslationsOfDomains(t *testing.T) {
	entry := &catalogue.Service{Cookies: []catalogue.Cookie{
		{Name: "a", Domain: ".{host}", Purpose: catalogue.Text{"fr": "A"}},
		{Name: "a", Domain: ".b.test", Purpose: catalogue.Text{"fr": "B"}},
		{Name: "a", Domain: ".c.test", Purpose: catalogue.Text{"fr": "C"}},
		{Name: "a", Kind: catalogue.KindLocalStorage, Purpose: catalogue.Text{"fr": "D"}},
	}}
	for said, want := range map[string]string{
		"{name: a, domain: .a.test}":                     "A",
		"{name: a, domain: .b.test}":                     "B",
		"{name: a, domain: .c.test}":                     "C",
		"{name: a, domain: .z.test}":                     "A",
		"{name: a}":                                      "A",
		"{name: a, kind: cookie}":                        "A",
		"{name: a, kind: localStorage}":                  "D",
		"{name: z}":                                      "",
		"{name: a, domain: .b.test, kind: localStorage}": "D",
	} {
		d, err := edit.Parse("x.yaml", []byte("services: [{cookies: ["+said+"]}]\n"))
		if err != nil {
			t.Fatal(err)
		}
		table := table{document: d, Translations: desk.Translations{Languages: []string{"fr"}, Missing: map[string]int{}}}
		table.cookies(d.At("/services/0"), entry, map[string]string{"host": "a.test"})
		if got := table.Rows[0].Texts[0].Otherwise; got != want || len(table.Rows) != 1 {
			t.Errorf("%s: %q, want %q, in %d rows", said, got, want, len(table.Rows))
		}
	}
}
