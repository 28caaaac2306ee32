package draft

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/importer/draft/recognise"
	"charte/web/importer/plan"
)

// taken are the entries that services declare under the site's own host. Each has one service.
type taken struct{ all []claim }

type claim struct {
	name string
	kind catalogue.Kind
	by   *service
}

// reserve takes what a known service declares, before others do.
func (t *taken) reserve(s *service) {
	s.without = nil
	if s.entry == nil {
		return
	}
	for _, c := range s.entry.Newest().Service.Cookies {
		if c.Domain != "" {
			continue
		}
		name := recognise.Pattern(services.Fill(c.Name, s.values()))
		if t.by(s, name, c.Kind) == nil {
			t.all = append(t.all, claim{name, c.Kind.OrCookie(), s})
		} else if !slices.Contains(s.without, name) {
			s.without = append(s.without, name)
		}
	}
}

// beside takes what a catalogue's services declare.
func (t *taken) beside(c *catalogue.Catalogue) {
	for _, s := range c.Services {
		by := &service{id: string(s.ID)}
		for _, cookie := range s.Cookies {
			if cookie.Domain == "" {
				t.all = append(t.all, claim{recognise.Pattern(cookie.Name), cookie.Kind.OrCookie(), by})
			}
		}
	}
}

// by returns the service, other than s, that declares a name or one of its family.
func (t *taken) by(s *service, name string, kind catalogue.Kind) *service {
	for _, c := range t.all {
		if c.by != s && c.kind == kind.OrCookie() && recognise.Meets(c.name, name) {
			return c.by
		}
	}
	return nil
}

// known writes a service that takes over a known one.
func (d *drafter) known(doc *document, s *service, t *taken) {
	d.head(doc, s)
	edition := s.entry.Newest()
	own := edition.Service
	doc.add(fmt.Sprintf("  - use: %s@%d", s.entry.ID, edition.Number))
	if s.id != string(s.entry.ID) {
		doc.add("    id: " + s.id)
	}
	doc.add("    category: " + s.category.id)
	d.text(doc, "    ", "name", wording{from: s.Name, has: own.Name})
	d.text(doc, "    ", "purpose", wording{from: s.Purpose, has: own.Purpose})
	if len(own.Placeholder) > 0 {
		d.text(doc, "    ", "placeholder", wording{has: own.Placeholder})
	}
	if s.exempt {
		doc.add("    exempt: true")
		if own.Retention.Unit == catalogue.UnitUnknown || own.Retention.Unit == "" {
			doc.add("    retention: " + todo("25 months") + " # how long it keeps what it collects: 25 months at most")
		}
	}
	d.with(doc, s)
	if s.without != nil {
		var names []string
		for _, name := range s.without {
			names = append(names, quoted(name))
		}
		doc.add("    without: [" + strings.Join(names, ", ") + "] # another service declares them")
	}
	d.signals(doc, s.Signals, s.Path, "services."+s.id)
	d.extras(doc, s, t)
	if policy := s.entry.Provider.PolicyURL; s.PolicyURL != "" && s.PolicyURL != policy {
		doc.add(commented("    ", "The source has another address of its privacy policy: "+remark(s.PolicyURL))...)
	}
	if facts := source.Unknown(s.entry, edition); len(facts) > 0 {
		doc.add(commented("    ", "charte check asks, since nobody publishes "+strings.Join(facts, ", nor ")+". Say it if you know, or else write acceptsUnknown: true.")...)
	}
}

// head writes where a service stood, and what it was.
func (d *drafter) head(doc *document, s *service) {
	d.cameFrom(doc, "  ", s.Path)
	if s.why != "" {
		doc.add(commented("  ", s.why)...)
	}
	if others := slices.DeleteFunc(slices.Clone(s.Others), func(name string) bool { return clean(name, false) == "" }); len(others) > 0 {
		doc.add(commented("  ", "The source has it in "+strings.Join(others, ", ")+", too; a service has one category.")...)
	}
}

// values are what the source passes to a known service, by the names of its parameters.
func (s *service) values() map[string]string {
	values := map[string]string{}
	for _, p := range s.entry.Newest().Parameters {
		if value := s.value(p); value != "" {
			values[p.ID] = value
		}
	}
	return values
}

