package hosts

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

var update = flag.Bool("update", false, "rewrite the README's table of behaviours from this run")

// behaviours is the README's table as this run has seen it. It has a row for every test that calls
// shows, and a cell in it for every browser.
var behaviours struct {
	sync.Mutex
	rows []*behaviour
}

type behaviour struct {
	test, text string
	at         string                  // file and line of the call of shows; the rows are sorted by it
	seen       map[browser.Engine]bool // whether the test passed, for each browser that it ran in
}

// shows adds a row to the README's table: what the test shows, in the words of the table.
func shows(t *testing.T, text string) {
	_, file, line, _ := runtime.Caller(1)
	behaviours.Lock()
	defer behaviours.Unlock()
	at := fmt.Sprintf("%s:%05d", filepath.Base(file), line)
	behaviours.rows = append(behaviours.rows, &behaviour{t.Name(), text, at, map[browser.Engine]bool{}})
}

// in notes that a part of a test runs in a browser, and when it ends whether it has passed.
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

// part waits for a turn in a browser and runs a part of a test there.
func part(t *testing.T, label string, name browser.Engine, test func(t *testing.T)) {
	t.Helper()
	turns[name] <- struct{}{}
	defer func() { <-turns[name] }()
	browsertest.Try(t, label, name, func(t *testing.T) {
		browsertest.Shared(t, name) // before the time is taken: the browser may have to be installed
		timeIt(t, name)
		in(t, name)
		test(t)
	})
}

// each runs a test with both engines in Chromium, and with the light engine, which visitors get, in
// the other browsers. The other pairs are left out, because what an engine does to a page does not
// depend on the browser.
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

// everywhere runs a test in every browser with every engine. It is for the journey and for what a
// trap in WebAssembly may break.
func everywhere(t *testing.T, test func(t *testing.T, name browser.Engine, engine string)) {
	t.Helper()
	sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
		for _, engine := range engines() {
			part(t, string(name)+"/"+engine, name, func(t *testing.T) { test(t, name, engine) })
		}
	})
}

// eachBrowser runs a test once in every browser. It is for tests in which the engine makes no
// difference, and which use the light one.
func eachBrowser(t *testing.T, test func(t *testing.T, name browser.Engine)) {
	t.Helper()
	eachOf(t, browsertest.Engines(), test)
}

// eachOf runs a test once in each of the named browsers.
func eachOf(t *testing.T, names []browser.Engine, test func(t *testing.T, name browser.Engine)) {
	t.Helper()
	sideBySide(t, names, func(name browser.Engine) {
		part(t, string(name), name, func(t *testing.T) { test(t, name) })
	})
}

// The table is written by a run of all tests in all browsers.
//
//go:generate go test -timeout 30m . -update

const readme = "README.md"

// The table stands between these lines of the README.
const tableStart, tableEnd = "<!-- behaviours: written by go test ./web/hosts -update -->\n", "<!-- /behaviours -->\n"

// table returns the table of behaviours in Markdown.
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

// keepTable compares the README's table with what a run of all tests in all browsers has seen. With
// -update it rewrites the table. It does nothing in a run of some tests or browsers only.
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
		return fmt.Errorf("README.md lacks the lines between which the table of behaviours stands:\n%s%s", tableStart, tableEnd)
	case now == table():
		return nil
	case *update:
		return os.WriteFile(readme, []byte(before+tableStart+table()+tableEnd+after), 0o644)
	}
	return fmt.Errorf("README.md's table of behaviours differs from what this run has seen; go test ./web/hosts -update rewrites it. The table of this run:\n%s", table())
}

// TestTable: the README's table has the row of each test that shows a behaviour, in their order. What
// stands in the cells is compared by a run of all tests: see keepTable.
func TestTable(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests []string
	for _, name := range files { // sorted, as the table is
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			if f, is := declared.(*ast.FuncDecl); is && strings.HasPrefix(f.Name.Name, "Test") && calls(f.Body, "shows") {
				tests = append(tests, f.Name.Name)
			}
		}
	}
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, listed, _ := strings.Cut(string(data), tableStart)
	listed, _, _ = strings.Cut(listed, tableEnd)
	var rows []string
	for _, row := range regexp.MustCompile("(?m)^\\|.* \\| `(Test[A-Za-z0-9]+)` \\|$").FindAllStringSubmatch(listed, -1) {
		rows = append(rows, row[1])
	}
	if !slices.Equal(rows, tests) {
		t.Errorf("the table has rows for\n%q\nwant\n%q\ngo test ./web/hosts -update rewrites it", rows, tests)
	}
}

// calls reports whether a function is called by this name.
func calls(body *ast.BlockStmt, name string) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if call, is := n.(*ast.CallExpr); is {
			if f, named := call.Fun.(*ast.Ident); named && f.Name == name {
				found = true
			}
		}
		return !found
	})
	return found
}
