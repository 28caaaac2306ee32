package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"charte/web/engine/stubs"
)

// An Engine is the program that shows the banner, compiled, with the glue
// script of the compiler that made it.
type Engine struct {
	Name string // "light" or "go"
	Wasm []byte
	Glue []byte // the compiler's wasm_exec.js
}

// goFlags are the compiler's: no path of this machine, no names for a debugger.
var goFlags = []string{"-trimpath", "-ldflags=-s -w"}

// GoEngine compiles the program with the Go toolchain, or takes the result of
// an earlier time from the cache. progress is told what takes long.
func GoEngine(ctx context.Context, cache Cache, progress func(string)) (Engine, error) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return Engine{}, errors.New("there is no Go toolchain on the PATH to build the program with; install Go from https://go.dev/dl")
	}
	root, err := moduleRoot()
	if err != nil {
		return Engine{}, err
	}
	env, err := run(ctx, root, nil, goCommand, "env", "GOVERSION", "GOROOT", "GOFLAGS", "GOWASM", "GOEXPERIMENT")
	if err != nil {
		return Engine{}, err
	}
	settings := strings.Split(string(env), "\n") // a line each, empty or not
	version, goroot := settings[0], settings[1]

	glue, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return Engine{}, fmt.Errorf("this Go toolchain lacks its glue script: %w", err)
	}
	key, err := sourceHash(root, append(append([]string{version}, settings[2:]...), goFlags...))
	if err != nil {
		return Engine{}, err
	}
	wasm, err := cache.Keep("go-"+key+".wasm", func() ([]byte, error) {
		progress("building the WebAssembly program with " + version + " (a minute, the first time)")
		dir, err := os.MkdirTemp("", "charte")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		overlay, err := stubs.Overlay(dir, goroot)
		if err != nil {
			return nil, err
		}
		out := filepath.Join(dir, "charte.wasm")
		args := append([]string{"build", "-overlay", overlay, "-o", out}, append(goFlags, "./app")...)
		if _, err := run(ctx, root, []string{"GOOS=js", "GOARCH=wasm"}, goCommand, args...); err != nil {
			return nil, err
		}
		return os.ReadFile(out)
	})
	return Engine{"go", wasm, glue}, err
}

// moduleRoot finds the sources: the folder of go.mod, here or above.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && bytes.HasPrefix(data, []byte("module charte\n")) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the sources of Charte are needed to build the program, and they are not in this folder or above it; run Charte from its repository")
		}
		dir = parent
	}
}

// sourceHash hashes what the program is compiled from, and with which compiler and settings.
func sourceHash(root string, compiler []string) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q\n", compiler)
	add := func(file string) error {
		data, err := os.ReadFile(filepath.Join(root, file))
		fmt.Fprintln(sum, file, len(data))
		sum.Write(data)
		return err
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		if err := add(file); err != nil {
			return "", err
		}
	}
	for _, room := range []string{"app", "banner", "catalogue"} {
		err := filepath.WalkDir(filepath.Join(root, room), func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			relative, err := filepath.Rel(root, file)
			if err != nil {
				return err
			}
			return add(relative)
		})
		if err != nil {
			return "", err
		}
	}
	stand := stubs.Files()
	for _, name := range slices.Sorted(maps.Keys(stand)) {
		fmt.Fprintln(sum, name, len(stand[name]))
		sum.Write(stand[name])
	}
	return hex.EncodeToString(sum.Sum(nil)[:10]), nil
}

// run runs a command and returns what it prints; its error output is in the
// error.
func run(ctx context.Context, dir string, env []string, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var output, errors bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &errors
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, errors.String())
	}
	return output.Bytes(), nil
}
