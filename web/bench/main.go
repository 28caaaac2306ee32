// Command bench runs every measurement of Charte's speed and weight beside the
// two lightest banners of its field, and three more, and prints two tables in Markdown:
//
//	go run ./web/bench                     # everything, 7 rounds: 35 minutes
//	go run ./web/bench -only notice        # the measurements with "notice" in their name or rows
//	go run ./web/bench -rounds 1 -json     # one round, with every figure
//	go run ./web/bench -readme web/bench/README.md
//	go run ./web/bench -tags               # Charte alone, its tag put into the page in several ways
//	go run ./web/bench suite               # run the tests, and list those that take longest
//
// It needs Chromium and, the first time, npm, which brings the peers into the
// user's cache folder. On Debian it installs the two where they are missing.
// Nothing is written into the repository without -readme.
//
// All banners are in the same page (host.html), which has files of its own. One local
// server sends all files, Brotli-compressed and with the same headers. A visit is a fresh
// profile with a cold cache. A round has one browser, and in it one visit of each banner.
// Each round begins with another banner. Figures are medians of the rounds. The table says which figures
// could not be measured: no visit is repeated or left out.
//
// This is a benchmark, not a test. A target that is missed is only a line of the table.
// The exit code is 1 if something could not be measured.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"charte/web/cache"
	"charte/web/engine"
)

// engines are the engines that Charte can be measured with, by the names that -engine
// takes. The default is the one that visitors get.
var engines = map[string]func(context.Context, cache.Cache, func(string)) (engine.Engine, error){
	"light": func(context.Context, cache.Cache, func(string)) (engine.Engine, error) { return engine.Light(), nil },
	"go":    engine.Go,
}

// measurements returns all measurements, in the order of the table.
func measurements(b budgets) []measurement {
	return []measurement{
		weight(b), bytesUntilPainted(b), bytesWhenAnswered(b),
		noticePainted(desktop), noticePainted(mobile),
		firstContent(), untilPainted(), evaluation(),
		gatedScript(desktop), gatedScript(mobile),
		engineStart(desktop), engineStart(slowCPU),
		blockingTime(),
		clickToChange(),
		clickLatency(goRuns), clickLatency(goDoesNot), anyAnswer(),
		settingsOpen(desktop), settingsOpen(slowCPU),
		longList(),
		memory(),
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == "suite" {
		exit(suite(ctx, os.Args[2:], os.Stdout, os.Stderr))
	}
	err := command(ctx, os.Args[1:], os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// exit ends the program after suite. The exit code is 0 if all is well or help was asked
// for, 1 if a test has failed, and 2 if the tests could not be run.
func exit(err error) {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		os.Exit(0)
	case errors.Is(err, errFailed):
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(2)
}

// errUnmeasured is returned if a figure is missing from the table.
var errUnmeasured = errors.New("something could not be measured; the notes under the table say what")

// command runs the command line and prints the table.
func command(ctx context.Context, args []string, out io.Writer) error {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&o.rounds, "rounds", 7, "take the medians of `N` rounds")
	flags.StringVar(&o.only, "only", "", "run only the measurements with `TEXT` in their name or in a row")
	flags.StringVar(&o.engine, "engine", "light", "measure the banner with the engine `NAME`: "+strings.Join(slices.Sorted(maps.Keys(engines)), ", "))
	flags.BoolVar(&o.tags, "tags", false, "measure, instead of the table, the ways to put Charte's tag into the page (defer, async, priority, preload, early hints); over HTTP/2, and so not to be compared with the table")
	flags.StringVar(&o.readme, "readme", "", "put the tables into `FILE` as well, in the place of those that it has")
	inJSON := flags.Bool("json", false, "print every figure as JSON instead of the table")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("the command takes no argument %q; see -help", flags.Arg(0))
	case o.rounds < 1:
		return fmt.Errorf("-rounds %d: at least one round is needed", o.rounds)
	case o.readme != "" && (o.only != "" || o.tags):
		return errors.New("-readme needs all measurements, so it goes with neither -only nor -tags")
	case engines[o.engine] == nil:
		return fmt.Errorf("there is no engine %q; the engines are %s", o.engine, strings.Join(slices.Sorted(maps.Keys(engines)), ", "))
	}

	result, err := run(ctx, o)
	if err != nil {
		return err
	}
	if *inJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		err = encoder.Encode(result)
	} else {
		_, err = io.WriteString(out, result.markdown())
	}
	if err == nil && o.readme != "" {
		err = result.intoReadme(o.readme)
	}
	if err == nil && result.incomplete() {
		err = errUnmeasured
	}
	return err
}

// options are the command line's.
type options struct {
	rounds       int
	only, engine string
	tags         bool
	readme       string
}

var started = time.Now()

// progress writes what is being done to the standard error, for people.
func progress(what string) {
	fmt.Fprintf(os.Stderr, "bench: %5.0f s  %s\n", time.Since(started).Seconds(), what)
}
