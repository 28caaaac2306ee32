package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

// check runs Catalogue on the valid catalogue after an edit. Each line of want
// is "path: message".
func check(t *testing.T, edit func(c *catalogue.Catalogue), want ...string) {
	t.Helper()
	c := cataloguetest.Valid()
	edit(c)
	var got []string
	for _, p := range Catalogue(c) {
		got = append(got, p.Path+": "+p.Message)
	}
	if !slices.Equal(got, want) {
		t.Errorf("Catalogue()\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

type validateRow struct {
	name string
	edit func(c *catalogue.Catalogue)
	want string // the only problem, "path: message"; empty means none
}

func run(t *testing.T, rows []validateRow) {
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if row.want == "" {
				check(t, row.edit)
			} else {
				check(t, row.edit, row.want)
			}
		})
	}
}

func TestValidateAcceptsTheValidOne(t *testing.T) {
	check(t, func(*catalogue.Catalogue) {})
}

func TestValidateReportsEverythingAtOnce(t *testing.T) {
	check(t, func(c *catalogue.Catalogue) {
		c.Site.Controller = ""
		c.Categories[1].ID = "Statistics"
		c.Services[3].Name["fr"] = " "
		c.Services[3].Cookies[0].Lifetime = catalogue.Lifetime{}
	},
		`site.controller: site: controller is missing`,
		`categories[1].id: category "Statistics": the id "Statistics" must start with a lower-case letter`,
		`services[1].category: service "matomo": category "statistics" is not declared`,
		`services[2].category: service "analytics": category "statistics" is not declared`,
		`services[3].name.fr: service "youtube": name is empty in "fr"`,
		`services[3].cookies[0].lifetime: cookie "YSC": lifetime is missing; write "2 weeks", "up to 12 months", "session" or "persistent"`,
	)
}

func TestValidateIDs(t *testing.T) {
	category := func(id catalogue.ID) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) {
			c.Categories = append(c.Categories, c.Categories[2])
			c.Categories[3].ID = id
		}
	}
	syntax := "may only contain lower-case letters without accents, digits and hyphens"
	run(t, []validateRow{
		{"letters, digits and hyphens", category("a-1"), ""},
		{"40 bytes", category(catalogue.ID(strings.Repeat("a", 40))), ""},
		{"41 bytes", category(catalogue.ID(strings.Repeat("a", 41))), `categories[3].id: category "` + strings.Repeat("a", 41) + `": the id has 41 bytes, 40 at most`},
		{"empty", category(""), `categories[3].id: categories[3]: the id is missing`},
		{"upper case", category("Ads"), `categories[3].id: category "Ads": the id "Ads" must start with a lower-case letter`},
		{"upper case later", category("toDay"), `categories[3].id: category "toDay": the id "toDay" ` + syntax},
		{"a digit first", category("1st"), `categories[3].id: category "1st": the id "1st" must start with a lower-case letter`},
		{"a hyphen first", category("-a"), `categories[3].id: category "-a": the id "-a" must start with a lower-case letter`},
		{"an accent", category("publicité"), `categories[3].id: category "publicité": the id "publicité" ` + syntax},
		{"a space", category("a b"), `categories[3].id: category "a b": the id "a b" ` + syntax},
		{"a dot, which separates in the cookie", category("a.b"), `categories[3].id: category "a.b": the id "a.b" ` + syntax},
		{"a plus, which separates in the cookie", category("a+b"), `categories[3].id: category "a+b": the id "a+b" ` + syntax},
		{"a cookie attribute", category("a; Path=/x"), `categories[3].id: category "a; Path=/x": the id "a; Path=/x" ` + syntax},
		{"a line break", category("a\r\nb"), `categories[3].id: category "a\r\nb": the id "a\r\nb" ` + syntax},
		{"__proto__", category("__proto__"), `categories[3].id: category "__proto__": the id "__proto__" is reserved by JavaScript`},
		{"constructor", category("constructor"), `categories[3].id: category "constructor": the id "constructor" is reserved by JavaScript`},
		{"prototype", category("prototype"), `categories[3].id: category "prototype": the id "prototype" is reserved by JavaScript`},
		{"toString", category("toString"), `categories[3].id: category "toString": the id "toString" is reserved by JavaScript`},
		{"valueOf", category("valueOf"), `categories[3].id: category "valueOf": the id "valueOf" is reserved by JavaScript`},
		{"hasOwnProperty", category("hasOwnProperty"), `categories[3].id: category "hasOwnProperty": the id "hasOwnProperty" is reserved by JavaScript`},
		{"a category twice", category("statistics"), `categories[3].id: category "statistics": the id is declared twice`},
		{"a provider twice", func(c *catalogue.Catalogue) { c.Providers = append(c.Providers, c.Providers[1]) }, `providers[2].id: provider "google": the id is declared twice`},
		{"a provider reserved", func(c *catalogue.Catalogue) {
			c.Providers = append(c.Providers, catalogue.Provider{ID: "constructor", Name: "X", FirstParty: true})
		}, `providers[2].id: provider "constructor": the id "constructor" is reserved by JavaScript`},
		{"a service twice", func(c *catalogue.Catalogue) { c.Services = append(c.Services, c.Services[4]) }, `services[5].id: service "maps": the id is declared twice`},
		{"a service reserved", func(c *catalogue.Catalogue) { c.Services[4].ID = "constructor" }, `services[4].id: service "constructor": the id "constructor" is reserved by JavaScript`},
		{"a service named as a category", func(c *catalogue.Catalogue) { c.Services[4].ID = "third-party" }, `services[4].id: service "third-party": a category has this id already; categories and services share one set, since charte.allows(id) takes either`},
		{"a provider named as a service", func(c *catalogue.Catalogue) {
			c.Providers = append(c.Providers, catalogue.Provider{ID: "youtube", Name: "YouTube", FirstParty: true})
		}, ""},
	})
}

