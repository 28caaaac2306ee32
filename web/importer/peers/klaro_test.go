package peers

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// The parts of configurations of Klaro and Orejime that most tests have.
const (
	klaroBasis = `{"translations": {"fr": {}}, "services": [{"name": "matomo", "purposes": ["analytics"], "cookies": ["_pk_id"], %s}], %s}`
)

func TestKlaroAndOrejimeFind(t *testing.T) {
	value := func(text string) told.Value {
		v, err := asTold(text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	services := `{"services": [{"name": "matomo", "purposes": ["analytics"]}]}`
	apps := `{"apps": [{"name": "matomo", "purposes": ["analytics"]}]}`
	categories := `{"apps": [{"name": "matomo"}], "categories": [{"name": "x", "apps": ["matomo"]}]}`
	purposes := `{"privacyPolicyUrl": "/p", "purposes": [{"id": "matomo", "title": "Matomo", "cookies": []}]}`
	for _, test := range []struct {
		name string
		told told.Told
		want []string
	}{
		{"a global of Klaro", told.Told{Names: []told.Named{{Name: "klaroConfig", Value: value(services)}}}, []string{"Klaro 0.7"}},
		{"a global of Klaro with apps", told.Told{Names: []told.Named{{Name: "klaroConfig", Value: value(apps)}}}, []string{"Klaro 0.7"}},
		{"a global of Klaro without a service yet", told.Told{Names: []told.Named{{Name: "klaroConfig", Value: value(`{"elementID": "klaro", "apps": []}`)}}}, []string{"Klaro 0.7"}},
		{"a global of that name that is something else", told.Told{Names: []told.Named{{Name: "klaroConfig", Value: value(`{"services": []}`)}}}, nil},
		{"Drupal's settings", told.Told{Names: []told.Named{{Name: "drupalSettings", Value: value(`{"klaro": {"config": ` + services + `}}`)}}}, []string{"Klaro 0.7"}},
		{"klaro.setup", told.Told{Calls: []told.Call{{Name: "klaro.setup", Args: []told.Value{value(services)}}}}, []string{"Klaro 0.7"}},
		{"a call and the global it took", told.Told{
			Calls: []told.Call{{Name: "klaro.render", Args: []told.Value{value(services), {Kind: told.Bool, Bool: true}}}},
			Names: []told.Named{{Name: "klaroConfig", Value: value(services)}},
		}, []string{"Klaro 0.7"}},
		{"a call, and a global that is otherwise", told.Told{
			Calls: []told.Call{{Name: "klaro.render", Args: []told.Value{value(apps)}}},
			Names: []told.Named{{Name: "klaroConfig", Value: value(services)}},
		}, []string{"Klaro 0.7"}},
		{"an export of Klaro", told.Told{Names: []told.Named{{Name: "default", Export: true, Value: value(services)}}}, []string{"Klaro 0.7"}},
		{"services of something else", told.Told{Names: []told.Named{{Name: "default", Export: true, Value: value(`{"services": [{"name": "db", "image": "postgres"}]}`)}}}, nil},
		{"an export with apps", told.Told{Names: []told.Named{{Name: "config", Export: true, Value: value(apps)}}}, []string{"Klaro 0.7"}},
		{"an export with apps and categories", told.Told{Names: []told.Named{{Name: "config", Export: true, Value: value(categories)}}}, []string{"Orejime 2"}},
		{"an export with apps beside Orejime", told.Told{Imports: []string{"orejime"}, Names: []told.Named{{Name: "config", Export: true, Value: value(apps)}}}, []string{"Orejime 2"}},
		{"a global of Orejime 2", told.Told{Names: []told.Named{{Name: "orejimeConfig", Value: value(apps)}}}, []string{"Orejime 2"}},
		{"Orejime.init with apps", told.Told{Calls: []told.Call{{Name: "Orejime.init", Args: []told.Value{value(apps)}}}}, []string{"Orejime 2"}},
		{"Orejime.init with purposes", told.Told{Calls: []told.Call{{Name: "Orejime.init", Args: []told.Value{value(purposes)}}}}, []string{"Orejime 3"}},
		{"loadOrejime", told.Told{Calls: []told.Call{{Name: "loadOrejime", Args: []told.Value{value(purposes)}}}}, []string{"Orejime 3"}},
		{"an export of Orejime 3", told.Told{Names: []told.Named{{Name: "default", Export: true, Value: value(purposes)}}}, []string{"Orejime 3"}},
		{"two banners", told.Told{Names: []told.Named{{Name: "orejimeConfig", Value: value(purposes)}, {Name: "klaroConfig", Value: value(services)}}}, []string{"Klaro 0.7", "Orejime 3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, p := range []peer{klaro, orejime2, orejime3} {
				for range p.finds(&test.told) {
					got = append(got, p.name)
				}
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestKlaroMistakes(t *testing.T) {
	for _, test := range []struct {
		name, service, config string
		want                  []plan.Rule
	}{
		{"nothing wrong", `"default": false`, `"default": false`, nil},
		{"ticked in advance", `"default": true`, `"default": false`, []plan.Rule{plan.PreTicked}},
		{"all ticked in advance", `"title": "M"`, `"default": true`, []plan.Rule{plan.PreTicked}},
		{"all ticked but this one", `"default": false, "required": false`, `"default": true`, nil},
		{"all ticked, and this one in spite of what it says", `"default": false`, `"default": true`, []plan.Rule{plan.PreTicked, plan.PreTicked}},
		{"ticked, but nobody can refuse it", `"default": true, "required": true`, `"default": false`, nil},
		{"runs before the answer", `"optOut": true`, `"default": false`, []plan.Rule{plan.NotAsked}},
		{"all run before the answer", `"optOut": "opaque:x"`, `"optOut": true`, nil},
		{"all run before the answer unless they say", `"title": "M"`, `"optOut": true`, []plan.Rule{plan.NotAsked}},
		{"all ticked, and undefined here", `"default": null`, `"default": true`, []plan.Rule{plan.PreTicked}},
		{"ticked by a word", `"default": "no"`, `"default": false`, []plan.Rule{plan.PreTicked}},
		{"no button to refuse", `"title": "M"`, `"hideDeclineAll": true`, []plan.Rule{plan.NoRefusal}},
		{"kept for long", `"title": "M"`, `"cookieExpiresAfterDays": 730`, []plan.Rule{plan.LongLived}},
		{"kept for long, in a text", `"title": "M"`, `"cookieExpiresAfterDays": "730"`, []plan.Rule{plan.LongLived}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := rules(planOf(t, klaro, fmt.Sprintf(klaroBasis, test.service, test.config))); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestKlaroCookies(t *testing.T) {
	for _, test := range []struct {
		name, cookies string
		want          []string // names, or sources between < and >
	}{
		{"names", `["_ga", "_gid"]`, []string{"_ga", "_gid"}},
		{"a pattern", `["re:^_pk_.*$"]`, []string{"_pk_*"}},
		{"a pattern in a text", `["^_pk_"]`, []string{"_pk_*"}},
		{"a pattern with a path and a domain", `[["re:^_hj", "/", ".example.org"]]`, []string{"_hj*"}},
		{"a name in a map", `[{"pattern": "^_hj", "path": "/", "domain": "x.org"}]`, []string{"_hj*"}},
		{"anywhere", `["re:ga"]`, []string{"</ga/>"}},
		{"everything", `["re:.*"]`, []string{"</.*/>"}},
		{"worked out", `["opaque:names.ga"]`, []string{"<names.ga>"}},
		{"no names", `[1, null, [], {}]`, nil},
		{"one without a list", `"_ga"`, []string{"_ga"}},
		{"the banner's own", `["klaro", "_pk_id"]`, []string{"_pk_id"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(t, klaro, `{"services": [{"name": "a", "purposes": ["x"], "cookies": `+test.cookies+`}]}`)
			var got []string
			for _, c := range p.Services[0].Cookies {
				if c.Name == "" {
					c.Name = "<" + c.Source + ">"
				}
				got = append(got, c.Name)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestKlaroTexts reads what stands under a language, under every language, and in a service.
func TestKlaroTexts(t *testing.T) {
	p := planOf(t, klaro, `{"lang": "de", "acceptAll": true, "purposeOrder": ["marketing", "analytics"],
		"translations": {
			"zz": {"privacyPolicyUrl": "/privacy", "save": "Save", "purposes": {"marketing": "Ads"}},
			"fr": {"acceptAll": "Tout accepter", "ok": "J'accepte tout", "decline": "Refuser", "consentNotice": {"title": "Cookies", "learnMore": "Choisir"},
				"purposes": {"analytics": {"title": "Mesure", "description": "Compter les visites"}, "none": "X"},
				"matomo": {"title": "Matomo (fr)", "description": "Compte <b>les</b> visites"}, "contextualConsent": {"acceptOnce": "Oui", "acceptAlways": "Toujours afficher"}},
			"de": {"ok": "OK"}},
		"services": [{"name": "matomo", "title": "Matomo", "purposes": ["analytics", "marketing"], "translations": {"de": {"description": "Zählt"}}},
			{"name": "ads", "purposes": ["marketing"], "onAccept": "gtag('consent', 'update', {'ad_storage': 'granted', ad_user_data: 'granted'})"}]}`)
	if want := []string{"de", "fr"}; !reflect.DeepEqual(p.Languages, want) {
		t.Errorf("languages are %q, want %q", p.Languages, want)
	}
	wantWords := map[string]map[string]string{
		"":   {"save": "Save"},
		"fr": {"acceptAll": "Tout accepter", "refuseAll": "Refuser", "notice.title": "Cookies", "customise": "Choisir", "frame.always": "Toujours afficher"},
	}
	if !reflect.DeepEqual(p.Words, wantWords) {
		t.Errorf("words are  %q\nwant %q", p.Words, wantWords)
	}
	wantCategories := []plan.Category{
		{ID: "marketing", Name: plan.Texts{"": "Ads"}, Path: "services[1].purposes"},
		{ID: "analytics", Name: plan.Texts{"fr": "Mesure"}, Description: plan.Texts{"fr": "Compter les visites"}, Path: "services[0].purposes"},
	}
	if !reflect.DeepEqual(p.Categories, wantCategories) {
		t.Errorf("categories are %+v\nwant %+v", p.Categories, wantCategories)
	}
	matomo := p.Services[0]
	if want := (plan.Texts{"": "Matomo", "fr": "Matomo (fr)"}); !reflect.DeepEqual(matomo.Name, want) {
		t.Errorf("the name is %q, want %q", matomo.Name, want)
	}
	if want := (plan.Texts{"de": "Zählt", "fr": "Compte les visites"}); !reflect.DeepEqual(matomo.Purpose, want) {
		t.Errorf("the purpose is %q, want %q", matomo.Purpose, want)
	}
	if want := []string{"marketing"}; !reflect.DeepEqual(matomo.Others, want) {
		t.Errorf("other categories are %q, want %q", matomo.Others, want)
	}
	if want := []string{"ad_storage", "ad_user_data"}; !reflect.DeepEqual(p.Services[1].Signals, want) {
		t.Errorf("signals are %q, want %q", p.Services[1].Signals, want)
	}
	if want := (plan.Texts{"": "/privacy"}); !reflect.DeepEqual(p.Site.PolicyURL, want) {
		t.Errorf("the policy is %q, want %q", p.Site.PolicyURL, want)
	}
	for path, want := range map[string]plan.Outcome{
		"translations.fr.purposes.none": plan.Dropped, "translations.fr.contextualConsent.acceptOnce": plan.Dropped, "translations.de.ok": plan.Dropped,
		"translations.fr.ok": plan.Changed, "services[0].purposes[0]": plan.Mapped, "services[0].purposes[1]": plan.Changed, "lang": plan.Mapped,
	} {
		if got := outcome(p, path).Outcome; got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

// TestKlaroAgrees reads the button that accepts all only if "acceptAll" is set.
func TestKlaroAgrees(t *testing.T) {
	for _, test := range []struct{ name, config, want string }{
		{"it accepts all", `"acceptAll": true, "translations": {"fr": {"ok": "Tout accepter"}}`, "Tout accepter"},
		{"it keeps what is ticked", `"acceptAll": false, "translations": {"fr": {"ok": "Tout accepter"}}`, ""},
		{"it keeps what is ticked by itself", `"translations": {"fr": {"ok": "Tout accepter"}}`, ""},
		{"it does not say what", `"acceptAll": true, "translations": {"fr": {"ok": "OK"}}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(t, klaro, `{"services": [{"name": "a", "purposes": ["x"]}], `+test.config+"}")
			if got := p.Words["fr"]["acceptAll"]; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestKlaroAnswer(t *testing.T) {
	for _, test := range []struct {
		name, config string
		want         plan.Answer
	}{
		{"by itself", `"lang": "fr"`, plan.Answer{Cookie: "klaro", Days: 120, Services: true}},
		{"named", `"cookieName": "old", "storageName": "consent", "cookieExpiresAfterDays": 30`, plan.Answer{Cookie: "consent", Days: 30, Services: true}},
		{"in the browser's storage", `"storageMethod": "localStorage"`, plan.Answer{Days: 120, Services: true}},
		{"named as formerly", `"cookieName": "consent"`, plan.Answer{Cookie: "consent", Days: 120, Services: true}},
		{"named by nothing", `"cookieName": ""`, plan.Answer{Cookie: "klaro", Days: 120, Services: true}},
		{"worked out", `"cookieName": "opaque:x"`, plan.Answer{Days: 120, Services: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := planOf(t, klaro, fmt.Sprintf(klaroBasis, `"title": "M"`, test.config)).Answer; got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestKlaroHosts(t *testing.T) {
	p := planOf(t, klaro, fmt.Sprintf(klaroBasis, `"title": "M"`, `"lang": "fr"`),
		told.Element{Tag: "script", Attributes: map[string]string{"data-name": "matomo", "data-src": "https://stats.example.org/matomo.js"}},
		told.Element{Tag: "iframe", Attributes: map[string]string{"data-name": "other", "data-src": "https://video.example.org/"}})
	if want := []string{"stats.example.org"}; !reflect.DeepEqual(p.Services[0].Hosts, want) || len(p.Services) != 1 {
		t.Errorf("got %q of %d services, want %q of one", p.Services[0].Hosts, len(p.Services), want)
	}
}

func FuzzKlaroAndOrejime(f *testing.F) {
	f.Add(fmt.Sprintf(klaroBasis, `"default": true, "required": 3, "translations": []`, `"default": true, "purposeOrder": [1, "x"]`))
	f.Add(`{"apps": [{"name": "a", "cookies": [["_x", "/"], [[]], {}]}, {"name": "a"}, 3], "categories": [{"name": "c", "apps": ["a", "b"]}, {"name": "c"}, 1], "translations": {"fr": {"a": {"title": "A"}}}}`)
	f.Add(`{"purposes": [{"id": "ads", "cookies": ["_x"]}, {"id": "g", "purposes": [{"id": "h", "purposes": [{"id": "matomo"}]}, {"id": "ads"}]}], "cookie": 3, "translations": {"banner": []}}`)
	f.Add(`{"purposes": [{"id": "consent", "cookies": ["eu-consent"]}], "apps": [{"name": "consent", "cookies": ["orejime"]}], "translations": {"fr": {"consent": {"title": "C"}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := asTold(text)
		if err != nil || strings.Count(text, "{") > 200 {
			t.Skip()
		}
		for _, p := range []peer{klaro, orejime2, orejime3} {
			p.finds(&told.Told{Names: []told.Named{{Name: "config", Value: v}}})
			read := &plan.Plan{}
			p.reads(read, read.Setting("", v), &told.Told{})
			if v.Kind != told.Map || len(v.Fields) == 0 {
				continue
			}
			v.Leaves("", func(path string, _ told.Value) {
				if _, said := reason(read, path); !said {
					t.Errorf("%s: nothing is said of %q", p.name, path)
				}
			})
		}
	})
}

// TestKlaroDecline: sites often give the button to refuse a name that is not Klaro's. They mean its text.
func TestKlaroDecline(t *testing.T) {
	for texts, want := range map[string]string{
		`{"declineAll": "Nej tak"}`:                       "Nej tak",
		`{"decline": "Nej", "declineAll": "Nej til alt"}`: "Nej",
	} {
		p := planOf(t, klaro, `{"translations": {"da": `+texts+`}, "services": [{"name": "a", "purposes": ["x"]}]}`)
		if got := p.Words["da"]["refuseAll"]; got != want {
			t.Errorf("%s: got %q, want %q", texts, got, want)
		}
	}
}

// TestKlaroItself: a service that has the banner's own cookie alone is none of the catalogue's.
func TestKlaroItself(t *testing.T) {
	p := planOf(t, klaro, `{"lang": "zz", "cookieName": "choice", "translations": {"zz": {}, "en": {"save": "Keep"}}, "services": [
		{"name": "consent", "purposes": ["own"], "cookies": [["choice", "/", ""]]},
		{"name": "session", "purposes": ["site"], "cookies": ["choice", "sid"]},
		{"name": "maps", "purposes": ["media"], "translations": {"en": {"privacyPolicyUrl": "https://maps.example/privacy"}, "zz": {"privacyPolicyUrl": "https://maps.example/?hl={lang}"}}}]}`)
	var services, categories []string
	for _, s := range p.Services {
		services = append(services, s.ID+" "+s.PolicyURL)
	}
	for _, c := range p.Categories {
		categories = append(categories, c.ID)
	}
	if want := []string{"session ", "maps https://maps.example/privacy"}; !reflect.DeepEqual(services, want) {
		t.Errorf("services are %q, want %q", services, want)
	}
	if want := []string{"site", "media"}; !reflect.DeepEqual(categories, want) {
		t.Errorf("categories are %q, want %q", categories, want)
	}
	if want := []string{"en"}; !reflect.DeepEqual(p.Languages, want) {
		t.Errorf("languages are %q, want %q", p.Languages, want)
	}
}

// TestKlaroSignals: what code tells Google of a consent is a signal, and what it tells of a refusal is none.
func TestKlaroSignals(t *testing.T) {
	const code = `"fn:() => gtag('consent', 'update', {'ad_storage': 'granted'})"`
	for name, want := range map[string]int{"onAccept": 1, "onInit": 1, "callback": 1, "onDecline": 0} {
		p := planOf(t, klaro, fmt.Sprintf(klaroBasis, `"`+name+`": `+code, `"lang": "fr"`))
		if got := p.Services[0].Signals; len(got) != want {
			t.Errorf("the signals of %s are %q, want %d", name, got, want)
		}
	}
}
