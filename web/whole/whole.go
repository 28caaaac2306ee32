// Package whole writes files that nobody ever sees half written.
package whole

import (
	"errors"
	"os"
	"path/filepath"
)

// WriteFile writes a file that everybody may read. It writes another file and renames it, so a
// reader finds either the old contents or the new, each whole. If it fails, the old file stays.
func WriteFile(name string, data []byte) error {
	// The temporary file is in the same folder, since the system's temporary folder may have
	// other access rights than one that is served.
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	// Without Sync a crash may leave the new name with no contents.
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
