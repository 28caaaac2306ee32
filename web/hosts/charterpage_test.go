package hosts

import (
	"net/http"
	"path/filepath"
	"testing"

	"charte/web/browser"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/receipts"
	"charte/web/receipts/collect"
	"charte/web/server"
)

// TestCharterPage: everything on the charter page works under the page's own policy.
func TestCharterPage(t *testing.T) {
	t.Parallel()
	shows(t, "The charter page works under the Content-Security-Policy it is sent with")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		w.Site = w.Charte
		v := w.visitWith(name, countViolations, "/charte")
		v.sees("[data-charte=list]")
		v.sees(notice)
		v.asks(customise)
		v.sees(settings)
		v.click(settings + " " + refuseAll)
		v.seesNot(settings)
		if c := v.answer(); c == nil {
			t.Error("no answer is kept")
		}
		want(v, "violations", eval[string](v, `violations.join("; ")`), "")
		want(v, "errors", eval[string](v, `errors.join("; ")`), "")
	})
}

// TestCharterTells: an answer that is given or taken back on the charter page leaves a receipt and
// is set by the server, although the list of origins names another site only.
func TestCharterTells(t *testing.T) {
	t.Parallel()
	shows(t, "An answer that is given or taken back in the charter's own page leaves a receipt, and the server sets its cookie, as in other pages")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		built, err := bundle.Build(t.Context(), bundle.Options{Catalogue: keeping(t), Engine: engineOf(t, "light"), Cache: cache.User(),
			Tell: bundle.Address{Answer: "answer", Receipts: "receipts"}})
		if err != nil {
			t.Fatal(err)
		}
		w := &receipting{world: &world{t: t, bundle: built}}
		if w.store, err = receipts.Open(t.Context(), filepath.Join(t.TempDir(), "receipts.db"), true); err != nil {
			t.Fatal(err)
		}
		listed := []string{"https://portal.test"}
		site, err := server.Site(built, nil, listed, http.NotFoundHandler())
		if err != nil {
			t.Fatal(err)
		}
		service := collect.New(w.store, collect.Options{Chain: "test", Origins: listed})
		t.Cleanup(func() { service.Close() })
		handler, err := service.Site(built, nil, site)
		if err != nil {
			t.Fatal(err)
		}
		w.Site = w.serve("charte", "127.0.0.1", handler)
		v := w.visitWith(name, countViolations, "/charte")
		v.sees(notice)
		v.click(notice + " " + acceptAll)
		if r := w.keeps(1); r.Action != receipts.Accept {
			t.Errorf("%+v", r.Receipt)
		}
		v.do(`await charte.refuseAll()`)
		if r := w.keeps(2); r.Action != receipts.Withdraw {
			t.Errorf("%+v", r.Receipt)
		}
		v.waits(`performance.getEntriesByType("resource").filter(e => e.name.endsWith("/answer")).length === 2`)
		want(v, "violations", eval[string](v, `violations.join("; ")`), "")
		want(v, "warnings", v.warnings(), 0)
	})
}
