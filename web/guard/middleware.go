package guard

import (
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"charte/banner/consent"

	"github.com/felixge/httpsnoop"
)

// Middleware puts the guard before a site's handler. It belongs outside all other middleware, so
// that it sees what they add.
//
// Pages get the policy that Header returns, beside any other policy that they have, and
// "Vary: Cookie". A page is a response of the type text/html or application/xhtml+xml, or one
// without a type, which browsers may show as a page.
//
// A response may set a cookie if a service that may run declares it, if it is the answer's own, or
// in order to erase it. Under "enforce" all other cookies are dropped, and under "report" they are
// only counted. Under "enforce" pages also erase the request's cookies that only services declare
// which may not run.
//
// It makes no difference how the handler writes. What it sends itself over a connection that it
// has hijacked is not guarded.
func (g *Guard) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &answering{guard: g, request: r, w: w, decision: consent.FromRequest(r, g.policy)}
		next.ServeHTTP(a.writer(), r)
		a.complete(nil) // the handler may have written nothing
	})
}

// answering is a response that is being made.
type answering struct {
	guard    *Guard
	request  *http.Request
	w        http.ResponseWriter
	decision consent.Decision

	isComplete bool // the header is sent, or about to be
	erases     bool // the header erases the request's cookies
}

// writer returns what the handler writes to. It has the same methods as the writer below.
func (a *answering) writer() http.ResponseWriter {
	return httpsnoop.Wrap(flushable(a.w), httpsnoop.Hooks{
		WriteHeader: func(next httpsnoop.WriteHeaderFunc) httpsnoop.WriteHeaderFunc {
			return func(status int) {
				if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
					a.filter(false) // an informational response takes the header as it is so far
				} else {
					a.complete(nil)
				}
				next(status)
			}
		},
		Write: func(next httpsnoop.WriteFunc) httpsnoop.WriteFunc {
			return func(data []byte) (int, error) {
				a.complete(data)
				return next(data)
			}
		},
		WriteString: func(next httpsnoop.WriteStringFunc) httpsnoop.WriteStringFunc {
			return func(data string) (int, error) {
				a.complete([]byte(data[:min(len(data), sniffed)]))
				return next(data)
			}
		},
		ReadFrom: func(next httpsnoop.ReadFromFunc) httpsnoop.ReadFromFunc {
			return func(from io.Reader) (int64, error) {
				a.complete(nil)
				return next(from)
			}
		},
		// A writer below may hold a flush back until there is content. The header is then not
		// complete: what the handler still adds to it is guarded with the content.
		Flush: func(next httpsnoop.FlushFunc) httpsnoop.FlushFunc {
			return func() {
				a.prepare(nil, false)
				next()
			}
		},
		FlushError: func(next httpsnoop.FlushErrorFunc) httpsnoop.FlushErrorFunc {
			return func() error {
				a.prepare(nil, false)
				return next()
			}
		},
	})
}

// complete guards the header, once, before it is sent. data is the beginning of the content, or nil
// where that is not known.
func (a *answering) complete(data []byte) {
	if !a.isComplete {
		a.isComplete = true
		a.prepare(data, true)
	}
}

// prepare guards the header as it is now. Doing so twice changes nothing.
func (a *answering) prepare(data []byte, last bool) {
	header := a.w.Header()
	if a.filter(last) {
		vary(header)
		// Shared caches leave alone what sets cookies. They still should.
		if header.Get("Cache-Control") == "" {
			header.Set("Cache-Control", "private")
		}
	}
	if !isPage(header, data) {
		return
	}
	vary(header)
	add(header, a.guard.HeaderName(), a.guard.Header(a.decision))
	add(header, "Reporting-Endpoints", a.guard.endpoints())
	if a.guard.enforced && !a.erases {
		a.erases = true
		for _, line := range a.guard.erasing(a.request, a.decision) {
			header.Add("Set-Cookie", line)
		}
	}
}

// filter drops cookies that may not be set, or counts them. Those that stay are counted the last
// time only. It reports whether it has dropped any.
func (a *answering) filter(last bool) bool {
	dropped := false
	now := time.Now()
	header := a.w.Header()
	for field, lines := range header {
		if !strings.EqualFold(field, "Set-Cookie") { // a handler may spell it otherwise
			continue
		}
		var kept []string
		for _, line := range lines {
			set := parseSetCookie(line, now)
			if set.name == consent.CookieName || set.erases || a.guard.maySet(set.name, a.decision) {
				kept = append(kept, line)
				continue
			}
			if a.guard.Count != nil && (last || a.guard.enforced) {
				a.guard.Count(set.name)
			}
			if !a.guard.enforced {
				kept = append(kept, line)
			}
		}
		if len(kept) < len(lines) {
			dropped = true
			header[field] = kept
		}
		if len(kept) == 0 {
			delete(header, field)
		}
	}
	return dropped
}

