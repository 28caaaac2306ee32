package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/coder/websocket"
)

// A wire is a WebSocket that carries commands, answers and events. The DevTools
// protocol and WebDriver BiDi write them alike. A command is {id, method, params}. An
// answer has the id of its command, and an event has none.
type wire struct {
	socket *websocket.Conn

	// onEvent is called for each event, in order. It must not call send.
	onEvent func(event)

	mu      sync.Mutex
	last    int                 // id of the latest command
	waiting map[int]chan answer // by id of the command
	lost    error               // why nothing is read any more; nil while connected
}

// A command is what the browser is asked. Only the DevTools protocol has a SessionID.
type command struct {
	ID        int    `json:"id"`
	SessionID string `json:"sessionId,omitempty"`
	Method    string `json:"method"`
	Params    any    `json:"params"`
}

// An event is what the browser says unasked.
type event struct {
	SessionID string
	Method    string
	Params    json.RawMessage
}

// An answer is either a result or an error. In BiDi, Error is a code and Message tells
// more. In the DevTools protocol, Error is an object that holds the message.
type answer struct {
	Result  json.RawMessage
	Error   json.RawMessage
	Message string
}

func (a answer) err() error {
	if a.Error == nil {
		return nil
	}
	var cdp struct{ Message, Data string }
	if json.Unmarshal(a.Error, &cdp) == nil {
		if cdp.Data != "" {
			return fmt.Errorf("%s (%s)", cdp.Message, cdp.Data)
		}
		return errors.New(cdp.Message)
	}
	return fmt.Errorf("%s: %s", a.Error, a.Message)
}

// dial connects to a browser's WebSocket.
func dial(ctx context.Context, url string, onEvent func(event)) (*wire, error) {
	socket, _, err := websocket.Dial(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	socket.SetReadLimit(-1) // a screenshot is one message
	w := &wire{socket: socket, onEvent: onEvent, waiting: map[int]chan answer{}}
	go w.read()
	return w, nil
}

func (w *wire) read() {
	for {
		_, text, err := w.socket.Read(context.Background())
		var message struct {
			ID *int
			event
			answer
		}
		if err == nil {
			err = json.Unmarshal(text, &message)
		}
		if err != nil {
			w.lose(err)
			return
		}
		if message.ID == nil {
			if message.Method != "" {
				w.onEvent(message.event)
			}
			continue
		}
		w.mu.Lock()
		ch := w.waiting[*message.ID]
		delete(w.waiting, *message.ID)
		w.mu.Unlock()
		if ch != nil {
			ch <- message.answer
		}
	}
}

// lose makes all calls fail that wait for an answer, and all later calls.
func (w *wire) lose(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost = fmt.Errorf("the connection to the browser is lost: %w (%w)", err, ErrSilent)
	for id, ch := range w.waiting {
		close(ch)
		delete(w.waiting, id)
	}
}

// send sends a command and decodes its result, unless result is nil.
func (w *wire) send(ctx context.Context, session, method string, params, result any) error {
	if params == nil {
		params = struct{}{}
	}
	ch := make(chan answer, 1)
	w.mu.Lock()
	if w.lost != nil {
		w.mu.Unlock()
		return w.lost
	}
	w.last++
	id := w.last
	w.waiting[id] = ch
	w.mu.Unlock()

	text, err := marshal(command{id, session, method, params})
	if err == nil {
		// If the context of a write ends, the socket is closed for all pages.
		err = w.socket.Write(context.WithoutCancel(ctx), websocket.MessageText, []byte(text))
	}
	if err != nil {
		w.forget(id)
		return fmt.Errorf("%s: %w", method, err)
	}

	select {
	case a, ok := <-ch:
		switch {
		case !ok:
			return w.lost
		case a.Error != nil:
			return fmt.Errorf("%s: %w", method, a.err())
		case result != nil:
			return json.Unmarshal(a.Result, result)
		}
		return nil
	case <-ctx.Done():
		w.forget(id)
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

func (w *wire) forget(id int) {
	w.mu.Lock()
	delete(w.waiting, id)
	w.mu.Unlock()
}

func (w *wire) close() { w.socket.CloseNow() }
