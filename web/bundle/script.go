package bundle

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// sources are the scripts and styles of the banner.
//
//go:embed loader/*.js styles
var sources embed.FS

// bundleScript bundles and minifies web/bundle/loader/<entry> as a classic script.
// virtual holds the modules that are made when the bundle is built, by name, and
// site the values of charte:site; its style sheets are in the look.
func bundleScript(entry string, l look, virtual map[string]string, site map[string]any) ([]byte, error) {
	constants, err := constantsModule(site)
	if err != nil {
		return nil, err
	}
	virtual = maps.Clone(virtual)
	virtual["charte:site"] = constants
	inPlace := map[string]string{}
	for name, value := range site {
		written, err := literal(value)
		if err != nil {
			return nil, err
		}
		if uses(name) == 1 || written == "true" || written == "false" {
			inPlace[name] = "(" + written + ")"
		}
	}
	return minified(entry, api.FormatIIFE, ownProperties, l, virtual, inPlace)
}

// uses is how often the scripts name a value of charte:site.
func uses(name string) (n int) {
	files, _ := sources.ReadDir("loader")
	for _, file := range files {
		data, _ := sources.ReadFile("loader/" + file.Name())
		for _, found := range siteValue.FindAllSubmatch(data, -1) {
			if string(found[1]) == name {
				n++
			}
		}
	}
	return n
}

// siteValue is where a script names a value of charte:site.
var siteValue = regexp.MustCompile(`\bsite\.([a-z]+)\b`)

// bundleModule is bundleScript for what is loaded by import().
func bundleModule(entry string, l look, virtual map[string]string) ([]byte, error) {
	return minified(entry, api.FormatESModule, "", l, virtual, nil)
}

// ownProperties are properties of charte.js's own records, which nobody else
// sees: they travel under shorter names.
const ownProperties = `^(services|asks|full|patterns|necessary|meant|against)$`

func minified(entry string, format api.Format, own string, l look, virtual, inPlace map[string]string) ([]byte, error) {
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
		MangleProps:       own,
		LogLevel:          api.LogLevelSilent,
		Plugins:           []api.Plugin{sourcesPlugin(l, virtual, inPlace)},
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	return result.OutputFiles[0].Contents, nil
}

// sourcesPlugin lets esbuild read the embedded sources and the virtual modules
// instead of a disk. Values of charte:site that are in inPlace stand where they are
// used: a name for each would cost every page some bytes.
func sourcesPlugin(l look, virtual, inPlace map[string]string) api.Plugin {
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
			text := siteValue.ReplaceAllStringFunc(constantsInPlace(string(data)), func(named string) string {
				return cmp.Or(inPlace[strings.TrimPrefix(named, "site.")], named)
			})
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, err
		})
	}}
}

// constant is a module's constant, by its name in capitals, on a line of its own.
var constant = regexp.MustCompile(`(?m)^const ([A-Z][A-Z_]*) = (.+);$`)

// constantsInPlace puts constants that are used once where they are used, which
// esbuild does within functions only.
func constantsInPlace(module string) string {
	for _, found := range constant.FindAllStringSubmatch(module, -1) {
		line, name, value := found[0], found[1], found[2]
		rest := strings.Replace(module, line, "", 1)
		if use := regexp.MustCompile(`\b` + name + `\b`); len(use.FindAllString(rest, -1)) == 1 {
			module = use.ReplaceAllLiteralString(rest, "("+value+")")
		}
	}
	return module
}

// minifiedCSS is one of the style sheets as it travels, in a look.
func minifiedCSS(file string, l look) (string, error) {
	data, err := sources.ReadFile(file)
	if err != nil {
		return "", err
	}
	result := api.Transform(l.dressed(string(data))+l.fallback(file), api.TransformOptions{
		Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true, Charset: api.CharsetUTF8, Sourcefile: file,
	})
	if len(result.Errors) > 0 {
		return "", fmt.Errorf("%s: %s", file, result.Errors[0].Text)
	}
	// esbuild leaves the values of custom properties as they are written, and
	// their names: ours travel by their initials.
	css := strings.NewReplacer(": ", ":", ", ", ",", " / ", "/").Replace(strings.TrimSpace(string(result.Code)))
	return ownVariables.ReplaceAllString(css, "--_$1"), nil
}

// ownVariables are the custom properties that pages do not set. No two of them
// begin with the same letter (TestInitials).
var ownVariables = regexp.MustCompile(`--_([a-z])[a-z]*`)

// constantsModule is a module with a constant for every value, so that esbuild
// gives them short names, or puts them where they are used.
func constantsModule(values map[string]any) (string, error) {
	var module strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		written, err := literal(values[name])
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&module, "export const %s = %s;\n", name, written)
	}
	return module.String(), nil
}

// An expression is JavaScript that a browser evaluates.
type expression string

// literal writes a value in JavaScript.
func literal(value any) (string, error) {
	if e, ok := value.(expression); ok {
		return string(e), nil
	}
	data, err := json.Marshal(value)
	return string(data), err
}

// wrapGlue makes a module of a compiler's wasm_exec.js. Its names for the
// global object become parameters, so that the program lives on a stage
// (web/bundle/loader/stage.js) and installs nothing in the page.
func wrapGlue(glue []byte) string {
	return "export default function (globalThis, global, window, self, require, Reflect, console, fs, setTimeout) {\n" + string(glue) + "\n}"
}
