package peers

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// c15t is c15t 2, for React, Next.js and plain scripts. Its options:
// https://c15t.com/docs/frameworks/react/components/consent-manager-provider
var c15t = peer{name: "c15t", finds: findC15t, reads: readC15t}

// c15tFunctions are the functions and React components of c15t that take its options.
var c15tFunctions = []string{
	"ConsentManagerProvider", "ConsentProvider", "ConsentRoot", "ClientSideOptionsProvider", "configureConsentManager",
	"createConsentManager", "createConsentManagerStore", "createConsentRuntime", "getOrCreateConsentRuntime", "defineConsentConfig",
	"createConsentKernel", "createScriptLoader", "createPersistence",
}

// c15tLayers are the React components of c15t that show something.
var c15tLayers = []string{"ConsentBanner", "CookieBanner", "ConsentDialog", "ConsentManagerDialog", "ConsentManagerWidget", "ConsentWidget"}

// findC15t finds c15t's options. A site may give them in parts, such as to a provider on the server
// and to one in the browser: parts that do not contradict one another are one configuration.
func findC15t(t *told.Told) []told.Value {
	imported := importsC15t(t)
	var parts []told.Value
	var layers []told.Field
	for _, call := range t.Calls {
		name := call.Name[strings.LastIndexByte(call.Name, '.')+1:]
		for _, arg := range call.Args {
			if options, ok := arg.Get("options"); ok && options.Kind == told.Map {
				arg = options
			}
			switch {
			case arg.Kind != told.Map:
			case slices.Contains(c15tFunctions, name), name == "init" && imported && shapedAsC15t(arg, imported):
				parts = append(parts, arg)
			case slices.Contains(c15tLayers, name) && imported && len(arg.Fields) > 0:
				layers = withLayer(layers, name, arg)
			}
		}
	}
	if len(parts) == 0 {
		parts = configurations(t, func(string, told.Value) bool { return false }, func(v told.Value) bool { return shapedAsC15t(v, imported) })
	}
	var values []told.Value
	for _, part := range parts {
		if len(values) == 0 {
			values = append(values, part)
			continue
		}
		if joined, ok := join(values[len(values)-1], part); ok {
			values[len(values)-1] = joined
		} else {
			values = append(values, part)
		}
	}
	for i := range values {
		values[i].Fields = append(slices.Clone(values[i].Fields), layers...)
	}
	return values
}

// withLayer adds what a component was given. A site may have the component in several pages, each in its own way: they
// are no two banners, and the component's name then stands for a list.
func withLayer(layers []told.Field, name string, v told.Value) []told.Field {
	i := slices.IndexFunc(layers, func(f told.Field) bool { return f.Name == name })
	if i < 0 {
		return append(layers, told.Field{Name: name, Value: v})
	}
	there := &layers[i].Value
	if same(*there, v) {
		return layers
	}
	if there.Kind != told.List {
		*there = told.Value{Kind: told.List, Items: []told.Value{*there}, Place: there.Place}
	}
	if !slices.ContainsFunc(there.Items, func(other told.Value) bool { return same(other, v) }) {
		there.Items = append(there.Items, v)
	}
	return layers
}

func importsC15t(t *told.Told) bool {
	return slices.ContainsFunc(t.Imports, func(m string) bool {
		return m == "c15t" || strings.HasPrefix(m, "c15t/") || strings.HasPrefix(m, "@c15t/")
	})
}

// join puts the properties of two maps into one. ok is false where they contradict each other.
func join(a, b told.Value) (joined told.Value, ok bool) {
	joined = a
	joined.Fields = slices.Clone(a.Fields)
	for _, field := range b.Fields {
		switch there, found := a.Get(field.Name); {
		case !found:
			joined.Fields = append(joined.Fields, field)
		case field.Name != "children" && !same(there, field.Value):
			return told.Value{}, false
		}
	}
	return joined, true
}

