package workbench

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"charte/catalogue/edit"
	"charte/web/cache"
	"charte/web/engine"
	"charte/web/workbench/desk"
	"charte/web/workbench/editor"
	"charte/web/workbench/effect"
	"charte/web/workbench/fields"
	"charte/web/workbench/file"
	"charte/web/workbench/offers"
	"charte/web/workbench/preview"
	"charte/web/workbench/words"
)

// wire joins the rooms for a file. self is the server's own host and port. What it begins ends with
// ctx. complain shows a mistake of our own in the terminal.
func wire(ctx context.Context, name, self string, complain func(text string)) (Rooms, error) {
	f, err := file.Open(name)
	if err != nil {
		return Rooms{}, err
	}
	go steady(ctx, f.Watch, complain)
	d := &wired{file: f, preview: preview.New(preview.Options{Engine: engine.Light(), Cache: cache.User(), Self: self, Secret: secret()})}
	return Rooms{
		State: d.state,
		Wait:  func(ctx context.Context, after int) { f.Wait(ctx, after) },
		Text:  func() []byte { text, _ := f.Text(); return text },
		Form: func(pointer string) (desk.Form, error) {
			o, version := d.look()
			form, err := o.Form(pointer)
			form.Version = version
			return form, err
		},
		Effect: func() desk.Effect {
			text, _ := f.Text()
			return effect.Of(f.Name(), f.Saved(), text)
		},
		Translations: func() desk.Translations {
			text, version := f.Text()
			return effect.Translations(f.Name(), text, version)
		},
		Known: func(query, language string) []desk.Known {
			text, _ := f.Text()
			return offers.Search(text, query, language)
		},
		Change: d.change,
		Undo:   f.Undo,
		Redo:   f.Redo,
		Save: func() error {
			err := f.Save()
			if errors.Is(err, file.ErrChanged) {
				return desk.Fault{Code: desk.CodeChanged, Message: err.Error()}
			}
			return err
		},
		Settle: f.Settle,
		Add: func(a desk.Addition) error {
			return d.replace(func(text []byte) ([]byte, error) { return offers.Add(f.Name(), f.Saved(), text, a) })
		},
		Drop: func(ctx context.Context, name string, data []byte) (desk.Offer, error) {
			text, _ := f.Text()
			offer, err := offers.Drop(ctx, f.Name(), text, name, data)
			if err != nil {
				return desk.Offer{}, err
			}
			d.shelf.Put(offer)
			return offer.Offer, nil
		},
		Take: func(id string, items []string) error {
			offer, err := d.shelf.Offer(id)
			if err != nil {
				return err
			}
			return d.replace(func(text []byte) ([]byte, error) { return offer.Take(f.Saved(), text, items) })
		},
		Preview: d.preview.Handler(),
		Words:   words.In,
		Style:   slices.Concat(editor.CSS, editor.DialogsCSS),
	}, nil
}

// pause is how long after a panic the watching goes on, so that the terminal can still be read.
const pause = 10 * time.Second

// steady does something until ctx ends. A panic would end the command, and with it what is not saved;
// instead it is shown, and the work is begun again.
func steady(ctx context.Context, work func(context.Context), complain func(text string)) {
	for ctx.Err() == nil {
		func() {
			defer func() {
				if mistake := recover(); mistake != nil {
					complain(ownMistake("the file's watch", mistake))
				}
			}()
			work(ctx)
		}()
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// wired is a file with what was read of its newest text.
type wired struct {
	file    *file.File
	preview *preview.Preview
	shelf   offers.Shelf

	mu      sync.Mutex
	text    []byte
	outline *fields.Outline // of text; nil before the first look
}

// look reads the newest text, unless it was read before, and has the preview show it where it has no
// errors.
func (d *wired) look() (o fields.Outline, version int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	text, version := d.file.Text()
	if d.outline == nil || !bytes.Equal(text, d.text) {
		read := fields.LookAt(d.file.Name(), text, func() (*edit.Document, error) {
			document, err := d.file.Document(version)
			if errors.Is(err, file.ErrStale) { // many changes have come since
				return edit.Parse(d.file.Name(), text)
			}
			return document, err
		})
		d.text, d.outline = text, &read
		if read.Catalogue != nil {
			d.preview.Show(version, read.Catalogue)
		}
	}
	return *d.outline, version
}

// state is all that the page shows beside the form.
func (d *wired) state() desk.State {
	o, version := d.look()
	status := d.file.Status()
	for status.Version != version { // it was changed between the two
		o, version = d.look()
		status = d.file.Status()
	}
	shown := d.preview.Shown()
	shown.Stale = o.Catalogue == nil
	return desk.State{
		Version: version, File: d.file.Name(), Languages: o.Languages,
		Light: o.Light, Findings: o.Findings, Sections: o.Sections,
		Unsaved: status.Unsaved, Undo: status.Undo, Redo: status.Redo, Gone: status.Gone, Unreadable: status.Fault, Conflicts: status.Conflicts,
		Preview: shown,
	}
}

// change makes a change at the place where the value that the person saw is now. What is typed into
// one field is one step to undo.
func (d *wired) change(c desk.Change) error {
	return again(func() error {
		_, version := d.file.Text()
		now := c
		pointer, err := d.file.Pointer(c.Pointer, c.Version)
		if err != nil {
			return err
		}
		now.Pointer = pointer
		label := ""
		if c.Do == desk.DeedSet {
			label = pointer
		}
		return d.file.Change(version, label, func(text *edit.Document) (*edit.Document, error) { return fields.Change(text, now) })
	})
}

// replace gives the file another text, made of the one that it has.
func (d *wired) replace(with func(text []byte) ([]byte, error)) error {
	return again(func() error {
		text, version := d.file.Text()
		text, err := with(text)
		if err != nil {
			return err
		}
		return d.file.Replace(version, "", text)
	})
}

// again does something that fails if the disk brings another text meanwhile, which is seldom, until
// it does not.
func again(do func() error) error {
	const most = 5
	err := do()
	for range most {
		if !errors.Is(err, file.ErrStale) {
			break
		}
		err = do()
	}
	return err
}
