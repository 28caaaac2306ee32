package consent_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"charte/banner/consent"
	"charte/catalogue/source"
)

// site is a server whose pages depend on the answer, as in README.md.
func site(file string) (http.Handler, error) {
	c, err := source.File(file)
	if err != nil {
		return nil, err
	}
	view, err := source.View(c, c.Languages[0]) // any language: the policy is the same
	if err != nil {
		return nil, err
	}
	policy := consent.PolicyOf(view)

	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if policy.Allows(consent.FromContext(r.Context()), "youtube") {
			fmt.Fprint(w, "a video")
		}
	})
	return consent.Middleware(policy)(mux), nil
}

// TestDocumentedGo: every line of Go in README.md is in this file too, and site works.
func TestDocumentedGo(t *testing.T) {
	document, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(document), "```go\n")
	lines, _, ended := strings.Cut(rest, "```\n")
	if !found || !ended {
		t.Fatal("README.md has no lines of Go")
	}
	for line := range strings.Lines(lines) {
		if !strings.Contains(strings.Join(strings.Fields(string(own)), " "), strings.Join(strings.Fields(line), " ")) {
			t.Errorf("README.md has a line that is not in this file: %s", line)
		}
	}
	handler, err := site("../../catalogue/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
	if body := answer.Body.String(); body != "" || answer.Header().Get("Vary") != "Cookie" {
		t.Errorf("without an answer: %q, Vary %q", body, answer.Header().Get("Vary"))
	}
}
