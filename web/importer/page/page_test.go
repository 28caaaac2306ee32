package page

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/web/audit/record"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// TestMain closes what the tests share.
func TestMain(m *testing.M) {
	code := m.Run()
	shared.Lock()
	if shared.browser != nil {
		shared.browser.Close()
		shared.unlock()
	}
	shared.Unlock()
	os.Exit(code)
}

// shared is the browser of all tests of this package. While it runs, web/hosts does not, whose tests
// measure times.
var shared struct {
	sync.Mutex
	browser *browser.Browser
	unlock  func()
}

// chromium is the browser that an import starts.
func chromium(t *testing.T) *browser.Browser {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.browser != nil {
		return shared.browser
	}
	unlock, err := browsertest.Lock("busy")
	browsertest.Must(t, err)
	browsertest.Must(t, browsertest.Install(browser.Chromium))
	b, err := record.Start(context.Background(), nil, nil, nil)
	browsertest.Must(t, err)
	shared.browser, shared.unlock = b, unlock
	return b
}

// serve serves pages, and other files, by their paths.
func serve(t *testing.T, files map[string]string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		text, found := files[r.URL.Path]
		if !found {
			http.NotFound(rw, r)
			return
		}
		switch {
		case strings.HasSuffix(r.URL.Path, ".js"):
			rw.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		case strings.HasSuffix(r.URL.Path, ".css"):
			rw.Header().Set("Content-Type", "text/css; charset=utf-8")
		default:
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		fmt.Fprint(rw, text)
	}))
	t.Cleanup(s.Close)
	return s
}

