package offers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/services"
	"charte/web/importer"
	"charte/web/importer/draft"
	"charte/web/importer/draft/recognise"
	"charte/web/importer/plan"
	"charte/web/importer/report"
	"charte/web/workbench/desk"
)

// mostTime is how long reading a configuration may take. Package evaluate ends scripts that run for over
// two seconds, and reads a file twice at most.
const mostTime = 30 * time.Second

// How the IDs of items begin, and that of the former answers.
const (
	serviceItem = "service "
	wordsItem   = "words "
	carryItem   = "carryOver"
)

// A configured is another banner's configuration.
type configured struct {
	*importer.Configuration
	known []*services.Entry
}

// readConfiguration reads a configuration. about is the banner with its edition.
func readConfiguration(ctx context.Context, fileName string, data []byte) (from origin, about string, err error) {
	ctx, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	c, err := importer.Read(ctx, fileName, data)
	if err != nil {
		return nil, "", err
	}
	known, err := library()
	if err != nil {
		return nil, "", err
	}
	return &configured{c, known}, c.Plan.Peer, nil
}

// there returns which services of the configuration the catalogue has already, each with its id in the
// catalogue, or "" where its cookies stand in several services.
func (c *configured) there(on *reading) map[int]string {
	all := map[int]string{}
	for i, s := range c.Plan.Services {
		if entry := recognise.Service(s, c.known); entry != nil {
			if on.has(string(entry.ID)) {
				all[i] = on.idOf(string(entry.ID))
			}
			continue
		}
		by, declared, named := "", true, 0
		for _, cookie := range s.Cookies {
			if cookie.Name == "" {
				continue
			}
			named++
			id := on.declares(cookie.Name, catalogue.Kind(cookie.Kind))
			declared = declared && id != ""
			by = id
		}
		if named > 0 && declared || named == 0 && on.has(s.ID) {
			all[i] = by
		}
	}
	return all
}

// A part is a draft of some services of the configuration, in the terms of a catalogue that it is for.
type part struct {
	plan     *plan.Plan
	draft    *draft.Draft
	document *edit.Document // of the draft
	lines    []string       // of the draft
	services map[int]string // where each service of the configuration stands in the document
}

// serviceID is the ID of the item that has a service, by its index in the configuration.
func serviceID(i int) string { return serviceItem + strconv.Itoa(i) }

// drafted drafts some services of the configuration for a catalogue.
func (c *configured) drafted(on *reading, wanted func(i int) bool) (*part, error) {
	p := &part{services: map[int]string{}}
	var indices []int
	p.plan, indices = c.fitted(on, wanted)
	options := draft.Options{Name: on.name, Known: c.known, Beside: on.catalogue, Taken: ids(on.document, "/services", "/categories", "/providers")}
	options.Taken = slices.DeleteFunc(options.Taken, func(id string) bool { return on.category(id) != nil })
	var err error
	if p.draft, err = draft.Catalogue(p.plan, options); err != nil {
		return nil, err
	}
	if p.document, err = edit.Parse(on.name, []byte(p.draft.Text)); err != nil {
		return nil, err
	}
	p.lines = strings.Split(p.draft.Text, "\n")
	p.place(indices)
	return p, nil
}

// place finds where services stand in the document. They are there in their order, but for those that
// were put to another one, which has their id.
func (p *part) place(indices []int) {
	named := map[string]bool{}
	for _, id := range p.draft.Services {
		named[id] = true
	}
	free := map[string]string{} // where services stand, by their ids
	var nameless []string       // of those whose name another service has, too
	for _, n := range p.elements("services") {
		if id := p.id(n.Pointer); named[id] {
			free[id] = n.Pointer
		} else {
			nameless = append(nameless, n.Pointer)
		}
	}
	given := map[string]bool{}
	for k, i := range indices {
		id := p.draft.Services[p.plan.Services[k].ID]
		switch {
		case !given[id] || len(nameless) == 0:
			p.services[i], given[id] = free[id], true
		default:
			p.services[i], nameless = nameless[0], nameless[1:]
		}
	}
}

// elements are those of a list of the document. The first service is the one that keeps the answer,
// which a catalogue has.
func (p *part) elements(key string) []*edit.Node {
	list := p.document.At("/" + key)
	switch {
	case list == nil:
		return nil
	case key == "services":
		return list.Nodes[min(1, len(list.Nodes)):]
	}
	return list.Nodes
}

