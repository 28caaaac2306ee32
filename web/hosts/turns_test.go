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

// Tests run side by side: browsers wait more than they compute. A test begins
// with t.Parallel, its parts take turns in the browsers, and those that look at
// nothing but a clock's time call alone instead (TestTurns).

// turns are how many parts of tests run at once in a browser.
var turns = map[browser.Engine]chan struct{}{
	browser.Chromium: make(chan struct{}, 1), // and three where there is no other: see TestMain
	browser.Firefox:  make(chan struct{}, 1), // more would take the keyboard's focus from each other
	browser.WebKit:   make(chan struct{}, 1),
	machine:          make(chan struct{}, 1),
}

// machine stands in for a browser where a test needs none.
const machine browser.Engine = "no browser"

// abreast is how many tests are under way at once. All of them are: most wait for
// their turn, and no browser waits while any test has work for it.
const abreast = "1000"

// lone are the names of the tests that run alone.
var lone sync.Map

// alone says that a test judges how long something takes by the clock: nothing
// else of this package runs meanwhile, nor does the test in two browsers at
// once. It must not call t.Parallel.
func alone(t *testing.T) {
	t.Helper()
	lone.Store(t.Name(), true)
}

// sideBySide calls f for every browser at once, or one after the other in a test
// that runs alone. All that f does in a browser are parts of the test.
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

// times are how long each test has had each browser.
var times struct {
	sync.Mutex
	of map[timed]time.Duration
}

type timed struct {
	test string
	name browser.Engine
}

// timeIt notes how long a part of a test takes from here on: in its log, where go
// run ./web/bench suite looks for it (web/bench/suite.go), and for tooLong.
func timeIt(t *testing.T, name browser.Engine) {
	start := time.Now()
	t.Cleanup(func() {
		if t.Skipped() { // the browser fell silent, and the part is begun anew: see browsertest.Try
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

// mostSeconds is how long a test may have a browser and a processor: a suite that
// takes a quarter of an hour stays that way only if no test takes a minute of it.
const mostSeconds = 20

// mostShare is the same as a share of what a browser does in all, which is longer
// where other programs keep the machine busy.
const mostShare = 1. / 22

// tooLong names the tests that had a browser for more than mostSeconds and mostShare,
// given how many processors there are for each part that runs in a browser.
func tooLong(of map[timed]time.Duration, processors float64) []string {
	all := map[browser.Engine]time.Duration{}
	for part, time := range of {
		all[part.name] += time
	}
	var names []string
	for part, time := range of {
		seconds := time.Seconds() * min(1, processors)
		if seconds > mostSeconds && time.Seconds() > all[part.name].Seconds()*mostShare {
			names = append(names, fmt.Sprintf("%s takes %.0f s in %s, more than %d: split it, or have it wait less", part.test, seconds, part.name, mostSeconds))
		}
	}
	slices.Sort(names)
	return names
}

// TestTurns: each test of this package says how it shares the machine with the
// others, before it does anything.
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
				t.Errorf("%s: %s begins with %s, and with neither t.Parallel() nor alone(t)", name, f.Name.Name, first)
			}
		}
	}
	if tests < 100 {
		t.Errorf("only %d tests are found", tests)
	}
}

// TestTooLong: a test that takes too long is named, and no other.
func TestTooLong(t *testing.T) {
	t.Parallel()
	times := map[timed]time.Duration{
		{"TestShort", browser.Chromium}: mostSeconds * time.Second,
		{"TestLong", browser.WebKit}:    (mostSeconds + 1) * time.Second,
		{"TestLong", browser.Firefox}:   time.Second,
	}
	for processors, want := range map[float64][]string{
		4:    {"TestLong takes 21 s in webkit, more than 20: split it, or have it wait less"},
		0.96: {"TestLong takes 20 s in webkit, more than 20: split it, or have it wait less"},
		0.9:  nil, // it has had less than 20 s of one
	} {
		if got := tooLong(times, processors); !slices.Equal(got, want) {
			t.Errorf("with %v processors for each browser %q are named, want %q", processors, got, want)
		}
	}
	// Where all of it takes longer, the machine is busy with something else.
	for i := range 30 {
		times[timed{fmt.Sprint("Test", i), browser.WebKit}] = (mostSeconds - 1) * time.Second
	}
	if got := tooLong(times, 4); got != nil {
		t.Errorf("of a busy machine %q are named", got)
	}
}

func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen { // Go's own bound is for tests that compute
		flag.Set("test.parallel", abreast)
	}
	if engines := browsertest.Engines(); len(engines) == 1 && engines[0] == browser.Chromium {
		turns[browser.Chromium] = make(chan struct{}, 3)
	}
	code := m.Run()
	browsertest.CloseShared()
	fmt.Fprintf(os.Stderr, "%d parts of tests were begun anew\n", browsertest.Anew())
	abreast := 0
	for _, name := range browsertest.Engines() {
		abreast += cap(turns[name])
	}
	problems := tooLong(times.of, float64(runtime.NumCPU())/float64(abreast))
	if code != 0 { // the table would say nothing else, at length
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
