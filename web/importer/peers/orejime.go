package peers

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// givenToOrejime reports whether Orejime itself is given a configuration.
func givenToOrejime(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "orejime") || strings.HasPrefix(name, "loadorejime") || strings.Contains(name, ".orejime") || strings.Contains(name, "loadorejime")
}

// filledIn reports whether a configuration has a list that is worked out in the page.
func filledIn(v told.Value, list string) bool {
	items, _ := v.Get(list)
	return items.Kind == told.Opaque
}

// mentions reports whether an import, a script's address, a call or a variable names a banner.
func mentions(t *told.Told, banner string) bool {
	names := addresses(t)
	for _, call := range t.Calls {
		names = append(names, call.Name)
	}
	for _, named := range t.Names {
		names = append(names, named.Name)
	}
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(strings.ToLower(name), banner) })
}

// addresses are the modules and scripts that were named.
func addresses(t *told.Told) []string {
	all := slices.Clone(t.Imports)
	for _, e := range t.Elements {
		if e.Tag == "script" && e.Attributes["src"] != "" {
			all = append(all, e.Attributes["src"])
		}
	}
	return all
}

// build is the file of an edition for one theme and one language: "orejime-dsfr-fr.js".
var build = regexp.MustCompile(`orejime-([a-z]+)-([a-z]{2})\b`)

// heldBack are the elements that name a service or a purpose. For a template, which holds back what stands
// in it, those are the elements in it.
func heldBack(t *told.Told, attribute string) []told.Element {
	var all []told.Element
	for _, e := range t.Elements {
		if e.Attributes[attribute] == "" {
			continue
		}
		all = append(all, e)
		if e.Tag == "template" {
			all = append(all, inside(e, attribute)...)
		}
	}
	return all
}

// inside are the elements in a template, with its purpose.
func inside(e told.Element, attribute string) []told.Element {
	var all []told.Element
	tokens := html.NewTokenizer(strings.NewReader(e.Text))
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		token := tokens.Token()
		part := told.Element{Tag: token.Data, Attributes: map[string]string{attribute: e.Attributes[attribute]}, Place: e.Place}
		for _, a := range token.Attr {
			if a.Key == "src" || a.Key == "data-src" {
				part.Attributes[a.Key] = a.Val
			}
		}
		all = append(all, part)
	}
	return all
}

// logo says what becomes of the banner's image.
const logo = "Charte's notice has no image."

// orejimeDropped says why settings of Orejime have no counterpart. Both editions have them.
var orejimeDropped = map[string]string{
	"elementID":      "Charte puts its banner into an element of its own, at the end of the page.",
	"orejimeElement": "Charte puts its banner into an element of its own, at the end of the page.",
	"appElement":     "Charte hides nothing of the page: visitors may read on without an answer.",
	"stylePrefix":    laidOut,
	"mustConsent":    neverLocked,
	"mustNotice":     neverLocked,
	"forceModal":     neverLocked,
	"forceBanner":    neverLocked,
	"logo":           logo,
	"poweredBy":      "Charte's banner names nobody but the site.",
	"debug":          "Charte has no mode for testing.",
	"noAutoLoad":     "Charte shows its notice when the page has loaded.",
	"callback":       codeStays,
	"cookiePath":     ownCookie,
	"contextual":     "Charte gives the place of a frame no heading.",
	"theme":          "Charte has layouts of its own. The catalogue's look chooses one: look.preset is french-state beside the French State's design system.",
}

// implied reads whether going on counts as consent.
func (r *appReading) implied(s plan.Setting) {
	if holds(s) {
		s.Mistaken(plan.ImpliedConsent, "Going on in the site counts as consent. The catalogue grants nothing without an answer.")
	}
	s.Dropped("Charte grants nothing without an answer.")
}

// signalled reads what Google is told of a consent.
func signalled(s plan.Setting, id, to string, exempt bool, signals *[]string) {
	types := s.Get("types")
	for _, item := range types.Items() {
		if bare(item.Text()) == "" || item.Text() != bare(item.Text()) {
			item.Dropped(computedInPage + " Write the signal into the catalogue.")
			continue
		}
		*signals = append(*signals, item.Text())
		item.Mapped(to)
	}
	if len(types.Items()) == 0 {
		types.Dropped("No signal is named here.")
	}
	first := s.Get("default")
	if holds(first) && !exempt {
		first.Mistaken(plan.NotAsked, "Google is told that “"+id+"” is granted before the visitor has answered. In the catalogue it is denied until then.")
	}
	first.Dropped("Charte tells Google that everything is denied until the visitor has answered.")
	undocumented(s, "Orejime documents no such setting of Google's consent mode.", "types", "default")
}

// dropEach gives some names one reason.
func dropEach(why string, names ...string) map[string]string {
	all := map[string]string{}
	for _, name := range names {
		all[name] = why
	}
	return all
}

// merge joins maps of reasons.
func merge(all ...map[string]string) map[string]string {
	joined := map[string]string{}
	for _, one := range all {
		maps.Copy(joined, one)
	}
	return joined
}