// shapedAsC15t reports whether a value looks like c15t's options: it has at least two of their names,
// one of which nothing else has. Where a file imports c15t, any two will do.
func shapedAsC15t(v told.Value, imported bool) bool {
	own, other := 0, 0
	for _, field := range v.Fields {
		switch field.Name {
		case "consentCategories", "ignoreGeoLocation", "networkBlocker", "offlinePolicy", "initialConsentCategories", "initialGdprTypes",
			"reloadOnConsentRevoked", "clearOnRevocation", "initialTranslationConfig", "trackingBlockerConfig":
			own++
		case "mode":
			other++
			if field.Value.Text == "c15t" {
				own++
			}
		case "store":
			other++
			if _, ok := field.Value.Get("initialGdprTypes"); ok {
				own++
			}
		case "backendURL", "scripts", "translations", "i18n", "callbacks", "legalLinks", "theme", "react", "storageConfig", "iab", "overrides", "enabled":
			other++
		}
	}
	return v.Kind == told.Map && own+other > 1 && (own > 0 || imported)
}

func readC15t(p *plan.Plan, s plan.Setting, t *told.Told) {
	if tooLarge(s) {
		return
	}
	r := newReading(p)
	c := &c15tReading{reading: r, told: t, used: map[string]int{}}
	p.Answer, r.answer = plan.Answer{Cookie: "c15t", Days: 365, Categories: true}, "c15t" // c15t's own defaults
	c.categories(s)
	c.options(s)
	c.options(s.Get("store"))
	c.options(s.Get("react"))
	for _, name := range c15tLayers {
		notice, layer := strings.Contains(name, "Banner"), s.Get(name)
		for _, one := range layer.Items() {
			c.layer(one, notice)
		}
		if !layer.Is(told.List) {
			c.layer(layer, notice)
		}
	}
	for _, options := range c.googles {
		c.google(options) // when all categories are known
	}
	c.names()
	s.Rest("c15t documents no such setting.")
}

// A c15tReading is a configuration of c15t, while it is read.
type c15tReading struct {
	*reading
	told *told.Told
	used map[string]int // how many calls of a helper of @c15t/scripts have been read

	googles []told.Value // what the helpers were given that send Google's consent types
}

// c15tCategories are the categories that c15t has, in its order.
var c15tCategories = []string{"necessary", "functionality", "measurement", "experience", "marketing"}

// c15tNames are names for the categories, which c15t has texts of its own for.
var c15tNames = map[string]plan.Texts{
	"necessary":     {"en": "Strictly necessary", "fr": "Strictement nécessaires"},
	"functionality": {"en": "Features", "fr": "Fonctionnalités"},
	"measurement":   {"en": "Statistics", "fr": "Mesure d'audience"},
	"experience":    {"en": "Content of other sites", "fr": "Contenus d'autres sites"},
	"marketing":     {"en": "Advertising", "fr": "Publicité"},
}

// names gives a name to each category to which the site gave none, in the site's languages.
func (c *c15tReading) names() {
	for i := range c.p.Categories {
		category := &c.p.Categories[i]
		for language, name := range c15tNames[category.ID] {
			if len(c.p.Languages) == 0 || slices.Contains(c.p.Languages, language) {
				putText(&category.Name, language, name)
			}
		}
	}
}

// categories reads which categories visitors are asked about. c15t asks about those, and about those
// that scripts have.
func (c *c15tReading) categories(s plan.Setting) {
	said := false
	for _, at := range []plan.Setting{s, s.Get("store")} {
		for _, name := range []string{"consentCategories", "initialConsentCategories", "gdprTypes", "initialGdprTypes"} {
			list := at.Get(name)
			said = said || list.Is(told.List)
			c.listed(list)
		}
	}
	if !said { // c15t's own default
		c.need("necessary", "")
		c.need("marketing", "")
	}
}

