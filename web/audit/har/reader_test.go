package har

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/npm"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// The releases of two programs that read a HAR: one counts what is in it, and the other draws it.
var (
	countingRelease = npm.Release{
		Name:      "pagexray",
		Version:   "4.4.4",
		Integrity: "sha512-eMeJzhtEUBDq8mI3DWD8n1iMFYt90lWE7gP5WfNoXFqFoTQZyj5DAg2O/W7VdRYqZYGpwswC7c0mFToeJfMwDg==",
	}
	drawingRelease = npm.Release{
		Name:      "perf-cascade",
		Version:   "3.0.3",
		Integrity: "sha512-2TFyFcBdJrbVU5DGlq32yVimwZ3FQkBX5zB+g2/ps/E60RrcUEUvuHgrPxpoUulhcujejGtIGlp9muQ+WU6Tlw==",
	}
)

// counting is the program that counts, as a script that leaves pagexray in the page. Node's url, of
// which it uses one function, is the browser's own URL.
func counting(t *testing.T) string {
	t.Helper()
	dir := countingRelease.Unpack(t)
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(dir, "lib", "index.js")},
		Bundle:      true,
		Format:      api.FormatIIFE,
		GlobalName:  "pagexray",
		Plugins: []api.Plugin{{Name: "url", Setup: func(build api.PluginBuild) {
			build.OnResolve(api.OnResolveOptions{Filter: "^url$"}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
				return api.OnResolveResult{Path: "url", Namespace: "browser"}, nil
			})
			build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "browser"}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
				code := "exports.parse = address => new URL(address)"
				return api.OnLoadResult{Contents: &code}, nil
			})
		}}},
	})
	if len(result.Errors) > 0 {
		t.Fatal(result.Errors[0].Text)
	}
	return string(result.OutputFiles[0].Contents)
}

// reading opens a page in Chromium that has both programs, and a report's HAR in the variable har.
func reading(t *testing.T, r *report.Report) *browser.Page {
	t.Helper()
	files := map[string][]byte{
		"/":            []byte(`<!doctype html><meta charset="utf-8"><title>HAR</title><link rel="stylesheet" href="/drawing.css"><script src="/counting.js"></script><script src="/drawing.js"></script><select></select><main></main>`),
		"/counting.js": []byte(counting(t)), "/drawing.js": []byte(drawingRelease.File(t, "dist/perf-cascade.min.js")),
		"/drawing.css": []byte(drawingRelease.File(t, "dist/perf-cascade.css")), "/audit.har": written(t, r),
	}
	server := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		file, found := files[q.URL.Path]
		if !found {
			http.NotFound(w, q)
			return
		}
		if q.URL.Path == "/" {
			w.Header().Set("Content-Type", "text/html")
		}
		http.ServeContent(w, q, q.URL.Path, r.Began, bytes.NewReader(file))
	}))
	page := browsertest.NewPage(t, browser.Chromium)
	browsertest.Must(t, page.Open(server.URL))
	browsertest.Must(t, page.Eval(`window.har = await (await fetch("/audit.har")).json()`, nil))
	return page
}

