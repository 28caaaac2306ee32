package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"charte/banner"
	"charte/catalogue"
	"charte/web/prerender"
)

// Handler serves a bundle: its files, and its charter pages at /charte and
// /charte?lang= too. Anything else is passed to next.
func (b *Bundle) Handler(next http.Handler) (http.Handler, error) {
	pages := map[string]*File{}
	for _, language := range b.Catalogue.Languages {
		pages[string(language)] = b.Files[charterFile(b.Catalogue, language)]
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
		file.serve(w, r)
	}), nil
}

// Remainder serves what pages that were loaded before a bundle was replaced may
// still ask for: its files whose names hold their hash.
func (b *Bundle) Remainder(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file := b.Files[strings.TrimPrefix(r.URL.Path, "/")]
		if file == nil || !file.Immutable || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		file.serve(w, r)
	})
}

// pagePolicy lets a charter page have its script and its style, and be framed
// by its own site only.
const pagePolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// pageReferrer has no other site learn more of a charter's page than its origin.
const pageReferrer = "strict-origin-when-cross-origin"

// isPage reports whether the file is shown as a page, and not loaded by one.
func (f *File) isPage() bool { return strings.HasPrefix(f.Type, "text/html") }

// serve answers with the file, for pages of any origin.
func (f *File) serve(w http.ResponseWriter, r *http.Request) {
	data := f.Head(r.Header.Get("Accept-Encoding"), w.Header().Set)
	// ServeContent leaves it out where there is a Content-Encoding, and sets its
	// own for a range; after a condition that fails (412) there is no body.
	if r.Header.Get("If-Match") == "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// Head sets the header fields of an answer with the file, all but its length,
// and returns the body in the best coding that an Accept-Encoding header takes.
func (f *File) Head(accepted string, set func(field, value string)) []byte {
	set("Content-Type", f.Type)
	set("X-Content-Type-Options", "nosniff")
	// Nothing in a bundle is anybody's secret, and no cookie goes with it.
	set("Access-Control-Allow-Origin", "*")
	set("Cross-Origin-Resource-Policy", "cross-origin")
	set("Vary", "Accept-Encoding")
	if f.Immutable {
		set("Cache-Control", cacheForever)
	} else {
		set("Cache-Control", cacheShortly)
	}
	if f.isPage() {
		set("Content-Security-Policy", pagePolicy)
		set("Referrer-Policy", pageReferrer)
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

// charterPage is the page around the charter. It needs no script to be read;
// the script is for changing one's choice.
var charterPage = template.Must(template.New("charter").Parse(`<!doctype html>
<html lang="{{.Lang}}" dir="{{.Dir}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – {{.Site}}</title>
<style>{{.Style}}</style>
<script src="charte.js"{{with .Answer}} data-answer="{{.}}"{{end}}{{with .Receipts}} data-receipts="{{.}}"{{end}} defer></script>
</head>
<body>
<main>
{{.Charter}}
</main>
</body>
</html>
`))

// An Address is where pages tell servers of an answer, as the tag's data-answer and
// data-receipts say: a path from the site's root, or from the page. Empty: nowhere.
type Address struct{ Answer, Receipts string }

// check refuses what is no path: the answer's cookie is the page's own, and the policy of
// the charter's pages lets them send to their own origin alone.
func (a Address) check() error {
	for _, to := range [][2]string{{"answers", a.Answer}, {"receipts", a.Receipts}} {
		if u, err := url.Parse(to[1]); err != nil || u.IsAbs() || u.Host != "" {
			return fmt.Errorf("%s cannot be sent to %q: give a path of your site, such as /cookies/%[1]s", to[0], to[1])
		}
	}
	return nil
}

// Tell has the charter's pages tell servers of an answer that is given or taken back
// in them, as the tag of other pages says. It must come before the bundle is served. The
// error is that of [Build] where an address is no path; cache is as in Options.
func (b *Bundle) Tell(a Address, cache Cache) error {
	if err := a.check(); err != nil {
		return err
	}
	return b.addCharters(Options{Catalogue: b.Catalogue, Cache: cache, Tell: a})
}

// addCharters puts the charter's pages into the bundle.
func (b *Bundle) addCharters(o Options) error {
	pages, err := b.charters(o.Tell)
	if err != nil {
		return err
	}
	for language, page := range pages {
		if _, err := b.add(o, charterFile(o.Catalogue, language), page, false); err != nil {
			return err
		}
	}
	return nil
}

// charters are the charter pages by language.
func (b *Bundle) charters(a Address) (map[catalogue.Language][]byte, error) {
	l, err := lookOf(b.Catalogue.Look)
	if err != nil {
		return nil, err
	}
	css, err := minifiedCSS("styles/charter.css", l)
	if err != nil {
		return nil, err
	}
	pages := map[catalogue.Language][]byte{}
	for _, view := range b.Views {
		charter, err := prerender.Render(&banner.Charter{View: view})
		if err != nil {
			return nil, err
		}
		var page bytes.Buffer
		err = charterPage.Execute(&page, map[string]any{
			"Lang": view.Lang, "Dir": view.Dir, "Title": view.Title, "Site": view.SiteName,
			"Style":   template.CSS(css),
			"Charter": template.HTML(charter.HTML()),
			"Answer":  a.Answer, "Receipts": a.Receipts,
		})
		if err != nil {
			return nil, fmt.Errorf("charter in %s: %w", view.Lang, err)
		}
		pages[catalogue.Language(view.Lang)] = page.Bytes()
	}
	return pages, nil
}
