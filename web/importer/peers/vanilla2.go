package peers

import (
	"maps"
	"slices"
	"strings"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// vanilla2 is vanilla-cookieconsent 2: initCookieConsent().run({languages, …}). Its options stand in the
// README of https://github.com/orestbida/cookieconsent/tree/v2.9.2.
var vanilla2 = peer{
	name: "vanilla-cookieconsent 2",
	finds: func(t *told.Told) []told.Value {
		return configurations(t, givenToVanilla2, shapedAsVanilla2)
	},
	reads: readVanilla2,
}

func givenToVanilla2(name string, v told.Value) bool {
	return v.Kind == told.Map && (name == "initCookieConsent.run" || strings.HasSuffix(name, "run") && shapedAsVanilla2(v))
}

// shapedAsVanilla2 reports whether a value looks like a configuration: a language of it has a notice or
// settings by this banner's names.
func shapedAsVanilla2(v told.Value) bool {
	languages, _ := v.Get("languages")
	for _, language := range languages.Fields {
		for _, name := range []string{"consent_modal", "settings_modal"} {
			if _, ok := language.Value.Get(name); ok {
				return true
			}
		}
	}
	return false
}

func readVanilla2(p *plan.Plan, s plan.Setting, t *told.Told) {
	if tooLarge(s) {
		return
	}
	r := newReading(p)
	r.answer2(s)
	r.every = s.Get("autoclear_cookies").True()
	languages := s.Get("languages")
	names, settings := languages.Fields()
	r.languages(s.Get("current_lang"), names)
	for i := range names {
		r.categories2(settings[i].Get("settings_modal").Get("blocks"))
	}
	attribute := "data-cookiecategory"
	if selector := s.Get("script_selector"); selector.Text() != "" {
		attribute = strings.ToLower(selector.Text())
	}
	r.gated(t, attribute, "")
	for i, name := range names {
		r.translation2(settings[i], tag(name))
	}
	if len(names) == 0 {
		languages.Dropped("There are no texts here that can be read. Write them into the catalogue.")
	}
	r.mode(s.Get("mode"))
	r.options2(s)
	s.Rest("vanilla-cookieconsent 2 documents no such setting.")
}

func (r *reading) answer2(s plan.Setting) {
	r.p.Answer.Categories, r.p.Answer.Cookie, r.answer = true, "cc_cookie", "cc_cookie" // the banner's own defaults
	r.answerName(s.Get("cookie_name"))
	r.days(s.Get("cookie_expiration"))
	r.days(s.Get("cookie_necessary_only_expiration"))
	if r.p.Answer.Days == 0 {
		r.p.Answer.Days = 182
	}
	r.cookieDomain(s.Get("cookie_domain"))
	droppedAll(s, ownCookie, "cookie_path", "cookie_same_site", "use_rfc_cookie")
}

// categories2 reads the categories, which stand in the settings of each language.
func (r *reading) categories2(blocks plan.Setting) {
	for _, block := range blocks.Items() {
		toggle := block.Get("toggle")
		id := toggle.Get("value").Text()
		if id == "" || r.category(id) != nil {
			continue
		}
		c := plan.Category{ID: id, Path: toggle.Path(), Necessary: toggle.Get("readonly").True()}
		c.On = toggle.Get("enabled").True() && !c.Necessary
		r.p.Categories = append(r.p.Categories, c)
	}
}

func (r *reading) translation2(s plan.Setting, language string) {
	if !s.Is(told.Map) {
		s.Dropped("The texts of this language are worked out in the page. Write them into the catalogue.")
		return
	}
	r.notice2(s.Get("consent_modal"), language)
	settings := s.Get("settings_modal")
	r.word(settings.Get("title"), language, "settings.title")
	r.word(settings.Get("accept_all_btn"), language, "acceptAll")
	r.word(settings.Get("reject_all_btn"), language, "refuseAll")
	r.word(settings.Get("save_settings_btn"), language, "save")
	r.word(settings.Get("close_btn_label"), language, "close")
	settings.Get("cookie_table_caption").Dropped("Charte's tables take their category's name.")
	var keys []string
	headers := map[string]string{}
	for _, header := range settings.Get("cookie_table_headers").Items() {
		names, texts := header.Fields()
		for i, name := range names {
			keys = append(keys, name)
			headers[name] = texts[i].Text()
		}
	}
	settings.Get("cookie_table_headers").Dropped("Charte's tables name their columns themselves.")
	blocks := settings.Get("blocks")
	for _, block := range blocks.Items() {
		r.block2(block, language, keys, headers)
	}
	if len(blocks.Items()) == 0 {
		blocks.Dropped("There is no block here that can be read.")
	}
	undocumented(settings, "vanilla-cookieconsent 2 documents no such text of the settings.", "title", "accept_all_btn", "reject_all_btn", "save_settings_btn",
		"close_btn_label", "cookie_table_caption", "cookie_table_headers", "blocks")
	undocumented(s, "vanilla-cookieconsent 2 documents no such text.", "consent_modal", "settings_modal")
}

func (r *reading) notice2(s plan.Setting, language string) {
	if !s.There() {
		return
	}
	r.word(s.Get("title"), language, "notice.title")
	r.unworded(s.Get("description"), language, noticeBody)
	s.Get("revision_message").Dropped(saysWhatChanged)
	first, second := s.Get("primary_btn"), s.Get("secondary_btn")
	r.button2(first, language, "acceptAll")
	r.button2(second, language, "customise")
	if first.Get("role").Text() != "accept_necessary" && second.Get("role").Text() != "accept_necessary" {
		r.mistaken(s, plan.NoRefusal, "The notice has a button to accept and none to refuse. Charte's notice has both, and both look the same.")
	}
	undocumented(s, "vanilla-cookieconsent 2 documents no such text of the notice.", "title", "description", "revision_message", "primary_btn", "secondary_btn")
}

// button2 reads a button of the notice. What it does is its role; key is the word of a button without one.
func (r *reading) button2(s plan.Setting, language, key string) {
	role := s.Get("role")
	switch role.Text() {
	case "accept_all":
		key = "acceptAll"
	case "accept_necessary":
		key = "refuseAll"
	case "settings":
		key = "customise"
	case "accept_selected":
		role.Changed("words."+language+".acceptAll", "Charte's notice accepts all or refuses all. What visitors choose between is in the settings.")
		s.Get("text").Dropped("Charte's notice has no button for the boxes that are ticked, since it has no boxes.")
		return
	}
	role.Mapped("words." + language + "." + key)
	r.word(s.Get("text"), language, key)
	undocumented(s, "vanilla-cookieconsent 2 documents no such setting of a button.", "role", "text")
}

func (r *reading) block2(s plan.Setting, language string, keys []string, headers map[string]string) {
	toggle := s.Get("toggle")
	c := r.category(toggle.Get("value").Text())
	if c == nil {
		r.unworded(s.Get("title"), language, settingsBody)
		r.unworded(s.Get("description"), language, settingsBody)
		toggle.Dropped("Its value names no category that can be read.")
		s.Get("cookie_table").Dropped("The table belongs to no category, so it is not known which answer decides over its cookies. Declare them in a service of the catalogue.")
		undocumented(s, "vanilla-cookieconsent 2 documents no such setting of a block.", "title", "description", "toggle", "cookie_table")
		return
	}
	toggle.Get("value").Mapped("categories[" + c.ID + "]")
	if toggle.Path() == c.Path {
		r.boxes(toggle.Get("enabled"), toggle.Get("readonly"), *c)
	} else {
		toggle.Get("enabled").Dropped("The catalogue has a category once for all languages, as the first language has it.")
		toggle.Get("readonly").Dropped("The catalogue has a category once for all languages, as the first language has it.")
	}
	toggle.Get("reload").Dropped(reloaded)
	undocumented(toggle, "vanilla-cookieconsent 2 documents no such setting of a category.", "value", "enabled", "readonly", "reload")
	r.purpose(c, s.Get("title"), s.Get("description"), language)
	held := columns(keysOf(keys, s.Get("cookie_table")), headers)
	rows := itemsOf(s.Get("cookie_table"), "services", writeTable)
	r.table(table{
		category: c.ID, language: language, rows: rows, columns: held,
		pattern: func(row plan.Setting) bool { return row.Get("is_regex").True() },
	})
	for _, row := range rows {
		undocumented(row, noSuchColumn, append(slices.Collect(maps.Keys(held)), "is_regex", "path", "domain")...)
		row.Get("is_regex").Mapped("services")
		row.Get("path").Dropped("Charte erases a cookie under the page's path and each path above it.")
		if _, column := headers["domain"]; !column {
			row.Get("domain").Dropped("Charte erases a cookie under the page's host and each domain above it.")
		}
	}
	undocumented(s, "vanilla-cookieconsent 2 documents no such setting of a block.", "title", "description", "toggle", "cookie_table")
}

func (r *reading) options2(s plan.Setting) {
	s.Get("revision").Changed("revision", saysWhatChanged)
	s.Get("auto_language").Dropped(pagesLanguage)
	s.Get("autorun").Dropped("Charte asks every visitor who has not answered.")
	s.Get("delay").Dropped("Charte's notice is there as soon as the page is, since nothing is granted without it.")
	s.Get("autoclear_cookies").Dropped(alwaysErased)
	s.Get("page_scripts").Dropped(alwaysHeld)
	s.Get("script_selector").Changed("pages", "Charte marks what it holds back with data-category. Rewrite the pages' tags.")
	s.Get("remove_cookie_tables").Dropped("Charte always shows the list of cookies: visitors must be able to see what they agree to.")
	s.Get("force_consent").Dropped(neverLocked)
	s.Get("hide_from_bots").Dropped("Charte treats robots as it treats visitors.")
	droppedAll(s, "Charte's styles are a file beside charte.js.", "theme_css", "autoload_css")
	droppedAll(s, codeStays, "onAccept", "onChange", "onFirstAction", "onUpdate")
	gui := s.Get("gui_options")
	for _, name := range []string{"consent_modal", "settings_modal"} {
		modal := gui.Get(name)
		modal.Get("swap_buttons").Dropped("The order of Charte's buttons is fixed.")
		modal.Get("transition").Dropped("Charte's banner appears without an animation.")
		droppedAll(modal, laidOut, "layout", "position")
		undocumented(modal, "vanilla-cookieconsent 2 documents no such setting of its looks. "+laidOut, "swap_buttons", "transition", "layout", "position")
	}
	undocumented(gui, "vanilla-cookieconsent 2 documents no such setting of its looks. "+laidOut, "consent_modal", "settings_modal")
}
