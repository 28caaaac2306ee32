package draft

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/services"
	"charte/catalogue/source"
)

// An Addition is a known service that a catalogue is to take over.
type Addition struct {
	Entry    *services.Entry
	Edition  *services.Edition
	Category string            // "" for the one that the entry suggests
	With     map[string]string // values of parameters, and "true" for settings
	Without  []string          // names of cookies that another service of the catalogue declares

	// AcceptsUnknown says that the owner knows of the facts that nobody publishes.
	AcceptsUnknown bool
}

// Lines are the addition as an element of a catalogue's list of services, without the dash.
func (a Addition) Lines() []string {
	lines := []string{fmt.Sprintf("use: %s@%d", a.Entry.ID, a.Edition.Number)}
	if a.Category != "" {
		lines = append(lines, "category: "+a.Category)
	}
	if a.exempt() {
		lines = append(lines, "exempt: true")
		if a.Edition.Service.Retention.Unit == catalogue.UnitUnknown {
			lines = append(lines, "retention: 25 months # the most that the CNIL allows")
		}
	}
	if len(a.With) > 0 {
		var values []string
		for _, name := range slices.Sorted(maps.Keys(a.With)) {
			value := a.With[name]
			if !a.sets(name) {
				value = scalar(value)
			}
			values = append(values, name+": "+value)
		}
		lines = append(lines, "with: { "+strings.Join(values, ", ")+" }")
	}
	if len(a.Without) > 0 {
		var names []string
		for _, name := range a.Without {
			names = append(names, scalar(name))
		}
		lines = append(lines, "without: ["+strings.Join(names, ", ")+"] # another service declares them")
	}
	if a.AcceptsUnknown {
		lines = append(lines, "acceptsUnknown: true")
	}
	return lines
}

// Beside returns the addition without what other services declare. An entry has one service, whose
// consent decides over it.
func (a Addition) Beside(others []catalogue.Cookie) Addition {
	a.Without = nil
	for _, cookie := range a.Edition.Service.Cookies {
		if slices.ContainsFunc(others, func(other catalogue.Cookie) bool {
			return other.Name == services.Fill(cookie.Name, a.With) && other.Kind.OrCookie() == cookie.Kind.OrCookie() && other.Domain+cookie.Domain == ""
		}) {
			a.Without = append(a.Without, services.Fill(cookie.Name, a.With))
		}
	}
	return a
}

// sets reports whether a name is that of a setting, which is true or false.
func (a Addition) sets(name string) bool {
	return a.Edition.Exempt != nil && slices.ContainsFunc(a.Edition.Exempt.Requires, func(s services.Setting) bool { return s.ID == name })
}

// Missing are the parameters that a catalogue must say, and that have no value.
func (a Addition) Missing() []services.Parameter {
	var all []services.Parameter
	for _, p := range a.Edition.Parameters {
		if a.With[p.ID] == "" && a.Entry.Needs(a.Edition, p.ID) {
			all = append(all, p)
		}
	}
	return all
}

// exempt reports whether every setting is confirmed without which the service needs consent.
func (a Addition) exempt() bool {
	if a.Edition.Exempt == nil {
		return false
	}
	for _, setting := range a.Edition.Exempt.Requires {
		if a.With[setting.ID] != "true" {
			return false
		}
	}
	return true
}

// Add writes a known service into the text of a catalogue. Whatever stands there stays as it is,
// comments too. Visitors who have answered are asked again then, so what they were asked for is
// written under formerly. name is the name of the file in errors.
func Add(name, text string, a Addition) (string, error) {
	if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") { // which YAML takes for a line's end, and editors do not
		return "", fmt.Errorf("%s: a line ends with a carriage return alone; save the file with ordinary line ends", name)
	}
	before, err := source.Read(name, []byte(text))
	if err != nil {
		return "", err
	}
	var others []catalogue.Cookie
	for _, s := range before.Services {
		others = append(others, s.Cookies...)
	}
	a = a.Beside(others)
	unfit := func(key, element string) error {
		return fmt.Errorf("%s: %s is written in a way that cannot be added to; write this into it:\n%s", name, key, element)
	}
	d, err := edit.Parse(name, []byte(text))
	if err != nil {
		return "", err
	}
	end := 0
	if list := d.At("/services"); list != nil {
		end = len(list.Nodes)
	}
	if d, err = d.Insert("/services", end, edit.Lines(a.Lines())); err != nil {
		return "", unfit("services", "  - "+strings.Join(a.Lines(), "\n    "))
	}
	after, err := source.Read(name, d.Bytes())
	if err != nil {
		return "", err
	}
	if n := len(before.Services); len(after.Services) != n+1 || !reflect.DeepEqual(before.Services, after.Services[:n]) {
		return "", unfit("services", "  - "+strings.Join(a.Lines(), "\n    "))
	}
	asked, revision := before.Asked(), before.Revision()
	if len(asked) == 0 || before.Formerly[revision] != nil || after.Revision() == revision {
		return string(d.Bytes()), nil
	}
	if d, err = d.Set(edit.Join("/formerly", revision), edit.Texts(asked)); err != nil {
		return "", unfit("formerly", fmt.Sprintf("  %s: [%s]", revision, strings.Join(asked, ", ")))
	}
	return string(d.Bytes()), nil
}

// plain is a text that YAML reads as the same text, or as a number, in every place.
var plain = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9._-]*|[0-9]+)$`)

// scalar writes a text as YAML, in quotes where it could be read as something else.
func scalar(text string) string {
	switch strings.ToLower(text) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
	default:
		if plain.MatchString(text) {
			return text
		}
	}
	return strconv.Quote(text)
}
