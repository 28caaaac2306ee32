package report

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// The elements of JUnit's form, as CI servers read it. It has no standard; these are the elements and
// attributes that they agree on.
type (
	junitSuites struct {
		XMLName   xml.Name     `xml:"testsuites"`
		Name      string       `xml:"name,attr"`
		Tests     int          `xml:"tests,attr"`
		Failures  int          `xml:"failures,attr"`
		Errors    int          `xml:"errors,attr"`
		Skipped   int          `xml:"skipped,attr"`
		Time      string       `xml:"time,attr"` // seconds
		Timestamp string       `xml:"timestamp,attr"`
		Suites    []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Timestamp string      `xml:"timestamp,attr"`
		Cases     []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Failure *junitFailure `xml:"failure"`
		Skipped *junitSkipped `xml:"skipped"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"` // the severity
		Text    string `xml:",chardata"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
)

// JUnit returns the report as JUnit's XML, which CI servers show. Each rule is a suite, and each finding
// a test: one that counts has failed, one that is waived or known is skipped with the reason, and a
// remark has passed and has an output. A rule without a finding has one test, which has passed. What
// could not be audited is skipped in the suite "audit". Characters that XML forbids become U+FFFD.
func (r *Report) JUnit() ([]byte, error) {
	const timestamp = "2006-01-02T15:04:05" // without a zone, as in Ant's schema; it is UTC
	all := junitSuites{
		Name:      "charte audit " + r.Site,
		Time:      fmt.Sprintf("%.3f", max(0, r.Ended.Sub(r.Began)).Seconds()),
		Timestamp: r.Began.UTC().Format(timestamp),
	}
	add := func(name string, cases []junitCase) {
		suite := junitSuite{Name: name, Tests: len(cases), Timestamp: all.Timestamp, Cases: cases}
		for _, c := range cases {
			switch {
			case c.Failure != nil:
				suite.Failures++
			case c.Skipped != nil:
				suite.Skipped++
			}
		}
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Skipped += suite.Skipped
		all.Suites = append(all.Suites, suite)
	}
	for _, group := range r.byRule() {
		var cases []junitCase
		for _, f := range group.findings {
			cases = append(cases, f.junit())
		}
		if cases == nil {
			cases = []junitCase{{Name: "nothing found", Class: junitClass(group.rule.ID)}}
		}
		add(group.rule.ID+": "+group.rule.Title, cases)
	}
	add("audit", r.junitNotes())
	data, err := xml.MarshalIndent(all, "", " ")
	if err != nil {
		return nil, fmt.Errorf("JUnit's XML cannot be written: %w", err)
	}
	return append([]byte(xml.Header), append(data, '\n')...), nil
}

func junitClass(rule string) string { return "charte.audit." + rule }

// junit is one finding as a test.
func (f Finding) junit() junitCase {
	c := junitCase{Name: f.Subject, Class: junitClass(f.Rule)}
	if f.Place != nil {
		c.File, c.Line = f.Place.File, f.Place.Line
	}
	switch {
	case f.Waived != nil:
		c.Skipped = &junitSkipped{"Waived until " + f.Waived.Until + ": " + f.Waived.Reason}
	case f.Known:
		c.Skipped = &junitSkipped{"Known: it is in the baseline. " + f.Message}
	case f.Severity == Remark:
		c.Out = f.told()
	default:
		c.Failure = &junitFailure{Message: f.Message, Type: string(f.Severity), Text: f.told()}
	}
	return c
}

// told is all that a finding says, a line for each thing.
func (f Finding) told() string {
	lines := []string{f.Message, f.Remedy}
	if f.Place != nil {
		lines = append(lines, "Catalogue: "+f.Place.String())
	}
	if f.Element != "" {
		lines = append(lines, "Element: "+f.Element)
	}
	for _, e := range f.Evidence {
		lines = append(lines, e.Time.UTC().Format(time.RFC3339)+" "+e.String())
	}
	if len(f.Law) > 0 {
		lines = append(lines, "Law: "+strings.Join(f.Law, ", "))
	}
	return strings.Join(lines, "\n")
}

// junitNotes are the tests of what could not be audited.
func (r *Report) junitNotes() []junitCase {
	const class = "charte.audit"
	var cases []junitCase
	if r.Cut != "" {
		cases = append(cases, junitCase{Name: "cut short", Class: class, Skipped: &junitSkipped{r.Cut}})
	}
	for i, note := range r.Notes {
		name := strings.Join(strings.Fields(fmt.Sprintf("note %d %s %s", i+1, note.State, note.Page)), " ")
		cases = append(cases, junitCase{Name: name, Class: class, Skipped: &junitSkipped{note.Text}})
	}
	if cases == nil {
		cases = []junitCase{{Name: "everything was audited", Class: class}}
	}
	return cases
}
