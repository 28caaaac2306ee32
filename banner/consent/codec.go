package consent

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"charte/catalogue"
)

// CookieName is the cookie that holds a visitor's answer.
const CookieName = catalogue.AnswerCookie

// LifetimeDays is how long an answer is kept, acceptance and refusal alike:
// six months, as the CNIL recommends (deliberation 2020-092, 38-39).
const LifetimeDays = 182

// maxBytes bounds a value. RFC 6265 lets browsers drop cookies over 4,096
// bytes. A quarter of that leaves room for the site's own cookies.
const maxBytes = 1024

// The reasons why a value counts as no answer.
var (
	ErrMalformed = errors.New("not a value of this cookie")
	ErrRevision  = errors.New("an answer to another revision of the catalogue")
	ErrExpired   = errors.New("older than an answer is kept")
	ErrFuture    = errors.New("dated after tomorrow")
)

// A Day is a day in UTC, counted from 1970-01-01. An answer is dated by its
// day alone: a finer time would help to tell visitors apart.
type Day int

// DayOf returns the day of a moment.
func DayOf(t time.Time) Day { return Day(t.Unix() / 86400) }

// String writes the day as 2026-11-23.
func (d Day) String() string {
	return time.Unix(int64(d)*86400, 0).UTC().Format("2006-01-02")
}

// parseDay reads 2026-11-23 and nothing else.
func parseDay(s string) (Day, bool) {
	if len(s) != len("2026-11-23") || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	year, err1 := strconv.ParseUint(s[:4], 10, 16)
	month, err2 := strconv.ParseUint(s[5:7], 10, 8)
	date, err3 := strconv.ParseUint(s[8:], 10, 8)
	if err1 != nil || err2 != nil || err3 != nil || year < 1970 {
		return 0, false
	}
	day := DayOf(time.Date(int(year), time.Month(month), int(date), 0, 0, 0, 0, time.UTC))
	return day, day.String() == s // 2026-02-30 is not a day
}

// A Decision is what a visitor answered. The zero Decision is no answer, which
// grants nothing and objects to nothing. A Decision does not tell visitors apart:
// all who answer alike on one day have the same one.
type Decision struct {
	Answered bool
	On       Day    // the day of the answer
	Revision string // of the catalogue that was answered to

	// Yes is what was granted, sorted: categories, or "category.service"
	// where only some services of the category were. A service that asks and is
	// not in Yes is refused.
	Yes []string

	// No lists the exempt services that the visitor objects to, written as in Yes.
	// An exempt service that is not in No may run. An objection outlives the answer
	// that it came with: see Read.
	No []string
}

// Value is the cookie's value, for example
// v=1&on=2026-11-23&rev=k3f9a1&yes=statistics+third-party.youtube. A refusal
// has no yes. Objections follow, as in &no=statistics. The value is empty where
// there is no answer.
func (d Decision) Value() string {
	if !d.Answered {
		return ""
	}
	value := "v=1&on=" + d.On.String() + "&rev=" + d.Revision
	if len(d.Yes) > 0 {
		value += "&yes=" + joined(d.Yes)
	}
	if len(d.No) > 0 {
		value += "&no=" + joined(d.No)
	}
	return value
}

// Decode reads a cookie's value. It takes only what Value writes for this policy,
// and refuses any other value as a whole, with one of the errors above. Asking
// once too often costs the visitor a click; reading an answer that nobody gave
// costs trust.
func (p Policy) Decode(value string, today Day) (Decision, error) {
	said, err := parse(value, today)
	switch {
	case err != nil:
		return Decision{}, err
	case said.Revision != p.Revision:
		return Decision{}, ErrRevision
	}
	d := p.decide(said.On, said.grants, said.objects)
	// Value never writes unknown, doubled, needless or unsorted tokens. A refusal may
	// have an empty yes.
	if d.Value() != strings.TrimSuffix(value, "&yes=") {
		return Decision{}, ErrMalformed
	}
	return d, nil
}

// parse takes a value of any revision apart.
func parse(value string, today Day) (said Decision, err error) {
	rest, ok := strings.CutPrefix(value, "v=1&on=")
	on, rest, ok2 := strings.Cut(rest, "&rev=")
	rest, no, _ := strings.Cut(rest, "&no=")
	revision, yes, _ := strings.Cut(rest, "&yes=")
	day, ok3 := parseDay(on)
	switch {
	case len(value) > maxBytes || !ok || !ok2 || !ok3 || revision == "" || !plain(revision) || !plain(yes) || !plain(no):
		err = ErrMalformed
	case day > today+1:
		err = ErrFuture
	case day < today-LifetimeDays:
		err = ErrExpired
	}
	return Decision{true, day, revision, strings.Split(yes, "+"), strings.Split(no, "+")}, err
}

// plain reports whether s holds only bytes that Value writes.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '+')
	})
}

