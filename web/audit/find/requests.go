package find

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/web/audit/report"
)

// A serviceHost is a host that a service of the catalogue loads from.
type serviceHost struct {
	catalogue.Host
	service int // its index in the catalogue
}

// catalogueHosts are the hosts of the catalogue's services: those that it declares, and those that
// the pages' gated tags load from.
func (f *finder) catalogueHosts() []serviceHost {
	if f.study == nil {
		return nil
	}
	var hosts []serviceHost
	for i, service := range f.study.Catalogue.Services {
		for _, host := range service.Hosts {
			if tells(host.Kind) && !strings.Contains(host.Host, "{") {
				hosts = append(hosts, serviceHost{host, i})
			}
		}
	}
	for host, gates := range f.gated.hosts {
		for _, g := range gates {
			for i, service := range f.study.Catalogue.Services {
				if string(service.Category) == g.Category && (g.Service == "" || string(service.ID) == g.Service) {
					hosts = append(hosts, serviceHost{catalogue.Host{Host: host}, i})
				}
			}
		}
	}
	return hosts
}

// A party is whom a host belongs to.
type party struct {
	name  string
	asks  bool // whether consent is needed
	index int  // of the catalogue's service, or -1
	entry *services.Entry
}

// party says whom a host belongs to, or nil where nothing is known of it. What the catalogue says
// goes before what is known of the service elsewhere.
func (f *finder) party(host string) *party {
	var found *party
	for _, h := range f.hosts {
		if !h.Covers(host) {
			continue
		}
		service := f.study.Catalogue.Services[h.service]
		p := &party{name: f.named(service), asks: f.study.Catalogue.Asks(service), index: h.service, entry: f.library.host(host)}
		if !p.asks { // the same host may serve a service that asks, and one that does not
			return p
		}
		if found == nil {
			found = p
		}
	}
	if found != nil {
		return found
	}
	if entry := f.library.host(host); entry != nil {
		return &party{name: entry.Name, asks: entry.Kind != "exempt", index: -1, entry: entry}
	}
	return nil
}

// named is a service's name in the catalogue's first language.
func (f *finder) named(s catalogue.Service) string {
	if languages := f.study.Catalogue.Languages; len(languages) > 0 && s.Name[languages[0]] != "" {
		return s.Name[languages[0]]
	}
	return string(s.ID)
}

// requests finds what is asked for without consent, and what is called necessary and is not.
func (f *finder) requests() {
	f.necessary()
	for _, j := range f.report.Journeys {
		if j.State == report.Accepted {
			continue
		}
		flagged := map[string]bool{}
		for _, q := range j.Requests {
			f.request(j, q, flagged)
		}
	}
}

// unasked says when something is done without consent.
var unasked = map[report.State]string{
	report.Before:    "before the visitor has answered",
	report.Refused:   "although the visitor has refused",
	report.Withdrawn: "after the visitor has withdrawn consent",
}

// asks reports whether a gated tag waits for something that asks.
func (f *finder) asks(g gate) bool {
	if f.study == nil {
		return true
	}
	return slices.ContainsFunc(f.study.Catalogue.Services, func(s catalogue.Service) bool {
		return string(s.Category) == g.Category && (g.Service == "" || string(s.ID) == g.Service) && f.study.Catalogue.Asks(s)
	})
}

