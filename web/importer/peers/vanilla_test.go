package peers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// asTold is a value of JSON as a script would have told it. A text "re:^_ga" is a RegExp, a text "fn:x" a
// function, and a text "opaque:x" something that is worked out in the page.
func asTold(text string) (told.Value, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return nextTold(decoder)
}

func nextTold(decoder *json.Decoder) (told.Value, error) {
	token, err := decoder.Token()
	if err != nil {
		return told.Value{}, err
	}
	switch token := token.(type) {
	case json.Delim:
		v := told.Value{Kind: told.Map}
		if token == '[' {
			v.Kind = told.List
		}
		for decoder.More() {
			name := ""
			if v.Kind == told.Map {
				key, err := decoder.Token()
				if err != nil {
					return v, err
				}
				name = key.(string)
			}
			part, err := nextTold(decoder)
			if err != nil {
				return v, err
			}
			if v.Kind == told.Map {
				v.Fields = append(v.Fields, told.Field{Name: name, Value: part})
			} else {
				v.Items = append(v.Items, part)
			}
		}
		_, err := decoder.Token()
		return v, err
	case bool:
		return told.Value{Kind: told.Bool, Bool: token}, nil
	case json.Number:
		number, err := token.Float64()
		return told.Value{Kind: told.Number, Number: number}, err
	case string:
		for prefix, kind := range map[string]told.Kind{"re:": told.Pattern, "fn:": told.Function, "opaque:": told.Opaque} {
			if rest, ok := strings.CutPrefix(token, prefix); ok {
				return told.Value{Kind: kind, Text: rest}, nil
			}
		}
		return told.Value{Kind: told.Text, Text: token}, nil
	}
	return told.Value{Kind: told.Null}, nil
}

// planOf is what a peer reads from a configuration in JSON.
func planOf(t *testing.T, p peer, text string, elements ...told.Element) *plan.Plan {
	t.Helper()
	v, err := asTold(text)
	if err != nil {
		t.Fatal(err)
	}
	read := &plan.Plan{}
	p.reads(read, read.Setting("", v), &told.Told{Elements: elements, Imports: []string{"@c15t/scripts/x"}})
	return read
}

// outcome is the last word on a setting, with its reason.
func outcome(p *plan.Plan, path string) plan.Fate {
	var last plan.Fate
	for _, fate := range p.Fates {
		if fate.Path == path {
			last = fate
		}
	}
	return last
}

func rules(p *plan.Plan) []plan.Rule {
	var found []plan.Rule
	for _, m := range p.Mistakes {
		found = append(found, m.Rule)
	}
	return found
}

func TestColumnOf(t *testing.T) {
	for _, test := range []struct {
		key, header string
		want        column
	}{
		{"col1", "Name", nameColumn},
		{"col1", "Cookie", nameColumn},
		{"col1", "Cookie name", nameColumn},
		{"col3", "Cookie duration", lifetimeColumn},
		{"col3", "Expiration", lifetimeColumn},
		{"col3", "Durée de conservation", lifetimeColumn},
		{"col3", "Speicherdauer", lifetimeColumn},
		{"col4", "Finalités", purposeColumn},
		{"col4", "Zweck", purposeColumn},
		{"col2", "Nom du prestataire", providerColumn},
		{"col2", "Third party", providerColumn},
		{"col2", "Domaine", domainColumn},
		{"col5", "Type of cookie", kindColumn},
		{"service", "", serviceColumn},
		{"desc", "?", purposeColumn},
		{"col9", "Hinweis", ""},
	} {
		t.Run(test.key+" "+test.header, func(t *testing.T) {
			if got := columnOf(test.key, test.header); got != test.want {
				t.Errorf("columnOf(%q, %q) = %q, want %q", test.key, test.header, got, test.want)
			}
		})
	}
}

