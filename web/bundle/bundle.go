// Package bundle makes what visitors download: charte.js, the engine's files, the words of
// each language, and the charter as a page. It knows no cookie's name.
package bundle

// The light engine is built first: its size is among the numbers in the documents.
//
//go:generate go run ../engine/build
//go:generate go test . -run TestNumbers -update

import (
	"context"
	"encoding/json"

	"charte/banner"
	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle/prerender"
	"charte/web/cache"
	"charte/web/engine"
)

// A Bundle is everything that the visitors of a site with this catalogue download.
type Bundle struct {
	Catalogue *catalogue.Catalogue

	// Views are the catalogue in each of its languages, the default one first.
	Views []*catalogue.View

	// Files holds the files by name, without a leading slash.
	Files map[string]*File

	packing packing
	forced  bool // see Options.Forced
}

// Options are what a bundle is built from.
type Options struct {
	Catalogue *catalogue.Catalogue

	// Engine is the compiled program and the glue script of its compiler.
	Engine engine.Engine

	// Cache keeps compressed forms from one start to the next. The zero one
	// keeps nothing.
	Cache cache.Cache

	// Tell says where the charter's pages send a visitor's answer.
	Tell Address

	// Quick leaves out the compressed forms, which take much longer than all the rest. The
	// files are the same otherwise, byte for byte. It is for readers on this machine.
	Quick bool

	// Framed has the banner ask in frames as it does elsewhere, for pages that show it to its
	// maker. Visitors are not asked in frames (loader/silent.js).
	Framed bool

	// Forced has the banner look as it does in forced colours, such as the contrast themes of
	// Windows, for makers whose system has none. A browser does that by itself for visitors.
	Forced bool

	// Progress, if it is not nil, is called with a message before a step that takes
	// long.
	Progress func(string)
}

// Build makes the bundle of a catalogue, in memory. It is an error if an address of
// o.Tell is no path, if the look is not valid, or if the banner does not speak one of
// the catalogue's languages.
func Build(ctx context.Context, o Options) (*Bundle, error) {
	if err := o.Tell.check(); err != nil {
		return nil, err
	}
	b := &Bundle{Catalogue: o.Catalogue, Files: map[string]*File{}, packing: packing{o.Cache, o.Progress, o.Quick}, forced: o.Forced}
	look, err := b.look()
	if err != nil {
		return nil, err
	}
	words, charters, charter := map[string]string{}, map[string]string{}, map[string]string{} // by language
	rendered := map[string]*prerender.Node{}                                                  // the charters
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
		file, err := b.Add(string(language)+".json", data, true)
		if err != nil {
			return nil, err
		}
		words[view.Lang], charters[view.Lang] = file.Name, charterURL(o.Catalogue, view)
		if tree, err = prerender.Render(&banner.Charter{View: view}); err != nil {
			return nil, err
		}
		rendered[view.Lang] = tree
		if data, err = json.Marshal(demoted(tree)); err != nil {
			return nil, err
		}
		if file, err = b.Add("charter-"+view.Lang+".json", data, true); err != nil {
			return nil, err
		}
		charter[view.Lang] = file.Name
	}

	wasm, err := b.Add("charte.wasm", o.Engine.Wasm, true)
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
	}, silence(o, b.Views[0]))
	if err != nil {
		return nil, err
	}
	starter, err := b.Add("engine.js", script, true)
	if err != nil {
		return nil, err
	}
	// charte.js, which every page downloads, holds only the name of release.js.
	// release.js holds the names of the other files.
	files["engine"] = starter.Name
	if names, err = json.Marshal(files); err != nil {
		return nil, err
	}
	if script, err = bundleModule("release.js", look, map[string]string{
		"charte:files":   "export default " + string(names),
		"charte:figures": figuresModule(o.Catalogue),
		"charte:hosts":   hostsModule(o.Catalogue),
	}, nil); err != nil {
		return nil, err
	}
	release, err := b.Add("release.js", script, true)
	if err != nil {
		return nil, err
	}
	view := b.Views[0]
	site, err := siteData(o, view, look)
	if err != nil {
		return nil, err
	}
	site["release"] = release.Name
	loader, err := bundleScript("charte.js", look, map[string]string{"charte:signals": signalsModule(view, o.Catalogue.Site.Guard)}, site)
	if err != nil {
		return nil, err
	}
	if _, err = b.Add("charte.js", loader, false); err != nil {
		return nil, err
	}
	if _, err := b.Add("licences.txt", engine.Licences(), false); err != nil {
		return nil, err
	}
	return b, b.addCharters(o.Tell, rendered)
}

// notice renders the first layer. It is nil if the catalogue asks for nothing.
func notice(view *catalogue.View, charter string) (*prerender.Node, error) {
	if !view.Asks() {
		return nil, nil
	}
	return prerender.Render(&banner.Banner{View: view, Layer: banner.LayerNotice, CharterURL: charter})
}
