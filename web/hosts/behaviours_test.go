package hosts

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

var update = flag.Bool("update", false, "rewrite the README's table of behaviours from this run")

// behaviours is the README's table, as this run has seen it: a row for every
// test that says what it shows, a cell for every browser.
var behaviours struct {
	sync.Mutex
	rows []*behaviour
}

type behaviour struct {
	test, text string
	at         string                  // file and line, by which the rows are ordered
	seen       map[browser.Engine]bool // whether everything held, where it was tested
}

// shows says, in the words of the README's table, what a test shows.
func shows(t *testing.T, text string) {
	_, file, line, _ := runtime.Caller(1)
	behaviours.Lock()
	defer behaviours.Unlock()
	at := fmt.Sprintf("%s:%05d", filepath.Base(file), line)
	behaviours.rows = append(behaviours.rows, &behaviour{t.Name(), text, at, map[browser.Engine]bool{}})
}

// in says in which browser a part of a test runs.
func in(t *testing.T, name browser.Engine) {
	t.Cleanup(func() {
		behaviours.Lock()
		defer behaviours.Unlock()
		test, _, _ := strings.Cut(t.Name(), "/")
		for _, row := range behaviours.rows {
			if row.test == test {
				held, before := row.seen[name]
				row.seen[name] = !t.Failed() && (held || !before)
			}
		}
	})
}

// part runs a part of a test in a browser, when it is its turn.
func part(t *testing.T, label string, name browser.Engine, test func(t *testing.T)) {
	t.Helper()
	turns[name] <- struct{}{}
	defer func() { <-turns[name] }()
	browsertest.Try(t, label, name, func(t *testing.T) {
		browsertest.Shared(t, name) // may have to be installed
		timeIt(t, name)
		in(t, name)
		test(t)
	})
}

// each runs a test with both engines in Chromium, and in the other browsers with
// the light one, which visitors get: what one engine makes of a page does not
// depend on both at once.
func each(t *testing.T, test func(t *testing.T, name browser.Engine, engine string)) {
	t.Helper()
	sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
		for _, engine := range engines() {
			if engine == "light" || name == browser.Chromium {
				part(t, string(name)+"/"+engine, name, func(t *testing.T) { test(t, name, engine) })
			}
		}
	})
}

// everywhere runs a test in every browser with every engine: the journey, and
// whatever a trap may break.
func everywhere(t *testing.T, test func(t *testing.T, name browser.Engine, engine string)) {
	t.Helper()
	sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
		for _, engine := range engines() {
			part(t, string(name)+"/"+engine, name, func(t *testing.T) { test(t, name, engine) })
		}
	})
}

// eachBrowser runs a test in every browser with the light engine, where the
// engine makes no difference.
func eachBrowser(t *testing.T, test func(t *testing.T, name browser.Engine)) {
	t.Helper()
	eachOf(t, browsertest.Engines(), test)
}

// eachOf is eachBrowser for some of the browsers.
func eachOf(t *testing.T, names []browser.Engine, test func(t *testing.T, name browser.Engine)) {
	t.Helper()
	sideBySide(t, names, func(name browser.Engine) {
		part(t, string(name), name, func(t *testing.T) { test(t, name) })
	})
}

// The table is of a whole run, in all browsers.
//
//go:generate go test -timeout 30m . -update

const readme = "README.md"

// The table stands between these lines of the README.
const tableStart, tableEnd = "<!-- behaviours: written by go test ./web/hosts -update -->\n", "<!-- /behaviours -->\n"

// table is the table in Markdown.
func table() string {
	var b strings.Builder
	b.WriteString("| behaviour | Chromium | Firefox | WebKit | test |\n|---|---|---|---|---|\n")
	slices.SortFunc(behaviours.rows, func(a, b *behaviour) int { return strings.Compare(a.at, b.at) })
	for _, row := range behaviours.rows {
		fmt.Fprintf(&b, "| %s |", row.text)
		for _, name := range []browser.Engine{browser.Chromium, browser.Firefox, browser.WebKit} {
			cell := "–"
			if held, tested := row.seen[name]; tested {
				cell = map[bool]string{true: "✓", false: "**✗**"}[held]
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		fmt.Fprintf(&b, " `%s` |\n", row.test)
	}
	return b.String()
}

// keepTable compares the README's table with what a whole run has seen, or
// rewrites it. A run of some tests or browsers says nothing of the others.
func keepTable() error {
	if flag.Lookup("test.run").Value.String() != "" || len(browsertest.Engines()) < 3 {
		return nil
	}
	data, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(data), tableStart)
	now, after, ended := strings.Cut(rest, tableEnd)
	switch {
	case !found || !ended:
		return fmt.Errorf("README.md has no place for the table of behaviours: %s%s", tableStart, tableEnd)
	case now == table():
		return nil
	case *update:
		return os.WriteFile(readme, []byte(before+tableStart+table()+tableEnd+after), 0o644)
	}
	return fmt.Errorf("README.md's table of behaviours is not what this run has seen; go test ./web/hosts -update rewrites it:\n%s", table())
}
