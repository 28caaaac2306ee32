package effect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/workbench/desk"
)

// demo is the text of the demo's catalogue.
func demo(t testing.TB) string {
	t.Helper()
	text, is := catalogue.EmbeddedYAML("demo")
	if !is {
		t.Fatal("the demo has gone")
	}
	return text
}

// swap replaces texts, in turn. Each must be there.
func swap(pairs ...string) func(t *testing.T, text string) string {
	return func(t *testing.T, text string) string {
		t.Helper()
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(text, pairs[i]) {
				t.Fatalf("%q is not in the text", pairs[i])
			}
			text = strings.Replace(text, pairs[i], pairs[i+1], 1)
		}
		return text
	}
}

// TestOf changes the demo's catalogue.
func TestOf(t *testing.T) {
	const revision = "udcwva"
	line := revision + ": [statistics.google-analytics, first-party.personalisation, third-party.youtube, third-party.meta-pixel]"
	again := func(why string) []string {
		return []string{"everybody", why, "formerlyMissing line=" + line + " revision=" + revision, "erased services=Statistiques détaillées (Google Analytics), Jeux de données suggérés, Publicité (pixel Meta)"}
	}
	inFrench := func(_ *testing.T, text string) string {
		return regexp.MustCompile(`(?m)^ +en: .*\n`).ReplaceAllString(text, "") + "\nlanguages: [fr]\n"
	}
	retention := swap("retention: 25 months\n", "retention: 26 months\n")
	for _, test := range []struct {
		name  string
		saved func(t *testing.T, text string) string // of the demo; nil for the demo itself
		edit  func(t *testing.T, text string) string
		want  []string
		asks  string
	}{
		{"a comment", nil, swap("# The demo portal:", "# Our portal:"), []string{"nobody", "same"}, AsksNobody},
		{"a text", nil, swap("Suggested datasets", "Datasets that may interest you"), []string{"nobody", "texts.one n=1"}, AsksNobody},
		{"two texts, one of them in the settings", nil, swap("Suggested datasets", "Other datasets", "Jeux de données suggérés", "Autres jeux de données"), []string{"nobody", "texts.other n=2"}, AsksNobody},
		{"a cookie", nil, swap("      - name: portal.history\n", "      - {name: extra, purpose: {fr: Essayer, en: Try}, lifetime: 1 day}\n      - name: portal.history\n"), again("because.cookieNew cookie=extra service=Jeux de données suggérés"), AsksEverybody},
		{"a lifetime", nil, swap("lifetime: 6 months\n      - name: portal.history", "lifetime: 7 months\n      - name: portal.history"), again("because.cookieLifetime after=7 months before=6 months cookie=portal_profile service=Jeux de données suggérés"), AsksEverybody},
		{"a look", nil, func(_ *testing.T, text string) string { return text + "\nlook:\n  preset: soft\n" }, []string{"nobody", "look"}, AsksNobody},
		{"a look that is written out", nil, func(_ *testing.T, text string) string { return text + "\nlook:\n  preset: neutral\n" }, []string{"nobody", "unseen"}, AsksNobody},
		{"a doubt that the law has words for", nil, retention, []string{
			"nobody", "open.L25 line=L25", `findingNew message=service "matomo": without consent its data may be kept for 25 months at most`,
			"retention after=26 months service=Mesure d'audience anonyme (Matomo)",
		}, AsksNobody},
		{"a doubt that goes", retention, nil, []string{
			"nobody", "answered.L25 line=L25", `findingMended message=service "matomo": without consent its data may be kept for 25 months at most`,
			"retention after=25 months service=Mesure d'audience anonyme (Matomo)",
		}, AsksNobody},
		{"the guard", nil, func(_ *testing.T, text string) string { return text + "\nsite:\n  guard: report\n" }, []string{
			"nobody", "guardReports",
		}, AsksNobody},
		{"the guard, stricter", func(_ *testing.T, text string) string { return text + "\nsite:\n  guard: report\n" }, func(_ *testing.T, text string) string { return text + "\nsite:\n  guard: enforce\n" }, []string{"nobody", "guardEnforces"}, AsksNobody},
		{"the guard, off", func(_ *testing.T, text string) string { return text + "\nsite:\n  guard: report\n" }, nil, []string{"nobody", "guardOff"}, AsksNobody},
		{"one language", nil, inFrench, []string{"nobody", "languageGone language=en"}, AsksNobody},
		{"another language first", nil, func(_ *testing.T, text string) string { return text + "\nlanguages: [en, fr]\n" }, []string{"nobody", "languageFirst language=en"}, AsksNobody},
		{"a domain", nil, func(_ *testing.T, text string) string { return text + "\nsite:\n  cookieDomain: example.org\n" }, []string{"nobody", "domain domain=example.org"}, AsksNobody},
		{"another language, with all of its texts", inFrench, nil, []string{"nobody", "languageNew language=en"}, AsksNobody},
		{"no domain", func(_ *testing.T, text string) string { return text + "\nsite: {cookieDomain: example.org}\n" }, nil, []string{"nobody", "domainNone"}, AsksNobody},
		{"a service that comes", func(_ *testing.T, text string) string { return text[:strings.Index(text, "  - use: meta-pixel@1")] }, nil, []string{
			"everybody", "because.serviceNew service=Publicité (pixel Meta)",
			"formerlyMissing line=gcc7em: [statistics.google-analytics, first-party.personalisation, third-party.youtube] revision=gcc7em",
			"erased services=Statistiques détaillées (Google Analytics), Jeux de données suggérés", "partyNew party=Meta",
		}, AsksEverybody},
		{"a service that goes", nil, func(_ *testing.T, text string) string { return text[:strings.Index(text, "  - use: meta-pixel@1")] }, []string{
			"everybody", "because.serviceGone service=Publicité (pixel Meta)", "formerlyMissing line=" + line + " revision=" + revision, "erased services=Statistiques détaillées (Google Analytics), Jeux de données suggérés",
			"unswept cookies=_fbp, _fbc service=Publicité (pixel Meta)", "partyGone party=Meta",
		}, AsksEverybody},
		{"a mistake", nil, swap("lifetime: 6 months", "lifetime: 6 mois"), []string{
			`findingNew message=lifetime "6 mois": write the unit in English, "6 months"; the banner translates it`,
		}, ""},
		{"a mistake that is mended", swap("lifetime: 6 months", "lifetime: 6 mois"), nil, []string{
			"answered.L23 line=L23", `findingMended message=lifetime "6 mois": write the unit in English, "6 months"; the banner translates it`,
		}, ""},
		{"another mistake", swap("lifetime: 6 months", "lifetime: 6 mois"), swap("lifetime: 6 months", "lifetime: 6 jours"), []string{
			`findingNew message=lifetime "6 jours": write the unit in English, "6 days"; the banner translates it`, `findingMended message=lifetime "6 mois": write the unit in English, "6 months"; the banner translates it`,
		}, ""},
		{"no YAML", nil, func(*testing.T, string) string { return "a: [" }, []string{"findingNew message=not valid YAML: sequence end token ']' not found"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			saved, text := demo(t), demo(t)
			if test.saved != nil {
				saved = test.saved(t, saved)
			}
			if test.edit != nil {
				text = test.edit(t, text)
			}
			effect := of("demo.yaml", []byte(saved), []byte(text), noSizes)
			got := spoken(t, effect.Says)
			if effect.Asks != test.asks {
				t.Errorf("asks %q, want %q", effect.Asks, test.asks)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("says\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(test.want, "\n     "))
			}
			if len(effect.Lines) == 0 || !strings.HasPrefix(effect.Lines[0], "@@ ") {
				t.Errorf("lines %.3q", effect.Lines)
			}
		})
	}
}

// TestOfNothing: a text that is the same says nothing, whether it is valid or not.
func TestOfNothing(t *testing.T) {
	files, err := filepath.Glob("../../importer/draft/testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no drafts (%v)", err)
	}
	all := map[string]string{"demo": demo(t), "empty": "", "no YAML": "a: [", "no catalogue": "a: b\n"}
	all["default"], _ = catalogue.EmbeddedYAML("default")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[file] = string(data)
	}
	for name, text := range all {
		if effect := Of("x.yaml", []byte(text), []byte(text)); len(effect.Lines) > 0 || len(effect.Says) > 0 || effect.Says == nil || effect.Lines == nil {
			t.Errorf("%s: %+v", name, effect)
		} else if _, err := source.Read("x.yaml", []byte(text)); (err == nil) != (effect.Asks == AsksNobody) {
			t.Errorf("%s: asks %q", name, effect.Asks)
		}
	}
}

