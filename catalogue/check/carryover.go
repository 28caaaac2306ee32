package check

import (
	"maps"
	"slices"

	"charte/catalogue"
)

// carryOver checks what the settings take from another banner's cookie.
func (v *validator) carryOver() {
	carried := v.c.CarryOver
	if carried == nil {
		return
	}
	switch known := catalogue.FormerBanners(); {
	case carried.Banner == "":
		v.add("carryOver.banner", "carryOver: banner is missing; it is one of %s", list(known))
	case !slices.Contains(known, carried.Banner):
		v.add("carryOver.banner", "carryOver: banner %s is none of %s", quote(carried.Banner), list(known))
	}
	if carried.Cookie == catalogue.AnswerCookie {
		v.add("carryOver.cookie", "carryOver: cookie %s holds the answer to this banner; write the name of the other one's", quote(carried.Cookie))
	} else if carried.Cookie != "" {
		if fault := nameFault(catalogue.KindCookie, carried.Cookie); fault != "" {
			v.add("carryOver.cookie", "carryOver: cookie %s %s", quote(carried.Cookie), fault)
		} else if family := carried.Cookie[len(carried.Cookie)-1] == '*'; family {
			v.add("carryOver.cookie", "carryOver: cookie %s is a family; write the name of one cookie", quote(carried.Cookie))
		}
	}
	switch n := len(carried.Services); {
	case n == 0:
		v.add("carryOver.services", "carryOver: services is missing; it says which of the other banner's names are which of this catalogue's ids")
	case n > maxCarried:
		v.add("carryOver.services", "carryOver: %d names are listed, %d at most", n, maxCarried)
	default:
		for _, name := range slices.Sorted(maps.Keys(carried.Services)) {
			v.carried(name, carried.Services[name])
		}
	}
}

// carried checks one name of another banner, and the id of this catalogue that it stands for.
func (v *validator) carried(name string, id catalogue.ID) {
	path := "carryOver.services." + name
	if len(name) > cookieNameBytes {
		v.add(path, "carryOver: a name %s", tooLong(len(name), cookieNameBytes))
		return
	}
	if fault := textFault(name, false); name == "" || fault != "" {
		v.add(path, "carryOver: %s cannot be a name in the other banner's cookie", quote(name))
		return
	}
	if fault := idFault(id); fault != "" {
		v.add(path, "carryOver: %s: %s", quote(name), fault)
		return
	}
	asks := func(means func(*catalogue.Service) bool) bool {
		return slices.ContainsFunc(v.c.Services, func(s catalogue.Service) bool { return means(&s) && v.c.Asks(s) })
	}
	switch {
	case v.categories[id] != nil:
		if !asks(func(s *catalogue.Service) bool { return s.Category == id }) {
			v.add(path, "carryOver: %s stands for the category %s, in which no service asks for consent; leave it out", quote(name), quote(id))
		}
	case v.services[id]:
		if !asks(func(s *catalogue.Service) bool { return s.ID == id }) {
			v.add(path, "carryOver: %s stands for the service %s, which does not ask for consent; leave it out", quote(name), quote(id))
		}
	default:
		v.add(path, "carryOver: %s stands for %s, which is neither a category nor a service of this catalogue", quote(name), quote(id))
	}
}
