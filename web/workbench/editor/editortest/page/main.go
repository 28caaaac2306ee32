// Command page shows the editor with a desk that knows no server, compiled to WebAssembly for tests in a
// browser. Its address says how: ?preview=URL is the folder of the preview's pages, ?state=NAME one of the
// states below, ?language=fr or en the page's language, ?services=N how many services there are, ?looks=N
// how many presets, ?lag=DURATION how late answers come.
package main

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
	"charte/web/workbench/editor"
	"charte/web/workbench/editor/editortest"
	"charte/web/workbench/words"
)

func main() {
	d := editortest.New()
	query := app.Window().URL().Query()
	d.Lag = 30 * time.Millisecond
	if lag, err := time.ParseDuration(query.Get("lag")); err == nil {
		d.Lag = lag
	}
	if base := query.Get("preview"); base != "" {
		d.State.Preview.Base, d.State.Preview.Spare = base, query.Get("spare")
	}
	if n, err := strconv.Atoi(query.Get("services")); err == nil {
		d.Many(n)
	}
	if n, err := strconv.Atoi(query.Get("looks")); err == nil {
		d.Choices("/look", "/look/preset", n)
	}
	switch query.Get("state") {
	case "fine":
		d.State.Light, d.State.Findings = desk.LightFine, nil
	case "conflicts":
		mine, theirs := "Portail des données ouvertes", "Portail de données (bêta)"
		before := "Portail de données"
		d.State.Unsaved, d.State.Gone, d.State.Preview.Stale = true, true, true
		d.State.Conflicts = []desk.Conflict{
			{ID: "1", Pointer: "/site/name/fr", Path: "site.name.fr", Before: &before, Mine: &mine, Theirs: &theirs},
			{ID: "2", Pointer: "/services/3/retention", Path: "services.youtube.retention", Mine: &mine},
		}
	}
	texts := map[string]map[string]string{}
	for _, language := range words.Languages() {
		texts[language] = words.In(language)
	}
	app.Window().Set("asked", app.FuncOf(func(app.Value, []app.Value) any {
		var asked []any
		for _, what := range d.Asked() {
			asked = append(asked, what)
		}
		return asked
	}))
	app.Window().Set("tell", app.FuncOf(func(_ app.Value, args []app.Value) any {
		pointer, value := args[0].String(), args[1].String()
		go d.Tell(func(d *editortest.Desk) { d.Write(pointer, value) })
		return nil
	}))
	app.Route("/", func() app.Composer {
		return &editor.Editor{Desk: d, Texts: texts, Language: query.Get("language")}
	})
	app.RunWhenOnBrowser()
}
