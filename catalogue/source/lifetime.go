package source

import (
	"fmt"
	"strconv"
	"strings"

	"charte/catalogue"

	"github.com/goccy/go-yaml/ast"
)

// units are the units as catalogues write them, in English, in the singular.
var units = map[string]catalogue.Unit{
	"minute": catalogue.UnitMinute, "hour": catalogue.UnitHour, "day": catalogue.UnitDay,
	"week": catalogue.UnitWeek, "month": catalogue.UnitMonth, "year": catalogue.UnitYear,
}

// frenchUnits are for an error message only. An author who writes a charter in
// French is likely to write "13 mois" at first.
var frenchUnits = map[string]string{
	"heure": "hours", "heures": "hours", "jour": "days", "jours": "days", "semaine": "weeks", "semaines": "weeks",
	"mois": "months", "an": "years", "ans": "years", "année": "years", "années": "years",
}

const lifetimeForms = `write "2 weeks", "up to 12 months", "session", "persistent" or "unknown"`

// lifetime reads a lifetime: "2 weeks", "up to 12 months", "session".
func (d *decoder) lifetime(node ast.Node, path string) catalogue.Lifetime {
	if _, ok := node.(*ast.StringNode); !ok {
		d.fail(node, path, described(node)+" where a lifetime was expected; "+lifetimeForms)
		return catalogue.Lifetime{}
	}
	if said := described(node); said == todo {
		d.fail(node, path, said+" where a lifetime was expected; "+lifetimeForms)
		return catalogue.Lifetime{}
	}
	lifetime, fault := parseLifetime(d.text(node, path))
	if fault != "" {
		d.fail(node, path, fault)
	}
	return lifetime
}

// parseLifetime reads a lifetime, or says why it cannot.
func parseLifetime(text string) (lifetime catalogue.Lifetime, fault string) {
	words := strings.Fields(text)
	if len(words) == 1 && (words[0] == "session" || words[0] == "persistent" || words[0] == "unknown") {
		return catalogue.Lifetime{Unit: catalogue.Unit(words[0])}, ""
	}
	if len(words) == 4 && words[0] == "up" && words[1] == "to" {
		lifetime.UpTo = true
		words = words[2:]
	}
	if len(words) != 2 {
		return catalogue.Lifetime{}, fmt.Sprintf("lifetime %q is not understood; %s", shorten(text, 40), lifetimeForms)
	}
	count, err := strconv.ParseUint(words[0], 10, 31)
	if err != nil || count == 0 || words[0][0] == '0' {
		return catalogue.Lifetime{}, fmt.Sprintf("lifetime %q does not start with a whole number from 1 on; %s", shorten(text, 40), lifetimeForms)
	}
	unit, ok := units[strings.TrimSuffix(words[1], "s")]
	if !ok {
		if english := frenchUnits[words[1]]; english != "" {
			return catalogue.Lifetime{}, fmt.Sprintf(`lifetime %q: write the unit in English, "%d %s"; the banner translates it`, shorten(text, 40), count, english)
		}
		return catalogue.Lifetime{}, fmt.Sprintf("lifetime %q: the units are minutes, hours, days, weeks, months and years", shorten(text, 40))
	}
	lifetime.Count, lifetime.Unit = int(count), unit
	return lifetime, ""
}
