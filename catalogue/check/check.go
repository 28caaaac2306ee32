// Package check says what is wrong with a catalogue. It is apart from package
// catalogue so that no check is linked into the WebAssembly program: whatever
// reaches a visitor has been checked before.
package check

import (
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
)

// A Problem is one reason why a catalogue cannot be used.
type Problem struct {
	// Path leads to the place, in the keys of the YAML file:
	// "services[3].cookies[0].name", "categories[1].summary.fr". Package
	// source turns it into a line and a column.
	Path string

	// Message says what is wrong, with the value, and what to do where that
	// is not obvious: `service "youtube": category "media" is not declared`.
	Message string
}

// Sizes in bytes and counts that no valid catalogue exceeds. They are an order
// of magnitude above what any real site needs, and keep a mistake or an attack
// from becoming a banner that no browser can show.
const (
	idBytes          = 40
	nameBytes        = 200    // what stands in a heading, a button or a table cell
	summaryBytes     = 400    // one line of the notice
	purposeBytes     = 1_000  // one sentence
	wordBytes        = 2_000  // one of the banner's own words
	descriptionBytes = 20_000 // prose of the charter; the document's longest has 650
	cookieNameBytes  = 200
	familyBytes      = 3 // before the "*": "_*" would cover half of the web

	maxLanguages  = 100
	maxCategories = 200
	maxProviders  = 2_000
	maxServices   = 2_000
	maxCookies    = 20_000
	maxFormerly   = 30 // revisions within the six months of an answer

	// exemptMonths is the longest life of an entry of an exempt service
	// (CNIL, https://www.cnil.fr/fr/node/167364).
	exemptMonths = 13

	// answerBytes bounds the value of catalogue.AnswerCookie; answerStart is what
	// stands in it before its lists, always of this length: before answerYes
	// with what was granted, and answerNo with what was objected to.
	answerBytes = 1024
	answerStart = "v=1&on=2026-11-23&rev=abcdef"
	answerYes   = "&yes="
	answerNo    = "&no="
)

// reserved are the names that every JavaScript object has. As keys they would
// reach the object's own machinery (CVE-2025-31475).
var reserved = map[string]bool{
	"__proto__": true, "prototype": true, "constructor": true,
	"hasOwnProperty": true, "isPrototypeOf": true, "propertyIsEnumerable": true,
	"toString": true, "toLocaleString": true, "valueOf": true,
	"__defineGetter__": true, "__defineSetter__": true,
	"__lookupGetter__": true, "__lookupSetter__": true,
}

// Catalogue returns every problem of a catalogue, nil where it has none. The
// order is that of the fields, so that of a well-ordered file.
func Catalogue(c *catalogue.Catalogue) []Problem {
	v := validator{
		c:          c,
		categories: make(map[catalogue.ID]*catalogue.Category, len(c.Categories)),
		providers:  make(map[catalogue.ID]*catalogue.Provider, len(c.Providers)),
		services:   make(map[catalogue.ID]bool, len(c.Services)),
	}
	if !v.withinLimits() {
		return v.problems // what follows would list thousands of others
	}
	v.languages()
	v.site()
	v.charter()
	if len(c.Categories) == 0 {
		v.add("categories", "no category is declared; every site has that of its necessary cookies")
	}
	for i := range c.Categories {
		v.category(at("categories", i), &c.Categories[i])
	}
	for i := range c.Providers {
		v.provider(at("providers", i), &c.Providers[i])
	}
	for i := range c.Services {
		v.service(at("services", i), &c.Services[i])
	}
	v.families()
	v.formerly()
	v.words()
	v.look()
	if len(v.problems) == 0 {
		v.answer()
	}
	return v.problems
}

// A validator collects problems and what later checks need of earlier ones.
type validator struct {
	c        *catalogue.Catalogue
	problems []Problem

	categories map[catalogue.ID]*catalogue.Category
	providers  map[catalogue.ID]*catalogue.Provider
	services   map[catalogue.ID]bool
}

func (v *validator) add(path string, message ...string) {
	v.problems = append(v.problems, Problem{Path: path, Message: strings.Join(message, "")})
}

