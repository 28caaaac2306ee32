package bundle

import (
	"strings"
	"time"
)

// Values of the header Cache-Control. CacheForever is for files whose name holds a hash: their
// content never changes. CacheShortly is for the others, which browsers ask for again.
const (
	CacheForever = "public, max-age=31536000, immutable"
	CacheShortly = "public, max-age=300, stale-while-revalidate=86400"
)

// CachedFor is how long after a bundle was replaced caches may give out its
// charte.js: max-age and stale-while-revalidate of [CacheShortly].
const CachedFor = (300 + 86400) * time.Second

const (
	// PagePolicy is the Content-Security-Policy of a charter's page. It allows the page its
	// script and its style. Only pages of the same origin may frame it.
	PagePolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

	// PageReferrer is the Referrer-Policy of a charter's page: other sites learn its origin
	// and no more.
	PageReferrer = "strict-origin-when-cross-origin"
)

// CacheControl returns the file's value of the header Cache-Control.
func (f *File) CacheControl() string {
	if f.Immutable {
		return CacheForever
	}
	return CacheShortly
}

// IsPage reports whether the file is a page, and not a file that pages load.
func (f *File) IsPage() bool { return strings.HasPrefix(f.Type, "text/html") }
