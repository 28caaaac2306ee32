package editor

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// The actions between the dialogs and the page around them.
const (
	// ActionOpenDialog opens a dialog. Its value is a DialogName. What has the focus then gets it back
	// when the dialog closes.
	ActionOpenDialog = "open-dialog"

	// ActionDeskState tells the page of a new desk.State, its value, that a dialog has brought about.
	ActionDeskState = "desk-state"

	actionLeaveDialog = "leave-dialog" // its value is the number of the opening
)

// Dialogs shows one dialog at a time, or none. The page renders it once, and opens a dialog by
// ActionOpenDialog. A file that is dropped on the page opens the dialog of offers.
type Dialogs struct {
	app.Compo

	Kit   *DialogKit
	State *desk.State

	open    DialogName // "" for none
	opening int        // counts the openings
	dropped *droppedFile
	fault   string // what the server did not accept after a dialog had closed

	release []func() // takes the listeners off the window
}

// OnMount implements app.Mounter.
func (d *Dialogs) OnMount(ctx app.Context) {
	d.OnUpdate(ctx)
	ctx.Handle(ActionOpenDialog, func(_ app.Context, a app.Action) { d.show(a.Value.(DialogName), nil) })
	ctx.Handle(actionLeaveDialog, func(_ app.Context, a app.Action) { d.leave(a.Value.(int)) })
	d.listen("dragover", func(event app.Value) {
		if hasFiles(event) {
			event.Call("preventDefault") // or the browser would not let it drop
		}
	})
	d.listen("drop", func(event app.Value) {
		if !hasFiles(event) {
			return
		}
		event.Call("preventDefault") // or the browser would show the file in place of the page
		file := event.Get("dataTransfer").Get("files").Index(0)
		readFile(file, func(f droppedFile) {
			ctx.Dispatch(func(app.Context) { d.show(DialogOffers, &f) })
		})
	})
}

// OnUpdate implements app.Updater.
func (d *Dialogs) OnUpdate(ctx app.Context) {
	d.Kit.leftUndone = func(fault string) {
		ctx.Dispatch(func(app.Context) { d.fault = fault })
	}
}

func (d *Dialogs) listen(event string, handle func(event app.Value)) {
	handler := app.FuncOf(func(_ app.Value, args []app.Value) any {
		handle(args[0])
		return nil
	})
	app.Window().Call("addEventListener", event, handler)
	d.release = append(d.release, func() {
		app.Window().Call("removeEventListener", event, handler)
		handler.Release()
	})
}

// OnDismount implements app.Dismounter.
func (d *Dialogs) OnDismount() {
	for _, release := range d.release {
		release()
	}
}

// show opens a dialog. A dialog that is open already stays, since it may hold what somebody is
// typing; only a dropped file replaces what the dialog of offers holds.
func (d *Dialogs) show(name DialogName, f *droppedFile) {
	if d.open != "" && (d.open != DialogOffers || f == nil) {
		return
	}
	if d.open == "" {
		d.opening++
	}
	d.open, d.dropped, d.fault = name, f, ""
}

// leave ends the opening of that number. One that ended before is of no interest.
func (d *Dialogs) leave(opening int) {
	if opening == d.opening {
		d.open, d.dropped = "", nil
	}
}

// Render implements app.Composer.
func (d *Dialogs) Render() app.UI {
	return app.Div().Class("dialogs").Body(
		dialogProblem(d.fault),
		app.If(d.open == DialogServices, func() app.UI {
			return &ServicesDialog{Kit: d.Kit, State: d.State, Opening: d.opening}
		}),
		app.If(d.open == DialogOffers, func() app.UI {
			return &OffersDialog{Kit: d.Kit, Opening: d.opening, File: d.dropped}
		}),
		app.If(d.open == DialogTranslations, func() app.UI {
			return &TranslationsDialog{Kit: d.Kit, Version: d.State.Version, Opening: d.opening}
		}),
		app.If(d.open == DialogEffect, func() app.UI {
			return &EffectDialog{Kit: d.Kit, State: d.State, Opening: d.opening}
		}),
	)
}

// dialogFrame is the element of a dialog: a head with its title, a body that scrolls, and a foot for what
// ends it. Each opening has an element of its own, because one that is closed and opened again within
// one frame of the screen stays closed: so each dialog is an app.DismountEnforcer.
func dialogFrame(name DialogName, opening int, title, leave string, body, foot []app.UI) app.UI {
	id := "dialog-" + string(name) + "-title"
	scrolled := app.Div().Class("dialog-body")
	if name == DialogEffect { // which has nothing to focus on, so that no key would scroll it
		scrolled.TabIndex(0).Role("region").Aria("labelledby", id)
	}
	return app.Dialog().
		Class("dialog", "dialog-"+string(name)).
		Aria("modal", true).
		Aria("labelledby", id).
		On("close", func(ctx app.Context, e app.Event) { // Escape ends there, too
			ctx.NewActionWithValue(actionLeaveDialog, opening)
		}, app.EventScope(name, opening)).
		Body(
			app.Header().Class("dialog-head").Body(
				app.H2().ID(id).TabIndex(-1).Text(title),
				app.Button().Type("button").Class("dialog-close").Aria("label", leave).
					OnClick(closeDialog).
					Body(app.Span().Aria("hidden", true).Text("×")),
			),
			scrolled.Body(body...),
			app.If(len(foot) > 0, func() app.UI { return app.Footer().Class("dialog-foot").Body(foot...) }),
		)
}

// showDialog makes the element modal, which an open attribute does not do. The component calls it
// when it is mounted.
func showDialog(ctx app.Context) { ctx.JSSrc().Call("showModal") }

// closeDialog closes the dialog around the element. The browser then gives the focus back to what had
// it before, and fires the event on which the component is taken out.
func closeDialog(ctx app.Context, _ app.Event) {
	if element := ctx.JSSrc().Call("closest", "dialog"); element.Truthy() {
		element.Call("close")
	}
}

// focusInside gives the focus to the first element below the context's own that a selector matches, once
// the page is rendered.
func focusInside(ctx app.Context, selector string) {
	ctx.Defer(func(ctx app.Context) {
		if element := ctx.JSSrc().Call("querySelector", selector); element.Truthy() {
			element.Call("focus")
		}
	})
}

// dialogProblem is what the server did not accept, in its words. It is in the page before it has a text, so
// that screen readers notice when it gets one.
func dialogProblem(text string) app.UI {
	return app.P().Class("dialog-problem").Role("alert").Text(text)
}

// dialogNumber writes a count for a text.
func dialogNumber(n int) string { return strconv.Itoa(n) }

func dialogText(class, content string) app.UI { return app.P().Class(class).Text(content) }
