package check

import (
	"strings"
	"testing"

	"charte/catalogue"
)

// TestLook: a valid look holds only names, numbers with a unit and colours. It can
// put no other rule into a style sheet.
func TestLook(t *testing.T) {
	pair := func(light, dark string) catalogue.Colour { return catalogue.Colour{Light: light, Dark: dark} }
	one := func(token catalogue.Token, light, dark string) catalogue.Look {
		return catalogue.Look{Colours: map[catalogue.Token]catalogue.Colour{token: pair(light, dark)}}
	}
	for _, test := range []struct {
		name string
		look catalogue.Look
		want string // path and part of the message; empty for a valid look
	}{
		{"nothing said", catalogue.Look{}, ""},
		{"everything said", catalogue.Look{Preset: catalogue.PresetSoft, Position: catalogue.PositionEnd, Scheme: catalogue.SchemeLight, Radius: "0", Spacing: "12px", Font: "Source Sans 3, sans-serif",
			Colours: map[catalogue.Token]catalogue.Colour{catalogue.TokenAccent: pair("#0A6", "#0a6"), catalogue.TokenOnAccent: pair("#000000", "#000000"), catalogue.TokenBackground: pair("#000", "#000"), catalogue.TokenText: pair("#fff", "#fff"),
				catalogue.TokenMuted: pair("#ccc", "#ccc"), catalogue.TokenBorder: pair("#999", "#999")}}, ""},
		{"a preset of another tool", catalogue.Look{Preset: "bootstrap"}, `look.preset: look: preset "bootstrap" is not known; there are neutral, french-state, soft, compact`},
		{"no such position", catalogue.Look{Position: "top"}, `look.position: look: position "top" is not known`},
		{"no such scheme", catalogue.Look{Scheme: "auto"}, `look.scheme: look: scheme "auto" is not known; there are both, light, dark`},
		{"a name of a colour", one(catalogue.TokenAccent, "red", "red"), `look.accent: look: accent "red" is no colour`},
		{"half a pair", one(catalogue.TokenAccent, "#2541b8", ""), `look.accent: look: accent "" is no colour`},
		{"a colour one sees through", one(catalogue.TokenBackground, "#ffffff80", "#000"), `look.background: look: background "#ffffff80" is no colour`},
		{"a colour that ends the rule", one(catalogue.TokenText, "#000}*{display:none", "#000"), `look.text: look: text "#000}`},
		{"an address", one(catalogue.TokenBackground, "url(//evil.test)", "#000"), `is no colour`},
		{"a length that is an overlay", catalogue.Look{Radius: "100%;height:100%;position:fixed"}, `look.radius: look: radius "100%;height`},
		{"a length without a unit", catalogue.Look{Radius: "12"}, `is no length`},
		{"a negative length", catalogue.Look{Spacing: "-1em"}, `is no length`},
		{"an exponent", catalogue.Look{Spacing: "1e1em"}, `is no length`},
		{"no number", catalogue.Look{Spacing: "..em"}, `is no length`},
		{"a number that CSS does not read", catalogue.Look{Spacing: "1.em"}, `is no length`},
		{"a length of the page's root", catalogue.Look{Radius: "1rem"}, `is no length`},
		{"too round", catalogue.Look{Radius: "64px"}, `look.radius: look: radius "64px" is not between 0em and 3em`},
		{"too narrow", catalogue.Look{Spacing: "0"}, `look.spacing: look: spacing "0" is not between 0.5em and 2.5em`},
		{"a font that ends the string", catalogue.Look{Font: `x"; } * { display: none`}, `look.font: `},
		{"a font that is an escape", catalogue.Look{Font: `\22`}, `look.font: `},
		{"no family", catalogue.Look{Font: "Arial,,serif"}, `has an empty family`},
		{"a font in other letters", catalogue.Look{Font: "ヒラギノ"}, `letters of ASCII`},
		{"pale text", one(catalogue.TokenText, "#999999", "#ffffff"), `look.text: look: in the light scheme text (#999999) on background (#ffffff) has a contrast of 2.8; 4.5 is the least`},
		{"one background for both", one(catalogue.TokenBackground, "#ffffff", "#ffffff"), `look.background: look: in the dark scheme text (#ffffff) on background (#ffffff) has a contrast of 1.0`},
		{"a yellow accent", one(catalogue.TokenAccent, "#ffd400", "#ffd400"), `look.accent: look: in the light scheme accent (#ffd400) on background`},
		{"a pale border", one(catalogue.TokenBorder, "#dddddd", "#888888"), `look.border: look: in the light scheme border (#dddddd) on background (#ffffff) has a contrast of 1.3; 3 is the least`},
		{"a preset's accent on one's own background", catalogue.Look{Preset: catalogue.PresetFrenchState, Scheme: catalogue.SchemeLight,
			Colours: map[catalogue.Token]catalogue.Colour{catalogue.TokenBackground: pair("#336699", "#336699")}}, `look.background: look: in the light scheme text (#000000) on background`},
		{"a scheme that is not there", catalogue.Look{Scheme: catalogue.SchemeLight, Colours: map[catalogue.Token]catalogue.Colour{catalogue.TokenBackground: pair("#ffffff", "#ffffff"), catalogue.TokenText: pair("#111", "#111")}}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var said []string
			for _, p := range Look(test.look) {
				said = append(said, p.Path+": "+p.Message)
			}
			all := strings.Join(said, "\n")
			if (test.want == "") != (all == "") || !strings.Contains(all, test.want) {
				t.Errorf("got\n%s\nwant\n%s", all, test.want)
			}
		})
	}
}

// TestPresets: every preset is valid, and its contrasts are high enough.
func TestPresets(t *testing.T) {
	for _, preset := range catalogue.Presets() {
		if problems := Look(catalogue.Look{Preset: preset}); problems != nil {
			t.Errorf("%s: %v", preset, problems)
		}
	}
}
