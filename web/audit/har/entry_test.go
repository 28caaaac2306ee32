package har

import (
	"encoding/json"
	"testing"
	"time"

	"charte/web/audit/report"
)

// noon is when the requests of these tests were made.
var noon = time.Date(2026, time.November, 2, 12, 0, 0, 0, time.UTC)

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A part is a part of a request's entry, and what it must be.
type part struct {
	name  string
	of    report.Request
	piece func(entry) any
	want  string // JSON
}

func checkParts(t *testing.T, parts []part) {
	t.Helper()
	for _, test := range parts {
		t.Run(test.name, func(t *testing.T) {
			if got := asJSON(t, test.piece(entryOf(asked{Request: &test.of}))); got != test.want {
				t.Errorf("it is\n%s, want\n%s", got, test.want)
			}
		})
	}
}

// answered is a request with an answer.
func answered(status int, h report.HTTP) report.Request {
	return report.Request{Time: noon, Method: "GET", URL: "https://example.org/", Status: status, HTTP: &h}
}

// header is a list of one header.
func header(name, value string) []report.Header { return []report.Header{{Name: name, Value: value}} }

// TestUnknown: of a request of which nothing was recorded, HAR has what it must have.
func TestUnknown(t *testing.T) {
	bare := report.Request{Time: noon, Method: "GET", URL: "https://example.org/"}
	checkParts(t, []part{
		{"the request", bare, func(e entry) any { return e.Request },
			`{"method":"GET","url":"https://example.org/","httpVersion":"","cookies":[],"headers":[],"queryString":[],"headersSize":-1,"bodySize":-1}`},
		{"the answer", bare, func(e entry) any { return e.Response },
			`{"status":0,"statusText":"","httpVersion":"","cookies":[],"headers":[],"content":{"size":-1,"mimeType":"x-unknown"},"redirectURL":"","headersSize":-1,"bodySize":-1}`},
		{"the timings", bare, func(e entry) any { return e.Timings }, `{"blocked":-1,"dns":-1,"connect":-1,"ssl":-1,"send":0,"wait":0,"receive":0}`},
		{"the time", bare, func(e entry) any { return e.TimeMS }, `0`},
	})
}

// TestTimings: the parts are milliseconds, and the whole is their sum.
func TestTimings(t *testing.T) {
	checkParts(t, []part{
		{"the beginning, in UTC", report.Request{Time: noon.In(time.FixedZone("", 3600))}, func(e entry) any { return e.Began }, `"2026-11-02T12:00:00Z"`},
		{"TLS is a part of connect", answered(200, report.HTTP{DNS: 1, Connect: 20, TLS: 15, Send: 2, Wait: 3, Receive: 4}), func(e entry) any { return e.TimeMS }, `30`},
		{"a connection that is told without TLS", answered(200, report.HTTP{Connect: 5, TLS: 15}), func(e entry) any { return e.Timings.Connect }, `15`},
		{"to the microsecond", answered(200, report.HTTP{Wait: 0.12345}), func(e entry) any { return []float64{e.TimeMS, e.Timings.Wait} }, `[0.123,0.123]`},
	})
}

// TestRequest: what was asked is where HAR has it.
func TestRequest(t *testing.T) {
	from := func(url string) report.Request { return report.Request{Time: noon, Method: "GET", URL: url} }
	checkParts(t, []part{
		{"a form", answered(200, report.HTTP{Body: "a=1&b=2", RequestBytes: 7, Request: header("content-type", "application/x-www-form-urlencoded")}),
			func(e entry) any { return []any{e.Request.Body, e.Request.BodySize} }, `[{"mimeType":"application/x-www-form-urlencoded","text":"a=1\u0026b=2"},7]`},
		{"a body without a type", answered(200, report.HTTP{Body: "x"}), func(e entry) any { return e.Request.Body }, `{"mimeType":"application/octet-stream","text":"x"}`},
		{"cookies", answered(200, report.HTTP{Request: header("cookie", "a=b")}), func(e entry) any { return e.Request.Cookies }, `[{"name":"a","value":"b"}]`},
		{"a query", from("https://example.org/?b=%C3%A9+e&a&=c&&b=d=e&%zz=%#f?g=h"), func(e entry) any { return e.Request.Query },
			`[{"name":"b","value":"é e"},{"name":"a","value":""},{"name":"","value":"c"},{"name":"b","value":"d=e"},{"name":"%zz","value":"%"}]`},
		{"an address that must be encoded", from("https://example.org/a b/é/%41%4/%?q=\"<\x00>#f"), func(e entry) any { return e.Request.URL }, `"https://example.org/a%20b/%C3%A9/%41%254/%25?q=%22%3C%00%3E"`},
		{"another name", report.Request{CNAME: "t.example"}, func(e entry) any { return e.Comment }, `"The host is another name of t.example."`},
		{"a type that Chromium calls otherwise", report.Request{Type: "pixel"}, func(e entry) any { return e.Type }, `"image"`},
		{"one that it calls so, too", report.Request{Type: "font"}, func(e entry) any { return e.Type }, `"font"`},
	})
}

