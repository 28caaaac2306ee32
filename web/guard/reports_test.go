package guard

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

const (
	cspReport = "application/csp-report"
	reporting = "application/reports+json"
)

// old is what report-uri sends.
func old(page, directive, blocked string) string {
	data, _ := json.Marshal(map[string]any{"csp-report": map[string]any{"document-uri": page, "effective-directive": directive, "blocked-uri": blocked}})
	return string(data)
}

// batch is what the Reporting API sends: one report for each pair of directive and blocked address.
func batch(page string, pairs ...string) string {
	reports := []any{}
	for pair := range slices.Chunk(pairs, 2) {
		reports = append(reports, map[string]any{"type": "csp-violation", "age": 1, "url": page, "user_agent": "Secret/1",
			"body": map[string]any{"documentURL": page, "effectiveDirective": pair[0], "blockedURL": pair[1], "disposition": "report", "statusCode": 200}})
	}
	data, _ := json.Marshal(reports)
	return string(data)
}

// post sends a report to the counts of http://site.example.
func post(c *Counts, method, kind, body string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, "http://site.example/guard?secret=query", strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	w := httptest.NewRecorder()
	c.Receive(w, r)
	return w.Result()
}

// Reports that browsers have sent, with their addresses changed. See TestGuardReports in web/hosts.
const (
	fromChromium = `[{"age":2,"body":{"blockedURL":"https://www.third.example/a/b.js?secret=1","columnNumber":7,"disposition":"report","documentURL":"https://site.example/private?secret=2","effectiveDirective":"script-src-elem","lineNumber":3,"originalPolicy":"script-src 'self'; report-to charte","referrer":"https://secret.example/","sample":"","sourceFile":"https://site.example/private","statusCode":200},"type":"csp-violation","url":"https://site.example/private?secret=2","user_agent":"Mozilla/5.0 Secret"}]`
	fromFirefox  = `{"csp-report":{"blocked-uri":"https://www.third.example/a/b.js?secret=1","column-number":7,"disposition":"report","document-uri":"https://site.example/private?secret=2","effective-directive":"script-src-elem","line-number":3,"original-policy":"script-src 'self'; report-uri https://site.example/guard","referrer":"","source-file":"https://site.example/private","status-code":200,"violated-directive":"script-src-elem"}}`
	fromWebKit   = `{"type":"csp-violation","url":"https://site.example/private?secret=2","body":{"documentURL":"https://site.example/private?secret=2","disposition":"report","referrer":"","effectiveDirective":"script-src-elem","blockedURL":"https://www.third.example:443/a/b.js?secret=1","originalPolicy":"script-src 'self'; report-uri /guard","statusCode":200,"sample":"","sourceFile":"https://site.example/private","lineNumber":0,"columnNumber":1}}`
	ofCSP2       = `{"csp-report":{"document-uri":"https://site.example/","referrer":"","violated-directive":"script-src 'self' https://secret.example","original-policy":"script-src 'self'","blocked-uri":"https://www.third.example"}}`
)

// TestReceiveSlowly: reports that are sent slowly take a bounded room, and others are taken again
// once they have ended.
func TestReceiveSlowly(t *testing.T) {
	c := new(Counts)
	report := old("http://site.example/", "img-src", "https://a.example/")
	var ended sync.WaitGroup
	var slow []*io.PipeWriter
	for range maxBodies {
		body, sender := io.Pipe()
		slow = append(slow, sender)
		r := httptest.NewRequest(http.MethodPost, "http://site.example/guard", body)
		r.Header.Set("Content-Type", cspReport)
		ended.Go(func() { c.Receive(httptest.NewRecorder(), r) })
		if _, err := sender.Write([]byte(report[:1])); err != nil { // returns once it is read
			t.Fatal(err)
		}
	}
	if got := post(c, http.MethodPost, cspReport, report).StatusCode; got != http.StatusServiceUnavailable {
		t.Errorf("one more: status %d", got)
	}
	for _, sender := range slow {
		sender.Close()
	}
	ended.Wait()
	if got := post(c, http.MethodPost, cspReport, report).StatusCode; got != http.StatusNoContent {
		t.Errorf("afterwards: status %d", got)
	}
	if got := c.Snapshot().Hosts; len(got) != 1 || got[0].Count != 1 {
		t.Errorf("counts %v, want one", got)
	}
}

