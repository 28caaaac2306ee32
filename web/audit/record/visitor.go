// Package record has a visitor with a fresh profile go through a site in a real Chromium, and
// writes down what the site does. It judges nothing.
package record

import (
	"cmp"
	"context"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"charte/web/audit/report"
	"charte/web/browser"
)

// Options are the options of [New].
type Options struct {
	// Cookies are there from the beginning, for what stands behind a login. They are not among
	// the entries, unless the site sets them again.
	Cookies []browser.Cookie

	// Storage is in the localStorage of its origin ("https://example.org") from the beginning.
	Storage map[string]map[string]string

	// Quiet is how long nothing must happen until a page counts as quiet. 0 means 500 ms.
	Quiet time.Duration

	// Most is how long a page may take until it is left. 0 means 15 s.
	Most time.Duration

	// ThirdParty reports whether a host belongs to another site than the page at an address.
	ThirdParty func(page *url.URL, host string) bool
}

// The defaults of Options.
const (
	defaultQuiet = 500 * time.Millisecond
	defaultMost  = 15 * time.Second
)

const (
	// mostRequests is how many requests of a page are written down. The rest is counted.
	mostRequests = 10_000

	// mostBody is how many bytes that a request sends are written down.
	mostBody = 64 << 10
)

// hooks is the script that runs in every document before the page's own.
//
//go:embed hooks.js
var hooks string

// look is the body of the function that looks at a page.
//
//go:embed look.js
var look string

// binding is the function that hooks calls.
const binding = "charteAuditTells"

// A Visitor goes through a site with a profile of its own.
type Visitor struct {
	options Options
	page    *browser.Page
	watch   *browser.Watch
	stop    context.CancelFunc
	Version string // of the browser, "Chrome/156.0.…"

	mu       sync.Mutex
	log      log
	stirred  time.Time // when something happened last
	open     map[string]bool
	sessions map[string]bool // of the page and its workers
	frames   map[string]bool // of the page
	loaded   bool
	crashed  bool
	lost     error
	download string // what the page wanted to save
}

// Resolved reads what a command's "-resolve" says, each as HOST=ADDRESS, for [Start].
func Resolved(texts []string) (map[string]string, error) {
	all := map[string]string{}
	for _, text := range texts {
		host, address, ok := strings.Cut(text, "=")
		if !ok || host == "" || address == "" || strings.ContainsAny(text, ", ") {
			return nil, fmt.Errorf("%q: write HOST=ADDRESS, such as www.example.org=127.0.0.1:8443", text)
		}
		all[host] = address
	}
	return all, nil
}

// Start starts a browser for visitors.
//
// resolve leads hosts to addresses, "127.0.0.1:8443" or "127.0.0.1", as curl's --resolve does. The host
// "*" stands for all others. trusted is a certificate that is taken for valid; nil means none. log
// receives what the browser prints; nil discards it.
func Start(ctx context.Context, resolve map[string]string, trusted *x509.Certificate, log io.Writer) (*browser.Browser, error) {
	return browser.StartChromium(ctx, browser.Options{
		Cookies: true, Strict: true, Fresh: true, Sandboxed: os.Geteuid() != 0, Trusted: trusted, Log: log, Flags: flags(resolve),
	})
}

// New opens a browser's page for a visitor with a fresh profile. Close ends the visit and forgets the
// profile.
func New(ctx context.Context, b *browser.Browser, options Options) (*Visitor, error) {
	if options.Quiet == 0 {
		options.Quiet = defaultQuiet
	}
	if options.Most == 0 {
		options.Most = defaultMost
	}
	v := &Visitor{options: options, open: map[string]bool{}}
	var err error
	if v.page, err = b.NewPage(); err != nil {
		return nil, err
	}
	if err := v.start(ctx); err != nil {
		v.page.Leave()
		return nil, err
	}
	return v, nil
}

// flags are Chromium's flags for an audit.
func flags(resolve map[string]string) []string {
	flags := []string{
		// All frames of a page are then in its session, and the hooks run in them before their own
		// scripts do.
		"--disable-site-isolation-trials",
		"--disable-features=IsolateOrigins,site-per-process,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
		"--disable-blink-features=AutomationControlled", // a page behaves as it does to visitors
		"--lang=fr-FR",
		"--in-process-gpu", // one process less for each visitor
	}
	var rules []string
	for host, address := range resolve {
		if host != "*" {
			rules = append(rules, "MAP "+host+" "+address)
		}
	}
	slices.Sort(rules)
	if address := resolve["*"]; address != "" {
		rules = append(rules, "MAP * "+address)
	}
	if rules != nil {
		flags = append(flags, "--host-resolver-rules="+strings.Join(rules, ","))
	}
	return flags
}

