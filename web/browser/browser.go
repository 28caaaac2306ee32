// Package browser drives the three browsers that Charte is tested in, from
// plain go test: Debian's chromium (DevTools protocol), firefox-esr (WebDriver
// BiDi) and WebKitGTK's MiniBrowser (classic WebDriver, and the protocol of its
// Web Inspector for what WebDriver lacks).
//
// A Browser is one running browser. A Page is one visitor, who starts without a
// cookie. The cache and the storage are empty for each server that no earlier visitor
// has been to. For tests, package browsertest installs and starts the browsers, and
// starts servers of which that is true.
//
// # What differs from engine to engine
//
// What an engine cannot do is an error that wraps [errors.ErrUnsupported], never
// a silent success. With chromium 156, firefox-esr 153 and WebKitGTK 2.50:
//
//   - WebKit has no forced colours, and only Chromium has [Page.CDP].
//   - Click and its like run a script in the page to find the element. In WebKit it
//     runs among the page's own scripts, so built-ins that the page overrides affect
//     it. In the others it runs in an isolated world.
//   - [Page.Console] has the lines that the browser writes itself, such as a violation
//     of the page's policy, in Chromium and WebKit, and not in Firefox. Lines from
//     frames may be missing in all three.
//   - For a cookie without a SameSite attribute, WebKit returns "None".
//   - WebKit takes cookies for the open page's site only.
//   - WebKit's Back passes over entries that a script added without a click or key.
//   - In WebKit, Shift+Tab is a KeyboardEvent with key "Unidentified" and code "Tab",
//     as it is for visitors.
//   - All three ask the site for /favicon.ico. The console leaves out lines about it.
//   - A visitor may get a window that another has left. In Firefox and WebKit its
//     history then has an entry before the visitor's first page.
package browser

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// An Engine is one of the browsers that Charte supports.
type Engine string

// The engines, by the names that CHARTE_BROWSERS takes (browsertest.Engines).
const (
	Chromium Engine = "chromium"
	Firefox  Engine = "firefox"
	WebKit   Engine = "webkit"
)

// Options are the options of [Start]. The zero value suits a test.
type Options struct {
	// Timeout bounds each call. 0 means 30 seconds.
	Timeout time.Duration

	// Wait bounds how long Click, Hover, WaitFor, WaitVisible and WaitGone wait
	// for their condition. 0 means 20 seconds.
	Wait time.Duration

	// Thrifty starts Chromium with fewer processes, which saves a fifth or more of the
	// processor time that a visitor costs. The other engines have no such option.
	Thrifty bool

	// Fresh gives each visitor of Chromium a browser context of its own, which goes with
	// the visitor. Without it, a visitor gets the context of one who has gone, with the
	// files in its cache. The other engines have no such option.
	Fresh bool

	// Cookies has Chromium take other sites' cookies, as it does on a desk. Without it, headless
	// Chromium 156 refuses them in frames. The other engines have no such option.
	Cookies bool

	// Strict has Chromium refuse invalid certificates, except Trusted. The other engines have
	// no such option.
	Strict bool

	// Sandboxed has Chromium keep its sandbox, for pages that nobody has looked into. It cannot run
	// as root then. The other engines have no such option.
	Sandboxed bool

	// Flags are more flags of Chromium's command line. The other engines take none.
	Flags []string

	// Trusted is a certificate of a server that Chromium takes for valid. Chromium opens
	// the pages of other self-signed certificates, too, but caches nothing of them. The
	// other engines have no such option. Nil means none.
	Trusted *x509.Certificate

	// Log receives what the browser's processes print. Nil discards it; the last
	// lines are in the error when a browser does not start.
	Log io.Writer
}

// The first two are the defaults of Options. No option sets the others.
const (
	defaultTimeout = 30 * time.Second
	defaultWait    = 20 * time.Second
	startTimeout   = 60 * time.Second // Firefox took 13 s at a load of 13 on two cores
	pollInterval   = 25 * time.Millisecond
)

// Size in CSS pixels of the viewport a page starts with, in every engine.
const (
	initialWidth  = 1280
	initialHeight = 800
)

// An engine is one running browser, as its protocol shows it.
type engine interface {
	newPage(ctx context.Context) (driver, error)
	processes() []*process // running; each stands for all that it has started
	close()
}

