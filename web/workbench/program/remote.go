package main

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"charte/web/workbench/desk"
)

// A sender sends a request to the server, and calls done with the status of HTTP and the body of the
// answer, or with 0 and "" if nobody answers. body is a string or []byte; nil is for none. number is that of a change (see [remote.change]), else 0.
type sender func(method, path string, body any, kind string, number int, done func(status int, text string))

// Times to wait until a request that nobody has answered is sent once more. The last one is for all
// that follow.
var patience = []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}

// wait returns how long to wait after a number of tries that nobody has answered.
func wait(tries int) time.Duration { return patience[min(tries, len(patience))-1] }

// A remote is the desk of a server. Its methods return at once, and call done later, in a goroutine
// of their own choice.
type remote struct {
	send  sender
	later func(time.Duration, func()) // [time.AfterFunc], but in tests

	language func() string // what the page speaks: "fr" or "en"

	mu      sync.Mutex
	queue   []request
	sending bool
	number  int // of the last change

	follow func(desk.State, error)
	polls  int    // counts the series of polls; one that is not the last has ended
	made   int    // how many changes were answered with a state
	seen   int    // the version of the newest state that was handed over
	last   string // that state, as it came
}

// A request waits for its turn.
type request struct {
	method, path string
	body         any
	kind         string
	number       int
	apart        bool // whether those after it need not wait for its answer
	done         func(status int, text string)
}

const (
	asJSON  = "application/json"
	asBytes = "application/octet-stream"
)

// Follow calls update with the state, then with each newer one, whoever has made it. It calls update
// with a [desk.Fault] while nobody answers, and once when the page has no right to see the state any
// more. Follow is called once.
func (r *remote) Follow(update func(desk.State, error)) {
	r.mu.Lock()
	r.follow = update
	r.mu.Unlock()
	r.Opened()
}

// Opened follows the state anew, with a new key.
func (r *remote) Opened() {
	r.mu.Lock()
	r.polls++
	series := r.polls
	r.last = ""
	r.mu.Unlock()
	r.poll(series, "/api/state", 0)
}

// poll asks for a newer state, again and again, until a series of polls with a higher number begins.
func (r *remote) poll(series int, path string, tries int) {
	r.mu.Lock()
	before := r.made
	r.mu.Unlock()
	r.send("GET", path, nil, "", 0, func(status int, text string) {
		r.mu.Lock()
		ended, made := series != r.polls, r.made != before
		r.mu.Unlock()
		if ended {
			return
		}
		var state desk.State
		switch err := read(status, text, &state); {
		case status == 0 || status >= 500:
			tries++
			r.follow(desk.State{}, desk.Fault{Code: desk.CodeAway})
			// The state is asked for without waiting: it tells at once that the server is back.
			r.later(wait(tries), func() { r.poll(series, "/api/state", tries) })
			return
		case err != nil:
			r.follow(desk.State{}, err)
			return
		}
		if made && r.doubtful(state, text) {
			r.poll(series, "/api/state", tries)
			return
		}
		r.hand(state, text, tries > 0)
		r.poll(series, "/api/state?after="+strconv.Itoa(state.Version), 0)
	})
}

// doubtful reports whether a state that was asked for before a change was answered may be older than
// what that answer has said. The version does not tell: saving leaves it as it is.
func (r *remote) doubtful(state desk.State, text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return state.Version <= r.seen && text != r.last
}

// hand hands over a state, unless a newer one or the same was handed over already. A connection that
// is back is told in any case.
func (r *remote) hand(state desk.State, text string, back bool) {
	r.mu.Lock()
	old := state.Version < r.seen && r.last != "" || text == r.last && !back
	if !old {
		r.seen, r.last = state.Version, text
	}
	r.mu.Unlock()
	if !old && r.follow != nil {
		r.follow(state, nil)
	}
}

// read reads an answer into value, or returns the fault that it is.
func read(status int, text string, value any) error {
	switch {
	case status == 0:
		return desk.Fault{Code: desk.CodeAway}
	case status != 200:
		fault := desk.Fault{Code: desk.CodeBad, Message: text}
		if read := (desk.Fault{}); json.Unmarshal([]byte(text), &read) == nil && read.Code != "" {
			fault = read
		}
		return fault
	}
	if err := json.Unmarshal([]byte(text), value); err != nil {
		return desk.Fault{Code: desk.CodeBad, Message: err.Error()}
	}
	return nil
}

// enqueue sends a request once those before it are answered, so that a form shows what the changes
// before it have done.
func (r *remote) enqueue(q request) {
	r.mu.Lock()
	r.queue = append(r.queue, q)
	begin := !r.sending
	r.sending = true
	r.mu.Unlock()
	if begin {
		r.next(0)
	}
}

