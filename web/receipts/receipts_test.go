package receipts

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
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
)

// A page is what visitors were shown: a catalogue and a release.
type page struct{ catalogue, release Archive }

// pages are two: one of the demo's catalogue, and one of the same with another controller.
var pages = map[string]func() (page, error){
	"demo": sync.OnceValues(func() (page, error) { return pageOf("demo", func(*catalogue.Catalogue) {}) }),
	"renamed": sync.OnceValues(func() (page, error) {
		return pageOf("renamed", func(c *catalogue.Catalogue) { c.Site.Controller = "=Lyon" })
	}),
}

func pageOf(name string, change func(*catalogue.Catalogue)) (page, error) {
	c, err := source.Embedded("demo")
	if err != nil {
		return page{}, err
	}
	change(c)
	canonical, err := json.Marshal(c)
	return page{CatalogueArchive(canonical), ReleaseArchive(filesOf(name))}, err
}

// filesOf returns the files of a small release.
func filesOf(name string) map[string][]byte {
	return map[string][]byte{"charte.js": []byte("// of " + name), "release-" + name + ".js": []byte("export {}")}
}

func shown(t testing.TB, name string) page {
	t.Helper()
	p, err := pages[name]()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// answered returns a receipt of an answer in one place. It grants some of three services,
// and refuses the others.
func answered(action, ui string, granted ...string) Receipt {
	state := map[string]int{"statistics.google-analytics": 0, "third-party.meta-pixel": 0, "third-party.youtube": 0}
	for _, service := range granted {
		state[service] = 1
	}
	return Receipt{Site: "Lyon", State: state, Action: action, UI: ui, Lang: "fr"}
}

// noon is in the middle of 2026-11-23.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A kept store is a store in a file, with a chain and a clock that tests set.
type kept struct {
	*Store
	file, chain string
	time        time.Time
}

func keeping(t testing.TB, chain string) *kept {
	t.Helper()
	return keepingIn(t, filepath.Join(t.TempDir(), "receipts.db"), chain)
}

func keepingIn(t testing.TB, file, chain string) *kept {
	t.Helper()
	store, err := Open(t.Context(), file, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	k := &kept{Store: store, file: file, chain: chain, time: noon}
	k.Now = func() time.Time { return k.time }
	return k
}

// keep appends a receipt of an answer to a page.
func (k *kept) keep(t testing.TB, p page, r Receipt) {
	t.Helper()
	r.Cat, r.Code, r.Exp = p.catalogue.Hash, p.release.Hash, (consent.DayOf(k.time) + consent.LifetimeDays).String()
	if err := k.Append(t.Context(), k.chain, []*Receipt{&r}, []Archive{p.catalogue, p.release}); err != nil {
		t.Fatal(err)
	}
}

// records returns all records of the store, in order.
func (k *kept) records(t testing.TB) []Record {
	t.Helper()
	var text strings.Builder
	if err := k.Export(t.Context(), &text, "jsonl"); err != nil {
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

func (k *kept) archived(t testing.TB, hash string) (kind string, data []byte, err error) {
	tx, err := k.read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	return archive(t.Context(), tx, hash)
}

// TestVerify: whatever is changed in a store, Verify finds the first record that is
// concerned.
func TestVerify(t *testing.T) {
	release := filesOf("demo")
	release["charte.js"] = append(release["charte.js"], ' ')
	archived, err := zipped(release)
	if err != nil {
		t.Fatal(err)
	}
	changed := hex.EncodeToString(archived)
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
		{"a file of the release", "UPDATE charte_archives SET data = X'" + changed + "' WHERE kind = 'release'", "chain test, record 1: what it names cannot be had: the release "},
		{"the release taken out", "DELETE FROM charte_archives WHERE kind = 'release'", "chain test, record 1: what it names cannot be had"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := keeping(t, "test")
			p := shown(t, "demo")
			for range 5 {
				k.keep(t, p, answered(Refuse, Layer1))
			}
			if _, err := k.write.Exec(test.sql); err != nil {
				t.Fatal(err)
			}
			chains, err := k.Verify(t.Context())
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

// golden is a record without objections, as it was written before records could have any.
const golden = `{"v":1,"id":"ID","t":"2026-11-23T12:00:00Z","site":"Lyon","state":{"a.x":1},"action":"accept","ui":"layer1","lang":"fr","cat":"c0","code":"c1","exp":"2027-05-24","prev":"p0"}`

// TestVersions: a record has the oldest version that has all that it needs, and the same
// bytes as before in that version. A record of an unknown version is not reported as
// changed: the error says that a newer Charte is needed.
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
			k := keeping(t, "test")
			p := shown(t, "demo")
			objecting := answered(Refuse, Settings)
			objecting.Objected = []string{"statistics.matomo"}
			k.keep(t, p, answered(Refuse, Layer1))
			k.keep(t, p, objecting)
			if _, err := k.write.Exec("UPDATE charte_receipts SET record = replace(record, $1, $2)", test.from, test.to); err != nil {
				t.Fatal(err)
			}
			_, err := k.Verify(t.Context())
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

// TestPurge: old records are deleted, the rest can be verified, and the chain has a record
// of it. Figures stay.
func TestPurge(t *testing.T) {
	k := keeping(t, "test")
	for day := range 10 {
		k.time = noon.AddDate(0, 0, day)
		p := shown(t, "demo")
		if day < 3 {
			p = shown(t, "renamed")
		}
		k.keep(t, p, answered(Refuse, Layer1))
		k.keep(t, p, answered(Refuse, Settings))
	}
	purge := func(daysAgo int, want int64) {
		t.Helper()
		gone, err := k.Purge(t.Context(), k.time.AddDate(0, 0, -daysAgo))
		if err != nil || gone != want {
			t.Errorf("%d are gone (%v), want %d", gone, err, want)
		}
	}
	verifies := func(first, last int64) {
		t.Helper()
		chains, err := k.Verify(t.Context())
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
	if kind, _, err := k.archived(t, shown(t, "renamed").release.Hash); err == nil {
		t.Errorf("the %s is still there", kind)
	}
	if _, _, err := k.archived(t, shown(t, "demo").release.Hash); err != nil {
		t.Error(err)
	}
	purge(5, 0)
	verifies(9, 21)
	p := shown(t, "demo")
	k.keep(t, p, answered(Refuse, Layer1))
	k.time = k.time.AddDate(0, 0, 30)
	purge(1, 14) // the record of the first purge is old, too
	verifies(23, 23)
	counts, err := k.counts(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if f := figures(counts, nil, noon, k.time); f.Total.All != 21 || f.Days[0].All != 2 || f.Layers[0].All != 11 || f.Layers[1].All != 10 {
		t.Errorf("figures %+v", f)
	}
	// The record of the purge is changed, as if one record less had been deleted.
	if _, err := k.write.Exec("UPDATE charte_receipts SET record = replace(record, '\"to\":22', '\"to\":21')"); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Verify(t.Context()); err == nil {
		t.Error("a purge that was changed is not found")
	}
}

// TestPurgeWrongClock: receipts that are dated ahead do not stop old ones from being
// purged. Records that stay because of a wrong date can still be verified.
func TestPurgeWrongClock(t *testing.T) {
	for _, test := range []struct {
		name  string
		dates []int // days after noon at which receipts are kept, one after the other
		now   int
		gone  int64 // how many records a purge deletes that keeps 20 days
		first int64 // number of the first record that is left
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
			k := keeping(t, "test")
			for _, day := range test.dates {
				k.time = noon.AddDate(0, 0, day)
				p := shown(t, "demo")
				if day < 3 {
					p = shown(t, "renamed")
				}
				k.keep(t, p, answered(Refuse, Layer1))
			}
			k.time = noon.AddDate(0, 0, test.now)
			gone, err := k.Purge(t.Context(), k.time.AddDate(0, 0, -20))
			if err != nil || gone != test.gone {
				t.Errorf("%d are gone (%v), want %d", gone, err, test.gone)
			}
			chains, err := k.Verify(t.Context())
			if err != nil || len(chains) != 1 || chains[0].First != test.first {
				t.Errorf("%+v, %v; want the first to be %d", chains, err, test.first)
			}
		})
	}
}

// TestPurgeReads: others can write while a purge reads all records that are left, to find
// out which archives they need.
func TestPurgeReads(t *testing.T) {
	k := keeping(t, "test")
	p := shown(t, "demo")
	for range 3 {
		k.keep(t, p, answered(Refuse, Layer1))
	}
	// For each record whose time is read, a function of this test is called.
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
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	store, err := Open(t.Context(), k.file, false) // its connections have that function
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	store.Now = k.Now
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

// TestPurgeMeanwhile: a record that comes while a purge looks for old archives can be
// verified, also if it is from a server whose clock is behind.
func TestPurgeMeanwhile(t *testing.T) {
	k := keeping(t, "test")
	p := shown(t, "demo")
	k.keep(t, p, answered(Refuse, Layer1))
	behind := keepingIn(t, k.file, "behind")
	behind.time = noon.AddDate(0, 0, -9)
	older := shown(t, "renamed")
	came := false
	asked := 0
	k.Now = func() time.Time {
		if asked++; asked == 2 { // the first call is for the chain; at the second, all records have been read
			behind.keep(t, older, answered(Refuse, Layer1))
			came = true
		}
		return k.time
	}
	if gone, err := k.Purge(t.Context(), noon.AddDate(0, 0, -5)); err != nil || gone != 0 || !came {
		t.Errorf("%d are gone, %v, came meanwhile: %t", gone, err, came)
	}
	if chains, err := k.Verify(t.Context()); err != nil || len(chains) != 2 {
		t.Errorf("%+v, %v", chains, err)
	}
}

// TestPurgeSteps: a large purge works in steps, each with its record, and others can write
// between two of them. The chain can be verified after each step.
func TestPurgeSteps(t *testing.T) {
	const old, step = 20, 8
	k := keeping(t, "test")
	p := shown(t, "demo")
	for range old {
		k.keep(t, p, answered(Refuse, Layer1))
	}
	k.time = noon.AddDate(0, 0, 9)
	k.Now = func() time.Time { // asked at the end of each step
		if _, err := k.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		return k.time
	}
	if gone, err := k.purge(t.Context(), k.time.AddDate(0, 0, -5), step); err != nil || gone != old {
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
	if chains, err := k.Verify(t.Context()); err != nil || chains[0].First != old+1 || chains[0].Last != old+3 {
		t.Errorf("%+v, %v", chains, err)
	}
}

// TestPurgeErases: nothing of the records that are purged is left in the store's files.
func TestPurgeErases(t *testing.T) {
	k := keeping(t, "test")
	p := shown(t, "demo")
	for range 300 {
		k.keep(t, p, answered(Refuse, Layer1))
	}
	var ids []string
	for _, r := range k.records(t) {
		ids = append(ids, r.ID)
	}
	k.time = noon.AddDate(0, 0, 9)
	k.keep(t, p, answered(Refuse, Layer1))
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
	if gone, err := k.Purge(t.Context(), k.time); err != nil || gone != int64(len(ids)) {
		t.Errorf("%d are gone (%v), want %d", gone, err, len(ids))
	}
	if n := found(); n > 0 {
		t.Errorf("%d of %d can still be read", n, len(ids))
	}
	// While another program reads, the log cannot be emptied. The error says so.
	tx, err := k.read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, _, err := archive(t.Context(), tx, shown(t, "demo").release.Hash); err != nil {
		t.Fatal(err)
	}
	if _, err := k.write.Exec("PRAGMA busy_timeout(1)"); err != nil {
		t.Fatal(err)
	}
	k.keep(t, p, answered(Refuse, Layer1))
	if _, err := k.Purge(t.Context(), k.time); err == nil || !strings.Contains(err.Error(), "purge again") {
		t.Errorf("with the log in use: %v", err)
	}
}

// TestUnprepared: whichever method of a store is called first, it makes the tables.
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

// TestExport: receipts can be exported in each format.
func TestExport(t *testing.T) {
	k := keeping(t, "=chain")
	k.keep(t, shown(t, "renamed"), answered(Custom, Settings, "third-party.youtube"))
	exported := func(format string) string {
		t.Helper()
		var text strings.Builder
		if err := k.Export(t.Context(), &text, format); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	if got := exported("csv"); !strings.Contains(got, "\n'=chain,1,") || !strings.Contains(got, ",custom,settings,fr,third-party.youtube,") {
		t.Errorf("csv:\n%s", got)
	}
	var iso isoRecord
	if err := json.Unmarshal([]byte(exported("iso27560")), &iso); err != nil {
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
	if err := k.Export(t.Context(), &strings.Builder{}, "xml"); err == nil || !strings.Contains(err.Error(), "jsonl, csv, iso27560") {
		t.Errorf("an unknown format: %v", err)
	}
}