// TestAnswer: what came is where HAR has it.
func TestAnswer(t *testing.T) {
	sizes := func(e entry) any { return []int64{e.Response.Content.Size, e.Response.BodySize} }
	redirect := func(e entry) any { return e.Response.Redirect }
	version := func(e entry) any { return []string{e.Request.Version, e.Response.Version} }
	address := func(e entry) any { return e.Address }
	head := answered(200, report.HTTP{ResponseBytes: -1})
	head.Method = "HEAD"
	checkParts(t, []part{
		{"content that was not compressed", answered(200, report.HTTP{ResponseBytes: 70}), sizes, `[70,70]`},
		{"content that was", answered(200, report.HTTP{ResponseBytes: 70, Response: header("Content-Encoding", "gzip")}), sizes, `[-1,70]`},
		{"from the cache", answered(200, report.HTTP{ResponseBytes: 70, FromCache: true}), sizes, `[-1,0]`},
		{"not modified", answered(304, report.HTTP{ResponseBytes: 70}), sizes, `[-1,0]`},
		{"no content", answered(204, report.HTTP{ResponseBytes: -1}), sizes, `[0,-1]`},
		{"a size that is none", answered(200, report.HTTP{ResponseBytes: -7}), sizes, `[-1,-1]`},
		{"headers alone", head, sizes, `[0,-1]`},
		{"from the cache, as Chromium tells it", answered(200, report.HTTP{FromCache: true}), func(e entry) any { return e.FromCache }, `"disk"`},
		{"not modified, as Chromium tells it", answered(304, report.HTTP{ResponseBytes: 70}), func(e entry) any { return e.Response.CameSize }, `70`},
		{"a type", answered(200, report.HTTP{MIME: "text/css"}), func(e entry) any { return e.Response.Content.MIME }, `"text/css"`},

		{"a redirect", answered(302, report.HTTP{Redirect: "https://example.org/b", Response: header("Location", "/b")}), redirect, `"https://example.org/b"`},
		{"a redirect that was not followed", answered(301, report.HTTP{Response: header("location", "/b")}), redirect, `"/b"`},
		{"a new thing's place", answered(201, report.HTTP{Response: header("Location", "/b")}), redirect, `""`},
		{"a failure", answered(0, report.HTTP{Failure: "net::ERR_FAILED"}), func(e entry) any { return e.Response.Error }, `"net::ERR_FAILED"`},

		{"a cookie that lives a minute", answered(200, report.HTTP{Response: header("set-cookie", "a=b; Max-Age=60")}), func(e entry) any { return e.Response.Cookies }, `[{"name":"a","value":"b","expires":"2026-11-02T12:01:00Z"}]`},
		{"a header twice", answered(200, report.HTTP{Response: []report.Header{{Name: "A", Value: "1"}, {Name: "a", Value: "2"}}}), func(e entry) any { return e.Response.Headers }, `[{"name":"A","value":"1"},{"name":"a","value":"2"}]`},

		{"HTTP/1.1", answered(200, report.HTTP{Protocol: "http/1.1"}), version, `["HTTP/1.1","HTTP/1.1"]`},
		{"HTTP/2", answered(200, report.HTTP{Protocol: "h2"}), version, `["HTTP/2.0","HTTP/2.0"]`},
		{"HTTP/3", answered(200, report.HTTP{Protocol: "h3"}), version, `["h3","h3"]`},
		{"an address", answered(200, report.HTTP{Address: "192.0.2.7"}), address, `"192.0.2.7"`},
		{"one of version 6, as Chromium tells it", answered(200, report.HTTP{Address: "[2001:db8::1]"}), address, `"2001:db8::1"`},
		{"one with a zone", answered(200, report.HTTP{Address: "fe80::1%eth0"}), address, `"fe80::1"`},
		{"no address", answered(200, report.HTTP{Address: "proxy"}), address, `""`},
	})
}

// TestInitiator: Chromium's developer tools find what made a request. Their lines begin with 0.
func TestInitiator(t *testing.T) {
	by := func(i report.Initiator) report.Request { return report.Request{Initiator: i} }
	made := func(e entry) any { return e.Initiator }
	checkParts(t, []part{
		{"a tag", by(report.Initiator{Kind: "parser", URL: "https://example.org/", Line: 31, Column: 5}), made, `{"type":"parser","url":"https://example.org/","lineNumber":30,"columnNumber":4}`},
		{"a script", by(report.Initiator{Kind: "script", URL: "https://example.org/a.js", Line: 1}), made,
			`{"type":"script","url":"https://example.org/a.js","stack":{"callFrames":[{"functionName":"","scriptId":"","url":"https://example.org/a.js","lineNumber":0,"columnNumber":0}]}}`},
		{"a redirect", by(report.Initiator{Kind: "redirect", URL: "https://example.org/"}), made, `{"type":"other","url":"https://example.org/"}`},
		{"the visit itself", by(report.Initiator{Kind: "user"}), made, `{"type":"other"}`},
	})
}

// FuzzAddress: an address that was encoded needs no more, and has no byte that RFC 3986 forbids.
func FuzzAddress(f *testing.F) {
	for _, address := range []string{"", "https://example.org/?a=b#c", "%", "%4", "%41", "%%41", "\xff é", "?&=&a=%zz"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		once := encoded(withoutFragment(address))
		if again := encoded(once); again != once {
			t.Errorf("%q is encoded as %q, and that as %q", address, once, again)
		}
		for i := range len(once) {
			if c := once[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '<' {
				t.Errorf("%q has the byte %q", once, c)
			}
		}
		query(address)
	})
}
