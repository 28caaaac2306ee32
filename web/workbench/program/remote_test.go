package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/web/workbench/desk"
)

// A line stands for the server and the clock. A test answers what was sent, and lets time pass.
type line struct {
	sent  []sent
	later []waiting
}

type sent struct {
	what string // "POST /api/save {} 1"
	done func(status int, text string)
}

type waiting struct {
	after time.Duration
	do    func()
}

func (l *line) remote() *remote {
	return &remote{
		send: func(method, path string, body any, kind string, number int, done func(int, string)) {
			what := method + " " + path
			if body != nil {
				what += fmt.Sprintf(" %s %s %d", body, kind, number)
			}
			l.sent = append(l.sent, sent{what, done})
		},
		language: func() string { return "fr" },
		later:    func(d time.Duration, do func()) { l.later = append(l.later, waiting{d, do}) },
	}
}

// open returns what waits for an answer.
func (l *line) open() []string {
	var all []string
	for _, s := range l.sent {
		all = append(all, s.what)
	}
	return all
}

// answer answers the oldest request of those that begin with what.
func (l *line) answer(t *testing.T, what string, status int, text string) {
	t.Helper()
	i := slices.IndexFunc(l.sent, func(s sent) bool { return s.what == what || strings.HasPrefix(s.what, what+" ") || what == "" })
	if i < 0 {
		t.Fatalf("%q was not sent; waiting: %q", what, l.open())
	}
	done := l.sent[i].done
	l.sent = slices.Delete(l.sent, i, i+1)
	done(status, text)
}

// pass lets time pass until the next thing that waits for it, and says how long that was.
func (l *line) pass(t *testing.T) time.Duration {
	t.Helper()
	if len(l.later) == 0 {
		t.Fatal("nothing waits")
	}
	next := l.later[0]
	l.later = l.later[1:]
	next.do()
	return next.after
}

// TestFollow: each newer state is handed over once, in order, whoever has brought it. A connection
// that breaks is told, tried again after ever longer times, and told to be back.
func TestFollow(t *testing.T) {
	l := &line{}
	r := l.remote()
	var heard []string
	r.Follow(func(state desk.State, err error) {
		if fault := (desk.Fault{}); errors.As(err, &fault) {
			heard = append(heard, string(fault.Code))
			return
		}
		heard = append(heard, fmt.Sprint(state.Version))
	})
	hears := func(want ...string) {
		t.Helper()
		if !slices.Equal(heard, want) {
			t.Errorf("heard %q, want %q", heard, want)
		}
		heard = nil
	}
	const first, second, third, fourth, gone = `{"version":1}`, `{"version":2}`, `{"version":3}`, `{"version":4}`, `{"version":3,"gone":true}`
	l.answer(t, "GET /api/state", 200, first)
	hears("1")
	l.answer(t, "GET /api/state?after=1", 200, first) // nothing new within the time of a poll
	hears()

	r.Change(desk.Change{Value: "x"}, func(_ desk.State, err error) { heard = append(heard, fmt.Sprint(err)) })
	l.answer(t, "POST /api/change", 200, third)
	hears("3", "<nil>")
	l.answer(t, "GET /api/state?after=1", 200, second) // on its way meanwhile
	hears()
	l.answer(t, "GET /api/state", 200, third)
	hears()
	r.Change(desk.Change{Value: "x"}, func(desk.State, error) {})
	l.answer(t, "GET /api/state?after=3", 200, fourth) // before the change's own answer
	hears("4")
	l.answer(t, "POST /api/change", 200, fourth)
	hears()
	l.answer(t, "GET /api/state?after=4", 200, `{"version":3,"file":"of another server"}`)
	hears()
	r.Opened()
	l.answer(t, "GET /api/state", 200, "{}") // of the series that has ended
	l.answer(t, "GET /api/state", 200, third)
	hears("3")
	l.answer(t, "GET /api/state?after=3", 200, gone) // the same version, but other news
	hears("3")

	r.Save(func(desk.State, error) {})
	l.answer(t, "POST /api/save", 200, third)
	hears("3")
	l.answer(t, "GET /api/state?after=3", 200, `{"version":3,"unsaved":true}`) // perhaps of before it was saved
	hears()
	l.answer(t, "GET /api/state", 200, third)
	hears()

	r.Save(func(desk.State, error) {})
	l.answer(t, "POST /api/save", 200, third)
	l.answer(t, "GET /api/state?after=3", 200, third) // no doubt: it is the same
	hears()
	r.Change(desk.Change{Value: "x"}, func(desk.State, error) {})
	l.answer(t, "GET /api/state?after=3", 200, `{"version":5}`) // of another program's change
	l.answer(t, "POST /api/change", 200, fourth)                // of before that one
	hears("5")
	r.Opened()
	l.answer(t, "GET /api/state?after=5", 200, fourth) // of the series that has ended
	l.answer(t, "GET /api/state", 200, third)
	hears("3")

	l.answer(t, "GET /api/state?after=3", 0, "")
	hears("away")
	for i, want := range []time.Duration{250, 500, 1000, 2000, 4000, 4000} {
		if took := l.pass(t); took != want*time.Millisecond {
			t.Errorf("try %d after %v, want %v", i+1, took, want*time.Millisecond)
		}
		l.answer(t, "GET /api/state", 0, "")
	}
	heard = nil
	l.pass(t)
	l.answer(t, "GET /api/state", 200, gone)
	hears("3") // the connection is back
	l.answer(t, "GET /api/state?after=3", 0, "")
	hears("away")
	l.pass(t)
	l.answer(t, "GET /api/state", 200, gone)
	hears("3") // as it was before
	l.answer(t, "GET /api/state?after=3", 500, "")
	hears("away")
	l.pass(t)
	l.answer(t, "GET /api/state", 401, `{"code":"taken"}`)
	hears("taken")
	if open := l.open(); len(open)+len(l.later) > 0 {
		t.Errorf("a page that was taken over from goes on asking: %q", open)
	}

	r.Opened()
	l.answer(t, "GET /api/state", 200, gone)
	hears("3")
	r.Opened()                                         // twice, while the poll waits
	l.answer(t, "GET /api/state?after=3", 200, fourth) // of the series that has ended
	hears()
	l.answer(t, "GET /api/state", 200, first) // the server has begun anew
	hears("1")
	if open := l.open(); !slices.Equal(open, []string{"GET /api/state?after=1"}) {
		t.Errorf("waiting: %q", open)
	}
}

