package banner

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// A Switch is a yes or no to a category or a service: a native checkbox, and
// its state in words beside it.
type Switch struct {
	app.Compo

	ID     string // of the category or service
	On     bool
	Partly bool   // some services of a category are on
	State  string // "Accepté"

	LabelledBy, DescribedBy string // IDs of elements
}

// OnMount implements app.Mounter.
func (s *Switch) OnMount(ctx app.Context) { s.mark(ctx) }

// OnUpdate implements app.Updater.
func (s *Switch) OnUpdate(ctx app.Context) {
	ctx.Defer(s.mark)
}

// mark sets the mixed state, which is a property of the checkbox without an
// attribute.
func (s *Switch) mark(ctx app.Context) {
	if box := ctx.JSSrc().Get("firstElementChild"); box.Truthy() {
		box.Set("indeterminate", s.Partly)
		// A click on a mixed box may leave the attribute as it was. go-app then
		// sees nothing to change, and the box would not show the draft.
		box.Set("checked", s.On)
	}
}

// Render implements app.Composer.
func (s *Switch) Render() app.UI {
	return app.Label().Class("switch").Body(
		app.Input().Type("checkbox").
			Attr("part", "switch").
			DataSet("id", s.ID).
			Checked(s.On).
			Aria("labelledby", s.LabelledBy).
			Aria("describedby", s.DescribedBy).
			OnChange(func(ctx app.Context, _ app.Event) {
				ctx.NewActionWithValue(actionChoose, choice{s.ID, ctx.JSSrc().Get("checked").Bool()})
			}),
		app.Span().Class("state").Text(s.State),
	)
}
