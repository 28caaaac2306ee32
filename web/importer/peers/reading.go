package peers

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// longestDays is 13 months: how long the CNIL's guidelines let a tracker's cookie live at most.
const longestDays = 396

// mostParts is how many parts a configuration may have. One with tables of 40 cookies in 24 languages has
// about 5,000.
const mostParts = 50_000

// mostCookies is how many cookies are read: far more than any site has.
const mostCookies = 2_000

const tooManyCookies = "There are too many cookies for a list that a person could read. The first 2000 are in the catalogue."

// What becomes of settings that several of these banners have.
const (
	keptSixMonths   = "Charte keeps every answer for six months, and then asks again."
	codeStays       = "Code is not taken over. Listen to charte:consent and charte:change instead, or mark the scripts that it starts with data-category and data-service."
	computedInPage  = "It is worked out in the page, so its value is not known here."
	inStorage       = "Charte keeps the answer in a cookie. The former answer is in the browser's storage, and cannot be shown again."
	ownCookie       = "Charte's answer has a cookie of its own, with Path=/, SameSite=Lax and, on https, Secure."
	laidOut         = "Charte has a layout of its own. The catalogue's look chooses its place and its colours."
	alwaysErased    = "Charte always erases the cookies of what is refused."
	alwaysHeld      = "Charte always holds back what is marked with data-category."
	neverLocked     = "Charte never locks the page: visitors may read on without an answer, and nothing is granted."
	reloaded        = "Charte loads the page again after a withdrawal, unless site.keepAfterWithdrawal is true."
	pagesLanguage   = "The banner takes the page's language, else one of the visitor's browser, else the catalogue's first."
	saysWhatChanged = "Charte computes the revision from the catalogue, and says in its own words that the list has changed."
	noticeBody      = "Charte's notice says itself who asks, and for what: its categories' summaries stand there."
	settingsBody    = "Charte's settings have an introduction of their own. A longer text fits into charter.introduction."
)

// A reading is a banner's configuration while it is read. Methods of which the name ends in a number read that edition
// of a banner.
type reading struct {
	p      *plan.Plan
	answer string          // the name of the banner's own cookie
	erased []string        // the names and families that the banner erases
	every  bool            // whether it erases all that its tables list
	kept   int             // how many cookies were read
	once   map[string]bool // mistakes that were said
	made   map[string]bool // services that the source does not have, by category and ID
}

func newReading(p *plan.Plan) *reading {
	return &reading{p: p, once: map[string]bool{}, made: map[string]bool{}}
}

// erases reports whether the banner erases a cookie itself, which it can with the site's own only.
func (r *reading) erases(name string) bool {
	return r.every || slices.ContainsFunc(r.erased, func(erased string) bool {
		family, ok := strings.CutSuffix(erased, "*")
		return erased == name || ok && strings.HasPrefix(name, family)
	})
}

// mistaken notes a mistake once in a configuration, however many languages have it.
func (r *reading) mistaken(s plan.Setting, rule plan.Rule, text string) {
	if !r.once[text] {
		r.once[text] = true
		s.Mistaken(rule, text)
	}
}

// wording reads a text, which may be HTML, and says what becomes of it. ok is false where there is
// none that can be read.
func wording(s plan.Setting, to string) (text string, links []string, ok bool) {
	if !s.There() {
		return "", nil, false
	}
	text, links, why := readable(s)
	switch {
	case text == "":
		s.Dropped(why)
		return "", links, false
	case why != "":
		s.Changed(to, why)
	default:
		s.Mapped(to)
	}
	return text, links, true
}

// readable is a text without its HTML. why says what was changed, or why there is no text.
func readable(s plan.Setting) (text string, links []string, why string) {
	switch s.Value().Kind {
	case told.Text:
	case told.Function:
		return "", nil, "A function gives this text, and functions are not called. Write the text into the catalogue."
	case told.Null:
		return "", nil, "It is empty."
	default:
		return "", nil, "This text is worked out in the page. Write it into the catalogue."
	}
	text, links = plain(s.Text())
	switch {
	case text == "":
		return "", links, "It is empty."
	case bare(text) == "":
		return "", links, "A template gives this text. Write it into the catalogue."
	case bare(text) != text:
		return text, links, "A template fills in a part of this text. Write that part out in the catalogue."
	case text != strings.Join(strings.Fields(s.Text()), " "):
		return text, links, "Its HTML became plain text."
	}
	return text, links, ""
}