// next sends the first request of the queue. It keeps it there while nobody answers.
func (r *remote) next(tries int) {
	r.mu.Lock()
	if len(r.queue) == 0 {
		r.sending = false
		r.mu.Unlock()
		return
	}
	q := r.queue[0]
	if q.apart {
		r.shift()
	}
	r.mu.Unlock()
	if q.apart {
		r.ask(q, 0)
		r.next(0)
		return
	}
	r.send(q.method, q.path, q.body, q.kind, q.number, func(status int, text string) {
		if status == 0 {
			tries++
			r.later(wait(tries), func() { r.next(tries) })
			return
		}
		r.mu.Lock()
		r.shift()
		r.mu.Unlock()
		q.done(status, text)
		r.next(0)
	})
}

// shift takes the first request out of the queue. The place is cleared, too: what a request does when it is
// answered may hold a whole dialog, which would stay in memory until the next request. r.mu is held.
func (r *remote) shift() { r.queue = slices.Delete(r.queue, 0, 1) }

// ask sends a request until it is answered.
func (r *remote) ask(q request, tries int) {
	r.send(q.method, q.path, q.body, q.kind, q.number, func(status int, text string) {
		if status == 0 {
			r.later(wait(tries+1), func() { r.ask(q, tries+1) })
			return
		}
		q.done(status, text)
	})
}

// get asks for a value, in its turn.
func get[V any](r *remote, path string, done func(V, error)) {
	r.enqueue(request{method: "GET", path: path, done: func(status int, text string) {
		var value V
		err := read(status, text, &value)
		done(value, err)
	}})
}

// change asks for a change, in its turn. Its number lets the server know it again if its answer was
// lost. The new state is handed over before done is called.
func (r *remote) change(path string, value any, done func(desk.State, error)) {
	body, err := json.Marshal(value)
	if err != nil {
		done(desk.State{}, err)
		return
	}
	r.mu.Lock()
	r.number++
	number := r.number
	r.mu.Unlock()
	r.enqueue(request{method: "POST", path: path, body: string(body), kind: asJSON, number: number, done: func(status int, text string) {
		var state desk.State
		err := read(status, text, &state)
		if err == nil {
			r.mu.Lock()
			r.made++
			r.mu.Unlock()
			r.hand(state, text, false)
		}
		done(state, err)
	}})
}

// none is the body of a change that needs no values.
type none struct{}

// Change changes the text.
func (r *remote) Change(c desk.Change, done func(desk.State, error)) {
	r.change("/api/change", c, done)
}

// Undo undoes the last change.
func (r *remote) Undo(done func(desk.State, error)) { r.change("/api/undo", none{}, done) }

// Redo makes the change again that was undone last.
func (r *remote) Redo(done func(desk.State, error)) { r.change("/api/redo", none{}, done) }

// Save writes the file.
func (r *remote) Save(done func(desk.State, error)) { r.change("/api/save", none{}, done) }

// Settle ends a conflict. take is "mine" or "theirs".
func (r *remote) Settle(id, take string, done func(desk.State, error)) {
	r.change("/api/settle", desk.Settlement{ID: id, Take: take}, done)
}

// Add adds a known service.
func (r *remote) Add(a desk.Addition, done func(desk.State, error)) { r.change("/api/add", a, done) }

// Take adds items of an offer.
func (r *remote) Take(id string, items []string, done func(desk.State, error)) {
	r.change("/api/take", desk.Taking{ID: id, Items: items}, done)
}

// Form asks for the fields of a section or an entry.
func (r *remote) Form(pointer string, done func(desk.Form, error)) {
	get(r, "/api/form?at="+url.QueryEscape(pointer), done)
}

// Effect asks what saving would do, once the changes before are made. It takes long to find out, so
// that the changes after do not wait for the answer.
func (r *remote) Effect(done func(desk.Effect, error)) {
	r.enqueue(request{method: "GET", path: "/api/effect", apart: true, done: func(status int, text string) {
		var effect desk.Effect
		err := read(status, text, &effect)
		done(effect, err)
	}})
}

// Translations asks for all texts side by side.
func (r *remote) Translations(done func(desk.Translations, error)) {
	get(r, "/api/translations", done)
}

// Text asks for the YAML text.
func (r *remote) Text(done func(string, error)) { get(r, "/api/text", done) }

// KnownServices searches the known services. It does not wait for its turn: the text matters little
// to it.
func (r *remote) KnownServices(query string, done func([]desk.Known, error)) {
	r.send("GET", "/api/known?q="+url.QueryEscape(query)+"&lang="+url.QueryEscape(r.language()), nil, "", 0, func(status int, text string) {
		var found []desk.Known
		err := read(status, text, &found)
		done(found, err)
	})
}

// Drop asks what a file has to add. A configuration may take a while to be read, and nothing else
// waits for it.
func (r *remote) Drop(name string, data []byte, done func(desk.Offer, error)) {
	r.send("POST", "/api/drop?name="+url.QueryEscape(name), data, asBytes, 0, func(status int, text string) {
		var offer desk.Offer
		err := read(status, text, &offer)
		done(offer, err)
	})
}
