package browsertest

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"charte/web/browser"
)

// forgiven has an entry for each part of a test that may be begun anew: see [Try]. Its
// key is the part's *testing.T, and its value an *error, which gets the silence that
// the part met.
var forgiven sync.Map

// mostRepeats is how many parts of a test binary may be begun anew. More would be a
// fault.
const mostRepeats = 1

// repeats counts the parts that asked to be begun anew, the refused ones included.
var repeats atomic.Int32

// Anew tells how many parts of tests were begun anew: see [Try].
func Anew() int { return int(min(repeats.Load(), mostRepeats)) }

// Try runs a part of a test, as t.Run does. If the browser falls silent in it
// ([browser.ErrSilent]), nothing is known about the page. The part is then run once
// more, in a new browser, and fails on any error. Nothing is forgiven but silence and
// what [Excuse] takes for it.
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
			fmt.Fprint(os.Stderr, b.Threads()) // they may show why it is silent
			b.Close()
		}
	}
	t.Run(label, part)
}

// Must ends the test if err is not nil. A part that [Try] may run once more is skipped
// instead, if err wraps [browser.ErrSilent].
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

// theirTrap is how JavaScriptCore says that a program accessed memory out of bounds. It
// does so now and then on Linux where the access is not out of bounds
// (github.com/oven-sh/bun/issues/17146). The other engines word it differently.
const theirTrap = "RuntimeError: Out of bounds memory access"

// Excuse returns an error that a page's test has met. Where WebKit has trapped by itself
// in the page, as its console says, the error counts as silence: see [Try].
func Excuse(page *browser.Page, err error) error {
	if err == nil || errors.Is(err, browser.ErrSilent) {
		return err
	}
	lines, _ := page.Console()
	for _, line := range lines {
		if strings.Contains(line, theirTrap) {
			return fmt.Errorf("%w; the page said %q (%w)", err, line, browser.ErrSilent)
		}
	}
	return err
}
