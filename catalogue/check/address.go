package check

import (
	"regexp"
	"strconv"
	"strings"

	"charte/catalogue"
)

// urlBytes bounds an address. Every browser and every proxy takes 2,000 bytes.
const urlBytes = 2000

// noScheme is the fault of an address that is a path or has another scheme.
const noScheme = "must start with https:// or http://"

// address checks an http or https address, which may be left out.
func (v *validator) address(path, label, address string) {
	if Undone(address) {
		v.add(path, "%s still says TODO", label)
	} else if fault := addressFault(address); address != "" && fault != "" {
		v.add(path, "%s %s %s", label, quote(address), fault)
	}
}

// addressFault says what is wrong with an absolute http or https address, or
// "" where nothing is. It is stricter than browsers, which drop tabs and line
// breaks, read "\" as "/" and forgive "https:/host" (https://url.spec.whatwg.org,
// "URL parsing"). So an address without a fault means the same to every program.
func addressFault(address string) string {
	if fault := bytesFault(address); fault != "" {
		return fault
	}
	rest, ok := strings.CutPrefix(address, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(address, "http://")
	}
	if !ok {
		return noScheme
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
	switch {
	case strings.HasPrefix(address, "//"):
		return "starts with //, which leads to another site; write a single / or https://"
	case strings.HasPrefix(address, "/"):
		return bytesFault(address)
	}
	fault := addressFault(address)
	if fault == noScheme {
		return "must start with https://, http:// or a single /"
	}
	return fault
}

// bytesFault looks for bytes that have no place in an address (RFC 3986,
// section 2) and for broken percent signs.
func bytesFault(address string) string {
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
		case c == '%' && !encoded.MatchString(address[i:]):
			return `contains a "%" without two hexadecimal digits after it`
		}
	}
	return ""
}

// encoded matches a percent-encoded byte (RFC 3986, section 2.1).
var encoded = regexp.MustCompile(`^%[0-9A-Fa-f]{2}`)

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
	if !isHost(strings.ToLower(host)) {
		return "has " + quote(host) + ", which is not a host name"
	}
	return ""
}

// domainFault says what is wrong with the Domain attribute of a cookie, or ""
// where nothing is. An IP address or a single label covers no other host, and
// browsers refuse it (RFC 6265, section 5.1.3).
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
	case !isHost(domain):
		return "is not a domain such as example.org"
	case len(labels) < 2:
		return "is a single label, which browsers refuse; leave cookieDomain out to keep the cookie to its host"
	case strings.Trim(last, "0123456789") == "":
		return "is a number, which browsers refuse; leave cookieDomain out to keep the cookie to its host"
	}
	return ""
}

// hostLabel matches one part of a host name (RFC 1123, section 2.1).
var hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// isHost reports whether host is a host name in lower case.
func isHost(host string) bool {
	if len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if !hostLabel.MatchString(label) {
			return false
		}
	}
	return true
}

// braces are the names in braces of an address, such as "{video}".
var braces = regexp.MustCompile(`\{[a-z][a-z0-9-]*\}`)

// content checks the address of a service's frame, and that of what it shows. A name in
// braces stands for a part that every frame has of its own.
func (v *validator) content(path, label string, service *catalogue.Service) {
	frame, content := service.Frame, service.Content
	if (frame == "") != (content == "") {
		v.add(path, "%s: frame and content belong together; one of them is missing", label)
		return
	}
	v.address(path+".frame", label+": frame", braces.ReplaceAllString(frame, "x"))
	v.address(path+".content", label+": content", braces.ReplaceAllString(content, "x"))
	for _, name := range braces.FindAllString(content, -1) {
		if !strings.Contains(frame, name) {
			v.add(path+".content", "%s: content has %s, which frame has not", label, name)
		}
	}
}
