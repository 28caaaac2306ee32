package editor

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// sectionTitle is the title of the section at a pointer.
func sectionTitle(t *Tongue, pointer string) string {
	name := strings.TrimPrefix(pointer, "/")
	return t.Or("section."+name, name)
}

// An Outline lists the sections of the catalogue and their entries, with how many findings each has.
type Outline struct {
	app.Compo

	Tongue   *Tongue
	Sections []desk.Section
	At       string // the pointer of what is chosen

	shown  string // At, when it was last rendered
	open   bool   // whether a narrow page shows it
	growth        // of all entries
}

// entriesAtOnce is how many entries are rendered in one go.
const entriesAtOnce = 6

// OnInit implements app.Initializer.
func (o *Outline) OnInit() { o.reach(entriesAtOnce) }

// OnMount implements app.Mounter.
func (o *Outline) OnMount(ctx app.Context) { o.fill(ctx) }

// fill renders more entries.
func (o *Outline) fill(ctx app.Context) {
	total := 0
	for _, s := range o.Sections {
		total += len(s.Entries)
	}
	o.grow(ctx, total, 2*entriesAtOnce)
}

// OnUpdate implements app.Updater. On a narrow page the outline folds once something is chosen.
func (o *Outline) OnUpdate(ctx app.Context) {
	o.fill(ctx)
	if o.At != o.shown {
		o.open, o.shown = false, o.At
	}
}

// Render implements app.Composer.
func (o *Outline) Render() app.UI {
	total := 0
	return app.Nav().Class("outline").Aria("label", o.Tongue.Say("outline")).Body(
		app.Button().Type("button").Class("part fold").Aria("expanded", o.open).Body(icon("fold"), app.Text(o.chosen())).
			OnClick(func(app.Context, app.Event) { o.open = !o.open }),
		app.Ul().Body(
			app.Range(o.Sections).Slice(func(i int) app.UI {
				section := o.Sections[i]
				before := total
				total += len(section.Entries)
				shown := section.Entries[:max(0, min(len(section.Entries), o.of(total, o.Mounted())-before))]
				return app.Li().Body(
					&Way{Tongue: o.Tongue, Pointer: section.Pointer, Title: sectionTitle(o.Tongue, section.Pointer), Count: len(section.Entries), Tally: own(section), Chosen: section.Pointer == o.At},
					app.If(len(shown) > 0, func() app.UI {
						return app.Ul().Body(app.Range(shown).Slice(func(j int) app.UI {
							entry := section.Entries[j]
							return app.Li().Body(&Way{Tongue: o.Tongue, Pointer: entry.Pointer, Title: entry.Title, Tally: entry.Tally, Chosen: entry.Pointer == o.At})
						}))
					}),
				)
			}),
		),
	)
}

// chosen is the title of what is chosen.
func (o *Outline) chosen() string {
	for _, section := range o.Sections {
		title := sectionTitle(o.Tongue, section.Pointer)
		if section.Pointer == o.At {
			return title
		}
		for _, entry := range section.Entries {
			if entry.Pointer == o.At {
				return title + " › " + entry.Title
			}
		}
	}
	return o.Tongue.Say("outline")
}

// own are the findings of a section that no entry of it shows.
func own(s desk.Section) desk.Tally {
	tally := s.Tally
	for _, entry := range s.Entries {
		tally.Errors -= entry.Errors
		tally.Warnings -= entry.Warnings
	}
	return desk.Tally{Errors: max(tally.Errors, 0), Warnings: max(tally.Warnings, 0)}
}

// A Way is one line of the outline, which leads to a form. It is a component of its own so that a state with
// a hundred services renders again only those that have changed.
type Way struct {
	app.Compo

	Tongue  *Tongue
	Pointer string
	Title   string
	Count   int // of a section's entries
	Tally   desk.Tally
	Chosen  bool
}

// Render implements app.Composer.
func (w *Way) Render() app.UI {
	button := app.Button().Type("button").Class("way")
	if w.Chosen {
		button = button.Aria("current", "true")
	}
	return button.Body(
		app.Span().Class("title").Text(w.Title),
		app.If(w.Count > 0, func() app.UI {
			return app.Span().Class("count").Text(strconv.Itoa(w.Count))
		}),
		badge(w.Tongue, "errors", w.Tally.Errors),
		badge(w.Tongue, "warnings", w.Tally.Warnings),
	).OnClick(emit(actionChoose, w.Pointer), app.EventScope(w.Pointer))
}

// badge is a number of findings, with the word for those who do not see its colour.
func badge(t *Tongue, kind string, n int) app.UI {
	return app.If(n > 0, func() app.UI {
		label := t.Count("light."+kind, n)
		return app.Span().Class("badge "+kind).Title(label).Body(
			icon(strings.TrimSuffix(kind, "s")),
			app.Span().Aria("hidden", true).Text(strconv.Itoa(n)),
			unseen(label),
		)
	})
}

