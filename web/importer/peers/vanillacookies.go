package peers

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// A column is what a column of a table of cookies holds.
type column string

const (
	nameColumn     column = "name"
	purposeColumn  column = "purpose"
	lifetimeColumn column = "lifetime"
	domainColumn   column = "domain"
	providerColumn column = "provider"
	serviceColumn  column = "service"
	kindColumn     column = "kind"
)

// columnStems are the beginnings of words by which sites name the columns of their tables of
// cookies. What stands first is looked for first: "cookie duration" is a lifetime.
var columnStems = []struct {
	column column
	stems  []string
}{
	{lifetimeColumn, []string{"expir", "durat", "duree", "durée", "durata", "lifetime", "life", "ablauf", "laufzeit", "dauer", "speicher", "gültig", "retention", "conservation", "scadenza", "caduc", "plazo", "validit", "ttl", "bewaar", "looptijd"}},
	{purposeColumn, []string{"desc", "purpose", "zweck", "beschreib", "beschrijv", "finalit", "objectif", "objet", "objetivo", "scopo", "doel", "función", "funcion", "uso", "usage", "utilis", "why", "propósito", "proposito", "popis", "opis"}},
	{domainColumn, []string{"domain", "domän", "domein", "dominio", "domena", "host"}},
	{providerColumn, []string{"provider", "anbieter", "fournisseur", "vendor", "compan", "proveedor", "fornitore", "éditeur", "editeur", "owner", "prestataire", "aanbieder", "source", "party", "tiers"}},
	{serviceColumn, []string{"service", "tool", "dienst", "servicio", "servizio"}},
	{kindColumn, []string{"type", "typ", "kind", "tipo", "storage", "art"}},
	{nameColumn, []string{"name", "nom", "cookie", "naam", "nombre", "nome", "bezeichnung"}},
}

// columnOf tells what a column holds by its header, or else by its key. "" if neither says.
func columnOf(key, header string) column {
	for _, text := range []string{header, key} {
		words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
		for _, c := range columnStems {
			for _, word := range words {
				for _, stem := range c.stems {
					if strings.HasPrefix(word, stem) {
						return c.column
					}
				}
			}
		}
	}
	return ""
}

// columns tells what each column of a table holds, by key. Keys come in the table's order: where no
// column is called a name, the first column holds the names, as the banner itself has it.
func columns(keys []string, headers map[string]string) map[string]column {
	found := map[string]column{}
	taken := map[column]bool{}
	for _, key := range keys {
		if c := columnOf(key, headers[key]); c != "" && !taken[c] {
			found[key], taken[c] = c, true
		}
	}
	if !taken[nameColumn] && len(keys) > 0 {
		found[keys[0]] = nameColumn
	}
	return found
}

const noSuchColumn = "The catalogue says nothing of the kind about a cookie, or has it from another column."

// writeTable is what to do about a table that cannot be read.
const writeTable = "Write the cookies of this table into the catalogue."

// A loose cookie is one that a category declares, and no service.
type loose struct {
	category string
	setting  plan.Setting // of the cookie
	name     plan.Setting // of its name
	value    told.Value   // its name, or its pattern
}

// toServices is the path of a service's part in the catalogue.
func toServices(s *plan.Service, part string) string { return "services[" + s.ID + "]." + part }

// cookie reads a name or a pattern into a service. kind is that of [plan.Cookie].
func (r *reading) cookie(s *plan.Service, name plan.Setting, value told.Value, kind, path string) {
	names, source, why := cookieNames(value)
	to := toServices(s, "cookies")
	if r.own(name, names) || r.full(name) {
		return
	}
	if len(names) == 0 {
		r.keep(s, plan.Cookie{Source: source, Kind: kind, Path: path})
		name.Changed(to, why)
		return
	}
	for _, n := range names {
		switch owner, there := r.claims(s.Category, n, kind); {
		case there == nil:
			r.keep(s, plan.Cookie{Name: n, Source: source, Kind: kind, Path: path})
		case owner.ID != s.ID:
			why = strings.TrimSpace(why + " A cookie has one service in the catalogue, and “" + owner.ID + "” has “" + n + "” already.")
		}
	}
	if why = strings.TrimSpace(why + " " + r.madeUp(s)); why != "" {
		name.Changed(to, why)
	} else {
		name.Mapped(to)
	}
}

