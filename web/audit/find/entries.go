package find

import (
	"fmt"
	"math"
	"strings"
	"time"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/audit/report"
)

// entries finds what is stored wrongly.
func (f *finder) entries() {
	f.matched = map[string]bool{}
	for _, j := range f.report.Journeys {
		for _, e := range j.Entries {
			f.entry(j, e)
		}
	}
}

// entry finds what is wrong with one entry in one journey.
func (f *finder) entry(j report.Journey, e report.Entry) {
	d := f.declaration(e)
	known, family := f.library.cookie(e)
	name := e.Name
	switch {
	case d != nil:
		name = d.as.Name
		f.matched[d.path()] = true
	case family != "":
		name = family
	}
	subject := string(e.Kind) + " " + name
	evidence := f.evidence(j, e.Page, e.Request, e.Initiator, e.First)
	who := "The " + subject
	if e.ThirdParty {
		who += " of " + strings.TrimPrefix(e.Host, ".")
	}
	if f.study != nil && d == nil {
		f.add(report.RuleUndeclared, subject, who+" is stored, and the catalogue does not declare it.", undeclaredRemedy(known != nil, e), evidence)
	}
	needs := d != nil && f.study.Catalogue.Asks(d.of) || d == nil && (known != nil && known.Kind != "exempt" || f.study == nil && e.ThirdParty && e.Kind == report.Cookie)
	if needs {
		f.consent(j, e, d, subject, who, evidence)
	}
	f.lifetime(e, d, subject, who, evidence)
}

func undeclaredRemedy(known bool, e report.Entry) string {
	if known {
		return "Add the known service that stores it to the catalogue: -write does."
	}
	switch e.Kind {
	case report.CacheStorage, report.ServiceWorker:
		return "A catalogue cannot declare this kind of storage yet. Stop what stores it, or waive the finding with a reason."
	}
	return "Declare it in the catalogue (-write drafts it), or stop what stores it."
}

// consent finds an entry that needs consent where there is none.
func (f *finder) consent(j report.Journey, e report.Entry, d *declared, subject, who string, evidence report.Evidence) {
	rule, message, remedy := "", "", "Gate the tag that stores it."
	before := len(j.Pages) > 0 && e.First.Before(j.Pages[0].Began)
	switch {
	case j.State == report.Before:
		rule, message = report.RuleBefore, who+" is stored before the visitor has answered."
	case j.State == report.Refused && before && e.Left:
		rule, message = report.RuleRefused, who+" is still stored after the visitor has refused."
	case j.State == report.Refused:
		rule, message = report.RuleRefused, who+" is stored although the visitor has refused."
	case j.State == report.Withdrawn && before:
		rule, message, remedy = report.RuleKept, who+" is still stored after the visitor has withdrawn consent.", keptRemedy(e, d)
	case j.State == report.Withdrawn:
		rule, message = report.RuleRefused, who+" is stored again after the visitor has withdrawn consent."
	default:
		return
	}
	found := f.root(rule, subject, message, remedy, evidence)
	if d != nil {
		f.at(found, d.path())
	}
}

func keptRemedy(e report.Entry, d *declared) string {
	switch {
	case e.ThirdParty:
		return "Only its maker can erase it: look for a call of theirs that does, and make it when consent is withdrawn."
	case e.HTTPOnly:
		return "No script can erase an HttpOnly entry: have the server erase it when consent is withdrawn."
	case d == nil:
		return "Declare it, so that it is erased."
	case e.Kind == report.IndexedDB:
		return "No database is erased while it is open: have what opens it close it at the event versionchange."
	case e.Path != "/" && e.Kind == report.Cookie:
		return fmt.Sprintf("It is stored under the path %s, where other pages cannot erase it: store it under /.", e.Path)
	}
	return "Look at what stores it under another host or in another way than the catalogue says."
}

// root adds a finding at its root: what is there before consent is not reported again after refusal,
// nor after withdrawal. The evidence goes to what was found first.
func (f *finder) root(rule, subject, message, remedy string, evidence report.Evidence) *report.Finding {
	for _, earlier := range []string{report.RuleUngated, report.RuleBefore, report.RuleRefused, report.RuleKept} {
		if earlier == rule {
			break
		}
		if found := f.find(earlier, subject); found != nil {
			return f.add(earlier, subject, found.Message, found.Remedy, evidence)
		}
	}
	return f.add(rule, subject, message, remedy, evidence)
}

