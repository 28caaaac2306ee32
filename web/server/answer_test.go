package server

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/catalogue/source"
)

// noon is in the middle of 2026-11-23.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func demoPolicy(t testing.TB) consent.Policy {
	t.Helper()
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	view, err := source.View(c, c.Languages[0])
	if err != nil {
		t.Fatal(err)
	}
	return consent.PolicyOf(view)
}

// TestAnswers checks that an answer's cookie is set with the same value, or not at all.
func TestAnswers(t *testing.T) {
	policy := demoPolicy(t)
	today := consent.DayOf(noon)
	some, _ := policy.Set(policy.RefuseAll(today), map[string]bool{"youtube": true}, today)
	said, refused := some.Value(), policy.RefuseAll(today).Value()
	with := func(name, value string) []string { return []string{name, value} }
	quoted := func(value string) string { return `"` + value + `"` }
	const own = "https://example.org"
	for _, test := range []struct {
		name    string
		method  string
		body    string
		headers []string // names and values that replace the usual ones; "" removes one
		status  int
		value   string // of the cookie that is set
	}{
		{"some", "POST", quoted(said), nil, 204, said},
		{"none", "POST", quoted(refused), nil, 204, refused},
		{"all", "POST", quoted(policy.AcceptAll(today).Value()), nil, 204, policy.AcceptAll(today).Value()},
		{"a page's clock a day ahead", "POST", quoted(policy.RefuseAll(today + 1).Value()), nil, 204, policy.RefuseAll(today + 1).Value()},
		{"a page's clock a day behind", "POST", quoted(policy.RefuseAll(today - 1).Value()), nil, 204, policy.RefuseAll(today - 1).Value()},
		{"as browsers write the type", "POST", quoted(said), with("Content-Type", "application/json;charset=UTF-8"), 204, said},

		{"two days ahead", "POST", quoted(policy.RefuseAll(today + 2).Value()), nil, 400, ""},
		{"two days ago", "POST", quoted(policy.RefuseAll(today - 2).Value()), nil, 400, ""},
		{"nothing", "POST", "", nil, 400, ""},
		{"an empty value", "POST", `""`, nil, 400, ""},
		{"null", "POST", "null", nil, 400, ""},
		{"true", "POST", "true", nil, 400, ""},
		{"a list", "POST", "[" + quoted(said) + "]", nil, 400, ""},
		{"an object", "POST", `{"value":` + quoted(said) + `}`, nil, 400, ""},
		{"deep", "POST", strings.Repeat("[", 2000), nil, 400, ""},
		{"no JSON", "POST", said, nil, 400, ""},
		{"something behind it", "POST", quoted(said) + quoted(said), nil, 400, ""},
		{"another revision", "POST", quoted(strings.Replace(said, "rev=", "rev=x", 1)), nil, 400, ""},
		{"what nobody declares", "POST", quoted(said + "+zzz"), nil, 400, ""},
		{"a yes to nothing", "POST", quoted(refused + "&yes="), nil, 400, ""},
		{"twice the same", "POST", quoted(said + "+third-party.youtube"), nil, 400, ""},
		{"attributes", "POST", quoted(said + "; Domain=org"), nil, 400, ""},
		{"a line of its own", "POST", quoted(said + `\r\nSet-Cookie: a=b`), nil, 400, ""},
		{"a NUL", "POST", quoted(said + `\u0000`), nil, 400, ""},
		{"a byte that is no UTF-8", "POST", quoted(said + "\xff"), nil, 400, ""},

		{"another site", "POST", quoted(said), with("Origin", "https://evil.test"), 403, ""},
		{"a site that ends alike", "POST", quoted(said), with("Origin", "https://example.org.evil.test"), 403, ""},
		{"another port", "POST", quoted(said), with("Origin", "https://example.org:8443"), 403, ""},
		{"a subdomain", "POST", quoted(said), with("Origin", "https://www.example.org"), 403, ""},
		{"another case", "POST", quoted(said), with("Origin", "HTTPS://example.org"), 403, ""},
		{"null for an origin", "POST", quoted(said), with("Origin", "null"), 403, ""},
		{"no origin", "POST", quoted(said), with("Origin", ""), 403, ""},
		{"of the same site", "POST", quoted(said), with("Sec-Fetch-Site", "same-site"), 403, ""},

		{"GET", "GET", "", nil, 405, ""},
		{"HEAD", "HEAD", "", nil, 405, ""},
		{"a preflight", "OPTIONS", "", nil, 405, ""},
		{"an override", "PUT", quoted(said), with("X-HTTP-Method-Override", "POST"), 405, ""},

		{"2 KB and a byte", "POST", strings.Repeat(" ", 2048-len(quoted(said))+1) + quoted(said), nil, 413, ""},
		{"2 KB", "POST", strings.Repeat(" ", 2048-len(quoted(said))) + quoted(said), nil, 204, said},
		{"10 MB", "POST", strings.Repeat(" ", 10<<20), nil, 413, ""},

		{"a form", "POST", "a=" + said, with("Content-Type", "application/x-www-form-urlencoded"), 415, ""},
		{"what a form can forge", "POST", quoted(said), with("Content-Type", "text/plain"), 415, ""},
		{"another type behind it", "POST", quoted(said), with("Content-Type", "text/plain; x=application/json"), 415, ""},
		{"no type", "POST", quoted(said), with("Content-Type", ""), 415, ""},
		{"another charset", "POST", quoted(said), with("Content-Type", "application/json; charset=utf-16"), 415, ""},
		{"compressed", "POST", quoted(said), with("Content-Encoding", "gzip"), 415, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, answers := range []Answers{{Policy: policy}, {Policy: policy, Origins: []string{own}}} {
				answers.Now = func() time.Time { return noon }
				r := httptest.NewRequest(test.method, own+"/answer", strings.NewReader(test.body))
				r.Header.Set("Origin", own)
				r.Header.Set("Content-Type", "application/json")
				for i := 0; i < len(test.headers); i += 2 {
					r.Header.Set(test.headers[i], test.headers[i+1])
					if test.headers[i+1] == "" {
						r.Header.Del(test.headers[i])
					}
				}
				w := httptest.NewRecorder()
				answers.ServeHTTP(w, r)
				if w.Code != test.status {
					t.Errorf("status %d, want %d", w.Code, test.status)
				}
				var want []string
				if test.value != "" {
					want = []string{"cookies_preferences=" + test.value + "; Path=/; SameSite=Lax; Max-Age=15724800; Secure"}
				}
				if got := w.Header().Values("Set-Cookie"); strings.Join(got, "|") != strings.Join(want, "|") {
					t.Errorf("Set-Cookie %q, want %q", got, want)
				}
				if body := w.Body.String(); len(body) > 30 || strings.Contains(body, "yes") {
					t.Errorf("the answer says %q", body)
				}
				if w.Code == 405 && w.Header().Get("Allow") != "POST" || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("headers %v", w.Header())
				}
			}
		})
	}
}

