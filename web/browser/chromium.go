package browser

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// chromiumFlags start Chromium without a window and without traffic of its own. A page
// behind another runs as if it were in front.
// https://github.com/GoogleChrome/chrome-launcher/blob/main/docs/chrome-flags-for-tests.md
var chromiumFlags = []string{
	"--headless=new",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--no-default-browser-check",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--disable-breakpad",
	"--password-store=basic",
	"--disable-background-timer-throttling",
	"--disable-backgrounding-occluded-windows",
	"--disable-renderer-backgrounding",
	"--remote-debugging-port=0",
}

// disableFeatures is how a flag begins that turns features off. Chromium takes the last such flag alone.
const disableFeatures = "--disable-features="

// unseenFeatures are the pop-ups of the address bar, which nobody sees in a browser without a window. Chromium 156
// makes their pages ready with each window, for two seconds of a processor.
const unseenFeatures = "WebUIOmniboxPopup,WebUIOmniboxAimPopup"

// together puts all flags that turn features off into one.
func together(flags []string) []string {
	off := unseenFeatures
	others := slices.DeleteFunc(slices.Clone(flags), func(flag string) bool {
		features, is := strings.CutPrefix(flag, disableFeatures)
		if is {
			off += "," + features
		}
		return is
	})
	return append(others, disableFeatures+off)
}

const chromiumAnnounces = `DevTools listening on (ws://\S+)`

// chromium speaks the DevTools protocol:
// https://chromedevtools.github.io/devtools-protocol/tot/.
type chromium struct {
	process *process
	wire    *wire
	fresh   bool // Options.Fresh

	mu    sync.Mutex
	pages map[string]*chromiumPage // by session ID
	tails []*tail                  // of all that is watched
	idle  []*chromiumPage          // in browser contexts whose visitor has gone
}

// thriftyFlags are the flags for Options.Thrifty. Some tests depend on the number of
// processes, such as those of two tabs, so only go test -short starts fewer.
var thriftyFlags = []string{"--process-per-site", "--in-process-gpu"}

func startChromium(ctx context.Context, options Options) (engine, error) {
	path, err := FindProgram(needs[Chromium][0].program)
	if err != nil {
		return nil, err
	}
	dir, err := homeDir(Chromium)
	if err != nil {
		return nil, err
	}
	if options.Cookies {
		if err := takeCookies(dir); err != nil {
			return nil, err
		}
	}
	flags := slices.Concat(chromiumFlags, options.Flags, []string{"--user-data-dir=" + dir})
	if !options.Strict {
		// Of httptest's TLS servers. The other engines accept them, too.
		flags = append(flags, "--ignore-certificate-errors")
	}
	if !options.Sandboxed {
		flags = append(flags, "--no-sandbox") // tests run as root
	}
	if options.Thrifty {
		flags = append(flags, thriftyFlags...)
	}
	if options.Trusted != nil {
		key := sha256.Sum256(options.Trusted.RawSubjectPublicKeyInfo)
		flags = append(flags, "--ignore-certificate-errors-spki-list="+base64.StdEncoding.EncodeToString(key[:]))
	}
	cmd := exec.Command(path, append(together(flags), "about:blank")...)
	p, err := launch(cmd, dir, chromiumAnnounces, options.Log)
	if err != nil {
		return nil, err
	}
	url, err := p.await(ctx)
	if err != nil {
		return nil, err
	}
	c := &chromium{process: p, fresh: options.Fresh, pages: map[string]*chromiumPage{}}
	if c.wire, err = dial(ctx, url, c.onEvent); err != nil {
		p.kill()
		return nil, fmt.Errorf("%w%s", err, p.quote())
	}
	return c, nil
}

// takeCookies has a new profile, and the private windows in it, take other sites' cookies.
func takeCookies(dir string) error {
	dir = filepath.Join(dir, "Default")
	return errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "Preferences"), []byte(`{"profile":{"cookie_controls_mode":0}}`), 0o600))
}

