package browsertest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"

	"charte/web/browser"
)

// shared holds the browsers of this test binary.
var shared struct {
	sync.Mutex
	started map[browser.Engine]func() (*browser.Browser, error)
}

// Main is for a TestMain. It runs the tests, closes the browsers that [Shared]
// started, and ends the program with the tests' exit code.
func Main(m *testing.M) {
	code := m.Run()
	CloseShared()
	os.Exit(code)
}

// BusyMain is [Main] for tests that keep several browsers at work. No two test binaries with it run at
// once, nor does one run beside a test that measures times and holds the [Lock] "busy".
func BusyMain(m *testing.M) {
	end := Busy()
	code := m.Run()
	end()
	CloseShared()
	os.Exit(code)
}

// Busy is for a TestMain of its own in place of [BusyMain]. It waits for its turn, which lasts until end
// is called.
//
// A binary that fuzzes gets no turn and needs none, because it opens no browser. It would wait until all
// others have ended. The fuzzer's own processes, which are started by the first one and run TestMain too,
// would wait for that one, and fuzz nothing.
func Busy() (end func()) {
	flag.Parse()
	if f := flag.Lookup("test.fuzz"); f != nil && f.Value.String() != "" {
		return func() {}
	}
	end, err := Lock("busy")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return end
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

// Shared returns the test binary's browser of an engine. The first call installs the
// browser if it is missing, and starts it. If that fails, the test fails: it is never
// skipped.
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
