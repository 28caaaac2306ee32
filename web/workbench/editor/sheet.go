package editor

import (
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// rowsAtOnce is how many fields are rendered in one go.
const rowsAtOnce = 8

// A Sheet is the form of a section or an entry.
type Sheet struct {
	app.Compo

	Tongue  *Tongue
	Pointer string
	Section string // the title of the section, of an entry
	Title   string
	Entries int        // how many the section has, of an entry
	Form    *desk.Form // nil until it is there
	Drafts  map[string]Draft
	Goal    string // the pointer of a field that must be shown, or empty

	// spare are the fields that stand under "more". They stay there while the form is shown, even if
	// they get a value: a field that moves while somebody types in it would lose the focus.
	spare map[string]bool
	more  bool // whether they are shown

	growth // of the fields
}

// CompoID implements app.DismountEnforcer: each form has fields of its own.
func (s *Sheet) CompoID() string { return s.Pointer }

// OnInit implements app.Initializer.
func (s *Sheet) OnInit() { s.sort() }

// OnMount implements app.Mounter.
func (s *Sheet) OnMount(ctx app.Context) { s.fill(ctx) }

// OnUpdate implements app.Updater.
func (s *Sheet) OnUpdate(ctx app.Context) {
	s.sort()
	s.fill(ctx)
}

func (s *Sheet) fill(ctx app.Context) {
	if s.Form != nil {
		s.grow(ctx, len(s.Form.Fields), rowsAtOnce)
	}
}

// sort decides once which fields stand under "more": those that a catalogue may lack, and this one does.
func (s *Sheet) sort() {
	if s.Form == nil {
		return
	}
	if s.spare == nil {
		s.spare = map[string]bool{}
		for _, f := range s.Form.Fields {
			if mayWait(f) {
				s.spare[f.Pointer] = true
			}
		}
		if len(s.spare) < 3 || len(s.spare) == len(s.Form.Fields) {
			clear(s.spare) // not worth a fold
		}
	}
	s.reach(rowsAtOnce)
	for i, f := range s.Form.Fields {
		if s.Goal != "" && below(s.Goal, f.Pointer) {
			s.more = s.more || s.spare[f.Pointer]
			s.reach(i + 1)
		}
	}
}

// basics are fields that never stand under "more": what most people look for, whether it is there or not.
var basics = map[string]bool{
	"site.name": true, "site.controller": true, "site.charterURL": true, "service.location": true,
	"service.cookies": true, "service.hosts": true, "catalogue.extends": true,
}

// mayWait reports whether a field may stand under "more": nothing comes of it as it is.
func mayWait(f desk.Field) bool {
	if f.Needed || f.Written || len(f.Findings) > 0 || basics[f.Name] {
		return false
	}
	if slices.ContainsFunc(f.Texts, func(w desk.Wording) bool { return w.Otherwise != "" }) {
		return false
	}
	return f.Otherwise == "" || f.Otherwise == "false"
}

// Render implements app.Composer.
func (s *Sheet) Render() app.UI {
	if s.spare == nil {
		s.sort()
	}
	t := s.Tongue
	var first, rest []app.UI
	if s.Form != nil {
		for i := range s.of(len(s.Form.Fields), s.Mounted()) {
			f := &s.Form.Fields[i]
			row := &Row{Tongue: t, Field: f, Drafts: within(s.Drafts, f.Pointer), Goal: s.goalIn(f.Pointer)}
			switch {
			case !s.spare[f.Pointer]:
				first = append(first, row)
			case s.more:
				rest = append(rest, row)
			}
		}
	}
	return app.Div().Class("sheet").Body(
		app.Div().Class("head").Body(
			app.H2().ID(elementID(s.Pointer)).TabIndex(-1).Body(
				app.If(s.Section != "", func() app.UI { return app.Span().Class("of").Text(s.Section + " ") }),
				app.Text(s.Title),
			),
			app.If(s.Section != "", func() app.UI {
				index, _ := strconv.Atoi(s.Pointer[len(above(s.Pointer))+1:])
				return &Moves{Tongue: t, Pointer: s.Pointer, Title: s.Title, Index: index, Last: index == s.Entries-1}
			}),
		),
		s.about(),
		app.If(s.Form == nil, func() app.UI { return app.P().Class("none").Text(t.Say("loading")) }),
		app.Div().Class("fields").Body(first...),
		app.If(len(s.spare) > 0, func() app.UI {
			return app.Button().Type("button").Class("fold").Aria("expanded", s.more).Body(
				icon("fold"), app.Text(t.Count("form.more", len(s.spare))),
			).OnClick(func(app.Context, app.Event) { s.more = !s.more })
		}),
		app.If(s.more, func() app.UI { return app.Div().Class("fields").Body(rest...) }),
	)
}

// goalIn is the goal if it is in the field at a pointer, so that no other field is rendered for it.
func (s *Sheet) goalIn(pointer string) string {
	if s.Goal != "" && below(s.Goal, pointer) {
		return s.Goal
	}
	return ""
}

// about is what is said of the section, or of the known service that an entry takes over.
func (s *Sheet) about() app.UI {
	t := s.Tongue
	if s.Form != nil && s.Form.Use != nil {
		u := s.Form.Use
		return app.P().Class("about use").Body(
			app.Text(t.Say("use", "name", u.Name, "edition", strconv.Itoa(u.Edition))),
			app.If(u.Newest > u.Edition, func() app.UI {
				return app.Strong().Text(" " + t.Say("use.newer", "newest", strconv.Itoa(u.Newest)))
			}),
		)
	}
	if s.Section == "" {
		if text := t.Or("about."+s.Pointer[min(1, len(s.Pointer)):], ""); text != "" {
			return app.P().Class("about").Text(text)
		}
	}
	return nil
}