// listed reads a list of categories.
func (c *c15tReading) listed(s plan.Setting) {
	for _, item := range itemsOf(s, "categories", "The catalogue has the categories of the scripts.") {
		if id := item.Text(); slices.Contains(c15tCategories, id) {
			c.need(id, item.Path())
			item.Mapped("categories[" + id + "]")
		} else {
			item.Dropped("c15t has no such category: it has " + strings.Join(c15tCategories, ", ") + ".")
		}
	}
}

// need is a category, which is put into the plan if it is not there.
func (c *c15tReading) need(id, path string) *plan.Category {
	if c.category(id) == nil {
		c.p.Categories = append(c.p.Categories, plan.Category{ID: id, Necessary: id == "necessary", Path: path})
	}
	return c.category(id)
}

// options reads c15t's options, which may stand below "store" or "react" too.
func (c *c15tReading) options(s plan.Setting) {
	c.behaviour(s)
	c.storage(s.Get("storageConfig"))
	c.links(s.Get("legalLinks"))
	for _, name := range []string{"i18n", "initialI18nConfig", "translations", "initialTranslationConfig", "translationConfig"} {
		c.translations(s.Get(name))
	}
	scripts := s.Get("scripts")
	for i, script := range scripts.Items() {
		c.script(script, i)
	}
	if len(scripts.Items()) == 0 {
		scripts.Dropped("There are no scripts here that can be read. Write their services into the catalogue.")
	}
	c.erased(s.Get("clearOnRevocation"))
	c.policies(s)
	if tags := s.Get("unstable_googleTagManager"); tags.There() {
		c.integration(tags, "googleTagManager", tags.Value())
	}
	for _, name := range []string{"networkBlocker", "trackingBlockerConfig", "iframeBlockerConfig", "iframeBlocker"} {
		s.Get(name).Dropped("Charte blocks nothing by its address: it holds back what is marked with data-category. Mark what these rules block.")
	}
	s.Get("iab").Dropped("Charte has no IAB TCF: it asks for the site's own services only.")
	droppedAll(s, laidOut, "theme", "colorScheme", "noStyle", "disableAnimation", "components", "presentation", "ui")
	s.Get("scrollLock").Dropped(neverLocked)
	s.Get("trapFocus").Dropped("Charte's settings keep the keyboard's focus while they are open, and its notice never does.")
	s.Get("children").Dropped("It is a part of the page.")
}

// c15tState are what window.c15tStore has beside c15t's options, where a page is read.
var c15tState = []string{
	"activeUI", "consentTypes", "hasFetchedBanner", "includeNonDisplayedConsents", "initDataSource", "isLoadingConsentInfo", "jurisdiction", "lastBannerFetchData",
	"loadedScripts", "locationInfo", "model", "policyBanner", "policyCategories", "policyDialog", "policyScopeMode", "scriptIdMap",
}

// behaviour reads what c15t does, and how it talks to its server.
func (c *c15tReading) behaviour(s plan.Setting) {
	enabled := s.Get("enabled")
	if enabled.False() {
		enabled.Mistaken(plan.NotAsked, "Without c15t, everything counts as granted, and nobody is asked. In the catalogue, everything waits for an answer.")
	}
	enabled.Dropped("Charte is there or is left out of the page. It never grants without an answer.")
	droppedAll(s, "Charte needs no server of its own: the answer stays in the visitor's browser.",
		"mode", "backendURL", "headers", "customFetch", "retryConfig", "endpointHandlers", "ssrData", "prefetch", "url", "credentials", "persistence")
	s.Get("ignoreGeoLocation").Dropped("Charte asks visitors from everywhere in the same way.")
	s.Get("overrides").Dropped("Charte asks visitors from everywhere in the same way, and takes the page's language.")
	s.Get("user").Dropped("Charte knows no visitor by name: an answer belongs to a browser.")
	s.Get("callbacks").Dropped(codeStays)
	s.Get("consentSource").Dropped("Charte decides itself, and takes answers from no other banner.")
	s.Get("reloadOnConsentRevoked").Dropped(reloaded)
	droppedAll(s, "It is a setting of c15t's own code.", "namespace", "debug", "config", "pkg", "version", "nonce", "preloadDialog", "scriptLoader", "runtime", "branding")
	droppedAll(s, "It is an answer that a visitor gave. Charte asks again, and grants nothing until then.", "consents", "selectedConsents", "consentInfo")
	droppedAll(s, "It is a state of the page from which the configuration was read.", c15tState...)
	s.Get("vendors").Dropped("Charte asks for each service by itself. Declare the vendors as services in the catalogue.")
}

