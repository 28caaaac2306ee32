package browser

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// An inspector is a second connection to MiniBrowser. It is for what classic WebDriver
// has no command for: the console, scripts before the page's own, and media preferences.
// WebKitWebDriver has MiniBrowser open a remote inspector server for its own use. An
// inspector connects to that server, as WebKit's own Web Inspector would.
//
// The framing of messages is in WebKit's Source/WTF/wtf/glib/SocketConnection.cpp, and
// their names are in Source/JavaScriptCore/inspector/remote/glib/RemoteInspectorServer.cpp.
// The protocol within the messages is in Source/JavaScriptCore/inspector/protocol.
// This was written for WebKitGTK 2.50.6.
type inspector struct {
	conn net.Conn

	mu      sync.Mutex
	last    int                   // id of the latest command
	waiting map[int]*waitingReply // by id
	windows map[uint64]*inspected // by their ID at the inspector server
	lost    error                 // why nothing is read any more; nil while connected
}

// A waitingReply is a command that was sent and not yet answered.
type waitingReply struct {
	target  string // ID of the target that it went to
	promise bool   // it waits for a promise, which the document may never settle
	passed  bool   // the window has passed it on to the target
	answer  chan answer
}

// When a command has had no answer for this long, another is sent to see whether the
// target still answers: see [inspected.call].
const lateness = 2 * time.Second

// firstConnection is the number of MiniBrowser's own process at the inspector server.
// Each web process has a higher number.
const firstConnection = 1

// inspected is a window that the inspector is attached to.
type inspected struct {
	inspector *inspector
	window    uint64

	mu       sync.Mutex
	page     string        // ID of the target that runs its page; some navigations change it
	attached chan struct{} // closed when page is known
	scripts  []string      // to run before the page's own
	media    Media
	lines    []string // of its console
}

func dialInspector(ctx context.Context, address string) (*inspector, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	i := &inspector{conn: conn, waiting: map[int]*waitingReply{}, windows: map[uint64]*inspected{}}
	go i.read()
	// The argument is the hash of the commands that the client knows: none.
	return i, i.write("SetupInspectorClient", []byte{0})
}

func (i *inspector) close() { i.conn.Close() }

// write sends a message. It has the length of the name and the parameters, in
// big-endian order; a byte of flags, of which bit 0 says that the parameters are
// little-endian; the name; and the parameters as a GVariant tuple. Only the last value
// of a tuple has no fixed size here, so a tuple is just its values, one after the other.
func (i *inspector) write(name string, parameters []byte) error {
	body := append([]byte(name+"\x00"), parameters...)
	message := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	message = append(message, 1)
	_, err := i.conn.Write(append(message, body...))
	return err
}

func (i *inspector) read() {
	for {
		header := make([]byte, 5)
		_, err := io.ReadFull(i.conn, header)
		body := make([]byte, binary.BigEndian.Uint32(header))
		if err == nil {
			_, err = io.ReadFull(i.conn, body)
		}
		if err != nil {
			i.lose(err)
			return
		}
		name, parameters, _ := bytes.Cut(body, []byte{0})
		if string(name) != "SendMessageToFrontend" || len(parameters) < 17 {
			continue
		}
		// The tuple (tts) is connection, window and message.
		window := binary.LittleEndian.Uint64(parameters[8:])
		i.mu.Lock()
		w := i.windows[window]
		i.mu.Unlock()
		if w != nil {
			w.onMessage(parameters[16 : len(parameters)-1])
		}
	}
}

// lose makes all calls fail that wait for an answer, and all later calls.
func (i *inspector) lose(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.lost = fmt.Errorf("the connection to the browser is lost: %w (%w)", err, ErrSilent)
	i.drop(func(*waitingReply) bool { return true })
}

// drop ends the waiting calls for which chosen is true. i.mu must be held.
func (i *inspector) drop(chosen func(*waitingReply) bool) {
	for id, w := range i.waiting {
		if chosen(w) {
			close(w.answer)
			delete(i.waiting, id)
		}
	}
}

// gone tells why a call was dropped.
func (i *inspector) gone() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.lost != nil {
		return i.lost
	}
	return errors.New("the page went away")
}

