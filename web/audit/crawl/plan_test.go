package crawl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"charte/web/audit/report"
)

// A web is what servers answer, by address. What is not in it is answered with 404.
type web map[string]answer

// An answer is one of a server.
type answer struct {
	status   int // 0 is 200
	body     string
	location string // to redirect to, with status 302
	err      error  // instead of an answer
	hangs    bool   // until the one who asks gives up
}

// A wire answers as a web does, and counts. There is no network.
type wire struct {
	web   web
	mu    sync.Mutex
	asked []string
	agent string
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, r.URL.String())
	w.agent = r.UserAgent()
	a, there := w.web[r.URL.String()]
	switch {
	case !there:
		a.status = 404
	case a.hangs:
		<-r.Context().Done()
		return nil, r.Context().Err()
	case a.err != nil:
		return nil, a.err
	case a.location != "":
		a.status = 302
	case a.status == 0:
		a.status = 200
	}
	return &http.Response{StatusCode: a.status, Header: http.Header{"Location": {a.location}}, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// times is how often an address was asked for.
func (w *wire) times(address string) int {
	return len(slices.DeleteFunc(slices.Clone(w.asked), func(asked string) bool { return asked != address }))
}

// text is a robots.txt, or another file.
func text(body string) answer { return answer{body: body} }

// plan makes a plan for https://example.org, or for another start.
func plan(t *testing.T, w web, options Options) (*Plan, *wire) {
	t.Helper()
	on := &wire{web: w}
	options.Client = &http.Client{Transport: on}
	if options.Most == 0 {
		options.Most = 100
	}
	if options.Start == nil {
		options.Start = []string{"https://example.org/"}
	}
	p, err := New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return p, on
}

// rest are the pages that are left to visit, without "https://example.org".
func rest(p *Plan) string {
	var all []string
	for at, ok := p.Next(); ok; at, ok = p.Next() {
		all = append(all, strings.TrimPrefix(at, "https://example.org"))
	}
	return strings.Join(all, " ")
}

// texts are the notes, one a line.
func texts(notes []report.Note) string {
	var b strings.Builder
	for _, note := range notes {
		fmt.Fprintln(&b, strings.TrimSpace(note.Page+" "+note.Text))
	}
	return b.String()
}

func TestNewRefuses(t *testing.T) {
	start := []string{"https://example.org"}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name    string
		ctx     context.Context
		options Options
		want    string
	}{
		{"no start", t.Context(), Options{Most: 1}, "no address to begin with"},
		{"a start that is none", t.Context(), Options{Start: []string{"example.org"}, Most: 1}, `"example.org" is no address of a page; write https://example.org`},
		{"two sites", t.Context(), Options{Start: []string{"https://example.org", "https://example.com"}, Most: 1}, "https://example.com/ does not belong to the site of https://example.org/"},
		{"no page", t.Context(), Options{Start: start}, "0 pages were asked for; ask for 1 or more"},
		{"a negative rate", t.Context(), Options{Start: start, Most: 1, Rate: -1}, "-1 pages a second were asked for"},
		{"a sitemap that is none", t.Context(), Options{Start: start, Most: 1, Sitemap: "sitemap.xml"}, `the sitemap "sitemap.xml" has no address of the web`},
		{"a context that has ended", ended, Options{Start: start, Most: 1, Sitemap: "auto"}, "the sitemap was not read: context canceled"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.options.Client = &http.Client{Transport: &wire{}}
			p, err := New(test.ctx, test.options)
			if p != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v; want an error with %q", p, err, test.want)
			}
		})
	}
}