// layer reads what a React component of c15t was given: the notice, or the settings.
func (c *c15tReading) layer(s plan.Setting, notice bool) {
	title := [2]string{"title", "settings.title"}
	if notice {
		title[1] = "notice.title"
	}
	for _, word := range [][2]string{{"acceptButtonText", "acceptAll"}, {"rejectButtonText", "refuseAll"}, {"customizeButtonText", "customise"}, {"saveButtonText", "save"}, title} {
		if text := s.Get(word[0]); len(c.p.Languages) > 0 {
			c.word(text, c.p.Languages[0], word[1])
		} else {
			text.Dropped("It is not known which language this is in. Write it into the catalogue, under words.")
		}
	}
	s.Get("description").Dropped(noticeBody)
	layout := s.Get("layout")
	buttons := map[string]bool{}
	layout.Value().Leaves("", func(_ string, button told.Value) { buttons[button.Text] = true })
	if notice && buttons["accept"] && !buttons["reject"] {
		c.mistaken(layout, plan.NoRefusal, "The notice has a button to accept and none to refuse. Charte's notice has both, and both look the same.")
	}
	c.primary(s.Get("primaryButton"))
	layout.Dropped("The order of Charte's buttons is fixed.")
	s.Get("primaryButton").Dropped("Charte's buttons to accept and to refuse always look the same.")
	s.Get("legalLinks").Dropped("Charte's notice links to the list of cookies.")
	s.Get("hideBranding").Dropped("Charte's banner names no maker.")
	undocumented(s, laidOut, "title", "acceptButtonText", "rejectButtonText", "customizeButtonText", "saveButtonText", "description", "layout", "primaryButton", "legalLinks", "hideBranding")
}

func (c *c15tReading) storage(s plan.Setting) {
	c.answerName(s.Get("storageKey"))
	c.answerDays(s.Get("defaultExpiryDays"))
	c.cookieDomain(s.Get("defaultDomain"))
	if cross := s.Get("crossSubdomain"); cross.True() && c.p.Site.CookieDomain == "" {
		cross.Dropped("The domain that all hosts of the site share is not known here. Write it into the catalogue as site.cookieDomain.")
	} else {
		cross.Mapped("site.cookieDomain")
	}
	undocumented(s, "c15t documents no such setting of its storage.", "storageKey", "defaultExpiryDays", "defaultDomain", "crossSubdomain")
}

// links reads the addresses of the site's policies. A catalogue has one: that about cookies, or else
// that about privacy.
func (c *c15tReading) links(s plan.Setting) {
	for _, name := range []string{"cookiePolicy", "privacyPolicy", "termsOfService"} {
		link := s.Get(name)
		href := link.Get("href")
		switch {
		case name == "termsOfService":
			link.Dropped("Terms of service are no part of consent.")
			continue
		case href.Text() == "" || bare(href.Text()) != href.Text():
			href.Dropped(computedInPage + " Write the address of the policy into the catalogue.")
		case len(c.p.Site.PolicyURL) > 0:
			href.Dropped("A catalogue has one address of a policy, and the other one is nearer to cookies.")
		default:
			c.p.Site.PolicyURL = plan.Texts{"": href.Text()}
			href.Mapped("site.charterURL")
		}
		link.Get("label").Dropped("Charte's own words stand on the link.")
		droppedAll(link, "Charte's link to the list of cookies opens in the same window.", "target", "rel")
	}
	undocumented(s, "c15t documents no such link.", "cookiePolicy", "privacyPolicy", "termsOfService")
}

