package hosts

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/bundle"
	"charte/web/server"
)

// modelSteps makes the model tests take more steps:
//
//	go test ./web/hosts -run TestModel -steps 10000
var modelSteps = flag.Int("steps", 0, "the least number of steps that the model tests take in each browser")

// modelSeed repeats the steps of a run, whose log has its seed.
var modelSeed = flag.Uint64("seed", 0, "the seed from which the model tests draw their steps; 0 draws a new one")

// modelRandom returns the source from which a model test draws its steps, and logs its seed.
func modelRandom(t *testing.T) *rand.Rand {
	seed := *modelSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("go test ./web/hosts -run %s -seed %d", t.Name(), seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// modelled lists the services of the demo that the model knows, by category. Matomo is exempt, and the
// others ask.
var modelled = []struct {
	category string
	services []string
}{
	{"statistics", []string{"matomo", "google-analytics"}},
	{"first-party", []string{"personalisation"}},
	{"third-party", []string{"youtube", "meta-pixel"}},
}

const exemptService = "matomo"

// everyService calls f for each service with its category.
func everyService(f func(category, service string)) {
	for _, c := range modelled {
		for _, s := range c.services {
			f(c.category, s)
		}
	}
}

// askingServices returns the services that may not run without consent.
func askingServices() (all []string) {
	everyService(func(_, s string) {
		if s != exemptService {
			all = append(all, s)
		}
	})
	return all
}

// A statement is the last answer of a visitor.
type statement struct {
	revision int             // index of the catalogue that the visitor answered
	yes      map[string]bool // services that ask, and whether they are granted
	no       bool            // whether the visitor objects to the exempt service
}

// A plain is a simple model of a visitor and a page: what the visitor has said, and what follows from
// it. It shares no code with what it is compared with.
type plain struct {
	revision int        // index of the present catalogue
	said     *statement // nil where the visitor has said nothing

	// The state of the page that is open, by service: what has run, whose scripts for a withdrawal have
	// run, and what was withdrawn.
	ran, against, withdrawn map[string]bool
	once                    bool // whether the frame was allowed once
}

// opens makes the page a new one.
func (m *plain) opens() {
	m.ran, m.against, m.withdrawn, m.once = map[string]bool{}, map[string]bool{}, map[string]bool{}, false
}

// answered reports whether the visitor has answered the present catalogue.
func (m *plain) answered() bool { return m.said != nil && m.said.revision == m.revision }

// may reports whether a service may run now.
func (m *plain) may(service string) bool {
	if service == exemptService {
		return m.said == nil || !m.said.no
	}
	return m.answered() && m.said.yes[service]
}

// says makes next the visitor's last answer. more is whether it only grants.
func (m *plain) says(next *statement, more bool) {
	before := map[string]bool{}
	everyService(func(_, s string) { before[s] = m.may(s) })
	m.said = next
	taken := false
	everyService(func(_, s string) {
		switch {
		case m.may(s):
			delete(m.withdrawn, s)
		case before[s]:
			m.withdrawn[s], taken = true, true
		}
	})
	if !more || taken {
		m.once = false
	}
}

// now returns what holds now, as a statement on the present catalogue.
func (m *plain) now() *statement {
	next := &statement{revision: m.revision, yes: map[string]bool{}, no: m.said != nil && m.said.no}
	if m.answered() {
		next.yes = maps.Clone(m.said.yes)
	}
	return next
}

// draft returns what the settings begin with: what holds now or, where the last answer was about
// another catalogue, that answer. Where that answer granted a whole category, the cookie has only the
// category's name. Nobody knows then which services it meant, so nothing is taken over.
func (m *plain) draft() *statement {
	next := m.now()
	if m.answered() || m.said == nil {
		return next
	}
	for _, c := range modelled {
		whole := true
		for _, s := range c.services {
			whole = whole && (s == exemptService || m.said.yes[s])
		}
		if whole {
			return next
		}
	}
	next.yes = maps.Clone(m.said.yes)
	return next
}

// all returns a statement that grants, or refuses, every service that asks.
func (m *plain) all(yes bool) *statement {
	next := m.now()
	for _, s := range askingServices() {
		next.yes[s] = yes
	}
	return next
}

// set changes a statement by choices. Each names a service, or a category, which stands for all of its
// services that ask.
func (s *statement) set(choices map[string]bool) {
	for _, c := range modelled {
		if yes, named := choices[c.category]; named {
			for _, service := range c.services {
				if service != exemptService {
					s.yes[service] = yes
				}
			}
		}
	}
	everyService(func(_, service string) {
		switch yes, named := choices[service]; {
		case !named:
		case service == exemptService:
			s.no = !yes
		default:
			s.yes[service] = yes
		}
	})
}

// looks does what the gate does when it looks at the page: it runs what may run, and the scripts for a
// withdrawal of what was withdrawn.
func (m *plain) looks() {
	m.ran["necessary"] = true // a category without services
	everyService(func(_, s string) {
		switch {
		case m.may(s):
			m.ran[s] = true
		case m.withdrawn[s]:
			m.against[s] = true
		}
	})
}

// lists returns the end of the cookie for a statement.
func (s *statement) lists() string {
	var yes []string
	for _, c := range modelled {
		var some []string
		asking := 0
		for _, service := range c.services {
			if service == exemptService {
				continue
			}
			asking++
			if s.yes[service] {
				some = append(some, c.category+"."+service)
			}
		}
		if len(some) > 0 && len(some) == asking {
			some = []string{c.category}
		}
		yes = append(yes, some...)
	}
	slices.Sort(yes)
	lists := ""
	if len(yes) > 0 {
		lists += "&yes=" + strings.Join(yes, "+")
	}
	if s.no {
		lists += "&no=statistics"
	}
	return lists
}

// A seen is what can be seen from outside of a visitor's answer and its effects.
type seen struct {
	Cookie                   string
	Answered                 bool
	Granted, Refused, Allows []string
	Ran, Against             []string
	Frame                    bool
	StrayLinks               int // number of links to the charter that lead to another origin
}

// sees returns what should be seen. revisions are the names of the catalogues' revisions.
func (m *plain) sees(revisions []string) seen {
	s := seen{Answered: m.answered(), Ran: slices.Sorted(maps.Keys(m.ran)), Against: slices.Sorted(maps.Keys(m.against)), Frame: m.may("youtube") || m.once}
	if m.said != nil {
		s.Cookie = revisions[m.said.revision] + m.said.lists()
	}
	for _, c := range modelled {
		every, listed := true, false
		for _, service := range c.services {
			may := m.may(service)
			every = every && may
			if may {
				s.Allows = append(s.Allows, service)
			}
			if service == exemptService && may {
				continue
			}
			listed = true
			if may {
				s.Granted = append(s.Granted, service)
			} else {
				s.Refused = append(s.Refused, service)
			}
		}
		if every {
			s.Allows = append(s.Allows, c.category)
		}
		switch {
		case !listed:
		case every:
			s.Granted = append(s.Granted, c.category)
		default:
			s.Refused = append(s.Refused, c.category)
		}
	}
	for _, list := range []*[]string{&s.Granted, &s.Refused, &s.Allows, &s.Ran, &s.Against} {
		slices.Sort(*list)
		*list = append([]string{}, *list...) // never nil, because it is compared as JSON
	}
	return s
}

// modelCatalogues returns two revisions of the demo's catalogue.
func modelCatalogues(t testing.TB) []*catalogue.Catalogue {
	t.Helper()
	var all []*catalogue.Catalogue
	for _, more := range []bool{false, true} {
		c := keeping(t)
		c.Site.CharterURL = "/cookies"
		c.Services = slices.DeleteFunc(c.Services, func(s catalogue.Service) bool { return s.Category == "necessary" })
		for i := range c.Services {
			if s := &c.Services[i]; more && s.ID == "google-analytics" {
				cookie := s.Cookies[0]
				cookie.Name = "_ga_more"
				s.Cookies = append(slices.Clone(s.Cookies), cookie)
			}
		}
		all = append(all, c)
	}
	return all
}

// TestModelOfConsent: package consent agrees with the plain model on 10,000 answers, objections,
// withdrawals and new revisions.
func TestModelOfConsent(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	random := modelRandom(t)
	var policies []consent.Policy
	var revisions []string
	for _, c := range modelCatalogues(t) {
		policies = append(policies, consent.PolicyOf(bundleOf(t, "light", c).Views[0]))
		revisions = append(revisions, policies[len(policies)-1].Revision)
	}
	if revisions[0] == revisions[1] {
		t.Fatal("the two catalogues have the same revision")
	}
	today := consent.DayOf(time.Now())
	m, cookies := &plain{}, ""
	m.opens()
	write := func(d consent.Decision) { cookies = consent.CookieName + "=" + d.Value() }
	for step := range max(10000, *modelSteps) {
		p := policies[m.revision]
		before := p.Read(cookies, today)
		var did string
		switch random.IntN(6) {
		case 0:
			did = "accept"
			m.says(m.all(true), false)
			write(p.AcceptAll(today).Keeping(before))
		case 1:
			did = "refuse"
			m.says(m.all(false), false)
			write(p.RefuseAll(today).Keeping(before))
		case 2, 3:
			choices := modelChoices(random)
			did = fmt.Sprint("set ", choices)
			next := m.now()
			next.set(choices)
			m.says(next, false)
			d, _ := p.Set(before, choices, today)
			write(d)
		case 4:
			did = "a new revision"
			m.revision = 1 - m.revision
		case 5:
			did = "reset"
			m.says(nil, false)
			cookies = ""
		}
		d := policies[m.revision].Read(cookies, today)
		want := m.sees(revisions)
		got := seen{Answered: d.Answered, Ran: want.Ran, Against: want.Against, Frame: want.Frame,
			Granted: policies[m.revision].Granted(d), Refused: policies[m.revision].Refused(d), Allows: []string{}}
		if _, value, there := strings.Cut(cookies, "&rev="); there {
			got.Cookie = value
		}
		everyService(func(_, s string) {
			if policies[m.revision].Allows(d, s) {
				got.Allows = append(got.Allows, s)
			}
		})
		for _, c := range modelled {
			if policies[m.revision].Allows(d, c.category) {
				got.Allows = append(got.Allows, c.category)
			}
		}
		if !d.Answered { // without an answer only the hook says what is refused
			got.Granted, got.Refused = want.Granted, want.Refused
		}
		if said, wanted := quotedSeen(got), quotedSeen(want); said != wanted {
			t.Fatalf("step %d, %s:\n got %s\nwant %s", step, did, said, wanted)
		}
	}
}

// quotedSeen returns what is seen as JSON, with its lists sorted.
func quotedSeen(s seen) string {
	for _, list := range []*[]string{&s.Granted, &s.Refused, &s.Allows} {
		*list = append([]string{}, *list...)
		slices.Sort(*list)
	}
	data, _ := json.Marshal(s)
	return string(data)
}

// modelChoices draws choices for one or two names of categories or services.
func modelChoices(random *rand.Rand) map[string]bool {
	var names []string
	for _, c := range modelled {
		names = append(append(names, c.category), c.services...)
	}
	choices := map[string]bool{}
	for range 1 + random.IntN(2) {
		choices[names[random.IntN(len(names))]] = random.IntN(2) == 0
	}
	return choices
}

// A modelPage is what is wrong or unusual about a page and its files.
type modelPage struct {
	noEngine, noRelease, slowRelease, frozen, module bool
}

func (p modelPage) String() string {
	type fields modelPage // a type without this method, which would call itself
	return fmt.Sprintf("%+v", fields(p))
}

// seenInPage is an expression that gives what a page shows, in the form of seen.
const seenInPage = `(() => {
	const all = ` + "`" + `ALL` + "`" + `.split(" ");
	const {answered, granted, refused} = charte.decision;
	const shadow = document.querySelector("charte-banner")?.shadowRoot;
	return {
		Cookie: (/(?:^|; )cookies_preferences=[^;]*&rev=([^;]*)/.exec(document.cookie) || ["", ""])[1],
		Answered: answered,
		Granted: [...granted].sort(), Refused: [...refused].sort(),
		Allows: all.filter(id => charte.allows(id)).sort(),
		Ran: [...ran].sort(), Against: [...against].sort(),
		Frame: !!document.querySelector("#frame").getAttribute("src"),
		StrayLinks: [...shadow?.querySelectorAll("a[href$='/cookies']") || []].filter(a => new URL(a.href).origin !== location.origin).length,
	};
})()`

// TestModel: a visitor's steps, their tabs and what goes wrong with the files are drawn at random.
// After each step the page shows what the plain model says.
func TestModel(t *testing.T) {
	t.Parallel()
	shows(t, "Answers, objections, withdrawals, new revisions, tabs, Escape, frames allowed once, slow and missing files, at random: the page shows after each step what a plain model says")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		r := newModelRun(t, name, modelRandom(t))
		t.Cleanup(func() {
			if t.Failed() {
				t.Logf("steps: %s; said: %+v; page: %v", strings.Join(r.steps, "; "), r.m.said, r.page)
			}
		})
		for end := time.Now().Add(fuzzing() / 2); r.done < max(12, *modelSteps) || time.Now().Before(end); {
			r.step()
			if t.Failed() {
				return
			}
		}
	})
}

