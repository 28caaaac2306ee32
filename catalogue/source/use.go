package source

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/catalogue/check"
	"charte/catalogue/services"

	"github.com/goccy/go-yaml/ast"
)

// A use is a service of a catalogue that takes over the entry of a known one.
type use struct {
	entry   *services.Entry
	edition *services.Edition
	values  map[string]string // of parameters
	set     map[string]bool   // the settings that the owner confirms

	acceptsUnknown bool // the owner knows what nobody publishes
}

// named writes the use as a catalogue does.
func (u *use) named() string { return fmt.Sprintf("%s@%d", u.entry.ID, u.edition.Number) }

// use reads what a service takes over: the values of "use", "with" and "without". It returns the
// service as the entry has it, and nil if the service takes nothing over.
func (d *decoder) use(node ast.Node, path string) (catalogue.Service, *use) {
	value := d.lookAhead(node, path, "use")
	if value == nil {
		for _, key := range []string{"with", "without", "acceptsUnknown"} {
			if other := d.lookAhead(node, path, key); other != nil {
				d.fail(other, join(path, key), fmt.Sprintf("key %q belongs to a service that takes over a known one, with use", key))
				d.breaks(path) // its author may have forgotten what to use
			}
		}
		return catalogue.Service{}, nil
	}
	at := join(path, "use")
	u := d.edited(value, at, path)
	if u == nil {
		d.breaks(path) // what the entry would have said is not missed as well
		return catalogue.Service{}, nil
	}
	u.values, u.set = map[string]string{}, map[string]bool{}
	with := d.lookAhead(node, path, "with")
	if with != nil {
		d.with(with, join(path, "with"), u)
	}
	for _, p := range u.edition.Parameters {
		if _, said := u.values[p.ID]; !said && u.entry.Needs(u.edition, p.ID) && !d.isBroken(join(path, "with")) {
			d.fail(value, at, fmt.Sprintf("%s needs with: {%s: …}: %s", u.named(), p.ID, p.Text["en"]))
			d.errs[len(d.errs)-1].Missing = "with." + p.ID
		}
	}
	if d.isBroken(at) || d.isBroken(join(path, "with")) {
		d.breaks(path)
		return catalogue.Service{}, nil
	}
	service := u.taken()
	if without := d.lookAhead(node, path, "without"); without != nil {
		d.without(without, join(path, "without"), u, &service)
	}
	return service, u
}

// edited reads "youtube@1", and returns nil where there is no such edition.
func (d *decoder) edited(node ast.Node, path, service string) *use {
	text := d.text(node, path)
	if d.broken[path] {
		return nil
	}
	name, number, pinned := strings.Cut(text, "@")
	if fault := d.known.fault(name); fault != "" {
		d.fail(node, path, fault)
		return nil
	}
	entry, errs := d.known.entry(name)
	if errs != nil {
		d.fail(node, path, fmt.Sprintf("the entry of service %q has errors: %v", name, errs))
		return nil
	}
	newest := entry.Newest().Number
	if !pinned {
		d.fail(node, path, fmt.Sprintf("write the edition, too: %s@%d is the newest", name, newest))
		return nil
	}
	n, err := strconv.Atoi(number)
	if newer, is := d.instead[service]; is {
		n = newer
	}
	edition := entry.Edition(n)
	if err != nil || edition == nil {
		d.fail(node, path, fmt.Sprintf("service %q has no edition %q; the newest is %s@%d", name, shorten(number, 40), name, newest))
		return nil
	}
	return &use{entry: entry, edition: edition}
}

// markup is what the value of a parameter can never hold, since values stand in tags.
var markup = regexp.MustCompile("[<>\"'`&\\s\\pC]")

// with reads the values of parameters, and the settings that the owner confirms.
func (d *decoder) with(node ast.Node, path string, u *use) {
	var fields []field
	for _, p := range u.edition.Parameters {
		fields = append(fields, field{p.ID, func(node ast.Node, path string) {
			value := d.scalar(node, path)
			if d.broken[path] {
				return
			}
			if fault := parameterFault(p, value); fault != "" {
				d.fail(node, path, fault)
				return
			}
			u.values[p.ID] = value
		}})
	}
	if u.edition.Exempt != nil {
		for _, setting := range u.edition.Exempt.Requires {
			fields = append(fields, field{setting.ID, func(node ast.Node, path string) { u.set[setting.ID] = d.flag(node, path) }})
		}
	}
	if len(fields) == 0 {
		d.fail(node, path, u.named()+" has nothing that with could say")
		return
	}
	d.mapping(node, path, fields...)
}

