package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"charte/web/cache"
	"charte/web/engine/stubs"
	"charte/web/engine/toolchain"
)

// goFlags leave out of the program this machine's paths, the commit, and the names that only
// a debugger needs.
var goFlags = []string{"-trimpath", "-buildvcs=false", "-ldflags=-s -w"}

// A Program is a main package of this module that runs in a browser.
type Program struct {
	// Name is that of the engine which the program becomes.
	Name string

	// Package is its import path, "charte/app".
	Package string

	// Whole are the packages of the standard library that no stand-in may replace, since the
	// program uses more of them than go-app does; see package stubs.
	Whole []string
}

// Banner is the program that visitors download.
var Banner = Program{Name: "go", Package: "charte/app"}

// Go compiles the banner's program; see [Compile].
func Go(ctx context.Context, kept cache.Cache, progress func(string)) (Engine, error) {
	return Compile(ctx, Banner, kept, progress)
}

// Compile compiles a program with the Go toolchain on the PATH, or takes the result of an
// earlier compilation from the cache. It calls progress before it compiles. It returns
// an error if there is no toolchain, or if it is not called within Charte's repository.
func Compile(ctx context.Context, program Program, kept cache.Cache, progress func(string)) (Engine, error) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return Engine{}, errors.New("there is no Go toolchain on the PATH to build the program with; install Go from https://go.dev/dl")
	}
	root, err := toolchain.Root()
	if err != nil {
		return Engine{}, err
	}
	env, err := toolchain.Output(exec.CommandContext(ctx, goCommand, "env", "GOVERSION", "GOROOT", "GOFLAGS", "GOWASM", "GOEXPERIMENT"))
	if err != nil {
		return Engine{}, err
	}
	settings := strings.Split(env, "\n") // one line a setting; Output has cut empty lines at the end
	version, goroot := settings[0], settings[1]

	glue, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return Engine{}, fmt.Errorf("this Go toolchain lacks its glue script: %w", err)
	}
	files, err := sources(ctx, root, program.Package)
	if err != nil {
		return Engine{}, err
	}
	key, err := sourceHash(root, files, slices.Concat([]string{version}, settings[2:], goFlags, program.Whole))
	if err != nil {
		return Engine{}, err
	}
	wasm, err := kept.Keep(program.Name+"-"+key+".wasm", func() ([]byte, error) {
		progress("building the WebAssembly program with " + version + " (a minute, the first time)")
		dir, err := os.MkdirTemp("", "charte")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		overlay, err := stubs.Overlay(dir, goroot, program.Whole...)
		if err != nil {
			return nil, err
		}
		out := filepath.Join(dir, "charte.wasm")
		args := slices.Concat([]string{"build", "-overlay", overlay, "-o", out}, goFlags, []string{program.Package})
		if _, err := toolchain.Output(inBrowser(ctx, root, args)); err != nil {
			return nil, err
		}
		return os.ReadFile(out)
	})
	return Engine{program.Name, wasm, glue}, err
}

// inBrowser is a run of the go command in the folder root, for programs that run in browsers.
func inBrowser(ctx context.Context, root string, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	return cmd
}

// sources lists, sorted and relative to root, the files of this module that a program is
// compiled from, with go.mod and go.sum, which say what it takes from others.
func sources(ctx context.Context, root, program string) ([]string, error) {
	const files = `{{if and .Module .Module.Main}}{{$dir := .Dir}}{{range .GoFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}{{range .EmbedFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}{{end}}`
	listed, err := toolchain.Output(inBrowser(ctx, root, []string{"list", "-deps", "-f", files, program}))
	if err != nil {
		return nil, err
	}
	names := []string{"go.mod", "go.sum"}
	for line := range strings.Lines(listed) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, err := filepath.Rel(root, filepath.FromSlash(line))
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

// sourceHash hashes a program's files, which are relative to root, together with the
// stand-ins, and with the compiler's version and settings.
func sourceHash(root string, files, compiler []string) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q\n", compiler)
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, filepath.ToSlash(file), len(data))
		sum.Write(data)
	}
	standIns := stubs.Files()
	for _, name := range slices.Sorted(maps.Keys(standIns)) {
		fmt.Fprintln(sum, name, len(standIns[name]))
		sum.Write(standIns[name])
	}
	return hex.EncodeToString(sum.Sum(nil)[:10]), nil
}
