// Package whole writes files that nobody ever sees half written.
package whole

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile writes a file that everybody may read. It writes another file and renames it, so a
// reader finds either the old contents or the new, each whole. If it fails, the old file stays.
func WriteFile(name string, data []byte) error {
	return write(name, data, func(f *os.File) error { return f.Chmod(0o644) }, nil)
}

// Rewrite does the same with a file that keeps its mode and, where the system lets it, its owner. was
// is the file as it was, or the file that a missing one had been. last is called when all but the
// renaming is done; if it returns an error, the old file stays, and the error is returned. The new
// file is returned as it was written, whatever others do to it at once.
func Rewrite(name string, data []byte, was fs.FileInfo, last func() error) (written fs.FileInfo, err error) {
	err = write(name, data, func(f *os.File) error {
		own(f, was)
		err := f.Chmod(was.Mode().Perm()) // after the owner, since a change of owner may take rights away
		if err == nil {
			written, err = f.Stat()
		}
		return err
	}, last)
	return written, err
}

func write(name string, data []byte, prepare func(*os.File) error, last func() error) error {
	// The temporary file is in the same folder, since the system's temporary folder may have
	// other access rights than one that is served.
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	// Without Sync a crash may leave the new name with no contents.
	err = errors.Join(err, prepare(f), f.Sync(), f.Close())
	if err == nil && last != nil {
		err = last()
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
