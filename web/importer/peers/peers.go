// Package peers reads the configurations of other consent banners: what files or a page told them
// becomes a plan for a catalogue, which says what has become of each setting.
package peers

import (
	"errors"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// A peer is a banner whose configuration can be read.
type peer struct {
	// name is the banner's name with its edition, as in [plan.Plan.Peer]: "vanilla-cookieconsent 3".
	name string
	// finds returns the peer's configurations in what was told, in the order in which they stand. More
	// than one means that there are two banners.
	finds func(t *told.Told) []told.Value
	// reads fills p from one configuration, and says what becomes of each of its settings.
	reads func(p *plan.Plan, s plan.Setting, t *told.Told)
}

// all are the peers. Where two of them find the same configuration, the first one has it.
var all = []peer{vanilla3, vanilla2, orejime3, orejime2, klaro, tarteaucitron, c15t}

// Names are the peers' names, as [Read] takes them.
func Names() []string {
	var names []string
	for _, p := range all {
		names = append(names, p.name)
	}
	return names
}

// found is a configuration of a peer.
type found struct {
	peer  peer
	value told.Value
}

// Read chooses the banner that was told something, and reads its configuration. only narrows the
// choice to a peer's name, such as "Klaro 0.7", or to the beginning of one, such as "klaro"; or to
// where a configuration stands, such as "banner.ts" or "banner.ts:12"; "" takes any. Where there is
// no banner or more than one, the error says so in one sentence.
func Read(t *told.Told, only string) (*plan.Plan, error) {
	every := find(t)
	chosen := slices.DeleteFunc(slices.Clone(every), func(f found) bool { return !f.is(only) })
	switch {
	case len(every) == 0:
		return nil, none(t)
	case len(chosen) == 0:
		return nil, fmt.Errorf("nothing here is %q: there is %s", only, places(every))
	case len(chosen) > 1:
		return nil, fmt.Errorf("there are %d configurations of banners: %s; say which with -from, by its name or by its file and line", len(chosen), places(chosen))
	}
	p := &plan.Plan{Peer: chosen[0].peer.name}
	chosen[0].peer.reads(p, p.Setting("", chosen[0].value), t)
	spokenInPage(p, t)
	return p, nil
}

// writtenTag is a language, and not what a template fills in.
var writtenTag = regexp.MustCompile(`^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$`)

// spokenInPage takes the page's language, where the configuration names none: banners speak that.
func spokenInPage(p *plan.Plan, t *told.Told) {
	if len(p.Languages) > 0 {
		return
	}
	for _, e := range t.Elements {
		if text := e.Attributes["lang"]; e.Tag == "html" && writtenTag.MatchString(text) {
			p.Languages = []string{tag(text)}
			p.Fates = append(p.Fates, plan.Fate{Path: "languages", Place: e.Place, Outcome: plan.Changed, To: "languages", Why: "The configuration names no language. The page is in “" + text + "”, so its texts are taken to be, too."})
			return
		}
	}
}

// find returns the configurations that peers find, each of them once.
func find(t *told.Told) []found {
	var every []found
	for _, p := range all {
		for _, v := range p.finds(t) {
			taken := slices.ContainsFunc(every, func(f found) bool {
				// A page's values have no lines.
				return f.value.Place == v.Place && (v.Place.Line > 0 || reflect.DeepEqual(f.value, v))
			})
			if !taken {
				every = append(every, found{p, v})
			}
		}
	}
	return every
}

// is reports whether the configuration is one that only asks for.
func (f found) is(only string) bool {
	only = strings.ToLower(only)
	place := strings.ToLower(f.value.Place.String())
	return strings.HasPrefix(strings.ToLower(f.peer.name), only) || place == only || strings.HasPrefix(place, only+":")
}

func places(every []found) string {
	var each []string
	for _, f := range every {
		place := f.value.Place.String()
		if place == "" {
			each = append(each, f.peer.name)
			continue
		}
		each = append(each, f.peer.name+" at "+place)
	}
	if last := len(each) - 1; last > 0 {
		return strings.Join(each[:last], ", ") + " and " + each[last]
	}
	return each[0]
}

// none is the error of what tells no banner anything. It names what is there instead, since that often
// shows the mistake.
func none(t *told.Told) error {
	what := "what was read configures"
	switch n := len(t.Files); {
	case n == 1:
		what = t.Files[0] + " configures"
	case n > 1 && n <= 5:
		what = strings.Join(t.Files, ", ") + " configure"
	case n > 5:
		what = fmt.Sprintf("the %d files configure", n)
	}
	message := fmt.Sprintf("%s none of the banners that can be read: %s", what, strings.Join(Names(), ", "))
	if seen := exports(t); len(seen) > 0 {
		message += "; it exports " + strings.Join(seen[:min(len(seen), 5)], ", ")
	}
	if len(t.Problems) > 0 { // it is first, as the likeliest reason
		first := t.Problems[0]
		message = fmt.Sprintf("%s: %s; apart from that, %s", first.Place, strings.TrimSuffix(first.Text, "."), message)
	}
	if slices.ContainsFunc(t.Files, func(name string) bool { return slices.Contains(templates, strings.ToLower(path.Ext(name))) }) {
		message += "; where a program on the server works the configuration out, give the page's address instead"
	}
	return errors.New(message)
}

// templates are the endings of files from which a server makes pages.
var templates = []string{".php", ".erb", ".jsp", ".twig", ".ftl", ".ftlh", ".tpl", ".j2", ".jinja", ".jinja2"}

// exports are the names that files export, with the first names in what they stand for.
func exports(t *told.Told) []string {
	var seen []string
	for _, n := range t.Names {
		if !n.Export {
			continue
		}
		var inside []string
		for _, field := range n.Value.Fields[:min(len(n.Value.Fields), 4)] {
			inside = append(inside, field.Name)
		}
		name := n.Name
		if len(inside) > 0 {
			name += " (" + strings.Join(inside, ", ") + ")"
		}
		seen = append(seen, name)
	}
	return seen
}