func (v *validator) withinLimits() bool {
	cookies := 0
	for _, s := range v.c.Services {
		cookies += len(s.Cookies)
	}
	for _, limit := range []struct {
		path, what string
		n, most    int
	}{
		{"languages", "languages", len(v.c.Languages), maxLanguages},
		{"categories", "categories", len(v.c.Categories), maxCategories},
		{"providers", "providers", len(v.c.Providers), maxProviders},
		{"services", "services", len(v.c.Services), maxServices},
		{"services", "cookies", cookies, maxCookies},
	} {
		if limit.n > limit.most {
			v.add(limit.path, strconv.Itoa(limit.n), " ", limit.what, " are declared, ", strconv.Itoa(limit.most), " at most")
		}
	}
	return len(v.problems) == 0
}

func (v *validator) languages() {
	if len(v.c.Languages) == 0 {
		v.add("languages", "no language is declared; list at least one, such as [fr]")
	}
	for i, language := range v.c.Languages {
		path := at("languages", i)
		if !wellFormed(language) {
			v.add(path, "language ", quote(string(language)), ` is not a tag such as "fr", "pt-BR" or "zh-Hant"`)
		}
		if slices.Contains(v.c.Languages[:i], language) {
			v.add(path, "language ", quote(string(language)), " is declared twice")
		}
		for _, before := range v.c.Languages[:i] {
			// A page in fr-CA takes the first language that it is in or a
			// variant of (web/loader/tongue.js).
			if before != "" && strings.HasPrefix(string(language), string(before)+"-") {
				v.add(path, "language ", quote(string(language)), " is never chosen, since ", quote(string(before)), " comes first; list ", string(language), " before ", string(before))
				break
			}
		}
	}
}

func (v *validator) site() {
	v.text("site.name", "site: name", v.c.Site.Name, nameBytes, required)
	v.line("site.controller", "site: controller", v.c.Site.Controller, nameBytes)
	if url := v.c.Site.CharterURL; url != "" {
		if fault := charterFault(url); fault != "" {
			v.add("site.charterURL", "site: charterURL ", quote(url), " ", fault)
		}
	}
	if domain := v.c.Site.CookieDomain; domain != "" {
		if fault := domainFault(domain); fault != "" {
			v.add("site.cookieDomain", "site: cookieDomain ", quote(domain), " ", fault)
		}
	}
}

func (v *validator) charter() {
	charter := &v.c.Charter
	v.text("charter.title", "charter: title", charter.Title, nameBytes, required)
	v.text("charter.introduction", "charter: introduction", charter.Introduction, descriptionBytes, required)
	v.text("charter.whatTitle", "charter: whatTitle", charter.WhatTitle, nameBytes, required)
	v.text("charter.what", "charter: what", charter.What, descriptionBytes, required)
	v.text("charter.kindsTitle", "charter: kindsTitle", charter.KindsTitle, nameBytes, required)
}

func (v *validator) category(path string, category *catalogue.Category) {
	label := label("category", category.ID, path)
	if v.id(path, label, category.ID) {
		if v.categories[category.ID] != nil {
			v.add(path+".id", label, ": the id is declared twice")
		} else {
			v.categories[category.ID] = category
		}
	}
	v.text(path+".name", label+": name", category.Name, nameBytes, required)
	v.text(path+".summary", label+": summary", category.Summary, summaryBytes, required)
	v.text(path+".description", label+": description", category.Description, descriptionBytes, required)
	v.text(path+".tableTitle", label+": tableTitle", category.TableTitle, nameBytes, optional)
	if category.Sale && category.Necessary {
		v.add(path+".sale", label, ": what is necessary can be no sale; remove one of the two")
	}
	v.signals(path+".signals", label, category.Signals)
}

func (v *validator) provider(path string, provider *catalogue.Provider) {
	label := label("provider", provider.ID, path)
	if v.id(path, label, provider.ID) {
		if v.providers[provider.ID] != nil {
			v.add(path+".id", label, ": the id is declared twice")
		} else {
			v.providers[provider.ID] = provider
		}
	}
	v.line(path+".name", label+": name", provider.Name, nameBytes)
	v.address(path+".policyURL", label+": policyURL", provider.PolicyURL)
	if provider.PolicyURL == "" && !provider.FirstParty {
		v.add(path+".policyURL", label, ": policyURL is missing; visitors must be able to read the privacy policy of every third party")
	}
}

