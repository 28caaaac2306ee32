package settle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"charte/web/audit/report"
)

// Waive marks the findings that a waiver covers. The first waiver that covers a finding is noted in
// it. A waiver whose last day is before today covers nothing. It becomes a finding of its own, of
// [report.RuleWaiver], so that the audit fails. A waiver that covers nothing becomes a note.
func Waive(r *report.Report, waivers []Waiver, today time.Time) {
	before := len(r.Findings)
	for _, w := range waivers {
		covers := false
		expired := w.Until < today.Format(time.DateOnly)
		for i := range r.Findings[:before] {
			f := &r.Findings[i]
			if !w.covers(f) {
				continue
			}
			covers = true
			if f.Waived == nil && !expired {
				waiver := w.Waiver
				f.Waived = &waiver
			}
		}
		switch {
		case expired:
			r.Findings = append(r.Findings, w.expired(covers))
		case !covers:
			r.Notes = append(r.Notes, report.Note{Text: fmt.Sprintf("The waiver of %s (%s:%d:%d) covers nothing that this audit found. Take it out if nothing else does either.", w.what(), w.Place.File, w.Place.Line, w.Place.Column)})
		}
	}
	order := func(f report.Finding) int {
		return slices.IndexFunc(report.Rules, func(rule report.Rule) bool { return rule.ID == f.Rule })
	}
	slices.SortStableFunc(r.Findings, func(a, b report.Finding) int { return order(a) - order(b) })
}

// what names what the waiver is about.
func (w Waiver) what() string {
	text := w.Rule + " for " + w.Subject
	if w.Page != "" {
		text += " on " + w.Page
	}
	return text
}

// covers reports whether the waiver is about a finding. One that is limited to pages covers no finding
// that was seen on another page, too, nor one that has no page.
func (w Waiver) covers(f *report.Finding) bool {
	if f.Rule != w.Rule || !fits(w.Subject, f.Subject) {
		return false
	}
	if w.Page == "" {
		return true
	}
	return len(f.Evidence) > 0 && !slices.ContainsFunc(f.Evidence, func(e report.Evidence) bool { return !w.onPage(e.Page) })
}

// onPage reports whether the waiver's page is this one. A pattern without a query covers a page with
// any.
func (w Waiver) onPage(address string) bool {
	at, err := url.Parse(address)
	if err != nil {
		return fits(w.Page, address)
	}
	if strings.HasPrefix(w.Page, "/") {
		at.Scheme, at.Host, at.User = "", "", nil
	}
	at.Fragment, at.RawFragment = "", ""
	if whole := at.String(); fits(w.Page, whole) {
		return true
	}
	at.RawQuery, at.ForceQuery = "", false
	return fits(w.Page, at.String())
}

// fits reports whether a text is a pattern, or begins with it where it ends in "*".
func fits(pattern, text string) bool {
	if beginning, is := strings.CutSuffix(pattern, "*"); is {
		return strings.HasPrefix(text, beginning)
	}
	return text == pattern
}

// expired is the finding of a waiver that has passed its end.
func (w Waiver) expired(covers bool) report.Finding {
	rule := report.RuleNamed(report.RuleWaiver)
	subject := "waiver " + w.Rule + " " + w.Subject
	if w.Page != "" {
		subject += " " + w.Page
	}
	remedy := "Take the waiver out: this audit did not find what it waived."
	if covers {
		remedy = "Mend what it waived, or give it a new end and say why."
	}
	sum := sha256.Sum256([]byte(rule.ID + "\x00" + subject)) // as report.Finding.ID says
	place := w.Place
	return report.Finding{
		ID: hex.EncodeToString(sum[:8]), Rule: rule.ID, Severity: rule.Severity, Law: slices.Clone(rule.Law), Subject: subject,
		Message:  fmt.Sprintf("The waiver of %s ended on %s.", w.what(), w.Until),
		Remedy:   remedy,
		Evidence: []report.Evidence{},
		Place:    &place,
	}
}