// own notes as dropped the cookie of the banner itself, and reports whether it is that.
func (r *reading) own(s plan.Setting, names []string) bool {
	if len(names) != 1 || names[0] != r.answer {
		return false
	}
	s.Dropped("It is the cookie in which this banner keeps its answer. Charte's own takes its place, and the catalogue's default lists it.")
	return true
}

// place gives a category's loose cookies to services: to the one that claims the name already, to
// the category's only one, or to one that is made for them.
func (r *reading) place(cookies []loose) {
	for _, c := range cookies {
		names, _, _ := cookieNames(c.value)
		var s *plan.Service
		for _, name := range names {
			if s == nil {
				s, _ = r.claims(c.category, name, "")
			}
		}
		if r.own(c.name, names) {
			continue
		}
		if s == nil {
			s = r.only(c.category)
		}
		r.cookie(s, c.name, c.value, "", c.setting.Path())
	}
}

// A table is a table of cookies in one language.
type table struct {
	category string
	language string
	rows     []plan.Setting
	columns  map[string]column
	pattern  func(row plan.Setting) bool // whether a row's name is a regular expression
}

// table reads a table's rows: the cookies that are new, and what it says of those that are there.
func (r *reading) table(t table) {
	for _, row := range t.rows {
		cells := map[column]plan.Setting{}
		keys, settings := row.Fields()
		for i, key := range keys {
			if c, ok := t.columns[key]; ok {
				cells[c] = settings[i]
			}
		}
		r.row(t, row, cells)
	}
}

// row reads a row of a table.
func (r *reading) row(t table, row plan.Setting, cells map[column]plan.Setting) {
	name := cells[nameColumn]
	if !name.Is(told.Text) && !name.Is(told.Pattern) {
		row.Dropped("The row has no name of a cookie that can be read.")
		return
	}
	names, source, why := rowNames(name, t.pattern(row))
	kind := storage(cells[kindColumn].Text())
	known := func(name string) bool { _, c := r.claims(t.category, name, kind); return c != nil }
	if r.own(row, names) || !slices.ContainsFunc(names, known) && r.full(row) {
		return
	}
	var at []*plan.Cookie
	var in *plan.Service
	switch {
	case len(names) > 0:
		for _, n := range names {
			r.rowCookie(t, row, n, source, kind, cells)
		}
		for _, n := range names { // not before: a service may have moved when the next one was added
			s, c := r.claims(t.category, n, kind)
			in, at = cmp.Or(in, s), append(at, c)
		}
	case source != name.Text() || name.Is(told.Pattern):
		in, at = r.nameless(t, row, source, kind, cells)
	default:
		name.Dropped(why)
		undocumented(row, "It says something about cookies of which no name is known.", nameKey(t))
		return
	}
	if why = strings.TrimSpace(why + " " + r.madeUp(in)); why != "" {
		name.Changed(toServices(in, "cookies"), why)
	} else {
		name.Mapped(toServices(in, "cookies"))
	}
	r.cells(t, in, at, cells)
}

// nameKey is the key of the column with the names.
func nameKey(t table) string {
	for key, c := range t.columns {
		if c == nameColumn {
			return key
		}
	}
	return ""
}

// rowNames are the names in a row of a table.
func rowNames(name plan.Setting, pattern bool) (names []string, source, why string) {
	value := name.Value()
	if value.Kind == told.Text && !pattern && !strings.HasPrefix(value.Text, "^") {
		// What stands for a part that differs may look like HTML: "_ga_<id>".
		if names, why = listedNames(value.Text); len(names) == 0 || strings.Contains(value.Text, "</") || strings.Contains(strings.ToLower(value.Text), "<br") {
			text, _ := plain(value.Text)
			names, why = listedNames(text)
		}
		return names, value.Text, why
	}
	value.Kind = told.Pattern
	return cookieNames(value)
}

