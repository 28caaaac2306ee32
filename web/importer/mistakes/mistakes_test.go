package mistakes

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/importer/plan"
	"charte/web/importer/told"
)

func library(t *testing.T) []*services.Entry {
	t.Helper()
	known, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	return known
}

// names are cookies by their names. A name between slashes is a regular expression.
func names(all ...string) []plan.Cookie {
	var cookies []plan.Cookie
	for i, name := range all {
		c := plan.Cookie{Name: name, Source: name, Path: fmt.Sprintf("services[0].cookies[%d]", i)}
		if strings.HasPrefix(name, "/") {
			c.Name = ""
		}
		cookies = append(cookies, c)
	}
	return cookies
}

// families are cookies by regular expressions, of which each is a pattern.
func families(all ...string) []plan.Cookie {
	cookies := names(all...)
	for i := range cookies {
		cookies[i].Source = "/^" + strings.TrimSuffix(cookies[i].Name, "*") + "/"
	}
	return cookies
}

// found adds the mistakes to a plan, and returns them as "rule path".
func found(t *testing.T, p *plan.Plan) []string {
	t.Helper()
	p.Categories = append(p.Categories, plan.Category{ID: "necessary", Necessary: true}, plan.Category{ID: "analytics"})
	Add(p, library(t))
	var all []string
	for _, m := range p.Mistakes {
		all = append(all, string(m.Rule)+" "+m.Path)
		if !strings.HasSuffix(m.Text, ".") {
			t.Errorf("%q is no sentence", m.Text)
		}
	}
	return all
}