func (c *chromium) processes() []*process { return []*process{c.process} }

func (c *chromium) close() {
	c.wire.close()
	c.process.kill()
}

func (c *chromium) onEvent(e event) {
	c.mu.Lock()
	page := c.pages[e.SessionID]
	for _, t := range c.tails {
		t.add(e)
	}
	c.mu.Unlock()
	if page != nil {
		page.onEvent(e)
	}
}

func (c *chromium) newPage(ctx context.Context) (driver, error) {
	c.mu.Lock()
	if last := len(c.idle) - 1; last >= 0 {
		page := c.idle[last]
		c.idle = c.idle[:last]
		c.mu.Unlock()
		return page, page.front(ctx) // another visitor's window may be in front of it
	}
	c.mu.Unlock()

	var visitor struct{ BrowserContextID string }
	if err := c.wire.send(ctx, "", "Target.createBrowserContext", nil, &visitor); err != nil {
		return nil, err
	}
	return c.newTab(ctx, &storage{id: visitor.BrowserContextID})
}

// newTab opens a tab in a browser context, which is a visitor's storage.
func (c *chromium) newTab(ctx context.Context, visitor *storage) (driver, error) {
	var target struct{ TargetID string }
	err := c.wire.send(ctx, "", "Target.createTarget", map[string]any{
		"url": "about:blank", "browserContextId": visitor.id,
	}, &target)
	if err != nil {
		return nil, err
	}
	visitor.tabs.Add(1)
	return c.attach(ctx, target.TargetID, visitor)
}