// translations reads texts by language: messages of i18n, or translations of c15t 1.
func (c *c15tReading) translations(s plan.Setting) {
	if s.Is(told.Opaque) || s.Is(told.Function) {
		s.Dropped("The texts are worked out in the page. Write them into the catalogue.")
		return
	}
	droppedAll(s, pagesLanguage, "detectBrowserLanguage", "disableAutoLanguageSwitch")
	for _, names := range [][2]string{{"locale", "messages"}, {"defaultLanguage", "translations"}} {
		standard, messages := s.Get(names[0]), s.Get(names[1])
		if !standard.There() && !messages.There() {
			continue
		}
		languages, settings := messages.Fields()
		c.languages(standard, languages)
		for i, language := range languages {
			if settings[i].Is(told.Map) {
				c.translation(settings[i], tag(language))
			} else {
				settings[i].Dropped("The texts of this language are worked out in the page. Write them into the catalogue.")
			}
		}
		if len(languages) == 0 {
			messages.Dropped("There are no texts here that can be read. Write them into the catalogue.")
		}
	}
	undocumented(s, "c15t documents no such setting of languages.", "detectBrowserLanguage", "disableAutoLanguageSwitch", "locale", "messages", "defaultLanguage", "translations")
}

const noSuchText = "c15t documents no such text."

func (c *c15tReading) translation(s plan.Setting, language string) {
	common := s.Get("common")
	for _, word := range [][2]string{{"acceptAll", "acceptAll"}, {"rejectAll", "refuseAll"}, {"customize", "customise"}, {"save", "save"}, {"close", "close"}} {
		c.word(common.Get(word[0]), language, word[1])
	}
	common.Get("securedBy").Dropped("Charte's banner names no maker.")
	notice := s.Get("cookieBanner")
	c.word(notice.Get("title"), language, "notice.title")
	c.unworded(notice.Get("description"), language, noticeBody)
	dialog := s.Get("consentManagerDialog")
	c.word(dialog.Get("title"), language, "settings.title")
	c.unworded(dialog.Get("description"), language, settingsBody)
	ids, types := s.Get("consentTypes").Fields()
	for i, id := range ids {
		if category := c.category(id); category != nil {
			c.purpose(category, types[i].Get("title"), types[i].Get("description"), language)
		} else {
			types[i].Dropped("Nothing in the configuration has this category, so the catalogue does without it.")
		}
	}
	s.Get("frame").Dropped("The words on Charte's placeholders name the provider, and offer to allow a frame once or always.")
	s.Get("legalLinks").Dropped("Charte's own words stand on the link.")
	s.Get("iab").Dropped("Charte has no IAB TCF.")
	undocumented(common, noSuchText, "acceptAll", "rejectAll", "customize", "save", "close", "securedBy")
	undocumented(notice, noSuchText, "title", "description")
	undocumented(dialog, noSuchText, "title", "description")
	undocumented(s, noSuchText, "common", "cookieBanner", "consentManagerDialog", "consentTypes", "frame", "legalLinks", "iab")
}