// find returns a finding that is there, or nil.
func (f *finder) find(rule, subject string) *report.Finding {
	for _, found := range f.byID {
		if found.Rule == rule && found.Subject == subject {
			return found
		}
	}
	return nil
}

const day = 24 * time.Hour

// thirteenMonths is the longest life that the CNIL takes for proportionate
// (https://www.cnil.fr/fr/node/167364). It says so of audience measurement. A necessary cookie that
// lives longer is worth a look, too. 13 months have 396 days at most, or 397 over a leap day.
const thirteenMonths = 397 * day

// slack is what two clocks may differ by.
const slack = time.Minute

// lifetime finds what is kept for too long.
func (f *finder) lifetime(e report.Entry, d *declared, subject, who string, evidence report.Evidence) {
	if e.Kind != report.Cookie || e.LifetimeS <= 0 {
		return
	}
	life := time.Duration(min(e.LifetimeS, math.MaxInt64/int64(time.Second))) * time.Second
	if d != nil {
		if most, limited := longest(d.as.Lifetime); limited && life > most+slack {
			found := f.add(report.RuleLonger, subject, fmt.Sprintf("%s is set for %s, and the catalogue says %s.", who, Days(life), source.WriteLifetime(d.as.Lifetime)),
				"Correct the lifetime in the catalogue, or set the cookie for less.", evidence)
			f.at(found, d.path()+".lifetime")
		}
	}
	if life > thirteenMonths+slack {
		found := f.add(report.RuleThirteen, subject, fmt.Sprintf("%s is set for %s, and 13 months are the most.", who, Days(life)), "Set the cookie for 13 months or less.", evidence)
		if d != nil {
			f.at(found, d.path()+".lifetime")
		}
	}
}

// longest is the longest time that a declared lifetime can mean. It is not limited where it says
// nothing.
func longest(l catalogue.Lifetime) (most time.Duration, limited bool) {
	count := time.Duration(l.Count)
	switch l.Unit {
	case catalogue.UnitSession:
		return 0, true
	case catalogue.UnitMinute:
		return count * time.Minute, true
	case catalogue.UnitHour:
		return count * time.Hour, true
	case catalogue.UnitDay:
		return count * day, true
	case catalogue.UnitWeek:
		return count * 7 * day, true
	case catalogue.UnitMonth:
		return count*day*3044/100 + 2*day, true // months in a row may have 62 days
	case catalogue.UnitYear:
		return count * 366 * day, true
	}
	return 0, false
}

// Days writes a lifetime for people, in the unit that fits.
func Days(life time.Duration) string {
	for _, unit := range []struct {
		name string
		is   time.Duration
	}{{"day", day}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if n := int64((life + unit.is/2) / unit.is); n >= 1 && life >= unit.is-time.Minute {
			if n == 1 {
				return "1 " + unit.name
			}
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return fmt.Sprintf("%d seconds", int64(life/time.Second))
}

// evidence says where and when something was seen.
func (f *finder) evidence(j report.Journey, page, request int, by report.Initiator, at time.Time) report.Evidence {
	e := report.Evidence{State: j.State, Initiator: by, Time: at}
	if page < len(j.Pages) {
		e.Page = j.Pages[page].URL
	}
	if request > 0 && request <= len(j.Requests) {
		e.Request, e.RequestID = j.Requests[request-1].URL, request
	}
	return e
}

// unseen finds what is declared and was not there after acceptance.
func (f *finder) unseen() {
	if f.study == nil || !f.visited(report.Accepted) {
		return
	}
	for i, service := range f.study.Catalogue.Services {
		for j, cookie := range service.Cookies {
			d := declared{i, j, service, cookie}
			if f.matched[d.path()] {
				continue
			}
			subject := string(cookie.Kind.OrCookie()) + " " + cookie.Name
			found := f.add(report.RuleUnseen, subject, "The "+subject+" is declared, and was not seen on the pages that were visited.",
				"Leave it if it needs a click or a login. Take it out if it is gone.", report.Evidence{})
			f.at(found, d.path())
		}
	}
}

// visited reports whether a journey saw at least one page.
func (f *finder) visited(state report.State) bool {
	for _, j := range f.report.Journeys {
		for _, page := range j.Pages {
			if j.State == state && page.Error == "" {
				return true
			}
		}
	}
	return false
}
