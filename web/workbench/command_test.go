package workbench

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/urfave/cli/v3"

	"charte/web/engine"
	"charte/web/hosts/commandline"
)

// TestMisuse: wrong words end with the status 2 and a sentence that says what to write; what is wrong
// with the file, or the machine, ends with the status 1. An error is one line.
func TestMisuse(t *testing.T) {
	program := commandline.Build(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, test := range []struct {
		name, words string
		status      int
		want        string
	}{
		{"no file", "edit", 2, "which catalogue? charte edit FILE"},
		{"two files", "edit a.yaml b.yaml", 2, "which catalogue? charte edit FILE"},
		{"an unknown flag", "edit -port 80 a.yaml", 2, "see charte edit -help"},
		{"every address", "edit -addr 0.0.0.0:0 a.yaml", 2, "listens on 127.0.0.1 or [::1] only"},
		{"this machine's address on the network", "edit -addr 192.0.2.1:0 a.yaml", 2, "is not this machine's own address"},
		{"a port that is none", "edit a.yaml -addr 127.0.0.1:99999", 2, "no number from 0 to 65535"},
		{"a port that is taken", "edit a.yaml -addr " + taken.Addr().String(), 1, "another program listens on that port"},
		{"a file that is not there", "edit gone.yaml", 1, `gone.yaml: there is no such file; "charte new -o gone.yaml" begins one`},
		{"a folder", "edit .", 1, "this is not a file with text in it"},
		{"no sources to compile the page from", "edit a.yaml", 1, `a server that "charte release" has built carries the page`},
		{"the first word of help", "help edit", 0, "The exit status is 0"},
		{"help", "edit -help", 0, "Example: charte edit mine.yaml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), program, strings.Fields(test.words)...)
			cmd.Dir = t.TempDir()
			if err := os.WriteFile(filepath.Join(cmd.Dir, "a.yaml"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
			said, err := cmd.CombinedOutput()
			if status := cmd.ProcessState.ExitCode(); status != test.status || !strings.Contains(string(said), test.want) || status != 0 && strings.Count(string(said), "\n") != 1 {
				t.Errorf("%v, status %d: %s", err, status, said)
			}
		})
	}
}

// TestInterrupted: the command prints one address, and nothing else on the terminal's other line. It
// ends with Ctrl-C, and when its terminal is closed, and leaves nothing behind that holds the address.
func TestInterrupted(t *testing.T) {
	if _, err := program(); err != nil { // so that the command does not compile
		t.Fatal(err)
	}
	hearing(t)
	for name, by := range map[string]os.Signal{"Ctrl-C": os.Interrupt, "the terminal is closed": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) { endsBy(t, by) })
	}
}

// hearing lets this process, and those that it starts, have the signal of a closed terminal, also where it was
// started with nohup.
func hearing(t *testing.T) {
	t.Helper()
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(heard) })
}

func endsBy(t *testing.T, by os.Signal) {
	t.Helper()
	openers, left := t.TempDir(), t.TempDir()
	for _, opener := range []string{"xdg-open", "open"} {
		if err := os.WriteFile(filepath.Join(openers, opener), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(commandline.Build(t), "edit", filepath.Join("catalogue", "demo.yaml"), "-open")
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "TMPDIR="+left, "PATH="+openers+string(filepath.ListSeparator)+os.Getenv("PATH"))
	var out bytes.Buffer
	cmd.Stdout = &out
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	lines := bufio.NewScanner(said)
	if !lines.Scan() || !address.MatchString(lines.Text()) {
		t.Fatalf("the command has printed %q", lines.Text())
	}
	if err := cmd.Process.Signal(by); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		t.Errorf("the command has printed %q", lines.Text())
	}
	if err := cmd.Wait(); err != nil || out.Len() > 0 {
		t.Errorf("the command has ended with %v, and printed %q", err, &out)
	}
	if files, err := os.ReadDir(left); err != nil || len(files) > 0 {
		t.Errorf("the command has left %v, %v", files, err)
	}
}

