package check

import (
	"strconv"
	"strings"
)

// urlBytes bounds an address. 2,000 is what every browser and proxy carries.
const urlBytes = 2000

// addressFault says what is wrong with an absolute http or https address, or
// "" where nothing is. It is stricter than browsers, which drop tabs and line
// breaks, read "\" as "/" and forgive "https:/host": whatever passes here means
// the same to every reader (https://url.spec.whatwg.org, "URL parsing").
func addressFault(address string) string {
	rest, ok := strings.CutPrefix(address, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(address, "http://")
	}
	if fault := urlBytesFault(address); fault != "" {
		return fault
	}
	if !ok {
		return "must start with https:// or http://"
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	return authorityFault(rest[:end])
}

// charterFault is addressFault for the charter's address, which may also be a
// path on the same site.
func charterFault(address string) string {
	if !strings.HasPrefix(address, "/") {
		fault := addressFault(address)
		if fault == "must start with https:// or http://" {
			return "must start with https://, http:// or a single /"
		}
		return fault
	}
	if strings.HasPrefix(address, "//") {
		return "starts with //, which leads to another site; write a single / or https://"
	}
	return urlBytesFault(address)
}

// urlBytesFault looks for bytes that have no place in an address (RFC 3986,
// section 2) and for broken percent signs.
func urlBytesFault(address string) string {
	if len(address) > urlBytes {
		return tooLong(len(address), urlBytes)
	}
	for i := 0; i < len(address); i++ {
		switch c := address[i]; {
		case c <= ' ' || c == 0x7f:
			return "contains a space or a control character"
		case c > 0x7f:
			return "contains a character outside ASCII; write it percent-encoded, and a host name in its xn-- form"
		case strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			return "contains " + quote(string(rune(c))) + ", which no address may contain"
		case c == '%' && (i+2 >= len(address) || !isHex(address[i+1]) || !isHex(address[i+2])):
			return `contains a "%" without two hexadecimal digits after it`
		}
	}
	return ""
}

// authorityFault checks the part between "//" and the path.
func authorityFault(authority string) string {
	if strings.Contains(authority, "@") {
		return `contains a user name before "@"; such addresses mislead`
	}
	host, port, hasPort := strings.Cut(authority, ":")
	if hasPort {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "has a port that is not a number from 1 to 65535"
		}
	}
	if host == "" {
		return "has no host name"
	}
	if !hostLabels(strings.ToLower(host)) {
		return "has " + quote(host) + ", which is not a host name"
	}
	return ""
}

// domainFault says what is wrong with the Domain attribute of a cookie, or ""
// where nothing is (RFC 6265, section 5.1.3: an address or a single label
// matches nothing but itself, and browsers refuse it).
func domainFault(domain string) string {
	labels := strings.Split(domain, ".")
	last := labels[len(labels)-1]
	switch {
	case strings.ContainsAny(domain, "/:@?#"):
		return "is an address; write the domain alone, such as example.org"
	case strings.HasPrefix(domain, "."):
		return "starts with a dot; leave it out, subdomains are included anyway"
	case domain != strings.ToLower(domain):
		return "must be in lower case"
	case !hostLabels(domain):
		return "is not a domain such as example.org"
	case len(labels) < 2:
		return "is a single label, which browsers refuse; leave cookieDomain out to keep the cookie to its host"
	case strings.Trim(last, "0123456789") == "":
		return "is a number, which browsers refuse; leave cookieDomain out to keep the cookie to its host"
	}
	return ""
}

// hostLabels reports whether host is a host name in lower case (RFC 1123,
// section 2.1).
func hostLabels(host string) bool {
	if len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := 0; i < len(label); i++ {
			if c := label[i]; !isLower(c) && !isDigit(c) && c != '-' {
				return false
			}
		}
	}
	return true
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isHex(c byte) bool   { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }
