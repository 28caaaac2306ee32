package peers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// An integration is a service that a helper of @c15t/scripts loads.
type integration struct {
	name     string   // as its maker calls it
	category string   // which c15t gives it
	always   bool     // it loads without an answer, and is told of the answer afterwards
	host     string   // that its script comes from; "" where the site chooses it
	signals  []string // as catalogue.Signals has them
	google   bool     // it sends Google's consent types, one for each category
}

// integrations are the helpers of @c15t/scripts by the names of their functions, as
// https://c15t.com/docs/integrations lists them.
var integrations = map[string]integration{
	"googleTagManager":       {name: "Google Tag Manager", category: "measurement", always: true, host: "www.googletagmanager.com", signals: []string{"google-tag-manager"}, google: true},
	"gtag":                   {name: "Google Analytics", category: "measurement", always: true, host: "www.googletagmanager.com", google: true},
	"cloudflareZaraz":        {name: "Cloudflare Zaraz", category: "measurement", always: true},
	"ahrefsAnalytics":        {name: "Ahrefs Analytics", category: "measurement", host: "analytics.ahrefs.com"},
	"adobeAnalytics":         {name: "Adobe Analytics", category: "measurement", host: "assets.adobedtm.com"},
	"amplitude":              {name: "Amplitude", category: "measurement", host: "cdn.amplitude.com"},
	"cloudflareWebAnalytics": {name: "Cloudflare Web Analytics", category: "measurement", host: "static.cloudflareinsights.com"},
	"clearbit":               {name: "Clearbit", category: "marketing"},
	"clarity":                {name: "Microsoft Clarity", category: "measurement", host: "www.clarity.ms", signals: []string{"microsoft-clarity-analytics"}},
	"databuddy":              {name: "Databuddy", category: "measurement", always: true, host: "cdn.databuddy.cc"},
	"fathomAnalytics":        {name: "Fathom Analytics", category: "measurement", host: "cdn.usefathom.com"},
	"heap":                   {name: "Heap", category: "measurement", host: "cdn.heapanalytics.com"},
	"matomoAnalytics":        {name: "Matomo", category: "measurement"},
	"mixpanelAnalytics":      {name: "Mixpanel", category: "measurement", always: true, host: "cdn.mxpnl.com"},
	"oneDollarStats":         {name: "OneDollarStats", category: "measurement"},
	"hotjar":                 {name: "Hotjar", category: "measurement", host: "static.hotjar.com"},
	"hightouch":              {name: "Hightouch", category: "measurement"},
	"logRocket":              {name: "LogRocket", category: "measurement"},
	"plausibleAnalytics":     {name: "Plausible Analytics", category: "measurement", host: "plausible.io"},
	"posthog":                {name: "PostHog", category: "measurement", always: true},
	"posthogConsent":         {name: "PostHog", category: "measurement", always: true},
	"promptwatch":            {name: "Promptwatch", category: "measurement"},
	"pirsch":                 {name: "Pirsch", category: "measurement", host: "api.pirsch.io"},
	"rudderstack":            {name: "RudderStack", category: "measurement"},
	"segment":                {name: "Segment", category: "measurement", host: "cdn.segment.com"},
	"sentry":                 {name: "Sentry", category: "measurement", always: true},
	"rybbitAnalytics":        {name: "Rybbit Analytics", category: "measurement"},
	"umamiAnalytics":         {name: "Umami", category: "measurement", host: "cloud.umami.is"},
	"vercelAnalytics":        {name: "Vercel Analytics", category: "measurement"},
	"crisp":                  {name: "Crisp", category: "functionality", host: "client.crisp.chat"},
	"frontChat":              {name: "Front Chat", category: "functionality"},
	"intercom":               {name: "Intercom", category: "functionality", host: "widget.intercom.io"},
	"klaviyo":                {name: "Klaviyo", category: "marketing", host: "static.klaviyo.com"},
	"metaPixel":              {name: "Meta Pixel", category: "marketing", host: "connect.facebook.net"},
	"openaiPixel":            {name: "OpenAI Pixel", category: "marketing"},
	"pinterestTag":           {name: "Pinterest Tag", category: "marketing", host: "s.pinimg.com"},
	"redditPixel":            {name: "Reddit Pixel", category: "marketing", host: "www.redditstatic.com"},
	"tiktokPixel":            {name: "TikTok Pixel", category: "marketing", host: "analytics.tiktok.com"},
	"linkedinInsights":       {name: "LinkedIn Insight Tag", category: "marketing", host: "snap.licdn.com"},
	"microsoftUet":           {name: "Microsoft Advertising", category: "marketing", always: true, host: "bat.bing.com", signals: []string{"microsoft-uet"}},
	"snapchatPixel":          {name: "Snapchat Pixel", category: "marketing", host: "sc-static.net"},
	"xPixel":                 {name: "X Pixel", category: "marketing", host: "static.ads-twitter.com"},
}

