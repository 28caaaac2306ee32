package draft

import (
	"slices"
	"strings"

	"charte/web/importer/plan"
)

// Settled are the fates of a plan's settings as they are in the catalogue. A peer's reader names things
// by the source's ids, and knows nothing of what the draft leaves out.
func (d *Draft) Settled(p *plan.Plan) []plan.Fate {
	var all []plan.Fate
	for _, f := range p.Fates {
		if f.Outcome != plan.Dropped && strings.HasSuffix(f.To, ".cookies") && slices.ContainsFunc(d.undeclared, func(path string) bool { return f.Path == path || plan.Within(f.Path, path) }) {
			continue // a note says so
		}
		if why := d.comments[f.To]; why != "" && f.Outcome != plan.Dropped {
			f.Outcome, f.Why = plan.Changed, why
		}
		f.To = d.at(f.To)
		all = append(all, f)
	}
	return all
}

// at is where something is in the catalogue, of what a peer's reader calls by the source's ids:
// "services.google-maps.name" for "services[googleMaps].name".
func (d *Draft) at(to string) string {
	for list, ids := range map[string]map[string]string{"services": d.Services, "categories": d.Categories} {
		from, is := strings.CutPrefix(to, list+"[")
		if !is {
			continue
		}
		longest := -1 // an id may have a bracket in it
		for theirs, ours := range ids {
			if part, is := strings.CutPrefix(from, theirs+"]"); is && len(theirs) > longest && (part == "" || part[0] == '.') {
				longest, to = len(theirs), list+"."+ours+part
			}
		}
	}
	return to
}

// undeclare notes that the catalogue does not declare a cookie of the source, and why.
func (d *drafter) undeclare(c plan.Cookie, why string, values ...any) {
	d.note(plan.Dropped, c.Path, "", why, values...)
	n := 0
	for _, s := range d.plan.Services {
		for _, other := range s.Cookies {
			if other.Path == c.Path {
				n++
			}
		}
	}
	if n == 1 { // of several in one setting, the others are declared
		d.undeclared = append(d.undeclared, c.Path)
	}
}
