package consent

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/catalogue"
)

// vectors are what Go and the loader must agree on.
type vectors struct {
	Policy Policy `json:"policy"`
	Read   []struct {
		Name, Cookies, Today string
		Want                 *struct {
			On      string
			Granted []string
			Refused []string // nil where only Granted is compared
		}
		Objected []string // what is objected to where there is no answer
	} `json:"read"`
	Allows []struct {
		Name   string
		Yes    *string
		Allows map[string]bool
	} `json:"allows"`
	Set []struct {
		Name         string
		Before, Want *string
		Choices      map[string]bool
		Unknown      []string
	} `json:"set"`
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Read) < 50 || len(v.Allows) < 5 || len(v.Set) < 20 {
		t.Fatalf("only %d + %d + %d vectors", len(v.Read), len(v.Allows), len(v.Set))
	}
	return v
}

func day(t testing.TB, s string) Day {
	t.Helper()
	d, ok := parseDay(s)
	if !ok {
		t.Fatalf("%q is no day", s)
	}
	return d
}

func TestRead(t *testing.T) {
	v := readVectors(t)
	for _, test := range v.Read {
		t.Run(test.Name, func(t *testing.T) {
			d := v.Policy.Read(test.Cookies, day(t, test.Today))
			if test.Want == nil {
				if !reflect.DeepEqual(d, Decision{No: d.No}) {
					t.Fatalf("got %+v, want no answer", d)
				}
				if objected := slices.Contains(test.Objected, "matomo"); v.Policy.Allows(d, "matomo") == objected {
					t.Errorf("Allows(matomo) = %v, want %v", objected, !objected)
				}
				if test.Objected != nil {
					changed, _ := v.Policy.Set(d, map[string]bool{"youtube": true}, 0)
					for name, next := range map[string]Decision{"youtube granted": changed, "everything accepted": v.Policy.AcceptAll(0).Keeping(d), "everything refused": v.Policy.RefuseAll(0).Keeping(d)} {
						if !slices.Equal(next.No, d.No) {
							t.Errorf("%s: objects to %q, want %q", name, next.No, d.No)
						}
					}
				}
				return
			}
			if !d.Answered || d.On.String() != test.Want.On {
				t.Fatalf("got %+v, want an answer of %s", d, test.Want.On)
			}
			if got := v.Policy.Granted(d); !slices.Equal(got, test.Want.Granted) {
				t.Errorf("granted %v, want %v", got, test.Want.Granted)
			}
			if got := v.Policy.Refused(d); test.Want.Refused != nil && !slices.Equal(got, test.Want.Refused) {
				t.Errorf("refused %v, want %v", got, test.Want.Refused)
			}
			both := append(v.Policy.Granted(d), v.Policy.Refused(d)...)
			both = slices.DeleteFunc(both, func(id string) bool { return id == "matomo" }) // exempt: in neither, or refused
			if slices.Sort(both); len(slices.Compact(both)) != 7 {
				t.Errorf("granted and refused together are %v, want everything that asks", both)
			}
		})
	}
}

func TestAllows(t *testing.T) {
	v := readVectors(t)
	for _, test := range v.Allows {
		t.Run(test.Name, func(t *testing.T) {
			var d Decision
			if test.Yes != nil {
				var err error
				if d, err = v.Policy.Decode("v=1&on=2026-11-23&rev=k3f9a1&yes="+*test.Yes, day(t, "2026-11-23")); err != nil {
					t.Fatal(err)
				}
			}
			for id, want := range test.Allows {
				if got := v.Policy.Allows(d, id); got != want {
					t.Errorf("Allows(%q) = %v, want %v", id, got, want)
				}
			}
		})
	}
}

func TestDecodeErrors(t *testing.T) {
	p := readVectors(t).Policy
	today := day(t, "2026-11-23")
	for _, test := range []struct {
		name, value string
		err         error
	}{
		{"a refusal", "v=1&on=2026-11-23&rev=k3f9a1", nil},
		{"cut short", "v=1&on=2026-11-23", ErrMalformed},
		{"another revision", "v=1&on=2026-11-23&rev=zzzzzz", ErrRevision},
		{"too old", "v=1&on=2026-05-24&rev=k3f9a1", ErrExpired},
		{"of the future", "v=1&on=2026-11-25&rev=k3f9a1", ErrFuture},
		{"a token nobody declared", "v=1&on=2026-11-23&rev=k3f9a1&yes=x", ErrMalformed},
		{"over 1,024 bytes", "v=1&on=2026-11-23&rev=k3f9a1&yes=" + strings.Repeat("statistics+", 100), ErrMalformed},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := p.Decode(test.value, today); !errors.Is(err, test.err) {
				t.Errorf("error %v, want %v", err, test.err)
			}
		})
	}
}

