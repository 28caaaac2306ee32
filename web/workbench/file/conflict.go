package file

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue/edit"
	"charte/web/workbench/desk"
)

// all is the ID of a conflict about the whole file.
const all = "file"

// Which of both stays, in [File.Settle].
const (
	Mine   = "mine"
	Theirs = "theirs"
)

// A conflict is a value that was changed here and on the disk, and that nobody has decided about.
type conflict struct {
	id string
	clash
}

// note adds what two texts disagree about. What is noted already stays as it is.
func (f *File) note(clashes []clash) {
	for _, c := range clashes {
		known := func(other conflict) bool {
			return slices.Equal(other.place.mine, c.place.mine) || slices.Equal(other.place.theirs, c.place.theirs)
		}
		if slices.ContainsFunc(f.conflicts, known) {
			continue
		}
		name := "/" + strings.Join(c.place.labels(), "/")
		id := name
		for n := 2; slices.ContainsFunc(f.conflicts, func(other conflict) bool { return other.id == id }); n++ {
			id = name + " " + strconv.Itoa(n)
		}
		f.conflicts = append(f.conflicts, conflict{id, c})
	}
}

// A disagreement is what a conflict is about now, in the text and on the disk.
type disagreement struct {
	place        place // around which both have a value
	mine, theirs *value
}

// now returns what a conflict is about. Where the text or the disk has lost the value around it, it
// is about that.
func (c conflict) now(mine, theirs *value) disagreement {
	here, there := slices.Clone(c.place.mine), slices.Clone(c.place.theirs)
	depth := 0
	around, other := mine, theirs
	for ; depth < len(here)-1; depth++ {
		here[depth], there[depth] = renamed(around, other, here[depth], there[depth])
		in, at := around.child(here[depth].key), other.child(there[depth].key)
		if in == nil || at == nil {
			break
		}
		around, other = in, at
	}
	return disagreement{
		place{here[:depth+1], there[:depth+1]},
		around.child(here[depth].key), other.child(there[depth].key),
	}
}

// renamed returns the steps to an element that two lists have. Where one of them calls it otherwise by now, it
// is known by the rest of it.
func renamed(mine, theirs *value, here, there step) (inMine, inTheirs step) {
	if mine == nil || theirs == nil || mine.kind != edit.List || theirs.kind != edit.List {
		return here, there
	}
	i, j := index(mine.steps, here.key), index(theirs.steps, there.key)
	switch {
	case i < 0 && j >= 0:
		if to := match(theirs, mine, false)[j]; to >= 0 {
			return mine.steps[to], there
		}
	case j < 0 && i >= 0:
		if to := match(mine, theirs, false)[i]; to >= 0 {
			return here, theirs.steps[to]
		}
	}
	return here, there
}

// values returns the text and the disk, or false where either is not YAML.
func (f *File) values() (mine, theirs *value, ok bool) {
	d, err := f.document(f.newest())
	if err != nil {
		return nil, nil, false
	}
	if f.theirs == nil {
		if f.theirs, err = edit.Parse(f.name, f.disk); err != nil {
			return nil, nil, false
		}
	}
	return valueIn(d), valueIn(f.theirs), true
}

// review drops the conflicts that are none any more, since both have the same value. Of the others it notes where
// their values are by now, so that they are found again when the other side calls an element otherwise, too.
func (f *File) review() {
	if len(f.conflicts) == 0 {
		return
	}
	mine, theirs, ok := f.values()
	if !ok {
		return
	}
	var left []conflict
	for _, c := range f.conflicts {
		about := c.now(mine, theirs)
		if about.mine.same(about.theirs) {
			continue
		}
		if len(about.place.mine) == len(c.place.mine) {
			c.place = about.place
		}
		left = append(left, c)
	}
	f.conflicts = left
}

// shown returns the conflicts for the page.
func (f *File) shown() []desk.Conflict {
	if f.all {
		return []desk.Conflict{{ID: all, Path: f.name}}
	}
	var shown []desk.Conflict
	if len(f.conflicts) == 0 {
		return nil
	}
	mine, theirs, _ := f.values()
	for _, c := range f.conflicts {
		about := c.now(mine, theirs)
		one := desk.Conflict{ID: c.id, Path: strings.Join(about.place.labels(), "."), Before: c.before.shown(), Mine: about.mine.shown(), Theirs: about.theirs.shown()}
		if about.mine != nil {
			one.Pointer = about.mine.at.Pointer
		}
		shown = append(shown, one)
	}
	return shown
}

// Settle decides a conflict: [Mine] leaves the text as it is, and [Theirs] writes into it what the disk
// has. Of the whole file, Mine says that saving may overwrite it. The errors are for people.
func (f *File) Settle(id, take string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if take != Mine && take != Theirs {
		return fmt.Errorf("%q is neither %q nor %q", take, Mine, Theirs)
	}
	if f.all && id == all {
		if take == Theirs && f.fault != "" {
			return errors.New("the file on the disk cannot be read: " + f.fault)
		}
		f.base, f.all, f.fault, f.conflicts = f.disk, false, "", nil
		if take == Mine || bytes.Equal(f.disk, f.newest().bytes) {
			f.touch()
			return nil
		}
		f.write("", f.disk, f.theirs)
		return nil
	}
	at := slices.IndexFunc(f.conflicts, func(c conflict) bool { return c.id == id })
	if f.all || at < 0 {
		return fmt.Errorf("there is no conflict %q any more", id)
	}
	c := f.conflicts[at]
	if take == Mine {
		f.conflicts = slices.Delete(f.conflicts, at, at+1)
		f.touch()
		return nil
	}
	mine, theirs, ok := f.values()
	if !ok {
		return errors.New("the text or the file on the disk is not YAML")
	}
	about := c.now(mine, theirs)
	d, err := f.document(f.newest())
	if err == nil {
		d, err = turn(d, "", put(mine, theirs, about.place.mine, about.place.theirs))
	}
	if err != nil {
		return err
	}
	f.conflicts = slices.Delete(f.conflicts, at, at+1)
	f.write("", d.Bytes(), d)
	return nil
}

// put returns a value that has another's value at a place.
func put(mine, theirs *value, here, there []step) *value {
	in, other := mine.child(here[0].key), theirs.child(there[0].key)
	if len(here) > 1 {
		other = put(in, other, here[1:], there[1:])
	}
	changed := &value{kind: mine.kind, steps: slices.Clone(mine.steps), nodes: slices.Clone(mine.nodes)}
	i := index(mine.steps, here[0].key)
	switch {
	case other == nil && i >= 0:
		changed.steps, changed.nodes = slices.Delete(changed.steps, i, i+1), slices.Delete(changed.nodes, i, i+1)
	case other == nil:
	case i >= 0:
		changed.nodes[i] = other
	default:
		// It comes after the one that it follows there.
		after := 0
		for _, s := range theirs.steps[:index(theirs.steps, there[0].key)] {
			if i := index(changed.steps, s.key); i >= 0 {
				after = i + 1
			}
		}
		changed.steps, changed.nodes = slices.Insert(changed.steps, after, there[0]), slices.Insert(changed.nodes, after, other)
	}
	return changed
}
