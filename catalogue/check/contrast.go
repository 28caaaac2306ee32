package check

import (
	"math"
	"regexp"
	"strconv"

	"charte/catalogue"
)

// The least contrast of a text, and that of a control's border (WCAG 2.2, 1.4.3 and
// 1.4.11).
const (
	textContrast    = 4.5
	controlContrast = 3.0
)

// pairs are the colours that meet on the screen, with the least contrast that they
// must have.
var pairs = []struct {
	of, on catalogue.Token
	least  float64
}{
	{catalogue.TokenText, catalogue.TokenBackground, textContrast},
	{catalogue.TokenMuted, catalogue.TokenBackground, textContrast},
	{catalogue.TokenAccent, catalogue.TokenBackground, textContrast}, // links
	{catalogue.TokenOnAccent, catalogue.TokenAccent, textContrast},
	{catalogue.TokenBorder, catalogue.TokenBackground, controlContrast},
}

// contrasts checks the colours of the catalogue's look in each of its schemes. whole
// is that look with the values of its preset filled in.
func (v *validator) contrasts(whole catalogue.Look) {
	for _, pair := range pairs {
		of, on := whole.Colours[pair.of], whole.Colours[pair.on]
		for _, scheme := range []struct {
			name   catalogue.Scheme
			of, on string
		}{{catalogue.SchemeLight, of.Light, on.Light}, {catalogue.SchemeDark, of.Dark, on.Dark}} {
			if whole.Scheme != catalogue.SchemeBoth && whole.Scheme != scheme.name {
				continue
			}
			ratio := Contrast(scheme.of, scheme.on)
			if ratio >= pair.least {
				continue
			}
			// The problem is reported at a colour that the catalogue itself sets. If
			// it sets both, this is the foreground.
			path := "look"
			for _, token := range []catalogue.Token{pair.on, pair.of} {
				if _, own := v.c.Look.Colours[token]; own {
					path = "look." + string(token)
				}
			}
			cut := math.Floor(ratio*10) / 10 // cut, not rounded: 4.49 must not read as 4.5
			v.add(path, "look: in the %s scheme %s (%s) on %s (%s) has a contrast of %.1f; %v is the least that everybody can read (WCAG 1.4.3, 1.4.11)",
				scheme.name, pair.of, scheme.of, pair.on, scheme.on, cut, pair.least)
		}
	}
}

// Contrast returns the contrast ratio of two colours, each "#rrggbb" or "#rgb"
// (WCAG 2.2, "contrast ratio"). It is from 1 to 21. It is 0 if a or b is not such
// a colour.
func Contrast(a, b string) float64 {
	x, ok := luminance(a)
	y, too := luminance(b)
	if !ok || !too {
		return 0
	}
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// hexColour matches an opaque colour, "#rrggbb" or "#rgb".
var hexColour = regexp.MustCompile(`^#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})$`)

// luminance is how bright a colour is, from 0 to 1
// (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance). It reports false for
// anything but "#rrggbb" or "#rgb".
func luminance(colour string) (float64, bool) {
	if !hexColour.MatchString(colour) {
		return 0, false
	}
	digits := colour[1:]
	if len(digits) == 3 {
		r, g, b := digits[:1], digits[1:2], digits[2:]
		digits = r + r + g + g + b + b
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} { // red, green, blue
		value, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			return 0, false
		}
		part := float64(value) / 255
		if part <= 0.04045 {
			part /= 12.92
		} else {
			part = math.Pow((part+0.055)/1.055, 2.4)
		}
		sum += weight * part
	}
	return sum, true
}