// start begins to write down what happens in the page.
func (v *Visitor) start(ctx context.Context) error {
	var err error
	if v.watch, err = v.page.Watch(); err != nil {
		return err
	}
	var version struct{ Product, UserAgent string }
	if err := v.watch.Send(ctx, "", "Browser.getVersion", nil, &version); err != nil {
		return err
	}
	v.Version = strings.Replace(version.Product, "HeadlessChrome", "Chrome", 1)
	v.mu.Lock()
	v.log.init(v)
	v.sessions, v.frames = map[string]bool{v.watch.Session(): true}, map[string]bool{v.watch.Frame(): true}
	v.mu.Unlock()
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	v.stop = stop
	go v.listen(running)
	if err := v.turnOn(ctx, strings.Replace(version.UserAgent, "HeadlessChrome", "Chrome", 1)); err != nil {
		return err
	}
	return v.equip(ctx)
}

// parameters are those of a command.
type parameters = map[string]any

// turnOn turns on the events that are written down, and has the browser call itself as it does on a
// desk.
func (v *Visitor) turnOn(ctx context.Context, agent string) error {
	for _, c := range []struct {
		method string
		params parameters
	}{
		{"Browser.setDownloadBehavior", parameters{"behavior": "deny", "eventsEnabled": true, "browserContextId": v.watch.Context()}},
		{"Target.setDiscoverTargets", parameters{"discover": true}},
	} {
		if err := v.watch.Send(ctx, "", c.method, c.params, nil); err != nil {
			return err
		}
	}
	for _, c := range []struct {
		method string
		params parameters
	}{
		{"Network.enable", parameters{"maxPostDataSize": mostBody}},
		{"Network.setUserAgentOverride", parameters{"userAgent": agent, "acceptLanguage": "fr-FR,fr,en"}},
		{"Runtime.setAsyncCallStackDepth", parameters{"maxDepth": 32}},
		{"Runtime.addBinding", parameters{"name": binding}},
		{"Page.addScriptToEvaluateOnNewDocument", parameters{"source": hooks}},
		{"DOMStorage.enable", nil},
		{"ServiceWorker.enable", nil},
		{"Inspector.enable", nil},
		{"Target.setAutoAttach", parameters{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true}},
	} {
		if err := v.send(ctx, c.method, c.params, nil); err != nil {
			return err
		}
	}
	return nil
}

// stores is a script that puts items into the localStorage of their origin, once for each visitor.
const stores = `(({origin, items}) => {
	if (self.origin !== origin || sessionStorage.length) return;
	for (const [key, value] of Object.entries(items)) if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
})(%s)`

