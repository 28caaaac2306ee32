package check

import (
	"math"
	"strconv"
	"strings"

	"charte/catalogue"
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
