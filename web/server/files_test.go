package server

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
)

// TestAccepts checks that Accept-Encoding is read as in RFC 9110, 12.5.3.
func TestAccepts(t *testing.T) {
	for _, test := range []struct {
		header, coding string
		want           bool
	}{
		{"gzip, deflate, br, zstd", "br", true}, // Chromium and Firefox on https
		{"gzip, deflate", "br", false},          // the same on http
		{"", "gzip", false},
		{"identity", "gzip", false},
		{"br;q=0", "br", false},
		{"br; q=0.000", "br", false},
		{"BR;Q=0.001", "br", true},
		{"br;q=1.0", "br", true},
		{"*", "br", true},
		{"*;q=0", "br", false},
		{"br;q=0, *", "br", false},
		{"*;q=0, gzip", "gzip", true},
		{"xbr, brx", "br", false},
	} {
		if got := accepts(test.header, test.coding); got != test.want {
			t.Errorf("accepts(%q, %q) = %v", test.header, test.coding, got)
		}
	}
}

// TestHandler checks how each file is sent: whole, or in parts, or not at all if the
// browser has it; in the coding that is asked for; and only for GET and HEAD.
func TestHandler(t *testing.T) {
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	built, err := bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := Files(built, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	ask := func(method, path string, headers ...string) (*http.Response, []byte) {
		t.Helper()
		request, err := http.NewRequest(method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", "identity")
		for i := 0; i < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response, body
	}

	paths := []string{"/charte", "/charte?lang=en"}
	for name := range built.Files {
		paths = append(paths, "/"+name)
	}
	for _, path := range paths {
		plain, data := ask("GET", path)
		tags := map[string]string{}
		for _, coding := range []string{"", "br", "gzip"} {
			whole, body := ask("GET", path, "Accept-Encoding", coding)
			tag := whole.Header.Get("ETag")
			if other, known := tags[tag]; known || !strings.HasPrefix(tag, `"`) || len(tag) < 40 {
				t.Errorf("%s in %q: the ETag %s is too short, no string, or that of the coding %q", path, coding, tag, other)
			}
			tags[tag] = coding
			if got := whole.Header.Get("Content-Encoding"); got != coding {
				t.Errorf("%s in %q: Content-Encoding %q", path, coding, got)
			}
			if !bytes.Equal(decoded(t, coding, body), data) {
				t.Errorf("%s in %q has other contents than without a coding", path, coding)
			}
			if got := whole.Header.Get("Content-Length"); got != strconv.Itoa(len(body)) {
				t.Errorf("%s in %q: Content-Length %q, want %d", path, coding, got, len(body))
			}
			for _, test := range []struct {
				name, method string
				headers      []string
				status       int
				body         []byte
				length       string
			}{
				{"HEAD", "HEAD", nil, 200, nil, strconv.Itoa(len(body))},
				{"known", "GET", []string{"If-None-Match", tag}, 304, nil, ""},
				{"known among others", "GET", []string{"If-None-Match", `W/"x", ` + tag}, 304, nil, ""},
				{"known by HEAD", "HEAD", []string{"If-None-Match", tag}, 304, nil, ""},
				{"to change another", "GET", []string{"If-Match", `"x"`}, 412, nil, "0"},
				{"another known", "GET", []string{"If-None-Match", `"x"`}, 200, body, strconv.Itoa(len(body))},
				{"the start", "GET", []string{"Range", "bytes=0-9"}, 206, body[:10], "10"},
				{"the end", "GET", []string{"Range", "bytes=-5"}, 206, body[len(body)-5:], "5"},
				{"the rest of the same", "GET", []string{"Range", "bytes=10-", "If-Range", tag}, 206, body[10:], strconv.Itoa(len(body) - 10)},
				{"the rest of another", "GET", []string{"Range", "bytes=10-", "If-Range", `"x"`}, 200, body, strconv.Itoa(len(body))},
			} {
				r, got := ask(test.method, path, append(test.headers, "Accept-Encoding", coding)...)
				if r.StatusCode != test.status || !bytes.Equal(got, test.body) || r.Header.Get("Content-Length") != test.length {
					t.Errorf("%s in %q, %s: %s, %d bytes, Content-Length %q; want %d, %d, %q", path, coding, test.name, r.Status, len(got), r.Header.Get("Content-Length"), test.status, len(test.body), test.length)
				}
				if r.Header.Get("ETag") != tag || r.Header.Get("Vary") != "Accept-Encoding" {
					t.Errorf("%s in %q, %s: ETag %q, Vary %q", path, coding, test.name, r.Header.Get("ETag"), r.Header.Get("Vary"))
				}
			}
		}
		if r, _ := ask("GET", path, "Range", "bytes=999999999-"); r.StatusCode != 416 {
			t.Errorf("%s, past its end: %s", path, r.Status)
		}
		for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"} {
			if r, body := ask(method, path, "X-HTTP-Method-Override", "GET"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" || len(body) > 30 {
				t.Errorf("%s %s: %s, Allow %q", method, path, r.Status, r.Header.Get("Allow"))
			}
		}
		headers := map[string]string{"X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin",
			"Cache-Control": bundle.CacheShortly, "Content-Security-Policy": "", "Set-Cookie": ""}
		if strings.Contains(path, "-") {
			headers["Cache-Control"] = bundle.CacheForever
		}
		if path == "/charte" || path == "/charte?lang=en" || strings.HasSuffix(path, ".html") {
			headers["Content-Security-Policy"] = bundle.PagePolicy
		}
		for name, want := range headers {
			if got := plain.Header.Get(name); got != want {
				t.Errorf("%s: %s: %q, want %q", path, name, got, want)
			}
		}
	}
	for path, same := range map[string]string{"/charte": "charte.html", "/charte?lang=fr": "charte.html", "/charte?lang=en": "charte.en.html", "/charte?lang=de": "charte.html"} {
		if _, body := ask("GET", path); built.Files[same] == nil || !bytes.Equal(body, built.Files[same].Data) {
			t.Errorf("%s is not %s: %.200s", path, same, body)
		}
	}
	for _, path := range []string{"/", "/nothing", "/charte.js/", "/%2e%2e/charte.js", "/charte.js%00", "//charte.js", "/charte/"} {
		if r, body := ask("GET", path); r.StatusCode != 404 || len(body) > 30 {
			t.Errorf("%s: %s, %d bytes", path, r.Status, len(body))
		}
	}
}

// decoded returns a body without its Content-Encoding.
func decoded(t *testing.T, coding string, body []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	switch coding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		var err error
		if r, err = gzip.NewReader(r); err != nil {
			t.Fatal(err)
		}
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
