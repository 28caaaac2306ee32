package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// sarifSchema is the schema of SARIF 2.1.0 with its errata, at OASIS.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// mostRelated is how many related locations a result has at most. All of them are in report.json.
const mostRelated = 10

// mostAddress is how many bytes of an address a location has at most. Beyond, it is a data: URL.
const mostAddress = 2000

// The objects of SARIF 2.1.0 that a report needs. Their fields are in the order of the standard.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool                `json:"tool"`
		Invocations []sarifInvocation        `json:"invocations"`
		Automation  sarifAutomation          `json:"automationDetails"`
		Bases       map[string]sarifArtifact `json:"originalUriBaseIds,omitempty"`
		ColumnKind  string                   `json:"columnKind"`
		Results     []sarifResult            `json:"results"`
		Properties  map[string]any           `json:"properties"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID            string         `json:"id"`
		Short         sarifText      `json:"shortDescription"`
		Full          sarifText      `json:"fullDescription"`
		Help          sarifText      `json:"help"`
		Configuration sarifLevel     `json:"defaultConfiguration"`
		Properties    map[string]any `json:"properties,omitempty"`
	}
	sarifLevel struct {
		Level Severity `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifAutomation struct {
		ID string `json:"id"`
	}
	sarifInvocation struct {
		Began         string              `json:"startTimeUtc"`
		Ended         string              `json:"endTimeUtc"`
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Locations  []sarifLocation `json:"locations,omitempty"`
		Message    sarifText       `json:"message"`
		Level      Severity        `json:"level"`
		Properties map[string]any  `json:"properties,omitempty"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        Severity           `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Related      []sarifLocation    `json:"relatedLocations,omitempty"`
		Suppressions []sarifSuppression `json:"suppressions,omitzero"`
		Baseline     string             `json:"baselineState,omitempty"`
		Properties   map[string]any     `json:"properties"`
	}
	sarifSuppression struct {
		Kind          string         `json:"kind"`
		Status        string         `json:"status"`
		Justification string         `json:"justification"`
		Properties    map[string]any `json:"properties"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"`
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
)

// SARIF returns the findings in the form SARIF 2.1.0, which code hosts and editors read. A result is at
// the line in the catalogue to mend, or else on the page, and its evidence is related to it. A finding
// that is known is "unchanged" and any other "new", if any is known. A waived one is suppressed, with
// the waiver's reason. What could not be audited is a notification.
//
// The address of a page is relative to its origin, which the run names as a base: GitHub refuses a file
// with an absolute address of another scheme than the checkout's, "file".
func (r *Report) SARIF() ([]byte, error) {
	c := r.ordered()
	w := sarifWriter{report: c, rules: map[string]int{}, bases: map[string]sarifArtifact{}}
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "charte audit", Version: r.Charte, Rules: w.allRules()}},
		Automation:  sarifAutomation{"charte-audit/" + hostOf(r.Site) + "/"},
		ColumnKind:  "unicodeCodePoints",
		Invocations: []sarifInvocation{w.invocation()},
		Results:     []sarifResult{},
		Properties:  map[string]any{"site": r.Site, "browser": r.Browser},
	}
	if r.Catalogue != nil {
		run.Properties["catalogueRevision"] = r.Catalogue.Revision
	}
	for _, f := range c.Findings {
		run.Results = append(run.Results, w.result(f))
	}
	// The standard wants these two of all results or of none (3.27.23 and 3.27.24).
	known := slices.ContainsFunc(c.Findings, func(f Finding) bool { return f.Known })
	waived := slices.ContainsFunc(c.Findings, func(f Finding) bool { return f.Waived != nil })
	for i, f := range c.Findings {
		if known {
			run.Results[i].Baseline = "new"
			if f.Known {
				run.Results[i].Baseline = "unchanged"
			}
		}
		if waived {
			run.Results[i].Suppressions = suppressions(f)
		}
	}
	run.Bases = w.bases
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(sarifLog{sarifSchema, "2.1.0", []sarifRun{run}}); err != nil {
		return nil, fmt.Errorf("SARIF cannot be written: %w", err)
	}
	return b.Bytes(), nil
}

