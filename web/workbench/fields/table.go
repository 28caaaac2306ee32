package fields

import (
	"slices"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/web/workbench/desk"
)

// A table lists the keys of one kind of mapping, in the order in which new keys are written.
type table struct {
	name string // the first part of the names of its fields
	rows []row

	// lead are the keys that a form begins with: what a person who fills it in knows or decides first. The
	// others follow in their order.
	lead []string
}

// A row is one key.
type row struct {
	key  string
	kind desk.Kind

	// needed says that the catalogue must have it. when says so for one mapping; nil for every one.
	needed bool
	when   func(r *reading, n *edit.Node) bool

	choices func(r *reading, n *edit.Node) []desk.Choice // of desk.KindChoice and desk.KindChoices
	of      *table                                       // of what is in it
	first   string                                       // the key that an added element begins with
}

// Kinds of rows that are no fields.
const (
	section desk.Kind = "section" // a mapping with fields
	list    desk.Kind = "list"    // a list of entries with fields
	pairs   desk.Kind = "pairs"   // a mapping whose keys only the file knows
)

// row returns the row of a key, or nil.
func (t *table) row(key string) *row {
	for i := range t.rows {
		if t.rows[i].key == key {
			return &t.rows[i]
		}
	}
	return nil
}

// shown are the rows in the order of forms.
func (t *table) shown() []*row {
	rows := make([]*row, 0, len(t.rows))
	for _, key := range t.lead {
		rows = append(rows, t.row(key))
	}
	for i := range t.rows {
		if row := &t.rows[i]; !slices.Contains(t.lead, row.key) {
			rows = append(rows, row)
		}
	}
	return rows
}

// order lists the keys of a table.
func (t *table) order() []string {
	var keys []string
	for _, row := range t.rows {
		keys = append(keys, row.key)
	}
	return keys
}

var host = table{name: "host", rows: []row{
	{key: "host", kind: desk.KindText, needed: true},
	{key: "kind", kind: desk.KindChoice, needed: true, choices: of(catalogue.HostKinds())},
}}

var cookie = table{name: "cookie", rows: []row{
	{key: "name", kind: desk.KindText, needed: true},
	{key: "kind", kind: desk.KindChoice, choices: of([]catalogue.Kind{catalogue.KindCookie, catalogue.KindLocalStorage, catalogue.KindSessionStorage, catalogue.KindIndexedDB})},
	{key: "domain", kind: desk.KindText},
	{key: "purpose", kind: desk.KindProses, needed: true},
	{key: "lifetime", kind: desk.KindLifetime, needed: true},
	{key: "source", kind: desk.KindAddress},
	{key: "checked", kind: desk.KindDay},
}, lead: []string{"name", "purpose", "lifetime"}}

var site = table{name: "site", rows: []row{
	{key: "name", kind: desk.KindTexts, needed: true},
	{key: "controller", kind: desk.KindText, needed: true},
	{key: "charterURL", kind: desk.KindAddress},
	{key: "cookieDomain", kind: desk.KindText},
	{key: "keepAfterWithdrawal", kind: desk.KindFlag},
	{key: "doNotTrack", kind: desk.KindFlag},
	{key: "figures", kind: desk.KindFlag},
	{key: "guard", kind: desk.KindChoice, choices: of(catalogue.Guards())},
	{key: "hosts", kind: desk.KindItems, of: &host, first: "host"},
}, lead: []string{"name", "controller", "charterURL", "guard"}}

var charter = table{name: "charter", rows: []row{
	{key: "title", kind: desk.KindTexts, needed: true},
	{key: "introduction", kind: desk.KindProses, needed: true},
	{key: "whatTitle", kind: desk.KindTexts, needed: true},
	{key: "what", kind: desk.KindProses, needed: true},
	{key: "kindsTitle", kind: desk.KindTexts, needed: true},
}}

var category = table{name: "category", rows: []row{
	{key: "id", kind: desk.KindText, needed: true},
	{key: "necessary", kind: desk.KindFlag},
	{key: "name", kind: desk.KindTexts, needed: true},
	{key: "summary", kind: desk.KindProses, needed: true},
	{key: "description", kind: desk.KindProses, needed: true},
	{key: "tableTitle", kind: desk.KindTexts},
	{key: "sale", kind: desk.KindFlag},
	{key: "signals", kind: desk.KindChoices, choices: of(catalogue.Signals())},
}, lead: []string{"name", "summary", "description", "necessary"}}

