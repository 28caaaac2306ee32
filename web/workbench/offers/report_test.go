package offers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/catalogue/source"
	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
	"charte/web/workbench/desk"
)

// saw is a report of entries and known services.
func saw(t testing.TB, entries []report.Entry, services ...report.Service) []byte {
	t.Helper()
	r := &report.Report{
		Version: report.Version, Charte: "(devel)", Site: "https://www.mairie.example/", Began: time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC), Services: services,
		Journeys: []report.Journey{{State: report.Accepted, Pages: []report.Page{{URL: "https://www.mairie.example/"}}, Entries: entries}},
	}
	data, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var (
	first  = report.Entry{Kind: report.Cookie, Name: "visit", Host: ".mairie.example"}
	script = report.Entry{Kind: report.LocalStorage, Name: "px", Host: "www.mairie.example", LifetimeS: -1, Initiator: report.Initiator{Kind: "script", URL: "https://cdn.regie.example/px.js"}}
	third  = report.Entry{Kind: report.Cookie, Name: "uid", Host: ".regie.example", ThirdParty: true, LifetimeS: 396 * 86400}
	tag    = report.Entry{Kind: report.Cookie, Name: "_ga", Host: ".mairie.example", LifetimeS: 400 * 86400}
	google = report.Service{ID: "google-analytics", Name: "Google Analytics 4", Edition: 1, Entries: []string{"cookie _ga"}}
	matomo = report.Service{ID: "matomo", Name: "Matomo", Edition: 1, Entries: []string{"cookie _pk_id.1"}}
	vimeo  = report.Service{ID: "vimeo", Name: "Vimeo", Edition: 1, Hosts: []string{"player.vimeo.com"}}
)

// dropped is the offer of a file.
func dropped(t *testing.T, text, fileName string, data []byte) *Offer {
	t.Helper()
	o, err := Drop(t.Context(), "c.yaml", []byte(text), fileName, data)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func idsOf(items []desk.OfferItem) []string {
	all := []string{}
	for _, item := range items {
		all = append(all, item.ID)
	}
	return all
}

func TestReportItems(t *testing.T) {
	data := saw(t, []report.Entry{first, script, third, tag}, google, matomo, vimeo)
	o := dropped(t, head+"services:\n  - use: vimeo@1\n", "report.json", data)
	if o.Kind != "report" || o.File != "report.json" || o.About != "https://www.mairie.example/, 2026-11-29" || o.ID == "" || !slices.Equal(o.Has, []string{"Vimeo"}) || len(o.Remarks) != 0 {
		t.Errorf("the offer is %+v", o.Offer)
	}
	for i, want := range []struct {
		id    string
		kind  desk.OfferKind
		title string
		lines []string
		todo  int
	}{
		{"service google-analytics", desk.OfferService, "Google Analytics 4", []string{"services:", "  - use: google-analytics@1"}, 0},
		{"service matomo", desk.OfferService, "Matomo", []string{"services:", "  - use: matomo@1", "    with: { host: TODO } # host: The address of the Matomo server, such as stats.example.org",
			"    acceptsUnknown: TODO # true, if you know that it is not published how long what it collects is kept"}, 2},
		{"site mairie.example", desk.OfferSite, "mairie.example", []string{"services:", "  # From mairie.example, which no known service covers.", "  - id: mairie-example", "    category: TODO", "    provider: opendatasoft",
			"    name: { fr: TODO, en: TODO }", "    purpose: { fr: TODO, en: TODO }", "    cookies:",
			"      # Seen on https://www.mairie.example/.", `      - name: "visit"`, "        purpose: { fr: TODO, en: TODO }", "        lifetime: session"}, 7},
		{"site regie.example", desk.OfferSite, "regie.example", nil, 11},
	} {
		if i >= len(o.Items) {
			t.Fatalf("the items are %v", idsOf(o.Items))
		}
		got := o.Items[i]
		if got.ID != want.id || got.Kind != want.kind || got.Title != want.title || got.Todo != want.todo || want.lines != nil && !slices.Equal(got.Lines, want.lines) {
			t.Errorf("item %d is %+v with\n%s\nwant %+v", i, got, strings.Join(got.Lines, "\n"), want)
		}
	}
	if len(o.Items) != 4 {
		t.Errorf("the items are %v", idsOf(o.Items))
	}
}

// TestReportTake: whatever is chosen, it is written and the rest is not. What stands there stays.
func TestReportTake(t *testing.T) {
	data := saw(t, []report.Entry{first, script, third, tag}, google, matomo, vimeo)
	example, err := reporttest.Example().JSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range catalogues(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := [][]byte{data}
			if slices.Contains([]string{"demo", "with TODOs", "of its own"}, name) {
				files = append(files, example)
			}
			for _, data := range files {
				o := dropped(t, text, "report.json", data)
				all := idsOf(o.Items)
				choices := [][]string{all}
				if len(all) < 5 {
					for _, id := range all {
						choices = append(choices, []string{id})
					}
				}
				for _, choice := range choices {
					got, err := o.Take(nil, []byte(text), choice)
					if err != nil {
						t.Fatalf("%v: %v", choice, err)
					}
					keeps(t, text, string(got))
					again := dropped(t, string(got), "report.json", data)
					for _, id := range all {
						if slices.Contains(again.items(), id) == slices.Contains(choice, id) {
							t.Errorf("of %v, %v were taken, and %v are offered again, in\n%s", all, choice, again.items(), got)
						}
					}
				}
				if len(all) > 5 {
					continue
				}
				// One after the other, they come to the same.
				one := []byte(text)
				var err error
				for _, id := range all {
					if one, err = o.Take(nil, one, []string{id}); err != nil {
						t.Fatal(err)
					}
				}
				if again := dropped(t, string(one), "report.json", data); len(again.Items) != 0 {
					t.Errorf("%v are offered again, in\n%s", again.items(), one)
				}
			}
		})
	}
}