// bare is a text without the expressions of templates in it.
func bare(text string) string {
	for _, marks := range [][2]string{{"{{", "}}"}, {"{%", "%}"}, {"${", "}"}, {"{$", "}"}, {"<%", "%>"}, {"<?", "?>"}} {
		var outside strings.Builder
		for {
			before, rest, found := strings.Cut(text, marks[0])
			_, after, closed := strings.Cut(rest, marks[1])
			if !found || !closed {
				break
			}
			outside.WriteString(before)
			text = after
		}
		text = outside.String() + text
	}
	return strings.TrimSpace(text)
}

// word reads a button's text, or a title, into the banner's words. key is one of catalogue/languages.
func (r *reading) word(s plan.Setting, language, key string) {
	if !s.There() {
		return
	}
	to := "words." + language + "." + key
	if language == "" {
		s.Dropped("A template says which language this is in. Write it into the catalogue, under words.")
		return
	}
	text, _, why := readable(s)
	if text == "" {
		s.Dropped(why)
		return
	}
	if strings.ContainsAny(text, "{}") {
		s.Dropped("The text has a part in braces, which the banner would read as a place to fill in. Write it out under words in the catalogue.")
		return
	}
	if r.p.Words == nil {
		r.p.Words = map[string]map[string]string{}
	}
	if r.p.Words[language] == nil {
		r.p.Words[language] = map[string]string{}
	}
	switch there := r.p.Words[language][key]; {
	case there == text:
		s.Mapped(to)
	case there != "":
		s.Changed(to, "Both layers of Charte's banner use the same text here: “"+there+"”.")
	case why != "":
		r.p.Words[language][key] = text
		s.Changed(to, why)
	default:
		r.p.Words[language][key] = text
		s.Mapped(to)
	}
}

// unworded notes as dropped a text that Charte's banner has no place for, but takes a link to the
// privacy policy from it.
func (r *reading) unworded(s plan.Setting, language, why string) {
	if !s.There() {
		return
	}
	if _, links, _ := readable(s); r.policy(language, links) {
		s.Changed("site.charterURL", "Its link to the policy is kept. "+why)
		return
	}
	s.Dropped(why)
}

// purpose reads the name and the description of a category in a language.
func (r *reading) purpose(c *plan.Category, title, description plan.Setting, language string) {
	to := "categories[" + c.ID + "]"
	take(&c.Name, title, to+".name", language)
	take(&c.Description, description, to+".description", language)
}

// take reads a text in a language, and returns its links. The first setting that gives the text has it.
func take(texts *plan.Texts, s plan.Setting, to, language string) (links []string) {
	there := (*texts)[language]
	if text, _, _ := readable(s); there != "" && text != "" && text != there {
		s.Changed(to, "The catalogue has one text for this, and another setting gives it already: “"+there+"”.")
		return nil
	}
	text, links, ok := wording(s, to)
	if ok {
		putText(texts, language, text)
	}
	return links
}

// putText sets the text of a language, if there is none yet.
func putText(texts *plan.Texts, language, text string) {
	if *texts == nil {
		*texts = plan.Texts{}
	}
	if (*texts)[language] == "" {
		(*texts)[language] = text
	}
}

// policyWords are parts of the addresses of policies. What stands first is the nearest to cookies.
var policyWords = [][]string{
	{"cookie"},
	{"privac", "confidential", "datenschutz", "rgpd", "gdpr", "personal", "donnees"},
	{"legal", "polic", "politique", "imprint", "impressum"},
}

// policy takes the address of the site's policy out of links, and reports whether there was one that is the
// language's.
func (r *reading) policy(language string, links []string) bool {
	for _, words := range policyWords {
		for _, link := range links {
			named := slices.ContainsFunc(words, func(word string) bool { return strings.Contains(strings.ToLower(link), word) })
			if named && isPage(link) && bare(link) == link {
				putText(&r.p.Site.PolicyURL, language, link)
				return r.p.Site.PolicyURL[language] == link
			}
		}
	}
	return false
}

// webAddress is the first of some links that is a whole address on the web, or "".
func webAddress(links ...string) string {
	for _, link := range links {
		u, err := url.Parse(link)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && isHost(u.Hostname()) && !strings.ContainsAny(link, "{}") && bare(link) == link {
			return link
		}
	}
	return ""
}

