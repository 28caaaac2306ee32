// Package guard makes a web server hold what no tag in a page holds back. By the visitor's answer it
// sends a policy for the hosts that pages may load from (policy.go), and filters the cookies of
// responses (middleware.go). rules.go writes the same rules for other web servers.
//
// It guards against mistakes and careless tags, not against attackers. README.md says what is out of
// its reach.
package guard

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/source"
)

// ErrOff says that the catalogue does not turn the guard on, with site.guard.
var ErrOff = errors.New("charte: the catalogue has no site.guard")

// Options are what a catalogue does not say. The zero Options are for a site that serves charte.js
// itself, and collects no reports.
type Options struct {
	// Charte is the address of the folder with charte.js, such as "https://consent.example.org/",
	// where that is another origin than the site's.
	Charte string

	// Reports is where browsers send reports of what the policy stops, or would stop: a path such
	// as "/guard", or an https address. Empty means nowhere.
	Reports string
}

// A Guard holds the rules of one site. It is safe for concurrent use.
type Guard struct {
	// Count, where it is set, is called with the name of each cookie in a response that the filter
	// drops or, under "report", lets pass only because it does not enforce. It is called by
	// several goroutines at once, and must be set before the first request.
	Count func(cookie string)

	enforced     bool
	policy       consent.Policy
	services     []service
	always       []catalogue.Host // allowed whatever the answer
	cookieDomain string
	charte       string // a host, with its port if it has one
	reports      string
}

// A service is one of the catalogue, as far as the guard needs to know it.
type service struct {
	id, category string
	asks, exempt bool // neither for necessary services
	hosts        []catalogue.Host
	cookies      []catalogue.Cookie // those of kind cookie
}

// The shapes of what is written into headers and into the configuration of other programs. None has
// a character that means something there.
var (
	hostForm    = regexp.MustCompile(`^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
	idForm      = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	revForm     = regexp.MustCompile(`^[a-z0-9]+$`)
	originForm  = regexp.MustCompile(`^[a-z0-9.-]+(:[0-9]+)?$`)
	reportsForm = regexp.MustCompile(`^(https://[a-z0-9.-]+(:[0-9]+)?)?/([A-Za-z0-9._~?=&+-][A-Za-z0-9/._~?=&+-]*)?$`)
)

// New returns the guard of a catalogue, as package catalogue/source reads it. The error is ErrOff
// where the catalogue does not turn the guard on. Any other says what in the catalogue or in the
// options cannot be written into a policy.
func New(c *catalogue.Catalogue, o Options) (*Guard, error) {
	if c.Site.Guard == "" {
		return nil, ErrOff
	}
	if !slices.Contains(catalogue.Guards(), c.Site.Guard) {
		return nil, fmt.Errorf("charte: site.guard is %q, not one of %q", c.Site.Guard, catalogue.Guards())
	}
	if len(c.Languages) == 0 {
		return nil, errors.New("charte: the catalogue has no language")
	}
	view, err := source.View(c, c.Languages[0]) // any language: the policy is the same
	if err != nil {
		return nil, err
	}
	g := &Guard{
		enforced:     c.Site.Guard == catalogue.GuardEnforce,
		policy:       consent.PolicyOf(view),
		always:       c.Site.Hosts,
		cookieDomain: c.Site.CookieDomain,
		reports:      o.Reports,
	}
	if !revForm.MatchString(g.policy.Revision) {
		return nil, fmt.Errorf("charte: the revision %q is not one of lower-case letters and digits", g.policy.Revision)
	}
	for _, category := range c.Categories {
		if !idForm.MatchString(string(category.ID)) {
			return nil, fmt.Errorf("charte: %q is not the ID of a category", category.ID)
		}
		for _, s := range c.Services {
			if s.Category != category.ID {
				continue
			}
			if !idForm.MatchString(string(s.ID)) {
				return nil, fmt.Errorf("charte: %q is not the ID of a service", s.ID)
			}
			asks := c.Asks(s)
			own := service{id: string(s.ID), category: string(category.ID), asks: asks, exempt: !asks && !category.Necessary, hosts: s.Hosts}
			for _, cookie := range s.Cookies {
				if cmp.Or(cookie.Kind, catalogue.KindCookie) == catalogue.KindCookie {
					own.cookies = append(own.cookies, cookie)
				}
			}
			g.services = append(g.services, own)
			if !asks && !own.exempt {
				g.always = slices.Concat(g.always, s.Hosts)
			}
		}
	}
	for _, s := range append([]service{{id: "site", hosts: c.Site.Hosts}}, g.services...) {
		for _, host := range s.hosts {
			if !hostForm.MatchString(host.Host) || !slices.Contains(catalogue.HostKinds(), host.Kind) {
				return nil, fmt.Errorf("charte: hosts of %s: %q of kind %q: want a host name in lower case, and one of the kinds %q",
					s.id, host.Host, host.Kind, catalogue.HostKinds())
			}
		}
	}
	if c.Site.CookieDomain != "" && !originForm.MatchString(c.Site.CookieDomain) {
		return nil, fmt.Errorf("charte: site.cookieDomain is %q, not a host name in lower case", c.Site.CookieDomain)
	}
	if o.Charte != "" {
		address, err := url.Parse(o.Charte)
		if err != nil || address.Scheme != "https" && address.Scheme != "http" || !originForm.MatchString(address.Host) {
			return nil, fmt.Errorf(`charte: %q is no address of charte.js: want one like "https://consent.example.org/"`, o.Charte)
		}
		g.charte = address.Host
	}
	if o.Reports != "" && !reportsForm.MatchString(o.Reports) {
		return nil, fmt.Errorf(`charte: reports cannot go to %q: want a path such as "/guard", or an https address, of letters, digits and -._~/?=&+`, o.Reports)
	}
	return g, nil
}

// may reports whether a service may run by the answer d.
func (s service) may(d consent.Decision) bool {
	switch {
	case s.asks:
		return d.Grants(s.category, s.id)
	case s.exempt:
		return !d.Objects(s.category, s.id)
	}
	return true
}
