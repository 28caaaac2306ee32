package audit

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/audit/find"
	"charte/web/audit/record"
	"charte/web/audit/report"
	"charte/web/browser"
)

// Pages are which pages an audit visits.
type Pages interface {
	// Next returns the next address, and false when there is none any more.
	Next() (address string, ok bool)

	// Found adds the links that a page has.
	Found(from string, links []string)

	// Wait waits until a page of the host may be asked for.
	Wait(ctx context.Context) error
}

// Options are the options of [Run].
type Options struct {
	Site  string // the first address
	Pages Pages

	// Study is the catalogue to compare with, or nil.
	Study *source.Study

	Banner record.Banner

	// Resolve and Trusted are as for [record.Start].
	Resolve map[string]string
	Trusted *x509.Certificate

	// Browser is one that [record.Start] has started. Nil starts one, with Resolve and Trusted.
	Browser *browser.Browser

	Cookies []browser.Cookie
	Storage map[string]map[string]string

	// CNAME returns the name that a host is another name of, or "". Nil asks nobody.
	CNAME func(ctx context.Context, host string) string

	// ThirdParty reports whether a host belongs to another site than a page.
	ThirdParty func(page *url.URL, host string) bool

	// Budget is how long the audit may take. 0 means 10 minutes.
	Budget time.Duration

	// Patience is how long a page may take until it is left. 0 means record's default.
	Patience time.Duration

	// Charte is the program's own version.
	Charte string

	// Progress is called when a page has been visited, from several goroutines. Nil is fine.
	Progress func(state report.State, done, known int, page string)

	Log io.Writer
}

const defaultBudget = 10 * time.Minute

// A Result is a report with its pictures, by the names that the report has for them.
type Result struct {
	Report   *report.Report
	Pictures map[string][]byte
}

// Run audits a site. It returns what was seen even if ctx ends. An error means that the audit could
// not be made.
func Run(ctx context.Context, options Options) (*Result, error) {
	if options.Budget == 0 {
		options.Budget = defaultBudget
	}
	ctx, cancel := context.WithTimeoutCause(ctx, options.Budget, fmt.Errorf("the budget of %v was used up", options.Budget))
	defer cancel()
	a := &run{options: options, pages: &trail{}, result: &Result{Pictures: map[string][]byte{}}}
	a.result.Report = &report.Report{Version: report.Version, Charte: options.Charte, Site: options.Site, Began: time.Now()}
	if options.Study != nil {
		a.result.Report.Catalogue = &report.Catalogue{File: options.Study.File, Revision: options.Study.Catalogue.Revision()}
	}
	known, err := source.Services()
	if err != nil {
		return nil, err
	}
	if a.browser = options.Browser; a.browser == nil {
		if a.browser, err = record.Start(ctx, options.Resolve, options.Trusted, options.Log); err != nil {
			return nil, err
		}
		defer a.browser.Close()
	}
	if err := a.journeys(ctx); err != nil {
		return nil, err
	}
	a.finish(ctx, known)
	return a.result, nil
}

// A run is one audit under way.
type run struct {
	options Options
	browser *browser.Browser
	pages   *trail

	mu     sync.Mutex
	result *Result
}