// isPage reports whether a link leads to another page.
func isPage(link string) bool {
	u, err := url.Parse(link)
	return err == nil && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https") && (u.Host != "" || u.Path != "")
}

// languages notes the languages of a configuration, by its names for them, with the default one first.
func (r *reading) languages(standard plan.Setting, names []string) {
	for _, name := range names {
		if language := tag(name); language != "" && !slices.Contains(r.p.Languages, language) {
			r.p.Languages = append(r.p.Languages, language)
		}
	}
	if !standard.There() {
		return
	}
	first := tag(standard.Text())
	i := slices.Index(r.p.Languages, first)
	switch {
	case first == "":
		standard.Dropped(computedInPage + " " + pagesLanguage)
	case i < 0:
		r.p.Languages = append([]string{first}, r.p.Languages...)
		standard.Changed("languages", "The configuration has no texts in this language. Write them into the catalogue.")
	default:
		r.p.Languages = append([]string{first}, slices.Delete(r.p.Languages, i, i+1)...)
		standard.Mapped("languages")
	}
}

// tag is a language as BCP 47 writes it: "pt-BR" of "pt_BR". It is "" where a template fills it in.
func tag(language string) string {
	if bare(language) != language {
		return ""
	}
	return strings.ReplaceAll(language, "_", "-")
}

// answerName reads the name of the cookie with the answer.
func (r *reading) answerName(s plan.Setting) {
	switch text := s.Text(); {
	case !s.There():
	case s.Is(told.Null) || s.Is(told.Text) && text == "":
		s.Dropped("It is empty, so the banner's own name for its cookie holds.")
	case text == "" || bare(text) != text:
		r.p.Answer.Cookie = ""
		s.Dropped(computedInPage + " " + ownCookie)
	default:
		r.p.Answer.Cookie, r.answer = text, text
		s.Changed("carryOver", "Charte's answer has a cookie of its own. The former one can be read once, to show visitors what they chose before.")
	}
}

// answerDays reads how long an answer is kept, in place of the banner's own default.
func (r *reading) answerDays(s plan.Setting) {
	if _, is := numberOfDays(s); is {
		r.p.Answer.Days = 0
	}
	r.days(s)
}

// days reads how long an answer is kept, where several settings say so: the longest time counts.
func (r *reading) days(s plan.Setting) {
	days, isNumber := numberOfDays(s)
	switch {
	case !s.There():
	case isNumber:
		r.p.Answer.Days = max(r.p.Answer.Days, days)
		if days > longestDays {
			s.Mistaken(plan.LongLived, "The answer is kept for over 13 months. Charte keeps it for six months.")
		}
		s.Dropped(keptSixMonths)
	case s.Is(told.Function):
		s.Dropped("A function gives the days, and functions are not called. " + keptSixMonths)
	default:
		s.Dropped(computedInPage + " " + keptSixMonths)
	}
}

// numberOfDays is a number, or one in a text, as settings that are written by PHP have.
func numberOfDays(s plan.Setting) (days float64, is bool) {
	days, err := s.Value().Number, error(nil)
	if !s.Is(told.Number) {
		days, err = strconv.ParseFloat(strings.TrimSpace(s.Text()), 64)
	}
	return days, err == nil && !math.IsNaN(days) && !math.IsInf(days, 0)
}

// cookieDomain reads the domain of the answer's cookie.
func (r *reading) cookieDomain(s plan.Setting) {
	domain := strings.TrimPrefix(s.Text(), ".")
	switch {
	case !s.There():
	case !s.Is(told.Text) || bare(domain) != domain:
		s.Dropped(computedInPage + " Without site.cookieDomain, the answer stays with the host.")
	case domain == "":
		s.Mapped("site.cookieDomain")
	case !isHost(domain):
		s.Dropped("It is no domain. Without site.cookieDomain, the answer stays with the host.")
	case domain != s.Text():
		r.p.Site.CookieDomain = domain
		s.Changed("site.cookieDomain", "The catalogue writes it without the dot at the beginning.")
	default:
		r.p.Site.CookieDomain = domain
		s.Mapped("site.cookieDomain")
	}
}

// isHost reports whether a text can be the name of a host on the web.
func isHost(text string) bool {
	text = strings.TrimPrefix(text, ".")
	return strings.Contains(text, ".") && !strings.HasSuffix(text, ".") && strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
}