// rowCookie puts a row's cookie into its service, if neither a table in another language nor the
// service itself has it already.
func (r *reading) rowCookie(t table, row plan.Setting, name, source, kind string, cells map[column]plan.Setting) {
	if _, c := r.claims(t.category, name, kind); c == nil {
		s := r.rowService(t, name, kind, cells)
		r.keep(s, plan.Cookie{Name: name, Source: source, Kind: kind, Path: row.Path()})
	}
}

// nameless is a row's cookie of which there is a regular expression only that Charte cannot write.
func (r *reading) nameless(t table, row plan.Setting, source, kind string, cells map[column]plan.Setting) (*plan.Service, []*plan.Cookie) {
	for i := range r.p.Services {
		for j := range r.p.Services[i].Cookies {
			if c := &r.p.Services[i].Cookies[j]; r.p.Services[i].Category == t.category && c.Name == "" && c.Source == source {
				return &r.p.Services[i], []*plan.Cookie{c}
			}
		}
	}
	s := r.rowService(t, "", kind, cells)
	r.keep(s, plan.Cookie{Source: source, Kind: kind, Path: row.Path()})
	return s, []*plan.Cookie{&s.Cookies[len(s.Cookies)-1]}
}

// rowService is the service of a row's cookie: the one that claims its name, the one that the row
// names, or the only one.
func (r *reading) rowService(t table, name, kind string, cells map[column]plan.Setting) *plan.Service {
	if s, _ := r.claims(t.category, name, kind); s != nil {
		return s
	}
	for _, c := range []column{serviceColumn, providerColumn} {
		said, _ := plain(cells[c].Text())
		if said == "" || isHost(said) {
			continue
		}
		if s := r.service(t.category, said); s != nil {
			return s
		}
		for i := range r.p.Services {
			if s := &r.p.Services[i]; s.Category == t.category && strings.EqualFold(s.Provider, said) {
				return s
			}
		}
		if only := r.only(t.category); only.ID != t.category+"-cookies" {
			return only // the source declares one service
		}
		r.drop(t.category)
		r.made[t.category+" "+said] = true
		return r.add(t.category, plan.Service{ID: said, Name: plan.Texts{"": said}})
	}
	return r.only(t.category)
}

// drop takes away the service that was made for a category's cookies, if it has none.
func (r *reading) drop(category string) {
	for i, s := range r.p.Services {
		if s.Category == category && s.ID == category+"-cookies" && len(s.Cookies)+len(s.Hosts) == 0 {
			r.p.Services = append(r.p.Services[:i], r.p.Services[i+1:]...)
			return
		}
	}
}

// cells reads what a row says of its cookies.
func (r *reading) cells(t table, s *plan.Service, cookies []*plan.Cookie, cells map[column]plan.Setting) {
	to := toServices(s, "cookies")
	take(&cookies[0].Purpose, cells[purposeColumn], to, t.language)
	for _, c := range cookies {
		if text, _, _ := readable(cells[purposeColumn]); text != "" {
			putText(&c.Purpose, t.language, text)
		}
		if text, _, _ := readable(cells[lifetimeColumn]); text != "" && c.Lifetime == "" {
			c.Lifetime = text
		}
		if r.foreign(cells[domainColumn].Text(), c, s) {
			c.Domain = cells[domainColumn].Text()
		}
	}
	wording(cells[lifetimeColumn], to)
	domain := cells[domainColumn]
	switch {
	case !domain.There():
	case cookies[0].Domain != "":
		domain.Changed(to, "A cookie with a domain is one that another party keeps, and that Charte cannot erase. Leave the domain out if the site itself has the cookie.")
	case isHost(domain.Text()) && r.erases(cookies[0].Name):
		domain.Dropped("The source erases this cookie, so it is taken for one of the site's own. If another party keeps it under this host, give it the domain in the catalogue.")
	default:
		domain.Dropped("It is no host of another party: in the catalogue, the site's own cookies have no domain.")
	}
	cells[kindColumn].Mapped(to)
	r.provider(s, cells[providerColumn])
	r.provider(s, cells[serviceColumn])
}

