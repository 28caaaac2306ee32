package peers

import (
	"cmp"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"charte/web/importer/told"
)

// tarteaucitron is https://github.com/AmauriC/tarteaucitron.js, up to version 1.35. Its configuration
// is scattered: the parameters of tarteaucitron.init, settings of services in tarteaucitron.user, keys
// of services that are pushed to tarteaucitron.job, the site's own services in tarteaucitron.services,
// global variables, and elements with classes of its own. It is read as one map of all that.
var tarteaucitron = peer{name: "tarteaucitron", finds: findTarteaucitron, reads: readTarteaucitron}

// The parts of the map that is read.
const (
	tacInit     = "init"     // what tarteaucitron.init is given
	tacUser     = "user"     // tarteaucitron.user
	tacJobs     = "jobs"     // what is pushed to tarteaucitron.job
	tacServices = "services" // tarteaucitron.services
	tacTexts    = "texts"    // tarteaucitron.lang
	tacEvents   = "events"   // tarteaucitron.events
	tacGlobals  = "globals"  // tarteaucitronForceLanguage and other variables
	tacElements = "elements" // the classes of elements, and the addresses of tac_iframe
	tacAnswers  = "answers"  // calls that answer in the visitor's place
	tacAccount  = "account"  // the address of a script that tarteaucitron.io makes for the site
	tacOther    = "other"    // what else is set in tarteaucitron
)

// tacParts are the properties of tarteaucitron that are parts of the map, by their names.
var tacParts = map[string]string{
	"parameters": tacInit, "user": tacUser, "services": tacServices, "lang": tacTexts, "events": tacEvents,
}

// findTarteaucitron gathers the configurations. There is one for each different call of
// tarteaucitron.init; all else belongs to each of them.
func findTarteaucitron(t *told.Told) []told.Value {
	g := gatherTarteaucitron(t)
	if len(g.inits) == 0 {
		g.inits = tacExports(t)
	}
	if !g.certain && len(g.inits) == 0 {
		return nil
	}
	if len(g.inits) == 0 {
		return []told.Value{g.rest}
	}
	var every []told.Value
	for _, init := range g.inits {
		whole := told.Value{Kind: told.Map, Place: init.Place, Fields: append([]told.Field{{Name: tacInit, Value: init}}, g.rest.Fields...)}
		if parameters, ok := g.rest.Get(tacInit); ok {
			whole.Fields = slices.DeleteFunc(whole.Fields, func(f told.Field) bool { return f.Name == tacInit })
			whole.Fields = append([]told.Field{{Name: tacInit, Value: merged(init, parameters)}}, whole.Fields...)
		}
		every = append(every, whole)
	}
	return every
}

// A tacGathering is what was told tarteaucitron.
type tacGathering struct {
	inits   []told.Value
	rest    told.Value // the map without init
	certain bool       // something in it is for tarteaucitron and nothing else
}

func gatherTarteaucitron(t *told.Told) *tacGathering {
	g := &tacGathering{rest: told.Value{Kind: told.Map}}
	for _, n := range t.Names {
		if !n.Export {
			g.name(n)
		}
	}
	for _, c := range t.Calls {
		g.call(c)
	}
	if g.certain {
		g.elements(t.Elements)
	}
	g.account(t.Elements)
	return g
}

// name takes in a variable, or a property of tarteaucitron.
func (g *tacGathering) name(n told.Named) {
	value := placed(n.Value, n.Place)
	path := segments(strings.TrimPrefix(n.Name, "window."))
	switch {
	case len(path) == 0 || !strings.HasPrefix(path[0], "tarteaucitron"):
	case path[0] != "tarteaucitron" && isTacInit(value):
		g.init(value)
	case path[0] != "tarteaucitron":
		g.put(value, append([]string{tacGlobals}, path...)...)
	case len(path) > 1:
		g.property(path[1:], value)
	default:
		for _, field := range value.Fields {
			g.property([]string{field.Name}, placed(field.Value, n.Place))
		}
	}
}

