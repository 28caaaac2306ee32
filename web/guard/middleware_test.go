package guard

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/web/browser/browsertest"
)

// setCookieRow is a value of Set-Cookie, and whether it passes under each answer.
type setCookieRow struct {
	name, line            string
	refused, ads, granted bool // by a visitor who refuses all, one who grants ads.y alone, and one who grants all
}

// setCookieRows are tried on the middleware and on nginx.
var setCookieRows = []setCookieRow{
	{"a necessary cookie", "sessionid=1; Path=/; HttpOnly", true, true, true},
	{"a necessary cookie with a prefix", "__Host-csrf=1; Path=/; Secure", true, true, true},
	{"the prefix in another case", "__host-csrf=1; Path=/; Secure", false, false, false},
	{"the answer's own", "cookies_preferences=v=1; Path=/", true, true, true},
	{"the answer's name in another case", "Cookies_preferences=v=1; Path=/", false, false, false},
	{"the answer within a cookie without a name", "=cookies_preferences=v=1; Path=/", false, false, false},
	{"the answer's name without a value", "cookies_preferences", false, false, false},
	{"a refused cookie", "_ga=1; Max-Age=60", false, false, true},
	{"a refused cookie, HttpOnly", "_ga=1; path=/; HTTPONLY", false, false, true},
	{"a refused cookie with spaces", "  _ga = 1 ; Max-Age=60", false, false, true},
	{"a refused cookie with a tab", "\t_ga\t=\t1", false, false, true},
	{"one of a family", "_ga_G1=1", false, false, true},
	{"a name in another case", "_GA=1", false, false, false},
	{"a name that goes on", "_gat=1", false, false, false},
	{"a name that another's family begins with", "_g=1", false, false, false},
	{"an exempt cookie", "visits=1", true, true, true},
	{"one of an exempt family", "_pk_id.1.abc=1", true, true, true},
	{"an undeclared cookie", "other=1", false, false, false},
	{"a cookie of two services, neither allowed", "shared=1", false, false, true},
	{"a cookie of a service, the other in its category is allowed", "_fbp=1", false, false, true},
	{"a storage key of an allowed service", "yt-player volume=1", false, false, false},
	{"no name", "=1", false, false, false},
	{"no name and no sign", "abc", false, false, false},
	{"nothing", "", false, false, false},
	{"a quoted name", `"_ga"=1`, false, false, false},
	{"a quoted value", `_ga="1; Max-Age=0"`, false, false, true}, // browsers know no quotes: the age is none
	{"an erasure in quotes", `_ga="1; Max-Age=0; "`, true, true, true},
	{"two cookies in one line", "sessionid=1, _ga=1", true, true, true},
	{"two cookies in one line, the other way round", "_ga=1, sessionid=1", false, false, true},
	{"an erasure by age", "other=; Max-Age=0", true, true, true},
	{"an erasure by a negative age", "_ga=; max-age=-1", true, true, true},
	{"an erasure with spaces", "_ga=;Max-Age = 0 ", true, true, true},
	{"an age of many zeros", "_ga=; Max-Age=000", true, true, true},
	{"an age of more zeros than browsers read", "other=; Max-Age=" + strings.Repeat("0", 1025), false, false, false},
	{"an age with a plus", "other=; Max-Age=+0", false, false, false},
	{"an age with a point", "other=; Max-Age=0.5", false, false, false},
	{"an age in quotes", `other=; Max-Age="0"`, false, false, false},
	{"an age of nothing", "other=; Max-Age=", false, false, false},
	{"an age of a sign", "other=; Max-Age=-", false, false, false},
	{"a great age", "other=; Max-Age=99999999999999999999", false, false, false},
	{"a greatly negative age", "other=; Max-Age=-99999999999999999999", true, true, true},
	{"two ages", "other=; Max-Age=0; Max-Age=-1", true, true, true},
	{"two ages, of which one erases", "other=; Max-Age=0; Max-Age=60", false, false, false},
	{"two ages, of which the other erases", "other=; Max-Age=60; Max-Age=0", false, false, false},
	{"two ages, of which one is none", "other=; Max-Age=0; Max-Age=x", false, false, false}, // Chromium keeps it
	{"an age that is none, and a date", "other=; Max-Age=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT", false, false, false},
	{"an age and a date", "other=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT", true, true, true},
	{"a date that erases, and an age", "other=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", false, false, false},
	{"an age that erases, and a date", "other=; Max-Age=0; Expires=Fri, 01 Jan 2100 00:00:00 GMT", false, false, false}, // WebKit keeps it
	{"an erasure by date", "other=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", true, true, true},
	{"a date with hyphens", "other=; expires=Thu, 01-Jan-1970 00:00:00 GMT", true, true, true},
	{"a date of two digits", "other=; Expires=Thursday, 01-Jan-70 00:00:00 GMT", true, true, true},
	{"a date as C writes it", "other=; Expires=Thu Jan  1 00:00:00 1970", true, true, true},
	{"a date with a sign for its zone", "other=; Expires=Thu, 01 Jan 1970 00:00:00 -0000", true, true, true},
	{"a date with another name for its zone", "other=; Expires=Thu, 01 Jan 1970 00:00:00 UTC", true, true, true},
	{"a date of a day with one digit", "other=; Expires=Thu, 1 Jan 1970 00:00:00 GMT", true, true, true},
	{"a date without a weekday", "other=; Expires=1 January 1970 0:0:0", false, false, false}, // WebKit keeps it
	{"a date in upper case", "other=; EXPIRES=THU, 01 JAN 1970 00:00:00 GMT", true, true, true},
	{"a date to come", "other=; Expires=Fri, 01 Jan 2100 00:00:00 GMT", false, false, false},
	{"a date to come of two digits", "other=; Expires=Fri, 01-Jan-69 00:00:00 GMT", false, false, false},
	{"a date to come of a granted cookie", "_ga=; Expires=Fri, 01 Jan 2100 00:00:00 GMT", false, false, true},
	{"a date before there were any", "other=; Expires=Thu, 01 Jan 1600 00:00:00 GMT", false, false, false},
	{"a date without a time", "other=; Expires=Thu, 01 Jan 1970", false, false, false},
	{"30 February", "other=; Expires=Fri, 30 Feb 1970 00:00:00 GMT", false, false, false},
	{"a time that is none", "other=; Expires=Thu, 01 Jan 1970 24:00:00 GMT", false, false, false},
	{"a time of 60 minutes", "other=; Expires=Thu, 01 Jan 1970 00:60:00 GMT", false, false, false},
	{"a time of 60 seconds", "other=; Expires=Thu, 01 Jan 1970 00:00:60 GMT", false, false, false},
	{"a date in ISO", "other=; Expires=1970-01-01T00:00:00Z", false, false, false},
	{"seconds", "other=; Expires=0", false, false, false},
	{"two dates", "other=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=Thu, 01 Jan 1970 00:00:00 GMT", true, true, true},
	{"two dates, of which one is none", "other=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=x", false, false, false},
	{"two dates, of which one erases", "other=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=Fri, 01 Jan 2100 00:00:00 GMT", false, false, false},
	{"an age in the value", "other=Max-Age=0", false, false, false},
}

