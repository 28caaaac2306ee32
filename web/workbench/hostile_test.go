package workbench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"charte/web/engine"
	"charte/web/workbench/desk"
)

// TestWire: requests that no browser writes, byte for byte. Each is refused, and what hides behind
// one is not done.
func TestWire(t *testing.T) {
	r := serve(t, engine.Engine{})
	key := r.open(t, r.token())
	host, good := "Host: "+r.self+"\r\n", "Authorization: Bearer "+key+"\r\n"
	hidden := "POST /api/save HTTP/1.1\r\nHost: evil.example\r\n" + good + "Content-Type: application/json\r\n" + RequestNumber + ": 1\r\nContent-Length: 2\r\n\r\n{}"
	for _, test := range []struct{ name, sent, status string }{
		{"two hosts", "GET /api/text HTTP/1.1\r\n" + host + "Host: evil.example\r\n" + good + "\r\n", "400"},
		{"no host", "GET /api/text HTTP/1.1\r\n" + good + "\r\n", "400"},
		{"no host, of old", "GET /api/text HTTP/1.0\r\n" + good + "\r\n", "421"},
		{"a host with a name in it", "GET /api/text HTTP/1.1\r\nHost: evil.example@" + r.self + "\r\n" + good + "\r\n", "400"},
		{"a host with a path", "GET /api/text HTTP/1.1\r\nHost: " + r.self + "/evil\r\n" + good + "\r\n", "4"},
		{"an address of another host", "GET http://evil.example/api/text HTTP/1.1\r\n" + host + good + "\r\n", "421"},
		{"a tunnel", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n" + good + "\r\n", "421"},
		{"a tunnel to itself", "CONNECT " + r.self + " HTTP/1.1\r\n" + host + good + "\r\n", "405"},
		{"options of the server", "OPTIONS * HTTP/1.1\r\n" + host + good + "\r\n", "40"},
		{"another version of HTTP", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "4"},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"},
		{"nothing of HTTP", "root\r\n\r\n", "400"},
		{"a space before a colon", "GET /api/text HTTP/1.1\r\nHost : " + r.self + "\r\n" + good + "\r\n", "400"},
		{"a header on two lines", "GET /api/text HTTP/1.1\r\n" + host + "X: a\r\n\tb\r\n" + good + "Origin: https://evil.example\r\n\r\n", "40"},
		{"a zero byte in a header", "GET /api/text HTTP/1.1\r\n" + host + "X: a\x00b\r\n" + good + "\r\n", "400"},
		{"a space in the path", "GET /api/text /etc HTTP/1.1\r\n" + host + good + "\r\n", "400"},
		{"a head of 64 KB", "GET /api/text HTTP/1.1\r\n" + host + "X: " + strings.Repeat("a", 64<<10) + "\r\n\r\n", "431"},
		{"10,000 headers", "GET /api/text HTTP/1.1\r\n" + host + strings.Repeat("X: a\r\n", 10000) + "\r\n", "431"},
		{"two lengths", "POST /api/save HTTP/1.1\r\n" + host + good + "Content-Length: 0\r\nContent-Length: 2\r\n\r\n{}", "400"},
		{"a length below 0", "POST /api/save HTTP/1.1\r\n" + host + good + "Content-Length: -1\r\n\r\n{}", "400"},
		{"a length that no number can hold", "POST /api/save HTTP/1.1\r\n" + host + good + "Content-Length: 99999999999999999999\r\n\r\n{}", "400"},
		{"an unknown way to send", "POST /api/save HTTP/1.1\r\n" + host + good + "Transfer-Encoding: xchunked\r\n\r\n", "501"},
		{"two ways to send", "POST /api/save HTTP/1.1\r\n" + host + good + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", "501"},
		{"a chunk of a length that is none", "POST /api/save HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n", "4"},
		{"a request behind a length and chunks", "POST /api/open HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + hidden, "40"},
		{"a request behind one without a body", "GET /api/text HTTP/1.1\r\n" + host + "\r\n" + hidden, "401"},
		{"two origins", "POST /api/save HTTP/1.1\r\n" + host + good + "Origin: http://" + r.self + "\r\nOrigin: https://evil.example\r\nContent-Type: application/json\r\n" + RequestNumber + ": 1\r\nContent-Length: 2\r\n\r\n{}", "403"},
		{"two sites", "GET /api/text HTTP/1.1\r\n" + host + good + "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n\r\n", "403"},
		{"the key behind another", "GET /api/text HTTP/1.1\r\n" + host + "Authorization: Bearer x\r\n" + good + "\r\n", "401"},
	} {
		t.Run(test.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", r.self)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(5 * time.Second))
			go io.WriteString(conn, test.sent) // the server may close before it has read all
			reader := bufio.NewReader(conn)
			line, err := reader.ReadString('\n')
			if _, status, _ := strings.Cut(line, " "); !strings.HasPrefix(status, test.status) {
				t.Errorf("%q (%v), want %s", line, err, test.status)
			}
			conn.SetDeadline(time.Now().Add(100 * time.Millisecond)) // for the answer to what is hidden
			if rest, _ := io.ReadAll(reader); strings.Contains(string(rest), "HTTP/1.1 200") || strings.Contains(string(rest), "HTTP/1.0 200") {
				t.Errorf("a request of these is answered: %s", rest)
			}
			if called := r.called(); len(called) > 0 {
				t.Errorf("the rooms were asked %q", called)
			}
		})
	}
}

// TestHeaders: every answer, of whatever status, may not be framed, sniffed, kept, or read by another
// page, and leaves no trace in a Referer. The preview's answers may be framed by the page.
func TestHeaders(t *testing.T) {
	j := join(t, engine.Engine{Wasm: []byte("\x00asm"), Glue: []byte("glue")})
	var state desk.State
	j.ask(t, call{method: "GET", path: "/api/state"}, &state)
	base, err := url.Parse(state.Preview.Base)
	if err != nil || base.Path == "" {
		t.Fatalf("the preview is at %q (%v)", state.Preview.Base, err)
	}
	form := map[string]string{"Content-Type": "text/plain"}
	for _, test := range []struct {
		call
		status int
	}{
		{call{method: "GET", path: "/"}, 200},
		{call{method: "HEAD", path: "/"}, 200},
		{call{method: "GET", path: "/icon.svg"}, 200},
		{call{method: "GET", path: "/start.js"}, 200},
		{call{method: "GET", path: "/wasm_exec.js"}, 200},
		{call{method: "GET", path: "/program.wasm"}, 200},
		{call{method: "GET", path: "/editor.css"}, 200},
		{call{method: "GET", path: "/none"}, 404},
		{call{method: "GET", path: "//evil.example/.."}, 307},
		{call{method: "PUT", path: "/"}, 405},
		{call{method: "GET", path: "/", host: "evil.example"}, 421},
		{call{method: "GET", path: "/api/state"}, 200},
		{call{method: "GET", path: "/api/text"}, 200},
		{call{method: "GET", path: "/api/form?at=/site"}, 200},
		{call{method: "GET", path: "/api/form?at=/none/none"}, 422},
		{call{method: "GET", path: "/api/effect"}, 200},
		{call{method: "GET", path: "/api/translations"}, 200},
		{call{method: "GET", path: "/api/known?q=a&lang=fr"}, 200},
		{call{method: "POST", path: "/api/change", body: "x"}, 400},
		{call{method: "POST", path: "/api/undo", body: "{}"}, 422},
		{call{method: "POST", path: "/api/redo", body: "{}", header: form}, 415},
		{call{method: "POST", path: "/api/save", body: "{}", header: map[string]string{"Sec-Fetch-Site": "cross-site"}}, 403},
		{call{method: "POST", path: "/api/settle", body: "{}", header: map[string]string{RequestNumber: ""}}, 400},
		{call{method: "POST", path: "/api/add", body: strings.Repeat(" ", maxBodyBytes+1)}, 413},
		{call{method: "POST", path: "/api/drop", body: strings.Repeat(" ", maxDropBytes+1), header: map[string]string{"Content-Type": "application/octet-stream"}}, 413},
		{call{method: "GET", path: "/api/take"}, 405},
		{call{method: "POST", path: "/api/open", body: "{}"}, 403},
		{call{method: "POST", path: "/api/ask", body: "{}"}, 200},
		{call{method: "GET", path: base.Path + "fr,light,-,0,notice/", host: base.Host}, 200},
		{call{method: "GET", path: base.Path + "fr,light,-,0,demo/", host: base.Host}, 200},
		{call{method: "GET", path: base.Path + "fr,light,-,0,charter/", host: base.Host}, 200},
		{call{method: "GET", path: base.Path + "fr,light,-,0,notice/charte.js", host: base.Host}, 200},
		{call{method: "GET", path: base.Path + "fr,light,-,0,notice/stage/site.css", host: base.Host}, 200},
		{call{method: "GET", path: base.Path + "fr,light,-,0,notice/stage/frame.html", host: base.Host}, 200},
		{call{method: "GET", path: base.Path + "fr,light,-,0,notice/charte.js", host: base.Host, header: map[string]string{"Range": "bytes=99999999-"}}, 200},
		{call{method: "HEAD", path: base.Path + "fr,light,-,0,notice/charte.js", host: base.Host}, 200},
		{call{method: "GET", path: base.Path + "xx,light,-,0,notice/", host: base.Host}, 404},
		{call{method: "GET", path: base.Path + "x/", host: base.Host}, 404},
		{call{method: "GET", path: base.Path + "fr,light,-,0,notice/..%2f..%2fserver.go", host: base.Host}, 404},
		{call{method: "GET", path: base.Path + "fr,light,-,0,notice/stage/..%2f..%2fserve.go", host: base.Host}, 404},
		{call{method: "GET", path: "/guess/1/fr,light,-,0,notice/", host: base.Host}, 404},
		{call{method: "POST", path: base.Path + "fr,light,-,0,notice/", host: base.Host, body: "{}"}, 405},
		{call{method: "GET", path: "/", host: base.Host}, 404},
		{call{method: "GET", path: "/api/text", host: base.Host}, 404},
	} {
		t.Run(fmt.Sprintf("%s %s%s", test.method, test.host, strings.ReplaceAll(test.path, base.Path, "/SECRET/")), func(t *testing.T) {
			status, body, header := j.do(t, j.key, test.call)
			if status != test.status {
				t.Errorf("status %d, want %d: %.200s", status, test.status, body)
			}
			inPreview := test.host == base.Host
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
				"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
				"Access-Control-Allow-Origin": "", "Set-Cookie": "", "Server": "",
			} {
				if got := header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if kept := header.Get("Cache-Control"); kept != "no-store" && !(inPreview && status == 200 && strings.HasPrefix(kept, "private,")) {
				t.Errorf("Cache-Control is %q", kept)
			}
			policy, deny := header.Get("Content-Security-Policy"), header.Get("X-Frame-Options")
			ancestors := "frame-ancestors 'none'"
			if inPreview {
				ancestors = "frame-ancestors http://" + j.self
			}
			if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, ancestors) || strings.Contains(policy, "unsafe-inline") && !inPreview || (deny == "DENY") == inPreview {
				t.Errorf("Content-Security-Policy is %q, X-Frame-Options %q", policy, deny)
			}
			if place := header.Get("Location"); strings.HasPrefix(place, "//") || strings.Contains(place, ":") {
				t.Errorf("it leads to %s", place)
			}
		})
	}
}

// TestParameters: whatever a page that has the key sends in a parameter, no other file is read or
// written, no answer tells where files are, none is a mistake of our own, and each comes soon.
func TestParameters(t *testing.T) {
	j := join(t, engine.Engine{})
	before := j.read(t)
	values := []string{
		"../../../../etc/passwd", "/etc/passwd", `..\..\etc\passwd`, "%2e%2e%2fetc%2fpasswd", "file:///etc/passwd", "\x00", "a\r\nb",
		"/services/99999999999999999999", "/services/-1", "/services/01", "/~2", "//", "/services/0/../../site", "/__proto__", "/services/0/cookies/0/name/x/y",
		"<script>alert(1)</script>", "{{.}}", "&a [*a]", "!!binary x", "- ", ": ", "\ufeff", "\u202e", "\xff", strings.Repeat("/a", 1000), strings.Repeat("[", 1000),
	}
	var calls []call
	for _, v := range values {
		query := url.QueryEscape(v)
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		body := func(format string) string { return strings.ReplaceAll(format, "V", string(text)) }
		calls = append(calls,
			call{method: "GET", path: "/api/form?at=" + query},
			call{method: "GET", path: "/api/known?q=" + query + "&lang=" + query},
			call{method: "POST", path: "/api/drop?name=" + query, body: v, header: map[string]string{"Content-Type": "application/octet-stream"}},
			call{method: "POST", path: "/api/settle", body: body(`{"id":V,"take":V}`)},
			call{method: "POST", path: "/api/take", body: body(`{"id":V,"items":[V]}`)},
			call{method: "POST", path: "/api/add", body: body(`{"id":V,"with":{V:V}}`)},
			call{method: "POST", path: "/api/add", body: body(`{"id":"matomo","category":V,"with":{"host":V}}`)},
			call{method: "POST", path: "/api/change", body: body(`{"version":1,"do":V,"pointer":"/site/name","value":"x"}`)},
		)
		for _, deed := range []desk.Deed{desk.DeedSet, desk.DeedClear, desk.DeedChoose, desk.DeedAdd, desk.DeedRemove, desk.DeedMove} {
			calls = append(calls, call{method: "POST", path: "/api/change", body: body(`{"version":1,"do":"` + string(deed) + `","pointer":V,"value":V}`)})
		}
	}
	for _, version := range []string{"0", "-1", "9223372036854775807"} {
		for _, pointer := range []string{"/site/controller", "/services/0"} {
			calls = append(calls, call{method: "POST", path: "/api/change", body: `{"version":` + version + `,"do":"set","pointer":"` + pointer + `","value":"x"}`})
		}
	}
	folder := filepath.Dir(j.file)
	for _, c := range calls {
		var body json.RawMessage
		status := j.ask(t, c, &body) // which waits 5 seconds at the most
		switch text := string(body); {
		case status != 200 && status != 400 && status != 409 && status != 422,
			strings.Contains(text, "mistake of Charte's own"), strings.Contains(text, "root:"), strings.Contains(text, folder), strings.Contains(text, "no such file"):
			t.Errorf("%s %.200s: %d %.300s", c.path, c.body, status, text)
		}
		// A value that fits is written, and is undone for the next.
		if c.method == "POST" && status == 200 && !strings.HasPrefix(c.path, "/api/drop") {
			j.ask(t, call{method: "POST", path: "/api/undo", body: "{}"}, &body)
		}
	}
	if text := j.read(t); string(text) != string(before) {
		t.Error("the file has changed")
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v (%v)", entries, err)
	}
}

// TestBombs: a text on the disk that would take long or all memory is refused in a sentence, and the
// text that is being edited stays.
func TestBombs(t *testing.T) {
	j := join(t, engine.Engine{})
	j.change(t, desk.Change{Version: 1, Do: desk.DeedSet, Pointer: "/site/controller", Value: "Ville"})
	laughs := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'z'; c++ {
		laughs += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.Repeat("*"+string(c-1)+", ", 9))
	}
	repeated := func(text string) string { return strings.Repeat(text, (128<<10)/len(text)) }
	var state desk.State
	for _, test := range []struct{ name, text string }{
		{"a billion laughs", laughs},
		{"many brackets", repeated("[")},
		{"many braces", repeated("{a: ")},
		{"many dashes", repeated("- ")},
		{"many question marks", repeated("? ")},
		{"many anchors", repeated("&a ")},
		{"many tags", repeated("!!a ")},
		{"a list in a list in a list", func() (text string) {
			var b strings.Builder
			for i := range 500 {
				fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i))
			}
			return b.String()
		}()},
		{"zero bytes", repeated("\x00")},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := state.Version
			j.write(t, []byte(test.text))
			state = j.becomes(t, "refused", func(s desk.State) bool { return s.Version > before && s.Unreadable != "" })
			var text string
			if j.ask(t, call{method: "GET", path: "/api/text"}, &text); !strings.Contains(text, "Ville") || strings.Contains(state.Unreadable, "\n") {
				t.Errorf("the text has %d bytes; %q", len(text), state.Unreadable)
			}
			var refused desk.Fault
			if status := j.ask(t, call{method: "POST", path: "/api/save", body: "{}"}, &refused); status != 422 {
				t.Errorf("saving: %d %+v", status, refused)
			}
		})
	}
}

