// Package desk holds what the workbench's page and its server tell each other. It is linked into both,
// so it knows neither HTTP nor YAML.
package desk

// A State is all that the page shows beside the form: it comes with every answer of the server.
type State struct {
	// Version grows with every change of the text, whoever made it.
	Version int `json:"version"`

	File      string   `json:"file"` // its name without the folder
	Languages []string `json:"languages"`

	// Light is what "charte check -strict" would say of the text.
	Light    Light     `json:"light"`
	Findings []Finding `json:"findings"`

	Sections []Section `json:"sections"`

	Unsaved bool `json:"unsaved"` // whether the text differs from the file
	Undo    bool `json:"undo"`    // whether there is a change to undo
	Redo    bool `json:"redo"`

	// Gone says that the file was removed meanwhile. Saving writes it anew.
	Gone bool `json:"gone"`

	// Unreadable is why the file on the disk cannot be read, in the words of "charte check"; "" if it can.
	// The text is kept until then.
	Unreadable string `json:"unreadable"`

	// Conflicts are fields that were changed here and in the file. Nothing is saved before each is
	// settled.
	Conflicts []Conflict `json:"conflicts"`

	Preview Preview `json:"preview"`
}

// A Light is the colour of the light at the top.
type Light string

// The lights.
const (
	LightErrors   Light = "errors"   // the catalogue cannot be used
	LightWarnings Light = "warnings" // "check -strict" would fail
	LightFine     Light = "fine"
)

// A Finding is one line of "charte check", in its own words.
type Finding struct {
	Level   Level  `json:"level"`
	Message string `json:"message"`

	// Line and Column count from 1. Both are 0 if the finding is about the file as a whole.
	Line   int `json:"line"`
	Column int `json:"column"`

	// Pointer leads to the field that the finding is about (RFC 6901), which the file may lack.
	// Section is the pointer of the section or the entry whose form has the field.
	Pointer string `json:"pointer"`
	Section string `json:"section"`
}

// A Level says how much a finding counts.
type Level string

// The levels.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
	LevelNote    Level = "note"
)

// A Section is a part of the catalogue: the site, the services, the look.
type Section struct {
	// Pointer is "/site", "/services" and so on. The page's words have its title.
	Pointer string `json:"pointer"`
	Tally
	Entries []Entry `json:"entries"` // of a list
	Adds    bool    `json:"adds"`    // whether entries can be added

	// Inherited are the titles of the entries that come before these, from the catalogue which the file extends.
	Inherited []string `json:"inherited,omitempty"`
}

// An Entry is one element of a list: a category, a provider, a service.
type Entry struct {
	Pointer string `json:"pointer"` // "/services/3"
	ID      string `json:"id"`
	Title   string `json:"title"` // in the catalogue's default language, or the id
	Use     string `json:"use"`   // the known service that it takes over: "youtube@1"
	Tally
}

// A Tally counts findings.
type Tally struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
}

// A Preview is where the bundle of the text can be seen.
type Preview struct {
	// Base is the address of the folder of the pages, "http://preview.localhost:8123/SECRET/7/".
	// It is empty until there was a valid catalogue.
	Base string `json:"base"`

	// Spare is the same under another host, for browsers that do not know the first one.
	Spare string `json:"spare"`

	// Version is that of the text that is shown. It is lower than the state's where the text has
	// errors, or where the bundle is still being built.
	Version int `json:"version"`

	// Stale says that the text has errors, so that an earlier one is shown.
	Stale bool `json:"stale"`
}

// A Form is the fields of one section or entry.
type Form struct {
	Version int     `json:"version"`
	Pointer string  `json:"pointer"`
	Fields  []Field `json:"fields"`

	// Use tells of the known service that a service takes over; nil for none.
	Use *Use `json:"use,omitempty"`
}

// A Use is a known service that a service of the catalogue takes over.
type Use struct {
	Name    string `json:"name"`    // "YouTube"
	Edition int    `json:"edition"` // that the catalogue has
	Newest  int    `json:"newest"`
}

