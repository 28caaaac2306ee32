package peers

import (
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

//go:embed tarteaucitron-services.yaml
var tacServicesFile []byte

// A tacKnown is a service that tarteaucitron knows by itself.
type tacKnown struct {
	Type    string            // one of its nine
	Name    string            // as it shows it
	Policy  string            // an address; "" where none is known
	Free    bool              // it runs without asking
	Exempt  bool              // it only counts visits anonymously
	Cookies []string          // Charte's patterns of the cookies that it erases
	Ours    string            // the same service of the library; "" where there is none
	User    map[string]string // settings in tarteaucitron.user, and the library's parameters for them; "" where there is none
	Classes []string          // of elements
	Signals []string          // as catalogue.Signals has them
}

// tacKnowns are the services that tarteaucitron knows, by key.
var tacKnowns = sync.OnceValue(func() map[string]tacKnown {
	known := map[string]tacKnown{}
	if err := yaml.UnmarshalWithOptions(tacServicesFile, &known, yaml.Strict()); err != nil {
		panic("tarteaucitron-services.yaml: " + err.Error()) // it is a part of the program, and a test reads it
	}
	return known
})

// tacClasses are the keys of services, by the classes of elements in whose place they put something.
var tacClasses = sync.OnceValue(func() map[string]string {
	classes := map[string]string{}
	for key, known := range tacKnowns() {
		for _, class := range known.Classes {
			classes[class] = key
		}
	}
	return classes
})

// tacTypes are tarteaucitron's types of services, in the order of the catalogue's categories. A site
// cannot add one.
var tacTypes = []struct{ id, fr, en string }{
	{"analytic", "Mesure d'audience", "Statistics"},
	{"video", "Vidéos et sons", "Videos and sounds"},
	{"social", "Réseaux sociaux", "Social networks"},
	{"api", "Fonctions fournies par des tiers", "Features from third parties"},
	{"comment", "Commentaires", "Comments"},
	{"support", "Assistance", "Support"},
	{"ads", "Publicité", "Advertising"},
	{"other", "Autres services", "Other services"},
	{"google", "Mode Consentement de Google", "Google's consent mode"},
}

// jobs reads the services that are pushed.
func (r *tacReading) jobs(s plan.Setting) {
	for _, job := range s.Items() {
		key := job.Text()
		switch _, known := tacKnowns()[key]; {
		case !job.Is(told.Text) || key == "" || bare(key) != key:
			job.Dropped(computedInPage + " Add this service to the catalogue by hand.")
		case known || r.own.Get(key).There():
			if s := r.service(key, job); s.Exempt && !r.own.Get(key).There() {
				job.Changed("services["+key+"].exempt", "tarteaucitron runs it without asking, as anonymous statistics may. In the catalogue it is exempt, and visitors can object: see that the conditions hold.")
				continue
			}
			job.Mapped("services[" + key + "]")
		default:
			r.service(key, job)
			job.Changed("services["+key+"]", "Neither tarteaucitron's own list, as far as it is known here, nor what was read declares this service. Say what it is.")
		}
	}
	if len(s.Items()) == 0 {
		s.Mapped("services")
	}
}

// elements reads the elements in whose place tarteaucitron puts something.
func (r *tacReading) elements(s plan.Setting) {
	for _, element := range s.Items() {
		class, address, _ := strings.Cut(element.Text(), " ")
		key := tacClasses()[class]
		pushed := r.find(key) != nil
		service := r.service(key, element)
		if at, err := url.Parse(address); err == nil && isHost(at.Hostname()) && !slices.Contains(service.Hosts, at.Hostname()) {
			service.Hosts = append(service.Hosts, at.Hostname())
		}
		if pushed {
			element.Mapped("services[" + key + "]")
		} else {
			element.Changed("services["+key+"]", "A page has a place for this service, but nothing that was read pushes its key. Leave the service out if it is not used.")
		}
	}
}

// find returns a service that was added, or nil.
func (r *tacReading) find(key string) *plan.Service {
	for i := range r.p.Services {
		if r.p.Services[i].ID == key {
			return &r.p.Services[i]
		}
	}
	return nil
}

// service returns the service of a key, and adds it if need be. by is what names it first.
func (r *tacReading) service(key string, by plan.Setting) *plan.Service {
	if s := r.find(key); s != nil {
		return s
	}
	known, ok := tacKnowns()[key]
	s := plan.Service{ID: key, Library: key, Category: known.Type, PolicyURL: known.Policy, Path: by.Path()}
	switch {
	case !ok:
		s.Library, s.Category = "", "other"
	case known.Ours == "":
		s.Known = plan.None
	default:
		s.Known = known.Ours
	}
	if known.Name != "" {
		s.Name = plan.Texts{"": known.Name}
	}
	for _, name := range known.Cookies {
		s.Cookies = append(s.Cookies, plan.Cookie{Name: name, Source: name, Path: by.Path()})
	}
	r.signals(&s, known.Signals)
	declared := r.own.Get(key)
	if declared.There() {
		s.Path = declared.Path()
		r.declared(&s, declared)
	}
	if known.Free && !declared.Get("needConsent").There() && !r.always {
		r.free(&s, by, known)
	}
	if r.preTicked && !s.Exempt {
		s.On = true
	}
	r.p.Services = append(r.p.Services, s)
	return &r.p.Services[len(r.p.Services)-1]
}

// free notes that tarteaucitron runs a service without asking. Its statistics are those that are
// anonymous.
func (r *tacReading) free(s *plan.Service, by plan.Setting, known tacKnown) {
	if known.Exempt {
		s.Exempt = true
		return
	}
	s.On = true
	by.Mistaken(plan.NotAsked, fmt.Sprintf("tarteaucitron runs %s without asking. In the catalogue it waits for an answer.", s.ID))
}

// signals notes what a service tells to vendors, where the consent modes are not off.
func (r *tacReading) signals(s *plan.Service, signals []string) {
	mode := r.init.Get("googleConsentMode")
	if len(signals) > 0 && strings.HasPrefix(signals[0], "microsoft-") {
		mode = r.init.Get("bingConsentMode")
	}
	if !mode.False() {
		s.Signals = append(s.Signals, signals...)
	}
}

// declared reads a service that the site declares itself, or what it changes of one that tarteaucitron
// knows.
func (r *tacReading) declared(s *plan.Service, d plan.Setting) {
	to := "services[" + s.ID + "]"
	if key := d.Get("key"); key.Text() == s.ID {
		key.Mapped(to)
	} else {
		key.Changed(to, "It differs from the name under which the service is declared, and which is pushed. The catalogue has the latter.")
	}
	if name := d.Get("name"); name.There() {
		if text, _, ok := wording(name, to+".name"); ok {
			s.Name = plan.Texts{r.language: text}
		}
	}
	r.kind(s, d.Get("type"))
	r.asks(s, d)
	for _, part := range []string{"uri", "readmoreLink"} {
		switch link := d.Get(part); {
		case link.Text() == "" || bare(link.Text()) != strings.TrimSpace(link.Text()):
			link.Dropped("It is empty, or worked out in the page. The catalogue names the provider's policy.")
		case part == "uri" || s.PolicyURL == "":
			s.PolicyURL = link.Text()
			link.Mapped(to + ".provider.policyURL")
		default:
			link.Dropped("The catalogue has one address for a provider: that of its policy.")
		}
	}
	r.cookies(s, d.Get("cookies"))
	for _, part := range []string{"js", "fallback"} {
		d.Get(part).Dropped("Code is not taken over. Put the service's own tag into the pages, marked with data-service.")
	}
	d.Rest("tarteaucitron documents no such property of a service.")
}

// kind reads the type of a declared service.
func (r *tacReading) kind(s *plan.Service, kind plan.Setting) {
	to := "services[" + s.ID + "].category"
	known := slices.ContainsFunc(tacTypes, func(t struct{ id, fr, en string }) bool { return t.id == kind.Text() })
	switch {
	case !kind.There():
	case known:
		s.Category = kind.Text()
		kind.Mapped(to)
	default:
		kind.Changed(to, "tarteaucitron has no such type, and does not show services of one. The catalogue has the service under “other”.")
	}
}

// asks reads whether a declared service waits for consent.
func (r *tacReading) asks(s *plan.Service, d plan.Setting) {
	to := "services[" + s.ID + "]"
	needs, safe, state := d.Get("needConsent"), d.Get("safeanalytic"), d.Get("defaultState")
	_, known := tacKnowns()[s.Library]
	switch {
	case !needs.There() && (known || r.always || !d.Is(told.Map)):
	case !needs.There():
		s.On = true
		d.Mistaken(plan.NotAsked, "This service does not say “needConsent: true”, so it runs without asking. In the catalogue it waits for an answer. If the site does not work without it, move it to a necessary category.")
	case needs.False() && r.always:
		needs.Mapped(to)
	case !needs.False() && !needs.Is(told.Null) && !(needs.Is(told.Number) && needs.Value().Number == 0):
		needs.Mapped(to)
	case safe.True():
		s.Exempt = true
		needs.Changed(to+".exempt", "It runs without asking, as anonymous statistics may. In the catalogue it is exempt, and visitors can object: see that the conditions hold.")
	default:
		s.On = true
		needs.Mistaken(plan.NotAsked, "This service runs without asking. In the catalogue it waits for an answer. If it only counts visits anonymously, say “exempt: true” there; if the site does not work without it, move it to a necessary category.")
		needs.Changed(to, "It ran without asking, and now waits for an answer.")
	}
	if s.Exempt {
		safe.Mapped(to + ".exempt")
	} else {
		safe.Dropped("The catalogue says “exempt” of anonymous statistics that run without asking.")
	}
	switch {
	case state.True():
		s.On = true
		state.Mistaken(plan.PreTicked, "This service is on before anybody has answered. In the catalogue it waits for an answer.")
		state.Dropped("Charte turns nothing on before an answer.")
	default:
		state.Dropped("In Charte, what is not accepted is refused.")
	}
}

// cookies reads the cookies of a declared service.
func (r *tacReading) cookies(s *plan.Service, list plan.Setting) {
	if !list.There() {
		return
	}
	s.Cookies = nil
	to := "services[" + s.ID + "].cookies"
	if !list.Is(told.List) {
		list.Dropped(computedInPage + " Write the cookies' names into the catalogue.")
		return
	}
	for _, item := range list.Items() {
		names, source, why := cookieNames(item.Value())
		for _, name := range names {
			s.Cookies = append(s.Cookies, plan.Cookie{Name: name, Source: source, Path: item.Path()})
		}
		if len(names) == 0 && source != "" {
			s.Cookies = append(s.Cookies, plan.Cookie{Source: source, Path: item.Path()})
		}
		if why != "" {
			item.Changed(to, why)
			continue
		}
		item.Mapped(to)
	}
	if len(list.Items()) == 0 {
		list.Mapped(to)
	}
}

// undeclared reads the services that the site declares and that nothing pushes.
func (r *tacReading) undeclared() {
	names, services := r.own.Fields()
	for i, key := range names {
		if r.find(key) != nil {
			continue
		}
		_, known := tacKnowns()[key]
		switch {
		case known && !services[i].Get("js").There():
			services[i].Dropped("It changes a service that tarteaucitron knows, and that nothing here pushes.")
		case !services[i].Is(told.Map):
			services[i].Dropped(computedInPage + " Add this service to the catalogue by hand.")
		default:
			r.service(key, services[i])
			services[i].Changed("services["+key+"]", "It is declared, but nothing that was read pushes its key. Leave the service out if it is not used.")
		}
	}
}

// user reads the settings of services.
func (r *tacReading) user(s plan.Setting) {
	names, settings := s.Fields()
	for i, name := range names {
		r.setting(name, settings[i])
	}
}

// setting reads a setting of a service.
func (r *tacReading) setting(name string, s plan.Setting) {
	var of *plan.Service
	takers := tacTakers(name)
	for _, key := range takers {
		if found := r.find(key); found != nil {
			of = found
			break
		}
	}
	switch {
	case name == "bypass":
		if s.True() {
			s.Mistaken(plan.NotAsked, "Visitors from outside the European Union are taken to have accepted everything. The catalogue asks everybody.")
		}
		s.Dropped("Charte asks everybody, wherever they are.")
	case s.Is(told.Function):
		s.Dropped(codeStays)
	case len(takers) == 0:
		s.Dropped("No service that tarteaucitron knows takes this setting. If one of yours does, put the value into its tag.")
	case of == nil:
		s.Dropped("It is a setting of " + takers[0] + ", which nothing that was read pushes.")
	default:
		r.parameter(of, name, s)
	}
}

// parameter reads a setting of a service that is used.
func (r *tacReading) parameter(of *plan.Service, name string, s plan.Setting) {
	known := tacKnowns()[of.Library]
	to, parameter := "services["+of.ID+"].with."+known.User[name], known.User[name]
	value, why := tacValue(s)
	if parameter == "" && known.Ours != "" {
		s.Dropped("The library's " + known.Ours + " has no parameter for it. Change its tag if you need it.")
		return
	}
	if parameter == "" {
		to, parameter = "services["+of.ID+"]", name
		why = strings.TrimSpace(why + " Charte has no tag for this service: put the value into the tag that you write.")
	} else {
		fixed, note := tacParameter(known.Ours, parameter, value)
		value, why = fixed, strings.TrimSpace(why+" "+note)
	}
	switch {
	case value == "":
		s.Dropped(strings.TrimSpace(why + " Write the value under “with” in the catalogue."))
		return
	case why != "":
		s.Changed(to, why)
	default:
		s.Mapped(to)
	}
	if of.Settings == nil {
		of.Settings = map[string]string{}
	}
	of.Settings[parameter] = value
}

// tacTakers are the keys of the services that take a setting, in the order of the alphabet.
func tacTakers(name string) []string {
	var keys []string
	for key, known := range tacKnowns() {
		if _, takes := known.User[name]; takes {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// tacValue is the value of a setting as a parameter of the library, or "". why says what is lost.
func tacValue(s plan.Setting) (value, why string) {
	v := s.Value()
	switch v.Kind {
	case told.Number:
		return strconv.FormatFloat(v.Number, 'f', -1, 64), ""
	case told.Bool:
		return strconv.FormatBool(v.Bool), ""
	case told.Text:
		if bare(v.Text) != strings.TrimSpace(v.Text) {
			return "", "A template fills this in."
		}
		return strings.TrimSpace(v.Text), ""
	case told.List:
		if len(v.Items) > 0 && (v.Items[0].Kind == told.Text || v.Items[0].Kind == told.Number) {
			value, why = tacValue(s.Items()[0])
			if len(v.Items) > 1 {
				why = strings.TrimSpace(why + " Only the first one is taken over. Repeat the tag in the pages for the others.")
			}
			return value, why
		}
	}
	return "", "It is no text and no number that can be read."
}

// tacParameter is a value as the library's parameter has it, and what was changed of it.
func tacParameter(ours, parameter, value string) (fixed, why string) {
	switch {
	case value == "":
		return "", ""
	case ours == "google-analytics" && strings.HasPrefix(strings.ToUpper(value), "UA-"):
		return "", "It is an id of Universal Analytics, which collects nothing any more. Google Analytics 4 has an id that begins with G-."
	case ours == "google-analytics" && parameter == "measurement" && !strings.HasPrefix(strings.ToUpper(value), "G-"):
		return "", "“" + value + "” is no id of Google Analytics 4, which begins with G-. If it is another Google service's, such as an advertisement's, add that service to the catalogue."
	case ours == "google-ads" && strings.Trim(value, "0123456789") == "":
		return "AW-" + value, "The library's tag has AW- before the number."
	case ours == "posthog" && parameter == "region":
		for _, region := range []string{"eu", "us"} {
			if strings.Contains(value, "//"+region+".") {
				return region, "The library's tag has the region only."
			}
		}
		return "", "PostHog has a region, eu or us, and this address says neither."
	case parameter == "host":
		return tacHost(value)
	}
	return value, ""
}

// tacHost is the host of an address, or of a host.
func tacHost(value string) (host, why string) {
	at, err := url.Parse(value)
	if err == nil && at.Host == "" && !strings.Contains(value, "://") {
		at, err = url.Parse("//" + value)
	}
	switch {
	case err != nil || !isHost(at.Hostname()):
		return "", "It is no address of a server on the web."
	case strings.Trim(at.Path, "/") != "":
		return at.Hostname(), "The library's tag has a host only, without " + at.Path + ": change the tag, where the server does not answer at its root."
	case at.Hostname() != value:
		return at.Hostname(), "The library's tag has the host only."
	}
	return value, ""
}
