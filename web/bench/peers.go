package main

import (
	"context"
	"fmt"
	"path"

	"charte/web/bundle"
	"charte/web/npm"
)

// The releases of the peers that Charte is measured beside.
var (
	orejimeRelease = npm.Release{
		Name: "orejime", Version: "3.2.1",
		Integrity: "sha512-jAEjX6Rzn8W6D+vkoFhJUXECzpLtGUXQJ9yj9PhEkDo/7ZeK2uGjAfXxdQRI4IWPvIL+jVPxgm5Dsi5Rv+8qMw==",
	}
	vanillaRelease = npm.Release{
		Name: "vanilla-cookieconsent", Version: "3.1.0",
		Integrity: "sha512-/McNRtm/3IXzb9dhqMIcbquoU45SzbN2VB+To4jxEPqMmp7uVniP6BhGLjU8MC7ZCDsNQVOp27fhQTM/ruIXAA==",
	}
)

// peerFileNames are the files of the peers that the pages name.
var peerFileNames = map[*banner][]string{
	orejime: {"dist/orejime-standard-fr.js", "dist/orejime-standard.css"},
	vanilla: {"dist/cookieconsent.umd.js", "dist/cookieconsent.css"},
}

// peerFiles returns those files by their names without a folder. npm fetches the peers'
// releases where the user's cache does not have them.
func peerFiles(ctx context.Context) (map[string]*bundle.File, error) {
	files := map[string]*bundle.File{}
	for b, names := range peerFileNames {
		progress(b.Name + " comes from the user's cache or, the first time, from npm")
		released, err := b.release.Files(ctx)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			data, found := released[name]
			if !found {
				return nil, fmt.Errorf("%s has no file %s", b.Name, name)
			}
			base := path.Base(name)
			if files[base], err = packed(base, data); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}
