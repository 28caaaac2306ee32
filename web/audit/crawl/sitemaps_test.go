package crawl

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
)

// on is an address of the site.
func on(path string) string { return "https://example.org" + path }

func TestSitemaps(t *testing.T) {
	const robotsFile, usual = "https://example.org/robots.txt", "https://example.org/sitemap.xml"
	pages := text(urlset(on("/a"), on("/b")))
	for _, test := range []struct {
		name, sitemap string
		web           web
		want          string
		notes         string
	}{
		{"none", "", web{usual: pages}, "/", ""},
		{"by its address", on("/s.xml"), web{on("/s.xml"): pages}, "/ /a /b", ""},
		{"by its address, on another site", "https://cdn.example.com/s.xml", web{"https://cdn.example.com/s.xml": pages}, "/ /a /b", ""},
		{"compressed", on("/s.xml.gz"), web{on("/s.xml.gz"): text(zipped(t, urlset(on("/a"))))}, "/ /a", ""},
		{"as text", on("/s.txt"), web{on("/s.txt"): text(on("/a") + "\n" + on("/b") + "\n")}, "/ /a /b", ""},
		{"the usual one", "auto", web{usual: pages}, "/ /a /b", ""},
		{"robots.txt names two", "auto", web{robotsFile: text("Sitemap: /1.xml\nSitemap: https://cdn.example.com/2.xml"), on("/1.xml"): pages, "https://cdn.example.com/2.xml": text(urlset(on("/c"))), usual: text(urlset(on("/d")))}, "/ /a /b /c", ""},
		{"robots.txt forbids the usual one", "auto", web{robotsFile: text("User-agent: *\nDisallow: /sitemap.xml"), usual: pages}, "/", ""},
		{"there is none", "auto", nil, "/", "The sitemap https://example.org/sitemap.xml was not read: the server answered 404 Not Found.\n"},
		{"pages that are none to visit", on("/s.xml"), web{on("/s.xml"): text(urlset(on("/a.pdf"), on("/logout"), "/c", "https://", on("/?utm_source=x"), on("/d")))}, "/ /c /d",
			"1 address was not visited, because a visit might sign out, unsubscribe, delete something or put it into a cart: https://example.org/logout.\n"},
		{"pages of another site", on("/s.xml"), web{on("/s.xml"): text(urlset(on("/a"), "https://staging.example.com/b"))}, "/ /a",
			"1 address was not visited, because the sitemap lists what belongs to another site: https://staging.example.com/b.\n"},
		{"nothing of the site", on("/s.xml"), web{on("/s.xml"): text(urlset())}, "/", "The sitemap https://example.org/s.xml lists no page of this site.\n"},
		{"bad XML", on("/s.xml"), web{on("/s.xml"): text(urlset(on("/a"), on("/b"))[:150])}, "/ /a", "Only a part of the sitemap https://example.org/s.xml was read: its XML is broken in line 1.\n"},
		{"a page instead of it", on("/s.xml"), web{on("/s.xml"): text("<html>")}, "/", "The sitemap https://example.org/s.xml was not read: it is no sitemap: it begins with <html>.\n"},
		{"the server is gone", on("/s.xml"), web{on("/s.xml"): {err: errors.New("connection refused")}}, "/", "The sitemap https://example.org/s.xml was not read: connection refused.\n"},
		{"the server does not answer", on("/s.xml"), web{on("/s.xml"): {hangs: true}}, "/", "The sitemap https://example.org/s.xml was not read: no whole answer came within 10s.\n"},
		{"an index", on("/i.xml"), web{on("/i.xml"): text(index(on("/1.xml"), on("/2.xml"), on("/1.xml"))), on("/1.xml"): pages, on("/2.xml"): text(urlset(on("/c")))}, "/ /a /b /c", ""},
		{"an index that lists itself", on("/i.xml"), web{on("/i.xml"): text(index(on("/i.xml"), on("/1.xml"))), on("/1.xml"): pages}, "/ /a /b", ""},
		{"an index that leads elsewhere", on("/i.xml"), web{on("/i.xml"): text(index("https://example.com/1.xml", "http://127.0.0.1/2.xml", "https://cdn.example.org/3.xml")), "https://example.com/1.xml": pages, "https://cdn.example.org/3.xml": text(urlset(on("/c")))}, "/ /c", ""},
		{"an index on another site, with what lies there", "https://cdn.example.com/i.xml", web{"https://cdn.example.com/i.xml": text(index("https://cdn.example.com/1.xml")), "https://cdn.example.com/1.xml": pages}, "/ /a /b", ""},
		{"an index with one that is missing", on("/i.xml"), web{on("/i.xml"): text(index(on("/1.xml"), on("/2.xml"))), on("/2.xml"): pages}, "/ /a /b", "The sitemap https://example.org/1.xml was not read: the server answered 404 Not Found.\n"},
		{"three levels", on("/1.xml"), web{on("/1.xml"): text(index(on("/2.xml"))), on("/2.xml"): text(index(on("/3.xml"))), on("/3.xml"): pages}, "/ /a /b", ""},
		{"four levels", on("/1.xml"), web{on("/1.xml"): text(index(on("/2.xml"))), on("/2.xml"): text(index(on("/3.xml"))), on("/3.xml"): text(index(on("/4.xml"))), on("/4.xml"): pages}, "/",
			"The sitemaps that https://example.org/3.xml lists were not read: they are more than 3 levels deep.\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, _ := plan(t, test.web, Options{Sitemap: test.sitemap})
				if got := rest(p); got != test.want {
					t.Errorf("got  %s\nwant %s", got, test.want)
				}
				if notes := texts(p.Notes()); notes != test.notes {
					t.Errorf("notes\n%swant\n%s", notes, test.notes)
				}
			})
		})
	}
}

