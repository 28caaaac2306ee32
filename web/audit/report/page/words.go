package page

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"charte/web/audit/report"
)

// stateNames are the states as a heading of a column, and as a caption.
var stateNames = map[report.State]string{
	report.Before:    "Before an answer",
	report.Refused:   "Refused",
	report.Accepted:  "Accepted",
	report.Withdrawn: "Withdrawn",
}

// stateName is a state's name. A state that is not known is its own name.
func stateName(s report.State) string {
	if name := stateNames[s]; name != "" {
		return name
	}
	return string(s)
}

// briefs are the states at the head of a narrow column.
var briefs = map[report.State]string{report.Before: "Before"}

// brief is a state's name in one word.
func brief(s report.State) string { return cmp.Or(briefs[s], stateName(s)) }

// whens are the states within a sentence.
var whens = map[report.State]string{
	report.Before:    "before an answer",
	report.Refused:   "after refusal",
	report.Accepted:  "after acceptance",
	report.Withdrawn: "after withdrawal",
}

// during says in which states something was seen: "Before an answer and after refusal".
func during(states []report.State) string {
	if slices.Equal(states, report.States) {
		return "In every journey"
	}
	var words []string
	for _, s := range states {
		words = append(words, cmp.Or(whens[s], string(s)))
	}
	text := list(words)
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// severity is how much a finding matters, as a word.
func severity(s report.Severity) string {
	switch s {
	case report.Error:
		return "Error"
	case report.Warning:
		return "Warning"
	case report.Remark:
		return "Note"
	}
	return string(s)
}

// kinds say what made something happen.
var kinds = map[string]string{
	"parser":   "The page’s HTML",
	"script":   "A script",
	"preload":  "A preload",
	"redirect": "A redirect",
	"header":   "Set-Cookie",
	"user":     "The visit itself",
	"other":    "Something else",
}

func kind(of string) string {
	if words := kinds[of]; words != "" {
		return words
	}
	return of
}

// answers says how a journey's banner was answered.
func answers(j report.Journey) string {
	rule, auto := strings.CutPrefix(j.Answer, "autoconsent ")
	switch {
	case j.Answer == "charte":
		return "Charte’s own hook gave the answer."
	case j.Answer == "selector":
		return "A click on the selector that the audit was given gave the answer."
	case auto:
		return "The rule “" + rule + "” of autoconsent gave the answer."
	case j.Answer != "":
		return "The answer was given by: " + j.Answer + "."
	case j.State == report.Before:
		return "The visitor gave no answer."
	}
	return "The banner could not be answered."
}

// banner says whose banner stood on a page.
func banner(name string) string {
	switch name {
	case "":
		return "None"
	case "charte":
		return "Charte"
	case "selector":
		return "Found by the selector"
	}
	return name
}

// In seconds.
const (
	minuteS = 60
	hourS   = 60 * minuteS
	dayS    = 24 * hourS
)

// kept says how long an entry is kept.
func kept(e report.Entry) string {
	s := e.LifetimeS
	switch {
	case s < 0:
		return "Without an end"
	case s == 0 && e.Kind == report.SessionStorage:
		return "Until the tab closes"
	case s == 0:
		return "Until the browser closes"
	case s < 2*minuteS:
		return count(int(s), "second")
	case s < 2*hourS:
		return count(int(s/minuteS), "minute")
	case s < 2*dayS:
		return count(int(s/hourS), "hour")
	}
	days := int(s / dayS)
	if days < 60 {
		return count(days, "day")
	}
	months := int(float64(days)/30.44 + 0.5) // a month has 30.44 days on average
	return fmt.Sprintf("%d days (about %s)", days, count(months, "month"))
}

// count is a number of things. All of them have a plural with "s".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%s %ss", thousands(n), thing)
}

// times is a number in a table. Nothing is a dash, so that the eye finds what is there.
func times(n int) string {
	if n == 0 {
		return "–"
	}
	return thousands(n)
}

// thousands writes 10000 as 10,000.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// list joins words: "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// mostLetters is how much of an address is shown. Some trackers' addresses have thousands.
const mostLetters = 140

// short is an address of at most mostLetters. What is left out is in the middle: the host and the
// end tell addresses apart.
func short(address string) string {
	letters := []rune(address)
	if len(letters) <= mostLetters {
		return address
	}
	const tail = 30
	return string(letters[:mostLetters-tail-1]) + "…" + string(letters[len(letters)-tail:])
}

// address is a short address that a line may break after each "/" of. It would break within words
// otherwise.
func address(text string) template.HTML {
	return template.HTML(slashes.Replace(template.HTMLEscapeString(short(text))))
}

var slashes = strings.NewReplacer("//", "//", "/", "/<wbr>")

// dotted is a host that a line may break after each dot of.
func dotted(host string) template.HTML {
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(host), ".", ".<wbr>"))
}

// spot is the place in a script or a document: "https://…/gtag.js:214:17".
func spot(i report.Initiator) string {
	switch {
	case i.URL == "":
		return ""
	case i.Line == 0:
		return short(i.URL)
	case i.Column == 0:
		return fmt.Sprintf("%s:%d", short(i.URL), i.Line)
	}
	return fmt.Sprintf("%s:%d:%d", short(i.URL), i.Line, i.Column)
}

// mostSteps is how much of a chain of initiators is shown.
const mostSteps = 5

// via is what led to an initiator, the nearest first, without the initiator itself. A chain that
// is too long ends with how many steps more it has.
func via(i report.Initiator) []string {
	chain := i.Chain
	if len(chain) > 0 && chain[0] == i.URL {
		chain = chain[1:]
	}
	var steps []string
	for _, step := range chain[:min(len(chain), mostSteps)] {
		steps = append(steps, short(step))
	}
	if more := len(chain) - mostSteps; more > 0 {
		steps = append(steps, "… and "+count(more, "step")+" more")
	}
	return steps
}

// attached are a cookie's attributes, and its path where that is not the whole host. Storage has none.
func attached(e report.Entry) string {
	if e.Kind != report.Cookie {
		return ""
	}
	var words []string
	if e.HTTPOnly {
		words = append(words, "HttpOnly")
	}
	if e.Secure {
		words = append(words, "Secure")
	}
	if e.SameSite != "" {
		words = append(words, "SameSite="+e.SameSite)
	}
	if e.Partitioned {
		words = append(words, "Partitioned")
	}
	if e.Path != "" && e.Path != "/" {
		words = append(words, "Path="+e.Path)
	}
	if len(words) == 0 {
		return "No attributes"
	}
	return strings.Join(words, ", ")
}

// moment is a time of the day, in UTC, to the millisecond. It is empty where the time is not known.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("15:04:05.000")
}

// day is a day of YYYY-MM-DD in words. What is no day stays as it is.
func day(text string) string {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return t.Format("2 January 2006")
}

// when says when an audit was made, and how long it took.
func when(began, ended time.Time) string {
	if began.IsZero() {
		return "at a time that is not known"
	}
	text := began.UTC().Format("2 January 2006, 15:04 UTC")
	took := int(ended.Sub(began).Round(time.Second) / time.Second)
	switch {
	case took <= 0:
		return text
	case took < minuteS:
		return text + ", in " + count(took, "second")
	case took%minuteS == 0:
		return text + ", in " + count(took/minuteS, "minute")
	}
	return text + ", in " + count(took/minuteS, "minute") + " and " + count(took%minuteS, "second")
}
