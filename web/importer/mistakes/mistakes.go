// Package mistakes finds what is wrong in a configuration by what the library of known services knows:
// what the peers' own readers cannot tell.
package mistakes

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"charte/catalogue/check"
	"charte/catalogue/services"
	"charte/web/importer/draft"
	"charte/web/importer/draft/recognise"
	"charte/web/importer/plan"
)

// keptMonths is how long a cookie, and an answer, may be kept: thirteen months, by the CNIL's
// recommendation (https://www.cnil.fr/fr/node/167364).
const keptMonths = 13

// keptDays is keptMonths in days, as package check counts them: of a year of 365.5 days.
const keptDays = keptMonths * 365.5 / 12

// Add adds the mistakes of a plan to those that its peer has said. known are the known services. A
// mistake that is said already is not said twice.
func Add(p *plan.Plan, known []*services.Entry) {
	f := &finder{plan: p, known: known, peers: len(p.Mistakes)}
	for _, m := range p.Mistakes {
		f.answered = f.answered || m.Rule == plan.LongLived
	}
	for i := range p.Services {
		f.service(&p.Services[i])
	}
	f.answer()
}

// A finder finds the mistakes of one plan.
type finder struct {
	plan     *plan.Plan
	known    []*services.Entry
	peers    int  // how many of the plan's mistakes the peer has said
	answered bool // the peer has said how long the answer is kept
}

// says adds a mistake, unless the peer has said one of its rule there, or the same has been said. Several
// services may have one path, or none, and several cookies, too.
func (f *finder) says(rule plan.Rule, path, text string, values ...any) {
	mistake := plan.Mistake{Rule: rule, Path: path, Place: draft.PlaceOf(f.plan, path), Text: fmt.Sprintf(text, values...)}
	for i, m := range f.plan.Mistakes {
		if i < f.peers && m.Rule == rule && (m.Path == path || plan.Within(m.Path, path)) || m == mistake {
			return
		}
	}
	f.plan.Mistakes = append(f.plan.Mistakes, mistake)
}

// service finds the mistakes of a service and its cookies.
func (f *finder) service(s *plan.Service) {
	entry := recognise.Service(*s, f.known)
	necessary := s.Necessary || slices.ContainsFunc(f.plan.Categories, func(c plan.Category) bool { return c.ID == s.Category && c.Necessary })
	switch {
	case entry == nil && necessary:
		f.hidden(s)
	case entry == nil || entry.Newest().Exempt != nil:
	case necessary:
		f.says(plan.MandatoryTracker, s.Path, "%s needs consent, and visitors cannot refuse it. The catalogue asks for it.", entry.Name)
	case s.Exempt:
		f.says(plan.NotAsked, s.Path, "%s needs consent, and runs without an answer. The catalogue asks for it.", entry.Name)
	}
	f.listed(s, entry, necessary)
	if s.Library != "" {
		return // the list of its cookies is that of the banner, and not of the site's owner
	}
	for _, c := range s.Cookies {
		f.cookie(s, c, entry)
	}
}

// shownOnly is the path of a cookie in a table that visitors read, in which a star is no pattern.
var shownOnly = regexp.MustCompile(`(?i)table|sections|blocks|body`)

// hidden finds what tracks among the cookies of a necessary service that is not known.
func (f *finder) hidden(s *plan.Service) {
	for _, c := range s.Cookies {
		if !strings.HasPrefix(c.Name, "_") || strings.HasPrefix(c.Name, "__cf") || c.Name == "_cfuvid" {
			continue // a word that may be the site's own, or what protects a site
		}
		for _, entry := range f.known {
			if (entry.Kind == "statistics" || entry.Kind == "ads") && declares(entry, c.Name) {
				f.says(plan.MandatoryTracker, c.Path, "“%s” is a cookie of %s, which needs consent, and visitors cannot refuse it here. Declare it with that service in the catalogue.", c.Name, entry.Name)
				break
			}
		}
	}
}

// declares reports whether a known service stores, or stored formerly, a cookie of this name, or cookies
// of this family. The beginning of a family has to be long enough that it is nobody else's.
func declares(entry *services.Entry, name string) bool {
	const telling = 4
	beginning, family := strings.CutSuffix(name, "*")
	return slices.ContainsFunc(recognise.Names(entry), func(known string) bool {
		return known == name || family && known == beginning || family && len(beginning) >= telling && recognise.Meets(known, name)
	})
}

