package bundle

import (
	"maps"
	"slices"

	"charte/banner/consent"
	"charte/catalogue"
)

// siteData returns what the loader knows of a catalogue: enough to hold back what needs
// consent, and to show the first layer in the catalogue's first language. Every visitor
// downloads all of it.
func siteData(o Options, view *catalogue.View, l look) (map[string]any, error) {
	site := policyData(consent.PolicyOf(view))
	site["suffix"] = consent.Attributes(view.CookieDomain, false)
	site["charter"] = charterURL(o.Catalogue, view)
	site["langs"] = o.Catalogue.Languages
	site["saved"] = view.Words.Settings.Saved
	site["manage"] = view.Words.Manage
	site["unavailable"] = view.Words.Settings.Unavailable
	site["reloads"] = !view.KeepAfterWithdrawal
	site["figures"] = o.Catalogue.Site.Figures
	maps.Copy(site, silence(o, view))
	tree, err := notice(view, charterURL(o.Catalogue, view))
	site["tree"] = tree
	return site, err
}

// policyData returns the policy as the loader has it: as lists, because every page would
// download the keys of objects. A category is [id, necessary, services], a service
// [id, asks, cookies, localStorage, sessionStorage, indexedDB], without the empty lists at its
// end.
// loader/consent.js makes objects of them.
func policyData(p consent.Policy) map[string]any {
	kinds := []catalogue.Kind{"", catalogue.KindLocalStorage, catalogue.KindSessionStorage, catalogue.KindIndexedDB}
	var policy []any
	for _, c := range p.Categories {
		services := []any{}
		for _, s := range c.Services {
			service := []any{s.ID, s.Asks}
			for i, kind := range kinds {
				names := []string{}
				for _, entry := range s.Cookies {
					if entry.Kind == kind {
						names = append(names, entry.Name)
					}
				}
				if rest := kinds[i:]; slices.ContainsFunc(s.Cookies, func(e consent.Entry) bool { return slices.Contains(rest, e.Kind) }) {
					service = append(service, names)
				}
			}
			services = append(services, service)
		}
		policy = append(policy, []any{c.ID, c.Necessary, services})
	}
	return map[string]any{"rev": p.Revision, "policy": policy}
}
