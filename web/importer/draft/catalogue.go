// Package draft writes the catalogue of a plan: what another banner's configuration says, in YAML. What
// only a person can say is TODO, which "charte check" refuses.
package draft

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/check"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// Options are what a draft needs and no plan has.
type Options struct {
	// Name is the name of the catalogue's file in errors. Without it, "catalogue.yaml".
	Name string

	// Schema is the file from which editors read a catalogue's keys. Without it, no line says it.
	Schema string

	// Language is that of texts whose language the source does not say. Without it, English.
	Language string

	// Known are the known services. Without them, all that come with Charte.
	Known []*services.Entry

	// Seen is what an audit has seen the site store. It stands behind what the source does not say.
	Seen []Seen

	// Beside is a catalogue that services of the draft are to be written into, or nil. The draft has its
	// languages and gives none of its ids again, but for those of categories that the plan has, too. It
	// has the catalogue's providers where the source names one of them, and leaves out what the
	// catalogue's services declare.
	Beside *catalogue.Catalogue

	// Taken are more ids that the draft may not give to anything.
	Taken []string
}

// A Seen is an entry that an audit has seen.
type Seen struct {
	Kind     catalogue.Kind
	Name     string
	Lifetime catalogue.Lifetime
	By       string // the host whose script or answer stored it; "" where it is not known
}

// A Draft is the text of a catalogue, and what there is to say about it.
type Draft struct {
	Text  string // YAML
	TODOs int    // how many are left to a person

	// Notes say what the draft has otherwise than the plan: ids that were changed, languages that the
	// banner does not speak, cookies that another service declares. They are fates of settings that
	// may have another fate already.
	Notes []plan.Fate

	// Categories and Services are the catalogue's ids, by those of the source.
	Categories, Services map[string]string

	// Homes holds the category of each service, and Library the known service that it takes over, by
	// its id in the catalogue. A service whose category is a TODO has no home.
	Homes, Library map[string]string

	undeclared []string          // paths of the source's cookies that the catalogue has not
	comments   map[string]string // why settings are comments, by where they would be
}

// Catalogue drafts the catalogue of a plan. Once its TODOs are filled in, it can be read. Known services
// are taken over with "use", and what the source says of them otherwise is kept. It is an error if the
// source has over 190 categories, 1,000 services or 10,000 cookies.
func Catalogue(p *plan.Plan, o Options) (*Draft, error) {
	if o.Name == "" {
		o.Name = "catalogue.yaml"
	}
	if o.Known == nil {
		known, err := source.Services()
		if err != nil {
			return nil, err
		}
		o.Known = known
	}
	base, err := source.Embedded("default")
	if err != nil {
		return nil, err
	}
	if err := bounded(p); err != nil {
		return nil, err
	}
	d := &drafter{plan: p, options: o, base: base, facts: facts{o.Known, o.Seen}}
	doc, err := d.drafted()
	if tooLong(err) {
		d = &drafter{plan: p, options: o, base: base, facts: d.facts, short: true}
		doc, err = d.drafted()
	}
	if err != nil && !tooLong(err) {
		return nil, fmt.Errorf("the draft of the catalogue cannot be read, which is a mistake of Charte: %w", err)
	}
	return d.finished(doc), nil
}

// drafted returns the document as far as a catalogue can have it. The error is about what it cannot do
// without.
func (d *drafter) drafted() (*document, error) {
	d.speak()
	d.arrange()
	doc := d.compose()
	return doc, doc.settled(d.options.Name)
}

// tooLong reports whether an error says that an answer to all services could not fit into its cookie.
func tooLong(err error) bool {
	var errs source.Errors
	return errors.As(err, &errs) && slices.ContainsFunc(errs, func(e source.Error) bool { return check.AnswerTooLong(e.Message) })
}

