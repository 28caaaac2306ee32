package draft

import (
	"slices"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/importer/plan"
)

// TestSaid: what the source says and the catalogue has in another way, or not at all, is said.
func TestSaid(t *testing.T) {
	ga := func(cookies ...plan.Cookie) plan.Service {
		for i := range cookies {
			cookies[i].Path = "ga.cookies"
		}
		return plan.Service{ID: "ga", Category: "stats", Path: "ga", Cookies: cookies}
	}
	long := strings.Repeat("long ", 2000)
	for _, test := range []struct {
		name  string
		plan  plan.Plan
		texts []string // of the catalogue
		notes []string // beginnings of "path outcome to: why"
		fates []string // "path outcome", of those that have become others
	}{
		{
			name:  "an address of a policy in another language alone",
			plan:  plan.Plan{Languages: []string{"fr", "en"}, Site: plan.Site{PolicyURL: plan.Texts{"en": "/en/cookies"}}},
			texts: []string{`charterURL: "/en/cookies"`},
		},
		{
			name:  "a word and addresses that no catalogue can have",
			plan:  plan.Plan{Languages: []string{"fr"}, Site: plan.Site{PolicyURL: plan.Texts{"": "javascript:x"}, CookieDomain: "no domain"}, Words: map[string]map[string]string{"fr": {"save": long}, "": {"close": long}}},
			texts: []string{"# The source's page about cookies is javascript:x.", "\n# words:\n  # fr:\n"},
			fates: []string{"policy changed", "domain changed", "save changed", "close changed"},
		},
		{
			name:  "a lifetime of a known cookie that cannot be read",
			plan:  plan.Plan{Languages: []string{"fr"}, Services: []plan.Service{ga(plan.Cookie{Name: "_ga", Lifetime: "deux ans environ"})}},
			notes: []string{"ga.cookies changed services.ga.cookies: The source keeps “_ga” for “deux ans environ”, which cannot be read as a time."},
		},
		{
			name:  "texts of a pattern that the library has more exactly",
			plan:  plan.Plan{Languages: []string{"fr"}, Services: []plan.Service{ga(plan.Cookie{Name: "_ga*", Source: "/^_ga/", Lifetime: "1 an", Purpose: plan.Texts{"fr": "Compter"}})}},
			notes: []string{"ga.cookies changed services.ga.cookies: The catalogue has the cookies of Google Analytics 4 each by its name, with what is known of them; the source says of /^_ga/: 1 an; Compter."},
		},
		{
			name:  "a cookie of two known services",
			plan:  plan.Plan{Languages: []string{"fr"}, Services: []plan.Service{ga(), {ID: "firebase", Category: "stats", Cookies: []plan.Cookie{{Name: "_ga", Path: "fire", Lifetime: "1 an"}}}}},
			texts: []string{`without: ["_ga", "_ga_*"] # another service declares them`},
			notes: []string{"fire dropped : “_ga” is declared by the service ga already, and an entry has one service."},
		},
		{
			name:  "a parameter's value that is none",
			plan:  plan.Plan{Languages: []string{"fr"}, Services: []plan.Service{{ID: "px", Known: "meta-pixel", Category: "stats", Settings: map[string]string{"pixel": "<b>", "other": "1"}}}},
			fates: []string{"pixel changed"},
		},
		{
			name:  "a parameter's value",
			plan:  plan.Plan{Languages: []string{"fr"}, Services: []plan.Service{{ID: "px", Known: "meta-pixel", Category: "stats", Settings: map[string]string{"pixel": "123456789012345"}}}},
			texts: []string{`pixel: "123456789012345"`},
		},
		{
			name:  "two languages that are one",
			plan:  plan.Plan{Languages: []string{"en-GB", "en-US"}},
			notes: []string{"languages changed languages: The catalogue has “en” once. Its texts are those in en-GB, and those in en-US where these lack one."},
		},
		{
			name:  "a language that the banner does not speak, and no other",
			plan:  plan.Plan{Languages: []string{"zh"}},
			notes: []string{"languages dropped", "languages changed languages: The source names no language that the banner speaks, so the catalogue is in “en”."},
		},
		{
			name:  "what nobody can refuse, in a category that asks",
			plan:  plan.Plan{Languages: []string{"fr"}, Services: []plan.Service{{ID: "own", Category: "stats", Necessary: true, Path: "own"}}},
			texts: []string{"# Nobody can refuse it, so it is among what is necessary."},
			notes: []string{"own changed services.own: Nobody can refuse it, so it is among what is necessary."},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &test.plan
			p.Peer, p.Categories = "Klaro 0.7", []plan.Category{{ID: "stats"}}
			for path, to := range map[string]string{"policy": "site.charterURL", "domain": "site.cookieDomain", "pixel": "services[px].with.pixel", "save": "words.fr.save", "close": "words.close"} {
				p.Fates = append(p.Fates, plan.Fate{Path: path, Outcome: plan.Mapped, To: to})
			}
			d := drafts(t, p, Options{})
			for _, want := range test.texts {
				if !strings.Contains(d.Text, want) {
					t.Errorf("it lacks %q:\n%s", want, d.Text)
				}
			}
			var notes []string
			for _, n := range d.Notes {
				notes = append(notes, n.Path+" "+string(n.Outcome)+" "+n.To+": "+n.Why)
			}
			if !slices.EqualFunc(notes, test.notes, strings.HasPrefix) {
				t.Errorf("the notes are %q, want %q", notes, test.notes)
			}
			var fates []string
			for _, f := range d.Settled(p) {
				if f.Outcome != plan.Mapped {
					fates = append(fates, f.Path+" "+string(f.Outcome))
				}
				if f.Outcome != plan.Mapped && !strings.HasSuffix(f.Why, ".") {
					t.Errorf("%q is no sentence", f.Why)
				}
			}
			slices.Sort(fates)
			slices.Sort(test.fates)
			if !slices.Equal(fates, test.fates) {
				t.Errorf("the fates are %q, want %q", fates, test.fates)
			}
		})
	}
}

