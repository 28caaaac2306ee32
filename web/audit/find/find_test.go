package find

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/catalogue/source"
	"charte/web/audit/report"
)

// declares is a catalogue with a service that asks, and one that need not.
const declares = `extends: default
languages: [en]
site: { name: { en: Shop }, controller: Shop Ltd }
without: [authentication, language, api-csrf]
providers:
  - { id: counters, name: Counters, policyURL: https://counters.example/privacy}
services:
  - id: basket
    category: necessary
    provider: opendatasoft
    name: { en: Basket }
    purpose: { en: Keep what you have chosen }
    retention: 1 day
    cookies:
      - { name: basket, purpose: { en: Keep your basket }, lifetime: 1 day }
  - id: counting
    category: statistics
    provider: counters
    name: { en: Counting }
    purpose: { en: Count visits }
    retention: 1 year
    hosts:
      - { host: "*.counters.example", kind: script }
      - { host: pictures.example, kind: image }
    cookies:
      - { name: count, purpose: { en: Count }, lifetime: 13 months }
      - { name: day, purpose: { en: Count days }, lifetime: 1 day }
      - { name: seen_*, purpose: { en: Count pages }, lifetime: session }
`

var start = time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)

const dayS = 24 * 60 * 60

// cookie is a cookie of the site, that is there at the end.
func cookie(name string, lifetimeS int64) report.Entry {
	return report.Entry{Kind: report.Cookie, Name: name, Host: "www.shop.example", Path: "/", LifetimeS: lifetimeS, First: start.Add(time.Second), Left: true, Initiator: report.Initiator{Kind: "script", URL: "https://www.shop.example/a.js"}}
}

// request is a request to a host that the page itself makes.
func request(address, host string, chain ...string) report.Request {
	return report.Request{URL: address, Host: host, Type: "script", ThirdParty: !strings.HasSuffix(host, "shop.example"), Time: start.Add(time.Second), Initiator: report.Initiator{Kind: "parser", Chain: chain}, HTTP: &report.HTTP{}}
}

// journey is a journey over one page with Charte's banner.
func journey(state report.State, entries []report.Entry, requests ...report.Request) report.Journey {
	for i := range requests {
		requests[i].ID = i + 1
	}
	return report.Journey{
		State: state, Answer: "charte", Entries: entries, Requests: requests,
		Pages: []report.Page{{URL: "https://www.shop.example/", At: "https://www.shop.example/", Status: 200, Banner: "charte", Began: start}},
	}
}

// all is what stores everything that the catalogue declares after acceptance, so that nothing is unseen.
func all() report.Journey {
	return journey(report.Accepted, []report.Entry{
		cookie("cookies_preferences", 180*dayS), cookie("basket", dayS), cookie("count", 396*dayS), cookie("day", dayS), cookie("seen_1", 0),
	})
}

// found has All look at journeys, and returns "rule subject" for each finding.
func found(t *testing.T, catalogue string, journeys ...report.Journey) (*report.Report, []string) {
	t.Helper()
	var study *source.Study
	if catalogue != "" {
		var err error
		if study, err = source.Studied("shop.yaml", []byte(catalogue)); err != nil {
			t.Fatal(err)
		}
	}
	known, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	r := &report.Report{Version: report.Version, Site: "https://www.shop.example/", Journeys: journeys}
	All(r, study, known)
	list := []string{}
	for _, f := range r.Findings {
		list = append(list, f.Rule+" "+f.Subject)
		if len(f.Evidence) == 0 && f.Rule != report.RuleUnseen {
			t.Errorf("%s %s has no evidence", f.Rule, f.Subject)
		}
		if f.Message == "" || f.Remedy == "" {
			t.Errorf("%s %s says nothing", f.Rule, f.Subject)
		}
	}
	return r, list
}

