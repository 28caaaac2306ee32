package crawl

import (
	"net/url"
	"strings"
)

// levels is how many levels of a site are told apart when pages are chosen: a host with the first
// segment of the path, the second, and the third.
const levels = 3

// A spread chooses among the pages that wait, so that every part of a site has its turn. The zero
// value has none.
type spread struct {
	waiting []*url.URL         // pages at this very path, or deeper than levels
	own     int                // how many were taken from waiting
	parts   map[string]*spread // by the next segment
	order   []string           // in which the parts were found
	left    int                // how many pages wait here and in the parts
	taken   int                // how many were taken from here and from the parts
}

// segments are the levels of an address.
func segments(u *url.URL) []string {
	all := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	all[0] = u.Host + "/" + all[0]
	return all[:min(len(all), levels)]
}

// add has a page wait.
func (s *spread) add(u *url.URL) {
	for _, name := range segments(u) {
		s.left++
		s = s.part(name)
	}
	s.left++
	s.waiting = append(s.waiting, u)
}

// seen counts a page as taken that did not wait, so that its part of the site comes later.
func (s *spread) seen(u *url.URL) {
	for _, name := range segments(u) {
		s.taken++
		s = s.part(name)
	}
	s.taken++
	s.own++
}

// part returns a part, which is made if it is new.
func (s *spread) part(name string) *spread {
	if s.parts == nil {
		s.parts = map[string]*spread{}
	}
	if s.parts[name] == nil {
		s.parts[name] = &spread{}
		s.order = append(s.order, name)
	}
	return s.parts[name]
}

// take takes the page that waits longest in the part from which the fewest were taken. It is nil if
// none waits.
func (s *spread) take() *url.URL {
	if s.left == 0 {
		return nil
	}
	s.left--
	s.taken++
	var next *spread
	for _, name := range s.order {
		if part := s.parts[name]; part.left > 0 && (next == nil || part.taken < next.taken) {
			next = part
		}
	}
	if len(s.waiting) == 0 || next != nil && next.taken < s.own {
		return next.take()
	}
	first := s.waiting[0]
	s.waiting = s.waiting[1:]
	s.own++
	return first
}
