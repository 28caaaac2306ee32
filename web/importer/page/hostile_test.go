package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"charte/web/audit/record"
)

// config is a configuration that each hostile page has, and told how it comes over.
const (
	config     = `window.klaroConfig = {services: [{name: "ga", cookies: [/^_ga/]}]};`
	configTold = `klaroConfig = {services: [{name: "ga", cookies: [/^_ga/]}]}`
)

// TestHostile: a page that breaks what its scripts share breaks nothing here.
func TestHostile(t *testing.T) {
	for _, test := range []struct {
		name, script, policy string // the last is a Content-Security-Policy
	}{
		{name: "toJSON everywhere", script: `for (const type of [Object, Array, String, RegExp, Number]) type.prototype.toJSON = () => "spoilt";`},
		{name: "no JSON", script: `JSON.stringify = () => "{"; JSON.parse = null; Object.freeze(JSON);`},
		{name: "no Reflect and no Object", script: `Reflect = undefined; for (const name of ["keys", "getOwnPropertyDescriptor", "getOwnPropertyNames", "getPrototypeOf"]) Object[name] = () => { throw new Error("no") };`},
		{name: "additions to prototypes", script: `Object.prototype.extra = {services: [{name: "wrong"}]}; Array.prototype.last = () => 1;`},
		{name: "no iterators", script: `Array.prototype[Symbol.iterator] = Array.prototype.map = Array.prototype.push = () => { throw new Error("no") };`},
		{name: "no documents", script: `document.createElement = document.querySelectorAll = null; Element.prototype.matches = Node.prototype.appendChild = null;`},
		{name: "names of elements", script: `document.write("<img name=documentElement><img name=createElementNS><form name=contentType></form><img name=baseURI>");`},
		{name: "a page that takes frames away", script: `new MutationObserver((all) => all.forEach(({addedNodes}) => addedNodes.forEach((n) => n.localName === "iframe" && n.remove()))).observe(document, {childList: true, subtree: true});`},
		{name: "a policy that forbids all but its script", policy: "default-src 'none'; frame-src 'none'; script-src 'unsafe-inline'; require-trusted-types-for 'script'"},
		{name: "a sandbox", policy: "sandbox allow-scripts"},
		{name: "a variable that throws", script: `Object.defineProperty(window, "other", {get() { throw new Error("no") }, enumerable: true});`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "text/html")
				if test.policy != "" {
					rw.Header().Set("Content-Security-Policy", test.policy)
				}
				fmt.Fprint(rw, "<!doctype html><title>Hostile</title><script>"+config+test.script+"</script>")
			}))
			t.Cleanup(s.Close)
			p, err := Read(t.Context(), chromium(t), s.URL, Options{Most: 10 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "told", lines(p), []string{configTold})
			if got := problems(p); got != "" {
				t.Errorf("the problems are %q", got)
			}
		})
	}
}

// TestSpoilt: where the page takes frames away and spoils its own built-ins, the elements are there still.
func TestSpoilt(t *testing.T) {
	p := read(t, `<b data-category="ads"></b><script>`+config+`
		new MutationObserver((all) => all.forEach(({addedNodes}) => addedNodes.forEach((n) => n.localName === "iframe" && n.remove()))).observe(document, {childList: true, subtree: true});
		JSON.stringify = () => "{";</script>`, nil)
	if len(p.Told.Elements) != 2 || !strings.Contains(problems(p), "What the banner left in the page was not read: what it answers cannot be understood") {
		t.Errorf("%d elements, and the problems are %q", len(p.Told.Elements), problems(p))
	}
}