func (v *validator) service(path string, service *catalogue.Service) {
	label := label("service", service.ID, path)
	if v.id(path, label, service.ID) {
		switch {
		case v.services[service.ID]:
			v.add(path+".id", label, ": the id is declared twice")
		case v.categories[service.ID] != nil:
			v.add(path+".id", label, ": a category has this id already; categories and services share one set, since charte.allows(id) takes either")
		default:
			v.services[service.ID] = true
		}
	}
	category := v.categories[service.Category]
	switch {
	case service.Category == "":
		v.add(path+".category", label, ": category is missing")
	case category == nil:
		v.add(path+".category", label, ": category ", quote(string(service.Category)), " is not declared")
	}
	provider := v.providers[service.Provider]
	switch {
	case service.Provider == "":
		v.add(path+".provider", label, ": provider is missing")
	case provider == nil:
		v.add(path+".provider", label, ": provider ", quote(string(service.Provider)), " is not declared")
	}

	v.text(path+".name", label+": name", service.Name, nameBytes, required)
	v.text(path+".location", label+": location", service.Location, nameBytes, optional)
	need := required
	if category == nil || category.Necessary {
		need = optional
	}
	v.text(path+".purpose", label+": purpose", service.Purpose, purposeBytes, need)

	if service.Exempt && category != nil && category.Necessary {
		v.add(path+".exempt", label, ": exempt has no sense in the necessary category ", quote(string(category.ID)), "; remove it")
	}
	if service.Exempt && provider != nil && !provider.FirstParty {
		v.add(path+".exempt", label, ": only a first party can be exempt from consent, and provider ", quote(string(provider.ID)), " is a third party")
	}
	if service.Sale && (service.Exempt || category != nil && category.Necessary) {
		v.add(path+".sale", label, ": what needs no consent can be no sale; remove one of the two")
	}
	if unit := service.Retention.Unit; unit == catalogue.UnitSession || unit == catalogue.UnitPersistent {
		v.add(path+".retention", label, ": retention is a time, such as \"25 months\", and ", string(unit), " is none")
	}
	v.signals(path+".signals", label, service.Signals)
	for i := range service.Cookies {
		v.cookie(at(path+".cookies", i), label, service, category, &service.Cookies[i])
	}
}

func (v *validator) cookie(path, of string, service *catalogue.Service, category *catalogue.Category, cookie *catalogue.Cookie) {
	label := "cookie " + quote(cookie.Name)
	if cookie.Name == "" {
		label = of + ": a cookie"
	}
	kind := cookie.Kind.OrCookie()
	switch kind {
	case catalogue.KindCookie, catalogue.KindLocalStorage, catalogue.KindSessionStorage:
		if fault := nameFault(kind, cookie.Name); fault != "" {
			v.add(path+".name", label, " ", fault)
		}
	default:
		v.add(path+".kind", label, ": kind ", quote(string(kind)), " is none of cookie, localStorage, sessionStorage")
	}
	if cookie.Name == catalogue.AnswerCookie && kind == catalogue.KindCookie && category != nil && !category.Necessary {
		v.add(path+".name", label, " holds the visitor's answer, so its service belongs to a necessary category")
	}
	v.text(path+".purpose", label+": purpose", cookie.Purpose, purposeBytes, required)

	if fault := lifetimeFault(cookie.Lifetime, kind); fault != "" {
		v.add(path+".lifetime", label, ": ", fault)
	} else if service.Exempt && !Within(cookie.Lifetime, exemptMonths) {
		v.add(path+".lifetime", label, ": what is exempt from consent may be kept ", strconv.Itoa(exemptMonths), " months at most (https://www.cnil.fr/fr/node/167364)")
	}
	v.address(path+".source", label+": source", cookie.Source)
	if cookie.Checked != "" && !isDay(cookie.Checked) {
		v.add(path+".checked", label, ": checked ", quote(cookie.Checked), " is not a day written YYYY-MM-DD")
	}
}

// nameFault says what is wrong with the name of an entry, or "" where nothing
// is.
func nameFault(kind catalogue.Kind, name string) string {
	family, isFamily := strings.CutSuffix(name, "*")
	switch {
	case name == "":
		return "has no name"
	case len(name) > cookieNameBytes:
		return "has a name that " + tooLong(len(name), cookieNameBytes)
	case reserved[name]:
		return "has a name that JavaScript reserves"
	case isFamily && len(family) < familyBytes:
		return "is a family that covers too much; write at least " + strconv.Itoa(familyBytes) + ` characters before the "*"`
	case isFamily && kind == catalogue.KindCookie && strings.HasPrefix(catalogue.AnswerCookie, family):
		return "is a family that covers " + catalogue.AnswerCookie + ", which holds the visitor's answer"
	}
	if kind != catalogue.KindCookie {
		return textFault(name, false)
	}
	for _, r := range family {
		// The separators of RFC 2616, section 2.2, to which RFC 6265,
		// section 4.1.1, refers.
		switch {
		case r == '*':
			return `has a "*" before its end; only a final "*" stands for any ending`
		case r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r):
			return "contains " + quote(string(r)) + ", which the name of a cookie cannot contain"
		}
	}
	return ""
}

