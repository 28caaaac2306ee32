package peers

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// tacDays is how long tarteaucitron keeps an answer: timeExpire in tarteaucitron.js 1.35. A shorter
// time can be set, but no longer one.
const tacDays = 365

// A tacReading is a configuration of tarteaucitron while it is read.
type tacReading struct {
	*reading
	init      plan.Setting
	own       plan.Setting // tarteaucitron.services
	language  string       // that is forced; "" where the page's or the browser's is taken
	always    bool         // alwaysNeedConsent
	preTicked bool         // serviceDefaultState is true
}

func readTarteaucitron(p *plan.Plan, s plan.Setting, _ *told.Told) {
	if tooLarge(s) {
		return
	}
	r := &tacReading{reading: newReading(p), init: s.Get(tacInit), own: s.Get(tacServices)}
	r.always = r.init.Get("alwaysNeedConsent").True()
	r.preTicked = r.init.Get("serviceDefaultState").True() || r.init.Get("serviceDefaultState").Text() == "true"
	p.Answer = plan.Answer{Cookie: "tarteaucitron", Days: tacDays, Services: true}
	r.globals(s.Get(tacGlobals))
	if jobs := s.Get(tacJobs); jobs.There() {
		r.jobs(jobs)
	}
	r.elements(s.Get(tacElements))
	r.undeclared()
	r.user(s.Get(tacUser))
	r.options()
	r.preloaded()
	r.categories()
	r.texts(s.Get(tacTexts))
	r.texts(s.Get(tacGlobals).Get("tarteaucitronCustomText"))
	r.unspoken()
	r.answers(s.Get(tacAnswers))
	s.Get(tacAccount).Dropped("tarteaucitron.io keeps the settings of this site, and its script brings them. Give the page's address instead of its files, and what the page has is read.")
	s.Get(tacEvents).Dropped(codeStays)
	r.others(s.Get(tacOther))
	s.Rest("tarteaucitron documents no such setting.")
}

// categories declares the types of the services that are used.
func (r *tacReading) categories() {
	for _, t := range tacTypes {
		first := slices.IndexFunc(r.p.Services, func(s plan.Service) bool { return s.Category == t.id })
		if first < 0 {
			continue
		}
		r.p.Categories = append(r.p.Categories, plan.Category{
			ID: t.id, On: r.preTicked, Name: plan.Texts{"fr": t.fr, "en": t.en}, Path: r.p.Services[first].Path,
		})
	}
}

// tacDropped says why parameters of tarteaucitron.init have no counterpart.
var tacDropped = map[string]string{
	"hashtag":                   "In Charte, an element with data-charte=\"open\" opens the settings.",
	"orientation":               laidOut,
	"bodyPosition":              laidOut,
	"showAlertSmall":            "In Charte, an element with data-charte=\"open\" opens the settings again.",
	"showTitleBanner":           laidOut,
	"showIcon":                  "In Charte, an element with data-charte=\"open\" opens the settings again.",
	"iconPosition":              laidOut,
	"iconSrc":                   laidOut,
	"cookieslist":               "Charte's settings list the cookies of each service.",
	"cookieslistEmbed":          "Charte's settings list the cookies of each service.",
	"closePopup":                "In Charte, closing the settings answers nothing, and the notice stays until it is answered.",
	"groupServices":             "Charte's settings ask for each category, and for each service below it.",
	"showDetailsOnClick":        "Charte's settings have a layout of their own.",
	"adblocker":                 "Charte does not ask anybody to turn off a blocker.",
	"AcceptAllCta":              "Charte's notice always accepts all or refuses all.",
	"removeCredit":              "Charte's banner has no link to its maker.",
	"moreInfoLink":              "Charte's settings link to each provider's policy.",
	"useExternalCss":            "Charte brings its own styles. The catalogue's look chooses the colours.",
	"useExternalJs":             "Charte is one script, built from the catalogue.",
	"readmoreLink":              "Charte's settings link to the charter, and to each provider's policy.",
	"mandatory":                 "Charte lists the necessary services instead of a sentence about them: declare them in a necessary category.",
	"mandatoryCta":              "Charte shows no button for what is necessary.",
	"customCloserId":            "In Charte, nothing but an answer closes the notice.",
	"partnersList":              "Charte's notice says how many third parties there are, and links to their list.",
	"serverSide":                "Charte runs tags in the page. What runs on a server of yours must read the answer there.",
	"pianoConsentMode":          "Charte has no signal for Piano Analytics: its tag waits for the answer, or is in Piano's exempt mode.",
	"pianoConsentModeEssential": "The library's piano-analytics has a parameter for it: “mode: essential”.",
	"piwikConsentMode":          "Charte has no signal for Piwik PRO: its tag waits for the answer.",
	"softConsentMode":           "Charte always holds tags back until the answer.",
}

