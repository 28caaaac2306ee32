package check

import (
	"testing"

	"charte/catalogue"
)

// TestCheckUndone: what a draft left to a person is not shown to visitors.
func TestCheckUndone(t *testing.T) {
	name := func(text string) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) { c.Services[3].Name["en"] = text }
	}
	const still = `services[3].name.en: service "youtube": name still says TODO in "en"`
	run(t, []row{
		{"alone", name("TODO"), still},
		{"with what is to be done", name("TODO: ask the supplier"), still},
		{"with spaces", name(" TODO "), still},
		{"a word that begins like it", name("TODOS"), ""},
		{"a word in a sentence", name("Your TODO list"), ""},
		{"in small letters", name("todo"), ""},
		{"of the controller", func(c *catalogue.Catalogue) { c.Site.Controller = "TODO" }, "site.controller: site: controller still says TODO"},
		{"of a provider", func(c *catalogue.Catalogue) { c.Providers[1].Name = "TODO" }, `providers[1].name: provider "google": name still says TODO`},
		{"of a purpose", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Purpose["fr"] = "TODO" }, `services[3].cookies[0].purpose.fr: cookie "YSC": purpose still says TODO in "fr"`},
	})
}
