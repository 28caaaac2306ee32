package workbench

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"charte/web/npm"
)

// TestTypes: TypeScript finds no mistake in the page's script, with the options that the loader has.
// That it finds mistakes with these is package bundle's to test.
func TestTypes(t *testing.T) {
	complaints, read := npm.Types(t, "page")
	for _, complaint := range complaints {
		t.Error(complaint)
	}
	if !slices.ContainsFunc(read, func(file string) bool { return strings.HasSuffix(filepath.ToSlash(file), "/page/start.js") }) {
		t.Errorf("TypeScript has not read start.js, but %q", read)
	}
}
