package record

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"charte/web/audit/report"
	"charte/web/browser"
)

// An entryKey tells entries apart.
type entryKey struct {
	kind                        report.Kind
	name, host, path, partition string
}

// An entry, with what the report does not have.
type entry struct {
	report.Entry
	set   bool          // was stored since the journey began
	given bool          // was there from the beginning: Options.Cookies
	since time.Time     // since when it is there, or was
	gone  time.Time     // when it was erased last; zero while it is there
	lived time.Duration // for how long it was there at most, of the times that are over
}

// erased notes that the entry is there no more.
func (e *entry) erased() {
	if e.gone.IsZero() {
		e.gone = time.Now()
		e.lived = max(e.lived, e.gone.Sub(e.since))
	}
}

// An attempt is a call that may store something.
type attempt struct {
	by report.Initiator
	at time.Time
}

// appeared notes that something is there which a call may have stored.
func (l *log) appeared(key entryKey, otherwise report.Initiator) {
	made, tried := l.tried[key]
	if !tried {
		l.wrote(key, otherwise)
		return
	}
	delete(l.tried, key)
	if e := l.wrote(key, made.by); e.First.After(made.at) {
		e.First, e.since = made.at, made.at
	}
}

// give notes that something is there from the beginning.
func (v *Visitor) give(key entryKey, value string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.log.entries[key] == nil {
		v.log.entries[key] = &entry{given: true, Entry: report.Entry{Kind: key.kind, Name: key.name, Host: key.host, Path: key.path, Value: value, LifetimeS: -1, First: time.Now()}, since: time.Now()}
	}
}

// wrote notes that something is stored, and by whom.
func (l *log) wrote(key entryKey, by report.Initiator) *entry {
	e := l.entries[key]
	if e == nil {
		e = &entry{Entry: report.Entry{Kind: key.kind, Name: key.name, Host: key.host, Path: key.path, LifetimeS: -1, Partitioned: key.partition != ""}}
		l.entries[key] = e
	}
	if e.since.IsZero() || !e.gone.IsZero() {
		e.since = time.Now()
	}
	if !e.set {
		e.set, e.First, e.Page, e.Initiator = true, time.Now(), max(0, len(l.pages)-1), by
	}
	e.gone = time.Time{}
	return e
}

// setCookie notes a cookie from the line that sets it. host is the document's, or that of the
// server that answered at the address.
func (l *log) setCookie(line, host, address string, by report.Initiator, request int) {
	c, err := http.ParseSetCookie(line)
	if err != nil {
		name, value, _ := strings.Cut(line, ";")
		if n, v, ok := strings.Cut(name, "="); ok && strings.TrimSpace(n) != "" { // with bytes that Go refuses and browsers take
			c, err = &http.Cookie{Name: strings.TrimSpace(n), Value: strings.TrimSpace(v)}, nil
			if rest, parse := http.ParseSetCookie("x=x;" + value); parse == nil {
				rest.Name, rest.Value = c.Name, c.Value
				c = rest
			}
		}
	}
	if err != nil || c == nil {
		return
	}
	key := entryKey{kind: report.Cookie, name: c.Name, host: host, path: cmp.Or(c.Path, defaultPath(address))}
	if domain := strings.ToLower(strings.TrimPrefix(c.Domain, ".")); domain != "" {
		if host != domain && !strings.HasSuffix(host, "."+domain) {
			return // no browser stores it
		}
		key.host = "." + domain
	}
	if c.Partitioned {
		key.partition = "partitioned"
	}
	lifetime := int64(0)
	switch {
	case c.MaxAge != 0:
		lifetime = int64(c.MaxAge)
	case !c.Expires.IsZero():
		lifetime = int64(time.Until(c.Expires).Round(time.Second) / time.Second)
		if lifetime == 0 {
			lifetime = -1
		}
	}
	if lifetime < 0 {
		if e := l.entries[key]; e != nil {
			e.erased()
		}
		return
	}
	e := l.wrote(key, by)
	e.Value, e.HTTPOnly, e.Secure = c.Value, c.HttpOnly, c.Secure
	e.LifetimeS = max(lifetime, e.LifetimeS)
	e.Request = cmp.Or(e.Request, request)
	switch c.SameSite {
	case http.SameSiteLaxMode:
		e.SameSite = "Lax"
	case http.SameSiteStrictMode:
		e.SameSite = "Strict"
	case http.SameSiteNoneMode:
		e.SameSite = "None"
	}
}

// defaultPath is the path of a cookie that names none (RFC 6265, 5.1.4).
func defaultPath(address string) string {
	at, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(at.Path, "/") {
		return "/"
	}
	return cmp.Or(at.Path[:strings.LastIndex(at.Path, "/")], "/")
}

