package source

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"charte/catalogue"
	"charte/catalogue/check"
)

// FuzzRead: Read returns, whatever the bytes. A catalogue that it returns is valid
// and can be shown in each of its languages, and reading the bytes again gives the
// same revision. An error has a file, a place within the file, and a message that
// can be printed.
func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	for _, name := range []string{"default", "demo"} {
		text, _ := catalogue.EmbeddedYAML(name)
		f.Add([]byte(text))
	}
	for _, seed := range []string{
		"", "null", "{}", "[]", "a: b", "- a\n- b\n", "extends: default\n", "extends: default\nlanguages: [en]\n",
		"languages: [fr]\nservices:\n- cookies:\n  - {name: a, lifetime: 13 mois}\n",
		"\ufeffsite:\r\n  name: x\r\n", "a: &a [*a]\n<<: *a\n", "? a\n: b\n", "!!str a: !!int b\n", "%YAML 1.2\n---\na\n...\n---\nb\n",
		"a: |\n  x\n b\n", "a: >-\n\n\n  x\n", "a: 'b''c'\nb: \"\\u0000\\x00\\\n  c\"\n", "{a: [b, {c: d}], \"e\": 'f'}", strings.Repeat("[", 60), strings.Repeat("- ", 60),
		"a:\n\tb\n", ": : :", "-\n-\n -", "a: .nan\nb: 1e400\nc: -0\nd: 0x1F\ne: 1_000\n", "words:\n  fr:\n    notice: {title: a}\n    notice.title: b\n",
		"__proto__: {constructor: x}\n", "a: \xff\n", "\xff\xfea\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Read("f.yaml", data)
		if err != nil {
			var errs Errors
			if !errors.As(err, &errs) || len(errs) == 0 || c != nil {
				t.Fatalf("Read = %v, %T", c, err)
			}
			lines := strings.Count(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n") + strings.Count(string(data), "\r") + 1
			for _, e := range errs {
				if e.File != "f.yaml" || e.Message == "" || !utf8.ValidString(e.Message) || e.Line < 0 || e.Line > lines || (e.Line == 0) != (e.Column == 0) {
					t.Errorf("error %+v in a file of %d lines", e, lines)
				}
			}
			return
		}
		if problems := check.Catalogue(c); len(problems) > 0 {
			t.Errorf("read without errors, but: %v", problems)
		}
		again, err := Read("f.yaml", data)
		if err != nil || again.Revision() != c.Revision() {
			t.Errorf("reading it again fails or gives another revision: %v", err)
		}
		for _, lang := range c.Languages {
			if _, err := View(c, lang); err != nil {
				t.Errorf("View(%s): %v", lang, err)
			}
		}
		_ = Summary(c)
	})
}