// listed says where a service names no cookies although it should. tarteaucitron knows them itself,
// c15t has no place for them, and vanilla-cookieconsent may have them in the service's category. What is
// necessary is never erased.
func (f *finder) listed(s *plan.Service, entry *services.Entry, necessary bool) {
	if len(s.Cookies) > 0 || necessary || s.Library != "" || strings.HasPrefix(f.plan.Peer, "c15t") {
		return
	}
	if strings.HasPrefix(f.plan.Peer, "vanilla") && slices.ContainsFunc(f.plan.Services, func(other plan.Service) bool {
		return other.Category == s.Category && len(other.Cookies) > 0
	}) {
		return
	}
	if entry == nil {
		f.says(plan.NoCookies, s.Path, "The service “%s” names no cookies, so nothing is erased when it is refused. The catalogue has a TODO in their place.", s.ID)
		return
	}
	for _, c := range entry.Newest().Service.Cookies {
		if c.Domain == "" { // the others are out of the site's reach
			f.says(plan.NoCookies, s.Path, "The service “%s” names no cookies, so nothing is erased when it is refused. The catalogue has those of %s.", s.ID, entry.Name)
			return
		}
	}
}

// cookie finds the mistakes of a cookie.
func (f *finder) cookie(s *plan.Service, c plan.Cookie, entry *services.Entry) {
	if l, said := draft.Lifetime(c.Lifetime); said && l.Count > 0 && !check.Within(l, keptMonths) {
		f.says(plan.LongLived, c.Path, "%s is kept for %s, which is more than %d months. The catalogue has the same: set a shorter time where the cookie is made.", shown(c), c.Lifetime, keptMonths)
	}
	expression := recognise.Expression(c.Source)
	switch {
	case c.Name == "*" || expression != nil && matchesAll(expression):
		instead := fmt.Sprintf("a TODO in its place: name the cookies of “%s”", s.ID)
		if entry != nil && len(entry.Newest().Service.Cookies) > 0 {
			instead = fmt.Sprintf("the cookies of %s in its place", entry.Name)
		}
		f.says(plan.MatchesAll, c.Path, "%s matches every name, so a refusal erases the cookies of all others, too. The catalogue has %s.", shown(c), instead)
		return
	case expression == nil && strings.HasSuffix(c.Source, "*") && !strings.HasPrefix(c.Source, "/") && !shownOnly.MatchString(c.Path):
		f.says(plan.MatchesNothing, c.Path, `“%s” is taken for a whole name, since only a regular expression is a pattern here, and no cookie is called so. In the catalogue a final "*" stands for any ending.`, c.Source)
		return
	}
	pattern := expression != nil || strings.HasSuffix(c.Name, "*")
	switch {
	case entry != nil && pattern && !f.meets(c, entry):
		f.says(plan.MatchesNothing, c.Path, "%s matches nothing that %s stores. The catalogue has its cookies by their names: take the pattern away if nothing else is meant.", shown(c), entry.Name)
	case c.Name != "" && (c.Kind == "" || c.Kind == "cookie"):
		f.spelt(c, entry)
	}
}

// shown is a cookie as the source has it.
func shown(c plan.Cookie) string {
	if c.Source != "" {
		return c.Source
	}
	return fmt.Sprintf("“%s”", c.Name)
}

// others are names that have nothing in common. What matches them all matches everything.
var others = []string{"PHPSESSID", "_ga", "lang", "wp-settings-1", "zz9", "Q", "__Host-sid", "cart.items"}

func matchesAll(expression *regexp.Regexp) bool {
	return !slices.ContainsFunc(others, func(name string) bool { return !expression.MatchString(name) })
}

// meets reports whether a pattern matches something that a known service stores, or may: where that is
// not known, or the pattern cannot be read, nothing is said against it.
func (f *finder) meets(c plan.Cookie, entry *services.Entry) bool {
	if len(entry.Newest().Service.Cookies) == 0 {
		return true
	}
	if c.Name != "" && recognise.Stores(entry, c.Name) {
		return true
	}
	for _, name := range recognise.Names(entry) {
		if matches, readable := recognise.Matches(c.Source, name); matches || c.Source != "" && !readable && c.Name == "" {
			return true
		}
	}
	// What belongs to another known service is a real name, in a wrong place at worst.
	return slices.ContainsFunc(f.known, func(other *services.Entry) bool { return c.Name != "" && recognise.Stores(other, c.Name) }) || slices.ContainsFunc(genuine, func(name string) bool {
		matches, _ := recognise.Matches(c.Source, name)
		return matches || c.Name != "" && recognise.Meets(c.Name, name)
	})
}

// expiry is the name of a setting that says how long an answer is kept.
var expiry = regexp.MustCompile(`(?i)(expire|expiry|duration|max-?age)[^.\[]*$`)

// answer says where the answer is kept for too long.
func (f *finder) answer() {
	if f.plan.Answer.Days <= keptDays || f.answered {
		return
	}
	path := ""
	for _, fate := range f.plan.Fates {
		if expiry.MatchString(fate.Path) && !shownOnly.MatchString(fate.Path) {
			path = fate.Path
			break
		}
	}
	f.says(plan.LongLived, path, "The answer is kept for %.0f days, which is more than %d months. Charte keeps it for six months.", f.plan.Answer.Days, keptMonths)
}
