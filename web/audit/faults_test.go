package audit

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"charte/web/audit/crawl"
	"charte/web/audit/report"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// abreast is how many sites are audited at once, as -test.parallel takes it: one more than there are
// processors, since an audit waits for half of its time.
const abreast = "3"

// TestMain takes turns with web/hosts, whose tests measure times.
func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen {
		flag.Set("test.parallel", abreast)
	}
	end := browsertest.Busy()
	code := m.Run()
	end()
	os.Exit(code)
}

// install installs Chromium if it is missing.
func install(t *testing.T) {
	t.Helper()
	browsertest.Must(t, browsertest.Install(browser.Chromium))
}

// site serves pages under many hosts, all on one address.
func site(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

// audited audits addresses of a site whose hosts are all led to one server.
func audited(t *testing.T, s *httptest.Server, change func(*Options), start ...string) *report.Report {
	t.Helper()
	to, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	resolve := map[string]string{"*": to.Host}
	plan, err := crawl.New(t.Context(), crawl.Options{Start: start, Most: len(start), Rate: 100, Client: client(resolve), UserAgent: "charte-audit"})
	if err != nil {
		t.Fatal(err)
	}
	options := Options{Site: start[0], Pages: plan, Resolve: resolve, ThirdParty: otherSite}
	if change != nil {
		change(&options)
	}
	install(t)
	result, err := Run(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return result.Report
}

// told reports whether a report has a note, or a page's error, with a text.
func told(r *report.Report, text string) bool {
	if slices.ContainsFunc(r.Notes, func(n report.Note) bool { return strings.Contains(n.Text, text) }) {
		return true
	}
	return slices.ContainsFunc(r.Journeys, func(j report.Journey) bool {
		return slices.ContainsFunc(j.Pages, func(p report.Page) bool { return strings.Contains(p.Error, text) })
	})
}

// TestFaults: what goes wrong on a page is a sentence in the report, and the next page is audited all
// the same.
func TestFaults(t *testing.T) {
	const page = "<!doctype html><title>Page</title><h1>Page</h1>"
	for _, row := range []struct {
		name   string
		answer http.HandlerFunc
		says   string
	}{
		{"a redirect to another site", func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, "http://elsewhere.example/", http.StatusFound)
		}, "leads to another site, elsewhere.example"},
		{"redirects in a circle", func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, r.URL.Path, http.StatusFound)
		}, "circle of redirects"},
		{"never quiet", func(rw http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(rw, page, `<script>setInterval(() => fetch("/poll?" + Math.random()), 50)</script>`)
		}, "never got quiet"},
		{"never an end", func(rw http.ResponseWriter, r *http.Request) {
			fmt.Fprint(rw, page)
			rw.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "never got quiet"},
		{"a file to save", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Disposition", `attachment; filename="plan.zip"`)
			fmt.Fprint(rw, "PK")
		}, "a file to save"},
		{"a download that the page begins", func(rw http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(rw, page, `<a download="plan.txt" href="data:text/plain,a">a</a><script>document.querySelector("a").click()</script>`)
		}, `wanted to save the file "plan.txt"`},
		{"a dialog", func(rw http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(rw, page, `<script>alert("Bonjour"); confirm("Vraiment ?")</script>`)
		}, "showed a dialog (confirm)"},
		{"a question before it is left", func(rw http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(rw, page, `<script>addEventListener("beforeunload", (e) => e.preventDefault())</script>`)
		}, ""},
		{"another window", func(rw http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(rw, page, `<a href="/other" target="_blank">a</a><script>document.querySelector("a").click()</script>`)
		}, ""},
		{"a crash", func(rw http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(rw, page, `<script>const all = []; for (;;) all.push(new Array(1e7).fill(Math.random()))</script>`)
		}, "crashed the browser's tab"},
		{"a script without an end", func(rw http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(rw, page, `<script>for (;;);</script>`)
		}, "did not answer within 13s"},
		{"no answer at all", func(rw http.ResponseWriter, _ *http.Request) {
			panic(http.ErrAbortHandler)
		}, "cannot be opened (net::ERR_EMPTY_RESPONSE)"},
		{"status 500", func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(rw, page)
		}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := site(t, func(rw http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/fault":
					row.answer(rw, r)
				case r.URL.Path == "/after":
					http.SetCookie(rw, &http.Cookie{Name: "after", Value: "1"})
					fmt.Fprint(rw, page)
				case r.URL.Path == "/robots.txt":
					http.NotFound(rw, r)
				default:
					fmt.Fprint(rw, page)
				}
			})
			patience := 3 * time.Second
			if row.name == "a crash" {
				patience = time.Minute // so much memory takes a busy machine a while
			}
			r := audited(t, s, func(o *Options) { o.Patience = patience }, "http://www.shop.example/", "http://www.shop.example/fault", "http://www.shop.example/after")
			if row.says != "" && !told(r, row.says) {
				t.Errorf("the report does not say %q: %+v %+v", row.says, r.Notes, r.Journeys[0].Pages)
			}
			if row.says == "" && told(r, "cannot be") {
				t.Errorf("the report says %+v", r.Notes)
			}
			if !slices.ContainsFunc(r.Journeys[0].Entries, func(e report.Entry) bool { return e.Name == "after" }) {
				t.Errorf("the page behind it was not audited: %+v", r.Journeys[0])
			}
		})
	}
}

