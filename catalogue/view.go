package catalogue

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// A View is the catalogue in one language. Everything that needs a rule of that
// language is already composed, so the banner only prints it. A View is what
// <lang>.json holds and what the WebAssembly program receives at its start.
type View struct {
	Lang     string `json:"lang"`
	Dir      string `json:"dir"` // "ltr" or "rtl"
	Revision string `json:"rev"`

	Words Words `json:"words"`

	SiteName     string `json:"site"`
	Controller   string `json:"controller"`
	CharterURL   string `json:"charterURL"`
	CookieDomain string `json:"cookieDomain,omitempty"`

	// Radios says that the visitor chooses by radio buttons, and not by switches.
	Radios bool `json:"radios,omitempty"`

	// KeepAfterWithdrawal and DoNotTrack are the site's. Like the fields Sale and
	// Signals below, only the loader needs them, so they are not in the JSON.
	KeepAfterWithdrawal bool `json:"-"`
	DoNotTrack          bool `json:"-"`

	Title        string `json:"title"`
	Introduction string `json:"introduction"`
	WhatTitle    string `json:"whatTitle"`
	What         string `json:"what"`
	KindsTitle   string `json:"kindsTitle"`

	Categories []CategoryView `json:"categories"`

	// Formerly is the catalogue's.
	Formerly map[string][]string `json:"formerly,omitempty"`

	// CarryOver is the catalogue's. It is nil where it has none.
	CarryOver *CarryOverView `json:"carryOver,omitempty"`
}

// A CategoryView is a category with its services, in one language.
type CategoryView struct {
	ID          string        `json:"id"`
	Necessary   bool          `json:"necessary,omitempty"`
	Name        string        `json:"name"`
	Summary     string        `json:"summary"`
	Description string        `json:"description"`
	TableTitle  string        `json:"tableTitle"`
	Services    []ServiceView `json:"services,omitempty"`
	Signals     []Signal      `json:"-"`
}

// A ServiceView is a service with its provider and cookies, in one language.
type ServiceView struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Location string `json:"location,omitempty"`
	Purpose  string `json:"purpose,omitempty"`

	Provider   string `json:"provider"`
	PolicyURL  string `json:"policyURL,omitempty"`
	FirstParty bool   `json:"firstParty,omitempty"`

	// Asks says that the service waits for the visitor's consent. Exempt says that
	// it does not, although its category is not necessary.
	Asks   bool `json:"asks,omitempty"`
	Exempt bool `json:"exempt,omitempty"`

	// Retention is how long the collected data are kept, such as "25 mois". It is
	// empty where the catalogue does not say.
	Retention string `json:"retention,omitempty"`

	Sale    bool     `json:"-"` // the service or its category is marked as a sale
	Signals []Signal `json:"-"`

	// Placeholder, Frame and Content are the service's.
	Placeholder string `json:"placeholder,omitempty"`
	Frame       string `json:"frame,omitempty"`
	Content     string `json:"content,omitempty"`

	Cookies []CookieView `json:"cookies,omitempty"`
}

// A CookieView is a cookie in one language.
type CookieView struct {
	Name     string `json:"name"`
	Kind     Kind   `json:"kind,omitempty"` // empty for cookies
	Purpose  string `json:"purpose"`
	Lifetime string `json:"lifetime"` // "2 semaines"
}

// Asks reports whether any service of the category waits for consent.
func (c CategoryView) Asks() bool {
	for _, s := range c.Services {
		if s.Asks {
			return true
		}
	}
	return false
}

// Asks reports whether there is anything to ask the visitor. If there is not, no
// notice appears.
func (v *View) Asks() bool {
	for _, c := range v.Categories {
		if c.Asks() {
			return true
		}
	}
	return false
}

// Exempts reports whether there is an exempt service, to which a visitor may object.
func (v *View) Exempts() bool {
	for _, c := range v.Categories {
		for _, s := range c.Services {
			if s.Exempt {
				return true
			}
		}
	}
	return false
}

// In returns the catalogue in one of its languages, with the words of w. The
// catalogue must be valid: In leaves texts that are missing empty. It is an error
// if the catalogue does not declare lang, if it replaces a word that the banner
// does not have, or if w lacks a plural form that is needed.
//
// The words' placeholders are filled in once. A "{site}" within a name of the
// catalogue stays as its author wrote it.
func (c *Catalogue) In(lang Language, w *Wording) (*View, error) {
	if !slices.Contains(c.Languages, lang) {
		return nil, errors.New("language " + strconv.Quote(string(lang)) + " is not declared in the catalogue")
	}
	view := &View{
		Lang:         string(lang),
		Dir:          w.Dir,
		Revision:     c.Revision(),
		SiteName:     c.Site.Name[lang],
		Controller:   c.Site.Controller,
		CharterURL:   c.Site.CharterURL,
		CookieDomain: c.Site.CookieDomain,

		Radios: c.Look.radios(),

		KeepAfterWithdrawal: c.Site.KeepAfterWithdrawal,
		DoNotTrack:          c.Site.DoNotTrack,

		Title:        c.Charter.Title[lang],
		Introduction: c.Charter.Introduction[lang],
		WhatTitle:    c.Charter.WhatTitle[lang],
		What:         c.Charter.What[lang],
		KindsTitle:   c.Charter.KindsTitle[lang],

		Formerly:  c.Formerly,
		CarryOver: c.carryOver(),
	}
	for _, category := range c.Categories {
		categoryView, err := c.category(category, lang, w)
		if err != nil {
			return nil, err
		}
		view.Categories = append(view.Categories, categoryView)
	}
	words, err := c.words(lang, w, view.Revision)
	if err != nil {
		return nil, err
	}
	view.Words = words
	return view, nil
}

