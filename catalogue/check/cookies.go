package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"charte/catalogue"
)

// familyBytes is how many bytes a family must have before its "*", at least. "_*"
// would cover the cookies of half of the web.
const familyBytes = 3

// cookie checks an entry of a service. of names the service in messages. category
// is nil if the service names one that is not declared.
func (v *validator) cookie(path, of string, service *catalogue.Service, category *catalogue.Category, cookie *catalogue.Cookie) {
	label := "cookie " + quote(cookie.Name)
	if cookie.Name == "" || Undone(cookie.Name) {
		label = of + ": a cookie"
	}
	kind := cookie.Kind.OrCookie()
	switch kind {
	case catalogue.KindCookie, catalogue.KindLocalStorage, catalogue.KindSessionStorage, catalogue.KindIndexedDB:
		if fault := nameFault(kind, cookie.Name); fault != "" {
			v.add(path+".name", "%s %s", label, fault)
		}
	default:
		v.add(path+".kind", "%s: kind %s is none of cookie, localStorage, sessionStorage, indexedDB", label, quote(kind))
	}
	if cookie.Name == catalogue.AnswerCookie && kind == catalogue.KindCookie && category != nil && !category.Necessary {
		v.add(path+".name", "%s holds the visitor's answer, so its service belongs to a necessary category", label)
	}
	v.text(path+".purpose", label+": purpose", cookie.Purpose, purposeBytes, required)

	if fault := lifetimeFault(cookie.Lifetime, kind); fault != "" {
		v.add(path+".lifetime", "%s: %s", label, fault)
	} else if service.Exempt && !Within(cookie.Lifetime, exemptMonths) {
		v.add(path+".lifetime", "%s: what is exempt from consent may be kept %d months at most (https://www.cnil.fr/fr/node/167364)", label, exemptMonths)
	}
	if host := strings.TrimPrefix(cookie.Domain, "."); cookie.Domain != "" && (!strings.Contains(host, ".") || authorityFault(host) != "") {
		v.add(path+".domain", "%s: domain %s is no host, such as .example.org", label, quote(cookie.Domain))
	}
	v.address(path+".source", label+": source", cookie.Source)
	if _, err := time.Parse(time.DateOnly, cookie.Checked); cookie.Checked != "" && err != nil {
		v.add(path+".checked", "%s: checked %s is not a day written YYYY-MM-DD", label, quote(cookie.Checked))
	}
}

// nameFault says what is wrong with the name of an entry, or "" where nothing
// is.
func nameFault(kind catalogue.Kind, name string) string {
	family, isFamily := strings.CutSuffix(name, "*")
	switch {
	case name == "":
		return "has no name"
	case Undone(name):
		return "has TODO for a name"
	case len(name) > cookieNameBytes:
		return "has a name that " + tooLong(len(name), cookieNameBytes)
	case reserved[name]:
		return "has a name that JavaScript reserves"
	case isFamily && len(family) < familyBytes:
		return fmt.Sprintf(`is a family that covers too much; write at least %d characters before the "*"`, familyBytes)
	case isFamily && kind == catalogue.KindCookie && strings.HasPrefix(catalogue.AnswerCookie, family):
		return "is a family that covers " + catalogue.AnswerCookie + ", which holds the visitor's answer"
	}
	if kind != catalogue.KindCookie {
		return textFault(name, false)
	}
	for _, r := range family {
		// The separators of RFC 2616, section 2.2, to which RFC 6265,
		// section 4.1.1, refers.
		switch {
		case r == '*':
			return `has a "*" before its end; only a final "*" stands for any ending`
		case r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r):
			return "contains " + quote(string(r)) + ", which the name of a cookie cannot contain"
		}
	}
	return ""
}

// A jar is where entries are kept. Two entries of one name in different jars are two entries.
type jar struct {
	kind   catalogue.Kind
	domain string // of another party, or ""
}

// An entry is a cookie, storage key or database of a service, or a family of them.
type entry struct {
	name    string // without the "*" of a family
	family  bool
	service *catalogue.Service
	path    string
}

// families finds names that are declared twice, and families that cover an entry
// of another service. The loader erases an entry only if none of the services that
// declare it may run (web/bundle/loader/cookie.js and databases.js). A visitor could allow one of the
// two services and refuse the other, whose entry would then stay.
func (v *validator) families() {
	entries := v.entries()
	jars := slices.SortedFunc(maps.Keys(entries), func(a, b jar) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.domain, b.domain)) })
	for _, jar := range jars {
		if jar.domain == "" { // no page erases what another party keeps, so its services may share it
			v.covered(jar, entries[jar])
		}
	}
}

// entries returns the entries of all services by where they are kept, each name once. It
// reports names that are declared a second time.
func (v *validator) entries() map[jar][]entry {
	entries := map[jar][]entry{}
	seen := map[jar]map[string]*catalogue.Service{}
	for i := range v.c.Services {
		service := &v.c.Services[i]
		for j, cookie := range service.Cookies {
			path := at(at("services", i)+".cookies", j) + ".name"
			in := jar{cookie.Kind.OrCookie(), cookie.Domain}
			if seen[in] == nil {
				seen[in] = map[string]*catalogue.Service{}
			}
			switch first := seen[in][cookie.Name]; {
			case cookie.Name == "" || Undone(cookie.Name):
				continue // reported by cookie
			case first == service:
				v.add(path, "cookie %s is declared twice in service %s", quote(cookie.Name), quote(service.ID))
				continue
			case first != nil && in.domain == "":
				v.add(path, "cookie %s is declared by service %s already; an entry has one service, whose consent decides over it", quote(cookie.Name), quote(first.ID))
				continue
			}
			seen[in][cookie.Name] = service
			name, family := strings.CutSuffix(cookie.Name, "*")
			entries[in] = append(entries[in], entry{name, family, service, path})
		}
	}
	return entries
}

// covered finds families that cover an entry of another service, among the
// entries of one jar.
func (v *validator) covered(in jar, entries []entry) {
	slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	for _, family := range entries {
		if !family.family || len(family.name) < familyBytes ||
			in.kind == catalogue.KindCookie && strings.HasPrefix(catalogue.AnswerCookie, family.name) { // reported by nameFault
			continue
		}
		first, _ := slices.BinarySearchFunc(entries, family.name, func(e entry, name string) int { return strings.Compare(e.name, name) })
		for _, covered := range entries[first:] {
			if !strings.HasPrefix(covered.name, family.name) {
				break
			}
			if covered.service != family.service && (v.decided(family.service) || v.decided(covered.service)) {
				v.add(family.path, "cookie %s covers %s of service %s; while one of them may run, refusing the other would not erase it: write longer names",
					quote(family.name+"*"), quote(covered.name), quote(covered.service.ID))
				break // one is enough to know which name to mend
			}
		}
	}
}
