// Package cataloguetest holds a catalogue for the tests of several packages.
package cataloguetest

import "charte/catalogue"

// Valid returns a catalogue without problems: a necessary category and two
// others, a first party and a third party. Each call returns a new copy.
func Valid() *catalogue.Catalogue {
	text := func(fr, en string) catalogue.Text { return catalogue.Text{"fr": fr, "en": en} }
	return &catalogue.Catalogue{
		Site:      catalogue.Site{Name: text("Portail", "Portal"), Controller: "Ville de Lyon", CharterURL: "/charte"},
		Languages: []catalogue.Language{"fr", "en"},
		Charter: catalogue.Charter{
			Title:        text("Charte cookies", "Cookie charter"),
			Introduction: text("Nous utilisons des cookies.", "We use cookies."),
			WhatTitle:    text("Qu'est ce qu'un cookie ?", "What is a cookie?"),
			What:         text("Un petit fichier.", "A small file."),
			KindsTitle:   text("Il en existe plusieurs types :", "There are several kinds:"),
		},
		Categories: []catalogue.Category{
			{ID: "necessary", Necessary: true, Name: text("Nécessaires", "Necessary"), Summary: text("Fonctionner", "Work"), Description: text("Requis.", "Required."), TableTitle: text("Cookies nécessaires", "Necessary cookies")},
			{ID: "statistics", Name: text("Statistiques", "Statistics"), Summary: text("Mesurer", "Measure"), Description: text("Mesures.", "Measures.")},
			{ID: "third-party", Name: text("Tiers", "Third-party"), Summary: text("Vidéos", "Videos"), Description: text("Tiers.", "Others.")},
		},
		Providers: []catalogue.Provider{
			{ID: "city", Name: "Ville de Lyon", FirstParty: true},
			{ID: "google", Name: "Google", PolicyURL: "https://policies.google.com/privacy"},
		},
		Services: []catalogue.Service{
			{ID: "choice", Category: "necessary", Provider: "city", Name: text("Choix", "Choice"), Location: text("partout", "everywhere"), Cookies: []catalogue.Cookie{
				{Name: "cookies_preferences", Purpose: text("Retenir", "Remember"), Lifetime: catalogue.Lifetime{Count: 6, Unit: catalogue.UnitMonth}},
			}},
			{ID: "matomo", Category: "statistics", Provider: "city", Exempt: true, Name: text("Matomo", "Matomo"), Purpose: text("Compter", "Count"), Cookies: []catalogue.Cookie{
				{Name: "_pk_id*", Purpose: text("Compter", "Count"), Lifetime: catalogue.Lifetime{Count: 13, Unit: catalogue.UnitMonth}, Source: "https://matomo.org/faq/general/faq_146/", Checked: "2026-11-23"},
			}},
			{ID: "analytics", Category: "statistics", Provider: "google", Name: text("GA", "GA"), Purpose: text("Suivre", "Follow"), Cookies: []catalogue.Cookie{
				{Name: "_ga", Kind: catalogue.KindCookie, Purpose: text("Reconnaître", "Recognise"), Lifetime: catalogue.Lifetime{Count: 2, Unit: catalogue.UnitYear}},
				{Name: "_ga_*", Purpose: text("Suivre", "Follow"), Lifetime: catalogue.Lifetime{Count: 2, Unit: catalogue.UnitYear, UpTo: true}},
			}},
			{ID: "youtube", Category: "third-party", Provider: "google", Name: text("YouTube", "YouTube"), Purpose: text("Lire", "Play"), Cookies: []catalogue.Cookie{
				{Name: "YSC", Purpose: text("Vérifier", "Check"), Lifetime: catalogue.Lifetime{Unit: catalogue.UnitSession}},
				{Name: "yt-player volume", Kind: catalogue.KindLocalStorage, Purpose: text("Volume", "Volume"), Lifetime: catalogue.Lifetime{Unit: catalogue.UnitPersistent}},
				{Name: "yt-session", Kind: catalogue.KindSessionStorage, Purpose: text("Lecture", "Playback"), Lifetime: catalogue.Lifetime{Unit: catalogue.UnitSession}},
			}},
			{ID: "maps", Category: "third-party", Provider: "google", Name: text("Cartes", "Maps"), Purpose: text("Situer", "Locate")}, // no cookie: it only gates a script
		},
		Words: map[catalogue.Language]map[string]string{"fr": {"notice.title": "Cookies de {site}"}},
	}
}