type modelRun struct {
	visitor
	w         *world
	m         *plain
	random    *rand.Rand
	bundles   []*bundle.Bundle
	revisions []string
	handlers  []http.Handler
	page      modelPage
	serving   atomic.Int32 // index of the bundle that is served
	state     atomic.Pointer[modelPage]
	held      atomic.Pointer[chan struct{}] // closed to let the second file come; nil where it is not slow
	steps     []string
	done      int // number of steps that did something and were compared
}

func newModelRun(t *testing.T, name browser.Engine, random *rand.Rand) *modelRun {
	t.Helper()
	catalogues := modelCatalogues(t)
	r := &modelRun{w: newWorldOf(t, "light", catalogues[0]), m: &plain{}, random: random}
	for _, c := range catalogues {
		b := bundleOf(t, "light", c)
		handler, err := server.Files(b, http.NotFoundHandler())
		if err != nil {
			t.Fatal(err)
		}
		r.bundles, r.revisions, r.handlers = append(r.bundles, b), append(r.revisions, b.Views[0].Revision), append(r.handlers, handler)
	}
	r.state.Store(&modelPage{})
	r.w.fault = func(rw http.ResponseWriter, q *http.Request) bool {
		state, serving := r.state.Load(), r.serving.Load()
		release := strings.HasPrefix(q.URL.Path, "/release-")
		if state.noEngine && strings.HasPrefix(q.URL.Path, "/engine-") || state.noRelease && release {
			rw.Header().Set("Cache-Control", "no-store")
			http.NotFound(rw, q)
			return true
		}
		if hold := r.held.Load(); release && hold != nil {
			select {
			case <-*hold:
			case <-q.Context().Done():
			}
		}
		if strings.HasPrefix(q.URL.Path, "/charte-") && strings.HasSuffix(q.URL.Path, ".js") {
			q.URL.Path = "/charte.js"
		}
		r.handlers[serving].ServeHTTP(fresh{rw}, q)
		return true
	}
	r.w.Site = r.w.serve("model", "localhost", http.HandlerFunc(r.serves))
	r.visitor = visitor{browsertest.NewPage(t, name), t}
	r.must(r.Preload(endless))
	r.open(modelPage{})
	r.compare() // the page's first scripts run before any step, because a withdrawal does not undo what they ran
	return r
}

