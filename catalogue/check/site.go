package check

import (
	"regexp"
	"slices"
	"strings"
)

// languageTag matches language-Script-REGION, in the usual upper and lower case
// (RFC 5646, section 2.1.1). Script and region may be missing.
var languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$`)

func (v *validator) languages() {
	if len(v.c.Languages) == 0 {
		v.add("languages", "no language is declared; list at least one, such as [fr]")
	}
	for i, language := range v.c.Languages {
		path := at("languages", i)
		if !languageTag.MatchString(string(language)) {
			v.add(path, `language %s is not a tag such as "fr", "pt-BR" or "zh-Hant"`, quote(language))
		}
		if slices.Contains(v.c.Languages[:i], language) {
			v.add(path, "language %s is declared twice", quote(language))
		}
		for _, before := range v.c.Languages[:i] {
			// The loader takes the first language that is the page's own or covers
			// it, as fr covers fr-CA (web/bundle/loader/tongue.js).
			if before != "" && strings.HasPrefix(string(language), string(before)+"-") {
				v.add(path, "language %s is never chosen, since %s comes first; list %s before %s", quote(language), quote(before), language, before)
				break
			}
		}
	}
}

func (v *validator) site() {
	site := &v.c.Site
	v.text("site.name", "site: name", site.Name, nameBytes, required)
	v.line("site.controller", "site: controller", site.Controller, nameBytes)
	if fault := charterFault(site.CharterURL); site.CharterURL != "" && fault != "" {
		v.add("site.charterURL", "site: charterURL %s %s", quote(site.CharterURL), fault)
	}
	if fault := domainFault(site.CookieDomain); site.CookieDomain != "" && fault != "" {
		v.add("site.cookieDomain", "site: cookieDomain %s %s", quote(site.CookieDomain), fault)
	}
	v.guard(site.Guard)
	v.hosts("site.hosts", "site", site.Hosts)
}

func (v *validator) charter() {
	charter := &v.c.Charter
	v.text("charter.title", "charter: title", charter.Title, nameBytes, required)
	v.text("charter.introduction", "charter: introduction", charter.Introduction, descriptionBytes, required)
	v.text("charter.whatTitle", "charter: whatTitle", charter.WhatTitle, nameBytes, required)
	v.text("charter.what", "charter: what", charter.What, descriptionBytes, required)
	v.text("charter.kindsTitle", "charter: kindsTitle", charter.KindsTitle, nameBytes, required)
}
