package draft

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// most is how many characters a remark has at most, so that it can be read.
const most = 160

// clean takes out of a text what no catalogue may have: control characters, marks that turn the
// direction of writing, bytes that are no text, and our own marks. White space becomes a space,
// except for line ends, where lines is true.
func clean(text string, lines bool) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n', r == '\t', r == '\r', r == '\u2028', r == '\u2029':
			return ' '
		case r == utf8.RuneError, r == '\uE000', r == '\uE001', unicode.Is(unicode.Cc, r),
			r == '\u202a', r == '\u202b', r == '\u202c', r == '\u202d', r == '\u202e', r == '\ufeff', unicode.Is(unicode.Cs, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	var all []string
	for line := range strings.SplitSeq(text, "\n") {
		all = append(all, strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r == ' ' }), " "))
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

// quoted writes a text as YAML, always in quotes.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
}

// remark makes one line of a text, short enough to be read.
func remark(text string) string {
	text = clean(text, false)
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// commented are the lines of a comment, behind an indent. Each line has 110 characters at most, unless
// a word is longer.
func commented(indent, text string) []string {
	const width = 110
	var all []string
	line := ""
	for _, word := range strings.Fields(clean(text, false)) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			all, line = append(all, indent+"# "+line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		all = append(all, indent+"# "+line)
	}
	return all
}

// beside is a comment behind a value: " # …", or "" for none.
func beside(texts ...string) string {
	var all []string
	for _, text := range texts {
		if text = remark(text); text != "" {
			all = append(all, text)
		}
	}
	if all == nil {
		return ""
	}
	return " # " + strings.Join(all, "; ")
}
