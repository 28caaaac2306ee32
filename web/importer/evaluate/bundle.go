package evaluate

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"

	"charte/web/importer/told"
)

// endings are those that an import may leave out.
var endings = []string{"", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".json",
	"/index.ts", "/index.tsx", "/index.js", "/index.jsx", "/index.mjs", "/index.cjs", "/index.mts", "/index.cts"}

// Places of files in a bundle.
const (
	entry  = "entry"  // the piece; its own name may have a star in it, which esbuild would take for a pattern
	given  = "given"  // files
	absent = "absent" // modules that are not there, for which something else stands
)

// bundle turns a piece, with the files that it imports, into one plain script with a source map. It
// returns "" and the problems if it cannot.
func (e *evaluation) bundle(p piece) (string, []told.Problem) {
	var problems []told.Problem
	var modules []string
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{entry}, Bundle: true, Format: api.FormatCommonJS, Platform: api.PlatformNeutral, Target: api.ES2019,
		TreeShaking: api.TreeShakingFalse, Sourcemap: api.SourceMapInline, SourcesContent: api.SourcesContentExclude, Charset: api.CharsetUTF8,
		JSX: api.JSXTransform, JSXFactory: jsxFactory, JSXFragment: "null", LogLevel: api.LogLevelSilent, TsconfigRaw: `{"compilerOptions": {"verbatimModuleSyntax": true, "experimentalDecorators": true}}`,
		// What plug is not asked for, esbuild would look for on the disk: the files that "./" + x may name.
		// It still lists their folder, and reads none of them.
		External: []string{"*"},
		// The interpreter has no import().
		Supported: map[string]bool{"dynamic-import": false},
		Define:    map[string]string{"import.meta": "__import_meta"},
		Plugins:   []api.Plugin{{Name: "charte", Setup: func(build api.PluginBuild) { e.plug(build, p, &problems, &modules) }}},
	})
	if at, waits := awaits(result.Errors, p.name); waits && p.waits < mostWaits {
		if text, done := withoutAwait(p.text, at); done {
			p.text, p.waits = text, p.waits+1
			built, others := e.bundle(p)
			return built, append([]told.Problem{{Place: at, Text: "What is waited for here is not known."}}, others...)
		}
	}
	if at, text, is := computed(result.Errors, p); is && p.waits < mostWaits {
		p.text, p.waits = text, p.waits+1
		built, others := e.bundle(p)
		return built, append([]told.Problem{{Place: at, Text: "What is imported here is chosen when the script runs, and is not known."}}, others...)
	}
	slices.Sort(modules) // esbuild reads files in any order
	for _, module := range modules {
		e.imports(module)
	}
	slices.SortFunc(problems, func(a, b told.Problem) int {
		return cmp.Or(strings.Compare(a.Place.File, b.Place.File), strings.Compare(a.Text, b.Text))
	})
	for _, message := range result.Errors {
		place := told.Place{File: p.name}
		if l := message.Location; l != nil {
			before := l.LineText[:min(l.Column, len(l.LineText))] // its column counts bytes
			place = told.Place{File: strings.TrimPrefix(l.File, given+":"), Line: l.Line, Column: utf8.RuneCountInString(before) + 1}
		}
		problems = append(problems, told.Problem{Place: place, Text: "This cannot be read: " + e.masked.restored(message.Text) + "."})
	}
	if len(result.Errors) > 0 || len(result.OutputFiles) == 0 {
		return "", problems
	}
	return string(result.OutputFiles[0].Contents), problems
}

// plug has esbuild read the piece, and files through find; something stands in for all other modules.
func (e *evaluation) plug(build api.PluginBuild, p piece, problems *[]told.Problem, modules *[]string) {
	texts := map[string]string{p.name: p.text}
	var mu sync.Mutex // esbuild reads several files at a time
	build.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		mu.Lock()
		defer mu.Unlock()
		if args.Kind == api.ResolveEntryPoint {
			return api.OnResolveResult{Path: p.name, Namespace: given}, nil
		}
		name, text, found := e.find(args.Importer, args.Path)
		if found && slices.Contains(scripts, strings.ToLower(path.Ext(name))) {
			if name != p.name { // of a page, the piece is a part
				texts[name] = text
			}
			return api.OnResolveResult{Path: name, Namespace: given}, nil
		}
		switch {
		case found:
			*problems = append(*problems, told.Problem{Place: told.Place{File: args.Importer}, Text: fmt.Sprintf("%q is imported and is no script, so what comes from it is not known. If it configures the banner, name it, too.", args.Path)})
		case local(args.Path):
			*problems = append(*problems, told.Problem{Place: told.Place{File: args.Importer}, Text: fmt.Sprintf("%q is imported and was not found. What comes from it is not known.", args.Path)})
		default:
			*modules = append(*modules, args.Path)
		}
		// esbuild goes by the ending: the stand-in is written as CommonJS.
		return api.OnResolveResult{Path: args.Path + ".cjs", Namespace: absent, PluginData: args.Path}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: given}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		mu.Lock()
		text := texts[args.Path]
		mu.Unlock()
		// A source map may be any file of the disk, and esbuild would read it.
		text = strings.ReplaceAll(text, "sourceMappingURL=", "sourceMappingUrl=")
		loader := loaderOf(args.Path)
		switch {
		case args.Path == p.name && p.jsx:
			loader = api.LoaderTSX
		case args.Path == p.name && loader == api.LoaderJSON:
			loader = api.LoaderJS
		}
		return api.OnLoadResult{Contents: &text, Loader: loader}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: absent}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		text := fmt.Sprintf("module.exports = %s(%q)", moduleFunction, args.PluginData)
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
	})
}

