package check

import (
	"fmt"

	"charte/catalogue"
)

// exemptMonths is the longest life of an entry of an exempt service
// (CNIL, https://www.cnil.fr/fr/node/167364).
const exemptMonths = 13

// tenYears is ten years in each unit. No entry needs more, and no browser keeps a
// cookie that long.
var tenYears = map[catalogue.Unit]int{
	catalogue.UnitMinute: 10 * 366 * 24 * 60, catalogue.UnitHour: 10 * 366 * 24, catalogue.UnitDay: 10 * 366,
	catalogue.UnitWeek: 522, catalogue.UnitMonth: 120, catalogue.UnitYear: 10,
}

// lifetimeFault says what is wrong with a lifetime for an entry of that kind,
// or "" where nothing is.
func lifetimeFault(l catalogue.Lifetime, kind catalogue.Kind) string {
	switch l.Unit {
	case "":
		return `lifetime is missing; write "2 weeks", "up to 12 months", "session", "persistent" or "unknown"`
	case catalogue.UnitSession, catalogue.UnitPersistent, catalogue.UnitUnknown:
		if l.Count != 0 || l.UpTo {
			return "lifetime " + quote(l.Unit) + " stands alone, without a number"
		}
	default:
		most := tenYears[l.Unit]
		if most == 0 {
			return "lifetime has the unit " + quote(l.Unit) + "; the units are minute, hour, day, week, month and year"
		}
		if l.Count < 1 || l.Count > most {
			return fmt.Sprintf("lifetime of %d %ss is not between 1 and %d, which is ten years", l.Count, l.Unit, most)
		}
	}
	switch {
	case kind == catalogue.KindCookie && l.Unit == catalogue.UnitPersistent:
		return `lifetime "persistent" is for localStorage and indexedDB; a cookie has a period or ends with the session`
	case (kind == catalogue.KindLocalStorage || kind == catalogue.KindIndexedDB) && l.Unit == catalogue.UnitSession:
		return `lifetime "session" is not for ` + string(kind) + `, which outlives the session; write "persistent", or the period after which the site erases it`
	case kind == catalogue.KindSessionStorage && l.Unit != catalogue.UnitSession:
		return `lifetime of sessionStorage is always "session"`
	}
	return ""
}

// Within reports whether a valid lifetime is at most so many months. A session is;
// UnitPersistent and UnitUnknown are not.
func Within(l catalogue.Lifetime, months int) bool {
	switch l.Unit {
	case catalogue.UnitPersistent, catalogue.UnitUnknown:
		return false
	case catalogue.UnitSession:
		return true
	case catalogue.UnitMonth:
		return l.Count <= months
	case catalogue.UnitYear:
		return l.Count*12 <= months
	}
	minutes := map[catalogue.Unit]int{catalogue.UnitMinute: 1, catalogue.UnitHour: 60, catalogue.UnitDay: 24 * 60, catalogue.UnitWeek: 7 * 24 * 60}[l.Unit]
	return l.Count*minutes <= months*(365*24*60+12*60)/12 // a year of 365.5 days: 13 months are 395.9 days
}
