package preview

import (
	"slices"
	"strings"

	"charte/catalogue"
)

// A show is what a page shows.
type show string

// The shows.
const (
	showNotice   show = "notice"   // nobody has answered yet
	showSettings show = "settings" // opened
	showCharter  show = "charter"  // the bundle's own page
	showDemo     show = "demo"     // services that wait for consent
)

// A variant is one way to look at a version. In addresses it is LANGUAGE,SCHEME,PRESET,FORCED,SHOW,
// such as "fr,light,-,0,notice". The preset "-" is the catalogue's own.
type variant struct {
	language catalogue.Language
	dress
	show show
}

// readVariant reads a variant as addresses have it. It reports false for any other text.
func readVariant(text string) (variant, bool) {
	parts := strings.Split(text, ",")
	if len(parts) != 5 {
		return variant{}, false
	}
	v := variant{
		language: catalogue.Language(parts[0]),
		dress:    dress{catalogue.Scheme(parts[1]), catalogue.Preset(parts[2]), parts[3] == "1"},
		show:     show(parts[4]),
	}
	if v.preset == "-" {
		v.preset = ""
	}
	fine := slices.Contains(catalogue.Schemes(), v.scheme) &&
		(parts[2] == "-" || slices.Contains(catalogue.Presets(), v.preset)) &&
		(parts[3] == "0" || parts[3] == "1") &&
		slices.Contains([]show{showNotice, showSettings, showCharter, showDemo}, v.show)
	return v, fine
}

// String writes the variant as addresses have it.
func (v variant) String() string {
	preset, yes := string(v.preset), "0"
	if preset == "" {
		preset = "-"
	}
	if v.forced {
		yes = "1"
	}
	return strings.Join([]string{string(v.language), string(v.scheme), preset, yes, string(v.show)}, ",")
}
