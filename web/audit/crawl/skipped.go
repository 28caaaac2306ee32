package crawl

import (
	"fmt"
	"net/url"
	"strings"
)

// A why is why addresses are not visited.
type why int

const (
	act why = iota
	forbidden
	variant
	otherServers
	tooMany
	elsewhere
	reasons int = iota
)

// mostExamples is how many addresses a note has.
const mostExamples = 3

// skipped are the addresses that are not visited for one reason.
type skipped struct {
	count    int
	examples []string
}

func (s *skipped) add(u *url.URL) {
	s.count++
	if len(s.examples) < mostExamples {
		s.examples = append(s.examples, u.String())
	}
}

// text is a note on them.
func (s *skipped) text(reason why, options Options) string {
	because := map[why]string{
		act:          "a visit might sign out, unsubscribe, delete something or put it into a cart",
		forbidden:    "robots.txt forbids that to " + options.UserAgent,
		variant:      fmt.Sprintf("%d addresses that differ in the query alone are enough", mostVariants),
		otherServers: fmt.Sprintf("%d servers of one site are enough", mostOrigins),
		tooMany:      fmt.Sprintf("%d addresses are the most that an audit keeps", mostKnown),
		elsewhere:    "the sitemap lists what belongs to another site",
	}[reason]
	such := ": "
	if s.count > len(s.examples) {
		such = ", such as "
	}
	return fmt.Sprintf("%s not visited, because %s%s%s.", counted(s.count, "address was", "addresses were"), because, such, strings.Join(s.examples, ", "))
}

// counted is a number with a word.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
