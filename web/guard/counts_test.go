package guard

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/catalogue"
)

// counted is a catalogue that declares hosts and cookies, by name and by wildcard.
func counted() *catalogue.Catalogue {
	return &catalogue.Catalogue{
		Site: catalogue.Site{Hosts: []catalogue.Host{{Host: "cdn.example.net", Kind: "script"}}},
		Services: []catalogue.Service{{
			Hosts:   []catalogue.Host{{Host: "www.youtube.com", Kind: "frame"}, {Host: "*.youtube.com", Kind: "frame"}, {Host: "*.img.youtube.com", Kind: "image"}},
			Cookies: []catalogue.Cookie{{Name: "_ga"}, {Name: "_ga_*"}, {Name: "_ga_x_*"}},
		}},
	}
}

// noonOf returns a clock that stands at noon of a day of November 2026.
func noonOf(n int) func() time.Time {
	return func() time.Time { return time.Date(2026, 11, n, 12, 34, 56, 0, time.UTC) }
}

// snapshot returns a snapshot without what is empty, as text.
func snapshot(c *Counts) string {
	s := c.Snapshot()
	var text strings.Builder
	for _, h := range s.Hosts {
		fmt.Fprintf(&text, "%s %s %d %s\n", h.Directive, h.Host, h.Count, h.Last)
	}
	for _, k := range s.Cookies {
		fmt.Fprintf(&text, "cookie %s %d %s\n", k.Name, k.Count, k.Last)
	}
	for name, n := range map[string]int{"other hosts": s.OtherHosts, "other cookies": s.OtherCookies, "elsewhere": s.Elsewhere} {
		if n > 0 {
			fmt.Fprintf(&text, "%s %d\n", name, n)
		}
	}
	return text.String()
}

// total returns how often a snapshot's hosts were counted in all.
func total(s Snapshot) int {
	n := s.OtherHosts
	for _, h := range s.Hosts {
		n += h.Count
	}
	return n
}

