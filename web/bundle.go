// Package web makes what is served: the bundle of a catalogue (charte.js, the
// engine, the words of each language), the charter as a page, and the HTTP
// headers that go with them. It knows no cookie's name.
package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"

	"charte/banner"
	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/prerender"
)

// A Bundle is everything a catalogue's visitors download.
type Bundle struct {
	Catalogue *catalogue.Catalogue

	// Views are the catalogue in each of its languages, the default first.
	Views []*catalogue.View

	// Files are by name, without a leading slash.
	Files map[string]*File
}

// A File is one file of a bundle, and its compressed forms where they are
// smaller.
type File struct {
	Name string
	Type string // its Content-Type
	Data []byte

	Brotli, Gzip []byte // nil where compressing gains nothing

	// Hash is the SHA-256 of Data in the URL's base64, without padding.
	Hash string

	// Immutable says that the name holds the hash of the content, whole: whoever
	// knows the name takes no other content for it (web/loader/pin.js).
	Immutable bool
}

// Options are what a bundle is built from.
type Options struct {
	Catalogue *catalogue.Catalogue

	// Engine is the compiled program and the glue script of its compiler.
	Engine Engine

	// Cache keeps compressed forms from one start to the next. The zero Cache
	// keeps nothing.
	Cache Cache

	// Base is the address that the bundle's folder will have on a static host:
	// a path, or an absolute http or https address. The bundle then also holds
	// what only a static host needs. Empty is for Charte's own server.
	Base string

	// Tell is where the pages of a static host tell servers of an answer.
	Tell Address

	// Progress is told what takes long; nil is told nothing.
	Progress func(string)
}

// Build makes the bundle of a catalogue, in memory.
func Build(ctx context.Context, o Options) (*Bundle, error) {
	if err := o.Tell.check(); err != nil {
		return nil, err
	}
	b := &Bundle{Catalogue: o.Catalogue, Files: map[string]*File{}}
	look, err := lookOf(o.Catalogue.Look)
	if err != nil {
		return nil, err
	}
	words, charters, charter := map[string]string{}, map[string]string{}, map[string]string{} // by language
	for _, language := range o.Catalogue.Languages {
		view, err := source.View(o.Catalogue, language)
		if err != nil {
			return nil, err
		}
		b.Views = append(b.Views, view)
		tree, err := notice(view, charterURL(o.Catalogue, view))
		if err != nil {
			return nil, err
		}
		data, err := json.Marshal(struct {
			*catalogue.View
			Tree *prerender.Node `json:"tree,omitempty"` // the first layer
		}{view, tree})
		if err != nil {
			return nil, err
		}
		file, err := b.add(o, string(language)+".json", data, true)
		if err != nil {
			return nil, err
		}
		words[view.Lang], charters[view.Lang] = file.Name, charterURL(o.Catalogue, view)
		if tree, err = prerender.Render(&banner.Charter{View: view}); err != nil {
			return nil, err
		}
		if data, err = json.Marshal(demoted(tree)); err != nil {
			return nil, err
		}
		if file, err = b.add(o, "charter-"+view.Lang+".json", data, true); err != nil {
			return nil, err
		}
		charter[view.Lang] = file.Name
	}

	wasm, err := b.add(o, "charte.wasm", o.Engine.Wasm, true)
	if err != nil {
		return nil, err
	}
	files := map[string]any{"wasm": wasm.Name, "words": words, "charters": charters, "charter": charter}
	names, err := json.Marshal(files)
	if err != nil {
		return nil, err
	}
	script, err := bundleModule("engine.js", look, map[string]string{
		"charte:glue":  wrapGlue(o.Engine.Glue),
		"charte:files": "export default " + string(names),
		"charte:site":  "export const objects = " + string(objection(b.Views[0])),
	})
	if err != nil {
		return nil, err
	}
	engine, err := b.add(o, "engine.js", script, true)
	if err != nil {
		return nil, err
	}
	// One name is pinned in the script that every page pays for; the others here.
	files["engine"] = engine.Name
	if names, err = json.Marshal(files); err != nil {
		return nil, err
	}
	if script, err = bundleModule("release.js", look, map[string]string{"charte:files": "export default " + string(names)}); err != nil {
		return nil, err
	}
	release, err := b.add(o, "release.js", script, true)
	if err != nil {
		return nil, err
	}
	view := b.Views[0]
	site, err := siteData(o, view, look)
	if err != nil {
		return nil, err
	}
	site["release"] = release.Name
	loader, err := bundleScript("charte.js", look, map[string]string{"charte:signals": signalsModule(view)}, site)
	if err != nil {
		return nil, err
	}
	if _, err = b.add(o, "charte.js", loader, false); err != nil {
		return nil, err
	}
	if _, err := b.add(o, "licences.txt", licences, false); err != nil {
		return nil, err
	}
	if err := b.addCharters(o); err != nil {
		return nil, err
	}
	if o.Base == "" {
		return b, nil
	}
	return b, b.publish(o)
}

