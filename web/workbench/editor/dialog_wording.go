package editor

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// A wordingField is the field of one text in one language. What is being typed in it stays, whatever
// the server says meanwhile. It has no event handlers: its group hears of what happens in all of its fields.
// Three of its own for each of a thousand fields would be most of what the dialog takes, in memory and in time.
type wordingField struct {
	app.Compo

	Kit     *DialogKit
	Group   *translationGroup // nil in tests
	Wording *desk.Wording
	Prose   bool // whether it may have several lines
	Most    int  // how many letters fit; 0 for any number

	Label    string // for screen readers: the text's name, of what, and the language
	Language string // its name, which a narrow page shows
	Turn     int    // turn, as the group knows it: where it grows, the field is rendered

	turn  int           // grows with what happens in the field
	taken *desk.Wording // from which the draft comes
	ctx   app.Context   // in which the draft was typed
	draft string
	first string // what the field showed at first
	known string // what it has, as far as is known
	typed int    // counts what was typed
	sent  int    // typed, when the draft was last sent
	dirty bool   // whether the draft is not yet what the server has
	fault string

	untold string // why the server did not accept the draft, until the field shows it
}

// CompoID implements app.DismountEnforcer. What is typed for one text is not for another.
func (f *wordingField) CompoID() string { return f.Wording.Pointer }

// OnInit implements app.Initializer.
func (f *wordingField) OnInit() {
	f.draft, f.taken = f.Wording.Value, f.Wording
	f.first, f.known = f.draft, f.draft
	if f.Group != nil {
		f.Group.has(f)
	}
}

// OnDismount implements app.Dismounter. A browser that is busy tells of a field that loses the focus only after
// the dialog has gone, when nobody listens any more; so what was not sent is sent here.
func (f *wordingField) OnDismount() {
	if f.sent != f.typed {
		f.commit(f.ctx)
	}
	if f.untold != "" {
		f.leave(f.untold)
	}
	if f.Group != nil {
		f.Group.loses(f)
	}
}

// OnUpdate implements app.Updater.
func (f *wordingField) OnUpdate(ctx app.Context) {
	if f.taken != f.Wording && !f.dirty {
		f.draft = f.Wording.Value
	}
	f.taken = f.Wording
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

// edit notes what stands in the field, and sends it once nothing more is typed. It returns what should stand
// there: a text of one line without the line breaks that were pasted. The context is the group's.
func (f *wordingField) edit(ctx app.Context, letters string) (draft string) {
	draft = letters
	if !f.Prose {
		draft = strings.ReplaceAll(strings.ReplaceAll(letters, "\r", ""), "\n", " ")
	}
	f.turn++
	f.ctx, f.known = ctx, draft
	f.draft, f.dirty = draft, true
	f.typed++
	typed := f.typed
	ctx.After(dialogPause, func(ctx app.Context) {
		if f.typed == typed {
			f.commit(ctx)
		}
	})
	return draft
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
		switch {
		case err == nil:
		case f.Mounted():
			f.untold = f.Kit.fault(err)
		default:
			f.leave(f.Kit.fault(err))
		}
		ctx.Dispatch(func(ctx app.Context) { // not if the field has gone
			f.turn++
			f.untold = ""
			if err != nil {
				f.fault = f.Kit.fault(err)
				f.sent = 0 // so that leaving the field tries again
				return
			}
			f.fault = ""
			f.Kit.accepted = max(f.Kit.accepted, state.Version)
			if f.typed == sent {
				f.dirty = false
			}
			ctx.NewActionWithValue(ActionDeskState, state)
		})
	})
}

// leave has the page say why a text was not accepted, because the field cannot.
func (f *wordingField) leave(why string) {
	if f.Kit.leftUndone != nil {
		f.Kit.leftUndone(why)
	}
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
		app.Textarea().Name(w.Pointer).Lang(w.Language).Rows(wordingRows(f.draft, w.Otherwise)).
			Attr("value", f.first).
			Placeholder(w.Otherwise).
			Aria("label", f.Label).
			Aria("invalid", invalid).
			Aria("describedby", described),
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
