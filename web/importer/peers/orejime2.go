package peers

import (
	"strings"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// orejime2 is Orejime 2: a global orejimeConfig, or Orejime.init({apps, categories, …}). Its options stand
// in the README of https://github.com/boscop-fr/orejime/tree/v2.3.1.
var orejime2 = peer{
	name: "Orejime 2",
	finds: func(t *told.Told) []told.Value {
		given := func(name string, v told.Value) bool {
			return (lists(v, "apps", "name") || filledIn(v, "apps")) && givenToOrejime(name)
		}
		return listing(t, "orejime", given, func(v told.Value) bool { return shapedAsOrejime2(v, t) })
	},
	reads: readOrejime2,
}

// shapedAsOrejime2 reports whether a value looks like a configuration. Klaro once called services apps as
// well, so it has what Klaro never had, or the page names Orejime and not Klaro.
func shapedAsOrejime2(v told.Value, t *told.Told) bool {
	if !lists(v, "apps", "name") {
		return false
	}
	if categories, _ := v.Get("categories"); categories.Kind == told.List {
		return true
	}
	if has(v, "appElement", "stylePrefix", "mustNotice", "logo", "implicitConsent", "stringifyCookie", "parseCookie", "debug") {
		return true
	}
	return mentions(t, "orejime") && !mentions(t, "klaro")
}

var orejime2App = appShape{id: "name", required: "required", exempt: "isExempt", once: "onlyOnce", documents: "Orejime 2 documents no such setting of an app."}

func readOrejime2(p *plan.Plan, s plan.Setting, t *told.Told) {
	if tooLarge(s) {
		return
	}
	r := newAppReading(p, s)
	r.p.Answer, r.answer = plan.Answer{Cookie: "orejime", Days: 365, Services: true}, "orejime" // the banner's own defaults
	r.on = r.on || missing(s.Get("default"))                                                    // another of them
	r.answerName(s.Get("cookieName"))
	r.answerDays(s.Get("cookieExpiresAfterDays"))
	r.cookieDomain(s.Get("cookieDomain"))
	stored(s, "stringifyCookie", "parseCookie")
	r.spoken(s.Get("lang"), s.Get("translations"))
	in := r.grouped2(s.Get("categories"))
	apps := s.Get("apps")
	if len(r.p.Categories) == 0 {
		r.purposes(apps, plan.Setting{})
	}
	for _, app := range apps.Items() {
		r.app(app, in[strings.TrimSpace(app.Get("name").Text())], orejime2App)
	}
	if len(apps.Items()) == 0 {
		apps.Dropped("There is no app here that can be read. Declare the services in the catalogue.")
	}
	r.contents(s.Get("categories"))
	r.necessaryCategories()
	r.inherited(s, apps)
	r.elements(t, "data-name")
	r.elements(t, "data-purpose")
	r.policyAddresses(s.Get("privacyPolicy"))
	r.policyAddresses(s.Get("privacyPolicyUrl"))
	translations := s.Get("translations")
	keys, settings := translations.Fields()
	for i, key := range keys {
		r.translationOrejime2(settings[i], languageOf(key))
	}
	if len(keys) == 0 {
		translations.Dropped("There are no texts here that can be read. Write them into the catalogue.")
	}
	r.implied(s.Get("implicitConsent"))
	droppedBy(s, orejimeDropped)
	s.Rest("Orejime 2 documents no such setting.")
}

// stored says what becomes of the functions that write and read the cookie with the answer.
func stored(s plan.Setting, names ...string) {
	for _, name := range names {
		if code := s.Get(name); code.There() && !code.Is(told.Null) {
			code.Dropped("Code is not taken over. The former answer can be shown only if this code writes it as JSON, as Orejime does by itself.")
		} else {
			code.Dropped("It is empty.")
		}
	}
}

// grouped2 reads the categories, and returns that of each app by the app's name.
func (r *appReading) grouped2(s plan.Setting) map[string]plan.Category {
	in := map[string]plan.Category{}
	for _, item := range s.Items() {
		name := item.Get("name")
		id := strings.TrimSpace(name.Text())
		if id == "" || bare(id) != id || r.category(id) != nil {
			item.Dropped("It has no name that can be read, or that of a category before it. Declare the category in the catalogue.")
			continue
		}
		r.p.Categories = append(r.p.Categories, plan.Category{ID: id, Path: item.Path()})
		c := r.category(id)
		name.Mapped("categories[" + id + "]")
		r.purpose(c, item.Get("title"), item.Get("description"), "")
		for _, app := range item.Get("apps").Items() {
			if _, there := in[strings.TrimSpace(app.Text())]; !there {
				in[strings.TrimSpace(app.Text())] = *c
			}
		}
		undocumented(item, "Orejime 2 documents no such setting of a category.", "name", "title", "description", "apps")
	}
	if len(s.Items()) == 0 {
		s.Dropped("There is no category here that can be read.")
	}
	return in
}

// contents says what becomes of the names of apps in the categories.
func (r *appReading) contents(s plan.Setting) {
	for _, item := range s.Items() {
		apps := item.Get("apps")
		for _, app := range apps.Items() {
			id := strings.TrimSpace(app.Text())
			switch {
			case !r.apps[id]:
				app.Dropped("There is no app of this name.")
			case r.byID(id).Category != strings.TrimSpace(item.Get("name").Text()):
				app.Changed(toServices(r.byID(id), "category"), "A service has one category in the catalogue: “"+r.byID(id).Category+"”, which names it first.")
			default:
				app.Mapped(toServices(r.byID(id), "category"))
			}
		}
		if len(apps.Items()) == 0 {
			apps.Dropped("The category names no app.")
		}
	}
}

func (r *appReading) translationOrejime2(s plan.Setting, language string) {
	if !s.Is(told.Map) || len(s.Value().Fields) == 0 {
		s.Dropped("There are no texts of this language here that can be read. Write them into the catalogue.")
		return
	}
	r.sayAll(s, language, "acceptAll", "acceptAll", "accept", "acceptAll", "declineAll", "refuseAll", "decline", "refuseAll", "save", "save", "saveData", "save", "close", "close")
	r.notices(s, language)
	r.policyAddress(s.Get("privacyPolicyUrl"), language)
	r.purposeTexts(s.Get("purposes"), language, "Orejime 2")
	r.purposeTexts(s.Get("categories"), language, "Orejime 2")
	r.namedTexts(s, language, orejime2Texts, "There is no app of this name in the configuration, and Orejime 2 documents no such text.")
}

// orejime2Texts are the texts of a language that are no app's.
var orejime2Texts = merge(
	dropEach("", "acceptAll", "accept", "declineAll", "decline", "save", "saveData", "close", "consentNotice", "consentModal", "purposes", "categories", "privacyPolicyUrl"),
	dropEach(saysItself, "acceptTitle", "declineTitle", "enabled", "disabled", "app", "newWindow", "ok"),
	dropEach("Charte's banner links to its charter in words of its own.", "privacyPolicy"),
	dropEach("Charte's banner names nobody but the site.", "poweredBy"),
)