// erased reads the cookies and storage keys that c15t erases when a category is refused.
func (c *c15tReading) erased(s plan.Setting) {
	ids, settings := s.Fields()
	for i, id := range ids {
		if !slices.Contains(c15tCategories, id) {
			settings[i].Dropped("c15t has no such category.")
			continue
		}
		c.need(id, settings[i].Path())
		var cookies []loose
		for _, item := range itemsOf(settings[i].Get("cookies"), "services", "Write the names of the cookies into the catalogue.") {
			item.Get("partitioned").Dropped("Charte erases a cookie where it finds it.")
			if name := cookieFields(item); name.There() {
				cookies = append(cookies, loose{id, item, name, starred(name.Value())})
			}
		}
		c.place(cookies)
		for _, kind := range []string{"localStorage", "sessionStorage"} {
			for _, item := range itemsOf(settings[i].Get(kind), "services", "Write the keys into the catalogue.") {
				if item.Text() == "" {
					item.Dropped(computedInPage + " Write the key into the catalogue.")
					continue
				}
				c.cookie(c.only(id), item, starred(item.Value()), kind, item.Path())
			}
		}
		undocumented(settings[i], "c15t documents no such thing to erase.", "cookies", "localStorage", "sessionStorage")
	}
}

// starred is a name of clearOnRevocation as a pattern: c15t has a star at the end as Charte has it,
// where other banners read it as a letter.
func starred(v told.Value) told.Value {
	if name, ok := strings.CutSuffix(v.Text, "*"); ok && v.Kind == told.Text && name != "" && cookieCharacters(name) {
		v.Kind, v.Text = told.Pattern, "^"+strings.NewReplacer(".", `\.`, "$", `\$`, "+", `\+`, "^", `\^`, "|", `\|`, "*", `\*`).Replace(name)
	}
	return v
}

// policies reads rules by country, which c15t can apply without its server.
func (c *c15tReading) policies(s plan.Setting) {
	offline := s.Get("offlinePolicy")
	for _, at := range []plan.Setting{s, offline} {
		for _, name := range []string{"policyPacks", "policies"} {
			packs := at.Get(name)
			for _, pack := range packs.Items() {
				c.policy(pack)
			}
			if !packs.Is(told.List) {
				packs.Dropped(computedInPage + " " + everywhere)
			}
		}
		c.policy(at.Get("policy"))
		droppedAll(at, "It belongs to c15t's server.", "policyDecision", "policySnapshotToken")
	}
	if messages := offline.Get("i18n"); messages.There() {
		messages.Dropped("Texts by profile are not read. Write them into the catalogue.")
	}
	undocumented(offline, "c15t documents no such policy.", "policyPacks", "policies", "policy", "policyDecision", "policySnapshotToken", "i18n")
}

const everywhere = "Charte asks visitors from everywhere in the same way."

func (c *c15tReading) policy(s plan.Setting) {
	if s.Is(told.Opaque) {
		switch name := helper(s.Value()); {
		case strings.HasSuffix(name, "OptOut"):
			s.Mistaken(plan.ImpliedConsent, "Under this policy, scripts run until the visitor objects. In the catalogue they wait for an answer.")
		case name == "worldNoBanner":
			s.Mistaken(plan.NotAsked, "Under this policy, everything is granted and nobody is asked. In the catalogue, everything waits for an answer.")
		}
		s.Dropped(everywhere)
		return
	}
	consent := s.Get("consent")
	model := consent.Get("model")
	switch model.Text() {
	case "opt-out":
		model.Mistaken(plan.ImpliedConsent, "Under this policy, scripts run until the visitor objects. In the catalogue they wait for an answer.")
	case "none":
		model.Mistaken(plan.NotAsked, "Under this policy, everything is granted and nobody is asked. In the catalogue, everything waits for an answer.")
	}
	model.Dropped("Charte grants nothing without an answer.")
	for _, ticked := range consent.Get("preselectedCategories").Items() {
		if id := ticked.Text(); id != "necessary" && slices.Contains(c15tCategories, id) {
			c.need(id, ticked.Path()).On = true
			ticked.Mistaken(plan.PreTicked, "The category “"+id+"” is ticked in advance. In the catalogue, nothing is: visitors tick what they accept.")
		}
	}
	consent.Get("preselectedCategories").Dropped("Charte ticks nothing in advance.")
	c.listed(consent.Get("categories"))
	if days := consent.Get("expiryDays"); days.There() {
		c.days(days)
	}
	consent.Get("gpc").Changed("services", "In the catalogue, sale: true marks what a browser's Global Privacy Control refuses.")
	consent.Get("scopeMode").Dropped("Charte asks about every category of the catalogue.")
	for _, layer := range []string{"banner", "dialog"} {
		c.surface(s.Get("ui").Get(layer))
	}
	s.Get("ui").Dropped(laidOut)
	s.Get("match").Dropped(everywhere)
	s.Get("proof").Dropped("Charte keeps no record on a server.")
	droppedAll(s, "It belongs to c15t's policies.", "id", "i18n")
	undocumented(s, "c15t documents no such part of a policy.", "id", "i18n", "match", "consent", "ui", "proof")
}

