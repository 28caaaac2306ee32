// Package find compares what an audit saw with what the catalogue says, and says what is to be
// mended.
package find

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/audit/report"
)

// All looks at what a report's journeys saw, and puts what it finds, and the known services that it
// recognises, into the report. study is nil where there is no catalogue to compare with. known are
// the known services.
func All(r *report.Report, study *source.Study, known []*services.Entry) {
	identifiers(r)
	families(r, study, known)
	f := &finder{report: r, study: study, byID: map[string]*report.Finding{}}
	f.library = newLibrary(known)
	f.gated = gates(r)
	f.hosts = f.catalogueHosts()
	f.recognise()
	f.entries()
	f.requests()
	f.calls()
	f.pages()
	f.unseen()
	f.report.Findings = f.sorted()
}

// A finder collects findings.
type finder struct {
	report  *report.Report
	study   *source.Study
	library library
	gated   waiting       // tags that wait
	hosts   []serviceHost // of the catalogue's services
	byID    map[string]*report.Finding
	called  map[*services.Entry]bool // trackers that the catalogue calls necessary
	matched map[string]bool          // "i.j" of cookies of the catalogue that were seen
}

// add adds a finding, or evidence to one that is there.
func (f *finder) add(rule, subject, message, remedy string, evidence report.Evidence) *report.Finding {
	sum := sha256.Sum256([]byte(rule + "\x00" + subject))
	id := hex.EncodeToString(sum[:8])
	found := f.byID[id]
	if found == nil {
		of := report.RuleNamed(rule)
		found = &report.Finding{ID: id, Rule: rule, Severity: of.Severity, Law: slices.Clone(of.Law), Subject: subject, Message: message, Remedy: remedy}
		f.byID[id] = found
	}
	const most = 20 // more of the same tells nothing new
	if evidence.State != "" && len(found.Evidence) < most {
		found.Evidence = append(found.Evidence, evidence)
	}
	if found.Element == "" {
		found.Element = evidence.Initiator.Element
	}
	return found
}

// sorted returns the findings in the order of the rules, and of their subjects.
func (f *finder) sorted() []report.Finding {
	order := map[string]int{}
	for i, rule := range report.Rules {
		order[rule.ID] = i
	}
	var all []report.Finding
	for _, id := range slices.Sorted(maps.Keys(f.byID)) {
		all = append(all, *f.byID[id])
	}
	slices.SortStableFunc(all, func(a, b report.Finding) int {
		if a.Rule != b.Rule {
			return order[a.Rule] - order[b.Rule]
		}
		return strings.Compare(a.Subject, b.Subject)
	})
	return all
}

// at puts the finding at a part of the catalogue.
func (f *finder) at(found *report.Finding, path string) {
	if f.study == nil || found.Place != nil {
		return
	}
	line, column := f.study.Place(path)
	found.Place = &report.Place{File: f.study.File, Line: line, Column: column}
}

// A declared entry is one of the catalogue's cookies.
type declared struct {
	service, cookie int
	of              catalogue.Service
	as              catalogue.Cookie
}

func (d declared) path() string { return fmt.Sprintf("services[%d].cookies[%d]", d.service, d.cookie) }

// declaration returns what the catalogue says of an entry, or nil. An exact name goes before a
// family, and what is declared under the entry's own host before the rest.
func (f *finder) declaration(e report.Entry) *declared {
	if f.study == nil {
		return nil
	}
	var best *declared
	rank := 0
	for i, service := range f.study.Catalogue.Services {
		for j, cookie := range service.Cookies {
			if string(cookie.Kind.OrCookie()) != string(e.Kind) || !covers(cookie, e) {
				continue
			}
			n := 1
			if !strings.HasSuffix(cookie.Name, "*") {
				n += 2
			}
			switch {
			case cookie.Domain != "" && !hostOf(cookie.Domain, e.Host):
				continue
			case cookie.Domain != "":
				n += 4
			}
			if n > rank {
				best, rank = &declared{i, j, service, cookie}, n
			}
		}
	}
	return best
}

// covers reports whether a declared name is the entry's, or that of all its names.
func covers(cookie catalogue.Cookie, e report.Entry) bool {
	if e.Names == nil {
		return cookie.Covers(e.Name)
	}
	return !slices.ContainsFunc(e.Names, func(name string) bool { return !cookie.Covers(name) })
}

// hostOf reports whether a host is a domain, or below it. Both may have a leading dot.
func hostOf(domain, host string) bool {
	domain, host = strings.TrimPrefix(domain, "."), strings.TrimPrefix(host, ".")
	return host == domain || strings.HasSuffix(host, "."+domain)
}
