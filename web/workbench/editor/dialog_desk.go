package editor

import (
	"maps"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// A DialogDesk is the server as the dialogs see it. Each method returns at once, and calls then when the
// answer is there, in any goroutine. An error is in the server's words, for people.
type DialogDesk interface {
	// KnownServices finds known services by words of theirs. No words find all.
	KnownServices(query string, then func([]desk.Known, error))
	Add(a desk.Addition, then func(desk.State, error))

	// Form gives the fields of a service, by which the dialog knows which categories there are.
	Form(pointer string, then func(desk.Form, error))

	// Drop gives the server a file that may have something to add. The server keeps the offer, and not
	// the file.
	Drop(name string, data []byte, then func(desk.Offer, error))
	Take(offer string, items []string, then func(desk.State, error))

	Translations(then func(desk.Translations, error))
	Change(c desk.Change, then func(desk.State, error))

	Effect(then func(desk.Effect, error))
	Save(then func(desk.State, error))
}

// A DialogKit is what every dialog is given. All have the same one, since go-app compares what a
// pointer leads to only where the pointers differ. Another language is another kit.
type DialogKit struct {
	Desk DialogDesk

	// Say gives a text of the page's words by its key. What follows the key are the names and the
	// values of its placeholders, one after the other.
	Say func(key string, values ...string) string

	// Count gives a text that says how many there are of something: that of the key with ".one" or ".many"
	// behind it, whose placeholder is "n".
	Count func(key string, n int) string

	// Label gives the label of a field by the field's name, such as "service.purpose".
	Label func(field string) string

	// Named gives the name of a language with its tag: "German (de)". Nil stands for the name that the browser
	// knows, alone.
	Named func(tag string) string

	// Fault gives what a person is told of an error of the desk. Nil stands for the error's own words.
	Fault func(error) string

	Language string // of the page: "fr" or "en"

	// version is that of the translations that are shown. It is here, and no field of each component, so
	// that a new version alone has nothing rendered again.
	version int

	// accepted is the version that has the last text that was accepted. An older table, which was on its way, would
	// put what the text was before into its field.
	accepted int

	// leftUndone tells Dialogs what the server did not accept when the dialog had closed already.
	leftUndone func(fault string)

	names map[string]string // of languages and countries, as the browser has given them
}

// fault gives what a person is told of an error.
func (k *DialogKit) fault(err error) string {
	if k.Fault == nil {
		return err.Error()
	}
	return k.Fault(err)
}

// sentence gives the text of one sentence of an effect.
func (k *DialogKit) sentence(s desk.Sentence) string {
	var values []string
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		values = append(values, name, s.Values[name])
	}
	return k.Say(s.Key, values...)
}

// languageName returns the name of a language in the page's own, as forms have it, or the tag where
// nobody knows it.
func (k *DialogKit) languageName(tag string) string {
	if k.Named == nil {
		return k.name("language", tag)
	}
	name, known := k.names[tag]
	if !known { // the browser takes its time, and each text has a name
		name = k.Named(tag)
		k.keep(tag, name)
	}
	return name
}

// keep notes a name, so that nobody is asked for it again.
func (k *DialogKit) keep(key, name string) {
	if k.names == nil {
		k.names = map[string]string{}
	}
	k.names[key] = name
}

// countryName returns the name of a country, or its two letters.
func (k *DialogKit) countryName(code string) string {
	if len(code) != 2 || strings.ToUpper(code) != code {
		return code // Intl.DisplayNames throws at what cannot be a country
	}
	return k.name("region", code)
}

func (k *DialogKit) name(kind, code string) string {
	if name, known := k.names[kind+code]; known {
		return name
	}
	name := code
	if intl := app.Window().Get("Intl"); code != "" && intl.Truthy() {
		options := app.ValueOf(map[string]any{"type": kind})
		if told := intl.Get("DisplayNames").New(k.Language, options).Call("of", code); told.Truthy() {
			name = told.String()
		}
	}
	k.keep(kind+code, name)
	return name
}