// TestCounts: hosts are counted by directive and cookies by name, the most frequent first. What a
// wildcard of the catalogue stands for is counted as the wildcard.
func TestCounts(t *testing.T) {
	c := &Counts{now: noonOf(29)}
	c.Declare(counted())
	for range 3 {
		c.Host("script-src", "b.example")
	}
	c.Host("script-src", "a.example")
	c.Host("img-src", "a.example")
	c.Host("frame-src", "www.youtube.com")
	c.Host("frame-src", "r1.youtube.com")
	c.Host("frame-src", "r2.x.youtube.com")
	c.Host("frame-src", "youtube.com")
	c.Host("frame-src", "notyoutube.com")
	c.Host("img-src", "i1.img.youtube.com")
	c.Host("img-src", "inline")
	c.now = noonOf(30)
	c.Host("script-src", "a.example")
	for _, name := range []string{"_ga", "_ga_1", "_ga_2", "_ga_x_1", "session", strings.Repeat("n", 64), strings.Repeat("n", 65), strings.Repeat("n", 99), "a\xff"} {
		c.Cookie(name)
	}
	want := `script-src b.example 3 2026-11-29
frame-src *.youtube.com 2 2026-11-29
script-src a.example 2 2026-11-30
frame-src notyoutube.com 1 2026-11-29
frame-src www.youtube.com 1 2026-11-29
frame-src youtube.com 1 2026-11-29
img-src *.img.youtube.com 1 2026-11-29
img-src a.example 1 2026-11-29
img-src inline 1 2026-11-29
cookie _ga_* 2 2026-11-30
cookie nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn… 2 2026-11-30
cookie _ga 1 2026-11-30
cookie _ga_x_* 1 2026-11-30
cookie a� 1 2026-11-30
cookie nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn 1 2026-11-30
cookie session 1 2026-11-30
`
	if got := snapshot(c); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

// TestCountsJSON: the JSON of counts has lists that are never null, and no time finer than a day.
func TestCountsJSON(t *testing.T) {
	c := &Counts{now: noonOf(29)}
	for _, want := range []string{
		`{"since":"","hosts":[],"cookies":[],"otherHosts":0,"otherCookies":0,"elsewhere":0}`,
		`{"since":"2026-11-29","hosts":[{"directive":"img-src","host":"a.example","count":1,"last":"2026-11-29"}],"cookies":[],"otherHosts":0,"otherCookies":0,"elsewhere":0}`,
	} {
		if got, err := json.Marshal(c); string(got) != want || err != nil {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
		c.Host("img-src", "a.example")
	}
}

// TestFlood: somebody who sends 100,000 different names fills neither the memory nor the rows for
// good. Nothing is lost from the sum.
func TestFlood(t *testing.T) {
	flood := 100_000
	if testing.Short() {
		flood = 10_000
	}
	junk := func(c *Counts, times int) {
		for i := range flood {
			for range times {
				c.Host("script-src", fmt.Sprintf("x%d.evil.test", i))
			}
		}
	}
	has := func(t *testing.T, c *Counts, directive, host string, n int) {
		t.Helper()
		for _, h := range c.Snapshot().Hosts {
			if h.Directive == directive && h.Host == host {
				if h.Count != n {
					t.Errorf("%s %s is counted %d times, want %d", directive, host, h.Count, n)
				}
				return
			}
		}
		t.Errorf("%s %s has no row", directive, host)
	}
	bounded := func(t *testing.T, c *Counts, want int) {
		t.Helper()
		s := c.Snapshot()
		if len(s.Hosts) > maxRows || len(c.hosts.index) != len(s.Hosts) {
			t.Errorf("%d rows, and %d of them are found; want %d at most", len(s.Hosts), len(c.hosts.index), maxRows)
		}
		if got := total(s); got != want {
			t.Errorf("%d are counted in all, want %d", got, want)
		}
	}
	for _, test := range []struct {
		name string
		run  func(*testing.T, *Counts)
	}{
		{"what was frequent before stays", func(t *testing.T, c *Counts) {
			c.Host("img-src", "real.example")
			c.Host("img-src", "real.example")
			junk(c, 1)
			has(t, c, "img-src", "real.example", 2)
			bounded(t, c, flood+2)
		}},
		{"what comes after it gets a row", func(t *testing.T, c *Counts) {
			junk(c, 1)
			for i := range maxRows / 2 {
				c.Host("img-src", fmt.Sprintf("real%d.example", i))
			}
			for i := range maxRows / 2 {
				has(t, c, "img-src", fmt.Sprintf("real%d.example", i), 1)
			}
			bounded(t, c, flood+maxRows/2)
		}},
		{"what comes a week after one that sent each name ten times gets a row", func(t *testing.T, c *Counts) {
			junk(c, 10)
			c.now = noonOf(8)
			for i := range maxRows / 2 {
				c.Host("img-src", fmt.Sprintf("real%d.example", i))
			}
			for i := range maxRows / 2 {
				has(t, c, "img-src", fmt.Sprintf("real%d.example", i), 1)
			}
			bounded(t, c, 10*flood+maxRows/2)
		}},
		{"what the catalogue declares stays, and is let in", func(t *testing.T, c *Counts) {
			c.Host("script-src", "cdn.example.net")
			junk(c, 2)
			c.Host("frame-src", "www.youtube.com")
			has(t, c, "script-src", "cdn.example.net", 1)
			has(t, c, "frame-src", "www.youtube.com", 1)
			bounded(t, c, 2*flood+2)
		}},
		{"the names below a declared wildcard are one row", func(t *testing.T, c *Counts) {
			for i := range flood {
				c.Host("frame-src", fmt.Sprintf("x%d.youtube.com", i))
			}
			has(t, c, "frame-src", "*.youtube.com", flood)
			if n := len(c.Snapshot().Hosts); n != 1 {
				t.Errorf("%d rows", n)
			}
		}},
		{"where all rows are declared, a name that is not is one of the others", func(t *testing.T, c *Counts) {
			many := counted()
			for i := range maxRows {
				many.Site.Hosts = append(many.Site.Hosts, catalogue.Host{Host: fmt.Sprintf("cdn%d.example.net", i), Kind: "script"})
			}
			c.Declare(many)
			for i := range maxRows {
				c.Host("script-src", fmt.Sprintf("cdn%d.example.net", i))
			}
			junk(c, 1)
			has(t, c, "script-src", "cdn0.example.net", 1)
			bounded(t, c, flood+maxRows)
			c.Host("script-src", "cdn.example.net") // declared, and later than the others
			has(t, c, "script-src", "cdn.example.net", 1)
			bounded(t, c, flood+maxRows+1)
		}},
		{"cookies' names are bounded too, and displace no host", func(t *testing.T, c *Counts) {
			c.Host("img-src", "real.example")
			c.Cookie("_ga_1")
			for i := range flood {
				c.Cookie(fmt.Sprintf("x%d", i))
			}
			has(t, c, "img-src", "real.example", 1)
			s := c.Snapshot()
			if len(s.Cookies) != maxRows || s.OtherCookies != flood+1-maxRows {
				t.Errorf("%d rows of cookies, and %d others", len(s.Cookies), s.OtherCookies)
			}
			found := false
			for _, k := range s.Cookies {
				found = found || k.Name == "_ga_*"
			}
			if !found {
				t.Error("the declared cookie has lost its row")
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := &Counts{now: noonOf(1)}
			c.Declare(counted())
			test.run(t, c)
		})
	}
}

// TestCountsAtOnce: counts that many goroutines use at once lose none. With -race it also finds
// accesses that nothing guards.
func TestCountsAtOnce(t *testing.T) {
	c := &Counts{}
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 500 {
				c.Host("script-src", fmt.Sprintf("%d.example", i%(2*maxRows)+g))
				c.Cookie(fmt.Sprint(i))
				if i%100 == 0 {
					c.Declare(counted())
					c.Snapshot()
				}
			}
		})
	}
	all.Wait()
	if n := total(c.Snapshot()); n != 8*500 {
		t.Errorf("%d are counted, want %d", n, 8*500)
	}
}
