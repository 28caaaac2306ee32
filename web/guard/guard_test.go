package guard

import (
	"errors"
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

// site is the catalogue of the tests. It has every kind of service: necessary, exempt and asked,
// alone in their category and with others. Some share hosts, or have some that others' wildcards
// cover. A family of cookies of one that is asked covers the answer's.
func site(guard catalogue.Guard) *catalogue.Catalogue {
	c := cataloguetest.Valid()
	c.Site.Guard = guard
	c.Site.Hosts = []catalogue.Host{{Host: "cdn.example.net", Kind: "script"}, {Host: "cdn.example.net", Kind: "style"}, {Host: "static.maps.example", Kind: "image"}}
	text := func(text string) catalogue.Text { return catalogue.Text{"fr": text, "en": text} }
	for _, id := range []catalogue.ID{"ads", "ads-b"} {
		c.Categories = append(c.Categories, catalogue.Category{ID: id, Name: text(string(id)), Summary: text("."), Description: text(".")})
	}
	for id, category := range map[catalogue.ID]catalogue.ID{"x": "ads", "y": "ads", "z": "ads-b", "counter": "statistics"} {
		c.Services = append(c.Services, catalogue.Service{ID: id, Category: category, Provider: "google", Name: text(string(id)), Purpose: text("."), Exempt: id == "counter"})
	}
	hosts := map[catalogue.ID]string{
		"choice":    "connect login.example.org",
		"matomo":    "script stats.example.org, connect stats.example.org, pixel stats.example.org",
		"counter":   "pixel counter.example.org",
		"analytics": "script www.googletagmanager.com, connect *.google-analytics.com, connect region1.google-analytics.com",
		"youtube":   "frame www.youtube-nocookie.com, image i.ytimg.com, script www.google.com, font fonts.gstatic.com, media *.googlevideo.com",
		"maps":      "script *.google.com, image *.maps.example, image *.tiles.maps.example, frame www.google.com",
		"x":         "script a.ads.example, script shared.example",
		"y":         "script shared.example",
		"z":         "script b.ads.example",
	}
	cookies := map[catalogue.ID][]string{"choice": {"sessionid", "__Host-csrf"}, "x": {"_fbp", "shared", "__Host-ad", "cookies_*"}, "z": {"shared", "__Secure-z"}, "counter": {"visits"}}
	for i := range c.Services {
		s := &c.Services[i]
		if s.ID == "choice" {
			s.Cookies = nil // the answer's cookie need not be declared
		}
		if hosts[s.ID] != "" {
			for _, one := range strings.Split(hosts[s.ID], ", ") {
				kind, host, _ := strings.Cut(one, " ")
				s.Hosts = append(s.Hosts, catalogue.Host{Host: host, Kind: catalogue.HostKind(kind)})
			}
		}
		for _, name := range cookies[s.ID] {
			s.Cookies = append(s.Cookies, catalogue.Cookie{Name: name, Purpose: text("."), Lifetime: catalogue.Lifetime{Count: 1, Unit: catalogue.UnitMonth}})
		}
	}
	return c
}

// newGuard returns the guard of a catalogue.
func newGuard(t testing.TB, c *catalogue.Catalogue, o Options) *Guard {
	t.Helper()
	g, err := New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// today is the day of the tests' answers. Rules and middleware go by the clock.
var today = consent.DayOf(time.Now())

// answer writes a cookie of today, to this revision of the guard's catalogue.
func (g *Guard) answer(lists string) string {
	return consent.CookieName + "=v=1&on=" + today.String() + "&rev=" + g.policy.Revision + lists
}

func TestNew(t *testing.T) {
	for _, test := range []struct {
		name    string
		change  func(*catalogue.Catalogue)
		options Options
		err     string // "" for none
	}{
		{"report", func(c *catalogue.Catalogue) { c.Site.Guard = catalogue.GuardReport }, Options{}, ""},
		{"off", func(c *catalogue.Catalogue) { c.Site.Guard = "" }, Options{}, ErrOff.Error()},
		{"a guard that there is not", func(c *catalogue.Catalogue) { c.Site.Guard = "on" }, Options{}, `charte: site.guard is "on", not one of ["report" "enforce"]`},
		{"a catalogue without a language", func(c *catalogue.Catalogue) { c.Languages = nil }, Options{}, "charte: the catalogue has no language"},
		{"a host of the site that ends the directive", func(c *catalogue.Catalogue) {
			c.Site.Hosts[0].Host = "cdn.example.net; script-src *"
		}, Options{}, `charte: hosts of site: "cdn.example.net; script-src *" of kind "script": want a host name in lower case`},
		{"a host of a service with a line break", func(c *catalogue.Catalogue) {
			c.Services[1].Hosts[0].Host = "a.example\nX-Evil: 1"
		}, Options{}, `charte: hosts of matomo: "a.example\nX-Evil: 1"`},
		{"a host with nginx's variable", func(c *catalogue.Catalogue) { c.Services[1].Hosts[0].Host = "$http_x" }, Options{}, `charte: hosts of matomo: "$http_x"`},
		{"a host with Caddy's placeholder", func(c *catalogue.Catalogue) { c.Services[1].Hosts[0].Host = "{path}" }, Options{}, `charte: hosts of matomo: "{path}"`},
		{"a host with Apache's expression", func(c *catalogue.Catalogue) { c.Services[1].Hosts[0].Host = "%{req:x}" }, Options{}, `charte: hosts of matomo: "%{req:x}"`},
		{"every host", func(c *catalogue.Catalogue) { c.Services[1].Hosts[0].Host = "*" }, Options{}, `charte: hosts of matomo: "*"`},
		{"a host of an unknown kind", func(c *catalogue.Catalogue) { c.Services[1].Hosts[0].Kind = "worker" }, Options{}, `of kind "worker"`},
		{"an ID with a quote", func(c *catalogue.Catalogue) { c.Services[1].ID = `a"b` }, Options{}, `charte: "a\"b" is not the ID of a service`},
		{"a category's ID with a bracket", func(c *catalogue.Catalogue) { c.Categories[0].ID = "a)b" }, Options{}, `charte: "a)b" is not the ID of a category`},
		{"a cookie domain with an attribute", func(c *catalogue.Catalogue) { c.Site.CookieDomain = "example.org; HttpOnly" }, Options{}, `charte: site.cookieDomain is "example.org; HttpOnly"`},
		{"charte.js on another origin", nil, Options{Charte: "https://consent.example.org:8443/v1/"}, ""},
		{"charte.js in a folder of the site", nil, Options{Charte: "/charte/"}, `charte: "/charte/" is no address of charte.js`},
		{"charte.js at an odd host", nil, Options{Charte: "https://a.example;x/"}, `charte: "https://a.example;x/" is no address`},
		{"charte.js at every host", nil, Options{Charte: "https://*/"}, `charte: "https://*/" is no address`},
		{"charte.js in a file", nil, Options{Charte: "file://a.example/"}, `charte: "file://a.example/" is no address`},
		{"reports to a path", nil, Options{Reports: "/guard"}, ""},
		{"reports to an address", nil, Options{Reports: "https://reports.example.org:444/r?site=a"}, ""},
		{"reports over http", nil, Options{Reports: "http://reports.example.org/"}, `charte: reports cannot go to "http://reports.example.org/"`},
		{"reports to another host, by its path", nil, Options{Reports: "//evil.example/"}, `charte: reports cannot go to "//evil.example/"`},
		{"reports to a path that ends the directive", nil, Options{Reports: "/guard; script-src *"}, `charte: reports cannot go to`},
		{"reports to a path with a quote", nil, Options{Reports: `/guard"`}, `charte: reports cannot go to`},
		{"reports to a path with a line break", nil, Options{Reports: "/guard\n"}, `charte: reports cannot go to`},
		{"reports to a path with a variable", nil, Options{Reports: "/$uri"}, `charte: reports cannot go to`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := site(catalogue.GuardEnforce)
			if test.change != nil {
				test.change(c)
			}
			g, err := New(c, test.options)
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) || (g == nil) != (err != nil) {
				t.Errorf("error %v, want %q", err, test.err)
			}
			if test.name == "off" && !errors.Is(err, ErrOff) {
				t.Errorf("error %v is not ErrOff", err)
			}
		})
	}
}
