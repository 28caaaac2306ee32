package peers

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// tacTold is what lines tell tarteaucitron: "init({…})", "push(\"gtag\")" and "user.x = …", with JSON.
// Each line stands in a file of its own name.
func tacTold(t *testing.T, lines ...string) *told.Told {
	t.Helper()
	what := &told.Told{}
	for i, line := range lines {
		place := told.Place{File: fmt.Sprintf("%d.js", i+1), Line: 1, Column: 1}
		name, text, assigned := strings.Cut(line, " = ")
		if !assigned {
			name, text, _ = strings.Cut(strings.TrimSuffix(line, ")"), "(")
		}
		v := told.Value{}
		if text != "" {
			var err error
			if v, err = asTold(text); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		if !strings.HasPrefix(name, "tarteaucitron") && !strings.HasPrefix(name, "window.") && !strings.HasPrefix(name, "export ") {
			name = "tarteaucitron." + name
		}
		exported := strings.HasPrefix(name, "export ")
		if assigned {
			what.Names = append(what.Names, told.Named{Name: strings.TrimPrefix(name, "export "), Export: exported, Value: v, Place: place})
		} else {
			what.Calls = append(what.Calls, told.Call{Name: name, Args: []told.Value{v}, Place: place})
		}
	}
	return what
}

func TestTarteaucitronFinds(t *testing.T) {
	const options = `{"privacyUrl": "/p", "highPrivacy": true, "orientation": "top"}`
	for _, test := range []struct {
		name  string
		lines []string
		want  []string // each configuration's parts
	}{
		{"nothing", nil, nil},
		{"another's variable", []string{`window.klaroConfig = {}`}, nil},
		{"all at once", []string{`init(` + options + `)`, `job.push("gtag")`, `user.gtagUa = "G-1"`, `tarteaucitronForceLanguage = "fr"`}, []string{"init user globals jobs"}},
		{"scattered pushes alone", []string{`job.push("gtag")`, `job.push("vimeo")`}, []string{"jobs"}},
		{"a list of jobs", []string{`job = ["gtag"]`}, []string{"jobs"}},
		{"a list of jobs that is worked out", []string{`job = "opaque:keys()"`}, []string{"jobs"}},
		{"the same parameters in two pages", []string{`init(` + options + `)`, `init(` + options + `)`}, []string{"init"}},
		{"two sets of parameters", []string{`init(` + options + `)`, `init({"privacyUrl": "/q"})`, `job.push("gtag")`}, []string{"init jobs", "init jobs"}},
		{"of window", []string{`window.tarteaucitron.init({"privacyUrl": "/q"})`, `window.tarteaucitron.user.x = 1`}, []string{"init user"}},
		{"an import by another name", []string{`tarteaucitronjs.init({})`}, []string{"init"}},
		{"exported", []string{`export default = ` + options}, []string{"init"}},
		{"exported and used", []string{`export default = ` + options, `init(` + options + `)`}, []string{"init"}},
		{"exported, of another", []string{`export default = {"hashtag": "#x", "orientation": "top"}`}, nil},
		{"under a name of its own", []string{`tarteaucitronConfig = ` + options}, []string{"init"}},
		{"a whole object", []string{`tarteaucitron = {"user": {"gtagUa": "G-1"}, "job": ["gtag"], "version": "1.34.0", "parameters": {"privacyUrl": "/"}}`}, []string{"user jobs init"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, v := range tarteaucitron.finds(tacTold(t, test.lines...)) {
				var parts []string
				for _, f := range v.Fields {
					parts = append(parts, f.Name)
				}
				got = append(got, strings.Join(parts, " "))
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// tacPlan is what is read of what lines tell.
func tacPlan(t *testing.T, lines ...string) *plan.Plan {
	t.Helper()
	what := tacTold(t, lines...)
	p, err := Read(what, "tarteaucitron")
	if err != nil {
		t.Fatal(err)
	}
	if unsaid, _, _ := silent(p, tarteaucitron.finds(what)[0]); len(unsaid) > 0 {
		t.Errorf("nothing is said of %q", unsaid)
	}
	return p
}

func TestTarteaucitronMistakes(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		want  []plan.Rule
	}{
		{"nothing wrong", []string{`init({"privacyUrl": "/p", "highPrivacy": true, "DenyAllCta": true, "serviceDefaultState": "wait"})`, `job.push("gtag")`}, nil},
		{"going on is consent", []string{`init({"highPrivacy": false})`}, []plan.Rule{plan.ImpliedConsent}},
		{"no button to refuse", []string{`init({"DenyAllCta": false})`}, []plan.Rule{plan.NoRefusal}},
		{"all on", []string{`init({"serviceDefaultState": true})`, `job.push("gtag")`}, []plan.Rule{plan.PreTicked}},
		{"all off", []string{`init({"serviceDefaultState": false})`}, nil},
		{"kept for long", []string{`tarteaucitronForceExpire = 397`}, []plan.Rule{plan.LongLived}},
		{"kept for 13 months", []string{`tarteaucitronForceExpire = 396`}, nil},
		{"hours", []string{`tarteaucitronForceExpire = 8760`, `tarteaucitronExpireInDay = false`}, nil},
		{"a chat that does not ask", []string{`job.push("crisp")`}, []plan.Rule{plan.NotAsked}},
		{"the same, asked about", []string{`init({"alwaysNeedConsent": true})`, `job.push("crisp")`}, nil},
		{"anonymous statistics", []string{`job.push("matomo")`}, nil},
		{"statistics that are not", []string{`job.push("matomohightrack")`}, []plan.Rule{plan.NotAsked}},
		{"a service of one's own that does not ask", []string{`services.x = {"type": "ads", "needConsent": false}`, `job.push("x")`}, []plan.Rule{plan.NotAsked}},
		{"the same, where all ask", []string{`init({"alwaysNeedConsent": true})`, `services.x = {"type": "ads", "needConsent": false}`, `job.push("x")`}, nil},
		{"one that does not say whether it asks", []string{`services.x = {"type": "ads", "needconsent": true, "js": "x"}`, `job.push("x")`}, []plan.Rule{plan.NotAsked}},
		{"one that is empty where it asks", []string{`services.x = {"type": "ads", "needConsent": 0}`, `job.push("x")`}, []plan.Rule{plan.NotAsked}},
		{"one of the list that is changed", []string{`services.gtag = {"name": "x"}`, `job.push("gtag")`}, nil},
		{"one that is safe", []string{`services.x = {"type": "analytic", "needConsent": false, "safeanalytic": true}`, `job.push("x")`}, nil},
		{"one that is on", []string{`services.x = {"type": "ads", "needConsent": true, "defaultState": true}`, `job.push("x")`}, []plan.Rule{plan.PreTicked}},
		{"consent by country", []string{`user.bypass = true`}, []plan.Rule{plan.NotAsked}},
		{"consent by code", []string{`init({})`, `userInterface.respondAll(true)`}, []plan.Rule{plan.NotAsked}},
		{"refusal by code", []string{`init({})`, `userInterface.respondAll(false)`}, nil},
		{"pings before the answer", []string{`init({"googleConsentMode": true})`, `job.push("gtag")`}, []plan.Rule{plan.NotAsked}},
		{"no pings", []string{`init({"googleConsentMode": true, "softConsentMode": true})`, `job.push("gtag")`}, nil},
		{"pings of nobody", []string{`init({"googleConsentMode": true})`, `job.push("youtube")`}, nil},
		{"whatever the version has", []string{`init({})`, `job.push("gtag")`}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := rules(tacPlan(t, test.lines...)); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestTarteaucitronSettings(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		path  string
		want  plan.Outcome
		with  map[string]string // of the first service
	}{
		{"an id", []string{`job.push("gtag")`, `user.gtagUa = "G-ABCDE12345"`}, "user.gtagUa", plan.Mapped, map[string]string{"measurement": "G-ABCDE12345"}},
		{"an id of Universal Analytics", []string{`job.push("analytics")`, `user.analyticsUa = "UA-1-1"`}, "user.analyticsUa", plan.Dropped, nil},
		{"a number", []string{`job.push("hotjar")`, `user.hotjarId = 1234567`}, "user.hotjarId", plan.Mapped, map[string]string{"site": "1234567"}},
		{"an address for a host", []string{`job.push("matomo")`, `user.matomoHost = "https://stats.a.example/"`}, "user.matomoHost", plan.Changed, map[string]string{"host": "stats.a.example"}},
		{"an address without a scheme", []string{`job.push("matomo")`, `user.matomoHost = "//stats.a.example/m/"`}, "user.matomoHost", plan.Changed, map[string]string{"host": "stats.a.example"}},
		{"a host", []string{`job.push("pianoanalytics")`, `user.pianoCollectDomain = "x.pa-cd.com"`}, "user.pianoCollectDomain", plan.Mapped, map[string]string{"host": "x.pa-cd.com"}},
		{"a host with a path", []string{`job.push("matomo")`, `user.matomoHost = "a.example/m"`}, "user.matomoHost", plan.Changed, map[string]string{"host": "a.example"}},
		{"no host", []string{`job.push("matomo")`, `user.matomoHost = "stats"`}, "user.matomoHost", plan.Dropped, nil},
		{"several ids", []string{`job.push("multiplegtag")`, `user.multiplegtagUa = ["G-A", "G-B"]`}, "user.multiplegtagUa", plan.Changed, map[string]string{"measurement": "G-A"}},
		{"a region", []string{`job.push("posthog")`, `user.posthogHost = "https://eu.i.posthog.com"`}, "user.posthogHost", plan.Changed, map[string]string{"region": "eu"}},
		{"no region", []string{`job.push("posthog")`, `user.posthogHost = "https://hog.example"`}, "user.posthogHost", plan.Dropped, nil},
		{"a number of Google Ads", []string{`job.push("googleadwordsconversion")`, `user.adwordsconversionId = 123456789`}, "user.adwordsconversionId", plan.Changed, map[string]string{"account": "AW-123456789"}},
		{"of a service that the library has not", []string{`job.push("hubspot")`, `user.hubspotId = "42"`}, "user.hubspotId", plan.Changed, map[string]string{"hubspotId": "42"}},
		{"without a parameter", []string{`job.push("gtag")`, `user.gtagCrossdomain = ["a.example"]`}, "user.gtagCrossdomain", plan.Dropped, nil},
		{"code", []string{`job.push("gtag")`, `user.gtagMore = "fn:() => 1"`}, "user.gtagMore", plan.Dropped, nil},
		{"of a service that is not used", []string{`user.gtagUa = "G-1"`}, "user.gtagUa", plan.Dropped, nil},
		{"a template's", []string{`job.push("gtag")`, `user.gtagUa = "{{ id }}"`}, "user.gtagUa", plan.Dropped, nil},
		{"worked out", []string{`job.push("gtag")`, `user.gtagUa = "opaque:id()"`}, "user.gtagUa", plan.Dropped, nil},
		{"unknown", []string{`job.push("gtag")`, `user.ours = 1`}, "user.ours", plan.Dropped, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := tacPlan(t, test.lines...)
			if fate := outcome(p, test.path); fate.Outcome != test.want {
				t.Errorf("it is %s (%s), want %s", fate.Outcome, fate.Why, test.want)
			}
			var with map[string]string
			if len(p.Services) > 0 {
				with = p.Services[0].Settings
			}
			if !maps.Equal(with, test.with) {
				t.Errorf("with %v, want %v", with, test.with)
			}
		})
	}
}

func TestTarteaucitronServices(t *testing.T) {
	p := tacPlan(t,
		`init({"privacyUrl": "/p", "cookieName": "choice", "cookieDomain": ".a.example", "dataLayer": true, "googleConsentMode": false})`, `tarteaucitronForceLanguage = "cn"`, `tarteaucitronForceExpire = "48"`, `tarteaucitronExpireInDay = false`,
		`tarteaucitronCustomText = {"video": {"title": "Films"}, "denyAll": "No", "desc-vimeo": "Films of the town."}`,
		`services.own = {"key": "own", "type": "support", "name": "<i>Own</i>", "uri": "https://own.example/p", "needConsent": true, "cookies": ["own_a", "re:^own_b_", "re:x"]}`,
		`job.push("vimeo")`, `job.push("own")`, `job.push("gtag")`, `job.push("googletagmanager")`, `job.push("vimeo")`, `job.push("opaque:key")`, `job.push("new-one")`)
	var ids []string
	for _, s := range p.Services {
		ids = append(ids, s.ID+"/"+s.Category)
	}
	if got, want := strings.Join(ids, " "), "vimeo/video own/support gtag/analytic googletagmanager/api new-one/other"; got != want {
		t.Errorf("services %s, want %s", got, want)
	}
	own := p.Services[1]
	if own.Library != "" || own.Name["zh"] != "Own" || own.PolicyURL != "https://own.example/p" || len(own.Cookies) != 3 || own.Cookies[1].Name != "own_b_*" || own.Cookies[2].Name != "" || own.Cookies[2].Source != "/x/" {
		t.Errorf("the site's own service: %+v", own)
	}
	if len(p.Services[2].Signals) > 0 || !slices.Equal(p.Services[3].Signals, []string{"google-tag-manager"}) {
		t.Errorf("signals %q and %q", p.Services[2].Signals, p.Services[3].Signals)
	}
	if p.Services[0].Purpose["zh"] != "Films of the town." || p.Words["zh"]["refuseAll"] != "No" || p.Categories[1].Name["zh"] != "Films" {
		t.Errorf("texts: %v, %v, %v", p.Services[0].Purpose, p.Words, p.Categories)
	}
	if p.Site.PolicyURL["zh"] != "/p" || p.Site.CookieDomain != "a.example" || p.Answer != (plan.Answer{Cookie: "choice", Days: 2, Services: true}) || !slices.Equal(p.Languages, []string{"zh"}) {
		t.Errorf("site %+v, answer %+v, languages %q", p.Site, p.Answer, p.Languages)
	}
}

func TestTarteaucitronStates(t *testing.T) {
	on := tacPlan(t, `init({"serviceDefaultState": true})`, `job.push("gtag")`, `job.push("matomo")`)
	if !on.Services[0].On || on.Services[1].On || !on.Services[1].Exempt || !on.Categories[0].On {
		t.Errorf("with all on: %+v, %+v", on.Services, on.Categories)
	}
	quiet := tacPlan(t, `init({"bingConsentMode": false})`, `job.push("clarity")`, `job.push("gtag")`)
	if len(quiet.Services[0].Signals) != 0 || len(quiet.Services[1].Signals) != 1 {
		t.Errorf("without Microsoft's consent mode: %q and %q", quiet.Services[0].Signals, quiet.Services[1].Signals)
	}
	if long := tacPlan(t, `tarteaucitronForceExpire = 380`); long.Answer.Days != 365 {
		t.Errorf("an answer is kept for %v days", long.Answer.Days)
	}
	keep := tacPlan(t, `lang.save = "Keep"`)
	if to := outcome(keep, "texts.save").To; to != "words.save" || keep.Words[""]["save"] != "Keep" || len(keep.Words) != 1 {
		t.Errorf("a text without a language is at %q in %v", to, keep.Words)
	}
	if blank := tacPlan(t, `init({"privacyUrl": " ", "cookieName": " "})`, `tarteaucitronForceLanguage = " "`); len(blank.Site.PolicyURL)+len(blank.Languages)+len(blank.Answer.Cookie) > 0 {
		t.Errorf("of blanks, there is %+v", blank)
	}
	for _, call := range []string{`init()`, `init(null)`} {
		if why := outcome(tacPlan(t, call), "init").Why; !strings.Contains(why, "empty") {
			t.Errorf("of %s, it is said: %s", call, why)
		}
	}
}

func TestTarteaucitronElements(t *testing.T) {
	element := func(class, address string) told.Element {
		return told.Element{Tag: "div", Attributes: map[string]string{"class": class, "data-url": address}}
	}
	what := tacTold(t, `job.push("iframe")`)
	what.Elements = []told.Element{element("wide tac_iframe", "https://maps.a.example/x"), element("youtube_player", ""), element("youtube_player", ""), element("other", "")}
	p, err := Read(what, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Services) != 2 || !slices.Equal(p.Services[0].Hosts, []string{"maps.a.example"}) || p.Services[1].ID != "youtube" {
		t.Errorf("services %+v", p.Services)
	}
	if a, b := outcome(p, "elements[0]").Outcome, outcome(p, "elements[1]").Outcome; a != plan.Mapped || b != plan.Changed {
		t.Errorf("the elements are %s and %s", a, b)
	}
	if found := tarteaucitron.finds(&told.Told{Elements: what.Elements}); len(found) > 0 {
		t.Errorf("classes alone are taken for tarteaucitron: %+v", found)
	}
	loader := told.Element{Tag: "script", Attributes: map[string]string{"src": "https://tarteaucitron.io/load.js?uuid=secret"}}
	p, err = Read(&told.Told{Elements: []told.Element{loader}}, "")
	if err != nil || len(p.Fates) != 1 || strings.Contains(fmt.Sprint(p), "secret") {
		t.Errorf("of a script of tarteaucitron.io: %v, %+v", err, p)
	}
}

// TestTarteaucitronKnows holds that the file of services is true to the library: its counterparts are
// there, and so are their parameters.
func TestTarteaucitronKnows(t *testing.T) {
	entries, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]*services.Entry{}
	for _, entry := range entries {
		known[string(entry.ID)] = entry
	}
	types := map[string]bool{}
	for _, kind := range tacTypes {
		types[kind.id] = true
	}
	classes := map[string]string{}
	for key, service := range tacKnowns() {
		if !types[service.Type] || service.Name == "" {
			t.Errorf("%s: type %q, name %q", key, service.Type, service.Name)
		}
		for _, class := range service.Classes {
			if other := classes[class]; other != "" {
				t.Errorf("the class %s is one of %s and of %s", class, key, other)
			}
			classes[class] = key
		}
		for _, signal := range service.Signals {
			if !slices.Contains(catalogue.Signals(), catalogue.Signal(signal)) {
				t.Errorf("%s: there is no signal %q", key, signal)
			}
		}
		entry := known[service.Ours]
		if service.Ours == "" {
			continue
		}
		if entry == nil {
			t.Errorf("%s: the library has no %q", key, service.Ours)
			continue
		}
		for setting, parameter := range service.User {
			if parameter != "" && !slices.ContainsFunc(entry.Editions[len(entry.Editions)-1].Parameters, func(p services.Parameter) bool { return string(p.ID) == parameter }) {
				t.Errorf("%s: %s has no parameter %q, which %s would be", key, service.Ours, parameter, setting)
			}
		}
	}
}

func TestSegments(t *testing.T) {
	for path, want := range map[string][]string{
		"a": {"a"}, "a.b.c": {"a", "b", "c"}, `a["b.c"].d`: {"a", "b.c", "d"}, `a["b-c"]`: {"a", "b-c"}, `a["b`: {"a", "b"}, "": nil, "a[0]": {"a", "0]"},
	} {
		if got := segments(path); !slices.Equal(got, want) {
			t.Errorf("segments(%q) = %q, want %q", path, got, want)
		}
	}
}

// FuzzTarteaucitron holds that nothing panics, and that something is said of each setting.
func FuzzTarteaucitron(f *testing.F) {
	f.Add("init", `{"privacyUrl": "/p", "cookieName": 3}`, "gtag", "user.gtagUa", `["G-1"]`)
	f.Add("init", `[]`, "x", "services.x", `{"cookies": ["re:^a", {}], "type": [], "js": "fn:x"}`)
	f.Add("setConsent", `true`, "matomo", "lang", `"x"`)
	f.Add("init", `null`, "", `services["a.b"].name`, `{"a": null}`)
	f.Add("addService", `"vimeo"`, "iframe", "job", `[["x"]]`)
	f.Fuzz(func(t *testing.T, call, argument, job, name, value string) {
		a, err1 := asTold(argument)
		v, err2 := asTold(value)
		if err1 != nil || err2 != nil {
			return
		}
		what := &told.Told{
			Calls: []told.Call{{Name: "tarteaucitron." + call, Args: []told.Value{a}}, {Name: "tarteaucitron.job.push", Args: []told.Value{{Kind: told.Text, Text: job}}}},
			Names: []told.Named{{Name: "tarteaucitron." + name, Value: v}, {Name: "tarteaucitron" + name, Value: v}},
		}
		for _, found := range tarteaucitron.finds(what) {
			p := &plan.Plan{}
			tarteaucitron.reads(p, p.Setting("", found), what)
			if unsaid, _, _ := silent(p, found); len(unsaid) > 0 {
				t.Errorf("nothing is said of %q", unsaid)
			}
		}
	})
}
