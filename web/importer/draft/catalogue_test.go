package draft

import (
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/importer/plan"
	"charte/web/importer/told"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// filled is a draft after its owner has filled in the TODOs, each by the key before it.
func filled(text string) string {
	n := 0
	for _, swap := range []struct{ from, to string }{
		{`TODO # kndctr_\{org\}(\w+).*`, `kndctr_0123456789ABCDEF01234567${1}`},
		{`policyURL: TODO`, `policyURL: https://regie.example/privacy`},
		{`cookies: TODO`, `cookies: []`},
		{`category: TODO`, `category: necessary`},
		{`lifetime: TODO`, `lifetime: 1 day`},
		{`retention: TODO`, `retention: 25 months`},
		{`host: TODO`, `host: stats.mairie.example`},
		{`org: TODO`, `org: 0123456789ABCDEF01234567`},
		{`operator: TODO`, `operator: Framasoft`},
		{`account: TODO`, `account: mairie`},
		{`((?:cnil-mode|anonymised-ip|audience-only|one-site|kept-25-months|[a-z0-9-]+): )TODO( # true, if)`, `${1}true$2`},
	} {
		text = regexp.MustCompile(swap.from).ReplaceAllString(text, swap.to)
	}
	text = regexp.MustCompile(`- name: TODO`).ReplaceAllStringFunc(text, func(string) string {
		n++
		return "- name: filled" + strings.Repeat("x", n)
	})
	return regexp.MustCompile(`(?m)(: )TODO\b`).ReplaceAllString(text, "${1}Compter")
}

// refusals are the mistakes of a draft as it is. Each is in a line with a TODO.
func refusals(t *testing.T, text string) source.Errors {
	t.Helper()
	_, err := source.Read("c.yaml", []byte(text))
	var errs source.Errors
	if err != nil && !errors.As(err, &errs) {
		t.Fatal(err)
	}
	lines := strings.Split(text, "\n")
	for _, e := range errs {
		if e.Line < 1 || e.Line > len(lines) || !strings.Contains(lines[e.Line-1], "TODO") {
			t.Errorf("a mistake that is no TODO: %v\n%s", e, text)
		}
	}
	return errs
}

// drafts drafts a plan, and holds what is true of every draft.
func drafts(t *testing.T, p *plan.Plan, o Options) *Draft {
	t.Helper()
	d, err := Catalogue(p, o)
	if err != nil {
		t.Fatal(err)
	}
	refused := refusals(t, d.Text)
	if d.TODOs == 0 && refused != nil || d.TODOs > 0 && refused == nil {
		t.Errorf("there are %d TODOs, and charte check says %v", d.TODOs, refused)
	}
	if _, err := source.Read("c.yaml", []byte(filled(d.Text))); err != nil && !strings.Contains(d.Text, "services: # TODO") {
		t.Errorf("filled in, it cannot be read: %v\n%s", err, filled(d.Text))
	}
	if carries := carrying(filled(d.Text)); carries != "" && !strings.Contains(d.Text, "services: # TODO") {
		if c, err := source.Read("c.yaml", []byte(carries)); err != nil || c.CarryOver == nil {
			t.Errorf("with former answers carried over, it cannot be read: %v\n%s", err, carries)
		}
	}
	return d
}

// carrying is a draft whose owner has taken the marks before "carryOver" away, or "" for one without.
func carrying(text string) string {
	before, block, there := strings.Cut(text, "\n# carryOver:\n")
	if !there {
		return ""
	}
	return before + "\ncarryOver:\n" + regexp.MustCompile("(?m)^# ").ReplaceAllString(block, "")
}

// TestChosenCarryOver: only what visitors chose themselves is offered to be carried over.
func TestChosenCarryOver(t *testing.T) {
	of := func(answer plan.Answer, ticked bool, mistakes ...plan.Mistake) *plan.Plan {
		return &plan.Plan{
			Peer: "vanilla-cookieconsent 3", Languages: []string{"fr"}, Mistakes: mistakes, Answer: answer,
			Categories: []plan.Category{{ID: "needed", Necessary: true}, {ID: "analytics"}, {ID: "ads", On: ticked}, {ID: "empty"}},
			Services: []plan.Service{
				{ID: "clarity", Category: "needed", Path: "c"}, {ID: "matomo", Category: "analytics", Path: "m"}, {ID: "hotjar", Category: "analytics", On: ticked, Path: "h"},
				{ID: "pixel", Category: "ads", Path: "p"}, {ID: "analytics-cookies", Category: "analytics", Path: "a"}, {ID: "seen-in-page", Category: "analytics"},
			},
		}
	}
	both := plan.Answer{Cookie: "cc_cookie", Categories: true, Services: true}
	for _, test := range []struct {
		name string
		plan *plan.Plan
		want string // former names, and those left out
	}{
		{"nothing is ticked", of(both, false), "ads analytics hotjar matomo pixel"},
		{"some are ticked", of(both, true), "analytics matomo"},
		{"the answer holds categories", of(plan.Answer{Cookie: "cc_cookie", Categories: true}, false), "ads"},
		{"the answer holds services", of(plan.Answer{Cookie: "cc_cookie", Services: true}, false), "hotjar matomo pixel"},
		{"the answer is in no cookie", of(plan.Answer{Categories: true}, false), ""},
		{"its cookie cannot be read", of(plan.Answer{Cookie: "a;b", Categories: true}, false), ""},
		{"what needs consent ran without", &plan.Plan{Peer: "Klaro 0.7", Answer: both, Categories: []plan.Category{{ID: "analytics"}}, Services: []plan.Service{{ID: "hotjar", Category: "analytics", Exempt: true, Path: "h"}, {ID: "crisp", Category: "analytics", Path: "c"}}}, "analytics crisp"},
		{"going on is consent", of(both, false, plan.Mistake{Rule: plan.ImpliedConsent}), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := drafts(t, test.plan, Options{}).Text
			got := ""
			if carries := carrying(filled(text)); carries != "" {
				c, err := source.Read("c.yaml", []byte(carries))
				if err != nil {
					t.Fatal(err)
				}
				got = strings.Join(slices.Sorted(maps.Keys(c.CarryOver.Services)), " ")
			}
			if got != test.want {
				t.Errorf("got %q, want %q:\n%s", got, test.want, text)
			}
			if c, err := source.Read("c.yaml", []byte(filled(text))); err != nil || c.CarryOver != nil {
				t.Errorf("it is on by default: %v", err)
			}
		})
	}
}

