package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
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
	} `json:"args"`
}

// start begins to record.
func (t *tracer) start() error {
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
		"traceConfig":  map[string]any{"includedCategories": []string{"toplevel", "blink.user_timing"}, "excludedCategories": []string{"*"}},
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

// longestTask returns the length, in milliseconds, of the longest task of the page's
// main thread that overlaps the time between from and to. The trace must have the mark
// that the page made at markAt. These three times are in milliseconds since the page's
// navigation began.
func longestTask(events []traceEvent, markAt, from, to float64) (float64, error) {
	var mark *traceEvent
	for i, e := range events {
		if e.Name == traceMark {
			mark = &events[i]
		}
	}
	if mark == nil {
		return 0, errors.New("the trace lacks the page's mark")
	}
	at := func(ms float64) float64 { return mark.AtUs + (ms-markAt)*1000 }
	longest, tasks := 0.0, 0
	for _, e := range events {
		if e.Phase != "X" || e.Process != mark.Process || e.Thread != mark.Thread || e.Name != "ThreadControllerImpl::RunTask" {
			continue
		}
		if e.AtUs < at(to) && e.AtUs+e.LengthUs > at(from) {
			longest = max(longest, e.LengthUs/1000)
			tasks++
		}
	}
	if tasks == 0 {
		return 0, fmt.Errorf("the trace has no task of the page's main thread among its %d events", len(events))
	}
	return longest, nil
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
