// Package patch drafts what a catalogue lacks of what an audit saw. What only a person can say is
// "TODO", which "charte check" refuses.
package patch

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/check"
	"charte/catalogue/edit"
	"charte/catalogue/source"
	"charte/web/audit/report"
)

// Facts are what a new catalogue needs and no report tells.
type Facts struct {
	// Languages are the languages of a new catalogue, the default one first: "fr", "en" or both.
	// None means both. A catalogue that is there has its own.
	Languages []string

	// Address is the folder that charte.js will stand in, "/charte/" or "https://…". It stands in a
	// comment. Empty means "/charte/".
	Address string
}

// Draft returns the text of a catalogue with what the report saw and the catalogue does not declare.
// Whatever stands in the text stays there. An empty text stands for no catalogue, and a new one is
// begun. name is the name of the file in errors.
//
// Known services are taken over with "use". What they do not declare is put into new services, one
// for each site that it comes from. Entries whose finding is waived are left out, and so are
// databases, caches and service workers, which no catalogue declares.
//
// The error says what is wrong with the text, or what to write into it where it is written in a way
// that cannot be added to. A text that still has TODOs in it is wrong: they come first.
func Draft(name, text string, r *report.Report, facts Facts) (string, error) {
	if strings.Contains(text, "\r\n") { // as Windows has it
		drafted, err := Draft(name, strings.ReplaceAll(text, "\r\n", "\n"), r, facts)
		return strings.ReplaceAll(drafted, "\n", "\r\n"), err
	}
	d := &drafter{name: name, text: text, report: r}
	if strings.TrimSpace(text) == "" {
		if err := d.begin(facts); err != nil {
			return "", err
		}
	}
	before, err := d.study()
	if err != nil {
		return "", err
	}
	unfit := d.known(before)
	services, providers := d.unknown()
	if err := d.write(services, providers, unfit); err != nil {
		return "", err
	}
	return d.finished(), nil
}

// study reads the catalogue before anything is added.
func (d *drafter) study() (*source.Study, error) {
	before, err := source.Studied(d.name, []byte(d.text))
	if err != nil {
		return nil, err
	}
	d.catalogue = before.Catalogue
	for _, c := range d.catalogue.Services {
		d.declared = append(d.declared, c.Cookies...)
	}
	return before, nil
}

// A drafter is the draft of one catalogue. Its text is valid at every step: where the draft will say
// TODO, a value stands that a catalogue can have, and the line ends in a mark.
type drafter struct {
	name      string
	text      string
	report    *report.Report
	catalogue *catalogue.Catalogue // before anything was added
	declared  []catalogue.Cookie   // by the catalogue, and by the known services that were added
	added     int                  // known services
	pasted    []string             // lines of known services for a text that cannot be added to
	lines     []line               // by the number in their mark

	chosen func(id string) bool // which parts are drafted; nil stands for all
	parts  []Part               // the known services that were added

	// choosing says that a person will choose among the parts. What fits only without other parts is then one, too.
	choosing bool
	crowded  string // why not all parts fit together, or ""
}

// A line is one that the draft writes.
type line struct {
	sample string // as a valid catalogue has it
	todo   string // as the draft has it
	entry  *entry // that it is about, or nil
}

// mark begins the mark of a line. It is a private character of Unicode, which nobody writes.
const mark = " #\uE000"

// marked returns the sample of a line with a mark, behind an indent.
func (d *drafter) marked(indent string, l line) string {
	d.lines = append(d.lines, l)
	return fmt.Sprintf("%s%s%s%d", indent, l.sample, mark, len(d.lines)-1)
}

// of returns the line that a mark leads to, and its indent.
func (d *drafter) of(text string) (l line, indent string, is bool) {
	at := strings.LastIndex(text, mark)
	if at < 0 {
		return line{}, "", false
	}
	n := -1
	if _, err := fmt.Sscanf(text[at+len(mark):], "%d", &n); err != nil || n < 0 || n >= len(d.lines) {
		return line{}, "", false
	}
	return d.lines[n], strings.TrimSuffix(text[:at], d.lines[n].sample), true
}

// finished returns the text with its TODOs.
func (d *drafter) finished() string {
	lines := strings.Split(d.text, "\n")
	for i, text := range lines {
		if l, indent, is := d.of(text); is {
			lines[i] = indent + l.todo
		}
	}
	return strings.Join(lines, "\n")
}

// write writes the new services and providers into the text, and what visitors were asked for until
// now. unfit are known services that could not be written.
func (d *drafter) write(services []*service, providers []provider, unfit []string) error {
	if d.pasted != nil {
		return d.unfit([]string{"services"}, services, providers, unfit)
	}
	for {
		text, err := d.with(services, providers, unfit)
		if err != nil {
			return err
		}
		after, err := source.Read(d.name, []byte(text))
		if err == nil {
			n := len(d.catalogue.Services)
			if len(after.Services) < n || n > 0 && !reflect.DeepEqual(d.catalogue.Services, after.Services[:n]) {
				return d.unfit([]string{"services"}, services, providers, unfit)
			}
			d.text = text
			return nil
		}
		if d.blame(text, err) {
			continue
		}
		if d.crowd(err) {
			d.text = text
			return nil
		}
		return d.lacks("nothing is added, since the catalogue would have mistakes: "+mistakes(err)+"; it lacks this, of which some may fit:", services, providers, unfit)
	}
}

