package browsertest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"charte/web/browser"
)

// TestTry: a part in which the browser is killed is begun anew, in a new browser.
func TestTry(t *testing.T) {
	before := repeats.Load()
	defer repeats.Store(before) // this test's own do not count
	for _, name := range Engines() {
		t.Run(string(name), func(t *testing.T) {
			repeats.Store(0)
			tries := 0
			Try(t, "part", name, func(t *testing.T) {
				tries++
				page := NewPage(t, name)
				if tries == 1 {
					kill(t, name)
				}
				Must(t, page.WaitFor("1 + 1 === 2"))
			})
			if tries != 2 {
				t.Errorf("begun %d times, want 2", tries)
			}
		})
	}
}

// kill kills an engine's processes that this test binary has started, without telling
// package browser. They are the binary's children that have one of the engine's folders
// in their environment, with their process groups.
func kill(t *testing.T, name browser.Engine) {
	t.Helper()
	killed := 0
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, process := range processes {
		stat, _ := os.ReadFile(filepath.Join(process, "stat"))
		environ, _ := os.ReadFile(filepath.Join(process, "environ"))
		// proc(5): pid (comm) state ppid …; comm may hold spaces and brackets.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) < 2 || string(fields[1]) != strconv.Itoa(os.Getpid()) || !bytes.Contains(environ, []byte("/charte-"+name+"-")) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(process))
		if err := errors.Join(err, syscall.Kill(-pid, syscall.SIGKILL)); err != nil {
			t.Fatal(err)
		}
		killed++
	}
	if killed == 0 {
		t.Fatalf("there is no %s to kill", name)
	}
}

// A recorded testing.TB does not end the test. It remembers how the test would have
// ended first.
type recorded struct {
	testing.TB
	failed bool
	end    string
}

func (r *recorded) Helper()              {}
func (r *recorded) Failed() bool         { return r.failed }
func (r *recorded) Fatal(...any)         { r.end = cmp.Or(r.end, "fails") }
func (r *recorded) Skipf(string, ...any) { r.end = cmp.Or(r.end, "begins anew") }

// TestMust: only silence is forgiven, only in a part that may begin anew and has not
// failed, and only mostRepeats times.
func TestMust(t *testing.T) {
	before := repeats.Load()
	defer repeats.Store(before)
	silent := fmt.Errorf("chromium: click: %w", browser.ErrSilent)
	for _, test := range []struct {
		name        string
		err         error
		may, failed bool
		repeats     int32
		want        string
	}{
		{"no error", nil, true, false, 0, ""},
		{"silence", silent, true, false, 0, "begins anew"},
		{"another error", errors.New("not within 20s: covered"), true, false, 0, "fails"},
		{"silence, the second time", silent, false, false, 0, "fails"},
		{"silence after a failure", silent, true, true, 0, "fails"},
		{"silence too often", silent, true, false, mostRepeats, "fails"},
	} {
		t.Run(test.name, func(t *testing.T) {
			repeats.Store(test.repeats)
			r := &recorded{TB: t, failed: test.failed}
			var kept error
			if test.may {
				forgiven.Store(r, &kept)
				defer forgiven.Delete(r)
			}
			Must(r, test.err)
			if r.end != test.want {
				t.Errorf("the test %q, want %q", r.end, test.want)
			}
			if begun := test.want == "begins anew"; begun != (kept != nil) {
				t.Errorf("the error kept for a new beginning is %v", kept)
			}
		})
	}
}
