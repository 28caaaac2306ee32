//go:build !js

package catalogue

import _ "embed" // for the two files below

//go:embed default.yaml
var defaultYAML string

//go:embed demo.yaml
var demoYAML string

// EmbeddedYAML returns the text of a catalogue that comes with Charte:
// "default", the cookie charter of a data portal, or "demo", the same portal
// with services of all four kinds. It reports false for any other name.
//
// Package source reads the files. They are embedded here because a go:embed
// directive cannot name a file in the folder above. The WebAssembly program is
// compiled without this file: with it, TinyGo would link package embed and all
// that it imports, a tenth of the whole program.
func EmbeddedYAML(name string) (string, bool) {
	switch name {
	case "default":
		return defaultYAML, true
	case "demo":
		return demoYAML, true
	}
	return "", false
}
