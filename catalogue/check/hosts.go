package check

import (
	"slices"
	"strings"

	"charte/catalogue"
)

// maxHosts bounds the hosts of a service, and those of the site. The known service with the most
// has a third of it. A header has to hold them.
const maxHosts = 100

// guard checks what becomes of what no tag marks.
func (v *validator) guard(guard catalogue.Guard) {
	if guards := catalogue.Guards(); guard != "" && !slices.Contains(guards, guard) {
		v.add("site.guard", "site: guard %s is not known; there are %s, and without the key it is off", quote(guard), list(guards))
	}
}

// hosts checks the hosts of the site or of a service.
func (v *validator) hosts(path, label string, hosts []catalogue.Host) {
	if len(hosts) > maxHosts {
		v.add(path, "%s: %d hosts are declared, %d at most", label, len(hosts), maxHosts)
		return
	}
	kinds := catalogue.HostKinds()
	for i, host := range hosts {
		fault := hostFault(host.Host)
		switch {
		case fault != "":
			v.add(at(path, i)+".host", "%s: host %s %s", label, quote(host.Host), fault)
		case slices.Contains(hosts[:i], host):
			v.add(at(path, i)+".host", "%s: host %s is declared twice for the kind %s", label, quote(host.Host), quote(host.Kind))
		}
		if !slices.Contains(kinds, host.Kind) {
			v.add(at(path, i)+".kind", "%s: the kind of a host is one of %s, and not %s", label, list(kinds), quote(host.Kind))
		}
	}
}

// hostFault says what is wrong with a host of a service, or "" where nothing is. What it lets
// pass can stand in a Content-Security-Policy and in the configuration of any server.
func hostFault(host string) string {
	name := strings.TrimPrefix(host, "*.")
	switch {
	case host == "":
		return `is missing; write one such as "www.example.org" or "*.example.org"`
	case Undone(host):
		return "still says TODO"
	case strings.ContainsAny(host, "/@?#"):
		return "is an address; write its host alone, such as www.example.org"
	case strings.Contains(host, ":"):
		return "has a port; leave it out, a policy then has the usual ones"
	case host != strings.ToLower(host):
		return "must be in lower case"
	case strings.Contains(name, "*"):
		return `has a "*" elsewhere than in a "*." at its beginning`
	case !isHost(name):
		return `is not a host name such as "www.example.org" or "*.example.org"`
	case name != host && !strings.Contains(name, "."):
		return `stands for a whole top-level domain; write one such as "*.example.org"`
	}
	return ""
}
