package web

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// fuzzing returns how long a target is fuzzed: half a minute in CI, and 2 seconds elsewhere.
func fuzzing() time.Duration {
	if os.Getenv("CI") == "true" {
		return 30 * time.Second
	}
	return 2 * time.Second
}

// TestFuzz runs the fuzz targets of the module for a while, since go test alone runs only
// their seeds. An input that fails is written into the target's testdata/fuzz, to be
// committed.
func TestFuzz(t *testing.T) {
	if testing.Short() {
		t.Skip("under -short only the targets' seeds run, with their packages")
	}
	binaries := fuzzers{dir: t.TempDir()}
	for _, target := range []struct{ room, name string }{
		{"catalogue", "FuzzCarryOverRead"},
		{"catalogue/edit", "FuzzChange"},
		{"catalogue/source", "FuzzRead"},
		{"catalogue/source", "FuzzReadView"},
		{"catalogue/source", "FuzzUse"},
		{"web/draft", "FuzzAdd"},
		{"web/draft", "FuzzDatabase"},
		{"web/audit", "FuzzLogin"},
		{"web/audit/audittest", "FuzzParse"},
		{"web/audit/crawl", "FuzzAddress"},
		{"web/audit/crawl", "FuzzRobots"},
		{"web/audit/crawl", "FuzzSitemap"},
		{"web/audit/find", "FuzzIdentifiers"},
		{"web/audit/har", "FuzzAddress"},
		{"web/audit/har", "FuzzCookies"},
		{"web/audit/har", "FuzzQuery"},
		{"web/audit/patch", "FuzzDraft"},
		{"web/audit/report", "FuzzRead"},
		{"web/audit/settle", "FuzzMask"},
		{"web/audit/settle", "FuzzReadWaivers"},
		{"web/importer/draft", "FuzzDraft"},
		{"web/importer/draft/recognise", "FuzzMatches"},
		{"web/importer/evaluate", "FuzzPage"},
		{"web/importer/page", "FuzzDecode"},
		{"web/importer/peers", "FuzzCookieNames"},
		{"web/importer/peers", "FuzzKlaroAndOrejime"},
		{"web/importer/peers", "FuzzListedNames"},
		{"web/importer/peers", "FuzzPlain"},
		{"web/importer/peers", "FuzzTarteaucitron"},
		{"web/importer/peers", "FuzzVanilla"},
		{"web/importer/tags", "FuzzAsked"},
		{"web/importer/tags", "FuzzMask"},
		{"web/importer/tags", "FuzzRewrite"},
		{"banner/consent", "FuzzDecode"},
		{"banner/consent", "FuzzRead"},
		{"web/guard", "FuzzReceive"},
		{"web/receipts/collect", "FuzzDecode"},
		{"web/workbench/effect", "FuzzEffect"},
		{"web/workbench/fields", "FuzzChange"},
		{"web/workbench/file", "FuzzMerge"},
		{"web/workbench/offers", "FuzzDrop"},
		{"web/workbench/offers", "FuzzRead"},
		{"web/workbench/preview", "FuzzReadVariant"},
	} {
		t.Run(target.room+"/"+target.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("..", filepath.FromSlash(target.room))
			output, err := binaries.fuzz(t, dir, "charte/"+target.room, target.name)
			text, err := settled(dir, string(output), err, func() ([]byte, error) {
				return exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout=60s", "-run=^"+target.name+"$", "charte/"+target.room).CombinedOutput()
			})
			// Without the compiler's marks the fuzzer learns nothing from an input, and says so. It does not complain if the
			// process that is to try the inputs never begins.
			if err != nil || !tried.MatchString(text) || strings.Contains(text, "not built with coverage instrumentation") {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}
}

// fuzzers are test binaries that are compiled for fuzzing, one for each package. Compiling and linking one takes
// longer than fuzzing a target, so those of a package share theirs.
type fuzzers struct {
	dir   string
	rooms sync.Map // import path to func() (compiled, error)
}

// A compiled is a test binary, and what the compiler has printed.
type compiled struct {
	file   string
	output []byte
}

// of returns the binary of a package. Compiling has the priority of any test: it has to end, and with the lowest it would
// take hours beside busy tests.
func (f *fuzzers) of(ctx context.Context, room string) (compiled, error) {
	once, _ := f.rooms.LoadOrStore(room, sync.OnceValues(func() (compiled, error) {
		file := filepath.Join(f.dir, strings.ReplaceAll(room, "/", "-")+".test")
		output, err := exec.CommandContext(ctx, "go", "test", "-c", "-fuzz=.", "-o", file, room).CombinedOutput()
		return compiled{file, output}, err
	}))
	return once.(func() (compiled, error))()
}

// fuzz runs the target of a package, which is in dir, and returns what it has printed. Fuzzing has the lowest
// priority, because its time is the clock's.
func (f *fuzzers) fuzz(t *testing.T, dir, room, target string) ([]byte, error) {
	binary, err := f.of(t.Context(), room)
	if err != nil {
		return binary.output, err
	}
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(t.Context(), "nice", "-n", "19", binary.file, "-test.run=^$", "-test.fuzz=^"+target+"$", "-test.fuzztime="+fuzzing().String(),
		"-test.fuzzminimizetime=5s", "-test.parallel=1", "-test.fuzzcachedir="+filepath.Join(strings.TrimSpace(string(cache)), "fuzz", filepath.FromSlash(room)))
	cmd.Dir = dir
	return cmd.CombinedOutput()
}

// tried finds in the fuzzer's output that inputs were tried, if only the seeds.
var tried = regexp.MustCompile(`(?:gathering baseline coverage|execs): [1-9]`)

// writtenInput finds in the fuzzer's output the file of an input that has failed.
var writtenInput = regexp.MustCompile(`Failing input written to (testdata/fuzz/\S+)`)

// settled says how a run of the fuzzer has ended that has printed text and returned err. dir is the
// target's folder, and again runs its inputs once more, as any test is.
func settled(dir, text string, err error, again func() ([]byte, error)) (string, error) {
	written := writtenInput.FindStringSubmatch(text)
	// Go's fuzzer may report the end of its time as a failure, although no input has failed
	// (go.dev/issue/75804).
	if strings.Contains(text, "context deadline exceeded") && written == nil {
		err = nil
	}
	// An input counts as hung after 10 seconds by the clock, and this process may get no processor for
	// that long. If it passes by itself, its file is no finding.
	if strings.Contains(text, "fuzzing process hung") {
		var output []byte
		output, err = again()
		text += "run once more:\n" + string(output)
		if err == nil && written != nil {
			err = os.Remove(filepath.Join(dir, filepath.FromSlash(written[1])))
		}
	}
	return text, err
}

// TestSettled: an input that only seemed to hang leaves no file, and all others do.
func TestSettled(t *testing.T) {
	const name = "testdata/fuzz/FuzzRead/0123456789abcdef"
	failed := errors.New("exit status 1")
	for _, test := range []struct {
		name, text string
		err, again error
		fails      bool
		stays      bool
		runs       int // of the inputs once more
	}{
		{"no input fails", "fuzz: elapsed: 2s", nil, nil, false, true, 0},
		{"an input fails", "--- FAIL\n    Failing input written to " + name + "\n", failed, nil, true, true, 0},
		{"the time ends", "context deadline exceeded", failed, nil, false, true, 0},
		{"an input fails as the time ends", "context deadline exceeded\n    Failing input written to " + name + "\n", failed, nil, true, true, 0},
		{"an input hangs", "fuzzing process hung or terminated unexpectedly\n    Failing input written to " + name + "\n", failed, failed, true, true, 1},
		{"an input seems to hang", "fuzzing process hung or terminated unexpectedly\n    Failing input written to " + name + "\n    To re-run:\n", failed, nil, false, false, 1},
		{"a seed seems to hang", "fuzzing process hung or terminated unexpectedly", failed, nil, false, true, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, filepath.FromSlash(name))
			must(t, os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte("go test fuzz v1\n"), 0o644))
			runs := 0
			text, err := settled(dir, test.text, test.err, func() ([]byte, error) { runs++; return []byte("ran"), test.again })
			if (err != nil) != test.fails || runs != test.runs || strings.Contains(text, "ran") != (runs > 0) {
				t.Errorf("it ends with %v after %d runs: %s", err, runs, text)
			}
			if _, err := os.Stat(file); (err == nil) != test.stays {
				t.Errorf("the input's file: %v", err)
			}
		})
	}
}