// attach attaches a new session to a tab, and turns on the events that a page needs.
func (c *chromium) attach(ctx context.Context, target string, visitor *storage) (*chromiumPage, error) {
	var session struct{ SessionID string }
	err := c.wire.send(ctx, "", "Target.attachToTarget", map[string]any{
		"targetId": target, "flatten": true,
	}, &session)
	if err != nil {
		return nil, err
	}

	p := &chromiumPage{
		chromium: c,
		target:   target,
		session:  session.SessionID,
		storage:  visitor,
		changed:  make(chan struct{}),
	}
	c.mu.Lock()
	c.pages[p.session] = p
	c.mu.Unlock()
	for _, command := range []struct {
		method string
		params any
	}{
		{"Page.enable", nil},
		{"Page.setLifecycleEventsEnabled", map[string]any{"enabled": true}},
		{"Runtime.enable", nil},
		{"Log.enable", nil},
		{"Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true}},
	} {
		if err := p.send(ctx, command.method, command.params, nil); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// A chromiumPage is a tab that a DevTools session is attached to.
type chromiumPage struct {
	chromium *chromium
	target   string // also the ID of its main frame
	session  string
	storage  *storage

	mu      sync.Mutex
	shown   view
	changed chan struct{} // closed, and replaced, when shown changes
	lines   []string      // of its console
}

// A view is what the main frame shows.
type view struct {
	loader string // ID of the document's loader; each navigation has its own
	loaded bool
	jumps  int // navigations within documents, so far
	world  int // execution context ID of the isolated world; 0 if there is none
}

func (p *chromiumPage) send(ctx context.Context, method string, params, result any) error {
	return p.chromium.wire.send(ctx, p.session, method, params, result)
}

func (p *chromiumPage) onEvent(e event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.shown
	switch e.Method {
	case "Page.lifecycleEvent":
		var params struct{ FrameID, LoaderID, Name string }
		json.Unmarshal(e.Params, &params)
		switch {
		case params.FrameID != p.target:
		case params.Name == "init":
			p.shown.loader, p.shown.loaded = params.LoaderID, false
		case params.Name == "load" && params.LoaderID == p.shown.loader:
			p.shown.loaded = true
		}
	case "Page.frameNavigated":
		var params struct {
			Frame struct{ ID, LoaderID string }
			Type  string
		}
		json.Unmarshal(e.Params, &params)
		if params.Frame.ID == p.target && params.Type == "BackForwardCacheRestore" {
			p.shown.loader, p.shown.loaded = params.Frame.LoaderID, true
		}
	case "Page.navigatedWithinDocument":
		var params struct{ FrameID string }
		json.Unmarshal(e.Params, &params)
		if params.FrameID == p.target {
			p.shown.jumps++
		}
	case "Runtime.executionContextCreated":
		var params struct {
			Context struct {
				ID      int
				Name    string
				AuxData struct{ FrameID string }
			}
		}
		json.Unmarshal(e.Params, &params)
		if params.Context.Name == isolatedWorld && params.Context.AuxData.FrameID == p.target {
			p.shown.world = params.Context.ID
		}
	case "Runtime.executionContextDestroyed":
		var params struct{ ExecutionContextID int }
		json.Unmarshal(e.Params, &params)
		if params.ExecutionContextID == p.shown.world {
			p.shown.world = 0
		}
	case "Runtime.executionContextsCleared":
		p.shown.world = 0
	case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded":
		if line := chromiumLine(e); line != "" {
			p.lines = append(p.lines, line)
		}
	}
	if p.shown != before {
		close(p.changed)
		p.changed = make(chan struct{})
	}
}

// await waits until the main frame shows something for which done is true.
func (p *chromiumPage) await(ctx context.Context, done func(view) bool) error {
	for {
		p.mu.Lock()
		shown, changed := p.shown, p.changed
		p.mu.Unlock()
		if done(shown) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *chromiumPage) view() view {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown
}

func (p *chromiumPage) open(ctx context.Context, url string) error {
	before := p.view()
	var result struct{ LoaderID, ErrorText string }
	err := p.send(ctx, "Page.navigate", map[string]any{"url": url}, &result)
	if err == nil && result.ErrorText != "" {
		err = errors.New(result.ErrorText)
	}
	if err != nil || result.LoaderID == "" { // a jump within the document
		return err
	}
	// The loader need not be result.LoaderID: the page may navigate to another before
	// it has loaded.
	return p.await(ctx, func(v view) bool { return v.loaded && v.loader != before.loader })
}

func (p *chromiumPage) reload(ctx context.Context) error {
	before := p.view()
	if err := p.send(ctx, "Page.reload", nil, nil); err != nil {
		return err
	}
	return p.await(ctx, func(v view) bool { return v.loaded && v.loader != before.loader })
}

func (p *chromiumPage) back(ctx context.Context) error {
	history, err := p.history(ctx)
	if err != nil {
		return err
	}
	if history.CurrentIndex == 0 {
		return errors.New("there is no page to go back to")
	}
	before := p.view()
	to := history.Entries[history.CurrentIndex-1].ID
	if err := p.send(ctx, "Page.navigateToHistoryEntry", map[string]any{"entryId": to}, nil); err != nil {
		return err
	}
	return p.await(ctx, func(v view) bool {
		return v.loaded && v.loader != before.loader || v.jumps != before.jumps
	})
}

// A chromiumHistory is the answer to Page.getNavigationHistory.
type chromiumHistory struct {
	CurrentIndex int
	Entries      []struct {
		ID  int
		URL string
	}
}

// history returns the tab's entries once they have the page's address. A click on a
// link within the page changes the page first, and the entries a moment later.
func (p *chromiumPage) history(ctx context.Context) (chromiumHistory, error) {
	for {
		address, err := p.eval(ctx, "return location.href", "[]", true)
		if err != nil {
			return chromiumHistory{}, err
		}
		var shown string
		json.Unmarshal(address, &shown)
		var history chromiumHistory
		if err := p.send(ctx, "Page.getNavigationHistory", nil, &history); err != nil {
			return chromiumHistory{}, err
		}
		// The page that says why another could not be shown has an address of its own.
		if history.Entries[history.CurrentIndex].URL == shown || strings.HasPrefix(shown, "chrome-error:") {
			return history, nil
		}
		select {
		case <-ctx.Done():
			return chromiumHistory{}, fmt.Errorf("the page is at %s, and the tab's history is not: %w", shown, ctx.Err())
		case <-time.After(pollInterval):
		}
	}
}

// isolatedWorld is the name of the world in which page.js runs. That world shares the
// page's DOM, and none of its JavaScript.
const isolatedWorld = "charte-browser"

func (p *chromiumPage) eval(ctx context.Context, body, args string, apart bool) (json.RawMessage, error) {
	params := map[string]any{
		"expression":    asyncCall(body, args),
		"awaitPromise":  true,
		"returnByValue": true,
	}
	if apart {
		world, err := p.world(ctx)
		if err != nil {
			return nil, err
		}
		params["contextId"] = world
	}
	var evaluated struct {
		Result struct {
			Value               json.RawMessage
			UnserializableValue string
		}
		ExceptionDetails *chromiumException
	}
	if err := p.send(ctx, "Runtime.evaluate", params, &evaluated); err != nil {
		return nil, err
	}
	if e := evaluated.ExceptionDetails; e != nil {
		return nil, errors.New(e.String())
	}
	if evaluated.Result.Value == nil { // for undefined, NaN and the like, as JSON.stringify writes them
		return json.RawMessage("null"), nil
	}
	return evaluated.Result.Value, nil
}

// asyncCall returns an expression that runs body as an async function, with the
// elements of the JSON array args as its arguments.
func asyncCall(body, args string) string {
	return "(async function () {" + body + "\n})(..." + args + ")"
}

// world returns the ID of the document's isolated world. It makes one if there is none.
func (p *chromiumPage) world(ctx context.Context) (int, error) {
	if world := p.view().world; world != 0 {
		return world, nil
	}
	var made struct{ ExecutionContextID int }
	err := p.send(ctx, "Page.createIsolatedWorld", map[string]any{
		"frameId": p.target, "worldName": isolatedWorld,
	}, &made)
	return made.ExecutionContextID, err
}

// A chromiumException is Runtime.ExceptionDetails.
type chromiumException struct {
	Text      string
	Exception *remoteObject
}

func (e chromiumException) String() string {
	if e.Exception == nil {
		return e.Text
	}
	return e.Exception.String()
}

// A remoteObject is Runtime.RemoteObject.
type remoteObject struct {
	Type, UnserializableValue, Description string
	Value                                  json.RawMessage
}

func (o remoteObject) String() string {
	var text string
	switch {
	case o.Description != "":
		return o.Description
	case json.Unmarshal(o.Value, &text) == nil:
		return text
	case o.Value != nil:
		return string(o.Value)
	case o.UnserializableValue != "":
		return o.UnserializableValue
	}
	return o.Type
}

// isFavicon reports whether a URL is that of /favicon.ico. Browsers ask for it although
// no page does, so lines of the console about it are left out.
func isFavicon(url string) bool { return strings.HasSuffix(url, "/favicon.ico") }

// chromiumLine writes an event as a line of [Page.Console]. It returns "" for an event
// that is left out.
func chromiumLine(e event) string {
	var params struct {
		Type             string         // Runtime.consoleAPICalled
		Args             []remoteObject // Runtime.consoleAPICalled
		ExceptionDetails chromiumException
		Entry            struct{ Level, Text, URL string } // Log.entryAdded
	}
	json.Unmarshal(e.Params, &params)
	switch e.Method {
	case "Runtime.exceptionThrown":
		return "uncaught: " + params.ExceptionDetails.String()
	case "Log.entryAdded":
		if isFavicon(params.Entry.URL) {
			return ""
		}
		return consoleLine(params.Entry.Level, strings.TrimSpace(params.Entry.Text+" "+params.Entry.URL))
	}
	var words []string
	for _, arg := range params.Args {
		words = append(words, arg.String())
	}
	return consoleLine(params.Type, strings.Join(words, " "))
}

// consoleLine writes a line of [Page.Console]. A level has the name of the console's
// method that writes it.
func consoleLine(level, text string) string {
	switch level {
	case "warning":
		level = "warn"
	case "verbose":
		level = "debug"
	}
	return level + ": " + text
}

func (p *chromiumPage) front(ctx context.Context) error {
	return p.send(ctx, "Page.bringToFront", nil, nil)
}

func (p *chromiumPage) pointer(ctx context.Context, x, y int, b button) error {
	actions := []map[string]any{{"type": "mouseMoved"}}
	if b == buttonRelease {
		actions = nil // moving with the button pressed would be dragging
	}
	if b&buttonPress != 0 {
		actions = append(actions, map[string]any{"type": "mousePressed", "button": "left", "buttons": 1, "clickCount": 1})
	}
	if b&buttonRelease != 0 {
		actions = append(actions, map[string]any{"type": "mouseReleased", "button": "left", "clickCount": 1})
	}
	for _, action := range actions {
		action["x"], action["y"] = x, y
		if err := p.send(ctx, "Input.dispatchMouseEvent", action, nil); err != nil {
			return err
		}
	}
	return nil
}

func (p *chromiumPage) press(ctx context.Context, c chord) error {
	bits := 0
	for _, m := range c.held {
		bits |= m.cdp
		if err := p.key(ctx, "rawKeyDown", m.key, bits); err != nil {
			return err
		}
	}
	down := "rawKeyDown"
	if c.key.text != "" {
		down = "keyDown"
	}
	if err := p.key(ctx, down, c.key, bits); err != nil {
		return err
	}
	if err := p.key(ctx, "keyUp", c.key, bits); err != nil {
		return err
	}
	for i := range c.held {
		m := c.held[len(c.held)-1-i]
		bits &^= m.cdp
		if err := p.key(ctx, "keyUp", m.key, bits); err != nil {
			return err
		}
	}
	return nil
}

func (p *chromiumPage) key(ctx context.Context, kind string, k key, modifiers int) error {
	params := map[string]any{
		"type": kind, "modifiers": modifiers,
		"key": k.name, "code": k.code, "windowsVirtualKeyCode": k.number,
	}
	if kind == "keyDown" {
		params["text"] = k.text
	}
	return p.send(ctx, "Input.dispatchKeyEvent", params, nil)
}

func (p *chromiumPage) resize(ctx context.Context, width, height int) error {
	return p.send(ctx, "Emulation.setDeviceMetricsOverride", map[string]any{
		"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
	}, nil)
}

func (p *chromiumPage) screenshot(ctx context.Context) ([]byte, error) {
	var shot struct{ Data []byte }
	err := p.send(ctx, "Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	return shot.Data, err
}

func (p *chromiumPage) cookies(ctx context.Context) ([]Cookie, error) {
	var stored struct {
		Cookies []struct {
			Name, Value, Domain, Path, SameSite string
			Expires                             float64 // Unix time in seconds; -1 for the session
			HTTPOnly, Secure                    bool
		}
	}
	err := p.chromium.wire.send(ctx, "", "Storage.getCookies", map[string]any{"browserContextId": p.storage.id}, &stored)
	var cookies []Cookie
	for _, c := range stored.Cookies {
		cookie := Cookie{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path,
			HTTPOnly: c.HTTPOnly, Secure: c.Secure, SameSite: c.SameSite,
		}
		if c.Expires >= 0 {
			cookie.Expires = time.Unix(int64(math.Round(c.Expires)), 0)
		}
		cookies = append(cookies, cookie)
	}
	return cookies, err
}

func (p *chromiumPage) setCookie(ctx context.Context, c Cookie) error {
	cookie := map[string]any{
		"name": c.Name, "value": c.Value, "path": c.Path,
		"httpOnly": c.HTTPOnly, "secure": c.Secure,
	}
	if strings.HasPrefix(c.Domain, ".") {
		cookie["domain"] = c.Domain
	} else { // given a domain, Chromium would add the dot; given a URL, it does not
		scheme := "http"
		if c.Secure {
			scheme = "https"
		}
		cookie["url"] = scheme + "://" + c.Domain + c.Path
	}
	if c.SameSite != "" {
		cookie["sameSite"] = c.SameSite
	}
	if !c.Expires.IsZero() {
		cookie["expires"] = c.Expires.Unix()
	}
	return p.chromium.wire.send(ctx, "", "Storage.setCookies", map[string]any{
		"browserContextId": p.storage.id, "cookies": []any{cookie},
	}, nil)
}

func (p *chromiumPage) newTab(ctx context.Context) (driver, error) {
	return p.chromium.newTab(ctx, p.storage)
}

func (p *chromiumPage) console() ([]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.lines...), nil
}

func (p *chromiumPage) emulate(ctx context.Context, m Media) error {
	feature := func(name, value string) map[string]string {
		return map[string]string{"name": name, "value": value}
	}
	return p.send(ctx, "Emulation.setEmulatedMedia", map[string]any{
		"media": m.Type,
		"features": []any{
			feature("prefers-color-scheme", m.ColorScheme),
			feature("forced-colors", m.ForcedColors),
			feature("prefers-reduced-motion", m.ReducedMotion),
			feature("prefers-contrast", m.Contrast),
		},
	}, nil)
}

func (p *chromiumPage) preload(ctx context.Context, js string) error {
	return p.send(ctx, "Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": js}, nil)
}

func (p *chromiumPage) close(ctx context.Context) error {
	last := p.storage.tabs.Add(-1) == 0
	if last && !p.chromium.fresh {
		go p.recycle()
		return nil
	}
	p.chromium.forget(p)
	if last {
		return p.chromium.dispose(ctx, p.storage)
	}
	return p.chromium.wire.send(ctx, "", "Target.closeTarget", map[string]any{"targetId": p.target}, nil)
}

// forget drops the later events of a tab.
func (c *chromium) forget(p *chromiumPage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pages, p.session)
}

// recycle makes the last tab of a browser context as good as new for another visitor.
// If that fails, it ends the tab and the context. A new context has a window of its
// own, and opening one takes as long as the rest of a short test. Caches and storage
// are not cleared: see [webkitSession.recycle].
func (p *chromiumPage) recycle() {
	ctx, cancel := context.WithTimeout(context.Background(), defaultTimeout)
	defer cancel()
	c := p.chromium
	fresh, err := p.renew(ctx)
	c.forget(p)
	if err != nil {
		c.dispose(ctx, p.storage)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = append(c.idle, fresh)
}

// dispose ends a browser context with its tabs.
func (c *chromium) dispose(ctx context.Context, visitor *storage) error {
	return c.wire.send(ctx, "", "Target.disposeBrowserContext", map[string]any{"browserContextId": visitor.id}, nil)
}

// renew leaves the page and deletes the cookies. It ends the session, and with it all
// that was set in it, and returns the tab with a new session.
func (p *chromiumPage) renew(ctx context.Context) (*chromiumPage, error) {
	// Chromium may keep the page in the back/forward cache, with the requests that it
	// waits for.
	if err := p.send(ctx, "Page.stopLoading", nil, nil); err != nil {
		return nil, err
	}
	if err := p.open(ctx, "about:blank"); err != nil {
		return nil, err
	}
	c := p.chromium
	err := errors.Join(
		c.wire.send(ctx, "", "Target.detachFromTarget", map[string]any{"sessionId": p.session}, nil),
		c.wire.send(ctx, "", "Storage.clearCookies", map[string]any{"browserContextId": p.storage.id}, nil),
	)
	if err != nil {
		return nil, err
	}
	visitor := &storage{id: p.storage.id}
	visitor.tabs.Add(1)
	fresh, err := c.attach(ctx, p.target, visitor)
	if err != nil {
		return nil, err
	}
	return fresh, fresh.send(ctx, "Page.resetNavigationHistory", nil, nil)
}
