package check

import (
	"strings"
	"testing"

	"charte/catalogue"
)

func TestCheckCookieNames(t *testing.T) {
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
		{"a database with a space", catalogue.KindIndexedDB, "firebase heartbeat database", ""},
		{"a database with a star in the middle", catalogue.KindIndexedDB, "a*b", ""},
		{"a database named as the answer", catalogue.KindIndexedDB, "cookies_preferences", ""},
		{"a family of databases", catalogue.KindIndexedDB, "firebase-*", ""},
		{"a family of databases too wide", catalogue.KindIndexedDB, "fb*", `is a family that covers too much; write at least 3 characters before the "*"`},
		{"a database of 201 bytes", catalogue.KindIndexedDB, strings.Repeat("x", 201), "has a name that has 201 bytes, 200 at most"},
		{"a reserved storage key", catalogue.KindLocalStorage, "constructor", "has a name that JavaScript reserves"},
	} {
		want := ""
		if test.fault != "" {
			want = "services[4].cookies[0].name: cookie " + quote(test.cookie) + " " + test.fault
		}
		lifetime := period(1, catalogue.UnitDay)
		run(t, []row{{test.name, func(c *catalogue.Catalogue) {
			c.Services[4].Cookies = []catalogue.Cookie{{Name: test.cookie, Kind: test.kind, Purpose: c.Services[4].Name, Lifetime: lifetime}}
		}, want}})
	}
	run(t, []row{
		{"the answer outside a necessary category", func(c *catalogue.Catalogue) {
			c.Services[0].Category = "statistics"
			c.Services[0].Purpose = c.Site.Name
		}, `services[0].cookies[0].name: cookie "cookies_preferences" holds the visitor's answer, so its service belongs to a necessary category`},
		{"no name", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Name = "" }, `services[3].cookies[0].name: service "youtube": a cookie has no name`},
		{"an unknown kind", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Kind = "webSQL" }, `services[3].cookies[0].kind: cookie "YSC": kind "webSQL" is none of cookie, localStorage, sessionStorage, indexedDB`},
		{"a database of a cookie's name", func(c *catalogue.Catalogue) {
			c.Services[3].Cookies[1].Name, c.Services[3].Cookies[1].Kind = "_ga", catalogue.KindIndexedDB
		}, ""},
		{"a database that two services declare", func(c *catalogue.Catalogue) {
			c.Services[2].Cookies[0].Kind, c.Services[2].Cookies[0].Name = catalogue.KindIndexedDB, "yt-player volume"
			c.Services[3].Cookies[1].Kind = catalogue.KindIndexedDB
		}, `services[3].cookies[1].name: cookie "yt-player volume" is declared by service "analytics" already; an entry has one service, whose consent decides over it`},
		{"a family of databases that covers another service's", func(c *catalogue.Catalogue) {
			c.Services[2].Cookies[0].Kind, c.Services[2].Cookies[0].Name = catalogue.KindIndexedDB, "yt-player*"
			c.Services[3].Cookies[1].Kind = catalogue.KindIndexedDB
		}, `services[2].cookies[0].name: cookie "yt-player*" covers "yt-player volume" of service "youtube"; while one of them may run, refusing the other would not erase it: write longer names`},
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

func TestCheckChecked(t *testing.T) {
	for day, ok := range map[string]bool{
		"": true, "2026-11-23": true, "2026-01-31": true, "2026-12-01": true, "2024-02-29": true, "2000-02-29": true,
		"2026-02-29": false, "2100-02-29": false, "2026-13-01": false, "2026-00-10": false, "2026-04-31": false, "2026-01-00": false,
		"23/11/2026": false, "2026-1-2": false, "2026-11-23T00:00:00Z": false, "20261123": false, "+026-11-23": false, "hier": false,
	} {
		want := `services[1].cookies[0].checked: cookie "_pk_id*": checked "` + day + `" is not a day written YYYY-MM-DD`
		if ok {
			want = ""
		}
		run(t, []row{{"day " + day, func(c *catalogue.Catalogue) { c.Services[1].Cookies[0].Checked = day }, want}})
	}
}

// TestDomains: what another party keeps is another entry, and services may share it.
func TestDomains(t *testing.T) {
	second := func(c *catalogue.Catalogue, domain string) {
		c.Services[3].Cookies = append(c.Services[3].Cookies, c.Services[2].Cookies[0])
		c.Services[2].Cookies[0].Domain = domain
		c.Services[3].Cookies[len(c.Services[3].Cookies)-1].Domain = domain
	}
	run(t, []row{
		{"a domain", func(c *catalogue.Catalogue) { second(c, ".maker.example") }, ""},
		{"a domain that is none", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Domain = "maker" }, `services[2].cookies[0].domain: cookie "_ga": domain "maker" is no host, such as .example.org`},
		{"an address", func(c *catalogue.Catalogue) { c.Services[2].Cookies[0].Domain = "https://maker.example" }, `services[2].cookies[0].domain: cookie "_ga": domain "https://maker.example" is no host, such as .example.org`},
	})
}