func TestFound(t *testing.T) {
	withdrawn := func(e report.Entry) report.Entry { e.First = start.Add(-time.Minute); return e }
	gone := func(e report.Entry) report.Entry { e.Left = false; return e }
	gated := func(j report.Journey, g ...report.Gated) report.Journey { j.Pages[0].Gated = g; return j }
	blocked := func(j report.Journey, b report.Blocked) report.Journey {
		j.Pages[0].Blocked = []report.Blocked{b}
		return j
	}
	const tag = "https://www.googletagmanager.com/gtag/js"
	analytics := request(tag, "www.googletagmanager.com")
	font := request("https://fonts.cdn.example/a.woff2", "fonts.cdn.example")
	own := request("https://www.shop.example/count.js", "www.shop.example")
	telling := request("https://px.other.example/1.gif?u=8f14e45fceea167a5a36dedd4bea2543", "px.other.example")
	alias := request("https://stats.shop.example/a.js", "stats.shop.example")
	alias.CNAME = "www.googletagmanager.com."
	for _, row := range []struct {
		name     string
		journeys []report.Journey
		want     []string
	}{
		{"clean", []report.Journey{journey(report.Before, []report.Entry{cookie("basket", dayS)}, font)}, nil},
		{"undeclared", []report.Journey{journey(report.Before, []report.Entry{cookie("stray", 0)})}, []string{"undeclared cookie stray"}},
		{"undeclared, of a known service", []report.Journey{journey(report.Before, []report.Entry{cookie("_ga", 0)})}, []string{"before-consent cookie _ga", "undeclared cookie _ga"}},
		{"before", []report.Journey{journey(report.Before, []report.Entry{cookie("count", 0)})}, []string{"before-consent cookie count"}},
		{"at its root", []report.Journey{
			journey(report.Before, []report.Entry{cookie("count", 0)}), journey(report.Refused, []report.Entry{cookie("count", 0)}), journey(report.Withdrawn, []report.Entry{cookie("count", 0)}),
		}, []string{"before-consent cookie count"}},
		{"a family", []report.Journey{journey(report.Before, []report.Entry{cookie("seen_1", 0), cookie("seen_2", 0)})}, []string{"before-consent cookie seen_*"}},
		{"refused", []report.Journey{journey(report.Refused, []report.Entry{cookie("count", 0)})}, []string{"after-refusal cookie count"}},
		{"kept", []report.Journey{journey(report.Withdrawn, []report.Entry{withdrawn(cookie("count", 0))})}, []string{"kept-after-withdrawal cookie count"}},
		{"again", []report.Journey{journey(report.Withdrawn, []report.Entry{cookie("count", 0)})}, []string{"after-refusal cookie count"}},
		{"again, and erased", []report.Journey{journey(report.Withdrawn, []report.Entry{gone(cookie("count", 0))})}, []string{"after-refusal cookie count"}},
		{"longer than declared", []report.Journey{journey(report.Accepted, []report.Entry{cookie("day", 2*dayS)})}, []string{"longer-than-declared cookie day"}},
		{"with an end, though declared for the session", []report.Journey{journey(report.Accepted, []report.Entry{cookie("seen_1", 3600)})}, []string{"longer-than-declared cookie seen_*"}},
		{"13 months", []report.Journey{journey(report.Before, []report.Entry{cookie("basket", 397*dayS)})}, []string{"longer-than-declared cookie basket"}},
		{"longer than 13 months", []report.Journey{journey(report.Before, []report.Entry{cookie("basket", 398*dayS)})}, []string{"longer-than-13-months cookie basket", "longer-than-declared cookie basket"}},
		{"a tracker", []report.Journey{journey(report.Before, nil, analytics)}, []string{"before-consent host www.googletagmanager.com"}},
		{"a host of a declared service", []report.Journey{journey(report.Before, nil, request("https://js.counters.example/a.js", "js.counters.example"))}, []string{"before-consent host js.counters.example"}},
		{"a host of its pictures, which may be anybody's", []report.Journey{journey(report.Before, nil, request("https://pictures.example/a.png", "pictures.example"))}, nil},
		{"a tracker after acceptance", []report.Journey{journey(report.Accepted, nil, analytics)}, nil},
		{"a tracker after refusal", []report.Journey{journey(report.Refused, nil, analytics)}, []string{"after-refusal host www.googletagmanager.com"}},
		{"what a tracker brings", []report.Journey{journey(report.Before, nil, analytics, request("https://www.google-analytics.com/g/collect", "www.google-analytics.com", tag))}, []string{"before-consent host www.googletagmanager.com"}},
		{"gated and ungated", []report.Journey{gated(journey(report.Before, nil, analytics), report.Gated{Element: "#tag", Category: "statistics", URL: tag})}, []string{"gated-and-ungated host www.googletagmanager.com"}},
		{"a host that waits, and is called after refusal", []report.Journey{gated(journey(report.Refused, nil, font), report.Gated{Element: "#tag", Category: "statistics", Service: "counting", URL: font.URL})}, []string{"after-refusal host fonts.cdn.example"}},
		{"a script of the site that waits", []report.Journey{gated(journey(report.Before, nil, own), report.Gated{Element: "#tag", Category: "statistics", URL: "https://www.shop.example/other.js"})}, nil},
		{"the same script gated and ungated", []report.Journey{gated(journey(report.Before, nil, own), report.Gated{Element: "#tag", Category: "statistics", URL: own.URL})}, []string{"gated-and-ungated address https://www.shop.example/count.js"}},
		{"identifier", []report.Journey{journey(report.Before, nil, telling)}, []string{"identifier-sent host px.other.example"}},
		{"identifier after acceptance", []report.Journey{journey(report.Accepted, nil, telling)}, nil},
		{"alias", []report.Journey{journey(report.Before, nil, alias)}, []string{"cname-tracker host stats.shop.example"}},
		{"fingerprint", []report.Journey{{State: report.Before, Pages: journey(report.Before, nil).Pages, Calls: []report.Call{{Kind: "canvas", What: "toDataURL", Initiator: report.Initiator{URL: "https://fp.example/a.js"}}}}}, []string{"fingerprinting canvas fp.example"}},
		{"the policy refuses the script", []report.Journey{blocked(journey(report.Before, nil), report.Blocked{Directive: "script-src-elem", URL: "https://cdn.example/charte.js"})}, []string{"policy-stops-charte page /"}},
		{"the policy refuses another script", []report.Journey{blocked(journey(report.Before, nil), report.Blocked{Directive: "script-src-elem", URL: "https://cdn.example/other.js"})}, nil},
		{"the policy refuses the program", []report.Journey{blocked(journey(report.Before, nil, request("https://www.shop.example/charte/charte.js", "www.shop.example")), report.Blocked{Directive: "script-src", URL: "wasm-eval"})}, []string{"policy-stops-charte page /"}},
		{"the policy refuses to fetch the words", []report.Journey{blocked(journey(report.Before, nil, request("https://www.shop.example/charte/charte.js", "www.shop.example")), report.Blocked{Directive: "connect-src", URL: "https://www.shop.example/charte/fr-x.txt"})}, []string{"policy-stops-charte page /"}},
		{"somebody else's program", []report.Journey{blocked(journey(report.Before, nil), report.Blocked{Directive: "script-src", URL: "wasm-eval"})}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, got := found(t, declares, append(row.journeys, all())...)
			slices.Sort(row.want)
			slices.Sort(got)
			if !slices.Equal(got, row.want) {
				t.Errorf("found %q, want %q", got, row.want)
			}
		})
	}
}

