package banner

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/catalogue"
)

// A Notice is the first layer: who asks, for which purposes, what an answer
// changes, and two answers of equal weight. It holds no state.
type Notice struct {
	app.Compo

	View       *catalogue.View
	CharterURL string
}

// Render implements app.Composer.
func (n *Notice) Render() app.UI {
	w := n.View.Words
	return layer(app.Section(), "notice").Body(
		app.Div().Class("text").Body(
			app.H2().ID("notice-title").Text(w.Notice.Title),
			app.P().Text(w.Notice.Body),
			app.Ul().Body(n.purposes()...),
			app.P().Body(
				app.Text(w.Notice.Consequences+" "+w.Notice.Kept+" "),
				app.If(w.Notice.Parties != "", func() app.UI {
					return app.A().Href(n.CharterURL).Text(w.Notice.Parties)
				}),
			),
		),
		app.Div().Class("answers").Body(
			answerButton(AcceptAll, w.AcceptAll),
			answerButton(RefuseAll, w.RefuseAll),
			answerButton(Customise, w.Customise),
		),
	)
}

// purposes lists what consent is asked for, one line each.
func (n *Notice) purposes() []app.UI {
	var lines []app.UI
	for _, c := range n.View.Categories {
		if c.Asks() {
			lines = append(lines, app.Li().Text(c.Summary))
		}
	}
	return lines
}

// layer names an element as one of the banner's layers, for tests, themes and
// assistive technology.
func layer(e app.HTMLSection, name string) app.HTMLSection {
	return e.DataSet("charte", name).Attr("part", name).Aria("labelledby", name+"-title")
}

// answerButton renders an answer. All answers share one element and one class,
// so no stylesheet of ours can make refusing harder to see than accepting. The
// handlers need the scope because go-app tells them apart by code address, not
// by what they captured (pkg/app/event.go, v10.1.11).
func answerButton(a Answer, label string) app.UI {
	return app.Button().
		Type("button").
		DataSet("charte", string(a)).
		Attr("part", "answer"). // the same for all, so that a site cannot style one answer alone
		Text(label).
		OnClick(func(ctx app.Context, _ app.Event) {
			ctx.NewActionWithValue(actionAnswer, a)
		}, app.EventScope(string(a)))
}
