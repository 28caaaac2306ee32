package editor

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// A serviceForm shows one known service, asks for what only the owner knows, adds it, and then shows
// the tag to paste.
type serviceForm struct {
	app.Compo

	Kit        *DialogKit
	Known      *desk.Known
	Version    int
	Categories []desk.Entry // of the catalogue

	home     app.Context       // the component's own; that of an event is its element's, which may go
	with     map[string]string // what was typed, and "true" for settings that are confirmed
	category string
	accepts  bool
	adding   bool
	added    bool
	tried    bool // whether what is missing is to be shown
	fault    string
	copied   string
}

// CompoID implements app.DismountEnforcer. What was typed for one service is not for another.
func (f *serviceForm) CompoID() string { return f.Known.ID }

// OnInit implements app.Initializer.
func (f *serviceForm) OnInit() { f.with, f.category = map[string]string{}, f.Known.Category }

// OnMount implements app.Mounter.
func (f *serviceForm) OnMount(ctx app.Context) {
	f.home = ctx
	focusInside(ctx, "h3")
}

// missing lists the parameters that the catalogue needs and nobody has given.
func (f *serviceForm) missing() []string {
	var missing []string
	for _, p := range f.Known.Parameters {
		if p.Needed && strings.TrimSpace(f.with[p.ID]) == "" {
			missing = append(missing, p.ID)
		}
	}
	return missing
}

// addition is what the form says. Parameters that only the tag needs are not for the catalogue.
func (f *serviceForm) addition() desk.Addition {
	with := map[string]string{}
	for _, p := range f.Known.Parameters {
		if value := strings.TrimSpace(f.with[p.ID]); value != "" && p.Needed {
			with[p.ID] = value
		}
	}
	for _, s := range f.Known.Settings {
		if f.with[s.ID] == "true" {
			with[s.ID] = "true"
		}
	}
	category := f.category
	if category == f.Known.Category {
		category = "" // the known service's own holds, also in a later edition
	}
	return desk.Addition{Version: f.Version, ID: f.Known.ID, Category: category, With: with, AcceptsUnknown: f.accepts}
}

// exempt reports whether every setting is confirmed without which the service needs consent.
func (f *serviceForm) exempt() bool {
	for _, s := range f.Known.Settings {
		if f.with[s.ID] != "true" {
			return false
		}
	}
	return len(f.Known.Settings) > 0
}

// tag is the tag to paste, with what is known by now. What is not stays in braces.
func (f *serviceForm) tag() string {
	pairs := []string{"{category}", f.category, "{service}", f.Known.ID,
		`data-category="` + f.Known.Category + `"`, `data-category="` + f.category + `"`}
	for _, p := range f.Known.Parameters {
		if value := strings.TrimSpace(f.with[p.ID]); value != "" {
			pairs = append(pairs, "{"+p.ID+"}", value)
		}
	}
	return strings.NewReplacer(pairs...).Replace(f.Known.Tag)
}

// unfilled lists the parameters that the tag still has in braces.
func (f *serviceForm) unfilled() []string {
	var left []string
	tag := f.tag()
	for _, p := range f.Known.Parameters {
		if strings.Contains(tag, "{"+p.ID+"}") {
			left = append(left, "{"+p.ID+"}")
		}
	}
	return left
}

// add sends the addition, or shows what is missing.
func (f *serviceForm) add(ctx app.Context) {
	if f.adding {
		return
	}
	f.tried, f.fault = true, ""
	if missing := f.missing(); len(missing) > 0 {
		focusInside(ctx, `[name="`+missing[0]+`"]`)
		return
	}
	f.adding = true
	f.Kit.Desk.Add(f.addition(), func(state desk.State, err error) {
		ctx.Dispatch(func(ctx app.Context) {
			f.adding = false
			if err != nil {
				f.fault = f.Kit.fault(err)
				return
			}
			f.added = true
			ctx.NewActionWithValue(ActionDeskState, state)
			ctx.NewAction(actionServiceAdded)
			focusInside(ctx, "h3")
		})
	})
}

