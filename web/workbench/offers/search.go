package offers

import (
	"cmp"
	"slices"
	"sync"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/draft"
	"charte/web/workbench/desk"
)

// library is all known services, which are read once. Nobody changes them.
var library = sync.OnceValues(source.Services)

// Search returns the known services that a query finds, the best first: see [draft.Rank]. An empty query
// finds all, by kind and name. Texts are in the language, "fr" or "en", or else in English. text is the
// catalogue's, which may have mistakes; it says what is declared already.
func Search(text []byte, query, language string) []desk.Known {
	entries, err := library()
	if err != nil {
		return nil // which cannot be: a test reads all entries that come with Charte
	}
	declared := map[string]bool{}
	if d, err := edit.Parse("", text); err == nil {
		for _, id := range uses(d) {
			declared[id] = true
		}
	}
	type found struct {
		*services.Entry
		rank int
	}
	var all []found
	for _, e := range entries {
		if rank, is := draft.Rank(e, query); is {
			all = append(all, found{e, rank})
		}
	}
	order := map[services.Kind]int{}
	for i, kind := range services.Kinds {
		order[kind.Kind] = i
	}
	slices.SortStableFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(order[a.Kind], order[b.Kind]), cmp.Compare(a.Name, b.Name))
	})
	known := []desk.Known{}
	for _, e := range all {
		known = append(known, knownOf(e.Entry, catalogue.Language(language), declared[string(e.ID)]))
	}
	return known
}

// knownOf is a known service as the page shows it.
func knownOf(e *services.Entry, language catalogue.Language, declared bool) desk.Known {
	newest := e.Newest()
	s := newest.Service
	in := func(t catalogue.Text) string { return cmp.Or(t[language], t["en"]) }
	k := desk.Known{
		ID: string(e.ID), Name: e.Name, Kind: string(e.Kind), Purpose: in(s.Purpose), Provider: e.Provider.Name, Country: e.Provider.Country,
		Cookies: len(s.Cookies), Remarks: e.Remarks, Unknown: append([]string{}, source.Unknown(e, newest)...), Declared: declared,
		Category: string(s.Category), Tag: newest.Tag, Hosts: []string{}, Parameters: []desk.Parameter{}, Settings: []desk.Parameter{},
	}
	for _, host := range s.Hosts {
		if !slices.Contains(k.Hosts, host.Host) {
			k.Hosts = append(k.Hosts, host.Host)
		}
	}
	for _, p := range newest.Parameters {
		k.Parameters = append(k.Parameters, desk.Parameter{ID: p.ID, Text: in(p.Text), Example: p.Example, Needed: e.Needs(newest, p.ID)})
	}
	if newest.Exempt != nil {
		for _, setting := range newest.Exempt.Requires {
			k.Settings = append(k.Settings, desk.Parameter{ID: setting.ID, Text: in(setting.Text)})
		}
	}
	return k
}
