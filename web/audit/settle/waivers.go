package settle

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"charte/catalogue/source"
	"charte/web/audit/report"
)

// A Waiver is an element of a file of waivers.
type Waiver struct {
	report.Waiver

	// Page limits the waiver to findings whose evidence is all on pages that it names: an
	// address, or a path that begins with "/". Empty means every page.
	Page string

	// Place is where the waiver stands.
	Place report.Place
}

// shortestReason is how many letters a reason has at least. "ok" and "later" tell nobody why.
const shortestReason = 10

// longestMonths is how far the end of a waiver may be away, so that somebody decides about each
// waiver again once a year.
const longestMonths = 12

// ReadWaivers reads a file of waivers. name is its name in errors:
//
//	waivers:
//	  - rule: undeclared
//	    subject: cookie visit_*
//	    reason: The supplier takes it out with release 12.
//	    until: 2027-03-31
//	    page: /shop/*
//
// The rule is the ID of one of [report.Rules]. A final "*" of subject and page stands for any ending.
// until is the last day on which the waiver holds. page may be left out. An error is of type
// [source.Errors] and lists all that is wrong.
func ReadWaivers(name string, data []byte) ([]Waiver, error) {
	return readWaivers(name, data, time.Now())
}

func readWaivers(name string, data []byte, today time.Time) ([]Waiver, error) {
	rows, errs := source.Rows(name, data, "waivers", "rule", "subject", "reason", "until", "page")
	c := collector{file: name, errs: errs, first: map[[3]string]int{}}
	var waivers []Waiver
	for _, row := range rows {
		waivers = append(waivers, c.waiver(row, today))
	}
	if len(c.errs) > 0 {
		c.errs.Sort()
		return nil, c.errs
	}
	return waivers, nil
}

// A collector collects the errors of a file.
type collector struct {
	file  string
	errs  source.Errors
	first map[[3]string]int // the line of each waiver, by what it waives
}

// fail adds an error about a key of a row, unless its value could not be read at all.
func (c *collector) fail(row source.Row, key, format string, values ...any) {
	if row.Read(key) {
		line, column := row.Place(key)
		c.errs = append(c.errs, source.Error{File: c.file, Line: line, Column: column, Message: fmt.Sprintf(format, values...)})
	}
}

func (c *collector) waiver(row source.Row, today time.Time) Waiver {
	w := Waiver{Page: row.Texts["page"]}
	w.Rule, w.Subject, w.Reason, w.Until = row.Texts["rule"], row.Texts["subject"], strings.TrimSpace(row.Texts["reason"]), row.Texts["until"]
	w.Place.File = c.file
	w.Place.Line, w.Place.Column = row.Place("")
	c.rule(row, w.Rule)
	c.pattern(row, "subject", w.Subject)
	if _, there := row.Texts["page"]; there {
		c.pattern(row, "page", w.Page)
	}
	switch n := utf8.RuneCountInString(w.Reason); {
	case n == 0:
		c.fail(row, "reason", "the reason is missing; say why the finding is accepted for now")
	case n < shortestReason:
		c.fail(row, "reason", "the reason %q has %d letters; write %d or more, so that others understand it", w.Reason, n, shortestReason)
	}
	c.until(row, w.Until, today)
	what := [3]string{w.Rule, w.Subject, w.Page}
	if line, twice := c.first[what]; twice && w.Rule != "" && w.Subject != "" {
		c.fail(row, "", "this waives the same as the waiver in line %d; keep one of them", line)
	} else {
		c.first[what] = w.Place.Line
	}
	return w
}

func (c *collector) rule(row source.Row, id string) {
	var ids []string
	for _, rule := range report.Rules {
		if rule.ID != report.RuleWaiver {
			ids = append(ids, rule.ID)
		}
	}
	switch {
	case id == "":
		c.fail(row, "rule", "the rule is missing; the rules are %s", strings.Join(ids, ", "))
	case id == report.RuleWaiver:
		c.fail(row, "rule", "the rule %q cannot be waived; give the waiver that has expired a new end", id)
	case report.RuleNamed(id) == nil:
		message := source.Suggestion(id, ids)
		if message == "" {
			message = "; the rules are " + strings.Join(ids, ", ")
		}
		c.fail(row, "rule", "the rule %q is not known%s", shorten(id), message)
	}
}

// pattern checks a text that may end in "*".
func (c *collector) pattern(row source.Row, key, pattern string) {
	switch star := strings.IndexByte(pattern, '*'); {
	case strings.TrimSpace(pattern) == "":
		c.fail(row, key, "the %s is missing", key)
	case pattern == "*":
		c.fail(row, key, `the %s "*" covers everything; say at least how it begins`, key)
	case star >= 0 && star < len(pattern)-1:
		c.fail(row, key, `the %s %q has a "*" before its end; only a final "*" stands for any ending`, key, shorten(pattern))
	}
}

func (c *collector) until(row source.Row, until string, today time.Time) {
	end, err := time.Parse(time.DateOnly, until)
	switch latest := day(today).AddDate(0, longestMonths, 0); {
	case until == "":
		c.fail(row, "until", "until is missing; write the last day on which the waiver holds, as YYYY-MM-DD")
	case err != nil:
		c.fail(row, "until", "until %q is not a day written YYYY-MM-DD", shorten(until))
	case end.After(latest):
		c.fail(row, "until", "until %s is more than %d months away; write %s or earlier, since every waiver is decided about again once a year", until, longestMonths, latest.Format(time.DateOnly))
	}
}

// day is the calendar day of a time, where it was taken, as midnight UTC.
func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// shorten cuts a text that would make a message hard to read.
func shorten(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
