package peers

import (
	"strings"
	"testing"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// callAt is a call of a banner's function with a configuration in JSON, in a file of its own.
func callAt(t *testing.T, file, name, config string) told.Call {
	t.Helper()
	v, err := asTold(config)
	if err != nil {
		t.Fatal(err)
	}
	place := told.Place{File: file, Line: 3, Column: 1}
	v.Place = place
	return told.Call{Name: name, Args: []told.Value{v}, Place: place}
}

func TestTwoBanners(t *testing.T) {
	vanilla := callAt(t, "banner.ts", "CookieConsent.run", `{"categories": {"a": {}}, "language": {"default": "en", "translations": {"en": {}}}}`)
	lemon := callAt(t, "page.html", "tarteaucitron.init", `{"highPrivacy": true, "privacyUrl": "/p"}`)
	far := callAt(t, "page.html", "CookieConsent.run", `{"categories": {"a": {}}, "language": {"default": "en", "translations": {"en": {}}}}`)
	far.Args[0].Place.Line = 33
	both := &told.Told{Calls: []told.Call{vanilla, lemon}}
	for _, test := range []struct {
		name string
		told *told.Told
		only string
		peer string   // that is read; "" means that there is an error
		says []string // the parts of the error
	}{
		{"one", &told.Told{Calls: []told.Call{lemon}}, "", "tarteaucitron", nil},
		{"two", both, "", "", []string{"vanilla-cookieconsent 3 at banner.ts:3:1", "tarteaucitron at page.html:3:1", "say which with -from"}},
		{"two, and a name", both, "tarteaucitron", "tarteaucitron", nil},
		{"two, and the beginning of a name", both, "Vanilla", "vanilla-cookieconsent 3", nil},
		{"two, and a file", both, "banner.ts", "vanilla-cookieconsent 3", nil},
		{"two, and a file and line", both, "page.html:3", "tarteaucitron", nil},
		{"two in a file, and a line", &told.Told{Calls: []told.Call{far, lemon}}, "page.html:3", "tarteaucitron", nil},
		{"two in a file", &told.Told{Calls: []told.Call{far, lemon}}, "page.html", "", []string{"page.html:33:1", "page.html:3:1"}},
		{"two, and the wrong line", both, "page.html:33", "", []string{`"page.html:33"`, "there is vanilla-cookieconsent 3 at banner.ts:3:1 and tarteaucitron"}},
		{"another's name", both, "klaro", "", []string{`"klaro"`}},
		{"the same banner twice", &told.Told{Calls: []told.Call{lemon, callAt(t, "other.html", "tarteaucitron.init", `{"privacyUrl": "/q"}`)}}, "", "", []string{"page.html:3:1", "other.html:3:1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := Read(test.told, test.only)
			if err == nil {
				if p.Peer != test.peer {
					t.Errorf("%q was read, want %q", p.Peer, test.peer)
				}
				return
			}
			if test.peer != "" {
				t.Fatal(err)
			}
			for _, part := range test.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not in the error: %v", part, err)
				}
			}
		})
	}
}

// TestPagesLanguage: a configuration that names no language speaks the page's, unless a template fills it in.
func TestPagesLanguage(t *testing.T) {
	for _, test := range []struct{ name, lang, forced, want string }{
		{"the page's", "fr-CA", "", "fr-CA"},
		{"a template's", "<?= $lang ?>", "", ""},
		{"the configuration's own", "fr", "it", "it"},
		{"none", "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			what := tacTold(t, `init({"privacyUrl": "<?= $site ?>/p"})`)
			what.Elements = append(what.Elements, told.Element{Tag: "html", Attributes: map[string]string{"lang": test.lang}})
			if test.forced != "" {
				what.Names = append(what.Names, told.Named{Name: "tarteaucitronForceLanguage", Value: told.Value{Kind: told.Text, Text: test.forced}})
			}
			p, err := Read(what, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(p.Languages, " "); got != test.want {
				t.Errorf("the languages are %q, want %q", got, test.want)
			}
			if len(p.Site.PolicyURL) > 0 {
				t.Errorf("%v is taken for an address", p.Site.PolicyURL)
			}
		})
	}
}

