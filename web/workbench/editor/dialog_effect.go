package editor

import (
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// effectPause is how long the text must stay as it is before the page asks what saving would do. The
// server builds the notice for the answer, which is too much work for each letter.
const effectPause = 600 * time.Millisecond

// firstLines is how many lines of a diff are shown at once. Longer ones have a button for the rest.
const firstLines = 300

// An EffectDialog says what saving would do, and saves.
type EffectDialog struct {
	app.Compo

	Kit     *DialogKit
	State   *desk.State
	Opening int

	effect *desk.Effect
	asked  int // the version of which the server was asked
	whole  bool
	saving bool
	fault  string
}

// CompoID implements app.DismountEnforcer.
func (e *EffectDialog) CompoID() string { return strconv.Itoa(e.Opening) }

// OnMount implements app.Mounter.
func (e *EffectDialog) OnMount(ctx app.Context) {
	showDialog(ctx)
	focusInside(ctx, "h2")
	e.ask(ctx)
}

// OnUpdate implements app.Updater: the text has changed while the dialog was open.
func (e *EffectDialog) OnUpdate(ctx app.Context) {
	if e.State.Version != e.asked {
		e.ask(ctx)
	}
}

func (e *EffectDialog) ask(ctx app.Context) {
	version := e.State.Version
	e.asked = version
	e.Kit.Desk.Effect(func(effect desk.Effect, err error) {
		ctx.Dispatch(func(app.Context) {
			if e.asked != version {
				return // the answer to a later question is to come
			}
			e.fault = ""
			if err != nil {
				e.fault = e.Kit.fault(err)
				return
			}
			e.effect = &effect
		})
	})
}

// mayNot says why nothing can be saved now; "" if it can.
func (e *EffectDialog) mayNot() string {
	switch {
	case len(e.State.Conflicts) > 0:
		return e.Kit.Say("effect.conflicts")
	case !e.State.Unsaved && !e.State.Gone:
		return e.Kit.Say("effect.same")
	}
	return ""
}

// save has the server write the file, and closes the dialog.
func (e *EffectDialog) save(ctx app.Context) {
	if e.saving || e.mayNot() != "" {
		return
	}
	e.saving, e.fault = true, ""
	e.Kit.Desk.Save(func(state desk.State, err error) {
		ctx.Dispatch(func(ctx app.Context) {
			e.saving = false
			if err != nil {
				e.fault = e.Kit.fault(err)
				return
			}
			ctx.NewActionWithValue(ActionDeskState, state)
			closeDialog(ctx, app.Event{})
		})
	})
}

// Render implements app.Composer.
func (e *EffectDialog) Render() app.UI {
	var body []app.UI
	switch {
	case e.effect == nil && e.fault == "":
		body = append(body, app.P().Role("status").Text(e.Kit.Say("effect.looking")))
	case e.effect != nil:
		body = append(body, e.says(), e.changes())
	}
	why := e.mayNot()
	note := ""
	if why != "" {
		note = why
	} else if e.State.Gone {
		note = e.Kit.Say("effect.gone")
	}
	body = append(body, app.P().Class("note").Role("status").Text(note), dialogProblem(e.fault))
	return dialogFrame(DialogEffect, e.Opening, e.Kit.Say("effect.title"), e.Kit.Say("effect.close"), body, []app.UI{
		app.Button().Type("button").Text(e.Kit.Say("effect.back")).OnClick(closeDialog),
		app.Button().Type("button").Class("primary").Aria("disabled", e.saving || why != "").Text(e.Kit.Say("effect.save", "file", e.State.File)).
			OnClick(func(ctx app.Context, _ app.Event) { e.save(ctx) }),
	})
}

// says are the sentences, the weightiest first.
func (e *EffectDialog) says() app.UI {
	if len(e.effect.Says) == 0 {
		return dialogText("", e.Kit.Say("effect.nothing"))
	}
	list := app.Ul().Class("effect-says")
	if e.effect.Asks == "everybody" {
		list.Class("asks")
	}
	return list.Body(app.Range(e.effect.Says).Slice(func(i int) app.UI {
		return app.Li().Text(e.Kit.sentence(e.effect.Says[i]))
	}))
}

// changes is the diff of the file.
func (e *EffectDialog) changes() app.UI {
	all := e.effect.Lines
	if len(all) == 0 {
		return dialogText("", e.Kit.Say("effect.noLines"))
	}
	added, removed := 0, 0
	for _, line := range all {
		switch diffKind(line) {
		case "added":
			added++
		case "removed":
			removed++
		}
	}
	shown := all
	if !e.whole && len(all) > firstLines {
		shown = all[:firstLines]
	}
	return app.Section().Aria("labelledby", "effect-lines").Body(
		app.H3().ID("effect-lines").Text(e.Kit.Say("effect.lines", "added", e.Kit.Count("effect.addedLines", added), "removed", e.Kit.Count("effect.removedLines", removed))),
		app.Ol().Class("diff").Attr("translate", "no").Body(
			app.Range(shown).Slice(func(i int) app.UI { return e.line(shown[i]) }),
		),
		app.If(len(shown) < len(all), func() app.UI {
			return app.Button().Type("button").Class("quiet").Text(e.Kit.Count("effect.whole", len(all)-len(shown))).
				OnClick(func(app.Context, app.Event) { e.whole = true })
		}),
	)
}

// diffKind tells what a line of a unified diff is: "added", "removed", "place" or "same".
func diffKind(line string) string {
	switch {
	case strings.HasPrefix(line, "+"):
		return "added"
	case strings.HasPrefix(line, "-"):
		return "removed"
	case strings.HasPrefix(line, "@@"):
		return "place"
	}
	return "same"
}

// line is a line of the diff. Its sign is for eyes, and a word says the same to screen readers.
func (e *EffectDialog) line(line string) app.UI {
	kind := diffKind(line)
	if kind == "place" {
		return app.Li().Class(kind).Text(line)
	}
	sign, rest := " ", ""
	if line != "" {
		sign, rest = line[:1], line[1:]
	}
	said := ""
	switch kind {
	case "added":
		said = e.Kit.Say("effect.added")
	case "removed":
		said = e.Kit.Say("effect.removed")
	}
	return app.Li().Class(kind).Body(
		app.Span().Class("sign").Aria("hidden", true).Text(sign),
		app.If(said != "", func() app.UI { return app.Span().Class("unseen").Text(said + " ") }),
		app.Code().Text(rest),
	)
}

// An EffectLine says in one line what saving would do, and opens the dialog that says the rest.
type EffectLine struct {
	app.Compo

	Kit     *DialogKit
	Version int
	Unsaved bool

	effect *desk.Effect
	asked  int
}

// OnMount implements app.Mounter.
func (l *EffectLine) OnMount(ctx app.Context) { l.ask(ctx) }

// OnUpdate implements app.Updater.
func (l *EffectLine) OnUpdate(ctx app.Context) { l.ask(ctx) }

// ask asks what saving would do, once the text has stayed as it is for a while.
func (l *EffectLine) ask(ctx app.Context) {
	if !l.Unsaved {
		l.effect = nil
		return
	}
	version := l.Version
	if l.asked == version {
		return
	}
	l.asked = version
	ctx.After(effectPause, func(ctx app.Context) {
		if l.asked != version {
			return
		}
		l.Kit.Desk.Effect(func(effect desk.Effect, err error) {
			ctx.Dispatch(func(app.Context) {
				if l.asked == version && err == nil {
					l.effect = &effect
				}
			})
		})
	})
}

// Render implements app.Composer.
func (l *EffectLine) Render() app.UI {
	line := app.Div().Class("effect-line")
	if !l.Unsaved || l.effect == nil || len(l.effect.Says) == 0 {
		return line
	}
	if l.effect.Asks == "everybody" {
		line.Class("asks")
	}
	says := l.Kit.sentence(l.effect.Says[0])
	if l.effect.Asks == "everybody" && len(l.effect.Says) > 1 {
		says += " " + l.Kit.sentence(l.effect.Says[1]) // which says why
	}
	return line.Body(app.Button().Type("button").Class("quiet").
		Text(says).
		OnClick(func(ctx app.Context, _ app.Event) { ctx.NewActionWithValue(ActionOpenDialog, DialogEffect) }))
}
