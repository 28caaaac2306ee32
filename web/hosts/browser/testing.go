package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
)

// shared holds the browsers of this test binary.
var shared struct {
	sync.Mutex
	started map[Engine]func() (*Browser, error)
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
func Shared(t testing.TB, name Engine) *Browser {
	t.Helper()
	shared.Lock()
	start := shared.started[name]
	if start == nil {
		start = sync.OnceValues(func() (*Browser, error) {
			if err := Install(name); err != nil {
				return nil, err
			}
			return Start(context.Background(), name, Options{})
		})
		if shared.started == nil {
			shared.started = map[Engine]func() (*Browser, error){}
		}
		shared.started[name] = start
	}
	shared.Unlock()

	b, err := start()
	Must(t, err)
	return b
}

// forgiven holds the error of ErrSilent that a part of a test may begin anew for,
// by the part's *testing.T: see [Try].
var forgiven sync.Map

// Bound on the parts of a test binary that may be begun anew. Drivers fall silent
// once in some thousand calls on a busy machine; more often than this is a fault.
const mostRepeats = 5

var repeats atomic.Int32

// Try runs a part of a test, as t.Run does. Where the browser falls silent in it
// (ErrSilent), nothing is known of what the page does: the part is left and begun
// anew, once, in a new browser, and then has to hold. Nothing else is forgiven.
func Try(t *testing.T, label string, name Engine, part func(t *testing.T)) {
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
	if silent, may := forgiven.Load(t); may && errors.Is(err, ErrSilent) && !t.Failed() && repeats.Add(1) <= mostRepeats {
		*silent.(*error) = err
		t.Skipf("%v: begun anew", err)
	}
	t.Fatal(err)
}

// NewTestPage opens a page in the [Shared] browser for the length of the test.
// When the test fails, the end of what the page wrote to its console is in the
// test's log.
func NewTestPage(t testing.TB, name Engine) *Page {
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
		}
		page.Close()
	})
	return page
}
