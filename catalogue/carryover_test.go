package catalogue_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

// yesAndNo lists, sorted, what a cookie grants and what it refuses.
func yesAndNo(said map[string]bool) (yes, no string) {
	var lists [2][]string
	for _, name := range slices.Sorted(maps.Keys(said)) {
		i := 1
		if said[name] {
			i = 0
		}
		lists[i] = append(lists[i], name)
	}
	return strings.Join(lists[0], " "), strings.Join(lists[1], " ")
}

func TestCarryOverRead(t *testing.T) {
	const (
		v3 = `{"categories":["necessary","analytics"],"revision":0,"data":null,"consentTimestamp":"2026-10-01T08:15:30.000Z","consentId":"3f0f8d2e-8f7e-4c0b-9a52-0d6b1b2f7a11","services":{"necessary":[],"analytics":["ga"],"ads":[]},"languageCode":"fr","lastConsentTimestamp":"2026-10-02T08:15:30.000Z","expirationTime":1790000000000}`
		v2 = `{"categories":["necessary","targeting"],"level":["necessary","targeting"],"revision":0,"data":{"a":[1,-2.5,{"b":null}]},"rfc_cookie":true,"consent_date":"2022-03-01T08:15:30.000Z","consent_uuid":"3f0f8d2e-8f7e-4c0b-9a52-0d6b1b2f7a11","last_consent_update":"2022-03-01T08:15:30.000Z"}`
	)
	long := strings.Repeat("a", 4096)
	for _, test := range []struct {
		name    string
		banner  catalogue.FormerBanner
		value   string
		yes, no string
		reads   bool
	}{
		{"vanilla 3", catalogue.VanillaCookieconsent, url.PathEscape(v3), "analytics ga necessary", "", true},
		{"vanilla 3, not encoded", catalogue.VanillaCookieconsent, v3, "analytics ga necessary", "", true},
		{"vanilla 2", catalogue.VanillaCookieconsent, url.PathEscape(v2), "necessary targeting", "", true},
		{"vanilla before 2.8", catalogue.VanillaCookieconsent, `{"level":["necessary","analytics"]}`, "analytics necessary", "", true},
		{"vanilla, everything refused where nothing is necessary", catalogue.VanillaCookieconsent, `{"categories":[],"services":{}}`, "", "", true},
		{"vanilla, a category that is no text", catalogue.VanillaCookieconsent, `{"categories":["a",true]}`, "", "", false},
		{"vanilla, categories that are no list", catalogue.VanillaCookieconsent, `{"categories":{"a":true}}`, "", "", false},
		{"vanilla, services that are a list", catalogue.VanillaCookieconsent, `{"categories":["a"],"services":["b"]}`, "", "", false},
		{"Klaro", catalogue.Klaro, "%7B%22matomo%22%3Atrue%2C%22youtube%22%3Afalse%7D", "matomo", "youtube", true},
		{"Klaro, a text for a flag", catalogue.Klaro, `{"matomo":"true","youtube":1,"ga":null,"x":{"ads":true}}`, "", "ga matomo x youtube", true},
		{"Klaro, a word that begins like true", catalogue.Klaro, `{"matomo":trueish}`, "", "", false},
		{"Klaro, granted and refused", catalogue.Klaro, `{"matomo":true,"matomo":false}`, "", "matomo", true},
		{"Klaro, refused and granted", catalogue.Klaro, `{"matomo":false,"matomo":true}`, "", "matomo", true},
		{"Klaro, nothing in it", catalogue.Klaro, "%7B%7D", "", "", true},
		{"Klaro, letters outside of ASCII", catalogue.Klaro, "%7B%22vid%C3%A9os%22%3Atrue%7D", "vidéos", "", true},
		{"Orejime, as js-cookie writes it", catalogue.Orejime, "%7B%22gtm%22%3Atrue%2C%22ads%22%3Afalse%7D", "gtm", "ads", true},
		{"tarteaucitron", catalogue.Tarteaucitron, "!gtag=true!youtube=wait!facebookpixel=false", "gtag", "facebookpixel", true},
		{"tarteaucitron, not answered yet", catalogue.Tarteaucitron, "!gtag=wait!youtube=wait", "", "", true},
		{"tarteaucitron, odd words", catalogue.Tarteaucitron, "gtag=TRUE!x=true=true!=!y!!", "", "", true},
		{"c15t", catalogue.C15t, "c.necessary:1,c.measurement:1,c.marketing:0,i.t:1764412800000,i.y:custom,i.sid:sub_3Fq", "measurement necessary", "marketing", true},
		{"c15t, an odd flag", catalogue.C15t, "c.marketing:true,c.ads,c.measurement:1:1", "", "ads marketing measurement", true},
		{"c15t, other keys", catalogue.C15t, "i.t:1,ic.marketing:1", "", "", true},

		{"empty", catalogue.Klaro, "", "", "", false},
		{"no JSON", catalogue.Klaro, "yes", "", "", false},
		{"a list", catalogue.Klaro, "[true]", "", "", false},
		{"cut short", catalogue.Klaro, "%7B%22matomo%22%3Atrue", "", "", false},
		{"cut in an escape", catalogue.Klaro, "%7B%22matomo%22%3Atrue%7", "", "", false},
		{"an escape of no byte", catalogue.Klaro, "%7B%22matomo%22%3Atrue%+D", "", "", false},
		{"encoded twice", catalogue.Klaro, "%257B%2522matomo%2522%253Atrue%257D", "", "", false},
		{"something after it", catalogue.Klaro, `{"matomo":true}{"ads":true}`, "", "", false},
		{"deep", catalogue.Klaro, `{"a":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `}`, "", "", false},
		{"as long as a cookie can be", catalogue.Tarteaucitron, "!gtag=true!" + long[:4096-11], "gtag", "", true},
		{"longer", catalogue.Tarteaucitron, "!gtag=true!" + long[:4096-10], "", "", false},
		{"names that JavaScript reserves", catalogue.Klaro, `{"__proto__":true}`, "__proto__", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			said := (&catalogue.CarryOverView{Banner: test.banner}).Read(test.value)
			if yes, no := yesAndNo(said); yes != test.yes || no != test.no || (said != nil) != test.reads {
				t.Errorf("granted %q, refused %q, read %v; want %q, %q, %v", yes, no, said != nil, test.yes, test.no, test.reads)
			}
		})
	}
}

// FuzzCarryOverRead: nothing that a cookie can hold makes the reader panic, and a name stands in the
// value before it counts as granted.
func FuzzCarryOverRead(f *testing.F) {
	for _, seed := range []string{
		`{"categories":["necessary","analytics"],"services":{"analytics":["ga"]},"level":["x"]}`,
		"%7B%22matomo%22%3Atrue%2C%22youtube%22%3Afalse%7D", "!gtag=true!youtube=wait!x=false",
		"c.necessary:1,c.measurement:0,i.t:1764412800000", `{"\u0061":true,"b":[{"c":[1e9]}]}`, "%", "{", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, banner := range catalogue.FormerBanners() {
			c := &catalogue.CarryOverView{Banner: banner}
			said := c.Read(value)
			if len(said) > 0 && len(value) > 4096 {
				t.Fatalf("%s: a value of %d bytes is read", banner, len(value))
			}
			// The reader takes escapes in JSON for what they stand for, so only values without them can be compared.
			plain, err := url.PathUnescape(value)
			for name := range said {
				if err == nil && !strings.Contains(plain, `\`) && !strings.Contains(plain, name) && !strings.Contains(value, name) {
					t.Fatalf("%s: %q says something of %q", banner, value, name)
				}
			}
			if encoded := url.PathEscape(value); err == nil && plain == value && len(encoded) <= 4096 && (banner == catalogue.Klaro || banner == catalogue.VanillaCookieconsent) && !maps.Equal(c.Read(encoded), said) {
				t.Fatalf("%s: %q and its encoded form say different things", banner, value)
			}
		}
	})
}

// TestInCarryOver: which services of a catalogue what is carried over stands for.
func TestInCarryOver(t *testing.T) {
	klaro := func(services map[string]catalogue.ID) *catalogue.CarryOver {
		return &catalogue.CarryOver{Banner: catalogue.Klaro, Services: services}
	}
	for _, test := range []struct {
		name     string
		carried  *catalogue.CarryOver
		formerly map[string][]string
		cookie   string
		want     map[string][]string
	}{
		{"none", nil, nil, "", nil},
		{"a service", klaro(map[string]catalogue.ID{"yt": "youtube"}), nil, "klaro", map[string][]string{"third-party.youtube": {"yt"}}},
		{"a category is its services that ask", klaro(map[string]catalogue.ID{"a": "statistics", "b": "third-party"}), nil, "klaro",
			map[string][]string{"statistics.analytics": {"a"}, "third-party.youtube": {"b"}, "third-party.maps": {"b"}}},
		{"a service says more than its category", klaro(map[string]catalogue.ID{"b": "third-party", "yt": "youtube"}), nil, "klaro",
			map[string][]string{"third-party.youtube": {"yt"}, "third-party.maps": {"b"}}},
		{"several names of one service", klaro(map[string]catalogue.ID{"yt": "youtube", "media": "youtube"}), nil, "klaro",
			map[string][]string{"third-party.youtube": {"media", "yt"}}},
		{"a category that has gained a service since", klaro(map[string]catalogue.ID{"b": "third-party"}), map[string][]string{"k3f7ab": {"third-party.youtube"}}, "klaro",
			map[string][]string{"third-party.youtube": {"b"}}},
		{"a service that came later, by its own name", klaro(map[string]catalogue.ID{"map": "maps"}), map[string][]string{"k3f7ab": {"third-party.youtube"}}, "klaro",
			map[string][]string{"third-party.maps": {"map"}}},
		{"a cookie of another name", &catalogue.CarryOver{Banner: catalogue.Orejime, Cookie: "orejime"}, nil, "orejime", map[string][]string{}},
		{"the default name", &catalogue.CarryOver{Banner: catalogue.VanillaCookieconsent}, nil, "cc_cookie", map[string][]string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := cataloguetest.Valid()
			revision := c.Revision()
			c.CarryOver, c.Formerly = test.carried, test.formerly
			if c.Revision() != revision {
				t.Error("the revision depends on what is carried over")
			}
			view, err := c.In("fr", wording())
			if err != nil {
				t.Fatal(err)
			}
			if test.carried == nil {
				if view.CarryOver != nil {
					t.Errorf("got %+v, want nothing", view.CarryOver)
				}
				return
			}
			want := &catalogue.CarryOverView{Banner: test.carried.Banner, Cookie: test.cookie, Services: test.want}
			if !reflect.DeepEqual(view.CarryOver, want) {
				t.Errorf("got %+v, want %+v", view.CarryOver, want)
			}
			data, err := json.Marshal(view)
			if err != nil {
				t.Fatal(err)
			}
			read, err := catalogue.ReadView(string(data))
			if err != nil || len(want.Services) > 0 && !reflect.DeepEqual(read.CarryOver, want) {
				t.Errorf("the program reads %+v, %v", read.CarryOver, err)
			}
		})
	}
}

// TestFormerBanners: each banner has a cookie of its own, whose name no other has.
func TestFormerBanners(t *testing.T) {
	names := map[string]catalogue.FormerBanner{}
	for _, banner := range catalogue.FormerBanners() {
		name := banner.AnswerCookie()
		if name == "" || names[name] != "" {
			t.Errorf("%s has the cookie %q, as %q has", banner, name, names[name])
		}
		names[name] = banner
	}
	if name := catalogue.FormerBanner("mine").AnswerCookie(); name != "" {
		t.Errorf("an unknown banner has the cookie %q", name)
	}
}
