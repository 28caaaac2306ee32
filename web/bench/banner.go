package main

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"

	"charte/web/npm"
	"charte/web/static"
)

// A banner is one of those that are compared, or stands for the page without a banner.
type banner struct {
	ID      string      // in addresses and in the JSON report
	Name    string      // in the table
	release npm.Release // of a peer; empty for the others

	// files brings the files of a peer that a site has to bundle. It is nil where the
	// release has them.
	files func(context.Context) (map[string][]byte, error)

	// head is what a site pastes into its <head>.
	head func(site, page) (string, error)

	// gate writes an inline script with the code, which waits for consent to the
	// site's gated service.
	gate func(s site, code string) string

	// manage is the attribute that makes a button of the page open the
	// settings. open is JavaScript that does the same.
	manage, open string

	// Selectors, in the notation of package browser. save is in the settings. c15t's
	// settings have no button that only closes them.
	notice, accept, refuse, settings, save, closeSettings string

	// answers is JavaScript that is true when a click on the notice counts. It is empty
	// where that is as soon as the notice is visible.
	answers string

	// watch is JavaScript that reports a changed answer to the probe. It is empty
	// where the banner tells the page by an event that the probe listens for.
	watch string
}

var (
	charte = &banner{
		ID: "charte", Name: "Charte",
		head: func(s site, p page) (string, error) {
			if p.inline {
				return fmt.Sprintf(`<script data-base="/%s/">%s</script>`, p.list, static.Inlined(s.bundle.Files["charte.js"].Data)), nil
			}
			load := ""
			if p.load != "" {
				load = fmt.Sprintf(" data-load=%q", p.load)
			}
			if p.tag.atEnd {
				return "", nil // it stands where page.html puts it
			}
			return p.tag.script(p.list, load), nil
		},
		gate:          textPlain,
		manage:        `data-charte="open"`,
		open:          "charte.open()",
		notice:        "charte-banner >>> [data-charte=notice]",
		accept:        "charte-banner >>> [data-charte=notice] [data-charte=accept-all]",
		refuse:        "charte-banner >>> [data-charte=notice] [data-charte=refuse-all]",
		settings:      "charte-banner >>> [data-charte=settings]",
		save:          "charte-banner >>> [data-charte=settings] [data-charte=save]",
		closeSettings: "charte-banner >>> [data-charte=settings] [data-charte=close]",
	}

	orejime = &banner{
		ID: "orejime", Name: "Orejime " + orejimeRelease.Version, release: orejimeRelease,
		head: orejimeHead,
		gate: func(s site, code string) string {
			return fmt.Sprintf(`<template data-purpose="%s"><script>%s</script></template>`, s.gated.ID, code)
		},
		manage:        `onclick="orejime.prompt()"`,
		open:          "orejime.prompt()",
		notice:        ".orejime-Banner",
		accept:        ".orejime-Banner-saveButton",
		refuse:        ".orejime-Banner-declineButton",
		settings:      ".orejime-Modal",
		save:          ".orejime-Modal-saveButton",
		closeSettings: ".orejime-Modal-closeButton",
		watch:         `orejime.manager.on("update", () => bench.change())`,
	}

	vanilla = &banner{
		ID: "vanilla-cookieconsent", Name: "vanilla-cookieconsent " + vanillaRelease.Version, release: vanillaRelease,
		head:          vanillaHead,
		gate:          textPlain,
		manage:        `data-cc="show-preferencesModal"`,
		open:          "CookieConsent.showPreferences()",
		notice:        "#cc-main .cm",
		accept:        "#cc-main .cm [data-role=all]",
		refuse:        "#cc-main .cm [data-role=necessary]",
		settings:      "#cc-main .pm",
		save:          "#cc-main .pm [data-role=save]",
		closeSettings: "#cc-main .pm__close-btn",
	}

	klaro = &banner{
		ID: "klaro", Name: "Klaro " + klaroRelease.Version, release: klaroRelease,
		head: klaroHead,
		gate: func(s site, code string) string {
			return fmt.Sprintf(`<script type="text/plain" data-type="text/javascript" data-name="%s">%s</script>`, s.gated.ID, code)
		},
		manage:        `onclick="return klaro.show(undefined, true)"`,
		open:          "klaro.show(undefined, true)",
		notice:        ".klaro .cookie-notice",
		accept:        ".klaro .cookie-notice .cm-btn-success",
		refuse:        ".klaro .cookie-notice .cn-decline",
		settings:      ".klaro .cm-modal",
		save:          ".klaro .cm-modal .cm-btn-accept",
		closeSettings: ".klaro .cm-modal .hide",
		watch:         `klaro.getManager().watch({update: (_, name) => name === "saveConsents" && bench.change()})`,
	}

	tarteaucitron = &banner{
		ID: "tarteaucitron", Name: "tarteaucitron " + tarteaucitronRelease.Version, release: tarteaucitronRelease,
		head: tarteaucitronHead,
		// A gated script is in the configuration. So of several only the last runs.
		gate: func(_ site, code string) string {
			return fmt.Sprintf("<script>var gated=()=>{%s}</script>", code)
		},
		manage:        `onclick="tarteaucitron.userInterface.openPanel()"`,
		open:          "tarteaucitron.userInterface.openPanel()",
		notice:        "#tarteaucitronAlertBig",
		accept:        "#tarteaucitronPersonalize2",
		refuse:        "#tarteaucitronAllDenied2",
		settings:      "#tarteaucitron",
		save:          "#tarteaucitronSaveButton",
		closeSettings: "#tarteaucitronClosePanel",
		watch:         `document.addEventListener("tac.consent_updated", bench.change)`,
		answers:       "window.tarteaucitronAnswers",
	}

	c15t = &banner{
		ID: "c15t", Name: "c15t " + c15tReleases[0].Version, release: c15tReleases[0], files: c15tFiles,
		head: c15tHead,
		gate: func(_ site, code string) string {
			return fmt.Sprintf("<script>var gated=()=>{%s}</script>", code)
		},
		manage:   `onclick="openC15t()"`,
		open:     "openC15t()",
		notice:   "[data-testid=consent-banner-card]",
		accept:   "[data-testid=consent-banner-accept-button]",
		refuse:   "[data-testid=consent-banner-reject-button]",
		settings: "[data-testid=consent-dialog-card]",
		save:     "[data-testid=consent-widget-footer-save-button]",
	}

	// none is the page without a banner. It shows what the page itself costs.
	none = &banner{
		ID: "none", Name: "no banner",
		head: func(site, page) (string, error) { return "", nil },
		gate: textPlain,
	}
)

