package peers

import (
	"slices"
	"strings"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// orejime3 is Orejime 3: a global orejimeConfig, Orejime.init({purposes, …}) or loadOrejime({…}). Its
// options stand in the README of https://github.com/boscop-fr/orejime.
var orejime3 = peer{
	name: "Orejime 3",
	finds: func(t *told.Told) []told.Value {
		given := func(name string, v told.Value) bool {
			return (lists(v, "purposes", "id") || filledIn(v, "purposes")) && givenToOrejime(name)
		}
		return listing(t, "orejime", given, shapedAsOrejime3)
	},
	reads: readOrejime3,
}

// shapedAsOrejime3 reports whether a value looks like a configuration: it has purposes, and another option
// that only this banner has.
func shapedAsOrejime3(v told.Value) bool {
	if !lists(v, "purposes", "id") {
		return false
	}
	if has(v, "privacyPolicyUrl", "forceBanner", "forceModal", "orejimeElement") {
		return true
	}
	purposes, _ := v.Get("purposes")
	return slices.ContainsFunc(purposes.Items, func(p told.Value) bool {
		return has(p, "isMandatory", "isExempt", "runsOnce", "cookies") && has(p, "id", "title")
	})
}

var orejime3Purpose = appShape{id: "id", required: "isMandatory", exempt: "isExempt", once: "runsOnce", documents: "Orejime 3 documents no such setting of a purpose."}

func readOrejime3(p *plan.Plan, s plan.Setting, t *told.Told) {
	if tooLarge(s) {
		return
	}
	r := newAppReading(p, s)
	cookie := s.Get("cookie")
	r.p.Answer, r.answer = plan.Answer{Cookie: "eu-consent", Days: 120, Categories: true, Services: true}, "eu-consent" // the banner's own defaults
	r.answerName(cookie.Get("name"))
	r.answerDays(cookie.Get("duration"))
	r.cookieDomain(cookie.Get("domain"))
	stored(cookie, "stringify", "parse")
	cookie.Get("sameSite").Dropped(ownCookie)
	undocumented(cookie, "Orejime 3 documents no such setting of its cookie.", "name", "duration", "domain", "sameSite", "stringify", "parse")
	language := r.languageOrejime3(s, t)
	r.purposes3(s.Get("purposes"), plan.Category{})
	if s.Get("purposes").Is(told.Opaque) {
		s.Get("purposes").Dropped(computedInPage + " Declare the services in the catalogue.")
	}
	r.necessaryCategories3()
	r.inherited(s, s.Get("purposes"))
	held := &told.Told{Elements: heldBack(t, "data-purpose")}
	r.elements(held, "data-purpose")
	r.gated(held, "data-purpose", "")
	r.policyAddresses(s.Get("privacyPolicyUrl"))
	r.translations3(s.Get("translations"), language)
	r.implied(s.Get("implicitConsent"))
	droppedBy(s, orejimeDropped)
	s.Rest("Orejime 3 documents no such setting.")
}

// languageOrejime3 is the language of the texts: each edition of the banner has one.
func (r *appReading) languageOrejime3(s plan.Setting, t *told.Told) string {
	lang, translations := s.Get("lang"), s.Get("translations")
	if byLanguage3(translations) {
		r.spoken(lang, translations)
		return ""
	}
	if language := tag(strings.TrimSpace(lang.Text())); language != "" {
		r.p.Languages = []string{language}
		lang.Mapped("languages")
		return language
	}
	lang.Dropped(computedInPage + " " + pagesLanguage)
	for _, address := range addresses(t) {
		if match := build.FindStringSubmatch(strings.ToLower(address)); match != nil {
			r.p.Languages = []string{match[2]}
			return match[2]
		}
	}
	return ""
}

// byLanguage3 reports whether the texts stand in languages, as in Orejime 2.
func byLanguage3(s plan.Setting) bool {
	return s.Is(told.Map) && len(s.Value().Fields) > 0 && !has(s.Value(), "banner", "modal", "contextual", "purpose", "misc")
}

// generalStems are the beginnings of words that name a purpose, and no service.
var generalStems = []string{"analytic", "statisti", "audience", "mesure", "measur", "market", "advert", "ads", "publicit", "pub", "social", "reseaux", "réseaux", "video", "vidéo",
	"mandatory", "necessary", "necessaire", "nécessaire", "technical", "technique", "essential", "essentiel", "functional", "fonctionnel", "preference", "préférence",
	"perform", "personali", "personnali", "security", "securite", "sécurité", "tracking", "comfort", "confort", "tiers", "third"}

// isGeneral reports whether the ID of a purpose names no service.
func isGeneral(id string) bool {
	words := strings.FieldsFunc(strings.ToLower(id), func(r rune) bool { return strings.ContainsRune("-_ .", r) })
	for _, word := range words {
		if word == "cookies" || word == "cookie" {
			continue
		}
		if !slices.ContainsFunc(generalStems, func(stem string) bool { return strings.HasPrefix(word, stem) }) {
			return false
		}
	}
	return len(words) > 0
}

// purposes3 reads purposes: those that hold others are categories, and so are those that name no
// service. The others are services.
func (r *appReading) purposes3(s plan.Setting, in plan.Category) {
	for _, item := range s.Items() {
		id := strings.TrimSpace(item.Get("id").Text())
		switch {
		case !item.Is(told.Map):
			item.Dropped(computedInPage + " Declare the purpose in the catalogue.")
		case id == "" || bare(id) != id:
			item.Dropped(noName)
		case r.category(id) != nil || r.apps[id]:
			item.Dropped("Another purpose of this name stands before it, and that one is in the catalogue.")
		case item.Get("purposes").There():
			r.group3(item, id, in)
		case in.ID == "" && isGeneral(id):
			r.lone3(item, id)
		default:
			r.serviceOrejime3(item, id, in)
		}
	}
	if len(s.Items()) == 0 {
		s.Dropped("There is no purpose here that can be read. Declare the services in the catalogue.")
	}
}

// group3 reads a purpose that holds others.
func (r *appReading) group3(s plan.Setting, id string, in plan.Category) {
	r.p.Categories = append(r.p.Categories, plan.Category{ID: id, Path: s.Path()})
	c := r.category(id)
	if in.ID == "" {
		s.Get("id").Mapped("categories[" + id + "]")
	} else {
		s.Get("id").Changed("categories["+id+"]", "A category holds services and no categories, so this one stands beside “"+in.ID+"”.")
	}
	r.purpose(c, s.Get("title"), s.Get("description"), "")
	signalled(s.Get("googleConsentMode"), id, "categories["+id+"].signals", false, &c.Signals)
	r.purposes3(s.Get("purposes"), *c)
	for _, name := range []string{"isMandatory", "isExempt", "runsOnce", "default"} {
		s.Get(name).Dropped("Orejime reads this of the purposes in a group, and not of the group.")
	}
	r.groupCookies(s.Get("cookies"))
	undocumented(s, orejime3Purpose.documents, "id", "title", "description", "purposes", "googleConsentMode", "isMandatory", "isExempt", "runsOnce", "default", "cookies")
}

// groupCookies says what becomes of cookies that a group names.
func (r *appReading) groupCookies(s plan.Setting) {
	if s.Is(told.List) && len(s.Value().Items) == 0 {
		s.Mapped("categories")
		return
	}
	s.Dropped("Orejime erases the cookies of the purposes in a group, and not those of the group. Declare them in a service of the catalogue.")
}

// lone3 reads a purpose that is a category by itself. Its cookies have a service of their own.
func (r *appReading) lone3(s plan.Setting, id string) {
	r.p.Categories = append(r.p.Categories, plan.Category{ID: id, Path: s.Path()})
	at := len(r.p.Categories) - 1
	r.purpose(&r.p.Categories[at], s.Get("title"), s.Get("description"), "")
	service := plan.Service{ID: id}
	cookies := s.Get("cookies")
	needed := len(cookies.Value().Items) > 0 || holds(s.Get(orejime3Purpose.exempt))
	target := &service
	if needed {
		r.made[id+" "+id+"-cookies"] = true
		target = r.add(id, plan.Service{ID: id + "-cookies", Path: s.Path()})
	}
	target.Necessary = false
	shape := orejime3Purpose
	shape.at = "categories[" + id + "]"
	r.flags(target, s, shape)
	c := &r.p.Categories[at]
	c.Necessary, c.On = target.Necessary, target.On
	signalled(s.Get("googleConsentMode"), id, "categories["+id+"].signals", target.Exempt, &c.Signals)
	if needed {
		s.Get("id").Changed("categories["+id+"]", "It names no service, so it is a category of the catalogue. Its cookies stand in a service “"+target.ID+"”: name it, and say whose it is.")
	} else {
		s.Get("id").Changed("categories["+id+"]", "It names no service, so it is a category of the catalogue. Declare its services there.")
	}
	r.apps[id] = true
	r.listed(cookies, target)
	s.Get("runsOnce").Dropped("Charte runs what a service needs once in a page.")
	undocumented(s, orejime3Purpose.documents, "id", "title", "description", "isMandatory", "isExempt", "runsOnce", "default", "cookies", "googleConsentMode", "optOut")
}

// serviceOrejime3 reads a purpose that is a service.
func (r *appReading) serviceOrejime3(s plan.Setting, id string, in plan.Category) {
	service := r.app(s, in, orejime3Purpose)
	if service == nil {
		return
	}
	signalled(s.Get("googleConsentMode"), id, toServices(service, "signals"), service.Exempt || service.Necessary, &service.Signals)
}

// necessaryCategories3 notes the groups of which nobody can refuse a service. Purposes that are categories
// by themselves say it.
func (r *appReading) necessaryCategories3() {
	said := map[string]bool{}
	for _, c := range r.p.Categories {
		said[c.ID] = c.Necessary
	}
	r.necessaryCategories()
	for i := range r.p.Categories {
		c := &r.p.Categories[i]
		c.Necessary = c.Necessary || said[c.ID]
	}
}

// translations3 reads the texts, of which there is one language, or several as in Orejime 2.
func (r *appReading) translations3(s plan.Setting, language string) {
	keys, settings := s.Fields()
	switch {
	case len(keys) == 0:
		s.Dropped("There are no texts here that can be read. Write them into the catalogue.")
	case byLanguage3(s):
		for i, key := range keys {
			if has(settings[i].Value(), "banner", "modal", "contextual", "purpose", "misc") {
				r.textsOrejime3(settings[i], languageOf(key))
			} else {
				settings[i].Dropped("Orejime 3 documents no such text.")
			}
		}
	default:
		r.textsOrejime3(s, language)
	}
}

func (r *appReading) textsOrejime3(s plan.Setting, language string) {
	settings, notice, frame := s.Get("modal"), s.Get("banner"), s.Get("contextual")
	r.sayAll(settings, language, "title", "settings.title", "acceptAll", "acceptAll", "declineAll", "refuseAll", "save", "save", "close", "close")
	r.sayAll(notice, language, "title", "notice.title", "accept", "acceptAll", "decline", "refuseAll", "configure", "customise")
	r.phrase(frame.Get("accept"), language, "frame.always")
	r.unworded(notice.Get("description"), language, noticeBody)
	r.unworded(settings.Get("description"), language, settingsBody)
	titled := "Screen readers read the button's own text."
	droppedBy(notice, dropEach(titled, "acceptTitle", "declineTitle", "configureTitle"))
	droppedBy(settings, dropEach(titled, "closeTitle", "saveTitle"))
	frame.Get("acceptTitle").Dropped(titled)
	linked := "Charte's banner links to its charter in words of its own."
	droppedAll(notice, linked, "privacyPolicyLabel")
	droppedAll(settings, linked, "privacyPolicyLabel")
	droppedAll(frame, linked, "privacyPolicyLabel")
	settings.Get("globalPreferences").Dropped(saysItself)
	droppedAll(frame, "Charte says at each frame that waits what is sent to whom.", "title", "description", "accepted")
	droppedAll(s.Get("purpose"), saysItself, "mandatory", "mandatoryTitle", "exempt", "exemptTitle", "showMore", "accept", "decline", "enabled", "disabled", "partial")
	s.Get("misc").Get("updateNeeded").Dropped(saysWhatChanged)
	s.Get("misc").Get("newWindowTitle").Dropped(saysItself)
	s.Get("misc").Get("poweredBy").Dropped("Charte's banner names nobody but the site.")
	for _, part := range []plan.Setting{notice, settings, frame, s.Get("purpose"), s.Get("misc")} {
		if part.There() {
			part.Rest("Orejime 3 documents no such text.")
		}
	}
	undocumented(s, "Orejime 3 documents no such text.", "banner", "modal", "contextual", "purpose", "misc")
}
