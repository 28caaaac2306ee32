package crawl

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRobotsAllows(t *testing.T) {
	const wild = `# WordPress, as it comes, with a shop
User-agent: *
Disallow: /wp-admin/
Allow: /wp-admin/admin-ajax.php
Disallow: /*?*add-to-cart=
Disallow: /cart/

User-agent: GPTBot
User-agent: CCBot
Disallow: /

Sitemap: https://example.org/wp-sitemap.xml
`
	for _, test := range []struct {
		name, text, path string
		want             bool
	}{
		{"an empty file", "", "/a", true},
		{"HTML instead of it", "<!doctype html><title>a: b</title>", "/a", true},
		{"a real one, allowed", wild, "/shop/?page=2", true},
		{"a real one, forbidden", wild, "/wp-admin/edit.php", false},
		{"a real one, the longer pattern allows", wild, "/wp-admin/admin-ajax.php", true},
		{"a real one, a pattern within the query", wild, "/shop/?a=1&add-to-cart=3", false},
		{"nothing forbidden", "User-agent: *\nDisallow:\n", "/a", true},
		{"all forbidden", "User-agent: *\nDisallow: /\n", "/", false},
		{"all forbidden to others", "User-agent: other\nDisallow: /\n", "/", true},
		{"the own name before all", "User-agent: *\nDisallow: /\n\nUser-agent: charte-audit\nDisallow: /a\n", "/b", true},
		{"the own name before all, forbidden", "User-agent: *\nAllow: /\n\nUser-agent: Charte-Audit/1.0\nDisallow: /a\n", "/a", false},
		{"the own name, without rules", "User-agent: charte-audit\n\nUser-agent: x\nDisallow: /\n", "/a", false},
		{"the own name, with an empty rule", "User-agent: charte-audit\nDisallow:\n\nUser-agent: *\nDisallow: /\n", "/a", true},
		{"a name that begins alike", "User-agent: charte\nDisallow: /\n", "/a", true},
		{"two groups for the own name", "User-agent: charte-audit\nDisallow: /a\n\nUser-agent: b\nDisallow: /c\n\nUser-agent: charte-audit\nDisallow: /b\n", "/b", false},
		{"several names for one group", "User-agent: x\nUser-agent: charte-audit\nDisallow: /a\n", "/a", false},
		{"a sitemap between the names", "User-agent: charte-audit\nSitemap: /s.xml\nUser-agent: x\nDisallow: /a\n", "/a", false},
		{"a delay ends the names", "User-agent: charte-audit\nCrawl-delay: 1\nUser-agent: x\nDisallow: /a\n", "/a", true},
		{"a rule before any name", "Disallow: /\nUser-agent: x\nDisallow: /\n", "/a", true},
		{"of two that are as long, the one that allows", "User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true},
		{"the same in another order", "User-agent: *\nAllow: /a\nDisallow: /a\n", "/a", true},
		{"an end", "User-agent: *\nDisallow: /*.php$\n", "/x.php", false},
		{"an end that is not there", "User-agent: *\nDisallow: /*.php$\n", "/x.php?a", true},
		{"an end without a star", "User-agent: *\nDisallow: /a$\n", "/ab", true},
		{"stars one after another", "User-agent: *\nDisallow: /a**b***c\n", "/a1b2c3", false},
		{"a star that has to go on", "User-agent: *\nDisallow: /a*bc$\n", "/abbcbc", false},
		{"a pattern does not begin within the path", "User-agent: *\nDisallow: /a*b\n", "/x/ab", true},
		{"a star at the start", "User-agent: *\nDisallow: *.php\n", "/x.php", false},
		{"no slash at the start", "User-agent: *\nDisallow: a\n", "/ab", false},
		{"an escape that need not be", "User-agent: *\nDisallow: /%7Eanna\n", "/~anna/x", false},
		{"letters of a language", "User-agent: *\nDisallow: /é\n", "/%C3%A9", false},
		{"an escape in small letters", "User-agent: *\nDisallow: /%c3%a9\n", "/%C3%A9", false},
		{"an escaped slash is none", "User-agent: *\nDisallow: /a/b\n", "/a%2Fb", true},
		{"an escaped star is a star", "User-agent: *\nDisallow: /a%2Ab\n", "/a*b", false},
		{"an escaped star is nothing else", "User-agent: *\nDisallow: /a%2Ab\n", "/axb", true},
		{"a dollar within", "User-agent: *\nDisallow: /a$b\n", "/a$bc", false},
		{"a dollar of the path is no end", "User-agent: *\nDisallow: /a$\n", "/a$", true},
		{"small and great letters of paths", "User-agent: *\nDisallow: /A\n", "/a", true},
		{"small and great letters of fields, and space", "USER-AGENT : *\n  disALLOW:/a  # all\n", "/a", false},
		{"Windows and old Mac line breaks, and a byte order mark", "\ufeffUser-agent: *\r\nDisallow: /b\rDisallow: /a\r\n", "/a", false},
		{"a line that is none", "User-agent: *\nDisallow /\nDissalow: /\n\x00\xff: /\nDisallow: /b\n", "/a", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := readRobots(test.text, "charte-audit").allows(test.path); got != test.want {
				t.Errorf("%s is allowed: %v, want %v\n%s", test.path, got, test.want, test.text)
			}
		})
	}
}