// TestQueue: what depends on the text is asked in order, one at a time, and kept while nobody
// answers, with the same number.
func TestQueue(t *testing.T) {
	l := &line{}
	r := l.remote()
	var heard []string
	hear := func(what string) func(desk.State, error) {
		return func(s desk.State, err error) { heard = append(heard, fmt.Sprintf("%s: %d %v", what, s.Version, err)) }
	}
	sends := func(want ...string) {
		t.Helper()
		if open := l.open(); !slices.Equal(open, want) {
			t.Errorf("sent\n %q, want\n %q", open, want)
		}
	}
	r.Change(desk.Change{Version: 1, Do: desk.DeedSet, Pointer: "/a", Value: "b"}, hear("change"))
	r.Form("/services/1?x&y", func(f desk.Form, err error) { heard = append(heard, f.Pointer+fmt.Sprint(err)) })
	r.Undo(hear("undo"))
	r.Redo(hear("redo"))
	r.Settle("7", "mine", hear("settle"))
	r.Add(desk.Addition{ID: "matomo"}, hear("add"))
	r.Take("1", []string{"2"}, hear("take"))
	r.Save(hear("save"))
	r.Translations(func(s desk.Translations, err error) { heard = append(heard, fmt.Sprint(s.Languages, err)) })
	r.Text(func(text string, err error) { heard = append(heard, text+fmt.Sprint(err)) })
	change := `POST /api/change {"version":1,"do":"set","pointer":"/a","value":"b"} application/json 1`
	sends(change)

	l.answer(t, "POST", 0, "") // lost
	sends()
	l.pass(t)
	sends(change)
	l.answer(t, "POST", 0, "")
	if took := l.pass(t); took != 500*time.Millisecond {
		t.Errorf("the third try comes after %v", took)
	}
	for _, step := range []struct {
		sent   string
		status int
		text   string
		heard  string
	}{
		{change, 200, `{"version":2}`, "change: 2 <nil>"},
		{"GET /api/form?at=%2Fservices%2F1%3Fx%26y", 200, `{"pointer":"/services/1"}`, "/services/1<nil>"},
		{"POST /api/undo {} application/json 2", 422, `{"code":"refused","message":"nothing to undo"}`, "undo: 0 nothing to undo"},
		{"POST /api/redo {} application/json 3", 502, `<html>`, "redo: 0 <html>"},
		{`POST /api/settle {"id":"7","take":"mine"} application/json 4`, 200, `{"version":2}`, "settle: 2 <nil>"},
		{`POST /api/add {"version":0,"id":"matomo","category":"","with":null,"acceptsUnknown":false} application/json 5`, 200, `{"version":3}`, "add: 3 <nil>"},
		{`POST /api/take {"id":"1","items":["2"]} application/json 6`, 401, `{"code":"taken"}`, "take: 0 taken"},
		{"POST /api/save {} application/json 7", 200, `nonsense`, "save: 0 invalid character 'o' in literal null (expecting 'u')"},
		{"GET /api/translations", 200, `{"languages":["fr"]}`, "[fr] <nil>"},
		{"GET /api/text", 200, `"a: b"`, "a: b<nil>"},
	} {
		sends(step.sent)
		heard = nil
		l.answer(t, "", step.status, step.text)
		if len(heard) != 1 || heard[0] != step.heard {
			t.Errorf("%s: heard %q, want %q", step.sent, heard, step.heard)
		}
	}
	sends()
	r.Undo(hear("undo"))
	sends("POST /api/undo {} application/json 8")
	heard = nil
	l.answer(t, "POST /api/undo", 404, `{"x":1}`)
	if want := []string{`undo: 0 {"x":1}`}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}

