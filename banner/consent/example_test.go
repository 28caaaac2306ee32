package consent_test

import (
	"fmt"
	"html/template"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"charte/banner/consent"
	"charte/catalogue/source"
)

// site is a server whose pages depend on the answer, as in README.md. It reads a catalogue, and
// the folder that charte build has written of it.
func site(file, folder string) (http.Handler, error) {
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

	tags, err := consent.ReadTags(os.DirFS(folder))
	if err != nil {
		return nil, err
	}
	page, err := template.New("page").Funcs(template.FuncMap{"charte": tags.For}).Parse(`<!doctype html>
		<html lang="fr"><head><meta charset="utf-8">{{charte .Request}}<title>Un site</title></head></html>`)
	if err != nil {
		return nil, err
	}
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private")
		page.Execute(w, map[string]any{"Request": r})
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
	blocks := strings.Split(string(document), "```go\n")[1:]
	if len(blocks) != 2 {
		t.Fatalf("README.md has %d blocks of Go: this test knows 2", len(blocks))
	}
	for _, block := range blocks {
		lines, _, _ := strings.Cut(block, "```\n")
		for line := range strings.Lines(lines) {
			if !strings.Contains(strings.Join(strings.Fields(string(own)), " "), strings.Join(strings.Fields(line), " ")) {
				t.Errorf("README.md has a line that is not in this file: %s", line)
			}
		}
	}
	folder := t.TempDir()
	for name, tag := range map[string]string{"answered.html": "<script src=a>", "unanswered.html": "<script data-base=b>"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(tag), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	handler, err := site("../../catalogue/demo.yaml", folder)
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
	if body := answer.Body.String(); body != "" || answer.Header().Get("Vary") != "Cookie" {
		t.Errorf("without an answer: %q, Vary %q", body, answer.Header().Get("Vary"))
	}

	answer = httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("GET", "/page", nil))
	if body := answer.Body.String(); !strings.Contains(body, `"utf-8"><script data-base=b><title>`) || answer.Header().Get("Vary") != "Cookie" || answer.Header().Get("Cache-Control") != "private" {
		t.Errorf("the page without an answer: %s, headers %v", body, answer.Header())
	}
}

// A template puts into each page the tag that suits its visitor.
func ExampleTags_For() {
	tags, err := consent.ReadTags(fstest.MapFS{ // or os.DirFS("charte"), as charte build writes it
		"answered.html":   {Data: []byte(`<script src="/charte/charte.js" defer></script>`)},
		"unanswered.html": {Data: []byte(`<script data-base="/charte/">/* the script itself */</script>`)},
	})
	if err != nil {
		log.Fatal(err)
	}
	page := template.Must(template.New("page").Funcs(template.FuncMap{"charte": tags.For}).Parse("{{charte .}}\n"))
	policy := consent.Policy{Revision: "k3f9a1"}
	site := consent.Middleware(policy)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page.Execute(w, r)
	}))

	visit := httptest.NewRequest("GET", "/", nil)
	for _, answer := range []consent.Decision{{}, policy.RefuseAll(consent.DayOf(time.Now()))} {
		visit.Header.Set("Cookie", consent.CookieName+"="+answer.Value())
		w := httptest.NewRecorder()
		site.ServeHTTP(w, visit)
		fmt.Print(w.Body)
	}
	// Output:
	// <script data-base="/charte/">/* the script itself */</script>
	// <script src="/charte/charte.js" defer></script>
}