// parameterFault says what is wrong with the value of a parameter, or "" where nothing is.
func parameterFault(p services.Parameter, value string) string {
	spaceless := value
	if p.Pattern.MatchString("a b") { // a name of somebody, which stands in no tag
		spaceless = strings.ReplaceAll(value, " ", "")
	}
	switch found := markup.FindString(spaceless); {
	case found != "":
		return fmt.Sprintf("parameter %q contains %q, which has no place in an address or a tag", p.ID, found)
	case check.Undone(value):
		return fmt.Sprintf("parameter %q still says TODO; an example is %q (%s)", p.ID, p.Example, p.Text["en"])
	case len(value) > 300:
		return fmt.Sprintf("parameter %q has %d bytes, 300 at most", p.ID, len(value))
	case !p.Pattern.MatchString(value):
		return fmt.Sprintf("parameter %q cannot be %q; an example is %q (%s)", p.ID, shorten(value, 40), p.Example, p.Text["en"])
	}
	return ""
}

// Parameters says why a value cannot be that of a parameter or a setting, or nil if all can.
func Parameters(e *services.Edition, values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		var names []string
		found := false
		for _, p := range e.Parameters {
			names = append(names, p.ID)
			if p.ID == name {
				if fault := parameterFault(p, values[name]); fault != "" {
					return errors.New(fault)
				}
				found = true
			}
		}
		if e.Exempt != nil {
			for _, setting := range e.Exempt.Requires {
				names = append(names, setting.ID)
				if setting.ID == name {
					if value := values[name]; value != "true" && value != "false" {
						return fmt.Errorf("%q is a setting, so it is true or false, and not %q", name, shorten(value, 40))
					}
					found = true
				}
			}
		}
		if !found {
			message := fmt.Sprintf("there is no parameter %q", shorten(name, 40))
			if len(names) > 0 {
				message += "; there are " + strings.Join(names, ", ")
			}
			return errors.New(message)
		}
	}
	return nil
}

// scalar reads a text, or a number as it is written.
func (d *decoder) scalar(node ast.Node, path string) string {
	switch node.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return strings.TrimSpace(node.GetToken().Value)
	}
	return d.text(node, path)
}

// taken returns the service as the entry has it, with the values of its parameters. Nothing of it
// is shared with the entry.
func (u *use) taken() catalogue.Service {
	s := u.edition.Service
	s.Provider = "" // until the catalogue is read: see adds
	s.Name, s.Purpose, s.Placeholder = maps.Clone(s.Name), maps.Clone(s.Purpose), maps.Clone(s.Placeholder)
	s.Signals = slices.Clone(s.Signals)
	s.Frame, s.Content = services.Fill(s.Frame, u.values), services.Fill(s.Content, u.values)
	if s.Retention.Unit == catalogue.UnitUnknown {
		s.Retention = catalogue.Lifetime{} // the charter then does not say
	}
	s.Hosts = slices.Clone(s.Hosts)
	for i := range s.Hosts {
		s.Hosts[i].Host = services.Fill(s.Hosts[i].Host, u.values)
	}
	s.Cookies = slices.Clone(s.Cookies)
	for i := range s.Cookies {
		s.Cookies[i].Name = services.Fill(s.Cookies[i].Name, u.values)
		s.Cookies[i].Domain = services.Fill(s.Cookies[i].Domain, u.values)
		s.Cookies[i].Purpose = maps.Clone(s.Cookies[i].Purpose)
	}
	return s
}

// without reads the names of entries that the site does without.
func (d *decoder) without(node ast.Node, path string, u *use, service *catalogue.Service) {
	d.list(node, path, 0, func(node ast.Node, path string) {
		name := d.text(node, path)
		if d.broken[path] {
			return
		}
		is := func(cookie catalogue.Cookie) bool { return cookie.Name == name }
		if !slices.ContainsFunc(service.Cookies, is) {
			names := make([]string, len(service.Cookies))
			for i, cookie := range service.Cookies {
				names[i] = cookie.Name
			}
			d.fail(node, path, fmt.Sprintf("%s has no cookie %q", u.named(), shorten(name, 40))+suggestion(name, names))
			return
		}
		service.Cookies = slices.DeleteFunc(service.Cookies, is)
	})
}

// taker returns the provider of a service that is taken over: the entry's, or the site itself.
// The catalogue gets it unless it has a provider of that id.
func (d *decoder) taker(u *use, controller string) catalogue.Provider {
	p := u.entry.Provider.Provider
	if p.ID == "" {
		return catalogue.Provider{ID: "site", Name: controller, FirstParty: true}
	}
	if u.entry.Provider.Site != "" {
		p.PolicyURL = u.entry.Provider.Site
	}
	p.Name, p.PolicyURL = services.Fill(p.Name, u.values), services.Fill(p.PolicyURL, u.values)
	return p
}

// adds gives the catalogue the providers of what it takes over.
func (d *decoder) adds(c *catalogue.Catalogue) {
	for i, s := range c.Services {
		u := d.uses[i]
		if u == nil {
			continue
		}
		p := d.taker(u, c.Site.Controller)
		if s.Provider == "" {
			c.Services[i].Provider = p.ID
		}
		if c.Services[i].Provider == p.ID && !slices.ContainsFunc(c.Providers, func(other catalogue.Provider) bool { return other.ID == p.ID }) {
			d.places[fmt.Sprintf("providers[%d]", len(c.Providers))] = d.place(fmt.Sprintf("services[%d].use", i))
			c.Providers = append(c.Providers, p)
		}
	}
}

