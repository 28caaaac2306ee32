package check

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"charte/catalogue"
)

// Whether a text may be left out as a whole.
const (
	required = true
	optional = false
)

// text checks the wordings of a text. There must be one in each declared language,
// and none in another. Each must be printable, and have most bytes at most.
func (v *validator) text(path, label string, text catalogue.Text, most int, needed bool) {
	if len(text) == 0 {
		if needed {
			v.add(path, "%s is missing", label)
		}
		return
	}
	for _, language := range v.c.Languages {
		wording, ok := text[language]
		switch {
		case !ok:
			v.add(path, "%s has no wording in %s", label, quote(language))
		case strings.TrimSpace(wording) == "":
			v.add(path+"."+string(language), "%s is empty in %s", label, quote(language))
		}
	}
	for _, language := range slices.Sorted(maps.Keys(text)) {
		path := path + "." + string(language)
		if len(v.c.Languages) > 0 && !slices.Contains(v.c.Languages, language) {
			v.add(path, "%s has a wording in %s, which is not declared in languages", label, quote(language))
		}
		wording := text[language]
		if Undone(wording) {
			v.add(path, "%s still says TODO in %s", label, quote(language))
		} else if len(wording) > most {
			v.add(path, "%s %s", label, tooLong(len(wording), most))
		} else if fault := textFault(wording, most == descriptionBytes); fault != "" {
			v.add(path, "%s %s", label, fault)
		}
	}
}

// line checks a text that must be there, and is the same in every language.
func (v *validator) line(path, label, text string, most int) {
	switch {
	case strings.TrimSpace(text) == "":
		v.add(path, "%s is missing", label)
	case Undone(text):
		v.add(path, "%s still says TODO", label)
	case len(text) > most:
		v.add(path, "%s %s", label, tooLong(len(text), most))
	default:
		if fault := textFault(text, false); fault != "" {
			v.add(path, "%s %s", label, fault)
		}
	}
}

// Undone reports whether a text is one that a draft left to a person: "TODO", or "TODO" and what is to
// be done. No visitor is to read that.
func Undone(text string) bool {
	rest, is := strings.CutPrefix(strings.TrimSpace(text), "TODO")
	return is && (rest == "" || strings.ContainsRune(": (", rune(rest[0])))
}

// textFault says what is wrong with a text, or "" where nothing is. No text may
// contain broken UTF-8, control characters, or the two overrides of direction,
// with which one text can pass for another (CVE-2021-42574). It may contain line
// breaks if lines is true.
func textFault(text string, lines bool) string {
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			return "is not valid UTF-8"
		case r == '\n' && lines:
		case r == '\n' || r == '\u2028' || r == '\u2029':
			return "contains a line break"
		case r < ' ' || 0x7f <= r && r < 0xa0 || r == '\u202d' || r == '\u202e' || r == '\ufeff':
			return fmt.Sprintf("contains the control character %U", r)
		}
	}
	return ""
}

func tooLong(n, most int) string {
	return fmt.Sprintf("has %d bytes, %d at most", n, most)
}

// quote quotes a value for a message. It shortens long values, which would make the
// message hard to read.
func quote[T ~string](value T) string {
	const most = 60
	if len(value) <= most {
		return strconv.Quote(string(value))
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(value[cut]) {
		cut--
	}
	return strconv.Quote(string(value[:cut])) + "…"
}
