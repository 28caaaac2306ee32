package settle

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"charte/web/audit/report"
)

// Mask cuts personal values out of a report, in place: each becomes "sha256:" and 12 hexadecimal
// digits. The same value becomes the same digits within a report, so that a reader sees where it
// goes. The digits are of an HMAC-SHA256 with a random key that nobody keeps. So short values cannot
// be guessed from them, and two reports cannot be compared by them. Masking a report twice changes
// nothing more.
//
// Cut are values of entries and identifiers; values in the queries, the fragments and the user names
// of addresses; what was sent in bodies; cookies, passwords, tokens and ETags in the headers of
// requests; and the part of an entry's name that holds an identifier, so that the name becomes a
// pattern. What is cut and is long and irregular enough to be one visitor's alone is cut as well
// where it stands in a path, an element or a sentence.
//
// Not cut are titles of pages, names of parameters, hosts, and values that are plainly nobody's: of
// fewer than three characters, whole numbers below 1000, "true" and the like, language tags such as
// "fr-FR", versions such as "v1.2.0", and the ids of tags such as "G-1A2B3C". An address in a query
// stays an address, and what is in its query is cut.
func Mask(r *report.Report) {
	m := &mask{key: make([]byte, sha256.Size), told: map[string]string{}, named: map[string]string{}}
	rand.Read(m.key) // never fails, as its documentation says
	m.learn(r)
	m.replacer = m.replaces(r)
	r.Values = false
	r.Site = m.address(r.Site)
	for i := range r.Journeys {
		m.journey(&r.Journeys[i])
	}
	for i := range r.Services {
		for k, entry := range r.Services[i].Entries {
			r.Services[i].Entries[k] = m.text(entry)
		}
	}
	for i := range r.Findings {
		m.finding(&r.Findings[i])
	}
	for i := range r.Notes {
		n := &r.Notes[i]
		n.Page, n.Text = m.address(n.Page), m.text(n.Text)
	}
}

// A mask is the masking of one report.
type mask struct {
	key      []byte
	told     map[string]string // what is cut wherever it stands, and what for
	named    map[string]string // names of entries with an identifier in them, and their patterns
	replacer *strings.Replacer
}

// digits is how many hexadecimal digits of a hash are shown. 48 bits keep millions of values apart.
const digits = 12

// cut matches what was cut before.
var cut = regexp.MustCompile(`^sha256:[0-9a-f]{12}$`)

// hash returns what stands for a value. Percent-encoding does not count, since the same value is
// encoded in a query and not in a cookie, or the other way round.
func (m *mask) hash(value string) string {
	if cut.MatchString(value) {
		return value
	}
	if plain, err := url.QueryUnescape(value); err == nil {
		value = plain
	}
	h := hmac.New(sha256.New, m.key)
	h.Write([]byte(value))
	return "sha256:" + hex.EncodeToString(h.Sum(nil))[:digits]
}

// harmless matches values that are plainly nobody's. A version without a "v" has few digits, since
// "12.05.84" is a birthday, "48.8584" a place and "192.168.1.7" an address.
var harmless = regexp.MustCompile(`^(.{0,2}|[0-9]{1,3}|(?i:true|false|null|undefined|yes|none)|[a-z]{2}[-_][A-Z]{2}|v[0-9]{1,3}(\.[0-9]{1,3}){0,2}|[0-9]{1,2}\.[0-9]|[0-9]\.[0-9]{1,2}\.[0-9]|(G|GT|GTM|AW|DC|UA)-[0-9A-Z]{4,12}(-[0-9]{1,3})?)$`)

// value returns a value, or what stands for it.
func (m *mask) value(value string) string {
	if harmless.MatchString(value) {
		return value
	}
	return m.hash(value)
}

// shortestTold is how long a value is at least that is looked for everywhere. What is shorter could
// be any word.
const shortestTold = 8

