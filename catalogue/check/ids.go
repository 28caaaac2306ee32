package check

import "charte/catalogue"

// reserved are the names that every JavaScript object has. As keys they would
// reach the object's own machinery (CVE-2025-31475).
var reserved = map[string]bool{
	"__proto__": true, "prototype": true, "constructor": true,
	"hasOwnProperty": true, "isPrototypeOf": true, "propertyIsEnumerable": true,
	"toString": true, "toLocaleString": true, "valueOf": true,
	"__defineGetter__": true, "__defineSetter__": true,
	"__lookupGetter__": true, "__lookupSetter__": true,
}

// id checks an ID and reports whether it can be referred to.
func (v *validator) id(path, label string, id catalogue.ID) bool {
	if fault := idFault(id); fault != "" {
		v.add(path+".id", label, ": ", fault)
		return false
	}
	return true
}

// idFault says what is wrong with an ID, or "" where nothing is.
func idFault(id catalogue.ID) string {
	switch {
	case id == "":
		return "the id is missing"
	case reserved[string(id)]:
		return "the id " + quote(string(id)) + " is reserved by JavaScript"
	case len(id) > idBytes:
		return "the id " + tooLong(len(id), idBytes)
	case !isLower(id[0]):
		return "the id " + quote(string(id)) + " must start with a lower-case letter"
	}
	for i := 0; i < len(id); i++ {
		if c := id[i]; !isLower(c) && !isDigit(c) && c != '-' {
			return "the id " + quote(string(id)) + " may only contain lower-case letters without accents, digits and hyphens"
		}
	}
	return ""
}
