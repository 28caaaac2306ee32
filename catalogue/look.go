package catalogue

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Look is how the banner looks on the site. The zero Look is the preset
// neutral, at the bottom, in light and dark.
//
// Nothing in it is free text to a browser: what is written into a style sheet
// are names of this file, numbers with a unit, and colours made of their six
// digits.
type Look struct {
	// Preset is where everything comes from that is not said below.
	Preset Preset

	Position Position
	Scheme   Scheme

	// Colours are by token. A token that is missing has the preset's.
	Colours map[Token]Colour

	Radius  Length // of the layers' corners; the buttons' follow
	Spacing Length // within and between the layers' parts

	// Font is a list of families, as CSS has it: "Marianne, Arial, sans-serif".
	Font string
}

// A Preset is a look that comes with Charte.
type Preset string

// The presets. The zero Preset is read as PresetNeutral.
const (
	PresetNeutral     Preset = "neutral"      // the system's own colours and font
	PresetFrenchState Preset = "french-state" // beside the French State's design system
	PresetSoft        Preset = "soft"         // round
	PresetCompact     Preset = "compact"      // small
)

// Presets returns the presets, the default one first.
func Presets() []Preset { return []Preset{PresetNeutral, PresetFrenchState, PresetSoft, PresetCompact} }

// A Position is where the notice stands. Start and end are those of the
// banner's language: in Arabic, the start is on the right.
type Position string

// The positions. The zero Position is read as PositionBottom.
const (
	PositionBottom Position = "bottom" // a bar
	PositionStart  Position = "start"  // a box in the lower corner
	PositionEnd    Position = "end"
	PositionCentre Position = "centre" // a box in the middle, beside which the page stays usable
)

// Positions returns the positions, the default one first.
func Positions() []Position {
	return []Position{PositionBottom, PositionStart, PositionEnd, PositionCentre}
}

// A Scheme says whether the banner is light or dark.
type Scheme string

// The schemes. The zero Scheme is read as SchemeBoth.
const (
	SchemeBoth  Scheme = "both" // as the visitor's system is
	SchemeLight Scheme = "light"
	SchemeDark  Scheme = "dark"
)

// Schemes returns the schemes, the default one first.
func Schemes() []Scheme { return []Scheme{SchemeBoth, SchemeLight, SchemeDark} }

// A Token is a colour by its job. Its custom property is --charte-TOKEN.
type Token string

// The tokens.
const (
	TokenBackground Token = "background"
	TokenText       Token = "text"
	TokenMuted      Token = "muted"     // secondary text
	TokenAccent     Token = "accent"    // links, and the ground of the answers
	TokenOnAccent   Token = "on-accent" // what is written on it
	TokenBorder     Token = "border"
)

// Tokens returns the tokens.
func Tokens() []Token {
	return []Token{TokenBackground, TokenText, TokenMuted, TokenAccent, TokenOnAccent, TokenBorder}
}

// A Colour is opaque: "#rrggbb" or "#rgb", in a light and a dark banner.
type Colour struct{ Light, Dark string }

// A Length is a number with the unit px or em, or 0.
type Length string

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
	Of, On Token
	Least  float64
} {
	return []struct {
		Of, On Token
		Least  float64
	}{
		{TokenText, TokenBackground, textContrast},
		{TokenMuted, TokenBackground, textContrast},
		{TokenAccent, TokenBackground, textContrast}, // links
		{TokenOnAccent, TokenAccent, textContrast},
		{TokenBorder, TokenBackground, controlContrast},
	}
}

