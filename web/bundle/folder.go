package bundle

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/cache"
	"charte/web/whole"
)

// Sizes lists the bundle's files for people to read, with their sizes in bytes, one a line.
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

// Write writes the bundle into a folder, each file with its compressed forms beside
// it. It makes the folder if it is missing, and leaves other files in it alone.
//
// The folder may be served meanwhile. Each file appears as a whole, and none appears
// before the files that it names.
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
			if err := whole.WriteFile(filepath.Join(dir, file.Name+form.suffix), form.data); err != nil {
				return fmt.Errorf("the folder %s cannot be written: %w", dir, err)
			}
		}
	}
	return nil
}

// inOrder returns the names of the files, each after the files that it names. charte.js
// names release-HASH.js, which names engine-HASH.js, which names the program and its words.
// All of these name the charter's pages.
func (b *Bundle) inOrder() []string {
	rank := func(name string) int {
		file := b.Files[name]
		script := path.Ext(name) == ".js"
		switch {
		case file.IsPage() && strings.HasPrefix(name, "charte."), name == "licences.txt": // the charter's pages
			return 0
		case file.Immutable && !script:
			return 1
		case strings.HasPrefix(name, "engine-"):
			return 2
		case strings.HasPrefix(name, "release-"):
			return 3
		case script: // charte.js, and its copy with a hash in its name
			return 4
		case name != "manifest.json":
			return 5 // files for the site's owner
		}
		return 6
	}
	return slices.SortedFunc(maps.Keys(b.Files), func(a, c string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(c)), cmp.Compare(a, c))
	})
}

// Read reads the bundle of a catalogue that [Bundle.Write] has written into a folder. It
// takes the files as they are, and does not check them against the catalogue. kept is the
// cache for files that [Bundle.Tell] makes anew.
func Read(c *catalogue.Catalogue, folder fs.FS, kept cache.Cache) (*Bundle, error) {
	b := &Bundle{Catalogue: c, Files: map[string]*File{}, packing: packing{cache: kept}}
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

// Sorted returns the files of the bundle, sorted by name.
func (b *Bundle) Sorted() []*File {
	files := slices.Collect(maps.Values(b.Files))
	slices.SortFunc(files, func(a, b *File) int { return strings.Compare(a.Name, b.Name) })
	return files
}
