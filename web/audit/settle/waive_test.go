package settle

import (
	"reflect"
	"strings"
	"testing"

	"charte/web/audit/report"
)

func waiver(rule, subject, until, page string) Waiver {
	return Waiver{report.Waiver{Rule: rule, Subject: subject, Reason: "For the test alone.", Until: until}, page, report.Place{File: "w.yaml", Line: 3, Column: 5}}
}

func TestWaive(t *testing.T) {
	const until = "2026-11-29" // today, where the audit runs
	for _, test := range []struct {
		name    string
		waivers []Waiver
		counts  string // subjects of what counts still
		notes   int
	}{
		{"none", nil, "cookie a, cookie visit_1, host x", 0},
		{"by name", []Waiver{waiver("undeclared", "cookie a", until, "")}, "cookie visit_1, host x", 0},
		{"by its beginning", []Waiver{waiver("undeclared", "cookie visit_*", until, "")}, "cookie a, host x", 0},
		{"a beginning without a star", []Waiver{waiver("undeclared", "cookie visit_", until, "")}, "cookie a, cookie visit_1, host x", 1},
		{"another rule", []Waiver{waiver("kept-after-withdrawal", "cookie a", until, "")}, "cookie a, cookie visit_1, host x", 1},
		{"on a path", []Waiver{waiver("undeclared", "cookie a", until, "/shop/*")}, "cookie visit_1, host x", 0},
		{"on one path of two", []Waiver{waiver("before-consent", "host x", until, "/shop/*")}, "cookie a, cookie visit_1, host x", 1},
		{"on both", []Waiver{waiver("before-consent", "host x", until, "/*")}, "cookie a, cookie visit_1", 0},
		{"on an address", []Waiver{waiver("undeclared", "cookie a", until, "https://s.example/shop/1")}, "cookie visit_1, host x", 0},
		{"on no page at all", []Waiver{waiver("undeclared", "cookie visit_1", until, "/*")}, "cookie a, cookie visit_1, host x", 1},
		{"expired yesterday", []Waiver{waiver("undeclared", "cookie a", "2026-11-28", "")}, "cookie a, cookie visit_1, host x, waiver undeclared cookie a", 0},
		{"expired, and one that holds", []Waiver{waiver("undeclared", "cookie a", "2026-11-28", ""), waiver("undeclared", "cookie *", until, "")}, "host x, waiver undeclared cookie a", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := found()
			Waive(r, test.waivers, today)
			var counts []string
			for _, f := range r.Counting() {
				counts = append(counts, f.Subject)
			}
			if got := strings.Join(ordered(counts), ", "); got != test.counts || len(r.Notes) != test.notes {
				t.Errorf("%s count, with %v; want %s, and %d notes", got, r.Notes, test.counts, test.notes)
			}
		})
	}
}

// ordered sorts subjects, since a report has them in the order of its rules.
func ordered(texts []string) []string {
	for i := range texts {
		for k := i; k > 0 && texts[k] < texts[k-1]; k-- {
			texts[k], texts[k-1] = texts[k-1], texts[k]
		}
	}
	return texts
}

func found() *report.Report {
	on := func(pages ...string) (all []report.Evidence) {
		for _, page := range pages {
			all = append(all, report.Evidence{State: report.Before, Page: page})
		}
		return all
	}
	return &report.Report{Findings: []report.Finding{
		{ID: "1", Rule: report.RuleBefore, Severity: report.Error, Subject: "host x", Evidence: on("https://s.example/shop/1", "https://s.example/")},
		{ID: "2", Rule: report.RuleUndeclared, Severity: report.Error, Subject: "cookie a", Evidence: on("https://s.example/shop/1?q=2#top")},
		{ID: "3", Rule: report.RuleUndeclared, Severity: report.Error, Subject: "cookie visit_1"},
		{ID: "4", Rule: report.RuleUnseen, Severity: report.Remark, Subject: "cookie z"},
	}}
}

func TestExpired(t *testing.T) {
	r := found()
	Waive(r, []Waiver{waiver("undeclared", "cookie a", "2026-11-28", ""), waiver("undeclared", "cookie gone", "2026-11-28", "/x")}, today)
	var got []report.Finding
	for i, f := range r.Findings {
		if f.Rule == report.RuleWaiver {
			got = append(got, f)
		}
		if f.Rule == report.RuleUnseen && i != len(r.Findings)-1 {
			t.Error("the findings are not in the order of the rules")
		}
	}
	if len(got) != 2 || len(got[0].ID) != 16 || got[0].ID == got[1].ID || !reflect.DeepEqual(got[0].Place, &report.Place{File: "w.yaml", Line: 3, Column: 5}) {
		t.Fatalf("got %+v", got)
	}
	if want := "The waiver of undeclared for cookie a ended on 2026-11-28."; got[0].Message != want {
		t.Errorf("said %q, want %q", got[0].Message, want)
	}
	if !strings.Contains(got[1].Remedy, "Take the waiver out") {
		t.Errorf("the remedy for a waiver of nothing is %q", got[1].Remedy)
	}
}

func TestBaseline(t *testing.T) {
	for _, test := range []struct {
		name, earlier string
		known         string // IDs
		err           string
	}{
		{"one that counted", `{"version": 1, "findings": [{"id": "1", "severity": "error"}]}`, "1", ""},
		{"one that was known then", `{"version": 1, "findings": [{"id": "2", "severity": "error", "known": true}]}`, "2", ""},
		{"one that was waived", `{"version": 1, "findings": [{"id": "1", "severity": "error", "waived": {"rule": "x"}}]}`, "", ""},
		{"waived by nobody", `{"version": 1, "findings": [{"id": "1", "severity": "error", "waived": null}]}`, "1", ""},
		{"a remark then", `{"version": 1, "findings": [{"id": "1", "severity": "note"}]}`, "", ""},
		{"an expired waiver", `{"version": 1, "findings": [{"id": "5", "severity": "warning"}]}`, "", ""},
		{"nothing found", `{"version": 1, "findings": null, "more": [1]}`, "", ""},
		{"a later version", `{"version": 2, "findings": [{"id": "1"}]}`, "", "version 2"},
		{"no version", `{"findings": []}`, "", "has no version"},
		{"no report", `[1]`, "", "is no report of an audit"},
		{"no JSON", `<html>`, "", "is no report of an audit"},
		{"nothing", ``, "", "is no report of an audit"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := found()
			r.Findings = append(r.Findings, report.Finding{ID: "5", Rule: report.RuleWaiver, Severity: report.Warning})
			err := Baseline(r, []byte(test.earlier))
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
			known := ""
			for _, f := range r.Findings {
				if f.Known {
					known += f.ID
				}
			}
			if known != test.known {
				t.Errorf("%q are known, want %q", known, test.known)
			}
		})
	}
}