// fresh keeps a file out of the browser's cache: a cached file could be neither slow nor missing.
type fresh struct{ http.ResponseWriter }

func (f fresh) WriteHeader(status int) {
	f.Header().Set("Cache-Control", "no-store")
	f.ResponseWriter.WriteHeader(status)
}

// serves answers with the page.
func (r *modelRun) serves(rw http.ResponseWriter, q *http.Request) {
	if q.URL.Path != "/" {
		http.NotFound(rw, q)
		return
	}
	state := r.state.Load()
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Modèle</title><script>window.ran = new Set(); window.against = new Set();</script>`)
	if state.frozen {
		b.WriteString(`<script>Object.freeze(EventTarget.prototype)</script>`)
	}
	if state.module {
		fmt.Fprintf(&b, `<script type="module" src="%s/charte-%s.js" data-load="intent"></script>`, r.w.Charte, r.bundles[r.serving.Load()].Files["charte.js"].Hash)
	} else {
		fmt.Fprintf(&b, `<script src="%s/charte.js" data-load="intent" defer></script>`, r.w.Charte)
	}
	b.WriteString(`</head><body>`)
	everyService(func(category, service string) {
		fmt.Fprintf(&b, `<script type="text/plain" data-category="%[1]s" data-service="%[2]s">ran.add("%[2]s")</script>
			<script type="text/plain" data-category="%[1]s" data-service="!%[2]s">against.add("%[2]s")</script>`, category, service)
	})
	b.WriteString(`<script type="text/plain" data-category="necessary">ran.add("necessary")</script>`)
	fmt.Fprintf(&b, `<iframe id="frame" title="" width="400" height="300" data-category="third-party" data-service="youtube" data-src="%s/frame.html"></iframe></body></html>`, r.w.Canary)
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-store")
	fmt.Fprint(rw, b.String())
}

// open loads the page anew.
func (r *modelRun) open(page modelPage) {
	r.t.Helper()
	r.page = page
	r.state.Store(&page)
	r.held.Store(nil)
	if page.slowRelease {
		hold := make(chan struct{})
		r.held.Store(&hold)
	}
	r.must(r.Open(r.w.Site + "/"))
	r.waits(`window.charte?.decision`)
	r.m.opens()
}

// step does something at random, and compares.
func (r *modelRun) step() {
	r.t.Helper()
	ui := !r.page.noEngine && !r.page.noRelease
	did := ""
	switch kind := r.random.IntN(12); kind {
	case 0, 1:
		yes := kind == 0
		verb, call := map[bool]string{true: acceptAll, false: refuseAll}[yes], map[bool]string{true: "acceptAll", false: "refuseAll"}[yes]
		if eval[bool](r.visitor, `!!document.querySelector("charte-banner")?.shadowRoot.querySelector("[data-charte=notice]")`) && r.random.IntN(2) == 0 {
			did = "a click on " + call
			r.click(notice + " " + verb)
			r.waits(`charte.decision.answered`)
		} else {
			did = call
			r.do(`await charte[arguments[0]]()`, call)
		}
		r.m.says(r.m.all(yes), false)
	case 2, 3:
		choices := modelChoices(r.random)
		did = fmt.Sprint("set ", choices)
		r.do(`await charte.set(arguments[0])`, choices)
		next, grants := r.m.now(), true
		next.set(choices)
		for _, yes := range choices {
			grants = grants && yes
		}
		r.m.says(next, grants)
	case 4, 5:
		if !ui {
			return
		}
		did = r.inSettings()
	case 6:
		did = "a new revision"
		r.m.revision = 1 - r.m.revision
		r.serving.Store(int32(r.m.revision))
		r.open(modelPage{})
	case 7:
		did = "reset"
		r.do(`await charte.reset()`)
		if r.m.answered() {
			r.m.says(nil, false)
		} else {
			once := r.m.once
			r.m.says(nil, true)
			r.m.once = once
		}
	case 8:
		page := modelPage{}
		for _, odd := range []*bool{&page.noEngine, &page.noRelease, &page.slowRelease, &page.frozen, &page.module} {
			*odd = r.random.IntN(5) == 0
		}
		page.slowRelease = page.slowRelease && !page.noRelease
		did = "the page is loaded, " + page.String()
		r.open(page)
	case 9:
		if r.random.IntN(3) == 0 {
			did = r.objectsElsewhere()
			break
		}
		yes := r.random.IntN(2) == 0
		did = fmt.Sprint("another tab says ", yes)
		tab, err := r.NewTab()
		r.must(err)
		other := visitor{tab, r.t}
		other.must(other.Open(r.w.Site + "/"))
		other.waits(`window.charte?.decision`)
		other.do(`await (arguments[0] ? charte.acceptAll() : charte.refuseAll())`, yes)
		other.must(other.Close())
		next := r.m.all(yes)
		if !r.m.answered() || r.m.said.lists() != next.lists() {
			r.m.says(next, false)
		}
	case 10:
		if r.page.noRelease || r.m.may("youtube") || r.m.once {
			return
		}
		r.lets()
		did = "the frame, once"
		r.click(over("frame") + " [data-charte=once]")
		r.m.once = true
	case 11:
		granted := slices.DeleteFunc(askingServices(), func(s string) bool { return !r.m.may(s) })
		if len(granted) < 2 {
			return
		}
		r.random.Shuffle(len(granted), func(i, j int) { granted[i], granted[j] = granted[j], granted[i] })
		did = fmt.Sprint("no to ", granted[0], ", and to ", granted[1])
		for _, s := range granted[:2] {
			r.do(`await charte.set({[arguments[0]]: false})`, s)
			next := r.m.now()
			next.set(map[string]bool{s: false})
			r.m.says(next, false)
		}
	}
	r.steps = append(r.steps, did)
	r.done++
	r.compare()
}

// objectsElsewhere objects to the exempt service in another tab, whose page has the other revision, as
// after a deployment. This page then has no answer in force, and what ran may run no longer.
func (r *modelRun) objectsElsewhere() string {
	r.t.Helper()
	other := 1 - r.m.revision
	value := consent.CookieName + "=v=1&on=" + consent.DayOf(time.Now()).String() + "&rev=" + r.revisions[other] + "&no=statistics; Path=/"
	r.do(`document.cookie = arguments[0]; dispatchEvent(new Event("focus"))`, value)
	// Where this page had no answer before either, and the same objection, nothing has changed: the frame
	// stays allowed.
	same, once := !r.m.answered() && !r.m.may(exemptService), r.m.once
	r.m.says(&statement{revision: other, yes: map[string]bool{}, no: true}, false)
	r.m.once = once && same
	return "another tab, of the other revision, objects"
}

// inSettings changes some boxes in the settings, and leaves them by saving, by Escape, or by accepting
// or refusing all.
func (r *modelRun) inSettings() string {
	r.t.Helper()
	r.lets()
	r.opens()
	draft := r.m.draft()
	did := "in the settings"
	for range r.random.IntN(3) {
		all := askingServices()
		service := all[r.random.IntN(len(all))]
		box := switchOf(service)
		if r.random.IntN(3) == 0 {
			service, box = exemptService, objection
			draft.no = !draft.no
		} else {
			draft.yes[service] = !draft.yes[service]
		}
		r.steps = append(r.steps, "click on "+service)
		r.click(box)
		want := draft.yes[service]
		if service == exemptService {
			want = draft.no
		}
		r.waits(`(box => box.checked === arguments[1])(document.querySelector("charte-banner").shadowRoot.querySelector(arguments[0]))`, strings.TrimPrefix(box, host+" >>> "), want)
		did += ", " + service
	}
	switch r.random.IntN(4) {
	case 0:
		did += ", saved"
		r.click(save)
		r.seesNot(settings)
		r.m.says(draft, false)
	case 1:
		did += ", left by Escape"
		r.must(r.Press("Escape"))
		r.seesNot(settings)
	default:
		yes := r.random.IntN(2) == 0
		did += fmt.Sprint(", and all: ", yes)
		r.click(settings + " " + map[bool]string{true: acceptAll, false: refuseAll}[yes])
		r.seesNot(settings)
		next := r.m.all(yes)
		next.no = draft.no // the answers to all take the box of the objection as it is on the screen
		r.m.says(next, false)
	}
	return did
}

// lets lets the second file come where it was held back.
func (r *modelRun) lets() {
	if hold := r.held.Swap(nil); hold != nil {
		close(*hold)
	}
}

// compare waits until the page shows what the model says.
func (r *modelRun) compare() {
	r.t.Helper()
	r.lets()
	r.afterAll()
	r.m.looks()
	want := r.m.sees(r.revisions)
	var all []string
	for _, c := range modelled {
		all = append(append(all, c.category), c.services...)
	}
	js := strings.Replace(seenInPage, "ALL", strings.Join(all, " "), 1)
	wanted := map[string]any{}
	data, _ := json.Marshal(want)
	json.Unmarshal(data, &wanted)
	if r.page.noRelease {
		delete(wanted, "Frame")
	}
	same := `(seen => Object.keys(arguments[0]).every(key => JSON.stringify(seen[key]) === JSON.stringify(arguments[0][key])))(` + js + `)`
	if err := r.WaitFor(same, wanted); err != nil {
		got := eval[map[string]any](r.visitor, js)
		var differs []string
		for key := range wanted {
			if a, b := fmt.Sprint(got[key]), fmt.Sprint(wanted[key]); a != b {
				differs = append(differs, fmt.Sprintf("%s: got %s, want %s", key, a, b))
			}
		}
		slices.Sort(differs)
		steps := r.steps
		if len(steps) > 12 {
			steps = steps[len(steps)-12:]
		}
		r.t.Errorf("after %d steps, the last being\n  %s\n%s\n(%v)", r.done, strings.Join(steps, "\n  "), strings.Join(differs, "\n"), err)
	}
}
