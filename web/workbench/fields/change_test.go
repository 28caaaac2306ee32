package fields

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"charte/catalogue/edit"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// TestChange: each deed, with the text that it makes. An empty one stands for a refusal.
func TestChange(t *testing.T) {
	const (
		services = "services:\n  - id: a # first\n    category: b\n  - use: youtube@1\n"
		matomo   = "services:\n  - use: matomo@1\n    with: { host: a.example }\n"
	)
	do := func(deed desk.Deed, pointer, value string, values ...string) desk.Change {
		return desk.Change{Do: deed, Pointer: pointer, Value: value, Values: values}
	}
	carried := func(names int) string {
		var text strings.Builder
		text.WriteString("carryOver:\n  services:\n")
		for n := range names {
			fmt.Fprintf(&text, "    n%d: a\n", n)
		}
		return text.String()
	}
	move := func(pointer string, to int) desk.Change {
		return desk.Change{Do: desk.DeedMove, Pointer: pointer, To: to}
	}
	for _, test := range []struct {
		name, text string
		change     desk.Change
		want       string
	}{
		{"a key in its place", "site:\n  name: a\n  guard: report\n", do(desk.DeedSet, "/site/controller", "b"), "site:\n  name: a\n  controller: b\n  guard: report\n"},
		{"a section in its place", "languages: [fr]\n\nservices: []\n", do(desk.DeedSet, "/site/controller", "b"), "languages: [fr]\n\nsite:\n  controller: b\n\nservices: []\n"},
		{"what a draft has left to do", "languages: [fr]\nsite: TODO # all\n", do(desk.DeedSet, "/site/controller", "b"), "languages: [fr]\nsite: # all\n  controller: b\n"},
		{"a section that is a text", "site: a\n", do(desk.DeedSet, "/site/controller", "b"), ""},
		{"a flag", services, do(desk.DeedSet, "/services/0/exempt", "true"), "services:\n  - id: a # first\n    category: b\n    exempt: true\n  - use: youtube@1\n"},
		{"a flag that is none", services, do(desk.DeedSet, "/services/0/exempt", "yes"), ""},
		{"a flag cleared by no value", "site:\n  controller: a\n  doNotTrack: true\n", do(desk.DeedSet, "/site/doNotTrack", ""), "site:\n  controller: a\n"},
		{"a choice cleared by no value", "site:\n  controller: a\n  guard: report\n", do(desk.DeedSet, "/site/guard", ""), "site:\n  controller: a\n"},
		{"a text that is emptied keeps its comment", "site:\n  controller: a # who\n", do(desk.DeedSet, "/site/controller", ""), "site:\n  controller: \"\" # who\n"},
		{"line ends of Windows", "site:\n  controller: a\n", do(desk.DeedSet, "/site/controller", "a\r\nb"), "site:\n  controller: \"a\\nb\"\n"},
		{"a line end of an old Macintosh", "site:\n  controller: a\n", do(desk.DeedSet, "/site/controller", "a\rb"), "site:\n  controller: \"a\\nb\"\n"},
		{"a key that is none", services, do(desk.DeedSet, "/services/0/foo", "a"), ""},
		{"an entry that is not there", services, do(desk.DeedSet, "/services/2/id", "c"), ""},
		{"an entry of a list that is not there", "languages: [fr]\n", do(desk.DeedSet, "/services/0/id", "c"), ""},
		{"an entry as a whole", services, do(desk.DeedSet, "/services/0", "c"), ""},
		{"a section as a whole", services, do(desk.DeedSet, "/services", "c"), ""},
		{"the whole file", services, do(desk.DeedSet, "", "c"), ""},
		{"history", "formerly: {a: [b]}\n", do(desk.DeedSet, "/formerly", "c"), ""},
		{"no pointer", services, do(desk.DeedSet, "site/controller", "c"), ""},
		{"no pointer, cleared", services, do(desk.DeedClear, "0", ""), ""},
		{"the whole file, cleared", services, do(desk.DeedClear, "", ""), ""},
		{"the whole file, removed", services, do(desk.DeedRemove, "", ""), ""},
		{"a text as long as may be", "site: {}\n", do(desk.DeedSet, "/site/controller", strings.Repeat("a", maxValue)), "site: { controller: " + strings.Repeat("a", maxValue) + " }\n"},
		{"a text beyond bounds", services, do(desk.DeedSet, "/site/controller", strings.Repeat("a", maxValue+1)), ""},
		{"no deed", services, do("undo", "/site/controller", ""), ""},

		{"a parameter", matomo, do(desk.DeedSet, "/services/0/with/host", "b.example"), "services:\n  - use: matomo@1\n    with: { host: b.example }\n"},
		{"a new parameter, in its place", "services:\n  - use: matomo@1\n    with:\n      host: a.example\n      cnil-mode: true\n", do(desk.DeedSet, "/services/0/with/site", "1"), "services:\n  - use: matomo@1\n    with:\n      host: a.example\n      site: \"1\"\n      cnil-mode: true\n"},
		{"a setting", matomo, do(desk.DeedSet, "/services/0/with/cnil-mode", "true"), "services:\n  - use: matomo@1\n    with: { host: a.example, cnil-mode: true }\n"},
		{"a setting that is none", matomo, do(desk.DeedSet, "/services/0/with/cnil-mode", "on"), ""},
		{"a parameter that is none", matomo, do(desk.DeedSet, "/services/0/with/foo", "a"), ""},
		{"a parameter of no known service", services, do(desk.DeedSet, "/services/0/with/host", "a"), ""},
		{"the first parameter, in its place", "services:\n  - use: matomo@1\n    category: a\n    cookies: []\n", do(desk.DeedSet, "/services/0/with/host", "a"), "services:\n  - use: matomo@1\n    category: a\n    with:\n      host: a\n    cookies: []\n"},

		{"one language, where texts stand alone", "languages: [fr]\nsite:\n  name: a\n", do(desk.DeedSet, "/charter/title", "b"), "languages: [fr]\nsite:\n  name: a\n\ncharter:\n  title: b\n"},
		{"the same with its language", "languages: [fr]\nsite:\n  name: a\n", do(desk.DeedSet, "/site/name/fr", "b"), "languages: [fr]\nsite:\n  name: b\n"},
		{"one language, where texts have it", "languages: [fr]\nsite:\n  name: { fr: a }\n", do(desk.DeedSet, "/charter/title/fr", "b"), "languages: [fr]\nsite:\n  name: { fr: a }\n\ncharter:\n  title:\n    fr: b\n"},
		{"a text without its language, where texts have it", "languages: [fr]\nsite:\n  name: { fr: a }\n", do(desk.DeedSet, "/charter/title", "b"), ""},
		{"a text that is empty, where texts stand alone", "languages: [fr]\nsite:\n  name:\n", do(desk.DeedSet, "/site/name", "a"), "languages: [fr]\nsite:\n  name: a\n"},
		{"the same with its language, where it is empty", "languages: [fr]\nsite:\n  name:\n", do(desk.DeedSet, "/site/name/fr", "a"), "languages: [fr]\nsite:\n  name: a\n"},
		{"a wording in a language that the catalogue does not speak", "languages: [fr]\nsite:\n  name: a\n", do(desk.DeedSet, "/site/name/en", "b"), "languages: [fr]\nsite:\n  name:\n    fr: a\n    en: b\n"},
		{"a wording in place of a list", "languages: [fr, en]\nsite:\n  name: [a]\n", do(desk.DeedSet, "/site/name/en", "b"), "languages: [fr, en]\nsite:\n  name:\n    en: b\n"},
		{"a second wording", "languages: [fr, en]\nsite:\n  name:\n    en: a\n", do(desk.DeedSet, "/site/name/fr", "b"), "languages: [fr, en]\nsite:\n  name:\n    fr: b\n    en: a\n"},
		{"a text alone in two languages", "languages: [fr, en]\nsite:\n  name: a # why\n", do(desk.DeedSet, "/site/name/en", "b"), "languages: [fr, en]\nsite:\n  name: # why\n    fr: a\n    en: b\n"},
		{"one to be done in two languages", "languages: [fr, en]\nsite:\n  name: TODO # why\n", do(desk.DeedSet, "/site/name/en", "b"), "languages: [fr, en]\nsite:\n  name: # why\n    en: b\n"},
		{"a wording beside that of the other catalogue", "extends: default\n", do(desk.DeedSet, "/site/name/en", "a"), "extends: default\n\nsite:\n  name:\n    fr: Portail de données\n    en: a\n"},
		{"the same of the charter", "extends: default\n", do(desk.DeedSet, "/charter/title/en", "a"), "extends: default\n\ncharter:\n  title:\n    fr: Charte cookies\n    en: a\n"},
		{"a wording in a language that the other catalogue does not speak", "extends: default\n", do(desk.DeedSet, "/site/name/de", "a"), "extends: default\n\nsite:\n  name:\n    de: a\n"},
		{"a wording where the other catalogue lacks a language", "extends: default\nlanguages: [fr, de]\n", do(desk.DeedSet, "/site/name/fr", "a"), "extends: default\nlanguages: [fr, de]\n\nsite:\n  name:\n    fr: a\n"},
		{"the only wording, in one language of the other catalogue", "extends: default\nlanguages: [en]\n", do(desk.DeedSet, "/site/name", "a"), "extends: default\nlanguages: [en]\n\nsite:\n  name: a\n"},
		{"a wording cleared", "languages: [fr, en]\nsite:\n  name:\n    fr: a\n    en: b\n", do(desk.DeedClear, "/site/name/en", ""), "languages: [fr, en]\nsite:\n  name:\n    fr: a\n"},
		{"a text alone cleared by its language", "languages: [fr]\nsite:\n  name: a\n  guard: report\n", do(desk.DeedClear, "/site/name/fr", ""), "languages: [fr]\nsite:\n  guard: report\n"},
		{"a text alone is not cleared by another language", "languages: [fr, en]\nsite:\n  name: a\n", do(desk.DeedClear, "/site/name/en", ""), "languages: [fr, en]\nsite:\n  name: a\n"},

		{"a word", "languages: [fr]\n", do(desk.DeedSet, "/words/fr/notice.title", "a"), "languages: [fr]\n\nwords:\n  fr:\n    notice.title: a\n"},
		{"a word in its place", "languages: [fr]\nwords:\n  fr:\n    notice.title: a\n", do(desk.DeedSet, "/words/fr/manage", "b"), "languages: [fr]\nwords:\n  fr:\n    manage: b\n    notice.title: a\n"},
		{"a word of a group", "languages: [fr]\nwords:\n  fr:\n    notice: { title: a }\n", do(desk.DeedSet, "/words/fr/notice/kept", "b"), "languages: [fr]\nwords:\n  fr:\n    notice: { title: a, kept: b }\n"},
		{"a word of a group in its place", "languages: [fr]\nwords:\n  fr:\n    notice: { kept: a }\n", do(desk.DeedSet, "/words/fr/notice/title", "b"), "languages: [fr]\nwords:\n  fr:\n    notice: { title: b, kept: a }\n"},
		{"a word that is none", "languages: [fr]\n", do(desk.DeedSet, "/words/fr/foo", "a"), ""},

		{"one colour", "look:\n  accent: \"#111111\"\n", do(desk.DeedSet, "/look/accent", "#222222"), "look:\n  accent: \"#222222\"\n"},
		{"two colours", "look:\n  accent: \"#111111\"\n", do(desk.DeedSet, "/look/accent", "#222222 #333333"), "look:\n  accent:\n    light: \"#222222\"\n    dark: \"#333333\"\n"},
		{"one of two colours", "look:\n  accent:\n    light: \"#222222\" # why\n    dark: \"#333333\"\n", do(desk.DeedSet, "/look/accent", "#222222 #444444"), "look:\n  accent:\n    light: \"#222222\" # why\n    dark: \"#444444\"\n"},
		{"two colours where one has no such name", "look:\n  accent: { light: \"#111111\", dusk: \"#222222\" }\n", do(desk.DeedSet, "/look/accent", "#333333 #444444"), "look:\n  accent:\n    light: \"#333333\"\n    dark: \"#444444\"\n"},
		{"one colour for two", "look:\n  accent: { light: \"#222222\", dark: \"#333333\" }\n", do(desk.DeedSet, "/look/accent", "#444444"), "look:\n  accent: \"#444444\"\n"},

		{"what is not written is cleared", services, do(desk.DeedClear, "/site/controller", ""), services},
		{"a key cleared", services, do(desk.DeedClear, "/services/0/category", ""), "services:\n  - id: a # first\n  - use: youtube@1\n"},
		{"the last key of an element stays", services, do(desk.DeedClear, "/services/1/use", ""), "services:\n  - id: a # first\n    category: b\n  - use: TODO\n"},
		{"the last key in the last key of an element", "services:\n  - name: { fr: a }\n  - id: b\n", do(desk.DeedClear, "/services/0/name/fr", ""), "services:\n  - name: { fr: TODO }\n  - id: b\n"},
		{"a key that is none, cleared", "site:\n  controller: a\n  foo: b\n", do(desk.DeedClear, "/site/foo", ""), "site:\n  controller: a\n"},
		{"a section is not cleared", services + "site: { controller: a }\n", do(desk.DeedClear, "/services", ""), ""},
		{"an entry is not cleared", services, do(desk.DeedClear, "/services/0", ""), ""},
		{"a cookie is not cleared", "services:\n  - id: a\n    cookies:\n      - name: b\n      - name: c\n", do(desk.DeedClear, "/services/0/cookies/0", ""), ""},
		{"a charter is not cleared", "charter: { title: a }\n", do(desk.DeedClear, "/charter", ""), ""},
		{"a name that is not there is not cleared", "carryOver:\n  services:\n    a: b\n", do(desk.DeedClear, "/carryOver/services/c", ""), ""},

		{"choices", "services:\n  - id: a\n    signals: [ad_storage, matomo] # why\n", do(desk.DeedChoose, "/services/0/signals", "", "matomo", "ad_user_data"), "services:\n  - id: a\n    signals: [matomo, ad_user_data] # why\n"},
		{"choices in lines", "services:\n  - id: a\n    signals:\n      - ad_storage # one\n      - matomo # two\n", do(desk.DeedChoose, "/services/0/signals", "", "ad_user_data", "ad_storage"), "services:\n  - id: a\n    signals:\n      - ad_storage # one\n      - ad_user_data\n"},
		{"two more, one of them twice, and none", "services:\n  - id: a\n    signals: [matomo]\n", do(desk.DeedChoose, "/services/0/signals", "", "matomo", "ad_user_data", "", "ad_storage", "ad_user_data"), "services:\n  - id: a\n    signals: [matomo, ad_user_data, ad_storage]\n"},
		{"the first choices", services, do(desk.DeedChoose, "/services/0/signals", "", "matomo", "", "matomo"), "services:\n  - id: a # first\n    category: b\n    signals: [matomo]\n  - use: youtube@1\n"},
		{"no choices", "services:\n  - id: a\n    signals: [matomo]\n", do(desk.DeedChoose, "/services/0/signals", ""), "services:\n  - id: a\n"},
		{"no choices, against the known service", "services:\n  - use: google-analytics@1\n    with: { measurement: G-1 }\n", do(desk.DeedChoose, "/services/0/signals", ""), "services:\n  - use: google-analytics@1\n    with: { measurement: G-1 }\n    signals: []\n"},
		{"choices of a text", services, do(desk.DeedChoose, "/services/0/category", "", "a"), ""},
		{"more choices than may be", services, do(desk.DeedChoose, "/services/0/signals", "", make([]string, 201)...), ""},
		{"as many choices as may be, all empty", services, do(desk.DeedChoose, "/services/0/signals", "", make([]string, 200)...), services},
		{"a choice that is too long", services, do(desk.DeedChoose, "/services/0/signals", "", strings.Repeat("a", maxValue+1)), ""},
		{"services of the other catalogue", "extends: default\n", do(desk.DeedChoose, "/without", "", "language"), "extends: default\nwithout: [language]\n"},

		{"a category", "categories:\n  - id: a\n", do(desk.DeedAdd, "/categories", ""), "categories:\n  - id: a\n  - id: new\n"},
		{"a second one", "categories:\n  - id: new\n", do(desk.DeedAdd, "/categories", ""), "categories:\n  - id: new\n  - id: new-2\n"},
		{"the first one", "languages: [fr]\n", do(desk.DeedAdd, "/categories", "ads"), "languages: [fr]\n\ncategories:\n  - id: ads\n"},
		{"one with an id that is taken", "extends: default\n", do(desk.DeedAdd, "/categories", "necessary"), ""},
		{"one with the id of a service", "services:\n  - use: youtube@1\n", do(desk.DeedAdd, "/categories", "youtube"), ""},
		{"a cookie", services, do(desk.DeedAdd, "/services/0/cookies", "_a"), "services:\n  - id: a # first\n    category: b\n    cookies:\n      - name: _a\n  - use: youtube@1\n"},
		{"a cookie where a draft has none", "services:\n  - id: a\n    cookies: TODO # none is named\n", do(desk.DeedAdd, "/services/0/cookies", ""), "services:\n  - id: a\n    cookies: # none is named\n      - name: TODO\n"},
		{"a cookie in an empty list", "services:\n  - id: a\n    cookies: []\n", do(desk.DeedAdd, "/services/0/cookies", ""), "services:\n  - id: a\n    cookies:\n      - name: TODO\n"},
		{"a host beside those of the known service", matomo, do(desk.DeedAdd, "/services/0/hosts", "b.example"), "services:\n  - use: matomo@1\n    with: { host: a.example }\n    hosts:\n      - host: a.example\n        kind: script\n      - host: a.example\n        kind: connect\n      - host: a.example\n        kind: pixel\n      - host: b.example\n"},
		{"a host of the site", "site:\n  controller: a\n", do(desk.DeedAdd, "/site/hosts", "b.example"), "site:\n  controller: a\n  hosts:\n    - host: b.example\n"},
		{"a host where the key is empty, beside those of the known service", "services:\n  - use: matomo@1\n    with: { host: a.example }\n    hosts:\n", do(desk.DeedAdd, "/services/0/hosts", "b.example"), "services:\n  - use: matomo@1\n    with: { host: a.example }\n    hosts:\n      - host: a.example\n        kind: script\n      - host: a.example\n        kind: connect\n      - host: a.example\n        kind: pixel\n      - host: b.example\n"},
		{"an entry in an entry", services, do(desk.DeedAdd, "/services/0", "c"), ""},
		{"a name as long as may be", "categories:\n  - id: a\n", do(desk.DeedAdd, "/categories", strings.Repeat("b", 200)), "categories:\n  - id: a\n  - id: " + strings.Repeat("b", 200) + "\n"},
		{"a name that is too long", "categories:\n  - id: a\n", do(desk.DeedAdd, "/categories", strings.Repeat("b", 201)), ""},
		{"nothing in a text", services, do(desk.DeedAdd, "/services/0/id", ""), ""},
		{"nothing in words", services, do(desk.DeedAdd, "/words", "fr"), ""},
		{"nothing in parameters", matomo, do(desk.DeedAdd, "/services/0/with", "a"), ""},
		{"a name of the former banner", "carryOver:\n  banner: klaro\n", do(desk.DeedAdd, "/carryOver/services", "Mesure: a"), "carryOver:\n  banner: klaro\n  services:\n    \"Mesure: a\": TODO\n"},
		{"a name that is there", "carryOver:\n  services:\n    a: b\n", do(desk.DeedAdd, "/carryOver/services", "a"), ""},
		{"the last name that may be", carried(199), do(desk.DeedAdd, "/carryOver/services", "b"), carried(199) + "    b: TODO\n"},
		{"one name too many", carried(200), do(desk.DeedAdd, "/carryOver/services", "b"), ""},
		{"no name", "carryOver:\n  services:\n    a: b\n", do(desk.DeedAdd, "/carryOver/services", ""), ""},
		{"what a name stands for", "carryOver:\n  services:\n    a: b\n", do(desk.DeedSet, "/carryOver/services/a", "c"), "carryOver:\n  services:\n    a: c\n"},

		{"what a name stands for, emptied", "carryOver:\n  services:\n    a: b\n", do(desk.DeedSet, "/carryOver/services/a", ""), "carryOver:\n  services:\n    a: \"\"\n"},
		{"an entry removed", services, do(desk.DeedRemove, "/services/0", ""), "services:\n  - use: youtube@1\n"},
		{"a cookie removed", "services:\n  - id: a\n    cookies:\n      - name: b\n", do(desk.DeedRemove, "/services/0/cookies/0", ""), "services:\n  - id: a\n"},
		{"a name removed", "carryOver:\n  services:\n    a: b\n    c: d\n", do(desk.DeedRemove, "/carryOver/services/a", ""), "carryOver:\n  services:\n    c: d\n"},
		{"a key that is none, removed", "site:\n  controller: a\n  foo: b\n", do(desk.DeedRemove, "/site/foo", ""), "site:\n  controller: a\n"},
		{"a key in place of a language, removed", "languages: { a: fr, b: en }\n", do(desk.DeedRemove, "/languages/a", ""), "languages: { b: en }\n"},
		{"a key that is none, the only one of its entry, removed", "services:\n  - foo: a\n  - id: b\n", do(desk.DeedRemove, "/services/0/foo", ""), "services:\n  - foo: TODO\n  - id: b\n"},
		{"a key is no element", services, do(desk.DeedRemove, "/services/0/id", ""), ""},
		{"a section is no element", services, do(desk.DeedRemove, "/services", ""), ""},

		{"an entry moved", services, move("/services/1", 0), "services:\n  - use: youtube@1\n  - id: a # first\n    category: b\n"},
		{"a language moved", "languages: [fr, en]\n", move("/languages/1", 0), "languages: [en, fr]\n"},
		{"too far", services, move("/services/1", 2), ""},
		{"before the first place", services, move("/services/1", -1), ""},
		{"a key is not moved", services, move("/services/0/id", 1), ""},

		{"a category that services name", "categories:\n  - id: a\nservices:\n  - id: b\n    category: a # why\n  - id: c\n    category: d\nformerly:\n  x1: [a.b]\ncarryOver:\n  services: { k: a, l: b }\n", do(desk.DeedSet, "/categories/0/id", "e"),
			"categories:\n  - id: e\nservices:\n  - id: b\n    category: e # why\n  - id: c\n    category: d\nformerly:\n  x1: [a.b]\ncarryOver:\n  services: { k: e, l: b }\n"},
		{"a category that known services are in", "categories:\n  - id: third-party\nservices:\n  - use: youtube@1\n    sale: false\n", do(desk.DeedSet, "/categories/0/id", "videos"),
			"categories:\n  - id: videos\nservices:\n  - use: youtube@1\n    category: videos\n    sale: false\n"},
		{"a provider", "providers:\n  - id: a\n  - id: google\nservices:\n  - id: b\n    provider: a\n  - use: youtube@1\ncarryOver:\n  services: { k: google }\n", do(desk.DeedSet, "/providers/1/id", "g"),
			"providers:\n  - id: a\n  - id: g\nservices:\n  - id: b\n    provider: a\n  - use: youtube@1\n    provider: g\ncarryOver:\n  services: { k: google }\n"},
		{"a service", services + "carryOver:\n  services: { k: a, l: youtube }\n", do(desk.DeedSet, "/services/0/id", "c"), "services:\n  - id: c # first\n    category: b\n  - use: youtube@1\ncarryOver:\n  services: { k: c, l: youtube }\n"},
		{"a known service gets an id", services + "carryOver:\n  services: { k: a, l: youtube }\n", do(desk.DeedSet, "/services/1/id", "c"), "services:\n  - id: a # first\n    category: b\n  - use: youtube@1\n    id: c\ncarryOver:\n  services: { k: a, l: c }\n"},
		{"a known service loses its id", "services:\n  - use: youtube@1\n    id: a\ncarryOver:\n  services: { k: a }\n", do(desk.DeedClear, "/services/0/id", ""), "services:\n  - use: youtube@1\ncarryOver:\n  services: { k: youtube }\n"},
		{"an id that is taken", "categories:\n  - id: a\n  - id: b\n", do(desk.DeedSet, "/categories/0/id", "b"), ""},
		{"an id of the other catalogue", "extends: default\ncategories:\n  - id: a\n", do(desk.DeedSet, "/categories/0/id", "necessary"), ""},
		{"an id of a provider is no category's", "providers:\n  - id: a\ncategories:\n  - id: b\n", do(desk.DeedSet, "/categories/0/id", "a"), "providers:\n  - id: a\ncategories:\n  - id: a\n"},
		{"an id that two have", "categories:\n  - id: a\n  - id: a\nservices:\n  - category: a\n", do(desk.DeedSet, "/categories/0/id", "b"), "categories:\n  - id: b\n  - id: a\nservices:\n  - category: a\n"},
		{"an id that the other catalogue is without", "extends: default\nwithout: [language]\nservices:\n  - id: a\n", do(desk.DeedSet, "/services/0/id", "language"), "extends: default\nwithout: [language]\nservices:\n  - id: language\n"},
		{"an empty id", services, do(desk.DeedSet, "/services/0/id", ""), ""},
		{"an id to be done", "categories:\n  - id: TODO\nservices:\n  - category: TODO\n", do(desk.DeedSet, "/categories/0/id", "b"), "categories:\n  - id: b\nservices:\n  - category: TODO\n"},

		{"a second language", "languages: [fr] # one\nsite:\n  name: a # why\n  controller: b\nservices:\n  - id: c\n    name: 'd'\n    cookies:\n      - { name: e, purpose: f }\n", do(desk.DeedChoose, "/languages", "", "en", "fr"),
			"languages: [fr, en] # one\nsite:\n  name: # why\n    fr: a\n  controller: b\nservices:\n  - id: c\n    name:\n      fr: d\n    cookies:\n      - { name: e, purpose: { fr: f } }\n"},
		{"a third language", "languages: [fr, en]\nsite:\n  name: { fr: a, en: b }\n", do(desk.DeedChoose, "/languages", "", "de", "en", "fr"), "languages: [fr, en, de]\nsite:\n  name: { fr: a, en: b }\n"},
		{"a language goes", "languages: [fr, en]\nsite:\n  name: { fr: a, en: b }\n  controller: c\nservices:\n  - id: d\n    name:\n      fr: e\n      # in English\n      en: f\n    location: { en: g }\nwords:\n  en: { save: h }\n  fr: { save: i }\n", do(desk.DeedChoose, "/languages", "", "fr"),
			"languages: [fr]\nsite:\n  name: { fr: a }\n  controller: c\nservices:\n  - id: d\n    name:\n      fr: e\nwords:\n  fr: { save: i }\n"},
		{"a language removed", "languages: [fr, en]\nsite:\n  name: { fr: a, en: b }\n  controller: c\n", do(desk.DeedRemove, "/languages/0", ""), "languages: [en]\nsite:\n  name: { en: b }\n  controller: c\n"},
		{"a key that stands twice", "languages: [fr, en]\nsite:\n  name: { fr: a, en: b }\n  name: { fr: c, en: d }\n", do(desk.DeedChoose, "/languages", "", "en"), ""},
		{"another language, where texts stand alone", "languages: [en]\nsite:\n  name: a\n", do(desk.DeedChoose, "/languages", "", "fr"), "languages: [fr]\nsite:\n  name: a\n"},
		{"two languages go", "languages: [fr, en, de]\nsite:\n  name: { fr: a, en: b, de: c }\n", do(desk.DeedChoose, "/languages", "", "fr"), "languages: [fr]\nsite:\n  name: { fr: a }\n"},
		{"languages taken out", "languages: [fr]\nsite:\n  name: { fr: a }\n", do(desk.DeedClear, "/languages", ""), "site:\n  name: { fr: a }\n"},
		{"no language", "languages: [en]\n", do(desk.DeedChoose, "/languages", ""), ""},
		{"languages where none were", "site:\n  name: a\n", do(desk.DeedChoose, "/languages", "", "fr"), "languages: [fr]\nsite:\n  name: a\n"},
		{"fewer languages than the other catalogue", "extends: default\nsite:\n  name: { fr: a, en: b }\n", do(desk.DeedChoose, "/languages", "", "fr"), "extends: default\nlanguages: [fr]\nsite:\n  name: { fr: a }\n"},
		{"the languages of the other catalogue again", "extends: default\nlanguages: [fr]\nsite:\n  name: a\n", do(desk.DeedClear, "/languages", ""), "extends: default\nsite:\n  name:\n    fr: a\n"},
		{"the other catalogue", "languages: [fr]\nsite:\n  name: a\n", do(desk.DeedSet, "/extends", "default"), "extends: default\nlanguages: [fr]\nsite:\n  name: a\n"},
		{"the other catalogue no more", "extends: default\nlanguages: [fr]\nsite:\n  name: a\n", do(desk.DeedSet, "/extends", ""), "languages: [fr]\nsite:\n  name: a\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := parsed(t, test.text)
			now, err := Change(d, test.change)
			switch {
			case test.want == "" && err == nil:
				t.Errorf("it is done:\n%s", now.Bytes())
			case test.want != "" && err != nil:
				t.Error(err)
			case err == nil && string(now.Bytes()) != test.want:
				t.Errorf("got:\n%s\nwant:\n%s", now.Bytes(), test.want)
			}
			if string(d.Bytes()) != test.text {
				t.Error("the document itself has changed")
			}
		})
	}
}

