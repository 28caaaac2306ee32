// Package engine holds the program that shows the banner. The repository has it compiled
// with TinyGo; the package can also compile it with the installed Go toolchain.
package engine

import (
	"context"
	_ "embed" // for the light engine
	"fmt"

	"charte/web/cache"
)

// An Engine is the compiled program that shows the banner, with its compiler's
// glue script.
type Engine struct {
	Name string // "light" or "go"
	Wasm []byte
	Glue []byte // the compiler's wasm_exec.js
}

// The light engine is in the repository, so that nobody who runs Charte needs
// TinyGo. go run ./web/engine/build makes it. manifest.json has the hash of its
// sources, and a test checks that they have not changed since.
var (
	//go:embed charte.wasm
	lightWasm []byte
	//go:embed wasm_exec.js
	lightGlue []byte
	//go:embed licences.txt
	licences []byte
)

// Light returns the engine compiled with TinyGo, which visitors get by default.
func Light() Engine { return Engine{"light", lightWasm, lightGlue} }

// Licences returns the text of the licences of all that either engine is made of.
func Licences() []byte { return licences }

// Named returns the engine "light", or compiles the engine "go"; see [Go]. It returns an
// error for any other name.
func Named(ctx context.Context, name string, kept cache.Cache, progress func(string)) (Engine, error) {
	switch name {
	case "light":
		return Light(), nil
	case "go":
		return Go(ctx, kept, progress)
	}
	return Engine{}, fmt.Errorf("there is no engine %q; the engines are light and go", name)
}
