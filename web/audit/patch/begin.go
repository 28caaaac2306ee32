package patch

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"charte/web/draft"
)

// controller stands for the controller's name until the draft is written.
const controller = "\uE001"

// begin begins a catalogue, for a report without one. The site is called as its first page is, or as
// its host.
func (d *drafter) begin(facts Facts) error {
	languages := facts.Languages
	if len(languages) == 0 {
		languages = []string{"fr", "en"}
	}
	text, err := draft.New(d.name, draft.Site{Name: d.title(), Controller: "x" + controller, Languages: languages, Address: cmp.Or(facts.Address, "/charte/")})
	if err != nil {
		return err
	}
	lines := strings.Split(text, "\n")
	for i, sample := range lines {
		if todo := strings.ReplaceAll(sample, strconv.Quote("x"+controller), "TODO"); todo != sample {
			lines[i] = d.marked("", line{sample: strings.ReplaceAll(sample, strconv.Quote("x"+controller), "x"), todo: todo})
		}
	}
	d.text = strings.Join(lines, "\n")
	return nil
}

// title is what the site is called.
func (d *drafter) title() string {
	const most = 180 // bytes; a catalogue's names have 200 at most
	for _, j := range d.report.Journeys {
		for _, page := range j.Pages {
			title := strings.Join(strings.Fields(comment(page.Title)), " ")
			if title != "" && len(title) <= most && !strings.HasPrefix(title, "TODO") {
				return title
			}
		}
	}
	if at, err := url.Parse(d.report.Site); err == nil && at.Hostname() != "" {
		return at.Hostname()
	}
	return d.report.Site
}
