// Package hosts holds pages of sites that embed the banner. Each folder shows one behaviour. Its page
// is the demo, the documentation and the fixture of the browser test beside it.
package hosts

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
	"charte/web/server"
)

// Selectors that tests and themes of sites may rely on.
const (
	host      = "charte-banner"
	notice    = host + " >>> [data-charte=notice]"
	settings  = host + " >>> [data-charte=settings]"
	list      = host + " >>> [data-charte=list]"
	acceptAll = "[data-charte=accept-all]"
	refuseAll = "[data-charte=refuse-all]"
	customise = notice + " [data-charte=customise]"
	save      = settings + " [data-charte=save]"
	closeIt   = settings + " [data-charte=close]"
)

// switchOf returns the selector of the switch of a category or service in the settings.
func switchOf(id string) string { return fmt.Sprintf("%s input[data-id=%q]", settings, id) }

// engines returns the names of the compiled programs that tests run with.
func engines() []string {
	if testing.Short() {
		return []string{"light"}
	}
	return []string{"light", "go"}
}

// fewer returns n, or a tenth of it with -short.
func fewer(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

var compiled sync.Map // engine name to func() (engine.Engine, error)

// engineOf returns a compiled program. It is compiled once in a run of the test binary.
func engineOf(t testing.TB, name string) engine.Engine {
	t.Helper()
	once, _ := compiled.LoadOrStore(name, sync.OnceValues(func() (engine.Engine, error) {
		return engine.Named(context.Background(), name, cache.User(), func(string) {})
	}))
	e, err := once.(func() (engine.Engine, error))()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var bundled sync.Map // engine name and catalogue to func() (*bundle.Bundle, error)

// bundleOf returns the bundle of a catalogue. It is built once in a run of the test binary.
func bundleOf(t testing.TB, engineName string, c *catalogue.Catalogue) *bundle.Bundle {
	t.Helper()
	key, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	copied := new(catalogue.Catalogue) // because the test may change its own
	if err := json.Unmarshal(key, copied); err != nil {
		t.Fatal(err)
	}
	e := engineOf(t, engineName)
	once, _ := bundled.LoadOrStore(engineName+string(key), sync.OnceValues(func() (*bundle.Bundle, error) {
		return bundle.Build(context.Background(), bundle.Options{Catalogue: copied, Engine: e, Cache: cache.User()})
	}))
	b, err := once.(func() (*bundle.Bundle, error))()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A world is what a test's page lives in: Charte's server, and a site of
// another origin that embeds its script.
type world struct {
	t      testing.TB
	bundle *bundle.Bundle

	Charte string // origin of Charte's server
	Site   string // origin of the site, another host
	Canary string // origin of a third party

	// names are pairs: a word in a page, and the text that is served in its place.
	names []string

	// fault may answer a request in place of Charte's server. It reports whether it has.
	fault func(http.ResponseWriter, *http.Request) bool

	mutex    sync.Mutex
	requests []string // each is the name of the origin, a space, and the path with its query
}

// newWorld serves an embedded catalogue ("demo", "default") and the host pages.
func newWorld(t testing.TB, engineName, name string) *world {
	t.Helper()
	c, err := source.Embedded(name)
	if err != nil {
		t.Fatal(err)
	}
	return newWorldOf(t, engineName, c)
}

// newWorldOf serves a catalogue and the host pages.
func newWorldOf(t testing.TB, engineName string, c *catalogue.Catalogue) *world {
	t.Helper()
	w := &world{t: t, bundle: bundleOf(t, engineName, c)}
	files, err := server.Files(w.bundle, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	w.Charte = w.serve("charte", "127.0.0.1", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.fault == nil || !w.fault(rw, r) {
			files.ServeHTTP(rw, r)
		}
	}))
	w.Canary = w.serve("canary", "127.0.0.1", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Access-Control-Allow-Origin", "*")
		switch r.URL.Path {
		case "/fail.js":
			http.NotFound(rw, r)
			return
		case "/hang.js":
			<-r.Context().Done()
			return
		}
		rw.Header().Set("Content-Type", "text/javascript")
		if strings.HasSuffix(r.URL.Path, ".html") {
			rw.Header().Set("Content-Type", "text/html")
		}
		fmt.Fprintf(rw, "(window.ran ||= []).push(%q);", strings.Trim(r.URL.Path, "/"))
	}))
	w.Site = w.serve("site", "localhost", http.HandlerFunc(w.page))
	return w
}

// holds keeps the files of Charte whose path begins and ends like this from coming, until comes is
// called or nobody waits for them any more.
func (w *world) holds(prefix, suffix string) (comes func()) {
	gate := make(chan struct{})
	w.fault = func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, prefix) && strings.HasSuffix(r.URL.Path, suffix) {
			select {
			case <-gate:
			case <-r.Context().Done():
			}
		}
		return false
	}
	return func() { close(gate) }
}

// page serves web/hosts/<behaviour>/<file> with the origins filled in. Its Content-Security-Policy is
// the text of <file>.csp, if there is one.
func (w *world) page(rw http.ResponseWriter, r *http.Request) {
	file := filepath.Clean("/" + r.URL.Path)
	if strings.HasSuffix(r.URL.Path, "/") {
		file += "/index.html"
	}
	data, err := os.ReadFile("." + file)
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}[filepath.Ext(file)])
	origins := strings.NewReplacer(append([]string{"CHARTE", w.Charte, "CANARY", w.Canary}, w.names...)...)
	if policy, err := os.ReadFile("." + file + ".csp"); err == nil {
		rw.Header().Set("Content-Security-Policy", origins.Replace(strings.Join(strings.Fields(string(policy)), " ")))
	}
	origins.WriteString(rw, string(data))
}

