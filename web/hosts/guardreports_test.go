package hosts

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/guard"
	"charte/web/server"
)

// TestGuardReports: a page behind the guard's middleware loads from hosts that nobody has declared. The
// browser's reports come to the counts, by the Reporting API or by report-uri, whichever it uses.
func TestGuardReports(t *testing.T) {
	t.Parallel()
	shows(t, "The server of a site with a guard counts what the browser would stop, by directive and host, and keeps nothing else of its reports")
	eachBrowser(t, func(t *testing.T, name browser.Engine) { reportsGuard(t, name, catalogue.GuardReport, false) })
}

// TestGuardReportsElsewhere is [TestGuardReports] for what is stopped, where the reports go to another
// origin: the browser asks that for leave first.
func TestGuardReportsElsewhere(t *testing.T) {
	t.Parallel()
	shows(t, "A server of another origin counts the same of what the browser stops")
	eachBrowser(t, func(t *testing.T, name browser.Engine) { reportsGuard(t, name, catalogue.GuardEnforce, true) })
}

// reportsGuard opens a page behind a guard, and waits until its reports are counted. apart is whether they
// go to another origin than the page's.
func reportsGuard(t *testing.T, name browser.Engine, mode catalogue.Guard, apart bool) {
	t.Helper()
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	c.Site.Guard = mode
	w := newWorldOf(t, "light", c)
	third := secure(t, "third.localhost", http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Access-Control-Allow-Origin", "*")
		rw.Header().Set("Content-Type", "text/plain")
	}))
	w.names = []string{"THIRD", strings.TrimPrefix(third, "https://")}
	counts := &guard.Counts{}
	counts.Declare(c)
	taken := counts.Handler("")
	options := guard.Options{Reports: guard.CountsPath}
	if apart {
		options.Reports = secure(t, "127.0.0.1", taken) + guard.CountsPath
	}
	g, err := guard.New(c, options)
	if err != nil {
		t.Fatal(err)
	}
	files, err := server.Files(w.bundle, http.HandlerFunc(w.page))
	if err != nil {
		t.Fatal(err)
	}
	pages := g.Middleware(files)
	w.Site = secure(t, "localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == guard.CountsPath && !apart {
			taken.ServeHTTP(rw, r)
			return
		}
		pages.ServeHTTP(rw, r)
	}))
	if apart {
		counts.Origins = []string{w.Site}
	}
	v := visitor{prompt(t, name), t}
	v.must(v.Open(w.Site + "/guardreports/"))
	v.sees(notice) // Charte itself is not stopped
	counted(t, counts, "connect-src api.third.localhost, frame-src video.third.localhost, img-src pixel.third.localhost, script-src third.localhost")
	if saved, err := json.Marshal(counts); err != nil || strings.Contains(string(saved), "secret") || strings.Contains(string(saved), "guardreports") {
		t.Errorf("kept %s, %v", saved, err)
	}
}

// prompt opens a page in a browser that sends reports at once. Chromium gathers those of a minute
// otherwise.
func prompt(t *testing.T, name browser.Engine) *browser.Page {
	t.Helper()
	if name != browser.Chromium {
		return browsertest.NewPage(t, name)
	}
	b, err := browser.StartChromium(t.Context(), browser.Options{Thrifty: true, Flags: []string{"--short-reporting-delay"}})
	browsertest.Must(t, err)
	t.Cleanup(b.Close)
	page, err := b.NewPage()
	browsertest.Must(t, err)
	return page
}

// secure starts a server with TLS, under a host name of this machine, and returns its origin. Browsers
// use the Reporting API with TLS only.
func secure(t *testing.T, hostname string, handler http.Handler) string {
	s := httptest.NewTLSServer(handler)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return strings.Replace(s.URL, "127.0.0.1", hostname, 1)
}

// counted waits up to 20 s until there are counts of these directives and hosts, and of no others.
func counted(t *testing.T, counts *guard.Counts, want string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		s := counts.Snapshot()
		var got []string
		for _, h := range s.Hosts {
			got = append(got, h.Directive+" "+h.Host)
		}
		slices.Sort(got)
		if strings.Join(got, ", ") == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the counts are %+v; want %s", s, want)
		}
	}
}
