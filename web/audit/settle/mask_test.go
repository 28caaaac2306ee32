package settle

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
)

const planted = "Planted70Secret4242"

// stays are the fields that a mask leaves as they are. All others are planted with the secret, so a
// new field of a report is cut, or is listed here.
var stays = map[string]bool{
	"Report.Charte": true, "Report.Browser": true, "Report.Cut": true, "Catalogue.File": true, "Catalogue.Revision": true,
	"Journey.State": true, "Journey.Answer": true, "Page.Title": true, "Page.Banner": true, "Page.Picture": true,
	"Gated.Category": true, "Gated.Service": true, "Blocked.Directive": true,
	"Request.Method": true, "Request.Host": true, "Request.Type": true, "Request.CNAME": true, "Initiator.Kind": true,
	"Identifier.Where": true, "Identifier.Name": true,
	"Entry.Kind": true, "Entry.Host": true, "Entry.Path": true, "Entry.SameSite": true,
	"Call.Kind": true, "Call.What": true, "Header.Name": true,
	"HTTP.Protocol": true, "HTTP.StatusText": true, "HTTP.MIME": true, "HTTP.Address": true,
	"Service.ID": true, "Service.Name": true, "Service.Hosts": true, "Service.States": true,
	"Finding.ID": true, "Finding.Rule": true, "Finding.Severity": true, "Finding.Law": true, "Place.File": true,
	"Waiver.Rule": true, "Waiver.Subject": true, "Waiver.Reason": true, "Waiver.Until": true,
	"Evidence.State": true, "Note.State": true,
}

// values are the fields that hold a value alone. The others may hold an address with it.
var values = map[string]bool{"Entry.Value": true, "Identifier.Value": true, "HTTP.Body": true, "Entry.Name": true, "Entry.Names": true, "Header.Value": true}

// plant fills every text of a report with what write returns for its field, and gives every list two
// elements.
func plant(v reflect.Value, field string, write func(field string) string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(write(field))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		plant(v.Elem(), field, write)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			plant(v.Index(i), field, write)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			plant(v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name, write)
		}
	}
}

// texts calls f for every text of a report.
func texts(v reflect.Value, field string, f func(field, text string)) {
	switch v.Kind() {
	case reflect.String:
		f(field, v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), field, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), field, f)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			texts(v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name, f)
		}
	}
}

// TestMask: a secret that is planted in every field of a report, in many forms, is nowhere after it.
func TestMask(t *testing.T) {
	double := url.QueryEscape(url.QueryEscape("https://a.example/?v=" + planted))
	// Only where a value is known from elsewhere is it found in a path.
	const known, other = "in a path", "Other7Secret42"
	for _, form := range []struct{ name, address string }{
		{"in a query", "https://a.example/p?keep=1&u=" + planted},
		{"in the second of two of a name", "https://a.example/?u=1&u=" + planted + "&x"},
		{"alone in a query", "https://a.example/?" + planted},
		{"in the address in a query", "https://a.example/?dl=" + url.QueryEscape("https://b.example/?u="+planted)},
		{"encoded twice", "https://a.example/?dl=" + double},
		{"in a bad query", "wss://a.example/?u=%zz" + planted},
		{"as a user", "https://" + planted + "@a.example/"},
		{"as a password", "https://me:" + planted + "@a.example:8443/x@y"},
		{known, "https://a.example/users/" + planted + "/photo.png"},
		{"in a parameter of a path", "https://a.example/x;jsessionid=" + planted + "?a=1"},
		{"in an address in a path", "https://a.example/" + url.PathEscape("https://b.example/?u="+planted)},
		{"in a fragment", "https://a.example/#access_token=" + planted + "&type=x"},
		{"alone in a fragment", "https://a.example/#" + planted},
		{"in a route", "https://a.example/#/shop?u=" + planted},
		{"in a relative address", "/p?u=" + planted},
		{"in data", "data:text/plain," + planted},
	} {
		t.Run(form.name, func(t *testing.T) {
			r := &report.Report{}
			plant(reflect.ValueOf(r).Elem(), "", func(field string) string {
				switch {
				case stays[field]:
					return "x"
				case values[field] && form.name == known:
					return planted
				case values[field]:
					return other
				}
				return form.address
			})
			Mask(r)
			if r.Values {
				t.Error("the report says that values stand in it")
			}
			clean(t, r, planted)
			clean(t, r, other)
		})
	}
}

