package page

import (
	"charte/web/audit/report"
)

// verdict is the report in one sentence. An audit that saw no page and finds nothing says nothing about
// the site.
func verdict(r *report.Report) string {
	pages, c := pagesSeen(r), r.Count()
	text := "The audit saw " + count(pages, "page")
	if pages == 0 {
		text = "The audit saw no page"
	}
	if r.Cut != "" {
		text += " before it was cut short"
	}
	mend := numbered(c.Errors, "error", c.Warnings, "warning")
	switch {
	case len(mend) > 0:
		text += ", and found " + list(mend) + " to mend"
	case pages == 0:
		text += ", so it says nothing about the site"
	default:
		text += ", and found nothing to mend"
	}
	if rest := numbered(c.Remarks, "note", c.Known, "known finding", c.Waived, "waived finding"); len(rest) > 0 {
		verb := "are"
		if rest[0][:2] == "1 " {
			verb = "is"
		}
		text += "; besides, there " + verb + " " + list(rest)
	}
	return text + "."
}

// numbered are those of the numbers that are not 0, each with its thing.
func numbered(numbersAndThings ...any) []string {
	var all []string
	for i := 0; i < len(numbersAndThings); i += 2 {
		if n := numbersAndThings[i].(int); n > 0 {
			all = append(all, count(n, numbersAndThings[i+1].(string)))
		}
	}
	return all
}

// pagesSeen is how many pages were seen in any journey.
func pagesSeen(r *report.Report) int {
	seen := map[string]bool{}
	for _, j := range r.Journeys {
		for _, p := range j.Pages {
			if p.Error == "" {
				seen[p.URL] = true
			}
		}
	}
	return len(seen)
}
