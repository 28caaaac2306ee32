package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// firefoxPrefs stop Firefox from loading and showing things of its own. It sets by
// itself what automation needs (remote/shared/RecommendedPreferences.sys.mjs).
const firefoxPrefs = `
user_pref("app.normandy.enabled", false);
user_pref("app.shield.optoutstudies.enabled", false);
user_pref("app.update.disabledForTesting", true);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("messaging-system.rsexperimentloader.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.proxy.type", 0);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
user_pref("toolkit.telemetry.server", "");
`

const firefoxAnnounces = `WebDriver BiDi listening on (ws://\S+)`

// firefox speaks WebDriver BiDi: https://www.w3.org/TR/webdriver-bidi/.
type firefox struct {
	process *process
	wire    *wire
	chrome  string // ID of a context with system access; see emulate

	input sync.Mutex // held while a tab is brought to the front and given input

	mu    sync.Mutex
	pages map[string]*firefoxPage // by ID of their top browsing context
	idle  []*firefoxPage          // in user contexts whose visitor has gone
}

func startFirefox(ctx context.Context, options Options) (engine, error) {
	path, err := FindProgram(needs[Firefox][0].program)
	if err != nil {
		return nil, err
	}
	dir, err := homeDir(Firefox)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "user.js"), []byte(firefoxPrefs), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command(path, "--headless", "--no-remote", "--profile", dir,
		"--remote-debugging-port=0", "--remote-allow-system-access", "about:blank")
	cmd.Env = []string{"MOZ_CRASHREPORTER_DISABLE=1"}
	p, err := launch(cmd, dir, firefoxAnnounces, options.Log)
	if err != nil {
		return nil, err
	}
	url, err := p.await(ctx)
	if err != nil {
		return nil, err
	}
	f := &firefox{process: p, pages: map[string]*firefoxPage{}}
	if err := f.connect(ctx, url); err != nil {
		p.kill()
		return nil, fmt.Errorf("%w%s", err, p.quote())
	}
	return f, nil
}

func (f *firefox) connect(ctx context.Context, url string) (err error) {
	if f.wire, err = dial(ctx, url+"/session", f.onEvent); err != nil {
		return err
	}
	err = f.send(ctx, "session.new", map[string]any{
		"capabilities": map[string]any{"alwaysMatch": map[string]any{"acceptInsecureCerts": true}},
	}, nil)
	if err != nil {
		return err
	}
	err = f.send(ctx, "session.subscribe", map[string]any{"events": []string{"log.entryAdded"}}, nil)
	if err != nil {
		return err
	}
	var tree struct{ Contexts []struct{ Context string } }
	if err = f.send(ctx, "browsingContext.getTree", map[string]any{"moz:scope": "chrome"}, &tree); err != nil {
		return err
	}
	if len(tree.Contexts) == 0 {
		return errors.New("there is no window in Firefox")
	}
	f.chrome = tree.Contexts[0].Context
	return nil
}

func (f *firefox) send(ctx context.Context, method string, params, result any) error {
	return f.wire.send(ctx, "", method, params, result)
}

func (f *firefox) processes() []*process { return []*process{f.process} }

func (f *firefox) close() {
	f.wire.close()
	f.process.kill()
}

func (f *firefox) onEvent(e event) {
	if e.Method != "log.entryAdded" {
		return
	}
	var entry struct {
		Source            struct{ Context string }
		Type, Level, Text string
		Method            string        // of the console; only if Type is "console"
		Args              []remoteValue // of that method
	}
	json.Unmarshal(e.Params, &entry)
	f.mu.Lock()
	page := f.pages[entry.Source.Context]
	f.mu.Unlock()
	if page == nil { // a line of a frame, or of a tab that a page opened
		return
	}
	line := "uncaught: " + entry.Text
	if entry.Type == "console" {
		var words []string
		for _, arg := range entry.Args {
			words = append(words, arg.String())
		}
		line = consoleLine(entry.Method, strings.Join(words, " "))
	} else if entry.Level != "error" {
		line = consoleLine(entry.Level, entry.Text)
	}
	page.mu.Lock()
	page.lines = append(page.lines, line)
	page.mu.Unlock()
}

