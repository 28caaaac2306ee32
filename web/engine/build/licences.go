package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"charte/web/engine/manifest"
)

// licences returns the licences of all that is linked into the engine or is part of its glue
// script, as their authors publish them.
func licences(root, program string, linked goToolchain) ([]byte, error) {
	tinyGo, err := tinyGoSources()
	if err != nil {
		return nil, err
	}
	modules, err := manifest.Modules(root, program)
	if err != nil {
		return nil, err
	}
	parts := append([]manifest.Module{
		{Path: "Go, its standard library and its script for WebAssembly", Version: linked.version, Dir: linked.root},
		{Path: "TinyGo, its runtime and its script for WebAssembly", Version: manifest.TinyGo, Dir: tinyGo},
	}, modules...)
	var all bytes.Buffer
	all.WriteString("The program of the banner and the script that runs it contain parts of the following.\n")
	for _, part := range parts {
		text, err := licence(part.Dir)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", part.Path, part.Version, err)
		}
		fmt.Fprintf(&all, "\n%s %s\n\n%s\n", part.Path, part.Version, bytes.TrimSpace(text))
	}
	return all.Bytes(), nil
}

// licence returns the content of the licence file in a module's folder.
func licence(dir string) ([]byte, error) {
	for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil || !os.IsNotExist(err) {
			return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), err
		}
	}
	return nil, fmt.Errorf("there is no licence in %s", dir)
}
