// Package reporttest is a report for tests: it has something of everything that a report can hold.
package reporttest

import (
	"time"

	"charte/web/audit/report"
)

// The addresses of the example.
const (
	home      = "https://www.mediatheque.example/"
	contact   = "https://www.mediatheque.example/nous-contacter?sujet=horaires&lieu=Forêt"
	missing   = "https://www.mediatheque.example/agenda/ancien"
	tagScript = "https://www.googletagmanager.com/gtag/js?id=G-1A2B3C"
	collect   = "https://www.google-analytics.com/g/collect?v=2&cid=sha256:9f86d081884c&dl=https%3A%2F%2Fwww.mediatheque.example%2F"
	ownScript = "https://www.mediatheque.example/js/l'été & <co>.js"
	video     = "https://www.youtube.com/embed/abc"
	pixel     = "https://px.regie.example/1x1.gif?u=sha256:2c26b46b68ff"
)

// Odd is text that a careless writer of HTML, XML, JSON or of a terminal's text gets wrong. It is
// in a title, a name, a value and a message of the example.
const Odd = "<script>alert(\"1 & 'deux'\")</script> ]]> \x1b[31mrouge\x1b[0m \x01\x7f\u0085 \u202eà l'envers\u2028 {0} [a](b) \\ 😀"

// Example returns a new report of a library's site: four journeys, each rule of [report.Rules] at
// least once, findings that are known or waived, and notes. Two calls return equal reports.
func Example() *report.Report {
	return &report.Report{
		Version:   report.Version,
		Charte:    "v1.4.0",
		Browser:   "Chrome/156.0.7900.12",
		Site:      home,
		Catalogue: &report.Catalogue{File: "catalogues/médiathèque.yaml", Revision: "k3f7ab"},
		Began:     at(0),
		Ended:     at(95_250),
		Cut:       "The audit was cut short: the budget of 1m30s was used up.",
		Journeys:  []report.Journey{before(), refused(), accepted(), withdrawn()},
		Services:  services(),
		Findings:  findings(),
		Notes: []report.Note{
			{State: report.Before, Page: missing, Text: "The page answered with status 404, and was looked at all the same."},
			{State: report.Accepted, Page: "https://www.mediatheque.example/plan.pdf", Text: "The address is a download, and no page."},
			{Text: "robots.txt could not be read: " + Odd + "."},
		},
	}
}

// at is a moment of the audit.
func at(milliseconds int) time.Time {
	return time.Date(2026, time.November, 2, 8, 30, 0, 0, time.UTC).Add(time.Duration(milliseconds) * time.Millisecond)
}

// page is a visit that went well.
func page(url, title string, began int, banner string) report.Page {
	return report.Page{
		URL: url, At: url, Title: title, Began: at(began), Ended: at(began + 4_210),
		Status: 200, Quiet: true, Banner: banner,
	}
}

// The ways in which the example's entries and requests come about.
var (
	byTag = report.Initiator{
		Kind: "script", URL: tagScript, Line: 214, Column: 17,
		Chain: []string{tagScript, home},
	}
	byPage = report.Initiator{
		Kind: "parser", URL: home, Line: 31, Column: 5, Element: `head > script[src*="gtag"]`,
		Chain: []string{home},
	}
	byOwnScript = report.Initiator{Kind: "script", URL: ownScript, Line: 3, Column: 1, Chain: []string{ownScript, home}}
	byHeader    = report.Initiator{Kind: "header", URL: pixel, Chain: []string{pixel, contact}}
)

// session is a cookie that the catalogue declares as necessary.
func session(began int) report.Entry {
	return report.Entry{
		Kind: report.Cookie, Name: "PHPSESSID", Host: "www.mediatheque.example", Value: "sha256:0b14d501a594",
		Path: "/", HTTPOnly: true, Secure: true, SameSite: "Lax", First: at(began),
		Initiator: report.Initiator{Kind: "header", URL: home}, Request: 1, Left: true,
	}
}

