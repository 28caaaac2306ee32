// Package cache keeps results that are slow to make again in the user's cache folder.
package cache

import (
	"os"
	"path/filepath"
	"time"

	"charte/web/whole"
)

// A Cache is a folder of results that are slow to make again: compiled
// programs and compressed files. The name of each tells what it was made from.
// The folder may be erased at any time. The zero Cache keeps nothing.
type Cache struct{ dir string }

// User returns the cache in the user's cache folder. If there can be no such
// folder, it returns the zero Cache, and every start builds anew.
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

// prune erases results that were neither made nor used within keptFor.
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

// Has reports whether a result is kept under name.
func (c Cache) Has(name string) bool {
	_, err := os.Stat(filepath.Join(c.dir, name))
	return c.dir != "" && err == nil
}

// Keep returns the result that is kept under name. If there is none, it calls produce
// and keeps what that returns. Its only error is produce's.
func (c Cache) Keep(name string, produce func() ([]byte, error)) ([]byte, error) {
	if c.dir != "" {
		file := filepath.Join(c.dir, name)
		// No result is empty. An empty file means that the machine went down before
		// the data was on its disk.
		if data, err := os.ReadFile(file); err == nil && len(data) > 0 {
			os.Chtimes(file, time.Time{}, time.Now()) // used: not pruned
			return data, nil
		}
	}
	data, err := produce()
	if err != nil || c.dir == "" {
		return data, err
	}
	whole.WriteFile(filepath.Join(c.dir, name), data) // if this fails, the result is made again
	return data, nil
}
