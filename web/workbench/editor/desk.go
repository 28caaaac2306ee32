package editor

import "charte/web/workbench/desk"

// A Desk is the editor's other side. Each method is one address of the server, and returns at once: done is
// called once, in any goroutine, with the answer or with what went wrong, which is a [desk.Fault] where the
// server says so. It is for the desk to try again where nobody answers.
type Desk interface {
	// Follow calls update with the state, and with each newer one, whoever has made it. It calls update with a
	// fault while nobody answers, and when the page has no right to see the state any more.
	Follow(update func(desk.State, error))

	Form(pointer string, done func(desk.Form, error))

	// The order of calls of Change, Undo, Redo, Save, Settle and Form is kept.
	Change(change desk.Change, done func(desk.State, error))
	Undo(done func(desk.State, error))
	Redo(done func(desk.State, error))
	Save(done func(desk.State, error))

	// Settle ends a conflict. take is "mine" or "theirs".
	Settle(id, take string, done func(desk.State, error))

	DialogDesk
}