// answer is Charte's own cookie.
func answer(began int) report.Entry {
	return report.Entry{
		Kind: report.Cookie, Name: "cookies_preferences", Host: "www.mediatheque.example", Value: "sha256:6b86b273ff34",
		Path: "/", Secure: true, SameSite: "Lax", LifetimeS: 182 * 24 * 60 * 60, First: at(began),
		Initiator: report.Initiator{Kind: "script", URL: "https://www.mediatheque.example/charte.js", Line: 1, Column: 20_411}, Left: true,
	}
}

// document is the request for a journey's first page.
func document(began int) report.Request {
	return report.Request{
		ID: 1, Time: at(began), Method: "GET", URL: home, Host: "www.mediatheque.example", Type: "document", Status: 200,
		Initiator: report.Initiator{Kind: "user"},
	}
}

// hit is what an audience measurement sends.
func hit(id, page, began int) report.Request {
	return report.Request{
		ID: id, Page: page, Time: at(began), Method: "POST", URL: collect, Host: "www.google-analytics.com",
		Type: "beacon", ThirdParty: true, Status: 204, Initiator: byTag,
		Sent: []report.Identifier{{Where: "query", Name: "cid", Value: "sha256:9f86d081884c", Of: "cookie _ga"}},
	}
}

// before is the journey without an answer, in which most goes wrong.
func before() report.Journey {
	first := page(home, "Médiathèque de la Forêt "+Odd, 200, "charte")
	first.Picture = "before-1.png"
	first.Gated = []report.Gated{
		{Element: "#plan > iframe", Category: "personalisation", Service: "openstreetmap", URL: "https://www.openstreetmap.org/export/embed.html"},
		{Element: "body > script:nth-of-type(4)", Category: "statistics"},
	}
	second := page(contact, "Nous contacter — l'équipe", 5_000, "charte")
	second.Blocked = []report.Blocked{{Directive: "script-src-elem", URL: "https://www.mediatheque.example/charte.js"}, {Directive: "script-src", URL: "wasm-eval"}}
	third := page(missing, "", 10_000, "")
	third.Status, third.Quiet = 404, false
	return report.Journey{
		State: report.Before,
		Pages: []report.Page{first, second, third},
		Requests: []report.Request{
			document(210),
			{ID: 2, Time: at(400), Method: "GET", URL: tagScript, Host: "www.googletagmanager.com", Type: "script", ThirdParty: true, Status: 200, Initiator: byPage},
			hit(3, 0, 1_900),
			{ID: 4, Page: 1, Time: at(5_600), Method: "GET", URL: pixel, Host: "px.regie.example", Type: "pixel", ThirdParty: true, Status: 200,
				Initiator: report.Initiator{Kind: "script", URL: ownScript, Line: 9, Column: 2, Chain: []string{ownScript, contact}},
				Sent:      []report.Identifier{{Where: "query", Name: "u", Value: "sha256:2c26b46b68ff"}}},
			{ID: 5, Page: 1, Time: at(5_700), Method: "GET", URL: "https://stats.mediatheque.example/s.js", Host: "stats.mediatheque.example", Type: "script", Status: 200,
				Initiator: byPage, CNAME: "mediatheque.eulerian.example"},
			{ID: 6, Page: 2, Time: at(10_900), Method: "GET", URL: "wss://live.regie.example/flux", Host: "live.regie.example", Type: "websocket", ThirdParty: true, Initiator: byOwnScript},
		},
		Entries: []report.Entry{
			session(300),
			{Kind: report.Cookie, Name: "_ga", Host: ".mediatheque.example", Value: "sha256:9f86d081884c", Path: "/", LifetimeS: 730 * 24 * 60 * 60,
				First: at(1_800), Initiator: byTag, Left: true},
			{Kind: report.Cookie, Name: "uid", Host: ".regie.example", ThirdParty: true, Value: "sha256:2c26b46b68ff", Path: "/", Secure: true, SameSite: "None",
				Partitioned: true, HTTPOnly: true, LifetimeS: 400 * 24 * 60 * 60, First: at(5_800), Page: 1, Initiator: byHeader, Request: 4, Left: true},
			{Kind: report.LocalStorage, Name: "préférences " + Odd, Host: home, Value: "sha256:e3b0c44298fc", LifetimeS: -1, First: at(900), Initiator: byOwnScript, Left: true},
			{Kind: report.SessionStorage, Name: "visite_*", Names: []string{"visite_17", "visite_18", "visite_19"}, Host: home, Value: "sha256:4e07408562be", First: at(950), Initiator: byOwnScript, Left: true},
			{Kind: report.IndexedDB, Name: "fiches", Host: home, LifetimeS: -1, First: at(1_000), Initiator: byOwnScript, Left: true},
			{Kind: report.CacheStorage, Name: "pages-v2", Host: home, LifetimeS: -1, First: at(1_100), Initiator: byOwnScript},
			{Kind: report.ServiceWorker, Name: home + "sw.js", Host: home, LifetimeS: -1, First: at(1_200), Initiator: byOwnScript, Left: true},
		},
		Calls: []report.Call{
			{Kind: "canvas", What: "HTMLCanvasElement.toDataURL", Time: at(1_500), Initiator: byOwnScript},
			{Kind: "audio", What: "OfflineAudioContext.startRendering", Page: 1, Time: at(5_900), Initiator: byOwnScript},
			{Kind: "font", What: "CanvasRenderingContext2D.measureText", Page: 1, Time: at(5_950), Initiator: byOwnScript},
		},
	}
}

