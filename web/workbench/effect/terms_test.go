package effect

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
	"charte/catalogue/source"
)

// full is a valid catalogue in which a visitor sees something of each field.
func full() *catalogue.Catalogue {
	c := cataloguetest.Valid()
	text := func(text string) catalogue.Text { return catalogue.Text{"fr": text, "en": text} }
	c.Site.Hosts = []catalogue.Host{{Host: "cdn.example.org", Kind: "script"}}
	s := &c.Services[3]
	s.Location, s.Placeholder, s.Frame, s.Content = text("where"), text("wait"), "https://f.example/{v}", "https://c.example/{v}"
	s.Retention, s.Sale = catalogue.Lifetime{Count: 2, Unit: catalogue.UnitMonth}, true
	s.Hosts = []catalogue.Host{{Host: "f.example", Kind: "frame"}}
	s.Signals = []catalogue.Signal{catalogue.Signals()[0]}
	c.Categories[1].Signals = []catalogue.Signal{catalogue.Signals()[1]}
	c.CarryOver = &catalogue.CarryOver{Banner: catalogue.FormerBanners()[0], Cookie: "old", Services: map[string]catalogue.ID{"ga": "analytics"}}
	c.Formerly = map[string][]string{"aaaaaa": {"statistics.analytics"}}
	return c
}

// all are the sentences about two catalogues without those of findings and sizes.
func all(t *testing.T, before, after *catalogue.Catalogue) []string {
	t.Helper()
	return spoken(t, slices.Concat(asking(before, after), left(before, after), site(before, after), terms(before, after), wordings(before, after)))
}