// request finds what is wrong with one request without consent. flagged are the hosts of the journey
// that are found already: what they bring along is not found again.
func (f *finder) request(j report.Journey, q report.Request, flagged map[string]bool) {
	evidence := f.evidence(j, q.Page, q.ID, q.Initiator, q.Time)
	host, cname := q.Host, false
	p := f.party(host)
	if p == nil && q.CNAME != "" {
		p, cname = f.party(strings.TrimSuffix(q.CNAME, ".")), true
	}
	if p != nil && !p.asks {
		return
	}
	for _, by := range q.Initiator.Chain {
		if at, err := url.Parse(by); err == nil && at.Hostname() != q.Host && flagged[at.Hostname()] {
			return
		}
	}
	subject := "host " + host
	if g, waits := f.gated.addresses[q.URL]; waits && f.asks(g) {
		message := fmt.Sprintf("%s waits for consent in one tag (%s), and is loaded all the same %s.", q.URL, g.Element, unasked[j.State])
		f.root(report.RuleUngated, "address "+q.URL, message, "Gate the other tag, too, or take it out.", evidence)
		return
	}
	if p == nil {
		if q.ThirdParty && len(q.Sent) > 0 && !flagged[host] {
			f.add(report.RuleIdentifier, subject, fmt.Sprintf("%s gets what looks like an identifier (%s), without consent.", host, sentNames(q)),
				"Look at what is sent there. If it tells visitors apart, gate the tag that sends it.", evidence)
		}
		return
	}
	flagged[host] = true
	if f.called[p.entry] {
		return // found at its root, in the catalogue
	}
	when := unasked[j.State]
	rule, remedy := report.RuleRefused, "Gate the tag that asks for it."
	if j.State == report.Before {
		rule = report.RuleBefore
	}
	message := fmt.Sprintf("%s (%s) is called %s.", host, p.name, when)
	switch gates := f.gated.hosts[host]; {
	case cname:
		rule, message = report.RuleCNAME, fmt.Sprintf("%s is another name of %s (%s), and is called %s.", host, strings.TrimSuffix(q.CNAME, "."), p.name, when)
	case len(gates) > 0 && j.State == report.Before:
		rule = report.RuleUngated
		message = fmt.Sprintf("A tag of %s waits for consent (%s), and another loads from %s %s.", p.name, gates[0].Element, host, when)
		remedy = "Gate the other tag, too, or take it out."
	}
	found := f.root(rule, subject, message, remedy, evidence)
	if p.index >= 0 {
		f.at(found, fmt.Sprintf("services[%d]", p.index))
	}
}

func sentNames(q report.Request) string {
	var names []string
	for _, s := range q.Sent {
		text := s.Where + " " + s.Name
		if s.Of != "" {
			text += ", the value of " + s.Of
		}
		if !slices.Contains(names, text) {
			names = append(names, text)
		}
	}
	return strings.Join(names, "; ")
}

// necessary finds services that the catalogue does not ask for, and that are known trackers.
func (f *finder) necessary() {
	f.called = map[*services.Entry]bool{}
	if f.study == nil {
		return
	}
	for i, service := range f.study.Catalogue.Services {
		if f.study.Catalogue.Asks(service) {
			continue
		}
		entry, why := f.tracker(i, service)
		if entry == nil {
			continue
		}
		f.called[entry] = true
		subject := "service " + string(service.ID)
		evidence := report.Evidence{}
		for _, j := range f.report.Journeys {
			for _, q := range j.Requests {
				if evidence.State == "" && f.library.host(q.Host) == entry {
					evidence = f.evidence(j, q.Page, q.ID, q.Initiator, q.Time)
				}
			}
			for _, e := range j.Entries {
				if known, _ := f.library.cookie(e); evidence.State == "" && known == entry {
					evidence = f.evidence(j, e.Page, e.Request, e.Initiator, e.First)
				}
			}
		}
		found := f.add(report.RuleNecessary, subject, fmt.Sprintf("%s is declared without a question, and %s, which needs consent.", f.named(service), why),
			"Move it into a category that asks, and gate its tag.", evidence)
		f.at(found, fmt.Sprintf("services[%d]", i))
	}
}

