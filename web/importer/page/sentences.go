package page

import (
	"fmt"
	"slices"
)

// wordings say what a note means. %s is a path.
var wordings = map[string]string{
	"deep":    "%s is nested too deeply. What is below it was not read.",
	"many":    "%s has too many parts. The rest was not read.",
	"long":    "The page's texts are too long. %s was cut.",
	"cycle":   "%s leads back to what it is in, and was cut there.",
	"throws":  "%s cannot be read: the page's own code fails.",
	"slow":    "The page has too many objects. Not all of them were looked at.%s",
	"endless": "What the banner left in the page was not read: the page's own code has no end there.%s",
	"unclear": "What the banner left in the page was not read: %s.",
	"inside":  "No global variable of the page leads to %s's configuration. It was found among the page's objects, and may be an older or a changed copy.",
	"vanilla-defaults": "The configuration of %s comes with the banner's defaults in it. They cannot be told from what the site " +
		"has set.",
	"orejime-defaults": "The configuration of %s comes with the banner's defaults and its own texts in it. They cannot be told from what the site " +
		"has set.",
	"tarteaucitron-defaults": "tarteaucitron adds the defaults of what a site leaves out to the settings of %s. They cannot be told from what the site " +
		"has set.",
	"tarteaucitron-services": "The script with tarteaucitron's services cannot be read, so of %s only those that the page uses are here, its own and tarteaucitron's.",
	"c15t-state":             "c15t's options are not in the page any more. The state of %s was read instead.",
}

// sentences are the problems of what was read.
func sentences(e *elements, f *files, notes []note) []string {
	var all []string
	add := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	if e.Charte {
		add("Charte's own banner is in the page already.")
	}
	for _, n := range notes[:min(len(notes), limits.notes)] {
		wording := wordings[n.What]
		path := n.Path
		if wording == "" {
			wording, path = "%s was not read.", "A part"
		}
		if path == "" && n.What == "inside" {
			path = "the banner"
		}
		add(wording, path)
	}
	if len(notes) >= limits.notes {
		add("More could not be read in the same way.")
	}
	if e.More > 0 {
		add("%d more elements that a banner may hold back were not read: %d is the most.", e.More, limits.elements)
	}
	if e.Cut > 0 {
		add("The texts of %d elements are too long, and were cut.", e.Cut)
	}
	for _, address := range f.unread {
		add("The script %s was not read: it is too big, or the browser does not have it any more.", address)
	}
	return all
}
