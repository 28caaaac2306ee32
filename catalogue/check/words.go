package check

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"charte/catalogue"
)

// needs are the placeholders that a word must contain, by the word's key. Without
// them it would not tell the visitor what it is there to tell.
var needs = map[string][]string{
	"notice.body":        {"{controller}"}, // who asks (GDPR, article 13(1)(a))
	"notice.parties":     {"{parties}"},
	"notice.kept":        {"{kept}", "{manage}"},
	"frame.provider":     {"{provider}"},
	"charter.controller": {"{controller}"},
}

// words checks the words with which the catalogue replaces the banner's own.
func (v *validator) words() {
	known := map[string]bool{}
	new(catalogue.Words).Each(func(key string, _ *string) { known[key] = true })
	for _, language := range slices.Sorted(maps.Keys(v.c.Words)) {
		path := "words." + string(language)
		if len(v.c.Languages) > 0 && !slices.Contains(v.c.Languages, language) {
			v.add(path, "words: language %s is not declared", quote(language))
		}
		words := v.c.Words[language]
		for _, key := range slices.Sorted(maps.Keys(words)) {
			if known[key] {
				v.word(path+"."+key, key, words[key])
			} else {
				v.add(path+"."+key, "words: %s is not known; the keys are those of catalogue/languages/fr.yaml", quote(key))
			}
		}
	}
}

// word checks one word and its placeholders.
func (v *validator) word(path, key, text string) {
	v.line(path, "words: "+quote(key), text, wordBytes)
	if name := unknownPlaceholder(key, text); name != "" {
		v.add(path, "words: %s has no placeholder %s", quote(key), name)
		return // it is often the one that the word needs, misspelt
	}
	for _, placeholder := range needs[key] {
		if strings.TrimSpace(text) != "" && !strings.Contains(text, placeholder) {
			v.add(path, "words: %s must contain %s", quote(key), placeholder)
		}
	}
}

// placeholder matches a placeholder within a word, such as {site}.
var placeholder = regexp.MustCompile(`\{[A-Za-z]+\}`)

// unknownPlaceholder returns the first placeholder in text that is not filled in
// for the word with that key, or "" where there is none.
func unknownPlaceholder(key, text string) string {
	for _, name := range placeholder.FindAllString(text, -1) {
		switch name {
		case "{site}", "{controller}", "{parties}", "{manage}", "{revision}", "{kept}":
		case "{provider}":
			if key != "frame.provider" {
				return name
			}
		default:
			return name
		}
	}
	return ""
}
