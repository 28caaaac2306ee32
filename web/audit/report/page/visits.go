package page

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"charte/web/audit/report"
)

// A visited page is one row of the pages: what each journey met there.
type visited struct {
	URL     string
	Link    template.URL // its address, if a browser can open it
	Title   string
	Met     []met // for each journey that was made
	Remarks []remark
}

// met is what a journey met on a page.
type met struct {
	State report.State
	Words string // whose banner, or why there is none; empty where the page was not visited
	Lacks bool   // the banner, or the whole page
}

// A remark is something about a page, in the states in which it was so.
type remark struct {
	Words   string
	Code    string // after the words, an address or a directive
	States  []report.State
	Failure bool // the page could not be seen
}

// mostListed is how much a list within a row of a table has.
const mostListed = 5

// pages are the pages that were visited, in the order of their first visit.
func pages(r *report.Report) []*visited {
	var all []*visited
	of := map[string]*visited{}
	for _, j := range r.Journeys {
		for _, p := range j.Pages {
			v := of[p.URL]
			if v == nil {
				v = &visited{URL: p.URL}
				for _, s := range made(r) {
					v.Met = append(v.Met, met{State: s})
				}
				if strings.HasPrefix(p.URL, "https://") || strings.HasPrefix(p.URL, "http://") {
					v.Link = template.URL(p.URL)
				}
				of[p.URL] = v
				all = append(all, v)
			}
			v.add(j.State, p)
		}
	}
	return all
}

func (v *visited) add(s report.State, p report.Page) {
	v.Title = cmp.Or(v.Title, p.Title)
	if i := slices.IndexFunc(v.Met, func(m met) bool { return m.State == s }); i >= 0 {
		v.Met[i].Words, v.Met[i].Lacks = banner(p.Banner), p.Banner == ""
		if p.Error != "" {
			v.Met[i] = met{State: s, Words: "Not seen", Lacks: true}
		}
	}
	if p.Error != "" {
		v.remark(s, remark{Words: p.Error, Failure: true})
		return
	}
	if p.At != "" && p.At != p.URL {
		v.remark(s, remark{Words: "It led to", Code: p.At})
	}
	switch {
	case p.Status == 0:
		v.remark(s, remark{Words: "There was no answer to the request for it."})
	case p.Status >= 400:
		v.remark(s, remark{Words: fmt.Sprintf("It answered with status %d.", p.Status)})
	}
	if !p.Quiet {
		v.remark(s, remark{Words: "It did not get quiet in time, so something may have come later."})
	}
	if words := waits(p.Gated); words != "" {
		v.remark(s, remark{Words: words})
	}
	for _, b := range p.Blocked[:min(len(p.Blocked), mostListed)] {
		v.remark(s, remark{Words: "Its policy (" + b.Directive + ") refused", Code: b.URL})
	}
	if more := len(p.Blocked) - mostListed; more > 0 {
		v.remark(s, remark{Words: fmt.Sprintf("Its policy refused %s more.", thousands(more))})
	}
}

// remark says something of a page once, with all states in which it is so.
func (v *visited) remark(s report.State, r remark) {
	i := slices.IndexFunc(v.Remarks, func(known remark) bool { return known.Words == r.Words && known.Code == r.Code })
	if i < 0 {
		i = len(v.Remarks)
		v.Remarks = append(v.Remarks, r)
	}
	if !slices.Contains(v.Remarks[i].States, s) {
		v.Remarks[i].States = append(v.Remarks[i].States, s)
	}
}

// waits says which tags of a page wait for consent.
func waits(gated []report.Gated) string {
	if len(gated) == 0 {
		return ""
	}
	var categories []string
	for _, g := range gated {
		if !slices.Contains(categories, g.Category) {
			categories = append(categories, g.Category)
		}
	}
	verb := "wait"
	if len(gated) == 1 {
		verb = "waits"
	}
	return fmt.Sprintf("%s %s for consent: %s.", count(len(gated), "tag"), verb, list(categories))
}
