package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"
)

// ManifestVersion is the version of manifest.json.
const ManifestVersion = 1

// manifest is manifest.json.
type manifest struct {
	Version int          `json:"version"`
	Made    time.Time    `json:"made"`
	Files   []hashedFile `json:"files"`
}

// A hashedFile is one file of a manifest.
type hashedFile struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Manifest returns manifest.json: the size in bytes and the SHA-256 of files in dir, sorted by name, and
// when they were made. Names are below dir and have slashes. It fails for a name that leads out of
// dir, that is given twice, or that is of no ordinary file. A file is hashed as it is read, whatever
// its size.
func Manifest(dir string, names []string, made time.Time) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder of the report: %w", err)
	}
	defer root.Close()
	m := manifest{Version: ManifestVersion, Made: made.UTC(), Files: []hashedFile{}}
	for _, name := range names {
		file, err := hashed(root, name)
		if err != nil {
			return nil, err
		}
		m.Files = append(m.Files, file)
	}
	slices.SortFunc(m.Files, func(a, b hashedFile) int { return cmp.Compare(a.Name, b.Name) })
	for i := 1; i < len(m.Files); i++ {
		if m.Files[i].Name == m.Files[i-1].Name {
			return nil, fmt.Errorf("%q is in the manifest twice: name it once", m.Files[i].Name)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err = e.Encode(m)
	return b.Bytes(), err
}

// hashed describes one file below a folder.
func hashed(root *os.Root, name string) (hashedFile, error) {
	if !fs.ValidPath(name) {
		return hashedFile{}, fmt.Errorf("%q is no name of a file below the report's folder: write it with slashes, without \"..\"", name)
	}
	// Opening a pipe would wait for whoever writes into it.
	info, err := root.Stat(name)
	if err != nil {
		return hashedFile{}, fmt.Errorf("a file of the report: %w", err)
	}
	if !info.Mode().IsRegular() {
		return hashedFile{}, fmt.Errorf("%q is no ordinary file, and cannot be in the manifest", name)
	}
	f, err := root.Open(name)
	if err != nil {
		return hashedFile{}, fmt.Errorf("a file of the report: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err != nil {
		return hashedFile{}, fmt.Errorf("%q cannot be read: %w", name, err)
	}
	return hashedFile{Name: name, Bytes: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}
