package npm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"maps"
	"slices"
	"testing"
)

// archived is an archive with one byte in each file.
func archived(t *testing.T, names ...string) []byte {
	t.Helper()
	var archive bytes.Buffer
	zipped := gzip.NewWriter(&archive)
	writer := tar.NewWriter(zipped)
	for _, name := range names {
		if err := writer.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := writer.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

// TestCheck: an archive is the release's, or it is refused.
func TestCheck(t *testing.T) {
	archive := archived(t, "package/index.js")
	sum := sha512.Sum512(archive)
	r := Release{Name: "example", Version: "1.0.0", Integrity: "sha512-" + base64.StdEncoding.EncodeToString(sum[:])}
	if err := r.check(archive); err != nil {
		t.Errorf("the release's own archive: %v", err)
	}
	for name, other := range map[string][]byte{
		"another archive": archived(t, "package/other.js"),
		"half of it":      archive[:len(archive)/2],
		"nothing":         nil,
	} {
		if r.check(other) == nil {
			t.Errorf("%s is taken for the release", name)
		}
	}
}

// TestUnpacked: the files go by their names within the package; half an archive is none.
func TestUnpacked(t *testing.T) {
	archive := archived(t, "package/package.json", "package/lib/tsc.js", "beside.js")
	files, err := unpacked(archive)
	if err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(files)); !slices.Equal(names, []string{"lib/tsc.js", "package.json"}) {
		t.Errorf("the files are %q", names)
	}
	if _, err := unpacked(archive[:len(archive)/2]); err == nil {
		t.Error("half an archive is unpacked")
	}
}
