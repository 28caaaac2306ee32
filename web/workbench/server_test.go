package workbench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/web/engine"
	"charte/web/workbench/desk"
)

// A running is a workbench that runs, on a paper.
type running struct {
	*paper
	server *server
	self   string

	mu   sync.Mutex
	told []string // addresses that the terminal has shown
	whys []string // why it has
}

// serve runs a workbench with a program until the test ends.
func serve(t *testing.T, program engine.Engine) *running {
	t.Helper()
	listener, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &running{paper: newPaper(), self: listener.Addr().String()}
	r.server = newServer(r.self, r.rooms(), program, r.tell)
	own := r.server.http()
	go own.Serve(listener)
	t.Cleanup(func() { own.Close() })
	return r
}

// tell is the terminal.
func (r *running) tell(token, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told, r.whys = append(r.told, "http://"+r.self+"/#"+token), append(r.whys, why)
}

// addresses returns what the terminal has shown.
func (r *running) addresses() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.told...)
}

// shows waits until the terminal has shown that many addresses.
func (r *running) shows(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); len(r.addresses()) != n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the terminal has shown %d addresses, want %d", len(r.addresses()), n)
		}
	}
}

// latest returns the address that the terminal has shown last.
func (r *running) latest() string { all := r.addresses(); return all[len(all)-1] }

// A call is a request of a test. The zero values are those of the page's own requests.
type call struct {
	method, path string
	host         string // "" is the workbench's own
	body         string
	header       map[string]string // "" takes a header out
	chunked      bool              // whether the body is sent without its length
}

// do sends a call, with a key, and returns the answer's status and body.
func (r *running) do(t *testing.T, key string, c call) (status int, body string, header http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), c.method, "http://"+r.self+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if c.chunked {
		request.ContentLength = -1
	}
	if c.host != "" {
		request.Host = strings.ReplaceAll(c.host, "PORT", r.self[strings.IndexByte(r.self, ':')+1:])
	}
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if c.method == "POST" {
		request.Header.Set("Origin", "http://"+r.self)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set(RequestNumber, "1")
	}
	for name, value := range c.header {
		request.Header.Del(name)
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	conn, err := net.Dial("tcp", r.self)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	// A server that refuses a large body answers before it has read all of it, and then reads no more. Writing the rest
	// fails, which http.Client might report in place of the answer.
	go request.Write(conn)
	response, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data), response.Header
}

// token returns the token of the address that the terminal has shown last.
func (r *running) token() string { _, token, _ := strings.Cut(r.latest(), "#"); return token }

// open opens the workbench with a token, and returns a key. It is "" if the token is not good.
func (r *running) open(t *testing.T, token string) string {
	t.Helper()
	_, body, _ := r.do(t, "", call{method: "POST", path: "/api/open", body: `{"token":"` + token + `"}`})
	var key desk.Key
	if err := json.Unmarshal([]byte(body), &key); err != nil {
		t.Fatalf("%v in %q", err, body)
	}
	return key.Key
}

// fault reads a fault.
func fault(body string) desk.Code {
	var f desk.Fault
	if json.Unmarshal([]byte(body), &f) != nil {
		return "(none)"
	}
	return f.Code
}

// TestAnswers: each address of the page gives what its room says.
func TestAnswers(t *testing.T) {
	r := serve(t, engine.Engine{})
	key := r.open(t, r.token())
	for i, test := range []struct {
		call
		want   string // in the body
		called string // what a room was asked, "" for nothing that is noted
	}{
		{call{method: "GET", path: "/api/state"}, `"file":"mine-1.yaml"`, ""},
		{call{method: "GET", path: "/api/state?after=0"}, `"version":1`, ""},
		{call{method: "GET", path: "/api/text"}, `"a"`, ""},
		{call{method: "GET", path: "/api/form?at=/services/1%7E1"}, `"pointer":"/services/1~1"`, ""},
		{call{method: "GET", path: "/api/effect"}, `"asks":"nobody"`, ""},
		{call{method: "GET", path: "/api/translations"}, `"languages":["fr"]`, ""},
		{call{method: "GET", path: "/api/known?q=a%20b&lang=fr"}, `"id":"a b","name":"fr"`, ""},
		{call{method: "POST", path: "/api/change", body: `{"version":1,"do":"set","pointer":"/site/name","value":"b"}`}, `"version":2`, "change /site/name=b"},
		{call{method: "POST", path: "/api/undo", body: `{}`}, `"version":2`, "undo"},
		{call{method: "POST", path: "/api/redo", body: `{}`}, `"version":2`, "redo"},
		{call{method: "POST", path: "/api/save", body: `{}`}, `"unsaved":false`, "save"},
		{call{method: "POST", path: "/api/settle", body: `{"id":"7","take":"mine"}`}, `"version":2`, "settle 7 mine"},
		{call{method: "POST", path: "/api/add", body: `{"version":2,"id":"matomo","with":{"host":"x"}}`}, `"version":2`, "add matomo"},
		{call{method: "POST", path: "/api/take", body: `{"id":"1","items":["2","3"]}`}, `"version":2`, "take 1 2 3"},
		{call{method: "POST", path: "/api/drop?name=report.json", body: "{}", header: map[string]string{"Content-Type": "application/octet-stream"}}, `"file":"report.json"`, "drop report.json"},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			if test.header == nil {
				test.header = map[string]string{}
			}
			test.header[RequestNumber] = fmt.Sprint(i + 1)
			before := len(r.called())
			status, body, header := r.do(t, key, test.call)
			if status != 200 || !strings.Contains(body, test.want) || header.Get("Content-Type") != "application/json" {
				t.Errorf("%d %s", status, body)
			}
			if called := strings.Join(r.called()[before:], "; "); called != test.called {
				t.Errorf("the rooms were asked %q, want %q", called, test.called)
			}
		})
	}
}