// TestOffered: the owner's texts of the two answers are read once the marks before them are away.
func TestOffered(t *testing.T) {
	for name, words := range map[string]map[string]string{"alone": {"acceptAll": "D'accord"}, "beside another": {"acceptAll": "D'accord", "save": "Garder"}} {
		d := drafts(t, &plan.Plan{Peer: "c15t", Languages: []string{"fr", "en"}, Words: map[string]map[string]string{"fr": words}}, Options{})
		text := d.Text
		for _, marked := range []string{"words:", "fr:", `"acceptAll"`} {
			text = strings.Replace(text, "# "+marked, marked, 1)
		}
		text = filled(text)
		if c, err := source.Read("c.yaml", []byte(text)); err != nil || c.Words["fr"]["acceptAll"] != "D'accord" {
			t.Errorf("%s: it cannot be read: %v\n%s", name, err, text)
		}
	}
}

// TestTwice: a second instance of a known service whose cookies nobody can tell apart is written out,
// and asked for like the first.
func TestTwice(t *testing.T) {
	p := &plan.Plan{Peer: "Klaro 0.7", Languages: []string{"en"}, Categories: []plan.Category{{ID: "needed", Necessary: true}, {ID: "stats"}}}
	for _, id := range []string{"adobe-analytics", "adobe"} {
		p.Services = append(p.Services, plan.Service{ID: id, Name: plan.Texts{"en": "Adobe Analytics"}, Category: "needed", Path: id})
	}
	d := drafts(t, p, Options{})
	if d.Homes["adobe-analytics"] != "stats" || d.Homes["adobe"] != "stats" || d.Library["adobe-analytics"] == "" || d.Library["adobe"] != "" {
		t.Errorf("they are in %v, of %v:\n%s", d.Homes, d.Library, d.Text)
	}
}
