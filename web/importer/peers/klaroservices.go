package peers

import (
	"regexp"
	"slices"
	"strings"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// An appReading is a configuration of Klaro, or of Orejime, which began as Klaro, while it is read.
type appReading struct {
	*reading
	apps map[string]bool // the services that were read, by ID
	// What the configuration says of services that do not say it themselves.
	on, required, optOut bool
	tookOn, tookOptOut   bool // whether a service that can be refused took it over
}

func newAppReading(p *plan.Plan, s plan.Setting) *appReading {
	return &appReading{
		reading: newReading(p), apps: map[string]bool{},
		on: holds(s.Get("default")), required: holds(s.Get("required")), optOut: holds(s.Get("optOut")),
	}
}

// An appShape is how a banner calls what it says of a service.
type appShape struct {
	id, required, exempt, once string
	documents                  string // said of what the banner does not have
	at                         string // where it is in the catalogue, if it is no service there
	// defaultsLate is whether "default: false" counts only beside a setting of what is required, as in
	// Klaro's ConsentManager.getDefaultConsent.
	defaultsLate bool
}

var klaroService = appShape{id: "name", required: "required", once: "onlyOnce", defaultsLate: true, documents: "Klaro 0.7 documents no such setting of a service."}

const (
	pathOfCookie   = "Charte erases a cookie under the page's path and each path above it."
	domainOfCookie = "Charte erases a cookie under the page's host and each domain above it."
	noName         = "It has no name that can be read, so nobody can be asked for it. Declare it in a service of the catalogue."
)

// app reads a service, and returns it: nil if the catalogue has none of it. Its category is that of its first
// purpose, if it is in no other.
func (r *appReading) app(s plan.Setting, in plan.Category, shape appShape) *plan.Service {
	name := s.Get(shape.id)
	id := strings.TrimSpace(name.Text())
	switch {
	case !s.Is(told.Map):
		s.Dropped(computedInPage + " Declare the service in the catalogue.")
		return nil
	case id == "" || bare(id) != id:
		s.Dropped(noName)
		return nil
	case r.keepsAnswer(s):
		s.Dropped("It is this banner itself, with the cookie in which it keeps the answer. The catalogue has a service for Charte's own in its place.")
		return nil
	case r.apps[id]:
		s.Dropped("Another service of this name stands before it, and that one is in the catalogue.")
		return nil
	}
	category, others := in.ID, []string(nil)
	if all := textsOf(s.Get("purposes")); category == "" && len(all) > 0 {
		category, others = all[0], all[1:]
	}
	r.apps[id] = true
	service := r.add(category, plan.Service{ID: id, Others: others, Path: s.Path()})
	service.Necessary, service.On = false, false
	name.Mapped("services[" + id + "]")
	r.ofPurposes(s.Get("purposes"), service, in)
	r.flags(service, s, shape)
	r.appTexts(s, service, "")
	r.ownTranslations(s.Get("translations"), service)
	r.code(s, service)
	s.Get(shape.once).Dropped("Charte runs what a service needs once in a page.")
	s.Get("contextualConsentOnly").Dropped("Charte asks for it where it waits in the page, and in the settings with the others. “Accept all” accepts it too.")
	s.Get("vars").Dropped("They are filled into code, and code is not taken over.")
	r.listed(s.Get("cookies"), service)
	undocumented(s, shape.documents, shape.id, shape.required, shape.exempt, shape.once, "purposes", "title", "description", "translations", "callback", "onInit", "onAccept",
		"onDecline", "contextualConsentOnly", "vars", "cookies", "default", "optOut", "googleConsentMode")
	return service
}

// keepsAnswer reports whether a service stands for the banner itself: it has the cookie with the answer, and no
// other.
func (r *appReading) keepsAnswer(s plan.Setting) bool {
	cookies := s.Get("cookies").Items()
	for _, c := range cookies {
		if first := c.Items(); len(first) > 0 {
			c = first[0]
		}
		if r.answer == "" || c.Text() != r.answer {
			return false
		}
	}
	return len(cookies) > 0
}

// textsOf are the texts of a list, or a text alone.
func textsOf(s plan.Setting) []string {
	var all []string
	for _, item := range append(s.Items(), s) {
		if text := strings.TrimSpace(item.Text()); text != "" && bare(text) == text && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// purposes notes the categories: the first purpose of each service, in the banner's order.
func (r *appReading) purposes(services, order plan.Setting) {
	var ids []string
	for _, s := range services.Items() {
		if all := textsOf(s.Get("purposes")); len(all) > 0 && !r.keepsAnswer(s) && !slices.Contains(ids, all[0]) {
			ids = append(ids, all[0])
			r.p.Categories = append(r.p.Categories, plan.Category{ID: all[0], Path: s.Get("purposes").Path()})
		}
	}
	first := textsOf(order)
	place := func(c plan.Category) int {
		if i := slices.Index(first, c.ID); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(r.p.Categories, func(a, b plan.Category) int { return place(a) - place(b) })
	if len(first) > 0 {
		order.Mapped("categories")
	} else {
		order.Dropped("It is empty: the categories stand in the order of the services.")
	}
}

// ofPurposes says what becomes of a service's purposes.
func (r *appReading) ofPurposes(s plan.Setting, service *plan.Service, in plan.Category) {
	to := toServices(service, "category")
	items := s.Items()
	if len(items) == 0 {
		items = []plan.Setting{s}
	}
	for _, item := range items {
		text := strings.TrimSpace(item.Text())
		switch {
		case text == "" || bare(text) != text:
			item.Dropped("No purpose is named here. Choose the service's category in the catalogue.")
		case in.ID != "":
			item.Changed(to, "The service is in the category “"+in.ID+"”, and a service has one category in the catalogue.")
		case text == service.Category:
			item.Mapped(to)
		default:
			item.Changed(to, "A service has one category in the catalogue, which is its first purpose: “"+service.Category+"”.")
		}
	}
}

// flags reads whether a service is asked for, and whether it is on before the answer.
func (r *appReading) flags(service *plan.Service, s plan.Setting, shape appShape) {
	required, optOut, on := s.Get(shape.required), s.Get("optOut"), s.Get("default")
	exempt := plan.Setting{}
	if shape.exempt != "" {
		exempt = s.Get(shape.exempt)
	}
	for _, flag := range []plan.Setting{required, optOut, on, exempt} {
		if !known(flag) {
			flag.Dropped(computedInPage + " In the catalogue, visitors are asked for this service, and nothing is ticked in advance.")
		}
	}
	at, necessary := "services["+service.ID+"]", toServices(service, "category")
	if shape.at != "" {
		at, necessary = shape.at, shape.at+".necessary"
	}
	service.Necessary = or(required, r.required)
	service.Exempt = holds(exempt) && !service.Necessary
	said(required, necessary)
	said(exempt, toServices(service, "exempt"))
	asked := !service.Necessary && !service.Exempt
	inherits := missing(on) || shape.defaultsLate && known(on) && !holds(on) && missing(required)
	ticked := holds(on) || inherits && r.on
	service.On = asked && (ticked || or(optOut, r.optOut))
	r.tookOn = r.tookOn || asked && inherits && r.on
	r.tookOptOut = r.tookOptOut || asked && missing(optOut) && r.optOut
	if holds(optOut) && asked {
		optOut.Mistaken(plan.NotAsked, "“"+service.ID+"” runs before the visitor has answered. In the catalogue it waits for an answer.")
		optOut.Dropped("In Charte, what needs consent waits for an answer. If the service needs none, mark it as exempt in the catalogue.")
	} else {
		said(optOut, at)
	}
	if asked && !missing(on) && inherits && r.on {
		on.Mistaken(plan.PreTicked, "“"+service.ID+"” is ticked in advance in spite of this: Klaro 0.7 reads it only beside a setting of what is required. In the catalogue, nothing is ticked in advance.")
	}
	if holds(on) && asked {
		on.Mistaken(plan.PreTicked, "“"+service.ID+"” is ticked in advance. In the catalogue, nothing is: visitors tick what they accept.")
		on.Dropped("Charte ticks nothing in advance.")
	} else {
		said(on, at)
	}
}

// known reports whether a flag can be read: one that is worked out in the page cannot.
func known(s plan.Setting) bool {
	return s.Is(told.Bool) || s.Is(told.Null) || s.Is(told.Number) || s.Is(told.Text) && bare(s.Text()) == strings.TrimSpace(s.Text())
}

// holds reports whether a flag counts as true in JavaScript, in which "no" does.
func holds(s plan.Setting) bool {
	return known(s) && (s.True() || s.Text() != "" || s.Is(told.Number) && s.Value().Number != 0)
}

// said notes where a flag is in the catalogue, if it is known.
func said(s plan.Setting, to string) {
	switch {
	case !known(s):
	case s.Is(told.Bool):
		s.Mapped(to)
	case holds(s):
		s.Changed(to, "It is neither true nor false, and counts as true.")
	default:
		s.Changed(to, "It is neither true nor false, and counts as false.")
	}
}

// or is what a setting says, or else what holds for all services.
func or(s plan.Setting, all bool) bool {
	return holds(s) || all && missing(s)
}

// missing reports whether a setting is not there, or undefined.
func missing(s plan.Setting) bool { return !s.There() || s.Is(told.Null) }

// inherited says what becomes of what holds for all services.
func (r *appReading) inherited(s, services plan.Setting) {
	on, required, optOut := s.Get("default"), s.Get("required"), s.Get("optOut")
	if r.tookOn && missing(on) {
		services.Mistaken(plan.PreTicked, "The banner ticks in advance what does not say otherwise. In the catalogue, nothing is: visitors tick what they accept.")
	} else if r.tookOn {
		on.Mistaken(plan.PreTicked, "Services are ticked in advance unless they say otherwise. In the catalogue, nothing is: visitors tick what they accept.")
	}
	if r.tookOptOut {
		optOut.Mistaken(plan.NotAsked, "Services run before the visitor has answered unless they say otherwise. In the catalogue they wait for an answer.")
	}
	on.Dropped("Charte ticks nothing in advance.")
	optOut.Dropped("In Charte, what needs consent waits for an answer.")
	said(required, "services")
	if !known(required) {
		required.Dropped(computedInPage + " In the catalogue, visitors are asked for each service.")
	}
}

// necessaryCategories notes the categories of which nobody can refuse a service.
func (r *appReading) necessaryCategories() {
	for i := range r.p.Categories {
		c := &r.p.Categories[i]
		services, refusable := 0, 0
		for _, s := range r.p.Services {
			if s.Category == c.ID {
				services++
				if !s.Necessary {
					refusable++
				}
			}
		}
		c.Necessary = services > 0 && refusable == 0
	}
}

// Signals of Google's consent mode that code grants: "'ad_storage': 'granted'".
var granted = regexp.MustCompile(`\b((?:ad|analytics|functionality|personalization|security)_(?:storage|user_data|personalization))['"]?\s*:\s*['"]granted\b`)

// code reads the functions of a service, or what stands in texts in their place.
func (r *appReading) code(s plan.Setting, service *plan.Service) {
	for _, name := range []string{"callback", "onInit", "onAccept", "onDecline"} {
		code := s.Get(name)
		if code.Is(told.Null) {
			code.Dropped("It is empty.")
			continue
		}
		signals := granted.FindAllStringSubmatch(code.Value().Text, -1)
		if len(signals) == 0 || name == "onDecline" {
			code.Dropped(codeStays)
			continue
		}
		for _, match := range signals {
			if !slices.Contains(service.Signals, match[1]) {
				service.Signals = append(service.Signals, match[1])
			}
		}
		code.Changed(toServices(service, "signals"), "The code tells Google of the consent, which signals do in the catalogue. What else it does is not taken over.")
	}
}

// listed reads the cookies of a service: names, patterns, or lists of a pattern, a path and a domain.
func (r *appReading) listed(s plan.Setting, service *plan.Service) {
	switch items := s.Items(); {
	case !s.There():
	case s.Is(told.Text) || s.Is(told.Pattern):
		r.oneListed(s, service)
	case s.Is(told.List) && len(items) == 0 || s.Is(told.Null):
		s.Mapped(toServices(service, "cookies"))
	case !s.Is(told.List):
		s.Dropped(computedInPage + " Write the names of its cookies into the catalogue.")
	default:
		for _, item := range items {
			r.oneListed(item, service)
		}
	}
}

func (r *appReading) oneListed(s plan.Setting, service *plan.Service) {
	name, path, domain := s, plan.Setting{}, plan.Setting{}
	switch s.Value().Kind {
	case told.List:
		parts := append(s.Items(), plan.Setting{}, plan.Setting{}, plan.Setting{})
		name, path, domain = parts[0], parts[1], parts[2]
		for _, more := range parts[3:] {
			more.Dropped("A cookie of a list has a name, a path and a domain. The banner reads no further.")
		}
	case told.Map:
		name, path, domain = s.Get("pattern"), s.Get("path"), s.Get("domain")
		key := "pattern"
		if !name.There() {
			name, key = s.Get("name"), "name"
		}
		undocumented(s, "It is no part of a cookie to erase.", key, "path", "domain")
	}
	path.Dropped(pathOfCookie)
	domain.Dropped(domainOfCookie)
	value := name.Value()
	switch value.Kind {
	case told.Text:
		if strings.TrimSpace(value.Text) == "" {
			name.Dropped("The name is empty.")
			return
		}
		if strings.HasPrefix(value.Text, "^") {
			value.Kind = told.Pattern
		}
	case told.Pattern, told.Function, told.Opaque:
	default:
		if !name.There() {
			name = s
		}
		name.Dropped("It is no name of a cookie.")
		return
	}
	r.cookie(service, name, value, "", s.Path())
}

// elements takes the hosts of services out of the elements that the banner holds back. attribute is the
// one that names the service.
func (r *appReading) elements(t *told.Told, attribute string) {
	for _, e := range heldBack(t, attribute) {
		host := elementHost(e)
		for i := range r.p.Services {
			s := &r.p.Services[i]
			if s.ID == e.Attributes[attribute] && host != "" && !slices.Contains(s.Hosts, host) {
				s.Hosts = append(s.Hosts, host)
			}
		}
	}
}
