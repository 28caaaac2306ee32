package browsertest

import (
	"os"
	"path/filepath"
	"syscall"
)

// Lock waits for its turn among the processes that do what name says, such as to
// install browsers.
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
