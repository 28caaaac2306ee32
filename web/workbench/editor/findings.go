package editor

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// Findings are all lines of "charte check". Each leads to its field.
type Findings struct {
	app.Compo

	Tongue   *Tongue
	Findings []desk.Finding

	growth // of the findings
}

// OnInit implements app.Initializer.
func (f *Findings) OnInit() { f.reach(entriesAtOnce) }

// OnMount implements app.Mounter.
func (f *Findings) OnMount(ctx app.Context) { f.grow(ctx, len(f.Findings), entriesAtOnce) }

// OnUpdate implements app.Updater.
func (f *Findings) OnUpdate(ctx app.Context) { f.grow(ctx, len(f.Findings), entriesAtOnce) }

// Render implements app.Composer.
func (f *Findings) Render() app.UI {
	t := f.Tongue
	return app.Section().Class("findings").Aria("labelledby", "findings-title").Body(
		app.Div().Class("head").Body(
			app.H2().ID("findings-title").Text(t.Say("findings")),
			app.Button().Type("button").Class("quiet leave").Text(t.Say("findings.leave")).OnClick(emit(actionView, ViewDeclare)),
		),
		app.If(len(f.Findings) == 0, func() app.UI { return app.P().Class("none").Text(t.Say("findings.none")) }),
		app.Ul().Body(app.Range(f.Findings[:f.of(len(f.Findings), f.Mounted())]).Slice(func(i int) app.UI {
			return app.Li().Body(&Lead{Tongue: t, Finding: f.Findings[i]})
		})),
	)
}

// A Lead is one finding of the list.
type Lead struct {
	app.Compo

	Tongue  *Tongue
	Finding desk.Finding
}

// Render implements app.Composer.
func (l *Lead) Render() app.UI {
	f := l.Finding
	return app.Button().Type("button").Class("lead "+string(f.Level)).Disabled(f.Section == "").Body(
		app.Span().Class("level").Body(icon(levelIcon(f.Level)), app.Text(l.Tongue.Say("level."+string(f.Level)))),
		app.Span().Class("message").Lang("en").Text(f.Message),
		app.If(f.Line > 0, func() app.UI {
			return app.Span().Class("line").Text(l.Tongue.Say("findings.line", "line", strconv.Itoa(f.Line)))
		}),
	).OnClick(emit(actionGo, f), app.EventScope(f.Section, f.Pointer, f.Message))
}

func levelIcon(level desk.Level) string {
	if level == desk.LevelError {
		return "error"
	}
	return "warning"
}

// beside are the findings of one field, under its control.
func beside(t *Tongue, id string, findings []desk.Finding, refused string) app.UI {
	if len(findings) == 0 && refused == "" {
		return nil
	}
	return app.Div().Class("why").ID(id).Body(
		app.If(refused != "", func() app.UI {
			return app.P().Class("error").Body(icon("error"), app.Text(t.Say("field.refused", "why", refused)))
		}),
		app.Range(findings).Slice(func(i int) app.UI {
			f := findings[i]
			return app.P().Class(string(f.Level)).Body(icon(levelIcon(f.Level)), unseen(t.Say("level."+string(f.Level))+": "), app.Span().Lang("en").Text(f.Message))
		}),
	)
}
