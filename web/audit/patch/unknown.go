package patch

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/publicsuffix"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/audit/report"
)

// A service is one that the draft declares, for all that comes from one site.
type service struct {
	id, provider string
	host         string
	entries      []*entry
	hosts        []catalogue.Host // that pages were seen to load from
}

// An entry is one that the draft declares.
type entry struct {
	report.Entry
	as    catalogue.Cookie
	page  string    // on which it was seen
	day   time.Time // on which it was seen
	fault string    // why no catalogue can declare it, or ""
}

// A provider is one that the draft declares.
type provider struct {
	id, host   string
	firstParty bool
}

// unknown returns services for what nothing declares, and the providers that they need.
func (d *drafter) unknown() ([]*service, []provider) {
	var all []*service
	by := map[string]*service{}
	var found []*entry
	for _, j := range d.report.Journeys {
		one := *d.report
		one.Journeys = []report.Journey{j}
		for _, e := range seen(&one) {
			if slices.ContainsFunc(d.declared, func(c catalogue.Cookie) bool { return covers(c, e) }) {
				continue
			}
			if i := slices.IndexFunc(found, func(f *entry) bool { return covers(f.as, e) && (f.as.Domain == "") == !e.ThirdParty }); i >= 0 {
				found[i].LifetimeS = max(found[i].LifetimeS, e.LifetimeS)
				continue
			}
			f := d.entry(j, e)
			found = append(found, f)
			host := d.from(e)
			if by[host] == nil {
				by[host] = &service{host: host}
				all = append(all, by[host])
			}
			by[host].entries = append(by[host].entries, f)
		}
	}
	all = slices.DeleteFunc(all, func(s *service) bool { return d.leaves(sitePart + s.host) })
	slices.SortStableFunc(all, func(a, b *service) int { return strings.Compare(a.host, b.host) })
	for _, s := range all {
		s.hosts = d.hosts(s.host)
	}
	return all, d.providers(all)
}

// hostKinds are the kinds of hosts, by what a report says was asked for.
var hostKinds = map[string]catalogue.HostKind{
	"script": "script", "worker": "script", "frame": "frame", "style": "style", "image": "image", "pixel": "pixel", "font": "font", "media": "media",
	"fetch": "connect", "beacon": "connect", "ping": "connect", "websocket": "connect",
}

// hostForm matches the hosts that a catalogue can declare. An IPv6 address is none of them.
var hostForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// hosts returns the hosts of another site that pages were seen to load from, sorted. It leaves out those
// beyond mostHosts, which a person would not read.
func (d *drafter) hosts(of string) []catalogue.Host {
	const mostHosts = 20
	found := map[catalogue.Host]bool{}
	for _, j := range d.report.Journeys {
		for _, q := range j.Requests {
			host := strings.ToLower(q.Host)
			if kind := hostKinds[q.Type]; kind != "" && q.ThirdParty && site(host) == of && hostForm.MatchString(host) {
				found[catalogue.Host{Host: host, Kind: kind}] = true
			}
		}
	}
	hosts := slices.SortedFunc(maps.Keys(found), func(a, b catalogue.Host) int {
		return cmp.Or(strings.Compare(a.Host, b.Host), strings.Compare(string(a.Kind), string(b.Kind)))
	})
	return hosts[:min(mostHosts, len(hosts))]
}

// entry says what an entry is declared as.
func (d *drafter) entry(j report.Journey, e report.Entry) *entry {
	f := &entry{Entry: e, day: e.First}
	f.as = catalogue.Cookie{Name: e.Name, Kind: catalogue.Kind(e.Kind)}
	if beginning, _, family := strings.Cut(e.Name, "*"); family {
		f.as.Name = beginning + "*" // a catalogue has no other patterns
	}
	if e.ThirdParty {
		f.as.Domain = e.Host
	}
	if e.Page >= 0 && e.Page < len(j.Pages) {
		f.page = j.Pages[e.Page].URL
	}
	return f
}

// site is the registrable domain of a host, or the host where it has none.
func site(host string) string {
	host = strings.ToLower(strings.TrimPrefix(host, "."))
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}