// host is the name of a host.
var host = regexp.MustCompile(`^(?i)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// value returns what the source passes as a parameter, or "" where that is not sure: a setting of the
// parameter's name, or one whose name has it, or the only one that fits a parameter that the
// catalogue must have.
func (s *service) value(p services.Parameter) string {
	fit := func(text string) string {
		text = strings.TrimSpace(text)
		_, authority, is := strings.Cut(text, "//")
		if !is {
			authority = text
		}
		authority, _, _ = strings.Cut(authority, "/")
		for _, value := range []string{text, authority} {
			if p.Pattern.MatchString("www.example.org") && !host.MatchString(value) {
				continue
			}
			if source.Parameters(s.entry.Newest(), map[string]string{p.ID: value}) == nil && clean(value, false) == value {
				return value
			}
		}
		return ""
	}
	if value := fit(s.Settings[p.ID]); value != "" {
		return value
	}
	found := map[string]bool{}
	for name, text := range s.Settings {
		if value := fit(text); value != "" && strings.Contains(strings.ToLower(name), p.ID) {
			found[value] = true
		}
	}
	if len(found) == 0 && s.entry.Needs(s.entry.Newest(), p.ID) {
		for _, text := range s.Settings {
			if value := fit(text); value != "" {
				found[value] = true
			}
		}
	}
	if len(found) != 1 { // of two accounts only the owner knows which is the site's
		return ""
	}
	for value := range found {
		return value
	}
	return ""
}

// with writes what only an owner knows of a known service.
func (d *drafter) with(doc *document, s *service) {
	edition, values := s.entry.Newest(), s.values()
	var lines []string
	for _, p := range edition.Parameters {
		switch {
		case values[p.ID] != "":
			lines = append(lines, "      "+p.ID+": "+quoted(values[p.ID]))
		case s.entry.Needs(edition, p.ID):
			lines = append(lines, "      "+p.ID+": "+todo(quoted(p.Example))+beside(p.Text["en"]+", such as "+p.Example))
		}
	}
	if s.exempt {
		for _, setting := range edition.Exempt.Requires {
			lines = append(lines, "      "+setting.ID+": "+todo("true")+beside("true, if: "+setting.Text["en"]))
		}
	}
	if lines != nil {
		doc.add("    with:")
		doc.add(lines...)
	}
}

// extras writes what the source says of a known service's cookies otherwise, and those that it does
// not have.
func (d *drafter) extras(doc *document, s *service, t *taken) {
	var own []catalogue.Cookie
	examples := map[string]string{}
	for _, p := range s.entry.Newest().Parameters {
		examples[p.ID] = p.Example
	}
	for _, c := range s.entry.Newest().Service.Cookies {
		if c.Name = services.Fill(c.Name, s.values()); !slices.Contains(s.without, c.Name) {
			own = append(own, c)
		}
	}
	var blocks []func(*document)
	written, said := map[string]bool{}, map[int]bool{}
	for _, c := range s.Cookies {
		i := matching(own, c)
		switch {
		case written[c.Kind+" "+c.Name+" "+c.Source], i >= 0 && said[i]:
		case c.Name != "" && slices.Contains(s.without, c.Name):
			if by := t.by(s, c.Name, catalogue.Kind(kindOf(c))); by != nil {
				d.elsewhere(c, c.Name, by)
			}
		case i >= 0:
			said[i] = true
			if _, readable := Lifetime(c.Lifetime); c.Lifetime != "" && !readable {
				d.note(plan.Changed, c.Path, "services."+s.id+".cookies", "The source keeps “%s” for “%s”, which cannot be read as a time. The catalogue has that of %s: %s.", c.Name, remark(c.Lifetime), s.entry.Name, source.WriteLifetime(own[i].Lifetime))
			}
			if block := d.otherwise(own, i, c, examples); block != nil {
				blocks = append(blocks, block)
			}
		case covers(s.entry, c.Name, c.Source):
			d.covered(s, c)
		default:
			blocks = append(blocks, func(doc *document) { d.cookie(doc, s, c, t) })
		}
		written[c.Kind+" "+c.Name+" "+c.Source] = true
	}
	// A language that the known service lacks needs the purpose of each of its cookies.
	for i, c := range own {
		if lacks := slices.ContainsFunc(d.languages, func(l catalogue.Language) bool { return c.Purpose[l] == "" }); lacks && !said[i] {
			blocks = append(blocks, d.otherwise(own, i, plan.Cookie{Name: c.Name}, examples))
		}
	}
	d.list(doc, blocks)
}

// covered notes what the source says of a cookie that a known service has in another way: what is known
// is more exact, or knows better.
func (d *drafter) covered(s *service, c plan.Cookie) {
	if c.Name != "" && !recognise.Sets(s.entry, c.Name) {
		d.undeclare(c, "%s stores no %s any more.", s.entry.Name, c.Name)
		return
	}
	var says []string
	if lifetime := remark(c.Lifetime); lifetime != "" {
		says = append(says, lifetime)
	}
	for _, l := range d.languages {
		if text := remark(d.in(c.Purpose, l)); text != "" {
			says = append(says, text)
		}
	}
	if says != nil {
		d.note(plan.Changed, c.Path, "services."+s.id+".cookies", "The catalogue has the cookies of %s each by its name, with what is known of them; the source says of %s: %s.", s.entry.Name, remark(cmp.Or(c.Source, c.Name)), strings.TrimSuffix(strings.Join(says, "; "), "."))
	}
}

// elsewhere notes that another service declares a cookie.
func (d *drafter) elsewhere(c plan.Cookie, name string, by *service) {
	d.undeclare(c, "“%s” is declared by the service %s already, and an entry has one service.", name, by.id)
}

// matching returns which cookie of a known service is one of the source, or -1. Of two with one name it
// is that of the domain, or else the first.
func matching(own []catalogue.Cookie, c plan.Cookie) int {
	found := -1
	for i, known := range own {
		if known.Name != c.Name || c.Kind != "" && c.Kind != string(known.Kind.OrCookie()) {
			continue
		}
		if found < 0 || c.Domain != "" && strings.TrimPrefix(known.Domain, ".") == strings.TrimPrefix(c.Domain, ".") {
			found = i
		}
	}
	return found
}

// otherwise writes what the source says of a cookie of a known service otherwise, or is nil where that
// is nothing.
func (d *drafter) otherwise(own []catalogue.Cookie, i int, c plan.Cookie, examples map[string]string) func(*document) {
	known := own[i]
	namesake := slices.ContainsFunc(slices.Delete(slices.Clone(own), i, i+1), func(other catalogue.Cookie) bool {
		return other.Name == known.Name && other.Kind.OrCookie() == known.Kind.OrCookie()
	})
	purpose := wording{from: c.Purpose, has: known.Purpose}
	differs := false
	for _, l := range d.languages {
		text := clean(d.in(c.Purpose, l), false)
		differs = differs || text != "" && text != known.Purpose[l] || text == "" && known.Purpose[l] == ""
	}
	lifetime, says := Lifetime(c.Lifetime)
	says = says && lifetime != known.Lifetime
	if !differs && !says {
		return nil
	}
	return func(doc *document) {
		if names := services.Named(known.Name); len(names) > 0 { // whose value is a TODO, too
			doc.add("      - name: " + todo(services.Fill(known.Name, examples)) + beside(known.Name+", with "+strings.Join(names, " and ")+" as above"))
		} else {
			doc.add("      - name: " + quoted(known.Name))
		}
		if known.Kind.OrCookie() != catalogue.KindCookie {
			doc.add("        kind: " + string(known.Kind))
		}
		if namesake {
			doc.add("        domain: " + quoted(known.Domain))
		}
		d.text(doc, "        ", "purpose", purpose)
		if says {
			doc.value("        lifetime: "+source.WriteLifetime(lifetime)+beside("the known service has "+source.WriteLifetime(known.Lifetime)), func(fault string) []string {
				return commented("        ", fmt.Sprintf("The source has %s. %s", remark(c.Lifetime), fault))
			})
		}
	}
}

// list writes the cookies of a service, unless all that there is to say of them are comments.
func (d *drafter) list(doc *document, blocks []func(*document)) {
	inner := &document{marked: doc.marked}
	for _, block := range blocks {
		block(inner)
	}
	doc.marked = inner.marked
	if slices.ContainsFunc(inner.parts, func(p *part) bool {
		return slices.ContainsFunc(p.lines(""), func(line string) bool { return strings.HasPrefix(line, "      - ") })
	}) {
		doc.add("    cookies:")
	}
	doc.parts = append(doc.parts, inner.parts...)
}

// unknown writes a service that nobody knows.
func (d *drafter) unknown(doc *document, s *service, t *taken) {
	d.head(doc, s)
	doc.add("  - id: " + s.id)
	if s.category != nil {
		doc.add("    category: " + s.category.id)
	} else {
		doc.add("    category: " + todo(d.categories[0].id) + beside(d.unplaced(s)))
	}
	doc.add("    provider: " + s.provider)
	d.text(doc, "    ", "name", wording{from: s.Name, hint: func(catalogue.Language) string {
		if made(s.Service) {
			return "whose cookies these are: in the source they are in the category " + s.Category
		}
		return "in the source it is " + s.ID
	}})
	if necessary := s.category != nil && s.category.Necessary; !necessary || d.says(s.Purpose) {
		d.text(doc, "    ", "purpose", wording{from: s.Purpose, hint: func(catalogue.Language) string { return "what it does and why, in one sentence" }})
	}
	if s.exempt {
		doc.value("    exempt: true # only for anonymous statistics of the site's own: https://www.cnil.fr/fr/node/167364", func(fault string) []string {
			return commented("    ", "The source asks nobody about it. "+fault)
		})
		doc.value("    retention: "+todo("25 months")+" # how long it keeps what it collects: 25 months at most", func(string) []string { return nil })
	}
	d.signals(doc, s.Signals, s.Path, "services."+s.id)
	if len(s.Cookies) == 0 {
		hint := "the source names none; write [] if it stores nothing"
		if len(s.Hosts) > 0 {
			hint += "; it loads from " + strings.Join(s.Hosts, ", ")
		}
		doc.add("    cookies: " + todo("[]") + beside(hint))
		return
	}
	var blocks []func(*document)
	written := map[string]bool{}
	for _, c := range s.Cookies {
		key := kindOf(c) + " " + c.Name + " " + c.Source
		if c.Name != "" {
			key = kindOf(c) + " " + c.Name
		}
		if !written[key] {
			blocks = append(blocks, func(doc *document) { d.cookie(doc, s, c, t) })
		}
		written[key] = true
	}
	d.list(doc, blocks)
}

// unplaced says why a service has no category, and which there are.
func (d *drafter) unplaced(s *service) string {
	why := "the source names none"
	if name := remark(s.Category); name != "" {
		why = "the source has " + quoted(name) + ", which it does not declare"
	}
	const some = 6
	var ids []string
	for _, c := range d.categories[:min(some, len(d.categories))] {
		ids = append(ids, c.id)
	}
	return why + "; write " + strings.Join(ids, " or ")
}

// says reports whether a text of the source has a wording in one of the languages.
func (d *drafter) says(t plan.Texts) bool {
	return slices.ContainsFunc(d.languages, func(l catalogue.Language) bool { return d.in(t, l) != "" })
}

// kindOf is the kind of a cookie of the source as a catalogue has it.
func kindOf(c plan.Cookie) string {
	switch kind := catalogue.Kind(c.Kind); kind {
	case catalogue.KindLocalStorage, catalogue.KindSessionStorage, catalogue.KindIndexedDB:
		return string(kind)
	}
	return string(catalogue.KindCookie)
}

// cookie writes a cookie that no known service has.
func (d *drafter) cookie(doc *document, s *service, c plan.Cookie, t *taken) {
	kind := catalogue.Kind(kindOf(c))
	name := clean(c.Name, false)
	foreign := c.Domain != "" && d.facts.foreign(name, c.Domain)
	if name != "" && !foreign {
		if by := t.by(s, name, kind); by != nil {
			doc.add(commented("      ", fmt.Sprintf("%s is declared by the service %s, or stands in the way of it. An entry has one service, whose consent decides over it.", name, by.id))...)
			d.elsewhere(c, name, by)
			return
		}
		t.all = append(t.all, claim{name, kind, s})
	}
	if name == "" {
		doc.add("      - name: " + doc.todoName() + beside("the source has "+remark(c.Source)+", and no name with a final * says the same"))
	} else {
		mark := doc.todoName()
		about := ""
		if former := recognise.Former(name, d.facts.known); former != nil && kind == catalogue.KindCookie {
			about = former.Name + " stores it no more: leave it out, unless something else does"
		}
		doc.value("      - name: "+quoted(name)+beside(about), func(fault string) []string {
			return []string{"      - name: " + mark + beside(short(fault))}
		})
	}
	if kind != catalogue.KindCookie {
		doc.add("        kind: " + string(kind))
	}
	d.text(doc, "        ", "purpose", wording{from: c.Purpose, hint: func(l catalogue.Language) string { return d.facts.purpose(name, l) }})
	d.lifetime(doc, kind, name, c)
	if foreign {
		doc.value("        domain: "+quoted(clean(c.Domain, false)), func(fault string) []string { return commented("        ", fault) })
	}
}

// lifetime writes how long a cookie is kept.
func (d *drafter) lifetime(doc *document, kind catalogue.Kind, name string, c plan.Cookie) {
	if kind == catalogue.KindSessionStorage {
		doc.add("        lifetime: session")
		return
	}
	hint := d.facts.lifetime(name)
	open := func(more string) []string {
		return []string{"        lifetime: " + todo("1 day") + beside(more, hint, d.facts.observed(kind, name))}
	}
	l, said := Lifetime(c.Lifetime)
	switch {
	case said:
		doc.value("        lifetime: "+source.WriteLifetime(l), func(fault string) []string {
			return open(short("the source has " + remark(c.Lifetime) + ": " + fault))
		})
	case c.Lifetime != "":
		doc.add(open("the source has " + remark(c.Lifetime))...)
	case kind == catalogue.KindLocalStorage, kind == catalogue.KindIndexedDB:
		doc.value("        lifetime: persistent", func(fault string) []string { return open(short(fault)) })
	default:
		doc.add(open("")...)
	}
}
