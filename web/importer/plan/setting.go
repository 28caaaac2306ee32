package plan

import (
	"strings"

	"charte/web/importer/told"
)

// A Setting is a part of a configuration. Whoever reads it says what becomes of it. The zero value
// stands for a part that is not there: it has no parts, and nothing becomes of it.
type Setting struct {
	plan  *Plan
	path  string
	value told.Value
	there bool
}

// Setting is a whole configuration. Its path is the beginning of all others; it may be "".
func (p *Plan) Setting(path string, v told.Value) Setting {
	return Setting{plan: p, path: path, value: v, there: true}
}

// Path is where the setting stands in the configuration: "services[0].cookies".
func (s Setting) Path() string { return s.path }

// Place is where the setting stands in its file.
func (s Setting) Place() told.Place { return s.value.Place }

// Value is the setting's value.
func (s Setting) Value() told.Value { return s.value }

// There reports whether the source has the setting.
func (s Setting) There() bool { return s.there }

// Is reports whether the setting is there and of a kind.
func (s Setting) Is(kind told.Kind) bool { return s.there && s.value.Kind == kind }

// Get is a part of a map, by its name.
func (s Setting) Get(name string) Setting {
	v, ok := s.value.Get(name)
	return Setting{s.plan, told.Below(s.path, name), v, ok}
}

// Fields are the parts of a map, in their order, by name.
func (s Setting) Fields() (names []string, settings []Setting) {
	for _, field := range s.value.Fields {
		names = append(names, field.Name)
		settings = append(settings, Setting{s.plan, told.Below(s.path, field.Name), field.Value, true})
	}
	return names, settings
}

// Items are the parts of a list.
func (s Setting) Items() []Setting {
	var items []Setting
	for i, item := range s.value.Items {
		items = append(items, Setting{s.plan, told.At(s.path, i), item, true})
	}
	return items
}

// Text is the value of a text, and "" of anything else.
func (s Setting) Text() string {
	if s.Is(told.Text) {
		return s.value.Text
	}
	return ""
}

// True reports whether the setting is there and true.
func (s Setting) True() bool { return s.Is(told.Bool) && s.value.Bool }

// False reports whether the setting is there and false.
func (s Setting) False() bool { return s.Is(told.Bool) && !s.value.Bool }

// Mapped notes that the setting, with what is below it, says the same in the catalogue, at to.
func (s Setting) Mapped(to string) { s.fate(Mapped, to, "") }

// Changed notes that the setting is in the catalogue in another way, and why: a sentence.
func (s Setting) Changed(to, why string) { s.fate(Changed, to, why) }

// Dropped notes that the setting has no counterpart, and why: a sentence.
func (s Setting) Dropped(why string) { s.fate(Dropped, "", why) }

func (s Setting) fate(outcome Outcome, to, why string) {
	if s.there {
		s.plan.Fates = append(s.plan.Fates, Fate{Path: s.path, Place: s.value.Place, Outcome: outcome, To: to, Why: why})
	}
}

// Mistaken notes a mistake of the source in the setting. text is one or two sentences.
func (s Setting) Mistaken(rule Rule, text string) {
	if s.there {
		s.plan.Mistakes = append(s.plan.Mistakes, Mistake{Rule: rule, Path: s.path, Place: s.value.Place, Text: text})
	}
}

// Rest notes as dropped each part of the setting of which nobody has said what becomes of it.
func (s Setting) Rest(why string) {
	if !s.there {
		return
	}
	fated := map[string]bool{}
	for _, f := range s.plan.Fates {
		fated[f.Path] = true
	}
	s.value.Leaves(s.path, func(path string, v told.Value) {
		if !covered(fated, path) {
			s.plan.Fates = append(s.plan.Fates, Fate{Path: path, Place: v.Place, Outcome: Dropped, Why: why})
		}
	})
}

// Within reports whether the setting at a path is a part of that at another.
func Within(path, whole string) bool {
	return whole != "" && len(path) > len(whole) && strings.HasPrefix(path, whole) && strings.ContainsRune(".[", rune(path[len(whole)]))
}

// covered reports whether it is said what has become of a part, or of what it is a part of: fated are the paths of
// fates. A dot in a quoted name gives a path that nothing has, so it does no harm.
func covered(fated map[string]bool, path string) bool {
	for {
		if fated[path] {
			return true
		}
		i := strings.LastIndexAny(path, ".[")
		if i < 0 {
			return false
		}
		path = path[:i]
	}
}
