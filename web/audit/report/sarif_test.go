package report_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
	"charte/web/npm"
)

// sarifRelease ships OASIS's schema of SARIF 2.1.0.
var sarifRelease = npm.Release{
	Name:      "@microsoft/jest-sarif",
	Version:   "1.0.0-beta.0",
	Integrity: "sha512-A1fOhPd6Ic5iDk4F9YPw1qNB4XF+7+IviR7xl8r2F6QzQkx5cpY9LsGk2rExiFIEcBbjpVnSmwWGBukASkiQ9A==",
}

func sarif(t *testing.T, r *report.Report) []byte {
	t.Helper()
	data, err := r.SARIF()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// oddPlaces is a report whose addresses and files are of all sorts.
func oddPlaces() *report.Report {
	r := &report.Report{Site: "not an address", Charte: "(devel)"}
	for _, page := range []string{"https://user:pass@example.org:8443//a b?q=%zz&\"<é>#x#y", "about:blank", "data:text/html," + strings.Repeat("é", 5000), "://", "https://[::1]/?", "https://example.org/a:b", "\x01\xff"} {
		r.Findings = append(r.Findings, report.Finding{Rule: "later", Subject: page, Severity: "fatal", Message: "M.", Evidence: []report.Evidence{{Page: page, Initiator: report.Initiator{URL: page, Line: -1, Column: 3}}}})
		r.Notes = append(r.Notes, report.Note{Page: page, Text: "N."})
	}
	for _, file := range []string{"/srv/été/mine.yaml", "./a:b.yaml", "../up.yaml", "with space.yaml", ""} {
		r.Findings = append(r.Findings, report.Finding{Rule: report.RuleUnseen, Subject: file, Severity: report.Remark, Message: "M.", Place: &report.Place{File: file}})
	}
	return r
}

// TestSARIFSchema: every report is valid SARIF by OASIS's schema, and what is spoilt is not.
func TestSARIFSchema(t *testing.T) {
	schema := schemaOf(t, []byte(sarifRelease.File(t, "lib/schemas/sarif-2.1.0-rtm.5.json")))
	bare := reporttest.Example()
	bare.Catalogue = nil
	for i := range bare.Findings {
		bare.Findings[i].Place = nil
	}
	for name, r := range map[string]*report.Report{
		"the example": reporttest.Example(), "a report of nothing": {}, "one of everything, and nothing in it": empty(),
		"without a catalogue": bare, "odd addresses": oddPlaces(),
	} {
		if err := validate(t, schema, sarif(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, spoil := range [][2]string{
		{`"level": "error"`, `"level": "fatal"`}, {`"executionSuccessful": `, `"worked": `}, {`"startLine": 41`, `"startLine": 0`}, {`"kind": "external"`, `"kind": "waiver"`}, {`"baselineState": "new"`, `"baselineState": "old"`},
	} {
		data := sarif(t, reporttest.Example())
		spoilt := bytes.Replace(data, []byte(spoil[0]), []byte(spoil[1]), 1)
		if bytes.Equal(data, spoilt) || validate(t, schema, spoilt) == nil {
			t.Errorf("the schema says nothing of %s", spoil[1])
		}
	}
}

// A sarifRun is a run as readers of SARIF see it.
type sarifRun struct {
	Tool struct {
		Driver struct {
			Rules []struct {
				ID         string
				Properties struct{ Tags []string }
			}
		}
	}
	Invocations []struct {
		ExecutionSuccessful        bool
		ToolExecutionNotifications []struct{ Message struct{ Text string } }
	}
	OriginalUriBaseIds map[string]struct{ URI string }
	Results            []struct {
		RuleID              string
		RuleIndex           int
		Message             struct{ Text string }
		Locations           []sarifLocation
		RelatedLocations    []sarifLocation
		PartialFingerprints map[string]string
		BaselineState       *string
		Suppressions        *[]struct{ Justification string }
	}
}

type sarifLocation struct {
	PhysicalLocation struct {
		ArtifactLocation struct{ URI, URIBaseID string }
		Region           struct{ StartLine, StartColumn int }
	}
	LogicalLocations []struct{ Name string }
}

func sarifOf(t *testing.T, r *report.Report) sarifRun {
	t.Helper()
	var log struct{ Runs []sarifRun }
	if err := json.Unmarshal(sarif(t, r), &log); err != nil {
		t.Fatal(err)
	}
	return log.Runs[0]
}

// address is where a location leads by the run's bases.
func (run sarifRun) address(t *testing.T, l sarifLocation) string {
	t.Helper()
	artifact := l.PhysicalLocation.ArtifactLocation
	relative, err := url.Parse(artifact.URI)
	if err != nil || relative.Scheme != "" && relative.Scheme != "file" {
		t.Fatalf("%q, %v: GitHub refuses an address of another scheme than file", artifact.URI, err)
	}
	if artifact.URIBaseID == "" {
		return artifact.URI
	}
	base, err := url.Parse(run.OriginalUriBaseIds[artifact.URIBaseID].URI)
	if err != nil || base.Host == "" {
		t.Fatalf("the base %q is %v, %v", artifact.URIBaseID, base, err)
	}
	return base.ResolveReference(relative).String()
}

// TestSARIF: results lead to their rules, and to the place to mend.
func TestSARIF(t *testing.T) {
	r := reporttest.Example()
	run := sarifOf(t, r)
	if len(run.Tool.Driver.Rules) != len(report.Rules) || !slices.Equal(run.Tool.Driver.Rules[0].Properties.Tags, []string{"L1", "L14"}) {
		t.Errorf("the rules are %+v", run.Tool.Driver.Rules)
	}
	if i := run.Invocations[0]; i.ExecutionSuccessful || len(i.ToolExecutionNotifications) != 1+len(r.Notes) || i.ToolExecutionNotifications[0].Message.Text != r.Cut {
		t.Errorf("the invocation is %+v", i)
	}
	if len(run.Results) != len(r.Findings) {
		t.Fatalf("%d results are of %d findings", len(run.Results), len(r.Findings))
	}
	for i, f := range r.Findings { // which are in order
		result := run.Results[i]
		if run.Tool.Driver.Rules[result.RuleIndex].ID != f.Rule || result.RuleID != f.Rule || result.PartialFingerprints["charteFinding/v1"] != f.ID {
			t.Errorf("%s: the result is %+v", f.Subject, result)
		}
		if want := map[bool]string{true: "unchanged", false: "new"}[f.Known]; result.BaselineState == nil || *result.BaselineState != want {
			t.Errorf("%s: it is not %s to the baseline", f.Subject, want)
		}
		if result.Suppressions == nil || len(*result.Suppressions) > 0 != (f.Waived != nil) || f.Waived != nil && (*result.Suppressions)[0].Justification != f.Waived.Reason {
			t.Errorf("%s: it is suppressed by %v", f.Subject, result.Suppressions)
		}
		at := result.Locations[0]
		if got := at.PhysicalLocation.Region; f.Place != nil && (got.StartLine != f.Place.Line || got.StartColumn != f.Place.Column) {
			t.Errorf("%s: it is at %+v", f.Subject, got)
		}
		if f.Element != "" && (len(at.LogicalLocations) != 1 || at.LogicalLocations[0].Name != f.Element) {
			t.Errorf("%s: it is in %+v", f.Subject, at.LogicalLocations)
		}
		if n := len(result.RelatedLocations); n != min(10, len(f.Evidence)) {
			t.Errorf("%s: %d locations are related", f.Subject, n)
		}
		for _, related := range result.RelatedLocations {
			run.address(t, related)
		}
	}
	for i, want := range map[int]string{
		0: "catalogues/m%C3%A9diath%C3%A8que.yaml", 1: "https://www.mediatheque.example/", 5: "https://www.mediatheque.example/nous-contacter?sujet=horaires&lieu=For%C3%AAt",
	} {
		if got := run.address(t, run.Results[i].Locations[0]); got != want {
			t.Errorf("result %d is at %s, and should be at %s", i, got, want)
		}
	}
	if got := run.Results[2].Message.Text; !strings.Contains(got, `{{0}} \[a\](b)`) {
		t.Errorf("arguments and links are not escaped in %q", got)
	}
}

// TestSARIFWithout: without a baseline or a waiver nothing is said of them; odd addresses lead somewhere,
// and no password is told.
func TestSARIFWithout(t *testing.T) {
	run := sarifOf(t, oddPlaces())
	for _, result := range run.Results {
		if result.BaselineState != nil || result.Suppressions != nil {
			t.Errorf("it says %v, %v", result.BaselineState, result.Suppressions)
		}
		for _, at := range append(result.Locations, result.RelatedLocations...) {
			if address := run.address(t, at); address == "" || strings.Contains(address, "pass") || at.PhysicalLocation.Region.StartLine < 1 {
				t.Errorf("it is at %q, %+v", address, at.PhysicalLocation.Region)
			}
		}
	}
}
