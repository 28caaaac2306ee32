package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"

	"charte/web/browser"
)

// A tracer records the tasks of the browser's threads. A trace comes in events, and
// browser.Page.CDP gets none. So a tracer has a DevTools connection of its own
// (https://chromedevtools.github.io/devtools-protocol/tot/Tracing/).
type tracer struct {
	address string
	socket  *websocket.Conn
	last    int // id of the latest command
}

func newTracer(address string) *tracer { return &tracer{address: address} }

// traceTimeout bounds the start and the end of a trace, which usually take 0.5 s.
const traceTimeout = 60 * time.Second

// A traceEvent is an event of a trace.
type traceEvent struct {
	Name      string  `json:"name"`
	Phase     string  `json:"ph"`
	Process   int     `json:"pid"`
	Thread    int     `json:"tid"`
	AtUs      float64 `json:"ts"`  // microseconds
	LengthUs  float64 `json:"dur"` // microseconds
	Arguments struct {
		Name string `json:"name"`
		File string `json:"fileName"`
		Data struct {
			URL string `json:"url"`
		} `json:"data"`
	} `json:"args"`
}

// file is the address of the script that the event is about, or "".
func (e traceEvent) file() string { return cmp.Or(e.Arguments.Data.URL, e.Arguments.File) }

// Categories of events.
const (
	taskEvents   = "toplevel"          // the tasks of all threads
	scriptEvents = "devtools.timeline" // what runs within the tasks
)

// start begins to record the events of categories, and the page's mark.
func (t *tracer) start(categories ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), traceTimeout)
	defer cancel()
	if t.socket == nil {
		socket, _, err := websocket.Dial(ctx, t.address, nil)
		if err != nil {
			return fmt.Errorf("trace: %w", err)
		}
		socket.SetReadLimit(-1)
		t.socket = socket
	}
	return t.send(ctx, "Tracing.start", map[string]any{
		"transferMode": "ReportEvents",
		"traceConfig":  map[string]any{"includedCategories": append(categories, "blink.user_timing"), "excludedCategories": []string{"*"}},
	}, nil)
}

// stop ends the recording and returns what was recorded.
func (t *tracer) stop() ([]traceEvent, error) {
	ctx, cancel := context.WithTimeout(context.Background(), traceTimeout)
	defer cancel()
	var events []traceEvent
	collect := func(method string, params json.RawMessage) (bool, error) {
		switch method {
		case "Tracing.dataCollected":
			var data struct{ Value []json.RawMessage }
			if err := json.Unmarshal(params, &data); err != nil {
				return false, err
			}
			for _, raw := range data.Value {
				var e traceEvent
				if json.Unmarshal(raw, &e) == nil { // events with other arguments are not needed
					events = append(events, e)
				}
			}
		case "Tracing.tracingComplete":
			return true, nil
		}
		return false, nil
	}
	err := t.send(ctx, "Tracing.end", nil, collect)
	return events, err
}

// close ends the connection.
func (t *tracer) close() {
	if t.socket != nil {
		t.socket.CloseNow()
	}
}

// send sends a command and reads messages until its answer comes or, if until is not
// nil, until that is true for an event.
func (t *tracer) send(ctx context.Context, method string, params any, until func(string, json.RawMessage) (bool, error)) error {
	t.last++
	if params == nil {
		params = struct{}{}
	}
	command, err := json.Marshal(map[string]any{"id": t.last, "method": method, "params": params})
	if err != nil {
		return err
	}
	if err := t.socket.Write(ctx, websocket.MessageText, command); err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	for {
		_, text, err := t.socket.Read(ctx)
		if err != nil {
			return fmt.Errorf("trace: %s: %w", method, err)
		}
		var message struct {
			ID     int
			Method string
			Params json.RawMessage
			Error  *struct{ Message string }
		}
		if err := json.Unmarshal(text, &message); err != nil {
			return err
		}
		switch {
		case message.Error != nil:
			return fmt.Errorf("trace: %s: %s", method, message.Error.Message)
		case message.ID == t.last && until == nil:
			return nil
		case message.Method != "" && until != nil:
			if done, err := until(message.Method, message.Params); done || err != nil {
				return err
			}
		}
	}
}

// traceMark is the user timing mark that ties a trace to a page.
const traceMark = "charte-bench"

