package effect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

// flips change one part of the valid catalogue each. They are all that catalogue.Revision hashes.
var flips = []struct {
	name string
	edit func(c *catalogue.Catalogue)
	want string // the causes, separated by a semicolon
}{
	{"a category is added", func(c *catalogue.Catalogue) { c.Categories = append(c.Categories, catalogue.Category{ID: "ads"}) }, "because.categoryNew category=ads"},
	{"a category is removed", func(c *catalogue.Catalogue) { c.Categories = c.Categories[:2] }, "because.categoryGone category=Tiers"},
	{"a category becomes necessary", func(c *catalogue.Catalogue) { c.Categories[1].Necessary = true }, "because.categoryNecessary category=Statistiques"},
	{"a category is no longer necessary", func(c *catalogue.Catalogue) { c.Categories[0].Necessary = false }, "because.categoryAsks category=Nécessaires"},
	{"a service is added", func(c *catalogue.Catalogue) {
		c.Services = append(c.Services, catalogue.Service{ID: "new", Category: "statistics", Provider: "city"})
	}, "because.serviceNew service=new"},
	{"a service is removed", func(c *catalogue.Catalogue) { c.Services = c.Services[:4] }, "because.serviceGone service=Cartes"},
	{"a service moves", func(c *catalogue.Catalogue) { c.Services[3].Category = "statistics" }, "because.serviceMoved category=Statistiques service=YouTube"},
	{"a service gets another provider", func(c *catalogue.Catalogue) { c.Services[3].Provider = "city" }, "because.serviceProvider provider=Ville de Lyon service=YouTube"},
	{"a service is no longer exempt", func(c *catalogue.Catalogue) { c.Services[1].Exempt = false }, "because.serviceNotExempt service=Matomo"},
	{"a service becomes exempt", func(c *catalogue.Catalogue) { c.Services[2].Exempt = true }, "because.serviceExempt service=GA"},
	{"a provider becomes a third party", func(c *catalogue.Catalogue) { c.Providers[0].FirstParty = false }, "because.providerThird provider=Ville de Lyon"},
	{"a provider becomes a first party", func(c *catalogue.Catalogue) { c.Providers[1].FirstParty = true }, "because.providerFirst provider=Google"},
	{"a cookie is added", func(c *catalogue.Catalogue) { c.Services[4].Cookies = []catalogue.Cookie{{Name: "NID"}} }, "because.cookieNew cookie=NID service=Cartes"},
	{"a cookie is removed", func(c *catalogue.Catalogue) { c.Services[2].Cookies = c.Services[2].Cookies[:1] }, "because.cookieGone cookie=_ga_* service=GA"},
	{"a cookie gets another name", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Name = "_gid" }, "because.cookieNew cookie=_gid service=GA;because.cookieGone cookie=_ga service=GA"},
	{"a cookie becomes a storage entry", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Kind = catalogue.KindLocalStorage }, "because.cookieKind cookie=_ga kind=localStorage service=GA"},
	{"a cookie is declared for a second domain", func(c *catalogue.Catalogue) {
		c.Services[2].Cookies = append(c.Services[2].Cookies, catalogue.Cookie{Name: "_ga", Domain: ".a.test"})
	}, "because.cookieNew cookie=_ga service=GA"},
	{"a cookie is kept longer", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Lifetime.Count = 3 }, "because.cookieLifetime after=3 years before=2 years cookie=_ga service=GA"},
	{"a cookie is kept in another unit", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Lifetime.Unit = catalogue.UnitMonth }, "because.cookieLifetime after=2 months before=2 years cookie=_ga service=GA"},
	{"a lifetime becomes a maximum", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Lifetime.UpTo = true }, "because.cookieLifetime after=up to 2 years before=2 years cookie=_ga service=GA"},
}

// TestCauses: whatever of a catalogue its revision depends on is a cause when it changes.
func TestCauses(t *testing.T) {
	for _, test := range flips {
		t.Run(test.name, func(t *testing.T) {
			before, after := cataloguetest.Valid(), cataloguetest.Valid()
			test.edit(after)
			if got := strings.Join(spoken(t, causes(sideOf(before), sideOf(after))), ";"); got != test.want {
				t.Errorf("causes\n got %s\nwant %s", got, test.want)
			}
			if before.Revision() == after.Revision() {
				t.Error("the revision does not depend on it")
			}
		})
	}
}

