package main

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
)

// orejimeHead embeds Orejime as its README says: the configuration in a global
// variable, then the script and the style sheet. The script is deferred, as the other
// banners' are. Without defer it would only delay the page, since it starts its work
// when the document has been parsed.
func orejimeHead(s site, _ page) (string, error) {
	type object = map[string]any
	w := s.view.Words
	var purposes []object
	for _, c := range s.view.Categories {
		var services []object
		for _, service := range c.Services {
			erase := []string{}
			for _, cookie := range service.Cookies {
				if cookie.Kind == "" {
					erase = append(erase, orejimeName(cookie.Name))
				}
			}
			services = append(services, object{
				"id": service.ID, "title": service.Name, "description": html.EscapeString(service.Purpose),
				"cookies": erase, "isMandatory": c.Necessary, "isExempt": service.Exempt,
			})
		}
		purposes = append(purposes, object{"id": c.ID, "title": c.Name, "description": html.EscapeString(c.Description), "purposes": services})
	}
	config, err := json.Marshal(object{
		"privacyPolicyUrl": "/charte",
		"purposes":         purposes,
		"translations": object{
			"banner": object{
				"title":       w.Notice.Title,
				"description": fmt.Sprintf("%s %s. %s %s {privacyPolicy}.", w.Notice.Body, strings.Join(s.summaries(), ", "), w.Notice.Consequences, w.Notice.Kept),
				"accept":      w.AcceptAll, "decline": w.RefuseAll, "configure": w.Customise, "privacyPolicyLabel": w.Notice.Parties,
			},
			"modal": object{
				"title": w.Settings.Title, "description": w.Settings.Body + " {privacyPolicy}.", "privacyPolicyLabel": w.Charter.Link,
				"acceptAll": w.AcceptAll, "declineAll": w.RefuseAll, "save": w.Save, "close": w.Close,
			},
		},
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`<script>window.orejimeConfig=%s</script><script src="/peers/orejime-standard-fr.js" defer></script><link rel="stylesheet" href="/peers/orejime-standard.css">`, config), nil
}

// orejimeName returns the name of a cookie for Orejime. For a family of cookies it is a
// regular expression in a string.
func orejimeName(name string) string {
	if family, ok := strings.CutSuffix(name, "*"); ok {
		return "/^" + regexp.QuoteMeta(family) + "/"
	}
	return name
}
