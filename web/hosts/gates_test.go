package hosts

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// afterAll adds a script that needs no consent and waits until it has run. It comes after everything
// that was released until now: what has not run by then never will.
func (v visitor) afterAll() {
	v.t.Helper()
	v.do(`const last = document.createElement("script");
		last.type = "text/plain";
		last.dataset.category = "necessary";
		last.textContent = "window.last = true";
		window.last = false;
		document.documentElement.append(last)`)
	v.waits(`window.last`)
}

// keeping returns the demo catalogue for a site that does not reload after a withdrawal.
func keeping(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	c.Site.KeepAfterWithdrawal = true
	return c
}

// without makes Charte's server answer 404 for the files whose path contains part.
func (w *world) without(part string) {
	w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
		missing := strings.Contains(r.URL.Path, part)
		if missing {
			http.NotFound(rw, r)
		}
		return missing
	}
}

// paths returns the paths of requests, without the name of the origin, sorted.
func paths(requests []string) []string {
	var all []string
	for _, request := range requests {
		_, path, _ := strings.Cut(request, " ")
		all = append(all, path)
	}
	slices.Sort(all)
	return all
}

// TestGates: everything that can be gated makes no request before an answer or after a refusal, and
// exactly one after consent.
func TestGates(t *testing.T) {
	t.Parallel()
	shows(t, "A gated element makes no request before an answer or after a refusal, and one after consent")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/gates/")
		v.waits(`ran.join() === "exempt"`)
		v.afterAll()
		want(v, "requests before an answer", len(w.requested("canary")), 0)
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		v.afterAll()
		want(v, "requests after a refusal", len(w.requested("canary")), 0)
		v.must(v.Reload())
		v.waits(`ran.join() === "exempt"`)
		v.afterAll()
		want(v, "requests on the next page", len(w.requested("canary")), 0)

		v = w.visit(name, "/gates/")
		v.click(notice + " " + acceptAll)
		wanted := []string{"/frame.html", "/image.gif", "/kept.js", "/module.js", "/plain-src.js", "/preload.js", "/src.js", "/style.css", "/template.gif", "/template.js"}
		v.waits(`ran.includes("module.js") && ran.includes("template.js") && ran.includes("onload") && document.querySelector("#template")`)
		v.afterAll()
		v.requests(w, wanted)
		want(v, "inline scripts", eval[string](v, `ran.filter(name => !name.includes(".")).sort().join()`), "exempt,inline,inline module,onload,svg,template")
		want(v, "what is kept of a tag", eval[string](v, `(s => [s.id, s.className, s.async, s.defer, s.crossOrigin, s.referrerPolicy, s.dataset.more, s.dataset.service, s.type, s.integrity.length, s.dataset.category, s.hasAttribute("data-src"), s.dataset.type].join())(document.querySelector("#kept"))`),
			"kept,kept,true,true,anonymous,no-referrer,more,youtube,text/plain,51,third-party,true,text/javascript")
	})
}

// requests waits up to 10 s for the wanted requests to the canary, and checks that it has had no
// other.
func (v visitor) requests(w *world, wanted []string) {
	v.t.Helper()
	for end := time.Now().Add(10 * time.Second); len(w.requested("canary")) < len(wanted) && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	if got := paths(w.requested("canary")); !slices.Equal(got, wanted) {
		v.t.Errorf("requests\n got %q\nwant %q", got, wanted)
	}
}

// TestOrder: scripts run in the page's order, each in a task of its own. A script that fails or hangs
// does not stop the next.
func TestOrder(t *testing.T) {
	t.Parallel()
	shows(t, "Scripts run in order; one that fails or hangs stops none")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		// A timer of five seconds fires when the test says so.
		v := w.visitWith(name, `{
			const later = setTimeout;
			window.fiveSeconds = [];
			window.setTimeout = (call, ms, ...args) => ms === 5000 ? fiveSeconds.push(() => call(...args)) : later(call, ms, ...args);
		}`, "/order/")
		v.click(notice + " " + acceptAll)
		v.waits(`ran.includes("2")`)
		for end := time.Now().Add(20 * time.Second); len(w.requested("/hang.js")) < 2 && time.Now().Before(end); {
			time.Sleep(5 * time.Millisecond)
		}
		want(v, "order, while a script hangs", eval[string](v, `ran.join()`), "1,slow.js,2")
		v.do(`fiveSeconds.forEach(over => over())`)
		v.waits(`ran.includes("last.js")`)
		want(v, "order", eval[string](v, `ran.join()`), "1,slow.js,2,3,4,last.js")
		want(v, "each in its own task", eval[bool](v, `new Set(tasks).size === tasks.length`), true)
	})
}

