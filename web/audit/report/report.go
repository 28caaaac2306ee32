// Package report holds what an audit saw and found, and writes it in the forms that people and
// programs read. It opens no browser and decides nothing.
package report

import (
	"time"
)

// Version is the version of report.json. It changes whenever a reader of the older one would
// misunderstand the newer.
const Version = 1

// A Report is all that an audit saw and found.
type Report struct {
	Version int    `json:"version"` // [Version]
	Charte  string `json:"charte"`  // the program's own version, "(devel)" where it has none
	Browser string `json:"browser"` // as the browser calls itself, "Chrome/156.0.…"
	Site    string `json:"site"`    // the first address

	// Catalogue is nil where the audit had none to compare with.
	Catalogue *Catalogue `json:"catalogue,omitempty"`

	Began time.Time `json:"began"`
	Ended time.Time `json:"ended"`

	// Cut says why the audit ended before it was through: the budget, or Ctrl-C. It is empty
	// where it was not cut.
	Cut string `json:"cut,omitempty"`

	// Values says that cookies' values and the like stand here as they were. Otherwise a value is
	// "sha256:" and the first 12 hexadecimal digits of its hash.
	Values bool `json:"values"`

	Journeys []Journey `json:"journeys"`
	Services []Service `json:"services"` // known services that were recognised
	Findings []Finding `json:"findings"`

	// Notes are faults: what could not be audited, and why. The rest was.
	Notes []Note `json:"notes"`
}

// A Catalogue is what the site says.
type Catalogue struct {
	File     string `json:"file"`
	Revision string `json:"revision"`
}

// A State is what a visitor has answered.
type State string

// The states, in the order in which they are visited.
const (
	Before    State = "before"    // no answer yet
	Refused   State = "refused"   // everything was refused
	Accepted  State = "accepted"  // everything was accepted
	Withdrawn State = "withdrawn" // everything was accepted, and refused later
)

// States are all states.
var States = []State{Before, Refused, Accepted, Withdrawn}

// A Journey is what one visitor with a fresh profile saw in one state.
type Journey struct {
	State State `json:"state"`

	// Answer tells how the banner was answered: "charte" (its own hook), "autoconsent NAME",
	// "selector", or "" where it was not.
	Answer string `json:"answer"`

	Pages    []Page    `json:"pages"`
	Requests []Request `json:"requests"`
	Entries  []Entry   `json:"entries"`
	Calls    []Call    `json:"calls"` // that read the device, as fingerprinting does
}

// A Page is one visit to a page.
type Page struct {
	URL   string    `json:"url"`             // that was asked for
	At    string    `json:"at"`              // where the visit ended, after redirects
	Title string    `json:"title,omitempty"` // of the document
	Began time.Time `json:"began"`
	Ended time.Time `json:"ended"`

	Status int    `json:"status"`          // of the document's answer; 0 if there was none
	Error  string `json:"error,omitempty"` // why the page was not seen, as a sentence
	Quiet  bool   `json:"quiet"`           // whether it got quiet before its time was over

	// Banner says whose banner stood there: "charte", the name of an autoconsent rule,
	// "selector", or "" for none.
	Banner string `json:"banner"`

	// Picture is the file with the picture of the page, beside the report. It is empty where none
	// was taken.
	Picture string `json:"picture,omitempty"`

	// Gated are the tags that wait for consent, as they stood when the page had loaded.
	Gated []Gated `json:"gated,omitempty"`

	// Blocked are what the page's own Content-Security-Policy refused.
	Blocked []Blocked `json:"blocked,omitempty"`
}

// A Gated tag waits for consent.
type Gated struct {
	Element  string `json:"element"` // a selector that finds it
	Category string `json:"category"`
	Service  string `json:"service,omitempty"`
	URL      string `json:"url,omitempty"` // what it will load; empty for an inline script
}

// A Blocked request is one that the page's Content-Security-Policy refused.
type Blocked struct {
	Directive string `json:"directive"` // "script-src-elem"
	URL       string `json:"url"`       // or "inline", "eval", "wasm-eval"
}

