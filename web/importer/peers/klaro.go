package peers

import (
	"slices"
	"strings"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// klaro is Klaro 0.7, and the editions before it that call services apps: a global klaroConfig, or
// klaro.setup({services, translations, …}). https://klaro.org/docs/integration/annotated-configuration
var klaro = peer{
	name: "Klaro 0.7",
	finds: func(t *told.Told) []told.Value {
		return listing(t, "klaro", givenToKlaro, func(v told.Value) bool {
			return lists(v, "services", "name") && klaroOptions(v) || lists(v, "apps", "name") && !shapedAsOrejime2(v, t)
		})
	},
	reads: readKlaro,
}

func givenToKlaro(name string, v told.Value) bool {
	name = strings.ToLower(name)
	if !strings.HasPrefix(name, "klaro") && !strings.Contains(name, ".klaro") {
		return false
	}
	// There may be no service yet, or one that is worked out in the page.
	return lists(v, "services", "name") || lists(v, "apps", "name") || has(v, "services", "apps") && klaroOptions(v)
}

// klaroOptions reports whether a map with services looks like a configuration of Klaro: services have
// purposes, or another option is there that only this banner has.
func klaroOptions(v told.Value) bool {
	services, _ := v.Get("services")
	for _, s := range services.Items {
		for _, name := range []string{"purposes", "optOut", "onlyOnce", "contextualConsentOnly"} {
			if _, ok := s.Get(name); ok {
				return true
			}
		}
	}
	return has(v, "elementID", "groupByPurpose", "storageMethod", "storageName", "cookieExpiresAfterDays", "mustConsent", "acceptAll",
		"hideDeclineAll", "hideLearnMore", "noticeAsModal", "htmlTexts")
}

// has reports whether a map has one of some fields.
func has(v told.Value, names ...string) bool {
	return slices.ContainsFunc(v.Fields, func(f told.Field) bool { return slices.Contains(names, f.Name) })
}

// lists reports whether a map has a list of maps, of which one at least has a field.
func lists(v told.Value, list, field string) bool {
	items, _ := v.Get(list)
	return v.Kind == told.Map && slices.ContainsFunc(items.Items, func(item told.Value) bool { return has(item, field) })
}

// listing are the configurations of a banner that reads a global variable. What its own functions are
// given comes first, then what the variable holds, then what has the shape.
func listing(t *told.Told, variable string, given func(name string, v told.Value) bool, shaped func(v told.Value) bool) []told.Value {
	found := configurations(t, given, func(told.Value) bool { return false })
	if len(found) > 0 {
		return found
	}
	found = configurations(&told.Told{Names: slices.DeleteFunc(slices.Clone(t.Names), func(n told.Named) bool {
		return !strings.HasPrefix(strings.ToLower(n.Name), variable)
	})}, given, func(v told.Value) bool { return given(variable, v) })
	if len(found) > 0 {
		return found
	}
	return configurations(t, given, shaped)
}

func readKlaro(p *plan.Plan, s plan.Setting, t *told.Told) {
	if tooLarge(s) {
		return
	}
	r := newAppReading(p, s)
	r.answerKlaro(s)
	translations := s.Get("translations")
	r.spoken(s.Get("lang"), translations)
	services := s.Get("services")
	if !services.There() {
		services = s.Get("apps")
	}
	r.purposes(services, s.Get("purposeOrder"))
	for _, service := range services.Items() {
		r.app(service, plan.Category{}, klaroService)
	}
	if len(services.Items()) == 0 {
		services.Dropped("There is no service here that can be read. Declare the services in the catalogue.")
	}
	r.necessaryCategories()
	r.inherited(s, services)
	r.elements(t, "data-name")
	r.policyAddresses(s.Get("privacyPolicy"))
	r.policyAddresses(s.Get("privacyPolicyUrl"))
	r.translationsKlaro(translations, holds(s.Get("acceptAll")))
	r.askingKlaro(s)
	droppedBy(s, klaroDropped)
	s.Rest("Klaro 0.7 documents no such setting.")
}

func (r *appReading) answerKlaro(s plan.Setting) {
	r.p.Answer, r.answer = plan.Answer{Cookie: "klaro", Days: 120, Services: true}, "klaro" // the banner's own defaults
	name, former, method := s.Get("storageName"), s.Get("cookieName"), s.Get("storageMethod")
	switch {
	case method.Text() != "" && method.Text() != "cookie":
		r.p.Answer.Cookie = ""
		for _, setting := range []plan.Setting{method, name, former} {
			setting.Dropped(inStorage)
		}
	case name.There():
		method.Dropped("Charte keeps the answer in a cookie.")
		r.answerName(name)
		former.Dropped("Klaro reads storageName in its place.")
	default:
		method.Dropped("Charte keeps the answer in a cookie.")
		r.answerName(former)
	}
	r.answerDays(s.Get("cookieExpiresAfterDays"))
	r.cookieDomain(s.Get("cookieDomain"))
}

// askingKlaro reads how the banner asks.
func (r *appReading) askingKlaro(s plan.Setting) {
	if decline := s.Get("hideDeclineAll"); holds(decline) {
		decline.Mistaken(plan.NoRefusal, "The notice has a button to accept and none to refuse. Charte's notice has both, and both look the same.")
	}
	s.Get("hideDeclineAll").Dropped("Charte's notice always has a button that refuses all.")
	if testing := s.Get("testing"); testing.True() {
		testing.Dropped("Klaro shows its banner to testers alone as long as this is true, so nobody else is asked. Charte has no such mode: try it on a site of your own.")
	} else {
		testing.Dropped("Charte has no mode for testing.")
	}
	if none := s.Get("noNotice"); none.True() {
		none.Dropped("Klaro shows no notice as long as this is true. Charte asks every visitor who has not answered.")
	} else {
		none.Dropped("Charte asks every visitor who has not answered.")
	}
}

// klaroDropped says why settings of Klaro have no counterpart.
var klaroDropped = map[string]string{
	"version":                   "It is the edition of Klaro's configuration. The catalogue has none.",
	"id":                        "It names the configuration in Klaro's own service.",
	"name":                      "It names the configuration in Klaro's own service.",
	"elementID":                 "Charte puts its banner into an element of its own, at the end of the page.",
	"cookiePath":                ownCookie,
	"cookieSameSite":            ownCookie,
	"cookieSecure":              ownCookie,
	"mustConsent":               neverLocked,
	"noticeAsModal":             neverLocked,
	"acceptAll":                 "Charte's notice always has a button that accepts all, beside the one that refuses all.",
	"hideLearnMore":             "Charte's notice always leads to the settings.",
	"hideToggleAll":             "Charte's settings have buttons that accept all and refuse all.",
	"disablePoweredBy":          "Charte's banner names nobody but the site.",
	"poweredBy":                 "Charte's banner names nobody but the site.",
	"additionalClass":           laidOut,
	"styling":                   laidOut,
	"theme":                     laidOut,
	"embedded":                  "Charte's settings open above the page. The charter has a page of its own.",
	"htmlTexts":                 "The catalogue's texts are plain.",
	"groupByPurpose":            "Charte's settings always show services under their category.",
	"purposeExpended":           "Charte's settings show a category's services when visitors open it.",
	"purposeExpanded":           "Charte's settings show a category's services when visitors open it.",
	"autoFocus":                 "Charte takes no focus from the page when it asks.",
	"showNoticeTitle":           "Charte's notice always has a title.",
	"showDescriptionEmptyStore": "Charte says at each frame that waits what is sent to whom.",
	"noAutoLoad":                "Charte shows its notice when the page has loaded.",
	"languages":                 pagesLanguage,
	"fallbackLang":              pagesLanguage,
	"defaultLanguage":           pagesLanguage,
	"recordConsents":            "Charte's receipts are a setting of its server, and not of the catalogue.",
	"apiUrl":                    "Charte needs no service of Klaro's.",
	"privacyManager":            "Charte needs no service of Klaro's.",
	"callback":                  codeStays,
	"onInit":                    codeStays,
	"consentMode":               "The catalogue's signals say what Google is told of consent.",
	"consent_mode":              "The catalogue's signals say what Google is told of consent.",
}

// droppedBy notes parts of a map as dropped, each for its reason.
func droppedBy(s plan.Setting, why map[string]string) {
	names, settings := s.Fields()
	for i, name := range names {
		if why[name] != "" {
			settings[i].Dropped(why[name])
		}
	}
}