// maySet reports whether a service that may run declares a cookie.
func (g *Guard) maySet(name string, d consent.Decision) bool {
	return slices.ContainsFunc(g.services, func(s service) bool { return s.declares(name) && s.may(d) })
}

// isRefused reports whether only services that may not run declare a cookie.
func (g *Guard) isRefused(name string, d consent.Decision) bool {
	return slices.ContainsFunc(g.services, func(s service) bool { return s.declares(name) }) && !g.maySet(name, d)
}

// declares reports whether the service declares a cookie of that name.
func (s service) declares(name string) bool {
	for _, cookie := range s.cookies {
		if cookie.Covers(name) {
			return true
		}
	}
	return false
}

// erasingBytes bounds what one response sends to erase cookies. Servers in front refuse a response
// whose header is too long: nginx by default one of more than 4 KB (proxy_buffer_size). What is left
// is erased with the next pages, except a cookie whose name alone is too long.
const erasingBytes = 1024

// erasing returns the values of Set-Cookie that erase the cookies of a request that are refused. It
// begins at any of them, so that one which cannot be erased does not keep the others from it.
func (g *Guard) erasing(r *http.Request, d consent.Decision) []string {
	var refused []string
	for _, pair := range strings.Split(strings.Join(r.Header.Values("Cookie"), ";"), ";") {
		name, _, _ := strings.Cut(pair, "=")
		name = strings.Trim(name, " \t")
		if name != consent.CookieName && canBeSent(name) && g.isRefused(name, d) && !slices.Contains(refused, name) {
			refused = append(refused, name)
			if len(refused) == erasingBytes { // more than there is room for
				break
			}
		}
	}
	if len(refused) == 0 {
		return nil
	}
	first := rand.IntN(len(refused))
	var lines []string
	sent := 0
	for _, name := range slices.Concat(refused[first:], refused[:first]) {
		own := eraseEverywhere(name, append(domainsOf(r.Host), g.cookieDomain))
		size := 0
		for _, line := range own {
			size += len("Set-Cookie: \r\n") + len(line)
		}
		if sent+size > erasingBytes {
			continue
		}
		sent += size
		lines = append(lines, own...)
	}
	return lines
}

// sniffed is how much of a response net/http looks at to find its type, in bytes.
const sniffed = 512

// isPage reports whether a browser may show a response as a page. data is the beginning of its
// content, or nil where that is not known.
func isPage(header http.Header, data []byte) bool {
	types, isSet := header["Content-Type"]
	if !isSet && data != nil && header.Get("Content-Encoding") == "" {
		// net/http finds the type. It sees more than data where the handler writes little at a time:
		// what begins as text may become a page.
		found := http.DetectContentType(data)
		isText := strings.HasPrefix(found, "text/plain") || found == "application/octet-stream"
		return strings.HasPrefix(found, "text/html") || isText && len(data) < sniffed
	}
	for _, value := range types {
		for _, one := range strings.Split(value, ",") { // fields may have been joined
			one, _, _ = strings.Cut(one, ";")
			switch one = strings.ToLower(strings.TrimSpace(one)); {
			case one == "text/html", one == "application/xhtml+xml":
				return true
			case !strings.Contains(one, "/"), one == "*/*", one == "unknown/unknown", one == "application/unknown":
				return true // no type: see https://mimesniff.spec.whatwg.org/#mime-type-sniffing-algorithm
			}
		}
	}
	return len(types) == 0
}

// vary says that the response depends on the cookie.
func vary(header http.Header) {
	for _, value := range header.Values("Vary") {
		for _, field := range strings.Split(value, ",") {
			if field = strings.TrimSpace(field); field == "*" || strings.EqualFold(field, "Cookie") {
				return
			}
		}
	}
	header.Add("Vary", "Cookie")
}

// add adds a value to a field of the header, unless the value is empty or there.
func add(header http.Header, field, value string) {
	if value != "" && !slices.Contains(header.Values(field), value) {
		header.Add(field, value)
	}
}

// flushable returns w, or, where w cannot flush but a writer that it wraps can, a writer that does.
// Otherwise http.ResponseController would go past this middleware to that writer.
func flushable(w http.ResponseWriter) http.ResponseWriter {
	for at := w; ; {
		switch at.(type) {
		case http.Flusher, interface{ FlushError() error }:
			if at == w {
				return w
			}
			return flushing{w}
		}
		wrapper, wraps := at.(interface{ Unwrap() http.ResponseWriter })
		if !wraps {
			return w
		}
		at = wrapper.Unwrap()
	}
}

// flushing has the methods of its writer that http.ResponseController would find.
type flushing struct{ http.ResponseWriter }

// Unwrap serves http.ResponseController.
func (f flushing) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// FlushError serves http.ResponseController.
func (f flushing) FlushError() error { return http.NewResponseController(f.ResponseWriter).Flush() }
