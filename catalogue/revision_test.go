package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

// TestRevision lists which changes of a catalogue make visitors answer again, and
// which do not.
func TestRevision(t *testing.T) {
	const golden = "qyyyio"
	if got := cataloguetest.Valid().Revision(); got != golden {
		t.Fatalf("Revision() = %q, want %q. A new serialisation makes every visitor of every site answer again. It needs a reason, and a line for site owners in the README", got, golden)
	}
	for _, test := range []struct {
		name  string
		edit  func(c *catalogue.Catalogue)
		again bool // visitors are asked again
	}{
		{"a category is added", func(c *catalogue.Catalogue) { c.Categories = append(c.Categories, catalogue.Category{ID: "ads"}) }, true},
		{"a category is removed", func(c *catalogue.Catalogue) { c.Categories = c.Categories[:2] }, true},
		{"a category gets another id", func(c *catalogue.Catalogue) { c.Categories[1].ID = "stats" }, true},
		{"a category becomes necessary", func(c *catalogue.Catalogue) { c.Categories[1].Necessary = true }, true},
		{"a category is no longer necessary", func(c *catalogue.Catalogue) { c.Categories[0].Necessary = false }, true},
		{"a service is added", func(c *catalogue.Catalogue) {
			c.Services = append(c.Services, catalogue.Service{ID: "new", Category: "statistics", Provider: "city"})
		}, true},
		{"a necessary service is added", func(c *catalogue.Catalogue) {
			c.Services = append(c.Services, catalogue.Service{ID: "new", Category: "necessary", Provider: "city"})
		}, true},
		{"a service is removed", func(c *catalogue.Catalogue) { c.Services = c.Services[:4] }, true},
		{"a service gets another id", func(c *catalogue.Catalogue) { c.Services[3].ID = "video" }, true},
		{"a service moves to another category", func(c *catalogue.Catalogue) { c.Services[3].Category = "statistics" }, true},
		{"a service gets another provider", func(c *catalogue.Catalogue) { c.Services[3].Provider = "city" }, true},
		{"a service is no longer exempt", func(c *catalogue.Catalogue) { c.Services[1].Exempt = false }, true},
		{"a service becomes exempt", func(c *catalogue.Catalogue) { c.Services[2].Exempt = true }, true},
		{"a provider becomes a third party", func(c *catalogue.Catalogue) { c.Providers[0].FirstParty = false }, true},
		{"a cookie is added", func(c *catalogue.Catalogue) { c.Services[4].Cookies = []catalogue.Cookie{{Name: "NID"}} }, true},
		{"a cookie is removed", func(c *catalogue.Catalogue) { c.Services[2].Cookies = c.Services[2].Cookies[:1] }, true},
		{"a cookie gets another name", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Name = "_gid" }, true},
		{"a cookie becomes a family", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Name = "_ga*" }, true},
		{"a cookie becomes a storage entry", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Kind = catalogue.KindLocalStorage }, true},
		{"a cookie becomes a database", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Kind = catalogue.KindIndexedDB }, true},
		{"a storage entry becomes a database", func(c *catalogue.Catalogue) { c.Services[3].Cookies[1].Kind = catalogue.KindIndexedDB }, true},
		{"a cookie moves to another service", func(c *catalogue.Catalogue) {
			c.Services[4].Cookies, c.Services[2].Cookies = c.Services[2].Cookies, nil
		}, true},
		{"a cookie is kept longer", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Lifetime.Count = 3 }, true},
		{"a cookie is kept in another unit", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Lifetime.Unit = catalogue.UnitMonth }, true},
		{"a lifetime becomes a maximum", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Lifetime.UpTo = true }, true},
		{"bytes move from one id to the next", func(c *catalogue.Catalogue) { c.Services[3].ID, c.Services[3].Category = "youtubethird-", "party" }, true},

		{"the site is renamed", func(c *catalogue.Catalogue) { c.Site.Name["fr"] = "Autre" }, false},
		{"the controller is spelled out", func(c *catalogue.Catalogue) { c.Site.Controller = "Métropole" }, false},
		{"the charter's address changes", func(c *catalogue.Catalogue) { c.Site.CharterURL = "https://example.org/cookies" }, false},
		{"the cookie's domain changes", func(c *catalogue.Catalogue) { c.Site.CookieDomain = "example.org" }, false},
		{"withdrawals no longer reload", func(c *catalogue.Catalogue) { c.Site.KeepAfterWithdrawal = true }, false},
		{"the guard is turned on", func(c *catalogue.Catalogue) { c.Site.Guard = catalogue.GuardEnforce }, false},
		{"the site allows a host", func(c *catalogue.Catalogue) { c.Site.Hosts = []catalogue.Host{{Host: "cdn.example.org", Kind: "font"}} }, false},
		{"a service gets a host", func(c *catalogue.Catalogue) {
			c.Services[3].Hosts = []catalogue.Host{{Host: "www.youtube.com", Kind: "frame"}}
		}, false},
		{"a typo in the charter is mended", func(c *catalogue.Catalogue) { c.Charter.What["fr"] = "Un fichier." }, false},
		{"a category is worded anew", func(c *catalogue.Catalogue) {
			category := &c.Categories[1]
			category.Name, category.Summary, category.Description, category.TableTitle = nil, nil, nil, catalogue.Text{"fr": "x"}
		}, false},
		{"a service is worded anew", func(c *catalogue.Catalogue) {
			service := &c.Services[2]
			service.Name, service.Location, service.Purpose = nil, catalogue.Text{"fr": "x"}, nil
		}, false},
		{"a cookie's purpose is worded anew", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Purpose = nil }, false},
		{"a provider is renamed", func(c *catalogue.Catalogue) { c.Providers[1].Name = "Google Ireland" }, false},
		{"a policy moves", func(c *catalogue.Catalogue) { c.Providers[1].PolicyURL = "https://example.org" }, false},
		{"a source is checked again", func(c *catalogue.Catalogue) {
			c.Services[1].Cookies[0].Source, c.Services[1].Cookies[0].Checked = "", "2027-01-01"
		}, false},
		{"a language is added", func(c *catalogue.Catalogue) { c.Languages = append(c.Languages, "de") }, false},
		{"the languages change places", func(c *catalogue.Catalogue) { slices.Reverse(c.Languages) }, false},
		{"a word of the banner changes", func(c *catalogue.Catalogue) { c.Words = nil }, false},
		{"the categories change places", func(c *catalogue.Catalogue) { slices.Reverse(c.Categories) }, false},
		{"the providers change places", func(c *catalogue.Catalogue) { slices.Reverse(c.Providers) }, false},
		{"the services change places", func(c *catalogue.Catalogue) { slices.Reverse(c.Services) }, false},
		{"the cookies change places", func(c *catalogue.Catalogue) { slices.Reverse(c.Services[3].Cookies) }, false},
		{"the kind cookie is written out", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Kind = catalogue.KindCookie }, false},
		{"a provider without services is added", func(c *catalogue.Catalogue) { c.Providers = append(c.Providers, catalogue.Provider{ID: "meta"}) }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := cataloguetest.Valid()
			test.edit(c)
			got := c.Revision()
			if again := got != golden; again != test.again {
				t.Errorf("Revision() = %q (was %q), visitors asked again: %v, want %v", got, golden, again, test.again)
			}
			if len(got) != catalogue.RevisionLength || strings.Trim(got, "abcdefghijklmnopqrstuvwxyz234567") != "" {
				t.Errorf("Revision() = %q, want %d of a-z and 2-7", got, catalogue.RevisionLength)
			}
		})
	}
}

func TestRevisionLeavesTheOrder(t *testing.T) {
	c := cataloguetest.Valid()
	slices.Reverse(c.Services)
	c.Revision()
	if c.Services[0].ID != "maps" {
		t.Error("Revision sorted the catalogue itself")
	}
}

func TestRevisionOfNothing(t *testing.T) {
	if got := new(catalogue.Catalogue).Revision(); len(got) != catalogue.RevisionLength {
		t.Errorf("Revision() of the zero catalogue = %q", got)
	}
}