// TestNext: pages come in the order that the plan promises, each once.
func TestNext(t *testing.T) {
	many := make([]string, 25)
	for i := range many {
		many[i] = fmt.Sprintf("/calendar?day=%d", i)
	}
	for _, test := range []struct {
		name  string
		start []string
		links []string // of the first page
		most  int
		want  string
		notes string
	}{
		{"the first page alone", nil, nil, 9, "/", ""},
		{"links", nil, []string{"/a", "b", "https://www.example.org/c", "/a"}, 9, "/ /a /b https://www.example.org/c", ""},
		{"the first page again", nil, []string{"/", "#top", "http://example.org/?utm_source=x"}, 9, "/", ""},
		{"those that were named come first", []string{"https://example.org/", "https://example.org/z", "https://shop.example.org/"}, []string{"/a"}, 9, "/ /z https://shop.example.org/ /a", ""},
		{"those that were named are visited, whatever they are", []string{"https://example.org/logout", "https://example.org/a.pdf?utm_source=x#y"}, nil, 9, "/logout /a.pdf?utm_source=x", ""},
		{"one that was named twice", []string{"https://example.org/a", "http://example.org:80/a#b"}, nil, 1, "/a", ""},
		{"a part from which one was named comes later", []string{"https://example.org/blog/9"}, []string{"/blog/1", "/shop/1"}, 9, "/blog/9 /shop/1 /blog/1", ""},
		{"without what tracks", nil, []string{"/a?utm_source=x", "/b?fbclid=1&c"}, 9, "/ /a /b?c", ""},
		{"other sites and other protocols", nil, []string{"https://example.com/", "mailto:a@example.org", "javascript:0", "tel:1"}, 9, "/", ""},
		{"files", nil, []string{"/a.pdf", "/b.JPG?c", "/d.html"}, 9, "/ /d.html", ""},
		{"a part of the site after another", nil, []string{"/blog/1", "/blog/2", "/blog/3", "/shop/1"}, 4, "/ /blog/1 /shop/1 /blog/2",
			"1 more page is known and not visited: 4 pages are the most that this audit visits. Ask for more with -pages.\n"},
		{"one page at most", nil, []string{"/a", "/b"}, 1, "/", "2 more pages are known and not visited: 1 page is the most that this audit visits. Ask for more with -pages.\n"},
		{"an act", nil, []string{"/logout", "/a", "/logout#b"}, 9, "/ /a", "1 address was not visited, because a visit might sign out, unsubscribe, delete something or put it into a cart: https://example.org/logout.\n"},
		{"many acts", nil, []string{"/logout", "/a/delete", "/b/delete", "/c/delete"}, 9, "/",
			"4 addresses were not visited, because a visit might sign out, unsubscribe, delete something or put it into a cart, such as https://example.org/logout, https://example.org/a/delete, https://example.org/b/delete.\n"},
		{"a calendar without an end", nil, many, 99, "/ " + strings.Join(many[:20], " "),
			"5 addresses were not visited, because 20 addresses that differ in the query alone are enough, such as https://example.org/calendar?day=20, https://example.org/calendar?day=21, https://example.org/calendar?day=22.\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _ := plan(t, nil, Options{Start: test.start, Most: test.most})
			first, ok := p.Next()
			if !ok {
				t.Fatal("there is no first page")
			}
			p.Found(first, test.links)
			got := strings.TrimSpace(strings.TrimPrefix(first, "https://example.org") + " " + rest(p))
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if pages := strings.ReplaceAll(strings.Join(p.pages, " "), "https://example.org", ""); pages != test.want {
				t.Errorf("the pages are %s\nwant %s", pages, test.want)
			}
			if notes := texts(p.Notes()); notes != test.notes {
				t.Errorf("notes\n%swant\n%s", notes, test.notes)
			}
		})
	}
}

// TestFoundAfterRedirect: where a visit ended is not visited again, and links are relative to it.
func TestFoundAfterRedirect(t *testing.T) {
	p, _ := plan(t, nil, Options{})
	p.Next()
	p.Found("https://www.example.org/fr/?utm_source=x#top", []string{"https://www.example.org/fr/", "contact", "/new"})
	if second, _ := p.Next(); second != "https://www.example.org/fr/contact" {
		t.Fatalf("the second page is %s", second)
	}
	p.Found("https://www.example.org/new", nil)
	if got := rest(p); got != "" {
		t.Errorf("then comes %s", got)
	}
}

// TestFoundFromElsewhere: a visit that ended on another site, or failed, gives no page of that site.
func TestFoundFromElsewhere(t *testing.T) {
	for _, from := range []string{"https://login.example.com/", "chrome-error://chromewebdata/", "about:blank", ""} {
		p, _ := plan(t, nil, Options{})
		p.Next()
		p.Found(from, []string{"/form", "https://example.com/", "https://example.org/a"})
		if got := rest(p); got != "/a" {
			t.Errorf("after %q comes %q, want /a", from, got)
		}
	}
}

// TestFoundLater: a plan that had no page left has one again when another is found.
func TestFoundLater(t *testing.T) {
	p, _ := plan(t, nil, Options{Most: 2})
	if got := rest(p); got != "/" {
		t.Fatal(got)
	}
	p.Found("https://example.org/", []string{"/a", "/b"})
	if got := rest(p); got != "/a" {
		t.Errorf("got %q, want one page more", got)
	}
}

