// Package whole writes files that are never half there.
package whole

import (
	"errors"
	"os"
	"path/filepath"
)

// WriteFile writes a file that everybody may read, by rename: whoever reads it meanwhile
// has what was there before or what is there after, whole. An error leaves what was there.
func WriteFile(name string, data []byte) error {
	// Beside it: the system's temporary folder may have other rights than a served one.
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	// Synced, or the name may outlive a crash, and the contents not.
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
