package bundle

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"

	"charte/web/cache"
)

// A File is one file of a bundle, and its compressed forms where they are
// smaller.
type File struct {
	Name string
	Type string // its Content-Type
	Data []byte

	Brotli, Gzip []byte // nil where compressing gains nothing

	// Hash is the SHA-256 of Data in the URL's base64, without padding.
	Hash string

	// Immutable says that the name holds the hash of the content, whole: whoever
	// knows the name takes no other content for it (web/bundle/loader/pin.js).
	Immutable bool
}

// packing is how files are compressed.
type packing struct {
	cache    cache.Cache
	progress func(string) // nil where nobody is to be told
}

// Add puts a file for visitors into the bundle, with its compressed forms. Where hashed is
// set, its name holds the hash of its content.
func (b *Bundle) Add(name string, data []byte, hashed bool) (*File, error) {
	file := plainFile(name, data)
	file.Immutable = hashed
	extension := path.Ext(name)
	if hashed {
		file.Name = strings.TrimSuffix(name, extension) + "-" + file.Hash + extension
	}
	encoders, err := encodersHash()
	if err != nil {
		return nil, err
	}
	kept := file.Hash + "-" + encoders
	if b.packing.progress != nil && len(data) > 1<<20 && !b.packing.cache.Has(kept+".br") {
		b.packing.progress(fmt.Sprintf("compressing %s (%d KB)", name, len(data)>>10))
	}
	if file.Brotli, err = b.packing.cache.Keep(kept+".br", func() ([]byte, error) { return brotlied(data) }); err != nil {
		return nil, err
	}
	if file.Gzip, err = b.packing.cache.Keep(kept+".gz", func() ([]byte, error) { return gzipped(data) }); err != nil {
		return nil, err
	}
	b.Files[file.Name] = file
	return file, nil
}

// AddPlain puts a file for the site's owner into the bundle, which no visitor downloads: as
// it is, and not compressed.
func (b *Bundle) AddPlain(name string, data []byte) {
	b.Files[name] = plainFile(name, data)
}

func plainFile(name string, data []byte) *File {
	sum := sha256.Sum256(data)
	return &File{Name: name, Data: data, Type: typeOf(name), Hash: base64.RawURLEncoding.EncodeToString(sum[:])}
}

// typeOf is the Content-Type of a file. mime.TypeByExtension would depend on
// the machine's tables.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".wasm":
		return "application/wasm"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".json":
		return "application/json"
	case ".html":
		return "text/html; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}

// encodersHash tells the encoders apart from those of other versions, and with
// other settings, whose results a cache may hold: by the versions, and by what they make
// of a text.
var encodersHash = sync.OnceValues(func() (string, error) {
	var sample strings.Builder
	built, _ := debug.ReadBuildInfo() // nil where there is none
	sample.WriteString(encoderVersions(built))
	for i := range 4000 {
		fmt.Fprintf(&sample, "%d %x\n", i, i*i)
	}
	sum := sha256.New()
	for _, encode := range []func([]byte) ([]byte, error){brotlied, gzipped} {
		packed, err := encode([]byte(sample.String()))
		if err != nil {
			return "", err
		}
		sum.Write(packed)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
})

// encoderVersions names the versions of the encoders that a program was built with, as far
// as it knows them: that of a test does not.
func encoderVersions(built *debug.BuildInfo) string {
	versions := "gzip of " + runtime.Version()
	if built == nil {
		return versions
	}
	for _, module := range built.Deps {
		if module.Path == "github.com/andybalholm/brotli" {
			versions += ", brotli " + module.Version
		}
	}
	return versions
}

func brotlied(data []byte) ([]byte, error) {
	var packed bytes.Buffer
	w := brotli.NewWriterOptions(&packed, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 22})
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

func gzipped(data []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
