package bundle

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"charte/web/cache"
)

// TestWriteInOrder: in a folder that is served, charte.js is the old one until all files
// that the new one names are there. A program that is reading it gets one of the two, whole.
func TestWriteInOrder(t *testing.T) {
	b := &Bundle{Files: map[string]*File{
		"charte.js":     {Name: "charte.js", Data: []byte("new")},
		"manifest.json": {Name: "manifest.json", Data: []byte("new")},
	}}
	for i := range 20 {
		name := fmt.Sprintf("words-%d.json", i)
		b.Files[name] = &File{Name: name, Data: []byte("new"), Brotli: []byte("new"), Immutable: true}
	}
	for last := range 20 {
		dir := t.TempDir()
		for name := range b.Files {
			if !b.Files[name].Immutable {
				if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		reader, err := os.Open(filepath.Join(dir, "charte.js"))
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		// One of the files cannot be written, because a folder has its name.
		blocked := filepath.Join(dir, fmt.Sprintf("words-%d.json", last))
		if err := os.MkdirAll(filepath.Join(blocked, "x"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := b.Write(dir); err == nil {
			t.Fatal("Write returns no error, though a file could not be written")
		}
		if data, err := os.ReadFile(filepath.Join(dir, "charte.js")); string(data) != "old" {
			t.Fatalf("charte.js is %q (%v), though words-%d.json is missing", data, err, last)
		}
		if err := os.RemoveAll(blocked); err != nil {
			t.Fatal(err)
		}
		if err := b.Write(dir); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(filepath.Join(dir, "charte.js")); string(data) != "new" {
			t.Fatalf("charte.js is %q (%v)", data, err)
		}
		if data, err := io.ReadAll(reader); string(data) != "old" {
			t.Fatalf("a program that was reading the old charte.js gets %q (%v)", data, err)
		}
	}
}

// TestEncodersHash: the hash of the encoders is part of the names in the cache, and their
// versions are part of the hash.
func TestEncodersHash(t *testing.T) {
	built := &debug.BuildInfo{Deps: []*debug.Module{{Path: "example.org/other", Version: "v9.9.9"}, {Path: "github.com/andybalholm/brotli", Version: "v1.2.3"}}}
	if got, want := encoderVersions(built), "gzip of "+runtime.Version()+", brotli v1.2.3"; got != want {
		t.Errorf("the encoders are %q, want %q", got, want)
	}
	hash, err := encodersHash()
	if err != nil || len(hash) != 16 {
		t.Fatalf("encodersHash = %q, %v, want 16 characters", hash, err)
	}
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir)
	b := &Bundle{Files: map[string]*File{}, packing: packing{cache: cache.User()}}
	file, err := b.Add("a.js", []byte("a text"), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{".br", ".gz"} {
		if _, err := os.Stat(filepath.Join(dir, "charte", file.Hash+"-"+hash+suffix)); err != nil {
			t.Error(err)
		}
	}
}