// options reads the parameters of tarteaucitron.init.
func (r *tacReading) options() {
	s := r.init
	if !s.There() {
		return
	}
	if !s.Is(told.Map) {
		s.Dropped(computedInPage + " Write the site's settings into the catalogue.")
		return
	}
	r.policyURL(s.Get("privacyUrl"))
	r.answerName(s.Get("cookieName"))
	r.cookieDomain(s.Get("cookieDomain"))
	r.refusal(s.Get("DenyAllCta"))
	r.implied(s.Get("highPrivacy"))
	r.defaultState(s.Get("serviceDefaultState"))
	if track := s.Get("handleBrowserDNTRequest"); track.True() {
		track.Dropped("Charte heeds Do Not Track for what is marked “sale”. Say “doNotTrack: true” under site for that.")
	} else {
		track.Dropped("Without “doNotTrack” under site, Charte does not read Do Not Track.")
	}
	if always := s.Get("alwaysNeedConsent"); always.True() {
		always.Mapped("services")
	} else {
		always.Dropped("Each service says in the catalogue whether it is exempt.")
	}
	r.consentMode(s.Get("googleConsentMode"), "Google", "ad_", "analytics_", "functionality_", "personalization_", "security_")
	r.consentMode(s.Get("bingConsentMode"), "Microsoft", "microsoft-")
	r.dataLayer(s.Get("dataLayer"))
	if piano, mode := r.find("pianoanalytics"), s.Get("pianoConsentModeEssential"); piano != nil && mode.True() {
		if piano.Settings == nil {
			piano.Settings = map[string]string{}
		}
		piano.Settings["mode"] = "essential"
		mode.Mapped("services[pianoanalytics].with.mode")
	}
	names, settings := s.Fields()
	for i, name := range names {
		if why := tacDropped[name]; why != "" {
			settings[i].Dropped(why)
		}
	}
	if len(names) == 0 {
		s.Dropped("It is empty: everything is as tarteaucitron has it by itself.")
	}
}

func (r *tacReading) policyURL(s plan.Setting) {
	switch text := s.Text(); {
	case !s.There():
	case !s.Is(told.Text):
		s.Dropped(computedInPage + " Write the address of the page about cookies under site.charterURL.")
	case strings.TrimSpace(text) == "":
		s.Dropped("It is empty, or a template fills it in. Without site.charterURL, Charte brings a page with the charter.")
	case bare(text) != strings.TrimSpace(text):
		s.Dropped("A template fills this in. Write the address of the page about cookies under site.charterURL.")
	default:
		r.p.Site.PolicyURL = plan.Texts{r.language: strings.TrimSpace(text)}
		s.Mapped("site.charterURL")
	}
}

func (r *tacReading) refusal(s plan.Setting) {
	if s.False() {
		s.Mistaken(plan.NoRefusal, "The notice has no button that refuses all. Charte's has one, beside the one that accepts all and like it.")
	}
	s.Dropped("Charte's notice always accepts all or refuses all.")
}

func (r *tacReading) implied(s plan.Setting) {
	if s.False() {
		s.Mistaken(plan.ImpliedConsent, "Scrolling, or going on to another page, counts as consent. The catalogue grants nothing without an answer.")
	}
	s.Dropped("Charte grants nothing without an answer.")
}

func (r *tacReading) defaultState(s plan.Setting) {
	if r.preTicked {
		s.Mistaken(plan.PreTicked, "All services are on before anybody has answered. In the catalogue they wait for an answer.")
		s.Dropped("Charte turns nothing on before an answer.")
		return
	}
	s.Dropped("In Charte, what is not accepted is refused.")
}

// consentMode reads whether a vendor is told of consent. signals are the beginnings of its signals.
func (r *tacReading) consentMode(s plan.Setting, vendor string, signals ...string) {
	if s.False() {
		s.Dropped("No signals are declared for " + vendor + ", as before.")
		return
	}
	for _, service := range r.p.Services {
		for _, signal := range service.Signals {
			if slices.ContainsFunc(signals, func(begin string) bool { return strings.HasPrefix(signal, begin) }) {
				s.Mapped("services[" + service.ID + "].signals")
				return
			}
		}
	}
	s.Dropped("No service here is one that " + vendor + " is told about.")
}

