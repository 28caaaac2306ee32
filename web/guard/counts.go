package guard

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
)

const (
	// maxRows is how many directives with their hosts are counted one by one, and how many
	// names of cookies. What does not fit is counted as others.
	maxRows = 512

	// maxNameBytes is how much of a cookie's name is kept. The longest name of the known
	// services is half as long.
	maxNameBytes = 64
)

// Counts are how often browsers have stopped a request, or would have, by directive and host;
// and how often the filter has dropped a cookie, or would have, by the cookie's name. They hold
// no address of a visitor, no page, no query, and no time finer than a day. They are in memory
// only: they end with the process.
//
// The zero Counts are ready for use. Several goroutines may use them at once.
type Counts struct {
	// Origins are the origins of the pages whose reports count, "https://example.org". Pages of
	// the host that the reports are sent to count as well. Reports of all other pages are
	// counted together, as elsewhere. Origins must not change once the counts are in use.
	Origins []string

	now func() time.Time // nil is time.Now

	bodies atomic.Int32 // reports that are being read

	mutex     sync.Mutex
	since     consent.Day // 0 before the first count or Declare
	hosts     table
	cookies   table
	elsewhere int
	declared  declared
}

// Declare tells the counts which hosts and cookies a catalogue declares. A declared host keeps
// its place among the rows even if somebody reports many others. Where the catalogue declares
// "*.example.com" or "_ga_*", one row of that name counts all that it stands for. Rows that were
// there before stay.
func (c *Counts) Declare(cat *catalogue.Catalogue) {
	d := declared{hosts: map[string]bool{}, cookies: map[string]bool{}}
	for _, h := range cat.Site.Hosts {
		d.hosts[h.Host] = true
	}
	for _, s := range cat.Services {
		for _, h := range s.Hosts {
			d.hosts[h.Host] = true
		}
		for _, k := range s.Cookies {
			if strings.HasSuffix(k.Name, "*") {
				d.families = append(d.families, strings.TrimSuffix(k.Name, "*"))
			}
			d.cookies[k.Name] = true
		}
	}
	// The longest comes first, so that a family counts what is its own.
	slices.SortFunc(d.families, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.begin()
	c.declared = d
}

// Host counts that a directive of the policy has stopped a request to a host, or would have. Both
// must be safe to show: see [Counts.Receive] for what browsers report.
func (c *Counts) Host(directive, host string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	today := c.begin()
	host, known := c.declared.host(host)
	c.hosts.add(key{directive, host}, known, today)
}

// Cookie counts that the filter has dropped a cookie of this name, or would have.
func (c *Counts) Cookie(name string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	today := c.begin()
	name, known := c.declared.cookie(name)
	c.cookies.add(key{"", cut(name)}, known, today)
}

// begin notes the day on which the counts have begun, and returns today.
func (c *Counts) begin() consent.Day {
	now := time.Now
	if c.now != nil {
		now = c.now
	}
	today := consent.DayOf(now())
	if c.since == 0 {
		c.since = today
	}
	return today
}

// A HostCount is how often a directive has stopped requests to a host.
type HostCount struct {
	Directive string `json:"directive"` // "script-src", or "other"
	Host      string `json:"host"`      // "www.example.com", "*.example.com", or a word such as "inline"
	Count     int    `json:"count"`
	Last      string `json:"last"` // the last day, "2026-11-29"
}

// A CookieCount is how often the filter has dropped a cookie.
type CookieCount struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	Last  string `json:"last"` // the last day, "2026-11-29"
}

// A Snapshot is what the counts were at one moment. The most frequent come first.
type Snapshot struct {
	Since   string        `json:"since"` // the first day, "2026-11-29"; empty if nothing was ever counted
	Hosts   []HostCount   `json:"hosts"`
	Cookies []CookieCount `json:"cookies"`

	// OtherHosts and OtherCookies are what had no row of its own.
	OtherHosts   int `json:"otherHosts"`
	OtherCookies int `json:"otherCookies"`

	// Elsewhere is how many reports came from pages of other origins.
	Elsewhere int `json:"elsewhere"`
}

