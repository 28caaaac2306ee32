package record

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"charte/web/audit/report"
	"charte/web/browser"
)

// on writes down one event. v.mu is held, so it must not wait for an answer.
func (v *Visitor) on(ctx context.Context, e browser.Event) {
	l := &v.log
	switch e.Method {
	case "Page.loadEventFired":
		v.loaded = v.loaded || e.Session == v.watch.Session()
	case "Inspector.targetCrashed":
		v.crashed = v.crashed || e.Session == v.watch.Session()
	case "Network.requestWillBeSent":
		v.stir()
		l.onRequest(v, e)
	case "Network.requestWillBeSentExtraInfo":
		l.onSent(e)
	case "Network.responseReceived":
		l.onResponse(e)
	case "Network.responseReceivedExtraInfo":
		v.stir()
		l.onHeaders(e)
	case "Network.loadingFinished", "Network.loadingFailed":
		v.stir()
		l.onEnd(v, e)
	case "Network.webSocketCreated":
		v.stir()
		l.onSocket(e)
	case "Network.webSocketFrameSent":
		l.onFrame(e)
	case "Runtime.bindingCalled":
		l.onTold(v, e)
	case "DOMStorage.domStorageItemAdded", "DOMStorage.domStorageItemUpdated", "DOMStorage.domStorageItemRemoved", "DOMStorage.domStorageItemsCleared":
		l.onStorage(v, e)
	case "ServiceWorker.workerVersionUpdated":
		l.onServiceWorker(v, e)
	case "ServiceWorker.workerRegistrationUpdated":
		l.onRegistration(v, e)
	case "Page.javascriptDialogOpening":
		var dialog struct{ Type, Message string }
		json.Unmarshal(e.Params, &dialog)
		l.note(fmt.Sprintf("The page showed a dialog (%s), which was dismissed.", dialog.Type))
		go v.watch.Send(ctx, e.Session, "Page.handleJavaScriptDialog", map[string]any{"accept": dialog.Type == "beforeunload"}, nil)
	case "Browser.downloadWillBegin":
		var file struct{ FrameID, URL, SuggestedFilename string }
		json.Unmarshal(e.Params, &file)
		if !v.frames[file.FrameID] {
			return // another visitor's
		}
		v.download = cmp.Or(file.SuggestedFilename, file.URL, "a file")
		l.note(fmt.Sprintf("The page wanted to save the file %q, which was refused.", v.download))
	case "Target.targetCreated":
		var made struct {
			TargetInfo struct{ TargetID, Type, OpenerID, BrowserContextID string }
		}
		json.Unmarshal(e.Params, &made)
		if made.TargetInfo.Type == "page" && made.TargetInfo.OpenerID != "" && e.Session == "" && made.TargetInfo.BrowserContextID == v.watch.Context() {
			l.note("The page opened another window, which was closed.")
			go v.watch.Send(ctx, "", "Target.closeTarget", map[string]any{"targetId": made.TargetInfo.TargetID}, nil)
		}
	case "Target.attachedToTarget":
		var child struct {
			SessionID  string
			TargetInfo struct{ URL string }
		}
		json.Unmarshal(e.Params, &child)
		v.sessions[child.SessionID] = true
		l.begun(v, child.TargetInfo.URL)
		go v.adopt(ctx, child.SessionID)
	}
}

// adopt turns on what is written down of a worker, and lets it begin. A service worker that waits
// answers only once it runs, so no answer is waited for. The browser takes the commands in their
// order.
func (v *Visitor) adopt(ctx context.Context, session string) {
	const sent = 100 * time.Millisecond
	for _, c := range []struct {
		method string
		params any
	}{
		{"Network.enable", map[string]any{"maxPostDataSize": mostBody}},
		{"Target.setAutoAttach", map[string]any{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true}},
		{"Runtime.runIfWaitingForDebugger", nil},
	} {
		ctx, cancel := context.WithTimeout(ctx, sent)
		// A worker that has just ended answers nothing useful, and needs nothing.
		_ = v.watch.Send(ctx, session, c.method, c.params, nil)
		cancel()
	}
}

// begun notes that a worker's script has come. The browser tells the page's session only that it is
// asked for.
func (l *log) begun(v *Visitor, address string) {
	for key := range v.open {
		if r := l.byID[key]; r != nil && r.URL == address && r.Status == 0 {
			r.Type, r.Status = "worker", http.StatusOK
			delete(v.open, key)
		}
	}
}

