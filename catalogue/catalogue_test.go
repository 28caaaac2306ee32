package catalogue

import "testing"

// valid returns a catalogue without problems, its own copy each time: a
// necessary category and two others, a first party and a third one.
func valid() *Catalogue {
	text := func(fr, en string) Text { return Text{"fr": fr, "en": en} }
	return &Catalogue{
		Site:      Site{Name: text("Portail", "Portal"), Controller: "Ville de Lyon", CharterURL: "/charte"},
		Languages: []Language{"fr", "en"},
		Charter: Charter{
			Title:        text("Charte cookies", "Cookie charter"),
			Introduction: text("Nous utilisons des cookies.", "We use cookies."),
			WhatTitle:    text("Qu'est ce qu'un cookie ?", "What is a cookie?"),
			What:         text("Un petit fichier.", "A small file."),
			KindsTitle:   text("Il en existe plusieurs types :", "There are several kinds:"),
		},
		Categories: []Category{
			{ID: "necessary", Necessary: true, Name: text("Nécessaires", "Necessary"), Summary: text("Fonctionner", "Work"), Description: text("Requis.", "Required."), TableTitle: text("Cookies nécessaires", "Necessary cookies")},
			{ID: "statistics", Name: text("Statistiques", "Statistics"), Summary: text("Mesurer", "Measure"), Description: text("Mesures.", "Measures.")},
			{ID: "third-party", Name: text("Tiers", "Third-party"), Summary: text("Vidéos", "Videos"), Description: text("Tiers.", "Others.")},
		},
		Providers: []Provider{
			{ID: "city", Name: "Ville de Lyon", FirstParty: true},
			{ID: "google", Name: "Google", PolicyURL: "https://policies.google.com/privacy"},
		},
		Services: []Service{
			{ID: "choice", Category: "necessary", Provider: "city", Name: text("Choix", "Choice"), Location: text("partout", "everywhere"), Cookies: []Cookie{
				{Name: "cookies_preferences", Purpose: text("Retenir", "Remember"), Lifetime: Lifetime{Count: 6, Unit: UnitMonth}},
			}},
			{ID: "matomo", Category: "statistics", Provider: "city", Exempt: true, Name: text("Matomo", "Matomo"), Purpose: text("Compter", "Count"), Cookies: []Cookie{
				{Name: "_pk_id*", Purpose: text("Compter", "Count"), Lifetime: Lifetime{Count: 13, Unit: UnitMonth}, Source: "https://matomo.org/faq/general/faq_146/", Checked: "2026-11-23"},
			}},
			{ID: "analytics", Category: "statistics", Provider: "google", Name: text("GA", "GA"), Purpose: text("Suivre", "Follow"), Cookies: []Cookie{
				{Name: "_ga", Kind: KindCookie, Purpose: text("Reconnaître", "Recognise"), Lifetime: Lifetime{Count: 2, Unit: UnitYear}},
				{Name: "_ga_*", Purpose: text("Suivre", "Follow"), Lifetime: Lifetime{Count: 2, Unit: UnitYear, UpTo: true}},
			}},
			{ID: "youtube", Category: "third-party", Provider: "google", Name: text("YouTube", "YouTube"), Purpose: text("Lire", "Play"), Cookies: []Cookie{
				{Name: "YSC", Purpose: text("Vérifier", "Check"), Lifetime: Lifetime{Unit: UnitSession}},
				{Name: "yt-player volume", Kind: KindLocalStorage, Purpose: text("Volume", "Volume"), Lifetime: Lifetime{Unit: UnitPersistent}},
				{Name: "yt-session", Kind: KindSessionStorage, Purpose: text("Lecture", "Playback"), Lifetime: Lifetime{Unit: UnitSession}},
			}},
			{ID: "maps", Category: "third-party", Provider: "google", Name: text("Cartes", "Maps"), Purpose: text("Situer", "Locate")}, // no cookie: it only gates a script
		},
		Words: map[Language]map[string]string{"fr": {"notice.title": "Cookies de {site}"}},
	}
}

func TestCovers(t *testing.T) {
	for _, test := range []struct {
		name, cookie, other string
		want                bool
	}{
		{"the same name", "_ga", "_ga", true},
		{"a longer name", "_ga", "_ga_X1", false},
		{"another case", "_ga", "_GA", false},
		{"a member of the family", "_ga_*", "_ga_X1", true},
		{"the bare prefix", "_pk_id*", "_pk_id", true},
		{"Matomo's real name", "_pk_id*", "_pk_id.1.1fff", true},
		{"outside the family", "_ga_*", "_ga", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (Cookie{Name: test.cookie}).Covers(test.other); got != test.want {
				t.Errorf("%q covers %q = %v, want %v", test.cookie, test.other, got, test.want)
			}
		})
	}
}

func TestAsks(t *testing.T) {
	want := map[ID]bool{"choice": false, "matomo": false, "analytics": true, "youtube": true, "maps": true}
	c := valid()
	for _, s := range c.Services {
		if got := c.Asks(s); got != want[s.ID] {
			t.Errorf("Asks(%s) = %v, want %v", s.ID, got, want[s.ID])
		}
	}
	if !c.Asks(Service{Category: "unheard-of"}) {
		t.Error("a service of no known category is not asked for, so it would run freely")
	}
}