func TestListedNames(t *testing.T) {
	for _, test := range []struct {
		cell string
		want []string
		said bool // whether it is said that something changed
	}{
		{"_ga", []string{"_ga"}, false},
		{" _ga ", []string{"_ga"}, false},
		{"_ga_*", []string{"_ga_*"}, false},
		{"_pk_id.*", []string{"_pk_id.*"}, false},
		{"_ga, _gid", []string{"_ga", "_gid"}, true},
		{"_ga and _gid", []string{"_ga", "_gid"}, true},
		{"_ga_<container-id>", []string{"_ga_*"}, true},
		{"_ga_[ID]", []string{"_ga_*"}, true},
		{"_hjSession_{site_id}", []string{"_hjSession_*"}, true},
		{"_pk_ses.${siteId}.${hash}", []string{"_pk_ses.*"}, true},
		{"_ga_XXXXXXXXXX", []string{"_ga_*"}, true},
		{"_gat_###", []string{"_gat_*"}, true},
		{"_ga (Google Analytics)", []string{"_ga"}, true},
		{"several cookies of partners", nil, true},
		{"XXX", []string{"XXX"}, false},
		{"<>", nil, true},
		{"", nil, true},
	} {
		t.Run(test.cell, func(t *testing.T) {
			got, why := listedNames(test.cell)
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("listedNames(%q) = %q, want %q", test.cell, got, test.want)
			}
			if (why != "") != test.said {
				t.Errorf("listedNames(%q) says %q", test.cell, why)
			}
		})
	}
}

