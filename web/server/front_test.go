package server

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
)

// demo returns the demo's site with the portal, at / and below /other, and its bundle.
func demo(t *testing.T) (http.Handler, *bundle.Bundle) {
	t.Helper()
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	built, err := bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
	if err != nil {
		t.Fatal(err)
	}
	site, err := Site(built, nil, nil, http.FileServer(http.Dir("../portal/pages")))
	if err != nil {
		t.Fatal(err)
	}
	return Under(map[string]http.Handler{"": site, "/other": site}), built
}

// TestFront checks that the server without TLS answers requests as net/http does.
func TestFront(t *testing.T) {
	handler, built := demo(t)
	address, _ := start(t, handler, Options{Log: newJournal().log()})
	reference := httptest.NewServer(handler)
	defer reference.Close()

	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(base, method, path string, headers map[string]string, body string) string {
		t.Helper()
		request, err := http.NewRequest(method, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "site.example"
		request.Header.Set("Accept-Encoding", "identity")
		for field, value := range headers {
			request.Header.Set(field, value)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatalf("%s %s%s %v: %v", method, base, path, headers, err)
		}
		defer response.Body.Close()
		data, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatalf("%s %s%s %v: %v", method, base, path, headers, err)
		}
		response.Header.Del("Date")
		var said strings.Builder
		fmt.Fprintln(&said, response.StatusCode, response.ContentLength)
		for _, field := range slices.Sorted(maps.Keys(response.Header)) {
			fmt.Fprintf(&said, "%s: %q\n", field, response.Header[field])
		}
		fmt.Fprintf(&said, "%x", data)
		return said.String()
	}
	var wasm string
	for name := range built.Files {
		if strings.HasSuffix(name, ".wasm") {
			wasm = "/" + name
		}
	}
	tag := `"` + built.Files["charte.js"].Hash + `"`
	for _, path := range []string{"/charte.js", "/charte.js?x=1", wasm, "/other/charte.js", "/charte", "/charte?lang=en", "/", "/nothing", "/charte.js/", "/%63harte.js", "//charte.js", "/x/../charte.js", "/other", "/otherwise", "/answer"} {
		for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS", "DELETE", "PROPFIND"} {
			for _, headers := range []map[string]string{
				nil, {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "br;q=1, gzip"},
				{"Range": "bytes=0-9"}, {"Range": "bytes=-5", "Accept-Encoding": "br"}, {"Range": "bytes=99999999-"}, {"Range": "bytes=0-9", "If-Range": `"x"`}, {"If-Range": tag},
				{"If-None-Match": tag}, {"If-None-Match": "*"}, {"If-None-Match": `W/"x"`}, {"If-Match": `"x"`}, {"If-Match": tag},
				{"If-Modified-Since": "Mon, 23 Nov 2026 12:00:00 GMT"}, {"If-Unmodified-Since": "Mon, 23 Nov 2026 12:00:00 GMT"},
				{"Origin": "http://site.example", "Content-Type": "application/json"},
			} {
				body := ""
				if method == "POST" {
					body = `"v=1"`
				}
				want, got := ask(reference.URL, method, path, headers, body), ask("http://"+address, method, path, headers, body)
				if got != want {
					t.Errorf("%s %s %v:\n%.600s\nnet/http:\n%.600s", method, path, headers, got, want)
				}
			}
		}
	}
}

// TestFrontFiles checks that the front finds all files of a bundle, and no others.
func TestFrontFiles(t *testing.T) {
	handler, built := demo(t)
	finder, ok := handler.(Finder)
	if !ok {
		t.Fatal("the sites' handler is no Finder")
	}
	for name, file := range built.Files {
		for _, prefix := range []string{"/", "/other/"} {
			if finder.Find(prefix+name) != file {
				t.Errorf("%s%s is not found", prefix, name)
			}
		}
	}
	for _, path := range []string{"", "/", "charte.js", "/charte", "/nothing", "/other", "/otherwise/charte.js", "/../charte.js", "/other//charte.js"} {
		if file := finder.Find(path); file != nil && path != "charte.js" {
			t.Errorf("%q finds %s", path, file.Name)
		}
	}
}

// TestFrontHostile sends requests that no browser makes. Each gets one answer, and none
// ends the server.
func TestFrontHostile(t *testing.T) {
	handler, _ := demo(t)
	logged := newJournal()
	address, _ := start(t, handler, Options{Log: logged.log()})
	for _, test := range []struct{ name, request, want string }{
		{"no host", "GET /charte.js HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		{"two lengths", "POST /answer HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 40\r\n\r\nxGET /charte.js HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400"},
		{"a length and chunks", "POST /answer HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 4"},
		{"an unknown coding", "POST /answer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400"},
		{"a negative length", "POST /answer HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 4"},
		{"chunks without end", "POST /answer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", "HTTP/1.1 4"},
		{"a space before the colon", "GET /charte.js HTTP/1.1\r\nHost : x\r\n\r\n", "HTTP/1.1 400"},
		{"a control character", "GET /charte.js\x00 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 4"},
		{"no path", "GET HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		{"CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", "HTTP/1.1 4"},
		{"another server", "GET http://evil.test/charte.js HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200"}, // an absolute address is to be taken (RFC 9112, 3.2.2)
		{"noise", strings.Repeat("\xff\x00", 500) + "\r\n\r\n", "HTTP/1.1 400"},
	} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, test.request)
		conn.(*net.TCPConn).CloseWrite()
		answer, _ := io.ReadAll(conn)
		conn.Close()
		if !bytes.HasPrefix(answer, []byte(test.want)) || bytes.Count(answer, []byte("HTTP/1.1 ")) != 1 || bytes.Contains(answer, []byte("Set-Cookie")) {
			t.Errorf("%s: %.200q, want %s", test.name, answer, test.want)
		}
	}
	if response, body := get(t, http.DefaultClient, "http://"+address+"/healthz"); response.StatusCode != 200 || body != "ok\n" {
		t.Errorf("/healthz afterwards: %s %q", response.Status, body)
	}
	if strings.Contains(logged.String(), "127.0.0.1") || strings.Contains(logged.String(), "[::1]") {
		t.Errorf("the log has an address: %s", logged)
	}
}