// TestCausesAndRevision: there is a cause if the revisions differ, and only then.
func TestCausesAndRevision(t *testing.T) {
	silent := []func(c *catalogue.Catalogue){
		func(c *catalogue.Catalogue) { slices.Reverse(c.Services) },
		func(c *catalogue.Catalogue) { slices.Reverse(c.Categories) },
		func(c *catalogue.Catalogue) { c.Site.Name["fr"] = "Autre" },
		func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Kind = "" },
		func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Domain = ".a.test" },
		func(c *catalogue.Catalogue) { c.Providers = append(c.Providers, catalogue.Provider{ID: "idle"}) },
		func(c *catalogue.Catalogue) { c.Site.Guard = catalogue.GuardEnforce },
	}
	random := rand.New(rand.NewPCG(20, 1))
	differ := 0
	for i := range 3000 {
		edited := func() *catalogue.Catalogue {
			c := cataloguetest.Valid()
			for range random.IntN(3) {
				if n := random.IntN(len(flips) + len(silent)); n < len(flips) {
					try(c, flips[n].edit)
				} else {
					try(c, silent[n-len(flips)])
				}
			}
			return c
		}
		before, after := edited(), edited()
		says := spoken(t, causes(sideOf(before), sideOf(after)))
		if again := before.Revision() != after.Revision(); again != (len(says) > 0) {
			t.Fatalf("%d: the revisions differ: %v, but the causes are %q", i, again, says)
		} else if again {
			differ++
		}
	}
	if differ < 1000 || differ > 2900 {
		t.Errorf("%d of 3000 pairs differ, which proves little", differ)
	}
}

// try changes a catalogue, unless an earlier change has taken away what it needs.
func try(c *catalogue.Catalogue, edit func(*catalogue.Catalogue)) {
	defer func() { _ = recover() }()
	edit(c)
}

// TestAsking: who is asked, whether former answers are shown, and what is erased meanwhile.
func TestAsking(t *testing.T) {
	nothing := func(c *catalogue.Catalogue) { c.Services = c.Services[:2] } // a necessary one, and an exempt one
	for _, test := range []struct {
		name   string
		before func(c *catalogue.Catalogue)
		after  func(c *catalogue.Catalogue)
		want   []string
	}{
		{"the same", nil, nil, []string{"nobody"}},
		{"nothing that anybody agreed to", nil, func(c *catalogue.Catalogue) { c.Site.Name["fr"] = "Autre" }, []string{"nobody"}},
		{"nothing needs consent any more", nil, nothing, []string{"noLonger", "because.serviceGone service=GA", "because.serviceGone service=YouTube", "because.serviceGone service=Cartes"}},
		{"something needs consent for the first time", nothing, func(c *catalogue.Catalogue) { c.Services = c.Services[:3] }, []string{"first", "because.serviceNew service=GA"}},
		{"nothing needed consent, and nothing does", nothing, func(c *catalogue.Catalogue) { c.Services = c.Services[:1] }, []string{"stillNobody", "because.serviceGone service=Matomo"}},
		{"without the line under formerly", nil, flips[5].edit, []string{
			"everybody", "because.serviceGone service=Cartes",
			"formerlyMissing line=qyyyio: [statistics.analytics, third-party.youtube, third-party.maps] revision=qyyyio", "erased services=GA, YouTube",
		}},
		{"with the line under formerly", nil, func(c *catalogue.Catalogue) {
			flips[5].edit(c)
			c.Formerly = map[string][]string{"qyyyio": {"third-party.maps", "statistics.analytics", "third-party.youtube"}}
		}, []string{"everybody", "because.serviceGone service=Cartes", "formerlyKept revision=qyyyio", "erased services=GA, YouTube"}},
		{"with a line that says otherwise", nil, func(c *catalogue.Catalogue) {
			flips[5].edit(c)
			c.Formerly = map[string][]string{"qyyyio": {"third-party.maps"}}
		}, []string{
			"everybody", "because.serviceGone service=Cartes",
			"formerlyOther line=qyyyio: [statistics.analytics, third-party.youtube, third-party.maps] revision=qyyyio", "erased services=GA, YouTube",
		}},
		{"what ran without consent is erased, too", nil, func(c *catalogue.Catalogue) {
			c.Services[1].Exempt = false
			c.Services = c.Services[:3]
			c.Services[2].Cookies[0].Domain, c.Services[2].Cookies[1].Domain = ".a.test", ".a.test" // out of reach
		}, []string{
			"everybody", "because.serviceNotExempt service=Matomo", "because.serviceGone service=YouTube", "because.serviceGone service=Cartes",
			"formerlyMissing line=qyyyio: [statistics.analytics, third-party.youtube, third-party.maps] revision=qyyyio", "erased services=Matomo",
		}},
		{"what is new has nothing to erase", nil, func(c *catalogue.Catalogue) {
			c.Services = append(c.Services[:1], catalogue.Service{ID: "new", Category: "statistics", Provider: "city", Cookies: []catalogue.Cookie{{Name: "new"}}})
		}, []string{
			"everybody", "because.serviceNew service=new", "because.serviceGone service=Matomo", "because.serviceGone service=GA", "because.serviceGone service=YouTube", "because.serviceGone service=Cartes",
			"formerlyMissing line=qyyyio: [statistics.analytics, third-party.youtube, third-party.maps] revision=qyyyio",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := cataloguetest.Valid(), cataloguetest.Valid()
			for c, edit := range map[*catalogue.Catalogue]func(*catalogue.Catalogue){before: test.before, after: test.after} {
				if edit != nil {
					edit(c)
				}
			}
			if got := spoken(t, asking(before, after)); !slices.Equal(got, test.want) {
				t.Errorf("asking\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(test.want, "\n     "))
			}
		})
	}
}

// TestLeft: what is no longer declared stays in the browsers of those who allowed it.
func TestLeft(t *testing.T) {
	for _, test := range []struct {
		name string
		edit func(c *catalogue.Catalogue)
		want []string
	}{
		{"nothing", func(*catalogue.Catalogue) {}, []string{}},
		{"a service", func(c *catalogue.Catalogue) { c.Services = slices.Delete(c.Services, 3, 4) }, []string{"unswept cookies=YSC, yt-player volume, yt-session service=YouTube"}},
		{"an exempt service, to which visitors may object", func(c *catalogue.Catalogue) { c.Services = slices.Delete(c.Services, 1, 2) }, []string{"unswept cookies=_pk_id* service=Matomo"}},
		{"a necessary service, which is never erased", func(c *catalogue.Catalogue) { c.Services = c.Services[1:] }, []string{}},
		{"a service without cookies", func(c *catalogue.Catalogue) { c.Services = c.Services[:4] }, []string{}},
		{"a cookie", func(c *catalogue.Catalogue) { c.Services[2].Cookies = c.Services[2].Cookies[1:] }, []string{"unswept cookies=_ga service=GA"}},
		{"a cookie out of reach", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Domain = ".a.test" }, []string{"unswept cookies=_ga service=GA"}},
		{"a cookie that a family covers", func(c *catalogue.Catalogue) { c.Services[2].Cookies = []catalogue.Cookie{{Name: "_ga*"}} }, []string{}},
		{"a cookie that another service has", func(c *catalogue.Catalogue) {
			c.Services[4].Cookies, c.Services[2].Cookies = c.Services[2].Cookies, nil
		}, []string{}},
		{"a cookie that is a storage entry now", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Kind = catalogue.KindLocalStorage }, []string{"unswept cookies=_ga service=GA"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			after := cataloguetest.Valid()
			test.edit(after)
			if got := spoken(t, left(cataloguetest.Valid(), after)); !slices.Equal(got, test.want) {
				t.Errorf("left = %q, want %q", got, test.want)
			}
		})
	}
	out := cataloguetest.Valid()
	out.Services[3].Cookies = []catalogue.Cookie{{Name: "IDE", Domain: ".doubleclick.net"}}
	after := cataloguetest.Valid()
	after.Services = after.Services[:3]
	if got := left(out, after); len(got) > 0 {
		t.Errorf("left = %s: a cookie of another host was never erased", fmt.Sprint(got))
	}
}

