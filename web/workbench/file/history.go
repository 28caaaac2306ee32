package file

import (
	"bytes"
	"slices"

	"charte/catalogue/edit"
)

// A former is a text to go back to.
type former struct {
	text []byte
	news int // how many of the file's news are in it, of all that there ever were
}

// A news is what another program has made of the file on the disk.
type news struct{ before, after []byte }

// write makes a text the newest, as a change that can be undone. d is the text as it is read, if it
// was.
func (f *File) write(label string, text []byte, d *edit.Document) {
	before := f.newest().bytes
	if bytes.Equal(text, before) {
		return
	}
	now := f.now()
	joined := label != "" && label == f.label && now.Sub(f.changedAt) <= joins // a label is kept only while its change can be undone
	f.label, f.changedAt, f.redo = label, now, nil
	switch {
	case !joined:
		f.undo = kept(append(f.undo, former{before, f.known()}))
	case bytes.Equal(f.undo[len(f.undo)-1].text, text): // typed, and taken back
		f.undo, f.label = f.undo[:len(f.undo)-1], ""
	}
	f.show(text, d)
}

// kept returns the newest steps that may be kept.
func kept(steps []former) []former {
	from, size := len(steps), 0
	for from > 0 && len(steps)-from < maxSteps {
		if size += len(steps[from-1].text); size > maxStepBytes {
			break
		}
		from--
	}
	return slices.Delete(steps, 0, from)
}

// show makes a text the newest.
func (f *File) show(text []byte, d *edit.Document) {
	version := f.newest().last + 1
	f.texts = append(f.texts, past{first: version, last: version, bytes: text, document: d})
	size, from := 0, len(f.texts)
	for from > 0 && len(f.texts)-from < maxTexts {
		if size += len(f.texts[from-1].bytes); size > maxTextBytes && len(f.texts)-from >= 2 {
			break
		}
		from--
	}
	f.texts = slices.Delete(f.texts, 0, from)
	f.review()
	f.tell()
}

// touch makes a version of its own for something else than the text.
func (f *File) touch() {
	f.newest().last++
	f.tell()
}

// tell wakes those who wait for a newer version.
func (f *File) tell() {
	close(f.changes)
	f.changes = make(chan struct{})
}

// Undo takes the newest change back. The error is [ErrNothing] if there is none.
func (f *File) Undo() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.swap(&f.undo, &f.redo)
}

// Redo makes the change again that was taken back last. The error is [ErrNothing] if there is none.
func (f *File) Redo() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.swap(&f.redo, &f.undo)
}

// swap goes back or forth to the next text that differs. What other programs have changed since that
// text stays: only a person's own changes are undone. Where both have changed the same value, it is a
// conflict.
func (f *File) swap(from, to *[]former) error {
	for len(*from) > 0 {
		last := len(*from) - 1
		next := (*from)[last]
		*from = (*from)[:last]
		text, clashes, ok := f.caughtUp(next)
		if bytes.Equal(text, f.newest().bytes) {
			continue
		}
		*to = append(*to, former{f.newest().bytes, f.known()})
		f.label = ""
		f.all = f.all || !ok
		f.note(clashes)
		f.show(text, nil)
		return nil
	}
	return ErrNothing
}

// known is how many news there were.
func (f *File) known() int { return f.dropped + len(f.news) }

// tidings notes that another program has changed the file from what both come from.
func (f *File) tidings(after []byte) {
	f.news = append(f.news, news{f.base, after})
	size, from := 0, len(f.news)
	for from > 0 {
		if size += len(f.news[from-1].before) + len(f.news[from-1].after); size > maxTextBytes && from < len(f.news) {
			break
		}
		from--
	}
	f.news, f.dropped = slices.Delete(f.news, 0, from), f.dropped+from
	old := func(s former) bool { return s.news < f.dropped }
	f.undo, f.redo = slices.DeleteFunc(f.undo, old), slices.DeleteFunc(f.redo, old)
}

// caughtUp returns a former text with what other programs have changed since. If that cannot be done,
// the text is as it was, and ok is false.
func (f *File) caughtUp(s former) (text []byte, clashes []clash, ok bool) {
	text = s.text
	for _, n := range f.news[s.news-f.dropped:] {
		if bytes.Equal(text, n.before) {
			text = n.after
			continue
		}
		var all []*edit.Document
		for _, b := range [][]byte{n.before, text, n.after} {
			d, err := edit.Parse(f.name, b)
			if err != nil {
				return s.text, nil, false
			}
			all = append(all, d)
		}
		both, more, ok := merged(all[0], all[1], all[2])
		if !ok {
			return s.text, nil, false
		}
		text, clashes = both, append(clashes, more...)
	}
	return text, clashes, true
}
