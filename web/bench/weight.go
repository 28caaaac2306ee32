package main

import (
	"errors"
	"path"
	"strings"

	"charte/web/bundle"
)

// weight is how many bytes the files have, compressed with Brotli: the files that every
// visitor downloads, and Charte's engine with all its parts.
func weight(allowed budgets) measurement {
	first := newRow("script and styles, Brotli; ours with texts, catalogue and gate", byteCount, allowed.target("charte.js"), everyone...)
	engine := newRow("engine in all (wasm and its scripts), Brotli", byteCount, allowed.target("engine"), charte)
	return measurement{name: "weight", rows: []*row{first, engine}, once: func(l *lab) error {
		sum := 0
		for name, file := range l.server.sites[demo].bundle.Files {
			switch {
			case name == "charte.js":
				first.add(charte, compressed(file))
			case path.Ext(name) == ".wasm", strings.HasPrefix(name, "engine-"):
				sum += int(compressed(file))
			}
		}
		if sum == 0 {
			return errors.New("the bundle has no engine")
		}
		engine.add(charte, float64(sum))
		for b, names := range peerFileNames {
			sum := 0.0
			for _, name := range names {
				sum += compressed(l.server.peers[served(name)])
			}
			first.add(b, sum)
		}
		return nil
	}}
}

// compressed returns the bytes of a file, compressed if the bundle has it compressed.
func compressed(file *bundle.File) float64 {
	if file.Brotli == nil {
		return float64(len(file.Data))
	}
	return float64(len(file.Brotli))
}
