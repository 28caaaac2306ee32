package page

import (
	"slices"

	"charte/web/audit/report"
)

// A stored entry is one row of what is stored: the same entry in all journeys.
type stored struct {
	report.Entry // as it was first seen
	Names        rows[string]
	On           string  // address of the page on which it was first seen
	There        []there // for each journey that was made
}

// there says whether an entry was there in a state.
type there struct {
	State report.State
	Words string // "Yes", or "Gone" if it was not there when the journey ended; empty for neither
}

// entries are what the journeys left in the browser, in the order in which it was first seen. An
// entry that is kept for another time, or has other attributes, in another journey has a row of its
// own.
func entries(r *report.Report) []*stored {
	type key struct {
		kind                     report.Kind
		name, host, kept, extras string
	}
	var all []*stored
	of := map[key]*stored{}
	for _, j := range r.Journeys {
		for _, e := range j.Entries {
			k := key{e.Kind, e.Name, e.Host, kept(e), attached(e)}
			s := of[k]
			if s == nil {
				s = &stored{Entry: e, On: pageOf(j, e.Page)}
				for _, state := range made(r) {
					s.There = append(s.There, there{State: state})
				}
				of[k] = s
				all = append(all, s)
			}
			s.add(j.State, e)
		}
	}
	for _, s := range all {
		s.Names = upTo(s.Entry.Names, mostListed)
	}
	return all
}

func (s *stored) add(state report.State, e report.Entry) {
	for _, name := range e.Names {
		if !slices.Contains(s.Entry.Names, name) {
			s.Entry.Names = append(slices.Clip(s.Entry.Names), name)
		}
	}
	i := slices.IndexFunc(s.There, func(t there) bool { return t.State == state })
	switch {
	case i < 0:
	case e.Left:
		s.There[i].Words = "Yes"
	default:
		s.There[i].Words = "Gone"
	}
}
