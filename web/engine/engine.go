// Package engine holds the program that shows the banner: compiled with TinyGo, as it
// comes with the repository, or with the Go toolchain at hand.
package engine

import (
	"context"
	_ "embed" // for the light engine
	"fmt"

	"charte/web/cache"
)

// An Engine is the program that shows the banner, compiled, with the glue
// script of the compiler that made it.
type Engine struct {
	Name string // "light" or "go"
	Wasm []byte
	Glue []byte // the compiler's wasm_exec.js
}

// The light engine comes with the repository, so that nobody who runs Charte
// needs TinyGo. go run ./web/engine/build makes it; manifest.json says from what,
// and a test compares.
var (
	//go:embed charte.wasm
	lightWasm []byte
	//go:embed wasm_exec.js
	lightGlue []byte
	//go:embed licences.txt
	licences []byte
)

// Light is the program compiled with TinyGo: what visitors get.
func Light() Engine { return Engine{"light", lightWasm, lightGlue} }

// Licences are the notices of what either engine is made of, as a text.
func Licences() []byte { return licences }

// Named returns the engine "light", or compiles the engine "go"; see [Go]. Another name
// is an error.
func Named(ctx context.Context, name string, kept cache.Cache, progress func(string)) (Engine, error) {
	switch name {
	case "light":
		return Light(), nil
	case "go":
		return Go(ctx, kept, progress)
	}
	return Engine{}, fmt.Errorf("there is no engine %q; the engines are light and go", name)
}
