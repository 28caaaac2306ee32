package banner

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/catalogue"
)

// A Charter is the whole cookie charter of a site, as a page prints it.
type Charter struct {
	app.Compo

	View *catalogue.View
}

// Render implements app.Composer.
func (c *Charter) Render() app.UI {
	v := c.View
	return app.Article().DataSet("charte", "charter").Lang(v.Lang).Dir(v.Dir).Body(
		app.H1().Text(v.Title),
		app.P().Text(v.Introduction),
		app.H2().Text(v.WhatTitle),
		app.P().Text(v.What),
		app.H2().Text(v.KindsTitle),
		app.Range(v.Categories).Slice(func(i int) app.UI {
			c := v.Categories[i]
			return app.Div().Body(
				app.P().Text(c.Description),
				app.If(!c.Necessary && len(c.Services) > 0, func() app.UI {
					return app.Ul().Aria("label", v.Words.Settings.Services).Body(
						app.Range(c.Services).Slice(func(i int) app.UI { return charterService(v.Words, c.Services[i]) }),
					)
				}),
			)
		}),
		&CookieList{View: v, Whole: true},
		app.P().Class("controller").Text(v.Words.Charter.Controller),
		app.If(v.Asks() || v.Exempts(), func() app.UI {
			return app.Section().Body(
				app.H2().Text(v.Words.Charter.Choice),
				app.Div().DataSet("charte", "choice").Body(app.P().Text(v.Words.Charter.NoChoice)),
			)
		}),
		app.P().Body(app.Button().Type("button").DataSet("charte", "open").Text(v.Words.Manage)),
	)
}

// charterService says what a service is for and who provides it. A service
// without cookies has no row in any table. Its provider receives what it sends
// all the same, and must be named.
func charterService(w catalogue.Words, s catalogue.ServiceView) app.UI {
	return app.Li().Body(
		app.Strong().Text(s.Name),
		app.If(s.Exempt, func() app.UI { return app.Text(" – " + w.Settings.Exempt) }),
		app.Br(),
		app.If(s.Purpose != "", func() app.UI { return app.Text(s.Purpose + " ") }),
		providerName(s),
		app.If(s.Retention != "", func() app.UI { return app.Text(retention(w, s)) }),
	)
}
