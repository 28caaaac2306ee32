package check

import (
	"testing"

	"charte/catalogue"
)

func TestSignals(t *testing.T) {
	run(t, []row{
		{"on a category and on services", func(c *catalogue.Catalogue) {
			c.Categories[1].Signals = []catalogue.Signal{"analytics_storage", catalogue.SignalTagManager}
			c.Services[1].Signals = []catalogue.Signal{catalogue.SignalMatomo, catalogue.SignalMatomoCookies}
			c.Services[3].Signals = []catalogue.Signal{catalogue.SignalUET, catalogue.SignalClarityAds, catalogue.SignalClarityAnalytics}
		}, ""},
		{"Google's security_storage on what is necessary", func(c *catalogue.Catalogue) { c.Categories[0].Signals = []catalogue.Signal{"security_storage"} }, ""},
		{"an unknown one", func(c *catalogue.Catalogue) { c.Services[3].Signals = []catalogue.Signal{"ad_storage", "ad-storage"} },
			`services[3].signals[1]: service "youtube": signal "ad-storage" is not known; there are google-tag-manager, microsoft-uet, microsoft-clarity-ads, microsoft-clarity-analytics, matomo, matomo-cookies, ad_storage, ad_user_data, ad_personalization, analytics_storage, functionality_storage, personalization_storage, security_storage`},
		{"the same twice", func(c *catalogue.Catalogue) { c.Categories[1].Signals = []catalogue.Signal{"ad_storage", "ad_storage"} },
			`categories[1].signals[1]: category "statistics": signal "ad_storage" is declared twice`},
		{"a category that sells", func(c *catalogue.Catalogue) { c.Categories[2].Sale = true }, ""},
		{"a service that sells", func(c *catalogue.Catalogue) { c.Services[3].Sale = true }, ""},
		{"a necessary category that sells", func(c *catalogue.Catalogue) { c.Categories[0].Sale = true },
			`categories[0].sale: category "necessary": what is necessary can be no sale; remove one of the two`},
		{"a necessary service that sells", func(c *catalogue.Catalogue) { c.Services[0].Sale = true },
			`services[0].sale: service "choice": what needs no consent can be no sale; remove one of the two`},
		{"an exempt service that sells", func(c *catalogue.Catalogue) { c.Services[1].Sale = true },
			`services[1].sale: service "matomo": what needs no consent can be no sale; remove one of the two`},
	})
}
