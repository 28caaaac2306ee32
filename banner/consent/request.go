//go:build !js

package consent

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// This file is for web servers; the build constraint keeps net/http out of the
// WebAssembly program.

// FromRequest reads the answer that came with a request, by the server's clock. If
// there is no answer, or it counts as none, the Decision grants nothing. It then
// still holds what the visitor objected to in an earlier answer.
//
// A site's policy comes from its catalogue:
//
//	c, err := source.File("catalogue.yaml")
//	view, err := source.View(c, c.Languages[0]) // any language: the policy is the same
//	policy := consent.PolicyOf(view)
func FromRequest(r *http.Request, p Policy) Decision {
	// HTTP/2 may bring the cookies in several headers (RFC 9113, 8.2.3).
	return p.Read(strings.Join(r.Header.Values("Cookie"), ";"), DayOf(time.Now()))
}

// Middleware puts the answer of every request into its context, for
// [FromContext].
//
// It adds "Vary: Cookie", since the response may depend on the answer. Most caches
// that visitors share cannot tell one cookie from another. So a response that does
// depend on the answer should also have "Cache-Control: private". Better still,
// send everybody the same response, and leave the gate to the browser.
func Middleware(p Policy) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Vary", "Cookie")
			ctx := context.WithValue(r.Context(), decisionKey{}, FromRequest(r, p))
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

type decisionKey struct{}

// FromContext returns the answer that [Middleware] read. Without the middleware it
// returns the zero Decision.
func FromContext(ctx context.Context) Decision {
	d, _ := ctx.Value(decisionKey{}).(Decision)
	return d
}
