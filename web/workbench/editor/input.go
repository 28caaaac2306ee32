package editor

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// An Input is a control in which letters are typed. It shows its draft while there is one, and else what the
// text has. While it has the focus it keeps its letters as they are, even where the server has written them
// with other spaces (none at the end, say), until somebody else changes the value.
type Input struct {
	app.Compo

	ID        string
	Pointer   string
	Kind      desk.Kind
	Value     string  // what the text has
	Draft     *string // what was typed and is not in the text; nil for none
	Language  string  // of the letters; empty for that of the page
	Needed    bool
	Described string // ids of what describes it
	Wrong     bool

	letters string // what it shows
	seen    string // the value that letters agree with
	drafted bool   // whether there was a draft when it was last rendered
	typed   bool   // whether letters were typed since
	first   string // what it showed at first
	known   string // what the control has, as far as is known
}

// CompoID implements app.DismountEnforcer.
func (i *Input) CompoID() string { return i.Pointer }

// OnInit implements app.Initializer.
func (i *Input) OnInit() {
	i.settle(false)
	i.first, i.known = i.letters, i.letters
}

// OnUpdate implements app.Updater.
func (i *Input) OnUpdate(ctx app.Context) {
	i.settle(focused() == i.ID)
	ctx.Defer(func(app.Context) { i.write() })
}

// settle decides what is shown.
func (i *Input) settle(focused bool) {
	drafted := i.drafted
	i.drafted = i.Draft != nil
	switch {
	case i.typed && (i.Draft == nil || *i.Draft != i.letters): // the draft is on its way, or an earlier one is here
		return
	case i.Draft != nil:
		i.letters, i.typed = *i.Draft, false
		return
	case focused && (i.Value == i.seen || drafted && slices.Equal(strings.Fields(i.Value), strings.Fields(i.letters))):
	default:
		i.letters = i.Value
	}
	i.seen = i.Value
}

// write puts the letters into the control. The attribute in Render keeps its first value, because go-app may
// render between a keystroke and its event's handler (both wait for the same loop: pkg/app/engine.go,
// v10.1.11), and would then take the letter away. So does this where the control has letters that no handler
// has told of yet: they come in a moment. go-app would also leave the letters where a value becomes empty.
func (i *Input) write() {
	control := app.Window().GetElementByID(i.ID)
	if !control.Truthy() {
		return
	}
	switch shown := control.Get("value").String(); shown {
	case i.letters:
	case i.known:
		control.Set("value", i.letters)
	default:
		return
	}
	i.known = i.letters
}

// Render implements app.Composer.
func (i *Input) Render() app.UI {
	if !i.Mounted() {
		i.OnInit() // app.HTMLString mounts nothing
	}
	kind := "text"
	if i.Kind == desk.KindDay {
		kind = "date"
	}
	if i.Kind == desk.KindProse {
		area := app.Textarea().ID(i.ID).Attr("value", i.first).Rows(i.rows()).Lang(i.Language).Dir("auto").Spellcheck(true).
			Aria("describedby", i.Described).Aria("invalid", i.Wrong).Aria("required", i.Needed)
		return area.OnInput(i.edit, app.EventScope(i.Pointer)).OnBlur(i.leave, app.EventScope(i.Pointer))
	}
	control := app.Input().Type(kind).ID(i.ID).Attr("value", i.first).Lang(i.Language).Spellcheck(i.Language != "").AutoComplete(false).
		Aria("describedby", i.Described).Aria("invalid", i.Wrong).Aria("required", i.Needed)
	if i.Language != "" {
		control = control.Dir("auto")
	}
	if i.Kind == desk.KindAddress {
		control = control.Attr("inputmode", "url")
	}
	return control.OnInput(i.edit, app.EventScope(i.Pointer)).OnBlur(i.leave, app.EventScope(i.Pointer))
}

// rows is the height of a text of several lines, in lines.
func (i *Input) rows() int { return min(max(len(i.letters)/60+1, 2), 12) }

func (i *Input) edit(ctx app.Context, _ app.Event) {
	i.letters = ctx.JSSrc().Get("value").String()
	i.known, i.typed = i.letters, true
	change := desk.Change{Do: desk.DeedSet, Pointer: i.Pointer, Value: i.letters}
	if i.letters == "" && !i.Needed {
		change.Do = desk.DeedClear
	}
	ctx.NewActionWithValue(actionWrite, written{change, false})
}

func (i *Input) leave(ctx app.Context, _ app.Event) {
	if i.Draft == nil && !i.typed {
		i.letters, i.seen = i.Value, i.Value
	}
	i.write()
	ctx.NewActionWithValue(actionLeave, i.Pointer)
}
