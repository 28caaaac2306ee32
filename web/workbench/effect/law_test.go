package effect

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestDemands holds the table to every message of "charte check": each is about a row of the law, or
// there is a reason why it is about none. Messages are known by the texts in the code that make them.
func TestDemands(t *testing.T) {
	type example struct{ message, row string }
	const (
		form    = "it is about how the file is written"
		limit   = "it is a limit that no real site reaches"
		hint    = "it is the end of a message"
		shape   = "it is about the form of a value, whatever that means"
		unasked = "it is about the banner before, whose answers grant nothing"
		guarded = "it is about the guard, beside the gate that the law rests on"
		looks   = "it is about what the law leaves to the site"
	)
	texts := map[string]any{ // an example, several, or the reason why there is no row
		// catalogue/check
		"must start with https:// or http://": example{`provider "google": policyURL "x" must start with https:// or http://`, "L4"},
		"%s still says TODO": []example{
			{`provider "google": policyURL still says TODO`, "L4"}, {`cookie "_ga": source still says TODO`, "L23"}, {`service "a": frame still says TODO`, ""},
			{`site: controller still says TODO`, "L4"}, {`words: "acceptAll" still says TODO`, "L8"}, {`words: "settings.title" still says TODO`, ""},
		},
		"%s %s %s": []example{{`provider "google": policyURL "a b" contains a space or a control character`, "L4"}, {`cookie "_ga": source "a b" contains a space or a control character`, "L23"}},
		"starts with //, which leads to another site; write a single / or https://":                      example{`site: charterURL "//a" starts with //, which leads to another site; write a single / or https://`, "L4"},
		"must start with https://, http:// or a single /":                                                example{`site: charterURL "a" must start with https://, http:// or a single /`, "L4"},
		"contains a space or a control character":                                                        hint,
		"contains a character outside ASCII; write it percent-encoded, and a host name in its xn-- form": hint,
		", which no address may contain":                                                                 hint,
		`contains a "%" without two hexadecimal digits after it`:                                         hint,
		`contains a user name before "@"; such addresses mislead`:                                        hint,
		"has a port that is not a number from 1 to 65535":                                                hint,
		"has no host name":           hint,
		", which is not a host name": hint,
		"is an address; write the domain alone, such as example.org":      shape,
		"starts with a dot; leave it out, subdomains are included anyway": shape,
		"must be in lower case":               shape,
		"is not a domain such as example.org": shape,
		"is a single label, which browsers refuse; leave cookieDomain out to keep the cookie to its host": shape,
		"is a number, which browsers refuse; leave cookieDomain out to keep the cookie to its host":       shape,
		"%s: frame and content belong together; one of them is missing":                                   looks,
		"%s: content has %s, which frame has not":                                                         looks,
		"an answer could need ": hint,
		"an answer could need %d bytes in the cookie %s, %d at most; shorten the ids of categories and services, or make one service of those that visitors will decide alike": example{"an answer could need 1025 bytes in the cookie cookies_preferences, 1024 at most; shorten the ids of categories and services, or make one service of those that visitors will decide alike", "L20"},
		"carryOver: banner is missing; it is one of %s":                                                               unasked,
		"carryOver: banner %s is none of %s":                                                                          unasked,
		"carryOver: cookie %s holds the answer to this banner; write the name of the other one's":                     unasked,
		"carryOver: cookie %s %s":                                                                                     unasked,
		"carryOver: cookie %s is a family; write the name of one cookie":                                              unasked,
		"carryOver: services is missing; it says which of the other banner's names are which of this catalogue's ids": unasked,
		"carryOver: %d names are listed, %d at most":                                                                  unasked,
		"carryOver: a name %s":                                                                                        unasked,
		"carryOver: %s cannot be a name in the other banner's cookie":                                                 unasked,
		"carryOver: %s: %s": unasked,
		"carryOver: %s stands for the category %s, in which no service asks for consent; leave it out": unasked,
		"carryOver: %s stands for the service %s, which does not ask for consent; leave it out":        unasked,
		"carryOver: %s stands for %s, which is neither a category nor a service of this catalogue":     unasked,
		"no category is declared; every site has that of its necessary cookies":                        example{"no category is declared; every site has that of its necessary cookies", "L3"},
		"%d %s are declared, %d at most": limit,
		"look: in the %s scheme %s (%s) on %s (%s) has a contrast of %.1f; %v is the least that everybody can read (WCAG 1.4.3, 1.4.11)": example{"look: in the dark scheme text (#777777) on background (#1e1e1e) has a contrast of 3.4; 4.5 is the least that everybody can read (WCAG 1.4.3, 1.4.11)", "L7"},
		": a cookie": hint,
		"%s %s":      []example{{`service "a": a cookie has no name`, "L23"}, {`cookie "a b" contains " ", which the name of a cookie cannot contain`, ""}, {`site: name has 300 bytes, 200 at most`, ""}},
		"%s: kind %s is none of cookie, localStorage, sessionStorage, indexedDB":        shape,
		"%s holds the visitor's answer, so its service belongs to a necessary category": example{`cookie "cookies_preferences" holds the visitor's answer, so its service belongs to a necessary category`, "L22"},
		"%s: %s": []example{{`cookie "_ga": lifetime "persistent" is for localStorage and indexedDB; a cookie has a period or ends with the session`, "L23"}, {`category "A": the id "A" must start with a lower-case letter`, ""}},
		"%s: what is exempt from consent may be kept %d months at most (https://www.cnil.fr/fr/node/167364)": example{`cookie "_pk_id*": what is exempt from consent may be kept 13 months at most (https://www.cnil.fr/fr/node/167364)`, "L25"},
		"%s: domain %s is no host, such as .example.org":                                                     shape,
		"%s: checked %s is not a day written YYYY-MM-DD":                                                     shape,
		"has no name":                         hint,
		"has TODO for a name":                 example{`service "a": a cookie has TODO for a name`, "L23"},
		"has a name that ":                    hint,
		"has a name that JavaScript reserves": shape,
		`is a family that covers too much; write at least %d characters before the "*"`: shape,
		"is a family that covers ":                                                                             hint,
		", which holds the visitor's answer":                                                                   example{`cookie "cookies_*" is a family that covers cookies_preferences, which holds the visitor's answer`, "L22"},
		`has a "*" before its end; only a final "*" stands for any ending`:                                     shape,
		", which the name of a cookie cannot contain":                                                          shape,
		"cookie %s is declared twice in service %s":                                                            form,
		"cookie %s is declared by service %s already; an entry has one service, whose consent decides over it": example{`cookie "a" is declared by service "b" already; an entry has one service, whose consent decides over it`, "L17"},
		"cookie %s covers %s of service %s; while one of them may run, refusing the other would not erase it: write longer names": example{`cookie "a*" covers "ab" of service "b"; while one of them may run, refusing the other would not erase it: write longer names`, "L17"},
		"%d earlier revisions are listed, %d at most; leave out those of more than six months ago":                                limit,
		"formerly: %s is no revision, which has six characters; charte check prints the catalogue's":                              example{`formerly: "x" is no revision, which has six characters; charte check prints the catalogue's`, "L21"},
		"formerly: %s is no service, written category.service":                                                                    example{`formerly: "x" is no service, written category.service`, "L21"},
		"site: guard %s is not known; there are %s, and without the key it is off":                                                guarded,
		"%s: %d hosts are declared, %d at most":                                                                                   guarded,
		"%s: host %s %s":                                                                                                          guarded,
		"%s: host %s is declared twice for the kind %s":                                                                           guarded,
		"%s: the kind of a host is one of %s, and not %s":                                                                         guarded,
		`is missing; write one such as "www.example.org" or "*.example.org"`:                                                      guarded,
		"still says TODO": guarded,
		"is an address; write its host alone, such as www.example.org":           guarded,
		"has a port; leave it out, a policy then has the usual ones":             guarded,
		`has a "*" elsewhere than in a "*." at its beginning`:                    guarded,
		`is not a host name such as "www.example.org" or "*.example.org"`:        guarded,
		`stands for a whole top-level domain; write one such as "*.example.org"`: guarded,
		"the id is missing":                    form,
		"the id ":                              form,
		" is reserved by JavaScript":           form,
		" must start with a lower-case letter": form,
		" may only contain lower-case letters without accents, digits and hyphens":                      form,
		`lifetime is missing; write "2 weeks", "up to 12 months", "session", "persistent" or "unknown"`: example{`cookie "a": lifetime is missing; write "2 weeks", "up to 12 months", "session", "persistent" or "unknown"`, "L23"},
		" stands alone, without a number":                                example{`cookie "a": lifetime "session" stands alone, without a number`, "L23"},
		"lifetime has the unit ":                                         hint,
		"; the units are minute, hour, day, week, month and year":        example{`cookie "a": lifetime has the unit "mois"; the units are minute, hour, day, week, month and year`, "L23"},
		"lifetime of %d %ss is not between 1 and %d, which is ten years": example{`cookie "a": lifetime of 11 years is not between 1 and 10, which is ten years`, "L23"},
		`lifetime "persistent" is for localStorage and indexedDB; a cookie has a period or ends with the session`: hint,
		`lifetime "session" is not for `: hint,
		`, which outlives the session; write "persistent", or the period after which the site erases it`: example{`cookie "a": lifetime "session" is not for localStorage, which outlives the session; write "persistent", or the period after which the site erases it`, "L23"},
		`lifetime of sessionStorage is always "session"`:                                                 example{`cookie "a": lifetime of sessionStorage is always "session"`, "L23"},
		`look: %s %s is no colour; write "#rrggbb", or {light: "#rrggbb", dark: "#rrggbb"}`:              looks,
		"look: font %s %s":                       looks,
		"look: %s %s is not known; there are %s": looks,
		`look: %s %s is no length; write a number and px or em, such as "8px"`: looks,
		"look: %s %s is not between %vem and %vem (16px is 1em)":               looks,
		"^[A-Za-z0-9 -]+$":    "it is a pattern",
		"is too long":         looks,
		"has an empty family": looks,
		"is no list of families such as Marianne, Arial, sans-serif: letters of ASCII, digits, spaces and hyphens": looks,
		"%s: the id is declared twice": form,
		": name":                       hint,
		": summary":                    hint,
		": description":                hint,
		": tableTitle":                 hint,
		": policyURL":                  hint,
		": location":                   hint,
		": purpose":                    hint,
		": placeholder":                hint,
		": source":                     hint,
		": frame":                      hint,
		": content":                    hint,
		"%s: what is necessary can be no sale; remove one of the two":                                                     example{`category "necessary": what is necessary can be no sale; remove one of the two`, "L24"},
		"%s: policyURL is missing; visitors must be able to read the privacy policy of every third party":                 example{`provider "google": policyURL is missing; visitors must be able to read the privacy policy of every third party`, "L4"},
		"%s: a category has this id already; categories and services share one set, since charte.allows(id) takes either": form,
		"%s: category is missing":                                         example{`service "a": category is missing`, "L5"},
		"%s: category %s is not declared":                                 example{`service "a": category "b" is not declared`, "L5"},
		"%s: provider is missing":                                         example{`service "a": provider is missing`, "L4"},
		"%s: provider %s is not declared":                                 example{`service "a": provider "b" is not declared`, "L4"},
		"%s: exempt has no sense in the necessary category %s; remove it": example{`service "a": exempt has no sense in the necessary category "b"; remove it`, "L25"},
		"%s: only a first party can be exempt from consent, and provider %s is a third party": example{`service "a": only a first party can be exempt from consent, and provider "b" is a third party`, "L25"},
		"%s: what needs no consent can be no sale; remove one of the two":                     example{`service "a": what needs no consent can be no sale; remove one of the two`, "L25"},
		`%s: retention is a time, such as "25 months", and %s is none`:                        shape,
		"%s: signal %s is not known; there are %s":                                            looks,
		"%s: signal %s is declared twice":                                                     form,
		"no language is declared; list at least one, such as [fr]":                            example{"no language is declared; list at least one, such as [fr]", "L27"},
		`language %s is not a tag such as "fr", "pt-BR" or "zh-Hant"`:                         example{`language "french" is not a tag such as "fr", "pt-BR" or "zh-Hant"`, "L27"},
		"language %s is declared twice":                                                       form,
		"language %s is never chosen, since %s comes first; list %s before %s":                example{`language "fr-CA" is never chosen, since "fr" comes first; list fr-CA before fr`, "L27"},
		"site: name":               example{"site: name is missing", "L4"},
		"site: controller":         example{"site: controller is missing", "L4"},
		"site: charterURL %s %s":   hint,
		"site: cookieDomain %s %s": shape,
		"charter: title":           "the law has no words about the prose of the charter",
		"charter: introduction":    "the law has no words about the prose of the charter",
		"charter: whatTitle":       "the law has no words about the prose of the charter",
		"charter: what":            "the law has no words about the prose of the charter",
		"charter: kindsTitle":      "the law has no words about the prose of the charter",
		"%s is missing": []example{
			{`category "stats": name is missing`, "L5"}, {`categories[2]: summary is missing`, "L5"}, {`service "a": purpose is missing`, "L5"}, {`services[4]: name is missing`, "L5"},
			{`provider "a": name is missing`, "L4"}, {`providers[2]: name is missing`, "L4"}, {`cookie "a": purpose is missing`, "L23"}, {`service "a": a cookie: purpose is missing`, "L23"},
			{`charter: what is missing`, ""}, {`words: "refuseAll" is missing`, "L8"}, {`words: "notice.title" is missing`, "L3"},
		},
		"%s has no wording in %s": []example{{`category "stats": name has no wording in "de"`, "L27"}, {`charter: what has no wording in "de"`, "L27"}},
		"%s is empty in %s":       example{`service "youtube": name is empty in "fr"`, "L27"},
		"%s has a wording in %s, which is not declared in languages": form,
		"%s still says TODO in %s":                                   []example{{`service "a": purpose still says TODO in "fr"`, "L5"}, {`cookie "a": purpose still says TODO in "fr"`, "L23"}, {`site: name still says TODO in "fr"`, "L4"}},
		": (":                                                        hint,
		"is not valid UTF-8":                                         form,
		"contains a line break":                                      form,
		"contains the control character %U":                          form,
		"has %d bytes, %d at most":                                   limit,
		"words: language %s is not declared":                         form,
		"words: %s is not known; the keys are those of catalogue/languages/fr.yaml": form,
		"words: %s has no placeholder %s":                                           form,
		"words: %s must contain %s":                                                 []example{{`words: "notice.body" must contain {controller}`, "L4"}, {`words: "notice.parties" must contain {parties}`, "L3"}, {`words: "frame.provider" must contain {provider}`, "L4"}},

		// catalogue/source
		" where a mapping (key: value) was expected":                  form,
		"this is not a key":                                           form,
		"key %q is written twice, first in line %d":                   form,
		"key %q has no value":                                         form,
		` where a list ("- …") was expected`:                          form,
		"an element of the list is empty":                             form,
		"nothing where a text was expected":                           form,
		"%s where a text was expected; put it in quotes if it is one": form,
		" where a text was expected":                                  form,
		" where true or false was expected":                           form,
		"a text alone where one per language was expected; write {":   example{"a text alone where one per language was expected; write {fr: …, en: …}", "L27"},
		" where a text per language was expected":                     form,
		": …":                  hint,
		"key %q is not known":  form,
		"; the keys here are ": hint,
		"; did you mean %q?":   hint,
		"category %q: the purpose takes %d letters, more than the %d that are read at a glance": example{`category "a": the purpose takes 61 letters, more than the 60 that are read at a glance`, "L5"},
		"category %q: %q is no purpose; say what the data is used for":                          example{`category "a": "better experience" is no purpose; say what the data is used for`, "L5"},
		"%s does not know %s; say it here if you do, or write acceptsUnknown: true": []example{
			{"matomo@1 does not know where its privacy policy stands; say it here if you do, or write acceptsUnknown: true", "L4"},
			{"youtube@1 does not know how long VISITOR_PRIVACY_METADATA is kept; say it here if you do, or write acceptsUnknown: true", "L23"},
		},
		"cookie %q: visitors must learn how long it is kept; look in your browser if nobody publishes it":                      example{`cookie "a": visitors must learn how long it is kept; look in your browser if nobody publishes it`, "L23"},
		"service %q: %q is no purpose; say what the data is used for":                                                          example{`service "a": "better experience" is no purpose; say what the data is used for`, "L5"},
		"service %q: retention, how long its data are kept, is not said; without consent %d months are the most":               example{`service "a": retention, how long its data are kept, is not said; without consent 25 months are the most`, "L25"},
		"service %q: without consent its data may be kept for %d months at most":                                               example{`service "a": without consent its data may be kept for 25 months at most`, "L25"},
		"cookie %q is one of %s's: it follows visitors, and is not necessary":                                                  example{`cookie "_ga" is one of Google Analytics's: it follows visitors, and is not necessary`, "L24"},
		"words: %q is replaced by %q; it must say that it %s all, as plainly as the other answer":                              example{`words: "acceptAll" is replaced by "OK"; it must say that it accepts all, as plainly as the other answer`, "L8"},
		"service %q: hosts is missing, so the guard stops its requests even once it is granted; list those that it loads from": guarded,
		"host %q is one of service %q, which asks; under site it is allowed whatever the visitor answers":                      example{`host "a.test" is one of service "a", which asks; under site it is allowed whatever the visitor answers`, "L1"},
		`write "2 weeks", "up to 12 months", "session", "persistent" or "unknown"`:                                             hint,
		" where a lifetime was expected; ":                                                                                     example{`the number 13 where a lifetime was expected; write "2 weeks"`, "L23"},
		"lifetime %q is not understood; %s":                                                                                    example{`lifetime "x" is not understood; write "2 weeks"`, "L23"},
		"lifetime %q does not start with a whole number from 1 on; %s":                                                         example{`lifetime "0 days" does not start with a whole number from 1 on; write "2 weeks"`, "L23"},
		`lifetime %q: write the unit in English, "%d %s"; the banner translates it`:                                            example{`lifetime "13 mois": write the unit in English, "13 months"; the banner translates it`, "L23"},
		"lifetime %q: the units are minutes, hours, days, weeks, months and years":                                             example{`lifetime "1 age": the units are minutes, hours, days, weeks, months and years`, "L23"},
		`no colour; put it in quotes, since # begins a comment: "#2541b8"`:                                                     looks,
		"the file has %d bytes, %d at most":                                                                                    limit,
		"the file is in UTF-16; save it as UTF-8":                                                                              form,
		"the file is not YAML that can be read (%v)":                                                                           form,
		"not valid YAML: ": form,
		`a second document; one file holds one, so remove the "---" before it`:                                                         form,
		"the byte 0x%02X is not UTF-8; save the file as UTF-8":                                                                         form,
		"the control character U+%04X is not allowed":                                                                                  form,
		"anchors, aliases and merge keys (&name, *name, <<) are not supported; write the text out, in quotes if it starts with & or *": form,
		"tags (!name) are not supported; put the text in quotes if it starts with !":                                                   form,
		"directives (%…) are not supported; put the text in quotes if it starts with %":                                                form,
		`"? " keys are not supported; put the text in quotes if it starts with ?`:                                                      form,
		"more than %d levels of nesting":                                                                                               limit,
		`key "regions" is left out on purpose: every visitor is asked in the same way, wherever they are; remove it (see "One rule for everybody" in catalogue/README.md)`:                                                                                                                 form,
		"service %q: %q belongs to tags that show Google's advertising (AdSense, Ad Manager, AdMob); in the EEA, the United Kingdom and Switzerland, personalised advertising with them needs a banner that Google certified, which Charte is not (see \"No TCF\" in catalogue/README.md)": "it is about Google's own rules, and not about a law",
		"a list of more than %d elements": limit,
		"a mapping of more than %d keys":  limit,
		"a text":                          hint,
		"a mapping":                       hint,
		"a list":                          hint,
		"the number ":                     hint,
		"something else":                  hint,
		`the file is empty; "charte new" writes one, or start from a copy of catalogue/default.yaml`:         form,
		"the banner does not speak %q yet; it speaks %s":                                                     example{`the banner does not speak "eo" yet; it speaks de, en`, "L27"},
		"; without leaves it out of ":                                                                        hint,
		`no catalogue of this name comes with Charte; there are "default" and "demo"`:                        "no file can cause it",
		"language %q is not declared in the catalogue":                                                       "no file can cause it",
		"the catalogue that this one extends has no wordings in %q; copy it instead, and translate the copy": example{`the catalogue that this one extends has no wordings in "de"; copy it instead, and translate the copy`, "L27"},
		`extends %q, but only "default" can be extended`:                                                     form,
		"extends %q, which has errors: %v":                                                                   "no file can cause it",
		"no service %q comes from what this catalogue extends":                                               form,
		"key %q belongs to a service that takes over a known one, with use":                                  form,
		"%s needs with: {%s: …}: %s":                                                                         form,
		"the entry of service %q has errors: %v":                                                             "no file can cause it",
		"write the edition, too: %s@%d is the newest":                                                        form,
		"service %q has no edition %q; the newest is %s@%d":                                                  form,
		" has nothing that with could say":                                                                   form,
		"a b":                                                                                                "it tries a pattern",
		"parameter %q contains %q, which has no place in an address or a tag":                                shape,
		"parameter %q still says TODO; an example is %q (%s)":                                                shape,
		"parameter %q has %d bytes, 300 at most":                                                             limit,
		"parameter %q cannot be %q; an example is %q (%s)":                                                   shape,
		"%q is a setting, so it is true or false, and not %q":                                                shape,
		"there is no parameter %q":                                                                           form,
		"; there are ":                                                                                       hint,
		"%s has no cookie %q":                                                                                form,
		"%s: {%s: …}":                                                                                        hint,
		"{%s, purpose: {%s: …}}":                                                                             hint,
		"cookies: [":                                                                                         hint,
		"%s has no texts in %q; write here what is missing: %s":                                              example{`youtube@1 has no texts in "de"; write here what is missing: name: {de: …}`, "L27"},
		"name: %q":       hint,
		"%s, domain: %q": hint,
		" always needs consent, so it cannot be exempt": example{"youtube@1 always needs consent, so it cannot be exempt", "L25"},
		"%s: true (%s)": hint,
		"%s is exempt from consent only under settings that with must confirm: %s; see %s": example{"matomo@1 is exempt from consent only under settings that with must confirm: a: true (b); see c", "L25"},
		"where its privacy policy stands":                                                  hint,
		"what it stores in the browser":                                                    hint,
		"how long ":                                                                        hint,
		" is kept":                                                                         hint,
		" are kept":                                                                        hint,
		"how long what it collects is kept":                                                hint,
		"whether data leave the European Union":                                            hint,
	}
	found := map[string]bool{}
	for _, text := range sayings(t) {
		found[text] = true
		if texts[text] == nil {
			t.Errorf("catalogue/check or catalogue/source says %q; which row of the law is that about?", text)
		}
	}
	for text, about := range texts {
		if !found[text] {
			t.Errorf("neither catalogue/check nor catalogue/source says %q any more", text)
		}
		examples, _ := about.([]example)
		if reason, is := about.(string); is && reason != hint {
			examples = []example{{`service "a": ` + verb.ReplaceAllString(text, "x"), ""}}
		}
		if one, is := about.(example); is {
			examples = []example{one}
		}
		for _, e := range examples {
			if got := rowOf(e.message); got != e.row {
				t.Errorf("rowOf(%q) = %q, want %q", e.message, got, e.row)
			}
			if !pattern(text).MatchString(e.message) {
				t.Errorf("%q is no example of %q", e.message, text)
			}
		}
	}
	for _, d := range demands {
		if d.row[0] != 'L' || number(d.row) < 1 || number(d.row) > 28 {
			t.Errorf("%q is no row", d.row)
		}
	}
}