// TestMistakes: each mistake is found at its place, and nothing else is.
func TestMistakes(t *testing.T) {
	lasting := func(name, lifetime string) []plan.Cookie {
		return []plan.Cookie{{Name: name, Source: name, Lifetime: lifetime, Path: "services[0].cookies[0]"}}
	}
	for _, test := range []struct {
		name    string
		service plan.Service
		want    []string
	}{
		{"a tracker is necessary", plan.Service{ID: "ga", Name: plan.Texts{"": "Google Analytics"}, Category: "necessary", Cookies: names("_ga", "/^_ga_/")}, []string{"mandatory-tracker services[0]"}},
		{"a tracker is required", plan.Service{ID: "youtube", Necessary: true, Category: "analytics"}, []string{"mandatory-tracker services[0]"}},
		{"a tracker among necessary cookies", plan.Service{ID: "system", Category: "necessary", Cookies: names("PHPSESSID", "csrftoken", "_fbp")}, []string{"mandatory-tracker services[0].cookies[2]"}},
		{"a family of a tracker among necessary cookies", plan.Service{ID: "system", Category: "necessary", Cookies: families("PHPSESSID", "csrftoken", "_ga*", "lang")}, []string{"mandatory-tracker services[0].cookies[2]"}},
		{"a former cookie of a tracker among necessary cookies", plan.Service{ID: "system", Category: "necessary", Cookies: names("PHPSESSID", "csrftoken", "_gid")}, []string{"mandatory-tracker services[0].cookies[2]"}},
		{"families among necessary cookies", plan.Service{ID: "system", Category: "necessary", Cookies: families("_cs*", "_g*", "_session*", "_hash*")}, nil},
		{"what can be exempt is necessary", plan.Service{ID: "matomo", Category: "necessary", Cookies: names("_pk_id*")}, []string{"matches-nothing services[0].cookies[0]"}},
		{"what can be exempt is necessary, with an expression", plan.Service{ID: "matomo", Category: "necessary", Cookies: names("/^_pk_/")}, nil},
		{"necessary cookies", plan.Service{ID: "session", Category: "necessary", Cookies: names("PHPSESSID", "laravel_session", "XSRF-TOKEN", "csrf_token", "__Host-session", "cf_clearance", "__cf_bm")}, nil},
		{"a tracker is exempt", plan.Service{ID: "hotjar", Exempt: true, Category: "analytics", Cookies: names("/^_hj/")}, []string{"not-asked services[0]"}},
		{"exempt statistics", plan.Service{ID: "matomo", Exempt: true, Category: "analytics", Cookies: names("/^_pk_/")}, nil},

		{"a letter too many", plan.Service{ID: "ga", Category: "analytics", Cookies: names("_gaa", "_gid")}, []string{"misspelt-name services[0].cookies[0]"}},
		{"without its line", plan.Service{ID: "youtube", Category: "analytics", Cookies: names("VISITOR_INFO_LIVE", "YSC")}, []string{"misspelt-name services[0].cookies[0]"}},
		{"in small letters", plan.Service{ID: "youtube", Category: "analytics", Cookies: names("visitor_info1_live")}, []string{"misspelt-name services[0].cookies[0]"}},
		{"of a service that is not known", plan.Service{ID: "regie", Category: "analytics", Cookies: names("_ueststid", "regie_id", "_uetsdi")}, []string{"misspelt-name services[0].cookies[2]"}},
		{"names that are like others", plan.Service{ID: "regie", Category: "analytics", Cookies: names("_gcl_au", "_gcl_aw", "_gat_UA-1", "_gali", "__utma", "__utmz", "__gads", "_uetvid", "_hjid", "_cfuvid", "csrf_token", "session_id", "sessionid", "lang", "language", "uid", "uuid2", "user", "consent", "theme", "unique_ids", "_ga_ABC123")}, nil},

		{"other cookies of Google", plan.Service{ID: "google-maps", Category: "analytics", Cookies: names("NID", "SID", "HSID", "SSID", "APISID", "SAPISID", "SIDCC", "ANID", "AEC", "SOCS", "CONSENT", "1P_JAR", "__Secure-3PSID")}, nil},
		{"other cookies of YouTube", plan.Service{ID: "youtube", Category: "analytics", Cookies: names("YSC", "GPS", "PREF", "CONSENT", "LOGIN_INFO", "__Secure-YEC", "SOCS")}, nil},
		{"other cookies of Microsoft", plan.Service{ID: "microsoft-clarity", Category: "analytics", Cookies: names("_clck", "MUID", "MUIDB", "MR2", "SRM_I", "SRM_B", "MSFPC")}, nil},
		{"other cookies of LinkedIn", plan.Service{ID: "linkedin-insight", Category: "analytics", Cookies: names("li_fat_id", "li_gc", "li_mc", "li_at", "li_rm", "liap", "lidc")}, nil},
		{"other cookies of Facebook", plan.Service{ID: "facebook-embed", Category: "analytics", Cookies: names("datr", "fr", "sb", "xs", "wd", "c_user", "presence", "ps_l", "ps_n")}, nil},
		{"other cookies of Google Analytics", plan.Service{ID: "google-analytics", Category: "analytics", Cookies: names("_ga", "_gac", "_gaexp", "_gat", "AMP_TOKEN", "__utmz")}, nil},
		{"a site's own short names", plan.Service{ID: "portal", Category: "analytics", Cookies: names("_ps_id", "_us_id", "_ms_id", "_ts_id", "_cs_ab", "_fbs", "_clock", "_user", "_sid", "_csrf", "_lang", "_theme_v2", "_tid", "_uid", "USER_ID", "APP_LANG", "Cart_ID", "_pk", "_hash", "_ga4", "_cart_id", "_rs_id", "_cs")}, nil},
		{"short names with a slip", plan.Service{ID: "portal", Category: "analytics", Cookies: names("_pkid", "_clkc", "_csid")}, []string{"misspelt-name services[0].cookies[0]", "misspelt-name services[0].cookies[1]", "misspelt-name services[0].cookies[2]"}},

		{"two slips in a long name of a known service", plan.Service{ID: "matomo", Category: "analytics", Cookies: names("_pksess", "/^_pk_id/")}, []string{"misspelt-name services[0].cookies[0]"}},
		{"a pattern of a table that visitors read", plan.Service{ID: "ga", Category: "analytics", Cookies: []plan.Cookie{{Name: "_ga_*", Source: "_ga_*", Path: "sections[0].cookieTable[0]"}}}, nil},
		{"a slip in another kind of storage", plan.Service{ID: "ga", Category: "analytics", Cookies: []plan.Cookie{{Name: "_gaa", Kind: "localStorage", Path: "c"}}}, nil},
		{"a slip in a database", plan.Service{ID: "ga", Category: "analytics", Cookies: []plan.Cookie{{Name: "_gaa", Kind: "indexedDB", Path: "c"}}}, nil},
		{"a slip in a list that is the banner's", plan.Service{ID: "gtag", Library: "gtag", Category: "analytics", Cookies: names("_gaa")}, nil},
		{"a cookie of what does not track among necessary cookies", plan.Service{ID: "system", Category: "necessary", Cookies: names("PHPSESSID", "csrftoken", "_calendly_session")}, nil},

		{"another number", plan.Service{ID: "youtube", Category: "analytics", Cookies: names("VISITOR_INFO2_LIVE")}, nil},

		{"everything", plan.Service{ID: "regie", Category: "analytics", Cookies: names("/.*/", "regie")}, []string{"matches-all services[0].cookies[0]"}},
		{"anything at all", plan.Service{ID: "regie", Category: "analytics", Cookies: names("/^/i")}, []string{"matches-all services[0].cookies[0]"}},
		{"much, and not everything", plan.Service{ID: "regie", Category: "analytics", Cookies: names("/^_/")}, nil},
		{"nothing of a known service", plan.Service{ID: "matomo", Category: "analytics", Cookies: names("/^piwik_/", "/^_pk_id/")}, []string{"matches-nothing services[0].cookies[0]"}},
		{"a star in a text", plan.Service{ID: "ga", Category: "analytics", Cookies: names("_ga_*")}, []string{"matches-nothing services[0].cookies[0]"}},
		{"only letters after the name", plan.Service{ID: "ga", Category: "analytics", Cookies: names("/^_ga_[A-Z0-9]+$/", "/^_ga$/", "/_gat/")}, nil},
		{"what Go cannot read", plan.Service{ID: "matomo", Category: "analytics", Cookies: names("/^(?=_pk)/")}, nil},

		{"kept for long", plan.Service{ID: "regie", Category: "analytics", Cookies: lasting("regie", "2 ans")}, []string{"long-lived services[0].cookies[0]"}},
		{"kept for thirteen months", plan.Service{ID: "regie", Category: "analytics", Cookies: lasting("regie", "395 days")}, nil},
		{"kept for a day more", plan.Service{ID: "regie", Category: "analytics", Cookies: lasting("regie", "396 jours")}, []string{"long-lived services[0].cookies[0]"}},
		{"until it is erased", plan.Service{ID: "regie", Category: "analytics", Cookies: lasting("regie", "persistent")}, nil},

		{"no cookies", plan.Service{ID: "regie", Category: "analytics"}, []string{"no-cookies services[0]"}},
		{"no cookies of a known service", plan.Service{ID: "matomo", Category: "analytics"}, []string{"no-cookies services[0]"}},
		{"cookies out of reach", plan.Service{ID: "youtube", Category: "analytics"}, nil},
		{"a service without cookies", plan.Service{ID: "plausible", Category: "analytics"}, nil},
		{"nothing that is erased", plan.Service{ID: "session", Category: "necessary"}, nil},
		{"the banner knows them", plan.Service{ID: "gtag", Library: "gtag", Category: "analytics"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.service.Path = "services[0]"
			p := &plan.Plan{Peer: "Klaro 0.7", Services: []plan.Service{test.service}}
			if got := found(t, p); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v\n%v", got, test.want, p.Mistakes)
			}
		})
	}
}

