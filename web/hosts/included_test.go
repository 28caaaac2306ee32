package hosts

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// TestIncluded: the script works in every way that a page can include it.
func TestIncluded(t *testing.T) {
	t.Parallel()
	shows(t, "the script works as `async`, `defer`, `module`, blocking, added late, and twice")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		for _, how := range []string{"async", "defer", "blocking", "module", "late", "twice"} {
			browsertest.Try(t, how, name, func(t *testing.T) {
				w.t = t
				v := w.visit(name, "/included/"+how+".html")
				v.sees(notice)
				want(v, "scripts before an answer", eval[string](v, `ran.join()`), "")
				v.asks("#manage")
				v.click(settings + " " + acceptAll)
				v.seesNot(settings)
				v.waits(`ran.join() === "statistics"`)
				want(v, "hosts", eval[int](v, `document.querySelectorAll("charte-banner").length`), 1)
				want(v, "errors", eval[string](v, `errors.join("; ")`), "")
				want(v, "warnings", v.warnings(), map[bool]int{how == "twice": 2}[true])
			})
		}
	})
}

// TestTwoVersions: where a page has the scripts of two catalogues, the first is in force. The
// second writes a warning and does nothing.
func TestTwoVersions(t *testing.T) {
	t.Parallel()
	shows(t, "of two versions of the script in one page, the first is in force")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		other := newWorld(t, "light", "default")
		v := w.visit(name, "/included/defer.html")
		v.sees(notice)
		v.do(`const hook = charte;
			await new Promise((onload) => document.head.append(Object.assign(document.createElement("script"), {src: arguments[0], onload})));
			window.same = hook === charte`, other.Charte+"/charte.js")
		want(v, "the hook is the first's", eval[bool](v, `same`), true)
		want(v, "warnings", v.warnings(), 1)
		v.click(notice + " " + acceptAll)
		v.waits(`ran.join() === "statistics"`)
		want(v, "requests to the other", len(other.requested("charte ")), 1)
	})
}

// warnings returns how many warnings the script has written to the page's console.
func (v visitor) warnings() int {
	v.t.Helper()
	lines, err := v.Console()
	v.must(err)
	n := 0
	for _, line := range lines {
		if strings.HasPrefix(line, "warn: charte: ") {
			n++
		}
	}
	return n
}

// warned waits until the script has written at least n warnings to the page's console.
func (v visitor) warned(n int) {
	v.t.Helper()
	eventually(v.t, fmt.Sprintf("%d warnings", n), func() bool { return v.warnings() >= n })
}

// eventually waits until something is so.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for since := time.Now(); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Since(since) > 10*time.Second {
			t.Fatalf("not within ten seconds: %s", what)
		}
	}
}