// TestPassed: a released script may listen for events of the page's load that have passed. Its
// listeners are called once, and no other script's listeners are called again.
func TestPassed(t *testing.T) {
	t.Parallel()
	shows(t, "Released scripts hear of `DOMContentLoaded` and `load` that have passed")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/passed/")
		v.waits(`heard.includes("page: load")`)
		v.click(notice + " " + acceptAll)
		v.waits(`heard.includes("file: load") && heard.includes("end")`)
		v.do(`dispatchEvent(new Event("custom"))`)
		want(v, "heard", eval[string](v, `heard.sort().join()`),
			"custom,document: DOMContentLoaded,end,file: load,load,page: DOMContentLoaded,page: load,window: DOMContentLoaded")
		want(v, "nothing stays in the page", eval[bool](v, `Object.hasOwn(window, "addEventListener") || Object.hasOwn(document, "addEventListener")`), false)
		// On a page with an answer the scripts run at the time of the events themselves.
		v.must(v.Reload())
		v.waits(`heard.includes("end") && heard.includes("load") && heard.includes("file: load")`)
		v.afterAll()
		want(v, "heard on the next page", eval[string](v, `heard.sort().join()`),
			"document: DOMContentLoaded,end,file: load,load,page: DOMContentLoaded,page: load,window: DOMContentLoaded")
	})
}

// TestLate: nodes that come into the page later are gated like the first ones, and each is released
// once.
func TestLate(t *testing.T) {
	t.Parallel()
	shows(t, "Elements that come later are gated like the first, never twice")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		v := w.visit(name, "/late/")
		v.do(`navigate("a")`)
		v.afterAll()
		want(v, "scripts before an answer", eval[string](v, `ran.join()`), "")
		want(v, "requests before an answer", len(w.requested("canary")), 0)
		v.click(notice + " " + acceptAll)
		v.waits(`ran.join() === "a"`)
		v.do(`navigate("b")`)
		v.waits(`ran.join() === "a,b"`)
		v.requests(w, []string{"/a.gif", "/b.gif"})
		v.do(`swap("c")`)
		v.waits(`ran.join() === "a,b,c"`)
		// A node that is moved, and one whose text comes after it.
		v.do(`const moved = gated("moved"), late = gated("late");
			late.textContent = "";
			document.body.append(moved, late);
			document.head.append(moved);
			late.textContent = 'ran.push("late")'`)
		v.waits(`ran.includes("late")`)
		v.do(`document.body.append(...document.querySelectorAll("script:not([src])"))`)
		// A node that a framework has kept and puts in again, as Turbo does with its snapshots.
		v.do(`document.body.append(window.kept = gated("kept"))`)
		v.waits(`ran.includes("kept")`)
		v.do(`document.body.append(kept)`)
		v.afterAll()
		want(v, "each once", eval[string](v, `ran.sort().join()`), "a,b,c,kept,late,moved")

		// After a withdrawal, what comes later waits again.
		v.do(`await charte.refuseAll()`)
		v.do(`document.body.append(gated("refused"))`)
		v.afterAll()
		want(v, "after a withdrawal", eval[bool](v, `ran.includes("refused")`), false)
	})
}

// TestUndeclared: an element that waits for something the catalogue does not declare never runs. One
// warning names it.
func TestUndeclared(t *testing.T) {
	t.Parallel()
	shows(t, "A script that the catalogue does not declare never runs, and is named once in the console")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		v := w.visit(name, "/undeclared/")
		v.click(notice + " " + acceptAll)
		v.waits(`ran.includes("declared")`)
		v.do(`await charte.refuseAll(); await charte.acceptAll()`)
		v.afterAll()
		want(v, "scripts", eval[string](v, `ran.join()`), "declared")
		want(v, "errors", eval[string](v, `errors.join()`), "")
		want(v, "requests", len(w.requested("canary")), 0)
		lines, err := v.Console()
		if errors.Is(err, errors.ErrUnsupported) {
			return
		}
		v.must(err)
		for _, id := range []string{"category", "service", "elsewhere", "space", "proto", "constructor", "empty", "javascript", "tabbed", "data", "unknown"} {
			named := 0
			for _, line := range lines {
				if strings.Contains(line, "charte: ") && strings.Contains(line, `id="`+id+`"`) {
					named++
				}
			}
			want(v, "warnings for "+id, named, 1)
		}
	})
}

