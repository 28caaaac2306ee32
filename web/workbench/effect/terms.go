package effect

import (
	"maps"
	"reflect"
	"slices"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// terms say what changes for visitors who have answered, or what is done with an answer, where none of
// them is asked again: catalogue.Revision knows nothing of it. Entries that come or go say nothing
// here.
func terms(before, after *catalogue.Catalogue) []desk.Sentence {
	old, now := sideOf(before), sideOf(after)
	var says []desk.Sentence
	say := func(key string, values ...string) { says = append(says, sentence(key, values...)) }

	if before.Site.Controller != after.Site.Controller {
		say("controller", "controller", after.Site.Controller)
	}
	if before.Site.CharterURL != after.Site.CharterURL {
		if after.Site.CharterURL == "" {
			say("charterOwn")
		} else {
			say("charter", "address", after.Site.CharterURL)
		}
	}
	flag(say, before.Site.KeepAfterWithdrawal, after.Site.KeepAfterWithdrawal, "keepAfterWithdrawal", "reloadAfterWithdrawal")
	flag(say, before.Site.DoNotTrack, after.Site.DoNotTrack, "doNotTrack", "doNotTrackOff")
	flag(say, before.Site.Figures, after.Site.Figures, "figures", "figuresOff")
	switch {
	case reflect.DeepEqual(before.CarryOver, after.CarryOver):
	case after.CarryOver == nil:
		say("carryOverOff")
	default:
		say("carryOver")
	}
	if !maps.EqualFunc(formerly(before, before), formerly(after, before), slices.Equal) {
		say("formerly")
	}

	for _, c := range after.Categories {
		if was, is := old.categories[c.ID]; is {
			says = append(says, signals(now.category(c.ID), was.Signals, c.Signals)...)
		}
	}
	for _, p := range after.Providers {
		used := slices.ContainsFunc(after.Services, func(s catalogue.Service) bool { return s.Provider == p.ID })
		if was, is := old.providers[p.ID]; is && used && (was.Name != p.Name || was.PolicyURL != p.PolicyURL) {
			say("provider", "provider", now.provider(p.ID))
		}
	}
	hosts(say, "siteHosts", before.Site.Hosts, after.Site.Hosts)
	var sold, unsold []string
	for _, s := range after.Services {
		was, is := old.services[s.ID]
		if !is {
			continue
		}
		name := now.service(s.ID)
		switch sells, did := now.sells(s), old.sells(was); {
		case sells && !did:
			sold = append(sold, name)
		case did && !sells:
			unsold = append(unsold, name)
		}
		says = append(says, signals(name, was.Signals, s.Signals)...)
		switch {
		case was.Retention == s.Retention:
		case s.Retention == catalogue.Lifetime{}:
			say("retentionNone", "service", name)
		default:
			say("retention", "service", name, "after", source.WriteLifetime(s.Retention))
		}
		if was.Frame != s.Frame || was.Content != s.Content {
			say("frame", "service", name)
		}
		hosts(say, "hosts", was.Hosts, s.Hosts, "service", name)
		says = append(says, homes(name, was.Cookies, s.Cookies)...)
	}
	if sold != nil {
		say("sale", "services", names(sold))
	}
	if unsold != nil {
		say("saleNone", "services", names(unsold))
	}
	if reordered(old, now) {
		say("order")
	}
	return says
}

// flag says on or off where a flag has changed.
func flag(say func(key string, values ...string), was, is bool, on, off string) {
	switch {
	case is && !was:
		say(on)
	case was && !is:
		say(off)
	}
}

// formerly is what a catalogue says of former revisions, but for the one that visitors have answered
// last: where that is no longer in force, kept speaks of it.
func formerly(c, saved *catalogue.Catalogue) map[string][]string {
	all := maps.Clone(c.Formerly)
	delete(all, saved.Revision())
	return all
}

// sells reports whether a service counts as refused under Global Privacy Control.
func (s side) sells(service catalogue.Service) bool {
	return service.Sale || s.categories[service.Category].Sale
}

// signals says which vendors' signals go with a category or a service.
func signals(name string, was, is []catalogue.Signal) []desk.Sentence {
	if len(without(was, is)) == 0 && len(without(is, was)) == 0 {
		return nil
	}
	if len(is) == 0 {
		return []desk.Sentence{sentence("signalsNone", "name", name)}
	}
	var all []string
	for _, signal := range is {
		all = append(all, string(signal))
	}
	return []desk.Sentence{sentence("signals", "name", name, "signals", names(all))}
}

// hosts says which hosts the guard lets pass now, and which no more.
func hosts(say func(key string, values ...string), key string, was, is []catalogue.Host, values ...string) {
	written := func(some []catalogue.Host) string {
		var all []string
		for _, host := range some {
			all = append(all, host.Host+" ("+string(host.Kind)+")")
		}
		return names(all)
	}
	if came := without(is, was); came != nil {
		say(key+"New", append(values, "hosts", written(came))...)
	}
	if went := without(was, is); went != nil {
		say(key+"Gone", append(values, "hosts", written(went))...)
	}
}

// homes says which cookies are kept under another host than before, which decides whether the site's
// pages can erase them.
func homes(service string, before, after []catalogue.Cookie) []desk.Sentence {
	domains := func(cookies []catalogue.Cookie) map[item][]string {
		all := map[item][]string{}
		for _, cookie := range cookies {
			all[itemOf(cookie)] = append(all[itemOf(cookie)], cookie.Domain)
		}
		return all
	}
	had, has := domains(before), domains(after)
	var says []desk.Sentence
	said := map[item]bool{}
	for _, cookie := range after {
		is := itemOf(cookie)
		was, now := had[is], has[is]
		if said[is] || was == nil || len(without(was, now)) == 0 && len(without(now, was)) == 0 {
			continue
		}
		said[is] = true
		if slices.Contains(now, "") {
			says = append(says, sentence("cookieOwn", "service", service, "cookie", is.name))
		} else {
			says = append(says, sentence("cookieDomain", "service", service, "cookie", is.name, "domain", names(now)))
		}
	}
	return says
}

// reordered reports whether what both catalogues have comes in another order. Providers come in that
// of their services.
func reordered(old, now side) bool {
	moved := func(a, b []string) bool {
		return !slices.Equal(without(a, without(a, b)), without(b, without(b, a)))
	}
	ids := func(s side) (categories, services []string) {
		for _, c := range s.Categories {
			categories = append(categories, string(c.ID))
		}
		for _, service := range s.Services {
			services = append(services, string(service.ID))
		}
		return categories, services
	}
	entries := func(cookies []catalogue.Cookie) (all []string) {
		for _, cookie := range cookies {
			all = append(all, string(cookie.Kind.OrCookie())+" "+cookie.Name+" "+cookie.Domain)
		}
		return all
	}
	oldCategories, oldServices := ids(old)
	categories, services := ids(now)
	return moved(oldCategories, categories) || moved(oldServices, services) || slices.ContainsFunc(now.Services, func(s catalogue.Service) bool {
		return moved(entries(old.services[s.ID].Cookies), entries(s.Cookies))
	})
}
