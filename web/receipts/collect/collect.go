// Package collect takes receipts of consent from pages, by POST, and keeps them in a
// [receipts.Store]. It also shows figures of them to the site's owner.
package collect

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/web/bundle"
	"charte/web/receipts"
	"charte/web/server"
)

const (
	// maxPostBytes bounds the body that a page sends. The cookie's value in it has
	// 1,024 bytes at most.
	maxPostBytes = 2 << 10

	// preflightSeconds is how long a browser may remember that pages of an origin
	// may send receipts.
	preflightSeconds = "86400"
)

// Options say how receipts are taken.
type Options struct {
	// Chain is the name of this server's chain.
	Chain string

	// Path is where pages send receipts, below the path of their site. Empty is
	// /receipts.
	Path string

	// Origins are the origins of the pages that may send receipts:
	// "https://example.org". This server's own pages may send them, too, if the browser
	// says that they are of the same origin. If Origins is empty, the origin must be
	// that of the request's Host.
	Origins []string

	// PerMinute is how many receipts one neighbourhood of addresses, a /24 of IPv4 or a
	// /48 of IPv6, may send in a minute. 0 is no limit.
	PerMinute int

	// Proxies are the addresses of the reverse proxies whose X-Forwarded-For is
	// believed. If it is empty, none is.
	Proxies []netip.Prefix

	// Token opens the page of figures. If it is empty, there is no such page.
	Token string

	// Log gets the errors. Nil is [slog.Default].
	Log *slog.Logger
}

// A Service takes receipts from pages, keeps them in a store, and shows figures. All
// methods of a nil Service may be called: they do nothing, and its handlers pass every
// request on.
type Service struct {
	Options
	store *receipts.Store
	queue *queue

	notices *notices
	rate    rate // of receipts
	tries   rate // of wrong tokens
	now     func() time.Time
	taken   *prometheus.CounterVec

	patience time.Duration // how long a page waits for the store: answerTime
}

// New returns a service that keeps receipts in a store. Its Close closes the store, too.
func New(store *receipts.Store, o Options) *Service {
	if o.Path == "" {
		o.Path = "/receipts"
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Service{Options: o, store: store, queue: newQueue(store.Append, o.Chain, queueLength, o.Log), now: time.Now, patience: answerTime,
		taken: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "charte_receipts_total", Help: "Receipts and counts of notices that pages sent, by the status code they were answered with."}, []string{"code"})}
	s.notices = &notices{keep: store.CountNotices, chain: o.Chain, log: o.Log}
	s.rate = rate{perMinute: o.PerMinute, now: time.Now}
	s.tries = rate{perMinute: triesPerMinute, now: time.Now}
	return s
}

// Close writes the receipts and the counts that still wait, and closes the store. Later receipts are
// refused, and later notices not counted.
func (s *Service) Close() error {
	if s == nil {
		return nil
	}
	s.queue.close()
	s.notices.close()
	return s.store.Close()
}

// Figures returns the metrics of receipts that the server shows at /metrics.
func (s *Service) Figures() []prometheus.Collector {
	if s == nil {
		return nil
	}
	return []prometheus.Collector{s.taken, s.queue.batches}
}

// Site returns a handler that takes the receipts of a site's pages. The pages have loaded
// the site's bundle b, or one of the older bundles that b has replaced. The handler
// passes every other request to next. Site fails if a bundle has no release, or a
// catalogue that cannot be written.
func (s *Service) Site(b *bundle.Bundle, older []*bundle.Bundle, next http.Handler) (http.Handler, error) {
	if s == nil {
		return next, nil
	}
	c := collector{s, map[string]*shown{}}
	for _, b := range append(slices.Clip(older), b) {
		name, page, err := shownBy(b)
		if err != nil {
			return nil, err
		}
		c.shown[name] = page
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == s.Path {
			c.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}), nil
}

// shown is what a bundle shows to visitors.
type shown struct {
	site      string
	languages []catalogue.Language
	policy    consent.Policy
	figures   bool // whether its pages count their notices

	catalogue, release receipts.Archive
}

