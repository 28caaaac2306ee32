package peers

import (
	"maps"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// vanilla3 is vanilla-cookieconsent 3: CookieConsent.run({categories, language, …}).
// https://cookieconsent.orestbida.com/reference/configuration-reference.html
var vanilla3 = peer{
	name: "vanilla-cookieconsent 3",
	finds: func(t *told.Told) []told.Value {
		values := configurations(t, givenToVanilla3, shapedAsVanilla3)
		for i := range values {
			values[i] = translated(values[i], t)
		}
		return values
	},
	reads: readVanilla3,
}

// translated is a configuration with the texts of other files in it, where they were found.
func translated(v told.Value, t *told.Told) told.Value {
	language, _ := v.Get("language")
	translations, _ := language.Get("translations")
	if translations.Kind != told.Map {
		return v
	}
	translations.Fields = slices.Clone(translations.Fields)
	for i, field := range translations.Fields {
		if kind := field.Value.Kind; kind != told.Function && kind != told.Text {
			continue
		}
		for _, named := range t.Names {
			if named.Name == told.Translations+field.Name+"()" && named.Value.Kind == told.Map {
				translations.Fields[i].Value = moduleDefault(named.Value)
			}
		}
	}
	return having(v, "language", having(language, "translations", translations))
}

// moduleDefault is what a module exports by default, if a value is one: what import() gives.
func moduleDefault(v told.Value) told.Value {
	if standard, is := v.Get("default"); is && standard.Kind == told.Map {
		return standard
	}
	return v
}

// having is a map with another value of a field.
func having(v told.Value, name string, value told.Value) told.Value {
	v.Fields = slices.Clone(v.Fields)
	for i := range v.Fields {
		if v.Fields[i].Name == name {
			v.Fields[i].Value = value
		}
	}
	return v
}

func givenToVanilla3(name string, v told.Value) bool {
	if v.Kind != told.Map || shapedAsVanilla2(v) {
		return false
	}
	if name == "CookieConsent.run" || name == "vanilla-cookieconsent.run" {
		return true
	}
	_, categories := v.Get("categories")
	_, language := v.Get("language")
	return (name == "run" || strings.HasSuffix(name, ".run")) && (categories || language)
}

// shapedAsVanilla3 reports whether a value looks like a configuration: it has categories by name, and
// either translations or another option that only this banner has.
func shapedAsVanilla3(v told.Value) bool {
	categories, _ := v.Get("categories")
	if categories.Kind != told.Map {
		return false
	}
	language, _ := v.Get("language")
	if _, ok := language.Get("translations"); ok {
		return true
	}
	for _, field := range categories.Fields {
		if field.Value.Kind != told.Map {
			return false
		}
	}
	for _, name := range []string{"guiOptions", "autoClearCookies", "manageScriptTags", "disablePageInteraction", "hideFromBots", "onFirstConsent"} {
		if _, ok := v.Get(name); ok {
			return true
		}
	}
	return false
}

func readVanilla3(p *plan.Plan, s plan.Setting, t *told.Told) {
	if tooLarge(s) {
		return
	}
	r := newReading(p)
	r.cookie3(s.Get("cookie"))
	cookies := r.categories3(s.Get("categories"))
	r.gated(t, "data-category", "data-service")
	r.language3(s.Get("language"))
	r.place(cookies)
	r.tellers()
	r.mode(s.Get("mode"))
	r.gui3(s.Get("guiOptions"))
	r.options3(s)
	s.Rest("vanilla-cookieconsent 3 documents no such setting.")
}

func (r *reading) cookie3(s plan.Setting) {
	r.p.Answer = plan.Answer{Cookie: "cc_cookie", Days: 182, Categories: true, Services: true} // the banner's own defaults
	r.answer = "cc_cookie"
	if s.Get("useLocalStorage").True() {
		r.p.Answer.Cookie = ""
		droppedAll(s, inStorage, "name", "useLocalStorage")
	} else {
		r.answerName(s.Get("name"))
		s.Get("useLocalStorage").Dropped("Charte keeps the answer in a cookie.")
	}
	r.answerDays(s.Get("expiresAfterDays"))
	r.cookieDomain(s.Get("domain"))
	droppedAll(s, ownCookie, "path", "secure", "sameSite")
	undocumented(s, "vanilla-cookieconsent 3 documents no such setting of its cookie.", "name", "expiresAfterDays", "domain", "path", "secure", "sameSite", "useLocalStorage")
}

// categories3 reads the categories with their services, and returns the cookies that belong to no
// service.
func (r *reading) categories3(s plan.Setting) []loose {
	var cookies []loose
	ids, settings := s.Fields()
	for i, id := range ids {
		c := settings[i]
		category := plan.Category{ID: id, Path: c.Path(), Necessary: c.Get("readOnly").True()}
		category.On = c.Get("enabled").True() && !category.Necessary
		r.p.Categories = append(r.p.Categories, category)
		if !c.Is(told.Map) {
			c.Changed("categories["+id+"]", nameOnly)
			continue
		}
		r.boxes(c.Get("enabled"), c.Get("readOnly"), category)
		r.services3(category, c.Get("services"))
		erased := c.Get("autoClear")
		for _, cookie := range itemsOf(erased.Get("cookies"), "services", "Write the names of the cookies into the catalogue.") {
			if name := cookieFields(cookie); name.There() {
				cookies = append(cookies, loose{id, cookie, name, name.Value()})
				names, _, _ := cookieNames(name.Value())
				r.erased = append(r.erased, names...)
			}
		}
		erased.Get("reloadPage").Dropped(reloaded)
		if len(c.Value().Fields) == 0 {
			c.Mapped("categories[" + id + "]")
		}
		undocumented(erased, "vanilla-cookieconsent 3 documents no such setting of what it erases.", "cookies", "reloadPage")
		undocumented(c, "vanilla-cookieconsent 3 documents no such setting of a category.", "enabled", "readOnly", "services", "autoClear")
	}
	if len(ids) == 0 {
		s.Dropped("There is no category that can be read.")
	}
	return cookies
}

// services3 reads the services of a category.
func (r *reading) services3(c plan.Category, s plan.Setting) {
	ids, services := s.Fields()
	for i, id := range ids {
		r.service3(c, id, services[i])
	}
	switch {
	case len(ids) > 0:
	case s.Is(told.Opaque) || s.Is(told.Function):
		s.Dropped(computedInPage + " Declare the services in the catalogue.")
	default:
		s.Mapped("services")
	}
}

// nameOnly is said of a category or a service whose parts are not known.
const nameOnly = "It is worked out in the page, so that the catalogue has its name only. Write the rest there."

// signal3 reads what stands among the services and is none: Google's consent mode has kinds of consent, and
// many sites have a box for each. It reports whether it is one. What may store cookies remains a service.
func (r *reading) signal3(c plan.Category, id string, s plan.Setting) bool {
	cookies := s.Get("cookies")
	stores := cookies.There() && !(cookies.Is(told.List) && len(cookies.Items()) == 0)
	if !isSignal(id) || !s.Is(told.Map) || stores {
		return false
	}
	category := r.category(c.ID)
	if !slices.Contains(category.Signals, id) {
		category.Signals = append(category.Signals, id)
	}
	to := "categories[" + c.ID + "].signals"
	s.Get("label").Changed(to, "Google's consent mode has this for a kind of consent, and it is no service. The answer to the category is what Google is told.")
	cookies.Mapped(to)
	droppedAll(s, "The catalogue's signals tell Google of consent, without code.", "onAccept", "onReject")
	if len(s.Value().Fields) == 0 {
		s.Mapped(to)
	}
	undocumented(s, "vanilla-cookieconsent 3 documents no such setting of a service.", "label", "onAccept", "onReject", "cookies")
	return true
}

func isSignal(id string) bool { return slices.Contains(catalogue.GoogleSignals, catalogue.Signal(id)) }

// tellers gives a category that only has signals a service with them. Nobody is asked for a category
// without services, so its signals would wait for no answer.
func (r *reading) tellers() {
	for i := range r.p.Categories {
		c := &r.p.Categories[i]
		asked := slices.ContainsFunc(r.p.Services, func(s plan.Service) bool { return s.Category == c.ID })
		if len(c.Signals) == 0 || c.Necessary || asked {
			continue
		}
		r.add(c.ID, plan.Service{ID: c.ID + "-google", Name: plan.Texts{"": "Google"}, Path: c.Path, Signals: c.Signals})
		c.Signals = nil
	}
}

func (r *reading) service3(c plan.Category, id string, s plan.Setting) {
	if r.signal3(c, id, s) {
		return
	}
	service := r.add(c.ID, plan.Service{ID: id, Path: s.Path()})
	if isSignal(id) {
		service.Signals = []string{id}
	}
	if !s.Is(told.Map) {
		s.Changed("services["+id+"]", nameOnly)
		return
	}
	r.label(service, s.Get("label"))
	droppedAll(s, codeStays, "onAccept", "onReject")
	for _, cookie := range itemsOf(s.Get("cookies"), toServices(service, "cookies"), "Write the names of its cookies into the catalogue.") {
		if name := cookieFields(cookie); name.There() {
			r.cookie(service, name, name.Value(), "", cookie.Path())
			names, _, _ := cookieNames(name.Value())
			r.erased = append(r.erased, names...)
		}
	}
	if len(s.Value().Fields) == 0 {
		s.Mapped("services[" + id + "]")
	}
	undocumented(s, "vanilla-cookieconsent 3 documents no such setting of a service.", "label", "onAccept", "onReject", "cookies")
}

// label reads a service's name, which may be a link to its provider's policy.
func (r *reading) label(s *plan.Service, label plan.Setting) {
	text, links, why := readable(label)
	s.PolicyURL = webAddress(links...)
	switch {
	case !label.There():
		return
	case text == "":
		label.Dropped(why)
		return
	case s.PolicyURL != "":
		label.Changed(toServices(s, "name"), "Its HTML became plain text, and its link the address of the provider's policy.")
	case why != "":
		label.Changed(toServices(s, "name"), why)
	default:
		label.Mapped(toServices(s, "name"))
	}
	s.Name = plan.Texts{"": text}
}

// cookieFields reads what stands beside the name of a cookie to erase, and returns the name.
func cookieFields(s plan.Setting) plan.Setting {
	if s.Is(told.Text) || s.Is(told.Pattern) {
		return s
	}
	s.Get("domain").Dropped("Charte erases a cookie under the page's host and each domain above it.")
	s.Get("path").Dropped("Charte erases a cookie under the page's path and each path above it.")
	name := s.Get("name")
	if !name.Is(told.Text) && !name.Is(told.Pattern) {
		why := computedInPage + " Write the cookie's name into the catalogue."
		name.Dropped(why)
		undocumented(s, why, "domain", "path", "partitioned")
		return plan.Setting{}
	}
	undocumented(s, "It is no part of a cookie to erase.", "name", "domain", "path", "partitioned")
	return name
}

func (r *reading) language3(s plan.Setting) {
	translations := s.Get("translations")
	names, settings := translations.Fields()
	r.languages(s.Get("default"), names)
	s.Get("autoDetect").Dropped(pagesLanguage)
	s.Get("rtl").Dropped("Charte knows which languages are written from right to left.")
	for i, name := range names {
		switch t := settings[i]; {
		case t.Is(told.Map):
			r.translation3(t, tag(name))
		case t.Is(told.Text):
			t.Dropped("The texts of this language are in another file: " + t.Text() + ". Write them into the catalogue.")
		case t.Is(told.Function):
			t.Dropped("A function gives the texts of this language, and what it gives is not known here. Write the texts into the catalogue.")
		default:
			t.Dropped("The texts of this language are worked out in the page. Write them into the catalogue.")
		}
	}
	if len(names) == 0 {
		translations.Dropped("There are no texts here that can be read. Write them into the catalogue.")
	}
	undocumented(s, "vanilla-cookieconsent 3 documents no such setting of languages.", "default", "autoDetect", "rtl", "translations")
}

func (r *reading) translation3(s plan.Setting, language string) {
	notice := s.Get("consentModal")
	if notice.Is(told.Map) {
		refuse := notice.Get("acceptNecessaryBtn")
		if !refuse.There() || refuse.Is(told.Null) || refuse.False() || refuse.Is(told.Text) && strings.TrimSpace(refuse.Text()) == "" {
			r.mistaken(notice, plan.NoRefusal, "The notice has a button to accept and none to refuse. Charte's notice has both, and both look the same.")
		}
	}
	r.word(notice.Get("title"), language, "notice.title")
	r.unworded(notice.Get("description"), language, noticeBody)
	r.word(notice.Get("acceptAllBtn"), language, "acceptAll")
	r.word(notice.Get("acceptNecessaryBtn"), language, "refuseAll")
	r.word(notice.Get("showPreferencesBtn"), language, "customise")
	notice.Get("label").Dropped("Screen readers take the notice's title for its name.")
	notice.Get("closeIconLabel").Dropped("Charte's notice has no cross to close it: it has a button that refuses.")
	notice.Get("revisionMessage").Dropped(saysWhatChanged)
	r.unworded(notice.Get("footer"), language, "Charte's notice has no footer. Its links lead to the list of cookies.")
	undocumented(notice, "vanilla-cookieconsent 3 documents no such text of the notice.", "label", "title", "description", "acceptAllBtn", "acceptNecessaryBtn",
		"showPreferencesBtn", "closeIconLabel", "revisionMessage", "footer")

	settings := s.Get("preferencesModal")
	r.word(settings.Get("title"), language, "settings.title")
	r.word(settings.Get("acceptAllBtn"), language, "acceptAll")
	r.word(settings.Get("acceptNecessaryBtn"), language, "refuseAll")
	r.word(settings.Get("savePreferencesBtn"), language, "save")
	r.word(settings.Get("closeIconLabel"), language, "close")
	settings.Get("serviceCounterLabel").Dropped("Charte's settings do not count the services.")
	sections := settings.Get("sections")
	for _, section := range sections.Items() {
		r.section3(section, language)
	}
	if len(sections.Items()) == 0 {
		sections.Dropped("There is no section here that can be read.")
	}
	undocumented(settings, "vanilla-cookieconsent 3 documents no such text of the settings.", "title", "acceptAllBtn", "acceptNecessaryBtn", "savePreferencesBtn",
		"closeIconLabel", "serviceCounterLabel", "sections")
	undocumented(s, "vanilla-cookieconsent 3 documents no such text.", "consentModal", "preferencesModal")
}

func (r *reading) section3(s plan.Setting, language string) {
	linked := s.Get("linkedCategory")
	c := r.category(linked.Text())
	rows, headers := s.Get("cookieTable"), map[string]string{}
	keys, texts := rows.Get("headers").Fields()
	for i, key := range keys {
		headers[key] = texts[i].Text()
	}
	rows.Get("headers").Dropped("Charte's tables name their columns themselves.")
	rows.Get("caption").Dropped("Charte's tables take their category's name.")
	switch {
	case c == nil && linked.There():
		linked.Dropped("There is no category of this name, so the section belongs to none.")
		rows.Dropped("The table belongs to no category. Declare its cookies in a service of the catalogue.")
	case c == nil:
		rows.Dropped("The table belongs to no category, so it is not known which answer decides over its cookies. Declare them in a service of the catalogue.")
	}
	if c == nil {
		r.unworded(s.Get("title"), language, settingsBody)
		r.unworded(s.Get("description"), language, settingsBody)
		undocumented(s, "vanilla-cookieconsent 3 documents no such setting of a section.", "title", "description", "linkedCategory", "cookieTable")
		return
	}
	linked.Mapped("categories[" + c.ID + "]")
	r.purpose(c, s.Get("title"), s.Get("description"), language)
	body := rows.Get("body")
	held := columns(keysOf(keys, body), headers)
	r.table(table{
		category: c.ID, language: language, rows: itemsOf(body, "services", writeTable), columns: held,
		pattern: func(plan.Setting) bool { return false },
	})
	for _, row := range body.Items() {
		undocumented(row, noSuchColumn, slices.Collect(maps.Keys(held))...)
	}
	undocumented(rows, "vanilla-cookieconsent 3 documents no such part of a table.", "caption", "headers", "body")
	undocumented(s, "vanilla-cookieconsent 3 documents no such setting of a section.", "title", "description", "linkedCategory", "cookieTable")
}

// keysOf are the keys of a table's columns: those of its headers, or else those of its first row.
func keysOf(headers []string, body plan.Setting) []string {
	if rows := body.Items(); len(headers) == 0 && len(rows) > 0 {
		headers, _ = rows[0].Fields()
	}
	return headers
}

func (r *reading) gui3(s plan.Setting) {
	for _, name := range []string{"consentModal", "preferencesModal"} {
		modal := s.Get(name)
		if weight := modal.Get("equalWeightButtons"); weight.False() {
			if name == "consentModal" {
				r.mistaken(weight, plan.NoRefusal, "The button to refuse looks weaker than the one to accept. In Charte, both look the same.")
			} else {
				r.mistaken(weight, plan.NoRefusal, "In the settings, the button to refuse looks weaker than the one to accept. In Charte, both look the same.")
			}
		}
		modal.Get("equalWeightButtons").Dropped("Charte's buttons to accept and to refuse always look the same.")
		modal.Get("flipButtons").Dropped("The order of Charte's buttons is fixed.")
		droppedAll(modal, laidOut, "layout", "position")
		undocumented(modal, "vanilla-cookieconsent 3 documents no such setting of its looks. "+laidOut, "equalWeightButtons", "flipButtons", "layout", "position")
	}
	undocumented(s, "vanilla-cookieconsent 3 documents no such setting of its looks. "+laidOut, "consentModal", "preferencesModal")
}

func (r *reading) options3(s plan.Setting) {
	s.Get("revision").Changed("revision", saysWhatChanged)
	s.Get("root").Dropped("Charte puts its banner at the end of the page.")
	s.Get("autoShow").Dropped("Charte asks every visitor who has not answered.")
	s.Get("manageScriptTags").Dropped(alwaysHeld)
	s.Get("autoClearCookies").Dropped(alwaysErased)
	s.Get("hideFromBots").Dropped("Charte treats robots as it treats visitors.")
	s.Get("disablePageInteraction").Dropped(neverLocked)
	s.Get("lazyHtmlGeneration").Dropped("Charte fetches its settings when they are asked for.")
	droppedAll(s, codeStays, "onFirstConsent", "onConsent", "onChange", "onModalShow", "onModalHide", "onModalReady")
}