// TestSitemapIsSpread: the pages of a sitemap and the links that are found have their turn together.
func TestSitemapIsSpread(t *testing.T) {
	p, _ := plan(t, web{on("/s.xml"): text(urlset(on("/blog/1"), on("/blog/2"), on("/blog/3"), on("/shop/1")))}, Options{Sitemap: on("/s.xml"), Most: 4})
	first, _ := p.Next()
	p.Found(first, []string{"/about"})
	if got := rest(p); got != "/blog/1 /shop/1 /about" {
		t.Errorf("got %s", got)
	}
}

// TestManySitemaps: of an index with many files only some are read, and none takes the room of others.
func TestManySitemaps(t *testing.T) {
	w := web{}
	var files, pages []string
	for i := range 25 {
		file := on(fmt.Sprintf("/%d.xml", i))
		files = append(files, file)
		pages = append(pages, fmt.Sprintf("/%d", i))
		w[file] = text(urlset(on(pages[i])))
	}
	w[files[0]] = text(strings.Repeat(on("/same")+"\n", 20_000))
	w[on("/i.xml")] = text(index(files...))
	p, wired := plan(t, w, Options{Sitemap: on("/i.xml")})
	if len(wired.asked) != mostSitemaps {
		t.Errorf("%d files were asked for, want %d", len(wired.asked), mostSitemaps)
	}
	if got := rest(p); got != "/ /same "+strings.Join(pages[1:mostSitemaps-1], " ") {
		t.Errorf("got %s", got)
	}
	notes := texts(p.Notes())
	for _, want := range []string{
		"Only a part of the sitemap https://example.org/0.xml was read: it has more than 13157 addresses, and the rest was left out.\n",
		"6 sitemaps were not read, since 20 are enough, such as https://example.org/19.xml.\n",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes\n%swant\n%s", notes, want)
		}
	}
}

// TestRealServer: the standard library's own client and server agree with the wire of the other tests.
func TestRealServer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site := "http://" + r.Host
		switch r.URL.Path {
		case "/robots.txt":
			http.Redirect(w, r, "/robots", http.StatusMovedPermanently)
		case "/robots":
			io.WriteString(w, "User-agent: charte-audit\nDisallow: /secret\nSitemap: "+site+"/sitemap.xml.gz\n")
		case "/sitemap.xml.gz":
			w.Header().Set("Content-Type", "application/gzip")
			io.WriteString(w, zipped(t, urlset(site+"/a", site+"/secret")))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	p, err := New(t.Context(), Options{Start: []string{server.URL}, Sitemap: "auto", Most: 9})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.ReplaceAll(rest(p), server.URL, ""), "/ /a"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	server.Close()
	p, err = New(t.Context(), Options{Start: []string{server.URL}, Most: 9})
	if err != nil {
		t.Fatal(err)
	}
	if got, notes := rest(p), texts(p.Notes()); got != "" || !strings.Contains(notes, "robots.txt: nobody answers there.") {
		t.Errorf("without a server: got %s, notes %s", got, notes)
	}
}
