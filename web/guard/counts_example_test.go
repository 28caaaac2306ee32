package guard_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"charte/catalogue/source"
	"charte/web/guard"
)

// A server in Go counts the reports of its own pages, and the cookies that the guard drops.
func ExampleCounts() {
	c, err := source.Read("catalogue.yaml", []byte("extends: default\nsite: { guard: enforce }\n"))
	if err != nil {
		log.Fatal(err)
	}
	g, err := guard.New(c, guard.Options{Reports: "/guard"})
	if err != nil {
		log.Fatal(err)
	}
	counts := &guard.Counts{}
	counts.Declare(c)
	g.Count = counts.Cookie

	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "tracker", Value: "1"})
		fmt.Fprint(w, "<!doctype html>")
	})
	mux.Handle("/guard", counts.Handler("a token that nobody guesses"))
	site := g.Middleware(mux)

	site.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "http://example.org/", nil))
	report := httptest.NewRequest("POST", "http://example.org/guard", strings.NewReader(
		`{"csp-report": {"document-uri": "http://example.org/", "effective-directive": "img-src", "blocked-uri": "https://pixel.example.com/x?id=1"}}`))
	report.Header.Set("Content-Type", "application/csp-report")
	site.ServeHTTP(httptest.NewRecorder(), report)

	s := counts.Snapshot()
	fmt.Println(s.Hosts[0].Directive, s.Hosts[0].Host, s.Hosts[0].Count)
	fmt.Println(s.Cookies[0].Name, s.Cookies[0].Count)
	// Output:
	// img-src pixel.example.com 1
	// tracker 1
}