// crowd notes that not all parts fit together. It reports false where that is not all that is wrong, and where
// nobody will choose.
func (d *drafter) crowd(err error) bool {
	var errs source.Errors
	if !d.choosing || !errors.As(err, &errs) || slices.ContainsFunc(errs, func(e source.Error) bool { return !check.AnswerTooLong(e.Message) }) {
		return false
	}
	d.crowded = mistakes(errs)
	return true
}

// mistakes are the messages of an error, without their places in a text that nobody sees.
func mistakes(err error) string {
	var errs source.Errors
	if !errors.As(err, &errs) {
		return err.Error()
	}
	var all []string
	for _, e := range errs {
		all = append(all, e.Message)
	}
	return strings.Join(all, "; ")
}

// blame notes with each new entry why a catalogue cannot declare it. It reports false where the
// mistake is elsewhere.
func (d *drafter) blame(text string, err error) bool {
	var errs source.Errors
	if !errors.As(err, &errs) {
		return false
	}
	lines, found := strings.Split(text, "\n"), false
	for _, e := range errs {
		if e.Line < 1 || e.Line > len(lines) {
			continue
		}
		if l, _, is := d.of(lines[e.Line-1]); is && l.entry != nil && l.entry.fault == "" {
			l.entry.fault, found = e.Message, true
		}
	}
	return found
}

// with returns the text with the new services and providers.
func (d *drafter) with(services []*service, providers []provider, unfit []string) (string, error) {
	doc, err := edit.Parse(d.name, []byte(d.text))
	if err != nil {
		return "", err
	}
	var closed []string
	add := func(key string, blocks [][]line) {
		if added, ok := d.insert(doc, key, blocks); ok {
			doc = added
		} else {
			closed = append(closed, key)
		}
	}
	add("services", d.blocks(services, unfit))
	add("providers", needed(providers, services))
	if row, asked := d.formerly(services); asked {
		add("formerly", [][]line{{row}})
	}
	if closed != nil {
		return "", d.unfit(closed, services, providers, unfit)
	}
	return string(doc.Bytes()), nil
}

// formerly is what visitors were asked for until now, since they will be asked again.
func (d *drafter) formerly(services []*service) (line, bool) {
	asked, revision := d.catalogue.Asked(), d.catalogue.Revision()
	declares := slices.ContainsFunc(services, (*service).declares)
	if len(asked) == 0 || d.catalogue.Formerly[revision] != nil || d.added == 0 && !declares {
		return line{}, false
	}
	text := fmt.Sprintf("%s: [%s]", revision, strings.Join(asked, ", "))
	return line{sample: text, todo: text}, true
}

// blocks are the elements that the list of services gets.
func (d *drafter) blocks(services []*service, unfit []string) [][]line {
	var blocks [][]line
	for _, text := range unfit {
		blocks = append(blocks, comments(text))
	}
	for _, s := range services {
		blocks = append(blocks, s.lines(d.catalogue))
	}
	return blocks
}

// unfit is an error that says what to write where nothing can be added to a text.
func (d *drafter) unfit(keys []string, services []*service, providers []provider, unfit []string) error {
	return d.lacks(written(keys)+" in a way that cannot be added to; write a list with a dash before each element, and this into it:", services, providers, unfit)
}

// lacks is an error that says why nothing is added, and below it what the catalogue lacks.
func (d *drafter) lacks(why string, services []*service, providers []provider, unfit []string) error {
	var b strings.Builder
	b.WriteString(d.name + ": " + why)
	list := func(key string, blocks [][]line) {
		if len(blocks) > 0 {
			fmt.Fprintf(&b, "\n%s:", key)
		}
		for _, block := range blocks {
			for _, l := range block {
				b.WriteString("\n  " + l.todo)
			}
		}
	}
	var pasted []line
	for _, text := range d.pasted {
		pasted = append(pasted, line{todo: text})
	}
	blocks := d.blocks(services, unfit)
	if pasted != nil {
		blocks = append([][]line{pasted}, blocks...)
	}
	list("services", blocks)
	list("providers", needed(providers, services))
	if row, asked := d.formerly(services); asked {
		list("formerly", [][]line{{row}})
	}
	return errors.New(b.String())
}

func written(keys []string) string {
	if len(keys) == 1 {
		return keys[0] + " is written"
	}
	return strings.Join(keys, " and ") + " are written"
}

// covers reports whether a declaration is about an entry that was seen.
func covers(c catalogue.Cookie, e report.Entry) bool {
	if string(c.Kind.OrCookie()) != string(e.Kind) || c.Domain != "" && !below(c.Domain, e.Host) {
		return false
	}
	return c.Covers(e.Name) // the pattern, if it has one: its other names may be cut
}

// below reports whether a host is a domain, or below it. Both may have a leading dot.
func below(domain, host string) bool {
	domain, host = strings.TrimPrefix(domain, "."), strings.TrimPrefix(host, ".")
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// seen are the entries of all journeys that a catalogue can declare, in the order in which they were
// seen, without those whose finding is waived.
func seen(r *report.Report) []report.Entry {
	waived := map[string]bool{}
	for _, f := range r.Findings {
		if f.Rule == report.RuleUndeclared && f.Waived != nil {
			waived[f.Subject] = true
		}
	}
	var all []report.Entry
	for _, j := range r.Journeys {
		for _, e := range j.Entries {
			declarable := e.Kind != report.CacheStorage && e.Kind != report.ServiceWorker
			if declarable && !waived[string(e.Kind)+" "+e.Name] {
				all = append(all, e)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b report.Entry) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Host, b.Host))
	})
	return all
}
