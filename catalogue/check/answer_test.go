package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

// TestCheckAnswer holds the cookie's bound to the longest answer. The test
// composes that answer in another way than the check: in every category it leaves
// out each service in turn, and takes the longest list.
func TestCheckAnswer(t *testing.T) {
	services := func(c *catalogue.Catalogue, category, provider catalogue.ID, exempt bool, ids ...string) {
		for _, id := range ids {
			c.Services = append(c.Services, catalogue.Service{ID: catalogue.ID(id), Category: category, Provider: provider, Exempt: exempt, Name: c.Site.Name, Purpose: c.Site.Name})
		}
	}
	list := func(c *catalogue.Catalogue, key string, exempt bool) string {
		var names []string
		for _, category := range c.Categories {
			if category.Necessary {
				continue
			}
			var ids []string
			for _, s := range c.Services {
				if s.Category == category.ID && s.Exempt == exempt {
					ids = append(ids, string(category.ID)+"."+string(s.ID))
				}
			}
			best := ""
			for left := range ids {
				if some := strings.Join(slices.Delete(slices.Clone(ids), left, left+1), "+"); len(some) > len(best) {
					best = some
				}
			}
			if len(ids) > 0 && len(best) < len(category.ID) {
				best = string(category.ID)
			}
			if best != "" {
				names = append(names, best)
			}
		}
		if names == nil {
			return ""
		}
		return key + strings.Join(names, "+")
	}
	full := func(n int) []string {
		var ids []string
		for i := range n {
			ids = append(ids, fmt.Sprintf("service-%02d", i))
		}
		return ids
	}
	for _, test := range []struct {
		name   string
		exempt int // services of third-party, besides the one of statistics that every row has
	}{
		{"whole categories are objected to", 1},
		{"and some of a category", 4},
	} {
		saw := map[int]bool{}
		for n := range 60 {
			for length := range 40 {
				c := cataloguetest.Valid()
				services(c, "statistics", "google", false, full(n)...)
				services(c, "third-party", "google", false, strings.Repeat("s", length+1))
				for i := range test.exempt {
					services(c, "third-party", "city", true, fmt.Sprintf("own-%02d", i))
				}
				value := "v=1&on=2026-11-23&rev=abcdef" + list(c, "&yes=", false) + list(c, "&no=", true)
				saw[len(value)] = true
				problems := Catalogue(c)
				if len(value) <= 1024 && len(problems) > 0 {
					t.Fatalf("%s: %d services, longest answer %d bytes, %s: %v", test.name, n, len(value), value, problems)
				}
				if len(value) > 1024 {
					message := fmt.Sprintf("an answer could need %d bytes in the cookie cookies_preferences, 1024 at most; shorten the ids of categories and services, or make one service of those that visitors will decide alike", len(value))
					if len(problems) != 1 || problems[0] != (Problem{"services", message}) || !AnswerTooLong(message) {
						t.Fatalf("%s: %d services, longest answer %d bytes: %v", test.name, n, len(value), problems)
					}
				}
			}
		}
		if !saw[1024] || !saw[1025] {
			t.Errorf("%s: no answer had exactly 1024 bytes, or none had 1025", test.name)
		}
	}
	run(t, []row{
		{"necessary services are never written", func(c *catalogue.Catalogue) { services(c, "necessary", "city", false, full(500)...) }, ""},
		{"a site that asks nothing writes objections alone, 1,024 bytes", func(c *catalogue.Catalogue) {
			c.Services = c.Services[:2]
			services(c, "statistics", "city", true, append(full(44), strings.Repeat("s", 13))...)
		}, ""},
		{"1,025 bytes of them", func(c *catalogue.Catalogue) {
			c.Services = c.Services[:2]
			services(c, "statistics", "city", true, append(full(44), strings.Repeat("s", 14))...)
		}, "services: an answer could need 1025 bytes in the cookie cookies_preferences, 1024 at most; shorten the ids of categories and services, or make one service of those that visitors will decide alike"},
	})
}
