package banner

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/banner/consent"
	"charte/catalogue"
)

// Settings are the second layer: a modal dialog with a choice per category and
// per service, the list of cookies, and the answers.
type Settings struct {
	app.Compo

	View       *catalogue.View
	CharterURL string

	// Opening is the number of this opening. Each opening has a dialog element of
	// its own, because one that is closed and opened again within one frame of the
	// screen stays closed.
	Opening int

	// Draft holds the choices on screen.
	Draft consent.Decision

	// Undecided are the IDs of the services that the visitor has not chosen for or against.
	Undecided []string

	// Changed says that Draft began as the visitor's answer to an earlier revision
	// of the catalogue, or to the banner that the site had before.
	Changed bool
}

// CompoID implements app.DismountEnforcer.
func (s *Settings) CompoID() string { return strconv.Itoa(s.Opening) }

// OnMount implements app.Mounter. Only showModal makes the rest of the page
// inert and keeps Tab inside; an open attribute does neither.
func (s *Settings) OnMount(ctx app.Context) {
	ctx.JSSrc().Call("showModal")
}

// Render implements app.Composer.
func (s *Settings) Render() app.UI {
	w := s.View.Words
	asks := s.View.Asks()
	body := w.Settings.Body
	if s.Changed {
		body = w.Settings.Changed
	}
	return app.Dialog().
		DataSet("charte", "settings").
		Attr("part", "settings").
		Aria("labelledby", "settings-title").
		On("close", s.leave). // Escape closes it, too
		Body(
			app.Div().Class("head").Body(
				app.H2().ID("settings-title").Text(w.Settings.Title),
				app.Button().Type("button").DataSet("charte", "close").Attr("part", "close").
					Aria("label", w.Close).
					OnClick(s.leave),
			),
			app.Div().Class("body").TabIndex(0).Role("region").Aria("labelledby", "settings-title").Body(
				app.If(asks, func() app.UI { return app.P().Text(body) }).
					Else(func() app.UI { return app.P().Class("nothing").Text(w.Settings.NothingToAsk) }),
				app.Range(s.View.Categories).Slice(func(i int) app.UI {
					return &CategoryChoice{View: s.View, Category: i, Draft: s.Draft, Undecided: s.Undecided}
				}),
				&CookieList{View: s.View},
				app.P().Body(app.A().Href(s.CharterURL).Attr("part", "link").Text(w.Charter.Link)),
			),
			app.If(asks, func() app.UI {
				return app.Div().Class("answers").Body(
					answerButton(AcceptAll, w.AcceptAll),
					answerButton(RefuseAll, w.RefuseAll),
					answerButton(Save, w.Save),
				)
			}).ElseIf(s.View.Exempts(), func() app.UI {
				return app.Div().Class("answers").Body(answerButton(Save, w.Save))
			}),
		)
}

func (s *Settings) leave(ctx app.Context, _ app.Event) {
	ctx.NewActionWithValue(actionLeave, s.Opening)
}

// closeDialog closes the settings, if they are open. It is called before they are
// taken out of the document, because only close gives the focus back to where it
// was.
func closeDialog(ctx app.Context) {
	root := ctx.JSSrc()
	if dialog := root.Call("querySelector", "dialog"); dialog.Truthy() {
		// When a focused element is taken out, the browser computes the styles of the whole page at once,
		// with those of the settings that are about to go: 10 ms more on a phone.
		if focused := dialog.Call("querySelector", ":focus"); focused.Truthy() {
			focused.Call("blur")
		}
		dialog.Call("close")
	}
}
