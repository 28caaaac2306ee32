package hosts

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// A makers is one server that stands in for those of all makers. Their addresses are below its own:
// "https://www.youtube.com/x" is "http://127.0.0.1:1234/www.youtube.com/x".
type makers struct {
	origin string

	mutex sync.Mutex
	asked []string // host, a space, and what for, as Sec-Fetch-Dest says it
}

func newMakers(t testing.TB) *makers {
	m := &makers{}
	m.origin = browsertest.NewServer(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		host, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		dest := r.Header.Get("Sec-Fetch-Dest")
		m.mutex.Lock()
		m.asked = append(m.asked, host+" "+dest)
		m.mutex.Unlock()
		rw.Header().Set("Access-Control-Allow-Origin", "*")
		rw.Header().Set("Content-Type", "text/javascript")
		if strings.Contains(dest, "frame") {
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(rw, "<!doctype html><p>%s</p>", host)
		}
	})).URL
	return m
}

// here writes the makers' addresses in a text as those of the stand-in.
func (m *makers) here(text string) string { return strings.ReplaceAll(text, "https://", m.origin+"/") }

// requests returns the requests until now.
func (m *makers) requests() []string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return slices.Clone(m.asked)
}

// examples are the example values of an edition's parameters.
func examples(e *services.Edition) map[string]string {
	values := map[string]string{}
	for _, p := range e.Parameters {
		values[p.ID] = p.Example
	}
	return values
}

// usesAll writes a catalogue that uses all these services.
func usesAll(entries []*services.Entry) string {
	var b strings.Builder
	b.WriteString("extends: default\nsite: { name: { fr: Un site, en: A site }, controller: Ville, keepAfterWithdrawal: true }\nservices:\n")
	for _, e := range entries {
		fmt.Fprintf(&b, "  - use: %s@%d\n    signals: []\n", e.ID, e.Newest().Number)
		with := map[string]string{}
		for _, p := range e.Newest().Parameters {
			if e.Needs(e.Newest(), p.ID) {
				with[p.ID] = p.Example
			}
		}
		if len(with) > 0 {
			values, _ := json.Marshal(with) // a map of texts
			fmt.Fprintf(&b, "    with: %s\n", values)
		}
	}
	return b.String()
}

// together splits the entries into groups that one catalogue can use. Two services that store the same
// cookie cannot be in one.
func together(t testing.TB) [][]*services.Entry {
	entries, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	var groups [][]*services.Entry
entries:
	for _, e := range entries {
		for i, group := range groups {
			if _, err := source.Read("known.yaml", []byte(usesAll(append(slices.Clone(group), e)))); err == nil {
				groups[i] = append(group, e)
				continue entries
			}
		}
		if _, err := source.Read("known.yaml", []byte(usesAll([]*services.Entry{e}))); err != nil {
			t.Fatal(err)
		}
		groups = append(groups, []*services.Entry{e})
	}
	return groups
}

