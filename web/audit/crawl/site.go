package crawl

import (
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// SameSite reports whether two addresses belong to the same site: to the same registrable domain by
// the Public Suffix List, whatever their schemes and ports are. A host without a registrable domain
// (an IP address, localhost, a public suffix) is a site with its port, so that two servers on one
// machine are two sites. An address without a host belongs to no site.
func SameSite(a, b *url.URL) bool {
	site := siteOf(a)
	return site != "" && site == siteOf(b)
}

// siteOf is the registrable domain of an address, or its host and port.
func siteOf(u *url.URL) string {
	host := hostOf(u)
	if host == "" {
		return ""
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil { // an IP address has none
		return domain
	}
	return net.JoinHostPort(host, portOf(u))
}

// hostOf is the host of an address in ASCII and in lower case, without a final dot.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	// A name that IDNA refuses, such as one with an underscore, is resolved all the same.
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii // other scripts have full stops of their own, which are dots now
	}
	return strings.TrimSuffix(host, ".")
}

// portOf is the port of an address, with the scheme's own if it names none.
func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	switch u.Scheme {
	case "http", "ws":
		return "80"
	case "https", "wss":
		return "443"
	}
	return ""
}
