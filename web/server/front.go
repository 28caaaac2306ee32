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

// A Finder is a handler that knows which of its answers are whole files. Find returns the
// file that it would answer a GET of the path with, or nil where the answer is no file.
type Finder interface {
	Find(path string) *bundle.File
}

func find(handler http.Handler, path string) *bundle.File {
	if finder, ok := handler.(Finder); ok {
		return finder.Find(path)
	}
	return nil
}

// unsecured is fasthttp, which speaks no TLS here.
type unsecured struct{ *fasthttp.Server }

func (u unsecured) Shutdown(ctx context.Context) error { return u.ShutdownWithContext(ctx) }

// front is how the server speaks without TLS, which is behind a proxy as a rule: by
// fasthttp. It sends whole files of a bundle by itself. Everything else goes to handler,
// which also answers over TLS: a range, say, or a question whether a file has changed.
// README.md has what was measured of it beside net/http.
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
			ctx.Response.SetBodyRaw(body) // never written to: files stay as they are
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
		// The whole request: its header, and a body of a few KB at most.
		ReadTimeout:           s.limits.read,
		WriteTimeout:          writeTimeout,
		IdleTimeout:           idleTimeout,
		ReadBufferSize:        maxHeaderBytes + 4<<10, // with the request's first line
		Concurrency:           s.limits.connections,
		MaxRequestBodySize:    maxBodyBytes,
		CloseOnShutdown:       true,
		NoDefaultServerHeader: true,
		NoDefaultContentType:  true,
		// Nothing here reads forms.
		DisablePreParseMultipartForm: true,
		Logger:                       anonymous{s.log},
	}}
}

// plain is the file that answers a request whatever else it says; nil where
// that takes more thought.
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

// own gives a handler a request that is its own: fasthttp writes over the text
// of a request once it is answered, whoever still holds it.
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

// Printf makes a log of net/http's kind into one of fasthttp's.
func (a anonymous) Printf(format string, values ...any) {
	fmt.Fprintf(a, format, values...)
}
