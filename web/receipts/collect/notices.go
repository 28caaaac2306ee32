package collect

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"charte/web/receipts"
)

// gatherTime is how long counts of notices are gathered before they are written. If the server is killed meanwhile, they
// are lost, which figures can bear.
const gatherTime = 5 * time.Second

// notices gathers counts of notices, so that the store is not asked for each of them.
type notices struct {
	keep  func(ctx context.Context, chain string, shown map[receipts.Notice]int) error
	chain string
	log   *slog.Logger

	mutex   sync.Mutex
	shown   map[receipts.Notice]int // not yet written; it has few entries, however long the store fails
	timer   *time.Timer             // writes them; nil while there is nothing to write
	closed  bool
	failing bool // whether the last write failed
}

// add counts a notice.
func (n *notices) add(kind receipts.Notice) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if n.closed {
		return
	}
	if n.shown == nil {
		n.shown = map[receipts.Notice]int{}
	}
	n.shown[kind]++
	if n.timer == nil {
		n.timer = time.AfterFunc(gatherTime, n.write)
	}
}

// write writes what was gathered. What cannot be written is tried again with what comes next.
func (n *notices) write() {
	n.mutex.Lock()
	shown := n.shown
	n.shown, n.timer = nil, nil
	n.mutex.Unlock() // pages need not wait for the store
	if len(shown) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), appendTime)
	defer cancel()
	err := n.keep(ctx, n.chain, shown)
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if err != nil {
		if !n.failing {
			n.log.Error("notices cannot be counted", "fault", err.Error())
		}
		for kind, more := range n.shown {
			shown[kind] += more
		}
		n.shown = shown
	}
	n.failing = err != nil
}

// close writes what was gathered. Nothing is counted from then on.
func (n *notices) close() {
	n.mutex.Lock()
	n.closed = true
	if n.timer != nil {
		n.timer.Stop()
	}
	n.mutex.Unlock()
	n.write()
}