func TestValue(t *testing.T) {
	p := readVectors(t).Policy
	on := day(t, "2026-11-23")
	for _, test := range []struct {
		name string
		d    Decision
		want string
	}{
		{"no answer", Decision{}, ""},
		{"everything accepted", p.AcceptAll(on), "v=1&on=2026-11-23&rev=k3f9a1&yes=first-party+statistics+third-party"},
		{"everything refused", p.RefuseAll(on), "v=1&on=2026-11-23&rev=k3f9a1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.d.Value(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestRebase: choices that the visitor changed in the draft stay, and no others.
func TestRebase(t *testing.T) {
	p := readVectors(t).Policy
	decide := func(before Decision, choices map[string]bool) Decision {
		d, _ := p.Set(before, choices, 0)
		return d
	}
	granted := p.AcceptAll(0)
	for _, test := range []struct {
		name               string
		draft, began, onto Decision
		want               Decision
	}{
		{"nothing changed", granted, granted, p.RefuseAll(0), p.RefuseAll(0)},
		{"an objection elsewhere", decide(granted, map[string]bool{"youtube": false}), granted, decide(granted, map[string]bool{"matomo": false}),
			decide(granted, map[string]bool{"youtube": false, "matomo": false})},
		{"an objection in the draft", decide(Decision{}, map[string]bool{"matomo": false}), Decision{}, granted, decide(granted, map[string]bool{"matomo": false})},
		{"an objection lifted in the draft", p.RefuseAll(0), decide(p.RefuseAll(0), map[string]bool{"matomo": false}), decide(granted, map[string]bool{"matomo": false}), granted},
		{"a grant elsewhere of what is refused in the draft", decide(granted, map[string]bool{"youtube": false}), granted, granted, decide(granted, map[string]bool{"youtube": false})},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := p.Rebase(test.draft, test.began, test.onto); got.Value() != test.want.Value() {
				t.Errorf("got %s, want %s", got.Value(), test.want.Value())
			}
		})
	}
}

func TestSet(t *testing.T) {
	v := readVectors(t)
	on := day(t, "2026-11-23")
	const head = "v=1&on=2026-11-23&rev=k3f9a1"
	for _, test := range v.Set {
		t.Run(test.Name, func(t *testing.T) {
			var before Decision
			if test.Before != nil {
				var err error
				if before, err = v.Policy.Decode(head+*test.Before, on); err != nil {
					t.Fatal(err)
				}
			}
			d, unknown := v.Policy.Set(before, test.Choices, on)
			if !slices.Equal(unknown, test.Unknown) {
				t.Errorf("unknown: %q, want %q", unknown, test.Unknown)
			}
			switch {
			case test.Want == nil && len(unknown) < len(test.Choices):
				t.Errorf("unknown: %q, want every name", unknown)
			case test.Want != nil && d.Value() != head+*test.Want:
				t.Errorf("got %q, want %q", d.Value(), head+*test.Want)
			}
		})
	}
}

// TestObjection: only a choice that names an exempt service, or a cookie of it, makes or
// lifts an objection to it. An objection outlives every answer to what asks.
func TestObjection(t *testing.T) {
	p := Policy{Revision: "k3f9a1", Categories: []Category{
		{ID: "necessary", Necessary: true, Services: []Service{{ID: "login"}}},
		{ID: "statistics", Services: []Service{{ID: "matomo"}, {ID: "counter"}, {ID: "analytics", Asks: true}}},
		{ID: "quality", Services: []Service{{ID: "errors", Cookies: []Entry{{Name: "err*"}}}}},
	}}
	on := day(t, "2026-11-23")
	set := func(d Decision, choices map[string]bool) Decision {
		d, _ = p.Set(d, choices, on)
		return d
	}
	one := set(Decision{}, map[string]bool{"matomo": false})
	for _, test := range []struct {
		name string
		d    Decision
		want string // the end of the value: yes and no
	}{
		{"one of two", one, "&no=statistics.matomo"},
		{"both", set(one, map[string]bool{"counter": false}), "&no=statistics"},
		{"in two categories, by a cookie's name", set(one, map[string]bool{"err1": false}), "&no=quality+statistics.matomo"},
		{"lifted", set(one, map[string]bool{"matomo": true}), ""},
		{"lifted in part", set(set(one, map[string]bool{"counter": false}), map[string]bool{"matomo": true}), "&no=statistics.counter"},
		{"a category means what asks: yes", set(one, map[string]bool{"statistics": true}), "&yes=statistics&no=statistics.matomo"},
		{"a category means what asks: no", set(Decision{}, map[string]bool{"statistics": false}), ""},
		{"what is necessary", set(Decision{}, map[string]bool{"login": false, "necessary": false}), ""},
		{"accepting all lifts nothing", p.AcceptAll(on).Keeping(one), "&yes=statistics&no=statistics.matomo"},
		{"refusing all lifts nothing", p.RefuseAll(on).Keeping(one), "&no=statistics.matomo"},
		{"refusing all makes none", p.RefuseAll(on), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			value := "v=1&on=2026-11-23&rev=k3f9a1" + test.want
			if test.d.Value() != value {
				t.Fatalf("got %q, want %q", test.d.Value(), value)
			}
			read, err := p.Decode(value, on)
			if err != nil || read.Value() != value || !read.Same(test.d) {
				t.Errorf("read again: %+v, %v", read, err)
			}
			for _, id := range []string{"matomo", "counter", "errors"} {
				objected := strings.Contains(test.want, "."+id) || strings.HasSuffix(test.want, "no=statistics") && id != "errors" || strings.Contains(test.want, "quality") && id == "errors"
				if p.Allows(read, id) == objected {
					t.Errorf("Allows(%s) = %v, want %v", id, objected, !objected)
				}
			}
			if !p.Allows(read, "login") || !p.Allows(Decision{}, "matomo") {
				t.Error("a necessary service, or an exempt one that nobody objects to, is not allowed")
			}
		})
	}
	former := Policy{Revision: "bbbbbb", Categories: p.Categories}.Former(CookieName+"="+one.Value(), on)
	if !former.Objects("statistics", "matomo") || former.Objects("statistics", "counter") {
		t.Errorf("the former answer is %+v, want an objection to matomo alone", former)
	}
}