// tracker returns the known service that needs consent, and that a service of the catalogue is. why
// says how that is known.
func (f *finder) tracker(i int, service catalogue.Service) (entry *services.Entry, why string) {
	needs := func(e *services.Entry) bool {
		return e != nil && e.Kind != "exempt" && e.Newest().Service.Category != "necessary"
	}
	if use, is := f.study.Uses[i]; is {
		if needs(use.Entry) && use.Edition.Exempt == nil {
			return use.Entry, "it is " + use.Entry.Name
		}
		return nil, ""
	}
	for _, cookie := range service.Cookies {
		seen := report.Entry{Kind: report.Kind(cookie.Kind.OrCookie()), Name: cookie.Name, Host: cookie.Domain}
		for _, c := range f.library.cookies {
			if string(c.Kind.OrCookie()) == string(seen.Kind) && c.Name == cookie.Name && needs(c.entry) && c.Domain == "" {
				return c.entry, fmt.Sprintf("%s is a cookie of %s", cookie.Name, c.entry.Name)
			}
		}
		if known := f.library.host(strings.TrimPrefix(cookie.Domain, ".")); cookie.Domain != "" && needs(known) {
			return known, fmt.Sprintf("%s belongs to %s", cookie.Domain, known.Name)
		}
	}
	for host, gates := range f.gated.hosts {
		for _, g := range gates {
			if known := f.library.host(host); g.Category == string(service.Category) && g.Service == string(service.ID) && needs(known) {
				return known, fmt.Sprintf("its tag loads from %s, which belongs to %s", host, known.Name)
			}
		}
	}
	return nil, ""
}

// calls finds fingerprinting without consent.
func (f *finder) calls() {
	words := map[string]string{"canvas": "draws a picture with text and reads it back", "audio": "computes a sound that nobody hears", "font": "measures text in many fonts"}
	for _, j := range f.report.Journeys {
		if j.State == report.Accepted {
			continue
		}
		for _, c := range j.Calls {
			host := "the page"
			if at, err := url.Parse(c.Initiator.URL); err == nil && at.Hostname() != "" {
				host = at.Hostname()
			}
			f.add(report.RuleFingerprint, c.Kind+" "+host, fmt.Sprintf("A script of %s %s (%s), without consent. That tells devices apart.", host, words[c.Kind], c.What),
				"Gate the script, or take it out.", f.evidence(j, c.Page, 0, c.Initiator, c.Time))
		}
	}
}

// pages finds pages without a banner, and policies that stop it.
func (f *finder) pages() {
	banner := f.study != nil
	for _, j := range f.report.Journeys {
		for _, page := range j.Pages {
			banner = banner || page.Banner != ""
		}
	}
	for _, j := range f.report.Journeys {
		if j.State != report.Before {
			continue
		}
		for i, page := range j.Pages {
			if page.Error != "" {
				continue
			}
			path := page.URL
			if at, err := url.Parse(page.URL); err == nil {
				path = at.RequestURI()
			}
			evidence := f.evidence(j, i, 0, report.Initiator{Kind: "parser", URL: page.At}, page.Began)
			if blocked, what := stops(j, i); blocked != nil {
				f.add(report.RulePolicy, "page "+path, fmt.Sprintf("The Content-Security-Policy of %s refuses %s (%s), so %s.", path, blocked.URL, blocked.Directive, what),
					"Allow it: the README says which directives Charte needs.", evidence)
				continue
			}
			if banner && page.Banner == "" {
				f.add(report.RuleBannerMissing, "page "+path, "The page "+path+" has no banner.", "Put the script into the page, or into the template that makes it.", evidence)
			}
		}
	}
}

// stops returns what a page's policy refuses of Charte, or nil, and what does not work for that.
func stops(j report.Journey, page int) (blocked *report.Blocked, what string) {
	folder := ""
	for _, q := range j.Requests {
		if address, _, _ := strings.Cut(q.URL, "?"); q.Page == page && strings.HasSuffix(address, "/charte.js") {
			folder = strings.TrimSuffix(address, "charte.js")
		}
	}
	for _, b := range j.Pages[page].Blocked {
		address, _, _ := strings.Cut(b.URL, "?")
		switch {
		case strings.HasSuffix(address, "/charte.js"):
			return &b, "the page has no banner"
		case b.URL == "wasm-eval" && folder != "", folder != "" && strings.HasPrefix(address, folder):
			return &b, "the banner's settings do not open"
		}
	}
	return nil, ""
}
