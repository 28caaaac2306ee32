package reporttest

import (
	"crypto/sha256"
	"encoding/hex"

	"charte/web/audit/report"
)

// seen is evidence from one journey.
func seen(state report.State, page, request string, id int, by report.Initiator, milliseconds int) report.Evidence {
	return report.Evidence{State: state, Page: page, Request: request, RequestID: id, Initiator: by, Time: at(milliseconds)}
}

// place is a line of the example's catalogue.
func place(line, column int) *report.Place {
	return &report.Place{File: "catalogues/médiathèque.yaml", Line: line, Column: column}
}

// finding is a finding of a rule, with the rule's own severity, rows of law and remedy.
func finding(rule, subject, message string, evidence ...report.Evidence) report.Finding {
	of := report.RuleNamed(rule)
	sum := sha256.Sum256([]byte(rule + "\x00" + subject))
	return report.Finding{
		ID: hex.EncodeToString(sum[:8]), Rule: rule, Severity: of.Severity, Law: append([]string{}, of.Law...),
		Subject: subject, Message: message, Remedy: of.Help, Evidence: evidence,
	}
}

// findings are in the order of the rules, and of their subjects.
func findings() []report.Finding {
	all := append(withoutConsent(), ofCatalogue()...)
	return append(all, ofPages()...)
}

// withoutConsent are the findings of what happens without consent.
func withoutConsent() []report.Finding {
	ga := finding(report.RuleBefore, "cookie _ga", "The cookie _ga is stored before the visitor has answered.",
		seen(report.Before, home, "", 0, byTag, 1_800),
		seen(report.Before, contact, "", 0, byTag, 5_900))
	ga.Place = place(41, 7)
	tag := finding(report.RuleBefore, "host www.googletagmanager.com", "www.googletagmanager.com is called before the visitor has answered.",
		seen(report.Before, home, tagScript, 2, byPage, 400))
	tag.Element, tag.Remedy = byPage.Element, "Give the tag type=\"text/plain\" and data-category=\"statistics\"."
	odd := finding(report.RuleBefore, "localStorage préférences "+Odd, "The key préférences "+Odd+" is written to localStorage before the visitor has answered.",
		seen(report.Before, home, "", 0, byOwnScript, 900))
	// Fourteen pieces of evidence are more than some readers take.
	hits := finding(report.RuleRefused, "host www.google-analytics.com", "www.google-analytics.com is called although the visitor has refused.",
		seen(report.Refused, home, collect, 2, byTag, 22_000))
	for i := range 13 {
		hits.Evidence = append(hits.Evidence, seen(report.Refused, home, collect, 0, byTag, 22_100+100*i))
	}
	kept := finding(report.RuleKept, "cookie _fbp", "The cookie _fbp is still there after the visitor has withdrawn.",
		seen(report.Withdrawn, home, "", 0, byOwnScript, 84_000))
	kept.Place, kept.Known = place(58, 7), true
	ungated := finding(report.RuleUngated, "host www.openstreetmap.org", "A tag waits for consent, and another one loads from www.openstreetmap.org without waiting.",
		seen(report.Before, contact, "https://www.openstreetmap.org/assets/plan.js", 0, byPage, 5_650))
	ungated.Element = "footer > script"
	return []report.Finding{ga, tag, odd, hits, kept, ungated}
}

// ofCatalogue are the findings of what the catalogue says, or does not.
func ofCatalogue() []report.Finding {
	worker := finding(report.RuleUndeclared, "serviceWorker /sw.js", "The service worker /sw.js is not declared.",
		seen(report.Before, home, "", 0, byOwnScript, 1_200))
	family := finding(report.RuleUndeclared, "sessionStorage visite_*", "The keys visite_* of sessionStorage are not declared.",
		seen(report.Before, home, "", 0, byOwnScript, 950))
	family.Waived = &report.Waiver{Rule: report.RuleUndeclared, Subject: "sessionStorage visite_*", Reason: "Le prestataire l'enlève d'ici à Noël : ticket <n° 4711>.", Until: "2026-12-24"}
	uid := finding(report.RuleUndeclared, "cookie uid", "The cookie uid of .regie.example is not declared.",
		seen(report.Before, contact, pixel, 4, byHeader, 5_800))
	uid.Known = true
	necessary := finding(report.RuleNecessary, "service carte-thématique", "The service \"Carte thématique\" is called necessary, and px.regie.example is a tracker's.",
		seen(report.Before, contact, pixel, 4, byHeader, 5_600))
	necessary.Place = place(73, 5)
	canvas := finding(report.RuleFingerprint, "canvas www.mediatheque.example", "A script reads a canvas back without consent.",
		seen(report.Before, home, "", 0, byOwnScript, 1_500))
	cname := finding(report.RuleCNAME, "host stats.mediatheque.example", "stats.mediatheque.example is another name of mediatheque.eulerian.example.",
		seen(report.Before, contact, "https://stats.mediatheque.example/s.js", 5, byPage, 5_700))
	identifier := finding(report.RuleIdentifier, "host px.regie.example", "The parameter u of a request to px.regie.example is like an identifier.",
		seen(report.Before, contact, pixel, 4, byOwnScript, 5_600))
	return []report.Finding{uid, worker, family, necessary, canvas, cname, identifier}
}

// ofPages are the findings of pages, of lifetimes, and of what was not seen.
func ofPages() []report.Finding {
	missingBanner := finding(report.RuleBannerMissing, "page /agenda/ancien", "The page /agenda/ancien has no banner.",
		seen(report.Before, missing, "", 0, report.Initiator{}, 14_210))
	missingBanner.Element = "head"
	policy := finding(report.RulePolicy, "page /nous-contacter", "The page's Content-Security-Policy refuses charte.js: script-src-elem.",
		seen(report.Before, contact, "https://www.mediatheque.example/charte.js", 0, byPage, 5_100))
	thirteen := finding(report.RuleThirteen, "cookie _ga", "The cookie _ga lives 730 days, and CNIL allows 396.",
		seen(report.Accepted, home, "", 0, byTag, 61_900))
	thirteen.Place = place(41, 7)
	longer := finding(report.RuleLonger, "cookie _ga", "The cookie _ga lives 730 days, and the catalogue says 13 months.",
		seen(report.Accepted, home, "", 0, byTag, 61_900))
	longer.Place = place(44, 17)
	longer.Waived = &report.Waiver{Rule: report.RuleLonger, Subject: "cookie _ga", Reason: "Changed with the next release.", Until: "2026-11-30"}
	expired := finding(report.RuleWaiver, "waiver before-consent cookie _ga", "The waiver of before-consent for cookie _ga ended on 2026-10-31.")
	expired.Place = &report.Place{File: "waivers.yaml", Line: 2, Column: 3}
	unseen := finding(report.RuleUnseen, "cookie csrf_*", "The cookie csrf_* is declared, and was not seen.")
	unseen.Place = place(22, 7)
	gone := finding(report.RuleUnseen, "localStorage taille-du-texte", "The key taille-du-texte of localStorage is declared, and was not seen.")
	gone.Place = place(27, 7)
	return []report.Finding{missingBanner, policy, thirteen, longer, expired, unseen, gone}
}
