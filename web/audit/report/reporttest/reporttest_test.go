package reporttest

import (
	"reflect"
	"slices"
	"testing"

	"charte/web/audit/report"
)

// TestExample: the example has something of everything.
func TestExample(t *testing.T) {
	r := Example()
	for _, rule := range report.Rules {
		if !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == rule.ID }) {
			t.Errorf("no finding is of the rule %s", rule.ID)
		}
	}
	kinds := map[report.Kind]bool{}
	var states []report.State
	for _, j := range r.Journeys {
		states = append(states, j.State)
		for _, e := range j.Entries {
			kinds[e.Kind] = true
			if e.Page >= len(j.Pages) {
				t.Errorf("%s: the entry %q is on page %d of %d", j.State, e.Name, e.Page, len(j.Pages))
			}
		}
		for i, request := range j.Requests {
			if request.ID != i+1 || request.Page >= len(j.Pages) {
				t.Errorf("%s: request %d of page %d is in place %d", j.State, request.ID, request.Page, i+1)
			}
		}
	}
	if !slices.Equal(states, report.States) || len(kinds) != 6 {
		t.Errorf("the states are %v, and the kinds %v", states, kinds)
	}
	c := r.Count()
	if c.Known == 0 || c.Waived == 0 || c.Errors == 0 || c.Warnings == 0 || c.Remarks == 0 || len(r.Notes) == 0 {
		t.Errorf("there is not something of everything: %+v", c)
	}
	ids := map[string]bool{}
	for _, f := range r.Findings {
		if ids[f.ID] {
			t.Errorf("two findings have the id %s", f.ID)
		}
		ids[f.ID] = true
	}
	if !reflect.DeepEqual(r, Example()) {
		t.Error("two calls differ")
	}
}
