package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"charte/web/engine/manifest"
	"charte/web/engine/stubs"
	"charte/web/engine/toolchain"
)

// A goToolchain is the Go whose standard library is linked.
type goToolchain struct{ version, root string }

// findGo finds a version of Go, which the go command fetches if it is another
// one; "" is the one at hand.
func findGo(version string) (goToolchain, error) {
	cmd := exec.Command("go", "env", "GOVERSION", "GOROOT")
	cmd.Env = os.Environ()
	if version != "" {
		cmd.Env = append(cmd.Env, "GOTOOLCHAIN="+version)
	}
	printed, err := toolchain.Output(cmd)
	if err != nil {
		return goToolchain{}, fmt.Errorf("the light engine was made with %s, which cannot be had: %w", version, err)
	}
	found, root, _ := strings.Cut(printed, "\n")
	return goToolchain{found, root}, nil
}

// compile makes the engine's program and its glue script, by name.
func compile(root, program string, linked goToolchain, tiny tinyGo) (map[string][]byte, error) {
	goRoot, tinyRoot, err := roots(linked, tiny)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "charte-engine-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)

	// TinyGo runs this as wasm-opt: --asyncify -Oz -g IN --output OUT
	// (builder/build.go, 0.42.0).
	wasmOpt := filepath.Join(temp, "wasm-opt")
	script := fmt.Sprintf("#!/bin/sh\nset -e\n[ \"$1\" != --version ] || exec wasm-opt --version\n"+
		"[ \"$1 $2 $3 $5\" = '--asyncify -Oz -g --output' ]\nexec wasm-opt %s \"$4\" --output \"$6\"\n", strings.Join(manifest.WasmOpt, " "))
	if err := os.WriteFile(wasmOpt, []byte(script), 0o755); err != nil {
		return nil, err
	}

	progress("compiling %s with TinyGo %s and the standard library of %s (a minute)", program, manifest.TinyGo, linked.version)
	wasm := filepath.Join(temp, manifest.Wasm)
	args := slices.Concat([]string{"build", "-target", filepath.Join(tinyRoot, "src", "charte", "target.json"), "-o", wasm}, manifest.Flags, []string{program})
	cmd := exec.Command(tiny.command, args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOROOT="+goRoot, "TINYGOROOT="+tinyRoot, "WASMOPT="+wasmOpt,
		"PATH="+filepath.Join(goRoot, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"),
		"GOTOOLCHAIN=local", "GOFLAGS=", "GOWORK=off", "GOOS=", "GOARCH=")
	if _, err := toolchain.Output(cmd); err != nil {
		return nil, fmt.Errorf("the engine cannot be compiled: %w", err)
	}
	results := map[string][]byte{}
	if results[manifest.Wasm], err = os.ReadFile(wasm); err != nil {
		return nil, err
	}
	results[manifest.Glue], err = minify(filepath.Join(tinyRoot, "targets", "wasm_exec.js"))
	return results, err
}

// roots makes, once, the GOROOT and the TINYGOROOT in which the stand-ins of
// package stubs have replaced what they stand for.
func roots(linked goToolchain, tiny tinyGo) (goRoot, tinyRoot string, err error) {
	files := stubs.Files()
	ours := map[string][]byte{
		"charte/target.json": manifest.Target,
		"charte/libc.c":      manifest.LibC,
		// TinyGo's sources have a package net of their own, its module has
		// not, and the mirror must be the same: without one.
		"net/README": nil,
	}
	for name, data := range files {
		// TinyGo has its own version of these, or would have in a release.
		if strings.HasPrefix(name, "net/http/") || strings.HasPrefix(name, "crypto/rand/") {
			ours[name] = data
		}
	}
	key := sha256.New()
	fmt.Fprintln(key, linked, tiny)
	for _, tree := range []map[string][]byte{files, ours} {
		for _, name := range slices.Sorted(maps.Keys(tree)) {
			fmt.Fprintf(key, "%s %d\n%s", name, len(tree[name]), tree[name])
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", "", err
	}
	dir := filepath.Join(cache, "charte", "roots-"+hex.EncodeToString(key.Sum(nil)[:8]))
	goRoot, tinyRoot = filepath.Join(dir, "go"), filepath.Join(dir, "tinygo")
	if _, err := os.Stat(dir); err == nil {
		return goRoot, tinyRoot, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", "", err
	}
	prune(filepath.Dir(dir))
	temp, err := os.MkdirTemp(filepath.Dir(dir), "roots-")
	if err != nil {
		return "", "", err
	}
	defer os.RemoveAll(temp)
	if err := os.Chmod(temp, 0o755); err != nil {
		return "", "", err
	}
	if err := stubs.Mirror(filepath.Join(temp, "go"), linked.root, files); err != nil {
		return "", "", err
	}
	if err := stubs.Mirror(filepath.Join(temp, "tinygo"), tiny.root, ours); err != nil {
		return "", "", err
	}
	// Renamed when complete. Another run may have been faster.
	if err := os.Rename(temp, dir); err != nil {
		if _, there := os.Stat(dir); there != nil {
			return "", "", err
		}
	}
	return goRoot, tinyRoot, nil
}

// prune erases the roots of a month ago.
func prune(cache string) {
	old, _ := filepath.Glob(filepath.Join(cache, "roots-*"))
	for _, dir := range old {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > 30*24*time.Hour {
			os.RemoveAll(dir)
		}
	}
}

// minify is a script as small as esbuild makes it, with its licence's notice.
func minify(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	result := api.Transform(string(text), api.TransformOptions{
		Loader:            api.LoaderJS,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
		Banner:            "// TinyGo " + manifest.TinyGo + ". Copyright 2018 The Go Authors. BSD licence: https://go.dev/LICENSE",
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("%s:%d: %s", file, result.Errors[0].Location.Line, result.Errors[0].Text)
	}
	return result.Code, nil
}
