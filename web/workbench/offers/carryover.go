package offers

import (
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/web/importer/draft"
	"charte/web/importer/plan"
)

// carriedInto is what would be carried over if an addition were written into the catalogue. It is nil
// where it cannot be, which whoever takes it is told.
func (c *configured) carriedInto(on *reading, p *part, there map[int]string, a addition) (edit.Value, error) {
	d, err := insert(on.document, a)
	if err != nil {
		return nil, nil
	}
	return c.carried(d, on, p, there)
}

// carried is what the settings show of answers to the former banner: those about services that are
// drafted, or that the catalogue has already. d is the document with those that were drafted. It is nil
// where there is none, and where the catalogue has a carryOver of its own.
func (c *configured) carried(d *edit.Document, on *reading, p *part, there map[int]string) (edit.Value, error) {
	if d.At("/carryOver") != nil {
		return nil, nil
	}
	after, err := read(on.name, d.Bytes())
	if err != nil {
		return nil, err
	}
	f := &former{of: c.Plan, after: after, ours: map[int]string{}}
	for i, id := range there {
		f.ours[i] = id
	}
	for i, at := range p.services {
		f.ours[i] = p.id(at)
	}
	whole := *c.Plan
	whole.Services = nil
	for i, s := range c.Plan.Services {
		if f.ours[i] != "" {
			whole.Services, f.indices = append(whole.Services, s), append(f.indices, i)
		}
	}
	// Package draft knows which names in an answer visitors chose themselves.
	if f.drafted, err = draft.Catalogue(&whole, draft.Options{Name: on.name, Known: c.known}); err != nil {
		return nil, err
	}
	offer := offeredIn(f.drafted.Text)
	if offer == nil {
		return nil, nil
	}
	value := edit.Map{}
	for _, key := range []string{"banner", "cookie"} {
		if n := offer.At("/carryOver/" + key); n != nil {
			value = append(value, edit.Pair{Key: key, Value: n.Value})
		}
	}
	var names edit.Map
	for _, n := range offer.At("/carryOver/services").Nodes {
		if id := f.id(n.Value); id != "" {
			names = append(names, edit.Pair{Key: n.Key(), Value: id})
		}
	}
	if names == nil {
		return nil, nil
	}
	return append(value, edit.Pair{Key: "services", Value: names}), nil
}

// offeredIn reads what a draft offers as a comment, or returns nil where it offers none.
func offeredIn(text string) *edit.Document {
	const mark = "# "
	lines := strings.Split(text, "\n")
	at := slices.Index(lines, mark+"carryOver:")
	if at < 0 {
		return nil
	}
	var all []string
	for _, line := range lines[at:] {
		if line, is := strings.CutPrefix(line, mark); is {
			all = append(all, line)
		}
	}
	d, err := edit.Parse("", []byte(strings.Join(all, "\n")+"\n"))
	if err != nil || d.At("/carryOver/services") == nil {
		return nil
	}
	return d
}

// A former is what answers to another banner are about, in the terms of a catalogue.
type former struct {
	of      *plan.Plan
	after   *reading       // of the catalogue
	ours    map[int]string // the catalogue's ids of the plan's services, by their index
	indices []int          // of those that have one
	drafted *draft.Draft   // of those alone
}

// id is the catalogue's id for what the draft calls so: a service, or a category. It is "" where that also
// stands for something that visitors did not choose, or for nothing that they are asked for.
func (f *former) id(drafted string) string {
	for _, i := range f.indices {
		if f.drafted.Services[f.of.Services[i].ID] == drafted {
			return f.asking(f.ours[i])
		}
	}
	in := slices.IndexFunc(f.of.Categories, func(c plan.Category) bool { return f.drafted.Categories[c.ID] == drafted })
	if in < 0 {
		return ""
	}
	var within []string // the services of the former category
	homes := map[string]bool{}
	for _, i := range f.indices {
		if id := f.asking(f.ours[i]); id != "" && f.of.Services[i].Category == f.of.Categories[in].ID {
			within = append(within, id)
			homes[f.home(id)] = true
		}
	}
	if len(within) == 1 {
		return within[0]
	}
	for home := range homes {
		others := func(s catalogue.Service) bool {
			return string(s.Category) == home && f.asking(string(s.ID)) != "" && !slices.Contains(within, string(s.ID))
		}
		if len(homes) == 1 && !slices.ContainsFunc(f.after.catalogue.Services, others) {
			return home
		}
	}
	return ""
}

// asking is the id of a service if visitors are asked for it, and "" otherwise.
func (f *former) asking(id string) string {
	for _, s := range f.after.catalogue.Services {
		if string(s.ID) == id && f.after.catalogue.Asks(s) {
			return id
		}
	}
	return ""
}

// home is the category of a service. It is "" where a person has to choose one.
func (f *former) home(id string) string {
	for i, s := range f.after.catalogue.Services {
		if string(s.ID) == id && !f.after.todo("services", id, "category") {
			return string(f.after.catalogue.Services[i].Category)
		}
	}
	return ""
}