// siteData is what the loader knows of a catalogue: enough to keep the gate,
// and to show the first layer in the catalogue's first language. Everything in
// it is paid for by every visitor.
func siteData(o Options, view *catalogue.View, l look) (map[string]any, error) {
	site := policyData(consent.PolicyOf(view))
	css, err := minifiedCSS("styles/notice.css", l)
	if err != nil {
		return nil, err
	}
	site["suffix"] = consent.Attributes(view.CookieDomain, false)
	site["charter"] = charterURL(o.Catalogue, view)
	site["langs"] = o.Catalogue.Languages
	site["css"] = css
	site["saved"] = view.Words.Settings.Saved
	site["manage"] = view.Words.Manage
	site["unavailable"] = view.Words.Settings.Unavailable
	site["reloads"] = !view.KeepAfterWithdrawal
	site["objects"] = objection(view)
	site["tree"], err = notice(view, charterURL(o.Catalogue, view))
	return site, err
}

// notice is the first layer of a catalogue that asks for something, nil of
// others.
func notice(view *catalogue.View, charter string) (*prerender.Node, error) {
	if !view.Asks() {
		return nil, nil
	}
	return prerender.Render(&banner.Banner{View: view, Layer: banner.LayerNotice, CharterURL: charter})
}

// demoted is a tree whose headings are one level lower: within a page, which
// has a first heading of its own.
func demoted(n *prerender.Node) *prerender.Node {
	lower := *n
	switch n.Tag {
	case "h1", "h2", "h3", "h4", "h5":
		lower.Tag = "h" + string(n.Tag[1]+1)
	}
	lower.Children = nil
	for _, child := range n.Children {
		lower.Children = append(lower.Children, demoted(child))
	}
	return &lower
}

// policyData is the policy as the loader has it.
func policyData(p consent.Policy) map[string]any {
	return map[string]any{"rev": p.Revision, "policy": compactPolicy(p)}
}

// charterURL is where the whole charter stands in a language: beside charte.js
// unless the site has a page of its own. It is the same on a static host and on
// Charte's own server: it is in the script, whose hash receipts name.
func charterURL(c *catalogue.Catalogue, view *catalogue.View) string {
	if view.CharterURL != "" {
		return view.CharterURL
	}
	return charterFile(c, catalogue.Language(view.Lang))
}

// charterFile is the name of a charter page in a bundle.
func charterFile(c *catalogue.Catalogue, language catalogue.Language) string {
	if language == c.Languages[0] {
		return "charte.html"
	}
	return "charte." + string(language) + ".html"
}

// compactPolicy writes a policy as nested arrays:
// [category, necessary, [[service, asks, cookies, local, session], …]], where asks is
// 1, 0 for what is exempt, or "" for what is necessary.
func compactPolicy(p consent.Policy) []any {
	flag := map[bool]int{true: 1}
	var policy []any
	for _, c := range p.Categories {
		services := []any{}
		for _, s := range c.Services {
			entries := map[catalogue.Kind][]string{}
			for _, e := range s.Cookies {
				entries[e.Kind] = append(entries[e.Kind], e.Name)
			}
			service := []any{s.ID, any(flag[s.Asks])}
			if c.Necessary {
				service[1] = ""
			}
			byKind := [][]string{entries[""], entries[catalogue.KindLocalStorage], entries[catalogue.KindSessionStorage]}
			for len(byKind) > 0 && byKind[len(byKind)-1] == nil {
				byKind = byKind[:len(byKind)-1]
			}
			for _, names := range byKind {
				service = append(service, append([]string{}, names...))
			}
			services = append(services, service)
		}
		policy = append(policy, []any{c.ID, flag[c.Necessary], services})
	}
	return policy
}

// add puts a file into the bundle, under a name that holds its hash where
// hashed is set.
func (b *Bundle) add(o Options, name string, data []byte, hashed bool) (*File, error) {
	sum := sha256.Sum256(data)
	file := &File{Name: name, Data: data, Type: typeOf(name), Immutable: hashed,
		Hash: base64.RawURLEncoding.EncodeToString(sum[:])}
	extension := path.Ext(name)
	if hashed {
		file.Name = strings.TrimSuffix(name, extension) + "-" + file.Hash + extension
	}
	encoders, err := encodersHash()
	if err != nil {
		return nil, err
	}
	kept := file.Hash + "-" + encoders
	if o.Progress != nil && len(data) > 1<<20 && !o.Cache.Has(kept+".br") {
		o.Progress(fmt.Sprintf("compressing %s (%d KB)", name, len(data)>>10))
	}
	if file.Brotli, err = o.Cache.Keep(kept+".br", func() ([]byte, error) { return brotlied(data) }); err != nil {
		return nil, err
	}
	if file.Gzip, err = o.Cache.Keep(kept+".gz", func() ([]byte, error) { return gzipped(data) }); err != nil {
		return nil, err
	}
	b.Files[file.Name] = file
	return file, nil
}

