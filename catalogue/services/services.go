// Package services holds what is known of third-party services: what each stores in a
// browser, where it sends what, and the tag to paste. A catalogue takes an entry over with
// "use: youtube@1". Only servers link it, so a service that a site does not use costs its
// visitors no byte.
//
// Package source reads the entries, since it has the YAML reader that knows lines and columns.
package services

import (
	"embed"
	"regexp"

	"charte/catalogue"
)

// Files are the entries, NAME.yaml each.
//
//go:embed *.yaml
var Files embed.FS

// An Entry is what is known of one service.
type Entry struct {
	ID   catalogue.ID
	Name string // the service's own, "YouTube"

	// Remarks are doubts, and settings that change the picture, for the owner alone. They are
	// the comment on top of the file.
	Remarks string

	Kind     Kind
	Provider Provider

	// Editions begin with the first. A published edition never changes in what visitors
	// consent to, so that a site that stays at it asks nobody again.
	Editions []Edition
}

// A Kind groups services for those who look for one.
type Kind string

// Kinds are all kinds, with what each holds.
var Kinds = []struct {
	Kind  Kind
	Holds string
}{
	{"exempt", "statistics that can do without consent"},
	{"statistics", "statistics, tests and error reports"},
	{"embed", "videos, posts, maps, forms and documents in a page"},
	{"support", "chats with visitors"},
	{"third-party", "captchas, sharing, accessibility"},
	{"ads", "advertising and marketing"},
}

// A Provider is who receives the data.
type Provider struct {
	// ID is empty where the site itself keeps the data, on a server of its own.
	catalogue.Provider

	// Country is where the data go, in two letters (ISO 3166-1). It is empty with ID.
	Country string

	// Site is the provider's own site. It stands in for a privacy policy whose address is not
	// known, and is empty for the others.
	Site string
}

// An Edition is an entry as it was published. Its texts may hold parameters, such as "{host}".
type Edition struct {
	Number int

	// Checked is the day (YYYY-MM-DD) on which the facts were last compared with what their
	// makers publish.
	Checked string

	// Service is what a catalogue takes over. Its lifetimes, and its retention, may be unknown.
	// Its hosts are those that the tag loads from, or sends to.
	Service catalogue.Service

	Transfers  Transfers
	Exempt     *Exempt // nil for what always needs consent
	Parameters []Parameter
	Globals    []string // the names that the tag leaves in the page's window

	// CookiesUnknown says that nobody publishes what the service stores.
	CookiesUnknown bool

	// Tag is the HTML to paste, which waits for consent. Beside parameters it has {category}
	// and {service}.
	Tag string
}

// Transfers say where data go outside the European Economic Area.
type Transfers struct {
	Unknown   bool
	Countries []string // in two letters (ISO 3166-1)
	Source    string   // the maker's page that says so; may be empty
}

// Exempt says under which settings the service needs no consent
// (https://www.cnil.fr/fr/node/167364).
type Exempt struct {
	Source   string
	Requires []Setting
}

// A Setting is one that the owner confirms in the catalogue, by "with: {ID: true}".
type Setting struct {
	ID     string
	Text   catalogue.Text
	Source string // may be empty
}

// A Parameter is what only the owner knows.
type Parameter struct {
	ID      string
	Text    catalogue.Text
	Pattern *regexp.Regexp // for the whole value
	Example string
}

// Edition returns the edition of that number, or nil.
func (e *Entry) Edition(number int) *Edition {
	for i := range e.Editions {
		if e.Editions[i].Number == number {
			return &e.Editions[i]
		}
	}
	return nil
}

// Newest returns the edition with the highest number.
func (e *Entry) Newest() *Edition { return &e.Editions[len(e.Editions)-1] }

// braced is a parameter in a text.
var braced = regexp.MustCompile(`\{[a-z][a-z0-9-]*\}`)

// Fill puts the values of parameters into a text. What has no value stays.
func Fill(text string, values map[string]string) string {
	return braced.ReplaceAllStringFunc(text, func(name string) string {
		if value, ok := values[name[1:len(name)-1]]; ok {
			return value
		}
		return name
	})
}

// Named returns the names of the parameters in texts, in their order, each once.
func Named(texts ...string) []string {
	var names []string
	seen := map[string]bool{}
	for _, text := range texts {
		for _, name := range braced.FindAllString(text, -1) {
			if name = name[1 : len(name)-1]; !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

// Needs reports whether a catalogue must say the parameter. It must if what the catalogue
// takes over has the parameter in it, or a host. What only the tag has, may be different in
// each page.
func (e *Entry) Needs(edition *Edition, parameter string) bool {
	texts := []string{e.Provider.Name, e.Provider.PolicyURL}
	for _, host := range edition.Service.Hosts {
		texts = append(texts, host.Host)
	}
	for _, cookie := range edition.Service.Cookies {
		texts = append(texts, cookie.Name, cookie.Domain)
	}
	for _, name := range Named(texts...) {
		if name == parameter {
			return true
		}
	}
	return false
}

// TagFor returns the tag to paste. Parameters without a value stay as they are.
func (e *Edition) TagFor(service catalogue.Service, values map[string]string) string {
	all := map[string]string{"category": string(service.Category), "service": string(service.ID)}
	for name, value := range values {
		all[name] = value
	}
	return Fill(e.Tag, all)
}