// A Field is one key of the catalogue.
type Field struct {
	Pointer string `json:"pointer"` // "/services/3/purpose"

	// Name is the key with its place, "service.purpose". The page's words have its label and its help
	// under it.
	Name string `json:"name"`

	// Label and Help are set where they come from a known service, and not from the page's words: the
	// name of a parameter, what it is in each language of the workbench, and an example of its value.
	Label   string            `json:"label,omitempty"`
	Help    map[string]string `json:"help,omitempty"`
	Example string            `json:"example,omitempty"`

	Kind Kind `json:"kind"`

	// Value is what the file says; "" if it says nothing. Of a flag it is "true" or "false".
	Value string `json:"value"`

	// Otherwise is what holds where the file says nothing: what comes from the known service, from
	// the catalogue that this one extends, from the preset, or the default.
	Otherwise string `json:"otherwise"`

	// Texts are the wordings of a KindTexts, one for each language.
	Texts []Wording `json:"texts,omitempty"`

	// Choices are what can be chosen, with KindChoice and KindChoices. Where the file says nothing, those
	// are chosen that Otherwise has.
	Choices []Choice `json:"choices,omitempty"`

	// Items are the elements of a KindItems, each with its fields.
	Items []Item `json:"items,omitempty"`

	Needed   bool      `json:"needed"`  // whether the catalogue must have it
	Written  bool      `json:"written"` // whether the file has it
	Findings []Finding `json:"findings,omitempty"`
}

// A Kind says how a field is edited.
type Kind string

// The kinds.
const (
	KindText     Kind = "text"     // one line
	KindProse    Kind = "prose"    // several lines
	KindTexts    Kind = "texts"    // one line for each language
	KindProses   Kind = "proses"   // several lines for each language
	KindFlag     Kind = "flag"     // true or false
	KindChoice   Kind = "choice"   // one of Choices
	KindChoices  Kind = "choices"  // any of Choices, in a list
	KindLifetime Kind = "lifetime" // "13 months"
	KindDay      Kind = "day"      // "2026-11-30"
	KindAddress  Kind = "address"  // of a page
	KindColour   Kind = "colour"   // "#rrggbb", or one for light and one for dark with a space between
	KindLength   Kind = "length"   // "12px"
	KindItems    Kind = "items"    // a list of Items
	KindYAML     Kind = "yaml"     // shown as the file has it, and not edited here
)

// A Wording is a text in one language.
type Wording struct {
	Language  string    `json:"language"`
	Pointer   string    `json:"pointer"`
	Value     string    `json:"value"`
	Otherwise string    `json:"otherwise"`
	Findings  []Finding `json:"findings,omitempty"`
}

// A Choice is one that a field can have.
type Choice struct {
	Value  string `json:"value"`
	Label  string `json:"label"` // of an id: the name; else "", and the page's words have it
	Chosen bool   `json:"chosen"`
}

// An Item is an element of a list that is edited with the entry around it: a cookie, a host.
type Item struct {
	Pointer string  `json:"pointer"`
	Title   string  `json:"title"`
	Fields  []Field `json:"fields"`
}

// A Change is one that the person at the page makes.
type Change struct {
	// Version is that of the text which the person saw.
	Version int `json:"version"`

	Do      Deed   `json:"do"`
	Pointer string `json:"pointer"`

	// Value is what DeedSet writes; of a flag "true" or "false". With DeedAdd it may be the id or the
	// name of the new element.
	Value  string   `json:"value,omitempty"`
	Values []string `json:"values,omitempty"` // with DeedChoose
	To     int      `json:"to,omitempty"`     // with DeedMove: the new index
}

// A Deed is what a change does.
type Deed string

// The deeds.
const (
	DeedSet    Deed = "set"    // writes Value
	DeedClear  Deed = "clear"  // takes out what the file says, so that Otherwise holds
	DeedChoose Deed = "choose" // writes the list Values
	DeedAdd    Deed = "add"    // adds an empty element to the list at Pointer
	DeedRemove Deed = "remove" // takes out the element at Pointer
	DeedMove   Deed = "move"   // gives the element at Pointer the index To
)

// A Conflict is a field that was changed here and in the file.
type Conflict struct {
	// ID names the conflict until it is settled.
	ID string `json:"id"`

	Pointer string `json:"pointer"` // in the text; "" if the text does not have it any more
	Path    string `json:"path"`    // for people: "services.youtube.purpose.fr"

	// What the field was, is here, and is in the file. A pointer to nil stands for none.
	Before *string `json:"before"`
	Mine   *string `json:"mine"`
	Theirs *string `json:"theirs"`
}
