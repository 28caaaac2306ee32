// Package banner is what a visitor sees: the notice, the settings, the list of
// cookies and the charter, as go-app components, one per file.
//
// Components render and emit. Package consent decides what an answer means.
// Two files deal with the page around the banner: cookie.go with its cookies,
// hook.go with the loader. The browser is reached through go-app only, so that
// everything compiles and is tested natively.
package banner

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/banner/consent"
	"charte/catalogue"
)

// A Layer is what the banner shows.
type Layer string

// The layers. The element of a layer has the same name in data-charte.
const (
	LayerNone     Layer = ""
	LayerNotice   Layer = "notice"
	LayerSettings Layer = "settings"
)

// A Banner is the whole program. It shows one layer at a time. The loader's
// prerendered notice is this component too, rendered when the bundle is built.
type Banner struct {
	app.Compo

	// View is the catalogue to show. It is never nil.
	View *catalogue.View

	// Layer is the layer that is shown. It is set to the first one.
	Layer Layer

	// CharterURL is the address of the page that shows the whole charter.
	CharterURL string

	policy   consent.Policy
	decision consent.Decision // the answer in force
	draft    consent.Decision // the choices on screen, not yet saved
	began    consent.Decision // what the draft was before the visitor changed it
	changed  bool             // whether the draft began as an answer to an earlier revision, or to another banner
	hook     hook

	// undecided are the IDs of the services that ask and that the visitor has chosen neither for nor against. They are
	// refused when the draft is saved, and no radio button says so before. It stays nil where the look has switches.
	undecided []string

	// opening counts how often the settings were opened. An action that comes
	// late from a dialog closed before has an older number, and is ignored.
	opening int
}

// OnInit implements app.Initializer.
func (b *Banner) OnInit() {
	b.policy = consent.PolicyOf(b.View)
	if app.IsClient {
		b.read()
	}
}

// OnMount implements app.Mounter.
func (b *Banner) OnMount(ctx app.Context) {
	ctx.Handle(actionAnswer, func(ctx app.Context, a app.Action) { b.answer(ctx, a.Value.(Answer)) })
	ctx.Handle(actionChoose, func(ctx app.Context, a app.Action) { b.choose(a.Value.(choice)) })
	ctx.Handle(actionLeave, func(ctx app.Context, a app.Action) {
		if a.Value == b.opening {
			b.leave(ctx)
		}
	})
	b.hook = openHook(ctx, b)
}

// Render implements app.Composer.
func (b *Banner) Render() app.UI {
	return app.Div().
		Class("charte").
		Lang(b.View.Lang).
		Dir(b.View.Dir).
		Body(
			app.If(b.Layer == LayerNotice, func() app.UI {
				return &Notice{View: b.View, CharterURL: b.CharterURL}
			}),
			app.If(b.Layer == LayerSettings, func() app.UI {
				return &Settings{View: b.View, Opening: b.opening, Draft: b.draft, Undecided: b.undecided, Changed: b.changed, CharterURL: b.CharterURL}
			}),
		)
}

// show changes the layer and tells the loader.
func (b *Banner) show(layer Layer) {
	if b.Layer == layer {
		return
	}
	b.Layer = layer
	b.hook.emit("layer", string(layer))
}

// open shows the settings. It reads the answer in force first, since another tab
// or the site's server may have changed it.
func (b *Banner) open() {
	b.read()
	if b.Layer != LayerSettings {
		b.opening++
	}
	b.show(LayerSettings)
}

// read reads the answer in force and starts the draft from it. If the visitor
// answered an earlier revision of the catalogue only, or the banner that the site had
// before, the draft starts from that former answer. It is a draft like any other: it
// grants nothing until it is saved.
func (b *Banner) read() {
	b.decision = readCookie(b.policy)
	b.draft, b.changed = b.decision, false
	if former := readFormer(b.policy, b.View.CarryOver); former.Answered && !b.decision.Answered {
		b.draft, b.changed = former, true
	}
	b.began = b.draft
	b.undecided = nil
	if b.View.Radios && !b.draft.Answered {
		b.undecided = b.asking()
	}
}

// reread reads the answer in force again: another tab may have changed it. Choices that
// the visitor has changed on screen and not saved stay as they are.
func (b *Banner) reread() {
	draft, began, undecided := b.draft, b.began, b.undecided
	b.read()
	if !b.draft.Answered {
		b.undecided = undecided
	}
	b.draft = b.policy.Rebase(draft, began, b.draft)
}

// leave closes the settings without an answer. A visitor without an answer in
// force is shown the notice again.
func (b *Banner) leave(ctx app.Context) {
	closeDialog(ctx)
	b.read() // drops the choices that were not saved; another tab may have answered meanwhile
	if b.decision.Answered || !b.mayAsk() {
		b.show(LayerNone)
		return
	}
	b.show(LayerNotice)
	ctx.Defer(func(app.Context) { b.hook.emit("focus", "customise") })
}

// mayAsk reports whether the notice may be shown to a visitor without an answer. It may
// not where no service asks, or where the loader says that nobody is to be asked.
func (b *Banner) mayAsk() bool { return b.policy.Asks() && !b.hook.silent() }

// choose changes one choice on screen and nothing else (WCAG 3.2.2).
func (b *Banner) choose(c choice) {
	b.draft, _ = b.policy.Set(b.draft, map[string]bool{c.ID: c.Yes}, 0)
	b.undecided = b.without(b.undecided, c.ID)
}

// asking are the IDs of the services that ask.
func (b *Banner) asking() []string {
	var all []string
	for _, c := range b.View.Categories {
		for _, s := range c.Services {
			if s.Asks {
				all = append(all, s.ID)
			}
		}
	}
	return all
}

// without returns the services that id does not name, which is a service or a category.
func (b *Banner) without(services []string, id string) []string {
	var left []string
	for _, c := range b.View.Categories {
		for _, s := range c.Services {
			if c.ID != id && s.ID != id && slices.Contains(services, s.ID) {
				left = append(left, s.ID)
			}
		}
	}
	return left
}

// An Answer is what the visitor says with one of the buttons below a layer.
type Answer string

// The answers. Their names are those of the buttons' data-charte.
const (
	AcceptAll Answer = "accept-all"
	RefuseAll Answer = "refuse-all"
	Save      Answer = "save"
	Customise Answer = "customise" // opens the settings, and answers nothing yet
)

// answer records an answer of the visitor.
func (b *Banner) answer(ctx app.Context, a Answer) {
	switch a {
	case Customise:
		b.open()
	case AcceptAll:
		b.reread() // another tab may have objected to a service
		b.record(ctx, b.policy.AcceptAll(today()).Keeping(b.draft))
	case RefuseAll:
		b.reread()
		b.record(ctx, b.policy.RefuseAll(today()).Keeping(b.draft))
	case Save:
		d := b.draft
		d.Answered, d.On, d.Revision = true, today(), b.policy.Revision
		b.record(ctx, d)
	}
}

// record writes the decision, tells the loader, and closes.
func (b *Banner) record(ctx app.Context, d consent.Decision) {
	closeDialog(ctx)
	writeCookie(d, b.View.CookieDomain)
	b.decision, b.draft = d, d
	b.show(LayerNone)
	b.hook.emit("answer", d.Value())
}

// The actions by which components tell the Banner what the visitor did.
const (
	actionAnswer = "answer" // an Answer
	actionChoose = "choose" // a choice
	actionLeave  = "leave"  // the Opening of settings that were closed without an answer
)

// A choice is a yes or no to one category or service, not yet saved.
type choice struct {
	ID  string
	Yes bool
}
