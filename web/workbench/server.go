package workbench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"charte/web/engine"
	"charte/web/workbench/desk"
)

// Limits of requests. The page is on the same machine, so that whoever is slower means no good.
const (
	headerTimeout  = 5 * time.Second
	readTimeout    = 15 * time.Second
	writeTimeout   = 60 * time.Second // a dropped configuration is evaluated meanwhile
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 16 << 10

	maxBodyBytes = 256 << 10
	maxDropBytes = 8 << 20

	// pollTime is how long a request for a newer state waits for one.
	pollTime = 25 * time.Second
)

// RequestNumber is the header that numbers the changes of a page from 1. A page that has not seen
// an answer asks again with the same number, and the change is not made twice.
const RequestNumber = "Charte-Request"

// A server is what a page of the workbench talks to.
type server struct {
	self    string // host and port, as browsers write them in Host
	preview []string
	door    *door
	rooms   Rooms
	program engine.Engine
	saved   chan struct{} // has one value after the text was saved
	poll    time.Duration

	// complain shows a mistake of our own in the terminal.
	complain func(text string)
}

// newServer makes the server of an address, "127.0.0.1:8123", which has no port where that is 80. tell
// shows a token; see [door].
func newServer(self string, rooms Rooms, program engine.Engine, tell func(token, why string)) *server {
	port := ""
	if _, number, err := net.SplitHostPort(self); err == nil {
		port = ":" + number
	}
	return &server{
		self:    self,
		preview: []string{"preview.localhost" + port, "localhost" + port},
		door:    newDoor(tell),
		rooms:   rooms,
		program: program,
		saved:   make(chan struct{}, 1),
		poll:    pollTime,

		complain: func(string) {},
	}
}

// http returns the server with its limits.
func (s *server) http() *http.Server {
	return &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          silent,

		DisableGeneralOptionsHandler: true, // "OPTIONS *" is refused like all that is not for the page
	}
}

// handler tells hosts apart. A name that somebody's DNS has led here is neither, and sees nothing.
func (s *server) handler() http.Handler {
	own := s.routes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		harden(w.Header())
		// The answers of the rooms are guarded already. This is for the pages and the preview.
		defer func() {
			if mistake := recover(); mistake != nil {
				http.Error(w, s.mistake(r, mistake), http.StatusInternalServerError)
			}
		}()
		switch {
		case !isOwn(r.RemoteAddr):
			http.Error(w, "the workbench is for its own machine", http.StatusForbidden)
		case r.Host == s.self:
			own.ServeHTTP(w, r)
		case (r.Host == s.preview[0] || r.Host == s.preview[1]) && s.rooms.Preview != nil:
			// Its pages stand in the page's frames. They have policies of their own, which replace this one.
			w.Header().Del("X-Frame-Options")
			w.Header().Set("Content-Security-Policy", sealed+"frame-ancestors http://"+s.self+" http://"+s.preview[1])
			s.rooms.Preview.ServeHTTP(w, r)
		default:
			http.Error(w, "the workbench is not at this address; open the one that the terminal prints", http.StatusMisdirectedRequest)
		}
	})
}

// sealed is the beginning of the Content-Security-Policy of what is no page, and may load nothing.
const sealed = "default-src 'none'; base-uri 'none'; form-action 'none'; "

