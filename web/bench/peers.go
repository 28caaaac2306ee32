package main

import (
	"context"
	"fmt"
	"strings"

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

// The releases of the second round.
var (
	klaroRelease = npm.Release{
		Name: "klaro", Version: "0.7.22",
		Integrity: "sha512-NkaFxS4S8160/zH1UQzCSYIIsAtwIDHIkJ7xofCrgRqk14OSY+OJuwCjYyW+q5fmIeF4RvsuBH6brPe2BS9Z0A==",
	}
	tarteaucitronRelease = npm.Release{
		Name: "tarteaucitronjs", Version: "1.34.0",
		Integrity: "sha512-PEzKEjOLC06zCWSZB1RuQkSlzbDYXSKohv0XD7BMjgfE/M+LhiWLTdNAj47VW9xcVsuQCSvLpR/gqkripHaU6g==",
	}
)

// peerFileNames are the files of the peers that the pages name.
var peerFileNames = map[*banner][]string{
	orejime: {"dist/orejime-standard-fr.js", "dist/orejime-standard.css"},
	vanilla: {"dist/cookieconsent.umd.js", "dist/cookieconsent.css"},
	klaro:   {"dist/klaro.js"},
	tarteaucitron: {
		"tarteaucitron.min.js", "css/tarteaucitron.min.css", "lang/tarteaucitron.fr.min.js", "tarteaucitron.services.min.js",
	},
	c15t: {"c15t.js", "c15t.css"},
}

// served is the name under which the server has a file of a peer.
func served(name string) string { return strings.TrimPrefix(name, "dist/") }

// peerFiles returns those files by the names under which they are served. npm fetches the peers'
// releases where the user's cache does not have them.
func peerFiles(ctx context.Context) (map[string]*bundle.File, error) {
	files := map[string]*bundle.File{}
	for b, names := range peerFileNames {
		progress(b.Name + " comes from the user's cache or, the first time, from npm")
		bring := b.files
		if bring == nil {
			bring = b.release.Files
		}
		released, err := bring(ctx)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			data, found := released[name]
			if !found {
				return nil, fmt.Errorf("%s has no file %s", b.Name, name)
			}
			if files[served(name)], err = packed(served(name), data); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}
