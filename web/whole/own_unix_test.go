//go:build unix

package whole

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOwner: a file keeps its owner where the program may give files to others, and is written
// elsewhere all the same.
func TestOwner(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(name, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	uid, gid := os.Getuid(), os.Getgid()
	if uid == 0 {
		uid, gid = 1234, 2345
		if err := os.Chown(name, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Rewrite(name, []byte("new"), was, nil); err != nil {
		t.Fatal(err)
	}
	now, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if s := now.Sys().(*syscall.Stat_t); int(s.Uid) != uid || int(s.Gid) != gid || now.Mode().Perm() != 0o640 {
		t.Errorf("the file has the owner %d:%d and the mode %v, want %d:%d", s.Uid, s.Gid, now.Mode(), uid, gid)
	}
}
