package bundle

import (
	"charte/banner/consent"
	"charte/catalogue"
)

// siteData is what the loader knows of a catalogue: enough to keep the gate,
// and to show the first layer in the catalogue's first language. Everything in
// it is paid for by every visitor.
func siteData(o Options, view *catalogue.View, l look) (map[string]any, error) {
	site := policyData(consent.PolicyOf(view))
	css, err := minifiedCSS("styles/notice.css", l)
	if err != nil {
		return nil, err
	}
	site["suffix"] = consent.Attributes(view.CookieDomain, false)
	site["charter"] = charterURL(o.Catalogue, view)
	site["langs"] = o.Catalogue.Languages
	site["css"] = css
	site["saved"] = view.Words.Settings.Saved
	site["manage"] = view.Words.Manage
	site["unavailable"] = view.Words.Settings.Unavailable
	site["reloads"] = !view.KeepAfterWithdrawal
	site["objects"] = objection(view)
	site["tree"], err = notice(view, charterURL(o.Catalogue, view))
	return site, err
}

// policyData is the policy as the loader has it.
func policyData(p consent.Policy) map[string]any {
	return map[string]any{"rev": p.Revision, "policy": compactPolicy(p)}
}

// compactPolicy writes a policy as nested arrays:
// [category, necessary, [[service, asks, cookies, local, session], …]], where asks is
// 1, 0 for what is exempt, or "" for what is necessary.
func compactPolicy(p consent.Policy) []any {
	flag := map[bool]int{true: 1}
	var policy []any
	for _, c := range p.Categories {
		services := []any{}
		for _, s := range c.Services {
			entries := map[catalogue.Kind][]string{}
			for _, e := range s.Cookies {
				entries[e.Kind] = append(entries[e.Kind], e.Name)
			}
			service := []any{s.ID, any(flag[s.Asks])}
			if c.Necessary {
				service[1] = ""
			}
			byKind := [][]string{entries[""], entries[catalogue.KindLocalStorage], entries[catalogue.KindSessionStorage]}
			for len(byKind) > 0 && byKind[len(byKind)-1] == nil {
				byKind = byKind[:len(byKind)-1]
			}
			for _, names := range byKind {
				service = append(service, append([]string{}, names...))
			}
			services = append(services, service)
		}
		policy = append(policy, []any{c.ID, flag[c.Necessary], services})
	}
	return policy
}