// finished is the draft, with what there is to say about it.
func (d *drafter) finished(doc *document) *Draft {
	out := &Draft{
		Notes: d.notes, Categories: map[string]string{}, Services: map[string]string{}, Homes: map[string]string{}, Library: map[string]string{},
		undeclared: d.undeclared, comments: doc.comments(),
	}
	maps.Copy(out.comments, d.comments)
	doc.offered = true
	text, _ := doc.written()
	out.Text, out.TODOs = finished(text)
	for _, c := range d.categories {
		if !c.added && out.Categories[c.ID] == "" {
			out.Categories[c.ID] = c.id
		}
	}
	for _, s := range d.services {
		if out.Services[s.ID] == "" {
			out.Services[s.ID] = s.id
		}
		if s.category != nil {
			out.Homes[s.id] = s.category.id
		}
		if s.entry != nil {
			out.Library[s.id] = string(s.entry.ID)
			values := s.values()
			for name, value := range s.Settings {
				if values[name] == "" {
					out.comments["services["+s.ID+"].with."+name] = fmt.Sprintf("%s has no such parameter, or “%s” cannot be its value, so the catalogue does not have it.", s.entry.Name, remark(value))
				}
			}
		}
	}
	for id, s := range d.aliases {
		if out.Services[id] == "" {
			out.Services[id] = s.id
		}
	}
	return out
}

// bounded is an error about a source with more than a catalogue can have. The bounds of package check
// are a little wider, and leave room for what a draft adds.
func bounded(p *plan.Plan) error {
	cookies := 0
	for _, s := range p.Services {
		cookies += len(s.Cookies)
	}
	for _, limit := range []struct {
		what    string
		n, most int
	}{{"categories", len(p.Categories), 190}, {"services", len(p.Services), 1_000}, {"cookies", cookies, 10_000}} {
		if limit.n > limit.most {
			return fmt.Errorf("the source has %d %s, and a draft has %d at most: import a part of it", limit.n, limit.what, limit.most)
		}
	}
	return nil
}

// A drafter is the draft of one catalogue.
type drafter struct {
	plan    *plan.Plan
	options Options
	base    *catalogue.Catalogue // whose texts are offered where the source has none
	facts   facts

	languages  []catalogue.Language
	from       map[catalogue.Language][]string // the source's tags, by the catalogue's
	categories []*category
	services   []*service
	providers  []*provider         // that of the site first
	others     []*provider         // of the catalogue beside, which no service has yet
	aliases    map[string]*service // other ids of the source for a service
	ids        ids
	answerID   string // of the service that keeps the visitor's answer
	short      bool   // the ids of services, or one answer could not name them all
	notes      []plan.Fate
	undeclared []string          // as of a Draft
	comments   map[string]string // as of a Draft
}

// note says what the draft has otherwise than the plan, of what the setting at a path declares.
func (d *drafter) note(outcome plan.Outcome, path, to, why string, values ...any) {
	f := plan.Fate{Path: path, Outcome: outcome, To: to, Why: fmt.Sprintf(why, values...)}
	f.Place = PlaceOf(d.plan, path)
	d.notes = append(d.notes, f)
}

// compose writes the whole.
func (d *drafter) compose() *document {
	doc := &document{}
	if d.options.Schema != "" {
		doc.add("# yaml-language-server: $schema=" + remark(d.options.Schema))
	}
	doc.add(commented("", fmt.Sprintf("From a configuration of %s. What it does not say is TODO; charte check names each that is left.", d.plan.Peer))...)
	doc.add("")
	d.site(doc)
	d.charter(doc)
	doc.add("categories:")
	for i, c := range d.categories {
		if i > 0 {
			doc.add("")
		}
		d.category(doc, c)
	}
	doc.add("", "providers:")
	for _, p := range d.providers {
		d.provider(doc, p)
	}
	doc.add("")
	doc.part(func(fault string) []string {
		if fault != "" {
			return []string{"services: # TODO: one answer cannot name so many services; make one of those that visitors decide alike"}
		}
		return []string{"services:"}
	})
	d.answer(doc)
	taken := &taken{}
	if d.options.Beside != nil {
		taken.beside(d.options.Beside)
	}
	for _, s := range d.services {
		taken.reserve(s)
	}
	for _, s := range d.services {
		doc.add("")
		if s.entry != nil {
			d.known(doc, s, taken)
		} else {
			d.unknown(doc, s, taken)
		}
	}
	d.words(doc)
	d.carryOver(doc)
	return doc
}

