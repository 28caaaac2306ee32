package editor

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// drawTime is how long a page that has spoken has to draw its banner. Where nobody is asked it draws none.
const drawTime = 400 * time.Millisecond

// patience is how long a frame has to say that it is there. In a browser that does not know the first host of
// the preview, no frame ever does, and the spare one is asked.
const patience = 2 * time.Second

// What the preview can be set to. The values are those of its addresses.
var (
	shows   = []string{"notice", "settings", "charter", "demo"}
	sizes   = []string{"phone", "tablet", "desk"}
	schemes = []string{"both", "light", "dark"}
	presets = []string{"-", "neutral", "french-state", "soft", "compact"} // "-" is that of the file
)

// A Preview is the banner of the unsaved catalogue in a frame, with what it can be set to. There are two
// frames, one upon the other: a new page is loaded in the lower one, and comes up when it says that it is
// there. So nothing flickers.
type Preview struct {
	app.Compo

	Tongue    *Tongue
	Preview   desk.Preview
	Languages []string

	show, size, scheme, language, preset string
	forced                               bool

	frames [2]frame
	front  int  // the frame that is seen
	loads  int  // how often a frame was loaded
	known  bool // whether a frame of the first host has ever spoken, so that it is only late where it does not
	spare  bool // whether the spare host is asked
	mute   bool // whether nobody answers
	failed failure
	notice extent
}

// frame is one of the two frames. An empty address is none.
type frame struct {
	address string
	load    int  // its number, by which an answer that is late is told
	heard   bool // whether its page has said anything
}

// failure is a page that cannot be made, and why.
type failure struct{ address, why string }

// extent is how much of its window the notice takes, in CSS pixels, and whether a text is too long for its
// button.
type extent struct {
	height, window int
	wraps          bool
}

// OnInit implements app.Initializer.
func (p *Preview) OnInit() { p.begin() }

func (p *Preview) begin() {
	p.show, p.size, p.scheme, p.preset = shows[0], sizes[0], schemes[0], presets[0]
}

// OnMount implements app.Mounter.
func (p *Preview) OnMount(ctx app.Context) {
	app.Window().Call("addEventListener", "message", app.FuncOf(func(_ app.Value, args []app.Value) any {
		p.hear(ctx, args[0])
		return nil
	}))
	p.follow(ctx)
}

// OnUpdate implements app.Updater.
func (p *Preview) OnUpdate(ctx app.Context) { p.follow(ctx) }

// base is the address of the folder of the pages.
func (p *Preview) base() string {
	if p.spare {
		return p.Preview.Spare
	}
	return p.Preview.Base
}

// address is that of the page that is to be seen, or empty.
func (p *Preview) address() string {
	if p.base() == "" {
		return ""
	}
	language := p.language
	if language == "" && len(p.Languages) > 0 {
		language = p.Languages[0]
	}
	forced := "0"
	if p.forced {
		forced = "1"
	}
	return p.base() + strings.Join([]string{language, p.scheme, p.preset, forced, p.show}, ",") + "/"
}

// follow loads the page that is to be seen, unless it is there or on its way.
func (p *Preview) follow(ctx app.Context) {
	address := p.address()
	back := 1 - p.front
	if address != p.failed.address {
		p.failed = failure{}
	}
	switch address {
	case "", p.failed.address:
		return
	case p.frames[p.front].address:
		p.frames[back] = frame{} // what was on its way is not wanted any more
		return
	case p.frames[back].address:
		return
	}
	p.loads++
	load := p.loads
	p.frames[back] = frame{address: address, load: load}
	ctx.After(patience, func(ctx app.Context) {
		late := &p.frames[1-p.front]
		if late.load != load {
			return
		}
		if !late.heard && !p.spare && !p.known && p.Preview.Spare != "" {
			p.spare = true
			p.follow(ctx)
			return
		}
		p.mute = !late.heard
		if late.heard || p.frames[p.front].address == "" {
			p.raise(1 - p.front)
		} // else the one before stays until the late one speaks
	})
}

// raise shows a frame. The other one is emptied.
func (p *Preview) raise(i int) {
	p.front = i
	p.frames[1-i] = frame{}
}

// hear takes a message of a frame: those of other origins and of other windows are not for us.
func (p *Preview) hear(ctx app.Context, event app.Value) {
	data := event.Get("data")
	if !data.Truthy() || data.Get("charte").String() != "preview" || event.Get("origin").String() != origin(p.base()) {
		return
	}
	for i := range p.frames {
		element := app.Window().GetElementByID(frameID(i))
		if !element.Truthy() || !element.Get("contentWindow").Equal(event.Get("source")) {
			continue
		}
		load := p.frames[i].load
		ctx.Dispatch(func(ctx app.Context) { p.heard(ctx, load, data) })
	}
}

// heard notes what the page of a load has said (web/workbench/preview/stage/report.js).
func (p *Preview) heard(ctx app.Context, load int, data app.Value) {
	i := slices.IndexFunc(p.frames[:], func(f frame) bool { return f.load == load && f.address != "" })
	if i < 0 {
		return
	}
	p.mute, p.known = false, true
	if why := data.Get("failed"); why.Truthy() {
		p.failed = failure{p.frames[i].address, why.String()}
		p.frames[i] = frame{} // the other one stays as it is
		return
	}
	first := !p.frames[i].heard
	p.frames[i].heard = true
	if i != p.front {
		settings := strings.HasSuffix(p.frames[i].address, ",settings/") // they open upon the notice, which comes first
		switch layer := data.Get("layer"); {
		case layer.Truthy() && (!settings || layer.String() == "settings"):
			p.raise(i)
		case first && !settings:
			ctx.After(drawTime, func(app.Context) {
				if back := 1 - p.front; p.frames[back].load == load {
					p.raise(back)
				}
			})
		}
	}
	if height := data.Get("height"); height.Truthy() && i == p.front {
		p.notice = extent{data.Get("notice").Int(), height.Int(), data.Get("wraps").Get("length").Truthy()}
	}
}

