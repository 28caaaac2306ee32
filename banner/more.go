package banner

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// More is the button below a list that is shown in part. It has more of the list
// shown when it is pressed, or by itself when it comes into view.
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
		return // the visitor can still press the button
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

// OnUpdate implements app.Updater. It runs when more has been rendered. The
// button may then still be in view, and an observer reports changes only. Watching
// the button anew makes it report once more.
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