// fault is the note on a server whose robots.txt cannot be had.
func fault(origin, why string) string {
	return "No page of " + origin + " was visited, since nothing can be known of its robots.txt: " + why + ". See to it that the server answers, with 404 if there is no robots.txt.\n"
}

func TestRobots(t *testing.T) {
	const (
		site, shop   = "https://example.org/robots.txt", "https://shop.example.org/robots.txt"
		all          = "/ /b /a https://shop.example.org/a"
		aIsForbidden = "1 address was not visited, because robots.txt forbids that to charte-audit: https://example.org/a.\n"
	)
	forbids := text("User-agent: *\nDisallow: /a\n")
	for _, test := range []struct {
		name  string
		web   web
		want  string
		notes string
	}{
		{"none", nil, all, ""},
		{"it forbids a page", web{site: forbids}, "/ /b https://shop.example.org/a", aIsForbidden},
		{"it forbids a page of another host", web{shop: forbids}, "/ /b /a", strings.ReplaceAll(aIsForbidden, "example", "shop.example")},
		{"it forbids a page that was named", web{site: text("User-agent: *\nDisallow: /$\n")}, "/b /a https://shop.example.org/a",
			"https://example.org/ The page was named, and not visited: robots.txt forbids it to charte-audit. Allow it there, or leave it out.\n"},
		{"it forbids everything to others", web{site: text("User-agent: x\nDisallow: /\n")}, all, ""},
		{"it is for members", web{site: {status: 401, body: "User-agent: *\nDisallow: /"}}, all, ""},
		{"the server has a fault", web{site: {status: 503}}, "https://shop.example.org/a", fault("https://example.org", "the server answered 503 Service Unavailable")},
		{"another server has a fault", web{shop: {status: 500}}, "/ /b /a", fault("https://shop.example.org", "the server answered 500 Internal Server Error")},
		{"there is no server", web{site: {err: errors.New("connection refused")}}, "https://shop.example.org/a", fault("https://example.org", "connection refused")},
		{"the server says what a terminal obeys", web{site: {err: errors.New("no such\x1b[2J \nhost")}}, "https://shop.example.org/a", fault("https://example.org", "no such[2J host")},
		{"the server does not answer", web{site: {hangs: true}}, "https://shop.example.org/a", fault("https://example.org", "no whole answer came within 10s")},
		{"it is elsewhere", web{site: {location: "https://www.example.org/r"}, "https://www.example.org/r": forbids}, "/ /b https://shop.example.org/a", aIsForbidden},
		{"it redirects without an end", web{site: {location: site}}, all, ""},
		{"its last line is cut", web{site: text("User-agent: *\n" + strings.Repeat("#", longestRobots-26) + "\nDisallow: /nothing-of-this\n")}, all, ""},
		{"it asks for a delay", web{site: text("User-agent: *\nCrawl-delay: 10\n")}, all, ""},
		{"it asks for a long delay", web{site: text("User-agent: *\nCrawl-delay: 60\n")}, all, "The robots.txt of https://example.org asks for 1m0s between two pages. The audit waits 10s.\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, on := plan(t, test.web, Options{})
				p.Found("", []string{"https://example.org/b", "https://example.org/a", "https://shop.example.org/a"})
				if len(on.asked) > 0 {
					t.Errorf("%v was asked for before its time", on.asked)
				}
				if got := rest(p); got != test.want {
					t.Errorf("got  %s\nwant %s", got, test.want)
				}
				if notes := texts(p.Notes()); notes != test.notes {
					t.Errorf("notes\n%swant\n%s", notes, test.notes)
				}
				if on.agent != "charte-audit" {
					t.Errorf("asked as %q", on.agent)
				}
				if asked := on.times(shop); asked != 1 {
					t.Errorf("%s was asked for %d times", shop, asked)
				}
			})
		})
	}
}

// TestUserAgent: the name is that by which robots.txt speaks to the program.
func TestUserAgent(t *testing.T) {
	p, on := plan(t, web{"https://example.org/robots.txt": text("User-agent: mine\nDisallow: /\n\nUser-agent: charte-audit\nAllow: /\n")}, Options{UserAgent: "mine/2.0"})
	if got := rest(p); got != "" || on.agent != "mine/2.0" {
		t.Errorf("got %s, asked as %q", got, on.agent)
	}
}

