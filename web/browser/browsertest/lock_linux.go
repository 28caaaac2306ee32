package browsertest

import (
	"os"
	"path/filepath"
	"syscall"
)

// Lock waits until no other process of this machine holds the lock of that name, and
// then holds it until unlock is called. name says what the lock is for: "browsers" for
// their installation, "busy" for keeping many of them at work.
func Lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(os.TempDir(), "charte-"+name+".lock"), os.O_CREATE|os.O_RDONLY, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}
