package page

import (
	"slices"
	"strings"
	"testing"
	"time"

	"charte/web/audit/report"
)

func TestKept(t *testing.T) {
	for _, test := range []struct {
		name    string
		kind    report.Kind
		seconds int64
		want    string
	}{
		{"a session cookie", report.Cookie, 0, "Until the browser closes"},
		{"sessionStorage", report.SessionStorage, 0, "Until the tab closes"},
		{"localStorage", report.LocalStorage, -1, "Without an end"},
		{"one second", report.Cookie, 1, "1 second"},
		{"_gat of Google Analytics", report.Cookie, 60, "60 seconds"},
		{"half an hour", report.Cookie, 1800, "30 minutes"},
		{"a day", report.Cookie, 86_400, "24 hours"},
		{"two days", report.Cookie, 2 * 86_400, "2 days"},
		{"_fbp", report.Cookie, 90 * 86_400, "90 days (about 3 months)"},
		{"13 months", report.Cookie, 396 * 86_400, "396 days (about 13 months)"},
		{"_ga", report.Cookie, 730 * 86_400, "730 days (about 24 months)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := kept(report.Entry{Kind: test.kind, LifetimeS: test.seconds}); got != test.want {
				t.Errorf("%d seconds are %q, want %q", test.seconds, got, test.want)
			}
		})
	}
}

func TestVerdict(t *testing.T) {
	const e, w, n = report.Error, report.Warning, report.Remark
	of := func(severities ...report.Severity) []report.Finding {
		var all []report.Finding
		for _, s := range severities {
			all = append(all, report.Finding{Severity: s})
		}
		return all
	}
	known := report.Finding{Severity: e, Known: true}
	waived := report.Finding{Severity: e, Known: true, Waived: &report.Waiver{}}
	seen := report.Page{URL: "https://example.org/"}
	lost := report.Page{URL: "https://example.org/b", Error: "The page did not answer within 30 seconds."}
	for _, test := range []struct {
		name     string
		pages    []report.Page
		findings []report.Finding
		cut      string
		want     string
	}{
		{"clean", []report.Page{seen, lost}, nil, "", "The audit saw 1 page, and found nothing to mend."},
		{"one of each", []report.Page{seen}, append(of(e, w, n), known, waived), "", "The audit saw 1 page, and found 1 error and 1 warning to mend; besides, there is 1 note, 1 known finding and 1 waived finding."},
		{"several", []report.Page{seen}, of(e, e, n, n), "", "The audit saw 1 page, and found 2 errors to mend; besides, there are 2 notes."},
		{"only known", []report.Page{seen}, []report.Finding{known, known}, "", "The audit saw 1 page, and found nothing to mend; besides, there are 2 known findings."},
		{"cut short", []report.Page{seen}, of(w), "the budget", "The audit saw 1 page before it was cut short, and found 1 warning to mend."},
		{"no page", []report.Page{lost}, of(n), "", "The audit saw no page, so it says nothing about the site; besides, there is 1 note."},
		{"no page, and an expired waiver", []report.Page{lost}, of(w), "", "The audit saw no page, and found 1 warning to mend."},
	} {
		t.Run(test.name, func(t *testing.T) {
			two := []report.Journey{{State: report.Before, Pages: test.pages}, {State: report.Refused, Pages: test.pages}}
			if got := verdict(&report.Report{Journeys: two, Findings: test.findings, Cut: test.cut}); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestWhen(t *testing.T) {
	began := time.Date(2026, time.November, 2, 9, 30, 0, 0, time.FixedZone("CET", 3600))
	for _, test := range []struct {
		name         string
		began, ended time.Time
		want         string
	}{
		{"not known", time.Time{}, time.Time{}, "at a time that is not known"},
		{"no end", began, time.Time{}, "2 November 2026, 08:30 UTC"},
		{"seconds", began, began.Add(42 * time.Second), "2 November 2026, 08:30 UTC, in 42 seconds"},
		{"minutes", began, began.Add(2 * time.Minute), "2 November 2026, 08:30 UTC, in 2 minutes"},
		{"both", began, began.Add(61 * time.Second), "2 November 2026, 08:30 UTC, in 1 minute and 1 second"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := when(test.began, test.ended); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestVisible(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"plain", "Médiathèque\n\t😀", "Médiathèque\n\t😀"},
		{"a terminal's colour", "\x1b[31mrouge", "[U+001B][31mrouge"},
		{"text turned round", "a\u202egpj.exe", "a[U+202E]gpj.exe"},
		{"a line's end that HTML ignores", "a\u2028b\u0085c", "a[U+2028]b[U+0085]c"},
		{"half a letter", "caf\xc3", "caf\uFFFD"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := string(visible([]byte(test.text))); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	for _, own := range []string{pageHTML, pageCSS, pageJS} {
		if got := string(visible([]byte(own))); got != own {
			t.Error("the page's own files hold what cannot be seen: the hashes of its policy would be wrong")
		}
	}
}

func TestShort(t *testing.T) {
	long := "https://www.google-analytics.com/g/collect?" + strings.Repeat("é", 5000) + "&end=1"
	for _, test := range []struct{ name, address, begin, end string }{
		{"short enough", "https://example.org/", "https://example.org/", "https://example.org/"},
		{"too long", long, "https://www.google-analytics.com/g/collect?é", "é&end=1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := short(test.address)
			if n := len([]rune(got)); n > mostLetters || !strings.HasPrefix(got, test.begin) || !strings.HasSuffix(got, test.end) {
				t.Errorf("got %d letters: %q", n, got)
			}
		})
	}
}

func TestVia(t *testing.T) {
	for _, test := range []struct {
		name  string
		chain []string
		want  []string
	}{
		{"none", nil, nil},
		{"only itself", []string{"self"}, nil},
		{"with itself", []string{"self", "a", "page"}, []string{"a", "page"}},
		{"without itself", []string{"a", "page"}, []string{"a", "page"}},
		{"long", []string{"self", "a", "b", "c", "d", "e", "f", "page"}, []string{"a", "b", "c", "d", "e", "… and 2 steps more"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := via(report.Initiator{URL: "self", Chain: test.chain}); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