// harden sets the headers that every answer has.
func harden(h http.Header) {
	h.Set("Content-Security-Policy", sealed+"frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

// routes are those of the workbench's own host.
func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	s.pages(mux)
	for path, answer := range map[string]func(*http.Request, *session) (any, error){
		"GET /api/state": s.state,
		"GET /api/form": func(r *http.Request, _ *session) (any, error) {
			return s.rooms.Form(r.URL.Query().Get("at"))
		},
		"GET /api/effect": func(*http.Request, *session) (any, error) { return s.rooms.Effect(), nil },
		"GET /api/translations": func(*http.Request, *session) (any, error) {
			return s.rooms.Translations(), nil
		},
		"GET /api/known": func(r *http.Request, _ *session) (any, error) {
			return s.rooms.Known(r.URL.Query().Get("q"), r.URL.Query().Get("lang")), nil
		},
		"GET /api/text": func(*http.Request, *session) (any, error) { return string(s.rooms.Text()), nil },
		"POST /api/drop": func(r *http.Request, _ *session) (any, error) {
			data, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, unreadable(err)
			}
			return s.rooms.Drop(r.Context(), r.URL.Query().Get("name"), data)
		},
	} {
		limit, kind := int64(maxBodyBytes), ""
		if path == "POST /api/drop" {
			limit, kind = maxDropBytes, "application/octet-stream"
		}
		mux.Handle(path, s.guarded(limit, kind, answer))
	}
	for path, change := range map[string]func(*http.Request) error{
		"/api/undo": func(r *http.Request) error { return s.rooms.Undo() },
		"/api/redo": func(r *http.Request) error { return s.rooms.Redo() },
		"/api/save": func(r *http.Request) error { return s.save() },
		"/api/change": func(r *http.Request) error {
			return given(r, s.rooms.Change)
		},
		"/api/add": func(r *http.Request) error {
			return given(r, s.rooms.Add)
		},
		"/api/settle": func(r *http.Request) error {
			return given(r, func(v desk.Settlement) error { return s.rooms.Settle(v.ID, v.Take) })
		},
		"/api/take": func(r *http.Request) error {
			return given(r, func(v desk.Taking) error { return s.rooms.Take(v.ID, v.Items) })
		},
	} {
		mux.Handle("POST "+path, s.guarded(maxBodyBytes, "application/json", s.once(change)))
	}
	mux.Handle("POST /api/open", s.sameSite(maxBodyBytes, "application/json", http.HandlerFunc(s.open)))
	mux.Handle("POST /api/ask", s.sameSite(maxBodyBytes, "application/json", http.HandlerFunc(s.ask)))
	return mux
}

// sameSite lets only the workbench's own page through, and programs that are no browser. kind is the
// type that a body must have: one that no form of another page can send. "" is for requests without.
func (s *server) sameSite(limit int64, kind string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin, site := r.Header["Origin"], r.Header["Sec-Fetch-Site"]
		if len(origin) > 1 || len(origin) == 1 && origin[0] != "http://"+s.self ||
			len(site) > 1 || len(site) == 1 && site[0] != "same-origin" {
			fail(w, http.StatusForbidden, desk.Fault{Code: desk.CodeBad, Message: "the request is another page's"})
			return
		}
		if got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "" && (err != nil || got != kind) {
			fail(w, http.StatusUnsupportedMediaType, desk.Fault{Code: desk.CodeBad, Message: "the body must be " + kind})
			return
		}
		if r.ContentLength > limit {
			w.Header().Set("Connection", "close") // rather than read it all
			fail(w, http.StatusRequestEntityTooLarge, tooLarge(limit))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// guarded lets through, of what [server.sameSite] does, only the page that has the key.
func (s *server) guarded(limit int64, kind string, respond func(*http.Request, *session) (any, error)) http.Handler {
	return s.sameSite(limit, kind, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		who, former := s.door.enter(key)
		if who == nil {
			fault := desk.Fault{Code: desk.CodeLocked, Message: "this page has no key; open the address that the terminal prints"}
			if former {
				fault = desk.Fault{Code: desk.CodeTaken, Message: "another page has taken over"}
			}
			fail(w, http.StatusUnauthorized, fault)
			return
		}
		value, err := s.safely(respond, r, who)
		if err != nil {
			fault, status := judge(err)
			fail(w, status, fault)
			return
		}
		if ready, is := value.(answer); is {
			ready.write(w)
			return
		}
		encoded(value).write(w)
	}))
}

// safely answers a request. If a room panics, the page is told, and does not ask for the same again;
// the terminal shows where.
func (s *server) safely(respond func(*http.Request, *session) (any, error), r *http.Request, who *session) (value any, err error) {
	defer func() {
		if mistake := recover(); mistake != nil {
			err = desk.Fault{Code: desk.CodeBad, Message: s.mistake(r, mistake)}
		}
	}()
	return respond(r, who)
}

// mistake shows in the terminal where a request has made a room panic, and returns a sentence for the
// page. The preview's addresses have a secret, so that their paths are not shown.
func (s *server) mistake(r *http.Request, mistake any) string {
	place := "the preview"
	if r.Host == s.self {
		place = r.URL.Path
	}
	s.complain(ownMistake(place, mistake))
	return fmt.Sprintf("a mistake of Charte's own: %v; the terminal shows where", mistake)
}

// ownMistake is what the terminal shows of a panic. It is called while that is recovered.
func ownMistake(place string, mistake any) string {
	return fmt.Sprintf("charte: a mistake of its own, at %s: %v\n%s", place, mistake, debug.Stack())
}

// open takes a token and gives a key.
func (s *server) open(w http.ResponseWriter, r *http.Request) {
	var key string
	if err := given(r, func(v desk.Token) error {
		opened, ok := s.door.open(v.Token)
		if !ok {
			return desk.Fault{Code: desk.CodeToken, Message: "this address was used before, or is not what the terminal printed last"}
		}
		key = opened
		return nil
	}); err != nil {
		fault, status := judge(err)
		fail(w, status, fault)
		return
	}
	encoded(desk.Key{Key: key}).write(w)
}

