package bundle

import (
	"fmt"
	"regexp"
	"strings"
)

// look returns the look that is put into the style sheets.
func (b *Bundle) look() (look, error) {
	l, err := lookOf(b.Catalogue.Look)
	if err == nil && b.forced {
		l[forced] = "active"
	}
	return l, err
}

// forced is the entry of a look that imitates forced colours. It is no custom property, so
// no style sheet can read it.
const forced = "forced-colors"

// forcedPalette are the system colours that our style sheets need, in a light theme and in a
// dark one. They are those that Chromium 156 shows where its developer tools emulate forced
// colours. The contrast themes of Windows, which everybody can change, are like them.
var forcedPalette = map[string][2]string{
	"Canvas":     {"#ffffff", "#000000"}, // also of buttons
	"CanvasText": {"#000000", "#ffffff"}, // also of buttons, and of their borders
	"LinkText":   {"#00009f", "#ffff00"},

	// The colour of the ring around what has the focus. It has no name in CSS.
	"FocusRing": {"#050049cc", "#00e6ffcc"},
}

// forcedRules are what a browser does in forced colours, as style sheets can say it: the
// colours of an author give way to the system's (https://www.w3.org/TR/css-color-adjust-1/#forced).
const forcedRules = `
*, ::before, ::after {
  color: CanvasText !important;
  border-color: CanvasText !important;
  box-shadow: none !important;
  accent-color: auto !important;
}
a { color: LinkText !important }
:is(button, input):is(:hover, :focus) { border-color: FocusRing !important }
`

var (
	// mediaForced matches a question for forced colours.
	mediaForced = regexp.MustCompile(`\(\s*forced-colors\s*:\s*(active|none)\s*\)`)

	// background matches a background with a colour.
	background = regexp.MustCompile(`(?m)([\s;{]background(?:-color)?\s*:\s*)([^;}]+)`)

	// outline matches an outline with a colour.
	outline = regexp.MustCompile(`(?m)([\s;{]outline\s*:[^;}]*solid )([^;}]+)`)

	// alpha matches a colour of which something can be seen through.
	alpha = regexp.MustCompile(`^#[0-9a-f]{6}([0-9a-f]{2})$`)

	systemColour = regexp.MustCompile(`\b(Canvas|CanvasText|LinkText|FocusRing)\b`)
)

// coloured returns a style sheet as it is shown in forced colours, where the look asks for
// that. A browser that has forced colours itself forces the result once more, which changes
// nothing.
func (l look) coloured(css string) string {
	if l[forced] == "" {
		return css
	}
	css = mediaForced.ReplaceAllStringFunc(css, func(question string) string {
		if strings.Contains(question, "active") {
			return "(min-width: 0)"
		}
		return "(max-width: 0)"
	})
	css = background.ReplaceAllStringFunc(css, func(declaration string) string {
		parts := background.FindStringSubmatch(declaration)
		name, value := parts[1], strings.TrimSpace(parts[2])
		if value == "none" || value == "transparent" {
			return declaration
		}
		// Of a colour that is forced, the alpha channel stays.
		if seen := alpha.FindStringSubmatch(value); seen != nil {
			return fmt.Sprintf("%slight-dark(%s%s, %s%s)", name, forcedPalette["Canvas"][0], seen[1], forcedPalette["Canvas"][1], seen[1])
		}
		return name + "Canvas"
	})
	css = outline.ReplaceAllStringFunc(css, func(declaration string) string {
		parts := outline.FindStringSubmatch(declaration)
		// What the author has given a system colour keeps it.
		if parts[2] == "var(--_ink)" && l["--charte-text"] == "" {
			return parts[1] + "CanvasText"
		}
		return parts[1] + "FocusRing"
	})
	return systemColour.ReplaceAllStringFunc(css+forcedRules, func(name string) string {
		colours := forcedPalette[name]
		return "light-dark(" + colours[0] + ", " + colours[1] + ")"
	})
}