// TestReceive: a report is counted by its directive and host, and what is none is refused. What
// reports say beside that is neither kept nor sent back.
func TestReceive(t *testing.T) {
	const page = "http://site.example/private?secret=1"
	pad := func(body string, size int) string { return body + strings.Repeat(" ", size-len(body)) }
	many := func(n int) string {
		var pairs []string
		for i := range n {
			pairs = append(pairs, "img-src", fmt.Sprintf("https://h%d.example/", i%3))
		}
		return batch(page, pairs...)
	}
	for _, test := range []struct {
		name    string
		kind    string
		body    string
		headers []string
		status  int
		want    string // as snapshot writes it, without the day
	}{
		{"Chromium", reporting, fromChromium, nil, 204, "script-src www.third.example 1\n"},
		{"Firefox", cspReport, fromFirefox, nil, 204, "script-src www.third.example 1\n"},
		{"WebKit", cspReport, fromWebKit, nil, 204, "script-src www.third.example 1\n"},
		{"a browser of CSP2", cspReport, ofCSP2, nil, 204, "script-src www.third.example 1\n"},
		{"with a charset", cspReport + "; charset=UTF-8", old(page, "img-src", "https://a.example/x"), nil, 204, "img-src a.example 1\n"},
		{"several at once, and one of something else", reporting, strings.Replace(batch(page, "img-src", "https://a.example/x", "frame-src", "https://b.example/", "img-src", "https://a.example/y"), "[", `[{"type":"deprecation","url":"x","body":{"documentURL":7}},`, 1), nil, 204, "img-src a.example 2\nframe-src b.example 1\n"},
		{"none at all", reporting, "[]", nil, 204, ""},
		{"the page of the report where its body names none", reporting, strings.Replace(batch(page, "img-src", "https://a.example/"), `"documentURL":"`+page+`",`, "", 1), nil, 204, "img-src a.example 1\n"},
		{"a hundred", reporting, many(100), nil, 204, "img-src h0.example 34\nimg-src h1.example 33\nimg-src h2.example 33\n"},

		{"another origin's page", cspReport, old("https://evil.test/", "img-src", "https://a.example/"), nil, 204, "elsewhere 1\n"},
		{"a page without an origin", cspReport, old("about:srcdoc", "img-src", "https://a.example/"), nil, 204, "elsewhere 1\n"},
		{"another port's page", cspReport, old("http://site.example:8080/", "img-src", "https://a.example/"), nil, 204, "elsewhere 1\n"},
		{"a page of a listed origin", cspReport, old("https://listed.example/x", "img-src", "https://a.example/"), nil, 204, "img-src a.example 1\n"},
		{"a page of a listed origin over http", cspReport, old("http://listed.example/x", "img-src", "https://a.example/"), nil, 204, "elsewhere 1\n"},
		{"a page of a listed origin, with its usual port", cspReport, old("https://listed.example:443/x", "img-src", "https://a.example/"), nil, 204, "img-src a.example 1\n"},
		{"a page whose name begins as the site's", cspReport, old("http://site.example.evil.test/", "img-src", "https://a.example/"), nil, 204, "elsewhere 1\n"},
		{"a page with the site's name as its user", cspReport, old("http://site.example@evil.test/", "img-src", "https://a.example/"), nil, 204, "elsewhere 1\n"},
		{"a page over https, where the proxy speaks TLS", cspReport, old("https://SITE.example/x", "img-src", "https://a.example/"), nil, 204, "img-src a.example 1\n"},

		{"a made-up directive", cspReport, old(page, "secret-src", "https://a.example/"), nil, 204, "other a.example 1\n"},
		{"a directive in capitals", cspReport, old(page, "IMG-SRC", "https://a.example/"), nil, 204, "img-src a.example 1\n"},
		{"style attributes", cspReport, old(page, "style-src-attr", "inline"), nil, 204, "style-src inline 1\n"},

		{"no type", "", old(page, "img-src", "https://a.example/"), nil, 415, ""},
		{"JSON", "application/json", old(page, "img-src", "https://a.example/"), nil, 415, ""},
		{"a form", "text/plain", old(page, "img-src", "https://a.example/"), nil, 415, ""},
		{"another charset", cspReport + "; charset=utf-16", old(page, "img-src", "https://a.example/"), nil, 415, ""},
		{"compressed", cspReport, old(page, "img-src", "https://a.example/"), []string{"Content-Encoding", "gzip"}, 415, ""},
		{"one kind under the other's name", cspReport, batch(page, "img-src", "https://a.example/"), nil, 400, ""},
		{"the other way round", reporting, old(page, "img-src", "https://a.example/"), nil, 400, ""},
		{"an empty body", cspReport, "", nil, 400, ""},
		{"an empty object", cspReport, "{}", nil, 400, ""},
		{"null", reporting, "null", nil, 400, ""},
		{"a report that is null", cspReport, `{"csp-report":null}`, nil, 400, ""},
		{"no directive", cspReport, `{"csp-report":{"document-uri":"http://site.example/","blocked-uri":"https://secret.example/"}}`, nil, 400, ""},
		{"WebKit, of something else", cspReport, `{"type":"deprecation","url":"http://site.example/secret","body":{}}`, nil, 400, ""},
		{"WebKit, with no body", cspReport, `{"type":"csp-violation","url":"http://site.example/secret"}`, nil, 400, ""},
		{"no directive in one of two", reporting, batch(page, "img-src", "https://a.example/", "", "https://secret.example/"), nil, 400, ""},
		{"no body", reporting, `[{"type":"csp-violation","url":"http://site.example/secret"}]`, nil, 400, ""},
		{"numbers", cspReport, `{"csp-report":{"document-uri":1,"effective-directive":2,"blocked-uri":3}}`, nil, 400, ""},
		{"cut short", cspReport, fromFirefox[:200], nil, 400, ""},
		{"something behind it", cspReport, fromFirefox + "secret", nil, 400, ""},
		{"very deep", reporting, strings.Repeat("[", 50_000), nil, 400, ""},
		{"101", reporting, many(101), nil, 413, ""},
		{"as large as it may be", cspReport, pad(old(page, "img-src", "https://a.example/"), MaxReportBytes), nil, 204, "img-src a.example 1\n"},
		{"a byte more", cspReport, pad(old(page, "img-src", "https://a.example/"), MaxReportBytes+1), nil, 413, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &Counts{now: noonOf(29), Origins: []string{"https://listed.example"}}
			if strings.Contains(test.body, "https://site.example") {
				c.Origins = append(c.Origins, "https://site.example")
			}
			response := post(c, "POST", test.kind, test.body, test.headers...)
			if response.StatusCode != test.status {
				t.Errorf("status %d, want %d", response.StatusCode, test.status)
			}
			if got := strings.ReplaceAll(snapshot(c), " 2026-11-29", ""); got != test.want {
				t.Errorf("got:\n%swant:\n%s", got, test.want)
			}
			saved, err := json.Marshal(c)
			if err != nil || strings.Contains(strings.ToLower(string(saved)), "secret") || strings.Contains(string(saved), "private") {
				t.Errorf("kept %s, %v", saved, err)
			}
			var answered strings.Builder
			response.Write(&answered)
			if strings.Contains(strings.ToLower(answered.String()), "secret") || strings.Contains(answered.String(), "example") {
				t.Errorf("answered %s", answered.String())
			}
		})
	}
}

