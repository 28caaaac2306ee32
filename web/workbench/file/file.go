// Package file holds the text of one catalogue that is edited: its history, and what happens to it on
// the disk meanwhile. It knows YAML, and nothing of what a catalogue means.
//
// The file on the disk is never overwritten with less than it holds. What another program changes
// there is put together with what was changed here, value by value; where both have changed the same
// value, a person says which one stays, and nothing is saved before.
package file

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"charte/catalogue/edit"
	"charte/web/workbench/desk"
)

// Errors that callers tell apart.
var (
	// ErrStale says that a change was made to a text that is not the newest one.
	ErrStale = errors.New("the text has changed meanwhile")

	// ErrChanged says that a file has changed on the disk just before it was to be saved. The text has
	// the changes then, and can be saved once a person has seen them.
	ErrChanged = errors.New("another program has changed the file meanwhile; its changes are in the text now")

	// ErrConflicts says that a file cannot be saved before its conflicts are settled, which the disk may
	// have brought just then.
	ErrConflicts = errors.New("another program has changed what was changed here; say first which of both stays")

	// ErrNothing says that there is no change to undo or to redo.
	ErrNothing = errors.New("there is no such change")
)

const (
	maxBytes = 8 << 20 // of a file, as package source has it

	maxTexts     = 50      // in which Pointer finds values
	maxTextBytes = 4 << 20 // of these together, unless one alone has more

	maxSteps     = 500
	maxStepBytes = 64 << 20

	// joins is how long after a change another one with the same label belongs to it.
	joins = 2 * time.Second

	// lookEvery is how often the disk is looked at.
	lookEvery = 100 * time.Millisecond

	// coarse is how long a file may be written again without getting a later time: 2 seconds with FAT,
	// the tick of the kernel with others.
	coarse = 2 * time.Second
)

// A File is a text with its history and its file on the disk. It is safe for concurrent use.
type File struct {
	path, name string
	now        func() time.Time
	saving     sync.Mutex // held while the disk is looked at or written; mu is free then

	mu         sync.Mutex
	texts      []past // the newest comes last
	undo, redo []former
	label      string        // of the newest change, if others can still join it
	changedAt  time.Time     // when it was made
	changes    chan struct{} // closed with the next version

	disk   []byte      // as it was last seen
	look   fs.FileInfo // of the same
	lookAt time.Time   // when it was read
	gone   bool
	fault  string // why the text on the disk is not YAML
	closed string // why the disk does not even give a text

	news    []news // that former texts may lack
	dropped int    // how many there were before

	base      []byte // from which the text and the disk come
	theirs    *edit.Document
	all       bool // whether the texts cannot be put together at all
	conflicts []conflict
}

// A past is a text that the file has had, from its first version to its last one.
type past struct {
	first, last int
	bytes       []byte
	document    *edit.Document // nil if it was not read yet
}

// A Status is all about a file but its text.
type Status struct {
	Version    int
	Unsaved    bool // whether the text differs from the file on the disk
	Undo, Redo bool // whether there is a change to undo, or one to redo
	Gone       bool // whether the file was removed; saving writes it anew

	// Fault is why the file on the disk cannot be read, in the words of "charte check"; "" if it can.
	// The text is kept until then.
	Fault string

	// Conflicts are those to settle before anything is saved. The one with the ID "file" is about the
	// whole file.
	Conflicts []desk.Conflict
}

// Open reads a file. A link is followed, and its target is the file from then on. The file need not
// be YAML. The errors are for people.
func Open(path string) (*File, error) {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such file; \"charte new -o %s\" begins one", path, path)
	}
	if err == nil {
		target, err = filepath.Abs(target)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	data, look, err := read(target)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	return &File{
		path: target, name: filepath.Base(path), now: time.Now,
		texts: []past{{first: 1, last: 1, bytes: data}}, changes: make(chan struct{}),
		disk: data, look: look, lookAt: time.Now(), base: data,
	}, nil
}

// Name is the file's name without its folder.
func (f *File) Name() string { return f.name }

