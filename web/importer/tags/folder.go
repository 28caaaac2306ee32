package tags

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"charte/web/importer/told"
	"charte/web/whole"
)

// extensions are those of files that hold HTML.
var extensions = []string{".html", ".htm", ".xhtml", ".shtml", ".asp", ".aspx", ".php", ".phtml", ".twig", ".j2", ".jinja", ".jinja2", ".ftl", ".ftlh", ".erb",
	".vue", ".svelte", ".astro", ".njk", ".hbs", ".handlebars", ".mustache", ".ejs", ".eex", ".heex", ".liquid", ".jsp", ".tpl", ".ss",
	".latte", ".cshtml", ".tmpl", ".gohtml", ".md", ".mdx", ".markdown", ".jsx", ".tsx",
	".pug", ".jade", ".haml", ".slim"}

// scripts are the extensions of files that hold JavaScript and no HTML.
var scripts = []string{".js", ".mjs", ".cjs", ".ts"}

// notOurs are folders that hold what others wrote, or what a build writes.
var notOurs = []string{"node_modules", ".git", "dist"}

// FileBytes is how large a file may be. A larger one is left, and said to be.
const FileBytes = 5_000_000

// A File is a file that is to be changed.
type File struct {
	Name          string // below the folder, with slashes
	Before, After []byte
	Changes       []Change
	mode          fs.FileMode
}

// Folder looks through the HTML files and templates in a folder and below it, and writes nothing. It returns the
// files that are to be changed, and what is left in all of them, in the order of their names. read is how
// many files it read. Links are not followed: what they lead to is looked through if it is in the folder.
// Of tarteaucitron, it looks for services in files of JavaScript, too, which read does not count. Once ctx is
// done, it stops with its error.
func Folder(ctx context.Context, dir string, m Map) (files []File, left []Left, read int, err error) {
	b := known(m.Peer)
	if b == nil {
		return nil, nil, 0, fmt.Errorf("nobody knows the tags of %q; known are vanilla-cookieconsent, Orejime, Klaro, tarteaucitron and c15t", m.Peer)
	}
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, nil, 0, err
	}
	if info, err := os.Stat(root); err == nil && !info.IsDir() {
		return nil, nil, 0, errors.New("it is a file; name the folder that it stands in")
	}
	s := search{root: root, m: m, scripts: b.own == &tarteaucitronOwn}
	err = filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return s.visit(at, entry, err)
	})
	if err != nil {
		return nil, nil, 0, err
	}
	if !s.placed && len(s.files)+len(s.left) > 0 {
		s.leave(".", "No file has the banner's own tag, so Charte's could not be put in its place. Put "+m.tag("")+" into the head of each page.")
	}
	return s.files, s.left, s.read, nil
}

// A search is a folder that is looked through.
type search struct {
	root    string
	m       Map
	scripts bool // files of JavaScript are looked through, too

	files  []File
	left   []Left
	read   int
	placed bool // a file has Charte's own tag
}

// visit looks at what stands in the folder, as an [fs.WalkDirFunc].
func (s *search) visit(at string, entry fs.DirEntry, err error) error {
	below, _ := filepath.Rel(s.root, at)
	name := filepath.ToSlash(below)
	extension := strings.ToLower(path.Ext(name))
	script := slices.Contains(scripts, extension) && s.scripts
	ours := script || slices.Contains(extensions, extension)
	switch {
	case err != nil:
		if at == s.root {
			return err
		}
		s.leave(name, "It could not be read: "+reason(err)+".")
		return nil
	case entry.IsDir() && at != s.root && slices.Contains(notOurs, entry.Name()):
		if entry.Name() == "dist" {
			s.leave(name, "What is in it is written by a build, so it was not looked through. Build it again.")
		}
		return fs.SkipDir
	case entry.Type()&fs.ModeSymlink != 0:
		if why := outside(s.root, at, ours); why != "" {
			s.leave(name, why)
		}
		return nil
	case !ours || !entry.Type().IsRegular():
		return nil
	}
	text, mode, why := content(at)
	if why != "" {
		s.leave(name, why)
		return nil
	}
	if script {
		s.left = append(s.left, asked(name, text, s.m)...)
		return nil
	}
	s.read++
	after, changes, left := Rewrite(name, text, s.m)
	s.left = append(s.left, left...)
	s.placed = s.placed || bytes.Contains(after, []byte(charteFile)) || bytes.Contains(after, []byte(s.m.address()))
	if len(changes) > 0 {
		s.files = append(s.files, File{Name: name, Before: text, After: after, Changes: changes, mode: mode})
	}
	return nil
}

// leave notes a file, or a folder, that is not looked through.
func (s *search) leave(name, why string) {
	s.left = append(s.left, Left{Place: told.Place{File: name}, Why: why})
}

// content reads a file. why is a sentence if it is none that can be rewritten.
func content(at string) (text []byte, mode fs.FileMode, why string) {
	info, err := os.Lstat(at)
	if err != nil {
		return nil, 0, "It could not be read: " + reason(err) + "."
	}
	if info.Size() > FileBytes {
		return nil, 0, fmt.Sprintf("It has %d bytes, and files over %d are not looked through.", info.Size(), FileBytes)
	}
	if text, err = os.ReadFile(at); err != nil {
		return nil, 0, "It could not be read: " + reason(err) + "."
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, 0, "It is no text in UTF-8 or the like: it has bytes that are zero."
	}
	return text, info.Mode(), ""
}

// outside returns why a link is not followed, and "" if what it leads to is looked through anyway or holds
// no HTML.
func outside(root, at string, ours bool) string {
	to, err := filepath.EvalSymlinks(at)
	if err != nil {
		if ours {
			return "It is a link that leads nowhere."
		}
		return ""
	}
	if below, err := filepath.Rel(root, to); err == nil && filepath.IsLocal(below) {
		return ""
	}
	info, err := os.Stat(to)
	if err != nil || !info.IsDir() && !ours {
		return ""
	}
	return "It is a link that leads out of the folder, and is not followed."
}

// reason is what an error says, without the path.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// Write writes files as they are to be, each whole and with the access rights that it had. It writes none if
// one has changed since it was read. It stops at the first that cannot be written; those before it are.
func Write(dir string, files ...File) error {
	for _, file := range files {
		at := file.at(dir)
		now, err := os.ReadFile(at)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, file.Before) {
			return fmt.Errorf("%s: the file has changed since it was read; run the command again", at)
		}
	}
	for _, file := range files {
		at := file.at(dir)
		if err := whole.WriteFile(at, file.After); err != nil {
			return err
		}
		if err := os.Chmod(at, file.mode.Perm()); err != nil {
			return err
		}
	}
	return nil
}

// at is the file's path, for the system.
func (f File) at(dir string) string { return filepath.Join(dir, filepath.FromSlash(f.Name)) }
