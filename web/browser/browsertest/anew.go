package browsertest

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"charte/web/browser"
)

// forgiven holds the error of browser.ErrSilent that a part of a test may begin anew
// for, by the part's *testing.T: see [Try].
var forgiven sync.Map

// Bound on the parts of a test binary that may be begun anew: more is a fault.
const mostRepeats = 1

// repeats counts the parts that were to be begun anew.
var repeats atomic.Int32

// Anew tells how many parts of tests were begun anew: see [Try].
func Anew() int { return int(min(repeats.Load(), mostRepeats)) }

// Try runs a part of a test, as t.Run does. Where the browser falls silent in it
// ([browser.ErrSilent]), nothing is known of what the page does: the part is left and
// begun anew, once, in a new browser, and then has to hold. Nothing else is forgiven.
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