func at(path string, line int) plan.Fate {
	return plan.Fate{Path: path, Place: told.Place{File: "banner.ts", Line: line, Column: 3}, Outcome: plan.Mapped}
}

func texts2(fr, en string) plan.Texts { return plan.Texts{"fr": fr, "en": en} }

// plans are plans as peers make them.
func plans() map[string]*plan.Plan {
	categories := []plan.Category{
		{ID: "necessary", Necessary: true, Name: texts2("Nécessaires", "Necessary"), Description: texts2("Ce sans quoi rien ne marche", "What nothing works without"), Path: "categories.necessary"},
		{ID: "analytics", Name: texts2("Audience", "Audience"), Description: texts2("Compter les visites", "Count visits"), Signals: []string{"analytics_storage", "nonsense"}, Path: "categories.analytics"},
		{ID: "Marketing Tools!", Name: plan.Texts{"fr": "Publicité"}, Sale: true, Path: "categories.marketing"},
	}
	return map[string]*plan.Plan{
		"everything": {
			Peer:       "vanilla-cookieconsent 3",
			Site:       plan.Site{Name: plan.Texts{"fr": "Mairie « du » lac"}, PolicyURL: texts2("/fr/cookies", "/en/cookies"), CookieDomain: ".mairie.example"},
			Languages:  []string{"fr", "en-GB", "zh"},
			Categories: categories,
			Services: []plan.Service{
				{ID: "ga", Category: "analytics", Name: texts2("Google Analytics", "Google Analytics"), Path: "services.ga", Settings: map[string]string{"gaMeasurementId": "G-ABCDE12345"},
					Cookies: []plan.Cookie{{Name: "_ga*", Source: "/^_ga/"}, {Name: "_gid", Lifetime: "24 hours"}, {Name: "_ga", Lifetime: "13 mois"}}},
				{ID: "matomo", Category: "necessary", Necessary: true, Path: "services.matomo"},
				{ID: "session", Category: "necessary", Name: texts2("Connexion", "Sign-in"), Cookies: []plan.Cookie{{Name: "PHPSESSID", Lifetime: "Session", Purpose: texts2("Rester connecté", "Stay signed in")}}},
				{ID: "pixel", Category: "Marketing Tools!", Others: []string{"analytics"}, Name: plan.Texts{"fr": "Régie"}, Provider: "Régie SA", PolicyURL: "regie.example/privacy", Hosts: []string{"px.regie.example"},
					Cookies: []plan.Cookie{{Source: `/^px_\d+$/`}, {Name: "_ga_X"}, {Name: "_gid", Kind: "localStorage"}, {Name: "uid", Lifetime: "10 ans et plus"}, {Name: "_fbp"}, {Name: "px", Kind: "localStorage"}, {Name: "a;b"}}},
				{ID: "youtube", Category: "missing", Name: texts2("YouTube", "YouTube")},
				{ID: "statistics", Category: "analytics", Exempt: true, Cookies: []plan.Cookie{{Name: "own_stats", Lifetime: "2 years"}}},
				{ID: "analytics", Category: "nowhere"},
			},
			Words:  map[string]map[string]string{"fr": {"acceptAll": "J'accepte tout", "notice.title": "Cookies ?", "nonsense": "x"}, "en": {"nonsense": "x"}},
			Answer: plan.Answer{Cookie: "cc_cookie", Categories: true, Services: true},
			Fates:  []plan.Fate{at("categories.analytics", 12), at("services.ga.cookies", 41), at("services.matomo", 52)},
		},
		"nothing":      {Peer: "c15t"},
		"one language": {Peer: "Klaro 0.7", Languages: []string{"de"}, Site: plan.Site{Controller: "Stadt"}, Services: []plan.Service{{ID: "matomo", Settings: map[string]string{"host": "stats.stadt.example"}, Cookies: []plan.Cookie{{Name: "_pk_id*", Purpose: plan.Texts{"de": "Besuche zählen"}, Lifetime: "13 Monate"}}}, {ID: "vimeo"}}},
		"no language":  {Peer: "tarteaucitron", Site: plan.Site{Name: plan.Texts{"": "Portail"}}, Categories: []plan.Category{{ID: "ads", Name: plan.Texts{"": "Publicité"}}}, Services: []plan.Service{{ID: "facebookpixel", Library: "facebookpixel", Known: "meta-pixel", Category: "ads", On: true}, {ID: "facebookpixel2", Library: "facebookpixel", Known: "meta-pixel", Category: "ads"}}},
	}
}