// TestFoundBare: without a catalogue, the audit finds what known services do, and what other sites
// store.
func TestFoundBare(t *testing.T) {
	third := cookie("uid", 0)
	third.Host, third.ThirdParty = ".regie.example", true
	_, got := found(t, "", journey(report.Before, []report.Entry{cookie("_ga", 0), cookie("anything", 0), third}))
	want := []string{"before-consent cookie _ga", "before-consent cookie uid"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// TestBannerMissing: a page without a banner is found where other pages have one, or a catalogue says
// that there is one.
func TestBannerMissing(t *testing.T) {
	j := journey(report.Before, nil)
	j.Pages = append(j.Pages, report.Page{URL: "https://www.shop.example/cart?x=1", Status: 200}, report.Page{URL: "https://www.shop.example/broken", Error: "It crashed."})
	if _, got := found(t, "", j); !slices.Equal(got, []string{"banner-missing page /cart?x=1"}) {
		t.Errorf("found %q", got)
	}
	j.Pages[0].Banner = ""
	if _, got := found(t, "", j); len(got) != 0 {
		t.Errorf("found %q on a site without any banner or catalogue", got)
	}
}

// TestNecessary: a known tracker that the catalogue calls necessary is found by its entries and by its
// tag's host, and what it stores is then no finding of its own.
func TestNecessary(t *testing.T) {
	text := strings.Replace(declares, "name: basket, purpose", "name: _ga, purpose", 1)
	analytics := request("https://www.googletagmanager.com/gtag/js", "www.googletagmanager.com")
	r, got := found(t, text, journey(report.Before, []report.Entry{cookie("_ga", dayS)}, analytics), journey(report.Accepted, []report.Entry{cookie("cookies_preferences", 0), cookie("count", 0), cookie("day", 0), cookie("seen_1", 0)}))
	if want := []string{"necessary-tracker service basket"}; !slices.Equal(got, want) {
		t.Fatalf("found %q, want %q", got, want)
	}
	if place := r.Findings[0].Place; place == nil || place.Line != lineOf(text, "id: basket") {
		t.Errorf("it is at %v, want line %d", place, lineOf(text, "id: basket"))
	}
}

// lineOf is the line in which a text stands, from 1.
func lineOf(text, what string) int {
	return 1 + strings.Count(text[:strings.Index(text, what)], "\n")
}

// TestPlaces: a finding leads to the line of the catalogue.
func TestPlaces(t *testing.T) {
	r, got := found(t, declares, journey(report.Before, []report.Entry{cookie("count", 500*dayS)}))
	lines := map[string]int{}
	for i, f := range r.Findings {
		if f.Place == nil {
			t.Errorf("%s leads nowhere", got[i])
			continue
		}
		lines[f.Rule] = f.Place.Line
	}
	want := lineOf(declares, "name: count")
	for _, rule := range []string{report.RuleBefore, report.RuleLonger, report.RuleThirteen} {
		if lines[rule] != want {
			t.Errorf("%s leads to line %d, want %d", rule, lines[rule], want)
		}
	}
}

// TestUnseen: what is declared and was not seen after acceptance is a remark, which fails nothing.
func TestUnseen(t *testing.T) {
	r, got := found(t, declares, journey(report.Accepted, []report.Entry{cookie("cookies_preferences", 0), cookie("basket", 0), cookie("count", 0)}))
	if want := []string{"unseen cookie day", "unseen cookie seen_*"}; !slices.Equal(got, want) {
		t.Fatalf("found %q, want %q", got, want)
	}
	if len(r.Counting()) != 0 {
		t.Error("a remark fails the audit")
	}
	if _, got := found(t, declares, journey(report.Before, nil)); len(got) != 0 {
		t.Errorf("found %q, though nobody accepted anything", got)
	}
}

func TestFamilies(t *testing.T) {
	named := func(names ...string) (entries []report.Entry) {
		for _, name := range names {
			entries = append(entries, cookie(name, 0))
		}
		return entries
	}
	for _, row := range []struct {
		name     string
		journeys [][]report.Entry
		want     []string // of the first journey
	}{
		{"three in one", [][]report.Entry{named("id_8f3a", "id_77b1", "id_90cc")}, []string{"id_*"}},
		{"one in each", [][]report.Entry{named("id_8f3a"), named("id_77b1"), named("id_90cc")}, []string{"id_*"}},
		{"two are two", [][]report.Entry{named("id_8f3a", "id_77b1")}, []string{"id_8f3a", "id_77b1"}},
		{"words", [][]report.Entry{named("a_first", "a_second", "a_third")}, []string{"a_first", "a_second", "a_third"}},
		{"short numbers", [][]report.Entry{named("page1", "page2", "page3")}, []string{"page1", "page2", "page3"}},
		{"UUIDs", [][]report.Entry{named("v-550e8400-e29b-41d4-a716-446655440000", "v-1b4e28ba-2fa1-11d2-883f-0016d3cca427", "v-6ba7b810-9dad-11d1-80b4-00c04fd430c8")}, []string{"v-*"}},
		{"nothing but a number", [][]report.Entry{named("8f14e45fceea167a", "c9f0f895fb98ab91", "45c48cce2e2d7fbd")}, []string{"*"}},
		{"behind a word", [][]report.Entry{named("visitor4711", "visitor8123", "visitor9999")}, []string{"visitor*"}},
		{"in the midst", [][]report.Entry{named("id_8f3a_seen", "id_77b1_seen", "id_90cc_seen")}, []string{"id_*"}},
		{"with others", [][]report.Entry{named("lang", "id_8f3a", "id_77b1", "id_90cc", "z")}, []string{"lang", "id_*", "z"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := &report.Report{}
			for _, entries := range row.journeys {
				r.Journeys = append(r.Journeys, journey(report.Before, entries))
			}
			families(r, nil, nil)
			var got []string
			for _, e := range r.Journeys[0].Entries {
				got = append(got, e.Name)
				if strings.HasSuffix(e.Name, "*") && len(e.Names) == 0 {
					t.Errorf("%s has no names", e.Name)
				}
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

// TestFamiliesDeclared: names that the catalogue declares one by one are no family.
func TestFamiliesDeclared(t *testing.T) {
	text := declares
	for _, name := range []string{"a_2024", "a_2025", "a_2026"} {
		text += fmt.Sprintf("      - { name: %s, purpose: { en: Count }, lifetime: session }\n", name)
	}
	_, got := found(t, text, all(), journey(report.Accepted, []report.Entry{cookie("a_2024", 0), cookie("a_2025", 0), cookie("a_2026", 0)}))
	if len(got) != 0 {
		t.Errorf("found %q", got)
	}
}

func TestIdentifiers(t *testing.T) {
	with := func(address, body, kind string) report.Request {
		q := request(address, "px.other.example")
		q.Type, q.HTTP = kind, &report.HTTP{Body: body}
		return q
	}
	held := cookie("uid", 0)
	held.Value = "a1b2c3d4e5"
	for _, row := range []struct {
		name    string
		request report.Request
		want    string
	}{
		{"the value of a cookie in the query", with("https://px.other.example/?u=a1b2c3d4e5", "", "pixel"), "query u cookie uid"},
		{"in the path", with("https://px.other.example/a1b2c3d4e5/1.gif", "", "pixel"), "path  cookie uid"},
		{"in a form", with("https://px.other.example/", "x=1&u=a1b2c3d4e5", "beacon"), "body u cookie uid"},
		{"a number in JSON", with("https://px.other.example/", `{"t":1.5,"visitor":12345678901234567890123}`, "fetch"), "body visitor "},
		{"in JSON", with("https://px.other.example/", `{"a":[{"visitor":"a1b2c3d4e5"}]}`, "fetch"), "body visitor cookie uid"},
		{"in a socket", with("wss://px.other.example/", `{"u":"a1b2c3d4e5"}`, "websocket"), "websocket u cookie uid"},
		{"a UUID", with("https://px.other.example/?s=550e8400-e29b-41d4-a716-446655440000", "", "pixel"), "query s "},
		{"a long number", with("https://px.other.example/?s=8f14e45fceea167a5a36dedd4bea2543", "", "pixel"), "query s "},
		{"the version of a file", with("https://px.other.example/a.js?v=8f14e45fceea167a5a36dedd4bea2543", "", "script"), ""},
		{"a word", with("https://px.other.example/?s=internationalisation", "", "pixel"), ""},
		{"an address", with("https://px.other.example/?page=https%3A%2F%2Fwww.shop.example%2F", "", "pixel"), ""},
		{"the width of a screen", with("https://px.other.example/?w=1920", "", "pixel"), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := &report.Report{Journeys: []report.Journey{journey(report.Before, []report.Entry{held}, row.request)}}
			identifiers(r)
			got := ""
			if sent := r.Journeys[0].Requests[0].Sent; len(sent) > 0 {
				got = sent[0].Where + " " + sent[0].Name + " " + sent[0].Of
			}
			if got != row.want {
				t.Errorf("sent is %q, want %q", got, row.want)
			}
		})
	}
}

// FuzzIdentifiers: whatever a page sends, it is looked into without a panic, and twice the same is
// found.
func FuzzIdentifiers(f *testing.F) {
	f.Add("https://px.other.example/?u=a1b2c3d4e5", `{"a":["a1b2c3d4e5"]}`, "a1b2c3d4e5")
	f.Add("https://px.other.example/%zz", "a=b&c=%", "%7B%22a%22%3A1%7D")
	f.Fuzz(func(t *testing.T, address, body, value string) {
		held := cookie("uid", 0)
		held.Value = value
		q := request(address, "px.other.example")
		q.HTTP = &report.HTTP{Body: body}
		r := &report.Report{Journeys: []report.Journey{journey(report.Before, []report.Entry{held}, q)}}
		identifiers(r)
		first := fmt.Sprint(r.Journeys[0].Requests[0].Sent)
		identifiers(r)
		if again := fmt.Sprint(r.Journeys[0].Requests[0].Sent); again != first {
			t.Errorf("first %s, then %s", first, again)
		}
	})
}
