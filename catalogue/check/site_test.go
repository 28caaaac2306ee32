package check

import (
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

func TestCheckLanguages(t *testing.T) {
	only := func(languages ...catalogue.Language) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) { *c = catalogue.Catalogue{Languages: languages} }
	}
	for _, test := range []struct {
		name string
		edit func(c *catalogue.Catalogue)
		want string // the problem with the path "languages…"; empty means none
	}{
		{"none", only(), `languages: no language is declared; list at least one, such as [fr]`},
		{"a region", only("pt-BR"), ""},
		{"a script", only("zh-Hant"), ""},
		{"a script and a region", only("zh-Hant-TW"), ""},
		{"a region in digits", only("es-419"), ""},
		{"three letters", only("gsw"), ""},
		{"a variant before its language", only("fr-CA", "fr"), ""},
		{"two variants", only("zh-Hant", "zh-Hans"), ""},
		{"one that only starts like another", only("fr", "frp"), ""},
		{"a variant after its language", only("fr", "en", "fr-CA"), `languages[2]: language "fr-CA" is never chosen, since "fr" comes first; list fr-CA before fr`},
		{"a region after its script", only("zh-Hant", "zh-Hant-TW"), `languages[1]: language "zh-Hant-TW" is never chosen, since "zh-Hant" comes first; list zh-Hant-TW before zh-Hant`},
		{"twice", only("fr", "en", "fr"), `languages[2]: language "fr" is declared twice`},
		{"empty", only(""), `languages[0]: language "" is not a tag such as "fr", "pt-BR" or "zh-Hant"`},
		{"an underscore", only("pt_BR"), `languages[0]: language "pt_BR" is not a tag such as "fr", "pt-BR" or "zh-Hant"`},
		{"a region in lower case", only("pt-br"), `languages[0]: language "pt-br" is not a tag such as "fr", "pt-BR" or "zh-Hant"`},
		{"a name", only("français"), `languages[0]: language "français" is not a tag such as "fr", "pt-BR" or "zh-Hant"`},
		{"__proto__", only("__proto__"), `languages[0]: language "__proto__" is not a tag such as "fr", "pt-BR" or "zh-Hant"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := cataloguetest.Valid()
			test.edit(c)
			var got []string
			for _, p := range Catalogue(c) {
				if strings.HasPrefix(p.Path, "languages") {
					got = append(got, p.Path+": "+p.Message)
				}
			}
			if strings.Join(got, "\n") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
