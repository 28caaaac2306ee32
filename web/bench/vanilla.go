package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"

	"charte/catalogue"
)

// vanillaHead embeds vanilla-cookieconsent as its documentation says
// (https://cookieconsent.orestbida.com/essential/getting-started.html): the
// style sheet in the head, the configuration in a module. Two things are quicker than
// in the documentation. The script is deferred instead of imported by the module, so
// that it is fetched at once. And the module is inline in the page.
func vanillaHead(s site, p page) (string, error) {
	type object = map[string]any
	w := s.view.Words
	categories := object{}
	sections := []object{{"title": w.Settings.Title, "description": html.EscapeString(w.Settings.Body)}}
	for _, c := range s.view.Categories {
		services := object{}
		var rows []object
		for _, service := range c.Services {
			erase := []object{}
			for _, cookie := range service.Cookies {
				if cookie.Kind == "" {
					erase = append(erase, object{"name": patternOf(cookie.Name)})
				}
				rows = append(rows, vanillaRow(service, cookie))
			}
			if service.Asks {
				services[service.ID] = object{"label": html.EscapeString(service.Name), "cookies": erase}
			}
		}
		category := object{"services": services}
		if c.Necessary {
			category["enabled"], category["readOnly"] = true, true
		}
		categories[c.ID] = category
		section := object{"title": c.Name, "description": html.EscapeString(c.Description), "linkedCategory": c.ID}
		if p.list != demo { // the pages that measure the list of cookies
			section["cookieTable"] = object{"caption": c.TableTitle, "body": rows, "headers": object{
				"provider": w.List.Provider, "service": w.List.Service, "name": w.List.Cookie, "purpose": w.List.Purpose, "lifetime": w.List.Lifetime,
			}}
		}
		sections = append(sections, section)
	}
	config, err := json.Marshal(object{
		// A browser under a driver counts as a robot, and robots get no banner.
		"hideFromBots": false,
		"categories":   categories,
		"language": object{"default": "fr", "translations": object{"fr": object{
			"consentModal": object{
				"title": html.EscapeString(w.Notice.Title), "description": s.paragraphs(),
				"acceptAllBtn": w.AcceptAll, "acceptNecessaryBtn": w.RefuseAll, "showPreferencesBtn": w.Customise,
			},
			"preferencesModal": object{
				"title": html.EscapeString(w.Settings.Title), "closeIconLabel": w.Close, "sections": sections,
				"acceptAllBtn": w.AcceptAll, "acceptNecessaryBtn": w.RefuseAll, "savePreferencesBtn": w.Save,
			},
		}}},
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`<link rel="stylesheet" href="/peers/cookieconsent.css"><script src="/peers/cookieconsent.umd.js" defer></script><script type="module">CookieConsent.run(%s)</script>`, patterns(config)), nil
}

// familyPattern finds the families of cookies in a configuration's JSON.
var familyPattern = regexp.MustCompile(`"family:[^"]*"`)

// patterns replaces the families of cookies in a configuration's JSON by regular
// expressions, which JSON does not have.
func patterns(config []byte) []byte {
	return familyPattern.ReplaceAllFunc(config, func(quoted []byte) []byte {
		return []byte("/^" + string(bytes.Trim(quoted, `"`)[len("family:"):]) + "/")
	})
}

// patternOf returns the name of a cookie for such a configuration. A family of cookies
// is marked.
func patternOf(name string) string {
	if family, ok := strings.CutSuffix(name, "*"); ok {
		return "family:" + regexp.QuoteMeta(family)
	}
	return name
}

func vanillaRow(s catalogue.ServiceView, c catalogue.CookieView) map[string]any {
	return map[string]any{"provider": html.EscapeString(s.Provider), "service": html.EscapeString(s.Name), "name": c.Name, "purpose": html.EscapeString(c.Purpose), "lifetime": c.Lifetime}
}
