package hosts

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"charte/web/browser"
	"charte/web/npm"
)

// The published releases of frameworks that change pages without loading them.
var (
	turboRelease     = npm.Release{Name: "@hotwired/turbo", Version: "8.0.23", Integrity: "sha512-GZ7cijxEZ6Ig71u7rD6LHaRv/wcE/hNsc+nEfiWOkLNqUgLOwo5MNGWOy5ZV9ZUDSiQx1no7YxjTNnT4O6//cQ=="}
	htmxRelease      = npm.Release{Name: "htmx.org", Version: "2.0.11", Integrity: "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA=="}
	reactRelease     = npm.Release{Name: "react", Version: "19.2.9", Integrity: "sha512-RuLdAokXv3sRmZa2/N8QH0KmTBIgDKC+buRUikGqow31+mGSGidLCX2o4XFq8OV+xBFWfhM9DVgTq1PPHADH4w=="}
	reactDOMRelease  = npm.Release{Name: "react-dom", Version: "19.2.9", Integrity: "sha512-YceU74W21fXEHszKBLj16MY0CmvpFKOs60iVrIyW/cCgOPsZJNaB6GVJEtIUqt6AG6EjzKLui5lPRrxAeS328Q=="}
	schedulerRelease = npm.Release{Name: "scheduler", Version: "0.27.0", Integrity: "sha512-eNv+WrVbKu1f3vbYJT/xtiF5syA5HPIMtf9IgY/nKg0sWqzAUEvqY/xm7OcZc/qafLx/iO9FgOmeSAp4v5ti/Q=="}
)

// A shop is a site of five pages. Each has a script, a template and a frame that wait for consent.
type shop struct {
	*world
	served atomic.Int32
	// held is closed to let the server send pages that were asked for before. While it is nil the server
	// sends them at once.
	held atomic.Pointer[chan struct{}]
}

var pageNumber = regexp.MustCompile(`^/([1-5])$`)

// newShop serves the pages. framework is the script of one, and attributes are those of body.
func newShop(t *testing.T, w *world, framework, attributes string) *shop {
	s := &shop{world: w}
	var seen [6]atomic.Int32
	w.Site = w.serve("shop", "localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/framework.js" {
			rw.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(rw, framework)
			return
		}
		if r.URL.Path == "/frame" {
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(rw, `<!doctype html><html lang="fr"><head><title>Part</title></head><body><turbo-frame id="part">changed</turbo-frame></body></html>`)
			return
		}
		if r.URL.Path == "/head.js" {
			rw.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(rw, `(window.ran ||= []).push("head.js")`)
			return
		}
		found := pageNumber.FindStringSubmatch(r.URL.Path)
		if found == nil {
			http.NotFound(rw, r)
			return
		}
		n := found[1]
		if hold := s.held.Load(); hold != nil && seen[n[0]-'0'].Load() > 0 {
			<-*hold
		}
		seen[n[0]-'0'].Add(1)
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(rw, `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>%[1]s</title>
			<script src="%[2]s/charte.js" defer></script><script src="/framework.js" defer></script>
			<script type="text/plain" data-category="statistics">(window.ran ||= []).push("head")</script>
			<script type="text/plain" data-category="statistics" data-src="/head.js" id="head"></script></head>
			<body %[5]s><h1>Page %[1]s</h1><p id="served">%[4]d</p>
			<turbo-frame id="part" data-turbo-action="advance"><a id="in-frame" href="/frame">Part</a></turbo-frame>
			<nav>%[3]s<button type="button" data-charte="open">Gérer mes cookies</button></nav>
			<script type="text/plain" data-category="statistics">(window.ran ||= []).push("%[1]s")</script>
			<template data-category="first-party"><p class="shown">%[1]s</p><script>(window.ran ||= []).push("template %[1]s")</script></template>
			<iframe title="" width="1" height="1" data-category="third-party" data-src="%[6]s/%[1]s.html"></iframe></body></html>`,
			n, w.Charte, links(), s.served.Add(1), attributes, w.Canary)
	}))
	return s
}

// links returns the HTML of links to the five pages.
func links() string {
	var all strings.Builder
	for n := range 5 {
		fmt.Fprintf(&all, `<a id="to-%[1]d" href="/%[1]d">%[1]d</a> `, n+1)
	}
	return all.String()
}

// at waits until the page with a number is shown, and not only as Turbo's preview.
func (s *shop) at(v visitor, n int) {
	v.t.Helper()
	v.waits(`document.querySelector("h1").textContent === "Page " + arguments[0]`, n)
	v.waits(`!document.documentElement.hasAttribute("data-turbo-preview")`)
}