func (l *log) onStorage(_ *Visitor, e browser.Event) {
	var item struct {
		StorageID struct {
			StorageKey, SecurityOrigin string
			IsLocalStorage             bool
		}
		Key, NewValue string
	}
	json.Unmarshal(e.Params, &item)
	origin := cmp.Or(item.StorageID.SecurityOrigin, strings.SplitN(item.StorageID.StorageKey, "^", 2)[0])
	at, err := url.Parse(strings.TrimSuffix(origin, "/"))
	if err != nil {
		return
	}
	key := entryKey{kind: report.SessionStorage, name: item.Key, host: at.Hostname()}
	if item.StorageID.IsLocalStorage {
		key.kind = report.LocalStorage
	}
	switch e.Method {
	case "DOMStorage.domStorageItemRemoved":
		if e := l.entries[key]; e != nil {
			e.erased()
		}
	case "DOMStorage.domStorageItemsCleared":
		for k, e := range l.entries {
			if k.kind == key.kind && k.host == key.host {
				e.erased()
			}
		}
	default:
		if e := l.entries[key]; e != nil && e.given && e.Value == item.NewValue {
			return
		}
		e := l.wrote(key, report.Initiator{Kind: "script", URL: origin})
		e.Value = item.NewValue
	}
}

// onServiceWorker notes a service worker that is registered.
func (l *log) onServiceWorker(_ *Visitor, e browser.Event) {
	var updated struct {
		Versions []struct{ RegistrationID, ScriptURL string }
	}
	json.Unmarshal(e.Params, &updated)
	for _, version := range updated.Versions {
		at, err := url.Parse(version.ScriptURL)
		if err != nil || l.workers[version.RegistrationID] != (entryKey{}) {
			continue
		}
		key := entryKey{kind: report.ServiceWorker, name: version.ScriptURL, host: at.Hostname()}
		l.workers[version.RegistrationID] = key
		l.appeared(key, report.Initiator{Kind: "script", URL: version.ScriptURL})
	}
}

// onRegistration notes a service worker that is registered no more.
func (l *log) onRegistration(_ *Visitor, e browser.Event) {
	var updated struct {
		Registrations []struct {
			RegistrationID string
			IsDeleted      bool
		}
	}
	json.Unmarshal(e.Params, &updated)
	for _, registration := range updated.Registrations {
		if e := l.entries[l.workers[registration.RegistrationID]]; e != nil && registration.IsDeleted {
			e.erased()
			delete(l.workers, registration.RegistrationID)
		}
	}
}

// A jarred cookie is Network.Cookie.
type jarred struct {
	Name, Value, Domain, Path, SameSite string
	Expires                             float64 // Unix time in seconds, -1 for the session
	HTTPOnly, Secure                    bool
	PartitionKey                        any
}

// jar returns all cookies of the profile.
func (v *Visitor) jar(ctx context.Context) ([]jarred, error) {
	var stored struct{ Cookies []jarred }
	err := v.watch.Send(ctx, "", "Storage.getCookies", map[string]any{"browserContextId": v.watch.Context()}, &stored)
	return stored.Cookies, err
}

// A stock is what the origins of a page's frames store beside cookies and items.
type stock struct {
	hosts map[string]bool // that were asked
	there map[entryKey]bool
}

// stored returns the databases and the caches of the page's frames.
func (v *Visitor) stored(ctx context.Context) stock {
	type node struct {
		Frame       struct{ ID, SecurityOrigin string }
		ChildFrames []node
	}
	var tree struct{ FrameTree node }
	if v.send(ctx, "Page.getFrameTree", nil, &tree) != nil {
		return stock{}
	}
	found := stock{map[string]bool{}, map[entryKey]bool{}}
	asked := map[string]bool{}
	var walk func(n node)
	walk = func(n node) {
		for _, child := range n.ChildFrames {
			walk(child)
		}
		at, err := url.Parse(n.Frame.SecurityOrigin)
		if err != nil || at.Scheme != "http" && at.Scheme != "https" {
			return
		}
		// A frame of another site has a storage for each site that it stands in. Its key says which.
		var of struct{ StorageKey string }
		if v.send(ctx, "Storage.getStorageKeyForFrame", map[string]any{"frameId": n.Frame.ID}, &of) == nil && !asked[of.StorageKey] {
			asked[of.StorageKey] = true
			v.storedBy(ctx, of.StorageKey, at.Hostname(), found)
		}
	}
	walk(tree.FrameTree)
	return found
}