// attach attaches to a window by its ID at the server. The first window is 1. The
// automation session is 2, and breaks if the inspector attaches to it.
func (i *inspector) attach(ctx context.Context, window uint64) (*inspected, error) {
	w := &inspected{inspector: i, window: window, attached: make(chan struct{})}
	i.mu.Lock()
	i.windows[window] = w
	i.mu.Unlock()
	if err := i.write("Setup", i.address(window)); err != nil {
		return nil, err
	}
	// From now on, a page that moves to another process waits there until it is
	// resumed: see onMessage.
	if err := w.post("", "Target.setPauseOnStart", map[string]any{"pauseOnStart": true}); err != nil {
		return nil, err
	}
	select {
	case <-w.attached:
		return w, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("inspector: window %d: %w", window, ctx.Err())
	}
}

func (i *inspector) address(window uint64) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, firstConnection), window)
}

// call sends a command to the window's page and decodes its result, unless
// result is nil.
func (w *inspected) call(ctx context.Context, method string, params, result any) error {
	w.mu.Lock()
	page := w.page
	w.mu.Unlock()

	reply := &waitingReply{target: page, promise: method == "Runtime.awaitPromise", answer: make(chan answer, 1)}
	id, err := w.send(page, method, params, reply)
	if err != nil {
		return err
	}
	defer w.forget(id)
	var later *waitingReply // a second command, sent if this one has had no answer for a while
	var laterAnswer chan answer
	late := time.NewTimer(lateness)
	defer late.Stop()
	for {
		select {
		case a, ok := <-reply.answer:
			switch {
			case !ok:
				return w.inspector.gone()
			case a.Error != nil:
				return fmt.Errorf("%s: %w", method, a.err())
			case result != nil:
				return json.Unmarshal(a.Result, result)
			}
			return nil
		case <-late.C:
			if reply.promise { // the page may take its time with it
				continue
			}
			later = &waitingReply{target: page, answer: make(chan answer, 1)}
			laterAnswer = later.answer
			laterID, err := w.send(page, "Runtime.evaluate", map[string]any{"expression": "0"}, later)
			if err != nil {
				return err
			}
			defer w.forget(laterID)
		case _, ok := <-laterAnswer:
			laterAnswer = nil
			// A target answers commands in order, so the first one's answer is lost.
			if ok && len(reply.answer) == 0 {
				return fmt.Errorf("%s was never answered, and a later command was (passed on: %v): %w", method, w.passed(reply), ErrSilent)
			}
		case <-ctx.Done():
			asked := ""
			if later != nil {
				asked = fmt.Sprintf(" (passed on: %v, a later command: %v)", w.passed(reply), w.passed(later))
			}
			return fmt.Errorf("%s%s: %w", method, asked, ctx.Err())
		}
	}
}

// forget stops waiting for the answer to a command.
func (w *inspected) forget(id int) {
	w.inspector.mu.Lock()
	defer w.inspector.mu.Unlock()
	delete(w.inspector.waiting, id)
}

// passed reports whether the window has passed a command on to its target.
func (w *inspected) passed(reply *waitingReply) bool {
	w.inspector.mu.Lock()
	defer w.inspector.mu.Unlock()
	return reply.passed
}

// post sends a command and does not wait for the answer.
func (w *inspected) post(target, method string, params any) error {
	_, err := w.send(target, method, params, nil)
	return err
}

// send sends a command to a target or, if target is empty, to the window itself. The
// answer goes to reply, if that is not nil.
func (w *inspected) send(target, method string, params any, reply *waitingReply) (id int, err error) {
	if params == nil {
		params = struct{}{}
	}
	i := w.inspector
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.lost != nil {
		return 0, i.lost
	}
	i.last++
	id = i.last
	text, err := marshal(command{ID: id, Method: method, Params: params})
	if err != nil {
		return 0, err
	}
	if target != "" {
		i.last++
		text, err = marshal(command{ID: i.last, Method: "Target.sendMessageToTarget", Params: map[string]any{
			"targetId": target, "message": text,
		}})
		if err != nil {
			return 0, err
		}
	}
	if reply != nil {
		i.waiting[id] = reply
	}
	return id, i.write("SendMessageToBackend", append(i.address(w.window), text+"\x00"...))
}