// TestBeside: a search and a dropped file wait for nothing, and nothing waits for them. They are not
// sent twice.
func TestBeside(t *testing.T) {
	l := &line{}
	r := l.remote()
	var heard []string
	r.Save(func(desk.State, error) { heard = append(heard, "saved") })
	r.KnownServices("vidéo & co", func(all []desk.Known, err error) { heard = append(heard, fmt.Sprint(len(all), err)) })
	r.Drop("a b.json", []byte("data"), func(o desk.Offer, err error) { heard = append(heard, fmt.Sprint(o.ID, err)) })
	want := []string{"POST /api/save {} application/json 1", "GET /api/known?q=vid%C3%A9o+%26+co&lang=fr", "POST /api/drop?name=a+b.json data application/octet-stream 0"}
	if open := l.open(); !slices.Equal(open, want) {
		t.Fatalf("sent\n %q, want\n %q", open, want)
	}
	l.answer(t, "POST /api/drop?name=a+b.json", 0, "")
	l.answer(t, "GET /api/known?q=vid%C3%A9o+%26+co&lang=fr", 200, `[{"id":"youtube"}]`)
	l.answer(t, "POST /api/save", 200, `{}`)
	if want := []string{"away", "1 <nil>", "saved"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
	if len(l.later)+len(l.sent) > 0 {
		t.Error("something is sent again")
	}
}

// TestEffect: what saving would do is asked for after the changes before, and those after do not wait
// for the answer. It is asked again where nobody answers.
func TestEffect(t *testing.T) {
	l := &line{}
	r := l.remote()
	var heard []string
	r.Save(func(desk.State, error) { heard = append(heard, "saved") })
	r.Effect(func(e desk.Effect, err error) { heard = append(heard, fmt.Sprint("effect ", e.Asks, err)) })
	r.Undo(func(desk.State, error) { heard = append(heard, "undone") })
	sends := func(want ...string) {
		t.Helper()
		if got := l.open(); !slices.Equal(got, want) {
			t.Fatalf("sent %q, want %q", got, want)
		}
	}
	const undo, effect = "POST /api/undo {} application/json 2", "GET /api/effect"
	sends("POST /api/save {} application/json 1")
	l.answer(t, "POST /api/save", 200, `{"version":1}`)
	sends(effect, undo)
	l.answer(t, effect, 0, "")
	sends(undo)
	l.answer(t, undo, 200, `{"version":2}`)
	if got := l.pass(t); got != patience[0] {
		t.Errorf("it is asked again after %v", got)
	}
	sends(effect)
	l.answer(t, effect, 0, "")
	if got := l.pass(t); got != patience[1] {
		t.Errorf("it is asked once more after %v", got)
	}
	l.answer(t, effect, 200, `{"asks":"nobody"}`)
	if want := []string{"saved", "undone", "effect nobody<nil>"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
	r.Effect(func(e desk.Effect, err error) { heard = append(heard, fmt.Sprint(err)) })
	l.answer(t, effect, 422, `{"code":"bad","message":"no"}`)
	if got := heard[len(heard)-1]; got != "no" {
		t.Errorf("a fault is told as %q", got)
	}
}

// TestForgets: a request that was answered is not kept, since what it does may hold a whole dialog.
func TestForgets(t *testing.T) {
	for _, test := range []struct {
		name string
		ask  func(*remote)
		path string
	}{
		{"a form", func(r *remote) { r.Form("/site", func(desk.Form, error) {}) }, "GET /api/form?at=%2Fsite"},
		{"an effect, for which nothing waits", func(r *remote) { r.Effect(func(desk.Effect, error) {}) }, "GET /api/effect"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := &line{}
			r := l.remote()
			test.ask(r)
			queued := r.queue[:1]
			l.answer(t, test.path, 200, "{}")
			if len(r.queue) != 0 || queued[0].done != nil {
				t.Errorf("%d requests wait; the answered one is still there: %v", len(r.queue), queued[0].done != nil)
			}
		})
	}
}
