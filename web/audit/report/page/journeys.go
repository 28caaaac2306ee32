package page

import (
	"fmt"
	"slices"

	"charte/web/audit/report"
)

// A journey is one as the page shows it.
type journey struct {
	State  report.State
	Answer string // how the banner was answered, as a sentence
	Totals string // how much was seen, as a sentence
}

func journeys(r *report.Report) []journey {
	var all []journey
	for _, j := range r.Journeys {
		all = append(all, journey{j.State, answers(j), totals(j)})
	}
	return all
}

// made are the states whose journeys were made, in their order. Tables have a column for each: an empty
// column would look as if nothing had been found in a journey that was not made.
func made(r *report.Report) []report.State {
	return slices.DeleteFunc(slices.Clone(report.States), func(s report.State) bool { return !went(r, s) })
}

// went reports whether the journey of a state was made.
func went(r *report.Report, s report.State) bool {
	return slices.ContainsFunc(r.Journeys, func(j report.Journey) bool { return j.State == s })
}

// missing says which journeys were not made, in a sentence. It is empty where all were, and where none
// was.
func missing(r *report.Report) string {
	var states []report.State
	for _, s := range report.States {
		if !went(r, s) {
			states = append(states, s)
		}
	}
	if len(states) == 0 || len(states) == len(report.States) {
		return ""
	}
	return during(states) + " nothing was looked at: the audit could not make " + thisOrThese(len(states)) + "."
}

func thisOrThese(n int) string {
	if n == 1 {
		return "that journey"
	}
	return "those journeys"
}

// pageOf is the address of a journey's page, or empty where there is none of that index.
func pageOf(j report.Journey, index int) string {
	if index < 0 || index >= len(j.Pages) {
		return ""
	}
	return j.Pages[index].URL
}

// totals says how much a journey saw.
func totals(j report.Journey) string {
	failed := 0
	for _, p := range j.Pages {
		if p.Error != "" {
			failed++
		}
	}
	text := fmt.Sprintf("%s, %s, %s of other sites, %s stored.", count(j.Addresses(), "page"),
		count(len(j.Requests), "request"), count(j.OtherHosts(), "host"), things(len(j.Entries)))
	if failed > 0 {
		text += " " + count(failed, "page") + " could not be seen."
	}
	return text
}

func things(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return thousands(n) + " entries"
}
