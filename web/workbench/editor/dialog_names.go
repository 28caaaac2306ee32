package editor

import _ "embed"

// DialogsCSS is the style sheet of the dialogs. It needs no other file.
//
//go:embed dialogs.css
var DialogsCSS []byte

// A DialogName names one of the dialogs.
type DialogName string

// The dialogs.
const (
	DialogServices     DialogName = "services"     // known services, to add
	DialogOffers       DialogName = "offers"       // what a file has to add
	DialogTranslations DialogName = "translations" // all texts side by side
	DialogEffect       DialogName = "effect"       // what saving would do
)