// answers of setCookieRow.
func (row setCookieRow) answers(g *Guard) map[string]bool {
	return map[string]bool{g.answer(""): row.refused, g.answer("&yes=ads.y"): row.ads, g.answer("&yes=ads+ads-b+statistics+third-party"): row.granted}
}

// setting is a site whose responses set the cookies that the query names.
var setting = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if kind := r.URL.Query().Get("type"); kind != "" {
		w.Header().Set("Content-Type", kind)
	} else {
		w.Header().Set("Content-Type", "text/html")
	}
	for field, values := range r.URL.Query() {
		if field != "type" {
			for _, value := range values {
				w.Header().Add(field, value)
			}
		}
	}
})

// get asks a handler, over a connection.
func get(t testing.TB, server *httptest.Server, path string, cookies string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Cookie", cookies)
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// TestSetCookie: a response's cookie passes if it may be set, or erases, and is only counted under
// "report".
func TestSetCookie(t *testing.T) {
	for _, kind := range catalogue.Guards() {
		g := newGuard(t, site(kind), Options{})
		var counted []string
		g.Count = func(name string) { counted = append(counted, name) }
		server := browsertest.NewServer(t, g.Middleware(setting))
		for _, row := range setCookieRows {
			t.Run(string(kind)+"/"+row.name, func(t *testing.T) {
				for cookies, passes := range row.answers(g) {
					counted = nil
					response, _ := get(t, server, "/?"+url.Values{"Set-Cookie": {row.line, "sessionid=2"}}.Encode(), cookies)
					sent := response.Header.Values("Set-Cookie")
					isThere := slices.Contains(sent, strings.Trim(row.line, " \t")) && slices.Contains(sent, "sessionid=2")
					if want := passes || kind == catalogue.GuardReport; isThere != want || len(counted) > 0 == passes || !slices.Contains(sent, "sessionid=2") {
						t.Errorf("%s: sent %q, counted %q, want it sent: %v", cookies, sent, counted, want)
					}
				}
			})
		}
	}
}

// TestWriting: however a handler writes, its header is guarded before it is sent.
func TestWriting(t *testing.T) {
	const page = "<!doctype html><title>Un site</title>"
	refused := func(w http.ResponseWriter) { w.Header().Add("Set-Cookie", "_ga=1") }
	late := func(w http.ResponseWriter) { w.Header().Add("Set-Cookie", "late=1") }
	controller := http.NewResponseController
	for _, test := range []struct {
		name   string
		handle func(w http.ResponseWriter, r *http.Request)
		status int
		policy bool
		body   string
	}{
		{"nothing", func(w http.ResponseWriter, r *http.Request) {}, 200, true, ""},
		{"Write", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(page)) }, 200, true, page},
		{"WriteString", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, page) }, 200, true, page},
		{"little by little", func(w http.ResponseWriter, r *http.Request) {
			for _, c := range page {
				fmt.Fprintf(w, "%c", c)
			}
		}, 200, true, page},
		{"nothing, then a page", func(w http.ResponseWriter, r *http.Request) { w.Write(nil); io.WriteString(w, page) }, 200, true, page},
		{"what is found to be no page", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "\x89PNG\x0D\x0A\x1A\x0A") }, 200, false, "\x89PNG\x0D\x0A\x1A\x0A"},
		{"much text", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, strings.Repeat("a", 512)) }, 200, false, strings.Repeat("a", 512)},
		{"what is not looked at, since it is compressed", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "x")
			io.WriteString(w, "\x89PNG\x0D\x0A\x1A\x0A")
		}, 200, true, "\x89PNG\x0D\x0A\x1A\x0A"},
		{"a type of nil", func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = nil
			io.WriteString(w, "\x89PNG\x0D\x0A\x1A\x0A")
		}, 200, true, "\x89PNG\x0D\x0A\x1A\x0A"},
		{"a type", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", " Text/HTML;charset=utf-8")
			io.WriteString(w, "x")
		}, 200, true, "x"},
		{"XHTML", func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Type", "application/xhtml+xml") }, 200, true, ""},
		{"JSON", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, page)
		}, 200, false, page},
		{"an unknown type", func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Type", "*/*") }, 200, true, ""},
		{"a type that is none", func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Type", "html") }, 200, true, ""},
		{"two types", func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = []string{"text/plain", "text/html"}
		}, 200, true, ""},
		{"a status", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(404); io.WriteString(w, page) }, 404, true, page},
		{"a superfluous status", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(404)
			late(w)
			w.WriteHeader(500)
			io.WriteString(w, page)
		}, 404, true, page},
		{"unchanged", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(304) }, 304, true, ""},
		{"an error", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "x", 500) }, 500, false, "x\n"},
		{"a cookie after the header", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, page); late(w) }, 200, true, page},
		{"Flush", func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			late(w)
			io.WriteString(w, page)
		}, 200, true, page},
		{"Flush alone", func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush() }, 200, true, ""},
		{"FlushError", func(w http.ResponseWriter, r *http.Request) {
			if err := controller(w).Flush(); err != nil {
				panic(err)
			}
			late(w)
			io.WriteString(w, page)
		}, 200, true, page},
		{"deadlines", func(w http.ResponseWriter, r *http.Request) {
			if err := errors.Join(controller(w).SetWriteDeadline(time.Now().Add(time.Minute)), controller(w).SetReadDeadline(time.Now().Add(time.Minute)), controller(w).EnableFullDuplex()); err != nil {
				panic(err)
			}
			io.WriteString(w, page)
		}, 200, true, page},
		{"ReadFrom", func(w http.ResponseWriter, r *http.Request) {
			if _, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader(page)); err != nil {
				panic(err)
			}
			late(w)
		}, 200, true, page},
		{"io.Copy", func(w http.ResponseWriter, r *http.Request) { io.Copy(w, strings.NewReader(page)) }, 200, true, page},
		{"another spelling", func(w http.ResponseWriter, r *http.Request) {
			w.Header()["set-cookie"] = []string{"_ga=2", "YSC=1"}
			w.Header()["SET-COOKIE"] = []string{"sessionid=2"}
			io.WriteString(w, page)
		}, 200, true, page},
		{"a trailer", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, page)
			w.Header().Set(http.TrailerPrefix+"X-Sum", "1")
		}, 200, true, page},
		{"a handler with a time limit", func(w http.ResponseWriter, r *http.Request) {
			http.TimeoutHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				refused(w)
				w.Header().Add("Set-Cookie", "sessionid=1")
				io.WriteString(w, page)
			}), time.Minute, "").ServeHTTP(w, r)
		}, 200, true, page},
		{"a file", func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "index.html", time.Time{}, strings.NewReader(page))
		}, 200, true, page},
		{"a redirection", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other", http.StatusSeeOther) }, 303, true, "<a href=\"/other\">See Other</a>.\n\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGuard(t, site(catalogue.GuardEnforce), Options{Reports: "/guard"})
			server := browsertest.NewServer(t, g.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				refused(w)
				w.Header().Add("Set-Cookie", "sessionid=1")
				test.handle(w, r)
			})))
			server.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			response, body := get(t, server, "/", g.answer(""))
			if response.StatusCode != test.status || body != test.body {
				t.Errorf("%s: %q", response.Status, body)
			}
			wants := map[string][]string{"Content-Security-Policy": {g.Header(consent.Decision{})}, "Reporting-Endpoints": {`charte="/guard"`}}
			for field, want := range wants {
				if !test.policy {
					want = nil
				}
				if got := response.Header.Values(field); !slices.Equal(got, want) {
					t.Errorf("%s: %q, want %q", field, got, want)
				}
			}
			// The refused cookie is dropped, so there is "Vary" even where there is no page.
			if got := response.Header.Values("Vary"); !slices.Equal(got, []string{"Cookie"}) {
				t.Errorf("Vary: %q", got)
			}
			for _, line := range response.Header.Values("Set-Cookie") {
				if !strings.HasPrefix(line, "sessionid=") {
					t.Errorf("sets %q", line)
				}
			}
			if len(response.Header.Values("Set-Cookie")) == 0 {
				t.Error("the necessary cookie is not set")
			}
		})
	}
}

// TestHead: HEAD has the header of GET.
func TestHead(t *testing.T) {
	g := newGuard(t, site(catalogue.GuardEnforce), Options{})
	server := browsertest.NewServer(t, g.Middleware(setting))
	response, err := server.Client().Head(server.URL + "/?Set-Cookie=_ga=1")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.Header.Get("Content-Security-Policy") != g.Header(consent.Decision{}) || response.Header.Get("Set-Cookie") != "" {
		t.Errorf("header: %v", response.Header)
	}
}

// TestHTTP2: an answer in one of several Cookie fields counts, and the methods of HTTP/2 stay.
func TestHTTP2(t *testing.T) {
	g := newGuard(t, site(catalogue.GuardEnforce), Options{})
	server := httptest.NewUnstartedServer(g.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pushes := w.(http.Pusher); !pushes || r.ProtoMajor != 2 {
			t.Errorf("%s: a handler can push: %v", r.Proto, pushes)
		}
		setting(w, r)
		io.WriteString(w, "x")
	})))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/?Set-Cookie=_ga=1&Set-Cookie=YSC=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header["Cookie"] = []string{"a=b", g.answer("&yes=statistics"), "c=d"}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if want := g.Header(g.policy.Read(g.answer("&yes=statistics"), today)); response.Header.Get("Content-Security-Policy") != want {
		t.Errorf("policy: %s, want %s", response.Header.Get("Content-Security-Policy"), want)
	}
	if lines := response.Header.Values("Set-Cookie"); !slices.Equal(lines, []string{"_ga=1"}) {
		t.Errorf("sets %q", lines)
	}
}

// TestInformational: a cookie in a header that is sent early is dropped too, and one that is counted is
// counted once.
func TestInformational(t *testing.T) {
	for _, kind := range catalogue.Guards() {
		t.Run(string(kind), func(t *testing.T) {
			g := newGuard(t, site(kind), Options{})
			var counts []string
			var lock sync.Mutex
			g.Count = func(name string) {
				lock.Lock()
				defer lock.Unlock()
				counts = append(counts, name)
			}
			server := browsertest.NewServer(t, g.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Add("Link", "</style.css>; rel=preload; as=style")
				w.Header().Add("Set-Cookie", "_ga=1")
				w.WriteHeader(http.StatusEarlyHints)
				w.Header().Add("Set-Cookie", "other=1")
				w.(http.Flusher).Flush()
				io.WriteString(w, "<!doctype html>")
			})))
			var early http.Header
			trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, header textproto.MIMEHeader) error { early = http.Header(header); return nil }}
			request, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "GET", server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := server.Client().Do(request)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, response.Body) // until the handler has ended
			response.Body.Close()
			early.Del("Date")
			if early.Get("Link") == "" || early.Get(g.HeaderName()) != "" || response.Header.Get(g.HeaderName()) == "" {
				t.Errorf("early: %v, then %v", early, response.Header)
			}
			isReport := kind == catalogue.GuardReport
			if (early.Get("Set-Cookie") != "") != isReport || len(response.Header.Values("Set-Cookie")) != map[bool]int{true: 2}[isReport] {
				t.Errorf("sets early %q, then %q", early.Values("Set-Cookie"), response.Header.Values("Set-Cookie"))
			}
			lock.Lock()
			defer lock.Unlock()
			slices.Sort(counts)
			if !slices.Equal(counts, []string{"_ga", "other"}) {
				t.Errorf("counts %q", counts)
			}
		})
	}
}

// TestHijack: a handler may take the connection, and what it writes is its own.
func TestHijack(t *testing.T) {
	for name, hijack := range map[string]func(http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error){
		"http.Hijacker": func(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) { return w.(http.Hijacker).Hijack() },
		"http.ResponseController": func(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) {
			return http.NewResponseController(w).Hijack()
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuard(t, site(catalogue.GuardEnforce), Options{})
			server := browsertest.NewServer(t, g.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				conn, _, err := hijack(w)
				if err != nil {
					panic(err)
				}
				defer conn.Close()
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
			})))
			if response, body := get(t, server, "/", ""); body != "ok" || response.Header.Get("Content-Security-Policy") != "" {
				t.Errorf("%q, header %v", body, response.Header)
			}
		})
	}
}

// TestPanic: a handler's panic goes on, and nothing is sent for it.
func TestPanic(t *testing.T) {
	g := newGuard(t, site(catalogue.GuardEnforce), Options{})
	w := httptest.NewRecorder()
	defer func() {
		if recover() != http.ErrAbortHandler || w.Header().Get("Content-Security-Policy") != "" {
			t.Errorf("after a panic: %v", w.Header())
		}
	}()
	g.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
}

// bare is a writer that hides all methods of the one below, as some middleware does.
type bare struct{ http.ResponseWriter }

// Unwrap serves http.ResponseController.
func (b bare) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// waiting is a writer that holds flushes back until there is content.
type waiting struct {
	http.ResponseWriter
	hasContent bool
}

func (w *waiting) Write(data []byte) (int, error) {
	w.hasContent = true
	return w.ResponseWriter.Write(data)
}

func (w *waiting) Flush() {
	if w.hasContent {
		w.ResponseWriter.(http.Flusher).Flush()
	}
}

// TestWriters: what is below may have any methods, and none is claimed that is not there.
func TestWriters(t *testing.T) {
	for _, test := range []struct {
		name    string
		below   func(http.ResponseWriter) http.ResponseWriter
		flushes bool
	}{
		{"of net/http", func(w http.ResponseWriter) http.ResponseWriter { return w }, true},
		{"one that hides how to flush", func(w http.ResponseWriter) http.ResponseWriter { return bare{bare{w}} }, true},
		{"one that cannot flush", func(w http.ResponseWriter) http.ResponseWriter { return struct{ http.ResponseWriter }{w} }, false},
		{"one that flushes later", func(w http.ResponseWriter) http.ResponseWriter { return &waiting{ResponseWriter: w} }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGuard(t, site(catalogue.GuardEnforce), Options{})
			guarded := g.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Add("Set-Cookie", "_ga=1")
				if err := http.NewResponseController(w).Flush(); (err == nil) != test.flushes {
					t.Errorf("flushes: %v", err)
				}
				w.Header().Add("Set-Cookie", "other=1")
				io.WriteString(w, "<!doctype html>")
			}))
			server := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { guarded.ServeHTTP(test.below(w), r) }))
			response, body := get(t, server, "/", "")
			if body != "<!doctype html>" || response.Header.Get("Set-Cookie") != "" || len(response.Header.Values("Content-Security-Policy")) != 1 || len(response.Header.Values("Vary")) != 1 {
				t.Errorf("%q, header %v", body, response.Header)
			}
		})
	}
}

// TestFields: what a response has of its own stays.
func TestFields(t *testing.T) {
	for _, test := range []struct {
		name  string
		kind  catalogue.Guard
		query string // what the response has
		field string
		want  []string
	}{
		{"the site's own policy", "enforce", "Content-Security-Policy=default-src+'none'", "Content-Security-Policy", []string{"default-src 'none'", "POLICY"}},
		{"the site's own policy, where the guard reports", "report", "Content-Security-Policy=default-src+'none'", "Content-Security-Policy", []string{"default-src 'none'"}},
		{"the guard's, which reports", "report", "", "Content-Security-Policy-Report-Only", []string{"POLICY"}},
		{"the site's own endpoints", "report", `Reporting-Endpoints=own="/own"`, "Reporting-Endpoints", []string{`own="/own"`, `charte="/guard"`}},
		{"Vary", "report", "", "Vary", []string{"Cookie"}},
		{"another Vary", "report", "Vary=Accept-Language", "Vary", []string{"Accept-Language", "Cookie"}},
		{"the same Vary", "report", "Vary=Accept-Language,+cookie", "Vary", []string{"Accept-Language, cookie"}},
		{"the Vary that is all", "report", "Vary=*", "Vary", []string{"*"}},
		{"the Vary of what is no page", "report", "type=text/css", "Vary", nil},
		{"the Vary of what is no page, whose cookie is counted", "report", "type=text/css&Set-Cookie=_ga=1", "Vary", nil},
		{"the Vary of what is no page, whose cookie is dropped", "enforce", "type=text/css&Set-Cookie=_ga=1", "Vary", []string{"Cookie"}},
		{"caches, where nothing is dropped", "enforce", "Set-Cookie=sessionid=1", "Cache-Control", nil},
		{"caches, where a cookie is dropped", "enforce", "Set-Cookie=_ga=1", "Cache-Control", []string{"private"}},
		{"caches, where the site has said more", "enforce", "Set-Cookie=_ga=1&Cache-Control=no-store", "Cache-Control", []string{"no-store"}},
		{"caches, where a cookie is counted", "report", "Set-Cookie=_ga=1", "Cache-Control", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGuard(t, site(test.kind), Options{Reports: "/guard"})
			response, _ := get(t, browsertest.NewServer(t, g.Middleware(setting)), "/?"+strings.ReplaceAll(test.query, ";", "%3B"), "")
			for i := range test.want {
				test.want[i] = strings.ReplaceAll(test.want[i], "POLICY", g.Header(consent.Decision{}))
			}
			if got := response.Header.Values(test.field); !slices.Equal(got, test.want) {
				t.Errorf("%s: %q, want %q", test.field, got, test.want)
			}
		})
	}
}

// erasingRow is a request, and the cookies that are erased for it.
type erasingRow struct {
	name, cookies string
	answer        string // what the answer says, or "none"
	want          []string
}

var erasingRows = []erasingRow{
	{"cookies of refused services", "_ga=1; _ga_G1=2; sessionid=3; _fbp=4", "", []string{"_fbp", "_ga", "_ga_G1"}},
	{"without an answer", "_ga=1; sessionid=3", "none", []string{"_ga"}},
	{"of granted services", "_ga=1; _ga_G1=2", "&yes=statistics", nil},
	{"one of two services may run", "shared=1; _fbp=1", "&yes=ads-b", []string{"_fbp"}},
	{"of exempt services", "visits=1; _pk_id.1=2", "", nil},
	{"of exempt services, after an objection", "visits=1; _pk_id.1=2", "&no=statistics.counter", []string{"visits"}},
	{"undeclared cookies stay", "other=1; _gat=2", "", nil},
	{"storage keys are no cookies", "yt-session=1", "", nil},
	{"the same twice", "_ga=1; _ga=2", "", []string{"_ga"}},
	{"spaces and a tab", "  _ga = 1 ;\t_fbp=2", "", []string{"_fbp", "_ga"}},
	{"no value", "_ga", "", []string{"_ga"}},
	{"a quote and a comma in the name", `_ga_"x",y=1`, "", []string{`_ga_"x",y`}},
	{"prefixes", "__Host-ad=1; __Secure-z=2", "", []string{"__Host-ad", "__Secure-z"}},
}

// erased returns the names that Set-Cookie erases, sorted.
func erased(lines []string) []string {
	var names []string
	for _, line := range lines {
		if name, _, found := strings.Cut(line, "=; Path=/; Max-Age=0"); found && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// TestErasing: under "enforce" a page erases the request's cookies of services that may not run.
func TestErasing(t *testing.T) {
	for _, row := range erasingRows {
		t.Run(row.name, func(t *testing.T) {
			for _, test := range []struct {
				kind  catalogue.Guard
				query string
				want  []string
			}{{"enforce", "", row.want}, {"enforce", "?type=text/css", nil}, {"report", "", nil}} {
				g := newGuard(t, site(test.kind), Options{})
				cookies := row.cookies
				if row.answer != "none" {
					cookies = g.answer(row.answer) + ";" + cookies
				}
				response, _ := get(t, browsertest.NewServer(t, g.Middleware(setting)), "/"+test.query, cookies)
				if got := erased(response.Header.Values("Set-Cookie")); !slices.Equal(got, test.want) {
					t.Errorf("%s %s: erases %q, want %q", test.kind, test.query, got, test.want)
				}
			}
		})
	}
}

// TestErasingLines: cookies are erased under each domain under which they may be, and what is sent
// for that has a bound.
func TestErasingLines(t *testing.T) {
	c := site(catalogue.GuardEnforce)
	c.Site.CookieDomain = "example.org"
	g := newGuard(t, c, Options{})
	lines := func(host, cookies string) []string {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		r.Header["Cookie"] = []string{cookies}
		return g.erasing(r, consent.Decision{})
	}
	const line = "=; Path=/; Max-Age=0"
	for _, test := range []struct {
		name, host, cookies string
		want                []string
	}{
		{"a host", "example.org", "_ga=1", []string{"_ga" + line, "_ga" + line + "; Domain=example.org"}},
		{"a host below, with a port and in upper case", "WWW.Shop.example.org:8080", "_ga=1", []string{"_ga" + line,
			"_ga" + line + "; Domain=www.shop.example.org", "_ga" + line + "; Domain=shop.example.org", "_ga" + line + "; Domain=example.org"}},
		{"a host within, behind a proxy", "app", "_ga=1", []string{"_ga" + line, "_ga" + line + "; Domain=example.org"}},
		{"an address", "127.0.0.1:80", "_ga=1", []string{"_ga" + line, "_ga" + line + "; Domain=example.org"}},
		{"an address of IPv6", "[::1]:80", "_ga=1", []string{"_ga" + line, "_ga" + line + "; Domain=example.org"}},
		{"an odd host", "a.b; HttpOnly", "_ga=1", []string{"_ga" + line, "_ga" + line + "; Domain=example.org"}},
		{"the same twice", "example.org", "_ga=1; _ga=2", []string{"_ga" + line, "_ga" + line + "; Domain=example.org"}},
		{"a cookie of the host alone", "example.org", "__Host-ad=1", []string{"__Host-ad" + line + "; Secure"}},
		{"a secure cookie", "example.org", "__Secure-z=1", []string{"__Secure-z" + line + "; Secure", "__Secure-z" + line + "; Secure; Domain=example.org"}},
		{"a name that ends the line", "example.org", "_ga_\r\nX-Evil: 1=1", nil},
		{"a name with a null byte", "example.org", "_ga_\x00=1", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := lines(test.host, test.cookies); !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	var many strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&many, "_ga_%d=1; ", i)
	}
	names := map[string]bool{}
	began := time.Now()
	for range 50 {
		got := lines("example.org", many.String())
		if size := len(strings.Join(got, "Set-Cookie: \r\n")); size > erasingBytes || size < erasingBytes/2 {
			t.Fatalf("%d bytes for many cookies", size)
		}
		names[got[0]] = true
	}
	if len(names) < 10 {
		t.Errorf("50 pages begin at %d cookies", len(names))
	}
	if spent := time.Since(began) / 50; spent > time.Second {
		t.Errorf("takes %v", spent)
	}
	for range 50 {
		if got := lines("example.org", "_ga_"+strings.Repeat("x", 5000)+"=1; _ga=1"); len(got) != 2 {
			t.Fatalf("a long name and another have %d lines, want the other's 2", len(got))
		}
	}
}