// refused is the journey after a refusal.
func refused() report.Journey {
	first := page(home, "Médiathèque de la Forêt", 20_000, "charte")
	first.Picture = "refused-1.png"
	lost := report.Page{URL: contact, At: contact, Began: at(25_000), Ended: at(55_000), Error: "The page did not answer within 30 seconds."}
	return report.Journey{
		State: report.Refused, Answer: "charte",
		Pages:    []report.Page{first, lost},
		Requests: []report.Request{document(20_010), hit(2, 0, 22_000)},
		Entries:  []report.Entry{session(20_100), answer(21_000)},
	}
}

// accepted is the journey after everything was accepted, with another banner's rule.
func accepted() report.Journey {
	first := page(home, "Médiathèque de la Forêt", 60_000, "tarteaucitron")
	first.At, first.Picture = home+"accueil", "accepted-1.png"
	return report.Journey{
		State: report.Accepted, Answer: "autoconsent tarteaucitron",
		Pages: []report.Page{first},
		Requests: []report.Request{
			document(60_010),
			{ID: 2, Time: at(61_500), Method: "GET", URL: video, Host: "www.youtube.com", Type: "frame", ThirdParty: true, Status: 200,
				Initiator: report.Initiator{Kind: "parser", URL: home, Line: 80, Column: 9, Element: "#vidéo > iframe", Chain: []string{home}}},
			hit(3, 0, 62_000),
		},
		Entries: []report.Entry{
			session(60_100), answer(61_000),
			{Kind: report.Cookie, Name: "_ga", Host: ".mediatheque.example", Value: "sha256:5994471abb01", Path: "/", LifetimeS: 730 * 24 * 60 * 60,
				First: at(61_900), Initiator: byTag, Left: true},
		},
	}
}

// withdrawn is the journey after a withdrawal.
func withdrawn() report.Journey {
	first := page(home, "Médiathèque de la Forêt", 80_000, "charte")
	first.Picture = "withdrawn-1.png"
	return report.Journey{
		State: report.Withdrawn, Answer: "charte",
		Pages:    []report.Page{first},
		Requests: []report.Request{document(80_010)},
		Entries: []report.Entry{
			session(80_100), answer(81_000),
			{Kind: report.Cookie, Name: "_fbp", Host: ".mediatheque.example", Value: "sha256:ef2d127de37b", Path: "/espace", LifetimeS: 90 * 24 * 60 * 60,
				First: at(62_100), Initiator: byOwnScript, Left: true},
		},
	}
}

func services() []report.Service {
	return []report.Service{
		{ID: "google-analytics", Name: "Google Analytics", Edition: 1, Hosts: []string{"www.google-analytics.com", "www.googletagmanager.com"},
			Entries: []string{"cookie _ga"}, States: []report.State{report.Before, report.Refused, report.Accepted}},
		{ID: "youtube", Name: "YouTube", Edition: 1, Hosts: []string{"www.youtube.com"}, States: []report.State{report.Accepted}},
	}
}