// visits is a report of a page that was led elsewhere, before an answer and after acceptance.
func visits() *report.Report {
	r := reporttest.Example()
	from, to := "http://www.mediatheque.example/", "https://www.mediatheque.example/accueil"
	began := r.Journeys[0].Pages[0].Began
	after := func(ms int) report.Request {
		return report.Request{ID: 1 + ms/100, Time: began.Add(time.Duration(ms) * time.Millisecond), Method: "GET"}
	}
	redirect, document, style, hit := after(0), after(100), after(300), after(500)
	redirect.URL, redirect.Type, redirect.Status = from, "document", 301
	redirect.HTTP = &report.HTTP{Protocol: "http/1.1", MIME: "text/html", Redirect: to, DNS: 10, Connect: 20, TLS: -1, Send: 1, Wait: 40, Receive: 2, Address: "192.0.2.7"}
	document.URL, document.Type, document.Status = to, "document", 200
	document.HTTP = &report.HTTP{
		Protocol: "h2", MIME: "text/html", ResponseBytes: 5000, DNS: -1, Connect: 60, TLS: 40, Send: 1, Wait: 80, Receive: 9, Address: "192.0.2.7",
		Response: []report.Header{{Name: "content-encoding", Value: "br"}, {Name: "set-cookie", Value: "PHPSESSID=x; path=/; HttpOnly"}, {Name: "set-cookie", Value: "lang=fr; Max-Age=60"}},
	}
	style.URL, style.Type, style.Status = "https://cdn.example/a.css", "style", 200
	style.HTTP = &report.HTTP{Protocol: "h3", MIME: "text/css", ResponseBytes: 700, DNS: -1, Connect: -1, TLS: -1, Send: 2, Wait: 30, Receive: 1.5}
	hit.URL, hit.Type, hit.ThirdParty, hit.Initiator = "https://px.regie.example/1x1.gif?u=1", "pixel", true, report.Initiator{Kind: "script", URL: to, Line: 3}
	all := []report.Request{redirect, document, style, hit}
	page := r.Journeys[0].Pages[0]
	page.URL, page.At = from, to
	r.Journeys = []report.Journey{
		{State: report.Before, Pages: []report.Page{page}, Requests: all[:3]},
		{State: report.Accepted, Pages: []report.Page{page}, Requests: all[1:]},
	}
	return r
}

// A counted page is what pagexray counts on one.
type counted struct {
	URL, FinalURL                                         string
	DocumentRedirects, Requests, TransferSize, Compressed int
	CookieNames                                           []string
	HTTPVersion                                           string
	FullyLoaded                                           float64 // ms
	ResponseCodes                                         map[string]int
	Domains                                               map[string]int // requests by host
}

// counts has pagexray read the HAR. It tells pages in the order of their first requests.
func counts(t *testing.T, page *browser.Page) []counted {
	t.Helper()
	var pages []counted
	browsertest.Must(t, page.Eval(`return pagexray.convert(har, {includeAssets: true}).map(p => ({
		URL: p.url, FinalURL: p.finalUrl, DocumentRedirects: p.documentRedirects, Requests: p.requests, TransferSize: p.transferSize, CookieNames: p.cookieNames,
		Compressed: p.assets.filter(a => a.headers.response["content-encoding"]).length,
		HTTPVersion: p.httpVersion, FullyLoaded: p.fullyLoaded, ResponseCodes: p.responseCodes,
		Domains: Object.fromEntries(Object.entries(p.domains).map(([host, d]) => [host, d.requests]))}))`, &pages))
	return pages
}

// TestCounted: npm's pagexray reads of each page what the report says of it.
func TestCounted(t *testing.T) {
	to := "https://www.mediatheque.example/accueil"
	want := []counted{
		{
			URL: "http://www.mediatheque.example/", FinalURL: to, DocumentRedirects: 1, Requests: 3, TransferSize: 5700, Compressed: 1,
			CookieNames: []string{"PHPSESSID", "lang"}, HTTPVersion: "HTTP/2.0", FullyLoaded: 333.5, // the style sheet: at 300 ms, in 33.5
			ResponseCodes: map[string]int{"301": 1, "200": 2}, Domains: map[string]int{"www.mediatheque.example": 2, "cdn.example": 1},
		},
		{
			URL: to, FinalURL: to, Requests: 3, TransferSize: 5699, Compressed: 1, // -1 of the request without an answer
			CookieNames: []string{"PHPSESSID", "lang"}, HTTPVersion: "HTTP/2.0", FullyLoaded: 400, // from the document at 100 ms to the hit at 500
			ResponseCodes: map[string]int{"200": 2, "0": 1}, Domains: map[string]int{"www.mediatheque.example": 1, "cdn.example": 1, "px.regie.example": 1},
		},
	}
	if got := counts(t, reading(t, visits())); !reflect.DeepEqual(got, want) {
		t.Errorf("it counts\n%+v, want\n%+v", got, want)
	}
}

