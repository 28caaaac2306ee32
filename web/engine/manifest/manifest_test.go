package manifest

import (
	"os"
	"path/filepath"
	"testing"
)

const mend = "run this, and commit what it changes:\n\n\tgo run ./web/engine/build"

// TestManifestMatchesSources checks that the light engine in the tree was made
// from the sources in the tree.
func TestManifestMatchesSources(t *testing.T) {
	m, err := Read("..")
	if err != nil {
		t.Fatalf("%v; %s", err, mend)
	}
	// The hash is made with the manifest's version of Go, not the installed one:
	// another patch release of Go does not make the engine stale.
	sources, err := Sources("../../..", Program, m.Go)
	if err != nil {
		t.Fatal(err)
	}
	if sources != m.Sources {
		t.Errorf("the light engine is older than its sources; %s", mend)
	}
}

// TestManifestMatchesResults checks that the files beside the manifest have the
// hashes that it lists: neither git nor an editor has changed them.
func TestManifestMatchesResults(t *testing.T) {
	m, err := Read("..")
	if err != nil {
		t.Fatalf("%v; %s", err, mend)
	}
	for _, name := range Results {
		data, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Error(err)
		} else if got := hash(data); got != m.SHA256[name] {
			t.Errorf("%s has the SHA-256 %s, not the manifest's %s; %s", name, got, m.SHA256[name], mend)
		}
	}
}

// TestSources checks that the hash depends on everything that decides the engine's
// bytes, and on nothing else.
func TestSources(t *testing.T) {
	const appTag = "//go:build tinygo\n\n"
	tree := func(change func(write func(name, text string))) string {
		t.Helper()
		root := t.TempDir()
		write := func(name, text string) {
			t.Helper()
			file := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"go.mod", "go.sum"} { // for esbuild
			data, err := os.ReadFile(filepath.Join("../../..", name))
			if err != nil {
				t.Fatal(err)
			}
			write(name, string(data))
		}
		write("app/main.go", "package main\n\nimport \"charte/part\"\n\nfunc main() { part.Do() }\n")
		write("app/light.go", appTag+"package main\n")
		write("part/part.go", "package part\n\nimport _ \"embed\"\n\n//go:embed part.txt\nvar text string\n\nfunc Do() { println(text) }\n")
		write("part/part.txt", "text")
		change(write)
		sources, err := Sources(root, "charte/app", "go1.26.8")
		if err != nil {
			t.Fatal(err)
		}
		return sources
	}
	was := tree(func(func(name, text string)) {})
	for _, test := range []struct {
		name, file, text string
		counts           bool
	}{
		{"the program", "app/main.go", "package main\n\nimport \"charte/part\"\n\nfunc main() { part.Do(); part.Do() }\n", true},
		{"a file for TinyGo only", "app/light.go", appTag + "package main\n\nconst light = true\n", true},
		{"a new file", "part/more.go", "package part\n", true},
		{"an embedded file", "part/part.txt", "other text", true},
		{"a test", "part/part_test.go", "package part\n", false},
		{"a file for another platform", "part/part_linux.go", "package part\n", false},
		{"a package that is not linked", "other/other.go", "package other\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := tree(func(write func(name, text string)) { write(test.file, test.text) })
			if (now != was) != test.counts {
				t.Errorf("a change of %s changes the hash: %t, want %t", test.file, now != was, test.counts)
			}
		})
	}
}