// shownBy returns what a bundle shows, and the name by which its pages name the bundle:
// that of its release.js.
func shownBy(b *bundle.Bundle) (name string, s *shown, err error) {
	for file := range b.Files {
		if strings.HasPrefix(file, "release-") {
			name = file
		}
	}
	if name == "" {
		return "", nil, errors.New("the bundle has no release.js")
	}
	canonical, err := b.CanonicalCatalogue()
	if err != nil {
		return "", nil, err
	}
	release := map[string][]byte{}
	for file, f := range b.ReleaseFiles() {
		release[file] = f.Data
	}
	view := b.Views[0]
	return name, &shown{
		site: view.SiteName, languages: b.Catalogue.Languages, policy: consent.PolicyOf(view), figures: b.Catalogue.Site.Figures,
		catalogue: receipts.CatalogueArchive(canonical), release: receipts.ReleaseArchive(release),
	}, nil
}

// A collector takes the receipts of one site.
type collector struct {
	*Service
	shown map[string]*shown // by the name of release.js
}

// ServeHTTP answers 204 once the receipt is on the disk, and to the count of a notice at once. It answers 400, 403, 405, 413
// or 415 to a request that is not a receipt, and 429 to one too many. It answers 503 if
// the store fails or takes too long; a receipt that took too long may still be kept. No
// answer has any text of the request.
func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Vary", "Origin")
	status := c.take(w, r)
	if r.Method != http.MethodOptions {
		c.taken.WithLabelValues(strconv.Itoa(status)).Inc()
	}
	switch status {
	case http.StatusNoContent:
		w.WriteHeader(status)
		return
	case http.StatusMethodNotAllowed:
		h.Set("Allow", "POST, OPTIONS")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set("Retry-After", "60")
	}
	http.Error(w, strings.ToLower(http.StatusText(status)), status)
}

// take takes a receipt, and returns the status code of the answer.
func (c *collector) take(w http.ResponseWriter, r *http.Request) (status int) {
	if r.Method != http.MethodPost && r.Method != http.MethodOptions {
		return http.StatusMethodNotAllowed
	}
	origin, ok := c.origin(r)
	if !ok {
		return http.StatusForbidden
	}
	if len(c.Origins) > 0 {
		w.Header().Set("Access-Control-Allow-Origin", origin)
	}
	if r.Method == http.MethodOptions {
		w.Header().Set("Access-Control-Allow-Methods", http.MethodPost)
		w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
		w.Header().Set("Access-Control-Max-Age", preflightSeconds)
		return http.StatusNoContent
	}
	if !server.IsJSON(r) {
		return http.StatusUnsupportedMediaType
	}
	if !c.rate.allow(client(r, c.Proxies)) {
		return http.StatusTooManyRequests
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPostBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case err != nil:
		return http.StatusBadRequest
	}
	if kind, ok := c.notice(body); ok {
		c.notices.add(kind)
		return http.StatusNoContent
	}
	receipt, archives := c.read(body)
	if receipt == nil {
		return http.StatusBadRequest
	}
	done, err := c.queue.put(receipt, archives)
	switch {
	case errors.Is(err, errFull):
		return http.StatusTooManyRequests
	case err != nil:
		return http.StatusServiceUnavailable
	}
	select {
	case err = <-done:
		if err != nil {
			return http.StatusServiceUnavailable
		}
		return http.StatusNoContent
	case <-time.After(c.patience):
		return http.StatusServiceUnavailable
	}
}

// origin returns the origin of the page that sends, and reports whether that page
// may send.
//
// Receipts are taken from pages of Origins, and from the server's own charter page. That
// is a page whose origin is the Host of the request, if the browser says that it is of
// the same origin. Older browsers do not say so. For them the origin alone is enough, if
// Origins is empty.
//
// The Host may be any name that leads to this server, also one that is not in Origins.
// That is safe: this server serves the pages of such a host, so they are its own. Only
// DNS rebinding, without TLS, makes a foreign page look like one of them. Such a page has
// no cookie of this server. It can send no more than any program, which can set these
// headers to anything.
func (c *collector) origin(r *http.Request) (string, bool) {
	origin, own := server.OriginOf(r)
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case origin == "":
		return "", false
	case slices.Contains(c.Origins, origin):
		return origin, true
	case site == "same-origin": // the page is the charter's
		return origin, own
	default:
		return origin, own && len(c.Origins) == 0 && site == ""
	}
}
