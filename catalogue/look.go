package catalogue

import "strings"

// A Look is how the banner looks on the site. The zero Look is the preset
// neutral, at the bottom, in light and dark.
//
// A valid Look puts no free text into a style sheet: only names that this file
// lists, numbers with a unit, colours in hexadecimal digits, and names of fonts
// in quotes.
type Look struct {
	// Preset gives every value that is missing below.
	Preset Preset

	Position Position
	Scheme   Scheme
	Choices  Choices

	// Colours holds the site's own colours. The preset gives the others.
	Colours map[Token]Colour

	Radius  Length // of the layers' corners; that of the buttons follows from it
	Spacing Length // within the parts of a layer, and between them

	// Font is a list of families, as CSS has it: "Marianne, Arial, sans-serif".
	Font string
}

// A Preset is a look that comes with Charte.
type Preset string

// The presets. The zero Preset is read as PresetNeutral.
const (
	PresetNeutral     Preset = "neutral"      // the system's own colours and font
	PresetFrenchState Preset = "french-state" // for sites in the French State's design system
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
	PositionCentre Position = "centre" // a box in the middle; the page around it stays usable
)

// Positions returns the positions, the default one first.
func Positions() []Position {
	return []Position{PositionBottom, PositionStart, PositionEnd, PositionCentre}
}

// A Scheme says whether the banner is light or dark.
type Scheme string

// The schemes. The zero Scheme is read as SchemeBoth.
const (
	SchemeBoth  Scheme = "both" // light or dark, as the visitor's system is
	SchemeLight Scheme = "light"
	SchemeDark  Scheme = "dark"
)

// Schemes returns the schemes, the default one first.
func Schemes() []Scheme { return []Scheme{SchemeBoth, SchemeLight, SchemeDark} }

// Choices says how the visitor chooses in the settings.
type Choices string

// The choices. The zero Choices is that of the preset: radio buttons in French State, as its design system has them
// (https://www.systeme-de-design.gouv.fr/composants-et-modeles/composants/gestionnaire-de-consentement), else switches.
const (
	ChoicesSwitches Choices = "switches" // one switch a category and a service, off until it is clicked
	ChoicesRadios   Choices = "radios"   // two radio buttons, to accept and to refuse, neither of them chosen
)

// AllChoices returns the choices, the default one of most presets first.
func AllChoices() []Choices { return []Choices{ChoicesSwitches, ChoicesRadios} }

// A Token names a colour by what it is for. Its custom property is
// --charte-TOKEN.
type Token string

// The tokens.
const (
	TokenBackground Token = "background"
	TokenText       Token = "text"
	TokenMuted      Token = "muted"     // secondary text
	TokenAccent     Token = "accent"    // links, and the background of the answers
	TokenOnAccent   Token = "on-accent" // text on the accent
	TokenBorder     Token = "border"
)

// Tokens returns the tokens.
func Tokens() []Token {
	return []Token{TokenBackground, TokenText, TokenMuted, TokenAccent, TokenOnAccent, TokenBorder}
}

// A Colour is one colour in a light banner and one in a dark banner. Each is
// opaque, "#rrggbb" or "#rgb".
type Colour struct{ Light, Dark string }

// A Length is a number with the unit px or em, or 0.
type Length string

// preset returns every value of a preset.
//
// No preset sets the colours of the background and the text: the banner has
// those of the visitor's system (Canvas and CanvasText in web/bundle/styles),
// which nobody knows beforehand. The two colours here are used in their place
// where contrast is measured. Browsers differ in their dark background. The
// lightest of them is taken, because light text is hardest to read on it.
func preset(p Preset) Look {
	look := Look{Preset: p, Position: PositionBottom, Scheme: SchemeBoth, Choices: ChoicesSwitches, Radius: "12px", Spacing: "1em", Font: "system-ui, sans-serif",
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
		look.Radius, look.Spacing, look.Font, look.Choices = "0", "1.5em", "Marianne, Arial, sans-serif", ChoicesRadios
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

// Whole returns the look with every value set. Values that are missing come from
// its preset. The look must be valid.
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
	if l.Choices != "" {
		whole.Choices = l.Choices
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

// radios reports whether the visitor chooses by radio buttons.
func (l Look) radios() bool { return l.Whole().Choices == ChoicesRadios }

// generic reports whether CSS itself defines the family. Such a name is not quoted.
func generic(family string) bool {
	switch family {
	case "serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded":
		return true
	}
	return false
}

// Families returns the font as a value of CSS. Names of families are in quotes,
// except those that CSS itself defines. The font must be valid.
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
