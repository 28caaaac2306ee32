package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"charte/catalogue"
	"charte/catalogue/check"
	"charte/catalogue/source"
	"charte/web/bundle"
)

func TestReached(t *testing.T) {
	failure := errors.New("no answer")
	for _, test := range []struct {
		name   string
		target target
		fill   func(*row)
		ratio  string
		want   string
	}{
		{"nothing asked", target{}, func(r *row) { r.add(charte, 1) }, "–", "–"},
		{"at the limit", atMost(50, ""), func(r *row) { r.add(charte, 50) }, "–", "yes"},
		{"past the limit", atMost(50, ""), func(r *row) { r.add(charte, 50.1) }, "–", "**no**"},
		{"median, not mean", atMost(50, ""), func(r *row) { r.add(charte, 10); r.add(charte, 900); r.add(charte, 20) }, "–", "yes"},
		{"the faster peer", atMostTimes(0.85, "", peers...), func(r *row) { r.add(charte, 90); r.add(vanilla, 100); r.add(orejime, 200) }, "0.90", "**no**"},
		{"one peer of two", atMostTimes(0.85, "", orejime), func(r *row) { r.add(charte, 90); r.add(vanilla, 100); r.add(orejime, 200) }, "0.45", "yes"},
		{"over the bare page", atMostOver(60, "", none), func(r *row) { r.add(charte, 100); r.add(none, 40) }, "+ 60.0 ms", "yes"},
		{"under the bare page", atMostOver(60, "", none), func(r *row) { r.add(charte, 30); r.add(none, 40) }, "- 10.0 ms", "yes"},
		{"no figure of ours", atMost(50, ""), func(r *row) { r.fail(charte, failure) }, "–", "not measured"},
		{"a round of ours failed", atMost(50, ""), func(r *row) { r.add(charte, 1); r.fail(charte, failure) }, "–", "not measured"},
		{"no figure to compare with", atMostTimes(0.85, "", vanilla), func(r *row) { r.add(charte, 1); r.fail(vanilla, failure) }, "–", "not measured"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRow("", milliseconds, test.target, banners...)
			test.fill(r)
			if got := r.reached(); got != test.want {
				t.Errorf("reached: got %s, want %s", got, test.want)
			}
			if got := r.ratio(); got != test.ratio {
				t.Errorf("ratio: got %s, want %s", got, test.ratio)
			}
		})
	}
}

