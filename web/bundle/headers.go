package bundle

import (
	"strings"
	"time"
)

// Values of the header Cache-Control: a name that holds a hash never means anything else;
// the others are asked for again.
const (
	CacheForever = "public, max-age=31536000, immutable"
	CacheShortly = "public, max-age=300, stale-while-revalidate=86400"
)

// CachedFor is how long after a bundle was replaced caches may give out its
// charte.js: max-age and stale-while-revalidate of [CacheShortly].
const CachedFor = (300 + 86400) * time.Second

const (
	// PagePolicy is the Content-Security-Policy of a charter's page. It lets the page have
	// its script and its style, and be framed by its own site only.
	PagePolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

	// PageReferrer is its Referrer-Policy: no other site learns more than its origin.
	PageReferrer = "strict-origin-when-cross-origin"
)

// CacheControl is the value of the header of that name.
func (f *File) CacheControl() string {
	if f.Immutable {
		return CacheForever
	}
	return CacheShortly
}

// IsPage reports whether the file is shown as a page, and not loaded by one.
func (f *File) IsPage() bool { return strings.HasPrefix(f.Type, "text/html") }
