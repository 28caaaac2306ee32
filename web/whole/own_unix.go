//go:build unix

package whole

import (
	"io/fs"
	"os"
	"syscall"
)

// own gives a file the owner and the group of another. Only a privileged program may give files to
// others, so it is no error if that fails.
func own(f *os.File, was fs.FileInfo) {
	if s, is := was.Sys().(*syscall.Stat_t); is {
		f.Chown(int(s.Uid), int(s.Gid))
	}
}
