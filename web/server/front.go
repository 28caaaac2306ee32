package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttpadaptor"

	"charte/web/bundle"
)

// A Finder is a handler that knows which of its answers are whole files. Find returns the file
// that the handler would answer a GET of the path with. It returns nil if that answer is no
// file.
type Finder interface {
	Find(path string) *bundle.File
}

// find calls a handler's Find. It returns nil if the handler is no Finder.
func find(handler http.Handler, path string) *bundle.File {
	if finder, ok := handler.(Finder); ok {
		return finder.Find(path)
	}
	return nil
}

// unsecured is fasthttp, without TLS.
type unsecured struct{ *fasthttp.Server }

func (u unsecured) Shutdown(ctx context.Context) error { return u.ShutdownWithContext(ctx) }

// front returns the speaker without TLS, which is usually behind a proxy: fasthttp. It sends
// whole files of a bundle by itself. It passes all other requests to handler, for example
// those for a range, or those that ask whether a file has changed. sent is called with the
// status, method and duration of each answer that handler did not give. README.md compares
// its speed with net/http's.
func (s *Server) front(handler http.Handler, sent func(status int, method string, took time.Duration)) speaker {
	others := fasthttpadaptor.NewFastHTTPHandler(s.own(handler))
	return unsecured{&fasthttp.Server{
		Handler: func(ctx *fasthttp.RequestCtx) {
			start := time.Now()
			file := s.plain(ctx)
			if file == nil {
				others(ctx)
				return
			}
			body := head(file, string(ctx.Request.Header.Peek("Accept-Encoding")), ctx.Response.Header.Set)
			ctx.Response.Header.Set("Accept-Ranges", "bytes")
			ctx.Response.SetBodyRaw(body) // fasthttp does not write to it, so the file is not copied
			sent(http.StatusOK, http.MethodGet, time.Since(start))
		},
		ErrorHandler: func(ctx *fasthttp.RequestCtx, err error) {
			status, text := http.StatusBadRequest, "bad request"
			var large *fasthttp.ErrSmallBuffer
			var late net.Error
			switch {
			case errors.As(err, &large):
				status, text = http.StatusRequestHeaderFieldsTooLarge, "header too large"
			case errors.Is(err, fasthttp.ErrBodyTooLarge):
				status, text = http.StatusRequestEntityTooLarge, "too large"
			case errors.As(err, &late) && late.Timeout():
				status, text = http.StatusRequestTimeout, "too slow"
			}
			ctx.Error(text, status)
			ctx.Response.Header.Set("X-Content-Type-Options", "nosniff")
			method := "unknown"
			if ctx.IsPost() {
				method = http.MethodPost
			}
			sent(status, method, 0)
		},
		// ReadTimeout is for the whole request: its header, and its body.
		ReadTimeout:           s.limits.read,
		WriteTimeout:          writeTimeout,
		IdleTimeout:           idleTimeout,
		ReadBufferSize:        maxHeaderBytes + 4<<10, // with the request's first line
		Concurrency:           s.limits.connections,
		MaxRequestBodySize:    s.body,
		CloseOnShutdown:       true,
		NoDefaultServerHeader: true,
		NoDefaultContentType:  true,
		// Nothing here reads forms.
		DisablePreParseMultipartForm: true,
		Logger:                       anonymous{s.log},
	}}
}

// plain returns the file with which a request can be answered whole. It returns nil if
// the request is for no file, or has a body, or asks for a part or under a condition.
func (s *Server) plain(ctx *fasthttp.RequestCtx) *bundle.File {
	h := &ctx.Request.Header
	if s.finder == nil || !ctx.IsGet() || h.ContentLength() > 0 {
		return nil
	}
	for _, field := range []string{"Range", "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since"} {
		if h.Peek(field) != nil {
			return nil
		}
	}
	path, _, _ := bytes.Cut(ctx.Request.Header.RequestURI(), []byte("?"))
	return s.finder.Find(string(path))
}

// own gives a handler its own copy of a request. fasthttp overwrites a request's text once
// the request is answered, even if the handler still holds it.
func (s *Server) own(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		mine := r.WithContext(ctx)
		var err error
		mine.RequestURI = strings.Clone(r.RequestURI)
		if mine.URL, err = url.ParseRequestURI(mine.RequestURI); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		mine.Method, mine.Host = strings.Clone(r.Method), strings.Clone(r.Host)
		mine.Header = make(http.Header, len(r.Header))
		for field, values := range r.Header {
			for _, value := range values {
				mine.Header.Add(strings.Clone(field), strings.Clone(value))
			}
		}
		next.ServeHTTP(w, mine)
	})
}

// Printf lets fasthttp write to the log as net/http does.
func (a anonymous) Printf(format string, values ...any) {
	fmt.Fprintf(a, format, values...)
}
