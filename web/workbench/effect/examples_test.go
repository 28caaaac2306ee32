package effect

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/web/bundle"
	"charte/web/workbench/desk"
	"charte/web/workbench/words"
)

// english are the sentences of an effect as the page shows them.
func english(saved, text string, sizes func(before, after *catalogue.Catalogue) []desk.Sentence) []string {
	texts := words.In("en")
	var all []string
	for _, s := range of("demo.yaml", []byte(saved), []byte(text), sizes).Says {
		line := texts[s.Key]
		for name, value := range s.Values {
			line = strings.ReplaceAll(line, "{"+name+"}", value)
		}
		all = append(all, line)
	}
	return all
}

// TestExamples: what a person reads of a change, with figures that come from two bundles built whole.
func TestExamples(t *testing.T) {
	for _, test := range []struct {
		name        string
		saved, edit func(t *testing.T, text string) string // of the demo
		want        []string
	}{
		{"a service", func(_ *testing.T, text string) string { return text[:strings.Index(text, "  - use: meta-pixel@1")] }, nil,
			[]string{"Everybody is asked again.", "New service: Publicité (pixel Meta)."}},
		{"a category that asks for the first time", swap("category: first-party", "category: statistics"), nil,
			[]string{"Everybody is asked again.", "The answer’s cookie is longer by 12 bytes.", "NOTICE"}},
		{"a look", nil, func(_ *testing.T, text string) string { return text + "\nlook: {preset: soft}\n" },
			[]string{"Nobody is asked again.", "The look changes, which asks nobody."}},
		{"a lifetime that cannot be read", swap("lifetime: 6 months", "lifetime: 6 mois"), nil,
			[]string{"Line L23 of the law is now answered: each cookie is shown with its purpose, how long it lives, and who can read it."}},
	} {
		t.Run(test.name, func(t *testing.T) {
			saved, text := demo(t), demo(t)
			if test.saved != nil {
				saved = test.saved(t, saved)
			}
			if test.edit != nil {
				text = test.edit(t, text)
			}
			figures := noSizes // which take long
			if slices.Contains(test.want, "NOTICE") {
				figures = sizes
			}
			got := english(saved, text, figures)
			for _, want := range test.want {
				if want == "NOTICE" {
					want = notice(t, saved, text)
				}
				if !slices.Contains(got, want) {
					t.Errorf("nothing says %q in\n%s", want, strings.Join(got, "\n"))
				}
			}
		})
	}
}

// notice is what the page has to say of the notice's weight, from two bundles with all languages.
func notice(t *testing.T, saved, text string) string {
	t.Helper()
	before, after := catalogues(t, saved, text)
	weight := func(c *catalogue.Catalogue) int {
		b, err := bundle.Build(context.Background(), bundle.Options{Catalogue: c})
		if err != nil {
			t.Fatal(err)
		}
		n, err := packed(unhashed(b.Files["charte.js"].Data, c))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	switch n := weight(after) - weight(before); {
	case n > 1:
		return "The notice is " + strconv.Itoa(n) + " bytes heavier."
	case n < -1:
		return "The notice is " + strconv.Itoa(-n) + " bytes lighter."
	}
	t.Fatal("the notice weighs the same")
	return ""
}
