// Package evaluate runs the configurations of cookie banners, as files have them, and notes what the
// banner was told. It runs them in a process of its own, without network and without time, and reads no
// file outside the folder that it is given. What runs for too long, or takes too much memory, is stopped.
package evaluate

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"charte/web/importer/told"
)

// The most that is read. Configurations are a few kilobytes; the bundle of a whole site may be named by mistake.
const (
	mostBytes = 5 << 20  // of a file
	mostTotal = 20 << 20 // of all
)

// A File is a file with a configuration, or with a part of one.
type File struct {
	Name string // with slashes, below Options.Dir, or an address; its ending says what it is
	Text []byte
}

// Options are what [Files] may use beside the files. The zero value is fine.
type Options struct {
	// Dir is a folder. Files in it are read where another one imports them. Empty means none.
	Dir string

	// Scripts says that the files are scripts, whatever their names' endings: a page has loaded them.
	Scripts bool

	// Most is how long one script may run. 0 means 2 seconds. A big one has a second more for each megabyte.
	Most time.Duration

	// Insist has conditions taken as met where they keep code from running, and has all functions called
	// that nothing calls. It is for files that tell no banner anything otherwise.
	Insist bool
}

// Files evaluates files, in their order, as if one page loaded them. What cannot be evaluated is a
// problem in what is returned, and the rest is read. An error says that a file is too big or is no
// text, or that ctx has ended.
func Files(ctx context.Context, files []File, options Options) (*told.Told, error) {
	if options.Most == 0 {
		options.Most = 2 * time.Second
	}
	total := 0
	for _, file := range files {
		total += len(file.Text)
		switch {
		case len(file.Text) > mostBytes:
			return nil, fmt.Errorf("%s has %d bytes, and %d are the most for a configuration; name the file that configures the banner, not the bundle of the site", file.Name, len(file.Text), mostBytes)
		case total > mostTotal:
			return nil, fmt.Errorf("the files have more than %d bytes together; name only those that configure the banner", mostTotal)
		case !utf8.Valid(file.Text) || bytes.IndexByte(file.Text, 0) >= 0:
			return nil, fmt.Errorf("%s is not text in UTF-8", file.Name)
		}
	}
	return inChildren(ctx, request{Files: files, Dir: options.Dir, Scripts: options.Scripts, Most: options.Most, Insist: options.Insist})
}

// An evaluation is that of some files, in the process that is there for it.
type evaluation struct {
	request
	*notes
	root    *os.Root // of the folder, or nil
	masked  *masked
	machine *machine
}

// evaluate evaluates all files.
func evaluate(r request, n *notes) error {
	e := &evaluation{request: r, notes: n, masked: &masked{}}
	if r.Dir != "" {
		root, err := os.OpenRoot(r.Dir)
		if err != nil {
			return err
		}
		defer root.Close()
		e.root = root
	}
	e.machine = newMachine(n, e.masked)
	e.machine.insists, e.machine.served = r.Insist, e.served
	for _, file := range r.Files {
		n.file(file.Name)
		e.file(file)
	}
	e.machine.finish(r.Most)
	return nil
}

// read is the text of a file that is given, or stands in the folder.
func (e *evaluation) read(name string) (string, bool) {
	for _, file := range e.Files {
		if file.Name == name {
			return string(file.Text), true
		}
	}
	if e.root == nil || !filepath.IsLocal(filepath.FromSlash(name)) {
		return "", false
	}
	info, err := e.root.Stat(filepath.FromSlash(name))
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostBytes {
		return "", false
	}
	text, err := e.root.ReadFile(filepath.FromSlash(name))
	return string(text), err == nil && utf8.Valid(text)
}

// folders are those that sites serve as their roots.
var folders = []string{"", "public", "static", "src", "assets"}

// served is the file of the folder that a site serves at an address, which stands in the file from.
func (e *evaluation) served(address, from string) (name, text string, found bool) {
	if strings.Contains(address, ":") || strings.HasPrefix(address, "//") { // of another site
		return "", "", false
	}
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	places := append([]string{path.Dir(from)}, folders...)
	if strings.HasPrefix(address, "/") {
		places = append(slices.Clone(folders), path.Dir(from))
	}
	for _, place := range places {
		name = strings.TrimPrefix(path.Join(place, address), "/")
		if text, found = e.read(name); found {
			return name, text, true
		}
	}
	return "", "", false
}

// A kind is how a file is read.
type kind int

const (
	script   kind = iota
	template      // HTML, with scripts in it
)

