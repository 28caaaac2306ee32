package editor

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// frameTime is the time between two parts of what grows.
const frameTime = time.Second / 60

// A growth renders many parts of a component a few at a time, one step in each frame. Rendered at once, a
// hundred services or fifty fields would keep the page from answering for more than 50 ms.
type growth struct {
	count   int  // how many parts are rendered so far
	growing bool // whether more come
}

// reach sees to it that so many parts are rendered at least.
func (g *growth) reach(count int) { g.count = max(g.count, count) }

// grow renders more of total parts, a step at a time.
func (g *growth) grow(ctx app.Context, total, step int) {
	if g.growing || g.count >= total {
		return
	}
	g.growing = true
	ctx.Defer(func(ctx app.Context) { // once the last step is rendered, so that no two are rendered at once
		inAnotherTask(ctx, frameTime, func(ctx app.Context) {
			g.growing = false
			g.count += step
			g.grow(ctx, total, step)
		})
	})
}

// of is how many of total parts a component renders now. A component that is not mounted renders all: so does
// app.HTMLString.
func (g *growth) of(total int, mounted bool) int {
	if !mounted {
		return total
	}
	return min(total, g.count)
}

// inAnotherTask calls f after a pause, in another task of the page, so that the browser does what the person wants in
// between. A timer of Go's does not promise that: if it is due while the program still works, as on a busy machine, f
// is called in the same task.
func inAnotherTask(ctx app.Context, pause time.Duration, f func(app.Context)) {
	if app.IsServer { // there are no tasks
		ctx.After(pause, f)
		return
	}
	var timer app.Func
	timer = app.FuncOf(func(app.Value, []app.Value) any {
		timer.Release()
		ctx.Dispatch(f)
		return nil
	})
	app.Window().Call("setTimeout", timer, pause.Milliseconds())
}
