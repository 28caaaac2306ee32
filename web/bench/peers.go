package main

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
)

// A release is one version of a package on the npm registry.
type release struct {
	name, version string

	// integrity is the registry's dist.integrity: npm view NAME@VERSION
	// dist.integrity.
	integrity string
}

var (
	orejimeRelease = release{"orejime", "3.2.1", "sha512-jAEjX6Rzn8W6D+vkoFhJUXECzpLtGUXQJ9yj9PhEkDo/7ZeK2uGjAfXxdQRI4IWPvIL+jVPxgm5Dsi5Rv+8qMw=="}
	vanillaRelease = release{"vanilla-cookieconsent", "3.1.0", "sha512-/McNRtm/3IXzb9dhqMIcbquoU45SzbN2VB+To4jxEPqMmp7uVniP6BhGLjU8MC7ZCDsNQVOp27fhQTM/ruIXAA=="}
)

// files returns files of the release by their paths within it. npm fetches the
// release where the cache does not have it.
func (p release) files(ctx context.Context, paths ...string) (map[string][]byte, error) {
	archive, err := p.fetch(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s@%s: %w", p.name, p.version, err)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for reader := tar.NewReader(unzipped); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if all[header.Name], err = io.ReadAll(reader); err != nil {
			return nil, err
		}
	}
	found := map[string][]byte{}
	for _, path := range paths {
		data, ok := all["package/"+path]
		if !ok {
			return nil, fmt.Errorf("%s@%s has no file %s", p.name, p.version, path)
		}
		found[path] = data
	}
	return found, nil
}

// fetch returns the release's archive, checked against its integrity.
func (p release) fetch(ctx context.Context) ([]byte, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	dir = filepath.Join(dir, "charte", "bench")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, p.name+"-"+p.version+".tgz")
	if archive, err := os.ReadFile(file); err == nil && p.is(archive) {
		return archive, nil
	}
	progress("fetching " + p.name + "@" + p.version + " with npm")
	cmd := exec.CommandContext(ctx, "npm", "pack", p.name+"@"+p.version, "--pack-destination", dir)
	if output, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm pack: %w\n%s", err, output)
	}
	archive, err := os.ReadFile(file)
	if err == nil && !p.is(archive) {
		err = fmt.Errorf("%s is not the release that the benchmark names", file)
	}
	return archive, err
}

// is reports whether an archive is the release.
func (p release) is(archive []byte) bool {
	sum := sha512.Sum512(archive)
	return "sha512-"+base64.StdEncoding.EncodeToString(sum[:]) == p.integrity
}
