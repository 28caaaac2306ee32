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
// The files are embedded here because a directive cannot reach up from package
// source, which reads them. The WebAssembly program is compiled without this
// file: with it, TinyGo links package embed and all that it brings, a tenth of
// the whole program.
func EmbeddedYAML(name string) (string, bool) {
	switch name {
	case "default":
		return defaultYAML, true
	case "demo":
		return demoYAML, true
	}
	return "", false
}
