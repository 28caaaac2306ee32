package report

// A ruleGroup is a rule with its findings.
type ruleGroup struct {
	rule     Rule
	findings []Finding
}

// byRule returns all rules in their order, with their findings. A finding of a rule that this program
// does not know comes in a group of its own at the end, so that nothing is lost.
func (r *Report) byRule() []ruleGroup {
	groups := make([]ruleGroup, len(Rules))
	index := map[string]int{}
	for i, rule := range Rules {
		groups[i].rule = rule
		index[rule.ID] = i
	}
	for _, f := range r.Findings {
		i, known := index[f.Rule]
		if !known {
			i = len(groups)
			index[f.Rule] = i
			groups = append(groups, ruleGroup{rule: Rule{ID: f.Rule, Severity: f.Severity, Law: f.Law, Title: f.Rule, Help: f.Remedy}})
		}
		groups[i].findings = append(groups[i].findings, f)
	}
	return groups
}
