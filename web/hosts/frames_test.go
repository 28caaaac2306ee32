package hosts

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/portal"
	"charte/web/server"
)

// over returns the selector of the placeholder over the frame with an id.
func over(id string) string { return "#" + id + " + charte-frame >>> [part=frame]" }

// fits waits until a placeholder has the place and the size of its frame, to within a pixel.
func (v visitor) fits(id string) {
	v.t.Helper()
	v.waits(`[document.querySelector("#" + arguments[0]), document.querySelector("#" + arguments[0] + " + charte-frame").shadowRoot.querySelector("[part=frame]")]
		.map(e => e.getBoundingClientRect()).reduce((a, b) => ["x", "y", "width", "height"].every(k => Math.abs(a[k] - b[k]) < 1) && a.width > 100)`, id)
}

// TestFrames: a placeholder asks for consent in the place of a frame that waits for it.
func TestFrames(t *testing.T) {
	t.Parallel()
	shows(t, "A gated frame asks in its place, by mouse and keyboard")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/frames/")
		v.sees(over("video") + " [data-charte=once]")
		v.shot("frames-" + string(name))
		for _, id := range []string{"video", "wide", "whole"} {
			v.fits(id)
		}
		v.must(v.SetViewport(700, 800))
		v.fits("wide")
		text := eval[string](v, `document.querySelector("#video + charte-frame").shadowRoot.textContent`)
		for _, part := range []string{"Vidéos (YouTube)", "Google", "Google reçoit votre adresse IP et la page que vous lisez"} {
			if !strings.Contains(text, part) {
				t.Errorf("the placeholder lacks %q: %q", part, text)
			}
		}
		if text := eval[string](v, `document.querySelector("#whole + charte-frame").shadowRoot.textContent`); !strings.Contains(text, "Google et Meta") {
			t.Errorf("the placeholder of a category lacks its providers: %q", text)
		}
		v.seesNot(over("beacon"))
		want(v, "requests before an answer", len(w.requested("canary")), 0)
		v.must(v.SetViewport(1280, 1600))

		// "Once" shows this frame in this page, and keeps no answer.
		v.click(over("video") + " [data-charte=once]")
		v.requests(w, []string{"/video.html"})
		v.seesNot(over("video"))
		v.sees("#video")
		v.sees(over("wide"))
		if c := v.answer(); c != nil {
			t.Errorf("an answer is kept: %+v", c)
		}
		want(v, "the focus", eval[string](v, `document.activeElement.id`), "video")
		steps := eval[int](v, `history.length`)
		v.click(notice + " " + refuseAll)
		v.sees(over("video"))
		want(v, "steps back", eval[int](v, `history.length`), steps)
		v.fits("video")
		want(v, "the frame after a refusal", eval[string](v, `document.querySelector("#video").contentDocument?.URL`), "about:blank")

		// "Always", pressed by keyboard, holds for every frame of the service.
		w.forget()
		v.do(`document.querySelector("#video + charte-frame").shadowRoot.querySelector("[data-charte=once]").focus()`)
		v.must(v.Press("Tab", "Enter"))
		v.waits(`charte.decision.granted.join() === "youtube"`)
		v.requests(w, []string{"/video.html", "/wide.html"})
		v.sees(over("whole"))
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=third-party.youtube") {
			t.Errorf("cookie: %+v", c)
		}
		v.do(`await charte.set({youtube: false})`)
		v.sees(over("video"))
		v.sees(over("wide"))

		// A refusal also takes back what was allowed once.
		v.click(over("video") + " [data-charte=once]")
		v.seesNot(over("video"))
		v.do(`await charte.refuseAll()`)
		v.sees(over("video"))

		// A frame that is removed takes its placeholder along. A new frame gets a placeholder.
		v.do(`document.querySelector("#wide").remove()`)
		v.waits(`document.querySelectorAll("charte-frame").length === 3`)
		v.do(`const frame = document.createElement("iframe");
			Object.assign(frame, {id: "late", width: 300, height: 200});
			Object.assign(frame.dataset, {category: "third-party", service: "meta-pixel", src: "x.html"});
			document.querySelector("footer").before(frame)`)
		v.sees(over("late"))
		v.fits("late")
	})
}

// TestPortalVideo: the demo's placeholder asks in the frame's place, and consent shows the frame at
// once.
func TestPortalVideo(t *testing.T) {
	t.Parallel()
	shows(t, "The demo's video asks in its place")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		handler, err := server.Files(w.bundle, portal.Handler())
		if err != nil {
			t.Fatal(err)
		}
		v := visitor{browsertest.NewPage(t, name), t}
		v.must(v.Open(w.serve("portal", "localhost", handler) + "/video.html"))
		placeholder := "iframe + charte-frame >>> "
		v.sees(placeholder + "[part=frame]")
		v.shot("video-" + string(name))
		want(v, "requests before an answer", len(w.requested("film.html")), 0)
		v.click(placeholder + "[data-charte=always]")
		v.waits(`document.querySelector("iframe").contentDocument?.body?.classList.contains("film")`)
		v.waits(`charte.decision.granted.join() === "youtube"`)
		v.seesNot(placeholder + "[part=frame]")
	})
}

// TestNoRelease: where release.js, which shows elements, cannot be fetched, none is shown and the
// page works. Scripts run: they need the file only to hear of events that have passed.
func TestNoRelease(t *testing.T) {
	t.Parallel()
	shows(t, "Without the second file, scripts run and elements stay hidden")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		w.without("/release-")
		v := w.visit(name, "/undeclared/")
		v.click(notice + " " + acceptAll)
		v.seesNot(notice)
		v.do(`await charte.when("statistics")`)
		v.waits(`ran.join() === "declared"`)
		v.do(`await charte.refuseAll()`)
		want(v, "the hook", eval[string](v, `charte.decision.granted.join()`), "")
		want(v, "errors", eval[string](v, `errors.join()`), "")
	})
}

