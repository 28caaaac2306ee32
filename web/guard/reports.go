package guard

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const (
	// MaxReportBytes bounds the body that a browser sends. Chromium sends up to 100 reports at
	// once, and each repeats the whole policy.
	MaxReportBytes = 128 << 10

	// maxBodies is how many bodies are read at once. They take 8 MB at most, however slowly
	// somebody sends them.
	maxBodies = 64

	// maxReports is how many reports a body may have. Chromium keeps no more
	// (net/reporting/reporting_policy.h, max_report_count).
	maxReports = 100

	// preflightSeconds is how long a browser may remember that pages of other origins may send
	// reports.
	preflightSeconds = "86400"
)

// reportable are the directives of Content Security Policy Level 3, section 6, and of the specifications
// that it names (https://www.w3.org/TR/CSP3/). Reports of others are counted as "other".
var reportable = map[string]bool{
	"base-uri": true, "child-src": true, "connect-src": true, "default-src": true, "fenced-frame-src": true,
	"font-src": true, "form-action": true, "frame-ancestors": true, "frame-src": true, "img-src": true,
	"manifest-src": true, "media-src": true, "object-src": true, "prefetch-src": true, "require-trusted-types-for": true,
	"sandbox": true, "script-src": true, "style-src": true, "trusted-types": true, "upgrade-insecure-requests": true,
	"worker-src": true,
}

// words are what browsers report in place of an address (CSP3, section 5.3, "obtain the blockedURI
// of a violation's resource"), and the schemes of which they report nothing but the name.
var words = map[string]string{
	"inline": "inline", "eval": "eval", "wasm-eval": "wasm-eval", "self": "self",
	"trusted-types-policy": "trusted-types-policy", "trusted-types-sink": "trusted-types-sink",
	"data": "data", "blob": "blob", "about": "about", "filesystem": "filesystem",
	"chrome-extension": "extension", "moz-extension": "extension", "safari-extension": "extension", "safari-web-extension": "extension",
}

// Words for what is no host.
const (
	otherWord   = "other"
	addressWord = "address"
)

// Receive takes reports that browsers send by POST, as report-uri sends them
// (application/csp-report) and as the Reporting API does (application/reports+json), and counts
// them. Only the directive and the host are read, and the origin of the page. The body has
// [MaxReportBytes] and a hundred reports at most.
//
// It answers 204, whether the reports count or not, and 400, 405, 413 or 415 to what is no
// report. While 64 others are being read it answers 503. Pages of any origin may send: a preflight
// is answered so. No answer has any text of the request.
//
// Anybody can send reports that no browser has made. They cannot fill the memory, and cannot
// displace a host that the catalogue declares ([Counts.Declare]), but the numbers are no proof.
func (c *Counts) Receive(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	harden(h)
	// A report is sent without credentials to another origin, and the answer is empty.
	h.Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", http.MethodPost)
		h.Set("Access-Control-Allow-Headers", "Content-Type")
		h.Set("Access-Control-Max-Age", preflightSeconds)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	status := c.take(w, r)
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	if status == http.StatusMethodNotAllowed {
		h.Set("Allow", "POST, OPTIONS")
	}
	refuse(w, status)
}

// harden sets what all answers have.
func harden(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
}

// refuse answers with a status and its usual text.
func refuse(w http.ResponseWriter, status int) {
	http.Error(w, strings.ToLower(http.StatusText(status)), status)
}

// take counts the reports of a request, and returns the status code of the answer.
func (c *Counts) take(w http.ResponseWriter, r *http.Request) (status int) {
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed
	}
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := parameters["charset"]
	read := map[string]func([]byte) ([]violation, error){"application/csp-report": readReport, "application/reports+json": readReports}[kind]
	if err != nil || read == nil || charset != "" && !strings.EqualFold(charset, "utf-8") || r.Header.Get("Content-Encoding") != "" {
		return http.StatusUnsupportedMediaType
	}
	defer c.bodies.Add(-1)
	if c.bodies.Add(1) > maxBodies {
		return http.StatusServiceUnavailable
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxReportBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case err != nil:
		return http.StatusBadRequest
	}
	violations, err := read(body)
	switch {
	case errors.Is(err, errTooMany):
		return http.StatusRequestEntityTooLarge
	case err != nil:
		return http.StatusBadRequest
	}
	for _, v := range violations {
		page := originOf(v.page)
		own := page != "" && (page == originOf("https://"+r.Host) || page == originOf("http://"+r.Host))
		if !own && !slices.Contains(c.Origins, page) {
			c.mutex.Lock()
			c.begin()
			c.elsewhere++
			c.mutex.Unlock()
			continue
		}
		c.Host(directiveOf(v.directive), hostOf(v.blocked, page))
	}
	return http.StatusNoContent
}