// clean: a text is nowhere in a report.
func clean(t *testing.T, r *report.Report, secret string) {
	t.Helper()
	n := 0
	texts(reflect.ValueOf(r).Elem(), "", func(field, text string) {
		n++
		plain, err := url.QueryUnescape(text)
		if err != nil {
			plain = text
		}
		if strings.Contains(text, secret) || strings.Contains(plain, secret) {
			t.Errorf("%s is %q", field, text)
		}
	})
	if n < 50 {
		t.Errorf("only %d texts were looked at", n)
	}
}

// TestMaskInText: what is a value elsewhere is cut in sentences, selectors and headers.
func TestMaskInText(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"an address in a sentence", "The page https://a.example/?u=" + planted + ", which was asked for, failed.", "The page https://a.example/?u=HASH, which was asked for, failed."},
		{"a value in a sentence", "The cookie " + planted + " is stored.", "The cookie HASH is stored."},
		{"encoded", "a%20b12345 and a+b12345", "HASH and HASH"},
		{"an attribute", `img[src="/p.gif?u=` + planted + `"]`, `img[src="/p.gif?u=HASH"]`},
		{"nothing to cut", "The cookie _ga lives 730 days, and CNIL allows 396.", "The cookie _ga lives 730 days, and CNIL allows 396."},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &report.Report{
				Journeys: []report.Journey{{Entries: []report.Entry{{Value: planted}, {Value: "a b12345"}}}},
				Findings: []report.Finding{{Message: test.text, Element: test.text}},
			}
			Mask(r)
			for _, got := range []string{r.Findings[0].Message, r.Findings[0].Element} {
				if got := hashes.ReplaceAllString(got, "HASH"); got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
			}
		})
	}
}

var hashes = regexp.MustCompile(`sha256:[0-9a-f]{12}`)

