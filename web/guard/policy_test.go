package guard

import (
	"strings"
	"testing"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/cataloguetest"
	"charte/catalogue/source"
)

// TestHeader: the policy for each answer, to the byte.
func TestHeader(t *testing.T) {
	const (
		none    = "script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: cdn.example.net stats.example.org; style-src 'self' 'unsafe-inline' data: blob: cdn.example.net; img-src 'self' data: blob: counter.example.org static.maps.example stats.example.org; font-src 'self' data: blob:; connect-src 'self' data: blob: login.example.org ws://login.example.org stats.example.org ws://stats.example.org; media-src 'self' data: blob:; frame-src 'self' data: blob:; object-src 'self' data: blob:"
		all     = "script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: *.google.com a.ads.example b.ads.example cdn.example.net shared.example stats.example.org www.googletagmanager.com; style-src 'self' 'unsafe-inline' data: blob: cdn.example.net; img-src 'self' data: blob: *.maps.example counter.example.org i.ytimg.com stats.example.org; font-src 'self' data: blob: fonts.gstatic.com; connect-src 'self' data: blob: *.google-analytics.com ws://*.google-analytics.com login.example.org ws://login.example.org stats.example.org ws://stats.example.org; media-src 'self' data: blob: *.googlevideo.com; frame-src 'self' data: blob: www.google.com www.youtube-nocookie.com; object-src 'self' data: blob: www.google.com www.youtube-nocookie.com"
		youtube = "script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: cdn.example.net stats.example.org www.google.com; style-src 'self' 'unsafe-inline' data: blob: cdn.example.net; img-src 'self' data: blob: counter.example.org i.ytimg.com static.maps.example stats.example.org; font-src 'self' data: blob: fonts.gstatic.com; connect-src 'self' data: blob: login.example.org ws://login.example.org stats.example.org ws://stats.example.org; media-src 'self' data: blob: *.googlevideo.com; frame-src 'self' data: blob: www.youtube-nocookie.com; object-src 'self' data: blob: www.youtube-nocookie.com"
		objects = "script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: cdn.example.net; style-src 'self' 'unsafe-inline' data: blob: cdn.example.net; img-src 'self' data: blob: static.maps.example; font-src 'self' data: blob:; connect-src 'self' data: blob: login.example.org ws://login.example.org; media-src 'self' data: blob:; frame-src 'self' data: blob:; object-src 'self' data: blob:"
		one     = "script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: cdn.example.net stats.example.org; style-src 'self' 'unsafe-inline' data: blob: cdn.example.net; img-src 'self' data: blob: static.maps.example stats.example.org; font-src 'self' data: blob:; connect-src 'self' data: blob: login.example.org ws://login.example.org stats.example.org ws://stats.example.org; media-src 'self' data: blob:; frame-src 'self' data: blob:; object-src 'self' data: blob:"
	)
	g := newGuard(t, site(catalogue.GuardEnforce), Options{})
	everything := g.answer("&yes=ads+ads-b+statistics+third-party")
	for _, test := range []struct{ name, cookies, want string }{
		{"nothing is answered", "sessionid=1", none},
		{"nothing is granted", g.answer(""), none},
		{"everything is granted", everything, all},
		{"one service is granted", g.answer("&yes=third-party.youtube"), youtube},
		{"an objection to a category", g.answer("&no=statistics"), objects},
		{"an objection to a service", g.answer("&no=statistics.counter"), one},
		{"another revision", strings.Replace(everything, g.policy.Revision, "aaaaaa", 1), none},
		{"an objection under another revision", strings.Replace(g.answer("&yes=ads&no=statistics"), g.policy.Revision, "aaaaaa", 1), objects},
		{"two cookies, one of which grants less", everything + "; " + g.answer("&yes=third-party.youtube"), youtube},
		{"two cookies, one of which is none", everything + "; cookies_preferences=x", none},
		{"an answer that is too old", strings.Replace(everything, today.String(), (today - consent.LifetimeDays - 1).String(), 1), none},
		{"an answer on the last day", strings.Replace(everything, today.String(), (today - consent.LifetimeDays).String(), 1), all},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := g.Header(g.policy.Read(test.cookies, today)); got != test.want {
				t.Errorf("\n%s\nwant\n%s", got, test.want)
			}
		})
	}
	t.Run("the zero decision", func(t *testing.T) {
		if got := g.Header(consent.Decision{}); got != none {
			t.Errorf("\n%s\nwant\n%s", got, none)
		}
	})
	t.Run("twice", func(t *testing.T) { // nothing is kept of one answer for the next
		g.Header(g.policy.AcceptAll(today))
		if got := g.Header(consent.Decision{}); got != none {
			t.Errorf("\n%s\nwant\n%s", got, none)
		}
	})
}

