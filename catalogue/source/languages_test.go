package source

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"charte/catalogue"
)

// spelling lists every language of the banner, with the quotation marks that it
// puts around a button's label. If there are spaces within the marks, the language
// puts one before ":" and ";" as well.
//
// The marks are the first or second ones of CLDR (https://cldr.unicode.org,
// "delimiters"). CLDR has none for Corsican and Occitan. They take the French
// ones, because French is printed beside them.
var spelling = map[catalogue.Language]string{
	"ar": "«»", "bg": "„“", "br": "«\u00a0\u00a0»", "ca": "«»", "co": "«\u00a0\u00a0»", "cs": "„“", "da": "»«", "de": "„“",
	"el": "«»", "en": "“”", "es": "«»", "et": "„”", "eu": "«»", "fi": "””", "fr": "«\u00a0\u00a0»", "ga": "“”",
	"hr": "„”", "hu": "„”", "it": "«»", "lt": "„“", "lv": "“”", "mt": "“”", "nl": "‘’", "oc": "«\u00a0\u00a0»",
	"pl": "„”", "pt": "«»", "ro": "„”", "sk": "„“", "sl": "»«", "sv": "””", "tr": "“”", "uk": "«»",
}

// asInEnglish lists, by language, the words that are rightly the same as in
// English. Any other word that is the same was not translated.
var asInEnglish = map[catalogue.Language][]string{
	"fr": {"settings.services"},
}

func wording(t *testing.T, lang catalogue.Language) *catalogue.Wording {
	t.Helper()
	w, err := Wording(lang)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTranslated(t *testing.T) {
	english := map[string]string{}
	wording(t, "en").Words.Each(func(key string, word *string) { english[key] = *word })
	for lang := range spelling {
		if lang == "en" {
			continue
		}
		wording(t, lang).Words.Each(func(key string, word *string) {
			same := *word == english[key]
			if same != slices.Contains(asInEnglish[lang], key) {
				t.Errorf("%s: %s: %q, in English %q", lang, key, *word, english[key])
			}
		})
	}
}

var (
	closeMark  = regexp.MustCompile(`(^|.)[:;?!»]`)
	asciiQuote = regexp.MustCompile(`["']`)
	badSpace   = regexp.MustCompile(`^\s|\s$|[\s\x{a0}]{2}`)
	badStop    = regexp.MustCompile(`\.\.\.|\s[.,]`)
)

// TestSpelling checks quotation marks, and spaces and stops that do not belong.
func TestSpelling(t *testing.T) {
	for lang, quotes := range spelling {
		t.Run(string(lang), func(t *testing.T) {
			w := wording(t, lang)
			middle := len(quotes) / 2
			if quoted := quotes[:middle] + "{manage}" + quotes[middle:]; !strings.Contains(w.Words.Notice.Kept, quoted) {
				t.Errorf("notice.kept: %q does not have %s", w.Words.Notice.Kept, quoted)
			}
			spaced := strings.Contains(quotes, "\u00a0")
			check := func(key, text string) {
				if badSpace.MatchString(text) || badStop.MatchString(text) {
					t.Errorf("%s: %q has a space or a stop too many", key, text)
				}
				if lang != "fr" && asciiQuote.MatchString(text) { // French has typewriter apostrophes throughout, as in the catalogues
					t.Errorf("%s: %q has typewriter quotes", key, text)
				}
				for _, mark := range closeMark.FindAllString(text, -1) {
					if space := strings.HasPrefix(mark, "\u00a0"); space != spaced || strings.HasPrefix(mark, " ") && !strings.HasSuffix(mark, "»") {
						t.Errorf("%s: %q: %q has the wrong space", key, text, mark)
					}
				}
			}
			w.Words.Each(func(key string, word *string) { check(key, *word) })
			check("lifetime.session", w.Session)
			check("lifetime.persistent", w.Persistent)
			check("lifetime.unknown", w.Unknown)
			check("lifetime.upTo", w.UpTo)
			for category, form := range w.Parties {
				check("parties."+category, form)
			}
			for unit, forms := range w.Lifetimes {
				for category, form := range forms {
					check("lifetime."+string(unit)+"."+category, form)
				}
			}
		})
	}
}

// TestButtonsFit keeps the labels short enough for a telephone 390 pixels wide.
// Two answers stand side by side there (web/bundle/styles/notice.css). Each has some
// 140 pixels, which 16 letters fill. A longer label breaks between words.
func TestButtonsFit(t *testing.T) {
	const letters, lines = 16, 2
	for lang := range spelling {
		w := wording(t, lang).Words
		for key, label := range map[string]string{
			"acceptAll": w.AcceptAll, "refuseAll": w.RefuseAll, "customise": w.Customise, "save": w.Save, "close": w.Close, "manage": w.Manage,
			"frame.once": w.Frame.Once, "frame.always": w.Frame.Always,
		} {
			if n := utf8.RuneCountInString(label); n > letters*lines {
				t.Errorf("%s: %s: %q has %d letters, %d at most", lang, key, label, n, letters*lines)
			}
			for _, word := range strings.Fields(label) {
				if n := utf8.RuneCountInString(word); n > letters {
					t.Errorf("%s: %s: %q has %d letters, %d at most", lang, key, word, n, letters)
				}
			}
		}
	}
}

// TestPhrases writes phrases with numbers in each language to a golden file, so that
// a person who reads the language can check the plural forms.
func TestPhrases(t *testing.T) {
	var b strings.Builder
	for _, lang := range Languages() {
		w := wording(t, lang)
		fmt.Fprintf(&b, "%s\n", lang)
		for _, n := range []int{1, 2, 3, 5, 11, 21, 22, 100} {
			var row []string
			for _, unit := range []catalogue.Unit{catalogue.UnitMinute, catalogue.UnitHour, catalogue.UnitDay, catalogue.UnitWeek, catalogue.UnitMonth, catalogue.UnitYear} {
				text, err := w.Lifetime(catalogue.Lifetime{Count: n, Unit: unit})
				if err != nil {
					t.Fatal(err)
				}
				row = append(row, text)
			}
			notice := noticeOf(t, lang, w, n)
			upTo, err := w.Lifetime(catalogue.Lifetime{Count: n, Unit: catalogue.UnitMonth, UpTo: true})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "  %s | %s | %s\n", strings.Join(row, " | "), upTo, notice.Parties)
		}
		notice := noticeOf(t, lang, w, 1)
		fmt.Fprintf(&b, "  %s\n  %s\n", notice.Body, notice.Kept)
	}
	golden(t, "phrases.txt", []byte(b.String()))
}

// noticeOf returns the words of the notice of a site with that many third parties.
func noticeOf(t *testing.T, lang catalogue.Language, w *catalogue.Wording, parties int) catalogue.NoticeWords {
	t.Helper()
	c := &catalogue.Catalogue{
		Languages:  []catalogue.Language{lang},
		Site:       catalogue.Site{Controller: "Metropole"},
		Categories: []catalogue.Category{{ID: "media"}},
	}
	for i := range parties {
		id := catalogue.ID(fmt.Sprint("party-", i))
		c.Providers = append(c.Providers, catalogue.Provider{ID: id})
		c.Services = append(c.Services, catalogue.Service{ID: id, Provider: id, Category: "media"})
	}
	view, err := c.In(lang, w)
	if err != nil {
		t.Fatal(err)
	}
	return view.Words.Notice
}
