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
	"charte/catalogue/services"
	"charte/catalogue/source"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
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

// yaml writes the addition as an element of a catalogue's list of services, without the dash.
func (a Addition) yaml() []string {
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

// beside leaves out of the addition what other services declare. An entry has one service, whose
// consent decides over it.
func (a Addition) beside(others []catalogue.Cookie) Addition {
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
	if strings.Contains(text, "\r\n") { // as Windows has it
		added, err := Add(name, strings.ReplaceAll(text, "\r\n", "\n"), a)
		return strings.ReplaceAll(added, "\n", "\r\n"), err
	}
	if strings.Contains(text, "\r") { // which YAML takes for a line's end, and editors do not
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
	a = a.beside(others)
	unfit := func(key, element string) error {
		return fmt.Errorf("%s: %s is written in a way that cannot be added to; write this into it:\n%s", name, key, element)
	}
	added, ok := insert(text, "services", "- ", a.yaml())
	if !ok {
		return "", unfit("services", "  - "+strings.Join(a.yaml(), "\n    "))
	}
	after, err := source.Read(name, []byte(added))
	if err != nil {
		return "", err
	}
	if n := len(before.Services); len(after.Services) != n+1 || !reflect.DeepEqual(before.Services, after.Services[:n]) {
		return "", unfit("services", "  - "+strings.Join(a.yaml(), "\n    "))
	}
	asked, revision := before.Asked(), before.Revision()
	if len(asked) == 0 || before.Formerly[revision] != nil || after.Revision() == revision {
		return added, nil
	}
	line := fmt.Sprintf("%s: [%s]", revision, strings.Join(asked, ", "))
	kept, ok := insert(added, "formerly", "", []string{line})
	if !ok {
		return "", unfit("formerly", "  "+line)
	}
	last, err := source.Read(name, []byte(kept))
	if err != nil || !reflect.DeepEqual(last.Services, after.Services) || last.Formerly[revision] == nil {
		return "", unfit("formerly", "  "+line)
	}
	return kept, nil
}

// insert adds an element at the end of a list, or a key at the end of a mapping, under a key of the
// whole catalogue. What is not there yet is begun at the end of the file. It reports false where the
// list or the mapping stands in brackets.
func insert(text, key, dash string, element []string) (added string, ok bool) {
	file, err := parser.ParseBytes([]byte(text), parser.ParseComments)
	if err != nil {
		return "", false
	}
	written := func(indent int) []string {
		lines := slices.Clone(element)
		for i := range lines {
			lead := strings.Repeat(" ", indent)
			if i == 0 {
				lead += dash
			} else {
				lead += strings.Repeat(" ", len(dash))
			}
			lines[i] = lead + lines[i]
		}
		return lines
	}
	lines := strings.Split(text, "\n")
	pairs := topLevel(file)
	i := slices.IndexFunc(pairs, func(p *ast.MappingValueNode) bool { return p.Key.GetToken().Value == key })
	if i < 0 {
		end := len(lines)
		for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
			end--
		}
		return strings.Join(slices.Concat(lines[:end], []string{"", key + ":"}, written(2), []string{""}), "\n"), true
	}
	// The value goes on until the next key, without the empty lines and the comments before that.
	start, end := pairs[i].Key.GetToken().Position.Line, len(lines)
	if i+1 < len(pairs) {
		end = pairs[i+1].Key.GetToken().Position.Line - 1
	}
	if start > end { // the whole catalogue stands in one line, in braces
		return "", false
	}
	for end > start && (strings.TrimSpace(lines[end-1]) == "" || strings.HasPrefix(lines[end-1], "#") || lines[end-1] == "..." || lines[end-1] == "---") {
		end--
	}
	indent := 2
	var gap []string
	switch value := pairs[i].Value.(type) {
	case *ast.SequenceNode:
		if value.IsFlowStyle && len(value.Values) > 0 {
			return "", false
		}
		if value.IsFlowStyle {
			lines[start-1] = key + ":"
			break
		}
		indent = value.Start.Position.Column - 1
		gap = between(lines[start:end], strings.Repeat(" ", indent)+strings.TrimSpace(dash))
	case *ast.MappingNode:
		if value.IsFlowStyle || len(value.Values) == 0 {
			return "", false
		}
		indent = value.Values[0].Key.GetToken().Position.Column - 1
	case *ast.MappingValueNode:
		indent = value.Key.GetToken().Position.Column - 1
	}
	return strings.Join(slices.Concat(lines[:end], gap, written(indent), lines[end:]), "\n"), true
}

// between returns the empty line that stands between the elements of a list, if one does.
func between(lines []string, dash string) []string {
	for i, line := range lines {
		if i > 0 && strings.HasPrefix(line, dash) {
			for before := i - 1; before >= 0; before-- {
				if text := strings.TrimSpace(lines[before]); text == "" {
					return []string{""}
				} else if !strings.HasPrefix(text, "#") {
					break
				}
			}
		}
	}
	return nil
}

// topLevel returns the keys of a file with their values.
func topLevel(file *ast.File) []*ast.MappingValueNode {
	for _, document := range file.Docs {
		switch body := document.Body.(type) {
		case *ast.MappingNode:
			return body.Values
		case *ast.MappingValueNode:
			return []*ast.MappingValueNode{body}
		}
	}
	return nil
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