func (o *Offer) items() []string { return idsOf(o.Items) }

// TestReportMistaken: a known service that the catalogue has with a mistake is there.
func TestReportMistaken(t *testing.T) {
	o := dropped(t, head+"services:\n  - use: vimeo@1\n    nam: V\n", "report.json", saw(t, nil, vimeo, matomo))
	if !slices.Equal(o.items(), []string{"service matomo"}) || !slices.Equal(o.Has, []string{"Vimeo"}) {
		t.Errorf("the items are %v, and it has %v", o.items(), o.Has)
	}
}

// TestReportIDs: ids stay apart, also those of what has mistakes.
func TestReportIDs(t *testing.T) {
	const text = head + "providers:\n  - id: regie-example\n    name: R\nservices:\n  - id: regie-example\n    name: { fr: R, en: R }\n  - id: regie-example-2\n    nam: R\n"
	o := dropped(t, text, "report.json", saw(t, []report.Entry{third}))
	got, err := o.Take(nil, []byte(text), o.items())
	if err != nil {
		t.Fatal(err)
	}
	keeps(t, text, string(got))
	if !strings.Contains(string(got), "  - id: regie-example-3\n    category: TODO\n    provider: regie-example-2\n") || !strings.Contains(string(got), "  - id: regie-example-2\n    name: TODO") {
		t.Errorf("took\n%s", got)
	}
}

// TestReportTogether: what a part declares is in the other parts only if it is not taken.
func TestReportTogether(t *testing.T) {
	adobe := report.Service{ID: "adobe-analytics", Name: "Adobe Analytics", Edition: 1, Hosts: []string{"edge.adobedc.net"}}
	o := dropped(t, own, "report.json", saw(t, []report.Entry{tag, first}, google, adobe))
	got, err := o.Take([]byte(own), []byte(own), []string{"site mairie.example"})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(got), `"_ga"`) || !strings.Contains(string(got), `"visit"`) {
		t.Errorf("took\n%s", got)
	}
	before, err := source.Read("c.yaml", []byte(own))
	if err != nil {
		t.Fatal(err)
	}
	if want := "\nformerly:\n  " + before.Revision() + ": [mesure.mine]\n"; !strings.Contains(string(got), want) {
		t.Errorf("what visitors were asked for is not in\n%s", got)
	}
}

