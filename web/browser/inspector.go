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

// An inspector is a second line to MiniBrowser, for what classic WebDriver has no
// command for: the console, scripts before the page's own, media preferences.
// It speaks to the remote inspector server that WebKitWebDriver has MiniBrowser
// open for itself, as WebKit's own Web Inspector would.
//
// The messages are framed as in WebKit's Source/WTF/wtf/glib/SocketConnection.cpp
// and named in Source/JavaScriptCore/inspector/remote/glib/RemoteInspectorServer.cpp;
// the protocol inside of them is that of Source/JavaScriptCore/inspector/protocol.
// Seen with WebKitGTK 2.50.6.
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
	promise bool   // it waits for a promise, which its document can leave unsettled
	passed  bool   // the window has passed it on to the target
	answer  chan answer
}

// lateness is after how long a command that was not answered is asked about.
const lateness = 2 * time.Second

// firstConnection is the number of MiniBrowser's own process among those that
// offer pages to the inspector server; each web process comes after it.
const firstConnection = 1

// inspected is a window that the inspector is attached to.
type inspected struct {
	inspector *inspector
	window    uint64

	mu       sync.Mutex
	page     string        // ID of the target that runs its page; another after some navigations
	attached chan struct{} // closed when page is known
	scripts  []string      // run before the page's own
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
	// The argument is the hash of the commands the client knows: none.
	return i, i.write("SetupInspectorClient", []byte{0})
}

func (i *inspector) close() { i.conn.Close() }

// write sends a message: the length of the rest in big-endian order, less the
// flags; the flags, of which bit 0 says that parameters are little-endian; the
// name; and the parameters as a GVariant tuple. No tuple here needs more than its
// values in a row: only its last has no fixed size.
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
		// (tts): connection, window, message.
		window := binary.LittleEndian.Uint64(parameters[8:])
		i.mu.Lock()
		w := i.windows[window]
		i.mu.Unlock()
		if w != nil {
			w.onMessage(parameters[16 : len(parameters)-1])
		}
	}
}

// lose ends all calls that wait, and those to come.
func (i *inspector) lose(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.lost = fmt.Errorf("the connection to the browser is lost: %w (%w)", err, ErrSilent)
	i.drop(func(*waitingReply) bool { return true })
}

// drop ends the calls that wait and are chosen. i.mu is held.
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

// attach attaches to a window by its ID at the server: 1 for the first. 2 is the
// automation session, which breaks when it is attached to.
func (i *inspector) attach(ctx context.Context, window uint64) (*inspected, error) {
	w := &inspected{inspector: i, window: window, attached: make(chan struct{})}
	i.mu.Lock()
	i.windows[window] = w
	i.mu.Unlock()
	if err := i.write("Setup", i.address(window)); err != nil {
		return nil, err
	}
	// A navigation to another process then waits there until it is resumed: see
	// onMessage.
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
	var later *waitingReply // a command that is sent where this one has no answer for a while
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
			if reply.promise { // which the page keeps or not, as it likes
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
			// A target answers one command after the other.
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

// forget says that nobody waits for a command any more.
func (w *inspected) forget(id int) {
	w.inspector.mu.Lock()
	defer w.inspector.mu.Unlock()
	delete(w.inspector.waiting, id)
}

// passed reports whether a command has reached the window.
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

// send sends a command to a target or, if that is empty, to the window.
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

// nudge sends a message to a window that is not there, which nobody answers.
// MiniBrowser says two things to a command for a page: that it has passed it on,
// and the page's answer. Its sockets hold the second back until the first is
// acknowledged (Nagle's algorithm), with which Linux waits 40 ms, unless there is
// something to send.
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
		ID     int             // of a Target.sendMessageToTarget; 0 in an event
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
	switch passed := message.ID - 1; { // the command inside; see send
	case message.ID == 0:
	case message.Error != nil:
		// The target has just gone: nobody else will answer.
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

// prepare tells a target what was asked of the window.
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
			// The promises are the old document's: the new one's Runtime.evaluate is not
			// answered yet.
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

// eval runs body as an async function, as [driver] says. The promise it makes is
// always kept: WebKit would report it as unhandled before it is awaited here.
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

// reset takes back all that was asked of the window, and forgets its console.
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
