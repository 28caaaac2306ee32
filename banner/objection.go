package banner

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// An Objection is the checkbox by which a visitor objects to a service that needs no consent.
// It is never ticked beforehand (CNIL, exempt audience measurement:
// https://www.cnil.fr/fr/node/167364).
type Objection struct {
	app.Compo

	ID   string // of the service
	On   bool   // whether the visitor objects
	Text string // "M'opposer à cette mesure"

	DescribedBy string // ID of the element that names the service
}

// OnUpdate implements app.Updater. It sets the property "checked": once a box was clicked,
// the attribute, which go-app sets, has no effect any more.
func (o *Objection) OnUpdate(ctx app.Context) {
	ctx.Defer(func(ctx app.Context) {
		if box := ctx.JSSrc().Get("firstElementChild"); box.Truthy() {
			box.Set("checked", o.On)
		}
	})
}

// Render implements app.Composer.
func (o *Objection) Render() app.UI {
	return app.Label().Class("objection").Body(
		app.Input().Type("checkbox").
			Attr("part", "objection").
			DataSet("object", o.ID).
			Checked(o.On).
			Aria("labelledby", "object-"+o.ID).
			Aria("describedby", o.DescribedBy).
			OnChange(func(ctx app.Context, _ app.Event) {
				ctx.NewActionWithValue(actionChoose, choice{o.ID, !ctx.JSSrc().Get("checked").Bool()})
			}),
		app.Span().ID("object-"+o.ID).Text(o.Text),
	)
}