// words returns the banner's words. The catalogue's own words replace some of them. Every
// placeholder is filled in except {provider}, which the loader fills in for each frame.
func (c *Catalogue) words(lang Language, w *Wording, revision string) (Words, error) {
	words := w.Words
	for key, text := range c.Words[lang] {
		word := words.word(key)
		if word == nil {
			return Words{}, errors.New("word " + strconv.Quote(key) + " is not known")
		}
		*word = text
	}
	thirdParties := len(c.ThirdParties())
	parties := ""
	if thirdParties > 0 {
		var err error
		if parties, err = w.form(w.Parties, thirdParties); err != nil {
			return Words{}, errors.New("language " + strconv.Quote(string(w.Language)) + ": parties: " + err.Error())
		}
	} else {
		words.Notice.Parties = ""
	}
	kept, err := w.Lifetime(Lifetime{Count: AnswerKeptMonths, Unit: UnitMonth})
	if err != nil {
		return Words{}, err
	}
	fill := strings.NewReplacer(
		"{site}", c.Site.Name[lang],
		"{controller}", c.Site.Controller,
		"{parties}", parties,
		"{manage}", words.Manage,
		"{revision}", revision,
		"{kept}", kept,
	)
	words.Each(func(_ string, word *string) { *word = fill.Replace(*word) })
	if !c.Look.radios() { // visitors download no words that nobody sees
		words.Settings.Accept, words.Settings.Refuse = "", ""
	}
	return words, nil
}

// category returns the view of one category. The services of one provider stand
// together, and providers are in the order in which services first name them.
func (c *Catalogue) category(category Category, lang Language, w *Wording) (CategoryView, error) {
	view := CategoryView{
		ID:          string(category.ID),
		Necessary:   category.Necessary,
		Name:        category.Name[lang],
		Summary:     category.Summary[lang],
		Description: category.Description[lang],
		TableTitle:  category.TableTitle[lang],
		Signals:     category.Signals,
	}
	if view.TableTitle == "" {
		view.TableTitle = view.Name
	}
	var providers []ID
	services := map[ID][]Service{}
	for _, s := range c.Services {
		if s.Category != category.ID {
			continue
		}
		if services[s.Provider] == nil {
			providers = append(providers, s.Provider)
		}
		services[s.Provider] = append(services[s.Provider], s)
	}
	for _, provider := range providers {
		for _, s := range services[provider] {
			serviceView, err := c.service(s, category, lang, w)
			if err != nil {
				return CategoryView{}, err
			}
			view.Services = append(view.Services, serviceView)
		}
	}
	return view, nil
}

func (c *Catalogue) service(s Service, category Category, lang Language, w *Wording) (ServiceView, error) {
	view := ServiceView{
		ID:       string(s.ID),
		Name:     s.Name[lang],
		Location: s.Location[lang],
		Purpose:  s.Purpose[lang],
		Asks:     !category.Necessary && !s.Exempt,
		Exempt:   !category.Necessary && s.Exempt,
		Sale:     category.Sale || s.Sale,
		Signals:  s.Signals,

		Placeholder: s.Placeholder[lang],
		Frame:       s.Frame,
		Content:     s.Content,
	}
	for _, p := range c.Providers {
		if p.ID == s.Provider {
			view.Provider, view.PolicyURL, view.FirstParty = p.Name, p.PolicyURL, p.FirstParty
			break
		}
	}
	if s.Retention != (Lifetime{}) {
		var err error
		if view.Retention, err = w.Lifetime(s.Retention); err != nil {
			return ServiceView{}, errors.New("service " + strconv.Quote(string(s.ID)) + ": retention: " + err.Error())
		}
	}
	for i, cookie := range s.Cookies {
		lifetime, err := w.Lifetime(cookie.Lifetime)
		if err != nil {
			return ServiceView{}, errors.New("service " + strconv.Quote(string(s.ID)) + ": cookie " + strconv.Itoa(i+1) + ": " + err.Error())
		}
		cookieView := CookieView{Name: cookie.Name, Purpose: cookie.Purpose[lang], Lifetime: lifetime}
		if kind := cookie.Kind.OrCookie(); kind != KindCookie {
			cookieView.Kind = kind
		}
		view.Cookies = append(view.Cookies, cookieView)
	}
	return view, nil
}

// ThirdParties returns the providers that are not first parties and have a service
// that waits for consent, each once and in the catalogue's order. Visitors must
// learn their number before they answer (CNIL guidelines 2020-091).
func (c *Catalogue) ThirdParties() []Provider {
	asking := map[ID]bool{}
	for _, s := range c.Services {
		if c.Asks(s) {
			asking[s.Provider] = true
		}
	}
	var parties []Provider
	for _, p := range c.Providers {
		if !p.FirstParty && asking[p.ID] {
			parties = append(parties, p)
		}
	}
	return parties
}
