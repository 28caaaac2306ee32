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

// maxAnswerBytes bounds the body of an answer. A cookie's value has 1,024 bytes at most.
const maxAnswerBytes = 2 << 10

// Answers sets again, by Set-Cookie, the cookie that a page's script has set.
// Safari deletes the cookies of scripts after seven days
// (https://webkit.org/blog/8613/intelligent-tracking-prevention-2-1/), so
// without this the visitor would be asked again every week.
//
// The page posts the cookie's value as a JSON string. Answers sets that value,
// byte for byte, with the attributes that the page has given it. It refuses a
// value that Charte would not have written today, for this policy.
type Answers struct {
	Policy consent.Policy

	// Domain is the catalogue's cookie domain, empty for the host alone.
	Domain string

	// Origins are the origins of the sites whose pages may answer: "https://example.org".
	// The charter's page on this server may answer too, under any name of the server, if the
	// browser says that page and request have the same origin. If Origins is empty, the
	// origin must be that of the request's Host, which a reverse proxy must pass on.
	Origins []string

	// Now is the clock; nil is [time.Now].
	Now func() time.Time
}

// ServeHTTP answers 204 if it sets the cookie. Otherwise it answers 400, 403, 405,
// 413 or 415, and sets none. No error's text repeats anything of the request.
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
	// A form cannot send JSON. A script of another origin needs a preflight for it,
	// which fails here.
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
	// The origin tells whether the page has TLS: a proxy may end it before this server.
	attributes := consent.Attributes(a.Domain, strings.HasPrefix(origin, "https://"))
	h.Set("Set-Cookie", consent.CookieName+"="+value+attributes)
	w.WriteHeader(http.StatusNoContent)
}

// IsJSON reports whether a request's headers declare JSON in UTF-8 that is not
// compressed. No form can send such a request.
func IsJSON(r *http.Request) bool {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := parameters["charset"]
	return err == nil && kind == "application/json" && (charset == "" || strings.EqualFold(charset, "utf-8")) && r.Header.Get("Content-Encoding") == ""
}

// OfToday decodes the value of a cookie that a page has just written. It reports
// false if Charte would not write that value for the policy, or if its day is not
// today by a clock that is a day off at most.
func OfToday(policy consent.Policy, value string, today consent.Day) (consent.Decision, bool) {
	decision, err := policy.Decode(value, today)
	return decision, err == nil && decision.On >= today-1 && decision.Value() == value
}

// origin returns the origin of the page that sent the request, and whether that
// page may answer.
func (a Answers) origin(r *http.Request) (string, bool) {
	origin, own := OriginOf(r)
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case origin == "", site != "" && site != "same-origin":
		return "", false
	case len(a.Origins) == 0, own && site != "": // the charter's page is this server's own
		return origin, own
	}
	return origin, slices.Contains(a.Origins, origin)
}

// OriginOf returns the origin of the page that sent a request, and reports whether it is that of the
// request's Host. The origin is empty if the request names none, or several. Browsers send it with
// every POST (https://fetch.spec.whatwg.org/#origin-header).
func OriginOf(r *http.Request) (origin string, own bool) {
	given := r.Header.Values("Origin")
	if len(given) != 1 {
		return "", false
	}
	return given[0], given[0] == "https://"+r.Host || given[0] == "http://"+r.Host
}
