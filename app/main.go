// Command app is the WebAssembly program: it gives the catalogue and the
// loader's link to the banner and starts it. It holds no rule.
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
		panic(err) // the loader says so, and shows the settings no more
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
