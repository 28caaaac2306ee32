package find

import (
	"slices"
	"strings"
	"testing"
	"time"

	"charte/web/audit/report"
)

// TestDatabases: a database that the catalogue declares is judged as a cookie is. One of another kind
// or name is undeclared, and the remedy is to declare it. A cache cannot be declared.
func TestDatabases(t *testing.T) {
	declaring := strings.Replace(declares, "      - { name: day,", "      - { name: visits-*, kind: indexedDB, purpose: { en: Count }, lifetime: persistent }\n      - { name: day,", 1)
	database := func(name string) report.Entry {
		e := cookie(name, -1)
		e.Kind, e.Path = report.IndexedDB, ""
		return e
	}
	of := func(kind report.Kind, e report.Entry) report.Entry { e.Kind = kind; return e }
	earlier := func(e report.Entry) report.Entry { e.First = start.Add(-time.Minute); return e }
	for _, row := range []struct {
		name   string
		state  report.State
		entry  report.Entry
		want   []string
		remedy string // a part of the first finding's
	}{
		{"declared, and accepted", report.Accepted, database("visits-2026"), nil, ""},
		{"before an answer", report.Before, database("visits-2026"), []string{"before-consent indexedDB visits-*"}, "Gate the tag"},
		{"after a refusal", report.Refused, database("visits-2026"), []string{"after-refusal indexedDB visits-*"}, "Gate the tag"},
		{"kept", report.Withdrawn, earlier(database("visits-2026")), []string{"kept-after-withdrawal indexedDB visits-*"}, "versionchange"},
		{"another name", report.Accepted, database("visitors"), []string{"undeclared indexedDB visitors"}, "Declare it in the catalogue"},
		{"a cookie of that name", report.Accepted, cookie("visits-2026", 0), []string{"undeclared cookie visits-2026"}, "Declare it in the catalogue"},
		{"a database of a cookie's name", report.Accepted, database("count"), []string{"undeclared indexedDB count"}, "Declare it in the catalogue"},
		{"a cache", report.Accepted, of(report.CacheStorage, database("visits-2026")), []string{"undeclared cache visits-2026"}, "cannot declare this kind"},
		{"a service worker", report.Accepted, of(report.ServiceWorker, database("visits-2026")), []string{"undeclared serviceWorker visits-2026"}, "cannot declare this kind"},
	} {
		t.Run(row.name, func(t *testing.T) {
			everything := all()
			everything.Entries = append(everything.Entries, database("visits-0"))
			r, got := found(t, declaring, journey(row.state, []report.Entry{row.entry}), everything)
			if !slices.Equal(got, append([]string{}, row.want...)) {
				t.Fatalf("found %q, want %q", got, row.want)
			}
			if len(got) > 0 && !strings.Contains(r.Findings[0].Remedy, row.remedy) {
				t.Errorf("remedy %q, want %q in it", r.Findings[0].Remedy, row.remedy)
			}
		})
	}
}
