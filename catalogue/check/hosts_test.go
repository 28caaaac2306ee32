package check

import (
	"fmt"
	"strings"
	"testing"

	"charte/catalogue"
)

func TestCheckGuard(t *testing.T) {
	for _, test := range []struct{ name, guard, want string }{
		{"off", "", ""},
		{"report", "report", ""},
		{"enforce", "enforce", ""},
		{"the word off", "off", `site.guard: site: guard "off" is not known; there are report, enforce, and without the key it is off`},
		{"upper case", "Report", `site.guard: site: guard "Report" is not known; there are report, enforce, and without the key it is off`},
	} {
		run(t, []row{{test.name, func(c *catalogue.Catalogue) { c.Site.Guard = catalogue.Guard(test.guard) }, test.want}})
	}
}

// TestCheckHosts: the same holds for the hosts of the site and for those of a service.
func TestCheckHosts(t *testing.T) {
	const noHost = `is not a host name such as "www.example.org" or "*.example.org"`
	for _, test := range []struct{ name, host, fault string }{
		{"a host", "www.example.org", ""},
		{"all below a host", "*.example.org", ""},
		{"a number", "192.0.2.1", ""},
		{"a single label", "localhost", ""},
		{"none", "", `is missing; write one such as "www.example.org" or "*.example.org"`},
		{"to be filled in", "TODO", "still says TODO"},
		{"an address", "https://example.org/", "is an address; write its host alone, such as www.example.org"},
		{"a port", "example.org:8080", "has a port; leave it out, a policy then has the usual ones"},
		{"upper case", "Example.org", "must be in lower case"},
		{"a star alone", "*", `has a "*" elsewhere than in a "*." at its beginning`},
		{"a star in the middle", "a.*.example.org", `has a "*" elsewhere than in a "*." at its beginning`},
		{"a star before letters", "*example.org", `has a "*" elsewhere than in a "*." at its beginning`},
		{"a top-level domain", "*.org", `stands for a whole top-level domain; write one such as "*.example.org"`},
		{"the end of a directive", "example.org; script-src x", noHost},
		{"a quote", `example.org"`, noHost},
		{"a keyword of a policy", "'unsafe-inline'", noHost},
		{"a line break", "example.org\nadd_header", noHost},
		{"a variable", "$host", noHost},
		{"a dollar at its end", "example.org$", noHost},
		{"a brace", "{host}", noHost},
		{"outside ASCII", "exämple.org", noHost},
	} {
		want := func(path, label string) string {
			if test.fault == "" {
				return ""
			}
			return fmt.Sprintf("%s.hosts[0].host: %s: host %s %s", path, label, quote(test.host), test.fault)
		}
		hosts := []catalogue.Host{{Host: test.host, Kind: "script"}}
		run(t, []row{
			{test.name + ", of a service", func(c *catalogue.Catalogue) { c.Services[3].Hosts = hosts }, want("services[3]", `service "youtube"`)},
			{test.name + ", of the site", func(c *catalogue.Catalogue) { c.Site.Hosts = hosts }, want("site", "site")},
		})
	}
	many := func(n int) []catalogue.Host {
		hosts := make([]catalogue.Host, n)
		for i := range hosts {
			hosts[i] = catalogue.Host{Host: fmt.Sprintf("h%d.example.org", i), Kind: "image"}
		}
		return hosts
	}
	kinds := strings.Join([]string{"script", "frame", "style", "image", "pixel", "connect", "font", "media"}, ", ")
	run(t, []row{
		{"one host of each kind", func(c *catalogue.Catalogue) {
			for _, kind := range catalogue.HostKinds() {
				c.Site.Hosts = append(c.Site.Hosts, catalogue.Host{Host: "cdn.example.org", Kind: kind})
			}
		}, ""},
		{"a host twice", func(c *catalogue.Catalogue) {
			c.Site.Hosts = []catalogue.Host{{Host: "a.example", Kind: "font"}, {Host: "a.example", Kind: "script"}, {Host: "a.example", Kind: "font"}}
		}, `site.hosts[2].host: site: host "a.example" is declared twice for the kind "font"`},
		{"no kind", func(c *catalogue.Catalogue) { c.Site.Hosts = []catalogue.Host{{Host: "a.example"}} },
			`site.hosts[0].kind: site: the kind of a host is one of ` + kinds + `, and not ""`},
		{"an unknown kind", func(c *catalogue.Catalogue) {
			c.Services[3].Hosts = []catalogue.Host{{Host: "a.example", Kind: "iframe"}}
		},
			`services[3].hosts[0].kind: service "youtube": the kind of a host is one of ` + kinds + `, and not "iframe"`},
		{"100 hosts", func(c *catalogue.Catalogue) { c.Site.Hosts = many(100) }, ""},
		{"101 hosts", func(c *catalogue.Catalogue) { c.Site.Hosts = many(101) }, "site.hosts: site: 101 hosts are declared, 100 at most"},
	})
}
