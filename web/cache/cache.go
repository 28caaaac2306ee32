// Package cache keeps results that are slow to make again, in a folder of the user's.
package cache

import (
	"os"
	"path/filepath"
	"time"

	"charte/web/whole"
)

// A Cache is a folder of results that are slow to make again: compiled
// programs and compressed files, each under a name that tells what it was made
// from. It may be erased at any time. The zero Cache keeps nothing.
type Cache struct{ dir string }

// User is the cache in the user's cache folder. Where that cannot be had
// nothing is kept, and every start builds anew.
func User() Cache {
	dir, err := os.UserCacheDir()
	if err != nil {
		return Cache{}
	}
	dir = filepath.Join(dir, "charte")
	if os.MkdirAll(dir, 0o755) != nil {
		return Cache{}
	}
	Cache{dir}.prune()
	return Cache{dir}
}

// keptFor is how long an unused result is kept.
const keptFor = 30 * 24 * time.Hour

// prune erases what has not been made or used for a while.
func (c Cache) prune() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > keptFor {
			os.Remove(filepath.Join(c.dir, entry.Name()))
		}
	}
}

// Has reports whether something is kept under name.
func (c Cache) Has(name string) bool {
	_, err := os.Stat(filepath.Join(c.dir, name))
	return c.dir != "" && err == nil
}

// Keep returns what is kept under name, or makes and keeps it.
func (c Cache) Keep(name string, produce func() ([]byte, error)) ([]byte, error) {
	if c.dir != "" {
		file := filepath.Join(c.dir, name)
		// What is empty was never written: the machine went down before its disk
		// had what was kept. No result here is empty.
		if data, err := os.ReadFile(file); err == nil && len(data) > 0 {
			os.Chtimes(file, time.Time{}, time.Now()) // used: not pruned
			return data, nil
		}
	}
	data, err := produce()
	if err != nil || c.dir == "" {
		return data, err
	}
	whole.WriteFile(filepath.Join(c.dir, name), data) // a full disk only costs time
	return data, nil
}
