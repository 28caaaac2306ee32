package peers

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// TestC15tFinds joins the parts in which a site gives c15t's options.
func TestC15tFinds(t *testing.T) {
	value := func(text string) told.Value {
		v, err := asTold(text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	call := func(name, text string) told.Call { return told.Call{Name: name, Args: []told.Value{value(text)}} }
	for _, test := range []struct {
		name  string
		calls []told.Call
		want  []string // the names of each configuration's settings
	}{
		{"nothing", nil, nil},
		{"options of a component", []told.Call{call("ConsentManagerProvider", `{"options": {"mode": "offline"}, "children": "opaque:x"}`)}, []string{"[mode]"}},
		{"a function's options", []told.Call{call("createConsentManager", `{"mode": "offline"}`)}, []string{"[mode]"}},
		{"two parts", []told.Call{call("ConsentManagerProvider", `{"options": {"mode": "offline"}}`), call("ClientSideOptionsProvider", `{"scripts": []}`)}, []string{"[mode scripts]"}},
		{"the same twice", []told.Call{call("ConsentManagerProvider", `{"options": {"mode": "offline"}}`), call("ConsentManagerProvider", `{"options": {"mode": "offline"}}`)}, []string{"[mode]"}},
		{"two parts around other parts of the page", []told.Call{call("ConsentManagerProvider", `{"mode": "offline", "children": "opaque:a"}`), call("ClientSideOptionsProvider", `{"children": "opaque:b", "scripts": []}`)}, []string{"[mode children scripts]"}},
		{"two banners", []told.Call{call("createConsentManager", `{"mode": "offline"}`), call("createConsentManager", `{"mode": "hosted"}`)}, []string{"[mode]", "[mode]"}},
		{"another's init", []told.Call{call("init", `{"mode": "offline", "backendURL": "/x"}`)}, nil},
		{"by the mode that only c15t has", []told.Call{call("app", `{"mode": "c15t", "backendURL": "opaque:x"}`)}, []string{"[mode backendURL]"}},
		{"a kernel and its loader", []told.Call{call("createConsentKernel", `{"transport": "opaque:x"}`), call("createScriptLoader", `{"kernel": "opaque:k", "scripts": []}`)}, []string{"[transport kernel scripts]"}},
		{"by its shape", []told.Call{call("app", `{"mode": "offline", "consentCategories": []}`)}, []string{"[mode consentCategories]"}},
		{"another tool's configuration", []told.Call{call("defineConfig", `{"site": "x"}`)}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, v := range c15t.finds(&told.Told{Calls: test.calls}) {
				var names []string
				for _, field := range v.Fields {
					names = append(names, field.Name)
				}
				got = append(got, fmt.Sprint(names))
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestC15tLayers: a component that two pages have, each in its own way, is no second banner.
func TestC15tLayers(t *testing.T) {
	what := &told.Told{Imports: []string{"@c15t/react"}}
	for _, call := range [][2]string{
		{"ConsentManagerProvider", `{"options": {"mode": "offline"}}`}, {"ConsentDialog", `{"hideBranding": true}`}, {"ConsentDialog", `{"hideBranding": true}`},
		{"ConsentBanner", `{"title": "A"}`}, {"ConsentBanner", `{"title": "B"}`}, {"ConsentBanner", `{"title": "A"}`},
	} {
		v, err := asTold(call[1])
		if err != nil {
			t.Fatal(err)
		}
		what.Calls = append(what.Calls, told.Call{Name: call[0], Args: []told.Value{v}})
	}
	p, err := Read(what, "")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]plan.Outcome{
		"ConsentBanner[0].title": plan.Dropped, "ConsentBanner[1].title": plan.Dropped, "ConsentBanner[2].title": "", "ConsentDialog.hideBranding": plan.Dropped,
	} {
		if got := outcome(p, path).Outcome; got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

func TestC15tMistakes(t *testing.T) {
	for _, test := range []struct {
		name, config string
		want         []plan.Rule
	}{
		{"nothing wrong", `{"consentCategories": ["necessary"], "scripts": [{"id": "a", "category": "marketing", "src": "/a.js"}]}`, nil},
		{"switched off", `{"enabled": false}`, []plan.Rule{plan.NotAsked}},
		{"loads always", `{"scripts": [{"id": "a", "category": "marketing", "alwaysLoad": true}]}`, []plan.Rule{plan.NotAsked}},
		{"loads always, and is necessary", `{"scripts": [{"id": "a", "category": "necessary", "alwaysLoad": true}]}`, nil},
		{"a helper's script, as a page has it", `{"scripts": [{"id": "google-tag-manager", "category": "necessary", "alwaysLoad": true}]}`, []plan.Rule{plan.NotAsked}},
		{"a helper that loads always", `{"scripts": ["opaque:googleTagManager()"]}`, []plan.Rule{plan.NotAsked}},
		{"a helper that waits", `{"scripts": ["opaque:metaPixel()"]}`, nil},
		{"a policy of objecting", `{"offlinePolicy": {"policyPacks": [{"consent": {"model": "opt-out"}}]}}`, []plan.Rule{plan.ImpliedConsent}},
		{"a policy without a banner", `{"offlinePolicy": {"policyPacks": ["opaque:policyPackPresets.worldNoBanner()"]}}`, []plan.Rule{plan.NotAsked}},
		{"ticked in advance", `{"policyPacks": [{"consent": {"preselectedCategories": ["necessary", "marketing"]}}]}`, []plan.Rule{plan.PreTicked}},
		{"no button to refuse", `{"policyPacks": [{"ui": {"banner": {"allowedActions": ["accept", "customize"]}}}]}`, []plan.Rule{plan.NoRefusal}},
		{"a weaker button to refuse", `{"policyPacks": [{"ui": {"banner": {"allowedActions": ["accept", "reject"], "primaryAction": "accept"}}}]}`, []plan.Rule{plan.NoRefusal}},
		{"a notice without a button to refuse", `{"ConsentBanner": {"layout": [["customize"], "accept"]}}`, []plan.Rule{plan.NoRefusal}},
		{"a notice whose button to accept stands out", `{"CookieBanner": {"layout": ["reject", "accept"], "primaryButton": ["accept", "customize"]}}`, []plan.Rule{plan.NoRefusal}},
		{"a notice whose buttons both stand out", `{"CookieBanner": {"primaryButton": ["accept", "reject"]}}`, nil},
		{"the notice of another page without a button to refuse", `{"ConsentBanner": [{"title": "A"}, {"layout": ["accept"]}]}`, []plan.Rule{plan.NoRefusal}},
		{"settings without a button to refuse", `{"ConsentDialog": {"layout": ["accept"]}}`, nil},
		{"kept for long", `{"storageConfig": {"defaultExpiryDays": 500}}`, []plan.Rule{plan.LongLived}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := rules(planOf(t, c15t, test.config)); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// TestC15tHelpers reads what the helpers of @c15t/scripts were given, each its own.
func TestC15tHelpers(t *testing.T) {
	options := func(text string) []told.Value {
		v, err := asTold(text)
		if err != nil {
			t.Fatal(err)
		}
		return []told.Value{v}
	}
	config := options(`{"consentCategories": ["necessary", "measurement", "marketing"],
		"scripts": ["opaque:gtag()", "opaque:gtag", "opaque:scripts.matomoAnalytics()", "opaque:window.MORE", "opaque:newTool()", null, "opaque:gtag()", "opaque:metaPixel()", "opaque:posthog()"]}`)[0]
	tl := &told.Told{Calls: []told.Call{
		{Name: "gtag", Args: options(`{"id": "G-1"}`)},
		{Name: "metaPixel", Args: options(`{"category": "necessary"}`)},
		{Name: "posthog", Args: options(`{"loadMode": "after-consent"}`)},
		{Name: "newTool", Args: options(`{"key": "k", "on": true, "fn": "fn:x"}`)},
		{Name: "gtag", Args: options(`{"id": "AW-2"}`)},
		{Name: "scripts.matomoAnalytics", Args: options(`{"matomoUrl": "https://stats.example.org/", "siteId": 3}`)},
		{Name: "gtag", Args: options(`{"id": "opaque:process.env.ADS", "category": "marketing"}`)},
	}}
	p := &plan.Plan{}
	c15t.reads(p, p.Setting("", config), tl)
	var got []string
	for _, s := range p.Services {
		got = append(got, fmt.Sprint(s.ID, " ", s.Category, " ", s.Name[""], " ", s.Settings, " ", s.Hosts, " ", s.On))
	}
	want := []string{
		"gtag measurement Google Analytics map[id:G-1] [www.googletagmanager.com] true",
		"googleAds marketing Google Ads map[id:AW-2] [www.googletagmanager.com] true",
		"matomoAnalytics measurement Matomo map[matomoUrl:https://stats.example.org/ siteId:3] [stats.example.org] false",
		"newTool measurement newTool map[key:k on:true] [] false",
		"googleAds-2 marketing Google Ads map[] [www.googletagmanager.com] true",
		"metaPixel marketing Meta Pixel map[] [connect.facebook.net] false",
		"posthog measurement PostHog map[loadMode:after-consent] [] false",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := outcome(p, "scripts[3]").Outcome; got != plan.Dropped {
		t.Errorf("window.MORE is %q", got)
	}
	if got, want := p.Categories[2].Signals, []string{"ad_storage", "ad_user_data", "ad_personalization"}; !reflect.DeepEqual(got, want) {
		t.Errorf("signals of marketing %q, want %q", got, want)
	}
}

// TestC15tNames: a category has the site's name, or else one in the site's languages.
func TestC15tNames(t *testing.T) {
	for _, test := range []struct {
		name, i18n string
		want       plan.Texts
	}{
		{"no language", `{}`, plan.Texts{"en": "Advertising", "fr": "Publicité"}},
		{"one", `{"locale": "fr", "messages": {"fr": {}}}`, plan.Texts{"fr": "Publicité"}},
		{"the site's", `{"locale": "en", "messages": {"en": {"consentTypes": {"marketing": {"title": "Ads"}}}}}`, plan.Texts{"en": "Ads"}},
		{"another", `{"locale": "de", "messages": {"de": {}}}`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(t, c15t, `{"consentCategories": ["marketing"], "i18n": `+test.i18n+`}`)
			if got := p.Categories[0].Name; !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestC15tConditions: a script that waits for several categories waits in the catalogue, too.
func TestC15tConditions(t *testing.T) {
	for _, test := range []struct{ name, category, want string }{
		{"one", `"marketing"`, "marketing"},
		{"necessary", `"necessary"`, "necessary"},
		{"two", `{"and": ["measurement", "marketing"]}`, "measurement and marketing"},
		{"what is necessary, and another", `{"and": ["necessary", "marketing"]}`, "marketing and necessary"},
		{"what is necessary, or another", `{"or": ["necessary", "marketing"]}`, "marketing and necessary"},
		{"while it is refused", `{"not": "marketing"}`, "marketing"},
		{"while what nobody can refuse is refused", `{"not": "necessary"}`, "marketing"},
		{"none that is known", `"opaque:x"`, "marketing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := planOf(t, c15t, `{"scripts": [{"id": "a", "src": "/a.js", "category": `+test.category+`}]}`).Services[0]
			if got := strings.Join(append([]string{s.Category}, s.Others...), " and "); got != test.want || s.Necessary != (test.want == "necessary") {
				t.Errorf("it is in %s, necessary %t; want %s", got, s.Necessary, test.want)
			}
		})
	}
}