func TestMaskHeaders(t *testing.T) {
	for _, test := range []struct{ name, header, value, want string }{
		{"cookies", "cookie", "_ga=GA1.1.12345.678; theme=1; lone-value-1", "_ga=HASH; theme=1;HASH"},
		{"a cookie that is set", "Set-Cookie", "id=abcdef; Path=/; Max-Age=86400\nb=ghijkl; Secure", "id=HASH; Path=/; Max-Age=86400\nb=HASH; Secure"},
		{"a password", "Authorization", "Basic bWU6c2VjcmV0", "Basic HASH"},
		{"an authorization without a scheme", "Proxy-Authorization", "abcdef", "HASH"},
		{"a token", "X-CSRF-Token", "abcdef", "HASH"},
		{"an ETag", "etag", `"abcdef"`, "HASH"},
		{"where from", "Referer", "https://a.example/?u=abcdef", "https://a.example/?u=HASH"},
		{"what is no secret", "Content-Type", "text/html; charset=utf-8", "text/html; charset=utf-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &report.Report{Journeys: []report.Journey{{Requests: []report.Request{{HTTP: &report.HTTP{Request: []report.Header{{Name: test.header, Value: test.value}}}}}}}}
			Mask(r)
			if got := hashes.ReplaceAllString(r.Journeys[0].Requests[0].HTTP.Request[0].Value, "HASH"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMaskKeeps(t *testing.T) {
	for _, kept := range []string{"", "2", "fr", "999", "true", "fr-FR", "v1.2.0", "1.2", "2.4.1", "G-1A2B3C", "GTM-AB12CD", "sha256:9f86d081884c"} {
		if got := masked(kept); got != kept {
			t.Errorf("%q became %q", kept, got)
		}
	}
	for _, cutOff := range []string{"bob", "1000", "4711", "12.05.84", "48.8584", "192.168.1.7", "a@b.example", "GA1.1.1234567.89", "sha256:9f86d081884g", "G-1a2b3c"} {
		if got := masked(cutOff); !cut.MatchString(got) {
			t.Errorf("%q became %q", cutOff, got)
		}
	}
}

// masked is what becomes of the value of an entry.
func masked(value string) string {
	r := &report.Report{Journeys: []report.Journey{{Entries: []report.Entry{{Kind: report.Cookie, Name: "a", Value: value}}}}}
	Mask(r)
	return r.Journeys[0].Entries[0].Value
}

// TestMaskSame: a value has one hash in a report, and another in the next.
func TestMaskSame(t *testing.T) {
	of := func() (string, string) {
		r := &report.Report{Journeys: []report.Journey{
			{Entries: []report.Entry{{Kind: report.Cookie, Name: "uid", Value: "a%20b7"}}},
			{Requests: []report.Request{{URL: "https://x.example/?u=a%20b7", Sent: []report.Identifier{{Value: "a b7"}}}}},
		}}
		Mask(r)
		q := r.Journeys[1].Requests[0]
		entry := r.Journeys[0].Entries[0].Value
		if _, sent, _ := strings.Cut(q.URL, "="); sent != entry || q.Sent[0].Value != entry {
			t.Errorf("%q, %q and %q are one value", entry, q.URL, q.Sent[0].Value)
		}
		return entry, q.URL
	}
	first, _ := of()
	if second, _ := of(); first == second {
		t.Error("two reports have the same hash")
	}
}

func TestMaskNames(t *testing.T) {
	const uuid = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
	for _, test := range []struct {
		name, of string
		names    []string
		want     string
	}{
		{"a plain name", "_ga", nil, "_ga"},
		{"a name with an account", "_ga_1A2B3C4D5E", nil, "_ga_1A2B3C4D5E"},
		{"a name with a UUID", "user-" + uuid + "-x", nil, "user-*-x"},
		{"a pattern", "visite_*", []string{"visite_81723", "visite_91827"}, "visite_*"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &report.Report{
				Journeys: []report.Journey{{Entries: []report.Entry{{Kind: report.Cookie, Name: test.of, Names: test.names}}}},
				Findings: []report.Finding{{Subject: "cookie " + test.of}},
			}
			Mask(r)
			e := r.Journeys[0].Entries[0]
			if e.Name != test.want || r.Findings[0].Subject != "cookie "+test.want {
				t.Errorf("the name is %q, and the subject %q", e.Name, r.Findings[0].Subject)
			}
			for _, name := range e.Names {
				if strings.Contains(name, uuid) || strings.HasSuffix(name, "81723") {
					t.Errorf("the name %q was seen", name)
				}
			}
		})
	}
}

// TestMaskTwice: what is masked stays as it is, and can still be read.
func TestMaskTwice(t *testing.T) {
	r := reporttest.Example()
	Mask(r)
	once, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	Mask(r)
	if twice, _ := json.Marshal(r); string(once) != string(twice) {
		t.Errorf("masked once\n%s\nand twice\n%s", once, twice)
	}
	if host := r.Journeys[0].Requests[0].Host; host == "" || !strings.Contains(r.Journeys[0].Requests[0].URL, host) {
		t.Errorf("the address of %s is %s", host, r.Journeys[0].Requests[0].URL)
	}
}

// TestMaskHosts: a value that is part of a host does not make addresses unreadable.
func TestMaskHosts(t *testing.T) {
	r := &report.Report{Site: "https://www.portail42.example/", Journeys: []report.Journey{{
		Pages:   []report.Page{{URL: "https://www.portail42.example/a"}},
		Entries: []report.Entry{{Kind: report.Cookie, Name: "domain", Value: "portail42.example", Host: "www.portail42.example"}},
	}}}
	Mask(r)
	if got := r.Journeys[0].Pages[0].URL; got != "https://www.portail42.example/a" {
		t.Errorf("got %s", got)
	}
}

// FuzzMask: whatever an address looks like, the value in it is gone.
func FuzzMask(f *testing.F) {
	f.Add("https://a.example/", "&b=1#c")
	f.Add("://@?", ";=")
	f.Fuzz(func(t *testing.T, before, after string) {
		address := before + "?u=" + planted + "&" + after
		r := &report.Report{Site: "https://a.example/", Journeys: []report.Journey{{
			Entries:  []report.Entry{{Kind: report.Cookie, Name: "u", Value: planted}},
			Requests: []report.Request{{ID: 1, URL: address, Host: "a.example"}},
		}}}
		Mask(r)
		if got := fmt.Sprint(r.Journeys); strings.Contains(got, planted) {
			t.Errorf("%q became %q", address, got)
		}
	})
}
