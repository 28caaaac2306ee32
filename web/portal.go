package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed hosts/portal
var portal embed.FS

// Portal serves the demo portal: pages whose gated scripts say whether they
// ran. It names charte.js by a relative address, so that one set of pages
// serves under any prefix.
func Portal() http.Handler {
	pages, err := fs.Sub(portal, "hosts/portal")
	if err != nil {
		panic(err) // the folder is embedded: this cannot happen
	}
	files := http.FileServerFS(pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", "frame-ancestors 'self'")
		files.ServeHTTP(w, r)
	})
}