// journeys has three visitors go through the site at once. The first chooses the pages; the others
// follow. The third accepts, and withdraws later.
func (a *run) journeys(ctx context.Context) error {
	var all sync.WaitGroup
	faults := make([]error, 3)
	for i, go_ := range []func(context.Context) error{a.before, a.refused, a.accepted} {
		all.Go(func() { faults[i] = go_(ctx) })
	}
	all.Wait()
	if ctx.Err() != nil {
		return nil // what was seen is reported
	}
	for _, err := range faults {
		if err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(a.result.Report.Journeys, func(j report.Journey) bool {
		return slices.ContainsFunc(j.Pages, func(p report.Page) bool { return p.Error == "" })
	}) {
		return fmt.Errorf("no page of %s could be seen. %s", a.options.Site, a.why())
	}
	return nil
}

// why is the first reason for which a page was not seen, or "" if none was tried.
func (a *run) why() string {
	for _, j := range a.result.Report.Journeys {
		for _, page := range j.Pages {
			if page.Error != "" {
				return page.Error
			}
		}
	}
	return ""
}

// finish puts what the visitors saw into order and looks for what is wrong.
func (a *run) finish(ctx context.Context, known []*services.Entry) {
	r := a.result.Report
	r.Ended = time.Now()
	if ctx.Err() != nil {
		r.Cut = "The audit was cut short: " + context.Cause(ctx).Error() + "."
		if context.Cause(ctx) == context.Canceled {
			r.Cut = "The audit was cut short by whoever ran it."
		}
	}
	slices.SortStableFunc(r.Journeys, func(x, y report.Journey) int {
		return slices.Index(report.States, x.State) - slices.Index(report.States, y.State)
	})
	a.aliases(ctx)
	find.All(r, a.options.Study, known)
}

// aliasing is how long all questions to the resolver may take together.
const aliasing = 10 * time.Second

// aliases asks for the names behind the site's own hosts. The site's names may lead to a tracker's.
func (a *run) aliases(ctx context.Context) {
	if a.options.CNAME == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), aliasing)
	defer cancel()
	known := map[string]string{}
	for _, j := range a.result.Report.Journeys {
		for i := range j.Requests {
			q := &j.Requests[i]
			if q.ThirdParty || q.Page >= len(j.Pages) || net.ParseIP(q.Host) != nil {
				continue
			}
			name, asked := known[q.Host]
			if !asked {
				name = strings.TrimSuffix(a.options.CNAME(ctx, q.Host), ".")
				known[q.Host] = name
			}
			page, err := url.Parse(j.Pages[q.Page].URL)
			if err == nil && name != "" && a.options.ThirdParty != nil && a.options.ThirdParty(page, name) {
				q.CNAME = name
			}
		}
	}
}

// visitor has a new visitor come for a journey.
func (a *run) visitor(ctx context.Context) (*record.Visitor, error) {
	o := a.options
	v, err := record.New(ctx, a.browser, record.Options{Cookies: o.Cookies, Storage: o.Storage, ThirdParty: o.ThirdParty, Most: o.Patience})
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.result.Report.Browser = v.Version
	return v, nil
}

// end takes over what a visitor saw in a state.
func (a *run) end(ctx context.Context, v *record.Visitor, state report.State, answer string) {
	if state != report.Accepted { // whose last page is where consent was withdrawn
		v.Leave(ctx)
	}
	j, notes := v.Journey(state)
	j.Answer = answer
	a.mu.Lock()
	defer a.mu.Unlock()
	if answer != "" || state == report.Before {
		a.result.Report.Journeys = append(a.result.Report.Journeys, j)
	}
	a.result.Report.Notes = append(a.result.Report.Notes, notes...)
}

func (a *run) note(state report.State, page, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.result.Report.Notes = append(a.result.Report.Notes, report.Note{State: state, Page: page, Text: text})
}