// A Request is one that a page, a frame or a worker made.
type Request struct {
	ID     int       `json:"id"`   // its place in the journey, from 1
	Page   int       `json:"page"` // index of the page in the journey
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	URL    string    `json:"url"`
	Host   string    `json:"host"`

	// Type is what was asked for: document, frame, script, style, image, font, media, fetch,
	// beacon, ping, websocket, worker, prefetch, pixel (an image of at most 3x3 points, or of no
	// byte), or other.
	Type string `json:"type"`

	ThirdParty bool `json:"thirdParty"` // to another site (registrable domain) than the page's
	Status     int  `json:"status"`     // 0 if no answer came

	Initiator Initiator `json:"initiator"`

	// Sent is what is sent along that looks like an identifier.
	Sent []Identifier `json:"sent,omitempty"`

	// CNAME is the name that the host is another name of, where the system's resolver tells and
	// the name belongs to another site.
	CNAME string `json:"cname,omitempty"`

	HTTP *HTTP `json:"-"` // for the HAR alone
}

// An HTTP is what only a HAR wants of a request.
type HTTP struct {
	Protocol      string // "h2"
	StatusText    string
	Request       []Header
	Response      []Header
	MIME          string
	Body          string // that was sent; cut like other values
	Address       string // of the server
	RequestBytes  int64  // -1 where it is not known, as below
	ResponseBytes int64  // of the body as it came
	DNS           float64
	Connect       float64 // milliseconds, -1 where it does not apply, as below
	TLS           float64
	Send          float64
	Wait          float64
	Receive       float64
	Redirect      string // where the answer led to
	FromCache     bool
	Failure       string // "net::ERR_…"
}

// A Header is one field of a request or an answer.
type Header struct{ Name, Value string }

// An Initiator is what made something happen.
type Initiator struct {
	// Kind is parser (the page's HTML), script, preload, redirect, header (Set-Cookie), user or
	// other.
	Kind    string `json:"kind"`
	URL     string `json:"url,omitempty"`  // of the script or the document
	Line    int    `json:"line,omitempty"` // from 1; 0 where it is not known
	Column  int    `json:"column,omitempty"`
	Element string `json:"element,omitempty"` // a selector of the tag in the page

	// Chain are the addresses that led here, the nearest first: of the script, of what loaded
	// the script, and so on up to the page.
	Chain []string `json:"chain,omitempty"`
}

// An Identifier is a value that is sent, and is like that of one visitor alone.
type Identifier struct {
	Where string `json:"where"` // query, path, body, header, websocket
	Name  string `json:"name"`  // of the parameter or field
	Value string `json:"value"` // a hash, unless the report has values as they were

	// Of names the entry that has the same value, "cookie _ga". It is empty where the value is
	// only of an identifier's form.
	Of string `json:"of,omitempty"`
}

// A Kind is where an entry is kept.
type Kind string

// The kinds of entries.
const (
	Cookie         Kind = "cookie"
	LocalStorage   Kind = "localStorage"
	SessionStorage Kind = "sessionStorage"
	IndexedDB      Kind = "indexedDB"     // Name is the database's
	CacheStorage   Kind = "cache"         // Name is the cache's
	ServiceWorker  Kind = "serviceWorker" // Name is the script's address
)

// Kinds are all kinds.
var Kinds = []Kind{Cookie, LocalStorage, SessionStorage, IndexedDB, CacheStorage, ServiceWorker}

// An Entry is something that a visit left in the browser.
type Entry struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name"`

	// Names are the names that were seen of an entry that changes its name at every load. It is then
	// named by their pattern, with "*" for what changes. Other entries have none here.
	Names []string `json:"names,omitempty"`

	Host       string `json:"host"` // of a cookie with its leading dot, if it has one; else the origin's
	ThirdParty bool   `json:"thirdParty"`
	Value      string `json:"value"` // a hash, unless the report has values as they were

	// Cookies alone have these.
	Path        string `json:"path,omitempty"`
	HTTPOnly    bool   `json:"httpOnly,omitempty"`
	Secure      bool   `json:"secure,omitempty"`
	SameSite    string `json:"sameSite,omitempty"`
	Partitioned bool   `json:"partitioned,omitempty"`

	// How many seconds a cookie was to live when it was set, as the site asked: the
	// browser may keep it for less. 0 is until the browser closes, and -1 without an end, as
	// storage is kept.
	LifetimeS int64 `json:"lifetimeSeconds"`

	First     time.Time `json:"first"` // when it was first seen
	Page      int       `json:"page"`  // index of the page on which it was
	Initiator Initiator `json:"initiator"`
	Request   int       `json:"request,omitempty"` // whose answer set it, or 0

	// Left says that the entry was there when the journey ended. In the journey after a
	// withdrawal, entries that were there before it and are gone after it are not listed.
	Left bool `json:"left"`
}

