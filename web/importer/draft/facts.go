package draft

import (
	"cmp"
	"strings"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/importer/draft/recognise"
)

// facts are what the library of known services says of cookies and providers, and what an audit has
// seen.
type facts struct {
	known []*services.Entry
	seen  []Seen
}

// observed says what an audit has seen of an entry, or "".
func (f facts) observed(kind catalogue.Kind, name string) string {
	for _, s := range f.seen {
		if name == "" || s.Kind.OrCookie() != kind || !recognise.Meets(name, s.Name) {
			continue
		}
		text := "an audit saw " + source.WriteLifetime(s.Lifetime)
		if s.By != "" {
			text += ", stored by " + s.By
		}
		return text
	}
	return ""
}

// cookie returns what a known service declares of a name, and the service.
func (f facts) cookie(name string) (catalogue.Cookie, *services.Entry) {
	for _, entry := range f.known {
		for _, c := range entry.Newest().Service.Cookies {
			if name == c.Name || name != "" && !strings.HasSuffix(name, "*") && len(c.Name) > 3 && c.Covers(name) {
				return c, entry
			}
		}
	}
	return catalogue.Cookie{}, nil
}

// said is what known services say of a cookie of a name, each with those that say it: two services may
// have cookies of one name.
func (f facts) said(name string, of func(catalogue.Cookie) string) (texts []string, by map[string][]string) {
	by = map[string][]string{}
	for _, entry := range f.known {
		c, found := facts{known: []*services.Entry{entry}}.cookie(name)
		text := of(c)
		if found == nil || text == "" {
			continue
		}
		if by[text] == nil {
			texts = append(texts, text)
		}
		by[text] = append(by[text], entry.Name)
	}
	return texts, by
}

// lifetime says how long known services keep a cookie of a name, or "".
func (f facts) lifetime(name string) string {
	texts, by := f.said(name, func(c catalogue.Cookie) string { return source.WriteLifetime(c.Lifetime) })
	for i, text := range texts {
		texts[i] = text + " in " + strings.Join(by[text], " and ")
	}
	return strings.Join(texts, ", ")
}

// purpose says what known services use a cookie of a name for, or "".
func (f facts) purpose(name string, l catalogue.Language) string {
	texts, by := f.said(name, func(c catalogue.Cookie) string { return cmp.Or(c.Purpose[l], c.Purpose["en"]) })
	for i, text := range texts {
		texts[i] = strings.Join(by[text], " and ") + ": " + text
	}
	return strings.Join(texts, "; ")
}

// provider returns the provider of a name, if a known service has it.
func (f facts) provider(name string) *services.Provider {
	for _, entry := range f.known {
		if p := &entry.Provider; p.ID != "" && p.PolicyURL != "" && !strings.Contains(p.Name+p.PolicyURL, "{") && strings.EqualFold(strings.TrimSpace(name), p.Name) {
			return p
		}
	}
	return nil
}

// foreign reports whether a domain is one under which a known service keeps something of its own, out
// of the site's reach.
func (f facts) foreign(name, domain string) bool {
	c, entry := f.cookie(name)
	return entry != nil && c.Domain != "" && strings.TrimPrefix(c.Domain, ".") == strings.TrimPrefix(domain, ".")
}

// covers reports whether a pattern of the source is about something that a known service stores.
func covers(entry *services.Entry, name, pattern string) bool {
	if name != "" {
		return recognise.Stores(entry, name)
	}
	for _, c := range entry.Newest().Service.Cookies {
		if matches, readable := recognise.Matches(pattern, recognise.Pattern(c.Name)); readable && matches {
			return true
		}
	}
	return false
}