// storedBy adds what one storage holds.
func (v *Visitor) storedBy(ctx context.Context, storage, host string, found stock) {
	var databases struct{ DatabaseNames []string }
	var caches struct {
		Caches []struct{ CacheName string }
	}
	of := map[string]any{"storageKey": storage}
	if v.send(ctx, "IndexedDB.requestDatabaseNames", of, &databases) != nil || v.send(ctx, "CacheStorage.requestCacheNames", of, &caches) != nil {
		return // the frame has gone meanwhile
	}
	found.hosts[host] = true
	for _, name := range databases.DatabaseNames {
		found.there[entryKey{kind: report.IndexedDB, name: name, host: host}] = true
	}
	for _, cache := range caches.Caches {
		found.there[entryKey{kind: report.CacheStorage, name: cache.CacheName, host: host}] = true
	}
}

// keep compares the entries with what is really there.
func (l *log) keep(jar []jarred, stored stock) {
	there := map[entryKey]bool{}
	for _, c := range jar {
		key := entryKey{kind: report.Cookie, name: c.Name, host: c.Domain, path: c.Path}
		if c.PartitionKey != nil {
			key.partition = "partitioned"
		}
		there[key] = true
		e := l.entries[key]
		if e == nil || !e.gone.IsZero() {
			e = l.wrote(key, report.Initiator{Kind: "other"})
			e.LifetimeS = 0
			if c.Expires > 0 {
				e.LifetimeS = int64(time.Until(time.Unix(int64(c.Expires), 0)).Round(time.Second) / time.Second)
			}
		}
		e.Value, e.HTTPOnly, e.Secure, e.SameSite = c.Value, c.HTTPOnly, c.Secure, c.SameSite
	}
	for key := range stored.there {
		if e := l.entries[key]; e == nil || !e.gone.IsZero() {
			l.appeared(key, report.Initiator{Kind: "script"})
		}
	}
	for key, e := range l.entries {
		kept := key.kind == report.IndexedDB || key.kind == report.CacheStorage
		if e.gone.IsZero() && (key.kind == report.Cookie && !there[key] || kept && stored.hosts[key.host] && !stored.there[key]) {
			e.erased()
		}
	}
}

// shortest is how long an entry must be there to count as stored.
const shortest = time.Second

// Journey ends what is written down as one journey, and begins the next.
func (v *Visitor) Journey(state report.State) (report.Journey, []report.Note) {
	v.mu.Lock()
	defer v.mu.Unlock()
	l := &v.log
	j := report.Journey{State: state, Calls: l.calls}
	for _, page := range l.pages {
		j.Pages = append(j.Pages, *page)
	}
	for _, r := range l.requests {
		j.Requests = append(j.Requests, v.sent(r))
	}
	for _, e := range l.entries {
		e.Left = e.gone.IsZero()
		probe := !e.Left && e.lived < shortest // as scripts do to see whether cookies work
		if !probe && (e.set || e.Left && !e.given) {
			e.ThirdParty = v.thirdParty(e.Page, strings.TrimPrefix(e.Host, "."))
			j.Entries = append(j.Entries, e.Entry)
		}
	}
	slices.SortFunc(j.Entries, func(a, b report.Entry) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Host, b.Host))
	})
	notes := l.notes
	if l.over > 0 {
		notes = append(notes, report.Note{Text: "Some pages made more than 10,000 requests. Those beyond are not in the report."})
	}
	for i := range notes {
		notes[i].State = state
	}
	for key, e := range l.entries {
		if e.set = false; !e.gone.IsZero() {
			delete(l.entries, key)
		}
	}
	if last := len(l.pages) - 1; last >= 0 { // the next journey begins on this page
		at := l.pages[last].At
		l.carried = true
		l.pages = []*report.Page{{URL: at, At: at, Title: l.pages[last].Title, Status: l.pages[last].Status, Banner: l.pages[last].Banner, Quiet: true, Began: time.Now(), Ended: time.Now()}}
	}
	l.requests, l.calls, l.notes, l.over = nil, nil, nil, 0
	l.byID, l.early = map[string]*request{}, map[string][]json.RawMessage{}
	return j, notes
}

// thirdParty reports whether a host belongs to another site than a page.
func (v *Visitor) thirdParty(page int, host string) bool {
	if v.options.ThirdParty == nil || page >= len(v.log.pages) {
		return false
	}
	at, err := url.Parse(v.log.pages[page].URL) // what a redirect leads to may be another site
	return err == nil && v.options.ThirdParty(at, host)
}

// sent completes a request when its journey is over.
func (v *Visitor) sent(r *request) report.Request {
	r.ThirdParty = v.thirdParty(r.Page, r.Host)
	r.HTTP.Body = r.body
	if r.frames != nil {
		r.HTTP.Body = strings.Join(r.frames, "\n")
	}
	return r.Request
}
