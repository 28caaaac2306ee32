package audittest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

const served = `A site with all that a server can answer.
-- catalogue.yaml --
extends: default
languages: [en]
without: [authentication, language, api-csrf]
site: { name: Library, controller: City of Rennes }
-- www.site.example/index.html --
home
-- www.site.example/index.html.headers --
Set-Cookie: a=1; HttpOnly
Set-Cookie: b=2
-- www.site.example/contact/index.html --
contact
-- www.site.example/gone/index.html.headers --
Status: 404
-- www.site.example/away.html.headers --
Status: 302
Location: https://tracker.example/
-- tracker.example/index.html --
tracker
-- tracker.example/collect --
collected
-- tracker.example/collect.headers --
Content-Type: application/json
-- tracker.example/t.gif --
a point
-- tracker.example/nothing.headers --
Status: 204
-- clean/www.site.example/index.html --
home without
`

// client returns a client that finds all hosts at a server, and follows no redirect.
func client(t *testing.T, s Site) *http.Client {
	t.Helper()
	server, certificate := Serve(t, s)
	trusted := x509.NewCertPool()
	trusted.AddCert(certificate)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trusted, ServerName: "example.com"}, // a name of httptest's certificate
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// TestServe: each host answers with its own files and headers.
func TestServe(t *testing.T) {
	site, err := parse("site", []byte(served))
	if err != nil {
		t.Fatal(err)
	}
	c := client(t, site)
	for _, test := range []struct {
		name, method, address string
		status                int
		body                  string // "" for any
		header, value         string
	}{
		{"first page", "GET", First, 200, "home\n", "Content-Type", "text/html; charset=utf-8"},
		{"several cookies", "GET", First + "?a=b", 200, "home\n", "Set-Cookie", "a=1; HttpOnly,b=2"},
		{"page in a folder", "GET", First + "contact/", 200, "contact\n", "", ""},
		{"page in a folder, without its slash", "GET", First + "contact", 200, "contact\n", "", ""},
		{"status", "GET", First + "gone/", 404, "", "", ""},
		{"redirect", "GET", First + "away.html", 302, "", "Location", "https://tracker.example/"},
		{"what is not there", "GET", First + "nothing", 404, "", "", ""},
		{"path that leaves the host", "GET", First + "../tracker.example/", 404, "", "", ""},
		{"no other origin reads the site", "GET", First, 200, "", "Access-Control-Allow-Origin", ""},
		{"another host", "GET", "https://tracker.example/", 200, "tracker\n", "Access-Control-Allow-Origin", "https://www.site.example"},
		{"beacon", "POST", "https://tracker.example/collect", 200, "collected\n", "Content-Type", "application/json"},
		{"question before a request", "OPTIONS", "https://tracker.example/collect", 204, "", "Access-Control-Allow-Credentials", "true"},
		{"picture", "GET", "https://tracker.example/t.gif", 200, string(point), "Content-Type", "image/gif"},
		{"answer without a body", "GET", "https://tracker.example/nothing", 204, "", "", ""},
		{"unknown host", "GET", "https://other.example/", 502, "", "", ""},
		{"Charte", "GET", First + "charte/charte.js", 200, "", "Content-Type", "text/javascript; charset=utf-8"},
		{"Charte on another host", "GET", "https://tracker.example/charte/charte.js", 404, "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), test.method, test.address, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Origin", "https://www.site.example")
			answer, err := c.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != test.status {
				t.Errorf("status %d, want %d", answer.StatusCode, test.status)
			}
			if test.body != "" && string(body) != test.body {
				t.Errorf("body %q, want %q", body, test.body)
			}
			if got := strings.Join(answer.Header.Values(test.header), ","); test.header != "" && got != test.value {
				t.Errorf("%s: %q, want %q", test.header, got, test.value)
			}
		})
	}
}

// TestListens: a path that is asked for as a WebSocket takes it.
func TestListens(t *testing.T) {
	site, err := parse("site", []byte(served))
	if err != nil {
		t.Fatal(err)
	}
	socket, _, err := websocket.Dial(t.Context(), "wss://tracker.example/collect", &websocket.DialOptions{HTTPClient: client(t, site)})
	if err != nil {
		t.Fatal(err)
	}
	if err := socket.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		t.Error(err)
	}
	if err := socket.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Errorf("nobody heard that it was closed: %v", err)
	}
}

// TestBundleKept: Charte is built once for sites of the same catalogue.
func TestBundleKept(t *testing.T) {
	site, err := parse("site", []byte(served))
	if err != nil {
		t.Fatal(err)
	}
	Bundle(t, site.Catalogue)
	before := kept()
	Bundle(t, site.Twin().Catalogue)
	if after := kept(); after != before {
		t.Errorf("%d bundles are kept after the same catalogue, want %d", after, before)
	}
}

// kept is how many bundles are kept.
func kept() (n int) {
	bundles.Range(func(_, _ any) bool { n++; return true })
	return n
}