// typeOf is the Content-Type of a file. mime.TypeByExtension would depend on
// the machine's tables.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".wasm":
		return "application/wasm"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".json":
		return "application/json"
	case ".html":
		return "text/html; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}

// encodersHash tells the encoders apart from those of other versions, and with
// other settings, whose results a cache may hold: by the versions, and by what they make
// of a text.
var encodersHash = sync.OnceValues(func() (string, error) {
	var sample strings.Builder
	built, _ := debug.ReadBuildInfo() // nil where there is none
	sample.WriteString(encoderVersions(built))
	for i := range 4000 {
		fmt.Fprintf(&sample, "%d %x\n", i, i*i)
	}
	sum := sha256.New()
	for _, encode := range []func([]byte) ([]byte, error){brotlied, gzipped} {
		packed, err := encode([]byte(sample.String()))
		if err != nil {
			return "", err
		}
		sum.Write(packed)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
})

// encoderVersions names the versions of the encoders that a program was built with, as far
// as it knows them: that of a test does not.
func encoderVersions(built *debug.BuildInfo) string {
	versions := "gzip of " + runtime.Version()
	if built == nil {
		return versions
	}
	for _, module := range built.Deps {
		if module.Path == "github.com/andybalholm/brotli" {
			versions += ", brotli " + module.Version
		}
	}
	return versions
}

func brotlied(data []byte) ([]byte, error) {
	var packed bytes.Buffer
	w := brotli.NewWriterOptions(&packed, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 22})
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

func gzipped(data []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// Sizes describes the bundle, one file a line, for people.
func (b *Bundle) Sizes() string {
	var names []string
	for name := range b.Files {
		names = append(names, name)
	}
	sort.Strings(names)
	var lines strings.Builder
	for _, name := range names {
		f := b.Files[name]
		fmt.Fprintf(&lines, "%10d B  %9d B Brotli  %s\n", len(f.Data), len(f.Brotli), name)
	}
	return lines.String()
}

// Write writes the bundle into a folder, each file with its compressed forms
// beside it. The folder is made where it is missing; its other files stay. It may
// be one that is served: no file is ever half there, and none is there before those
// that it names.
func (b *Bundle) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the folder %s cannot be made: %w", dir, err)
	}
	for _, name := range b.inOrder() {
		file := b.Files[name]
		for _, form := range []struct {
			suffix string
			data   []byte
		}{{".br", file.Brotli}, {".gz", file.Gzip}, {"", file.Data}} {
			if form.data == nil {
				continue
			}
			if err := WriteFile(filepath.Join(dir, file.Name+form.suffix), form.data); err != nil {
				return fmt.Errorf("the folder %s cannot be written: %w", dir, err)
			}
		}
	}
	return nil
}

// inOrder are the names of the files, each after those that it names. charte.js names
// release-HASH.js, that names engine-HASH.js, and that the program and its words; all of
// them name the charter's pages.
func (b *Bundle) inOrder() []string {
	rank := func(name string) int {
		file := b.Files[name]
		script := path.Ext(name) == ".js"
		switch {
		case file.isPage() && name != "snippet.html", name == "licences.txt":
			return 0
		case file.Immutable && !script:
			return 1
		case strings.HasPrefix(name, "engine-"):
			return 2
		case strings.HasPrefix(name, "release-"):
			return 3
		case script: // charte.js, pinned too
			return 4
		case name != "manifest.json":
			return 5 // what the owner reads
		}
		return 6
	}
	return slices.SortedFunc(maps.Keys(b.Files), func(a, c string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(c)), cmp.Compare(a, c))
	})
}

// Read reads the bundle of a catalogue that [Bundle.Write] has written. Its
// files are taken as they are.
func Read(c *catalogue.Catalogue, folder fs.FS) (*Bundle, error) {
	b := &Bundle{Catalogue: c, Files: map[string]*File{}}
	for _, language := range c.Languages {
		view, err := source.View(c, language)
		if err != nil {
			return nil, err
		}
		b.Views = append(b.Views, view)
	}
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	forms := map[string][]byte{}
	for _, entry := range entries {
		if forms[entry.Name()], err = fs.ReadFile(folder, entry.Name()); err != nil {
			return nil, err
		}
	}
	for name, data := range forms {
		if extension := path.Ext(name); extension == ".br" || extension == ".gz" {
			continue
		}
		file := plainFile(name, data)
		file.Brotli, file.Gzip = forms[name+".br"], forms[name+".gz"]
		file.Immutable = strings.Contains(name, "-"+file.Hash+".")
		b.Files[name] = file
	}
	return b, nil
}