func TestTerms(t *testing.T) {
	plain := catalogue.Lifetime{}
	for _, test := range []struct {
		name string
		edit func(c *catalogue.Catalogue)
		want []string // but for that nobody is asked
	}{
		{"nothing", func(*catalogue.Catalogue) {}, nil},
		{"controller", func(c *catalogue.Catalogue) { c.Site.Controller = "Nice" }, []string{"controller controller=Nice"}},
		{"charterURL", func(c *catalogue.Catalogue) { c.Site.CharterURL = "/c" }, []string{"charter address=/c"}},
		{"no charterURL", func(c *catalogue.Catalogue) { c.Site.CharterURL = "" }, []string{"charterOwn"}},
		{"keepAfterWithdrawal", func(c *catalogue.Catalogue) { c.Site.KeepAfterWithdrawal = true }, []string{"keepAfterWithdrawal"}},
		{"doNotTrack", func(c *catalogue.Catalogue) { c.Site.DoNotTrack = true }, []string{"doNotTrack"}},
		{"figures", func(c *catalogue.Catalogue) { c.Site.Figures = true }, []string{"figures"}},
		{"carryOver", func(c *catalogue.Catalogue) { c.CarryOver.Cookie = "x" }, []string{"carryOver"}},
		{"no carryOver", func(c *catalogue.Catalogue) { c.CarryOver = nil }, []string{"carryOverOff"}},
		{"formerly", func(c *catalogue.Catalogue) { c.Formerly["bbbbbb"] = nil }, []string{"formerly"}},
		{"formerly, another list", func(c *catalogue.Catalogue) { c.Formerly["aaaaaa"] = []string{"statistics.matomo"} }, []string{"formerly"}},
		{"the revision in force under formerly", func(c *catalogue.Catalogue) { c.Formerly[c.Revision()] = c.Asked() }, nil},
		{"a signal of a category", func(c *catalogue.Catalogue) {
			c.Categories[1].Signals = append(c.Categories[1].Signals, catalogue.Signals()[2])
		}, []string{"signals name=Statistiques signals=" + string(catalogue.Signals()[1]) + ", " + string(catalogue.Signals()[2])}},
		{"no signal of a service", func(c *catalogue.Catalogue) { c.Services[3].Signals = nil }, []string{"signalsNone name=YouTube"}},
		{"a provider's name", func(c *catalogue.Catalogue) { c.Providers[1].Name = "Alphabet" }, []string{"provider provider=Alphabet"}},
		{"a provider's policy", func(c *catalogue.Catalogue) { c.Providers[1].PolicyURL += "x" }, []string{"provider provider=Google"}},
		{"a provider that nothing uses", func(c *catalogue.Catalogue) {
			c.Providers = append(c.Providers, catalogue.Provider{ID: "x", Name: "X"})
		}, nil},
		{"a host of the site", func(c *catalogue.Catalogue) {
			c.Site.Hosts = append(c.Site.Hosts, catalogue.Host{Host: "x.example", Kind: "font"})
		}, []string{"siteHostsNew hosts=x.example (font)"}},
		{"no host of the site", func(c *catalogue.Catalogue) { c.Site.Hosts = nil }, []string{"siteHostsGone hosts=cdn.example.org (script)"}},
		{"another kind of host", func(c *catalogue.Catalogue) { c.Services[3].Hosts[0].Kind = "image" }, []string{"hostsNew hosts=f.example (image) service=YouTube", "hostsGone hosts=f.example (frame) service=YouTube"}},
		{"hosts in another order", func(c *catalogue.Catalogue) {
			c.Site.Hosts = append(c.Site.Hosts, c.Site.Hosts[0])
		}, nil},
		{"a retention", func(c *catalogue.Catalogue) { c.Services[3].Retention.Count = 3 }, []string{"retention after=3 months service=YouTube"}},
		{"no retention", func(c *catalogue.Catalogue) { c.Services[3].Retention = plain }, []string{"retentionNone service=YouTube"}},
		{"a frame", func(c *catalogue.Catalogue) { c.Services[3].Frame += "x" }, []string{"frame service=YouTube"}},
		{"what a frame shows", func(c *catalogue.Catalogue) { c.Services[3].Content += "x" }, []string{"frame service=YouTube"}},
		{"a cookie of another host", func(c *catalogue.Catalogue) { c.Services[3].Cookies[0].Domain = ".y.example" }, []string{"unswept cookies=YSC service=YouTube", "cookieDomain cookie=YSC domain=.y.example service=YouTube"}},
		{"a sale", func(c *catalogue.Catalogue) { c.Services[2].Sale = true }, []string{"sale services=GA"}},
		{"a category that sells", func(c *catalogue.Catalogue) { c.Categories[2].Sale = true }, []string{"sale services=Cartes"}},
		{"no sale", func(c *catalogue.Catalogue) { c.Services[3].Sale = false }, []string{"saleNone services=YouTube"}},
		{"services in another order", func(c *catalogue.Catalogue) { c.Services[2], c.Services[3] = c.Services[3], c.Services[2] }, []string{"order"}},
		{"categories in another order", func(c *catalogue.Catalogue) { c.Categories[1], c.Categories[2] = c.Categories[2], c.Categories[1] }, []string{"order"}},
		{"cookies in another order", func(c *catalogue.Catalogue) {
			cookies := c.Services[3].Cookies
			cookies[0], cookies[1] = cookies[1], cookies[0]
		}, []string{"order"}},
		{"a text that comes", func(c *catalogue.Catalogue) { c.Services[4].Placeholder = catalogue.Text{"fr": "a", "en": "b"} }, []string{"texts.other n=2"}},
		{"a text that goes", func(c *catalogue.Catalogue) { c.Categories[0].TableTitle = nil }, []string{"texts.other n=2"}},
		{"a word that comes", func(c *catalogue.Catalogue) { c.Words["en"] = map[string]string{"notice.title": "Cookies"} }, []string{"texts.one n=1"}},
		{"a word that goes", func(c *catalogue.Catalogue) { c.Words = nil }, []string{"texts.one n=1"}},
		{"a language with its words", func(c *catalogue.Catalogue) {
			c.Languages = append(c.Languages, "de")
			c.Words["de"] = map[string]string{"notice.title": "Kekse"}
		}, []string{"languageNew language=de"}},
		{"when a lifetime was read", func(c *catalogue.Catalogue) { c.Services[1].Cookies[0].Checked = "2026-11-24" }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			after := full()
			test.edit(after)
			if got, want := all(t, full(), after), append([]string{"nobody"}, test.want...); !slices.Equal(got, want) {
				t.Errorf("says\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
			}
			// The other way there is as much to say, unless a sentence is about what has come alone.
			if back := all(t, after, full()); (len(back) == 1) != (test.want == nil) {
				t.Errorf("the other way it says %q", back)
			}
		})
	}
	back := full()
	back.Services[3].Cookies[0].Domain = ".y.example"
	if got := all(t, back, full()); !slices.Equal(got, []string{"nobody", "cookieOwn cookie=YSC service=YouTube"}) {
		t.Errorf("a cookie that comes home says %q", got)
	}
}

