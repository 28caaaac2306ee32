package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

const suiteUsage = `Usage: bench suite [flags] [package ...]

Runs the tests of the packages (./... if none is named) and lists those that
took longest. The seconds are those for which a test had a browser to itself or, if
it needs none, for which it ran. The exit code is 1 if a test fails, and 2 if the
tests cannot be run.

  go run ./web/bench suite                      # everything, with the README's time limit
  go run ./web/bench suite -short ./web/hosts   # one browser, one engine
  go test -json ./... > suite.json; go run ./web/bench suite -from suite.json

`

// errFailed is returned if the suite has run and a test has failed.
var errFailed = errors.New("a test has failed")

// suite runs the command line after the word "suite". The result goes to out. Progress
// and complaints go to says; progress is a bar if says is a terminal.
func suite(ctx context.Context, args []string, out io.Writer, says *os.File) error {
	flags := flag.NewFlagSet("suite", flag.ContinueOnError)
	flags.SetOutput(says)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), suiteUsage)
		flags.PrintDefaults()
	}
	most := flags.Int("n", 20, "list `N` tests")
	short := flags.Bool("short", false, "run go test -short")
	from := flags.String("from", "", "run nothing; read the output of an earlier go test -json from `FILE`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	packages := flags.Args()
	if len(packages) == 0 {
		packages = []string{"./..."}
	}
	if *from != "" {
		file, err := os.Open(*from)
		if err != nil {
			return err
		}
		defer file.Close()
		record, err := readSuite(file, func(int) {})
		if err != nil {
			return fmt.Errorf("%s: %w", *from, err)
		}
		return record.report(out, *most)
	}

	total, err := countTests(ctx, packages)
	if err != nil {
		return err
	}
	command := []string{"test", "-json", "-timeout=30m"}
	if *short {
		command = append(command, "-short")
	}
	cmd := exec.CommandContext(ctx, "go", append(command, packages...)...)
	cmd.Stderr = says
	events, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	bar := newBar(says, total)
	record, err := readSuite(events, bar.show)
	bar.end()
	failed := cmd.Wait()
	if err != nil {
		return err
	}
	if err := record.report(out, *most); err != nil {
		return err
	}
	if failed != nil { // a package does not compile, or its TestMain has failed
		return fmt.Errorf("%w: go test: %v", errFailed, failed)
	}
	return nil
}

// countTests counts the test functions of packages.
func countTests(ctx context.Context, packages []string) (int, error) {
	const files = `{{$dir := .Dir}}{{range .TestGoFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}{{range .XTestGoFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}`
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-f", files}, packages...)...)
	cmd.Stderr = os.Stderr
	listed, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("go list: %w", err)
	}
	count := 0
	for name := range strings.Lines(string(listed)) {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		source, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			return 0, err
		}
		count += len(testFunction.FindAll(source, -1))
	}
	return count, nil
}

var testFunction = regexp.MustCompile(`(?m)^func Test[A-Z0-9]\w*\(\w+ \*testing\.T\)`)

// A suiteRecord is the result of a run of go test.
type suiteRecord struct {
	seconds map[testTime]float64
	failed  []string // tests, each after its package
	passed  int
}

// A testTime is a test in one of the browsers, or in none.
type testTime struct{ pkg, test, browser string }

// took matches the line in which a part of a test of web/hosts logs its time.
var took = regexp.MustCompile(`: took ([0-9.]+) s of (.+)\n$`)

// readSuite reads the events of go test -json (go doc test2json) and calls ended
// with the number of tests that have ended.
func readSuite(events io.Reader, ended func(int)) (*suiteRecord, error) {
	record := &suiteRecord{seconds: map[testTime]float64{}}
	parts := map[testTime]bool{} // tests whose parts say what they took
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 && line[0] == '{' { // other lines come from the compiler
			var event struct {
				Action, Package, Test, Output string
				Elapsed                       float64 // seconds
			}
			if err := json.Unmarshal(line, &event); err != nil {
				return nil, fmt.Errorf("no event of go test -json: %w", err)
			}
			test, _, inner := strings.Cut(event.Test, "/")
			switch {
			case event.Action == "output":
				if found := took.FindStringSubmatch(event.Output); found != nil {
					seconds, err := strconv.ParseFloat(found[1], 64)
					if err != nil {
						return nil, err
					}
					record.seconds[testTime{event.Package, test, found[2]}] += seconds
					parts[testTime{event.Package, test, ""}] = true
				}
			case test == "":
			case inner: // the time of a test does not include its parallel subtests
				if key := (testTime{event.Package, test, ""}); event.Elapsed > record.seconds[key] && !parts[key] {
					record.seconds[key] = event.Elapsed
				}
			case event.Action == "pass", event.Action == "fail":
				key := testTime{event.Package, test, ""}
				if record.seconds[key] = max(record.seconds[key], event.Elapsed); parts[key] {
					delete(record.seconds, key)
				}
				if event.Action == "fail" {
					record.failed = append(record.failed, event.Package+" "+test)
				} else {
					record.passed++
				}
				ended(record.passed + len(record.failed))
			}
		}
		if err == io.EOF {
			return record, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// report writes the slowest tests, at most so many, and all that failed. Its error is
// errFailed if one did.
func (r *suiteRecord) report(out io.Writer, most int) error {
	if r.passed+len(r.failed) == 0 {
		return errors.New("no test has ended")
	}
	type row struct {
		testTime
		seconds float64
	}
	var rows []row
	for key, seconds := range r.seconds {
		rows = append(rows, row{key, seconds})
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(b.seconds, a.seconds), strings.Compare(a.pkg+a.test+a.browser, b.pkg+b.test+b.browser))
	})
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "seconds\ttest\tbrowser\tpackage")
	for _, r := range rows[:min(most, len(rows))] {
		fmt.Fprintf(table, "%.1f\t%s\t%s\t%s\n", r.seconds, r.test, cmp.Or(r.browser, "–"), r.pkg)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, test := range r.failed {
		fmt.Fprintln(out, "failed:", test)
	}
	_, err := fmt.Fprintf(out, "%d passed, %d failed\n", r.passed, len(r.failed))
	if err == nil && len(r.failed) > 0 {
		err = errFailed
	}
	return err
}

// A bar shows how many of all tests have ended. On a terminal it is one line that
// changes. Elsewhere it is a new line every minute.
type bar struct {
	out      *os.File
	total    int
	terminal bool
	begun    time.Time
	said     time.Time
}

func newBar(out *os.File, total int) *bar {
	info, err := out.Stat()
	return &bar{out: out, total: total, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0, begun: time.Now(), said: time.Now()}
}

func (b *bar) show(ended int) {
	const width = 40
	since := time.Since(b.begun).Round(time.Second)
	switch {
	case b.terminal:
		filled := min(width, width*ended/max(1, b.total))
		fmt.Fprintf(b.out, "\r[%s%s] %d of %d tests, %v ", strings.Repeat("#", filled), strings.Repeat(".", width-filled), ended, b.total, since)
	case time.Since(b.said) > time.Minute:
		b.said = time.Now()
		fmt.Fprintf(b.out, "bench: %d of %d tests, %v\n", ended, b.total, since)
	}
}

// end moves on from the bar's line on a terminal.
func (b *bar) end() {
	if b.terminal {
		fmt.Fprintln(b.out)
	}
}
