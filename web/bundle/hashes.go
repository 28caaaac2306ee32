package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
)

// CanonicalCatalogue returns the bundle's catalogue as it is hashed and archived:
// JSON with its fields in the order of the type, and its maps sorted by key. Two
// files of YAML that say the same give the same JSON.
func (b *Bundle) CanonicalCatalogue() ([]byte, error) { return json.Marshal(b.Catalogue) }

// CatalogueSHA256 returns the SHA-256 of the canonical catalogue, in hexadecimal.
func (b *Bundle) CatalogueSHA256() (string, error) {
	data, err := b.CanonicalCatalogue()
	if err != nil {
		return "", err
	}
	return hexSHA256(data), nil
}

// ReleaseFiles returns the files that visitors download, by name: charte.js and all that it
// loads. A release is the same however it is served. So it leaves out files that only a
// static host has: those for its owner, and the copy of charte.js with a hash in its name.
func (b *Bundle) ReleaseFiles() map[string]*File {
	files := maps.Clone(b.Files)
	script := b.Files["charte.js"]
	maps.DeleteFunc(files, func(name string, f *File) bool {
		return name != "charte.js" && (!f.Immutable || script != nil && bytes.Equal(f.Data, script.Data))
	})
	return files
}

// ReleaseSHA256 returns the SHA-256, in hexadecimal, of the lines that sha256sum
// prints for the files of the release, sorted by name: "<SHA-256>  <name>\n".
func (b *Bundle) ReleaseSHA256() string {
	files := b.ReleaseFiles()
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		hash.Write([]byte(hexSHA256(files[name].Data) + "  " + name + "\n"))
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func hexSHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
