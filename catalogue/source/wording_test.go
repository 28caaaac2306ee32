package source

import (
	"cmp"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/languages"

	"golang.org/x/text/language"
)

// TestLanguages reads every language file: each has every word, every plural
// form and every placeholder, and nothing else.
func TestLanguages(t *testing.T) {
	all := Languages()
	if want := slices.Sorted(maps.Keys(spelling)); !slices.Equal(all, want) {
		t.Errorf("languages\n%v\nwant\n%v", all, want)
	}
	for _, lang := range all {
		t.Run(string(lang), func(t *testing.T) {
			w, err := Wording(lang)
			if err != nil {
				t.Fatal(err)
			}
			if w.Language != lang {
				t.Errorf("language = %q", w.Language)
			}
			if rtl := lang == "ar"; (w.Dir == "rtl") != rtl {
				t.Errorf("dir = %q", w.Dir)
			}
			// Refusing must read as easily as accepting (CNIL
			// recommendation 2020-092, § 34).
			accept, refuse := len([]rune(w.Words.AcceptAll)), len([]rune(w.Words.RefuseAll))
			if accept == 0 || refuse > 2*accept || accept > 2*refuse {
				t.Errorf("one of %q and %q is more than twice as long as the other", w.Words.AcceptAll, w.Words.RefuseAll)
			}
			// charte.js holds the notice's words, and every page loads it.
			size := len(w.Words.Notice.Title) + len(w.Words.Notice.Body) + len(w.Words.Notice.Parties) + len(w.Words.Notice.Consequences) + len(w.Words.Notice.Kept)
			if size > 600 {
				t.Errorf("the notice has %d bytes of words, 600 at most", size)
			}
			for n := 1; n <= 1000; n++ {
				for unit := range w.Lifetimes {
					text, err := w.Lifetime(catalogue.Lifetime{Count: n, Unit: unit})
					if err != nil || strings.ContainsAny(text, "{}") {
						t.Fatalf("%d %s: %q, %v", n, unit, text, err)
					}
				}
			}
		})
	}
}

func TestLifetimeWords(t *testing.T) {
	for _, test := range []struct{ lang, lifetime, want string }{
		{"fr", "1 minute", "1 minute"},
		{"fr", "30 minutes", "30 minutes"},
		{"fr", "1 day", "1 jour"},
		{"fr", "2 weeks", "2 semaines"},
		{"fr", "13 months", "13 mois"},
		{"fr", "1 year", "1 an"},
		{"fr", "2 years", "2 ans"},
		{"fr", "up to 12 months", "12 mois au plus"},
		{"fr", "session", "Jusqu'à la fermeture du navigateur"},
		{"fr", "persistent", "Jusqu'à son effacement"},
		{"fr", "unknown", "Non communiquée"},
		{"en", "1 week", "1 week"},
		{"en", "24 hours", "24 hours"},
		{"en", "up to 1 year", "1 year at most"},
	} {
		lifetime, fault := parseLifetime(test.lifetime)
		if fault != "" {
			t.Fatal(fault)
		}
		w, err := Wording(catalogue.Language(test.lang))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.Lifetime(lifetime); err != nil || got != test.want {
			t.Errorf("%s: %q = %q, %v, want %q", test.lang, test.lifetime, got, err, test.want)
		}
	}
}

func TestParseLifetime(t *testing.T) {
	for text, want := range map[string]catalogue.Lifetime{
		"session":          {Unit: catalogue.UnitSession},
		"persistent":       {Unit: catalogue.UnitPersistent},
		"unknown":          {Unit: catalogue.UnitUnknown},
		"1 minute":         {Count: 1, Unit: catalogue.UnitMinute},
		"24 hours":         {Count: 24, Unit: catalogue.UnitHour},
		"90 days":          {Count: 90, Unit: catalogue.UnitDay},
		"2 weeks":          {Count: 2, Unit: catalogue.UnitWeek},
		"  13   months  ":  {Count: 13, Unit: catalogue.UnitMonth},
		"1 year":           {Count: 1, Unit: catalogue.UnitYear},
		"up to 12 months":  {Count: 12, Unit: catalogue.UnitMonth, UpTo: true},
		"2147483647 weeks": {Count: 2147483647, Unit: catalogue.UnitWeek},
	} {
		if got, fault := parseLifetime(text); got != want || fault != "" {
			t.Errorf("parseLifetime(%q) = %+v, %q, want %+v", text, got, fault, want)
		}
	}
	for _, text := range []string{
		"", "13", "months", "13 mois", "13 monthss", "-1 days", "-0 days", "0 days", "007 days", "+1 day", "1.5 years", "1e400 years", "NaN days",
		"Inf days", "2147483648 days", "1000000000000 days", "99999999999999999999 days", "١ day", "Session", "up to session", "up 12 months", "12 months or so", "1 s", "s s",
	} {
		if got, fault := parseLifetime(text); fault == "" || got != (catalogue.Lifetime{}) {
			t.Errorf("parseLifetime(%q) = %+v, %q, want a fault", text, got, fault)
		}
	}
}