// to follows the link to the page with a number.
func (s *shop) to(v visitor, n int) {
	v.t.Helper()
	v.click(fmt.Sprintf("#to-%d", n))
	s.at(v, n)
}

// journey goes through the five pages and back three times: as a visitor who has not answered, then
// after accepting, then after a withdrawal.
func (s *shop) journey(v visitor) {
	v.t.Helper()
	forbidden := func(when string) {
		v.t.Helper()
		v.afterAll()
		v.do(`await new Promise(next => setTimeout(next, 150))`) // the loader gathers what comes for 100 ms
		want(v, "scripts "+when, eval[string](v, `(window.ran || []).join()`), "")
		want(v, "templates "+when, eval[int](v, `document.querySelectorAll(".shown").length`), 0)
		if requests := s.requested("canary"); len(requests) > 0 {
			v.t.Errorf("requests %s: %q", when, requests)
		}
	}
	v.sees(notice)
	for n := 2; n <= 5; n++ {
		s.to(v, n)
		v.sees(notice)
	}
	v.do(`history.back()`)
	s.at(v, 4)
	v.sees(notice)
	forbidden("before an answer")

	v.click(notice + " " + acceptAll)
	v.seesNot(notice)
	count := func(n int, times int) {
		v.t.Helper()
		v.waits(runsOf+` >= arguments[1]`, fmt.Sprint("template ", n), times)
		v.afterAll()
		want(v, fmt.Sprintf("times that the script of page %d has run", n), eval[int](v, runsOf, fmt.Sprint(n)), times)
		want(v, fmt.Sprintf("times that the template of page %d has run", n), eval[int](v, runsOf, fmt.Sprint("template ", n)), times)
		want(v, fmt.Sprintf("times that page %d shows its template", n), eval[int](v, `document.querySelectorAll(".shown").length`), 1)
	}
	count(4, 1)
	for _, n := range []int{5, 1, 2, 3} {
		s.to(v, n)
		count(n, 1)
	}
	v.do(`history.back()`)
	s.at(v, 2)
	count(2, 2)
	v.do(`history.back()`)
	s.at(v, 1)
	count(1, 2)
	s.to(v, 3)
	count(3, 2)
	v.seesNot(notice)
	want(v, "times that the scripts of the head have run", eval[string](v, `ran.filter(name => /head/.test(name)).sort().join()`), "head,head.js")
	want(v, "scripts in the head", eval[int](v, `document.head.querySelectorAll("[data-category]").length`), 2)

	v.do(`await charte.refuseAll()`)
	v.waits(`!document.querySelector(".shown") && !document.querySelector("iframe[src]")`)
	s.quiet() // requests that were already sent cannot be stopped
	v.do(`window.ran = []`)
	s.forget()
	v.do(`history.back()`)
	s.at(v, 1)
	forbidden("after a withdrawal, back")
	s.to(v, 2)
	forbidden("after a withdrawal, on")
	v.do(`history.back()`)
	s.at(v, 1)
	v.do(`history.back()`)
	forbidden("after a withdrawal, far back")
	want(v, "the hook", eval[string](v, `charte.decision.granted.join()`), "")
}

// TestTurbo: the pages that Turbo shows, from its cache too, are gated like pages that are loaded.
func TestTurbo(t *testing.T) {
	t.Parallel()
	shows(t, "Five pages and back under Turbo: nothing runs before an answer, everything runs once a page after it, and nothing runs after a withdrawal, not even from Turbo's cache")
	source := turboRelease.File(t, "dist/turbo.es2017-umd.js")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		s := newShop(t, newWorldOf(t, "light", keeping(t)), source, "")
		v := s.visit(name, "/1")
		s.journey(v)
	})
}

// acceptedUnderTurbo opens the first page under Turbo and accepts everything. It waits until what
// waited for consent on the page has come.
func acceptedUnderTurbo(t *testing.T, name browser.Engine, source string) (*shop, visitor) {
	t.Helper()
	s := newShop(t, newWorldOf(t, "light", keeping(t)), source, "")
	v := s.visit(name, "/1")
	v.sees(notice)
	v.do(`await charte.acceptAll()`)
	v.waits(`ran.includes("template 1") && ran.includes("head.js") && document.querySelector("iframe[src]")`)
	return s, v
}

