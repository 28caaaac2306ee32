package guard

import (
	"net"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A setCookie is what a value of Set-Cookie does, as browsers read it (RFC 6265, 5.2). It erases only if
// all of its attributes do, in a form that all browsers know. Of several, one browser takes the last
// and another the last that is valid, and one takes Expires where others take Max-Age.
type setCookie struct {
	name   string // "" for a cookie without a name
	erases bool   // it expires at once
}

// maxAttribute bounds an attribute's value, in bytes (RFC 6265bis, 5.6).
const maxAttribute = 1024

// parseSetCookie reads a value of Set-Cookie.
func parseSetCookie(line string, now time.Time) setCookie {
	pair, attributes, _ := strings.Cut(line, ";")
	name, _, named := strings.Cut(pair, "=")
	if !named {
		name = "" // what there is is its value
	}
	saysWhen := false
	erases := true
	for attribute := range strings.SplitSeq(attributes, ";") {
		key, value, _ := strings.Cut(attribute, "=")
		value = strings.Trim(value, " \t")
		switch strings.ToLower(strings.Trim(key, " \t")) {
		case "max-age":
			saysWhen = true
			erases = erases && expiresByAge(value)
		case "expires":
			saysWhen = true
			erases = erases && expiresByDate(value, now)
		}
	}
	return setCookie{strings.Trim(name, " \t"), saysWhen && erases}
}

// expiresByAge reports whether a value of Max-Age is one (RFC 6265, 5.2.2) by which a cookie expires at
// once. Browsers pass over a value that is longer than maxAttribute.
func expiresByAge(value string) bool {
	digits, isNegative := strings.CutPrefix(value, "-")
	if digits == "" || !isDigits(digits) || len(value) > maxAttribute {
		return false
	}
	return isNegative || strings.Trim(digits, "0") == ""
}

// isDigits reports whether text has nothing but the digits 0 to 9.
func isDigits(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// The dates that all browsers know, in any case: "Thu, 01 Jan 1970 00:00:00 GMT", the same with hyphens
// or with a long weekday, and as C writes it. Years of two digits begin with 1970.
var (
	webDate = regexp.MustCompile(`(?i)^[a-z]{3,9}, (\d\d?)[ -](` + months + `)[ -](\d{4}|[789]\d) (\d\d):(\d\d):(\d\d)(?: (?:GMT|UTC|[+-]0000))?$`)
	cDate   = regexp.MustCompile(`(?i)^[a-z]{3} (` + months + `) {1,2}(\d\d?) (\d\d):(\d\d):(\d\d) (\d{4})$`)
)

const months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"

// expiresByDate reports whether a value of Expires is a date by which a cookie expires at once.
func expiresByDate(value string, now time.Time) bool {
	var day, month, year string
	var clock []string
	if found := webDate.FindStringSubmatch(value); found != nil {
		day, month, year, clock = found[1], found[2], found[3], found[4:]
	} else if found := cDate.FindStringSubmatch(value); found != nil {
		month, day, clock, year = found[1], found[2], found[3:6], found[6]
	} else {
		return false
	}
	if len(year) == 2 {
		year = "19" + year
	}
	moment, err := time.Parse("2006 Jan 2 15:04:05", year+" "+month+" "+day+" "+strings.Join(clock, ":"))
	return err == nil && moment.Year() > 1600 && moment.Before(now)
}

// canBeSent reports whether a name out of a request may be written into a response.
func canBeSent(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == ';' || r == '=' })
}

// eraseEverywhere returns the values of Set-Cookie that erase a cookie: on the host alone, and under
// each of the domains. Browsers take no notice of a domain that they do not allow.
func eraseEverywhere(name string, domains []string) []string {
	line := name + "=; Path=/; Max-Age=0"
	lower := strings.ToLower(name)
	if isHost := strings.HasPrefix(lower, "__host-"); isHost || strings.HasPrefix(lower, "__secure-") {
		line += "; Secure" // without it browsers do not touch the cookie
		if isHost {
			return []string{line}
		}
	}
	lines := []string{line}
	for i, domain := range domains {
		if domain != "" && !slices.Contains(domains[:i], domain) {
			lines = append(lines, line+"; Domain="+domain)
		}
	}
	return lines
}

// domainsOf returns the domains under which a page of a host can keep cookies: the host and those
// above it, except the last label alone. There are none for an IP address.
func domainsOf(host string) []string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(host)
	if !originForm.MatchString(host) || net.ParseIP(host) != nil {
		return nil
	}
	var domains []string
	for strings.Contains(strings.Trim(host, "."), ".") {
		domains = append(domains, host)
		_, host, _ = strings.Cut(host, ".")
	}
	return domains
}