func TestValidateReferences(t *testing.T) {
	run(t, []validateRow{
		{"no category", func(c *catalogue.Catalogue) { c.Services[4].Category = "" }, `services[4].category: service "maps": category is missing`},
		{"an undeclared category", func(c *catalogue.Catalogue) { c.Services[4].Category = "stats" }, `services[4].category: service "maps": category "stats" is not declared`},
		{"no provider", func(c *catalogue.Catalogue) { c.Services[4].Provider = "" }, `services[4].provider: service "maps": provider is missing`},
		{"an undeclared provider", func(c *catalogue.Catalogue) { c.Services[4].Provider = "gogle" }, `services[4].provider: service "maps": provider "gogle" is not declared`},
		{"an exempt service in a necessary category", func(c *catalogue.Catalogue) { c.Services[0].Exempt = true }, `services[0].exempt: service "choice": exempt has no sense in the necessary category "necessary"; remove it`},
		{"an exempt third party", func(c *catalogue.Catalogue) { c.Services[4].Exempt = true }, `services[4].exempt: service "maps": only a first party can be exempt from consent, and provider "google" is a third party`},
		{"a service without cookies", func(c *catalogue.Catalogue) { c.Services[3].Cookies = nil }, ""},
		{"no categories at all", func(c *catalogue.Catalogue) { c.Categories, c.Services = nil, nil }, "categories: no category is declared; every site has that of its necessary cookies"},
		{"no services at all", func(c *catalogue.Catalogue) { c.Services = nil }, ""},
	})
}

