package server

import (
	"net/http"
	"strings"

	"charte/banner/consent"
	"charte/web/bundle"
)

// Site serves one bundle: its files, the charter, and [Answers] at /answer. It serves
// the hashed files of older bundles too, for pages that have loaded their charte.js;
// older has the newest last. origins are the Origins of [Answers]. Site passes other
// requests to next. The returned handler is a [Finder]. The errors are those of [Files].
func Site(built *bundle.Bundle, older []*bundle.Bundle, origins []string, next http.Handler) (http.Handler, error) {
	for _, o := range older {
		next = Remainder(o, next)
	}
	files, err := Files(built, next)
	if err != nil {
		return nil, err
	}
	view := built.Views[0]
	answers := Answers{Policy: consent.PolicyOf(view), Domain: view.CookieDomain, Origins: origins}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/answer" {
			answers.ServeHTTP(w, r)
			return
		}
		files.ServeHTTP(w, r)
	})
	return siteHandler{handler, built}, nil
}

// A siteHandler is a site that also finds its files.
type siteHandler struct {
	http.Handler
	bundle *bundle.Bundle
}

// Find finds a file of the bundle.
func (s siteHandler) Find(path string) *bundle.File {
	return s.bundle.Files[strings.TrimPrefix(path, "/")]
}

// Within returns the handler outer with inner's Find. outer must be a handler that
// wraps inner and sends inner's files unchanged.
func Within(outer, inner http.Handler) http.Handler { return within{outer, inner} }

type within struct {
	http.Handler
	inner http.Handler
}

func (w within) Find(path string) *bundle.File { return find(w.inner, path) }

// Under serves several sites by their prefixes, such as "/portail". The site with the
// prefix "" has all other paths. The returned handler is a [Finder], which finds the
// files of those sites that are Finders.
func Under(sites map[string]http.Handler) http.Handler {
	u := under{mux: http.NewServeMux(), sites: sites}
	for prefix, site := range sites {
		u.mux.Handle(prefix+"/", http.StripPrefix(prefix, site))
	}
	return u
}

type under struct {
	mux   *http.ServeMux
	sites map[string]http.Handler
}

func (u under) ServeHTTP(w http.ResponseWriter, r *http.Request) { u.mux.ServeHTTP(w, r) }

// Find finds a file of the site whose prefix begins the path.
func (u under) Find(path string) *bundle.File {
	for prefix, site := range u.sites {
		if prefix != "" && strings.HasPrefix(path, prefix+"/") {
			return find(site, path[len(prefix):])
		}
	}
	return find(u.sites[""], path)
}
