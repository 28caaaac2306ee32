package main

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
)

// tarteaucitronTypes are the types of services that tarteaucitron has. A site cannot add
// any, but can rename them.
var tarteaucitronTypes = []string{"analytic", "other", "ads", "social", "video", "support", "comment", "api"}

// tarteaucitronHead embeds tarteaucitron as its README says: the script, and a second one
// that configures it and adds the services. As with vanilla-cookieconsent, the first is
// deferred and the second a module, so that neither stops the page. The script fetches
// its style sheet, its words and its list of services itself, after the load event. It
// has no list for the necessary services, but a sentence about them.
func tarteaucitronHead(s site, _ page) (string, error) {
	type object = map[string]any
	w := s.view.Words
	// Its bar would put paragraphs beside each other.
	texts := object{
		"middleBarHead": html.EscapeString(w.Notice.Title), "alertBigPrivacy": html.EscapeString(s.plainNotice()), "title": w.Settings.Title, "info": w.Settings.Title,
		"disclaimer": html.EscapeString(w.Settings.Body), "acceptAll": w.AcceptAll, "denyAll": w.RefuseAll, "allowAll": w.AcceptAll, "personalize": w.Customise,
		"close": w.Close, "save": w.Save,
	}
	var services, jobs []string
	used := 0
	for _, c := range s.view.Categories {
		if c.Necessary {
			continue
		}
		if used == len(tarteaucitronTypes) {
			return "", fmt.Errorf("tarteaucitron has %d types of services, and the catalogue has more categories", used)
		}
		kind := tarteaucitronTypes[used]
		used++
		texts[kind] = object{"title": c.Name, "details": html.EscapeString(c.Description)}
		for _, service := range c.Services {
			erase := []string{}
			for _, cookie := range service.Cookies {
				if cookie.Kind == "" {
					erase = append(erase, cookie.Name)
				}
			}
			// Its own service of the same name, such as matomo, would replace this one.
			key := "site-" + service.ID
			// Without safeanalytic, refusing all would stop an exempt service, and for that
			// load the page anew.
			declared, err := json.Marshal(object{
				"key": key, "type": kind, "name": service.Name, "needConsent": !service.Exempt, "safeanalytic": service.Exempt, "cookies": erase, "uri": "/charte",
			})
			if err != nil {
				return "", err
			}
			run := ""
			if service.ID == s.gated.ID {
				run = "gated?.()" // the banner's gate defines it
			}
			services = append(services, fmt.Sprintf(`tarteaucitron.services[%q]={...%s,js(){%s},fallback(){}};`, key, declared, run))
			jobs = append(jobs, fmt.Sprintf("tarteaucitron.job.push(%q);", key))
		}
	}
	config, err := json.Marshal(object{"privacyUrl": "/charte", "orientation": "bottom", "showTitleBanner": true, "showIcon": false})
	if err != nil {
		return "", err
	}
	words, err := json.Marshal(texts)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`<script>var tarteaucitronCustomText=%s</script><script src="/peers/tarteaucitron.min.js" defer></script>`+
		`<script type="module">tarteaucitron.events.load=()=>window.tarteaucitronAnswers=true;tarteaucitron.init(%s);%starteaucitron.job=tarteaucitron.job||[];%s</script>`,
		words, config, strings.Join(services, ""), strings.Join(jobs, "")), nil
}
