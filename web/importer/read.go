package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v3"

	"charte/catalogue"
	"charte/web/audit/patch"
	"charte/web/audit/record"
	"charte/web/audit/report"
	"charte/web/importer/draft"
	"charte/web/importer/evaluate"
	"charte/web/importer/page"
	"charte/web/importer/peers"
	"charte/web/importer/told"
)

// mostFile is the size of the biggest file that is read, in bytes. Package evaluate says what is too big
// for it; this keeps a mistaken name from filling the memory.
const mostFile = 50 << 20

// read reads the files, or the page, that the command line names.
func read(ctx context.Context, cmd *cli.Command) (*told.Told, error) {
	if first := cmd.Args().First(); isAddress(first) {
		return readPage(ctx, first, cmd.StringSlice("resolve"), cmd.String("from"))
	}
	return readFiles(ctx, cmd.Args().Slice(), cmd.String("from"))
}

func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

const insisted = "Nothing here tells a banner anything by itself. So conditions were taken as met, and functions were called that a page or another file may call: see whether the site does."

// readFiles reads files and evaluates them.
func readFiles(ctx context.Context, names []string, from string) (*told.Told, error) {
	dir, below, err := common(names)
	if err != nil {
		return nil, err
	}
	var files []evaluate.File
	for i, name := range names {
		text, err := readFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, evaluate.File{Name: filepath.ToSlash(below[i]), Text: text})
	}
	options := evaluate.Options{Dir: dir}
	if filepath.Dir(dir) == dir && dir != "." { // a whole disk is no site
		options.Dir = ""
	}
	return evaluated(ctx, files, options, from)
}

// evaluated is what files tell a banner. Where they tell none anything, it insists.
func evaluated(ctx context.Context, files []evaluate.File, options evaluate.Options, from string) (*told.Told, error) {
	what, err := evaluate.Files(ctx, files, options)
	if err != nil {
		return nil, err
	}
	if _, err := peers.Read(what, from); err == nil {
		return what, nil
	}
	options.Insist = true
	more, err := evaluate.Files(ctx, files, options)
	if err != nil {
		return nil, err
	}
	if _, err := peers.Read(more, from); err != nil {
		return what, nil // whose error says what is there
	}
	for _, p := range append(what.Problems, told.Problem{Place: told.Place{File: files[0].Name}, Text: insisted}) {
		if !slices.Contains(more.Problems, p) {
			more.Problems = append(more.Problems, p)
		}
	}
	return more, nil
}

// common is the folder below which imports are looked for: the working directory if all files are below
// it, or the one that all files have above them. below are the files' names below it.
func common(names []string) (dir string, below []string, err error) {
	if !slices.ContainsFunc(names, func(name string) bool { return !filepath.IsLocal(name) }) {
		return ".", names, nil
	}
	var all []string
	for _, name := range names {
		absolute, err := filepath.Abs(name)
		if err != nil {
			return "", nil, err
		}
		all = append(all, absolute)
	}
	dir = filepath.Dir(all[0])
	for _, name := range all {
		for {
			rest, err := filepath.Rel(dir, name)
			if err == nil && filepath.IsLocal(rest) || filepath.Dir(dir) == dir {
				break
			}
			dir = filepath.Dir(dir)
		}
	}
	for _, name := range all {
		rest, err := filepath.Rel(dir, name)
		if err != nil {
			return "", nil, err
		}
		below = append(below, rest)
	}
	return dir, below, nil
}

func readFile(name string) ([]byte, error) {
	file, err := os.Open(filepath.Clean(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no such file; the address of a page begins with https://", name)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder; name the files that configure the banner", name)
	}
	text, err := io.ReadAll(io.LimitReader(file, mostFile+1))
	if len(text) > mostFile {
		return nil, fmt.Errorf("%s has more than %d MB, which no configuration has", name, mostFile>>20)
	}
	return text, err
}

// readPage reads the banner in a page. What it has not left there is looked for in the page's scripts.
func readPage(ctx context.Context, address string, resolve []string, from string) (*told.Told, error) {
	hosts, err := record.Resolved(resolve)
	if err != nil {
		return nil, fmt.Errorf("-resolve %w", err)
	}
	defer working("reading " + address)()
	b, err := record.Start(ctx, hosts, nil, nil)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	p, err := page.Read(ctx, b, address, page.Options{})
	if err != nil {
		return nil, err
	}
	if _, err := peers.Read(p.Told, from); err == nil || len(p.Scripts) == 0 {
		return p.Told, nil
	}
	return withScripts(ctx, p)
}

// withScripts is what a page told, with what its scripts tell a banner when they are evaluated. Scripts
// that cannot be are a problem.
func withScripts(ctx context.Context, p *page.Page) (*told.Told, error) {
	var files []evaluate.File
	for _, s := range p.Scripts {
		files = append(files, evaluate.File{Name: s.Name, Text: []byte(s.Text)})
	}
	what := *p.Told
	scripts, err := evaluate.Files(ctx, files, evaluate.Options{Scripts: true})
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		what.Problems = append(what.Problems, told.Problem{Text: "The page's scripts could not be evaluated: " + err.Error() + "."})
		return &what, nil
	}
	what.Calls = append(what.Calls, scripts.Calls...)
	what.Names = append(what.Names, scripts.Names...)
	what.Imports = append(what.Imports, scripts.Imports...)
	what.Problems = append(what.Problems, scripts.Problems...)
	return &what, nil
}

// seen is what a report.json of an audit has seen the site store, each entry once. "" is none.
func seen(file string) ([]draft.Seen, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil, fmt.Errorf("-audit %w", err)
	}
	r, err := report.Read(text)
	if err != nil {
		return nil, fmt.Errorf("-audit %s: %w", file, err)
	}
	var all []draft.Seen
	for _, journey := range r.Journeys {
		for _, e := range journey.Entries {
			kind := catalogue.Kind(e.Kind)
			lifetime, known := patch.Lifetime(kind, e.LifetimeS)
			again := func(s draft.Seen) bool { return s.Kind == kind && s.Name == e.Name }
			if !known || slices.ContainsFunc(all, again) {
				continue
			}
			by := ""
			if at, err := url.Parse(e.Initiator.URL); err == nil {
				by = at.Host
			}
			all = append(all, draft.Seen{Kind: kind, Name: e.Name, Lifetime: lifetime, By: by})
		}
	}
	return all, nil
}