// TestHostile: what another page, another machine's name or a broken program sends is refused, and no
// room hears of it.
func TestHostile(t *testing.T) {
	change := `{"version":1,"do":"set","pointer":"/site/name","value":"evil"}`
	with := func(pairs ...string) map[string]string {
		header := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			header[pairs[i]] = pairs[i+1]
		}
		return header
	}
	for _, test := range []struct {
		name   string
		key    string // "good" stands for the right one
		call   call
		status int
		code   desk.Code // "(none)" where the answer is no fault
	}{
		{"no key", "", call{method: "GET", path: "/api/state"}, 401, desk.CodeLocked},
		{"a key that is guessed", strings.Repeat("A", 43), call{method: "GET", path: "/api/state"}, 401, desk.CodeLocked},
		{"an empty key", "", call{method: "GET", path: "/api/state", header: with("Authorization", "Bearer ")}, 401, desk.CodeLocked},
		{"the key as a password", "", call{method: "GET", path: "/api/state", header: with("Authorization", "Basic Z29vZA==")}, 401, desk.CodeLocked},
		{"another origin, without a key", "", call{method: "POST", path: "/api/change", body: change, header: with("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")}, 403, desk.CodeBad},
		{"another origin, with the key", "good", call{method: "POST", path: "/api/change", body: change, header: with("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")}, 403, desk.CodeBad},
		{"another origin, by a browser without Sec-Fetch-Site", "good", call{method: "POST", path: "/api/change", body: change, header: with("Origin", "https://evil.example", "Sec-Fetch-Site", "")}, 403, desk.CodeBad},
		{"another port of this machine", "good", call{method: "POST", path: "/api/change", body: change, header: with("Origin", "http://127.0.0.1:1", "Sec-Fetch-Site", "same-site")}, 403, desk.CodeBad},
		{"the preview's origin", "good", call{method: "POST", path: "/api/change", body: change, header: with("Origin", "http://preview.localhost:1", "Sec-Fetch-Site", "cross-site")}, 403, desk.CodeBad},
		{"the origin null", "good", call{method: "POST", path: "/api/change", body: change, header: with("Origin", "null")}, 403, desk.CodeBad},
		{"an empty origin", "good", call{method: "POST", path: "/api/change", body: change, header: with("Origin", " ")}, 403, desk.CodeBad},
		{"the same site, read by another page", "good", call{method: "GET", path: "/api/text", header: with("Sec-Fetch-Site", "same-site")}, 403, desk.CodeBad},
		{"typed into the address bar", "good", call{method: "GET", path: "/api/text", header: with("Sec-Fetch-Site", "none")}, 403, desk.CodeBad},
		{"a form that sends text/plain", "good", call{method: "POST", path: "/api/change", body: change, header: with("Content-Type", "text/plain")}, 415, desk.CodeBad},
		{"a form that sends its fields", "good", call{method: "POST", path: "/api/change", body: change, header: with("Content-Type", "application/x-www-form-urlencoded")}, 415, desk.CodeBad},
		{"a form that sends files", "good", call{method: "POST", path: "/api/drop", body: change, header: with("Content-Type", "multipart/form-data; boundary=x")}, 415, desk.CodeBad},
		{"no type", "good", call{method: "POST", path: "/api/change", body: change, header: with("Content-Type", "")}, 415, desk.CodeBad},
		{"DNS rebinding", "good", call{method: "GET", path: "/api/text", host: "evil.example:PORT"}, 421, "(none)"},
		{"DNS rebinding, for the page", "", call{method: "GET", path: "/", host: "evil.example"}, 421, "(none)"},
		{"a host that begins like ours", "good", call{method: "GET", path: "/api/text", host: "127.0.0.1.evil.example:PORT"}, 421, "(none)"},
		{"a host that ends like ours", "good", call{method: "GET", path: "/api/text", host: "evil-127.0.0.1:PORT"}, 421, "(none)"},
		{"another port in Host", "good", call{method: "GET", path: "/api/text", host: "127.0.0.1:1"}, 421, "(none)"},
		{"a name of the preview's folder", "good", call{method: "GET", path: "/api/text", host: "x.preview.localhost:PORT"}, 421, "(none)"},
		{"our own name in capitals, to the preview's host", "good", call{method: "GET", path: "/api/text", host: "LOCALHOST:PORT"}, 421, "(none)"},
		{"a dot behind the address", "good", call{method: "GET", path: "/api/text", host: "127.0.0.1.:PORT"}, 421, "(none)"},
		{"a dot behind the preview's host", "good", call{method: "GET", path: "/api/text", host: "preview.localhost.:PORT"}, 421, "(none)"},
		{"the address in short", "good", call{method: "GET", path: "/api/text", host: "127.1:PORT"}, 421, "(none)"},
		{"the address as one number", "good", call{method: "GET", path: "/api/text", host: "2130706433:PORT"}, 421, "(none)"},
		{"the address in hexadecimal", "good", call{method: "GET", path: "/api/text", host: "0x7f000001:PORT"}, 421, "(none)"},
		{"the address of IPv6", "good", call{method: "GET", path: "/api/text", host: "[::1]:PORT"}, 421, "(none)"},
		{"the address within one of IPv6", "good", call{method: "GET", path: "/api/text", host: "[::ffff:127.0.0.1]:PORT"}, 421, "(none)"},
		{"no port", "good", call{method: "GET", path: "/api/text", host: "127.0.0.1"}, 421, "(none)"},
		{"a port that begins with 0", "good", call{method: "GET", path: "/api/text", host: "127.0.0.1:0PORT"}, 421, "(none)"},
		{"a host that a proxy names", "good", call{method: "GET", path: "/api/text", host: "evil.example:PORT", header: with("X-Forwarded-Host", "127.0.0.1", "X-Forwarded-For", "127.0.0.1", "Forwarded", "for=127.0.0.1;host=127.0.0.1")}, 421, "(none)"},
		{"a path that a proxy names", "", call{method: "GET", path: "/none", header: with("X-Original-URL", "/api/text", "X-Rewrite-URL", "/api/text")}, 404, "(none)"},
		{"all addresses", "good", call{method: "GET", path: "/api/text", host: "0.0.0.0:PORT"}, 421, "(none)"},
		{"an encoded path upwards", "good", call{method: "GET", path: "/%2e%2e/%2e%2e/etc/passwd"}, 404, "(none)"},
		{"a path upwards out of the API", "good", call{method: "GET", path: "/api/%2e%2e%2f%2e%2e%2fetc%2fpasswd"}, 404, "(none)"},
		{"a backslash upwards", "good", call{method: "GET", path: "/..%5c..%5cetc%5cpasswd"}, 404, "(none)"},
		{"an absolute path", "good", call{method: "GET", path: "/%2fetc%2fpasswd"}, 404, "(none)"},
		{"a path that ends early", "good", call{method: "GET", path: "/start.js%00.html"}, 404, "(none)"},
		{"a line's end in the path", "good", call{method: "GET", path: "/api/text%0d%0aX-Evil:%20yes"}, 404, "(none)"},
		{"another host in the path, which leads to ours", "good", call{method: "GET", path: "//evil.example/%2e%2e"}, 307, "(none)"},
		{"a folder that is none", "good", call{method: "GET", path: "/api/"}, 404, "(none)"},
		{"the preview's address at our host", "good", call{method: "GET", path: "/SECRET/1/fr,light,-,0,notice/"}, 404, "(none)"},
		{"our own source", "good", call{method: "GET", path: "/page/index.html"}, 404, "(none)"},
		{"the method GET for a change", "good", call{method: "GET", path: "/api/save"}, 405, "(none)"},
		{"the method POST for a state", "good", call{method: "POST", path: "/api/state"}, 405, "(none)"},
		{"the method PUT", "good", call{method: "PUT", path: "/api/change", body: change}, 405, "(none)"},
		{"the method DELETE", "good", call{method: "DELETE", path: "/"}, 405, "(none)"},
		{"the method HEAD for a change", "good", call{method: "HEAD", path: "/api/save"}, 405, "(none)"},
		{"the method TRACE", "good", call{method: "TRACE", path: "/api/state"}, 405, "(none)"},
		{"the method PATCH", "good", call{method: "PATCH", path: "/api/change", body: change}, 405, "(none)"},
		{"a WebSocket of another page", "good", call{method: "GET", path: "/api/state", header: with("Origin", "https://evil.example", "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")}, 403, desk.CodeBad},
		{"a fetch without CORS", "good", call{method: "GET", path: "/api/text", header: with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script")}, 403, desk.CodeBad},
		{"a link of another page", "good", call{method: "GET", path: "/api/text", header: with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")}, 403, desk.CodeBad},
		{"a beacon of another page", "good", call{method: "POST", path: "/api/save", body: "{}", header: with("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Content-Type", "text/plain;charset=UTF-8")}, 403, desk.CodeBad},
		{"our origin with a name and a password", "good", call{method: "POST", path: "/api/change", body: change, header: with("Origin", "http://127.0.0.1@evil.example")}, 403, desk.CodeBad},
		{"our origin over TLS", "good", call{method: "POST", path: "/api/change", body: change, header: with("Origin", "https://127.0.0.1")}, 403, desk.CodeBad},
		{"a preflight", "", call{method: "OPTIONS", path: "/api/change", header: with("Origin", "https://evil.example", "Access-Control-Request-Method", "POST")}, 405, "(none)"},
		{"another method in a header", "good", call{method: "GET", path: "/api/save", header: with("X-HTTP-Method-Override", "POST")}, 405, "(none)"},
		{"10 MB to a change", "good", call{method: "POST", path: "/api/change", body: strings.Repeat(" ", 10<<20)}, 413, desk.CodeRefused},
		{"10 MB dropped", "good", call{method: "POST", path: "/api/drop?name=x", body: strings.Repeat(" ", 10<<20), header: with("Content-Type", "application/octet-stream")}, 413, desk.CodeRefused},
		{"10 MB to open", "", call{method: "POST", path: "/api/open", body: strings.Repeat(" ", 10<<20)}, 413, desk.CodeRefused},
		{"10 MB to a change, of an untold length", "good", call{method: "POST", path: "/api/change", body: strings.Repeat(" ", 10<<20), chunked: true}, 422, desk.CodeRefused},
		{"10 MB dropped, of an untold length", "good", call{method: "POST", path: "/api/drop?name=x", body: strings.Repeat(" ", 10<<20), header: with("Content-Type", "application/octet-stream"), chunked: true}, 422, desk.CodeRefused},
		{"no JSON", "good", call{method: "POST", path: "/api/change", body: "x"}, 400, desk.CodeBad},
		{"nothing", "good", call{method: "POST", path: "/api/change", body: ""}, 400, desk.CodeBad},
		{"a key that nobody knows", "good", call{method: "POST", path: "/api/change", body: `{"path":"/etc/passwd"}`}, 400, desk.CodeBad},
		{"two values", "good", call{method: "POST", path: "/api/change", body: change + change}, 400, desk.CodeBad},
		{"JSON that is nested too deep", "good", call{method: "POST", path: "/api/change", body: strings.Repeat(`{"values":[`, 20000)}, 400, desk.CodeBad},
		{"a list for a change", "good", call{method: "POST", path: "/api/change", body: "[]"}, 400, desk.CodeBad},
		{"a text for a version", "good", call{method: "POST", path: "/api/change", body: `{"version":"1"}`}, 400, desk.CodeBad},
		{"a version that is too large", "good", call{method: "POST", path: "/api/change", body: `{"version":1e400}`}, 400, desk.CodeBad},
		{"JSON in UTF-16", "good", call{method: "POST", path: "/api/change", body: "\xff\xfe{\x00}\x00"}, 400, desk.CodeBad},
		{"JSON that is compressed", "good", call{method: "POST", path: "/api/change", body: "\x1f\x8b\x08\x00", header: with("Content-Encoding", "gzip")}, 400, desk.CodeBad},
		{"a name of JavaScript's own", "good", call{method: "POST", path: "/api/change", body: `{"__proto__":{"version":1}}`}, 400, desk.CodeBad},
		{"a change with a number that is too large", "good", call{method: "POST", path: "/api/change", body: change, header: with(RequestNumber, "99999999999999999999")}, 400, desk.CodeBad},
		{"a change with a number below 0", "good", call{method: "POST", path: "/api/change", body: change, header: with(RequestNumber, "-1")}, 400, desk.CodeBad},
		{"a change without a number", "good", call{method: "POST", path: "/api/change", body: change, header: with(RequestNumber, "")}, 400, desk.CodeBad},
		{"a change with the number 0", "good", call{method: "POST", path: "/api/change", body: change, header: with(RequestNumber, "0")}, 400, desk.CodeBad},
		{"a version that is no number", "good", call{method: "GET", path: "/api/state?after=x"}, 400, desk.CodeBad},
		{"a version that no number can hold", "good", call{method: "GET", path: "/api/state?after=99999999999999999999"}, 400, desk.CodeBad},
		{"a form that is not there", "good", call{method: "GET", path: "/api/form?at=/none"}, 422, desk.CodeRefused},
		{"a token that is guessed", "", call{method: "POST", path: "/api/open", body: `{"token":"` + strings.Repeat("A", 43) + `"}`}, 403, desk.CodeToken},
		{"a token of 200 KB", "", call{method: "POST", path: "/api/open", body: `{"token":"` + strings.Repeat("A", 200<<10) + `"}`}, 403, desk.CodeToken},
		{"a token that is no text", "", call{method: "POST", path: "/api/open", body: `{"token":["A"]}`}, 400, desk.CodeBad},
		{"an empty token", "", call{method: "POST", path: "/api/open", body: `{"token":""}`}, 403, desk.CodeToken},
		{"a token by another page", "", call{method: "POST", path: "/api/open", body: `{}`, header: with("Sec-Fetch-Site", "cross-site")}, 403, desk.CodeBad},
		{"an address asked for by another page", "", call{method: "POST", path: "/api/ask", body: `{}`, header: with("Origin", "https://evil.example")}, 403, desk.CodeBad},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := serve(t, engine.Engine{})
			key := test.key
			if key == "good" {
				key = r.open(t, r.token())
			}
			status, body, header := r.do(t, key, test.call)
			if status != test.status || fault(body) != test.code {
				t.Errorf("%d %.200s; want %d with %s", status, body, test.status, test.code)
			}
			if called := r.called(); len(called) > 0 {
				t.Errorf("the rooms were asked %q", called)
			}
			if all := r.addresses(); len(all) != 1 {
				t.Errorf("the terminal has shown %d addresses", len(all))
			}
			if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Cross-Origin-Resource-Policy") != "same-origin" || header.Get("Cache-Control") != "no-store" ||
				!strings.HasPrefix(header.Get("Content-Security-Policy"), "default-src 'none'") || header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("headers %v", header)
			}
		})
	}
}

