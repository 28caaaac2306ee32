package source

import (
	"os"
	"strings"
	"testing"

	"charte/catalogue"
)

// withLook reads the demo catalogue with a look added.
func withLook(t *testing.T, look string) (*catalogue.Catalogue, error) {
	t.Helper()
	data, err := os.ReadFile("../demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return Read("c.yaml", []byte("look:\n"+look+string(data)))
}

// TestReadLook: every mistake in a look is reported at its place.
func TestReadLook(t *testing.T) {
	for _, test := range []struct{ name, look, want string }{
		{"a key of another tool", "  css: \"* {}\"\n", `c.yaml:2:3: key "css" is not known; the keys here are accent, background, border, choices, font, muted, on-accent, position, preset, radius, scheme, spacing, text`},
		{"a colour that is a comment", "  accent: #2541b8\n", `c.yaml:2:10: no colour; put it in quotes, since # begins a comment`},
		{"a colour in a pair", "  accent:\n    light: \"#2541b8\"\n    dark: blue\n", `c.yaml:2:3: look: accent "blue" is no colour`},
		{"half a pair", "  accent: {light: \"#2541b8\"}\n", `c.yaml:2:3: look: accent "" is no colour`},
		{"a third of a pair", "  accent: {light: \"#2541b8\", dim: \"#2541b8\"}\n", `c.yaml:2:30: key "dim" is not known`},
		{"a list", "  font: [Arial]\n", `c.yaml:2:9: a list where a text was expected`},
		{"a typing error", "  preset: neutre\n", `c.yaml:2:3: look: preset "neutre" is not known`},
		{"no contrast", "  border: \"#eeeeee\"\n", `c.yaml:2:3: look: in the light scheme border (#eeeeee) on background`},
		{"a number with a unit", "  radius: 8px\n  spacing: 1.5em\n", ""},
		{"nought", "  radius: 0\n", ""},
		{"a pair", "  background: {light: \"#fff\", dark: \"#000\"}\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := withLook(t, test.look)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// TestLookAsksNobody: a look does not change the revision, so nobody is asked again.
func TestLookAsksNobody(t *testing.T) {
	plain, err := Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	c, err := withLook(t, "  preset: soft\n  position: end\n  accent: {light: \"#006400\", dark: \"#b4ffb4\"}\n")
	if err != nil {
		t.Fatal(err)
	}
	if c.Revision() != plain.Revision() || c.Look.Colours[catalogue.TokenAccent].Dark != "#b4ffb4" {
		t.Errorf("the revision with the look %+v is %s, without %s", c.Look, c.Revision(), plain.Revision())
	}
}
