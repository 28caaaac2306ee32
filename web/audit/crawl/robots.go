package crawl

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// longestRobots is how many bytes of a robots.txt are read. RFC 9309, section 2.5, asks for at least
// 500 KiB.
const longestRobots = 512 << 10

// A robots is what a robots.txt says to one program. The zero value allows all.
type robots struct {
	rules    []rule
	delay    time.Duration // between two pages; 0 if it says nothing
	sitemaps []string      // for all programs
}

// A rule allows or forbids the paths that a pattern fits.
type rule struct {
	pattern string // as spelled returns it
	allow   bool
}

// forbidsAll is what counts where robots.txt cannot be had.
var forbidsAll = &robots{rules: []rule{{pattern: "/"}}}

// allows reports whether a path, with its query, may be asked for. The longest pattern decides, and
// of two that are equally long the one that allows (RFC 9309, section 2.2.2).
func (r *robots) allows(path string) bool {
	path = verbatim.Replace(spelled(path))
	longest, allow := -1, true
	for _, rule := range r.rules {
		n := len(rule.pattern)
		if n < longest || n == longest && allow || !fits(rule.pattern, path) {
			continue
		}
		longest, allow = n, rule.allow
	}
	return allow
}

// verbatim escapes the characters that mean something in a pattern (RFC 9309, section 2.2.3).
var verbatim = strings.NewReplacer("*", "%2A", "$", "%24")

// fits reports whether a path begins as a pattern says. A "*" stands for anything, and a final "$"
// for the path's end.
func fits(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	for i, part := range parts[1:] {
		if whole && i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return !whole || rest == ""
}

// spelled is a path in the form in which two spellings are equal: what is not ASCII is escaped, and
// what need not be escaped is not (RFC 9309, section 2.2.2).
func spelled(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c == '%' && i+2 < len(path) {
			if n, err := strconv.ParseUint(path[i+1:i+3], 16, 8); err == nil {
				i += 2
				if c = byte(n); unreserved(c) {
					b.WriteByte(c)
				} else {
					escape(&b, c)
				}
				continue
			}
		}
		if c <= ' ' || c >= 0x7f {
			escape(&b, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unreserved reports whether a byte means the same with and without an escape (RFC 3986, section 2.3).
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// readRobots reads what a robots.txt says to a program. What it does not understand it passes over, as
// RFC 9309, section 2.2, asks: one bad line must not undo the others.
func readRobots(text, agent string) *robots {
	agent = token(agent)
	var own, all robots // said to the program by its name, and to every program
	var sitemaps []string
	named, forOwn, forAll, open := false, false, false, false
	for line := range strings.FieldsFuncSeq(strings.TrimPrefix(text, "\ufeff"), func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = strings.Cut(line, "#")
		field, value, found := strings.Cut(line, ":")
		if !found {
			continue
		}
		field, value = strings.ToLower(strings.TrimSpace(field)), strings.TrimSpace(value)
		switch field {
		case "user-agent":
			if !open {
				forOwn, forAll, open = false, false, true
			}
			forAll = forAll || value == "*"
			if agent != "" && token(value) == agent {
				forOwn, named = true, true
			}
		case "allow", "disallow", "crawl-delay":
			open = false
			if forOwn {
				own.take(field, value)
			}
			if forAll {
				all.take(field, value)
			}
		case "sitemap":
			sitemaps = append(sitemaps, value)
		}
	}
	if !named {
		own = all
	}
	own.sitemaps = sitemaps
	return &own
}

// take takes a line over.
func (r *robots) take(field, value string) {
	if field == "crawl-delay" {
		seconds, err := strconv.ParseFloat(value, 64)
		if err == nil && seconds > 0 && seconds < math.MaxInt32 {
			r.delay = max(r.delay, time.Duration(seconds*float64(time.Second)))
		}
		return
	}
	if value == "" { // "Disallow:" forbids nothing
		return
	}
	if value[0] != '/' && value[0] != '*' {
		value = "/" + value // as it was meant
	}
	pattern, whole := strings.CutSuffix(spelled(value), "$")
	pattern = strings.ReplaceAll(pattern, "$", "%24") // only a final one is special
	if whole {
		pattern += "$"
	}
	r.rules = append(r.rules, rule{pattern: pattern, allow: field == "allow"})
}

// token is the name of a program without its version, in lower case (RFC 9309, section 2.2.1).
func token(agent string) string {
	end := strings.IndexFunc(agent, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
	if end >= 0 {
		agent = agent[:end]
	}
	return strings.ToLower(agent)
}