// TestManyPolls: many requests that wait leave room for others, and end when another page takes over.
func TestManyPolls(t *testing.T) {
	const many = 100
	r := serve(t, engine.Engine{})
	key := r.open(t, r.token())
	client := http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: many}}
	defer client.CloseIdleConnections()
	var ended sync.WaitGroup
	for range many {
		ended.Go(func() {
			request, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+r.self+"/api/state?after=1", nil)
			if err != nil {
				t.Error(err)
				return
			}
			request.Header.Set("Authorization", "Bearer "+key)
			response, err := client.Do(request)
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			if body, err := io.ReadAll(response.Body); err != nil || fault(string(body)) != desk.CodeTaken {
				t.Errorf("%s (%v)", body, err)
			}
		})
	}
	r.waits(t, many)
	if status, body, _ := r.do(t, key, call{method: "POST", path: "/api/save", body: "{}"}); status != 200 {
		t.Errorf("meanwhile: %d %s", status, body)
	}
	r.server.door.ask()
	r.open(t, r.token())
	ended.Wait()
}

// TestPanics: a page, or a preview, that panics is answered in a sentence; the terminal shows where,
// and neither the key nor the preview's secret.
func TestPanics(t *testing.T) {
	for _, test := range []struct {
		name, host, path string
		spoil            func(*Rooms)
	}{
		{"the page", "", "/", func(rooms *Rooms) { rooms.Words = func(string) map[string]string { panic("no room") } }},
		{"an answer", "", "/api/text", func(rooms *Rooms) { rooms.Text = func() []byte { panic("no room") } }},
		{"the preview", "preview.localhost:PORT", "/SECRET/1/", func(rooms *Rooms) {
			rooms.Preview = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no room") })
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := serve(t, engine.Engine{})
			shown := &heard{}
			r.server.complain = (&terminal{out: shown}).line
			key := r.open(t, r.token())
			kept := r.server.rooms
			test.spoil(&r.server.rooms)
			status, body, header := r.do(t, key, call{method: "GET", path: test.path, host: test.host})
			if status < 400 || !strings.Contains(body, "a mistake of Charte's own: no room") || header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%d %s %v", status, body, header)
			}
			if text := shown.String(); !strings.Contains(text, "no room") || !strings.Contains(text, "hostile_test.go") || strings.Contains(text, key) || strings.Contains(text, "SECRET") {
				t.Errorf("the terminal has %q", text)
			}
			r.server.rooms = kept
			if status, body, _ := r.do(t, key, call{method: "GET", path: "/api/state"}); status != 200 {
				t.Errorf("after that: %d %s", status, body)
			}
		})
	}
}

// TestSteady: work that panics is shown and begun again, and ends with its context.
func TestSteady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		begun, shown := 0, ""
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			steady(ctx, func(ctx context.Context) {
				if begun++; begun < 3 {
					panic("no room")
				}
				<-ctx.Done()
			}, func(text string) { shown += text })
		}()
		time.Sleep(3 * pause) // of a clock that is the test's
		if begun != 3 || strings.Count(shown, "the file's watch: no room") != 2 {
			t.Errorf("it was begun %d times; %s", begun, shown)
		}
		end()
		<-ended
	})
}

// TestPort80: browsers leave the port out of Host where it is 80.
func TestPort80(t *testing.T) {
	for self, want := range map[string]string{
		"127.0.0.1": "preview.localhost localhost", "127.0.0.1:8080": "preview.localhost:8080 localhost:8080", "[::1]": "preview.localhost localhost", "[::1]:8080": "preview.localhost:8080 localhost:8080",
	} {
		if s := newServer(self, newPaper().rooms(), engine.Engine{}, func(string, string) {}); strings.Join(s.preview, " ") != want {
			t.Errorf("at %s the preview is at %q", self, s.preview)
		}
	}
}
