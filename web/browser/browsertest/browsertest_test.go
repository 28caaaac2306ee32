package browsertest

import (
	"slices"
	"strings"
	"testing"

	"charte/web/browser"
)

func TestMain(m *testing.M) { Main(m) }

func TestEngines(t *testing.T) {
	all := []browser.Engine{browser.Chromium, browser.Firefox, browser.WebKit}
	if testing.Short() {
		all = all[:1]
	}
	for _, test := range []struct {
		name, env string
		want      []browser.Engine
		known     bool
	}{
		{name: "all by default", want: all, known: true},
		{name: "a list", env: "webkit, chromium", want: []browser.Engine{browser.WebKit, browser.Chromium}, known: true},
		{name: "a name that is no engine", env: "safari", want: []browser.Engine{"safari"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("CHARTE_BROWSERS", test.env)
			if got := Engines(); !slices.Equal(got, test.want) {
				t.Errorf("engines\n got %v\nwant %v", got, test.want)
			}
			for _, engine := range Engines() {
				if _, err := browser.Missing(engine); (err == nil) != test.known {
					t.Errorf("Missing(%q): %v", engine, err)
				}
			}
			if !test.known {
				if err := Install(Engines()...); err == nil || !strings.Contains(err.Error(), "CHARTE_BROWSERS") {
					t.Errorf("Install: %v", err)
				}
			}
		})
	}
}

func TestInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // without any program, apt-get included
	err := Install(browser.Chromium)
	if want := `run "apt-get install --no-install-recommends chromium" as root`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want one with %q", err, want)
	}
}