// TestSettle: every round has a figure or a failure of each banner, and the failures are
// listed under the table.
func TestSettle(t *testing.T) {
	first, second := newRow("first", milliseconds, target{}, all...), newRow("second", byteCount, target{}, charte)
	m := measurement{rows: []*row{first, second}, of: all, visit: func(_ *lab, b *banner) error {
		if b == vanilla {
			return errors.New("the page never answered")
		}
		first.add(b, 1234.5)
		return nil
	}}
	m.take(nil, 0)
	r := &report{Rows: m.rows}
	table := r.markdown()
	for _, want := range []string{
		"| first | 1,235 ms | 1,235 ms | not measured | – | 1.00 | – | – |",
		"| second | not measured | – | – | – | – | – | – |",
		"- first, vanilla-cookieconsent 3.1.0, 1 of 1 rounds: the page never answered",
		"- second, Charte, 1 of 1 rounds: the visit gave no figure",
	} {
		if !strings.Contains(table, want+"\n") {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	if !r.incomplete() {
		t.Error("a report without some of its figures counts as complete")
	}
}

// TestSecondRound: the rows that measure the second round are in a table of their own,
// with Charte's same figure. A run without such a row has no such table.
func TestSecondRound(t *testing.T) {
	shared, alone := newRow("shared", milliseconds, atMost(1, "≤ 1 ms"), everyone...), newRow("alone", milliseconds, target{}, all...)
	for i, b := range everyone {
		shared.add(b, float64(100*(i+1)))
	}
	shared.Figures[secondRound[1].ID] = nil
	shared.fail(secondRound[1], errors.New("no notice"))
	r := &report{Rows: []*row{shared, alone}}
	table := r.markdown()
	_, second, found := strings.Cut(table, "\n\n| a second round | Charte | ")
	if !found || !strings.Contains(second, "\n| shared | 100 ms | 400 ms | not measured |") || strings.Contains(second, "alone |") {
		t.Errorf("the second table is not as it should be:\n%s", table)
	}
	if !strings.Contains(table, "- shared, "+secondRound[1].Name+", 1 of 1 rounds: no notice") || !r.incomplete() {
		t.Errorf("the missing figure is not in the notes:\n%s", table)
	}
	if table := (&report{Rows: []*row{alone}}).markdown(); strings.Contains(table, "second round") {
		t.Errorf("there is a second table without a row:\n%s", table)
	}
}

func TestLongestTask(t *testing.T) {
	const task = "ThreadControllerImpl::RunTask"
	event := func(name string, process, thread int, atMs, ms float64) traceEvent {
		return traceEvent{Name: name, Phase: "X", Process: process, Thread: thread, AtUs: atMs * 1000, LengthUs: ms * 1000}
	}
	events := []traceEvent{
		event(task, 1, 1, 1000, 80),     // ends before
		event(task, 1, 1, 1090, 30),     // overlaps the start
		event(task, 1, 1, 1150, 20),     // within
		event("V8.GC", 1, 1, 1150, 70),  // no task
		event(task, 1, 2, 1150, 90),     // another thread
		event(task, 2, 1, 1150, 90),     // another process
		event(task, 1, 1, 1201, 99),     // begins after
		event(traceMark, 1, 1, 1300, 0), // 300 ms after the navigation
		event("other mark", 2, 1, 1e6, 0),
	}
	if got, err := (recording{events, 300}).longestTask(100, 200); err != nil || got != 30 {
		t.Errorf("got %v, %v; want 30", got, err)
	}
	if got, err := (recording{events[:7], 300}).longestTask(100, 200); err == nil {
		t.Errorf("a trace without a mark gave %v", got)
	}
	if got, err := (recording{events, 300}).longestTask(5000, 6000); err == nil {
		t.Errorf("a time without a task gave %v", got)
	}
}

// TestEvaluation: the scripts of the banner count, once each, and nobody else's.
func TestEvaluation(t *testing.T) {
	s := &watchedServer{origin: "http://127.0.0.1:1"}
	const page, own, banner = "http://127.0.0.1:1/page/vanilla", "http://127.0.0.1:1/page-files/site.js", "http://127.0.0.1:1/peers/cookieconsent.umd.js"
	event := func(name string, thread int, atMs, ms float64, address string) traceEvent {
		e := traceEvent{Name: name, Phase: "X", Process: 1, Thread: thread, AtUs: atMs * 1000, LengthUs: ms * 1000}
		e.Arguments.Data.URL = address
		return e
	}
	module := event("v8.compileModule", 1, 130, 4, "")
	module.Arguments.File = page
	events := []traceEvent{
		event(traceMark, 1, 500, 0, ""),
		event("EvaluateScript", 1, 120, 8, page),    // within the file's
		event("EvaluateScript", 1, 100, 30, banner), // 30 ms
		module, // 4 ms
		event("v8.evaluateModule", 1, 200, 10, ""), // 10 ms
		event("EvaluateScript", 1, 300, 100, own),
		event("EvaluateScript", 1, 400, 100, ""),     // the probe
		event("EvaluateScript", 2, 450, 100, banner), // a worker
		event("FunctionCall", 1, 460, 100, banner),   // later
		event("EvaluateScript", 1, 480, 100, "chrome://omnibox/x.js"),
	}
	if got, err := (recording{events: events}).evaluation(s.isBannersScript); err != nil || got != 44 {
		t.Errorf("got %v, %v; want 44", got, err)
	}
	if got, err := (recording{events: events[5:]}).evaluation(s.isBannersScript); err == nil {
		t.Errorf("a trace without a mark gave %v", got)
	}
	if got, err := (recording{events: append(events[5:], events[0])}).evaluation(s.isBannersScript); err == nil {
		t.Errorf("a trace without a script of the banner gave %v", got)
	}
}

// TestTargets: the targets of the speed rows are those that the project has set.
func TestTargets(t *testing.T) {
	want := map[string]string{
		"longest task until the notice is painted, 4x CPU":        "≤ 50 ms",
		"total blocking time over the first 12 s, 4x CPU":         "≤ vanilla-cookieconsent",
		"evaluation of charte.js for a first visitor, 4x CPU":     "≤ 25 ms",
		"evaluation of charte.js for a returning visitor, 4x CPU": "≤ 12 ms",
		"notice painted, mobile":                                  "≤ 0.85 of the faster peer",
		"first contentful paint, mobile, Charte inline":           "≤ 20 ms after the page without a banner",
		"gated script of a returning visitor runs, desktop":       "≤ 0.85 of the faster peer",
		"gated script of a returning visitor runs, mobile":        "≤ 0.85 of the faster peer",
		"settings of 1,000 cookies in 100 services, Go running":   "≤ 100 ms",
		"settings of 1,000 cookies beside vanilla-cookieconsent":  "≤ half of vanilla-cookieconsent",
		"settings open, cold engine, 4x CPU":                      "≤ 400 ms",
		"click to next paint, any answer, 4x CPU":                 "≤ 50 ms",
	}
	for _, m := range measurements(budgets{}) {
		for i, r := range m.rows {
			if text, set := want[r.What]; set && text != r.Target.Text {
				t.Errorf("%s: the target is %q, want %q", r.What, r.Target.Text, text)
			}
			delete(want, r.What)
			if m.name == "notice painted, mobile" && i == 1 && r.Target.Limit != 0.70 {
				t.Errorf("inline, the target of the notice on mobile is %v, want 0.70", r.Target.Limit)
			}
		}
	}
	for what := range want {
		t.Errorf("there is no row %q", what)
	}
}

func TestGrown(t *testing.T) {
	c := demoFrench(t)
	before := len(c.Services)
	for _, n := range longLists {
		larger := longListOf(n).of(c)
		cookies, asking := 0, 0
		for _, s := range larger.Services {
			cookies += len(s.Cookies)
			if larger.Asks(s) {
				asking++
			}
		}
		if cookies != n {
			t.Errorf("%d cookies: got %d", n, cookies)
		}
		if asking < n/cookiesPerService-before {
			t.Errorf("%d cookies: only %d services ask", n, asking)
		}
		// The larger catalogue is valid, with two exceptions: it still has the demo's
		// English, and answers service by service would be too long for the cookie.
		for _, problem := range check.Catalogue(larger) {
			if !strings.Contains(problem.Message, "not declared in languages") && !strings.Contains(problem.Message, "1024") {
				t.Errorf("%d cookies: %s: %s", n, problem.Path, problem.Message)
			}
		}
	}
	if len(c.Services) != before {
		t.Error("the demo catalogue itself has grown")
	}
}

// TestPages: each banner's page is the page without a banner, with the same words and
// gated scripts in the way that the banner wants them.
func TestPages(t *testing.T) {
	s := demoSite(t)
	for _, b := range everyone {
		html, err := page{banner: b, list: demo, busyScripts: 3, load: "intent"}.html(s)
		if err != nil {
			t.Fatal(err)
		}
		for part, want := range map[string]int{"while(performance.now()<end)": 3, b.manage: 1, "<h1>": 1, "ZgotmplZ": 0} {
			if got := strings.Count(string(html), part); got != want {
				t.Errorf("%s: %q is there %d times, want %d", b.Name, part, got, want)
			}
		}
		if b == charte {
			continue // its words are in charte.js
		}
		w := s.view.Words
		for _, word := range []string{w.Notice.Title, w.AcceptAll, w.RefuseAll, w.Customise, s.gated.ID, "google-analytics"} {
			if !strings.Contains(string(html), word) {
				t.Errorf("%s: the page lacks %q", b.Name, word)
			}
		}
	}
	for b, want := range map[*banner]string{vanilla: `{"name":/^_ga_/}`, klaro: `["_ga",/^_ga_/`} {
		html, err := page{banner: b, list: demo}.html(s)
		if err != nil || !strings.Contains(string(html), want) {
			t.Errorf("the family _ga_* is no regular expression in the configuration of %s (%v)", b.Name, err)
		}
	}
}

func demoFrench(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := demoCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func demoSite(t *testing.T) site {
	t.Helper()
	view, err := source.View(demoFrench(t), "fr")
	if err != nil {
		t.Fatal(err)
	}
	s := site{view: view}
	s.category, s.gated = gatedService(view)
	return s
}

// TestWire: an exchange weighs what went over the connection, headers included.
func TestWire(t *testing.T) {
	file, err := packed("cookieconsent.css", []byte(strings.Repeat("a { color: red } ", 1000)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer(nil, map[string]*bundle.File{file.Name: file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for range 2 { // the second goes over the same connection
		request, err := http.NewRequest("GET", s.origin+"/peers/"+file.Name, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", "br")
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		head := len("HTTP/1.1 200 OK\r\n\r\n")
		for name, values := range response.Header {
			for _, value := range values {
				head += len(name + ": " + value + "\r\n")
			}
		}
		if len(body) != len(file.Brotli) {
			t.Fatalf("%d bytes came, the file has %d", len(body), len(file.Brotli))
		}
		log := s.exchanges()
		if got, want := log[len(log)-1].bytes, head+len(body); got != want {
			t.Errorf("the exchange weighs %d bytes, want %d", got, want)
		}
	}
}

func TestCommandLine(t *testing.T) {
	for _, test := range []struct {
		args string
		want string
	}{
		{"-rounds 0", "at least one round is needed"},
		{"-engine rust", `there is no engine "rust"`},
		{"-only nonsense", `no measurement has "nonsense"`},
		{"notice", `takes no argument "notice"`},
		{"-help", flag.ErrHelp.Error()},
	} {
		err := command(context.Background(), strings.Fields(test.args), io.Discard)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.args, err, test.want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -5000: "-5,000"} {
		if got := grouped(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

// TestIntoReadme: the tables take the place of those that a document has, and nothing else changes.
func TestIntoReadme(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	only := newRow("a row", milliseconds, target{}, charte)
	only.add(charte, 5)
	r := &report{Date: "2026-11-28", Rounds: 7, Rows: []*row{only}}
	const before, after = "# Beside the peers\n\n", "\n## Next\n"
	if err := os.WriteFile(file, []byte(before+tablesBegin+"2020-01-01, an old run.\n\n| old |\n"+tablesEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time, over its own
		if err := r.intoReadme(file); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(got)
	if !strings.HasPrefix(text, before+tablesBegin+"2026-11-28, ") || !strings.HasSuffix(text, tablesEnd+after) {
		t.Errorf("the document is now:\n%s", text)
	}
	if strings.Contains(text, "2020") || strings.Count(text, "| a row | 5.0 ms |") != 1 {
		t.Errorf("the tables are now:\n%s", text)
	}
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "|") && utf8.RuneCountInString(line) > readmeWidth {
			t.Errorf("a line of %d characters: %s", utf8.RuneCountInString(line), line)
		}
	}
	if err := os.WriteFile(file, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := r.intoReadme(file); err == nil {
		t.Error("no error for a document without tables")
	}
}
