package banner

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// More stands at the end of what is shown of something long, and has more of it
// shown: by a press, or by itself when it comes into view.
type More struct {
	app.Compo

	Text string
	Show func(app.Context)

	observer app.Value
	callback app.Func
}

// OnMount implements app.Mounter.
func (m *More) OnMount(ctx app.Context) {
	class := app.Window().Get("IntersectionObserver")
	if !class.Truthy() {
		return // the button does
	}
	m.callback = app.FuncOf(func(_ app.Value, args []app.Value) any {
		entries := args[0]
		if entries.Index(entries.Get("length").Int() - 1).Get("isIntersecting").Bool() {
			m.Show(ctx)
		}
		return nil
	})
	m.observer = class.New(m.callback)
	m.observer.Call("observe", ctx.JSSrc())
}

// OnUpdate implements app.Updater. It runs when more has been rendered: an
// observer reports changes alone, and the end may still be, or be again, in
// view.
func (m *More) OnUpdate(ctx app.Context) {
	if m.observer == nil {
		return
	}
	ctx.Defer(func(ctx app.Context) {
		m.observer.Call("unobserve", ctx.JSSrc())
		m.observer.Call("observe", ctx.JSSrc())
	})
}

// OnDismount implements app.Dismounter.
func (m *More) OnDismount() {
	if m.observer != nil {
		m.observer.Call("disconnect")
		m.callback.Release()
	}
}

// Render implements app.Composer.
func (m *More) Render() app.UI {
	return app.Button().Type("button").Class("more").Text(m.Text).
		OnClick(func(ctx app.Context, _ app.Event) { m.Show(ctx) })
}