// Read reads the answer out of a whole cookie string: document.cookie, or a
// request's Cookie header. The string may hold several cookies of the name,
// since a subdomain can plant a second one, which must never add a grant. So a
// service may run only if all of them allow it, and if one of them is no answer,
// there is none.
//
// Where there is no answer, the Decision still holds what any of these cookies
// objects to, whatever its revision. An objection holds until the visitor lifts
// it, or until the cookie expires.
func (p Policy) Read(cookies string, today Day) Decision {
	var read Decision
	for _, value := range valuesIn(cookies, CookieName) {
		d, err := p.Decode(value, today)
		if err != nil {
			return Decision{No: p.objections(cookies, today)}
		}
		if read.Answered {
			d = p.restrict(read, d)
		}
		read = d
	}
	return read
}

// objections lists what any of the cookies objects to, whatever its revision. It
// is written as Decision.No is.
func (p Policy) objections(cookies string, today Day) []string {
	var made []Decision
	for _, value := range valuesIn(cookies, CookieName) {
		if said, err := parse(value, today); err == nil {
			made = append(made, said)
		}
	}
	return p.names(Category.exempts, func(c Category, s Service) bool {
		return slices.ContainsFunc(made, func(d Decision) bool { return d.objects(c, s) })
	})
}

// Former is what a visitor answered to an earlier revision, as far as that applies
// to what is asked now. The settings show it to a visitor who has to answer again.
// It is no answer to this revision, and nothing may run because of it.
//
// A service counts as granted if the answer names it, or if the answer names its
// category and Formerly says that the service was asked for at that revision. At
// a revision that Formerly does not know, a category may have had other services
// than now. So an answer to such a revision grants nothing if it names a whole
// category, and is no former answer at all if it has no objections either.
// Objections to what the catalogue still declares stand.
//
// There is no former answer if one of the cookies cannot be read or answers this
// revision.
func (p Policy) Former(cookies string, today Day) Decision {
	var former Decision
	for _, value := range valuesIn(cookies, CookieName) {
		said, err := parse(value, today)
		asked, known := p.Formerly[said.Revision]
		if err != nil || said.Revision == p.Revision {
			return Decision{}
		}
		if !known && slices.ContainsFunc(said.Yes, func(t string) bool { return t != "" && !strings.Contains(t, ".") }) {
			if said.Yes = nil; joined(said.No) == "" {
				return Decision{}
			}
		}
		d := p.decide(said.On, func(c Category, s Service) bool {
			id := c.ID + "." + s.ID
			return slices.Contains(said.Yes, id) || slices.Contains(said.Yes, c.ID) && slices.Contains(asked, id)
		}, said.objects)
		if former.Answered {
			d = p.restrict(former, d)
		}
		former = d
	}
	return former
}

// CarriedOver is what a visitor answered to the banner that the site had before, as far as
// c says what that means here. It objects to nothing. The settings may show it, as they
// show a former answer. Nothing may run because of it: consent is given to a certain list
// after certain words, and no other program's cookie proves that it was (GDPR, articles
// 4(11) and 7(1)).
//
// There is none if c is nil, if the visitor has ever answered this banner, or if one of the
// other banner's cookies cannot be read. Of several, the most restrictive reading wins.
func (p Policy) CarriedOver(c *catalogue.CarryOverView, cookies string) Decision {
	if c == nil || len(valuesIn(cookies, CookieName)) > 0 {
		return Decision{}
	}
	var answers []catalogue.FormerAnswer
	for _, value := range valuesIn(cookies, c.Cookie) {
		answer := c.Read(value)
		if len(answer) == 0 {
			return Decision{}
		}
		answers = append(answers, answer)
	}
	if len(answers) == 0 {
		return Decision{}
	}
	return p.decide(0, func(category Category, s Service) bool {
		names := c.Services[category.ID+"."+s.ID]
		return !slices.ContainsFunc(answers, func(a catalogue.FormerAnswer) bool { return !a.Grants(names) })
	}, Decision{}.objects)
}

// valuesIn returns the values of all cookies of a name in a cookie string.
func valuesIn(cookies, wanted string) []string {
	var values []string
	for _, pair := range strings.Split(cookies, ";") {
		name, value, _ := strings.Cut(strings.Trim(pair, " "), "=")
		if name == wanted {
			values = append(values, value)
		}
	}
	return values
}

// Attributes returns what follows name and value in document.cookie or Set-Cookie.
// domain is the catalogue's, or empty for a cookie of the host alone. secure says
// that the page is on https.
func Attributes(domain string, secure bool) string {
	attributes := "; Path=/; SameSite=Lax; Max-Age=" + strconv.Itoa(LifetimeDays*86400)
	if domain != "" {
		attributes += "; Domain=" + domain
	}
	if secure {
		attributes += "; Secure"
	}
	return attributes
}

// Same reports whether two decisions allow the same. Their days and revisions may
// differ.
func (d Decision) Same(other Decision) bool {
	return d.Answered == other.Answered && slices.Equal(d.Yes, other.Yes) && slices.Equal(d.No, other.No)
}
