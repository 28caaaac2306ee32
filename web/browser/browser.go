// Package browser drives the three browsers that Charte is tested in, from
// plain go test: Debian's chromium (DevTools protocol), firefox-esr (WebDriver
// BiDi) and WebKitGTK's MiniBrowser (classic WebDriver, and the protocol of its
// Web Inspector for what that lacks).
//
// A Browser is one process, a Page is one visitor: it starts with no cookie. It has
// neither cache nor storage of servers that no earlier visitor has been to. Package
// browsertest installs the browsers and starts them, and such servers, for tests.
//
// # What differs from engine to engine
//
// What an engine cannot do is an error that wraps [errors.ErrUnsupported], never
// a silent success. With chromium 156, firefox-esr 153 and WebKitGTK 2.50:
//
//   - WebKit has no forced colours, and only Chromium has [Page.CDP].
//   - WebKit runs what Click and its like look for in the page's own world, where
//     overridden built-ins reach it; the others have a world apart.
//   - Console lines that the browser writes itself, such as a violation of the
//     page's policy, are in Chromium and WebKit, and not in Firefox. Lines from
//     frames may be missing in all.
//   - WebKit tells no SameSite attribute that a cookie lacks: it returns "None". It takes cookies for the open page's site only.
//   - WebKit's Back passes over entries that a script added without a click or key.
//   - In WebKit, Shift+Tab is a KeyboardEvent with key "Unidentified" and code "Tab",
//     as it is for visitors.
//   - All ask the site for /favicon.ico; the console leaves out what comes of it.
//   - A visitor comes to a window that another may have left: in Firefox and WebKit
//     there is something before its first page in the history.
package browser

import (
	"context"
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

// Options are the knobs of [Start]. The zero value suits a test.
type Options struct {
	// Timeout bounds each call. 0 means 30 seconds.
	Timeout time.Duration

	// Wait bounds how long Click, Hover, WaitFor, WaitVisible and WaitGone wait
	// for their condition. 0 means 20 seconds.
	Wait time.Duration

	// Thrifty starts Chromium with fewer processes, which saves a fifth of what it
	// computes for a visitor, or more. The others have no such knob.
	Thrifty bool

	// Log receives what the browser's processes print. Nil discards it; the last
	// lines are in the error when a browser does not start.
	Log io.Writer
}

// Bounds that Options leaves at zero, and those no option sets.
const (
	defaultTimeout = 30 * time.Second
	defaultWait    = 20 * time.Second
	startTimeout   = 60 * time.Second // Firefox, at a load of 13 on two cores: 13 s
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
	processes() []*process // those that run, each with what it has started
	close()
}

// A driver is one page: the least that the three protocols have in common.
// Everything that waits or decides is built on it in [Page], once.
type driver interface {
	open(ctx context.Context, url string) error
	reload(ctx context.Context) error
	back(ctx context.Context) error

	// eval runs body as an async function in the page and returns its result as
	// JSON. args is a JSON array. A page that overrides built-ins cannot
	// interfere when apart is set and the engine has isolated worlds.
	eval(ctx context.Context, body, args string, apart bool) (json.RawMessage, error)

	// front brings the tab to the front: a tab behind another is not drawn, and
	// takes no input.
	front(ctx context.Context) error

	// pointer moves the mouse to a point of the viewport, in CSS pixels, and does
	// there what b says.
	pointer(ctx context.Context, x, y int, b button) error
	press(ctx context.Context, chord chord) error

	resize(ctx context.Context, width, height int) error
	screenshot(ctx context.Context) ([]byte, error)

	// cookies returns the storage's cookies; those for other sites may be among
	// them.
	cookies(ctx context.Context) ([]Cookie, error)
	setCookie(ctx context.Context, c Cookie) error

	newTab(ctx context.Context) (driver, error)
	console() ([]string, error)
	emulate(ctx context.Context, m Media) error
	preload(ctx context.Context, js string) error
	close(ctx context.Context) error
}

// A button is what the mouse's main button does: nothing, or what these add up to.
type button int

const (
	buttonPress button = 1 << iota
	buttonRelease
)

// A storage holds a visitor's cookies and the like, and counts the tabs that
// share it: it goes with the last of them.
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

// Start starts a browser, which must be installed ([Missing]). It is closed
// when ctx ends, if Close was not called before.
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

// StartChromium is [Start] for Chromium: a program that calls nothing else links no
// driver of the others.
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

// known reports a name that is no engine.
func known(name Engine) error {
	if slices.Contains([]Engine{Chromium, Firefox, WebKit}, name) {
		return nil
	}
	return fmt.Errorf("browser %q is not known; CHARTE_BROWSERS takes %s, %s and %s, separated by commas",
		name, Chromium, Firefox, WebKit)
}

// Engine tells which browser this is.
func (b *Browser) Engine() Engine { return b.name }

// Threads tells what each thread of the browser's processes is doing: whether it
// runs, or what it waits for in the kernel. It is for the log of a browser that has
// fallen silent. Only Linux tells; elsewhere it is empty.
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

// NewPage opens an empty page for a visitor without a cookie. It may be in a window
// that a visitor has left, with what the browser has cached and stored for the
// servers that one was at.
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

// ErrSilent is wrapped by the error of a call to which the browser gave no
// answer at all: its driver hangs, or it has gone. What the page shows is not
// known then.
var ErrSilent = errors.New("the browser fell silent")

// call runs f within a time, and names the engine and the call in its error.
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
