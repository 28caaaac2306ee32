package browser

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// A Page is one tab of a [Browser]. Calls on the same page must not overlap;
// several pages may be used at once.
//
// A selector is a CSS selector. " >>> " steps into the open shadow root of the element
// before it: "charte-banner >>> [data-charte=accept-all]". No selector steps into
// frames.
type Page struct {
	browser *Browser
	driver  driver
	held    spot    // where Hold has pressed
	tabs    []*Page // opened from this one by NewTab
	closed  bool
}

// Engine tells which browser the page is in.
func (p *Page) Engine() Engine { return p.browser.name }

// call is [Browser.call] with Options.Timeout as its limit.
func (p *Page) call(what string, f func(context.Context) error) error {
	return p.browser.call(what, p.browser.options.Timeout, f)
}

// Open goes to an address, which is an absolute URL, and waits for the page's load event.
func (p *Page) Open(address string) error {
	return p.call("open "+address, func(ctx context.Context) error { return p.driver.open(ctx, address) })
}

// Reload loads the page again and waits for its load event.
func (p *Page) Reload() error { return p.call("reload", p.driver.reload) }

// Back goes one step back in the page's history and waits until that page is
// shown. As for a visitor, the browser may take it from its back/forward cache
// instead of loading it again.
func (p *Page) Back() error { return p.call("back", p.driver.back) }

// Eval runs js, the body of an async function, in the page, outside of its
// Content-Security-Policy. args are passed as JSON: arguments[0] is the first.
// The value that js returns is decoded into result as JSON, unless result is nil. An
// exception that js throws is Eval's error.
func (p *Page) Eval(js string, result any, args ...any) error {
	return p.call("eval "+excerpt(js), func(ctx context.Context) error {
		return p.eval(ctx, js, false, result, args...)
	})
}

func (p *Page) eval(ctx context.Context, js string, apart bool, result any, args ...any) error {
	if args == nil {
		args = []any{}
	}
	list, err := marshal(args)
	if err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	value, err := p.driver.eval(ctx, js, list, apart)
	if err != nil || result == nil {
		return err
	}
	if err := json.Unmarshal(value, result); err != nil {
		return fmt.Errorf("result %s: %w", excerpt(string(value)), err)
	}
	return nil
}

// marshal is json.Marshal without HTML escapes, which would make the errors that
// quote its result hard to read.
func marshal(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSpace(b.String()), err
}

// WaitFor evaluates the expression js in the page until its value is true in
// JavaScript's sense. A promise is awaited. The page may navigate meanwhile. After
// Options.Wait, WaitFor fails with the last value or exception in its error.
func (p *Page) WaitFor(js string, args ...any) error {
	return p.poll("wait for "+excerpt(js), func(ctx context.Context) (bool, string) {
		var last struct {
			True bool
			Seen any
		}
		err := p.eval(ctx, "const seen = await ("+js+"\n); return seen ? {True: true} : {Seen: seen}", false, &last, args...)
		if err != nil {
			return false, err.Error()
		}
		seen, _ := marshal(last.Seen)
		return last.True, "last seen: " + excerpt(seen)
	})
}

// A browser that leaves a question unanswered for longer than deaf counts as silent,
// whatever it has answered before.
const deaf = 10 * time.Second

// poll calls ask until it is done. After Options.Wait it fails. Its error then has the
// latest seen that was not cut short by the end of that time.
func (p *Page) poll(what string, ask func(context.Context) (done bool, seen string)) error {
	limit := p.browser.options.Wait
	return p.browser.call(what, limit+p.browser.options.Timeout, func(ctx context.Context) error {
		waiting, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		seen := ""
		for {
			asked := time.Now()
			done, now := ask(waiting)
			if done {
				return nil
			}
			if waiting.Err() == nil {
				seen = now
			}
			if strings.Contains(now, ErrSilent.Error()) { // the browser answers nothing any more
				return fmt.Errorf("%s (%w)", strings.TrimSuffix(now, " ("+ErrSilent.Error()+")"), ErrSilent)
			}
			select {
			case <-waiting.Done():
				if ctx.Err() != nil {
					return ctx.Err()
				}
				err := fmt.Errorf("not within %v: %s", limit, cmp.Or(seen, "the page never answered"))
				if seen == "" || time.Since(asked) > deaf {
					err = fmt.Errorf("%w (%w)", err, ErrSilent)
				}
				return err
			case <-time.After(pollInterval):
			}
		}
	})
}

// pageJS finds elements for Click and its like, in all three engines.
//
//go:embed page.js
var pageJS string

// A spot is what page.js answers.
type spot struct {
	Why  string // why the element cannot be used yet; empty when it can
	X, Y int    // the point to aim at, in CSS pixels of the viewport; only for "aim"
	Box  string // where the element is; only for "see"
	Text string // of the element; only for "see"
}

// look runs one of page.js's verbs. It does so in an isolated world if the engine has
// them.
func (p *Page) look(ctx context.Context, verb, selector string) (spot, error) {
	var s spot
	err := p.eval(ctx, pageJS, true, &s, verb, selector)
	return s, err
}

