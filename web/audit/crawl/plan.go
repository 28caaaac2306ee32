// Package crawl chooses the pages of a site that an audit visits. It has no browser: its caller visits
// the pages, and says what links they have.
package crawl

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"charte/web/audit/report"
)

// The bounds of a plan.
const (
	mostVariants = 20      // addresses that differ in the query alone: a calendar has no end
	mostOrigins  = 20      // servers of a site whose robots.txt is asked for
	mostKnown    = 250_000 // addresses that are kept, about 100 MB
)

// longestDelay bounds the delay that a robots.txt asks for. Some ask for minutes, to keep programs
// away that ask for thousands of pages.
const longestDelay = 10 * time.Second

// defaultAgent is the name by which a robots.txt speaks to an audit.
const defaultAgent = "charte-audit"

// Options are the options of [New].
type Options struct {
	// Start are the addresses that were named. The first one is the site; the others must belong to
	// it. They are visited first, in this order.
	Start []string

	// Sitemap is the address of a sitemap; "auto" for those that robots.txt names, or else
	// /sitemap.xml; or "" for none.
	Sitemap string

	Most int // how many pages are visited at most; 1 or more

	// Client asks for robots.txt and sitemaps. Nil is [http.DefaultClient]. Its CheckRedirect does
	// not count.
	Client *http.Client

	// UserAgent is the name of the program, as a robots.txt calls it. "" is "charte-audit".
	UserAgent string

	Rate float64 // pages a second at most; 0 sets no bound
}

// A Plan says which pages are visited. Its methods may be called by several goroutines. Next, and what
// is called while it looks, may take as long as a robots.txt takes.
type Plan struct {
	ctx     context.Context // of New: Next has none, and has to end with the audit
	options Options
	site    *url.URL
	fetcher *fetcher
	pacer   pacer

	mu       sync.Mutex
	named    []*url.URL
	waiting  spread
	known    map[string]bool // by key; true if it was visited
	variants map[string]int  // addresses by host and path
	robots   map[string]*robots
	pages    []string
	notes    []report.Note
	skipped  [reasons]skipped
}

// New makes a plan, and reads the sitemap if there is one to read. What the plan asks for later ends
// with ctx, too. It fails if an option is wrong, or if ctx ends. What is wrong with the site is a note.
func New(ctx context.Context, options Options) (*Plan, error) {
	if options.UserAgent == "" {
		options.UserAgent = defaultAgent
	}
	p := &Plan{
		ctx: ctx, options: options, fetcher: newFetcher(options.Client, options.UserAgent),
		known: map[string]bool{}, variants: map[string]int{}, robots: map[string]*robots{},
	}
	switch {
	case options.Most < 1:
		return nil, fmt.Errorf("%d pages were asked for; ask for 1 or more", options.Most)
	case !(options.Rate >= 0): // nor is it a number otherwise
		return nil, fmt.Errorf("%v pages a second were asked for; ask for more than 0", options.Rate)
	case options.Rate > 0:
		p.pacer.interval = time.Duration(min(float64(time.Second)/options.Rate, float64(time.Hour)))
	}
	if err := p.start(); err != nil {
		return nil, err
	}
	if err := p.readSitemaps(); err != nil {
		return nil, err
	}
	return p, nil
}

// start takes the addresses that were named.
func (p *Plan) start() error {
	for _, text := range p.options.Start {
		u := normalised(nil, text)
		if u == nil {
			return fmt.Errorf("%q is no address of a page; write https://example.org", text)
		}
		if p.site == nil {
			p.site = u
		}
		if !SameSite(p.site, u) {
			return fmt.Errorf("%s does not belong to the site of %s; audit it on its own", u, p.site)
		}
		if _, twice := p.known[key(u)]; twice {
			continue
		}
		p.know(u)
		p.named = append(p.named, u)
	}
	if p.site == nil {
		return fmt.Errorf("no address to begin with; name one, such as https://example.org")
	}
	return nil
}

// key is the same for all addresses of one page. HTTP and HTTPS show the same page.
func key(u *url.URL) string {
	u = untracked(u)
	return place(u) + "?" + spelled(u.RawQuery)
}

// place is what addresses share that differ in the query alone.
func place(u *url.URL) string { return u.Host + spelled(u.EscapedPath()) }

func (p *Plan) know(u *url.URL) {
	p.known[key(u)] = false
	p.variants[place(u)]++
}