func TestRobotsDelay(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       time.Duration
	}{
		{"none", "User-agent: *\nDisallow: /a\n", 0},
		{"whole seconds", "User-agent: *\nCrawl-delay: 3\n", 3 * time.Second},
		{"a part of a second", "User-agent: *\nCrawl-delay: 0.5\n", 500 * time.Millisecond},
		{"the longest counts", "User-agent: *\nCrawl-delay: 2\nCrawl-delay: 5\nCrawl-delay: 1\n", 5 * time.Second},
		{"for others", "User-agent: *\nDisallow:\n\nUser-agent: x\nCrawl-delay: 3\n", 0},
		{"no number", "User-agent: *\nCrawl-delay: a while\nCrawl-delay: NaN\nCrawl-delay: +Inf\nCrawl-delay: -1\nCrawl-delay: 1e300\n", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := readRobots(test.text, "charte-audit").delay; got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// TestRobotsSitemaps: a sitemap is named to all, wherever the line stands.
func TestRobotsSitemaps(t *testing.T) {
	said := readRobots("Sitemap: https://example.org/a.xml\nUser-agent: x\nSITEMAP:https://example.org/b.xml?c#d\nDisallow: /\n", "charte-audit")
	if want := []string{"https://example.org/a.xml", "https://example.org/b.xml?c"}; !slices.Equal(said.sitemaps, want) {
		t.Errorf("got %q, want %q", said.sitemaps, want)
	}
}

// FuzzRobots: whatever a robots.txt says, there is an answer for every path. It is the same for two
// spellings of the path, and what is said to others does not change it.
func FuzzRobots(f *testing.F) {
	for _, seed := range []string{
		"User-agent: *\nDisallow: /a*b$\nAllow: /", "User-agent: charte-audit\nCrawl-delay: 1e9\nDisallow: *\n", "\ufeffuser-agent:*\rdisallow:%", "Sitemap:\nUser-agent", "User-agent: *\nDisallow: /%2A%24$$*$**",
	} {
		f.Add(seed, "/a1b?c=%C3%A9*$")
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		u := normalised(address(t, "https://example.org/"), path)
		if u == nil {
			return
		}
		said := readRobots(text, "charte-audit")
		allowed := said.allows(u.RequestURI())
		if said.delay < 0 {
			t.Errorf("the delay is %v", said.delay)
		}
		if again := said.allows(spelled(u.RequestURI())); again != allowed {
			t.Errorf("%q is allowed: %v, and %q: %v", u.RequestURI(), allowed, spelled(u.RequestURI()), again)
		}
		if len(said.rules) == 0 && !allowed {
			t.Error("there is no rule, and the path is forbidden")
		}
		before := readRobots("User-agent: other\nDisallow: /\nCrawl-delay: 5\n"+strings.TrimPrefix(text, "\ufeff"), "charte-audit")
		if !reflect.DeepEqual(before, said) {
			t.Errorf("got %+v, and %+v with a group for another program before", said, before)
		}
	})
}
