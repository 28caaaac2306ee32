package check

import (
	"strings"
	"testing"

	"charte/catalogue"
)

func TestCheckWords(t *testing.T) {
	word := func(language catalogue.Language, key, text string) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) {
			c.Words = map[catalogue.Language]map[string]string{language: {key: text}}
		}
	}
	run(t, []row{
		{"none", func(c *catalogue.Catalogue) { c.Words = nil }, ""},
		{"every placeholder", word("fr", "notice.body", "{site}{controller}{parties}{manage}{revision}{kept}"), ""},
		{"braces that are no placeholder", word("fr", "list.show", "{ {} {{1}} {"), ""},
		{"who asks is not said", word("fr", "notice.body", "Nous demandons votre accord pour :"), `words.fr.notice.body: words: "notice.body" must contain {controller}`},
		{"how many third parties is not said", word("fr", "notice.parties", "Voir les tiers"), `words.fr.notice.parties: words: "notice.parties" must contain {parties}`},
		{"how long is not said", word("fr", "notice.kept", "Modifiable avec « {manage} »."), `words.fr.notice.kept: words: "notice.kept" must contain {kept}`},
		{"nor how to change it", word("fr", "notice.kept", "Conservé {kept}."), `words.fr.notice.kept: words: "notice.kept" must contain {manage}`},
		{"whose frame is not said", word("fr", "frame.provider", "Contenu"), `words.fr.frame.provider: words: "frame.provider" must contain {provider}`},
		{"who answers for the site is not said", word("fr", "charter.controller", "Responsable"), `words.fr.charter.controller: words: "charter.controller" must contain {controller}`},
		{"an undeclared language", word("de", "save", "Speichern"), `words.de: words: language "de" is not declared`},
		{"an unknown key", word("fr", "notice.titel", "x"), `words.fr.notice.titel: words: "notice.titel" is not known; the keys are those of catalogue/languages/fr.yaml`},
		{"a group instead of a word", word("fr", "notice", "x"), `words.fr.notice: words: "notice" is not known; the keys are those of catalogue/languages/fr.yaml`},
		{"__proto__", word("fr", "__proto__", "x"), `words.fr.__proto__: words: "__proto__" is not known; the keys are those of catalogue/languages/fr.yaml`},
		{"empty", word("fr", "save", ""), `words.fr.save: words: "save" is missing`},
		{"a misspelt placeholder", word("fr", "notice.body", "De {controler}"), `words.fr.notice.body: words: "notice.body" has no placeholder {controler}`},
		{"a placeholder after braces", word("fr", "notice.body", "{{foo}"), `words.fr.notice.body: words: "notice.body" has no placeholder {foo}`},
		{"the row's placeholder in its word", word("fr", "frame.provider", "Voir {provider}"), ""},
		{"the row's placeholder in another", word("fr", "list.show", "Lire {provider}"), `words.fr.list.show: words: "list.show" has no placeholder {provider}`},
		{"2,001 bytes", word("fr", "save", strings.Repeat("x", 2001)), `words.fr.save: words: "save" has 2001 bytes, 2000 at most`},
		{"a control character", word("fr", "save", "a\x07"), `words.fr.save: words: "save" contains the control character U+0007`},
	})
}