// TestFindings: what came and went, and what that opens and answers.
func TestFindings(t *testing.T) {
	c := new(catalogue.Catalogue)
	const lifetime, empty, other = "lifetime is odd", `a is empty in "fr"`, "the file is odd"
	many := make([]string, 13)
	for i := range many {
		many[i] = other
	}
	told := func(key string, n int) []string {
		all := slices.Repeat([]string{key + " message=" + other}, 10)
		if n > 10 {
			all = append(all, fmt.Sprintf("%sMore.other n=%d", key, n-10))
		}
		return all
	}
	for _, test := range []struct {
		name          string
		before, after reading
		want          []string
	}{
		{"a second one of a row", reading{c, nil, []string{lifetime}}, reading{c, nil, []string{lifetime, lifetime}}, []string{"findingNew message=" + lifetime}},
		{"the last but one of a row", reading{c, nil, []string{lifetime, lifetime}}, reading{c, nil, []string{lifetime}}, []string{"findingMended message=" + lifetime}},
		{"rows in their order", reading{c, nil, nil}, reading{c, nil, []string{empty, lifetime}}, []string{"open.L23 line=L23", "open.L27 line=L27", "findingNew message=" + empty, "findingNew message=" + lifetime}},
		{"doubts that nobody looked for are not mended", reading{c, nil, []string{lifetime, other}}, reading{nil, []string{empty}, nil}, []string{"findingNew message=" + empty}},
		{"errors of two rows say nothing of the law", reading{c, nil, nil}, reading{nil, []string{empty, lifetime}, nil}, []string{"findingNew message=" + empty, "findingNew message=" + lifetime}},
		{"nor do other errors", reading{nil, []string{lifetime}, nil}, reading{nil, []string{empty}, nil}, []string{"findingNew message=" + empty, "findingMended message=" + lifetime}},
		{"a row that was open by a doubt", reading{c, nil, []string{lifetime}}, reading{nil, []string{lifetime}, nil}, []string{"findingNew message=" + lifetime}},
		{"doubts that nobody looked for are not new", reading{nil, []string{empty}, nil}, reading{c, nil, []string{other}}, []string{"answered.L27 line=L27", "findingMended message=" + empty}},
		{"a row that stays open by a doubt", reading{nil, []string{lifetime}, nil}, reading{c, nil, []string{lifetime}}, []string{"findingMended message=" + lifetime}},
		{"many", reading{c, nil, nil}, reading{nil, many, nil}, told("findingNew", 13)},
		{"as many as are told", reading{c, nil, nil}, reading{nil, many[:10], nil}, told("findingNew", 10)},
		{"many that are mended", reading{nil, many, nil}, reading{c, nil, nil}, told("findingMended", 13)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := spoken(t, findings(test.before, test.after)); !slices.Equal(got, test.want) {
				t.Errorf("findings\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(test.want, "\n     "))
			}
		})
	}
}