// TestBlocked: of a blocked address only the host is kept, and of what is no host only a word.
func TestBlocked(t *testing.T) {
	for _, test := range []struct{ blocked, want string }{
		{"https://www.Example.com/path?query#part", "www.example.com"},
		{"http://example.com:8080/", "example.com"},
		{"wss://socket.example.com/x", "socket.example.com"},
		{"https://user:word@example.com/", "example.com"},
		{"https://example.com./", "example.com"},
		{"https://xn--bcher-kva.example/", "xn--bcher-kva.example"},
		{"https://_dmarc.example/", "_dmarc.example"},
		{"HTTPS://EXAMPLE.COM", "example.com"},
		{"http://localhost:8080/x", "localhost"},

		{"http://site.example/own.js", "self"},
		{"http://SITE.example", "self"},
		{"http://site.example:80/own.js", "self"},
		{"https://site.example/", "site.example"}, // another origin
		{"http://site.example:81/", "site.example"},

		{"inline", "inline"},
		{"eval", "eval"},
		{"wasm-eval", "wasm-eval"},
		{"self", "self"},
		{"data", "data"},
		{"data:image/png;base64,c2VjcmV0", "data"},
		{"blob", "blob"},
		{"blob:https://site.example/5d1c", "blob"},
		{"about", "about"},
		{"filesystem:https://site.example/x", "filesystem"},
		{"chrome-extension", "extension"},
		{"chrome-extension://abcdef/x.js", "extension"},
		{"moz-extension://5d1c/x.js", "extension"},
		{"safari-web-extension://5d1c/x.js", "extension"},
		{"trusted-types-sink", "trusted-types-sink"},

		{"http://203.0.113.7/x", "address"},
		{"http://[2001:db8::1]:80/x", "address"},
		{"http://[fe80::1%25eth0]/x", "address"},

		{"", "other"},
		{"secret", "other"},
		{"/secret", "other"},
		{"//secret.example/", "other"},
		{"ftp://secret.example/", "other"},
		{"javascript:secret", "other"},
		{"https:secret", "other"},
		{"https:///secret", "other"},
		{"https://secret secret/", "other"},
		{"https://<b>secret</b>/", "other"},
		{"https://sécret.example/", "other"},
		{"https://secret\x00.example/", "other"},
		{"https://*.secret.example/", "other"},
		{"https://.secret.example/", "other"},
		{"https://secret..example/", "other"},
		{"https://%", "other"},
		{"https://" + strings.Repeat("s", 64) + ".example/", "other"},
		{"https://" + strings.Repeat("s.", 126) + "s/", strings.Repeat("s.", 126) + "s"}, // 253 bytes
		{"https://" + strings.Repeat("s.", 126) + "ss/", "other"},
	} {
		if got := hostOf(test.blocked, "http://site.example"); got != test.want {
			t.Errorf("%q: got %q, want %q", test.blocked, got, test.want)
		}
	}
}

