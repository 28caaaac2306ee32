package patch

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/audit/report"
	"charte/web/draft"
)

// known adds the known services that were seen and that the catalogue neither takes over nor declares
// in its own words. It says of each that cannot be added, why.
func (d *drafter) known(before *source.Study) []string {
	has := map[string]bool{}
	for _, u := range before.Uses {
		has[string(u.Entry.ID)] = true
	}
	for _, s := range d.catalogue.Services {
		has[string(s.ID)] = true
	}
	var failed []string
	for _, s := range d.report.Services {
		if has[s.ID] || d.declares(s) {
			continue
		}
		if d.leaves(knownPart + s.ID) {
			if a, _, err := d.addition(s); err == nil {
				d.declared = append(d.declared, declaredBy(a)...)
			}
			continue
		}
		if err := d.use(s); err != nil {
			failed = append(failed, fmt.Sprintf("TODO: %s was seen, and could not be added: %v", s.Name, err))
		}
	}
	return failed
}

// declares reports whether the catalogue declares all that was seen of a service.
func (d *drafter) declares(s report.Service) bool {
	for _, text := range s.Entries {
		kind, name, _ := strings.Cut(text, " ")
		if !slices.ContainsFunc(d.declared, func(c catalogue.Cookie) bool {
			return string(c.Kind.OrCookie()) == kind && c.Covers(name)
		}) {
			return false
		}
	}
	return len(s.Entries) > 0
}

// addition is a known service as it is added. open are the parameters that only the owner knows.
func (d *drafter) addition(s report.Service) (a draft.Addition, open map[string]services.Parameter, err error) {
	entry, err := source.Service(s.ID)
	if err != nil {
		return a, nil, err
	}
	a = draft.Addition{Entry: entry, Edition: entry.Edition(s.Edition), With: map[string]string{}}
	if a.Edition == nil {
		a.Edition = entry.Newest()
	}
	a.AcceptsUnknown = len(source.Unknown(entry, a.Edition)) > 0
	open = map[string]services.Parameter{}
	for _, p := range a.Edition.Parameters {
		if !entry.Needs(a.Edition, p.ID) {
			continue
		}
		if a.With[p.ID] = d.value(a.Edition, p); a.With[p.ID] == "" {
			a.With[p.ID], open[p.ID] = p.Example, p
		}
	}
	if category := a.Edition.Service.Category; !slices.ContainsFunc(d.catalogue.Categories, func(c catalogue.Category) bool { return c.ID == category }) {
		a.Category = string(anyCategory(d.catalogue))
	}
	return a, open, nil
}

// declaredBy is what a known service declares.
func declaredBy(a draft.Addition) []catalogue.Cookie {
	var all []catalogue.Cookie
	for _, cookie := range a.Edition.Service.Cookies {
		cookie.Name, cookie.Domain = services.Fill(cookie.Name, a.With), services.Fill(cookie.Domain, a.With)
		all = append(all, cookie)
	}
	return all
}

// use adds a known service.
func (d *drafter) use(s report.Service) error {
	a, open, err := d.addition(s)
	if err != nil {
		return err
	}
	before, err := source.Read(d.name, []byte(d.text))
	if err != nil {
		return err
	}
	added, err := draft.Add(d.name, d.text, a)
	if err != nil {
		// The error says what to write where draft.Add cannot.
		_, text, is := strings.Cut(err.Error(), "write this into it:\n")
		if (!is || !d.paste(text, a, open)) && !d.crowd(err) {
			return err
		}
	} else {
		d.text = d.withTODOs(withoutFormerly(added, before), a, open)
		d.added++
	}
	d.parts = append(d.parts, d.knownPart(s, a, before, open))
	d.declared = append(d.declared, declaredBy(a)...)
	return nil
}

// paste adds the lines of a known service that draft.Add could not add, as it cannot to a catalogue that
// has no service at all. In brackets nothing can be added, and the owner has to. It reports false where
// the lines would be a mistake.
func (d *drafter) paste(text string, a draft.Addition, open map[string]services.Parameter) bool {
	var block []line
	for i, text := range strings.Split(text, "\n") {
		text = strings.TrimLeft(text, " ")
		if i > 0 {
			text = "  " + text
		}
		block = append(block, line{sample: text, todo: d.todo(text, a, open)})
	}
	doc, err := edit.Parse(d.name, []byte(d.text))
	if err != nil {
		return false
	}
	added, ok := d.insert(doc, "services", [][]line{block})
	if !ok {
		for _, l := range block {
			d.pasted = append(d.pasted, l.todo)
		}
		return true
	}
	if _, err := source.Read(d.name, added.Bytes()); err != nil {
		return false
	}
	d.text = string(added.Bytes())
	d.added++
	return true
}

