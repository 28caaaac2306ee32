package check

import (
	"testing"

	"charte/catalogue"
)

func TestCheckFormerly(t *testing.T) {
	formerly := func(revision string, asked ...string) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) { c.Formerly = map[string][]string{revision: asked} }
	}
	run(t, []row{
		{"what charte check prints", formerly("k3f7a2", "statistics.matomo", "gone.long-ago"), ""},
		{"nothing was asked then", formerly("k3f7a2"), ""},
		{"no revision", formerly("2026-11-23"), `formerly.2026-11-23: formerly: "2026-11-23" is no revision, which has six characters; charte check prints the catalogue's`},
		{"a character too odd", formerly("K3f7a2"), `formerly.K3f7a2: formerly: "K3f7a2" is no revision, which has six characters; charte check prints the catalogue's`},
		{"a service alone", formerly("k3f7a2", "matomo"), `formerly.k3f7a2[0]: formerly: "matomo" is no service, written category.service`},
		{"three names", formerly("k3f7a2", "a.b.c"), `formerly.k3f7a2[0]: formerly: "a.b.c" is no service, written category.service`},
		{"31 revisions", func(c *catalogue.Catalogue) {
			c.Formerly = map[string][]string{}
			for i := range 31 {
				c.Formerly["aaaa"+string(rune('a'+i%26))+string(rune('a'+i/26))] = nil
			}
		}, "formerly: 31 earlier revisions are listed, 30 at most; leave out those of more than six months ago"},
	})
}
