package importer

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"charte/web/importer/page"
	"charte/web/importer/peers"
	"charte/web/importer/told"
)

// TestFolders: files may be named from anywhere, and import each other.
func TestFolders(t *testing.T) {
	dir := folder(t, map[string]string{
		"x/a.js": "import {name} from '../y/name.js'; klaro.setup({services: [{name}]})", "y/name.js": "export const name = 'matomo'",
	})
	for name, files := range map[string][]string{
		"below":    {"x/a.js", "y/name.js"},
		"above":    {"../*/x/a.js"},
		"mixed":    {"x/a.js", "../*/y/name.js"},
		"absolute": {filepath.Join(dir, "x/a.js"), "y/name.js"},
		"both":     {filepath.Join(dir, "x/a.js"), filepath.Join(dir, "y/name.js")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(dir)
			for i := range files {
				files[i] = strings.Replace(files[i], "*", filepath.Base(dir), 1)
			}
			got, err := readFiles(t.Context(), files, "")
			if err != nil {
				t.Fatal(err)
			}
			if name == "above" { // its folder is x, and the import leaves it
				if len(got.Problems) != 1 {
					t.Errorf("the problems are %v", got.Problems)
				}
				return
			}
			if len(got.Problems) > 0 || len(got.Calls) != 1 || got.Calls[0].Place.File != "x/a.js" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// library stands for a banner's library, as a bundle has it: it does its work in functions of its own.
const library = `
	let started = null;
	const listeners = [];
	class Manager {
		constructor(config) { this.config = config; this.consents = {}; }
		watch(f) { listeners.push(f); }
		apply() { for (const s of this.config.services) this.consents[s.name] = document.cookie.includes(s.name); }
	}
	export function setup(config) { started = new Manager(config); started.apply(); window.klaroManager = started; return started; }
`

// TestScripts: what is read of a page's scripts, bundled and minified, where the page itself tells nothing.
func TestScripts(t *testing.T) {
	const config = "const config = {services: [{name: 'matomo', purposes: ['audience'], cookies: [/^_pk_/]}]};\n"
	for name, test := range map[string]struct {
		files map[string]string
		found bool
		says  string
	}{
		"a global":            {map[string]string{"main.js": config + "window.klaroConfig = config;"}, true, ""},
		"a call":              {map[string]string{"main.js": config + "window.klaro.setup(config);"}, true, ""},
		"a global, a library": {map[string]string{"main.js": "import {setup} from './klaro.js';\n" + config + "window.klaroConfig = config; setup(config);", "klaro.js": library}, true, ""},
		"a library's own":     {map[string]string{"main.js": "import {setup} from './klaro.js';\n" + config + "setup(config);", "klaro.js": library}, true, ""},
		"nothing outside":     {map[string]string{"main.js": "import {setup} from './klaro.js';\n" + config + "setup(config);", "klaro.js": strings.Replace(library, "window.klaroManager = started; ", "", 1)}, false, ""},
		"what fails":          {map[string]string{"main.js": config + "null.x; window.klaroConfig = config;"}, false, "could not be run"},
		"no banner":           {map[string]string{"main.js": "console.log('klaro')"}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, test.files)
			built := api.Build(api.BuildOptions{EntryPoints: []string{filepath.Join(dir, "main.js")}, Bundle: true, Format: api.FormatIIFE, MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true})
			if len(built.Errors) > 0 {
				t.Fatal(built.Errors)
			}
			p := &page.Page{Told: &told.Told{}, Scripts: []page.Script{{Name: "https://a.example/app", Text: string(built.OutputFiles[0].Contents)}}}
			got, err := withScripts(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := peers.Read(got, ""); (err == nil) != test.found {
				t.Errorf("read: %v, from %+v", err, got)
			}
			if all := fmt.Sprint(got.Problems); (test.says != "") != (len(got.Problems) > 0) || !strings.Contains(all, test.says) {
				t.Errorf("want problems that say %q; got %s", test.says, all)
			}
		})
	}
}

// TestScriptsTooBig: scripts that are not evaluated are said.
func TestScriptsTooBig(t *testing.T) {
	p := &page.Page{Told: &told.Told{}, Scripts: []page.Script{{Name: "a", Text: "klaro\x00"}}}
	got, err := withScripts(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Problems) != 1 || !strings.Contains(got.Problems[0].Text, "not text") {
		t.Errorf("the problems are %v", got.Problems)
	}
}

// TestScriptsStop: who ends the command is not told that the page's scripts are at fault.
func TestScriptsStop(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	p := &page.Page{Told: &told.Told{}, Scripts: []page.Script{{Name: "a", Text: "klaro.setup({})"}}}
	if got, err := withScripts(ended, p); !errors.Is(err, context.Canceled) {
		t.Errorf("got %+v, %v", got, err)
	}
}
