// Package words holds the texts of the workbench's page, in French and in English.
//
// It reads its files itself, because the page's program is smaller without a reader of YAML. So the files
// keep to one text a line, and a test reads them with a YAML reader as well.
package words

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed fr.yaml
var french string

//go:embed en.yaml
var english string

// Languages are those that the page speaks, as BCP 47 tags.
func Languages() []string { return []string{"fr", "en"} }

// In returns the texts in a language, by key. A language that the page does not speak gives English.
func In(language string) map[string]string {
	if language == "fr" {
		return read(french)
	}
	return read(english)
}

// read reads lines of the form `key: text`, where the text may stand in double quotes.
func read(file string) map[string]string {
	texts := map[string]string{}
	for line := range strings.Lines(file) {
		line = strings.TrimSpace(line)
		key, text, found := strings.Cut(line, ": ")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		text = strings.TrimSpace(text)
		if quoted, err := strconv.Unquote(text); err == nil {
			text = quoted
		}
		texts[key] = text
	}
	return texts
}
