// Package release builds a server that carries the bundle of one catalogue, and gives
// that server the bundle. Such a server compiles nothing and reads nothing from a disk. It
// compresses nothing, except the charter's pages if it takes receipts.
package release

import (
	"archive/zip"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
	"charte/web/engine/toolchain"
)

// carried is the folder of carriedFile. Only a release has that file; in the repository
// the folder has a README alone.
//
//go:embed carried
var carried embed.FS

const carriedFile, catalogueFile = "carried/bundle.zip", "catalogue.yaml"

// Bundle returns the bundle that this server carries. It returns nil and no error if this
// server is no release.
func Bundle() (*bundle.Bundle, error) {
	data, err := carried.ReadFile(carriedFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return unpack(data)
}

// Build builds a release of the server into the file out: the module's command, which
// carries the bundle built, its catalogue's text yaml, and the program of the workbench's page,
// unless that is empty. GOOS and GOARCH in the environment
// choose another system. With GOFLAGS=-trimpath the bytes are the same in any folder. Build
// needs the Go toolchain, and must run in the module's folder or below it.
func Build(ctx context.Context, built *bundle.Bundle, yaml []byte, editor engine.Engine, out string) error {
	packed, err := pack(built, yaml, editor)
	if err != nil {
		return err
	}
	root, err := toolchain.Root()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "charte-release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file, overlay := filepath.Join(dir, "bundle.zip"), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, "web", "release", filepath.FromSlash(carriedFile)): file}})
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{file: packed, overlay: list} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return err
		}
	}
	build := exec.CommandContext(ctx, "go", "build", "-ldflags=-s -w", "-overlay", overlay, "-o", out, "charte")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // so the server needs no C library where it runs
	_, err = toolchain.Output(build)
	return err
}

// pack writes a catalogue, its bundle and the workbench's program into one zip file. The same
// bundle and program give the same bytes.
func pack(built *bundle.Bundle, yaml []byte, editor engine.Engine) ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	add := func(name string, data []byte) error {
		if data == nil {
			return nil
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store}) // most files have compressed forms already
		if err == nil {
			_, err = f.Write(data)
		}
		return err
	}
	if err := add(catalogueFile, yaml); err != nil {
		return nil, err
	}
	for _, file := range built.Sorted() {
		for _, form := range []struct {
			suffix string
			data   []byte
		}{{"", file.Data}, {".br", file.Brotli}, {".gz", file.Gzip}} {
			if err := add("bundle/"+file.Name+form.suffix, form.data); err != nil {
				return nil, err
			}
		}
	}
	if len(editor.Wasm) > 0 {
		files, err := packProgram(editor, cache.User())
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if err := add(name, files[name]); err != nil {
				return nil, err
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// unpack reads a file that pack has written.
func unpack(packed []byte) (*bundle.Bundle, error) {
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, fmt.Errorf("the bundle that is carried: %w", err)
	}
	yaml, err := fs.ReadFile(r, catalogueFile)
	if err != nil {
		return nil, fmt.Errorf("the bundle that is carried: %w", err)
	}
	c, err := source.Read(catalogueFile, yaml)
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(r, "bundle")
	if err != nil {
		return nil, err
	}
	return bundle.Read(c, files, cache.User())
}
