// Package portal holds the demo portal: pages of a site that embeds Charte.
package portal

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/server"
)

//go:embed pages
var pages embed.FS

// Handler serves the demo portal, whose gated scripts show whether they ran. The
// pages name charte.js by a relative address, so that they work under any prefix.
func Handler() http.Handler {
	root, err := fs.Sub(pages, "pages")
	if err != nil {
		panic(err) // the folder is embedded: this cannot happen
	}
	files := http.FileServerFS(root)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", "frame-ancestors 'self'")
		files.ServeHTTP(w, r)
	})
}

// Routes serves the bundle of catalogue c with the portal at /. It serves the default
// catalogue, which asks for nothing, with the same portal under /portail/.
func Routes(c *catalogue.Catalogue, build server.Builder, site server.Embed) (server.Routes, error) {
	plain, err := source.Embedded("default")
	if err != nil {
		return server.Routes{}, err
	}
	sites := map[string]http.Handler{}
	for prefix, c := range map[string]*catalogue.Catalogue{"": c, "/portail": plain} {
		built, err := build(c)
		if err != nil {
			return server.Routes{}, err
		}
		if sites[prefix], err = site(strings.TrimPrefix(prefix, "/"), built, nil, Handler()); err != nil {
			return server.Routes{}, err
		}
	}
	return server.Routes{Handler: server.Under(sites), Script: "/charte.js", Pages: []server.Page{
		{Path: "/", About: "the portal, with services in all four kinds"},
		{Path: "/portail/", About: "the same, where nothing needs consent"},
		{Path: "/charte", About: "the charter"},
	}}, nil
}