// anyCategory is a category that stands for the one that the owner chooses.
func anyCategory(c *catalogue.Catalogue) catalogue.ID {
	for _, category := range c.Categories {
		if !category.Necessary {
			return category.ID
		}
	}
	return c.Categories[0].ID // a valid catalogue has one
}

// value returns the value of a parameter, if it can be told from the names and the hosts that were
// seen, and "" otherwise.
func (d *drafter) value(edition *services.Edition, p services.Parameter) string {
	var shapes []*regexp.Regexp
	shape := func(text string) {
		text = strings.TrimSuffix(text, "*")
		beginning, end, is := strings.Cut(text, "{"+p.ID+"}")
		if is && beginning+end != "" && len(services.Named(text)) == 1 {
			shapes = append(shapes, regexp.MustCompile("^"+regexp.QuoteMeta(beginning)+"(.+)"+regexp.QuoteMeta(end)+"$"))
		}
	}
	for _, cookie := range edition.Service.Cookies {
		shape(cookie.Name)
	}
	for _, host := range edition.Service.Hosts {
		shape(host.Host)
	}
	found := map[string]bool{}
	look := func(text string) {
		for _, s := range shapes {
			if value := s.FindStringSubmatch(text); value != nil && source.Parameters(edition, map[string]string{p.ID: value[1]}) == nil {
				found[value[1]] = true
			}
		}
	}
	for _, j := range d.report.Journeys {
		for _, e := range j.Entries {
			look(e.Name)
		}
		for _, q := range j.Requests {
			look(q.Host)
		}
	}
	if len(found) != 1 { // two accounts need an owner who knows which is the site's
		return ""
	}
	return slices.Collect(maps.Keys(found))[0]
}

// withoutFormerly takes out what draft.Add kept under formerly: of several additions, nobody ever saw
// what is between them.
func withoutFormerly(text string, before *catalogue.Catalogue) string {
	revision := before.Revision()
	if before.Formerly[revision] != nil {
		return text
	}
	doc, err := edit.Parse("", []byte(text))
	if err == nil {
		doc, err = doc.Remove(edit.Join("/formerly", revision))
	}
	if err != nil { // so nothing was kept
		return text
	}
	return string(doc.Bytes())
}

// withTODOs marks the lines of a service that was added and that the owner has to complete.
func (d *drafter) withTODOs(text string, a draft.Addition, open map[string]services.Parameter) string {
	lines := strings.Split(text, "\n")
	first := fmt.Sprintf("- use: %s@%d", a.Entry.ID, a.Edition.Number)
	i := slices.IndexFunc(lines, func(text string) bool { return strings.TrimSpace(text) == first })
	if i < 0 {
		return text
	}
	dash := strings.IndexByte(lines[i], '-')
	for i++; i < len(lines) && strings.TrimSpace(lines[i]) != "" && len(lines[i])-len(strings.TrimLeft(lines[i], " ")) > dash; i++ {
		sample := strings.TrimLeft(lines[i], " ")
		if todo := d.todo(sample, a, open); todo != sample {
			lines[i] = d.marked(lines[i][:len(lines[i])-len(sample)], line{sample: sample, todo: todo})
		}
	}
	return strings.Join(lines, "\n")
}

// todo returns a line of a known service with TODO for what only the owner knows.
func (d *drafter) todo(text string, a draft.Addition, open map[string]services.Parameter) string {
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	switch key, _, _ := strings.Cut(strings.TrimLeft(text, " "), ":"); {
	case key == "category" && a.Category != "":
		return indent + "category: TODO # the known one, " + string(a.Edition.Service.Category) + ", is not in this catalogue"
	case key == "acceptsUnknown":
		return indent + "acceptsUnknown: TODO # true, if you know that it is not published " + strings.Join(source.Unknown(a.Entry, a.Edition), ", nor ")
	case key == "with" && len(open) > 0:
		var values, says []string
		for _, name := range slices.Sorted(maps.Keys(a.With)) {
			value := strconv.Quote(a.With[name])
			if p, is := open[name]; is {
				value = "TODO"
				if source.Parameters(a.Edition, map[string]string{name: value}) == nil {
					value = `"<TODO>"` // which no parameter can be
				}
				says = append(says, fmt.Sprintf("%s: %s, such as %s", name, p.Text["en"], p.Example))
			}
			values = append(values, name+": "+value)
		}
		return indent + "with: { " + strings.Join(values, ", ") + " } # " + comment(strings.Join(says, "; "))
	}
	return text
}
