package catalogue

import (
	"errors"
	"strconv"
	"strings"
)

// AnswerCookie is the name of the cookie that holds the visitor's answer.
const AnswerCookie = "cookies_preferences"

// AnswerKeptMonths is how long a visitor's answer is kept, in months,
// acceptance and refusal alike (CNIL recommendation 2020-092 of 17 September
// 2020, §§ 38-39). The banner's words say this number. Package consent sets the
// cookie's exact lifetime, in days.
const AnswerKeptMonths = 6

// A Wording is what a View takes from a language: the banner's own words, with
// placeholders, and the forms that numbers need. Package source reads it from
// languages/<lang>.yaml.
type Wording struct {
	Language Language // the file's: "fr", even where the file serves "fr-CA"

	// Dir is the direction of the script, "ltr" or "rtl".
	Dir string

	Words Words

	// Parties are the forms of "{n} third parties", which replace {parties}.
	Parties Forms

	// Lifetimes has the forms of "{n} months", and so on, by unit.
	Lifetimes map[Unit]Forms

	Session    string // a lifetime until the browser closes
	Persistent string // a lifetime until somebody erases the entry
	Unknown    string // a lifetime that nobody publishes
	UpTo       string // "up to {lifetime}"

	// Plural gives the plural category of n, which is never negative:
	// "one", "other" and so on (https://cldr.unicode.org, "cardinal").
	Plural func(n int) string
}

// Forms are the plural forms of one phrase by plural category, in which {n}
// stands for the number. "other" is the form of every category that is absent.
type Forms map[string]string

var errNoForm = errors.New(`no plural form "other"`)

// form returns the phrase for n.
func (w *Wording) form(forms Forms, n int) (string, error) {
	category := "other"
	if w.Plural != nil {
		category = w.Plural(n)
	}
	form, ok := forms[category]
	if !ok {
		form, ok = forms["other"]
	}
	if !ok {
		return "", errNoForm
	}
	return strings.ReplaceAll(form, "{n}", strconv.Itoa(n)), nil
}

// Lifetime puts a lifetime into words: "up to 12 months". It is an error if the
// language has no words for the unit, or lacks the plural form.
func (w *Wording) Lifetime(l Lifetime) (string, error) {
	switch l.Unit {
	case UnitSession:
		return w.Session, nil
	case UnitPersistent:
		return w.Persistent, nil
	case UnitUnknown:
		return w.Unknown, nil
	}
	text, err := w.form(w.Lifetimes[l.Unit], l.Count)
	if err != nil {
		return "", errors.New("language " + strconv.Quote(string(w.Language)) + ": lifetime in " + strconv.Quote(string(l.Unit)) + ": " + err.Error())
	}
	if l.UpTo {
		text = strings.ReplaceAll(w.UpTo, "{lifetime}", text)
	}
	return text, nil
}
