package server

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"charte/web/bundle"
)

// Files serves a bundle's files at the root, and its charter pages also at /charte
// and /charte?lang=. It passes other requests to next. It returns an error if the
// bundle has no charter in one of its languages.
func Files(b *bundle.Bundle, next http.Handler) (http.Handler, error) {
	pages := map[string]*bundle.File{}
	for _, language := range b.Catalogue.Languages {
		pages[string(language)] = b.Charter(language)
		if pages[string(language)] == nil {
			return nil, fmt.Errorf("the bundle has no charter in %s", language)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		file := b.Files[name]
		if name == "charte" {
			if file = pages[r.URL.Query().Get("lang")]; file == nil {
				file = b.Files["charte.html"]
			}
		}
		if file == nil {
			next.ServeHTTP(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		serve(file, w, r)
	}), nil
}

// Remainder serves, of a bundle that was replaced, the files that pages loaded
// before may still ask for: those with a hash in their names. It passes other
// requests to next.
func Remainder(b *bundle.Bundle, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file := b.Files[strings.TrimPrefix(r.URL.Path, "/")]
		if file == nil || !file.Immutable || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		serve(file, w, r)
	})
}

// serve answers a request with a file, which pages of any origin may read.
func serve(f *bundle.File, w http.ResponseWriter, r *http.Request) {
	data := head(f, r.Header.Get("Accept-Encoding"), w.Header().Set)
	// ServeContent sets no Content-Length if there is a Content-Encoding, so it is
	// set here. For a range, ServeContent sets its own. An If-Match that fails is
	// answered 412 without a body.
	if r.Header.Get("If-Match") == "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// head sets all header fields of an answer with a file, except its length. It
// returns the body in the best coding that the Accept-Encoding header takes.
func head(f *bundle.File, accepted string, set func(field, value string)) []byte {
	set("Content-Type", f.Type)
	set("X-Content-Type-Options", "nosniff")
	// A bundle has no secrets, and does not depend on cookies.
	set("Access-Control-Allow-Origin", "*")
	set("Cross-Origin-Resource-Policy", "cross-origin")
	set("Vary", "Accept-Encoding")
	set("Cache-Control", f.CacheControl())
	if f.IsPage() {
		set("Content-Security-Policy", bundle.PagePolicy)
		set("Referrer-Policy", bundle.PageReferrer)
	}
	// ETags are strong: each coding has its own (RFC 9110, 8.8.3).
	switch {
	case f.Brotli != nil && accepts(accepted, "br"):
		set("Content-Encoding", "br")
		set("ETag", `"`+f.Hash+`-br"`)
		return f.Brotli
	case f.Gzip != nil && accepts(accepted, "gzip"):
		set("Content-Encoding", "gzip")
		set("ETag", `"`+f.Hash+`-gz"`)
		return f.Gzip
	}
	set("ETag", `"`+f.Hash+`"`)
	return f.Data
}

// accepts reports whether an Accept-Encoding header takes a coding. A coding that
// it does not name is taken if it takes "*" (RFC 9110, 12.5.3).
func accepts(header, coding string) bool {
	others := false
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		weight = strings.ToLower(strings.Join(strings.Fields(weight), ""))
		taken := strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || !strings.HasPrefix(weight, "q=")
		switch name = strings.TrimSpace(name); {
		case strings.EqualFold(name, coding):
			return taken
		case name == "*":
			others = taken
		}
	}
	return others
}
