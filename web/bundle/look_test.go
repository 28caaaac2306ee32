package bundle

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/cache"
	"charte/web/engine"
)

// TestDressed: building the bundle replaces the variables --look-…, and leaves the
// variables --charte-…, which pages can set.
func TestDressed(t *testing.T) {
	l := look{"--charte-accent": "#006400", "--look-width": "30em", "--look-button": "calc(var(--charte-radius, 1px) / 2)", "--charte-radius": "0px"}
	for _, test := range []struct{ name, css, want string }{
		{"a default", "a { color: var(--charte-accent, light-dark(#000, #fff)); }", "a { color: var(--charte-accent, #006400); }"},
		{"a default that stays", "a { color: var(--charte-text, light-dark(#000, #fff)); }", "a { color: var(--charte-text, light-dark(#000, #fff)); }"},
		{"a variable within a default", "a { color: var(--charte-text, var(--charte-accent, red)); }", "a { color: var(--charte-text, var(--charte-accent, #006400)); }"},
		{"a build's own", "a { width: var(--look-width, 66em); height: var(--look-height, 3em); }", "a { width: 30em; height: 3em; }"},
		{"a build's own that is nothing", "a { width: 1em; height: var(--look-height,); }", "a { width: 1em; }"},
		{"a variable in a build's own", "a { border-radius: var(--look-button, 0); }", "a { border-radius: calc(var(--charte-radius, 0px) / 2); }"},
		{"ours", "a { color: var(--_ink); }", "a { color: var(--_ink); }"},
	} {
		if got := l.dressed(test.css); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestOneLook: a visitor downloads the look of the site, and nothing of others.
func TestOneLook(t *testing.T) {
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	c.Look = catalogue.Look{Preset: catalogue.PresetFrenchState, Font: "Luciole", Spacing: "21px",
		Colours: map[catalogue.Token]catalogue.Colour{catalogue.TokenBackground: {Light: "#FFFFFE", Dark: "#010203"}}}
	b, err := Build(t.Context(), Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
	if err != nil {
		t.Fatal(err)
	}
	for name, parts := range map[string][]string{
		"charte.js":   {"Luciole", "21px", "light-dark(#000091,#8585f6)", "light-dark(#fffffe,#010203)", "@supports not"},
		"engine.js":   {"light-dark(#666666,#929292)"},
		"release.js":  {"Luciole", "light-dark(#fffffe,#010203)", "light-dark(#000091,#8585f6)"},
		"charte.html": {"Luciole", "light-dark(#fffffe,#010203)"},
	} {
		text := ""
		for _, file := range b.Files {
			if file.Name == name || strings.HasPrefix(file.Name, strings.TrimSuffix(name, ".js")+"-") && strings.HasSuffix(file.Name, ".js") && name != "charte.js" {
				text = string(file.Data)
			}
		}
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %s", name, part)
			}
		}
		for _, other := range []string{"#2541b8", "#5b3fd6", "Marianne", "--look-"} {
			if strings.Contains(text, other) {
				t.Errorf("%s holds %s", name, other)
			}
		}
	}
	c.Look.Font = `"}*{display:none`
	if _, err := Build(t.Context(), Options{Catalogue: c, Engine: engine.Light()}); err == nil {
		t.Error("Build takes a look that is not valid")
	}
}

// TestInitials: no two of our own variables have the same short name, which is their
// first letter.
func TestInitials(t *testing.T) {
	names := map[string]string{}
	err := fs.WalkDir(sources, "styles", func(file string, _ fs.DirEntry, err error) error {
		data, _ := sources.ReadFile(file)
		for _, name := range regexp.MustCompile(`--_[a-z]+`).FindAllString(string(data), -1) {
			if before := names[name[:4]]; before != "" && before != name {
				t.Errorf("%s: %s and %s would have the same short name", file, name, before)
			}
			names[name[:4]] = name
		}
		return err
	})
	if err != nil || len(names) < 5 {
		t.Errorf("%d variables: %v", len(names), err)
	}
}
