// Package effect says what saving a catalogue would do: to visitors who have answered, to what they
// download, and to the demands of the law. It also puts the texts of a catalogue side by side.
package effect

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/workbench/desk"

	"github.com/aymanbagabas/go-udiff"
)

// Whom saving asks: the values of desk.Effect.Asks.
const (
	AsksEverybody = "everybody"
	AsksNobody    = "nobody"
)

// Of says what saving a text over another would do. name is the name of the file in findings. Where
// either text is no valid catalogue, it has only the lines that differ, and the findings that come or
// go. Texts that are the same say nothing.
//
// The sizes in it come from two builds. That of a text that was asked for before is remembered.
func Of(name string, saved, text []byte) desk.Effect { return of(name, saved, text, sizes) }

// of is Of with the sentences about sizes, which take long.
func of(name string, saved, text []byte, sizes func(before, after *catalogue.Catalogue) []desk.Sentence) desk.Effect {
	effect := desk.Effect{Lines: lines(string(saved), string(text)), Says: []desk.Sentence{}}
	before, after := read(name, saved), read(name, text)
	if before.catalogue == nil || after.catalogue == nil {
		effect.Says = append(effect.Says, findings(before, after)...)
		return effect
	}
	effect.Asks = AsksNobody
	if len(effect.Lines) == 0 {
		return effect
	}
	says := asking(before.catalogue, after.catalogue)
	if says[0].Key == keyEverybody || says[0].Key == keyFirst {
		effect.Asks = AsksEverybody
	}
	says = append(says, findings(before, after)...)
	if reflect.DeepEqual(before.catalogue, after.catalogue) {
		says = append(says, sentence("same"))
	} else {
		told := slices.Concat(left(before.catalogue, after.catalogue), site(before.catalogue, after.catalogue), terms(before.catalogue, after.catalogue),
			sizes(before.catalogue, after.catalogue), wordings(before.catalogue, after.catalogue))
		if told == nil && effect.Asks == AsksNobody {
			told = []desk.Sentence{sentence("unseen")}
		}
		says = append(says, told...)
	}
	effect.Says = says
	return effect
}

// A reading is a text as "charte check" sees it.
type reading struct {
	catalogue *catalogue.Catalogue // nil if it has errors
	errors    []string
	warnings  []string // none if it has errors, since nobody looked for them
}

func read(name string, text []byte) reading {
	c, doubts, _, err := source.DoubtsIn(name, text)
	if err != nil {
		var r reading
		if errs, is := err.(source.Errors); is {
			r.errors = messages(errs)
		} else {
			r.errors = []string{err.Error()}
		}
		return r
	}
	return reading{catalogue: c, warnings: messages(doubts)}
}

func messages(errs source.Errors) []string {
	all := make([]string, len(errs))
	for i, err := range errs {
		all[i] = err.Message
	}
	return all
}

// lines are those of a unified diff, without its two heads.
func lines(before, after string) []string {
	diff := udiff.Unified("", "", before, after)
	if diff == "" {
		return []string{}
	}
	return strings.Split(strings.TrimSuffix(diff, "\n"), "\n")[2:]
}

// sentence is one of the page's words. values are names and values of its placeholders, in turn.
func sentence(key string, values ...string) desk.Sentence {
	s := desk.Sentence{Key: "says." + key}
	for i := 0; i+1 < len(values); i += 2 {
		if s.Values == nil {
			s.Values = map[string]string{}
		}
		s.Values[values[i]] = values[i+1]
	}
	return s
}

// counted is a sentence that counts, whose word has a form for one and another for more. Its
// placeholder is {n}. French and English have no third form for whole numbers from 1 on.
func counted(key string, n int, values ...string) desk.Sentence {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return sentence(key+form, append(values, "n", strconv.Itoa(n))...)
}

// A side is a catalogue with its entries by id.
type side struct {
	*catalogue.Catalogue
	categories map[catalogue.ID]catalogue.Category
	providers  map[catalogue.ID]catalogue.Provider
	services   map[catalogue.ID]catalogue.Service
}

func sideOf(c *catalogue.Catalogue) side {
	s := side{c, map[catalogue.ID]catalogue.Category{}, map[catalogue.ID]catalogue.Provider{}, map[catalogue.ID]catalogue.Service{}}
	for _, category := range c.Categories {
		s.categories[category.ID] = category
	}
	for _, provider := range c.Providers {
		s.providers[provider.ID] = provider
	}
	for _, service := range c.Services {
		s.services[service.ID] = service
	}
	return s
}

// category is what people call a category: its name in the catalogue's own language.
func (s side) category(id catalogue.ID) string {
	return called(s.categories[id].Name[s.Languages[0]], id)
}

func (s side) service(id catalogue.ID) string {
	return called(s.services[id].Name[s.Languages[0]], id)
}

func (s side) provider(id catalogue.ID) string { return called(s.providers[id].Name, id) }

func called(name string, id catalogue.ID) string {
	if name == "" {
		return string(id)
	}
	return name
}

// names joins names for people.
func names(all []string) string { return strings.Join(all, ", ") }

// without returns what is in all and not in others, in the order of all.
func without[T comparable](all, others []T) []T {
	var left []T
	for _, one := range all {
		if !slices.Contains(others, one) {
			left = append(left, one)
		}
	}
	return left
}
