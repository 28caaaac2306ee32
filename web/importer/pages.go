package importer

import (
	"context"
	"fmt"
	"io"
	"strings"

	"charte/web/importer/report"
	"charte/web/importer/tags"
)

// pages are those in which tags of the former banner were looked for.
type pages struct {
	dir   string
	read  int         // how many there are
	files []tags.File // that are to be changed
	left  []tags.Left
}

// look looks for gated tags in a folder's pages.
func (i *imported) look(ctx context.Context, dir, script string) error {
	p := &pages{dir: dir}
	var err error
	if p.files, p.left, p.read, err = tags.Folder(ctx, dir, i.names(script)); err != nil {
		return fmt.Errorf("-pages %s: %w", dir, err)
	}
	i.pages, i.Tags = p, p.tags()
	return nil
}

// tags are the tags that are changed or left.
func (p *pages) tags() []report.Tag {
	all := []report.Tag{}
	for _, file := range p.files {
		for _, c := range file.Changes {
			all = append(all, report.Tag{Place: report.Place(c.Place), Tag: c.Before, Write: c.After, Why: c.Note, Changed: true})
		}
	}
	for _, l := range p.left {
		t := report.Tag{Place: report.Place(l.Place), Tag: l.Tag, Write: l.Write, Why: l.Why}
		if t.Place.File == "." { // of no file in particular
			t.Place.File = p.dir
		}
		all = append(all, t)
	}
	return all
}

// changes is how many tags are to be changed.
func (p *pages) changes() int {
	n := 0
	for _, file := range p.files {
		n += len(file.Changes)
	}
	return n
}

// tell says what of the pages was changed, or is to be. The report says what was left.
func (p *pages) tell(w io.Writer, written bool) error {
	var b strings.Builder
	n := p.changes()
	switch {
	case n == 0:
		fmt.Fprintf(&b, "\nIn the pages and templates of %s (%d), there is nothing to change.\n", p.dir, p.read)
	case written:
		fmt.Fprintf(&b, "\nChanged in the pages of %s (%d):\n", p.dir, n)
		for _, file := range p.files {
			fmt.Fprintf(&b, "  %s (%d)\n", file.Name, len(file.Changes))
		}
	default:
		fmt.Fprintf(&b, "\nTo be changed in the pages of %s (%d); -write does it:\n%s", p.dir, n, tags.Diff(p.files...))
	}
	p.differs(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// placesMost is how many places are named for one thing that differs.
const placesMost = 5

// differs says what is otherwise after the changes, each once, with its places.
func (p *pages) differs(b *strings.Builder) {
	var notes []string
	places := map[string][]string{}
	for _, file := range p.files {
		for _, c := range file.Changes {
			if c.Note == "" {
				continue
			}
			if places[c.Note] == nil {
				notes = append(notes, c.Note)
			}
			places[c.Note] = append(places[c.Note], c.Place.String())
		}
	}
	if len(notes) > 0 {
		fmt.Fprintf(b, "\nWhat differs from before in the pages of %s:\n", p.dir)
	}
	for _, note := range notes {
		at := places[note]
		more := ""
		if n := len(at) - placesMost; n > 0 {
			at, more = at[:placesMost], fmt.Sprintf(", and in %d more places", n)
		}
		fmt.Fprintf(b, "  %s\n      %s%s\n", note, strings.Join(at, ", "), more)
	}
}
