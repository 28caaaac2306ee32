// Package http is a stand-in for net/http. go-app (v10.1.11) needs the real one
// for app.Handler, which serves a program and renders it beforehand, and for
// LocalDir: work of a server. The program in the browser never calls them.
package http

import (
	"errors"
	"io"
	"net/url"
)

// The constants that app.Handler names.
const (
	StatusOK                  = 200
	StatusNotModified         = 304
	StatusNotFound            = 404
	StatusInternalServerError = 500
)

// A Header holds nothing.
type Header struct{}

// Get returns "".
func (Header) Get(string) string { return "" }

// Set does nothing.
func (Header) Set(string, string) {}

// A ResponseWriter is what a Handler would answer with.
type ResponseWriter interface {
	Header() Header
	Write([]byte) (int, error)
	WriteHeader(statusCode int)
}

// A Request is what a Handler would be asked.
type Request struct {
	URL    *url.URL
	Header Header
	Host   string
	TLS    *struct{}
}

// A Response is what Get would return.
type Response struct {
	StatusCode int
	Header     Header
	Body       io.ReadCloser
}

// A Handler is never called.
type Handler interface {
	ServeHTTP(ResponseWriter, *Request)
}

// A Dir is a folder's name.
type Dir string

// FileServer returns nil.
func FileServer(Dir) Handler { return nil }

// NotFound does nothing.
func NotFound(ResponseWriter, *Request) {}

// Get always fails.
func Get(string) (*Response, error) {
	return nil, errors.New("net/http: not in the engine (web/engine/stubs)")
}
