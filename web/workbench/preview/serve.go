package preview

import (
	"crypto/subtle"
	"net/http"
	"path"
	"strconv"
	"strings"

	"charte/web/bundle"
)

// Handler serves the preview to its own hosts. Other requests are answered 404, also those
// without the secret.
func (p *Preview) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{secret}/{version}/{variant}/{name...}", p.serve)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Referrer-Policy", "no-referrer") // it would hold the secret
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		// Another site could point its own host at this machine (DNS rebinding).
		if origin := "http://" + r.Host; origin != p.origin(host) && origin != p.origin(spareHost) {
			http.NotFound(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// serve answers a request for a page or a file of a variant.
func (p *Preview) serve(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.PathValue("secret")), []byte(p.options.Secret)) != 1 {
		http.NotFound(w, r)
		return
	}
	wanted, fine := readVariant(r.PathValue("variant"))
	version := p.version(r.PathValue("version"))
	if !fine || version == nil {
		http.NotFound(w, r)
		return
	}
	name := r.PathValue("name")
	if data, found := stage(name); found {
		w.Header().Set("Content-Security-Policy", p.policy(name == standIn))
		send(w, types[path.Ext(name)], data)
		return
	}
	if name == "" {
		p.wear(wanted.dress)
	}
	built, err := version.bundle(wanted.dress)
	var page []byte
	if err == nil {
		page, err = p.page(built, wanted, version.number, name)
	}
	if err != nil {
		w.Header().Set("Content-Security-Policy", p.policy(false))
		w.Header().Set("Content-Type", types[".html"])
		w.WriteHeader(http.StatusInternalServerError)
		failure.Execute(w, p.tag(version.number, wanted, "", err.Error()))
		return
	}
	file := built.Files[name]
	switch {
	case page != nil && (name == "" && wanted.show != showCharter):
		w.Header().Set("Content-Security-Policy", p.policy(false))
		send(w, types[".html"], page)
	case page != nil:
		w.Header().Set("Content-Security-Policy", strings.Replace(bundle.PagePolicy, "frame-ancestors 'self'", p.ancestors(), 1))
		send(w, types[".html"], page)
	case file == nil:
		http.NotFound(w, r)
	default:
		if file.Immutable {
			w.Header().Set("Cache-Control", "private, max-age=3600, immutable")
		}
		send(w, file.Type, file.Data)
	}
}

// types are the Content-Types of our own files. Those of package mime would depend on the
// machine's tables.
var types = map[string]string{".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

// send answers with the whole of data of a Content-Type, whichever part is asked for. For a part that is not
// there, package net/http would answer without the Cache-Control.
func send(w http.ResponseWriter, kind string, data []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.Write(data)
}

// policy is the Content-Security-Policy of the pages. Nothing in them reaches another host.
// inside is for a page that stands in a frame of such a page.
func (p *Preview) policy(inside bool) string {
	ancestors := p.ancestors()
	if inside {
		ancestors += " 'self'"
	}
	return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; " +
		"frame-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; " + ancestors
}

// ancestors is the directive with the pages that may frame the preview's: the workbench's.
func (p *Preview) ancestors() string { return "frame-ancestors " + strings.Join(p.parents(), " ") }

// parents are the origins of the workbench.
func (p *Preview) parents() []string {
	self := "http://" + p.options.Self
	if spare := p.origin(spareHost); spare != self {
		return []string{self, spare}
	}
	return []string{self}
}

// number writes a version's number as addresses have it.
func number(n int) string { return strconv.Itoa(n) }
