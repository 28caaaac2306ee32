package editor

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// icons are strokes in a box of 16 by 16.
var icons = map[string]string{
	"undo":    "M6 3 2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 0 1 0 7H7",
	"redo":    "M10 3l3.500 3.500L10 10M13.500 6.500H6a3.500 3.500 0 0 0 0 7h3",
	"plus":    "M8 3v10M3 8h10",
	"up":      "M8 13V3.500M4 7l4-4 4 4",
	"down":    "M8 3v9.500M4 9l4 4 4-4",
	"remove":  "M3 4.500h10M6.500 4.500V3h3v1.500M4.500 4.500l.600 8.500h5.800l.600-8.500",
	"clear":   "M4 4l8 8M12 4l-8 8",
	"fold":    "M6 4l4 4-4 4",
	"fine":    "M3.500 8.500l3 3 6-7",
	"warning": "M8 2.500 14.500 13.500H1.500zM8 6.500v3.500M8 11.700v.300",
	"error":   "M8 1.700a6.300 6.300 0 1 0 0 12.600 6.300 6.300 0 0 0 0-12.600M8 4.700v4M8 11v.300",
	"search":  "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9M10.500 10.500 14 14",
	"texts":   "M2 3.500h7M5.500 2v1.500M7.500 3.500C7 7 4.500 9 2 10M4 6c1 2 2.500 3 4.500 4M8.500 14l3-7 3 7M9.500 11.700h4",
	"import":  "M8 2v8M4.500 7 8 10.500 11.500 7M2.500 10.500v3h11v-3",
}

// icon is a picture beside words. Nothing is said by it alone.
func icon(name string) app.UI {
	const svg = "http://www.w3.org/2000/svg"
	return app.Elem("svg").XMLNS(svg).Class("icon").Attr("viewBox", "0 0 16 16").Aria("hidden", true).Body(
		app.Elem("path").XMLNS(svg).Attr("d", icons[name]),
	)
}

// unseen is a text for those who do not see the page.
func unseen(text string) app.UI { return app.Span().Class("unseen").Text(text) }
