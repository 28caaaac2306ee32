package peers

import (
	"cmp"
	"slices"
	"strings"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// everyLanguage is the key of Klaro's texts for languages that have none.
const everyLanguage = "zz"

const (
	firstLanguage = "Nothing says which language this is in. The catalogue has it in its first language."
	saysItself    = "Charte's banner has words of its own for this, in each of its languages."
	noSuchService = "There is no service of this name in the configuration, and Klaro 0.7 documents no such text."
)

// spoken notes the languages of a configuration, the default one first.
func (r *appReading) spoken(lang, translations plan.Setting) {
	keys, _ := translations.Fields()
	keys = slices.DeleteFunc(keys, func(key string) bool { return languageOf(key) == "" })
	if text := strings.TrimSpace(lang.Text()); lang.Is(told.Text) && (text == "" || text == everyLanguage) || lang.Is(told.Null) {
		lang.Dropped(pagesLanguage)
		lang = plan.Setting{}
	}
	r.languages(lang, keys)
}

// languageOf is the language that a key of the translations stands for. "" stands for every language.
func languageOf(key string) string {
	if key == everyLanguage || key == "fallback" {
		return ""
	}
	return tag(key)
}

// say reads a text into the banner's words, also where nothing says which language it is in.
func (r *appReading) say(s plan.Setting, language, key string) {
	if language != "" || !s.There() {
		r.word(s, language, key)
		return
	}
	text, _, why := readable(s)
	if r.p.Words == nil {
		r.p.Words = map[string]map[string]string{}
	}
	there := r.p.Words[""][key]
	switch {
	case text == "":
		s.Dropped(why)
	case strings.ContainsAny(text, "{}"):
		s.Dropped("The text has a part in braces, which the banner would read as a place to fill in. Write it out under words in the catalogue.")
	case there != "" && there != text:
		s.Changed("words."+key, "Both layers of Charte's banner use the same text here: “"+there+"”.")
	default:
		if r.p.Words[""] == nil {
			r.p.Words[""] = map[string]string{}
		}
		r.p.Words[""][key] = text
		s.Changed("words."+key, firstLanguage)
	}
}

// sayAll reads texts of a map into the banner's words, in the order of the pairs of their names and
// keys.
func (r *appReading) sayAll(s plan.Setting, language string, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		r.say(s.Get(pairs[i]), language, pairs[i+1])
	}
}

// phrase reads a text that answers a question on a button. One word alone says nothing without the
// question.
func (r *appReading) phrase(s plan.Setting, language, key string) {
	if text, _, _ := readable(s); text != "" && !strings.Contains(text, " ") {
		s.Dropped("“" + text + "” answers a question that Charte does not ask: its buttons say what they do.")
		return
	}
	r.say(s, language, key)
}

// appTexts reads the name and the purpose of a service.
func (r *appReading) appTexts(s plan.Setting, service *plan.Service, language string) {
	take(&service.Name, s.Get("title"), toServices(service, "name"), language)
	links := take(&service.Purpose, s.Get("description"), toServices(service, "purpose"), language)
	service.PolicyURL = cmp.Or(service.PolicyURL, webAddress(links...))
}

// ownTranslations reads the texts that stand in a service, by language.
func (r *appReading) ownTranslations(s plan.Setting, service *plan.Service) {
	keys, settings := s.Fields()
	for i, key := range keys {
		r.appTexts(settings[i], service, languageOf(key))
		policy := settings[i].Get("privacyPolicyUrl") // as configurations of Klaro's own service have
		service.PolicyURL = cmp.Or(service.PolicyURL, webAddress(policy.Text()))
		switch {
		case service.PolicyURL == policy.Text():
			policy.Mapped(toServices(service, "provider"))
		case service.PolicyURL != "":
			policy.Changed(toServices(service, "provider"), "The catalogue has one address, and another setting gives it already: "+service.PolicyURL+".")
		default:
			policy.Dropped("It is no whole address. Write the address of the provider's privacy policy into the catalogue.")
		}
		undocumented(settings[i], "Klaro 0.7 documents no such text of a service.", "title", "description", "privacyPolicyUrl")
	}
	if len(keys) == 0 {
		s.Dropped("There are no texts here that can be read. Write them into the catalogue.")
	}
}

// unworded notes as dropped a text that Charte's banner has no place for, but takes a link to the policy from
// it, if nothing else says where the policy is.
func (r *appReading) unworded(s plan.Setting, language, why string) {
	if r.p.Site.PolicyURL[""] != "" || r.p.Site.PolicyURL[language] != "" {
		s.Dropped(why)
		return
	}
	r.reading.unworded(s, language, why)
}

// policyAddresses reads the address of the privacy policy: one, or one for each language.
func (r *appReading) policyAddresses(s plan.Setting) {
	keys, settings := s.Fields()
	for i, key := range keys {
		language := languageOf(key)
		if key == "default" {
			language = ""
		}
		r.policyAddress(settings[i], language)
	}
	if len(keys) == 0 {
		r.policyAddress(s, "")
	}
}

func (r *appReading) policyAddress(s plan.Setting, language string) {
	address := strings.TrimSpace(s.Text())
	switch {
	case !s.There():
	case s.Is(told.Text) && (address == "" || address == "#"):
		s.Dropped("It leads nowhere. Charte brings a page with the charter.")
	case !s.Is(told.Text) || bare(address) != address:
		s.Dropped(computedInPage + " Write the address of the page about cookies under site.charterURL.")
	case !isPage(address):
		s.Dropped("It is no address of a page. Charte brings a page with the charter.")
	case r.p.Site.PolicyURL[language] != "" && r.p.Site.PolicyURL[language] != address:
		s.Changed("site.charterURL", "The catalogue has one address, and another setting gives it already: "+r.p.Site.PolicyURL[language]+".")
	default:
		putText(&r.p.Site.PolicyURL, language, address)
		s.Mapped("site.charterURL")
	}
}

