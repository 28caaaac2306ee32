package check

import (
	"slices"
	"strings"

	"charte/catalogue"
)

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