// TestLimits: what is too much is cut, and that is said in a sentence.
func TestLimits(t *testing.T) {
	for _, test := range []struct{ name, script, want, says string }{
		{"every kind", `klaroConfig = {a: undefined, b: NaN, c: 12n, d: Symbol("e"), f() { return 1 }, g: new Date(0), h: new Map([["i", 1]]), j: new Set([2]), k: document.body ?? document.head, l: [1,,3], m: window, n: Promise.resolve(), o: new Uint8Array(2)}`,
			`klaroConfig = {a: null, b: NaN, c: <opaque 12n>, d: <opaque Symbol(e)>, f: <function f() { return 1 }>, g: <opaque 1970-01-01T00:00:00.000Z>, h: {i: 1}, j: [2], k: <opaque <head>>, l: [1, null, 3], m: <opaque Window>, n: <opaque Promise>, o: <opaque Uint8Array>}`, ""},
		{"a getter that throws", `klaroConfig = {get a() { throw new Error("no") }, b: 1}`, `klaroConfig = {a: <opaque a property that cannot be read>, b: 1}`, "klaroConfig.a cannot be read: the page's own code fails."},
		{"a circle", `klaroConfig = {a: {}}; klaroConfig.a.b = klaroConfig`, `klaroConfig = {a: {b: <opaque itself>}}`, "klaroConfig.a.b leads back to what it is in, and was cut there."},
		{"a hostile proxy", `klaroConfig = {a: new Proxy({}, {ownKeys() { throw 1 }, getPrototypeOf() { throw 1 }})}`, `klaroConfig = {a: <opaque an object that cannot be read>}`, "klaroConfig.a cannot be read: the page's own code fails."},
		{"too deep", `klaroConfig = {}; for (let i = 0, o = klaroConfig; i < 1e5; i++) o = o.a = {}`, "", "is nested too deeply. What is below it was not read."},
		{"too many", `klaroConfig = {a: new Array(1e9), b: 1}`, "", "klaroConfig.a has too many parts. The rest was not read."},
		{"too many services", `tarteaucitron = {job: new Array(2000).fill("gtag"), added: {}}`, `tarteaucitron.job.push("gtag")`, "tarteaucitron.job has too many parts. The rest was not read."},
		{"too long", `klaroConfig = {a: "x".repeat(1e8), b: "y"}`, "", "The page's texts are too long. klaroConfig.a was cut."},
		{"a getter without an end", `klaroConfig = {get a() { for (;;); }}`, "", "the page's own code has no end there."},
		{"a proxy without an end", `klaroConfig = new Proxy({}, {ownKeys() { for (;;); }})`, "", "the page's own code has no end there."},
	} {
		t.Run(test.name, func(t *testing.T) {
			if strings.Contains(test.name, "without an end") {
				defer func(most time.Duration) { readMost = most }(readMost)
				readMost = time.Second
			}
			p := read(t, "<script>"+test.script+"</script>", nil)
			if test.want != "" {
				equal(t, "told", lines(p), []string{test.want})
			}
			if got := problems(p); !strings.Contains(got, test.says) || test.says == "" && got != "" {
				t.Errorf("the problems are %q, want %q", got, test.says)
			}
			if size := len(strings.Join(lines(p), "")); size > 1<<20 {
				t.Errorf("%d bytes were told", size)
			}
		})
	}
}

// TestManyObjects: a page with a million objects takes seconds, and not minutes.
func TestManyObjects(t *testing.T) {
	began := time.Now()
	p := read(t, `<script>var all = Array.from({length: 1e6}, (_, i) => ({id: i, name: "n" + i}));`+config+`</script>`, nil)
	equal(t, "told", lines(p), []string{configTold})
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	t.Logf("%v %s", time.Since(began), problems(p))
}