// TestReceiveAnswers: answers are not cached, and may be sent for from any origin.
func TestReceiveAnswers(t *testing.T) {
	good := old("http://site.example/", "img-src", "https://a.example/")
	for _, test := range []struct {
		method string
		status int
		header map[string]string
	}{
		{"POST", 204, map[string]string{"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Access-Control-Allow-Credentials": "", "Set-Cookie": ""}},
		{"OPTIONS", 204, map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Content-Type", "Access-Control-Max-Age": "86400"}},
		{"GET", 405, map[string]string{"Allow": "POST, OPTIONS"}},
		{"HEAD", 405, nil},
		{"PUT", 405, nil},
		{"DELETE", 405, nil},
	} {
		c := &Counts{}
		response := post(c, test.method, cspReport, good, "Origin", "https://secret.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type, x-secret")
		if response.StatusCode != test.status {
			t.Errorf("%s: %s, want %d", test.method, response.Status, test.status)
		}
		for name, want := range test.header {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s: %s: %q, want %q", test.method, name, got, want)
			}
		}
		for name, values := range response.Header {
			if strings.Contains(fmt.Sprint(values), "secret") {
				t.Errorf("%s: %s: %q", test.method, name, values)
			}
		}
		if n, want := total(c.Snapshot()), map[string]int{"POST": 1}[test.method]; n != want {
			t.Errorf("%s: %d are counted, want %d", test.method, n, want)
		}
	}
}

// FuzzReceive: whatever is sent, the answer is one of those that are promised and has nothing of
// the request, and only known directives and names that can be hosts are counted.
func FuzzReceive(f *testing.F) {
	for _, seed := range []string{fromChromium, fromFirefox, fromWebKit, ofCSP2, "[]", "{}", "null", old("http://site.example/", "img-src", "data:x"), batch("http://site.example/", "img-src", "https://*.example/", "x", "http://[::1]/")} {
		f.Add(true, seed)
		f.Add(false, seed)
	}
	shown := regexp.MustCompile(`^(\*\.)?[a-z0-9_.-]{1,253}$`)
	f.Fuzz(func(t *testing.T, api bool, body string) {
		kind := cspReport
		if api {
			kind = reporting
		}
		c := &Counts{Origins: []string{"https://site.example"}}
		c.Declare(counted())
		response := post(c, "POST", kind, body)
		if response.StatusCode != 204 && response.StatusCode != 400 && response.StatusCode != 413 {
			t.Errorf("status %d", response.StatusCode)
		}
		s := c.Snapshot()
		if response.StatusCode != 204 && total(s)+s.Elsewhere > 0 {
			t.Errorf("%d, and something is counted: %+v", response.StatusCode, s)
		}
		if total(s)+s.Elsewhere > maxReports {
			t.Errorf("%d are counted", total(s)+s.Elsewhere)
		}
		for _, h := range s.Hosts {
			if !reportable[h.Directive] && h.Directive != otherWord || !shown.MatchString(h.Host) || !utf8.ValidString(h.Host) {
				t.Errorf("counted %+v", h)
			}
		}
	})
}
