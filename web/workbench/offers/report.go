package offers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"charte/web/audit/patch"
	"charte/web/audit/report"
	"charte/web/workbench/desk"
)

// An audited is a report of an audit.
type audited struct{ report *report.Report }

// isReport reports whether a file is meant to be a report.json: an object in JSON, which has a version and
// says who made it. One that is cut short still is, so that the error says so.
func isReport(data []byte) bool {
	d := json.NewDecoder(bytes.NewReader(unmarked(data)))
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return false
	}
	has := map[json.Token]bool{}
	for d.More() && !(has["version"] && (has["charte"] || has["journeys"])) {
		key, err := d.Token()
		if err != nil {
			return false
		}
		has[key] = true
		var value json.RawMessage
		if d.Decode(&value) != nil {
			break
		}
	}
	return has["version"] && (has["charte"] || has["journeys"])
}

// unmarked is a text without the mark of UTF-8 that some editors put before it.
func unmarked(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\uFEFF")) }

// readReport reads a report. about is its site and its day.
func readReport(data []byte) (from origin, about string, err error) {
	r, err := report.Read(unmarked(data))
	if err != nil {
		return nil, "", err
	}
	about = r.Site
	if !r.Began.IsZero() {
		about += ", " + r.Began.Format(time.DateOnly)
	}
	return &audited{r}, shown(about), nil
}

// parts drafts what a catalogue lacks of the report.
func (a *audited) parts(on *reading, chosen func(id string) bool) ([]patch.Part, []string, error) {
	r := *a.report
	r.Services = slices.DeleteFunc(slices.Clone(r.Services), func(s report.Service) bool {
		return on.has(s.ID)
	})
	return patch.Parts(on.name, on.text, &r, chosen)
}

// itemOf is a part as an addition. Package patch does not see what has mistakes, so its ids may be taken.
func itemOf(on *reading, p patch.Part) addition {
	service, provider := slices.Clone(p.Service), slices.Clone(p.Provider)
	rename(service, "id: ", ids(on.document, "/services", "/categories"))
	if provider == nil {
		return oneService(service)
	}
	taken := ids(on.document, "/providers")
	rename(provider, "id: ", taken)
	rename(service, "provider: ", taken)
	return addition{providers: [][]string{provider}, services: [][]string{service}}
}

// rename gives another id where one is taken, in the line of an element that has a key.
func rename(element []string, key string, taken []string) {
	for i, line := range element {
		id, is := strings.CutPrefix(line, key)
		if !is {
			continue
		}
		free := id
		for n := 2; slices.Contains(taken, free); n++ {
			free = fmt.Sprintf("%s-%d", id, n)
		}
		element[i] = key + free
	}
}

func (a *audited) items(on *reading) (offered, error) {
	parts, faults, err := a.parts(on, nil)
	if err != nil {
		return offered{}, err
	}
	var all offered
	for _, s := range a.report.Services {
		if on.has(s.ID) && !slices.Contains(all.has, shown(s.Name)) {
			all.has = append(all.has, shown(s.Name))
		}
	}
	for _, p := range parts {
		kind := desk.OfferService
		if strings.HasPrefix(p.ID, "site ") {
			kind = desk.OfferSite
		}
		added := itemOf(on, p)
		all.items = append(all.items, desk.OfferItem{ID: p.ID, Kind: kind, Title: shown(p.Title), Lines: added.lines(), Todo: added.todos()})
	}
	for _, fault := range faults {
		all.remarks = append(all.remarks, shown(fault))
	}
	return all, nil
}

func (a *audited) take(on *reading, saved []byte, chosen map[string]bool) ([]byte, error) {
	parts, _, err := a.parts(on, func(id string) bool { return chosen[id] })
	if err != nil {
		return nil, err
	}
	var all addition
	for _, p := range parts {
		all = all.join(itemOf(on, p))
	}
	return on.with(all, saved)
}
