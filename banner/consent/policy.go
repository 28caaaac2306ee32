// Package consent is what a visitor answered: how the answer is written into
// the cookie cookies_preferences, how it is read again, and what it allows.
//
// It is pure: it knows neither go-app nor a browser, and time comes in as an
// argument. The browser's loader (web/loader) holds the same rules in
// JavaScript; testdata/vectors.json binds the two together.
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

	// Formerly is what earlier revisions asked for, as the catalogue has it.
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

// An Entry is a cookie, or a key of the page's storage.
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

// Asks reports whether there is anything to ask a visitor.
func (p Policy) Asks() bool {
	return slices.ContainsFunc(p.Categories, Category.asks)
}

// AcceptAll is the decision of a visitor who accepts everything.
func (p Policy) AcceptAll(on Day) Decision {
	return p.decide(on, func(Category, Service) bool { return true })
}

// RefuseAll is the decision of a visitor who refuses everything.
func (p Policy) RefuseAll(on Day) Decision {
	return p.decide(on, func(Category, Service) bool { return false })
}

// Set is the decision d changed by what choices name: the visitor says yes or
// no to a category, a service ("youtube" or "third-party.youtube") or the
// service behind a cookie name. What was never answered stays refused. Where a
// category and one of its services are both named, the service's choice holds.
// It also returns the names that the policy does not know, sorted; they change
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
				chosen[s.ID] = choices[id]
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
	}), unknown
}

// Allows reports whether what id names may run: a category (when all its
// services may), a service ("youtube" or "third-party.youtube"), or a cookie's
// name (when every service that declares it may). What is not declared is not
// allowed.
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
// full, as IDs in the order of the catalogue. Granted is the rest of those.
func (p Policy) Refused(d Decision) []string { return p.list(d, false) }

// Granted lists the categories and services that ask and are granted.
func (p Policy) Granted(d Decision) []string { return p.list(d, true) }

func (p Policy) list(d Decision, granted bool) []string {
	ids := []string{}
	for _, c := range p.Categories {
		if !c.asks() {
			continue
		}
		if p.Allows(d, c.ID) == granted {
			ids = append(ids, c.ID)
		}
		for _, s := range c.Services {
			if s.Asks && d.grants(c, s) == granted {
				ids = append(ids, s.ID)
			}
		}
	}
	return ids
}

// decide composes a decision: yes is asked for every service that waits for
// consent.
func (p Policy) decide(on Day, yes func(Category, Service) bool) Decision {
	d := Decision{Answered: true, On: on, Revision: p.Revision}
	for _, c := range p.Categories {
		var granted []string
		asking := 0
		for _, s := range c.Services {
			if !s.Asks {
				continue
			}
			asking++
			if yes(c, s) {
				granted = append(granted, c.ID+"."+s.ID)
			}
		}
		if asking > 0 && len(granted) == asking {
			granted = []string{c.ID}
		}
		d.Yes = append(d.Yes, granted...)
	}
	slices.Sort(d.Yes)
	return d
}

// category returns the index of the category, -1 where none has this ID.
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

// allows reports whether a service may run: it does not ask, or d grants it.
func (d Decision) allows(c Category, s Service) bool {
	return !s.Asks || d.grants(c, s)
}

// restrict keeps of d what both d and other grant.
func (p Policy) restrict(d, other Decision) Decision {
	both := p.decide(min(d.On, other.On), func(c Category, s Service) bool {
		return d.grants(c, s) && other.grants(c, s)
	})
	return both
}

// joined writes tokens as the cookie does.
func joined(tokens []string) string { return strings.Join(tokens, "+") }

// Grants reports whether d says yes to a service that asks.
func (d Decision) Grants(category, service string) bool {
	return d.grants(Category{ID: category}, Service{ID: service})
}
