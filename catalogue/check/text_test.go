package check

import (
	"fmt"
	"strings"
	"testing"

	"charte/catalogue"
)

func TestCheckTexts(t *testing.T) {
	for _, text := range []struct {
		path, label string
		most        int // bytes
		needed      bool
		of          func(c *catalogue.Catalogue) *catalogue.Text
	}{
		{"site.name", "site: name", 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Site.Name }},
		{"charter.title", "charter: title", 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.Title }},
		{"charter.introduction", "charter: introduction", 20000, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.Introduction }},
		{"charter.whatTitle", "charter: whatTitle", 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.WhatTitle }},
		{"charter.what", "charter: what", 20000, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.What }},
		{"charter.kindsTitle", "charter: kindsTitle", 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.KindsTitle }},
		{"categories[0].name", `category "necessary": name`, 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].Name }},
		{"categories[0].summary", `category "necessary": summary`, 400, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].Summary }},
		{"categories[0].description", `category "necessary": description`, 20000, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].Description }},
		{"categories[0].tableTitle", `category "necessary": tableTitle`, 200, false, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].TableTitle }},
		{"services[0].name", `service "choice": name`, 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[0].Name }},
		{"services[0].location", `service "choice": location`, 200, false, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[0].Location }},
		{"services[0].cookies[0].purpose", `cookie "cookies_preferences": purpose`, 1000, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[0].Cookies[0].Purpose }},
		{"services[3].purpose", `service "youtube": purpose`, 1000, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[3].Purpose }},
	} {
		write := func(language catalogue.Language, wording string) func(c *catalogue.Catalogue) {
			return func(c *catalogue.Catalogue) { (*text.of(c))[language] = wording }
		}
		missing := text.path + ": " + text.label + " is missing"
		if !text.needed {
			missing = ""
		}
		lineBreak := text.path + ".fr: " + text.label + " contains a line break"
		if text.most == 20000 {
			lineBreak = ""
		}
		tooLong := func(n int) string {
			return fmt.Sprintf("%s.fr: %s has %d bytes, %d at most", text.path, text.label, n, text.most)
		}
		t.Run(text.path, func(t *testing.T) {
			run(t, []row{
				{"left out", func(c *catalogue.Catalogue) { *text.of(c) = nil }, missing},
				{"not in every language", func(c *catalogue.Catalogue) { delete(*text.of(c), "en") }, text.path + ": " + text.label + ` has no wording in "en"`},
				{"blank", write("en", "  "), text.path + ".en: " + text.label + ` is empty in "en"`},
				{"in an undeclared language", write("de", "x"), text.path + ".de: " + text.label + ` has a wording in "de", which is not declared in languages`},
				{"markup is text like any other", write("fr", `</script><script>alert(1)</script><svg onload=x>" onfocus="{{constructor}}{site}`), ""},
				{"a NUL", write("fr", "a\x00b"), text.path + ".fr: " + text.label + " contains the control character U+0000"},
				{"a tab", write("fr", "a\tb"), text.path + ".fr: " + text.label + " contains the control character U+0009"},
				{"a C1 control", write("fr", "a\u0085b"), text.path + ".fr: " + text.label + " contains the control character U+0085"},
				{"an override of direction", write("fr", "a\u202eb"), text.path + ".fr: " + text.label + " contains the control character U+202E"},
				{"marks of direction, which Arabic needs", write("fr", "\u200fa\u2067b\u2069"), ""},
				{"a line break", write("fr", "a\nb"), lineBreak},
				{"a line separator", write("fr", "a\u2028b"), text.path + ".fr: " + text.label + " contains a line break"},
				{"broken UTF-8", write("fr", "caf\xe9"), text.path + ".fr: " + text.label + " is not valid UTF-8"},
				{"a replacement character", write("fr", "caf\ufffd"), ""},
				{"as long as it may be", write("fr", strings.Repeat("x", text.most)), ""},
				{"one byte longer", write("fr", strings.Repeat("x", text.most+1)), tooLong(text.most + 1)},
				{"1 MB", write("fr", strings.Repeat("x", 1<<20)), tooLong(1 << 20)},
			})
		})
	}
	run(t, []row{
		{"a necessary service needs no purpose", func(c *catalogue.Catalogue) { c.Services[0].Purpose = nil }, ""},
		{"an exempt service needs one", func(c *catalogue.Catalogue) { c.Services[1].Purpose = nil }, `services[1].purpose: service "matomo": purpose is missing`},
		{"an empty mapping is a missing text", func(c *catalogue.Catalogue) { c.Services[3].Name = catalogue.Text{} }, `services[3].name: service "youtube": name is missing`},
	})
}

func TestCheckLines(t *testing.T) {
	run(t, []row{
		{"no controller", func(c *catalogue.Catalogue) { c.Site.Controller = " " }, `site.controller: site: controller is missing`},
		{"a controller of 201 bytes", func(c *catalogue.Catalogue) { c.Site.Controller = strings.Repeat("x", 201) }, `site.controller: site: controller has 201 bytes, 200 at most`},
		{"a controller with a line break", func(c *catalogue.Catalogue) { c.Site.Controller = "a\nb" }, `site.controller: site: controller contains a line break`},
		{"a provider without a name", func(c *catalogue.Catalogue) { c.Providers[0].Name = "" }, `providers[0].name: provider "city": name is missing`},
		{"a provider with a control character", func(c *catalogue.Catalogue) { c.Providers[0].Name = "a\x1bb" }, `providers[0].name: provider "city": name contains the control character U+001B`},
		{"a provider in broken UTF-8", func(c *catalogue.Catalogue) { c.Providers[0].Name = "\xff" }, `providers[0].name: provider "city": name is not valid UTF-8`},
	})
}
