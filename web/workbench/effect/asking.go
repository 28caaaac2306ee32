package effect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// The sentences that say whom saving asks.
const (
	keyEverybody = "says.everybody"
	keyFirst     = "says.first"
)

// asking says whom saving asks, and why.
func asking(before, after *catalogue.Catalogue) []desk.Sentence {
	old, now := sideOf(before), sideOf(after)
	asked, asks := before.Asked(), after.Asked()
	if before.Revision() == after.Revision() {
		return []desk.Sentence{sentence("nobody")}
	}
	why := causes(old, now)
	switch {
	case len(asks) == 0 && len(asked) == 0:
		return append([]desk.Sentence{sentence("stillNobody")}, why...)
	case len(asks) == 0:
		return append([]desk.Sentence{sentence("noLonger")}, why...)
	case len(asked) == 0:
		return append([]desk.Sentence{{Key: keyFirst}}, why...)
	}
	says := append([]desk.Sentence{{Key: keyEverybody}}, why...)
	says = append(says, kept(before, after))
	return append(says, meanwhile(old, now)...)
}

// causes say why two revisions differ. There is one for each part of a catalogue that
// catalogue.Revision depends on.
func causes(old, now side) []desk.Sentence {
	var says []desk.Sentence
	say := func(key string, values ...string) { says = append(says, sentence("because."+key, values...)) }

	for _, c := range now.Categories {
		switch was, is := old.categories[c.ID]; {
		case !is:
			say("categoryNew", "category", now.category(c.ID))
		case was.Necessary && !c.Necessary:
			say("categoryAsks", "category", now.category(c.ID))
		case !was.Necessary && c.Necessary:
			say("categoryNecessary", "category", now.category(c.ID))
		}
	}
	for _, c := range old.Categories {
		if _, still := now.categories[c.ID]; !still {
			say("categoryGone", "category", old.category(c.ID))
		}
	}

	turned := map[catalogue.ID]bool{} // providers whose party has changed
	for _, s := range now.Services {
		was, is := old.services[s.ID]
		name := now.service(s.ID)
		if !is {
			say("serviceNew", "service", name)
			continue
		}
		if was.Category != s.Category {
			say("serviceMoved", "service", name, "category", now.category(s.Category))
		}
		first, wasFirst := now.providers[s.Provider].FirstParty, old.providers[was.Provider].FirstParty
		switch {
		case was.Provider != s.Provider:
			say("serviceProvider", "service", name, "provider", now.provider(s.Provider))
		case first != wasFirst && !turned[s.Provider]:
			turned[s.Provider] = true
			key := "providerThird"
			if first {
				key = "providerFirst"
			}
			say(key, "provider", now.provider(s.Provider))
		}
		switch {
		case was.Exempt && !s.Exempt:
			say("serviceNotExempt", "service", name)
		case !was.Exempt && s.Exempt:
			say("serviceExempt", "service", name)
		}
		says = append(says, storing(name, was.Cookies, s.Cookies)...)
	}
	for _, s := range old.Services {
		if _, still := now.services[s.ID]; !still {
			say("serviceGone", "service", old.service(s.ID))
		}
	}
	return says
}

// An item is what the revision knows of a cookie, without its lifetime.
type item struct {
	name string
	kind catalogue.Kind
}

// storing says which cookies of a service came, went, or are kept for another time.
func storing(service string, before, after []catalogue.Cookie) []desk.Sentence {
	var says []desk.Sentence
	say := func(key, cookie string, values ...string) {
		says = append(says, sentence("because."+key, append(values, "service", service, "cookie", cookie)...))
	}
	// One service may declare a name twice, for two domains.
	had, has := lifetimes(before), lifetimes(after)
	gone := map[string]bool{} // names that went, each with its kind
	for _, cookie := range before {
		if is := itemOf(cookie); len(has[is]) < len(had[is]) {
			gone[is.name] = true
		}
	}
	said := map[item]bool{}
	for _, cookie := range after {
		is := itemOf(cookie)
		if said[is] {
			continue
		}
		said[is] = true
		switch {
		case len(has[is]) > len(had[is]) && gone[is.name]:
			say("cookieKind", is.name, "kind", string(is.kind))
			gone[is.name] = false
		case len(has[is]) > len(had[is]):
			say("cookieNew", is.name)
		case len(has[is]) == len(had[is]) && !slices.Equal(has[is], had[is]):
			say("cookieLifetime", is.name, "before", names(written(had[is])), "after", names(written(has[is])))
		}
	}
	for _, cookie := range before {
		if gone[cookie.Name] {
			say("cookieGone", cookie.Name)
			gone[cookie.Name] = false
		}
	}
	return says
}

func itemOf(c catalogue.Cookie) item { return item{c.Name, c.Kind.OrCookie()} }

// lifetimes are those of the cookies, by name and kind, sorted.
func lifetimes(cookies []catalogue.Cookie) map[item][]catalogue.Lifetime {
	all := map[item][]catalogue.Lifetime{}
	for _, cookie := range cookies {
		all[itemOf(cookie)] = append(all[itemOf(cookie)], cookie.Lifetime)
	}
	for _, some := range all {
		slices.SortFunc(some, func(a, b catalogue.Lifetime) int {
			return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
		})
	}
	return all
}

func written(all []catalogue.Lifetime) []string {
	var texts []string
	for _, l := range all {
		texts = append(texts, source.WriteLifetime(l))
	}
	return texts
}

// kept says whether the settings will remind visitors of their former answers. Only the line of the
// former revision under formerly makes them.
func kept(before, after *catalogue.Catalogue) desk.Sentence {
	revision, asked := before.Revision(), before.Asked()
	line := revision + ": [" + strings.Join(asked, ", ") + "]"
	listed, there := after.Formerly[revision]
	switch {
	case !there:
		return sentence("formerlyMissing", "line", line, "revision", revision)
	case len(without(asked, listed)) > 0 || len(without(listed, asked)) > 0:
		return sentence("formerlyOther", "line", line, "revision", revision)
	}
	return sentence("formerlyKept", "revision", revision)
}

// meanwhile says what of services that may have run is erased until their visitors answer anew: the
// loader sweeps whatever no answer in force allows (web/bundle/loader/charte.js).
func meanwhile(old, now side) []desk.Sentence {
	var services []string
	for _, s := range now.Services {
		_, was := old.services[s.ID]
		if was && now.Asks(s) && slices.ContainsFunc(s.Cookies, reachable) {
			services = append(services, now.service(s.ID))
		}
	}
	if services == nil {
		return nil
	}
	return []desk.Sentence{sentence("erased", "services", names(services))}
}

// reachable reports whether the site's pages can erase the cookie.
func reachable(c catalogue.Cookie) bool { return c.Domain == "" }