// besideIDs are the ids that the draft may not give.
func (d *drafter) besideIDs() ids {
	all := ids{}
	for _, id := range d.options.Taken {
		all[id] = true
	}
	if d.options.Beside == nil {
		return all
	}
	for _, s := range d.options.Beside.Services {
		all[string(s.ID)] = true
	}
	for _, c := range d.options.Beside.Categories {
		if !slices.ContainsFunc(d.plan.Categories, func(own plan.Category) bool { return own.ID == string(c.ID) }) {
			all[string(c.ID)] = true
		}
	}
	return all
}

// site writes the languages and what the catalogue says of the site.
func (d *drafter) site(doc *document) {
	var tags []string
	for _, l := range d.languages {
		tags = append(tags, string(l))
	}
	site := d.plan.Site
	doc.add("languages: ["+strings.Join(tags, ", ")+"]", "", "site:")
	d.text(doc, "  ", "name", wording{from: site.Name})
	d.line(doc, "  ", "controller", site.Controller, "x", "who answers for the site (GDPR, article 4(7))")
	d.policy(doc)
	if domain := strings.TrimPrefix(clean(site.CookieDomain, false), "."); domain != "" {
		doc.value("  cookieDomain: "+quoted(domain), func(fault string) []string { return commented("  ", fault) }).settings = []string{"site.cookieDomain"}
	}
	doc.add("")
}

// policy writes the address of the source's page about cookies: that of the first language that has one.
func (d *drafter) policy(doc *document) {
	policy := ""
	for _, l := range d.languages {
		address := d.in(d.plan.Site.PolicyURL, l)
		switch {
		case policy == "" && address != "":
			policy = address
			doc.value("  charterURL: "+quoted(policy)+" # the source's page about cookies; put the charter into it, or leave this out", func(fault string) []string {
				return commented("  ", fmt.Sprintf("The source's page about cookies is %s. %s", remark(policy), fault))
			}).settings = []string{"site.charterURL"}
		case address != "" && address != policy:
			doc.add(commented("  ", fmt.Sprintf("In %s it is %s; a catalogue has one address.", l, remark(address)))...)
		}
	}
}

// charter writes the texts around the charter's tables: those of the default catalogue.
func (d *drafter) charter(doc *document) {
	c := d.base.Charter
	doc.add("charter:")
	for _, t := range []struct {
		key  string
		text catalogue.Text
	}{{"title", c.Title}, {"introduction", c.Introduction}, {"whatTitle", c.WhatTitle}, {"what", c.What}, {"kindsTitle", c.KindsTitle}} {
		d.text(doc, "  ", t.key, wording{from: texts(t.text), lines: t.key == "introduction" || t.key == "what"})
	}
	doc.add("")
}

// answer writes the service that keeps the visitor's answer.
func (d *drafter) answer(doc *document) {
	for _, s := range d.base.Services {
		if s.Cookies[0].Name != catalogue.AnswerCookie {
			continue
		}
		doc.add("  - id: "+d.answerID, "    category: "+d.necessary().id, "    provider: "+d.providers[0].id)
		d.text(doc, "    ", "name", wording{from: texts(s.Name)})
		doc.add("    cookies:", "      - name: "+s.Cookies[0].Name)
		d.text(doc, "        ", "purpose", wording{from: texts(s.Cookies[0].Purpose)})
		doc.add("        lifetime: " + source.WriteLifetime(s.Cookies[0].Lifetime))
	}
}

// texts are a catalogue's text as a plan has it.
func texts(t catalogue.Text) plan.Texts {
	all := plan.Texts{}
	for language, text := range t {
		all[string(language)] = text
	}
	return all
}

// PlaceOf is where the setting at a path stands: the place of its fate, or else of a part of it, or of
// what it is a part of. It is the zero Place where none is known.
func PlaceOf(p *plan.Plan, path string) told.Place {
	places := map[string]told.Place{}
	for _, f := range p.Fates {
		if _, there := places[f.Path]; !there && f.Place.File != "" {
			places[f.Path] = f.Place
		}
	}
	if place, there := places[path]; there {
		return place
	}
	for _, f := range p.Fates {
		if f.Place.File != "" && plan.Within(f.Path, path) {
			return f.Place
		}
	}
	for path != "" {
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
		if place, there := places[path]; there {
			return place
		}
	}
	return told.Place{}
}