// id is the id of an element of a list.
func (p *part) id(pointer string) string {
	if id := p.document.At(edit.Join(pointer, "id")); id != nil {
		return id.Value
	}
	if use := p.document.At(edit.Join(pointer, "use")); use != nil {
		id, _, _ := strings.Cut(use.Value, "@")
		return id
	}
	return ""
}

// element returns the lines of an element, with the comments above it.
func (p *part) element(n *edit.Node) []string {
	const item, rest = "  - ", "    "
	at := n.Line - 1
	first := at
	for first > 0 && strings.HasPrefix(p.lines[first-1], "  #") {
		first--
	}
	var all []string
	for _, line := range p.lines[first:at] {
		all = append(all, strings.TrimPrefix(line, "  "))
	}
	body := []string{strings.TrimPrefix(p.lines[at], item)}
	for _, line := range p.lines[at+1:] {
		if !strings.HasPrefix(line, rest) {
			break
		}
		body = append(body, strings.TrimPrefix(line, rest))
	}
	// Comments at the end would stay behind where something is written below the element.
	end := len(body)
	for end > 1 && strings.HasPrefix(strings.TrimSpace(body[end-1]), "#") {
		end--
	}
	for _, line := range body[end:] {
		all = append(all, strings.TrimSpace(line))
	}
	return append(all, body[:end]...)
}

// addition is what services need that stand in the document, by their pointers. What the catalogue has
// already is left out.
func (p *part) addition(on *reading, pointers ...string) addition {
	var a addition
	needed := map[string]bool{}
	for _, n := range p.elements("services") {
		if !slices.Contains(pointers, n.Pointer) {
			continue
		}
		a.services = append(a.services, p.element(n))
		for _, key := range []string{"category", "provider"} {
			if id := p.document.At(edit.Join(n.Pointer, key)); id != nil {
				needed[key+" "+id.Value] = true
			}
		}
	}
	for _, n := range p.elements("categories") {
		if id := p.id(n.Pointer); needed["category "+id] && on.category(id) == nil {
			a.categories = append(a.categories, p.element(n))
		}
	}
	for _, n := range p.elements("providers") {
		if id := p.id(n.Pointer); needed["provider "+id] && !on.hasProvider(id) {
			a.providers = append(a.providers, p.element(n))
		}
	}
	return a
}

// fitted is the configuration's plan with some of its services, in the categories of a catalogue. A
// category that the catalogue lacks comes behind its own. indices are those of the services in the
// configuration.
func (c *configured) fitted(on *reading, wanted func(i int) bool) (p *plan.Plan, indices []int) {
	fit := *c.Plan
	fit.Categories, fit.Services = nil, nil
	homes := map[string]string{} // categories of the plan, by those of the configuration
	necessary := ""
	taken := map[string]bool{}
	for _, own := range on.catalogue.Categories {
		taken[string(own.ID)] = true
		if own.Necessary && necessary == "" {
			necessary = string(own.ID)
		}
		fit.Categories = append(fit.Categories, plan.Category{ID: string(own.ID), Necessary: own.Necessary, Name: texts(own.Name), Description: texts(own.Description)})
	}
	fresh := map[string]bool{}
	for _, theirs := range c.Plan.Categories {
		from, own := theirs.ID, on.category(theirs.ID)
		if homes[from] != "" {
			continue
		}
		switch {
		case theirs.Necessary && necessary != "":
			homes[from] = necessary
		case own != nil && own.Necessary == theirs.Necessary:
			homes[from] = from
		case !theirs.Necessary && on.alike(from) != "":
			homes[from] = on.alike(from)
		default:
			for taken[theirs.ID] {
				theirs.ID += "-2"
			}
			taken[theirs.ID], fresh[from], homes[from] = true, true, theirs.ID
			fit.Categories = append(fit.Categories, theirs)
		}
	}
	for i, s := range c.Plan.Services {
		if !wanted(i) {
			continue
		}
		home := homes[s.Category]
		if entry := recognise.Service(s, c.known); entry != nil && (home == "" || fresh[s.Category]) {
			suggested := on.category(string(entry.Newest().Service.Category))
			if suggested != nil && !suggested.Necessary {
				home = string(suggested.ID)
			}
		}
		if home != "" {
			if s.ID == s.Category+"-cookies" { // a reader's own name, by which package draft knows it
				s.ID = home + "-cookies"
			}
			s.Category = home
		}
		fit.Services, indices = append(fit.Services, s), append(indices, i)
	}
	return &fit, indices
}