// property takes in a property of tarteaucitron.
func (g *tacGathering) property(path []string, value told.Value) {
	part, known := tacParts[path[0]]
	switch {
	case path[0] == "job" && (value.Kind == told.Opaque || value.Kind == told.Function):
		g.push(tacJobs, value) // it is said that nobody knows which services it names
	case path[0] == "job":
		for _, item := range value.Items {
			g.push(tacJobs, placed(item, value.Place))
		}
	case path[0] == "added" || path[0] == "state" || path[0] == "launch" || path[0] == "version" || path[0] == "cdn":
		// A page that has run leaves these. Nobody writes them.
	case known:
		g.put(value, append([]string{part}, path[1:]...)...)
	default:
		g.put(value, append([]string{tacOther}, path...)...)
	}
}

// call takes in a call of one of tarteaucitron's functions.
func (g *tacGathering) call(c told.Call) {
	object, function, _ := strings.Cut(strings.TrimPrefix(c.Name, "window."), ".")
	if !strings.Contains(strings.ToLower(object), "tarteaucitron") {
		return
	}
	first := told.Value{Place: c.Place}
	if len(c.Args) > 0 {
		first = placed(c.Args[0], c.Place)
	}
	switch function {
	case "init":
		g.init(first)
	case "job.push":
		for _, arg := range c.Args {
			g.push(tacJobs, placed(arg, c.Place))
		}
	case "addService":
		g.push(tacJobs, first)
	case "setConsent", "userInterface.respond", "userInterface.respondAll":
		g.push(tacAnswers, placed(told.Value{Kind: told.Map, Fields: []told.Field{
			{Name: "call", Value: told.Value{Kind: told.Text, Text: function}}, {Name: "args", Value: told.Value{Kind: told.List, Items: c.Args}},
		}}, c.Place))
	}
}

// init takes in the parameters of a call of tarteaucitron.init, unless another one has the same.
func (g *tacGathering) init(v told.Value) {
	if v.Kind == told.Null || v.Kind == "" {
		v.Kind = told.Map
	}
	if !slices.ContainsFunc(g.inits, func(other told.Value) bool { return reflect.DeepEqual(unplaced(other), unplaced(v)) }) {
		g.inits = append(g.inits, v)
	}
	g.certain = true
}

// elements takes in the elements in whose place tarteaucitron puts something, each class once.
func (g *tacGathering) elements(every []told.Element) {
	seen := map[string]bool{}
	for _, e := range every {
		for _, class := range strings.Fields(e.Attributes["class"]) {
			text := class
			if address := cmp.Or(e.Attributes["data-url"], e.Attributes["url"]); class == "tac_iframe" && address != "" {
				text += " " + address
			}
			if tacClasses()[class] != "" && !seen[text] {
				seen[text] = true
				g.push(tacElements, told.Value{Kind: told.Text, Text: text, Place: e.Place})
			}
		}
	}
}

// account takes in the script that tarteaucitron.io makes for a customer, which has the settings in it.
func (g *tacGathering) account(every []told.Element) {
	for _, e := range every {
		address, err := url.Parse(e.Attributes["src"])
		if e.Tag == "script" && err == nil && (address.Host == "tarteaucitron.io" || strings.HasSuffix(address.Host, ".tarteaucitron.io")) {
			g.put(told.Value{Kind: told.Text, Text: address.Scheme + "://" + address.Host + address.Path, Place: e.Place}, tacAccount)
			return
		}
	}
}

func (g *tacGathering) put(v told.Value, path ...string) {
	g.certain = true
	if g.rest.Place == (told.Place{}) {
		g.rest.Place = v.Place
	}
	put(&g.rest, v, path)
}

func (g *tacGathering) push(list string, v told.Value) {
	old, _ := g.rest.Get(list)
	place := old.Place
	if len(old.Items) == 0 {
		place = v.Place
	}
	g.put(told.Value{Kind: told.List, Place: place, Items: append(old.Items, v)}, list)
}

