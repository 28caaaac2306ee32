package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"charte/catalogue/edit"
	"charte/web/whole"
)

func tooLong(size int64) error {
	return fmt.Errorf("the file has %d bytes, %d at most", size, maxBytes)
}

var errNoFile = errors.New("this is not a file with text in it")

// read reads a file from the disk.
func read(path string) ([]byte, fs.FileInfo, error) {
	look, err := os.Stat(path) // before it is opened, which would wait for a pipe
	switch {
	case err != nil:
		return nil, nil, err
	case !look.Mode().IsRegular():
		return nil, nil, errNoFile
	case look.Size() > maxBytes:
		return nil, nil, tooLong(look.Size())
	}
	opened, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer opened.Close()
	data, err := io.ReadAll(io.LimitReader(opened, maxBytes+1))
	if err != nil {
		return nil, nil, err
	}
	if len(data) > maxBytes {
		return nil, nil, tooLong(int64(len(data)))
	}
	look, err = opened.Stat()
	return data, look, err
}

// alike reports whether two looks at a file show the same one, with nothing written between them. nil
// stands for no file.
func alike(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && os.SameFile(a, b)
}

// Watch takes what other programs write into the file, until the context ends.
func (f *File) Watch(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var w watch
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f.glance(&w)
		}
	}
}

// A watch is what was seen at the last look.
type watch struct {
	look fs.FileInfo // nil for no file
	new  bool        // whether it differs from what the file is known to be
}

// glance looks at the disk. What is new is taken at the second look that shows the same, so that no
// half-written file is.
func (f *File) glance(w *watch) {
	if !f.saving.TryLock() { // what is seen now may be what is being saved
		*w = watch{}
		return
	}
	defer f.saving.Unlock()
	look, err := os.Stat(f.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // as in a folder that may not be entered
		*w = watch{}
		f.mu.Lock()
		f.shut(err)
		f.mu.Unlock()
		return
	}
	f.mu.Lock()
	known, gone, closed := f.look, f.gone, f.closed != ""
	f.mu.Unlock()
	if look != nil && !gone && !closed && alike(look, known) && !f.again() {
		*w = watch{}
		f.mu.Lock()
		f.look = look // which may have another mode
		f.mu.Unlock()
		return
	}
	if !w.new || !alike(w.look, look) {
		*w = watch{look, true}
		return
	}
	if look == nil {
		f.vanish()
		return
	}
	data, then, err := read(f.path)
	if err == nil && !alike(then, look) {
		*w = watch{then, true} // written while it was read
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.shut(err)
		return
	}
	f.take(data, then)
}

// again reports whether a file that looks as it did has other contents: it was written once more so
// soon after it was read that its time is the same.
func (f *File) again() bool {
	f.mu.Lock()
	soon := f.lookAt.Sub(f.look.ModTime()).Abs() < coarse
	f.mu.Unlock()
	if !soon {
		return false
	}
	now := time.Now()
	data, look, err := read(f.path)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil || !alike(look, f.look) { // which the next look sees
		return false
	}
	if !bytes.Equal(data, f.disk) {
		return true
	}
	f.lookAt = now
	return false
}

// vanish notes that the file is not there any more.
func (f *File) vanish() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.gone {
		f.gone = true
		f.touch()
	}
}

// shut notes that what is on the disk cannot be read at all.
func (f *File) shut(err error) {
	if why := reason(err).Error(); f.closed != why {
		f.closed = why
		f.touch()
	}
}

// take puts what is on the disk now together with the text.
func (f *File) take(theirs []byte, look fs.FileInfo) {
	news := f.gone || f.closed != ""
	f.look, f.lookAt, f.gone, f.closed = look, time.Now(), false, ""
	if bytes.Equal(theirs, f.disk) {
		if news {
			f.touch()
		}
		return
	}
	f.disk, f.label = theirs, ""
	version, mine := f.newest().last, f.newest().bytes
	f.join(mine, theirs)
	if f.newest().last == version {
		f.touch()
	}
}

