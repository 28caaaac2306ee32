// Package npm lends tests, and the benchmark, what others have published on npm.
package npm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"charte/web/browser/browsertest"
	"charte/web/cache"
)

// A Release is one release of a package that is published on npm.
type Release struct {
	Name    string // "react", or "@hotwired/turbo"
	Version string // an exact one, "19.2.9"

	// Integrity is the registry's hash of the archive: npm view NAME@VERSION
	// dist.integrity.
	Integrity string
}

// File is the content of one of the release's files, "dist/htmx.min.js" say. Where it
// cannot be had the test ends.
func (r Release) File(t testing.TB, name string) string {
	t.Helper()
	data, found := r.files(t)[name]
	if !found {
		t.Fatalf("%s@%s has no file %s", r.Name, r.Version, name)
	}
	return string(data)
}

// Unpack writes the release's files to a folder, which goes when the test ends. Where
// that fails the test ends.
func (r Release) Unpack(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range r.files(t) {
		if !filepath.IsLocal(name) {
			t.Fatalf("%s@%s has a file outside of its folder: %s", r.Name, r.Version, name)
		}
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// files are the release's files by their names within it. Where they cannot be had the
// test ends.
func (r Release) files(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := r.Files(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Files returns the release's files by their names within it. It fails where npm cannot
// be installed, where npm cannot fetch the release, and where what it fetches has another
// hash than Integrity. A release that was fetched before comes from the user's cache.
func (r Release) Files(ctx context.Context) (map[string][]byte, error) {
	archive, err := r.archive(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s@%s: %w", r.Name, r.Version, err)
	}
	files, err := unpacked(archive)
	if err != nil {
		return nil, fmt.Errorf("%s@%s: %w", r.Name, r.Version, err)
	}
	return files, nil
}

// archive is the release as npm packs it. npm fetches it once, and installs nothing: no
// script of the package is run.
func (r Release) archive(ctx context.Context) ([]byte, error) {
	name := strings.ReplaceAll(strings.TrimPrefix(r.Name, "@"), "/", "-") + "-" + r.Version + ".tgz"
	archive, err := cache.User().Keep(name, func() ([]byte, error) {
		archive, err := fetched(ctx, r.Name+"@"+r.Version)
		if err != nil {
			return nil, err
		}
		return archive, r.check(archive)
	})
	if err != nil {
		return nil, err
	}
	if err := r.check(archive); err != nil { // what is kept may have been changed since
		return nil, fmt.Errorf("%s in the user's cache: %w", name, err)
	}
	return archive, nil
}

// check reports an archive that is not the release's.
func (r Release) check(archive []byte) error {
	sum := sha512.Sum512(archive)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != r.Integrity {
		return fmt.Errorf("its hash is %s, and not that of the release that is named, %s", got, r.Integrity)
	}
	return nil
}

// fetched is a package's archive out of the registry.
func fetched(ctx context.Context, release string) ([]byte, error) {
	if err := browsertest.InstallProgram("npm", "npm"); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "charte-npm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if output, err := exec.CommandContext(ctx, "npm", "pack", release, "--pack-destination", dir).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm pack: %w\n%s", err, output)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("npm pack left %q: %v", found, err)
	}
	return os.ReadFile(found[0])
}

// unpacked are the files of an archive, by their names within the package.
func unpacked(archive []byte) (map[string][]byte, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for reader := tar.NewReader(unzipped); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		name, inside := strings.CutPrefix(header.Name, "package/")
		if !inside || header.Typeflag != tar.TypeReg {
			continue
		}
		if files[name], err = io.ReadAll(reader); err != nil {
			return nil, err
		}
	}
}