func TestValidateLanguages(t *testing.T) {
	only := func(languages ...catalogue.Language) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) { *c = catalogue.Catalogue{Languages: languages} }
	}
	for _, test := range []struct {
		name string
		edit func(c *catalogue.Catalogue)
		want string // the problem with the path "languages…"; empty means none
	}{
		{"none", only(), `languages: no language is declared; list at least one, such as [fr]`},
		{"a region", only("pt-BR"), ""},
		{"a script", only("zh-Hant"), ""},
		{"a script and a region", only("zh-Hant-TW"), ""},
		{"a region in digits", only("es-419"), ""},
		{"three letters", only("gsw"), ""},
		{"a variant before its language", only("fr-CA", "fr"), ""},
		{"two variants", only("zh-Hant", "zh-Hans"), ""},
		{"one that only starts like another", only("fr", "frp"), ""},
		{"a variant after its language", only("fr", "en", "fr-CA"), `languages[2]: language "fr-CA" is never chosen, since "fr" comes first; list fr-CA before fr`},
		{"a region after its script", only("zh-Hant", "zh-Hant-TW"), `languages[1]: language "zh-Hant-TW" is never chosen, since "zh-Hant" comes first; list zh-Hant-TW before zh-Hant`},
		{"twice", only("fr", "en", "fr"), `languages[2]: language "fr" is declared twice`},
		{"empty", only(""), `languages[0]: language "" is not a tag such as "fr", "pt-BR" or "zh-Hant"`},
		{"an underscore", only("pt_BR"), `languages[0]: language "pt_BR" is not a tag such as "fr", "pt-BR" or "zh-Hant"`},
		{"a region in lower case", only("pt-br"), `languages[0]: language "pt-br" is not a tag such as "fr", "pt-BR" or "zh-Hant"`},
		{"a name", only("français"), `languages[0]: language "français" is not a tag such as "fr", "pt-BR" or "zh-Hant"`},
		{"__proto__", only("__proto__"), `languages[0]: language "__proto__" is not a tag such as "fr", "pt-BR" or "zh-Hant"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := cataloguetest.Valid()
			test.edit(c)
			var got []string
			for _, p := range Catalogue(c) {
				if strings.HasPrefix(p.Path, "languages") {
					got = append(got, p.Path+": "+p.Message)
				}
			}
			if strings.Join(got, "\n") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestValidateTexts(t *testing.T) {
	for _, text := range []struct {
		path, label string
		most        int // bytes
		needed      bool
		of          func(c *catalogue.Catalogue) *catalogue.Text
	}{
		{"site.name", "site: name", 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Site.Name }},
		{"charter.title", "charter: title", 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.Title }},
		{"charter.introduction", "charter: introduction", 20000, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.Introduction }},
		{"charter.whatTitle", "charter: whatTitle", 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.WhatTitle }},
		{"charter.what", "charter: what", 20000, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.What }},
		{"charter.kindsTitle", "charter: kindsTitle", 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.KindsTitle }},
		{"categories[0].name", `category "necessary": name`, 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].Name }},
		{"categories[0].summary", `category "necessary": summary`, 400, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].Summary }},
		{"categories[0].description", `category "necessary": description`, 20000, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].Description }},
		{"categories[0].tableTitle", `category "necessary": tableTitle`, 200, false, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].TableTitle }},
		{"services[0].name", `service "choice": name`, 200, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[0].Name }},
		{"services[0].location", `service "choice": location`, 200, false, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[0].Location }},
		{"services[0].cookies[0].purpose", `cookie "cookies_preferences": purpose`, 1000, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[0].Cookies[0].Purpose }},
		{"services[3].purpose", `service "youtube": purpose`, 1000, true, func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[3].Purpose }},
	} {
		write := func(language catalogue.Language, wording string) func(c *catalogue.Catalogue) {
			return func(c *catalogue.Catalogue) { (*text.of(c))[language] = wording }
		}
		missing := text.path + ": " + text.label + " is missing"
		if !text.needed {
			missing = ""
		}
		lineBreak := text.path + ".fr: " + text.label + " contains a line break"
		if text.most == 20000 {
			lineBreak = ""
		}
		tooLong := func(n int) string {
			return fmt.Sprintf("%s.fr: %s has %d bytes, %d at most", text.path, text.label, n, text.most)
		}
		t.Run(text.path, func(t *testing.T) {
			run(t, []validateRow{
				{"left out", func(c *catalogue.Catalogue) { *text.of(c) = nil }, missing},
				{"not in every language", func(c *catalogue.Catalogue) { delete(*text.of(c), "en") }, text.path + ": " + text.label + ` has no wording in "en"`},
				{"blank", write("en", "  "), text.path + ".en: " + text.label + ` is empty in "en"`},
				{"in an undeclared language", write("de", "x"), text.path + ".de: " + text.label + ` has a wording in "de", which is not declared in languages`},
				{"markup is text like any other", write("fr", `</script><script>alert(1)</script><svg onload=x>" onfocus="{{constructor}}{site}`), ""},
				{"a NUL", write("fr", "a\x00b"), text.path + ".fr: " + text.label + " contains the control character U+0000"},
				{"a tab", write("fr", "a\tb"), text.path + ".fr: " + text.label + " contains the control character U+0009"},
				{"a C1 control", write("fr", "a\u0085b"), text.path + ".fr: " + text.label + " contains the control character U+0085"},
				{"an override of direction", write("fr", "a\u202eb"), text.path + ".fr: " + text.label + " contains the control character U+202E"},
				{"marks of direction, which Arabic needs", write("fr", "\u200fa\u2067b\u2069"), ""},
				{"a line break", write("fr", "a\nb"), lineBreak},
				{"a line separator", write("fr", "a\u2028b"), text.path + ".fr: " + text.label + " contains a line break"},
				{"broken UTF-8", write("fr", "caf\xe9"), text.path + ".fr: " + text.label + " is not valid UTF-8"},
				{"a replacement character", write("fr", "caf\ufffd"), ""},
				{"as long as it may be", write("fr", strings.Repeat("x", text.most)), ""},
				{"one byte longer", write("fr", strings.Repeat("x", text.most+1)), tooLong(text.most + 1)},
				{"1 MB", write("fr", strings.Repeat("x", 1<<20)), tooLong(1 << 20)},
			})
		})
	}
	run(t, []validateRow{
		{"a necessary service needs no purpose", func(c *catalogue.Catalogue) { c.Services[0].Purpose = nil }, ""},
		{"an exempt service needs one", func(c *catalogue.Catalogue) { c.Services[1].Purpose = nil }, `services[1].purpose: service "matomo": purpose is missing`},
		{"an empty mapping is a missing text", func(c *catalogue.Catalogue) { c.Services[3].Name = catalogue.Text{} }, `services[3].name: service "youtube": name is missing`},
	})
}

func TestValidateLines(t *testing.T) {
	run(t, []validateRow{
		{"no controller", func(c *catalogue.Catalogue) { c.Site.Controller = " " }, `site.controller: site: controller is missing`},
		{"a controller of 201 bytes", func(c *catalogue.Catalogue) { c.Site.Controller = strings.Repeat("x", 201) }, `site.controller: site: controller has 201 bytes, 200 at most`},
		{"a controller with a line break", func(c *catalogue.Catalogue) { c.Site.Controller = "a\nb" }, `site.controller: site: controller contains a line break`},
		{"a provider without a name", func(c *catalogue.Catalogue) { c.Providers[0].Name = "" }, `providers[0].name: provider "city": name is missing`},
		{"a provider with a control character", func(c *catalogue.Catalogue) { c.Providers[0].Name = "a\x1bb" }, `providers[0].name: provider "city": name contains the control character U+001B`},
		{"a provider in broken UTF-8", func(c *catalogue.Catalogue) { c.Providers[0].Name = "\xff" }, `providers[0].name: provider "city": name is not valid UTF-8`},
	})
}

func TestValidateAddresses(t *testing.T) {
	const scheme, site = "must start with https:// or http://", "must start with https://, http:// or a single /"
	control, ascii := "contains a space or a control character", "contains a character outside ASCII; write it percent-encoded, and a host name in its xn-- form"
	for _, test := range []struct {
		name, address string
		policy        string // what is wrong with it as a policy's address
		charter       string // and as the charter's
	}{
		{"https", "https://example.org/a/b?c=d&e#f", "", ""},
		{"http and a port", "http://127.0.0.1:8080/charte", "", ""},
		{"a host alone", "https://example.org", "", ""},
		{"a host in upper case", "https://Example.ORG/", "", ""},
		{"percent-encoded", "https://example.org/caf%C3%A9", "", ""},
		{"2,000 bytes", "https://example.org/" + strings.Repeat("a", 1980), "", ""},
		{"2,001 bytes", "https://example.org/" + strings.Repeat("a", 1981), "has 2001 bytes, 2000 at most", "has 2001 bytes, 2000 at most"},
		{"a path", "/charte", scheme, ""},
		{"a path to the root", "/", scheme, ""},
		{"a path with a query", "/a/b?c#d", scheme, ""},
		{"another site without a scheme", "//evil.test/", scheme, "starts with //, which leads to another site; write a single / or https://"},
		{"a backslash after the slash", `/\evil.test/`, `contains "\\", which no address may contain`, `contains "\\", which no address may contain`},
		{"backslashes", `https:\\evil.test`, `contains "\\", which no address may contain`, `contains "\\", which no address may contain`},
		{"a tab after the slash", "/\t/evil.test", control, control},
		{"a relative path", "charte", scheme, site},
		{"javascript", "javascript:alert(1)", scheme, site},
		{"javascript in mixed case", "JaVaScRiPt:alert(1)", scheme, site},
		{"javascript with a tab", "java\tscript:alert(1)", control, control},
		{"javascript after a control character", "\x01javascript:alert(1)", control, control},
		{"javascript after a space", " javascript:alert(1)", control, control},
		{"data", "data:text/html,<b>", `contains "<", which no address may contain`, `contains "<", which no address may contain`},
		{"data without markup", "data:text/html,x", scheme, site},
		{"a scheme in mixed case", "HTTPS://example.org", scheme, site},
		{"one slash", "https:/example.org", scheme, site},
		{"three slashes", "https:///example.org", "has no host name", "has no host name"},
		{"no host", "https://", "has no host name", "has no host name"},
		{"a user name", "https://google.com@evil.test/", `contains a user name before "@"; such addresses mislead`, `contains a user name before "@"; such addresses mislead`},
		{"an @ in the path", "https://example.org/@user", "", ""},
		{"a host with a trailing dot", "https://example.org./", `has "example.org.", which is not a host name`, `has "example.org.", which is not a host name`},
		{"a host with an underscore", "https://a_b.org/", `has "a_b.org", which is not a host name`, `has "a_b.org", which is not a host name`},
		{"a percent sign in the host", "https://%65vil.test/", `has "%65vil.test", which is not a host name`, `has "%65vil.test", which is not a host name`},
		{"a host outside ASCII", "https://exämple.org/", ascii, ascii},
		{"port 0", "https://example.org:0/", "has a port that is not a number from 1 to 65535", "has a port that is not a number from 1 to 65535"},
		{"port 65536", "https://example.org:65536/", "has a port that is not a number from 1 to 65535", "has a port that is not a number from 1 to 65535"},
		{"an empty port", "https://example.org:/", "has a port that is not a number from 1 to 65535", "has a port that is not a number from 1 to 65535"},
		{"a quote", `https://example.org/" onfocus="x`, `contains "\"", which no address may contain`, `contains "\"", which no address may contain`},
		{"a line break", "https://example.org/\nSet-Cookie: x", control, control},
		{"a broken percent sign", "https://example.org/%E", `contains a "%" without two hexadecimal digits after it`, `contains a "%" without two hexadecimal digits after it`},
	} {
		quoted := quote(test.address)
		want := func(format, fault string) string {
			if fault == "" {
				return ""
			}
			return fmt.Sprintf(format, quoted, fault)
		}
		t.Run(test.name, func(t *testing.T) {
			run(t, []validateRow{
				{"policyURL", func(c *catalogue.Catalogue) { c.Providers[1].PolicyURL = test.address }, want(`providers[1].policyURL: provider "google": policyURL %s %s`, test.policy)},
				{"source", func(c *catalogue.Catalogue) { c.Services[1].Cookies[0].Source = test.address }, want(`services[1].cookies[0].source: cookie "_pk_id*": source %s %s`, test.policy)},
				{"charterURL", func(c *catalogue.Catalogue) { c.Site.CharterURL = test.address }, want(`site.charterURL: site: charterURL %s %s`, test.charter)},
			})
		})
	}
	run(t, []validateRow{
		{"no charterURL", func(c *catalogue.Catalogue) { c.Site.CharterURL = "" }, ""},
		{"a third party without a policy", func(c *catalogue.Catalogue) { c.Providers[1].PolicyURL = "" }, `providers[1].policyURL: provider "google": policyURL is missing; visitors must be able to read the privacy policy of every third party`},
		{"a first party without a policy", func(c *catalogue.Catalogue) { c.Providers[0].PolicyURL = "" }, ""},
	})
}

