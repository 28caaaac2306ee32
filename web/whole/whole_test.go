package whole

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	refused := errors.New("no")
	for _, test := range []struct {
		name  string
		mode  os.FileMode // before; 0 for no file
		write func(name string, was os.FileInfo) error
		want  string
		now   os.FileMode
		err   error
	}{
		{"a new file", 0, func(name string, _ os.FileInfo) error { return WriteFile(name, []byte("new")) }, "new", 0o644, nil},
		{"a file that only its owner could read", 0o600, func(name string, _ os.FileInfo) error { return WriteFile(name, []byte("new")) }, "new", 0o644, nil},
		{"a file that keeps its mode", 0o640, func(name string, was os.FileInfo) error {
			_, err := Rewrite(name, []byte("new"), was, func() error { return nil })
			return err
		}, "new", 0o640, nil},
		{"a file that all may change", 0o666, func(name string, was os.FileInfo) error {
			_, err := Rewrite(name, []byte("new"), was, nil)
			return err
		}, "new", 0o666, nil},
		{"a file that has changed meanwhile", 0o600, func(name string, was os.FileInfo) error {
			_, err := Rewrite(name, []byte("new"), was, func() error { return refused })
			return err
		}, "old", 0o600, refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "x")
			if test.mode != 0 {
				if err := errors.Join(os.WriteFile(name, []byte("old"), 0o600), os.Chmod(name, test.mode)); err != nil {
					t.Fatal(err)
				}
			}
			was, _ := os.Stat(name)
			if err := test.write(name, was); !errors.Is(err, test.err) {
				t.Fatalf("the error is %v, want %v", err, test.err)
			}
			text, err := os.ReadFile(name)
			if err != nil || string(text) != test.want {
				t.Errorf("the file has %q, %v; want %q", text, err, test.want)
			}
			if now, err := os.Stat(name); err != nil || now.Mode().Perm() != test.now {
				t.Errorf("the mode is %v, want %v", now.Mode(), test.now)
			}
			if entries, err := os.ReadDir(filepath.Dir(name)); err != nil || len(entries) != 1 {
				t.Errorf("beside the file stands another: %v", entries)
			}
		})
	}
	if err := WriteFile(filepath.Join(t.TempDir(), "none", "x"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v", err)
	}
}

// TestRewritten: the file that is returned is the one that stands there afterwards.
func TestRewritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	was, _ := os.Stat(name)
	written, err := Rewrite(name, []byte("newer"), was, nil)
	if err != nil {
		t.Fatal(err)
	}
	now, err := os.Stat(name)
	if err != nil || !os.SameFile(now, written) || !now.ModTime().Equal(written.ModTime()) || now.Size() != written.Size() || os.SameFile(was, now) {
		t.Errorf("the file is %v, and %v is told", now, written)
	}
}