// from is the site that an entry comes from: that of the third party that keeps it, or else of the
// script that stored it.
func (d *drafter) from(e report.Entry) string {
	if e.ThirdParty {
		return site(e.Host)
	}
	if at, err := url.Parse(e.Initiator.URL); err == nil && at.Hostname() != "" {
		return site(at.Hostname())
	}
	return site(e.Host)
}

// providers gives the services their ids and providers, and returns the providers that are new.
func (d *drafter) providers(all []*service) []provider {
	taken, parties := map[string]bool{}, map[string]bool{}
	for _, c := range d.catalogue.Categories {
		taken[string(c.ID)] = true
	}
	for _, s := range d.catalogue.Services {
		taken[string(s.ID)] = true
	}
	for _, s := range d.report.Services { // which may have been added
		taken[s.ID] = true
	}
	own := ""
	for _, p := range d.catalogue.Providers {
		parties[string(p.ID)] = true
		// Those of the catalogue that this one extends come first, and are somebody else.
		if p.FirstParty && (own == "" || p.Name == d.catalogue.Site.Controller) {
			own = string(p.ID)
		}
	}
	at, _ := url.Parse(d.report.Site)
	var fresh []provider
	for _, s := range all {
		s.id = id(s.host, taken)
		taken[s.id] = true
		p := provider{id: slug(s.host), host: s.host, firstParty: at != nil && s.host == site(at.Hostname())}
		switch {
		case p.firstParty && own != "":
			p.id = own
		case !parties[p.id]:
			fresh = append(fresh, p)
			parties[p.id] = true
		}
		if p.firstParty {
			own = p.id
		}
		s.provider = p.id
	}
	return fresh
}

// idBytes is how long an id may be: see package check.
const idBytes = 40

// slug writes a host as an id.
func slug(host string) string {
	text := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(host))
	text = strings.Trim(text, "-")
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		text = strings.TrimSuffix("host-"+text, "-")
	}
	return text[:min(idBytes, len(text))]
}

// id is an id that nobody has.
func id(host string, taken map[string]bool) string {
	first := slug(host)
	for n, text := 2, first; ; n++ {
		if !taken[text] {
			return text
		}
		end := "-" + strconv.Itoa(n)
		text = first[:min(len(first), idBytes-len(end))] + end
	}
}

// declares reports whether there is anything that the service can declare.
func (s *service) declares() bool {
	return slices.ContainsFunc(s.entries, func(e *entry) bool { return e.fault == "" })
}

