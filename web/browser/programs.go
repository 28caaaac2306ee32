package browser

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
)

// Where Debian puts MiniBrowser: the folder has the library's architecture and
// version in its name.
const miniBrowserGlob = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"

// A need is a program that an engine is driven with, and the Debian package that
// holds it.
type need struct{ program, deb string }

var needs = map[Engine][]need{
	Chromium: {{"chromium", "chromium"}},
	Firefox:  {{"firefox-esr", "firefox-esr"}},
	WebKit: {
		{"WebKitWebDriver", "webkit2gtk-driver"},
		{miniBrowserGlob, "webkit2gtk-driver"},
		{"Xvfb", "xvfb"},
	},
}

// FindProgram finds a program by name or, if it is a path, by pattern. Of several
// that match it returns the path that sorts last, and an error where there is none.
func FindProgram(name string) (string, error) {
	if !filepath.IsAbs(name) {
		return exec.LookPath(name)
	}
	found, _ := filepath.Glob(name)
	if found == nil {
		return "", fmt.Errorf("there is no %s", name)
	}
	slices.Sort(found)
	return found[len(found)-1], nil
}

// Installed reports whether an engine is there, and installs nothing.
func Installed(name Engine) bool {
	missing, err := Missing(name)
	return err == nil && missing == nil
}

// Missing returns the Debian packages that engines lack, each once, and nil where
// none is missing. A name that is no engine is an error.
func Missing(engines ...Engine) ([]string, error) {
	var missing []string
	for _, engine := range engines {
		if err := known(engine); err != nil {
			return nil, err
		}
		for _, n := range needs[engine] {
			if _, err := FindProgram(n.program); err != nil && !slices.Contains(missing, n.deb) {
				missing = append(missing, n.deb)
			}
		}
	}
	return missing, nil
}
