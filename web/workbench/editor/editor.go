// Package editor is the page of the workbench: go-app components, and their style sheet. It knows no HTTP: a
// [Desk] is its other side. Components render what the [Editor] gives them, and emit what the person does;
// the Editor alone talks to the desk.
package editor

import (
	_ "embed"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// CSS is the style sheet of the page. It needs no other file.
//
//go:embed editor.css
var CSS []byte

// What components emit. The value of each is in brackets.
const (
	actionWrite  = "write"  // a change of a field [written]
	actionLeave  = "leave"  // the field at a pointer has lost the focus [string]
	actionDo     = "do"     // a change that is no field's: adding, removing, moving [desk.Change]
	actionChoose = "choose" // the form of a section or an entry [string]
	actionGo     = "go"     // a finding's field [desk.Finding]
	actionView   = "view"   // what is shown beside the form [View]
	actionUndo   = "undo"
	actionRedo   = "redo"
	actionSave   = "save"
	actionSettle = "settle" // a conflict [settlement]
	actionSpeak  = "speak"  // the page's language [string]
)

// quietTime is how long nothing must be typed in a field before what is typed there is sent, except for the first
// letter, which is sent at once: the preview follows within 300 ms, and needs most of them (TestFollows in
// web/workbench).
const quietTime = 100 * time.Millisecond

// A View is what the page shows beside the form. On a narrow page it is all that is shown.
type View string

// The views.
const (
	ViewDeclare  View = "declare" // the form; beside it, the preview
	ViewPreview  View = "preview"
	ViewFindings View = "findings"
)

type (
	// A written is a change of a field. Now says that it was chosen and not typed, so that it is sent at once.
	written struct {
		change desk.Change
		now    bool
	}
	settlement struct{ id, take string }
)

// An Editor is the whole page. Desk must be set; the other fields may be left.
type Editor struct {
	app.Compo

	Desk Desk

	// Texts gives the page's texts in each of its languages.
	Texts map[string]map[string]string

	// Language is what the page speaks at first. Empty means English.
	Language string

	tongue *Tongue
	kit    *DialogKit
	state  *desk.State // nil before the first
	form   *desk.Form  // nil while there is none
	drafts drafts
	parts  growth // of the page: see Render

	at    string // the pointer of the section or entry whose form is shown
	entry string // the entry's id, by which it is found again
	goal  string // the pointer of the field that gets the focus once it is there
	bring string // the same for a new element of a list, of which only the list's pointer is known
	view  View

	update  func(desk.State, error) // takes a state over; set once the page is there
	fault   desk.Code               // why the states do not come; empty while they do
	failure string                  // why the last deed was not done
	touched string                  // the id of the text field that was typed in since it has the focus
}

// OnInit implements app.Initializer.
func (e *Editor) OnInit() {
	if e.Language == "" {
		e.Language = "en"
	}
	e.view = ViewDeclare
	e.drafts = drafts{}
	e.tongue = &Tongue{Language: e.Language, Texts: e.Texts[e.Language]}
}

// OnMount implements app.Mounter.
func (e *Editor) OnMount(ctx app.Context) {
	for action, handle := range map[string]app.ActionHandler{
		actionWrite:  e.onWrite,
		actionLeave:  func(ctx app.Context, a app.Action) { e.leave(ctx, a.Value.(string)) },
		actionDo:     e.onDo,
		actionChoose: func(ctx app.Context, a app.Action) { e.choose(ctx, a.Value.(string), "") },
		actionGo:     e.onGo,
		actionView:   func(_ app.Context, a app.Action) { e.view = a.Value.(View) },
		actionUndo:   func(ctx app.Context, _ app.Action) { e.flush(ctx); e.Desk.Undo(e.answer(ctx, "")) },
		actionRedo:   func(ctx app.Context, _ app.Action) { e.flush(ctx); e.Desk.Redo(e.answer(ctx, "")) },
		actionSave:   func(ctx app.Context, _ app.Action) { e.flush(ctx); e.Desk.Save(e.answer(ctx, "")) },
		actionSettle: func(ctx app.Context, a app.Action) {
			s := a.Value.(settlement)
			e.Desk.Settle(s.id, s.take, e.answer(ctx, ""))
		},
		actionSpeak: func(ctx app.Context, a app.Action) { e.speak(a.Value.(string)) },
		// A dialog shows the text that the server has, so what was typed goes there first.
		ActionOpenDialog: func(ctx app.Context, _ app.Action) { e.flush(ctx) },
		ActionDeskState:  func(ctx app.Context, a app.Action) { e.receive(ctx, a.Value.(desk.State)) },
	} {
		ctx.Handle(action, handle)
	}
	app.Window().Call("addEventListener", "keydown", app.FuncOf(func(_ app.Value, args []app.Value) any {
		e.press(ctx, app.Event{Value: args[0]})
		return nil
	}))
	app.Window().Call("addEventListener", "beforeunload", app.FuncOf(func(_ app.Value, args []app.Value) any {
		if e.unsaved() {
			args[0].Call("preventDefault") // the browser then asks
		}
		return nil
	}))
	e.speak(e.Language)
	e.update = func(s desk.State, err error) {
		ctx.Dispatch(func(ctx app.Context) {
			if err != nil {
				e.fault = desk.CodeBad
				if fault := (desk.Fault{}); errors.As(err, &fault) {
					e.fault = fault.Code
				}
				return
			}
			e.fault = ""
			e.receive(ctx, s)
		})
	}
	e.Desk.Follow(e.update)
}

// unsaved reports whether anything would be missing from the file if the page went now. The server keeps the
// text, but whoever closes the page may well end the server next.
func (e *Editor) unsaved() bool {
	return e.state != nil && e.state.Unsaved || len(e.drafts) > 0
}

// speak changes the page's language.
func (e *Editor) speak(language string) {
	t := &Tongue{Language: language, Texts: e.Texts[language]}
	e.tongue = t
	e.kit = &DialogKit{Desk: e.Desk, Say: t.Say, Count: t.Count, Label: t.Label, Named: t.Named, Language: language}
	app.Window().Get("document").Get("documentElement").Set("lang", language)
}

// press does what a key says. Ctrl+Z is a text field's own while letters were typed since it has the focus:
// people expect the last letters to go, and what the field then has is a change like any other. Everywhere
// else it takes back the last change, whichever field that was in.
func (e *Editor) press(ctx app.Context, event app.Event) {
	if !event.Get("ctrlKey").Truthy() && !event.Get("metaKey").Truthy() || event.Get("altKey").Truthy() {
		return
	}
	if app.Window().Get("document").Call("querySelector", "dialog[open]").Truthy() {
		return // a dialog lies over the page
	}
	action := ""
	switch key := strings.ToLower(event.Get("key").String()); {
	case key == "s":
		action = actionSave
	case e.touched != "" && e.touched == focused():
		return
	case key == "z" && event.Get("shiftKey").Truthy(), key == "y":
		action = actionRedo
	case key == "z":
		action = actionUndo
	default:
		return
	}
	event.PreventDefault()
	ctx.NewAction(action)
}

// answer is what is done with the answer to a deed. pointer is that of the field that was changed, or empty.
func (e *Editor) answer(ctx app.Context, pointer string) func(desk.State, error) {
	return func(s desk.State, err error) {
		ctx.Dispatch(func(ctx app.Context) {
			switch {
			case err == nil:
				e.failure = ""
				e.drafts.answered(pointer, s.Version)
				e.receive(ctx, s)
				if e.form != nil {
					e.drafts.shown(e.form.Version) // a change that changes nothing brings no new form
				}
			case pointer == "":
				e.failure = err.Error()
			default:
				e.drafts.refuse(pointer, err.Error())
			}
			if !e.drafts.waits(pointer) {
				e.send(ctx, pointer) // what was typed meanwhile
			}
		})
	}
}

// receive takes over a state, unless a later one is there already.
func (e *Editor) receive(ctx app.Context, s desk.State) {
	first := e.state == nil
	if !first && s.Version < e.state.Version {
		return
	}
	renewed := first || s.Version > e.state.Version
	e.state = &s
	if first {
		e.parts.reach(1)
		e.parts.grow(ctx, partsOfPage, 1)
	}
	e.follow()
	title := s.File
	if s.Unsaved {
		title = "• " + title
	}
	app.Window().Get("document").Set("title", title+" – Charte")
	if renewed {
		e.load(ctx)
	}
}

// follow keeps the same entry chosen where its place in the list has changed.
func (e *Editor) follow() {
	var there, fallback string
	for _, section := range e.state.Sections {
		if fallback == "" {
			fallback = section.Pointer
		}
		switch {
		case section.Pointer == e.at:
			return
		case !below(e.at, section.Pointer):
			continue
		}
		fallback = section.Pointer
		for _, entry := range section.Entries {
			switch {
			case entry.Pointer == e.at && (entry.ID == e.entry || there == ""):
				there = entry.Pointer
			case entry.ID == e.entry && e.entry != "":
				there = entry.Pointer
			}
		}
	}
	if there == "" {
		there = fallback
	}
	if there != e.at {
		e.at, e.form = there, nil
	}
	e.entry = e.idAt(e.at)
}

// idAt is the id of the entry at a pointer, or empty.
func (e *Editor) idAt(pointer string) string {
	if section, entry := e.find(pointer); section != nil && entry != nil {
		return entry.ID
	}
	return ""
}

// find returns the section, and the entry, at a pointer. Either may be nil.
func (e *Editor) find(pointer string) (*desk.Section, *desk.Entry) {
	if e.state == nil {
		return nil, nil
	}
	for i := range e.state.Sections {
		section := &e.state.Sections[i]
		if section.Pointer == pointer {
			return section, nil
		}
		for j := range section.Entries {
			if section.Entries[j].Pointer == pointer {
				return section, &section.Entries[j]
			}
		}
	}
	return nil, nil
}

// isList reports whether a section has entries in place of a form.
func isList(section *desk.Section) bool { return section.Adds || len(section.Entries) > 0 }

// choose shows the form at a pointer, and gives the focus to one of its fields, unless goal is empty.
func (e *Editor) choose(ctx app.Context, pointer, goal string) {
	e.flush(ctx)
	e.view, e.goal = ViewDeclare, goal
	if pointer != e.at {
		e.at, e.entry, e.form = pointer, e.idAt(pointer), nil
		if form := app.Window().GetElementByID("form"); form.Truthy() {
			form.Set("scrollTop", 0)
		}
		e.load(ctx)
	}
	e.reach(ctx)
}

// load asks for the form that is to be shown.
func (e *Editor) load(ctx app.Context) {
	at := e.at
	if section, entry := e.find(at); section == nil || entry == nil && isList(section) {
		e.form = nil
		return
	}
	e.Desk.Form(at, func(f desk.Form, err error) {
		ctx.Dispatch(func(ctx app.Context) {
			switch {
			case at != e.at || err == nil && e.form != nil && f.Version < e.form.Version:
				return // another was chosen, or a later one is there
			case err != nil:
				e.failure = err.Error()
				return
			}
			e.form = &f
			e.drafts.shown(f.Version)
			e.reach(ctx)
		})
	})
}

// newest is the pointer of the last element of the list at a pointer.
func newest(fields []desk.Field, list string) string {
	for _, f := range fields {
		if n := len(f.Items); f.Pointer == list && n > 0 {
			return f.Items[n-1].Pointer
		}
	}
	return list
}

// reach gives the focus to the field that was asked for, once the form of the last state is rendered.
func (e *Editor) reach(ctx app.Context) {
	if section, entry := e.find(e.at); section != nil && (entry != nil || !isList(section)) {
		if e.form == nil || e.form.Version < e.state.Version {
			return // the form is on its way
		}
		if e.bring != "" {
			e.goal, e.bring = newest(e.form.Fields, e.bring), ""
		}
	}
	if e.goal == "" {
		return
	}
	ctx.Defer(func(app.Context) {
		focusOn(e.goal)
		e.goal = ""
	})
}

func (e *Editor) onWrite(ctx app.Context, a app.Action) {
	w := a.Value.(written)
	if e.form != nil {
		w.change.Version = e.form.Version
	}
	pointer := w.change.Pointer
	edit := e.drafts.write(w.change)
	if w.now {
		e.leave(ctx, pointer)
		return
	}
	e.touched = focused()
	send := func(ctx app.Context) {
		if e.drafts.rests(pointer, edit) && !e.drafts.waits(pointer) {
			e.send(ctx, pointer)
		}
	}
	if edit == 1 { // nothing typed here waits
		send(ctx)
		return
	}
	ctx.After(quietTime, send)
}

// leave sends what was typed or chosen in a field that is done with.
func (e *Editor) leave(ctx app.Context, pointer string) {
	e.touched = ""
	e.drafts.leave(pointer)
	e.send(ctx, pointer)
}

// send sends the draft at a pointer, if there is one that was not sent.
func (e *Editor) send(ctx app.Context, pointer string) {
	if change, due := e.drafts.due(pointer); due {
		e.Desk.Change(change, e.answer(ctx, pointer))
	}
}

// flush sends all that was typed, before a deed that needs it. The desk does what it is told in that order.
func (e *Editor) flush(ctx app.Context) {
	for _, pointer := range e.drafts.pointers() {
		if change, due := e.drafts.unsent(pointer); due {
			e.Desk.Change(change, e.answer(ctx, pointer))
		}
	}
}

func (e *Editor) onDo(ctx app.Context, a app.Action) {
	change := a.Value.(desk.Change)
	if change.Version = e.state.Version; e.form != nil && below(change.Pointer, e.form.Pointer) {
		change.Version = e.form.Version
	}
	e.flush(ctx)
	answer, at := e.answer(ctx, ""), e.at
	e.Desk.Change(change, func(s desk.State, err error) {
		answer(s, err)
		ctx.Dispatch(func(ctx app.Context) {
			if err == nil && e.at == at { // else the person has gone elsewhere meanwhile
				e.done(ctx, change)
			}
		})
	})
}

// done leads to what a change of a list has left: the new element, the one that was moved, or the list. The
// button that was pressed may be gone, and whoever works by keyboard would be at the top of the page.
func (e *Editor) done(ctx app.Context, change desk.Change) {
	section, entry := e.find(change.Pointer)
	list := above(change.Pointer)
	whole, _ := e.find(list) // the section, if the change is about one of its entries
	switch change.Do {
	case desk.DeedAdd:
		if section == nil || entry != nil {
			e.bring = change.Pointer // once the form has it
			e.reach(ctx)
		} else if n := len(section.Entries); n > 0 {
			last := section.Entries[n-1].Pointer
			e.choose(ctx, last, last)
		}
	case desk.DeedMove:
		to := list + "/" + strconv.Itoa(change.To)
		if whole != nil && e.at != list {
			e.choose(ctx, to, to)
			return
		}
		e.goal = to
		e.reach(ctx)
	case desk.DeedRemove:
		if whole != nil {
			e.choose(ctx, list, list)
			return
		}
		e.goal = list
		e.reach(ctx)
	}
}

func (e *Editor) onGo(ctx app.Context, a app.Action) {
	finding := a.Value.(desk.Finding)
	e.choose(ctx, finding.Section, finding.Pointer)
}

// partsOfPage are the bar with the tabs, the outline, the form, and what is beside it. They come one after the other
// when the page is opened: the browser compiles what is run for the first time, and all at once would take too long.
const partsOfPage = 4

// Render implements app.Composer.
func (e *Editor) Render() app.UI {
	t := e.tongue
	parts := e.parts.of(partsOfPage, e.Mounted())
	if e.state == nil {
		return app.Div().Class("page").Body(
			&Status{Lines: e.conditions()},
			app.Main().Class("empty").Body(app.P().Text(t.Say("loading"))),
		)
	}
	s := e.state
	return app.Div().Class("page").DataSet("view", string(e.view)).Body(
		app.Div().Class("skips").Body(
			app.A().Class("skip").Href("#form").Text(t.Say("skip.form")).OnClick(skipTo, app.EventScope("form")),
			app.A().Class("skip").Href("#beside").Text(t.Say("skip.preview")).OnClick(skipTo, app.EventScope("beside")),
		),
		&Bar{
			Tongue: t, File: s.File, Light: s.Light, Errors: count(s, desk.LevelError), Warnings: count(s, desk.LevelWarning),
			Unsaved: s.Unsaved, Undo: s.Undo, Redo: s.Redo, Held: len(s.Conflicts) > 0, Kit: e.kit, Version: s.Version,
		},
		&Status{Lines: e.conditions()},
		&Tabs{Tongue: t, View: e.view, Findings: len(s.Findings)},
		app.If(parts > 1, func() app.UI { return &Outline{Tongue: t, Sections: s.Sections, At: e.at} }),
		app.Main().Class("work").Body(
			app.Div().ID("form").Class("form").TabIndex(-1).Body(app.If(parts > 2, func() app.UI {
				return &Conflicts{Tongue: t, Conflicts: s.Conflicts, Sections: s.Sections, Unreadable: s.Unreadable != "" || s.Gone}
			}), app.If(parts > 2, e.middle)),
			app.Section().ID("beside").Class("beside").TabIndex(-1).Aria("label", t.Say("beside")).Body(app.If(parts > 3, func() app.UI {
				return &Preview{Tongue: t, Preview: s.Preview, Languages: s.Languages}
			}), app.If(parts > 3, func() app.UI {
				return &Findings{Tongue: t, Findings: s.Findings}
			})),
		),
		&Dialogs{Kit: e.kit, State: s},
	)
}

// middle is what the middle column shows: a form, or the entries of a list.
func (e *Editor) middle() app.UI {
	section, entry := e.find(e.at)
	switch {
	case section == nil:
		return app.Div()
	case entry == nil && isList(section):
		return &List{Tongue: e.tongue, Section: section}
	}
	sheet := &Sheet{Tongue: e.tongue, Pointer: e.at, Form: e.form, Drafts: e.drafts.of(e.at), Goal: e.goal}
	sheet.Title = sectionTitle(e.tongue, section.Pointer)
	if entry != nil {
		sheet.Section, sheet.Title, sheet.Entries = sheet.Title, entry.Title, len(section.Entries)
	}
	return sheet
}

// conditions are sentences that hold for as long as they are shown.
func (e *Editor) conditions() []string {
	var lines []string
	say := func(holds bool, key string, values ...string) {
		if holds {
			lines = append(lines, e.tongue.Say(key, values...))
		}
	}
	say(e.fault != "", "status."+string(e.fault))
	if s := e.state; s != nil {
		say(s.Gone, "status.gone", "file", s.File)
		say(s.Unreadable != "" && !s.Gone, "status.unreadable", "why", s.Unreadable)
		say(len(s.Conflicts) > 0, "status.conflicts")
		say(s.Preview.Stale, "status.stale")
	}
	say(e.failure != "", "status.failure", "why", e.failure)
	return lines
}

// count counts the findings of a level.
func count(s *desk.State, level desk.Level) int {
	n := 0
	for _, f := range s.Findings {
		if f.Level == level {
			n++
		}
	}
	return n
}

// skipTo follows a link within the page. go-app takes clicks on links for navigation of its own.
func skipTo(ctx app.Context, event app.Event) {
	event.PreventDefault()
	event.StopImmediatePropagation()
	id := strings.TrimPrefix(ctx.JSSrc().Call("getAttribute", "href").String(), "#")
	if element := app.Window().GetElementByID(id); element.Truthy() {
		element.Call("focus")
	}
}
