package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// withoutRights does something as a person who may do only what modes allow. The administrator may do
// everything, and is somebody else meanwhile.
func withoutRights(t *testing.T, f *File, do func()) {
	t.Helper()
	if os.Getuid() != 0 {
		do()
		return
	}
	const nobody = 65534
	folder := filepath.Dir(f.path)
	// The test's own folder around it may be entered by its owner alone.
	if err := errors.Join(os.Chown(filepath.Dir(folder), nobody, nobody), os.Chown(folder, nobody, nobody), os.Chown(f.path, nobody, nobody)); err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread() // whose owner it is that files are opened for
	defer runtime.UnlockOSThread()
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setfsuid(0)
	do()
}

// TestRights: where the modes of the file or its folder do not let it be saved, the error says which, and the
// file stays.
func TestRights(t *testing.T) {
	for _, test := range []struct {
		name         string
		folder, file fs.FileMode
		want         string // in the error; FOLDER stands for the folder
	}{
		{"a file for reading only", 0o700, 0o400, "x.yaml cannot be saved, since you may not read and write it: permission denied"},
		{"a folder for reading only", 0o500, 0o600, "x.yaml cannot be saved, since you may not write into the folder FOLDER: permission denied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := opened(t, "a: b\n")
			setTo(t, f, "", "/a", "c")
			folder := filepath.Dir(f.path)
			if err := errors.Join(os.Chmod(f.path, test.file), os.Chmod(folder, test.folder)); err != nil {
				t.Fatal(err)
			}
			withoutRights(t, f, func() {
				err := f.Save()
				if want := strings.ReplaceAll(test.want, "FOLDER", folder); err == nil || err.Error() != want || !errors.Is(err, fs.ErrPermission) {
					t.Errorf("saving: %v, want %s", err, want)
				}
			})
			if err := os.Chmod(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			onDisk(t, f, "a: b\n")
			holds(t, f, "a: c\n")
		})
	}
}

// TestNotEntered: a folder that may not be entered any more is told at once, and the file is not taken for
// removed. It is forgotten when the folder may be entered again.
func TestNotEntered(t *testing.T) {
	f := opened(t, "a: b\n")
	folder := filepath.Dir(f.path)
	if err := os.Chmod(folder, 0); err != nil {
		t.Fatal(err)
	}
	withoutRights(t, f, func() { seen(f) })
	if s := f.Status(); s.Gone || s.Fault != "permission denied" {
		t.Errorf("the folder may not be entered: %+v", s)
	}
	if err := os.Chmod(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	seen(f)
	if s := f.Status(); s.Gone || s.Fault != "" || s.Unsaved {
		t.Errorf("the folder may be entered again: %+v", s)
	}
}
