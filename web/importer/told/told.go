// Package told holds what pages and files tell a consent banner: the values of a configuration in
// JavaScript, and where each stands.
package told

import (
	"fmt"
	"strconv"
)

// Translations begins the names of texts that a function gives, or a file, where the configuration has
// the function or the file's address: "translations.en()" of {translations: {en: "/en.json"}}.
const Translations = "translations."

// A Kind is a kind of value.
type Kind string

const (
	Null     Kind = "null" // or undefined
	Bool     Kind = "bool"
	Number   Kind = "number"
	Text     Kind = "text"
	List     Kind = "list"
	Map      Kind = "map"
	Pattern  Kind = "pattern"  // a RegExp
	Function Kind = "function" // which is not called
	Opaque   Kind = "opaque"   // what could not be evaluated
)

// A Place is where something stands. The zero value is an unknown place.
type Place struct {
	File   string // as the caller named it, or a page's address
	Line   int    // from 1; 0 is unknown
	Column int    // from 1, in characters; 0 is unknown
}

// String is "banner.ts:12:3", or as much of it as is known.
func (p Place) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// A Value is a value, as a banner is given it. The zero value has no kind: it is none at all.
type Value struct {
	Kind   Kind
	Bool   bool
	Number float64
	Text   string  // of Text; the source of a Pattern, without slashes; the beginning of the code of a Function or Opaque
	Flags  string  // of a Pattern
	Items  []Value // of a List
	Fields []Field // of a Map, in the order in which they were written
	Place  Place
}

// A Field is a property of a Map.
type Field struct {
	Name  string
	Value Value
}

// Get returns a property of a Map, and false if it is not there, or v is no Map.
func (v Value) Get(name string) (Value, bool) {
	for _, field := range v.Fields {
		if field.Name == name {
			return field.Value, true
		}
	}
	return Value{}, false
}

// Leaves calls visit for each part that has no parts of its own, in the order in which they were
// written. An empty List or Map is such a part. A path is as in JavaScript: "services[0].cookies". v
// itself has the path that is given.
func (v Value) Leaves(path string, visit func(path string, v Value)) {
	for _, field := range v.Fields {
		field.Value.Leaves(Below(path, field.Name), visit)
	}
	for i, item := range v.Items {
		item.Leaves(At(path, i), visit)
	}
	if len(v.Fields) == 0 && len(v.Items) == 0 {
		visit(path, v)
	}
}

// Below is the path of a property: "a.b", or `a["b-c"]` where the name is no identifier.
func Below(path, name string) string {
	if !identifier(name) {
		return path + "[" + strconv.Quote(name) + "]"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// At is the path of an element of a list: "a[2]".
func At(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func identifier(name string) bool {
	for i, r := range name {
		letter := r == '_' || r == '$' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

// A Call is a call of a banner's function, as in CookieConsent.run({…}).
type Call struct {
	Name  string // "CookieConsent.run", "tarteaucitron.init", "tarteaucitron.job.push"
	Args  []Value
	Place Place
}

// A Named is a value by the name that a file or a page gave it: a global variable ("klaroConfig"), a
// property of a banner's object ("tarteaucitron.user.gtagUa"), or what a file exports ("default",
// "config").
type Named struct {
	Name   string
	Export bool
	Value  Value
	Place  Place
}

// An Element is an element of HTML that a banner may hold back, or that carries its settings.
type Element struct {
	Tag        string            // in small letters
	Attributes map[string]string // by their names in small letters
	Text       string            // of a script or a template
	Place      Place
}

// A Problem is something that could not be evaluated or read. The rest was.
type Problem struct {
	Place Place
	Text  string // a sentence
}

// Told is all that some files, or a page, tell a banner.
type Told struct {
	Files    []string // what was read, in the order in which it was named
	Calls    []Call
	Names    []Named
	Elements []Element
	Imports  []string // modules that are named and are not ours: "vanilla-cookieconsent", "c15t/react"
	Problems []Problem
}
