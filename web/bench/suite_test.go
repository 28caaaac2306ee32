package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSuite: the slowest tests come first. A test's time is that of its parts, without
// the time for which they waited for their turn.
func TestSuite(t *testing.T) {
	const pass = `{"Action":"start","Package":"charte/a"}
{"Action":"run","Package":"charte/a","Test":"TestParts"}
{"Action":"output","Package":"charte/a","Test":"TestParts/webkit/one","Output":"    turns_test.go:9: took 2.5 s of webkit\n"}
{"Action":"output","Package":"charte/a","Test":"TestParts/webkit/two","Output":"    turns_test.go:9: took 1.0 s of webkit\n"}
{"Action":"output","Package":"charte/a","Test":"TestParts/firefox","Output":"    turns_test.go:9: took 0.2 s of firefox\n"}
{"Action":"output","Package":"charte/a","Test":"TestParts","Output":"the journey took 9.0 s of time\n"}
{"Action":"pass","Package":"charte/a","Test":"TestParts/webkit/one","Elapsed":90}
{"Action":"pass","Package":"charte/a","Test":"TestParts","Elapsed":100}
{"Action":"pass","Package":"charte/b","Test":"TestPlain/parallel","Elapsed":3}
{"Action":"pass","Package":"charte/b","Test":"TestPlain","Elapsed":0}
{"Action":"pass","Package":"charte/b","Test":"TestQuick","Elapsed":0.1}
{"Action":"pass","Package":"charte/b","Elapsed":4}
`
	for _, test := range []struct {
		name, events, n string
		want            string
		err             string // "" for none
	}{
		{"all pass", pass, "3", `seconds  test       browser  package
3.5      TestParts  webkit   charte/a
3.0      TestPlain  –        charte/b
0.2      TestParts  firefox  charte/a
3 passed, 0 failed
`, ""},
		{"one fails", strings.Replace(pass, `"pass","Package":"charte/b","Test":"TestPlain"`, `"fail","Package":"charte/b","Test":"TestPlain"`, 1), "1", `seconds  test       browser  package
3.5      TestParts  webkit   charte/a
failed: charte/b TestPlain
2 passed, 1 failed
`, errFailed.Error()},
		{"a compiler's words", "# charte/a\nno such thing\n" + pass, "0", "seconds  test  browser  package\n3 passed, 0 failed\n", ""},
		{"nothing", "", "20", "", "no test has ended"},
		{"cut off", pass + `{"Action":"pa`, "20", "", "no event of go test -json"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "suite.json")
			if err := os.WriteFile(file, []byte(test.events), 0o644); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err := suite(t.Context(), []string{"-from", file, "-n", test.n}, &out, os.Stderr)
			if got := out.String(); got != test.want {
				t.Errorf("it printed\n%swant\n%s", got, test.want)
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error = %v, want %q", err, test.err)
			}
		})
	}
}

// TestSuiteRuns: the command runs the tests of a package, and reports mistakes in its
// command line.
func TestSuiteRuns(t *testing.T) {
	var out bytes.Buffer
	if err := suite(t.Context(), []string{"-short", "charte/catalogue"}, &out, os.Stderr); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), " passed, 0 failed\n") || !strings.Contains(out.String(), "charte/catalogue\n") {
		t.Errorf("it printed\n%s", out.String())
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if err := suite(t.Context(), []string{"-h"}, &out, null); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
	if err := suite(t.Context(), []string{"-from", "none.json"}, &out, null); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such file: %v", err)
	}
	if n, err := countTests(t.Context(), []string{"charte/catalogue"}); err != nil || n < 5 {
		t.Errorf("%d tests are counted: %v", n, err)
	}
}