func TestBare(t *testing.T) {
	for text, want := range map[string]string{
		"Cookies of {{ site.name }}": "Cookies of",
		"{% trans 'Accept' %}":       "",
		"${title}":                   "",
		"<%= t('x') %> now":          "now",
		"{$Title} now":               "now",
		"no end {{ here":             "no end {{ here",
		"plain":                      "plain",
	} {
		if got := bare(text); got != want {
			t.Errorf("bare(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestVanillaCookies follows cookies to their services.
func TestVanillaCookies(t *testing.T) {
	for _, test := range []struct {
		name       string
		categories string // of vanilla-cookieconsent 3
		sections   string
		want       string // "service: cookies"
	}{
		{"the only service has those of its category",
			`{"stats": {"services": {"ga": {}}, "autoClear": {"cookies": [{"name": "re:^_ga"}]}}}`, `[]`, "ga: _ga*"},
		{"of several services none has them",
			`{"stats": {"services": {"ga": {}, "hj": {}}, "autoClear": {"cookies": [{"name": "x"}]}}}`, `[]`, "ga:; hj:; stats-cookies: x"},
		{"a service that names a family has its members",
			`{"stats": {"services": {"ga": {"cookies": [{"name": "re:^_ga"}]}, "hj": {}}, "autoClear": {"cookies": [{"name": "_ga_ABC"}]}}}`, `[]`, "ga: _ga* _ga_ABC; hj:"},
		{"without a service there is one for them",
			`{"stats": {"autoClear": {"cookies": [{"name": "x"}, {"name": "y"}]}}}`, `[]`, "stats-cookies: x y"},
		{"a cookie has one service",
			`{"stats": {"services": {"ga": {"cookies": [{"name": "_gid"}]}, "gtm": {"cookies": [{"name": "_gid"}]}}}}`, `[]`, "ga: _gid; gtm:"},
		{"the banner's own cookie is left out",
			`{"stats": {"autoClear": {"cookies": [{"name": "cc_cookie"}]}}}`, `[]`, ""},
		{"a table's providers become services",
			`{"stats": {}}`,
			`[{"linkedCategory": "stats", "cookieTable": {"headers": {"a": "Name", "b": "Provider"}, "body": [{"a": "x", "b": "Ann"}, {"a": "y", "b": "Bob"}, {"a": "z", "b": "Ann"}]}}]`,
			"Ann: x z; Bob: y"},
		{"a table's service is one that is there",
			`{"stats": {"services": {"ga": {"label": "Google Analytics"}, "hj": {}}}}`,
			`[{"linkedCategory": "stats", "cookieTable": {"headers": {"a": "Name", "b": "Service"}, "body": [{"a": "x", "b": "google analytics"}]}}]`,
			"ga: x; hj:"},
		{"a host is no provider's name",
			`{"stats": {}}`, `[{"linkedCategory": "stats", "cookieTable": {"headers": {"a": "Name", "b": "Provider"}, "body": [{"a": "x", "b": ".partner.example"}]}}]`, "stats-cookies: x"},
		{"a regular expression that is no name keeps its source",
			`{"stats": {"autoClear": {"cookies": [{"name": "re:track"}]}}}`, `[]`, "stats-cookies: /track/"},
		{"a row of several languages counts once",
			`{"stats": {}}`,
			`[{"linkedCategory": "stats", "cookieTable": {"headers": {"a": "Name"}, "body": [{"a": "x"}]}}, {"linkedCategory": "stats", "cookieTable": {"headers": {"a": "Nom"}, "body": [{"a": "x"}]}}]`,
			"stats-cookies: x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(t, vanilla3, fmt.Sprintf(`{"categories": %s, "language": {"default": "en", "translations": {"en": {"preferencesModal": {"sections": %s}}}}}`, test.categories, test.sections))
			var services []string
			for _, s := range p.Services {
				line := s.ID + ":"
				for _, c := range s.Cookies {
					name := c.Name
					if name == "" {
						name = c.Source
					}
					line += " " + name
				}
				services = append(services, line)
			}
			if got := strings.Join(services, "; "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestVanillaDomain tells another party's host from the site's own in a table of cookies.
func TestVanillaDomain(t *testing.T) {
	for _, test := range []struct{ name, config, want string }{
		{"another party's", `{"categories": {"ads": {}}, %s}`, ".partner.example"},
		{"the site's own", `{"categories": {"ads": {}}, "cookie": {"domain": "partner.example"}, %s}`, ""},
		{"of a cookie that the banner erases", `{"categories": {"ads": {"autoClear": {"cookies": [{"name": "re:^x"}]}}}, %s}`, ""},
		{"of a necessary one", `{"categories": {"ads": {"readOnly": true}}, %s}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(t, vanilla3, fmt.Sprintf(test.config, `"language": {"translations": {"en": {"preferencesModal": {"sections": [{"linkedCategory": "ads",
				"cookieTable": {"headers": {"n": "Name", "d": "Domain"}, "body": [{"n": "x1", "d": ".partner.example"}]}}]}}}}`))
			var got []string
			for _, s := range p.Services {
				for _, c := range s.Cookies {
					if c.Name == "x1" {
						got = append(got, c.Domain)
					}
				}
			}
			if !reflect.DeepEqual(got, []string{test.want}) {
				t.Errorf("domains %q, want %q", got, test.want)
			}
		})
	}
}

// TestVanillaGated takes services out of what pages hold back.
func TestVanillaGated(t *testing.T) {
	element := func(attributes ...string) told.Element {
		e := told.Element{Tag: "script", Attributes: map[string]string{}}
		for i := 0; i < len(attributes); i += 2 {
			e.Attributes[attributes[i]] = attributes[i+1]
		}
		return e
	}
	p := planOf(t, vanilla3, `{"categories": {"stats": {}, "video": {"services": {"yt": {"label": "YouTube"}}}}, "language": {}}`,
		element("data-category", "stats", "data-src", "https://cdn.one.example/a.js"),
		element("data-category", "stats", "src", "https://two.example/b.js"),
		element("data-category", "stats", "src", "/own.js"),
		element("data-category", "!stats", "src", "https://three.example/c.js"),
		element("data-category", "unknown", "src", "https://four.example/d.js"),
		element("data-category", "video", "data-service", "YouTube", "data-src", "https://www.youtube.com/iframe_api"),
		element("data-category", "video", "data-service", "Vimeo"),
		element("data-category", "video", "data-service", "!Vimeo"),
		element("data-category", "video", "data-service", "{{ player }}"))
	var got []string
	for _, s := range p.Services {
		got = append(got, fmt.Sprint(s.Category, " ", s.ID, " ", s.Hosts))
	}
	want := []string{"video yt [www.youtube.com]", "stats one [cdn.one.example]", "stats two [two.example]", "video Vimeo []"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestVanillaMistakes(t *testing.T) {
	const notice = `"language": {"translations": {"en": {"consentModal": {"acceptAllBtn": "Yes", "acceptNecessaryBtn": "No"}}}}`
	for _, test := range []struct {
		name   string
		peer   peer
		config string
		want   []plan.Rule
	}{
		{"nothing wrong", vanilla3, `{"mode": "opt-in", "categories": {"n": {"enabled": true, "readOnly": true}, "a": {"enabled": false}}, ` + notice + `}`, nil},
		{"ticked in advance", vanilla3, `{"categories": {"a": {"enabled": true}}, ` + notice + `}`, []plan.Rule{plan.PreTicked}},
		{"implied consent", vanilla3, `{"mode": "opt-out", "categories": {"a": {}}, ` + notice + `}`, []plan.Rule{plan.ImpliedConsent}},
		{"kept for long", vanilla3, `{"cookie": {"expiresAfterDays": 397}, "categories": {"a": {}}, ` + notice + `}`, []plan.Rule{plan.LongLived}},
		{"kept for 13 months", vanilla3, `{"cookie": {"expiresAfterDays": 396}, "categories": {"a": {}}, ` + notice + `}`, nil},
		{"no button to refuse", vanilla3, `{"categories": {"a": {}}, "language": {"translations": {"en": {"consentModal": {"acceptAllBtn": "Yes"}}, "fr": {"consentModal": {"acceptAllBtn": "Oui"}}}}}`, []plan.Rule{plan.NoRefusal}},
		{"an empty button to refuse", vanilla3, `{"categories": {"a": {}}, "language": {"translations": {"en": {"consentModal": {"acceptAllBtn": "Yes", "acceptNecessaryBtn": " "}}}}}`, []plan.Rule{plan.NoRefusal}},
		{"a button that a template fills in", vanilla3, `{"categories": {"a": {}}, "language": {"translations": {"en": {"consentModal": {"acceptAllBtn": "Yes", "acceptNecessaryBtn": "opaque:t('no')"}}}}}`, nil},
		{"a weaker button", vanilla3, `{"guiOptions": {"consentModal": {"equalWeightButtons": false}}, "categories": {"a": {}}, ` + notice + `}`, []plan.Rule{plan.NoRefusal}},
		{"2: settings in place of refusing", vanilla2, `{"languages": {"en": {"consent_modal": {"primary_btn": {"text": "Yes", "role": "accept_all"}, "secondary_btn": {"text": "More", "role": "settings"}}}}}`, []plan.Rule{plan.NoRefusal}},
		{"2: refusing", vanilla2, `{"languages": {"en": {"consent_modal": {"primary_btn": {"text": "Yes", "role": "accept_all"}, "secondary_btn": {"text": "No", "role": "accept_necessary"}}}}}`, nil},
		{"2: refusing first", vanilla2, `{"languages": {"en": {"consent_modal": {"primary_btn": {"text": "No", "role": "accept_necessary"}, "secondary_btn": {"text": "Yes", "role": "accept_all"}}}}}`, nil},
		{"2: ticked once, in two languages", vanilla2, `{"languages": {"en": {"settings_modal": {"blocks": [{"toggle": {"value": "a", "enabled": true}}]}}, "fr": {"settings_modal": {"blocks": [{"toggle": {"value": "a", "enabled": true}}]}}}}`, []plan.Rule{plan.PreTicked}},
		{"2: kept for long", vanilla2, `{"cookie_expiration": 730, "languages": {"en": {"settings_modal": {"blocks": []}}}}`, []plan.Rule{plan.LongLived}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := rules(planOf(t, test.peer, test.config)); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestVanillaTexts(t *testing.T) {
	p := planOf(t, vanilla3, `{"categories": {"a": {"services": {"s": {"label": "<a href='https://policies.s.example'>S</a>"}}}}, "language": {"default": "pt_BR", "translations": {
		"en": {"consentModal": {"title": "<b>Cookies</b>", "acceptAllBtn": "Accept", "acceptNecessaryBtn": "Refuse {{ n }}", "footer": "<a href='/imprint'>Imprint</a> <a href='{{ privacy_url }}'>Privacy</a> <a href='mailto:privacy@a.example'>Write</a> <a href='#privacy'>Here</a> <a href='/privacy'>Privacy</a>"},
			"preferencesModal": {"acceptAllBtn": "Accept it all", "sections": [{"linkedCategory": "a", "title": "A", "description": "Text of {{ site }}"}]}},
		"pt_BR": {"consentModal": {"title": "Cookies"}}}}}`)
	if want := []string{"pt-BR", "en"}; !reflect.DeepEqual(p.Languages, want) {
		t.Errorf("languages %q, want %q", p.Languages, want)
	}
	if got := p.Words["en"]["notice.title"]; got != "Cookies" {
		t.Errorf("title %q", got)
	}
	if got := p.Site.PolicyURL["en"]; got != "/privacy" {
		t.Errorf("policy %q", got)
	}
	if p := planOf(t, vanilla3, `{"categories": {"a": {}}, "language": {"translations": {"en": {"preferencesModal": {"sections": [
		{"linkedCategory": "a", "description": "See <a href='https://policies.s.example/privacy'>the privacy policy of S</a>"}]}}}}}`); p.Site.PolicyURL != nil {
		t.Errorf("a provider's policy is taken for the site's: %q", p.Site.PolicyURL)
	}
	if got := p.Services[0]; got.Name[""] != "S" || got.PolicyURL != "https://policies.s.example" {
		t.Errorf("service %+v", got)
	}
	if got := p.Categories[0].Description["en"]; got != "Text of {{ site }}" {
		t.Errorf("description %q", got)
	}
	for path, want := range map[string]plan.Outcome{
		"language.translations.en.consentModal.title":                       plan.Changed,
		"language.translations.en.consentModal.acceptAllBtn":                plan.Mapped,
		"language.translations.en.consentModal.acceptNecessaryBtn":          plan.Dropped, // braces are places to fill in
		"language.translations.en.consentModal.footer":                      plan.Changed,
		"language.translations.en.preferencesModal.acceptAllBtn":            plan.Changed, // the notice's text has it already
		"language.translations.en.preferencesModal.sections[0].description": plan.Changed,
		"language.default": plan.Mapped,
	} {
		if got := outcome(p, path).Outcome; got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

// TestSaidTwice: of two texts for one thing, the first is in the catalogue, and that is said of the other.
func TestSaidTwice(t *testing.T) {
	const sections = "language.translations.en.preferencesModal.sections"
	p := planOf(t, vanilla3, `{"categories": {"a": {}}, "language": {"translations": {"en": {"preferencesModal": {"sections": [
		{"linkedCategory": "a", "title": "Statistics", "description": "We count."}, {"linkedCategory": "a", "title": "Visits", "description": "We count."}]}}}}}`)
	if got := p.Categories[0].Name["en"]; got != "Statistics" {
		t.Errorf("the name is %q", got)
	}
	for path, want := range map[string]plan.Outcome{"[0].title": plan.Mapped, "[1].title": plan.Changed, "[1].description": plan.Mapped} {
		if got := outcome(p, sections+path); got.Outcome != want {
			t.Errorf("%s is %s: %s; want %s", path, got.Outcome, got.Why, want)
		}
	}
}

// TestRowsTwice: of two purposes of one cookie in a language, the first is in the catalogue, and that is said of the other.
func TestRowsTwice(t *testing.T) {
	const body = "language.translations.en.preferencesModal.sections[0].cookieTable.body"
	p := planOf(t, vanilla3, `{"categories": {"a": {}}, "language": {"translations": {"en": {"preferencesModal": {"sections": [
		{"linkedCategory": "a", "cookieTable": {"headers": {"name": "Name", "desc": "Description"},
			"body": [{"name": "_x", "desc": "Count visits"}, {"name": "_x", "desc": "Show advertising"}]}}]}}}}}`)
	if got := p.Services[0].Cookies[0].Purpose["en"]; got != "Count visits" {
		t.Errorf("the purpose is %q", got)
	}
	for path, want := range map[string]plan.Outcome{"[0].desc": plan.Mapped, "[1].desc": plan.Changed} {
		if got := outcome(p, body+path); got.Outcome != want {
			t.Errorf("%s is %s: %s; want %s", path, got.Outcome, got.Why, want)
		}
	}
}

// TestVanillaFinds tells configurations from what looks like them.
func TestVanillaFinds(t *testing.T) {
	const (
		three = `{"categories": {"a": {}}, "language": {"translations": {}}}`
		two   = `{"languages": {"en": {"consent_modal": {}}}}`
	)
	value := func(text string) told.Value {
		v, err := asTold(text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	flagged := func(flags string) told.Value {
		v := value(`{"categories": {}, "name": "re:x"}`)
		v.Fields[1].Value.Flags = flags
		return v
	}
	for _, test := range []struct {
		name       string
		told       told.Told
		three, two int
	}{
		{"nothing", told.Told{}, 0, 0},
		{"a call of 3", told.Told{Calls: []told.Call{{Name: "CookieConsent.run", Args: []told.Value{value(three)}}}}, 1, 0},
		{"a call of 3 with little in it", told.Told{Calls: []told.Call{{Name: "CookieConsent.run", Args: []told.Value{value(`{"categories": {}}`)}}}}, 1, 0},
		{"an imported run", told.Told{Calls: []told.Call{{Name: "run", Args: []told.Value{value(three)}}}}, 1, 0},
		{"a call of 2", told.Told{Calls: []told.Call{{Name: "initCookieConsent.run", Args: []told.Value{value(two)}}}}, 0, 1},
		{"a call with what is exported, too", told.Told{Calls: []told.Call{{Name: "CookieConsent.run", Args: []told.Value{value(three)}}}, Names: []told.Named{{Name: "config", Export: true, Value: value(three)}}}, 1, 0},
		{"an export", told.Told{Names: []told.Named{{Name: "default", Value: value(three)}, {Name: "other", Value: value(`{"a": 1}`)}}}, 1, 0},
		{"an export by two names", told.Told{Names: []told.Named{{Name: "default", Value: value(three)}, {Name: "config", Value: value(three)}}}, 1, 0},
		{"deep in another tool's options", told.Told{Calls: []told.Call{{Name: "defineNuxtConfig", Args: []told.Value{value(`{"cookieConsent": {"config": ` + three + `}}`)}}}}, 1, 0},
		{"an export of 2", told.Told{Names: []told.Named{{Name: "default", Value: value(two)}}}, 0, 1},
		{"exports that are one together", told.Told{Names: []told.Named{{Name: "current_lang", Export: true}, {Name: "languages", Export: true, Value: value(`{"en": {"consent_modal": {}}}`)}}}, 0, 1},
		{"globals that would be one together", told.Told{Names: []told.Named{{Name: "current_lang"}, {Name: "languages", Value: value(`{"en": {"consent_modal": {}}}`)}}}, 0, 0},
		{"a call, and another configuration that is exported", told.Told{Calls: []told.Call{{Name: "CookieConsent.run", Args: []told.Value{value(`{"categories": {"b": {}}}`)}}}, Names: []told.Named{{Name: "config", Export: true, Value: value(three)}}}, 1, 0},
		{"two that differ in a flag", told.Told{Calls: []told.Call{{Name: "CookieConsent.run", Args: []told.Value{flagged(""), flagged("i")}}}}, 2, 0},
		{"3's function with what 2 is given", told.Told{Calls: []told.Call{{Name: "CookieConsent.run", Args: []told.Value{value(two)}}}}, 0, 1},
		{"two of 3", told.Told{Calls: []told.Call{{Name: "CookieConsent.run", Args: []told.Value{value(three), value(`{"categories": {"b": {}}, "language": {}}`)}}}}, 2, 0},
		{"categories of a shop", told.Told{Names: []told.Named{{Name: "shop", Value: value(`{"categories": {"shoes": {}}, "language": "en"}`)}}}, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := len(vanilla3.finds(&test.told)); got != test.three {
				t.Errorf("%d of 3, want %d", got, test.three)
			}
			if got := len(vanilla2.finds(&test.told)); got != test.two {
				t.Errorf("%d of 2, want %d", got, test.two)
			}
		})
	}
}

// TestVanillaMadeUp holds that services which the source does not have are said to be new.
func TestVanillaMadeUp(t *testing.T) {
	p := planOf(t, vanilla3, `{"categories": {"a": {"autoClear": {"cookies": [{"name": "x"}]}}, "b": {}, "c": {"services": {"s": {}}, "autoClear": {"cookies": [{"name": "z"}]}}},
		"language": {"translations": {"en": {"preferencesModal": {"sections": [{"linkedCategory": "b", "cookieTable": {"headers": {"n": "Name", "p": "Provider"}, "body": [{"n": "y", "p": "Ann"}]}}]}}}}}`)
	for path, want := range map[string]plan.Outcome{
		"categories.a.autoClear.cookies[0].name":                                      plan.Changed,
		"language.translations.en.preferencesModal.sections[0].cookieTable.body[0].n": plan.Changed,
		"categories.c.autoClear.cookies[0].name":                                      plan.Mapped,
	} {
		if got := outcome(p, path); got.Outcome != want {
			t.Errorf("%s: %q, want %q", path, got.Outcome, want)
		}
	}
}

// FuzzListedNames holds that only names of cookies come out of a table's cell.
func FuzzListedNames(f *testing.F) {
	for _, seed := range []string{"_ga, _gid", "_ga_<id>", "a and b", "*", "{x}", "ü", "^", "a (b", "_a_*_b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		names, why := listedNames(cell)
		for _, name := range names {
			if !cookieCharacters(strings.TrimSuffix(name, "*")) {
				t.Errorf("listedNames(%q) has %q", cell, name)
			}
		}
		if len(names) == 0 && why == "" {
			t.Errorf("listedNames(%q) says nothing", cell)
		}
	})
}

// parts notes the paths of a value and of all that is below it.
func parts(v told.Value, path string, there map[string]bool) {
	there[path] = true
	for _, field := range v.Fields {
		parts(field.Value, told.Below(path, field.Name), there)
	}
	for i, item := range v.Items {
		parts(item, told.At(path, i), there)
	}
}

// FuzzVanilla reads any values as configurations of the three banners: nothing panics, and each part has
// a fate.
func FuzzVanilla(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, seed := range []string{
		`{"categories": {"a": {"enabled": "opaque:x", "services": [], "autoClear": {"cookies": ["re:(", {"name": null}, 3]}}}, "language": {"translations": {"{{ x }}": {"consentModal": {"title": 3}}}}}`,
		`{"languages": {"en": {"settings_modal": {"blocks": [{"toggle": {"value": "a"}, "cookie_table": [{"col1": "^(", "is_regex": true}, [], "x"]}]}}}}`,
		`{"consentCategories": ["necessary", 3], "scripts": ["opaque:metaPixel()", {"category": {"and": []}}], "offlinePolicy": {"policyPacks": "opaque:x"}, "i18n": {"messages": []}}`,
		`[{"categories": null}, "fn:x", -0, {"": {"": ""}}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 || bytes.Count(text, []byte("[")) > 50 {
			return
		}
		v, err := asTold(string(text))
		if err != nil {
			return
		}
		tl := &told.Told{Names: []told.Named{{Name: "x", Value: v}}, Calls: []told.Call{{Name: "metaPixel", Args: []told.Value{v}}}}
		for _, peer := range []peer{vanilla3, vanilla2, c15t} {
			peer.finds(tl)
			p := &plan.Plan{}
			peer.reads(p, p.Setting("", v), tl)
			v.Leaves("", func(path string, _ told.Value) {
				if _, said := reason(p, path); path != "" && !said {
					t.Errorf("%s says nothing of %s", peer.name, path)
				}
			})
			there := map[string]bool{}
			parts(v, "", there)
			for _, fate := range p.Fates {
				if !there[fate.Path] {
					t.Errorf("%s says something of %s, which is not there", peer.name, fate.Path)
				}
			}
		}
	})
}

// TestLanguages: the default language comes first, whether it has texts or not.
func TestLanguages(t *testing.T) {
	for _, test := range []struct {
		standard string
		want     string
		outcome  plan.Outcome
	}{
		{`"fr"`, "fr en", plan.Mapped}, {`"de"`, "de en fr", plan.Changed}, {`"opaque:x"`, "en fr", plan.Dropped}, {`"{{ lang }}"`, "en fr", plan.Dropped},
	} {
		p := planOf(t, vanilla3, `{"language": {"default": `+test.standard+`, "translations": {"en": {}, "fr": {}}}}`)
		if got, of := strings.Join(p.Languages, " "), outcome(p, "language.default").Outcome; got != test.want || of != test.outcome {
			t.Errorf("%s: %s, %s; want %s, %s", test.standard, got, of, test.want, test.outcome)
		}
	}
}

// TestWebAddress tells whole addresses of web pages from other links.
func TestWebAddress(t *testing.T) {
	for link, want := range map[string]bool{
		"https://a.example/p": true, "http://a.example": true, "/p": false, "#p": false, "mailto:a@a.example": false, "https://a.example/{lang}": false,
		"{{ url }}": false, "https://a.example./p": false, "https://localhost/p": false, "": false,
	} {
		if got := webAddress("#x", link); (got == link && got != "") != want {
			t.Errorf("of %q, the address is %q", link, got)
		}
	}
}

// TestVanillaSignals: a box for a kind of consent of Google's is no service, unless it stores something.
func TestVanillaSignals(t *testing.T) {
	p := planOf(t, vanilla3, `{"categories": {"stats": {"services": {"analytics_storage": {"label": "Visits", "onAccept": "fn:x"}, "hj": {}}},
		"ads": {"services": {"ad_storage": {}, "ad_user_data": {"cookies": [{"name": "x"}]}}}, "other": {"services": {"functionality_storage": {}}}, "base": {"readOnly": true, "services": {"security_storage": {}}}}, "language": {"default": "en", "translations": {"en": {}}}}`)
	var got []string
	for _, c := range p.Categories {
		got = append(got, c.ID+" "+strings.Join(c.Signals, "+"))
	}
	for _, s := range p.Services {
		got = append(got, s.ID+" "+strings.Join(s.Signals, "+"))
	}
	if got := strings.Join(got, ", "); got != "stats analytics_storage, ads ad_storage, other , base security_storage, hj , ad_user_data ad_user_data, other-google functionality_storage" {
		t.Errorf("got %s", got)
	}
}

// TestVanillaElsewhere: texts that a function or a file gives are the configuration's, where they were found.
func TestVanillaElsewhere(t *testing.T) {
	config, err := asTold(`{"categories": {"ads": {}}, "language": {"default": "en", "translations": {"en": "/en.json", "de": "fn:de", "fr": "/fr.json"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	what := &told.Told{Calls: []told.Call{{Name: "CookieConsent.run", Args: []told.Value{config}}}}
	for name, text := range map[string]string{"translations.en()": `{"consentModal": {"title": "Hello"}}`, "translations.de()": `{"default": {"consentModal": {"title": "Hallo"}}}`} {
		value, err := asTold(text)
		if err != nil {
			t.Fatal(err)
		}
		what.Names = append(what.Names, told.Named{Name: name, Export: true, Value: value})
	}
	p, err := Read(what, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(p.Words["en"]["notice.title"], " ", p.Words["de"]["notice.title"], " ", len(p.Words["fr"])); got != "Hello Hallo 0" {
		t.Errorf("got %s", got)
	}
}

// TestVanillaLarge holds that large configurations take no time that anybody would notice, and that what
// is too large is said to be.
func TestVanillaLarge(t *testing.T) {
	var rows, sections, translations []string
	for i := range 40 {
		rows = append(rows, fmt.Sprintf(`{"a": "cookie%d", "b": "Purpose", "c": "1 day", "d": "Ann"}`, i))
	}
	for i := range 5 {
		sections = append(sections, fmt.Sprintf(`{"linkedCategory": "c%d", "title": "T", "cookieTable": {"headers": {"a": "Name", "b": "Purpose", "c": "Expires", "d": "Provider"}, "body": [%s]}}`, i, strings.Join(rows, ",")))
	}
	for i := range 24 {
		translations = append(translations, fmt.Sprintf(`"l%d": {"preferencesModal": {"sections": [%s]}}`, i, strings.Join(sections, ",")))
	}
	large := fmt.Sprintf(`{"categories": {"c0": {}, "c1": {}, "c2": {}, "c3": {}, "c4": {}}, "language": {"translations": {%s}}}`, strings.Join(translations, ","))
	if p := planOf(t, vanilla3, large); len(p.Services) != 5 || len(p.Services[4].Cookies) != 40 || len(p.Services[4].Cookies[39].Purpose) != 24 {
		t.Errorf("not all of it is there: %d services", len(p.Services))
	}

	names := make([]string, mostCookies+1)
	for i := range names {
		names[i] = fmt.Sprintf(`{"name": "c%d"}`, i)
	}
	full := planOf(t, vanilla3, fmt.Sprintf(`{"categories": {"a": {"autoClear": {"cookies": [%s]}}}, "language": {}}`, strings.Join(names, ",")))
	if got := len(full.Services[0].Cookies); got != mostCookies {
		t.Errorf("%d cookies are read, want %d", got, mostCookies)
	}
	if got := outcome(full, fmt.Sprintf("categories.a.autoClear.cookies[%d].name", mostCookies)); got.Why != tooManyCookies {
		t.Errorf("the last of too many cookies is %s: %s", got.Outcome, got.Why)
	}

	many := strings.TrimSuffix(strings.Repeat(`{"name": "x"},`, mostParts+1), ",")
	p := planOf(t, vanilla3, fmt.Sprintf(`{"categories": {"a": {"autoClear": {"cookies": [%s]}}}, "language": {}}`, many))
	if len(p.Fates) != 1 || p.Fates[0].Outcome != plan.Dropped {
		t.Errorf("%d fates of what is too large", len(p.Fates))
	}
}