func (f *firefox) newPage(ctx context.Context) (driver, error) {
	f.mu.Lock()
	if last := len(f.idle) - 1; last >= 0 {
		page := f.idle[last]
		f.idle = f.idle[:last]
		f.mu.Unlock()
		return page, page.enter(ctx)
	}
	f.mu.Unlock()

	var visitor struct{ UserContext string }
	if err := f.send(ctx, "browser.createUserContext", nil, &visitor); err != nil {
		return nil, err
	}
	// It is a window, since Firefox slows down the timers of a tab behind another.
	return f.newTab(ctx, &storage{id: visitor.UserContext}, map[string]any{"type": "window"})
}

// newTab opens a tab in a user context, which is a visitor's storage.
func (f *firefox) newTab(ctx context.Context, visitor *storage, params map[string]any) (driver, error) {
	f.input.Lock()
	defer f.input.Unlock()
	params["userContext"] = visitor.id
	var made struct{ Context string }
	if err := f.send(ctx, "browsingContext.create", params, &made); err != nil {
		return nil, err
	}
	return f.page(made.Context, visitor), nil
}

// page returns an existing tab as a page of a visitor, with an empty console.
func (f *firefox) page(tab string, visitor *storage) *firefoxPage {
	visitor.tabs.Add(1)
	p := &firefoxPage{firefox: f, context: tab, storage: visitor}
	f.mu.Lock()
	f.pages[p.context] = p
	f.mu.Unlock()
	return p
}

// A firefoxPage is a top browsing context.
type firefoxPage struct {
	firefox *firefox
	context string
	storage *storage
	scripts []string // IDs of the scripts that run before the page's own

	mu    sync.Mutex
	lines []string // of its console
}

// send sends a command about the page's context.
func (p *firefoxPage) send(ctx context.Context, method string, params map[string]any, result any) error {
	params["context"] = p.context
	return p.firefox.send(ctx, method, params, result)
}

func (p *firefoxPage) open(ctx context.Context, url string) error {
	return p.leave(ctx, "browsingContext.navigate", map[string]any{"url": url}, strings.Contains(url, "#"))
}

func (p *firefoxPage) reload(ctx context.Context) error {
	return p.leave(ctx, "browsingContext.reload", map[string]any{}, false)
}

// leave navigates to another page, and waits until it has loaded. Firefox may answer
// too early, when something that the old page was still loading ends, such as a frame.
// The answer may be that frame's success, or its error, since it is cut off. The new
// page comes in either case. The command is not sent again: that would replace a page
// that may already be in use.
func (p *firefoxPage) leave(ctx context.Context, method string, params map[string]any, sameDocument bool) error {
	const born = "performance.timeOrigin"
	old, err := p.eval(ctx, "return "+born, "[]", true)
	if err != nil {
		return err
	}
	params["wait"] = "complete"
	err = p.send(ctx, method, params, nil)
	if err != nil && !strings.Contains(err.Error(), "NS_ERROR_ABORT") && !strings.Contains(err.Error(), "NS_BINDING_ABORTED") {
		return err
	}
	if sameDocument {
		return err
	}
	return p.loaded(ctx, born+" !== "+string(old))
}

func (p *firefoxPage) back(ctx context.Context) error {
	if err := p.send(ctx, "browsingContext.traverseHistory", map[string]any{"delta": -1}, nil); err != nil {
		return err
	}
	// The answer comes when the history has moved, before the page has loaded.
	return p.loaded(ctx, "true")
}