// TestLateRelease: consent is checked at the moment when something runs. Between the answer and that
// moment a file is fetched, and the visitor may have refused by then.
func TestLateRelease(t *testing.T) {
	t.Parallel()
	shows(t, "A script that is accepted, and refused before the second file has come, never runs")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		// A site that reloads would do so a second after the refusal, because a template with a script was accepted.
		w := newWorldOf(t, "light", keeping(t))
		comes := w.holds("/release-", "")
		v := w.visitWith(name, endless, "/gates/")
		v.sees(notice)
		v.click(notice + " " + acceptAll)
		v.seesNot(notice)
		v.do(`await new Promise(next => setTimeout(next, 250))`) // the loader looks at the page after the paint, or after 200 ms
		v.do(`await charte.refuseAll()`)
		comes()
		v.waits(`performance.getEntriesByType("resource").some(e => e.name.includes("/release-") && e.responseEnd)`)
		v.afterAll()
		w.quiet()
		want(v, "scripts", eval[string](v, `ran.join()`), "exempt")
		want(v, "requests of third parties", len(w.requested("canary")), 0)
		want(v, "what is shown", eval[int](v, `document.querySelectorAll("#template, iframe[src], img[src], link[data-href][href]").length`), 0)
	})
}

// TestNoStorm: a page that changes all the time does not ask again and again for a file that cannot
// be fetched. The script warns of it once.
func TestNoStorm(t *testing.T) {
	t.Parallel()
	shows(t, "Without the second file, a page that changes all the time is not flooded with requests and warnings")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		w.without("/release-")
		v := w.visitWith(name, impatient+countViolations, "/frames/")
		v.sees(notice)
		v.warned(2) // one for the file, and one for the program that needs it, which an idle browser fetches
		// 400 ms, which are four seconds of the impatient page's timers.
		v.do(`for (const end = performance.now() + 400; performance.now() < end; await new Promise(next => setTimeout(next, 5))) document.body.append("x")`)
		v.waited(3000) // the time until the file is asked for again
		if n := len(w.requested("/release-")); n == 0 || n > 4 {
			t.Errorf("%d requests in four seconds, want 1 to 4", n)
		}
		want(v, "warnings", v.warnings(), 2)
	})
}

// TestHalfParsed: while the page is parsed, a gated script runs as soon as the parser has gone past it,
// and one that the parser is still in waits for its end.
func TestHalfParsed(t *testing.T) {
	t.Parallel()
	shows(t, "A gated script runs while the page is still arriving, whole, and hears of `DOMContentLoaded`")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		ran := make(chan struct{}, 1)
		var early atomic.Bool
		site := w.serve("halves", "localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/ran" {
				ran <- struct{}{}
				return
			}
			if r.URL.Path != "/" {
				http.NotFound(rw, r)
				return
			}
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			// A script that is allowed runs before the page's own script that follows it. The first of the others
			// puts an element behind the second, which has half of its text by then.
			fmt.Fprintf(rw, `<!doctype html><html lang="fr"><head><title>Un site</title>
				<script src="%s/charte.js" data-load="intent"></script><script>var order = []</script></head><body>
				<script type="text/plain" data-category="necessary">order.push("allowed");</script>
				<script>order.push("the page's own");</script>
				<!-- %s -->
				<script type="text/plain" data-category="necessary">
					order.push("first");
					document.addEventListener("DOMContentLoaded", () => order.push("ready"));
					document.body.append(document.createElement("i"));
					setTimeout(() => fetch("/ran")); // by then, charte.js has seen the element come
				</script>
				<script type="text/plain" data-category="necessary">
					order.push("second");`, w.Charte, strings.Repeat("some browsers wait for the first kilobytes ", 200))
			rw.(http.Flusher).Flush()
			select {
			case <-ran:
				early.Store(true)
			case <-time.After(5 * time.Second):
			}
			fmt.Fprint(rw, `
					order.push("its end");
				</script>
				</body></html>`)
		}))
		v := visitor{browsertest.NewPage(t, name), t}
		v.must(v.Open(site + "/"))
		v.waits(`order.includes("ready")`)
		want(v, "the order", eval[string](v, `order.join()`), "allowed,the page's own,first,second,its end,ready")
		want(v, "the first script ran before the page was there", early.Load(), true)
	})
}