// verb matches what fmt replaces.
var verb = regexp.MustCompile(`%[-.0-9*]*[a-zA-Z]`)

// pattern matches messages with a text of the code in them.
func pattern(format string) *regexp.Regexp {
	var parts []string
	for _, part := range verb.Split(format, -1) {
		parts = append(parts, regexp.QuoteMeta(part))
	}
	return regexp.MustCompile(strings.Join(parts, ".*"))
}

// sayings lists the texts with a space in the code that reads and checks catalogues.
func sayings(t *testing.T) []string {
	t.Helper()
	const folder = "../../../catalogue/"
	files, err := filepath.Glob(folder + "check/*.go")
	if err != nil {
		t.Fatal(err)
	}
	// The other files of package source are about entries, languages and summaries.
	for _, name := range []string{"carryover", "decode", "law", "lifetime", "look", "parse", "source", "use"} {
		files = append(files, folder+"source/"+name+".go")
	}
	var all []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				return n.Names[0].Name != "trackers" && n.Names[0].Name != "phrases" // names and words of others
			case *ast.BasicLit:
				text, err := strconv.Unquote(n.Value)
				if err == nil && n.Kind == token.STRING && strings.Contains(strings.Trim(text, ", "), " ") || strings.HasPrefix(text, ": ") && len(text) > 2 {
					all = append(all, text)
				}
			}
			return true
		})
	}
	slices.Sort(all)
	return slices.Compact(all)
}
