package har

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
)

// written is a report as HAR.
func written(t testing.TB, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// recorded is a report whose requests have all that a HAR wants: some as they were seen, some odd.
func recorded() *report.Report {
	r := reporttest.Example()
	seen := []*report.HTTP{
		{
			Protocol: "h2", StatusText: "", MIME: "text/html", Address: "[2001:db8::1]", RequestBytes: 0, ResponseBytes: 14_022,
			DNS: 1.25, Connect: 30.5, TLS: 18.125, Send: 0.1, Wait: 80.2, Receive: 12.0004,
			Request:  []report.Header{{Name: ":authority", Value: "www.mediatheque.example"}, {Name: "cookie", Value: "PHPSESSID=sha256:0b14d501a594; préf={\"a\":\"b\"}"}},
			Response: []report.Header{{Name: "content-encoding", Value: "br"}, {Name: "set-cookie", Value: "PHPSESSID=sha256:0b14d501a594; path=/; HttpOnly; Secure; SameSite=Lax"}},
		},
		{
			Protocol: "http/1.1", StatusText: "Found", MIME: "", Address: "192.0.2.7", RequestBytes: 31, ResponseBytes: 0,
			DNS: -1, Connect: -1, TLS: -1, Send: -1, Wait: 12, Receive: -1, Redirect: "https://www.mediatheque.example/accueil",
			Request: []report.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded; charset=UTF-8"}}, Body: "a=1&b=sha256:9f86d081884c",
		},
		{
			Protocol: reporttest.Odd, StatusText: reporttest.Odd, MIME: reporttest.Odd, Address: reporttest.Odd, RequestBytes: -7, ResponseBytes: -7,
			DNS: math.NaN(), Connect: 3, TLS: 5, Send: math.Inf(1), Wait: math.Inf(-1), Receive: -9, Redirect: reporttest.Odd, Failure: "net::ERR_FAILED " + reporttest.Odd,
			Request:  []report.Header{{Name: "Cookie", Value: reporttest.Odd}, {Name: reporttest.Odd, Value: reporttest.Odd}},
			Response: []report.Header{{Name: "Set-Cookie", Value: reporttest.Odd + "; Max-Age=9223372036854775807\nb=c; expires=Fri, 31 Dec 9999 23:59:59 GMT-9"}}, Body: reporttest.Odd + "\xff",
		},
		{FromCache: true},
	}
	for j := range r.Journeys {
		for i := range r.Journeys[j].Requests {
			if q := &r.Journeys[j].Requests[i]; i < len(seen) {
				q.HTTP = seen[i]
			}
		}
	}
	q := &r.Journeys[0].Requests[2]
	q.URL, q.Method, q.Type, q.Page, q.CNAME = q.URL+"&"+reporttest.Odd+"#"+reporttest.Odd, reporttest.Odd, reporttest.Odd, 99, reporttest.Odd
	return r
}

// large is a report of so many requests, a quarter of them in each state.
func large(requests int) *report.Report {
	r := recorded()
	like := r.Journeys[0].Requests[0]
	for s := range r.Journeys {
		j := &r.Journeys[s]
		j.Requests = nil
		for i := range requests / len(r.Journeys) {
			q := like
			q.ID, q.Page, q.Time = i+1, i%len(j.Pages), j.Pages[0].Began.Add(time.Duration(i)*time.Millisecond)
			q.URL = fmt.Sprintf("https://cdn-%d.regie.example/collect?n=%d%s", i%300, i, strings.Repeat("&parametre=valeur", 10))
			j.Requests = append(j.Requests, q)
		}
	}
	return r
}

// reports are those that every test of the whole takes.
func reports() map[string]*report.Report {
	return map[string]*report.Report{
		"the example": reporttest.Example(), "one with everything recorded": recorded(), "a large one": large(10_000),
		"a report of nothing": {}, "a journey of nothing": {Journeys: []report.Journey{{}, {State: report.Before}}},
		"a request without a page": {Journeys: []report.Journey{{State: report.Refused, Requests: []report.Request{{URL: "https://a.example/", HTTP: &report.HTTP{}}}}}},
		"the same state twice":     {Journeys: append(reporttest.Example().Journeys, reporttest.Example().Journeys...)},
	}
}

// A readHAR is a HAR as its readers see it.
type readHAR struct {
	Log struct {
		Version, Comment string
		Creator, Browser struct{ Name, Version string }
		Pages            []struct {
			ID, Title, Comment string
			StartedDateTime    time.Time
			PageTimings        map[string]float64
		}
		Entries []struct {
			PageRef         string
			StartedDateTime time.Time
			Time            float64
			Request         struct {
				URL                   string
				BodySize, HeadersSize int64
			}
			Response struct {
				BodySize, HeadersSize int64
				Content               struct{ Size int64 }
			}
			Timings   map[string]float64
			RequestID int `json:"_requestID"`
		}
	}
}

func read(t *testing.T, data []byte) readHAR {
	t.Helper()
	var h readHAR
	if err := json.Unmarshal(data, &h); err != nil {
		t.Fatalf("it is no JSON: %v", err)
	}
	return h
}

// TestRules: what HAR 1.2 says and no schema checks holds of every report.
func TestRules(t *testing.T) {
	for name, r := range reports() {
		t.Run(name, func(t *testing.T) {
			h := read(t, written(t, r)).Log
			ids := map[string]bool{}
			for _, p := range h.Pages {
				if ids[p.ID] || p.ID == "" {
					t.Errorf("the id %q is of two pages", p.ID)
				}
				ids[p.ID] = true
				if want := map[string]float64{"onContentLoad": -1, "onLoad": -1}; !maps.Equal(p.PageTimings, want) {
					t.Errorf("%s: its timings are %v, want %v", p.ID, p.PageTimings, want)
				}
			}
			pages, requests := 0, 0
			for _, j := range r.Journeys {
				pages += len(j.Pages)
				requests += len(j.Requests)
			}
			if len(h.Pages) != pages || len(h.Entries) != requests {
				t.Errorf("%d pages and %d requests are written, of %d and %d", len(h.Pages), len(h.Entries), pages, requests)
			}
			var before time.Time
			for _, e := range h.Entries {
				if e.StartedDateTime.Before(before) {
					t.Errorf("%s: it stands after a later one", e.Request.URL)
				}
				before = e.StartedDateTime
				if e.PageRef != "" && !ids[e.PageRef] {
					t.Errorf("%s: its page is %q, which is none", e.Request.URL, e.PageRef)
				}
				if strings.Contains(e.Request.URL, "#") {
					t.Errorf("%s: it has a fragment", e.Request.URL)
				}
				if least := min(e.Request.BodySize, e.Request.HeadersSize, e.Response.BodySize, e.Response.HeadersSize, e.Response.Content.Size); least < -1 {
					t.Errorf("%s: a size is %d", e.Request.URL, least)
				}
				checkTimings(t, e.Time, e.Timings)
			}
		})
	}
}

func checkTimings(t *testing.T, total float64, parts map[string]float64) {
	t.Helper()
	var sum float64
	for _, name := range []string{"blocked", "dns", "connect", "send", "wait", "receive"} {
		part, is := parts[name]
		if !is || part < 0 && (part != -1 || name == "send" || name == "wait" || name == "receive") {
			t.Errorf("%s is %v in %v", name, part, parts)
		}
		sum += max(0, part)
	}
	if math.Abs(sum-total) > 0.0005 {
		t.Errorf("the parts %v are %v, and the whole is %v", parts, sum, total)
	}
	if parts["ssl"] > parts["connect"] {
		t.Errorf("ssl is no part of connect in %v", parts)
	}
}

// TestJourneys: readers can tell the journeys apart, and each request is with its page.
func TestJourneys(t *testing.T) {
	r := reporttest.Example()
	data := written(t, r)
	h := read(t, data).Log
	if !bytes.Contains(data, []byte("?sujet=horaires&lieu=")) {
		t.Error("& is escaped, which nobody can read")
	}
	var ids []string
	for _, p := range h.Pages {
		ids = append(ids, p.ID)
	}
	if want := []string{"before-1", "before-2", "before-3", "refused-1", "refused-2", "accepted-1", "withdrawn-1"}; !slices.Equal(ids, want) {
		t.Errorf("the pages are %q, want %q", ids, want)
	}
	if got, want := h.Pages[1].Title, "Before an answer, 2: https://www.mediatheque.example/nous-contacter?sujet=horaires&lieu=Forêt (Nous contacter — l'équipe)"; got != want {
		t.Errorf("a title is %q, want %q", got, want)
	}
	if got, want := h.Pages[2].Title, "Before an answer, 3: https://www.mediatheque.example/agenda/ancien"; got != want {
		t.Errorf("the title of a page without one is %q, want %q", got, want)
	}
	if !strings.Contains(h.Pages[0].Title, reporttest.Odd) {
		t.Errorf("a title is %q, and has lost what is odd", h.Pages[0].Title)
	}
	if got, want := h.Pages[4].Comment, r.Journeys[1].Pages[1].Error; got != want {
		t.Errorf("a page that was not seen says %q, want %q", got, want)
	}
	var at []string
	for _, e := range h.Entries {
		at = append(at, fmt.Sprintf("%s %d", e.PageRef, e.RequestID))
	}
	want := []string{"before-1 1", "before-1 2", "before-1 3", "before-2 4", "before-2 5", "before-3 6", "refused-1 1", "refused-1 2", "accepted-1 1", "accepted-1 2", "accepted-1 3", "withdrawn-1 1"}
	if !slices.Equal(at, want) {
		t.Errorf("the requests are\n%q, want\n%q", at, want)
	}
	if h.Version != "1.2" || h.Creator.Name != "charte audit" || h.Creator.Version != "v1.4.0" || h.Browser.Name != "Chrome" || h.Browser.Version != "156.0.7900.12" {
		t.Errorf("the version is %q, the creator %v and the browser %v", h.Version, h.Creator, h.Browser)
	}
	if !strings.Contains(h.Comment, r.Cut) || !strings.Contains(h.Comment, "hashes") {
		t.Errorf("the comment is %q", h.Comment)
	}
}

// TestHead: what a report does not know is left out, or said not to be known.
func TestHead(t *testing.T) {
	data := written(t, &report.Report{Values: true})
	h := read(t, data).Log
	if h.Creator.Version != "(devel)" || bytes.Contains(data, []byte(`"browser"`)) || strings.Contains(h.Comment, "hashes") {
		t.Errorf("a report of nothing has the head %s", data)
	}
}

// TestSame: the same report is the same file, in whichever order things were told, and stays as it was.
func TestSame(t *testing.T) {
	r := recorded()
	for i := range r.Journeys[0].Requests {
		r.Journeys[0].Requests[i].Time = r.Began
	}
	first := written(t, r)
	slices.Reverse(r.Journeys)
	for i := range r.Journeys {
		slices.Reverse(r.Journeys[i].Requests)
	}
	if again := written(t, r); !bytes.Equal(first, again) {
		t.Errorf("it is\n%s\nand was\n%s", again, first)
	}
	if r.Journeys[0].State != report.Withdrawn || r.Journeys[3].Requests[0].ID != 6 {
		t.Error("writing a report changes its order")
	}
}

// A pipe counts what is written, and fails once it has taken so many bytes.
type pipe struct {
	takes, took, longest int
}

var errFull = errors.New("the disk is full")

func (p *pipe) Write(data []byte) (int, error) {
	p.longest = max(p.longest, len(data))
	if p.took+len(data) > p.takes {
		return 0, errFull
	}
	p.took += len(data)
	return len(data), nil
}

// TestFails: an error of the writer, and a time that has no form, are told, and nothing follows.
func TestFails(t *testing.T) {
	r := large(100)
	whole := len(written(t, r))
	for _, takes := range []int{0, 1, 5000, whole - 1} {
		p := pipe{takes: takes}
		if err := Write(&p, r); !errors.Is(err, errFull) {
			t.Errorf("after %d bytes: the error is %v", takes, err)
		}
	}
	if err := Write(&pipe{takes: whole}, r); err != nil {
		t.Errorf("where all have room: %v", err)
	}
	q := &r.Journeys[1].Requests[3]
	q.Time = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := Write(io.Discard, r); err == nil || !strings.Contains(err.Error(), q.URL) {
		t.Errorf("of a time after the year 9999 it says %v, and should name %s", err, q.URL)
	}
}

// TestLarge: 10,000 requests are written piece by piece, and each costs as much as one of 1,000.
func TestLarge(t *testing.T) {
	r := large(10_000)
	began := time.Now()
	p := pipe{takes: math.MaxInt}
	if err := Write(&p, r); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes in %v, of which %d at once", p.took, time.Since(began), p.longest)
	if most := 16 << 10; p.longest > most || p.took < 10_000*500 {
		t.Errorf("%d bytes are written, of which %d at once, and %d may be", p.took, p.longest, most)
	}
	each := func(requests int) float64 {
		r := large(requests)
		return testing.AllocsPerRun(1, func() { Write(io.Discard, r) }) / float64(requests)
	}
	if few, many := each(1000), each(10_000); many > 1.1*few {
		t.Errorf("a request of 10,000 costs %.1f allocations, and one of 1,000 %.1f", many, few)
	}
}
