package har

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"charte/web/audit/report"
)

// TestSentCookies: all cookies of a request are there, those that net/http refuses too.
func TestSentCookies(t *testing.T) {
	for _, test := range []struct{ name, header, want string }{
		{"two", "a=1; b=2", `[{"name":"a","value":"1"},{"name":"b","value":"2"}]`},
		{"a hash", "_ga=sha256:9f86d081884c", `[{"name":"_ga","value":"sha256:9f86d081884c"}]`},
		{"JSON, as shops keep it", `cart={"n":"é"}; b="q"`, `[{"name":"cart","value":"{\"n\":\"é\"}"},{"name":"b","value":"\"q\""}]`},
		{"an equals sign in the value", "a=b=c", `[{"name":"a","value":"b=c"}]`},
		{"the same name twice", "a=1; a=2", `[{"name":"a","value":"1"},{"name":"a","value":"2"}]`},
		{"without a name", "x; =y", `[{"name":"","value":"x"},{"name":"","value":"y"}]`},
		{"without a value", "a=", `[{"name":"a","value":""}]`},
		{"none", " ;; =;", `[]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := asJSON(t, sentCookies([]report.Header{{Name: "Host", Value: "a=b"}, {Name: "cookie", Value: test.header}})); got != test.want {
				t.Errorf("they are %s, want %s", got, test.want)
			}
		})
	}
}

// TestSetCookies: a cookie has what its answer asked for.
func TestSetCookies(t *testing.T) {
	for _, test := range []struct{ name, header, want string }{
		{"a session", "PHPSESSID=x; path=/; HttpOnly", `[{"name":"PHPSESSID","value":"x","path":"/","httpOnly":true}]`},
		{"a third party's", "uid=x; Domain=.regie.example; Path=/; Secure; SameSite=None; Partitioned; Max-Age=60", `[{"name":"uid","value":"x","path":"/","domain":".regie.example","expires":"2026-11-02T12:01:00Z","secure":true,"_sameSite":"None","_partitioned":true}]`},
		{"a date", "a=b; expires=Wed, 02-Dec-2026 10:00:00 GMT; samesite=lax", `[{"name":"a","value":"b","expires":"2026-12-02T10:00:00Z","_sameSite":"Lax"}]`},
		{"an age goes before a date", "a=b; Max-Age=1; expires=Wed, 02 Dec 2026 10:00:00 GMT", `[{"name":"a","value":"b","expires":"2026-11-02T12:00:01Z"}]`},
		{"one that is deleted", "a=; Max-Age=0", `[{"name":"a","value":"","expires":"2026-11-02T12:00:00Z"}]`},
		{"a date that is none", "a=b; expires=never", `[{"name":"a","value":"b"}]`},
		{"longer than there are years", "a=b; Max-Age=9223372036854775807", `[{"name":"a","value":"b","expires":"9999-12-31T23:59:59Z"}]`},
		{"a date later than there are years", "a=b; expires=Fri, 31 Dec 9999 23:59:59 GMT-9", `[{"name":"a","value":"b","expires":"9999-12-31T23:59:59Z"}]`},
		{"a name that net/http refuses", "préf({)=\"é\"; Path=/", `[{"name":"préf({)","value":"\"é\"","path":"/"}]`},
		{"an attribute that is none", "a=b; Priority=High; ;=;x", `[{"name":"a","value":"b"}]`},
		{"two in one", "a=b; Path=/a\nc=d; Path=/c", `[{"name":"a","value":"b","path":"/a"},{"name":"c","value":"d","path":"/c"}]`},
		{"none", "; Path=/", `[]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := asJSON(t, setCookies([]report.Header{{Name: "Cookie", Value: "x=y"}, {Name: "set-cookie", Value: test.header}}, noon)); got != test.want {
				t.Errorf("they are %s, want %s", got, test.want)
			}
		})
	}
}

// FuzzCookies: whatever a header says can be written, and the cookie keeps its name and its value.
func FuzzCookies(f *testing.F) {
	for _, header := range []string{"a=b; Path=/; Max-Age=1", "=", ";", "a=b; expires=Fri, 31 Dec 9999 23:59:59 GMT-9", "a\nb", "\xff=\x00"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		headers := []report.Header{{Name: "Cookie", Value: header}, {Name: "Set-Cookie", Value: header}}
		all := append(sentCookies(headers), setCookies(headers, noon)...)
		if _, err := json.Marshal(all); err != nil {
			t.Errorf("%q: %v", header, err)
		}
		for _, c := range all {
			if c.Name == "" && c.Value == "" || !strings.Contains(header, c.Name) || !strings.Contains(header, c.Value) {
				t.Errorf("%q has no cookie %q with the value %q", header, c.Name, c.Value)
			}
		}
	})
}

// FuzzQuery: where net/url can read a query, the parameters are the same.
func FuzzQuery(f *testing.F) {
	for _, text := range []string{"", "a=b&c=d", "a=%20+&a=", "=&&=c", "%zz=1", "a;b=c"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, err := url.ParseQuery(text)
		if err != nil || strings.Contains(text, "#") {
			return
		}
		got := url.Values{}
		for _, p := range query("https://example.org/?" + text) {
			got.Add(p.Name, p.Value)
		}
		if got.Encode() != want.Encode() {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	})
}
