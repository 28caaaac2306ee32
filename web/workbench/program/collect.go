package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// The page has one thread, and garbage is collected in one go, which for a hundred services takes about half
// of the 50 ms that no task may take. Within a task that renders it would be too much; so it is done between
// two tasks, while the person at the page does nothing.
const (
	// restTime is how long the program must have done nothing.
	restTime = 500 * time.Millisecond

	// restBytes are as many as the program may have allocated meanwhile; its own look takes a few hundred.
	// Rendering the smallest part takes tens of thousands.
	restBytes = 8 << 10

	// garbageBytes is how much must have been allocated before it is worth a collection.
	garbageBytes = 4 << 20

	// mostBytes bounds the memory where a page never rests. Garbage is then collected within a task.
	mostBytes = 256 << 20
)

// A rest says when garbage is to be collected.
type rest struct {
	seen  uint64 // bytes that were allocated until the last look
	swept uint64 // the same until the last collection
}

// comes looks at how many bytes the program has allocated since it began. It reports whether it has rested
// since the last look and has enough garbage.
func (r *rest) comes(allocated uint64) bool {
	rested := allocated-r.seen <= restBytes
	r.seen = allocated
	if !rested || allocated-r.swept < garbageBytes {
		return false
	}
	r.swept = allocated
	return true
}

// collect collects garbage whenever the program rests. It never returns.
func collect() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(mostBytes)
	allocated := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	for r := (rest{}); ; time.Sleep(restTime) {
		metrics.Read(allocated)
		if r.comes(allocated[0].Value.Uint64()) {
			runtime.GC()
		}
	}
}