// A recording is the trace of a visit, with the mark that the page made in it.
type recording struct {
	events []traceEvent
	markAt float64 // in milliseconds since the navigation began
}

// record records a visit until wait returns. It closes the page.
func (l *lab) record(v visit, category string, wait func(*browser.Page) error) (r recording, err error) {
	if err := l.tracer.start(category); err != nil {
		return recording{}, err
	}
	defer func() {
		events, stopped := l.tracer.stop()
		r.events = events
		err = errors.Join(err, stopped)
	}()
	return r, l.once(v, func(p *browser.Page) error {
		if err := wait(p); err != nil {
			return err
		}
		at, err := markTrace(p)
		r.markAt = at
		return err
	})
}

// mainThread returns the mark, and the events with a length of the thread that made it:
// the page's main thread.
func (r recording) mainThread() (mark traceEvent, events []traceEvent, err error) {
	found := false
	for _, e := range r.events {
		if e.Name == traceMark {
			mark, found = e, true
		}
	}
	if !found {
		return traceEvent{}, nil, errors.New("the trace lacks the page's mark")
	}
	for _, e := range r.events {
		if e.Phase == "X" && e.Process == mark.Process && e.Thread == mark.Thread {
			events = append(events, e)
		}
	}
	return mark, events, nil
}

// longestTask returns the length, in milliseconds, of the longest task of the page's
// main thread that overlaps the time between from and to. These are in milliseconds
// since the page's navigation began.
func (r recording) longestTask(from, to float64) (float64, error) {
	mark, events, err := r.mainThread()
	if err != nil {
		return 0, err
	}
	at := func(ms float64) float64 { return mark.AtUs + (ms-r.markAt)*1000 }
	longest, tasks := 0.0, 0
	for _, e := range events {
		if e.Name != "ThreadControllerImpl::RunTask" {
			continue
		}
		if e.AtUs < at(to) && e.AtUs+e.LengthUs > at(from) {
			longest = max(longest, e.LengthUs/1000)
			tasks++
		}
	}
	if tasks == 0 {
		return 0, fmt.Errorf("the trace has no task of the page's main thread among its %d events", len(r.events))
	}
	return longest, nil
}

// evaluations are the events in which a script is compiled and evaluated. Chromium
// compiles a module in an event of its own, and does not say which one it evaluates.
var evaluations = []string{"EvaluateScript", "v8.compileModule", "v8.evaluateModule"}

// evaluation returns how long the page's main thread compiled and evaluated the scripts
// that ours names by their address, in milliseconds. All modules count. What a script
// starts and the browser runs later, in another event, does not count.
func (r recording) evaluation(ours func(address string) bool) (float64, error) {
	_, events, err := r.mainThread()
	if err != nil {
		return 0, err
	}
	slices.SortStableFunc(events, func(a, b traceEvent) int { return cmp.Compare(a.AtUs, b.AtUs) })
	sum, until, scripts := 0.0, 0.0, 0
	for _, e := range events {
		// An event within one that counts is in that one's length.
		if !slices.Contains(evaluations, e.Name) || e.AtUs < until || e.file() != "" && !ours(e.file()) || e.file() == "" && e.Name != "v8.evaluateModule" {
			continue
		}
		until = e.AtUs + e.LengthUs
		sum += e.LengthUs / 1000
		scripts++
	}
	if scripts == 0 {
		return 0, fmt.Errorf("the trace has no script of the banner among its %d events", len(r.events))
	}
	return sum, nil
}

// markTrace has the page make the mark. It returns the time of the mark, in milliseconds
// since the navigation began.
func markTrace(p *browser.Page) (float64, error) {
	return number(p, fmt.Sprintf("performance.mark(%q).startTime", traceMark))
}

// An addressLog finds the address of the browser's DevTools in what it prints
// when it starts.
type addressLog struct {
	mutex sync.Mutex
	text  []byte
}

var announcement = regexp.MustCompile(`DevTools listening on (ws://\S+)`)

func (l *addressLog) Write(text []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.text = append(l.text, text...)
	return len(text), nil
}

func (l *addressLog) address() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if m := announcement.FindSubmatch(l.text); m != nil {
		return string(m[1])
	}
	return ""
}
