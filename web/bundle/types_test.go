package bundle

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/npm"
)

// silenced matches comments that keep TypeScript from reporting a mistake.
var silenced = regexp.MustCompile(`@ts-(ignore|expect-error|nocheck)`)

// TestTypes: TypeScript finds no mistake in any file of the loader, and no comment silences
// it. Its options are those of loader/tsconfig.json, which editors use as well.
func TestTypes(t *testing.T) {
	complaints, read := npm.Types(t, "loader")
	for _, complaint := range complaints {
		t.Error(complaint)
	}
	scripts, err := filepath.Glob("loader/*.js")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("the loader's files are %q: %v", scripts, err)
	}
	for _, script := range scripts {
		if !slices.ContainsFunc(read, func(file string) bool { return strings.HasSuffix(filepath.ToSlash(file), "/"+script) }) {
			t.Errorf("TypeScript has not read %s", script)
		}
		data, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		if found := silenced.Find(data); found != nil {
			t.Errorf("%s has %s; declare the right type instead", script, found)
		}
	}

	// With the same options, TypeScript finds mistakes where there are some.
	options, err := filepath.Abs("loader/tsconfig.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"tsconfig.json": `{"extends": ` + strconv.Quote(filepath.ToSlash(options)) + `, "include": ["*.js"]}`,
		"untyped.js":    `export const same = (x) => x;`,
		"missing.js":    `export const text = document.body.firstElementChild.textContent;`,
		"wrong.js":      `/** @type {number} */ export const count = "1";`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	complaints, _ = npm.Types(t, dir)
	for _, mistake := range []string{"untyped.js", "missing.js", "wrong.js"} {
		if !slices.ContainsFunc(complaints, func(line string) bool { return strings.Contains(line, mistake+"(1,") }) {
			t.Errorf("TypeScript does not find the mistake in %s: %q", mistake, complaints)
		}
	}
}

// TestSiteTypes: globals.d.ts declares exactly the values of a catalogue that the loader
// is given.
func TestSiteTypes(t *testing.T) {
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	view, err := source.View(c, c.Languages[0])
	if err != nil {
		t.Fatal(err)
	}
	site, err := siteData(Options{Catalogue: c}, view, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"release"} // which Build adds
	for name := range site {
		want = append(want, name)
	}
	slices.Sort(want)

	data, err := os.ReadFile("loader/globals.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	_, body, found := strings.Cut(string(data), "declare const site: {")
	body, _, closed := strings.Cut(body, "\n};")
	if !found || !closed {
		t.Fatal("globals.d.ts does not declare site")
	}
	var got []string
	for _, match := range regexp.MustCompile(`(?m)^  readonly (\w+):`).FindAllStringSubmatch(body, -1) {
		got = append(got, match[1])
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("members of site\n got %q\nwant %q", got, want)
	}
}
