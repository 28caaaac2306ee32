package guard

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// eachBrowser runs a test in a page of each browser.
func eachBrowser(t *testing.T, test func(t *testing.T, p *browser.Page)) {
	for _, engine := range browsertest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			test(t, browsertest.NewPage(t, engine))
		})
	}
}

// TestConnect: a host of the kind "connect" may be asked by fetch and by sockets, and no other may.
func TestConnect(t *testing.T) {
	t.Parallel()
	eachBrowser(t, func(t *testing.T, p *browser.Page) {
		c := site(catalogue.GuardEnforce)
		c.Site.Hosts = []catalogue.Host{{Host: "localhost", Kind: "connect"}}
		g := newGuard(t, c, Options{})
		var lock sync.Mutex
		var arrived []string
		host := func(name string) string {
			server := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/by-") {
					lock.Lock()
					defer lock.Unlock()
					arrived = append(arrived, name+" by "+strings.TrimPrefix(r.URL.Path, "/by-"))
				}
				w.Header().Set("Access-Control-Allow-Origin", "*")
			}))
			return strings.Replace(strings.TrimPrefix(server.URL, "http://"), "127.0.0.1", "localhost", 1)
		}
		allowed, other := host("allowed"), host("other")
		page := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			// A policy's host without a port is on the usual one, which tests do not have.
			w.Header().Set(g.HeaderName(), strings.ReplaceAll(g.Header(consent.Decision{}), "localhost", allowed))
			io.WriteString(w, "<!doctype html>")
		}))
		browsertest.Must(t, p.Open(page.URL))
		browsertest.Must(t, p.Eval(`
			for (const host of arguments) {
				await fetch("http://" + host + "/by-fetch").catch(() => {});
				await new Promise((ended) => {
					try {
						const socket = new WebSocket("ws://" + host + "/by-socket");
						socket.onerror = socket.onclose = ended; // the server knows no sockets
					} catch { ended() }
				});
			}`, nil, other, allowed))
		lock.Lock()
		defer lock.Unlock()
		if want := []string{"allowed by fetch", "allowed by socket"}; !slices.Equal(arrived, want) {
			t.Errorf("requests that arrive: %q, want %q", arrived, want)
		}
	})
}

// TestKeptPages: a page that the browser has kept gets the policy for the answer that is given since,
// and loses it at a withdrawal: when the server says that the page has not changed, and when the browser
// would not ask.
func TestKeptPages(t *testing.T) {
	t.Parallel()
	for _, control := range []string{"private, no-cache", "private, max-age=600"} {
		t.Run(control, func(t *testing.T) { eachBrowser(t, func(t *testing.T, p *browser.Page) { testKept(t, p, control) }) })
	}
}

func testKept(t *testing.T, p *browser.Page, control string) {
	g := newGuard(t, site(catalogue.GuardEnforce), Options{})
	page := browsertest.NewServer(t, g.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Cache-Control", control)
		http.ServeContent(w, r, "index.html", time.Time{}, strings.NewReader(`<!doctype html><title>Un site</title>`))
	})))
	allows := func(want bool) {
		t.Helper()
		browsertest.Must(t, p.Open(page.URL))
		var policy string
		browsertest.Must(t, p.Eval(`return new Promise((told) => {
				document.addEventListener("securitypolicyviolation", (event) => told(event.originalPolicy));
				new Image().src = "https://never.example/";
			})`, &policy))
		if strings.Contains(policy, "www.googletagmanager.com") != want {
			t.Errorf("the policy in force is %s", policy)
		}
	}
	answer := func(lists string) {
		t.Helper()
		name, value, _ := strings.Cut(g.answer(lists), "=")
		browsertest.Must(t, p.Eval(`document.cookie = arguments[0] + "=" + arguments[1] + "; Path=/"`, nil, name, value))
	}
	allows(false)
	answer("&yes=statistics")
	allows(true)
	answer("")
	allows(false)
	allows(false)
}

// TestSetCookieInBrowsers: browsers keep no cookie that may not be set, however a response writes it.
// An HttpOnly cookie from before is erased.
func TestSetCookieInBrowsers(t *testing.T) {
	t.Parallel()
	eachBrowser(t, func(t *testing.T, p *browser.Page) {
		g := newGuard(t, site(catalogue.GuardEnforce), Options{})
		guarded := g.Middleware(setting)
		page := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/before": // what was set while it was granted
				w.Header().Add("Set-Cookie", "_ga_before=1; Path=/; HttpOnly")
			case "/favicon.ico": // browsers ask for it at any time
			default:
				guarded.ServeHTTP(w, r)
			}
		}))
		names := func() []string {
			t.Helper()
			kept, err := p.Cookies()
			browsertest.Must(t, err)
			var names []string
			for _, cookie := range kept {
				names = append(names, cookie.Name)
			}
			slices.Sort(names)
			return names
		}
		browsertest.Must(t, p.Open(page.URL+"/before"))
		if kept := names(); !slices.Equal(kept, []string{"_ga_before"}) {
			t.Fatalf("the browser has %q before", kept)
		}
		browsertest.Must(t, p.Open(page.URL))
		for _, row := range setCookieRows {
			browsertest.Must(t, p.Eval(`await fetch("/?Set-Cookie=" + encodeURIComponent(arguments[0]))`, nil, row.line))
			for _, name := range names() {
				switch name {
				case "sessionid", "visits", "_pk_id.1.abc", "cookies_preferences", "__Host-csrf":
				default:
					t.Errorf("%s: %q: the browser has kept %q", row.name, row.line, name)
					browsertest.Must(t, p.Eval(`document.cookie = arguments[0] + "=; Max-Age=0; Path=/"`, nil, name))
				}
			}
		}
		if kept := names(); !slices.Contains(kept, "sessionid") || !slices.Contains(kept, "visits") {
			t.Errorf("the browser has only %q", kept)
		}
	})
}