// nudge saves up to 40 ms of waiting for the answer to a command. MiniBrowser sends two
// messages for a command to a page: that the command was passed on, and the page's
// answer. Its socket holds the second back until the first is acknowledged (Nagle's
// algorithm). Linux delays that acknowledgement by 40 ms, unless it can go with other
// data. So nudge sends a message to a window that does not exist, which nobody answers.
func (i *inspector) nudge(command int) {
	time.Sleep(time.Millisecond)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.waiting[command] == nil {
		return
	}
	i.write("SendMessageToBackend", append(i.address(noWindow), "{}\x00"...))
}

// noWindow is the ID of no window.
const noWindow = 1 << 40

// onMessage handles what the window says of its targets.
func (w *inspected) onMessage(text []byte) {
	var message struct {
		ID     int             // of a Target.sendMessageToTarget command; 0 in an event
		Error  json.RawMessage // why it was not passed on
		Method string
		Params struct {
			TargetInfo struct {
				TargetID, Type string
				IsPaused       bool
			}
			TargetID    string
			Message     string
			NewTargetID string
		}
	}
	json.Unmarshal(text, &message)
	switch passed := message.ID - 1; { // ID of the command inside: see send
	case message.ID == 0:
	case message.Error != nil:
		// The target has just gone, so no answer will come.
		w.inspector.mu.Lock()
		if reply := w.inspector.waiting[passed]; reply != nil {
			close(reply.answer)
			delete(w.inspector.waiting, passed)
		}
		w.inspector.mu.Unlock()
	default:
		w.inspector.mu.Lock()
		if reply := w.inspector.waiting[passed]; reply != nil {
			reply.passed = true
		}
		w.inspector.mu.Unlock()
		go w.inspector.nudge(passed)
	}
	params := message.Params
	switch message.Method {
	case "Target.targetCreated":
		info := params.TargetInfo
		if info.Type == "page" {
			w.prepare(info.TargetID)
		}
		if info.IsPaused {
			w.post("", "Target.resume", map[string]any{"targetId": info.TargetID})
		}
	case "Target.didCommitProvisionalTarget":
		w.mu.Lock()
		w.page = params.NewTargetID
		w.mu.Unlock()
	case "Target.targetDestroyed":
		w.inspector.mu.Lock()
		w.inspector.drop(func(r *waitingReply) bool { return r.target == params.TargetID })
		w.inspector.mu.Unlock()
	case "Target.dispatchMessageFromTarget":
		w.onPageMessage(params.TargetID, params.Message)
	}
}

// prepare gives a new target what was set for the window.
func (w *inspected) prepare(target string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.post(target, "Console.enable", nil)
	w.post(target, "Page.enable", nil)
	w.post(target, "Page.setBootstrapScript", bootstrap(w.scripts))
	for _, c := range overrides(w.media) {
		w.post(target, c.Method, c.Params)
	}
	if w.page == "" {
		w.page = target
		close(w.attached)
	}
}

// onPageMessage handles what a target says.
func (w *inspected) onPageMessage(target, text string) {
	var message struct {
		ID *int
		event
		answer
	}
	if json.Unmarshal([]byte(text), &message) != nil {
		return
	}
	i := w.inspector
	if message.ID != nil {
		i.mu.Lock()
		reply := i.waiting[*message.ID]
		delete(i.waiting, *message.ID)
		i.mu.Unlock()
		if reply != nil {
			reply.answer <- message.answer
		}
		return
	}
	switch message.Method {
	case "Page.frameNavigated":
		var params struct{ Frame struct{ ParentID string } }
		json.Unmarshal(message.Params, &params)
		if params.Frame.ParentID == "" {
			// All promises waited for are the old document's: the new document's
			// Runtime.evaluate has no answer yet.
			i.mu.Lock()
			i.drop(func(r *waitingReply) bool { return r.target == target && r.promise })
			i.mu.Unlock()
		}
	case "Console.messageAdded":
		if line := inspectorLine(message.Params); line != "" {
			w.mu.Lock()
			w.lines = append(w.lines, line)
			w.mu.Unlock()
		}
	case "Console.messageRepeatCountUpdated":
		w.mu.Lock()
		if n := len(w.lines); n > 0 {
			w.lines = append(w.lines, w.lines[n-1])
		}
		w.mu.Unlock()
	}
}