// TestManyServers: a site with a host for each customer is not asked for the robots.txt of all.
func TestManyServers(t *testing.T) {
	p, on := plan(t, nil, Options{})
	var links []string
	for i := range 30 {
		links = append(links, fmt.Sprintf("https://c%d.example.org/", i))
	}
	p.Found("", links)
	rest(p)
	if len(p.pages) != mostOrigins || len(on.asked) != mostOrigins {
		t.Errorf("%d pages, and %d were asked for; want %d", len(p.pages), len(on.asked), mostOrigins)
	}
	if notes := texts(p.Notes()); !strings.HasPrefix(notes, "11 addresses were not visited, because 20 servers of one site are enough, such as https://c19.example.org/, ") {
		t.Error(notes)
	}
}

// TestFull: a site without an end does not fill the memory.
func TestFull(t *testing.T) {
	p, _ := plan(t, nil, Options{})
	for i := range mostKnown - 2 {
		p.known[strconv.Itoa(i)] = true
	}
	p.Found("", []string{"https://example.org/a", "https://example.org/b"})
	const want = "1 address was not visited, because 250000 addresses are the most that an audit keeps: https://example.org/b.\n"
	if got, notes := rest(p), texts(p.Notes()); got != "/ /a" || notes != want {
		t.Errorf("got %s, notes %s", got, notes)
	}
}

// TestSeveralVisitors: each page is given to one visitor, whoever asks.
func TestSeveralVisitors(t *testing.T) {
	p, _ := plan(t, nil, Options{})
	var links []string
	for i := range 60 {
		links = append(links, fmt.Sprintf("https://example.org/%d", i))
	}
	var visitors sync.WaitGroup
	for range 4 {
		visitors.Go(func() {
			for at, ok := p.Next(); ok; at, ok = p.Next() {
				p.Found(at, links)
				if err := p.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				p.Notes()
			}
		})
	}
	visitors.Wait()
	pages := p.pages
	slices.Sort(pages)
	if n := len(slices.Compact(pages)); n != 61 || len(pages) != 61 {
		t.Errorf("%d pages, and %d different ones; want 61", len(pages), n)
	}
}

// TestWait: the pace is the rate, or the longest delay that a robots.txt asks for, which is bounded.
func TestWait(t *testing.T) {
	for _, test := range []struct {
		name   string
		rate   float64
		robots string
		want   time.Duration
	}{
		{"no bound", 0, "", 0},
		{"a rate", 4, "", 250 * time.Millisecond},
		{"a slow rate", 1e-9, "", time.Hour},
		{"a delay that is longer", 4, "User-agent: *\nCrawl-delay: 2\n", 2 * time.Second},
		{"a delay that is shorter", 0.1, "User-agent: *\nCrawl-delay: 2\n", 10 * time.Second},
		{"a delay that is too long", 4, "User-agent: *\nCrawl-delay: 600\n", longestDelay},
		{"a delay for others", 4, "User-agent: x\nCrawl-delay: 2\n", 250 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, _ := plan(t, web{"https://example.org/robots.txt": text(test.robots)}, Options{Rate: test.rate})
				p.Next()
				began := time.Now()
				for range 3 {
					if err := p.Wait(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if took := time.Since(began); took != 2*test.want {
					t.Errorf("three pages took %v, want %v", took, 2*test.want)
				}
			})
		})
	}
}

// TestEnds: once the context has ended nothing is asked for, and a fetch under way ends with it.
func TestEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		on := &wire{web: web{"https://example.org/robots.txt": {hangs: true}}}
		p, err := New(ctx, Options{Start: []string{"https://example.org"}, Most: 9, Client: &http.Client{Transport: on}})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if got := rest(p); got != "" || time.Since(began) != 3*time.Second {
			t.Errorf("got %q after %v", got, time.Since(began))
		}
		if err := p.fetcher.get(ctx, "https://example.org/", func(io.Reader) error { return nil }); err != context.DeadlineExceeded {
			t.Errorf("a fetch after the end: %v", err)
		}
		on.asked = on.asked[:1]
		p.Found("https://example.org/", []string{"/a"})
		if got := rest(p); got != "" || len(on.asked) != 1 || len(p.Notes()) > 0 {
			t.Errorf("got %q, asked %v, notes %s", got, on.asked, texts(p.Notes()))
		}
	})
}
