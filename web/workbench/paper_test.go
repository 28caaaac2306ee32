package workbench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"testing"
	"time"

	"charte/web/workbench/desk"
)

// A paper stands for the rooms of the workbench. Its text is one line, which a change replaces.
type paper struct {
	mu      sync.Mutex
	version int
	text    string
	onDisk  string
	changed chan struct{} // closed with each change
	calls   []string      // what was asked of it
	refuse  error         // the answer to each change, if it is not nil
	waiting int           // how many have begun to wait for a change
}

func newPaper() *paper {
	return &paper{version: 1, text: "a", onDisk: "a", changed: make(chan struct{})}
}

// set changes the text, as a page or another program does.
func (p *paper) set(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.version++
	p.text = text
	close(p.changed)
	p.changed = make(chan struct{})
}

// called returns what was asked.
func (p *paper) called() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.calls...)
}

// waits waits until that many have begun to wait for a change.
func (p *paper) waits(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		p.mu.Lock()
		waiting := p.waiting
		p.mu.Unlock()
		if waiting >= n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody waits for a change")
		}
	}
}

func (p *paper) note(call string) error {
	p.mu.Lock()
	p.calls = append(p.calls, call)
	defer p.mu.Unlock()
	return p.refuse
}

func (p *paper) rooms() Rooms {
	noted := func(call string) func() error { return func() error { return p.note(call) } }
	return Rooms{
		State: func() desk.State {
			p.mu.Lock()
			defer p.mu.Unlock()
			return desk.State{Version: p.version, File: fmt.Sprintf("mine-%d.yaml", p.version), Light: desk.LightFine, Unsaved: p.text != p.onDisk}
		},
		Wait: func(ctx context.Context, after int) {
			p.mu.Lock()
			p.waiting++
			p.mu.Unlock()
			for {
				p.mu.Lock()
				version, changed := p.version, p.changed
				p.mu.Unlock()
				if version > after {
					return
				}
				select {
				case <-changed:
				case <-ctx.Done():
					return
				}
			}
		},
		Text: func() []byte {
			p.mu.Lock()
			defer p.mu.Unlock()
			return []byte(p.text)
		},
		Form: func(pointer string) (desk.Form, error) {
			if pointer == "/none" {
				return desk.Form{}, errors.New("there is no /none")
			}
			return desk.Form{Pointer: pointer}, nil
		},
		Effect:       func() desk.Effect { return desk.Effect{Asks: "nobody"} },
		Translations: func() desk.Translations { return desk.Translations{Languages: []string{"fr"}} },
		Known: func(query, language string) []desk.Known {
			return []desk.Known{{ID: query, Name: language}}
		},
		Change: func(c desk.Change) error {
			if err := p.note("change " + c.Pointer + "=" + c.Value); err != nil {
				return err
			}
			p.set(c.Value)
			return nil
		},
		Undo: noted("undo"), Redo: noted("redo"),
		Save: func() error {
			if err := p.note("save"); err != nil {
				return err
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			p.onDisk = p.text
			return nil
		},
		Settle: func(id, take string) error { return p.note("settle " + id + " " + take) },
		Add:    func(a desk.Addition) error { return p.note("add " + a.ID) },
		Drop: func(_ context.Context, name string, data []byte) (desk.Offer, error) {
			return desk.Offer{ID: "1", File: name, About: string(data[:min(len(data), 20)])}, p.note("drop " + name)
		},
		Take: func(id string, items []string) error {
			for _, item := range items {
				id += " " + item
			}
			return p.note("take " + id)
		},
		Preview: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("the preview of " + r.URL.Path)) }),
		Words: func(language string) map[string]string {
			words := map[string]string{}
			for _, key := range startKeys {
				words[key] = language + " " + key
			}
			return words
		},
		Style: []byte("body { margin: 1rem }"),
	}
}

// address is what the terminal prints.
var address = regexp.MustCompile(`^http://127\.0\.0\.1:\d+/#[\w-]{43}$`)

// startKeys are the words of the page before the program runs.
var startKeys = []string{"start.title", "start.loading", "start.closed", "start.used", "start.away", "start.failed", "start.noscript"}
