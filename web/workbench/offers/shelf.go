package offers

import (
	"fmt"
	"slices"
	"sync"
)

// mostOffers is how many offers are kept. A person looks at one at a time.
const mostOffers = 4

// A Shelf keeps the last few offers in memory. The zero value is empty. It is safe for concurrent use.
type Shelf struct {
	mutex sync.Mutex
	all   []*Offer // the oldest first
}

// Put keeps an offer, in place of the oldest one where the shelf is full.
func (s *Shelf) Put(o *Offer) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.all = append(s.all, o)
	if len(s.all) > mostOffers {
		s.all = slices.Delete(s.all, 0, len(s.all)-mostOffers)
	}
}

// Offer returns an offer by its ID. It is an error if the shelf does not have it any more.
func (s *Shelf) Offer(id string) (*Offer, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, o := range s.all {
		if o.ID == id {
			return o, nil
		}
	}
	return nil, fmt.Errorf("there is no offer %q any more; drop its file again", id)
}
