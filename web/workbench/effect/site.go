package effect

import (
	"maps"
	"reflect"
	"slices"

	"charte/catalogue"
	"charte/web/workbench/desk"
)

// left says what stays in visitors' browsers since the catalogue no longer declares it. The banner
// erases only what is declared, so a service that was granted must be declared for as long as its
// cookies may be there.
func left(before, after *catalogue.Catalogue) []desk.Sentence {
	old := sideOf(before)
	var says []desk.Sentence
	for _, s := range before.Services {
		if necessary := old.categories[s.Category].Necessary; necessary {
			continue // never erased
		}
		var stays []string
		for _, cookie := range s.Cookies {
			if reachable(cookie) && !declared(after, cookie) && !slices.Contains(stays, cookie.Name) {
				stays = append(stays, cookie.Name)
			}
		}
		if stays != nil {
			says = append(says, sentence("unswept", "service", old.service(s.ID), "cookies", names(stays)))
		}
	}
	return says
}

// declared reports whether a service of the catalogue has the cookie, or a family with it.
func declared(c *catalogue.Catalogue, cookie catalogue.Cookie) bool {
	for _, s := range c.Services {
		for _, other := range s.Cookies {
			if reachable(other) && other.Kind.OrCookie() == cookie.Kind.OrCookie() && other.Covers(cookie.Name) {
				return true
			}
		}
	}
	return false
}

// site says what changes for the whole site, apart from what visitors are asked.
func site(before, after *catalogue.Catalogue) []desk.Sentence {
	var says []desk.Sentence
	say := func(key string, values ...string) { says = append(says, sentence(key, values...)) }

	if before.Site.Guard != after.Site.Guard {
		switch after.Site.Guard {
		case catalogue.GuardReport:
			say("guardReports")
		case catalogue.GuardEnforce:
			say("guardEnforces")
		default:
			say("guardOff")
		}
	}
	was, is := parties(before), parties(after)
	for _, party := range others(is, was) {
		say("partyNew", "party", party)
	}
	for _, party := range others(was, is) {
		say("partyGone", "party", party)
	}
	for _, language := range without(after.Languages, before.Languages) {
		say("languageNew", "language", string(language))
	}
	for _, language := range without(before.Languages, after.Languages) {
		say("languageGone", "language", string(language))
	}
	if before.Languages[0] != after.Languages[0] {
		say("languageFirst", "language", string(after.Languages[0]))
	}
	if before.Site.CookieDomain != after.Site.CookieDomain {
		if after.Site.CookieDomain == "" {
			say("domainNone")
		} else {
			say("domain", "domain", after.Site.CookieDomain)
		}
	}
	if !reflect.DeepEqual(before.Look.Whole(), after.Look.Whole()) {
		say("look")
	}
	return says
}

// parties are the names of the third parties that visitors are asked about, by their ids.
func parties(c *catalogue.Catalogue) map[catalogue.ID]string {
	all := map[catalogue.ID]string{}
	for _, p := range c.ThirdParties() {
		all[p.ID] = p.Name
	}
	return all
}

// others are the names in all of those that some has neither by its id nor by its name.
func others(all, some map[catalogue.ID]string) []string {
	known := slices.Collect(maps.Values(some))
	var left []string
	for id, name := range all {
		if _, is := some[id]; !is && !slices.Contains(known, name) {
			left = append(left, name)
		}
	}
	slices.Sort(left)
	return left
}

// wordings counts the texts that are others than before, or come or go, of entries that both catalogues
// have in languages that both speak.
func wordings(before, after *catalogue.Catalogue) []desk.Sentence {
	old, now := texts(before), texts(after)
	places := maps.Clone(old)
	maps.Copy(places, now)
	n := 0
	for p := range places {
		speak := slices.Contains(before.Languages, p.language) && slices.Contains(after.Languages, p.language)
		if speak && has(old, p) && has(now, p) && old[p] != now[p] {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []desk.Sentence{counted("texts", n)}
}

// A place is where a text stands, whatever the order of the entries.
type place struct {
	entry    string // "services.youtube.cookies.YSC"
	key      string // "" for the entry itself, which has no text
	language catalogue.Language
}

// has reports whether a catalogue with some texts has the entry of a place. The entry itself stands
// there without a key.
func has(texts map[place]string, p place) bool {
	_, is := texts[place{entry: p.entry}]
	return is
}

// texts are all texts of a catalogue.
func texts(c *catalogue.Catalogue) map[place]string {
	all := map[place]string{{entry: "words"}: ""}
	add := func(entry, key string, text catalogue.Text) {
		all[place{entry: entry}] = ""
		for language, wording := range text {
			all[place{entry, key, language}] = wording
		}
	}
	add("site", "name", c.Site.Name)
	add("charter", "title", c.Charter.Title)
	add("charter", "introduction", c.Charter.Introduction)
	add("charter", "whatTitle", c.Charter.WhatTitle)
	add("charter", "what", c.Charter.What)
	add("charter", "kindsTitle", c.Charter.KindsTitle)
	for _, category := range c.Categories {
		entry := "categories." + string(category.ID)
		add(entry, "name", category.Name)
		add(entry, "summary", category.Summary)
		add(entry, "description", category.Description)
		add(entry, "tableTitle", category.TableTitle)
	}
	for _, s := range c.Services {
		entry := "services." + string(s.ID)
		add(entry, "name", s.Name)
		add(entry, "location", s.Location)
		add(entry, "purpose", s.Purpose)
		add(entry, "placeholder", s.Placeholder)
		for _, cookie := range s.Cookies {
			add(entry+"."+string(cookie.Kind.OrCookie())+"."+cookie.Name+"."+cookie.Domain, "purpose", cookie.Purpose)
		}
	}
	for language, words := range c.Words {
		for key, word := range words {
			all[place{"words", key, language}] = word
		}
	}
	return all
}