// boxes reads whether a category is ticked in advance, and whether visitors can refuse it.
func (r *reading) boxes(enabled, readOnly plan.Setting, c plan.Category) {
	to := "categories[" + c.ID + "]"
	for _, s := range []plan.Setting{enabled, readOnly} {
		if s.There() && !s.Is(told.Bool) {
			s.Dropped(computedInPage + " In the catalogue, visitors are asked for this category, and nothing is ticked in advance.")
		}
	}
	switch {
	case c.On:
		enabled.Mistaken(plan.PreTicked, "The category “"+c.ID+"” is ticked in advance. In the catalogue, nothing is: visitors tick what they accept.")
		enabled.Dropped("Charte ticks nothing in advance.")
	case enabled.Is(told.Bool):
		enabled.Mapped(to)
	}
	if readOnly.Is(told.Bool) {
		readOnly.Mapped(to + ".necessary")
	}
}

// mode reads whether scripts wait for an answer.
func (r *reading) mode(s plan.Setting) {
	switch {
	case !s.There():
	case s.Text() == "opt-in":
		s.Mapped("categories")
	case s.Text() == "opt-out":
		s.Mistaken(plan.ImpliedConsent, "Scripts run until the visitor objects. In the catalogue they wait for an answer.")
		s.Dropped("Charte grants nothing without an answer.")
	default:
		s.Dropped(computedInPage + " Charte asks every visitor, and grants nothing without an answer.")
	}
}

// droppedAll notes parts of a map as dropped, for one reason.
func droppedAll(s plan.Setting, why string, names ...string) {
	for _, name := range names {
		s.Get(name).Dropped(why)
	}
}

// itemsOf are the parts of a list. An empty one says the same in the catalogue, at to. Of what is no list that can
// be read, it says so, and what to do.
func itemsOf(s plan.Setting, to, do string) []plan.Setting {
	items := s.Items()
	switch {
	case len(items) > 0:
	case s.Is(told.List) || s.Is(told.Null):
		s.Mapped(to)
	default:
		s.Dropped(computedInPage + " " + do)
	}
	return items
}

// undocumented notes as dropped what a map has besides the parts that are known, and what is no map.
func undocumented(s plan.Setting, why string, known ...string) {
	if !s.Is(told.Map) {
		if s.Is(told.Opaque) || s.Is(told.Function) {
			why = computedInPage
		}
		s.Dropped(why)
		return
	}
	names, settings := s.Fields()
	for i, name := range names {
		if !slices.Contains(known, name) {
			settings[i].Dropped(why)
		}
	}
}

// tooLarge notes a configuration as dropped that has more parts than can be a person's work, and
// reports whether it has. It keeps the time short that the rest takes.
func tooLarge(s plan.Setting) bool {
	parts := 0
	s.Value().Leaves("", func(string, told.Value) { parts++ })
	if parts <= mostParts {
		return false
	}
	s.Dropped(fmt.Sprintf("The configuration has more than %d parts, so it is not read.", mostParts))
	return true
}

// category is a category of the plan by its ID, or nil.
func (r *reading) category(id string) *plan.Category {
	for i := range r.p.Categories {
		if r.p.Categories[i].ID == id {
			return &r.p.Categories[i]
		}
	}
	return nil
}

// service is a service of a category by its ID or one of its names, or nil.
func (r *reading) service(category, name string) *plan.Service {
	for i := range r.p.Services {
		s := &r.p.Services[i]
		if s.Category == category && (strings.EqualFold(s.ID, name) || slices.ContainsFunc(mapValues(s.Name), func(n string) bool { return strings.EqualFold(n, name) })) {
			return s
		}
	}
	return nil
}

func mapValues(texts plan.Texts) []string {
	var values []string
	for _, text := range texts {
		values = append(values, text)
	}
	return values
}

// add puts a service into the plan, with what its category says of it.
func (r *reading) add(category string, s plan.Service) *plan.Service {
	s.Category = category
	if c := r.category(category); c != nil {
		s.Necessary, s.On = c.Necessary, c.On
		if s.Path == "" {
			s.Path = c.Path
		}
	}
	r.p.Services = append(r.p.Services, s)
	return &r.p.Services[len(r.p.Services)-1]
}

// full reports whether there are as many cookies as are read. If there are, the setting of one more is
// dropped.
func (r *reading) full(s plan.Setting) bool {
	if r.kept >= mostCookies {
		s.Dropped(tooManyCookies)
	}
	return r.kept >= mostCookies
}

