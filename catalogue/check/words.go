package check

import (
	"slices"
	"strings"

	"charte/catalogue"
)

// needs are the placeholders that a word must have to say what it is there for,
// whoever writes it.
var needs = map[string][]string{
	"notice.body":        {"{controller}"}, // who asks (GDPR, article 13(1)(a))
	"notice.parties":     {"{parties}"},
	"notice.kept":        {"{kept}", "{manage}"},
	"frame.provider":     {"{provider}"},
	"charter.controller": {"{controller}"},
}

func (v *validator) words() {
	languages := make([]catalogue.Language, 0, len(v.c.Words))
	for language := range v.c.Words {
		languages = append(languages, language)
	}
	slices.Sort(languages)
	known := map[string]bool{}
	new(catalogue.Words).Each(func(key string, _ *string) { known[key] = true })
	for _, language := range languages {
		path := "words." + string(language)
		if len(v.c.Languages) > 0 && !slices.Contains(v.c.Languages, language) {
			v.add(path, "words: language ", quote(string(language)), " is not declared")
		}
		keys := make([]string, 0, len(v.c.Words[language]))
		for key := range v.c.Words[language] {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			text := v.c.Words[language][key]
			if !known[key] {
				v.add(path+"."+key, "words: ", quote(key), " is not known; the keys are those of catalogue/languages/fr.yaml")
				continue
			}
			v.line(path+"."+key, "words: "+quote(key), text, wordBytes)
			if name := unknownPlaceholder(key, text); name != "" {
				v.add(path+"."+key, "words: ", quote(key), " has no placeholder ", name)
				continue // the one that is needed, misspelt, as often as not
			}
			for _, placeholder := range needs[key] {
				if strings.TrimSpace(text) != "" && !strings.Contains(text, placeholder) {
					v.add(path+"."+key, "words: ", quote(key), " must contain ", placeholder)
				}
			}
		}
	}
}

// unknownPlaceholder returns the first placeholder of text, "{" letters "}",
// that the word with that key does not fill, or "" where there is none.
func unknownPlaceholder(key, text string) string {
	for {
		start := strings.IndexByte(text, '{')
		if start < 0 {
			return ""
		}
		text = text[start:]
		end := 1
		for end < len(text) && (isLower(text[end]) || isUpper(text[end])) {
			end++
		}
		if end == 1 || end == len(text) || text[end] != '}' {
			text = text[1:]
			continue
		}
		switch name := text[:end+1]; name {
		case "{site}", "{controller}", "{parties}", "{manage}", "{revision}", "{kept}":
		case "{provider}":
			if key != "frame.provider" {
				return name
			}
		default:
			return name
		}
		text = text[end+1:]
	}
}