// Next returns the address of the next page to visit. It is false when there is none: then nothing is
// left to be visited, or as many pages were as may be, or the context of [New] has ended. Later calls
// of Found may give it more.
func (p *Plan) Next() (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.pages) < p.options.Most && p.ctx.Err() == nil {
		u, named := p.take()
		if u == nil {
			return "", false
		}
		if p.known[key(u)] || !p.may(u, named) {
			continue
		}
		if p.ctx.Err() != nil {
			return "", false
		}
		p.known[key(u)] = true
		p.pages = append(p.pages, u.String())
		return u.String(), true
	}
	return "", false
}

// take takes the next address. It is nil if none waits.
func (p *Plan) take() (u *url.URL, named bool) {
	if len(p.named) == 0 {
		return p.waiting.take(), false
	}
	u = p.named[0]
	p.named = p.named[1:]
	p.waiting.seen(u)
	return u, true
}

// may reports whether robots.txt allows a page, and notes it if not.
func (p *Plan) may(u *url.URL, named bool) bool {
	said := p.said(u)
	switch {
	case said == nil:
		p.skipped[otherServers].add(u)
		return false
	case said.allows(u.RequestURI()):
		return true
	case said == forbidsAll: // which has its note
		return false
	case named:
		p.note(u.String(), fmt.Sprintf("The page was named, and not visited: robots.txt forbids it to %s. Allow it there, or leave it out.", p.options.UserAgent))
	default:
		p.skipped[forbidden].add(u)
	}
	return false
}

// said is what the robots.txt of an address's server says. It is fetched once. It is nil if too many
// were.
func (p *Plan) said(u *url.URL) *robots {
	origin := u.Scheme + "://" + u.Host
	if said, known := p.robots[origin]; known {
		return said
	}
	if len(p.robots) >= mostOrigins {
		return nil
	}
	said, err := p.fetcher.robots(p.ctx, origin)
	if p.ctx.Err() != nil {
		return said
	}
	p.robots[origin] = said
	switch {
	case err != nil:
		p.note("", fmt.Sprintf("No page of %s was visited, since nothing can be known of its robots.txt: %s. See to it that the server answers, with 404 if there is no robots.txt.", origin, plainly(err)))
	case said.delay > longestDelay:
		p.note("", fmt.Sprintf("The robots.txt of %s asks for %v between two pages. The audit waits %v.", origin, said.delay, longestDelay))
	}
	p.pacer.slow(min(said.delay, longestDelay))
	return said
}

// Found adds the links that a page has. from is where the visit ended, after redirects: that page
// counts as visited. Links may be relative to it. Those are left out that lead to another site or to a
// file, and those that look as if a visit changed something.
func (p *Plan) Found(from string, hrefs []string) {
	base := normalised(nil, from)
	p.mu.Lock()
	defer p.mu.Unlock()
	if base != nil && SameSite(p.site, base) {
		p.known[key(base)] = true
	}
	for _, href := range hrefs {
		if u := normalised(base, href); u != nil && SameSite(p.site, u) {
			p.add(u)
		}
	}
}

// add has a page of the site wait, unless it is known or is none to visit.
func (p *Plan) add(u *url.URL) {
	u = untracked(u)
	if _, known := p.known[key(u)]; known || isFile(u) {
		return
	}
	switch {
	case len(p.known) >= mostKnown:
		p.skipped[tooMany].add(u)
		return
	case isAct(u):
		p.skipped[act].add(u)
	case p.variants[place(u)] >= mostVariants:
		p.skipped[variant].add(u)
	default:
		p.waiting.add(u)
	}
	p.know(u)
}

// Wait waits until a page may be asked for. It returns the cause if ctx ends before. All visitors of a
// site share the pace, whatever its hosts are.
func (p *Plan) Wait(ctx context.Context) error { return p.pacer.wait(ctx) }

// note keeps a note. What a server said is in some of them, and may have what a terminal obeys.
func (p *Plan) note(page, text string) {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
	p.notes = append(p.notes, report.Note{Page: page, Text: text})
}

// Notes say what is not visited, and why: one for each reason, with a few examples.
func (p *Plan) Notes() []report.Note {
	p.mu.Lock()
	defer p.mu.Unlock()
	notes := slices.Clone(p.notes)
	for reason, s := range p.skipped {
		if s.count > 0 {
			notes = append(notes, report.Note{Text: s.text(why(reason), p.options)})
		}
	}
	if left := len(p.named) + p.waiting.left; left > 0 && len(p.pages) >= p.options.Most {
		notes = append(notes, report.Note{Text: fmt.Sprintf("%s known and not visited: %s the most that this audit visits. Ask for more with -pages.", counted(left, "more page is", "more pages are"), counted(p.options.Most, "page is", "pages are"))})
	}
	return notes
}