// TestPreviewHost: the preview's hosts show the preview, at whatever path, and nothing of the
// workbench's.
func TestPreviewHost(t *testing.T) {
	r := serve(t, engine.Engine{})
	key := r.open(t, r.token())
	for _, host := range []string{"preview.localhost:PORT", "localhost:PORT"} {
		for _, path := range []string{"/api/text", "/", "/start.js", "/SECRET/1/x/"} {
			status, body, header := r.do(t, key, call{method: "GET", path: path, host: host})
			if status != 200 || body != "the preview of "+path {
				t.Errorf("%s%s: %d %s", host, path, status, body)
			}
			// The page may frame it, and nobody else.
			if policy := header.Get("Content-Security-Policy"); header.Get("X-Frame-Options") != "" || !strings.HasPrefix(policy, "default-src 'none'") || !strings.HasSuffix(policy, "; frame-ancestors http://"+r.self+" http://"+r.server.preview[1]) {
				t.Errorf("%s%s has the headers %v", host, path, header)
			}
		}
	}
}

// TestToken: a token opens once. After mostWrong wrong ones there is another, of which the terminal
// tells, and the one before is no longer good. Pages that ask for an address get one line.
func TestToken(t *testing.T) {
	r := serve(t, engine.Engine{})
	first := r.token()
	guess := strings.Repeat("A", len(first))
	for range mostWrong - 1 {
		if r.open(t, guess) != "" {
			t.Fatal("a wrong token opens")
		}
	}
	if all := r.addresses(); len(all) != 1 {
		t.Fatalf("after %d wrong tokens the terminal has shown %d addresses", mostWrong-1, len(all))
	}
	r.open(t, guess)
	if all := r.addresses(); len(all) != 2 || r.whys[1] == "" {
		t.Fatalf("after %d wrong tokens the terminal has shown %d addresses, because %q", mostWrong, len(all), r.whys)
	}
	for range 3 * mostWrong {
		r.open(t, guess)
	}
	if all := r.addresses(); len(all) != 2 {
		t.Fatalf("whoever goes on trying has the terminal show %d addresses", len(all))
	}
	if r.open(t, first) != "" {
		t.Error("a token that was replaced opens")
	}
	second := r.token()
	key := r.open(t, second)
	if key == "" {
		t.Fatal("the new token does not open")
	}
	for _, again := range []string{second, ""} {
		if r.open(t, again) != "" {
			t.Errorf("once a token was used, %q opens", again)
		}
	}
	for range 2 * mostWrong {
		r.open(t, guess)
	}
	if all := r.addresses(); len(all) != 2 {
		t.Errorf("where no token waits, wrong ones have the terminal show %d addresses", len(all))
	}
	if status, _, _ := r.do(t, key, call{method: "GET", path: "/api/state"}); status != 200 {
		t.Errorf("after wrong tokens a good key has the status %d", status)
	}
	for range 3 {
		if status, body, _ := r.do(t, "", call{method: "POST", path: "/api/ask", body: "{}"}); status != 200 || body != "{}" {
			t.Errorf("asked for an address: %d %s", status, body)
		}
	}
	if all := r.addresses(); len(all) != 3 {
		t.Errorf("three pages that ask have the terminal show %d addresses", len(all)-2)
	}
	for range mostWrong {
		r.open(t, guess)
	}
	if all := r.addresses(); len(all) != 4 {
		t.Errorf("wrong tokens after that have the terminal show %d addresses", len(all)-3)
	}
}

