package source

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/services"

	"github.com/goccy/go-yaml/ast"
)

// newer says which of the editions in the catalogue have a successor, what it would change, and
// whether visitors would be asked again.
func (d *decoder) newer(body ast.Node, c *catalogue.Catalogue) Errors {
	var notes Errors
	for _, i := range slices.Sorted(maps.Keys(d.uses)) {
		u := d.uses[i]
		newest := u.entry.Newest()
		if newest.Number == u.edition.Number {
			continue
		}
		path := fmt.Sprintf("services[%d]", i)
		next := newDecoder(d.file)
		next.known = d.known
		next.instead = map[string]int{path: newest.Number}
		other := next.catalogue(body)
		next.check(other)
		lines := []string{fmt.Sprintf("%s@%d exists; %s stays as it is until you write the other", u.entry.ID, newest.Number, u.named())}
		if len(next.errs) > 0 {
			next.errs.sort()
			lines = append(lines, fmt.Sprintf("    with it, this catalogue would have mistakes: %s", next.errs[0].Message))
		} else {
			lines = append(lines, changes(u.edition, newest, c.Services[i], other.Services[i])...)
			if c.Revision() == other.Revision() {
				lines = append(lines, "    visitors would not be asked again")
			} else {
				lines = append(lines, "    visitors would be asked again")
			}
		}
		p := d.place(join(path, "use"))
		notes = append(notes, Error{File: d.file, Line: p.line, Column: p.column, Message: strings.Join(lines, "\n")})
	}
	return notes
}

// changes are the lines of a diff between two editions, as one catalogue takes them over.
func changes(from, to *services.Edition, old, now catalogue.Service) []string {
	var lines []string
	line := func(mark, format string, values ...any) {
		lines = append(lines, "    "+mark+" "+fmt.Sprintf(format, values...))
	}
	stored := func(s catalogue.Service) (names []string, by map[string]catalogue.Cookie) {
		by = map[string]catalogue.Cookie{}
		for _, cookie := range s.Cookies {
			name := string(cookie.Kind.OrCookie()) + " " + cookie.Name
			names, by[name] = append(names, name), cookie
		}
		return names, by
	}
	before, had := stored(old)
	after, has := stored(now)
	for _, name := range before {
		if _, still := has[name]; !still {
			line("-", "%s", name)
		}
	}
	for _, name := range after {
		was, is := had[name]
		switch lifetime := has[name].Lifetime; {
		case !is:
			line("+", "%s, %s", name, WriteLifetime(lifetime))
		case was.Lifetime != lifetime:
			line("~", "%s: %s, before %s", name, WriteLifetime(lifetime), WriteLifetime(was.Lifetime))
		case !maps.Equal(was.Purpose, has[name].Purpose):
			line("~", "%s: its purpose in other words", name)
		}
	}
	for _, value := range []struct {
		what    string
		old, is any
	}{
		{"category", old.Category, now.Category},
		{"provider", old.Provider, now.Provider},
		{"retention", WriteLifetime(old.Retention), WriteLifetime(now.Retention)},
		{"sale", old.Sale, now.Sale},
		{"signals", old.Signals, now.Signals},
		{"hosts", hostNames(from), hostNames(to)},
		{"countries outside the European Union", from.Transfers.Countries, to.Transfers.Countries},
	} {
		if !reflect.DeepEqual(value.old, value.is) {
			line("~", "%s: %v, before %v", value.what, value.is, value.old)
		}
	}
	for _, text := range []struct {
		what    string
		old, is catalogue.Text
	}{{"name", old.Name, now.Name}, {"purpose", old.Purpose, now.Purpose}, {"placeholder", old.Placeholder, now.Placeholder}} {
		if !maps.Equal(text.old, text.is) {
			line("~", "%s in other words", text.what)
		}
	}
	if from.Tag != to.Tag {
		line("~", "another tag: see charte services %s", now.ID)
	}
	return lines
}

func hostNames(e *services.Edition) []string {
	var names []string
	for _, host := range e.Service.Hosts {
		names = append(names, host.Host)
	}
	return names
}

// WriteLifetime writes a lifetime as catalogues do: "up to 12 months".
func WriteLifetime(l catalogue.Lifetime) string {
	switch {
	case l == catalogue.Lifetime{}:
		return "not said"
	case l.Count == 0:
		return string(l.Unit)
	}
	text := count(l.Count, string(l.Unit), string(l.Unit)+"s")
	if l.UpTo {
		return "up to " + text
	}
	return text
}
