// Package browsertest is what tests need to drive browsers with package browser: it
// installs them, shares one of each engine among the tests of a binary, and gives
// each test a page and servers of its own.
//
//	func TestMain(m *testing.M) { browsertest.Main(m) }
//
//	func TestAcceptAll(t *testing.T) {
//		for _, engine := range browsertest.Engines() {
//			t.Run(string(engine), func(t *testing.T) {
//				page := browsertest.NewPage(t, engine)
//				…
package browsertest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"charte/web/browser"
)

// Engines returns the engines to test in: those that the environment variable
// CHARTE_BROWSERS names, separated by commas, or else all three, and Chromium alone
// under go test -short. A name that is no engine stays in the list, so that
// [Install] and [browser.Start] fail on it.
func Engines() []browser.Engine {
	var engines []browser.Engine
	for name := range strings.SplitSeq(os.Getenv("CHARTE_BROWSERS"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			engines = append(engines, browser.Engine(name))
		}
	}
	switch {
	case engines != nil:
		return engines
	case testing.Short():
		return []browser.Engine{browser.Chromium}
	}
	return []browser.Engine{browser.Chromium, browser.Firefox, browser.WebKit}
}

// shared holds the browsers of this test binary.
var shared struct {
	sync.Mutex
	started map[browser.Engine]func() (*browser.Browser, error)
}

// Main is a TestMain: it runs the tests and closes the browsers that [Shared]
// started.
func Main(m *testing.M) {
	code := m.Run()
	CloseShared()
	os.Exit(code)
}

// CloseShared closes the browsers that [Shared] started, for a TestMain that has
// more to do than [Main].
func CloseShared() {
	shared.Lock()
	defer shared.Unlock()
	for _, start := range shared.started {
		if b, err := start(); err == nil {
			b.Close()
		}
	}
	shared.started = nil
}

// Shared returns the test binary's browser of an engine. The first call
// installs it where it is missing, and starts it. Without a browser the test
// fails; it is never skipped.
func Shared(t testing.TB, name browser.Engine) *browser.Browser {
	t.Helper()
	shared.Lock()
	start := shared.started[name]
	if start == nil {
		start = sync.OnceValues(func() (*browser.Browser, error) {
			if err := Install(name); err != nil {
				return nil, err
			}
			return browser.Start(context.Background(), name, browser.Options{Thrifty: testing.Short()})
		})
		if shared.started == nil {
			shared.started = map[browser.Engine]func() (*browser.Browser, error){}
		}
		shared.started[name] = start
	}
	shared.Unlock()

	b, err := start()
	Must(t, err)
	return b
}

// Ports of [NewServer]: below those that Linux hands out on its own, and those of
// WebKit's drivers (freePort in package browser). Browsers refuse some that are lower.
const firstPort, lastPort = 11000, 19999

// latestPort is the port that [NewServer] has tried last.
var latestPort atomic.Int32

func init() { latestPort.Store(int32(firstPort + rand.IntN(2000))) } // other test binaries run beside this one

// NewServer starts a server of this machine for pages to come from, like
// httptest.NewServer, at a port that no other of this test binary has had: what a
// browser keeps for one server, no later one meets.
func NewServer(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()
	for {
		port := latestPort.Add(1)
		if port > lastPort {
			t.Fatalf("a test binary has no more than %d servers", lastPort-firstPort)
		}
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		Must(t, err)
		server := httptest.NewUnstartedServer(handler)
		server.Listener.Close()
		server.Listener = listener
		server.Start()
		t.Cleanup(func() {
			server.CloseClientConnections() // what a handler has not answered by now, nobody waits for
			server.Close()
		})
		return server
	}
}

// forgiven holds the error of browser.ErrSilent that a part of a test may begin anew for,
// by the part's *testing.T: see [Try].
var forgiven sync.Map

// Bound on the parts of a test binary that may be begun anew: more is a fault.
const mostRepeats = 1

// repeats counts the parts that were to be begun anew.
var repeats atomic.Int32

// Anew tells how many parts of tests were begun anew: see [Try].
func Anew() int { return int(min(repeats.Load(), mostRepeats)) }

// Try runs a part of a test, as t.Run does. Where the browser falls silent in it
// ([browser.ErrSilent]), nothing is known of what the page does: the part is left and begun
// anew, once, in a new browser, and then has to hold. Nothing else is forgiven.
func Try(t *testing.T, label string, name browser.Engine, part func(t *testing.T)) {
	t.Helper()
	var silent error
	t.Run(label, func(t *testing.T) {
		forgiven.Store(t, &silent)
		defer forgiven.Delete(t)
		part(t)
	})
	if silent == nil {
		return
	}
	fmt.Fprintf(os.Stderr, "%s/%s is begun anew: %v\n", t.Name(), label, silent)
	shared.Lock()
	start := shared.started[name]
	delete(shared.started, name)
	shared.Unlock()
	if start != nil {
		if b, err := start(); err == nil {
			fmt.Fprint(os.Stderr, b.Threads()) // why it is silent
			b.Close()
		}
	}
	t.Run(label, part)
}

// Must ends the test where a call has failed: see [Try].
func Must(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if silent, may := forgiven.Load(t); may && errors.Is(err, browser.ErrSilent) && !t.Failed() && repeats.Add(1) <= mostRepeats {
		*silent.(*error) = err
		t.Skipf("%v: begun anew", err)
	}
	t.Fatal(err)
}

// NewPage opens a page in the [Shared] browser for the length of the test,
// and closes it with all tabs that were opened from it.
// When the test fails, the end of what the page wrote to its console and the last
// files that it has asked for are in the test's log.
func NewPage(t testing.TB, name browser.Engine) *browser.Page {
	t.Helper()
	page, err := Shared(t, name).NewPage()
	Must(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			if lines, err := page.Console(); err == nil {
				const most, width = 12, 300 // what explains a failure comes last, and must not push the failure out of sight
				if left := len(lines) - most; left > 0 {
					t.Logf("%s console: %d lines, then", name, left)
					lines = lines[left:]
				}
				for _, line := range lines {
					t.Logf("%s console: %.*s", name, width, line)
				}
			}
			t.Logf("%s asked for: %s", name, files(page))
		}
		page.Leave()
	})
	return page
}

// files says which files a page has asked for last, and from when to when, in
// milliseconds.
func files(p *browser.Page) string {
	var files string
	err := p.Eval(`const all = performance.getEntriesByType("resource").slice(-8);
		return all.map(e => e.name.split("/").pop().slice(0, 16) + " " + Math.round(e.startTime) + "–" + Math.round(e.responseEnd)).join(", ") + "; now " + Math.round(performance.now())`, &files)
	if err != nil {
		return err.Error()
	}
	return files
}
