//go:build unix

package file

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// saver is the variable that names the file which a child of [TestKilled] saves until it is killed.
const saver = "CHARTE_TEST_SAVER"

// savedText is one of the two texts that the child writes in turn. They differ in length and in every line.
func savedText(n int) []byte {
	return bytes.Repeat([]byte(fmt.Sprintf("# %s\na: b\n", strings.Repeat(string(rune('x'+n%2)), 50+n%2))), 5000)
}

// TestKilled: a program that is killed while it saves leaves the old text or the new one, whole, and
// the next one saves as if nothing had been.
func TestKilled(t *testing.T) {
	if path := os.Getenv(saver); path != "" {
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; ; n++ {
			written(t, f, string(savedText(n)))
			if err := f.Save(); err != nil {
				t.Fatal(err)
			}
			fmt.Println("saved")
		}
	}
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(path, savedText(0), 0o640); err != nil {
		t.Fatal(err)
	}
	left := 0
	for round := range 12 {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
		child.Env = append(os.Environ(), saver+"="+path)
		out, err := child.StdoutPipe()
		if err == nil {
			err = child.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		// It has begun to save, and is somewhere between two savings when it is killed.
		lines := bufio.NewReader(out)
		for range 1 + round%3 {
			if line, err := lines.ReadString('\n'); line != "saved\n" {
				rest, _ := io.ReadAll(lines)
				t.Fatalf("the child says %q, %v: %s", line, err, rest)
			}
		}
		time.Sleep(time.Duration(round*round) * 97 * time.Microsecond) // there is nothing to wait for: the moment is the point
		child.Process.Kill()
		io.Copy(io.Discard, lines)
		child.Wait()
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(text, savedText(0)) && !bytes.Equal(text, savedText(1)) {
			t.Fatalf("round %d: the file has %d bytes, which are neither text, %v", round, len(text), err)
		}
		if look, err := os.Stat(path); err != nil || look.Mode().Perm() != 0o640 {
			t.Errorf("round %d: the mode is %v, %v", round, look.Mode(), err)
		}
		entries, err := os.ReadDir(filepath.Dir(path))
		if err != nil {
			t.Fatal(err)
		}
		left = len(entries) - 1
	}
	t.Logf("%d half-written files stand beside it", left)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	written(t, f, "a: c\n")
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	onDisk(t, f, "a: c\n")
}

// limited lets no file of this process grow beyond a size, as a full disk does, until the returned
// function is called.
func limited(t *testing.T, size uint64) func() {
	t.Helper()
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	less := was
	less.Cur = size
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &less); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFull: where the disk takes no more, the old file stays, the text stays, and saving is tried
// again later.
func TestFull(t *testing.T) { // not beside other tests, which write files too
	f := opened(t, "a: b\n")
	long := "a: " + strings.Repeat("long ", 50_000) + "\n"
	written(t, f, long)
	end := limited(t, 100_000)
	err := f.Save()
	end()
	if err == nil || !strings.HasPrefix(err.Error(), "x.yaml cannot be saved: ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("the disk is full: %v", err)
	}
	onDisk(t, f, "a: b\n")
	holds(t, f, long)
	if s := f.Status(); !s.Unsaved || s.Fault != "" || s.Conflicts != nil {
		t.Errorf("the status is %+v", s)
	}
	if entries, _ := os.ReadDir(filepath.Dir(f.path)); len(entries) != 1 {
		t.Errorf("beside the file stand others: %v", entries)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	onDisk(t, f, long)
}

// TestNotLet: what the system does not allow is said in one sentence, which names the file and not the
// temporary one; the text stays, and is saved once it may be.
func TestNotLet(t *testing.T) {
	if os.Getuid() == 0 { // who may do everything
		asNobody(t)
		return
	}
	for _, test := range []struct {
		name       string
		make, undo func(path string) error
		want       string // in the sentence; "" if it is saved
	}{
		{"a folder that may only be read",
			func(path string) error { return os.Chmod(filepath.Dir(path), 0o500) },
			func(path string) error { return os.Chmod(filepath.Dir(path), 0o700) }, "may not write into the folder"},
		{"a file that may only be read",
			func(path string) error { return os.Chmod(path, 0o400) },
			func(path string) error { return os.Chmod(path, 0o600) }, "permission denied"},
		{"a file that may not be read",
			func(path string) error { return os.Chmod(path, 0) },
			func(path string) error { return os.Chmod(path, 0o600) }, "permission denied"},
		{"a file that may be written and not read",
			func(path string) error { return os.Chmod(path, 0o200) },
			func(path string) error { return os.Chmod(path, 0o600) }, "permission denied"},
		{"a folder that nobody may enter",
			func(path string) error { return os.Chmod(filepath.Dir(path), 0) },
			func(path string) error { return os.Chmod(filepath.Dir(path), 0o700) }, "permission denied"},
		{"a pipe", func(path string) error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) },
			func(path string) error {
				return errors.Join(os.Remove(path), os.WriteFile(path, []byte("a: b\n"), 0o600))
			}, "not a file with text"},
		{"a link to nowhere", func(path string) error { return errors.Join(os.Remove(path), os.Symlink("nowhere", path)) },
			func(string) error { return nil }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := opened(t, "a: b\n")
			setTo(t, f, "", "/a", "c")
			if err := test.make(f.path); err != nil {
				t.Fatal(err)
			}
			defer test.undo(f.path)
			seen(f)
			err := f.Save()
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("saving: %v, want %q", err, test.want)
			}
			if err != nil && (!strings.HasPrefix(err.Error(), "x.yaml") || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), ".x.yaml.")) {
				t.Errorf("the sentence is %q", err)
			}
			if s := f.Status(); s.Fault != "" && s.Gone || strings.Contains(s.Fault, "/") {
				t.Errorf("the status is %+v", s)
			}
			holds(t, f, "a: c\n")
			if test.want != "" {
				if err := test.undo(f.path); err != nil {
					t.Fatal(err)
				}
			}
			seen(f)
			if s := f.Status(); s.Fault != "" || s.Gone {
				t.Errorf("it may be written again: %+v", s)
			}
			if err := f.Save(); err != nil {
				t.Errorf("it may be written again: %v", err)
			}
			onDisk(t, f, "a: c\n")
			if look, err := os.Stat(f.path); err != nil || look.Mode()&fs.ModeType != 0 {
				t.Errorf("it is %v, %v", look.Mode(), err)
			}
		})
	}
}

// asNobody runs the test that calls it in a child whose user owns nothing else.
func asNobody(t *testing.T) {
	t.Helper()
	const nobody = 65534
	dir := t.TempDir()
	for _, folder := range []string{filepath.Dir(dir), dir} { // the first has only its owner in it
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	name, folder := filepath.Join(dir, "program"), filepath.Join(dir, "tmp")
	if err := errors.Join(os.WriteFile(name, program, 0o755), os.Mkdir(folder, 0o700), os.Chown(folder, nobody, nobody)); err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), name, "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env, child.Dir = append(os.Environ(), "TMPDIR="+folder, "GOTMPDIR="+folder), folder
	child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := child.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name()+" ")) {
		t.Errorf("as another user: %v\n%s", err, out)
	}
	t.Logf("%s", out)
}
