package report_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
)

// A suites is JUnit's XML as a CI server reads it.
type suites struct {
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Time     string `xml:"time,attr"`
	Suites   []struct {
		Name     string `xml:"name,attr"`
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Cases    []struct {
			Name    string `xml:"name,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Type    string `xml:"type,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Skipped *struct {
				Message string `xml:"message,attr"`
			} `xml:"skipped"`
			Out *string `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func junit(t *testing.T, r *report.Report) suites {
	t.Helper()
	data, err := r.JUnit()
	if err != nil {
		t.Fatal(err)
	}
	var s suites
	if err := xml.Unmarshal(data, &s); err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	return s
}

// TestJUnit: the sums agree with the tests, and the tests with the findings.
func TestJUnit(t *testing.T) {
	for _, test := range []struct {
		name                            string
		report                          *report.Report
		tests, failures, skipped, spoke int
	}{
		// 20 findings: 14 count, 2 are remarks, 4 are known or waived. The cut and 3 notes are skipped.
		{"the example", reporttest.Example(), 24, 14, 8, 2},
		{"nothing found", &report.Report{}, len(report.Rules) + 1, 0, 0, 0},
		{"a rule of a later program", &report.Report{Findings: []report.Finding{{Rule: "later", Subject: "x", Severity: report.Error, Message: "M."}}}, len(report.Rules) + 2, 1, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := junit(t, test.report)
			var tests, failures, skipped, spoke int
			for _, suite := range s.Suites {
				var failed, left int
				for _, c := range suite.Cases {
					if c.Failure != nil {
						failed++
					}
					if c.Skipped != nil {
						left++
					}
					if c.Out != nil {
						spoke++
					}
				}
				if suite.Tests != len(suite.Cases) || suite.Failures != failed || suite.Skipped != left || len(suite.Cases) == 0 {
					t.Errorf("%s says %d tests, %d failures, %d skipped, and has %d, %d, %d", suite.Name, suite.Tests, suite.Failures, suite.Skipped, len(suite.Cases), failed, left)
				}
				tests, failures, skipped = tests+len(suite.Cases), failures+failed, skipped+left
			}
			if tests != test.tests || failures != test.failures || skipped != test.skipped || spoke != test.spoke {
				t.Errorf("there are %d tests, %d failures, %d skipped, %d with an output; there should be %d, %d, %d, %d", tests, failures, skipped, spoke, test.tests, test.failures, test.skipped, test.spoke)
			}
			if s.Tests != tests || s.Failures != failures || s.Skipped != skipped || failures != len(test.report.Counting()) {
				t.Errorf("the sums are %d, %d, %d, and should be %d, %d, %d", s.Tests, s.Failures, s.Skipped, tests, failures, skipped)
			}
		})
	}
}

// TestJUnitTells: reasons, messages, evidence and odd characters come through.
func TestJUnitTells(t *testing.T) {
	r := reporttest.Example()
	data, err := r.JUnit()
	if err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{"\x1b", "\x01"} {
		if strings.Contains(string(data), forbidden) {
			t.Errorf("the character %q, which XML forbids, is there", forbidden)
		}
	}
	var all strings.Builder
	for _, suite := range junit(t, r).Suites {
		for _, c := range suite.Cases {
			all.WriteString(c.Name + "\n")
			if c.Failure != nil {
				all.WriteString(c.Failure.Type + " " + c.Failure.Message + "\n" + c.Failure.Text + "\n")
			}
			if c.Skipped != nil {
				all.WriteString(c.Skipped.Message + "\n")
			}
			if c.Out != nil {
				all.WriteString(*c.Out + "\n")
			}
		}
	}
	odd := strings.NewReplacer("\x1b", "\ufffd", "\x01", "\ufffd").Replace(reporttest.Odd)
	for _, f := range r.Findings {
		// A waiver's reason stands for what was found.
		want := []string{f.Subject, f.Message}
		if f.Waived != nil {
			want = []string{f.Subject, "Waived until " + f.Waived.Until + ": " + f.Waived.Reason}
		}
		for _, text := range want {
			text = strings.ReplaceAll(text, reporttest.Odd, odd)
			if !strings.Contains(all.String(), text) {
				t.Errorf("%q is missing in\n%s", text, all.String())
			}
		}
	}
	for _, text := range []string{
		"Catalogue: catalogues/médiathèque.yaml:41:7", "Element: footer > script", "warning The parameter u",
		"2026-11-02T08:30:22Z refused: https://www.mediatheque.example/", "Law: L1, L14", r.Cut, "note 1 before https://www.mediatheque.example/agenda/ancien",
	} {
		if !strings.Contains(all.String(), text) {
			t.Errorf("%q is missing", text)
		}
	}
	if got := junit(t, r).Time; got != "95.250" {
		t.Errorf("the time is %s s", got)
	}
}