// Click waits until the element is there, visible, enabled, at rest and not covered.
// It scrolls the element into view. Then it presses and releases the mouse's main
// button at the element's centre. If another element covers this one until
// Options.Wait has passed, the error names it.
func (p *Page) Click(selector string) error {
	return p.point("click", selector, buttonPress|buttonRelease)
}

// Hover waits as Click does, and moves the mouse there without a click.
func (p *Page) Hover(selector string) error { return p.point("hover", selector, 0) }

// Hold is Click without the release of the button: see [Page.Release].
func (p *Page) Hold(selector string) error { return p.point("hold", selector, buttonPress) }

// Release releases the mouse's main button where Hold has pressed it.
func (p *Page) Release() error {
	return p.call("release", func(ctx context.Context) error {
		return p.driver.pointer(ctx, p.held.X, p.held.Y, buttonRelease)
	})
}

func (p *Page) point(verb, selector string, b button) error {
	what := fmt.Sprintf("%s %q", verb, selector)
	if err := p.call(what, p.driver.front); err != nil {
		return err
	}
	var s spot
	err := p.poll(what, func(ctx context.Context) (bool, string) {
		var err error
		if s, err = p.look(ctx, "aim", selector); err != nil {
			return false, err.Error()
		}
		return s.Why == "", s.Why
	})
	if err != nil {
		return err
	}
	return p.call(what, func(ctx context.Context) error {
		p.held = s
		return p.driver.pointer(ctx, s.X, s.Y, b)
	})
}

// WaitVisible waits until the element is there and visible.
func (p *Page) WaitVisible(selector string) error {
	return p.poll(fmt.Sprintf("wait for %q to be visible", selector), func(ctx context.Context) (bool, string) {
		s, err := p.look(ctx, "see", selector)
		if err != nil {
			return false, err.Error()
		}
		return s.Why == "", s.Why
	})
}

// WaitGone waits until there is no such element, or none that is visible.
func (p *Page) WaitGone(selector string) error {
	return p.poll(fmt.Sprintf("wait for %q to be gone", selector), func(ctx context.Context) (bool, string) {
		s, err := p.look(ctx, "see", selector)
		if err != nil {
			return false, err.Error()
		}
		return s.Why != "", "it is visible at " + s.Box
	})
}

// Text returns the element's text as it is rendered (innerText). It waits for
// the element to be visible.
func (p *Page) Text(selector string) (string, error) {
	var text string
	err := p.poll(fmt.Sprintf("text of %q", selector), func(ctx context.Context) (bool, string) {
		s, err := p.look(ctx, "see", selector)
		if err != nil {
			return false, err.Error()
		}
		text = s.Text
		return s.Why == "", s.Why
	})
	return text, err
}

