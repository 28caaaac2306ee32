package bundle

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/browser/browsertest"
	"charte/web/npm"
)

// typescript checks the loader's types. This is the last release that is written in
// JavaScript. Later ones have another program for each kind of machine.
var typescript = npm.Release{
	Name:      "typescript",
	Version:   "6.0.3",
	Integrity: "sha512-y2TvuxSZPDyQakkFRPZHKFm+KKVqIisdg9/CZwm9ftvKXLP8NRWj38/ODjNbr43SsoXqNuAisEf1GdCxqWcdBw==",
}

// silenced matches comments that keep TypeScript from reporting a mistake.
var silenced = regexp.MustCompile(`@ts-(ignore|expect-error|nocheck)`)

// TestTypes: TypeScript finds no mistake in any file of the loader, and no comment silences
// it. Its options are those of loader/tsconfig.json, which editors use as well.
func TestTypes(t *testing.T) {
	if err := browsertest.InstallProgram("node", "nodejs"); err != nil {
		t.Fatal(err)
	}
	compiler := filepath.Join(typescript.Unpack(t), "lib", "tsc.js")
	// check returns TypeScript's complaints about a project, and the files that it has read.
	check := func(project string) (complaints, read []string) {
		cmd := exec.CommandContext(t.Context(), "node", compiler, "--project", project, "--pretty", "false", "--listFiles")
		output, err := cmd.CombinedOutput()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(output)) {
			if line = strings.TrimRight(line, "\r\n"); filepath.IsAbs(line) {
				read = append(read, line)
			} else {
				complaints = append(complaints, line)
			}
		}
		if err != nil && complaints == nil {
			t.Fatal(err)
		}
		return complaints, read
	}

	complaints, read := check("loader")
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
	complaints, _ = check(dir)
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