// origin is that of an absolute address.
func origin(address string) string {
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

func frameID(i int) string { return "preview-" + strconv.Itoa(i) }

// Render implements app.Composer.
func (p *Preview) Render() app.UI {
	if p.show == "" {
		p.begin()
	}
	t := p.Tongue
	return app.Section().Class("preview").Aria("labelledby", "preview-title").Body(
		app.Div().Class("head").Body(
			app.H2().ID("preview-title").Text(t.Say("preview")),
			app.Span().Class("extent").Text(p.extent()),
		),
		app.Div().Class("settings").Body(
			p.side("show", shows, &p.show),
			p.side("size", sizes, &p.size),
			app.Div().Class("picks").Body(
				p.pick("language", p.Languages, &p.language, t.Named),
				p.pick("scheme", schemes, &p.scheme, nil),
				p.pick("preset", presets, &p.preset, nil),
				app.Label().Class("choice").Body(
					app.Input().Type("checkbox").Checked(p.forced).OnChange(func(ctx app.Context, _ app.Event) {
						p.forced = ctx.JSSrc().Get("checked").Bool()
						p.follow(ctx)
					}),
					app.Span().Text(t.Say("preview.forced")),
				),
			),
		),
		app.If(p.mute, func() app.UI { return app.P().Class("mute").Text(t.Say("preview.mute")) }),
		app.If(p.failed.why != "", func() app.UI {
			return app.P().Class("mute").Text(t.Say("preview.failed", "why", p.failed.why))
		}),
		app.Div().Class("stage "+p.size).Body(
			p.window(0), p.window(1),
			app.If(p.Preview.Base == "", func() app.UI { return app.P().Class("none").Text(t.Say("preview.none")) }),
		),
		app.P().Class("remark").Text(t.Say("preview.remark")),
	)
}

// extent says how much of the window the notice takes.
func (p *Preview) extent() string {
	if p.show != "notice" || p.notice.height == 0 || p.notice.window == 0 {
		return ""
	}
	share := 100 * p.notice.height / p.notice.window
	text := p.Tongue.Say("preview.extent", "height", strconv.Itoa(p.notice.height), "share", strconv.Itoa(share))
	if p.notice.wraps {
		text += " · " + p.Tongue.Say("preview.wraps")
	}
	return text
}

// side is a choice of a few side by side. It listens for clicks, as [Row.radios] does.
func (p *Preview) side(name string, values []string, chosen *string) app.UI {
	return app.FieldSet().Class("side").Body(
		app.Legend().Class("unseen").Text(p.Tongue.Say("preview."+name)),
		app.Range(values).Slice(func(i int) app.UI {
			value := values[i]
			return app.Label().Body(
				app.Input().Type("radio").Class("unseen").Name("preview-"+name).Attr("value", value).Checked(*chosen == value).
					OnClick(func(ctx app.Context, _ app.Event) { *chosen = value; p.follow(ctx) }, app.EventScope(name, value)),
				app.Span().Text(p.Tongue.Say("preview."+name+"."+value)),
			)
		}),
	)
}

// pick is a choice out of a list that opens. word gives a value's name; nil is that of the page's words.
func (p *Preview) pick(name string, values []string, chosen *string, word func(string) string) app.UI {
	if word == nil {
		word = func(value string) string { return p.Tongue.Say("preview." + name + "." + value) }
	}
	return app.Label().Class("pick").Body(
		app.Span().Text(p.Tongue.Say("preview."+name)),
		app.Select().Body(app.Range(values).Slice(func(i int) app.UI {
			return app.Option().Attr("value", values[i]).Selected(*chosen == values[i] || *chosen == "" && i == 0).Text(word(values[i]))
		})).OnChange(func(ctx app.Context, _ app.Event) {
			*chosen = ctx.JSSrc().Get("value").String()
			p.follow(ctx)
		}, app.EventScope(name)),
	)
}

// window is one of the two frames.
func (p *Preview) window(i int) app.UI {
	return &Window{
		ID: frameID(i), Address: p.frames[i].address, Load: p.frames[i].load,
		Front: i == p.front, Title: p.Tongue.Say("preview.title"),
	}
}

// A Window is a frame. Each load has an element of its own, because a frame that is sent elsewhere adds a
// step to the page's history.
type Window struct {
	app.Compo

	ID      string
	Address string
	Load    int
	Front   bool
	Title   string
}

// CompoID implements app.DismountEnforcer.
func (w *Window) CompoID() string { return strconv.Itoa(w.Load) }

// Render implements app.Composer.
func (w *Window) Render() app.UI {
	if w.Address == "" {
		return app.Div().Class("frame").Hidden(true)
	}
	// It runs the banner, and cannot lead the workbench's page elsewhere.
	frame := app.IFrame().ID(w.ID).Class("frame").Title(w.Title).Sandbox("allow-scripts allow-same-origin allow-forms").Src(w.Address)
	if !w.Front {
		return frame.Class("back").Aria("hidden", true).TabIndex(-1).Attr("inert", "inert")
	}
	return frame
}
