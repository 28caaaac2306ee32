package bundle

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/cache"
	"charte/web/engine"
)

// optioned builds the demo with options.
func optioned(t *testing.T, o Options) *Bundle {
	t.Helper()
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	o.Catalogue, o.Engine, o.Cache = c, engine.Light(), cache.User()
	b, err := Build(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestQuick: a quick bundle has the same files, without compressed forms.
func TestQuick(t *testing.T) {
	whole, quick := optioned(t, Options{}), optioned(t, Options{Quick: true})
	names := slices.Sorted(maps.Keys(whole.Files))
	if got := slices.Sorted(maps.Keys(quick.Files)); !slices.Equal(got, names) || len(names) < 10 {
		t.Fatalf("the files of a quick bundle are %q, want %q", got, names)
	}
	for _, name := range names {
		w, q := whole.Files[name], quick.Files[name]
		if !bytes.Equal(w.Data, q.Data) || w.Immutable != q.Immutable || w.Type != q.Type || w.Hash != q.Hash {
			t.Errorf("%s is another one in a quick bundle", name)
		}
		if w.Brotli == nil || q.Brotli != nil || q.Gzip != nil {
			t.Errorf("%s: compressed forms of %d bytes, and of %d and %d in a quick bundle", name, len(w.Brotli), len(q.Brotli), len(q.Gzip))
		}
	}
}

// scripts returns the three scripts of a bundle: charte.js, release.js and engine.js.
func scripts(t *testing.T, b *Bundle) map[string]string {
	t.Helper()
	found := map[string]string{}
	for name, file := range b.Files {
		if first, _, _ := strings.Cut(strings.TrimSuffix(name, ".js"), "-"); strings.HasSuffix(name, ".js") {
			found[first] = string(file.Data)
		}
	}
	if len(found) != 3 {
		t.Fatalf("%d scripts, want 3", len(found))
	}
	return found
}

// TestFramed: a framed banner compares no window with the outermost one. That of visitors does.
func TestFramed(t *testing.T) {
	plain, own := scripts(t, optioned(t, Options{Quick: true})), scripts(t, optioned(t, Options{Quick: true, Framed: true}))
	for name, compares := range map[string]int{"charte": 2, "engine": 1, "release": 0} {
		outermost := func(script string) int {
			return strings.Count(script, "window!==top") + strings.Count(script, "window===top")
		}
		if got := outermost(plain[name]); got != compares {
			t.Errorf("%s.js of visitors compares its window %d times, want %d", name, got, compares)
		}
		if got := outermost(own[name]); got != 0 {
			t.Errorf("%s.js compares its window %d times in a framed bundle", name, got)
		}
	}
}

// TestForcedLook: an imitation of forced colours changes the style sheets, and nothing else. Without
// it no style sheet is changed.
func TestForcedLook(t *testing.T) {
	plain, forcedOne := optioned(t, Options{Quick: true}), optioned(t, Options{Quick: true, Forced: true})
	for name, file := range plain.Files {
		data := string(file.Data)
		for _, colour := range []string{"#050049cc", "#00009f"} {
			if strings.Contains(data, colour) {
				t.Errorf("%s of visitors holds %s", name, colour)
			}
		}
		if strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".wasm") {
			if forcedOne.Files[name] == nil {
				t.Errorf("%s is another one in forced colours", name)
			}
		}
	}
	for name, script := range scripts(t, forcedOne) {
		if !strings.Contains(script, "light-dark(#00009f,#ffff00)") {
			t.Errorf("%s.js has no colour of a link in forced colours", name)
		}
	}
	if page := string(forcedOne.Files["charte.html"].Data); !strings.Contains(page, "light-dark(#00009f,#ffff00)") {
		t.Error("the charter has no colour of a link in forced colours")
	}
	// The pages are made once more by Tell.
	if err := forcedOne.Tell(Address{Answer: "/answer"}); err != nil {
		t.Fatal(err)
	}
	if page := string(forcedOne.Files["charte.html"].Data); !strings.Contains(page, "light-dark(#00009f,#ffff00)") {
		t.Error("the charter has no colour of a link in forced colours any more")
	}
}

// TestColoured: each declaration of a style sheet is as a browser takes it in forced colours.
func TestColoured(t *testing.T) {
	const ring = "light-dark(#050049cc, #00e6ffcc)"
	const paper = "light-dark(#ffffff, #000000)"
	for _, test := range []struct {
		name string
		look look
		css  string
		want string
	}{
		{"a background", look{}, "p {\n  background: var(--_paper);\n}", "p {\n  background: " + paper + ";\n}"},
		{"a colour of the background", look{}, "p { background-color: red }", "p { background-color: " + paper + "}"},
		{"no background", look{}, "p { background: none; }", "p { background: none; }"},
		{"a background that nobody sees", look{}, "p { background: transparent; }", "p { background: transparent; }"},
		{"a background that lets things through", look{}, "p { background: #0b0d1799; }", "p { background: light-dark(#ffffff99, #00000099); }"},
		{"another property", look{}, "p { background-clip: text; }", "p { background-clip: text; }"},
		{"a rule for forced colours", look{}, "@media (forced-colors: active) { p { margin: 0 } }", "@media (min-width: 0) { p { margin: 0 } }"},
		{"a rule for other colours", look{}, "@media ( forced-colors:none ) { p { margin: 0 } }", "@media (max-width: 0) { p { margin: 0 } }"},
		{"the ring of the focus", look{}, "p { outline: 3px solid var(--_accent); }", "p { outline: 3px solid " + ring + "; }"},
		{"a ring in a system colour", look{}, "p { outline: solid var(--_ink); }", "p { outline: solid light-dark(#000000, #ffffff); }"},
		{"a ring in the site's colour of texts", look{"--charte-text": "#111111"}, "p { outline: solid var(--_ink); }", "p { outline: solid " + ring + "; }"},
		{"a distance of the ring", look{}, "p { outline-offset: -3px; }", "p { outline-offset: -3px; }"},
		{"a system colour", look{}, "p { --_ink: var(--charte-text, CanvasText) }", "p { --_ink: var(--charte-text, light-dark(#000000, #ffffff)) }"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.look.coloured(test.css); got != test.css {
				t.Errorf("without forced colours: %s", got)
			}
			test.look[forced] = "active"
			got, rules, _ := strings.Cut(test.look.coloured(test.css), "\n*, ::before")
			if got != test.want || !strings.Contains(rules, "box-shadow: none") {
				t.Errorf("%s\n got %s\nwant %s", test.css, got, test.want)
			}
		})
	}
}