// ask has the terminal print an address.
func (s *server) ask(w http.ResponseWriter, _ *http.Request) {
	s.door.ask()
	encoded(struct{}{}).write(w)
}

// state answers with a state that is newer than the one that the page has, or with the present one
// after a while.
func (s *server) state(r *http.Request, who *session) (any, error) {
	if after := r.URL.Query().Get("after"); after != "" {
		version, err := strconv.Atoi(after)
		if err != nil {
			return nil, desk.Fault{Code: desk.CodeBad, Message: fmt.Sprintf("%q is no version", after)}
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.poll)
		defer cancel()
		defer context.AfterFunc(who.ctx, cancel)()
		s.rooms.Wait(ctx, version)
		if who.ctx.Err() != nil {
			return nil, desk.Fault{Code: desk.CodeTaken, Message: "another page has taken over"}
		}
	}
	return s.rooms.State(), nil
}

// save writes the file.
func (s *server) save() error {
	if err := s.rooms.Save(); err != nil {
		return err
	}
	select {
	case s.saved <- struct{}{}:
	default:
	}
	return nil
}

// once makes a change, and answers with the new state. A request with the number of the last one
// gets that one's answer.
func (s *server) once(change func(*http.Request) error) func(*http.Request, *session) (any, error) {
	return func(r *http.Request, who *session) (any, error) {
		number, err := strconv.Atoi(r.Header.Get(RequestNumber))
		if err != nil || number < 1 {
			return nil, desk.Fault{Code: desk.CodeBad, Message: "a change needs a number in " + RequestNumber}
		}
		who.mu.Lock()
		defer who.mu.Unlock()
		switch {
		case number == who.number:
			return who.last, nil
		case number < who.number:
			return nil, desk.Fault{Code: desk.CodeBad, Message: fmt.Sprintf("change %d comes after change %d", number, who.number)}
		}
		if who.ctx.Err() != nil { // it waited while another page took over
			return nil, desk.Fault{Code: desk.CodeTaken, Message: "another page has taken over"}
		}
		var done answer
		if err := change(r); err != nil {
			fault, status := judge(err)
			if fault.Code == desk.CodeBad {
				return nil, err // nothing was tried: the same number may come again
			}
			done = encoded(fault)
			done.status = status
		} else {
			done = encoded(s.rooms.State())
		}
		who.number, who.last = number, done
		return done, nil
	}
}

// given reads the value in a request's body, and hands it over.
func given[V any](r *http.Request, take func(V) error) error {
	var value V
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&value); err != nil {
		return unreadable(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return desk.Fault{Code: desk.CodeBad, Message: "the request has more than one value"}
	}
	return take(value)
}

// unreadable says why a body cannot be read.
func unreadable(err error) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return tooLarge(large.Limit)
	}
	return desk.Fault{Code: desk.CodeBad, Message: "the request cannot be read: " + err.Error()}
}

// tooLarge is the fault of a body of more bytes than limit.
func tooLarge(limit int64) desk.Fault {
	return desk.Fault{Code: desk.CodeRefused, Message: fmt.Sprintf("this is larger than %d KB", limit>>10)}
}

// judge returns the fault for an error, and the status of its answer.
func judge(err error) (desk.Fault, int) {
	fault := desk.Fault{}
	if !errors.As(err, &fault) {
		fault = desk.Fault{Code: desk.CodeRefused, Message: err.Error()}
	}
	switch fault.Code {
	case desk.CodeRefused:
		return fault, http.StatusUnprocessableEntity
	case desk.CodeChanged:
		return fault, http.StatusConflict
	case desk.CodeTaken, desk.CodeLocked:
		return fault, http.StatusUnauthorized
	case desk.CodeToken:
		return fault, http.StatusForbidden
	}
	return fault, http.StatusBadRequest
}

// An answer is a body with its status.
type answer struct {
	status int
	body   []byte
}

// encoded returns a value as an answer.
func encoded(value any) answer {
	body, err := json.Marshal(value)
	if err != nil {
		panic(err) // the types of package desk can all be written
	}
	return answer{http.StatusOK, body}
}

// write sends the answer.
func (a answer) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	w.Write(a.body)
}

// fail answers with a fault.
func fail(w http.ResponseWriter, status int, fault desk.Fault) {
	a := encoded(fault)
	a.status = status
	a.write(w)
}