// TestTakeover: a second page takes over. The first one's requests are refused with the reason, also
// one that waits. A key of another start is not known.
func TestTakeover(t *testing.T) {
	r := serve(t, engine.Engine{})
	first := r.open(t, r.token())
	waiting := make(chan string)
	go func() {
		_, body, _ := r.do(t, first, call{method: "GET", path: "/api/state?after=1"})
		waiting <- body
	}()
	r.waits(t, 1)
	r.server.door.ask()
	second := r.open(t, r.token())
	select {
	case body := <-waiting:
		if fault(body) != desk.CodeTaken {
			t.Errorf("the request that waits ends with %s", body)
		}
	case <-time.After(5 * time.Second):
		t.Error("the request that waits goes on")
	}
	for _, test := range []struct {
		name, key string
		status    int
		code      desk.Code
	}{
		{"the first page", first, 401, desk.CodeTaken},
		{"the second page", second, 200, ""},
		{"a page of an earlier start", serve(t, engine.Engine{}).open(t, "x") + strings.Repeat("B", 43), 401, desk.CodeLocked},
	} {
		if status, body, _ := r.do(t, test.key, call{method: "GET", path: "/api/state"}); status != test.status || fault(body) != test.code {
			t.Errorf("%s: %d %s", test.name, status, body)
		}
	}
	// No more than formerKeys are known again; those after them are strangers.
	for range formerKeys {
		r.server.door.ask()
		r.open(t, r.token())
	}
	if _, body, _ := r.do(t, first, call{method: "GET", path: "/api/state"}); fault(body) != desk.CodeLocked {
		t.Errorf("the first page of many: %s", body)
	}
	if _, body, _ := r.do(t, second, call{method: "GET", path: "/api/state"}); fault(body) != desk.CodeTaken {
		t.Errorf("the second page of many: %s", body)
	}
}