func TestDraft(t *testing.T) {
	for name, p := range plans() {
		t.Run(name, func(t *testing.T) {
			d := drafts(t, p, Options{})
			golden := filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".yaml")
			var notes strings.Builder
			for _, n := range d.Notes {
				notes.WriteString("# note: " + n.Path + " " + string(n.Outcome) + " " + n.To + ": " + n.Why + "\n")
			}
			got := d.Text + notes.String()
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("not as in %s, which -update rewrites:\n%s", golden, got)
			}
		})
	}
}

// TestBeside: what stands behind a TODO helps whoever fills it in.
func TestBeside(t *testing.T) {
	audience := plan.Service{ID: "stats-cookies", Category: "stats", Cookies: []plan.Cookie{{Name: "_ga"}}}
	own := plan.Service{ID: "stats-cookies", Category: "stats", Cookies: []plan.Cookie{{Name: "own_one"}, {Name: "own_two"}, {Name: "_ga"}}}
	for _, test := range []struct {
		name, language string
		service        plan.Service
		want           []string
		never          string
	}{
		{"a text to be translated", "de", plan.Service{ID: "youtube", Category: "stats"}, []string{"name: TODO # in English: ", "purpose: TODO # in English: "}, ""},
		{"the charter in another language", "es", plan.Service{ID: "youtube", Category: "stats"}, []string{"title: TODO # in English: Cookie charter"}, ""},
		{"nothing that stands there already", "en", own, nil, "in English: "},
		{"two services with one cookie", "en", own, []string{"2 years in Firebase Analytics and Google Analytics 4"}, ""},
		{"a cookie of former times", "en", plan.Service{ID: "tags", Category: "stats", Cookies: []plan.Cookie{{Name: "_gid"}, {Name: "a_1"}, {Name: "a_2"}}}, []string{`- name: "_gid" # Google Analytics 4 stores it no more`}, ""},
		{"no category", "en", plan.Service{ID: "tags"}, []string{"category: TODO # the source names none; write necessary or stats"}, ""},
		{"a category that is not declared", "en", plan.Service{ID: "tags", Category: "gone"}, []string{`category: TODO # the source has "gone", which it does not declare; write necessary or stats`}, ""},
		{"cookies of a category that are known", "en", audience, []string{"- use: google-analytics@1\n    category: stats"}, "id: stats-cookies"},
		{"cookies of a category that nobody knows", "en", own, []string{"name: TODO # whose cookies these are: in the source they are in the category stats"}, "in the source it is"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &plan.Plan{Peer: "Klaro 0.7", Languages: []string{test.language}, Categories: []plan.Category{{ID: "stats"}}, Services: []plan.Service{test.service}}
			text := drafts(t, p, Options{}).Text
			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("it lacks %q:\n%s", want, text)
				}
			}
			if test.never != "" && strings.Contains(text, test.never) {
				t.Errorf("it has %q:\n%s", test.never, text)
			}
		})
	}
}

