package editor

import (
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// dialogPause is how long nothing must be typed before a text goes to the server.
const dialogPause = 150 * time.Millisecond

// A ServicesDialog finds known services and adds one to the catalogue.
type ServicesDialog struct {
	app.Compo

	Kit     *DialogKit
	State   *desk.State
	Opening int

	query  string
	asked  int // counts the searches; an answer to an earlier one comes too late
	answer bool
	found  []desk.Known
	chosen *desk.Known
	fault  string

	categories []desk.Entry // nil until they are known
}

// CompoID implements app.DismountEnforcer.
func (s *ServicesDialog) CompoID() string { return strconv.Itoa(s.Opening) }

// OnMount implements app.Mounter.
func (s *ServicesDialog) OnMount(ctx app.Context) {
	showDialog(ctx)
	ctx.Handle(actionServiceBack, func(ctx app.Context, _ app.Action) { s.back(ctx) })
	ctx.Handle(actionServiceAdded, func(ctx app.Context, _ app.Action) { s.search(ctx) })
	s.search(ctx)
	s.sort(ctx)
}

// sort asks which categories a service can have. The state has only those that the file itself declares, and
// a service's form has those of the catalogue that it extends as well.
func (s *ServicesDialog) sort(ctx app.Context) {
	services := entriesOf(s.State, "/services")
	if len(services) == 0 {
		return
	}
	s.Kit.Desk.Form(services[0].Pointer, func(form desk.Form, err error) {
		ctx.Dispatch(func(app.Context) {
			if err != nil {
				return // the declared ones and the suggested one are there
			}
			for _, f := range form.Fields {
				if f.Name != "service.category" {
					continue
				}
				for _, c := range f.Choices {
					s.categories = append(s.categories, desk.Entry{ID: c.Value, Title: firstOf(c.Label, c.Value)})
				}
			}
		})
	})
}

// The actions by which the form of a service tells the dialog around it what happened.
const (
	actionServiceBack  = "service-back"
	actionServiceAdded = "service-added"
)

// typed notes what stands in the search field, and searches once nothing more is typed.
func (s *ServicesDialog) typed(ctx app.Context, query string) {
	s.query = query
	s.asked++
	asked := s.asked
	ctx.After(dialogPause, func(ctx app.Context) {
		if s.asked == asked {
			s.search(ctx)
		}
	})
}

func (s *ServicesDialog) search(ctx app.Context) {
	s.asked++
	asked := s.asked
	s.Kit.Desk.KnownServices(s.query, func(found []desk.Known, err error) {
		ctx.Dispatch(func(app.Context) {
			if s.asked != asked {
				return
			}
			s.answer, s.fault = true, ""
			if err != nil {
				s.fault = s.Kit.fault(err)
				return
			}
			s.found = found
		})
	})
}

func (s *ServicesDialog) choose(known *desk.Known) { s.chosen = known }

// back leaves the form of a service, and gives the focus to where the service was chosen.
func (s *ServicesDialog) back(ctx app.Context) {
	s.chosen = nil
	focusInside(ctx, "#services-query")
}

// Render implements app.Composer.
func (s *ServicesDialog) Render() app.UI {
	count := ""
	if s.answer && s.fault == "" {
		count = s.Kit.Count("services.found", len(s.found))
	}
	columns := app.Div().Class("services")
	if s.chosen != nil {
		columns.Class("has-chosen")
	}
	return dialogFrame(DialogServices, s.Opening, s.Kit.Say("services.title"), s.Kit.Say("services.close"), []app.UI{
		columns.Body(
			app.Div().Class("services-search").Body(
				app.Label().For("services-query").Text(s.Kit.Say("services.search")),
				// A field of the type "search" keeps Escape for itself in WebKit, and the dialog would stay.
				app.Input().ID("services-query").Type("text").Role("searchbox").Attr("enterkeyhint", "search").AutoComplete(false).AutoFocus(true).
					Aria("describedby", "services-hint services-count").
					Attr("spellcheck", "false").
					OnInput(func(ctx app.Context, _ app.Event) { s.typed(ctx, ctx.JSSrc().Get("value").String()) }),
				app.P().ID("services-hint").Class("hint").Text(s.Kit.Say("services.hint")),
				app.P().ID("services-count").Class("count").Role("status").Text(count),
				dialogProblem(s.fault),
				app.Ul().Class("services-found").Body(
					app.Range(s.found).Slice(func(i int) app.UI {
						known := &s.found[i]
						return &foundService{Kit: s.Kit, Known: known, Chosen: s.chosen != nil && s.chosen.ID == known.ID, choose: s.choose}
					}),
				),
			),
			app.Div().Class("services-chosen").Body(
				app.If(s.chosen != nil, func() app.UI {
					return &serviceForm{Kit: s.Kit, Known: s.chosen, Version: s.State.Version, Categories: s.choices()}
				}).Else(func() app.UI { return dialogText("nothing", s.Kit.Say("services.choose")) }),
			),
		),
	}, nil)
}

// choices are the categories that a service can have.
func (s *ServicesDialog) choices() []desk.Entry {
	if s.categories != nil {
		return s.categories
	}
	return entriesOf(s.State, "/categories")
}

// entriesOf lists the entries of a section.
func entriesOf(state *desk.State, pointer string) []desk.Entry {
	for _, section := range state.Sections {
		if section.Pointer == pointer {
			return section.Entries
		}
	}
	return nil
}

// A foundService is one service that a search has found.
type foundService struct {
	app.Compo

	Kit    *DialogKit
	Known  *desk.Known
	Chosen bool

	choose func(*desk.Known)
}

// Render implements app.Composer.
func (f *foundService) Render() app.UI {
	known := f.Known
	current := ""
	if f.Chosen {
		current = "true"
	}
	return app.Li().Body(
		app.Button().Type("button").Class("services-one").Aria("current", current).
			OnClick(func(app.Context, app.Event) { f.choose(f.Known) }).
			Body(
				app.Span().Class("services-name").Body(
					app.B().Text(known.Name),
					app.Span().Class("chip").Text(f.Kit.Say("services.kind."+known.Kind)),
					app.If(known.Declared, func() app.UI { return app.Span().Class("chip", "declared").Text(f.Kit.Say("services.declared")) }),
				),
				app.Span().Class("services-purpose").Text(known.Purpose),
				app.Span().Class("services-facts").Text(strings.Join(factsOf(f.Kit, known), " · ")),
			),
	)
}

// factsOf are the short facts under the name of a service: its provider, how much it stores, and its
// first host.
func factsOf(k *DialogKit, known *desk.Known) []string {
	facts := []string{providerOf(k, known), k.Count("services.cookies", known.Cookies)}
	switch n := len(known.Hosts); {
	case n == 1:
		facts = append(facts, hostOf(k, known.Hosts[0]))
	case n > 1:
		facts = append(facts, k.Say("services.hosts", "host", hostOf(k, known.Hosts[0]), "count", dialogNumber(n-1)))
	}
	return facts
}

// hostOf names a host. One in braces is a parameter, which the owner will say.
func hostOf(k *DialogKit, host string) string {
	if strings.HasPrefix(host, "{") {
		return k.Say("services.ownHost")
	}
	return host
}

func providerOf(k *DialogKit, known *desk.Known) string {
	switch {
	case known.Provider == "":
		return k.Say("services.itself")
	case known.Country == "":
		return known.Provider
	}
	return known.Provider + ", " + k.countryName(known.Country)
}