// Press presses and releases keys, one after the other. A key has its name in
// KeyboardEvent.key: "a", "Enter", "Tab", " ", "Escape", "ArrowDown" and so on. Before
// it may stand any of "Shift+", "Control+", "Alt+" and "Meta+": "Shift+Tab". A name
// that is not known is an error.
func (p *Page) Press(keys ...string) error {
	for _, key := range keys {
		err := p.call(fmt.Sprintf("press %q", key), func(ctx context.Context) error {
			c, err := parseChord(key)
			if err != nil {
				return err
			}
			if err := p.driver.front(ctx); err != nil {
				return err
			}
			return p.driver.press(ctx, c)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// SetViewport sets the size of the viewport, in CSS pixels, scroll bars
// included. A page starts with 1280 x 800.
func (p *Page) SetViewport(width, height int) error {
	return p.call(fmt.Sprintf("set viewport %dx%d", width, height), func(ctx context.Context) error {
		return p.driver.resize(ctx, width, height)
	})
}

// Screenshot returns the viewport as a PNG, one pixel for each CSS pixel.
func (p *Page) Screenshot() ([]byte, error) {
	var png []byte
	err := p.call("screenshot", func(ctx context.Context) (err error) {
		if err := p.driver.front(ctx); err != nil {
			return err
		}
		png, err = p.driver.screenshot(ctx)
		return err
	})
	return png, err
}

// NewTab opens an empty page in the same storage as p, as a visitor's second
// tab.
func (p *Page) NewTab() (*Page, error) {
	var d driver
	err := p.call("new tab", func(ctx context.Context) (err error) {
		d, err = p.driver.newTab(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	tab := &Page{browser: p.browser, driver: d}
	p.tabs = append(p.tabs, tab)
	return tab, nil
}

// Leave closes the tab and all tabs that were opened from it, as a visitor does who
// goes.
func (p *Page) Leave() error {
	err := p.Close()
	for _, tab := range p.tabs {
		err = errors.Join(err, tab.Leave())
	}
	return err
}

// Console returns what the page wrote to its console since the tab was opened,
// and its uncaught errors, oldest first: "warn: charte: …", "uncaught:
// TypeError: …". Lines that the browser writes itself, such as a blocked script,
// are "error: …". Firefox does not report those.
func (p *Page) Console() ([]string, error) {
	var lines []string
	err := p.call("console", func(context.Context) (err error) {
		lines, err = p.driver.console()
		return err
	})
	return lines, err
}

// Media are the preferences that a page asks for with media queries. An empty
// field is the engine's own default.
type Media struct {
	Type          string // "screen" or "print"
	ColorScheme   string // "light" or "dark"
	ForcedColors  string // "active" or "none"
	ReducedMotion string // "reduce" or "no-preference"
	Contrast      string // "more", "less" or "no-preference"; in Chromium alone
}

// Emulate sets the tab's media preferences, from now until the next call.
// WebKit has no forced colours, and only Chromium has Contrast: in the other engines
// they are [errors.ErrUnsupported].
func (p *Page) Emulate(m Media) error {
	return p.call(fmt.Sprintf("emulate %+v", m), func(ctx context.Context) error { return p.driver.emulate(ctx, m) })
}

// Preload has js run in each document that the tab opens from now on, before the
// document's own scripts. A value that later scripts need must be a property of
// window: the variables of js may be gone by then.
func (p *Page) Preload(js string) error {
	return p.call("preload "+excerpt(js), func(ctx context.Context) error { return p.driver.preload(ctx, js) })
}

// Close closes the tab. A second call does nothing. When the visitor's last tab is
// closed, their cookies are deleted.
func (p *Page) Close() error {
	if p.closed {
		return nil
	}
	p.closed = true
	return p.call("close page", p.driver.close)
}

// Cookie is a cookie as the browser keeps it.
type Cookie struct {
	Name, Value string

	// Domain is a host, with a dot before it if its subdomains get the cookie too.
	// Empty in SetCookie means the host of the open page.
	Domain string

	// Path is a path. Empty in SetCookie means "/".
	Path string

	// Expires is when the cookie ends, to the second. Zero means that it ends with the
	// session.
	Expires time.Time

	Secure, HTTPOnly bool

	// SameSite is "Strict", "Lax" or "None". It is empty if the cookie has no such
	// attribute; WebKit returns "None" for that.
	SameSite string
}

// Cookies returns the cookies that go to the URL of the open page, HttpOnly
// ones included, read from the browser and not from document.cookie.
func (p *Page) Cookies() ([]Cookie, error) {
	var sent []Cookie
	err := p.call("cookies", func(ctx context.Context) error {
		at, err := p.location(ctx)
		if err != nil {
			return err
		}
		all, err := p.driver.cookies(ctx)
		for _, c := range all {
			if c.goesTo(at) {
				sent = append(sent, c)
			}
		}
		return err
	})
	return sent, err
}

// SetCookie puts a cookie into the visitor's storage. In WebKit, a page of the
// cookie's domain must be open.
func (p *Page) SetCookie(c Cookie) error {
	return p.call(fmt.Sprintf("set cookie %q", c.Name), func(ctx context.Context) error {
		if c.Domain == "" {
			at, err := p.location(ctx)
			if err != nil {
				return err
			}
			if c.Domain = at.Hostname(); c.Domain == "" {
				return fmt.Errorf("no domain is given, and the page at %s has none", at)
			}
		}
		if c.Path == "" {
			c.Path = "/"
		}
		return p.driver.setCookie(ctx, c)
	})
}

func (p *Page) location(ctx context.Context) (*url.URL, error) {
	var href string
	if err := p.eval(ctx, "return location.href", true, &href); err != nil {
		return nil, err
	}
	return url.Parse(href)
}

// goesTo reports whether the cookie is sent to a URL (RFC 6265, section 5.4, step 1).
// It leaves out the check of Secure: browsers differ on whether http://127.0.0.1 is
// secure, and the cookie is there in any case.
func (c Cookie) goesTo(u *url.URL) bool {
	host := u.Hostname()
	domain, subdomains := strings.CutPrefix(c.Domain, ".")
	if host != domain && !(subdomains && strings.HasSuffix(host, "."+domain)) {
		return false
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return path == c.Path || strings.HasPrefix(path, strings.TrimSuffix(c.Path, "/")+"/")
}

// CDP sends one command of Chromium's DevTools protocol to the page. It is for what
// this package has no method for: https://chromedevtools.github.io/devtools-protocol/.
// params is encoded as JSON, and the answer is decoded into result; either may be nil.
// In other engines the error is [errors.ErrUnsupported].
func (p *Page) CDP(method string, params, result any) error {
	return p.call("CDP "+method, func(ctx context.Context) error {
		c, ok := p.driver.(*chromiumPage)
		if !ok {
			return errors.ErrUnsupported
		}
		return c.send(ctx, method, params, result)
	})
}

// excerpt shortens text for an error message.
func excerpt(text string) string {
	const length = 120
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > length {
		return string(r[:length]) + "…"
	}
	return text
}