// TestPoll: a request for a newer state is answered as soon as there is one, and with the present
// one after a while.
func TestPoll(t *testing.T) {
	r := serve(t, engine.Engine{})
	r.server.poll = 50 * time.Millisecond
	key := r.open(t, r.token())
	if status, body, _ := r.do(t, key, call{method: "GET", path: "/api/state?after=1"}); status != 200 || !strings.Contains(body, `"version":1`) {
		t.Errorf("nothing new: %d %s", status, body)
	}
	r.server.poll = pollTime
	answered := make(chan string)
	go func() {
		_, body, _ := r.do(t, key, call{method: "GET", path: "/api/state?after=1"})
		answered <- body
	}()
	r.waits(t, 2)
	r.set("b")
	select {
	case body := <-answered:
		if !strings.Contains(body, `"version":2`) {
			t.Errorf("something new: %s", body)
		}
	case <-time.After(5 * time.Second):
		t.Error("something new is not told")
	}
}

// TestOnce: a change whose answer was lost is asked for once more, and made once. One that was
// refused is refused again. Numbers only grow.
func TestOnce(t *testing.T) {
	r := serve(t, engine.Engine{})
	key := r.open(t, r.token())
	change := func(number int, value string) (int, string) {
		status, body, _ := r.do(t, key, call{method: "POST", path: "/api/change", body: `{"do":"set","value":"` + value + `"}`, header: map[string]string{RequestNumber: fmt.Sprint(number)}})
		return status, body
	}
	for _, test := range []struct {
		name   string
		number int
		value  string
		refuse error
		status int
		want   string
		calls  int
	}{
		{"the first", 1, "b", nil, 200, `"version":2`, 1},
		{"the first again", 1, "b", nil, 200, `"version":2`, 1},
		{"the next but one", 3, "c", nil, 200, `"version":3`, 2},
		{"an older one", 2, "d", nil, 400, `change 2 comes after change 3`, 2},
		{"one that is refused", 4, "e", errors.New("no room"), 422, `{"code":"refused","message":"no room"}`, 3},
		{"again, where it would not be", 4, "e", nil, 422, `no room`, 3},
		{"one that cannot be read", 5, `"`, nil, 400, "cannot be read", 3},
		{"the same, as it was meant", 5, "f", desk.Fault{Code: desk.CodeChanged, Message: "later"}, 409, `{"code":"changed","message":"later"}`, 4},
	} {
		r.paper.mu.Lock()
		r.refuse = test.refuse
		r.paper.mu.Unlock()
		status, body := change(test.number, test.value)
		if status != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s: %d %s", test.name, status, body)
		}
		if calls := r.called(); len(calls) != test.calls {
			t.Errorf("%s: the rooms were asked %q", test.name, calls)
		}
	}
}

