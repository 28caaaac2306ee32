// Command app is the WebAssembly program. It starts the banner with what the
// loader hands over: the catalogue, the first layer and the charter's address.
// It holds no rule.
package main

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/banner"
	"charte/catalogue"
)

func main() {
	link := app.Window().Get("charte")
	view, err := catalogue.ReadView(link.Get("words").String())
	if err != nil {
		panic(err) // the loader sees the program end, and goes on without it
	}
	app.Route("/", func() app.Composer {
		return &banner.Banner{
			View:       view,
			Layer:      banner.Layer(link.Get("layer").String()),
			CharterURL: link.Get("charter").String(),
		}
	})
	app.RunWhenOnBrowser()
}