// TestCountedWhole: it reads the example, and each of 10,000 requests.
func TestCountedWhole(t *testing.T) {
	for name, r := range map[string]*report.Report{"the example": reporttest.Example(), "a large one": large(10_000)} {
		t.Run(name, func(t *testing.T) {
			want := map[string]int{} // requests by page
			for _, j := range r.Journeys {
				for _, q := range j.Requests {
					want[fmt.Sprintf("%s-%d", j.State, q.Page+1)]++
				}
			}
			var numbers []int
			for _, page := range counts(t, reading(t, r)) {
				numbers = append(numbers, page.Requests)
			}
			if all := slices.Collect(maps.Values(want)); !slices.Equal(slices.Sorted(slices.Values(numbers)), slices.Sorted(slices.Values(all))) {
				t.Errorf("the pages have %d requests, want %d", numbers, all)
			}
		})
	}
}

// TestDrawn: npm's perf-cascade lets people choose each page by its title, and draws each of its requests
// with its parts.
func TestDrawn(t *testing.T) {
	r := visits()
	page := reading(t, r)
	var titles []string
	browsertest.Must(t, page.Eval(`
		document.querySelector("main").append(perfCascade.fromHar(har.log, {pageSelector: document.querySelector("select")}));
		return [...document.querySelectorAll("option")].map(o => o.textContent)`, &titles))
	if want := []string{"Before an answer, 1: ", "Accepted, 1: "}; len(titles) != 2 || !strings.HasPrefix(titles[0], want[0]) || !strings.HasPrefix(titles[1], want[1]) {
		t.Errorf("the pages are %q, want each to begin as in %q", titles, want)
	}
	for i, want := range [][]string{
		{
			"www.mediatheque.example/: dns connect send wait receive, 73 ms",
			"www.mediatheque.example/accueil: ssl connect send wait receive, 150 ms",
			"cdn.example/a.css: send wait receive, 34 ms",
		},
		{
			"www.mediatheque.example/accueil: ssl connect send wait receive, 150 ms",
			"cdn.example/a.css: send wait receive, 34 ms",
			"px.regie.example/1x1.gif?u=1: , ",
		},
	} {
		var rows []string
		browsertest.Must(t, page.Eval(`
			const select = document.querySelector("select");
			select.value = arguments[0];
			select.dispatchEvent(new Event("change"));
			return [...document.querySelectorAll(".row-item")].map(row => row.querySelector(".full-label").textContent + ": " +
				[...row.querySelectorAll(".segment")].map(s => s.classList[1].replace("block-", "")).join(" ") + ", " + (row.querySelector(".rect-holder > text")?.textContent ?? ""))`, &rows, i))
		if !slices.Equal(rows, want) {
			t.Errorf("page %d has the rows\n%q, want\n%q", i, rows, want)
		}
	}
	browsertest.Must(t, page.Click(".row-item"))
	var details string
	browsertest.Must(t, page.Eval(`return document.querySelector(".row-overlay-holder").textContent`, &details))
	details = strings.Join(strings.Fields(details), " ")
	for _, want := range []string{
		"(100 ms after page request started) Duration 150 ms", "Server IPAddress 192.0.2.7", "HTTP Version HTTP/2.0 Body Size 5000 bytes",
		"set-cookie lang=fr; Max-Age=60", "Connect 60 ms (without TLS: 20 ms) SSL (TLS) 40 ms Send 1 ms Wait 80 ms Receive 9 ms",
	} {
		if !strings.Contains(details, want) {
			t.Errorf("the details of a request do not say %q; they say %q", want, details)
		}
	}
}