// copyTag puts the tag into the clipboard. Where the page may not, the tag is selected, so that one
// key copies it.
func (f *serviceForm) copyTag(ctx app.Context) {
	said := func(text string) func(app.Context) {
		return func(app.Context) { f.copied = text }
	}
	pick := func() {
		if code := ctx.JSSrc().Call("querySelector", ".services-tag code"); code.Truthy() {
			app.Window().Call("getSelection").Call("selectAllChildren", code)
		}
		ctx.Dispatch(said(f.Kit.Say("services.selected")))
	}
	clipboard := app.Window().Get("navigator").Get("clipboard")
	if !clipboard.Truthy() {
		pick()
		return
	}
	var done, refused app.Func
	release := func() { done.Release(); refused.Release() }
	done = app.FuncOf(func(app.Value, []app.Value) any {
		ctx.Dispatch(said(f.Kit.Say("services.copied")))
		release()
		return nil
	})
	refused = app.FuncOf(func(app.Value, []app.Value) any {
		pick()
		release()
		return nil
	})
	clipboard.Call("writeText", f.tag()).Call("then", done, refused)
}

// Render implements app.Composer.
func (f *serviceForm) Render() app.UI {
	known := f.Known
	title := known.Name
	if f.added {
		title = f.Kit.Say("services.added", "name", known.Name)
	}
	return app.Section().Class("service").Aria("labelledby", "service-title").Body(
		app.Button().Type("button").Class("services-back", "quiet").Text(f.Kit.Say("services.back")).
			OnClick(func(ctx app.Context, _ app.Event) { ctx.NewAction(actionServiceBack) }),
		app.H3().ID("service-title").TabIndex(-1).Text(title),
		app.If(f.added, func() app.UI { return f.result() }).
			Else(func() app.UI { return f.questions() }),
	)
}

// result is what is left to do once the service stands in the catalogue.
func (f *serviceForm) result() app.UI {
	return app.Div().Body(
		dialogText("", f.Kit.Say("services.paste")),
		f.tagBox(),
	)
}

func (f *serviceForm) tagBox() app.UI {
	left := f.unfilled()
	return app.Div().Class("services-tag").Body(
		app.Pre().Body(app.Code().Attr("translate", "no").Text(f.tag())),
		app.If(len(left) > 0, func() app.UI {
			return dialogText("hint", f.Kit.Say("services.unfilled", "names", strings.Join(left, ", ")))
		}),
		app.Div().Class("buttons").Body(
			app.Button().Type("button").Text(f.Kit.Say("services.copy")).
				OnClick(func(app.Context, app.Event) { f.copyTag(f.home) }),
			app.Span().Role("status").Text(f.copied),
		),
	)
}

// questions are the facts of the service, and what only the owner knows.
func (f *serviceForm) questions() app.UI {
	known := f.Known
	fact := func(name, value string) app.UI {
		return app.If(value != "", func() app.UI {
			return app.Div().Body(app.Dt().Text(name), app.Dd().Text(value))
		})
	}
	var hosts []string
	for _, host := range known.Hosts {
		if name := hostOf(f.Kit, host); !slices.Contains(hosts, name) {
			hosts = append(hosts, name)
		}
	}
	return app.Div().Class("service-form").Body(
		dialogText("", known.Purpose),
		app.Dl().Class("facts").Body(
			fact(f.Kit.Say("services.provider"), providerOf(f.Kit, known)),
			fact(f.Kit.Say("services.stores"), f.Kit.Count("services.cookies", known.Cookies)),
			fact(f.Kit.Say("services.asksHosts"), strings.Join(hosts, ", ")),
		),
		app.If(known.Remarks != "", func() app.UI {
			return app.Details().Class("remarks").Body(app.Summary().Text(f.Kit.Say("services.remarks")), dialogText("", known.Remarks))
		}),
		app.If(known.Declared, func() app.UI {
			return app.Div().Body(dialogText("note", f.Kit.Say("services.already")), f.tagBox())
		}).ElseSlice(f.asks),
	)
}