// lifetimeFault says what is wrong with a lifetime for an entry of that kind,
// or "" where nothing is.
func lifetimeFault(l catalogue.Lifetime, kind catalogue.Kind) string {
	most := map[catalogue.Unit]int{ // ten years; no entry needs more, no browser keeps a cookie as long
		catalogue.UnitMinute: 10 * 366 * 24 * 60, catalogue.UnitHour: 10 * 366 * 24, catalogue.UnitDay: 10 * 366,
		catalogue.UnitWeek: 522, catalogue.UnitMonth: 120, catalogue.UnitYear: 10,
	}
	switch l.Unit {
	case "":
		return `lifetime is missing; write "2 weeks", "up to 12 months", "session" or "persistent"`
	case catalogue.UnitSession, catalogue.UnitPersistent:
		if l.Count != 0 || l.UpTo {
			return "lifetime " + quote(string(l.Unit)) + " stands alone, without a number"
		}
	default:
		if most[l.Unit] == 0 {
			return "lifetime has the unit " + quote(string(l.Unit)) + "; the units are minute, hour, day, week, month and year"
		}
		if l.Count < 1 || l.Count > most[l.Unit] {
			return "lifetime of " + strconv.Itoa(l.Count) + " " + string(l.Unit) + "s is not between 1 and " + strconv.Itoa(most[l.Unit]) + ", which is ten years"
		}
	}
	switch {
	case kind == catalogue.KindCookie && l.Unit == catalogue.UnitPersistent:
		return `lifetime "persistent" is for localStorage; a cookie has a period or ends with the session`
	case kind == catalogue.KindLocalStorage && l.Unit == catalogue.UnitSession:
		return `lifetime "session" is not for localStorage, which outlives the session; write "persistent", or the period after which the site erases it`
	case kind == catalogue.KindSessionStorage && l.Unit != catalogue.UnitSession:
		return `lifetime of sessionStorage is always "session"`
	}
	return ""
}

// Within reports whether a valid lifetime is no longer than so many months.
func Within(l catalogue.Lifetime, months int) bool {
	switch l.Unit {
	case catalogue.UnitPersistent:
		return false
	case catalogue.UnitSession:
		return true
	case catalogue.UnitMonth:
		return l.Count <= months
	case catalogue.UnitYear:
		return l.Count*12 <= months
	}
	minutes := map[catalogue.Unit]int{catalogue.UnitMinute: 1, catalogue.UnitHour: 60, catalogue.UnitDay: 24 * 60, catalogue.UnitWeek: 7 * 24 * 60}[l.Unit]
	return l.Count*minutes <= months*(365*24*60+12*60)/12 // 13 months: 395.9 days
}

