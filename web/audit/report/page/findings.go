package page

import (
	"fmt"
	"slices"
	"strings"

	"charte/web/audit/report"
)

// A part is the findings of one severity, or those that do not count.
type part struct {
	ID     string
	Title  string
	Words  string // what it means to stand here
	Groups []group
}

// Count is how many findings a part has.
func (p part) Count() int {
	n := 0
	for _, g := range p.Groups {
		n += len(g.Findings)
	}
	return n
}

// A group is the findings of one rule within a part.
type group struct {
	report.Rule
	Anchor   string // the id of its element
	Findings []finding
}

// A finding is one as the page shows it.
type finding struct {
	report.Finding
	Anchor string         // the id of its element
	States []report.State // in which it was seen, in their order

	// OtherPages is how many pages it was seen on beside the first.
	OtherPages int

	// Mend and Asked are its remedy and its rows of the law. They are empty where they are the rule's
	// own, which the group says once for all.
	Mend  string
	Asked []string

	Proof rows[report.Evidence]
}

// Clearest is the first piece of evidence.
func (f finding) Clearest() report.Evidence { return f.Proof.Shown[0] }

// Journeys are the states as the filter reads them.
func (f finding) Journeys() string {
	var names []string
	for _, s := range f.States {
		names = append(names, string(s))
	}
	return strings.Join(names, " ")
}

const (
	// mostProof is how much evidence a finding shows. What is on every page needs no row for each.
	mostProof = 12

	// allProof is how much evidence the page shows of all findings together. A row has up to 1,200
	// bytes, and the whole file should stay well below 2 MB.
	allProof = 600
)

// aside is the ID of the part of those that do not count.
const aside = "aside"

// parts are the findings by severity, the worst first, and then those that do not count. Each has
// its rules in the order of [report.Rules]; those that are not known come last. A part without
// findings is left out.
func parts(r *report.Report) []part {
	all := []part{
		{ID: "errors", Title: "Errors", Words: "Unlawful as it stands."},
		{ID: "warnings", Title: "Warnings", Words: "To be looked at: whether it is unlawful depends on what the audit cannot see."},
		{ID: "remarks", Title: "Notes", Words: "Worth a look. A note never fails an audit."},
		{ID: aside, Title: "Known and waived", Words: "These do not count. A known finding was there in the baseline; a waived one is accepted until a day."},
	}
	of := make([][]finding, len(all))
	taken := map[string]bool{}
	most := max(1, min(mostProof, allProof/max(1, len(r.Findings))))
	for i, f := range r.Findings {
		shown := show(f, most)
		if f.ID == "" || taken[shown.Anchor] {
			shown.Anchor = fmt.Sprintf("finding-number-%d", i+1)
		}
		taken[shown.Anchor] = true
		p := partOf(f)
		of[p] = append(of[p], shown)
	}
	for i := range all {
		all[i].Groups = groups(of[i], taken)
	}
	return slices.DeleteFunc(all, func(p part) bool { return len(p.Groups) == 0 })
}

// partOf is the index of a finding's part.
func partOf(f report.Finding) int {
	switch {
	case f.Known || f.Waived != nil:
		return 3
	case f.Severity == report.Remark:
		return 2
	case f.Severity == report.Warning:
		return 1
	}
	return 0
}

func show(f report.Finding, mostProof int) finding {
	shown := finding{Finding: f, Anchor: "finding-" + f.ID, Proof: upTo(f.Evidence, mostProof)}
	for _, s := range report.States {
		if slices.ContainsFunc(f.Evidence, func(e report.Evidence) bool { return e.State == s }) {
			shown.States = append(shown.States, s)
		}
	}
	pages := map[string]bool{}
	for _, e := range f.Evidence {
		pages[e.Page] = true
	}
	shown.OtherPages = max(0, len(pages)-1)
	rule := report.RuleNamed(f.Rule)
	if rule == nil || f.Remedy != rule.Help {
		shown.Mend = f.Remedy
	}
	if rule == nil || !slices.Equal(f.Law, rule.Law) {
		shown.Asked = f.Law
	}
	return shown
}

// groups puts the findings of a part under their rules. taken are the ids that other elements have:
// the first group of a rule in the page is the one that links lead to.
func groups(found []finding, taken map[string]bool) []group {
	var rules []report.Rule
	for _, rule := range report.Rules {
		if slices.ContainsFunc(found, func(f finding) bool { return f.Rule == rule.ID }) {
			rules = append(rules, rule)
		}
	}
	for _, f := range found { // in their own order
		if !slices.ContainsFunc(rules, func(r report.Rule) bool { return r.ID == f.Rule }) {
			rules = append(rules, report.Rule{ID: f.Rule, Severity: f.Severity, Title: f.Rule})
		}
	}
	var all []group
	for _, rule := range rules {
		g := group{Rule: rule, Anchor: ruleAnchor(rule.ID)}
		for n := 2; taken[g.Anchor]; n++ {
			g.Anchor = fmt.Sprintf("%s-%d", ruleAnchor(rule.ID), n)
		}
		taken[g.Anchor] = true
		for _, f := range found {
			if f.Rule == rule.ID {
				g.Findings = append(g.Findings, f)
			}
		}
		all = append(all, g)
	}
	return all
}

// ruleAnchor is the id of the first group of a rule.
func ruleAnchor(id string) string { return "rule-" + id }
