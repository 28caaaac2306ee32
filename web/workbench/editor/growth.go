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
	ctx.After(frameTime, func(ctx app.Context) {
		g.growing = false
		g.count += step
		g.grow(ctx, total, step)
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
