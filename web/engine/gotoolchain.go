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

// Go compiles the program with the Go toolchain on the PATH, or takes the result of an
// earlier compilation from the cache. It calls progress before it compiles. It returns
// an error if there is no toolchain, or if it is not called within Charte's repository.
func Go(ctx context.Context, kept cache.Cache, progress func(string)) (Engine, error) {
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
	key, err := sourceHash(root, append(append([]string{version}, settings[2:]...), goFlags...))
	if err != nil {
		return Engine{}, err
	}
	wasm, err := kept.Keep("go-"+key+".wasm", func() ([]byte, error) {
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
		build := exec.CommandContext(ctx, goCommand, args...)
		build.Dir, build.Env = root, append(os.Environ(), "GOOS=js", "GOARCH=wasm")
		if _, err := toolchain.Output(build); err != nil {
			return nil, err
		}
		return os.ReadFile(out)
	})
	return Engine{"go", wasm, glue}, err
}

// sourceHash hashes the program's sources together with the compiler's version and settings.
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
	for _, room := range []string{"app", "banner", "banner/consent", "catalogue"} {
		files, err := filepath.Glob(filepath.Join(root, room, "*.go"))
		if err != nil {
			return "", err
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			if err := add(filepath.Join(room, filepath.Base(file))); err != nil {
				return "", err
			}
		}
	}
	standIns := stubs.Files()
	for _, name := range slices.Sorted(maps.Keys(standIns)) {
		fmt.Fprintln(sum, name, len(standIns[name]))
		sum.Write(standIns[name])
	}
	return hex.EncodeToString(sum.Sum(nil)[:10]), nil
}