func TestLanguageFile(t *testing.T) {
	for lang, want := range map[catalogue.Language]string{
		"fr": "fr.yaml", "fr-CA": "fr.yaml", "en-Latn-GB": "en.yaml", "tlh": "", "": "", "-": "", "fra": "", "../languages/fr": "",
	} {
		if got := languageFile(lang); got != want {
			t.Errorf("languageFile(%q) = %q, want %q", lang, got, want)
		}
	}
}

// TestPluralForms samples the languages whose rules differ most.
func TestPluralForms(t *testing.T) {
	for _, test := range []struct {
		lang string
		n    int
		want string
	}{
		{"fr", 0, "one"}, {"fr", 1, "one"}, {"fr", 2, "other"}, {"en", 0, "other"}, {"en", 1, "one"},
		{"pl", 1, "one"}, {"pl", 3, "few"}, {"pl", 13, "many"}, {"pl", 22, "few"},
		{"ar", 0, "zero"}, {"ar", 2, "two"}, {"ar", 3, "few"}, {"ar", 11, "many"}, {"ar", 100, "other"},
		{"ja", 1, "other"}, {"lt", 21, "one"},
		{"co", 1, "one"}, {"co", 2, "other"}, {"oc", 1, "one"}, {"oc", 2, "other"}, {"oc-FR", 1, "one"},
	} {
		if got := pluralForm(language.MustParse(test.lang), test.n); got != test.want {
			t.Errorf("pluralForm(%s, %d) = %q, want %q", test.lang, test.n, got, test.want)
		}
	}
	for lang, want := range map[string]string{"fr": "one other", "en": "one other", "ja": "other", "pl": "one few many", "ar": "one two few many other", "pt-BR": "one other", "co": "one other", "oc": "one other"} {
		if got := strings.Join(needed(language.MustParse(lang)), " "); got != want {
			t.Errorf("needed(%s) = %q, want %q", lang, got, want)
		}
	}
}

func TestDirection(t *testing.T) {
	for lang, want := range map[string]string{
		"fr": "ltr", "ja": "ltr", "ar": "rtl", "he": "rtl", "fa": "rtl", "ur": "rtl", "ps": "rtl", "ckb": "rtl", "dv": "rtl", "yi": "rtl",
		"az": "ltr", "az-Arab": "rtl", "pa": "ltr", "pa-PK": "rtl", "ku": "ltr",
	} {
		if got := direction(language.MustParse(lang)); got != want {
			t.Errorf("direction(%s) = %q, want %q", lang, got, want)
		}
	}
}

