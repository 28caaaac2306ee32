package browser

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// webkit speaks classic WebDriver: https://www.w3.org/TR/webdriver2/.
//
// WebKitWebDriver has one session at a time, and the pages of a session share storage.
// So each visitor has a driver and a MiniBrowser. Each also has an X server, since only
// one window of a display has the keyboard focus. The three are kept for the next
// visitor: see [webkitSession.recycle].
type webkit struct {
	options     Options
	driver      string // path of WebKitWebDriver
	miniBrowser string
	xvfb        string
	blank       *httptest.Server // serves an empty page, whatever host name is asked for

	mu       sync.Mutex
	sessions map[*webkitSession]bool // nil once closed
	idle     []*webkitPage           // in sessions whose visitor has gone
}

func startWebKit(_ context.Context, options Options) (engine, error) {
	w := &webkit{options: options, sessions: map[*webkitSession]bool{}}
	for i, path := range []*string{&w.driver, &w.miniBrowser, &w.xvfb} {
		var err error
		if *path, err = FindProgram(needs[WebKit][i].program); err != nil {
			return nil, err
		}
	}
	w.blank = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		rw.Header().Set("Cache-Control", "no-store")
	}))
	return w, nil
}

func (w *webkit) processes() []*process {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []*process
	for s := range w.sessions {
		all = append(all, s.screen, s.driver)
	}
	return all
}

func (w *webkit) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for s := range w.sessions {
		s.kill()
	}
	w.sessions, w.idle = nil, nil
	w.blank.Close()
}

// The size of the X server's screen, in pixels. No test moves the X server's pointer,
// so it stays in the middle of the screen: see webkitPage.resize.
const screenWidth, screenHeight = 4096, 2400

// gtkCSS makes MiniBrowser's tool bar so small that its window can be as narrow
// as a telephone. It does not reach the pages.
const gtkCSS = `* { min-width: 0; min-height: 0; margin: 0; padding: 0; border-width: 0; font-size: 1px }`

const xvfbAnnounces = `^(\d+)\s*$`

func (w *webkit) newPage(ctx context.Context) (driver, error) {
	w.mu.Lock()
	if last := len(w.idle) - 1; last >= 0 {
		page := w.idle[last]
		w.idle = w.idle[:last]
		w.mu.Unlock()
		return page, nil
	}
	w.mu.Unlock()

	dir, err := homeDir(WebKit)
	if err != nil {
		return nil, err
	}
	s := &webkitSession{webkit: w, hosts: map[string]bool{}}
	s.screen, err = launch(exec.Command(w.xvfb, "-displayfd", "1", "-nolisten", "tcp",
		"-screen", "0", fmt.Sprintf("%dx%dx24", screenWidth, screenHeight)), dir, xvfbAnnounces, w.options.Log)
	if err != nil {
		return nil, err
	}
	page, err := s.start(ctx)
	if err != nil {
		s.kill()
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sessions == nil {
		s.kill()
		return nil, errors.New("closed")
	}
	w.sessions[s] = true
	return page, nil
}

// A webkitSession is a visitor: a WebKitWebDriver and the MiniBrowser that it
// started.
type webkitSession struct {
	webkit    *webkit
	screen    *process
	driver    *process
	base      string // URL of the session
	inspector *inspector

	visitors int // how many have gone

	mu      sync.Mutex // held during each command
	current string     // handle of the window that commands go to; empty for none
	tabs    int
	latest  uint64          // ID of the latest window at the inspector
	hosts   map[string]bool // names of the hosts that the visitor has been to
}

// miniBrowserScript starts MiniBrowser and announces the address that
// WebKitWebDriver has it listen on.
const miniBrowserScript = `echo "inspector at $WEBKIT_INSPECTOR_SERVER"; exec "$0" --automation`

const inspectorAnnounces = `^inspector at (\S+)`

// start starts the programs and returns the session's first page.
func (s *webkitSession) start(ctx context.Context) (*webkitPage, error) {
	display, err := s.screen.await(ctx)
	if err != nil {
		return nil, err
	}
	// The driver chooses the inspector's port among those that Linux hands out to all
	// programs. Another program may get that port before the browser does.
	const tries = 3
	for try := 1; ; try++ {
		page, err := s.drive(ctx, display)
		if err == nil || s.driver == nil || try == tries || !s.portTaken() {
			return page, err
		}
		s.driver.kill()
	}
}

// portTaken reports whether another program has the inspector's port. The driver then
// waits for the browser in vain.
func (s *webkitSession) portTaken() bool {
	return strings.Contains(s.driver.quote(), "Address already in use")
}

// drive starts the driver and connects to it.
func (s *webkitSession) drive(ctx context.Context, display string) (*webkitPage, error) {
	dir, err := homeDir(WebKit)
	if err != nil {
		return nil, err
	}
	gtk := filepath.Join(dir, "gtk-3.0")
	if err := errors.Join(os.Mkdir(gtk, 0o700), os.WriteFile(filepath.Join(gtk, "gtk.css"), []byte(gtkCSS), 0o600)); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(s.webkit.driver, "--port="+strconv.Itoa(port))
	// Frames are drawn without OpenGL. On an X server without a graphics card, OpenGL is
	// software, and would take a third of all processor time of the pages.
	cmd.Env = []string{"DISPLAY=:" + display, "WEBKIT_DISABLE_DMABUF_RENDERER=1"}
	if s.driver, err = launch(cmd, dir, inspectorAnnounces, s.webkit.options.Log); err != nil {
		return nil, err
	}
	s.base = fmt.Sprintf("http://127.0.0.1:%d", port)
	connecting, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		for connecting.Err() == nil && !s.portTaken() {
			time.Sleep(pollInterval)
		}
		cancel()
	}()
	page, err := s.connect(connecting)
	if err != nil {
		return nil, fmt.Errorf("%w%s", err, s.driver.quote())
	}
	return page, nil
}