// families finds entries that are declared twice, and families which cover an
// entry of another service that visitors decide over apart: what two services
// set is erased where neither may run (web/loader/cookie.js), so refusing the
// one would leave it there.
func (v *validator) families() {
	type entry struct {
		name    string // without the "*" of a family
		family  bool
		service *catalogue.Service
		path    string
	}
	kinds := map[catalogue.Kind][]entry{}
	seen := map[catalogue.Kind]map[string]*catalogue.Service{}
	for i := range v.c.Services {
		service := &v.c.Services[i]
		for j, cookie := range service.Cookies {
			path := at(at("services", i)+".cookies", j) + ".name"
			kind := cookie.Kind.OrCookie()
			if seen[kind] == nil {
				seen[kind] = map[string]*catalogue.Service{}
			}
			switch first := seen[kind][cookie.Name]; {
			case cookie.Name == "":
				continue
			case first == service:
				v.add(path, "cookie ", quote(cookie.Name), " is declared twice in service ", quote(string(service.ID)))
				continue
			case first != nil:
				v.add(path, "cookie ", quote(cookie.Name), " is declared by service ", quote(string(first.ID)), " already; an entry has one service, whose consent decides over it")
				continue
			}
			seen[kind][cookie.Name] = service
			name, family := strings.CutSuffix(cookie.Name, "*")
			kinds[kind] = append(kinds[kind], entry{name, family, service, path})
		}
	}
	for _, kind := range []catalogue.Kind{catalogue.KindCookie, catalogue.KindLocalStorage, catalogue.KindSessionStorage} {
		entries := kinds[kind]
		slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
		for _, family := range entries {
			if !family.family || len(family.name) < familyBytes ||
				kind == catalogue.KindCookie && strings.HasPrefix(catalogue.AnswerCookie, family.name) { // reported under its name
				continue
			}
			first, _ := slices.BinarySearchFunc(entries, family.name, func(e entry, name string) int { return strings.Compare(e.name, name) })
			for _, covered := range entries[first:] {
				if !strings.HasPrefix(covered.name, family.name) {
					break
				}
				if covered.service != family.service && (v.decided(family.service) || v.decided(covered.service)) {
					v.add(family.path, "cookie ", quote(family.name+"*"), " covers ", quote(covered.name), " of service ",
						quote(string(covered.service.ID)), "; while one of them may run, refusing the other would not erase it: write longer names")
					break // one is enough to know which name to mend
				}
			}
		}
	}
}

// asks is Catalogue.Asks without the search.
func (v *validator) asks(s *catalogue.Service) bool {
	category := v.categories[s.Category]
	return !s.Exempt && category != nil && !category.Necessary
}

// decided reports whether visitors decide over the service: they are asked, or
// may object.
func (v *validator) decided(s *catalogue.Service) bool {
	category := v.categories[s.Category]
	return category != nil && !category.Necessary
}

// formerly checks what earlier revisions asked for. Services and categories of
// then need not be declared any more.
func (v *validator) formerly() {
	if n := len(v.c.Formerly); n > maxFormerly {
		v.add("formerly", strconv.Itoa(n), " earlier revisions are listed, ", strconv.Itoa(maxFormerly), " at most; leave out those of more than six months ago")
		return
	}
	revisions := make([]string, 0, len(v.c.Formerly))
	for revision := range v.c.Formerly {
		revisions = append(revisions, revision)
	}
	slices.Sort(revisions)
	for _, revision := range revisions {
		path := "formerly." + revision
		if len(revision) != catalogue.RevisionLength || strings.Trim(revision, catalogue.RevisionLetters) != "" {
			v.add(path, "formerly: ", quote(revision), " is no revision, which has six characters; charte check prints the catalogue's")
			continue
		}
		for i, asked := range v.c.Formerly[revision] {
			category, service, _ := strings.Cut(asked, ".")
			if idFault(catalogue.ID(category)) != "" || idFault(catalogue.ID(service)) != "" {
				v.add(at(path, i), "formerly: ", quote(asked), " is no service, written category.service")
			}
		}
	}
}

func (v *validator) words() {
	languages := make([]catalogue.Language, 0, len(v.c.Words))
	for language := range v.c.Words {
		languages = append(languages, language)
	}
	slices.Sort(languages)
	known := map[string]bool{}
	new(catalogue.Words).Each(func(key string, _ *string) { known[key] = true })
	for _, language := range languages {
		path := "words." + string(language)
		if len(v.c.Languages) > 0 && !slices.Contains(v.c.Languages, language) {
			v.add(path, "words: language ", quote(string(language)), " is not declared")
		}
		keys := make([]string, 0, len(v.c.Words[language]))
		for key := range v.c.Words[language] {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			text := v.c.Words[language][key]
			if !known[key] {
				v.add(path+"."+key, "words: ", quote(key), " is not known; the keys are those of catalogue/languages/fr.yaml")
				continue
			}
			v.line(path+"."+key, "words: "+quote(key), text, wordBytes)
			if name := unknownPlaceholder(key, text); name != "" {
				v.add(path+"."+key, "words: ", quote(key), " has no placeholder ", name)
				continue // the one that is needed, misspelt, as often as not
			}
			for _, placeholder := range needs[key] {
				if strings.TrimSpace(text) != "" && !strings.Contains(text, placeholder) {
					v.add(path+"."+key, "words: ", quote(key), " must contain ", placeholder)
				}
			}
		}
	}
}

