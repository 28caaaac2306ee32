package catalogue

import "slices"

// A Signal is what a vendor's code on the page wants to be told of consent, in
// the vendor's own words. It is sent before any gated script runs, and at every
// change: granted when everything that declares it is.
type Signal string

// The signals that are not Google's consent types.
const (
	SignalTagManager       Signal = "google-tag-manager"          // the event charte_consent in dataLayer
	SignalUET              Signal = "microsoft-uet"               // ad_storage of Universal Event Tracking
	SignalClarityAds       Signal = "microsoft-clarity-ads"       // ad_Storage of consentv2
	SignalClarityAnalytics Signal = "microsoft-clarity-analytics" // analytics_Storage of consentv2
	SignalMatomo           Signal = "matomo"                      // requireConsent
	SignalMatomoCookies    Signal = "matomo-cookies"              // requireCookieConsent
)

// GoogleSignals are the consent types of Google Consent Mode v2. Where a
// catalogue declares one, all seven are sent; those that nobody declares are
// denied.
var GoogleSignals = []Signal{
	"ad_storage", "ad_user_data", "ad_personalization", "analytics_storage",
	"functionality_storage", "personalization_storage", "security_storage",
}

var signals = append([]Signal{
	SignalTagManager, SignalUET, SignalClarityAds, SignalClarityAnalytics, SignalMatomo, SignalMatomoCookies,
}, GoogleSignals...)

// signals checks the signals that a category or a service declares.
func (v *validator) signals(path, label string, declared []Signal) {
	for i, signal := range declared {
		switch {
		case !slices.Contains(signals, signal):
			list := ""
			for _, known := range signals {
				list += ", " + string(known)
			}
			v.add(at(path, i), label, ": signal ", quote(string(signal)), " is not known; there are ", list[len(", "):])
		case slices.Contains(declared[:i], signal):
			v.add(at(path, i), label, ": signal ", quote(string(signal)), " is declared twice")
		}
	}
}
