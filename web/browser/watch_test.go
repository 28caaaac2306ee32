package browser_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// chromium starts a Chromium of the test's own.
func chromium(t *testing.T, options browser.Options) *browser.Browser {
	t.Helper()
	browsertest.Must(t, browsertest.Install(browser.Chromium))
	b, err := browser.Start(t.Context(), browser.Chromium, options)
	must(t, err)
	t.Cleanup(b.Close)
	return b
}

// TestWatch: whoever watches is told of what the page asks for, in the page's session, and learns that
// the browser has ended.
func TestWatch(t *testing.T) {
	b := chromium(t, browser.Options{})
	page, err := b.NewPage()
	must(t, err)
	w, err := page.Watch()
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	must(t, w.Send(ctx, w.Session(), "Network.enable", nil, nil))
	url := serve(t) + "/"
	must(t, page.Open(url))
	for seen := false; !seen; {
		events, err := w.Events(ctx)
		must(t, err)
		for _, e := range events {
			var asked struct {
				Request struct{ URL string }
				FrameID string
			}
			must(t, json.Unmarshal(e.Params, &asked))
			if e.Method == "Network.requestWillBeSent" && asked.Request.URL == url {
				seen = true
				equal(t, "the session", e.Session, w.Session())
				equal(t, "the frame", asked.FrameID, w.Frame())
			}
		}
	}
	b.Kill()
	for err == nil {
		_, err = w.Events(ctx)
	}
	if !errors.Is(err, browser.ErrSilent) {
		t.Errorf("after the browser has ended: %v", err)
	}
}

// TestWatchElsewhere: only Chromium can be watched.
func TestWatchElsewhere(t *testing.T) {
	for _, engine := range browsertest.Engines() {
		if engine == browser.Chromium {
			continue
		}
		t.Run(string(engine), func(t *testing.T) {
			_, err := browsertest.NewPage(t, engine).Watch()
			unsupported(t, err)
		})
	}
}

// TestStrict: a strict Chromium refuses a certificate that nobody has signed, unless it is the one to
// trust.
func TestStrict(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.Write([]byte("<!doctype html>Bonjour")) }))
	t.Cleanup(s.Close)
	for _, row := range []struct {
		name    string
		options browser.Options
		opens   bool
	}{
		{"not strict", browser.Options{}, true},
		{"strict", browser.Options{Strict: true}, false},
		{"strict, and trusted", browser.Options{Strict: true, Trusted: s.Certificate()}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			page, err := chromium(t, row.options).NewPage()
			must(t, err)
			if err := page.Open(s.URL); (err == nil) != row.opens {
				t.Errorf("the page opens with %v", err)
			}
		})
	}
}

// TestCookies: a frame of another site has its cookies where Options.Cookies says so.
func TestCookies(t *testing.T) {
	var s *httptest.Server
	s = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/frame" {
			rw.Write([]byte(`<!doctype html><script>document.cookie = "seen=1; secure; samesite=none"; parent.postMessage(document.cookie, "*")</script>`))
			return
		}
		fmt.Fprintf(rw, `<!doctype html><script>addEventListener("message", (e) => { document.title = "got:" + e.data })</script><iframe src="%s/frame"></iframe>`, strings.Replace(s.URL, "127.0.0.1", "localhost", 1))
	}))
	t.Cleanup(s.Close)
	for _, row := range []struct {
		name  string
		takes bool
		want  string
	}{{"taken", true, "got:seen=1"}, {"refused", false, "got:"}} {
		t.Run(row.name, func(t *testing.T) {
			page, err := chromium(t, browser.Options{Cookies: row.takes}).NewPage()
			must(t, err)
			must(t, page.Open(s.URL))
			must(t, page.WaitFor(`document.title.startsWith("got:")`))
			equal(t, "the frame's cookies", value[string](t, page, `return document.title`), row.want)
		})
	}
}
