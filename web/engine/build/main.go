// Command build compiles the light engine for visitors: package app, with
// TinyGo. The result is the same on every machine, byte for byte. Run the
// command after a change of anything that the engine links, and commit what it
// writes to web/engine:
//
//	go run ./web/engine/build            # charte.wasm, wasm_exec.js, licences.txt, manifest.json
//	go run ./web/engine/build -verify    # writes nothing; compares a new build with the tree
//
// It takes the TinyGo on the PATH if that has the exact version that package
// manifest names. Otherwise it builds that version, once, from its Go module and
// Debian's LLVM, and keeps it in the user's cache folder. It installs the Debian
// packages that this needs. Nobody needs any of this to build or serve Charte.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"charte/web/engine/manifest"
	"charte/web/engine/toolchain"
	"charte/web/whole"
)

func main() {
	program := flag.String("app", manifest.Program, "compile another `package`: an import path, or ./folder below the module")
	out := flag.String("o", "", "write to this `folder` instead of web/engine")
	verify := flag.Bool("verify", false, "write nothing; compare with what is there, and fail if it differs")
	flag.Parse()
	if flag.NArg() > 0 {
		fail(fmt.Errorf("%q is not understood; see -help", flag.Arg(0)))
	}
	if err := run(*program, *out, *verify); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "engine:", err)
	os.Exit(1)
}

// progress tells what is being done.
func progress(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "engine: "+format+"\n", values...)
}

func run(program, out string, verify bool) error {
	root, err := toolchain.Root()
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(root, filepath.FromSlash(manifest.Folder))
	}
	var was manifest.Manifest
	version := "" // of Go; "" is the installed one
	if verify {
		if was, err = manifest.Read(out); err != nil {
			return fmt.Errorf("there is no light engine to compare with: %w", err)
		}
		version = was.Go
	}
	linked, err := findGo(version)
	if err != nil {
		return err
	}
	// The sources are hashed before they are compiled. If a source changes
	// meanwhile, the manifest has the old hash and the tests find the engine stale.
	sources, err := manifest.Sources(root, program, linked.version)
	if err != nil {
		return err
	}
	if verify && sources != was.Sources {
		return fmt.Errorf("the light engine in %s is older than its sources: run go run ./web/engine/build, and commit what it changes", out)
	}
	tiny, err := findTinyGo()
	if err != nil {
		return err
	}
	results, err := compile(root, program, linked, tiny)
	if err != nil {
		return err
	}
	if results[manifest.Licences], err = licences(root, program, linked); err != nil {
		return err
	}
	results[manifest.Name] = manifest.New(linked.version, sources, results).JSON()

	if verify {
		return compare(out, results)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for name, data := range results {
		if err := whole.WriteFile(filepath.Join(out, name), data); err != nil {
			return err
		}
	}
	progress("wrote %s (%d bytes), %s (%d bytes) and %s to %s", manifest.Wasm, len(results[manifest.Wasm]), manifest.Glue, len(results[manifest.Glue]), manifest.Name, out)
	return nil
}

// compare returns an error unless a folder holds the results, byte for byte.
func compare(folder string, results map[string][]byte) error {
	for _, name := range append([]string{manifest.Name}, manifest.Results...) {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		if !bytes.Equal(data, results[name]) {
			return fmt.Errorf("%s differs from what its sources give: run go run ./web/engine/build, and commit what it changes", filepath.Join(folder, name))
		}
	}
	progress("%s is what its sources give, byte for byte", folder)
	return nil
}

// output runs a command and returns what it prints; see [toolchain.Output].
func output(name string, args ...string) (string, error) {
	return toolchain.Output(exec.Command(name, args...))
}