// stir notes that something happens, so that the page is not quiet.
func (v *Visitor) stir() { v.stirred = time.Now() }

// A log is what a visitor has seen since the last journey began. Visitor.mu guards it.
type log struct {
	visitor  *Visitor
	pages    []*report.Page
	carried  bool // the last page was opened in the journey before
	requests []*request
	byID     map[string]*request // the latest, by the browser's session and ID
	scripts  map[string]*request // that loaded a script or document, by address
	entries  map[entryKey]*entry
	calls    []report.Call
	notes    []report.Note
	tried    map[entryKey]attempt
	workers  map[string]entryKey // service workers, by their registration's ID
	over     int                 // requests beyond mostRequests on this page
	early    map[string][]json.RawMessage
}

// A request, with what the report does not have.
type request struct {
	report.Request
	began   float64 // the browser's monotonic clock, in seconds
	main    bool    // the document of the page itself
	head    float64 // bytes of the answer's headers
	body    string
	session string
	id      string
	frames  []string // that a WebSocket sent
}

func (l *log) init(v *Visitor) {
	l.visitor = v
	l.byID, l.scripts, l.early = map[string]*request{}, map[string]*request{}, map[string][]json.RawMessage{}
	if l.entries == nil {
		l.entries, l.workers, l.tried = map[entryKey]*entry{}, map[string]entryKey{}, map[entryKey]attempt{}
	}
}

// page is the page that is open.
func (l *log) page() *report.Page {
	if len(l.pages) == 0 {
		l.pages = append(l.pages, &report.Page{Began: time.Now()})
	}
	return l.pages[len(l.pages)-1]
}

func (l *log) note(text string) {
	at := ""
	if len(l.pages) > 0 {
		at = l.page().URL
	}
	n := report.Note{Page: at, Text: text}
	if !slices.Contains(l.notes, n) {
		l.notes = append(l.notes, n)
	}
}

// A stack is what Chromium tells of the functions that were running.
type stack struct {
	CallFrames []struct {
		URL                      string
		LineNumber, ColumnNumber int // from 0
	}
	Parent *stack
}

// An initiator is Network.Initiator.
type initiator struct {
	Type         string
	URL          string
	LineNumber   float64 // from 0
	ColumnNumber float64
	RequestID    string
	Stack        *stack
}

// kinds are the report's words for the protocol's types of initiators.
var kinds = map[string]string{"parser": "parser", "script": "script", "preload": "preload", "SignedExchange": "other", "preflight": "script", "FedCM": "script"}

// initiated says who made a request.
func (l *log) initiated(i initiator) report.Initiator {
	by := report.Initiator{Kind: cmp.Or(kinds[i.Type], "other"), URL: i.URL}
	if i.URL != "" && i.Type == "parser" {
		by.Line, by.Column = int(i.LineNumber)+1, int(i.ColumnNumber)+1
	}
	for s := i.Stack; s != nil && by.Kind == "script"; s = s.Parent {
		for _, frame := range s.CallFrames {
			if frame.URL == "" {
				continue
			}
			if by.URL == "" || i.URL == by.URL && by.Line == 0 {
				by.URL, by.Line, by.Column = frame.URL, frame.LineNumber+1, frame.ColumnNumber+1
			}
			by.Chain = chained(by.Chain, frame.URL)
		}
	}
	l.lead(&by)
	return by
}

// lead completes the chain: what loaded the script, and what loaded that.
func (l *log) lead(by *report.Initiator) {
	if by.URL == "" {
		return
	}
	by.Chain = chained(by.Chain, by.URL)
	const longest = 20 // two scripts may load each other
	for range longest {
		loaded := l.scripts[by.Chain[len(by.Chain)-1]]
		if loaded == nil || loaded.Initiator.URL == "" || slices.Contains(by.Chain, loaded.Initiator.URL) {
			return
		}
		by.Chain = append(by.Chain, loaded.Initiator.URL)
	}
}

func chained(chain []string, address string) []string {
	if slices.Contains(chain, address) {
		return chain
	}
	return append(chain, address)
}