func (f *serviceForm) asks() []app.UI {
	known := f.Known
	return []app.UI{
		app.Range(known.Parameters).Slice(func(i int) app.UI { return f.parameter(known.Parameters[i]) }),
		f.choice(),
		app.If(len(known.Settings) > 0, func() app.UI {
			said := f.Kit.Say("services.asksConsent")
			if f.exempt() {
				said = f.Kit.Say("services.isExempt")
			}
			return app.FieldSet().Body(
				app.Legend().Text(f.Kit.Say("services.settings")),
				app.Range(known.Settings).Slice(func(i int) app.UI {
					s := known.Settings[i]
					return f.check(s.ID, s.Text, f.with[s.ID] == "true", func(on bool) { f.with[s.ID] = map[bool]string{true: "true"}[on] })
				}),
				app.P().Class("hint").Role("status").Text(said),
			)
		}),
		app.If(len(known.Unknown) > 0, func() app.UI {
			return app.FieldSet().Body(
				app.Legend().Text(f.Kit.Say("services.unknown")),
				app.Ul().Body(app.Range(known.Unknown).Slice(func(i int) app.UI { return app.Li().Text(known.Unknown[i]) })),
				f.check("accepts-unknown", f.Kit.Say("services.accepts"), f.accepts, func(on bool) { f.accepts = on }),
			)
		}),
		dialogProblem(f.fault),
		app.Div().Class("buttons").Body(
			app.Button().Type("button").Class("primary").Aria("disabled", f.adding).Text(f.Kit.Say("services.add")).
				OnClick(func(app.Context, app.Event) { f.add(f.home) }),
		),
	}
}

// parameter is the field of one parameter.
func (f *serviceForm) parameter(p desk.Parameter) app.UI {
	id, wrong := "parameter-"+p.ID, f.tried && slices.Contains(f.missing(), p.ID)
	needs := f.Kit.Say("services.forTag")
	if p.Needed {
		needs = f.Kit.Say("services.needed")
	}
	described := id + "-hint"
	if wrong {
		described = id + "-wrong " + described
	}
	return app.Div().Class("field").Body(
		app.Label().For(id).Body(app.Text(p.Text), app.Span().Class("need").Text(needs)),
		app.Input().ID(id).Name(p.ID).Type("text").AutoComplete(false).Attr("spellcheck", "false").
			Required(p.Needed).
			Aria("invalid", wrong).
			Aria("describedby", described).
			OnInput(func(ctx app.Context, _ app.Event) { f.with[p.ID] = ctx.JSSrc().Get("value").String() }, app.EventScope(p.ID)),
		app.If(wrong, func() app.UI { return app.P().ID(id + "-wrong").Class("wrong").Text(f.Kit.Say("services.missing")) }),
		app.P().ID(id+"-hint").Class("hint").Body(app.If(p.Example != "", func() app.UI {
			return app.Text(f.Kit.Say("services.example", "example", p.Example))
		})),
	)
}

// choice is the field of the category: those of the catalogue, and the one that the service suggests.
func (f *serviceForm) choice() app.UI {
	categories := f.Categories
	suggests := f.Known.Category
	if !slices.ContainsFunc(categories, func(e desk.Entry) bool { return e.ID == suggests }) {
		categories = append(slices.Clip(categories), desk.Entry{ID: suggests, Title: suggests})
	}
	return app.Div().Class("field").Body(
		app.Label().For("service-category").Text(f.Kit.Say("services.category")),
		app.Select().ID("service-category").
			OnChange(func(ctx app.Context, _ app.Event) { f.category = ctx.JSSrc().Get("value").String() }).
			Body(app.Range(categories).Slice(func(i int) app.UI {
				category := categories[i]
				title := category.Title
				if category.ID == suggests {
					title = f.Kit.Say("services.suggested", "category", title)
				}
				return app.Option().Value(category.ID).Selected(category.ID == f.category).Text(title)
			})),
	)
}

// check is a box to tick, with its text.
func (f *serviceForm) check(id, label string, on bool, set func(bool)) app.UI {
	return app.Label().Class("check").Body(
		app.Input().Type("checkbox").Name(id).Checked(on).
			OnChange(func(ctx app.Context, _ app.Event) { set(ctx.JSSrc().Get("checked").Bool()) }, app.EventScope(id)),
		app.Span().Text(label),
	)
}