// equip gives the visitor what it has from the beginning.
func (v *Visitor) equip(ctx context.Context) error {
	for _, cookie := range v.options.Cookies {
		if err := v.page.SetCookie(cookie); err != nil {
			return fmt.Errorf("cookie %q cannot be set: %w", cookie.Name, err)
		}
		v.give(entryKey{kind: report.Cookie, name: cookie.Name, host: cookie.Domain, path: cookie.Path}, cookie.Value)
	}
	for origin, items := range v.options.Storage {
		at, err := url.Parse(origin)
		if err != nil {
			return fmt.Errorf("the storage of %q: %w", origin, err)
		}
		for key, value := range items {
			v.give(entryKey{kind: report.LocalStorage, name: key, host: at.Hostname()}, value)
		}
		text, err := json.Marshal(map[string]any{"origin": origin, "items": items})
		if err != nil {
			return err
		}
		if err := v.send(ctx, "Page.addScriptToEvaluateOnNewDocument", parameters{"source": fmt.Sprintf(stores, text)}, nil); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the visit and forgets the profile.
func (v *Visitor) Close() {
	v.stop()
	v.watch.End()
	v.page.Leave()
}

// listen writes events down until the browser has gone.
func (v *Visitor) listen(ctx context.Context) {
	for {
		events, err := v.watch.Events(ctx)
		if ctx.Err() != nil {
			return // another tab is watched now
		}
		if err != nil {
			v.mu.Lock()
			v.lost = err
			v.mu.Unlock()
			return
		}
		v.mu.Lock()
		for _, e := range events {
			if e.Session == "" || v.sessions[e.Session] { // and not of another visitor
				v.on(ctx, e)
			}
		}
		v.mu.Unlock()
	}
}

// send sends a command to the page.
func (v *Visitor) send(ctx context.Context, method string, params, result any) error {
	return v.watch.Send(ctx, v.watch.Session(), method, params, result)
}

// Visit opens a page, scrolls through it, and waits until it is quiet. links are the addresses that
// it leads to. What went wrong is in the page's Error, as a sentence. An error means that the browser
// itself cannot go on. The visit ends with the audit, or when the page's own time is over.
func (v *Visitor) Visit(audit context.Context, address string) (page *report.Page, links []string, err error) {
	patience := v.options.Most + 10*time.Second
	ctx, cancel := context.WithTimeout(audit, patience)
	defer cancel()
	v.Leave(ctx)
	page = v.begin(address)
	err = v.navigate(ctx, page, address)
	if err == nil && page.Error == "" {
		links, err = v.looks(ctx)
	}
	v.mu.Lock()
	crashed, lost, download := v.crashed, v.lost, v.download
	page.Ended = time.Now()
	v.mu.Unlock()
	switch {
	case lost != nil:
		return page, links, lost
	case audit.Err() != nil:
		return page, links, nil // what was seen is reported
	case crashed:
		page.Error = "The page crashed the browser's tab."
		return page, links, v.again(audit)
	case ctx.Err() != nil:
		page.Error = cmp.Or(page.Error, fmt.Sprintf("The page did not answer within %v.", patience))
		return page, links, v.again(audit)
	case download != "" && page.Error != "":
		page.Error = "The address is a file to save, not a page."
	case err != nil:
		page.Error = cmp.Or(page.Error, "The page cannot be looked at: "+err.Error()+".")
	}
	return page, links, nil
}

// begin starts a page in the log.
func (v *Visitor) begin(address string) *report.Page {
	v.mu.Lock()
	defer v.mu.Unlock()
	page := &report.Page{URL: address, At: address, Began: time.Now()}
	v.log.pages = append(v.log.pages, page)
	v.log.carried = false
	v.loaded, v.crashed, v.download = false, false, ""
	v.stirred = time.Now()
	clear(v.open)
	return page
}

// leaves tells a page that it is being left, as a browser does.
const leaves = `
	Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
	document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
	dispatchEvent(new PageTransitionEvent("pagehide", {persisted: false}));
	dispatchEvent(new PageTransitionEvent("unload"));
	delete document.visibilityState;`

// Leave tells the page that it is being left, and writes down what it sends then. Chromium tells
// nobody what a page sends once it is really left. A page in which an answer was given is left
// unasked: what it began before the answer may end after it.
func (v *Visitor) Leave(ctx context.Context) {
	v.mu.Lock()
	last := len(v.log.pages) - 1
	there := last >= 0 && !v.log.carried && v.log.pages[last].Error == "" && v.lost == nil && !v.crashed
	v.stirred = time.Now()
	v.mu.Unlock()
	const soon, most = 100 * time.Millisecond, 2 * time.Second
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	if there && v.eval(ctx, leaves, nil) == nil {
		v.until(ctx, time.Now().Add(most), func() bool { return len(v.open) == 0 && time.Since(v.stirred) >= soon })
	}
}

// navigate opens an address and waits until the page has got quiet.
func (v *Visitor) navigate(ctx context.Context, page *report.Page, address string) error {
	var answer struct{ LoaderID, ErrorText string }
	if err := v.send(ctx, "Page.navigate", map[string]any{"url": address}, &answer); err != nil {
		return err
	}
	if answer.ErrorText != "" {
		page.Error = failure(answer.ErrorText, address)
		return nil
	}
	deadline := time.Now().Add(v.options.Most)
	until := func(done func() bool) bool { return v.until(ctx, deadline, done) }
	loaded := until(func() bool { return v.loaded || v.crashed })
	if err := v.scroll(ctx); err != nil {
		return err
	}
	page.Quiet = until(v.quiet) && loaded
	return nil
}

// hung is how long nothing must happen until a request without an end counts as one that never ends,
// such as a stream of events.
const hung = 3 * time.Second

// quiet reports whether nothing happens any more. v.mu is held.
func (v *Visitor) quiet() bool {
	still := time.Since(v.stirred)
	return v.crashed || still >= v.options.Quiet && len(v.open) == 0 || still >= hung
}

// until waits until done is true, and reports whether it was before the deadline. v.mu is held
// while done is called.
func (v *Visitor) until(ctx context.Context, deadline time.Time, done func() bool) bool {
	const step = 20 * time.Millisecond
	for {
		v.mu.Lock()
		is, lost := done(), v.lost
		v.mu.Unlock()
		if is {
			return true
		}
		if lost != nil || time.Now().After(deadline) || ctx.Err() != nil {
			return false
		}
		time.Sleep(step)
	}
}

// scroll goes to the end of the page and back, as far as 20 screens, so that what loads as it comes
// into view is loaded.
func (v *Visitor) scroll(ctx context.Context) error {
	_, err := v.evaluate(ctx, `
		const frame = () => Promise.race([new Promise(requestAnimationFrame), new Promise((done) => setTimeout(done, 50))]);
		for (let i = 0, y = -1; i < 20 && scrollY !== y; i++) { y = scrollY; scrollBy({top: innerHeight * 0.9, behavior: "instant"}); await frame(); await frame(); }
		scrollTo({top: 0, behavior: "instant"});`, true)
	return err
}

// looks looks at the page as it stands, and returns the addresses that it leads to.
func (v *Visitor) looks(ctx context.Context) (links []string, err error) {
	text, err := v.evaluate(ctx, look, true)
	if err != nil {
		return nil, err
	}
	var found struct {
		Title, At string
		Elements  map[string]string
		Gated     []report.Gated
		Links     []string
		Charte    bool
	}
	if err := json.Unmarshal(text, &found); err != nil {
		return nil, err
	}
	jar, err := v.jar(ctx)
	if err != nil {
		return nil, err
	}
	stored := v.stored(ctx)
	v.mu.Lock()
	defer v.mu.Unlock()
	page := v.log.page()
	page.Title, page.At, page.Gated = found.Title, found.At, found.Gated
	if found.Charte {
		page.Banner = "charte"
	}
	v.log.name(found.Elements)
	v.log.keep(jar, stored)
	return found.Links, nil
}

// eval runs a function's body among the page's own scripts, and decodes what it returns.
func (v *Visitor) eval(ctx context.Context, body string, result any) error {
	text, err := v.evaluate(ctx, body, false)
	if err != nil || result == nil {
		return err
	}
	return json.Unmarshal(text, result)
}

// evaluate runs an async function's body in the page, apart from its scripts or among them.
func (v *Visitor) evaluate(ctx context.Context, body string, apart bool) (json.RawMessage, error) {
	params := map[string]any{"expression": "(async () => {" + body + "\n})()", "awaitPromise": true, "returnByValue": true}
	if apart {
		var frame struct {
			FrameTree struct{ Frame struct{ ID string } }
		}
		if err := v.send(ctx, "Page.getFrameTree", nil, &frame); err != nil {
			return nil, err
		}
		var world struct{ ExecutionContextID int }
		if err := v.send(ctx, "Page.createIsolatedWorld", map[string]any{"frameId": frame.FrameTree.Frame.ID, "worldName": "charte-audit"}, &world); err != nil {
			return nil, err
		}
		params["contextId"] = world.ExecutionContextID
	}
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	if err := v.send(ctx, "Runtime.evaluate", params, &answer); err != nil {
		return nil, err
	}
	if e := answer.ExceptionDetails; e != nil {
		return nil, errors.New(strings.TrimSpace(e.Text + " " + e.Exception.Description))
	}
	if answer.Result.Value == nil {
		return json.RawMessage("null"), nil
	}
	return answer.Result.Value, nil
}

// settle waits until the page is quiet again, after something was done in it.
func (v *Visitor) settle(ctx context.Context) {
	v.mu.Lock()
	v.stirred = time.Now()
	v.mu.Unlock()
	v.until(ctx, time.Now().Add(v.options.Most), v.quiet)
}

// Picture takes a picture of the part of the page that a visitor sees first (PNG).
func (v *Visitor) Picture() ([]byte, error) { return v.page.Screenshot() }

// again opens a new tab after a crash, or where a page's script has no end.
func (v *Visitor) again(ctx context.Context) error {
	v.stop()
	v.watch.End()
	tab, err := v.page.NewTab()
	if err != nil {
		return err
	}
	old := v.page
	v.page = tab
	if err := v.start(ctx); err != nil {
		return err
	}
	old.Close() // and not its tabs, of which the new one is one
	return nil
}

// failure says in a sentence why a page did not open.
func failure(code, address string) string {
	host := address
	if at, err := url.Parse(address); err == nil {
		host = at.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
	}
	switch {
	case strings.Contains(code, "NAME_NOT_RESOLVED"), strings.Contains(code, "NAME_RESOLUTION_FAILED"):
		return fmt.Sprintf("The host %s is not known.", host)
	case strings.Contains(code, "ERR_CERT"), strings.Contains(code, "ERR_SSL"), strings.Contains(code, "BAD_SSL"):
		return fmt.Sprintf("The certificate or the encryption of %s is not valid (%s).", host, code)
	case strings.Contains(code, "CONNECTION_REFUSED"):
		return fmt.Sprintf("Nobody answers at %s.", host)
	case strings.Contains(code, "ABORTED"):
		return "The page gave no document: the address is a file to save, or the answer was empty."
	case strings.Contains(code, "TOO_MANY_REDIRECTS"):
		return "The address leads in a circle of redirects."
	case strings.Contains(code, "TIMED_OUT"):
		return fmt.Sprintf("%s did not answer in time.", host)
	}
	return fmt.Sprintf("The page cannot be opened (%s).", code)
}