// preset is a preset in full. All have the system's own background and text,
// for which the colours here stand: of the dark backgrounds that of the
// browser whose is lightest.
func preset(p Preset) Look {
	look := Look{Preset: p, Position: PositionBottom, Scheme: SchemeBoth, Radius: "12px", Spacing: "1em", Font: "system-ui, sans-serif",
		Colours: map[Token]Colour{
			TokenBackground: {"#ffffff", "#1e1e1e"},
			TokenText:       {"#000000", "#ffffff"},
			TokenMuted:      {"#545866", "#b3b7c6"},
			TokenAccent:     {"#2541b8", "#b4c4ff"},
			TokenOnAccent:   {"#ffffff", "#000000"},
			TokenBorder:     {"#888888", "#888888"},
		}}
	switch p {
	case PresetFrenchState:
		look.Radius, look.Spacing, look.Font = "0", "1.5em", "Marianne, Arial, sans-serif"
		look.Colours[TokenMuted] = Colour{"#666666", "#929292"}
		look.Colours[TokenAccent] = Colour{"#000091", "#8585f6"}
	case PresetSoft:
		look.Radius, look.Spacing = "1.5em", "1.25em"
		look.Colours[TokenMuted] = Colour{"#5f5c6b", "#b7b3c6"}
		look.Colours[TokenAccent] = Colour{"#5b3fd6", "#c7b8ff"}
	case PresetCompact:
		look.Radius, look.Spacing = "4px", "0.75em"
	}
	return look
}

// Whole is the look with everything in it that its preset gives. The look must
// be valid.
func (l Look) Whole() Look {
	if l.Preset == "" {
		l.Preset = PresetNeutral
	}
	whole := preset(l.Preset)
	if l.Position != "" {
		whole.Position = l.Position
	}
	if l.Scheme != "" {
		whole.Scheme = l.Scheme
	}
	for token, colour := range l.Colours {
		whole.Colours[token] = colour
	}
	if l.Radius != "" {
		whole.Radius = l.Radius
	}
	if l.Spacing != "" {
		whole.Spacing = l.Spacing
	}
	if l.Font != "" {
		whole.Font = l.Font
	}
	return whole
}

// Problems returns what is wrong with a look, nil where nothing is.
func (l Look) Problems() []Problem {
	v := validator{c: &Catalogue{Look: l}}
	v.look()
	return v.problems
}

// look checks the site's look.
func (v *validator) look() {
	l, n := v.c.Look, len(v.problems)
	oneOf(v, "look.preset", l.Preset, Presets())
	oneOf(v, "look.position", l.Position, Positions())
	oneOf(v, "look.scheme", l.Scheme, Schemes())
	for _, token := range Tokens() {
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

func (v *validator) length(path string, l Length, least, most float64) {
	if l == "" {
		return
	}
	_, key, _ := strings.Cut(path, ".")
	em, ok := l.em()
	if !ok {
		v.add(path, "look: ", key, " ", quote(string(l)), ` is no length; write a number and px or em, such as "8px"`)
	} else if em < least || em > most {
		v.add(path, "look: ", key, " ", quote(string(l)), " is not between ", strconv.FormatFloat(least, 'f', -1, 64), "em and ", strconv.FormatFloat(most, 'f', -1, 64), "em (16px is 1em)")
	}
}

// em is the length in em of 16 px.
func (l Length) em() (float64, bool) {
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
func (v *validator) contrast(l Look) {
	for _, pair := range contrasts() {
		of, on := l.Colours[pair.Of], l.Colours[pair.On]
		for _, scheme := range []struct {
			name   Scheme
			of, on string
		}{{SchemeLight, of.Light, on.Light}, {SchemeDark, of.Dark, on.Dark}} {
			if l.Scheme != SchemeBoth && l.Scheme != scheme.name {
				continue
			}
			ratio := Contrast(scheme.of, scheme.on)
			if ratio >= pair.Least {
				continue
			}
			path := "look"
			for _, token := range []Token{pair.On, pair.Of} { // at what the catalogue says itself
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

// generic are the families that CSS defines, which are not quoted.
func generic(family string) bool {
	switch family {
	case "serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded":
		return true
	}
	return false
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

// Families is the font as CSS has it, every name that is not CSS's own in
// quotes. The font must be valid.
func (l Look) Families() string {
	var css []string
	for family := range strings.SplitSeq(l.Font, ",") {
		family = strings.TrimSpace(family)
		if !generic(family) {
			family = `"` + family + `"`
		}
		css = append(css, family)
	}
	return strings.Join(css, ", ")
}
