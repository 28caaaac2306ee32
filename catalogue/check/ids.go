package check

import (
	"regexp"

	"charte/catalogue"
)

// reserved are the names that every JavaScript object has from the start. A script
// that took one as a key could change how objects work (CVE-2025-31475).
var reserved = map[string]bool{
	"__proto__": true, "prototype": true, "constructor": true,
	"hasOwnProperty": true, "isPrototypeOf": true, "propertyIsEnumerable": true,
	"toString": true, "toLocaleString": true, "valueOf": true,
	"__defineGetter__": true, "__defineSetter__": true,
	"__lookupGetter__": true, "__lookupSetter__": true,
}

// idCharacters matches a text of the characters that an ID may have.
var idCharacters = regexp.MustCompile(`^[a-z0-9-]*$`)

// id checks an ID and reports whether it can be referred to.
func (v *validator) id(path, label string, id catalogue.ID) bool {
	if fault := idFault(id); fault != "" {
		v.add(path+".id", "%s: %s", label, fault)
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
		return "the id " + quote(id) + " is reserved by JavaScript"
	case len(id) > idBytes:
		return "the id " + tooLong(len(id), idBytes)
	case id[0] < 'a' || id[0] > 'z':
		return "the id " + quote(id) + " must start with a lower-case letter"
	case !idCharacters.MatchString(string(id)):
		return "the id " + quote(id) + " may only contain lower-case letters without accents, digits and hyphens"
	}
	return ""
}