// types are the report's words for the protocol's types of resources.
var types = map[string]string{
	"Document": "document", "Stylesheet": "style", "Image": "image", "Media": "media", "Font": "font", "Script": "script", "XHR": "fetch",
	"Fetch": "fetch", "Prefetch": "prefetch", "EventSource": "fetch", "WebSocket": "websocket", "Manifest": "other", "Ping": "beacon", "Preflight": "preflight",
}

// An answer is Network.Response.
type answer struct {
	URL, StatusText, MimeType, Protocol, RemoteIPAddress string
	Status                                               int
	EncodedDataLength                                    float64 // of the headers
	FromDiskCache, FromServiceWorker                     bool
	Headers                                              map[string]string
	Timing                                               *struct{ DNSStart, DNSEnd, ConnectStart, ConnectEnd, SSLStart, SSLEnd, SendStart, SendEnd, ReceiveHeadersEnd float64 }
}

func (l *log) onRequest(v *Visitor, e browser.Event) {
	var sent struct {
		RequestID, LoaderID, DocumentURL, Type, FrameID string
		Timestamp, WallTime                             float64
		Request                                         struct {
			URL, Method, PostData string
			Headers               map[string]string
		}
		Initiator        initiator
		RedirectResponse *answer
	}
	json.Unmarshal(e.Params, &sent)
	v.frames[sent.FrameID] = true
	key := e.Session + sent.RequestID
	by := l.initiated(sent.Initiator)
	if before := l.byID[key]; before != nil && sent.RedirectResponse != nil {
		before.answered(*sent.RedirectResponse)
		before.HTTP.Redirect = sent.Request.URL
		by = report.Initiator{Kind: "redirect", URL: before.URL, Chain: chained(slices.Clone(before.Initiator.Chain), before.URL)}
		by.Chain = append([]string{before.URL}, before.Initiator.Chain...)
	}
	if !strings.HasPrefix(sent.Request.URL, "http") {
		return // data:, blob: and the like stay in the browser
	}
	ofPage := sent.RequestID == sent.LoaderID && sent.Type == "Document" && e.Session == v.watch.Session() && v.isMain(sent.FrameID)
	if len(l.requests) >= mostRequests*len(l.pages) {
		l.over++
		return
	}
	at, _ := url.Parse(sent.Request.URL)
	if at == nil {
		return
	}
	r := &request{began: sent.Timestamp, main: ofPage, body: sent.Request.PostData, session: e.Session, id: sent.RequestID}
	r.Request = report.Request{
		ID: len(l.requests) + 1, Page: max(0, len(l.pages)-1), Time: wall(sent.WallTime), Method: sent.Request.Method, URL: sent.Request.URL,
		Host: at.Hostname(), Type: cmp.Or(types[sent.Type], "other"), Initiator: by,
		HTTP: &report.HTTP{Request: headers(sent.Request.Headers), Body: sent.Request.PostData, RequestBytes: -1, ResponseBytes: -1, DNS: -1, Connect: -1, TLS: -1, Send: -1, Wait: -1, Receive: -1},
	}
	if r.Type == "document" && !ofPage {
		r.Type = "frame"
	}
	l.requests = append(l.requests, r)
	l.byID[key] = r
	v.open[key] = true
	if r.Type == "script" || r.Type == "document" || r.Type == "frame" || r.Type == "style" {
		if l.scripts[r.URL] == nil {
			l.scripts[r.URL] = r
		}
	}
	for _, early := range l.early[key] {
		l.cookies(r, early)
	}
	delete(l.early, key)
}

// isMain reports whether a frame is the page's main one. Its ID is the target's.
func (v *Visitor) isMain(frame string) bool { return frame == v.watch.Frame() }

func wall(seconds float64) time.Time {
	if seconds == 0 {
		return time.Now()
	}
	return time.UnixMicro(int64(seconds * 1e6))
}