var (
	identifier = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-z]{16,}`)
	digit      = regexp.MustCompile(`[0-9]`)
)

// fewestDigits is how many digits an identifier in a name has at least. A word with a year has four.
const fewestDigits = 5

// random returns where an identifier stands in a text.
func random(text string) [][]int {
	return slices.DeleteFunc(identifier.FindAllStringIndex(text, -1), func(at []int) bool {
		return len(digit.FindAllString(text[at[0]:at[1]], fewestDigits)) < fewestDigits
	})
}

// pattern returns a name with "*" for each identifier in it.
func pattern(name string) string {
	for {
		at := random(name)
		if len(at) == 0 {
			return name
		}
		name = name[:at[0][0]] + "*" + name[at[0][1]:]
	}
}

// learn collects what is cut wherever it stands.
func (m *mask) learn(r *report.Report) {
	tell := func(value string) {
		if len(value) >= shortestTold && digit.MatchString(value) && !harmless.MatchString(value) && !cut.MatchString(value) {
			m.told[value] = m.hash(value)
		}
	}
	for _, j := range r.Journeys {
		for _, e := range j.Entries {
			tell(e.Value)
			if plain, err := url.QueryUnescape(e.Value); err == nil {
				tell(plain)
			}
			if e.Kind != report.ServiceWorker && pattern(e.Name) != e.Name {
				m.named[e.Name] = pattern(e.Name)
			}
			for _, name := range e.Names {
				if name != e.Name && len(name) >= shortestTold && digit.MatchString(name) {
					m.named[name] = e.Name
				}
			}
		}
		for _, q := range j.Requests {
			for _, s := range q.Sent {
				tell(s.Value)
			}
		}
	}
}

// replaces returns what cuts in texts and paths. Names become their patterns, the longest first. A
// value that is part of a host, or of the site's address, is no secret, and addresses would be
// unreadable without it.
func (m *mask) replaces(r *report.Report) *strings.Replacer {
	public := []string{r.Site}
	for _, j := range r.Journeys {
		for _, q := range j.Requests {
			public = append(public, q.Host, q.CNAME)
		}
		for _, e := range j.Entries {
			public = append(public, e.Host)
		}
	}
	slices.Sort(public)
	public = slices.Compact(public)
	all := maps.Clone(m.named)
	for value, is := range m.told {
		if slices.ContainsFunc(public, func(text string) bool { return host(text) != "" && strings.Contains(host(text), value) }) {
			continue
		}
		for _, written := range []string{value, url.QueryEscape(value), url.PathEscape(value)} {
			all[written] = is
		}
	}
	old := slices.SortedFunc(maps.Keys(all), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, text := range old {
		pairs = append(pairs, text, all[text])
	}
	return strings.NewReplacer(pairs...)
}

// host is the host of an address, or the text itself if it is no address.
func host(text string) string {
	if at, err := url.Parse(text); err == nil && at.Host != "" {
		return at.Hostname()
	}
	return text
}

func (m *mask) journey(j *report.Journey) {
	for i := range j.Pages {
		p := &j.Pages[i]
		p.URL, p.At, p.Error = m.address(p.URL), m.address(p.At), m.text(p.Error)
		for k := range p.Gated {
			g := &p.Gated[k]
			g.Element, g.URL = m.element(g.Element), m.address(g.URL)
		}
		for k := range p.Blocked {
			p.Blocked[k].URL = m.address(p.Blocked[k].URL)
		}
	}
	for i := range j.Requests {
		q := &j.Requests[i]
		q.URL = m.address(q.URL)
		m.initiator(&q.Initiator)
		for k := range q.Sent {
			s := &q.Sent[k]
			s.Value, s.Of = m.value(s.Value), m.text(s.Of)
		}
		if q.HTTP != nil {
			m.http(q.HTTP)
		}
	}
	for i := range j.Entries {
		e := &j.Entries[i]
		e.Value = m.value(e.Value)
		m.initiator(&e.Initiator)
		m.name(e)
	}
	for i := range j.Calls {
		m.initiator(&j.Calls[i].Initiator)
	}
}

// name leaves a name with an identifier in it as its pattern.
func (m *mask) name(e *report.Entry) {
	if e.Kind == report.ServiceWorker {
		e.Name = m.address(e.Name)
		for i, name := range e.Names {
			e.Names[i] = m.address(name)
		}
		return
	}
	if whole := pattern(e.Name); whole != e.Name && e.Names == nil {
		e.Names = []string{e.Name}
	}
	e.Name = m.replacer.Replace(pattern(e.Name))
	beginning, _, _ := strings.Cut(e.Name, "*")
	for i, name := range e.Names {
		rest, is := strings.CutPrefix(name, beginning)
		if !is {
			beginning, rest = "", name
		}
		e.Names[i] = beginning + m.value(rest)
	}
}

func (m *mask) finding(f *report.Finding) {
	f.Subject, f.Message, f.Remedy, f.Element = m.text(f.Subject), m.text(f.Message), m.text(f.Remedy), m.element(f.Element)
	for i := range f.Evidence {
		e := &f.Evidence[i]
		e.Page, e.Request = m.address(e.Page), m.address(e.Request)
		m.initiator(&e.Initiator)
	}
}

func (m *mask) initiator(i *report.Initiator) {
	i.URL, i.Element = m.address(i.URL), m.element(i.Element)
	for k, by := range i.Chain {
		i.Chain[k] = m.address(by)
	}
}
