package catalogue

// A Signal tells a vendor's code on the page of consent, under the name that the
// vendor gave it. It is sent before any gated script runs, and at every change. It
// is granted when every category and service that declares it is granted.
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

// GoogleSignals are the consent types of Google Consent Mode v2. If a catalogue
// declares one of them, all seven are sent. Those that it does not declare are
// denied.
var GoogleSignals = []Signal{
	"ad_storage", "ad_user_data", "ad_personalization", "analytics_storage",
	"functionality_storage", "personalization_storage", "security_storage",
}

// Signals returns every signal that a catalogue may declare, Google's last.
func Signals() []Signal {
	return append([]Signal{
		SignalTagManager, SignalUET, SignalClarityAds, SignalClarityAnalytics, SignalMatomo, SignalMatomoCookies,
	}, GoogleSignals...)
}