// TestFilledIn: a configuration whose services the page works out is read, and that is said of them.
func TestFilledIn(t *testing.T) {
	for variable, list := range map[string]string{"Orejime 2": "apps", "Orejime 3": "purposes"} {
		v := told.Value{Kind: told.Map, Fields: []told.Field{
			{Name: list, Value: told.Value{Kind: told.Opaque, Text: "settings." + list}}, {Name: "privacyPolicy", Value: told.Value{Kind: told.Text, Text: "/p"}},
		}}
		p, err := Read(&told.Told{Names: []told.Named{{Name: "orejimeConfig", Value: v}}}, "")
		if err != nil {
			t.Fatal(err)
		}
		said := false
		for _, f := range p.Fates {
			said = said || f.Path == list && strings.Contains(f.Why, "Declare the services")
		}
		if p.Peer != variable || !said {
			t.Errorf("%s: %+v", p.Peer, p.Fates)
		}
	}
}

// TestWorkedOut: what the page works out is said to be so, and never to be in the catalogue.
func TestWorkedOut(t *testing.T) {
	const worked = "worked out in the page"
	for _, test := range []struct {
		name    string
		peer    peer
		config  string
		path    string
		outcome plan.Outcome
		why     string // a part of the reason
	}{
		{"services of a category", vanilla3, `{"categories": {"a": {"services": "opaque:all.a"}}}`, "categories.a.services", plan.Dropped, worked},
		{"no services of a category", vanilla3, `{"categories": {"a": {"services": {}}}}`, "categories.a.services", plan.Mapped, ""},
		{"cookies of a service", vanilla3, `{"categories": {"a": {"services": {"s": {"cookies": "opaque:names"}}}}}`, "categories.a.services.s.cookies", plan.Dropped, worked},
		{"no cookies of a service", vanilla3, `{"categories": {"a": {"services": {"s": {"cookies": []}}}}}`, "categories.a.services.s.cookies", plan.Mapped, ""},
		{"a service", vanilla3, `{"categories": {"a": {"services": {"s": "opaque:s"}}}}`, "categories.a.services.s", plan.Changed, worked},
		{"a category", vanilla3, `{"categories": {"a": "opaque:a"}}`, "categories.a", plan.Changed, worked},
		{"cookies of a kind of consent", vanilla3, `{"categories": {"a": {"services": {"ad_storage": {"cookies": "opaque:names"}}}}}`, "categories.a.services.ad_storage.cookies", plan.Dropped, worked},
		{"cookies to erase", vanilla3, `{"categories": {"a": {"autoClear": {"cookies": "opaque:names"}}}}`, "categories.a.autoClear.cookies", plan.Dropped, worked},
		{"what is erased", vanilla3, `{"categories": {"a": {"autoClear": "opaque:clear()"}}}`, "categories.a.autoClear", plan.Dropped, worked},
		{"a table", vanilla3, `{"categories": {"a": {}}, "language": {"translations": {"en": {"preferencesModal": {"sections": [{"linkedCategory": "a", "cookieTable": "opaque:rows"}]}}}}}`, "language.translations.en.preferencesModal.sections[0].cookieTable", plan.Dropped, worked},
		{"a table's rows", vanilla3, `{"categories": {"a": {}}, "language": {"translations": {"en": {"preferencesModal": {"sections": [{"linkedCategory": "a", "cookieTable": {"body": "opaque:rows"}}]}}}}}`, "language.translations.en.preferencesModal.sections[0].cookieTable.body", plan.Dropped, worked},
		{"2: a table", vanilla2, `{"languages": {"en": {"settings_modal": {"blocks": [{"toggle": {"value": "a"}, "cookie_table": "opaque:rows"}]}}}}`, "languages.en.settings_modal.blocks[0].cookie_table", plan.Dropped, worked},
		{"whether scripts wait", vanilla3, `{"mode": "opaque:x"}`, "mode", plan.Dropped, worked},
		{"a name of a cookie that nobody knows", vanilla3, `{"cookie": {"name": "opaque:x"}}`, "cookie.name", plan.Dropped, worked},
		{"a name where the browser's storage is", vanilla3, `{"cookie": {"name": "choice", "useLocalStorage": true}}`, "cookie.name", plan.Dropped, "cannot be shown again"},
		{"a list of cookies to erase", c15t, `{"clearOnRevocation": {"marketing": {"localStorage": "opaque:keys"}}}`, "clearOnRevocation.marketing.localStorage", plan.Dropped, worked},
		{"categories of a policy", c15t, `{"policyPacks": [{"consent": {"categories": "opaque:x"}}]}`, "policyPacks[0].consent.categories", plan.Dropped, worked},
		{"a category of a policy that c15t does not have", c15t, `{"policyPacks": [{"consent": {"categories": ["ads"]}}]}`, "policyPacks[0].consent.categories[0]", plan.Dropped, "no such category"},
		{"a key that is every key", c15t, `{"clearOnRevocation": {"marketing": {"localStorage": ["*"]}}}`, "clearOnRevocation.marketing.localStorage[0]", plan.Changed, "every name"},
		{"the banner itself", orejime3, `{"purposes": [{"id": "consent", "cookies": ["eu-consent"]}]}`, "purposes[0]", plan.Dropped, "this banner itself"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := outcome(planOf(t, test.peer, test.config), test.path)
			if got.Outcome != test.outcome || !strings.Contains(got.Why, test.why) {
				t.Errorf("it is %s: %q; want %s: %q", got.Outcome, got.Why, test.outcome, test.why)
			}
		})
	}
}

