package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"charte/web/audit/report"
)

// folder is a folder of a report, and a file beside it.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "report")
	if err := os.MkdirAll(filepath.Join(dir, "pictures"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"report.json": "abc", "pictures/before-1.png": "", "../secret": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var made = time.Date(2026, time.November, 2, 9, 31, 35, 0, time.FixedZone("CET", 60*60))

// TestManifest: the sums are those that FIPS 180 gives for "abc" and for nothing.
func TestManifest(t *testing.T) {
	got, err := report.Manifest(folder(t), []string{"report.json", "pictures/before-1.png"}, made)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
 "version": 1,
 "made": "2026-11-02T08:31:35Z",
 "files": [
  {
   "name": "pictures/before-1.png",
   "bytes": 0,
   "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  },
  {
   "name": "report.json",
   "bytes": 3,
   "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  }
 ]
}
`
	if string(got) != want {
		t.Errorf("it is\n%s\nand should be\n%s", got, want)
	}
	none, err := report.Manifest(folder(t), nil, made)
	if err != nil || !strings.Contains(string(none), `"files": []`) {
		t.Errorf("without a file it is %s, %v", none, err)
	}
}

// TestManifestFails: what cannot be hashed, or lies elsewhere, is an error that names it.
func TestManifestFails(t *testing.T) {
	for _, test := range []struct {
		name  string
		names []string
		err   string
	}{
		{"a file that is not there", []string{"report.html"}, "report.html"},
		{"a file elsewhere", []string{"../secret"}, `"../secret" is no name of a file below`},
		{"a whole path", []string{"/etc/hostname"}, `"/etc/hostname" is no name`},
		{"a link that leads out", []string{"link"}, "link"},
		{"a folder", []string{"pictures"}, `"pictures" is no ordinary file`},
		{"twice the same", []string{"report.json", "report.json"}, `"report.json" is in the manifest twice`},
		{"no name", []string{""}, `"" is no name`},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := folder(t)
			if err := os.Symlink("../secret", filepath.Join(dir, "link")); err != nil {
				t.Fatal(err)
			}
			got, err := report.Manifest(dir, test.names, made)
			if err == nil || !strings.Contains(err.Error(), test.err) || got != nil {
				t.Errorf("it gives %s, %v, and should say %q", got, err, test.err)
			}
		})
	}
	if _, err := report.Manifest(filepath.Join(t.TempDir(), "gone"), nil, made); err == nil {
		t.Error("a folder that is not there is taken")
	}
}
