package proof

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestWrite: new pictures take the place of those of an earlier build, which stay
// where the new ones cannot all be written.
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
		t.Errorf("the first time: %q, want %q", names(), want)
	}
	// A name that no file can have.
	if err := write(dir, Record{}, map[string][]byte{"no/folder.png": []byte("new")}); err == nil {
		t.Error("no error")
	}
	list, err := os.ReadFile(filepath.Join(dir, List))
	if want := []string{"en-notice-390.png", "fr-notice-390.png", List}; !slices.Equal(names(), want) || err != nil || !strings.Contains(string(list), `"old"`) {
		t.Errorf("after one that failed: %q (%v), want %q and the old list:\n%s", names(), err, want, list)
	}
	if err := write(dir, Record{Manifest: "new"}, map[string][]byte{"fr-notice-390.png": []byte("new")}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"fr-notice-390.png", List}; !slices.Equal(names(), want) {
		t.Errorf("the second time: %q, want %q", names(), want)
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "fr-notice-390.png")); string(data) != "new" {
		t.Errorf("the picture is %q", data)
	}
}
