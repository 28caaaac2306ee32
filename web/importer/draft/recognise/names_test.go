package recognise

import (
	"testing"

	"charte/catalogue/source"
	"charte/web/importer/plan"
)

// TestNames: names, titles and lists of cookies as configurations have them, in three languages. A
// service that is taken for another one is worse than one that is written out.
func TestNames(t *testing.T) {
	known, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		id, language, title, category string
		cookies                       []string
		want                          string
	}{
		// A banner's own keys, and titles in a language of the site's.
		{"karte", "de", "Google Maps", "externe-medien", nil, "google-maps"},
		{"videos", "de", "YouTube-Videos", "externe-medien", nil, "youtube"},
		{"videos", "it", "Video di YouTube", "media", nil, "youtube"},
		{"statistik", "de", "Matomo Webanalyse", "statistik", nil, "matomo"},
		{"mesure", "fr", "Mesure d'audience (Matomo)", "statistiques", nil, "matomo"},
		{"mesure", "fr", "Matomo – mesure d'audience", "statistiques", nil, "matomo"},
		{"stats", "fr", "Google Analytics", "audience", nil, "google-analytics"},
		{"google_analytics_4", "en", "", "analytics", nil, "google-analytics"},
		{"_ga", "en", "Google Analytics cookies", "analytics", nil, "google-analytics"},
		{"lecteur", "fr", "Lecteur Dailymotion", "videos", nil, "dailymotion"},
		{"lecteur", "fr", "Vidéos Vimeo", "videos", nil, "vimeo"},
		{"captcha", "fr", "Google reCAPTCHA v3", "technique", nil, "recaptcha"},
		{"captcha", "de", "hCaptcha Spamschutz", "technik", nil, "hcaptcha"},
		{"tweets", "fr", "X (Twitter)", "reseaux", nil, "x-embed"},
		{"twitter", "fr", "Fil Twitter", "reseaux", nil, "x-embed"},
		{"carte", "fr", "Carte OpenStreetMap", "medias", nil, "openstreetmap"},
		{"agenda", "fr", "Calendly", "medias", nil, "calendly"},
		{"aufzeichnung", "de", "Hotjar", "analyse", nil, "hotjar"},
		{"heatmaps", "en", "Microsoft Clarity", "analytics", nil, "microsoft-clarity"},
		{"bing-ads", "en", "Bing Ads", "marketing", nil, "microsoft-ads"},
		{"li", "de", "LinkedIn Insight Tag", "marketing", nil, "linkedin-insight"},
		{"fb", "de", "Facebook Pixel", "marketing", nil, "meta-pixel"},
		{"fb", "fr", "Pixel Facebook (Meta)", "marketing", nil, "meta-pixel"},
		{"gtm", "en", "Google Tag Manager", "necessary", nil, "google-tag-manager"},
		{"support", "en", "Intercom chat", "functional", nil, "intercom"},
		{"support", "en", "Zendesk Chat", "functional", nil, "zendesk"},
		{"chat", "fr", "Crisp", "functional", nil, "crisp"},
		{"form", "en", "Google Forms", "embeds", nil, "google-forms"},
		{"umfrage", "de", "Typeform Formulare", "medien", nil, "typeform"},
		{"erreurs", "fr", "Sentry", "technique", nil, "sentry"},
		{"audience", "fr", "Plausible Analytics", "statistiques", nil, "plausible"},
		{"newsletter", "fr", "Brevo", "marketing", nil, "brevo"},

		// Its cookies.
		{"analytics", "en", "Analytics", "analytics", []string{"_ga", "_ga_*"}, "google-analytics"},
		{"analytics", "en", "Analytics", "analytics", []string{"_ga"}, "google-analytics"},
		{"audience", "fr", "Statistiques", "audience", []string{"_ga", "_gid"}, "google-analytics"},
		{"pub", "fr", "Publicité", "pub", []string{"_fbp"}, "meta-pixel"},
		{"analyse", "de", "Analyse", "analyse", []string{"_clck", "_clsk"}, "microsoft-clarity"},
		{"analyse", "de", "Aufzeichnung", "analyse", []string{"_hjSessionUser_*", "_hjSession_*"}, "hotjar"},
		{"ads", "en", "Ads", "ads", []string{"_uetsid", "_uetvid"}, "microsoft-ads"},
		{"ads", "en", "Ads", "ads", []string{"_gcl_au"}, "google-ads"},

		// A maker has more than one thing to offer.
		{"brevo-chat", "en", "Brevo chat", "functional", nil, ""},
		{"brevo", "fr", "Formulaires Brevo", "functional", nil, ""},
		{"brevo", "en", "Brevo newsletter", "functional", nil, ""},
		{"firebase", "en", "Firebase Authentication", "necessary", nil, ""},
		{"login", "en", "Firebase login", "necessary", nil, ""},
		{"bing", "en", "Bing Maps", "maps", nil, ""},
		{"karten", "de", "Bing Maps", "karten", nil, ""},
		{"facebook", "en", "Facebook Login", "functional", nil, ""},
		{"facebook", "en", "Facebook", "marketing", nil, ""},
		{"linkedin", "de", "LinkedIn", "werbung", nil, ""},
		{"tiktok", "fr", "TikTok", "publicite", nil, ""},
		{"fonts", "en", "Google Fonts", "functional", nil, ""},
		{"matomo-alternative", "en", "Alternative to Google Analytics", "analytics", nil, ""},
		{"facebook", "fr", "Facebook", "reseaux-sociaux", nil, "facebook-embed"},
		{"linkedin", "fr", "LinkedIn", "social", nil, "linkedin-embed"},

		// Common words are no names.
		{"maps", "en", "Maps", "functional", nil, ""},
		{"cartes", "fr", "Cartes", "medias", nil, ""},
		{"x", "en", "", "analytics", nil, ""},
		{"counter", "en", "Tally counter", "analytics", nil, ""},
		{"sentry-box", "en", "Sentry box", "necessary", nil, ""},
		{"piano", "fr", "Piano", "videos", nil, ""},
		{"clarity", "en", "Clarity of texts", "functional", nil, ""},
		{"intercom", "en", "Door intercom", "necessary", nil, ""},
		{"umami", "en", "Umami recipes", "functional", nil, ""},
		{"youtube", "en", "YouTube", "media", nil, "youtube"},
		{"video", "en", "Videos", "media", nil, ""},
		{"analytics", "en", "Analytics", "analytics", nil, ""},
		{"marketing", "en", "Marketing", "marketing", nil, ""},
		{"chat", "en", "Chat", "support", nil, ""},
		{"social", "en", "Social media", "social", nil, ""},

		// Cookies that many set.
		{"consent", "en", "Consent", "necessary", []string{"OptanonConsent"}, ""},
		{"balance", "en", "Load balancing", "necessary", []string{"AWSALBTG", "AWSALBTGCORS"}, ""},
		{"api", "en", "API", "necessary", []string{"api_token"}, ""},
		{"visitors", "en", "Visitors", "necessary", []string{"unique_id", "server_session_id"}, ""},
		{"guests", "en", "Guest basket", "necessary", []string{"guest_id"}, ""},
		{"privacy", "en", "Privacy", "necessary", []string{"usprivacy"}, ""},
		{"player", "en", "Player", "media", []string{"video-muted", "volume"}, ""},
		{"shop", "en", "Shop", "necessary", []string{"PHPSESSID", "cart"}, ""},
		{"shop", "en", "Shop", "marketing", []string{"_fbp", "cart", "lang", "uid"}, ""},
		{"agenda", "en", "Agenda", "embeds", []string{"_calendly_session", "__cf_bm"}, "calendly"},
	} {
		t.Run(test.id+" "+test.title, func(t *testing.T) {
			s := plan.Service{ID: test.id, Category: test.category, Name: plan.Texts{test.language: test.title}}
			for _, name := range test.cookies {
				s.Cookies = append(s.Cookies, plan.Cookie{Name: name})
			}
			got := ""
			if entry := Service(s, known); entry != nil {
				got = string(entry.ID)
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