// keep puts a cookie into a service.
func (r *reading) keep(s *plan.Service, c plan.Cookie) {
	r.kept++
	s.Cookies = append(s.Cookies, c)
}

// only is the service of a category that has one service. If it has none, or several, there is
// one for what no service of the source claims.
func (r *reading) only(category string) *plan.Service {
	var found []*plan.Service
	for i := range r.p.Services {
		if r.p.Services[i].Category == category {
			found = append(found, &r.p.Services[i])
		}
	}
	// Categories and services share one set of IDs in a catalogue, hence the ending.
	id := category + "-cookies"
	if s := r.service(category, id); s != nil {
		return s
	}
	if len(found) == 1 && !r.made[category+" "+found[0].ID] {
		return found[0]
	}
	r.made[category+" "+id] = true
	return r.add(category, plan.Service{ID: id})
}

// madeUp is what is said of a cookie whose service the source does not have. It is "" of other cookies.
func (r *reading) madeUp(s *plan.Service) string {
	switch {
	case !r.made[s.Category+" "+s.ID]:
		return ""
	case s.ID == s.Category+"-cookies":
		return "The source has this cookie in a category, and in none of its services. The catalogue has a service for it: name it, and say whose it is."
	}
	return "The source has this cookie in a category, and in none of its services. Its provider became a service of the catalogue: say what it does."
}

// claims is the cookie of that name, or of a family that covers it, with its service. Nil if there is
// none.
func (r *reading) claims(category, name, kind string) (*plan.Service, *plan.Cookie) {
	for i := range r.p.Services {
		for j := range r.p.Services[i].Cookies {
			s, c := &r.p.Services[i], &r.p.Services[i].Cookies[j]
			if s.Category == category && c.Name == name && name != "" && c.Kind == kind {
				return s, c
			}
		}
	}
	for i := range r.p.Services {
		for _, c := range r.p.Services[i].Cookies {
			family, ok := strings.CutSuffix(c.Name, "*")
			mine, mineToo := strings.CutSuffix(name, "*")
			if s := &r.p.Services[i]; s.Category == category && c.Kind == kind && name != "" &&
				(ok && strings.HasPrefix(name, family) || mineToo && strings.HasPrefix(c.Name, mine)) {
				return s, nil
			}
		}
	}
	return nil, nil
}

// gated takes services out of elements that the banner holds back. categories is the attribute with
// the category, services that with the service, or "".
func (r *reading) gated(t *told.Told, categories, services string) {
	for _, e := range t.Elements {
		category := e.Attributes[categories]
		if r.category(category) == nil {
			continue // also "!analytics", which runs what stands in for a refused script
		}
		host := elementHost(e)
		name := e.Attributes[services]
		var s *plan.Service
		switch {
		case strings.HasPrefix(name, "!"):
			continue
		case name != "" && bare(name) == name:
			if s = r.service(category, name); s == nil {
				s = r.add(category, plan.Service{ID: name, Name: plan.Texts{"": name}})
			}
		case host != "":
			if s = r.hosted(category, host); s == nil {
				s = r.add(category, plan.Service{ID: hostID(host)})
			}
		default:
			continue
		}
		if host != "" && !slices.Contains(s.Hosts, host) {
			s.Hosts = append(s.Hosts, host)
		}
	}
}

// hosted is the service to which a host's scripts belong: that which names it, or the only one of
// the category. Nil if there is none, or it is not clear which.
func (r *reading) hosted(category, host string) *plan.Service {
	var found []*plan.Service
	for i := range r.p.Services {
		if s := &r.p.Services[i]; s.Category == category {
			if slices.Contains(s.Hosts, host) {
				return s
			}
			found = append(found, s)
		}
	}
	if len(found) == 1 && len(found[0].Hosts) == 0 {
		return found[0]
	}
	return nil
}

// elementHost is the host that an element loads from, or "" if it is the page's own.
func elementHost(e told.Element) string {
	for _, name := range []string{"data-src", "src"} {
		if u, err := url.Parse(strings.TrimSpace(e.Attributes[name])); err == nil && u.Hostname() != "" && isHost(u.Hostname()) {
			return u.Hostname()
		}
	}
	return ""
}

// hostID is an ID after a host: "googletagmanager" of "www.googletagmanager.com".
func hostID(host string) string {
	labels := strings.Split(host, ".")
	return labels[max(0, len(labels)-2)]
}