// siteOwn are beginnings of the names of a site's own modules: paths, and what frameworks call the folder of
// its sources.
var siteOwn = []string{".", "/", "@/", "@@/", "~/", "~~/", "#/", "$lib/", "src/"}

// local reports whether a module is one of the site's own.
func local(module string) bool {
	return slices.ContainsFunc(siteOwn, func(beginning string) bool { return strings.HasPrefix(module, beginning) })
}

// shown are the endings of what a page only shows.
var shown = []string{".css", ".scss", ".sass", ".less", ".styl", ".pcss", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".ico", ".webp", ".avif", ".woff", ".woff2"}

// find looks for a file that another imports. Style sheets and pictures are found empty.
func (e *evaluation) find(importer, module string) (name, text string, found bool) {
	plain, _, _ := strings.Cut(module, "?") // Vite's "./a.svg?raw"
	if slices.Contains(shown, strings.ToLower(path.Ext(plain))) {
		return module + ".js", "", true
	}
	if !local(module) {
		return "", "", false
	}
	if at, err := url.Parse(importer); err == nil && at.IsAbs() { // a page's script
		if at, err = at.Parse(module); err == nil {
			text, found = e.read(at.String())
		}
		return at.String(), text, found
	}
	base := path.Join(path.Dir(importer), module)
	if _, rest, aliased := strings.Cut(module, "/"); aliased && !strings.HasPrefix(module, ".") {
		base = rest
	}
	stems := []string{base, path.Join("src", base)}
	if ending := path.Ext(base); slices.Contains([]string{".js", ".jsx", ".mjs", ".cjs"}, ending) { // TypeScript's imports name what a file becomes
		stems = append(stems, strings.TrimSuffix(base, ending))
	}
	for _, stem := range stems {
		for _, ending := range endings {
			name := strings.TrimPrefix(path.Clean(stem+ending), "/")
			if text, found := e.read(name); found {
				return name, text, true
			}
		}
	}
	return "", "", false
}

func loaderOf(name string) api.Loader {
	switch strings.ToLower(path.Ext(name)) {
	case ".ts", ".mts", ".cts":
		return api.LoaderTS
	case ".tsx":
		return api.LoaderTSX
	case ".jsx", ".js", ".mjs", ".cjs": // many plain scripts have JSX
		return api.LoaderJSX
	case ".json":
		return api.LoaderJSON
	}
	return api.LoaderTS
}

// mostWaits is how many awaits and computed imports of a file are changed. Each takes another build.
const mostWaits = 50

// awaits reports where a file waits for something at its top, which plain scripts cannot.
func awaits(errors []api.Message, name string) (told.Place, bool) {
	for _, message := range errors {
		if l := message.Location; l != nil && strings.HasPrefix(message.Text, "Top-level await") && strings.TrimPrefix(l.File, given+":") == name {
			return told.Place{File: name, Line: l.Line, Column: l.Column + 1}, true
		}
	}
	return told.Place{}, false
}

// computed finds an import of "./" + x, whose files esbuild has looked for in vain, and puts a stand-in
// before what it names, so that it is left to the interpreter.
func computed(errors []api.Message, p piece) (at told.Place, text string, is bool) {
	for _, message := range errors {
		l := message.Location
		if l == nil || strings.TrimPrefix(l.File, given+":") != p.name || !strings.HasPrefix(message.Text, "Could not resolve import(") && !strings.HasPrefix(message.Text, "Could not resolve require(") {
			continue
		}
		lines := strings.SplitAfter(p.text, "\n")
		if l.Line <= len(lines) && l.Column <= len(lines[l.Line-1]) {
			line := lines[l.Line-1]
			lines[l.Line-1] = line[:l.Column] + "__charte_chosen || " + line[l.Column:]
			return told.Place{File: p.name, Line: l.Line, Column: l.Column + 1}, strings.Join(lines, ""), true
		}
	}
	return told.Place{}, "", false
}

// withoutAwait blanks the word at a place. Its column counts bytes.
func withoutAwait(text string, at told.Place) (string, bool) {
	lines := strings.SplitAfter(text, "\n")
	if at.Line > len(lines) || !strings.HasPrefix(lines[at.Line-1][min(at.Column-1, len(lines[at.Line-1])):], "await") {
		return "", false
	}
	line := lines[at.Line-1]
	lines[at.Line-1] = line[:at.Column-1] + "     " + line[at.Column-1+len("await"):]
	return strings.Join(lines, ""), true
}
