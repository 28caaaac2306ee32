package web

import (
	"context"
	_ "embed" // for the light engine
	"fmt"
)

// The light engine comes with the repository, so that nobody who runs Charte
// needs TinyGo. go run ./web/engine makes it; web/engine/manifest.json says
// from what, and a test compares.
var (
	//go:embed engine/charte.wasm
	lightWasm []byte
	//go:embed engine/wasm_exec.js
	lightGlue []byte
	// licences are the notices of what either engine is made of.
	//go:embed engine/licences.txt
	licences []byte
)

// LightEngine is the program compiled with TinyGo: what visitors get.
func LightEngine() Engine { return Engine{"light", lightWasm, lightGlue} }

// EngineNamed returns the engine "light", or compiles the engine "go"; see
// [GoEngine].
func EngineNamed(ctx context.Context, name string, cache Cache, progress func(string)) (Engine, error) {
	switch name {
	case "light":
		return LightEngine(), nil
	case "go":
		return GoEngine(ctx, cache, progress)
	}
	return Engine{}, fmt.Errorf("there is no engine %q; the engines are light and go", name)
}