// join puts two texts together. Where that cannot be done, mine stays.
func (f *File) join(mine, theirs []byte) {
	there, err := edit.Parse(f.name, theirs)
	f.theirs, f.fault = there, ""
	switch {
	case bytes.Equal(mine, theirs):
		f.tidings(theirs)
		f.base, f.all, f.conflicts = theirs, false, nil
		return
	case err != nil:
		f.fault, f.all = err.Error(), true
		return
	case bytes.Equal(mine, f.base):
		f.tidings(theirs)
		f.base, f.all, f.conflicts = theirs, false, nil
		f.show(theirs, there)
		return
	}
	f.all = true
	here, err := f.document(f.newest())
	if err != nil {
		return
	}
	base, err := edit.Parse(f.name, f.base)
	if err != nil {
		return
	}
	f.review() // before the text has the names of the disk, by which no conflict knows it yet
	text, clashes, ok := merged(base, here, there)
	if !ok {
		return
	}
	f.tidings(theirs)
	f.base, f.all = theirs, false
	f.note(clashes)
	if !bytes.Equal(text, mine) {
		f.show(text, nil)
	}
	f.review()
}

// Save writes the text to the disk, whole or not at all. The file keeps its mode and, where the system
// lets it, its owner. The errors are [ErrConflicts], [ErrChanged] and, for people, those of the disk; the
// text stays in any case.
func (f *File) Save() error {
	f.saving.Lock()
	defer f.saving.Unlock()
	f.mu.Lock()
	text, seen, was := f.newest().bytes, f.disk, f.look
	clashing, closed, unsaved := f.all || len(f.conflicts) > 0, f.closed, f.unsaved()
	f.mu.Unlock()
	switch {
	case clashing:
		return ErrConflicts
	case closed != "":
		return fmt.Errorf("%s: %s", f.name, closed)
	}
	if look, err := os.Stat(f.path); err == nil {
		if !unsaved { // programs that watch the file have nothing to do
			return f.unchanged(seen)
		}
		was = look // whose mode may be another one meanwhile
		if opened, err := os.OpenFile(f.path, os.O_WRONLY, 0); err != nil {
			return f.plain(err) // renaming would write even what is for reading only
		} else if err := opened.Close(); err != nil {
			return err
		}
	}
	look, err := whole.Rewrite(f.path, text, was, func() error { return f.unchanged(seen) })
	if err != nil {
		return f.plain(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.disk, f.base, f.look, f.lookAt, f.gone, f.label, f.theirs = text, text, look, time.Now(), false, "", nil
	f.touch()
	return nil
}

// unchanged looks at the disk once more before the file is overwritten.
func (f *File) unchanged(seen []byte) error {
	data, look, err := read(f.path)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.shut(err)
		return err
	}
	if err == nil && !bytes.Equal(data, f.disk) {
		f.take(data, look)
	}
	switch {
	case bytes.Equal(seen, f.disk):
		return nil
	case f.all || len(f.conflicts) > 0: // its changes are not all in the text
		return ErrConflicts
	}
	return ErrChanged
}

// plain is an error of the disk for people.
func (f *File) plain(err error) error {
	if errors.Is(err, ErrChanged) || errors.Is(err, ErrConflicts) {
		return err
	}
	folder, why := filepath.Dir(f.path), reason(err)
	switch _, missing := os.Stat(folder); {
	case errors.Is(missing, fs.ErrNotExist):
		return fmt.Errorf("%s: the folder %s is not there any more; make it again, and save then", f.name, folder)
	case errors.Is(err, fs.ErrPermission) && about(err) != f.path:
		return fmt.Errorf("%s cannot be saved, since you may not write into the folder %s: %w", f.name, folder, why)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s cannot be saved, since you may not read and write it: %w", f.name, why)
	}
	return fmt.Errorf("%s cannot be saved: %w", f.name, why)
}

// reason is an error without the call of the system and the names of the files that it was about,
// one of which only we know.
func reason(err error) error {
	if one := (*fs.PathError)(nil); errors.As(err, &one) {
		return one.Err
	}
	if two := (*os.LinkError)(nil); errors.As(err, &two) {
		return two.Err
	}
	return err
}

// about is the name of the file that an error is about, or "".
func about(err error) string {
	if one := (*fs.PathError)(nil); errors.As(err, &one) {
		return one.Path
	}
	return ""
}