// allRules are those of [Rules], and those that only the findings name.
func (w *sarifWriter) allRules() []sarifRule {
	var rules []sarifRule
	for i, group := range w.report.byRule() {
		w.rules[group.rule.ID] = i
		rule := sarifRule{
			ID: group.rule.ID, Short: text(group.rule.Title), Full: text(group.rule.Help), Help: text(group.rule.Help),
			Configuration: sarifLevel{level(group.rule.Severity)},
		}
		if len(group.rule.Law) > 0 {
			rule.Properties = map[string]any{"tags": group.rule.Law}
		}
		rules = append(rules, rule)
	}
	return rules
}

// level is a severity, and "warning" for one that SARIF does not know.
func level(of Severity) Severity {
	if of == Error || of == Remark {
		return of
	}
	return Warning
}

// text is a plain message. In SARIF, braces stand for arguments, and [text](address) for a link, unless
// they are escaped (3.11.5 and 3.11.6).
func text(plain string) sarifText {
	plain = strings.NewReplacer("{", "{{", "}", "}}").Replace(plain)
	if strings.Contains(plain, "](") {
		plain = strings.NewReplacer("[", `\[`, "]", `\]`).Replace(plain)
	}
	return sarifText{plain}
}

// suppressions are a finding's: none, which is not the same as not knowing, or its waiver.
func suppressions(f Finding) []sarifSuppression {
	if f.Waived == nil {
		return []sarifSuppression{}
	}
	return []sarifSuppression{{Kind: "external", Status: "accepted", Justification: f.Waived.Reason, Properties: map[string]any{"until": f.Waived.Until}}}
}

// A sarifWriter collects the origins that addresses are relative to.
type sarifWriter struct {
	report *Report
	rules  map[string]int // places of the rules in the run
	bases  map[string]sarifArtifact
}

// invocation is the audit itself. One that was cut short did not succeed.
func (w *sarifWriter) invocation() sarifInvocation {
	const utc = "2006-01-02T15:04:05.000Z"
	moment := func(t time.Time) string { return t.UTC().Format(utc) }
	i := sarifInvocation{Began: moment(w.report.Began), Ended: moment(w.report.Ended), Successful: w.report.Cut == ""}
	if w.report.Cut != "" {
		i.Notifications = append(i.Notifications, sarifNotification{Message: text(w.report.Cut), Level: Error})
	}
	for _, note := range w.report.Notes {
		n := sarifNotification{Message: text(note.Text), Level: Warning}
		if note.Page != "" {
			n.Locations = []sarifLocation{{Physical: sarifPhysical{Artifact: w.address(note.Page)}}}
		}
		if note.State != "" {
			n.Properties = map[string]any{"state": note.State}
		}
		i.Notifications = append(i.Notifications, n)
	}
	return i
}

// result is one finding.
func (w *sarifWriter) result(f Finding) sarifResult {
	result := sarifResult{
		RuleID: f.Rule, RuleIndex: w.rules[f.Rule], Level: level(f.Severity), Message: text(strings.TrimSpace(f.Message + " " + f.Remedy)),
		Locations: []sarifLocation{w.location(f)},
		// GitHub follows an alert from run to run by this name alone.
		Fingerprints: map[string]string{"charteFinding/v1": f.ID, "primaryLocationLineHash": f.ID + ":1"},
		Properties:   map[string]any{"subject": f.Subject, "remedy": f.Remedy, "law": f.Law, "evidence": len(f.Evidence)},
	}
	for i, e := range f.Evidence[:min(len(f.Evidence), mostRelated)] {
		said := text(e.String())
		related := sarifLocation{ID: i + 1, Physical: w.page(e), Message: &said}
		if e.Initiator.URL != "" {
			related.Physical = sarifPhysical{w.address(e.Initiator.URL), region(e.Initiator.Line, e.Initiator.Column)}
		}
		result.Related = append(result.Related, related)
	}
	return result
}