// read reads a page. Its HTML is what stands after the title.
func read(t *testing.T, html string, files map[string]string) *Page {
	t.Helper()
	all := map[string]string{"/": "<!doctype html><html lang=en><title>Shop</title>" + html}
	for name, text := range files {
		all[name] = text
	}
	p, err := Read(t.Context(), chromium(t), serve(t, all).URL+"/", Options{Most: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lines writes what a page told, one line each.
func lines(p *Page) []string {
	var all []string
	for _, c := range p.Told.Calls {
		var args []string
		for _, arg := range c.Args {
			args = append(args, text(arg))
		}
		all = append(all, c.Name+"("+strings.Join(args, ", ")+")")
	}
	for _, n := range p.Told.Names {
		all = append(all, n.Name+" = "+text(n.Value))
	}
	return all
}

// problems are the texts of what could not be read.
func problems(p *Page) string {
	var all []string
	for _, problem := range p.Told.Problems {
		all = append(all, problem.Text)
	}
	return strings.Join(all, "\n")
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s\n got %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// TestElements: the page's language, and the elements that banners hold back, come in the page's order, those in open shadow
// trees included, and what a banner has built itself does not.
func TestElements(t *testing.T) {
	p := read(t, `<body><script type="text/plain" data-category="ads" data-service="x">first()</script>
		<form><input name="attributes"><input name="matches"><iframe data-name="video" data-src="https://video.example/1"></iframe></form>
		<div id="host"></div>
		<template data-purpose="maps"><iframe src="https://maps.example/"></iframe></template>
		<div class="youtube_player" videoID="abc"></div>
		<script type="text/plain" data-cookiecategory="stats" src="/s.js"></script>
		<script type="TEXT/PLAIN" data-type="application/javascript" data-name="klaro-ga"></script>
		<div id="cc-main"><input data-category="ads"></div>
		<img src="data:," alt=""><p>data-category</p>
		<script>
			const root = document.getElementById("host").attachShadow({mode: "open"});
			root.innerHTML = "<p data-purpose=shadow></p><div><b data-category=deep></b></div>";
		</script>`, nil)
	var got []string
	for _, e := range p.Told.Elements {
		a := e.Attributes
		got = append(got, strings.TrimSpace(e.Tag+" "+a["data-category"]+a["data-name"]+a["data-purpose"]+a["data-cookiecategory"]+a["videoid"]+a["lang"]+" "+e.Text))
	}
	equal(t, "the elements", got, []string{
		"html en", "script ads first()", "iframe video", "p shadow", "b deep", `template maps <iframe src="https://maps.example/"></iframe>`, "div abc", "script stats", "script klaro-ga",
	})
	if got, want := p.Told.Elements[0].Place.File, p.Told.Files[0]; got != want || !strings.HasPrefix(want, "http://127.0.0.1:") {
		t.Errorf("the first stands in %q, want %q", got, want)
	}
}

// TestScripts: the scripts of the page and of its site that mention a banner are returned, in their
// order, and the banners' own are not.
func TestScripts(t *testing.T) {
	p := read(t, `<script>var a = 1</script><script src="/js/consent.js?v=3"></script><script src="/vendor/klaro.js"></script>
		<script src="/js/other.js"></script><script>window.klaroConfig = {}</script><script type="application/json">{"klaro": 1}</script>`, map[string]string{
		"/js/consent.js": "var orejime = 'consent'; document.write('<script src=/js/later.js><' + '/script>')", "/vendor/klaro.js": "var klaro = {}", "/js/other.js": "var other",
		"/js/later.js": "tarteaucitron = {}",
	})
	var got []string
	for _, s := range p.Scripts {
		at, err := url.Parse(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, at.RequestURI()+"#"+at.Fragment+" "+s.Text[:12])
	}
	equal(t, "the scripts", got, []string{"/js/consent.js?v=3# var orejime ", "/js/later.js# tarteaucitro", "/#script-1 window.klaro"})
}

// TestShapes: a configuration is found by its shape, wherever it is.
func TestShapes(t *testing.T) {
	for _, test := range []struct {
		name, html string
		want       []string
		says       string
	}{
		{
			name: "in a variable of the site's",
			html: `<script>window.shop = {banner: {config: {services: [{name: "ga", purposes: ["stats"], cookies: [/^_ga/i, ["_gid", "/", "shop.example"]]}]}}}</script>`,
			want: []string{`shop.banner.config = {services: [{name: "ga", purposes: ["stats"], cookies: [/^_ga/i, ["_gid", "/", "shop.example"]]}]}`},
		},
		{
			name: "in a module, where no variable leads to it",
			html: `<script type="module">const config = {categories: {ads: {}}, language: {default: "en", translations: {en: "/en.json"}}}; addEventListener("click", () => console.log(config))</script>`,
			want: []string{`CookieConsent.run({categories: {ads: {}}, language: {default: "en", translations: {en: "/en.json"}}})`},
			says: "No global variable of the page leads to CookieConsent.run's configuration.",
		},
		{
			name: "of vanilla-cookieconsent 2",
			html: `<script>const cc = {current_lang: "en", languages: {en: {consent_modal: {title: "Cookies"}}}}; addEventListener("click", () => cc)</script>`,
			want: []string{`initCookieConsent.run({current_lang: "en", languages: {en: {consent_modal: {title: "Cookies"}}}})`},
		},
		{
			name: "two banners",
			html: `<script>window.klaroConfig = {services: [{name: "a"}]}; window.orejimeConfig = {purposes: [{id: "b"}]}</script>`,
			want: []string{`klaroConfig = {services: [{name: "a"}]}`, `orejimeConfig = {purposes: [{id: "b"}]}`},
		},
		{
			name: "what only looks like one",
			html: `<script>window.app = {mode: "custom", scripts: [], services: [{name: "search", required: true}], categories: {a: 1}, language: "en", purposes: ["x"], languages: {en: "English"}}</script>`,
		},
		{name: "none", html: `<p id="klaro">Nothing</p><p id="orejime"></p><p id="CookieConsent"></p><div id="tarteaucitron"></div>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := read(t, test.html, nil)
			equal(t, "told", lines(p), test.want)
			if !strings.Contains(problems(p), test.says) {
				t.Errorf("the problems are %q, want %q", problems(p), test.says)
			}
		})
	}
}

// TestFinds: the page does not learn that a robot reads it, and Charte's own banner is said.
func TestFinds(t *testing.T) {
	p := read(t, `<charte-banner></charte-banner><script>
		if (!navigator.webdriver && !/headless/i.test(navigator.userAgent)) window.klaroConfig = {services: []};
	</script>`, nil)
	equal(t, "told", lines(p), []string{"klaroConfig = {services: []}"})
	if !strings.Contains(problems(p), "Charte's own banner is in the page already.") {
		t.Errorf("the problems are %q", problems(p))
	}
}
