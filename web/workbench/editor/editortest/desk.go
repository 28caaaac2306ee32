// Package editortest is a desk for tests of the editor: it answers from what is in a file, and knows no
// catalogue.
package editortest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"charte/web/workbench/desk"
)

// catalogue is the state and all forms of a catalogue with four errors, as package fields gives them.
//
//go:embed catalogue.json
var catalogue []byte

// A Desk answers at once, or after Lag. Fields may be changed before it is followed; methods may be called at
// once.
type Desk struct {
	State desk.State
	Forms map[string]desk.Form

	// Lag is how late answers come.
	Lag time.Duration

	// Refuse is why changes are not taken; empty takes them.
	Refuse string

	mu     sync.Mutex
	update func(desk.State, error)
	asked  []string // what was asked for, in order
}

// New returns a desk with a catalogue of four services.
func New() *Desk {
	d := &Desk{}
	if err := json.Unmarshal(catalogue, d); err != nil {
		panic(err) // the file is part of the package
	}
	d.State.Preview.Version = d.State.Version
	return d
}

// Many gives the catalogue a number of services.
func (d *Desk) Many(services int) {
	section := d.section("/services")
	for i := len(section.Entries); i < services; i++ {
		entry := section.Entries[i%4]
		entry.Pointer = "/services/" + strconv.Itoa(i)
		entry.ID += "-" + strconv.Itoa(i)
		entry.Title += " " + strconv.Itoa(i)
		section.Entries = append(section.Entries, entry)
	}
}

// Choices gives the field at a pointer of a form a number of choices.
func (d *Desk) Choices(form, pointer string, choices int) {
	fields := d.Forms[form].Fields
	f := &fields[slices.IndexFunc(fields, func(f desk.Field) bool { return f.Pointer == pointer })]
	for i := len(f.Choices); i < choices; i++ {
		f.Choices = append(f.Choices, desk.Choice{Value: "choice-" + strconv.Itoa(i)})
	}
}

func (d *Desk) section(pointer string) *desk.Section {
	i := slices.IndexFunc(d.State.Sections, func(s desk.Section) bool { return s.Pointer == pointer })
	return &d.State.Sections[i]
}

// Asked returns what the desk was asked for since the last call, without forms.
func (d *Desk) Asked() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	asked := d.asked
	d.asked = nil
	return asked
}

// Tell changes the state as another program would, and tells the page.
func (d *Desk) Tell(change func(d *Desk)) {
	d.mu.Lock()
	d.State.Version++
	change(d)
	state, update := d.copied(), d.update
	d.mu.Unlock()
	update(state, nil)
}

// Fail tells the page that the states do not come.
func (d *Desk) Fail(code desk.Code) { d.update(desk.State{}, desk.Fault{Code: code}) }

// copied is the state as one answer has it.
func (d *Desk) copied() desk.State {
	state := d.State
	state.Sections = slices.Clone(state.Sections)
	for i := range state.Sections {
		state.Sections[i].Entries = slices.Clone(state.Sections[i].Entries)
	}
	return state
}

func (d *Desk) answer(what string, change func() error, done func(desk.State, error)) {
	d.mu.Lock()
	d.asked = append(d.asked, what)
	var err error
	if d.Refuse != "" {
		err = desk.Fault{Code: desk.CodeRefused, Message: d.Refuse}
	} else {
		err = change()
	}
	state := d.copied()
	d.mu.Unlock()
	d.later(func() { done(state, err) })
}

func (d *Desk) later(f func()) {
	if d.Lag == 0 {
		f()
		return
	}
	time.AfterFunc(d.Lag, f)
}

// Follow implements editor.Desk.
func (d *Desk) Follow(update func(desk.State, error)) {
	d.mu.Lock()
	d.update = update
	state := d.copied()
	d.mu.Unlock()
	d.later(func() { update(state, nil) })
}

// Form implements editor.Desk.
func (d *Desk) Form(pointer string, done func(desk.Form, error)) {
	d.mu.Lock()
	form, found := d.Forms[pointer]
	if !found { // one of those that Many has added
		form, found = d.Forms["/services/2"]
		form.Pointer = pointer
	}
	form.Version = d.State.Version
	// Answers share nothing with each other, like those of a server.
	var copied desk.Form
	text, err := json.Marshal(form)
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}
	d.mu.Unlock()
	if !found {
		err = fmt.Errorf("there is no form at %s", pointer)
	}
	d.later(func() { done(copied, err) })
}