func (s *webkitSession) connect(ctx context.Context) (*webkitPage, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	limit := s.webkit.options.Timeout.Milliseconds()
	var made struct{ SessionID string }
	err := s.send(ctx, "POST", "/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"acceptInsecureCerts": true,
		"timeouts":            map[string]any{"script": limit, "pageLoad": limit},
		"webkitgtk:browserOptions": map[string]any{
			"binary": "/bin/sh", "args": []string{"-c", miniBrowserScript, s.webkit.miniBrowser},
		},
	}}}, &made)
	if err != nil {
		return nil, err
	}
	s.base += "/session/" + made.SessionID
	s.tabs = 1
	if err := s.send(ctx, "GET", "/window", nil, &s.current); err != nil {
		return nil, err
	}

	address, err := s.driver.await(ctx)
	if err != nil {
		return nil, err
	}
	if s.inspector, err = dialInspector(ctx, address); err != nil {
		return nil, err
	}
	s.latest = 1
	inspected, err := s.inspector.attach(ctx, s.latest)
	if err != nil {
		return nil, err
	}
	return &webkitPage{session: s, window: s.current, inspected: inspected}, nil
}

// freePort returns a port that nobody listens on, since WebKitWebDriver cannot choose
// one for itself. The port is below those that Linux hands out on its own
// (ip_local_port_range), so no other program gets it by chance.
func freePort() (port int, err error) {
	for range 100 {
		port = 20000 + rand.IntN(12000)
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return port, l.Close()
		}
	}
	return 0, err
}