// surface reads which buttons a layer has.
func (c *c15tReading) surface(s plan.Setting) {
	actions := s.Get("allowedActions")
	accept, refuse := false, false
	for _, action := range actions.Items() {
		accept = accept || action.Text() == "accept"
		refuse = refuse || action.Text() == "reject"
	}
	if accept && !refuse {
		c.mistaken(actions, plan.NoRefusal, "There is a button to accept and none to refuse. Charte has both, and both look the same.")
	}
	c.primary(s.Get("primaryAction"))
	c.primary(s.Get("primaryActions"))
}

// primary reads which buttons stand out.
func (c *c15tReading) primary(s plan.Setting) {
	out := map[string]bool{}
	s.Value().Leaves("", func(_ string, v told.Value) { out[v.Text] = true })
	if out["accept"] && !out["reject"] {
		c.mistaken(s, plan.NoRefusal, "The button to refuse looks weaker than the one to accept. In Charte, both look the same.")
	}
}

// The settings of a script by what becomes of them.
var (
	scriptCallbacks  = []string{"onBeforeLoad", "onLoad", "onDelete", "onError", "onConsentChange", "callbackOnly"}
	scriptAttributes = []string{"attributes", "async", "defer", "nonce", "fetchPriority", "target", "anonymizeId"}
	scriptIAB        = []string{"vendorId", "iabPurposes", "iabLegIntPurposes", "iabSpecialFeatures"}
	scriptSettings   = slices.Concat([]string{"id", "category", "src", "textContent", "alwaysLoad", "persistAfterConsentRevoked", "vendor"}, scriptCallbacks, scriptAttributes, scriptIAB)
)

// script reads a script: an object with its address and category, or what a helper of @c15t/scripts gives.
func (c *c15tReading) script(s plan.Setting, i int) {
	if s.Is(told.Opaque) || s.Is(told.Function) {
		name := helper(s.Value())
		options, called := c.call(name)
		if _, known := integrations[name]; !known && !called {
			s.Dropped("This script is worked out in the page, so it is not known what it loads. Write its service into the catalogue.")
			return
		}
		c.integration(s, name, options)
		return
	}
	if !s.Is(told.Map) {
		s.Dropped("This is no script that can be read. Write its service into the catalogue.")
		return
	}
	id := s.Get("id").Text()
	if id == "" {
		id = "script-" + strconv.Itoa(i+1)
	}
	category, others, why := condition(s.Get("category"))
	service := plan.Service{ID: id, Path: s.Path(), Others: others}
	if u, err := url.Parse(s.Get("src").Text()); err == nil && isHost(u.Hostname()) {
		service.Hosts = []string{u.Hostname()}
	}
	if category == "" {
		category = "marketing"
		why = "The script names no category that can be read. It waits for consent to “marketing”: say which category is right."
	}
	helped, known := helpedBy(id)
	if known {
		service.Name, service.Signals = plan.Texts{"": helped.name}, helped.signals
	}
	if known && category == "necessary" {
		category, why = helped.category, "c15t counts "+helped.name+" as necessary, which it is not. In the catalogue it waits for consent."
	}
	if known && helped.google {
		c.googles = append(c.googles, told.Value{})
	}
	c.need(category, s.Get("category").Path())
	for _, other := range others {
		c.need(other, s.Get("category").Path())
	}
	if always := s.Get("alwaysLoad"); always.True() && category != "necessary" {
		service.On = true
		always.Mistaken(plan.NotAsked, "The script “"+id+"” runs without an answer. In the catalogue it waits for one.")
	}
	added := c.add(category, service)
	added.On = service.On
	if vendor := s.Get("vendor"); vendor.Text() != "" {
		added.Name = plan.Texts{"": vendor.Text()}
		vendor.Mapped(toServices(added, "name"))
	}
	scriptFates(s, added, why)
}