// TestTurboPreview: Turbo shows a page from its cache, and again when the fresh one has come. The
// page's scripts run once.
func TestTurboPreview(t *testing.T) {
	t.Parallel()
	shows(t, "A page that Turbo shows as a preview and then again runs its scripts once")
	source := turboRelease.File(t, "dist/turbo.es2017-umd.js")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		s, v := acceptedUnderTurbo(t, name, source)
		s.to(v, 2)
		v.waits(`ran.includes("template 2")`)
		hold := make(chan struct{})
		fresh := sync.OnceFunc(func() { close(hold) })
		t.Cleanup(fresh) // before the server is closed, because closing waits for its responses
		s.held.Store(&hold)
		served := s.served.Load()
		v.click("#to-1")
		v.waits(`document.documentElement.hasAttribute("data-turbo-preview") && document.querySelector("h1").textContent === "Page 1"`)
		v.do(`await new Promise(next => setTimeout(next, 250))`) // the loader gathers what comes for 100 ms
		want(v, "scripts, while the preview is shown", eval[string](v, `ran.sort().join()`), "1,2,head,head.js,template 1,template 2")
		fresh()
		v.waits(`document.querySelector("#served").textContent === String(arguments[0])`, served+1)
		v.waits(`ran.filter(name => name === "template 1").length === 2`)
		v.afterAll()
		want(v, "scripts", eval[string](v, `ran.sort().join()`), "1,1,2,head,head.js,template 1,template 1,template 2")
	})
}

// TestHtmx: the same holds for the links that htmx boosts.
func TestHtmx(t *testing.T) {
	t.Parallel()
	shows(t, "Five pages and back under htmx, as under Turbo")
	source := htmxRelease.File(t, "dist/htmx.min.js")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		s := newShop(t, newWorldOf(t, "light", keeping(t)), source, `hx-boost="true"`)
		v := s.visit(name, "/1")
		s.journey(v)
	})
}

// runsOf is an expression: how often the script of the shop with a name has run.
const runsOf = `(window.ran || []).filter(name => name === arguments[0]).length`

// TestCloned: a script that has run does not run again where the page clones it.
func TestCloned(t *testing.T) {
	t.Parallel()
	shows(t, "A page that clones a part of itself runs no script a second time")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		v := w.visit(name, "/gates/")
		v.sees(notice)
		v.do(`window.heard = 0;
			const slide = document.body.appendChild(document.createElement("div"));
			slide.id = "slide";
			const script = slide.appendChild(document.createElement("script"));
			script.type = "text/plain";
			script.dataset.category = "statistics";
			script.text = "heard++";`)
		v.afterAll()
		v.do(`await charte.acceptAll()`)
		v.waits(`heard === 1`)
		v.do(`document.body.append(document.querySelector("#slide").cloneNode(true))`)
		v.afterAll()
		want(v, "times that it has run", eval[int](v, `heard`), 1)
		v.do(`const slides = document.querySelectorAll("#slide"); slides[0].remove(); document.body.append(slides[1].cloneNode(true)); slides[1].remove()`)
		v.waits(`heard === 2`) // the original is gone, as where a page is put back from a copy: the script runs again
	})
}

// TestTurboFrame: Turbo keeps a copy of the page when a frame of it changes. The page itself does not
// change for that.
func TestTurboFrame(t *testing.T) {
	t.Parallel()
	shows(t, "What the page shows stays when a Turbo frame changes the address")
	source := turboRelease.File(t, "dist/turbo.es2017-umd.js")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		_, v := acceptedUnderTurbo(t, name, source)
		v.do(`window.gone = 0; new MutationObserver(records => { for (const r of records) gone += [...r.removedNodes].filter(node => node.matches?.(".shown, iframe")).length }).observe(document.body, {childList: true})`)
		v.click("#in-frame")
		v.waits(`document.querySelector("turbo-frame").textContent.includes("changed") && location.pathname === "/frame"`)
		v.do(`await new Promise(next => setTimeout(next, 250))`) // the loader gathers what comes for 100 ms
		v.afterAll()
		want(v, "what was taken out of the page", eval[int](v, `gone`), 0)
		want(v, "times that the template has run", eval[int](v, `ran.filter(name => name === "template 1").length`), 1)
	})
}

// TestParsedTemplates: a template that a page parses from a text runs its scripts like any other
// template, although browsers run no script that was parsed so.
func TestParsedTemplates(t *testing.T) {
	t.Parallel()
	shows(t, "Templates that a page makes from text, by `innerHTML` or `DOMParser`, show all their content, and run their scripts once, in order")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		v := w.visit(name, "/gates/")
		v.sees(notice)
		v.do(`
			window.heard = [];
			const template = name => '<template data-category="first-party"><b class="heard"><script>heard.push("' + name + ' 1")<\/script></b><script type="application/json">{}<\/script><script type="TEXT/JavaScript">heard.push("' + name + ' 2")<\/script></template>';
			const into = name => document.body.appendChild(Object.assign(document.createElement("div"), {id: name}));
			into("inner").innerHTML = template("inner");
			into("parsed").append(new DOMParser().parseFromString(template("parsed"), "text/html").querySelector("template"));
			into("range").append(document.createRange().createContextualFragment(template("range")));`)
		v.afterAll()
		want(v, "scripts before an answer", eval[string](v, `heard.join()`), "")
		v.do(`await charte.acceptAll()`)
		v.waits(`heard.length === 6`)
		v.afterAll()
		want(v, "scripts", eval[string](v, `heard.join()`), "inner 1,inner 2,parsed 1,parsed 2,range 1,range 2")
		want(v, "what is shown", eval[int](v, `document.querySelectorAll(".heard").length`), 3)
		v.do(`await charte.refuseAll()`)
		v.waits(`!document.querySelector(".heard")`)
		want(v, "what is left", eval[string](v, `["inner", "parsed", "range"].map(id => document.getElementById(id).children.length).join()`), "1,1,1")
	})
}

