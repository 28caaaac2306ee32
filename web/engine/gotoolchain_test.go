package engine

import (
	"testing"

	"charte/web/engine/toolchain"
)

// TestSourceHash checks that programs compiled with different settings have different hashes.
func TestSourceHash(t *testing.T) {
	root, err := toolchain.Root()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string][]string{}
	for _, compiler := range [][]string{{"go1.26.8"}, {"go1.26.9"}, {"go1.26.8", "-trimpath"}, {"go1.26.8", "-trimpath", "-ldflags=-s -w"}, {"go1.26.8", "-trimpath -ldflags=-s -w"}} {
		hash, err := sourceHash(root, compiler)
		if err != nil {
			t.Fatal(err)
		}
		if seen[hash] != nil {
			t.Errorf("%q and %q have the same hash", seen[hash], compiler)
		}
		seen[hash] = compiler
	}
}