// TestLeaving: Ctrl-C ends the workbench at once where all is saved. Else it says so, and goes on
// until the text is saved, or until the person has said so again. So does a terminal that is closed.
func TestLeaving(t *testing.T) {
	hearing(t)
	save := func(t *testing.T, r *running, _ chan<- os.Signal) {
		key := r.open(t, r.token())
		if status, body, _ := r.do(t, key, call{method: "POST", path: "/api/save", body: "{}"}); status != 200 {
			t.Errorf("saving: %d %s", status, body)
		}
	}
	for _, test := range []struct {
		name    string
		unsaved bool
		closed  bool // whether the terminal is closed, in place of Ctrl-C
		then    func(t *testing.T, r *running, terminated chan<- os.Signal)
		status  int // of the command
		asked   bool
	}{
		{"all is saved", false, false, nil, 0, false},
		{"the terminal is closed, and all is saved", false, true, nil, 0, false},
		{"the terminal is closed, and saved meanwhile", true, true, save, 0, true},
		{"the terminal is closed, and ended by the system", true, true, func(_ *testing.T, _ *running, terminated chan<- os.Signal) { terminated <- syscall.SIGTERM }, 1, true},
		{"left again", true, false, func(t *testing.T, _ *running, _ chan<- os.Signal) { syscall.Kill(os.Getpid(), syscall.SIGINT) }, 1, true},
		{"saved meanwhile", true, false, save, 0, true},
		{"changed back meanwhile, and left again", true, false, func(_ *testing.T, r *running, _ chan<- os.Signal) {
			r.set("a")
			syscall.Kill(os.Getpid(), syscall.SIGINT)
		}, 0, true},
		{"ended by the system", true, false, func(_ *testing.T, _ *running, terminated chan<- os.Signal) { terminated <- syscall.SIGTERM }, 1, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := serve(t, engine.Engine{})
			listener, err := listen("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			r.self = listener.Addr().String()
			r.server.self = r.self
			if test.unsaved {
				r.set("b")
			}
			r.server.saved <- struct{}{} // of an earlier time
			out := &heard{}
			ctx, interrupt := hungUp(t.Context())
			terminated := make(chan os.Signal, 1)
			ended := make(chan error, 1)
			go func() { ended <- r.server.run(ctx, listener, &terminal{out: out}, terminated) }()
			if test.closed {
				syscall.Kill(os.Getpid(), syscall.SIGHUP)
			} else {
				interrupt()
			}
			defer interrupt()
			if test.asked {
				for deadline := time.Now().Add(5 * time.Second); !strings.Contains(out.String(), "press Ctrl-C again"); time.Sleep(time.Millisecond) {
					if time.Now().After(deadline) {
						t.Fatalf("nothing is asked: %q", out)
					}
				}
				test.then(t, r, terminated)
			}
			select {
			case err = <-ended:
			case <-time.After(5 * time.Second):
				t.Fatal("the workbench goes on")
			}
			status := 0
			if coded := cli.ExitCoder(nil); errors.As(err, &coded) {
				status = coded.ExitCode()
			}
			if status != test.status || (err == nil) != (status == 0) {
				t.Errorf("%v, status %d, want %d", err, status, test.status)
			}
			if !test.asked && out.String() != "" {
				t.Errorf("the terminal has %q", out)
			}
		})
	}
}

// heard is what a terminal has shown.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(data []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(data)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// TestOpen: the browser is given a file that only its owner can read and that leads to the address,
// so that the address is not among the words of a command, which everybody can read. The file goes
// when it is erased.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	words := filepath.Join(dir, "words")
	for _, opener := range []string{"xdg-open", "open"} {
		if err := os.WriteFile(filepath.Join(dir, opener), []byte("#!/bin/sh\nprintf %s \"$*\" > '"+words+"'.part && mv '"+words+".part' '"+words+"'\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	t.Setenv("TMPDIR", t.TempDir())
	erase, err := open("http://127.0.0.1:1/#TOKEN")
	if err != nil {
		t.Fatal(err)
	}
	var given []byte
	for deadline := time.Now().Add(5 * time.Second); given == nil; time.Sleep(time.Millisecond) {
		given, _ = os.ReadFile(words)
		if time.Now().After(deadline) {
			t.Fatal("no browser was opened")
		}
	}
	file := string(given)
	if strings.Contains(file, "TOKEN") {
		t.Errorf("the command has the words %q", file)
	}
	page, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(page), `content="0; url=http://127.0.0.1:1/#TOKEN"`) {
		t.Errorf("%v: %s", err, page)
	}
	for _, name := range []string{file, filepath.Dir(file)} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	erase()
	if _, err := os.Stat(filepath.Dir(file)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file stays: %v", err)
	}
}