// banners are the columns of the table. peers are the banners that Charte's targets
// compare it with, and all are Charte and these peers. secondRound are more peers, in a
// table of their own, and everyone is Charte and all peers.
var (
	banners     = []*banner{charte, orejime, vanilla, none}
	peers       = []*banner{orejime, vanilla}
	all         = []*banner{charte, orejime, vanilla}
	secondRound = []*banner{klaro, tarteaucitron, c15t}
	everyone    = append(slices.Clone(all), secondRound...)
)

// textPlain gates a script in the way that most banners share.
func textPlain(s site, code string) string {
	return fmt.Sprintf(`<script type="text/plain" data-category="%s" data-service="%s">%s</script>`, s.category.ID, s.gated.ID, code)
}

// paragraphs returns the notice's text without its title, as HTML for the peers that
// take HTML.
func (s site) paragraphs() string {
	w := s.view.Words.Notice
	items := ""
	for _, summary := range s.summaries() {
		items += "<li>" + html.EscapeString(summary) + "</li>"
	}
	return fmt.Sprintf(`<p>%s</p><ul>%s</ul><p>%s %s <a href="/charte">%s</a></p>`,
		html.EscapeString(w.Body), items, html.EscapeString(w.Consequences), html.EscapeString(w.Kept), html.EscapeString(w.Parties))
}

// plainNotice returns the same text without HTML.
func (s site) plainNotice() string {
	w := s.view.Words.Notice
	return fmt.Sprintf("%s %s. %s %s", w.Body, strings.Join(s.summaries(), ", "), w.Consequences, w.Kept)
}

// summaries returns a line for each category that asks for consent.
func (s site) summaries() []string {
	var lines []string
	for _, c := range s.view.Categories {
		if c.Asks() {
			lines = append(lines, c.Summary)
		}
	}
	return lines
}
