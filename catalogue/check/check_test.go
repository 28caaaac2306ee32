package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

// check runs Catalogue on the valid catalogue after an edit. Each line of want
// is "path: message".
func check(t *testing.T, edit func(c *catalogue.Catalogue), want ...string) {
	t.Helper()
	c := cataloguetest.Valid()
	edit(c)
	var got []string
	for _, p := range Catalogue(c) {
		got = append(got, p.Path+": "+p.Message)
	}
	if !slices.Equal(got, want) {
		t.Errorf("Catalogue()\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

type row struct {
	name string
	edit func(c *catalogue.Catalogue)
	want string // the only problem, "path: message"; empty means none
}

func run(t *testing.T, rows []row) {
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if row.want == "" {
				check(t, row.edit)
			} else {
				check(t, row.edit, row.want)
			}
		})
	}
}

func TestCheckAcceptsTheValidOne(t *testing.T) {
	check(t, func(*catalogue.Catalogue) {})
}

func TestCheckReportsEverythingAtOnce(t *testing.T) {
	check(t, func(c *catalogue.Catalogue) {
		c.Site.Controller = ""
		c.Categories[1].ID = "Statistics"
		c.Services[3].Name["fr"] = " "
		c.Services[3].Cookies[0].Lifetime = catalogue.Lifetime{}
	},
		`site.controller: site: controller is missing`,
		`categories[1].id: category "Statistics": the id "Statistics" must start with a lower-case letter`,
		`services[1].category: service "matomo": category "statistics" is not declared`,
		`services[2].category: service "analytics": category "statistics" is not declared`,
		`services[3].name.fr: service "youtube": name is empty in "fr"`,
		`services[3].cookies[0].lifetime: cookie "YSC": lifetime is missing; write "2 weeks", "up to 12 months", "session", "persistent" or "unknown"`,
	)
}

func TestCheckZero(t *testing.T) {
	if problems := Catalogue(new(catalogue.Catalogue)); len(problems) == 0 {
		t.Error("the zero catalogue is valid")
	}
}

func TestCheckLimits(t *testing.T) {
	run(t, []row{
		{"101 languages", func(c *catalogue.Catalogue) { c.Languages = make([]catalogue.Language, 101) }, "languages: 101 languages are declared, 100 at most"},
		{"201 categories", func(c *catalogue.Catalogue) { c.Categories = make([]catalogue.Category, 201) }, "categories: 201 categories are declared, 200 at most"},
		{"2,001 providers", func(c *catalogue.Catalogue) { c.Providers = make([]catalogue.Provider, 2001) }, "providers: 2001 providers are declared, 2000 at most"},
		{"2,001 services", func(c *catalogue.Catalogue) { c.Services = make([]catalogue.Service, 2001) }, "services: 2001 services are declared, 2000 at most"},
		{"20,001 cookies", func(c *catalogue.Catalogue) {
			c.Services[0].Cookies, c.Services[1].Cookies = make([]catalogue.Cookie, 10_000), make([]catalogue.Cookie, 10_001)
			c.Services[2].Cookies, c.Services[3].Cookies = nil, nil
		}, "services: 20001 cookies are declared, 20000 at most"},
		{"20,000 cookies and 2,000 services", func(c *catalogue.Catalogue) {
			text := catalogue.Text{"fr": "x", "en": "x"}
			c.Services = make([]catalogue.Service, 2000)
			for i := range c.Services {
				c.Services[i] = catalogue.Service{ID: catalogue.ID(fmt.Sprintf("s%d", i)), Category: "necessary", Provider: "city", Name: text}
				for j := range 10 {
					c.Services[i].Cookies = append(c.Services[i].Cookies, catalogue.Cookie{Name: fmt.Sprintf("c%d_%d", i, j), Purpose: text, Lifetime: period(1, catalogue.UnitDay)})
				}
			}
		}, ""},
		{"200 categories", func(c *catalogue.Catalogue) {
			for i := len(c.Categories); i < 200; i++ {
				category := c.Categories[1]
				category.ID = catalogue.ID(fmt.Sprintf("c%d", i))
				c.Categories = append(c.Categories, category)
			}
		}, ""},
	})
}
