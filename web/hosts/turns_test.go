package hosts

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// Tests run side by side, because browsers wait more than they compute. A test begins with
// t.Parallel, and its parts take turns in the browsers. A test that measures time by the clock
// calls alone instead. TestTurns checks that each test does one or the other.

// turns has a channel for each browser, whose capacity is how many parts of tests run in it at once.
var turns = map[browser.Engine]chan struct{}{
	browser.Chromium: make(chan struct{}, 1), // three where it is the only browser: see TestMain
	browser.Firefox:  make(chan struct{}, 1), // two would take the keyboard's focus from each other
	browser.WebKit:   make(chan struct{}, 1),
	machine:          make(chan struct{}, 1),
}

// machine stands in for a browser in tests that need none.
const machine browser.Engine = "no browser"

// abreast is how many tests are under way at once, as -test.parallel takes it. It is more than there
// are, so that all are under way: most wait for their turn, and no browser waits while a test has
// work for it.
const abreast = "1000"

// lone are the names of the tests that run alone.
var lone sync.Map

// alone marks a test that measures by the clock how long something takes. No other test of this
// package runs meanwhile, and the test runs in one browser at a time. The test must not call
// t.Parallel.
func alone(t *testing.T) {
	t.Helper()
	lone.Store(t.Name(), true)
}

// sideBySide calls f for every browser at once. In a test that runs alone it calls f for one browser
// after the other. Whatever f does in a browser, it does in a part of the test: see part.
func sideBySide(t *testing.T, names []browser.Engine, f func(name browser.Engine)) {
	t.Helper()
	test, _, _ := strings.Cut(t.Name(), "/")
	if _, is := lone.Load(test); is {
		for _, name := range names {
			f(name)
		}
		return
	}
	var all sync.WaitGroup
	for _, name := range names {
		all.Go(func() { f(name) })
	}
	all.Wait()
}

// withoutBrowser takes the turn of a test that needs no browser, until it ends.
func withoutBrowser(t *testing.T) {
	t.Helper()
	turns[machine] <- struct{}{}
	t.Cleanup(func() { <-turns[machine] })
	timeIt(t, machine)
}

// times notes how long each test has had each browser.
var times struct {
	sync.Mutex
	of map[timed]time.Duration
}

type timed struct {
	test string
	name browser.Engine
}

// timeIt notes how long a part of a test takes from here on. It writes the time to the test's log,
// where go run ./web/bench suite looks for it (web/bench/suite.go), and keeps it for tooLong.
func timeIt(t *testing.T, name browser.Engine) {
	start := time.Now()
	t.Cleanup(func() {
		if t.Skipped() { // the browser stopped answering, and the part starts again: see browsertest.Try
			return
		}
		took := time.Since(start)
		t.Logf("took %.1f s of %s", took.Seconds(), name)
		test, _, _ := strings.Cut(t.Name(), "/")
		times.Lock()
		defer times.Unlock()
		if times.of == nil {
			times.of = map[timed]time.Duration{}
		}
		times.of[timed{test, name}] += took
	})
}

// mostSeconds is how many seconds a test may have a browser, where each browser has a processor. The
// whole suite takes a quarter of an hour, and stays so short only if no test takes a minute.
const mostSeconds = 20

// mostShare is the same limit as a share of the time of all tests in the browser. That time is
// longer where other programs keep the machine busy.
const mostShare = 1. / 22

// tooLong names the tests that had a browser for more than both mostSeconds and mostShare.
// processors is how many processors there are for each part of a test that runs at the same time.
func tooLong(of map[timed]time.Duration, processors float64) []string {
	all := map[browser.Engine]time.Duration{}
	for run, took := range of {
		all[run.name] += took
	}
	var names []string
	for run, took := range of {
		seconds := took.Seconds() * min(1, processors)
		if seconds > mostSeconds && took.Seconds() > all[run.name].Seconds()*mostShare {
			names = append(names, fmt.Sprintf("%s takes %.0f s in %s, more than %d: split it, or have it wait less", run.test, seconds, run.name, mostSeconds))
		}
	}
	slices.Sort(names)
	return names
}

// TestTurns: each test of this package begins by saying how it shares the machine with the others.
func TestTurns(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	tests := 0
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			f, is := declared.(*ast.FuncDecl)
			if !is || !strings.HasPrefix(f.Name.Name, "Test") || f.Name.Name == "TestMain" {
				continue
			}
			tests++
			if first := types.ExprString(f.Body.List[0].(*ast.ExprStmt).X); first != "t.Parallel()" && first != "alone(t)" {
				t.Errorf("%s: %s begins with %s, want t.Parallel() or alone(t)", name, f.Name.Name, first)
			}
		}
	}
	if tests < 100 {
		t.Errorf("found only %d tests, want at least 100", tests)
	}
}

// TestTooLong: tooLong names a test that takes too long, and no other.
func TestTooLong(t *testing.T) {
	t.Parallel()
	took := map[timed]time.Duration{
		{"TestShort", browser.Chromium}: mostSeconds * time.Second,
		{"TestLong", browser.WebKit}:    (mostSeconds + 1) * time.Second,
		{"TestLong", browser.Firefox}:   time.Second,
	}
	for processors, want := range map[float64][]string{
		4:    {"TestLong takes 21 s in webkit, more than 20: split it, or have it wait less"},
		0.96: {"TestLong takes 20 s in webkit, more than 20: split it, or have it wait less"},
		0.9:  nil, // the test has had a processor for less than 20 s
	} {
		if got := tooLong(took, processors); !slices.Equal(got, want) {
			t.Errorf("with %v processors for each browser %q are named, want %q", processors, got, want)
		}
	}
	// Where all tests take longer, the machine is busy with something else, and none is named.
	for i := range 30 {
		took[timed{fmt.Sprint("Test", i), browser.WebKit}] = (mostSeconds - 1) * time.Second
	}
	if got := tooLong(took, 4); got != nil {
		t.Errorf("on a busy machine %q are named, want none", got)
	}
}

func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen { // Go's own limit, the number of processors, is meant for tests that compute
		flag.Set("test.parallel", abreast)
	}
	if engines := browsertest.Engines(); len(engines) == 1 && engines[0] == browser.Chromium {
		turns[browser.Chromium] = make(chan struct{}, 3)
	}
	end := browsertest.Busy()
	code := m.Run()
	end()
	browsertest.CloseShared()
	fmt.Fprintf(os.Stderr, "%d parts of tests were begun anew\n", browsertest.Anew())
	parts := 0
	for _, name := range browsertest.Engines() {
		parts += cap(turns[name])
	}
	problems := tooLong(times.of, float64(runtime.NumCPU())/float64(parts))
	if code != 0 { // a list of what failed is shorter than the whole table
		for _, row := range behaviours.rows {
			for name, held := range row.seen {
				if !held {
					problems = append(problems, fmt.Sprintf("failed: %s in %s", row.test, name))
				}
			}
		}
	} else if err := keepTable(); err != nil {
		problems = append(problems, err.Error())
	}
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, problem)
		code = max(code, 1)
	}
	os.Exit(code)
}