// A violation is what a report says of one request.
type violation struct {
	page      string // the page's address
	directive string // "script-src-elem"
	blocked   string // an address, or a word such as "inline"
}

var (
	errTooMany = errors.New("too many reports")
	errNone    = errors.New("no report")
)

// A sentReport is one report of the Reporting API (https://www.w3.org/TR/reporting-1/, section 2.4).
type sentReport struct {
	Type string          `json:"type"`
	Page string          `json:"url"`
	Body json.RawMessage `json:"body"`
}

// isViolation reports whether the report is of a Content-Security-Policy, and not of something else.
func (s sentReport) isViolation() bool { return s.Type == "csp-violation" }

// violation reads the body of a report that is one of a violation.
func (s sentReport) violation() (violation, error) {
	var said struct {
		Page      string `json:"documentURL"`
		Directive string `json:"effectiveDirective"`
		Blocked   string `json:"blockedURL"`
	}
	switch err := json.Unmarshal(s.Body, &said); {
	case err != nil:
		return violation{}, err
	case said.Directive == "":
		return violation{}, errNone
	case said.Page == "":
		said.Page = s.Page
	}
	return violation{said.Page, said.Directive, said.Blocked}, nil
}

// readReport reads what browsers send to report-uri (CSP3, section 5.5). WebKit sends one report of
// the Reporting API there, under the other's type (seen in WebKitGTK 2.50).
func readReport(body []byte) ([]violation, error) {
	var sent struct {
		sentReport
		Report *struct {
			Page      string `json:"document-uri"`
			Effective string `json:"effective-directive"`
			Violated  string `json:"violated-directive"` // of CSP2; it may have the directive's values behind its name
			Blocked   string `json:"blocked-uri"`
		} `json:"csp-report"`
	}
	if err := json.Unmarshal(body, &sent); err != nil {
		return nil, err
	}
	r := sent.Report
	switch {
	case r == nil && sent.isViolation():
		v, err := sent.violation()
		return []violation{v}, err
	case r == nil, r.Effective == "" && r.Violated == "":
		return nil, errNone
	}
	v := violation{r.Page, r.Effective, r.Blocked}
	if v.directive == "" {
		v.directive, _, _ = strings.Cut(r.Violated, " ")
	}
	return []violation{v}, nil
}

// readReports reads what the Reporting API sends. It passes over reports that are of something else.
func readReports(body []byte) ([]violation, error) {
	var sent []sentReport
	if err := json.Unmarshal(body, &sent); err != nil {
		return nil, err
	}
	switch {
	case sent == nil:
		return nil, errNone
	case len(sent) > maxReports:
		return nil, errTooMany
	}
	var read []violation
	for _, s := range sent {
		if !s.isViolation() {
			continue
		}
		v, err := s.violation()
		if err != nil {
			return nil, err
		}
		read = append(read, v)
	}
	return read, nil
}

// directiveOf returns the name under which a directive is counted: that of the guard's policy,
// which browsers report in parts, such as "script-src-elem".
func directiveOf(reported string) string {
	name := strings.ToLower(reported)
	name = strings.TrimSuffix(strings.TrimSuffix(name, "-elem"), "-attr")
	if reportable[name] {
		return name
	}
	return otherWord
}

// hostName matches names that a browser can have looked up.
var hostName = regexp.MustCompile(`^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$`)

const maxHostBytes = 253 // RFC 1035, section 2.3.4, without the length of the root

// hostOf returns the host of a blocked address, or a word: "inline", "self" for the page's own
// origin, "address" for an IP address, which might be a visitor's.
func hostOf(blocked, page string) string {
	word, isWord := words[strings.ToLower(blocked)]
	if isWord {
		return word
	}
	u, err := url.Parse(blocked)
	if err != nil {
		return otherWord
	}
	switch u.Scheme {
	case "http", "https", "ws", "wss":
	default:
		if word, isScheme := words[u.Scheme]; isScheme {
			return word
		}
		return otherWord
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	switch _, err := netip.ParseAddr(host); {
	case originOf(blocked) == page:
		return "self"
	case err == nil:
		return addressWord
	case len(host) > maxHostBytes || !hostName.MatchString(host):
		return otherWord
	}
	return host
}

// usualPort are the ports that an origin does not name. WebKit reports them all the same.
var usualPort = map[string]string{"http": ":80", "https": ":443"}

// originOf returns the origin of an http or https address, in lower case, and "" for any other.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || usualPort[u.Scheme] == "" {
		return ""
	}
	return u.Scheme + "://" + strings.TrimSuffix(strings.ToLower(u.Host), usualPort[u.Scheme])
}
