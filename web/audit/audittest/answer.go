package audittest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/coder/websocket"
)

// An answer is what a site's server says to a request.
type answer struct {
	status int // 0 for 200
	header http.Header
	body   []byte
}

// ofHeaders is what the name of a file with an answer's headers ends in.
const ofHeaders = ".headers"

// readAnswer reads a file HOST/PATH, or one with the headers of such a file.
func (s *Site) readAnswer(name string, data []byte) error {
	at, isHeaders := strings.CutSuffix(name, ofHeaders)
	a := s.answers[at]
	if !isHeaders {
		a.body = data
		s.answers[at] = a
		return nil
	}
	a.header = http.Header{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		field, value, both := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case line == "":
		case !both:
			return fmt.Errorf("line %q: write NAME: VALUE", line)
		case strings.EqualFold(field, "Status"):
			status, err := strconv.Atoi(value)
			const least, most = 200, 599
			if err != nil || status < least || status > most {
				return fmt.Errorf("line %q: a status is a number from %d to %d", line, least, most)
			}
			a.status = status
		default:
			a.header.Add(field, value)
		}
	}
	s.answers[at] = a
	return nil
}

// types are the types of files by the endings of their names. The rest is sent as plain text.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".json": "application/json",
	".svg": "image/svg+xml", ".gif": "image/gif", ".woff2": "font/woff2", ".xml": "application/xml",
}

// point is a picture of one point, which stands for every picture in GIF.
var point = func() []byte {
	var b bytes.Buffer
	if err := gif.Encode(&b, image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{color.White}), nil); err != nil {
		panic(err) // the picture is always the same
	}
	return b.Bytes()
}()

// Handler serves all hosts of the site. charte serves the files of Charte, by their names, below
// /charte/ on [Host]; it may be nil. A host that the site does not have is answered with 502.
func (s Site) Handler(charte http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if strings.HasPrefix(r.URL.Path, "/charte/") && host == Host && charte != nil {
			http.StripPrefix("/charte", charte).ServeHTTP(w, r)
			return
		}
		if !s.has(host) {
			http.Error(w, "no site has the host "+host, http.StatusBadGateway)
			return
		}
		if host != Host {
			shared(w, r)
		}
		name, a, found := s.find(host, r.URL.Path)
		switch {
		case r.Method == http.MethodOptions:
			w.WriteHeader(http.StatusNoContent)
		case !found:
			http.NotFound(w, r)
		case strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):
			listen(w, r)
		default:
			a.write(w, name)
		}
	})
}

// has reports whether the site has a host.
func (s Site) has(host string) bool {
	for name := range s.answers {
		if strings.HasPrefix(name, host+"/") {
			return true
		}
	}
	return false
}

// find returns the answer to a request, and the name of its file.
func (s Site) find(host, at string) (name string, a answer, found bool) {
	name = host + path.Clean("/"+at)
	if a, found = s.answers[name]; found {
		return name, a, true
	}
	if path.Ext(at) == "" {
		name = strings.TrimSuffix(name, "/") + "/index.html"
		a, found = s.answers[name]
	}
	return name, a, found
}

func (a answer) write(w http.ResponseWriter, name string) {
	ending, body := path.Ext(name), a.body
	kind, known := types[ending]
	if !known {
		kind = "text/plain; charset=utf-8"
	}
	if ending == ".gif" {
		body = point
	}
	w.Header().Set("Content-Type", kind)
	for field, values := range a.header {
		w.Header()[field] = values
	}
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	if a.status != http.StatusNoContent {
		w.Write(body)
	}
}

// shared lets pages of any origin read an answer, as the servers of trackers and of fonts do.
func shared(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Access-Control-Allow-Credentials", "true")
	for asked, allowed := range map[string]string{
		"Access-Control-Request-Method": "Access-Control-Allow-Methods", "Access-Control-Request-Headers": "Access-Control-Allow-Headers",
	} {
		if value := r.Header.Get(asked); value != "" {
			w.Header().Set(allowed, value)
		}
	}
}

// listen takes a WebSocket, and listens until the page closes it.
func listen(w http.ResponseWriter, r *http.Request) {
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // from any origin
	if err != nil {
		return // it has answered
	}
	defer socket.CloseNow()
	for {
		if _, _, err := socket.Read(r.Context()); err != nil {
			return
		}
	}
}
