package hosts

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shownBy names the tests that show a row of the requirements, beside the test that has the row's
// name or in its place. A test in another folder has that folder before its name.
var shownBy = map[string][]string{
	"A2":  {"TestFirstTab"},
	"A7":  {"TestA7Dark", "TestA7Forced"},
	"A8":  {"TestA8Early"},
	"A9":  {"TestAxe", "TestL7"},
	"A23": {"TestL18", "TestControl"},
	"L1":  {"TestGates"},
	"L2":  {"TestPrivacy"},
	"L5":  {"../../catalogue/source.TestDoubts"},
	"L6":  {"TestL7", "../../banner.TestAnswersAreAlike"},
	"L8":  {"TestL7"},
	"L9":  {"TestL7"},
	"L10": {"TestIncluded", "TestTwoVersions"},
	"L12": {"TestRadios"},
	"L13": {"TestRadios"},
	"L15": {"TestA6", "TestA24"},
	"L17": {"TestErase"},
	"L18": {"TestControl"},
	"L19": {"TestReload"},
	"L21": {"../../banner/consent.TestFormer", "../../catalogue.TestRevision"},
	"L22": {"TestNotices", "TestNoNotices"},
	"L24": {"../../catalogue/source.TestDoubts"},
	"L25": {"TestObjection", "TestObjectionAlone", "TestObjectionLasts", "TestObjectionNotSaved", "TestObjectionElsewhere", "../../catalogue/source.TestExempt"},
	"L26": {"TestBuild"},
	"L27": {"TestLanguage", "TestA17", "../../catalogue/source.TestLanguages"},
	"L28": {"TestPrivacy", "TestNoNotices"},
}

// rows returns the names of all rows: L1 to L28 for the law and A1 to A26 for accessibility.
func rows() []string {
	var all []string
	for i := 1; i <= 28; i++ {
		all = append(all, fmt.Sprintf("L%d", i))
	}
	for i := 1; i <= 26; i++ {
		all = append(all, fmt.Sprintf("A%d", i))
	}
	return all
}

// readmeRows returns the tests that the README names for each row.
func readmeRows(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(data), "\n## Law and accessibility, row by row\n")
	if !found {
		t.Fatal("the README does not list the rows of law and accessibility")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	named := map[string][]string{}
	for _, line := range regexp.MustCompile(`(?m)^\| ([LA]\d+) [^|]+\| ([^|]+) \|$`).FindAllStringSubmatch(section, -1) {
		if named[line[1]] != nil {
			t.Errorf("the README has two lines for %s", line[1])
		}
		for _, test := range strings.Split(line[2], ", ") {
			named[line[1]] = append(named[line[1]], strings.Trim(test, "`"))
		}
	}
	return named
}

// TestRows: each row has a test, and the README names it.
func TestRows(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]bool{}
	in := func(dir string) map[string]bool {
		if tests[dir] != nil {
			return tests[dir]
		}
		tests[dir] = map[string]bool{}
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil || files == nil {
			t.Fatalf("no tests in %s: %v", dir, err)
		}
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, data, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
					tests[dir][f.Name.Name] = true
				}
			}
		}
		return tests[dir]
	}
	for row, names := range shownBy {
		for _, name := range names {
			dir := "."
			if i := strings.LastIndex(name, "."); i >= 0 {
				dir, name = name[:i], name[i+1:]
			}
			if !in(dir)[name] {
				t.Errorf("%s: there is no %s in %s", row, name, dir)
			}
		}
	}
	named := readmeRows(t)
	for _, row := range rows() {
		var known []string
		if in(".")["Test"+row] {
			known = append(known, "Test"+row)
		}
		for _, name := range shownBy[row] {
			known = append(known, name[strings.LastIndex(name, ".")+1:])
		}
		if known == nil {
			t.Errorf("row %s has no test", row)
		}
		if !slices.Equal(named[row], known) {
			t.Errorf("the tests of row %s are %q, and the README names %q", row, known, named[row])
		}
		delete(named, row)
	}
	for row := range named {
		t.Errorf("the README has a row %s, which is not among the requirements", row)
	}
}