// TestCopies: Turbo and htmx put back a page as a copy of itself. The copy is gated like the first
// page and shows nothing twice.
func TestCopies(t *testing.T) {
	t.Parallel()
	shows(t, "A page that is put back as a copy of itself (Turbo, htmx) is gated and released like the first, and nothing stands there twice")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		v := w.visit(name, "/gates/")
		const copies = `document.body.replaceWith(document.body.cloneNode(true))`
		const frame = `document.querySelector("iframe")`
		v.sees("iframe + charte-frame >>> [part=frame]")
		v.do(copies)
		v.sees("iframe + charte-frame >>> [part=frame] [data-charte=always]")
		want(v, "placeholders", eval[int](v, `document.querySelectorAll("charte-frame").length`), 1)
		v.do(`await charte.acceptAll()`)
		v.waits(frame + `.src && !document.querySelector("charte-frame")`)
		want(v, "the frame is", eval[string](v, `getComputedStyle(`+frame+`).visibility`), "visible")
		v.waits(`document.querySelector("#template")`)
		v.do(copies)
		v.afterAll()
		v.waits(`document.querySelectorAll("#template").length === 1`)
		w.quiet()
		v.do(`window.copy = document.body.cloneNode(true); await charte.refuseAll()`)
		v.sees("iframe + charte-frame >>> [part=frame]")
		v.do(`document.body.replaceWith(copy)`)
		v.sees("iframe + charte-frame >>> [part=frame]")
		v.waits(`!` + frame + `.hasAttribute("src") && !document.querySelector("#template")`)
	})
}

// TestFrameWords: a placeholder whose words could not be fetched asks for them again and shows them.
func TestFrameWords(t *testing.T) {
	t.Parallel()
	shows(t, "A placeholder asks once more for its words")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		var asked atomic.Int32
		w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/fr-") || asked.Add(1) > 1 {
				return false
			}
			http.NotFound(rw, r)
			return true
		}
		v := w.visit(name, "/frames/")
		v.sees(over("video") + " [data-charte=once]")
	})
}

// TestPolicy: a page with a strict Content-Security-Policy and Trusted Types works, and nothing runs
// that they forbid.
func TestPolicy(t *testing.T) {
	t.Parallel()
	shows(t, "A strict policy with Trusted Types is obeyed")
	for page, ran := range map[string]string{"index": "inline,src.js", "none": ""} {
		t.Run(page, func(t *testing.T) {
			eachBrowser(t, func(t *testing.T, name browser.Engine) {
				w := newWorld(t, "light", "demo")
				v := w.visitWith(name, countViolations, fmt.Sprintf("/policy/%s.html", page))
				v.sees(over("video"))
				v.fits("video")
				v.goRuns()
				v.click(notice + " " + acceptAll)
				v.seesNot(over("video"))
				v.do(`for (let i = 0; i < 20; i++) await new Promise(next => setTimeout(next))`)
				wanted := ran
				if wanted == "" && !eval[bool](v, `!!window.trustedTypes`) {
					wanted = "inline,src.js" // a browser without Trusted Types runs the scripts
				}
				v.waits(`ran.join() === arguments[0]`, wanted)
				want(v, "errors", eval[string](v, `errors.join()`), "")
				// The script also finds a policy that stands in the page, and tries no worker under it.
				want(v, "refused workers", eval[string](v, `violations.filter(v => /worker/i.test(v)).join()`), "")
			})
		})
	}
}

// TestFrameContent: a page says where its own frame leads. Only a web address is a link.
func TestFrameContent(t *testing.T) {
	t.Parallel()
	shows(t, "Whoever refuses a frame is led to its content in a new tab, where the catalogue or `data-content` knows it")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/frames/")
		v.sees(over("video"))
		v.do(`for (const [id, content, src] of [["film", "https://maker.example/film", "https://maker.example/play"], ["script", "javascript:alert(1)", "https://maker.example/play"],
				["known", null, "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?rel=0"], ["unknown", null, "https://www.youtube-nocookie.com/other"]]) {
			const frame = document.createElement("iframe");
			Object.assign(frame, {id, width: 400, height: 300});
			Object.assign(frame.dataset, {category: "third-party", service: "youtube", src}, content && {content});
			document.querySelector("footer").before(frame);
		}`)
		link := func(id string) string {
			v.sees(over(id) + " [data-charte=always]")
			return eval[string](v, `(a => a ? a.href + " " + a.target + " " + a.rel : "none")(document.querySelector("#" + arguments[0] + " + charte-frame").shadowRoot.querySelector("a"))`, id)
		}
		want(v, "the page says it", link("film"), "https://maker.example/film _blank noreferrer")
		want(v, "no web address", link("script"), "none")
		want(v, "the catalogue knows it", link("known"), "https://www.youtube.com/watch?v=aqz-KE-bpKQ _blank noreferrer")
		want(v, "another address of the same maker", link("unknown"), "none")
		v.do(`document.querySelector("#film + charte-frame").shadowRoot.querySelector("[data-charte=always]").focus()`)
		v.must(v.Press("Tab"))
		want(v, "the next with Tab", eval[string](v, `document.activeElement.shadowRoot?.activeElement?.localName ?? ""`), "a")
	})
}
