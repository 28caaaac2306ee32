package check

import (
	"math"
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

// Contrasts that colours must have (WCAG 2.2, 1.4.3 and 1.4.11).
const (
	textContrast    = 4.5
	controlContrast = 3.0
)

// contrasts are the pairs of colours that are seen beside each other.
func contrasts() []struct {
	Of, On catalogue.Token
	Least  float64
} {
	return []struct {
		Of, On catalogue.Token
		Least  float64
	}{
		{catalogue.TokenText, catalogue.TokenBackground, textContrast},
		{catalogue.TokenMuted, catalogue.TokenBackground, textContrast},
		{catalogue.TokenAccent, catalogue.TokenBackground, textContrast}, // links
		{catalogue.TokenOnAccent, catalogue.TokenAccent, textContrast},
		{catalogue.TokenBorder, catalogue.TokenBackground, controlContrast},
	}
}

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

// rgb reads "#rgb" or "#rrggbb".
func rgb(colour string) (parts [3]float64, ok bool) {
	digits, ok := strings.CutPrefix(colour, "#")
	if !ok || len(digits) != 3 && len(digits) != 6 {
		return parts, false
	}
	for i := range len(digits) {
		if !isHex(digits[i]) {
			return parts, false
		}
	}
	n, size := 0.0, len(digits)/3
	for i := range parts {
		part := digits[i*size : (i+1)*size]
		if size == 1 {
			part += part
		}
		value, err := strconv.ParseUint(part, 16, 8)
		if err != nil {
			return parts, false
		}
		n = float64(value) / 255
		// https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
		if n <= 0.04045 {
			parts[i] = n / 12.92
		} else {
			parts[i] = math.Pow((n+0.055)/1.055, 2.4)
		}
	}
	return parts, true
}

// Contrast is the contrast of two colours (WCAG 2.2), from 1 to 21; 0 where
// one is none.
func Contrast(a, b string) float64 {
	luminance := func(colour string) (float64, bool) {
		c, ok := rgb(colour)
		return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2], ok
	}
	x, ok := luminance(a)
	y, too := luminance(b)
	if !ok || !too {
		return 0
	}
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// contrast checks the colours of a look that is whole, in each scheme that it
// has.
func (v *validator) contrast(l catalogue.Look) {
	for _, pair := range contrasts() {
		of, on := l.Colours[pair.Of], l.Colours[pair.On]
		for _, scheme := range []struct {
			name   catalogue.Scheme
			of, on string
		}{{catalogue.SchemeLight, of.Light, on.Light}, {catalogue.SchemeDark, of.Dark, on.Dark}} {
			if l.Scheme != catalogue.SchemeBoth && l.Scheme != scheme.name {
				continue
			}
			ratio := Contrast(scheme.of, scheme.on)
			if ratio >= pair.Least {
				continue
			}
			path := "look"
			for _, token := range []catalogue.Token{pair.On, pair.Of} { // at what the catalogue says itself
				if _, own := v.c.Look.Colours[token]; own {
					path = "look." + string(token)
				}
			}
			// Cut, not rounded: 4.49 is not 4.5.
			v.add(path, "look: in the ", string(scheme.name), " scheme ", string(pair.Of), " (", scheme.of, ") on ", string(pair.On), " (", scheme.on,
				") has a contrast of ", strconv.FormatFloat(math.Floor(ratio*10)/10, 'f', 1, 64), "; ",
				strconv.FormatFloat(pair.Least, 'f', -1, 64), " is the least that everybody can read (WCAG 1.4.3, 1.4.11)")
		}
	}
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
