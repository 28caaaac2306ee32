package har

import (
	"cmp"
	"fmt"
	"time"

	"charte/web/audit/report"
)

// A page is one visit to a page.
type page struct {
	Began   time.Time   `json:"startedDateTime"`
	ID      string      `json:"id"` // "accepted-3": what the visitor had answered, and the visit's number from 1
	Title   string      `json:"title"`
	Timings pageTimings `json:"pageTimings"`
	Comment string      `json:"comment,omitempty"`
}

// pageTimings are in milliseconds from the page's beginning, and -1 where they are not known.
type pageTimings struct {
	ContentLoad float64 `json:"onContentLoad"`
	Load        float64 `json:"onLoad"`
}

// states are the states in titles, where readers let people choose a page.
var states = map[report.State]string{
	report.Before:    "Before an answer",
	report.Refused:   "Refused",
	report.Accepted:  "Accepted",
	report.Withdrawn: "Withdrawn",
}

// pageOf returns a visit as HAR has it. A report does not say when a page had loaded: a visit ends
// later, when the page has got quiet.
func pageOf(p report.Page, state report.State, number int) page {
	title := p.URL
	if p.Title != "" { // it comes last, since the site may have put anything into it
		title = fmt.Sprintf("%s (%s)", p.URL, p.Title)
	}
	return page{
		Began:   p.Began.UTC(),
		ID:      fmt.Sprintf("%s-%d", state, number),
		Title:   fmt.Sprintf("%s, %d: %s", cmp.Or(states[state], string(state)), number, title),
		Timings: pageTimings{ContentLoad: -1, Load: -1},
		Comment: p.Error,
	}
}
