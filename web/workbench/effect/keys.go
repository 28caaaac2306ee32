package effect

import "slices"

// keys are those of all sentences, below "says.", with their placeholders. Those of the law have one
// for each of its rows: see [Keys]. Those with {n} have two forms, ".one" and ".other".
var keys = map[string][]string{
	"everybody":   nil,
	"first":       nil,
	"nobody":      nil,
	"stillNobody": nil,
	"noLonger":    nil,

	"because.categoryNew":       {"category"},
	"because.categoryGone":      {"category"},
	"because.categoryAsks":      {"category"},
	"because.categoryNecessary": {"category"},
	"because.serviceNew":        {"service"},
	"because.serviceGone":       {"service"},
	"because.serviceMoved":      {"service", "category"},
	"because.serviceProvider":   {"service", "provider"},
	"because.serviceExempt":     {"service"},
	"because.serviceNotExempt":  {"service"},
	"because.providerThird":     {"provider"},
	"because.providerFirst":     {"provider"},
	"because.cookieNew":         {"service", "cookie"},
	"because.cookieGone":        {"service", "cookie"},
	"because.cookieKind":        {"service", "cookie", "kind"},
	"because.cookieLifetime":    {"service", "cookie", "before", "after"},

	"formerlyKept":    {"revision"},
	"formerlyMissing": {"revision", "line"},
	"formerlyOther":   {"revision", "line"},
	"erased":          {"services"},
	"unswept":         {"service", "cookies"},

	"open":              {"line"},
	"answered":          {"line"},
	"findingNew":        {"message"},
	"findingNewMore":    {"n"},
	"findingMended":     {"message"},
	"findingMendedMore": {"n"},

	"guardReports":  nil,
	"guardEnforces": nil,
	"guardOff":      nil,
	"partyNew":      {"party"},
	"partyGone":     {"party"},
	"languageNew":   {"language"},
	"languageGone":  {"language"},
	"languageFirst": {"language"},
	"domain":        {"domain"},
	"domainNone":    nil,
	"look":          nil,

	"controller":            {"controller"},
	"charter":               {"address"},
	"charterOwn":            nil,
	"keepAfterWithdrawal":   nil,
	"reloadAfterWithdrawal": nil,
	"doNotTrack":            nil,
	"doNotTrackOff":         nil,
	"figures":               nil,
	"figuresOff":            nil,
	"carryOver":             nil,
	"carryOverOff":          nil,
	"formerly":              nil,
	"signals":               {"name", "signals"},
	"signalsNone":           {"name"},
	"provider":              {"provider"},
	"siteHostsNew":          {"hosts"},
	"siteHostsGone":         {"hosts"},
	"hostsNew":              {"service", "hosts"},
	"hostsGone":             {"service", "hosts"},
	"retention":             {"service", "after"},
	"retentionNone":         {"service"},
	"frame":                 {"service"},
	"cookieDomain":          {"service", "cookie", "domain"},
	"cookieOwn":             {"service", "cookie"},
	"sale":                  {"services"},
	"saleNone":              {"services"},
	"order":                 nil,

	"cookieMore":   {"n"},
	"cookieLess":   {"n"},
	"noticeMore":   {"n"},
	"noticeLess":   {"n"},
	"settingsMore": {"n"},
	"settingsLess": {"n"},
	"texts":        {"n"},
	"same":         nil,
	"unseen":       nil,
}

// Keys returns the keys of all sentences that [Of] can say, each with the names of its placeholders.
// The page's words must have them all.
func Keys() map[string][]string {
	all := map[string][]string{}
	for key, placeholders := range keys {
		key = "says." + key
		switch {
		case slices.Contains(placeholders, "line") && len(placeholders) == 1:
			for _, d := range demands {
				all[key+"."+d.row] = placeholders
			}
		case slices.Contains(placeholders, "n"):
			all[key+".one"], all[key+".other"] = placeholders, placeholders
		default:
			all[key] = placeholders
		}
	}
	return all
}