// Snapshot returns what the counts are now.
func (c *Counts) Snapshot() Snapshot {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	s := Snapshot{Hosts: []HostCount{}, Cookies: []CookieCount{}, OtherHosts: c.hosts.others, OtherCookies: c.cookies.others, Elsewhere: c.elsewhere}
	if c.since != 0 {
		s.Since = c.since.String()
	}
	for _, r := range c.hosts.sorted() {
		s.Hosts = append(s.Hosts, HostCount{r.directive, r.name, r.count, r.last.String()})
	}
	for _, r := range c.cookies.sorted() {
		s.Cookies = append(s.Cookies, CookieCount{r.name, r.count, r.last.String()})
	}
	return s
}

// MarshalJSON writes a [Snapshot].
func (c *Counts) MarshalJSON() ([]byte, error) { return json.Marshal(c.Snapshot()) }

// declared are the hosts and cookies that a catalogue declares. The zero declared are none.
type declared struct {
	hosts    map[string]bool // "www.example.com", "*.example.com"
	cookies  map[string]bool // "_ga", "_ga_*"
	families []string        // "_ga_" for "_ga_*"; the longest first
}

// host returns the name under which a host is counted, and reports whether it is declared. The
// closest wildcard comes first.
func (d declared) host(host string) (name string, known bool) {
	if d.hosts[host] {
		return host, true
	}
	for rest := host; ; {
		_, parent, found := strings.Cut(rest, ".")
		if !found {
			return host, false
		}
		if d.hosts["*."+parent] {
			return "*." + parent, true
		}
		rest = parent
	}
}

// cookie returns the name under which a cookie is counted, and reports whether it is declared.
func (d declared) cookie(name string) (counted string, known bool) {
	if d.cookies[name] {
		return name, true
	}
	for _, family := range d.families {
		if strings.HasPrefix(name, family) {
			return family + "*", true
		}
	}
	return name, false
}

// cut shortens a name, and makes UTF-8 of it.
func cut(name string) string {
	if len(name) > maxNameBytes {
		name = name[:maxNameBytes] + "…"
	}
	return strings.ToValidUTF8(name, "�")
}

// A table counts up to maxRows keys one by one.
type table struct {
	rows   []row
	index  map[key]int // in rows
	others int
	begun  int // how many rows were ever begun
}

type key struct{ directive, name string }

type row struct {
	key
	count int
	last  consent.Day
	known bool // whether the catalogue declares it
	order int  // a row that began later has a larger one
}

// add counts a key. In a full table a new key takes the place of the row that matters least,
// whose count goes to the others. So a flood of made-up names does not keep out what is real for
// longer than it lasts, and never displaces what the catalogue declares.
func (t *table) add(k key, known bool, today consent.Day) {
	if i, there := t.index[k]; there {
		r := &t.rows[i]
		r.count++
		r.last = today
		r.known = r.known || known
		return
	}
	if t.index == nil {
		t.index = map[key]int{}
	}
	place := len(t.rows)
	if place < maxRows {
		t.rows = append(t.rows, row{})
	} else {
		place = t.least(today)
		least := t.rows[place]
		if least.known && !known {
			t.others++
			return
		}
		t.others += least.count
		delete(t.index, least.key)
	}
	t.begun++
	t.rows[place] = row{key: k, count: 1, last: today, known: known, order: t.begun}
	t.index[k] = place
}

// least returns the place of the row that matters least: what is declared matters most, then what
// is frequent. A count matters half as much after each day without another. Among equals, the
// oldest row matters least.
func (t *table) least(today consent.Day) int {
	least := 0
	for i := range t.rows {
		if t.rows[i].mattersLess(&t.rows[least], today) {
			least = i
		}
	}
	return least
}

func (r *row) mattersLess(other *row, today consent.Day) bool {
	a, b := r.weight(today), other.weight(today)
	switch {
	case r.known != other.known:
		return other.known
	case a != b:
		return a < b
	}
	return r.order < other.order
}

func (r *row) weight(today consent.Day) int { return r.count >> max(0, min(62, today-r.last)) }

// sorted returns the rows: the most frequent first, equals by name.
func (t *table) sorted() []row {
	return slices.SortedFunc(slices.Values(t.rows), func(a, b row) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.directive, b.directive), cmp.Compare(a.name, b.name))
	})
}
