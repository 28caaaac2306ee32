package guard

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
)

const token = "a token that nobody guesses"

// TestCountsPage: only the token opens the counts.
func TestCountsPage(t *testing.T) {
	c := &Counts{now: noonOf(29)}
	c.Host("img-src", "a.example")
	for _, test := range []struct {
		name, method, token string // the server's token
		authorization       []string
		status              int
	}{
		{"the token", "GET", token, []string{"Bearer " + token}, 200},
		{"the token, and the scheme in small letters", "GET", token, []string{"bearer " + token}, 200}, // RFC 9110, 11.1
		{"the token, without the body", "HEAD", token, []string{"Bearer " + token}, 200},
		{"no header", "GET", token, nil, 401},
		{"an empty token", "GET", token, []string{"Bearer "}, 401},
		{"no scheme", "GET", token, []string{token}, 401},
		{"another scheme", "GET", token, []string{"Basic " + token}, 401},
		{"a part of it", "GET", token, []string{"Bearer " + token[:len(token)-1]}, 401},
		{"more than it", "GET", token, []string{"Bearer " + token + "x"}, 401},
		{"in the query only", "GET", token, []string{""}, 401},
		{"a server without a token, asked without one", "GET", "", nil, 401},
		{"a server without a token, asked with an empty one", "GET", "", []string{"Bearer "}, 401},
		{"another method", "DELETE", token, []string{"Bearer " + token}, 405},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, "/guard?token="+strings.ReplaceAll(token, " ", "+"), nil)
			r.Header["Authorization"] = test.authorization
			w := httptest.NewRecorder()
			c.Handler(test.token).ServeHTTP(w, r)
			if w.Code != test.status {
				t.Errorf("status %d, want %d", w.Code, test.status)
			}
			h := w.Header()
			if h.Get("Cache-Control") != "no-store" || h.Get("Access-Control-Allow-Origin") != "" || (h.Get("WWW-Authenticate") == "Bearer") != (test.status == 401) {
				t.Errorf("header %v", h)
			}
			var s Snapshot
			if shown := json.Unmarshal(w.Body.Bytes(), &s) == nil && len(s.Hosts) == 1; shown != (test.status == 200) {
				t.Errorf("body %s", w.Body)
			}
		})
	}
}

// TestCollector: each site has its own counts, which go on when its catalogue changes. Everything
// else goes to the site.
func TestCollector(t *testing.T) {
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "the site") })
	c := NewCollector(token, []string{"https://listed.example"})
	changed := counted()
	changed.Site.Hosts = []catalogue.Host{{Host: "*.a.example", Kind: "image"}}
	lyon, brest := c.Site("lyon", counted(), next), c.Site("brest", counted(), next)
	ask := func(handler http.Handler, method, path, body string) string {
		r := httptest.NewRequest(method, "http://site.example"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", cspReport)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Body.String()
	}
	hosts := func(handler http.Handler) []string {
		var s Snapshot
		if err := json.Unmarshal([]byte(ask(handler, "GET", "/guard", "")), &s); err != nil {
			t.Fatal(err)
		}
		var named []string
		for _, h := range s.Hosts {
			named = append(named, h.Host)
		}
		return named
	}
	ask(lyon, "POST", "/guard", old("https://listed.example/", "img-src", "https://b.a.example/"))
	newer := c.Site("lyon", changed, next)
	ask(newer, "POST", "/guard", old("https://listed.example/", "img-src", "https://c.a.example/"))
	ask(lyon, "POST", "/guard", old("https://other.example/", "img-src", "https://d.a.example/"))
	if got, want := hosts(newer), []string{"*.a.example", "b.a.example"}; !slices.Equal(got, want) {
		t.Errorf("the newer version counts %q, want %q", got, want)
	}
	if got := hosts(brest); got != nil {
		t.Errorf("the other site counts %q", got)
	}
	for _, path := range []string{"/", "/guard/", "/guards", "/GUARD", "/x/guard"} {
		for _, method := range []string{"GET", "POST"} {
			if got := ask(lyon, method, path, ""); got != "the site" {
				t.Errorf("%s %s: %s", method, path, got)
			}
		}
	}
	var none *Collector
	if got := ask(none.Site("lyon", counted(), next), "GET", "/guard", ""); got != "the site" {
		t.Errorf("no collector: %s", got)
	}
}
