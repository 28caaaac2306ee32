package cache

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestKeep checks that a result is made once, that a file left empty by a crash is
// made again, and that a failure keeps nothing.
func TestKeep(t *testing.T) {
	kept := Cache{t.TempDir()}
	made := 0
	produce := func() ([]byte, error) { made++; return []byte("result"), nil }
	keep := func(when string, want int) {
		t.Helper()
		if data, err := kept.Keep("name", produce); err != nil || string(data) != "result" || made != want {
			t.Errorf("%s: %q, %v, made %d times, want %d", when, data, err, made, want)
		}
	}
	keep("at first", 1)
	keep("again", 1)
	if err := os.Truncate(filepath.Join(kept.dir, "name"), 0); err != nil {
		t.Fatal(err)
	}
	keep("once it is empty", 2)
	keep("after that", 2)
	if _, err := kept.Keep("other", func() ([]byte, error) { return nil, errors.New("no") }); err == nil || kept.Has("other") {
		t.Errorf("a failure: %v, kept %v", err, kept.Has("other"))
	}
	if left, err := os.ReadDir(kept.dir); err != nil || len(left) != 1 {
		t.Errorf("in the folder are %v, %v", left, err)
	}
}
