package catalogue

import (
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestImports: this package is linked into the WebAssembly program, under TinyGo
// as well, so it may import only what is listed here. Left out on purpose are fmt,
// regexp, encoding/json and crypto/sha256: visitors would download more than the
// packages are worth to us.
func TestImports(t *testing.T) {
	allowed := map[string]bool{
		"cmp": true, "embed": true, "errors": true, "hash/fnv": true, "slices": true, "strconv": true, "strings": true, "unicode/utf8": true,
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			if path, _ := strconv.Unquote(spec.Path.Value); !allowed[path] {
				t.Errorf("%s imports %s, which is not in the list of allowed packages", name, path)
			}
		}
	}
	if files == 0 {
		t.Error("no file was looked at")
	}
}