// needed are the elements that the list of providers gets.
func needed(all []provider, services []*service) [][]line {
	var blocks [][]line
	for _, p := range all {
		if !slices.ContainsFunc(services, func(s *service) bool { return s.provider == p.id && s.declares() }) {
			continue
		}
		block := []line{same("- id: " + p.id), {sample: "  name: x", todo: "  name: TODO # whom " + comment(p.host) + " belongs to"}}
		if p.firstParty {
			block = append(block, same("  firstParty: true"))
		} else {
			block = append(block, line{sample: "  policyURL: https://example.org/", todo: "  policyURL: TODO"})
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// same is a line that is complete.
func same(text string) line { return line{sample: text, todo: text} }

// comments are the lines of a comment.
func comments(text string) []line { return []line{same("# " + comment(text))} }

// lines are the service as an element of the catalogue's list.
func (s *service) lines(c *catalogue.Catalogue) []line {
	var block []line
	for _, e := range s.entries {
		if e.fault != "" {
			block = append(block, comments(fmt.Sprintf("%s %q was seen, and cannot be declared: %s", e.Kind, e.Name, e.fault))...)
		}
	}
	if !s.declares() {
		return block
	}
	texts := func(key string) line {
		var samples, todos []string
		for _, language := range c.Languages {
			samples, todos = append(samples, string(language)+": x"), append(todos, string(language)+": TODO")
		}
		return line{sample: key + ": { " + strings.Join(samples, ", ") + " }", todo: key + ": { " + strings.Join(todos, ", ") + " }"}
	}
	indented := func(indent string, l line) line {
		return line{sample: indent + l.sample, todo: indent + l.todo, entry: l.entry}
	}
	block = append(block, comments("From "+s.host+", which no known service covers.")...)
	block = append(block, same("- id: "+s.id),
		line{sample: "  category: " + string(anyCategory(c)), todo: "  category: TODO"},
		same("  provider: "+s.provider),
		indented("  ", texts("name")), indented("  ", texts("purpose")))
	if len(s.hosts) > 0 {
		block = append(block, same("  hosts:"))
		for _, host := range s.hosts {
			block = append(block, same(fmt.Sprintf("    - { host: %q, kind: %s }", host.Host, host.Kind)))
		}
	}
	block = append(block, same("  cookies:"))
	for _, e := range s.entries {
		if e.fault == "" {
			for _, l := range e.lines(texts("purpose")) {
				l.entry = e
				block = append(block, indented("    ", l))
			}
		}
	}
	return block
}

// lines are the entry as an element of its service's list.
func (e *entry) lines(purpose line) []line {
	lines := []line{same("# " + comment(e.story())), same("- name: " + strconv.Quote(e.as.Name))}
	if e.as.Kind != catalogue.KindCookie {
		lines = append(lines, same("  kind: "+string(e.as.Kind)))
	}
	lines = append(lines, line{sample: "  " + purpose.sample, todo: "  " + purpose.todo}, e.lifetime())
	if e.as.Domain != "" {
		lines = append(lines, same("  domain: "+strconv.Quote(e.as.Domain)))
	}
	return lines
}

// story says how an entry was seen.
func (e *entry) story() string {
	text := "Seen"
	if e.page != "" {
		text += " on " + bare(e.page)
	}
	if !e.day.IsZero() {
		text += " on " + e.day.Format(time.DateOnly)
	}
	if by := e.Initiator; by.URL != "" {
		text += fmt.Sprintf(", stored by %s (%s)", bare(by.URL), by.Kind)
	}
	return text + "."
}

// bare is an address without what may be personal in it.
func bare(address string) string {
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	if at, err := url.Parse(address); err == nil {
		at.User = nil
		return at.String()
	}
	return address
}

// comment makes one line of a text, short enough to be read.
func comment(text string) string {
	const most = 240
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return ' '
		case !unicode.IsPrint(r), r == '\uE000':
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// lifetime writes the lifetime that was seen.
func (e *entry) lifetime() line {
	switch l, known := Lifetime(e.as.Kind, e.LifetimeS); {
	case !known:
		return line{sample: "  lifetime: session", todo: "  lifetime: TODO"}
	default:
		return same("  lifetime: " + source.WriteLifetime(l))
	}
}

// Lifetime reads a lifetime in seconds, as a report has it, and writes it as a catalogue does: in months
// where it is a whole number of them, or else in days, hours or minutes, rounded up. A catalogue has ten
// years at most. known is false for a cookie whose lifetime the report does not have.
func Lifetime(kind catalogue.Kind, seconds int64) (l catalogue.Lifetime, known bool) {
	const day = 24 * 60 * 60
	const year = 365 * day
	switch {
	case kind == catalogue.KindSessionStorage, kind == catalogue.KindCookie && seconds == 0:
		return catalogue.Lifetime{Unit: catalogue.UnitSession}, true
	case kind == catalogue.KindLocalStorage, kind == catalogue.KindIndexedDB:
		return catalogue.Lifetime{Unit: catalogue.UnitPersistent}, true
	case seconds < 0:
		return catalogue.Lifetime{}, false
	case seconds > 10*year:
		return catalogue.Lifetime{Count: 120, Unit: catalogue.UnitMonth}, true
	}
	up := func(unit int64) int { return int((seconds + unit - 1) / unit) }
	// A twelfth of a year of 365 or 366 days, give or take a day: what sites mean by months.
	months := (seconds*12 + year/2) / year
	if off := seconds - months*year/12; months >= 2 && off > -3*day/2 && off < 3*day/2 {
		return catalogue.Lifetime{Count: int(months), Unit: catalogue.UnitMonth}, true
	}
	switch {
	case seconds > day-60*60:
		return catalogue.Lifetime{Count: up(day), Unit: catalogue.UnitDay}, true
	case seconds > 60*60-60:
		return catalogue.Lifetime{Count: up(60 * 60), Unit: catalogue.UnitHour}, true
	}
	return catalogue.Lifetime{Count: up(60), Unit: catalogue.UnitMinute}, true
}
