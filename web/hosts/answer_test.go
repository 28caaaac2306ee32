package hosts

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/web/browser"
	"charte/web/server"
)

// TestAnswer: where the tag names a path, the site's own server sets the same cookie of the answer
// once more. It never sets the cookie of an answer that was taken back.
func TestAnswer(t *testing.T) {
	t.Parallel()
	shows(t, "With `data-answer`, the site's server sets the same cookie by `Set-Cookie`, and none that was taken back meanwhile")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		answers := server.Answers{Policy: consent.PolicyOf(w.bundle.Views[0])}
		asked, release, gone := make(chan string, 10), make(chan struct{}), make(chan struct{}, 10)
		w.Site = w.serve("site", "localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/cookies/answer" {
				w.page(rw, r)
				return
			}
			answers.ServeHTTP(rw, r)
			asked <- rw.Header().Get("Set-Cookie")
			select {
			case <-release:
			case <-r.Context().Done():
				gone <- struct{}{}
			}
		}))
		set := func() string {
			t.Helper()
			select {
			case cookie := <-asked:
				return cookie
			case <-time.After(20 * time.Second):
				t.Fatal("the site's server was not asked")
			}
			return ""
		}
		v := w.visit(name, "/answer/")
		v.sees(notice)
		want(v, "requests before an answer", len(w.requested("/cookies/answer")), 0)

		v.click(notice + " " + refuseAll)
		cookie := set()
		written := v.answer()
		if written == nil || !strings.HasPrefix(cookie, "cookies_preferences="+written.Value+"; ") {
			t.Fatalf("the page wrote %+v, the server set %q", written, cookie)
		}
		// Safari erases a page's cookie after a week. The server's is then the only one.
		v.do(`document.cookie = "cookies_preferences=; Path=/; Max-Age=0"`)
		v.waits(`!document.cookie.includes("cookies_preferences=")`) // until then Chromium may still list it
		want(v, "the page's own cookie", v.answer() == nil, true)
		release <- struct{}{}
		v.waits(`document.cookie.includes("cookies_preferences=")`)
		kept := v.answer()
		if kept.Value != written.Value || kept.Path != written.Path || kept.Domain != written.Domain || kept.Secure != written.Secure || kept.Expires.Sub(written.Expires).Abs() > time.Minute {
			t.Errorf("the server's cookie is %+v, the page's was %+v", kept, written)
		}

		// The visitor takes the answer back before the server has replied.
		v.do(`await charte.acceptAll()`)
		if cookie := set(); !strings.Contains(cookie, "&yes=") {
			t.Errorf("the server set %q", cookie)
		}
		v.do(`await charte.reset()`)
		select {
		case <-gone:
		case <-time.After(4 * time.Second): // before answer.js gives up by itself
			t.Fatal("the request for an answer that was taken back is still under way")
		}
		want(v, "a cookie after the answer was taken back", v.answer() == nil, true)
		want(v, "warnings", v.warnings(), 0)
	})
}

// TestAnswerLate: where release.js comes late, only the answer that holds by then is sent.
func TestAnswerLate(t *testing.T) {
	t.Parallel()
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		comes := w.holds("/release-", "")
		v := w.visitWith(name, endless+`window.posts = [];
			const original = window.fetch;
			window.fetch = (address, options) => {
				if (options?.method === "POST") posts.push(options.body);
				return original(address, options);
			};`, "/answer/")
		v.sees(notice)
		v.do(`await charte.acceptAll(); await charte.reset(); await charte.refuseAll()`)
		written := v.answer()
		comes()
		v.waits(`posts.length > 0`)
		if got := eval[string](v, `posts.join(" ")`); written == nil || got != `"`+written.Value+`"` {
			t.Errorf("sent %s, want only the value of %+v", got, written)
		}
	})
}