// TestAnswers: where and how long each banner keeps a visitor's answer.
func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		name   string
		peer   peer
		config string
		cookie string
		days   float64
	}{
		{"vanilla 3 by itself", vanilla3, `{}`, "cc_cookie", 182},
		{"vanilla 3, named", vanilla3, `{"cookie": {"name": "choice", "expiresAfterDays": 90}}`, "choice", 90},
		{"vanilla 3, worked out", vanilla3, `{"cookie": {"name": "opaque:x", "expiresAfterDays": "fn:x"}}`, "", 182},
		{"vanilla 3, in a text", vanilla3, `{"cookie": {"expiresAfterDays": "90"}}`, "cc_cookie", 90},
		{"vanilla 3, for no number of days", vanilla3, `{"cookie": {"expiresAfterDays": "NaN"}}`, "cc_cookie", 182},
		{"vanilla 3, for ever", vanilla3, `{"cookie": {"expiresAfterDays": "Infinity"}}`, "cc_cookie", 182},
		{"vanilla 3, in the browser's storage", vanilla3, `{"cookie": {"name": "choice", "useLocalStorage": true}}`, "", 182},
		{"vanilla 2 by itself", vanilla2, `{}`, "cc_cookie", 182},
		{"vanilla 2, refusals for longer", vanilla2, `{"cookie_name": "choice", "cookie_expiration": 30, "cookie_necessary_only_expiration": 60}`, "choice", 60},
		{"vanilla 2, worked out", vanilla2, `{"cookie_name": "opaque:x"}`, "", 182},
		{"c15t by itself", c15t, `{}`, "c15t", 365},
		{"c15t, named", c15t, `{"storageConfig": {"storageKey": "choice", "defaultExpiryDays": 90}}`, "choice", 90},
		{"c15t, worked out", c15t, `{"storageConfig": {"storageKey": "opaque:x", "defaultExpiryDays": "fn:x"}}`, "", 365},
		{"c15t, under a policy", c15t, `{"policyPacks": [{"consent": {"expiryDays": 500}}]}`, "c15t", 500},
		{"Orejime 2 by itself", orejime2, `{}`, "orejime", 365},
		{"Orejime 3 by itself", orejime3, `{}`, "eu-consent", 120},
		{"tarteaucitron by itself", tarteaucitron, `{}`, "tarteaucitron", 365},
		{"tarteaucitron, named", tarteaucitron, `{"init": {"cookieName": "choice"}, "globals": {"tarteaucitronForceExpire": "90"}}`, "choice", 90},
		{"tarteaucitron, for no time", tarteaucitron, `{"globals": {"tarteaucitronForceExpire": 0}}`, "tarteaucitron", 365},
		{"tarteaucitron, in hours", tarteaucitron, `{"globals": {"tarteaucitronForceExpire": 48, "tarteaucitronExpireInDay": false}}`, "tarteaucitron", 2},
		{"tarteaucitron, for longer than it keeps one", tarteaucitron, `{"globals": {"tarteaucitronForceExpire": 400}}`, "tarteaucitron", 365},
		{"tarteaucitron, worked out", tarteaucitron, `{"init": {"cookieName": "opaque:x"}}`, "", 365},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := planOf(t, test.peer, test.config).Answer; got.Cookie != test.cookie || got.Days != test.days {
				t.Errorf("it is kept in %q for %v days, want %q and %v", got.Cookie, got.Days, test.cookie, test.days)
			}
		})
	}
}

