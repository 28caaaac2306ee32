package check

import (
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
)

func (v *validator) cookie(path, of string, service *catalogue.Service, category *catalogue.Category, cookie *catalogue.Cookie) {
	label := "cookie " + quote(cookie.Name)
	if cookie.Name == "" {
		label = of + ": a cookie"
	}
	kind := cookie.Kind.OrCookie()
	switch kind {
	case catalogue.KindCookie, catalogue.KindLocalStorage, catalogue.KindSessionStorage:
		if fault := nameFault(kind, cookie.Name); fault != "" {
			v.add(path+".name", label, " ", fault)
		}
	default:
		v.add(path+".kind", label, ": kind ", quote(string(kind)), " is none of cookie, localStorage, sessionStorage")
	}
	if cookie.Name == catalogue.AnswerCookie && kind == catalogue.KindCookie && category != nil && !category.Necessary {
		v.add(path+".name", label, " holds the visitor's answer, so its service belongs to a necessary category")
	}
	v.text(path+".purpose", label+": purpose", cookie.Purpose, purposeBytes, required)

	if fault := lifetimeFault(cookie.Lifetime, kind); fault != "" {
		v.add(path+".lifetime", label, ": ", fault)
	} else if service.Exempt && !Within(cookie.Lifetime, exemptMonths) {
		v.add(path+".lifetime", label, ": what is exempt from consent may be kept ", strconv.Itoa(exemptMonths), " months at most (https://www.cnil.fr/fr/node/167364)")
	}
	v.address(path+".source", label+": source", cookie.Source)
	if cookie.Checked != "" && !isDay(cookie.Checked) {
		v.add(path+".checked", label, ": checked ", quote(cookie.Checked), " is not a day written YYYY-MM-DD")
	}
}

// nameFault says what is wrong with the name of an entry, or "" where nothing
// is.
func nameFault(kind catalogue.Kind, name string) string {
	family, isFamily := strings.CutSuffix(name, "*")
	switch {
	case name == "":
		return "has no name"
	case len(name) > cookieNameBytes:
		return "has a name that " + tooLong(len(name), cookieNameBytes)
	case reserved[name]:
		return "has a name that JavaScript reserves"
	case isFamily && len(family) < familyBytes:
		return "is a family that covers too much; write at least " + strconv.Itoa(familyBytes) + ` characters before the "*"`
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

// isDay reports whether s is a day of the calendar written YYYY-MM-DD.
func isDay(s string) bool {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return false
	}
	year, errYear := strconv.ParseUint(s[:4], 10, 32)
	month, errMonth := strconv.ParseUint(s[5:7], 10, 32)
	day, errDay := strconv.ParseUint(s[8:], 10, 32)
	if errYear != nil || errMonth != nil || errDay != nil || month < 1 || month > 12 {
		return false
	}
	days := [...]uint64{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days = 29
	}
	return 1 <= day && day <= days
}

// families finds entries that are declared twice, and families which cover an
// entry of another service that visitors decide over apart: what two services
// set is erased where neither may run (web/loader/cookie.js), so refusing the
// one would leave it there.
func (v *validator) families() {
	type entry struct {
		name    string // without the "*" of a family
		family  bool
		service *catalogue.Service
		path    string
	}
	kinds := map[catalogue.Kind][]entry{}
	seen := map[catalogue.Kind]map[string]*catalogue.Service{}
	for i := range v.c.Services {
		service := &v.c.Services[i]
		for j, cookie := range service.Cookies {
			path := at(at("services", i)+".cookies", j) + ".name"
			kind := cookie.Kind.OrCookie()
			if seen[kind] == nil {
				seen[kind] = map[string]*catalogue.Service{}
			}
			switch first := seen[kind][cookie.Name]; {
			case cookie.Name == "":
				continue
			case first == service:
				v.add(path, "cookie ", quote(cookie.Name), " is declared twice in service ", quote(string(service.ID)))
				continue
			case first != nil:
				v.add(path, "cookie ", quote(cookie.Name), " is declared by service ", quote(string(first.ID)), " already; an entry has one service, whose consent decides over it")
				continue
			}
			seen[kind][cookie.Name] = service
			name, family := strings.CutSuffix(cookie.Name, "*")
			kinds[kind] = append(kinds[kind], entry{name, family, service, path})
		}
	}
	for _, kind := range []catalogue.Kind{catalogue.KindCookie, catalogue.KindLocalStorage, catalogue.KindSessionStorage} {
		entries := kinds[kind]
		slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
		for _, family := range entries {
			if !family.family || len(family.name) < familyBytes ||
				kind == catalogue.KindCookie && strings.HasPrefix(catalogue.AnswerCookie, family.name) { // reported under its name
				continue
			}
			first, _ := slices.BinarySearchFunc(entries, family.name, func(e entry, name string) int { return strings.Compare(e.name, name) })
			for _, covered := range entries[first:] {
				if !strings.HasPrefix(covered.name, family.name) {
					break
				}
				if covered.service != family.service && (v.decided(family.service) || v.decided(covered.service)) {
					v.add(family.path, "cookie ", quote(family.name+"*"), " covers ", quote(covered.name), " of service ",
						quote(string(covered.service.ID)), "; while one of them may run, refusing the other would not erase it: write longer names")
					break // one is enough to know which name to mend
				}
			}
		}
	}
}