// TestFaults: why there is no page to read, in one sentence, or what was met on it.
func TestFaults(t *testing.T) {
	const page = "<!doctype html><title>Page</title><script>" + config + "</script>"
	says := func(kind, text string) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", kind)
			fmt.Fprint(rw, text)
		}
	}
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		most   time.Duration // 0 is 3 s
		err    string
		says   string // in Told.Problems; the configuration is there then
	}{
		{name: "a file to save", answer: says("application/zip", "PK"), err: "The address is a file to save, or the answer was empty: it is not a page."},
		{name: "not HTML", answer: says("application/json", "{}"), err: "The address is not a page: what is there has the type application/json, and not text/html."},
		{name: "redirects in a circle", answer: func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/", http.StatusFound) }, err: "The address leads in a circle of redirects."},
		{name: "no answer", answer: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, err: "took the request and sent no page."},
		{name: "an answer that never comes", answer: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, err: "The page did not answer within 3s."},
		{name: "an error without a page", answer: func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNotFound) }, err: "answered with an error and without a page."},
		{name: "a crash", most: time.Minute, answer: says("text/html", page+"<script>const all = []; for (;;) all.push(new Array(1e7).fill(Math.random()))</script>"), err: "The page crashed the browser's tab."},
		{name: "an error with a page", answer: func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(http.StatusForbidden)
			fmt.Fprint(rw, page)
		}, says: "The site answered with status 403 (Forbidden). It may show robots another page than visitors."},
		{name: "dialogs", answer: says("text/html", page+`<script>alert("a"); confirm("b"); addEventListener("beforeunload", (e) => e.preventDefault())</script>`), says: "The page showed a dialog (confirm), which was dismissed."},
		{name: "never quiet", answer: says("text/html", page+`<script>setInterval(() => fetch("/?" + Math.random()), 50)</script>`), says: "The page did not get quiet within 3s. What was there by then was read."},
		{name: "never an end", answer: func(rw http.ResponseWriter, r *http.Request) {
			fmt.Fprint(rw, page+strings.Repeat(" ", 4096))
			rw.(http.Flusher).Flush()
			<-r.Context().Done()
		}, says: "The page did not get quiet within 3s."},
		{name: "a script without an end", answer: says("text/html", page+`<script>for (;;);</script>`), says: "A script of the page has no end, and was stopped."},
		{name: "a page that goes elsewhere", answer: func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				fmt.Fprint(rw, `<!doctype html><script>setTimeout(() => location = "/next", 200)</script>`)
				return
			}
			fmt.Fprint(rw, page)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := httptest.NewServer(test.answer)
			t.Cleanup(s.Close)
			t.Cleanup(s.CloseClientConnections)
			p, err := Read(t.Context(), chromium(t), s.URL+"/", Options{Most: cmp.Or(test.most, 3*time.Second)})
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("the error is %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "told", lines(p), []string{configTold})
			if !strings.Contains(problems(p), test.says) {
				t.Errorf("the problems are %q, want %q", problems(p), test.says)
			}
		})
	}
}

// TestNotOpened: hosts that are not there, and certificates that nobody trusts.
func TestNotOpened(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	secret := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secret.Close)
	for _, test := range []struct{ name, address, says string }{
		{"an unknown host", "http://nobody.invalid/", "The host nobody.invalid is not known."},
		{"nobody listens", closed.URL + "/", "Nobody answers at 127.0.0.1."},
		{"a certificate that nobody trusts", secret.URL + "/", "The certificate or the encryption of 127.0.0.1 is not valid"},
		{"no address", "shop.example", "is not the address of a page"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Read(t.Context(), chromium(t), test.address, Options{Most: 10 * time.Second}); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is %v, want %q", err, test.says)
			}
		})
	}
}

// TestResolve: a host is led to another address, as for an audit.
func TestResolve(t *testing.T) {
	chromium(t) // installs it
	s := serve(t, map[string]string{"/": "<!doctype html><script>" + config + "</script>"})
	b, err := record.Start(t.Context(), map[string]string{"www.shop.example": strings.TrimPrefix(s.URL, "http://")}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	p, err := Read(t.Context(), b, "http://user:secret@www.shop.example/#top", Options{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "told", lines(p), []string{configTold})
	equal(t, "the files", p.Told.Files, []string{"http://www.shop.example/"})
}

// TestCancelled: whoever ends it waits no longer.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	if _, err := Read(ctx, chromium(t), s.URL, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}
