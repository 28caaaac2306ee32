package check

import (
	"testing"

	"charte/catalogue"
)

// period is a lifetime with a number.
func period(count int, unit catalogue.Unit) catalogue.Lifetime {
	return catalogue.Lifetime{Count: count, Unit: unit}
}

func TestCheckLifetimes(t *testing.T) {
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
		{"none", catalogue.KindCookie, catalogue.Lifetime{}, `lifetime is missing; write "2 weeks", "up to 12 months", "session", "persistent" or "unknown"`},
		{"an unknown unit", catalogue.KindCookie, period(13, "mois"), `lifetime has the unit "mois"; the units are minute, hour, day, week, month and year`},
		{"a session with a number", catalogue.KindCookie, period(3, catalogue.UnitSession), `lifetime "session" stands alone, without a number`},
		{"up to a session", catalogue.KindCookie, catalogue.Lifetime{Unit: catalogue.UnitSession, UpTo: true}, `lifetime "session" stands alone, without a number`},
		{"a persistent cookie", catalogue.KindCookie, catalogue.Lifetime{Unit: catalogue.UnitPersistent}, `lifetime "persistent" is for localStorage and indexedDB; a cookie has a period or ends with the session`},
		{"persistent storage", catalogue.KindLocalStorage, catalogue.Lifetime{Unit: catalogue.UnitPersistent}, ""},
		{"storage erased after a period", catalogue.KindLocalStorage, period(6, catalogue.UnitMonth), ""},
		{"local storage for a session", catalogue.KindLocalStorage, catalogue.Lifetime{Unit: catalogue.UnitSession}, `lifetime "session" is not for localStorage, which outlives the session; write "persistent", or the period after which the site erases it`},
		{"a persistent database", catalogue.KindIndexedDB, catalogue.Lifetime{Unit: catalogue.UnitPersistent}, ""},
		{"a database erased after a period", catalogue.KindIndexedDB, period(6, catalogue.UnitMonth), ""},
		{"a database of unknown lifetime", catalogue.KindIndexedDB, catalogue.Lifetime{Unit: catalogue.UnitUnknown}, ""},
		{"a database for a session", catalogue.KindIndexedDB, catalogue.Lifetime{Unit: catalogue.UnitSession}, `lifetime "session" is not for indexedDB, which outlives the session; write "persistent", or the period after which the site erases it`},
		{"session storage", catalogue.KindSessionStorage, catalogue.Lifetime{Unit: catalogue.UnitSession}, ""},
		{"session storage for a period", catalogue.KindSessionStorage, period(1, catalogue.UnitDay), `lifetime of sessionStorage is always "session"`},
		{"persistent session storage", catalogue.KindSessionStorage, catalogue.Lifetime{Unit: catalogue.UnitPersistent}, `lifetime of sessionStorage is always "session"`},
	} {
		want := ""
		if test.fault != "" {
			want = `services[4].cookies[0].lifetime: cookie "abc": ` + test.fault
		}
		run(t, []row{{test.name, func(c *catalogue.Catalogue) {
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
		run(t, []row{{"exempt for " + test.name, func(c *catalogue.Catalogue) { c.Services[1].Cookies[0].Lifetime = test.lifetime }, test.want}})
	}
	run(t, []row{{"exempt and persistent", func(c *catalogue.Catalogue) {
		c.Services[1].Cookies[0].Kind, c.Services[1].Cookies[0].Lifetime = catalogue.KindLocalStorage, catalogue.Lifetime{Unit: catalogue.UnitPersistent}
	}, tooLong}, {"exempt, a persistent database", func(c *catalogue.Catalogue) {
		c.Services[1].Cookies[0].Kind, c.Services[1].Cookies[0].Lifetime = catalogue.KindIndexedDB, catalogue.Lifetime{Unit: catalogue.UnitPersistent}
	}, tooLong}})
}