// TestWordingErrors edits the English file, one mistake a row.
func TestWordingErrors(t *testing.T) {
	data, err := fs.ReadFile(languages.Files, "en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	english := string(data)
	lines := regexp.MustCompile("@[^@]*@")
	line := func(text string) int {
		before, _, found := strings.Cut(english, strings.ReplaceAll(text, `\n`, "\n"))
		if !found {
			t.Fatalf("en.yaml has no %q", text)
		}
		return strings.Count(before, "\n") + 1
	}
	for _, test := range []struct {
		name, file string
		old, new   string
		want       string // "@text@" stands for the number of that text's line in en.yaml, "@@" for that of old
	}{
		{"as it is", "en.yaml", "save:", "save:", ""},
		{"a word is missing", "en.yaml", "  title: Your cookie choices\n", "", `en.yaml:@notice:@:1: "notice.title" is missing`},
		{"a word at the top is missing", "en.yaml", "close: Close\n", "", `en.yaml:@acceptAll@:1: "close" is missing`},
		{"a word is empty", "en.yaml", "close: Close\n", "close: ''\n", `en.yaml:@@:1: "close" is missing`},
		{"a word is a number", "en.yaml", "close: Close\n", "close: 1\n", `en.yaml:@@:8: the number 1 where a text was expected; put it in quotes if it is one`},
		{"an unknown word", "en.yaml", "close: Close\n", "close: Close\ncolse: x\n", `en.yaml:@manage:@:1: key "colse" is not known; did you mean "close"?`},
		{"an unknown word in a group", "en.yaml", "  title: Your cookie", "  heading: x\n  title: Your cookie", `en.yaml:@@:3: key "heading" is not known; the keys here are body, consequences, kept, parties, title`},
		{"a word twice", "en.yaml", "close: Close\n", "close: Close\nclose: Shut\n", `en.yaml:@manage:@:1: key "close" is written twice, first in line @@`},
		{"a group that is a text", "en.yaml", "charter:\n", "charter: x\ncharter-:\n", `en.yaml:@@:10: a text where a mapping (key: value) was expected` + "\n" + `en.yaml:@  link: Read@:1: key "charter-" is not known; did you mean "charter"?`},
		{"a placeholder is missing", "en.yaml", "{controller} asks", "We ask", `en.yaml:@@:3: "notice.body" must contain {controller}`},
		{"a placeholder of one row elsewhere", "en.yaml", "close: Close", "close: Close {provider}", `en.yaml:@@:1: "close" has no placeholder {provider}`},
		{"a misspelt placeholder", "en.yaml", "close: Close", "close: Close {sit}", `en.yaml:@@:1: "close" has no placeholder {sit}`},
		{"a plural form is missing", "en.yaml", "{one: \"{n} day\", other", "{other", `en.yaml:@@:3: "lifetime.day" lacks the plural form "one"`},
		{"a plural form that no language has", "en.yaml", "{one: \"{n} day\"", "{once: x, one: \"{n} day\"", `en.yaml:@@:9: key "once" is not known; did you mean "one"?`},
		{"a unit is missing", "en.yaml", "  year: {one: \"{n} year\", other: \"{n} years\"}\n", "", `en.yaml:@lifetime:\n@:1: "lifetime.year" is missing`},
		{"a unit that is none", "en.yaml", "  year: {", "  decade: {", `en.yaml:@lifetime:\n@:1: "lifetime.year" is missing` + "\n" + `en.yaml:@@:3: key "decade" is not known; the keys here are day, hour, minute, month, persistent, session, unknown, upTo, week, year`},
		{"no session", "en.yaml", "  session: Until the browser closes\n", "", `en.yaml:@lifetime:\n@:1: "lifetime.session" is missing`},
		{"a maximum that names nothing", "en.yaml", "\"{lifetime} at most\"", "at most", `en.yaml:@@:3: "lifetime.upTo" must contain {lifetime}`},
		{"no parties", "en.yaml", "parties:\n  one: the third party concerned\n  other: the {n} third parties concerned\n", "", `en.yaml:@acceptAll@:1: "parties" is missing`},
		{"another language needs other forms", "pl.yaml", "save:", "save:", `pl.yaml:@parties:\n@:1: "parties" lacks the plural form "few"`},
		{"a file name that is no language", "words.yaml.yaml", "save:", "save:", `words.yaml.yaml: the file's name is not a language: language: tag is not well-formed`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, errs := readWording(test.file, []byte(strings.Replace(english, test.old, test.new, 1)))
			want := lines.ReplaceAllStringFunc(test.want, func(mark string) string {
				return strconv.Itoa(line(cmp.Or(strings.Trim(mark, "@"), test.old)))
			})
			got := ""
			if errs != nil {
				got = errs.Error()
			}
			if test.file == "pl.yaml" {
				got, _, _ = strings.Cut(got, "\n")
			}
			if got != want {
				t.Errorf("errors\n%s\nwant\n%s", got, want)
			}
		})
	}
	if _, errs := readWording("en.yaml", nil); errs == nil || errs.Error() != "en.yaml:1:1: the file is empty" {
		t.Errorf("an empty file: %v", errs)
	}
}