func TestValidateCookieDomain(t *testing.T) {
	notDomain := "is not a domain such as example.org"
	for _, test := range []struct{ name, domain, fault string }{
		{"none", "", ""},
		{"a domain", "example.org", ""},
		{"a subdomain", "data.example.co.uk", ""},
		{"punycode", "xn--exmple-cua.org", ""},
		{"253 bytes", strings.Repeat(strings.Repeat("a", 49)+".", 5) + "org", ""},
		{"an address", "https://example.org", "is an address; write the domain alone, such as example.org"},
		{"a port", "example.org:8080", "is an address; write the domain alone, such as example.org"},
		{"a path", "example.org/a", "is an address; write the domain alone, such as example.org"},
		{"a leading dot", ".example.org", "starts with a dot; leave it out, subdomains are included anyway"},
		{"upper case", "Example.org", "must be in lower case"},
		{"a cookie attribute", "example.org; secure", notDomain},
		{"a line break", "example.org\r\n", notDomain},
		{"a space", "example .org", notDomain},
		{"two dots", "example..org", notDomain},
		{"a trailing dot", "example.org.", notDomain},
		{"a hyphen first", "-example.org", notDomain},
		{"a label of 63 bytes", strings.Repeat("a", 63) + ".org", ""},
		{"a label of 64 bytes", strings.Repeat("a", 64) + ".org", notDomain},
		{"254 bytes", strings.Repeat(strings.Repeat("a", 49)+".", 5) + "orgs", notDomain},
		{"outside ASCII", "exämple.org", notDomain},
		{"a single label", "localhost", "is a single label, which browsers refuse; leave cookieDomain out to keep the cookie to its host"},
		{"an IP address", "127.0.0.1", "is a number, which browsers refuse; leave cookieDomain out to keep the cookie to its host"},
	} {
		want := ""
		if test.fault != "" {
			want = "site.cookieDomain: site: cookieDomain " + quote(test.domain) + " " + test.fault
		}
		run(t, []validateRow{{test.name, func(c *catalogue.Catalogue) { c.Site.CookieDomain = test.domain }, want}})
	}
}