// answer checks that the longest answer fits into its cookie: every service
// granted and every exempt one objected to, but one of each category, so that
// the others must be named.
func (v *validator) answer() {
	length := len(answerStart) +
		v.longest(answerYes, v.asks) +
		v.longest(answerNo, func(s *catalogue.Service) bool { return v.decided(s) && !v.asks(s) })
	if length > answerBytes {
		v.add("services", "an answer could need ", strconv.Itoa(length), " bytes in the cookie ", catalogue.AnswerCookie, ", ", strconv.Itoa(answerBytes),
			" at most; shorten the ids of categories and services, or make one service of those that visitors will decide alike")
	}
}

// longest is the length of the longest list of some of the services that are
// meant, with the key before it. 0 where none is meant.
func (v *validator) longest(key string, meant func(*catalogue.Service) bool) int {
	length := 0
	for i := range v.c.Categories {
		category := &v.c.Categories[i]
		services, bytes, shortest := 0, 0, 0
		for j := range v.c.Services {
			service := &v.c.Services[j]
			if service.Category != category.ID || !meant(service) {
				continue
			}
			name := len("+") + len(category.ID) + len(".") + len(service.ID)
			if services++; services == 1 || name < shortest {
				shortest = name
			}
			bytes += name
		}
		switch services {
		case 0:
			continue
		case 1:
			bytes = len("+") + len(category.ID) // all or nothing: the category alone is written
		default:
			// Leaving out the shortest leaves the longest list; the whole
			// category is shorter than any list of its services.
			bytes -= shortest
		}
		length += bytes
	}
	if length == 0 {
		return 0
	}
	return len(key) + length - len("+") // none before the first
}

// id checks an ID and reports whether it can be referred to.
func (v *validator) id(path, label string, id catalogue.ID) bool {
	if fault := idFault(id); fault != "" {
		v.add(path+".id", label, ": ", fault)
		return false
	}
	return true
}

// idFault says what is wrong with an ID, or "" where nothing is.
func idFault(id catalogue.ID) string {
	switch {
	case id == "":
		return "the id is missing"
	case reserved[string(id)]:
		return "the id " + quote(string(id)) + " is reserved by JavaScript"
	case len(id) > idBytes:
		return "the id " + tooLong(len(id), idBytes)
	case !isLower(id[0]):
		return "the id " + quote(string(id)) + " must start with a lower-case letter"
	}
	for i := 0; i < len(id); i++ {
		if c := id[i]; !isLower(c) && !isDigit(c) && c != '-' {
			return "the id " + quote(string(id)) + " may only contain lower-case letters without accents, digits and hyphens"
		}
	}
	return ""
}

// wellFormed reports whether the tag has the form language-Script-REGION in
// the usual case (RFC 5646, section 2.1.1); script and region may be missing.
func wellFormed(l catalogue.Language) bool {
	parts := strings.Split(string(l), "-")
	all := func(s string, in func(byte) bool) bool {
		for i := 0; i < len(s); i++ {
			if !in(s[i]) {
				return false
			}
		}
		return true
	}
	if n := len(parts[0]); n < 2 || n > 3 || !all(parts[0], isLower) {
		return false
	}
	parts = parts[1:]
	if len(parts) > 0 && len(parts[0]) == 4 && isUpper(parts[0][0]) && all(parts[0][1:], isLower) {
		parts = parts[1:]
	}
	if len(parts) > 0 && (len(parts[0]) == 2 && all(parts[0], isUpper) || len(parts[0]) == 3 && all(parts[0], isDigit)) {
		parts = parts[1:]
	}
	return len(parts) == 0
}

// isDay reports whether s is a day of the calendar written YYYY-MM-DD.
func isDay(s string) bool {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return false
	}
	year, errYear := strconv.ParseUint(s[:4], 10, 32)
	month, errMonth := strconv.ParseUint(s[5:7], 10, 32)
	day, errDay := strconv.ParseUint(s[8:], 10, 32)
	if errYear != nil || errMonth != nil || errDay != nil || month < 1 || month > 12 {
		return false
	}
	days := [...]uint64{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days = 29
	}
	return 1 <= day && day <= days
}

// at is the path of an element of a list.
func at(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}

// label names an entry in messages: by its ID, or by its path where it has none.
func label(what string, id catalogue.ID, path string) string {
	if id == "" {
		return path
	}
	return what + " " + quote(string(id))
}