var provider = table{name: "provider", rows: []row{
	{key: "id", kind: desk.KindText, needed: true},
	{key: "name", kind: desk.KindText, needed: true},
	{key: "firstParty", kind: desk.KindFlag},
	{key: "policyURL", kind: desk.KindAddress, needed: true, when: func(_ *reading, n *edit.Node) bool { return said(n, "firstParty") != "true" }},
}, lead: []string{"name", "policyURL", "firstParty"}}

var service = table{name: "service", rows: []row{
	{key: "use", kind: desk.KindChoice, needed: true, choices: (*reading).editions}, // of services that have it
	{key: "id", kind: desk.KindText, needed: true},
	{key: "category", kind: desk.KindChoice, needed: true, choices: (*reading).categories},
	{key: "provider", kind: desk.KindChoice, needed: true, choices: (*reading).providers},
	{key: "name", kind: desk.KindTexts, needed: true},
	{key: "location", kind: desk.KindProses},
	{key: "purpose", kind: desk.KindProses, needed: true, when: (*reading).asks},
	{key: "with", kind: pairs},
	{key: "without", kind: desk.KindChoices, choices: (*reading).cookieNames},
	{key: "acceptsUnknown", kind: desk.KindFlag},
	{key: "exempt", kind: desk.KindFlag},
	{key: "retention", kind: desk.KindLifetime},
	{key: "sale", kind: desk.KindFlag},
	{key: "signals", kind: desk.KindChoices, choices: of(catalogue.Signals())},
	{key: "placeholder", kind: desk.KindProses},
	{key: "frame", kind: desk.KindAddress},
	{key: "content", kind: desk.KindAddress},
	{key: "hosts", kind: desk.KindItems, of: &host, first: "host"},
	{key: "cookies", kind: desk.KindItems, of: &cookie, first: "name"},
}, lead: []string{"use", "with", "exempt", "name", "purpose", "category", "provider", "id", "cookies", "without", "hosts", "location"}}

var look = table{name: "look", rows: lookRows()}

func lookRows() []row {
	rows := []row{
		{key: "preset", kind: desk.KindChoice, choices: of(catalogue.Presets())},
		{key: "position", kind: desk.KindChoice, choices: of(catalogue.Positions())},
		{key: "scheme", kind: desk.KindChoice, choices: of(catalogue.Schemes())},
		{key: "choices", kind: desk.KindChoice, choices: of(catalogue.AllChoices())},
	}
	for _, token := range catalogue.Tokens() {
		rows = append(rows, row{key: string(token), kind: desk.KindColour})
	}
	return append(rows,
		row{key: "radius", kind: desk.KindLength},
		row{key: "spacing", kind: desk.KindLength},
		row{key: "font", kind: desk.KindText},
	)
}

var carryOver = table{name: "carryOver", rows: []row{
	{key: "banner", kind: desk.KindChoice, needed: true, choices: of(catalogue.FormerBanners())},
	{key: "cookie", kind: desk.KindText},
	{key: "services", kind: pairs, needed: true, choices: (*reading).carried},
}}

var top = &table{name: "catalogue", rows: []row{
	{key: "extends", kind: desk.KindChoice, choices: of([]string{"default"})},
	{key: "without", kind: desk.KindChoices, choices: (*reading).inheritedServices},
	{key: "languages", kind: desk.KindChoices, needed: true, choices: (*reading).spoken},
	{key: "site", kind: section, of: &site},
	{key: "charter", kind: section, of: &charter},
	{key: "categories", kind: list, of: &category, first: "id"},
	{key: "providers", kind: list, of: &provider, first: "id"},
	{key: "services", kind: list, of: &service, first: "id"},
	{key: "look", kind: section, of: &look},
	{key: "words", kind: pairs},
	{key: "formerly", kind: desk.KindYAML},
	{key: "carryOver", kind: section, of: &carryOver},
}}

// of makes choices of names that are the same in every catalogue.
func of[T ~string](all []T) func(*reading, *edit.Node) []desk.Choice {
	return func(*reading, *edit.Node) []desk.Choice {
		choices := make([]desk.Choice, len(all))
		for i, value := range all {
			choices[i].Value = string(value)
		}
		return choices
	}
}
