package page

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"charte/web/audit/report"
)

// A spread is how often something was seen, for each journey that was made.
type spread []cell

func newSpread(r *report.Report) spread {
	var s spread
	for _, state := range made(r) {
		s = append(s, cell{State: state})
	}
	return s
}

// add counts one more. A state that is not known has no column.
func (s spread) add(state report.State) {
	for i := range s {
		if s[i].State == state {
			s[i].Count++
		}
	}
}

// Total is how often it was seen in all.
func (s spread) Total() int {
	n := 0
	for _, c := range s {
		n += c.Count
	}
	return n
}

// A host got requests.
type host struct {
	Name     string
	Own      bool     // it belongs to the site that was visited
	CNAMEs   []string // the other sites' names that it is another name of
	Seen     spread
	Types    string // "script × 3, pixel"
	Examples []example
	Carries  int // requests that carry what looks like an identifier

	types map[string]int
}

// An example is one of a host's requests.
type example struct {
	URL string
	By  report.Initiator
}

// mostExamples is how many of a host's requests are shown.
const mostExamples = 2

// hosts are the other hosts than the visited pages', those with the most requests first, and how
// many requests they got in all.
func hosts(r *report.Report) ([]*host, int) {
	of, total := map[string]*host{}, 0
	for _, j := range r.Journeys {
		for _, q := range j.Requests {
			if !elsewhere(j, q) {
				continue
			}
			h := of[q.Host]
			if h == nil {
				h = &host{Name: q.Host, Own: true, Seen: newSpread(r), types: map[string]int{}}
				of[q.Host] = h
			}
			total++
			h.add(j.State, q)
		}
	}
	all := slices.SortedFunc(maps.Values(of), func(a, b *host) int {
		return cmp.Or(cmp.Compare(b.Seen.Total(), a.Seen.Total()), cmp.Compare(a.Name, b.Name))
	})
	for _, h := range all {
		h.Types = tallied(h.types)
	}
	return all, total
}

func (h *host) add(s report.State, q report.Request) {
	h.Seen.add(s)
	h.types[q.Type]++
	h.Own = h.Own && !q.ThirdParty
	if q.CNAME != "" && !slices.Contains(h.CNAMEs, q.CNAME) {
		h.CNAMEs = append(h.CNAMEs, q.CNAME)
	}
	if len(q.Sent) > 0 {
		h.Carries++
	}
	if len(h.Examples) < mostExamples && !slices.ContainsFunc(h.Examples, func(e example) bool { return e.URL == q.URL }) {
		h.Examples = append(h.Examples, example{q.URL, q.Initiator})
	}
}

// elsewhere reports whether a request goes to another host than its page's, or to one that is
// another name of another site's.
func elsewhere(j report.Journey, q report.Request) bool {
	if q.ThirdParty || q.CNAME != "" {
		return true
	}
	if q.Page < 0 || q.Page >= len(j.Pages) {
		return false
	}
	p := j.Pages[q.Page]
	u, err := url.Parse(cmp.Or(p.At, p.URL))
	return err == nil && u.Hostname() != hostname(q.Host) && q.Type != "document"
}

// hostname is a host without its port.
func hostname(host string) string {
	u := url.URL{Host: host}
	return u.Hostname()
}

// tallied says how often each word was seen, the most frequent first: "script × 3, pixel".
func tallied(n map[string]int) string {
	words := slices.SortedFunc(maps.Keys(n), func(a, b string) int {
		return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b))
	})
	for i, word := range words {
		if n[word] > 1 {
			words[i] = fmt.Sprintf("%s × %s", word, thousands(n[word]))
		}
	}
	return strings.Join(words, ", ")
}

// An identifier is one that was sent to a host, however often.
type identifier struct {
	report.Identifier // with the first value
	Host              string
	Seen              spread
}

// identifiers are in the order in which they were first sent.
func identifiers(r *report.Report) []*identifier {
	type key struct{ host, where, name, of string }
	var all []*identifier
	known := map[key]*identifier{}
	for _, j := range r.Journeys {
		for _, q := range j.Requests {
			for _, sent := range q.Sent {
				k := key{q.Host, sent.Where, sent.Name, sent.Of}
				if known[k] == nil {
					known[k] = &identifier{Identifier: sent, Host: q.Host, Seen: newSpread(r)}
					all = append(all, known[k])
				}
				known[k].Seen.add(j.State)
			}
		}
	}
	return all
}

// A call is one that a script made to read the device, however often.
type call struct {
	report.Call // the first
	Seen        spread
	Pages       int // on which it was made, in all states together

	pages map[string]bool
}

// calls are in the order in which they were first made.
func calls(r *report.Report) []*call {
	type key struct{ kind, what, script string }
	var all []*call
	known := map[key]*call{}
	for _, j := range r.Journeys {
		for _, c := range j.Calls {
			k := key{c.Kind, c.What, spot(c.Initiator)}
			if known[k] == nil {
				known[k] = &call{Call: c, Seen: newSpread(r), pages: map[string]bool{}}
				all = append(all, known[k])
			}
			known[k].Seen.add(j.State)
			known[k].pages[pageOf(j, c.Page)] = true
		}
	}
	for _, c := range all {
		c.Pages = len(c.pages)
	}
	return all
}
