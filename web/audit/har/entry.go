package har

import (
	"cmp"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"charte/web/audit/report"
)

// An entry is one request and its answer. Names that begin with "_" are no part of HAR 1.2. They are those
// of Chromium's developer tools, except for _requestID.
type entry struct {
	Page      string    `json:"pageref,omitempty"`
	Began     time.Time `json:"startedDateTime"`
	TimeMS    float64   `json:"time"`
	Request   request   `json:"request"`
	Response  response  `json:"response"`
	Cache     struct{}  `json:"cache"`
	Timings   timings   `json:"timings"`
	Address   string    `json:"serverIPAddress,omitempty"`
	Comment   string    `json:"comment,omitempty"`
	ID        int       `json:"_requestID"` // within the journey, as in report.json
	Type      string    `json:"_resourceType,omitempty"`
	Initiator initiator `json:"_initiator"`
	FromCache string    `json:"_fromCache,omitempty"`
}

type request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	Version     string    `json:"httpVersion"`
	Cookies     []cookie  `json:"cookies"`
	Headers     []pair    `json:"headers"`
	Query       []pair    `json:"queryString"`
	Body        *postData `json:"postData,omitempty"`
	HeadersSize int64     `json:"headersSize"`
	BodySize    int64     `json:"bodySize"`
}

type response struct {
	Status      int      `json:"status"`
	StatusText  string   `json:"statusText"`
	Version     string   `json:"httpVersion"`
	Cookies     []cookie `json:"cookies"`
	Headers     []pair   `json:"headers"`
	Content     content  `json:"content"`
	Redirect    string   `json:"redirectURL"`
	HeadersSize int64    `json:"headersSize"`
	BodySize    int64    `json:"bodySize"`
	CameSize    int64    `json:"_transferSize,omitempty"` // without it, the tools add up the two above
	Error       string   `json:"_error,omitempty"`
}

// A pair is a header, or a parameter of a query.
type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// postData is a body that was sent. HAR wants either its text or its parameters, and every reader
// knows the text.
type postData struct {
	MIME string `json:"mimeType"`
	Text string `json:"text"`
}

type content struct {
	Size int64  `json:"size"` // decompressed
	MIME string `json:"mimeType"`
}

// unknown is HAR's number for what is not known or does not apply.
const unknown = -1

// notRecorded stands for a [report.Request.HTTP] that is nil.
var notRecorded = report.HTTP{
	RequestBytes: unknown, ResponseBytes: unknown,
	DNS: unknown, Connect: unknown, TLS: unknown, Send: unknown, Wait: unknown, Receive: unknown,
}

// resourceTypes are Chromium's words for the report's types, where they differ.
var resourceTypes = map[string]string{
	"frame": "document", "style": "stylesheet", "beacon": "ping", "pixel": "image", "worker": "script",
}

// entryOf returns a request as HAR has it.
func entryOf(a asked) entry {
	h := cmp.Or(a.HTTP, &notRecorded)
	spent := timingsOf(h)
	e := entry{
		Page: a.page, Began: a.Time.UTC(), TimeMS: spent.total(), Timings: spent,
		Request: requestOf(a.Request, h), Response: responseOf(a.Request, h), Address: ipAddress(h.Address),
		ID: a.ID, Type: cmp.Or(resourceTypes[a.Type], a.Type), Initiator: initiatorOf(a.Initiator),
	}
	if a.CNAME != "" {
		e.Comment = "The host is another name of " + a.CNAME + "."
	}
	if h.FromCache {
		e.FromCache = "disk"
	}
	return e
}

func requestOf(r *report.Request, h *report.HTTP) request {
	to := request{
		Method: r.Method, URL: encoded(withoutFragment(r.URL)), Version: version(h.Protocol),
		Cookies: sentCookies(h.Request), Headers: pairs(h.Request), Query: query(r.URL),
		HeadersSize: unknown, BodySize: max(h.RequestBytes, unknown),
	}
	if h.Body != "" {
		// RFC 9110, section 8.3, lets a receiver take a body without a type for this one.
		mime := cmp.Or(first(h.Request, "Content-Type"), "application/octet-stream")
		to.Body = &postData{MIME: mime, Text: h.Body}
	}
	return to
}

func responseOf(r *report.Request, h *report.HTTP) response {
	from := response{
		Status: r.Status, StatusText: h.StatusText, Version: version(h.Protocol),
		Cookies: setCookies(h.Response, r.Time), Headers: pairs(h.Response),
		Content:  content{Size: contentSize(r, h), MIME: cmp.Or(h.MIME, "x-unknown")}, // as browsers write it
		Redirect: h.Redirect, HeadersSize: unknown, BodySize: max(h.ResponseBytes, unknown), Error: h.Failure,
	}
	from.CameSize = max(0, h.ResponseBytes)
	if h.FromCache || r.Status == http.StatusNotModified {
		from.BodySize = 0 // as HAR wants it of what comes from the cache
	}
	if from.Redirect == "" && redirects(r.Status) {
		from.Redirect = first(h.Response, "Location")
	}
	return from
}

// redirects reports whether an answer leads elsewhere.
func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// contentSize returns how many bytes the content of an answer has when it is decompressed.
func contentSize(r *report.Request, h *report.HTTP) int64 {
	switch {
	case r.Method == http.MethodHead || r.Status == http.StatusNoContent:
		return 0
	case h.FromCache || r.Status == http.StatusNotModified || first(h.Response, "Content-Encoding") != "":
		return unknown
	}
	return max(h.ResponseBytes, unknown)
}

// versions are HAR's words for the protocols that Chromium names in another way. It is "h3" to all.
var versions = map[string]string{"http/1.0": "HTTP/1.0", "http/1.1": "HTTP/1.1", "h2": "HTTP/2.0"}

// version returns the version of HTTP, or nothing where no answer came: readers know the latter as
// unknown, and take any other word for an HTTP/1.
func version(protocol string) string { return cmp.Or(versions[protocol], protocol) }

// ipAddress returns an IP address as HAR has it: without the brackets that Chromium puts around one of
// version 6, and without a zone. It is empty for what is no address.
func ipAddress(of string) string {
	address, err := netip.ParseAddr(strings.Trim(of, "[]"))
	if err != nil {
		return ""
	}
	return address.WithZone("").String()
}

// pairs returns headers as HAR has them.
func pairs(headers []report.Header) []pair {
	all := make([]pair, len(headers))
	for i, h := range headers {
		all[i] = pair(h)
	}
	return all
}

// first returns the first header of a name, or nothing.
func first(headers []report.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}