// TestAnswersAttributes checks that the cookie has the attributes that the page
// gives it: the catalogue's domain, and Secure if the page's address is https.
func TestAnswersAttributes(t *testing.T) {
	policy := demoPolicy(t)
	value := policy.RefuseAll(consent.DayOf(noon)).Value()
	for _, test := range []struct{ origin, domain, want string }{
		{"http://localhost:8080", "", "; Path=/; SameSite=Lax; Max-Age=15724800"},
		{"https://www.example.org", "example.org", "; Path=/; SameSite=Lax; Max-Age=15724800; Domain=example.org; Secure"},
	} {
		r := httptest.NewRequest("POST", test.origin+"/answer", strings.NewReader(`"`+value+`"`))
		r.TLS = nil // as behind a proxy that ends TLS
		r.Header.Set("Origin", test.origin)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		Answers{Policy: policy, Domain: test.domain, Now: func() time.Time { return noon }}.ServeHTTP(w, r)
		if got := w.Header().Get("Set-Cookie"); got != "cookies_preferences="+value+test.want {
			t.Errorf("%s: %q", test.origin, got)
		}
		if cookies := w.Result().Cookies(); len(cookies) != 1 || cookies[0].Valid() != nil || cookies[0].Value != value {
			t.Errorf("%s: net/http reads %v", test.origin, cookies)
		}
	}
}

// TestAnswersBehindProxy checks that a reverse proxy may give /answer any path. A
// proxy that does not pass on the Host needs the site's origin in Origins.
func TestAnswersBehindProxy(t *testing.T) {
	policy := demoPolicy(t)
	value := policy.RefuseAll(consent.DayOf(noon)).Value()
	for _, test := range []struct {
		name    string
		keeps   bool // whether the proxy passes the Host on
		origins bool
		status  int
	}{
		{"the host is passed on", true, false, 204},
		{"the host is lost", false, false, 403},
		{"the host is lost, the origin is given", false, true, 204},
	} {
		t.Run(test.name, func(t *testing.T) {
			answers := &Answers{Policy: policy, Now: func() time.Time { return noon }}
			mux := http.NewServeMux()
			mux.Handle("/answer", answers)
			inner := httptest.NewServer(mux)
			defer inner.Close()
			address, err := url.Parse(inner.URL)
			if err != nil {
				t.Fatal(err)
			}
			proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(address)
				r.Out.URL.Path = strings.TrimPrefix(r.In.URL.Path, "/deep/cookies")
				if test.keeps {
					r.Out.Host = r.In.Host
				}
			}}
			outer := httptest.NewServer(proxy)
			defer outer.Close()
			if test.origins {
				answers.Origins = []string{outer.URL}
			}
			r, err := http.NewRequest("POST", outer.URL+"/deep/cookies/answer", bytes.NewBufferString(`"`+value+`"`))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Origin", outer.URL)
			r.Header.Set("Content-Type", "application/json")
			response, err := outer.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if response.StatusCode != test.status || (len(response.Header.Values("Set-Cookie")) == 1) != (test.status == 204) {
				t.Errorf("%s, Set-Cookie %q", response.Status, response.Header.Values("Set-Cookie"))
			}
		})
	}
}
