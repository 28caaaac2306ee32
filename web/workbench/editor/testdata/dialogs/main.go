// Command dialogs is a page that shows the dialogs over a desk in its memory. It is for tests, and to
// look at.
package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
	"charte/web/workbench/editor"
	"charte/web/workbench/editor/testdata/dialogs/fake"
)

// page is a page with the dialogs, and a button for each.
type page struct {
	app.Compo

	kit   *editor.DialogKit
	desk  *fake.Desk
	state desk.State
}

// OnMount implements app.Mounter.
func (p *page) OnMount(ctx app.Context) {
	ctx.Handle(editor.ActionDeskState, func(_ app.Context, a app.Action) { p.state = a.Value.(desk.State) })
	app.Window().Set("disk", app.FuncOf(func(_ app.Value, args []app.Value) any { // as if another program had changed a text
		ctx.Dispatch(func(app.Context) {
			p.desk.Change(desk.Change{Do: desk.DeedSet, Pointer: args[0].String(), Value: args[1].String()}, func(s desk.State, _ error) {
				ctx.Dispatch(func(app.Context) { p.state = s })
			})
		})
		return nil
	}))
	app.Window().Set("ready", true)
}

// Render implements app.Composer.
func (p *page) Render() app.UI {
	state := p.state
	return app.Main().Body(
		app.H1().DataSet("version", state.Version).Text("mine.yaml"),
		&editor.EffectLine{Kit: p.kit, Version: state.Version, Unsaved: state.Unsaved},
		app.Range([]editor.DialogName{editor.DialogServices, editor.DialogOffers, editor.DialogTranslations, editor.DialogEffect}).Slice(func(i int) app.UI {
			name := []editor.DialogName{editor.DialogServices, editor.DialogOffers, editor.DialogTranslations, editor.DialogEffect}[i]
			return app.Button().Type("button").ID("open-"+string(name)).Text(p.kit.Say(string(name)+".title")).
				OnClick(func(ctx app.Context, _ app.Event) { ctx.NewActionWithValue(editor.ActionOpenDialog, name) }, app.EventScope(name))
		}),
		&editor.Dialogs{Kit: p.kit, State: &state},
	)
}

func main() {
	app.Route("/", func() app.Composer {
		window := app.Window()
		query := window.URL().Query()
		words := map[string]string{}
		if given := window.Get("words"); given.Truthy() {
			if err := json.Unmarshal([]byte(given.String()), &words); err != nil {
				panic(err)
			}
		}
		say := func(key string, values ...string) string {
			text, found := words[key]
			if !found {
				return strings.Join(append([]string{key}, values...), " ")
			}
			for i := 0; i+1 < len(values); i += 2 {
				text = strings.ReplaceAll(text, "{"+values[i]+"}", values[i+1])
			}
			return text
		}
		d := fake.New()
		calls := window.Get("Array").New()
		window.Set("calls", calls)
		d.Log = func(call string) { calls.Call("push", call) }
		pause, _ := strconv.Atoi(query.Get("pause"))
		d.Run = func(answer func()) {
			go func() {
				time.Sleep(time.Duration(pause) * time.Millisecond)
				answer()
			}()
		}
		if many, _ := strconv.Atoi(query.Get("many")); many > 0 {
			d.All = fake.Many(many)
		}
		d.Refuses = query.Get("refusing")
		return &page{desk: d, state: d.Now, kit: &editor.DialogKit{
			Desk: d, Language: "fr", Say: say,
			Count: func(key string, n int) string {
				form := ".many"
				if n < 2 {
					form = ".one"
				}
				return say(key+form, "n", strconv.Itoa(n))
			},
			Label: func(field string) string { return say("fields." + field) },
		}}
	})
	app.RunWhenOnBrowser()
}