// speaks reports the languages of the catalogue that an entry does not have, and removes those
// that the catalogue does not have.
func (d *decoder) speaks(s *catalogue.Service, path string, u *use, languages []catalogue.Language) {
	type wording struct {
		path string
		text catalogue.Text
	}
	texts := []wording{{"name", s.Name}, {"purpose", s.Purpose}, {"placeholder", s.Placeholder}}
	for i, cookie := range s.Cookies {
		texts = append(texts, wording{fmt.Sprintf("cookies[%d].purpose", i), cookie.Purpose})
	}
	for _, language := range languages {
		var missing []string
		cookies := 0
		for _, t := range texts {
			if len(t.text) == 0 || t.text[language] != "" || d.isBroken(join(path, t.path)) {
				continue
			}
			if d.breaks(join(path, t.path)); strings.HasPrefix(t.path, "cookies") {
				cookies++
			} else {
				missing = append(missing, fmt.Sprintf("%s: {%s: …}", t.path, language))
			}
		}
		if cookies > 0 {
			var list []string
			for i, cookie := range s.Cookies {
				if cookie.Purpose[language] == "" {
					list = append(list, fmt.Sprintf("{%s, purpose: {%s: …}}", toldApart(s, i), language))
				}
			}
			missing = append(missing, "cookies: ["+strings.Join(list, ", ")+"]")
		}
		if len(missing) > 0 {
			p := d.place(join(path, "use"))
			d.errs = append(d.errs, Error{File: d.file, Line: p.line, Column: p.column, Message: fmt.Sprintf("%s has no texts in %q; write here what is missing: %s", u.named(), language, strings.Join(missing, ", "))})
		}
	}
	if languages == nil {
		return
	}
	for _, t := range texts {
		maps.DeleteFunc(t.text, func(language catalogue.Language, _ string) bool { return !slices.Contains(languages, language) })
	}
}

// toldApart is what tells a cookie apart from the others of its service, as YAML.
func toldApart(s *catalogue.Service, i int) string {
	c := s.Cookies[i]
	text := fmt.Sprintf("name: %q", c.Name)
	if c.Kind.OrCookie() != catalogue.KindCookie {
		text += ", kind: " + string(c.Kind)
	}
	for j, other := range s.Cookies {
		if j != i && other.Name == c.Name && other.Kind.OrCookie() == c.Kind.OrCookie() {
			return fmt.Sprintf("%s, domain: %q", text, c.Domain)
		}
	}
	return text
}

// exempts reports whether the service may be exempt. If the entry does not allow it, or if the
// owner has not confirmed the settings, that is an error.
func (d *decoder) exempts(path string, u *use) bool {
	at := join(path, "exempt")
	if u.edition.Exempt == nil {
		d.report(at, u.named()+" always needs consent, so it cannot be exempt")
		return false
	}
	var missing []string
	for _, setting := range u.edition.Exempt.Requires {
		if !u.set[setting.ID] {
			missing = append(missing, fmt.Sprintf("%s: true (%s)", setting.ID, setting.Text["en"]))
		}
	}
	if len(missing) > 0 {
		d.report(at, fmt.Sprintf("%s is exempt from consent only under settings that with must confirm: %s; see %s", u.named(), strings.Join(missing, ", "), u.edition.Exempt.Source))
	}
	return len(missing) == 0
}

// Unknown returns the facts of an edition that its maker does not publish, in words.
func Unknown(entry *services.Entry, e *services.Edition) []string {
	s := e.Service
	if s.Retention.Unit == catalogue.UnitUnknown {
		s.Retention = catalogue.Lifetime{}
	}
	return unknowns(entry, e, s)
}

// unknowns returns the facts of a service that are unknown, in words.
func unknowns(entry *services.Entry, e *services.Edition, s catalogue.Service) []string {
	var facts []string
	if entry.Provider.Site != "" && (s.Provider == "" || s.Provider == entry.Provider.ID) {
		facts = append(facts, "where its privacy policy stands")
	}
	if e.CookiesUnknown && len(s.Cookies) == 0 {
		facts = append(facts, "what it stores in the browser")
	}
	var names []string
	for _, cookie := range s.Cookies {
		if cookie.Lifetime.Unit == catalogue.UnitUnknown {
			names = append(names, cookie.Name)
		}
	}
	switch n := len(names); n {
	case 0:
	case 1:
		facts = append(facts, "how long "+names[0]+" is kept")
	default:
		facts = append(facts, "how long "+strings.Join(names[:n-1], ", ")+" and "+names[n-1]+" are kept")
	}
	if s.Retention == (catalogue.Lifetime{}) {
		facts = append(facts, "how long what it collects is kept")
	}
	if e.Transfers.Unknown {
		facts = append(facts, "whether data leave the European Union")
	}
	return facts
}
