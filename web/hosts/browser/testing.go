package browser

import (
	"context"
	"os"
	"sync"
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
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// NewTestPage opens a page in the [Shared] browser for the length of the test.
// When the test fails, the end of what the page wrote to its console is in the
// test's log.
func NewTestPage(t testing.TB, name Engine) *Page {
	t.Helper()
	page, err := Shared(t, name).NewPage()
	if err != nil {
		t.Fatal(err)
	}
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
