package draft

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/catalogue/source"
)

// show prints an entry for a person: the facts, what to write into a catalogue, and the tag.
func show(w io.Writer, e *services.Entry, values map[string]string) {
	newest := e.Newest()
	s := newest.Service
	line := func(label, format string, texts ...any) {
		if text := fmt.Sprintf(format, texts...); text != "" {
			fmt.Fprintf(w, "%-13s%s\n", label, text)
		}
	}
	line("service", "%s (%s@%d, checked %s)", e.Name, e.ID, newest.Number, newest.Checked)
	if e.Provider.ID == "" {
		line("provider", "the site itself, on a server of its own")
	} else {
		line("provider", "%s, %s, %s", e.Provider.Name, e.Provider.Country, e.Provider.PolicyURL)
	}
	category := string(s.Category)
	if s.Sale {
		category += ", a sale of personal data"
	}
	line("category", "%s", category)
	line("purpose", "%s", s.Purpose["en"])
	line("", "%s", s.Purpose["fr"])
	line("kept", "%s", known(s.Retention))
	line("transfers", "%s", transfers(newest.Transfers))
	line("signals", "%s", strings.Join(texts(s.Signals), ", "))
	line("globals", "%s", strings.Join(newest.Globals, ", "))
	for i, host := range newest.Service.Hosts {
		line(first("hosts", i), "%s (%s)", host.Host, host.Kind)
	}
	for i, p := range newest.Parameters {
		need := ""
		if e.Needs(newest, p.ID) {
			need = ", which the catalogue must say"
		}
		line(first("you know", i), "%s: %s%s; such as %s", p.ID, p.Text["en"], need, p.Example)
	}
	if newest.Exempt != nil {
		line("exempt", "from consent, if these are set and confirmed; see %s", newest.Exempt.Source)
		for _, setting := range newest.Exempt.Requires {
			line("", "%s: %s", setting.ID, setting.Text["en"])
		}
	}
	if e.Remarks != "" {
		fmt.Fprintf(w, "\n%s\n", wrapped(e.Remarks, 100))
	}
	if newest.CookiesUnknown {
		fmt.Fprintln(w, "\nWhat it stores in the browser is unknown.")
	}
	if len(s.Cookies) > 0 {
		fmt.Fprintln(w)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, cookie := range s.Cookies {
			where := cmp.Or(cookie.Domain, "the site's")
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", cookie.Name, cookie.Kind.OrCookie(), where, known(cookie.Lifetime), cookie.Purpose["en"])
		}
		table.Flush()
	}
	fmt.Fprintf(w, "\nIn the catalogue:\n  - %s\n", strings.Join(Addition{Entry: e, Edition: newest, With: needed(e, values)}.Lines(), "\n    "))
	fmt.Fprintf(w, "\nIn the page:\n%s\n", newest.TagFor(s, values))
}

// needed returns the values that a catalogue must say. Those that nobody has given are examples.
func needed(e *services.Entry, values map[string]string) map[string]string {
	needed := map[string]string{}
	for _, p := range e.Newest().Parameters {
		if !e.Needs(e.Newest(), p.ID) {
			continue
		}
		needed[p.ID] = p.Example
		if value := values[p.ID]; value != "" {
			needed[p.ID] = value
		}
	}
	return needed
}

// first returns the label for the first of several lines.
func first(label string, i int) string {
	if i > 0 {
		return ""
	}
	return label
}

// known writes a lifetime as catalogues do.
func known(l catalogue.Lifetime) string {
	if l == (catalogue.Lifetime{}) {
		return string(catalogue.UnitUnknown)
	}
	return source.WriteLifetime(l)
}

func transfers(t services.Transfers) string {
	switch {
	case t.Unknown:
		return "unknown"
	case len(t.Countries) == 0:
		return "none outside the European Economic Area"
	}
	return strings.Join(t.Countries, ", ")
}

func texts[T ~string](values []T) []string {
	var all []string
	for _, value := range values {
		all = append(all, string(value))
	}
	return all
}

// wrapped breaks a text into lines of so many bytes at most.
func wrapped(text string, most int) string {
	var b strings.Builder
	length := 0
	for _, word := range strings.Fields(text) {
		if length > 0 && length+1+len(word) > most {
			b.WriteByte('\n')
			length = 0
		} else if length > 0 {
			b.WriteByte(' ')
			length++
		}
		b.WriteString(word)
		length += len(word)
	}
	return b.String()
}

// An entryJSON is an entry for a program.
type entryJSON struct {
	ID        catalogue.ID   `json:"id"`
	Name      string         `json:"name"`
	Kind      services.Kind  `json:"kind"`
	Provider  *providerJSON  `json:"provider,omitempty"` // none where the site itself keeps the data
	Remarks   string         `json:"remarks,omitempty"`
	Edition   int            `json:"edition"`
	Checked   string         `json:"checked"`
	Category  catalogue.ID   `json:"category"`
	Sale      bool           `json:"sale,omitempty"`
	Purpose   catalogue.Text `json:"purpose"`
	Retention string         `json:"retention"`
	Transfers string         `json:"transfers"`
	Exempt    []string       `json:"exemptIf,omitempty"`
	Needs     []string       `json:"needs,omitempty"`
	Hosts     []hostJSON     `json:"hosts"`
	Globals   []string       `json:"globals,omitempty"`
	Cookies   []cookieJSON   `json:"cookies"`
	Tag       string         `json:"tag"`
}

type providerJSON struct {
	ID        catalogue.ID `json:"id"`
	Name      string       `json:"name"`
	PolicyURL string       `json:"policyURL"`
	Country   string       `json:"country"`
}

type hostJSON struct {
	Host string             `json:"host"`
	Kind catalogue.HostKind `json:"kind"`
}

type cookieJSON struct {
	Name     string         `json:"name"`
	Kind     catalogue.Kind `json:"kind"`
	Domain   string         `json:"domain,omitempty"`
	Lifetime string         `json:"lifetime"`
	Purpose  catalogue.Text `json:"purpose"`
	Source   string         `json:"source,omitempty"`
}

// plainEntry returns the newest edition of an entry.
func plainEntry(e *services.Entry) entryJSON {
	newest := e.Newest()
	s := newest.Service
	j := entryJSON{
		ID: e.ID, Name: e.Name, Kind: e.Kind, Remarks: e.Remarks, Edition: newest.Number, Checked: newest.Checked,
		Category: s.Category, Sale: s.Sale, Purpose: s.Purpose, Retention: known(s.Retention), Transfers: transfers(newest.Transfers),
		Globals: newest.Globals, Hosts: []hostJSON{}, Cookies: []cookieJSON{}, Tag: newest.Tag,
	}
	if p := e.Provider; p.ID != "" {
		j.Provider = &providerJSON{p.ID, p.Name, p.PolicyURL, p.Country}
	}
	if newest.Exempt != nil {
		for _, setting := range newest.Exempt.Requires {
			j.Exempt = append(j.Exempt, setting.ID)
		}
	}
	for _, p := range newest.Parameters {
		if e.Needs(newest, p.ID) {
			j.Needs = append(j.Needs, p.ID)
		}
	}
	for _, host := range newest.Service.Hosts {
		j.Hosts = append(j.Hosts, hostJSON(host))
	}
	for _, cookie := range s.Cookies {
		j.Cookies = append(j.Cookies, cookieJSON{cookie.Name, cookie.Kind.OrCookie(), cookie.Domain, known(cookie.Lifetime), cookie.Purpose, cookie.Source})
	}
	return j
}
