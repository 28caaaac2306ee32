package proof

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/web/bundle"
)

// TestWrite checks that new pictures replace those of an earlier build, and that the earlier
// ones stay if the new ones cannot all be written.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), Folder)
	names := func() []string {
		t.Helper()
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		return names
	}
	old := map[string][]byte{"en-notice-390.png": []byte("old"), "fr-notice-390.png": []byte("old")}
	if err := write(dir, Record{Manifest: "old"}, old); err != nil {
		t.Fatal(err)
	}
	if want := []string{"en-notice-390.png", "fr-notice-390.png", List}; !slices.Equal(names(), want) {
		t.Errorf("after the first write: %q, want %q", names(), want)
	}
	// No file can be written under this name, since its folder does not exist.
	if err := write(dir, Record{}, map[string][]byte{"no/folder.png": []byte("new")}); err == nil {
		t.Error("a picture that cannot be written is no error")
	}
	list, err := os.ReadFile(filepath.Join(dir, List))
	if want := []string{"en-notice-390.png", "fr-notice-390.png", List}; !slices.Equal(names(), want) || err != nil || !strings.Contains(string(list), `"old"`) {
		t.Errorf("after a write that failed: %q (%v), want %q and the old list:\n%s", names(), err, want, list)
	}
	if err := write(dir, Record{Manifest: "new"}, map[string][]byte{"fr-notice-390.png": []byte("new")}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"fr-notice-390.png", List}; !slices.Equal(names(), want) {
		t.Errorf("after the second write: %q, want %q", names(), want)
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "fr-notice-390.png")); string(data) != "new" {
		t.Errorf("the picture is %q", data)
	}
}

// TestTake checks that the pictures of an earlier build stay if the new ones cannot all be
// taken.
func TestTake(t *testing.T) {
	dir := t.TempDir()
	built := &bundle.Bundle{
		Views: []*catalogue.View{{Lang: "fr", Categories: []catalogue.CategoryView{{ID: "statistics", Services: []catalogue.ServiceView{{ID: "a", Asks: true}}}}}},
		Files: map[string]*bundle.File{"manifest.json": {Data: []byte("{}")}},
	}
	shoots := func(picture string, most int) func(lang, layer string, width, height int) ([]byte, string, error) {
		return func(string, string, int, int) ([]byte, string, error) {
			if most--; most < 0 {
				return nil, "", errors.New("the browser is gone")
			}
			return []byte(picture), "a browser", nil
		}
	}
	shown := func() (all []string) {
		t.Helper()
		entries, err := os.ReadDir(filepath.Join(dir, Folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			data, err := os.ReadFile(filepath.Join(dir, Folder, entry.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if entry.Name() != List {
				all = append(all, entry.Name()+": "+string(data))
			}
		}
		return all
	}
	if err := take(built, dir, shoots("old", 4)); err != nil {
		t.Fatal(err)
	}
	old := []string{"fr-notice-1280.png: old", "fr-notice-390.png: old", "fr-settings-1280.png: old", "fr-settings-390.png: old"}
	if got := shown(); !slices.Equal(got, old) {
		t.Errorf("the first time: %q, want %q", got, old)
	}
	for most := range 4 {
		if err := take(built, dir, shoots("new", most)); err == nil {
			t.Errorf("no error after %d pictures", most)
		}
		if got := shown(); !slices.Equal(got, old) {
			t.Errorf("after %d new pictures: %q, want %q", most, got, old)
		}
	}
}
