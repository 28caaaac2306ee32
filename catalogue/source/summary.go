package source

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"charte/catalogue"
)

// Summary says in a few lines what a valid catalogue declares: languages,
// categories, services, cookies, third parties, revision, and what visitors
// are asked. "charte check" prints it.
func Summary(c *catalogue.Catalogue) string {
	lang := c.Languages[0]
	cookies, asking, exempt := 0, 0, 0
	for _, s := range c.Services {
		cookies += len(s.Cookies)
		if c.Asks(s) {
			asking++
		}
		if s.Exempt {
			exempt++
		}
	}
	var b strings.Builder
	line := func(label, format string, values ...any) {
		fmt.Fprintf(&b, "%-15s"+format+"\n", append([]any{label}, values...)...)
	}
	tags := make([]string, len(c.Languages))
	for i, l := range c.Languages {
		tags[i] = string(l)
	}
	line("site", "%s (controller: %s)", c.Site.Name[lang], c.Site.Controller)
	line("revision", "%s", c.Revision())
	line("languages", "%s", strings.Join(tags, ", "))
	line("categories", "%d", len(c.Categories))

	width := 0
	for _, category := range c.Categories {
		width = max(width, utf8.RuneCountInString(string(category.ID)))
	}
	for _, category := range c.Categories {
		services, cookies, asking := 0, 0, 0
		for _, s := range c.Services {
			if s.Category == category.ID {
				services++
				cookies += len(s.Cookies)
				if c.Asks(s) {
					asking++
				}
			}
		}
		state := "never asked"
		switch {
		case category.Necessary:
			state = "necessary, never asked"
		case asking > 0:
			state = "asks for " + count(asking, "service", "services")
		}
		fmt.Fprintf(&b, "  %-*s  %s, %s, %s\n", width, category.ID, count(services, "service", "services"), count(cookies, "cookie", "cookies"), state)
	}
	line("services", "%d, %d of them asked for, %d exempt", len(c.Services), asking, exempt)
	line("cookies", "%d", cookies)

	parties := c.ThirdParties()
	names := make([]string, len(parties))
	for i, p := range parties {
		names[i] = p.Name
	}
	if len(names) == 0 {
		line("third parties", "none")
	} else {
		line("third parties", "%d: %s", len(names), strings.Join(names, ", "))
	}
	if asking == 0 {
		line("visitors", "are asked nothing, so no notice appears")
	} else {
		asked := strings.Join(c.Asked(), ", ")
		line("visitors", "are asked about %s", asked)
		line("to be kept", "under formerly, when this changes: %s: [%s]", c.Revision(), asked)
	}
	switch c.Site.Guard {
	case catalogue.GuardReport:
		line("guard", "reports what the visitor has not allowed, and lets it pass")
	case catalogue.GuardEnforce:
		line("guard", "stops what the visitor has not allowed")
	}
	if c.CarryOver != nil {
		view, err := View(c, lang)
		if err == nil {
			line("carried over", "%s of the cookie %s (%s), shown in the settings only", count(len(view.CarryOver.Services), "service", "services"), view.CarryOver.Cookie, view.CarryOver.Banner)
		}
	}
	return b.String()
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Report writes the summary of the catalogue in a file, and its doubts as warnings: see
// [Summary] and [Doubts]. It is an error if the file has mistakes, or, with strict, if there
// is a doubt. A note is none: a new edition of an entry breaks nobody's build.
func Report(w io.Writer, file string, strict bool) error {
	c, doubts, notes, err := Doubts(file)
	if err != nil {
		return err
	}
	fmt.Fprint(w, Summary(c))
	for _, doubt := range doubts {
		fmt.Fprintln(w, "warning: "+doubt.Error())
	}
	for _, note := range notes {
		fmt.Fprintln(w, "note: "+note.Error())
	}
	if strict && len(doubts) > 0 {
		return fmt.Errorf("%d warnings, and -strict lets none pass", len(doubts))
	}
	return nil
}
