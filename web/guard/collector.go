package guard

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"charte/catalogue"
)

// CountsPath is where a collector has the counts of a site, below the site's path.
const CountsPath = "/guard"

// Handler returns a handler that takes reports by POST ([Counts.Receive]), and shows the counts by
// GET, as the JSON of a [Snapshot], to requests with "Authorization: Bearer" and the token. Without
// the token it answers 401. If the token is empty, nobody is shown the counts.
func (c *Counts) Handler(token string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPost, http.MethodOptions:
			c.Receive(w, r)
		case http.MethodGet, http.MethodHead:
			c.show(w, r, token)
		default:
			harden(w.Header())
			w.Header().Set("Allow", "GET, HEAD, OPTIONS, POST")
			refuse(w, http.StatusMethodNotAllowed)
		}
	})
}

// show answers with the counts if the request has the token.
func (c *Counts) show(w http.ResponseWriter, r *http.Request, token string) {
	harden(w.Header())
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	// Hashes are compared, since all have one length: the time of a comparison of tokens would
	// tell the length of the right one.
	is, want := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(token))
	if right := subtle.ConstantTimeCompare(is[:], want[:]) == 1; !right || token == "" || !strings.EqualFold(scheme, "Bearer") {
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, http.StatusUnauthorized)
		return
	}
	w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.Encode(c.Snapshot()) // the only error is that nobody reads any more
}

// A Collector counts the reports of several sites, each by itself. A nil Collector counts nothing,
// and its handlers pass every request on.
type Collector struct {
	token   string
	origins []string

	mutex sync.Mutex
	sites map[string]*Counts
}

// NewCollector returns a collector that shows its counts to those who have the token. origins are
// the [Counts.Origins] of all sites.
func NewCollector(token string, origins []string) *Collector {
	return &Collector{token: token, origins: origins, sites: map[string]*Counts{}}
}

// Site returns a handler that takes the reports of a site's pages, and shows their counts, at
// [CountsPath] ([Counts.Handler]). It passes every other request to next. The counts go on if Site
// is called again for the same name, with a new version of the site's catalogue.
func (c *Collector) Site(name string, cat *catalogue.Catalogue, next http.Handler) http.Handler {
	if c == nil {
		return next
	}
	c.mutex.Lock()
	counts := c.sites[name]
	if counts == nil {
		counts = &Counts{Origins: c.origins}
		c.sites[name] = counts
	}
	c.mutex.Unlock()
	counts.Declare(cat)
	own := counts.Handler(c.token)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == CountsPath {
			own.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
