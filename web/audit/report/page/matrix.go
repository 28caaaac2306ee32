package page

import (
	"slices"

	"charte/web/audit/report"
)

// A line of the matrix is one rule that has findings.
type line struct {
	report.Rule
	Anchor string
	Cells  []cell // for each journey that was made
	All    int    // findings, those without evidence included
	Aside  bool   // all of them are known or waived
}

// A cell is how many findings of a rule were seen in a state.
type cell struct {
	State report.State
	Count int
}

// matrix counts the findings by rule and state. The lines are in the order of the findings.
func matrix(parts []part, states []report.State) []line {
	var lines []line
	for _, p := range parts {
		for _, g := range p.Groups {
			i := slices.IndexFunc(lines, func(l line) bool { return l.ID == g.ID })
			if i < 0 {
				i = len(lines)
				l := line{Rule: g.Rule, Anchor: g.Anchor, Aside: p.ID == aside}
				for _, s := range states {
					l.Cells = append(l.Cells, cell{State: s})
				}
				lines = append(lines, l)
			}
			lines[i].add(g.Findings)
		}
	}
	return lines
}

// others are the titles of the rules without a line: those that found nothing, and those that the audit
// could not look for.
func others(r *report.Report, lines []line) (nothing, unlooked []string) {
	for _, rule := range report.Rules {
		switch {
		case slices.ContainsFunc(lines, func(l line) bool { return l.ID == rule.ID }):
		case looked(r, rule.ID):
			nothing = append(nothing, rule.Title)
		default:
			unlooked = append(unlooked, rule.Title)
		}
	}
	return nothing, unlooked
}

// looked reports whether an audit had what it needs to find what a rule is about: a page, the catalogue,
// and the journey.
func looked(r *report.Report, rule string) bool {
	switch rule {
	case report.RuleWaiver:
		return true
	case report.RuleUndeclared, report.RuleUnseen, report.RuleLonger, report.RuleNecessary:
		return r.Catalogue != nil && pagesSeen(r) > 0
	case report.RuleBefore, report.RuleBannerMissing:
		return went(r, report.Before) && pagesSeen(r) > 0
	case report.RuleRefused:
		return went(r, report.Refused) && pagesSeen(r) > 0
	case report.RuleKept:
		return went(r, report.Withdrawn) && pagesSeen(r) > 0
	}
	return pagesSeen(r) > 0
}

func (l *line) add(found []finding) {
	l.All += len(found)
	for i := range l.Cells {
		for _, f := range found {
			if slices.Contains(f.States, l.Cells[i].State) {
				l.Cells[i].Count++
			}
		}
	}
}