// Change implements editor.Desk. It writes values of fields; of other changes it only takes note.
func (d *Desk) Change(c desk.Change, done func(desk.State, error)) {
	what := strings.TrimSpace(fmt.Sprintf("%s %s %s%s", c.Do, c.Pointer, c.Value, strings.Join(c.Values, ",")))
	if c.Do == desk.DeedMove {
		what += " " + strconv.Itoa(c.To)
	}
	d.answer(what, func() error {
		d.State.Version++
		d.State.Unsaved, d.State.Undo, d.State.Redo = true, true, false
		for _, pointer := range slices.Sorted(maps.Keys(d.Forms)) {
			write(d.Forms[pointer].Fields, c)
		}
		return nil
	}, done)
}

// Write gives a field a value, whoever does so. It is called within [Desk.Tell].
func (d *Desk) Write(pointer, value string) {
	for _, at := range slices.Sorted(maps.Keys(d.Forms)) {
		write(d.Forms[at].Fields, desk.Change{Do: desk.DeedSet, Pointer: pointer, Value: value})
	}
}

// write writes a change into the field that it is about.
func write(fields []desk.Field, c desk.Change) {
	for i := range fields {
		f := &fields[i]
		if f.Pointer == c.Pointer {
			f.Value, f.Written = c.Value, c.Do != desk.DeedClear
			for j := range f.Choices {
				f.Choices[j].Chosen = slices.Contains(c.Values, f.Choices[j].Value)
			}
			if c.Do == desk.DeedAdd && len(f.Items) > 0 {
				item := f.Items[0]
				item.Pointer, item.Title, item.Fields = f.Pointer+"/"+strconv.Itoa(len(f.Items)), "", nil
				f.Items = append(f.Items, item)
			}
		}
		for j := range f.Texts {
			if f.Texts[j].Pointer == c.Pointer {
				f.Texts[j].Value = c.Value
			}
		}
		for j := range f.Items {
			write(f.Items[j].Fields, c)
		}
	}
}

// Undo implements editor.Desk. It only takes note.
func (d *Desk) Undo(done func(desk.State, error)) {
	d.answer("undo", func() error {
		d.State.Version++
		d.State.Undo, d.State.Redo, d.State.Unsaved = false, true, false
		return nil
	}, done)
}

// Redo implements editor.Desk. It only takes note.
func (d *Desk) Redo(done func(desk.State, error)) {
	d.answer("redo", func() error {
		d.State.Version++
		d.State.Undo, d.State.Redo, d.State.Unsaved = true, false, true
		return nil
	}, done)
}

// Save implements editor.Desk.
func (d *Desk) Save(done func(desk.State, error)) {
	d.answer("save", func() error { d.State.Unsaved, d.State.Gone = false, false; return nil }, done)
}

// Settle implements editor.Desk.
func (d *Desk) Settle(id, take string, done func(desk.State, error)) {
	d.answer("settle "+id+" "+take, func() error {
		d.State.Version++
		d.State.Conflicts = slices.DeleteFunc(slices.Clone(d.State.Conflicts), func(c desk.Conflict) bool { return c.ID == id })
		return nil
	}, done)
}

// Effect implements editor.Desk.
func (d *Desk) Effect(done func(desk.Effect, error)) {
	d.later(func() { done(desk.Effect{Asks: "nobody"}, nil) })
}

// Translations implements editor.Desk.
func (d *Desk) Translations(done func(desk.Translations, error)) {
	d.later(func() { done(desk.Translations{Version: d.State.Version, Languages: d.State.Languages}, nil) })
}

// KnownServices implements editor.Desk.
func (d *Desk) KnownServices(_ string, done func([]desk.Known, error)) {
	d.later(func() { done(nil, nil) })
}

// Add implements editor.Desk. It only takes note.
func (d *Desk) Add(a desk.Addition, done func(desk.State, error)) {
	d.answer("add "+a.ID, func() error { d.State.Version++; return nil }, done)
}

// Drop implements editor.Desk.
func (d *Desk) Drop(name string, _ []byte, done func(desk.Offer, error)) {
	d.later(func() { done(desk.Offer{File: name}, nil) })
}

// Take implements editor.Desk. It only takes note.
func (d *Desk) Take(id string, _ []string, done func(desk.State, error)) {
	d.answer("take "+id, func() error { d.State.Version++; return nil }, done)
}
