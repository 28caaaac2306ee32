package hosts

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"charte/web/browser"
	"charte/web/importer/tags"
)

// former are pages with the tags of other banners, and what they ran and fetched after consent.
var former = []struct {
	file, peer string
	names      tags.Map // of the services and categories
	ran        string
	fetched    []string
	left       string // what is said to be deleted by hand
}{
	{"klaro.html", "Klaro 0.7", tags.Map{Services: map[string]string{"videos": "youtube"}},
		"inline,inline module,src.js", []string{"/frame.html", "/image.gif", "/src.js", "/style.css"}, ""},
	{"orejime.html", "Orejime 3", tags.Map{Services: map[string]string{"videos": "youtube"}},
		"inline,module in a template,src.js", []string{"/frame.html", "/image.gif", "/src.js", "/style.css"}, ""},
	{"vanilla.html", "vanilla-cookieconsent 3", tags.Map{Services: map[string]string{"Videos": "youtube"}, Categories: map[string]string{"media": "third-party"}},
		"category,module,src.js,version 2", []string{"/src.js"}, ""},
	{"tarteaucitron.html", "tarteaucitron", tags.Map{Services: map[string]string{"iframe": "youtube"}},
		"", []string{"/frame.html", "/other.html"}, `(tarteaucitron.job = tarteaucitron.job || []).push("iframe")`},
}

// TestMoved: what another banner held back is held back by this one, once "charte import" has rewritten
// the page, and runs once after consent.
func TestMoved(t *testing.T) {
	t.Parallel()
	shows(t, "A page whose tags were another banner's, rewritten by charte import")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		pages := map[string]string{}
		for _, page := range former {
			text, err := os.ReadFile("../importer/tags/testdata/gated/" + page.file)
			if err != nil {
				t.Fatal(err)
			}
			m := page.names
			m.Peer, m.Homes, m.Script = page.peer, map[string]string{"youtube": "third-party"}, w.Charte+"/charte.js"
			rewritten, _, left := tags.Rewrite(page.file, text, m)
			var alone []string
			for _, l := range left {
				alone = append(alone, l.Tag)
			}
			if got := strings.Join(alone, "\n"); got != page.left {
				t.Errorf("%s: left is %q, want %q", page.file, got, page.left)
			}
			pages["/"+page.file] = strings.ReplaceAll(string(rewritten), "CANARY", w.Canary)
		}
		w.Site = w.serve("moved", "localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			text, there := pages[r.URL.Path]
			if !there {
				http.NotFound(rw, r)
				return
			}
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(rw, text)
		}))
		for _, page := range former {
			w.forget()
			v := w.visit(name, "/"+page.file)
			nothing := func(when string) {
				t.Helper()
				v.afterAll()
				want(v, page.file+", "+when+": scripts", eval[string](v, `(window.ran || []).join()`), "")
				want(v, page.file+", "+when+": requests", strings.Join(w.requested("canary"), ", "), "")
			}
			v.sees(notice)
			nothing("before an answer")
			v.click(notice + " " + refuseAll)
			v.seesNot(notice)
			nothing("after a refusal")
			v.click(`[data-charte="open"]`)
			v.sees(settings)
			v.click(settings + " " + acceptAll)
			v.seesNot(settings)
			v.waits(fmt.Sprintf(`(window.ran || []).sort().join() === %q`, page.ran))
			v.afterAll()
			w.quiet()
			if got := paths(w.requested("canary")); !slices.Equal(got, page.fetched) {
				t.Errorf("%s: requests after consent are %q, want %q", page.file, got, page.fetched)
			}
			for _, gone := range []string{"/klaro/", "/orejime/", "/dist/", "/tarteaucitron/"} {
				want(v, page.file+": requests for the former banner", strings.Join(w.requested("moved "+gone), ", "), "")
			}
		}
	})
}
