// Package url is a stand-in for net/url that knows the addresses of a stage:
// a scheme, a host and a path, perhaps with a query and a fragment, without
// escapes, users or IPv6. go-app (v10.1.11) parses location.href to choose the
// component, and in the stage that is always https://charte/. What needs the
// rest of the package is navigation between pages, which Charte does not use.
package url

import "strings"

// A URL is an address in its parts.
type URL struct {
	Scheme   string
	Host     string // with the port
	Path     string
	RawQuery string // without "?"
	Fragment string // without "#"
}

// Parse takes an address apart. It never fails.
func Parse(address string) (*URL, error) {
	u := new(URL)
	address, u.Fragment, _ = strings.Cut(address, "#")
	address, u.RawQuery, _ = strings.Cut(address, "?")
	if scheme, rest, ok := strings.Cut(address, ":"); ok && !strings.Contains(scheme, "/") {
		u.Scheme, address = scheme, rest
	}
	if rest, ok := strings.CutPrefix(address, "//"); ok {
		end := strings.IndexByte(rest, '/')
		if end < 0 {
			end = len(rest)
		}
		u.Host, address = rest[:end], rest[end:]
	}
	u.Path = address
	return u, nil
}

// Hostname is the host without the port.
func (u *URL) Hostname() string {
	host, _, _ := strings.Cut(u.Host, ":")
	return host
}

// String puts the parts together again.
func (u *URL) String() string {
	var s string
	if u.Scheme != "" {
		s = u.Scheme + ":"
	}
	if u.Host != "" {
		s += "//" + u.Host
	}
	s += u.Path
	if u.RawQuery != "" {
		s += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		s += "#" + u.Fragment
	}
	return s
}
