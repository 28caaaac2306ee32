package bundle

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// sources are the scripts and styles of the banner.
//
//go:embed loader/*.js styles
var sources embed.FS

// bundleScript bundles and minifies loader/<entry> as a classic script. l is put into
// its style sheets. virtual holds the modules that are made when the bundle is built, by
// name. site holds the values that the scripts call site.NAME, by NAME.
func bundleScript(entry string, l look, virtual map[string]string, site map[string]any) ([]byte, error) {
	return minified(entry, api.FormatIIFE, ownProperties, l, virtual, site)
}

// bundleModule is bundleScript for a script that is loaded by import().
func bundleModule(entry string, l look, virtual map[string]string, site map[string]any) ([]byte, error) {
	return minified(entry, api.FormatESModule, "", l, virtual, site)
}

// ownProperties are properties of charte.js's own objects, which get shorter names in the
// bundle. That is safe because these objects never leave charte.js: other files are given
// ids and texts.
const ownProperties = `^(services|asks|exempt|full|patterns|necessary|against|names|day|yes|home)$`

// minified bundles and minifies loader/<entry>. own matches the properties that get shorter
// names; empty for none.
func minified(entry string, format api.Format, own string, l look, virtual map[string]string, site map[string]any) ([]byte, error) {
	define := map[string]string{}
	for name, value := range site {
		written, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		define["site."+name] = string(written)
	}
	if site[framed] != nil {
		define["top"] = "window" // the loader compares the two
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{"loader/" + entry},
		Bundle:            true,
		Format:            format,
		Target:            api.ES2021,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Define:            define,
		MangleProps:       own,
		LogLevel:          api.LogLevelSilent,
		Plugins:           []api.Plugin{sourcesPlugin(l, virtual)},
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	return result.OutputFiles[0].Contents, nil
}

// sourcesPlugin makes esbuild read the embedded sources and the virtual modules
// instead of the disk.
func sourcesPlugin(l look, virtual map[string]string) api.Plugin {
	return api.Plugin{Name: "sources", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if _, ok := virtual[args.Path]; ok {
				return api.OnResolveResult{Path: args.Path, Namespace: "sources"}, nil
			}
			file := path.Clean(args.Path)
			if args.Kind != api.ResolveEntryPoint {
				file = path.Join(path.Dir(args.Importer), args.Path)
			}
			return api.OnResolveResult{Path: file, Namespace: "sources"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "sources"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			if text, ok := virtual[args.Path]; ok {
				return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
			}
			if path.Ext(args.Path) == ".css" {
				css, err := minifiedCSS(args.Path, l)
				return api.OnLoadResult{Contents: &css, Loader: api.LoaderText}, err
			}
			data, err := sources.ReadFile(args.Path)
			text := string(data)
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, err
		})
	}}
}

// minifiedCSS returns one of the style sheets as visitors download it, with the look in it.
func minifiedCSS(file string, l look) (string, error) {
	data, err := sources.ReadFile(file)
	if err != nil {
		return "", err
	}
	result := api.Transform(l.coloured(l.dressed(string(data))+l.fallback(file)), api.TransformOptions{
		Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true, Charset: api.CharsetUTF8, Sourcefile: file,
	})
	if len(result.Errors) > 0 {
		return "", fmt.Errorf("%s: %s", file, result.Errors[0].Text)
	}
	// esbuild does not minify the values and the names of custom properties. Ours are
	// shortened to their first letter.
	css := strings.NewReplacer(": ", ":", ", ", ",", " / ", "/").Replace(strings.TrimSpace(string(result.Code)))
	return ownVariables.ReplaceAllString(css, "--_$1"), nil
}

// ownVariables matches the custom properties that pages do not set. No two of them
// begin with the same letter (TestInitials).
var ownVariables = regexp.MustCompile(`--_([a-z])[a-z]*`)

// wrapGlue makes a module of a compiler's wasm_exec.js. The script's names for the
// global object become parameters. The loader passes a stand-in for them
// (web/bundle/loader/stage.js), so that the program installs nothing in the page.
func wrapGlue(glue []byte) string {
	return "export default function (globalThis, global, window, self, require, Reflect, console, fs, setTimeout) {\n" + string(glue) + "\n}"
}
