package peers

import (
	"fmt"
	"reflect"
	"testing"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// placedServices are the services of a plan with their categories: "matomo in analytics".
func placedServices(p *plan.Plan) []string {
	var all []string
	for _, s := range p.Services {
		all = append(all, fmt.Sprintf("%s in %q necessary %t exempt %t on %t", s.ID, s.Category, s.Necessary, s.Exempt, s.On))
	}
	return all
}

func TestOrejime2(t *testing.T) {
	p := planOf(t, orejime2, `{"cookieName": "choix", "cookieExpiresAfterDays": 365, "privacyPolicy": "/confidentialite", "lang": "fr", "implicitConsent": true,
		"categories": [{"name": "mesure", "title": "Mesure", "apps": ["matomo", "absent"]}, {"name": "base", "title": "Socle", "apps": ["session", "matomo"]}],
		"apps": [{"name": "matomo", "title": "Matomo", "purposes": ["analytics"], "cookies": ["/^_pk_/i"], "optOut": true},
			{"name": "session", "required": true, "cookies": ["sid"]}, {"name": "video", "default": true, "cookies": [["_v", "/", ".example.org"]]}],
		"translations": {"fr": {"accept": "Accepter", "acceptAll": "Tout accepter", "decline": "Refuser", "saveData": "Garder", "categories": {"mesure": {"description": "Compter"}}, "matomo": {"description": "Compte"}}}}`)
	want := []string{
		`matomo in "mesure" necessary false exempt false on true`,
		`session in "base" necessary true exempt false on false`,
		`video in "" necessary false exempt false on true`,
	}
	if got := placedServices(p); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := rules(p), []plan.Rule{plan.NotAsked, plan.PreTicked, plan.PreTicked, plan.ImpliedConsent}; !reflect.DeepEqual(got, want) {
		t.Errorf("mistakes are %v, want %v", got, want)
	}
	if !p.Categories[1].Necessary || p.Categories[0].Necessary {
		t.Errorf("categories are %+v", p.Categories)
	}
	if got, want := p.Words["fr"], map[string]string{"acceptAll": "Tout accepter", "refuseAll": "Refuser", "save": "Garder"}; !reflect.DeepEqual(got, want) {
		t.Errorf("words are %q, want %q", got, want)
	}
	if got, want := p.Answer, (plan.Answer{Cookie: "choix", Days: 365, Services: true}); got != want {
		t.Errorf("the answer is %+v, want %+v", got, want)
	}
	for path, want := range map[string]plan.Outcome{
		"categories[0].apps[0]": plan.Mapped, "categories[0].apps[1]": plan.Dropped, "categories[1].apps[1]": plan.Changed,
		"translations.fr.accept": plan.Changed, "apps[0].purposes[0]": plan.Changed, "privacyPolicy": plan.Mapped,
	} {
		if got := outcome(p, path).Outcome; got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

// TestOrejime2Ticks reads a configuration of a banner that ticks apps by itself.
func TestOrejime2Ticks(t *testing.T) {
	for _, test := range []struct {
		name, config string
		want         []plan.Rule
	}{
		{"nothing is said", `"apps": [{"name": "a"}]`, []plan.Rule{plan.PreTicked}},
		{"the app says no", `"apps": [{"name": "a", "default": false}]`, nil},
		{"all say no", `"default": false, "apps": [{"name": "a"}]`, nil},
		{"all say no, and the app yes", `"default": false, "apps": [{"name": "a", "default": true}]`, []plan.Rule{plan.PreTicked}},
		{"nobody can refuse it", `"apps": [{"name": "a", "required": true}]`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := rules(planOf(t, orejime2, "{"+test.config+"}")); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// TestOrejime3Languages finds the language of texts that stand in no language.
func TestOrejime3Languages(t *testing.T) {
	for _, test := range []struct {
		name, config, script string
		languages            []string
		words                map[string]map[string]string
	}{
		{"by a setting", `"lang": "de", "translations": {"banner": {"accept": "Ja, alle"}}`, "orejime-standard-fr.js", []string{"de"}, map[string]map[string]string{"de": {"acceptAll": "Ja, alle"}}},
		{"by the script", `"translations": {"banner": {"accept": "Oui"}}`, "https://cdn.example.org/npm/orejime@3/dist/orejime-dsfr-fr.js", []string{"fr"}, map[string]map[string]string{"fr": {"acceptAll": "Oui"}}},
		{"by nothing", `"translations": {"banner": {"accept": "Oui"}}`, "/bundle.js", nil, map[string]map[string]string{"": {"acceptAll": "Oui"}}},
		{"in languages", `"translations": {"fr": {"banner": {"accept": "Oui"}}, "en": {"modal": {"save": "Keep"}}}`, "", []string{"fr", "en"}, map[string]map[string]string{"fr": {"acceptAll": "Oui"}, "en": {"save": "Keep"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(t, orejime3, `{"privacyPolicyUrl": "javascript:open()", "purposes": [{"id": "matomo"}], `+test.config+`}`,
				told.Element{Tag: "script", Attributes: map[string]string{"src": test.script}})
			if !reflect.DeepEqual(p.Languages, test.languages) || !reflect.DeepEqual(p.Words, test.words) {
				t.Errorf("got %q and %q, want %q and %q", p.Languages, p.Words, test.languages, test.words)
			}
			if p.Site.PolicyURL != nil {
				t.Errorf("a script is taken for a policy: %q", p.Site.PolicyURL)
			}
		})
	}
}

func TestOrejime3(t *testing.T) {
	p := planOf(t, orejime3, `{"privacyPolicyUrl": "/p", "cookie": {"name": "mes-choix", "duration": 500, "domain": ".example.org", "sameSite": "lax"},
		"purposes": [{"id": "technique", "title": "Technique", "isMandatory": true},
			{"id": "statistics", "title": "Statistiques", "cookies": ["_pk_id"], "isExempt": true, "googleConsentMode": {"types": ["analytics_storage"], "default": true}},
			{"id": "matomo", "title": "Matomo", "cookies": [], "default": true},
			{"id": "media", "title": "Médias", "purposes": [{"id": "youtube", "title": "YouTube", "cookies": []}, {"id": "maps", "title": "Cartes", "purposes": [{"id": "osm", "cookies": []}]}]}],
		"translations": {"banner": {"accept": "D'accord", "decline": "Refuser", "acceptTitle": "x"}, "modal": {"save": "Garder"}}}`,
		told.Element{Tag: "script", Attributes: map[string]string{"src": "/js/orejime-dsfr-fr.js"}},
		told.Element{Tag: "template", Attributes: map[string]string{"data-purpose": "youtube"}, Text: `<iframe src="https://www.youtube-nocookie.com/embed/x"></iframe>`},
		told.Element{Tag: "template", Attributes: map[string]string{"data-purpose": "statistics"}, Text: `<script src="https://stats.example.org/m.js"></script>`})
	want := []string{
		`statistics-cookies in "statistics" necessary false exempt true on false`,
		`matomo in "" necessary false exempt false on true`,
		`youtube in "media" necessary false exempt false on false`,
		`osm in "maps" necessary false exempt false on false`,
	}
	if got := placedServices(p); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	var categories []string
	for _, c := range p.Categories {
		categories = append(categories, fmt.Sprintf("%s %t %q", c.ID, c.Necessary, c.Signals))
	}
	if want := []string{`technique true []`, `statistics false ["analytics_storage"]`, `media false []`, `maps false []`}; !reflect.DeepEqual(categories, want) {
		t.Errorf("categories are %q, want %q", categories, want)
	}
	if got, want := rules(p), []plan.Rule{plan.LongLived, plan.PreTicked}; !reflect.DeepEqual(got, want) {
		t.Errorf("mistakes are %v, want %v", got, want)
	}
	if got, want := p.Services[2].Hosts, []string{"www.youtube-nocookie.com"}; !reflect.DeepEqual(got, want) {
		t.Errorf("hosts are %q, want %q", got, want)
	}
	if got, want := p.Services[0].Hosts, []string{"stats.example.org"}; !reflect.DeepEqual(got, want) {
		t.Errorf("hosts are %q, want %q", got, want)
	}
	if got, want := p.Words["fr"], map[string]string{"acceptAll": "D'accord", "refuseAll": "Refuser", "save": "Garder"}; !reflect.DeepEqual(got, want) {
		t.Errorf("words are %q, want %q", got, want)
	}
	if p.Site.CookieDomain != "example.org" || p.Answer.Cookie != "mes-choix" {
		t.Errorf("the domain is %q, the cookie %q", p.Site.CookieDomain, p.Answer.Cookie)
	}
}

func TestIsGeneral(t *testing.T) {
	for id, want := range map[string]bool{
		"analytics": true, "statistiques": true, "social-media": false, "ads": true, "cookies-techniques": true, "google-analytics": false, "youtube": false, "matomo": false, "": false,
	} {
		if got := isGeneral(id); got != want {
			t.Errorf("isGeneral(%q) is %t", id, got)
		}
	}
}

// TestOrejime3Flags: what nobody can refuse is not asked about, and needs no exemption.
func TestOrejime3Flags(t *testing.T) {
	for _, test := range []struct{ name, flags, want string }{
		{"asked", `"title": "M"`, `matomo in "" necessary false exempt false on false`},
		{"mandatory", `"isMandatory": true`, `matomo in "" necessary true exempt false on false`},
		{"exempt", `"isExempt": true`, `matomo in "" necessary false exempt true on false`},
		{"both", `"isMandatory": true, "isExempt": true`, `matomo in "" necessary true exempt false on false`},
		{"worked out", `"isMandatory": "opaque:x", "isExempt": "opaque:y"`, `matomo in "" necessary false exempt false on false`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(t, orejime3, `{"purposes": [{"id": "matomo", `+test.flags+`}]}`)
			if got := placedServices(p); len(got) != 1 || got[0] != test.want {
				t.Errorf("got %q, want %s", got, test.want)
			}
		})
	}
}

// TestOrejime3Groups: a purpose in a group is a service of it, whatever it is called.
func TestOrejime3Groups(t *testing.T) {
	p := planOf(t, orejime3, `{"purposes": [{"id": "stats", "purposes": [{"id": "audience", "cookies": ["_x"]}]}]}`)
	if got, want := placedServices(p), []string{`audience in "stats" necessary false exempt false on false`}; !reflect.DeepEqual(got, want) || len(p.Categories) != 1 {
		t.Errorf("got %q in %d categories, want %q in one", got, len(p.Categories), want)
	}
}
