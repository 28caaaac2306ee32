package editor

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// A Bar is the top of the page: the file, the light of "check -strict", and what is done with the file as a
// whole.
type Bar struct {
	app.Compo

	Tongue           *Tongue
	File             string
	Light            desk.Light
	Errors, Warnings int
	Unsaved          bool
	Undo, Redo       bool
	Held             bool // whether conflicts keep the file from being saved
	Kit              *DialogKit
	Version          int
}

// Render implements app.Composer.
func (b *Bar) Render() app.UI {
	t := b.Tongue
	saved, class := "bar.saved", "saved"
	if b.Unsaved {
		saved, class = "bar.unsaved", "saved not"
	}
	return app.Header().Class("bar").Body(
		app.H1().Body(
			app.Span().Class("file").Attr("translate", "no").Text(b.File),
			app.Text(" "),
			app.Span().Class(class).Text(t.Say(saved)),
		),
		app.Button().Type("button").Class("light "+string(b.Light)).Title(t.Say("light.about")).Body(
			icon(map[desk.Light]string{desk.LightErrors: "error", desk.LightWarnings: "warning", desk.LightFine: "fine"}[b.Light]),
			app.Span().Text(b.light()),
		).OnClick(emit(actionView, ViewFindings)),
		&EffectLine{Kit: b.Kit, Version: b.Version, Unsaved: b.Unsaved},
		app.Div().Class("tools").Body(
			b.opens(DialogTranslations, "texts"),
			b.opens(DialogOffers, "import"),
			b.does(actionUndo, "undo", b.Undo, "Control+Z"),
			b.does(actionRedo, "redo", b.Redo, "Control+Shift+Z"),
			app.Button().Type("button").Class("quiet").Disabled(!b.Unsaved).Title(t.Say("bar.review.about")).Aria("haspopup", "dialog").Text(t.Say("bar.review")).
				OnClick(emit(ActionOpenDialog, DialogEffect), app.EventScope("effect")),
			app.Button().Type("button").Class("save").Disabled(!b.Unsaved || b.Held).Title(t.Say("bar.save.keys")).Aria("keyshortcuts", "Control+S").
				Text(t.Say("bar.save")).OnClick(emit(actionSave, nil), app.EventScope("save")),
			app.Select().Class("speak").Aria("label", t.Say("bar.language")).Body(
				app.Range([]string{"fr", "en"}).Slice(func(i int) app.UI {
					language := []string{"fr", "en"}[i]
					return app.Option().Value(language).Lang(language).Selected(language == t.Language).Text(strings.ToUpper(language))
				}),
			).OnChange(func(ctx app.Context, _ app.Event) {
				ctx.NewActionWithValue(actionSpeak, ctx.JSSrc().Get("value").String())
			}),
		),
	)
}

// light says the light in words.
func (b *Bar) light() string {
	var parts []string
	if b.Errors > 0 {
		parts = append(parts, b.Tongue.Count("light.errors", b.Errors))
	}
	if b.Warnings > 0 {
		parts = append(parts, b.Tongue.Count("light.warnings", b.Warnings))
	}
	if len(parts) == 0 {
		return b.Tongue.Say("light.fine")
	}
	return strings.Join(parts, ", ")
}

// opens is a button that opens a dialog.
func (b *Bar) opens(d DialogName, picture string) app.UI {
	label := b.Tongue.Say("open." + string(d))
	return app.Button().Type("button").Class("quiet").Title(label).Aria("haspopup", "dialog").
		Body(icon(picture), app.Span().Class("wide").Text(label)).OnClick(emit(ActionOpenDialog, d), app.EventScope(string(d)))
}

// does is a button with a picture that does something.
func (b *Bar) does(action, picture string, can bool, keys string) app.UI {
	label := b.Tongue.Say("bar." + action)
	return app.Button().Type("button").Class("quiet").Disabled(!can).Title(b.Tongue.Say("bar."+action+".keys")).Aria("keyshortcuts", keys).
		Body(icon(picture), unseen(label)).OnClick(emit(action, nil), app.EventScope(action))
}

// emit is a handler that says what the person does. Handlers of different values need app.EventScope, since
// go-app tells them apart by the address of their code (pkg/app/event.go, v10.1.11).
func emit(action string, value any) app.EventHandler {
	return func(ctx app.Context, _ app.Event) { ctx.NewActionWithValue(action, value) }
}

// Tabs choose what a narrow page shows. On a wide one they choose what is beside the form.
type Tabs struct {
	app.Compo

	Tongue   *Tongue
	View     View
	Findings int
}

// Render implements app.Composer.
func (b *Tabs) Render() app.UI {
	tab := func(v View, label string) app.UI {
		// A wide page always has the form, and the preview beside it unless the findings are asked for.
		shown := v == b.View
		return app.Button().Type("button").Class("tab to-"+string(v)).Aria("pressed", shown).Text(label).OnClick(emit(actionView, v), app.EventScope(string(v)))
	}
	return app.Nav().Class("tabs").Aria("label", b.Tongue.Say("tabs")).Body(
		tab(ViewDeclare, b.Tongue.Say("tab.declare")),
		tab(ViewPreview, b.Tongue.Say("tab.preview")),
		tab(ViewFindings, b.Tongue.Count("tab.findings", b.Findings)),
	)
}