// TestKnownServices: the tag of every known service, in a page beside a stand-in of its maker.
func TestKnownServices(t *testing.T) {
	t.Parallel()
	shows(t, "The tag of every known service asks nobody before consent, then its maker; a withdrawal erases what it declares, and a refused frame leads to its content")
	groups := together(t)
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		for i, group := range groups {
			m := newMakers(t)
			c, err := source.Read("known.yaml", []byte(usesAll(group)))
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.Services {
				c.Services[i].Frame = m.here(c.Services[i].Frame)
			}
			w := newWorldOf(t, "light", c)
			used := map[catalogue.ID]catalogue.Service{}
			for _, s := range c.Services {
				used[s.ID] = s
			}
			var tags strings.Builder
			for _, e := range group {
				fmt.Fprintf(&tags, "<h2>%s</h2>\n%s\n", e.Name, m.here(e.Newest().TagFor(used[e.ID], examples(e.Newest()))))
			}
			site := w.serve("known", "localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprintf(rw, `<!doctype html><html lang="fr"><head><title>Un site</title><script src="%s/charte.js"></script></head><body>%s</body></html>`, w.Charte, tags.String())
			}))
			v := visitor{browsertest.NewPage(t, name), t}
			v.must(v.Open(site + "/"))
			v.sees(notice)
			for _, e := range group {
				leads(v, e, used[e.ID])
			}
			v.shot(fmt.Sprintf("known-%d-%s", i+1, name))
			if early := m.requests(); len(early) > 0 {
				t.Errorf("asked before consent: %v", early)
			}

			v.do(`await charte.acceptAll()`)
			for _, e := range group {
				asked := func() bool {
					return slices.ContainsFunc(m.requests(), func(request string) bool { return covers(e, used[e.ID], request) })
				}
				eventually(t, fmt.Sprintf("%s asks its maker after consent", e.ID), asked)
			}
			for _, request := range m.requests() {
				if !slices.ContainsFunc(group, func(e *services.Entry) bool { return covers(e, used[e.ID], request) }) {
					t.Errorf("no service declares a host for the request %q", request)
				}
			}
			stored := ownEntries(group, used)
			v.do(`for (const [kind, name] of arguments[0])
				if (kind === "cookie") document.cookie = name + "=1; path=/";
				else if (kind === "indexedDB") await new Promise((done, failed) => {
					const asked = indexedDB.open(name);
					asked.onsuccess = () => done(asked.result.close());
					asked.onerror = failed;
				});
				else window[kind].setItem(name, "1")
				window.left = async (stored) => {
					const databases = (await indexedDB.databases()).map((d) => d.name);
					return stored.filter(([kind, name]) => kind === "cookie" ? ("; " + document.cookie).includes("; " + name + "=")
						: kind === "indexedDB" ? databases.includes(name) : window[kind].getItem(name) !== null);
				}`, stored)
			const kept = `(await left(arguments[0]))`
			want(v, "stored", eval[int](v, kept+`.length`, stored), len(stored))
			v.do(`await charte.refuseAll()`)
			if err := v.WaitFor(kept+`.length === 0`, stored); err != nil { // they are erased in a task of its own
				t.Errorf("kept after a withdrawal: %s", eval[string](v, kept+`.join("; ")`, stored))
			}
		}
	})
}

// leads checks that a frame of the service, refused, leads to what it shows.
func leads(v visitor, e *services.Entry, s catalogue.Service) {
	v.t.Helper()
	if s.Content == "" {
		return
	}
	link := fmt.Sprintf(`document.querySelector("iframe[data-service=%s] + charte-frame")?.shadowRoot.querySelector("a")`, e.ID)
	v.waits(link)
	// A part that the tag has no parameter for is only in the frame's address, such as the centre of a map.
	content, _, _ := strings.Cut(services.Fill(s.Content, examples(e.Newest())), "{")
	exact := content == services.Fill(s.Content, examples(e.Newest()))
	href := eval[string](v, link+`.href`)
	if normal := eval[string](v, `new URL(arguments[0]).href`, content); exact && href != normal || !strings.HasPrefix(href, normal) || strings.ContainsAny(href, "{}") || strings.Contains(href, "%7B") {
		v.t.Errorf("%s: the link is to %s, want %s", e.ID, href, normal)
	}
	want(v, string(e.ID)+": who gets what", eval[bool](v, link+`.parentNode.textContent.includes(arguments[0])`, s.Placeholder["fr"]), true)
}

// covers reports whether a request is one that the service declares.
func covers(e *services.Entry, s catalogue.Service, request string) bool {
	host, dest, _ := strings.Cut(request, " ")
	for _, declared := range e.Newest().Service.Hosts {
		declared.Host = services.Fill(declared.Host, examples(e.Newest()))
		kinds := map[catalogue.HostKind][]string{"script": {"script"}, "frame": {"iframe", "frame"}, "style": {"style"}, "image": {"image"}, "pixel": {"image"}, "connect": {"empty"}, "font": {"font"}, "media": {"audio", "video"}}[declared.Kind]
		if declared.Covers(host) && (dest == "" || slices.Contains(kinds, dest)) {
			return true
		}
	}
	return false
}

// ownEntries are the kind and name of whatever the services store with the site itself, as the page's
// scripts could.
func ownEntries(group []*services.Entry, used map[catalogue.ID]catalogue.Service) [][2]string {
	var all [][2]string
	for _, e := range group {
		for _, cookie := range used[e.ID].Cookies {
			name, family := strings.CutSuffix(cookie.Name, "*")
			if family {
				name += "x"
			}
			if cookie.Domain == "" && !strings.HasPrefix(name, "__Host-") && !strings.HasPrefix(name, "__Secure-") {
				all = append(all, [2]string{string(cookie.Kind.OrCookie()), name})
			}
		}
	}
	return all
}