// A driver is one page, with the methods that all three protocols can offer. [Page]
// is built on it, and does all waiting and deciding for the three engines.
type driver interface {
	open(ctx context.Context, url string) error
	reload(ctx context.Context) error
	back(ctx context.Context) error

	// eval runs body as an async function in the page and returns its result as
	// JSON. args is a JSON array. If apart is set and the engine has isolated
	// worlds, a page that overrides built-ins cannot interfere.
	eval(ctx context.Context, body, args string, apart bool) (json.RawMessage, error)

	// front brings the tab to the front: a tab behind another is not drawn, and
	// takes no input.
	front(ctx context.Context) error

	// pointer moves the mouse to a point of the viewport, in CSS pixels, and then
	// does with its main button what b says.
	pointer(ctx context.Context, x, y int, b button) error
	press(ctx context.Context, chord chord) error

	resize(ctx context.Context, width, height int) error
	screenshot(ctx context.Context) ([]byte, error)

	// cookies returns the storage's cookies. Cookies of other sites may be among
	// them.
	cookies(ctx context.Context) ([]Cookie, error)
	setCookie(ctx context.Context, c Cookie) error

	newTab(ctx context.Context) (driver, error)
	console() ([]string, error)
	emulate(ctx context.Context, m Media) error
	preload(ctx context.Context, js string) error
	close(ctx context.Context) error
}

// A button is what the mouse's main button does: 0 is nothing, and the constants can be
// combined.
type button int

const (
	buttonPress button = 1 << iota
	buttonRelease
)

// A storage names what holds a visitor's cookies and the like. It counts the tabs
// that share it. When the last of them closes, the visitor has gone.
type storage struct {
	id   string
	tabs atomic.Int32
}

// A Browser is one running browser. Its methods may be called from several
// goroutines.
type Browser struct {
	name    Engine
	options Options
	engine  engine
	ctx     context.Context // ends with the browser
	stop    func()          // kills it, once
}

// Start starts a browser, which must be installed ([Missing]). The browser runs
// until Close is called or ctx ends.
func Start(ctx context.Context, name Engine, options Options) (*Browser, error) {
	switch name {
	case Chromium:
		return StartChromium(ctx, options)
	case Firefox:
		return start(ctx, name, startFirefox, options)
	case WebKit:
		return start(ctx, name, startWebKit, options)
	}
	return nil, known(name)
}

// StartChromium is [Start] for Chromium. A program that calls it instead of Start does
// not link the drivers of the other engines.
func StartChromium(ctx context.Context, options Options) (*Browser, error) {
	return start(ctx, Chromium, startChromium, options)
}

// start starts a browser with its driver.
func start(ctx context.Context, name Engine, drive func(context.Context, Options) (engine, error), options Options) (*Browser, error) {
	if options.Timeout == 0 {
		options.Timeout = defaultTimeout
	}
	if options.Wait == 0 {
		options.Wait = defaultWait
	}
	if options.Log == nil {
		options.Log = io.Discard
	}

	starting, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	e, err := drive(starting, options)
	if errors.Is(err, errEnded) { // Chromium crashes now and then as it starts
		e, err = drive(starting, options)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: start: %w", name, err)
	}

	running, end := context.WithCancel(ctx)
	stop := sync.OnceFunc(func() {
		end()
		e.close()
	})
	context.AfterFunc(running, stop)
	return &Browser{name: name, options: options, engine: e, ctx: running, stop: stop}, nil
}

// known returns an error for a name that is no engine.
func known(name Engine) error {
	if slices.Contains([]Engine{Chromium, Firefox, WebKit}, name) {
		return nil
	}
	return fmt.Errorf("browser %q is not known; CHARTE_BROWSERS takes %s, %s and %s, separated by commas",
		name, Chromium, Firefox, WebKit)
}

// Threads returns a line for each thread of the browser's processes, with its state
// and what it waits for in the kernel. It is for the log, when a browser has fallen
// silent. On other systems than Linux it is empty.
func (b *Browser) Threads() string { return threads(b.dirs()) }

// dirs are the folders of the browser's processes.
func (b *Browser) dirs() []string {
	var dirs []string
	for _, p := range b.engine.processes() {
		dirs = append(dirs, p.dir)
	}
	return dirs
}

// Close kills the browser and everything it started, and waits until they are
// gone. The pages need no Close of their own.
func (b *Browser) Close() { b.stop() }

// NewPage opens an empty page for a visitor without a cookie. Its window may be one
// that an earlier visitor has left. The browser then still has what it cached and
// stored for the servers that the earlier visitor went to.
func (b *Browser) NewPage() (*Page, error) {
	var d driver
	err := b.call("new page", startTimeout, func(ctx context.Context) (err error) {
		d, err = b.engine.newPage(ctx)
		if err != nil {
			return err
		}
		return d.resize(ctx, initialWidth, initialHeight)
	})
	if err != nil {
		return nil, err
	}
	return &Page{browser: b, driver: d}, nil
}

// ErrSilent is wrapped by the error of a call that the browser did not answer at
// all: its driver hangs, or the browser has gone. Such a call tells nothing about the
// page.
var ErrSilent = errors.New("the browser fell silent")

// call runs f for at most limit. Its error names the engine and, by what, the call.
func (b *Browser) call(what string, limit time.Duration, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	err := f(ctx)
	if err == nil {
		return nil
	}
	if b.ctx.Err() != nil {
		err = errors.New("the browser is closed")
	} else if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("no answer within %v: %w (%w)", limit, err, ErrSilent)
	}
	return fmt.Errorf("%s: %s: %w", b.name, what, err)
}