// TestHeaderOptions: what the options add to the policy, and what the guard's kind makes of its name.
func TestHeaderOptions(t *testing.T) {
	c := cataloguetest.Valid()
	for _, test := range []struct {
		name    string
		kind    catalogue.Guard
		options Options
		field   string
		want    string
	}{
		{"reports", "report", Options{}, "Content-Security-Policy-Report-Only", "script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; style-src 'self' 'unsafe-inline' data: blob:; img-src 'self' data: blob:; font-src 'self' data: blob:; connect-src 'self' data: blob:; media-src 'self' data: blob:; frame-src 'self' data: blob:; object-src 'self' data: blob:"},
		{"charte.js on another origin", "enforce", Options{Charte: "https://consent.example.org:8443/v1/"}, "Content-Security-Policy", "script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: consent.example.org:8443; style-src 'self' 'unsafe-inline' data: blob: consent.example.org:8443; img-src 'self' data: blob:; font-src 'self' data: blob:; connect-src 'self' data: blob: consent.example.org:8443 ws://consent.example.org:8443; media-src 'self' data: blob:; frame-src 'self' data: blob:; object-src 'self' data: blob:"},
		{"reports that go somewhere", "report", Options{Reports: "https://reports.example.org/r"}, "Content-Security-Policy-Report-Only", "script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; style-src 'self' 'unsafe-inline' data: blob:; img-src 'self' data: blob:; font-src 'self' data: blob:; connect-src 'self' data: blob:; media-src 'self' data: blob:; frame-src 'self' data: blob:; object-src 'self' data: blob:; report-uri https://reports.example.org/r; report-to charte"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c.Site.Guard = test.kind
			g := newGuard(t, c, test.options)
			if got := g.Header(consent.Decision{}); g.HeaderName() != test.field || got != test.want {
				t.Errorf("%s: %s\nwant\n%s: %s", g.HeaderName(), got, test.field, test.want)
			}
		})
	}
}

// TestNeeded: hosts are sorted, and left out where another one of the list covers them.
func TestNeeded(t *testing.T) {
	for _, test := range []struct{ name, hosts, want string }{
		{"none", "", ""},
		{"sorted", "b.example a.example", "a.example b.example"},
		{"twice", "a.example b.example a.example", "a.example b.example"},
		{"covered", "www.a.example *.a.example", "*.a.example"},
		{"covered far below", "x.y.a.example *.a.example", "*.a.example"},
		{"a wildcard that is covered", "*.y.a.example *.a.example", "*.a.example"},
		{"a wildcard does not cover its own domain", "a.example *.a.example", "*.a.example a.example"},
		{"a host covers no wildcard", "y.a.example *.y.a.example", "*.y.a.example y.a.example"},
		{"a host that ends alike", "wwwa.example *.a.example", "*.a.example wwwa.example"},
		{"a host that begins alike", "www.a.example.net *.a.example", "*.a.example www.a.example.net"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(needed(strings.Fields(test.hosts)), " "); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestSize: the header of a site with ten known services, all granted, has 2,048 bytes at most.
func TestSize(t *testing.T) {
	const services = `
  - use: youtube@1
  - use: vimeo@1
  - use: google-analytics@1
    with: { measurement: G-ABCDE12345 }
  - use: google-ads@1
  - use: google-maps@1
  - use: meta-pixel@1
  - use: linkedin-insight@1
  - use: hotjar@1
  - use: tiktok-pixel@1
  - use: recaptcha@1
`
	c, err := source.Read("catalogue.yaml", []byte("extends: default\nsite:\n  guard: enforce\nservices:"+services))
	if err != nil {
		t.Fatal(err)
	}
	g := newGuard(t, c, Options{Charte: "https://consent.example.org/", Reports: "/guard"})
	policy := g.Header(g.policy.AcceptAll(today))
	for _, host := range []string{"www.youtube-nocookie.com", "player.vimeo.com", "www.googletagmanager.com", "connect.facebook.net", "px.ads.linkedin.com", "analytics.tiktok.com"} {
		if !strings.Contains(policy, host) {
			t.Errorf("the policy has no %s", host)
		}
	}
	if size := len(g.HeaderName() + ": " + policy + "\r\n"); size > 2048 || size < 1000 {
		t.Errorf("%d bytes: %s", size, policy)
	} else {
		t.Logf("%d bytes: %s", size, policy)
	}
}