func TestAttributes(t *testing.T) {
	for _, test := range []struct {
		name, domain string
		secure       bool
		want         string
	}{
		{"http", "", false, "; Path=/; SameSite=Lax; Max-Age=15724800"},
		{"https", "", true, "; Path=/; SameSite=Lax; Max-Age=15724800; Secure"},
		{"for all subdomains", "example.org", true, "; Path=/; SameSite=Lax; Max-Age=15724800; Domain=example.org; Secure"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Attributes(test.domain, test.secure); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestDayOf: a moment's day is the one in UTC, whatever the hour and the zone.
func TestDayOf(t *testing.T) {
	for _, test := range []struct {
		moment string
		want   string
	}{
		{"2026-11-23T00:00:00Z", "2026-11-23"},
		{"2026-11-23T23:59:59Z", "2026-11-23"},
		{"2026-11-24T00:30:00+01:00", "2026-11-23"},
	} {
		moment, err := time.Parse(time.RFC3339, test.moment)
		if err != nil {
			t.Fatal(err)
		}
		if got := DayOf(moment).String(); got != test.want {
			t.Errorf("DayOf(%s) = %s, want %s", test.moment, got, test.want)
		}
	}
}

// FuzzDecode: Decode never panics. A value that it reads is written the same
// again. A value that it refuses gives the zero Decision.
func FuzzDecode(f *testing.F) {
	v := readVectors(f)
	for _, test := range v.Read {
		_, value, _ := strings.Cut(test.Cookies, "=")
		f.Add(value)
	}
	today := day(f, "2026-11-23")
	f.Fuzz(func(t *testing.T, value string) {
		d, err := v.Policy.Decode(value, today)
		if err != nil {
			if !reflect.DeepEqual(d, Decision{}) {
				t.Fatalf("Decode(%q) fails and yet returns %+v", value, d)
			}
			return
		}
		if written := d.Value(); written != strings.TrimSuffix(value, "&yes=") {
			t.Fatalf("Decode(%q) is written as %q", value, written)
		}
		again, err := v.Policy.Decode(d.Value(), today)
		if err != nil || !reflect.DeepEqual(again, d) {
			t.Fatalf("decoded again: %+v, %v; want %+v", again, err, d)
		}
	})
}

// FuzzRead: a second cookie never adds a grant, and lifts no objection.
func FuzzRead(f *testing.F) {
	v := readVectors(f)
	for _, test := range v.Read {
		f.Add(test.Cookies)
	}
	today := day(f, "2026-11-23")
	refusal := CookieName + "=" + v.Policy.RefuseAll(today).Value()
	f.Fuzz(func(t *testing.T, cookies string) {
		alone := v.Policy.Granted(v.Policy.Read(cookies, today))
		if !v.Policy.Read(cookies, today).Answered && len(alone) > 0 {
			t.Fatalf("Read(%q) is no answer and yet grants %v", cookies, alone)
		}
		if both := v.Policy.Granted(v.Policy.Read(cookies+"; "+refusal, today)); len(both) > 0 {
			t.Fatalf("Read(%q and a refusal) grants %v", cookies, both)
		}
		if both := v.Policy.Read(cookies+"; "+refusal+"&no=statistics", today); v.Policy.Allows(both, "matomo") {
			t.Fatalf("Read(%q and an objection) allows what is objected to", cookies)
		}
	})
}

// TestFormer: a former answer grants what was asked for at its revision, and
// nothing that the catalogue has asked for only since.
func TestFormer(t *testing.T) {
	p := Policy{
		Revision: "bbbbbb",
		Categories: []Category{
			{ID: "statistics", Services: []Service{{ID: "counter", Asks: true}, {ID: "newcomer", Asks: true}, {ID: "moved", Asks: true}}},
			{ID: "media", Services: []Service{{ID: "video", Asks: true}, {ID: "map", Asks: true}}},
		},
		Formerly: map[string][]string{"aaaaaa": {"statistics.counter", "media.video", "media.map", "media.moved"}},
	}
	const today = "2026-11-23"
	for _, test := range []struct{ name, cookies, want string }{
		{"no cookie", "", "no"},
		{"a refusal", "cookies_preferences=v=1&on=2026-11-01&rev=aaaaaa", ""},
		{"a whole category, without what has come or moved into it", "cookies_preferences=v=1&on=2026-11-01&rev=aaaaaa&yes=media+statistics", "media+statistics.counter"},
		{"a service", "cookies_preferences=v=1&on=2026-11-01&rev=aaaaaa&yes=media.video", "media.video"},
		{"a service that is gone", "cookies_preferences=v=1&on=2026-11-01&rev=aaaaaa&yes=media.radio+media.video", "media.video"},
		{"an unknown revision, a service", "cookies_preferences=v=1&on=2026-11-01&rev=cccccc&yes=media.video", "media.video"},
		{"an unknown revision, a refusal", "cookies_preferences=v=1&on=2026-11-01&rev=cccccc", ""},
		{"an unknown revision, a category", "cookies_preferences=v=1&on=2026-11-01&rev=cccccc&yes=media+statistics.counter", "no"},
		{"the present revision", "cookies_preferences=v=1&on=2026-11-01&rev=bbbbbb&yes=media", "no"},
		{"two revisions", "cookies_preferences=v=1&on=2026-11-01&rev=bbbbbb&yes=media; cookies_preferences=v=1&on=2026-11-01&rev=aaaaaa&yes=media", "no"},
		{"the most restrictive of two", "cookies_preferences=v=1&on=2026-11-01&rev=aaaaaa&yes=media; cookies_preferences=v=1&on=2026-11-01&rev=cccccc&yes=media.video", "media.video"},
		{"expired", "cookies_preferences=v=1&on=2026-05-01&rev=aaaaaa&yes=media", "no"},
		{"to come", "cookies_preferences=v=1&on=2027-05-01&rev=aaaaaa&yes=media", "no"},
		{"broken", "cookies_preferences=v=1&on=2026-11-01&rev=aaaaaa&yes=media%2B", "no"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := "no"
			if d := p.Former(test.cookies, day(t, today)); d.Answered {
				got = joined(d.Yes)
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if test.name != "the present revision" && p.Read(test.cookies, day(t, today)).Answered {
				t.Error("Read takes it for an answer in force")
			}
		})
	}
}

// TestCarriedOver: the answer to another banner can be shown for as long as there is none to this one. It
// is never an answer in force.
func TestCarriedOver(t *testing.T) {
	p := Policy{
		Revision: "bbbbbb",
		Categories: []Category{
			{ID: "necessary", Necessary: true, Services: []Service{{ID: "session"}}},
			{ID: "statistics", Services: []Service{{ID: "counter", Asks: true}, {ID: "newcomer", Asks: true}, {ID: "exempt"}}},
			{ID: "media", Services: []Service{{ID: "video", Asks: true}, {ID: "map", Asks: true}}},
		},
	}
	klaro := &catalogue.CarryOverView{Banner: catalogue.Klaro, Cookie: "klaro", Services: map[string][]string{
		"statistics.counter": {"matomo"}, "media.video": {"youtube", "vimeo"}, "media.map": {"maps"},
		"statistics.exempt": {"matomo"}, "necessary.session": {"matomo"}, "gone.service": {"matomo"},
	}}
	const today = "2026-11-23"
	for _, test := range []struct{ name, cookies, want string }{
		{"no cookie", "", "no"},
		{"another cookie", "klaro2={%22matomo%22:true}; xklaro={%22matomo%22:true}", "no"},
		{"granted", "a=b; klaro=%7B%22matomo%22%3Atrue%2C%22maps%22%3Afalse%7D; c=d", "statistics.counter"},
		{"refused", `klaro={"matomo":false,"maps":false}`, ""},
		{"of two names for one service, one", `klaro={"youtube":true}`, ""},
		{"of two names for one service, both", `klaro={"youtube":true,"vimeo":true}`, "media.video"},
		{"a whole category", `klaro={"youtube":true,"vimeo":true,"maps":true}`, "media"},
		{"names that nobody carries over", `klaro={"other":true}`, ""},
		{"no name at all", "klaro={}", "no"},
		{"broken", `klaro={"matomo":true`, "no"},
		{"another banner's form", "klaro=!matomo=true", "no"},
		{"the most restrictive of two", `klaro={"matomo":true,"maps":true}; klaro={"maps":true}`, "media.map"},
		{"the same, the other way round", `klaro={"maps":true}; klaro={"matomo":true,"maps":true}`, "media.map"},
		{"two, one of them broken", `klaro={"matomo":true}; klaro=1`, "no"},
		{"4 KB", "klaro={%22matomo%22:true," + strings.Repeat("%20", 1400) + "%22maps%22:true}", "no"},
		{"an answer to this banner", `klaro={"matomo":true}; cookies_preferences=v=1&on=2026-11-01&rev=bbbbbb`, "no"},
		{"an answer to an earlier revision", `klaro={"matomo":true}; cookies_preferences=v=1&on=2026-11-01&rev=aaaaaa&yes=media.map`, "no"},
		{"a refusal of an earlier revision", `klaro={"matomo":true}; cookies_preferences=v=1&on=2026-11-01&rev=aaaaaa`, "no"},
		{"an expired answer", `klaro={"matomo":true}; cookies_preferences=v=1&on=2026-01-01&rev=bbbbbb`, "no"},
		{"a broken answer", `klaro={"matomo":true}; cookies_preferences`, "no"},
	} {
		t.Run(test.name, func(t *testing.T) {
			on := day(t, today)
			got := "no"
			d := p.CarriedOver(klaro, test.cookies)
			if d.Answered {
				got = joined(d.Yes)
			}
			if got != test.want || len(d.No) > 0 {
				t.Errorf("got %q, objections %v; want %q", got, d.No, test.want)
			}
			if now := p.Read(test.cookies, on); len(p.Granted(now)) > 0 || now.Answered && !strings.Contains(test.cookies, "rev=bbbbbb") {
				t.Errorf("Read takes it for an answer in force: %+v", now)
			}
			if d := p.CarriedOver(nil, test.cookies); d.Answered {
				t.Errorf("where nothing is carried over, it is read all the same: %+v", d)
			}
		})
	}
}
