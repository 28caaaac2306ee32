package check

import (
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
)

// Bounds of lengths, in em of 16 px: what is beyond is a mistake.
const (
	radiusMost   = 3.0
	spacingLeast = 0.5
	spacingMost  = 2.5

	fontFamilies = 10
)

// Look returns what is wrong with a look, nil where nothing is.
func Look(l catalogue.Look) []Problem {
	v := validator{c: &catalogue.Catalogue{Look: l}}
	v.look()
	return v.problems
}

// look checks the site's look.
func (v *validator) look() {
	l, n := v.c.Look, len(v.problems)
	oneOf(v, "look.preset", l.Preset, catalogue.Presets())
	oneOf(v, "look.position", l.Position, catalogue.Positions())
	oneOf(v, "look.scheme", l.Scheme, catalogue.Schemes())
	for _, token := range catalogue.Tokens() {
		colour, given := l.Colours[token]
		if !given {
			continue
		}
		for _, value := range []string{colour.Light, colour.Dark} {
			if _, ok := rgb(value); !ok {
				v.add("look."+string(token), "look: ", string(token), " ", quote(value), ` is no colour; write "#rrggbb", or {light: "#rrggbb", dark: "#rrggbb"}`)
				break
			}
		}
	}
	v.length("look.radius", l.Radius, 0, radiusMost)
	v.length("look.spacing", l.Spacing, spacingLeast, spacingMost)
	if fault := fontFault(l.Font); fault != "" {
		v.add("look.font", "look: font ", quote(l.Font), " ", fault)
	}
	if len(v.problems) == n {
		v.contrast(l.Whole())
	}
}

func oneOf[T ~string](v *validator, path string, value T, known []T) {
	if value == "" || slices.Contains(known, value) {
		return
	}
	names := make([]string, len(known))
	for i, name := range known {
		names[i] = string(name)
	}
	_, key, _ := strings.Cut(path, ".")
	v.add(path, "look: ", key, " ", quote(string(value)), " is not known; there are ", strings.Join(names, ", "))
}

func (v *validator) length(path string, l catalogue.Length, least, most float64) {
	if l == "" {
		return
	}
	_, key, _ := strings.Cut(path, ".")
	em, ok := emOf(l)
	if !ok {
		v.add(path, "look: ", key, " ", quote(string(l)), ` is no length; write a number and px or em, such as "8px"`)
	} else if em < least || em > most {
		v.add(path, "look: ", key, " ", quote(string(l)), " is not between ", strconv.FormatFloat(least, 'f', -1, 64), "em and ", strconv.FormatFloat(most, 'f', -1, 64), "em (16px is 1em)")
	}
}

// emOf is a length in em of 16 px.
func emOf(l catalogue.Length) (float64, bool) {
	if l == "0" {
		return 0, true
	}
	number, px := strings.CutSuffix(string(l), "px")
	if !px {
		var em bool
		if number, em = strings.CutSuffix(number, "em"); !em {
			return 0, false
		}
	}
	if len(number) > 6 || strings.Trim(number, "0123456789.") != "" || strings.HasSuffix(number, ".") {
		return 0, false // no sign, no exponent, no "Inf", nor "1.", which CSS does not read
	}
	n, err := strconv.ParseFloat(number, 64)
	if px {
		n /= 16
	}
	return n, err == nil
}

// fontFault says what is wrong with a list of families, or "".
func fontFault(font string) string {
	if font == "" {
		return ""
	}
	families := strings.Split(font, ",")
	if len(font) > nameBytes || len(families) > fontFamilies {
		return "is too long"
	}
	for _, family := range families {
		family = strings.TrimSpace(family)
		if family == "" {
			return "has an empty family"
		}
		for i := range len(family) {
			if c := family[i]; !isLower(c) && !isUpper(c) && !isDigit(c) && c != ' ' && c != '-' {
				return "is no list of families such as Marianne, Arial, sans-serif: letters of ASCII, digits, spaces and hyphens"
			}
		}
	}
	return ""
}