// TestOvertaken: a change that has waited for others is not made once another page has taken over.
func TestOvertaken(t *testing.T) {
	r := serve(t, engine.Engine{})
	who := &session{}
	who.ctx, who.stop = context.WithCancel(t.Context())
	request, err := http.NewRequest("POST", "/api/save", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set(RequestNumber, "1")
	save := r.server.once(func(*http.Request) error { return r.server.save() })
	who.stop()
	if _, err := save(request, who); !errors.Is(err, desk.Fault{Code: desk.CodeTaken, Message: "another page has taken over"}) {
		t.Errorf("a page that was taken over from saves: %v", err)
	}
	if called := r.called(); len(called) > 0 {
		t.Errorf("the rooms were asked %q", called)
	}
}

// TestMistake: a room that panics is told to the page and shown in the terminal. The next change is
// made.
func TestMistake(t *testing.T) {
	r := serve(t, engine.Engine{})
	var mu sync.Mutex
	var shown string
	r.server.complain = func(text string) {
		mu.Lock()
		defer mu.Unlock()
		shown += text
	}
	save := r.server.rooms.Save
	r.server.rooms.Save = func() error { panic("no room") }
	key := r.open(t, r.token())
	if status, body, _ := r.do(t, key, call{method: "POST", path: "/api/save", body: "{}"}); status != 400 || fault(body) != desk.CodeBad || !strings.Contains(body, "no room") {
		t.Errorf("%d %s", status, body)
	}
	mu.Lock()
	if !strings.Contains(shown, "/api/save: no room") || !strings.Contains(shown, "server_test.go") {
		t.Errorf("the terminal has %q", shown)
	}
	mu.Unlock()
	r.server.rooms.Save = save
	if status, body, _ := r.do(t, key, call{method: "POST", path: "/api/save", body: "{}"}); status != 200 {
		t.Errorf("after that: %d %s", status, body)
	}
}

// TestSlow: whoever sends a head or a body drop by drop is cut off.
func TestSlow(t *testing.T) {
	r := serve(t, engine.Engine{})
	own := r.server.http()
	if own.ReadHeaderTimeout != headerTimeout || own.ReadTimeout != readTimeout || own.WriteTimeout != writeTimeout || own.IdleTimeout != idleTimeout || own.MaxHeaderBytes != maxHeaderBytes {
		t.Errorf("the server has other limits: %+v", own)
	}
	own.ReadHeaderTimeout, own.ReadTimeout = 100*time.Millisecond, 200*time.Millisecond
	listener, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go own.Serve(listener)
	t.Cleanup(func() { own.Close() })
	key := r.open(t, r.token())
	for _, test := range []struct{ name, sent string }{
		{"a head", "GET / HTTP/1.1\r\nHost: " + r.self + "\r\nX: "},
		{"a body", "POST /api/change HTTP/1.1\r\nHost: " + r.self + "\r\nContent-Type: application/json\r\nAuthorization: Bearer " + key + "\r\n" + RequestNumber + ": 1\r\nContent-Length: 100\r\n\r\n{"},
	} {
		t.Run(test.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(5 * time.Second))
			if _, err := conn.Write([]byte(test.sent)); err != nil {
				t.Fatal(err)
			}
			said, err := io.ReadAll(bufio.NewReader(conn)) // until the server ends it
			if err != nil && errors.Is(err, net.ErrClosed) || bytes.Contains(said, []byte(" 200 ")) {
				t.Errorf("%q, %v", said, err)
			}
			if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
				t.Error("the connection stays open")
			}
		})
	}
	if called := r.called(); len(called) > 0 {
		t.Errorf("the rooms were asked %q", called)
	}
}