// loaded waits until a page has loaded in which a JavaScript expression is true.
func (p *firefoxPage) loaded(ctx context.Context, it string) error {
	for {
		is, err := p.eval(ctx, `return document.readyState === "complete" && `+it, "[]", true)
		if err == nil && string(is) == "true" {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

func (p *firefoxPage) eval(ctx context.Context, body, args string, apart bool) (json.RawMessage, error) {
	target := map[string]any{"context": p.context}
	if apart {
		target["sandbox"] = isolatedWorld
	}
	return p.firefox.evaluate(ctx, asyncCall(body, args), target)
}

func (f *firefox) evaluate(ctx context.Context, expression string, target map[string]any) (json.RawMessage, error) {
	var evaluated struct {
		Result           remoteValue
		ExceptionDetails *struct {
			Text      string
			Exception remoteValue
		}
	}
	err := f.send(ctx, "script.evaluate", map[string]any{
		"expression":           expression,
		"target":               target,
		"awaitPromise":         true,
		"serializationOptions": map[string]any{"maxDomDepth": 0},
	}, &evaluated)
	if err != nil {
		return nil, err
	}
	if e := evaluated.ExceptionDetails; e != nil {
		if e.Exception.Type == "string" {
			return nil, errors.New(e.Exception.String())
		}
		return nil, errors.New(e.Text)
	}
	plain, err := evaluated.Result.plain()
	if err != nil {
		return nil, err
	}
	return json.Marshal(plain)
}

// A remoteValue is script.RemoteValue: a JavaScript value and its type.
type remoteValue struct {
	Type  string
	Value json.RawMessage
}

// plain returns what JSON.parse(JSON.stringify(v)) would, as Go values.
func (v remoteValue) plain() (any, error) {
	switch v.Type {
	case "string", "boolean":
		var plain any
		err := json.Unmarshal(v.Value, &plain)
		return plain, err
	case "number":
		var special string // NaN, -0, Infinity
		if json.Unmarshal(v.Value, &special) != nil {
			return v.Value, nil
		}
		if special == "-0" {
			return 0, nil
		}
		return nil, nil
	case "undefined", "null", "function", "symbol":
		return nil, nil
	case "date":
		return v.Value, nil
	case "array":
		var elements []remoteValue
		if err := json.Unmarshal(v.Value, &elements); err != nil {
			return nil, err
		}
		list := []any{}
		for _, element := range elements {
			plain, err := element.plain()
			if err != nil {
				return nil, err
			}
			list = append(list, plain)
		}
		return list, nil
	case "object":
		var members [][2]json.RawMessage // a string, and a remoteValue
		if err := json.Unmarshal(v.Value, &members); err != nil {
			return nil, fmt.Errorf("object: %w", err)
		}
		object := map[string]any{}
		for _, member := range members {
			var name string
			var value remoteValue
			if err := json.Unmarshal(member[0], &name); err != nil {
				return nil, err
			}
			if err := json.Unmarshal(member[1], &value); err != nil {
				return nil, err
			}
			if value.Type == "undefined" || value.Type == "function" || value.Type == "symbol" {
				continue
			}
			plain, err := value.plain()
			if err != nil {
				return nil, err
			}
			object[name] = plain
		}
		return object, nil
	}
	if v.Type == "bigint" {
		return nil, errors.New("a bigint has no JSON")
	}
	return map[string]any{}, nil // for a node, an error, a map and the like
}

// String returns the value as the console shows it.
func (v remoteValue) String() string {
	plain, err := v.plain()
	if err != nil {
		return string(v.Value)
	}
	if text, ok := plain.(string); ok {
		return text
	}
	text, _ := marshal(plain)
	return text
}

func (p *firefoxPage) front(ctx context.Context) error {
	return p.send(ctx, "browsingContext.activate", map[string]any{}, nil)
}

// act performs input actions. They go to the window with the focus, so p has it until
// the actions are done. target returns the context that gets them; nil stands for the page.
func (p *firefoxPage) act(ctx context.Context, source map[string]any, target func(context.Context) (string, error)) error {
	p.firefox.input.Lock()
	defer p.firefox.input.Unlock()
	if err := p.front(ctx); err != nil {
		return err
	}
	to := p.context
	if target != nil {
		var err error
		if to, err = target(ctx); err != nil {
			return err
		}
	}
	return p.firefox.send(ctx, "input.performActions", map[string]any{"context": to, "actions": []any{source}}, nil)
}

// focusedJS returns the ID of the frame with the focus in a page, or of the page.
const focusedJS = `
	const { NavigableManager } = ChromeUtils.importESModule("chrome://remote/content/shared/NavigableManager.sys.mjs");
	const page = NavigableManager.getBrowsingContextById(arguments[0]);
	const focused = Services.focus.focusedContentBrowsingContext;
	return focused && focused.top === page ? NavigableManager.getIdForBrowsingContext(focused) : arguments[0];`

// focused returns the context with the focus. Firefox makes keys in the process of the
// context that it is told, from where they do not reach a frame of another site
// (remote/content/webdriver-bidi/modules/root/input.sys.mjs in 153).
func (p *firefoxPage) focused(ctx context.Context) (string, error) {
	list, err := marshal([]any{p.context})
	if err != nil {
		return "", err
	}
	id, err := p.firefox.evaluate(ctx, asyncCall(focusedJS, list), map[string]any{"context": p.firefox.chrome})
	if err != nil {
		return "", err
	}
	var focused string
	return focused, json.Unmarshal(id, &focused)
}

func (p *firefoxPage) pointer(ctx context.Context, x, y int, b button) error {
	return p.act(ctx, webdriverPointer(x, y, b), nil)
}

// webdriverPointer is a mouse action of WebDriver and BiDi.
func webdriverPointer(x, y int, b button) map[string]any {
	actions := []any{map[string]any{"type": "pointerMove", "x": x, "y": y, "duration": 0, "origin": "viewport"}}
	if b&buttonPress != 0 {
		actions = append(actions, map[string]any{"type": "pointerDown", "button": 0})
	}
	if b&buttonRelease != 0 {
		actions = append(actions, map[string]any{"type": "pointerUp", "button": 0})
	}
	return map[string]any{
		"type": "pointer", "id": "mouse", "actions": actions,
		"parameters": map[string]any{"pointerType": "mouse"},
	}
}

func (p *firefoxPage) press(ctx context.Context, c chord) error {
	return p.act(ctx, map[string]any{"type": "key", "id": "keyboard", "actions": c.webdriverKeys()}, p.focused)
}

func (p *firefoxPage) resize(ctx context.Context, width, height int) error {
	return p.send(ctx, "browsingContext.setViewport", map[string]any{
		"viewport":         map[string]any{"width": width, "height": height},
		"devicePixelRatio": 1,
	}, nil)
}

func (p *firefoxPage) screenshot(ctx context.Context) ([]byte, error) {
	var shot struct{ Data []byte }
	err := p.send(ctx, "browsingContext.captureScreenshot", map[string]any{"origin": "viewport"}, &shot)
	return shot.Data, err
}

// partition names the part of the storage that has the cookies of pages which are not
// in a frame of another site.
func (p *firefoxPage) partition() map[string]any {
	return map[string]any{"type": "storageKey", "userContext": p.storage.id}
}

// bidiSameSite returns BiDi's name for each value of [Cookie]'s SameSite.
func bidiSameSite() map[string]string {
	return map[string]string{"Strict": "strict", "Lax": "lax", "None": "none", "": "default"}
}

func (p *firefoxPage) cookies(ctx context.Context) ([]Cookie, error) {
	var stored struct {
		Cookies []struct {
			Name, Domain, Path, SameSite string
			Value                        struct{ Type, Value string }
			Expiry                       int64 // Unix time in seconds; absent for the session
			HTTPOnly, Secure             bool
		}
	}
	err := p.firefox.send(ctx, "storage.getCookies", map[string]any{"partition": p.partition()}, &stored)
	var cookies []Cookie
	for _, c := range stored.Cookies {
		cookie := Cookie{
			Name: c.Name, Value: c.Value.Value, Domain: c.Domain, Path: c.Path,
			HTTPOnly: c.HTTPOnly, Secure: c.Secure,
		}
		for name, bidi := range bidiSameSite() {
			if bidi == c.SameSite {
				cookie.SameSite = name
			}
		}
		if c.Expiry != 0 {
			cookie.Expires = time.Unix(c.Expiry, 0)
		}
		cookies = append(cookies, cookie)
	}
	return cookies, err
}

func (p *firefoxPage) setCookie(ctx context.Context, c Cookie) error {
	cookie := map[string]any{
		"name": c.Name, "value": map[string]any{"type": "string", "value": c.Value},
		"domain": c.Domain, "path": c.Path,
		"httpOnly": c.HTTPOnly, "secure": c.Secure, "sameSite": bidiSameSite()[c.SameSite],
	}
	if !c.Expires.IsZero() {
		cookie["expiry"] = c.Expires.Unix()
	}
	return p.firefox.send(ctx, "storage.setCookie", map[string]any{
		"cookie": cookie, "partition": p.partition(),
	}, nil)
}

func (p *firefoxPage) newTab(ctx context.Context) (driver, error) {
	return p.firefox.newTab(ctx, p.storage, map[string]any{"type": "tab", "referenceContext": p.context})
}

func (p *firefoxPage) console() ([]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.lines...), nil
}

// emulateJS sets media preferences of a top browsing context. When the tab moves to
// another process, another context takes its place, and gets the same preferences.
const emulateJS = `
	const [id, media] = arguments;
	const override = (context) => {
		const { Type, ColorScheme, ForcedColors, ReducedMotion } = charteMedia.get(context.browserId);
		context.mediumOverride = Type;
		context.prefersColorSchemeOverride = ColorScheme || "none";
		context.forcedColorsOverride = ForcedColors || "none";
		context.prefersReducedMotionOverride = ReducedMotion || "none";
	};
	if (!window.charteMedia) {
		window.charteMedia = new Map(); // by browserId, which such contexts share
		Services.obs.addObserver((context) => {
			if (!context.parent && charteMedia.has(context.browserId)) override(context);
		}, "browsing-context-attached");
	}
	const { NavigableManager } = ChromeUtils.importESModule("chrome://remote/content/shared/NavigableManager.sys.mjs");
	const context = NavigableManager.getBrowsingContextById(id);
	charteMedia.set(context.browserId, media);
	override(context);`

// emulate runs a script with system access, since BiDi has no command for this in
// Firefox 153. It sets the overrides that the developer tools set
// (dom/chrome-webidl/BrowsingContext.webidl).
func (p *firefoxPage) emulate(ctx context.Context, m Media) error {
	if m.Contrast != "" {
		return fmt.Errorf("contrast: %w", errors.ErrUnsupported)
	}
	list, err := marshal([]any{p.context, m})
	if err != nil {
		return err
	}
	_, err = p.firefox.evaluate(ctx, asyncCall(emulateJS, list), map[string]any{"context": p.firefox.chrome})
	return err
}

func (p *firefoxPage) preload(ctx context.Context, js string) error {
	var added struct{ Script string }
	err := p.firefox.send(ctx, "script.addPreloadScript", map[string]any{
		"functionDeclaration": "() => {" + js + "\n}",
		"contexts":            []string{p.context},
	}, &added)
	if err == nil {
		p.scripts = append(p.scripts, added.Script)
	}
	return err
}

func (p *firefoxPage) close(ctx context.Context) error {
	if p.storage.tabs.Add(-1) == 0 {
		p.recycle(ctx) // at once: the window may be in front of the next visitor's
		return nil
	}
	return p.shut(ctx)
}

// enterJS gives the page the focus. The last visitor's keys may have moved it to the
// window's tool bars.
const enterJS = `
	const { NavigableManager } = ChromeUtils.importESModule("chrome://remote/content/shared/NavigableManager.sys.mjs");
	NavigableManager.getBrowsingContextById(arguments[0]).embedderElement.focus();`

// enter gives a visitor a window that another has left. It brings the window to the
// front, since another visitor's window may be in front of it.
func (p *firefoxPage) enter(ctx context.Context) error {
	if err := p.front(ctx); err != nil {
		return err
	}
	list, err := marshal([]any{p.context})
	if err != nil {
		return err
	}
	_, err = p.firefox.evaluate(ctx, asyncCall(enterJS, list), map[string]any{"context": p.firefox.chrome})
	return err
}

// shut closes the tab.
func (p *firefoxPage) shut(ctx context.Context) error {
	p.firefox.mu.Lock()
	delete(p.firefox.pages, p.context)
	p.firefox.mu.Unlock()
	return p.send(ctx, "browsingContext.close", map[string]any{}, nil)
}

// recycle makes the last tab of a user context as good as new for another visitor. If
// that fails, it closes the tab and removes the context. Opening a new window takes as
// long as the rest of a short test. Caches and storage are not cleared: see
// [webkitSession.recycle].
func (p *firefoxPage) recycle(ctx context.Context) {
	f := p.firefox
	if err := p.renew(ctx); err != nil {
		p.shut(ctx)
		f.send(ctx, "browser.removeUserContext", map[string]any{"userContext": p.storage.id}, nil)
		return
	}
	fresh := f.page(p.context, &storage{id: p.storage.id})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.idle = append(f.idle, fresh)
}

// renew leaves the page, deletes the cookies, and undoes what was set for the tab. Only
// the tab's history stays.
func (p *firefoxPage) renew(ctx context.Context) error {
	for _, script := range p.scripts {
		if err := p.firefox.send(ctx, "script.removePreloadScript", map[string]any{"script": script}, nil); err != nil {
			return err
		}
	}
	return errors.Join(
		p.emulate(ctx, Media{}),
		p.open(ctx, "about:blank"),
		p.firefox.send(ctx, "storage.deleteCookies", map[string]any{"partition": p.partition()}, nil),
	)
}
