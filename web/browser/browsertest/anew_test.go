package browsertest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
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

// TestExcuse: a part is begun anew if WebKit has trapped by itself in the page, and only then.
func TestExcuse(t *testing.T) {
	for _, name := range Engines() {
		t.Run(string(name), func(t *testing.T) {
			for said, excused := range map[string]bool{
				"charte: no settings: RuntimeError: Out of bounds memory access (evaluating 'f()')": true,
				"charte: no settings: RuntimeError: unreachable":                                    false,
			} {
				page := NewPage(t, name)
				Must(t, page.Eval("console.warn(arguments[0])", nil, said))
				failed := page.Eval("throw new Error()", nil)
				if got := errors.Is(Excuse(page, failed), browser.ErrSilent); got != excused {
					t.Errorf("the page says %q: excused %v, want %v", said, got, excused)
				}
				if err := Excuse(page, nil); err != nil {
					t.Errorf("no error: %v", err)
				}
			}
		})
	}
}

// TestCrash: a command is silent, and no failure of the page, if WebKit's process of the page ends
// during the command or before it.
func TestCrash(t *testing.T) {
	if !slices.Contains(Engines(), browser.WebKit) {
		return // the other engines have no driver that answers for a page that is gone
	}
	server := NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/pressed" {
			crash(t)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<script>onkeydown = () => { const r = new XMLHttpRequest(); r.open("GET", "/pressed", false); r.send() }</script>`)
	}))
	for _, when := range []string{"during", "before"} {
		t.Run(when, func(t *testing.T) {
			t.Cleanup(func() { // the browser has windows without a page
				shared.Lock()
				start := shared.started[browser.WebKit]
				delete(shared.started, browser.WebKit)
				shared.Unlock()
				if b, err := start(); err == nil {
					b.Close()
				}
			})
			page := NewPage(t, browser.WebKit)
			if err := page.Open(server.URL); err != nil {
				t.Fatal(err)
			}
			if when == "before" {
				crash(t)
			}
			if err := page.Press("a"); !errors.Is(err, browser.ErrSilent) {
				t.Errorf("press: %v, want the browser's silence", err)
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
	for pid, p := range running() {
		environ, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if p.parent != os.Getpid() || !bytes.Contains(environ, []byte("/charte-"+name+"-")) {
			continue
		}
		if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		killed++
	}
	if killed == 0 {
		t.Fatalf("there is no %s to kill", name)
	}
}

// crash kills WebKit's processes of pages, and nothing else, that this test binary has started.
func crash(t *testing.T) {
	t.Helper()
	killed := 0
	all := running()
	for pid, p := range all {
		ours := p.parent
		for ours != os.Getpid() && all[ours].parent != 0 {
			ours = all[ours].parent
		}
		if p.name != "WebKitWebProces" || ours != os.Getpid() { // Linux cuts names at 15 characters
			continue
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
		killed++
	}
	if killed == 0 {
		t.Error("WebKit has no page")
	}
}

// A running process: its name, and the process that started it.
type process struct {
	name   string
	parent int
}

// running returns the machine's processes by their numbers.
func running() map[int]process {
	all := map[int]process{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		stat, _ := os.ReadFile(file)
		// proc(5): pid (comm) state ppid …; comm may hold spaces and brackets.
		from, to := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
		fields := bytes.Fields(stat[to+1:])
		if from < 0 || len(fields) < 2 {
			continue // it has just ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		parent, _ := strconv.Atoi(string(fields[1]))
		all[pid] = process{string(stat[from+1 : to]), parent}
	}
	return all
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
