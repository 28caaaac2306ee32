// Package consent holds what a visitor answered: how the answer is written into
// the cookie cookies_preferences, how it is read again, and what it allows.
//
// It knows neither go-app nor a browser. Time comes in as an argument, except in
// request.go, which is for web servers. The browser's loader (web/bundle/loader)
// has the same rules in JavaScript. Tests hold both to testdata/vectors.json.
package consent

import (
	"slices"
	"strings"

	"charte/catalogue"
)

// A Policy is the part of a catalogue that answers depend on. The zero Policy
// asks nothing and allows nothing.
type Policy struct {
	// Revision is the catalogue's; an answer to another revision counts as
	// none.
	Revision   string     `json:"rev"`
	Categories []Category `json:"categories"`

	// Formerly is what earlier revisions asked for: see catalogue.Catalogue.
	Formerly map[string][]string `json:"formerly,omitempty"`
}

// A Category is a category of the catalogue.
type Category struct {
	ID        string    `json:"id"`
	Necessary bool      `json:"necessary,omitempty"` // granted to everybody, never asked
	Services  []Service `json:"services,omitempty"`
}

// A Service is a service of the catalogue.
type Service struct {
	ID   string `json:"id"`
	Asks bool   `json:"asks,omitempty"` // waits for consent; false also for exempt services

	// Cookies are its entries, names or families such as "_ga_*".
	Cookies []Entry `json:"cookies,omitempty"`
}

// An Entry is a cookie, a key of the page's storage, or a database.
type Entry struct {
	Name string         `json:"name"`
	Kind catalogue.Kind `json:"kind,omitempty"` // empty for cookies
}

// covers reports whether name is the entry or a member of its family.
func (e Entry) covers(name string) bool {
	return catalogue.Cookie{Name: e.Name}.Covers(name)
}

// PolicyOf returns the policy of a catalogue, seen in any of its languages.
func PolicyOf(v *catalogue.View) Policy {
	p := Policy{Revision: v.Revision, Formerly: v.Formerly}
	for _, c := range v.Categories {
		category := Category{ID: c.ID, Necessary: c.Necessary}
		for _, s := range c.Services {
			service := Service{ID: s.ID, Asks: s.Asks}
			for _, cookie := range s.Cookies {
				service.Cookies = append(service.Cookies, Entry{cookie.Name, cookie.Kind})
			}
			category.Services = append(category.Services, service)
		}
		p.Categories = append(p.Categories, category)
	}
	return p
}

// asks reports whether any service of the category waits for consent.
func (c Category) asks() bool {
	return slices.ContainsFunc(c.Services, func(s Service) bool { return s.Asks })
}

// exempts reports whether a service of the category runs without consent, until the
// visitor objects.
func (c Category) exempts(s Service) bool { return !c.Necessary && !s.Asks }

// Asks reports whether there is anything to ask a visitor.
func (p Policy) Asks() bool {
	return slices.ContainsFunc(p.Categories, Category.asks)
}

// AcceptAll is the decision of a visitor who accepts everything that asks, and objects
// to nothing.
func (p Policy) AcceptAll(on Day) Decision {
	return p.decide(on, func(Category, Service) bool { return true }, Decision{}.objects)
}

// RefuseAll is the decision of a visitor who refuses everything that asks, and objects
// to nothing.
func (p Policy) RefuseAll(on Day) Decision {
	return p.decide(on, func(Category, Service) bool { return false }, Decision{}.objects)
}

// Keeping returns d with the objections of before in place of its own. An answer to
// all that asks says nothing of exempt services, so objections to them stay.
func (d Decision) Keeping(before Decision) Decision {
	d.No = before.No
	return d
}

// Set returns the decision d with some choices changed. Each choice is a yes or a
// no to a category, to a service ("youtube" or "third-party.youtube"), or to the
// services that declare a cookie of that name. A category means its services that
// ask. A choice of a service wins over one of its category. A no to an exempt
// service is an objection. A service that was never answered stays refused.
//
// Set also returns the names that the policy does not know, sorted. They change
// nothing.
func (p Policy) Set(d Decision, choices map[string]bool, on Day) (Decision, []string) {
	chosen := map[string]bool{} // by service ID
	var unknown []string
	named := make([]string, 0, len(choices))
	for id := range choices {
		named = append(named, id)
	}
	slices.Sort(named)

	for _, id := range named {
		if i := p.category(id); i >= 0 {
			for _, s := range p.Categories[i].Services {
				if s.Asks {
					chosen[s.ID] = choices[id]
				}
			}
		}
	}
	for _, id := range named {
		if p.category(id) >= 0 {
			continue
		}
		services := p.services(id)
		if len(services) == 0 {
			unknown = append(unknown, id)
		}
		for _, s := range services {
			chosen[s.service.ID] = choices[id]
		}
	}
	return p.decide(on, func(c Category, s Service) bool {
		if yes, named := chosen[s.ID]; named {
			return yes
		}
		return d.grants(c, s)
	}, func(c Category, s Service) bool {
		if yes, named := chosen[s.ID]; named {
			return !yes
		}
		return d.objects(c, s)
	}), unknown
}

