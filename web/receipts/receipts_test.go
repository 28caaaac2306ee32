package receipts

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web"
)

// bundles are built once for the test binary, by the name of their catalogue.
var bundles = map[string]func() (*web.Bundle, error){
	"demo": sync.OnceValues(func() (*web.Bundle, error) { return built("demo", nil) }),
	"renamed": sync.OnceValues(func() (*web.Bundle, error) {
		return built("demo", func(c *catalogue.Catalogue) { c.Site.Controller = "=Lyon" })
	}),
}

func built(name string, change func(*catalogue.Catalogue)) (*web.Bundle, error) {
	c, err := source.Embedded(name)
	if err != nil {
		return nil, err
	}
	if change != nil {
		change(c)
	}
	return web.Build(context.Background(), web.Options{Catalogue: c, Engine: web.LightEngine(), Cache: web.UserCache()})
}

func bundle(t testing.TB, name string) *web.Bundle {
	t.Helper()
	b, err := bundles[name]()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func releaseName(b *web.Bundle) string {
	for name := range b.Files {
		if strings.HasPrefix(name, "release-") {
			return name
		}
	}
	return ""
}

// said is the body that a page sends.
func said(b *web.Bundle, value, action, ui string) map[string]string {
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

// values are cookies of a day: everything granted, some of it, nothing.
func values(b *web.Bundle, on consent.Day) (all, some, none string) {
	policy := consent.PolicyOf(b.Views[0])
	set, _ := policy.Set(policy.RefuseAll(on), map[string]bool{"youtube": true}, on)
	return policy.AcceptAll(on).Value(), set.Value(), policy.RefuseAll(on).Value()
}

// noon is in the middle of 2026-11-23.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const own = "https://example.org"

// A kept store is a service on a file, whose clock tests move.
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
	store, err := Open(t.Context(), file, true)
	if err != nil {
		t.Fatal(err)
	}
	k := keepingOn(t, store, o)
	k.file = file
	return k
}

// keepingOn is keeping in a store that is open.
func keepingOn(t testing.TB, store *Store, o Options) *kept {
	t.Helper()
	if o.Chain == "" {
		o.Chain = "test"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	k := &kept{Service: NewService(store, o), time: noon}
	k.now = func() time.Time { return k.time }
	k.rate.now, k.tries.now, store.Now = k.now, k.now, k.now
	t.Cleanup(func() { k.Close() })
	handler, err := k.Site(bundle(t, "demo"), []*web.Bundle{bundle(t, "renamed")}, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	k.handler = k.Page(handler)
	return k
}

// post sends what a page sends, with headers instead of the usual, and returns
// the answer.
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

// must is post for what is taken.
func (k *kept) must(t testing.TB, said map[string]string) {
	t.Helper()
	if w := k.post(body(t, said)); w.Code != http.StatusNoContent {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
}

// records are all that is kept, in order.
func (k *kept) records(t testing.TB) []Record {
	t.Helper()
	var text strings.Builder
	if err := k.store.Export(t.Context(), &text, "jsonl"); err != nil {
		t.Fatal(err)
	}
	var records []Record
	for line := range strings.Lines(text.String()) {
		var r Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

// TestRecords: a record says what was answered, to what, when and where; and
// nothing else.
func TestRecords(t *testing.T) {
	k := keeping(t, Options{})
	b := bundle(t, "demo")
	all, some, none := values(b, consent.DayOf(noon))
	for _, test := range []struct {
		said   map[string]string
		action string
		yes    int
	}{
		{said(b, all, "answer", Layer1), Accept, 99},
		{said(b, some, "answer", Settings), Custom, 1},
		{said(b, some, "withdraw", Settings), Withdraw, 1},
		{said(b, none, "answer", Layer1), Refuse, 0},
		{said(b, none, "withdraw", API), Withdraw, 0},
		{said(b, none, "answer", Layer1), Refuse, 0}, // the same again: it is another answer
	} {
		k.time = k.time.Add(time.Second)
		k.must(t, test.said)
		records := k.records(t)
		r := records[len(records)-1]
		granted := 0
		for _, yes := range r.State {
			granted += yes
		}
		if test.yes == 99 {
			test.yes = len(r.State)
		}
		if r.Action != test.action || r.UI != test.said["ui"] || granted != test.yes || len(r.State) < 3 || r.Lang != "fr" || r.Site != b.Views[0].SiteName ||
			r.T != k.time.Format(time.RFC3339) || r.Exp != "2027-05-24" || len(r.ID) != 32 || r.V != 1 {
			t.Errorf("%v: kept %+v %+v", test.said, r, r.Receipt)
		}
	}
	var line strings.Builder
	if err := k.store.Export(t.Context(), &line, "jsonl"); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(line.String(), "\n")
	var fields map[string]any
	if err := json.Unmarshal([]byte(first), &fields); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(slices.Sorted(maps.Keys(fields)), " "), "action cat code exp id lang prev site state t ui v"; got != want {
		t.Errorf("a record has %s, want %s", got, want)
	}
	if _, err := k.store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestResolves: what a record names leads to the catalogue and the files that
// the visitor had, also where another has replaced them since.
func TestResolves(t *testing.T) {
	k := keeping(t, Options{})
	_, _, none := values(bundle(t, "demo"), consent.DayOf(noon))
	k.must(t, said(bundle(t, "renamed"), none, "answer", Layer1))
	k.must(t, said(bundle(t, "demo"), none, "answer", Layer1))
	dir := t.TempDir()
	if err := k.store.ExportArchives(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	records := k.records(t)
	if records[0].Cat == records[1].Cat || records[0].Code == records[1].Code {
		t.Error("two catalogues have one hash")
	}
	for i, want := range []string{"=Lyon", "Opendatasoft"} {
		r := records[i]
		b := bundle(t, []string{"renamed", "demo"}[i])
		if cat, err := b.CatalogueSHA256(); err != nil || r.Cat != cat || r.Code != b.ReleaseSHA256() {
			t.Errorf("the receipt names %s and %s; the bundle is %s and %s (%v)", r.Cat, r.Code, cat, b.ReleaseSHA256(), err)
		}
		_, data, err := k.archived(t, r.Cat)
		if err != nil {
			t.Fatal(err)
		}
		var c catalogue.Catalogue
		if err := json.Unmarshal(data, &c); err != nil || c.Site.Controller != want {
			t.Errorf("the catalogue is %q's (%v), want %q's", c.Site.Controller, err, want)
		}
		if _, data, err = k.archived(t, r.Code); err != nil {
			t.Fatal(err)
		}
		files, err := unzipped(data)
		if err != nil {
			t.Fatal(err)
		}
		if script := string(files["charte.js"]); !strings.Contains(script, "cookies_preferences") {
			t.Errorf("the release has no script: %.80s", script)
		}
		for _, file := range []string{r.Cat + ".json", r.Code + ".zip"} {
			if found, _ := filepath.Glob(filepath.Join(dir, file)); len(found) != 1 {
				t.Errorf("the export lacks %s", file)
			}
		}
	}
}

func (k *kept) archived(t testing.TB, hash string) (kind string, data []byte, err error) {
	tx, err := k.store.read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	return archive(t.Context(), tx, hash)
}

// TestVerify: whatever is changed in a store, the first record it concerns is
// found.
func TestVerify(t *testing.T) {
	for _, test := range []struct{ name, sql, want string }{
		{"nothing", "SELECT 1", ""},
		{"a word in a record", "UPDATE charte_receipts SET record = replace(record, 'refuse', 'accept') WHERE n = 3", "chain test, record 4: it does not follow record 3"},
		{"the last record", "UPDATE charte_receipts SET record = replace(record, 'refuse', 'accept') WHERE n = 5", "chain test, record 5: it was changed"},
		{"a record's time", "UPDATE charte_receipts SET t = t + 1 WHERE n = 2", "chain test, record 2: it was changed"},
		{"a record's form", "UPDATE charte_receipts SET record = '{' WHERE n = 2", "chain test, record 2: it cannot be read"},
		{"a record more in it", "UPDATE charte_receipts SET record = replace(record, '{\"v\":1', '{\"v\":1,\"visitor\":7') WHERE n = 5", "chain test, record 5: it cannot be read"},
		{"one taken out", "DELETE FROM charte_receipts WHERE n = 3", "chain test, record 3: it is missing"},
		{"the first taken out", "DELETE FROM charte_receipts WHERE n = 1", "chain test, record 1: it is missing, and no purge says so"},
		{"the last taken out", "DELETE FROM charte_receipts WHERE n = 5", "chain test, record 5: it is missing"},
		{"all taken out", "DELETE FROM charte_receipts", "chain test, record 1: it is missing, as are all others"},
		{"two exchanged", "UPDATE charte_receipts SET n = CASE n WHEN 2 THEN 103 ELSE 102 END WHERE n IN (2, 3); UPDATE charte_receipts SET n = n - 100 WHERE n > 100", "chain test, record 2: it does not follow record 1"},
		{"another chain's", "UPDATE charte_receipts SET chain = 'x'; UPDATE charte_chains SET chain = 'x'", "chain x, record 1: it is not the beginning"},
		{"a chain without an end", "UPDATE charte_receipts SET chain = 'x'", "chain x, record 1: there is no such chain"},
		{"the catalogue", "UPDATE charte_archives SET data = 'x' WHERE kind = 'catalogue'", "chain test, record 1: what it names cannot be had"},
		{"the release taken out", "DELETE FROM charte_archives WHERE kind = 'release'", "chain test, record 1: what it names cannot be had"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := keeping(t, Options{})
			b := bundle(t, "demo")
			_, _, none := values(b, consent.DayOf(noon))
			for range 5 {
				k.must(t, said(b, none, "answer", Layer1))
			}
			if _, err := k.store.write.Exec(test.sql); err != nil {
				t.Fatal(err)
			}
			chains, err := k.store.Verify(t.Context())
			switch {
			case test.want == "":
				if err != nil || len(chains) != 1 || chains[0].Records != 5 || chains[0].First != 1 || chains[0].Last != 5 {
					t.Errorf("%+v, %v", chains, err)
				}
			case err == nil || !strings.HasPrefix(err.Error(), test.want):
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// golden is a record without objections, as it was before there were any.
const golden = `{"v":1,"id":"ID","t":"2026-11-23T12:00:00Z","site":"Lyon","state":{"a.x":1},"action":"accept","ui":"layer1","lang":"fr","cat":"c0","code":"c1","exp":"2027-05-24","prev":"p0"}`

// TestVersions: a record has the oldest form that can say what it says, and is
// byte for byte what it was in that form. One of a form that is not known is no
// record that was changed: who verifies it is told what is missing.
func TestVersions(t *testing.T) {
	receipt := Receipt{Site: "Lyon", State: map[string]int{"a.x": 1}, Action: Accept, UI: Layer1, Lang: "fr", Cat: "c0", Code: "c1", Exp: "2027-05-24"}
	objecting := receipt
	objecting.Objected = []string{"b.y"}
	for _, test := range []struct {
		record Record
		want   string
	}{
		{Record{Receipt: &receipt}, golden},
		{Record{Receipt: &objecting}, strings.NewReplacer(`"v":1`, `"v":2`, `"action"`, `"objected":["b.y"],"action"`).Replace(golden)},
		{Record{Purge: &Purge{"2026-11-23", 7, "h0", 7}}, `{"v":1,"id":"ID","t":"2026-11-23T12:00:00Z","purge":{"before":"2026-11-23","to":7,"hash":"h0","records":7},"prev":"p0"}`},
	} {
		data, _, err := test.record.seal(noon, "p0")
		if got := strings.Replace(string(data), test.record.ID, "ID", 1); err != nil || got != test.want {
			t.Errorf("%s (%v), want\n%s", got, err, test.want)
		}
	}
	for _, test := range []struct{ name, from, to, want string }{
		{"as it is", "", "", ""},
		{"a newer one, with what it may have", `{"v":2`, `{"v":3,"later":{"x":1}`, "version 3 of the form of records wrote it, or it was changed: this Charte knows versions 1 to 2, and a newer Charte is needed"},
		{"the first, with objections", `{"v":2`, `{"v":1`, "it says that version 1 of the form of records wrote it, and has objections, which came with version 2"},
		{"the second, without", `{"v":1`, `{"v":2`, "it was changed"},
		{"none", `{"v":1`, `{"v":0`, "it was changed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := keeping(t, Options{})
			b := bundle(t, "demo")
			policy, today := consent.PolicyOf(b.Views[0]), consent.DayOf(noon)
			objection, _ := policy.Set(consent.Decision{}, map[string]bool{"matomo": false}, today)
			k.must(t, said(b, policy.RefuseAll(today).Value(), "answer", Layer1))
			k.must(t, said(b, policy.RefuseAll(today).Keeping(objection).Value(), "answer", Settings))
			if _, err := k.store.write.Exec("UPDATE charte_receipts SET record = replace(record, $1, $2)", test.from, test.to); err != nil {
				t.Fatal(err)
			}
			_, err := k.store.Verify(t.Context())
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

// TestPurge: what is old goes, what is left verifies, and the chain says what
// happened. Figures stay.
func TestPurge(t *testing.T) {
	k := keeping(t, Options{})
	for day := range 10 {
		k.time = noon.AddDate(0, 0, day)
		b := bundle(t, "demo")
		if day < 3 {
			b = bundle(t, "renamed")
		}
		_, _, none := values(b, consent.DayOf(k.time))
		k.must(t, said(b, none, "answer", Layer1))
		k.must(t, said(b, none, "answer", Settings))
	}
	purge := func(daysAgo int, want int64) {
		t.Helper()
		gone, err := k.store.Purge(t.Context(), k.time.AddDate(0, 0, -daysAgo))
		if err != nil || gone != want {
			t.Errorf("%d are gone (%v), want %d", gone, err, want)
		}
	}
	verifies := func(first, last int64) {
		t.Helper()
		chains, err := k.store.Verify(t.Context())
		if err != nil || len(chains) != 1 || chains[0].First != first || chains[0].Last != last {
			t.Errorf("%+v, %v; want records %d to %d", chains, err, first, last)
		}
	}
	purge(20, 0)
	verifies(1, 20)
	purge(5, 8) // of days 0 to 3
	verifies(9, 21)
	if last := k.records(t)[12]; last.Purge == nil || last.Purge.To != 8 || last.Purge.Records != 8 || last.Purge.Before != "2026-11-27" || last.Receipt != nil {
		t.Errorf("the last record is %+v %+v", last, last.Purge)
	}
	if kind, _, err := k.archived(t, releaseOf(t, "renamed")); err == nil {
		t.Errorf("the %s is still there", kind)
	}
	if _, _, err := k.archived(t, releaseOf(t, "demo")); err != nil {
		t.Error(err)
	}
	purge(5, 0)
	verifies(9, 21)
	b := bundle(t, "demo")
	_, _, none := values(b, consent.DayOf(k.time))
	k.must(t, said(b, none, "answer", Layer1))
	k.time = k.time.AddDate(0, 0, 30)
	purge(1, 14) // the purge itself is as old
	verifies(23, 23)
	counts, err := k.store.counts(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if f := figures(counts, noon, k.time); f.Total.All != 21 || f.Days[0].All != 2 || f.Layers[0].All != 11 || f.Layers[1].All != 10 {
		t.Errorf("figures %+v", f)
	}
	// A record is deleted, and a purge is forged of what is known of it.
	if _, err := k.store.write.Exec("UPDATE charte_receipts SET record = replace(record, '\"to\":22', '\"to\":21')"); err != nil {
		t.Fatal(err)
	}
	if _, err := k.store.Verify(t.Context()); err == nil {
		t.Error("a purge that was changed is not found")
	}
}

// TestPurgeWrongClock: receipts that are dated ahead keep nothing from being
// purged, and what stays because of a wrong date can still be verified.
func TestPurgeWrongClock(t *testing.T) {
	for _, test := range []struct {
		name  string
		dates []int // days after noon at which receipts are kept, one after the other
		now   int
		gone  int64 // of what is purged, from 20 days before now
		first int64 // that is left
	}{
		{"far ahead", []int{0, 30000, 1, 2, 39}, 40, 4, 5},
		{"the last of the old", []int{0, 1, 30000, 39}, 40, 2, 3},
		{"the very last", []int{0, 1, 30000}, 40, 2, 3},
		{"the first of all", []int{30000, 0, 39}, 40, 2, 3},
		{"ahead once, and past by now", []int{0, 30, 1, 2, 39}, 40, 1, 2},
		{"ahead once, and old by now", []int{0, 30, 1, 2, 59}, 60, 4, 5},
		{"behind", []int{39, 0, 39}, 40, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := keeping(t, Options{})
			for _, day := range test.dates {
				k.time = noon.AddDate(0, 0, day)
				b := bundle(t, "demo")
				if day < 3 {
					b = bundle(t, "renamed")
				}
				_, _, none := values(b, consent.DayOf(k.time))
				k.must(t, said(b, none, "answer", Layer1))
			}
			k.time = noon.AddDate(0, 0, test.now)
			gone, err := k.store.Purge(t.Context(), k.time.AddDate(0, 0, -20))
			if err != nil || gone != test.gone {
				t.Errorf("%d are gone (%v), want %d", gone, err, test.gone)
			}
			chains, err := k.store.Verify(t.Context())
			if err != nil || len(chains) != 1 || chains[0].First != test.first {
				t.Errorf("%+v, %v; want the first to be %d", chains, err, test.first)
			}
		})
	}
}

// TestPurgeReads: while a purge reads all that is left, to find out what its
// archives are kept for, others write.
func TestPurgeReads(t *testing.T) {
	k := keeping(t, Options{})
	b := bundle(t, "demo")
	_, _, none := values(b, consent.DayOf(noon))
	for range 3 {
		k.must(t, said(b, none, "answer", Layer1))
	}
	// Every time that is read calls back.
	var read, refused int
	call := func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		read++
		other, err := sql.Open("sqlite", "file:"+k.file+"?_pragma=busy_timeout(0)")
		if err != nil {
			return nil, err
		}
		defer other.Close()
		if _, err := other.Exec("UPDATE charte_chains SET n = n"); err != nil {
			refused++
		}
		return int64(0), nil
	}
	if err := sqlite.RegisterScalarFunction("charte_test_read", 0, call); err != nil {
		t.Fatal(err)
	}
	if err := k.store.Close(); err != nil {
		t.Fatal(err)
	}
	store, err := Open(t.Context(), k.file, false) // its connections have the function
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	store.Now = k.now
	if _, err := store.write.Exec(`ALTER TABLE charte_receipts RENAME TO receipts;
		CREATE VIEW charte_receipts AS SELECT chain, n, t + charte_test_read() AS t, record FROM receipts;
		INSERT INTO charte_archives (hash, kind, data, used) VALUES ('old', 'catalogue', '', 1)`); err != nil {
		t.Fatal(err)
	}
	if gone, err := store.Purge(t.Context(), noon.AddDate(0, 0, -5)); err != nil || gone != 0 {
		t.Errorf("%d are gone, %v", gone, err)
	}
	if read < 4 || refused > 0 {
		t.Errorf("%d times were read, want one for the chain and 3 for the archives; meanwhile %d could not write", read, refused)
	}
	var left int
	if err := store.read.QueryRow("SELECT count(*) FROM charte_archives WHERE hash = 'old'").Scan(&left); err != nil || left != 0 {
		t.Errorf("an old archive is still there: %v", err)
	}
}

// TestPurgeMeanwhile: what comes while a purge looks for old archives can be
// verified, also from a server whose clock is behind.
func TestPurgeMeanwhile(t *testing.T) {
	k := keeping(t, Options{})
	b := bundle(t, "demo")
	_, _, none := values(b, consent.DayOf(noon))
	k.must(t, said(b, none, "answer", Layer1))
	behind := keepingIn(t, k.file, Options{Chain: "behind"})
	behind.time = noon.AddDate(0, 0, -9)
	older := bundle(t, "renamed")
	_, _, then := values(older, consent.DayOf(behind.time))
	came := false
	asked := 0
	k.store.Now = func() time.Time {
		if asked++; asked == 2 { // the first time for the chain; this time all has been read
			behind.must(t, said(older, then, "answer", Layer1))
			came = true
		}
		return k.time
	}
	if gone, err := k.store.Purge(t.Context(), noon.AddDate(0, 0, -5)); err != nil || gone != 0 || !came {
		t.Errorf("%d are gone, %v, came meanwhile: %t", gone, err, came)
	}
	if chains, err := k.store.Verify(t.Context()); err != nil || len(chains) != 2 {
		t.Errorf("%+v, %v", chains, err)
	}
}

// TestPurgeSteps: a large purge goes in steps, each with its record, and others
// write between two of them; whatever it was stopped after, the chain verifies.
func TestPurgeSteps(t *testing.T) {
	const old, step = 20, 8
	k := keeping(t, Options{})
	b := bundle(t, "demo")
	_, _, none := values(b, consent.DayOf(noon))
	for range old {
		k.must(t, said(b, none, "answer", Layer1))
	}
	k.time = noon.AddDate(0, 0, 9)
	k.store.Now = func() time.Time { // asked at the end of each step
		if _, err := k.store.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		return k.time
	}
	if gone, err := k.store.purge(t.Context(), k.time.AddDate(0, 0, -5), step); err != nil || gone != old {
		t.Errorf("%d are gone (%v), want %d", gone, err, old)
	}
	var steps []string
	for _, r := range k.records(t) {
		if r.Purge == nil {
			t.Fatalf("a record is left: %+v", r)
		}
		steps = append(steps, fmt.Sprintf("%d to %d before %s", r.Purge.Records, r.Purge.To, r.Purge.Before))
	}
	if want := []string{"8 to 8 before 2026-11-27", "8 to 16 before 2026-11-27", "4 to 20 before 2026-11-27"}; !slices.Equal(steps, want) {
		t.Errorf("%q, want %q", steps, want)
	}
	if chains, err := k.store.Verify(t.Context()); err != nil || chains[0].First != old+1 || chains[0].Last != old+3 {
		t.Errorf("%+v, %v", chains, err)
	}
}

// TestPurgeErases: of what is purged, nothing is left in the store's files.
func TestPurgeErases(t *testing.T) {
	k := keeping(t, Options{})
	b := bundle(t, "demo")
	_, _, none := values(b, consent.DayOf(noon))
	for range 300 {
		k.must(t, said(b, none, "answer", Layer1))
	}
	var ids []string
	for _, r := range k.records(t) {
		ids = append(ids, r.ID)
	}
	k.time = noon.AddDate(0, 0, 9)
	_, _, later := values(b, consent.DayOf(k.time))
	k.must(t, said(b, later, "answer", Layer1))
	found := func() (n int) {
		files, err := filepath.Glob(k.file + "*")
		if err != nil {
			t.Fatal(err)
		}
		var all []byte
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data...)
		}
		for _, id := range ids {
			if bytes.Contains(all, []byte(id)) {
				n++
			}
		}
		return n
	}
	if n := found(); n != len(ids) {
		t.Errorf("before the purge %d of %d are found: the search shows nothing", n, len(ids))
	}
	if gone, err := k.store.Purge(t.Context(), k.time); err != nil || gone != int64(len(ids)) {
		t.Errorf("%d are gone (%v), want %d", gone, err, len(ids))
	}
	if n := found(); n > 0 {
		t.Errorf("%d of %d can still be read", n, len(ids))
	}
	// Who reads meanwhile keeps the log as it is, which is said.
	tx, err := k.store.read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, _, err := archive(t.Context(), tx, releaseOf(t, "demo")); err != nil {
		t.Fatal(err)
	}
	if _, err := k.store.write.Exec("PRAGMA busy_timeout(1)"); err != nil {
		t.Fatal(err)
	}
	k.must(t, said(b, later, "answer", Layer1))
	if _, err := k.store.Purge(t.Context(), k.time); err == nil || !strings.Contains(err.Error(), "purge again") {
		t.Errorf("with the log in use: %v", err)
	}
}

func releaseOf(t testing.TB, name string) string { return bundle(t, name).ReleaseSHA256() }

// TestUnprepared: whatever is asked of a store first, its tables are there.
func TestUnprepared(t *testing.T) {
	for name, ask := range map[string]func(context.Context, *Store) error{
		"append": func(ctx context.Context, s *Store) error {
			return s.Append(ctx, "one", []*Receipt{{Action: Refuse}}, nil)
		},
		"verify": func(ctx context.Context, s *Store) error {
			_, err := s.Verify(ctx)
			return err
		},
		"export":   func(ctx context.Context, s *Store) error { return s.Export(ctx, io.Discard, "jsonl") },
		"archives": func(ctx context.Context, s *Store) error { return s.ExportArchives(ctx, t.TempDir()) },
		"purge": func(ctx context.Context, s *Store) error {
			_, err := s.Purge(ctx, noon)
			return err
		},
		"stats": func(ctx context.Context, s *Store) error {
			_, err := s.counts(ctx, noon)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := unprepared(filepath.Join(t.TempDir(), "receipts.db"), true)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := ask(t.Context(), s); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestExport: the forms in which receipts leave.
func TestExport(t *testing.T) {
	k := keeping(t, Options{Chain: "=chain"})
	_, some, _ := values(bundle(t, "renamed"), consent.DayOf(noon))
	k.must(t, said(bundle(t, "renamed"), some, "answer", Settings))
	export := func(format string) string {
		t.Helper()
		var text strings.Builder
		if err := k.store.Export(t.Context(), &text, format); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	if got := export("csv"); !strings.Contains(got, "\n'=chain,1,") || !strings.Contains(got, ",custom,settings,fr,third-party.youtube,") {
		t.Errorf("csv:\n%s", got)
	}
	var iso isoRecord
	if err := json.Unmarshal([]byte(export("iso27560")), &iso); err != nil {
		t.Fatal(err)
	}
	record := k.records(t)[0]
	if iso.Header.RecordID != record.ID || iso.Header.SchemaVersion != "ISO/IEC TS 27560:2023" || iso.Parties[0].Name != "=Lyon" || len(iso.Processing) != len(record.State) || len(iso.Events) != len(record.State) {
		t.Errorf("%+v", iso)
	}
	for _, event := range iso.Events {
		if want := map[int]string{0: "refused", 1: "given"}[record.State[event.Service]]; event.State != want || event.Time != record.T || event.Validity != "P182D" {
			t.Errorf("%+v, want %s", event, want)
		}
	}
	for _, p := range iso.Processing {
		if p.Purpose == "" || p.PurposeType == "" || len(p.PII) == 0 || p.PII[0].Retention == "" || p.Recipients[0] == "" {
			t.Errorf("%+v", p)
		}
	}
	if err := k.store.Export(t.Context(), &strings.Builder{}, "xml"); err == nil || !strings.Contains(err.Error(), "jsonl, csv, iso27560") {
		t.Errorf("an unknown format: %v", err)
	}
}

// TestObjected: what a visitor objects to is in the receipt and in each export of
// it, and an answer with an objection accepts not everything.
func TestObjected(t *testing.T) {
	k := keeping(t, Options{})
	b := bundle(t, "demo")
	policy, today := consent.PolicyOf(b.Views[0]), consent.DayOf(noon)
	objection, _ := policy.Set(consent.Decision{}, map[string]bool{"matomo": false}, today)
	const objected = "statistics.matomo"
	all := policy.AcceptAll(today).Keeping(objection)
	k.must(t, said(b, policy.RefuseAll(today).Keeping(objection).Value(), "answer", Settings))
	k.must(t, said(b, all.Value(), "answer", Settings))
	k.must(t, said(b, policy.AcceptAll(today).Value(), "answer", Settings))
	for i, want := range []struct{ action, objected string }{{Refuse, objected}, {Custom, objected}, {Accept, ""}} {
		r := k.records(t)[i]
		if r.Action != want.action || strings.Join(r.Objected, " ") != want.objected {
			t.Errorf("%d: %s, objected %q; want %+v", i, r.Action, r.Objected, want)
		}
		if _, asked := r.State[objected]; asked {
			t.Errorf("%d: what is exempt is in the state: %v", i, r.State)
		}
	}
	// Whoever grants all that asks takes no consent back, whatever they object to.
	if w := k.post(body(t, said(b, all.Value(), "withdraw", Settings))); w.Code != http.StatusBadRequest {
		t.Errorf("a withdrawal that grants everything: %d", w.Code)
	}
	if _, err := k.store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	var csv, iso strings.Builder
	for format, to := range map[string]*strings.Builder{"csv": &csv, "iso27560": &iso} {
		if err := k.store.Export(t.Context(), to, format); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(csv.String(), ","+objected+"\n"); got != 2 {
		t.Errorf("the CSV has it %d times, want 2:\n%s", got, csv.String())
	}
	if got := strings.Count(iso.String(), `"event_state":"objected","service":"`+objected+`"`); got != 2 {
		t.Errorf("ISO 27560 has it %d times, want 2:\n%s", got, iso.String())
	}
}
