package hosts

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"charte/web/browser"
)

// TestPinned: a file that differs from the built one in any byte is neither run nor shown,
// whoever serves it.
func TestPinned(t *testing.T) {
	t.Parallel()
	shows(t, "A file that is not the one that was built is refused by its hash")
	for what, alter := range map[string]func([]byte) []byte{
		"engine-": func(js []byte) []byte { return append(js, "\nglobalThis.altered = true;"...) },
		"release-": func(js []byte) []byte {
			return append(js, "\nglobalThis.altered = true;"...)
		},
		".wasm": func(wasm []byte) []byte { return append(wasm, 0, 2, 1, 'x') }, // a custom section, which changes nothing
		"fr-": func(words []byte) []byte {
			return bytes.Replace(words, []byte("Tout"), []byte("Rien"), 1)
		},
	} {
		t.Run(what, func(t *testing.T) {
			eachBrowser(t, func(t *testing.T, name browser.Engine) {
				w := newWorld(t, "light", "demo")
				altered := make(chan struct{}, 100)
				w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
					if !strings.Contains(r.URL.Path, what) {
						return false
					}
					file := w.bundle.Files[strings.TrimPrefix(r.URL.Path, "/")]
					rw.Header().Set("Content-Type", file.Type)
					rw.Header().Set("Access-Control-Allow-Origin", "*")
					rw.Write(alter(bytes.Clone(file.Data)))
					altered <- struct{}{}
					return true
				}
				v := w.visit(name, "/pinned/")
				v.sees(notice)
				if what == "release-" {
					v.waits(`document.readyState === "complete"`)
					v.do(`await charte.acceptAll()`)
				} else {
					v.click(customise)
					v.sees(notice + " .answers a") // says that the settings are not available
				}
				<-altered
				v.do(`for (let i = 0; i < 20; i++) await new Promise(next => setTimeout(next))`)
				want(v, "altered code has run", eval[bool](v, `"altered" in window`), false)
				want(v, "images shown", eval[int](v, `document.querySelectorAll("img[src]").length`), 0)
				want(v, "thrown into the page", eval[string](v, `errors.join()`), "")
				if what != "release-" {
					v.click(notice + " " + refuseAll)
				}
				v.seesNot(notice)
				want(v, "answered", eval[bool](v, `charte.decision.answered`), true)
			})
		})
	}
}
