package source

import (
	"errors"
	"testing"
)

// TestMissing: an error about a key that the file lacks says which, at the place where it belongs.
func TestMissing(t *testing.T) {
	const head = "extends: default\nlanguages: [en]\nsite: { name: Portal, controller: City }\nproviders:\n  - { id: a, name: A, policyURL: \"https://a.example/\" }\nservices:\n"
	for _, test := range []struct {
		name, text string
		line       int
		missing    string
	}{
		{"a key of a service", head + "  - id: x\n    category: third-party\n    name: X\n    purpose: To show x.\n    cookies: [{ name: x, purpose: X, lifetime: 1 day }]\n", 7, "provider"},
		{"a key of a cookie", head + "  - id: x\n    category: third-party\n    provider: a\n    name: X\n    purpose: To show x.\n    cookies:\n      - name: x\n        lifetime: 1 day\n", 13, "purpose"},
		{"a key of the site", "languages: [en]\nsite: { name: Portal }\n", 2, "controller"},
		{"the site itself", "languages: [en]\n", 1, "site.controller"},
		{"a value that is wrong", head + "  - id: x\n    category: third\n    provider: a\n    name: X\n    purpose: To show x.\n    cookies: [{ name: x, purpose: X, lifetime: 1 day }]\n", 8, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read("x.yaml", []byte(test.text))
			var errs Errors
			if !errors.As(err, &errs) {
				t.Fatalf("the error is %v", err)
			}
			for _, e := range errs {
				if e.Line == test.line && e.Missing == test.missing {
					return
				}
			}
			t.Errorf("no error lacks %q in line %d: %#v", test.missing, test.line, errs)
		})
	}
}