// A Call read something of the device.
type Call struct {
	Kind      string    `json:"kind"` // canvas, audio, font
	What      string    `json:"what"` // "HTMLCanvasElement.toDataURL"
	Page      int       `json:"page"`
	Time      time.Time `json:"time"`
	Initiator Initiator `json:"initiator"`
}

// A Service is a known one that was recognised.
type Service struct {
	ID      string   `json:"id"` // "google-analytics"
	Name    string   `json:"name"`
	Edition int      `json:"edition"`
	Hosts   []string `json:"hosts"`   // that it was recognised by
	Entries []string `json:"entries"` // "cookie _ga"
	States  []State  `json:"states"`  // in which it was seen
}

// A Severity is how much a finding matters.
type Severity string

// The severities. Only notes never fail an audit.
const (
	Error   Severity = "error"   // unlawful as it stands
	Warning Severity = "warning" // to be looked at
	Remark  Severity = "note"
)

// Severities are all severities, the gravest first.
var Severities = []Severity{Error, Warning, Remark}

// A Finding is something to mend.
type Finding struct {
	// ID is the same for the same fault in every audit: the first 16 hexadecimal digits of the
	// SHA-256 of its rule and its subject.
	ID   string `json:"id"`
	Rule string `json:"rule"` // the ID of a [Rule]

	Severity Severity `json:"severity"`
	Law      []string `json:"law"` // rows of the requirements, "L1"

	// Subject is what the finding is about: "cookie _ga", "host www.example.org".
	Subject string `json:"subject"`

	Message string `json:"message"` // what was seen, in one sentence
	Remedy  string `json:"remedy"`  // what to do about it, in one sentence

	// Evidence begins with the clearest. It has at least one element, except for what was not
	// seen at all.
	Evidence []Evidence `json:"evidence"`

	// Place is the line in the catalogue to mend, or nil.
	Place *Place `json:"place,omitempty"`

	// Element is a selector of the element in the page to mend, or empty.
	Element string `json:"element,omitempty"`

	// Known says that the finding is in the baseline. Waived is why it does not count, or nil.
	Known  bool    `json:"known,omitempty"`
	Waived *Waiver `json:"waived,omitempty"`
}

// Counts reports whether a finding fails the audit.
func (f Finding) Counts() bool { return f.Severity != Remark && !f.Known && f.Waived == nil }

// Evidence is where and when something was seen.
type Evidence struct {
	State     State     `json:"state"`
	Page      string    `json:"page"`              // its address
	Request   string    `json:"request,omitempty"` // its address
	RequestID int       `json:"requestID,omitempty"`
	Initiator Initiator `json:"initiator"`
	Time      time.Time `json:"time"`
}

// A Place is a line of a file.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // from 1
}

// A Waiver says that a finding is known and accepted until a day.
type Waiver struct {
	Rule    string `json:"rule"`
	Subject string `json:"subject"`
	Reason  string `json:"reason"`
	Until   string `json:"until"` // the last day it holds, YYYY-MM-DD
}

// A Note says, in one sentence, what could not be audited.
type Note struct {
	State State  `json:"state,omitempty"`
	Page  string `json:"page,omitempty"` // its address
	Text  string `json:"text"`
}

// Counting returns the findings that fail the audit.
func (r *Report) Counting() []Finding {
	var counting []Finding
	for _, f := range r.Findings {
		if f.Counts() {
			counting = append(counting, f)
		}
	}
	return counting
}