// googleTypes are Google's consent types by c15t's categories, as its helpers send them
// (https://c15t.com/docs/integrations/google-tag-manager).
var googleTypes = map[string][]string{
	"necessary":     {"security_storage"},
	"functionality": {"functionality_storage"},
	"measurement":   {"analytics_storage"},
	"marketing":     {"ad_storage", "ad_user_data", "ad_personalization"},
	"experience":    {"personalization_storage"},
}

// integration reads what a helper of @c15t/scripts was given.
func (c *c15tReading) integration(s plan.Setting, helper string, options told.Value) {
	i, known := integrations[helper]
	why := "It became a service of the catalogue. Charte runs what stands in the page: put the service's tag there."
	if !known {
		i = integration{name: helper, category: "measurement"}
		why = "The helper “" + helper + "” is not known here. It became a service of the category “measurement”: say which one is right."
	}
	id, library := helper, helper
	given, ok := options.Get("category")
	if account, _ := options.Get("id"); helper == "gtag" {
		// gtag.js serves both Google Analytics and Google Ads, and tells them apart by the account.
		unknown := account.Kind != told.Text && given.Text == "marketing"
		if unknown {
			why += " The account is not known here. A tag for marketing is taken to be that of Google Ads."
		}
		if unknown || strings.HasPrefix(account.Text, "AW-") {
			i.name, i.category, id, library = "Google Ads", "marketing", "googleAds", ""
		}
	}
	// A helper's category is its own, unless the site gave it another.
	if ok && slices.Contains(c15tCategories, given.Text) && given.Text != "necessary" {
		i.category = given.Text
	}
	if mode, ok := options.Get("loadMode"); ok && mode.Text == "after-consent" {
		i.always = false
	}
	c.need(i.category, s.Path())
	service := plan.Service{ID: id, Library: library, Path: s.Path(), Name: plan.Texts{"": i.name}, Settings: accounts(options), Signals: i.signals}
	if i.host != "" {
		service.Hosts = []string{i.host}
	}
	for _, field := range options.Fields { // as Matomo's, which each site has at its own address
		if u, err := url.Parse(field.Value.Text); err == nil && u.Scheme != "" && isHost(u.Hostname()) && !slices.Contains(service.Hosts, u.Hostname()) {
			service.Hosts = append(service.Hosts, u.Hostname())
		}
	}
	for n := 2; c.taken(service.ID); n++ {
		service.ID = id + "-" + strconv.Itoa(n)
	}
	added := c.add(i.category, service)
	added.On = i.always
	if i.always {
		s.Mistaken(plan.NotAsked, i.name+" loads before the visitor answers. In the catalogue it waits for consent.")
	}
	if i.google {
		c.googles = append(c.googles, options)
	}
	s.Changed("services["+added.ID+"]", why)
}

// helpedBy is the integration whose helper gives a script of that ID, as a page has it: "google-tag-manager" is that
// of googleTagManager.
func helpedBy(id string) (integration, bool) {
	if id == "" || strings.ToLower(id) != id {
		return integration{}, false
	}
	for helper, i := range integrations {
		if strings.EqualFold(helper, strings.ReplaceAll(id, "-", "")) {
			return i, true
		}
	}
	return integration{}, false
}

// taken reports whether a service has an ID.
func (c *c15tReading) taken(id string) bool {
	return slices.ContainsFunc(c.p.Services, func(s plan.Service) bool { return s.ID == id })
}

// accounts are the plain settings of a helper: an account's number, a host.
func accounts(options told.Value) map[string]string {
	found := map[string]string{}
	for _, field := range options.Fields {
		switch field.Value.Kind {
		case told.Text:
			if field.Value.Text != "" {
				found[field.Name] = field.Value.Text
			}
		case told.Number:
			found[field.Name] = strconv.FormatFloat(field.Value.Number, 'f', -1, 64)
		case told.Bool:
			found[field.Name] = strconv.FormatBool(field.Value.Bool)
		}
	}
	delete(found, "category")
	return found
}

// google gives the categories Google's consent types, as the helpers do, or as the site maps them.
func (c *c15tReading) google(options told.Value) {
	types := googleTypes
	if given, ok := options.Get("consentMapping"); ok && given.Kind == told.Map {
		types = map[string][]string{}
		for _, field := range given.Fields {
			for _, item := range field.Value.Items {
				types[field.Name] = append(types[field.Name], item.Text)
			}
		}
	}
	for i := range c.p.Categories {
		category := &c.p.Categories[i]
		for _, signal := range types[category.ID] {
			if slices.Contains(catalogue.GoogleSignals, catalogue.Signal(signal)) && !slices.Contains(category.Signals, signal) {
				category.Signals = append(category.Signals, signal)
			}
		}
	}
}