// TestStoring: names that a service has more than once.
func TestStoring(t *testing.T) {
	day := catalogue.Lifetime{Count: 1, Unit: catalogue.UnitDay}
	week := catalogue.Lifetime{Count: 1, Unit: catalogue.UnitWeek}
	cookie, here := catalogue.Cookie{Name: "a", Lifetime: day}, catalogue.Cookie{Name: "a", Kind: catalogue.KindLocalStorage, Lifetime: day}
	there := catalogue.Cookie{Name: "a", Domain: ".a.test", Lifetime: week}
	for _, test := range []struct {
		name          string
		before, after []catalogue.Cookie
		want          []string
	}{
		{"one of two kinds goes", []catalogue.Cookie{cookie, here}, []catalogue.Cookie{cookie}, []string{"because.cookieGone cookie=a service=S"}},
		{"one of two domains goes", []catalogue.Cookie{cookie, there}, []catalogue.Cookie{there}, []string{"because.cookieGone cookie=a service=S"}},
		{"a second kind comes", []catalogue.Cookie{cookie}, []catalogue.Cookie{here, cookie}, []string{"because.cookieNew cookie=a service=S"}},
		{"both kinds go", []catalogue.Cookie{cookie, here}, nil, []string{"because.cookieGone cookie=a service=S"}},
		{"the domains change places", []catalogue.Cookie{cookie, there}, []catalogue.Cookie{there, cookie}, []string{}},
		{"one of two domains is kept longer", []catalogue.Cookie{cookie, cookie}, []catalogue.Cookie{there, cookie}, []string{"because.cookieLifetime after=1 day, 1 week before=1 day, 1 day cookie=a service=S"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := spoken(t, storing("S", test.before, test.after)); !slices.Equal(got, test.want) {
				t.Errorf("storing = %q, want %q", got, test.want)
			}
		})
	}
}