func headers(all map[string]string) []report.Header {
	var list []report.Header
	for name, value := range all {
		for line := range strings.SplitSeq(value, "\n") { // one line each, as for Set-Cookie
			list = append(list, report.Header{Name: name, Value: line})
		}
	}
	slices.SortFunc(list, func(a, b report.Header) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	return list
}

// onSent takes the headers as they really went out, with cookies.
func (l *log) onSent(e browser.Event) {
	var extra struct {
		RequestID string
		Headers   map[string]string
	}
	json.Unmarshal(e.Params, &extra)
	if r := l.byID[e.Session+extra.RequestID]; r != nil {
		r.HTTP.Request = headers(extra.Headers)
	}
}

func (r *request) answered(a answer) {
	r.Status, r.head = a.Status, a.EncodedDataLength
	h := r.HTTP
	h.StatusText, h.MIME, h.Protocol, h.Address, h.FromCache = a.StatusText, a.MimeType, a.Protocol, a.RemoteIPAddress, a.FromDiskCache
	if h.Response == nil {
		h.Response = headers(a.Headers)
	}
	if t := a.Timing; t != nil {
		span := func(from, to float64) float64 {
			if from < 0 || to < from {
				return -1
			}
			return to - from
		}
		h.DNS, h.Connect, h.TLS = span(t.DNSStart, t.DNSEnd), span(t.ConnectStart, t.ConnectEnd), span(t.SSLStart, t.SSLEnd)
		h.Send, h.Wait = span(t.SendStart, t.SendEnd), span(t.SendEnd, t.ReceiveHeadersEnd)
	}
}

func (l *log) onResponse(e browser.Event) {
	var got struct {
		RequestID string
		Response  answer
	}
	json.Unmarshal(e.Params, &got)
	r := l.byID[e.Session+got.RequestID]
	if r == nil {
		return
	}
	r.answered(got.Response)
	if r.main {
		l.page().Status = r.Status
	}
}

// onHeaders takes the headers of an answer as they came, with Set-Cookie.
func (l *log) onHeaders(e browser.Event) {
	var extra struct{ RequestID string }
	json.Unmarshal(e.Params, &extra)
	key := e.Session + extra.RequestID
	if r := l.byID[key]; r != nil {
		l.cookies(r, e.Params)
	} else {
		l.early[key] = append(l.early[key], e.Params)
	}
}

// cookies writes down what an answer stores.
func (l *log) cookies(r *request, params json.RawMessage) {
	var extra struct {
		Headers        map[string]string
		BlockedCookies []struct {
			CookieLine     string
			BlockedReasons []string
		}
		CookiePartitionKey any
	}
	json.Unmarshal(params, &extra)
	r.HTTP.Response = headers(extra.Headers)
	blocked := map[string]bool{}
	for _, b := range extra.BlockedCookies {
		blocked[b.CookieLine] = true
	}
	for name, value := range extra.Headers {
		if !strings.EqualFold(name, "Set-Cookie") {
			continue
		}
		for line := range strings.SplitSeq(value, "\n") {
			if blocked[line] {
				continue
			}
			by := r.Initiator
			by.Kind, by.URL, by.Line, by.Column = "header", r.URL, 0, 0
			by.Chain = chained(append([]string{r.URL}, r.Initiator.Chain...), r.URL)
			l.setCookie(line, r.Host, r.URL, by, r.ID)
		}
	}
}

func (l *log) onEnd(v *Visitor, e browser.Event) {
	var end struct {
		RequestID, ErrorText, BlockedReason string
		Timestamp, EncodedDataLength        float64
	}
	json.Unmarshal(e.Params, &end)
	key := e.Session + end.RequestID
	delete(v.open, key)
	r := l.byID[key]
	if r == nil {
		return
	}
	r.HTTP.Failure = end.ErrorText
	if end.ErrorText == "" {
		r.HTTP.ResponseBytes = int64(max(0, end.EncodedDataLength-r.head))
	}
	if spent := (end.Timestamp - r.began) * 1000; r.HTTP.Wait >= 0 {
		r.HTTP.Receive = max(0, spent-max(0, r.HTTP.DNS)-max(0, r.HTTP.Connect)-max(0, r.HTTP.Send)-r.HTTP.Wait)
	}
	if r.Type == "image" && end.ErrorText == "" && r.length() <= smallImage {
		r.Type = "pixel"
	}
}

// smallImage is how many bytes an image has at most that is only there to be asked for. The
// smallest GIF, PNG and SVG of one point have 35, 67 and about 60 bytes.
const smallImage = 100

// length is how many bytes the answer's body says it has, or a great many where it does not say.
func (r *request) length() int64 {
	for _, h := range r.HTTP.Response {
		if strings.EqualFold(h.Name, "Content-Length") {
			if n, err := strconv.ParseInt(strings.TrimSpace(h.Value), 10, 64); err == nil {
				return n
			}
		}
	}
	if r.Status == http.StatusNoContent {
		return 0
	}
	return 1 << 40
}

func (l *log) onSocket(e browser.Event) {
	var made struct {
		RequestID, URL string
		Initiator      initiator
	}
	json.Unmarshal(e.Params, &made)
	at, err := url.Parse(made.URL)
	if err != nil || len(l.requests) >= mostRequests*len(l.pages) {
		l.over++
		return
	}
	r := &request{}
	r.Request = report.Request{
		ID: len(l.requests) + 1, Page: max(0, len(l.pages)-1), Time: time.Now(), Method: http.MethodGet, URL: made.URL, Host: at.Hostname(), Type: "websocket",
		Initiator: l.initiated(made.Initiator), HTTP: &report.HTTP{RequestBytes: -1, ResponseBytes: -1, DNS: -1, Connect: -1, TLS: -1, Send: -1, Wait: -1, Receive: -1},
	}
	l.requests = append(l.requests, r)
	l.byID[e.Session+made.RequestID] = r
}

func (l *log) onFrame(e browser.Event) {
	var sent struct {
		RequestID string
		Response  struct{ PayloadData string }
	}
	json.Unmarshal(e.Params, &sent)
	const most = 50 // frames of a socket that are looked into
	if r := l.byID[e.Session+sent.RequestID]; r != nil && len(r.frames) < most {
		r.frames = append(r.frames, sent.Response.PayloadData)
	}
}

// frameLine is a line of a script's stack: "    at name (https://…:12:34)".
var frameLine = regexp.MustCompile(`(https?://[^\s()]+?):(\d+):(\d+)\)?$`)

// told is who called a hook, from the lines of its stack.
func (l *log) told(stack, at string) report.Initiator {
	by := report.Initiator{Kind: "script"}
	for line := range strings.SplitSeq(stack, "\n") {
		m := frameLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		if by.URL == "" {
			by.URL = m[1]
			by.Line, _ = strconv.Atoi(m[2])
			by.Column, _ = strconv.Atoi(m[3])
		}
		by.Chain = chained(by.Chain, m[1])
	}
	if by.URL == "" {
		by.URL = at
	}
	l.lead(&by)
	return by
}

// onTold takes what a hook tells.
func (l *log) onTold(v *Visitor, e browser.Event) {
	var called struct{ Name, Payload string }
	json.Unmarshal(e.Params, &called)
	if called.Name != binding {
		return
	}
	var said struct{ Kind, Name, Value, Stack, Origin, At string }
	if json.Unmarshal([]byte(called.Payload), &said) != nil {
		return
	}
	origin, _ := url.Parse(said.Origin)
	if origin == nil {
		return
	}
	by := l.told(said.Stack, said.At)
	switch said.Kind {
	case "cookie":
		l.setCookie(said.Value, origin.Hostname(), said.At, by, 0)
	case "localStorage", "sessionStorage":
		key := entryKey{kind: report.Kind(said.Kind), name: said.Name, host: origin.Hostname()}
		if e := l.entries[key]; e == nil || !e.given || len(by.Chain) > 1 || by.URL != said.At { // our own script has no address
			l.wrote(key, by)
		}
	case "indexedDB", "cache", "serviceWorker":
		// Whether it succeeds is not known yet.
		key := entryKey{kind: report.Kind(said.Kind), name: said.Name, host: origin.Hostname()}
		if _, tried := l.tried[key]; !tried {
			l.tried[key] = attempt{by, time.Now()}
		}
	case "canvas", "audio", "font":
		l.calls = append(l.calls, report.Call{Kind: said.Kind, What: said.Name, Page: max(0, len(l.pages)-1), Time: time.Now(), Initiator: by})
	case "policy":
		blocked := report.Blocked{Directive: said.Name, URL: said.Value}
		if page := l.page(); !slices.Contains(page.Blocked, blocked) {
			page.Blocked = append(page.Blocked, blocked)
		}
	}
}

// name gives requests the element that makes them, where the page's HTML does.
func (l *log) name(elements map[string]string) {
	page := len(l.pages) - 1
	for _, r := range l.requests {
		if r.Page == page && r.Initiator.Element == "" && r.Initiator.Kind != "redirect" {
			r.Initiator.Element = elements[r.URL]
		}
	}
}