// location is where a finding is to be mended.
func (w *sarifWriter) location(f Finding) sarifLocation {
	var at sarifLocation
	on := w.report.Site
	if len(f.Evidence) > 0 {
		on = f.Evidence[0].Page
	}
	switch {
	case f.Place != nil:
		at.Physical = sarifPhysical{sarifArtifact{URI: fileURI(f.Place.File)}, region(f.Place.Line, f.Place.Column)}
	case len(f.Evidence) > 0:
		at.Physical = w.page(f.Evidence[0])
	case w.report.Catalogue != nil:
		at.Physical = sarifPhysical{sarifArtifact{URI: fileURI(w.report.Catalogue.File)}, region(1, 1)}
	default:
		at.Physical = sarifPhysical{w.address(on), region(1, 1)}
	}
	if f.Element != "" {
		at.Logical = []sarifLogical{{Name: f.Element, Full: on + " " + f.Element, Kind: "element"}}
	}
	return at
}

// page is the page of a piece of evidence, at the line that did it if the page itself did.
func (w *sarifWriter) page(e Evidence) sarifPhysical {
	if e.Initiator.URL == e.Page {
		return sarifPhysical{w.address(e.Page), region(e.Initiator.Line, e.Initiator.Column)}
	}
	return sarifPhysical{w.address(e.Page), region(1, 1)}
}

// region is a place in a file. A line that is not known is the first: GitHub shows no result without
// one.
func region(line, column int) *sarifRegion {
	if line < 1 {
		return &sarifRegion{Line: 1}
	}
	return &sarifRegion{Line: line, Column: max(column, 0)}
}

// address is an address of the web, relative to its origin. Any other, "about:blank" say, has no origin,
// and is a name.
func (w *sarifWriter) address(of string) sarifArtifact {
	parsed, err := url.Parse(of)
	if err != nil || parsed.Host == "" || len(of) > mostAddress {
		return sarifArtifact{URI: notAbsolute(url.PathEscape(strings.ToValidUTF8(of[:min(len(of), mostAddress)], "")))}
	}
	origin := (&url.URL{Scheme: parsed.Scheme, Host: parsed.Host}).String()
	w.bases[origin] = sarifArtifact{URI: origin + "/"}
	relative := encoded(strings.TrimPrefix(parsed.EscapedPath(), "/"), "")
	if parsed.RawQuery != "" {
		relative += "?" + encoded(parsed.RawQuery, "?")
	}
	if parsed.Fragment != "" {
		relative += "#" + encoded(parsed.EscapedFragment(), "?")
	}
	return sarifArtifact{URI: notAbsolute(relative), Base: origin}
}

// fileURI is the name of a file as an address: relative where the name is.
func fileURI(name string) string {
	slashed := path.Clean(filepath.ToSlash(name))
	switch {
	case strings.HasPrefix(slashed, "/"):
		return "file://" + encoded(slashed, "")
	case filepath.IsAbs(name): // with the letter of a disk
		return "file:///" + encoded(slashed, "")
	}
	return notAbsolute(encoded(slashed, ""))
}

// notAbsolute keeps a relative address from being taken for one with a scheme or a host, or for none.
func notAbsolute(relative string) string {
	first, _, _ := strings.Cut(relative, "/")
	if first == "" || strings.ContainsAny(first[:1], "?#") || strings.Contains(first, ":") {
		return "./" + relative
	}
	return relative
}

// encoded percent-encodes what RFC 3986 allows in no path, except what is encoded already, and except
// also, which a query may have.
func encoded(s, also string) string {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/"
	hexadecimal := func(i int) bool { return i < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[i]) >= 0 }
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case strings.IndexByte(allowed, c) >= 0, strings.IndexByte(also, c) >= 0, c == '%' && hexadecimal(i+1) && hexadecimal(i+2):
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// hostOf is the host of an address, or the address.
func hostOf(address string) string {
	if parsed, err := url.Parse(address); err == nil && parsed.Host != "" {
		return parsed.Host
	}
	return address
}
