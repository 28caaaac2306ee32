package banner

import (
	"os"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// This file is Go's half of the link between the banner and the loader
// (web/bundle/loader/engine.js). The loader calls act, Go calls emit.

// A hook is the link to the loader. The zero hook, which native tests have,
// drops what is emitted.
type hook struct{ link app.Value }

// openHook sets up the link, and tells the loader that the banner is ready.
func openHook(ctx app.Context, b *Banner) hook {
	h := hook{app.Window().Get("charte")}
	h.link.Set("act", app.FuncOf(func(_ app.Value, args []app.Value) any {
		words := make([]string, len(args))
		for i, arg := range args {
			words[i] = arg.String()
		}
		ctx.Dispatch(func(ctx app.Context) {
			b.act(ctx, words)
			h.emit("done", words[0])
		})
		return nil
	}))
	h.emit("ready", "")
	if b.Layer == LayerSettings {
		h.emit("layer", string(b.Layer))
	}
	return h
}

// emit tells the loader that something has happened: "ready", "layer" (the
// layer now shown), "answer" (the cookie's value), "done" (what act asked for has
// happened), "focus" (the data-charte of the element to focus).
func (h hook) emit(name, value string) {
	if h.link != nil {
		h.link.Call("emit", name, value)
	}
}

// silent reports whether nobody may be asked in this page: see
// web/bundle/loader/silent.js.
func (h hook) silent() bool { return h.link != nil && h.link.Get("silent").Truthy() }

// act does what the page asked for: a verb and its arguments.
func (b *Banner) act(ctx app.Context, words []string) {
	switch words[0] {
	case "open":
		b.open()
	case "close":
		if b.Layer == LayerSettings {
			b.leave(ctx)
		}
	case "sync":
		// Another tab, or the loader, has answered.
		b.reread()
		if b.decision.Answered && b.Layer == LayerNotice {
			b.show(LayerNone)
		}
	case "notice":
		b.read()
		if b.mayAsk() {
			b.show(LayerNotice)
		}
	case "accept-all":
		b.record(ctx, b.policy.AcceptAll(today()).Keeping(readCookie(b.policy)))
	case "refuse-all":
		b.record(ctx, b.policy.RefuseAll(today()).Keeping(readCookie(b.policy)))
	case "end":
		// Nothing is shown, and nothing has happened for a while. The program
		// ends to free its memory. The loader starts it again when it is needed.
		os.Exit(0)
	case "set": // two lists of IDs, yes and no, each joined by newlines
		choices := map[string]bool{}
		for i, yes := range []bool{true, false} {
			for _, id := range strings.Split(words[1+i], "\n") {
				if id != "" {
					choices[id] = yes
				}
			}
		}
		b.decision = readCookie(b.policy)
		d, unknown := b.policy.Set(b.decision, choices, today())
		if len(unknown) < len(choices) { // if all are unknown, the page is mistaken, and nobody has answered
			b.record(ctx, d)
		}
	}
}