// foreign reports whether a table's domain is that of another party, which keeps the cookie.
func (r *reading) foreign(domain string, c *plan.Cookie, s *plan.Service) bool {
	domain = strings.ToLower(strings.TrimPrefix(domain, "."))
	if !isHost(domain) || s.Necessary || r.erases(c.Name) {
		return false
	}
	own := []string{r.p.Site.CookieDomain}
	for _, address := range mapValues(r.p.Site.PolicyURL) {
		if u, err := url.Parse(address); err == nil {
			own = append(own, u.Hostname())
		}
	}
	return !slices.ContainsFunc(own, func(host string) bool {
		return host != "" && (domain == host || strings.HasSuffix(domain, "."+host) || strings.HasSuffix(host, "."+domain))
	})
}

// provider reads who a service's provider is.
func (r *reading) provider(s *plan.Service, said plan.Setting) {
	if !said.There() {
		return
	}
	text, links, why := readable(said)
	switch {
	case text == "":
		said.Dropped(why)
		return
	case strings.EqualFold(text, s.ID) || s.Name[""] == text:
		said.Mapped(toServices(s, "name"))
	case s.Provider == "":
		s.Provider = text
		said.Mapped(toServices(s, "provider"))
	case s.Provider == text:
		said.Mapped(toServices(s, "provider"))
	default:
		said.Changed(toServices(s, "provider"), "A service has one provider in the catalogue, and this service has another already: "+s.Provider+".")
	}
	s.PolicyURL = cmp.Or(s.PolicyURL, webAddress(links...))
}

// storage is where a table says that an entry is kept.
func storage(said string) string {
	said = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, said))
	switch {
	case strings.Contains(said, "sessionstorage"):
		return "sessionStorage"
	case strings.Contains(said, "localstorage") || said == "local":
		return "localStorage"
	case strings.Contains(said, "indexeddb"):
		return "indexedDB"
	}
	return ""
}

// Parts of a name for which sites write what differs from page to page: "<id>", "[ID]", "{site}", "${id}", "XXX", "###".
var stoodFor = regexp.MustCompile(`<[^>]*>|\$?\{|\[[^\]]*\]|[xX]{3,}|#+|\*`)

// Words between the names of a list.
var listWords = regexp.MustCompile(`(?i) (and|et|und|y|e|or|ou|oder|en) `)

// listedNames takes the names of cookies out of a cell, in which several may stand. why says what
// else was there. A cell without any gives none, and says so.
func listedNames(cell string) (names []string, why string) {
	cell = listWords.ReplaceAllString(cell, ", ")
	var parts []string
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",;|\n", r) }) {
		part, _, _ = strings.Cut(strings.TrimSpace(part), " (")
		words := strings.Fields(part)
		if len(words) > 1 && !every(words, func(word string) bool { return strings.ContainsAny(word, "_*.") }) {
			continue // a sentence
		}
		parts = append(parts, words...)
	}
	for _, part := range parts {
		name := part
		if at := stoodFor.FindStringIndex(part); at != nil && at[0] > 0 {
			name = part[:at[0]] + "*"
		}
		if !cookieCharacters(strings.TrimSuffix(name, "*")) {
			continue
		}
		names = append(names, name)
		if name != part {
			why = "What differs from one cookie to the next stands for any ending: “" + part + "” is “" + name + "”."
		}
	}
	switch {
	case len(names) == 0:
		return nil, "It is no name that a cookie can have. Write the name into the catalogue."
	case len(names) > 1 && why == "":
		why = "Each of the names has an entry of its own."
	case names[0] != strings.TrimSpace(cell) && why == "":
		why = "What stands beside the name is left out."
	}
	return names, why
}

func every(words []string, is func(string) bool) bool {
	for _, word := range words {
		if !is(word) {
			return false
		}
	}
	return true
}

// cookieCharacters reports whether a text can be a cookie's name, or a key of the browser's storage
// (RFC 6265, section 4.1.1, and the colon, which such keys often have).
func cookieCharacters(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;\"/[]?={}`, r)
	})
}
