package editor

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// A wordingField is the field of one text in one language. What is being typed in it stays, whatever
// the server says meanwhile.
type wordingField struct {
	app.Compo

	Kit     *DialogKit
	Wording *desk.Wording
	Prose   bool // whether it may have several lines
	Most    int  // how many letters fit; 0 for any number

	Label    string // for screen readers: the text's name, of what, and the language
	Language string // its name, which a narrow page shows

	draft string
	first string // what the field showed at first
	known string // what it has, as far as is known
	typed int    // counts what was typed
	sent  int    // typed, when the draft was last sent
	dirty bool   // whether the draft is not yet what the server has
	fault string
}

// CompoID implements app.DismountEnforcer. What is typed for one text is not for another.
func (f *wordingField) CompoID() string { return f.Wording.Pointer }

// OnInit implements app.Initializer.
func (f *wordingField) OnInit() {
	f.draft = f.Wording.Value
	f.first, f.known = f.draft, f.draft
}

// OnUpdate implements app.Updater.
func (f *wordingField) OnUpdate(ctx app.Context) {
	if !f.dirty {
		f.draft = f.Wording.Value
	}
	ctx.Defer(f.write)
}

// write puts the draft into the field, unless that has letters of which no event has told yet. See
// [Input.write].
func (f *wordingField) write(ctx app.Context) {
	field := ctx.JSSrc().Call("querySelector", "textarea")
	if !field.Truthy() {
		return
	}
	switch shown := field.Get("value").String(); shown {
	case f.draft:
	case f.known:
		field.Set("value", f.draft)
	default:
		return
	}
	f.known = f.draft
}

// edit notes what stands in the field, and sends it once nothing more is typed.
func (f *wordingField) edit(ctx app.Context, draft string) {
	if plain := strings.ReplaceAll(strings.ReplaceAll(draft, "\r", ""), "\n", " "); !f.Prose && plain != draft { // as pasted
		draft = plain
		ctx.JSSrc().Set("value", draft)
	}
	f.known = draft
	f.draft, f.dirty = draft, true
	f.typed++
	typed := f.typed
	ctx.After(dialogPause, func(ctx app.Context) {
		if f.typed == typed {
			f.commit(ctx)
		}
	})
}

// commit sends the draft, unless it is on its way already.
func (f *wordingField) commit(ctx app.Context) {
	if f.sent == f.typed {
		return
	}
	f.sent = f.typed
	sent := f.sent
	change := desk.Change{Version: f.Kit.version, Do: desk.DeedSet, Pointer: f.Wording.Pointer, Value: f.draft}
	if f.draft == "" {
		change.Do = desk.DeedClear
	}
	f.Kit.Desk.Change(change, func(state desk.State, err error) {
		if err != nil && !f.Mounted() && f.Kit.leftUndone != nil {
			f.Kit.leftUndone(f.Kit.fault(err))
		}
		ctx.Dispatch(func(ctx app.Context) {
			if err != nil {
				f.fault = f.Kit.fault(err)
				f.sent = 0 // so that leaving the field tries again
				return
			}
			f.fault = ""
			if f.typed == sent {
				f.dirty = false
			}
			ctx.NewActionWithValue(ActionDeskState, state)
		})
	})
}

// Render implements app.Composer.
func (f *wordingField) Render() app.UI {
	if !f.Mounted() {
		f.OnInit() // app.HTMLString mounts nothing
	}
	w := f.Wording
	notes := []app.UI{}
	note := func(class, text string) {
		notes = append(notes, app.P().Class(class).Text(text))
	}
	missing, long := isMissing(f.draft, w.Otherwise), isLong(f.draft, w.Otherwise, f.Most)
	switch letters := lettersOf(f.draft, w.Otherwise); {
	case missing:
		note("wrong", f.Kit.Say("translations.lacksOne"))
	case long:
		note("wrong", f.Kit.Say("translations.over", "letters", dialogNumber(letters), "most", dialogNumber(f.Most)))
	case f.Most > 0:
		note("hint", f.Kit.Say("translations.letters", "letters", dialogNumber(letters), "most", dialogNumber(f.Most)))
	}
	invalid := false
	for _, finding := range w.Findings {
		invalid = invalid || finding.Level == desk.LevelError
		note("finding", finding.Message)
	}
	if f.fault != "" {
		note("wrong", f.fault)
	}
	notesID, described := "notes-"+strings.ReplaceAll(strings.TrimPrefix(w.Pointer, "/"), "/", "-"), ""
	if len(notes) > 0 {
		described = notesID
	}
	field := app.Div().Class("translation")
	if missing {
		field.Class("missing")
	}
	if long {
		field.Class("long")
	}
	if w.Pointer == "" { // the file has no place for it
		if !missing {
			notes = append(notes, app.P().Class("hint").Text(f.Kit.Say("translations.elsewhere")))
		}
		return field.Body(
			app.Span().Class("translation-language").Text(f.Language),
			app.P().Lang(w.Language).Text(w.Value+w.Otherwise),
			app.Div().Class("notes").Body(notes...),
		)
	}
	return field.Body(
		app.Span().Class("translation-language").Aria("hidden", true).Text(f.Language),
		app.Textarea().Lang(w.Language).Rows(wordingRows(f.draft, w.Otherwise)).
			Attr("value", f.first).
			Placeholder(w.Otherwise).
			Aria("label", f.Label).
			Aria("invalid", invalid).
			Aria("describedby", described).
			OnInput(func(ctx app.Context, _ app.Event) { f.edit(ctx, ctx.JSSrc().Get("value").String()) }).
			OnBlur(func(ctx app.Context, _ app.Event) { f.commit(ctx) }).
			OnKeyDown(func(ctx app.Context, e app.Event) {
				if !f.Prose && e.Get("key").String() == "Enter" && !e.Get("isComposing").Bool() {
					e.PreventDefault() // a line break is not for this text
					f.commit(ctx)
				}
			}),
		app.Div().ID(notesID).Class("notes").Body(notes...),
	)
}

// wordingRows guesses how many lines of a field a text needs, for browsers that do not size it by
// themselves.
func wordingRows(value, otherwise string) int {
	if value == "" {
		value = otherwise
	}
	const letters = 38 // in a line of a field
	rows := 0
	for line := range strings.SplitSeq(value, "\n") {
		rows += 1 + len([]rune(line))/letters
	}
	return min(rows, 8)
}