func TestValidateCookieNames(t *testing.T) {
	for _, test := range []struct {
		name   string
		kind   catalogue.Kind
		cookie string
		fault  string
	}{
		{"Matomo's", catalogue.KindCookie, "_pk_ses.1.1fff", ""},
		{"a prefix of browsers", catalogue.KindCookie, "__Host-session", ""},
		{"a family", catalogue.KindCookie, "_hj*", ""},
		{"every other character of a token", catalogue.KindCookie, "!#$%&'+-.^_`|~", ""},
		{"200 bytes", catalogue.KindCookie, strings.Repeat("x", 200), ""},
		{"201 bytes", catalogue.KindCookie, strings.Repeat("x", 201), "has a name that has 201 bytes, 200 at most"},
		{"a star alone", catalogue.KindCookie, "*", `is a family that covers too much; write at least 3 characters before the "*"`},
		{"a family of two characters", catalogue.KindCookie, "_g*", `is a family that covers too much; write at least 3 characters before the "*"`},
		{"a star in the middle", catalogue.KindCookie, "_ga*_x", `has a "*" before its end; only a final "*" stands for any ending`},
		{"two stars", catalogue.KindCookie, "_gax**", `has a "*" before its end; only a final "*" stands for any ending`},
		{"a family that covers the answer", catalogue.KindCookie, "cookies*", "is a family that covers cookies_preferences, which holds the visitor's answer"},
		{"a family of the answer's whole name", catalogue.KindCookie, "cookies_preferences*", "is a family that covers cookies_preferences, which holds the visitor's answer"},
		{"a family beside the answer", catalogue.KindCookie, "cookies_pref2*", ""},
		{"markup", catalogue.KindCookie, "<img src=x onerror=alert(1)>", `contains "<", which the name of a cookie cannot contain`},
		{"a space", catalogue.KindCookie, "a b", `contains " ", which the name of a cookie cannot contain`},
		{"an equals sign", catalogue.KindCookie, "a=b", `contains "=", which the name of a cookie cannot contain`},
		{"a semicolon", catalogue.KindCookie, "abc;Path=/", `contains ";", which the name of a cookie cannot contain`},
		{"a NUL", catalogue.KindCookie, "a\x00", `contains "\x00", which the name of a cookie cannot contain`},
		{"outside ASCII", catalogue.KindCookie, "é", `contains "é", which the name of a cookie cannot contain`},
		{"__proto__", catalogue.KindCookie, "__proto__", "has a name that JavaScript reserves"},

		{"a storage key with a space", catalogue.KindLocalStorage, "yt player", ""},
		{"a storage key outside ASCII", catalogue.KindLocalStorage, "préférences", ""},
		{"a storage key with markup, which is text", catalogue.KindLocalStorage, "<img>", ""},
		{"a storage key with a star in the middle", catalogue.KindLocalStorage, "a*b", ""},
		{"a storage key named as the answer", catalogue.KindLocalStorage, "cookies_preferences", ""},
		{"a family of storage keys", catalogue.KindLocalStorage, "map-*", ""},
		{"a family of storage keys too wide", catalogue.KindLocalStorage, "y*", `is a family that covers too much; write at least 3 characters before the "*"`},
		{"a storage key of 201 bytes", catalogue.KindLocalStorage, strings.Repeat("x", 201), "has a name that has 201 bytes, 200 at most"},
		{"a storage key with a line break", catalogue.KindLocalStorage, "a\nb", "contains a line break"},
		{"a storage key in broken UTF-8", catalogue.KindLocalStorage, "\xff", "is not valid UTF-8"},
		{"a reserved storage key", catalogue.KindLocalStorage, "constructor", "has a name that JavaScript reserves"},
	} {
		want := ""
		if test.fault != "" {
			want = "services[4].cookies[0].name: cookie " + quote(test.cookie) + " " + test.fault
		}
		lifetime := period(1, catalogue.UnitDay)
		run(t, []validateRow{{test.name, func(c *catalogue.Catalogue) {
			c.Services[4].Cookies = []catalogue.Cookie{{Name: test.cookie, Kind: test.kind, Purpose: c.Services[4].Name, Lifetime: lifetime}}
		}, want}})
	}
	run(t, []validateRow{
		{"the answer outside a necessary category", func(c *catalogue.Catalogue) {
			c.Services[0].Category = "statistics"
			c.Services[0].Purpose = c.Site.Name
		}, `services[0].cookies[0].name: cookie "cookies_preferences" holds the visitor's answer, so its service belongs to a necessary category`},
		{"no name", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Name = "" }, `services[3].cookies[0].name: service "youtube": a cookie has no name`},
		{"an unknown kind", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Kind = "indexedDB" }, `services[3].cookies[0].kind: cookie "YSC": kind "indexedDB" is none of cookie, localStorage, sessionStorage`},
		{"twice in a service", func(c *catalogue.Catalogue) { c.Services[2].Cookies[1].Name = "_ga" }, `services[2].cookies[1].name: cookie "_ga" is declared twice in service "analytics"`},
		{"twice in two services", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Name = "_ga" }, `services[3].cookies[0].name: cookie "_ga" is declared by service "analytics" already; an entry has one service, whose consent decides over it`},
		{"twice, the kind written once", func(c *catalogue.Catalogue) {
			c.Services[3].Cookies[0].Name, c.Services[3].Cookies[0].Kind = "_ga_*", catalogue.KindCookie
		}, `services[3].cookies[0].name: cookie "_ga_*" is declared by service "analytics" already; an entry has one service, whose consent decides over it`},
		{"the same name of another kind", func(c *catalogue.Catalogue) { c.Services[3].Cookies[1].Name = "_ga" }, ""},
		{"a family that covers another service's cookie", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Name = "_ga_X1" }, `services[2].cookies[1].name: cookie "_ga_*" covers "_ga_X1" of service "youtube"; while one of them may run, refusing the other would not erase it: write longer names`},
		{"a family that covers another service's family", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Name = "_ga_X1*" }, `services[2].cookies[1].name: cookie "_ga_*" covers "_ga_X1" of service "youtube"; while one of them may run, refusing the other would not erase it: write longer names`},
		{"a family of three characters that covers another service's cookie", func(c *catalogue.Catalogue) { c.Services[2].Cookies[1].Name = "YSC*" }, `services[2].cookies[1].name: cookie "YSC*" covers "YSC" of service "youtube"; while one of them may run, refusing the other would not erase it: write longer names`},
		{"a family that covers its own service's cookie", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Name = "_ga_X1" }, ""},
		{"an exempt service's family that covers an asking one's cookie", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Name = "_pk_id.x" }, `services[1].cookies[0].name: cookie "_pk_id*" covers "_pk_id.x" of service "youtube"; while one of them may run, refusing the other would not erase it: write longer names`},
		{"a necessary service's family that covers an asking one's cookie", func(c *catalogue.Catalogue) { c.Services[0].Cookies[0].Name = "YSC*" }, `services[0].cookies[0].name: cookie "YSC*" covers "YSC" of service "youtube"; while one of them may run, refusing the other would not erase it: write longer names`},
		{"a necessary service's family that covers an exempt one's, which visitors may object to", func(c *catalogue.Catalogue) { c.Services[0].Cookies[0].Name = "_pk*" }, `services[0].cookies[0].name: cookie "_pk*" covers "_pk_id" of service "matomo"; while one of them may run, refusing the other would not erase it: write longer names`},
		{"a necessary service's family that covers another necessary one's cookie", func(c *catalogue.Catalogue) {
			c.Services[1].Category, c.Services[1].Exempt = "necessary", false
			c.Services[0].Cookies[0].Name = "_pk*"
		}, ""},
	})
}

