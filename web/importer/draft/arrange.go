package draft

import (
	"cmp"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/web/importer/draft/recognise"
	"charte/web/importer/plan"
)

// A category is one of the catalogue. Its id is not always that of the source.
type category struct {
	plan.Category
	id    string
	added bool // since the source has none for what belongs into it
}

// A service is one of the catalogue. Its id is not always that of the source.
type service struct {
	plan.Service
	id       string
	entry    *services.Entry // nil where it is not known
	category *category       // nil where a person has to choose
	provider string          // of what is not known
	exempt   bool
	unasked  bool     // in the source
	without  []string // its cookies that another service declares
	why      string   // it is in another category than in the source, or ""
}

// A provider is one of the catalogue.
type provider struct {
	id, name, policy, of string // of is the service whose provider it is
	firstParty           bool
}

// arrange gives categories, services and providers their ids, and services their categories.
func (d *drafter) arrange() {
	if d.short {
		d.note(plan.Changed, "", "services", "There are so many services that one answer could not name them all, so their ids are short. Tags name the new ones.")
	}
	d.ids, d.aliases = d.besideIDs(), map[string]*service{}
	d.answerID = d.ids.give("cookie-choice", "")
	for _, c := range d.plan.Categories {
		id := d.ids.give(c.ID, "category")
		if id != c.ID {
			d.note(plan.Changed, c.Path, "categories."+id, "The category “%s” is “%s” in the catalogue, since an id has small letters, digits and hyphens, and is given once. Tags name the new one.", c.ID, id)
		}
		d.categories = append(d.categories, &category{Category: c, id: id})
	}
	d.necessary()
	parties := ids{"site": true}
	d.providers = []*provider{{id: "site", name: d.plan.Site.Controller, firstParty: true}}
	for _, entry := range d.options.Known {
		if p := entry.Provider; p.ID != "" {
			parties[string(p.ID)] = true
		}
	}
	for _, id := range d.options.Taken {
		parties[id] = true
	}
	if d.options.Beside != nil {
		d.besideProviders(parties)
	}
	for _, of := range d.plan.Services {
		s := &service{Service: of, entry: recognise.Service(of, d.options.Known)}
		if d.merged(s) {
			continue
		}
		again := d.twice(s.entry)
		if again {
			s.id = d.named(s.ID)
		} else {
			s.id = d.named(d.naming(s))
		}
		if s.id != of.ID && !made(of) && !d.short {
			d.note(plan.Changed, of.Path, "services."+s.id, "The service “%s” is “%s” in the catalogue, since an id has small letters, digits and hyphens, and is given once. Tags name the new one.", of.ID, s.id)
		}
		d.place(s)
		if again { // it is still one that needs consent, so it keeps its place
			s.entry, s.exempt = nil, false
		}
		if s.entry == nil {
			d.provide(s, parties)
		}
		d.services = append(d.services, s)
	}
}

// besideProviders takes the providers of the catalogue beside the draft. The site's own takes the place of
// the draft's.
func (d *drafter) besideProviders(parties ids) {
	d.others = nil
	own := ""
	for _, p := range d.options.Beside.Providers {
		parties[string(p.ID)] = true
		// Those of the catalogue that it extends come first, and are somebody else.
		if p.FirstParty && (own == "" || p.Name == d.options.Beside.Site.Controller) {
			own = string(p.ID)
		} else if !p.FirstParty {
			d.others = append(d.others, &provider{id: string(p.ID), name: p.Name, policy: p.PolicyURL})
		}
	}
	if own != "" {
		d.providers[0].id = own
	}
}

// made reports whether the source has no such service: a peer's reader has made it, for cookies that the
// source has in a category, and in none of its services. It has no name that tags could say.
func made(s plan.Service) bool { return s.ID == s.Category+"-cookies" }

// named gives a service its id.
func (d *drafter) named(from string) string {
	if !d.short {
		return d.ids.give(from, "service")
	}
	const bytes = 3
	id := slug(from, "service")
	return d.ids.give(id[:min(bytes, len(id))], "s")
}

// naming is what a service's id is made of: the source's id, or, where it has none, that of the known
// service, unless another one is called so.
func (d *drafter) naming(s *service) string {
	if s.entry == nil || !made(s.Service) || slices.ContainsFunc(d.plan.Services, func(other plan.Service) bool { return slug(other.ID, "service") == string(s.entry.ID) }) {
		return s.ID
	}
	return string(s.entry.ID)
}

// merged puts a service that a peer's reader has made to another of its category, if both are the same
// known one.
func (d *drafter) merged(s *service) bool {
	if s.entry == nil || len(s.Name) > 0 || !made(s.Service) {
		return false
	}
	for _, other := range d.services {
		if other.entry == s.entry && other.Category == s.Category && len(other.Name) > 0 {
			other.Cookies = slices.Concat(other.Cookies, s.Cookies)
			d.aliases[s.ID] = other
			d.note(plan.Changed, s.Path, "services."+other.id, "These are cookies of %s, so the catalogue has them in its service “%s”.", s.entry.Name, other.id)
			return true
		}
	}
	return false
}

// twice reports whether a known service is there already, and has cookies whose names only the owner
// knows. Which of them belong to the other cannot be said then.
func (d *drafter) twice(entry *services.Entry) bool {
	return entry != nil && slices.ContainsFunc(d.services, func(s *service) bool { return s.entry == entry }) &&
		slices.ContainsFunc(entry.Newest().Service.Cookies, func(c catalogue.Cookie) bool { return len(services.Named(c.Name)) > 0 })
}