// TestNoFalseAlarm: a configuration that names what a known service stores, as the library has it, has
// no mistake in it.
func TestNoFalseAlarm(t *testing.T) {
	for _, entry := range library(t) {
		s := plan.Service{ID: string(entry.ID), Category: "analytics", Path: "services[0]"}
		for _, c := range entry.Newest().Service.Cookies {
			name := strings.NewReplacer("*", "A1b2C3", "{org}", "0123456789ABCDEF").Replace(c.Name)
			s.Cookies = append(s.Cookies, plan.Cookie{Name: name, Source: name, Kind: string(c.Kind), Path: "services[0].cookies"})
		}
		if len(s.Cookies) == 0 {
			continue
		}
		for _, id := range []string{s.ID, "something"} {
			s.ID = id
			p := &plan.Plan{Peer: "Klaro 0.7", Services: []plan.Service{s}}
			if got := found(t, p); got != nil {
				t.Errorf("%s as %s: %v", entry.ID, id, p.Mistakes)
			}
		}
	}
}

// TestSaidOnce: what the peer has said of a service, or of a part of it, is not said again.
func TestSaidOnce(t *testing.T) {
	for _, path := range []string{"services[0]", "services[0].default"} {
		p := &plan.Plan{Services: []plan.Service{{ID: "hotjar", Exempt: true, Category: "analytics", Path: "services[0]", Cookies: names("/^_hj/")}}, Mistakes: []plan.Mistake{{Rule: plan.NotAsked, Path: path, Text: "It runs."}}}
		if got := found(t, p); len(got) != 1 {
			t.Errorf("said at %s, and again: %v", path, got)
		}
	}
}

