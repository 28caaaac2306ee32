package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
)

// CanonicalCatalogue is the bundle's catalogue as it is hashed and archived:
// JSON with its fields in the order of the type, and its maps by key. Two files
// of YAML that say the same have the same.
func (b *Bundle) CanonicalCatalogue() ([]byte, error) { return json.Marshal(b.Catalogue) }

// CatalogueSHA256 is the SHA-256 of the canonical catalogue, in hexadecimal.
func (b *Bundle) CatalogueSHA256() (string, error) {
	data, err := b.CanonicalCatalogue()
	if err != nil {
		return "", err
	}
	return hexSHA256(data), nil
}

// ReleaseFiles are the files that visitors download, by name: charte.js and all that it
// loads. A release is the same however it is served. So it leaves out what only the owner
// of a static host gets, and the copy of charte.js that has its hash in its name.
func (b *Bundle) ReleaseFiles() map[string]*File {
	files := maps.Clone(b.Files)
	script := b.Files["charte.js"]
	maps.DeleteFunc(files, func(name string, f *File) bool {
		return name != "charte.js" && (!f.Immutable || script != nil && bytes.Equal(f.Data, script.Data))
	})
	return files
}

// ReleaseSHA256 is the SHA-256, in hexadecimal, of a line "<SHA-256>  <name>\n"
// for each file of the release, by name: what sha256sum prints.
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