// Rebase moves a draft onto a decision that was made meanwhile, for example in another tab.
// The draft started out as the decision began. Choices in which draft and began differ stay
// as in draft. All others are as in onto. The result is dated 0, as drafts are.
func (p Policy) Rebase(draft, began, onto Decision) Decision {
	pick := func(of func(Decision, Category, Service) bool) func(Category, Service) bool {
		return func(c Category, s Service) bool {
			if chosen := of(draft, c, s); chosen != of(began, c, s) {
				return chosen
			}
			return of(onto, c, s)
		}
	}
	return p.decide(0, pick(Decision.grants), pick(Decision.objects))
}

// Allows reports whether what id names may run. A category may when it is
// necessary, or has services and all of them may. A service is named "youtube" or
// "third-party.youtube". A cookie's name may when every service that declares it
// may. What is not declared is not allowed.
func (p Policy) Allows(d Decision, id string) bool {
	if i := p.category(id); i >= 0 {
		c := p.Categories[i]
		if c.Necessary {
			return true
		}
		return len(c.Services) > 0 && !slices.ContainsFunc(c.Services, func(s Service) bool { return !d.allows(c, s) })
	}
	found := p.services(id)
	return len(found) > 0 && !slices.ContainsFunc(found, func(at located) bool { return !d.allows(at.category, at.service) })
}

// Refused lists the categories and services that ask and are not granted in
// full, or are exempt and objected to, as IDs in the order of the catalogue.
func (p Policy) Refused(d Decision) []string { return p.list(d, false) }

// Granted lists the categories and services that ask and are granted, as IDs in the
// order of the catalogue. Exempt services are not listed, since nobody was asked for them.
func (p Policy) Granted(d Decision) []string { return p.list(d, true) }

// list is Granted, or Refused if granted is false.
func (p Policy) list(d Decision, granted bool) []string {
	ids := []string{}
	for _, c := range p.Categories {
		var services []string
		listed := false // whether the category is one that asks, or that is objected to
		for _, s := range c.Services {
			allowed := d.allows(c, s)
			if !s.Asks && allowed {
				continue
			}
			listed = true
			if allowed == granted {
				services = append(services, s.ID)
			}
		}
		if listed && p.Allows(d, c.ID) == granted {
			ids = append(ids, c.ID)
		}
		ids = append(ids, services...)
	}
	return ids
}

// decide composes a decision. yes reports whether a service that asks is granted,
// and no whether an exempt service is objected to.
func (p Policy) decide(on Day, yes, no func(Category, Service) bool) Decision {
	d := Decision{Answered: true, On: on, Revision: p.Revision}
	d.Yes = p.names(func(_ Category, s Service) bool { return s.Asks }, yes)
	d.No = p.names(Category.exempts, no)
	return d
}

// names lists, sorted, the services that are both meant and chosen. Each is written
// "category.service". A category stands for its services where all of them that are
// meant are chosen.
func (p Policy) names(meant, chosen func(Category, Service) bool) []string {
	var names []string
	for _, c := range p.Categories {
		var own []string
		all := 0
		for _, s := range c.Services {
			if !meant(c, s) {
				continue
			}
			all++
			if chosen(c, s) {
				own = append(own, c.ID+"."+s.ID)
			}
		}
		if all > 0 && len(own) == all {
			own = []string{c.ID}
		}
		names = append(names, own...)
	}
	slices.Sort(names)
	return names
}

// category returns the index of the category with this ID, or -1.
func (p Policy) category(id string) int {
	return slices.IndexFunc(p.Categories, func(c Category) bool { return c.ID == id })
}

type located struct {
	category Category
	service  Service
}

// services returns the services that id names: one by its ID, or those that
// declare a cookie of this name.
func (p Policy) services(id string) []located {
	var byCookie []located
	for _, c := range p.Categories {
		for _, s := range c.Services {
			if id == s.ID || id == c.ID+"."+s.ID {
				return []located{{c, s}}
			}
			if slices.ContainsFunc(s.Cookies, func(e Entry) bool { return e.covers(id) }) {
				byCookie = append(byCookie, located{c, s})
			}
		}
	}
	return byCookie
}

// grants reports whether d says yes to a service.
func (d Decision) grants(c Category, s Service) bool {
	return d.Answered && (slices.Contains(d.Yes, c.ID) || slices.Contains(d.Yes, c.ID+"."+s.ID))
}

// objects reports whether d says no to a service that is exempt.
func (d Decision) objects(c Category, s Service) bool {
	return c.exempts(s) && (slices.Contains(d.No, c.ID) || slices.Contains(d.No, c.ID+"."+s.ID))
}

// allows reports whether a service may run: d grants it, or it does not ask and d
// does not object.
func (d Decision) allows(c Category, s Service) bool {
	if s.Asks {
		return d.grants(c, s)
	}
	return !d.objects(c, s)
}

// restrict returns the decision that allows only what both d and other allow.
func (p Policy) restrict(d, other Decision) Decision {
	return p.decide(min(d.On, other.On), func(c Category, s Service) bool {
		return d.grants(c, s) && other.grants(c, s)
	}, func(c Category, s Service) bool {
		return d.objects(c, s) || other.objects(c, s)
	})
}

// joined writes tokens as the cookie does.
func joined(tokens []string) string { return strings.Join(tokens, "+") }

// Grants reports whether d says yes to a service that asks.
func (d Decision) Grants(category, service string) bool {
	return d.grants(Category{ID: category}, Service{ID: service})
}

// Objects reports whether d says no to a service that is exempt.
func (d Decision) Objects(category, service string) bool {
	return d.objects(Category{ID: category}, Service{ID: service})
}