// TestNotMade: where not even the first page is there, the audit could not be made, and the error says
// why.
func TestNotMade(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	secret := httptest.NewTLSServer(http.NotFoundHandler()) // a certificate that nobody trusts
	t.Cleanup(secret.Close)
	for _, row := range []struct{ name, address, says string }{
		{"an unknown host", "http://nobody.invalid/", "the host nobody.invalid is not known"},
		{"nobody listens", closed.URL + "/", "nobody answers there"},
		{"a certificate that nobody trusts", secret.URL + "/", "its certificate is not valid"},
	} {
		t.Run(row.name, func(t *testing.T) {
			printed, status := command(t, "-o", t.TempDir(), row.address)
			if status != statusNotMade || !strings.Contains(printed, row.says) {
				t.Errorf("the status is %d, want %d; want %q in\n%s", status, statusNotMade, row.says, printed)
			}
		})
	}
}

// TestManyRequests: a page that asks for more than anybody can read is written down up to a limit.
func TestManyRequests(t *testing.T) {
	if testing.Short() {
		t.Skip("under -short no page asks for 10,000 things")
	}
	var asked atomic.Bool
	s := site(t, func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(rw, r)
			return
		}
		if !asked.CompareAndSwap(false, true) { // one visitor is enough
			fmt.Fprint(rw, `<!doctype html><title>Few</title>`)
			return
		}
		fmt.Fprint(rw, `<!doctype html><title>Many</title><script>(async () => { for (let i = 0; i < 10100; i += 50) await Promise.all(Array.from({length: 50}, (_, k) => fetch("/n" + (i + k)))) })()</script>`)
	})
	r := audited(t, s, func(o *Options) { o.Patience = 3 * time.Minute }, "http://www.shop.example/")
	if n := len(r.Journeys[0].Requests); n != 10_000 {
		t.Errorf("%d requests are in the report, want 10,000", n)
	}
	if !told(r, "more than 10,000 requests") {
		t.Errorf("the report does not say so: %+v", r.Notes)
	}
}

// TestUnwatched: a page sees no sign of a robot, and the functions that are hooked look untouched.
func TestUnwatched(t *testing.T) {
	s := site(t, func(rw http.ResponseWriter, r *http.Request) {
		fmt.Fprint(rw, `<!doctype html><title>Wary</title><script>
			const native = (f) => /^function [^{]*\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(f));
			const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie").set;
			const signs = {
				webdriver: navigator.webdriver === true,
				headless: /headless/i.test(navigator.userAgent) || navigator.userAgentData?.brands.some((b) => /headless/i.test(b.brand)),
				binding: Object.getOwnPropertyNames(window).some((name) => /charteAudit/.test(name)),
				languages: navigator.languages.length === 0,
				setItem: !native(Storage.prototype.setItem) || Storage.prototype.setItem.name !== "setItem" || Storage.prototype.setItem.length !== 2,
				cookie: !native(cookie) || cookie.name !== "set cookie",
				toString: !native(Function.prototype.toString),
				constructs: (() => { try { new Storage.prototype.setItem(); return true; } catch (e) { return !(e instanceof TypeError); } })(),
			};
			document.title = Object.keys(signs).filter((sign) => signs[sign]).join() || "clean";
		</script>`)
	})
	r := audited(t, s, nil, "http://www.shop.example/")
	if title := r.Journeys[0].Pages[0].Title; title != "clean" {
		t.Errorf("the page sees %q", title)
	}
}

// TestCut: whoever ends an audit gets a report of what was seen until then.
func TestCut(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := site(t, func(rw http.ResponseWriter, r *http.Request) {
		http.SetCookie(rw, &http.Cookie{Name: "seen", Value: "1"})
		fmt.Fprint(rw, "<!doctype html><title>Page</title>")
	})
	to, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	resolve := map[string]string{"*": to.Host}
	var start []string
	for i := range 50 {
		start = append(start, fmt.Sprintf("http://www.shop.example/%d", i))
	}
	for _, row := range []struct {
		name   string
		budget time.Duration
		says   string
	}{
		{"Ctrl-C", 0, "cut short by whoever ran it"},
		{"the budget", 12 * time.Second, "the budget of 12s was used up"},
	} {
		t.Run(row.name, func(t *testing.T) {
			plan, err := crawl.New(t.Context(), crawl.Options{Start: start, Most: len(start), Rate: 100, Client: client(resolve), UserAgent: "charte-audit"})
			if err != nil {
				t.Fatal(err)
			}
			install(t)
			options := Options{Site: start[0], Pages: plan, Resolve: resolve, ThirdParty: otherSite, Budget: row.budget}
			within := t.Context()
			if row.budget == 0 {
				within = ctx
				options.Progress = func(state report.State, done, _ int, _ string) {
					if state == report.Before && done == 2 {
						cancel()
					}
				}
			}
			result, err := Run(within, options)
			if err != nil {
				t.Fatal(err)
			}
			r := result.Report
			if !strings.Contains(r.Cut, row.says) {
				t.Errorf("the report says %q", r.Cut)
			}
			if len(r.Journeys) == 0 || len(r.Journeys[0].Entries) == 0 {
				t.Errorf("what was seen is not in the report: %+v", r.Journeys)
			}
		})
	}
}
