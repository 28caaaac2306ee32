package collect

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
	"charte/web/receipts"
)

// bundles are built once for the test binary, by the name of their catalogue.
var bundles = map[string]func() (*bundle.Bundle, error){
	"demo": sync.OnceValues(func() (*bundle.Bundle, error) { return built("demo", nil) }),
	"counting": sync.OnceValues(func() (*bundle.Bundle, error) {
		return built("demo", func(c *catalogue.Catalogue) { c.Site.Figures = true })
	}),
	"renamed": sync.OnceValues(func() (*bundle.Bundle, error) {
		return built("demo", func(c *catalogue.Catalogue) { c.Site.Controller = "=Lyon" })
	}),
}

func built(name string, change func(*catalogue.Catalogue)) (*bundle.Bundle, error) {
	c, err := source.Embedded(name)
	if err != nil {
		return nil, err
	}
	if change != nil {
		change(c)
	}
	return bundle.Build(context.Background(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
}

func bundled(t testing.TB, name string) *bundle.Bundle {
	t.Helper()
	b, err := bundles[name]()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func releaseName(b *bundle.Bundle) string {
	for name := range b.Files {
		if strings.HasPrefix(name, "release-") {
			return name
		}
	}
	return ""
}

// said returns the report that a page sends.
func said(b *bundle.Bundle, value, action, ui string) map[string]string {
	return map[string]string{"value": value, "action": action, "ui": ui, "lang": "fr", "release": releaseName(b)}
}

func body(t testing.TB, said map[string]string) string {
	t.Helper()
	data, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// values returns the values of three cookies of a day: with everything, some and nothing
// granted.
func values(b *bundle.Bundle, on consent.Day) (all, some, none string) {
	policy := consent.PolicyOf(b.Views[0])
	set, _ := policy.Set(policy.RefuseAll(on), map[string]bool{"youtube": true}, on)
	return policy.AcceptAll(on).Value(), set.Value(), policy.RefuseAll(on).Value()
}

// noon is in the middle of 2026-11-23.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const own = "https://example.org"

// A kept store is a service with a store in a file. Tests set its clock.
type kept struct {
	*Service
	file    string
	time    time.Time
	handler http.Handler
}

func keeping(t testing.TB, o Options) *kept {
	t.Helper()
	return keepingIn(t, filepath.Join(t.TempDir(), "receipts.db"), o)
}

func keepingIn(t testing.TB, file string, o Options) *kept {
	t.Helper()
	store, err := receipts.Open(t.Context(), file, true)
	if err != nil {
		t.Fatal(err)
	}
	k := keepingOn(t, store, o)
	k.file = file
	return k
}

// keepingOn is keeping with a store that is already open.
func keepingOn(t testing.TB, store *receipts.Store, o Options) *kept {
	t.Helper()
	if o.Chain == "" {
		o.Chain = "test"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	k := &kept{Service: New(store, o), time: noon}
	k.now = func() time.Time { return k.time }
	k.rate.now, k.tries.now, store.Now = k.now, k.now, k.now
	t.Cleanup(func() { k.Close() })
	handler, err := k.Site(bundled(t, "demo"), []*bundle.Bundle{bundled(t, "renamed"), bundled(t, "counting")}, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	k.handler = k.Page(handler)
	return k
}

// post sends a body as a page does, and returns the answer. The headers given replace the
// usual ones.
func (k *kept) post(body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", own+"/receipts", strings.NewReader(body))
	r.Header.Set("Origin", own)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		switch {
		case headers[i] == "Method":
			r.Method = headers[i+1]
		case headers[i] == "Remote":
			r.RemoteAddr = headers[i+1]
		case headers[i+1] == "":
			r.Header.Del(headers[i])
		default:
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	k.handler.ServeHTTP(w, r)
	return w
}

// must sends a report, and fails the test if it is not taken.
func (k *kept) must(t testing.TB, said map[string]string) {
	t.Helper()
	if w := k.post(body(t, said)); w.Code != http.StatusNoContent {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
}

// records returns all records of the store, in order.
func (k *kept) records(t testing.TB) []receipts.Record {
	t.Helper()
	var text strings.Builder
	if err := k.store.Export(t.Context(), &text, "jsonl"); err != nil {
		t.Fatal(err)
	}
	var records []receipts.Record
	for line := range strings.Lines(text.String()) {
		var r receipts.Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}
