package guard

import (
	"slices"
	"strings"

	"charte/banner/consent"
	"charte/catalogue"
)

// A directive is one of the policy, without the hosts.
type directive struct {
	name    string
	always  string // sources beside 'self' that are always allowed
	sockets bool   // whether hosts may be asked by sockets, too
	kinds   []catalogue.HostKind
	charte  bool // whether charte.js needs it
}

// directives are those of the policy, in their order. There is no default-src: what is not named
// here stays as it is. The policy is about hosts. What a page has within itself is for the site's own
// policy to forbid, which stays in force beside this one.
//
// A host without a scheme allows requests by the page's own scheme, or by a safer one, but no sockets.
// In browsers the scheme "ws" allows sockets alone, safe ones included, although it would allow both
// by the standard (https://www.w3.org/TR/CSP3/#match-schemes). So a host to connect to is there twice.
//
// object-src is as frame-src, since <object> and <embed> show what a frame shows, and frame-src does
// not govern them (https://www.w3.org/TR/CSP3/#directive-object-src).
var directives = []directive{
	{"script-src", "'unsafe-inline' 'unsafe-eval' data: blob:", false, []catalogue.HostKind{"script"}, true},
	{"style-src", "'unsafe-inline' data: blob:", false, []catalogue.HostKind{"style"}, true},
	{"img-src", "data: blob:", false, []catalogue.HostKind{"image", "pixel"}, false},
	{"font-src", "data: blob:", false, []catalogue.HostKind{"font"}, false},
	{"connect-src", "data: blob:", true, []catalogue.HostKind{"connect"}, true},
	{"media-src", "data: blob:", false, []catalogue.HostKind{"media"}, false},
	{"frame-src", "data: blob:", false, []catalogue.HostKind{"frame"}, false},
	{"object-src", "data: blob:", false, []catalogue.HostKind{"frame"}, false},
}

// opening is the directive without hosts, such as "img-src 'self' data: blob:".
func (d directive) opening() string { return d.name + " 'self' " + d.always }

// host writes a host of the directive, with a space before it.
func (d directive) host(host string) string {
	if d.sockets {
		return " " + host + " ws://" + host
	}
	return " " + host
}

// of returns the hosts that the directive takes from a list.
func (d directive) of(hosts []catalogue.Host) []string {
	var own []string
	for _, host := range hosts {
		if slices.Contains(d.kinds, host.Kind) {
			own = append(own, host.Host)
		}
	}
	return own
}

// HeaderName returns the name of the policy's header: Content-Security-Policy-Report-Only where the
// guard reports, and Content-Security-Policy where it enforces.
func (g *Guard) HeaderName() string {
	if g.enforced {
		return "Content-Security-Policy"
	}
	return "Content-Security-Policy-Report-Only"
}

// Header returns the policy for an answer. It allows the hosts that the site always needs, and those
// of services that may run.
func (g *Guard) Header(d consent.Decision) string {
	var may []service
	for _, s := range g.services {
		if len(s.hosts) > 0 && (s.asks || s.exempt) && s.may(d) {
			may = append(may, s)
		}
	}
	var b strings.Builder
	for i, of := range directives {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(of.opening())
		hosts := g.constant(of)
		for _, s := range may {
			hosts = append(hosts, of.of(s.hosts)...)
		}
		for _, host := range needed(hosts) {
			b.WriteString(of.host(host))
		}
	}
	b.WriteString(g.closing())
	return b.String()
}

// constant returns the hosts of a directive that are allowed whatever the answer.
func (g *Guard) constant(d directive) []string {
	hosts := d.of(g.always)
	if d.charte && g.charte != "" {
		hosts = append(hosts, g.charte)
	}
	return hosts
}

// closing is what follows the last directive of hosts.
func (g *Guard) closing() string {
	if g.reports == "" {
		return ""
	}
	return "; report-uri " + g.reports + "; report-to charte"
}

// endpoints is the value of the header Reporting-Endpoints, which gives the name "charte" in the
// policy its address. It is empty where no reports are sent.
func (g *Guard) endpoints() string {
	if g.reports == "" {
		return ""
	}
	return `charte="` + g.reports + `"`
}

// needed sorts hosts, and leaves out those that another one in the list covers.
func needed(hosts []string) []string {
	slices.Sort(hosts)
	hosts = slices.Compact(hosts)
	return slices.DeleteFunc(slices.Clone(hosts), func(host string) bool {
		return slices.ContainsFunc(hosts, func(other string) bool { return covers(other, host) })
	})
}

// covers reports whether a host of a policy stands for another one, and is not the same.
func covers(wider, host string) bool {
	return wider != host && catalogue.Host{Host: wider}.Covers(host)
}