// ready waits until the driver takes commands.
func (s *webkitSession) ready(ctx context.Context) error {
	for {
		var status struct{ Ready bool }
		if err := s.send(ctx, "GET", "/status", nil, &status); err == nil && status.Ready {
			return nil
		}
		select {
		case <-s.driver.done:
			return fmt.Errorf("%s %w", s.webkit.driver, errEnded)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

// send sends a command to the driver and decodes its value, unless result is
// nil.
func (s *webkitSession) send(ctx context.Context, method, path string, params, result any) error {
	var body io.Reader
	if method == "POST" {
		if params == nil {
			params = struct{}{}
		}
		text, err := marshal(params)
		if err != nil {
			return err
		}
		body = bytes.NewReader([]byte(text))
	}
	request, err := http.NewRequestWithContext(ctx, method, s.base+path, body)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer response.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if response.StatusCode != http.StatusOK {
		var failed struct{ Error, Message string }
		json.Unmarshal(answer.Value, &failed)
		err := fmt.Errorf("%s %s: %s: %s", method, path, failed.Error, failed.Message)
		if failed.Error == "invalid session id" || failed.Error == "unknown error" && failed.Message == "" {
			// The first is what the driver says after the page's process has crashed, the second
			// what it says if that happens during the command.
			err = fmt.Errorf("%w: the page's process has ended (%w)", err, ErrSilent)
		}
		return err
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, result)
}

func (s *webkitSession) kill() {
	if s.inspector != nil {
		s.inspector.close()
	}
	if s.driver != nil {
		s.driver.kill()
	}
	s.screen.term() // it has a socket to remove from /tmp
	s.screen.kill()
}

// A webkitPage is a window of a session.
type webkitPage struct {
	session *webkitSession
	window  string // handle
	around  [2]int // width and height in pixels of what is around the viewport; 0 until known
	*inspected
}

// send sends a command to the window.
func (p *webkitPage) send(ctx context.Context, method, path string, params, result any) error {
	p.session.mu.Lock()
	defer p.session.mu.Unlock()
	if p.session.current != p.window {
		if err := p.session.send(ctx, "POST", "/window", map[string]any{"handle": p.window}, nil); err != nil {
			return err
		}
		p.session.current = p.window
	}
	return p.session.send(ctx, method, path, params, result)
}

func (p *webkitPage) open(ctx context.Context, address string) error {
	if at, err := url.Parse(address); err == nil {
		p.session.mu.Lock()
		p.session.hosts[at.Hostname()] = true
		p.session.mu.Unlock()
	}
	if err := p.send(ctx, "POST", "/url", map[string]any{"url": address}, nil); err != nil {
		return err
	}
	// If a page cannot be loaded, the driver reports no error, and the tab stays empty.
	at, err := p.eval(ctx, "return location.href", "[]", true)
	if err == nil && string(at) == `"about:blank"` && address != "about:blank" {
		err = errors.New("the page cannot be loaded")
	}
	return err
}

func (p *webkitPage) reload(ctx context.Context) error {
	return p.send(ctx, "POST", "/refresh", nil, nil)
}

func (p *webkitPage) back(ctx context.Context) error {
	return p.send(ctx, "POST", "/back", nil, nil)
}

// eval goes through the inspector. WebDriver's command fails in a page that overrides
// JSON.stringify, and keeps the driver busy for as long as the page is.
func (p *webkitPage) eval(ctx context.Context, body, args string, _ bool) (json.RawMessage, error) {
	return p.inspected.eval(ctx, body, args)
}

// front does nothing. Each visitor has a display, and send has the driver switch to the
// page's window.
func (p *webkitPage) front(context.Context) error { return nil }

func (p *webkitPage) act(ctx context.Context, source map[string]any) error {
	return p.send(ctx, "POST", "/actions", map[string]any{"actions": []any{source}}, nil)
}

func (p *webkitPage) pointer(ctx context.Context, x, y int, b button) error {
	return p.act(ctx, webdriverPointer(x, y, b))
}

func (p *webkitPage) press(ctx context.Context, c chord) error {
	return p.act(ctx, map[string]any{"type": "key", "id": "keyboard", "actions": c.webdriverKeys()})
}

// resize makes the window as large as the viewport and what MiniBrowser has around it.
// It also puts the corner of the tool bar under the X server's pointer. Without a
// window manager, the focus is in the window under the pointer. The pointer must not be
// over the page, which would take it for the mouse.
func (p *webkitPage) resize(ctx context.Context, width, height int) error {
	want := [2]int{width, height}
	for {
		outer := [2]int{width + p.around[0], height + p.around[1]}
		err := p.send(ctx, "POST", "/window/rect", map[string]any{
			"x": screenWidth/2 - 2, "y": screenHeight/2 - 2, "width": outer[0], "height": outer[1],
		}, nil)
		if err != nil {
			return err
		}
		inner, err := p.settle(ctx, outer)
		if err != nil {
			return fmt.Errorf("the viewport stays at %v: %w", inner, err)
		}
		if inner == want {
			return nil
		}
		p.around = [2]int{outer[0] - inner[0], outer[1] - inner[1]}
	}
}

// settle waits until the window's size is outer, and returns the size of its viewport.
// Another resize before that would be lost: GTK would take the answer to the first one
// for a resize by the visitor.
func (p *webkitPage) settle(ctx context.Context, outer [2]int) (inner [2]int, err error) {
	for {
		value, err := p.eval(ctx, twoFrames+"; return {Inner: [innerWidth, innerHeight], Outer: [outerWidth, outerHeight]}", "[]", true)
		if err != nil {
			return inner, err
		}
		before := inner
		var now struct{ Inner, Outer [2]int }
		if err := json.Unmarshal(value, &now); err != nil {
			return inner, err
		}
		if inner = now.Inner; now.Outer == outer && inner == before {
			return inner, nil
		}
		select {
		case <-ctx.Done():
			return inner, ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

// twoFrames is JavaScript that waits until all earlier changes are drawn.
const twoFrames = `await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`

func (p *webkitPage) screenshot(ctx context.Context) ([]byte, error) {
	// The driver's screenshot may wait for a frame for ever if nothing changes. The
	// inspector draws one itself.
	size, err := p.eval(ctx, twoFrames+"; return [innerWidth, innerHeight]", "[]", true)
	if err != nil {
		return nil, err
	}
	var viewport [2]int
	if err := json.Unmarshal(size, &viewport); err != nil {
		return nil, err
	}
	var shot struct{ DataURL string }
	err = p.call(ctx, "Page.snapshotRect", map[string]any{
		"x": 0, "y": 0, "width": viewport[0], "height": viewport[1], "coordinateSystem": "Viewport",
	}, &shot)
	if err != nil {
		return nil, err
	}
	_, png, _ := strings.Cut(shot.DataURL, ",")
	return base64.StdEncoding.DecodeString(png)
}

func (p *webkitPage) cookies(ctx context.Context) ([]Cookie, error) {
	var stored []struct {
		Name, Value, Domain, Path, SameSite string
		Expiry                              float64 // Unix time in seconds; absent for the session
		HTTPOnly, Secure                    bool
	}
	err := p.send(ctx, "GET", "/cookie", nil, &stored)
	var cookies []Cookie
	for _, c := range stored {
		cookie := Cookie{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path,
			HTTPOnly: c.HTTPOnly, Secure: c.Secure, SameSite: c.SameSite,
		}
		if c.Expiry != 0 {
			cookie.Expires = time.Unix(int64(c.Expiry), 0)
		}
		cookies = append(cookies, cookie)
	}
	return cookies, err
}

func (p *webkitPage) setCookie(ctx context.Context, c Cookie) error {
	cookie := map[string]any{
		"name": c.Name, "value": c.Value, "domain": c.Domain, "path": c.Path,
		"httpOnly": c.HTTPOnly, "secure": c.Secure,
	}
	if c.SameSite != "" {
		cookie["sameSite"] = c.SameSite
	}
	if !c.Expires.IsZero() {
		cookie["expiry"] = c.Expires.Unix()
	}
	return p.send(ctx, "POST", "/cookie", map[string]any{"cookie": cookie}, nil)
}

func (p *webkitPage) newTab(ctx context.Context) (driver, error) {
	var made struct{ Handle string }
	if err := p.send(ctx, "POST", "/window/new", map[string]any{"type": "window"}, &made); err != nil {
		return nil, err
	}
	tab := &webkitPage{session: p.session, window: made.Handle}
	if err := tab.attach(ctx); err != nil {
		return nil, err
	}
	return tab, tab.resize(ctx, initialWidth, initialHeight)
}

// attach attaches the inspector to a new window. Windows are numbered in the order in
// which they open, those that pages open included. The document's title marks which of
// them is this one.
func (p *webkitPage) attach(ctx context.Context) error {
	s := p.session
	mark := map[string]any{"script": "document.title = arguments[0]", "args": []string{p.window}}
	if err := p.send(ctx, "POST", "/execute/sync", mark, nil); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		s.latest = max(s.latest+1, 3) // 2 is the automation session
		inspected, err := s.inspector.attach(ctx, s.latest)
		if err != nil {
			return err
		}
		title, err := inspected.eval(ctx, "return document.title", "[]")
		if err != nil {
			return err
		}
		if string(title) == strconv.Quote(p.window) {
			p.inspected = inspected
			s.tabs++
			return nil
		}
	}
}

func (p *webkitPage) console() ([]string, error) { return p.inspected.console(), nil }

func (p *webkitPage) preload(ctx context.Context, js string) error {
	return p.inspected.addPreload(ctx, js)
}

func (p *webkitPage) close(ctx context.Context) error {
	p.session.mu.Lock()
	last := p.session.tabs == 1
	p.session.mu.Unlock()
	if last {
		go p.session.recycle(p)
		return nil
	}
	return p.closeWindow(ctx)
}

func (p *webkitPage) closeWindow(ctx context.Context) error {
	err := p.send(ctx, "DELETE", "/window", nil, nil)
	p.session.mu.Lock()
	defer p.session.mu.Unlock()
	p.session.current = "" // the next command chooses a window
	p.session.tabs--
	return err
}

// mostVisitors is how many visitors a MiniBrowser may have, one after the other. Its
// memory grows by some megabytes with each.
const mostVisitors = 25

// recycle makes a session as good as new for another visitor. It ends the session if
// that fails, or after mostVisitors.
//
// Caches and storage belong to a port, and need no clearing: the servers that
// browsertest.NewServer starts never have the same port twice. Cookies belong to a host.
// WebKit deletes them for the open page's host only.
func (s *webkitSession) recycle(last *webkitPage) {
	ctx, cancel := context.WithTimeout(context.Background(), s.webkit.options.Timeout)
	defer cancel()
	fresh, err := s.renew(ctx, last)
	s.webkit.mu.Lock()
	defer s.webkit.mu.Unlock()
	switch {
	case s.webkit.sessions == nil: // the browser is closed, and all sessions are killed
	case err == nil:
		s.webkit.idle = append(s.webkit.idle, fresh)
	default:
		delete(s.webkit.sessions, s)
		s.kill()
	}
}

// renew deletes the cookies and undoes what was set for the last window. Only the
// window's history stays. A new window would have none, but opening it takes half a
// second.
func (s *webkitSession) renew(ctx context.Context, last *webkitPage) (*webkitPage, error) {
	if s.visitors++; s.visitors == mostVisitors {
		return nil, errors.New("it has had enough visitors")
	}
	// A link may have led to a host that open was not called with.
	var at string
	value, err := last.eval(ctx, "return location.hostname", "[]", true)
	if err := errors.Join(err, json.Unmarshal(value, &at)); err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(s.webkit.blank.Listener.Addr().String())
	if err != nil {
		return nil, err
	}
	s.hosts[at] = true
	for host := range s.hosts {
		if host == "" { // that of about:blank
			continue
		}
		if err := last.send(ctx, "POST", "/url", map[string]any{"url": "http://" + net.JoinHostPort(host, port) + "/"}, nil); err != nil {
			return nil, err
		}
		if err := last.send(ctx, "DELETE", "/cookie", nil, nil); err != nil {
			return nil, err
		}
		left, err := last.cookies(ctx)
		if err != nil || len(left) > 0 {
			return nil, fmt.Errorf("%d cookies are left: %w", len(left), err)
		}
	}
	clear(s.hosts)
	return &webkitPage{session: s, window: last.window, around: last.around, inspected: last.inspected}, last.inspected.reset(ctx)
}