// period is a lifetime with a number.
func period(count int, unit catalogue.Unit) catalogue.Lifetime {
	return catalogue.Lifetime{Count: count, Unit: unit}
}

func TestValidateLifetimes(t *testing.T) {
	for _, test := range []struct {
		name     string
		kind     catalogue.Kind
		lifetime catalogue.Lifetime
		fault    string
	}{
		{"1 minute", catalogue.KindCookie, period(1, catalogue.UnitMinute), ""},
		{"10 years", catalogue.KindCookie, period(10, catalogue.UnitYear), ""},
		{"120 months", catalogue.KindCookie, catalogue.Lifetime{Count: 120, Unit: catalogue.UnitMonth, UpTo: true}, ""},
		{"10 years in days", catalogue.KindCookie, period(3650, catalogue.UnitDay), ""},
		{"session", catalogue.KindCookie, catalogue.Lifetime{Unit: catalogue.UnitSession}, ""},
		{"11 years", catalogue.KindCookie, period(11, catalogue.UnitYear), "lifetime of 11 years is not between 1 and 10, which is ten years"},
		{"121 months", catalogue.KindCookie, period(121, catalogue.UnitMonth), "lifetime of 121 months is not between 1 and 120, which is ten years"},
		{"523 weeks", catalogue.KindCookie, period(523, catalogue.UnitWeek), "lifetime of 523 weeks is not between 1 and 522, which is ten years"},
		{"3,661 days", catalogue.KindCookie, period(3661, catalogue.UnitDay), "lifetime of 3661 days is not between 1 and 3660, which is ten years"},
		{"87,841 hours", catalogue.KindCookie, period(87841, catalogue.UnitHour), "lifetime of 87841 hours is not between 1 and 87840, which is ten years"},
		{"5,270,401 minutes", catalogue.KindCookie, period(5270401, catalogue.UnitMinute), "lifetime of 5270401 minutes is not between 1 and 5270400, which is ten years"},
		{"0", catalogue.KindCookie, period(0, catalogue.UnitDay), "lifetime of 0 days is not between 1 and 3660, which is ten years"},
		{"-1", catalogue.KindCookie, period(-1, catalogue.UnitDay), "lifetime of -1 days is not between 1 and 3660, which is ten years"},
		{"10^12", catalogue.KindCookie, period(1_000_000_000_000, catalogue.UnitDay), "lifetime of 1000000000000 days is not between 1 and 3660, which is ten years"},
		{"none", catalogue.KindCookie, catalogue.Lifetime{}, `lifetime is missing; write "2 weeks", "up to 12 months", "session" or "persistent"`},
		{"an unknown unit", catalogue.KindCookie, period(13, "mois"), `lifetime has the unit "mois"; the units are minute, hour, day, week, month and year`},
		{"a session with a number", catalogue.KindCookie, period(3, catalogue.UnitSession), `lifetime "session" stands alone, without a number`},
		{"up to a session", catalogue.KindCookie, catalogue.Lifetime{Unit: catalogue.UnitSession, UpTo: true}, `lifetime "session" stands alone, without a number`},
		{"a persistent cookie", catalogue.KindCookie, catalogue.Lifetime{Unit: catalogue.UnitPersistent}, `lifetime "persistent" is for localStorage; a cookie has a period or ends with the session`},
		{"persistent storage", catalogue.KindLocalStorage, catalogue.Lifetime{Unit: catalogue.UnitPersistent}, ""},
		{"storage erased after a period", catalogue.KindLocalStorage, period(6, catalogue.UnitMonth), ""},
		{"local storage for a session", catalogue.KindLocalStorage, catalogue.Lifetime{Unit: catalogue.UnitSession}, `lifetime "session" is not for localStorage, which outlives the session; write "persistent", or the period after which the site erases it`},
		{"session storage", catalogue.KindSessionStorage, catalogue.Lifetime{Unit: catalogue.UnitSession}, ""},
		{"session storage for a period", catalogue.KindSessionStorage, period(1, catalogue.UnitDay), `lifetime of sessionStorage is always "session"`},
		{"persistent session storage", catalogue.KindSessionStorage, catalogue.Lifetime{Unit: catalogue.UnitPersistent}, `lifetime of sessionStorage is always "session"`},
	} {
		want := ""
		if test.fault != "" {
			want = `services[4].cookies[0].lifetime: cookie "abc": ` + test.fault
		}
		run(t, []validateRow{{test.name, func(c *catalogue.Catalogue) {
			c.Services[4].Cookies = []catalogue.Cookie{{Name: "abc", Kind: test.kind, Purpose: c.Services[4].Name, Lifetime: test.lifetime}}
		}, want}})
	}

	tooLong := `services[1].cookies[0].lifetime: cookie "_pk_id*": what is exempt from consent may be kept 13 months at most (https://www.cnil.fr/fr/node/167364)`
	for _, test := range []struct {
		name     string
		lifetime catalogue.Lifetime
		want     string
	}{
		{"13 months", period(13, catalogue.UnitMonth), ""},
		{"14 months", period(14, catalogue.UnitMonth), tooLong},
		{"1 year", period(1, catalogue.UnitYear), ""},
		{"2 years", period(2, catalogue.UnitYear), tooLong},
		{"395 days", period(395, catalogue.UnitDay), ""},
		{"397 days", period(397, catalogue.UnitDay), tooLong},
		{"56 weeks", period(56, catalogue.UnitWeek), ""},
		{"57 weeks", period(57, catalogue.UnitWeek), tooLong},
		{"30 minutes", period(30, catalogue.UnitMinute), ""},
		{"session", catalogue.Lifetime{Unit: catalogue.UnitSession}, ""},
	} {
		run(t, []validateRow{{"exempt for " + test.name, func(c *catalogue.Catalogue) { c.Services[1].Cookies[0].Lifetime = test.lifetime }, test.want}})
	}
	run(t, []validateRow{{"exempt and persistent", func(c *catalogue.Catalogue) {
		c.Services[1].Cookies[0].Kind, c.Services[1].Cookies[0].Lifetime = catalogue.KindLocalStorage, catalogue.Lifetime{Unit: catalogue.UnitPersistent}
	}, tooLong}})
}

