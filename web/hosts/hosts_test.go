// Package hosts holds pages into which nobody here wrote the banner: one
// folder a behaviour, whose page is the demo, the documentation and the
// fixture of the browser test beside it.
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

// Selectors of the contract for tests and themes.
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

// switchOf is the switch of a category or service in the settings.
func switchOf(id string) string { return fmt.Sprintf("%s input[data-id=%q]", settings, id) }

// engines are the compiled programs that tests of the engine run with.
func engines() []string {
	if testing.Short() {
		return []string{"light"}
	}
	return []string{"light", "go"}
}

// fewer is how often something is done that is done n times without -short.
func fewer(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

var compiled sync.Map // engine name to func() (engine.Engine, error)

// engine returns a compiled program, made once for the test binary.
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

// bundle returns the bundle of a catalogue, made once for the test binary.
func bundleOf(t testing.TB, engineName string, c *catalogue.Catalogue) *bundle.Bundle {
	t.Helper()
	key, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	copied := new(catalogue.Catalogue) // the test may change its own
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

	// names are what stands in a page and what is served in its place, in turn.
	names []string

	// fault may answer a request to Charte's server in its place.
	fault func(http.ResponseWriter, *http.Request) bool

	mutex    sync.Mutex
	requests []string // path of every request, the origin's name before it
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
	charte, err := server.Files(w.bundle, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	w.Charte = w.serve("charte", "127.0.0.1", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.fault == nil || !w.fault(rw, r) {
			charte.ServeHTTP(rw, r)
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

// page serves web/hosts/<behaviour>/<file>, the origins filled in, with the
// Content-Security-Policy that stands in <file>.csp, if there is one.
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

// serve starts a server under a host name of this machine and returns its
// origin.
func (w *world) serve(name, host string, handler http.Handler) string {
	server := browsertest.NewServer(w.t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mutex.Lock()
		w.requests = append(w.requests, name+" "+r.URL.RequestURI())
		w.mutex.Unlock()
		handler.ServeHTTP(rw, r)
	}))
	return strings.Replace(server.URL, "127.0.0.1", host, 1)
}

// requested returns the requests that contain part, and forgets all of them
// where forget is called after.
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

func (w *world) forget() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.requests = nil
}

// quiet waits until no third party has been asked for half a second.
func (w *world) quiet() {
	seen := -1
	for since := time.Now(); time.Since(since) < 500*time.Millisecond; time.Sleep(20 * time.Millisecond) {
		if now := len(w.requested("canary")); now != seen {
			seen, since = now, time.Now()
		}
	}
}

// A visitor is a page with the calls that end a test when they fail.
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
	browsertest.Must(v.t, err)
}

func (v visitor) click(selector string) { v.t.Helper(); v.must(v.Click(selector)) }

// toldNone is whether the visitor was told that there are no settings, be it for a
// moment only, as where the program comes right after. No name of the page's is taken.
const toldNone = `window[Symbol.for("told that there are no settings")]`

// listens has the page remember that.
const listens = toldNone + ` = false;
	const every = {childList: true, subtree: true};
	const listen = ({shadowRoot}) => new MutationObserver(() => ` + toldNone + ` ||= !!shadowRoot.querySelector(".answers a")).observe(shadowRoot, every);
	const host = () => document.querySelector("charte-banner");
	if (host()) listen(host());
	else new MutationObserver((_, waits) => host() && (waits.disconnect(), listen(host()))).observe(document, every)`

// asks clicks on what opens the settings. On a busy machine the program may take
// longer than a visitor is kept waiting for it: then they are opened once it is there.
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

// eval evaluates an expression in the page.
func eval[T any](v visitor, js string, args ...any) T {
	v.t.Helper()
	var result T
	v.must(v.Eval("return "+js, &result, args...))
	return result
}

// want compares what a page says with what a test wants.
func want[T comparable](v visitor, what string, got, want T) {
	v.t.Helper()
	if got != want {
		v.t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// goRuns waits until the Go program has mounted: its buttons react.
func (v visitor) goRuns() {
	v.t.Helper()
	v.waits(`performance.getEntriesByType("resource").some(e => /charte-[\w-]+\.wasm/.test(e.name))`)
}

// text is the text of an element of the banner, by its data-charte. It is the
// text of the document: WebKitGTK has no innerText for a modal dialog.
func (v visitor) text(name string) string {
	v.t.Helper()
	return eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector("[data-charte=" + arguments[0] + "]").textContent`, name)
}

// answer is the cookie as the browser keeps it, nil where there is none.
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
	png, err := v.Screenshot()
	v.must(err)
	v.must(os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
}
