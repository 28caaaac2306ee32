package find

import (
	"regexp"
	"slices"
	"strings"

	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/audit/report"
)

// fewestNames is how many names make a family. Two may be the names of two things.
const fewestNames = 3

// A family is where entries are that change their names.
type family struct {
	kind       report.Kind
	host, stem string
}

// families puts entries together that change their names at each load: at least three of one host that
// differ only behind a stem. The entry then has the stem and a "*" for its name. What the catalogue, or
// a known service, declares by its whole name is no part of a family.
func families(r *report.Report, study *source.Study, known []*services.Entry) {
	whole := wholeNames(study, known)
	names := map[family]map[string]bool{}
	of := func(e report.Entry) (family, bool) {
		unchanged, changes := stem(e.Name)
		f := family{e.Kind, e.Host, unchanged}
		return f, changes && !whole[string(e.Kind)+" "+e.Name]
	}
	for _, j := range r.Journeys {
		for _, e := range j.Entries {
			if f, is := of(e); is {
				if names[f] == nil {
					names[f] = map[string]bool{}
				}
				names[f][e.Name] = true
			}
		}
	}
	patterns := map[string]string{} // by the entry's former name
	for i := range r.Journeys {
		j := &r.Journeys[i]
		merged := map[family]int{}
		var entries []report.Entry
		for _, e := range j.Entries {
			f, is := of(e)
			if !is || len(names[f]) < fewestNames {
				entries = append(entries, e)
				continue
			}
			patterns[string(e.Kind)+" "+e.Name] = string(e.Kind) + " " + f.stem + "*"
			at, there := merged[f]
			if !there {
				merged[f] = len(entries)
				e.Names, e.Name = []string{e.Name}, f.stem+"*"
				entries = append(entries, e)
				continue
			}
			first := &entries[at]
			first.Left = first.Left || e.Left
			first.LifetimeS = max(first.LifetimeS, e.LifetimeS)
			if !slices.Contains(first.Names, e.Name) {
				first.Names = append(first.Names, e.Name)
				slices.Sort(first.Names)
			}
		}
		j.Entries = entries
	}
	for i := range r.Journeys {
		for k := range r.Journeys[i].Requests {
			sent := r.Journeys[i].Requests[k].Sent
			for s := range sent {
				if pattern, is := patterns[sent[s].Of]; is {
					sent[s].Of = pattern
				}
			}
		}
	}
}

// wholeNames are the kinds and names of entries that are declared, except for families.
func wholeNames(study *source.Study, known []*services.Entry) map[string]bool {
	whole := map[string]bool{}
	if study != nil {
		for _, service := range study.Catalogue.Services {
			for _, cookie := range service.Cookies {
				whole[string(cookie.Kind.OrCookie())+" "+cookie.Name] = true
			}
		}
	}
	for _, entry := range known {
		for _, cookie := range entry.Newest().Service.Cookies {
			whole[string(cookie.Kind.OrCookie())+" "+cookie.Name] = true
		}
	}
	return whole
}

var (
	// pieces are what stands between a name's separators.
	pieces = regexp.MustCompile(`[0-9A-Za-z]+`)

	letters = regexp.MustCompile(`^[A-Za-z]*`)
	hexes   = regexp.MustCompile(`^[0-9A-Fa-f]+$`)
)

// The lengths of what changes in a name: of a piece with digits, and of a name that is nothing else.
const (
	shortestPiece = 4
	shortestWhole = 8
)

// stem returns what stays of a name that has a piece like a number that was drawn for it: at least four
// letters and digits, with a digit.
func stem(name string) (string, bool) {
	for _, at := range pieces.FindAllStringIndex(name, -1) {
		piece := name[at[0]:at[1]]
		if len(piece) < shortestPiece || !strings.ContainsAny(piece, "0123456789") {
			continue
		}
		if at[0] > 0 {
			return name[:at[0]], true
		}
		if len(piece) >= shortestWhole && hexes.MatchString(piece) {
			return "", true
		}
		// "visitor4711" changes behind its letters.
		word := letters.FindString(piece)
		return word, len(word) >= shortestPiece && len(piece)-len(word) >= shortestPiece
	}
	return "", false
}