// Text returns the text and its version. The caller must not change it.
func (f *File) Text() (text []byte, version int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.newest()
	return t.bytes, t.last
}

// Saved returns the bytes on the disk as they were last seen. The caller must not change them.
func (f *File) Saved() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.disk
}

// Status returns all but the text.
func (f *File) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.newest()
	return Status{
		Version: t.last, Unsaved: f.unsaved(), Undo: len(f.undo) > 0, Redo: len(f.redo) > 0,
		Gone: f.gone, Fault: cmp.Or(f.closed, f.fault), Conflicts: f.shown(),
	}
}

func (f *File) newest() *past { return &f.texts[len(f.texts)-1] }

func (f *File) unsaved() bool { return f.gone || !bytes.Equal(f.newest().bytes, f.disk) }

// Wait returns the version once it is newer than after, or once the context ends.
func (f *File) Wait(ctx context.Context, after int) int {
	for {
		f.mu.Lock()
		version, changes := f.newest().last, f.changes
		f.mu.Unlock()
		if version > after {
			return version
		}
		select {
		case <-changes:
		case <-ctx.Done():
			return version
		}
	}
}

// Change changes the text of a version, or returns ErrStale if that is not the newest one. Changes
// with the same label, one soon after the other, are one to undo; those without a label are each one.
// Other errors are those of change, and of a text that is not YAML.
func (f *File) Change(version int, label string, change func(*edit.Document) (*edit.Document, error)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if version != f.newest().last {
		return ErrStale
	}
	d, err := f.document(f.newest())
	if err != nil {
		return err
	}
	if d, err = change(d); err != nil {
		return err
	}
	f.write(label, d.Bytes(), d)
	return nil
}

// Replace writes another text in place of that of a version, in the same way. The text need not be
// YAML. The caller must not change it any more.
func (f *File) Replace(version int, label string, text []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if version != f.newest().last {
		return ErrStale
	}
	if len(text) > maxBytes {
		return tooLong(int64(len(text)))
	}
	f.write(label, text, nil)
	return nil
}

// Pointer returns where a value of an earlier version is now. An element of a list is found by its id,
// or whatever else it is known by. The error is [ErrLost] if it is not there any more, and [ErrStale] if
// the version is too old to tell.
func (f *File) Pointer(pointer string, version int) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	from := f.past(version)
	if from < 0 {
		return "", ErrStale
	}
	if pointer != "" && pointer[0] != '/' {
		return "", ErrLost
	}
	for i := from; i+1 < len(f.texts); i++ {
		// What was taken out and put back by undoing is where it was.
		for j := len(f.texts) - 1; j > i; j-- {
			if bytes.Equal(f.texts[i].bytes, f.texts[j].bytes) {
				i = j
			}
		}
		if i+1 == len(f.texts) {
			break
		}
		old, err := f.document(&f.texts[i])
		if err != nil {
			continue // a text that is not YAML says nothing of where a value is
		}
		next := i + 1
		now, err := f.document(&f.texts[next])
		for err != nil && next+1 < len(f.texts) {
			next++
			now, err = f.document(&f.texts[next])
		}
		if err != nil {
			break
		}
		if pointer, err = moved(old, now, pointer); err != nil {
			return "", err
		}
	}
	return pointer, nil
}

// Document returns the text of a version as it is read as YAML, once for all who ask. The error is [ErrStale]
// if the version is too old, or that of [edit.Parse] if the text is not YAML.
func (f *File) Document(version int) (*edit.Document, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.past(version)
	if at < 0 {
		return nil, ErrStale
	}
	return f.document(&f.texts[at])
}

// past is the index of the text of a version, or -1 if it is too old or to come.
func (f *File) past(version int) int {
	return slices.IndexFunc(f.texts, func(t past) bool { return version >= t.first && version <= t.last })
}

// document reads a text as YAML, once.
func (f *File) document(t *past) (*edit.Document, error) {
	if t.document == nil {
		d, err := edit.Parse(f.name, t.bytes)
		if err != nil {
			return nil, err
		}
		t.document = d
	}
	return t.document, nil
}