// TestListen: only this machine's own addresses are listened on.
func TestListen(t *testing.T) {
	for _, test := range []struct{ address, want string }{
		{"127.0.0.1:0", ""},
		{"localhost:0", ""},
		{"0.0.0.0:0", "own address"},
		{":0", "own address"},
		{"[::]:0", "own address"},
		{"127.0.0.2:0", "own address"},
		{"192.0.2.1:0", "own address"},
		{"example.org:0", "own address"},
		{"2130706433:0", "own address"},
		{"[::1%lo]:0", "own address"},
		{"127.0.0.1", "is no address"},
		{"", "is no address"},
		{"127.0.0.1:http", "the port is no number"},
		{"127.0.0.1:70000", "the port is no number"},
	} {
		listener, err := listen(test.address)
		if err == nil {
			if host, _, _ := net.SplitHostPort(listener.Addr().String()); host != "127.0.0.1" {
				t.Errorf("%q listens on %s", test.address, listener.Addr())
			}
			listener.Close()
		}
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.address, err, test.want)
		}
	}
}

// A line is a listener whose connections come from the addresses that a test names.
type line struct {
	net.Listener
	from []string
}

func (l *line) Accept() (net.Conn, error) {
	if len(l.from) == 0 {
		return nil, net.ErrClosed
	}
	from := l.from[0]
	l.from = l.from[1:]
	one, other := net.Pipe()
	other.Close()
	address, err := net.ResolveTCPAddr("tcp", from)
	return &called{one, address}, err
}

