// Package release builds a server that carries the bundle of one catalogue, and
// is that server's way to it: where it runs nothing is compiled or read from a disk, and
// nothing is compressed but the charter's pages of a server that takes receipts.
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
	"os"
	"os/exec"
	"path/filepath"

	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine/toolchain"
)

// carried is the folder that holds carriedFile in a release, and otherwise only
// what says so.
//
//go:embed carried
var carried embed.FS

const carriedFile, catalogueFile = "carried/bundle.zip", "catalogue.yaml"

// Bundle is the bundle that this server carries, nil where it is no release.
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

// Build builds a release of the server into a file: the module's command, with
// the bundle of the catalogue in the YAML file that is given. GOOS and GOARCH
// in the environment choose another system, and GOFLAGS=-trimpath makes the same
// bytes in any folder. It has to be called within the module's folder, and needs
// the Go toolchain.
func Build(ctx context.Context, built *bundle.Bundle, yaml []byte, out string) error {
	packed, err := pack(built, yaml)
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
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // it runs on any system of its kind
	_, err = toolchain.Output(build)
	return err
}

// pack writes a catalogue and its bundle into one file, the same bytes for the
// same bundle.
func pack(built *bundle.Bundle, yaml []byte) ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	add := func(name string, data []byte) error {
		if data == nil {
			return nil
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store}) // compressed as they are
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
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// unpack reads what pack has written.
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
