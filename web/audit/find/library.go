package find

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/web/audit/report"
)

// A library is what is known of services that need consent.
type library struct {
	entries []*services.Entry
	hosts   []libraryHost
	cookies []libraryCookie
}

type libraryHost struct {
	catalogue.Host
	entry *services.Entry
}

type libraryCookie struct {
	catalogue.Cookie
	entry *services.Entry
}

// newLibrary leaves out what only an owner knows, such as the host of a Matomo of one's own.
func newLibrary(known []*services.Entry) library {
	l := library{entries: known}
	for _, entry := range known {
		newest := entry.Newest()
		for _, host := range newest.Service.Hosts {
			if !strings.Contains(host.Host, "{") && tells(host.Kind) {
				l.hosts = append(l.hosts, libraryHost{host, entry})
			}
		}
		for _, cookie := range newest.Service.Cookies {
			// Under the site's own host, "lang" and "uuid" may be anybody's. "_ga" is nobody else's.
			const shortest = 5
			if name := strings.TrimSuffix(cookie.Name, "*"); !strings.Contains(name, "{") && (len(name) >= shortest || strings.HasPrefix(name, "_") || cookie.Domain != "") {
				l.cookies = append(l.cookies, libraryCookie{cookie, entry})
			}
		}
	}
	return l
}

// tells reports whether what is loaded from a host tells its owner who visits the page. A font, an
// image or a style does, too, and many sites that know nothing of the service load them.
func tells(kind catalogue.HostKind) bool {
	return kind == "script" || kind == "frame" || kind == "pixel" || kind == "connect"
}

// host returns the known service that a host belongs to, or nil. Where several share it, it is the
// first.
func (l library) host(host string) *services.Entry {
	for _, h := range l.hosts {
		if h.Covers(host) {
			return h.entry
		}
	}
	return nil
}

// cookie returns the known service that stores an entry, and the name by which it declares it.
func (l library) cookie(e report.Entry) (*services.Entry, string) {
	for _, c := range l.cookies {
		if string(c.Kind.OrCookie()) != string(e.Kind) || !covers(c.Cookie, e) {
			continue
		}
		if c.Domain == "" || hostOf(c.Domain, e.Host) {
			return c.entry, c.Name
		}
	}
	return nil, ""
}

// recognise lists the known services that were seen.
func (f *finder) recognise() {
	seen := map[string]*report.Service{}
	of := func(entry *services.Entry, state report.State) *report.Service {
		s := seen[string(entry.ID)]
		if s == nil {
			s = &report.Service{ID: string(entry.ID), Name: entry.Name, Edition: entry.Newest().Number, Hosts: []string{}, Entries: []string{}}
			seen[s.ID] = s
		}
		if !slices.Contains(s.States, state) {
			s.States = append(s.States, state)
		}
		return s
	}
	add := func(list []string, text string) []string {
		if slices.Contains(list, text) {
			return list
		}
		return append(list, text)
	}
	for _, j := range f.report.Journeys {
		for _, q := range j.Requests {
			if entry := f.library.host(q.Host); entry != nil {
				s := of(entry, j.State)
				s.Hosts = add(s.Hosts, q.Host)
			}
		}
		for _, e := range j.Entries {
			if entry, name := f.library.cookie(e); entry != nil {
				s := of(entry, j.State)
				s.Entries = add(s.Entries, string(e.Kind)+" "+name)
			}
		}
	}
	f.report.Services = nil
	for _, s := range seen {
		f.report.Services = append(f.report.Services, *s)
	}
	slices.SortFunc(f.report.Services, func(a, b report.Service) int { return cmp.Compare(a.ID, b.ID) })
}

// A gate is a tag that waits for consent.
type gate struct {
	report.Gated
	page string
}

// waiting is what gated tags load.
type waiting struct {
	hosts     map[string][]gate // other hosts than the page's
	addresses map[string]gate   // on the page's own host
}

// gates collects what the gated tags of all pages load.
func gates(r *report.Report) waiting {
	w := waiting{map[string][]gate{}, map[string]gate{}}
	for _, j := range r.Journeys {
		for _, page := range j.Pages {
			for _, g := range page.Gated {
				at, err := url.Parse(g.URL)
				if err != nil || at.Hostname() == "" || strings.HasPrefix(g.Category, "!") || strings.HasPrefix(g.Service, "!") {
					continue
				}
				if own, err := url.Parse(page.At); err == nil && own.Hostname() == at.Hostname() {
					w.addresses[g.URL] = gate{g, page.URL}
				} else if !slices.ContainsFunc(w.hosts[at.Hostname()], func(other gate) bool { return other.Gated == g }) {
					w.hosts[at.Hostname()] = append(w.hosts[at.Hostname()], gate{g, page.URL})
				}
			}
		}
	}
	return w
}
