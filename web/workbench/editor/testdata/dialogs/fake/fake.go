// Package fake is a desk for tests of the dialogs, with a small catalogue in its memory.
package fake

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"charte/web/workbench/desk"
)

// A Desk answers as the workbench's server does, from memory.
type Desk struct {
	Run     func(answer func()) // gives an answer, at once or later
	Log     func(call string)   // is told of each call; nil for nobody
	Refuses string              // the deed that is refused, "add" or "change"; "" for none
	Now     desk.State          // the state
	All     desk.Translations   // the texts
}

// New returns a desk whose answers come at once.
func New() *Desk {
	d := &Desk{Run: func(answer func()) { answer() }, Now: State(), All: Translations()}
	return d
}

func (d *Desk) log(format string, values ...any) {
	if d.Log != nil {
		d.Log(fmt.Sprintf(format, values...))
	}
}

func (d *Desk) refused(deed string) error {
	if d.Refuses == deed {
		return ErrRefused
	}
	return nil
}

// KnownServices implements editor.DialogDesk.
func (d *Desk) KnownServices(query string, then func([]desk.Known, error)) {
	d.log("known %q", query)
	var found []desk.Known
	for _, known := range Known() {
		known.Declared = known.Declared || slices.ContainsFunc(d.Now.Sections[1].Entries, func(e desk.Entry) bool { return e.ID == known.ID })
		if strings.Contains(strings.ToLower(known.Name+known.Purpose), strings.ToLower(query)) {
			found = append(found, known)
		}
	}
	err := d.refused("known")
	d.Run(func() { then(found, err) })
}

// Add implements editor.DialogDesk.
func (d *Desk) Add(a desk.Addition, then func(desk.State, error)) {
	d.log("add %s category=%q with=%v accepts=%v", a.ID, a.Category, a.With, a.AcceptsUnknown)
	if d.refused("add") == nil {
		services := &d.Now.Sections[1]
		services.Entries = append(slices.Clone(services.Entries), desk.Entry{Pointer: fmt.Sprintf("/services/%d", len(services.Entries)), ID: a.ID, Title: a.ID})
	}
	d.answer("add", then)
}

// Form implements editor.DialogDesk. It tells the categories, one of which the file does not declare itself.
func (d *Desk) Form(pointer string, then func(desk.Form, error)) {
	d.log("form %s", pointer)
	d.Run(func() {
		then(desk.Form{Pointer: pointer, Fields: []desk.Field{{Name: "service.id"}, {Name: "service.category", Kind: desk.KindChoice, Choices: []desk.Choice{
			{Value: "statistics", Label: "Mesure d’audience"}, {Value: "third-party", Label: "Services tiers"}, {Value: "inherited", Label: "D’un autre catalogue"}, {Value: "unnamed"},
		}}}}, nil)
	})
}

// Drop implements editor.DialogDesk.
func (d *Desk) Drop(name string, data []byte, then func(desk.Offer, error)) {
	d.log("drop %s %d", name, len(data))
	offer, err := Offer(), d.refused("drop")
	offer.File = name
	if name == "orejime.json" {
		offer.Kind, offer.Items = "import", nil
	}
	d.Run(func() { then(offer, err) })
}

// Take implements editor.DialogDesk.
func (d *Desk) Take(id string, items []string, then func(desk.State, error)) {
	d.log("take %s %s", id, strings.Join(items, ","))
	d.answer("take", then)
}

// Translations implements editor.DialogDesk.
func (d *Desk) Translations(then func(desk.Translations, error)) {
	d.log("translations")
	all, err := d.All, d.refused("texts")
	all.Rows = slices.Clone(all.Rows)
	for i := range all.Rows {
		all.Rows[i].Texts = slices.Clone(all.Rows[i].Texts)
	}
	d.Run(func() { then(all, err) })
}

// Change implements editor.DialogDesk.
func (d *Desk) Change(c desk.Change, then func(desk.State, error)) {
	d.log("%s %s %q", c.Do, c.Pointer, c.Value)
	if d.refused("change") == nil {
		d.All.Missing = map[string]int{}
		for i := range d.All.Rows {
			d.All.Rows[i].Texts = slices.Clone(d.All.Rows[i].Texts)
			for j := range d.All.Rows[i].Texts {
				w := &d.All.Rows[i].Texts[j]
				if w.Pointer == c.Pointer {
					w.Value = c.Value
				}
				if w.Value+w.Otherwise == "" {
					d.All.Missing[w.Language]++
				}
			}
		}
		d.All.Version = d.Now.Version + 1
	}
	d.answer("change", then)
}

// Effect implements editor.DialogDesk.
func (d *Desk) Effect(then func(desk.Effect, error)) {
	d.log("effect")
	err := d.refused("effect")
	d.Run(func() { then(Effect(), err) })
}

// Save implements editor.DialogDesk.
func (d *Desk) Save(then func(desk.State, error)) {
	d.log("save")
	d.answer("save", then)
}

// answer gives the state, a version later.
func (d *Desk) answer(deed string, then func(desk.State, error)) {
	if err := d.refused(deed); err != nil {
		d.Run(func() { then(desk.State{}, err) })
		return
	}
	d.Now.Version++
	d.Now.Unsaved = deed != "save"
	state := d.Now
	d.Run(func() { then(state, nil) })
}

// ErrRefused is an error in a server's words.
var ErrRefused = errors.New(`mine.yaml:41:7: parameter "host": "stats example" is not a host`)