// TestHomes: names that a service has for one host or for several.
func TestHomes(t *testing.T) {
	own, x, y, z := catalogue.Cookie{Name: "a"}, catalogue.Cookie{Name: "a", Domain: ".x"}, catalogue.Cookie{Name: "a", Domain: ".y"}, catalogue.Cookie{Name: "a", Domain: ".z"}
	stored := catalogue.Cookie{Name: "a", Kind: catalogue.KindLocalStorage, Domain: ".x"}
	for _, test := range []struct {
		name          string
		before, after []catalogue.Cookie
		want          []string
	}{
		{"the same", []catalogue.Cookie{x, y}, []catalogue.Cookie{x, y}, []string{}},
		{"another order", []catalogue.Cookie{own, x}, []catalogue.Cookie{x, own}, []string{}},
		{"another host", []catalogue.Cookie{own}, []catalogue.Cookie{x}, []string{"cookieDomain cookie=a domain=.x service=S"}},
		{"the site's own host", []catalogue.Cookie{x}, []catalogue.Cookie{own}, []string{"cookieOwn cookie=a service=S"}},
		{"one of two hosts is another", []catalogue.Cookie{x, y}, []catalogue.Cookie{x, z}, []string{"cookieDomain cookie=a domain=.x, .z service=S"}},
		{"one of two hosts goes", []catalogue.Cookie{x, y}, []catalogue.Cookie{y}, []string{"cookieDomain cookie=a domain=.y service=S"}},
		{"a second host comes", []catalogue.Cookie{x}, []catalogue.Cookie{x, y}, []string{"cookieDomain cookie=a domain=.x, .y service=S"}},
		{"the site's own host comes", []catalogue.Cookie{x}, []catalogue.Cookie{x, own}, []string{"cookieOwn cookie=a service=S"}},
		{"a cookie that is new", []catalogue.Cookie{stored}, []catalogue.Cookie{stored, y}, []string{}},
		{"a cookie that goes", []catalogue.Cookie{x}, nil, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := spoken(t, homes("S", test.before, test.after)); !slices.Equal(got, test.want) {
				t.Errorf("homes = %q, want %q", got, test.want)
			}
		})
	}
}

// TestEachField changes each value of a catalogue, one after the other. Whatever visitors see of it, the
// words say something.
func TestEachField(t *testing.T) {
	seen := func(c *catalogue.Catalogue) string {
		var views []any
		for _, language := range c.Languages {
			v, err := source.View(c, language)
			if err != nil {
				t.Fatal(err)
			}
			views = append(views, v)
		}
		var hosts [][]catalogue.Host
		for _, s := range c.Services {
			hosts = append(hosts, s.Hosts)
		}
		data, err := json.Marshal([]any{views, c.Look.Whole(), c.Site.Guard, c.Site.Hosts, hosts, c.CarryOver})
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	tried := 0
	for i := 0; ; i++ {
		after := full()
		at := 0
		where := change(reflect.ValueOf(after).Elem(), "", func() bool { at++; return at-1 == i })
		if where == "" {
			break
		}
		if strings.Contains(where, "Unit") || strings.HasPrefix(where, ".Languages") {
			continue // which makes no catalogue that can be shown
		}
		tried++
		if got := all(t, full(), after); len(got) == 1 && seen(after) != seen(full()) {
			t.Errorf("%s says %q", where, got)
		}
	}
	if tried < 100 {
		t.Errorf("only %d values were changed", tried)
	}
}

// change changes the one value for which is says so, and returns where that is: ".Site.Name[fr]".
func change(v reflect.Value, where string, is func() bool) string {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if at := change(v.Field(i), where+"."+v.Type().Field(i).Name, is); at != "" {
				return at
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return change(v.Elem(), where, is)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if at := change(v.Index(i), where+"["+string(rune('0'+i))+"]", is); at != "" {
				return at
			}
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			if at := change(value, where+"["+key.String()+"]", is); at != "" {
				v.SetMapIndex(key, value)
				return at
			}
		}
	case reflect.String:
		if is() {
			v.SetString(v.String() + "x")
			return where
		}
	case reflect.Bool:
		if is() {
			v.SetBool(!v.Bool())
			return where
		}
	case reflect.Int:
		if is() {
			v.SetInt(v.Int() + 1)
			return where
		}
	}
	return ""
}