func TestValidateChecked(t *testing.T) {
	for day, ok := range map[string]bool{
		"": true, "2026-11-23": true, "2026-01-31": true, "2026-12-01": true, "2024-02-29": true, "2000-02-29": true,
		"2026-02-29": false, "2100-02-29": false, "2026-13-01": false, "2026-00-10": false, "2026-04-31": false, "2026-01-00": false,
		"23/11/2026": false, "2026-1-2": false, "2026-11-23T00:00:00Z": false, "20261123": false, "+026-11-23": false, "hier": false,
	} {
		want := `services[1].cookies[0].checked: cookie "_pk_id*": checked "` + day + `" is not a day written YYYY-MM-DD`
		if ok {
			want = ""
		}
		run(t, []validateRow{{"day " + day, func(c *catalogue.Catalogue) { c.Services[1].Cookies[0].Checked = day }, want}})
	}
}

func TestValidateWords(t *testing.T) {
	word := func(language catalogue.Language, key, text string) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) {
			c.Words = map[catalogue.Language]map[string]string{language: {key: text}}
		}
	}
	run(t, []validateRow{
		{"none", func(c *catalogue.Catalogue) { c.Words = nil }, ""},
		{"every placeholder", word("fr", "notice.body", "{site}{controller}{parties}{manage}{revision}{kept}"), ""},
		{"braces that are no placeholder", word("fr", "list.show", "{ {} {{1}} {"), ""},
		{"who asks is not said", word("fr", "notice.body", "Nous demandons votre accord pour :"), `words.fr.notice.body: words: "notice.body" must contain {controller}`},
		{"how many third parties is not said", word("fr", "notice.parties", "Voir les tiers"), `words.fr.notice.parties: words: "notice.parties" must contain {parties}`},
		{"how long is not said", word("fr", "notice.kept", "Modifiable avec « {manage} »."), `words.fr.notice.kept: words: "notice.kept" must contain {kept}`},
		{"nor how to change it", word("fr", "notice.kept", "Conservé {kept}."), `words.fr.notice.kept: words: "notice.kept" must contain {manage}`},
		{"whose frame is not said", word("fr", "frame.provider", "Contenu"), `words.fr.frame.provider: words: "frame.provider" must contain {provider}`},
		{"who answers for the site is not said", word("fr", "charter.controller", "Responsable"), `words.fr.charter.controller: words: "charter.controller" must contain {controller}`},
		{"an undeclared language", word("de", "save", "Speichern"), `words.de: words: language "de" is not declared`},
		{"an unknown key", word("fr", "notice.titel", "x"), `words.fr.notice.titel: words: "notice.titel" is not known; the keys are those of catalogue/languages/fr.yaml`},
		{"a group instead of a word", word("fr", "notice", "x"), `words.fr.notice: words: "notice" is not known; the keys are those of catalogue/languages/fr.yaml`},
		{"__proto__", word("fr", "__proto__", "x"), `words.fr.__proto__: words: "__proto__" is not known; the keys are those of catalogue/languages/fr.yaml`},
		{"empty", word("fr", "save", ""), `words.fr.save: words: "save" is missing`},
		{"a misspelt placeholder", word("fr", "notice.body", "De {controler}"), `words.fr.notice.body: words: "notice.body" has no placeholder {controler}`},
		{"a placeholder after braces", word("fr", "notice.body", "{{foo}"), `words.fr.notice.body: words: "notice.body" has no placeholder {foo}`},
		{"the row's placeholder in its word", word("fr", "frame.provider", "Voir {provider}"), ""},
		{"the row's placeholder in another", word("fr", "list.show", "Lire {provider}"), `words.fr.list.show: words: "list.show" has no placeholder {provider}`},
		{"2,001 bytes", word("fr", "save", strings.Repeat("x", 2001)), `words.fr.save: words: "save" has 2001 bytes, 2000 at most`},
		{"a control character", word("fr", "save", "a\x07"), `words.fr.save: words: "save" contains the control character U+0007`},
	})
}

func TestValidateLimits(t *testing.T) {
	run(t, []validateRow{
		{"101 languages", func(c *catalogue.Catalogue) { c.Languages = make([]catalogue.Language, 101) }, "languages: 101 languages are declared, 100 at most"},
		{"201 categories", func(c *catalogue.Catalogue) { c.Categories = make([]catalogue.Category, 201) }, "categories: 201 categories are declared, 200 at most"},
		{"2,001 providers", func(c *catalogue.Catalogue) { c.Providers = make([]catalogue.Provider, 2001) }, "providers: 2001 providers are declared, 2000 at most"},
		{"2,001 services", func(c *catalogue.Catalogue) { c.Services = make([]catalogue.Service, 2001) }, "services: 2001 services are declared, 2000 at most"},
		{"20,001 cookies", func(c *catalogue.Catalogue) {
			c.Services[0].Cookies, c.Services[1].Cookies = make([]catalogue.Cookie, 10_000), make([]catalogue.Cookie, 10_001)
			c.Services[2].Cookies, c.Services[3].Cookies = nil, nil
		}, "services: 20001 cookies are declared, 20000 at most"},
		{"20,000 cookies and 2,000 services", func(c *catalogue.Catalogue) {
			text := catalogue.Text{"fr": "x", "en": "x"}
			c.Services = make([]catalogue.Service, 2000)
			for i := range c.Services {
				c.Services[i] = catalogue.Service{ID: catalogue.ID(fmt.Sprintf("s%d", i)), Category: "necessary", Provider: "city", Name: text}
				for j := range 10 {
					c.Services[i].Cookies = append(c.Services[i].Cookies, catalogue.Cookie{Name: fmt.Sprintf("c%d_%d", i, j), Purpose: text, Lifetime: period(1, catalogue.UnitDay)})
				}
			}
		}, ""},
		{"200 categories", func(c *catalogue.Catalogue) {
			for i := len(c.Categories); i < 200; i++ {
				category := c.Categories[1]
				category.ID = catalogue.ID(fmt.Sprintf("c%d", i))
				c.Categories = append(c.Categories, category)
			}
		}, ""},
	})
}

