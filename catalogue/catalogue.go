// Package catalogue holds what a site declares about its cookies: the typed
// catalogue, the revision consent depends on, and the view of it in one
// language that the banner shows.
//
// It knows neither go-app nor the clock, the network or the document. What only
// the server needs is in two packages below: check says what is wrong with a
// catalogue, and source reads YAML. Neither is linked into the WebAssembly
// program.
package catalogue

import "strings"

// An ID names a category, a provider or a service. It is lower-case ASCII
// letters, digits and hyphens, starts with a letter and has 40 bytes at most,
// because IDs of categories and services are written into the visitor's cookie.
type ID string

// A Language is a BCP 47 tag such as "fr" or "pt-BR".
type Language string

// A Text is one wording per language. A nil Text has no wording.
type Text map[Language]string

// A Kind says where an entry is stored in the browser.
type Kind string

// The kinds of entries. The zero Kind is read as KindCookie.
const (
	KindCookie         Kind = "cookie"
	KindLocalStorage   Kind = "localStorage"
	KindSessionStorage Kind = "sessionStorage"
	KindIndexedDB      Kind = "indexedDB" // a whole database (https://www.w3.org/TR/IndexedDB/)
)

// A Catalogue declares every cookie of a site, who sets it and why. The zero
// value is not valid; package check says what is wrong with any other.
type Catalogue struct {
	Site Site

	// Languages lists the languages of the catalogue, the default one first.
	// Every Text must have a wording in each.
	Languages []Language

	Charter Charter

	// Categories, Providers and Services are in the order in which the
	// banner shows them. The order never changes the revision.
	Categories []Category
	Providers  []Provider
	Services   []Service

	// Formerly lists the services that asked under earlier revisions, as
	// "category.service", by revision. A visitor's cookie names a category that was
	// granted as a whole, but not its services. Only Formerly tells which services
	// the category had then. Usually nil.
	Formerly map[string][]string

	// CarryOver has the settings begin with what visitors answered to another banner
	// before. Usually nil: no such answer is looked at.
	CarryOver *CarryOver

	// Look is how the banner looks. It is no part of the revision.
	Look Look

	// Words replaces single words of the banner itself, by language and key
	// (the keys of languages/fr.yaml, such as "notice.title"). Usually nil.
	Words map[Language]map[string]string
}

// A Site is the web site the catalogue belongs to.
type Site struct {
	// Name is the site's name as its visitors know it.
	Name Text

	// Controller is the legal entity that answers for the site (GDPR,
	// article 4(7)).
	Controller string

	// CharterURL is the address of the page that shows the whole charter. A path ("/cookies")
	// is on the site that shows the banner, wherever charte.js comes from. Empty means the
	// page charte.html beside charte.js.
	CharterURL string

	// CookieDomain is the Domain attribute of cookies_preferences, such as
	// "example.org". Empty keeps the cookie to the host that set it.
	CookieDomain string

	// KeepAfterWithdrawal turns off the reload that follows a withdrawal when
	// code of a withdrawn service has already run in the page.
	KeepAfterWithdrawal bool

	// DoNotTrack makes "Do Not Track" count like Global Privacy Control, for what is
	// marked as Sale. It is off by default, because browsers have given "Do Not Track"
	// up.
	DoNotTrack bool

	// Figures has pages count the notices that they show, and those that nobody answers, where they
	// send receipts. It is off by default.
	Figures bool

	// Guard says what happens to cookies, storage and requests that no tag marks and the
	// visitor has not allowed. It is off by default.
	Guard Guard

	// Hosts are those that the pages need whatever the visitor answers, such as a content
	// delivery network. The guard lets requests to them pass. The site's own host is
	// allowed anyway.
	Hosts []Host
}

// A Charter is the prose that the charter page prints before its tables of
// cookies.
type Charter struct {
	Title        Text // "Charte cookies"
	Introduction Text
	WhatTitle    Text // "Qu'est ce qu'un cookie ?"
	What         Text
	KindsTitle   Text // "Il existe plusieurs types de cookies :"
}

