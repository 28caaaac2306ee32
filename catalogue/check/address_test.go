package check

import (
	"fmt"
	"strings"
	"testing"

	"charte/catalogue"
)

func TestCheckAddresses(t *testing.T) {
	const scheme, site = "must start with https:// or http://", "must start with https://, http:// or a single /"
	control, ascii := "contains a space or a control character", "contains a character outside ASCII; write it percent-encoded, and a host name in its xn-- form"
	for _, test := range []struct {
		name, address string
		policy        string // its fault as a policyURL or a source
		charter       string // its fault as a charterURL
	}{
		{"https", "https://example.org/a/b?c=d&e#f", "", ""},
		{"http and a port", "http://127.0.0.1:8080/charte", "", ""},
		{"a host alone", "https://example.org", "", ""},
		{"a host in upper case", "https://Example.ORG/", "", ""},
		{"percent-encoded", "https://example.org/caf%C3%A9", "", ""},
		{"2,000 bytes", "https://example.org/" + strings.Repeat("a", 1980), "", ""},
		{"2,001 bytes", "https://example.org/" + strings.Repeat("a", 1981), "has 2001 bytes, 2000 at most", "has 2001 bytes, 2000 at most"},
		{"a path", "/charte", scheme, ""},
		{"a path to the root", "/", scheme, ""},
		{"a path with a query", "/a/b?c#d", scheme, ""},
		{"another site without a scheme", "//evil.test/", scheme, "starts with //, which leads to another site; write a single / or https://"},
		{"a backslash after the slash", `/\evil.test/`, `contains "\\", which no address may contain`, `contains "\\", which no address may contain`},
		{"backslashes", `https:\\evil.test`, `contains "\\", which no address may contain`, `contains "\\", which no address may contain`},
		{"a tab after the slash", "/\t/evil.test", control, control},
		{"a relative path", "charte", scheme, site},
		{"javascript", "javascript:alert(1)", scheme, site},
		{"javascript in mixed case", "JaVaScRiPt:alert(1)", scheme, site},
		{"javascript with a tab", "java\tscript:alert(1)", control, control},
		{"javascript after a control character", "\x01javascript:alert(1)", control, control},
		{"javascript after a space", " javascript:alert(1)", control, control},
		{"data", "data:text/html,<b>", `contains "<", which no address may contain`, `contains "<", which no address may contain`},
		{"data without markup", "data:text/html,x", scheme, site},
		{"a scheme in mixed case", "HTTPS://example.org", scheme, site},
		{"one slash", "https:/example.org", scheme, site},
		{"three slashes", "https:///example.org", "has no host name", "has no host name"},
		{"no host", "https://", "has no host name", "has no host name"},
		{"a user name", "https://google.com@evil.test/", `contains a user name before "@"; such addresses mislead`, `contains a user name before "@"; such addresses mislead`},
		{"an @ in the path", "https://example.org/@user", "", ""},
		{"a host with a trailing dot", "https://example.org./", `has "example.org.", which is not a host name`, `has "example.org.", which is not a host name`},
		{"a host with an underscore", "https://a_b.org/", `has "a_b.org", which is not a host name`, `has "a_b.org", which is not a host name`},
		{"a percent sign in the host", "https://%65vil.test/", `has "%65vil.test", which is not a host name`, `has "%65vil.test", which is not a host name`},
		{"a host outside ASCII", "https://exämple.org/", ascii, ascii},
		{"port 0", "https://example.org:0/", "has a port that is not a number from 1 to 65535", "has a port that is not a number from 1 to 65535"},
		{"port 65536", "https://example.org:65536/", "has a port that is not a number from 1 to 65535", "has a port that is not a number from 1 to 65535"},
		{"an empty port", "https://example.org:/", "has a port that is not a number from 1 to 65535", "has a port that is not a number from 1 to 65535"},
		{"a quote", `https://example.org/" onfocus="x`, `contains "\"", which no address may contain`, `contains "\"", which no address may contain`},
		{"a line break", "https://example.org/\nSet-Cookie: x", control, control},
		{"a broken percent sign", "https://example.org/%E", `contains a "%" without two hexadecimal digits after it`, `contains a "%" without two hexadecimal digits after it`},
	} {
		quoted := quote(test.address)
		want := func(format, fault string) string {
			if fault == "" {
				return ""
			}
			return fmt.Sprintf(format, quoted, fault)
		}
		t.Run(test.name, func(t *testing.T) {
			run(t, []row{
				{"policyURL", func(c *catalogue.Catalogue) { c.Providers[1].PolicyURL = test.address }, want(`providers[1].policyURL: provider "google": policyURL %s %s`, test.policy)},
				{"source", func(c *catalogue.Catalogue) { c.Services[1].Cookies[0].Source = test.address }, want(`services[1].cookies[0].source: cookie "_pk_id*": source %s %s`, test.policy)},
				{"charterURL", func(c *catalogue.Catalogue) { c.Site.CharterURL = test.address }, want(`site.charterURL: site: charterURL %s %s`, test.charter)},
			})
		})
	}
	run(t, []row{
		{"no charterURL", func(c *catalogue.Catalogue) { c.Site.CharterURL = "" }, ""},
		{"a third party without a policy", func(c *catalogue.Catalogue) { c.Providers[1].PolicyURL = "" }, `providers[1].policyURL: provider "google": policyURL is missing; visitors must be able to read the privacy policy of every third party`},
		{"a first party without a policy", func(c *catalogue.Catalogue) { c.Providers[0].PolicyURL = "" }, ""},
	})
}

func TestCheckCookieDomain(t *testing.T) {
	notDomain := "is not a domain such as example.org"
	for _, test := range []struct{ name, domain, fault string }{
		{"none", "", ""},
		{"a domain", "example.org", ""},
		{"a subdomain", "data.example.co.uk", ""},
		{"punycode", "xn--exmple-cua.org", ""},
		{"253 bytes", strings.Repeat(strings.Repeat("a", 49)+".", 5) + "org", ""},
		{"an address", "https://example.org", "is an address; write the domain alone, such as example.org"},
		{"a port", "example.org:8080", "is an address; write the domain alone, such as example.org"},
		{"a path", "example.org/a", "is an address; write the domain alone, such as example.org"},
		{"a leading dot", ".example.org", "starts with a dot; leave it out, subdomains are included anyway"},
		{"upper case", "Example.org", "must be in lower case"},
		{"a cookie attribute", "example.org; secure", notDomain},
		{"a line break", "example.org\r\n", notDomain},
		{"a space", "example .org", notDomain},
		{"two dots", "example..org", notDomain},
		{"a trailing dot", "example.org.", notDomain},
		{"a hyphen first", "-example.org", notDomain},
		{"a label of 63 bytes", strings.Repeat("a", 63) + ".org", ""},
		{"a label of 64 bytes", strings.Repeat("a", 64) + ".org", notDomain},
		{"254 bytes", strings.Repeat(strings.Repeat("a", 49)+".", 5) + "orgs", notDomain},
		{"outside ASCII", "exämple.org", notDomain},
		{"a single label", "localhost", "is a single label, which browsers refuse; leave cookieDomain out to keep the cookie to its host"},
		{"an IP address", "127.0.0.1", "is a number, which browsers refuse; leave cookieDomain out to keep the cookie to its host"},
	} {
		want := ""
		if test.fault != "" {
			want = "site.cookieDomain: site: cookieDomain " + quote(test.domain) + " " + test.fault
		}
		run(t, []row{{test.name, func(c *catalogue.Catalogue) { c.Site.CookieDomain = test.domain }, want}})
	}
}
