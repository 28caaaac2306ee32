package engine

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"charte/web/engine/toolchain"
)

// TestSourceHash checks that programs compiled with different settings, or of different files,
// have different hashes.
func TestSourceHash(t *testing.T) {
	root, err := toolchain.Root()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, test := range []struct {
		name            string
		files, compiler []string
	}{
		{"one", []string{"go.mod"}, []string{"go1.26.8"}},
		{"a newer compiler", []string{"go.mod"}, []string{"go1.26.9"}},
		{"with a flag", []string{"go.mod"}, []string{"go1.26.8", "-trimpath"}},
		{"with two flags", []string{"go.mod"}, []string{"go1.26.8", "-trimpath", "-ldflags=-s -w"}},
		{"with one flag of the same letters", []string{"go.mod"}, []string{"go1.26.8", "-trimpath -ldflags=-s -w"}},
		{"another file", []string{"go.sum"}, []string{"go1.26.8"}},
		{"two files", []string{"go.mod", "go.sum"}, []string{"go1.26.8"}},
	} {
		hash, err := sourceHash(root, test.files, test.compiler)
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := seen[hash]; twice {
			t.Errorf("%q and %q have the same hash", other, test.name)
		}
		seen[hash] = test.name
	}
	if _, err := sourceHash(root, []string{"gone.go"}, nil); err == nil {
		t.Error("a file that is not there has a hash")
	}
}

// TestSources: a program's sources are the files of this module that it links, and what says
// which files of others. A file that is embedded counts, and a test does not.
func TestSources(t *testing.T) {
	root, err := toolchain.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		program   string
		has, lack []string
	}{
		{"charte/app", []string{"app/main.go", "banner/notice.go", "banner/consent/codec.go", "catalogue/catalogue.go", "go.mod", "go.sum"}, []string{"banner/list_test.go", "web/workbench/desk/desk.go", "catalogue/source/source.go"}},
		{"charte/web/workbench/program", []string{"web/workbench/program/main.go", "web/workbench/desk/desk.go"}, []string{"app/main.go", "web/workbench/server.go"}},
		{"charte/catalogue/languages", []string{"catalogue/languages/fr.yaml"}, nil},
	} {
		t.Run(test.program, func(t *testing.T) {
			files, err := sources(t.Context(), root, test.program)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range test.has {
				if !slices.Contains(files, filepath.FromSlash(name)) {
					t.Errorf("%s is missing in %q", name, files)
				}
			}
			for _, name := range files {
				if slices.Contains(test.lack, filepath.ToSlash(name)) || strings.HasPrefix(name, "..") {
					t.Errorf("%s is listed", name)
				}
			}
		})
	}
	if files, err := sources(t.Context(), root, "charte/none"); err == nil {
		t.Errorf("a program that is not there has the sources %q", files)
	}
}
