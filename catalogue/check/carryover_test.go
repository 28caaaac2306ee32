package check

import (
	"fmt"
	"strings"
	"testing"

	"charte/catalogue"
)

func TestCheckCarryOver(t *testing.T) {
	edit := func(edits ...func(*catalogue.CarryOver)) func(*catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) {
			c.CarryOver = &catalogue.CarryOver{Banner: catalogue.Klaro, Services: map[string]catalogue.ID{"youtube": "youtube", "matomo": "statistics"}}
			for _, edit := range edits {
				edit(c.CarryOver)
			}
		}
	}
	banner := func(b catalogue.FormerBanner) func(*catalogue.CarryOver) {
		return func(c *catalogue.CarryOver) { c.Banner = b }
	}
	cookie := func(name string) func(*catalogue.CarryOver) {
		return func(c *catalogue.CarryOver) { c.Cookie = name }
	}
	service := func(name string, id catalogue.ID) func(*catalogue.CarryOver) {
		return func(c *catalogue.CarryOver) { c.Services[name] = id }
	}
	long := strings.Repeat("a", 201)
	run(t, []row{
		{"a service and a category", edit(), ""},
		{"a cookie of another name", edit(cookie("my-klaro")), ""},
		{"names of any letters", edit(service("Vidéos (YouTube)", "maps")), ""},
		{"no banner", edit(banner("")), "carryOver.banner: carryOver: banner is missing; it is one of vanilla-cookieconsent, orejime, klaro, tarteaucitron, c15t"},
		{"an unknown banner", edit(banner("cookiebot")), `carryOver.banner: carryOver: banner "cookiebot" is none of vanilla-cookieconsent, orejime, klaro, tarteaucitron, c15t`},
		{"our own cookie", edit(cookie("cookies_preferences")), `carryOver.cookie: carryOver: cookie "cookies_preferences" holds the answer to this banner; write the name of the other one's`},
		{"no name of a cookie", edit(cookie("a=b")), `carryOver.cookie: carryOver: cookie "a=b" contains "=", which the name of a cookie cannot contain`},
		{"a family of cookies", edit(cookie("klaro*")), `carryOver.cookie: carryOver: cookie "klaro*" is a family; write the name of one cookie`},
		{"no services", edit(func(c *catalogue.CarryOver) { c.Services = nil }), "carryOver.services: carryOver: services is missing; it says which of the other banner's names are which of this catalogue's ids"},
		{"more names than fit", edit(func(c *catalogue.CarryOver) {
			for i := range 499 {
				c.Services[fmt.Sprint("service", i)] = "youtube"
			}
		}), "carryOver.services: carryOver: 501 names are listed, 500 at most"},
		{"an unknown id", edit(service("ga", "google-analytics")), `carryOver.services.ga: carryOver: "ga" stands for "google-analytics", which is neither a category nor a service of this catalogue`},
		{"a malformed id", edit(service("ga", "Analytics")), `carryOver.services.ga: carryOver: "ga": the id "Analytics" must start with a lower-case letter`},
		{"no id", edit(service("ga", "")), `carryOver.services.ga: carryOver: "ga": the id is missing`},
		{"an exempt service", edit(service("a", "matomo")), `carryOver.services.a: carryOver: "a" stands for the service "matomo", which does not ask for consent; leave it out`},
		{"a necessary service", edit(service("a", "choice")), `carryOver.services.a: carryOver: "a" stands for the service "choice", which does not ask for consent; leave it out`},
		{"a necessary category", edit(service("a", "necessary")), `carryOver.services.a: carryOver: "a" stands for the category "necessary", in which no service asks for consent; leave it out`},
		{"an empty name", edit(service("", "youtube")), `carryOver.services.: carryOver: "" cannot be a name in the other banner's cookie`},
		{"a control character", edit(service("a\x00", "youtube")), "carryOver.services.a\x00: carryOver: \"a\\x00\" cannot be a name in the other banner's cookie"},
		{"a long name", edit(service(long, "youtube")), "carryOver.services." + long + ": carryOver: a name has 201 bytes, 200 at most"},
	})
}
