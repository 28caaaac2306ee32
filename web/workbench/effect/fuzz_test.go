package effect

import (
	"strings"
	"testing"

	"charte/catalogue"
)

// FuzzEffect: whatever the two texts are, every sentence is one that the page has, a text that is the
// same says nothing, and as many wordings are missing as rows lack one.
func FuzzEffect(f *testing.F) {
	demo, _ := catalogue.EmbeddedYAML("demo")
	f.Add("", "a: [")
	f.Add(demo, strings.Replace(demo, "6 months", "7 months", 1))
	f.Add(demo, strings.Replace(demo, "category: first-party", "category: statistics", 1))
	f.Add("extends: default\nlanguages: [fr]\n", "extends: default\nlanguages: [fr, de]\nwords: {fr: {notice: {title: A}}}\n")
	f.Add("languages: [fr]\nservices: [{use: matomo@1, with: {host: a}, cookies: [{}]}]\n", "languages: [[fr]]\nservices: {a: b}\ncategories: [a, [b], {name: [c]}]\n")
	f.Fuzz(func(t *testing.T, saved, text string) {
		effect := of("x.yaml", []byte(saved), []byte(text), noSizes)
		spoken(t, effect.Says)
		if (len(effect.Lines) == 0) != (saved == text) {
			t.Errorf("%d lines differ", len(effect.Lines))
		}
		if saved == text && len(effect.Says) > 0 {
			t.Errorf("says %v of nothing", effect.Says)
		}
		all := Translations("x.yaml", []byte(text), 1)
		lacking := map[string]int{}
		for _, row := range all.Rows {
			if len(row.Texts) != len(all.Languages) {
				t.Errorf("%s has %d wordings in %d languages", row.Pointer, len(row.Texts), len(all.Languages))
			}
			for _, w := range row.Texts {
				if w.Otherwise == "" && w.Value == "" {
					lacking[w.Language]++
				}
			}
		}
		for language, n := range lacking {
			if all.Missing[language] < n {
				t.Errorf("%d wordings are missing in %s, and %d rows lack one", all.Missing[language], language, n)
			}
		}
	})
}
