package editor

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// Conflicts are the fields that were changed here and in the file. The person chooses for each.
type Conflicts struct {
	app.Compo

	Tongue    *Tongue
	Conflicts []desk.Conflict
	Sections  []desk.Section

	// Unreadable says that the file cannot be taken as it is.
	Unreadable bool
}

// Render implements app.Composer.
func (c *Conflicts) Render() app.UI {
	t := c.Tongue
	if len(c.Conflicts) == 0 {
		return app.Div().Class("conflicts")
	}
	return app.Div().Class("conflicts").Role("group").Aria("labelledby", "conflicts-title").Body(
		app.H2().ID("conflicts-title").Text(t.Say("conflicts")),
		app.Range(c.Conflicts).Slice(func(i int) app.UI {
			if isWhole(c.Conflicts[i]) {
				return c.whole(c.Conflicts[i])
			}
			return c.field(c.Conflicts[i], i == 0)
		}),
	)
}

// isWhole reports whether a conflict is about the whole file, which has no values to show.
func isWhole(c desk.Conflict) bool { return c.Before == nil && c.Mine == nil && c.Theirs == nil }

// field is a conflict about one value. The first one begins with what a conflict is.
func (c *Conflicts) field(conflict desk.Conflict, first bool) app.UI {
	t := c.Tongue
	title := t.place(c.Sections, conflict.Pointer)
	choice := func(take string, value *string) app.UI {
		return app.Div().Class("side").Body(
			app.H4().Text(t.Say("conflicts."+take)),
			wording(t, value),
			c.takes(conflict.ID, take, "conflicts.take."+take, firstOf(title, conflict.Path), false),
		)
	}
	return app.Div().Class("conflict").Body(
		app.If(first, func() app.UI { return app.P().Text(t.Say("conflicts.about")) }),
		app.H3().Body(
			app.If(title != "", func() app.UI { return app.Span().Text(title + " ") }),
			app.Code().Attr("translate", "no").Text(conflict.Path),
		),
		app.P().Class("before").Body(app.Span().Text(t.Say("conflicts.before")), wording(t, conflict.Before)),
		app.Div().Class("sides").Body(choice("mine", conflict.Mine), choice("theirs", conflict.Theirs)),
	)
}

// whole is a conflict about the whole file.
func (c *Conflicts) whole(conflict desk.Conflict) app.UI {
	t := c.Tongue
	return app.Div().Class("conflict").Body(
		app.P().Text(t.Say("conflicts.whole")),
		app.H3().Body(app.Code().Attr("translate", "no").Text(conflict.Path)),
		app.Div().Class("adds").Body(
			c.takes(conflict.ID, "mine", "conflicts.whole.mine", conflict.Path, false),
			c.takes(conflict.ID, "theirs", "conflicts.whole.theirs", conflict.Path, c.Unreadable),
		),
	)
}

// takes is a button that settles a conflict.
func (c *Conflicts) takes(id, take, key, of string, disabled bool) app.UI {
	return app.Button().Type("button").Class("plain").Disabled(disabled).Body(app.Text(c.Tongue.Say(key)), unseen(" "+of)).
		OnClick(emit(actionSettle, settlement{id, take}), app.EventScope(id, take))
}

// wording is a value of a conflict. A pointer to nil stands for none.
func wording(t *Tongue, value *string) app.UI {
	if value == nil {
		return app.Em().Text(t.Say("conflicts.nothing"))
	}
	return app.Q().Text(*value)
}

// kinds are the first parts of the names of fields, by the lists that have them.
var kinds = map[string]string{
	"categories": "category", "providers": "provider", "services": "service", "cookies": "cookie", "hosts": "host",
}

// place says in words where a pointer leads: "Services › YouTube › Purpose › French (fr)". It is empty where
// the pointer is.
func (t *Tongue) place(sections []desk.Section, pointer string) string {
	steps := strings.Split(pointer, "/")
	if len(steps) < 2 || steps[0] != "" {
		return ""
	}
	parts := []string{sectionTitle(t, "/"+steps[1])}
	name, at := firstOf(kinds[steps[1]], steps[1]), "/"+steps[1]
	for _, step := range steps[2:] {
		at += "/" + step
		label := t.Or("field."+name+"."+step, "")
		switch {
		case label != "":
			parts = append(parts, label)
		case entryTitle(sections, at) != "":
			parts = append(parts, entryTitle(sections, at))
		case !isIndex(step):
			parts = append(parts, t.Named(step))
		}
		if kind := kinds[step]; kind != "" {
			name = kind
		}
	}
	return strings.Join(parts, " › ")
}

// entryTitle is the title of the entry at a pointer, or empty.
func entryTitle(sections []desk.Section, pointer string) string {
	for _, section := range sections {
		for _, entry := range section.Entries {
			if entry.Pointer == pointer {
				return entry.Title
			}
		}
	}
	return ""
}

// isIndex reports whether a step of a pointer is that of a list.
func isIndex(step string) bool { return step != "" && strings.Trim(step, "0123456789") == "" }