// TestLanguages: the catalogues of the tree stay valid when a language goes. One of a single language
// says the same after a second one has come, if that goes again.
func TestLanguages(t *testing.T) {
	text, err := os.ReadFile(filepath.FromSlash("../../../catalogue/default.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Change(parsed(t, string(text)), desk.Change{Do: desk.DeedChoose, Pointer: "/languages", Values: []string{"fr"}})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := source.Read("x.yaml", d.Bytes()); err != nil || len(c.Languages) != 1 {
		t.Errorf("without English: %v", err)
	}
	if d, err = Change(parsed(t, "languages: [fr, en] # both\n"), desk.Change{Do: desk.DeedChoose, Pointer: "/languages", Values: []string{"en", "fr"}}); err != nil || string(d.Bytes()) != "languages: [en, fr] # both\n" {
		t.Errorf("the other order: %v, %s", err, d.Bytes())
	}
	before, err := source.Read("x.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	d = parsed(t, whole)
	for _, languages := range [][]string{{"fr", "en"}, {"fr"}} {
		if d, err = Change(d, desk.Change{Do: desk.DeedChoose, Pointer: "/languages", Values: languages}); err != nil {
			t.Fatal(err)
		}
	}
	after, err := source.Read("x.yaml", d.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if before.Revision() != after.Revision() || before.Services[3].Purpose["fr"] != after.Services[3].Purpose["fr"] {
		t.Error("another language for a while has changed the catalogue")
	}
}

// TestManyAtOnce: a change of all texts takes no longer than a few changes of one.
func TestManyAtOnce(t *testing.T) {
	text := "languages: [fr]\n" + strings.ReplaceAll(strings.ReplaceAll(large(100, 5), "      en: ", "      fr2: "), "extends: default\n", "")
	d := parsed(t, text)
	n := 0
	counted := func(d *edit.Document) int {
		n = 0
		each(d.Root(), func(*table, *edit.Node) { n++ })
		return n
	}
	if counted(d) != 601 {
		t.Fatalf("the catalogue has %d mappings", n)
	}
	least := func(c desk.Change) time.Duration {
		var least time.Duration
		for i := range 3 { // the machine may be busy with something else
			begun := time.Now()
			if _, err := Change(d, c); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begun); i == 0 || took < least {
				least = took
			}
		}
		return least
	}
	one := least(desk.Change{Do: desk.DeedSet, Pointer: "/services/50/name/fr", Value: "x"})
	all := least(desk.Change{Do: desk.DeedChoose, Pointer: "/languages", Values: []string{"de"}})
	if all > 20*one {
		t.Errorf("all texts take %v, one %v", all, one)
	}
	t.Logf("all texts take %v, one %v", all, one)
}

// FuzzChange: whatever a request says, a change is done or refused. What is done leaves YAML, and does
// not touch the document that it began with.
func FuzzChange(f *testing.F) {
	for _, text := range broken {
		f.Add(text, "/services/0/id", "a", uint8(0))
	}
	f.Add(whole, "/services/0/cookies/0/name", "x: #", uint8(0))
	f.Add(whole, "/services/1/with/cnil-mode", "", uint8(1))
	f.Add(whole, "/languages", "en,fr", uint8(2))
	f.Add(whole, "/services/0/hosts", "x", uint8(3))
	f.Add(whole, "/carryOver/services/carte", "", uint8(4))
	f.Add(whole, "/categories/0", "", uint8(5))
	f.Add("languages: [fr]\nsite: {name: a}\n", "/languages", "fr,en", uint8(2))
	f.Add("extends: default\n", "/extends", "", uint8(1))
	f.Fuzz(func(t *testing.T, text, pointer, value string, which uint8) {
		d, err := edit.Parse("x.yaml", []byte(text))
		if err != nil {
			return
		}
		deeds := []desk.Deed{desk.DeedSet, desk.DeedClear, desk.DeedChoose, desk.DeedAdd, desk.DeedRemove, desk.DeedMove}
		c := desk.Change{Do: deeds[int(which)%len(deeds)], Pointer: pointer, Value: value, Values: strings.Split(value, ","), To: int(which) / len(deeds)}
		now, err := Change(d, c)
		if (now == nil) == (err == nil) {
			t.Fatalf("a document: %v, and the error %v", now != nil, err)
		}
		if string(d.Bytes()) != text {
			t.Fatal("the document itself has changed")
		}
		if err != nil {
			return
		}
		if _, err := edit.Parse("x.yaml", now.Bytes()); err != nil {
			t.Fatal(err)
		}
		o := Look("x.yaml", now.Bytes())
		if section := o.reading.section(c.Pointer); section != "" {
			if _, err := o.Form(section); err != nil {
				t.Fatal(err)
			}
		}
		if c.Do == desk.DeedSet { // what was set is there
			if n := now.At(c.Pointer); n != nil && (n.Kind == edit.Text || n.Kind == edit.Flag) && n.Value != strings.ReplaceAll(strings.ReplaceAll(c.Value, "\r\n", "\n"), "\r", "\n") {
				t.Fatalf("%s is %q, want %q", c.Pointer, n.Value, c.Value)
			}
		}
	})
}