// A List shows the entries of a section in the middle of the page, where they are put in order.
type List struct {
	app.Compo

	Tongue  *Tongue
	Section *desk.Section

	growth // of the entries
}

// CompoID implements app.DismountEnforcer.
func (l *List) CompoID() string { return l.Section.Pointer }

// OnInit implements app.Initializer.
func (l *List) OnInit() { l.reach(entriesAtOnce) }

// OnMount implements app.Mounter.
func (l *List) OnMount(ctx app.Context) { l.grow(ctx, len(l.Section.Entries), entriesAtOnce) }

// OnUpdate implements app.Updater.
func (l *List) OnUpdate(ctx app.Context) { l.grow(ctx, len(l.Section.Entries), entriesAtOnce) }

// Render implements app.Composer.
func (l *List) Render() app.UI {
	t, s := l.Tongue, l.Section
	name := strings.TrimPrefix(s.Pointer, "/")
	return app.Div().Class("sheet").Body(
		app.Div().Class("head").Body(app.H2().ID(elementID(s.Pointer)).TabIndex(-1).Text(sectionTitle(t, s.Pointer))),
		app.P().Class("about").Text(t.Or("about."+name, "")),
		app.If(len(s.Inherited) > 0, func() app.UI {
			return app.P().Class("about").Text(t.Say("list.inherited", "names", strings.Join(s.Inherited, " · ")))
		}),
		app.If(len(s.Entries) == 0, func() app.UI {
			if len(s.Inherited) > 0 {
				return app.P().Class("none").Text(t.Say("list.noneMore"))
			}
			return app.P().Class("none").Text(t.Say("list.none"))
		}),
		app.Ol().Class("entries").Body(app.Range(s.Entries[:l.of(len(s.Entries), l.Mounted())]).Slice(func(i int) app.UI {
			return &Line{Tongue: t, List: s.Pointer, Entry: s.Entries[i], Index: i, Last: i == len(s.Entries)-1}
		})),
		app.If(s.Adds, func() app.UI {
			return app.Div().Class("adds").Body(
				app.If(name == "services", func() app.UI {
					return app.Button().Type("button").Class("plain").Aria("haspopup", "dialog").Body(icon("search"), app.Text(t.Say("open.services"))).
						OnClick(emit(ActionOpenDialog, DialogServices), app.EventScope("known"))
				}),
				app.Button().Type("button").Class("plain").Body(icon("plus"), app.Text(t.Or("add."+name, t.Say("add")))).
					OnClick(emit(actionDo, desk.Change{Do: desk.DeedAdd, Pointer: s.Pointer}), app.EventScope(s.Pointer)),
			)
		}),
	)
}

// A Line is one entry of a [List].
type Line struct {
	app.Compo

	Tongue *Tongue
	List   string // the pointer of the list
	Entry  desk.Entry
	Index  int
	Last   bool
}

// Render implements app.Composer.
func (l *Line) Render() app.UI {
	return app.Li().Body(
		app.Button().Type("button").Class("entry").ID(elementID(l.Entry.Pointer)).Body(
			app.Span().Class("title").Text(l.Entry.Title),
			app.Code().Attr("translate", "no").Text(firstOf(l.Entry.Use, l.Entry.ID)),
			badge(l.Tongue, "errors", l.Entry.Errors),
			badge(l.Tongue, "warnings", l.Entry.Warnings),
		).OnClick(emit(actionChoose, l.Entry.Pointer), app.EventScope(l.Entry.Pointer)),
		&Moves{Tongue: l.Tongue, Pointer: l.Entry.Pointer, Title: l.Entry.Title, Index: l.Index, Last: l.Last},
	)
}

// firstOf is the first text that is not empty.
func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// Moves are the buttons that move and remove an element of a list.
type Moves struct {
	app.Compo

	Tongue  *Tongue
	Pointer string
	Title   string // the element's, so that each button has a name of its own
	Index   int
	Last    bool
}

// Render implements app.Composer.
func (m *Moves) Render() app.UI {
	button := func(name string, can bool, change desk.Change) app.UI {
		change.Pointer = m.Pointer
		label := m.Tongue.Say("move."+name, "title", m.Title)
		return app.Button().Type("button").Class("quiet").Disabled(!can).Title(label).Body(icon(name), unseen(label)).
			OnClick(emit(actionDo, change), app.EventScope(m.Pointer, name, m.Index))
	}
	return app.Div().Class("moves").Body(
		button("up", m.Index > 0, desk.Change{Do: desk.DeedMove, To: m.Index - 1}),
		button("down", !m.Last, desk.Change{Do: desk.DeedMove, To: m.Index + 1}),
		button("remove", true, desk.Change{Do: desk.DeedRemove}),
	)
}