// serve starts a server under a host name of this machine and returns its origin. name stands for the
// origin in requests.
func (w *world) serve(name, hostname string, handler http.Handler) string {
	started := browsertest.NewServer(w.t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mutex.Lock()
		w.requests = append(w.requests, name+" "+r.URL.RequestURI())
		w.mutex.Unlock()
		handler.ServeHTTP(rw, r)
	}))
	return strings.Replace(started.URL, "127.0.0.1", hostname, 1)
}

// requested returns the requests since the last call of forget that contain part.
func (w *world) requested(part string) []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var found []string
	for _, request := range w.requests {
		if strings.Contains(request, part) {
			found = append(found, request)
		}
	}
	return found
}

// forget forgets all requests until now.
func (w *world) forget() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.requests = nil
}

// quiet waits until no request has reached a third party for half a second.
func (w *world) quiet() {
	seen := -1
	for since := time.Now(); time.Since(since) < 500*time.Millisecond; time.Sleep(20 * time.Millisecond) {
		if now := len(w.requested("canary")); now != seen {
			seen, since = now, time.Now()
		}
	}
}

// A visitor is a page in a browser, with methods that end the test when they fail.
type visitor struct {
	*browser.Page
	t testing.TB
}

// visit opens a host page as a new visitor.
func (w *world) visit(name browser.Engine, path string) visitor {
	w.t.Helper()
	v := visitor{browsertest.NewPage(w.t, name), w.t}
	v.must(v.Open(w.Site + path))
	return v
}

func (v visitor) must(err error) {
	v.t.Helper()
	browsertest.Must(v.t, browsertest.Excuse(v.Page, err))
}

func (v visitor) click(selector string) { v.t.Helper(); v.must(v.Click(selector)) }

// toldNone holds whether the visitor was told that there are no settings. It stays true where the
// program comes right after and they are told so only for a moment. A symbol takes no name from the
// page.
const toldNone = `window[Symbol.for("told that there are no settings")]`

// listens makes the page set toldNone.
const listens = toldNone + ` = false;
	const every = {childList: true, subtree: true};
	const listen = ({shadowRoot}) => new MutationObserver(() => ` + toldNone + ` ||= !!shadowRoot.querySelector(".answers a")).observe(shadowRoot, every);
	const host = () => document.querySelector("charte-banner");
	if (host()) listen(host());
	else new MutationObserver((_, waits) => host() && (waits.disconnect(), listen(host()))).observe(document, every)`

// asks clicks on an element that opens the settings, and waits until they are open or the visitor is
// told that there are none. On a busy machine the program may come after the visitor was told so. In
// that case asks opens the settings once it is there.
func (v visitor) asks(selector string) {
	v.t.Helper()
	v.do(listens)
	v.click(selector)
	const open = root + `.querySelector("[data-charte=settings]")`
	v.waits(open + ` || ` + toldNone)
	if !eval[bool](v, `!!`+open) {
		v.opens()
	}
}

func (v visitor) sees(selector string)         { v.t.Helper(); v.must(v.WaitVisible(selector)) }
func (v visitor) seesNot(selector string)      { v.t.Helper(); v.must(v.WaitGone(selector)) }
func (v visitor) waits(js string, args ...any) { v.t.Helper(); v.must(v.WaitFor(js, args...)) }
func (v visitor) do(js string, args ...any)    { v.t.Helper(); v.must(v.Eval(js, nil, args...)) }

// eval returns the value of a JavaScript expression in the page.
func eval[T any](v visitor, js string, args ...any) T {
	v.t.Helper()
	var result T
	v.must(v.Eval("return "+js, &result, args...))
	return result
}

// want fails the test where got is not want. what names the value.
func want[T comparable](v visitor, what string, got, want T) {
	v.t.Helper()
	if got != want {
		v.t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// goRuns waits until the page has fetched the Go program.
func (v visitor) goRuns() {
	v.t.Helper()
	v.waits(`performance.getEntriesByType("resource").some(e => /charte-[\w-]+\.wasm/.test(e.name))`)
}

// text returns the text of the element of the banner that has a data-charte. It is the textContent,
// because WebKitGTK has no innerText for a modal dialog.
func (v visitor) text(name string) string {
	v.t.Helper()
	return eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector("[data-charte=" + arguments[0] + "]").textContent`, name)
}

// answer returns the cookie of the answer as the browser keeps it, or nil where there is none.
func (v visitor) answer() *browser.Cookie {
	v.t.Helper()
	cookies, err := v.Cookies()
	v.must(err)
	for _, c := range cookies {
		if c.Name == "cookies_preferences" {
			return &c
		}
	}
	return nil
}

// shot keeps a screenshot for people to look at, in the folder that the
// environment variable CHARTE_SHOTS names.
func (v visitor) shot(name string) {
	v.t.Helper()
	dir := os.Getenv("CHARTE_SHOTS")
	if dir == "" {
		return
	}
	picture, err := v.Screenshot()
	v.must(err)
	v.must(os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644))
}