// TestLike: a category is chosen by its purpose, and not by letters that it begins with by chance.
func TestLike(t *testing.T) {
	for category, want := range map[string]string{"ads": "ads", "Werbung": "werbung", "address-book": "third-party", "additional": "third-party"} {
		p := &plan.Plan{Languages: []string{"en"}, Categories: []plan.Category{{ID: category}}, Services: []plan.Service{{ID: "meta-pixel", Necessary: true}}}
		if got := drafts(t, p, Options{}).Homes["meta-pixel"]; got != want {
			t.Errorf("beside %q, the pixel is in %q, want %q", category, got, want)
		}
	}
}

// TestSettled: of each setting the report says what is in the catalogue, and says it once.
func TestSettled(t *testing.T) {
	p := &plan.Plan{
		Peer: "Klaro 0.7", Languages: []string{"de"}, Categories: []plan.Category{{ID: "stats"}},
		Services: []plan.Service{{ID: "gaStats", Name: plan.Texts{"": "Google Analytics"}, Category: "stats", Cookies: []plan.Cookie{{Name: "_ga", Path: "services[0].cookies[0]"}, {Name: "_gid", Path: "services[0].cookies[1]"}}}},
		Words:    map[string]map[string]string{"de": {"acceptAll": "Einverstanden", "refuseAll": "Alle ablehnen", "save": "Merken"}},
	}
	mapped := func(path, to string) { p.Fates = append(p.Fates, plan.Fate{Path: path, Outcome: plan.Mapped, To: to}) }
	mapped("services[0].cookies[0]", "services[gaStats].cookies")
	mapped("services[0].cookies[1].name", "services[gaStats].cookies")
	mapped("accept", "words.de.acceptAll")
	mapped("decline", "words.de.refuseAll")
	d := drafts(t, p, Options{})
	got := []string{}
	for _, f := range d.Settled(p) {
		got = append(got, f.Path+" "+string(f.Outcome)+" "+f.To)
	}
	want := []string{"services[0].cookies[0] mapped services.ga-stats.cookies", "accept changed words.de.acceptAll", "decline mapped words.de.refuseAll"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, want := range []string{`    # "acceptAll": "Einverstanden"`, `    "save": "Merken"`} {
		if !strings.Contains(d.Text, want) {
			t.Errorf("it lacks %s:\n%s", want, d.Text)
		}
	}
	if strings.Contains(d.Text, "Alle ablehnen") {
		t.Error("it has Charte's own text once more")
	}
}

// TestAt: what a peer's reader calls by the source's ids is found by the catalogue's.
func TestAt(t *testing.T) {
	d := &Draft{Services: map[string]string{"googleMaps": "google-maps", "a]": "a", "a": "a-2", "a].b": "a-b"}, Categories: map[string]string{"Ads!": "ads"}}
	for to, want := range map[string]string{
		"services[googleMaps].name": "services.google-maps.name", "services[googleMaps]": "services.google-maps", "services[a]].name": "services.a.name", "services[a]": "services.a-2", "services[a].b].name": "services.a-b.name",
		"categories[Ads!].signals": "categories.ads.signals", "services[gone].name": "services[gone].name", "site.charterURL": "site.charterURL", "": "",
	} {
		if got := d.at(to); got != want {
			t.Errorf("at(%q) = %q, want %q", to, got, want)
		}
	}
}

func TestLifetime(t *testing.T) {
	for _, test := range []struct {
		words, want string
	}{
		{"13 months", "13 months"}, {"2 ans", "2 years"}, {"30 Tage", "30 days"}, {" Session ", "session"}, {"1 day", "1 day"}, {"persistent", "persistent"},
		{"End of session", "session"}, {"Sitzungsende", "session"}, {"fin de la session", "session"}, {"2 Jahren", "2 years"}, {"1 yr", "1 year"},
		{"1 ora", "1 hour"}, {"24 uren", "24 hours"}, {"1 hora", "1 hour"}, {"1 semana", "1 week"}, {"1 ano", "1 year"}, {"1 settimana", "1 week"}, {"2 jaren", "2 years"}, {"1 minuto", "1 minute"}, {"1 mês", "1 month"},
		{"13", ""}, {"a year", ""}, {"0 days", ""}, {"2 ans, puis rien", ""}, {"", ""},
	} {
		got := ""
		if l, ok := Lifetime(test.words); ok {
			got = source.WriteLifetime(l)
		}
		if got != test.want {
			t.Errorf("Lifetime(%q) = %q, want %q", test.words, got, test.want)
		}
	}
}

func TestSlug(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"googleAnalytics", "google-analytics"}, {"Médias & vidéos", "medias-videos"}, {"42", "service-42"}, {"統計", "service"}, {"constructor", "service-constructor"}, {"ga", "ga"},
		{strings.Repeat("a", 60), strings.Repeat("a", 40)},
	} {
		if got := slug(test.name, "service"); got != test.want {
			t.Errorf("slug(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}

// generous turns bytes into a plan with whatever they say.
func generous(data []byte) *plan.Plan {
	next := func() byte {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return b
	}
	text := func() string {
		n := int(next()) % 24
		switch n {
		case 0, 1, 2:
			return ""
		case 3, 4, 5, 6, 7, 8:
			return []string{"_ga", "_ga*", "*", "matomo", "_pk_id*", "youtube", "constructor", "site", "TODO", "https://a.example/b", "_fbp", "cookies_preferences", "cooki*",
				"ga", "piwik-pro", "firebase", "adobe-analytics", "peertube", "necessary", "cookie-choice", "Google", "Meta", "stats.example.org", "/^_ga/", "eulerian", "tiktok", "hotjar", "_hj*", "_uetsid", "TODO: x", ".example.org", "#", "- a: b", "&a", "\"", "\u202e\ufeff\u00a0x", "a\nb"}[int(next())%37]
		}
		n = min(n, len(data))
		s := string(data[:n])
		data = data[n:]
		return s
	}
	all := func() plan.Texts {
		t := plan.Texts{}
		for range int(next()) % 3 {
			t[[]string{"", "fr", "en", "de", "fr-FR", "zz"}[int(next())%6]] = text()
		}
		return t
	}
	p := &plan.Plan{Peer: []string{"Klaro 0.7", "c15t", "x"}[int(next())%3]}
	for range int(next()) % 4 {
		p.Languages = append(p.Languages, []string{"fr", "en", "de", "fr-CA", "zh", "pt-BR", "pt", text()}[int(next())%8])
	}
	p.Site = plan.Site{Name: all(), Controller: text(), PolicyURL: all(), CookieDomain: text()}
	for range int(next()) % 4 {
		p.Categories = append(p.Categories, plan.Category{ID: text(), Necessary: next()%2 == 0, Name: all(), Description: all(), Sale: next()%2 == 0, Signals: []string{text(), "ad_storage"}, Path: "c"})
	}
	for range int(next()) % 6 {
		s := plan.Service{ID: text(), Library: text(), Necessary: next()%3 == 0, Exempt: next()%3 == 0, Name: all(), Purpose: all(), Provider: text(), PolicyURL: text(), Hosts: []string{text()}, Settings: map[string]string{"host": text(), "id": text()}, Others: []string{text()}, Path: "s"}
		if n := len(p.Categories); n > 0 {
			s.Category = p.Categories[int(next())%n].ID
		}
		for range int(next()) % 5 {
			s.Cookies = append(s.Cookies, plan.Cookie{Name: text(), Source: text(), Kind: []string{"", "cookie", "localStorage", "sessionStorage", "indexedDB", "x"}[int(next())%6], Domain: text(), Purpose: all(), Lifetime: []string{"", "13 months", "session", "persistent", "999 years", text()}[int(next())%6], Path: "k"})
		}
		p.Services = append(p.Services, s)
	}
	p.Words = map[string]map[string]string{"fr": {text(): text(), "notice.body": text()}, "": {"save": text()}}
	p.Answer = plan.Answer{Cookie: text(), Categories: next()%2 == 0, Services: next()%2 == 0}
	return p
}

// FuzzDraft: whatever a plan says, its draft can be read once its TODOs are filled in.
func FuzzDraft(f *testing.F) {
	known, err := source.Services()
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "\x01\x03\x00\x01\x02\x05\x07\x02\x01\x08matomo\x00\x03\x03", strings.Repeat("\x03\x07\x05\x02", 60), strings.Repeat("\x05é\xff\"\\#: \n", 40)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		drafts(t, generous(data), Options{Known: known})
	})
}

// TestRandom: what FuzzDraft holds, of plans that say much.
func TestRandom(t *testing.T) {
	known, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	plans := 200
	if testing.Short() {
		plans = 20
	}
	for seed := range plans {
		r := rand.New(rand.NewPCG(uint64(seed), 18))
		data := make([]byte, 3000)
		for i := range data {
			if data[i] = byte(r.IntN(256)); r.IntN(4) > 0 {
				data[i] = byte(r.IntN(128)) // mostly text
			}
		}
		if drafts(t, generous(data), Options{Known: known}); t.Failed() {
			t.Fatalf("of seed %d", seed)
		}
	}
}

// TestTooMuch: a source that no catalogue can hold is one clear error.
func TestTooMuch(t *testing.T) {
	for _, p := range []*plan.Plan{
		{Services: make([]plan.Service, 1001)}, {Categories: make([]plan.Category, 191)}, {Services: []plan.Service{{Cookies: make([]plan.Cookie, 10_001)}}},
	} {
		if _, err := Catalogue(p, Options{}); err == nil || !strings.Contains(err.Error(), "at most") {
			t.Errorf("the error is %v", err)
		}
	}
}

// TestManyServices: ids become short where one answer could not name all services.
func TestManyServices(t *testing.T) {
	for _, test := range []struct {
		name string
		n    int
		says string
	}{{"short ids do", 60, ""}, {"nothing does", 1000, "services: # TODO"}} {
		t.Run(test.name, func(t *testing.T) {
			p := &plan.Plan{Peer: "c15t", Languages: []string{"fr"}, Categories: []plan.Category{{ID: "ads"}}}
			for i := range test.n {
				p.Services = append(p.Services, plan.Service{ID: "a-service-" + strings.Repeat("x", 1+i%20), Category: "ads"})
			}
			d := drafts(t, p, Options{})
			if strings.Contains(d.Text, "services: # TODO") != (test.says != "") {
				t.Errorf("does not say %q", test.says)
			}
			if len(d.Notes) == 0 || d.Services["a-service-x"] == "" {
				t.Errorf("the ids are not told: %v", d.Services)
			}
			for _, n := range d.Notes {
				if id, is := strings.CutPrefix(n.To, "services."); is && !strings.Contains(d.Text, "id: "+id+"\n") {
					t.Errorf("%q is told of, and is no id", id)
				}
			}
		})
	}
}
