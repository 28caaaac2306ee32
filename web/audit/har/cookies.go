package har

import (
	"net/http"
	"strings"
	"time"

	"charte/web/audit/report"
)

// A cookie is one that was sent, or that an answer sets. One that was sent has a name and a value alone.
type cookie struct {
	Name        string    `json:"name"`
	Value       string    `json:"value"`
	Path        string    `json:"path,omitempty"`
	Domain      string    `json:"domain,omitempty"`
	Expires     time.Time `json:"expires,omitzero"` // zero until the browser closes
	HTTPOnly    bool      `json:"httpOnly,omitempty"`
	Secure      bool      `json:"secure,omitempty"`
	SameSite    string    `json:"_sameSite,omitempty"`
	Partitioned bool      `json:"_partitioned,omitempty"`
}

// sentCookies returns the cookies of a request.
func sentCookies(headers []report.Header) []cookie {
	all := []cookie{}
	for _, h := range headers {
		if !strings.EqualFold(h.Name, "Cookie") {
			continue
		}
		for text := range strings.SplitSeq(h.Value, ";") {
			if c := named(text); c != (cookie{}) {
				all = append(all, c)
			}
		}
	}
	return all
}

// setCookies returns the cookies that an answer sets, which came at a time.
func setCookies(headers []report.Header, at time.Time) []cookie {
	all := []cookie{}
	for _, h := range headers {
		if !strings.EqualFold(h.Name, "Set-Cookie") {
			continue
		}
		for line := range strings.SplitSeq(h.Value, "\n") { // as browsers give several headers of one name
			if c := setCookie(line, at); c != (cookie{}) {
				all = append(all, c)
			}
		}
	}
	return all
}

// named returns a cookie from "name=value". What has no "=" is the value of a cookie without a name, as
// browsers read it.
func named(text string) cookie {
	const space = " \t\r"
	name, value, is := strings.Cut(text, "=")
	if !is {
		name, value = "", text
	}
	return cookie{Name: strings.Trim(name, space), Value: strings.Trim(value, space)}
}

// sameSites are the values of SameSite.
var sameSites = map[http.SameSite]string{
	http.SameSiteLaxMode: "Lax", http.SameSiteStrictMode: "Strict", http.SameSiteNoneMode: "None",
}

// setCookie returns the cookie of a Set-Cookie header.
func setCookie(line string, at time.Time) cookie {
	text, attributes, _ := strings.Cut(line, ";")
	c := named(text)
	if c == (cookie{}) {
		return c
	}
	// net/http refuses names and values that browsers keep, so it reads the attributes alone.
	parsed, err := http.ParseSetCookie("name=value;" + attributes)
	if err != nil {
		return c
	}
	c.Path, c.Domain, c.HTTPOnly, c.Secure = parsed.Path, parsed.Domain, parsed.HttpOnly, parsed.Secure
	c.SameSite, c.Partitioned = sameSites[parsed.SameSite], parsed.Partitioned
	c.Expires = expiry(parsed, at)
	return c
}

// latest is the last second that JSON's form of a time has.
var latest = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)

// expiry returns when a cookie ends that was set at a time. Max-Age goes before Expires: RFC 6265,
// section 5.3.
func expiry(c *http.Cookie, at time.Time) time.Time {
	at = at.UTC()
	switch {
	case c.MaxAge < 0:
		return at
	case c.MaxAge > 0 && int64(c.MaxAge) < latest.Unix()-at.Unix():
		return time.Unix(at.Unix()+int64(c.MaxAge), int64(at.Nanosecond())).UTC()
	case c.MaxAge > 0:
		return latest
	}
	return c.Expires
}