// put sets a part of a map. A map that is there already takes the new one's fields.
func put(to *told.Value, v told.Value, path []string) {
	if to.Kind != told.Map {
		*to = told.Value{Kind: told.Map, Place: to.Place}
	}
	if to.Place == (told.Place{}) {
		to.Place = v.Place
	}
	if len(path) == 0 {
		*to = merged(*to, v)
		return
	}
	i := slices.IndexFunc(to.Fields, func(f told.Field) bool { return f.Name == path[0] })
	if i < 0 {
		to.Fields = append(slices.Clip(to.Fields), told.Field{Name: path[0], Value: told.Value{Kind: told.Map, Place: v.Place}})
		i = len(to.Fields) - 1
	}
	if len(path) > 1 {
		put(&to.Fields[i].Value, v, path[1:])
		return
	}
	to.Fields[i].Value = merged(to.Fields[i].Value, v)
}

// merged is a map with the fields of another one, or else the other value.
func merged(a, b told.Value) told.Value {
	if a.Kind != told.Map || b.Kind != told.Map {
		return b
	}
	a.Fields = slices.Clone(a.Fields)
	for _, field := range b.Fields {
		put(&a, field.Value, []string{field.Name})
	}
	return a
}

// placed is a value with a place, where it has none, and so for each of its parts.
func placed(v told.Value, place told.Place) told.Value {
	if v.Place == (told.Place{}) {
		v.Place = place
	}
	v.Fields, v.Items = slices.Clone(v.Fields), slices.Clone(v.Items)
	for i := range v.Fields {
		v.Fields[i].Value = placed(v.Fields[i].Value, v.Place)
	}
	for i := range v.Items {
		v.Items[i] = placed(v.Items[i], v.Place)
	}
	return v
}

// unplaced is a value without places, for comparing it with others.
func unplaced(v told.Value) told.Value {
	v.Place = told.Place{}
	v.Fields, v.Items = slices.Clone(v.Fields), slices.Clone(v.Items)
	for i := range v.Fields {
		v.Fields[i].Value = unplaced(v.Fields[i].Value)
	}
	for i := range v.Items {
		v.Items[i] = unplaced(v.Items[i])
	}
	return v
}

// segments splits a path of JavaScript: `a.b["c.d"]` is a, b and c.d.
func segments(path string) []string {
	var names []string
	for path != "" {
		if rest, quoted := strings.CutPrefix(path, `["`); quoted {
			name, after, closed := strings.Cut(rest, `"]`)
			if !closed {
				return append(names, rest)
			}
			names, path = append(names, name), strings.TrimPrefix(after, ".")
			continue
		}
		end := strings.IndexAny(path, ".[")
		switch {
		case end < 0:
			return append(names, path)
		case end == 0:
			path = path[1:]
		default:
			names = append(names, path[:end])
			path = strings.TrimPrefix(path[end:], ".")
		}
	}
	return names
}

// tacMarks are parameters of tarteaucitron.init, and how far they tell it from another banner's.
var tacMarks = map[string]int{
	"highPrivacy": 2, "AcceptAllCta": 2, "DenyAllCta": 2, "showAlertSmall": 2, "cookieslist": 2, "handleBrowserDNTRequest": 2, "removeCredit": 2,
	"moreInfoLink": 2, "useExternalCss": 2, "serviceDefaultState": 2, "mandatoryCta": 2, "privacyUrl": 1, "orientation": 1, "hashtag": 1,
	"groupServices": 1, "iconPosition": 1, "bodyPosition": 1,
}

// isTacInit reports whether a value looks like the parameters of tarteaucitron.init.
func isTacInit(v told.Value) bool {
	marks := 0
	for name, weight := range tacMarks {
		if _, ok := v.Get(name); ok {
			marks += weight
		}
	}
	return marks >= 3
}

// tacExports are parameters of tarteaucitron.init that a file exports, or keeps under a name of its own.
func tacExports(t *told.Told) []told.Value {
	g := &tacGathering{}
	for _, n := range t.Names {
		if isTacInit(n.Value) {
			g.init(placed(n.Value, n.Place))
		}
	}
	return g.inits
}