// scriptFates notes what becomes of a script's settings. why is what there is to say of its category.
func scriptFates(s plan.Setting, added *plan.Service, why string) {
	s.Get("id").Mapped("services[" + added.ID + "]")
	if why == "" {
		s.Get("category").Mapped(toServices(added, "category"))
	} else {
		s.Get("category").Changed(toServices(added, "category"), why)
	}
	s.Get("src").Changed("pages", "Charte runs what stands in the page: put the script there, with data-category, data-service and data-src.")
	s.Get("textContent").Changed("pages", "Charte runs what stands in the page: put the script there, with type=\"text/plain\", data-category and data-service.")
	s.Get("alwaysLoad").Dropped("Charte runs nothing that asks for consent without it.")
	s.Get("persistAfterConsentRevoked").Dropped(reloaded)
	droppedAll(s, codeStays, scriptCallbacks...)
	droppedAll(s, "Write it as an attribute of the script in the page: Charte keeps every attribute.", scriptAttributes...)
	droppedAll(s, "Charte has no IAB TCF.", scriptIAB...)
	undocumented(s, "c15t documents no such setting of a script.", scriptSettings...)
}

// condition reads which category a script waits for: a name, or a condition of several.
func condition(s plan.Setting) (category string, others []string, why string) {
	if slices.Contains(c15tCategories, s.Text()) {
		return s.Text(), nil, ""
	}
	var all []string
	s.Value().Leaves("", func(_ string, v told.Value) {
		if v.Kind == told.Text && slices.Contains(c15tCategories, v.Text) && !slices.Contains(all, v.Text) {
			all = append(all, v.Text)
		}
	})
	// What is necessary waits for nobody, so that another category has to come before it.
	if i := slices.Index(all, "necessary"); i >= 0 {
		all = append(slices.Delete(all, i, i+1), "necessary")
	}
	refused := s.Get("not").There()
	switch {
	case len(all) == 0, refused && all[0] == "necessary": // which nobody can refuse: the script never runs
		return "", nil, ""
	case refused:
		return all[0], all[1:], "The script runs while this is refused. Charte has no such condition: whoever has given no answer has refused."
	case len(all) == 1:
		return all[0], nil, ""
	}
	return all[0], all[1:], fmt.Sprintf("A service of the catalogue belongs to one category: it is in the first of %s.", strings.Join(all, ", "))
}

// helper is the name of a function by what its result is called: "metaPixel" of "metaPixel()".
func helper(v told.Value) string {
	name := strings.TrimSpace(v.Text)
	if i := strings.IndexAny(name, "({ "); i >= 0 {
		name = name[:i]
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}

// call is what a helper was given, the first time, the second time and so on. called is false where
// it was not called that often.
func (c *c15tReading) call(name string) (options told.Value, called bool) {
	n := 0
	for _, call := range c.told.Calls {
		if call.Name[strings.LastIndexByte(call.Name, '.')+1:] != name {
			continue
		}
		if n == c.used[name] {
			c.used[name]++
			if len(call.Args) > 0 {
				options = call.Args[0]
			}
			return options, true
		}
		n++
	}
	return told.Value{}, false
}
