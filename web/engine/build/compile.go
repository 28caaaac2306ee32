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

// A goToolchain is the Go whose standard library is linked; root is its GOROOT.
type goToolchain struct{ version, root string }

// findGo finds a version of Go; "" is the installed one. The go command fetches any
// other version.
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

// compile compiles the engine's program and minifies its glue script. It returns
// both by the names of their files.
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

	// TinyGo calls wasm-opt with --asyncify -Oz -g IN --output OUT
	// (builder/build.go, 0.42.0). This script takes wasm-opt's place to run
	// other passes, and fails if the call is any other.
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

// roots returns a GOROOT and a TINYGOROOT in which the stand-ins of package stubs
// replace the real packages. It makes both once and keeps them in the user's cache
// folder.
func roots(linked goToolchain, tiny tinyGo) (goRoot, tinyRoot string, err error) {
	files := stubs.Files()
	ours := map[string][]byte{
		"charte/target.json": manifest.Target,
		"charte/libc.c":      manifest.LibC,
		// TinyGo's repository has its own package net, but its module does not.
		// This file leaves the package out, so that the mirror is the same from
		// either.
		"net/README": nil,
	}
	for name, data := range files {
		// A release of TinyGo has its own version of these packages.
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
	// The folder gets its name once it is complete. If the name is taken, another
	// run has made the same folder meanwhile.
	if err := os.Rename(temp, dir); err != nil {
		if _, there := os.Stat(dir); there != nil {
			return "", "", err
		}
	}
	return goRoot, tinyRoot, nil
}

// prune erases roots that are older than 30 days.
func prune(cache string) {
	old, _ := filepath.Glob(filepath.Join(cache, "roots-*"))
	for _, dir := range old {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > 30*24*time.Hour {
			os.RemoveAll(dir)
		}
	}
}

// minify returns a script as minified by esbuild, with the notice of its licence.
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
