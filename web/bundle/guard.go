package bundle

import (
	"encoding/json"
	"slices"

	"charte/catalogue"
)

// hostsModule writes the module charte:hosts of a catalogue: what release.js holds for the
// guard, with the services' hosts. It is empty where the guard is off.
func hostsModule(c *catalogue.Catalogue) string {
	if c.Site.Guard == "" {
		return "export {};\n"
	}
	// A host is [name, category, service], and one that the pages need anyway [name].
	hosts := [][]string{}
	add := func(host ...string) {
		if !slices.ContainsFunc(hosts, func(other []string) bool { return slices.Equal(other, host) }) { // a host may be declared once for each kind
			hosts = append(hosts, host)
		}
	}
	for _, host := range c.Site.Hosts {
		add(host.Host)
	}
	for _, s := range c.Services {
		for _, host := range s.Hosts {
			add(host.Host, string(s.Category), string(s.ID))
		}
	}
	data, err := json.Marshal(hosts)
	if err != nil {
		panic(err) // cannot happen: the hosts are lists of texts
	}
	return "import { finder } from './loader/unmarked.js';\nexport { undeclared } from './loader/undeclared.js';\n" +
		"export const unmarked = finder(" + string(data) + ");\n"
}