// before visits the pages without an answer, and finds those that the others visit.
func (a *run) before(ctx context.Context) error {
	defer a.pages.close()
	v, err := a.visitor(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	defer a.end(ctx, v, report.Before, "")
	for n := 0; ctx.Err() == nil; n++ {
		address, ok := a.options.Pages.Next()
		if !ok || a.options.Pages.Wait(ctx) != nil {
			return nil
		}
		page, links, err := v.Visit(ctx, address)
		if err != nil {
			return err
		}
		if page.Error == "" && page.Banner == "" {
			if page.Banner, err = v.Found(ctx, a.options.Banner); err != nil {
				return err
			}
		}
		a.left(report.Before, page, a.options.Site)
		a.options.Pages.Found(page.At, links)
		if n == 0 {
			a.picture(v, report.Before, page)
		}
		if page.Error == "" || n == 0 {
			a.pages.add(address)
		}
		a.tell(report.Before, n+1, page.URL)
	}
	return nil
}

// left notes a page that could not be seen, or that led to another site.
func (a *run) left(state report.State, page *report.Page, site string) {
	switch {
	case page.Error != "":
		a.note(state, page.URL, page.Error)
	case !page.Quiet:
		a.note(state, page.URL, "The page never got quiet: what it did until then is in the report.")
	}
	at, err := url.Parse(page.At)
	from, fromErr := url.Parse(page.URL)
	if err == nil && fromErr == nil && at.Hostname() != "" && a.options.ThirdParty != nil && a.options.ThirdParty(from, at.Hostname()) {
		a.note(state, page.URL, fmt.Sprintf("The page leads to another site, %s, which was not audited.", at.Hostname()))
	}
}

// refused visits the pages after everything was refused.
func (a *run) refused(ctx context.Context) error {
	v, err := a.visitor(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	answer, err := a.answer(ctx, v, report.Refused, false)
	if err != nil || answer == "" {
		return err
	}
	defer a.end(ctx, v, report.Refused, answer)
	return a.walk(ctx, v, report.Refused)
}

// accepted visits the pages after everything was accepted, and again after it was withdrawn.
func (a *run) accepted(ctx context.Context) error {
	v, err := a.visitor(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	answer, err := a.answer(ctx, v, report.Accepted, true)
	if err != nil || answer == "" {
		return err
	}
	err = a.walk(ctx, v, report.Accepted)
	if first, _ := a.pages.at(ctx, 0); err == nil && a.pages.len() > 1 && ctx.Err() == nil {
		_, _, err = v.Visit(ctx, first) // where the banner was answered: the last page may have none
	}
	a.end(ctx, v, report.Accepted, answer)
	if err != nil || ctx.Err() != nil {
		return err
	}
	withdrawn, err := v.Withdraw(ctx, a.options.Banner)
	if err != nil {
		return err
	}
	if withdrawn == "" {
		a.note(report.Withdrawn, "", "Consent could not be withdrawn by a program, so the journey after withdrawal is missing.")
		return nil
	}
	v.Journey(report.Withdrawn) // what the page did meanwhile it may have begun before
	defer a.end(ctx, v, report.Withdrawn, withdrawn)
	return a.walk(ctx, v, report.Withdrawn)
}

// answer opens the first page and answers the banner. What was seen until then belongs to the journey
// before an answer, and is left out here.
func (a *run) answer(ctx context.Context, v *record.Visitor, state report.State, yes bool) (string, error) {
	address, ok := a.pages.at(ctx, 0)
	if !ok || a.options.Pages.Wait(ctx) != nil {
		return "", nil
	}
	page, _, err := v.Visit(ctx, address)
	if err != nil || page.Error != "" {
		return "", err
	}
	v.Journey(state) // forgets the requests and keeps the entries
	answer, err := v.Answer(ctx, a.options.Banner, yes)
	if err != nil {
		return "", err
	}
	if answer == "" {
		a.note(state, address, "No banner could be answered, so this journey is missing. Name its buttons with -accept and -refuse, or give autoconsent's script with -autoconsent, which knows how to refuse alone.")
	}
	return answer, nil
}

// walk visits all pages.
func (a *run) walk(ctx context.Context, v *record.Visitor, state report.State) error {
	for n := 0; ctx.Err() == nil; n++ {
		address, ok := a.pages.at(ctx, n)
		if !ok || a.options.Pages.Wait(ctx) != nil {
			return nil
		}
		page, _, err := v.Visit(ctx, address)
		if err != nil {
			return err
		}
		if page.Error == "" && page.Banner == "" {
			// Autoconsent's rules find a banner that asks. This one has been answered.
			if page.Banner, err = v.Found(ctx, record.Banner{Accept: a.options.Banner.Accept, Refuse: a.options.Banner.Refuse, Settings: a.options.Banner.Settings}); err != nil {
				return err
			}
		}
		a.left(state, page, a.options.Site)
		if n == 0 {
			a.picture(v, state, page)
		}
		a.tell(state, n+1, address)
	}
	return nil
}

// picture keeps a picture of a page. A page that cannot be drawn has none.
func (a *run) picture(v *record.Visitor, state report.State, page *report.Page) {
	picture, err := v.Picture()
	if err != nil || page.Error != "" {
		return
	}
	page.Picture = string(state) + ".png"
	a.mu.Lock()
	defer a.mu.Unlock()
	a.result.Pictures[page.Picture] = picture
}

func (a *run) tell(state report.State, done int, page string) {
	if a.options.Progress != nil {
		a.options.Progress(state, done, a.pages.len(), page)
	}
}

// A trail is a list that one visitor writes while others read it.
type trail struct {
	mu     sync.Mutex
	list   []string
	closed bool
	grown  chan struct{} // closed, and replaced, when the list grows or ends
}

func (t *trail) change(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f()
	if t.grown != nil {
		close(t.grown)
		t.grown = nil
	}
}

func (t *trail) add(address string) { t.change(func() { t.list = append(t.list, address) }) }
func (t *trail) close()             { t.change(func() { t.closed = true }) }

func (t *trail) len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.list)
}

// at returns an element, and waits until it is there. It is false if the list ends before it.
func (t *trail) at(ctx context.Context, i int) (string, bool) {
	for {
		t.mu.Lock()
		if i < len(t.list) {
			defer t.mu.Unlock()
			return t.list[i], true
		}
		if t.closed {
			t.mu.Unlock()
			return "", false
		}
		if t.grown == nil {
			t.grown = make(chan struct{})
		}
		grown := t.grown
		t.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			return "", false
		}
	}
}