type called struct {
	net.Conn
	from net.Addr
}

func (c *called) RemoteAddr() net.Addr { return c.from }

// TestForeignConnections: connections of other machines are closed, and no request of theirs is read,
// even if one comes through.
func TestForeignConnections(t *testing.T) {
	l := &own{&line{from: []string{"192.0.2.1:1", "127.0.0.1:2", "[2001:db8::1]:3", "[::1]:4", "[::ffff:127.0.0.1]:5", "[::ffff:192.0.2.1]:6"}}}
	var got []string
	for {
		conn, err := l.Accept()
		if err != nil {
			break
		}
		got = append(got, conn.RemoteAddr().String())
	}
	if want := []string{"127.0.0.1:2", "[::1]:4", "127.0.0.1:5"}; !slices.Equal(got, want) {
		t.Errorf("connections of %q, want %q", got, want)
	}
	r := serve(t, engine.Engine{})
	for _, test := range []struct {
		from   string
		status int
	}{{"192.0.2.1:1000", 403}, {"", 403}, {"127.0.0.1:1000", 200}} {
		request, err := http.NewRequest("GET", "http://"+r.self+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.RemoteAddr = test.from
		w := &recorder{header: http.Header{}, status: 200}
		r.server.handler().ServeHTTP(w, request)
		if w.status != test.status {
			t.Errorf("a request of %q: %d", test.from, w.status)
		}
	}
}

type recorder struct {
	bytes.Buffer
	header http.Header
	status int
}

func (r *recorder) Header() http.Header    { return r.header }
func (r *recorder) WriteHeader(status int) { r.status = status }

// TestPages: the page has the words of the browser's language, a strict policy, and nothing of the
// file.
func TestPages(t *testing.T) {
	r := serve(t, engine.Engine{Wasm: []byte("\x00asm"), Glue: []byte("glue")})
	for _, test := range []struct{ accept, lang string }{
		{"fr-CA,fr;q=0.9,en;q=0.8", "fr"}, {"en-GB", "en"}, {"de,fr;q=0.5", "fr"}, {"de", "en"}, {"", "en"}, {"\"<x>", "en"},
	} {
		status, body, header := r.do(t, "", call{method: "GET", path: "/", header: map[string]string{"Accept-Language": test.accept, "Sec-Fetch-Site": "none"}})
		if status != 200 || !strings.Contains(body, `<html lang="`+test.lang+`">`) {
			t.Errorf("%q: %d %.100s", test.accept, status, body)
		}
		for _, key := range startKeys {
			if !strings.Contains(body, test.lang+" "+key+"<") {
				t.Errorf("%q: the page lacks %s", test.accept, key)
			}
		}
		if strings.Contains(body, "mine-") || strings.Contains(body, r.token()) {
			t.Errorf("the page tells too much: %s", body)
		}
		policy := header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "frame-src http://preview.localhost:" + r.self[10:] + " http://localhost:" + r.self[10:]} {
			if !slices.ContainsFunc(strings.Split(policy, ";"), func(part string) bool { return strings.TrimSpace(part) == want }) {
				t.Errorf("the policy lacks %s: %s", want, policy)
			}
		}
		if strings.Contains(policy, "unsafe-inline") || header.Get("Cross-Origin-Opener-Policy") != "same-origin" || header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("headers %v", header)
		}
	}
	for _, test := range []struct{ path, kind, want string }{
		{"/start.js", "text/javascript; charset=utf-8", "location.hash"},
		{"/wasm_exec.js", "text/javascript; charset=utf-8", "glue"},
		{"/program.wasm", "application/wasm", "\x00asm"},
		{"/editor.css", "text/css; charset=utf-8", "body"},
	} {
		status, body, header := r.do(t, "", call{method: "GET", path: test.path})
		if status != 200 || header.Get("Content-Type") != test.kind || !strings.Contains(body, test.want) {
			t.Errorf("%s: %d %v", test.path, status, header)
		}
	}
}
