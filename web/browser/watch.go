package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// An Event is what Chromium tells of a page, of its frames and workers, or of itself.
type Event struct {
	// Session names whom the event is of. It is empty for the browser itself.
	Session string
	Method  string // "Network.requestWillBeSent"
	Params  json.RawMessage
}

// A Watch tells of everything that happens in a browser. Only Chromium has one.
type Watch struct {
	chromium *chromium
	tail     *tail
	main     string // session of the page
	frame    string // ID of its main frame
	context  string // browser context of the page
}

// A tail keeps events until they are read. It has no limit, because the wire must not wait.
type tail struct {
	mu     sync.Mutex
	events []Event
	more   chan struct{} // has an element when there may be events
}

func (t *tail) add(e event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events = append(t.events, Event{e.SessionID, e.Method, e.Params})
	select {
	case t.more <- struct{}{}:
	default:
	}
}

// Watch begins to watch the browser of a page. Whoever watches turns on the events it needs, with
// [Watch.Send]. The events of all pages of the browser are among them.
func (p *Page) Watch() (*Watch, error) {
	page, is := p.driver.(*chromiumPage)
	if !is {
		return nil, fmt.Errorf("watch: %w", errors.ErrUnsupported)
	}
	w := &Watch{chromium: page.chromium, main: page.session, frame: page.target, context: page.storage.id, tail: &tail{more: make(chan struct{}, 1)}}
	w.chromium.mu.Lock()
	defer w.chromium.mu.Unlock()
	w.chromium.tails = append(w.chromium.tails, w.tail)
	return w, nil
}

// Session names the page that the watch began with.
func (w *Watch) Session() string { return w.main }

// Frame is the ID of the page's main frame.
func (w *Watch) Frame() string { return w.frame }

// Context is the ID of the page's browser context, which holds its visitor's storage.
func (w *Watch) Context() string { return w.context }

// End ends the watch. Events returns nothing more.
func (w *Watch) End() {
	w.chromium.mu.Lock()
	defer w.chromium.mu.Unlock()
	w.chromium.tails = slices.DeleteFunc(w.chromium.tails, func(t *tail) bool { return t == w.tail })
}

// Send sends a command to a session, or to the browser itself where session is empty. It decodes
// the answer into result, unless that is nil.
func (w *Watch) Send(ctx context.Context, session, method string, params, result any) error {
	return w.chromium.wire.send(ctx, session, method, params, result)
}

// Events returns the events since the last call, in their order. It waits until there are some, or
// ctx ends.
func (w *Watch) Events(ctx context.Context) ([]Event, error) {
	for {
		w.tail.mu.Lock()
		events := w.tail.events
		w.tail.events = nil
		w.tail.mu.Unlock()
		if len(events) > 0 {
			return events, nil
		}
		select {
		case <-w.tail.more:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-w.chromium.process.done:
			return nil, fmt.Errorf("the browser has ended: %w", ErrSilent)
		}
	}
}