// The endings of scripts, and of pages and templates.
var (
	scripts   = []string{".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".json", ".jsonc"}
	templates = []string{".html", ".htm", ".xhtml", ".php", ".phtml", ".twig", ".j2", ".jinja", ".jinja2", ".ftl", ".ftlh", ".erb", ".vue", ".svelte", ".astro", ".njk",
		".hbs", ".handlebars", ".mustache", ".ejs", ".eex", ".heex", ".liquid", ".jsp", ".tpl", ".latte", ".cshtml", ".tmpl", ".gohtml"}
)

// kindOf goes by a file's ending. What has an unknown one is a script.
func kindOf(name string, text []byte) kind {
	switch ending := strings.ToLower(path.Ext(name)); {
	case slices.Contains(scripts, ending):
		return script
	case slices.Contains(templates, ending):
		return template
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("<")) {
		return template
	}
	return script
}

func (e *evaluation) file(file File) {
	text := string(file.Text)
	if e.Scripts || kindOf(file.Name, file.Text) == script {
		if !e.Scripts && strings.HasPrefix(strings.ToLower(path.Ext(file.Name)), ".json") { // with comments, as editors' settings have
			text = "export default (" + text + "\n)"
		}
		e.script(piece{name: file.Name, text: text, module: true, raw: true})
		return
	}
	pieces, elements := page(file.Name, text, e.masked)
	for _, element := range elements {
		e.element(element)
	}
	if len(pieces) == 0 && len(elements) == 0 { // a template that writes a script
		e.script(piece{name: file.Name, text: text, raw: true, perhaps: true})
		return
	}
	simpler := sync.OnceValue(func() []piece {
		pieces, _ := page(file.Name, e.firstBranches(file.Name, text), e.masked)
		return pieces
	})
	for i, p := range pieces {
		if p.data != "" {
			e.machine.texts[p.data] = p.text
			continue
		}
		if !p.module {
			p.simpler = func() string {
				if len(simpler()) != len(pieces) {
					return p.text
				}
				return simpler()[i].lined()
			}
		}
		if p.src != "" {
			e.beside(file.Name, p)
			continue
		}
		p.text = p.lined()
		e.script(p)
	}
}

// beside evaluates a script that a page loads from its own folder, if it is there.
func (e *evaluation) beside(page string, p piece) {
	if name, text, found := e.served(p.src, page); found && !slices.Contains(e.told.Files, name) {
		e.script(piece{name: name, text: text, module: p.module, raw: true})
	}
}

// A piece is a script: a file, or a part of one.
type piece struct {
	name   string // of the file
	until  string // what stands before it in its file
	text   string
	src    string // where it is loaded from, instead of text
	data   string // the id of the element, if it has JSON and no script
	module bool   // it may import
	jsx    bool
	raw    bool // a template's code may still stand in it
	waits  int  // awaits that were taken out

	simpler func() string // the text with one branch of the template's alternatives, or nil
	perhaps bool          // it may be no script at all, of which nothing is said then
}

// lined is the text with lines that are those of the file.
func (p piece) lined() string { return indented(p.until) + p.text }

// compiling is how much longer a script of a length in bytes may run: a second for each megabyte, since the
// interpreter has to compile it first.
func compiling(length int) time.Duration {
	return min(time.Duration(length>>20)*time.Second, mostCompiling)
}

// script bundles a piece with what it imports, and runs it. Where it cannot be read, it may be a template:
// then its code is taken out, then all but the first of its alternatives, then what stands alone.
func (e *evaluation) script(p piece) {
	built, problems := e.bundle(p)
	raw := p.text
	if built == "" && p.raw {
		if text := mask(raw, false, e.masked); text != raw {
			p.text = text
			p.simpler = func() string { return mask(e.firstBranches(p.name, raw), false, e.masked) }
		} else if text := e.firstBranches(p.name, raw); text != raw {
			p.text = text
		}
		if p.text != raw {
			built, problems = e.bundle(p)
		}
	}
	if built == "" && p.simpler != nil {
		if text := p.simpler(); text != p.text {
			p.text = text
			if built, problems = e.bundle(p); built == "" {
				p.text = e.withoutLone(p.name, p.text)
				built, problems = e.bundle(p)
			}
		}
	}
	if built == "" && p.perhaps {
		return
	}
	for _, problem := range problems {
		e.problem(problem.Place, problem.Text)
	}
	if built != "" {
		e.machine.run(built, e.Most+compiling(len(built)))
	}
}
