// Package stubs holds stand-ins for packages of the standard library. go-app
// imports these packages for features that Charte does not use. The stand-ins
// replace them when an engine is compiled; go-app itself is not changed.
//
// Each stand-in is a folder under _std, named for the package it replaces. Its
// package comment says why it may replace that. A call that a stand-in cannot
// answer fails to compile, returns an error or panics: it never gives a wrong
// answer.
package stubs

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// std holds the stand-ins. The underscore hides their folder from go build ./...
//
//go:embed all:_std
var std embed.FS

// Files returns the stand-ins' source files by their path below GOROOT/src, such as
// "net/url/url.go".
func Files() map[string][]byte {
	files := map[string][]byte{}
	err := fs.WalkDir(std, "_std", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := std.ReadFile(name)
		files[strings.TrimPrefix(name, "_std/")] = data
		return err
	})
	if err != nil {
		panic(err) // the tree is embedded: this cannot happen
	}
	return files
}

// Packages returns the import paths of the replaced packages, sorted.
func Packages() []string {
	packages := map[string]bool{}
	for name := range Files() {
		packages[path.Dir(name)] = true
	}
	return slices.Sorted(maps.Keys(packages))
}

// Overlay writes to dir the stand-ins and a file for go build -overlay, and returns
// that file's path. goroot is the GOROOT of the toolchain that will build. The packages whole
// are not replaced; that there is a stand-in for each is the caller's to know.
func Overlay(dir, goroot string, whole ...string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	replace := map[string]string{} // the replacement by the path of a file; "" removes the file
	for _, name := range Packages() {
		if slices.Contains(whole, name) {
			continue
		}
		replaced, err := os.ReadDir(filepath.Join(goroot, "src", name))
		if err != nil {
			return "", fmt.Errorf("this Go toolchain has no package %s to replace: %w", name, err)
		}
		for _, entry := range replaced {
			if !entry.IsDir() {
				replace[filepath.Join(goroot, "src", name, entry.Name())] = ""
			}
		}
	}
	for name, data := range Files() {
		if slices.Contains(whole, path.Dir(name)) {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := write(file, data); err != nil {
			return "", err
		}
		replace[filepath.Join(goroot, "src", name)] = file
	}
	overlay, err := json.MarshalIndent(map[string]any{"Replace": replace}, "", "\t")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "overlay.json")
	return file, write(file, overlay)
}

// Mirror makes dst a copy of src, a GOROOT or a TINYGOROOT. In the copy, files, by their
// path below src/src, replace all files in their folders. TinyGo needs this, since it takes
// no overlay. The copy is made of symbolic links, but the folders below src/src are real
// ones: TinyGo takes only a real folder for a package.
func Mirror(dst, src string, files map[string][]byte) error {
	replaced := map[string]bool{}
	for name := range files {
		replaced[path.Dir(name)] = true
	}
	entries, err := os.ReadDir(src)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dst, 0o755); err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == "src" {
			continue
		}
		if err := os.Symlink(filepath.Join(src, entry.Name()), filepath.Join(dst, entry.Name())); err != nil {
			return err
		}
	}
	src = filepath.Join(src, "src")
	err = filepath.WalkDir(src, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(src, name)
		if err != nil {
			return err
		}
		switch copied := filepath.Join(dst, "src", relative); {
		case entry.IsDir() && (relative == "cmd" || entry.Name() == "testdata"):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(copied, 0o755)
		case replaced[path.Dir(filepath.ToSlash(relative))]:
			return nil
		default:
			return os.Symlink(name, copied)
		}
	})
	if err != nil {
		return err
	}
	for name, data := range files {
		if err := write(filepath.Join(dst, "src", filepath.FromSlash(name)), data); err != nil {
			return err
		}
	}
	return nil
}

func write(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
