package receipts

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"sync"
)

// The kinds of archives, as they are named in the table charte_archives.
const (
	catalogueKind = "catalogue" // JSON
	releaseKind   = "release"   // a zip of its files
)

// An Archive is a catalogue or a release, which receipts name by its hash as Cat or
// Code. The store keeps it for as long as it keeps such a receipt.
type Archive struct {
	// Hash is the SHA-256 by which receipts name it, in hexadecimal.
	Hash string

	kind string
	data func() ([]byte, error) // called only where the store lacks it
}

// CatalogueArchive returns the archive of a catalogue, which is its canonical JSON. Its
// hash is the SHA-256 of that.
func CatalogueArchive(canonical []byte) Archive {
	return Archive{hashOf(canonical), catalogueKind, func() ([]byte, error) { return canonical, nil }}
}

// ReleaseArchive returns the archive of a release, whose files are given by name. Its
// hash is the SHA-256 of a line "<SHA-256>  <name>\n" for each file, sorted by name.
func ReleaseArchive(files map[string][]byte) Archive {
	return Archive{releaseHash(files), releaseKind, sync.OnceValues(func() ([]byte, error) { return zipped(files) })}
}

// releaseHash returns the hash of a release. Package bundle computes the same hash, for
// the release that a page names. It is computed twice because this package may not import
// bundle. Tests compare the two.
func releaseHash(files map[string][]byte) string {
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		hash.Write([]byte(hashOf(files[name]) + "  " + name + "\n"))
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// zipped writes files as a zip, sorted by name.
func zipped(files map[string][]byte) ([]byte, error) {
	var data bytes.Buffer
	out := zip.NewWriter(&data)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := out.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(files[name]); err != nil {
			return nil, err
		}
	}
	err := out.Close()
	return data.Bytes(), err
}

// unzipped reads a zip, and returns its files by name.
func unzipped(data []byte) (map[string][]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, entry := range in.File {
		r, err := entry.Open()
		if err != nil {
			return nil, err
		}
		files[entry.Name], err = io.ReadAll(r)
		r.Close()
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}