func TestTakeRefused(t *testing.T) {
	o := dropped(t, head, "report.json", saw(t, []report.Entry{first}, vimeo))
	brackets := head + "services: [{ use: youtube@1, acceptsUnknown: true }]\n"
	for _, test := range []struct {
		name, text string
		items      []string
		want       string
	}{
		{"nothing", head, nil, "nothing was chosen"},
		{"what is not offered", head, []string{"service vimeo", "service youtube"}, `no item "service youtube"`},
		{"a prototype", head, []string{"__proto__"}, `no item "__proto__"`},
		{"a list in brackets", brackets, []string{"service vimeo"}, "write this into services:\n  - use: vimeo@1"},
		{"no YAML", "a: [", []string{"service vimeo"}, "not valid YAML"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := o.Take(nil, []byte(test.text), test.items)
			if err == nil || !strings.Contains(err.Error(), test.want) || got != nil {
				t.Errorf("took %q, %v; want an error with %q", got, err, test.want)
			}
		})
	}
}

// quickest is how long something takes where nothing else keeps the machine busy: the least of three times.
func quickest(do func()) time.Duration {
	least := time.Duration(math.MaxInt64)
	for range 3 {
		began := time.Now()
		do()
		least = min(least, time.Since(began))
	}
	return least
}

// TestReportCrowded: what comes from a hundred sites is offered soon, although one answer could not name them
// all. What fits is taken. What does not is refused for that reason.
//
// It takes as long as reading the catalogue some times. Where each site is written and read back, it is hundreds.
func TestReportCrowded(t *testing.T) {
	text := head + "services:\n"
	for i := range 100 {
		text += fmt.Sprintf("  - id: s%d\n    category: %s\n    provider: opendatasoft\n    name: { fr: S, en: S }\n    purpose: { fr: Compter, en: Count }\n", i, []string{"necessary", "statistics"}[i%4/3])
	}
	var entries []report.Entry
	for i := range 100 {
		entries = append(entries, report.Entry{Kind: report.Cookie, Name: "uid", Host: fmt.Sprintf(".regie%d.example", i), ThirdParty: true, LifetimeS: 86400})
	}
	data := saw(t, entries, vimeo)
	o := dropped(t, text, "report.json", data)
	if len(o.Items) != 101 || len(o.Remarks) != 1 || !strings.Contains(o.Remarks[0], "an answer could need ") {
		t.Fatalf("there are %d items, with %q", len(o.Items), o.Remarks)
	}
	const most = 150
	one := quickest(func() { _, _ = read("c.yaml", []byte(text)) })
	if all := quickest(func() { dropped(t, text, "report.json", data) }); all > most*one {
		t.Errorf("the offer takes %v, and reading the catalogue %v", all, one)
	}
	got, err := o.Take(nil, []byte(text), o.items()[:5])
	if err != nil {
		t.Fatal(err)
	}
	keeps(t, text, string(got))
	if _, err := o.Take(nil, []byte(text), o.items()); err == nil || !strings.Contains(err.Error(), "nothing is added, since the catalogue would have mistakes: an answer could need ") {
		t.Errorf("all are taken: %v", err)
	}
}

// TestReportHostile: names that a site chose to do harm are declared, or the offer says why not.
func TestReportHostile(t *testing.T) {
	var entries []report.Entry
	for _, name := range []string{"a\n- use: youtube@1", `q"uo'te`, "rtl\u202egnp", "__proto__", "constructor", "#", ": ", "\x00", "\uE0000", "TODO", strings.Repeat("x", 5000), "é", "*", "", "{{x}}", "<script>alert(1)</script>"} {
		entries = append(entries, report.Entry{Kind: report.LocalStorage, Name: name, Host: "www.mairie.example", LifetimeS: -1})
	}
	for _, host := range []string{"__proto__", "a b\n", "[::1]", "x\u202e.example", "127.0.0.1", strings.Repeat("a", 300) + ".example"} {
		entries = append(entries, report.Entry{Kind: report.Cookie, Name: "c", Host: host, ThirdParty: true})
	}
	data := saw(t, entries, report.Service{ID: "../youtube", Name: "a\u202eb\nc", Entries: []string{""}})
	o := dropped(t, head, "report.json", data)
	if len(o.Items) < 2 || len(o.Remarks) < 3 {
		t.Fatalf("offered %v with %q", o.items(), o.Remarks)
	}
	for _, text := range append(slices.Concat(o.Remarks, o.Has), o.Items[0].Title, o.About) {
		if strings.ContainsAny(text, "\n\u202e\x00\uE000") {
			t.Errorf("%q cannot be shown", text)
		}
	}
	got, err := o.Take(nil, []byte(head), o.items())
	if err != nil {
		t.Fatal(err)
	}
	keeps(t, head, string(got))
	if strings.Contains(string(got), "use:") || strings.ContainsAny(string(got), "\u202e\x00\uE000") {
		t.Errorf("took\n%s", got)
	}
}

