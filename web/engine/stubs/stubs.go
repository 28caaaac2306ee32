// Package stubs holds stand-ins for packages of the standard library that
// go-app imports for what Charte does not use, and puts them in the place of
// the real ones when an engine is compiled. go-app itself stays as it is.
//
// Each stand-in is a folder under _std, named for the package it replaces; its
// package comment says why it may. What it lacks fails to compile, returns an
// error or panics: it never gives a wrong answer.
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

// std is hidden from go build ./... by its underscore.
//
//go:embed all:_std
var std embed.FS

// Files are the stand-ins: the source files by their path below GOROOT/src,
// such as "net/url/url.go".
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
		panic(err) // an embedded tree can be read
	}
	return files
}

// Packages are the import paths of the packages replaced, sorted.
func Packages() []string {
	packages := map[string]bool{}
	for name := range Files() {
		packages[path.Dir(name)] = true
	}
	return slices.Sorted(maps.Keys(packages))
}

// Overlay writes the stand-ins to dir, and beside them the file that
// go build -overlay takes, whose name it returns. goroot is the GOROOT of the
// toolchain that will build.
func Overlay(dir, goroot string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	replace := map[string]string{} // "" stands for no such file
	for _, name := range Packages() {
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

// Mirror makes dst a copy of the tree of sources src, a GOROOT or a TINYGOROOT,
// in which files take the place of all that src has in their folders. It is
// for TinyGo, which takes no overlay. The copy is made of links; only folders
// below src/src are real ones, since TinyGo tells by that what is a package.
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
