package fake

import (
	"fmt"
	"strings"

	"charte/web/workbench/desk"
)

// State is the state of a catalogue with two categories and one service, which was changed.
func State() desk.State {
	return desk.State{
		Version: 7, File: "mine.yaml", Languages: []string{"fr", "en", "de"}, Light: desk.LightWarnings, Unsaved: true,
		Sections: []desk.Section{
			{Pointer: "/categories", Entries: []desk.Entry{
				{Pointer: "/categories/0", ID: "statistics", Title: "Mesure d’audience"},
				{Pointer: "/categories/1", ID: "third-party", Title: "Services tiers"},
			}},
			{Pointer: "/services", Entries: []desk.Entry{{Pointer: "/services/0", ID: "youtube", Title: "Vidéos (YouTube)", Use: "youtube@1"}}},
		},
	}
}

// Known are known services, as the list of Charte has them.
func Known() []desk.Known {
	return []desk.Known{
		{
			ID: "matomo", Name: "Matomo", Kind: "statistics", Category: "statistics", Cookies: 5, Hosts: []string{"{host}"},
			Purpose: "Compter les visites et les pages vues, pour le seul compte du site.",
			Remarks: "On the owner's own server. At matomo.cloud, InnoCraft (NZ) keeps the data in Frankfurt for the owner: say a provider in the catalogue, and cdn.matomo.cloud serves the script.",
			Parameters: []desk.Parameter{
				{ID: "host", Text: "L’adresse du serveur Matomo", Example: "stats.example.org", Needed: true},
				{ID: "site", Text: "Le numéro du site dans Matomo", Example: "1"},
			},
			Settings: []desk.Parameter{
				{ID: "cnil-mode", Text: "Le mode de conformité CNIL est activé dans Matomo"},
				{ID: "anonymised-ip", Text: "Deux octets au moins des adresses IP sont retirés"},
			},
			Unknown: []string{"retention"},
			Tag: `<script type="text/plain" data-category="{category}" data-service="{service}">
  _paq.push(["setTrackerUrl", "https://{host}/matomo.php"], ["setSiteId", "{site}"], ["trackPageView"]);
</script>
<script type="text/plain" data-category="{category}" data-service="{service}" data-src="https://{host}/matomo.js" async></script>`,
		},
		{
			ID: "youtube", Name: "YouTube", Kind: "embed", Category: "third-party", Provider: "Google", Country: "US", Cookies: 9, Declared: true,
			Hosts:   []string{"www.youtube-nocookie.com", "i.ytimg.com", "www.google.com"},
			Purpose: "Lire des vidéos sans quitter le site. Google sait alors quelles vidéos vous regardez, et sur quelle page.",
			Tag:     `<iframe data-category="third-party" data-service="youtube" data-src="https://www.youtube-nocookie.com/embed/{video}"></iframe>`,
			Parameters: []desk.Parameter{
				{ID: "video", Text: "L’identifiant de la vidéo", Example: "aqz-KE-bpKQ"},
			},
		},
		{
			ID: "crisp", Name: "Crisp", Kind: "support", Category: "third-party", Provider: "Crisp IM SAS", Country: "FR", Cookies: 1,
			Hosts: []string{"client.crisp.chat"}, Purpose: "Parler avec l’équipe du site dans une fenêtre de discussion.",
			Tag: `<script type="text/plain" data-category="third-party" data-service="crisp" data-src="https://client.crisp.chat/l.js"></script>`,
		},
		{
			ID: "google-ads", Name: "Google Ads", Kind: "ads", Category: "advertising", Provider: "Google", Country: "US", Cookies: 4,
			Hosts: []string{"www.googletagmanager.com", "googleads.g.doubleclick.net"}, Purpose: "Savoir quelles annonces ont mené à un achat.",
			Unknown: []string{"lifetime of IDE"},
			Tag:     `<script type="text/plain" data-category="advertising" data-service="google-ads"></script>`,
		},
	}
}

// Offer is what an audit's report has to add.
func Offer() desk.Offer {
	return desk.Offer{
		ID: "o1", File: "report.json", Kind: "report", About: "https://www.example.fr, 12 pages, 2026-11-30",
		Items: []desk.OfferItem{
			{ID: "i1", Kind: desk.OfferService, Title: "Matomo", Lines: []string{"- use: matomo@1", "  with: { host: stats.example.fr }"}},
			{ID: "i2", Kind: desk.OfferSite, Title: "cdn.tracker.example", Todo: 3, Lines: []string{"- id: tracker", "  category: TODO", "  purpose:", "    fr: TODO", "    en: TODO", "  cookies:", `    - { name: "_trk", lifetime: 13 months }`}},
			{ID: "i3", Kind: desk.OfferCarryOver, Title: "klaro", Lines: []string{"carryOver:", "  banner: klaro"}},
		},
		Has:     []string{"Vimeo", "YouTube"},
		Remarks: []string{"https://www.example.fr/contact: the local storage entry \"draft\" comes from the site itself; no catalogue has to declare it"},
	}
}

