package check

import (
	"testing"

	"charte/catalogue"
)

func TestCheckReferences(t *testing.T) {
	run(t, []row{
		{"no category", func(c *catalogue.Catalogue) { c.Services[4].Category = "" }, `services[4].category: service "maps": category is missing`},
		{"an undeclared category", func(c *catalogue.Catalogue) { c.Services[4].Category = "stats" }, `services[4].category: service "maps": category "stats" is not declared`},
		{"no provider", func(c *catalogue.Catalogue) { c.Services[4].Provider = "" }, `services[4].provider: service "maps": provider is missing`},
		{"an undeclared provider", func(c *catalogue.Catalogue) { c.Services[4].Provider = "gogle" }, `services[4].provider: service "maps": provider "gogle" is not declared`},
		{"an exempt service in a necessary category", func(c *catalogue.Catalogue) { c.Services[0].Exempt = true }, `services[0].exempt: service "choice": exempt has no sense in the necessary category "necessary"; remove it`},
		{"an exempt third party", func(c *catalogue.Catalogue) { c.Services[4].Exempt = true }, `services[4].exempt: service "maps": only a first party can be exempt from consent, and provider "google" is a third party`},
		{"a service without cookies", func(c *catalogue.Catalogue) { c.Services[3].Cookies = nil }, ""},
		{"no categories at all", func(c *catalogue.Catalogue) { c.Categories, c.Services = nil, nil }, "categories: no category is declared; every site has that of its necessary cookies"},
		{"no services at all", func(c *catalogue.Catalogue) { c.Services = nil }, ""},
	})
}
