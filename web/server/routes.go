package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"text/tabwriter"
	"time"

	"charte/catalogue"
	"charte/web/bundle"
)

// A Builder builds the bundle of a catalogue.
type Builder func(*catalogue.Catalogue) (*bundle.Bundle, error)

// An Embed makes the handler of a site, whose path begins with its name, or is / if that is empty.
// It may be called again for a new version of the site. The handler serves a bundle, and the files of older bundles
// that open pages may still need. older has the newest last. It passes other requests to next.
type Embed func(name string, built *bundle.Bundle, older []*bundle.Bundle, next http.Handler) (http.Handler, error)

// Routes are the handler of a server, and what the command prints about it at the start.
type Routes struct {
	Handler http.Handler
	Pages   []Page
	Script  string // the path of a charte.js that any page may embed; if empty, none is printed
}

// A Page says what a server has at a path.
type Page struct{ Path, About string }

// Print prints the addresses of a server's pages, and the tag with which a page embeds the
// banner. address is the server's: "http://127.0.0.1:8080".
func (r Routes) Print(w io.Writer, address string) {
	fmt.Fprintln(w, "charte: listening on "+address)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range r.Pages {
		fmt.Fprintf(table, "  %s%s\t%s\n", address, p.Path, p.About)
	}
	table.Flush()
	if r.Script != "" {
		fmt.Fprintf(w, "\n  <script src=\"%s%s\" defer></script>\n", address, r.Script)
	}
}

// lookEvery is how often a folder of catalogues is checked for changes.
const lookEvery = time.Second

// Folder serves the sites of a folder of catalogues, and follows changes of the folder until
// the context ends. Its errors are those of [NewSites].
func Folder(ctx context.Context, dir string, build Builder, site Embed) (Routes, error) {
	sites, err := NewSites(dir, build, func(name string, built *bundle.Bundle, older []*bundle.Bundle) (http.Handler, error) {
		return site(name, built, older, http.NotFoundHandler())
	}, slog.Default())
	if err != nil {
		return Routes{}, err
	}
	go sites.Watch(ctx, lookEvery)
	return Routes{Handler: sites, Pages: []Page{{"/NAME/", "the site of the catalogue NAME.yaml"}}}, nil
}
