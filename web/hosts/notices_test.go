package hosts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/catalogue/source"
	"charte/web/browser"
)

// newCounting is newReceipting with a catalogue that has site.figures.
func newCounting(t *testing.T) *receipting {
	t.Helper()
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	c.Site.Figures = true
	return receiptingOf(t, newWorldOf(t, "light", c))
}

// noticed returns what pages have sent of their notices, in order.
func (w *receipting) noticed() []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(w.bodies), func(body string) bool { return strings.Contains(body, "value") })
}

// notices waits up to 20 s until pages have sent n counts of notices, and returns what they sent.
func (w *receipting) notices(n int) []string {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); len(w.noticed()) < n && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	return w.noticed()
}

// TestNotices: with site.figures, a page tells once, when the visitor leaves it, that its notice was shown and whether it
// was answered, and nothing else.
func TestNotices(t *testing.T) {
	t.Parallel()
	shows(t, "L22, L28: with `site.figures` and receipts, a page that showed its notice tells once, as it is left, whether it was answered; every visitor's bytes are the same, and a notice that nobody saw is not counted")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newCounting(t)
		var release string
		for file := range w.bundle.Files {
			if strings.HasPrefix(file, "release-") {
				release = file
			}
		}
		ignored, answered := fmt.Sprintf(`{"notice":"ignored","release":%q}`, release), fmt.Sprintf(`{"notice":"answered","release":%q}`, release)
		var wanted []string
		leaves := func(v visitor, what, sent string) {
			t.Helper()
			v.must(v.Open(w.Charte + "/licences.txt"))
			wanted = append(wanted, sent)
			want(v, what, strings.Join(w.notices(len(wanted)), " "), strings.Join(wanted, " "))
		}

		v := w.visit(name, "/receipts/")
		v.sees(notice)
		v.waits(`performance.getEntriesByType("resource").some(e => e.name.includes("/release-") && e.responseEnd)`)
		v.do(`await charte.open(); await charte.close()`) // its file has run by then
		want(v, "counts while the page is there", len(w.noticed()), 0)
		leaves(v, "after a visit without an answer", ignored)

		// Another visitor does the same, and sends the same bytes.
		v = w.visit(name, "/receipts/")
		v.sees(notice)
		v.do(`await charte.open(); await charte.close()`)
		leaves(v, "after another one", ignored)

		v = w.visit(name, "/receipts/")
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		w.comes(len(wanted) + 1)
		leaves(v, "after an answer", answered)

		// The next page has no notice, and tells nothing.
		v.must(v.Open(w.Site + "/receipts/"))
		v.waits(`window.charte?.decision.answered`)
		v.do(`await charte.open(); await charte.close()`)
		v.must(v.Open(w.Charte + "/licences.txt"))

		// Nor does a page that nobody has looked at.
		v = w.visitWith(name, `Object.defineProperty(Document.prototype, "visibilityState", {get: () => "hidden"})`, "/receipts/")
		v.sees(notice)
		v.do(`await charte.open(); await charte.close()`)
		v.must(v.Open(w.Charte + "/licences.txt"))

		v = w.visit(name, "/receipts/")
		v.sees(notice)
		v.do(`await charte.open(); await charte.close()`)
		leaves(v, "after pages that tell nothing", ignored)

		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			f, err := w.store.Figures(t.Context(), 2)
			if err != nil {
				t.Fatal(err)
			}
			if f.Total.Shown == 4 && f.Total.Ignored == 3 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d notices shown and %d ignored are kept, want 4 and 3", f.Total.Shown, f.Total.Ignored)
			}
		}
	})
}

// TestNoNotices: without site.figures no page tells anything of its notice, and with it none does whose tag names no
// place for receipts.
func TestNoNotices(t *testing.T) {
	t.Parallel()
	shows(t, "L22, L28: without `site.figures`, or without a place for receipts, no page tells anything of its notice")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		for _, test := range []struct {
			what, path string
			w          *receipting
		}{
			{"without site.figures", "/receipts/", newReceipting(t)},
			{"without data-receipts", "/journey/", newCounting(t)},
		} {
			v := test.w.visit(name, test.path)
			v.sees(notice)
			v.do(`await charte.open(); await charte.close()`)
			v.must(v.Open(test.w.Charte + "/licences.txt"))
			// What the page before has sent comes before what this one sends.
			v.must(v.Open(test.w.Site + "/receipts/"))
			v.sees(notice)
			v.click(notice + " " + refuseAll)
			test.w.comes(1)
			want(v, test.what, strings.Join(test.w.noticed(), " "), "")
		}
	})
}
