package banner

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Radios are a yes and a no to a category or a service: two radio buttons, of which neither is chosen until the
// visitor has chosen one. A catalogue's look may want them in place of a [Switch].
type Radios struct {
	app.Compo

	ID             string // of the category or service
	Yes, No        bool   // which one is chosen; both are false where nobody has chosen, or some services of a category differ
	Accept, Refuse string // "Accepter", "Refuser"
	State          string // in words where neither is chosen, or ""

	LabelledBy, DescribedBy string // IDs of elements
}

// OnMount implements app.Mounter.
func (r *Radios) OnMount(ctx app.Context) { r.mark(ctx) }

// OnUpdate implements app.Updater.
func (r *Radios) OnUpdate(ctx app.Context) { ctx.Defer(r.mark) }

// mark sets the properties "checked": once a button was clicked, the attribute, which go-app sets, has no effect any more.
func (r *Radios) mark(ctx app.Context) {
	buttons := ctx.JSSrc().Call("querySelectorAll", "input")
	for i, chosen := range []bool{r.Yes, r.No} {
		if button := buttons.Index(i); button.Truthy() {
			button.Set("checked", chosen)
		}
	}
}

// Render implements app.Composer.
func (r *Radios) Render() app.UI {
	state := r.LabelledBy + "-state"
	describedBy := r.DescribedBy
	if r.State != "" {
		describedBy = state + " " + describedBy
	}
	return app.Div().Class("radios").Role("radiogroup").Aria("labelledby", r.LabelledBy).Aria("describedby", describedBy).Body(
		app.Span().ID(state).Class("state").Text(r.State),
		r.button(true, r.Yes, r.Accept),
		r.button(false, r.No, r.Refuse),
	)
}

// button is one of the two. Its name is that of the group: the browser lets only one of a name be chosen.
func (r *Radios) button(yes, chosen bool, label string) app.UI {
	value := "no"
	if yes {
		value = "yes"
	}
	return app.Label().Body(
		app.Input().Type("radio").
			Attr("part", "radio").
			Name(r.LabelledBy).
			Value(value).
			DataSet("id", r.ID).
			Checked(chosen).
			OnChange(func(ctx app.Context, _ app.Event) {
				ctx.NewActionWithValue(actionChoose, choice{r.ID, yes})
			}, app.EventScope(value)),
		app.Span().Text(label),
	)
}