// necessary returns the first category that nobody is asked for. The visitor's answer belongs to one,
// so one is added where the source has none.
func (d *drafter) necessary() *category {
	for _, c := range d.categories {
		if c.Necessary {
			return c
		}
	}
	c := d.adds("necessary")
	d.categories = append([]*category{c}, d.categories...)
	return c
}

// adds makes a category of the default catalogue's.
func (d *drafter) adds(id catalogue.ID) *category {
	c := &category{added: true, id: d.ids.give(string(id), "category"), Category: plan.Category{ID: string(id)}}
	for _, own := range d.base.Categories {
		if own.ID == id {
			c.Necessary, c.Name, c.Description = own.Necessary, texts(own.Name), texts(own.Description)
		}
	}
	return c
}

// place chooses a service's category. What is not known stays where the source has it. A known service
// that needs consent is asked for, even if the source lets nobody refuse it.
func (d *drafter) place(s *service) {
	var own *category
	for _, c := range d.categories {
		if !c.added && c.ID == s.Category && own == nil {
			own = c
		}
	}
	necessary := s.Service.Necessary || own != nil && own.Necessary
	s.unasked = necessary || s.Exempt
	switch {
	case !necessary:
		s.category, s.exempt = own, s.Exempt
	case s.entry == nil:
		if s.category = own; own == nil || !own.Necessary {
			s.category = d.necessary()
			s.why = "Nobody can refuse it, so it is among what is necessary."
			d.note(plan.Changed, s.Path, "services."+s.id, "%s", s.why)
		}
		return
	case own != nil && !own.Necessary:
		s.category = own
	}
	if s.category == nil && s.entry != nil {
		s.category = d.like(s.entry)
	}
	if necessary {
		s.exempt = s.entry.Newest().Exempt != nil
		s.why = "The source lets nobody refuse it. It needs consent, so visitors are asked here."
		if s.exempt {
			s.why = "The source lets nobody refuse it. It can do without consent under the settings below only, and visitors can object."
		}
		d.note(plan.Changed, s.Path, "services."+s.id, "%s", s.why)
	}
	if s.exempt && s.entry != nil && s.entry.Newest().Exempt == nil {
		s.exempt = false
		s.why = "The source asks nobody about it. It needs consent, so visitors are asked here."
		d.note(plan.Changed, s.Path, "services."+s.id, "%s", s.why)
	}
}

// purposes are words in the ids of categories, by the kind of known services that belong into one.
var purposes = map[services.Kind][]string{
	"exempt":      {"analy", "stat", "measure", "mesure", "audience", "performance"},
	"statistics":  {"analy", "stat", "measure", "mesure", "audience", "performance"},
	"ads":         recognise.Advertising,
	"embed":       {"media", "video", "embed", "social", "third", "extern", "tiers"},
	"support":     {"support", "chat", "function", "fonction", "third"},
	"third-party": {"third", "function", "fonction", "extern", "tiers", "api"},
}

// Alike reports whether the ids of two categories say that the same kind of services belong into them, as
// "analytics" and "statistics" do.
func Alike(a, b string) bool {
	begins := func(id string, words []string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(strings.ToLower(id), word) })
	}
	for _, words := range purposes {
		if begins(a, words) && begins(b, words) {
			return true
		}
	}
	return false
}

// like returns the category that asks and is most like what a known service belongs to. One of the
// default catalogue is added where the source has none.
func (d *drafter) like(entry *services.Entry) *category {
	for _, word := range purposes[entry.Kind] {
		for _, c := range d.categories {
			if !c.Necessary && strings.HasPrefix(strings.ToLower(c.ID), word) {
				return c
			}
		}
	}
	of := entry.Newest().Service.Category
	for _, c := range d.categories {
		if c.added && c.ID == string(of) {
			return c
		}
	}
	c := d.adds(of)
	d.categories = append(d.categories, c)
	return c
}

// provide gives a service that is not known its provider.
func (d *drafter) provide(s *service, parties ids) {
	name := clean(s.Provider, false)
	if name == "" && s.PolicyURL == "" && (s.exempt || s.category != nil && s.category.Necessary) || d.isSite(name) {
		s.provider = d.providers[0].id
		return
	}
	named := func(p *provider) bool { return name != "" && strings.EqualFold(p.name, name) }
	if i := slices.IndexFunc(d.providers, named); i >= 0 {
		s.provider = d.providers[i].id
		return
	}
	if i := slices.IndexFunc(d.others, named); i >= 0 {
		s.provider = d.others[i].id
		d.providers = append(d.providers, d.others[i])
		return
	}
	p := &provider{name: name, policy: clean(s.PolicyURL, false), of: s.id}
	if party := d.facts.provider(name); party != nil {
		p.id, p.name, p.policy = string(party.ID), party.Name, cmp.Or(p.policy, party.PolicyURL)
	} else {
		p.id = parties.give(cmp.Or(name, s.id), "provider")
	}
	d.providers = append(d.providers, p)
	s.provider = p.id
}

// isSite reports whether a provider's name is the site's own domain, or a host below it.
func (d *drafter) isSite(name string) bool {
	bare := func(host string) string { return strings.TrimPrefix(strings.ToLower(clean(host, false)), ".") }
	own := bare(d.plan.Site.CookieDomain)
	return own != "" && (bare(name) == own || strings.HasSuffix(bare(name), "."+own))
}
