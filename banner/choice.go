package banner

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/banner/consent"
	"charte/catalogue"
)

// A CategoryChoice explains one category and lets the visitor choose it as a
// whole, or service by service.
type CategoryChoice struct {
	app.Compo

	View     *catalogue.View
	Category int // index in View.Categories
	Draft    consent.Decision

	// Undecided are the IDs of the services that the visitor has chosen neither for nor against.
	Undecided []string

	chunks int // how often chunkServices were added to firstServices
}

// A category shows firstServices of its services at first. It shows
// chunkServices more each time the visitor comes near the end.
const (
	firstServices = 8
	chunkServices = 20
)

// Render implements app.Composer.
func (c *CategoryChoice) Render() app.UI {
	category := c.View.Categories[c.Category]
	id := "category-" + category.ID
	shown := firstServices + chunkServices*c.chunks
	// The section is a group with a name and a description, so that a screen reader says at
	// each switch which purpose it belongs to (RGAA 11.5 to 11.7). A group is no landmark:
	// the page gets none for each category.
	return app.Section().Class("category").Attr("part", "category").Role("group").Aria("labelledby", id).Aria("describedby", id+"-text").Body(
		app.Div().Class("row").Body(
			app.H3().ID(id).Text(category.Name),
			c.state(category),
		),
		app.P().ID(id+"-text").Text(category.Description),
		// Services of a necessary category are no choice. The list below names their cookies.
		app.If(!category.Necessary && len(category.Services) > 0, func() app.UI {
			return app.Ul().Aria("label", c.View.Words.Settings.Services).Body(
				app.Range(category.Services[:min(shown, len(category.Services))]).Slice(func(i int) app.UI {
					return c.service(category, category.Services[i])
				}),
			)
		}),
		app.If(!category.Necessary && shown < len(category.Services), func() app.UI {
			return &More{Text: c.View.Words.List.More, Show: func(ctx app.Context) {
				ctx.Dispatch(func(app.Context) { c.chunks++ })
			}}
		}),
	)
}

// state is the switch of the category, or the words that say why it has none.
func (c *CategoryChoice) state(category catalogue.CategoryView) app.UI {
	w := c.View.Words.Settings
	switch {
	case category.Asks():
		return c.chooser("category-", category.ID, category, category.Services)
	case category.Necessary:
		return app.Span().Class("state").Text(w.Always)
	case len(category.Services) == 0:
		return app.Span().Class("state").Text(w.None)
	default:
		return app.Span().Class("state").Text(w.Exempt)
	}
}

// chooser is what chooses for the services of a category that ask, all of them or one: a switch, or radio buttons.
// prefix and id are those of the element that names what is chosen.
func (c *CategoryChoice) chooser(prefix, id string, category catalogue.CategoryView, services []catalogue.ServiceView) app.UI {
	w := c.View.Words.Settings
	asking, granted, undecided := 0, 0, 0
	for _, s := range services {
		switch {
		case !s.Asks:
			continue
		case c.Draft.Grants(category.ID, s.ID):
			granted++
		case slices.Contains(c.Undecided, s.ID):
			undecided++
		}
		asking++
	}
	label := prefix + id
	if !c.View.Radios {
		return &Switch{
			ID:          id,
			On:          granted == asking,
			Partly:      granted > 0 && granted < asking,
			State:       stateWord(w, granted, asking),
			LabelledBy:  label,
			DescribedBy: label + "-text",
		}
	}
	state := ""
	if granted > 0 && granted < asking {
		state = w.Partly
	}
	return &Radios{
		ID:          id,
		Yes:         granted == asking,
		No:          granted+undecided == 0,
		Accept:      w.Accept,
		Refuse:      w.Refuse,
		State:       state,
		LabelledBy:  label,
		DescribedBy: label + "-text",
	}
}

// service is one service of the category: what it is for, who provides it, and a
// switch if it asks, or the box that objects to it if it is exempt.
func (c *CategoryChoice) service(category catalogue.CategoryView, s catalogue.ServiceView) app.UI {
	w := c.View.Words
	id := "service-" + s.ID
	objects := c.Draft.Objects(category.ID, s.ID)
	return app.Li().Body(
		app.Div().Class("row").Body(
			app.H4().ID(id).Text(s.Name),
			app.If(s.Asks, func() app.UI {
				return c.chooser("service-", s.ID, category, []catalogue.ServiceView{s})
			}).ElseIf(s.Exempt, func() app.UI {
				return app.Span().Class("state").Text(exemptWord(w.Settings, objects))
			}),
		),
		app.P().ID(id+"-text").Body(
			app.If(s.Purpose != "", func() app.UI { return app.Text(s.Purpose + " ") }),
			providerName(s),
			app.If(s.Retention != "", func() app.UI { return app.Text(retention(w, s)) }),
		),
		app.If(s.Exempt, func() app.UI {
			return &Objection{ID: s.ID, On: objects, Text: w.Settings.Object, DescribedBy: id}
		}),
	)
}

// retention says how long a service's data are kept. It stands after the
// provider's name.
func retention(w catalogue.Words, s catalogue.ServiceView) string {
	return ". " + w.List.Retention + " – " + s.Retention
}

// exemptWord says in words whether an exempt service runs: it does unless the
// visitor objects.
func exemptWord(w catalogue.SettingsWords, objects bool) string {
	if objects {
		return w.Refused
	}
	return w.Exempt
}

// providerName names a provider, as a link to its policy where it has one.
func providerName(s catalogue.ServiceView) app.UI {
	if s.PolicyURL == "" {
		return app.Span().Class("provider").Text(s.Provider)
	}
	return app.A().Class("provider").Href(s.PolicyURL).Target("_blank").Rel("noopener noreferrer").
		Attr("part", "link").Text(s.Provider)
}

// stateWord says in words what a switch shows, since colour alone must not show
// it (WCAG 1.4.1).
func stateWord(w catalogue.SettingsWords, granted, asking int) string {
	switch granted {
	case 0:
		return w.Refused
	case asking:
		return w.Accepted
	default:
		return w.Partly
	}
}
