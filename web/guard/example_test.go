package guard_test

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/guard"
)

// guarded puts the guard before a site, as in README.md.
func guarded(file string, site http.Handler) (http.Handler, error) {
	c, err := source.File(file)
	if err != nil {
		return nil, err
	}
	g, err := guard.New(c, guard.Options{Reports: "/guard"})
	switch {
	case errors.Is(err, guard.ErrOff):
		return site, nil // the catalogue does not ask for it
	case err != nil:
		return nil, err
	}
	g.Count = func(cookie string) {
		log.Printf("a response sets the cookie %q, which the visitor has not allowed", cookie)
	}
	return g.Middleware(site), nil
}

// TestDocumentedGo: every line of Go in README.md is in this file too, and guarded works.
func TestDocumentedGo(t *testing.T) {
	document, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(document), "```go\n")[1:]
	if len(blocks) != 1 {
		t.Fatalf("README.md has %d blocks of Go: this test knows 1", len(blocks))
	}
	for _, block := range blocks {
		lines, _, _ := strings.Cut(block, "```\n")
		for line := range strings.Lines(lines) {
			if !strings.Contains(strings.Join(strings.Fields(string(own)), " "), strings.Join(strings.Fields(line), " ")) {
				t.Errorf("README.md has a line that is not in this file: %s", line)
			}
		}
	}
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<!doctype html>") })
	for text, want := range map[string]string{
		"extends: default\n": "", "extends: default\nsite: { guard: report }\n": "Content-Security-Policy-Report-Only",
		"extends: default\nsite: { guard: enforce }\n": "Content-Security-Policy", "extends: default\nsite: { guard: x }\n": "error",
	} {
		file := filepath.Join(t.TempDir(), "catalogue.yaml")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		handler, err := guarded(file, page)
		if (err != nil) != (want == "error") {
			t.Errorf("%s: %v", text, err)
		}
		if err != nil {
			continue
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Header().Get(want) == "" && want != "" || want == "" && len(w.Header()) > 1 {
			t.Errorf("%s: header %v", text, w.Header())
		}
	}
}