// dataLayer reads whether Google Tag Manager is told of consent.
func (r *tacReading) dataLayer(s plan.Setting) {
	for _, key := range []string{"googletagmanager", "multiplegoogletagmanager"} {
		if service := r.find(key); service != nil && s.True() {
			service.Signals = append(service.Signals, "google-tag-manager")
			s.Changed("services["+key+"].signals", "The event in dataLayer was tac_consent_update with tacAuthorizedVendors. Charte's is charte_consent with charte_granted and charte_refused: change the triggers.")
			return
		}
	}
	if s.True() {
		s.Dropped("Google Tag Manager is not among the services here. If you use it, declare the signal google-tag-manager of it.")
		return
	}
	s.Dropped("Nothing is told to dataLayer, as before.")
}

// preloaded says which services load before the answer: with a vendor's consent mode and without
// softConsentMode, tarteaucitron runs the code of refused services, too, so that the vendor gets its
// pings (fallback in tarteaucitron.services.js 1.34.0). The mode must be on in so many words, since
// earlier versions have it off by themselves.
func (r *tacReading) preloaded() {
	if r.init.Get("softConsentMode").True() {
		return
	}
	for _, vendor := range []struct {
		mode, name string
		services   []string
	}{
		{"googleConsentMode", "Google", []string{"gtag", "multiplegtag", "googleads", "googletagmanager", "multiplegoogletagmanager"}},
		{"bingConsentMode", "Microsoft", []string{"bingads", "clarity"}},
		{"pianoConsentMode", "Piano", []string{"pianoanalytics"}},
	} {
		mode := r.init.Get(vendor.mode)
		if mode.True() && slices.ContainsFunc(vendor.services, func(key string) bool { return r.find(key) != nil }) {
			mode.Mistaken(plan.NotAsked, "Without softConsentMode, tarteaucitron loads "+vendor.name+"'s script before the answer and after a refusal, and "+vendor.name+" hears of each page. In the catalogue it waits.")
		}
	}
}

// tacLanguages are codes of tarteaucitron's languages that are no BCP 47 tags, or those of another
// language.
var tacLanguages = map[string]string{"cn": "zh", "se": "sv"}

// globals reads the global variables. tarteaucitronCustomText is read with the other texts.
func (r *tacReading) globals(s plan.Setting) {
	why := map[string]string{
		"tarteaucitronForceCDN":          "Charte's files are served from where its script is.",
		"tarteaucitronUseMin":            "Charte's script is small as it is.",
		"tarteaucitronNoAdBlocker":       "Charte does not ask anybody to turn off a blocker.",
		"tarteaucitronProLoadServices":   codeStays,
		"tarteaucitronCustomPremium":     codeStays,
		"tarteaucitronMagic":             "Charte blocks nothing by address. Mark what waits with data-category and data-service.",
		"tarteaucitronServerSideExclude": "Charte runs tags in the page, and has no list of exceptions.",
		"tarteaucitron_block":            "Charte blocks nothing by address. Mark what waits with data-category and data-service.",
		"tarteaucitronPath":              "Charte's files are served from where its script is.",
		"tarteaucitronScriptsDiscover":   "tarteaucitron keeps this for itself.",
		"tarteaucitronCurrentScript":     "tarteaucitron keeps this for itself.",
		"tarteaucitronIsLoaded":          "tarteaucitron keeps this for itself.",
	}
	r.forced(s.Get("tarteaucitronForceLanguage"))
	r.expiry(s.Get("tarteaucitronForceExpire"), s.Get("tarteaucitronExpireInDay"))
	names, settings := s.Fields()
	for i, name := range names {
		if why[name] != "" {
			settings[i].Dropped(why[name])
		}
	}
}

func (r *tacReading) forced(s plan.Setting) {
	switch text := s.Text(); {
	case !s.There():
	case strings.TrimSpace(text) == "":
		s.Dropped("It is empty, or filled in in the page. " + pagesLanguage)
	case bare(text) != text:
		s.Dropped("A template fills this in. " + pagesLanguage)
	default:
		r.language = tag(text)
		if known := tacLanguages[r.language]; known != "" {
			r.language = known
		}
		r.p.Languages = []string{r.language}
		s.Mapped("languages")
	}
}

// expiry reads how long an answer is kept: a number of days, or of hours where inDays is false.
func (r *tacReading) expiry(s, inDays plan.Setting) {
	unit := "days"
	if inDays.False() {
		unit = "hours"
	}
	inDays.Dropped(keptSixMonths)
	if !s.There() {
		return
	}
	amount, err := strconv.ParseFloat(s.Text(), 64)
	if s.Is(told.Number) {
		amount, err = s.Value().Number, nil
	}
	days := amount
	if unit == "hours" {
		days = amount / 24
	}
	switch {
	case err != nil:
		s.Dropped(computedInPage + " " + keptSixMonths)
		return
	case days > longestDays:
		s.Mistaken(plan.LongLived, fmt.Sprintf("%v %s are over 13 months. tarteaucitron keeps an answer for a year at most, and Charte for six months.", amount, unit))
	case days > 0 && days < tacDays:
		r.p.Answer.Days = days
	}
	s.Dropped(keptSixMonths)
}