func texts(t catalogue.Text) plan.Texts {
	all := plan.Texts{}
	for language, text := range t {
		all[string(language)] = text
	}
	return all
}

func (c *configured) items(on *reading) (offered, error) {
	there := c.there(on)
	absent := func(i int) bool { _, is := there[i]; return !is }
	p, err := c.drafted(on, absent)
	if err != nil {
		return offered{}, err
	}
	var all offered
	seen := map[string]bool{}
	for i, s := range c.Plan.Services {
		if !absent(i) {
			all.has = append(all.has, c.title(s, on))
			continue
		}
		if at := p.services[i]; at != "" && !seen[at] {
			seen[at] = true
			a := p.addition(on, at)
			all.items = append(all.items, desk.OfferItem{ID: serviceID(i), Kind: desk.OfferService, Title: c.title(s, on), Lines: a.lines(), Todo: a.todos()})
		}
	}
	for _, w := range p.words(on) {
		all.items = append(all.items, desk.OfferItem{ID: wordsItem + w.language, Kind: desk.OfferWords, Title: w.language, Lines: w.lines()})
	}
	for _, s := range p.settings(on) {
		all.items = append(all.items, s.item())
	}
	var pointers []string
	for _, at := range p.services {
		pointers = append(pointers, at)
	}
	carried, err := c.carriedInto(on, p, there, p.addition(on, pointers...))
	if err != nil {
		return offered{}, err
	}
	if carried != nil {
		all.items = append(all.items, desk.OfferItem{ID: carryItem, Kind: desk.OfferCarryOver, Title: shown(c.Plan.Answer.Cookie), Lines: written("/carryOver", carried)})
	}
	all.remarks = c.remarks(p)
	return all, nil
}

// title is the name of a service.
func (c *configured) title(s plan.Service, on *reading) string {
	if entry := recognise.Service(s, c.known); entry != nil {
		return entry.Name
	}
	for _, l := range on.catalogue.Languages {
		if text := shown(s.Name[string(l)]); text != "" {
			return text
		}
	}
	return cmp.Or(shown(s.Name[""]), shown(s.ID), "?")
}

// remarks are what the importer says of the configuration.
func (c *configured) remarks(p *part) []string {
	p.plan.Fates = p.draft.Settled(p.plan)
	r := report.Of(report.Import{Plan: p.plan, Notes: p.draft.Notes, Files: c.Files, Problems: c.Problems})
	var all []string
	say := func(place report.Place, text string) {
		if place.File != "" {
			text = fmt.Sprintf("%s:%d: %s", place.File, place.Line, text)
		}
		if text = shown(text); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	for _, m := range r.Mistakes {
		say(m.Place, m.Text)
	}
	for _, problem := range r.Problems {
		say(problem.Place, problem.Text)
	}
	for _, s := range slices.Concat(r.Changed, r.Dropped) {
		say(s.Place, strings.TrimPrefix(s.Setting+": "+s.Why, ": "))
	}
	const most = 200 // that a person would read
	return all[:min(most, len(all))]
}

func (c *configured) take(on *reading, saved []byte, chosen map[string]bool) ([]byte, error) {
	there := c.there(on)
	p, err := c.drafted(on, func(i int) bool { _, is := there[i]; return !is && chosen[serviceID(i)] })
	if err != nil {
		return nil, err
	}
	var pointers []string
	for _, at := range p.services {
		pointers = append(pointers, at)
	}
	d, err := insert(on.document, p.addition(on, pointers...))
	if err != nil {
		return nil, err
	}
	for _, w := range p.words(on) {
		if chosen[wordsItem+w.language] {
			if d, err = w.write(d); err != nil {
				return nil, err
			}
		}
	}
	for _, s := range p.settings(on) {
		if chosen[string(s.kind)] {
			if d, err = s.write(d); err != nil {
				return nil, err
			}
		}
	}
	if chosen[carryItem] && d.At("/carryOver") == nil {
		carried, err := c.carried(d, on, p, there)
		if err != nil {
			return nil, err
		}
		if carried == nil {
			return nil, fmt.Errorf("%s: nothing in the former answers is about a service of this catalogue: choose the services, too", on.name)
		}
		if d, err = d.Set("/carryOver", carried, order...); err != nil {
			return nil, err
		}
	}
	return on.finished(d, saved)
}
