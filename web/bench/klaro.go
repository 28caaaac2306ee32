package main

import (
	"encoding/json"
	"fmt"
	"html"
)

// klaroHead embeds Klaro as its README says: the configuration in a global variable
// before the script, which has the style sheet and all languages in it, and is deferred.
// The configuration is in the page, which saves the request for config.js.
func klaroHead(s site, _ page) (string, error) {
	type object = map[string]any
	w := s.view.Words
	purposes := object{}
	var services []object
	for _, c := range s.view.Categories {
		purposes[c.ID] = object{"title": c.Name, "description": html.EscapeString(c.Description)}
		for _, service := range c.Services {
			erase := []string{}
			for _, cookie := range service.Cookies {
				if cookie.Kind == "" {
					erase = append(erase, patternOf(cookie.Name))
				}
			}
			services = append(services, object{
				"name": service.ID, "title": service.Name, "description": html.EscapeString(service.Purpose),
				"purposes": []string{c.ID}, "cookies": erase, "required": c.Necessary, "optOut": service.Exempt,
			})
		}
	}
	config, err := json.Marshal(object{
		"version": 1, "htmlTexts": true, "groupByPurpose": true, "acceptAll": true, "default": false, "showNoticeTitle": true,
		"lang": "fr", "services": services,
		"translations": object{"fr": object{
			"privacyPolicyUrl": "/charte",
			"consentNotice":    object{"title": html.EscapeString(w.Notice.Title), "description": s.paragraphs(), "learnMore": w.Customise},
			"consentModal":     object{"title": html.EscapeString(w.Settings.Title), "description": html.EscapeString(w.Settings.Body)},
			"ok":               w.AcceptAll, "acceptAll": w.AcceptAll, "decline": w.RefuseAll, "save": w.Save, "acceptSelected": w.Save, "close": w.Close,
			"purposes": purposes,
		}},
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`<script>var klaroConfig=%s</script><script defer src="/peers/klaro.js"></script>`, patterns(config)), nil
}