// Translations are the texts of a catalogue in three languages, of which the third lacks some.
func Translations() desk.Translations {
	t := desk.Translations{Version: 7, Languages: []string{"fr", "en", "de"}, Missing: map[string]int{}}
	add := func(section, pointer, name, title string, most int, prose bool, texts ...string) {
		row := desk.Row{Pointer: pointer, Section: section, Name: name, Title: title, Most: most, Prose: prose}
		for i, language := range t.Languages {
			w := desk.Wording{Language: language, Pointer: pointer + "/" + language}
			value, otherwise, _ := strings.Cut(texts[i], "|")
			w.Value, w.Otherwise = value, otherwise
			if value+otherwise == "" {
				t.Missing[language]++
			}
			row.Texts = append(row.Texts, w)
		}
		t.Rows = append(t.Rows, row)
	}
	add("/site", "/site/name", "site.name", "", 0, false, "Le Portail", "The Portal", "Das Portal")
	add("/categories/0", "/categories/0/name", "category.name", "Mesure d’audience", 0, false, "Mesure d’audience", "Audience measurement", "Reichweitenmessung")
	add("/categories/0", "/categories/0/summary", "category.summary", "Mesure d’audience", 80, false, "compter les visites", "count visits", "")
	add("/categories/1", "/categories/1/name", "category.name", "Services tiers", 0, false, "Services tiers", "Third parties", "")
	add("/categories/1", "/categories/1/summary", "category.summary", "Services tiers", 40, false, "afficher des vidéos, des cartes et des contenus d’autres sites", "show videos and maps", "")
	add("/services/0", "/services/0/purpose", "service.purpose", "Vidéos (YouTube)", 0, true,
		"|Lire des vidéos sans quitter le site. Google sait alors quelles vidéos vous regardez, et sur quelle page.",
		"|Play videos without leaving the site. Google then knows which videos you watch, and on which page.", "")
	t.Rows = append(t.Rows, desk.Row{Section: "/services/0", Name: "cookie.purpose", Title: "YSC", Texts: []desk.Wording{
		{Language: "fr", Otherwise: "Vérifier que les requêtes viennent bien de votre visite"},
		{Language: "en", Otherwise: "Check that requests really come from your visit"},
		{Language: "de"},
	}})
	t.Missing["de"]++
	add("/words", "/words/acceptAll", "words.acceptAll", "", 20, false, "|Tout accepter", "|Accept all", "|Alle akzeptieren")
	return t
}

// Many are the texts of a catalogue of so many services, each with five texts in two languages.
func Many(services int) desk.Translations {
	t := desk.Translations{Version: 7, Languages: []string{"fr", "en"}, Missing: map[string]int{"en": services}}
	for i := range services {
		for j := range 5 {
			section := fmt.Sprintf("/services/%d", i)
			pointer := fmt.Sprintf("%s/cookies/%d/purpose", section, j)
			row := desk.Row{Pointer: pointer, Section: section, Name: "cookie.purpose", Title: fmt.Sprintf("Service %d", i)}
			for _, language := range t.Languages {
				w := desk.Wording{Language: language, Pointer: pointer + "/" + language, Value: fmt.Sprintf("Purpose %d of service %d", j, i)}
				if language == "en" && j == 0 {
					w.Value = ""
				}
				row.Texts = append(row.Texts, w)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// Effect is that of a new service on a catalogue.
func Effect() desk.Effect {
	return desk.Effect{
		Asks: "everybody",
		Says: []desk.Sentence{
			{Key: "says.everybody"},
			{Key: "says.because.serviceNew", Values: map[string]string{"service": "Matomo"}},
			{Key: "says.cookieLonger", Values: map[string]string{"bytes": "12"}},
			{Key: "says.noticeHeavier", Values: map[string]string{"bytes": "40"}},
		},
		Lines: []string{
			"@@ -38,6 +38,8 @@", "   services:", "     - use: youtube@1 # the videos of the home page", "-      category: third-party",
			"+      category: statistics", "+    - use: matomo@1", "+      with: { host: stats.example.org }", "", "   look:",
		},
	}
}