func TestDropRefused(t *testing.T) {
	whole := saw(t, []report.Entry{first, third}, vimeo)
	for _, test := range []struct {
		name, text, file string
		data             []byte
		want             string
	}{
		{"a report that was cut short", head, "report.json", whole[:len(whole)/2], "it is no report.json: line "},
		{"a report that was cut short in its head", head, "report.json", whole[:bytes.Index(whole, []byte(`"site"`))], "it is no report.json: line "},
		{"a report of another version", head, "report.json", bytes.Replace(whole, []byte(`"version": 1`), []byte(`"version": 99`), 1), "version 99"},
		{"a report of other types", head, "report.json", []byte(`{"version": 1, "charte": "x", "journeys": "many"}`), "it is no report.json: line 1"},
		{"too big", head, "report.json", bytes.Repeat([]byte(" "), MostBytes+1), "report.json has more than 8 MB"},
		{"no YAML to add to", "a: [", "report.json", whole, "not valid YAML"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, err := Drop(t.Context(), "c.yaml", []byte(test.text), test.file, test.data)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("offered %+v, %v; want an error with %q", o, err, test.want)
			}
		})
	}
}

func TestIsReport(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"a report", `{"version": 1, "charte": "(devel)", "journeys": []}`, true},
		{"in another order", `{"journeys": [], "site": {}, "version": 1}`, true},
		{"with the mark of UTF-8", "\uFEFF" + `{"version": 1, "charte": ""}`, true},
		{"cut short behind its head", `{"version": 1, "charte": "(devel)", "site": "htt`, true},
		{"Klaro's JSON", `{"version": 1, "elementID": "klaro", "services": []}`, false},
		{"the words in another object", `{"a": {"version": 1, "charte": "x"}}`, false},
		{"a list", `[{"version": 1, "charte": "x"}]`, false},
		{"a script", `window.klaroConfig = {"version": 1, "charte": "x"}`, false},
		{"nothing", ``, false},
		{"deep", strings.Repeat(`{"a":`, 20_000), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := isReport([]byte(test.text)); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

// TestOfferJSON: no list is null.
func TestOfferJSON(t *testing.T) {
	o := dropped(t, head, "report.json", saw(t, nil))
	data, err := json.Marshal(o)
	if err != nil || bytes.Contains(data, []byte("null")) {
		t.Errorf("%v in %s", err, data)
	}
}

// FuzzDrop: whatever is seen, what is taken of it keeps the catalogue.
func FuzzDrop(f *testing.F) {
	f.Add("visit", "www.mairie.example", "https://www.mairie.example/", false)
	f.Add("a: b\n", ".x.example", "https://y.example/#a\nb", true)
	f.Add("\u202e", "__proto__", "", true)
	f.Fuzz(func(t *testing.T, name, host, by string, third bool) {
		o, err := Drop(t.Context(), "c.yaml", []byte(undoneOwn), "report.json", saw(t, []report.Entry{{Kind: report.LocalStorage, Name: name, Host: host, ThirdParty: third, Initiator: report.Initiator{URL: by}}, first}))
		if err != nil {
			t.Fatal(err)
		}
		got, err := o.Take(nil, []byte(undoneOwn), o.items())
		if err != nil {
			t.Fatal(err)
		}
		keeps(t, undoneOwn, string(got))
	})
}

// undoneOwn is a catalogue with a TODO that is read quickly.
var undoneOwn = strings.Replace(own, "lifetime: 1 day", "lifetime: TODO", 1)