// tacWords are tarteaucitron's texts that Charte's banner has, too, and the keys of catalogue/languages.
var tacWords = map[string]string{
	"acceptAll": "acceptAll", "allowAll": "acceptAll", "denyAll": "refuseAll", "personalize": "customise", "close": "close", "save": "save",
	"alertSmall": "manage", "middleBarHead": "notice.title", "title": "settings.title",
}

// texts reads the texts that the site replaces.
func (r *tacReading) texts(s plan.Setting) {
	if s.There() && !s.Is(told.Map) {
		s.Dropped("It is no list of texts that can be read.")
		return
	}
	names, texts := s.Fields()
	for i, name := range names {
		text := texts[i]
		key, described := strings.CutPrefix(name, "desc-")
		switch {
		case tacWords[name] != "":
			r.said(text, tacWords[name])
		case described:
			r.described(key, text)
		case slices.ContainsFunc(tacTypes, func(t struct{ id, fr, en string }) bool { return t.id == name }):
			r.named(name, text)
		case name == "alertBigPrivacy" || name == "alertBig" || name == "alertBigClick" || name == "alertBigScroll":
			r.unworded(text, r.language, noticeBody)
		case name == "disclaimer" || name == "info" || name == "all":
			r.unworded(text, r.language, settingsBody)
		case name == "mandatoryTitle" || name == "mandatoryText":
			r.unworded(text, r.language, "Charte lists the necessary services. Their category has a name and a description in the catalogue.")
		default:
			r.unworded(text, r.language, "Charte's banner has no place for this text.")
		}
	}
	if len(names) == 0 {
		s.Dropped("It is empty.")
	}
}

// undetermined is the language of a text of which nothing says it (ISO 639-2).
const undetermined = "und"

// said reads a text of the banner's own. Where no language is forced, it is the text of whichever the site
// has.
func (r *tacReading) said(s plan.Setting, key string) {
	before := len(r.p.Fates)
	r.word(s, cmp.Or(r.language, undetermined), key)
	for i := before; i < len(r.p.Fates); i++ {
		r.p.Fates[i].To = strings.Replace(r.p.Fates[i].To, "words."+undetermined+".", "words.", 1)
	}
}

// unspoken moves the words of an unknown language to where a plan has them.
func (r *tacReading) unspoken() {
	if words := r.p.Words[undetermined]; words != nil {
		r.p.Words[""] = words
		delete(r.p.Words, undetermined)
	}
}

// described reads the description of a service.
func (r *tacReading) described(key string, s plan.Setting) {
	service := r.find(key)
	if service == nil {
		s.Dropped("It describes " + key + ", which nothing that was read pushes.")
		return
	}
	if text, _, ok := wording(s, "services["+key+"].purpose"); ok {
		service.Purpose = plan.Texts{r.language: text}
	}
}

// named reads the name and the description of a type.
func (r *tacReading) named(kind string, s plan.Setting) {
	i := slices.IndexFunc(r.p.Categories, func(c plan.Category) bool { return c.ID == kind })
	if i < 0 {
		s.Dropped("No service here is of this type.")
		return
	}
	c := &r.p.Categories[i]
	if text, _, ok := wording(s.Get("title"), "categories["+kind+"].name"); ok {
		c.Name = plan.Texts{r.language: text}
	}
	if text, _, ok := wording(s.Get("details"), "categories["+kind+"].description"); ok {
		c.Description = plan.Texts{r.language: text}
	}
	s.Rest("tarteaucitron documents no such text of a type.")
}

// answers reads calls that answer in the visitor's place.
func (r *tacReading) answers(s plan.Setting) {
	for _, call := range s.Items() {
		args := call.Get("args").Items()
		if last := len(args) - 1; last >= 0 && args[last].True() {
			call.Mistaken(plan.NotAsked, "Code gives consent in the visitor's place. Nothing can do that in Charte.")
		}
		call.Dropped("In Charte, only visitors answer.")
	}
}

// others reads what else is set in tarteaucitron.
func (r *tacReading) others(s plan.Setting) {
	names, settings := s.Fields()
	for i, name := range names {
		switch v := settings[i]; {
		case v.Is(told.Function):
			v.Dropped(codeStays)
		case name == "hashtag" || name == "orientation":
			v.Dropped(tacDropped[name])
		case name == "reloadThePage":
			v.Dropped(reloaded)
		case name == "highPrivacy":
			r.implied(v)
		case name == "handleBrowserDNTRequest":
			v.Dropped("Charte heeds Do Not Track for what is marked “sale”, where the catalogue says “doNotTrack: true” under site.")
		}
	}
}