// TestReact: React hydrates the whole document with the notice in it, and finds no mismatch with what
// it has rendered.
func TestReact(t *testing.T) {
	t.Parallel()
	shows(t, "React 19 hydrates a whole document without a mismatch, and the notice stays")
	files := map[string]string{
		"react":            reactRelease.File(t, "cjs/react.production.js"),
		"react-dom":        reactDOMRelease.File(t, "cjs/react-dom.production.js"),
		"react-dom/client": reactDOMRelease.File(t, "cjs/react-dom-client.production.js"),
		"scheduler":        schedulerRelease.File(t, "cjs/scheduler.production.js"),
	}
	result := api.Build(api.BuildOptions{
		Stdin: &api.StdinOptions{Contents: `
			import { createElement as h, useState } from "react";
			import { hydrateRoot } from "react-dom/client";
			window.mismatches = [];
			const Page = () => {
				const [n, more] = useState(0);
				return h("html", {lang: "fr"},
					h("head", null, h("meta", {charSet: "utf-8"}), h("title", null, "Page"), h("script", {src: window.charteSource, defer: true}), h("script", {src: "/react.js", defer: true})),
					h("body", null, h("button", {id: "more", onClick: () => more(n + 1)}, String(n)), h("script", {type: "text/plain", "data-category": "statistics", dangerouslySetInnerHTML: {__html: "window.counted = true"}})));
			};
			window.charteSource = document.querySelector("script[src*='charte.js']").getAttribute("src");
			hydrateRoot(document, h(Page), {onRecoverableError: error => mismatches.push(String(error))});
			window.hydrated = true;`},
		Bundle: true,
		Format: api.FormatIIFE,
		Define: map[string]string{"process.env.NODE_ENV": `"production"`},
		Plugins: []api.Plugin{{Name: "published", Setup: func(build api.PluginBuild) {
			build.OnResolve(api.OnResolveOptions{Filter: `^(react|scheduler)`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
				return api.OnResolveResult{Path: args.Path, Namespace: "published"}, nil
			})
			build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "published"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
				source, found := files[args.Path]
				if !found {
					return api.OnLoadResult{}, fmt.Errorf("%s is not among the published files", args.Path)
				}
				return api.OnLoadResult{Contents: &source, Loader: api.LoaderJS}, nil
			})
		}}},
	})
	if len(result.Errors) > 0 {
		t.Fatal(result.Errors)
	}
	script := string(result.OutputFiles[0].Contents)
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		w.Site = w.serve("react", "localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/react.js":
				rw.Header().Set("Content-Type", "text/javascript")
				fmt.Fprint(rw, script)
			case "/":
				rw.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprintf(rw, `<!DOCTYPE html><html lang="fr"><head><meta charSet="utf-8"/><title>Page</title><script src="%s/charte.js" defer=""></script><script src="/react.js" defer=""></script></head><body><button id="more">0</button><script type="text/plain" data-category="statistics">window.counted = true</script></body></html>`, w.Charte)
			default:
				http.NotFound(rw, r)
			}
		}))
		for _, returning := range []bool{false, true} {
			var v visitor
			if returning {
				v = w.answered(name, "/", "", grantsAll)
				v.waits(`window.counted`)
			} else {
				v = w.visit(name, "/")
				v.sees(notice)
			}
			v.waits(`window.hydrated`)
			v.click("#more")
			v.waits(`document.querySelector("#more").textContent === "1"`) // the handler is React's
			want(v, "mismatches", eval[string](v, `mismatches.join("; ")`), "")
			if !returning {
				v.sees(notice)
				v.click(notice + " " + acceptAll)
				v.seesNot(notice)
				v.waits(`window.counted`)
				v.click("#more")
				v.waits(`document.querySelector("#more").textContent === "2"`)
			}
			want(v, "errors in the end", eval[string](v, `mismatches.join("; ")`), "")
			v.must(v.Close())
		}
	})
}