// TestForeignID: an id that is no measurement's of Google Analytics is said, and not lost.
func TestForeignID(t *testing.T) {
	p := tacPlan(t, `user.gtagUa = "DC-1234567"`, `job.push("gtag")`)
	said := false
	for _, f := range p.Fates {
		said = said || f.Path == "user.gtagUa" && strings.Contains(f.Why, "DC-1234567")
	}
	if !said || len(p.Services[0].Settings) > 0 {
		t.Errorf("%+v: %v", p.Fates, p.Services[0].Settings)
	}
}

func TestNone(t *testing.T) {
	object, err := asTold(`{"presets": ["x"], "theme": {"colour": "red"}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		told told.Told
		says []string
	}{
		{"nothing", told.Told{}, []string{"what was read", "tarteaucitron", "vanilla-cookieconsent 3"}},
		{"another file", told.Told{Files: []string{"theme.ts"}, Names: []told.Named{{Name: "default", Export: true, Value: object}}}, []string{"theme.ts configures none", "it exports default", "presets", "theme"}},
		{"a file with a mistake", told.Told{Files: []string{"a.js"}, Problems: []told.Problem{{Place: told.Place{File: "a.js", Line: 7}, Text: "A bracket is missing."}}}, []string{"a.js:7: A bracket is missing"}},
		{"a plugin of a server", told.Told{Files: []string{"consent.php"}}, []string{"give the page's address"}},
		{"many files", told.Told{Files: strings.Fields("a b c d e f")}, []string{"6 files", "configure none"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := Read(&test.told, "")
			if err == nil {
				t.Fatalf("%+v was read", p)
			}
			for _, part := range test.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not in the error: %v", part, err)
				}
			}
		})
	}
}

// TestFoundOnce holds that a configuration that two banners could have is the first one's, whether it has
// a line or not.
func TestFoundOnce(t *testing.T) {
	v, err := asTold(`{"a": 1}`)
	if err != nil {
		t.Fatal(err)
	}
	before := all
	defer func() { all = before }()
	finds := func(*told.Told) []told.Value { return []told.Value{v} }
	all = []peer{{name: "first", finds: finds}, {name: "second", finds: finds}}
	for _, place := range []told.Place{{}, {File: "https://a.example/"}, {File: "a.js", Line: 2, Column: 1}} {
		v.Place = place
		if every := find(&told.Told{}); len(every) != 1 || every[0].peer.name != "first" {
			t.Errorf("at %q, it is found %d times", place, len(every))
		}
	}
}
