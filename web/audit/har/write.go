// Package har writes what the journeys of an audit asked for as an HTTP Archive, HAR 1.2, which
// browsers' developer tools and many programs read. The format is described at
// http://www.softwareishard.com/blog/har-12-spec/.
package har

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"charte/web/audit/report"
)

// Write writes the pages and the requests of all journeys. It writes each request as it goes, so the
// whole is never in memory. The requests are in the order in which they were made. Values are written
// as they stand in the report: whoever wants them cut has cut them before.
//
// It fails where w does, and for a time after the year 9999. What it has written then is no HAR.
func Write(w io.Writer, r *report.Report) error {
	buffered := bufio.NewWriter(w)
	s := stream{to: buffered, encoder: json.NewEncoder(buffered)}
	s.encoder.SetEscapeHTML(false)
	s.head(r)
	pages, requests := visited(r)
	s.text(`,"pages":[`)
	for i, p := range pages {
		s.element(i, p, p.ID)
	}
	s.text(`],"entries":[`)
	for i, a := range requests {
		s.element(i, entryOf(a), a.URL)
	}
	s.text("]}}\n")
	if err := cmp.Or(s.err, buffered.Flush()); err != nil {
		return fmt.Errorf("the HAR cannot be written: %w", err)
	}
	return nil
}

// A stream writes a HAR piece by piece. After the first error it writes nothing more.
type stream struct {
	to      *bufio.Writer
	encoder *json.Encoder // to the same
	err     error
}

func (s *stream) text(piece string) {
	if s.err == nil {
		_, s.err = s.to.WriteString(piece)
	}
}

// value writes a value as JSON, and ends the line. An error is of the thing that has this name.
func (s *stream) value(v any, name string) {
	if s.err != nil {
		return
	}
	if err := s.encoder.Encode(v); err != nil {
		s.err = fmt.Errorf("%s: %w", name, err)
	}
}

// element writes a list's element, whose index is i.
func (s *stream) element(i int, v any, name string) {
	if i > 0 {
		s.text(",")
	}
	s.value(v, name)
}

// A program is HAR's creator or browser.
type program struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// head writes what stands before the pages.
func (s *stream) head(r *report.Report) {
	s.text(`{"log":{"version":"1.2","creator":`)
	s.value(program{"charte audit", cmp.Or(r.Charte, "(devel)")}, "the creator")
	if r.Browser != "" {
		name, version, _ := strings.Cut(r.Browser, "/")
		s.text(`,"browser":`)
		s.value(program{name, version}, "the browser")
	}
	remarks := []string{"Each page's id begins with what the visitor had answered."}
	if !r.Values {
		remarks = append(remarks, "Personal values are cut to hashes.")
	}
	if r.Cut != "" {
		remarks = append(remarks, r.Cut)
	}
	s.text(`,"comment":`)
	s.value(strings.Join(remarks, " "), "the comment")
}

// An asked request is one with the id of its page, which is empty if the report has no such page.
type asked struct {
	*report.Request
	page string
}

// visited returns the pages of all journeys, in the order of the states, and the requests in the order
// of time.
func visited(r *report.Report) ([]page, []asked) {
	journeys := slices.Clone(r.Journeys)
	slices.SortStableFunc(journeys, func(a, b report.Journey) int {
		return cmp.Compare(slices.Index(report.States, a.State), slices.Index(report.States, b.State))
	})
	var pages []page
	var requests []asked
	number := map[report.State]int{} // of the last page in this state: an id is of one page alone
	for _, j := range journeys {
		start := len(pages)
		for _, p := range j.Pages {
			number[j.State]++
			pages = append(pages, pageOf(p, j.State, number[j.State]))
		}
		from := len(requests)
		for i := range j.Requests {
			a := asked{Request: &j.Requests[i]}
			if in := a.Page; in >= 0 && in < len(j.Pages) {
				a.page = pages[start+in].ID
			}
			requests = append(requests, a)
		}
		slices.SortStableFunc(requests[from:], func(a, b asked) int { return cmp.Compare(a.ID, b.ID) })
	}
	slices.SortStableFunc(requests, func(a, b asked) int { return a.Time.Compare(b.Time) })
	return pages, requests
}