// TestValidateAnswer holds the bound of the cookie to the longest answer,
// composed here a second way: by trying, for every category, what is left when
// each of its services in turn is left out.
func TestValidateAnswer(t *testing.T) {
	services := func(c *catalogue.Catalogue, category, provider catalogue.ID, exempt bool, ids ...string) {
		for _, id := range ids {
			c.Services = append(c.Services, catalogue.Service{ID: catalogue.ID(id), Category: category, Provider: provider, Exempt: exempt, Name: c.Site.Name, Purpose: c.Site.Name})
		}
	}
	list := func(c *catalogue.Catalogue, key string, exempt bool) string {
		var names []string
		for _, category := range c.Categories {
			if category.Necessary {
				continue
			}
			var ids []string
			for _, s := range c.Services {
				if s.Category == category.ID && s.Exempt == exempt {
					ids = append(ids, string(category.ID)+"."+string(s.ID))
				}
			}
			best := ""
			for left := range ids {
				if some := strings.Join(slices.Delete(slices.Clone(ids), left, left+1), "+"); len(some) > len(best) {
					best = some
				}
			}
			if len(ids) > 0 && len(best) < len(category.ID) {
				best = string(category.ID)
			}
			if best != "" {
				names = append(names, best)
			}
		}
		if names == nil {
			return ""
		}
		return key + strings.Join(names, "+")
	}
	full := func(n int) []string {
		var ids []string
		for i := range n {
			ids = append(ids, fmt.Sprintf("service-%02d", i))
		}
		return ids
	}
	for _, test := range []struct {
		name   string
		exempt int // services of third-party, besides the one of statistics that every row has
	}{
		{"whole categories are objected to", 1},
		{"and some of a category", 4},
	} {
		saw := map[int]bool{}
		for n := range 60 {
			for length := range 40 {
				c := cataloguetest.Valid()
				services(c, "statistics", "google", false, full(n)...)
				services(c, "third-party", "google", false, strings.Repeat("s", length+1))
				for i := range test.exempt {
					services(c, "third-party", "city", true, fmt.Sprintf("own-%02d", i))
				}
				value := "v=1&on=2026-11-23&rev=abcdef" + list(c, "&yes=", false) + list(c, "&no=", true)
				saw[len(value)] = true
				problems := Catalogue(c)
				if len(value) <= 1024 && len(problems) > 0 {
					t.Fatalf("%s: %d services, longest answer %d bytes, %s: %v", test.name, n, len(value), value, problems)
				}
				if len(value) > 1024 {
					message := fmt.Sprintf("an answer could need %d bytes in the cookie cookies_preferences, 1024 at most; shorten the ids of categories and services, or make one service of those that visitors will decide alike", len(value))
					if len(problems) != 1 || problems[0] != (Problem{"services", message}) {
						t.Fatalf("%s: %d services, longest answer %d bytes: %v", test.name, n, len(value), problems)
					}
				}
			}
		}
		if !saw[1024] || !saw[1025] {
			t.Errorf("%s: no case stood on the bound, or none just beyond it", test.name)
		}
	}
	run(t, []validateRow{
		{"necessary services are never written", func(c *catalogue.Catalogue) { services(c, "necessary", "city", false, full(500)...) }, ""},
		{"a site that asks nothing writes objections alone, 1,024 bytes", func(c *catalogue.Catalogue) {
			c.Services = c.Services[:2]
			services(c, "statistics", "city", true, append(full(44), strings.Repeat("s", 13))...)
		}, ""},
		{"1,025 bytes of them", func(c *catalogue.Catalogue) {
			c.Services = c.Services[:2]
			services(c, "statistics", "city", true, append(full(44), strings.Repeat("s", 14))...)
		}, "services: an answer could need 1025 bytes in the cookie cookies_preferences, 1024 at most; shorten the ids of categories and services, or make one service of those that visitors will decide alike"},
	})
}

func TestValidateZero(t *testing.T) {
	if problems := Catalogue(new(catalogue.Catalogue)); len(problems) == 0 {
		t.Error("the zero catalogue is valid")
	}
}

func TestValidateFormerly(t *testing.T) {
	formerly := func(revision string, asked ...string) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) { c.Formerly = map[string][]string{revision: asked} }
	}
	run(t, []validateRow{
		{"what charte check prints", formerly("k3f7a2", "statistics.matomo", "gone.long-ago"), ""},
		{"nothing was asked then", formerly("k3f7a2"), ""},
		{"no revision", formerly("2026-11-23"), `formerly.2026-11-23: formerly: "2026-11-23" is no revision, which has six characters; charte check prints the catalogue's`},
		{"a character too odd", formerly("K3f7a2"), `formerly.K3f7a2: formerly: "K3f7a2" is no revision, which has six characters; charte check prints the catalogue's`},
		{"a service alone", formerly("k3f7a2", "matomo"), `formerly.k3f7a2[0]: formerly: "matomo" is no service, written category.service`},
		{"three names", formerly("k3f7a2", "a.b.c"), `formerly.k3f7a2[0]: formerly: "a.b.c" is no service, written category.service`},
		{"31 revisions", func(c *catalogue.Catalogue) {
			c.Formerly = map[string][]string{}
			for i := range 31 {
				c.Formerly["aaaa"+string(rune('a'+i%26))+string(rune('a'+i/26))] = nil
			}
		}, "formerly: 31 earlier revisions are listed, 30 at most; leave out those of more than six months ago"},
	})
}