// translationsKlaro reads the texts of every language.
func (r *appReading) translationsKlaro(s plan.Setting, acceptsAll bool) {
	keys, settings := s.Fields()
	for i, key := range keys {
		if settings[i].Is(told.Map) && len(settings[i].Value().Fields) > 0 {
			r.translationKlaro(settings[i], languageOf(key), acceptsAll)
		} else {
			settings[i].Dropped("There are no texts of this language here that can be read. Write them into the catalogue.")
		}
	}
	if len(keys) == 0 {
		s.Dropped("There are no texts here that can be read. Write them into the catalogue.")
	}
}

func (r *appReading) translationKlaro(s plan.Setting, language string, acceptsAll bool) {
	r.sayAll(s, language, "acceptAll", "acceptAll", "decline", "refuseAll", "declineAll", "refuseAll", "save", "save", "acceptSelected", "save", "close", "close")
	r.agreeing(s.Get("ok"), language, acceptsAll)
	r.policyAddress(s.Get("privacyPolicyUrl"), language)
	r.notices(s, language)
	contextual := s.Get("contextualConsent")
	r.phrase(contextual.Get("acceptOnce"), language, "frame.once")
	r.phrase(contextual.Get("acceptAlways"), language, "frame.always")
	undocumented(contextual, "Charte says at each frame that waits what is sent to whom.", "acceptOnce", "acceptAlways")
	r.purposeTexts(s.Get("purposes"), language, "Klaro 0.7")
	r.namedTexts(s, language, klaroTexts, noSuchService)
}

// notices reads the texts of the notice and of the settings, which Orejime 2 calls the same.
func (r *appReading) notices(s plan.Setting, language string) {
	notice, settings := s.Get("consentNotice"), s.Get("consentModal")
	r.say(notice.Get("title"), language, "notice.title")
	r.say(notice.Get("learnMore"), language, "customise")
	r.unworded(notice.Get("description"), language, noticeBody)
	r.unworded(notice.Get("extraHTML"), language, noticeBody)
	notice.Get("changeDescription").Dropped(saysWhatChanged)
	notice.Get("testing").Dropped("Charte has no mode for testing.")
	undocumented(notice, "The banner documents no such text of its notice.", "title", "learnMore", "description", "extraHTML", "changeDescription", "testing")
	r.say(settings.Get("title"), language, "settings.title")
	r.unworded(settings.Get("description"), language, settingsBody)
	r.unworded(settings.Get("extraHTML"), language, settingsBody)
	settings.Get("privacyPolicy").Dropped("Charte's banner links to its charter in words of its own.")
	undocumented(settings, "The banner documents no such text of its settings.", "title", "description", "extraHTML", "privacyPolicy")
}

// agreeing reads the text of the notice's button to agree.
func (r *appReading) agreeing(s plan.Setting, language string, acceptsAll bool) {
	text, _, _ := readable(s)
	switch {
	case text == "":
		s.Dropped(saysItself)
	case !acceptsAll:
		s.Dropped("The button keeps what is ticked in advance. Charte's notice accepts all or refuses all, and ticks nothing in advance.")
	case len(text) < len("accept"):
		s.Dropped("“" + text + "” does not say what is accepted. Charte's button says it.")
	default:
		r.say(s, language, "acceptAll")
	}
}

// purposeTexts reads the names and descriptions of purposes.
func (r *appReading) purposeTexts(s plan.Setting, language, banner string) {
	keys, settings := s.Fields()
	for i, key := range keys {
		c := r.category(key)
		switch {
		case c == nil:
			settings[i].Dropped("No service has this as its first purpose, so the catalogue has no category for it.")
		case settings[i].Is(told.Map):
			r.purpose(c, settings[i].Get("title"), settings[i].Get("description"), language)
			undocumented(settings[i], banner+" documents no such text of a purpose.", "title", "description")
		default:
			r.purpose(c, settings[i], plan.Setting{}, language)
		}
	}
	if len(keys) == 0 {
		s.Dropped("There are no names of purposes here that can be read.")
	}
}

// namedTexts reads the texts of services, and says why others are left out. known are reasons by name, and
// "" for what was read.
func (r *appReading) namedTexts(s plan.Setting, language string, known map[string]string, why string) {
	names, settings := s.Fields()
	for i, name := range names {
		reason, there := known[name]
		switch {
		case there && reason != "":
			settings[i].Dropped(reason)
		case there:
		case r.apps[name] && settings[i].Is(told.Map):
			r.appTexts(settings[i], r.byID(name), language)
			undocumented(settings[i], "The banner documents no such text of a service.", "title", "description")
		case r.apps[name]:
			take(&r.byID(name).Name, settings[i], toServices(r.byID(name), "name"), language)
		default:
			settings[i].Dropped(why)
		}
	}
}

// byID is the service of an ID, which is there.
func (r *appReading) byID(id string) *plan.Service {
	i := slices.IndexFunc(r.p.Services, func(s plan.Service) bool { return s.ID == id })
	return &r.p.Services[i]
}

// klaroTexts are the texts of a language that are no service's.
var klaroTexts = map[string]string{
	"acceptAll": "", "decline": "", "declineAll": "", "save": "", "acceptSelected": "", "close": "", "ok": "", "privacyPolicyUrl": "",
	"consentNotice": "", "consentModal": "", "contextualConsent": "", "purposes": "",
	"privacyPolicy": "Charte's banner links to its charter in words of its own.",
	"purposeItem":   saysItself,
	"service":       saysItself,
	"app":           saysItself,
	"poweredBy":     "Charte's banner names nobody but the site.",
}