// TestSaidOfEach: services that a page has without a setting, and the names in one setting, are told
// apart.
func TestSaidOfEach(t *testing.T) {
	for _, test := range []struct {
		name     string
		services []plan.Service
		want     []string
	}{
		{"services without a setting", []plan.Service{{ID: "one", Category: "analytics"}, {ID: "two", Category: "analytics"}}, []string{"no-cookies ", "no-cookies "}},
		{"names of one setting", []plan.Service{{ID: "ga", Category: "analytics", Cookies: []plan.Cookie{{Name: "_gaa", Path: "c"}, {Name: "_gidd", Path: "c"}, {Name: "_gaa", Path: "c"}}}},
			[]string{"misspelt-name c", "misspelt-name c"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &plan.Plan{Peer: "Klaro 0.7", Services: test.services}
			if got := found(t, p); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v\n%v", got, test.want, p.Mistakes)
			}
		})
	}
}

// TestTexts: a mistake says what the catalogue has in its place.
func TestTexts(t *testing.T) {
	everything := []plan.Cookie{{Source: "/.*/", Path: "c"}}
	for _, test := range []struct {
		name string
		plan plan.Plan
		want string
	}{
		{"everything, of an unknown service", plan.Plan{Services: []plan.Service{{ID: "own", Category: "analytics", Cookies: everything}}}, "The catalogue has a TODO in its place: name the cookies of “own”."},
		{"everything, of a known service", plan.Plan{Services: []plan.Service{{ID: "ga", Category: "analytics", Cookies: everything}}}, "The catalogue has the cookies of Google Analytics 4 in its place."},
		{"an answer for ever", plan.Plan{Answer: plan.Answer{Days: 36_500_000}}, "The answer is kept for 36500000 days,"},
		{"an answer for part of a day", plan.Plan{Answer: plan.Answer{Days: 1000.0 / 3 * 2}}, "The answer is kept for 667 days,"},
	} {
		t.Run(test.name, func(t *testing.T) {
			found(t, &test.plan)
			if all := test.plan.Mistakes; len(all) != 1 || !strings.Contains(all[0].Text, test.want) {
				t.Errorf("got %v, want %q", all, test.want)
			}
		})
	}
}

// TestListedInCategory: vanilla-cookieconsent erases what a category names, and c15t has no place for it.
func TestListedInCategory(t *testing.T) {
	for peer, want := range map[string][]string{"vanilla-cookieconsent 3": nil, "c15t": nil, "Klaro 0.7": {"no-cookies services[1]"}} {
		p := &plan.Plan{Peer: peer, Services: []plan.Service{{ID: "analytics-cookies", Category: "analytics", Cookies: names("/^_ga/")}, {ID: "ga", Category: "analytics", Path: "services[1]"}}}
		if got := found(t, p); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", peer, got, want)
		}
	}
}

// TestAnswer: an answer that is kept for over thirteen months is a mistake, once.
func TestAnswer(t *testing.T) {
	said := []plan.Mistake{{Rule: plan.LongLived, Path: "cookieExpiresAfterDays", Text: "Long."}}
	for _, test := range []struct {
		name string
		days float64
		said []plan.Mistake
		want []string
	}{
		{"six months", 182, nil, nil},
		{"thirteen months", 395, nil, nil},
		{"a day more", 396, nil, []string{"long-lived cookieExpiresAfterDays"}},
		{"the peer has said it", 400, said, []string{"long-lived cookieExpiresAfterDays"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &plan.Plan{Answer: plan.Answer{Days: test.days}, Mistakes: test.said, Fates: []plan.Fate{{Path: "cookieTable[0].expires"}, {Path: "cookieExpiresAfterDays", Place: told.Place{File: "klaro.js", Line: 7}}}}
			if got := found(t, p); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if len(p.Mistakes) == 1 && test.said == nil && p.Mistakes[0].Place.Line != 7 {
				t.Errorf("the place is %v", p.Mistakes[0].Place)
			}
		})
	}
}

func TestApart(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"_ga", "_ga", 0}, {"_ga", "_gaa", 1}, {"_fbp", "_fpb", 1}, {"YSC", "ysc", 1}, {"_pk_id", "_pkid", 1}, {"_pk_id", "pkid", 2}, {"_ga", "_gcl_au", 3}, {"", "ab", 2}} {
		if got := apart(test.a, test.b); got != test.want {
			t.Errorf("apart(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
