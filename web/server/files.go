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

// Files serves a bundle: its files, and its charter pages at /charte and
// /charte?lang= too. Anything else is passed to next.
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

// Remainder serves what pages that were loaded before a bundle was replaced may
// still ask for: its files whose names hold their hash.
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

// serve answers with a file, for pages of any origin.
func serve(f *bundle.File, w http.ResponseWriter, r *http.Request) {
	data := head(f, r.Header.Get("Accept-Encoding"), w.Header().Set)
	// ServeContent leaves it out where there is a Content-Encoding, and sets its
	// own for a range; after a condition that fails (412) there is no body.
	if r.Header.Get("If-Match") == "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// head sets the header fields of an answer with a file, all but its length,
// and returns the body in the best coding that an Accept-Encoding header takes.
func head(f *bundle.File, accepted string, set func(field, value string)) []byte {
	set("Content-Type", f.Type)
	set("X-Content-Type-Options", "nosniff")
	// Nothing in a bundle is anybody's secret, and no cookie goes with it.
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

// accepts reports whether an Accept-Encoding header takes a coding. One that
// is not named is taken where "*" is (RFC 9110, 12.5.3).
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
