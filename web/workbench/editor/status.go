package editor

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// A Status says what holds of the file and the server, in a live region. It is in the page before it says
// anything, since screen readers announce only what changes.
type Status struct {
	app.Compo

	Lines []string
}

// Render implements app.Composer.
func (s *Status) Render() app.UI {
	return app.Div().Class("status").Role("status").Body(
		app.Range(s.Lines).Slice(func(i int) app.UI { return app.P().Text(s.Lines[i]) }),
	)
}
