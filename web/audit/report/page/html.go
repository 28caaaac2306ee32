// Package page writes a report as one HTML file that people read: the site's owner, an engineer
// and a lawyer.
package page

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"unicode"

	"charte/web/audit/report"
)

var (
	//go:embed page.html
	pageHTML string

	//go:embed page.css
	pageCSS string

	//go:embed page.js
	pageJS string
)

// layout is parsed once: a fault in page.html shows in every test.
var layout = template.Must(template.New("page").Funcs(template.FuncMap{
	"address":  address,
	"asks":     asks,
	"attached": attached,
	"brief":    brief,
	"count":    count,
	"day":      day,
	"dotted":   dotted,
	"during":   during,
	"kept":     kept,
	"kind":     kind,
	"moment":   moment,
	"severity": severity,
	"short":    short,
	"source":   source,
	"spot":     spot,
	"state":    stateName,
	"times":    times,
	"via":      via,
}).Parse(pageHTML))

// A document is what page.html shows.
type document struct {
	*report.Report
	CSS    template.CSS
	JS     template.JS
	Policy string // the file's own Content-Security-Policy

	Host    string // of the site, for the title
	When    string
	Verdict string
	Missing string         // what journeys were not made
	States  []report.State // whose journeys were made

	Parts  []part
	Matrix []line

	// Nothing and Unlooked are the titles of the rules that found nothing, and of those that the
	// audit could not look for.
	Nothing, Unlooked []string

	Strips      []strip
	Seen        []journey
	Visits      rows[*visited]
	Stored      rows[*stored]
	Hosts       rows[*host]
	Requests    int // to the hosts, those beyond the table included
	Identifiers rows[*identifier]
	Calls       rows[*call]
	Recognised  rows[report.Service]
	Faults      rows[report.Note]
}

// OtherStrips is how many pages have pictures beside the first.
func (d document) OtherStrips() int { return len(d.Strips) - 1 }

// Lacks is what the rules in Unlooked need.
func (d document) Lacks() string {
	var what []string
	if pagesSeen(d.Report) == 0 {
		what = append(what, "a page")
	}
	if d.Catalogue == nil {
		what = append(what, "a catalogue")
	}
	if d.Missing != "" {
		what = append(what, "the other journeys")
	}
	return list(what)
}

// HTML returns a report as one HTML file that loads nothing: its styles, its script and the
// pictures are in it. All of it can be read without the script.
//
// pictures has the pictures' bytes by the names in [report.Page.Picture]. One that is not there is
// named in the text instead. One that is no PNG, JPEG, GIF or WebP is an error.
func HTML(r *report.Report, pictures map[string][]byte) ([]byte, error) {
	if r == nil {
		return nil, errors.New("page: there is no report")
	}
	shown, err := strips(r, pictures)
	if err != nil {
		return nil, err
	}
	found, states := parts(r), made(r)
	counts := matrix(found, states)
	nothing, unlooked := others(r, counts)
	elsewhere, requests := hosts(r)
	d := document{
		Report: r,
		CSS:    template.CSS(pageCSS),
		JS:     template.JS(pageJS),
		Policy: policy(pageCSS, pageJS),

		Host:    siteHost(r.Site),
		When:    when(r.Began, r.Ended),
		Verdict: verdict(r),
		Missing: missing(r),
		States:  states,

		Parts:    found,
		Matrix:   counts,
		Nothing:  nothing,
		Unlooked: unlooked,

		Strips:      shown,
		Seen:        journeys(r),
		Visits:      first(pages(r)),
		Stored:      first(entries(r)),
		Hosts:       first(elsewhere),
		Requests:    requests,
		Identifiers: first(identifiers(r)),
		Calls:       first(calls(r)),
		Recognised:  first(r.Services),
		Faults:      first(r.Notes),
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, d); err != nil {
		return nil, fmt.Errorf("page: report of %s: %w", r.Site, err)
	}
	return visible(b.Bytes()), nil
}

// policy allows the file its own style and script, and pictures that are in it. What the audited
// site named something can then never run, nor load anything.
func policy(style, script string) string {
	return fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; img-src data:; base-uri 'none'; form-action 'none'", hash(style), hash(script))
}

// hash is a source of a Content-Security-Policy (CSP Level 3, section 2.3.1).
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// visible writes out control characters and marks that turn the direction of text. A site's names
// may hold them, and they would make a reader see something else than what is there.
func visible(page []byte) []byte {
	var b bytes.Buffer
	for _, c := range string(bytes.ToValidUTF8(page, []byte("\uFFFD"))) {
		if unseen(c) {
			fmt.Fprintf(&b, "[U+%04X]", c)
		} else {
			b.WriteRune(c)
		}
	}
	return b.Bytes()
}

// unseen reports whether a character is a control character other than a space, or one of those
// of the Unicode Bidirectional Algorithm (UAX #9, section 2) or a line's end that HTML ignores.
func unseen(c rune) bool {
	if c == '\n' || c == '\t' {
		return false
	}
	return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) || c == '\u2028' || c == '\u2029'
}

// siteHost is what the title names the site by.
func siteHost(site string) string {
	u, err := url.Parse(site)
	if err != nil {
		return site
	}
	return cmp.Or(u.Host, site)
}

// mostRows is how many rows a table has. More would make the file slow, and nobody reads them.
const mostRows = 200

// rows are the first rows of a table, and how many more there are.
type rows[T any] struct {
	Shown []T
	More  int
}

// All is how many rows there are, with those that are not shown.
func (r rows[T]) All() int { return len(r.Shown) + r.More }

// first cuts a table to mostRows.
func first[T any](all []T) rows[T] { return upTo(all, mostRows) }

func upTo[T any](all []T, most int) rows[T] {
	n := min(len(all), most)
	return rows[T]{Shown: all[:n], More: len(all) - n}
}
