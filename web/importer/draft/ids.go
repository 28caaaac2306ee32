package draft

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// idBytes is how long an id may be: see package check.
const idBytes = 40

// ids are those that are taken. Categories and services share one set.
type ids map[string]bool

// give returns an id that nobody has, as like the source's as can be. otherwise begins it where
// nothing of the source's can stand in one.
func (i ids) give(from, otherwise string) string {
	first := slug(from, otherwise)
	for n, text := 2, first; ; n++ {
		if !i[text] {
			i[text] = true
			return text
		}
		end := "-" + strconv.Itoa(n)
		text = strings.TrimRight(first[:min(len(first), idBytes-len(end))], "-") + end
	}
}

// slug writes a name as an id: in small letters, digits and hyphens.
func slug(name, otherwise string) string {
	var b strings.Builder
	before := ' '
	for _, r := range norm.NFD.String(name) {
		switch lower := unicode.ToLower(r); {
		case unicode.Is(unicode.Mn, r): // an accent, which NFD has behind its letter
			continue
		case lower >= 'a' && lower <= 'z', r >= '0' && r <= '9':
			if unicode.IsUpper(r) && unicode.IsLower(before) {
				b.WriteByte('-') // "googleAnalytics" has two words
			}
			b.WriteRune(lower)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		before = r
		if b.Len() > 2*idBytes {
			break
		}
	}
	text := strings.Trim(b.String(), "-")
	// JavaScript reserves two words that could be an id.
	if text == "" || text[0] < 'a' || text[0] > 'z' || text == "constructor" || text == "prototype" {
		text = strings.TrimSuffix(otherwise+"-"+text, "-")
	}
	return strings.TrimRight(text[:min(idBytes, len(text))], "-")
}
