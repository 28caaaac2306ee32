package find

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"charte/web/audit/report"
)

// identifiers notes in each request to another site what is sent that looks like an identifier: the
// value of an entry, or a value that is long and irregular enough to be one visitor's alone.
func identifiers(r *report.Report) {
	held := holders(r)
	for i := range r.Journeys {
		j := &r.Journeys[i]
		for k := range j.Requests {
			if q := &j.Requests[k]; q.ThirdParty {
				q.Sent = sent(*q, held)
			}
		}
	}
}

// shortestIdentifier is how long a value is at least that can tell millions of visitors apart.
const shortestIdentifier = 8

// holders are the values of entries that may be identifiers, with the entry's name.
func holders(r *report.Report) map[string]string {
	held := map[string]string{}
	for _, j := range r.Journeys {
		for _, e := range j.Entries {
			for _, part := range parts(e.Value) {
				if len(part) >= shortestIdentifier && irregular(part) {
					held[part] = string(e.Kind) + " " + e.Name
				}
			}
		}
	}
	return held
}

// parts are a value, and what stands between its separators: "GA1.1.123456789.1700000000" is sent
// as "123456789.1700000000".
func parts(value string) []string {
	if decoded, err := url.QueryUnescape(value); err == nil {
		value = decoded
	}
	all := []string{value}
	fields := strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune("|&;,:\"{}[]", r) })
	all = append(all, fields...)
	if dots := strings.Split(value, "."); len(dots) >= 3 {
		all = append(all, strings.Join(dots[len(dots)-2:], "."))
	}
	return all
}

// irregular reports whether a text has digits, as identifiers have and words do not.
func irregular(text string) bool { return strings.ContainsAny(text, "0123456789") }

// harmless are names of parameters that tell versions and moments, and not visitors.
var harmless = regexp.MustCompile(`(?i)^(v|ver|version|hash|h|rev|revision|build|t|ts|time|timestamp|_|cb|cachebuster|rnd|random|rand|integrity|sri|key|api_?key|token|gtm|tid|dl|dr|url|ref|referrer|q|text|font|family)$`)

var (
	uuid = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	long = regexp.MustCompile(`^[A-Za-z0-9_-]{20,128}$`)
)

// looks reports whether a value has the form of an identifier.
func looks(name, value string) bool {
	if harmless.MatchString(name) {
		return false
	}
	if uuid.MatchString(value) {
		return true
	}
	digits := 0
	for _, r := range value {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	const fewest = 5 // a word with a year has four
	return long.MatchString(value) && digits >= fewest
}

// sent are what a request sends.
func sent(q report.Request, held map[string]string) []report.Identifier {
	var sent []report.Identifier
	add := func(where, name, value string) {
		of := ""
		for _, part := range parts(value) {
			if of = held[part]; of != "" {
				break
			}
		}
		if of == "" && !looks(name, value) {
			return
		}
		i := report.Identifier{Where: where, Name: name, Value: value, Of: of}
		const most = 20
		if len(sent) < most && !slices.Contains(sent, i) {
			sent = append(sent, i)
		}
	}
	if at, err := url.Parse(q.URL); err == nil {
		query := at.Query()
		for _, name := range slices.Sorted(maps.Keys(query)) {
			for _, value := range query[name] {
				add("query", name, value)
			}
		}
		for segment := range strings.SplitSeq(at.Path, "/") {
			if held[segment] != "" {
				add("path", "", segment)
			}
		}
	}
	if q.HTTP == nil || q.HTTP.Body == "" {
		return sent
	}
	where := "body"
	if q.Type == "websocket" {
		where = "websocket"
	}
	var object any
	numbered := json.NewDecoder(strings.NewReader(q.HTTP.Body))
	numbered.UseNumber() // a float64 would not keep all digits of an identifier
	switch {
	case json.Valid([]byte(q.HTTP.Body)) && numbered.Decode(&object) == nil:
		leaves("", object, func(name, value string) { add(where, name, value) })
	default:
		if form, err := url.ParseQuery(q.HTTP.Body); err == nil {
			for _, name := range slices.Sorted(maps.Keys(form)) {
				for _, value := range form[name] {
					add(where, name, value)
				}
			}
		}
		add(where, "", strings.TrimSpace(q.HTTP.Body))
	}
	return sent
}

// leaves calls f for each text and number in a JSON value, with the name of the nearest field.
func leaves(name string, value any, f func(name, value string)) {
	switch value := value.(type) {
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(value)) {
			leaves(field, value[field], f)
		}
	case []any:
		for _, inner := range value {
			leaves(name, inner, f)
		}
	case string:
		f(name, value)
	case json.Number:
		f(name, value.String())
	}
}
