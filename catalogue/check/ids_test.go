package check

import (
	"strings"
	"testing"

	"charte/catalogue"
)

func TestCheckIDs(t *testing.T) {
	category := func(id catalogue.ID) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) {
			c.Categories = append(c.Categories, c.Categories[2])
			c.Categories[3].ID = id
		}
	}
	syntax := "may only contain lower-case letters without accents, digits and hyphens"
	run(t, []row{
		{"letters, digits and hyphens", category("a-1"), ""},
		{"40 bytes", category(catalogue.ID(strings.Repeat("a", 40))), ""},
		{"41 bytes", category(catalogue.ID(strings.Repeat("a", 41))), `categories[3].id: category "` + strings.Repeat("a", 41) + `": the id has 41 bytes, 40 at most`},
		{"empty", category(""), `categories[3].id: categories[3]: the id is missing`},
		{"upper case", category("Ads"), `categories[3].id: category "Ads": the id "Ads" must start with a lower-case letter`},
		{"upper case later", category("toDay"), `categories[3].id: category "toDay": the id "toDay" ` + syntax},
		{"a digit first", category("1st"), `categories[3].id: category "1st": the id "1st" must start with a lower-case letter`},
		{"a hyphen first", category("-a"), `categories[3].id: category "-a": the id "-a" must start with a lower-case letter`},
		{"an accent", category("publicité"), `categories[3].id: category "publicité": the id "publicité" ` + syntax},
		{"a space", category("a b"), `categories[3].id: category "a b": the id "a b" ` + syntax},
		{"a dot, which separates in the cookie", category("a.b"), `categories[3].id: category "a.b": the id "a.b" ` + syntax},
		{"a plus, which separates in the cookie", category("a+b"), `categories[3].id: category "a+b": the id "a+b" ` + syntax},
		{"a cookie attribute", category("a; Path=/x"), `categories[3].id: category "a; Path=/x": the id "a; Path=/x" ` + syntax},
		{"a line break", category("a\r\nb"), `categories[3].id: category "a\r\nb": the id "a\r\nb" ` + syntax},
		{"__proto__", category("__proto__"), `categories[3].id: category "__proto__": the id "__proto__" is reserved by JavaScript`},
		{"constructor", category("constructor"), `categories[3].id: category "constructor": the id "constructor" is reserved by JavaScript`},
		{"prototype", category("prototype"), `categories[3].id: category "prototype": the id "prototype" is reserved by JavaScript`},
		{"toString", category("toString"), `categories[3].id: category "toString": the id "toString" is reserved by JavaScript`},
		{"valueOf", category("valueOf"), `categories[3].id: category "valueOf": the id "valueOf" is reserved by JavaScript`},
		{"hasOwnProperty", category("hasOwnProperty"), `categories[3].id: category "hasOwnProperty": the id "hasOwnProperty" is reserved by JavaScript`},
		{"a category twice", category("statistics"), `categories[3].id: category "statistics": the id is declared twice`},
		{"a provider twice", func(c *catalogue.Catalogue) { c.Providers = append(c.Providers, c.Providers[1]) }, `providers[2].id: provider "google": the id is declared twice`},
		{"a provider reserved", func(c *catalogue.Catalogue) {
			c.Providers = append(c.Providers, catalogue.Provider{ID: "constructor", Name: "X", FirstParty: true})
		}, `providers[2].id: provider "constructor": the id "constructor" is reserved by JavaScript`},
		{"a service twice", func(c *catalogue.Catalogue) { c.Services = append(c.Services, c.Services[4]) }, `services[5].id: service "maps": the id is declared twice`},
		{"a service reserved", func(c *catalogue.Catalogue) { c.Services[4].ID = "constructor" }, `services[4].id: service "constructor": the id "constructor" is reserved by JavaScript`},
		{"a service named as a category", func(c *catalogue.Catalogue) { c.Services[4].ID = "third-party" }, `services[4].id: service "third-party": a category has this id already; categories and services share one set, since charte.allows(id) takes either`},
		{"a provider named as a service", func(c *catalogue.Catalogue) {
			c.Providers = append(c.Providers, catalogue.Provider{ID: "youtube", Name: "YouTube", FirstParty: true})
		}, ""},
	})
}
