package check

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
)

// Bounds of lengths, in em of 16 px. A length beyond them is taken for a mistake.
const (
	radiusMost   = 3.0
	spacingLeast = 0.5
	spacingMost  = 2.5
)

// fontFamilies is how many families a font may list, at most.
const fontFamilies = 10

// Look returns every problem of a look, nil where it has none.
func Look(l catalogue.Look) []Problem {
	v := validator{c: &catalogue.Catalogue{Look: l}}
	v.look()
	return v.problems
}

// look checks the catalogue's look. It measures contrasts only if all else in the
// look is valid.
func (v *validator) look() {
	l, before := v.c.Look, len(v.problems)
	oneOf(v, "preset", l.Preset, catalogue.Presets())
	oneOf(v, "position", l.Position, catalogue.Positions())
	oneOf(v, "scheme", l.Scheme, catalogue.Schemes())
	oneOf(v, "choices", l.Choices, catalogue.AllChoices())
	for _, token := range catalogue.Tokens() {
		colour, given := l.Colours[token]
		if !given {
			continue
		}
		for _, value := range []string{colour.Light, colour.Dark} {
			if !hexColour.MatchString(value) {
				v.add("look."+string(token), `look: %s %s is no colour; write "#rrggbb", or {light: "#rrggbb", dark: "#rrggbb"}`, token, quote(value))
				break
			}
		}
	}
	v.length("radius", l.Radius, 0, radiusMost)
	v.length("spacing", l.Spacing, spacingLeast, spacingMost)
	if fault := fontFault(l.Font); fault != "" {
		v.add("look.font", "look: font %s %s", quote(l.Font), fault)
	}
	if len(v.problems) == before {
		v.contrasts(l.Whole())
	}
}

// oneOf checks a value of the look that must be one of the known names, or left out.
func oneOf[T ~string](v *validator, key string, value T, known []T) {
	if value != "" && !slices.Contains(known, value) {
		v.add("look."+key, "look: %s %s is not known; there are %s", key, quote(value), list(known))
	}
}

// length checks a length, which may be left out. The bounds are in em.
func (v *validator) length(key string, l catalogue.Length, least, most float64) {
	if l == "" {
		return
	}
	if em, ok := emOf(l); !ok {
		v.add("look."+key, `look: %s %s is no length; write a number and px or em, such as "8px"`, key, quote(l))
	} else if em < least || em > most {
		v.add("look."+key, "look: %s %s is not between %vem and %vem (16px is 1em)", key, quote(l), least, most)
	}
}

// lengthParts matches a length, as its number and its unit. It takes no sign, no
// exponent, and no "1.", which CSS does not read.
var lengthParts = regexp.MustCompile(`^([0-9]*\.?[0-9]+)(px|em)$`)

// emOf converts a length to em of 16 px. It reports false if l is no length, or if
// its number has more than six characters.
func emOf(l catalogue.Length) (float64, bool) {
	if l == "0" {
		return 0, true
	}
	parts := lengthParts.FindStringSubmatch(string(l))
	if parts == nil || len(parts[1]) > 6 {
		return 0, false
	}
	n, err := strconv.ParseFloat(parts[1], 64)
	if parts[2] == "px" {
		n /= 16
	}
	return n, err == nil
}

// fontFamily matches the name of a family: letters of ASCII, digits, spaces and
// hyphens.
var fontFamily = regexp.MustCompile(`^[A-Za-z0-9 -]+$`)

// fontFault says what is wrong with a list of families, or "" where nothing is.
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
		if !fontFamily.MatchString(family) {
			return "is no list of families such as Marianne, Arial, sans-serif: letters of ASCII, digits, spaces and hyphens"
		}
	}
	return ""
}