// inspectorLine writes a Console.ConsoleMessage as a line of [Page.Console].
func inspectorLine(params json.RawMessage) string {
	var added struct {
		Message struct {
			Source, Level, Text, URL string
			Parameters               []remoteObject
		}
	}
	json.Unmarshal(params, &added)
	m := added.Message
	switch m.Source {
	case "console-api":
		var words []string
		for _, p := range m.Parameters {
			words = append(words, p.String())
		}
		return consoleLine(m.Level, strings.Join(words, " "))
	case "javascript":
		return "uncaught: " + m.Text
	}
	if isFavicon(m.URL) {
		return ""
	}
	return consoleLine(m.Level, strings.TrimSpace(m.Text+" "+m.URL))
}

// eval runs body as an async function, as [driver] says. Its promise is fulfilled even
// if body throws. WebKit would report a rejected one as unhandled, before it is awaited
// here.
func (w *inspected) eval(ctx context.Context, body, args string) (json.RawMessage, error) {
	type evaluated struct {
		Result struct {
			remoteObject
			ObjectID string
		}
		WasThrown bool
	}
	var promise, kept evaluated
	err := w.call(ctx, "Runtime.evaluate", map[string]any{"expression": `(async () => {
		try {
			return { value: await ` + asyncCall(body, args) + ` };
		} catch (e) {
			return { thrown: String(e) };
		}
	})()`}, &promise)
	if err == nil && promise.WasThrown { // a syntax error, most likely
		err = errors.New(promise.Result.String())
	}
	if err != nil {
		return nil, err
	}
	err = w.call(ctx, "Runtime.awaitPromise", map[string]any{
		"promiseObjectId": promise.Result.ObjectID, "returnByValue": true,
	}, &kept)
	if err != nil {
		return nil, err
	}
	var settled struct {
		Value  json.RawMessage
		Thrown *string
	}
	if err := json.Unmarshal(kept.Result.Value, &settled); err != nil {
		return nil, fmt.Errorf("a result that has no JSON: %s", kept.Result.remoteObject)
	}
	if settled.Thrown != nil {
		return nil, errors.New(*settled.Thrown)
	}
	if settled.Value == nil {
		return json.RawMessage("null"), nil
	}
	return settled.Value, nil
}

func (w *inspected) console() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.lines)
}

func (w *inspected) addPreload(ctx context.Context, js string) error {
	w.mu.Lock()
	w.scripts = append(w.scripts, js)
	params := bootstrap(w.scripts)
	w.mu.Unlock()
	return w.call(ctx, "Page.setBootstrapScript", params, nil)
}

// reset undoes all that was set for the window, and forgets its console.
func (w *inspected) reset(ctx context.Context) error {
	w.mu.Lock()
	w.scripts, w.lines = nil, nil
	w.mu.Unlock()
	return errors.Join(w.call(ctx, "Page.setBootstrapScript", bootstrap(nil), nil), w.emulate(ctx, Media{}))
}

func bootstrap(scripts []string) any {
	return map[string]any{"source": strings.Join(scripts, "\n;\n")}
}

func (w *inspected) emulate(ctx context.Context, m Media) error {
	if m.Contrast != "" {
		return fmt.Errorf("contrast: %w", errors.ErrUnsupported)
	}
	if m.ForcedColors != "" {
		return fmt.Errorf("forced colours: %w", errors.ErrUnsupported)
	}
	w.mu.Lock()
	w.media = m
	w.mu.Unlock()
	for _, c := range overrides(m) {
		if err := w.call(ctx, c.Method, c.Params, nil); err != nil {
			return err
		}
	}
	return nil
}

// overrides returns the commands that set media preferences.
func overrides(m Media) []command {
	preference := func(name, value string, values map[string]string) command {
		params := map[string]any{"name": name}
		if value != "" {
			params["value"] = values[value]
		}
		return command{Method: "Page.overrideUserPreference", Params: params}
	}
	return []command{
		{Method: "Page.setEmulatedMedia", Params: map[string]any{"media": m.Type}},
		preference("PrefersColorScheme", m.ColorScheme, map[string]string{"light": "Light", "dark": "Dark"}),
		preference("PrefersReducedMotion", m.ReducedMotion, map[string]string{"reduce": "Reduce", "no-preference": "NoPreference"}),
	}
}
