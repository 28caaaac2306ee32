package server

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"charte/banner/consent"
)

// maxAnswerBytes bounds the body of an answer; a cookie's value has 1,024 at most.
const maxAnswerBytes = 2 << 10

// Answers sets the cookie that a page has written itself once more, by
// Set-Cookie. Safari deletes what scripts have written after seven days
// (https://webkit.org/blog/8613/intelligent-tracking-prevention-2-1/),
// and would have the visitor asked again every week.
//
// The page posts the cookie's value as a JSON string. What is set is that
// value, byte for byte, with the attributes that the page has given it; a value
// that Charte would not have written today, for this policy, is refused.
type Answers struct {
	Policy consent.Policy

	// Domain is the catalogue's cookie domain, empty for the host alone.
	Domain string

	// Origins are the sites' origins, "https://example.org". Beside them the charter's page
	// of this server may answer, by whatever name the server is reached: the browser says
	// then that page and request are of one origin. Empty: the origin must be that of the
	// request's Host, which a reverse proxy has to pass on.
	Origins []string

	// Now is the clock; nil is [time.Now].
	Now func() time.Time
}

// ServeHTTP answers 204 where the cookie is set, and otherwise 400, 403, 405,
// 413 or 415, with a cookie in none of these. It repeats nothing of the request.
func (a Answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodPost {
		h.Set("Allow", http.MethodPost)
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	origin, ok := a.origin(r)
	if !ok {
		http.Error(w, "another origin", http.StatusForbidden)
		return
	}
	// JSON takes a preflight from another origin's page, which fails: this is no
	// request that a form can make.
	if !IsJSON(r) {
		http.Error(w, "not application/json", http.StatusUnsupportedMediaType)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAnswerBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	now := time.Now
	if a.Now != nil {
		now = a.Now
	}
	today := consent.DayOf(now())
	var value string
	if err == nil {
		err = json.Unmarshal(body, &value)
	}
	if _, ok := OfToday(a.Policy, value, today); err != nil || !ok {
		http.Error(w, "not an answer of today", http.StatusBadRequest)
		return
	}
	// The page's protocol, which a proxy may have ended.
	attributes := consent.Attributes(a.Domain, strings.HasPrefix(origin, "https://"))
	h.Set("Set-Cookie", consent.CookieName+"="+value+attributes)
	w.WriteHeader(http.StatusNoContent)
}

// IsJSON reports whether a request brings JSON, as it is: nothing that a form
// could send, and nothing compressed.
func IsJSON(r *http.Request) bool {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := parameters["charset"]
	return err == nil && kind == "application/json" && (charset == "" || strings.EqualFold(charset, "utf-8")) && r.Header.Get("Content-Encoding") == ""
}

// OfToday reads a cookie's value that a page says it has just written, by a
// clock that is a day off at most; anything else is refused.
func OfToday(policy consent.Policy, value string, today consent.Day) (consent.Decision, bool) {
	decision, err := policy.Decode(value, today)
	return decision, err == nil && decision.On >= today-1 && decision.Value() == value
}

// origin is the origin of the page that asks, where it may ask. Browsers send
// it with every POST (https://fetch.spec.whatwg.org/#origin-header).
func (a Answers) origin(r *http.Request) (string, bool) {
	given := r.Header.Values("Origin")
	if len(given) != 1 {
		return "", false
	}
	own := given[0] == "https://"+r.Host || given[0] == "http://"+r.Host
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case site != "" && site != "same-origin":
		return "", false
	case len(a.Origins) == 0, own && site != "": // the charter's page is this server's own
		return given[0], own
	}
	return given[0], slices.Contains(a.Origins, given[0])
}
