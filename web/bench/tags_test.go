package main

import (
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/bundle"
)

// TestTags: every tag has Charte's script in the page once, at its place, and the Link
// header in the answer that is named.
func TestTags(t *testing.T) {
	s := demoServer(t, nil)
	seen := map[string]bool{}
	for _, tag := range tags {
		p := page{banner: charte, list: demo, tag: tag}
		html, err := p.html(s.sites[demo])
		if err != nil {
			t.Fatal(err)
		}
		head, body, _ := strings.Cut(string(html), "</head>")
		inHead, inBody := strings.Count(head, `src="/demo/charte.js"`), strings.Count(body, `src="/demo/charte.js"`)
		if inHead+inBody != 1 || (inBody == 1) != tag.atEnd {
			t.Errorf("%s: the script is %d times in the head and %d times in the body", tag.name, inHead, inBody)
		}
		if seen[p.path()] {
			t.Errorf("%s: another tag has the same address", tag.name)
		}
		seen[p.path()] = true

		address, err := s.prepare(p)
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequest("GET", address, nil)
		if err != nil {
			t.Fatal(err)
		}
		early := ""
		trace := &httptrace.ClientTrace{Got1xxResponse: func(status int, h textproto.MIMEHeader) error {
			if status == http.StatusEarlyHints {
				early = h.Get("Link")
			}
			return nil
		}}
		response, err := s.secure.Client().Do(request.WithContext(httptrace.WithClientTrace(t.Context(), trace)))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.ProtoMajor != 2 {
			t.Errorf("%s: the page came over %s", tag.name, response.Proto)
		}
		const link = "</demo/charte.js>; rel=preload; as=script"
		if got := response.Header.Get("Link"); (got == link) != tag.link || got != "" && got != link {
			t.Errorf("%s: the page has the Link %q", tag.name, got)
		}
		if (early == link) != tag.early || early != "" && early != link {
			t.Errorf("%s: the early hint has the Link %q", tag.name, early)
		}
	}
	if script := (tag{}).script(demo, ""); script != `<script src="/demo/charte.js" defer></script>` {
		t.Errorf("without a tag the script is %s", script)
	}
}

// TestColdCache: a visitor asks for the same files as the visitor before, since both have
// an empty cache. That is so with TLS, too, where Chromium caches only what comes from a
// server that it trusts.
func TestColdCache(t *testing.T) {
	style, err := packed("site.css", []byte("h1 { color: navy }"))
	if err != nil {
		t.Fatal(err)
	}
	s := demoServer(t, map[string]*bundle.File{style.Name: style})
	l := &lab{server: s}
	defer l.stop()
	if err := browsertest.Install(browser.Chromium); err != nil {
		t.Fatal(err)
	}
	if err := l.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, tag := range []tag{{}, tags[0]} {
		for range 3 { // a context that a visitor has left is ready only later
			p, err := l.visit(visit{page: page{banner: none, list: demo, tag: tag}})
			if err != nil {
				t.Fatal(err)
			}
			styles := func() (n int) {
				for _, e := range s.exchanges() {
					if e.path == contentPath+style.Name {
						n++
					}
				}
				return n
			}
			if got := styles(); got != 1 {
				t.Errorf("tag %q: the visitor asked for the style sheet %d times, want once", tag.name, got)
			}
			if err := p.Reload(); err != nil {
				t.Fatal(err)
			}
			if err := p.Eval(`await (await fetch(arguments[0], {cache: "force-cache"})).text()`, nil, contentPath+style.Name); err != nil {
				t.Fatal(err)
			}
			if got := styles(); got != 1 {
				t.Errorf("tag %q: within a visit, the style sheet was asked for %d times", tag.name, got)
			}
			p.Close()
		}
	}
}

// demoServer serves the demo's pages without a banner's files.
func demoServer(t *testing.T, content map[string]*bundle.File) *watchedServer {
	t.Helper()
	s, err := newServer(nil, nil, content)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	s.sites = map[list]site{demo: demoSite(t)}
	return s
}
