package main

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// An exchange is one request and what its answer weighed.
type exchange struct {
	path  string // with its query
	at    time.Time
	bytes int // of the answer, its headers included
}

// isPage reports whether the exchange was for the host page.
func (e exchange) isPage() bool { return strings.HasPrefix(e.path, pagePath) }

// isBanners reports whether the exchange was for a file of a banner, and neither for the
// host page nor for the page's own files.
func (e exchange) isBanners() bool { return !e.isPage() && !strings.HasPrefix(e.path, contentPath) }

// logged logs every request. The bytes that are written to the connection from then on
// count for that request: HTTP/1.1 answers one request of a connection at a time.
func (s *watchedServer) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := &exchange{path: r.RequestURI, at: time.Now()}
		s.mutex.Lock()
		s.log = append(s.log, e)
		s.mutex.Unlock()
		if wire, counted := r.Context().Value(wireKey{}).(*wire); counted {
			wire.book(e, &s.mutex)
		}
		next.ServeHTTP(w, r)
	})
}

// exchanges returns copies of all exchanges since the last forget.
func (s *watchedServer) exchanges() []exchange {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var log []exchange
	for _, e := range s.log {
		log = append(log, *e)
	}
	return log
}

func (s *watchedServer) forget() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.log = nil
}

type wireKey struct{}

// A wireListener accepts connections that count what is written to them.
type wireListener struct{ net.Listener }

func (l wireListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &wire{Conn: c}, nil
}

// A wire is a connection that counts what is written to it.
type wire struct {
	net.Conn
	current *exchange   // nil before the first request
	mutex   *sync.Mutex // guards current.bytes
}

func (w *wire) book(e *exchange, mutex *sync.Mutex) { w.current, w.mutex = e, mutex }

// Write and book are called by one goroutine at a time (net/http, server.go, conn.serve).
// Write counts the bytes before it sends them, since the browser may have them before
// Write returns.
func (w *wire) Write(data []byte) (int, error) {
	if w.current != nil {
		w.mutex.Lock()
		w.current.bytes += len(data)
		w.mutex.Unlock()
	}
	return w.Conn.Write(data)
}