// A Category is one kind of cookies. It is the purpose that the visitor says yes
// or no to.
type Category struct {
	ID ID

	// Necessary says that the site does not work without this category. It
	// is granted to everybody and never asked (ePrivacy directive, 5(3)).
	Necessary bool

	Name        Text // short, "Statistiques"
	Summary     Text // one line for the notice: the purpose in plain words
	Description Text // the whole explanation of the charter
	TableTitle  Text // caption of its table in the charter; Name where nil

	// Sale says that all services of the category sell personal data or share
	// it for advertising across sites. They count as refused, without a
	// question, for visitors whose browser sends Global Privacy Control
	// (https://w3c.github.io/gpc/), until they answer otherwise.
	Sale bool

	// Signals are sent to vendors according to the category's consent.
	Signals []Signal
}

// A Provider is the company or body that sets cookies and receives their data.
type Provider struct {
	ID   ID
	Name string

	// FirstParty says that the provider is the site itself or works for it
	// alone, under its instructions.
	FirstParty bool

	// PolicyURL is the provider's privacy policy, http or https.
	PolicyURL string
}

// A Service is one feature of the site that needs cookies.
type Service struct {
	ID       ID
	Category ID
	Provider ID

	Name     Text // "Authentification"
	Location Text // "front et back office"; nil where it does not matter
	Purpose  Text // what it does and why, in one sentence; nil for necessary services

	// Exempt says that the service needs no consent although its category
	// does: anonymous audience measurement under the conditions of
	// https://www.cnil.fr/fr/node/167364.
	Exempt bool

	// Retention is how long the provider keeps the data that it collected. The zero
	// Retention means that the catalogue does not say.
	Retention Lifetime

	// Sale and Signals mean the same as in Category, for this service alone.
	Sale    bool
	Signals []Signal

	// Placeholder says what is sent to whom once a frame of the service is shown, in one
	// sentence. It stands where the frame waits for consent. Purpose stands there where
	// Placeholder is nil.
	Placeholder Text

	// Frame and Content lead from a frame to what it shows, on its maker's own pages. Both
	// are http or https addresses with the same names in braces: a frame whose address is
	// "https://www.youtube-nocookie.com/embed/{video}" shows
	// "https://www.youtube.com/watch?v={video}". Both are empty for services without one.
	Frame   string
	Content string

	// Hosts are those that the service loads from or sends to. The guard allows them once
	// the service may run.
	Hosts []Host

	Cookies []Cookie
}

// A Cookie is one cookie, storage entry or database, or one family of them.
type Cookie struct {
	// Name is the name as document.cookie shows it (RFC 6265, 4.1.1), or the
	// storage key, or the database's name. A final "*" stands for any ending: "_pk_id*".
	Name string

	Kind     Kind
	Purpose  Text
	Lifetime Lifetime

	// Domain is the host under which another party keeps the entry, such as ".youtube.com".
	// No page of the site can erase it. Empty means that it is kept under the site's own host.
	Domain string

	// Source is the page that states Lifetime, and Checked the day
	// (YYYY-MM-DD) on which a person last compared the two. Both may be empty.
	Source  string
	Checked string
}

// Covers reports whether name is this cookie or a member of its family.
func (c Cookie) Covers(name string) bool {
	if family, ok := strings.CutSuffix(c.Name, "*"); ok {
		return strings.HasPrefix(name, family)
	}
	return name == c.Name
}

// Asked returns the services that wait for consent, as "category.service", in the
// order of the categories.
func (c *Catalogue) Asked() []string {
	var asked []string
	for _, category := range c.Categories {
		for _, s := range c.Services {
			if s.Category == category.ID && c.Asks(s) {
				asked = append(asked, string(category.ID)+"."+string(s.ID))
			}
		}
	}
	return asked
}

// Asks reports whether the visitor is asked before the service may run. A service
// of an unknown category asks, unless it is exempt.
func (c *Catalogue) Asks(s Service) bool {
	if s.Exempt {
		return false
	}
	for _, category := range c.Categories {
		if category.ID == s.Category {
			return !category.Necessary
		}
	}
	return true
}
