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

// A File is one file of a bundle, with its compressed forms.
type File struct {
	Name string
	Type string // its Content-Type
	Data []byte

	Brotli, Gzip []byte // nil where compressing gains nothing

	// Hash is the SHA-256 of Data in base64 for URLs, without padding.
	Hash string

	// Immutable says that the name holds the whole hash of the content. A script that
	// knows the name can check the content against it (web/bundle/loader/pin.js).
	Immutable bool
}

// packing is what compressing files needs.
type packing struct {
	cache    cache.Cache
	progress func(string) // see Options.Progress
	quick    bool         // see Options.Quick
}

// Add puts a file for visitors into the bundle, with its compressed forms. If hashed is set,
// the hash of its content is added to its name. The error is that of the cache or of an
// encoder.
func (b *Bundle) Add(name string, data []byte, hashed bool) (*File, error) {
	file := plainFile(name, data)
	file.Immutable = hashed
	extension := path.Ext(name)
	if hashed {
		file.Name = strings.TrimSuffix(name, extension) + "-" + file.Hash + extension
	}
	if b.packing.quick {
		b.Files[file.Name] = file
		return file, nil
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

// AddPlain puts a file for the site's owner into the bundle. No visitor downloads it, so it
// is not compressed.
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

// encodersHash identifies the encoders, by their versions and by what they make of a sample.
// A cache may hold results of other versions, or of other settings.
var encodersHash = sync.OnceValues(func() (string, error) {
	var sample strings.Builder
	built, _ := debug.ReadBuildInfo() // nil if the program has none
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

// encoderVersions names the versions of the encoders that the program was built with. A
// test's program does not know that of brotli.
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
