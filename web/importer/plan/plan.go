// Package plan holds what a catalogue takes over from another banner's configuration, and what has
// become of each of its settings.
package plan

import "charte/web/importer/told"

// A Plan is what a configuration says, in Charte's terms.
type Plan struct {
	Peer string // "vanilla-cookieconsent 3", "Orejime 2", "Klaro 0.7", "tarteaucitron", "c15t"

	Site       Site
	Languages  []string // BCP 47 tags, the default one first
	Categories []Category
	Services   []Service

	// Words are texts of the banner's own, by language and by their key in catalogue/languages.
	Words map[string]map[string]string

	Answer   Answer
	Fates    []Fate
	Mistakes []Mistake
}

// Texts are a text by language. A configuration that names no language has one under "".
type Texts map[string]string

// A Site is what the configuration says of the whole site.
type Site struct {
	Name         Texts
	Controller   string
	PolicyURL    Texts  // the page about privacy or cookies
	CookieDomain string // without a leading dot
}

// A Category is a purpose that visitors say yes or no to.
type Category struct {
	ID          string // as the source has it
	Necessary   bool   // nobody is asked
	On          bool   // ticked in advance
	Name        Texts
	Description Texts
	Signals     []string // as catalogue.Signals has them
	Sale        bool
	Path        string // of the setting that declares it
}

// A Service is something that needs cookies.
type Service struct {
	ID        string   // as the source has it
	Library   string   // the source's own library's name for it: "gtag" of tarteaucitron; "" elsewhere
	Known     string   // the ID of the known service that it is, or [None]; "" where the source's library does not tell
	Category  string   // the ID of its category; the first, where the source has several
	Others    []string // its other categories
	Necessary bool
	Exempt    bool
	On        bool // ticked in advance, or run without asking
	Name      Texts
	Purpose   Texts
	Provider  string
	PolicyURL string
	Settings  map[string]string // what the source passes to it: an account's number, a host
	Hosts     []string          // that it is known to load from
	Signals   []string
	Cookies   []Cookie
	Path      string // of the setting that declares it
}

// None says that a service is none that is known, whatever its name is like.
const None = "-"

// A Cookie is what a service stores.
type Cookie struct {
	Name     string // Charte's: a final "*" stands for any ending. "" where no such pattern says the same.
	Source   string // as the source has it: a name, or a regular expression between slashes
	Kind     string // "cookie", "localStorage", "sessionStorage", "indexedDB"; "" is a cookie
	Domain   string
	Purpose  Texts
	Lifetime string // as the source says it, in words; "" where it does not
	Path     string // of the setting that declares it
}

// An Answer is where the peer keeps a visitor's answer.
type Answer struct {
	Cookie string // its name; "" where it is not known, or is no cookie
	Days   float64

	Categories, Services bool // which names it holds
}

// An Outcome is what has become of a setting.
type Outcome string

const (
	Mapped  Outcome = "mapped"  // says the same in the catalogue
	Changed Outcome = "changed" // is in the catalogue in another way
	Dropped Outcome = "dropped" // has no counterpart
)

// A Fate is what has become of a setting and of what is below it.
type Fate struct {
	Path    string
	Place   told.Place
	Outcome Outcome
	To      string // where it is in the catalogue: "services.matomo.cookies"; "" of what was dropped
	Why     string // a sentence, of what was changed or dropped
}

// A Rule says which mistake a [Mistake] is.
type Rule string

const (
	PreTicked        Rule = "pre-ticked"        // a box is ticked in advance
	ImpliedConsent   Rule = "implied-consent"   // going on, scrolling or closing counts as consent
	MandatoryTracker Rule = "mandatory-tracker" // what tracks cannot be refused
	NoRefusal        Rule = "no-refusal"        // refusing is missing, or harder than accepting
	Misspelt         Rule = "misspelt-name"     // a cookie's name is nearly that of a known one
	MatchesAll       Rule = "matches-all"       // a pattern matches every name
	MatchesNothing   Rule = "matches-nothing"   // a pattern matches nothing that the service sets
	LongLived        Rule = "long-lived"        // a cookie or an answer is kept over 13 months
	NoCookies        Rule = "no-cookies"        // a service names no cookies
	NotAsked         Rule = "not-asked"         // something runs before, or without, an answer
)

// A Mistake is something in the source that a regulator would object to, or that does not work.
type Mistake struct {
	Rule  Rule
	Path  string
	Place told.Place
	Text  string // one or two sentences: what is wrong, and what the catalogue has in its place
}