// TestLines: the lines are those of a diff that has no heads.
func TestLines(t *testing.T) {
	got := lines("a\nb\nc\n", "a\nB\nc")
	want := []string{"@@ -1,3 +1,3 @@", " a", "-b", "-c", "+B", "+c", `\ No newline at end of file`}
	if !slices.Equal(got, want) {
		t.Errorf("lines\n got %q\nwant %q", got, want)
	}
}

// TestWeights: the sizes are those of a real bundle, but for the hash in it.
func TestWeights(t *testing.T) {
	for _, text := range []string{demo(t), swap("Jeux de données suggérés", "Autres jeux de données qui pourraient vous intéresser")(t, demo(t)), demo(t) + "\nlook: {preset: soft}\n"} {
		c, err := source.Read("demo.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		w, err := weigh(c)
		if err != nil {
			t.Fatal(err)
		}
		b, err := bundle.Build(context.Background(), bundle.Options{Catalogue: c})
		if err != nil {
			t.Fatal(err)
		}
		for name, file := range b.Files {
			want := 0
			switch {
			case name == "charte.js":
				want = w.notice
				if !release.Match(file.Data) {
					t.Errorf("%s does not name release.js", name)
				}
			case strings.HasPrefix(name, "fr-"):
				want = w.settings
			default:
				continue
			}
			if n, err := packed(file.Data); err != nil || n != len(file.Brotli) {
				t.Errorf("packed = %d, %v; %s of the bundle has %d bytes", n, err, name, len(file.Brotli))
			}
			same := unhashed(file.Data, c)
			if n, err := packed(same); err != nil || n != want {
				t.Errorf("%s weighs %d bytes, and that of the bundle %d (%v)", name, want, n, err)
			}
			if bytes.Equal(same, file.Data) || len(same) != len(file.Data) {
				t.Errorf("%s: a hash is there, or the stand-in of one is longer", name)
			}
		}
	}
}

// TestWeightsOfDialect: the settings weigh what their first language does, although another one's tag begins alike.
func TestWeightsOfDialect(t *testing.T) {
	c, err := source.Read("demo.yaml", []byte(demo(t)))
	if err != nil {
		t.Fatal(err)
	}
	c.Languages = c.Languages[:1]
	alone, err := weigh(c)
	if err != nil {
		t.Fatal(err)
	}
	c.Languages = append(c.Languages, c.Languages[0]+"-CA")
	for range 20 { // files come in any order
		if both, err := weigh(c); err != nil || both.settings != alone.settings {
			t.Fatalf("the settings weigh %d bytes, and %d beside a dialect (%v)", alone.settings, both.settings, err)
		}
	}
}

// TestAnswerBytes: the answer's cookie with its name, as it is written.
func TestAnswerBytes(t *testing.T) {
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	want := len("cookies_preferences=v=1&on=2026-11-23&rev=abcdef&yes=first-party+statistics+third-party")
	if got, err := answerBytes(c); err != nil || got != want {
		t.Errorf("answerBytes = %d, %v, want %d", got, err, want)
	}
	c.Services = slices.DeleteFunc(c.Services, c.Asks)
	if got, err := answerBytes(c); err != nil || got != 0 {
		t.Errorf("answerBytes = %d, %v of a catalogue that asks nothing", got, err)
	}
}

// TestRemembered: the weights of one catalogue are not those of another.
func TestRemembered(t *testing.T) {
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	first, err := weighed(c)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := weighed(c); err != nil || again != first {
		t.Errorf("weighed = %+v, %v, and before %+v", again, err, first)
	}
	c.Look.Preset = catalogue.PresetSoft
	if other, err := weighed(c); err != nil || other.notice == first.notice {
		t.Errorf("weighed = %+v, %v with another look", other, err)
	}
	if n := len(memory.weights); n != len(memory.order) || n > mostRemembered {
		t.Errorf("%d are remembered, in an order of %d", n, len(memory.order))
	}
}

// noSizes builds nothing.
func noSizes(*catalogue.Catalogue, *catalogue.Catalogue) []desk.Sentence { return nil }

// TestSizes: what is longer or heavier, of what visitors keep and download.
func TestSizes(t *testing.T) {
	for _, test := range []struct {
		name string
		edit func(t *testing.T, text string) string
		want string // keys
	}{
		{"a comment", swap("# The demo portal:", "# Our portal:"), "nobody same"},
		{"the place where a lifetime was read", swap("lifetime: 6 months # as observed", "source: https://example.org/\n        lifetime: 6 months # as observed"), "nobody unseen"},
		{"a service that goes", func(_ *testing.T, text string) string {
			return text[:strings.Index(text, "  - id: personalisation")] + text[strings.Index(text, "  - use: youtube@1"):]
		}, "everybody because.serviceGone formerlyMissing erased unswept cookieLess.other noticeLess.other settingsLess.other"},
		{"the guard", func(_ *testing.T, text string) string { return text + "\nsite: {guard: report}\n" }, "nobody guardReports noticeMore.other"},
	} {
		t.Run(test.name, func(t *testing.T) {
			effect := Of("demo.yaml", []byte(demo(t)), []byte(test.edit(t, demo(t))))
			var keys []string
			for _, s := range effect.Says {
				keys = append(keys, strings.TrimPrefix(s.Key, "says."))
				if n := s.Values["n"]; strings.HasSuffix(s.Key, ".other") && (len(n) == 0 || n == "0" || n[0] == '-') {
					t.Errorf("%s has n = %q", s.Key, n)
				}
			}
			if got := strings.Join(keys, " "); got != test.want {
				t.Errorf("says %s, want %s", got, test.want)
			}
		})
	}
}

// TestAnswerShorter: the demo loses a category with its only service, "first-party+" in the longest
// answer. The other way it gets one.
func TestAnswerShorter(t *testing.T) {
	before, after := catalogues(t, demo(t), swap("category: first-party", "category: statistics")(t, demo(t)))
	less, more := sizes(before, after), sizes(after, before)
	if len(less) == 0 || less[0].Key != "says.cookieLess.other" || less[0].Values["n"] != "12" {
		t.Errorf("sizes = %q, want the cookie shorter by 12 bytes", spoken(t, less))
	}
	if len(more) != len(less) || more[0].Key != "says.cookieMore.other" || more[0].Values["n"] != "12" {
		t.Errorf("sizes = %q, and the other way %q", spoken(t, less), spoken(t, more))
	}
}

// catalogues reads two texts.
func catalogues(t *testing.T, before, after string) (b, a *catalogue.Catalogue) {
	t.Helper()
	b, err := source.Read("before.yaml", []byte(before))
	a, err2 := source.Read("after.yaml", []byte(after))
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return b, a
}
