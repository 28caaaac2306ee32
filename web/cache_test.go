package web

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestKeep: a result is made once; what a crash has left empty is made again, and
// what fails is not kept.
func TestKeep(t *testing.T) {
	cache := Cache{t.TempDir()}
	made := 0
	produce := func() ([]byte, error) { made++; return []byte("result"), nil }
	keep := func(when string, want int) {
		t.Helper()
		if data, err := cache.Keep("name", produce); err != nil || string(data) != "result" || made != want {
			t.Errorf("%s: %q, %v, made %d times, want %d", when, data, err, made, want)
		}
	}
	keep("at first", 1)
	keep("again", 1)
	if err := os.Truncate(filepath.Join(cache.dir, "name"), 0); err != nil {
		t.Fatal(err)
	}
	keep("once it is empty", 2)
	keep("after that", 2)
	if _, err := cache.Keep("other", func() ([]byte, error) { return nil, errors.New("no") }); err == nil || cache.Has("other") {
		t.Errorf("a failure: %v, kept %v", err, cache.Has("other"))
	}
	if left, err := os.ReadDir(cache.dir); err != nil || len(left) != 1 {
		t.Errorf("in the folder are %v, %v", left, err)
	}
}

// TestSourceHash: what is compiled with other settings is another program.
func TestSourceHash(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string][]string{}
	for _, compiler := range [][]string{{"go1.26.8"}, {"go1.26.9"}, {"go1.26.8", "-trimpath"}, {"go1.26.8", "-trimpath", "-ldflags=-s -w"}, {"go1.26.8", "-trimpath -ldflags=-s -w"}} {
		hash, err := sourceHash(root, compiler)
		if err != nil {
			t.Fatal(err)
		}
		if seen[hash] != nil {
			t.Errorf("%q and %q have one hash", seen[hash], compiler)
		}
		seen[hash] = compiler
	}
}
