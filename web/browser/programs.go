package browser

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
)

// miniBrowserGlob is where Debian puts MiniBrowser. The folders have the library's
// architecture and version in their names.
const miniBrowserGlob = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"

// A need is a program that an engine needs, or a pattern of its path, and the Debian
// package that holds it.
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

// FindProgram returns the path of a program. name is a name to be looked up in PATH, or
// an absolute path that may be a pattern. If several files match the pattern, FindProgram
// returns the one that sorts last. It fails if there is none.
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

// Installed reports whether an engine's programs are there. It installs nothing.
func Installed(name Engine) bool {
	missing, err := Missing(name)
	return err == nil && missing == nil
}

// Missing returns the Debian packages that engines lack, each once. It returns nil if
// none is missing, and an error for a name that is no engine.
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
